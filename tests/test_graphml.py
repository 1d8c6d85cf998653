"""GraphML: what Gephi, networkx and igraph make of it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import igraph
import networkx as nx
import pytest
from conftest import entity, extraction
from hypothesis import given
from hypothesis import strategies as st

from kg.exporters import graphml
from kg.exporters.figures import Figure, summary
from kg.exporters.graphml import FILES, lines, write
from kg.exporters.xml import escaped, speller
from kg.graph.assemble import assemble
from kg.graph.network import to_networkx
from kg.model import Record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.graph.knowledge_graph import KnowledgeGraph
    from kg.model import Extraction

SPACE = "{http://graphml.graphdrawing.org/xmlns}"
DRAWN = {"color", "size", "x", "y"}
# What Gephi takes for something else than a column, and what its Data Laboratory stumbles over.
RESERVED = {"id", "source", "target", "type", "start", "end", "z", "r", "g", "b", "graphics"}


@pytest.fixture
def path(graph: KnowledgeGraph, tmp_path: Path) -> Path:
    write(graph, tmp_path)
    return tmp_path / FILES[0]


@pytest.fixture
def root(path: Path) -> ElementTree.Element:
    return ElementTree.parse(path).getroot()  # noqa: S314  # our own file


def test_networkx_reads_back_every_node_edge_and_attribute(
    graph: KnowledgeGraph, path: Path
) -> None:
    expected = to_networkx(graph)
    found: nx.MultiDiGraph[str] = nx.MultiDiGraph(nx.read_graphml(path, force_multigraph=True))
    for node, told in found.nodes(data=True):
        assert set(told) >= DRAWN
        assert {k: v for k, v in told.items() if k not in DRAWN} == expected.nodes[node]
    assert len(found) == len(expected)
    for head, tail, key, told in found.edges(keys=True, data=True):
        assert {k: v for k, v in told.items() if k != "id"} == expected.edges[head, tail, key]
    assert found.number_of_edges() == expected.number_of_edges()


def test_igraph_reads_back_every_node_edge_and_attribute(graph: KnowledgeGraph, path: Path) -> None:
    expected = to_networkx(graph)
    found = igraph.Graph.Read_GraphML(str(path))
    assert found.is_directed()
    names = found.vs["id"]
    assert sorted(names) == sorted(expected)
    for vertex in found.vs:
        told = {k: v for k, v in vertex.attributes().items() if k not in DRAWN | {"id"}}
        assert told == expected.nodes[vertex["id"]]
    assert len(found.es) == expected.number_of_edges()
    for number, edge in enumerate(found.es):  # igraph 1.0 gives edges the ids of nodes
        key = (names[edge.source], names[edge.target], f"e{number}")
        assert {k: v for k, v in edge.attributes().items() if k != "id"} == expected.edges[key]


def test_edge_ids_are_unique_and_their_kind_is_the_relation(root: ElementTree.Element) -> None:
    edges = list(root.iter(f"{SPACE}edge"))
    assert edges
    assert max(Counter(edge.attrib["id"] for edge in edges).values()) == 1
    nodes = {node.attrib["id"] for node in root.iter(f"{SPACE}node")}
    for edge in edges:
        cells = {cell.attrib["key"]: cell.text for cell in edge}
        assert edge.attrib["label"] == cells["edge_relation"]
        assert float(cells["edge_weight"] or 0) > 0
        assert {edge.attrib["source"], edge.attrib["target"]} <= nodes


def test_columns_have_one_type_and_no_name_that_means_something_else(
    root: ElementTree.Element,
) -> None:
    keys = list(root.iter(f"{SPACE}key"))
    assert len({key.attrib["id"] for key in keys}) == len(keys)
    for domain in ("node", "edge"):
        names = [key.attrib["attr.name"] for key in keys if key.attrib["for"] == domain]
        assert len({name.lower() for name in names}) == len(names)
        assert not RESERVED & set(names)
        kinds = {k.attrib["id"]: k.attrib["attr.type"] for k in keys if k.attrib["for"] == domain}
        for element in root.iter(f"{SPACE}{domain}"):
            for cell in element:
                kind = kinds[cell.attrib["key"]]
                assert {"int": int, "double": float, "string": str}[kind](
                    cell.text or ""
                ) is not None


def test_nodes_carry_colour_size_and_place(graph: KnowledgeGraph, path: Path) -> None:
    found = nx.read_graphml(path)
    colours = {kind.name: kind.colour for kind in graph.ontology.types}
    for _, told in found.nodes(data=True):
        assert re.fullmatch("#[0-9A-Fa-f]{6}", told["color"])
        assert told["color"] == colours.get(told["node_type"], told["color"])
        assert told["size"] > 0
    assert found.nodes["method/eegnet"]["size"] > found.nodes["modality/image"]["size"]
    assert len({(told["x"], told["y"]) for _, told in found.nodes(data=True)}) == len(found)


def nasty() -> Iterator[Extraction]:
    """Make papers whose names would break a careless writer."""
    names = [
        "a\x08b\x1fc",
        'x<y & "z"',
        "tab\there",
        "]]>",
        "\ufffe\uffff",
        "\u2028 \x85",
        "\U0001d518net",
    ]
    for number, name in enumerate(names):
        record = Record(id=f'<{number}> & "', title=f"On {name}", abstract="Nothing.")
        yield extraction(record, (entity(record, "Method", name, "used"),))


def test_names_of_strangers_make_clean_xml(tmp_path: Path) -> None:
    with assemble(nasty()) as graph:
        write(graph, tmp_path)
        count = len(graph.entities) + len(graph.papers)
    found = nx.read_graphml(tmp_path / FILES[0])
    assert len(found) == count
    labels = {told["label"] for _, told in found.nodes(data=True)}
    assert {"abc", 'x<y & "z"', "tab\there", "]]>", "On tab\there"} <= labels
    igraph.Graph.Read_GraphML(str(tmp_path / FILES[0]))


@given(st.text(st.characters()))
def test_any_text_survives_but_for_what_xml_cannot_hold(text: str) -> None:
    element = ElementTree.fromstring(f'<a b="{escaped(text)}">{escaped(text)}</a>')  # noqa: S314
    clean = re.sub("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", text)
    assert element.attrib["b"] == clean
    assert (element.text or "") == clean


def test_numbers_that_are_none_are_left_out() -> None:
    spell = speller("", {"weight": "<w>%s</w>", "rule": "<r>%s</r>"}, "", ["weight"])
    for none in (float("nan"), float("inf"), -float("inf")):
        assert spell((), {"weight": none, "rule": "a&b"}) == "<r>a&amp;b</r>"
    assert spell((), {"rule": "r"}) == "<r>r</r>"


@given(st.text(), st.text(), st.floats(allow_nan=False, allow_infinity=False))
def test_rows_that_need_no_care_are_spelled_as_the_others(
    one: str, two: str, number: float
) -> None:
    spell = speller('<e id="%s">', {"a": "<a>%s</a>", "b": "<b>%s</b>"}, "</e>", ["b"])
    expected = f'<e id="{escaped(one)}"><a>{escaped(two)}</a><b>{number}</b></e>'
    assert spell((one,), {"a": two, "b": number}) == expected


def test_the_order_of_extractions_does_not_matter(extractions: list[Extraction]) -> None:
    with assemble(extractions) as graph:
        expected = list(lines(summary(graph)))
    with assemble(extractions[::-1] + extractions) as graph:
        assert list(lines(summary(graph))) == expected


@pytest.mark.parametrize("seed", ["0", "7"])
def test_the_hash_seed_does_not_matter(graph: KnowledgeGraph, seed: str) -> None:
    program = (
        "import sys; sys.path.insert(0, 'tests')\n"
        "from conftest import hand_made\n"
        "from kg.graph.assemble import assemble\n"
        "from kg.exporters.graphml import lines\n"
        "from kg.exporters.figures import summary\n"
        "sys.stdout.reconfigure(encoding='utf-8', newline='\\n')\n"
        "with assemble(hand_made()) as graph: sys.stdout.writelines(lines(summary(graph)))\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", program],
        cwd=Path(__file__).parent.parent,
        env=os.environ | {"PYTHONHASHSEED": seed},
        capture_output=True,
        check=True,
    )
    assert told.stdout.decode() == "".join(lines(summary(graph)))


def test_a_failure_leaves_the_old_file_alone(
    graph: KnowledgeGraph, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = path.read_bytes()

    def broken(figure: Figure) -> Iterator[str]:
        yield "<graphml>"
        raise RuntimeError(str(figure))

    monkeypatch.setattr(graphml, "lines", broken)
    with pytest.raises(RuntimeError):
        write(graph, path.parent)
    assert path.read_bytes() == before
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_an_empty_graph_is_a_valid_file(tmp_path: Path) -> None:
    with assemble([]) as graph:
        write(graph, tmp_path)
    assert len(nx.read_graphml(tmp_path / FILES[0])) == 0
