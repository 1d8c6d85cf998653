"""A leaderboard as text: a table for people, Markdown, CSV and JSON.

In CSV there is one row per value, with the number of its board; JSON is one object with ``boards``,
each with its ``rows``. What a paper does not state is null in JSON, and said so elsewhere. Values
without a part in the ranking come last on their board, each with the reason.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

import orjson

from kg.graph.boards import FOLDED
from kg.graph.directions import CHANGE
from kg.graph.leaderboard import competing
from kg.graph.terminal import cut, visible
from kg.markup import plain
from kg.reports.cells import as_csv, as_markdown, as_table, escaped, wrap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from kg.graph.boards import Board, Filler, Kin, Row
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
        widest = max(14, (width - 52) // len(shown))
        rows = [row for row in board.rows if row.unranked != FOLDED]
        cells = [
            [
                "" if row.rank is None else str(row.rank),
                cut(plain(row.value).text, 16),
                *(cut(_name(row.slots[slot]), widest) for slot in shown),
                _sure(row),
                cut(_when(row), 24),
                cut(row.paper, 30),
            ]
            for row in rows
        ]
        heads = ["#", "value", *shown, "sure", "when", "paper"]
        head, *rest = as_table(heads, cells, right=(0, 1))
        lines.append(f"   {head}")
        written = iter(rest)
        for reason, group in groupby(rows, key=lambda row: row.unranked):
            if reason:
                lines += wrap(f"also said, {reason}:", width, "   ")
            lines += _entries(board, group, written, ontology, width)
        lines += wrap(_see_also(board), width, "   ") if board.kin else []
        parts.append("".join(f"{line}\n" for line in lines))
    return "\n".join(parts)


def _entries(
    board: Board, rows: Iterable[Row], written: Iterator[str], ontology: Ontology, width: int
) -> Iterator[str]:
    """Write values with their evidence, the title once for those beside each other."""
    last = ""
    for row in rows:
        yield f"   {next(written)}"
        if row.paper_iri != last:
            yield from wrap(row.title, width, _INDENT)
        last = row.paper_iri
        yield from wrap(_evidence(row), width, _INDENT)
        if more := _more(board, row, ontology):
            yield from wrap(more, width, _INDENT)


def _markdown(found: Leaderboard, ontology: Ontology, _: int) -> str:
    parts = []
    for board in found.boards:
        shown = [s.name for s in ontology.slots if s.name not in board.slots]
        heads = ["rank", "value", *shown, "sure", "when", "paper", "title", "evidence"]
        rows = [
            [
                row.unranked if row.rank is None else str(row.rank),
                plain(row.value).text,
                *(_name(row.slots[slot]) for slot in shown),
                _sure(row),
                _when(row),
                row.paper,
                row.title,
                "; ".join(filter(None, (_evidence(row), _more(board, row, ontology)))),
            ]
            for row in board.rows
            if row.unranked != FOLDED
        ]
        told = escaped("; ".join(_told(board, ontology)))
        table = as_markdown(heads, rows, right=(0, 1))
        also = f"\n{escaped(_see_also(board))}\n" if board.kin else ""
        parts.append(f"### {escaped(_title(board))}\n\n{told}\n\n{table}{also}")
    return "\n".join(parts)


def _csv(found: Leaderboard, ontology: Ontology, _: int) -> str:
    slots = [slot.name for slot in ontology.slots]
    heads = (
        *("board", "rank", *slots, "value", "number", "unit", "kind", "better", "comparable"),
        *("paper", "title", "date", "listed", "start", "end", "quote", "rule", "confidence"),
        "unranked",
    )
    lines: list[list[object]] = [list(heads)]
    for number, board in enumerate(found.boards, 1):
        for row in board.rows:
            names = [_name(row.slots[slot]) for slot in slots]
            rank = "" if row.rank is None else row.rank
            value = [row.value, row.number, row.unit, row.kind, board.better or "not known"]
            comparable = "yes" if board.is_comparable else "no"
            paper = [row.paper, row.title, row.date, list(row.listed)]
            place = [row.start, row.end, row.quote, row.rule, row.confidence, row.unranked]
            lines.append([number, rank, *names, *value, comparable, *paper, *place])
    return as_csv(lines)


def _json(found: Leaderboard, ontology: Ontology, _: int) -> str:
    boards = [
        {
            "slots": {slot: _plain(filler) for slot, filler in board.slots.items()},
            "unit": board.unit or None,
            "taken": board.taken or None,
            "kind": board.kind,
            "better": board.better or None,
            "comparable": board.is_comparable,
            "papers": board.papers,
            "rows": [_object(row) for row in board.rows],
            "see_also": [_other(kin) for kin in board.kin],
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
        "unranked": row.unranked or None,
    }


def _other(kin: Kin) -> dict[str, Any]:
    return {kin.slot: _plain(kin.filler), "ranked": kin.ranked, "best": _object(kin.best)}


def _plain(filler: Filler | None) -> dict[str, str] | None:
    return None if filler is None else {"name": filler.name, "iri": filler.iri}


def _title(board: Board) -> str:
    slots = ", ".join(f"{slot}: {_name(filler)}" for slot, filler in board.slots.items())
    unit = board.unit or "none"
    taken = f" (taken for {board.taken} without the sign)" if board.taken else ""
    return f"{slots}, unit: {unit}{taken}, {board.kind}"


def _told(board: Board, ontology: Ontology) -> Iterator[str]:
    """Say how many values there are, what their order means, and what to beware of."""
    ranked = f", {board.ranked:,} ranked" if board.is_ranked else ""
    yield f"{_count(board.papers, 'paper')}, {_count(len(board.rows), 'value')}{ranked}"
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


def _more(board: Board, row: Row, ontology: Ontology) -> str:
    """Say what else a paper gives for the same competitor."""
    others = board.besides(row, competing(ontology).name)
    told = ", ".join(plain(other.value).text for other in others)
    return f"and {len(others)} more of this paper: {told}" if others else ""


def _see_also(board: Board) -> str:
    """Name kindred boards with their best values."""
    told = (
        f"{kin.slot} {kin.filler.name}: {plain(kin.best.value).text} ({kin.best.paper}, "
        f"{_count(kin.ranked, 'value')} ranked)"
        for kin in board.kin
    )
    return f"see also {'; '.join(told)}"


def _sure(row: Row) -> str:
    """Say how sure a value is; never more than it is, so that it agrees with its rank."""
    return f"{int(row.confidence * 100) / 100:.2f}"


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
