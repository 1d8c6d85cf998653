"""Nodes and edges as programs for networks draw them: one contract for all their formats.

Ids of edges are unique in a file, no weight is zero, each column has one type, values are scalars,
and no column has a name that means something else to a reader. Colour, size and place stand under
the names that Gephi draws by. There are two products: the summary has one edge per pair and
relation, the evidence one per claim of a paper, whatever its status.

>>> from kg.graph.assemble import assemble
>>> with assemble([]) as graph:
...     figure = summary(graph)
>>> figure.node_columns["x"], figure.edge_columns["weight"], figure.is_dated
('double', 'double', False)
"""

from __future__ import annotations

from functools import partial
from itertools import repeat
from math import sqrt
from typing import TYPE_CHECKING, Any, NamedTuple

from kg.exporters import dates
from kg.graph.network import PAPER, edges, nodes
from kg.graph.places import places
from kg.graph.rdf_places import STATED_KINDS
from kg.model import ASSERTED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kg.graph.knowledge_graph import KnowledgeGraph

__all__ = ["Edge", "Figure", "Node", "evidence", "summary"]

_YEARS = {"first_year": "int", "last_year": "int"}
_NODE = {
    "label": "string",
    "node_type": "string",
    "iri": "string",
    "papers": "int",
    "mentions": "int",
    "aliases": "string",
    "confidence": "double",
}
_LOOK = {"color": "string", "size": "double", "x": "double", "y": "double"}
_EDGE = {
    "relation": "string",
    "role": "string",
    "weight": "double",
    "papers": "string",
    "confidence": "double",
    "rule": "string",
    "evidence": "string",
}
_CLAIM = {"status": "string", "text": "string"}
_GREY = "#999999"
_PAPER_SIZE = 6.0
_LONGEST = 300  # characters of a text that an edge quotes
_BROADER = "broader"  # what SKOS calls the relation between a kind and what it is a kind of

_CLAIMS = f"""
WITH stated AS (
  SELECT head, relation, tail, paper, status, confidence, rule, start, "end" FROM claims
  UNION ALL SELECT x.head, $2, x.tail, x.paper, x.status, x.confidence, x.rule, x.start, x."end"
  FROM {STATED_KINDS}
)
SELECT c.*, p.date, CASE WHEN c."end" > length(p.title) AND p.abstract = '' THEN '' ELSE
  substring(p.title || chr(10) || p.abstract, c.start + 1, c."end" - c.start) END AS text
FROM stated c JOIN papers p ON p.iri = c.paper
WHERE c.head IN (SELECT iri FROM entities) AND c.tail IN (SELECT iri FROM entities)
ORDER BY c.head, c.relation, c.tail, c.paper, c.status
"""  # noqa: S608


class Node(NamedTuple):
    """A node: its id, its values by column, and the days when papers speak of it."""

    id: str
    values: dict[str, Any]
    days: list[str]


class Edge(NamedTuple):
    """An edge: its ends, its values by column, and the days when papers tell of it."""

    head: str
    tail: str
    values: dict[str, Any]
    days: list[str]


class Figure(NamedTuple):
    """A graph to be drawn, that may be read again and again.

    :param node_columns: Types of the columns of nodes by name.
    :param edge_columns: Types of the columns of edges by name.
    :param nodes: Streams the nodes.
    :param edges: Streams the edges; the id of each is the letter e and its number from 0.
    :param is_dated: Whether any date is known.
    """

    node_columns: dict[str, str]
    edge_columns: dict[str, str]
    nodes: Callable[[], Iterator[Node]]
    edges: Callable[[], Iterator[Edge]]
    is_dated: bool


def summary(graph: KnowledgeGraph) -> Figure:
    """Draw one edge for each pair and relation; its weight is the number of papers that assert it.

    :param graph: The knowledge graph.
    :returns: Entities, papers, relations, and what papers do with entities.
    """
    is_dated = dates.are_known(graph)
    more = _YEARS if is_dated else {}

    def stream() -> Iterator[Edge]:
        days = dates.of_edges(graph) if is_dated else repeat([])
        for (head, tail, values), known in zip(edges(graph), days, strict=False):
            yield Edge(head, tail, values | dates.years(known), known)

    spots = partial(_nodes, graph, is_dated=is_dated)
    return Figure(_NODE | more | _LOOK, _EDGE | more, spots, stream, is_dated)


def evidence(graph: KnowledgeGraph) -> Figure:
    """Draw one edge for each claim that a paper makes, whatever its status.

    :param graph: The knowledge graph.
    :returns: Entities, papers, claims with their text where it may be carried, and what papers do
        with entities.
    """
    drawn = summary(graph)

    def stream() -> Iterator[Edge]:
        yield from _claims(graph)
        for edge in drawn.edges():
            if edge.values["role"]:
                yield edge._replace(values=edge.values | {"status": ASSERTED, "text": ""})

    return drawn._replace(edge_columns=drawn.edge_columns | _CLAIM, edges=stream)


def _claims(graph: KnowledgeGraph) -> Iterator[Edge]:
    short = len(graph.base)
    for row in graph.rows(_CLAIMS, [ASSERTED, _BROADER]):
        paper = row["paper"][short:]
        known = dates.days([row["date"]])
        values = {
            "relation": row["relation"],
            "role": "",
            "weight": 1.0,
            "papers": paper,
            "confidence": float(row["confidence"]),
            "rule": row["rule"],
            "evidence": f"{paper}#char={row['start']},{row['end']}",
            **dates.years(known),
            "status": row["status"],
            "text": row["text"][:_LONGEST],
        }
        yield Edge(row["head"][short:], row["tail"][short:], values, known)


def _nodes(graph: KnowledgeGraph, *, is_dated: bool) -> Iterator[Node]:
    colours = {kind.name: kind.colour for kind in graph.ontology.types}
    spots = places(graph)
    days = dates.of_nodes(graph) if is_dated else repeat([])
    for (key, values), known in zip(nodes(graph), days, strict=False):
        is_paper = values["node_type"] == PAPER
        values["color"] = colours.get(values["node_type"], _GREY)
        values["size"] = _PAPER_SIZE if is_paper else round(8 + 4 * sqrt(values["papers"]), 1)
        values["x"], values["y"] = spots[key]
        yield Node(key, values | dates.years(known), known)
