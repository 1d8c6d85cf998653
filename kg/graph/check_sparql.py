"""Check a graph by asking Oxigraph for what the shapes do not allow."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import TYPE_CHECKING, Any

from kg.errors import OntologyError
from kg.graph.shapes import SHAPES
from kg.graph.shapes_sparql import checks
from kg.model import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pyoxigraph

    from kg.graph.shapes import Shape
    from kg.graph.shapes_sparql import Check

__all__ = ["BLANK", "answered", "finding"]

BLANK = "_:"
"""What findings call every blank node: its name is not the same in two runs."""

_AT_ONCE = 8  # queries leave one another alone: the store is only read, outside the lock of Python
_SUBCLASS = "<http://www.w3.org/2000/01/rdf-schema#subClassOf>"


def answered(store: pyoxigraph.Store, shapes: Sequence[Shape]) -> Iterator[Finding]:
    """Find what shapes do not allow.

    :param store: The graph together with the ontology.
    :param shapes: What must hold.
    :returns: Findings in no order; one may come twice.
    :raises OntologyError: If a shape has no translation, or its own query cannot be read.
    """
    known: dict[str, tuple[str, ...]] = {}

    def subclasses(name: str) -> tuple[str, ...]:
        if name not in known:
            sparql = f"SELECT DISTINCT ?c {{ ?c {_SUBCLASS}* {name} FILTER(isIRI(?c)) }}"
            below = {f"<{_told(row[0])}>" for row in _rows(store, sparql, {}, name)}
            known[name] = (name, *sorted(below - {name}))
        return known[name]

    def found(check: Check) -> list[Finding]:
        rows = _rows(store, check.sparql, check.prefixes, check.shape.name)
        return [finding(check.shape, *map(_told, row)) for row in rows]

    asked = [check for shape in shapes for check in checks(shape, subclasses)]
    with ThreadPoolExecutor(min(_AT_ONCE, os.cpu_count() or 1)) as pool:
        yield from chain.from_iterable(pool.map(found, asked))


def finding(shape: Shape, focus: str, value: str) -> Finding:
    """Say what a shape found, the same whichever engine found it.

    :param shape: The shape.
    :param focus: The node that it looked at.
    :param value: What is at fault of it; empty if nothing is, or the node itself.
    """
    if shape.aims_at_class:
        focus, value = value or focus, ""
    return Finding(
        shape.severity, shape.name, shape.message, focus, value if value != focus else ""
    )


def _rows(
    store: pyoxigraph.Store, sparql: str, prefixes: dict[str, str], name: str
) -> list[list[Any]]:
    """Ask a query that was written here, around what a shape may ask by itself."""
    try:
        return [list(row) for row in store.query(sparql, prefixes=prefixes)]  # type: ignore[union-attr]
    except (SyntaxError, ValueError, RuntimeError) as err:  # a prefix that is none is a ValueError
        raise OntologyError(SHAPES, name, " ".join(str(err).split())[:200]) from err


def _told(node: Any) -> str:
    """Name a node as findings do."""
    import pyoxigraph

    if node is None:
        return ""
    return BLANK if isinstance(node, pyoxigraph.BlankNode) else str(node.value)
