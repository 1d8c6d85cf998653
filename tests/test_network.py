"""The graph as networks, and their layout."""

from __future__ import annotations

import itertools
import math
import os
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import networkx as nx
import pytest
from conftest import entity, extraction, hand_made
from hypothesis import given
from hypothesis import strategies as st

from kg.graph import layout
from kg.graph.assemble import assemble
from kg.graph.layout import SPACING, positions
from kg.graph.network import PAPER, edges, entity_network, joined, nodes, to_networkx
from kg.model import Record, Relation

if TYPE_CHECKING:
    import random

    from kg.graph.knowledge_graph import KnowledgeGraph
    from kg.model import Extraction

# ---- the multigraph of everything ----


def test_nodes_are_entities_and_papers(graph: KnowledgeGraph) -> None:
    network = to_networkx(graph)
    assert network.number_of_nodes() == len(graph.entities) + len(graph.papers)
    assert network.nodes["method/eegnet"] == {
        "label": "EEGNet",
        "node_type": "Method",
        "iri": "https://w3id.org/paperkg/method/eegnet",
        "papers": 3,
        "mentions": 3,
        "aliases": "EEGNets",
        "confidence": 0.999,
    }
    assert network.nodes["paper/p3"]["node_type"] == PAPER
    assert network.nodes["paper/p3"]["label"] == "A study of images"


def test_no_entity_type_is_called_as_papers_are(graph: KnowledgeGraph) -> None:
    assert PAPER not in graph.ontology.type_names


def test_edges_are_relations_and_roles(graph: KnowledgeGraph) -> None:
    network = to_networkx(graph)
    assert network.number_of_edges() == len(graph.relations) + len(graph.roles)
    (told,) = network.get_edge_data("method/flickernet", "method/eegnet").values()
    evidence = told.pop("evidence")
    assert told == {
        "relation": "outperforms",
        "role": "",
        "weight": 1.0,
        "papers": "paper/arxiv:2501.00001",
        "confidence": 0.8,
        "rule": "hand",
    }
    paper, _, place = evidence.partition("#char=")
    start, end = map(int, place.split(","))
    (row,) = graph.rows("SELECT * FROM papers WHERE iri = ?", [graph.base + paper])
    assert f"{row['title']}\n{row['abstract']}"[start:end] == "It outperforms EEGNet on BETA"
    (role,) = network.get_edge_data("paper/p3", "modality/image").values()
    assert (role["relation"], role["role"]) == ("hasOutputModality", "output")


def test_only_what_papers_assert_is_an_edge(graph: KnowledgeGraph) -> None:
    assert any(row["status"] == "hedged" for row in graph.claims)
    assert "extends" not in {told["relation"] for _, _, told in edges(graph)}


def test_edge_keys_are_unique_in_the_whole_graph(graph: KnowledgeGraph) -> None:
    keys = [key for _, _, key in to_networkx(graph).edges(keys=True)]
    assert keys == [f"e{number}" for number in range(len(keys))]


def test_attributes_are_scalars_of_one_type_and_never_missing(graph: KnowledgeGraph) -> None:
    for items in ([a for _, a in nodes(graph)], [a for *_, a in edges(graph)]):
        shapes = {tuple((name, type(value)) for name, value in item.items()) for item in items}
        assert len(shapes) == 1
        assert {kind for _, kind in shapes.pop()} <= {str, int, float}


def test_no_edge_dangles_and_no_weight_is_zero(graph: KnowledgeGraph) -> None:
    known = {key for key, _ in nodes(graph)}
    for head, tail, told in edges(graph):
        assert {head, tail} <= known
        assert told["weight"] > 0


def test_a_view_may_be_changed_without_changing_the_next(graph: KnowledgeGraph) -> None:
    to_networkx(graph).nodes["method/eegnet"]["label"] = "changed"
    assert to_networkx(graph).nodes["method/eegnet"]["label"] == "EEGNet"


def test_the_order_of_extractions_does_not_matter(extractions: list[Extraction]) -> None:
    views = []
    for order in itertools.permutations(extractions):
        with assemble(order) as graph:
            views.append((list(nodes(graph)), list(edges(graph))))
    assert all(view == views[0] for view in views)


def many(count: int) -> list[Extraction]:
    """Make papers that all use one method, each with a dataset of its own."""
    made = []
    for number in range(count):
        record = Record(
            id=f"p{number:03}", title="On nets", abstract=f"EEGNet on set{number} data."
        )
        own = entity(record, "Dataset", f"set{number}", "used")
        made.append(extraction(record, (entity(record, "Method", "EEGNet", "used"), own)))
    return made


def test_an_edge_names_a_capped_number_of_papers_and_counts_them_all() -> None:
    made = []
    for found in many(130):
        record = found.record
        shared = entity(record, "Task", "data", "addressed")
        link = Relation(("Method", "EEGNet"), "appliedTo", ("Task", "data"), 0, 7, "hand")
        made.append(extraction(record, (*found.entities, shared), (link,)))
    with assemble(made) as graph:
        told = next(a for _, _, a in edges(graph) if a["relation"] == "appliedTo")
    assert told["weight"] == 130.0
    assert len(told["papers"].split(";")) == 100


def test_joined_texts_can_be_told_apart() -> None:
    assert joined(["a;b", "c"]).split(";") == ["a,b", "c"]


