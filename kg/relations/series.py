"""Numbers that stand side by side: ranges, fractions and series."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from kg.relations.numbers import decimal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kg.relations.quantities import Quantity

__all__ = ["Reading", "join"]

_DASHES = frozenset(("-", "\u2013", "\u2014", "\u2212", "~", "\u223c", "\u00f7", "--"))
_JOINTS = {
    **dict.fromkeys((",", ";"), ","),
    **dict.fromkeys(("and", ", and", "or", ", or", "&"), "and"),
    **dict.fromkeys(("to", "to only", "to just", "\u2192", "->", "\u27f6"), "to"),
    **dict.fromkeys(("vs.", "vs", "versus", "v.s.", ", vs.", ", versus", "against"), "vs"),
    **dict.fromkeys(("compared to", "compared with", "vs. only", "(vs.", "(vs", "(versus"), "vs"),
    **dict.fromkeys(("/", "out of", "of"), "/"),
    **dict.fromkeys(_DASHES, "-"),
}
_WIDEST = 2 + max(map(len, _JOINTS))
_FROM = ("from", "between", "from about", "from around")
_TOPS = frozenset((3, 4, 5, 6, 7, 9, 10, 20, 30, 50, 100, 1000))  # of scales of points


class Reading(NamedTuple):
    """A quantity by itself, or a number that is none.

    :param quantity: The quantity; without number if it is refused.
    :param begin: Where it begins, with the words that bound it.
    :param scale: The power of ten that a word or letter behind it multiplies by.
    :param joint: What joins it to the one before.
    """

    quantity: Quantity
    begin: int
    scale: int = 0
    joint: str = ""

    @property
    def is_bare(self) -> bool:
        """Whether it has neither unit nor error term nor scale."""
        return not (self.quantity.unit or self.quantity.error or self.scale)

    @property
    def is_whole(self) -> bool:
        """Whether it is a bare whole number."""
        return self.is_bare and self.quantity.text.isdigit()

    def refused(self) -> Reading:
        """Make a number of it that is no quantity."""
        return self._replace(quantity=self.quantity._replace(number=""))


def join(text: str, readings: Iterable[Reading]) -> Iterator[Quantity]:
    """Make ranges and fractions of numbers that stand side by side, and series of the others.

    :param text: Where they stand.
    :param readings: Numbers in the order of the text, those that are no quantities included.
    :returns: The quantities in the order of the text.
    """
    chain: list[Reading] = []
    series = 1
    for reading in readings:
        if chain:
            gap = text[chain[-1].quantity.stop : reading.begin]
            joint = _JOINTS.get(" ".join(gap.split())) if len(gap) <= _WIDEST else None
            joined = _joined(text, chain[-1], reading, joint, gap) if joint else ()
            if joined:
                chain[-1:] = joined
                continue
            if len(chain) > 1:
                members = _members(chain, series)
                series += len(members) > 1
                yield from members
            elif chain[0].quantity.number:
                yield chain[0].quantity
        chain = [reading]
    yield from _members(chain, series)


def _joined(text: str, low: Reading, high: Reading, joint: str, gap: str) -> tuple[Reading, ...]:
    """Make one or two of two numbers; none if they have nothing to do with one another."""
    one, two = low.quantity, high.quantity
    is_tight = bool(gap) and gap == gap.strip()
    is_read = bool(one.number and two.number) and not (one.error or two.error)
    if joint == "-":
        is_alike = one.unit in ("", two.unit) or (is_tight and not two.unit)
        if is_read and not one.upper and is_alike and _is_rising(low, high):
            return (_range(text, low, high),)
        return (low.refused(), high.refused()) if is_tight else ()
    if joint == "," and is_tight and not one.number:
        return (low, high.refused())
    if joint == "/" and (low.is_whole or one.upper or one.text.isascii()) and high.is_whole:
        return _out_of(text, low, high, gap.strip() == "/")
    if joint == "/" and gap.strip() != "/":
        return ()
    if joint == "to" and is_read and low.is_bare and not high.is_bare and not one.upper:
        starts = text[max(0, low.begin - 12) : low.begin].rstrip().endswith(_FROM)
        if not starts and _is_rising(low, high):
            return (_range(text, low, high),)
    return (low, high._replace(joint=joint))


def _is_rising(low: Reading, high: Reading) -> bool:
    one = Decimal(low.quantity.number).scaleb(0 if low.scale else high.scale)
    two = Decimal(high.quantity.number)
    return one < two or two < one < 0


def _range(text: str, low: Reading, high: Reading) -> Reading:
    one, two = _scaled(low, high).quantity, high.quantity
    return low._replace(
        quantity=one._replace(
            end=two.end,
            text=text[one.start : two.end],
            unit=two.unit or one.unit,
            stop=two.stop,
            upper=two.number,
        ),
        scale=high.scale,
    )


def _alike(low: Reading, high: Reading) -> Reading:
    """Let the first of two numbers have the unit and scale that are said behind the second."""
    unit = high.quantity.unit
    if not low.is_bare or unit.startswith("/"):
        return low
    scaled = _scaled(low, high)
    return scaled._replace(quantity=scaled.quantity._replace(unit=unit))


def _scaled(low: Reading, high: Reading) -> Reading:
    """Let the first of two numbers have the scale that is said behind the second."""
    if low.scale or not high.scale or not low.is_bare:
        return low
    number = decimal(f"{low.quantity.number}e{high.scale}") or ""
    return low._replace(quantity=low.quantity._replace(number=number), scale=high.scale)


def _out_of(text: str, low: Reading, high: Reading, is_slash: bool) -> tuple[Reading, ...]:
    """Read a fraction such as 60/64, or points on a scale such as 8.6/10; refuse ratios."""
    one, two = low.quantity, high.quantity
    if not (low.is_bare and one.number and two.number) or low.joint == "/":
        return (low.refused(), high.refused()) if is_slash and low.is_bare else ()
    part, top = Decimal(one.upper or one.number), int(two.number)
    is_part = 0 <= part <= top and (part + top != 100 or not is_slash)
    if is_part and (low.is_whole or top in _TOPS):
        fraction = one._replace(
            end=two.end, text=text[one.start : two.end], unit=f"/{top}", stop=two.stop
        )
        return (low._replace(quantity=fraction),)
    if not is_slash:
        return ()
    if low.is_whole:
        return low.refused(), high.refused()
    return low, high._replace(joint="/")


def _members(chain: list[Reading], series: int) -> list[Quantity]:
    """Give the members of a series what they share; refuse them all where one is a name."""
    if any(not reading.quantity.number for reading in chain):
        chain = [r for r in chain if r.quantity.number and not r.is_whole]
    if len(chain) < 2:
        return [reading.quantity for reading in chain]
    shared = chain[-1:]
    for low, high in reversed(list(pairwise(chain))):
        # Two numbers with only a comma between them need not be of a kind.
        is_list = high.joint != "," or len(shared) > 1
        shared.append(_alike(low, shared[-1]) if is_list else low)
    return [
        reading.quantity._replace(series=series, rank=rank, joint=reading.joint if rank else "")
        for rank, reading in enumerate(reversed(shared))
    ]
