"""Write the graph as GraphML that Gephi, networkx and igraph read whole.

What Gephi's importer loses without a word is avoided: edge ids are unique in the file, weights are
above zero, every column has one type, and text is clean XML. Nodes carry colour, size and position
under the names that Gephi draws by; the XML attribute ``label`` of an edge is its kind there.

>>> from kg.graph.assemble import assemble
>>> with assemble([]) as graph:
...     print(list(lines(summary(graph)))[-1])
</graph>
</graphml>
<BLANKLINE>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.exporters.figures import summary
from kg.exporters.xml import speller
from kg.files import save

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from kg.exporters.figures import Figure
    from kg.exporters.xml import Speller
    from kg.graph.knowledge_graph import KnowledgeGraph

__all__ = ["DEFAULT", "FILES", "FORMAT", "VIEW", "lines", "write"]

FORMAT = "graphml"
FILES = ("graph.graphml",)
DEFAULT = True
VIEW = True


def write(graph: KnowledgeGraph, folder: Path) -> None:
    """Write the graph as GraphML, with one edge for each pair and relation.

    :param graph: The knowledge graph.
    :param folder: Folder that exists; a file of this name in it is replaced.
    """
    save(folder / FILES[0], lines(summary(graph)))


def lines(figure: Figure) -> Iterator[str]:
    """Spell a graph as GraphML.

    :param figure: The graph.
    :returns: Lines of the document, each with its line end.
    """
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n'
    domains = (("node", figure.node_columns), ("edge", figure.edge_columns))
    for domain, columns in domains:
        for name, kind in columns.items():
            told = f'for="{domain}" attr.name="{name}" attr.type="{kind}"'
            yield f'<key id="{domain}_{name}" {told}/>\n'
    yield '<graph edgedefault="directed">\n'
    node = _speller("node", '<node id="%s">', figure.node_columns)
    for key, values, _ in figure.nodes():
        yield node((key,), values)
    edge = _speller(
        "edge", '<edge id="%s" source="%s" target="%s" label="%s">', figure.edge_columns
    )
    for number, (head, tail, values, _) in enumerate(figure.edges()):
        yield edge((f"e{number}", head, tail, values["relation"]), values)
    yield "</graph>\n</graphml>\n"


def _speller(domain: str, start: str, columns: Mapping[str, str]) -> Speller:
    cells = {name: f'<data key="{domain}_{name}">%s</data>' for name in columns}
    numbers = [name for name, kind in columns.items() if kind != "string"]
    return speller(start, cells, f"</{domain}>\n", numbers)
