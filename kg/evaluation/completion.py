"""Predictions from the entities of the gold, so that what is told of them is judged alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.errors import ReadError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kg.evaluation.annotations import Annotations
    from kg.evaluation.scoring import Item
    from kg.model import Extraction, Record
    from kg.ontology import Ontology
    from kg.pipeline import Extractor

__all__ = ["completed", "ensure_given", "told_unnamed"]


def ensure_given(gold: Annotations, predicted: str | None, ontology: Ontology) -> None:
    """Refuse a gold whose entities cannot be given, and predictions that have their own.

    :param gold: The gold.
    :param predicted: Name of the file with the predictions, if there is one.
    :param ontology: Tells the types and roles.
    :raises ReadError: If there are predictions, or the gold does not tell entities with roles.
    :raises UnknownNameError: If there is no such type or role.
    """
    if predicted is not None:
        reason = "entities of the gold can be given only to predictions that are made now"
        raise ReadError(predicted, 0, reason, "leave PREDICTED out")
    if gold.texts:
        reason = "holds spans, which have no roles and no relations"
        raise ReadError(gold.path, 0, reason, "give a gold of records, or let entities be found")
    for record in gold.records:
        for entity in record.get("entities", ()):
            if not isinstance(entity.get("role"), str):
                reason = f"{record['id']!r} does not tell the role of {entity['name']!r}"
                raise ReadError(gold.path, 0, reason, "let entities be found")
            ontology.role(ontology.type(entity["type"]).name, entity["role"])


def completed(
    records: Iterable[Record], gold: Annotations, extractor: Extractor
) -> Iterator[Extraction]:
    """Extract what papers state of the entities of the gold.

    :param records: Papers that the gold has.
    :param gold: Their annotations; of two of one paper the last counts.
    :param extractor: Tells relations and results.
    :returns: One extraction for each paper.
    """
    from kg import documents
    from kg.evaluation.given import given_entities

    annotated = {record["id"]: record for record in gold.records}
    for paper in records:
        document = documents.parse(paper, extractor.nlp)
        yield extractor.complete(document, given_entities(document, annotated[paper.id]))


def told_unnamed(gold: Annotations, predicted: Iterable[Item]) -> list[str]:
    """Tell how many entities of the gold could not be given.

    :param gold: The gold.
    :param predicted: What :func:`completed` made of it, as JSON objects.
    :returns: A line for people; none if all were given.
    """
    given = {record["id"]: len(record.get("entities", ())) for record in predicted}
    lacking = {
        record["id"]: len(record.get("entities", ())) - given[record["id"]]
        for record in gold.records
        if record["id"] in given
    }
    short = [identifier for identifier, number in lacking.items() if number > 0]
    if not short:
        return []
    told = f"{sum(lacking.values())} entities of the gold stand nowhere in their texts"
    return [f"{told} and were not given; first: of {short[0]!r}"]
