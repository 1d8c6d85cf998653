"""The leaderboard of a graph: what its papers report, in boards of values that can be compared.

>>> from kg.graph.assemble import assemble
>>> with assemble([]) as graph:
...     leaderboard(graph).boards
()
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from kg.errors import UnknownNameError
from kg.graph.admissible import RANGE, SURE, is_range, judged
from kg.graph.boards import BASELINE, UNSURE, Board, Filler, Row, boards
from kg.graph.directions import CHANGE, directions
from kg.graph.kin import Kinship, near
from kg.graph.names import named
from kg.model import ASSERTED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kg.graph.knowledge_graph import KnowledgeGraph
    from kg.ontology import Ontology, Slot

__all__ = ["Leaderboard", "competing", "fixed", "leaderboard"]

_ROWS = """
WITH named AS (
  SELECT l.result, l.slot, string_agg(e.name, '; ' ORDER BY e.name, e.iri) AS name,
         string_agg(e.iri, ' ' ORDER BY e.name, e.iri) AS iri
  FROM result_entities l JOIN entities e ON e.iri = l.entity GROUP BY l.result, l.slot
), filled AS (
  SELECT result, map_from_entries(list((slot, [name, iri]) ORDER BY slot)) AS slots
  FROM named GROUP BY result
), listed AS (
  SELECT paper, list(DISTINCT day ORDER BY day) AS days FROM listings WHERE day <> '' GROUP BY paper
)
SELECT r.value, r.number, r.unit, r.kind, r.status, r.start, r."end", r.rule, r.confidence, f.slots,
       p.iri AS paper_iri, p.id AS paper, p.title, p.date, coalesce(d.days, []) AS days,
       -- Where the text is not carried there is the title alone, and the offsets lead beyond it.
       CASE WHEN r."end" <= length(p.title) + 1 + length(p.abstract) THEN
         substring(p.title || chr(10) || p.abstract, r.start + 1, r."end" - r.start)
       ELSE '' END AS quote
