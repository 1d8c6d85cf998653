"""The gap matrix, and the list of its gaps, as text: a table for people, Markdown, CSV and JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import orjson

from kg.graph.terminal import columns, cut, pad
from kg.reports.cells import as_csv, as_markdown, as_table, wrap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.graph.gaps import Gaps
    from kg.graph.links import Link
    from kg.graph.matrix import Matrix

__all__ = ["render_gaps", "render_matrix", "shown_columns", "told"]

_EMPTY, _SELF = "\N{MIDDLE DOT}", "-"
_TOTAL = "papers"
_LABEL = 36  # columns for the name of a row, a third of the terminal at most
_NARROW = 60  # columns that a terminal has at least
_LAST = 20  # columns for the name of the last column


def told(link: Link) -> str:
    """Say in a few words what links rows and columns.

    >>> from kg.graph.links import Link
    >>> told(Link("A", "B", ("uses", "extends"))), told(Link("A", "B", (), 0.5))
    ('claims: uses or extends', 'results of both, at least 0.5 sure')
    """
    what = f"claims: {' or '.join(link.relations)}" if link.relations else "results of both"
    return f"{what}, at least {link.sure:g} sure" if link.sure else what


def render_matrix(found: Matrix, style: str, *, width: int = 100) -> str:
    """Write a matrix.

    :param found: The matrix.
    :param style: ``table``, ``csv``, ``json`` or ``md``.
    :param width: Columns of the terminal; a table shows as many columns as fit.
    :returns: The text. In a table and in Markdown a dot stands where no paper is, so that gaps
        are seen; in CSV and JSON a zero. Where a thing meets itself there is none of them.
    """
    if style == "json":
        return orjson.dumps(asdict(found), option=orjson.OPT_INDENT_2).decode() + "\n"
    if style == "table":
        return "".join(f"{line.rstrip()}\n" for line in _staircase(found, max(width, _NARROW)))
    names = [column.name for column in found.columns]
    corner = f"{found.link.rows} / {found.link.columns}"
    sums = [column.linked for column in found.columns]
    if style == "csv":
        heads: list[object] = [corner, *names, _TOTAL]
        rows = [
            [row.name, *("" if n is None else n for n in cells), row.linked]
            for row, cells in zip(found.rows, found.cells, strict=True)
        ]
        return as_csv([heads, *rows, [_TOTAL, *sums, found.papers]])
    lines = [
        [row.name, *map(_cell, cells), str(row.linked)]
        for row, cells in zip(found.rows, found.cells, strict=True)
    ]
    lines.append([_TOTAL, *map(str, sums), str(found.papers)])
    return as_markdown([corner, *names, _TOTAL], lines, right=range(1, len(names) + 2))


def shown_columns(found: Matrix, width: int) -> int:
    """Tell how many columns of a matrix a table of some width shows."""
    width = max(width, _NARROW)
    label, cell = _measures(found, width)
    return min(len(found.columns), (width - label - _LAST) // cell)


def _measures(found: Matrix, width: int) -> tuple[int, int]:
    """Measure the name of the longest row, and the widest number with the blanks before it."""
    names = (columns(cut(row.name, min(_LABEL, width // 3))) for row in found.rows)
    sums = (len(str(column.linked)) for column in found.columns)
    return max([len(_TOTAL), *names]), max([1, *sums]) + 2


def _staircase(found: Matrix, width: int) -> Iterator[str]:
    """Write each column's name on a line of its own, with a stroke that leads down to it."""
    label, cell = _measures(found, width)
    shown = shown_columns(found, width)
    title = (
        f"{found.link.rows} (rows) by {found.link.columns} (columns): papers, {told(found.link)}"
    )
    yield from wrap(title, width, "")
    yield ""
    stroke = " " * (cell - 1) + "\N{BOX DRAWINGS LIGHT VERTICAL}"
    for place, column in enumerate(found.columns[:shown]):
        left = " " * label + stroke * place + " " * (cell - 1)
        yield left + cut(column.name, width - len(left))
    yield " " * label + stroke * shown + f"  {_TOTAL}"
    last = len(f"  {_TOTAL}")
    for row, cells in zip(found.rows, found.cells, strict=True):
        numbers = "".join(f"{_cell(n):>{cell}}" for n in cells[:shown])
        yield pad(cut(row.name, label), label) + f"{numbers}{row.linked:>{last}}"
    sums = "".join(f"{column.linked:>{cell}}" for column in found.columns[:shown])
    yield pad(_TOTAL, label) + f"{sums}{found.papers:>{last}}"


def _cell(number: int | None) -> str:
    return _SELF if number is None else str(number or _EMPTY)


def render_gaps(found: Gaps, style: str, *, width: int = 100) -> str:
    """Write a list of pairs that were never tried.

    :param found: The pairs.
    :param style: ``table``, ``csv``, ``json`` or ``md``.
    :param width: Columns of the terminal.
    :returns: The text.
    """
    if style == "json":
        return orjson.dumps(asdict(found), option=orjson.OPT_INDENT_2).decode() + "\n"
    heads = [found.link.rows, _TOTAL, found.link.columns, _TOTAL, "product"]
    if found.link.rows == found.link.columns:
        heads[2] = f"other {heads[2]}"
    lines = [
        [g.row, str(g.row_papers), g.column, str(g.column_papers), str(g.product)]
        for g in found.gaps
    ]
    if style == "csv":
        heads[1], heads[3] = f"{heads[0]} {_TOTAL}", f"{heads[2]} {_TOTAL}"
        return as_csv([heads, *lines])
    if style == "md":
        return as_markdown(heads, lines, right=(1, 3, 4))
    widest = (max(width, _NARROW) - 30) // 2
    cells = [[cut(text, widest) for text in line] for line in lines]
    return "".join(f"{line}\n" for line in as_table(heads, cells, right=(1, 3, 4)))
