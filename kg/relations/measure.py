"""Reported results: numbers of a document, tied to what they measure, of what, and on what.

A number is a result where a measured quantity stands in its sentence, or where it is a percentage
or a factor in a sentence that reports. What a slot is filled with stands in the same sentence, the
nearest first; a slot that nothing fills stays empty.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from kg.model import Result
from kg.relations.quantities import Quantity, find
from kg.relations.status import own_system, speaks_of_own, status_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from kg.model import Document, Entity, Mention, Span
    from kg.ontology import Ontology

__all__ = ["ResultRules", "measure"]

_FAR = 120  # characters; what stands farther from a number is not what it measures


@dataclass(frozen=True)
class ResultRules:
    """What ``rules/results.toml`` says."""

    id: str
    confidence: float
    units: tuple[str, ...]
    refuse_before: re.Pattern[str]
    refuse_after: re.Pattern[str]
    year: re.Pattern[str]
    reports: re.Pattern[str]
    kinds: Mapping[str, re.Pattern[str]]
    kinds_after: Mapping[str, re.Pattern[str]]
    of_rivals: frozenset[str]
    whole_paper: frozenset[str]


class _Spoken(NamedTuple):
    type: str
    name: str
    mention: Mention


def measure(document: Document, entities: Sequence[Entity], ontology: Ontology) -> list[Result]:
    """Read the results of a document by rules.

    :param document: Where the numbers stand; its title is not read.
    :param entities: Entities of the document, with roles.
    :param ontology: Has the slots of a result and the rules.
    :returns: Results in the order of the text; empty if none is reported.
    """
    rules = _rules(ontology)
    system = own_system(entities, ontology)
    spoken = sorted(
        (_Spoken(e.type, e.name, m) for e in entities for m in e.mentions),
        key=lambda s: s.mention.start,
    )
    only = _only_ones(entities, rules, ontology)
    results: list[Result] = []
    for span in document.sentences[1:]:
        quantities = list(find(document.text[span[0] : span[1]], rules.units))
        if quantities:
            here = [s for s in spoken if span[0] <= s.mention.start and s.mention.end <= span[1]]
            results += _of_sentence(document, span, quantities, here, system, only, rules, ontology)
    return results


def _of_sentence(
    document: Document,
    span: Span,
    quantities: Sequence[Quantity],
    here: Sequence[_Spoken],
    system: Entity | None,
    only: Mapping[str, _Spoken],
    rules: ResultRules,
    ontology: Ontology,
) -> Iterator[Result]:
    text = document.text
    sentence = text[span[0] : span[1]]
    measured = next(slot.type for slot in ontology.slots if slot.is_measure)
    names_measure = any(s.type == measured for s in here)
    for quantity in quantities:
        start, end = span[0] + quantity.start, span[0] + quantity.end
        before, after = text[span[0] : start], text[end : span[1]]
        if (
            any(s.mention.start < end and start < s.mention.end for s in here)
            or _is_refused(quantity, before, after, rules)
            or not (names_measure or (quantity.unit and rules.reports.search(sentence)))
            or (_is_bare(quantity) and not _is_beside(here, measured, start))
        ):
            continue
        kind = _kind(quantity, before, after, rules)
        fillers = dict(_fill(here, start, end, text, ontology))
        if system:
            speaks = speaks_of_own(sentence, ontology)
            _fill_own(fillers, system, here, kind in rules.of_rivals, speaks, ontology)
        for slot, spoken in only.items():
            fillers.setdefault(slot, spoken)
        inside = [f.mention for f in fillers.values() if span[0] <= f.mention.start < span[1]]
        clause = (
            min([start, *(m.start for m in inside)]),
            max([end, *(m.end for m in inside)]),
        )
        order = [s.name for s in ontology.slots]
        yield Result(
            quantity.text,
            quantity.number,
            quantity.unit,
            kind,
            tuple((slot, fillers[slot].name) for slot in order if slot in fillers),
            *clause,
            rules.id,
            status_of(text[clause[0] : clause[1]], ontology),
            rules.confidence,
        )


def _fill_own(
    fillers: dict[str, _Spoken],
    system: Entity,
    here: Sequence[_Spoken],
    is_of_rival: bool,
    speaks_of_own: bool,
    ontology: Ontology,
) -> None:
    """Let the paper's own system fill its slot, or keep it out where the value is of a rival."""
    slot = next(s.name for s in ontology.slots if s.type == system.type)
    own = [s for s in here if (s.type, s.name) == system.key]
    if is_of_rival:
        if slot in fillers and fillers[slot].name == system.name:
            del fillers[slot]
    elif own or slot not in fillers or speaks_of_own:
        fillers[slot] = own[0] if own else _Spoken(*system.key, system.mentions[0])


