"""Component that runs the token patterns of the rule files with spaCy's matcher.

A pattern stands in ``rules/<type>.toml`` under ``[[pattern]]``; its ``tokens`` are in the words of
spaCy's ``Matcher``. Where it has a ``keep``, the half-open range of matched tokens that is the
mention, counted from the end if negative, the rest is context. Where it has ``opens``, it counts
only at the beginning of the text, which is the title.
"""

from __future__ import annotations

import re
from operator import index
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from spacy.language import Language
from spacy.matcher import Matcher

from kg import ontology as ontologies
from kg.errors import OntologyError
from kg.mentions.candidates import Candidate, keep
from kg.recognizer.tokens import sentences

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from spacy.tokens import Doc
    from spacy.vocab import Vocab

__all__ = ["make_patterns"]


@Language.factory("kg_patterns", default_config={"ontology": ""})
def make_patterns(nlp: Language, name: str, ontology: str) -> Callable[[Doc], Doc]:
    """Make the component from the rules of an ontology folder.

    :raises OntologyError: If an entry is no pattern, or has none that spaCy takes.
    """
    found = ontologies.load(Path(ontology) if ontology else None)
    patterns = []
    for type_name in found.type_names:
        for rule in found.rules(type_name.lower()).get("pattern", ()):
            try:
                patterns.append(_read(rule, type_name, nlp.vocab))
            except (KeyError, TypeError, ValueError, re.error) as err:
                name = rule.get("id", "pattern") if isinstance(rule, dict) else "pattern"
                raise OntologyError(f"rules/{type_name.lower()}.toml", name, _told(err)) from err

    def component(doc: Doc) -> Doc:
        keep(doc, name, sorted(_candidates(doc, patterns)))
        return doc

    return component


class _Pattern(NamedTuple):
    """A rule; a sentence in which none of the words of its anchor stands cannot match it."""

    rule: str
    type: str
    matcher: Matcher
    anchor: frozenset[str]
    kept: slice
    opens: bool


def _read(rule: Any, type_name: str, vocab: Vocab) -> _Pattern:
    matcher = Matcher(vocab, validate=True)
    matcher.add(rule["id"], [rule["tokens"]], greedy="LONGEST")
    first, *rest = map(index, rule.get("keep", [0]))
    kept = slice(first, rest[0] if rest else None)
    opens = bool(rule.get("opens"))
    return _Pattern(rule["id"], type_name, matcher, _anchor(rule["tokens"]), kept, opens)


def _told(err: Exception) -> str:
    """Say why an entry is no pattern, and what can be done."""
    reason = " ".join(str(err).split())[:160]
    if isinstance(err, KeyError):
        return f"has no {reason}; add it"
    kind = "REGEX is no regular expression: " if isinstance(err, re.error) else ""
    return f"no pattern of spaCy: {kind}{reason}; mend it"


def _anchor(tokens: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    """Collect words of which one must stand where a pattern matches; empty if none need stand."""
    for token in tokens:
        if "OP" in token:
            continue
        for attribute in ("LOWER", "NORM"):
            wanted = token.get(attribute, {})
            words = [wanted] if isinstance(wanted, str) else wanted.get("IN", ())
            if words:
                return frozenset(words)
    return frozenset()


def _candidates(doc: Doc, patterns: Sequence[_Pattern]) -> Iterator[Candidate]:
    for first, stop in sentences(doc):
        sentence = doc[first:stop]
        words = {form for token in sentence for form in (token.lower_, token.norm_)}
        for pattern in patterns:
            if (pattern.opens and sentence.start) or (
                pattern.anchor and pattern.anchor.isdisjoint(words)
            ):
                continue
            for _, start, end in pattern.matcher(sentence):
                inner = range(sentence.start + start, sentence.start + end)[pattern.kept]
                if inner and not (pattern.opens and start):
                    yield Candidate(inner.start, inner.stop, pattern.type, pattern.rule)
