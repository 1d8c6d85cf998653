"""Pair the predicted entities of one paper with the gold ones.

Names are compared by a key that belongs to the evaluation alone. It is not the one of
:mod:`kg.normalize`: the ruler must not change when the program does.

>>> gold = [Comparable.of({"type": "T", "name": "spiking network", "mentions": ["SNNs"]})]
>>> predicted = [Comparable.of({"type": "T", "name": "network"}), Comparable("T", "snn")]
>>> align(gold, predicted, agree=share_surface)
{0: 1}
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

__all__ = [
    "Comparable",
    "Pairing",
    "align",
    "compare_key",
    "pair_up",
    "share_head",
    "share_surface",
]

_SEPARATORS = re.compile(r"[\u2010-\u2015\u2212\-_/]")
_TOKEN = re.compile(r"(?:[^\W_]|[+.%#*])+")
_ARTICLES = frozenset({"", "a", "an", "the"})
_PLURAL = re.compile(r"(?P<y>.+)ies|(?P<es>.+(?:ss|ch|sh)|.{2,}x)es|(?P<s>.{2,}[^sui])s")


def compare_key(name: str) -> str:
    """Make the key by which the evaluation compares names.

    :param name: A name or surface form as written.
    :returns: Lower case with single blanks, without hyphens, articles and plural endings; a name
        without letters or digits is its own key.

    >>> compare_key("The Graph-Neural Networks"), compare_key("loss"), compare_key("accuracies")
    ('graph neural network', 'loss', 'accuracy')
    """
    lowered = name.strip().lower()
    stripped = (token.strip(".") for token in _TOKEN.findall(_SEPARATORS.sub(" ", lowered)))
    return " ".join(_singular(t) for t in stripped if t not in _ARTICLES) or lowered


def _singular(token: str) -> str:
    if not (plural := _PLURAL.fullmatch(token)):
        return token
    if stem := plural["y"]:
        return stem + "y"
    return plural["es"] or plural["s"]


@dataclass(frozen=True, slots=True)
class Comparable:
    """What the evaluation compares of an entity.

    :param type: Entity type.
    :param key: Key of its name.
    :param surfaces: Keys of its name and mentions.
    :param is_optional: Whether annotators disagreed on it.
    """

    type: str
    key: str
    surfaces: frozenset[str] = frozenset()
    is_optional: bool = False

    def __post_init__(self) -> None:
        """Count the name among the surface forms."""
        surfaces = (self.surfaces | {self.key}) - {""}
        object.__setattr__(self, "surfaces", surfaces)

    @classmethod
    def of(cls, entity: Mapping[str, Any]) -> Comparable:
        """Take what is compared from an entity of a JSON record."""
        mentions = frozenset(compare_key(m) for m in entity.get("mentions", ()) if m)
        key = compare_key(entity["name"])
        return cls(entity["type"], key, mentions, bool(entity.get("optional")))


def share_surface(gold: Comparable, predicted: Comparable) -> bool:
    """Say whether two entities have a surface form in common: the strict criterion."""
    return not gold.surfaces.isdisjoint(predicted.surfaces)


def share_head(gold: Comparable, predicted: Comparable) -> bool:
    """Say whether surface forms of two entities overlap enough: the relaxed criterion.

    One must contain the head (the last token) of the other, and at least half of the different
    tokens of the longer one must be shared.

    >>> share_head(
    ...     Comparable("T", "dual branch transformer"), Comparable("T", "branch transformer")
    ... )
    True
    >>> share_head(Comparable("T", "transformer"), Comparable("T", "transformer block"))
    True
    >>> share_head(Comparable("T", "graph transformer"), Comparable("T", "graph network"))
    False
    """
    return any(a == b or _overlap(a, b) for a in gold.surfaces for b in predicted.surfaces)


def _overlap(one: str, other: str) -> bool:
    ours, theirs = one.split(), other.split()
    if ours[-1] not in theirs and theirs[-1] not in ours:
        return False
    shared = len(set(ours) & set(theirs))
    return 2 * shared >= max(len(set(ours)), len(set(theirs)))


def _unlikeness(gold: Comparable, predicted: Comparable) -> tuple[bool, float]:
    """Rank a pair: equal names first, then by the share of common surface forms."""
    shared, union = gold.surfaces & predicted.surfaces, gold.surfaces | predicted.surfaces
    return (gold.key != predicted.key, -len(shared) / max(len(union), 1))


def align(
    gold: Sequence[Comparable],
    predicted: Sequence[Comparable],
    *,
    agree: Callable[[Comparable, Comparable], bool],
) -> dict[int, int]:
    """Pair as many gold and predicted entities of equal type as can be, each at most once.

    Required entities go before optional ones and likelier pairs before others, so that what is
    left over is the least that can be.

    :param gold: Entities of the gold record.
    :param predicted: Entities of the predicted record.
    :param agree: The criterion that two entities of a pair must meet.
    :returns: Index in ``predicted`` by index in ``gold``; empty if nothing agrees.
    """
    ranked = [
        sorted(
            (*_unlikeness(g, p), j)
            for j, p in enumerate(predicted)
            if g.type == p.type and agree(g, p)
        )
        for g in gold
    ]
    choices = [[j for *_, j in row] for row in ranked]
    best = [row[0][:2] if row else (True, 0.0) for row in ranked]
    order = sorted(range(len(gold)), key=lambda i: (gold[i].is_optional, best[i]))
    return pair_up(choices, order)


def pair_up(choices: Sequence[Sequence[int]], order: Iterable[int]) -> dict[int, int]:
    """Give as many as can be one of their choices, each choice at most once.

    A maximum matching by augmenting paths (Kuhn 1955).

    :param choices: What each would take, the best first.
    :param order: Who chooses first.
    :returns: The choice of each that got one.

    >>> pair_up([[7], [7, 9]], [1, 0])
    {0: 7, 1: 9}
    """
    owners: dict[int, int] = {}
    for i in order:
        owners.update(_augment(i, choices, owners))
    return {i: j for j, i in owners.items()}


def _augment(
    start: int, choices: Sequence[Sequence[int]], owners: Mapping[int, int]
) -> dict[int, int]:
    """Find new owners for what is chosen so that one more gets a choice."""
    path: list[tuple[int, Iterator[int]]] = [(start, iter(choices[start]))]
    taken: list[int] = []
    seen: set[int] = set()
    while path:
        j = next((j for j in path[-1][1] if j not in seen), None)
        if j is None:
            path.pop()
            if taken:
                taken.pop()
            continue
        seen.add(j)
        taken.append(j)
        if j not in owners:
            return dict(zip(taken, (i for i, _ in path), strict=True))
        path.append((owners[j], iter(choices[owners[j]])))
    return {}


@dataclass(frozen=True, slots=True)
class Pairing:
    """The entities of a gold and a predicted record, and which belong together.

    :param gold: Entities of the gold record, as JSON objects.
    :param predicted: Entities of the predicted record, as JSON objects.
    :param pairs: Index in ``predicted`` by index in ``gold``.
    :param gold_index: Index in ``gold`` by name.
    :param gold_of: Index in ``gold`` by name in ``predicted``, for entities that are paired.
    """

    gold: Sequence[Mapping[str, Any]]
    predicted: Sequence[Mapping[str, Any]]
    pairs: Mapping[int, int]
    gold_index: Mapping[str, int] = field(init=False)
    gold_of: Mapping[str, int] = field(init=False)

    def __post_init__(self) -> None:
        """Index the names; of entities of one name the last counts."""
        partner = {j: i for i, j in self.pairs.items()}
        names = {entity["name"]: j for j, entity in enumerate(self.predicted)}
        gold_of = {name: partner[j] for name, j in names.items() if j in partner}
        object.__setattr__(self, "gold_index", {e["name"]: i for i, e in enumerate(self.gold)})
        object.__setattr__(self, "gold_of", gold_of)

    def same(self, gold_name: str | None, predicted_name: str | None) -> bool:
        """Say whether a gold name and a predicted one denote the same entity.

        :returns: Also ``True`` if there is neither name, and if unpaired names are alike.
        """
        if not gold_name or not predicted_name:
            return not gold_name and not predicted_name
        index = self.gold_index.get(gold_name)
        if index is not None and self.gold_of.get(predicted_name) == index:
            return True
        return compare_key(gold_name) == compare_key(predicted_name)