def _only_ones(
    entities: Sequence[Entity], rules: ResultRules, ontology: Ontology
) -> dict[str, _Spoken]:
    """Fill the slots whose type the paper has only one entity of, where the rules allow that."""
    found = {}
    for slot in ontology.slots:
        alike = [e for e in entities if e.type == slot.type]
        if slot.name in rules.whole_paper and len(alike) == 1:
            found[slot.name] = _Spoken(*alike[0].key, alike[0].mentions[0])
    return found


def _is_refused(quantity: Quantity, before: str, after: str, rules: ResultRules) -> bool:
    if rules.refuse_after.search(after) or rules.refuse_before.search(before):
        return True
    return not quantity.unit and rules.year.search(quantity.text) is not None


def _is_bare(quantity: Quantity) -> bool:
    return not quantity.unit and "." not in quantity.number


def _is_beside(here: Sequence[_Spoken], measured: str, start: int) -> bool:
    """Say whether a measured quantity stands directly before a bare whole number."""
    gaps = [start - s.mention.end for s in here if s.type == measured and s.mention.end <= start]
    return bool(gaps) and min(gaps) <= len(" of about ")


def _fill(
    here: Sequence[_Spoken], start: int, end: int, text: str, ontology: Ontology
) -> Iterator[tuple[str, _Spoken]]:
    for slot in ontology.slots:
        near = [
            (gap, s.mention.start, s)
            for s in here
            if s.type == slot.type and (gap := _gap(s.mention, start, end, text)) <= _FAR
        ]
        if near:
            yield slot.name, min(near)[2]


def _gap(mention: Mention, start: int, end: int, text: str) -> int:
    """Measure how far a mention stands from a number; other numbers between count as more."""
    is_before = mention.end <= start
    between = text[mention.end : start] if is_before else text[end : mention.start]
    gap = len(between) + 15 * sum(c.isdigit() for c in between) + 10 * between.count(",")
    # What stands in parentheses belongs to what stands before them.
    return gap + (0 if is_before else _FAR // 2 * between.count(")"))


def _kind(quantity: Quantity, before: str, after: str, rules: ResultRules) -> str:
    for kind, pattern in rules.kinds_after.items():
        if pattern.search(after):
            return kind
    for kind, pattern in rules.kinds.items():
        if pattern.search(before):
            return kind
    if quantity.unit == "x" or quantity.text.startswith("+"):
        return next(iter(rules.kinds_after))
    return "absolute"


@lru_cache(maxsize=8)
def _rules(ontology: Ontology) -> ResultRules:
    rules = ontology.rules("results")

    def compiled(table: Mapping[str, str]) -> dict[str, re.Pattern[str]]:
        return {name: re.compile(text, re.IGNORECASE) for name, text in table.items()}

    told = compiled({f: rules[f] for f in ("refuse_before", "refuse_after", "year", "reports")})
    return ResultRules(
        id=rules["id"],
        confidence=float(rules["confidence"]),
        units=tuple(rules["units"]),
        refuse_before=told["refuse_before"],
        refuse_after=told["refuse_after"],
        year=told["year"],
        reports=told["reports"],
        kinds=compiled(rules["kinds"]),
        kinds_after=compiled(rules["kind_after"]),
        of_rivals=frozenset(rules["of_rivals"]),
        whole_paper=frozenset(rules["whole_paper"]),
    )
