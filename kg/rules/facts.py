"""What rules of roles, relations and results are worth in one paper, given its annotated entities.

So a rule answers for itself alone, not for what was found before it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from kg.entities.roles import cues_of, fitting
from kg.evaluation.scoring import Ruler, number, score
from kg.model import ASSERTED
from kg.relations.measure import measure as measure_results
from kg.relations.pairs import Scene
from kg.relations.placed import sides
from kg.relations.relate import relate
from kg.relations.settled import settles
from kg.relations.valued import UNREPORTED
from kg.relations.values import values
from kg.rules.catalogue import RELATION, RESULT, ROLE
from kg.rules.uses import Uses

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kg.model import Result
    from kg.ontology import Ontology
    from kg.rules.catalogue import Rule
    from kg.rules.papers import Paper

__all__ = ["fact_uses"]

_FACTS = (ROLE, RELATION, RESULT)


def fact_uses(paper: Paper, lines: Sequence[Rule], ontology: Ontology) -> dict[str, Uses]:
    """Look at the rules of roles, relations and results that fire in a paper.

    A cue fires on an entity where it fits one of its mentions, a default where no cue fits. A
    relation is right if the annotation states it, a result if the annotation has its value for the
    same measure. What settles the kind of a number is right if the annotation gives the number this
    kind; what settles that a number is no result, if the annotation has no result of this value.

    :param paper: The paper.
    :param lines: The rules; those of mentions are passed over.
    :param ontology: What may be said.
    :returns: The uses of each rule that fired by its id.
    """
    fired: Counter[str] = Counter()
    right: Counter[str] = Counter()
    _add_roles(paper, lines, ontology, fired, right)
    _add_relations(paper, ontology, fired, right)
    _add_results(paper, ontology, fired, right)
    _add_settled(paper, ontology, fired, right)
    stated = {line.id: line.confidence or 0.0 for line in lines if line.finds in _FACTS}
    return {
        name: Uses(fired=count, right=right[name], stated=stated[name] * count)
        for name, count in sorted(fired.items())
        if name in stated
    }


def _add_roles(
    paper: Paper,
    lines: Sequence[Rule],
    ontology: Ontology,
    fired: Counter[str],
    right: Counter[str],
) -> None:
    cued = {name: cues_of(name, ontology)[0] for name in ontology.type_names}
    rules = {cue.rule for cues in cued.values() for cue in cues}
    defaults = {line.type: line for line in lines if line.finds == ROLE and line.id not in rules}
    alternatives = {
        (item["type"], item["name"]): item.get("role_alternative")
        for item in paper.gold.get("entities", ())
    }
    for entity in paper.entities:
        if not entity.role:
            continue
        cues = cued[entity.type]
        found = {
            (cue.rule, cue.role)
            for mention in entity.mentions
            for cue in fitting(paper.document, mention, entity.type, cues)
        }
        if not found and entity.type in defaults:
            found = {(defaults[entity.type].id, defaults[entity.type].role)}
        for rule, role in found:
            fired[rule] += 1
            right[rule] += role in (entity.role, alternatives.get(entity.key))


def _add_relations(
    paper: Paper, ontology: Ontology, fired: Counter[str], right: Counter[str]
) -> None:
    symmetric = {relation.name for relation in ontology.relations if relation.is_symmetric}

    def fact(head: str, kind: str, tail: str) -> tuple[str, ...]:
        return (kind, *(sorted((head, tail)) if kind in symmetric else (head, tail)))

    stated: dict[bool, set[tuple[str, ...]]] = defaultdict(set)
    for item in paper.gold.get("relations", ()):
        told = fact(item["head"], item["type"], item["tail"])
        stated[bool(item.get("optional"))].add(told)
    for relation in relate(paper.document, paper.entities, ontology).relations:
        told = fact(relation.head[1], relation.type, relation.tail[1])
        if relation.status == ASSERTED and told not in stated[True] - stated[False]:
            fired[relation.rule] += 1
            right[relation.rule] += told in stated[False]


def _add_results(
    paper: Paper, ontology: Ontology, fired: Counter[str], right: Counter[str]
) -> None:
    measured = tuple(slot.name for slot in ontology.slots if slot.is_measure)
    ruler = Ruler(types=ontology.type_names, results=((RESULT, measured),))
    by_rule: dict[str, list[Mapping[str, str]]] = defaultdict(list)
    for result in measure_results(paper.document, paper.entities, ontology):
        if result.status == ASSERTED:
            by_rule[result.rule].append(_item(result))
    for rule, items in by_rule.items():
        told = {"entities": paper.gold.get("entities", ()), "results": items}
        counts = score(paper.gold, told, ruler).results[RESULT]
        fired[rule] += counts.predicted
        right[rule] += counts.matched


def _add_settled(
    paper: Paper, ontology: Ontology, fired: Counter[str], right: Counter[str]
) -> None:
    seeming = {
        next(iter(entry.get("of", ("",)))) for entry in ontology.rules("results").get("settle", ())
    }
    annotated: dict[float | str, set[str]] = defaultdict(set)
    for item in paper.gold.get("results", ()):
        annotated[number(item.get("value"))].add(item.get("kind") or "")
    scene = Scene(paper.document, paper.entities, ontology)
    for value in values(scene):
        kinds = annotated.get(number(value.quantity.text), set())
        beside = sides(value, scene)
        for found in {settles(value.quantity, *beside, kind, ontology) for kind in seeming}:
            if found and (kinds or found.kind == UNREPORTED):
                fired[found.rule] += 1
                right[found.rule] += found.kind in kinds or not kinds


def _item(result: Result) -> Mapping[str, str]:
    return {"value": result.value, **dict(result.links)}
