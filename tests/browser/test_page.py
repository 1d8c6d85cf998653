"""The page in a browser: what people do with it, and what strangers cannot do in it.

Every test also asserts that the page asked for nothing but itself and complained of nothing.
"""

from __future__ import annotations

import csv
import io
import re
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from conftest import entity, extraction, hand_made, span
from pages import built, chromium, large, opened, until
from playwright.sync_api import expect

from kg.model import Record, Relation

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

FIRST_DRAW = 10_000  # milliseconds; it takes about 500 on two slow cores


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the page of the hand-made graph."""
    return built(hand_made(), tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the page of a graph with more entities than it opens with."""
    return built(list(large()), tmp_path_factory.mktemp("big"))


def click_map(page: Page, expression: str, *, times: int = 1) -> None:
    """Click a place on the map that a script tells in pixels."""
    x, y = page.evaluate(f"(() => {{ const at = {expression}; return [at.x, at.y]; }})()")
    page.locator("#map").click(position={"x": x, "y": y}, click_count=times, delay=10)


def entity_at(name: str) -> str:
    return f"map.where(search.named({name!r}))"


# ---- the first look ----


def test_it_opens_soon_with_the_best_supported(browser: Browser, big: Path) -> None:
    with opened(browser, big) as page:
        assert int(page.evaluate("document.documentElement.dataset.drawn")) < FIRST_DRAW
        expect(page.locator("#shown")).to_have_text("300 of 341 entities")
        expect(page.locator("#summary")).to_contain_text("110 papers")
        expect(page.locator("#panel")).to_be_hidden()
        colours = page.evaluate(
            "(() => { const c = document.querySelector('#map canvas');"
            "const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;"
            "return new Set(new Uint32Array(d.buffer)).size; })()"
        )
        assert colours > 50


def test_an_empty_graph_opens(browser: Browser, tmp_path: Path) -> None:
    path = built([], tmp_path)
    with opened(browser, path) as page:
        expect(page.locator("#shown")).to_have_text("0 of 0 entities")


def test_without_scripts_there_is_a_table(browser: Browser, small: Path) -> None:
    with opened(browser, small, java_script_enabled=False) as page:
        expect(page.locator("noscript table")).to_contain_text("EEGNet")


# ---- finding and choosing ----


def test_search_finds_prefixes_and_near_misses(browser: Browser, small: Path) -> None:
    with opened(browser, small) as page:
        page.keyboard.press("/")
        page.keyboard.type("flick")
        expect(page.locator("#hits li").first).to_contain_text("FlickerNet")
        page.locator("#query").fill("egnet")
        expect(page.locator("#hits li").first).to_contain_text("EEGNet")
        page.locator("#query").fill("zzzzzz")
        expect(page.locator("#hits")).to_have_text("Nothing found")
        page.locator("#query").fill("BETA")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        expect(page.locator("#panel h2")).to_have_text("BETA")
        expect(page.locator("#panel h2")).to_be_focused()
        page.keyboard.press("Escape")
        expect(page.locator("#panel")).to_be_hidden()


def test_a_search_result_fills_the_panel(browser: Browser, small: Path) -> None:
    with opened(browser, small) as page:
        page.locator("#query").fill("flickernet")
        page.locator("#hits li").first.click()
        panel = page.locator("#panel")
        expect(panel.locator(".kind")).to_have_text("Method")
        expect(panel.locator("h4").first).to_contain_text("outperforms →")
        expect(panel.locator(".source").first).to_contain_text("proposed")
        expect(panel.locator(".source").first).to_contain_text("page.txt, no. 1")
        expect(panel.locator(".source mark").first).to_have_text("FlickerNet")
        expect(panel.locator("table")).to_contain_text("91.5%")
        expect(panel.locator("table q")).to_have_text("reaches an accuracy of 91.5%")
        assert "#node=method%2Fflickernet" in page.url
        panel.get_by_role("button", name="EEGNet", exact=True).first.click()
        expect(panel.locator("h2")).to_have_text("EEGNet")
        page.go_back()
        expect(panel.locator("h2")).to_have_text("FlickerNet")


