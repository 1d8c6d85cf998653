"""Positions for pictures of descent: what came first on the left, its offspring to the right.

A node stands in the column after the last of its parents (longest path); edges that would close a
circle are left out of the count. Within a column, nodes stand by the middle of their neighbours,
swept back and forth (Sugiyama 1981), so that few lines cross. Families stand
below one another, and then beside.

>>> spots = layered(["a", "b", "c"], [("b", "a"), ("c", "b")])
>>> [spots[name][0] for name in "abc"]
[0.0, 300.0, 600.0]
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    import networkx as nx

__all__ = ["layered"]

_ACROSS, _DOWN = 300.0, 64.0  # pixels between columns and between nodes of one
_SWEEPS = 8
_TALLEST = 26  # nodes of a column, before it is folded into two


def layered(
    nodes: Iterable[str], edges: Iterable[tuple[str, str]]
) -> dict[str, tuple[float, float]]:
    """Lay out what descends from what.

    :param nodes: Names of the nodes, in any order.
    :param edges: Pairs of what is later and what it was made from.
    :returns: x and y of every node; x grows with descent.
    """
    import networkx as nx

    network: nx.DiGraph[str] = nx.DiGraph()
    network.add_nodes_from(sorted(nodes))
    network.add_edges_from((former, later) for later, former in sorted(edges))
    boxes = []
    groups = sorted(
        (sorted(group) for group in nx.weakly_connected_components(network)),
        key=lambda group: (-len(group), group),
    )
    for group in groups:
        columns = _columns(network, group)
        _order(network, columns)
        boxes.append([column[at : at + _TALLEST] for column in columns for at in _folds(column)])
    return _placed(boxes)


def _placed(boxes: list[list[list[str]]]) -> dict[str, tuple[float, float]]:
    """Put families below one another, as high as the largest, then beside those."""
    places: dict[str, tuple[float, float]] = {}
    room = max((len(column) for columns in boxes for column in columns), default=0) * 1.1
    left = below = width = 0.0
    for columns in boxes:
        height = max(len(column) for column in columns)
        if below and below + height > room:
            left, below, width = left + width + 0.4, 0.0, 0.0
        for across, column in enumerate(columns):
            top = below + (height - len(column)) / 2
            for down, name in enumerate(column):
                places[name] = ((left + across) * _ACROSS, round((top + down) * _DOWN, 1))
        below += height + 1.2
        width = max(width, len(columns))
    return places


def _folds(column: list[str]) -> range:
    return range(0, len(column), _TALLEST)


def _columns(network: nx.DiGraph[str], group: list[str]) -> list[list[str]]:
    """Put nodes behind all that they descend from, as far as there is no circle."""
    import networkx as nx

    free: nx.DiGraph[str] = nx.DiGraph()
    free.add_nodes_from(group)
    rank = {name: (-network.out_degree(name), name) for name in group}
    for former, later in sorted(network.subgraph(group).edges, key=lambda e: (rank[e[0]], e)):
        if not nx.has_path(free, later, former):
            free.add_edge(former, later)
    depth: dict[str, int] = {}
    for name in nx.lexicographical_topological_sort(free):
        depth[name] = max((depth[parent] + 1 for parent in free.predecessors(name)), default=0)
    columns: list[list[str]] = [[] for _ in range(max(depth.values()) + 1)]
    for name in group:
        # A forebear of one child stands beside it, not at the far end.
        children = [depth[child] for child in free.successors(name)]
        own = depth[name] if free.in_degree(name) or not children else min(children) - 1
        columns[own].append(name)
    return columns


def _order(network: nx.DiGraph[str], columns: list[list[str]]) -> None:
    """Sort each column by where the neighbours stand, from left to right and back."""
    spot = {name: float(at) for column in columns for at, name in enumerate(column)}
    for sweep in range(_SWEEPS):
        for column in columns if sweep % 2 == 0 else reversed(columns):
            sides = network.predecessors if sweep % 2 == 0 else network.successors
            middle = {}
            for name in column:
                near = [spot[other] for other in sides(name)] or [spot[name]]
                middle[name] = sum(near) / len(near)
            column.sort(key=lambda name: (middle[name], name))
            half = (len(column) - 1) / 2
            spot |= {name: at - half for at, name in enumerate(column)}
