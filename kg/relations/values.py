"""Numbers of a document as features: what makes one a reported result, and what fills its slots.

Patterns that speak for a kind of result, or against one, stand in ``rules/results.toml``.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from kg.normalize import key
from kg.recognizer.features import log_odds, outline
from kg.relations.quantities import Quantity, find
from kg.relations.settled import REACH
from kg.relations.status import speaks_of_own

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from kg.ontology import Ontology
    from kg.relations.pairs import Actor, Place, Scene

__all__ = ["Value", "filler_features", "nearest", "value_features", "values"]

_STEPS = (1, 2, 3, 5, 8, 12, 20)  # words
_BESIDE = 4  # words beside a number that are looked at
_NEAR = 3  # the nearest of them, whose place counts


@dataclass(frozen=True, slots=True, eq=False)
class Value:
    """A number where it stands.

    :param quantity: The number; its offsets count from the beginning of its sentence.
    :param sentence: Number of its sentence.
    :param start: Its first word.
    :param stop: The word behind it, its unit and error term.
    :param peers: The values of its sentence, in their order, itself too.
    :param of_own: Whether its sentence speaks of the paper's own system without its name.
    """

    quantity: Quantity
    sentence: int
    start: int
    stop: int
    peers: list[Value]
    of_own: bool


class _Patterns(NamedTuple):
    units: tuple[str, ...]
    before: Mapping[str, re.Pattern[str]]
    after: Mapping[str, re.Pattern[str]]


def values(scene: Scene) -> Iterator[Value]:
    """Find the numbers of the abstract that are not part of a name.

    :param scene: The entities of the document.
    :returns: Numbers in the order of the text; none if there are none.
    """
    context = scene.context
    document = context.document
    taken = sorted((m.start, m.end) for a in scene.actors for m in a.entity.mentions)
    for number, (first, end) in enumerate(document.sentences):
        if number == 0:
            continue
        peers: list[Value] = []
        sentence = document.text[first:end]
        found = list(find(sentence, _patterns(scene.ontology).units))
        of_own = bool(found) and speaks_of_own(sentence, scene.ontology)
        for quantity in found:
            start, stop = first + quantity.start, first + quantity.end
            at = bisect_left(taken, (stop, 0))
            if any(end > start for _, end in taken[max(0, at - 3) : at]):
                continue
            word = max(0, bisect_right(context.starts, start) - 1)
            behind = bisect_left(context.starts, first + max(quantity.stop, quantity.end))
            peers.append(Value(quantity, number, word, max(behind, word + 1), peers, of_own))
        yield from peers


def value_features(value: Value, scene: Scene) -> dict[str, float]:
    """Describe a number, for whether it is a result, and of which kind.

    :param value: The number.
    :param scene: Where it stands.
    :returns: Features by name.
    """
    context, quantity = scene.context, value.quantity
    first, stop = context.sentences[value.sentence]
    last = max(1, len(context.sentences) - 1)
    whole, _, rest = quantity.number.partition(".")
    found = {
        f"unit {quantity.unit}": 1.0,
        f"shape {min(5, len(whole))}.{min(4, len(rest))}": 1.0,
        f"unit {quantity.unit} {'.' if rest else ''}{min(4, len(whole))}": 1.0,
        f"bound {quantity.bound}": 0.7,
        f"joint {quantity.joint}": 1.0,
        f"sign {quantity.text[0] if not quantity.text[0].isalnum() else ''}": 1.0,
        f"peers {min(6, len(value.peers))}": 1.0,
        f"part {4 * (value.sentence - 1) // last}": 1.0,
        f"begins {' '.join(context.words[first : first + 2])}": 0.5,
    }
    for name, there in (("error", quantity.error), ("range", quantity.upper)):
        if there:
            found[name] = 1.0
    if value.sentence == last:
        found["last sentence"] = 1.0
    _add_beside(found, context.words, value, first, stop)
    for sign, start, end in (("<", first, value.start), (">", value.stop, stop)):
        for hint in context.hints_between(start, end):
            found[f"hint {sign} {hint}"] = 1.0
    _add_patterns(found, value, scene)
    _add_neighbours(found, value, scene)
    return found


def _add_beside(
    found: dict[str, float], words: Sequence[str], value: Value, first: int, stop: int
) -> None:
    left = words[max(first, value.start - _BESIDE) : value.start]
    right = words[value.stop : min(stop, value.stop + _BESIDE)]
    for sign, beside in (("<", left[::-1]), (">", right)):
        for place, word in enumerate(beside):
            found[f"near {sign} {word}"] = 0.7
            if place < _NEAR:
                found[f"{sign}{place} {word}"] = 1.0
        if len(beside) > 1:
            found[f"{sign} {beside[0]} {beside[1]}"] = 1.0


def _add_patterns(found: dict[str, float], value: Value, scene: Scene) -> None:
    patterns = _patterns(scene.ontology)
    document, quantity = scene.context.document, value.quantity
    start, end = document.sentences[value.sentence]
    at, stop = start + quantity.start, start + quantity.end
    before = document.text[max(start, at - REACH) : at]
    after = document.text[stop : min(end, stop + REACH)]
    sides = ("before", patterns.before, before), ("after", patterns.after, after)
    for side, known, told in sides:
        found |= {f"{side}: {n}": 1.0 for n, pattern in known.items() if pattern.search(told)}


def _add_neighbours(found: dict[str, float], value: Value, scene: Scene) -> None:
    """Add which entities stand in the sentence, and how near."""
    nearest: dict[tuple[str, str], int] = {}
    seen: dict[str, set[int]] = {}
    for number, actor in enumerate(scene.actors):
        for place in actor.places:
            if place.sentence == value.sentence:
                name = actor.entity.type, "<" if place.start < value.start else ">"
                nearest[name] = min(nearest.get(name, 99), _gap(place, value))
                seen.setdefault(actor.entity.type, set()).add(number)
    for (kind, sign), gap in nearest.items():
        found[f"next {sign} {kind} {bisect_left(_STEPS, gap)}"] = 1.0
    for kind in scene.ontology.type_names:
        found[f"holds {kind} {min(3, len(seen.get(kind, ())))}"] = 1.0


def nearest(actors: Iterable[Actor], value: Value) -> list[Actor]:
    """Sort entities by how near to a number they stand, the nearest first."""
    return sorted(actors, key=lambda actor: min(_order(p, value) for p in actor.places))


def filler_features(
    value: Value, kind: str, actor: Actor, rivals: Sequence[Actor], scene: Scene
) -> dict[str, float]:
    """Describe an entity, for whether it is what a number tells of.

    :param value: The number.
    :param kind: Kind of the result that it is.
    :param actor: The entity.
    :param rivals: All entities of its type, itself too, as :func:`nearest` sorts them.
    :param scene: Where they stand.
    :returns: Features by name.
    """
    place = min(actor.places, key=lambda p: _order(p, value))
    apart = place.sentence - value.sentence
    goes = "<" if place.start < value.start else ">"
    steps = bisect_left(_STEPS, _gap(place, value))
    at = f"{goes}{steps}" if not apart else f"sentence {max(-3, min(2, apart))}"
    if apart and not place.sentence:
        at = "title"
    rank = rivals.index(actor)
    here = [a for a in rivals if value.sentence in a.sentences]
    entity = actor.entity
    is_own = bool(scene.own) and scene.own[0] is actor
    among = f"{min(3, len(here))} {min(2, rank)}"
    found = {
        f"at {at}": 1.0,
        f"at {at} {kind}": 1.0,
        f"rank {min(4, rank)}": 1.0,
        f"among {among} {min(1, abs(apart))}": 1.0,
        f"all {min(4, len(rivals))} {min(2, rank)} {min(1, abs(apart))}": 1.0,
        f"sure {round(log_odds(entity.confidence))}": 1.0,
        "odds": log_odds(entity.confidence) / 2,
        f"often {min(4, len(actor.places))}": 1.0,
        f"order {min(3, actor.rank)}": 1.0,
        f"own {is_own} {kind}": 1.0,
        f"own {is_own} {kind} here {bool(here)} {actor in here}": 1.0,
        f"shape {outline(entity.name)}": 0.7,
        f"ends {key(entity.name).rpartition(' ')[2]}": 0.5,
        f"unit {value.quantity.unit} {key(entity.name).rpartition(' ')[2]}": 0.7,
    }
    for role, share in actor.parts:
        found[f"role {role}"] = share
        found[f"role {role} {kind} {at}"] = share
        found[f"role {role} {kind} {among}"] = share
        found[f"role {role} {kind} own {is_own}"] = share
    own = f"{kind} {value.of_own} {len(here) > 0}"
    found[f"spoken of {is_own} {own} {actor in here}"] = 1.0
    _add_sides(found, kind, place, value, here, scene)
    if not apart:
        _add_way(found, value, kind, place, here, scene, goes)
    return found


def _add_sides(
    found: dict[str, float],
    kind: str,
    place: Place,
    value: Value,
    here: Sequence[Actor],
    scene: Scene,
) -> None:
    """Add the words beside a mention, and whether it is the first of its type in the sentence."""
    words = scene.context.words
    first, stop = scene.context.sentences[place.sentence]
    left = words[place.start - 1] if place.start > first else ""
    right = words[place.end] if place.end < stop else ""
    near = "here" if place.sentence == value.sentence else "there"
    found[f"after {left} {near}"] = found[f"before {right} {near}"] = 0.7
    found[f"after {left} {near} {kind}"] = found[f"before {right} {near} {kind}"] = 0.7
    starts = sorted(p.start for a in here for p in a.places if p.sentence == value.sentence)
    if place.start in starts:
        earlier = [start for start in starts if start < value.start]
        is_last = bool(earlier) and earlier[-1] == place.start
        turn = f"{min(3, starts.index(place.start))} {is_last}"
        found[f"turn {turn}"] = found[f"turn {turn} {kind}"] = 1.0


def _add_way(
    found: dict[str, float],
    value: Value,
    kind: str,
    place: Place,
    here: Sequence[Actor],
    scene: Scene,
    goes: str,
) -> None:
    """Add what stands between a number and a mention, and whether they have the same place."""
    context = scene.context
    start, end = (place.end, value.start) if goes == "<" else (value.stop, place.start)
    between = context.words[start:end]
    if len(between) <= _BESIDE:
        found[f"exactly {goes} {' '.join(between)}"] = 1.0
    for word in between[:12]:
        found[f"way {goes} {word}"] = 0.7
    for hint in context.hints_between(start, end):
        found[f"hint {goes} {hint}"] = found[f"hint {goes} {hint} {kind}"] = 0.7
    crossed = sum(start <= v.start < end for v in value.peers)
    found[f"crossed {goes} {min(3, crossed)}"] = 1.0
    found[f"crossed {goes} {min(3, crossed)} {kind}"] = 1.0
    alike = sum(start <= p.start < end for a in here for p in a.places)
    found[f"passed {goes} {min(3, alike)}"] = 1.0
    found[f"crossed {min(2, crossed)} passed {goes} {min(2, alike)}"] = 1.0
    # The first of three numbers goes with the first of three names, and so on.
    listed = sorted(p.start for a in here for p in a.places if p.sentence == value.sentence)
    same = [v for v in value.peers if v.quantity.series == value.quantity.series]
    if value.quantity.series and len(same) > 1:
        agrees = same.index(value) == listed.index(place.start)
        found[f"in turn {len(listed) == len(same)} {agrees} {goes}"] = 1.0


def _gap(place: Place, value: Value) -> int:
    return max(place.start - value.stop, value.start - place.end, 0) + 1


def _order(place: Place, value: Value) -> tuple[int, bool, int]:
    apart = place.sentence - value.sentence
    return abs(apart) + (apart > 0), place.sentence == 0, _gap(place, value)


@lru_cache(maxsize=8)
def _patterns(ontology: Ontology) -> _Patterns:
    rules = ontology.rules("results")

    def compiled(table: Mapping[str, str]) -> dict[str, re.Pattern[str]]:
        return {name: re.compile(text, re.IGNORECASE) for name, text in table.items()}

    return _Patterns(
        tuple(rules["units"]),
        compiled({"refused": rules["refuse_before"], **rules["kinds"]}),
        compiled({"refused": rules["refuse_after"], **rules["kind_after"]}),
    )
