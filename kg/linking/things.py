"""Things that decisions of people connect, and what contradicts itself in them.

Aliases and new types join places (type and key) into things. The key of a thing is the one that its
aliases lead to, its type the one that its new types lead to; both follow from the set of decisions,
not from their order.

>>> from kg.linking.decisions import SAME, Decision
>>> chain = [Decision(SAME, "Method", "net", "NN"), Decision(SAME, "Method", "NN", "NNet")]
>>> [thing.target for thing in things(chain)]
[('Method', 'net')]
"""

from __future__ import annotations

from collections import defaultdict, deque
from typing import TYPE_CHECKING, NamedTuple

from kg.errors import ReadError
from kg.linking.decisions import NOT_SAME, REJECT, RENAME, RETYPE, SAME

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kg.linking.decisions import Decision
    from kg.linking.names import Place

__all__ = ["Join", "Thing", "things"]

_REMEDY = "delete one of the lines"


class Join(NamedTuple):
    """A step between two places of one thing, and the decision that makes it."""

    one: Place
    other: Place
    decision: Decision


class Thing(NamedTuple):
    """What decisions say of one thing.

    :param target: Type and key of its node.
    :param places: Its types and keys.
    :param joins: Steps between them.
    :param name: What it is to be called; empty if no decision says so.
    :param is_rejected: Whether it is to be left out.
    :param decisions: What was decided of it, sorted.
    """

    target: Place
    places: frozenset[Place]
    joins: tuple[Join, ...]
    name: str
    is_rejected: bool
    decisions: tuple[Decision, ...]


def things(decisions: Sequence[Decision]) -> list[Thing]:
    """Find the things that decisions speak of.

    :param decisions: The decisions, each once, sorted.
    :returns: The things, sorted by target; no two share a place, and the target is one of its own.
    :raises ReadError: If two decisions contradict each other; it names both.
    """
    joins = [Join(d.places[0], d.places[1], d) for d in decisions if d.kind in (SAME, RETYPE)]
    places = {place for d in decisions for place in d.places}
    while True:
        groups = _groups(places, joins)
        ends = [_end_of(*group) for group in groups]
        # An alias may have moved the key of what another line moves to another type: then no line
        # names where the thing comes to lie, and what lies there already is the same thing.
        new = [
            _arrival(end, *group)
            for end, group in zip(ends, groups, strict=True)
            if end not in group[0]
        ]
        if not new:
            break
        joins += new
    told = defaultdict(list)
    for decision in decisions:
        for place in dict.fromkeys(decision.places):
            told[place].append(decision)
    found = [
        _thing(end, *group, sorted({d for place in group[0] for d in told[place]}))
        for end, group in zip(ends, groups, strict=True)
    ]
    return sorted(found, key=lambda thing: thing.target)


def _groups(
    places: Iterable[Place], joins: Iterable[Join]
) -> list[tuple[frozenset[Place], list[Join]]]:
    """Part places by joins."""
    group_of = {place: {place} for place in places}
    for one, other, _ in joins:
        ours, theirs = (group_of.setdefault(place, {place}) for place in (one, other))
        if ours is not theirs:
            small, large = sorted((ours, theirs), key=len)
            large |= small
            group_of.update(dict.fromkeys(small, large))
    joins_of: dict[int, list[Join]] = defaultdict(list)
    for join in joins:
        joins_of[id(group_of[join.one])].append(join)
    groups = {id(group): group for _, group in sorted(group_of.items())}
    return [(frozenset(group), joins_of[number]) for number, group in groups.items()]


def _end_of(places: frozenset[Place], joins: Iterable[Join]) -> Place:
    types, keys = [], []
    for one, other, decision in joins:
        if decision.kind == RETYPE:
            types.append((decision.type, decision.other, decision))
        else:
            keys.append((one[1], other[1], decision))
    start = min(places)
    return (_end(types, start[0]), _end(keys, start[1]))


