"""Write the graph as Cytoscape.js JSON, which Cytoscape opens as a network with its layout.

Columns are those of :mod:`kg.exporters.figures`. Numbers that may have a fraction always have one,
for Cytoscape takes the type of a column from its first value. Markup is spelled as escapes, so that
the file can also stand inside a page.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

from kg.exporters.figures import summary
from kg.exporters.xml import clean
from kg.files import save
from kg.graph.rendering import as_data

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from kg.exporters.figures import Figure
    from kg.graph.knowledge_graph import KnowledgeGraph

__all__ = ["DEFAULT", "FILES", "FORMAT", "VIEW", "lines", "write"]

FORMAT = "cyjs"
FILES = ("graph.cyjs",)
DEFAULT = False
VIEW = True


def write(graph: KnowledgeGraph, folder: Path) -> None:
    """Write the graph as Cytoscape.js JSON.

    :param graph: The knowledge graph.
    :param folder: Folder that exists; a file of this name in it is replaced.
    """
    save(folder / FILES[0], lines(summary(graph)))


def lines(figure: Figure) -> Iterator[str]:
    """Spell a graph as Cytoscape.js JSON, a node or an edge a line.

    :param figure: The graph.
    :returns: Lines of the document, each with its line end.
    """
    name = '"data":{"name":"paperkg","shared_name":"paperkg"}'
    yield f'{{"format_version":"1.0","generated_by":"paperkg",{name},"elements":{{"nodes":['
    yield from _listed(_nodes(figure))
    yield '],"edges":['
    yield from _listed(_edges(figure))
    yield "]}}\n"


def _nodes(figure: Figure) -> Iterator[dict[str, Any]]:
    for key, values, _ in figure.nodes():
        told = _told(values)
        place = {"x": told.pop("x"), "y": told.pop("y")}
        named = {"id": clean(key), "name": told["label"], "shared_name": clean(key)}
        yield {"data": named | told, "position": place, "selected": False}


def _edges(figure: Figure) -> Iterator[dict[str, Any]]:
    for number, (head, tail, values, _) in enumerate(figure.edges()):
        told = _told(values)
        kind = told["relation"]
        key = f"e{number}"
        ends = {"id": key, "source": clean(head), "target": clean(tail)}
        named = {"name": f"{ends['source']} ({kind}) {ends['target']}", "shared_name": key}
        named |= {"interaction": kind, "shared_interaction": kind}
        yield {"data": ends | named | told, "selected": False}


def _told(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: clean(v) if isinstance(v, str) else v for name, v in values.items()}


def _listed(items: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Put a comma between items, each on its line."""
    for comma, item in zip(chain(["\n"], iter(lambda: ",\n", "")), items, strict=False):
        yield comma + as_data(item)
