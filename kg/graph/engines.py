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
from contextlib import contextmanager, nullcontext
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from typing import TypeAlias

    import pyoxigraph
    import rdflib

    Cell: TypeAlias = tuple[str, str] | None
    Answer: TypeAlias = dict[str, Any]
    Ask: TypeAlias = Callable[[], tuple[Iterable[str], Iterator[list[Cell]]]]

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
    guard: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> Answer:
    """Answer one query over the union of some Turtle files.

    :param files: Files of the graph.
    :param schema: File of the ontology.
    :param sparql: The query; prefixes that the first file declares need not be declared in it.
    :param engine: A key of :data:`ENGINES`.
    :param limit: Number of rows that the answer may have.
    :param guard: Makes a context in which the query is asked, when everything is loaded.
    :returns: ``prefixes``, and either ``columns`` and ``rows``, or an ``error`` with the ``place``,
        line and column, where the query cannot be read; None if that is not the reason.
    """
    prefixes: dict[str, str] = {}
    try:
        prefixes = _prefixes(files[0])
        ask = ENGINES[engine](files, schema, sparql, prefixes)
        with guard():
            columns, rows = ask()
            found = list(itertools.islice(rows, limit + 1))
    except SyntaxError as err:
        return {"prefixes": prefixes, "error": str(err), "place": _place(sparql)}
    except Exception as err:  # rdflib raises a different class for each kind of bad syntax
        told = f"{type(err).__name__}: {err}" if str(err) else type(err).__name__
        return {"prefixes": prefixes, "error": told, "place": _place(sparql)}
    if len(found) > limit:
        told = f"more than {limit} rows; add LIMIT to the query"
        return {"prefixes": prefixes, "error": told, "place": None}
    return {"columns": list(columns), "rows": found, "prefixes": prefixes}


def _place(sparql: str) -> tuple[int, int] | None:
    """Find the first word that is no SPARQL; rdflib tells it, Oxigraph points behind it."""
    from pyparsing import ParseBaseException
    from rdflib.plugins.sparql.parser import parseQuery

    try:
        parseQuery(sparql)
    except ParseBaseException as err:
        return err.lineno, err.column
    return None


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


def _oxigraph(files: Sequence[str], schema: str, sparql: str, prefixes: dict[str, str]) -> Ask:
    import pyoxigraph

    store = oxigraph_store(files, schema)

    def ask() -> tuple[Iterable[str], Iterator[list[Cell]]]:
        found = store.query(sparql, prefixes=prefixes)
        if isinstance(found, pyoxigraph.QueryBoolean):
            return ["answer"], iter([[(str(bool(found)).lower(), _BOOLEAN)]])
        if isinstance(found, pyoxigraph.QueryTriples):
            return _TRIPLE, ([_cell(node) for node in triple] for triple in found)
        columns = [variable.value for variable in found.variables]
        return columns, ([_cell(node) for node in solution] for solution in found)

    return ask


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


def _rdflib(files: Sequence[str], schema: str, sparql: str, prefixes: dict[str, str]) -> Ask:
    from rdflib.plugins.sparql import prepareQuery

    graph = rdflib_graph([*files, schema])
    prepared = prepareQuery(sparql, initNs=prefixes)

    def ask() -> tuple[Iterable[str], Iterator[list[Cell]]]:
        found = graph.query(prepared)
        if found.type == "ASK":
            return ["answer"], iter([[(str(bool(found)).lower(), _BOOLEAN)]])
        columns = _TRIPLE if found.vars is None else [str(variable) for variable in found.vars]
        rows: Iterator[Any] = iter(found)
        return columns, ([_rdflib_cell(node) for node in row] for row in rows)

    return ask


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


@contextmanager
def _closed_doors() -> Iterator[None]:
    """Forbid this process to open files or sockets, so that no query can reach out."""
    try:
        import resource
    except ImportError:  # no such limit on this system; the words of the query were checked before
        yield
        return
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


def main() -> None:
    """Read a request from standard input, write the answer to standard output."""
    request = json.load(sys.stdin)
    timeout = int(request.pop("timeout"))
    if hasattr(signal, "alarm"):  # dies by itself should the caller be killed
        signal.alarm(timeout + _GRACE)
    json.dump(answer(**request, guard=_closed_doors), sys.stdout)


if __name__ == "__main__":
    main()
