"""The classifiers that weigh spans, pairs of names, entities and roles: how they are trained.

Each looks only at what it will meet: predictions for papers that the network which made them had
not been trained on, and, behind another classifier, what that one lets through for papers that it
had not been trained on either (stacking by cross-fitting, Wolpert 1992).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING, Any

from kg.entities.describe import entity_features
from kg.entities.join import JOINED, join
from kg.entities.pairs import forms, may_agree, pair_features
from kg.entities.resolve import resolve
from kg.entities.role_features import Context, role_features
from kg.entities.roles import PART
from kg.entities.weigh import KEPT
from kg.evaluation.alignment import Comparable, align, compare_key, share_surface
from kg.mentions import abbreviated
from kg.mentions.detect import WEIGHED, proposals, weighed
from kg.normalize import key
from kg.recognizer.classifier import BIAS, Classifier
from kg.recognizer.recognizer import Recognizer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from kg.mentions.proposals import Proposal
    from kg.model import Document, Entity, Mention
    from kg.ontology import Ontology
    from kg.training.corpus import Paper

    Row = tuple[dict[str, float], str]

__all__ = ["Case", "fit", "train"]

_NO, _YES = "no", "yes"
_STRENGTHS = {WEIGHED: 0.1, JOINED: 0.1, KEPT: 0.1, PART: 0.07}
_SMALL = 0.02  # weights below it are left out
_SEEN = 3  # examples in which a feature must be seen
_SURE = 9.0  # weight for the only answer
_GRID = tuple(x / 100 for x in range(20, 61, 2))


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


def fit(rows: Sequence[Row], *, strength: float = 0.1) -> Classifier:
    """Fit a logistic regression.

    :param rows: Features and label of each example.
    :param strength: Inverse of the regularisation (L2).
    :returns: The classifier; of two labels the later one in the alphabet is the yes.
    :raises ValueError: If there are fewer than two labels.
    """
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression

    seen = Counter(name for features, _ in rows for name in features)
    vectorizer = DictVectorizer()
    table = vectorizer.fit_transform(
        [{k: v for k, v in features.items() if seen[k] >= _SEEN} for features, _ in rows]
    )
    model = LogisticRegression(C=strength, max_iter=3000)
    model.fit(table, [answer for _, answer in rows])
    columns, biases = model.coef_.T, model.intercept_
    weights: dict[str, tuple[float, ...]] = {BIAS: _rounded(biases, len(model.classes_))}
    for name, column in zip(vectorizer.feature_names_, columns, strict=True):
        if abs(column).max() >= _SMALL:
            weights[name] = _rounded(column, len(model.classes_))
    return Classifier([str(c) for c in model.classes_], weights)


def _learned(rows: Sequence[Row], stage: str, answers: tuple[str, ...] = (_NO, _YES)) -> Classifier:
    """Fit the classifier of a stage; where there is nothing to learn, the usual answer is sure.

    :param rows: Features and label of each example.
    :param stage: Name of the classifier.
    :param answers: What it may answer; without an example it gives the first.
    """
    given = Counter(answer for _, answer in rows)
    seen = Counter(name for features, _ in rows for name in features)
    if len(given) > 1 and max(seen.values()) >= _SEEN:
        return fit(rows, strength=_STRENGTHS[stage])
    only = max(answers, key=lambda label: given[label])
    return Classifier(answers, {BIAS: tuple(_SURE * (label == only) for label in answers)})


def _rounded(values: Iterable[float], labels: int) -> tuple[float, ...]:
    found = tuple(round(float(value), 4) for value in values)
    return found if len(found) == labels else (0.0, *found)


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
    thresholds = {WEIGHED: 0.25, JOINED: 0.4, PART: 0.4}
    found = {}
    for half, other in (halves, halves[::-1]):  # each is weighed by what the other teaches
        spans = _learned([r for c in other for r in _span_rows(c)], WEIGHED)
        part = Recognizer(network, {WEIGHED: spans}, thresholds)
        for case in half:
            found[id(case)] = _mentions(case, part)
    pair_rows = [[r for case in half for r in _pair_rows(case, found[id(case)])] for half in halves]
    entities: list[tuple[Case, list[Entity]]] = []
    for place, half in enumerate(halves):
        pairs = _learned(pair_rows[1 - place], JOINED)
        part = Recognizer(network, {JOINED: pairs}, thresholds)
        for case in half:
            definitions = case.definitions()
            resolved = resolve(found[id(case)], definitions, ontology)
            joined = join(case.document, resolved, definitions, part)
            entities.append((case, joined))
    rows_of = [_entity_rows(case, joined) for case, joined in entities]
    kept_rows = [row for rows in rows_of for row in rows]
    classifiers = {
        WEIGHED: _learned([r for c in cases for r in _span_rows(c)], WEIGHED),
        JOINED: _learned([r for rows in pair_rows for r in rows], JOINED),
        KEPT: _learned(kept_rows, KEPT),
    }
    thresholds |= _thresholds(entities, rows_of, tell)
    for kind in ontology.type_names:
        rows = [r for c, joined in entities for r in _role_rows(c, joined, kind, ontology)]
        roles = sorted(role.name for role in ontology.roles_of(kind))
        roles.sort(key=lambda name: name != ontology.open_role.name)
        classifiers[f"{PART} {kind}"] = _learned(rows, PART, tuple(roles))
    tell(f"{len(kept_rows)} entities, {sum(a == _YES for _, a in kept_rows)} right")
    return Recognizer(network, classifiers, thresholds)


def _span_rows(case: Case) -> list[Row]:
    gold = {(s.start, s.end): s.type for s in case.paper.spans}
    return [
        (features, _YES if gold.get((p.start, p.end)) == p.type else _NO)
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
        (pair_features(a, b), _YES if one == other else _NO)
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
        (entity_features(case.document, entity, entities), _YES if place in right else _NO)
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
    entities: Sequence[tuple[Case, Sequence[Entity]]],
    rows_of: Sequence[Sequence[Row]],
    tell: Callable[[str], None],
) -> dict[str, float]:
    """Choose for each type the least probability: half of the best F1 that cross-fitting finds.

    For calibrated probabilities that is where F1 is highest (Lipton et al. 2014), and it depends
    less on the sample than the place of the maximum itself.
    """
    scored: dict[str, list[tuple[float, bool]]] = {}
    wanted: dict[str, int] = {}
    for place in (0, 1):
        other = [row for rows in rows_of[1 - place :: 2] for row in rows]
        model = _learned(other, KEPT)
        for (case, found), rows in zip(entities[place::2], rows_of[place::2], strict=True):
            for entity in case.paper.gold["entities"]:
                wanted[entity["type"]] = wanted.get(entity["type"], 0) + 1
            for entity, (features, answer) in zip(found, rows, strict=True):
                share = model.probability(features)
                scored.setdefault(entity.type, []).append((share, answer == _YES))
    chosen = {}
    for kind, pairs in sorted(scored.items()):
        best = 0.0
        for least in _GRID:
            kept = [right for share, right in pairs if share >= least]
            best = max(best, 2 * sum(kept) / max(1, len(kept) + wanted.get(kind, 0)))
        chosen[f"{KEPT} {kind}"] = round(best / 2, 2)
        tell(f"{kind}: F1 {best:.3f}")
    return {KEPT: 0.4, **chosen}
