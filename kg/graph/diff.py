"""What changed between two graphs, as a stream of changes with the papers that they come from.

>>> from kg.graph.assemble import assemble
>>> with assemble([]) as old, assemble([]) as new:
...     list(diff(old, new).changes)
[]
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

from kg.graph.diff_entities import entity_changes
from kg.graph.diff_facts import relation_changes, result_changes
from kg.graph.diff_match import matched
from kg.graph.diff_moves import read_moves
from kg.graph.diff_papers import Cause, Change, read_papers

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kg.graph.knowledge_graph import KnowledgeGraph

__all__ = ["KINDS", "TOLERANCE", "Cause", "Change", "Diff", "diff", "made"]

TOLERANCE = 0.05
"""Confidences that differ by no more are the same, if one does not say otherwise."""

KINDS = {
    "papers": ("added", "removed", "edited", "metadata"),
    "entities": (
        *("merged", "split", "retyped", "renamed", "added", "removed", "moved", "roles"),
        *("support", "links", "names"),
    ),
    "relations": ("added", "removed", "status", "support", "confidence"),
    "results": ("added", "removed", "value", "slots", "status", "confidence"),
}
"""Kinds of changes by group, the most important first."""

_OF_CONTENT = {"tool", "counts", "files"}  # of a manifest: what every build has, or follows


@dataclass(frozen=True, slots=True)
class Diff:
    """What changed between two graphs.

    :param before: Counts of the old graph.
    :param after: Counts of the new graph.
    :param changes: The changes, to be read once: those of papers, of entities, of relations, of
        results, each in a stable order. The graphs must stay open so long.
    """

    before: Mapping[str, int]
    after: Mapping[str, int]
    changes: Iterator[Change]


def diff(old: KnowledgeGraph, new: KnowledgeGraph, *, tolerance: float = TOLERANCE) -> Diff:
    """Compare two graphs.

    Papers are matched by their identifiers, else as records of one paper are; entities by their
    IRIs without the base and by the places of their mentions, relations by their ends, results by
    paper and place.

    :param old: The graph before.
    :param new: The graph after.
    :param tolerance: Confidences that differ by no more are the same.
    :returns: The changes; none if both graphs say the same. What is not compared: the rules that
        found a thing, the clauses that say so, and the files that papers were read from.
    """
    counts = old.counts(), new.counts()
    new = matched(old, new)
    papers, changes = read_papers(old, new)
    moves = read_moves(old, new, papers)
    stream = chain(
        changes,
        entity_changes(old, new, papers, moves),
        relation_changes(old, new, papers, moves, tolerance=tolerance),
        result_changes(old, new, papers, moves, tolerance=tolerance),
    )
    return Diff(*counts, stream)


def made(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Compare how two builds were made.

    :param old: The manifest of the build before.
    :param new: The manifest of the build after.
    :returns: Old and new value of all that differs, such as the version of the ontology; of inputs
        only those that differ.

    >>> made({"version": "1", "base": "b"}, {"version": "2", "base": "b"})
    {'version': {'was': '1', 'now': '2'}}
    """
    found = {}
    for name in sorted((old.keys() | new.keys()) - _OF_CONTENT):
        was, now = old.get(name), new.get(name)
        if was == now:
            continue
        if isinstance(was, list) and isinstance(now, list):
            was, now = [v for v in was if v not in now], [v for v in now if v not in was]
        found[name] = {"was": was, "now": now}
    return found
