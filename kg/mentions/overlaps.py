"""One clear policy for candidates that overlap: a pure function."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kg.mentions.candidates import Candidate

__all__ = ["settle"]


def settle(ranked: Sequence[Iterable[Candidate]]) -> list[Candidate]:
    """Keep a set of candidates that do not overlap.

    The longest wins; of two equally long the one whose detector stands first; then the leftmost.
    The result does not depend on the order of the candidates of one detector.

    :param ranked: Candidates of one document by detector, the most trusted detector first.
    :returns: The survivors in the order of the text; empty if there were none.

    >>> from kg.mentions.candidates import Candidate
    >>> long, short = Candidate(0, 3, "Method", "a"), Candidate(1, 2, "Task", "b")
    >>> settle([[short], [long]]) == [long]
    True
    >>> settle([[Candidate(0, 1, "Task", "b")], [Candidate(0, 1, "Method", "a")]])[0].type
    'Task'
    """
    pool = [
        (candidate.start - candidate.end, rank, candidate)
        for rank, candidates in enumerate(ranked)
        for candidate in candidates
    ]
    taken: set[int] = set()
    survivors = []
    for _, _, candidate in sorted(pool):
        tokens = range(candidate.start, candidate.end)
        if taken.isdisjoint(tokens):
            taken.update(tokens)
            survivors.append(candidate)
    return sorted(survivors)
