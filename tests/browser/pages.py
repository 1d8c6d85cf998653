"""What the tests in a browser share: Chromium, pages that are watched, and graphs to show.

Every page that is opened here must ask for nothing but itself and complain of nothing.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from conftest import entity, extraction, span
from playwright.sync_api import sync_playwright

from kg.exporters.html import FILES, write
from kg.graph.assemble import assemble
from kg.model import Record, Relation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

    from kg.model import Extraction

__all__ = ["CHROMIUM", "built", "chromium", "large", "opened", "until"]

CHROMIUM = Path("/usr/bin/chromium")


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Chromium; without it tests are skipped, but nothing is ever skipped in CI."""
    if not CHROMIUM.exists():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{CHROMIUM} is missing")
        pytest.skip(f"{CHROMIUM} is missing")
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--enable-unsafe-swiftshader"]
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield found
        found.close()


def until(page: Page, script: str, argument: object = None) -> None:
    """Wait until a function is true; Playwright's own way needs eval, which the page forbids."""
    for _ in range(300):
        if page.evaluate(script, argument):
            return
        page.wait_for_timeout(50)
    pytest.fail(f"never true: {script}")


@contextmanager
def opened(browser: Browser, path: Path, fragment: str = "", **options: Any) -> Iterator[Page]:
    """Open the page, wait until it is drawn, and see afterwards that it kept to itself."""
    context: BrowserContext = browser.new_context(
        **{"viewport": {"width": 1280, "height": 800}, "reduced_motion": "reduce"} | options
    )
    context.set_default_timeout(15_000)
    page = context.new_page()
    requests: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: complaints.extend(_told(message)))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: complaints.append(dialog.message))
    page.goto(path.as_uri() + fragment)
    if options.get("java_script_enabled", True):
        until(page, "() => document.documentElement.dataset.drawn")
    yield page
    assert {url.partition("#")[0] for url in requests} <= {path.as_uri()}
    assert not complaints
    context.close()


def _told(message: ConsoleMessage) -> list[str]:
    """Leave out what a driver says of its own speed: there is no graphics card here."""
    is_driver = message.type == "warning" and "GL Driver Message" in message.text
    return [] if is_driver else [f"{message.type}: {message.text}"]


def built(extractions: list[Extraction], folder: Path) -> Path:
    with assemble(extractions) as graph:
        write(graph, folder)
    return folder / FILES[0]


def large() -> Iterator[Extraction]:
    """Make papers with more entities than the page opens with."""
    for number in range(110):
        names = [f"Net{number}", f"Module{number}a", f"Module{number}b"]
        text = f"Transformer helps. {' and '.join(names)} work on Set{number % 9} with images."
        record = Record(id=f"p{number:03}", title=f"Paper {number} on nets", abstract=text)
        methods = [entity(record, "Method", name, "used") for name in names]
        start, end = span(record, " and ".join(names))
        links = [
            Relation(methods[0].key, "uses", other.key, start, end, "hand") for other in methods[1:]
        ]
        links.append(Relation(methods[0].key, "uses", ("Method", "Transformer"), 0, 9, "hand"))
        others = (
            entity(record, "Method", "Transformer", "used"),
            entity(record, "Dataset", f"Set{number % 9}", "used"),
            entity(record, "Modality", "image", "input", "images"),
        )
        yield extraction(record, (*methods, *others), tuple(links))
