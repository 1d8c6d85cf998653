"""Entities kept or dropped by how likely the paper speaks of such a thing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kg.entities.describe import entity_features

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.model import Document, Entity
    from kg.recognizer.recognizer import Recognizer

__all__ = ["KEPT", "likely"]

KEPT = "entity"
"""Name of the classifier that tells whether a paper speaks of an entity."""


def likely(document: Document, entities: Sequence[Entity], recognizer: Recognizer) -> list[Entity]:
    """Keep what the paper likely speaks of.

    :param document: Where the mentions stand.
    :param entities: Entities of the document.
    :param recognizer: Has the classifier and its threshold, one for each type where they differ.
    :returns: Those that reach the threshold, each with its confidence, in their order; entities of
        a type that the recognizer has not learned stay as they are. Without a classifier all are
        kept, as sure as their surest mention.
    """
    classifier, thresholds = recognizer.classifiers.get(KEPT), recognizer.thresholds
    if classifier is None:
        return [replace(e, confidence=max(m.confidence for m in e.mentions)) for e in entities]
    kept = []
    for entity in entities:
        if entity.type not in recognizer.network.types:
            kept.append(entity)
            continue
        share = classifier.probability(entity_features(document, entity, entities))
        if share >= thresholds.get(f"{KEPT} {entity.type}", thresholds[KEPT]):
            kept.append(replace(entity, confidence=share))
    return kept
