"""Text of strangers on a terminal: seen as it is, and as wide as there is room.

>>> cut("spiking neural network", 10)
'spiking n…'
"""

from __future__ import annotations

import unicodedata
from itertools import accumulate

__all__ = ["columns", "cut", "pad", "visible"]

_INVISIBLE = ("Cc", "Cf", "Co", "Cs", "Zl", "Zp")


def visible(text: str) -> str:
    r"""Put text on one line, and spell out what would steer a terminal or turn the writing.

    >>> visible("a" + chr(27) + "[31m  b" + chr(0x202E))
    'a\\u001B[31m b\\u202E'
    """
    return "".join(
        f"\\u{ord(c):04X}" if unicodedata.category(c) in _INVISIBLE else c
        for c in " ".join(text.split())
    )


def columns(text: str) -> int:
    """Count the columns that a text takes on a terminal."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


def cut(text: str, widest: int) -> str:
    """Cut a text to a number of columns; an ellipsis stands for what is missing."""
    text = visible(text)
    if columns(text) <= widest:
        return text
    widths = accumulate(map(columns, text))
    text = text[: sum(width < widest for width in widths)]
    return f"{text.rstrip()}\N{HORIZONTAL ELLIPSIS}"


def pad(text: str, width: int) -> str:
    """Fill a text up with blanks to a number of columns."""
    return text + " " * (width - columns(text))
