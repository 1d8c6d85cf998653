r"""MEDLINE, as PubMed writes it (format "PubMed", files ``.nbib``).

The tags are those of https://www.nlm.nih.gov/bsd/mms/medlineelements.html.

>>> import io
>>> text = "PMID- 7\nTI  - A net.\nAB  - We test\n      it.\nDP  - 2024 Mar 9\n"
>>> [(r.id, r.title, r.abstract, r.date) for r in read(io.StringIO(text), source="x.nbib")]
[('pmid:7', 'A net.', 'We test it.', '2024-03-09')]
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

FORMAT = "medline"
SUFFIXES = (".nbib", ".medline")

_TAG = re.compile(r"(?=.{4}-)([A-Z]{2,4}) {0,2}-(?: |$)(.*)")
_BEGINS = re.compile(r"^PMID- *\d", re.MULTILINE)
_DOI = re.compile(r"(\S+) \[doi\]")


def sniff(head: str) -> bool:
    """Tell whether a record begins at the beginning of a line."""
    return _BEGINS.search(head) is not None


def read(stream: TextIO, *, source: str) -> Iterator[Record | ReadError]:
    """Read records; books and chapters have their own tags for title and authors.

    :param stream: The text.
    :param source: Name of the file.
    :returns: A record for each citation, whose identifier is ``pmid:`` and its number; an error for
        fields outside of one.
    """
    for found in entries(stream, _TAG, begins="PMID", source=source):
        if isinstance(found, ReadError):
            yield found
            continue
        line, fields = found
        number = first(fields, "PMID")
        named = (_DOI.fullmatch(value) for tag in ("LID", "AID") for value in fields.get(tag, ()))
        values = {
            "id": f"pmid:{number}",
            "title": first(fields, "TI", "BTI"),
            "abstract": first(fields, "AB"),
            "date": first(fields, "DP"),
            "doi": next((doi[1] for doi in named if doi), ""),
            "url": f"https://pubmed.ncbi.nlm.nih.gov/{number}/" if number.isdecimal() else "",
            "authors": fields.get("FAU") or fields.get("AU", []),
        }
        yield record(values, source=source, line=line)
