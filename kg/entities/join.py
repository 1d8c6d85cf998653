"""Entities of one document joined where their names denote one thing, though no rule says so.

Average-link clustering: the surest pair first, and two groups become one only if their entities
agree on average, so that no chain of lookalikes forms.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING

from kg.entities.apart import Apart
from kg.entities.pairs import forms, may_agree, pair_features
from kg.lexicon import terms_of
from kg.normalize import key

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kg.entities.pairs import Form
    from kg.model import Document, Entity, Mention
    from kg.ontology import Ontology
    from kg.recognizer.recognizer import Recognizer

__all__ = ["JOINED", "join"]

JOINED = "pair"
"""Name of the classifier that tells whether two surface forms denote one thing."""

_ON_AVERAGE = 0.25


def join(
    document: Document,
    entities: Sequence[Entity],
    definitions: Iterable[tuple[str, str]],
    ontology: Ontology,
    recognizer: Recognizer,
) -> list[Entity]:
    """Join entities that are one.

    :param document: Where their mentions stand.
    :param entities: Entities as the rules resolve them, in the order of their first mention.
    :param definitions: Pairs of long and short form that the text defines.
    :param ontology: Has the lexicon: what it lists as two terms are two.
    :param recognizer: Has the classifier and its threshold.
    :returns: Entities in the order of their first mention; each mention still belongs to exactly
        one. The fullest of the joined names is the name. Without the classifier, none is joined.
    """
    if JOINED not in recognizer.classifiers:
        return list(entities)
    definitions = list(definitions)
    long_of = {key(short): key(long) for long, short in definitions}
    mentions = sorted((m for e in entities for m in e.mentions), key=lambda m: (m.start, m.end))
    forms_of = _forms_of(document, entities, mentions, long_of)
    shares = _shares(forms_of, ontology, recognizer)
    if not shares:
        return list(entities)
    told: Apart | None = None
    groups = {place: [place] for place in range(len(entities))}
    group_of = list(range(len(entities)))
    for (one, other), share in sorted(shares.items(), key=lambda item: (-item[1], item[0])):
        if share < recognizer.thresholds[JOINED]:
            break
        first, second = sorted((group_of[one], group_of[other]))
        if first == second:
            continue
        pairs = [(min(a, b), max(a, b)) for a in groups[first] for b in groups[second]]
        across = [shares.get(pair, 0.0) for pair in pairs]
        if sum(across) / len(across) < _ON_AVERAGE:
            continue
        told = told or Apart(document, mentions, definitions, ontology)
        if not any(told.tell(forms_of[a], forms_of[b]) for a, b in pairs):
            for place in groups[second]:
                group_of[place] = first
            groups[first] += groups.pop(second)
    return [_joined([entities[place] for place in sorted(group)]) for group in groups.values()]


def _forms_of(
    document: Document,
    entities: Sequence[Entity],
    mentions: Sequence[Mention],
    long_of: dict[str, str],
) -> list[list[Form]]:
    found = forms(document, mentions, long_of)
    return [
        [found[e.type, name] for name in dict.fromkeys(key(m.text) for m in e.mentions)]
        for e in entities
    ]


def _shares(
    forms_of: Sequence[Sequence[Form]], ontology: Ontology, recognizer: Recognizer
) -> dict[tuple[int, int], float]:
    """Tell for pairs of entities how likely they are one: by their likeliest pair of forms."""
    classifier = recognizer.classifiers[JOINED]
    terms = terms_of(ontology)
    found: dict[tuple[int, int], float] = defaultdict(float)
    listed = [
        {terms[f.type, f.key] for f in forms if (f.type, f.key) in terms} for forms in forms_of
    ]
    for (one, ours), (other, theirs) in combinations(enumerate(forms_of), 2):
        if ours[0].type != theirs[0].type:
            continue
        if listed[one] and listed[other] and listed[one].isdisjoint(listed[other]):
            continue
        for a in ours:
            for b in theirs:
                if may_agree(a, b):
                    share = classifier.probability(pair_features(a, b))
                    found[one, other] = max(found[one, other], share)
    return found


def _joined(group: Sequence[Entity]) -> Entity:
    if len(group) == 1:
        return group[0]
    fullest = max(group, key=lambda e: (len(e.name.split()), len(e.name), e.name))
    mentions = sorted((m for e in group for m in e.mentions), key=lambda m: (m.start, m.end))
    return replace(group[0], name=fullest.name, mentions=tuple(mentions))
