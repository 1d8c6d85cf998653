"""Reported results of one document, judged by trained classifiers.

One classifier tells which numbers are results and of which kind, and one for each slot what fills
it (:mod:`kg.relations.values` says what they look at). A number that is given for several measured
quantities is a result of each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.model import Result
from kg.relations.placed import GOING_ON, behind, echoed, here, in_parentheses, in_turn, sides
from kg.relations.settled import is_gain, is_of_rival, is_unsuited, settles
from kg.relations.status import status_of
from kg.relations.values import filler_features, nearest, value_features, values

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from kg.ontology import Slot
    from kg.recognizer.recognizer import Recognizer
    from kg.relations.pairs import Actor, Scene
    from kg.relations.values import Value

__all__ = ["BARE", "FILLED", "REPORTED", "RULE", "SEVERAL", "UNREPORTED", "appraise"]

REPORTED = "result"
"""Name of the classifier that tells results; it answers with a kind or :data:`UNREPORTED`."""

UNREPORTED = "none"
"""What it answers where a number is no result."""

FILLED = "slot"
"""Name of the classifiers that tell what fills a slot; the name of the slot follows."""

SEVERAL = "several"
"""Name of the threshold from which each measured quantity has a result of its own."""

BARE = "bare"
"""Name of the share of results without a measured quantity that truly have none."""

RULE = "recognizer"
"""Name that tells where these results come from."""


def appraise(scene: Scene, recognizer: Recognizer) -> Iterator[Result]:
    """Tell the results of a document.

    :param scene: Its entities, with roles.
    :param recognizer: Has the classifiers and their thresholds.
    :returns: Results in the order of the text; none if no number is one.
    """
    classifier = recognizer.classifiers[REPORTED]
    of_rivals: dict[tuple[int, int], str] = {}
    told: dict[Value, Actor] = {}
    of_measures = {slot.type for slot in scene.ontology.slots if slot.is_measure}
    measures = [actor for actor in scene.actors if actor.entity.type in of_measures]
    for value in values(scene):
        shares = classifier.probabilities(value_features(value, scene))
        sure = 1 - shares.pop(UNREPORTED, 0.0)
        if sure < recognizer.thresholds[REPORTED] or not shares:
            continue
        likeliest = max(shares, key=lambda name: (shares[name], name))
        settled = _settled(value, likeliest, of_rivals, scene)
        if settled == UNREPORTED:
            continue
        kind = settled or likeliest
        sure = sure if settled else shares[kind]
        earlier = echoed(value, here(measures, value))
        earlier = earlier if earlier in told else None
        unit = (earlier or value).quantity.unit
        filled: dict[str, Actor] = {}
        measured: list[tuple[float, Actor]] = []
        for slot in scene.ontology.slots:
            placed = told[earlier] if earlier and slot.is_measure else None
            placed = placed or _placed(value, kind, slot, scene)
            ranked = _ranked(value, kind, slot, scene, recognizer, placed, unit)
            if slot.is_measure:
                measured = [r for r in ranked if r[0] >= recognizer.thresholds[SEVERAL]]
                measured = measured or ranked[:1]
                measure = slot.name
            elif ranked:
                filled[slot.name] = ranked[0][1]
        if measured:
            told[value] = measured[0][1]
        for share, actor in measured:
            yield _result(value, kind, {**filled, measure: actor}, sure * share, scene, unit)
        if not measured:
            bare = sure * recognizer.thresholds.get(BARE, 1.0)
            yield _result(value, kind, filled, bare, scene, unit)


def _settled(
    value: Value, kind: str, of_rivals: dict[tuple[int, int], str], scene: Scene
) -> str | None:
    """Find the kind that the words around a number settle; None if they leave it as it seems.

    :param of_rivals: Settled kinds by series, where the value is that of a rival: what goes on
        with "and" is too. What is settled is added.
    """
    quantity = value.quantity
    found = settles(quantity, *sides(value, scene), kind, scene.ontology)
    series = id(value.peers), quantity.series
    if found is None:
        goes_on = quantity.series and quantity.joint in GOING_ON
        return of_rivals.get(series) if goes_on else None
    if is_of_rival(found.kind, scene.ontology):
        of_rivals[series] = found.kind
    return found.kind


def _ranked(
    value: Value,
    kind: str,
    slot: Slot,
    scene: Scene,
    recognizer: Recognizer,
    placed: Actor | None,
    unit: str,
) -> list[tuple[float, Actor]]:
    """List what may fill a slot, the likeliest first; where the place tells, it is that alone."""
    name = f"{FILLED} {slot.name}"
    classifier = recognizer.classifiers.get(name)
    if classifier is None:
        return []
    rivals = nearest((a for a in scene.actors if a.entity.type == slot.type), value)
    scored = [
        (classifier.probability(filler_features(value, kind, actor, rivals, scene)), actor)
        for actor in rivals
        if placed is None or actor is placed
    ]
    least = 0.0 if placed else recognizer.thresholds[name]
    if slot.is_measure:
        ontology = scene.ontology
        scored = [s for s in scored if not is_unsuited(s[1].entity.name, unit, ontology)]
    elif is_of_rival(kind, scene.ontology) and placed is None:
        own = {id(actor) for actor in scene.own}
        scored = [one for one in scored if id(one[1]) not in own]
    fitting = [one for one in scored if one[0] >= least]
    return sorted(fitting, key=lambda one: (-one[0], one[1].places[0]))


def _placed(value: Value, kind: str, slot: Slot, scene: Scene) -> Actor | None:
    """Find what fills a slot where the place of a number tells; None if it does not."""
    words = scene.context.words
    known = here([a for a in scene.actors if a.entity.type == slot.type], value)
    if slot.is_measure:
        return in_turn(value, known, words)
    if slot.type != scene.ontology.relations[0].heads[0]:
        return in_turn(value, known, words) or in_parentheses(value, known, words)
    if is_of_rival(kind, scene.ontology):
        return behind(value, known, words)
    # Systems that a series of gains follows are rather those that are beaten.
    return None if is_gain(kind, scene.ontology) else in_turn(value, known, words, ahead=True)


def _result(
    value: Value, kind: str, filled: Mapping[str, Actor], confidence: float, scene: Scene, unit: str
) -> Result:
    document, quantity = scene.context.document, value.quantity
    first, stop = document.sentences[value.sentence]
    inside = [
        mention
        for actor in filled.values()
        for mention in _nearest(actor, value)
        if first <= mention[0] and mention[1] <= stop
    ]
    start = min([first + quantity.start, *(m[0] for m in inside)])
    end = max([first + quantity.end, *(m[1] for m in inside)])
    return Result(
        quantity.text,
        quantity.number,
        unit,
        kind,
        tuple(
            (slot.name, filled[slot.name].entity.name)
            for slot in scene.ontology.slots
            if slot.name in filled
        ),
        start,
        end,
        RULE,
        status_of(document.text[start:end], scene.ontology),
        round(confidence, 4),
    )


def _nearest(actor: Actor, value: Value) -> Sequence[tuple[int, int]]:
    """Give the place of the mention in the sentence of a value that is nearest to it, if any."""
    here = [
        (abs(place.start - value.start), mention.start, mention.end)
        for place, mention in zip(actor.places, actor.entity.mentions, strict=True)
        if place.sentence == value.sentence
    ]
    return [min(here)[1:]] if here else []
