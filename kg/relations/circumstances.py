"""How two entities stand to one another, and the words around them.

What a pair has in common with many others is named once, and scored once. There are a few thousand
circumstances and combinations of roles, a classifier meets the same ones in paper after paper, and
naming features costs more than weighing them.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from kg.recognizer.features import log_odds, outline

if TYPE_CHECKING:
    from kg.recognizer.classifier import Classifier
    from kg.relations.pairs import Pair, Scene

__all__ = [
    *("FAR", "Circumstance", "circumstance", "circumstance_features", "circumstance_scores"),
    *("own_features", "role_names", "role_scores", "step"),
]

FAR = 2
"""Sentences apart from which the words of a pair say nothing of each other."""

_LONG = 14  # words between two mentions that are looked at one by one
_SIDE = 4  # words beside a pair
_KEPT = 16384


class Circumstance(NamedTuple):
    """How two entities stand to one another, whatever the words around them.

    :param apart: Sentences between them.
    :param goes: The same, and which of them comes first.
    :param shared: In how many sentences both stand.
    :param ranks: How many of its type are named before each.
    :param titles: Whether each stands in the title.
    :param shapes: How the name of each is written.
    :param step: How sure both are.
    :param alike: 1 if they share a word, 2 if the first holds all words of the second.
    :param is_first: Whether the first is the first that the paper contributes.
    """

    apart: int
    goes: str
    shared: int
    ranks: tuple[int, int]
    titles: tuple[bool, bool]
    shapes: tuple[str, str]
    step: int
    alike: int
    is_first: bool

    def of_roles(self) -> Circumstance:
        """Leave out what does not count for the roles, so that few are left."""
        one, other = self.ranks
        ranks = min(2, one), min(2, other)
        return Circumstance(
            0, self.goes, min(2, self.shared), ranks, self.titles, ("", ""), 0, 0, is_first=False
        )


@lru_cache(maxsize=_KEPT)
def _named(found: Circumstance) -> dict[str, float]:
    one, other = found.ranks
    first, second = found.shapes
    named = {
        f"apart {found.goes}": 1.0,
        f"shared {found.shared}": 1.0,
        f"rank {one} {other}": 1.0,
        _titles(found): 1.0,
        f"shapes {first} {second}": 0.7,
        f"sure {found.step}": 1.0,
    }
    if found.alike:
        named["share a word"] = 1.0
    if found.alike > 1:
        named["head holds tail"] = 1.0
    if found.is_first:
        named["own first"] = named[f"own first {found.apart}"] = 1.0
    return named


def _titles(found: Circumstance) -> str:
    first, second = found.titles
    return f"title {first} {second}"


def circumstance_features(found: Circumstance) -> dict[str, float]:
    """Describe the circumstances of a pair.

    :returns: Features by name.
    """
    return dict(_named(found))


@lru_cache(maxsize=_KEPT)
def circumstance_scores(found: Circumstance, classifier: Classifier) -> list[float]:
    """Score what :func:`circumstance_features` describes."""
    return classifier.scores(_named(found))


def role_names(one: str, other: str, found: Circumstance) -> tuple[str, ...]:
    """Name what the roles of two entities say together, alone and in each circumstance."""
    first, second = (min(2, rank) for rank in found.ranks)
    shared = f"shared {min(2, found.shared)}"
    places = ("", found.goes, f"rank {first} {second}", shared, _titles(found))
    return tuple(f"roles {one} {other} {place}" for place in places)


@lru_cache(maxsize=_KEPT)
def role_scores(one: str, other: str, found: Circumstance, classifier: Classifier) -> list[float]:
    """Score what :func:`role_names` names, for roles that are certain."""
    return classifier.scores(dict.fromkeys(role_names(one, other, found), 1.0))


def circumstance(pair: Pair, scene: Scene) -> Circumstance:
    """Tell the circumstances of a pair."""
    head, tail, apart = pair.head, pair.tail, min(FAR, pair.apart)
    shares = bool(head.words & tail.words)
    return Circumstance(
        apart,
        f"{apart}{'<>'[pair.head_at.start < pair.tail_at.start]}",
        min(3, len(head.sentences & tail.sentences)),
        (min(3, head.rank), min(3, tail.rank)),
        (0 in head.sentences, 0 in tail.sentences),
        (outline(head.entity.name), outline(tail.entity.name)),
        step(head.entity.confidence * tail.entity.confidence),
        shares + (shares and tail.words < head.words),
        bool(scene.own) and scene.own[0] is head,
    )


def own_features(pair: Pair, scene: Scene, found: Circumstance) -> dict[str, float]:
    """Describe what a pair has in common with few others."""
    named = {"odds": log_odds(pair.head.entity.confidence * pair.tail.entity.confidence) / 2}
    if found.apart < FAR:
        _add_words(named, pair, scene, found.goes)
    return named


def step(share: float) -> int:
    """Round the log-odds of a probability, so that each step has a weight of its own."""
    return round(log_odds(share))


def _add_words(found: dict[str, float], pair: Pair, scene: Scene, goes: str) -> None:
    """Add what stands between the two mentions, before the first and behind the second."""
    context = scene.context
    low, high = sorted((pair.head_at, pair.tail_at), key=lambda p: (p.start, p.end))
    first, stop = context.sentences[low.sentence][0], context.sentences[high.sentence][1]
    others = scene.between(low.start + 1, high.start)
    alike = scene.between(low.start + 1, high.start, pair.tail.entity.type)
    found[f"others {min(4, others)}"] = 1.0
    found[f"alike {min(3, alike)}{goes}"] = 1.0
    found[f"length {min(6, max(0, high.start - low.end) // 3)}{goes}"] = 1.0
    for sign, start, end in (
        ("=", low.end, high.start),
        ("<", first, low.start),
        (">", high.end, stop),
    ):
        for hint in context.hints_between(start, end):
            found[f"hint {goes} {sign} {hint}"] = 1.0
    if pair.apart:
        return
    for word in context.words[max(first, low.start - _SIDE) : low.start]:
        found[f"before {goes} {word}"] = 0.7
    for word in context.words[high.end : min(stop, high.end + 3)]:
        found[f"behind {goes} {word}"] = 0.7
    between = context.words[low.end : high.start]
    if len(between) > _LONG:
        return
    for word in between:
        found[f"between {goes} {word}"] = 1.0
    for one, other in pairwise(between):
        found[f"between {goes} {one} {other}"] = 1.0
    if len(between) <= _SIDE:
        found[f"exactly {goes} {' '.join(between)}"] = 1.0
