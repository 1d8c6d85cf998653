r"""Records of lines that begin with a short tag, as libraries and databases export them.

>>> import io, re
>>> tag = re.compile(r"(TY|TI|ER)  - ?(.*)")
>>> stream = io.StringIO("TY  - JOUR\nTI  - Nets\n  that see\nER  -\n")
>>> list(entries(stream, tag, begins="TY", ends="ER", source="x.ris"))
[(1, {'TY': ['JOUR'], 'TI': ['Nets that see']})]
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from kg.errors import ReadError
from kg.readers.streams import LIMIT, too_long

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Iterator, Mapping

    Fields: TypeAlias = Mapping[str, list[str]]

__all__ = ["entries", "first"]


def entries(
    lines: Iterable[str], tag: re.Pattern[str], *, begins: str, ends: str = "", source: str
) -> Iterator[tuple[int, Fields] | ReadError]:
    """Cut lines into records.

    A line without a tag goes on with the value before it, behind a blank. Lines before the first
    tag, which name a program or a database, are passed over.

    :param lines: The lines.
    :param tag: Matches a tag and its value at the beginning of a line, as its two groups.
    :param begins: The tag that begins a record.
    :param ends: The tag that ends one; if it is missing or none, the next beginning ends it.
    :param source: Name of the file.
    :returns: For each record where it begins, and its values by tag, each in the order of the file;
        an error for each run of fields outside of records.
    :raises ReadError: If a record does not fit into memory.
    """
    start = size = 0
    fields: dict[str, list[list[str]]] = {}
    is_stray = False
    for number, line in enumerate(lines, 1):
        found = tag.match(line)
        name, text = (found[1], found[2]) if found else ("", line)
        if name in (begins, ends) and found:
            if fields:
                yield start, _joined(fields)
            start, size, fields, is_stray = number, 0, {}, False
        if name == begins or (fields and found):
            value = [text]
            fields.setdefault(name, []).append(value)
        elif fields:
            value.append(text)
        elif found and name != ends and not is_stray:
            is_stray = True
            yield ReadError(
                source, number, f"{name} outside of a record", f"begin it with {begins}"
            )
        size += len(line)
        if fields and size > LIMIT:
            raise too_long(source, start)
    if fields:
        yield start, _joined(fields)


def _joined(fields: Mapping[str, list[list[str]]]) -> Fields:
    return {
        name: [" ".join(filter(None, map(str.strip, parts))) for parts in values]
        for name, values in fields.items()
    }


def first(fields: Fields, *tags: str) -> str:
    """Give the first value that is not empty of the first tag that has one; empty if none has."""
    return next((value for tag in tags for value in fields.get(tag, ()) if value), "")
