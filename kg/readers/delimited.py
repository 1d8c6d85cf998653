r"""Tables: comma, semicolon, tab or bar between the values, names of the columns in the first line.

Reads what Zotero, Scopus, Web of Science, OpenAlex and spreadsheets export.

>>> import io
>>> table = io.StringIO('Key;Title;Abstract Note\nK1;"A; net";"We test\nit."\n')
>>> next(read(table, source="t.csv")).abstract
'We test\nit.'
"""

from __future__ import annotations

import csv
from collections import deque
from threading import Lock
from typing import TYPE_CHECKING, TextIO

from kg.errors import ReadError
from kg.readers.fields import known, record
from kg.readers.streams import HEAD, LIMIT, too_long

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.model import Record

__all__ = ["FORMAT", "SUFFIXES", "read", "sniff"]

FORMAT = "csv"
SUFFIXES = (".csv", ".tsv", ".tab")

_MARKS = ",\t;|"
_NEEDED = ("title", "abstract")
_LIMIT_LOCK = Lock()


def sniff(head: str) -> bool:
    """Tell whether the first line names a column for titles and one for abstracts."""
    line = next((line for line in head.splitlines() if _is_told(line)), "")
    return any(known(_cells(line, mark)).issuperset(_NEEDED) for mark in _MARKS)


def read(stream: TextIO, *, source: str) -> Iterator[Record | ReadError]:
    """Read records from the rows of a table.

    :param stream: The text.
    :param source: Name of the file.
    :returns: A record for each row; an error for a row that has not the columns of the first.
    :raises ReadError: If no column is for titles, or none for abstracts.
    """
    number = 1
    line = stream.readline()
    while line and not _is_told(line):
        number, line = number + 1, stream.readline()
    mark = max(_MARKS, key=lambda m: (len(known(_cells(line, m))), len(_cells(line, m))))
    rows = _rows(stream, line, number, mark, source)
    _, names = next(rows, (number, []))
    if isinstance(names, ReadError):
        raise names
    if missing := [name for name in _NEEDED if name not in known(names)]:
        told = ", ".join(repr(name) for name in names[:12])
        reason = f"no column for {' and '.join(missing)}; there are {told}"
        raise ReadError(source, number, reason, "name the columns title and abstract")
    for start, row in rows:
        if isinstance(row, ReadError):
            yield row
        elif len(row) < len(names) or any(cell.strip() for cell in row[len(names) :]):
            reason = f"{len(row)} values in a table of {len(names)} columns"
            yield ReadError(source, start, reason, "quote values that hold the delimiter")
        else:
            yield record(dict(zip(names, row, strict=False)), source=source, line=start)


def _is_told(line: str) -> bool:
    """Tell a line with words from an empty one and from a spreadsheet's hint at the delimiter."""
    return bool(line.strip()) and not (line[:4].lower() == "sep=" and len(line.strip()) <= 5)


def _cells(line: str, mark: str) -> list[str]:
    return next(csv.reader([line[:HEAD]], delimiter=mark), [])


def _rows(
    stream: TextIO, first: str, number: int, mark: str, source: str
) -> Iterator[tuple[int, list[str] | ReadError]]:
    """Read row by row; after a stray quote go on with the next line, whatever the quote ate."""
    waiting = deque([first])
    while True:
        taken: list[str] = []
        row: list[str] | ReadError | None
        try:
            row = _row(_taken(stream, waiting, taken, too_long(source, number)), mark)
        except csv.Error as err:
            waiting.extendleft(reversed(taken[1:]))
            del taken[1:]
            row = ReadError(source, number, f"no row: {err}", "close each quote, double inner ones")
            if mark == "\t":  # many programs write tabs and quote nothing
                row = taken[0].rstrip("\n").split(mark)
        if row is None:
            return
        if row:
            yield number, row
        number += len(taken)


def _taken(
    stream: TextIO, waiting: deque[str], taken: list[str], error: ReadError
) -> Iterator[str]:
    size = 0
    while line := waiting.popleft() if waiting else stream.readline():
        size += len(line)
        if size > LIMIT:
            raise error
        taken.append(line)
        yield line


def _row(lines: Iterator[str], mark: str) -> list[str] | None:
    # The module has one limit for the whole process, so it is lifted for one row and put back.
    with _LIMIT_LOCK:
        before = csv.field_size_limit(LIMIT)
        try:
            return next(csv.reader(lines, delimiter=mark, strict=True), None)
        finally:
            csv.field_size_limit(before)
