"""Rows of an answer as text: a table for people, CSV and JSON for programs.

>>> from kg.graph.query import Rows
>>> from kg.graph.terms import Term, integer
>>> rows = Rows(("name", "n"), ((Term("EEGNet"), integer(3)), (Term("=1+1"), None)))
>>> print(render(rows, "table"), end="")
name    n
------  -
EEGNet  3
=1+1
>>> print(render(rows, "csv"), end="")
name,n
EEGNet,3
'=1+1,
>>> print(render(rows, "json"), end="")
[
  {"name": "EEGNet", "n": 3},
  {"name": "=1+1", "n": null}
]
"""

from __future__ import annotations

import csv
import io
import json
import math
import re
import unicodedata
from decimal import Decimal
from typing import TYPE_CHECKING

from kg.errors import UnknownNameError
from kg.graph.terms import IRI, curie

if TYPE_CHECKING:
    from kg.graph.query import Rows, Value
    from kg.graph.terms import Term

__all__ = ["FORMATS", "render"]

_WIDEST = 60
# A spreadsheet takes text that begins so for a formula, unless it is a plain number.
_FORMULA = re.compile(r"[=+\-@\t\r]")
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?%?")
_INVISIBLE = ("Cc", "Cf", "Cs", "Zl", "Zp")


def render(rows: Rows, style: str = "table", *, widest: int = _WIDEST) -> str:
    """Write rows as text.

    :param rows: The rows.
    :param style: A key of :data:`FORMATS`. A table cuts long cells, shortens IRIs to prefix and
        local name, and makes controls visible; CSV puts an apostrophe before text that a
        spreadsheet would take for a formula; JSON is an array of objects, with all text as it is.
    :param widest: Columns of the terminal that one cell of a table may take.
    :returns: The text, with a line feed at its end.
    :raises UnknownNameError: If there is no such format.
    """
    if style not in FORMATS:
        raise UnknownNameError("format", style, sorted(FORMATS))
    if style == "table":
        return _table(rows, widest)
    return FORMATS[style](rows)


def _table(rows: Rows, widest: int = _WIDEST) -> str:
    namespaces = {namespace: prefix for prefix, namespace in rows.prefixes.items()}
    cells = [[_cut(_cell(term, namespaces), widest) for term in row] for row in rows.terms]
    widths = [max(map(_width, column)) for column in zip(rows.columns, *cells, strict=True)]
    ruled = [[*rows.columns], ["-" * width for width in widths], *cells]
    padded = ("  ".join(_pad(c, w) for c, w in zip(row, widths, strict=True)) for row in ruled)
    return "".join(f"{line.rstrip()}\n" for line in padded)


def _cell(term: Term | None, namespaces: dict[str, str]) -> str:
    if term is None:
        return ""
    text = (curie(term.value, namespaces) if term.datatype == IRI else "") or term.value
    return "".join(map(_visible, " ".join(text.split())))


def _visible(character: str) -> str:
    """Spell out what would steer a terminal or turn the direction of writing."""
    is_invisible = unicodedata.category(character) in _INVISIBLE
    return f"\\u{ord(character):04X}" if is_invisible else character


def _width(text: str) -> int:
    """Count the columns that a text takes on a terminal."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


def _cut(text: str, widest: int) -> str:
    if _width(text) <= widest:
        return text
    while _width(text) > widest - 1:
        text = text[:-1]
    return f"{text}\N{HORIZONTAL ELLIPSIS}"


def _pad(text: str, width: int) -> str:
    return text + " " * (width - _width(text))


def _csv(rows: Rows) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(rows.columns)
    writer.writerows([_safe(value) for value in row] for row in rows)
    return stream.getvalue()


def _safe(value: Value) -> object:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str) and _FORMULA.match(value) and not _NUMBER.fullmatch(value):
        return f"'{value}"
    return value


def _json(rows: Rows) -> str:
    objects = [dict(zip(rows.columns, map(_plain, row), strict=True)) for row in rows]
    lines = ",\n".join(f"  {json.dumps(item, ensure_ascii=False)}" for item in objects)
    return f"[\n{lines}\n]\n" if objects else "[]\n"


def _plain(value: Value) -> object:
    if isinstance(value, Decimal):
        return float(value)
    is_number = not isinstance(value, float) or math.isfinite(value)
    return value if is_number else str(value)


FORMATS = {"table": _table, "csv": _csv, "json": _json}
"""Functions by name of the format that they write."""