def test_a_relation_to_what_is_no_entity_is_no_edge(extractions: list[Extraction]) -> None:
    stray = Relation(("Method", "FlickerNet"), "uses", ("Method", "nothing known"), 0, 9, "hand")
    extractions[0] = replace(extractions[0], relations=(*extractions[0].relations, stray))
    with assemble(extractions) as graph:
        known = {key for key, _ in nodes(graph)}
        assert all({head, tail} <= known for head, tail, _ in edges(graph))
        assert set(entity_network(graph)) <= known


def test_an_empty_graph_is_an_empty_network() -> None:
    with assemble([]) as graph:
        assert len(to_networkx(graph)) == len(entity_network(graph)) == 0


# ---- the network of entities ----


def test_entities_come_in_the_order_of_their_support(graph: KnowledgeGraph) -> None:
    network = entity_network(graph)
    assert len(network) == len(graph.entities)
    support = [found["papers"] for _, found in network.nodes(data=True)]
    assert support == sorted(support, reverse=True)
    assert list(entity_network(graph, limit=3)) == list(network)[:3]


def test_an_edge_tells_relations_and_company(graph: KnowledgeGraph) -> None:
    network = entity_network(graph)
    told = network.edges["method/eegnet", "method/flickernet"]
    assert told["relations"] == "comparedWith;outperforms"
    assert told["papers"] == 2
    assert told["shared"] == 2
    assert all(d["weight"] > 0 for _, _, d in network.edges(data=True))


def test_company_joins_what_no_relation_does() -> None:
    with assemble(many(5)) as graph:
        network = entity_network(graph)
        assert not len(graph.relations)
    assert nx.is_connected(network)
    assert {d["shared"] for _, _, d in network.edges(data=True)} == {1}


# ---- layout ----

NAMES = [f"n{number}" for number in range(12)]
PAIRS = st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES), st.floats(0.5, 50))


@given(st.lists(PAIRS, max_size=30))
def test_every_node_has_a_place_of_its_own(pairs: list[tuple[str, str, float]]) -> None:
    places = positions(NAMES, pairs)
    assert sorted(places) == sorted(NAMES)
    assert all(math.isfinite(value) for place in places.values() for value in place)
    nearest = min(math.dist(a, b) for a, b in itertools.combinations(places.values(), 2))
    assert nearest > SPACING / 20


@given(st.lists(PAIRS, max_size=30), st.randoms(use_true_random=False))
def test_the_order_of_nodes_and_edges_does_not_matter(
    pairs: list[tuple[str, str, float]], chance: random.Random
) -> None:
    turned = [chance.choice([(one, two, w), (two, one, w)]) for one, two, w in pairs]
    chance.shuffle(turned)
    assert positions(NAMES, pairs) == positions(chance.sample(NAMES, len(NAMES)), turned)


def test_components_stand_apart() -> None:
    rings = [
        (f"{ring}{at}", f"{ring}{(at + 1) % size}", 1.0)
        for ring, size in (("a", 20), ("b", 5), ("c", 3))
        for at in range(size)
    ]
    places = positions({name for ring in rings for name in ring[:2]} | {"x", "y", "z"}, rings)
    boxes = []
    for ring in ("a", "b", "c", "xyz"):
        inside = [place for name, place in places.items() if name[0] in ring]
        xs, ys = zip(*inside, strict=True)
        boxes.append((min(xs), min(ys), max(xs), max(ys)))
    for one, two in itertools.combinations(boxes, 2):
        assert one[2] < two[0] or two[2] < one[0] or one[3] < two[1] or two[3] < one[1]


def test_edges_to_unknown_nodes_and_to_oneself_are_left_out() -> None:
    assert positions(["a", "b"], [("a", "a", 1.0), ("a", "nobody", 1.0)]) == positions(
        ["a", "b"], []
    )
    assert positions([], []) == {}


def test_neighbours_are_nearer_than_strangers() -> None:
    grid = nx.grid_2d_graph(12, 12)
    ties = [(str(a), str(b), 1.0) for a, b in grid.edges]
    places = positions(map(str, grid), ties)
    near = [math.dist(places[a], places[b]) for a, b, _ in ties]
    far = [math.dist(a, b) for a, b in itertools.combinations(places.values(), 2)]
    assert sum(near) / len(near) < 0.3 * sum(far) / len(far)


def test_large_components_are_sampled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout, "_EXACT", 300)
    monkeypatch.setattr(layout, "_EFFORT", 3_000_000)
    ties = [(f"n{at:04}", f"n{at // 3:04}", 1.0) for at in range(1, 900)]
    places = positions({name for tie in ties for name in tie[:2]}, ties)
    assert len(set(places.values())) == 900


@pytest.mark.parametrize("seed", ["0", "1"])
def test_the_layout_does_not_depend_on_the_hash_seed(seed: str) -> None:
    program = (
        "from kg.graph.layout import positions\n"
        "ties = [(f'n{i}', f'n{i * 7 % 40}', 1.0) for i in range(60)]\n"
        "print(sorted(positions({n for t in ties for n in t[:2]}, set(ties)).items()))"
    )
    ties = [(f"n{i}", f"n{i * 7 % 40}", 1.0) for i in range(60)]
    expected = sorted(positions({name for tie in ties for name in tie[:2]}, ties).items())
    environment = os.environ | {"PYTHONHASHSEED": seed}
    told = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == str(expected)


def test_hand_made_graph_keeps_its_shape() -> None:
    """Positions of a whole graph: papers pull their entities together."""
    with assemble(hand_made()) as graph:
        places = positions(
            (key for key, _ in nodes(graph)), ((a, b, d["weight"]) for a, b, d in edges(graph))
        )
    assert math.dist(places["paper/p3"], places["modality/image"]) < 3 * SPACING
