"""Try every rule on its examples and counterexamples.

An example marks what the rule finds with square brackets; the first line of an example of a role is
a title. Examples of relations speak of entities that the file names.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from kg import documents
from kg.documents import COMPONENTS
from kg.entities.roles import cues_of, fitting
from kg.errors import OntologyError
from kg.mentions.candidates import read
from kg.model import Entity, Mention, Record
from kg.relations.kinds import read_kinds
from kg.relations.quantities import find
from kg.relations.relate import relate
from kg.relations.settled import is_unsuited, settles
from kg.relations.status import status_of
from kg.rules.forms import NAMED, Fault, entries, faults

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spacy.language import Language

    from kg.model import Document
    from kg.ontology import Ontology

__all__ = ["Fault", "check"]

_MARKED = re.compile(r"\[(.*?)\]", re.DOTALL)


def check(ontology: Ontology) -> list[Fault]:
    """Try every rule of an ontology on its own examples.

    :param ontology: Whose folder holds the rules.
    :returns: What is wrong, in the order of the files; empty if every rule has the form that it
        needs, fires on its examples, and on none of its counterexamples. Where the form of a rule
        is wrong, no rule is tried.

    >>> from kg import ontology
    >>> check(ontology.load())
    []
    """
    if found := list(faults(ontology)):
        return found
    try:
        trial = _Trial(ontology)
    except OntologyError as err:
        return [Fault(err.path, err.key, err.reason)]
    return list(trial.faults())


class _Trial:
    """The pipeline that examples are put through."""

    def __init__(self, ontology: Ontology) -> None:
        self.ontology = ontology
        self.nlp: Language = documents.load(ontology)

    def faults(self) -> Iterator[Fault]:
        types = [name.lower() for name in self.ontology.type_names]
        tables = [(name, "pattern", self.mention) for name in types]
        tables += [("names", "default", self.mention), ("names", "cue", self.mention)]
        tables += [("roles", "cue", self.role), ("relations", "rule", self.relation)]
        tables += [("relations", "status", self.status), ("kinds", "rule", self.kind)]
        tables += [("results", "settle", self.settled), ("results", "suited", self.suited)]
        for file, table, try_one in tables:
            for entry in entries(self.ontology, file, table):
                for text, should_fire in _examples(entry):
                    if reason := try_one(entry, text, should_fire):
                        yield Fault(f"rules/{file}.toml", entry["id"], f"{reason} in {text!r}")

    def parse(self, marked: str) -> tuple[Document, tuple[int, int] | None]:
        """Parse an example, and say where its square brackets stood."""
        match = _MARKED.search(marked)
        place = None if match is None else (match.start(), match.end() - 2)
        title, _, abstract = _MARKED.sub(r"\1", marked, count=1).partition("\n")
        return documents.parse(Record(id="x", title=title, abstract=abstract), self.nlp), place

    def mention(self, rule: dict[str, Any], text: str, should_fire: bool) -> str:
        document, place = self.parse(text)
        assert document.doc is not None  # noqa: S101
        found = [c for name in COMPONENTS for c in read(document.doc, name)]
        spans = [document.doc[c.start : c.end] for c in found if c.rule == rule["id"]]
        fired = {(span.start_char, span.end_char) for span in spans}
        if not should_fire:
            return "fires" if fired else ""
        if place is None:
            return "nothing is marked with brackets"
        told = ", ".join(sorted(repr(span.text) for span in spans)) or "nothing"
        return "" if place in fired else f"finds {told} instead of what is marked"

    def role(self, rule: dict[str, Any], text: str, should_fire: bool) -> str:
        document, place = self.parse(text)
        if place is None:
            return "nothing is marked with brackets"
        cues = tuple(c for c in cues_of(rule["type"], self.ontology)[0] if c.rule == rule["id"])
        mention = Mention(rule["type"], *place, document.text[slice(*place)], rule["id"])
        fired = next(fitting(document, mention, rule["type"], cues), None) is not None
        return _verdict(fired=fired, should_fire=should_fire)

    def named(self, rule: dict[str, Any], text: str) -> tuple[Document, list[Entity]]:
        """Parse an example, and find the entities that it speaks of."""
        document, _ = self.parse(f"A title\n{text}")
        entities = [
            Entity(kind, name, (Mention(kind, *found.span(), name, rule["id"]),), role)
            for name, (kind, role) in self.ontology.rules("relations").get(NAMED, {}).items()
            if (found := re.search(rf"(?<!\w){re.escape(name)}(?!\w)", document.text))
        ]
        return document, entities

    def relation(self, rule: dict[str, Any], text: str, should_fire: bool) -> str:
        document, entities = self.named(rule, text)
        if len(entities) < 2:
            return f"fewer than two of the entities that [{NAMED}] lists are"
        related = relate(document, entities, self.ontology).relations
        fired = any(found.rule == rule["id"] for found in related)
        return _verdict(fired=fired, should_fire=should_fire)

    def kind(self, rule: dict[str, Any], text: str, should_fire: bool) -> str:
        document, entities = self.named(rule, text)
        if len(entities) < 2:
            return f"fewer than two of the entities that [{NAMED}] lists are"
        kinds = read_kinds(document, entities, self.ontology)
        fired = any(found.rule == rule["id"] for found in kinds)
        return _verdict(fired=fired, should_fire=should_fire)

    def status(self, rule: dict[str, Any], text: str, should_fire: bool) -> str:
        fired = status_of(text, self.ontology) == rule["name"]
        return _verdict(fired=fired, should_fire=should_fire)

    def settled(self, rule: dict[str, Any], text: str, should_fire: bool) -> str:
        match = _MARKED.search(text)
        plain = _MARKED.sub(r"\1", text, count=1)
        units = tuple(self.ontology.rules("results")["units"])
        number = next((q for q in find(plain, units) if match and q.start == match.start()), None)
        if number is None:
            return "no number is marked with brackets"
        kind = next(iter(rule.get("of", ("",))))
        sides = plain[: number.start], plain[number.stop :]
        found = settles(number, *sides, kind, self.ontology)
        return _verdict(
            fired=found is not None and found.rule == rule["id"], should_fire=should_fire
        )

    def suited(self, rule: dict[str, Any], text: str, should_fire: bool) -> str:
        name, _, unit = text.partition(":")
        if not re.search(rule["measures"], name, re.IGNORECASE):
            return "does not speak of what is named"
        is_suited = not is_unsuited(name, unit.strip(), self.ontology)
        return _verdict(fired=is_suited, should_fire=should_fire)


def _examples(rule: dict[str, Any]) -> list[tuple[str, bool]]:
    return [(text, True) for text in rule["examples"]] + [(text, False) for text in rule["not"]]


def _verdict(*, fired: bool, should_fire: bool) -> str:
    if fired is should_fire:
        return ""
    return "does not fire" if should_fire else "fires"
