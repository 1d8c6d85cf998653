"""Relations between the entities of one document, read by rules that name themselves.

A rule of ``rules/relations.toml`` looks at two entities in one sentence: their roles, their order,
the words between them. Where the sentence speaks of the paper's own system without its name ("our
model", "it"), the system stands in as head, if the paper has exactly one that comes first.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from kg.model import ASSERTED, Relation
from kg.relations.caseless import caseless
from kg.relations.judged import surest
from kg.relations.status import own_system, speaks_of_own, status_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from kg.model import Document, Entity, Mention, Span
    from kg.ontology import Ontology

__all__ = ["Related", "RelationRule", "relate"]


@dataclass(frozen=True, slots=True)
class RelationRule:
    """When two entities of a sentence stand in a relation.

    :param head_roles: Roles that the head may have; empty if any will do.
    :param tail_roles: Roles that the tail may have.
    :param between: Tells whether what must stand between them does.
    :param sentence: Tells whether what must stand somewhere in the sentence does.
    :param stands_in: Whether the paper's own system may stand in as head of the sentence.
    :param reverse: Whether the tail comes first.
    :param is_own: Whether the head must be the paper's own system.
    """

    id: str
    type: str
    confidence: float
    head_roles: frozenset[str]
    tail_roles: frozenset[str]
    between: Callable[[str], bool] | None
    sentence: Callable[[str], bool] | None
    stands_in: bool
    reverse: bool
    is_own: bool


_MOST = 60  # entities of one sentence that are paired; more is a list, and pairs grow as its square


class Related(NamedTuple):
    """Relations of a document, and how many candidates the ontology did not allow."""

    relations: tuple[Relation, ...]
    rejected: int


class _Place(NamedTuple):
    entity: Entity
    mention: Mention | None


def relate(
    document: Document,
    entities: Sequence[Entity],
    ontology: Ontology,
    learned: Collection[str] = (),
) -> Related:
    """Read the relations of a document by rules.

    :param document: Where the mentions stand.
    :param entities: Entities of the document, with roles.
    :param ontology: Has the relation types and their rules.
    :param learned: Relation types that are left out.
    :returns: One relation for each pair, order and type, the surest; and the number of candidates
        whose types the ontology does not allow.
    """
    rules = [rule for rule in _rules(ontology) if rule.type not in learned]
    if not rules:
        return Related((), 0)
    system = own_system(entities, ontology)
    best: dict[tuple[object, ...], Relation] = {}
    rejected: set[tuple[object, ...]] = set()
    for span in document.sentences:
        present = list(islice(_present(entities, span), _MOST))
        for rule, head, tail in _fitting(rules, present, system, span, document, ontology):
            pair = (head.entity.key, rule.type, tail.entity.key)
            if not ontology.allows(head.entity.type, rule.type, tail.entity.type):
                rejected.add(pair)
                continue
            known = best.get(pair)
            if known and known.status == ASSERTED and known.confidence > rule.confidence:
                continue
            status = status_of(_clause(document, head, tail, span), ontology)
            found = Relation(*pair, *span, rule.id, status, rule.confidence)
            best[pair] = min(known or found, found, key=surest)
    return Related(tuple(best.values()), len(rejected))


def _fitting(
    rules: Sequence[RelationRule],
    present: Sequence[_Place],
    system: Entity | None,
    span: Span,
    document: Document,
    ontology: Ontology,
) -> Iterator[tuple[RelationRule, _Place, _Place]]:
    """List the rules that fit in a sentence, each with the head and tail that it fits."""
    if not present or (len(present) == 1 and system is None):
        return  # most sentences are done here, before a pattern is tried
    sentence = document.text[span[0] : span[1]]
    heads = list(present)
    is_named = any(place.entity is system for place in present)
    if system and not is_named and speaks_of_own(sentence, ontology):
        heads.append(_Place(system, None))
    if len(heads) < 2:
        return
    for rule in rules:
        if rule.sentence is None or rule.sentence(sentence):
            tails = [p for p in present if not rule.tail_roles or p.entity.role in rule.tail_roles]
            for head in heads if tails else ():
                if not _may_lead(rule, head.entity, system):
                    continue
                for tail in tails:
                    if head.entity is not tail.entity and _fits(rule, head, tail, document):
                        yield rule, head, tail


def _may_lead(rule: RelationRule, head: Entity, system: Entity | None) -> bool:
    """Say whether an entity may be the head of a rule."""
    if rule.is_own and head is not system:
        return False
    return not rule.head_roles or head.role in rule.head_roles


def _present(entities: Sequence[Entity], span: Span) -> Iterator[_Place]:
    for entity in entities:
        for mention in entity.mentions:
            if span[0] <= mention.start and mention.end <= span[1]:
                yield _Place(entity, mention)
                break


def _fits(rule: RelationRule, head: _Place, tail: _Place, document: Document) -> bool:
    """Say whether the words between two entities, whose roles fit, are those of a rule."""
    if head.mention is None:
        return rule.stands_in
    first, second = (tail, head) if rule.reverse else (head, tail)
    if rule.between is None:
        return True
    assert first.mention is not None and second.mention is not None  # noqa: S101, PT018
    if first.mention.end > second.mention.start:
        return False
    between = document.text[first.mention.end : second.mention.start]
    return rule.between(between)


def _clause(document: Document, head: _Place, tail: _Place, span: Span) -> str:
    """Cut the part of the sentence that joins the two: from the first to the end of the second."""
    mentions = [p.mention for p in (head, tail) if p.mention is not None]
    start = span[0] if len(mentions) < 2 else min(m.start for m in mentions)
    return document.text[start : max(m.end for m in mentions)]


@lru_cache(maxsize=8)
def _rules(ontology: Ontology) -> tuple[RelationRule, ...]:
    def pattern(text: str | None) -> Callable[[str], bool] | None:
        return caseless(text) if text else None

    return tuple(
        RelationRule(
            rule["id"],
            ontology.relation(rule["type"]).name,
            float(rule["confidence"]),
            frozenset(rule.get("head_roles", ())),
            frozenset(rule.get("tail_roles", ())),
            pattern(rule.get("between")),
            pattern(rule.get("sentence")),
            bool(rule.get("stands_in", False)),
            bool(rule.get("reverse", False)),
            bool(rule.get("is_own", False)),
        )
        for rule in ontology.rules("relations")["rule"]
    )
