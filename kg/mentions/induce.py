"""Count, on annotated papers, which words begin no name and which heads tell a type.

This makes ``rules/boundaries.txt`` and ``rules/heads.tsv``: plain counting, which a person can read
and correct. A word is a boundary if it stands more often before an annotated name than inside one.
A head is kept if the phrases that end in it are annotated, as they are and with one type, often
enough.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from kg.mentions.occurrences import occurrences, places
from kg.mentions.phrases import PhraseRules, left_edge, use_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from spacy.language import Language
    from spacy.tokens import Doc

    from kg.ontology import Ontology

__all__ = ["Counted", "annotate", "count"]

_WORD = re.compile(r"[^\W_][\w.+#]+")


class Counted(NamedTuple):
    """What was counted: boundary words, and lines of (head, use, type, right, seen)."""

    boundaries: list[str]
    heads: list[tuple[str, str, str, int, int]]


def annotate(doc: Doc, gold: dict[str, Any]) -> dict[tuple[int, int], str]:
    """Place the annotated mentions of a record on its tokens, none overlapping another.

    :param doc: The text of the record, without markup.
    :param gold: A record of the annotation: entities with type and mentions.
    :returns: For each span of tokens its type; the longest win where annotations overlap.
    """
    tokens = places(doc)
    spans = {
        (*span, entity["type"])
        for entity in gold["entities"]
        for span in occurrences(doc.text, entity["mentions"], tokens)
    }
    placed: dict[tuple[int, int], str] = {}
    taken: set[int] = set()
    for start, end, type_name in sorted(spans, key=lambda s: (s[0] - s[1], s)):
        if taken.isdisjoint(range(start, end)):
            taken.update(range(start, end))
            placed[start, end] = type_name
    return placed


def count(
    records: Iterable[tuple[str, dict[str, Any]]],
    nlp: Language,
    ontology: Ontology,
    *,
    share: float = 0.3,
    uses: int = 3,
    papers_least: int = 2,
) -> Counted:
    """Count boundary words and heads on annotated papers.

    :param records: Pairs of text (title, line feed, abstract, without markup) and annotation.
    :param nlp: A pipeline whose tokens carry their comparison key as norm.
    :param ontology: Names the types.
    :param share: Least share of right uses of a head.
    :param uses: Least number of uses of a head.
    :param papers_least: Least number of papers that use it, so that no paper makes a head.
    :returns: Both lists, sorted.
    """
    papers = [(doc := nlp.make_doc(text), annotate(doc, gold)) for text, gold in records]
    phrase_rules = ontology.rules("phrases")
    stops = _boundaries(papers)
    rules = PhraseRules(stops, frozenset(phrase_rules["announcing"]), phrase_rules["distance"])
    right: Counter[tuple[str, str, str]] = Counter()
    seen: Counter[tuple[str, str]] = Counter()
    witnesses: Counter[tuple[str, str]] = Counter()
    candidates = {doc[end - 1].norm_ for doc, spans in papers for _, end in spans}
    candidates = {c for c in candidates if _WORD.fullmatch(c)}
    for doc, spans in papers:
        norms = [t.norm_ for t in doc]
        here = set()
        for index, norm in enumerate(norms):
            if norm in candidates:
                start = left_edge(doc, norms, index, stops)
                use = use_of(doc, start, index, rules)
                seen[norm, use] += 1
                here.add((norm, use))
                if (start, index + 1) in spans:
                    right[norm, use, spans[start, index + 1]] += 1
        witnesses.update(here)
    heads = []
    for (word, use), total in sorted(seen.items()):
        best = max(ontology.type_names, key=lambda t: right[word, use, t])
        hits = right[word, use, best]
        if total >= uses and witnesses[word, use] >= papers_least and hits / total >= share:
            heads.append((word, use, best, hits, total))
    return Counted(sorted(stops), heads)


def _boundaries(papers: Sequence[tuple[Doc, dict[tuple[int, int], str]]]) -> frozenset[str]:
    inside: Counter[str] = Counter()
    before: Counter[str] = Counter()
    for doc, spans in papers:
        for start, end in spans:
            inside.update(t.norm_ for t in doc[start : end - 1])
            if start and doc[start - 1].text[0].isalnum():
                before[doc[start - 1].norm_] += 1
    return frozenset(w for w, n in before.items() if n > inside[w])
