"""Proposals out of candidates: those that people can accept, all of them, without contradiction.

>>> identity("same", "Method", "GNN", "U-Net") == identity("same", "Method", "u nets", "gnn")
True
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from itertools import chain, product
from typing import TYPE_CHECKING, NamedTuple

from kg.graph.review_names import Known
from kg.linking.decisions import NOT_SAME, REJECT, RETYPE, SAME
from kg.normalize import key

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from kg.graph.knowledge_graph import KnowledgeGraph
    from kg.graph.review_signs import Candidate
    from kg.linking.curation import Curation

__all__ = ["Choice", "Proposal", "Things", "identity"]

_ALIASES = "SELECT text FROM aliases WHERE entity = $1 ORDER BY papers DESC, text"
_EXAMPLES = """
WITH wanted AS (
  SELECT unnest($1::BIGINT[]) AS place, unnest($2::VARCHAR[]) AS entity,
         unnest($3::VARCHAR[]) AS form, unnest($4::VARCHAR[]) AS paper
), said AS (
  SELECT DISTINCT paper, entity, lower(text) AS form FROM mentions
  WHERE entity IN (SELECT entity FROM wanted)
)
SELECT w.place, p.id, p.title
FROM wanted w JOIN roles r USING (entity) JOIN papers p ON p.iri = r.paper
LEFT JOIN said s ON s.entity = r.entity AND s.paper = r.paper AND s.form = lower(w.form)
QUALIFY row_number() OVER (
  PARTITION BY w.place ORDER BY p.iri <> w.paper, s.form IS NULL, p.id, p.iri) = 1
"""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A decision that a person may want to take.

    :param action: Kind of the decision, one of :data:`kg.linking.decisions.KINDS`.
    :param type: Entity type of the thing.
    :param name: Its name.
    :param other: What the decision says beside: another name, or a type; empty if nothing.
    :param papers: How many papers it concerns.
    :param confidence: How sure it is, from 0 to 1.
    :param reason: Why it is proposed, in words.
    :param example: Identifier and title of one of the papers.
    """

    action: str
    type: str
    name: str
    other: str
    papers: int
    confidence: float
    reason: str
    example: str


def identity(action: str, type_name: str, name: str, other: str) -> frozenset[str]:
    """Give what a line of the table says, without habits of spelling and order.

    :param action: Kind of the decision.
    :param type_name: Entity type.
    :param name: A name.
    :param other: Another name, a type, or nothing.
    :returns: A value that is equal for lines that say the same.
    """
    return frozenset((f"{action} {type_name}", key(name), key(other)))


class _Thing(NamedTuple):
    type: str
    key: str
    name: str
    papers: int


class Things:
    """The things of a graph, and the names by which decisions find them.

    :param graph: The graph.
    """

    def __init__(self, graph: KnowledgeGraph) -> None:
        """Read the things and what was made one with them."""
        self.graph = graph
        self._things = {
            row["iri"]: _Thing(row["type"], row["key"], row["name"], row["papers"])
            for row in graph.rows("SELECT iri, type, key, name, papers FROM entities ORDER BY iri")
        }
        self._merged: dict[str, list[Known]] = defaultdict(list)
        merges = "SELECT m.entity, m.type, m.name, m.papers FROM merges m ORDER BY ALL"
        for row in graph.rows(merges):
            if self._things[row["entity"]].type == row["type"]:  # else a person has moved it
                known = Known(
                    row["entity"], row["type"], key(row["name"]), row["name"], row["papers"]
                )
                self._merged[known.iri].append(known)

    def __getitem__(self, iri: str) -> _Thing:
        """Give a thing."""
        return self._things[iri]

    def names(self) -> list[Known]:
        """List the names of all things by which papers call them."""
        return [
            *(Known(iri, t.type, t.key, t.name, t.papers) for iri, t in self._things.items()),
            *chain.from_iterable(self._merged.values()),
        ]

    def keys(self, iri: str) -> set[str]:
        """Give the comparison keys of all names of a thing."""
        return {self._things[iri].key, *(name.key for name in self._merged.get(iri, ()))}

    def spell(self, iri: str) -> str:
        """Give the name by which decisions find a thing; it may be shown by another.

        :param iri: The thing.
        :returns: The name, without control characters.
        """
        thing = self._things[iri]
        if key(name := plain(thing.name)) == thing.key:
            return name
        aliases = (plain(row["text"]) for row in self.graph.rows(_ALIASES, (iri,)))
        return next((alias for alias in aliases if key(alias) == thing.key), thing.key)


