"""What columns of a type can hold, as Java reads it, and which names mean something to Gephi.

>>> problem("int", "3000000000"), problem("long", "3000000000"), problem("double", "nan")
('too-big', '', 'not-finite')
>>> problem("int", "2.5"), problem("boolean", "yes"), problem("string", "['a', 'b']")
('bad-value', 'bad-value', 'python-value')
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import isfinite

__all__ = ["LOOKS", "TYPES", "YED", "Column", "is_color", "number", "problem", "reserved"]

_WHOLE = {"byte": 8, "short": 16, "int": 32, "integer": 32, "long": 64}
_FRACTION = ("float", "double", "bigdecimal")
_SCALARS = {*_WHOLE, *_FRACTION, "biginteger", "boolean", "bool", "string", "char", "character"}
TYPES = frozenset(_SCALARS | {f"list{name}" for name in _SCALARS})
"""The types that Gephi knows."""

LOOKS = {
    "node": {
        **dict.fromkeys(("x", "y", "z", "xpos", "ypos", "size"), "number"),
        **dict.fromkeys(("r", "g", "b"), "byte"),
        "label": "text",
        "color": "color",
    },
    "edge": {
        **dict.fromkeys(("weight", "edge weight"), "weight"),
        **dict.fromkeys(("r", "g", "b"), "byte"),
        **dict.fromkeys(("label", "edgelabel"), "text"),
        "color": "color",
    },
}
"""Names of GraphML columns that Gephi takes for the look of an element, with what they hold."""

YED = {"node": "d3", "edge": "d7"}
"""Ids of GraphML columns that Gephi takes for the labels that yEd writes."""

_RESERVED = {
    "node": {"id", "timeset", "interval", "start", "end"},
    "edge": {"id", "edgeid", "source", "target", "type", "kind", "timeset", "interval"}
    | {"start", "end"},
}
_LOOKED = {"node": {"label", "x", "y", "z", "size", "color"}, "edge": {"label", "weight", "color"}}
_INTEGER = re.compile(r"[+-]?[0-9]+")
_NUMBER = re.compile(r"\s*[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?[dDfF]?\s*")
_NOT_FINITE = re.compile(r"\s*[+-]?(?:nan|inf(?:inity)?)\s*", re.IGNORECASE)
_PYTHON = re.compile(
    r"\[(?:'.*'|\".*\"|-?[0-9.]+(?:, -?[0-9.]+)*)?\]|\{(?:'.*': .*)?\}|\((?:'.*',.*)?\)|None"
    r"|(?:datetime\.|array\(|<[a-zA-Z_.]+ object at 0x).*",
    re.DOTALL,
)
_COLOR = re.compile(r"#?[0-9a-fA-F]{6}|#?[0-9a-fA-F]{8}|0x[0-9a-fA-F]{6}|[A-Za-z]{3,20}")
_LONGEST = 2000  # characters of a value that is looked at closely
_FLOAT_MIN, _FLOAT_MAX = 7e-46, 3.4028236e38  # beyond, Java's float is zero or infinite


@dataclass(frozen=True, slots=True)
class Column:
    """A declared column.

    :param key: Its id.
    :param title: Its name, as people see it.
    :param type: Its type, in small letters.
    :param line: Where it is declared.
    :param look: What it holds, if it tells how the element looks.
    """

    key: str
    title: str
    type: str
    line: int
    look: str = ""


def reserved(domain: str, title: str, *, has_looks: bool) -> bool:
    """Say whether Gephi or its kin mean something else by the name of a column.

    :param domain: ``node`` or ``edge``.
    :param title: The name.
    :param has_looks: Whether columns may tell how an element looks, as those of GraphML do.
    """
    name = title.lower()
    return name in _RESERVED[domain] or (not has_looks and name in _LOOKED[domain])


def problem(kind: str, value: str) -> str:
    """Tell what is wrong with a value of a type.

    :param kind: One of :data:`TYPES`.
    :param value: The value as written; not empty.
    :returns: The kind of fault; empty if there is none.
    """
    if kind == "string":
        is_python = len(value) <= _LONGEST and _PYTHON.fullmatch(value)
        return "python-value" if is_python else ""
    if kind in _WHOLE or kind == "biginteger":
        if not _INTEGER.fullmatch(value):
            return "not-finite" if _NOT_FINITE.fullmatch(value) else "bad-value"
        bits = _WHOLE.get(kind)
        is_big = bits and (
            len(value.lstrip("+-0")) > 19 or not -(1 << bits - 1) <= int(value) < 1 << bits - 1
        )
        return "too-big" if is_big else ""
    if len(value) > _LONGEST:
        return "" if kind.startswith("list") else "bad-value"
    if kind in _FRACTION:
        if _NOT_FINITE.fullmatch(value):
            return "not-finite"
        return "" if _NUMBER.fullmatch(value) else "bad-value"
    if kind in {"boolean", "bool"}:
        return "" if value.lower() in {"true", "false", "1", "0"} else "bad-value"
    if kind in {"char", "character"}:
        return "" if len(value) == 1 else "bad-value"
    return ""


def number(value: str) -> float | None:
    """Read a number as Java's float.

    :param value: The number as written; a comma may stand for the point.
    :returns: The number, rounded to zero where it is too small; None if it is none or not finite.

    >>> number("0,5"), number("1e-60"), number("nan"), number("1e39")
    (0.5, 0.0, None, None)
    """
    text = value.replace(",", ".")
    if len(text) > _LONGEST or not _NUMBER.fullmatch(text):
        return None
    found = float(text.strip().rstrip("dDfF"))
    if abs(found) < _FLOAT_MIN:
        return 0.0
    return found if isfinite(found) and abs(found) < _FLOAT_MAX else None


def is_color(value: str) -> bool:
    """Say whether Gephi reads a colour.

    >>> is_color("#0072B2"), is_color("red"), is_color("rgb(1,2,3)")
    (True, True, False)
    """
    return _COLOR.fullmatch(value) is not None
