"""Which format an input has: told by its content, then by its name; never by trying to read it."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import TYPE_CHECKING

from kg import registry
from kg.errors import ReadError
from kg.readers.streams import HEAD

if TYPE_CHECKING:
    from types import ModuleType

    from kg.readers.streams import Lines

__all__ = ["guess", "refuse_binary"]

_PACKED = (".gz", ".bz2", ".xz", ".zst")
_FOREIGN = {
    "a PDF": rb"%PDF-",
    "an archive": rb"PK\x03\x04|PK\x05\x06|7z\xbc\xaf|Rar!",
    "text in UTF-16": rb"\xff\xfe|\xfe\xff",
}
_MARKUP = {
    "HTML or XML": r"<(?:[!?]|html|feed|rdf|pubmed|\w+ xmlns)",
    "RTF": r"\{\\rtf",
}


def refuse_binary(lines: Lines, path: str) -> None:
    """Check that an input is text at all.

    :param lines: The input, before it is read.
    :param path: Its name, for the error.
    :raises ReadError: If it is empty, broken from its first line, or no text in UTF-8.
    """
    if len(lines.start) < HEAD and not lines.head.strip():
        lines.read()  # a broken file may look empty, and tells so here
        raise ReadError(path, 0, "is empty", "check that it was written to the end")
    for kind, pattern in _FOREIGN.items():
        if re.match(pattern, lines.start):
            raise ReadError(path, 0, f"is {kind}", "give text in UTF-8")
    if b"\0" in lines.start:
        raise ReadError(path, 0, "is binary, no text", "give text in UTF-8")


def guess(lines: Lines, path: str) -> ModuleType:
    """Find the reader for an input.

    Content decides. Where readers of two formats would take it, the one that the suffix names
    does. Where none would, the suffix decides alone; then the reader with a ``FALLBACK`` is asked.

    :param lines: The input, before it is read.
    :param path: Its name.
    :returns: The reader plug-in.
    :raises ReadError: If no reader takes the input, or two do; it lists the formats.
    """
    named = PurePath(path)
    while named.suffix.lower() in _PACKED:
        named = named.with_suffix("")
    readers = registry.modules("readers")
    by_suffix = [r for r in readers if named.suffix.lower() in r.SUFFIXES]
    takers = [r for r in readers if r.sniff(lines.head)]
    special = [r for r in takers if not getattr(r, "FALLBACK", False)]
    for kind, pattern in _MARKUP.items():
        if not special and re.match(pattern, lines.head.lstrip(), re.IGNORECASE):
            raise _unknown(path, f"looks like {kind}, for which there is no reader")
    both = [r for r in special if r in by_suffix]
    for found in (both, special, by_suffix, takers):
        if len(found) == 1:
            return found[0]
        if found:
            raise _unknown(path, "could be " + " or ".join(r.FORMAT for r in found))
    raise _unknown(path, "has no format that is known")


def _unknown(path: str, reason: str) -> ReadError:
    formats = ", ".join(registry.names("readers"))
    return ReadError(path, 0, reason, f"name its format: {formats}")
