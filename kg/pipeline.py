"""The straight line as code: record, document, mentions, entities, relations and results.

>>> from kg.model import Record
>>> record = Record(id="p", title="FlickerNet: a spiking neural network", abstract="It is fast.")
>>> [entity.name for entity in next(extract([record])).entities]
['FlickerNet', 'spiking neural network']
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from itertools import chain, islice
from typing import TYPE_CHECKING

from kg import ontology as ontologies
from kg.markup import addresses
from kg.model import Extraction
from kg.recognizer import DEFAULT
from kg.workers import HELD, cores, in_processes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from spacy.language import Language

    from kg.cache import Cache
    from kg.model import Document, Entity, Record
    from kg.ontology import Ontology
    from kg.workers import Item

__all__ = ["Extractor", "extract", "without_text"]

_FEW = 256  # up to so many records one process is faster than starting others


class Extractor:
    """Everything that extraction needs, loaded once: what it yields is a pure function of a record.

    :param ontology: What may be said, with rules and lexicon; by default that of this package.
    :param model: What finds names beside rules and lexicon, see :func:`kg.documents.load`.
    :param labels: Name of a file that says what the labels of that model mean.
    :raises KGError: If ontology or model cannot be loaded.
    """

    def __init__(
        self,
        ontology: Ontology | None = None,
        *,
        model: str | Path = DEFAULT,
        labels: str | Path | None = None,
    ) -> None:
        """Load the pipeline."""
        from kg import documents
        from kg.recognizer.recognizer import is_recognizer, load

        self.ontology = ontology or ontologies.load()
        self.recognizer = load(model) if is_recognizer(model) else None
        self.nlp: Language = documents.load(self.ontology, model=model, labels=labels)

    def __call__(self, record: Record) -> Extraction:
        """Extract all that one record yields.

        :param record: The record.
        :returns: Its extraction, carrying the text; its places are those in the text as written.
        """
        from kg import documents

        return self.extract(documents.parse(record, self.nlp))

    def extract(self, document: Document) -> Extraction:
        """Extract all that a document yields.

        :param document: What :func:`kg.documents.parse` made of a record with ``nlp``.
        :returns: As for the record; proposals that were taken off the document do not count.
        """
        return self.complete(document, self.entities(document))

    def entities(self, document: Document) -> list[Entity]:
        """Read the entities of a document, with their roles; the first half of the line."""
        from kg.entities.join import join
        from kg.entities.resolve import resolve
        from kg.entities.roles import assign_roles
        from kg.entities.weigh import likely
        from kg.mentions.abbreviated import pairs
        from kg.mentions.detect import detect

        assert document.doc is not None  # noqa: S101
        definitions = [(long.text, short.text) for long, short in pairs(document.doc)]
        mentions = detect(document, self.ontology, self.recognizer)
        entities = resolve(mentions, definitions, self.ontology)
        if self.recognizer is not None:
            entities = join(document, entities, definitions, self.ontology, self.recognizer)
            entities = likely(document, entities, self.recognizer)
        return assign_roles(document, entities, self.ontology, self.recognizer)

    def complete(self, document: Document, entities: Sequence[Entity]) -> Extraction:
        """Read what a document states of its entities; the second half of the line.

        :param document: What :func:`kg.documents.parse` made of a record with ``nlp``.
        :param entities: Its entities, with roles.
        :returns: The extraction, whose places are those in the text as written.
        """
        from kg.documents import as_written
        from kg.relations.facts import read_facts
        from kg.relations.kinds import read_kinds

        facts = read_facts(document, entities, self.ontology, self.recognizer)
        extraction = Extraction(
            document.record,
            hashlib.sha256(document.written.encode()).hexdigest(),
            document.sentences,
            tuple(entities),
            facts.relations,
            facts.results,
            _urls(document),
            facts.rejected,
            read_kinds(document, entities, self.ontology),
        )
        return as_written(extraction, document)


def extract(
    records: Iterable[Record],
    *,
    ontology: Ontology | None = None,
    model: str | Path = DEFAULT,
    labels: str | Path | None = None,
    workers: int = 1,
    cache: Cache | None = None,
) -> Iterator[Extraction]:
    """Extract what records yield, one after the other in their order.

    :param records: The records; read as they are needed, never all at once.
    :param ontology: What may be said; by default that of this package.
    :param model: What finds names beside rules and lexicon, see :func:`kg.documents.load`.
    :param labels: Name of a file that says what the labels of that model mean.
    :param workers: Number of processes; 0 takes as many as there are cores, but one for few
        records. What is yielded does not depend on it. A script that asks for more than one
        needs the guard ``if __name__ == "__main__":``, as :mod:`multiprocessing` says.
    :param cache: Where to look for extractions first, and where to keep the new ones; its maker
        must be that of ontology, model and labels.
    :returns: One extraction for each record.
    :raises KGError: If ontology or model cannot be loaded; not if all extractions are kept.
    """
    ontology = ontology or ontologies.load()
    stream: Iterator[Item] = iter(records)
    if cache:
        stream = (cache.get(record) or record for record in records)
    if workers == 0:
        first = list(_until(stream, _FEW))
        workers = cores() if _missing(first) >= _FEW else 1
        stream = chain(first, stream)
    keep = cache.put if cache else lambda _: None
    if workers == 1:
        yield from _in_this_process(stream, (ontology, model, labels), keep)
    else:
        yield from in_processes(stream, (ontology.folder, model, labels), workers, keep)


def without_text(extraction: Extraction) -> Extraction:
    """Leave out the abstract, so that names, numbers and offsets remain."""
    return replace(extraction, record=replace(extraction.record, abstract=""))


def _urls(document: Document) -> tuple[str, ...]:
    """Find the addresses in a text, without the punctuation that ends a sentence."""
    cut = (url.rstrip(".,;:!?'*") for url in addresses(document.written))
    return tuple(dict.fromkeys(u[:-1] if u.endswith(")") and "(" not in u else u for u in cut))


def _until(stream: Iterator[Item], number: int) -> Iterator[Item]:
    """Take items until so many are missing, or enough are held."""
    for item in islice(stream, HELD):
        yield item
        number -= not isinstance(item, Extraction)
        if number <= 0:
            return


def _missing(items: Iterable[Item]) -> int:
    """Count the records among items: they are still to be extracted."""
    return sum(not isinstance(item, Extraction) for item in items)


def _in_this_process(
    stream: Iterator[Item],
    loaded: tuple[Ontology, str | Path, str | Path | None],
    keep: Callable[[Extraction], None],
) -> Iterator[Extraction]:
    """Extract what is missing, here; nothing is loaded before something is."""
    ontology, model, labels = loaded
    extractor: Extractor | None = None
    for item in stream:
        if isinstance(item, Extraction):
            yield item
            continue
        extractor = extractor or Extractor(ontology, model=model, labels=labels)
        extraction = extractor(item)
        keep(extraction)
        yield extraction
