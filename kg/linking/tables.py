r"""Tables as people and their spreadsheets write them: tabs between the cells, names in line one.

A file whose name ends in ``.csv`` has commas or semicolons between the cells instead.

The columns may stand in any order. Empty lines and lines that begin with ``#`` are passed over.
What spreadsheets do to a table is fine: a byte order mark, quoted cells, any line ends, last cells
left out, and the apostrophe that keeps a cell from being run as a formula.

>>> table = '\ufeffname\talias\tnote\r\n# common\r\n"GNN"\t\'=x\r\n'
>>> [(row.line, row.cells["alias"]) for row in rows(table, "t.tsv", ("name", "alias"))]
[(3, '=x')]
"""

from __future__ import annotations

import csv
import io
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from kg.errors import ReadError, UnknownNameError
from kg.formulas import unguarded

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

__all__ = ["Row", "rows", "text_of"]


class Row(NamedTuple):
    """One row of a table.

    :param path: Name of the file as the user gave it.
    :param line: Line where the row begins, counted from 1.
    :param cells: Values by column, without blanks around them.
    """

    path: str
    line: int
    cells: dict[str, str]

    def choice(self, column: str, available: Sequence[str], what: str) -> str:
        """Give a value that must be one of some names.

        :raises ReadError: If it is none; it lists those that there are.
        """
        name = self.filled(column)
        if name not in available:
            unknown = str(UnknownNameError(what, name, ()))
            raise ReadError(self.path, self.line, unknown, f"available: {', '.join(available)}")
        return name

    def filled(self, column: str) -> str:
        """Give a value that must be there.

        :raises ReadError: If it is empty.
        """
        if not self.cells[column]:
            reason, remedy = f"nothing in column {column}", "fill it, or delete the line"
            raise ReadError(self.path, self.line, reason, remedy)
        return self.cells[column]


def rows(text: str, path: str, columns: Sequence[str]) -> Iterator[Row]:
    """Read the rows of a table.

    :param text: The table.
    :param path: Name of the file for errors.
    :param columns: Columns that must be there.
    :returns: The rows below the header, without comments and empty lines.
    :raises ReadError: If there is no header, it lacks a column, or a line is no row.
    """
    names: list[str] = []
    mark = _mark(text, path)
    marks = {"\t": "tabs", ",": "commas", ";": "semicolons"}
    remedy = f"begin with a line of {', '.join(columns)}, parted by {marks[mark]}"
    for line, cells in _lines(text, path, mark):
        if not names:
            names = [cell.lower() for cell in cells]
            if wrong := [name for name in columns if names.count(name) != 1]:
                count = "two columns" if wrong[0] in names else "no column"
                raise ReadError(path, line, f"{count} named {wrong[0]}", remedy)
            continue
        if any(cells[len(names) :]):
            reason = f"{len(cells)} values in a table of {len(names)} columns"
            raise ReadError(path, line, reason, f"keep {marks[mark]} out of the values")
        cells += [""] * (len(names) - len(cells))  # spreadsheets leave out the last empty ones
        yield Row(path, line, dict(zip(names, cells, strict=False)))
    if not names:
        raise ReadError(path, 0, "has no header", remedy)


def _mark(text: str, path: str) -> str:
    """Tell what parts the cells: spreadsheets of many countries write semicolons as commas."""
    if not path.lower().endswith(".csv"):
        return "\t"
    head = next((line for line in text.splitlines() if line.strip() and line[0] != "#"), "")
    return max(",;\t", key=head.count)


def _lines(text: str, path: str, mark: str) -> Iterator[tuple[int, list[str]]]:
    stream = io.StringIO(text.removeprefix("\ufeff"), newline=None)
    number = 1
    for line in stream:
        lines = 1
        if not line.startswith("#"):  # a comment may have a quote that never ends
            table = csv.reader(chain([line], stream), delimiter=mark, strict=True)
            try:
                cells = [_cell(cell) for cell in next(table)]
            except csv.Error as err:
                reason = f"no row of a table: {err}"
                raise ReadError(path, number, reason, "close quotes, double inner ones") from err
            lines = table.line_num
            if any(cells) and not cells[0].startswith("#"):
                yield number, cells
        number += lines


def _cell(text: str) -> str:
    return unguarded(" ".join(text.split()))


def text_of(path: Path) -> str:
    """Read a file.

    :raises ReadError: If it cannot be read or is no UTF-8.
    """
    try:
        written = path.read_bytes()
    except OSError as err:
        reason = f"cannot be read: {str(err.strerror).lower()}"
        raise ReadError(str(path), 0, reason, "check the file") from err
    try:
        return written.decode()
    except UnicodeDecodeError as err:
        line = written.count(b"\n", 0, err.start) + 1
        reason = f"byte 0x{written[err.start]:02x} is no UTF-8"
        raise ReadError(str(path), line, reason, "save the file as UTF-8") from err
