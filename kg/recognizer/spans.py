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

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

__all__ = ["Edges"]

_WORD = re.compile(r"[^\W_]")
_CLOSERS = frozenset(")]%+*")
_ENDINGS = frozenset(";.?!:")


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

    def spans(
        self, words: Sequence[str], sentences: Sequence[tuple[int, int]], *, longest: int
    ) -> list[tuple[int, int]]:
        """List the spans that may be a name.

        :param words: The words of a text, white space left out.
        :param sentences: Half-open ranges of word numbers.
        :param longest: How many words a name may have.
        :returns: Half-open ranges of word numbers in the order of the text; empty if there is none.
        """
        lower = [word.lower() for word in words]
        is_word = [bool(_WORD.search(word)) for word in words]
        closes = [
            (known or word in _CLOSERS) and low not in self.last
            for known, word, low in zip(is_word, words, lower, strict=True)
        ]
        ends = [
            word in _ENDINGS or low in self.inside for word, low in zip(words, lower, strict=True)
        ]
        found = []
        for begin, stop in sentences:
            for start in range(begin, stop):
                if not is_word[start] or lower[start] in self.first:
                    continue
                for last in range(start, min(stop, start + longest)):
                    if ends[last]:
                        break
                    if closes[last]:
                        found.append((start, last + 1))
        return found
