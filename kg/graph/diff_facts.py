"""What changed among the relations and results of two graphs.

Facts follow their entities: what the old graph says of an entity that was merged, split, retyped or
renamed is compared with what the new graph says of the one that took its place, so that facts which
only follow are no change of their own.
"""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any

from kg.graph.diff_moves import cut
from kg.graph.diff_papers import ADDED, REMOVED, Change, only, paired
from kg.model import ASSERTED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kg.graph.diff_moves import Moves
    from kg.graph.diff_papers import Cause, Papers, Row
    from kg.graph.knowledge_graph import KnowledgeGraph

__all__ = ["relation_changes", "result_changes"]

# What took the place of an entity: in one paper, else everywhere.
_FOLLOW = """
WITH here AS (
  SELECT unnest($2::VARCHAR[]) AS paper, unnest($3::VARCHAR[]) AS was, unnest($4::VARCHAR[]) AS now
), anywhere AS (
  SELECT unnest($5::VARCHAR[]) AS was, unnest($6::VARCHAR[]) AS now
), known AS (
  SELECT iri, substr(iri, $1) AS local, type, name FROM entities
)
"""
_RELATIONS = """
, ends AS (
  SELECT p.id AS paper, c.relation, c.status, c.confidence, r.confidence AS together,
         list_contains($7, c.relation) AS is_even,
         {'iri': c.head, 'type': h.type, 'name': h.name} AS head,
         {'iri': c.tail, 'type': t.type, 'name': t.name} AS tail,
         coalesce(hp.now, ha.now, h.local) AS head_now,
         coalesce(tp.now, ta.now, t.local) AS tail_now
  FROM claims c JOIN papers p ON p.iri = c.paper
  LEFT JOIN relations r ON r.head = c.head AND r.relation = c.relation AND r.tail = c.tail
  JOIN known h ON h.iri = c.head JOIN known t ON t.iri = c.tail
  LEFT JOIN here hp ON hp.paper = p.id AND hp.was = h.local
  LEFT JOIN here tp ON tp.paper = p.id AND tp.was = t.local
  LEFT JOIN anywhere ha ON ha.was = h.local LEFT JOIN anywhere ta ON ta.was = t.local
), turned AS (
  SELECT *, is_even AND head_now > tail_now AS is_turned FROM ends
)
SELECT CASE WHEN is_turned THEN tail_now ELSE head_now END AS one, relation,
       CASE WHEN is_turned THEN head_now ELSE tail_now END AS other,
       min(CASE WHEN is_turned THEN tail ELSE head END) AS head,
       min(CASE WHEN is_turned THEN head ELSE tail END) AS tail, max(together) AS confidence,
       list({'paper': paper, 'status': status, 'confidence': confidence}
            ORDER BY paper, status, confidence) AS claims
FROM turned GROUP BY ALL ORDER BY one, relation, other
"""
_RESULTS = """
, filled AS (
  SELECT l.result, list({'slot': l.slot, 'local': coalesce(f.now, a.now, k.local),
                         'iri': k.iri, 'name': k.name} ORDER BY l.slot, k.iri) AS slots
  FROM result_entities l JOIN known k ON k.iri = l.entity
  JOIN results r ON r.iri = l.result JOIN papers p ON p.iri = r.paper
  LEFT JOIN here f ON f.paper = p.id AND f.was = k.local LEFT JOIN anywhere a ON a.was = k.local
  GROUP BY l.result
)
SELECT p.id AS paper, r.value, r.number, r.unit, r.kind, r.status, r.confidence, r.start, r."end",
       coalesce(f.slots, []) AS slots
FROM results r JOIN papers p ON p.iri = r.paper LEFT JOIN filled f ON f.result = r.iri
ORDER BY p.id, r.start, r."end", r.iri
"""


def _parameters(graph: KnowledgeGraph, moves: Moves | None) -> tuple[object, ...]:
    """Make the parameters of the statements: the length of the base, then what took whose place."""
    heirs = sorted(moves.heirs.items()) if moves else []
    successors = sorted(moves.successors().items()) if moves else []
    here = ([paper for (paper, _), _ in heirs], [was for (_, was), _ in heirs])
    anywhere = ([was for was, _ in successors], [now for _, now in successors])
    return cut(graph), *here, [now for _, now in heirs], *anywhere


