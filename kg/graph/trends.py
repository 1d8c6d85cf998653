"""What papers speak of more and more, and what less and less, as far as their dates tell.

The dated papers are cut into an earlier and a later half. A thing rises if a larger share of the
later papers speaks of it; things are ordered by the difference of the two shares in units of its
standard error, as in the test of two proportions.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from kg.graph.knowledge_graph import KnowledgeGraph

__all__ = ["Period", "Trend", "Trends", "trends"]

# A year is not earlier than its months: dates are compared at one precision. The few that are
# vaguer than nine in ten are left out.
_PRECISION = "SELECT quantile_disc(length(date), 0.1) AS length FROM papers WHERE date <> ''"
_DATES = "SELECT left(date, $1::BIGINT) AS date FROM papers WHERE length(date) >= $1 AND date <> ''"
_PERIODS = """
SELECT left(date, $1) AS name, count(*) AS papers FROM papers
WHERE length(date) >= $1 GROUP BY name ORDER BY name
"""
_SHARES = """
WITH dated AS (
  SELECT iri, left(date, length($1::VARCHAR)) >= $1 AS is_late
  FROM papers WHERE length(date) >= length($1::VARCHAR)
)
SELECT e.name, e.type, e.iri, count(*) FILTER (NOT is_late) AS early,
       count(*) FILTER (is_late) AS late
FROM roles r JOIN dated d ON d.iri = r.paper JOIN entities e ON e.iri = r.entity
GROUP BY e.name, e.type, e.iri HAVING count(*) >= $2
"""
_FEWEST = 5  # papers that must speak of a thing before anything can be said of its way
_LEAST = 20  # papers with dates
_SURE = 2.0  # standard errors


@dataclass(frozen=True, slots=True)
class Period:
    """A year or a month, and the papers of it."""

    name: str
    papers: int


@dataclass(frozen=True, slots=True)
class Trend:
    """A thing, and how many papers of either half speak of it."""

    name: str
    type: str
    iri: str
    early: int
    late: int
    score: float


@dataclass(frozen=True, slots=True)
class Trends:
    """What rises and falls.

    :param periods: Papers by year, or by month where all are of one year.
    :param cut: The date with which the later half begins.
    :param early: Papers of the earlier half.
    :param late: Papers of the later half.
    :param rising: What rises, the surest first.
    :param falling: What falls.
    """

    periods: tuple[Period, ...]
    cut: str
    early: int
    late: int
    rising: tuple[Trend, ...]
    falling: tuple[Trend, ...]


def trends(graph: KnowledgeGraph, *, top: int) -> Trends | None:
    """Tell what rises and falls in a corpus.

    :param graph: The graph.
    :param top: How many things to give of either.
    :returns: The trends; None if fewer than twenty papers have dates, or all have the same.
    """
    dates = sorted(row["date"] for row in graph.rows(_DATES, (_precision(graph),)))
    if len(dates) < _LEAST or dates[0] == dates[-1]:
        return None
    cut = dates[len(dates) // 2]
    if cut == dates[0]:  # most papers have the first date
        cut = next(date for date in dates if date > cut)
    early = sum(date < cut for date in dates)
    late = len(dates) - early
    found = [_trend(row, early, late) for row in graph.rows(_SHARES, (cut, _FEWEST))]
    rising = _surest((t for t in found if t.score >= _SURE), top)
    falling = _surest((t for t in found if t.score <= -_SURE), top)
    return Trends(_periods(graph), cut, early, late, rising, falling)


def _precision(graph: KnowledgeGraph) -> int:
    """Count the characters that the dates of nearly all papers have at least."""
    (row,) = graph.rows(_PRECISION)
    return row["length"] or 0


def _trend(row: dict[str, Any], early: int, late: int) -> Trend:
    share = (row["early"] + row["late"]) / (early + late)
    error = sqrt(max(share * (1 - share), 1e-9) * (1 / early + 1 / late))
    score = (row["late"] / late - row["early"] / early) / error
    return Trend(**row, score=round(score, 6))


def _surest(found: Iterable[Trend], top: int) -> tuple[Trend, ...]:
    return tuple(sorted(found, key=lambda t: (-abs(t.score), t.name, t.type, t.iri))[:top])


def _periods(graph: KnowledgeGraph) -> tuple[Period, ...]:
    """Count papers by year; by month where there is one year."""
    for length in (4, 7):
        found = tuple(Period(**row) for row in graph.rows(_PERIODS, (length,)))
        if len(found) > 1:
            return found
    return found