def _end(steps: Iterable[tuple[str, str, Decision]], start: str) -> str:
    """Find where all steps lead.

    :returns: The one place that no step leaves; ``start`` if there are no steps.
    :raises ReadError: If there is none, or some steps lead elsewhere.
    """
    steps_from, into = defaultdict(list), defaultdict(list)
    for one, other, decision in steps:
        if one != other:
            steps_from[one].append((decision, other))
            into[other].append(one)
    if not steps_from:
        return start
    ends = sorted(into.keys() - steps_from.keys())
    if not ends:
        raise _contradiction(*_circle({one: min(out) for one, out in steps_from.items()}))
    ends_of = _ends_of(ends, into)
    # If places lead to different ends, or some into a circle, the steps part somewhere.
    for one in sorted(steps_from):
        (first, to), *rest = sorted(steps_from[one])
        for decision, other in rest:
            if ends_of[other] != ends_of[to]:
                raise _contradiction(first, decision)
    return ends[0]


def _ends_of(ends: Iterable[str], into: Mapping[str, Iterable[str]]) -> dict[str, set[str]]:
    """Collect the ends that each place leads to; a place of a circle may lead to none."""
    found: dict[str, set[str]] = defaultdict(set)
    for end in ends:
        waiting = [end]
        while waiting:
            place = waiting.pop()
            if end not in found[place]:
                found[place].add(end)
                waiting += into.get(place, ())
    return found


def _circle(step_from: dict[str, tuple[Decision, str]]) -> list[Decision]:
    """List the steps of a circle."""
    seen: dict[str, Decision] = {}
    place = min(step_from)
    while place not in seen:
        seen[place], place = step_from[place]
    circle = list(seen)
    return [seen[one] for one in circle[circle.index(place) :]]


def _arrival(end: Place, places: frozenset[Place], joins: Iterable[Join]) -> Join:
    """Join a thing with the place that it comes to lie at."""
    last = min(
        j.decision for j in joins if j.decision.kind == RETYPE and j.decision.other == end[0]
    )
    return Join(min(place for place in places if place[1] == end[1]), end, last)


def _thing(
    target: Place, places: frozenset[Place], joins: Sequence[Join], decisions: Sequence[Decision]
) -> Thing:
    """Make a thing, if what was decided of it can all be true."""
    changes = [d for d in decisions if d.kind not in (NOT_SAME, REJECT)]
    for decision in decisions:
        if decision.kind == REJECT and changes:
            near = min(changes, key=lambda d: (decision.places[0] not in d.places, d))
            raise _contradiction(decision, near)
        if decision.kind == NOT_SAME and places.issuperset(decision.places):
            one, other = decision.places
            raise _contradiction(decision, *_path(one, other, joins))
    names = [d for d in decisions if d.kind == RENAME]
    for decision in names[1:]:
        if decision.other != names[0].other:
            raise _contradiction(names[0], decision)
    is_rejected = any(d.kind == REJECT for d in decisions)
    name = names[0].other if names else ""
    return Thing(target, places, tuple(sorted(joins)), name, is_rejected, tuple(decisions))


def _path(start: Place, goal: Place, joins: Iterable[Join]) -> list[Decision]:
    """List the decisions that join two places, the fewest that do."""
    steps = defaultdict(list)
    for one, other, decision in sorted(joins):
        steps[one].append((decision, other))
        steps[other].append((decision, one))
    path: dict[Place, list[Decision]] = {start: []}
    waiting = deque([start])
    while goal not in path:
        place = waiting.popleft()
        for decision, other in steps[place]:
            if other not in path:
                path[other] = [*path[place], decision]
                waiting.append(other)
    return list(dict.fromkeys(path[goal]))


def _contradiction(first: Decision, *others: Decision) -> ReadError:
    said = " and ".join(f"{d.where} says that {d.says}" for d in others)
    return ReadError(first.file, first.line, f"{first.says}, but {said}", _REMEDY)
