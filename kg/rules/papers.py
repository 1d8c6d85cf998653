"""Annotated papers as rules see them: documents, and where in them the annotation stands.

>>> from kg import documents, ontology
>>> from kg.model import Record
>>> record = Record(id="p", title="A spiking net", abstract="Nets learn.")
>>> entity = {"type": "Method", "name": "net", "mentions": ["net", "Nets"], "role": "used"}
>>> nlp = documents.load(ontology.load())
>>> paper = Paper.of(documents.parse(record, nlp), {"id": "p", "entities": [entity]})
>>> sorted(paper.spans), [m.text for m in paper.entities[0].mentions]
([(2, 3, 'Method'), (4, 5, 'Method')], ['net', 'Nets'])
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.documents import parse
from kg.errors import ReadError
from kg.evaluation.annotations import read_gold
from kg.mentions.occurrences import occurrences, places
from kg.model import Entity, Mention, Record
from kg.readers.read import read as read_records

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from spacy.language import Language

    from kg.evaluation.scoring import Item
    from kg.model import Document

__all__ = ["Paper", "annotated", "papers"]

_BY_HAND = "annotation"


@dataclass(frozen=True, slots=True)
class Paper:
    """A document with its annotation.

    :param document: The document, with what the components propose.
    :param gold: The annotation, as a JSON object.
    :param spans: Spans of tokens that are mentions, with their type.
    :param entities: The annotated entities that stand in the text, in their order.
    """

    document: Document
    gold: Item
    spans: frozenset[tuple[int, int, str]]
    entities: tuple[Entity, ...]

    @classmethod
    def of(cls, document: Document, gold: Item) -> Paper:
        """Place an annotation on a document.

        :param document: A document with spaCy's ``doc``.
        :param gold: The annotation. What it marks as optional stands in ``spans`` too.
        """
        doc, placed = document.doc, []
        assert doc is not None  # noqa: S101
        tokens = places(doc)
        spans: set[tuple[int, int, str]] = set()
        for item in gold.get("entities", ()):
            forms = item.get("mentions") or [item["name"]]
            found = sorted(occurrences(doc.text, forms, tokens))
            spans.update((start, end, item["type"]) for start, end in found)
            parts = [doc[start:end] for start, end in found]
            mentions = tuple(
                Mention(item["type"], part.start_char, part.end_char, part.text, _BY_HAND)
                for part in parts
            )
            if mentions:
                placed.append(Entity(item["type"], item["name"], mentions, item.get("role") or ""))
        return cls(document, gold, frozenset(spans), tuple(placed))


def annotated(gold: str, text: str | None = None) -> tuple[list[tuple[Record, Item]], list[str]]:
    """Read annotated papers.

    :param gold: File with the annotations, a record a line.
    :param text: File with title and abstract of the papers, in any format that can be read; by
        default the annotations carry them.
    :returns: Pairs of paper and annotation in the order of the annotations, of two of one paper the
        last; and what the user should know of the input, a line each.
    :raises ReadError: If a file cannot be read, or no annotation has a paper.
    """
    annotations = read_gold(gold)
    if annotations.texts:
        reason = "holds labelled spans; rules are measured against records"
        raise ReadError(gold, 0, reason, "write id, entities, relations and results")
    by_id = {record["id"]: record for record in annotations.records}
    if text is None:
        carried = (record for record in by_id.values() if record.get("abstract"))
        known = {
            r["id"]: Record(id=r["id"], title=r.get("title") or "", abstract=r["abstract"])
            for r in carried
        }
        skipped = []
    else:
        items = list(read_records(text))
        known = {item.id: item for item in items if isinstance(item, Record)}
        skipped = [item for item in items if isinstance(item, ReadError)]
    found = [(known[name], record) for name, record in by_id.items() if name in known]
    if not found:
        reason = f"none of its {len(by_id)} papers has a text"
        raise ReadError(gold, 0, reason, "give the papers with --text INPUT")
    notes = [f"{len(skipped)} papers skipped; first: {error}" for error in skipped[:1]]
    if len(found) < len(by_id):
        notes.append(f"{len(by_id) - len(found)} of {len(by_id)} papers have no text, left out")
    return found, notes


def papers(pairs: Iterable[tuple[Record, Item]], nlp: Language) -> Iterator[Paper]:
    """Place annotations on documents.

    :param pairs: What :func:`annotated` read.
    :param nlp: The pipeline that puts its proposals on the documents.
    :returns: The papers in their order.
    """
    for record, gold in pairs:
        yield Paper.of(parse(record, nlp), gold)
