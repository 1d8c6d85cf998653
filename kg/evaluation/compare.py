"""From the names of files to an evaluation: read, extract where nothing is predicted, compare."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from kg.errors import KGError, ReadError
from kg.evaluation.annotations import Annotations, read, read_gold
from kg.evaluation.completion import completed, ensure_given, told_unnamed
from kg.evaluation.labels import find
from kg.evaluation.records import Evaluation, evaluate
from kg.evaluation.spans import SpanEvaluation, evaluate_spans
from kg.evaluation.texts import Annotated, offsets_of
from kg.model import Record
from kg.recognizer import DEFAULT

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
    from pathlib import Path

    from kg.evaluation.labels import Labels
    from kg.evaluation.scoring import Item
    from kg.ontology import Ontology

    Extract = Callable[[Iterable[Record]], Iterator[Item]]

__all__ = ["Comparison", "compare"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """An evaluation, and what belongs to it.

    :param evaluation: The figures and mistakes.
    :param texts: The text of each paper, as far as it is at hand.
    :param notes: What the user should know of the input, a line each.
    """

    evaluation: Evaluation | SpanEvaluation
    texts: Mapping[str, str]
    notes: tuple[str, ...]


def compare(
    gold: str,
    predicted: str | None = None,
    *,
    ontology: Ontology,
    text: str | None = None,
    labels: str | None = None,
    model: str | Path = DEFAULT,
    model_labels: str | Path | None = None,
    workers: int = 1,
    gold_entities: bool = False,
    progress: Callable[[object], object] | None = None,
) -> Comparison:
    """Compare predictions with annotations, each in any form.

    :param gold: Name of the file with the annotations; see :mod:`kg.evaluation.annotations`.
    :param predicted: Name of the file with the predictions; by default they are made now, from the
        text that the gold holds or from ``text``.
    :param ontology: What may be said.
    :param text: Name of a file that holds the papers with title and abstract, in any format that
        can be read.
    :param labels: What the labels of spans mean: a file or a known mapping; see
        :func:`kg.evaluation.labels.find`.
    :param model: What finds names if predictions are made, see :func:`kg.documents.load`.
    :param model_labels: Name of a file that says what its labels mean.
    :param workers: Number of processes, if predictions are made from the text alone.
    :param gold_entities: Make predictions from the entities and roles of the gold, so that only
        what is told of them is judged.
    :param progress: Called with each paper that was extracted.
    :returns: The comparison.
    :raises KGError: If a file cannot be read, the files do not belong together, or there is nothing
        to predict from.
    """
    annotations = read_gold(gold)
    if gold_entities:
        ensure_given(annotations, predicted, ontology)
    papers, notes = _papers(text)

    def extract(records: Iterable[Record]) -> Iterator[Item]:
        from kg.extractions import dumps
        from kg.pipeline import Extractor
        from kg.pipeline import extract as run

        if gold_entities:
            extractor = Extractor(ontology, model=model, labels=model_labels)
            made = completed(records, annotations, extractor)
        else:
            made = run(
                records, ontology=ontology, model=model, labels=model_labels, workers=workers
            )
        for extraction in made:
            yield orjson.loads(dumps(extraction, ontology))
            if progress:
                progress(extraction)

    given = read(predicted) if predicted is not None else None
    if annotations.texts:
        mapping = _mapping(annotations, labels, ontology)
        theirs = list(_predicted_texts(annotations, given, mapping, papers, extract))
        notes += _told_missing(annotations, {t.id for t in theirs})
        spans = evaluate_spans(annotations.texts, theirs, mapping)
        return Comparison(spans, {t.id: t.text for t in annotations.texts}, tuple(notes))
    if labels is not None:
        raise KGError(f"{gold}: holds records, whose types need no mapping; leave --labels out")
    found = _predicted_records(annotations, given, papers, extract)
    notes += _told_missing(annotations, {record["id"] for record in found})
    texts = {r["id"]: _text_of(r) for r in (*annotations.records, *found) if r.get("abstract")}
    texts |= {paper.id: f"{paper.title}\n{paper.abstract}" for paper in papers.values()}
    evaluation = evaluate(annotations.records, found, ontology)
    if gold_entities:
        evaluation = evaluation.without_entities()
        notes += told_unnamed(annotations, found)
    return Comparison(evaluation, texts, tuple(notes))


def _papers(text: str | None) -> tuple[dict[str, Record], list[str]]:
    """Read papers by identifier, and tell of those that could not be read."""
    if text is None:
        return {}, []
    from kg.readers.read import read as read_papers

    items = list(read_papers(text))
    skipped = [item for item in items if isinstance(item, ReadError)]
    notes = [f"{len(skipped)} of {len(items)} papers skipped; first: {e}" for e in skipped[:1]]
    return {item.id: item for item in items if isinstance(item, Record)}, notes


def _told_missing(gold: Annotations, predicted: Collection[str]) -> list[str]:
    """Tell that papers are missing; if all are, the files do not belong together."""
    ids = list(dict.fromkeys(gold.ids))
    missing = [identifier for identifier in ids if identifier not in predicted]
    if len(missing) == len(ids):
        other = min(predicted, default=None)
        theirs = f"the predictions have ids such as {other!r}" if other else "nothing is predicted"
        reason = f"none of its {len(ids)} papers is among the predictions"
        remedy = f"give predictions of the same papers: it has ids such as {ids[0]!r}, {theirs}"
        raise ReadError(gold.path, 0, reason, remedy)
    if not missing:
        return []
    told = f"{len(missing)} of {len(ids)} papers of the gold are not among the predictions"
    return [f"{told} and count as empty; first: {missing[0]!r}"]


def _predicted_records(
    gold: Annotations, given: Annotations | None, papers: Mapping[str, Record], extract: Extract
) -> list[Item]:
    if given is not None:
        if given.texts:
            reason = f"holds spans, but {gold.path} records"
            raise ReadError(given.path, 0, reason, "give predictions that 'kg extract' wrote")
        return list(given.records)
    if papers:
        wanted = [papers[i] for i in dict.fromkeys(gold.ids) if i in papers]
        return list(extract(wanted)) if wanted else [{"id": i} for i in papers]
    carried = {r["id"]: r for r in gold.records if r.get("abstract")}
    if not carried:
        reason = "holds no text to predict from"
        raise ReadError(gold.path, 0, reason, "give PREDICTED, or the papers with --text INPUT")
    return list(
        extract(
            Record(id=i, title=r.get("title") or "", abstract=r["abstract"])
            for i, r in carried.items()
        )
    )


def _mapping(gold: Annotations, labels: str | None, ontology: Ontology) -> Labels:
    seen = {label for text in gold.texts for *_, label in text.spans}
    mapping = find(labels, seen, ontology)
    if not any(mapping.types.get(label) for label in seen):
        told = ", ".join(sorted(seen)) or "none"
        reason = f"no label that stands for an entity type; its labels: {told[:200]}"
        remedy = 'say what they mean with --labels FILE, in lines such as LABEL = "TYPE"'
        raise ReadError(gold.path, 0, reason, remedy)
    return mapping


def _predicted_texts(
    gold: Annotations,
    given: Annotations | None,
    mapping: Labels,
    papers: Mapping[str, Record],
    extract: Extract,
) -> Iterator[Annotated]:
    """Give the predicted spans of each text, in entity types."""
    if given is not None and given.texts:
        for told in given.texts:
            meant = ((s, e, mapping.types.get(label)) for s, e, label in told.spans)
            kept = tuple((s, e, types[0]) for s, e, types in meant if types)
            yield Annotated(told.id, told.text, kept)
        return
    filled = (told for told in gold.texts if told.text)
    made = (Record(id=told.id, title="", abstract=told.text) for told in filled)
    path = given.path if given else gold.path
    wanted = set(gold.ids)
    for record in extract(made) if given is None else given.records:
        identifier = record["id"]
        paper = papers.get(identifier) if given is not None else None
        text = f"{paper.title}\n{paper.abstract}" if paper else _text_of(record)
        spans = tuple(_spans_of(record, path)) if identifier in wanted else ()
        if spans and not text:
            reason, remedy = f"{identifier!r} carries no text", "give the papers with --text INPUT"
            raise ReadError(path, 0, reason, remedy)
        yield Annotated(identifier, text, spans)


def _spans_of(record: Item, path: str) -> Iterator[tuple[int, int, str]]:
    for entity in record.get("entities", ()):
        places = offsets_of(entity)
        if not places:
            reason = f"{record['id']!r} does not tell where {entity['name']!r} stands"
            raise ReadError(path, 0, reason, "give predictions that 'kg extract' wrote")
        yield from ((start, end, entity["type"]) for start, end in places)


def _text_of(record: Mapping[str, Any]) -> str:
    abstract = record.get("abstract") or ""
    return f"{record.get('title') or ''}\n{abstract}" if abstract else ""
