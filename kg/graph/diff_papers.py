"""What changed among the papers of two graphs: the ground on which all other changes stand.

>>> old = [{"id": "a"}, {"id": "b"}]
>>> new = [{"id": "b"}, {"id": "c"}]
>>> for one, other in paired(old, new, lambda row: row["id"]):
...     print(one, other)
[{'id': 'a'}] []
[{'id': 'b'}] [{'id': 'b'}]
[] [{'id': 'c'}]
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field, fields
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Set

    from kg.graph.knowledge_graph import KnowledgeGraph

__all__ = ["ADDED", "REMOVED", "Cause", "Change", "Papers", "Row", "only", "paired", "read_papers"]

Row: TypeAlias = "dict[str, Any]"
"""A row of a table by column."""

ADDED, REMOVED = "added", "removed"

# Where a record stood in its file is no part of it: another record before it would change that.
_PAPERS = """
SELECT p.id, substr(p.iri, $1) AS iri, p.title, p.date, p.doi, p.arxiv, p.url, p.authors, p.digest,
       coalesce(l.listings, []) AS listings, coalesce(u.urls, []) AS urls
FROM papers p
LEFT JOIN (SELECT paper, list({'page': page, 'position': position, 'day': day}
                              ORDER BY page, position, day) AS listings
           FROM listings GROUP BY paper) l ON l.paper = p.iri
LEFT JOIN (SELECT paper, list(url ORDER BY url) AS urls FROM urls GROUP BY paper) u
       ON u.paper = p.iri
ORDER BY p.id
"""


@dataclass(frozen=True, slots=True)
class Cause:
    """The papers that a change comes from, by their identifiers.

    :param came: Those that only the new graph has.
    :param went: Those that only the old graph has.
    :param edited: Those whose text is another.
    :param stayed: Those whose text is the same, read otherwise.
    :param linked: Those whose text is the same, read as before, but with names linked otherwise.
        What links names looks at all papers, so other papers may be the cause.
    """

    came: tuple[str, ...] = ()
    went: tuple[str, ...] = ()
    edited: tuple[str, ...] = ()
    stayed: tuple[str, ...] = ()
    linked: tuple[str, ...] = ()

    @property
    def is_input(self) -> bool:
        """Say whether the change follows from what was put in, and from nothing else."""
        return bool(self.came or self.went or self.edited) and not self.stayed


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One difference between two graphs.

    :param group: ``papers``, ``entities``, ``relations`` or ``results``.
    :param kind: What happened, see :data:`kg.graph.diff.KINDS`.
    :param was: What the old graph says; None if it says nothing of it.
    :param now: What the new graph says; None if it says nothing of it.
    :param cause: The papers that it comes from.
    :param details: What else there is to tell.
    :param weight: The larger, the more papers take part.
    """

    group: str
    kind: str
    was: Row | None
    now: Row | None
    cause: Cause
    details: Row = field(default_factory=dict)
    weight: int = 0


@dataclass(frozen=True, slots=True)
class Papers:
    """What became of the papers, without those that stayed.

    :param fates: A field of :class:`Cause` by the identifier of a paper.
    """

    fates: Mapping[str, str]

    def stayed(self, paper: str) -> bool:
        """Say whether a paper has the same text in both graphs."""
        return paper not in self.fates

    def cause(self, papers: Iterable[str], linked: Set[str] = frozenset()) -> Cause:
        """Sort papers by what became of them.

        :param papers: Identifiers of papers.
        :param linked: Those of them in which nothing but links of names is another.
        :returns: The same papers.
        """
        told: dict[str, list[str]] = {f.name: [] for f in fields(Cause)}
        for paper in sorted(set(papers)):
            fate = "linked" if paper in linked else "stayed"
            told[self.fates.get(paper, fate)].append(paper)
        return Cause(**{name: tuple(found) for name, found in told.items()})


def paired(
    old: Iterable[Row], new: Iterable[Row], key: Callable[[Row], Any]
) -> Iterator[tuple[list[Row], list[Row]]]:
    """Read two sorted streams side by side.

    :param old: Rows in the order of their keys.
    :param new: Rows in the same order.
    :param key: What tells which rows belong together.
    :returns: For every key the rows of either side; one of the two may be empty.
    """
    sides = (_tagged(rows, side, key) for side, rows in enumerate((old, new)))
    for _, group in groupby(heapq.merge(*sides, key=itemgetter(0, 1)), key=itemgetter(0)):
        found: tuple[list[Row], list[Row]] = ([], [])
        for _, side, row in group:
            found[side].append(row)
        yield found


def _tagged(
    rows: Iterable[Row], side: int, key: Callable[[Row], Any]
) -> Iterator[tuple[Any, int, Row]]:
    for row in rows:
        yield key(row), side, row


def read_papers(old: KnowledgeGraph, new: KnowledgeGraph) -> tuple[Papers, list[Change]]:
    """Compare the papers of two graphs.

    :param old: The graph before.
    :param new: The graph after.
    :returns: What became of the papers, and the changes in the order of their identifiers.
    """
    fates: dict[str, str] = {}
    changes: list[Change] = []
    # IRIs are compared without the base, which either graph has its own of.
    one, other = (graph.rows(_PAPERS, (len(graph.base) + 1,)) for graph in (old, new))
    for before, after in paired(one, other, itemgetter("id")):
        was, now = only(before), only(after)
        if was == now:
            continue
        known: Row = now or was or {}
        details = {"paper": known["id"], "title": known["title"]}
        if was is None:
            kind, fate = ADDED, "came"
        elif now is None:
            kind, fate = REMOVED, "went"
        else:
            kind = "metadata" if was["digest"] == now["digest"] else "edited"
            fate = "edited"
            told = [name for name in was if was[name] != now[name]]
            was, now = ({name: row[name] for name in told} for row in (was, now))
        if kind != "metadata":  # nothing is read from it, so for all else the paper stayed
            fates[known["id"]] = fate
        cause = Cause(**{fate: (known["id"],)})
        changes.append(
            Change(group="papers", kind=kind, was=was, now=now, cause=cause, details=details)
        )
    return Papers(fates), changes


def only(rows: list[Row]) -> Row | None:
    """Take the only row of a list; None of an empty one."""
    return rows[0] if rows else None
