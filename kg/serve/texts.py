"""The texts of papers, where a build carries them: read from its extractions when asked for.

>>> marked("We use it.", [(7, 9, "what")])
[('We use ', None), ('it', 'what'), ('.', None)]
"""

from __future__ import annotations

import re
import weakref
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

import orjson

from kg.iri import Minter

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["Part", "Text", "Texts", "marked"]

_ID = re.compile(rb'\{"id":("(?:[^"\\]|\\.)*")')

Part = tuple[str, Any]
"""Some characters, and what they are marked with; None if they are not."""


class Text(NamedTuple):
    """The text of a paper.

    :param title: Its title; offsets count from the first character of it.
    :param abstract: What stands behind the title and one line feed; empty if it is not carried.
    :param sentences: Starts and ends of its sentences.
    """

    title: str
    abstract: str
    sentences: tuple[tuple[int, int], ...]

    def sentence(self, start: int, end: int) -> list[Part]:
        """Give the sentence around a place, with the place marked.

        :returns: Its parts; none if the text is not carried.
        """
        whole = f"{self.title}\n{self.abstract}" if self.abstract else self.title
        for first, last in self.sentences:
            if first <= start < last and end <= len(whole):
                return marked(whole[first:last], [(start - first, end - first, True)])
        return []

    def body(self, places: Iterable[tuple[int, int, Any]]) -> list[Part]:
        """Give the abstract with places marked."""
        shift = len(self.title) + 1
        inside = [(a - shift, b - shift, mark) for a, b, mark in places if a >= shift]
        return marked(self.abstract, inside)


@dataclass(frozen=True)
class Texts:
    """Where in a file the extraction of each paper stands.

    :param file: The file, kept open: a new build in its place has its papers elsewhere.
    :param lines: Offset and length of the line of a paper, by its IRI.
    """

    file: BinaryIO | None = None
    lines: dict[str, tuple[int, int]] = field(default_factory=dict)

    @classmethod
    def indexed(cls, path: Path, base: str) -> Texts:
        """Look where the lines of a file are.

        :param path: What ``kg build`` wrote; it may be missing.
        :param base: What IRIs of papers begin with.
        """
        if not path.is_file():
            return cls()
        paper, lines, offset = Minter(base).paper, {}, 0
        file = path.open("rb")  # open as long as anybody may ask
        for line in file:
            if match := _ID.match(line):
                lines[paper(orjson.loads(match[1]))] = (offset, len(line))
            offset += len(line)
        found = cls(file, lines)
        weakref.finalize(found, file.close)
        return found

    def text(self, paper: str) -> Text:
        """Give the text of a paper; an empty one if it is not known."""
        if self.file is None or paper not in self.lines:
            return Text("", "", ())
        return _text(self.file, *self.lines[paper])


@lru_cache(maxsize=256)
def _text(file: BinaryIO, offset: int, length: int) -> Text:
    file.seek(offset)
    line: dict[str, Any] = orjson.loads(file.read(length))
    sentences = tuple((a, b) for a, b in line.get("sentences", ()))
    return Text(line.get("title", ""), line.get("abstract", ""), sentences)


def marked(text: str, places: Iterable[tuple[int, int, Any]]) -> list[Part]:
    """Cut a text at places.

    :param text: The text.
    :param places: Starts, ends and marks; of two that overlap the earlier or else longer stays.
    :returns: Parts that together are the text, each with its mark.
    """
    parts: list[Part] = []
    done = 0
    for start, end, mark in sorted(places, key=lambda place: (place[0], -place[1])):
        if done <= start < end <= len(text):
            parts += [(text[done:start], None), (text[start:end], mark)]
            done = end
    return [part for part in [*parts, (text[done:], None)] if part[0]]
