"""Reported values side by side, where they can be: one board for what can be compared.

Values stand on one board if they measure the same, in the same unit and kind, and agree in every
setting save the one that competes. Nothing is converted and nothing is guessed: where a result
leaves a slot open its board lacks it too, and ranks no values. Of the values that a paper gives
for one competitor only the best takes a rank, and none does that is unsure or cannot be.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING

from kg.graph.admissible import RANGE, UNFIT_NUMBER, UNFIT_UNIT, number_of
from kg.graph.directions import CHANGE, HIGHER, LOWER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

__all__ = ["BASELINE", "FOLDED", "UNSURE", "Board", "Filler", "Kin", "Row", "boards"]

UNSURE = "less sure"
"""Why a value that may have been misread takes no rank."""

BASELINE = "baseline without a name"
"""Why a value that others are compared with takes no rank if its own competitor is not named."""

FOLDED = "not the best of its paper"
"""Why a value takes no rank if its paper gives a better one for the same competitor."""

_REASONS = ("", FOLDED, BASELINE, RANGE, UNSURE, UNFIT_UNIT, UNFIT_NUMBER)  # the order on a board


@dataclass(frozen=True, slots=True, order=True)
class Filler:
    """What fills a slot: name and IRI of an entity.

    A result may fill a slot with several; their names have semicolons between, their IRIs blanks.
    """

    name: str
    iri: str

    @property
    def iris(self) -> frozenset[str]:
        """The IRIs one by one."""
        return frozenset(self.iri.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One reported value.

    :param value: The number as written.
    :param number: The number as a plain decimal; empty if it has none.
    :param unit: Unit as written; empty if there is none.
    :param kind: Kind of the value.
    :param slots: What fills each slot, by its name; None for a slot that nothing fills.
    :param paper: Identifier of the paper.
    :param paper_iri: IRI of the paper.
    :param title: Title of the paper.
    :param date: When it was published; empty if that is not known.
    :param listed: Days, without a year, of the pages that list it, sorted.
    :param start: Where the evidence begins.
    :param end: Where it ends.
    :param quote: The evidence; empty where the text may not be carried.
    :param rule: The rule that read it.
    :param confidence: From 0 to 1.
    :param taken: The unit that it is taken to have though none is written; empty if none is.
    :param unranked: Why it takes no part in the ranking of its board; empty if it does.
    :param rank: Place on the board, counted from 1, the same for equal values; None without one.
    """

    value: str
    number: str
    unit: str
    kind: str
    slots: Mapping[str, Filler | None]
    paper: str
    paper_iri: str
    title: str
    date: str = ""
    listed: tuple[str, ...] = ()
    start: int
    end: int
    quote: str = ""
    rule: str
    confidence: float
    taken: str = ""
    unranked: str = ""
    rank: int | None = None


@dataclass(frozen=True, slots=True)
class Kin:
    """A kindred board: one that differs in what a single slot is filled with, by a kindred thing.

    :param slot: The slot in which it differs.
    :param filler: What fills that slot there.
    :param best: The best value there.
    :param ranked: How many values have a rank there.
    """

    slot: str
    filler: Filler
    best: Row
    ranked: int


@dataclass(frozen=True, slots=True)
class Board:
    """Values that can be compared, or that lack the same.

    :param slots: What fills the slots in which all its rows agree; None if nothing does.
    :param unit: Unit of its values; empty if they have none.
    :param better: ``higher`` or ``lower``; ``change`` if its values are differences; empty if that
        is not known.
    :param rows: The values that take part in the ranking, the best first where that is known, else
        the largest; behind them the others, by why they do not, in the same order.
    :param taken: The unit that its values are taken to have though none is written.
    :param kin: Kindred boards, where they were asked for.
    """

    slots: Mapping[str, Filler | None]
    unit: str
    kind: str
    better: str
    rows: tuple[Row, ...]
    taken: str = ""
    kin: tuple[Kin, ...] = ()

    @property
    def papers(self) -> int:
        """Number of different papers."""
        return len({row.paper_iri for row in self.rows})

    @property
    def standing(self) -> tuple[Row, ...]:
        """The values that take part in the ranking."""
        return tuple(row for row in self.rows if not row.unranked)

    @property
    def ranked(self) -> int:
        """Number of values that have a rank."""
        return sum(row.rank is not None for row in self.rows)

    def besides(self, row: Row, rival: str) -> tuple[Row, ...]:
        """List the values of the same paper and competitor that are folded into one.

        :param row: A value that takes part in the ranking.
        :param rival: The slot whose fillers compete.
        :returns: The others, the best first; none if there are none.
        """
        if row.unranked:
            return ()
        mine = _rivalry(row, rival)
        same = (r for r in self.rows if r.unranked == FOLDED)
        return tuple(r for r in same if _rivalry(r, rival) == mine)

    @property
    def is_comparable(self) -> bool:
        """Say whether its values state all that they must agree in."""
        return all(self.slots.values())

    @property
    def is_ranked(self) -> bool:
        """Say whether its order is one from better to worse."""
        return self.is_comparable and self.better in {HIGHER, LOWER}


