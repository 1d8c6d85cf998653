"""When the things of a graph were spoken of: the days of papers, as far as they are known.

>>> day("2024-02"), day("2024-02-30"), day("")
('2024-02-01', '', '')
>>> years(["2021-05-01", "2024-02-01"])
{'first_year': 2021, 'last_year': 2024}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.graph.terms import date
from kg.model import ASSERTED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kg.graph.knowledge_graph import KnowledgeGraph

__all__ = ["are_known", "day", "days", "of_edges", "of_nodes", "years"]

_NODES = """
SELECT dates FROM (
  SELECT e.iri, 1 AS place, list(DISTINCT p.date) FILTER (p.date <> '') AS dates
  FROM entities e LEFT JOIN roles r ON r.entity = e.iri LEFT JOIN papers p ON p.iri = r.paper
  GROUP BY e.iri
  UNION ALL SELECT iri, 2, [date] FROM papers
) ORDER BY place, iri
"""

_RELATIONS = """
SELECT c.dates FROM relations r JOIN (
  SELECT head, relation, tail, list(DISTINCT p.date) FILTER (p.date <> '') AS dates
  FROM claims x JOIN papers p ON p.iri = x.paper WHERE status = $1 GROUP BY head, relation, tail
) c USING (head, relation, tail)
WHERE r.head IN (SELECT iri FROM entities) AND r.tail IN (SELECT iri FROM entities)
ORDER BY r.head, r.relation, r.tail
"""

_ROLES = """
SELECT [p.date] AS dates FROM roles r JOIN papers p ON p.iri = r.paper
ORDER BY r.paper, r.property, r.entity
"""


def day(text: str) -> str:
    """Make a day of a date that may be less precise.

    :param text: ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``.
    :returns: The day, or the first one of the month or the year; empty if there is no such day.
    """
    return "" if date(text) is None else f"{text}-01-01"[:10]


def years(known: Sequence[str]) -> dict[str, int]:
    """Say in which years something was spoken of first and last.

    :param known: Days in their order.
    :returns: Two columns; none if there is no day.
    """
    return {"first_year": int(known[0][:4]), "last_year": int(known[-1][:4])} if known else {}


def are_known(graph: KnowledgeGraph) -> bool:
    """Say whether the graph knows the date of any paper."""
    dates = graph.rows("SELECT DISTINCT date FROM papers WHERE date <> ''")
    return any(day(row["date"]) for row in dates)


def of_nodes(graph: KnowledgeGraph) -> Iterator[list[str]]:
    """Stream the days of each node, in the order of :func:`kg.graph.network.nodes`."""
    return map(days, (row["dates"] for row in graph.rows(_NODES)))


def of_edges(graph: KnowledgeGraph) -> Iterator[list[str]]:
    """Stream the days of each edge, in the order of :func:`kg.graph.network.edges`."""
    for sql, parameters in ((_RELATIONS, [ASSERTED]), (_ROLES, [])):
        yield from map(days, (row["dates"] for row in graph.rows(sql, parameters)))


def days(dates: Sequence[str] | None) -> list[str]:
    """Make the days of some dates, in their order and each once; unknown ones are left out."""
    return sorted({day(text) for text in dates or ()} - {""})
