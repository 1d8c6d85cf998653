"""Annotated papers as training data: words, sentences, and the spans that the annotation names."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kg import documents
from kg.markup import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from spacy.language import Language
    from spacy.tokens import Doc

    from kg.model import Record

__all__ = [
    "Labelled",
    "Paper",
    "edges",
    "fold_of",
    "label",
    "occurrences",
    "read",
    "read_paper",
    "tokenizer",
]


@dataclass(frozen=True, slots=True)
class Labelled:
    """A span of words that denotes an entity.

    :param start: Its first word.
    :param end: The word after its last.
    :param type: Entity type.
    :param role: Role of the entity.
    """

    start: int
    end: int
    type: str
    role: str


@dataclass(frozen=True, slots=True)
class Paper:
    """A text as words, with what is annotated in it.

    :param record: Title and abstract.
    :param words: The words, white space left out.
    :param places: Half-open range of characters of each word in the text without markup.
    :param sentences: Half-open ranges of word numbers; the first is the title.
    :param gold: The annotation; empty if there is none.
    :param spans: What it names, in the order of the text.
    :param hidden: Spans that teach nothing: a name inside a longer one that stands alone elsewhere.
    """

    record: Record
    words: tuple[str, ...]
    places: tuple[tuple[int, int], ...]
    sentences: tuple[tuple[int, int], ...]
    gold: Mapping[str, Any]
    spans: tuple[Labelled, ...] = ()
    hidden: frozenset[tuple[int, int]] = frozenset()


def tokenizer() -> Language:
    """Make the pipeline that cuts texts into words and sentences."""
    nlp = documents.blank()
    nlp.add_pipe("kg_sentences")
    return nlp


def read(
    records: Iterable[Record], gold: Mapping[str, Mapping[str, Any]], nlp: Language
) -> Iterator[Paper]:
    """Read annotated papers.

    :param records: Titles and abstracts.
    :param gold: Annotations by the id of their paper; papers without one are left out.
    :param nlp: What :func:`tokenizer` made.
    """
    for record in records:
        if record.id in gold:
            yield label(read_paper(record, nlp), gold[record.id])


def read_paper(record: Record, nlp: Language) -> Paper:
    """Cut a text into words.

    :returns: The paper without an annotation.
    """
    doc = nlp(plain(record.title, record.abstract).text)
    words = [token for token in doc if not token.is_space]
    places = tuple((token.idx, token.idx + len(token)) for token in words)
    return Paper(record, tuple(t.text for t in words), places, tuple(_sentences(doc)), {})


def _sentences(doc: Doc) -> Iterator[tuple[int, int]]:
    start = count = 0
    for token in doc:
        if token.is_sent_start and count > start:
            yield start, count
            start = count
        count += not token.is_space
    if count > start:
        yield start, count


def label(paper: Paper, gold: Mapping[str, Any]) -> Paper:
    """Find what an annotation names.

    :param paper: The paper.
    :param gold: A record as the annotation guidelines define it.
    :returns: The paper with spans.
    """
    text = plain(paper.record.title, paper.record.abstract).text
    starts = {start: n for n, (start, _) in enumerate(paper.places)}
    ends = {end: n + 1 for n, (_, end) in enumerate(paper.places)}
    found: dict[int, set[tuple[int, int]]] = defaultdict(set)
    for number, entity in enumerate(gold["entities"]):
        for mention in {_as_in(text, m) for m in entity["mentions"]}:
            for start, end in occurrences(text, mention):
                if start in starts and end in ends:
                    found[number].add((starts[start], ends[end]))
    everything = sorted({span for spans in found.values() for span in spans})
    inner = {s for s in everything if any(_is_within(s, other) for other in everything)}
    kept: dict[tuple[int, int], Labelled] = {}
    hidden: set[tuple[int, int]] = set()
    for number, spans in sorted(found.items()):
        entity = gold["entities"][number]
        alone = spans - inner
        hidden |= (spans & inner) if alone else set()
        for span in sorted(alone or spans):
            kept.setdefault(span, Labelled(*span, entity["type"], entity["role"]))
    return Paper(
        paper.record,
        paper.words,
        paper.places,
        paper.sentences,
        gold,
        tuple(kept[span] for span in sorted(kept)),
        frozenset(hidden - set(kept)),
    )


def _as_in(text: str, mention: str) -> str:
    return mention if mention in text else plain(mention).text or mention


def _is_within(span: tuple[int, int], other: tuple[int, int]) -> bool:
    return other[0] <= span[0] and span[1] <= other[1] and span != other


def occurrences(text: str, name: str) -> list[tuple[int, int]]:
    """Find a name in a text: between word boundaries, or where there is none, anywhere.

    >>> occurrences("EEG and EEGNet", "EEG"), occurrences("two EEGs", "EEG")
    ([(0, 3)], [(4, 7)])
    """
    before = r"(?<![^\W_])" if name[0].isalnum() else ""
    behind = r"(?![^\W_])" if name[-1].isalnum() else ""
    found = [m.span() for m in re.finditer(before + re.escape(name) + behind, text)]
    return found or [m.span() for m in re.finditer(re.escape(name), text)]


def fold_of(paper: Paper, folds: int) -> int:
    """Tell which fold a paper belongs to, whatever the others are."""
    return int(hashlib.sha256(paper.record.id.encode()).hexdigest(), 16) % folds


def edges(
    papers: Sequence[Paper], *, seen: int = 150, share: float = 0.001
) -> dict[str, list[str]]:
    """Count words that names do not have at their edges or in them.

    :param papers: Annotated papers.
    :param seen: How often a word must have been seen.
    :param share: Largest share of its uses that may be at an edge, and a third of that inside.
    :returns: Sorted words in lower case under ``first``, ``last`` and ``inside``.
    """
    count: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for paper in papers:
        lower = [word.lower() for word in paper.words]
        for word in lower:
            count[word][0] += 1
        for span in paper.spans:
            count[lower[span.start]][1] += 1
            count[lower[span.end - 1]][2] += 1
            for word in set(lower[span.start + 1 : span.end - 1]):
                count[word][3] += 1
    common = {word: c for word, c in sorted(count.items()) if c[0] >= seen}
    return {
        "first": [w for w, c in common.items() if c[1] <= c[0] * share],
        "last": [w for w, c in common.items() if c[2] <= c[0] * share],
        "inside": [
            w for w, c in common.items() if c[3] <= c[0] * share / 3 and c[1] + c[2] <= c[0] * share
        ],
    }
