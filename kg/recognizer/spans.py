"""Spans of words that may be a name.

They are short, within a sentence, with no word at an edge that no name begins or ends with.

>>> found = Edges(first={"of"}, last={"of"}, inside={"we"})
>>> words = ["Nets", "of", "nets", ".", "we", "test"]
>>> found.spans(words, [(0, 4), (4, 6)], longest=3)
[(0, 1), (0, 3), (2, 3), (5, 6)]
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import NDArray

__all__ = ["Edges"]

_WORD = re.compile(r"[^\W_]")
_CLOSERS = frozenset(")]%+*")
_ENDINGS = frozenset(";.?!:")
_BEGINS, _CLOSES, _BARS, _MET = 1, 2, 4, 8
_KEPT = 50_000  # words that are remembered


class Edges:
    """Words that names do not have at their edges or in them, counted on annotated papers.

    :param first: Words in lower case that no name begins with.
    :param last: Words that no name ends with.
    :param inside: Words that no name contains.
    """

    def __init__(
        self, *, first: Collection[str], last: Collection[str], inside: Collection[str]
    ) -> None:
        """Keep the words."""
        self.first, self.last, self.inside = frozenset(first), frozenset(last), frozenset(inside)
        self._known: dict[str, int] = {}

    def spans(
        self, words: Sequence[str], sentences: Sequence[tuple[int, int]], *, longest: int
    ) -> list[tuple[int, int]]:
        """List the spans that may be a name.

        :param words: The words of a text, white space left out.
        :param sentences: Half-open ranges of word numbers.
        :param longest: How many words a name may have.
        :returns: Half-open ranges of word numbers in the order of the text; empty if there is none.
        """
        return [(s, e) for s, e in self.places(words, sentences, longest=longest).tolist()]

    def places(
        self, words: Sequence[str], sentences: Sequence[tuple[int, int]], *, longest: int
    ) -> NDArray[np.int64]:
        """List the same spans as rows of an array; it has none if there is no span."""
        if len(self._known) > _KEPT:
            self._known.clear()
        known = self._known
        looks = np.array([known.get(word) or self._look(word) for word in words], dtype=np.uint8)
        # A span ends before the next word that no name has in it, and with its sentence.
        numbers = np.arange(len(words))
        bars = np.where(looks & _BARS, numbers, len(words))
        limits = np.minimum.accumulate(bars[::-1])[::-1]
        stops = np.zeros(len(words), dtype=np.int64)
        for begin, stop in sentences:
            stops[begin:stop] = stop
        limits = np.minimum(limits, stops)
        starts = ((looks & _BEGINS).astype(bool) & (limits > numbers)).nonzero()[0]
        closes = np.zeros(len(words) + longest, dtype=bool)
        closes[: len(words)] = looks & _CLOSES
        last = starts[:, None] + np.arange(longest)
        rows, _ = at = (closes[last] & (last < limits[starts, None])).nonzero()
        return np.stack([starts[rows], last[at] + 1], axis=1)

    def _look(self, word: str) -> int:
        """Tell of a word whether a name begins or ends with it, or has it not in it."""
        low, is_word = word.lower(), _WORD.search(word) is not None
        found = _MET
        if is_word and low not in self.first:
            found |= _BEGINS
        if (is_word or word in _CLOSERS) and low not in self.last:
            found |= _CLOSES
        if word in _ENDINGS or low in self.inside:
            found |= _BARS
        self._known[word] = found
        return found
