r"""Saved pages of daily paper listings: text that a browser copied, in two layouts.

In the one an empty line stands between all lines, and a line such as ``Jul 28`` before the first
title names the day. In the other there are no empty lines and no day, and the first title is glued
to the word of a button. A page says no year, so none is given.

>>> import io
>>> page = "Daily Papers\n\nJul 28\n\nA net\n\nWe test it. It works.\n"
>>> record = next(read(io.StringIO(page), source="page.txt"))
>>> record.title, record.listings[0].day, record.listings[0].position
('A net', '--07-28', 1)
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TextIO

from kg.errors import ReadError
from kg.model import Listing, Record

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["FORMAT", "SUFFIXES", "read", "sniff"]

FORMAT = "listing"
SUFFIXES: tuple[str, ...] = ()

_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_DATE = re.compile(rf"({'|'.join(_MONTHS)}) (\d{{1,2}})")
_INVITATION = "Get trending papers in your email inbox"
_BUTTON = "Subscribe"
_HEADER = re.compile(rf"^\s*(?:{_INVITATION}.*|Daily Papers\s*)$", re.MULTILINE)
_HEADER_LINES = 12
_LONG = 200
_LONGER_THAN_HEADER = 80
_SENTENCE_END = (".", "!", "?", "…", '."', ".”", ".)")


def sniff(head: str) -> bool:
    """Tell whether the first lines are those of such a page."""
    lines = [line for line in head.splitlines() if line.strip()]
    return bool(_HEADER.search("\n".join(lines[:_HEADER_LINES])))


def read(stream: TextIO, *, source: str) -> Iterator[Record | ReadError]:
    """Read records from a page, each with its place on it.

    What stands before the day, the button or the first abstract's title is the header. After it
    titles and abstracts take turns; a line is no abstract if it is short and ends no sentence.

    :param stream: The text.
    :param source: Name of the file.
    :returns: A record for each entry; an error for a title without abstract or the reverse.
    """
    day, before, position, is_header = "", "", 0, True
    title: tuple[int, str] | None = None
    for number, line in ((n, raw.strip()) for n, raw in enumerate(stream, 1) if raw.strip()):
        previous, before = before, line
        if told := _day(line):
            if title and not is_header:
                yield _dangling(title, source)
            day, title, is_header = told, None, False
        elif is_header and _is_glued(line, previous):
            title, position, is_header = (number, line.removeprefix(_BUTTON)), 1, False
        elif title and _is_abstract(line) and not (is_header and len(line) < _LONGER_THAN_HEADER):
            position = 1 if is_header else position
            is_header = False
            yield Record(
                id="",
                title=title[1],
                abstract=line,
                source=source,
                line=title[0],
                listings=(Listing(source, position, day),),
            )
            title = None
        elif title is None and len(line) > _LONG and _is_abstract(line):
            yield ReadError(source, number, "an abstract without title", "put its title before it")
        else:
            if title and not is_header:
                yield _dangling(title, source)
            title, position = (number, line), position + (not is_header)
    if title and not is_header:
        yield _dangling(title, source)


def _day(line: str) -> str:
    """Read a date line; empty if it is none."""
    found = _DATE.fullmatch(line)
    if not found:
        return ""
    month, day = _MONTHS.index(found[1]), int(found[2])
    return f"--{month + 1:02}-{day:02}" if 1 <= day <= _DAYS[month] else ""


def _is_glued(line: str, previous: str) -> bool:
    return line.startswith(_BUTTON) and line != _BUTTON and previous.startswith(_INVITATION)


def _is_abstract(line: str) -> bool:
    return len(line) > _LONG or line.endswith(_SENTENCE_END)


def _dangling(title: tuple[int, str], source: str) -> ReadError:
    reason = f"title {title[1][:60]!r} without abstract"
    return ReadError(source, title[0], reason, "put its abstract after it")