def test_a_click_on_the_map_chooses(browser: Browser, small: Path) -> None:
    with opened(browser, small) as page:
        click_map(page, entity_at("EEGNet"))
        expect(page.locator("#panel h2")).to_have_text("EEGNet")
        page.locator(".close").click()
        one, two = entity_at("FlickerNet"), entity_at("EEGNet")
        click_map(page, f"{{x: ({one}.x + {two}.x) / 2, y: ({one}.y + {two}.y) / 2}}")
        panel = page.locator("#panel")
        expect(panel.locator(".kind")).to_have_text("Link")
        expect(panel.locator(".claim").first).to_have_text("FlickerNet outperforms EEGNet")
        first = panel.locator(".source").first
        expect(first).to_contain_text("asserted")
        expect(first.locator(".rule")).to_have_text("hand")
        expect(first.locator("q")).to_have_text("It outperforms EEGNet on BETA")
        expect(panel.locator(".role", has_text="hedged")).to_have_count(1)
        click_map(page, "{x: 3, y: 3}")
        expect(panel).to_be_hidden()


def test_a_paper_shows_its_entities_and_its_text(browser: Browser, small: Path) -> None:
    with opened(browser, small, "#paper=arxiv:2501.00001") as page:
        panel = page.locator("#panel")
        expect(panel.locator("h2")).to_contain_text("FlickerNet: spiking networks")
        expect(panel).to_contain_text("proposes method")
        expect(panel.locator(".abstract")).to_contain_text("We propose FlickerNet.")
        expect(panel.locator(".abstract mark").first).to_have_text("FlickerNet")


def test_a_double_click_draws_the_neighbours(browser: Browser, big: Path) -> None:
    with opened(browser, big) as page:
        wanted = "model.entities.find(e => e.core && choices.hidden(choices.neighbours(e)).length)"
        name = page.evaluate(f"{wanted}.label")
        page.evaluate(f"location.hash = '#node={name}'")
        expect(page.locator("#panel h2")).to_have_text(name)
        click_map(page, entity_at(name), times=2)
        expect(page.locator("#shown")).not_to_have_text("300 of 341 entities")
        left = f"choices.hidden(choices.neighbours(search.named({name!r}))).length"
        assert page.evaluate(left) == 0


def test_what_is_not_drawn_is_drawn_when_chosen(browser: Browser, big: Path) -> None:
    with opened(browser, big) as page:
        hidden = page.evaluate("model.entities[model.core + 5].label")
        page.locator("#query").fill(hidden)
        page.keyboard.press("Enter")
        expect(page.locator("#panel h2")).to_have_text(hidden)
        expect(page.locator("#shown")).to_have_text("301 of 341 entities")
        assert page.evaluate(f"{entity_at(hidden)}.x") > 0


# ---- filters ----


def test_a_type_filter_hides(browser: Browser, small: Path) -> None:
    with opened(browser, small) as page:
        expect(page.locator("#shown")).to_have_text("8 of 8 entities")
        page.get_by_label("Method", exact=False).first.uncheck()
        expect(page.locator("#shown")).to_have_text("6 of 8 entities")
        page.locator("#as-table").click()
        expect(page.locator("#table tbody tr")).to_have_count(6)
        expect(page.locator("#table tbody")).not_to_contain_text("EEGNet")
        assert "types=Dataset%2CModality%2CMetric%2CTask" in page.url


def test_relations_and_support_filter(browser: Browser, small: Path) -> None:
    with opened(browser, small) as page:
        page.locator("#as-table").click()
        page.get_by_role("button", name="Relations").click()
        rows = page.locator("#table tbody tr")
        count = rows.count()
        page.locator("#relations").get_by_text("outperforms").click()
        expect(rows).to_have_count(count - 1)
        page.locator("#least").fill("3")
        expect(page.locator("#shown")).to_have_text("1 of 8 entities")


def test_all_entities_can_be_shown(browser: Browser, big: Path) -> None:
    with opened(browser, big) as page:
        page.locator("#all").check()
        expect(page.locator("#shown")).to_have_text("341 of 341 entities")
        page.locator("#all").uncheck()
        expect(page.locator("#shown")).to_have_text("300 of 341 entities")


