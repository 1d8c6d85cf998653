"""Where the mentions of entities went from one graph to the next.

Papers whose text stayed have their mentions at the same places. Where a place belongs to one entity
before and to another one after, a mention has moved; entities that share the places of their
mentions are the same thing under two names. That needs no likeness of names.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import zip_longest
from operator import itemgetter
from typing import TYPE_CHECKING

from kg.graph.diff_papers import paired
from kg.iri import Minter
from kg.linking.names import CURATED
from kg.normalize import key

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kg.graph.diff_papers import Papers, Row
    from kg.graph.knowledge_graph import KnowledgeGraph

__all__ = ["KIND_OF", "Moves", "cut", "entities", "read_moves"]

KIND_OF = "kind of"
"""What stands as the predicate of a link from an entity to a broader one."""

# IRIs are compared without the base, which either graph has its own of.
_PRINTS = """
SELECT p.id, md5(string_agg(m.start || ' ' || m."end" || ' ' || substr(m.entity, $1), ' '
                            ORDER BY m.start, m."end", m.entity)) AS print
FROM mentions m JOIN papers p ON p.iri = m.paper GROUP BY p.id ORDER BY p.id
"""
_PLACES = """
SELECT p.id AS paper, m.start, m."end", list(substr(m.entity, $1) ORDER BY m.entity) AS entities
FROM mentions m JOIN papers p ON p.iri = m.paper
WHERE p.id IN (SELECT unnest($2::VARCHAR[]))
GROUP BY p.id, m.start, m."end" ORDER BY p.id, m.start, m."end"
"""
_ENTITIES = """
WITH chosen AS (SELECT * FROM entities WHERE_)
, counted AS (
  SELECT paper, entity, count(*) AS n
  FROM mentions SEMI JOIN chosen ON chosen.iri = entity GROUP BY ALL
), played AS (
  SELECT r.entity, list([p.id, r.role, coalesce(c.n, 0)::VARCHAR] ORDER BY p.id, r.role) AS parts
  FROM roles r SEMI JOIN chosen ON chosen.iri = r.entity JOIN papers p ON p.iri = r.paper
  LEFT JOIN counted c ON c.paper = r.paper AND c.entity = r.entity GROUP BY r.entity
), written AS (
  SELECT entity, list(text ORDER BY text) AS aliases
  FROM aliases SEMI JOIN chosen ON chosen.iri = entity GROUP BY entity
), tied AS (
  SELECT entity, list({'predicate': predicate, 'target': target, 'name': name}
                      ORDER BY predicate, target) AS ties
  FROM (SELECT narrow AS entity, 'kind of' AS predicate, substr(broad, $1) AS target, b.name
        FROM kinds JOIN entities b ON b.iri = broad
        UNION ALL SELECT entity, predicate, target, '' FROM links)
  SEMI JOIN chosen ON chosen.iri = entity GROUP BY entity
)
SELECT substr(e.iri, $1) AS local, e.type, e.name, e.papers, e.mentions,
       coalesce(w.aliases, []) AS aliases, coalesce(p.parts, []) AS parts,
       coalesce(t.ties, []) AS ties
