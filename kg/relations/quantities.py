r"""Numbers as authors write them: parsed or refused, never guessed.

>>> text = "91.5% on A, 2.4x faster, 1,500 steps and 3 dB"
>>> [(q.text, q.number, q.unit) for q in find(text, units=("dB",))]
[('91.5%', '91.5', '%'), ('2.4x', '2.4', 'x'), ('1,500', '1500', ''), ('3', '3', 'dB')]
>>> [(q.number, q.upper, q.error, q.unit) for q in find("0.83 +/- 0.06 in 3-23% of ResNet-50s")]
[('0.83', '', '0.06', ''), ('3', '23', '', '%')]
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from kg.markup import plain
from kg.relations.numbers import (
    CUE,
    DIGITS,
    FACTOR,
    MORE,
    NUMERAL,
    ORDERS,
    PERCENT,
    POINTS,
    SCALES,
    decimal,
    is_counted,
    numeral,
    spelled,
    with_points,
)
from kg.relations.refusals import begins, opaque, refuses
from kg.relations.series import Reading, join

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from kg.markup import Plain
    from kg.relations.numbers import Spelled

__all__ = ["Quantity", "decimal", "find"]


class Quantity(NamedTuple):
    """A number in a text.

    :param start: Offset of its first character.
    :param end: Offset behind the value, its sign of percent or times included.
    :param text: The value as written; a percent sign and the word "times" are part of it, an error
        term and any other unit are not.
    :param number: The value as a plain decimal; of a range the end that is named first.
    :param unit: ``%``, ``percentage points``, ``x`` for times, ``orders of magnitude``, ``/10`` for
        what is out of ten, or the canonical name of a unit; empty if there is none.
    :param stop: Offset behind its error term and unit.
    :param upper: The other end as a plain decimal, where the value is a range.
    :param error: What stands behind a plus-minus sign as a plain decimal.
    :param bound: ``<``, ``>``, ``~`` or ``±`` where a sign or a word before it says so.
    :param series: Number of the series that it belongs to, from 1 on; 0 if it stands alone.
    :param rank: Place in its series, from 0 on.
    :param joint: What joins it to the one before: ``,``, ``and``, ``to``, ``vs`` or ``/``.
    """

    start: int
    end: int
    text: str
    number: str
    unit: str
    stop: int = 0
    upper: str = ""
    error: str = ""
    bound: str = ""
    series: int = 0
    rank: int = 0
    joint: str = ""


_MANY = r"(?:param\w*|weights|FLOP\w*|MACs?|tokens|operations|synap\w+|samples|images|users)\b"
_SCALE = rf"\s(?:thousand|million|billion|trillion)\b|[kKMB](?!\w)|\s?[kKMBGT](?=\s{_MANY})"
_ERROR = (
    rf"(?:(?P<early>\s?%)?\s?\(?(?:\u00b1|\+/?[-\u2212])\s?(?P<error>{DIGITS})"
    r"\)?)?"
)
_PERCENT = (
    r"\s?%(?:[\s-]?(?:points?|pts?)\b)?|[\s-]?(?:percent(?:age)?[\s-]points?|per\s?cent)\b"
    r"|\s?(?:pps?|ppts?|p\.p\.)(?!\w)"
)
_TIMES = (
    r"\s?\u00d7(?!\s?[0-9])|-?[xX]\b(?!\s?[0-9])|[\s-]?(?:fold|times)\b"
    rf"|\s[xX](?=\s(?:as\s)?{MORE})"
)
_ABOUT = ("about", "around", "approximately", "approx.", "roughly", "nearly", "almost", "circa")
_BOUNDS = {
    **dict.fromkeys(_ABOUT, "~"),
    **dict.fromkeys(("above", "exceeding", "over", "at least", "more than", "greater than"), ">"),
    **dict.fromkeys(("under", "below", "within", "less than", "fewer than"), "<"),
    **dict.fromkeys(("up to", "at most", "much as", "many as"), "<"),
}
_SIGNS = {
    **dict.fromkeys("~\u2248\u223c", "~"),
    **dict.fromkeys(">\u2265\u2273", ">"),
    **dict.fromkeys("<\u2264\u2272", "<"),
}
_VALUE_ENDS = ("%", "x", "\u00d7")  # a sign behind these is that of a range
_REACH = 24  # characters before a number in which words bound it
_GOES_OVER = re.compile(r"(?:\b(?:by|of|to|with|in|at|an?|is|are|for|and|\w+ing)\s|[,(]\s?|^)$")
_FACTOR_OF = re.compile(r"\bfactors?\sof\s(?:\w+\s)?(?:\w+\s)?$")
_CROSSES = ("x", "X", "\u00d7")
_FACTOR_SIGN = re.compile(rf"(?:^|[\s(])(?:[xX](?={DIGITS}\s?{MORE})|\u00d7(?!\s))")
_IS_POINTS = re.compile("[pP]p|[pP]oint|pt|p\\.p")
_DIGIT = re.compile("[0-9]")


@lru_cache(maxsize=8)
def _units(units: tuple[str, ...]) -> tuple[re.Pattern[str], Mapping[str, str]]:
    """Compile what may stand behind a number, and say what each spelling of a unit is called."""
    names: dict[str, str] = {}
    for entry in units:
        name, _, others = (part.strip() for part in entry.partition(" = "))
        names |= {" ".join(o.split()): name for o in (name, *others.split("|")) if o}
    spelled_out = sorted(names, key=lambda u: (-len(u), u))
    unit = "|".join(re.escape(u).replace(r"\ ", r"[\s-]") for u in spelled_out) or "(?!)"
    tail = re.compile(
        rf"(?P<scale>{_SCALE})?(?P<plus>\+(?=[\s%,;)]))?{_ERROR}"
        rf"(?:(?P<percent>{_PERCENT})|(?P<times>{_TIMES})"
        rf"|(?P<orders>[\s-]orders?[\s-]of[\s-]magnitude\b)"
        rf"|[\s-]?(?P<unit>{unit})(?!\w)(?P<per>/[A-Za-z]+)?)?"
    )
    return tail, names


def find(text: str, units: tuple[str, ...] = ()) -> Iterator[Quantity]:
    r"""Find the quantities of a text.

    A number that is part of a name, a version, a date, a ratio or a citation is no quantity, nor is
    a setting such as "k=5" or a level of significance. What stands in LaTeX is found as well.

    :param text: Any text.
    :param units: Units that a number may carry besides percent and times: each as written, or as
        ``name = spelling | spelling``.
    :returns: Quantities in the order of the text; none if there are none.

    >>> [(q.text, q.number, q.upper) for q in find(r"$3$-$4\times$ less, as in [12]")]
    [('3$-$4\\times', '3', '4')]
    """
    words = spelled(text) if CUE.search(text) else []
    if not words and not _DIGIT.search(text):
        return iter(())
    if "\\" in text or "$" in text or "^{" in text:
        found = plain(text)
        if found.cuts:
            read = _all(found.text, units, spelled(found.text))
            return (_as_written(quantity, text, found) for quantity in read)
    return _all(text, units, words)


def _as_written(quantity: Quantity, text: str, found: Plain) -> Quantity:
    """Put a quantity of a text without markup where it stands in the text with it."""
    start, end = found.origin(quantity.start, quantity.end)
    stop = max(end, found.origin(quantity.start, quantity.stop)[1])
    return quantity._replace(start=start, end=end, text=text[start:end], stop=stop)


def _all(text: str, units: tuple[str, ...], words: Sequence[Spelled]) -> Iterator[Quantity]:
    pointed = with_points(text)
    readings = list(_digits(pointed, units))
    if words:
        readings = _apart([*readings, *(_word(text, word) for word in words)])
    found = join(pointed, readings)
    return found if pointed is text else (q._replace(text=text[q.start : q.end]) for q in found)


def _apart(readings: list[Reading]) -> list[Reading]:
    """Sort readings; of two that overlap the first and longer stays."""
    kept: list[Reading] = []
    for reading in sorted(readings, key=lambda r: (r.quantity.start, -r.quantity.stop)):
        if not kept or reading.quantity.start >= kept[-1].quantity.stop:
            kept.append(reading)
    return kept


def _word(text: str, word: Spelled) -> Reading:
    """Read a number in words."""
    start, end, number, upper, unit = word
    bound, begin = _bound(text, start)
    quantity = Quantity(start, end, text[start:end], number, unit, end, upper, "", bound)
    return Reading(quantity, begin)


def _digits(text: str, units: tuple[str, ...]) -> Iterator[Reading]:
    """Read the numbers in digits."""
    tail, names = _units(units)
    hidden = opaque(text)
    stop = 0
    for match in NUMERAL.finditer(text):
        first, last = match.span()
        if first < stop:
            continue
        while hidden and hidden[0][1] <= first:
            del hidden[0]
        ahead = text[first - 1 : first]
        is_factor = ahead in _CROSSES and _FACTOR_SIGN.match(text, max(0, first - 2)) is not None
        start = first if is_factor else begins(text, first, stop)
        behind = None if start < 0 or (hidden and hidden[0][0] <= first) else tail.match(text, last)
        quantity = behind and _read(text, start, match, behind, names)
        if not behind or not quantity:
            stop = last
            yield Reading(Quantity(first, last, text[first:last], "", "", last), first)
            continue
        stop = quantity.stop
        bound, begin = _bound(text, start)
        if not quantity.unit and (is_factor or _is_factor(text, begin)):
            quantity = quantity._replace(unit=FACTOR)
        if text[start] == "\u00b1" or text.startswith("+/-", start):
            bound = "\u00b1"
        elif behind["plus"]:
            bound = ">"
        if bound:
            quantity = quantity._replace(bound=bound)
        yield Reading(quantity, begin, _scale(behind))


def _is_factor(text: str, start: int) -> bool:
    before = text[max(0, start - _REACH) : start]
    return "actor" in before and _FACTOR_OF.search(before) is not None


def _read(
    text: str, start: int, match: re.Match[str], behind: re.Match[str], names: Mapping[str, str]
) -> Quantity | None:
    """Read one number with what stands behind it; None if it is no quantity."""
    stop = behind.end()
    unit, end = _unit(behind, names)
    if behind["times"] and behind["times"][-1] in "sd" and is_counted(text, start, stop):
        return None
    is_bare = not (unit or behind["error"] or behind["scale"])
    if refuses(text, start, stop, is_bare=is_bare):
        return None
    sign = text[start : match.start()]
    number = numeral(match, sign if sign in ("-", "\u2212") else "", _scale(behind))
    error = decimal(behind["error"]) if behind["error"] else ""
    if number is None or error is None:
        return None
    end = match.end() if error else end
    return Quantity(start, end, text[start:end], number, unit, stop, "", error)


def _unit(behind: re.Match[str], names: Mapping[str, str]) -> tuple[str, int]:
    """Name the unit behind a number, and say where the value ends that it is written with."""
    kind = behind.lastgroup if behind.lastgroup != "per" else "unit"
    if kind == "unit":
        name = names[" ".join(re.split(r"[\s-]", behind["unit"]))]
        return name + (behind["per"] or ""), max(behind.end("scale"), behind.start(0))
    if kind == "percent":
        is_points = _IS_POINTS.search(behind["percent"]) is not None
        is_sign = "%" in behind["percent"] and not is_points
        end = behind.end("percent") if is_sign else behind.start(0)
        return POINTS if is_points else PERCENT, end
    if kind in ("times", "orders"):
        return FACTOR if kind == "times" else ORDERS, behind.end(kind)
    end = max(behind.end("scale"), behind.end("plus"), behind.start(0))
    return PERCENT if behind["early"] else "", end


def _scale(behind: re.Match[str]) -> int:
    return SCALES[behind["scale"].strip()] if behind["scale"] else 0


def _bound(text: str, start: int) -> tuple[str, int]:
    """Find what bounds a number, and where the words for it begin."""
    before = text[max(0, start - _REACH) : start]
    words = before.lower().split()
    if not words:
        return "", start
    word, both = words[-1].lstrip("("), " ".join(words[-2:])
    bound = _BOUNDS.get(both) or _BOUNDS.get(word)
    if bound:
        begin = start - len(before) + before.lower().rfind(both if both in _BOUNDS else word)
        is_over = word == "over" and not _GOES_OVER.search(text[max(0, begin - 12) : begin])
        return ("", start) if is_over else (bound, begin)
    bare = before.rstrip().removesuffix("=")
    ahead = bare[:-1].rstrip()[-1:]
    if bare[-1:] not in _SIGNS or ahead.isdigit() or ahead in _VALUE_ENDS:
        return "", start
    return _SIGNS[bare[-1]], start - len(before) + len(bare) - 1
