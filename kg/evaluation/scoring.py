"""Score one predicted record against its gold record.

Records are JSON objects in the schema of :mod:`kg.extractions`. What the gold marks as optional
(annotators disagreed on it) is neither required nor wrong; what a record does not assert (negated,
hedged, announced) does not count.

>>> ruler = Ruler(types=("T",))
>>> gold = {"id": "p1", "entities": [{"type": "T", "name": "nets"}, {"type": "T", "name": "EEG"}]}
>>> predicted = {"id": "p1", "entities": [{"type": "T", "name": "the net"}]}
>>> score(gold, predicted, ruler).strict["T"]
Counts(matched=1, gold=2, predicted=1)
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kg.evaluation.alignment import Comparable, Pairing, align, share_head, share_surface
from kg.model import ASSERTED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import TypeAlias

    Item: TypeAlias = Mapping[str, Any]
    End: TypeAlias = int | tuple[str, str] | None
    Fact: TypeAlias = tuple[End, str, End]

__all__ = ["ALL", "Counts", "Ruler", "Score", "number", "score", "total"]

ALL = "all"
"""Name of the row that sums up the others."""

_NUMBER = re.compile(r"[-+]?(?:\d+(?:,\d{3})*(?:\.\d+)?|\.\d+)")
_CAPITALS = re.compile(r"[a-z][A-Z]|[A-Z]{2}|\d")
_CAPITALISED = re.compile(r"[A-Z][\w-]+")
_UNKNOWN = "?"


@dataclass(frozen=True, slots=True, order=True)
class Counts:
    """How many items matched, how many the gold has, and how many were predicted."""

    matched: int = 0
    gold: int = 0
    predicted: int = 0

    @property
    def precision(self) -> float:
        """Share of the predicted items that matched; 0 if there are none."""
        return self.matched / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        """Share of the gold items that matched; 0 if there are none."""
        return self.matched / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall; 0 if nothing matched.

        >>> Counts(2, 4, 2).f1 == 2 / 3
        True
        """
        p, r = self.precision, self.recall
        return 2 * p * r / (p + r) if p + r else 0.0


