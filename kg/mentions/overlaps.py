"""One clear policy for spans that overlap: a pure function."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Spanned", "settle"]


class Spanned(Protocol):
    """What has a half-open range of tokens or words."""

    @property
    def start(self) -> int:
        """Tell its first token."""
        ...

    @property
    def end(self) -> int:
        """Tell the token after its last."""
        ...


_S = TypeVar("_S", bound=Spanned)


def settle(ranked: Iterable[tuple[Any, _S]]) -> list[_S]:
    """Keep a set of spans that do not overlap: the best, then the best of those that are left.

    :param ranked: Spans, each with its rank, the smallest first; ranks decide, so that the result
        does not depend on the order in which spans of different rank are given.
    :returns: The survivors in the order of the text; empty if there were none.

    >>> from kg.mentions.candidates import Candidate
    >>> long, short = Candidate(0, 3, "Method", "a"), Candidate(1, 2, "Task", "b")
    >>> settle([((-0.6,), short), ((-0.9,), long)]) == [long]
    True
    """
    taken: set[int] = set()
    survivors = []
    for _, span in sorted(ranked, key=lambda pair: pair[0]):
        places = range(span.start, span.end)
        if taken.isdisjoint(places):
            taken.update(places)
            survivors.append(span)
    return sorted(survivors, key=lambda span: (span.start, span.end))
