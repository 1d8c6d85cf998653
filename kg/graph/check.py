"""Check a build against the shapes of the ontology, by one of two engines that find the same.

The shapes are written once, in SHACL. A small graph is checked by pySHACL, a large one by Oxigraph,
into whose language the shapes are put.
"""

from __future__ import annotations

from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

from kg import ontology as ontologies
from kg.errors import ExportError, ReadError, UnknownNameError
from kg.graph.check_shacl import validated
from kg.graph.check_sparql import answered
from kg.graph.engines import oxigraph_store
from kg.graph.shapes import SEVERITIES, SHAPES, read
from kg.graph.store import files_of, prepare

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyoxigraph

    from kg.model import Finding
    from kg.ontology import Ontology

__all__ = ["ENGINES", "LARGE", "SHAPES", "SMALL", "check"]

ENGINES = ("auto", "shacl", "sparql")
SMALL = 10_000
"""Up to so many triples ``auto`` takes pySHACL, which is done in two seconds then."""

LARGE = 150_000_000
"""From so many bytes of Turtle on, some millions of triples, the graph is read from its store on
disk: that is slower, but takes no memory."""

_REMEDY = "make it with 'kg build'"


def check(
    folder: Path | str, *, ontology: Ontology | None = None, engine: str = "auto"
) -> list[Finding]:
    """Find what a build says that the shapes of the ontology do not allow.

    :param folder: Folder that ``kg build`` wrote.
    :param ontology: What may be said; by default the ontology of this package.
    :param engine: One of :data:`ENGINES`; what they find is the same.
    :returns: The findings, the gravest first, then by shape and node; empty if the build conforms.
    :raises ReadError: If the folder is no build, or one of its files is no Turtle.
    :raises OntologyError: If the shapes cannot be read, or cannot be put into SPARQL.
    :raises UnknownNameError: If there is no engine of that name.
    """
    if engine not in ENGINES:
        raise UnknownNameError("engine", engine, ENGINES)
    schema = ontology.folder if ontology else ontologies.default_folder()
    shapes = read(schema / SHAPES)
    try:
        files = files_of(Path(folder))
        is_small = _is_small(files)
        is_large = sum(path.stat().st_size for path in files) > LARGE
        store = _kept(Path(folder), files, schema) if is_large else _loaded(files, schema)
    except SyntaxError as err:
        where = str(err.filename or folder)
        raise ReadError(where, err.lineno or 0, f"is no Turtle: {err.msg}", _REMEDY) from err
    if engine == "shacl" or (engine == "auto" and is_small):
        found = set(validated(store, schema / SHAPES, shapes))
    else:
        found = set(answered(store, shapes))
    return sorted(found, key=lambda f: (SEVERITIES.index(f.severity), f.shape, f))


def _is_small(files: Sequence[Path]) -> bool:
    """Count triples, but no further than need be."""
    import pyoxigraph

    turtle = pyoxigraph.RdfFormat.TURTLE
    quads = chain.from_iterable(pyoxigraph.parse(path=str(p), format=turtle) for p in files)
    return next(islice(quads, SMALL, None), None) is None


def _loaded(files: Sequence[Path], schema: Path) -> pyoxigraph.Store:
    return oxigraph_store([str(path) for path in files], str(schema / ontologies.SCHEMA))


def _kept(folder: Path, files: Sequence[Path], schema: Path) -> pyoxigraph.Store:
    """Open the store of a build, which takes no memory; make it if need be."""
    import pyoxigraph

    try:
        return pyoxigraph.Store.read_only(str(prepare(folder, ontology=schema)))
    except ExportError:
        return _loaded(files, schema)