FROM chosen e LEFT JOIN written w ON w.entity = e.iri LEFT JOIN played p ON p.entity = e.iri
LEFT JOIN tied t ON t.entity = e.iri
ORDER BY local
"""
_RULES = """
SELECT substr(m.entity, $1) AS local, m.type, m.name, m.rule, coalesce(p.id, '') AS paper
FROM merges m LEFT JOIN papers p ON p.iri = m.source
WHERE substr(m.entity, $1) IN (SELECT unnest($2::VARCHAR[])) ORDER BY ALL
"""
_CHOSEN = "WHERE substr(iri, $1) IN (SELECT unnest($2::VARCHAR[]))"


@dataclass(slots=True)
class Moves:
    """Where the mentions went, in papers whose text stayed. IRIs stand without their base.

    :param old: Rows of the old graph, of all entities that lost or won mentions.
    :param new: Rows of the new graph, of the same.
    :param flows: How many mentions went to which entity, by the one that had them.
    :param sources: The other way round.
    :param lost: How many mentions went and left nothing in their place.
    :param left: Papers in which an entity has mentions no more.
    :param won: Papers in which an entity has mentions that it had not.
    :param heirs: The one entity that took over all mentions in a paper, by paper and old entity.
    :param joining: Rule by which the new graph takes one entity for another, and the paper that
        says so, if one does.
    :param joined: The same of the old graph.
    :param linked: Papers in which mentions moved by such rules, not by the word of people, and did
        nothing else.
    """

    old: dict[str, Row] = field(default_factory=dict)
    new: dict[str, Row] = field(default_factory=dict)
    flows: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    sources: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    lost: Counter[str] = field(default_factory=Counter)
    left: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    won: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    heirs: dict[tuple[str, str], str] = field(default_factory=dict)
    joining: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    joined: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    linked: set[str] = field(default_factory=set)

    def fate(self, entity: str) -> str:
        """Say what became of an entity whose mentions went to others.

        :param entity: An entity of the old graph.
        :returns: ``merged``, ``split``, ``retyped``, ``renamed`` or ``moved``; empty if none of
            its mentions went to another, or if it is gone and most of them went nowhere.
        """
        targets = self.flows.get(entity)
        survives = entity in self.new
        if not targets or (not survives and targets.total() < self.lost[entity]):
            return ""
        alike = [other for other in targets if _type(other) == _type(entity)]
        if not alike:
            return "retyped"
        is_fresh = any(other not in self.old for other in (alike if survives else targets))
        if survives:
            return "split" if is_fresh else "moved"
        if len(targets) > 1:
            return "split" if is_fresh else "merged"
        return "renamed" if is_fresh and len(self.sources[alike[0]]) == 1 else "merged"

    def successor(self, entity: str) -> str:
        """Name the one entity that took over all of one that is gone; empty if there is none."""
        targets = self.flows.get(entity, Counter())
        is_gone = entity not in self.new and self.fate(entity)
        return next(iter(targets)) if is_gone and len(targets) == 1 else ""

    def continuation(self, entity: str) -> str:
        """Name the new entity that an old one goes on as, and nothing else; empty if none does."""
        other = self.successor(entity)
        is_alone = other and other not in self.old and len(self.sources[other]) == 1
        return other if is_alone else ""

    def successors(self) -> dict[str, str]:
        """Name the successors of all entities that have one."""
        return {entity: other for entity in self.flows if (other := self.successor(entity))}


def read_moves(old: KnowledgeGraph, new: KnowledgeGraph, papers: Papers) -> Moves:
    """Find the mentions that belong to others now.

    :param old: The graph before.
    :param new: The graph after.
    :param papers: What became of the papers.
    :returns: The moves; empty if all places have the entities that they had.
    """
    one, other = (graph.rows(_PRINTS, (cut(graph),)) for graph in (old, new))
    unlike = [
        (before or after)[0]["id"]
        for before, after in paired(one, other, itemgetter("id"))
        if before != after
    ]
    unlike = [identifier for identifier in unlike if papers.stayed(identifier)]
    moves = Moves()
    pairs: dict[str, set[tuple[str, str]]] = {}
    heirs: dict[tuple[str, str], set[str]] = {}
    one, other = (graph.rows(_PLACES, (cut(graph), unlike)) for graph in (old, new))
    for before, after in paired(one, other, itemgetter("paper", "start", "end")):
        paper = (before or after)[0]["paper"]
        had, has = (set(rows[0]["entities"]) if rows else set() for rows in (before, after))
        for entity in had & has:
            heirs.setdefault((paper, entity), set()).add(entity)
        for was, now in _matched(had - has, has - had):
            pairs.setdefault(paper, set()).add((was, now))
            if now:
                moves.won[now].add(paper)
            if was:
                moves.left[was].add(paper)
            if was and now:
                moves.flows[was][now] += 1
                moves.sources[now][was] += 1
                heirs.setdefault((paper, was), set()).add(now)
            elif was:
                moves.lost[was] += 1
    moves.heirs = {at: next(iter(to)) for at, to in heirs.items() if len(to) == 1 and to != {at[1]}}
    involved = sorted({*moves.left, *moves.won})
    moves.old, moves.new = (
        {row["local"]: row for row in entities(graph, involved)} for graph in (old, new)
    )
    moves.joined = _rules(old, sorted(moves.flows))
    moves.joining = _rules(new, sorted(moves.sources))
    if old.ontology != new.ontology:  # then the rules may be others, whatever papers came
        return moves
    moves.linked = {
        paper
        for paper, found in pairs.items()
        if all(_follows_papers(moves, *pair) for pair in found)
    }
    return moves


def _rules(graph: KnowledgeGraph, chosen: Sequence[str]) -> dict[tuple[str, str], tuple[str, str]]:
    """Tell by what rule names were taken for some entities; by the IRI they would have and had."""
    mint = Minter(graph.base)
    return {
        (mint.entity(row["type"], key(row["name"]))[cut(graph) - 1 :], row["local"]): (
            row["rule"],
            row["paper"],
        )
        for row in graph.rows(_RULES, (cut(graph), chosen))
    }


def _follows_papers(moves: Moves, was: str, now: str) -> bool:
    """Say whether a move is due to a rule that looks at all papers, and not to what people say."""
    rules = [moves.joining.get((was, now)), moves.joined.get((now, was))]
    found = [rule[0] for rule in rules if rule]
    return bool(found) and not any(CURATED in rule.split() for rule in found)


def _matched(went: set[str], came: set[str]) -> Iterator[tuple[str, str]]:
    """Pair the entities that a place had with those that it has, of the same type if possible."""
    free, rest = sorted(came), []
    for entity in sorted(went):
        other = next((other for other in free if _type(other) == _type(entity)), "")
        if other:
            free.remove(other)
            yield entity, other
        else:
            rest.append(entity)
    yield from zip_longest(rest, free, fillvalue="")


def _type(local: str) -> str:
    return local.partition("/")[0]


def cut(graph: KnowledgeGraph) -> int:
    """Tell where the part of an IRI begins that does not depend on the base, counted from 1."""
    return len(graph.base) + 1


def entities(graph: KnowledgeGraph, chosen: Sequence[str] | None = None) -> Iterator[Row]:
    """Read entities with all that is compared of them.

    :param graph: The graph.
    :param chosen: IRIs without their base; by default all entities.
    :returns: Rows in the order of their IRIs: ``local`` is the IRI without the base, ``parts`` has
        paper, role and number of mentions for each paper.
    """
    if chosen is None:
        return graph.rows(_ENTITIES.replace("WHERE_", ""), (cut(graph),))
    return graph.rows(_ENTITIES.replace("WHERE_", _CHOSEN), (cut(graph), chosen))
