"""Relations between the entities of one document, judged by a trained classifier for each pair.

There is a classifier for each two types that relations join (:mod:`kg.relations.pairs` says what it
looks at). It tells which relation holds, if one does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.model import ASSERTED, Relation
from kg.relations.pairs import head_features, pair_scores, pairs, tail_features
from kg.relations.status import status_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.model import EntityKey
    from kg.recognizer.recognizer import Recognizer
    from kg.relations.pairs import Pair, Scene

__all__ = ["LINKED", "RULE", "UNLINKED", "judge", "linked_by", "surest"]

LINKED = "relation"
"""Name of the classifiers that tell relations; the types of head and tail follow after blanks."""

RULE = "recognizer"
"""Name that tells where these relations come from."""

UNLINKED = "none"
"""What they answer where no relation holds."""


def linked_by(recognizer: Recognizer) -> frozenset[str]:
    """List the relations that a recognizer has learned; empty if it has learned none."""
    known = (c for name, c in recognizer.classifiers.items() if name.startswith(f"{LINKED} "))
    return frozenset(label for c in known for label in c.labels if label != UNLINKED)


def surest(relation: Relation) -> tuple[object, ...]:
    """Give the key by which relations are sorted, what is stated and sure first."""
    kept = (relation.status != ASSERTED, -relation.confidence, relation.start, relation.rule)
    return (*kept, relation.head, relation.tail)


def judge(scene: Scene, recognizer: Recognizer) -> tuple[list[Relation], int]:
    """Tell the relations of a document.

    :param scene: Its entities, with roles.
    :param recognizer: Has the classifiers and their threshold.
    :returns: At most one relation for each two entities, the likeliest in either order, in no
        order; and the number of those that the ontology does not allow.
    """
    found: dict[frozenset[EntityKey], Relation] = {}
    rejected = 0
    known = {relation.name for relation in scene.ontology.relations}
    ahead: dict[tuple[int, str], Sequence[float]] = {}
    behind: dict[tuple[int, str], Sequence[float]] = {}
    for pair in pairs(scene):
        head, tail = pair.head, pair.tail
        name = f"{LINKED} {head.entity.type} {tail.entity.type}"
        classifier = recognizer.classifiers.get(name)
        if classifier is None:
            continue
        first, last = (id(head), name), (id(tail), name)
        if first not in ahead:
            ahead[first] = classifier.scores(head_features(head, scene))
        if last not in behind:
            behind[last] = classifier.scores(tail_features(tail, scene))
        between = pair_scores(pair, scene, classifier)
        shares = classifier.shares(ahead[first], behind[last], *between)
        share, kind = max(
            (one for one in zip(shares, classifier.labels, strict=True) if one[1] != UNLINKED),
            default=(0.0, UNLINKED),
        )
        if share < recognizer.thresholds[LINKED]:
            continue
        if kind not in known or not scene.ontology.allows(head.entity.type, kind, tail.entity.type):
            rejected += 1
            continue
        both = frozenset((head.entity.key, tail.entity.key))
        one = _relation(pair, kind, share, scene)
        found[both] = min(found.get(both, one), one, key=surest)
    return list(found.values()), rejected


def _relation(pair: Pair, kind: str, share: float, scene: Scene) -> Relation:
    """Give a relation its evidence.

    That is the sentence of both. Where the two stand in no sentence together, it is that of the
    tail if the head is what the paper contributes, so that the text need not name it; else all from
    the first to the second.
    """
    document = scene.context.document
    spans = document.sentences
    start, end = spans[pair.tail_at.sentence]
    mentions = [pair.tail.entity.mentions[pair.tail.places.index(pair.tail_at)]]
    if pair.apart == 0 or pair.head not in scene.own:
        mentions.append(pair.head.entity.mentions[pair.head.places.index(pair.head_at)])
        other = spans[pair.head_at.sentence]
        start, end = min(start, other[0]), max(end, other[1])
    first = start if len(mentions) < 2 else min(m.start for m in mentions)
    clause = document.text[first : max(m.end for m in mentions)]
    return Relation(
        pair.head.entity.key,
        kind,
        pair.tail.entity.key,
        start,
        end,
        RULE,
        status_of(clause, scene.ontology),
        share,
    )
