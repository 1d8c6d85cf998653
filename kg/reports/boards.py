"""A leaderboard as text: a table for people, Markdown, CSV and JSON.

In CSV there is one row per value, with the number of its board; JSON is one object with ``boards``,
each with its ``rows``. What a paper does not state is null in JSON, and said so elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from kg.graph.directions import CHANGE
from kg.graph.leaderboard import competing
from kg.markup import plain
from kg.reports.cells import as_csv, as_markdown, as_table, cut, escaped, visible, wrap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kg.graph.boards import Board, Filler, Row
    from kg.graph.leaderboard import Leaderboard
    from kg.ontology import Ontology

__all__ = ["FORMATS", "render"]

NOT_STATED = "not stated"
_UNKNOWN = "direction not known"
_NARROW = 60  # columns that a terminal has at least
_INDENT = " " * 8


def render(
    found: Leaderboard, ontology: Ontology, style: str = "table", *, width: int = 100
) -> str:
    """Write a leaderboard.

    :param found: The leaderboard.
    :param ontology: Names the slots.
    :param style: A key of :data:`FORMATS`.
    :param width: Columns of the terminal, for the table.
    :returns: The text; a table and Markdown are empty if there is no board.
    """
    return FORMATS[style](found, ontology, max(width, _NARROW))


def _table(found: Leaderboard, ontology: Ontology, width: int) -> str:
    parts = []
    for number, board in enumerate(found.boards, 1):
        lines = [*wrap(f"{number}. {_title(board)}", width, "")]
        lines += wrap("; ".join(_told(board, ontology)), width, "   ")
        shown = [s.name for s in ontology.slots if s.name not in board.slots]
        heads = ["#", "value", *shown, "when", "paper"]
        widest = max(14, (width - 45) // len(shown))
        cells = [
            [
                "" if row.rank is None else str(row.rank),
                cut(plain(row.value).text, 16),
                *(cut(_name(row.slots[slot]), widest) for slot in shown),
                cut(_when(row), 24),
                cut(row.paper, 30),
            ]
            for row in board.rows
        ]
        head, *rest = as_table(heads, cells, right=(0, 1))
        lines.append(f"   {head}")
        last = ""
        for row, line in zip(board.rows, rest, strict=True):
            lines.append(f"   {line}")
            if row.paper_iri != last:
                lines += wrap(row.title, width, _INDENT)
            last = row.paper_iri
            lines += wrap(_evidence(row), width, _INDENT)
        parts.append("".join(f"{line}\n" for line in lines))
    return "\n".join(parts)


def _markdown(found: Leaderboard, ontology: Ontology, _: int) -> str:
    parts = []
    for board in found.boards:
        shown = [s.name for s in ontology.slots if s.name not in board.slots]
        heads = ["rank", "value", *shown, "when", "paper", "title", "evidence"]
        rows = [
            [
                "" if row.rank is None else str(row.rank),
                plain(row.value).text,
                *(_name(row.slots[slot]) for slot in shown),
                _when(row),
                row.paper,
                row.title,
                _evidence(row),
            ]
            for row in board.rows
        ]
        told = escaped("; ".join(_told(board, ontology)))
        parts.append(
            f"### {escaped(_title(board))}\n\n{told}\n\n{as_markdown(heads, rows, right=(0, 1))}"
        )
    return "\n".join(parts)


def _csv(found: Leaderboard, ontology: Ontology, _: int) -> str:
    slots = [slot.name for slot in ontology.slots]
    heads = (
        *("board", "rank", *slots, "value", "number", "unit", "kind", "better", "comparable"),
        *("paper", "title", "date", "listed", "start", "end", "quote", "rule", "confidence"),
    )
    lines: list[list[object]] = [list(heads)]
    for number, board in enumerate(found.boards, 1):
        for row in board.rows:
            names = [_name(row.slots[slot]) for slot in slots]
            rank = "" if row.rank is None else row.rank
            value = [row.value, row.number, row.unit, row.kind, board.better or "not known"]
            comparable = "yes" if board.is_comparable else "no"
            paper = [row.paper, row.title, row.date, list(row.listed)]
            place = [row.start, row.end, row.quote, row.rule, row.confidence]
            lines.append([number, rank, *names, *value, comparable, *paper, *place])
    return as_csv(lines)


def _json(found: Leaderboard, ontology: Ontology, _: int) -> str:
    boards = [
        {
            "slots": {slot: _plain(filler) for slot, filler in board.slots.items()},
            "unit": board.unit or None,
            "kind": board.kind,
            "better": board.better or None,
            "comparable": board.is_comparable,
            "papers": board.papers,
            "rows": [_object(row) for row in board.rows],
        }
        for board in found.boards
    ]
    told = {
        "competing": competing(ontology).name,
        "total": found.total,
        "not_asserted": found.unasserted,
    }
    report = {"boards": boards, **told}
    return orjson.dumps(report, option=orjson.OPT_INDENT_2).decode() + "\n"


def _object(row: Row) -> dict[str, Any]:
    return {
        "rank": row.rank,
        **{slot: _plain(filler) for slot, filler in row.slots.items()},
        "value": row.value,
        "number": row.number or None,
        "unit": row.unit or None,
        "kind": row.kind,
        "paper": row.paper,
        "paper_iri": row.paper_iri,
        "title": row.title,
        "date": row.date or None,
        "listed": row.listed,
        "start": row.start,
        "end": row.end,
        "quote": row.quote or None,
        "rule": row.rule,
        "confidence": row.confidence,
    }


def _plain(filler: Filler | None) -> dict[str, str] | None:
    return None if filler is None else {"name": filler.name, "iri": filler.iri}


def _title(board: Board) -> str:
    slots = ", ".join(f"{slot}: {_name(filler)}" for slot, filler in board.slots.items())
    return f"{slots}, unit: {board.unit or 'none'}, {board.kind}"


def _told(board: Board, ontology: Ontology) -> Iterator[str]:
    """Say how many values there are, what their order means, and what to beware of."""
    yield f"{_count(board.papers, 'paper')}, {_count(len(board.rows), 'value')}"
    if lacking := [slot for slot, filler in board.slots.items() if filler is None]:
        yield f"{' and '.join(lacking)} {NOT_STATED}, so these cannot be compared and have no rank"
    elif board.better == CHANGE:
        yield "changes against other things, the largest first, for better or worse"
    else:
        yield f"{board.better} is better" if board.better else f"{_UNKNOWN}, the highest first"
    for slot in ontology.slots:
        if slot.name not in board.slots and slot != competing(ontology):
            names = sorted({f.name for row in board.rows if (f := row.slots[slot.name])})
            if len(names) > 1:
                yield f"beware, {slot.name} differs: {', '.join(names)}"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" + ("" if number == 1 else "s")


def _name(filler: Filler | None) -> str:
    return NOT_STATED if filler is None else filler.name


def _when(row: Row) -> str:
    if row.date:
        return row.date
    days = [day.removeprefix("--") for day in row.listed]
    return f"listed {', '.join(days)}" if days else NOT_STATED


def _evidence(row: Row) -> str:
    place = f"characters {row.start}-{row.end}"
    return f'"{visible(row.quote)}" ({place})' if row.quote else place


FORMATS: dict[str, Callable[[Leaderboard, Ontology, int], str]] = {
    "table": _table,
    "csv": _csv,
    "json": _json,
    "md": _markdown,
}
"""Functions by name of the format that they write."""
