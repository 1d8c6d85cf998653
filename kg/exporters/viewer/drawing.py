"""Choose what the page carries, and view it as a network of pyvis.

A page is bounded; what is left out is counted elsewhere, and the page says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.graph.network import entity_network
from kg.graph.places import places

if TYPE_CHECKING:
    from collections.abc import Sequence

    import networkx as nx
    from pyvis.network import Network

    from kg.graph.knowledge_graph import KnowledgeGraph

__all__ = ["CORE", "ENTITIES", "PAPERS", "Choice", "Pair", "choose", "company", "core", "to_pyvis"]

CORE = 300
"""Entities that the page opens with."""

ENTITIES = 50_000
"""Entities that a page carries at most."""

PAPERS = 25_000
"""Papers that a page aims at carrying at most."""

_PER_ENTITY = (200, 100, 50, 20, 10, 5, 2, 1)  # papers of one entity, less until they are few

# Of an entity that many papers speak of, those where it plays a part and that say most of it.
_PAPERS = """
WITH said AS (
  SELECT entity, paper, count(*) AS mentions FROM mentions GROUP BY entity, paper
), ranked AS (
  SELECT r.paper, row_number() OVER (
    PARTITION BY r.entity ORDER BY r.role = $2, coalesce(s.mentions, 0) DESC, r.paper) AS place
  FROM roles r LEFT JOIN said s USING (entity, paper)
  WHERE r.entity IN (SELECT unnest($1))
)
SELECT DISTINCT paper FROM ranked WHERE place <= $3 ORDER BY paper
"""

_RELATIONS = """
SELECT head, relation, tail, papers, confidence FROM relations
WHERE head IN (SELECT unnest($1)) AND tail IN (SELECT unnest($1)) ORDER BY head, relation, tail
"""


@dataclass(frozen=True)
class Choice:
    """What of a graph a page carries, by IRI.

    :param entities: Entities, those that the page opens with at the head.
    :param papers: Papers that speak of them, sorted.
    :param network: The entities and how they hang together, see
        :func:`kg.graph.network.entity_network`.
    :param first: The same of those that the page opens with, by themselves.
    """

    entities: list[str]
    papers: list[str]
    network: nx.Graph[str]
    first: nx.Graph[str]


@dataclass(frozen=True, slots=True, order=True)
class Pair:
    """Two entities, by their places, and how many papers speak of both."""

    one: int
    two: int
    shared: int


def choose(
    graph: KnowledgeGraph,
    *,
    among: Sequence[str] | None = None,
    limit: int | None = None,
    first: int | None = None,
) -> Choice:
    """Choose what of a graph a page carries.

    :param graph: The knowledge graph.
    :param among: IRIs of the only entities to carry, those to open with at the head; by default
        all, the best supported first.
    :param limit: How many entities at most; by default :data:`ENTITIES`.
    :param first: How many of them to open with; by default :data:`CORE`.
    :returns: The entities, and so many of the papers of each that there are not many more than
        :data:`PAPERS`; nothing of an empty graph.
    """
    network = entity_network(graph, limit=ENTITIES if limit is None else limit, among=among)
    entities = [found["iri"] for _, found in network.nodes(data=True)]
    weakest = graph.ontology.open_role.name
    papers: list[str] = []
    for most in _PER_ENTITY:
        papers = [row["paper"] for row in graph.rows(_PAPERS, [entities, weakest, most])]
        if len(papers) <= PAPERS:
            break
    opening = entity_network(graph, among=entities[: CORE if first is None else first])
    return Choice(entities, papers, network, opening)


def to_pyvis(graph: KnowledgeGraph, choice: Choice | None = None) -> Network:
    """View the entities that matter most as a network of pyvis.

    :param graph: The knowledge graph.
    :param choice: What to show; by default what a page carries.
    :returns: A directed network. Nodes are entities, the best supported first, with colour, shape
        and position; edges are relations, ``value`` is the number of papers. Physics is off.
    """
    from pyvis.edge import Edge
    from pyvis.network import Network
    from pyvis.node import Node

    choice = choice or choose(graph)
    looks = {kind.name: kind for kind in graph.ontology.types}
    labels = {relation.name: relation.label for relation in graph.ontology.relations}
    spots = places(graph)
    network = Network(directed=True)
    # Its add_node and add_edge look every id up in a list; what they would append is appended here.
    for key, found in choice.network.nodes(data=True):
        look, (x, y) = looks[found["node_type"]], spots[key]
        told = {"title": f"{look.label}: {found['label']}", "value": found["papers"]}
        own = {name: found[name] for name in ("iri", "node_type", "mentions", "confidence")}
        node = Node(key, look.shape, found["label"], color=look.colour, x=x, y=y, **told, **own)
        network.nodes.append(node.options)
        network.node_ids.append(key)
        network.node_map[key] = node.options
    for row in graph.rows(_RELATIONS, [choice.entities]):
        head, tail = (row[end].removeprefix(graph.base) for end in ("head", "tail"))
        told = {"title": labels[row["relation"]], "value": row["papers"]}
        own = {name: row[name] for name in ("relation", "confidence")}
        edge = Edge(head, tail, directed=True, **told, **own)
        network.edges.append(edge.options)
    network.toggle_physics(False)
    return network


def core(choice: Choice) -> list[tuple[float, float]]:
    """Lay out the entities that the page opens with, by themselves.

    :param choice: What the page carries.
    :returns: Their positions, in their order.
    """
    from kg.graph.layout import positions

    ties = ((one, two, told["weight"]) for one, two, told in choice.first.edges(data=True))
    found = positions(choice.first, ties)
    return [found[key] for key in choice.first]


def company(graph: KnowledgeGraph, choice: Choice) -> list[Pair]:
    """Find the entities that keep each other company in papers.

    :param graph: The knowledge graph.
    :param choice: What the page carries.
    :returns: Sorted pairs of places in ``choice.entities``; the closest ones only, among all as
        well as among those that the page opens with.
    """
    place = {iri.removeprefix(graph.base): at for at, iri in enumerate(choice.entities)}
    found: set[Pair] = set()
    for network in (choice.first, choice.network):
        for one, two, told in network.edges(data=True):
            if told["shared"]:
                low, high = sorted((place[one], place[two]))
                found.add(Pair(low, high, told["shared"]))
    return sorted(found)
