r"""BibTeX and BibLaTeX, entry by entry, with LaTeX turned into text and formulas left as they are.

>>> import io
>>> entry = '@article{k1, title = {The {Net}}, abstract = "We reach $\\alpha$ 5\\% more."}'
>>> next(read(io.StringIO(entry), source="r.bib")).abstract
'We reach $\\alpha$ 5% more.'
"""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Any, TextIO

from kg.errors import ReadError
from kg.readers.fields import record
from kg.readers.latex import decoded
from kg.readers.streams import LIMIT, too_long

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.model import Record

__all__ = ["FORMAT", "SUFFIXES", "read", "sniff"]

FORMAT = "bibtex"
SUFFIXES = (".bib", ".bibtex")

# The parser logs what is told as an error here; without a handler that would go to stderr.
logging.getLogger("bibtexparser").addHandler(logging.NullHandler())

_BLOCK = re.compile(r"\s*@\w*[ \t]*[{(]")
_ENTRY = re.compile(r"^[ \t]*@\w+[ \t]*[{(]\s*[^\s,={}\"]*\s*,", re.MULTILINE)
_MARK = re.compile(r"(?<!\\)[{}\"]|#|(?<=\s)and(?=\s)")
_OPEN = "Unexpectedly reached end of file"
_EMPTY_LINES = re.compile(r"\n\s*\n")


def sniff(head: str) -> bool:
    """Tell whether an entry begins at the beginning of a line."""
    return head.lstrip()[:1] not in ("{", "[") and bool(_ENTRY.search(head))


def read(stream: TextIO, *, source: str) -> Iterator[Record | ReadError]:
    """Read records from entries; comments and preambles are passed over.

    Of a field that an entry has twice the first counts. Blanks and line breaks count as one blank,
    empty lines as a line break.

    :param stream: The text.
    :param source: Name of the file.
    :returns: A record for each entry, whose identifier is the key; an error for each broken one.
    """
    from bibtexparser.entrypoint import parse_string
    from bibtexparser.model import Entry, ParsingFailedBlock, String

    strings: dict[str, str] = {}
    for number, text in _blocks(stream, source):
        for found in parse_string(text, parse_stack=[]).blocks:
            line = number + (found.start_line or 0)
            block = getattr(found, "ignore_error_block", None) or found
            if isinstance(block, Entry):
                yield _record(block, strings, source, line)
            elif isinstance(block, String):
                strings[block.key.lower()] = _value(block.value, strings)
            elif isinstance(block, ParsingFailedBlock):
                told = getattr(block.error, "abort_reason", "unknown fault")
                reason = " ".join(told.replace(_OPEN, "a brace or quote is not closed").split())
                yield ReadError(source, line, f"broken entry: {reason.rstrip('.')}", "correct it")


def _blocks(stream: TextIO, source: str) -> Iterator[tuple[int, str]]:
    """Cut before each line that begins a block: there the parser gives up what is still open."""
    start, size = 1, 0
    lines: list[str] = []
    for number, line in enumerate(stream, 1):
        if _BLOCK.match(line):
            yield start, "".join(lines)
            start, size, lines = number, 0, []
        lines.append(line)
        size += len(line)
        if size > LIMIT:
            raise too_long(source, start)
    yield start, "".join(lines)


def _record(entry: Any, strings: dict[str, str], source: str, line: int) -> Record:
    raw: dict[str, str] = {}
    for field in entry.fields:
        raw.setdefault(field.key.lower(), field.value)
    told = {name: _value(value, strings) for name, value in raw.items()}
    year, month = told.get("year", ""), told.get("month", "")
    in_arxiv = told.get("archiveprefix", told.get("eprinttype", "arxiv")).lower() == "arxiv"
    values = {
        "id": entry.key,
        "title": _decoded(told.get("title", "")),
        "abstract": _decoded(told.get("abstract", "")),
        "date": told.get("date", f"{year}-{month}" if month.isdigit() else f"{month} {year}"),
        "doi": _decoded(told.get("doi", "")),
        "url": _decoded(told.get("url", "")),
        "eprint": told.get("eprint", "") if in_arxiv else "",
        "authors": [_decoded(n) for n in _split(told.get("author", ""), "and") if n != "others"],
    }
    return record(values, source=source, line=line)


def _decoded(value: str) -> str:
    paragraphs = (" ".join(decoded(part).split()) for part in _EMPTY_LINES.split(value))
    return "\n".join(filter(None, paragraphs))


def _value(text: str, strings: dict[str, str]) -> str:
    """Join the pieces of a value: in braces, in quotes, a number, or the name of a string."""
    pieces = [piece.strip() for piece in _split(text, "#")]
    return "".join(p[1:-1] if p[:1] in ("{", '"') else strings.get(p.lower(), p) for p in pieces)


def _split(text: str, separator: str) -> list[str]:
    """Split where a separator stands in neither braces nor quotes."""
    pieces, start, depth, is_quoted = [], 0, 0, False
    for found in _MARK.finditer(text):
        mark = found[0].strip()
        if mark == "{":
            depth += 1
        elif mark == "}":
            depth -= 1
        elif depth == 0 and mark == '"':
            is_quoted = not is_quoted
        elif depth == 0 and not is_quoted and mark == separator:
            pieces.append(text[start : found.start()].strip())
            start = found.end()
    return [*pieces, text[start:].strip()]
