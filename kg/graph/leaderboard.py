"""The leaderboard of a graph: what its papers report, in boards of values that can be compared.

>>> from kg.graph.assemble import assemble
>>> with assemble([]) as graph:
...     leaderboard(graph).boards
()
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kg.errors import UnknownNameError
from kg.graph.boards import Board, Filler, Row, boards
from kg.graph.directions import directions
from kg.graph.names import named
from kg.model import ASSERTED

if TYPE_CHECKING:
    from collections.abc import Mapping

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
       p.title || chr(10) || p.abstract AS text
FROM results r JOIN papers p ON p.iri = r.paper
LEFT JOIN filled f ON f.result = r.iri LEFT JOIN listed d ON d.paper = p.iri
ORDER BY p.id, p.iri, r.start, r."end", r.iri
"""
_ALIASES = """
SELECT entity, list(text ORDER BY papers DESC, text) AS texts FROM aliases
WHERE entity IN (SELECT entity FROM result_entities WHERE slot = $1) GROUP BY entity
"""
_FIELDS = (
    *("value", "number", "unit", "kind", "paper", "paper_iri", "title", "date"),
    *("start", "end", "rule", "confidence"),
)


@dataclass(frozen=True, slots=True)
class Leaderboard:
    """The boards of a graph, how many there are, and what was left out.

    :param boards: The boards, in the order of :func:`kg.graph.boards.boards`.
    :param total: How many boards there are beside those that are given.
    :param unasserted: How many values fit that their papers do not assert; they are left out.
    :param chosen: Names of the entities that each wanted name was found to mean, by slot.
    """

    boards: tuple[Board, ...]
    total: int
    unasserted: int
    chosen: Mapping[str, tuple[str, ...]]


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
    graph: KnowledgeGraph, wanted: Mapping[str, str] | None = None, *, top: int | None = None
) -> Leaderboard:
    """Group what papers report into boards.

    :param graph: The graph.
    :param wanted: Names by slot: only results whose slot is filled so. For the slot that competes,
        whole boards are kept: those on which the name stands.
    :param top: How many boards to give; by default all.
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
    rivals = iris.pop(rival, None)
    rows, unasserted = [], 0
    for raw in graph.rows(_ROWS):
        row = _row(raw, ontology)
        if all(_is_one_of(row.slots[slot], allowed) for slot, allowed in iris.items()):
            if raw["status"] == ASSERTED:
                rows.append(row)
            else:
                unasserted += 1
    measure, *_ = agreed = [slot.name for slot in fixed(ontology)]
    found = boards(rows, agreed, _Better(graph, measure))
    if rivals is not None:
        found = [b for b in found if any(_is_one_of(row.slots[rival], rivals) for row in b.rows)]
    names = {slot: tuple(entity["name"] for entity in told) for slot, told in chosen.items()}
    return Leaderboard(tuple(found[:top]), len(found), unasserted, names)


class _Better:
    """Tell which way values are better, by all names of what they measure."""

    def __init__(self, graph: KnowledgeGraph, slot: str) -> None:
        self.aliases = {row["entity"]: row["texts"] for row in graph.rows(_ALIASES, (slot,))}
        self.known = directions(graph.ontology)

    def __call__(self, measure: Filler | None, unit: str, kind: str) -> str:
        if measure is None:
            return self.known.of("", (), kind=kind, unit="")
        aliases = self.aliases.get(measure.iri, ())
        return self.known.of(measure.name, aliases, kind=kind, unit=unit)


def _is_one_of(filler: Filler | None, allowed: set[str]) -> bool:
    return filler is not None and not filler.iris.isdisjoint(allowed)


def _row(raw: dict[str, Any], ontology: Ontology) -> Row:
    filled, text, end = raw["slots"] or {}, raw["text"], raw["end"]
    return Row(
        **{field: raw[field] for field in _FIELDS},
        slots={
            slot.name: Filler(*filled[slot.name]) if slot.name in filled else None
            for slot in ontology.slots
        },
        listed=tuple(raw["days"]),
        # Where the text is not carried there is the title alone, and the offsets lead beyond it.
        quote=text[raw["start"] : end] if end <= len(text) else "",
    )
