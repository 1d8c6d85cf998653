"""The classifiers that tell relations and results: how they are trained.

They learn from annotated entities and from those that the stages before find in papers that they
had not been trained on: the first teach how facts are worded, the second how far names and roles
can be trusted.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from kg.evaluation.given import given_entities
from kg.evaluation.scoring import number
from kg.markup import plain
from kg.relations.judged import LINKED, UNLINKED
from kg.relations.pairs import Scene, features, pairs
from kg.relations.valued import BARE, FILLED, REPORTED, SEVERAL, UNREPORTED
from kg.relations.values import filler_features, nearest, value_features, values
from kg.training.fitting import NO, YES, best_threshold, learned

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from kg.model import Document, Entity, EntityKey
    from kg.ontology import Ontology, Slot
    from kg.recognizer.classifier import Classifier
    from kg.relations.values import Value
    from kg.training.fitting import Row

__all__ = ["Reading", "learn_facts"]

_STRENGTHS = {LINKED: 0.05, REPORTED: 0.1, FILLED: 0.1}
_NOTHING = {UNLINKED, UNREPORTED, NO}  # where all answers are one of these, nothing is to be told
_EVEN = 0.5
_FILLS = 0.25  # the best filler is right more often than no filler, also where it is not likely
_GRID = tuple(x / 20 for x in range(1, 11))  # least probabilities of a filler that are tried


class Reading(NamedTuple):
    """Entities of an annotated paper, as annotated or as found.

    :param document: The paper.
    :param gold: Its annotation.
    :param entities: Its entities, with roles.
    :param names: Annotated names of those that the annotation has.
    """

    document: Document
    gold: Mapping[str, Any]
    entities: Sequence[Entity]
    names: Mapping[EntityKey, str]


class _Answered(NamedTuple):
    """Features of an example, its answer, and the classifier that it is for."""

    classifier: str
    features: dict[str, float]
    answer: str


def learn_facts(
    halves: Sequence[Sequence[Reading]], ontology: Ontology, tell: Callable[[str], None]
) -> tuple[dict[str, Classifier], dict[str, float]]:
    """Train the classifiers of relations and results.

    :param halves: The papers with what was found in them; thresholds are chosen by judging each
        half by what the other teaches.
    :param ontology: Has relations and slots.
    :param tell: Is told how it goes, a line at a time.
    :returns: The classifiers and their thresholds; none if no relation is annotated.
    """
    wanted = sum(len(reading.gold.get("relations", ())) for half in halves for reading in half)
    if not wanted:
        return {}, {}
    found = [[_answered(reading, ontology) for reading in half] for half in halves]
    given = [[_answered(_as_given(reading), ontology) for reading in half] for half in halves]
    crossed = [_classifiers([*found[place], *given[place]]) for place in (0, 1)]
    scored = [
        _judged(crossed[1 - place].get(name), described, answer)
        for place, half in enumerate(found)
        for rows in half
        for name, described, answer in rows
        if name.startswith(f"{LINKED} ")
    ]
    thresholds = {REPORTED: _EVEN, SEVERAL: _EVEN}
    for slot in ontology.slots:
        least = _FILLS if slot.is_measure else _least_of_fillers(halves, crossed, slot, ontology)
        thresholds[f"{FILLED} {slot.name}"] = least
    least, best = best_threshold(scored, wanted)
    thresholds[BARE] = _share_of_bare(halves, crossed, ontology)
    thresholds[LINKED] = least or _EVEN  # where nothing is right, not everything is kept
    tell(f"relations: F1 {best:.3f}")
    return _classifiers([rows for half in (*found, *given) for rows in half]), thresholds


def _share_of_bare(
    halves: Sequence[Sequence[Reading]],
    crossed: Sequence[Mapping[str, Classifier]],
    ontology: Ontology,
) -> float:
    """Tell how often a result for which no measured quantity is found is annotated without one."""
    slot = next(slot for slot in ontology.slots if slot.is_measure)
    seen = [0, 0]
    for place, half in enumerate(halves):
        judge = crossed[1 - place].get(f"{FILLED} {slot.name}")
        for reading in half:
            scene = Scene(reading.document, reading.entities, ontology)
            known = list(values(scene))
            for at, results in _results_of(reading, known).items():
                rows = _slot_rows(reading, scene, known[at], results, slot)
                if not judge or all(judge.probability(row.features) < _FILLS for row in rows):
                    seen[0] += results[0].get(slot.name) is None
                    seen[1] += 1
    return round(seen[0] / max(1, seen[1]), 4)


def _least_of_fillers(
    halves: Sequence[Sequence[Reading]],
    crossed: Sequence[Mapping[str, Classifier]],
    slot: Slot,
    ontology: Ontology,
) -> float:
    """Choose how likely a filler must be: most results get the right one, or rightly none."""
    seen: list[tuple[float, bool, bool]] = []
    for place, half in enumerate(halves):
        judge = crossed[1 - place].get(f"{FILLED} {slot.name}")
        if judge is None:
            continue
        for reading in half:
            scene = Scene(reading.document, reading.entities, ontology)
            known = list(values(scene))
            for at, results in _results_of(reading, known).items():
                rows = list(_slot_rows(reading, scene, known[at], results, slot))
                if rows:
                    scored = ((judge.probability(r.features), r.answer == YES) for r in rows)
                    seen.append((*max(scored), results[0].get(slot.name) is None))

    def right(least: float) -> int:
        return sum(is_right if share >= least else is_bare for share, is_right, is_bare in seen)

    return max(_GRID, key=lambda least: (right(least), -abs(least - _FILLS)))


def _as_given(reading: Reading) -> Reading:
    entities = given_entities(reading.document, reading.gold)
    names = {entity.key: entity.name for entity in entities}
    return reading._replace(entities=entities, names=names)


def _classifiers(papers: Sequence[Sequence[_Answered]]) -> dict[str, Classifier]:
    rows: dict[str, list[Row]] = defaultdict(list)
    for paper in papers:
        for name, described, answer in paper:
            rows[name].append((described, answer))
    return {
        name: learned(examples, _STRENGTHS[name.partition(" ")[0]], tuple(sorted(answers)))
        for name, examples in sorted(rows.items())
        if (answers := {answer for _, answer in examples}) - _NOTHING
    }


def _judged(
    classifier: Classifier | None, described: Mapping[str, float], answer: str
) -> tuple[float, bool]:
    """Tell how likely the likeliest relation of a pair is, and whether it is right."""
    shares = classifier.probabilities(described) if classifier else {}
    shares.pop(UNLINKED, None)
    best = max(shares, key=lambda label: (shares[label], label), default=UNLINKED)
    return shares.get(best, 0.0), best == answer


def _answered(reading: Reading, ontology: Ontology) -> list[_Answered]:
    scene = Scene(reading.document, reading.entities, ontology)
    return [*_relation_rows(reading, scene), *_result_rows(reading, scene)]


def _relation_rows(reading: Reading, scene: Scene) -> Iterator[_Answered]:
    symmetric = {r.name for r in scene.ontology.relations if r.is_symmetric}
    stated = {}
    for fact in reading.gold.get("relations", ()):
        if fact["type"] in symmetric:
            stated[fact["tail"], fact["head"]] = fact["type"]
    for fact in reading.gold.get("relations", ()):
        stated[fact["head"], fact["tail"]] = fact["type"]
    for pair in pairs(scene):
        head, tail = pair.head.entity, pair.tail.entity
        both = reading.names.get(head.key, ""), reading.names.get(tail.key, "")
        name = f"{LINKED} {head.type} {tail.type}"
        yield _Answered(name, features(pair, scene), stated.get(both, UNLINKED))


def _result_rows(reading: Reading, scene: Scene) -> Iterator[_Answered]:
    known = list(values(scene))
    told = _results_of(reading, known)
    for place, value in enumerate(known):
        results = told.get(place, [])
        kind = results[0]["kind"] if results else UNREPORTED
        yield _Answered(REPORTED, value_features(value, scene), kind)
        if results:
            for slot in scene.ontology.slots:
                yield from _slot_rows(reading, scene, value, results, slot)


def _slot_rows(
    reading: Reading,
    scene: Scene,
    value: Value,
    results: Sequence[Mapping[str, Any]],
    slot: Slot,
) -> Iterator[_Answered]:
    fillers = {result.get(slot.name) for result in results}
    rivals = nearest((a for a in scene.actors if a.entity.type == slot.type), value)
    for actor in rivals:
        fills = reading.names.get(actor.entity.key, "") in fillers
        described = filler_features(value, results[0]["kind"], actor, rivals, scene)
        yield _Answered(f"{FILLED} {slot.name}", described, YES if fills else NO)


def _results_of(
    reading: Reading, known: Sequence[Value]
) -> Mapping[int, Sequence[Mapping[str, Any]]]:
    """Find the number that each annotated result means: an equal one, best in its quote."""
    text, spans = reading.document.text, reading.document.sentences
    found = defaultdict(list)
    for result in reading.gold.get("results", ()):
        if not result.get("kind"):
            continue  # teaches nothing
        stated, quote = number(result.get("value")), result.get("text") or ""
        quote = quote if quote in text else plain(quote).text
        start = max(0, text.find(quote)) if quote else 0
        fitting = [
            (not start <= at < start + len(quote), abs(at - start), place)
            for place, value in enumerate(known)
            if number(value.quantity.text) == stated
            for at in (spans[value.sentence][0] + value.quantity.start,)
        ]
        if fitting:
            found[min(fitting)[2]].append(result)
    return found
