"""Relations between the entities of one document, read by rules that name themselves.

A rule of ``rules/relations.toml`` looks at two entities in one sentence: their roles, their order,
the words between them. Where the sentence speaks of the paper's own system without its name ("our
model", "it"), the system stands in as head, if the paper has exactly one that comes first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from kg.model import ASSERTED, Relation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from kg.model import Document, Entity, Mention, Span
    from kg.ontology import Ontology

__all__ = ["Related", "RelationRule", "own_system", "relate", "status_of"]


@dataclass(frozen=True, slots=True)
class RelationRule:
    """When two entities of a sentence stand in a relation.

    :param head_roles: Roles that the head may have; empty if any will do.
    :param tail_roles: Roles that the tail may have.
    :param between: What must stand between them, as a regular expression.
    :param sentence: What must stand somewhere in the sentence.
    :param stands_in: Whether the paper's own system may stand in as head of the sentence.
    :param reverse: Whether the tail comes first.
    :param is_own: Whether the head must be the paper's own system.
    """

    id: str
    type: str
    confidence: float
    head_roles: frozenset[str]
    tail_roles: frozenset[str]
    between: re.Pattern[str] | None
    sentence: re.Pattern[str] | None
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


def relate(document: Document, entities: Sequence[Entity], ontology: Ontology) -> Related:
    """Read the relations of a document.

    :param document: Where the mentions stand.
    :param entities: Entities of the document, with roles.
    :param ontology: Has the relation types and their rules.
    :returns: One relation for each pair and type, the surest, sorted; and the number of candidates
        whose types the ontology does not allow.
    """
    rules, statuses, anaphor = _rules(ontology)
    system = own_system(entities, ontology)
    best: dict[tuple[object, ...], Relation] = {}
    rejected: set[tuple[object, ...]] = set()
    for span in document.sentences:
        sentence = document.text[span[0] : span[1]]
        present = list(islice(_present(entities, span), _MOST))
        fitting = [r for r in rules if r.sentence is None or r.sentence.search(sentence)]
        heads = list(present)
        if system and anaphor.search(sentence) and all(p.entity != system for p in present):
            heads.append(_Place(system, None))
        for rule in fitting:
            for head in heads:
                for tail in present:
                    if rule.is_own and head.entity != system:
                        continue
                    if not _fits(rule, head, tail, document):
                        continue
                    pair = (head.entity.key, rule.type, tail.entity.key)
                    if not ontology.allows(head.entity.type, rule.type, tail.entity.type):
                        rejected.add(pair)
                        continue
                    status = status_of(_clause(document, head, tail, span), statuses)
                    found = Relation(*pair, *span, rule.id, status, rule.confidence)
                    known = best.get(pair)
                    if known is None or _order(found) < _order(known):
                        best[pair] = found
    symmetric = {r.name for r in ontology.relations if r.is_symmetric}
    kept = {pair: r for pair, r in best.items() if not _mirrored(pair, best, symmetric)}
    return Related(tuple(sorted(kept.values())), len(rejected))


def own_system(entities: Sequence[Entity], ontology: Ontology) -> Entity | None:
    """Find the system that "our model" or "it" means: the first that the paper contributes.

    :returns: The entity with the strongest role of the type that relations start from and that
        most of its mentions support; None if the paper contributes none.
    """
    head_type = ontology.relations[0].heads[0]
    strongest = ontology.roles_of(head_type)[0].name
    own = [e for e in entities if e.type == head_type and e.role == strongest]
    return min(own, key=lambda e: (-len(e.mentions), e.mentions[0].start), default=None)


def status_of(clause: str, statuses: Mapping[str, re.Pattern[str]]) -> str:
    """Say whether a clause asserts what it says.

    :param clause: The words around and between two entities.
    :param statuses: What speaks against, by status, the first that fits wins.
    :returns: ``asserted`` if nothing speaks against.
    """
    return next((s for s, p in statuses.items() if p.search(clause)), ASSERTED)


def _present(entities: Sequence[Entity], span: Span) -> Iterator[_Place]:
    for entity in entities:
        for mention in entity.mentions:
            if span[0] <= mention.start and mention.end <= span[1]:
                yield _Place(entity, mention)
                break


def _fits(rule: RelationRule, head: _Place, tail: _Place, document: Document) -> bool:
    if head.entity == tail.entity or tail.mention is None:
        return False
    if rule.head_roles and head.entity.role not in rule.head_roles:
        return False
    if rule.tail_roles and tail.entity.role not in rule.tail_roles:
        return False
    if head.mention is None:
        return rule.stands_in
    first, second = (tail, head) if rule.reverse else (head, tail)
    if rule.between is None:
        return True
    assert first.mention is not None and second.mention is not None  # noqa: S101, PT018
    if first.mention.end > second.mention.start:
        return False
    between = document.text[first.mention.end : second.mention.start]
    return rule.between.search(between) is not None


def _clause(document: Document, head: _Place, tail: _Place, span: Span) -> str:
    """Cut the part of the sentence that joins the two: from the first to the end of the second."""
    mentions = [p.mention for p in (head, tail) if p.mention is not None]
    start = span[0] if len(mentions) < 2 else min(m.start for m in mentions)
    return document.text[start : max(m.end for m in mentions)]


def _order(relation: Relation) -> tuple[object, ...]:
    return (relation.status != ASSERTED, -relation.confidence, relation.start, relation.rule)


def _mirrored(
    pair: tuple[object, ...], best: Mapping[tuple[object, ...], Relation], symmetric: set[str]
) -> bool:
    """Say whether a symmetric relation is kept in its other direction."""
    head, kind, tail = pair
    return kind in symmetric and (tail, kind, head) in best and str(tail) < str(head)


@lru_cache(maxsize=8)
def _rules(
    ontology: Ontology,
) -> tuple[tuple[RelationRule, ...], dict[str, re.Pattern[str]], re.Pattern[str]]:
    rules = ontology.rules("relations")

    def pattern(text: str | None) -> re.Pattern[str] | None:
        return re.compile(text, re.IGNORECASE) if text else None

    read = tuple(
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
        for rule in rules["rule"]
    )
    statuses = {name: re.compile(text, re.IGNORECASE) for name, text in rules["status"].items()}
    return read, statuses, re.compile(rules["anaphor"]["pattern"], re.IGNORECASE)
