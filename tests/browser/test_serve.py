"""The pages of the server in a browser: what people do there, and that nothing else is asked."""

from __future__ import annotations

import os
import re
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from playwright.sync_api import expect, sync_playwright
from serving import RUNAWAY, build, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page
    from serving import Client

pytestmark = pytest.mark.browser

CHROMIUM = Path("/usr/bin/chromium")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start Chromium; without it tests are skipped, but nothing is ever skipped in CI."""
    if not CHROMIUM.exists():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{CHROMIUM} is missing")
        pytest.skip(f"{CHROMIUM} is missing")
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu"]
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with serving(build(tmp_path_factory.mktemp("served") / "graph"), timeout=4) as found:
        yield found


@contextmanager
def opened(
    browser: Browser, client: Client, path: str, *, complaints: int = 0, **options: Any
) -> Iterator[Page]:
    """Open a page, and see afterwards that it asked this server alone and complained of nothing."""
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}} | options)
    context.set_default_timeout(15_000)
    page = context.new_page()
    requests: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.goto(client.url.rstrip("/") + path)
    yield page
    assert {url[: len(client.url)] for url in requests if not url.startswith("data:")} == {
        client.url
    }
    assert len(said) == complaints, said
    context.close()


def ask(page: Page, sparql: str) -> None:
    """Put a query into the editor, as the clipboard would, and run it."""
    page.evaluate(
        "text => document.querySelector('.yasqe .CodeMirror').CodeMirror.setValue(text)", sparql
    )
    page.get_by_role("button", name="Run").click()


def test_a_question_is_asked_by_a_click(browser: Browser, client: Client) -> None:
    with opened(browser, client, "/") as page:
        expect(page.locator(".counts")).to_contain_text("3 papers")
        page.get_by_text("Which datasets do papers introduce or use for each modality").click()
        expect(page.locator("#state")).to_contain_text("row")
        expect(page.locator("#asked")).to_contain_text("Which datasets")
        expect(page.locator("#editor")).to_contain_text("SELECT")
        expect(page.locator("#editor")).not_to_contain_text("# question")
        expect(page.locator("#answer tbody tr").first).to_be_visible()
        assert "#query=" in page.url
        page.reload()
        expect(page.locator("#answer tbody tr").first).to_be_visible()


def test_a_question_can_be_narrowed(browser: Browser, client: Client) -> None:
    with opened(browser, client, "/?question=best-results") as page:
        expect(page.locator("#state")).to_contain_text("row")
        page.get_by_role("combobox", name="dataset").fill("beta")
        page.keyboard.press("Enter")
        expect(page.locator("#editor")).to_contain_text("VALUES ?d { <https://w3id.org/paperkg")
        expect(page.locator("#answer tbody")).to_contain_text("BETA")
        page.get_by_role("combobox", name="dataset").fill("nobody's")
        page.keyboard.press("Enter")
        expect(page.locator("#state")).to_have_text("Nothing is named nobody's")
        page.get_by_role("combobox", name="dataset").fill("")
        page.keyboard.press("Enter")
        expect(page.locator("#editor")).not_to_contain_text("VALUES")


def test_answers_lead_to_pages_here(browser: Browser, client: Client) -> None:
    sparql = "SELECT ?paper ?method { ?paper kg:proposesMethod ?m . ?m skos:prefLabel ?method }"
    with opened(browser, client, f"/?query={quote(sparql)}") as page:
        link = page.locator("#answer a.iri").first
        expect(link).to_have_attribute("href", "/paper/arxiv:2501.00001")
        expect(link).to_have_text("paper:arxiv:2501.00001")
        page.locator("#answer a.name").first.click()
        expect(page.locator("h1")).to_have_text("FlickerNet")
        page.go_back()
        expect(page.locator("#state")).to_contain_text("1 row in")
        page.locator("#answer a.iri").first.click()
        expect(page.locator("h1")).to_contain_text("FlickerNet: spiking networks")


def test_triples_are_shown_and_saved(browser: Browser, client: Client) -> None:
    with opened(browser, client, "/") as page:
        ask(page, "DESCRIBE <https://w3id.org/paperkg/method/flickernet>")
        expect(page.locator("#answer")).to_contain_text("FlickerNet")
        expect(page.locator("#downloads")).to_contain_text("JSON-LD")
        with page.expect_download() as waiting:
            page.get_by_role("link", name="Turtle").click()
        assert b"FlickerNet" in waiting.value.path().read_bytes()


def test_a_mistake_is_told_where_it_is(browser: Browser, client: Client) -> None:
    with opened(browser, client, "/", complaints=1) as page:
        ask(page, "SELECT * { ?a ?b ")
        expect(page.locator("#state")).to_have_text(re.compile("^line 1, column 12: cannot go on"))
        expect(page.locator("#answer .yasr")).to_be_hidden()


def test_a_query_is_stopped_by_hand_and_by_the_server(browser: Browser, client: Client) -> None:
    with opened(browser, client, "/", complaints=1) as page:
        ask(page, RUNAWAY)
        page.get_by_role("button", name="Stop").click()
        expect(page.locator("#state")).to_have_text("Stopped")
        ask(page, RUNAWAY)
        expect(page.locator("#state")).to_contain_text("stopped after 4 s")
        expect(page.get_by_role("button", name="Run")).to_be_visible()


def test_the_keyboard_is_enough(browser: Browser, client: Client) -> None:
    with opened(browser, client, "/") as page:
        page.keyboard.press("Tab")
        expect(page.locator(".skip")).to_be_focused()
        page.keyboard.press("/")
        expect(page.locator("#q")).to_be_focused()
        page.keyboard.type("flick")
        expect(page.locator("#hits li").first).to_contain_text("FlickerNet")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text("FlickerNet")
        page.go_back()
        page.locator(".CodeMirror").click()
        page.keyboard.press("Control+Enter")
        expect(page.locator("#state")).to_contain_text("row")


def test_terms_of_the_ontology_are_completed(browser: Browser, client: Client) -> None:
    with opened(browser, client, "/") as page:
        text = "PREFIX kg: <https://w3id.org/paperkg/ontology#>\nSELECT * {\n  ?p "
        page.evaluate(
            "text => { const e = document.querySelector('.CodeMirror').CodeMirror;"
            "e.setValue(text); e.focus(); e.setCursor(2, 5); }",
            text,
        )
        page.keyboard.type("kg:prop")
        page.keyboard.press("Control+Space")
        hint = page.locator(".CodeMirror-hint", has_text="kg:proposesMethod")
        expect(hint).to_be_visible()
        page.keyboard.press("Enter")
        expect(page.locator("#editor")).to_contain_text("?p kg:proposesMethod")


def test_evidence_unfolds(browser: Browser, client: Client) -> None:
    with opened(browser, client, "/method/flickernet") as page:
        quote_ = page.get_by_text("It outperforms EEGNet on BETA", exact=True).first
        expect(quote_).to_be_hidden()
        page.locator(".relation summary").first.click()
        expect(quote_).to_be_visible()
        page.get_by_role("link", name="Open as SPARQL").click()
        expect(page.locator("#answer tbody tr").first).to_be_visible()


def test_the_map_works_here_too(browser: Browser, client: Client) -> None:
    with opened(browser, client, "/map#node=EEGNet") as page:
        expect(page.locator("#panel h2")).to_have_text("EEGNet")


@pytest.mark.parametrize("path", ["/", "/method/eegnet", "/paper/arxiv:2501.00001", "/ontology"])
def test_phones_do_not_scroll_sideways(browser: Browser, client: Client, path: str) -> None:
    with opened(browser, client, path, viewport={"width": 390, "height": 844}) as page:
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_dark_and_light(browser: Browser, client: Client) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    with opened(browser, client, "/method/eegnet", color_scheme="dark") as page:
        assert page.evaluate(ground) == "rgb(21, 24, 27)"
    with opened(browser, client, "/method/eegnet", color_scheme="light") as page:
        assert page.evaluate(ground) == "rgb(255, 255, 255)"


def test_without_scripts_pages_and_search_work(browser: Browser, client: Client) -> None:
    with opened(browser, client, "/method/eegnet", java_script_enabled=False) as page:
        page.locator("#q").fill("flicker")
        page.keyboard.press("Enter")
        page.get_by_role("link", name="Method FlickerNet", exact=True).click()
        expect(page.locator("h1")).to_have_text("FlickerNet")
