"""The page that documents the ontology: the committed one, what it asks for, how it is read."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
import rdflib
from rdflib import RDF, URIRef

from kg import ontology

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "exports" / "ontology" / "index.html"
TOOL = ROOT / "tests" / "tools" / "ontology_page.py"
CHROMIUM = Path("/usr/bin/chromium")
ONTOLOGY = ontology.load()


class Reader(HTMLParser):
    """Collect identifiers, links, and what a browser would load."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.loads: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {key: value or "" for key, value in attrs}
        self.ids += [said["id"]] if "id" in said else []
        if tag == "a":
            self.links.append(said.get("href", ""))
        else:
            self.loads += [said[key] for key in ("src", "href", "srcset", "data") if key in said]


def test_committed_page_is_the_one_that_is_made(tmp_path: Path) -> None:
    made = []
    for seed in ("1", "2"):
        page = tmp_path / f"{seed}.html"
        environment = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        subprocess.run([sys.executable, TOOL, page], check=True, env=environment, cwd=tmp_path)
        made.append(page.read_bytes())
    assert made[0] == made[1]
    assert made[0] == PAGE.read_bytes(), "run: python tests/tools/ontology_page.py " + str(PAGE)


def test_page_loads_nothing_from_elsewhere() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert all(address.startswith("data:") for address in Reader(text).loads)
    style = "".join(re.findall(r"<style>(.*?)</style>", text, flags=re.DOTALL))
    assert style
    assert "url(" not in style
    assert "@import" not in style
    assert all("json" in script for script in re.findall(r"<script[^>]*>", text))
    assert str(ROOT) not in text


def test_every_term_has_its_place() -> None:
    """The fragment of a term's IRI is where the page explains it."""
    reader = Reader(PAGE.read_text(encoding="utf-8"))
    assert len(reader.ids) == len(set(reader.ids))
    schema = rdflib.Graph().parse(ONTOLOGY.folder / ontology.SCHEMA, format="turtle")
    terms = {s for s in schema.subjects(RDF.type, None) if isinstance(s, URIRef)}
    own = {
        str(t).removeprefix(ONTOLOGY.namespace)
        for t in terms
        if t in rdflib.Namespace(ONTOLOGY.namespace)
    }
    assert own <= set(reader.ids)
    inner = {link[1:] for link in reader.links if link.startswith("#")}
    assert inner <= set(reader.ids)
    outer = {link for link in reader.links if not link.startswith("#")}
    assert all(re.fullmatch(r"https?://\S+", link) for link in outer)


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_page_in_a_browser(width: int, scheme: str) -> None:
    if not CHROMIUM.exists():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{CHROMIUM} is missing")
        pytest.skip(f"{CHROMIUM} is missing")
    from playwright.sync_api import sync_playwright

    asked: list[str] = []
    told: list[str] = []
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        tab = chromium.new_page(
            viewport={"width": width, "height": 800},
            color_scheme="dark" if scheme == "dark" else "light",
        )
        tab.on("request", lambda request: asked.append(request.url))
        tab.on("console", lambda message: told.append(message.text))
        tab.goto(f"{PAGE.as_uri()}#{ONTOLOGY.types[0].name}")
        assert tab.evaluate("document.documentElement.scrollWidth") <= width
        shown = tab.locator(":target h3")
        assert shown.is_visible()
        assert shown.inner_text().startswith(ONTOLOGY.types[0].label)
        chromium.close()
    assert [a for a in asked if not a.startswith(("data:", "file:"))] == []
    assert told == []
