r"""Plain text and Markdown: titles and abstracts between empty lines.

The first block decides how a file is read. Has it several lines, then every block is one record:
the first line is the title, the others are the abstract. Is it one line, then blocks take turns:
a title, its abstract, a title, its abstract. The hashes of a Markdown heading are no part of a
title, nor are labels ("Title:", "Abstract:") part of what they stand before.

>>> import io
>>> text = "# A net\n\nWe test it.\nIt works.\n\n# Another\n\nWe test it too.\n"
>>> [(r.line, r.title, r.abstract) for r in read(io.StringIO(text), source="notes.md")]
[(1, 'A net', 'We test it.\nIt works.'), (6, 'Another', 'We test it too.')]
>>> text = "Title: A net\nAuthors: A. One\nAbstract: We test it.\n"
>>> [(r.title, r.abstract) for r in read(io.StringIO(text), source="notes.txt")]
[('A net', 'We test it.')]
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TextIO

from kg.errors import ReadError
from kg.model import Record
from kg.readers.streams import HEAD, LIMIT, too_long

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["FALLBACK", "FORMAT", "SUFFIXES", "read", "sniff"]

FORMAT = "text"
SUFFIXES = (".txt", ".text", ".md")
FALLBACK = True
"""This reader takes what no other one takes."""

_HEADING = re.compile(r"#{1,6}\s+")
_TITLE = re.compile(r"(?:\*\*)?title(?:\*\*)?\s*:(?:\*\*)?\s*", re.IGNORECASE)
_ABSTRACT = re.compile(r"(?:\*\*)?abstract(?:\*\*)?\s*:(?:\*\*)?\s*", re.IGNORECASE)
_LABEL = re.compile(r"[A-Z][a-z]+:(?:\s|$)")
_WORDS = re.compile(r"\w\W+\w")
_SENTENCE_END = re.compile(r"[.!?…][^\w\s]*$")
_LONGEST_TITLE = 300


def sniff(head: str) -> bool:
    """Tell whether a text begins with a short title and prose that ends with a sentence."""
    blocks = _blocks(head.splitlines(keepends=True), "")
    (_, first), (_, second) = next(blocks, (0, [])), next(blocks, (0, []))
    title, *abstract = first or [""]
    prose = "\n".join(abstract or second)
    is_cut = len(head) > HEAD / 8 and head.rstrip().endswith(prose)
    is_prose = _WORDS.search(prose) and (is_cut or _SENTENCE_END.search(prose[-9:]))
    return len(title) <= _LONGEST_TITLE and bool(is_prose)


def read(stream: TextIO, *, source: str) -> Iterator[Record | ReadError]:
    """Read records from blocks of text.

    :param stream: The text.
    :param source: Name of the file.
    :returns: A record for each title with its abstract; an error for one without the other.
    """
    title: tuple[int, str] | None = None
    is_paired: bool | None = None
    for number, block in _blocks(stream, source):
        is_paired = len(block) == 1 if is_paired is None else is_paired
        if title:
            yield _record(*title, block, source)
            title = None
        elif not is_paired or (len(block) > 1 and len(block[0]) <= _LONGEST_TITLE):
            yield _record(number, block[0], block[1:], source)
        elif len(block[0]) > _LONGEST_TITLE:
            yield ReadError(source, number, "an abstract without title", "put its title before it")
        else:
            title = number, block[0]
    if title:
        yield _record(*title, [], source)


def _record(number: int, title: str, abstract: list[str], source: str) -> Record:
    title = _HEADING.sub("", title, count=1) if _HEADING.match(title) else title
    if label := _TITLE.match(title):
        title = title[label.end() :]
        start = next((n for n, line in enumerate(abstract) if _ABSTRACT.match(line)), 0)
        for line in abstract[:start]:  # the title goes on, until something else has a label
            if _LABEL.match(line):
                break
            title += f" {line}"
        abstract = abstract[start:]
    if abstract:
        abstract = [_unlabelled(abstract[0]), *abstract[1:]]
    text = "\n".join(abstract)
    return Record(id="", title=title.strip(), abstract=text.strip(), source=source, line=number)


def _unlabelled(line: str) -> str:
    label = _ABSTRACT.match(line)
    return line[label.end() :] if label else line


def _blocks(lines: Iterable[str], source: str) -> Iterator[tuple[int, list[str]]]:
    block: list[str] = []
    start = size = 0
    for number, line in enumerate(lines, 1):
        if line.strip():
            start = start if block else number
            block.append(line.strip())
            size += len(line)
            if size > LIMIT:
                raise too_long(source, start)
        elif block:
            yield start, block
            block, size = [], 0
    if block:
        yield start, block
