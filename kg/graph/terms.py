"""RDF terms as plain values, checked and spelled so that every parser reads the same.

A term is an IRI or a literal. It is a named tuple, because a graph has millions of them, and both
a Turtle writer and rdflib can be fed with it.

>>> decimal("+92.50")
Term(value='92.5', datatype='http://www.w3.org/2001/XMLSchema#decimal')
>>> date("2024-02-30") is None
True
"""

from __future__ import annotations

import datetime
import re
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import NamedTuple, TypeAlias
from urllib.parse import quote, urlsplit

__all__ = [
    "DECIMAL",
    "FOREIGN",
    "INTEGER",
    "IRI",
    "RDF_TYPE",
    "STRING",
    "XSD",
    "Pairs",
    "Term",
    "Triple",
    "curie",
    "date",
    "day",
    "decimal",
    "integer",
    "iri",
    "is_local",
    "known",
    "python_value",
    "web",
]

XSD = "http://www.w3.org/2001/XMLSchema#"
STRING, INTEGER, DECIMAL = XSD + "string", XSD + "integer", XSD + "decimal"
IRI = "@id"
"""What stands in place of a datatype where the term is an IRI."""

FOREIGN = {
    "dcterms": "http://purl.org/dc/terms/",
    "fabio": "http://purl.org/spar/fabio/",
    "oa": "http://www.w3.org/ns/oa#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "qudt": "http://qudt.org/schema/qudt/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": XSD,
}
"""Prefixes of the vocabularies that a graph uses beside its own."""

RDF_TYPE = FOREIGN["rdf"] + "type"

_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.:-]*[A-Za-z0-9_-])?")
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?")
_FORBIDDEN = re.compile(r"[\x00-\x20<>\"{}|\\^`\x7f]")
_LONGEST_NUMBER = 60


class Term(NamedTuple):
    """An IRI or a literal.

    :param value: The IRI, or the lexical form of the literal.
    :param datatype: IRI of the datatype of the literal; :data:`IRI` if the term is an IRI.
    """

    value: str
    datatype: str = STRING


Triple: TypeAlias = tuple[str, str, Term]
"""Subject IRI, predicate IRI, object."""

Pairs: TypeAlias = list[tuple[str, Term]]
"""Predicates and objects: what is said of one subject."""


def iri(value: str) -> Term:
    """Make a term of an IRI that is known to be valid."""
    return Term(value, IRI)


@lru_cache(maxsize=16384)
def integer(number: int) -> Term:
    """Make an ``xsd:integer``."""
    return Term(str(number), INTEGER)


@lru_cache(maxsize=16384)
def decimal(number: str | float) -> Term | None:
    """Make an ``xsd:decimal`` in canonical form, with at least one digit behind the point.

    :param number: A number as written or computed.
    :returns: The literal; None if it is no finite number, or one of absurd length.

    >>> [decimal(n).value for n in ("007", "-0.0", "1e-3", 0.9)]
    ['7.0', '0.0', '0.001', '0.9']
    >>> decimal("1e999999"), decimal("many")
    (None, None)
    """
    try:
        exact = Decimal(str(number))
    except InvalidOperation:
        return None
    if not exact.is_finite() or abs(exact.adjusted()) > _LONGEST_NUMBER:
        return None
    digits = f"{exact:f}"
    whole, _, fraction = digits.lstrip("-").partition(".")
    lexical = f"{whole.lstrip('0') or '0'}.{fraction.rstrip('0') or '0'}"
    sign = "-" if exact < 0 else ""
    return Term(sign + lexical, DECIMAL)


def date(text: str) -> Term | None:
    """Make a literal of a date as precise as it is known.

    :param text: ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``.
    :returns: An ``xsd:gYear``, ``xsd:gYearMonth`` or ``xsd:date``; None if there is no such day.

    >>> date("2024-02").datatype.removeprefix(XSD)
    'gYearMonth'
    """
    kinds = {4: ("gYear", "-01-01"), 7: ("gYearMonth", "-01"), 10: ("date", "")}
    kind, rest = kinds.get(len(text), ("", ""))
    if not kind or not re.fullmatch(r"[0-9]{4}(-[0-9]{2}){0,2}", text):
        return None
    try:
        datetime.date.fromisoformat(text + rest)
    except ValueError:
        return None
    return Term(text, XSD + kind)


def day(text: str) -> Term | None:
    """Make an ``xsd:gMonthDay``.

    :param text: ``--MM-DD``.
    :returns: The literal; None if no year has that day.

    >>> day("--02-29").value, day("--02-30")
    ('--02-29', None)
    """
    is_day = text.startswith("--") and date(f"2000{text[1:]}")
    return Term(text, XSD + "gMonthDay") if is_day else None


def web(address: str) -> Term | None:
    """Make an IRI of a web address that strangers gave.

    Characters that no IRI may hold make it invalid; those outside ASCII are percent-encoded.

    :param address: An address as written.
    :returns: The IRI; None if it is no plain http(s) address.

    >>> web("https://example.org/a?q=é#x").value
    'https://example.org/a?q=%C3%A9#x'
    >>> web("javascript:alert(1)"), web("https://example.org/a b"), web("https://u@example.org/")
    (None, None, None)
    """
    if _FORBIDDEN.search(address) or re.search(r"%(?![0-9A-Fa-f]{2})", address):
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not _HOST.fullmatch(parts.netloc):
        return None
    if not address.startswith(f"{parts.scheme}://") or re.search(r"[\[\]]|#.*#", address):
        return None
    try:
        return iri(quote(address, safe="%:/?#@!$&'()*+,;=~"))
    except UnicodeEncodeError:
        return None


def curie(address: str, namespaces: dict[str, str]) -> str:
    """Shorten an IRI where the short form is plainly legal in Turtle and SPARQL.

    :param address: The IRI.
    :param namespaces: Prefix by namespace.
    :returns: Prefix, colon, local part; empty if the IRI has no such form.

    >>> curie("http://example.org/a", {"http://example.org/": "ex"})
    'ex:a'
    >>> curie("http://example.org/a%20b", {"http://example.org/": "ex"})
    ''
    """
    cut = max(address.rfind("#"), address.rfind("/")) + 1
    prefix = namespaces.get(address[:cut])
    return f"{prefix}:{address[cut:]}" if prefix and is_local(address[cut:]) else ""


def is_local(name: str) -> bool:
    """Say whether a name can stand behind a prefix just as it is."""
    return (name.isalnum() and name.isascii()) or _LOCAL.fullmatch(name) is not None


def known(*pairs: tuple[str, Term | None]) -> Pairs:
    """Keep the pairs whose object is known and not empty.

    >>> known(("a", Term("x")), ("b", None), ("c", Term("")))
    [('a', Term(value='x', datatype='http://www.w3.org/2001/XMLSchema#string'))]
    """
    return [(predicate, term) for predicate, term in pairs if term and term.value]


def python_value(term: Term) -> str | int | bool | float | Decimal:
    """Turn a term into the Python value that is nearest to it.

    :param term: A term.
    :returns: A number or a truth value where the datatype says so, else the text.

    >>> python_value(integer(3)), python_value(Term("true", XSD + "boolean"))
    (3, True)
    """
    kind = term.datatype.removeprefix(XSD)
    try:
        if kind == "integer":
            return int(term.value)
        if kind == "decimal":
            return Decimal(term.value)
        if kind in {"double", "float"}:
            return float(term.value)
    except (ValueError, InvalidOperation):  # an ill-typed literal is legal RDF
        return term.value
    return term.value in {"true", "1"} if kind == "boolean" else term.value
