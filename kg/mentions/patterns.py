"""Component that runs the token patterns of the rule files with spaCy's matcher.

A pattern stands in ``rules/<type>.toml`` under ``[[pattern]]``; its ``tokens`` are in the words of
spaCy's ``Matcher``. Where it has a ``keep``, the half-open range of matched tokens that is the
mention, counted from the end if negative, the rest is context. Where it has ``opens``, it counts
only at the beginning of the text, which is the title.
"""

from __future__ import annotations

import re
from functools import lru_cache
from operator import index
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from spacy.language import Language
from spacy.matcher import Matcher

from kg import ontology as ontologies
from kg.errors import OntologyError
from kg.mentions.candidates import Candidate, keep
from kg.recognizer.tokens import sentences, tokens

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
    """A rule; a sentence that has no word of an anchor, or none of a form, has no match."""

    rule: str
    type: str
    matcher: Matcher
    anchors: tuple[frozenset[str], ...]
    forms: tuple[Callable[[str], bool], ...]
    kept: slice
    opens: bool


def _read(rule: Any, type_name: str, vocab: Vocab) -> _Pattern:
    matcher = Matcher(vocab, validate=True)
    matcher.add(rule["id"], [rule["tokens"]], greedy="LONGEST")
    first, *rest = map(index, rule.get("keep", [0]))
    kept = slice(first, rest[0] if rest else None)
    opens = bool(rule.get("opens"))
    anchors, forms = _anchors(rule["tokens"]), tuple(_forms(rule["tokens"]))
    return _Pattern(rule["id"], type_name, matcher, anchors, forms, kept, opens)


def _told(err: Exception) -> str:
    """Say why an entry is no pattern, and what can be done."""
    reason = " ".join(str(err).split())[:160]
    if isinstance(err, KeyError):
        return f"has no {reason}; add it"
    kind = "REGEX is no regular expression: " if isinstance(err, re.error) else ""
    return f"no pattern of spaCy: {kind}{reason}; mend it"


def _anchors(wanted: Sequence[Mapping[str, Any]]) -> tuple[frozenset[str], ...]:
    """Collect words of which one must stand where a pattern matches, for each of its tokens."""
    found = []
    for token in wanted:
        if "OP" in token:
            continue
        for attribute in ("LOWER", "NORM"):
            told = token.get(attribute, {})
            words = [told] if isinstance(told, str) else told.get("IN", ())
            if words:
                found.append(frozenset(words))
    return tuple(found)


def _forms(wanted: Sequence[Mapping[str, Any]]) -> Iterator[Callable[[str], bool]]:
    """Make tests of which a token must pass one for each that a pattern has a form for."""
    for token in wanted:
        told = token.get("TEXT")
        if "OP" not in token and isinstance(told, dict) and isinstance(told.get("REGEX"), str):
            yield _form(re.compile(told["REGEX"]))


def _form(form: re.Pattern[str]) -> Callable[[str], bool]:
    @lru_cache(maxsize=16384)  # words come again
    def fits(text: str) -> bool:
        return form.search(text) is not None

    return fits


def _candidates(doc: Doc, patterns: Sequence[_Pattern]) -> Iterator[Candidate]:
    known = tokens(doc)
    for first, stop in sentences(doc):
        sentence = doc[first:stop]
        words = {*known.lowers[first:stop], *known.norms[first:stop]}
        for pattern in patterns:
            if (pattern.opens and first) or any(a.isdisjoint(words) for a in pattern.anchors):
                continue
            if not all(any(map(fits, known.texts[first:stop])) for fits in pattern.forms):
                continue
            for _, start, end in pattern.matcher(sentence):
                inner = range(first + start, first + end)[pattern.kept]
                if inner and not (pattern.opens and start):
                    yield Candidate(inner.start, inner.stop, pattern.type, pattern.rule)
