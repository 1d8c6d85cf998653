"""What else people do with the page: paths, years, files to take away, other perspectives."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import networkx as nx
import pytest
from conftest import hand_made
from pages import built, chromium, large, opened, until
from playwright.sync_api import expect

from kg.exporters import html
from kg.exporters.viewer import grids, scenes
from kg.graph.assemble import assemble
from kg.graph.notebook import as_html
from kg.graph.perspectives import lineages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from kg.graph.knowledge_graph import KnowledgeGraph
    from kg.model import Extraction

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(hand_made(), tmp_path_factory.mktemp("small"))


def dated(extractions: list[Extraction]) -> list[Extraction]:
    """Give each paper a year of its own."""
    return [
        replace(found, record=replace(found.record, date=f"{2019 + 2 * at}-01"))
        for at, found in enumerate(extractions)
    ]


def written(
    folder: Path, make: Callable[[KnowledgeGraph], str], extractions: list[Extraction]
) -> Path:
    path = folder / "page.html"
    with assemble(extractions) as graph:
        path.write_text(make(graph), encoding="utf-8")
    return path


# ---- paths ----


def test_the_shortest_path_between_two(browser: Browser, small: Path) -> None:
    with opened(browser, small, "#node=BETA") as page:
        page.get_by_role("button", name="Path to").click()
        expect(page.locator("#ask-path")).to_contain_text("Path from BETA")
        expect(page.locator("#query")).to_be_focused()
        page.keyboard.type("SSVEP")
        page.keyboard.press("Enter")
        panel = page.locator("#panel")
        expect(panel.locator(".kind")).to_have_text("Path, 2 steps")
        expect(panel.locator(".way .link")).to_have_text(["BETA", "FlickerNet", "SSVEP decoding"])
        expect(panel.locator(".way .count").first).to_have_text("\u2190 evaluated on")
        expect(page.locator("#ask-path")).to_be_hidden()
        assert "to=task%2Fssvep-decoding" in page.url
        panel.locator(".way .count").first.click()
        expect(panel.locator(".kind")).to_have_text("Link")
        page.go_back()
        expect(panel.locator(".kind")).to_have_text("Path, 2 steps")


def test_a_path_can_be_a_link_and_can_be_missing(browser: Browser, small: Path) -> None:
    with opened(browser, small, "#node=BETA&to=EEGNet") as page:
        expect(page.locator("#panel .kind")).to_have_text("Path, 1 step")
        page.evaluate("location.hash = '#node=BETA&to=image&types=Dataset,Modality'")
        expect(page.locator("#panel")).to_contain_text("No way leads from one to the other")


def test_asking_for_a_path_can_be_cancelled(browser: Browser, small: Path) -> None:
    with opened(browser, small, "#node=BETA") as page:
        page.get_by_role("button", name="Path to").click()
        page.locator("#ask-path-no").click()
        expect(page.locator("#ask-path")).to_be_hidden()
        page.locator("#query").fill("EEGNet")
        page.keyboard.press("Enter")
        expect(page.locator("#panel h2")).to_have_text("EEGNet")


# ---- details ----


def test_a_query_can_be_copied(browser: Browser, small: Path) -> None:
    with opened(browser, small, "#node=EEGNet") as page:
        page.get_by_text("SPARQL for this").click()
        query = page.locator(".query")
        expect(query).to_contain_text("<https://w3id.org/paperkg/method/eegnet>")
        page.locator(".sparql button").click()
        until(page, "() => /Copied|Marked/.test(document.querySelector('.sparql').textContent)")


def test_queries_answer_what_the_details_show(
    browser: Browser, small: Path, tmp_path: Path
) -> None:
    import pyoxigraph

    from kg.exporters import turtle

    with assemble(hand_made()) as graph:
        turtle.write(graph, tmp_path)
    store = pyoxigraph.Store()
    for path in sorted(tmp_path.glob("*.ttl")):
        store.load(path.read_bytes(), format=pyoxigraph.RdfFormat.TURTLE)

    def rows(query: str) -> list[Any]:
        return list(cast("pyoxigraph.QuerySolutions", store.query(query)))

    with opened(browser, small) as page:
        of_entity = rows(page.evaluate("sparql.ofEntity(search.named('EEGNet'))"))
        assert {str(row["name"]).strip('"') for row in of_entity} >= {"FlickerNet"}
        of_pair = rows(
            page.evaluate(
                "sparql.ofPair([...model.pairs.values()].find(p => p.claims.length && "
                "[p.one.label, p.two.label].sort().join() === 'EEGNet,FlickerNet'))"
            )
        )
        assert len(of_pair) == 3
        assert rows(page.evaluate("sparql.ofPaper(model.papers[0])"))


def test_kinds_and_addresses_are_shown(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    with assemble(hand_made()) as graph:
        broad, narrow = (f"{graph.base}method/{name}" for name in ("eegnet", "flickernet"))
        connection = graph._connection
        connection.execute("INSERT INTO kinds VALUES (?, ?, 'hand')", [narrow, broad])
        for target in ("https://example.org/net?a=1&b=2", "javascript:window.__pwned=1"):
            connection.execute("INSERT INTO links VALUES (?, 'p', ?, 'hand')", [broad, target])
        path.write_text(html.page(graph), encoding="utf-8")
    with opened(browser, path, "#node=EEGNet") as page:
        panel = page.locator("#panel")
        expect(panel.locator("section", has_text="Kinds")).to_contain_text("FlickerNet")
        links = panel.locator("section", has_text="Elsewhere").locator("a")
        expect(links).to_have_count(1)
        expect(links).to_have_attribute("href", "https://example.org/net?a=1&b=2")
        expect(links).to_have_attribute("rel", "noopener noreferrer")


# ---- filters ----


def test_confidence_filters(browser: Browser, small: Path) -> None:
    with opened(browser, small) as page:
        page.locator("#as-table").click()
        page.get_by_role("button", name="Relations").click()
        before = page.locator("#table tbody tr").count()
        page.locator("#sure").fill("0.85")
        expect(page.locator("#sure-value")).to_have_text("0.85")
        assert page.locator("#table tbody tr").count() < before
        expect(page.locator("#table tbody")).not_to_contain_text("outperforms")


def test_years_filter_where_dates_are_known(browser: Browser, small: Path, tmp_path: Path) -> None:
    with opened(browser, small) as page:
        expect(page.locator("#year-set")).to_be_hidden()
    with opened(browser, built(dated(hand_made()), tmp_path)) as page:
        expect(page.locator("#year-value")).to_have_text("2019\u20132023")
        expect(page.locator("#year-bars span")).to_have_count(5)
        page.locator("#from").fill("2022")
        expect(page.locator("#year-value")).to_have_text("2022\u20132023")
        expect(page.locator("#shown")).to_have_text("2 of 8 entities")
        page.locator("#to").fill("2020")
        expect(page.locator("#year-value")).to_have_text("2020")
        page.locator("#from").fill("2019")
        page.locator("#to").fill("2023")
        expect(page.locator("#shown")).to_have_text("8 of 8 entities")
        page.evaluate("location.hash = '#node=EEGNet'")
        expect(page.locator("#panel .years .some")).to_have_count(3)


# ---- files ----


def saved(page: Page, name: str) -> str:
    page.locator("#save summary").click()
    with page.expect_download() as waiting:
        page.locator(f"#save-{name}").click()
    return waiting.value.path().read_bytes().decode("utf-8-sig")


def test_what_is_visible_can_be_taken_away(browser: Browser, small: Path, tmp_path: Path) -> None:
    with opened(browser, small) as page:
        page.get_by_label("Metric").uncheck()
        rows = list(csv.DictReader(io.StringIO(saved(page, "entities"))))
        assert len(rows) == 7
        assert {row["name"] for row in rows} >= {"EEGNet", "'=cmd() set"}
        relations = list(csv.DictReader(io.StringIO(saved(page, "relations"))))
        assert {"FlickerNet outperforms EEGNet"} <= {
            f"{row['head name']} {row['relation']} {row['tail name']}" for row in relations
        }
        path = tmp_path / "saved.graphml"
        path.write_text(saved(page, "graphml"), encoding="utf-8")
        network = nx.read_graphml(path)
        assert set(network) == {row["id"] for row in rows}
        assert network.nodes["dataset/cmd-set"]["label"] == "=cmd() set"
        assert all(told["weight"] > 0 for *_, told in network.edges(data=True))
        ids = re.findall('<edge id="(e[0-9]+)"', path.read_text(encoding="utf-8"))
        assert len(ids) == len(set(ids)) == network.number_of_edges()


def test_the_menu_closes(browser: Browser, small: Path) -> None:
    with opened(browser, small) as page:
        page.locator("#save summary").click()
        expect(page.locator("#save-png")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator("#save-png")).to_be_hidden()
        page.locator("#save summary").click()
        page.locator("#title").click()
        expect(page.locator("#save-png")).to_be_hidden()


# ---- large graphs ----


@pytest.fixture(scope="module")
def webgl(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a page as large graphs have: drawn by WebGL, its data packed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(html, "_MANY", 100)
        patch.setattr(html, "_PLAIN", 1000)
        return built(list(large()), tmp_path_factory.mktemp("webgl"))


def test_webgl_draws_what_is_packed(browser: Browser, webgl: Path) -> None:
    with opened(browser, webgl) as page:
        expect(page.locator("#shown")).to_have_text("300 of 341 entities")
        until(page, "() => document.documentElement.dataset.whole")
        assert page.evaluate("typeof vis") == "undefined"
        x, y = page.evaluate(
            "(() => { const at = map.where(search.named('Transformer')); return [at.x, at.y] })()"
        )
        page.locator("#map").click(position={"x": x, "y": y})
        expect(page.locator("#panel h2")).to_have_text("transformer")
        expect(page.locator("#panel .source mark").first).to_have_text("Transformer")
        page.keyboard.press("Escape")
        x, y = page.evaluate(
            "(() => { const pair = map.pairs().find((each) => each.claims.length);"
            "const [a, b] = [map.where(pair.one), map.where(pair.two)];"
            "return [(a.x + b.x) / 2, (a.y + b.y) / 2]; })()"
        )
        page.wait_for_timeout(400)  # or the two clicks are a double one
        page.locator("#map").click(position={"x": x, "y": y})
        expect(page.locator("#panel .kind")).to_have_text("Link")
        page.keyboard.press("Escape")
        page.locator("#all").check()
        expect(page.locator("#shown")).to_have_text("341 of 341 entities")
        page.keyboard.press("/")
        page.keyboard.type("Net10")
        page.keyboard.press("Enter")
        expect(page.locator("#panel h2")).to_have_text("Net10")
        page.locator("#theme").select_option("dark")
        page.locator("#save summary").click()
        with page.expect_download() as waiting:
            page.locator("#save-png").click()
        assert waiting.value.path().read_bytes().startswith(b"\x89PNG")


def test_webgl_knows_what_is_pointed_at_after_a_drag(browser: Browser, webgl: Path) -> None:
    with opened(browser, webgl) as page:
        box = page.locator("#map").bounding_box()
        assert box
        page.mouse.move(box["x"] + 20, box["y"] + 20)
        page.mouse.down()
        for step in range(8):
            page.mouse.move(box["x"] + 20 + 12 * step, box["y"] + 20 + 5 * step)
        page.mouse.up()
        page.wait_for_timeout(400)
        x, y = page.evaluate(
            "(() => { const at = map.where(search.named('Transformer')); return [at.x, at.y] })()"
        )
        page.locator("#map").click(position={"x": x, "y": y})
        expect(page.locator("#panel h2")).to_have_text("transformer")


def test_webgl_expands_on_double_click(browser: Browser, webgl: Path) -> None:
    with opened(browser, webgl) as page:
        until(page, "() => document.documentElement.dataset.whole")
        wanted = "model.entities.find(e => e.core && choices.hidden(choices.neighbours(e)).length)"
        name = page.evaluate(f"{wanted}.label")
        page.evaluate(f"location.hash = '#node={name}'")
        expect(page.locator("#panel h2")).to_have_text(name)
        at = page.evaluate(
            f"(() => {{ const at = map.where(search.named({name!r})); return [at.x, at.y] }})()"
        )
        page.locator("#map").dblclick(position={"x": at[0], "y": at[1]}, delay=10)
        expect(page.locator("#shown")).not_to_have_text("300 of 341 entities")


# ---- perspectives ----


def test_around_an_entity(browser: Browser, tmp_path: Path) -> None:
    path = written(tmp_path, lambda g: html.page(g, scenes.around(g, "BETA", depth=1)), hand_made())
    with opened(browser, path) as page:
        expect(page.locator("#title")).to_have_text("Around BETA")
        assert page.evaluate("model.entities[0].label") == "BETA"
        assert page.evaluate("model.entities.length") < 8


def test_papers_that_share_entities(browser: Browser, tmp_path: Path) -> None:
    path = written(tmp_path, lambda g: html.page(g, scenes.by_paper(g)), dated(hand_made()))
    with opened(browser, path, "#paper=arxiv:2501.00001") as page:
        expect(page.locator("#shown")).to_have_text("3 of 11 nodes")
        panel = page.locator("#panel")
        expect(panel.locator("h2")).to_contain_text("FlickerNet: spiking networks")
        expect(panel.locator("section", has_text="Links")).to_contain_text("share entities")
        panel.locator(".count", has_text="3 entities").click()
        expect(panel.locator("section")).to_contain_text("Entities of both (3)")
        page.go_back()
        panel.get_by_role("button", name="Draw").click()
        expect(page.locator("#shown")).to_have_text("9 of 11 nodes")
        page.evaluate("location.hash = '#node=EEGNet'")
        expect(panel.locator("h2")).to_have_text("EEGNet")
        panel.locator(".count").first.click()
        expect(panel.locator("section")).to_contain_text("Mentions")


def test_communities_have_colours_and_a_filter(browser: Browser, tmp_path: Path) -> None:
    path = written(tmp_path, lambda g: html.page(g, scenes.by_community(g)), list(large()))
    with opened(browser, path) as page:
        expect(page.locator("#title")).to_have_text("Communities")
        boxes = page.locator("#groups input")
        assert boxes.count() > 1
        before = page.locator("#shown").text_content()
        boxes.first.uncheck()
        expect(page.locator("#shown")).not_to_have_text(before or "")


def test_genealogy_runs_from_left_to_right(browser: Browser, tmp_path: Path) -> None:
    path = written(
        tmp_path,
        lambda g: html.page(g, scenes.by_descent(g, lineages(g.ontology))),
        list(large()),
    )
    with opened(browser, path) as page:
        expect(page.locator("#title")).to_have_text("Genealogy")
        assert page.evaluate(
            "map.where(search.named('Transformer')).x < map.where(search.named('Net1')).x"
        )


def test_the_heat_map_lists_the_papers_of_a_cell(browser: Browser, tmp_path: Path) -> None:
    path = written(tmp_path, lambda g: grids.page(g, grids.heat_map(g)), hand_made())
    with opened(browser, path) as page:
        cell = page.get_by_role("button", name="EEGNet, BETA")
        expect(cell).to_have_text("1")
        cell.focus()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowUp")
        page.keyboard.press("Enter")
        panel = page.locator("#panel")
        expect(panel.locator("h2")).to_be_focused()
        expect(panel).to_contain_text("Papers (1)")
        expect(panel.locator("mark")).to_have_text("EEGNet is compared with FlickerNet")
        page.keyboard.press("Escape")
        expect(panel).to_be_hidden()
        expect(cell).to_be_focused()
    with opened(browser, path, java_script_enabled=False) as page:
        expect(page.locator("table")).to_contain_text("EEGNet")


def test_the_timeline_counts_by_year(browser: Browser, tmp_path: Path) -> None:
    path = written(tmp_path, lambda g: grids.page(g, grids.timeline(g)), dated(hand_made()))
    with opened(browser, path, viewport={"width": 390, "height": 844}) as page:
        heads = page.locator("thead tr").first.locator("th")
        expect(heads).to_have_text(["2019", "2020", "2021", "2022", "2023"])
        row = page.locator("tbody tr", has_text="EEGNet")
        expect(row.locator("button")).to_have_text(["1", "1", "1"])
        row.locator("button").first.click()
        expect(page.locator("#panel")).to_contain_text("FlickerNet: spiking networks")
        assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_a_notebook_shows_a_picture(browser: Browser, tmp_path: Path) -> None:
    path = written(tmp_path, as_html, hand_made())
    context = browser.new_context()
    page = context.new_page()
    page.goto(path.as_uri())
    expect(page.locator("text", has_text="EEGNet")).to_have_count(1)
    assert page.locator("script, [onload], [onclick]").count() == 0
    context.close()
