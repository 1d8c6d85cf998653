r"""Text for XML, and rows of a graph spelled by a template, fast.

>>> escaped('a<b & "c"' + chr(8))
'a&lt;b &amp; &quot;c&quot;'
>>> clean("a\x00b" + chr(0xD800) + chr(0xFFFE))
'ab'
>>> spell = speller("<n>", {"name": "<name>%s</name>", "size": "<size>%s</size>"}, "</n>", ["size"])
>>> spell((), {"name": "<&", "size": 0.5}), spell((), {"name": "a", "size": float("nan")})
('<n><name>&lt;&amp;</name><size>0.5</size></n>', '<n><name>a</name></n>')
"""

from __future__ import annotations

import re
from math import isfinite
from operator import itemgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from typing import TypeAlias

    Speller: TypeAlias = Callable[[tuple[str, ...], Mapping[str, Any]], str]

__all__ = ["Speller", "clean", "escaped", "speller"]

_UNCLEAN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MARKUP = str.maketrans(
    {
        "&": "&amp;",
        "<": "&lt;",
        ">": "&gt;",
        '"': "&quot;",
        "\t": "&#9;",
        "\n": "&#10;",
        "\r": "&#13;",
        "\x85": "&#133;",  # some readers take this and the next one for line ends
        "\u2028": "&#8232;",
    }
)


def clean(text: str) -> str:
    """Leave out what XML 1.0 cannot hold: controls, lone surrogates, and what is no character.

    :param text: Any text.
    :returns: The text, which every format can carry and UTF-8 can encode.
    """
    return text if text.isprintable() else _UNCLEAN.sub("", text)


def escaped(text: str) -> str:
    """Make text fit for XML 1.0, between tags and in attributes.

    :param text: Any text.
    :returns: The clean text with markup and white space spelled as references.
    """
    return text if _is_plain(text) else _UNCLEAN.sub("", text).translate(_MARKUP)


def speller(start: str, cells: Mapping[str, str], end: str, numbers: Collection[str]) -> Speller:
    """Make what spells the rows of one kind, each with the same columns.

    :param start: Template of what comes before the cells, with a ``%s`` for each text.
    :param cells: Template of the cell of each column, with one ``%s``.
    :param end: What comes after the cells.
    :param numbers: The columns that hold numbers; one that is not finite, for which no two readers
        know the same word, is left out, as is a column without a value.
    :returns: A function of texts and of values by column that gives the row.
    """
    whole = start + "".join(cells.values()) + end
    columns = tuple(cells)
    get = _getter(columns)
    get_texts = _getter([name for name in cells if name not in numbers])
    get_numbers = _getter(list(numbers))

    def spell(given: tuple[str, ...], values: Mapping[str, Any]) -> str:
        try:
            row = get(values)
            is_whole = isfinite(sum(get_numbers(values)))
        except KeyError:
            is_whole = False
        if not is_whole:
            return spell_some(given, values)
        text = "".join(given + get_texts(values))
        if text.isprintable() and not ("&" in text or "<" in text or ">" in text or '"' in text):
            return whole % (given + row)
        return whole % (*map(escaped, given), *(_safe(value) for value in row))

    def spell_some(given: tuple[str, ...], values: Mapping[str, Any]) -> str:
        filled = (
            cells[name] % _safe(values[name])
            for name in columns
            if name in values and (name not in numbers or isfinite(values[name]))
        )
        return start % tuple(map(escaped, given)) + "".join(filled) + end

    return spell


def _getter(columns: Sequence[str]) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
    """Make what gets the values of some columns, always as a tuple."""
    if len(columns) > 1:
        return itemgetter(*columns)
    return lambda values: tuple(values[name] for name in columns)


def _safe(value: Any) -> Any:
    return escaped(value) if isinstance(value, str) else value


def _is_plain(text: str) -> bool:
    """Say whether text stands in XML as it is; what is printable is clean."""
    return text.isprintable() and not ("&" in text or "<" in text or ">" in text or '"' in text)