def total(counts: Iterable[Counts]) -> Counts:
    """Add counts up.

    >>> total([Counts(1, 2, 3), Counts(1, 1, 1)])
    Counts(matched=2, gold=3, predicted=4)
    """
    kept = list(counts)
    return Counts(
        sum(c.matched for c in kept), sum(c.gold for c in kept), sum(c.predicted for c in kept)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruler:
    """What is measured.

    :param types: Entity types that count, in their order.
    :param symmetric: Relation types that have no direction.
    :param contributions: Pairs of type and role by which a paper contributes something of its own.
    :param results: Name of each way to compare results, and the slots that must then agree besides
        the value.
    """

    types: tuple[str, ...]
    symmetric: frozenset[str] = frozenset()
    contributions: frozenset[tuple[str, str]] = frozenset()
    results: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """The counts of one paper.

    :param strict: Entities by type, paired where a surface form is equal.
    :param relaxed: Entities by type, paired where surface forms overlap.
    :param roles: Roles of strictly paired entities; ``gold`` and ``predicted`` count the pairs.
    :param contributions: Named contributions of the gold; matched if found with their role.
    :param relations: Relations by type, of the types that occur.
    :param results: Results by way of comparison.
    """

    strict: Mapping[str, Counts]
    relaxed: Mapping[str, Counts]
    roles: Counts
    contributions: Counts
    relations: Mapping[str, Counts]
    results: Mapping[str, Counts]


def score(gold: Item, predicted: Item, ruler: Ruler) -> Score:
    """Score one predicted record against its gold record.

    :param gold: The gold record.
    :param predicted: The predicted record; an empty one if there is none.
    :param ruler: What is measured.
    :returns: The counts of this paper.
    """
    wanted, found = gold.get("entities", []), predicted.get("entities", [])
    ours = [Comparable.of(entity) for entity in wanted]
    theirs = [Comparable.of(entity) for entity in found]
    strict = align(ours, theirs, agree=share_surface)
    pairing = Pairing(wanted, found, strict)
    return Score(
        strict=_entities(ours, theirs, strict, ruler),
        relaxed=_entities(ours, theirs, align(ours, theirs, agree=share_head), ruler),
        roles=_roles(pairing),
        contributions=_contributions(pairing, ruler),
        relations=_relations(gold, predicted, pairing, ruler),
        results={name: _results(gold, predicted, pairing, slots) for name, slots in ruler.results},
    )


def _entities(
    gold: Sequence[Comparable],
    predicted: Sequence[Comparable],
    pairs: Mapping[int, int],
    ruler: Ruler,
) -> dict[str, Counts]:
    excused = {j for i, j in pairs.items() if gold[i].is_optional}
    matched = [gold[i].type for i in pairs if not gold[i].is_optional]
    required = [g.type for g in gold if not g.is_optional]
    answered = [p.type for j, p in enumerate(predicted) if j not in excused]
    return {t: Counts(matched.count(t), required.count(t), answered.count(t)) for t in ruler.types}


def _roles(pairing: Pairing) -> Counts:
    right = total = 0
    for i, j in pairing.pairs.items():
        entity, role = pairing.gold[i], pairing.predicted[j].get("role")
        if entity.get("optional"):
            continue
        total += 1
        right += role is not None and role in (entity.get("role"), entity.get("role_alternative"))
    return Counts(right, total, total)


def _contributions(pairing: Pairing, ruler: Ruler) -> Counts:
    found = total = 0
    for i, entity in enumerate(pairing.gold):
        role = entity.get("role")
        if entity.get("optional") or (entity["type"], role) not in ruler.contributions:
            continue
        if not _is_named(entity):
            continue
        total += 1
        j = pairing.pairs.get(i)
        found += j is not None and pairing.predicted[j].get("role") == role
    return Counts(found, total, found)


def _is_named(entity: Item) -> bool:
    """Say whether a surface form looks like a proper name: capitals inside, a digit, one word."""
    forms = (entity["name"], *entity.get("mentions", ()))
    return any(_CAPITALS.search(form) or _CAPITALISED.fullmatch(form) for form in forms)


def _asserted(record: Item, field_name: str) -> Iterator[Item]:
    items = record.get(field_name, ())
    return (item for item in items if item.get("status", ASSERTED) == ASSERTED)


def _relations(gold: Item, predicted: Item, pairing: Pairing, ruler: Ruler) -> dict[str, Counts]:
    def fact(head: End, relation: str, tail: End) -> Fact:
        if relation in ruler.symmetric:
            head, tail = sorted((head, tail), key=str)
        return (head, relation, tail)

    def gold_end(name: str) -> End:
        return pairing.gold_index.get(name)

    def predicted_end(name: str) -> End:
        return pairing.gold_of.get(name, (_UNKNOWN, name))

    required: set[Fact] = set()
    optional: set[Fact] = set()
    for item in _asserted(gold, "relations"):
        stated = fact(gold_end(item["head"]), item["type"], gold_end(item["tail"]))
        (optional if item.get("optional") else required).add(stated)
    answered = {
        fact(predicted_end(item["head"]), item["type"], predicted_end(item["tail"]))
        for item in _asserted(predicted, "relations")
    }

    def count(facts: set[Fact], relation: str) -> int:
        return sum(kind == relation for _, kind, _ in facts)

    return {
        relation: Counts(
            count(required & answered, relation),
            count(required, relation),
            count(answered - optional, relation),
        )
        for relation in sorted({kind for _, kind, _ in required | answered})
    }


def number(value: object) -> float | str:
    """Read the first number of a value.

    :param value: A value as annotated or predicted.
    :returns: The number; the text in lower case if it has none; empty if the value is ``None``.

    >>> number("\u22121,234.5%"), number("+.5 dB"), number("Twice"), number(None)
    (-1234.5, 0.5, 'twice', '')
    """
    text = "" if value is None else str(value).replace("\u2212", "-").strip().lower()
    found = _NUMBER.search(text)
    return float(found.group().replace(",", "")) if found else text


def _results(gold: Item, predicted: Item, pairing: Pairing, slots: Sequence[str]) -> Counts:
    """Pair results one to one in their order, the required ones first."""
    wanted = sorted(_asserted(gold, "results"), key=lambda item: bool(item.get("optional")))
    left = list(_asserted(predicted, "results"))
    answered, matched = len(left), 0
    for ours in wanted:
        place = next((k for k, item in enumerate(left) if _agree(ours, item, pairing, slots)), None)
        if place is None:
            continue
        del left[place]
        if ours.get("optional"):
            answered -= 1
        else:
            matched += 1
    return Counts(matched, sum(not item.get("optional") for item in wanted), answered)


def _agree(gold: Item, predicted: Item, pairing: Pairing, slots: Sequence[str]) -> bool:
    if number(gold.get("value")) != number(predicted.get("value")):
        return False
    return all(pairing.same(gold.get(slot), predicted.get(slot)) for slot in slots)
