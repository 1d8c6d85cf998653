"""Which things of one type papers tried with which of another, and which not: the gap matrix."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.graph.links import linked_pairs

if TYPE_CHECKING:
    from kg.graph.knowledge_graph import KnowledgeGraph
    from kg.graph.links import Link

__all__ = ["Line", "Matrix", "matrix"]

_LINES = """
SELECT e.name, e.iri, e.papers, n.linked FROM entities e
JOIN (SELECT {side} AS iri, count(DISTINCT paper) AS linked FROM link GROUP BY {side}) n USING (iri)
ORDER BY n.linked DESC, e.papers DESC, lower(e.name), e.name, e.iri
"""
_CELLS = "SELECT r, c, count(DISTINCT paper) AS papers FROM link GROUP BY r, c ORDER BY r, c"
_PAPERS = "SELECT count(DISTINCT paper) AS papers FROM link"


@dataclass(frozen=True, slots=True)
class Line:
    """A row or a column: an entity, the papers that speak of it, and those that link it."""

    name: str
    iri: str
    papers: int
    linked: int


@dataclass(frozen=True, slots=True)
class Matrix:
    """How many papers link each row with each column.

    :param link: What links them.
    :param rows: The rows: those that most papers link first, then those of which most speak.
    :param columns: The columns, likewise.
    :param cells: Numbers of papers, a tuple for each row; None where a row meets itself.
    :param papers: How many papers link anything, also what is not among these rows and columns.
    :param total_rows: How many entities of the type of the rows are linked at all.
    :param total_columns: Likewise of the columns.
    """

    link: Link
    rows: tuple[Line, ...]
    columns: tuple[Line, ...]
    cells: tuple[tuple[int | None, ...], ...]
    papers: int
    total_rows: int
    total_columns: int


def matrix(graph: KnowledgeGraph, link: Link, *, top: int | None = None) -> Matrix:
    """Count how many papers link what with what.

    :param graph: The graph.
    :param link: What links rows and columns, see :func:`kg.graph.links.find_link`.
    :param top: How many rows and how many columns to give; by default all that are linked.
    :returns: The matrix; without rows and columns if no paper links any.
    """
    pairs, parameters = linked_pairs(graph.ontology, link)
    rows = [Line(**row) for row in graph.rows(pairs + _LINES.format(side="r"), parameters)]
    columns = [Line(**row) for row in graph.rows(pairs + _LINES.format(side="c"), parameters)]
    counts = {(x["r"], x["c"]): x["papers"] for x in graph.rows(pairs + _CELLS, parameters)}
    (told,) = graph.rows(pairs + _PAPERS, parameters)
    cells = tuple(
        tuple(None if r.iri == c.iri else counts.get((r.iri, c.iri), 0) for c in columns[:top])
        for r in rows[:top]
    )
    sides = (tuple(rows[:top]), tuple(columns[:top]))
    return Matrix(link, *sides, cells, told["papers"], len(rows), len(columns))
