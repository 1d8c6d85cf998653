"""Words as numbers: what the network knows of a word before it sees the text around it.

A word is cut into the longest pieces of a fixed vocabulary, from the left (WordPiece, Schuster and
Nakajima 2012, as BERT uses it); its shape, ending and the whole word count too, by a checksum that
is the same on every machine.

>>> vocabulary = Vocabulary(["[UNK]", "spik", "##ing", "net", "-", "##s"])
>>> vocabulary.pieces("Spiking"), vocabulary.pieces("nets-nets"), vocabulary.pieces("x")
((1, 2), (3, 5, 4, 3, 5), (0,))
>>> shape("EEG"), shape("EEGNet"), shape("Brain"), shape("v2"), shape("("), shape("net")
(1, 2, 3, 4, 5, 0)
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["SHAPES", "Vocabulary", "bucket", "regions", "shape"]

SHAPES = 6
"""How many shapes of words there are."""

REGIONS = 9
"""How many parts of a text there are: the title, and eighths of the abstract."""

_LONGEST = 40  # characters of a word that is cut; a longer one is unknown
_MOST = 12  # pieces of one word that count
_UNITS = re.compile(r"[^\W_]+|.", re.DOTALL)


class Vocabulary:
    """A vocabulary of word pieces.

    :param pieces: The pieces in the order of their numbers; the first stands for unknown words,
        pieces inside a word begin with ``##``.
    """

    def __init__(self, pieces: Iterable[str]) -> None:
        """Index the pieces."""
        self.numbers = {piece: number for number, piece in enumerate(pieces)}

    def pieces(self, word: str) -> tuple[int, ...]:
        """Cut a word.

        :param word: The word in any case; accents do not count.
        :returns: Numbers of its pieces, at least one and at most twelve.
        """
        plain = word.lower()
        if not plain.isascii():
            plain = unicodedata.normalize("NFD", plain)
            plain = "".join(c for c in plain if unicodedata.category(c) != "Mn")
        found: list[int] = []
        for unit in _UNITS.findall(plain[:_LONGEST]):
            found += self._unit(unit)
        return tuple(found[:_MOST]) or (0,)

    def _unit(self, unit: str) -> list[int]:
        found, start = [], 0
        while start < len(unit):
            for end in range(len(unit), start, -1):
                piece = unit[start:end] if start == 0 else f"##{unit[start:end]}"
                if piece in self.numbers:
                    found.append(self.numbers[piece])
                    start = end
                    break
            else:
                return [0]
        return found


def shape(word: str) -> int:
    """Tell how a word is written, as a number below :data:`SHAPES`."""
    if len(word) > 1 and word.isupper():
        return 1
    if any(c.isupper() for c in word[1:]) and any(c.islower() for c in word):
        return 2
    if word[:1].isupper():
        return 3
    if any(c.isdigit() for c in word):
        return 4
    return 0 if any(c.isalnum() for c in word) else 5


def bucket(text: str, size: int) -> int:
    """Give a text a number below ``size``, the same on every machine (CRC-32)."""
    return zlib.crc32(text.encode("utf-8", "replace")) % size


def regions(sentences: Sequence[tuple[int, int]]) -> list[int]:
    """Tell in which part of the text each word stands.

    :param sentences: Half-open ranges of word numbers, without gaps; the first is the title.
    :returns: A number below :data:`REGIONS` for each word, 0 for the title.

    >>> regions([(0, 2), (2, 3), (3, 5)])
    [0, 0, 1, 5, 5]
    """
    found: list[int] = []
    rest = max(1, len(sentences) - 1)
    for number, (start, end) in enumerate(sentences):
        part = 0 if number == 0 else 1 + (number - 1) * (REGIONS - 1) // rest
        found += [part] * (end - start)
    return found
