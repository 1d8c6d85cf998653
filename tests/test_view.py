"""Perspectives on a graph, where their nodes stand, and the verb that shows them."""

from __future__ import annotations

import re
import tempfile
import webbrowser
from contextlib import contextmanager
from itertools import pairwise
from typing import TYPE_CHECKING

import networkx as nx
import pytest
from conftest import Run, entity, extraction, hand_made, span
from hypothesis import given
from hypothesis import strategies as st

from kg import cli_view, files
from kg.build import build
from kg.errors import ExportError, KGError, UnknownNameError
from kg.exporters.html import page
from kg.exporters.viewer import grids, scenes
from kg.graph.assemble import assemble
from kg.graph.layers import layered
from kg.graph.layout import positions
from kg.graph.network import edges, entity_network, nodes
from kg.graph.notebook import as_html
from kg.graph.perspectives import (
    communities,
    descents,
    in_common,
    lineages,
    neighbourhood,
    paper_network,
)
from kg.graph.places import places
from kg.model import Record, Relation

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO

    from kg.graph.knowledge_graph import KnowledgeGraph
    from kg.model import Extraction


def chain(*names: str) -> list[Extraction]:
    """Make a paper for each pair of neighbours in a row: the later extends the former."""
    made = []
    for former, later in pairwise(names):
        record = Record(id=later, title="T", abstract=f"{later} extends {former}.", date="2020")
        both = tuple(entity(record, "Method", name, "used") for name in (former, later))
        start, end = span(record, record.abstract)
        link = Relation(("Method", later), "extends", ("Method", former), start, end, "hand")
        made.append(extraction(record, both, (link,)))
    return made


# ---- places ----


