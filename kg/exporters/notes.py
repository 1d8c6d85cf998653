"""What a vault tells of each entity and each paper, streamed side by side from the tables."""

# ruff: noqa: S608  # the SQL is put together from its own parts
from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from kg.model import ASSERTED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kg.graph.knowledge_graph import KnowledgeGraph

__all__ = ["MOST", "Note", "of_entities", "of_papers"]

MOST = 100
"""How many neighbours, papers or results of one sort a note lists."""

_QUOTE = """
CASE WHEN p.abstract = '' AND {0}."end" > length(p.title) THEN '' ELSE
  substring(p.title || chr(10) || p.abstract, {0}.start + 1, {0}."end" - {0}.start) END AS quote
"""
_ENTITIES = "SELECT * FROM entities ORDER BY iri"
_ALIASES = "SELECT entity AS iri, text FROM aliases ORDER BY entity, papers DESC, text"
_NEIGHBOURS = f"""
WITH both_ways AS (
  SELECT head AS iri, relation, TRUE AS is_head, tail AS other, papers FROM relations
  UNION ALL SELECT tail, relation, FALSE, head, papers FROM relations
), ranked AS (
  SELECT *, row_number() OVER (
    PARTITION BY iri, relation, is_head ORDER BY papers DESC, other) AS place
  FROM both_ways WHERE other IN (SELECT iri FROM entities)
), first AS (
  SELECT head, relation, tail, arg_min({{'paper': paper, 'start': start, 'end': "end"}},
    (-confidence, paper, start)) AS best
  FROM claims WHERE status = $1 GROUP BY head, relation, tail
)
SELECT r.iri, r.relation, r.is_head, r.other, r.papers, f.best.paper AS paper,
  {_QUOTE.format("f.best")}
FROM ranked r
JOIN first f ON f.relation = r.relation AND f.head = CASE WHEN is_head THEN r.iri ELSE other END
  AND f.tail = CASE WHEN is_head THEN other ELSE r.iri END
JOIN papers p ON p.iri = f.best.paper
WHERE place <= {MOST} ORDER BY r.iri, r.relation, NOT is_head, place
"""
_KINDS = """
SELECT narrow AS iri, TRUE AS is_narrow, broad AS other FROM kinds
UNION ALL SELECT broad, FALSE, narrow FROM kinds ORDER BY 1, 2 DESC, 3
"""
_SPEAKING = f"""
SELECT entity AS iri, property, paper FROM roles
QUALIFY row_number() OVER (PARTITION BY entity, property ORDER BY paper) <= {MOST}
ORDER BY entity, property, paper
"""
_RESULT = """
SELECT x.iri AS result, x.paper, x.value, x.kind, x.status, l.links FROM results x JOIN (
  SELECT result, list([slot, entity] ORDER BY slot, entity) AS links
  FROM result_entities GROUP BY result
) l ON l.result = x.iri
"""
_MEASURED = f"""
SELECT e.entity AS iri, r.* FROM (SELECT DISTINCT entity, result FROM result_entities) e
JOIN ({_RESULT}) r USING (result)
QUALIFY row_number() OVER (PARTITION BY e.entity ORDER BY r.paper, r.result) <= {MOST}
ORDER BY e.entity, r.paper, r.result
"""
_PAPERS = "SELECT * FROM papers ORDER BY iri"
_PLAYED = "SELECT paper AS iri, property, entity FROM roles ORDER BY paper, property, entity"
_CLAIMED = f"""
SELECT c.paper AS iri, c.head, c.relation, c.tail, c.status, {_QUOTE.format("c")}
FROM claims c JOIN papers p ON p.iri = c.paper
WHERE head IN (SELECT iri FROM entities) AND tail IN (SELECT iri FROM entities)
ORDER BY c.paper, c.start, c.head, c.relation, c.tail, c.status
"""
_REPORTED = f"SELECT r.paper AS iri, r.* FROM ({_RESULT}) r ORDER BY r.paper, r.result"


class Note(NamedTuple):
    """What is told of one thing: its row, and the rows of other tables that speak of it."""

    row: dict[str, Any]
    more: dict[str, list[dict[str, Any]]]


def of_entities(graph: KnowledgeGraph) -> Iterator[Note]:
    """Stream what is told of each entity, in the order of their IRIs.

    :param graph: The knowledge graph.
    """
    streams = {
        "aliases": graph.rows(_ALIASES),
        "kinds": graph.rows(_KINDS),
        "neighbours": graph.rows(_NEIGHBOURS, [ASSERTED]),
        "papers": graph.rows(_SPEAKING),
        "results": graph.rows(_MEASURED),
    }
    return _notes(graph.rows(_ENTITIES), streams)


def of_papers(graph: KnowledgeGraph) -> Iterator[Note]:
    """Stream what is told of each paper, in the order of their IRIs.

    :param graph: The knowledge graph.
    """
    streams = {
        "roles": graph.rows(_PLAYED),
        "claims": graph.rows(_CLAIMED),
        "results": graph.rows(_REPORTED),
    }
    return _notes(graph.rows(_PAPERS), streams)


def _notes(
    rows: Iterator[dict[str, Any]], streams: dict[str, Iterator[dict[str, Any]]]
) -> Iterator[Note]:
    takers = {name: _taker(stream) for name, stream in streams.items()}
    for row in rows:
        yield Note(row, {name: take(row["iri"]) for name, take in takers.items()})


def _taker(stream: Iterator[dict[str, Any]]) -> Callable[[str], list[dict[str, Any]]]:
    """Make what takes the rows of one IRI after the other out of a stream in the same order."""
    groups = groupby(stream, key=itemgetter("iri"))
    ahead: list[tuple[str, list[dict[str, Any]]]] = []

    def take(iri: str) -> list[dict[str, Any]]:
        while not ahead or ahead[0][0] < iri:
            ahead.clear()
            key, rows = next(groups, ("", None))
            if rows is None:
                return []
            ahead.append((key, list(rows)))
        return ahead[0][1] if ahead[0][0] == iri else []

    return take
