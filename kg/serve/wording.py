"""Words for people: names written apart, queries that one can read.

>>> camel("wasDerivedFrom")
'was derived from'
>>> print(
...     readable(
...         "ASK { <http://example.org/a> ?p <http://example.org/b c> }",
...         {"ex": "http://example.org/"},
...     )
... )
PREFIX ex: <http://example.org/>
<BLANKLINE>
ASK { ex:a ?p <http://example.org/b c> }
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from kg.graph.terms import curie

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kg.serve.negotiation import Format

_PREFIXES = re.compile(rb"(?:@prefix [^\n]*\n)+")

__all__ = ["camel", "headed", "link", "readable"]


def camel(name: str) -> str:
    """Write the words of a name apart."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()


def readable(sparql: str, prefixes: Mapping[str, str]) -> str:
    """Shorten the IRIs of a query and declare the prefixes that this takes.

    :param sparql: A query with IRIs in full.
    :param prefixes: Namespace by prefix.
    """
    namespaces = {namespace: prefix for prefix, namespace in prefixes.items()}
    used = set()

    def short(match: re.Match[str]) -> str:
        found = curie(match[1], namespaces)
        used.add(found.partition(":")[0])
        return found or match[0]

    text = re.sub('<([^<>"]*)>', short, sparql)
    lines = [f"PREFIX {p}: <{prefixes[p]}>\n" for p in sorted(used & set(prefixes))]
    return "".join([*lines, "\n" if lines else "", text])


def link(sparql: str, prefixes: Mapping[str, str]) -> str:
    """Make the address of the query page with a query in it."""
    return f"/?query={quote(readable(sparql, prefixes), safe='')}"


def headed(body: bytes, form: Format) -> bytes:
    r"""Sort the prefixes at the head of Turtle, and leave those out that it does not use.

    :param body: What Oxigraph wrote; it knows no order of prefixes.
    :param form: The format that it is in; others than Turtle are left as they are.

    >>> from kg.serve.negotiation import TRIPLES
    >>> text = b"@prefix b: <http://b/> .\n@prefix a: <http://a/> .\na:x a a:y .\n"
    >>> headed(text, TRIPLES[0]).splitlines()
    [b'@prefix a: <http://a/> .', b'a:x a a:y .']
    """
    if form.name != "turtle":
        return body
    head = _PREFIXES.match(body)
    if not head:
        return body
    rest = body[head.end() :]
    used = [line for line in head[0].splitlines(keepends=True) if line.split()[1] in rest]
    return b"".join([*sorted(used), rest])
