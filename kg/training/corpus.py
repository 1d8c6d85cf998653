"""Annotated papers as training data: words, sentences, and the spans that the annotation names."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kg import documents
from kg.errors import KGError
from kg.markup import plain
from kg.mentions import recognized
from kg.mentions.occurrences import occurrences, places

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from spacy.language import Language

    from kg.model import Record

__all__ = [
    "Labelled",
    "Paper",
    "edges",
    "fold_of",
    "label",
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
    :returns: The papers in the order of the records.
    :raises KGError: If an entity has no role or no mentions.
    """
    for record in records:
        if record.id in gold:
            yield label(read_paper(record, nlp), _whole(gold[record.id], record.id))


def _whole(gold: Mapping[str, Any], identifier: str) -> Mapping[str, Any]:
    """Refuse an annotation that lacks what is to be learned."""
    for entity in gold.get("entities", ()):
        for part in ("role", "mentions"):
            if not entity.get(part):
                reason = f"an entity of type {entity['type']} has no {part}; annotate it"
                raise KGError(f"{identifier}: {reason}")
    return {"entities": [], **gold}


def read_paper(record: Record, nlp: Language) -> Paper:
    """Cut a text into words.

    :returns: The paper without an annotation.
    """
    doc = nlp(plain(record.title, record.abstract).text)
    words = recognized.words(doc)
    texts = tuple(word.text for word in words)
    return Paper(record, texts, tuple(places(words)), tuple(recognized.sentences(doc)), {})


def label(paper: Paper, gold: Mapping[str, Any]) -> Paper:
    """Find what an annotation names.

    :param paper: The paper.
    :param gold: A record as the annotation guidelines define it.
    :returns: The paper with spans.
    """
    text = plain(paper.record.title, paper.record.abstract).text
    found = [occurrences(text, entity["mentions"], paper.places) for entity in gold["entities"]]
    everything = sorted(set().union(*found))
    inner = {s for s in everything if any(_is_within(s, other) for other in everything)}
    kept: dict[tuple[int, int], Labelled] = {}
    hidden: set[tuple[int, int]] = set()
    for entity, spans in zip(gold["entities"], found, strict=True):
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


def _is_within(span: tuple[int, int], other: tuple[int, int]) -> bool:
    return other[0] <= span[0] and span[1] <= other[1] and span != other


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
