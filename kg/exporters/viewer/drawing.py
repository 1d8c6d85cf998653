"""Choose what the page draws, and where: the entities that matter most as a network of pyvis.

A browser draws some thousand nodes at most, so a page is bounded; what is left out is counted
elsewhere, and the page says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from kg.graph.network import entity_network

if TYPE_CHECKING:
    from pyvis.network import Network

    from kg.graph.knowledge_graph import KnowledgeGraph

__all__ = ["CORE", "ENTITIES", "PAPERS", "Choice", "Pair", "choose", "company", "core", "to_pyvis"]

CORE = 300
"""Entities that the page opens with."""

ENTITIES = 5000
"""Entities that a page carries at most."""

PAPERS = 5000
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
SELECT head, relation, tail, papers FROM relations
WHERE head IN (SELECT unnest($1)) AND tail IN (SELECT unnest($1)) ORDER BY head, relation, tail
"""

_ROLES = """
SELECT paper, entity FROM roles
WHERE entity IN (SELECT unnest($1)) AND paper IN (SELECT unnest($2)) ORDER BY paper, entity
"""


@dataclass(frozen=True)
class Choice:
    """What of a graph a page carries, by IRI.

    :param entities: Entities, the best supported first.
    :param papers: Papers that speak of them, sorted.
    """

    entities: list[str]
    papers: list[str]


@dataclass(frozen=True, slots=True, order=True)
class Pair:
    """Two entities, by their places, and how many papers speak of both."""

    one: int
    two: int
    shared: int


def choose(graph: KnowledgeGraph) -> Choice:
    """Choose what of a graph a page carries.

    :param graph: The knowledge graph.
    :returns: At most :data:`ENTITIES` entities, and so many of the papers of each that there are
        not many more than :data:`PAPERS`; nothing of an empty graph.
    """
    ranked = entity_network(graph, limit=ENTITIES)
    entities = [found["iri"] for _, found in ranked.nodes(data=True)]
    weakest = graph.ontology.open_role.name
    papers: list[str] = []
    for limit in _PER_ENTITY:
        papers = [row["paper"] for row in graph.rows(_PAPERS, [entities, weakest, limit])]
        if len(papers) <= PAPERS:
            break
    return Choice(entities, papers)


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

    from kg.graph.layout import positions

    choice = choice or choose(graph)
    looks = {kind.name: kind for kind in graph.ontology.types}
    labels = {relation.name: relation.label for relation in graph.ontology.relations}
    relations = list(graph.rows(_RELATIONS, [choice.entities]))
    said = ((row["head"], row["tail"], float(row["papers"])) for row in relations)
    roles = graph.rows(_ROLES, [choice.entities, choice.papers])
    played = ((row["paper"], row["entity"], 1.0) for row in roles)
    places = positions(chain(choice.entities, choice.papers), chain(said, played))
    network = Network(directed=True)
    # Its add_node and add_edge look every id up in a list; what they would append is appended here.
    for key, found in entity_network(graph, limit=len(choice.entities)).nodes(data=True):
        look, (x, y) = looks[found["node_type"]], places[found["iri"]]
        told = {"title": f"{look.label}: {found['label']}", "value": found["papers"]}
        own = {name: found[name] for name in ("iri", "node_type", "mentions")}
        node = Node(key, look.shape, found["label"], color=look.colour, x=x, y=y, **told, **own)
        network.nodes.append(node.options)
        network.node_ids.append(key)
        network.node_map[key] = node.options
    for row in relations:
        head, tail = (row[end].removeprefix(graph.base) for end in ("head", "tail"))
        told = {"title": labels[row["relation"]], "value": row["papers"]}
        edge = Edge(head, tail, directed=True, relation=row["relation"], **told)
        network.edges.append(edge.options)
    network.toggle_physics(False)
    return network


def core(graph: KnowledgeGraph) -> list[tuple[float, float]]:
    """Lay out the entities that the page opens with, by themselves.

    :param graph: The knowledge graph.
    :returns: Positions of the first :data:`CORE` entities, in their order.
    """
    from kg.graph.layout import positions

    network = entity_network(graph, limit=CORE)
    ties = ((one, two, found["weight"]) for one, two, found in network.edges(data=True))
    places = positions(network, ties)
    return [places[key] for key in network]


def company(graph: KnowledgeGraph, choice: Choice) -> list[Pair]:
    """Find the entities that keep each other company in papers.

    :param graph: The knowledge graph.
    :param choice: What the page carries.
    :returns: Sorted pairs of places in ``choice.entities``; the closest ones only, among all as
        well as among those that the page opens with.
    """
    place = {iri.removeprefix(graph.base): at for at, iri in enumerate(choice.entities)}
    found: set[Pair] = set()
    for limit in (CORE, len(choice.entities)):
        for one, two, told in entity_network(graph, limit=limit).edges(data=True):
            if told["shared"]:
                low, high = sorted((place[one], place[two]))
                found.add(Pair(low, high, told["shared"]))
    return sorted(found)
