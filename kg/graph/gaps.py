"""Pairs that no paper has tried, though papers speak of both sides: where there is room."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.graph.links import linked_pairs

if TYPE_CHECKING:
    from kg.graph.knowledge_graph import KnowledgeGraph
    from kg.graph.links import Link

__all__ = ["Gap", "Gaps", "find_gaps"]

# Of two things of the same type either may have been tried with the other, so that each pair comes
# once, whichever way a paper might link it.
_GAPS = """
, rs AS (
  SELECT iri, name, papers FROM entities WHERE papers >= $6
    AND (iri IN (SELECT r FROM link) OR ($2 = $3 AND iri IN (SELECT c FROM link)))
), cs AS (
  SELECT iri, name, papers FROM entities WHERE papers >= $6
    AND (iri IN (SELECT c FROM link) OR ($2 = $3 AND iri IN (SELECT r FROM link)))
), tried AS (
  SELECT r, c FROM link UNION SELECT c, r FROM link
), met AS (
  SELECT DISTINCT a.entity AS r, b.entity AS c FROM roles a JOIN roles b ON b.paper = a.paper
  WHERE a.entity IN (SELECT iri FROM rs) AND b.entity IN (SELECT iri FROM cs)
), untried AS (
  SELECT rs.iri AS row_iri, rs.name AS row, rs.papers AS row_papers,
         cs.iri AS column_iri, cs.name AS "column", cs.papers AS column_papers,
         rs.papers * cs.papers AS product, met.r IS NOT NULL AS is_met
  FROM rs CROSS JOIN cs
  ANTI JOIN tried ON tried.r = rs.iri AND tried.c = cs.iri
  LEFT JOIN met ON met.r = rs.iri AND met.c = cs.iri
  WHERE $2 <> $3 OR rs.papers > cs.papers OR (rs.papers = cs.papers AND rs.iri < cs.iri)
)
"""
_COUNT = (
    "SELECT count(*) FILTER (NOT is_met) AS total, count(*) FILTER (is_met) AS met FROM untried"
)
_LIST = """
SELECT * EXCLUDE is_met FROM untried WHERE NOT is_met
ORDER BY product DESC, row_papers DESC, lower(row), row, lower("column"), "column", row_iri,
  column_iri
"""


@dataclass(frozen=True, slots=True)
class Gap:
    """A pair that no paper links or even speaks of together, with the papers of either."""

    row: str
    row_iri: str
    row_papers: int
    column: str
    column_iri: str
    column_papers: int
    product: int


@dataclass(frozen=True, slots=True)
class Gaps:
    """The pairs that were never tried.

    :param link: What would have linked them.
    :param gaps: The pairs, of which the most papers speak first.
    :param total: How many pairs there are.
    :param met: How many more are not linked, but some paper speaks of both; they are left out,
        since it may have tried them without saying so plainly.
    """

    link: Link
    gaps: tuple[Gap, ...]
    total: int
    met: int


def find_gaps(graph: KnowledgeGraph, link: Link, *, least: int = 2, top: int | None = None) -> Gaps:
    """List pairs that were never tried, though both sides were, with others.

    :param graph: The graph.
    :param link: What links rows and columns, see :func:`kg.graph.links.find_link`.
    :param least: How many papers must speak of either side.
    :param top: How many pairs to give; by default all.
    :returns: The pairs; none if everything was tried.
    """
    pairs, parameters = linked_pairs(graph.ontology, link)
    (counts,) = graph.rows(pairs + _GAPS + _COUNT, (*parameters, least))
    limit = "" if top is None else f" LIMIT {top:d}"
    found = graph.rows(pairs + _GAPS + _LIST + limit, (*parameters, least))
    gaps = tuple(Gap(**row) for row in found)
    return Gaps(link, gaps, counts["total"], counts["met"])
