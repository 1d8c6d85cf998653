"""Ask the graph in SPARQL: read only, with a time limit that holds.

The query sees one graph: core, evidence and the ontology together, so that labels of terms and the
hierarchy of properties can be asked for too. It runs in a process of its own, which is killed when
the time is over. A large build is asked through its store on disk, see :mod:`kg.graph.store`.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import ExportError, QueryError, UnknownNameError
from kg.graph import engines, store
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.graph.parameters import bindings
from kg.graph.rows import Rows
from kg.graph.sparql import declared, inspect, used
from kg.graph.terms import Term

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kg.ontology import Ontology

__all__ = ["LIMIT", "Rows", "query"]

LIMIT = 1_000_000
"""Number of rows that an answer may have; more are told, not returned."""

_FORMAT = "turtle"
_PACKAGE = Path(__file__).parent.parent
_UNPLACED = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)

# The engines need nothing of the package but one another: without its __init__, which imports all
# stages, they start in half the time.
_PROGRAM = """
import sys, types
package = types.ModuleType("kg")
package.__path__ = [sys.argv[1]]
sys.modules["kg"] = package
from kg.graph.engines import main
main()
"""

# A graph in memory is written once, not for each query; its files go when it goes.
_WRITTEN: weakref.WeakKeyDictionary[KnowledgeGraph, Path] = weakref.WeakKeyDictionary()


def query(
    build: Path | str | KnowledgeGraph,
    sparql: str,
    *,
    timeout: float | None = 30.0,
    engine: str = "oxigraph",
    limit: int = LIMIT,
    ontology: Ontology | Path | None = None,
    parameters: Mapping[str, str | Sequence[str]] | None = None,
) -> Rows:
    """Answer a SPARQL query over a build or a graph.

    Prefixes that the files of the build declare need not be declared in the query. Rows come in the
    order that the query gives, else sorted.

    :param build: Folder that ``kg build`` wrote, or a graph in memory.
    :param sparql: SELECT, ASK, CONSTRUCT or DESCRIBE.
    :param timeout: Seconds after which the query is stopped; None asks in this process, unlimited.
    :param engine: ``oxigraph``, or the slower ``rdflib`` to compare with.
    :param limit: Number of rows that the answer may have.
    :param ontology: What may be said, or the folder that says it; by default that of the graph, or
        the one of this package.
    :param parameters: By name of a parameter that the head of the query declares, what it is to be:
        the label, an alias or the IRI of an entity, or a text; or several of which any will do.
        See :mod:`kg.graph.parameters`.
    :returns: The rows; none if nothing fits.
    :raises QueryError: If the query is none, would change or fetch something, or takes too long; or
        if nothing has the name that a parameter is set to.
    :raises ReadError: If the folder is no build.
    :raises UnknownNameError: If there is no such engine, or no such parameter.
    """
    if engine not in engines.ENGINES:
        raise UnknownNameError("engine", engine, sorted(engines.ENGINES))
    form = inspect(sparql)
    bound = bindings(sparql, parameters or {})
    if isinstance(build, KnowledgeGraph):
        folder, ontology = _written(build), ontology or build.ontology
    else:
        folder = Path(build)
    files = store.files_of(folder)
    request: dict[str, Any] = {
        "files": [str(path) for path in files],
        "schema": str(store.schema_of(ontology)),
        "sparql": sparql,
        "engine": engine,
        "limit": limit,
        "bindings": bound,
        "store": _store(folder, ontology) if engine == "oxigraph" else None,
    }
    found = engines.answer(**request) if timeout is None else _in_child(request, timeout)
    if "error" in found:
        raise QueryError(_explain(found, sparql))
    rows = [tuple(None if cell is None else Term(*cell) for cell in row) for row in found["rows"]]
    if not form.is_ordered:
        rows.sort(key=lambda row: tuple(term or ("", "") for term in row))
    return Rows(tuple(found["columns"]), tuple(rows), dict(found["prefixes"]))


def _written(graph: KnowledgeGraph) -> Path:
    """Write the Turtle of a graph in memory into a folder that goes when the graph goes."""
    from kg import registry

    if graph not in _WRITTEN:
        folder = Path(tempfile.mkdtemp(prefix="kg-"))
        weakref.finalize(graph, shutil.rmtree, folder, ignore_errors=True)
        registry.find("exporters", _FORMAT).write(graph, folder)
        _WRITTEN[graph] = folder
    return _WRITTEN[graph]


def _store(folder: Path, ontology: Ontology | Path | None) -> str | None:
    """Name the store of a build where there is one, or where making it pays."""
    find = store.prepare if store.is_large(folder) else store.fresh
    try:
        found = find(folder, ontology=ontology)
    except ExportError:  # nowhere to write it: the files are loaded into memory each time
        return None
    return str(found) if found else None


def _in_child(request: dict[str, Any], timeout: float) -> dict[str, Any]:
    """Ask in a process that is killed when the time is over."""
    search = os.pathsep.join(path for path in sys.path if path)
    try:
        child = subprocess.run(  # noqa: S603
            # Without site, which may take long: what it adds to the path is told.
            [sys.executable, "-P", "-S", "-X", "utf8", "-c", _PROGRAM, str(_PACKAGE)],
            input=json.dumps({**request, "timeout": timeout}).encode(),
            capture_output=True,
            check=False,
            timeout=timeout,
            env={**os.environ, "PYTHONPATH": search},
        )
    except subprocess.TimeoutExpired:
        raise QueryError(f"stopped after {timeout:g} s; ask for less or allow more time") from None
    try:
        return dict(json.loads(child.stdout))
    except ValueError:
        lines = child.stderr.decode(errors="replace").strip().splitlines()
        told = f": {lines[-1]}" if lines else ""
        raise QueryError(f"the engine ended with code {child.returncode}{told}") from None


def _explain(found: Mapping[str, Any], sparql: str) -> str:
    """Say where a query cannot be read, in its own words."""
    prefixes, place = found["prefixes"], found["place"]
    strange = sorted(used(sparql).difference(declared(sparql), prefixes))
    if strange and prefixes:
        return f"prefix {strange[0]!r} is not declared; known: {', '.join(prefixes)}"
    if not place:
        return _UNPLACED.sub(_unplaced, str(found["error"]))
    number, column = place
    rest = sparql.split("\n")[number - 1][column - 1 :]
    told = f"cannot go on at {rest[:40]!r}" if rest.strip() else "cannot go on at the end"
    return f"line {number}, column {column}: {told}"


def _unplaced(match: re.Match[str]) -> str:
    """Leave of an error of Oxigraph what people can use: the place, and reasons in words."""
    expected = match[3].removeprefix("expected ").removeprefix("one of ")
    reasons = [part for part in expected.split(", ") if part.count(" ") > 1]
    told = f"cannot be understood before line {match[1]}, column {match[2]}"
    return ": ".join([told, *reasons[:1]])
