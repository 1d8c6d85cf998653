"""A graph as a notebook shows it: a still picture of what matters most, and what there is.

A notebook may refuse scripts, and keeps what it shows; so this is a picture (SVG) of some ten
kilobytes, without script, style sheet or request.

>>> from kg.graph.assemble import assemble
>>> with assemble([]) as graph:
...     "<svg" in as_html(graph)
False
"""

from __future__ import annotations

import re
from html import escape
from math import cos, pi, sin, sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import networkx as nx

    from kg.graph.knowledge_graph import KnowledgeGraph
    from kg.schema import EntityType

__all__ = ["as_html", "picture"]

_Box = tuple[float, float, float, float]

_SHOWN = 90
_LABELLED = 34
_LEADERS = 10  # names that may hide a mark if they must
_WIDE, _HIGH = 960, 560
_MARGIN = 46
_LETTERS = 26
_UNCLEAN = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")

# Corners of a shape: how many, where the first stands (turn / full turn), how far they are out.
_CORNERS = {
    "square": (4, 0.125, (1.2,)),
    "diamond": (4, 0.0, (1.15,)),
    "triangle": (3, 0.0, (1.25,)),
    "triangleDown": (3, 0.5, (1.25,)),
    "hexagon": (6, 1 / 12, (1.05,)),
    "star": (10, 0.0, (1.3, 0.58)),
}


def as_html(graph: KnowledgeGraph) -> str:
    """Show a graph in a notebook.

    :param graph: The graph.
    :returns: Markup: counts, a legend, and a picture if there is anything to draw.
    """
    counts = graph.counts()
    told = ", ".join(
        f"<b>{counts[name]:,}</b> {name}" for name in ("papers", "entities", "relations", "results")
    )
    legend = "".join(
        f'<span style="margin-right:14px;white-space:nowrap">{_sample(kind)} '
        f"{escape(kind.label)} {counts[kind.name]:,}</span>"
        for kind in graph.ontology.types
        if counts[kind.name]
    )
    drawn = picture(graph) if counts["entities"] else ""
    return (
        '<div style="font:14px/1.6 system-ui,sans-serif;max-width:960px;padding:12px;'
        'background:#fff;color:#1d2227">'
        f"<div>{told}</div><div>{legend}</div>{drawn}</div>"
    )


def picture(graph: KnowledgeGraph, *, limit: int = _SHOWN) -> str:
    """Draw the entities that matter most and how they hang together.

    :param graph: The graph.
    :param limit: How many entities to draw at most.
    :returns: An SVG element; titles tell more where the mouse rests.
    """
    from kg.graph.layout import positions
    from kg.graph.network import entity_network

    network = entity_network(graph, limit=limit)
    ties = ((one, two, told["weight"]) for one, two, told in network.edges(data=True))
    spots = _fitted(positions(network, ties))
    looks = {kind.name: kind for kind in graph.ontology.types}
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE} {_HIGH}" width="100%" '
        'role="img" aria-label="The entities that most papers speak of, and the links between '
        'them" font-family="system-ui,sans-serif">'
    ]
    for one, two, told in network.edges(data=True):
        (x1, y1), (x2, y2) = spots[one], spots[two]
        dash = "" if told["papers"] else ' stroke-dasharray="1 4"'
        parts.append(
            f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="#8a929a" '
            f'stroke-opacity="0.45"{dash}/>'
        )
    for key, told in network.nodes(data=True):
        kind = looks[told["node_type"]]
        title = f"{kind.label}: {told['label']}, {told['papers']} papers"
        mark = _mark(kind, *spots[key], _radius(told["papers"]))
        parts.append(f"<g>{mark}<title>{_clean(title)}</title></g>")
    parts.extend(_labels(network, spots))
    return "".join(parts) + "</svg>"


def _clean(text: str) -> str:
    return escape(_UNCLEAN.sub("", text))


def _radius(papers: int) -> float:
    return round(min(3 + 1.6 * sqrt(papers), 15), 1)


