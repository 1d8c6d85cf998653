"""What a number tells of, where its place alone says so: lists in turn, parentheses, echoes.

"A and B reach 88% and 86%" gives the first value to the first of the two; "on A (0.79 vs 0.17)"
gives both to A; "88% for A" after "compared to" gives it to A; and "an X of 91 and a Y of 3 ms,
against 89 and 4 ms" gives 89 to X and 4 ms to Y. The classifiers tell the rest.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from kg.relations.settled import REACH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.relations.pairs import Actor, Place, Scene
    from kg.relations.values import Value

    _Here = Sequence[tuple[Place, Actor]]

__all__ = ["GOING_ON", "behind", "echoed", "here", "in_parentheses", "in_turn", "sides"]

GOING_ON = (",", "and")
"""What joins a number of a series to one of the same kind before it."""

_AND = frozenset(("and", ",", "/", "&", "the", "or"))
_FOR = frozenset(("for", "of", "by", "with", "from", "using", "in", "achieved", "obtained", "got"))
_FILLS = frozenset(("the", "a", "an", "its", "standard", "traditional", "baseline", "best"))
_WIDE = 60  # words of a parenthesis
_MANY = 200  # numbers of a sentence
_NEAR = 5  # words from a number to what it is the value of


def here(actors: Sequence[Actor], value: Value) -> list[tuple[Place, Actor]]:
    """List the mentions in the sentence of a number, in the order of the text."""
    found = ((p, a) for a in actors for p in a.places if p.sentence == value.sentence)
    return sorted(found, key=lambda one: one[0])


def sides(value: Value, scene: Scene) -> tuple[str, str]:
    """Cut the text of its sentence before a number, and behind it and its unit."""
    document, quantity = scene.context.document, value.quantity
    first, last = document.sentences[value.sentence]
    start, stop = first + quantity.start, first + max(quantity.stop, quantity.end)
    before = document.text[max(first, start - REACH) : start]
    return before, document.text[stop : min(last, stop + REACH)]


def in_turn(
    value: Value, known: _Here, words: Sequence[str], *, ahead: bool = False
) -> Actor | None:
    """Find the member of a list of names that has the place of a number in its series.

    :param value: The number.
    :param known: Mentions of one type, as :func:`here` lists them.
    :param words: The words of the document.
    :param ahead: Whether only names before the numbers count.
    :returns: The entity; None if the names next to the numbers are no list as long as the series.
    """
    series = _series(value)
    if len(series) < 2 or any(v.quantity.joint not in GOING_ON for v in series[1:]) or not known:
        return None
    runs = [[known[0]]]
    for low, high in pairwise(known):
        between = words[low[0].end : high[0].start]
        if between and len(between) <= 3 and _AND.issuperset(between):
            runs[-1].append(high)
        else:
            runs.append([high])
    start, stop = series[0].start, series[-1].stop

    def gap(run: _Here) -> int:
        return max(run[0][0].start - stop, start - run[-1][0].end, 0)

    run = min(runs, key=gap)
    if len(run) != len(series) or max(map(len, runs)) > len(series):
        return None
    is_one_each = len({id(actor) for _, actor in run}) == len(run)
    if not is_one_each or (ahead and run[-1][0].end > start):
        return None
    return run[series.index(value)][1]


def in_parentheses(value: Value, known: _Here, words: Sequence[str]) -> Actor | None:
    """Find the name right before the parenthesis that a number stands in.

    :returns: The entity; None if there is none, or another of its type is in the parenthesis too.
    """
    for at in range(value.start - 1, max(-1, value.start - _WIDE), -1):
        if words[at] == ")":
            return None
        if words[at] == "(":
            if any(at < place.start < value.start for place, _ in known):
                return None
            return next((actor for place, actor in known if place.end == at), None)
    return None


def behind(value: Value, known: _Here, words: Sequence[str]) -> Actor | None:
    """Find the name that a preposition joins to a number before it, as in "84.1% for ResNet"."""
    for place, actor in known:
        if place.start >= value.stop:
            between = words[value.stop : place.start]
            is_joined = bool(between) and between[0] in _FOR and len(between) <= _NEAR
            return actor if is_joined and (_FOR | _FILLS).issuperset(between) else None
    return None


def echoed(value: Value, known: _Here) -> Value | None:
    """Find the number before a series that has the place of one of its own, where units repeat.

    :param value: A number of a series.
    :param known: Measured quantities; where one stands among the numbers, nothing is repeated.
    :returns: The earlier number, which tells what is measured, and in what; None if the numbers
        before the series are not alike.
    """
    series = _series(value)
    first = value.peers.index(series[0]) if series else 0
    earlier = value.peers[max(0, first - len(series)) : first]
    if len(series) < 2 or len(earlier) < len(series):
        return None
    if any(_unit(new) != _unit(old) for new, old in zip(series, earlier, strict=True)):
        return None
    if any(place.start >= earlier[-1].stop for place, _ in known):
        return None
    return earlier[series.index(value)]


def _unit(value: Value) -> str:
    """Give the unit that is written with a number, not that of the series."""
    quantity = value.quantity
    is_written = quantity.stop > quantity.end or not quantity.text[-1].isdigit()
    return quantity.unit if is_written else ""


def _series(value: Value) -> list[Value]:
    number = value.quantity.series
    if len(value.peers) > _MANY:
        return []  # a table
    return [v for v in value.peers if number and v.quantity.series == number]
