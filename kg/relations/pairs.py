"""Pairs of entities as features: what speaks for a relation between the two.

A pair is looked at where its mentions stand closest: the words between them, before the first and
behind the second, what else stands between, the roles with their probabilities, and which others
of their type come earlier. Words that hint at a relation stand in ``rules/relations.toml`` under
``[words]``.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from kg.normalize import key
from kg.recognizer.context import Context, sentence_number
from kg.recognizer.features import log_odds
from kg.relations.circumstances import (
    FAR,
    circumstance,
    circumstance_features,
    circumstance_scores,
    own_features,
    role_names,
    role_scores,
    step,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kg.model import Document, Entity
    from kg.ontology import Ontology
    from kg.recognizer.classifier import Classifier

__all__ = [
    "Actor",
    "Pair",
    "Place",
    "Scene",
    "features",
    "head_features",
    "pair_features",
    "pair_scores",
    "pairs",
    "tail_features",
]

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
                if pair.apart < FAR or id(head) in own:
                    yield pair


def _closest(head: Actor, tail: Actor) -> Pair:
    def order(both: tuple[Place, Place]) -> tuple[int, bool, int, int]:
        one, other = both
        gap = max(one.start, other.start) - min(one.end, other.end)
        return abs(one.sentence - other.sentence), one.sentence == 0, gap, one.start

    both = list(product(head.places, tail.places))
    one, other = min(both, key=order) if len(both) > 1 else both[0]
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
        f"head sure {step(head.entity.confidence)}": 1.0,
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
        f"tail sure {step(tail.entity.confidence)}": 1.0,
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
    found = circumstance(pair, scene)
    named = circumstance_features(found)
    for (one, share), (other, part) in product(pair.head.parts, pair.tail.parts):
        named.update(dict.fromkeys(role_names(one, other, found), share * part))
    return named | own_features(pair, scene, found)


def pair_scores(pair: Pair, scene: Scene, classifier: Classifier) -> list[Sequence[float]]:
    """Score what :func:`pair_features` describes.

    :returns: Scores that add up to those of all features.
    """
    found = circumstance(pair, scene)
    scores: list[Sequence[float]] = [
        circumstance_scores(found, classifier),
        classifier.scores(own_features(pair, scene, found)),
    ]
    found = found.of_roles()
    for (one, share), (other, part) in product(pair.head.parts, pair.tail.parts):
        both = share * part
        scores.append([score * both for score in role_scores(one, other, found, classifier)])
    return scores
