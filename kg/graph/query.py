"""Ask the graph in SPARQL: read only, with a time limit that holds.

The query sees one graph: core, evidence and the ontology together, so that labels of terms and the
hierarchy of properties can be asked for too. It runs in a process of its own, which is killed when
the time is over.

>>> from kg.graph.terms import integer
>>> Rows(("n",), ((integer(3),),)).first
(3,)
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg import ontology as ontologies
from kg import registry
from kg.errors import QueryError, ReadError, UnknownNameError
from kg.graph import engines
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.graph.sparql import declared, inspect, used
from kg.graph.terms import Term, python_value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from decimal import Decimal
    from typing import TypeAlias

    from kg.ontology import Ontology

    Value: TypeAlias = str | int | bool | float | Decimal | None

__all__ = ["LIMIT", "Rows", "files_of", "query"]

LIMIT = 1_000_000
"""Number of rows that an answer may have; more are told, not returned."""

_FORMAT = "turtle"
_UNPLACED = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)


@dataclass(frozen=True)
class Rows:
    """What a query returned.

    Iterating gives one tuple of Python values a row: numbers and truth values where the literal is
    one, else text, None where a variable is unbound.

    :param columns: Names of the columns; of triples ``subject``, ``predicate``, ``object``, of a
        yes/no question ``answer``.
    :param terms: The rows as RDF terms.
    :param prefixes: Namespaces by prefix, for short forms of IRIs.
    """

    columns: tuple[str, ...]
    terms: tuple[tuple[Term | None, ...], ...]
    prefixes: Mapping[str, str] = field(default_factory=dict)

    def __iter__(self) -> Iterator[tuple[Value, ...]]:
        """Yield the rows as Python values."""
        for row in self.terms:
            yield tuple(None if term is None else python_value(term) for term in row)

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.terms)

    @cached_property
    def first(self) -> tuple[Value, ...] | None:
        """The first row; None if there is none."""
        return next(iter(self), None)


def query(
    build: Path | str | KnowledgeGraph,
    sparql: str,
    *,
    timeout: float | None = 30.0,
    engine: str = "oxigraph",
    limit: int = LIMIT,
    ontology: Ontology | None = None,
) -> Rows:
    """Answer a SPARQL query over a build or a graph.

    Prefixes that the files of the build declare need not be declared in the query. Rows come in the
    order that the query gives, else sorted.

    :param build: Folder that ``kg build`` wrote, or a graph in memory.
    :param sparql: SELECT, ASK, CONSTRUCT or DESCRIBE.
    :param timeout: Seconds after which the query is stopped; None asks in this process, unlimited.
    :param engine: ``oxigraph``, or the slower ``rdflib`` to compare with.
    :param limit: Number of rows that the answer may have.
    :param ontology: What may be said; by default that of the graph, or the one of this package.
    :returns: The rows; none if nothing fits.
    :raises QueryError: If the query is none, would change or fetch something, or takes too long.
    :raises ReadError: If the folder is no build.
    :raises UnknownNameError: If there is no such engine.
    """
    if engine not in engines.ENGINES:
        raise UnknownNameError("engine", engine, sorted(engines.ENGINES))
    form = inspect(sparql)
    if isinstance(build, KnowledgeGraph):
        with tempfile.TemporaryDirectory(prefix="kg-") as folder:
            registry.find("exporters", _FORMAT).write(build, Path(folder))
            return query(
                folder,
                sparql,
                timeout=timeout,
                engine=engine,
                limit=limit,
                ontology=ontology or build.ontology,
            )
    schema = (ontology.folder if ontology else ontologies.default_folder()) / ontologies.SCHEMA
    request: dict[str, Any] = {
        "files": [str(path) for path in files_of(Path(build))],
        "schema": str(schema),
        "sparql": sparql,
        "engine": engine,
        "limit": limit,
    }
    found = engines.answer(**request) if timeout is None else _in_child(request, timeout)
    if "error" in found:
        raise QueryError(_explain(found, sparql))
    rows = [tuple(None if cell is None else Term(*cell) for cell in row) for row in found["rows"]]
    if not form.is_ordered:
        rows.sort(key=lambda row: tuple(term or ("", "") for term in row))
    return Rows(tuple(found["columns"]), tuple(rows), dict(found["prefixes"]))


def files_of(folder: Path) -> tuple[Path, ...]:
    """Name the Turtle files of a build.

    :param folder: Folder that ``kg build`` wrote.
    :returns: The file of the core, then that of the evidence.
    :raises ReadError: If one is missing.
    """
    paths = tuple(folder / name for name in registry.find("exporters", _FORMAT).FILES)
    for path in paths:
        if not path.is_file():
            raise ReadError(str(folder), 0, f"holds no {path.name}", "make it with 'kg build'")
    return paths


def _in_child(request: dict[str, Any], timeout: float) -> dict[str, Any]:
    """Ask in a process that is killed when the time is over."""
    search = os.pathsep.join(path for path in sys.path if path)
    try:
        child = subprocess.run(  # noqa: S603
            [sys.executable, "-P", engines.__file__],
            input=json.dumps({**request, "timeout": timeout}).encode(),
            capture_output=True,
            check=False,
            timeout=timeout,
            env={**os.environ, "PYTHONPATH": search, "PYTHONUTF8": "1"},
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
