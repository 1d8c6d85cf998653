"""Candidates on a spaCy document: typed spans that a component proposes under the name of a rule.

A component leaves its candidates in ``doc.spans`` under its own name. The label of a span is the
entity type, its id the rule.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from spacy.tokens import Span, SpanGroup

if TYPE_CHECKING:
    from collections.abc import Iterable

    from spacy.tokens import Doc

__all__ = ["Candidate", "keep", "read"]


class Candidate(NamedTuple):
    """A span of tokens with the type that a rule gives it."""

    start: int
    end: int
    type: str
    rule: str


def keep(doc: Doc, name: str, candidates: Iterable[Candidate]) -> None:
    """Leave candidates on a document.

    :param doc: The document; ``doc.spans[name]`` is set.
    :param name: Name of the component.
    :param candidates: What it proposes.
    """
    spans = [Span(doc, c.start, c.end, label=c.type, span_id=c.rule) for c in candidates]
    doc.spans[name] = SpanGroup(doc, name=name, spans=spans)


def read(doc: Doc, name: str) -> list[Candidate]:
    """Read what a component left on a document; empty if it left nothing."""
    if name not in doc.spans:
        return []
    return [Candidate(s.start, s.end, s.label_, s.id_) for s in doc.spans[name]]
