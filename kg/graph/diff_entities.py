"""What changed among the entities of two graphs: which came, went, grew together or apart."""

from __future__ import annotations

from collections import Counter
from operator import itemgetter
from typing import TYPE_CHECKING

from kg.graph.diff_moves import KIND_OF, entities
from kg.graph.diff_papers import ADDED, REMOVED, Change, only, paired
from kg.normalize import key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.graph.diff_moves import Moves
    from kg.graph.diff_papers import Papers, Row
    from kg.graph.knowledge_graph import KnowledgeGraph

__all__ = ["entity_changes"]


_OWNING = """
SELECT iri FROM entities WHERE type = $1
  AND (key = $2 OR iri IN (SELECT entity FROM merges WHERE key = $2 AND type = $1))
ORDER BY iri
"""
_SPEAKING = """
SELECT DISTINCT p.id FROM roles r JOIN papers p ON p.iri = r.paper
WHERE r.entity = $1
"""


def entity_changes(
    old: KnowledgeGraph, new: KnowledgeGraph, papers: Papers, moves: Moves
) -> Iterator[Change]:
    """Compare the entities of two graphs.

    :param old: The graph before.
    :param new: The graph after.
    :param papers: What became of the papers.
    :param moves: Where the mentions went.
    :returns: One change for each entity that is not the same, in the order of their IRIs. One that
        goes on as another is told once, where it was.
    """
    going_on = {entity: to for entity in moves.flows if (to := moves.continuation(entity))}
    told = set(going_on.values())
    comparison = _Comparison((old, new), papers, moves)
    for before, after in paired(entities(old), entities(new), itemgetter("local")):
        was, now = only(before), only(after)
        local = (was or now or {})["local"]
        if local in told:
            continue
        if local in going_on:
            now = moves.new[going_on[local]]
        if was == now and local not in moves.left and local not in moves.won:
            continue
        if change := comparison.change(was, now):
            yield change


