"""Answer a query over files or a store, in this process or as a program that can be killed.

The program reads one request as JSON and writes one answer as JSON. It must start fast, so this
file and the engines import nothing of the package but one another. A cell of an answer is a pair of
value and datatype, the datatype ``@id`` for an IRI; None where a variable is unbound.
"""

from __future__ import annotations

import itertools
import json
import re
import signal
import sys
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    import pyoxigraph

    from kg.graph.engine_oxigraph import Oxigraph
    from kg.graph.engine_rdflib import Rdflib

    Engine: TypeAlias = Oxigraph | Rdflib

__all__ = ["ENGINES", "answer", "bound", "closed_doors", "main", "oxigraph_store", "place"]

_GRACE = 5
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`]*")

# What people write before and behind an arXiv identifier or a DOI, which is all that counts.
_PAPER = re.compile(
    r"(?:https?://(?:\w+\.)?(?:arxiv\.org/(?:abs|pdf|html)|doi\.org)/|(?:arxiv|doi):\s*)?"
    r"(\d{4}\.\d{4,5}|[a-z-]+(?:\.[a-z]{2})?/\d{7}|10\.\d{4,9}/\S+?)(?:v\d+)?(?:\.pdf)?",
    re.IGNORECASE,
)


class _UnknownError(Exception):
    """Tell that nothing has the name that a parameter was set to."""


def _oxigraph(files: Sequence[str], schema: str, store: str | None) -> Engine:
    from kg.graph.engine_oxigraph import Oxigraph

    return Oxigraph(files, schema, store)


def _rdflib(files: Sequence[str], schema: str, store: str | None) -> Engine:
    from kg.graph.engine_rdflib import Rdflib

    return Rdflib(files, schema, store)


ENGINES = {"oxigraph": _oxigraph, "rdflib": _rdflib}


def answer(
    files: Sequence[str],
    schema: str,
    sparql: str,
    *,
    engine: str,
    limit: int,
    store: str | None = None,
    bindings: Sequence[Mapping[str, Any]] = (),
    guard: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> dict[str, Any]:
    """Answer one query over the union of some Turtle files.

    :param files: Files of the graph.
    :param schema: File of the ontology.
    :param sparql: The query; prefixes that the first file declares need not be declared in it.
    :param engine: A key of :data:`ENGINES`.
    :param limit: Number of rows that the answer may have.
    :param store: Folder of a store that holds the files, for the engine that can read it.
    :param bindings: What :func:`kg.graph.parameters.bindings` gave.
    :param guard: Makes a context in which the query is asked, when everything is loaded.
    :returns: ``prefixes``, and either ``columns`` and ``rows``, or an ``error`` with the ``place``,
        line and column, where the query cannot be read; None if that is not the reason.
    """
    from kg.graph.engine_oxigraph import prefixes_of

    prefixes: dict[str, str] = {}
    try:
        prefixes = prefixes_of(files[0])
        asked = ENGINES[engine](files, schema, store)
        ask = asked.prepare(bound(sparql, bindings, asked, prefixes), prefixes)
        with guard():
            columns, rows = ask()
            found = list(itertools.islice(rows, limit + 1))
    except _UnknownError as err:
        return {"prefixes": prefixes, "error": str(err), "place": None}
    except SyntaxError as err:
        return {"prefixes": prefixes, "error": str(err), "place": place(sparql)}
    except Exception as err:  # rdflib raises a different class for each kind of bad syntax
        told = f"{type(err).__name__}: {err}" if str(err) else type(err).__name__
        return {"prefixes": prefixes, "error": told, "place": place(sparql)}
    if len(found) > limit:
        told = f"more than {limit} rows; add LIMIT to the query"
        return {"prefixes": prefixes, "error": told, "place": None}
    return {"columns": list(columns), "rows": found, "prefixes": prefixes}


def bound(
    sparql: str,
    bindings: Sequence[Mapping[str, Any]],
    engine: Engine,
    prefixes: dict[str, str],
) -> str:
    """Restrict a query to the values of its parameters.

    What goes into the text of the query are IRIs that the graph holds, variables, and texts in
    percent-encoding: nothing of it can end a literal, whatever people gave.

    :param sparql: The query.
    :param bindings: What :func:`kg.graph.parameters.bindings` gave.
    :param engine: Finds things by their names.
    :param prefixes: Prefixes that IRIs may be shortened by.
    :returns: The query.
    """
    edits: set[tuple[int, int, str]] = set()  # from, to, what comes there
    for binding in bindings:
        variable, start = f"?{binding['variable']}", binding["start"]
        if not binding["is_entity"]:
            # Percent-encoded, no text of a stranger can be anything but a text to any parser.
            keys = [quote(text.strip().lower(), safe="") for text in binding["texts"]]
            several = ", ".join(f'"{key}"' for key in keys)
            compared = f"ENCODE_FOR_URI(LCASE(STR({variable})))"
            edits.add((start, start, f" FILTER({compared} IN ({several})) "))
            continue
        known = [f"<{iri}>" for iri in sorted(_named(binding, engine, prefixes))]
        values = f" VALUES {variable} {{ {' '.join(known)} }} "
        edits |= {(place, place, values) for place in binding["values"]}
        edits |= {(cut[0], cut[1], "") for cut in binding["cuts"]}
        if not binding["values"]:
            edits.add((start, start, f" FILTER({variable} IN ({', '.join(known)})) "))
    for start, end, text in sorted(edits, reverse=True):
        sparql = sparql[:start] + text + sparql[end:]
    return sparql


def _named(binding: Mapping[str, Any], engine: Engine, prefixes: Mapping[str, str]) -> set[str]:
    """Find the IRIs of what a parameter names: by a name, its IRI, or its IRI in short."""
    found: set[str] = set()
    for value in binding["texts"]:
        prefix, colon, local = value.partition(":")
        spelled = {value, prefixes[prefix] + local if colon and prefix in prefixes else value}
        iris = filter(engine.has, filter(_IRI.fullmatch, spelled))
        known = engine.named(value).union(iris)
        if not known:
            known = set().union(*map(engine.named, _identifiers(value)))
        if not known:
            told = f"nothing in this graph is named {value!r}; give a label, an alias or an IRI"
            raise _UnknownError(f"parameter {binding['name']}: {told}")
        found |= known
    return found


def _identifiers(text: str) -> list[str]:
    """Spell the identifier of a paper in the other ways that graphs have it.

    >>> _identifiers("https://arxiv.org/abs/2309.03965v2")
    ['2309.03965', 'arxiv:2309.03965', 'doi:2309.03965']
    >>> _identifiers("a net")
    []
    """
    match = _PAPER.fullmatch(text.strip())
    return [match[1], f"arxiv:{match[1]}", f"doi:{match[1]}"] if match else []


def place(sparql: str) -> tuple[int, int] | None:
    """Find the first word that is no SPARQL; rdflib tells it, Oxigraph points behind it.

    :param sparql: The query.
    :returns: Line and column, counted from 1; None if rdflib can read it, or cannot tell.

    >>> place("ASK { ?a ?b }")
    (1, 7)
    """
    from pyparsing import ParseBaseException
    from rdflib.plugins.sparql.parser import parseQuery

    try:
        parseQuery(sparql)
    except ParseBaseException as err:
        return err.lineno, err.column
    except RecursionError:  # brackets in brackets in brackets
        return None
    return None


def oxigraph_store(files: Sequence[str], schema: str) -> pyoxigraph.Store:
    """Load files of a graph and its ontology into one graph of Oxigraph in memory."""
    from kg.graph import engine_oxigraph

    return engine_oxigraph.oxigraph_store(files, schema)


@contextmanager
def closed_doors() -> Iterator[None]:
    """Forbid this process to open files or sockets, so that no query can reach out.

    What is open stays so: a store has all its files open, see :mod:`kg.graph.engine_disk`.
    """
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
    json.dump(answer(**request, guard=closed_doors), sys.stdout)
