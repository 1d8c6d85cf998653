"""Write the graph as GEXF 1.3, with time: Gephi's timeline plays how the graph grew.

The contract is that of :mod:`kg.exporters.figures`. The relation of an edge is its ``kind``, so
that Gephi keeps two relations between the same two nodes apart. Where dates are known, nodes and
edges have a timestamp for each day when a paper tells of them; a date that is known to the month
or the year alone stands on its first day. What has no date has no timestamp, and is always there.

>>> from kg.graph.assemble import assemble
>>> with assemble([]) as graph:
...     print(list(lines(summary(graph)))[2].strip())
<graph defaultedgetype="directed" idtype="string" mode="static">
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.exporters.figures import summary
from kg.exporters.xml import speller
from kg.files import save

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from kg.exporters.figures import Figure
    from kg.exporters.xml import Speller
    from kg.graph.knowledge_graph import KnowledgeGraph

__all__ = ["DEFAULT", "FILES", "FORMAT", "VIEW", "lines", "write"]

FORMAT = "gexf"
FILES = ("graph.gexf",)
DEFAULT = False
VIEW = True

_TYPES = {"int": "integer"}
_TIME = 'mode="dynamic" timeformat="date" timerepresentation="timestamp"'
# What GEXF says by elements and attributes of its own.
_APART = frozenset(("label", "weight", "color", "size", "x", "y"))


def write(graph: KnowledgeGraph, folder: Path) -> None:
    """Write the graph as GEXF, with one edge for each pair and relation.

    :param graph: The knowledge graph.
    :param folder: Folder that exists; a file of this name in it is replaced.
    """
    save(folder / FILES[0], lines(summary(graph)))


def lines(figure: Figure) -> Iterator[str]:
    """Spell a graph as GEXF.

    :param figure: The graph.
    :returns: Lines of the document, each with its line end.
    """
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    viz = 'xmlns:viz="http://gexf.net/1.3/viz"'
    yield f'<gexf xmlns="http://gexf.net/1.3" {viz} version="1.3">\n'
    mode = _TIME if figure.is_dated else 'mode="static"'
    yield f'<graph defaultedgetype="directed" idtype="string" {mode}>\n'
    for domain, columns in (("node", figure.node_columns), ("edge", figure.edge_columns)):
        yield f'<attributes class="{domain}" mode="static">\n'
        for name, kind in _plain(columns).items():
            told = f'title="{name}" type="{_TYPES.get(kind, kind)}"'
            yield f'<attribute id="{name}" {told}/>\n'
        yield "</attributes>\n"
    yield "<nodes>\n"
    yield from _nodes(figure)
    yield "</nodes>\n<edges>\n"
    yield from _edges(figure)
    yield "</edges>\n</graph>\n</gexf>\n"


def _nodes(figure: Figure) -> Iterator[str]:
    look = '<viz:color r="%d" g="%d" b="%d"/><viz:position x="%s" y="%s"/><viz:size value="%s"/>'
    spellers = _spellers('<node id="%s" label="%s"', figure.node_columns)
    for key, values, days in figure.nodes():
        red, green, blue = bytes.fromhex(values["color"][1:])
        drawn = (red, green, blue, values["x"], values["y"], values["size"])
        row = spellers[min(len(days), 2)]((key, values["label"], *_times(days)), values)
        yield f"{row}{look % drawn}</node>\n"


def _edges(figure: Figure) -> Iterator[str]:
    start = '<edge id="%s" source="%s" target="%s" kind="%s" weight="%s"'
    spellers = _spellers(start, figure.edge_columns)
    for number, (head, tail, values, days) in enumerate(figure.edges()):
        given = (f"e{number}", head, tail, values["relation"], str(values["weight"]))
        yield f"{spellers[min(len(days), 2)]((*given, *_times(days)), values)}</edge>\n"


def _spellers(start: str, columns: Mapping[str, str]) -> list[Speller]:
    """Make what spells elements without a day, with one, and with several."""
    plain = _plain(columns)
    cells = {name: f'<attvalue for="{name}" value="%s"/>' for name in plain}
    numbers = [name for name, kind in plain.items() if kind != "string"]
    return [
        speller(f"{start}{time}><attvalues>", cells, "</attvalues>", numbers)
        for time in ("", ' timestamp="%s"', ' timestamps="&lt;[%s]&gt;"')
    ]


def _times(days: Sequence[str]) -> tuple[str, ...]:
    return (", ".join(days),) if days else ()


def _plain(columns: Mapping[str, str]) -> dict[str, str]:
    return {name: kind for name, kind in columns.items() if name not in _APART}
