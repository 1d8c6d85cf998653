"""Relations and results of one document: classifiers tell what they know, rules the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from kg.relations.judged import judge, linked_by, surest
from kg.relations.measure import measure
from kg.relations.pairs import Scene
from kg.relations.relate import relate
from kg.relations.valued import REPORTED, appraise

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kg.model import Document, Entity, Relation, Result
    from kg.ontology import Ontology
    from kg.recognizer.recognizer import Recognizer

__all__ = ["Facts", "read_facts"]


class Facts(NamedTuple):
    """What a document states of its entities.

    :param relations: One for each pair and type, sorted.
    :param results: Results in the order of the text.
    :param rejected: How many relations the ontology does not allow.
    """

    relations: tuple[Relation, ...]
    results: tuple[Result, ...]
    rejected: int


def read_facts(
    document: Document,
    entities: Sequence[Entity],
    ontology: Ontology,
    recognizer: Recognizer | None = None,
) -> Facts:
    """Read the relations and results of a document.

    :param document: Where the mentions stand.
    :param entities: Entities of the document, with roles.
    :param ontology: Has relation types, slots and rules.
    :param recognizer: Has the classifiers; without it rules read everything.
    :returns: The facts; of a document without any, none.
    """
    learned = linked_by(recognizer) if recognizer else frozenset()
    read, rejected = relate(document, entities, ontology, learned)
    relations = list(read)
    scene = Scene(document, entities, ontology) if recognizer and learned else None
    if scene and recognizer:
        judged, more = judge(scene, recognizer)
        relations += judged
        rejected += more
    if scene and recognizer and REPORTED in recognizer.classifiers:
        results = list(appraise(scene, recognizer))
    else:
        results = measure(document, entities, ontology)
    return Facts(_once(relations, ontology), tuple(results), rejected)


def _once(relations: Iterable[Relation], ontology: Ontology) -> tuple[Relation, ...]:
    """Keep the surest relation of each two entities and type; none goes both ways.

    A symmetric relation is kept in one direction, of others the likelier direction holds.
    """
    symmetric = {r.name for r in ontology.relations if r.is_symmetric}
    best: dict[tuple[object, ...], Relation] = {}
    for relation in sorted(relations, key=surest):
        head, tail = relation.head, relation.tail
        if relation.type in symmetric:
            head, tail = min(head, tail), max(head, tail)
        if (tail, relation.type, head) not in best:
            best.setdefault((head, relation.type, tail), relation)
    return tuple(sorted(best.values()))
