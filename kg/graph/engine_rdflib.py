"""Ask rdflib, to compare with: slower, and made by others.

>>> from kg.ontology import SCHEMA, default_folder
>>> len(rdflib_graph([str(default_folder() / SCHEMA)])) > 100
True
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pyoxigraph
import rdflib

from kg.graph.engine_disk import NAMING, name_key
from kg.graph.engine_oxigraph import BOOLEAN, TRIPLE, quads_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kg.graph.engine_oxigraph import Ask, Cell

__all__ = ["Rdflib", "rdflib_graph"]

_STRING = "http://www.w3.org/2001/XMLSchema#string"
_LANG_STRING = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"


class Rdflib:
    """Asks rdflib.

    :param files: Turtle files of a graph.
    :param schema: File of the ontology.
    :param store: Not used; files are always loaded.
    """

    def __init__(self, files: Sequence[str], schema: str, store: str | None = None) -> None:  # noqa: ARG002
        """Load the files."""
        self._graph = rdflib_graph([*files, schema])

    def has(self, iri: str) -> bool:
        """Say whether anything is said of an IRI."""
        return (rdflib.URIRef(iri), None, None) in self._graph

    def named(self, name: str) -> set[str]:
        """Find the IRIs of what has a name, whatever the case of its letters."""
        key = name_key(name)
        return {
            str(node)
            for naming in map(rdflib.URIRef, NAMING)
            for node, text in self._graph.subject_objects(naming)
            if name_key(str(text)) == key and isinstance(node, rdflib.URIRef)
        }

    def prepare(self, sparql: str, prefixes: dict[str, str]) -> Ask:
        """Make ready to ask a query.

        :param sparql: The query.
        :param prefixes: Prefixes that it need not declare.
        :returns: What asks it, and returns columns and rows.
        """
        from rdflib.plugins.sparql import prepareQuery

        prepared = prepareQuery(sparql, initNs=prefixes)

        def ask() -> tuple[Iterable[str], Iterator[list[Cell]]]:
            found = self._graph.query(prepared)
            if found.type == "ASK":
                return ["answer"], iter([[(str(bool(found)).lower(), BOOLEAN)]])
            columns = TRIPLE if found.vars is None else [str(variable) for variable in found.vars]
            rows: Iterator[Any] = iter(found)
            return columns, ([_cell(node) for node in row] for row in rows)

        return ask


def rdflib_graph(files: Sequence[str]) -> rdflib.Graph:
    """Load Turtle files into one graph of rdflib, by the parser of Oxigraph, which is faster.

    :param files: Turtle files.
    """
    graph = rdflib.Graph(bind_namespaces="none")
    spell = lru_cache(maxsize=65536)(_node)
    for path in files:
        for quad in quads_of(path):
            graph.add((spell(quad.subject), spell(quad.predicate), spell(quad.object)))
    return graph


def _node(node: Any) -> rdflib.term.Node:
    if isinstance(node, pyoxigraph.Literal):
        datatype = None if node.language else node.datatype.value
        plain = None if datatype == _STRING else datatype
        return rdflib.Literal(node.value, lang=node.language, datatype=plain)
    is_blank = isinstance(node, pyoxigraph.BlankNode)
    return rdflib.BNode(node.value) if is_blank else rdflib.URIRef(node.value)


def _cell(node: Any) -> Cell:
    if node is None:
        return None
    if isinstance(node, rdflib.Literal):
        return (str(node), str(node.datatype or (_LANG_STRING if node.language else _STRING)))
    return (f"_:{node}" if isinstance(node, rdflib.BNode) else str(node), "@id")
