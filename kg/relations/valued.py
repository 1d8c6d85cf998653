"""Reported results of one document, judged by trained classifiers.

One classifier tells which numbers are results and of which kind, and one for each slot what fills
it (:mod:`kg.relations.values` says what they look at). A number that is given for several measured
quantities is a result of each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.model import Result
from kg.relations.status import status_of
from kg.relations.values import filler_features, nearest, value_features, values

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

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
    for value in values(scene):
        shares = classifier.probabilities(value_features(value, scene))
        sure = 1 - shares.pop(UNREPORTED, 0.0)
        if sure < recognizer.thresholds[REPORTED] or not shares:
            continue
        kind = max(shares, key=lambda name: (shares[name], name))
        filled: dict[str, Actor] = {}
        measured: list[tuple[float, Actor]] = []
        for slot in scene.ontology.slots:
            ranked = _ranked(value, kind, slot.name, slot.type, scene, recognizer)
            if slot.is_measure:
                measured = [r for r in ranked if r[0] >= recognizer.thresholds[SEVERAL]]
                measured = measured or ranked[:1]
                measure = slot.name
            elif ranked:
                filled[slot.name] = ranked[0][1]
        for share, actor in measured:
            yield _result(value, kind, {**filled, measure: actor}, sure * share, scene)
        if not measured:
            bare = sure * recognizer.thresholds.get(BARE, 1.0)
            yield _result(value, kind, filled, bare, scene)


def _ranked(
    value: Value, kind: str, slot: str, type_name: str, scene: Scene, recognizer: Recognizer
) -> list[tuple[float, Actor]]:
    """List what may fill a slot, the likeliest first."""
    name = f"{FILLED} {slot}"
    classifier = recognizer.classifiers.get(name)
    if classifier is None:
        return []
    rivals = nearest((a for a in scene.actors if a.entity.type == type_name), value)
    scored = [
        (classifier.probability(filler_features(value, kind, actor, rivals, scene)), actor)
        for actor in rivals
    ]
    fitting = [one for one in scored if one[0] >= recognizer.thresholds[name]]
    return sorted(fitting, key=lambda one: (-one[0], one[1].places[0]))


def _result(
    value: Value, kind: str, filled: Mapping[str, Actor], confidence: float, scene: Scene
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
        quantity.unit,
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
