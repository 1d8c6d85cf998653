"""Measure predicted records against gold records.

>>> from kg import ontology
>>> gold = [{"id": "p1", "entities": [{"type": "Method", "name": "EEGNet", "role": "used"}]}]
>>> found = evaluate(gold, gold, ontology.load())
>>> found.strict["all"].f1, found.role_accuracy
(1.0, 1.0)
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from kg.errors import ReadError
from kg.scoring import Counts, Ruler, Score, score

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from kg.ontology import Ontology

__all__ = ["ALL", "Evaluation", "evaluate", "read_lines"]

ALL = "all"
"""Name of the row that sums up the others."""

_NAMED = {"entities": ("type", "name"), "relations": ("head", "type", "tail"), "results": ()}
_ROUNDED = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """How well predictions agree with the gold.

    :param strict: Entities by type and :data:`ALL`, paired where a surface form is equal.
    :param relaxed: Entities by type and :data:`ALL`, paired where surface forms overlap.
    :param roles: Roles of strictly paired entities.
    :param contributions: Named contributions of the papers; matched if found with their role.
    :param relations: Relations by type and :data:`ALL`.
    :param results: Results by way of comparison.
    :param papers: Strictly paired entities of each paper of the gold.
    """

    strict: Mapping[str, Counts]
    relaxed: Mapping[str, Counts]
    roles: Counts
    contributions: Counts
    relations: Mapping[str, Counts]
    results: Mapping[str, Counts]
    papers: tuple[Counts, ...]

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
        return {
            "entities_strict": self.strict,
            "entities_relaxed": self.relaxed,
            "relations": self.relations,
            "results": self.results,
        }

    def as_dict(self) -> dict[str, Any]:
        """Give the figures as JSON can hold them, rounded to four places."""
        tables = {group: _table(counts) for group, counts in self.groups.items()}
        return {
            "papers": len(self.papers),
            "entities_strict": tables["entities_strict"],
            "entities_relaxed": tables["entities_relaxed"],
            "role_accuracy": round(self.role_accuracy, _ROUNDED),
            "proposed_systems_recall": round(self.contribution_recall, _ROUNDED),
            "relations": tables["relations"],
            "results": tables["results"],
        }

    def interval(
        self, *, level: float = 0.95, samples: int = 1000, seed: int = 0
    ) -> tuple[float, float]:
        """Estimate how far strict F1 over all types depends on which papers were drawn.

        A percentile bootstrap over papers (Efron 1979). The order of the papers does not matter,
        and the same seed gives the same interval.

        :param level: Share of the resampled figures that lie inside.
        :param samples: How often the papers are drawn again.
        :param seed: Start of the sequence of draws.
        :returns: Lower and upper bound; both 0 if there are no papers.
        """
        papers, size = sorted(self.papers), len(self.papers)
        rng = random.Random(seed)  # noqa: S311  a repeatable sequence is wanted, not a secret one
        figures = sorted(
            _total(papers[int(rng.random() * size)] for _ in range(size)).f1 for _ in range(samples)
        )
        outside = int((1 - level) / 2 * samples)
        return figures[outside], figures[samples - 1 - outside]

    def table(self) -> str:
        """Lay the figures out for people, one line each."""
        low, high = self.interval()
        lines = [
            f"papers {len(self.papers)}   strict F1 {self.strict[ALL].f1:.3f} "
            f"({low:.3f} to {high:.3f} with 95% confidence)",
            f"role accuracy {self.role_accuracy:.3f}   "
            f"named contributions found as such {self.contribution_recall:.3f}",
        ]
        for group, counts in self.groups.items():
            lines += [
                "",
                f"{group:<18}{'P':>7}{'R':>7}{'F1':>7}{'matched':>9}{'gold':>7}{'pred':>7}",
            ]
            lines += [
                f"  {name:<16}{c.precision:>7.3f}{c.recall:>7.3f}{c.f1:>7.3f}"
                f"{c.matched:>9}{c.gold:>7}{c.predicted:>7}"
                for name, c in counts.items()
            ]
        return "\n".join(lines) + "\n"


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
    scores = [score(record, by_id.get(record["id"], {}), ruler) for record in gold]
    return _sum_up(scores, ruler)


def read_lines(lines: Iterable[bytes], *, path: str = "-") -> Iterator[dict[str, Any]]:
    r"""Read gold or predicted records from lines of JSON, skipping empty ones.

    :param lines: The lines of a file.
    :param path: Name of the file, for the error.
    :returns: The records in their order.
    :raises ReadError: At the first line that is no record.

    >>> list(read_lines([b'{"id": "p1"}\n', b"\n"]))
    [{'id': 'p1'}]
    """
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            record = orjson.loads(line)
        except orjson.JSONDecodeError as err:
            raise ReadError(path, number, f"no JSON: {err}") from err
        if not _is_record(record):
            remedy = "write one record a line: id, entities, relations, results"
            raise ReadError(path, number, "no record that can be evaluated", remedy)
        yield record


def _is_record(record: Any) -> bool:
    if not isinstance(record, dict) or not isinstance(record.get("id"), str):
        return False
    for part, fields in _NAMED.items():
        items = record.get(part, [])
        if not isinstance(items, list) or not all(_is_item(item, fields) for item in items):
            return False
    return True


def _is_item(item: Any, fields: tuple[str, ...]) -> bool:
    if not isinstance(item, dict) or not all(isinstance(item.get(f), str) for f in fields):
        return False
    mentions = item.get("mentions", [])
    return isinstance(mentions, list) and all(isinstance(m, str) for m in mentions)


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


def _sum_up(scores: Collection[Score], ruler: Ruler) -> Evaluation:
    strict = _columns((s.strict for s in scores), ruler.types)
    relaxed = _columns((s.relaxed for s in scores), ruler.types)
    relations = _columns(
        (s.relations for s in scores), sorted({r for s in scores for r in s.relations})
    )
    return Evaluation(
        strict=strict | {ALL: _total(strict.values())},
        relaxed=relaxed | {ALL: _total(relaxed.values())},
        roles=_total(s.roles for s in scores),
        contributions=_total(s.contributions for s in scores),
        relations=relations | {ALL: _total(relations.values())},
        results=_columns((s.results for s in scores), [name for name, _ in ruler.results]),
        papers=tuple(_total(s.strict.values()) for s in scores),
    )


def _columns(tables: Iterable[Mapping[str, Counts]], names: Iterable[str]) -> dict[str, Counts]:
    kept = list(tables)
    return {name: _total(table.get(name, Counts()) for table in kept) for name in names}


def _total(counts: Iterable[Counts]) -> Counts:
    kept = list(counts)
    return Counts(
        sum(c.matched for c in kept), sum(c.gold for c in kept), sum(c.predicted for c in kept)
    )


def _table(counts: Mapping[str, Counts]) -> dict[str, dict[str, float]]:
    return {
        name: {
            "p": round(c.precision, _ROUNDED),
            "r": round(c.recall, _ROUNDED),
            "f1": round(c.f1, _ROUNDED),
            "tp": c.matched,
            "gold": c.gold,
            "pred": c.predicted,
        }
        for name, c in counts.items()
    }
