"""The surroundings of mentions: the words of a document, and which of them hint at something.

Words that hint stand in the rules of a stage under ``[words]``: name of the hint, and a regular
expression on one word in lower case.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from functools import lru_cache
from math import inf
from typing import TYPE_CHECKING

from kg.lexicon import frequency
from kg.recognizer.tokens import words

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.model import Document, Mention
    from kg.ontology import Ontology

__all__ = ["Context", "sentence_number"]


class Context:
    """The words of a document and the hints among them, looked up once for all its entities.

    :param document: The document.
    :param ontology: Has the words that hint at a part.
    :param hints: Name of the rules that say which words hint at something.
    """

    def __init__(self, document: Document, ontology: Ontology, *, hints: str = "roles") -> None:
        """Look at every word."""
        self.document, self.frequency = document, frequency(ontology)
        told = _hints(ontology, hints)
        known = words(document.doc) if document.doc else None
        self.words, self.starts = (known.lowers, known.starts) if known else ([], [])
        self.hints = [
            (at, hint) for at, hints in enumerate(map(told, self.words)) if hints for hint in hints
        ]
        self._places = [at for at, _ in self.hints]
        self.sentences = [
            (bisect_left(self.starts, start), bisect_left(self.starts, end))
            for start, end in document.sentences
        ]

    def place(self, mention: Mention) -> tuple[int, int]:
        """Tell the words that a mention covers, as a half-open range."""
        return bisect_left(self.starts, mention.start), bisect_left(self.starts, mention.end)

    def hints_between(self, start: int, end: int) -> set[str]:
        """Collect the hints among some words."""
        first, last = bisect_left(self._places, start), bisect_left(self._places, end)
        return {hint for _, hint in self.hints[first:last]}


def sentence_number(document: Document, place: int) -> int:
    """Tell the number of the sentence that a character stands in, counted from 0, the title."""
    return max(0, bisect_right(document.sentences, (place, inf)) - 1)


@lru_cache(maxsize=8)
def _hints(ontology: Ontology, rules: str) -> Callable[[str], tuple[str, ...]]:
    words = ontology.rules(rules)["words"]
    patterns = [(name, re.compile(pattern)) for name, pattern in words.items()]

    @lru_cache(maxsize=65536)
    def hints(word: str) -> tuple[str, ...]:
        return tuple(name for name, pattern in patterns if pattern.fullmatch(word))

    return hints
