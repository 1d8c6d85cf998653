r"""Numbers in digits and in words.

>>> decimal("1,500"), decimal("\u22120.50"), decimal("+9.89"), decimal("1.2e-4"), decimal("a")
('1500', '-0.50', '9.89', '0.00012', None)
>>> [(w.number, w.upper, w.unit) for w in spelled("two to four times faster at half the cost")]
[('2', '4', 'x'), ('1', '', '/2')]
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    *("CUE", "DIGITS", "FACTOR", "MORE", "NUMERAL", "ORDERS", "PERCENT", "POINTS", "SCALES"),
    *("Spelled", "decimal", "is_counted", "numeral", "spelled", "with_points"),
]

PERCENT, POINTS, FACTOR, ORDERS = "%", "percentage points", "x", "orders of magnitude"
"""The units that belong to the language, not to a list of units."""

SCALES = dict(
    zip(
        ("hundred", "thousand", "k", "K", "million", "M", "billion", "B", "G", "trillion", "T"),
        (2, 3, 3, 3, 6, 6, 9, 9, 9, 12, 12),
        strict=True,
    )
)
"""What stands behind a number to multiply it, and the power of ten that it multiplies by."""

MORE = (
    r"(?:more|less|fewer|faster|slower|quicker|larger|smaller|bigger|higher|lower|better|worse"
    r"|greater|longer|shorter|cheaper|lighter|speed-?\s?ups?|acceleration|improvements?|reductions?"
    r"|increase|decrease|compression|gains?|boost|savings?)\b"
)
"""Words of comparison that stand behind a factor, as a regular expression."""

_MOST = 30  # digits before or behind the point; no measured value has more

_RAISED = "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079"
_AS_DIGITS = str.maketrans(_RAISED + "\u207a\u207b\u2212", "0123456789+--")
_POWER = rf"(?:\^\(?([+\-\u2212]?[0-9]{{1,2}})\)?|([\u207a\u207b]?[{_RAISED}]{{1,2}}))"
DIGITS = r"(?:(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]+)(?:\.[0-9]+)?|\.[0-9]+)"
NUMERAL = re.compile(
    rf"(?=[.0-9])({DIGITS})(?:[eE]([+\-\u2212]?[0-9]{{1,2}})(?![\w.])"
    rf"|\s?[\u00d7xX*\u00b7\u22c5]\s?10{_POWER}|{_POWER})?"
)
"""A number in digits, with its power of ten."""


def decimal(text: str) -> str | None:
    r"""Write a number as a plain decimal.

    :param text: A number with optional sign, commas between thousands and an exponent.
    :returns: Digits with at most one point and a minus; None if it is no number, or too large or
        too small to have been measured.
    """
    plain = text.replace(",", "").replace("\u2212", "-").lstrip("+")
    try:
        value = Decimal(plain)
    except InvalidOperation:
        return None
    if not value.is_finite() or (value and abs(value.adjusted()) > _MOST):
        return None
    return f"{value:f}"


_COMMA = re.compile(
    r"(?<![\w.,])(?:[0-9]{1,3},[0-9]{1,2}(?=\s?%)|0,[0-9]{1,4}(?![\w.,]))(?!,[0-9])"
)
_POINT = re.compile(r"[0-9]\.[0-9]|[0-9],[0-9]{3}(?![0-9])")


def with_points(text: str) -> str:
    """Write decimal commas as points, in a text that has neither points nor thousands.

    :param text: Any text.
    :returns: A text of the same length; the same one if nothing in it is surely such a comma.

    >>> with_points("91,5% and 0,83"), with_points("1,500 or 91,5%"), with_points("3, 4,5,6%")
    ('91.5% and 0.83', '1,500 or 91,5%', '3, 4,5,6%')
    """
    if "," not in text or not _COMMA.search(text) or _POINT.search(text):
        return text
    return _COMMA.sub(lambda found: found.group().replace(",", "."), text)


def numeral(match: re.Match[str], sign: str = "", scale: int = 0) -> str | None:
    """Read a number in digits.

    :param match: What :data:`NUMERAL` found.
    :param sign: A sign that stands before it.
    :param scale: A power of ten to multiply it by.
    :returns: A plain decimal; None if it has none, such as a power of another base than ten.

    >>> [numeral(m) for m in NUMERAL.finditer("1.3 \u00d7 10^-5, 10\u207b\u00b3, 2^5")]
    ['0.000013', '0.001', None]
    """
    digits, exponent, *powers = match.groups()
    if powers[2] or powers[3]:
        if digits != "10":
            return None
        digits = "1"
    power = exponent or next(filter(None, powers), "")
    if not power and not scale:
        return decimal(sign + digits)
    return decimal(f"{sign}{digits}e{int(power.translate(_AS_DIGITS) or 0) + scale}")


class Spelled(NamedTuple):
    """A number in words.

    :param start: Offset of its first character.
    :param end: Offset behind it, its unit included.
    :param number: The number as a plain decimal.
    :param upper: The other end of a range; empty if it is none.
    :param unit: What it counts; empty if that is not said.
    """

    start: int
    end: int
    number: str
    upper: str
    unit: str


_ONES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = (
    *("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen"),
    *("seventeen", "eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_COUNTS = {
    "a": 1,
    "an": 1,
    **{word: n for n, word in enumerate(_ONES + _TEENS, 1)},
    **{word: n * 10 for n, word in enumerate(_TENS, 2)},
}
_ORDINALS = ("half", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_PARTS = {
    "quarter": 4,
    "hundredth": 100,
    "thousandth": 1000,
    **{word: n for n, word in enumerate(_ORDINALS, 2)},
}
_KINDS = {"t": FACTOR, "f": FACTOR, "o": ORDERS}  # by first letter; all others are percents
_COUNT = rf"(?:(?:{'|'.join(_TENS)})(?:-(?:{'|'.join(_ONES)})\b)?|{'|'.join(_TEENS + _ONES)})"
_THE = r"\s(?:of\s)?(?:the|its|their|that|those)\b"
_MULTIPLE = re.compile(
    rf"\b(?P<low>{_COUNT}|an?(?=\s(?:order|hundred|thousand)))(?:(?P<glued>fold)\b|\b"
    rf"(?P<half>\sand\sa\shalf)?(?:[\s-]{{1,2}}(?:to|or)[\s-](?P<high>{_COUNT})\b)?"
    r"(?:[\s-](?P<hundred>hundred)\b)?(?:[\s-](?P<scale>thousand|million|billion)\b)?"
    r"(?:[\s-](?P<unit>times|fold|percentage[\s-]points?|per\s?cent|orders?[\s-]of[\s-]magnitude)"
    r"\b)?)",
    re.IGNORECASE,
)
_ORDER = re.compile(rf"\border[\s-]of[\s-]magnitude(?=\s{MORE})", re.IGNORECASE)
_FRACTION = re.compile(
    rf"\b(?P<count>{_COUNT}|an?)[\s-](?P<part>{'|'.join(_PARTS)})s?\b(?!-)"
    rf"(?P<of>(?=\s(?:of|the|{MORE})))?",
    re.IGNORECASE,
)
_WHOLE = re.compile(
    rf"\b(?:(?P<two>twice(?=\s(?:as|the|that|{MORE}))|doubl(?:es?|ed|ing)(?={_THE})"
    r"|(?:(?<=than\s)|(?<=nearly\s)|(?<=almost\s)|(?<=roughly\s)|(?<=about\s))"
    rf"doubl(?:es?|ed|ing)\b(?!-))|half(?={_THE}|\sas\b)|(?:(?<=by\s)|(?<=in\s))half\b(?!-)"
    rf"|halv(?:es?|ed|ing)(?={_THE}))",
    re.IGNORECASE,
)
# Every sentence meets this pattern, so each of its pieces begins with a letter rare in English.
CUE = re.compile(
    r"f(?:old|actors?\sof|ifth)|m(?:illion|es(?<=times))|percent|gnitude|b(?:illion|l(?<=doubl))"
    r"|wice|quarter|h(?:ird|al[fv]|undred|ousand|(?<=tenth))"
)
_COMPARED = re.compile(rf"[\s-](?:{MORE}|as|the|that|compared)")
_OFTEN = re.compile(
    r"\s(?:(?:an?|per|each|every|daily|during)\b|(?:[\w-]{1,20}\s){0,3}(?:cross|CV\b|validation))"
)
_DONE = re.compile(
    r"\b(?:repeat|re?[ua]n|perform|conduct|execut|train|evaluat|test|sampl|appl[iy]|occur|appear"
    r"|measur|quer[iy]|iterat|visit|cite|download|call|use)\w*\s(?:\w+\s)?$"
)
_OTHER_HALF = re.compile(r"(?:first|second|other|upper|lower|latter|left|right|and\sa)\s$")


def is_counted(text: str, start: int, end: int) -> bool:
    """Say whether "five times" or "five-fold" counts what was done, and compares nothing.

    :param text: Where it stands.
    :param start: Where the number begins.
    :param end: Where "times" or "fold" ends.

    >>> [is_counted(t, 7, 16) for t in ("repeat ten times", "shrink ten times")]
    [True, False]
    """
    if _COMPARED.match(text, end):
        return False
    before = text[max(0, start - 24) : start]
    return bool(_OFTEN.match(text, end) or _DONE.search(before))


def spelled(text: str) -> list[Spelled]:
    """Find the numbers in words that say how many times, which part or what share.

    A number word that only counts things, or is part of a name, is left alone.

    :param text: Any text; without a :data:`CUE` it has none of them.
    :returns: Numbers in no particular order; empty if there are none.

    >>> spelled("One of two-stage models runs five times a day.")
    []
    """
    found: list[Spelled] = []
    for match in _MULTIPLE.finditer(text):
        found += _multiple(text, match)
    if "agnitude" in text:
        found += [Spelled(*m.span(), "1", "", ORDERS) for m in _ORDER.finditer(text)]
    if any(part in text for part in ("alf", "hird", "uarter", "fth", "nth", "dth")):
        found += filter(None, map(_fraction, _FRACTION.finditer(text)))
    if any(part in text for part in ("alf", "alv", "wice", "oubl")):
        found += filter(None, (_whole(text, match) for match in _WHOLE.finditer(text)))
    return found


def _fraction(match: re.Match[str]) -> Spelled | None:
    count, part = match["count"].lower(), match["part"].lower()
    if match["of"] is None and (count in ("a", "an") or part == "half"):
        return None
    return Spelled(*match.span(), _read(count, "0", 0), "", f"/{_PARTS[part]}")


def _whole(text: str, match: re.Match[str]) -> Spelled | None:
    start, end = match.span()
    if match["two"]:
        return Spelled(start, end, "2", "", FACTOR)
    if _OTHER_HALF.search(text[max(0, start - 8) : start]):
        return None
    return Spelled(start, end, "1", "", "/2")


def _multiple(text: str, match: re.Match[str]) -> Iterator[Spelled]:
    start, end = match.span()
    before = text[max(0, start - 12) : start].lower()
    unit = (match["unit"] or match["glued"] or "").lower()
    if unit in ("times", "fold") and is_counted(text, start, end):
        return
    if unit == "fold" and before.endswith(("is ", "are ")):  # of a list: the reasons are twofold
        return
    kind = POINTS if "point" in unit else _KINDS.get(unit[:1], PERCENT) if unit else ""
    if not kind and before.endswith(("factor of ", "factors of ")):
        kind = FACTOR
    if not (kind or match["hundred"] or match["scale"]) or before.endswith("half "):
        return
    zeros = (2 if match["hundred"] else 0) + SCALES.get((match["scale"] or "").lower(), 0)
    half = "5" if match["half"] else "0"
    upper = _read(match["high"], "0", zeros) if match["high"] else ""
    yield Spelled(start, end, _read(match["low"], half, zeros), upper, kind)


def _read(words: str, tenths: str, zeros: int) -> str:
    count = sum(_COUNTS[word] for word in words.lower().split("-"))
    return f"{Decimal(f'{count}.{tenths}e{zeros}').normalize():f}"
