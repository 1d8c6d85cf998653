"""The graph as sorts of nodes and links with properties, as property graph databases hold it.

Nodes are papers, entities, results and claims; every IRI is that of the RDF, and links are called
as its properties are. Text is cleaned of what is no character.

>>> from kg.graph.assemble import assemble
>>> with assemble([]) as graph:
...     [sort.name for sort in node_sorts(graph)]
['papers', 'entities', 'results', 'claims']
"""

# ruff: noqa: S608  # the SQL is put together from its own parts
from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from kg.exporters.dates import day
from kg.exporters.xml import clean
from kg.graph.network import PAPER
from kg.graph.rdf_places import STATED_KINDS
from kg.graph.terms import decimal
from kg.model import ASSERTED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kg.graph.knowledge_graph import KnowledgeGraph

__all__ = ["LinkSort", "NodeSort", "Value", "link_sorts", "node_sorts"]

Value = str | int | float | list[str] | None

_ENTITY, _RESULT, _CLAIM = "Entity", "Result", "Claim"
_BROADER = "broader"
_EVIDENCE = {"status": "string", "confidence": "double", "rule": "string", "start": "int"}
_EVIDENCE |= {"end": "int", "text": "string"}
_TEXT = """
CASE WHEN p.abstract = '' AND x."end" > length(p.title) THEN '' ELSE
  substring(p.title || chr(10) || p.abstract, x.start + 1, x."end" - x.start) END AS text
"""
_KINDS = (
    "SELECT x.iri, x.head, $2 AS relation, x.tail, x.paper, x.status, x.confidence, x.rule, "
    f'x.start, x."end" FROM {STATED_KINDS}'
)
_CLAIMS = (
    'SELECT iri, head, relation, tail, paper, status, confidence, rule, start, "end" '
    f"FROM claims UNION ALL {_KINDS}"
)
_SQL = {
    "papers": "SELECT * FROM papers ORDER BY iri",
    "entities": """
SELECT e.*, coalesce(a.texts, []) AS aliases, coalesce(l.targets, []) AS links FROM entities e
LEFT JOIN (
  SELECT entity, list(text ORDER BY papers DESC, text) AS texts FROM aliases GROUP BY entity
) a ON a.entity = e.iri LEFT JOIN (
  SELECT entity, list(target ORDER BY target) AS targets FROM links GROUP BY entity
) l ON l.entity = e.iri ORDER BY e.iri
""",
    "results": f"SELECT x.*, {_TEXT} FROM results x JOIN papers p ON p.iri = x.paper "
    "ORDER BY x.iri",
    "claims": f"SELECT x.*, {_TEXT} FROM ({_CLAIMS}) x JOIN papers p ON p.iri = x.paper "
    "ORDER BY x.iri",
    "roles": 'SELECT paper AS "from", property AS type, entity AS "to", role, rule FROM roles '
    "ORDER BY type, paper, entity",
    "relations": 'SELECT head AS "from", relation AS type, tail AS "to", papers, confidence '
    "FROM relations ORDER BY type, head, tail",
    "kinds": 'SELECT narrow AS "from", broad AS "to" FROM kinds ORDER BY ALL',
    "result-papers": 'SELECT iri AS "from", paper AS "to" FROM results ORDER BY iri',
    "slots": 'SELECT result AS "from", property AS type, entity AS "to" FROM result_entities '
    "ORDER BY type, result, entity",
    "claim-heads": f'SELECT iri AS "from", head AS "to" FROM ({_CLAIMS}) ORDER BY iri',
    "claim-tails": f'SELECT iri AS "from", tail AS "to" FROM ({_CLAIMS}) ORDER BY iri',
    "claim-papers": f'SELECT iri AS "from", paper AS "to" FROM ({_CLAIMS}) ORDER BY iri',
}