def test_drawing_very_many_is_asked_first(browser: Browser, big: Path, tmp_path: Path) -> None:
    text = big.read_text(encoding="utf-8").replace(": 2000;", ": 320;")
    other = tmp_path / "slow.html"
    other.write_text(re.sub("<meta http-equiv[^>]*>", "", text), encoding="utf-8")
    with opened(browser, other) as page:
        page.locator("#all").click()
        expect(page.locator("#ask")).to_contain_text("341 entities may be slow")
        page.locator("#ask-no").click()
        expect(page.locator("#shown")).to_have_text("300 of 341 entities")
        page.locator("#all").click()
        page.locator("#ask-yes").click()
        expect(page.locator("#shown")).to_have_text("341 of 341 entities")


# ---- links ----


def test_links_lead_to_what_they_name(browser: Browser, small: Path) -> None:
    with opened(browser, small, "#node=eegnet&types=Method,Dataset") as page:
        expect(page.locator("#panel h2")).to_have_text("EEGNet")
        expect(page.locator("#shown")).to_have_text("4 of 8 entities")
        page.evaluate("location.hash = '#node=dataset/beta'")
        expect(page.locator("#panel h2")).to_have_text("BETA")
        expect(page.locator("#shown")).to_have_text("8 of 8 entities")
        page.evaluate("location.hash = '#q=accur'")
        expect(page.locator("#panel")).to_be_hidden()
        expect(page.locator("#hits li").first).to_contain_text("accuracy")
        page.evaluate("location.hash = '#node=nobody&types=Nothing'")
        expect(page.locator("#shown")).to_have_text("0 of 8 entities")


# ---- the table, the picture, the looks ----


def test_the_table_can_be_used_by_keyboard(browser: Browser, small: Path) -> None:
    with opened(browser, small) as page:
        page.keyboard.press("Tab")
        expect(page.locator("#skip")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("#table")).to_be_focused()
        page.get_by_role("button", name="Name").press("Enter")
        head = page.locator("#table th").first
        expect(head).to_have_attribute("aria-sort", "ascending")
        expect(page.locator("#table tbody tr").first).to_contain_text("=cmd() set")
        page.locator("#table tbody button").nth(1).press("Enter")
        expect(page.locator("#panel h2")).to_be_focused()
        page.keyboard.press("Escape")
        expect(page.locator("#table tbody button").nth(1)).to_be_focused()
        page.get_by_role("button", name="Papers", exact=True).first.press("Enter")
        expect(page.locator("#table tbody tr")).to_have_count(3)
        page.locator("#as-map").press("Enter")
        expect(page.locator("#map")).to_be_visible()


def test_long_tables_grow_when_asked(browser: Browser, big: Path) -> None:
    with opened(browser, big) as page:
        page.locator("#as-table").click()
        expect(page.locator("#table tbody tr")).to_have_count(200)
        page.locator("#table .more").click()
        expect(page.locator("#table tbody tr")).to_have_count(300)
        expect(page.locator("#table .more")).to_be_hidden()


def test_a_picture_can_be_saved(browser: Browser, small: Path) -> None:
    with opened(browser, small) as page:
        with page.expect_download() as waiting:
            page.locator("#save summary").click()
            page.locator("#save-png").click()
        assert waiting.value.path().read_bytes().startswith(b"\x89PNG")


def test_dark_and_light(browser: Browser, small: Path) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    with opened(browser, small, color_scheme="dark") as page:
        assert page.evaluate(ground) == "rgb(21, 24, 27)"
        page.locator("#theme").select_option("light")
        assert page.evaluate(ground) == "rgb(255, 255, 255)"
        page.reload()
        until(page, "() => document.documentElement.dataset.drawn")
        assert page.evaluate(ground) == "rgb(255, 255, 255)"
    with opened(browser, small, color_scheme="light") as page:
        assert page.evaluate(ground) == "rgb(255, 255, 255)"