def relation_changes(
    old: KnowledgeGraph, new: KnowledgeGraph, papers: Papers, moves: Moves, *, tolerance: float
) -> Iterator[Change]:
    """Compare the relations of two graphs, and what each paper claims of them.

    :param old: The graph before.
    :param new: The graph after.
    :param papers: What became of the papers.
    :param moves: Where the mentions went.
    :param tolerance: Confidences that differ by no more are the same.
    :returns: One change for each relation that is not claimed as it was, in the order of the IRIs
        of its ends.
    """
    one, other = (
        graph.rows(_FOLLOW + _RELATIONS, (*_parameters(graph, follow), _symmetric(graph)))
        for graph, follow in ((old, moves), (new, None))
    )
    for before, after in paired(one, other, itemgetter("one", "relation", "other")):
        was, now = only(before), only(after)
        claims = list(_claims(was, now, tolerance))
        if claims:
            yield _relation_change(was, now, claims, papers.cause(c["paper"] for c in claims))


def _symmetric(graph: KnowledgeGraph) -> list[str]:
    return [relation.name for relation in graph.ontology.relations if relation.is_symmetric]


def _claims(was: Row | None, now: Row | None, tolerance: float) -> Iterator[Row]:
    """Compare what the papers claim of one relation; yield the claims that are not the same."""
    before, after = _stances(was), _stances(now)
    for paper in sorted(before.keys() | after.keys()):
        had, has = before.get(paper, {}), after.get(paper, {})
        if had.keys() != has.keys() or any(_differ(had[s], has[s], tolerance) for s in had):
            yield {"paper": paper, "was": had or None, "now": has or None}


def _stances(row: Row | None) -> dict[str, dict[str, float]]:
    """Give confidence by status, by paper. Of several claims that became one the surest counts."""
    found: dict[str, dict[str, float]] = {}
    for claim in row["claims"] if row else ():
        found.setdefault(claim["paper"], {})[claim["status"]] = claim["confidence"]
    return found


def _differ(one: float, other: float, tolerance: float) -> bool:
    return round(abs(one - other) - tolerance, 9) > 0


def _relation_change(was: Row | None, now: Row | None, claims: list[Row], cause: Cause) -> Change:
    told = [_claimed(row) for row in (was, now)]
    if was is None or now is None:
        kind = ADDED if was is None else REMOVED
    elif _is_asserted(told[0]) != _is_asserted(told[1]) or any(map(_is_other, claims)):
        kind = "status"
    elif any(c["was"] is None or c["now"] is None for c in claims):
        kind = "support"
    else:
        kind = "confidence"
    row = now or was or {}
    sizes = [claimed["papers"] if claimed else 0 for claimed in told]
    return Change(
        group="relations",
        kind=kind,
        was=told[0],
        now=told[1],
        cause=cause,
        details={**{f: row[f] for f in ("head", "relation", "tail")}, "claims": claims},
        weight=abs(sizes[0] - sizes[1]) if kind == "support" else max(sizes),
    )


def _claimed(row: Row | None) -> Row | None:
    """Sum the claims of one relation up as the graph does: papers that assert it, confidence."""
    if row is None:
        return None
    surest = max(claim["confidence"] for claim in row["claims"])
    return {
        "papers": len({c["paper"] for c in row["claims"] if c["status"] == ASSERTED}),
        "confidence": surest if row["confidence"] is None else row["confidence"],
        "statuses": sorted({c["status"] for c in row["claims"]}),
    }


def _is_other(claim: Row) -> bool:
    """Say whether a paper claims the same with another status."""
    return bool(claim["was"] and claim["now"] and claim["was"].keys() != claim["now"].keys())


def _is_asserted(claimed: Row | None) -> bool:
    return claimed is not None and ASSERTED in claimed["statuses"]


### Results


