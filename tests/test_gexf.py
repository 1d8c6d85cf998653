"""GEXF: the contract, time, and what networkx makes of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import networkx as nx
import pytest
from conftest import hand_made
from hypothesis import given
from hypothesis import strategies as st

from kg.exporters import dates, gexf, gexf_evidence, graphml, graphml_evidence
from kg.exporters.figures import evidence, summary
from kg.graph.assemble import assemble
from kg.graph.network import to_networkx

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kg.graph.knowledge_graph import KnowledgeGraph
    from kg.model import Extraction

SPACE = "{http://gexf.net/1.3}"
LOOKS = {"color", "size", "x", "y"}
DATES = ("2021-05-03", "2019", "")


def dated() -> list[Extraction]:
    """Give two of the three papers a date."""
    return [
        replace(found, record=replace(found.record, date=date))
        for found, date in zip(hand_made(), DATES, strict=True)
    ]


@pytest.fixture
def timed() -> Iterator[KnowledgeGraph]:
    with assemble(dated()) as assembled:
        yield assembled


def root_of(graph: KnowledgeGraph, folder: Path) -> ElementTree.Element:
    gexf.write(graph, folder)
    return ElementTree.parse(folder / gexf.FILES[0]).getroot()  # noqa: S314  # our own file


def test_networkx_reads_back_every_node_edge_and_attribute(
    graph: KnowledgeGraph, tmp_path: Path
) -> None:
    gexf.write(graph, tmp_path)
    expected = to_networkx(graph)
    found: nx.MultiDiGraph[str] = nx.MultiDiGraph(nx.read_gexf(tmp_path / gexf.FILES[0]))
    places = {node.id: node.values for node in summary(graph).nodes()}
    assert set(found) == set(expected)
    for node, told in found.nodes(data=True):
        look, values = told.pop("viz"), places[node]
        assert told == expected.nodes[node]
        assert look["position"] == {"x": values["x"], "y": values["y"], "z": 0.0}
        assert look["size"] == values["size"]
        red, green, blue = (look["color"][name] for name in "rgb")
        assert f"#{red:02x}{green:02x}{blue:02x}" == values["color"].lower()
    assert found.number_of_edges() == expected.number_of_edges()
    for head, tail, told in found.edges(data=True):
        assert {k: v for k, v in told.items() if k != "id"} == expected.edges[
            head, tail, told["id"]
        ]


def test_the_kind_of_an_edge_is_its_relation(graph: KnowledgeGraph, tmp_path: Path) -> None:
    edges = list(root_of(graph, tmp_path).iter(f"{SPACE}edge"))
    assert max(Counter(edge.attrib["id"] for edge in edges).values()) == 1
    for edge in edges:
        values = {
            cell.attrib["for"]: cell.attrib["value"] for cell in edge.iter(f"{SPACE}attvalue")
        }
        assert edge.attrib["kind"] == values["relation"]
        assert float(edge.attrib["weight"]) > 0


def test_without_dates_nothing_has_a_time(graph: KnowledgeGraph, tmp_path: Path) -> None:
    root = root_of(graph, tmp_path)
    assert next(root.iter(f"{SPACE}graph")).attrib["mode"] == "static"
    assert not any("timestamp" in key for each in root.iter() for key in each.attrib)


def test_papers_and_what_they_say_stand_on_their_day(timed: KnowledgeGraph, tmp_path: Path) -> None:
    root = root_of(timed, tmp_path)
    head = next(root.iter(f"{SPACE}graph")).attrib
    assert (head["mode"], head["timeformat"]) == ("dynamic", "date")
    assert head["timerepresentation"] == "timestamp"
    nodes = {node.attrib["id"]: node.attrib for node in root.iter(f"{SPACE}node")}
    assert nodes["paper/arxiv:2501.00001"]["timestamp"] == "2021-05-03"
    assert nodes["paper/b%2F2%20%3Cx%3E"]["timestamp"] == "2019-01-01"
    assert not {"timestamp", "timestamps"} & set(nodes["paper/p3"])
    assert nodes["dataset/beta"]["timestamps"] == "<[2019-01-01, 2021-05-03]>"
    assert nodes["task/ssvep-decoding"]["timestamp"] == "2021-05-03"
    assert not {"timestamp", "timestamps"} & set(nodes["modality/image"])
    edges = [edge.attrib for edge in root.iter(f"{SPACE}edge")]
    on_beta = [e for e in edges if e["kind"] == "evaluatedOn"]
    assert {(e["source"], e["timestamp"]) for e in on_beta} == {
        ("method/flickernet", "2021-05-03"),
        ("method/eegnet", "2019-01-01"),
    }


def test_years_are_columns_where_they_are_known(timed: KnowledgeGraph) -> None:
    figure = summary(timed)
    assert figure.node_columns["first_year"] == figure.edge_columns["last_year"] == "int"
    nodes = {node.id: node.values for node in figure.nodes()}
    assert (nodes["dataset/beta"]["first_year"], nodes["dataset/beta"]["last_year"]) == (2019, 2021)
    assert "first_year" not in nodes["modality/image"]


def test_days_go_with_the_nodes_and_edges_that_they_are_of(timed: KnowledgeGraph) -> None:
    of_paper = {r["iri"]: dates.days([r["date"]]) for r in timed.papers}
    speaking: dict[str, set[str]] = {iri: set(days) for iri, days in of_paper.items()}
    for row in timed.roles:
        speaking.setdefault(row["entity"], set()).update(of_paper[row["paper"]])
    drawn = {timed.base + node.id: set(node.days) for node in summary(timed).nodes()}
    assert drawn == speaking
    for figure in (summary(timed), evidence(timed)):
        for edge in figure.edges():
            papers = edge.values["papers"].split(";")
            expected = {day for paper in papers for day in of_paper[timed.base + paper]}
            assert set(edge.days) == expected


@given(st.text("0123456789-x", max_size=11))
def test_a_day_is_a_day_or_nothing(text: str) -> None:
    found = dates.day(text)
    assert not found or (len(found) == 10 and found.startswith(text) and dates.day(found) == found)


def test_evidence_has_an_edge_for_each_claim(graph: KnowledgeGraph, tmp_path: Path) -> None:
    graphml_evidence.write(graph, tmp_path)
    gexf_evidence.write(graph, tmp_path)
    found = nx.read_graphml(tmp_path / graphml_evidence.FILES[0], force_multigraph=True)
    claims = [told for _, _, told in found.edges(data=True) if not told["role"]]
    assert len(claims) == len(graph.claims)
    (hedged,) = (told for told in claims if told["relation"] == "extends")
    assert hedged["status"] == "hedged"
    assert hedged["text"] == "It outperforms EEGNet on BETA"
    assert hedged["papers"] == "paper/arxiv:2501.00001"
    assert found.number_of_edges() == len(graph.claims) + len(graph.roles)
    told = nx.read_gexf(tmp_path / gexf_evidence.FILES[0])
    assert told.number_of_edges() == found.number_of_edges()


def test_evidence_has_no_text_where_it_may_not_be_carried() -> None:
    bare = [replace(found, record=replace(found.record, abstract="")) for found in hand_made()]
    with assemble(bare) as graph:
        texts = {edge.values["text"] for edge in evidence(graph).edges()}
    assert texts == {""}


def test_two_papers_that_claim_the_same_are_two_edges_of_the_evidence() -> None:
    first, *rest = hand_made()
    again = replace(first, record=replace(first.record, id="again"))
    with assemble([first, again, *rest]) as graph:
        claims = [e for e in evidence(graph).edges() if e.values["relation"] == "outperforms"]
        (fact,) = (e for e in summary(graph).edges() if e.values["relation"] == "outperforms")
    assert len(claims) == fact.values["weight"] == 2
    assert len({edge.values["papers"] for edge in claims}) == 2


@pytest.mark.parametrize("module", [gexf, gexf_evidence, graphml, graphml_evidence])
def test_the_order_of_extractions_does_not_matter(module: object, tmp_path: Path) -> None:
    written = []
    for number, found in enumerate((dated(), dated()[::-1] + dated())):
        folder = tmp_path / str(number)
        folder.mkdir()
        with assemble(found) as graph:
            module.write(graph, folder)  # type: ignore[attr-defined]
        written.append([path.read_bytes() for path in folder.iterdir()])
    assert written[0] == written[1]


def test_an_empty_graph_is_a_valid_file(tmp_path: Path) -> None:
    with assemble([]) as graph:
        gexf.write(graph, tmp_path)
    assert len(nx.read_gexf(tmp_path / gexf.FILES[0])) == 0