FROM results r JOIN papers p ON p.iri = r.paper
LEFT JOIN filled f ON f.result = r.iri LEFT JOIN listed d ON d.paper = p.iri
ORDER BY p.id, p.iri, r.start, r."end", r.iri
"""
_OWN = "SELECT paper, entity FROM roles WHERE list_contains($1, property)"
_KINDS = "SELECT narrow, broad FROM kinds ORDER BY ALL"
_ALIASES = """
SELECT entity, list(text ORDER BY papers DESC, text) AS texts FROM aliases
WHERE entity IN (SELECT entity FROM result_entities WHERE slot = $1) GROUP BY entity
"""
_FIELDS = (
    *("value", "number", "unit", "kind", "paper", "paper_iri", "title", "date"),
    *("start", "end", "quote", "rule", "confidence"),
)


@dataclass(frozen=True, slots=True)
class Leaderboard:
    """The boards of a graph, how many there are, and what was left out.

    :param boards: The boards, in the order of :func:`kg.graph.boards.boards`.
    :param total: How many boards there are beside those that are given.
    :param unasserted: How many values fit that their papers do not assert; they are left out.
    :param chosen: Names of the entities that each wanted name was found to mean, by slot.
    :param near: Where there is no board: names near the wanted ones of which there are boards, by
        slot.
    """

    boards: tuple[Board, ...]
    total: int
    unasserted: int
    chosen: Mapping[str, tuple[str, ...]]
    near: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def competing(ontology: Ontology) -> Slot:
    """Name the slot whose fillers compete on a board.

    :param ontology: The ontology.
    :returns: The first slot that is a setting; the first of all if none is.
    """
    return next((slot for slot in ontology.slots if slot.is_setting), ontology.slots[0])


def fixed(ontology: Ontology) -> tuple[Slot, ...]:
    """Name the slots in which all values of a board agree: the measure, then other settings."""
    rival = competing(ontology)
    slots = [s for s in ontology.slots if s.is_measure or (s.is_setting and s != rival)]
    return tuple(sorted(slots, key=lambda slot: not slot.is_measure))


def leaderboard(
    graph: KnowledgeGraph,
    wanted: Mapping[str, str] | None = None,
    *,
    top: int | None = None,
    sure: float = SURE,
) -> Leaderboard:
    """Group what papers report into boards.

    :param graph: The graph.
    :param wanted: Names by slot: only results whose slot is filled so. For the slot that competes,
        whole boards are kept: those on which the name stands.
    :param top: How many boards to give; by default all.
    :param sure: The confidence from which a value takes a rank.
    :returns: The boards; none if nothing was reported.
    :raises UnknownNameError: If there is no entity of such a name, or no such slot.
    """
    ontology = graph.ontology
    known = {slot.name: slot for slot in ontology.slots}
    if strange := sorted(set(wanted or ()) - set(known)):
        raise UnknownNameError("slot", strange[0], list(known))
    chosen = {slot: named(graph, known[slot].type, name) for slot, name in (wanted or {}).items()}
    iris = {slot: {entity["iri"] for entity in found} for slot, found in chosen.items()}
    rival = competing(ontology).name
    measure, *_ = agreed = [slot.name for slot in fixed(ontology)]
    judge = _Judge(graph, measure, rival, sure)
    rows, unasserted = [], 0
    for raw in graph.rows(_ROWS):
        row = _row(raw, ontology)
        if not _fits(row, iris, set(known) - {rival, *agreed}):
            continue
        if raw["status"] == ASSERTED:
            rows.append(judge(row))
        else:
            unasserted += _fits(row, iris, {*agreed})
    everything = boards(rows, agreed, judge.better, rival=rival)
    found = [b for b in everything if _fits(b, iris, {*agreed})]
    if rivals := iris.get(rival):
        found = [b for b in found if any(_is_one_of(row.slots[rival], rivals) for row in b.rows)]
    kinship = Kinship(everything, measure, _pairs(graph), judge.endings)
    names = {slot: tuple(entity["name"] for entity in told) for slot, told in chosen.items()}
    return Leaderboard(
        tuple(map(kinship.of, found[:top])),
        len(found),
        unasserted,
        names,
        {} if found else _near(everything, wanted or {}, iris, agreed),
    )


class _Judge:
    """Tell which way values are better, and what keeps one from a rank."""

    def __init__(self, graph: KnowledgeGraph, measure: str, rival: str, sure: float) -> None:
        self.measure, self.rival, self.sure = measure, rival, sure
        rows = graph.rows(_ALIASES, (measure,))
        self.aliases: dict[str, list[str]] = {row["entity"]: row["texts"] for row in rows}
        self.known = directions(graph.ontology)
        rules = graph.ontology.rules("results")
        self.of_rivals = frozenset(rules["of_rivals"])
        kind = competing(graph.ontology).type
        made = [r.property for r in graph.ontology.roles_of(kind) if r.is_contribution]
        self.own = {(row["paper"], row["entity"]) for row in graph.rows(_OWN, (made,))}

    def better(self, measure: Filler | None, unit: str, kind: str) -> str:
        """Tell which way values are better, by all names of what they measure."""
        if measure is None:
            return self.known.of("", (), kind=kind, unit="")
        return self.known.of(measure.name, self._others(measure), kind=kind, unit=unit)

    def endings(self, measure: Filler) -> set[str]:
        """Tell by which endings of its names a measure is known."""
        names = (measure.name, *self._others(measure))
        return {known for name in names if (known := self.known.known_as(name))}

    def __call__(self, row: Row) -> Row:
        """Note what keeps a value from a rank: that it cannot be, whose it is, how sure it is."""
        measure, reason, taken = row.slots[self.measure], "", ""
        if measure is not None and self.known.kinds.get(row.kind) != CHANGE:
            quantities = self.known.quantities_of(measure.name, self._others(measure))
            quantity = self.known.quantity_of(row.unit)
            reason, taken = judged(quantities, quantity, row.unit, row.number)
        if not reason and row.kind in self.of_rivals and self._is_nobodys(row):
            reason = BASELINE
        if not reason and row.confidence < self.sure:
            reason = UNSURE
        if not reason and is_range(row.value):
            reason = RANGE
        return replace(row, unranked=reason, taken=taken)

    def _is_nobodys(self, row: Row) -> bool:
        """Say whether nothing competes, or what the paper itself contributes."""
        filler = row.slots[self.rival]
        return filler is None or any((row.paper_iri, iri) in self.own for iri in filler.iris)

    def _others(self, measure: Filler) -> Sequence[str]:
        return self.aliases.get(measure.iri, ())


def _fits(one: Row | Board, iris: Mapping[str, set[str]], slots: Iterable[str]) -> bool:
    """Say whether each of some slots is filled as wanted, if anything is wanted of it."""
    return all(_is_one_of(one.slots[slot], iris[slot]) for slot in slots if slot in iris)


def _is_one_of(filler: Filler | None, allowed: set[str]) -> bool:
    return filler is not None and not filler.iris.isdisjoint(allowed)


def _pairs(graph: KnowledgeGraph) -> list[tuple[str, str]]:
    return [(row["narrow"], row["broad"]) for row in graph.rows(_KINDS)]


def _near(
    everything: Iterable[Board],
    wanted: Mapping[str, str],
    iris: Mapping[str, set[str]],
    agreed: Iterable[str],
) -> dict[str, tuple[str, ...]]:
    """Name what is near a wanted name and has boards, other slots being filled as wanted."""
    found = {}
    for slot in agreed:
        if slot in wanted:
            others = {*agreed} - {slot}
            fitting = [b for b in everything if b.is_comparable and _fits(b, iris, others)]
            if names := near(wanted[slot], slot, fitting):
                found[slot] = names
    return found


def _row(raw: dict[str, Any], ontology: Ontology) -> Row:
    filled = raw["slots"] or {}
    return Row(
        **{name: raw[name] for name in _FIELDS},
        slots={
            slot.name: Filler(*filled[slot.name]) if slot.name in filled else None
            for slot in ontology.slots
        },
        listed=tuple(raw["days"]),
    )