def _fitted(spots: dict[str, tuple[float, float]]) -> dict[str, tuple[float, float]]:
    """Stretch positions over the picture."""
    fitted: list[list[float]] = []
    for axis, size in ((0, _WIDE), (1, _HIGH)):
        values = [spot[axis] for spot in spots.values()]
        low, extent = min(values), max(values) - min(values)
        room = size - 2 * _MARGIN
        fitted.append(
            [
                round(_MARGIN + (room * (v - low) / extent if extent else room / 2), 1)
                for v in values
            ]
        )
    return dict(zip(spots, zip(*fitted, strict=True), strict=True))


def _mark(kind: EntityType, x: float, y: float, radius: float) -> str:
    colour = escape(kind.colour)
    if kind.shape not in _CORNERS:
        return f'<circle cx="{x}" cy="{y}" r="{radius}" fill="{colour}"/>'
    count, turn, reach = _CORNERS[kind.shape]
    corners = []
    for at in range(count):
        angle, far = 2 * pi * (turn + at / count), radius * reach[at % len(reach)]
        corners.append(f"{x + far * sin(angle):.1f},{y - far * cos(angle):.1f}")
    return f'<polygon points="{" ".join(corners)}" fill="{colour}"/>'


def _sample(kind: EntityType) -> str:
    return (
        '<svg width="12" height="12" viewBox="0 0 16 16" style="vertical-align:-1px">'
        f"{_mark(kind, 8, 8, 5.4)}</svg>"
    )


def _labels(network: nx.Graph[str], spots: dict[str, tuple[float, float]]) -> Iterator[str]:
    """Name the best supported, each where it hides no other name and, if it can, no mark."""
    taken: list[_Box] = []
    marks = {
        key: _around(*spots[key], _radius(told["papers"])) for key, told in network.nodes(data=True)
    }
    drawn = 0
    for key, told in network.nodes(data=True):
        name = _UNCLEAN.sub("", told["label"])
        name = name if len(name) <= _LETTERS else name[: _LETTERS - 1] + "…"
        wide = 6.6 * len(name)
        beside = _beside(*spots[key], _radius(told["papers"]), wide)
        free = [box for box in beside if _is_inside(box) and not _hides(box, taken)]
        others = [mark for other, mark in marks.items() if other != key]
        box = next((box for box in free if not _hides(box, others)), None)
        if box is None and free and drawn < _LEADERS:
            box = free[0]
        if box is None:
            continue
        taken.append(box)
        drawn += 1
        x = spots[key][0]
        at, anchor = (x, "middle") if box[0] < x < box[2] else (box[0], "start")
        if box[2] < x:
            at, anchor = box[2], "end"
        yield (
            f'<text x="{at:.1f}" y="{box[3] - 4:.1f}" text-anchor="{anchor}" font-size="12" '
            'fill="#1d2227" stroke="#fff" stroke-width="3" paint-order="stroke">'
            f"{_clean(name)}</text>"
        )
        if drawn >= _LABELLED:
            return


def _beside(x: float, y: float, radius: float, wide: float) -> Iterator[_Box]:
    """List where the name of a mark may stand: right, left, below, above."""
    half = 8
    for left, middle in (
        (x + radius + 4, y),
        (x - radius - 4 - wide, y),
        (x - wide / 2, y + radius + half + 1),
        (x - wide / 2, y - radius - half - 1),
    ):
        yield (left, middle - half, left + wide, middle + half)


def _around(x: float, y: float, radius: float) -> _Box:
    return (x - radius, y - radius, x + radius, y + radius)


def _hides(box: _Box, others: Iterable[_Box]) -> bool:
    return any(a < box[2] and box[0] < c and b < box[3] and box[1] < d for a, b, c, d in others)


def _is_inside(box: _Box) -> bool:
    return box[0] > 2 and box[1] > 2 and box[2] < _WIDE - 2 and box[3] < _HIGH - 2
