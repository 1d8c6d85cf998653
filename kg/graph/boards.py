"""Reported values side by side, where they can be: one board for what can be compared.

Values stand on one board if they measure the same, in the same unit and kind, and agree in every
setting save the one that competes. Nothing is converted and nothing is guessed: where a result
leaves a slot open its board lacks it too, and ranks no values.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from itertools import groupby
from typing import TYPE_CHECKING

from kg.graph.directions import CHANGE, HIGHER, LOWER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

__all__ = ["Board", "Filler", "Row", "boards"]


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
    rank: int | None = None


@dataclass(frozen=True, slots=True)
class Board:
    """Values that can be compared, or that lack the same.

    :param slots: What fills the slots in which all its rows agree; None if nothing does.
    :param unit: Unit of its values; empty if they have none.
    :param kind: Kind of its values.
    :param better: ``higher`` or ``lower``; ``change`` if its values are differences; empty if that
        is not known.
    :param rows: The values, the best first where that is known, else the largest.
    """

    slots: Mapping[str, Filler | None]
    unit: str
    kind: str
    better: str
    rows: tuple[Row, ...]

    @property
    def papers(self) -> int:
        """Number of different papers."""
        return len({row.paper_iri for row in self.rows})

    @property
    def is_comparable(self) -> bool:
        """Say whether its values state all that they must agree in."""
        return all(self.slots.values())

    @property
    def is_ranked(self) -> bool:
        """Say whether its order is one from better to worse."""
        return self.is_comparable and self.better in {HIGHER, LOWER}


def boards(
    rows: Iterable[Row], slots: Sequence[str], better: Callable[[Filler | None, str, str], str]
) -> list[Board]:
    """Group values into boards.

    :param rows: The values; of equal ones the first comes first on its board.
    :param slots: Names of the slots in which the values of a board agree, the measure first.
    :param better: Tells which way values are better, by measure, unit and kind.
    :returns: The boards. Those that lack least come first, then those of most papers, those that
        are ranked, those of most values, and by name.
    """

    def agreed(row: Row) -> tuple[tuple[Filler, ...], str, str]:
        return tuple(row.slots[slot] or Filler("", "") for slot in slots), row.unit, row.kind

    found = []
    for _, group in groupby(sorted(rows, key=agreed), key=agreed):
        members = list(group)
        first = members[0]
        fillers = {slot: first.slots[slot] for slot in slots}
        told = better(fillers[slots[0]], first.unit, first.kind)
        ordered = tuple(_ordered(members, told))
        board = Board(fillers, first.unit, first.kind, told, ordered)
        found.append(replace(board, rows=tuple(_ranked(ordered))) if board.is_ranked else board)
    return sorted(found, key=_place)


def _number(row: Row) -> Decimal | None:
    """Read the number of a row; none if it has none, or one that has no place among others."""
    try:
        number = Decimal(row.number)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _ordered(rows: Iterable[Row], better: str) -> list[Row]:
    """Order rows by their numbers; those without one stand last."""

    def place(row: Row) -> tuple[bool, Decimal]:
        number = _number(row)
        if number is None:
            return True, Decimal(0)
        if better == LOWER:
            return False, number
        return False, -abs(number) if better == CHANGE else -number

    return sorted(rows, key=place)


def _ranked(rows: Iterable[Row]) -> Iterator[Row]:
    last, rank = None, 0
    for place, row in enumerate(rows, 1):
        number = _number(row)
        if number is None or number != last:
            last, rank = number, place
        yield replace(row, rank=None if number is None else rank)


def _place(board: Board) -> tuple[object, ...]:
    fillers = [filler or Filler("", "") for filler in board.slots.values()]
    names = [(filler.name.casefold(), filler) for filler in fillers]
    lacking = sum(filler is None for filler in board.slots.values())
    is_first = (lacking, -board.papers, not board.is_ranked, -len(board.rows))
    return *is_first, names, board.unit, board.kind