class _Comparison:
    """What is needed to tell how one entity changed."""

    def __init__(
        self, graphs: tuple[KnowledgeGraph, KnowledgeGraph], papers: Papers, moves: Moves
    ) -> None:
        self.graphs, self.papers, self.moves = graphs, papers, moves
        self.successors = moves.successors()
        self._known: dict[tuple[int, str], set[str]] = {}

    def change(self, was: Row | None, now: Row | None) -> Change | None:
        """Tell how an entity changed; None if only what is told elsewhere did."""
        details: Row = self._others(was, now)
        if was and now:
            details |= _differences(was, now) | self._ties(was, now)
        touched = self._touched(was, now)
        kind = self._kind(was, now, details, is_touched=bool(touched))
        if not kind:
            return None
        if not touched:
            touched = self._remote(was, now, details)
        sizes = [row["papers"] if row else 0 for row in (was, now)]
        sides = [_told(row, graph) for row, graph in zip((was, now), self.graphs, strict=True)]
        return Change(
            group="entities",
            kind=kind,
            was=sides[0],
            now=sides[1],
            cause=self.papers.cause(touched, self._linked(was, now)),
            details=details,
            weight=abs(sizes[0] - sizes[1]) if kind == "support" else max(sizes),
        )

    def _touched(self, was: Row | None, now: Row | None) -> set[str]:
        """Name the papers that speak otherwise of the entity, or say what it is."""
        sides = [{tuple(part) for part in row["parts"]} if row else set() for row in (was, now)]
        touched = {paper for paper, *_ in sides[0] ^ sides[1]}
        before, after = was["local"] if was else "", now["local"] if now else ""
        touched |= self.moves.left.get(before, set()) | self.moves.won.get(after, set())
        pairs = {(before, other) for other in self.moves.flows.get(before, ())}
        pairs |= {(other, after) for other in self.moves.sources.get(after, ())}
        for pair in pairs:
            rules = self.moves.joining.get(pair), self.moves.joined.get(pair[::-1])
            touched |= {rule[1] for rule in rules if rule and not self.papers.stayed(rule[1])}
        return touched - {""}

    def _linked(self, was: Row | None, now: Row | None) -> set[str]:
        """Name the papers in which only a link of the entity is another."""
        left = self.moves.left.get(was["local"], set()) if was else set()
        won = self.moves.won.get(now["local"], set()) if now else set()
        return (left | won) & self.moves.linked

    def _remote(self, was: Row | None, now: Row | None, details: Row) -> set[str]:
        """Name the papers that came or went and speak of an entity that no paper reads otherwise.

        Another name won, or an alias went, where the text is another; or what it is linked to came.
        """
        spoken = {paper for row in (was, now) if row for paper, *_ in row["parts"]}
        spoken = {paper for paper in spoken if not self.papers.stayed(paper)}
        for graph, some in zip(self.graphs, ("lost", "gained"), strict=True):
            for tie in details.get("links", {}).get(some, ()):
                if tie["predicate"] == KIND_OF:
                    spoken |= self._speaking(graph, tie["target"])
        kind = (was or now or {}).get("type", "")
        for graph, some in zip(self.graphs, ("gained", "lost"), strict=True):
            for name in details.get("names", {}).get(some, ()):  # it named another thing there
                for row in graph.rows(_OWNING, (kind, key(name))):
                    spoken |= self._speaking(graph, row["iri"])
        return spoken

    def _speaking(self, graph: KnowledgeGraph, entity: str) -> set[str]:
        place = (id(graph), entity)
        if place not in self._known:
            ids = (row["id"] for row in graph.rows(_SPEAKING, (entity,)))
            self._known[place] = {paper for paper in ids if not self.papers.stayed(paper)}
        return self._known[place]

    def _others(self, was: Row | None, now: Row | None) -> Row:
        """Tell the entities that mentions went to and came from, and by what rule they do."""
        moves = self.moves
        found: Row = {}
        before, after = was["local"] if was else "", now["local"] if now else ""
        old, new = self.graphs
        if before and after and before != after:
            found |= self._rules((before, after))
        into = moves.flows.get(before, Counter())
        if told := [
            self._other(moves.new[to], new, into[to]) | self._rules((before, to))
            for to in sorted(into)
            if to != after
        ]:
            found["into"] = told
        origins = moves.sources.get(after, Counter())
        if told := [
            self._other(moves.old[of], old, origins[of]) | self._rules((of, after))
            for of in sorted(origins)
            if of != before
        ]:
            found["from"] = told
        return found

    def _other(self, row: Row, graph: KnowledgeGraph, mentions: int) -> Row:
        told = {"iri": graph.base + row["local"], "type": row["type"], "name": row["name"]}
        return {**told, "mentions": mentions}

    def _rules(self, pair: tuple[str, str]) -> Row:
        """Tell by what rule one entity is taken for another now, and by what rule the other was."""
        rule, _ = self.moves.joining.get(pair, ("", ""))
        former, _ = self.moves.joined.get(pair[::-1], ("", ""))
        return {k: v for k, v in (("rule", rule), ("former_rule", former)) if v}

    def _ties(self, was: Row, now: Row) -> Row:
        """Tell what an entity is a kind of or linked to now, and what no more."""
        sides: list[dict[tuple[str, str], Row]] = []
        for row, graph in zip((was, now), self.graphs, strict=True):
            ties = {}
            for tie in row["ties"]:
                end = target = tie["target"]
                if tie["predicate"] == KIND_OF:
                    target = graph.base + target
                    end = end if row is now else self.successors.get(end, end)
                ties[tie["predicate"], end] = {**tie, "target": target}
            sides.append(ties)
        lost = [tie for place, tie in sides[0].items() if place not in sides[1]]
        gained = [tie for place, tie in sides[1].items() if place not in sides[0]]
        return {"links": {"gained": gained, "lost": lost}} if gained or lost else {}

    def _kind(self, was: Row | None, now: Row | None, details: Row, *, is_touched: bool) -> str:
        if was is None:
            return ADDED
        if fate := self.moves.fate(was["local"]):
            return fate
        if now is None:
            return REMOVED
        told = {
            "retyped": was["type"] != now["type"],
            "renamed": was["name"] != now["name"],
            "roles": "roles" in details,
            "support": is_touched,
            "links": "links" in details,
            "names": "names" in details,
        }
        return next((kind for kind, is_so in told.items() if is_so), "")


def _differences(was: Row, now: Row) -> Row:
    """Tell the names that an entity won and lost, and its roles that are others."""
    names = [{row["name"], *row["aliases"]} for row in (was, now)]
    roles = [{paper: role for paper, role, _ in row["parts"]} for row in (was, now)]
    found: Row = {}
    if names[0] != names[1]:
        gained, lost = sorted(names[1] - names[0]), sorted(names[0] - names[1])
        found["names"] = {"gained": gained, "lost": lost}
    others = sorted(p for p in roles[0].keys() & roles[1].keys() if roles[0][p] != roles[1][p])
    if others:
        found["roles"] = [{"paper": p, "was": roles[0][p], "now": roles[1][p]} for p in others]
    return found


def _told(row: Row | None, graph: KnowledgeGraph) -> Row | None:
    if row is None:
        return None
    fields = ("type", "name", "papers", "mentions")
    return {"iri": graph.base + row["local"], **{name: row[name] for name in fields}}
