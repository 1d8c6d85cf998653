"""Answer a query over files, in this process or as a program of its own that can be killed.

This file imports nothing of the package, so that the program starts fast: it reads one request as
JSON and writes one answer as JSON. A cell of an answer is a pair of value and datatype, the
datatype ``@id`` for an IRI; None where a variable is unbound.
"""

from __future__ import annotations

import itertools
import json
import signal
import sys
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import TypeAlias

    import pyoxigraph
    import rdflib

    Cell: TypeAlias = tuple[str, str] | None
    Answer: TypeAlias = dict[str, Any]

__all__ = ["ENGINES", "answer", "main", "oxigraph_store", "rdflib_graph"]

_BOOLEAN = "http://www.w3.org/2001/XMLSchema#boolean"
_STRING = "http://www.w3.org/2001/XMLSchema#string"
_LANG_STRING = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"
_TRIPLE = ("subject", "predicate", "object")
_GRACE = 5


def answer(
    files: Sequence[str],
    schema: str,
    sparql: str,
    *,
    engine: str,
    limit: int,
    guard: Callable[[], None] = lambda: None,
) -> Answer:
    """Answer one query over the union of some Turtle files.

    :param files: Files of the graph; they hold no blank node.
    :param schema: File of the ontology.
    :param sparql: The query; prefixes that the first file declares need not be declared in it.
    :param engine: A key of :data:`ENGINES`.
    :param limit: Number of rows that are too many.
    :param guard: Called when everything is loaded, before the query is asked.
    :returns: ``prefixes``, and either ``columns`` and ``rows`` or an ``error``.
    """
    prefixes: dict[str, str] = {}
    try:
        prefixes = _prefixes(files[0])
        columns, rows = ENGINES[engine](files, schema, sparql, prefixes, guard)
        found = list(itertools.islice(rows, limit + 1))
    except Exception as err:  # rdflib raises a different class for each kind of bad syntax
        told = f"{type(err).__name__}: {err}" if str(err) else type(err).__name__
        return {"prefixes": prefixes, "error": told}
    if len(found) > limit:
        return {"prefixes": prefixes, "error": f"more than {limit} rows; add LIMIT to the query"}
    return {"columns": list(columns), "rows": found, "prefixes": prefixes}


def oxigraph_store(files: Sequence[str], schema: str) -> pyoxigraph.Store:
    """Load files of a graph and its ontology into one graph of Oxigraph."""
    import pyoxigraph

    store = pyoxigraph.Store()
    for path in files:
        store.bulk_load(path=path, format=pyoxigraph.RdfFormat.TURTLE)
    store.bulk_extend(_quads(schema))
    return store


def rdflib_graph(files: Sequence[str]) -> rdflib.Graph:
    """Load Turtle files into one graph of rdflib, by the parser of Oxigraph, which is faster."""
    import rdflib

    graph = rdflib.Graph(bind_namespaces="none")
    spell = lru_cache(maxsize=65536)(_rdflib_node)
    for path in files:
        for quad in _quads(path):
            graph.add((spell(quad.subject), spell(quad.predicate), spell(quad.object)))
    return graph


def _oxigraph(
    files: Sequence[str],
    schema: str,
    sparql: str,
    prefixes: dict[str, str],
    guard: Callable[[], None],
) -> tuple[Iterable[str], Iterator[list[Cell]]]:
    import pyoxigraph

    store = oxigraph_store(files, schema)
    guard()
    found = store.query(sparql, prefixes=prefixes)
    if isinstance(found, pyoxigraph.QueryBoolean):
        return ["answer"], iter([[(str(bool(found)).lower(), _BOOLEAN)]])
    if isinstance(found, pyoxigraph.QueryTriples):
        return _TRIPLE, ([_cell(node) for node in triple] for triple in found)
    columns = [variable.value for variable in found.variables]
    return columns, ([_cell(node) for node in solution] for solution in found)


def _quads(path: str) -> Iterator[pyoxigraph.Quad]:
    """Read a file and name its blank nodes in their order, so that answers do not vary."""
    import pyoxigraph

    names: dict[pyoxigraph.BlankNode, pyoxigraph.BlankNode] = {}

    def named(node: Any) -> Any:
        if not isinstance(node, pyoxigraph.BlankNode):
            return node
        return names.setdefault(node, pyoxigraph.BlankNode(f"b{len(names)}"))

    for quad in pyoxigraph.parse(path=path, format=pyoxigraph.RdfFormat.TURTLE):
        yield pyoxigraph.Quad(named(quad.subject), quad.predicate, named(quad.object))


def _prefixes(path: str) -> dict[str, str]:
    """Read the prefixes that a file declares at its head."""
    import pyoxigraph

    parser = pyoxigraph.parse(path=path, format=pyoxigraph.RdfFormat.TURTLE)
    next(iter(parser), None)
    return dict(parser.prefixes)


def _cell(node: Any) -> Cell:
    import pyoxigraph

    if node is None:
        return None
    if isinstance(node, pyoxigraph.Literal):
        return (node.value, node.datatype.value)
    return (node.value, "@id") if isinstance(node, pyoxigraph.NamedNode) else (str(node), "@id")


def _rdflib(
    files: Sequence[str],
    schema: str,
    sparql: str,
    prefixes: dict[str, str],
    guard: Callable[[], None],
) -> tuple[Iterable[str], Iterator[list[Cell]]]:
    from rdflib.plugins.sparql import prepareQuery

    graph = rdflib_graph([*files, schema])
    prepared = prepareQuery(sparql, initNs=prefixes)
    guard()
    found = graph.query(prepared)
    if found.type == "ASK":
        return ["answer"], iter([[(str(bool(found)).lower(), _BOOLEAN)]])
    columns = _TRIPLE if found.vars is None else [str(variable) for variable in found.vars]
    rows: Iterator[Any] = iter(found)
    return columns, ([_rdflib_cell(node) for node in row] for row in rows)


def _rdflib_node(node: Any) -> rdflib.term.Node:
    import pyoxigraph
    import rdflib

    if isinstance(node, pyoxigraph.Literal):
        datatype = None if node.language else node.datatype.value
        plain = None if datatype == _STRING else datatype
        return rdflib.Literal(node.value, lang=node.language, datatype=plain)
    is_blank = isinstance(node, pyoxigraph.BlankNode)
    return rdflib.BNode(node.value) if is_blank else rdflib.URIRef(node.value)


def _rdflib_cell(node: Any) -> Cell:
    import rdflib

    if node is None:
        return None
    if isinstance(node, rdflib.Literal):
        return (str(node), str(node.datatype or (_LANG_STRING if node.language else _STRING)))
    return (f"_:{node}" if isinstance(node, rdflib.BNode) else str(node), "@id")


ENGINES = {"oxigraph": _oxigraph, "rdflib": _rdflib}


def _close_the_door() -> None:
    """Forbid this process to open files or sockets, so that no query can reach out."""
    try:
        import resource
    except ImportError:  # no such limit on this system; the words of the query were checked before
        return
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def main() -> None:
    """Read a request from standard input, write the answer to standard output."""
    request = json.load(sys.stdin)
    if hasattr(signal, "alarm"):  # dies by itself should the caller be killed
        signal.alarm(int(request.pop("timeout")) + _GRACE)
    found = answer(**request, guard=_close_the_door)
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
