"""Choose in which format to answer: what the client accepts, by its weights, or names.

>>> choose(ROWS, accept="text/csv;q=0.5, application/sparql-results+xml").name
'xml'
>>> choose(ROWS, accept=None).media_type
'application/sparql-results+json'
>>> choose(TRIPLES, named="ttl").media_type
'text/turtle'
>>> choose(ROWS, accept="image/png") is None
True
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["HTML", "ROWS", "TRIPLES", "Format", "choose", "names"]


class Format(NamedTuple):
    """One format under one of its media types.

    :param name: Short name, as one says it in an address.
    :param media_type: Media type to answer with.
    :param suffix: What names of files end with.
    :param others: Further names that mean the same.
    """

    name: str
    media_type: str
    suffix: str
    others: tuple[str, ...] = ()


HTML = Format("html", "text/html", "html")

ROWS = (
    Format("json", "application/sparql-results+json", "srj"),
    Format("json", "application/json", "json"),
    Format("xml", "application/sparql-results+xml", "srx"),
    Format("xml", "application/xml", "xml"),
    Format("xml", "text/xml", "xml"),
    Format("csv", "text/csv", "csv"),
    Format("tsv", "text/tab-separated-values", "tsv"),
)
"""Formats of SELECT and ASK, the one given to those who do not mind first."""

TRIPLES = (
    Format("turtle", "text/turtle", "ttl", ("n3",)),
    Format("turtle", "application/x-turtle", "ttl"),
    Format("ntriples", "application/n-triples", "nt", ("n-triples",)),
    Format("jsonld", "application/ld+json", "jsonld", ("json-ld",)),
    Format("jsonld", "application/json", "jsonld", ("json",)),
    Format("rdfxml", "application/rdf+xml", "rdf", ("rdf+xml",)),
    Format("rdfxml", "application/xml", "rdf", ("xml",)),
    Format("rdfxml", "text/xml", "rdf"),
)
"""Formats of CONSTRUCT and DESCRIBE."""

_WEIGHT = re.compile(r"0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?")


def choose(
    offers: Sequence[Format], *, accept: str | None = None, named: str | None = None
) -> Format | None:
    """Choose one of several formats.

    :param offers: The formats; of two that the client likes alike the earlier is taken.
    :param accept: The header of that name; none accepts everything.
    :param named: Names, suffixes or media types, parted by commas, that the client gave in the
        address: the first that is offered is taken, whatever it accepts.
    :returns: The format; None if nothing of what the client takes is offered.
    """
    if named:
        # a plus in an address is a blank, if it was not encoded
        wishes = [name.strip().lower().replace(" ", "+") for name in named.split(",")]
        fitting = (f for w in wishes for f in offers if w in {f[0], f[1], f[2], *f.others})
        return next(fitting, None)
    ranges = list(_ranges(accept)) if accept and accept.strip() else [("*", "*", 1.0)]
    best = max(offers, key=lambda offer: _weight(offer.media_type, ranges))
    return best if _weight(best.media_type, ranges) > 0 else None


def names(offers: Sequence[Format]) -> str:
    """List the formats for people."""
    return ", ".join(dict.fromkeys(offer.name for offer in offers))


def _ranges(accept: str) -> Iterator[tuple[str, str, float]]:
    for part in accept.split(","):
        media, *parameters = (p.strip().lower() for p in part.split(";"))
        kind, slash, subtype = media.partition("/")
        weight = next((p[2:].strip() for p in parameters if p.startswith("q=")), "1")
        if slash and _WEIGHT.fullmatch(weight):
            yield kind, subtype, float(weight)


def _weight(media_type: str, ranges: Sequence[tuple[str, str, float]]) -> float:
    """Tell how much a client likes a media type: the most exact of its ranges decides."""
    kind, _, subtype = media_type.partition("/")
    fitting = [
        (k != "*", s != "*", weight)
        for k, s, weight in ranges
        if k in {"*", kind} and s in {"*", subtype}
    ]
    return max(fitting)[2] if fitting else 0.0
