"""Every perspective in a browser, on what strangers may write: nothing of it runs.

The strings stand in identifiers, titles, names, rules, evidence, addresses, dates and authors; the
page asks for nothing but itself, opens no dialog and holds no element that it does not make.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hostile import HOSTILE, hostile
from pages import chromium, opened

from kg.exporters import html, report
from kg.exporters.viewer import grids, scenes
from kg.graph.assemble import assemble
from kg.graph.notebook import as_html
from kg.graph.overview import overview
from kg.graph.perspectives import lineages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

    from kg.graph.knowledge_graph import KnowledgeGraph

pytestmark = pytest.mark.browser

FOREIGN = (
    "img, iframe, object, embed, form, base, video, audio, math, template, textarea, marquee, "
    "link:not([rel=icon]), style ~ style, [onload], [onerror], [onclick], [onfocus], [onmouseover]"
)


def notebook(graph: KnowledgeGraph) -> str:
    return f"<!doctype html><html lang=en data-drawn=1><title>A cell</title>{as_html(graph)}</html>"


def told(graph: KnowledgeGraph) -> str:
    return report._page(report._told(overview(graph), graph)).replace(
        '<html lang="en"', '<html lang="en" data-drawn="1"'
    )


VIEWS: dict[str, Callable[[KnowledgeGraph], str]] = {
    "focus": lambda g: html.page(g, scenes.around(g, "net0", depth=2)),
    "papers": lambda g: html.page(g, scenes.by_paper(g)),
    "community": lambda g: html.page(g, scenes.by_community(g)),
    "genealogy": lambda g: html.page(g, scenes.by_descent(g, lineages(g.ontology))),
    "matrix": lambda g: grids.page(g, grids.heat_map(g, columns=g.ontology.type_names[0])),
    "timeline": lambda g: grids.page(g, grids.timeline(g)),
    "report": told,
    "notebook": notebook,
    "split": html.page,
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def graph() -> Iterator[KnowledgeGraph]:
    with assemble(hostile()) as made:
        yield made


@pytest.mark.parametrize("name", VIEWS)
def test_no_perspective_runs_what_strangers_write(
    browser: Browser,
    graph: KnowledgeGraph,
    tmp_path: Path,
    name: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert len(HOSTILE) >= 60
    if name == "split":
        monkeypatch.setattr(html, "_PLAIN", 1000)
        monkeypatch.setattr(html, "_MANY", 10)
    path = tmp_path / f"{name}.html"
    path.write_text(VIEWS[name](graph), encoding="utf-8")
    with opened(browser, path) as page:
        scripts = page.locator("script").count()
        if page.locator("#as-table").count():
            for _ in range(200):
                if page.evaluate("model.isWhole"):
                    break
                page.wait_for_timeout(50)
            for at in range(0, page.evaluate("model.entities.length"), 5):
                page.evaluate(
                    "at => { location.hash = `#${new URLSearchParams([['node', "
                    "model.entities[at].id]])}` }",
                    at,
                )
                page.wait_for_timeout(5)
            for summary in page.locator("#panel details > summary").all()[:3]:
                summary.click()
            page.locator("#as-table").click()
        for cell in page.locator("[data-cell]").all()[::9]:
            cell.click()
        assert page.evaluate("window.__pwned") is None
        assert page.locator("script").count() == scripts
        assert page.locator(FOREIGN).count() == 0
        links = page.evaluate("[...document.querySelectorAll('a[href]')].map(a => a.protocol)")
        assert set(links) <= {"file:", "http:", "https:"}
