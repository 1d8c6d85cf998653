"""Write the graph as GraphML that Gephi, networkx and igraph read whole.

What Gephi's importer loses without a word is avoided: edge ids are unique in the file, weights are
above zero, every column has one type, and text is clean XML. Nodes carry colour, size and position
under the names that Gephi draws by; the XML attribute ``label`` of an edge is its kind there.

>>> escaped('a<b & "c"' + chr(8))
'a&lt;b &amp; &quot;c&quot;'
"""

from __future__ import annotations

import re
from math import isfinite, sqrt
from typing import TYPE_CHECKING, Any

from kg.files import replacing
from kg.graph.network import PAPER, edges, nodes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from kg.graph.knowledge_graph import KnowledgeGraph

__all__ = ["DEFAULT", "FILES", "FORMAT", "VIEW", "escaped", "lines", "write"]

FORMAT = "graphml"
FILES = ("graph.graphml",)
DEFAULT = True
VIEW = True

_NODE = {
    "label": "string",
    "node_type": "string",
    "iri": "string",
    "papers": "int",
    "mentions": "int",
    "aliases": "string",
    "confidence": "double",
    "color": "string",
    "size": "double",
    "x": "double",
    "y": "double",
}
_EDGE = {
    "relation": "string",
    "role": "string",
    "weight": "double",
    "papers": "string",
    "confidence": "double",
    "rule": "string",
    "evidence": "string",
}
_GREY = "#999999"
_PAPER_SIZE = 6.0

_UNCLEAN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MARKUP = str.maketrans(
    {
        "&": "&amp;",
        "<": "&lt;",
        ">": "&gt;",
        '"': "&quot;",
        "\t": "&#9;",
        "\n": "&#10;",
        "\r": "&#13;",
    }
)


def write(graph: KnowledgeGraph, folder: Path) -> None:
    """Write the graph as GraphML.

    :param graph: The knowledge graph.
    :param folder: Folder that exists; a file of this name in it is replaced.
    """
    with replacing(str(folder / FILES[0])) as file:
        file.writelines(line.encode() for line in lines(graph))


def lines(graph: KnowledgeGraph) -> Iterator[str]:
    """Spell the graph as GraphML.

    :param graph: The knowledge graph.
    :returns: Lines of the document, each with its line end.
    """
    from kg.graph.layout import positions

    colours = {kind.name: kind.colour for kind in graph.ontology.types}
    places = positions(
        (key for key, _ in nodes(graph)),
        ((head, tail, attributes["weight"]) for head, tail, attributes in edges(graph)),
    )
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n'
    for domain, columns in (("node", _NODE), ("edge", _EDGE)):
        for name, kind in columns.items():
            attributes = f'for="{domain}" attr.name="{name}" attr.type="{kind}"'
            yield f'<key id="{domain}_{name}" {attributes}/>\n'
    yield '<graph edgedefault="directed">\n'
    for key, found in nodes(graph):
        x, y = places[key]
        is_paper = found["node_type"] == PAPER
        drawn = {
            "color": colours.get(found["node_type"], _GREY),
            "size": _PAPER_SIZE if is_paper else round(8 + 4 * sqrt(found["papers"]), 1),
            "x": x,
            "y": y,
        }
        yield f'<node id="{escaped(key)}">{_cells("node", _NODE, found | drawn)}</node>\n'
    for number, (head, tail, found) in enumerate(edges(graph)):
        ends = f'source="{escaped(head)}" target="{escaped(tail)}"'
        kind = escaped(found["relation"])
        cells = _cells("edge", _EDGE, found)
        yield f'<edge id="e{number}" {ends} label="{kind}">{cells}</edge>\n'
    yield "</graph>\n</graphml>\n"


def escaped(text: str) -> str:
    """Make text fit for XML 1.0, between tags and in attributes.

    :param text: Any text.
    :returns: The text with markup and white space spelled as references, without the characters
        that XML cannot hold: controls, lone surrogates and what Unicode says is no character.
    """
    return _UNCLEAN.sub("", text).translate(_MARKUP)


def _cells(domain: str, columns: Mapping[str, str], values: Mapping[str, Any]) -> str:
    """Spell the columns that have a value; no reader agrees with another on how to spell NaN."""
    return "".join(
        f'<data key="{domain}_{name}">{escaped(str(values[name]))}</data>'
        for name, kind in columns.items()
        if kind != "double" or isfinite(values[name])
    )
