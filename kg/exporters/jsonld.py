"""Write the graph as JSON-LD: the context of the ontology inside, one node a line, sorted.

Nothing has to be fetched to read it. What the context has a term for is said by that term; else
predicates, datatypes and IRIs stand as they are, which says the same.

>>> context = Context({"kg": "http://k/#", "papers": {"@id": "kg:papers", "@type": "kg:n"}}, {})
>>> from kg.graph.terms import IRI, STRING
>>> context.key("http://k/#papers"), context.key("http://k/#x"), context.key("http://other/")
('papers', 'kg:x', 'http://other/')
>>> [context.value("http://k/#papers", datatype)("1") for datatype in ("http://k/#n", IRI, STRING)]
['1', {'@id': '1'}, {'@value': '1'}]
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeAlias

import orjson

from kg.exporters.turtle import Spelled
from kg.files import save
from kg.graph.descriptions import by_shape
from kg.graph.rdf import core, evidence, prefixes
from kg.graph.terms import INTEGER, IRI, RDF_TYPE, STRING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from kg.graph.descriptions import Shape, Stream
    from kg.graph.knowledge_graph import KnowledgeGraph

__all__ = ["DEFAULT", "FILES", "FORMAT", "VIEW", "Context", "lines", "read_terms", "write"]

FORMAT = "jsonld"
FILES = ("graph.jsonld", "evidence.jsonld")
DEFAULT = False
VIEW = False

CONTEXT = "context.jsonld"
"""File of the ontology folder; it may be missing."""

_PLAIN_INTEGER = re.compile(r"-?[1-9][0-9]{0,14}|0")
# Marks that a terminal could misread, see the Turtle writer; they can only stand in strings.
_SPECIAL = re.compile(
    "[\x7f-\xa0\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\ufffb\ufffe\uffff]"
)

Value: TypeAlias = "str | int | dict[str, str]"


def write(graph: KnowledgeGraph, folder: Path) -> None:
    """Write the core and the evidence of a graph as JSON-LD.

    :param graph: The knowledge graph.
    :param folder: Where to write; files of these names in it are replaced.
    :raises ExportError: If they cannot be written.
    """
    context = Context(read_terms(graph.ontology.folder / CONTEXT), prefixes(graph))
    for name, stream in zip(FILES, (core(graph), evidence(graph)), strict=True):
        save(folder / name, lines(stream, context))


def read_terms(path: Path) -> dict[str, Any]:
    """Read the terms of a context; its defaults, which would change what values mean, are left."""
    found = orjson.loads(path.read_bytes())["@context"] if path.is_file() else {}
    return {term: said for term, said in found.items() if not term.startswith("@")}


def lines(stream: Stream, context: Context) -> Iterator[str]:
    """Spell subjects as JSON-LD.

    :param stream: Subjects with what is said of them, what has one predicate side by side.
    :param context: How to spell it.
    :returns: Pieces of the document, each with its line end but the first of a line.
    """

    @by_shape
    def plan(shape: Shape) -> list[tuple[str, Callable[[str], Value]]]:
        return [
            (context.type_key, context.kind)
            if predicate == RDF_TYPE
            else (context.key(predicate), context.value(predicate, datatype))
            for predicate, datatype in shape
        ]

    yield f'{{"@context": {orjson.dumps(context.terms).decode()},\n"@graph": ['
    between = "\n"
    for subject, shape, values in stream:
        node: dict[str, Any] = {context.id_key: context.iri(subject)}
        told = zip(plan(shape), values, strict=True)
        for (key, spell), value in sorted(told, key=lambda one: one[0][0] != context.type_key):
            if key not in node:
                node[key] = spell(value)
            elif isinstance(node[key], list):
                node[key].append(spell(value))
            else:
                node[key] = [node[key], spell(value)]
        yield between + _SPECIAL.sub(_escape, orjson.dumps(node).decode())
        between = ",\n"
    yield "\n]}\n"


def _escape(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"


class Context:
    """The terms of a JSON-LD context, and what they make of IRIs and values.

    :param terms: The context: terms with their definitions.
    :param bound: Namespace by prefix; those that no term has the name of join the context.
    """

    def __init__(self, terms: Mapping[str, Any], bound: Mapping[str, str]) -> None:
        """Turn the context round."""
        free = {prefix: space for prefix, space in bound.items() if prefix not in terms}
        self.terms: dict[str, Any] = {"@version": 1.1, **terms, **free}
        namespaces = {
            term: said
            for term, said in self.terms.items()
            if isinstance(said, str) and said.endswith(("/", "#"))
        }
        self._spelled = Spelled(namespaces)
        self._spaces = namespaces
        self._keys: dict[str, tuple[str, str]] = {}
        for term, said in sorted(terms.items()):
            told = {"@id": said} if isinstance(said, str) else said
            if term not in namespaces and isinstance(told, dict) and {*told} <= {"@id", "@type"}:
                address = self._expanded(told.get("@id", ""))
                self._keys.setdefault(address, (term, self._expanded(told.get("@type", ""))))
        self.id_key, self.type_key = (self._keys.get(k, (k, ""))[0] for k in ("@id", "@type"))

    def _expanded(self, name: str) -> str:
        prefix, _, local = name.partition(":")
        return self._spaces[prefix] + local if prefix in self._spaces else name

    def iri(self, address: str) -> str:
        """Spell an IRI, as short as the prefixes allow."""
        spelled = self._spelled.iri(address)
        return spelled[1:-1] if spelled.startswith("<") else spelled

    def key(self, predicate: str) -> str:
        """Spell a predicate."""
        return self._keys[predicate][0] if predicate in self._keys else self.iri(predicate)

    def kind(self, address: str) -> str:
        """Spell a class."""
        term, coercion = self._keys.get(address, ("", ""))
        return term if term and not coercion else self.iri(address)

    def value(self, predicate: str, datatype: str) -> Callable[[str], Value]:
        """Make what spells the objects of a predicate that have a datatype."""
        coercion = self._keys.get(predicate, ("", ""))[1]
        if datatype == IRI:
            return self.iri if coercion == IRI else lambda value: {"@id": self.iri(value)}
        if datatype == STRING:
            return str if not coercion else lambda value: {"@value": value}
        if datatype != coercion:
            kind = self.iri(datatype)
            return lambda value: {"@value": value, "@type": kind}
        return _number if datatype == INTEGER else str


def _number(value: str) -> Value:
    return int(value) if _PLAIN_INTEGER.fullmatch(value) else value
