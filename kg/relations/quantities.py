r"""Numbers as authors write them: parsed or refused, never guessed.

>>> text = "91.5% on A, 2.4x faster, 1,500 steps and 3 dB"
>>> [(q.text, q.number, q.unit) for q in find(text, units=("dB",))]
[('91.5%', '91.5', '%'), ('2.4x', '2.4', 'x'), ('1,500', '1500', ''), ('3', '3', 'dB')]
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Quantity", "decimal", "find"]

_NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+"
_SIGN = r"[+\-\u2212]?"
_ERROR = rf"(?:\s*(?:\u00b1|\+/-|\\pm|\$\\pm\$)\s*(?:{_NUMBER}))?"
_TIMES = r"(?:\s?(?:\\times|\u00d7)|\s?-?\s?(?:fold|times)\b|x\b|-x\b)"
_PERCENT = r"\s?(?:\\?%|percent(?:age points?)?\b|per cent\b)"
_GLUED = frozenset({"x", "\u00d7"})
_ELSEWHERE = r"(?<![\w.,\-\u2212\u2013^_/@:])"  # in a name, a version, a range, a power
_BEHIND = r"(?![\w]|-(?!fold)[A-Za-z]|\.\d|,\d{3})"


class Quantity(NamedTuple):
    """A number in a text.

    :param start: Offset of its first character.
    :param end: Offset behind the value, its sign of percent or times included.
    :param text: The value as written; a percent sign is part of it.
    :param number: The value as a plain decimal.
    :param unit: ``%``, ``x``, or the unit as written; empty if there is none.
    """

    start: int
    end: int
    text: str
    number: str
    unit: str


@lru_cache(maxsize=8)
def _pattern(units: tuple[str, ...]) -> re.Pattern[str]:
    spelled = "|".join(re.escape(u) for u in sorted(units, key=lambda u: (-len(u), u))) or "(?!)"
    return re.compile(
        rf"{_ELSEWHERE}(?P<value>{_SIGN}(?:{_NUMBER}))(?P<error>{_ERROR})"
        rf"(?:(?P<percent>{_PERCENT})|(?P<times>{_TIMES})|\s?(?P<unit>{spelled})(?!\w)|(?!/\d)){_BEHIND}"
    )


def find(text: str, units: tuple[str, ...] = ()) -> Iterator[Quantity]:
    """Find the quantities of a text.

    A number that is part of a name, a version, a range of pages or a citation is no quantity.

    :param text: Any text.
    :param units: Units that a number may carry besides percent and times, as written.
    :returns: Quantities in the order of the text; none if there are none.
    """
    for match in _pattern(units).finditer(text):
        value = match["value"]
        number = decimal(value)
        if number is None:
            continue
        end, unit = match.end("value"), ""
        if match["percent"]:
            unit = "%"
            end = match.end("percent") if not match["error"] and "%" in match["percent"] else end
        elif match["times"]:
            unit = "x"
            end = match.end("times") if not match["error"] and match["times"] in _GLUED else end
        elif match["unit"]:
            unit = match["unit"]
        yield Quantity(match.start(), end, text[match.start() : end], number, unit)


def decimal(text: str) -> str | None:
    r"""Write a number as a plain decimal.

    :param text: A number with optional sign and commas between thousands.
    :returns: Digits with at most one point and a minus; None if it is no number.

    >>> decimal("1,500"), decimal("\u22120.50"), decimal("+9.89"), decimal("a")
    ('1500', '-0.50', '9.89', None)
    """
    plain = text.replace(",", "").replace("\u2212", "-").lstrip("+")
    try:
        return f"{Decimal(plain):f}"
    except InvalidOperation:
        return None
