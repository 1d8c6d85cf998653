"""Large pages: the first picture comes before the rest is read, and nothing is lost by that."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest
from pages import built, chromium, large, opened, until
from playwright.sync_api import expect

from kg.exporters import html
from kg.lint.lint import lint

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module", params=[100, 5000], ids=["webgl", "canvas"])
def split(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a page whose data are packed, so that it opens with a part of them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(html, "_MANY", request.param)
        patch.setattr(html, "_PLAIN", 1000)
        return built(list(large()), tmp_path_factory.mktemp("split"))


LAST = "model.entities.at(-1)"


def test_the_picture_comes_first(browser: Browser, split: Path) -> None:
    with opened(browser, split) as page:
        expect(page.locator("#shown")).to_have_text("300 of 341 entities")
        until(page, "() => document.documentElement.dataset.whole")
        drawn, whole = page.evaluate(
            "(({ drawn, whole }) => [Number(drawn), Number(whole)])"
            "(document.documentElement.dataset)"
        )
        assert drawn < whole
        assert page.evaluate("[model.entities.length, model.isComplete]") == [341, True]
        counts = page.evaluate("[...model.pairs.values()].flatMap((pair) => pair.links).length")
        assert counts == page.evaluate("model.held.relations.reduce((a, b) => a + b)")


@pytest.mark.parametrize("part", ["node", "to", "paper", "query"])
def test_links_wait_for_what_is_not_read_yet(browser: Browser, split: Path, part: str) -> None:
    with opened(browser, split) as page:
        until(page, "() => model.isWhole")
        last, paper = page.evaluate(f"[{LAST}.label, model.papers.at(-1).id]")
        assert page.evaluate(f"{LAST}.core") is None
    fragment = {
        "node": f"#node={last}",
        "to": f"#node=Transformer&to={last}",
        "paper": f"#paper={paper}",
        "query": f"#q={last}",
    }[part]
    with opened(browser, split, fragment) as page:
        until(page, "() => model.isWhole")
        if part == "query":
            expect(page.locator("#hits li").first).to_contain_text(last)
        elif part == "to":
            expect(page.locator("#panel .kind")).to_contain_text("Path,")
        elif part == "paper":
            expect(page.locator("#panel .kind")).to_have_text("Paper")
        else:
            expect(page.locator("#panel h2")).to_have_text(last)
            expect(page.locator("#panel section", has_text="Papers").first).to_be_visible()


def test_what_is_asked_before_all_is_read_is_done_after(browser: Browser, split: Path) -> None:
    with opened(browser, split) as page:
        # In one task, before the rest can have been read, if it has not been already.
        page.evaluate(
            "() => { document.getElementById('all').click(); "
            "document.getElementById('ask').hidden || document.getElementById('ask-yes').click() }"
        )
        expect(page.locator("#shown")).to_have_text("341 of 341 entities")


def test_keys_alone_lead_everywhere(browser: Browser, split: Path) -> None:
    with opened(browser, split) as page:
        until(page, "() => model.isWhole")
        page.keyboard.press("Tab")
        expect(page.locator("#skip")).to_be_focused()
        seen = set()
        for _ in range(40):
            page.keyboard.press("Tab")
            seen.add(page.evaluate("document.activeElement.id || document.activeElement.type"))
            ring = page.evaluate(
                "(() => { const e = document.activeElement; return e === document.body || "
                "e.matches('.map') || getComputedStyle(e).outlineStyle !== 'none'; })()"
            )
            assert ring, page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
        wanted = {"query", "checkbox", "least", "sure", "all", "theme", "as-map", "as-table"}
        assert wanted | {"closer", "farther", "fit"} <= seen
        page.keyboard.press("/")
        page.keyboard.type("Net1")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowUp")
        chosen = page.locator("#hits [aria-selected=true] bdi").text_content()
        page.keyboard.press("Enter")
        expect(page.locator("#panel h2")).to_have_text(chosen or "")
        page.keyboard.press("Escape")
        expect(page.locator("#panel")).to_be_hidden()
        expect(page.locator("#query")).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_thumb_hits_every_control_of_a_phone(browser: Browser, split: Path, scheme: str) -> None:
    phone = {"viewport": {"width": 390, "height": 844}, "color_scheme": scheme}
    with opened(browser, split, "#node=Transformer", **phone) as page:
        until(page, "() => model.isWhole")
        page.locator("#more").click()
        small = page.evaluate(
            "[...document.querySelectorAll('button, summary, select, input, a[href]')]"
            ".filter(e => {"
            "const box = (e.closest('label') || e).getBoundingClientRect();"
            "return e.checkVisibility({ visibilityProperty: true }) && box.right > 0 && "
            "box.height && box.height < 40; }).map(e => e.outerHTML.slice(0, 120))"
        )
        assert not small
        assert page.locator("h1").count() == 1
        assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_what_is_saved_is_whole(browser: Browser, split: Path, tmp_path: Path) -> None:
    with opened(browser, split, accept_downloads=True) as page:
        until(page, "() => model.isWhole")
        files = {}
        for name in ("png", "graphml", "entities"):
            page.locator("#save summary").click()
            with page.expect_download() as waiting:
                page.locator(f"#save-{name}").click()
            files[name] = tmp_path / waiting.value.suggested_filename
            waiting.value.save_as(files[name])
        picture = base64.b64encode(files["png"].read_bytes()).decode()
        colours = page.evaluate(
            "async (data) => { const image = new Image();"
            "image.src = `data:image/png;base64,${data}`; await image.decode();"
            "const canvas = document.createElement('canvas');"
            "[canvas.width, canvas.height] = [image.width, image.height];"
            "const context = canvas.getContext('2d'); context.drawImage(image, 0, 0);"
            "const { data: bytes } = context.getImageData(0, 0, image.width, image.height);"
            "return new Set(new Uint32Array(bytes.buffer)).size; }",
            picture,
        )
        assert colours > 50
        report = lint(str(files["graphml"]))
        assert report.is_clean, report
        assert len(files["entities"].read_text(encoding="utf-8-sig").splitlines()) == 301


def test_links_combine(browser: Browser, split: Path) -> None:
    with opened(browser, split, "#node=Transformer&q=net1&types=Method") as page:
        until(page, "() => model.isWhole")
        expect(page.locator("#panel h2")).to_have_text("transformer")
        expect(page.locator("#query")).to_have_value("net1")
        expect(page.get_by_label("Dataset")).not_to_be_checked()
        page.evaluate("location.hash = '#types=Method,Dataset&q=set'")
        expect(page.locator("#panel")).to_be_hidden()
        expect(page.get_by_label("Dataset")).to_be_checked()
        expect(page.get_by_label("Modality")).not_to_be_checked()
        expect(page.locator("#hits li").first).to_contain_text("Set")
        page.evaluate("location.hash = '#node=nobody&types=nothing&to=x&paper=y'")
        expect(page.locator("#panel")).to_be_hidden()
        expect(page.locator("#shown")).to_have_text("0 of 341 entities")
