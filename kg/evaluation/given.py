"""Annotated entities as if they had been extracted, so that later stages can be judged alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kg.markup import plain
from kg.mentions.occurrences import find
from kg.model import Entity, Mention

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kg.model import Document, Span

__all__ = ["RULE", "given_entities"]

RULE = "given"
"""Name that tells that an entity was given, not found."""


def given_entities(document: Document, annotation: Mapping[str, Any]) -> list[Entity]:
    """Find the entities of an annotation in a text, with the roles that it gives them.

    :param document: The text.
    :param annotation: A record as the annotation guidelines define it.
    :returns: Its entities in their order, sure ones; those that the text does not name are left
        out.

    >>> from kg.model import Document, Record
    >>> document = Document(Record(id="p", title="A net", abstract="Nets."), ((0, 5), (6, 11)))
    >>> net = {"type": "Method", "name": "net", "mentions": ["net"], "role": "used"}
    >>> [e.name for e in given_entities(document, {"entities": [net]})]
    ['net']
    """
    found = []
    for entity in annotation.get("entities", ()):
        text, kind = document.text, entity["type"]
        places = [
            span
            for form in dict.fromkeys(entity.get("mentions") or [entity["name"]])
            for span in find(text, form if form in text else plain(form).text)
        ]
        mentions = tuple(Mention(kind, *s, text[s[0] : s[1]], RULE) for s in _apart(places))
        if mentions:
            found.append(Entity(kind, entity["name"], mentions, entity["role"], RULE))
    return found


def _apart(places: list[Span]) -> list[Span]:
    """Keep the longest of places that overlap, from the left."""
    kept: list[Span] = []
    for span in sorted(set(places), key=lambda s: (s[0], -s[1])):
        if not kept or span[0] >= kept[-1][1]:
            kept.append(span)
    return kept
