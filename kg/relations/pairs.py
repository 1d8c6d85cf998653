"""Pairs of entities as features: what speaks for a relation between the two.

A pair is looked at where its mentions stand closest: the words between them, before the first and
behind the second, what else stands between, the roles with their probabilities, and which others
of their type come earlier. Words that hint at a relation stand in ``rules/relations.toml`` under
``[words]``.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from itertools import pairwise, product
from typing import TYPE_CHECKING, NamedTuple

from kg.normalize import key
from kg.recognizer.context import Context, sentence_number
from kg.recognizer.features import log_odds, outline

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kg.model import Document, Entity
    from kg.ontology import Ontology

__all__ = [
    "Actor",
    "Pair",
    "Place",
    "Scene",
    "features",
    "head_features",
    "pair_features",
    "pairs",
    "tail_features",
]

_FAR = 2  # sentences apart from which the words of a pair say nothing of each other
_LONG = 14  # words between two mentions that are looked at one by one
_SIDE = 4  # words beside a pair
_FAINT = 0.15  # least probability of a role that counts
_MOST = 60  # entities of a paper that are paired; more is a list, and pairs grow as its square


class Place(NamedTuple):
    """Where a mention stands: number of its sentence, its words as a half-open range."""

    sentence: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Actor:
    """An entity as its pairs see it.

    :param entity: The entity.
    :param places: Where it stands.
    :param sentences: Numbers of the sentences that it stands in.
    :param rank: How many of its type are named before it.
    :param parts: Roles with their probabilities, those that are not faint.
    :param words: The words of its forms.
    """

    entity: Entity
    places: tuple[Place, ...]
    sentences: frozenset[int]
    rank: int
    parts: tuple[tuple[str, float], ...]
    words: frozenset[str]


class Pair(NamedTuple):
    """Two entities, and where they stand closest.

    :param apart: Sentences between the two places; 0 in one sentence.
    """

    head: Actor
    tail: Actor
    head_at: Place
    tail_at: Place
    apart: int


class Scene:
    """The entities of a document where they stand.

    :param document: The document.
    :param entities: Its entities, with roles.
    :param ontology: Has the words that hint at a relation.
    """

    def __init__(self, document: Document, entities: Sequence[Entity], ontology: Ontology) -> None:
        """Look every mention up once."""
        self.context = Context(document, ontology, hints="relations")
        self.ontology = ontology
        ranks: dict[str, int] = {}
        self.actors: list[Actor] = []
        order = sorted(entities, key=lambda e: (e.mentions[0].start, e.key))
        for entity in order[:_MOST]:
            places = tuple(
                Place(sentence_number(document, m.start), *self.context.place(m))
                for m in entity.mentions
            )
            parts = entity.shares or ((entity.role, 1.0),)
            self.actors.append(
                Actor(
                    entity,
                    places,
                    frozenset(p.sentence for p in places),
                    ranks.setdefault(entity.type, 0),
                    tuple((role, share) for role, share in parts if share >= _FAINT),
                    frozenset(word for form in entity.surfaces for word in key(form).split()),
                )
            )
            ranks[entity.type] += 1
        self.starts = sorted((p.start, a.entity.type) for a in self.actors for p in a.places)
        self._first_words = [start for start, _ in self.starts]
        contributed = {(r.type, r.name) for r in ontology.roles if r.is_contribution}
        self.own = [a for a in self.actors if (a.entity.type, a.entity.role) in contributed]

    def between(self, start: int, end: int, kind: str = "") -> int:
        """Count the mentions that begin in a range of words, of one type or of all."""
        first, last = bisect_left(self._first_words, start), bisect_left(self._first_words, end)
        return sum(not kind or t == kind for _, t in self.starts[first:last])


def pairs(scene: Scene) -> Iterator[Pair]:
    """Pair up entities between which the ontology knows a relation, in both orders.

    Two that stand far apart are paired only if the first is what the paper contributes, of which
    all sentences may speak: of the others one in fifty is related, and they are 40 % of all pairs.

    :param scene: The entities.
    :returns: Pairs in the order of the text; none if no types fit.
    """
    known = {(h, t) for r in scene.ontology.relations for h in r.heads for t in r.tails}
    own = {id(actor) for actor in scene.own}
    for head in scene.actors:
        for tail in scene.actors:
            if head is not tail and (head.entity.type, tail.entity.type) in known:
                pair = _closest(head, tail)
                if pair.apart < _FAR or id(head) in own:
                    yield pair


def _closest(head: Actor, tail: Actor) -> Pair:
    def order(both: tuple[Place, Place]) -> tuple[int, bool, int, int]:
        one, other = both
        gap = max(one.start, other.start) - min(one.end, other.end)
        return abs(one.sentence - other.sentence), one.sentence == 0, gap, one.start

    one, other = min(product(head.places, tail.places), key=order)
    return Pair(head, tail, one, other, abs(one.sentence - other.sentence))


def features(pair: Pair, scene: Scene) -> dict[str, float]:
    """Describe a pair: its head, its tail, and what stands between them.

    The three do not overlap, so that a linear classifier may score heads and tails once for all
    their pairs.

    :param pair: The pair.
    :param scene: Where it stands.
    :returns: Features by name.
    """
    return {
        **head_features(pair.head, scene),
        **tail_features(pair.tail, scene),
        **pair_features(pair, scene),
    }


def head_features(head: Actor, scene: Scene) -> dict[str, float]:
    """Describe an entity as head of any pair."""
    return {
        f"head ends {key(head.entity.name).rpartition(' ')[2]}": 0.5,
        f"head sure {_step(head.entity.confidence)}": 1.0,
        "head odds": log_odds(head.entity.confidence) / 2,
        f"head often {min(4, len(head.places))}": 1.0,
        f"own {min(3, len(scene.own))}": 1.0,
    }


def tail_features(tail: Actor, scene: Scene) -> dict[str, float]:
    """Describe an entity as tail of any pair.

    Its surroundings count too: they may speak of the paper's own system without its name.
    """
    found = {
        f"tail ends {key(tail.entity.name).rpartition(' ')[2]}": 0.5,
        f"tail sure {_step(tail.entity.confidence)}": 1.0,
        "tail odds": log_odds(tail.entity.confidence) / 2,
        f"tail often {min(4, len(tail.places))}": 1.0,
    }
    context = scene.context
    for rank, place in enumerate([p for p in tail.places if p.sentence][:2]):
        first, stop = context.sentences[place.sentence]
        before = context.words[max(first, place.start - 3) : place.start]
        weight = 0.6 if rank else 1.0
        for word in before:
            found[f"tail after {word}"] = weight * 0.6
        if before:
            found[f"tail just after {' '.join(before[-2:])}"] = weight
        for hint in context.hints_between(first, place.start):
            found[f"tail hint < {hint}"] = weight
        for hint in context.hints_between(place.end, stop):
            found[f"tail hint > {hint}"] = weight
        found[f"tail sentence {' '.join(context.words[first : first + 2])}"] = 0.5
    return found


def pair_features(pair: Pair, scene: Scene) -> dict[str, float]:
    """Describe what neither head nor tail says alone."""
    head, tail, apart = pair.head, pair.tail, min(_FAR, pair.apart)
    goes = f"{apart}{'<>'[pair.head_at.start < pair.tail_at.start]}"
    both = len(head.sentences & tail.sentences)
    titles = f"title {0 in head.sentences} {0 in tail.sentences}"
    sure = head.entity.confidence * tail.entity.confidence
    found = {
        f"apart {goes}": 1.0,
        f"shared {min(3, both)}": 1.0,
        f"rank {min(3, head.rank)} {min(3, tail.rank)}": 1.0,
        titles: 1.0,
        f"shapes {outline(head.entity.name)} {outline(tail.entity.name)}": 0.7,
        f"sure {_step(sure)}": 1.0,
        "odds": log_odds(sure) / 2,
    }
    if head.words & tail.words:
        found["share a word"] = 1.0
        if tail.words < head.words:
            found["head holds tail"] = 1.0
    if scene.own and scene.own[0] is head:
        found["own first"] = found[f"own first {apart}"] = 1.0
    places = (
        "",
        goes,
        f"rank {min(2, head.rank)} {min(2, tail.rank)}",
        f"shared {min(2, both)}",
        titles,
    )
    for (one, share), (other, part) in product(head.parts, tail.parts):
        for place in places:
            found[f"roles {one} {other} {place}"] = share * part
    if apart < _FAR:
        _add_words(found, pair, scene, goes)
    return found


def _step(share: float) -> int:
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
