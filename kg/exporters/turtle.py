r"""Write the graph as Turtle: sorted, one subject at a time, the same bytes every time.

Text of strangers is escaped so that no parser and no terminal can misread it.

>>> from kg.graph.terms import Term
>>> print(
...     "".join(lines([("http://e/a", "http://e/p", Term('say "hi"\u2028'))], {"e": "http://e/"}))
... )
@prefix e: <http://e/> .
<BLANKLINE>
e:a
    e:p "say \"hi\"\u2028" .
<BLANKLINE>
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from kg.files import replacing
from kg.graph.rdf import core_triples, evidence_triples, prefixes
from kg.graph.terms import IRI, RDF_TYPE, STRING, XSD, curie

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from kg.graph.knowledge_graph import KnowledgeGraph
    from kg.graph.terms import Term, Triple

__all__ = ["DEFAULT", "FILES", "FORMAT", "VIEW", "lines", "write"]

FORMAT = "turtle"
FILES = ("graph.ttl", "evidence.ttl")
DEFAULT = True
VIEW = False

# Controls, line ends that only some programs know, marks that turn the direction of writing, and
# code points that are no characters are spelled as escapes.
_SPECIAL = re.compile(
    '["\\\\\x00-\x1f\x7f-\xa0\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\ufffb'
    "\ufffe\uffff]"
)
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_FORBIDDEN = re.compile(r"[\x00-\x20<>\"{}|\\^`]")
_BARE = {
    XSD + "integer": re.compile(r"-?[0-9]+"),
    XSD + "decimal": re.compile(r"-?[0-9]+\.[0-9]+"),
}
_KNOWN_IRIS = 65536


def write(graph: KnowledgeGraph, folder: Path) -> None:
    """Write the core and the evidence of a graph as Turtle.

    :param graph: The knowledge graph.
    :param folder: Where to write; files of these names in it are replaced.
    :raises ExportError: If they cannot be written.
    """
    bound = prefixes(graph)
    for name, triples in zip(FILES, (core_triples(graph), evidence_triples(graph)), strict=True):
        with replacing(str(folder / name)) as file:
            file.writelines(piece.encode() for piece in lines(triples, bound))


def lines(triples: Iterable[Triple], bound: dict[str, str]) -> Iterator[str]:
    """Spell triples as Turtle.

    :param triples: Triples of which those of one subject stand together.
    :param bound: Namespace by prefix.
    :returns: Pieces of the document, each with its line ends; the prefixes first.
    """
    for prefix, namespace in sorted(bound.items()):
        yield f"@prefix {prefix}: <{namespace}> .\n"
    spell_iri = _speller({namespace: prefix for prefix, namespace in bound.items()})
    for subject, described in groupby(triples, key=itemgetter(0)):
        said: dict[str, list[str]] = {}
        for _, predicate, term in described:
            spelled = spell_iri(term.value) if term.datatype == IRI else _literal(term, spell_iri)
            said.setdefault(predicate, []).append(spelled)
        first = {RDF_TYPE: said.pop(RDF_TYPE)} if RDF_TYPE in said else {}
        body = " ;\n    ".join(
            f"{'a' if predicate == RDF_TYPE else spell_iri(predicate)} {', '.join(spelled)}"
            for predicate, spelled in (first | said).items()
        )
        yield f"\n{spell_iri(subject)}\n    {body} .\n"


def _speller(namespaces: dict[str, str]) -> Callable[[str], str]:
    @lru_cache(maxsize=_KNOWN_IRIS)
    def spell(address: str) -> str:
        return curie(address, namespaces) or f"<{_FORBIDDEN.sub(_percent, address)}>"

    return spell


def _percent(match: re.Match[str]) -> str:
    return f"%{ord(match[0]):02X}"


def _literal(term: Term, spell_iri: Callable[[str], str]) -> str:
    if term.datatype in _BARE and _BARE[term.datatype].fullmatch(term.value):
        return term.value
    quoted = f'"{_SPECIAL.sub(_escape, term.value)}"'
    return quoted if term.datatype == STRING else f"{quoted}^^{spell_iri(term.datatype)}"


def _escape(match: re.Match[str]) -> str:
    return _ESCAPES.get(match[0]) or f"\\u{ord(match[0]):04X}"
