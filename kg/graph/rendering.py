"""Rows of an answer as text: a table for people, CSV and JSON for programs.

>>> from kg.graph.rows import Rows
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
import html
import io
import json
import math
import re
from decimal import Decimal
from typing import TYPE_CHECKING

import orjson

from kg.errors import UnknownNameError
from kg.formulas import guarded
from kg.graph.terminal import columns, cut, pad, visible
from kg.graph.terms import IRI, curie

if TYPE_CHECKING:
    from kg.graph.rows import Rows, Value
    from kg.graph.terms import Term

__all__ = ["FORMATS", "as_data", "html_table", "render"]

_WIDEST = 60
_SHOWN = 100
_WEB = re.compile(r"https?://")
_SIGNS = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}


def as_data(value: object) -> str:
    r"""Spell a value as JSON that can stand in a script element, and anywhere in a page.

    :param value: What orjson can write.
    :returns: JSON without the characters that could end the element or a line of a script.

    >>> as_data({"title": "</script>"})
    '{"title":"\\u003c/script\\u003e"}'
    """
    return orjson.dumps(value).decode().translate(_SIGNS)


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
    cells = [[cut(_cell(term, namespaces), widest) for term in row] for row in rows.terms]
    widths = [max(map(columns, column)) for column in zip(rows.columns, *cells, strict=True)]
    ruled = [[*rows.columns], ["-" * width for width in widths], *cells]
    padded = ("  ".join(pad(c, w) for c, w in zip(row, widths, strict=True)) for row in ruled)
    return "".join(f"{line.rstrip()}\n" for line in padded)


def _cell(term: Term | None, namespaces: dict[str, str]) -> str:
    if term is None:
        return ""
    text = (curie(term.value, namespaces) if term.datatype == IRI else "") or term.value
    return visible(text)


def _csv(rows: Rows) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(rows.columns)
    writer.writerows([_safe(value) for value in row] for row in rows)
    return stream.getvalue()


def _safe(value: Value) -> object:
    if isinstance(value, bool):
        return str(value).lower()
    return guarded(value) if isinstance(value, str) else value


def _json(rows: Rows) -> str:
    objects = [dict(zip(rows.columns, map(_plain, row), strict=True)) for row in rows]
    lines = ",\n".join(f"  {json.dumps(item, ensure_ascii=False)}" for item in objects)
    return f"[\n{lines}\n]\n" if objects else "[]\n"


def _plain(value: Value) -> object:
    if isinstance(value, Decimal):
        return float(value)
    is_number = not isinstance(value, float) or math.isfinite(value)
    return value if is_number else str(value)


def html_table(rows: Rows, *, shown: int = _SHOWN) -> str:
    """Write rows as HTML, for a notebook.

    All text is escaped; IRIs are shortened as in a table, those of the web are links.

    :param rows: The rows.
    :param shown: Number of rows to write; how many there are is said below.
    :returns: A table.
    """
    namespaces = {namespace: prefix for prefix, namespace in rows.prefixes.items()}
    head = "".join(f"<th>{html.escape(name)}</th>" for name in rows.columns)
    body = "".join(
        f"<tr>{''.join(f'<td>{_html_cell(term, namespaces)}</td>' for term in row)}</tr>\n"
        for row in rows.terms[:shown]
    )
    told = f"{len(rows):,} rows" + (f", the first {shown:,} shown" if len(rows) > shown else "")
    head = f"<thead><tr>{head}</tr></thead>"
    return f"<table>\n{head}\n<tbody>\n{body}</tbody>\n</table>\n<p>{told}</p>"


def _html_cell(term: Term | None, namespaces: dict[str, str]) -> str:
    text = html.escape(_cell(term, namespaces))
    if term and term.datatype == IRI and _WEB.match(term.value):
        return f'<a href="{html.escape(term.value)}" rel="noopener noreferrer">{text}</a>'
    return text


FORMATS = {"table": _table, "csv": _csv, "json": _json}
"""Functions by name of the format that they write."""