def test_places_are_those_of_the_whole_graph_and_computed_once(
    graph: KnowledgeGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = places(graph)
    assert found == positions(
        (key for key, _ in nodes(graph)),
        ((head, tail, told["weight"]) for head, tail, told in edges(graph)),
    )
    monkeypatch.setattr("kg.graph.layout.positions", None)
    assert places(graph) is found


# ---- around an entity ----


def test_the_nearest_come_first(graph: KnowledgeGraph) -> None:
    short = len(graph.base)
    one = [iri[short:] for iri in neighbourhood(graph, "BETA", depth=1)]
    assert one[0] == "dataset/beta"
    assert set(one[1:]) >= {"method/flickernet", "method/eegnet"}
    two = [iri[short:] for iri in neighbourhood(graph, "eeg-net", depth=2)]
    assert two[0] == "method/eegnet"
    assert len(set(two)) == len(two)
    assert len(neighbourhood(graph, "BETA", depth=2, limit=3)) == 3


def test_a_step_is_a_step() -> None:
    with assemble(chain("Anet", "Bnet", "Cnet", "Dnet", "Enet")) as graph:
        for depth in (1, 2, 3):
            assert len(neighbourhood(graph, "Anet", depth=depth)) == depth + 1


def test_a_name_that_nobody_has(graph: KnowledgeGraph) -> None:
    with pytest.raises(UnknownNameError, match="EEGNet"):
        neighbourhood(graph, "EGNet")


# ---- communities, papers, descent ----


def test_communities_are_those_that_hang_together() -> None:
    network: nx.Graph[str] = nx.Graph()
    for group in ("abcde", "vwxyz"):
        network.add_weighted_edges_from(
            (one, two, 1.0) for one in group for two in group if one < two
        )
    network.add_edge("a", "z", weight=0.1)
    network.add_node("alone")
    assert communities(network) == [list("abcde"), list("vwxyz")]


def test_communities_do_not_depend_on_the_order_of_papers() -> None:
    with assemble(hand_made()) as one, assemble(hand_made()[::-1]) as two:
        first, second = (communities(entity_network(graph)) for graph in (one, two))
    assert first == second


def test_papers_are_joined_by_what_they_share(graph: KnowledgeGraph) -> None:
    network = paper_network(graph)
    assert len(network) == 3
    shared = sorted(told["shared"] for *_, told in network.edges(data=True))
    assert shared[-1] == 3
    assert "EEGNet" in in_common(graph, list(network))


def test_descent_leads_from_the_later_to_the_former() -> None:
    with assemble(chain("Anet", "Bnet", "Cnet")) as graph:
        network = descents(graph, ["extends"])
        assert nx.has_path(network, f"{graph.base}method/cnet", f"{graph.base}method/anet")
        with pytest.raises(KGError, match="tells no descent"):
            descents(graph, ["evaluatedOn"])
        assert "extends" in lineages(graph.ontology)
        assert "comparedWith" not in lineages(graph.ontology)


PAIRS = st.lists(st.tuples(st.sampled_from("abcdefgh"), st.sampled_from("abcdefgh")), max_size=16)


@given(PAIRS)
def test_layers_hold_every_node_once_and_each_apart(pairs: list[tuple[str, str]]) -> None:
    found = layered("abcdefgh", [pair for pair in pairs if pair[0] != pair[1]])
    assert sorted(found) == list("abcdefgh")
    assert len(set(found.values())) == 8
    assert found == layered("hgfedcba", [pair for pair in reversed(pairs) if pair[0] != pair[1]])


@given(PAIRS)
def test_what_came_first_stands_on_the_left(pairs: list[tuple[str, str]]) -> None:
    ordered = [(max(pair), min(pair)) for pair in pairs if pair[0] != pair[1]]
    found = layered("abcdefgh", ordered)
    assert all(found[later][0] > found[former][0] for later, former in ordered)


# ---- grids ----


def test_the_heat_map_counts_papers(graph: KnowledgeGraph) -> None:
    grid = grids.heat_map(graph)
    assert {head.name for head in grid.rows} == {"FlickerNet", "EEGNet"}
    assert [head.name for head in grid.columns] == ["BETA"]
    text = grids.page(graph, grid)
    assert len(re.findall("data-cell=", text)) == 2
    assert "http-equiv" in text
    assert 'style="' not in text


def test_the_timeline_needs_dates(graph: KnowledgeGraph) -> None:
    with pytest.raises(KGError, match="no paper has a date"):
        grids.timeline(graph)
    with assemble(chain("Anet", "Bnet", "Cnet")) as dated:
        grid = grids.timeline(dated)
        assert [head.name for head in grid.columns] == ["2020"]
        assert len(grid.cells) == 4


@pytest.mark.parametrize("name", ["</script><script>alert(1)</script>", '"><img src=x>', "&lt;"])
def test_names_of_strangers_change_no_tag_of_a_grid(name: str) -> None:
    record = Record(id=name, title=name, abstract=f"{name} works on BETA.", date="2020", url=name)
    start, end = span(record, record.abstract)
    both = (entity(record, "Method", name, "used"), entity(record, "Dataset", "BETA", "used"))
    link = Relation(("Method", name), "evaluatedOn", ("Dataset", "BETA"), start, end, "hand")
    with assemble([extraction(record, both, (link,))]) as graph:
        texts = [grids.page(graph, make(graph)) for make in (grids.heat_map, grids.timeline)] + [
            as_html(graph)
        ]
    for text in texts:
        assert "<img" not in text
        assert "<script>alert" not in text


# ---- pages ----


@pytest.mark.parametrize(
    "make",
    [
        lambda g: page(g, scenes.around(g, "BETA")),
        lambda g: page(g, scenes.by_community(g)),
        lambda g: page(g, scenes.by_paper(g)),
        lambda g: page(g, scenes.by_descent(g, lineages(g.ontology))),
        lambda g: grids.page(g, grids.heat_map(g)),
        as_html,
    ],
)
def test_a_perspective_is_the_same_whatever_the_order(make) -> None:  # type: ignore[no-untyped-def]
    with assemble(hand_made()) as one, assemble(hand_made()[::-1]) as two:
        assert make(one) == make(two)


@pytest.mark.parametrize("make", [scenes.whole, scenes.by_community, scenes.by_paper])
def test_perspectives_of_nothing(make) -> None:  # type: ignore[no-untyped-def]
    with assemble([]) as graph:
        assert "<!DOCTYPE html>" in page(graph, make(graph))
        assert "<svg" not in as_html(graph)


# ---- the verb ----


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    found: list[str] = []

    def note(address: str) -> bool:
        found.append(address)
        return True

    monkeypatch.setattr(webbrowser, "open", note)
    return found


@pytest.fixture
def kg_view(kg: Run) -> Run:
    from kg import cli

    for verb in cli_view.VERBS:
        cli.commands.add_command(verb)
    return kg


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("view")
    lines = place / "papers.jsonl"
    lines.write_text(
        '{"id": "a", "title": "ResNet on CIFAR-10", "abstract": '
        '"We evaluate ResNet on CIFAR-10. ResNet extends VGG-16.", "year": "2020"}\n',
        encoding="utf-8",
    )
    build([lines], place / "graph", model="rules")
    return place / "graph"


def test_view_opens_the_page_of_the_build(folder: Path, kg_view: Run, opened: list[str]) -> None:
    answer = kg_view("view", folder)
    assert answer.code == 0
    assert answer.out.strip() == str(folder / "graph.html")
    assert opened == [(folder / "graph.html").as_uri()]


@pytest.mark.parametrize(
    ("arguments", "title"),
    [
        (("--focus", "ResNet", "--depth", "1"), "Around ResNet"),
        (("--papers",), "Papers"),
        (("--by", "community"), "Communities"),
        (("--genealogy",), "Genealogy"),
        (("--genealogy", "--relation", "extends"), "Genealogy"),
        (("--matrix",), "Method by Dataset"),
        (("--matrix", "--rows", "Dataset", "--columns", "Method"), "Dataset by Method"),
        ((), "Knowledge graph"),
    ],
)
def test_view_writes_other_perspectives(
    folder: Path,
    tmp_path: Path,
    kg_view: Run,
    opened: list[str],
    arguments: tuple[str, ...],
    title: str,
) -> None:
    out = tmp_path / "page.html"
    answer = kg_view("view", folder, *arguments, "-o", out, "--no-open")
    assert answer.code == 0, answer.err
    assert answer.out.strip() == str(out)
    assert f"<title>{title}" in out.read_text(encoding="utf-8")
    assert not opened


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--papers", "--focus", "ResNet"), "give one of"),
        (("--depth", "1"), "--depth is for --focus"),
        (("--rows", "Method"), "are for --matrix"),
        (("--relation", "extends"), "--relation is for"),
        (("--focus", "Nobody"), "no entity named 'Nobody'"),
        (("--matrix", "--rows", "Nothing"), "no entity type named 'Nothing'"),
    ],
)
def test_view_says_what_it_cannot_do(
    folder: Path, kg_view: Run, arguments: tuple[str, ...], says: str
) -> None:
    answer = kg_view("view", folder, *arguments, "--no-open")
    assert answer.code == 2
    assert says in answer.err
    assert "Traceback" not in answer.err


def test_a_view_without_a_name_lies_beside_the_build(
    folder: Path, kg_view: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for _ in range(2):
        answer = kg_view("view", folder, "--papers", "--no-open")
        assert answer.out == f"{folder / '.view' / 'papers.html'}\n"
    assert [path.name for path in (folder / ".view").iterdir()] == ["papers.html"]

    replacing = files.replacing

    @contextmanager
    def failing(path: str) -> Iterator[BinaryIO]:
        if ".view" in path:
            raise ExportError(path, "cannot be written")
        with replacing(path) as file:
            yield file

    monkeypatch.setattr(files, "replacing", failing)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    answer = kg_view("view", folder, "--papers", "--no-open")
    (page,) = tmp_path.glob("kg-view-*/papers.html")
    assert answer.out == f"{page}\n"
    assert answer.err.endswith("cannot be written; the page is a temporary file\n")
    assert kg_view("view", folder, "--papers", "-o", "a/.view/x", "--no-open").code == 2
