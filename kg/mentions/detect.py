"""Document to mentions: every detector's candidates, one policy for overlaps, no generic words."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from kg.lexicon import generic
from kg.mentions import abbreviated
from kg.mentions.candidates import Candidate, read
from kg.mentions.overlaps import settle
from kg.mentions.phrases import heads
from kg.model import Mention
from kg.normalize import key

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from spacy.tokens import Doc

    from kg.model import Document
    from kg.ontology import Ontology

__all__ = ["DETECTORS", "detect"]

_ABBREVIATIONS = "kg_abbreviations"
DETECTORS = ("ner", _ABBREVIATIONS, "kg_lexicon", "kg_patterns", "kg_phrases", "kg_names")
"""Detectors, the most trusted first."""

_LONGEST = 200  # characters; no name is longer
_UNKNOWN = 0.5  # confidence of a rule whose precision has not been counted


def detect(document: Document, ontology: Ontology) -> list[Mention]:
    """Find the mentions of a document.

    :param document: A document with spaCy's ``doc``.
    :param ontology: Names the types, the rules and the words that are never an entity.
    :returns: Mentions in the order of the text, none overlapping another; empty if there is none.

    >>> from kg import documents, ontology
    >>> from kg.model import Record
    >>> rules = ontology.load()
    >>> record = Record(id="p", title="A spiking neural network", abstract="It runs.")
    >>> [m.text for m in detect(documents.parse(record, documents.load(rules)), rules)]
    ['spiking neural network']
    """
    doc = document.doc
    if doc is None:
        return []
    stops, confidence = generic(ontology), _confidence(ontology)
    found = {name: list(_candidates(doc, name, ontology)) for name in DETECTORS}
    found[_ABBREVIATIONS] = list(_explained(doc, list(found.values())))
    mentions = []
    for candidate in settle(list(found.values())):
        span = doc[candidate.start : candidate.end]
        if len(span.text) > _LONGEST or key(span.text) in stops:
            continue
        sure = confidence.get(candidate.rule, _UNKNOWN)
        place = (span.start_char, span.end_char, span.text)
        mentions.append(Mention(candidate.type, *place, candidate.rule, sure))
    return mentions


def _candidates(doc: Doc, name: str, ontology: Ontology) -> Iterator[Candidate]:
    if name == "ner":
        for span in doc.ents:
            if span.label_ in ontology.type_names:
                yield Candidate(span.start, span.end, span.label_, "ner")
    else:
        yield from read(doc, name)


def _explained(doc: Doc, ranked: list[list[Candidate]]) -> Iterator[Candidate]:
    """Give an explained abbreviation and its long form one type, wherever the short form stands.

    The type is that of the longest candidate that ends where the long form ends, of the most
    trusted detector.
    """
    types: dict[str, str] = {}
    for long, short in abbreviated.pairs(doc):
        ending = [
            (c.start - c.end, rank, c.type)
            for rank, candidates in enumerate(ranked)
            for c in candidates
            if c.end == long.end and c.start >= long.start - 2
        ]
        if ending:
            type_name = min(ending)[2]
            types.setdefault(key(short.text), type_name)
            yield Candidate(long.start, long.end, type_name, "abbreviation.long")
    if types:
        for token in doc:
            if token.norm_ in types and any(c.isupper() for c in token.text):
                yield Candidate(token.i, token.i + 1, types[token.norm_], "abbreviation.short")


@lru_cache(maxsize=8)
def _confidence(ontology: Ontology) -> Mapping[str, float]:
    """Collect how sure each rule is, as the rule files state or their counts tell."""
    found = {h.rule: h.share for uses in heads(ontology).values() for h in uses.values()}
    for name in (*(t.lower() for t in ontology.type_names), "names", "entity"):
        for rules in ontology.rules(name).values():
            for rule in rules if isinstance(rules, list) else [rules]:
                if isinstance(rule, dict):
                    found[rule["id"]] = float(rule.get("confidence", _UNKNOWN))
    return found
