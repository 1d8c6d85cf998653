"""What is written comes back, every node, edge and value, in readers that others wrote.

graphology is what Gephi Lite and sigma.js read with; ``npm ci`` in ``tests/graphology`` brings it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import igraph
import networkx as nx
import pytest
from conftest import hand_made
from hostile import hostile

from kg.exporters import gexf, gexf_evidence, graphml, graphml_evidence
from kg.exporters.figures import evidence, summary
from kg.exporters.xml import clean
from kg.graph.assemble import assemble

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kg.exporters.figures import Figure
    from kg.graph.knowledge_graph import KnowledgeGraph

GRAPHOLOGY = Path(__file__).parent / "graphology"
PRODUCTS = (
    (graphml, summary),
    (graphml_evidence, evidence),
    (gexf, summary),
    (gexf_evidence, evidence),
)
Told = dict[str, Any]


@pytest.fixture(scope="module", params=["hand-made", "hostile"])
def drawn(request: pytest.FixtureRequest) -> Iterator[KnowledgeGraph]:
    found = list(hostile()) if request.param == "hostile" else hand_made()
    found[0] = replace(found[0], record=replace(found[0].record, date="2024-05-01"))
    with assemble(found) as graph:
        yield graph


@pytest.fixture(scope="module", params=PRODUCTS, ids=lambda p: p[0].FORMAT)
def product(
    request: pytest.FixtureRequest, drawn: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Figure]:
    module, figure = request.param
    folder = tmp_path_factory.mktemp("product")
    module.write(drawn, folder)
    return folder / module.FILES[0], figure(drawn)


def cleaned(values: Mapping[str, Any]) -> Told:
    return {name: clean(v) if isinstance(v, str) else v for name, v in values.items()}


def nodes_of(figure: Figure) -> dict[str, Told]:
    return {clean(node.id): cleaned(node.values) for node in figure.nodes()}


def edges_of(figure: Figure) -> dict[str, tuple[str, str, Told]]:
    return {
        f"e{number}": (clean(edge.head), clean(edge.tail), cleaned(edge.values))
        for number, edge in enumerate(figure.edges())
    }


def is_gexf(path: Path) -> bool:
    return path.suffix == ".gexf"


def rgb(color: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(color[1:]))


def test_networkx(product: tuple[Path, Figure]) -> None:
    path, figure = product
    found: nx.MultiDiGraph[str] = nx.MultiDiGraph(
        nx.read_gexf(path) if is_gexf(path) else nx.read_graphml(path, force_multigraph=True)
    )
    nodes = {key: dict(told) for key, told in found.nodes(data=True)}
    for told in nodes.values():
        if viz := told.pop("viz", None):
            told["color"] = "#{r:02X}{g:02X}{b:02X}".format_map(viz["color"])
            told |= {"size": viz["size"], "x": viz["position"]["x"], "y": viz["position"]["y"]}
    expected = nodes_of(figure)
    for told in expected.values():
        told["color"] = told["color"].upper()
    assert nodes == expected
    edges = {
        (told.pop("id") if is_gexf(path) else key): (head, tail, told)
        for head, tail, key, told in (
            (head, tail, key, dict(told))
            for head, tail, key, told in found.edges(keys=True, data=True)
        )
    }
    assert edges == edges_of(figure)


def test_igraph(product: tuple[Path, Figure]) -> None:
    path, figure = product
    if is_gexf(path):
        pytest.skip("igraph reads no GEXF")
    found = igraph.Graph.Read_GraphML(str(path))
    names = found.vs["id"]
    nodes = {v["id"]: {k: x for k, x in v.attributes().items() if k != "id"} for v in found.vs}
    assert {key: known(told) for key, told in nodes.items()} == nodes_of(figure)
    edges = {
        f"e{number}": (
            names[edge.source],
            names[edge.target],
            known({k: x for k, x in edge.attributes().items() if k != "id"}),
        )
        for number, edge in enumerate(found.es)  # igraph 1.0 gives edges the ids of nodes
    }
    assert edges == edges_of(figure)


def known(told: Told) -> Told:
    """Leave out what igraph fills in where there is no value: it has no other way to say so."""
    return {k: v for k, v in told.items() if v == v}


def test_graphology(product: tuple[Path, Figure]) -> None:
    path, figure = product
    node = shutil.which("node")
    if not node or not (GRAPHOLOGY / "node_modules").is_dir():
        assert not os.environ.get("CI"), "run npm ci in tests/graphology"
        pytest.skip("graphology is not installed: npm ci in tests/graphology")
    read = subprocess.run(
        [node, str(GRAPHOLOGY / "read.cjs"), str(path)], capture_output=True, check=True
    )
    found = json.loads(read.stdout)
    nodes = dict(found["nodes"])
    edges = {key: (head, tail, told) for key, head, tail, told in found["edges"]}
    expected_nodes, expected_edges = nodes_of(figure), edges_of(figure)
    if is_gexf(path):
        for told in expected_nodes.values():
            told["color"] = "rgb({},{},{})".format(*rgb(told["color"]))
        for _, _, told in expected_edges.values():
            told["kind"] = told["relation"]
    assert nodes == expected_nodes
    assert edges == expected_edges