def test_a_phone_shows_everything_without_scrolling_sideways(browser: Browser, big: Path) -> None:
    with opened(browser, big, viewport={"width": 390, "height": 844}) as page:
        wide = "document.documentElement.scrollWidth"
        assert page.evaluate(wide) == 390
        expect(page.locator("#types")).to_be_hidden()
        page.locator("#more").click()
        expect(page.locator("#types")).to_be_visible()
        page.locator("#more").click()
        page.locator("#query").fill("Transformer")
        page.keyboard.press("Enter")
        expect(page.locator("#panel h2")).to_be_in_viewport()
        expect(page.locator("#map")).to_be_visible()
        assert page.evaluate(wide) == 390


def test_physics_can_be_switched_on_and_off(browser: Browser, small: Path) -> None:
    with opened(browser, small) as page:
        before = page.evaluate(entity_at("EEGNet"))
        page.locator("#physics").check()
        until(page, f"() => map.where(search.named('EEGNet')).x !== {before['x']}")
        page.locator("#physics").uncheck()


# ---- text of strangers ----


def test_offsets_count_code_points(browser: Browser, tmp_path: Path) -> None:
    record = Record(id="p", title="\U0001d54a \U0001f9e0", abstract="\U0001f9e0\U0001f9e0 EEGNet.")
    path = built([extraction(record, (entity(record, "Method", "EEGNet", "used"),))], tmp_path)
    with opened(browser, path, "#node=EEGNet") as page:
        expect(page.locator("#panel mark")).to_have_text("EEGNet")


def test_without_the_text_places_are_named(browser: Browser, tmp_path: Path) -> None:
    bare = [replace(found, record=replace(found.record, abstract="")) for found in hand_made()]
    with opened(browser, built(bare, tmp_path), "#node=EEGNet") as page:
        panel = page.locator("#panel")
        first = panel.locator(".source", has_text="FlickerNet: spiking").first
        expect(first).to_contain_text("abstract, characters 38\u201344")
        expect(first.locator("mark")).to_have_text("EEGNet")
        panel.get_by_role("button", name="FlickerNet: spiking").first.click()
        expect(panel).to_contain_text("The text is not part of this file")


HOSTILE = [
    "<script>window.__pwned=1</script>",
    "</script><script>window.__pwned=1</script>",
    "<img src=x onerror=window.__pwned=1>",
    '"><img src=x onerror="window.__pwned=1">',
    "'><svg onload=window.__pwned=1>",
    "<svg><script>window.__pwned=1</script></svg>",
    "<iframe srcdoc='<script>parent.__pwned=1</script>'>",
    "<body onload=window.__pwned=1>",
    "<a href='javascript:window.__pwned=1'>href</a>",
    "javascript:window.__pwned=1",
    "data:text/html,<script>window.__pwned=1</script>",
    "<style>@import 'https://example.org/x.css'</style>",
    "<link rel=stylesheet href=https://example.org/x.css>",
    "<meta http-equiv=refresh content='0;url=https://example.org'>",
    "<base href=https://example.org/>",
    "<object data=https://example.org/x>",
    "<embed src=https://example.org/x>",
    "<form action=https://example.org><input name=x autofocus onfocus=window.__pwned=1>",
    "<details open ontoggle=window.__pwned=1>",
    "<video src=x onerror=window.__pwned=1></video>",
    "<math><mtext><img src=x onerror=window.__pwned=1></mtext></math>",
    "<!--<script>window.__pwned=1//-->",
    "]]><script>window.__pwned=1</script>",
    "{{constructor.constructor('window.__pwned=1')()}}",
    "${window.__pwned=1}",
    "`;window.__pwned=1;`",
    "';window.__pwned=1;//",
    '";window.__pwned=1;//',
    "\\u003cscript\\u003ewindow.__pwned=1\\u003c/script\\u003e",
    "&lt;img src=x onerror=window.__pwned=1&gt;",
    "\u2028window.__pwned=1\u2029",
    "\u202e\u2066gnp.exe\u2069 <b>bidi</b>",
    "__proto__",
    "constructor",
    "#node=x&types=<script>",
    "x" * 3000,
    '=HYPERLINK("https://example.org","x")',
    "+1+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    "%0A=1+1",
    "> . } ; DROP ALL ; SELECT * { ?s ?p <x",
    '"} UNION { ?s ?p ?o } #',
    "<iri> } LIMIT 0 #",
    "]]>&xxe;<!ENTITY xxe SYSTEM 'file:///etc/passwd'>",
    "<?xml-stylesheet href='javascript:window.__pwned=1'?>",
    "<xmp><script>window.__pwned=1</script></xmp>",
    "<noscript><p title='</noscript><img src=x onerror=window.__pwned=1>'>",
    "<template><script>window.__pwned=1</script></template>",
    "<select><option><script>window.__pwned=1</script></select>",
    "<textarea></textarea><script>window.__pwned=1</script>",
    "<title></title><script>window.__pwned=1</script>",
    "<input onfocus=window.__pwned=1 autofocus>",
    "<marquee onstart=window.__pwned=1>",
    "<svg><animate onbegin=window.__pwned=1 attributeName=x dur=1s>",
    "<svg><use href='data:image/svg+xml,<svg onload=window.__pwned=1>'/>",
    "<a href='java\tscript:window.__pwned=1'>x</a>",
    "vbscript:window.__pwned=1",
    "JaVaScRiPt:window.__pwned=1",
    "\u0000javascript:window.__pwned=1",
    'http://example.org/"onmouseover="window.__pwned=1',
    "//example.org/x.js",
    "file:///etc/passwd",
    "blob:null/1",
    "toString",
    "hasOwnProperty",
    "__defineGetter__",
    "\ufeff\u200b\u2060invisible",
    "\U0001f9e0" * 40,
    "e\u0301" * 40,
    "null",
    "NaN",
]


