r"""RIS, as Zotero, Mendeley, EndNote, Scopus, Web of Science and publishers export it.

>>> import io
>>> text = "TY  - JOUR\nT1  - A net\nPY  - 2024\nAB  - We test\nit.\nER  - \n"
>>> [(r.title, r.abstract, r.date) for r in read(io.StringIO(text), source="x.ris")]
[('A net', 'We test it.', '2024')]
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TextIO

from kg.errors import ReadError
from kg.readers.fields import record
from kg.readers.tagged import entries, first

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.model import Record

__all__ = ["FORMAT", "SUFFIXES", "read", "sniff"]

FORMAT = "ris"
SUFFIXES = (".ris",)

_TAG = re.compile(r"([A-Z][A-Z0-9])  -(?: |$)(.*)")
_BEGINS = re.compile(r"^TY  - ", re.MULTILINE)


def sniff(head: str) -> bool:
    """Tell whether a record begins at the beginning of a line."""
    return _BEGINS.search(head) is not None


def read(stream: TextIO, *, source: str) -> Iterator[Record | ReadError]:
    """Read records; of what programs write by different tags the usual one wins.

    :param stream: The text.
    :param source: Name of the file.
    :returns: A record for each reference; an error for fields outside of one.
    """
    for found in entries(stream, _TAG, begins="TY", ends="ER", source=source):
        if isinstance(found, ReadError):
            yield found
            continue
        line, fields = found
        links = [link for name in ("UR", "L2", "LK") for link in fields.get(name, ())]
        values = {
            "id": first(fields, "ID"),
            "title": first(fields, "TI", "T1", "CT"),
            "abstract": first(fields, "AB", "N2"),
            "date": first(fields, "DA"),  # which may have no year
            "year": first(fields, "PY", "Y1"),
            "doi": first(fields, "DO", "DI"),
            "url": next((link for link in links if link.startswith("http")), ""),
            "authors": [*fields.get("AU", ()), *fields.get("A1", ())],
        }
        yield record(values, source=source, line=line)
