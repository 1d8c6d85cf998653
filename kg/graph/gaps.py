"""Pairs that no paper has tried, though papers speak of both sides: where there is room."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby, islice
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from kg.graph.links import linked_pairs

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kg.graph.knowledge_graph import KnowledgeGraph
    from kg.graph.links import Link

__all__ = ["Gap", "Gaps", "find_gaps"]

# Of two things of the same type either may have been tried with the other, so that each pair comes
# once, whichever way a paper might link it.
_SIDES = """
, sides AS (
  SELECT iri, name, papers, iri IN (SELECT r FROM link) AS is_row,
         iri IN (SELECT c FROM link) AS is_column
  FROM entities WHERE papers >= $6
), rs AS (
  SELECT iri, name, papers FROM sides WHERE is_row OR ($2 = $3 AND is_column)
), cs AS (
  SELECT iri, name, papers FROM sides WHERE is_column OR ($2 = $3 AND is_row)
), tried AS (
  SELECT r, c FROM link UNION SELECT c, r FROM link
)
"""
_ENDS = " SELECT iri, name, papers FROM {side} ORDER BY papers DESC, lower(name), name, iri"
# Pairs that are not among the gaps: those that are linked, those that some paper speaks of.
_KNOWN = """
, met AS (
  SELECT DISTINCT a.entity AS r, b.entity AS c FROM roles a JOIN roles b ON b.paper = a.paper
  WHERE a.entity IN (SELECT iri FROM rs) AND b.entity IN (SELECT iri FROM cs)
), known AS (
  SELECT r, c, true AS is_tried FROM tried UNION ALL
  SELECT r, c, false FROM met ANTI JOIN tried USING (r, c)
)
SELECT r, c, is_tried FROM known JOIN rs ON rs.iri = r JOIN cs ON cs.iri = c
WHERE $2 <> $3 OR rs.papers > cs.papers OR (rs.papers = cs.papers AND rs.iri < cs.iri)
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


class _End(NamedTuple):
    """One side of a pair."""

    iri: str
    name: str
    papers: int


def find_gaps(graph: KnowledgeGraph, link: Link, *, least: int = 2, top: int | None = None) -> Gaps:
    """List pairs that were never tried, though both sides were, with others.

    :param graph: The graph.
    :param link: What links rows and columns, see :func:`kg.graph.links.find_link`.
    :param least: How many papers must speak of either side.
    :param top: How many pairs to give; by default all.
    :returns: The pairs; none if everything was tried.
    """
    pairs, parameters = linked_pairs(graph.ontology, link)
    asked = (*parameters, least)
    rows, columns = (
        [_End(**end) for end in graph.rows(pairs + _SIDES + _ENDS.format(side=side), asked)]
        for side in ("rs", "cs")
    )
    # All pairs together are far too many to be listed, so only those that are no gaps are.
    told = graph.rows(pairs + _SIDES + _KNOWN, asked)
    known = {(pair["r"], pair["c"]): pair["is_tried"] for pair in told}
    tried = sum(known.values())
    is_same = link.rows == link.columns
    every = len(rows) * (len(rows) - 1) // 2 if is_same else len(rows) * len(columns)
    untried = (
        (row, column)
        for row, column in _pairs(rows, columns, is_same=is_same)
        if (row.iri, column.iri) not in known
    )
    gaps = tuple(
        Gap(
            *(row.name, row.iri, row.papers),
            *(column.name, column.iri, column.papers),
            row.papers * column.papers,
        )
        for row, column in islice(untried, top)
    )
    return Gaps(link, gaps, every - len(known), len(known) - tried)


def _pairs(
    rows: Sequence[_End], columns: Sequence[_End], *, is_same: bool
) -> Iterator[tuple[_End, _End]]:
    """Yield pairs, those of which the most papers speak first, then by papers of the row and name.

    :param rows: Ends, those of most papers first, then by name.
    :param columns: Likewise.
    :param is_same: Whether both are of one type, so that a pair comes in one order only.
    """
    by_papers = attrgetter("papers")
    left = {papers: list(ends) for papers, ends in groupby(rows, by_papers)}
    right = {papers: list(ends) for papers, ends in groupby(columns, by_papers)}
    sizes = [(a * b, a, b) for a in left for b in right if not is_same or a >= b]
    for _, a, b in sorted(sizes, reverse=True):
        for row in left[a]:
            for column in right[b]:
                if not is_same or a > b or row.iri < column.iri:
                    yield row, column
