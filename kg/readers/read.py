r"""The entrance to reading: any input, by name, to records that the other stages can trust.

>>> import io
>>> page = io.BytesIO(b'{"title": "A net", "abstract": " We test it. "}\n[1]\n')
>>> for item in read("-", stdin=page):
...     print(item if isinstance(item, ReadError) else item.abstract)
We test it.
-:2: a JSON list, no object; give one object with title and abstract a line
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TextIO, cast

from kg import registry
from kg.errors import ReadError
from kg.iri import record_id
from kg.readers.guess import guess, refuse_binary
from kg.readers.streams import lines

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from kg.model import Record

__all__ = ["MAX_ABSTRACT", "MAX_TITLE", "read"]

MAX_ABSTRACT = 20_000
"""Characters of an abstract above which a record is refused."""

MAX_TITLE = 2_000
"""Characters of a title above which a record is refused."""

_LONGEST_REASON = 200
_LINE_BREAK = re.compile(r"[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_BLANKS = re.compile(r"\s+")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
# What spaCy's tokenizer takes minutes for: its time grows with the square of a word.
_NO_TEXT = (
    (re.compile(r"[^\w\s]{500}"), "a run of 500 signs without a word"),
    (re.compile(r"\S{3000}"), "3,000 characters without a blank"),
)
_UNWRITABLE = re.compile(r"[\ud800-\udfff\ufffe\uffff]")


def read(
    path: str | Path,
    *,
    format: str | None = None,  # noqa: A002
    stdin: BinaryIO | None = None,
    source: str | None = None,
) -> Iterator[Record | ReadError]:
    """Read the records of one input, one after the other, as they are asked for.

    A record that cannot be used is yielded as a :class:`ReadError`, and the rest goes on. What
    makes the input as a whole, or the rest of it, unreadable is raised when reading comes to it,
    after the records before it were yielded.

    :param path: A file, packed or not, or ``-`` for standard input.
    :param format: Name of the format; by default told by content and suffix.
    :param stdin: What to read for ``-``; by default the standard input of the process.
    :param source: What records call the input; by default the name of the file without its folder.
    :returns: Records in the order of the file, each with title, abstract and identifier, and
        errors in the place of those that are none.
    :raises UnknownNameError: If there is no such format.
    :raises ReadError: If the input is missing, empty, broken or binary, of an unknown format, or
        holds no record at all.
    """
    reader = registry.find("readers", format) if format is not None else None
    name = Path(path).name if source is None else source
    return _read(str(path), reader, stdin, name.encode("utf-8", "replace").decode())


def _read(
    path: str, reader: ModuleType | None, stdin: BinaryIO | None, source: str
) -> Iterator[Record | ReadError]:
    with lines(path, stdin=stdin) as stream:
        refuse_binary(stream, path)
        reader = reader or guess(stream, path)
        is_empty = True
        try:
            for item in reader.read(cast("TextIO", stream), source=source):
                is_empty = False
                yield _named(item, path) if isinstance(item, ReadError) else _settled(item, path)
        except ReadError as err:
            raise _named(err, path) from err.__cause__
        if is_empty:
            formats = ", ".join(registry.names("readers"))
            reason = f"holds no record in the format {reader.FORMAT}"
            raise ReadError(path, 0, reason, f"check it, or name another: {formats}")


def _named(error: ReadError, path: str) -> ReadError:
    """Give an error the name that the user gave, and one short line of words."""
    reason = _line(error.reason)
    reason = reason if len(reason) <= _LONGEST_REASON else f"{reason[:_LONGEST_REASON]}…"
    return ReadError(path, error.line, reason, _line(error.remedy))


def _settled(record: Record, path: str) -> Record | ReadError:
    """Make a record one that every later stage can trust, or say why it is none."""
    title = _line(record.title)
    abstract = _CONTROL.sub(" ", _UNWRITABLE.sub("\ufffd", record.abstract)).strip()
    identifier = _line(record.id)
    missing = [name for name, text in (("title", title), ("abstract", abstract)) if not text]
    if missing:
        which = identifier or title
        reason = f"record {which[:60]!r}" if which else "record"
        reason += f" without {' and '.join(missing)}"
        return ReadError(path, record.line, reason, "add it, or leave the record out")
    for name, text, limit in (("title", title, MAX_TITLE), ("abstract", abstract, MAX_ABSTRACT)):
        if len(text) > limit:
            reason = f"{name} of {len(text):,} characters, more than {limit:,}"
            return ReadError(path, record.line, reason, "check that it is one record")
    for pattern, reason in _NO_TEXT:
        if pattern.search(abstract) or pattern.search(title):
            return ReadError(path, record.line, reason, "is it a text?")
    return replace(
        record,
        id=identifier or record_id(title),
        title=title,
        abstract=abstract,
        date=_line(record.date),
        doi=_line(record.doi),
        arxiv=_line(record.arxiv),
        url=_line(record.url),
        authors=tuple(filter(None, map(_line, record.authors))),
    )


def _line(text: str) -> str:
    """Put a text on one line: a run of blanks with a line break in it becomes one blank."""
    if _LINE_BREAK.search(text):
        text = _BLANKS.sub(lambda run: " " if _LINE_BREAK.search(run[0]) else run[0], text)
    text = _UNWRITABLE.sub("\ufffd", text)
    return _CONTROL.sub(" ", text).replace("\t", " ").strip()
