"""Ask Oxigraph: over Turtle files in memory, or over a store on disk.

>>> from kg.ontology import SCHEMA, default_folder
>>> len(oxigraph_store([], str(default_folder() / SCHEMA))) > 100
True
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyoxigraph

from kg.graph import engine_disk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import TypeAlias

    Cell: TypeAlias = tuple[str, str] | None
    Ask: TypeAlias = Callable[[], tuple[Iterable[str], Iterator[list[Cell]]]]

__all__ = ["BOOLEAN", "TRIPLE", "Oxigraph", "fill", "oxigraph_store", "prefixes_of", "quads_of"]

BOOLEAN = "http://www.w3.org/2001/XMLSchema#boolean"
TRIPLE = ("subject", "predicate", "object")
"""Columns of an answer of triples."""


class Oxigraph:
    """Asks Oxigraph.

    :param files: Turtle files of a graph.
    :param schema: File of the ontology.
    :param store: Folder of a store that holds them; without one they are loaded into memory.
    """

    def __init__(self, files: Sequence[str], schema: str, store: str | None = None) -> None:
        """Load the files or open the store."""
        self._folder = store
        self._store = engine_disk.opened(store) if store else oxigraph_store(files, schema)

    def has(self, iri: str) -> bool:
        """Say whether anything is said of an IRI."""
        try:
            node = pyoxigraph.NamedNode(iri)
        except ValueError:
            return False
        return next(iter(self._store.quads_for_pattern(node, None, None)), None) is not None

    def named(self, name: str) -> set[str]:
        """Find the IRIs of what has a name, whatever the case of its letters."""
        if self._folder:
            return engine_disk.named(self._folder, name)
        key = engine_disk.name_key(name)
        return {iri for text, iri in engine_disk.names(self._store) if text == key}

    def prepare(self, sparql: str, prefixes: dict[str, str]) -> Ask:
        """Make ready to ask a query.

        :param sparql: The query.
        :param prefixes: Prefixes that it need not declare.
        :returns: What asks it, and returns columns and rows.
        """

        def ask() -> tuple[Iterable[str], Iterator[list[Cell]]]:
            found = self._store.query(sparql, prefixes=prefixes)
            if isinstance(found, pyoxigraph.QueryBoolean):
                return ["answer"], iter([[(str(bool(found)).lower(), BOOLEAN)]])
            if isinstance(found, pyoxigraph.QueryTriples):
                return TRIPLE, ([_cell(node) for node in triple] for triple in found)
            columns = [variable.value for variable in found.variables]
            return columns, ([_cell(node) for node in solution] for solution in found)

        return ask


def oxigraph_store(files: Sequence[str], schema: str) -> pyoxigraph.Store:
    """Load files of a graph and its ontology into one graph in memory.

    :param files: Turtle files of the graph.
    :param schema: File of the ontology.
    """
    store = pyoxigraph.Store()
    _load(store, files, schema)
    return store


def fill(folder: str, files: Sequence[str], schema: str) -> None:
    """Load files of a graph and its ontology into a new store on disk, and close it.

    :param folder: An empty folder.
    :param files: Turtle files of the graph.
    :param schema: File of the ontology.
    """
    store = pyoxigraph.Store(folder)
    _load(store, files, schema)
    store.optimize()
    store.flush()
    engine_disk.write_names(folder, store)
    del store  # closes it
    engine_disk.write_probes(folder)


def _load(store: pyoxigraph.Store, files: Sequence[str], schema: str) -> None:
    for path in files:
        store.bulk_load(path=path, format=pyoxigraph.RdfFormat.TURTLE)
    store.bulk_extend(quads_of(schema))


def quads_of(path: str) -> Iterator[pyoxigraph.Quad]:
    """Read a file and name its blank nodes in their order, so that answers do not vary."""
    names: dict[pyoxigraph.BlankNode, pyoxigraph.BlankNode] = {}

    def named(node: Any) -> Any:
        if not isinstance(node, pyoxigraph.BlankNode):
            return node
        return names.setdefault(node, pyoxigraph.BlankNode(f"b{len(names)}"))

    for quad in pyoxigraph.parse(path=path, format=pyoxigraph.RdfFormat.TURTLE):
        yield pyoxigraph.Quad(named(quad.subject), quad.predicate, named(quad.object))


def prefixes_of(path: str) -> dict[str, str]:
    """Read the prefixes that a Turtle file declares at its head."""
    parser = pyoxigraph.parse(path=path, format=pyoxigraph.RdfFormat.TURTLE)
    next(iter(parser), None)
    return dict(parser.prefixes)


def _cell(node: Any) -> Cell:
    if node is None:
        return None
    if isinstance(node, pyoxigraph.Literal):
        return (node.value, node.datatype.value)
    return (node.value, "@id") if isinstance(node, pyoxigraph.NamedNode) else (str(node), "@id")
