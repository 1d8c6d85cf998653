"""No perspective has a fault that axe-core finds (WCAG 2.2 A and AA, and good practice).

axe-core is a development dependency under MPL-2.0 (``npm ci`` in ``tests/graphology``), never part
of the package.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import hand_made
from pages import chromium, large, until
from test_hostile import VIEWS
from test_page_more import dated

from kg.graph.assemble import assemble

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

AXE = Path(__file__).parent.parent / "graphology/node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
HOST = {"region", "landmark-one-main", "page-has-heading-one"}  # a notebook sees to these itself
SIZES = {"desktop": (1440, 900), "phone": (390, 844)}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not AXE.exists():
        assert not os.environ.get("CI"), "run npm ci in tests/graphology"
        pytest.skip("axe-core is not installed: npm ci in tests/graphology")
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("views")
    with assemble([*dated(hand_made()), *list(large())[:12]]) as graph:
        views = {name: view for name, view in VIEWS.items() if name not in {"split", "focus"}}
        views["graph"] = VIEWS["split"]
        for name, view in views.items():
            (folder / f"{name}.html").write_text(view(graph), encoding="utf-8")
    return {path.stem: path for path in sorted(folder.iterdir())}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing(
    browser: Browser, pages: dict[str, Path], size: str, scheme: str
) -> None:
    wide, high = SIZES[size]
    context = browser.new_context(
        viewport={"width": wide, "height": high},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
        bypass_csp=True,  # axe has to be put into the page
    )
    found = []
    page = context.new_page()
    for name, path in pages.items():
        for state in ("", "#node=EEGNet", "table") if name == "graph" else ("",):
            page.goto("about:blank")
            page.goto(path.as_uri() + (state if state.startswith("#") else ""))
            until(page, "() => document.documentElement.dataset.drawn")
            if state == "table":
                page.locator("#as-table").click()
            if page.locator("[data-cell]").count():
                page.locator("[data-cell]").first.click()
            page.add_script_tag(path=AXE)
            faults = page.evaluate(
                "async (rules) => (await axe.run(document, { runOnly: rules })).violations.map("
                "(v) => [v.id, v.nodes.slice(0, 2).map((n) => n.html.slice(0, 120))])",
                RULES,
            )
            skipped = HOST if name == "notebook" else set()
            found += [(name, state, *fault) for fault in faults if fault[0] not in skipped]
    context.close()
    assert not found