def test_what_strangers_write_runs_nothing(browser: Browser, tmp_path: Path) -> None:
    assert len(HOSTILE) >= 60
    made = []
    for number, text in enumerate(HOSTILE):
        record = Record(
            id=f"{number}{text}",
            title=text,
            abstract=f"{text} beats EEGNet.",
            source=text,
            line=1,
            url=text,
            date=text,
            authors=(text,),
        )
        start, end = span(record, f"{text} beats EEGNet")
        claim = Relation(("Method", text), "outperforms", ("Method", "EEGNet"), start, end, text)
        found = (
            entity(record, "Method", text, "proposed"),
            entity(record, "Method", "EEGNet", "compared"),
        )
        made.append(extraction(record, found, (claim,)))
    path = built(made, tmp_path)
    with opened(browser, path) as page:
        scripts = page.locator("script").count()
        for kind in ("entities", "papers"):
            for number in range(page.evaluate(f"model.{kind}.length")):
                key = page.evaluate(f"model.{kind}[{number}].id")
                name = "node" if kind == "entities" else "paper"
                page.evaluate(
                    "([name, key]) => { location.hash = `#${new URLSearchParams([[name, key]])}` }",
                    [name, key],
                )
                shown = page.evaluate(
                    f"model.{kind}[{number}].{'label' if name == 'node' else 'title'}"
                )
                until(
                    page,
                    "text => document.querySelector('#panel h2')?.textContent === text",
                    shown,
                )
        for text in HOSTILE:
            page.locator("#query").fill(text[:200])
            page.evaluate(
                "text => { location.hash = `#${new URLSearchParams({ q: text })}` }", text[:200]
            )
        page.evaluate("location.hash = '#node=EEGNet'")
        for summary in page.locator("#panel details > summary").all()[:5]:
            summary.click()
        tables = page.evaluate("[save.entities(), save.relations()]")
        for table in tables:
            for row in list(csv.reader(io.StringIO(table.lstrip("\ufeff"))))[1:]:
                assert not any(re.match(r"\s*[=+@\t\r]", cell) for cell in row), row
        ElementTree.fromstring(page.evaluate("save.graphml()"))  # noqa: S314  our own
        page.locator("#as-table").click()
        for tab in ("Entities", "Relations", "Papers"):
            page.locator(".tabs").get_by_role("button", name=tab).click()
        assert page.evaluate("window.__pwned") is None
        assert page.locator("script").count() == scripts
        assert (
            page.locator("img, iframe, object, embed, form, base, video, style ~ style").count()
            == 0
        )
        links = page.evaluate("[...document.querySelectorAll('a[href]')].map(a => a.protocol)")
        assert set(links) <= {"file:", "http:", "https:"}
