"""What a person may want to correct in a graph: proposals, each a decision to say yes or no to.

Nothing is changed: a proposal becomes a decision when a person accepts it in the table that
:mod:`kg.graph.review_table` writes, and the next build follows it.

>>> from kg.graph.assemble import assemble
>>> with assemble([]) as graph:
...     review(graph)
[]
"""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

from kg.errors import UnknownNameError
from kg.graph.review_names import look_alike
from kg.graph.review_proposals import Choice, Proposal, Things, identity
from kg.graph.review_signs import (
    Candidate,
    double_types,
    doubtful_merges,
    lone_short_forms,
    unsure,
)
from kg.linking.decisions import SAME

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from kg.graph.knowledge_graph import KnowledgeGraph
    from kg.linking.curation import Curation

__all__ = ["KINDS", "Proposal", "identity", "review"]


def _duplicates(things: Things) -> list[Candidate]:
    """Find things of one type that may be one, for their names look alike."""
    found = []
    for pair in look_alike(things.names(), things.graph.ontology):
        kept, moved = sorted(pair[2:], key=lambda iri: (-things[iri].papers, things[iri].key, iri))
        many, few = things[kept].papers, things[moved].papers
        candidate = Candidate(SAME, kept, moved, few, pair.score, pair.reason)
        found.append((-pair.score * sqrt(many * few), candidate))
    return [candidate for _, candidate in sorted(found)]


_FINDERS: dict[str, Callable[[Things], Iterable[Candidate]]] = {
    "duplicates": _duplicates,
    "short-forms": lambda things: lone_short_forms(things.graph),
    "merges": lambda things: doubtful_merges(things.graph),
    "types": double_types,
    "unsure": lambda things: unsure(things.graph),
}

KINDS = tuple(_FINDERS)
"""Kinds of proposals, in the order in which they come."""


def review(
    graph: KnowledgeGraph,
    *,
    kinds: Collection[str] = KINDS,
    top: int | None = 50,
    min_papers: int = 1,
    decided: Sequence[Curation] = (),
    answered: Collection[frozenset[str]] = (),
) -> list[Proposal]:
    """Propose what to correct in a graph.

    No two proposals contradict each other, nor what people have decided.

    :param graph: The graph.
    :param kinds: Which of :data:`KINDS` to propose.
    :param top: How many of each kind at most; None for all.
    :param min_papers: How many papers a proposal must concern.
    :param decided: What people have decided, for this graph or since.
    :param answered: What was proposed before and answered, as :func:`identity` gives it.
    :returns: The proposals kind by kind, the best first; none if nothing looks wrong.
    :raises UnknownNameError: If there is no such kind.
    """
    for kind in kinds:
        if kind not in KINDS:
            raise UnknownNameError("kind of proposals", kind, KINDS)
    things = Things(graph)
    choice = Choice(things, decided, answered)
    for kind in KINDS:
        count = 0
        for candidate in _FINDERS[kind](things) if kind in kinds else ():
            if count == top:
                break
            if candidate.papers >= min_papers:
                count += choice.take(candidate)
    return choice.proposals()