class NodeSort(NamedTuple):
    """A sort of nodes.

    :param name: Its name, fit for files.
    :param label: The label that all its nodes have.
    :param columns: Types of the properties by name: ``string``, ``string[]``, ``int``, ``double``.
        The first one is the IRI.
    :param rows: Streams further labels and properties of each node, sorted by its IRI.
    """

    name: str
    label: str
    columns: dict[str, str]
    rows: Callable[[], Iterator[tuple[tuple[str, ...], dict[str, Value]]]]


class LinkSort(NamedTuple):
    """A sort of links, each between nodes of two labels.

    :param name: Its name, fit for files.
    :param label: Label of the nodes where links begin.
    :param other: Label of the nodes where they end.
    :param columns: Types of the properties by name.
    :param rows: Streams IRI of the beginning, type, IRI of the end, and properties; all links of
        one type one after the other.
    """

    name: str
    label: str
    other: str
    columns: dict[str, str]
    rows: Callable[[], Iterator[tuple[str, str, str, dict[str, Value]]]]


def node_sorts(graph: KnowledgeGraph) -> list[NodeSort]:
    """List the sorts of nodes.

    :param graph: The knowledge graph.
    """
    columns = {
        "papers": _typed("iri id title date year:int doi arxiv url authors:string[] abstract"),
        "entities": _typed("iri name type aliases:string[] papers:int mentions:int")
        | _typed("confidence:double links:string[]"),
        "results": _typed("iri value number:double unit kind") | _EVIDENCE,
        "claims": _typed("iri relation") | _EVIDENCE,
    }
    labels = {"papers": PAPER, "entities": _ENTITY, "results": _RESULT, "claims": _CLAIM}
    return [
        NodeSort(name, labels[name], each, partial(_nodes, graph, name, each))
        for name, each in columns.items()
    ]


def link_sorts(graph: KnowledgeGraph) -> list[LinkSort]:
    """List the sorts of links.

    :param graph: The knowledge graph.
    """
    sorts = [
        ("roles", PAPER, _ENTITY, "", _typed("role rule")),
        ("relations", _ENTITY, _ENTITY, "", _typed("papers:int confidence:double")),
        ("kinds", _ENTITY, _ENTITY, _BROADER, {}),
        ("result-papers", _RESULT, PAPER, "resultPaper", {}),
        ("slots", _RESULT, _ENTITY, "", {}),
        ("claim-heads", _CLAIM, _ENTITY, "subject", {}),
        ("claim-tails", _CLAIM, _ENTITY, "object", {}),
        ("claim-papers", _CLAIM, PAPER, "claimPaper", {}),
    ]
    return [
        LinkSort(name, label, other, columns, partial(_links, graph, name, kind, columns))
        for name, label, other, kind, columns in sorts
    ]


def _typed(words: str) -> dict[str, str]:
    pairs = (word.partition(":") for word in words.split())
    return {name: kind or "string" for name, _, kind in pairs}


def _rows(graph: KnowledgeGraph, name: str) -> Iterator[dict[str, Any]]:
    sql = _SQL[name]
    return graph.rows(sql, [ASSERTED, _BROADER] if "$2" in sql else [])


def _nodes(
    graph: KnowledgeGraph, name: str, columns: dict[str, str]
) -> Iterator[tuple[tuple[str, ...], dict[str, Value]]]:
    for row in _rows(graph, name):
        if "date" in columns:
            row["year"] = int(day(row["date"])[:4]) if day(row["date"]) else None
        if "number" in columns:
            number = decimal(row["number"])
            row["number"] = float(number.value) if number else None
        labels = (row["type"],) if "type" in columns else ()
        yield labels, {column: _clean(row[column]) for column in columns}


def _links(
    graph: KnowledgeGraph, name: str, kind: str, columns: dict[str, str]
) -> Iterator[tuple[str, str, str, dict[str, Value]]]:
    for row in _rows(graph, name):
        told = {column: _clean(row[column]) for column in columns}
        yield row["from"], kind or row["type"], row["to"], told


def _clean(value: Any) -> Value:
    if isinstance(value, list):
        return [clean(item) for item in value]
    known: Value = clean(value) if isinstance(value, str) else value
    return known