class Choice:
    """Candidates that were taken; no two of them change the same thing.

    :param things: The things of the graph.
    :param decided: What people have decided.
    :param answered: What was proposed before and answered.
    """

    def __init__(
        self, things: Things, decided: Sequence[Curation], answered: Collection[frozenset[str]]
    ) -> None:
        """Begin with none."""
        self._things, self._decided, self._answered = things, decided, frozenset(answered)
        self._taken: list[tuple[Candidate, str, str]] = []
        self._moved: set[str] = set()
        self._kept: set[str] = set()

    def take(self, candidate: Candidate) -> bool:
        """Take a candidate if it can be accepted beside all others.

        :returns: Whether it was taken.
        """
        action, thing, other = candidate[:3]
        type_name, name = self._things[thing].type, self._things.spell(thing)
        if action == SAME:
            other = self._things.spell(other)
        elif action == NOT_SAME:
            other = plain(other)
        moved = {SAME: {candidate.other}, NOT_SAME: set[str]()}.get(action, {thing})
        kept = {thing} - moved
        if (
            not moved.isdisjoint(self._moved | self._kept)
            or not kept.isdisjoint(self._moved)
            or identity(action, type_name, name, other) in self._answered
            or any(self._is_settled(candidate, other, curation) for curation in self._decided)
        ):
            return False
        self._moved |= moved
        self._kept |= kept
        self._taken.append((candidate, name, other))
        return True

    def _is_settled(self, candidate: Candidate, other: str, curation: Curation) -> bool:
        """Say whether people have decided about what a candidate is about."""
        action, type_name = candidate.action, self._things[candidate.thing].type
        ours = self._things.keys(candidate.thing)
        if action in (RETYPE, REJECT):
            return any(curation.told(type_name, name) for name in ours)
        theirs = self._things.keys(candidate.other) if action == SAME else {key(other)}
        place = (type_name, key(other))
        if action == SAME and curation.target(*place) != place:
            return True
        return any(curation.is_rejected(type_name, name) for name in ours | theirs) or any(
            curation.apart(type_name, one, two)
            or curation.target(type_name, one) == curation.target(type_name, two)
            for one, two in product(ours - theirs, theirs)
        )

    def proposals(self) -> list[Proposal]:
        """Make proposals of what was taken, in its order."""
        examples = self._examples()
        return [
            Proposal(
                candidate.action,
                self._things[candidate.thing].type,
                name,
                other,
                candidate.papers,
                candidate.confidence,
                plain(candidate.reason),
                plain(example),
            )
            for (candidate, name, other), example in zip(self._taken, examples, strict=True)
        ]

    def _examples(self) -> list[str]:
        """Find a paper for each: the one that says so, else one that has the name, else any."""
        entities = [c.other if c.action == SAME else c.thing for c, _, _ in self._taken]
        names, papers = [other for _, _, other in self._taken], [c.paper for c, _, _ in self._taken]
        found = self._things.graph.rows(
            _EXAMPLES, (list(range(len(entities))), entities, names, papers)
        )
        texts = {row["place"]: f"{row['id']} {row['title']}" for row in found}
        return [texts.get(place, "") for place in range(len(entities))]


def plain(text: str) -> str:
    """Leave out what does not show: control and format characters, blanks beyond one.

    >>> plain("a" + chr(9) + "b" + chr(0x202E) + "  c")
    'a b c'
    """
    kept = {"Cc": " ", "Cf": "", "Cs": ""}
    return " ".join("".join(kept.get(unicodedata.category(c), c) for c in text).split())
