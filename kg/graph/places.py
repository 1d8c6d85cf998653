"""Where every node stands in pictures: computed once, so that all formats draw the same.

>>> from kg.graph.assemble import assemble
>>> with assemble([]) as graph:
...     places(graph)
{}
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from kg.graph.knowledge_graph import KnowledgeGraph

__all__ = ["places"]

_NODES = "SELECT iri FROM entities UNION ALL SELECT iri FROM papers"

_EDGES = """
SELECT head, tail, papers::DOUBLE AS weight FROM relations
WHERE head IN (SELECT iri FROM entities) AND tail IN (SELECT iri FROM entities)
UNION ALL SELECT paper, entity, 1.0 FROM roles
"""

_KNOWN: WeakKeyDictionary[KnowledgeGraph, dict[str, tuple[float, float]]] = WeakKeyDictionary()


def places(graph: KnowledgeGraph) -> dict[str, tuple[float, float]]:
    """Lay out the whole graph, once for all formats that draw it.

    :param graph: The graph.
    :returns: x and y of every node by its compact id; not to be changed.
    """
    from kg.graph.layout import positions

    if graph not in _KNOWN:
        short = len(graph.base)
        _KNOWN[graph] = positions(
            (row["iri"][short:] for row in graph.rows(_NODES)),
            (
                (row["head"][short:], row["tail"][short:], row["weight"])
                for row in graph.rows(_EDGES)
            ),
        )
    return _KNOWN[graph]