def boards(
    rows: Iterable[Row],
    slots: Sequence[str],
    better: Callable[[Filler | None, str, str], str],
    *,
    rival: str,
) -> list[Board]:
    """Group values into boards.

    :param rows: The values, with what is known to keep them from a rank; of equal ones the first
        comes first on its board.
    :param slots: Names of the slots in which the values of a board agree, the measure first.
    :param better: Tells which way values are better, by measure, unit and kind.
    :param rival: Name of the slot whose fillers compete.
    :returns: The boards. Those that lack least come first, then those whose values are sure and
        fit, of the most papers; those that are ranked, those of most values, and by name.
    """

    def agreed(row: Row) -> tuple[tuple[Filler, ...], str, str, str]:
        fillers = tuple(row.slots[slot] or Filler("", "") for slot in slots)
        return fillers, row.unit, row.taken, row.kind

    found = []
    for _, group in groupby(sorted(rows, key=agreed), key=agreed):
        members = list(group)
        first = members[0]
        fillers = {slot: first.slots[slot] for slot in slots}
        told = better(fillers[slots[0]], first.unit or first.taken, first.kind)
        ordered = tuple(_ordered(members, told))
        board = Board(fillers, first.unit, first.kind, told, ordered, first.taken)
        if board.is_ranked:
            folded = _ordered(_folded(ordered, rival), told)
            board = replace(board, rows=tuple(_ranked(folded)))
        found.append(board)
    return sorted(found, key=_place)


def _ordered(rows: Iterable[Row], better: str) -> list[Row]:
    """Order rows by why they have no rank, then by their numbers; those without one stand last."""

    def place(row: Row) -> tuple[int, bool, Decimal]:
        number = number_of(row.number)
        reason = _REASONS.index(row.unranked)
        if number is None:
            return reason, True, Decimal(0)
        if better == LOWER:
            return reason, False, number
        return reason, False, -abs(number) if better == CHANGE else -number

    return sorted(rows, key=place)


def _rivalry(row: Row, rival: str) -> tuple[str, Filler | None]:
    return row.paper_iri, row.slots[rival]


def _folded(rows: Iterable[Row], rival: str) -> Iterator[Row]:
    """Keep the first value of each paper and competitor in the ranking."""
    seen = set()
    for row in rows:
        if row.unranked or number_of(row.number) is None:
            yield row
        elif _rivalry(row, rival) in seen:
            yield replace(row, unranked=FOLDED)
        else:
            seen.add(_rivalry(row, rival))
            yield row


def _ranked(rows: Iterable[Row]) -> Iterator[Row]:
    last, rank = None, 0
    for place, row in enumerate(rows, 1):
        number = None if row.unranked else number_of(row.number)
        if number is None or number != last:
            last, rank = number, place
        yield replace(row, rank=None if number is None else rank)


def _place(board: Board) -> tuple[object, ...]:
    fillers = [filler or Filler("", "") for filler in board.slots.values()]
    names = [(filler.name.casefold(), filler) for filler in fillers]
    lacking = sum(filler is None for filler in board.slots.values())
    sure = board.standing
    papers = len({row.paper_iri for row in sure})
    is_first = (lacking, -papers, not board.is_ranked, -len(sure), -board.papers, -len(board.rows))
    return *is_first, names, board.unit, board.taken, board.kind