def _said(row: Row) -> tuple[str, ...]:
    return row["value"], row["number"], row["unit"], row["kind"]


def _slots(row: Row) -> tuple[tuple[str, str], ...]:
    return tuple(sorted({(filler["slot"], filler["local"]) for filler in row["slots"]}))


def _place(row: Row) -> tuple[int, int]:
    return row["start"], row["end"]


# What makes two results the same, the surest first. Where the text is another there are no places.
_ANYWHERE: tuple[Callable[[Row], Any], ...] = (
    lambda row: (_said(row), _slots(row), row["status"]),
    lambda row: (_said(row), _slots(row)),
    _said,
)
_IN_PLACE: tuple[Callable[[Row], Any], ...] = (
    lambda row: (_place(row), _said(row), _slots(row), row["status"]),
    *_ANYWHERE[:2],
    lambda row: (_place(row), _said(row)),
    lambda row: (_place(row), _slots(row)),
    _said,
    _place,
)


def result_changes(
    old: KnowledgeGraph, new: KnowledgeGraph, papers: Papers, moves: Moves, *, tolerance: float
) -> Iterator[Change]:
    """Compare what the papers of two graphs report.

    :param old: The graph before.
    :param new: The graph after.
    :param papers: What became of the papers.
    :param moves: Where the mentions went.
    :param tolerance: Confidences that differ by no more are the same.
    :returns: One change for each result that is not the same, paper by paper. In papers whose text
        stayed, results at the same place are the same one, and so are those of the same value that
        found no other partner; where the text is another, only those of the same value.
    """
    one, other = (
        graph.rows(_FOLLOW + _RESULTS, _parameters(graph, follow))
        for graph, follow in ((old, moves), (new, None))
    )
    for before, after in paired(one, other, itemgetter("paper")):
        paper = (before or after)[0]["paper"]
        stages = _IN_PLACE if papers.stayed(paper) else _ANYWHERE
        for was, now in _matched(before, after, stages):
            if kind := _kind(was, now, tolerance):
                yield Change(
                    group="results",
                    kind=kind,
                    was=_told(was),
                    now=_told(now),
                    cause=papers.cause([paper]),
                    details={"paper": paper},
                )


def _matched(
    before: list[Row], after: list[Row], stages: tuple[Callable[[Row], Any], ...]
) -> list[tuple[Row | None, Row | None]]:
    """Pair the results of one paper; those that have no partner stand alone."""
    pairs: list[tuple[Row | None, Row | None]] = []
    for stage in stages:
        waiting: dict[Any, list[Row]] = {}
        for row in before:
            waiting.setdefault(stage(row), []).append(row)
        rest = []
        for row in after:
            if partners := waiting.get(stage(row)):
                pairs.append((partners.pop(0), row))
            else:
                rest.append(row)
        before, after = [row for rows in waiting.values() for row in rows], rest
    pairs += [(row, None) for row in before]
    pairs += [(None, row) for row in after]
    return sorted(pairs, key=_order)


def _order(pair: tuple[Row | None, Row | None]) -> tuple[object, ...]:
    row: Row = pair[1] or pair[0] or {}
    return *_place(row), *_said(row), _slots(row), row["status"], pair[1] is None


def _kind(was: Row | None, now: Row | None, tolerance: float) -> str:
    """Say what changed about a result; empty if nothing did."""
    if was is None or now is None:
        return ADDED if was is None else REMOVED
    if _said(was) != _said(now):
        return "value"
    if _slots(was) != _slots(now):
        return "slots"
    if was["status"] != now["status"]:
        return "status"
    return "confidence" if _differ(was["confidence"], now["confidence"], tolerance) else ""


def _told(row: Row | None) -> Row | None:
    if row is None:
        return None
    slots: dict[str, list[dict[str, str]]] = {}
    for filler in row["slots"]:
        slots.setdefault(filler["slot"], []).append({f: filler[f] for f in ("iri", "name")})
    fields = ("value", "number", "unit", "kind", "status", "confidence", "start", "end")
    return {**{name: row[name] for name in fields}, "slots": slots}
