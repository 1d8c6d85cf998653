"""Measure predicted records against gold records.

>>> from kg import ontology
>>> gold = [{"id": "p1", "entities": [{"type": "Method", "name": "EEGNet", "role": "used"}]}]
>>> found = evaluate(gold, gold, ontology.load())
>>> found.strict["all"].f1, found.role_accuracy
(1.0, 1.0)
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from kg.evaluation.figures import ROUNDED, Figures, as_numbers, columns
from kg.evaluation.mistakes import Mistake, diagnose
from kg.evaluation.scoring import ALL, Counts, Ruler, Score, score, total

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from kg.evaluation.figures import Row
    from kg.ontology import Ontology

__all__ = ["Evaluation", "evaluate"]

_GIVEN = "given, those of the gold"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation(Figures):
    """How well predicted records agree with the gold.

    :param strict: Entities by type and :data:`ALL`, paired where a surface form is equal; empty
        if entities and roles were given.
    :param relaxed: Entities by type and :data:`ALL`, paired where surface forms overlap; likewise.
    :param roles: Roles of strictly paired entities.
    :param contributions: Named contributions of the papers; matched if found with their role.
    :param relations: Relations by type and :data:`ALL`.
    :param results: Results by way of comparison.
    :param papers: The counts of each paper of the gold.
    :param mistakes: What became of each entity that did not match.
    """

    strict: Mapping[str, Counts]
    relaxed: Mapping[str, Counts]
    roles: Counts
    contributions: Counts
    relations: Mapping[str, Counts]
    results: Mapping[str, Counts]
    papers: tuple[Score, ...]
    mistakes: tuple[Mistake, ...] = ()

    @property
    def size(self) -> int:
        """How many papers the gold has."""
        return len(self.papers)

    @property
    def is_given(self) -> bool:
        """Whether entities and roles were given, so that nothing can be said of them."""
        return not self.strict

    @property
    def role_accuracy(self) -> float:
        """Share of the strictly paired entities that have the right role; 0 if there are none."""
        return self.roles.recall

    @property
    def contribution_recall(self) -> float:
        """Share of the named contributions that were found as such; 0 if there are none."""
        return self.contributions.recall

    @property
    def groups(self) -> dict[str, Mapping[str, Counts]]:
        """Give the tables of counts by name, in their order."""
        facts = {"relations": self.relations, "results": self.results}
        if self.is_given:
            return facts
        return {"entities_strict": self.strict, "entities_relaxed": self.relaxed, **facts}

    @property
    def by_paper(self) -> dict[Row, tuple[Counts, ...]]:
        """Give the counts of each paper, for every row that has an interval."""
        rows: dict[Row, tuple[Counts, ...]] = {}
        if not self.is_given:
            rows = {
                ("entities_strict", ALL): tuple(total(s.strict.values()) for s in self.papers),
                ("entities_relaxed", ALL): tuple(total(s.relaxed.values()) for s in self.papers),
                ("roles", ALL): tuple(s.roles for s in self.papers),
            }
        rows["relations", ALL] = tuple(total(s.relations.values()) for s in self.papers)
        for name in self.results:
            rows["results", name] = tuple(s.results[name] for s in self.papers)
        return rows

    def as_dict(self) -> dict[str, Any]:
        """Give the figures as JSON can hold them, rounded to four places."""
        tables = {group: as_numbers(counts) for group, counts in self.groups.items()}
        if self.is_given:
            return {"papers": self.size, "entities": _GIVEN, **tables}
        return {
            "papers": self.size,
            "entities_strict": tables["entities_strict"],
            "entities_relaxed": tables["entities_relaxed"],
            "role_accuracy": round(self.role_accuracy, ROUNDED),
            "proposed_systems_recall": round(self.contribution_recall, ROUNDED),
            "relations": tables["relations"],
            "results": tables["results"],
        }

    def heading(self, bounds: Mapping[Row, tuple[float, float]]) -> list[str]:
        """Say in lines what was compared and how well all in all."""
        if self.is_given:
            return [f"papers {self.size}   entities and roles: {_GIVEN}"]
        (low, high), (least, most) = bounds["entities_strict", ALL], bounds["roles", ALL]
        return [
            f"papers {self.size}   strict F1 {self.strict[ALL].f1:.3f} ({low:.3f} to {high:.3f} "
            "with 95% confidence)",
            f"role accuracy {self.role_accuracy:.3f} ({least:.3f} to {most:.3f})   "
            f"named contributions found as such {self.contribution_recall:.3f}",
        ]

    def without_entities(self) -> Evaluation:
        """Leave out what is known of entities, for predictions that were given them.

        >>> from kg import ontology
        >>> evaluate([{"id": "p1"}], [], ontology.load()).without_entities().as_dict()["entities"]
        'given, those of the gold'
        """
        nothing = Counts()
        return replace(
            self, strict={}, relaxed={}, roles=nothing, contributions=nothing, mistakes=()
        )


def evaluate(
    gold: Iterable[Mapping[str, Any]],
    predicted: Iterable[Mapping[str, Any]],
    ontology: Ontology,
    *,
    contributions: Collection[tuple[str, str]] | None = None,
    measured: Collection[str] | None = None,
    settings: Collection[str] | None = None,
) -> Evaluation:
    """Measure predicted records against gold records.

    :param gold: Records as the annotation guidelines define them; ``optional`` ones count neither
        way.
    :param predicted: Records in the same schema; papers that the gold lacks are ignored, papers
        that are missing count as empty, of two of one paper the last counts.
    :param ontology: Tells the entity types and which relations have no direction.
    :param contributions: Pairs of type and role by which a paper contributes something of its own;
        by default those that the ontology marks.
    :param measured: Slots of a result that tell what was measured and must always agree; by default
        those that the ontology marks.
    :param settings: Slots that must agree as well for a result to be fully right; by default those
        that the ontology marks.
    :returns: The figures.
    """
    ruler = _ruler(ontology, contributions, measured, settings)
    by_id = {record["id"]: record for record in predicted}
    pairs = [(record, by_id.get(record["id"], {})) for record in gold]
    scores = [score(ours, theirs, ruler) for ours, theirs in pairs]
    mistakes = [m for ours, theirs in pairs for m in diagnose(ours, theirs, ruler.types)]
    return _sum_up(scores, mistakes, ruler)


def _ruler(
    ontology: Ontology,
    contributions: Collection[tuple[str, str]] | None,
    measured: Collection[str] | None,
    settings: Collection[str] | None,
) -> Ruler:
    if contributions is None:
        marked = [role for role in ontology.roles if role.is_contribution]
        contributions = [(role.type, role.name) for role in marked]
    if measured is None:
        measured = [slot.name for slot in ontology.slots if slot.is_measure]
    if settings is None:
        settings = [slot.name for slot in ontology.slots if slot.is_setting]
    first = "+".join(("value", *measured))
    return Ruler(
        types=ontology.type_names,
        symmetric=frozenset(r.name for r in ontology.relations if r.is_symmetric),
        contributions=frozenset(contributions),
        results=((first, tuple(measured)), ("full", (*measured, *settings))),
    )


def _sum_up(scores: Collection[Score], mistakes: Iterable[Mistake], ruler: Ruler) -> Evaluation:
    strict = columns((s.strict for s in scores), ruler.types)
    relaxed = columns((s.relaxed for s in scores), ruler.types)
    relations = columns(
        (s.relations for s in scores), sorted({r for s in scores for r in s.relations})
    )
    return Evaluation(
        strict=strict | {ALL: total(strict.values())},
        relaxed=relaxed | {ALL: total(relaxed.values())},
        roles=total(s.roles for s in scores),
        contributions=total(s.contributions for s in scores),
        relations=relations | {ALL: total(relations.values())},
        results=columns((s.results for s in scores), [name for name, _ in ruler.results]),
        papers=tuple(scores),
        mistakes=tuple(sorted(mistakes, key=lambda mistake: mistake.rank)),
    )
