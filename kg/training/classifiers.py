"""The classifiers of all stages, from spans to facts: how they are trained.

Each looks only at what it will meet: predictions for papers that the network which made them had
not been trained on, and, behind another classifier, what that one lets through for papers that it
had not been trained on either (stacking by cross-fitting, Wolpert 1992).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING, Any, TypeAlias

from kg.entities.describe import entity_features
from kg.entities.join import JOINED, join
from kg.entities.pairs import forms, may_agree, pair_features
from kg.entities.resolve import resolve
from kg.entities.role_features import role_features
from kg.entities.roles import PART, assign_roles
from kg.entities.weigh import KEPT, likely
from kg.evaluation.alignment import Comparable, align, compare_key, share_surface
from kg.mentions import abbreviated
from kg.mentions.detect import WEIGHED, proposals, weighed
from kg.normalize import key
from kg.recognizer.context import Context
from kg.recognizer.recognizer import Recognizer
from kg.training.facts import Reading, learn_facts
from kg.training.fitting import NO, YES, best_threshold, learned

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from kg.mentions.proposals import Proposal
    from kg.model import Document, Entity, EntityKey, Mention
    from kg.ontology import Ontology
    from kg.recognizer.classifier import Classifier
    from kg.training.corpus import Paper
    from kg.training.fitting import Row

__all__ = ["Case", "train"]

_STRENGTHS = {WEIGHED: 0.1, JOINED: 0.1, KEPT: 0.1, PART: 0.07}


@dataclass(slots=True)
class Case:
    """An annotated paper with what a network saw in it that was not trained on it.

    :param paper: The paper.
    :param document: The same as a document that all components looked at.
    :param network: The recognizer that looked at it.
    """

    paper: Paper
    document: Document
    network: Recognizer
    proposals: list[Proposal] = field(default_factory=list)
    described: list[dict[str, float]] = field(default_factory=list)

    def definitions(self) -> list[tuple[str, str]]:
        """List the abbreviations that the text defines."""
        assert self.document.doc is not None  # noqa: S101
        return [(a.text, b.text) for a, b in abbreviated.pairs(self.document.doc)]

    def gold(self) -> list[Comparable]:
        """List the annotated entities in the form in which they are compared."""
        return [Comparable.of(entity) for entity in self.paper.gold["entities"]]


Told: TypeAlias = "tuple[Case, list[Entity]]"
"""An annotated paper, and what is found in it."""


def train(cases: Sequence[Case], ontology: Ontology, tell: Callable[[str], None]) -> Recognizer:
    """Train all classifiers.

    :param cases: Annotated papers, each with the network that did not learn from it.
    :param ontology: Has rules, types and roles.
    :param tell: Is told how it goes, a line at a time.
    :returns: The network of the first case with the classifiers.
    """
    for case in cases:
        assert case.document.doc is not None  # noqa: S101
        case.proposals, case.described = proposals(case.document.doc, ontology, case.network)
    halves = (cases[::2], cases[1::2])
    network = cases[0].network.network
    thresholds: dict[str, float] = {WEIGHED: 0.25, JOINED: 0.4, PART: 0.3}
    found = {}
    for half, other in (halves, halves[::-1]):  # each is weighed by what the other teaches
        spans = learned([r for c in other for r in _span_rows(c)], _STRENGTHS[WEIGHED])
        part = Recognizer(network, {WEIGHED: spans}, thresholds)
        for case in half:
            found[id(case)] = _mentions(case, part)
    pair_rows = [[r for case in half for r in _pair_rows(case, found[id(case)])] for half in halves]
    joined: list[list[Told]] = [[], []]
    for place, half in enumerate(halves):
        pairs = learned(pair_rows[1 - place], _STRENGTHS[JOINED])
        part = Recognizer(network, {JOINED: pairs}, thresholds)
        for case in half:
            definitions = case.definitions()
            resolved = resolve(found[id(case)], definitions, ontology)
            joined[place].append((case, join(case.document, resolved, definitions, ontology, part)))
    rows_of = [[_entity_rows(*told) for told in half] for half in joined]
    kept_rows = [[row for rows in half for row in rows] for half in rows_of]
    kept = [learned(rows, _STRENGTHS[KEPT]) for rows in kept_rows]
    thresholds |= _thresholds(joined, rows_of, kept, tell)
    told: list[list[Told]] = [[], []]
    for place, found_there in enumerate(joined):
        parts = {KEPT: kept[1 - place], **_roles(joined[1 - place], ontology)}
        part = Recognizer(network, parts, thresholds)
        for case, entities in found_there:
            likely_ones = likely(case.document, entities, part)
            told[place].append((case, assign_roles(case.document, likely_ones, ontology, part)))
    classifiers = {
        WEIGHED: learned([r for c in cases for r in _span_rows(c)], _STRENGTHS[WEIGHED]),
        JOINED: learned([r for rows in pair_rows for r in rows], _STRENGTHS[JOINED]),
        KEPT: learned([*kept_rows[0], *kept_rows[1]], _STRENGTHS[KEPT]),
        **_roles([*joined[0], *joined[1]], ontology),
    }
    facts, more = learn_facts(_halves_of(told), ontology, tell)
    everything = [answer for rows in kept_rows for _, answer in rows]
    tell(f"{len(everything)} entities, {everything.count(YES)} right")
    return Recognizer(network, classifiers | facts, thresholds | more)


def _roles(told: Sequence[Told], ontology: Ontology) -> dict[str, Classifier]:
    """Learn the roles of each type."""
    classifiers = {}
    for kind in ontology.type_names:
        rows = [row for case, found in told for row in _role_rows(case, found, kind, ontology)]
        roles = sorted(role.name for role in ontology.roles_of(kind))
        roles.sort(key=lambda name: name != ontology.open_role.name)
        classifiers[f"{PART} {kind}"] = learned(rows, _STRENGTHS[PART], tuple(roles))
    return classifiers


def _halves_of(told: Sequence[Sequence[Told]]) -> list[list[Reading]]:
    return [
        [
            Reading(case.document, case.paper.gold, entities, _names(case, entities))
            for case, entities in half
        ]
        for half in told
    ]


def _names(case: Case, entities: Sequence[Entity]) -> dict[EntityKey, str]:
    """Tell the annotated names of entities that the annotation has."""
    gold = case.paper.gold["entities"]
    return {entities[at].key: gold[n]["name"] for n, at in _aligned(case, entities).items()}


def _span_rows(case: Case) -> list[Row]:
    gold = {(s.start, s.end): s.type for s in case.paper.spans}
    return [
        (features, YES if gold.get((p.start, p.end)) == p.type else NO)
        for p, features in zip(case.proposals, case.described, strict=True)
        if (p.start, p.end) not in case.paper.hidden
    ]


def _mentions(case: Case, part: Recognizer) -> list[Mention]:
    shares = [part.classifiers[WEIGHED].probability(d) for d in case.described]
    return weighed(case.proposals, shares, part, part.thresholds[WEIGHED])


def _pair_rows(case: Case, mentions: Sequence[Mention]) -> list[Row]:
    """Pair up forms that the annotation knows, and say whether it has them as one."""
    owner: dict[tuple[str, str], int] = {}
    for number, entity in enumerate(case.paper.gold["entities"]):
        for surface in (*entity["mentions"], entity["name"]):
            owner.setdefault((entity["type"], compare_key(surface)), number)
    long_of = {key(short): key(long) for long, short in case.definitions()}
    known = [
        (form, owner[form.type, name])
        for form in forms(case.document, mentions, long_of).values()
        if (form.type, name := compare_key(form.mentions[0].text)) in owner
    ]
    return [
        (pair_features(a, b), YES if one == other else NO)
        for (a, one), (b, other) in combinations(known, 2)
        if may_agree(a, b)
    ]


def _as_gold(entity: Entity) -> dict[str, Any]:
    return {"type": entity.type, "name": entity.name, "mentions": list(entity.surfaces)}


def _aligned(case: Case, entities: Sequence[Entity]) -> Mapping[int, int]:
    found = [Comparable.of(_as_gold(entity)) for entity in entities]
    return align(case.gold(), found, agree=share_surface)


def _entity_rows(case: Case, entities: Sequence[Entity]) -> list[Row]:
    right = set(_aligned(case, entities).values())
    return [
        (entity_features(case.document, entity, entities), YES if place in right else NO)
        for place, entity in enumerate(entities)
    ]


def _role_rows(case: Case, entities: Sequence[Entity], kind: str, ontology: Ontology) -> list[Row]:
    context = Context(case.document, ontology)
    return [
        (role_features(entities[place], context), case.paper.gold["entities"][number]["role"])
        for number, place in sorted(_aligned(case, entities).items())
        if entities[place].type == kind
    ]


def _thresholds(
    joined: Sequence[Sequence[Told]],
    rows_of: Sequence[Sequence[Sequence[Row]]],
    kept: Sequence[Classifier],
    tell: Callable[[str], None],
) -> dict[str, float]:
    """Choose for each type the least probability, judging each half by what the other teaches."""
    scored: dict[str, list[tuple[float, bool]]] = {}
    wanted: Counter[str] = Counter()
    for place, half in enumerate(joined):
        for (case, found), rows in zip(half, rows_of[place], strict=True):
            wanted.update(entity["type"] for entity in case.paper.gold["entities"])
            for entity, (features, answer) in zip(found, rows, strict=True):
                share = kept[1 - place].probability(features)
                scored.setdefault(entity.type, []).append((share, answer == YES))
    chosen = {KEPT: 0.4}
    for kind, pairs in sorted(scored.items()):
        chosen[f"{KEPT} {kind}"], best = best_threshold(pairs, wanted[kind])
        tell(f"{kind}: F1 {best:.3f}")
    return chosen
