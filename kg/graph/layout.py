"""Positions for pictures of a graph: the same for the same graph, without clock and without luck.

Connected components are laid out one by one and packed into shelves, so that small ones do not
drift away from the middle; nodes without an edge wait in rows below. Within a component the start
is pivot MDS (Brandes and Pich 2007), which gets the large shape right; springs and pushes in the
manner of Fruchterman and Reingold (1991) do the rest, cooling until they stand still.

>>> spots = positions(["a", "b", "c"], [("a", "b", 1.0)])
>>> sorted(spots)
['a', 'b', 'c']
>>> spots == positions(["c", "b", "a"], [("b", "a", 1.0)])
True
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TypeAlias

    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]
    Ints: TypeAlias = NDArray[np.intp]

__all__ = ["SPACING", "positions"]

SPACING = 60.0
"""Distance in pixels that neighbours aim at."""

_ASPECT = 1.6  # width by height that a picture aims at
_REACH = 4.0  # in spacings: how far a node pushes; without an end, long tails would stick out
_GRAVITY = 0.06
_EXACT = 4096  # up to so many nodes each pushes every other one; beyond, samples push
_EFFORT = 1_500_000_000  # pushes that one component may cost, which bounds the time
_FEWEST, _MOST = 24, 220  # rounds
_PIVOTS = 24
_BLOCK = 1 << 15  # numbers that stay in the cache while they are worked on
_GOLDEN_ANGLE = np.pi * (3 - np.sqrt(5.0))


def positions(
    nodes: Iterable[str], edges: Iterable[tuple[str, str, float]]
) -> dict[str, tuple[float, float]]:
    """Lay out a graph.

    :param nodes: Names of the nodes, in any order.
    :param edges: Two nodes and a weight each, in any order and direction; heavier ones pull harder.
        Edges from a node to itself, or to one that is not in ``nodes``, are left out.
    :returns: x and y of every node around the origin, rounded to a tenth; empty if there are none.
    """
    names = sorted(set(nodes))
    links, weights = _merged(names, edges)
    roots = _components(len(names), links)
    inside = _grouped(roots[links[:, 0]])
    boxes: list[tuple[Ints, Floats]] = []
    alone: list[Ints] = []
    for root, group in _grouped(roots).items():
        if root in inside:
            rows = inside[root]
            spots = _component(len(group), np.searchsorted(group, links[rows]), weights[rows])
            boxes.append((group, spots * SPACING))
        else:
            alone.append(group)
    if alone:
        taken = sum(float(np.prod(_extent(spots))) for _, spots in boxes)
        boxes.append((np.concatenate(alone), _rows(len(alone), taken)))
    places = _packed(len(names), boxes).round(1) + 0.0  # plus zero: no minus zero
    return dict(zip(names, map(tuple, places.tolist()), strict=True))


def _merged(names: list[str], edges: Iterable[tuple[str, str, float]]) -> tuple[Ints, Floats]:
    """Turn names into numbers and add up the weights of parallel ones, the lightest first."""
    index = {name: number for number, name in enumerate(names)}
    ends, told = array("q"), array("d")  # a graph may have millions of edges
    for head, tail, weight in edges:
        one, other = index.get(head, -1), index.get(tail, -1)
        if one >= 0 <= other and one != other:
            ends.extend((one, other) if one < other else (other, one))
            told.append(weight)
    if not told:
        return np.empty((0, 2), dtype=np.intp), np.empty(0)
    links: Ints = np.frombuffer(ends, dtype=np.int64).astype(np.intp, copy=False).reshape(-1, 2)
    weights: Floats = np.frombuffer(told, dtype=np.float64)
    order = np.lexsort((weights, links[:, 1], links[:, 0]))
    links, weights = links[order], weights[order]
    is_first = np.r_[True, (links[1:] != links[:-1]).any(axis=1)]
    merged = np.bincount(np.cumsum(is_first) - 1, weights)
    return links[is_first], merged.astype(np.float64, copy=False)


def _components(count: int, links: Ints) -> Ints:
    """Label every node with the first node of its connected component."""
    first = np.arange(count, dtype=np.intp)
    while True:
        ends = first[links]
        ends = ends[ends[:, 0] != ends[:, 1]]
        if not len(ends):
            return first
        np.minimum.at(first, ends.max(axis=1), ends.min(axis=1))
        while (first != (above := first[first])).any():
            first = above


def _grouped(labels: Ints) -> dict[int, Ints]:
    """Collect the places of equal labels, the lowest label first."""
    order = np.argsort(labels, kind="stable")
    found, starts = np.unique(labels[order], return_index=True)
    return dict(zip(found.tolist(), np.split(order, starts[1:]), strict=False))


def _component(count: int, links: Ints, weights: Floats) -> Floats:
    """Lay out one connected component; neighbours end about one unit apart."""
    sources = int(np.clip(_EFFORT // (_FEWEST * count), 256, _EXACT))
    parts = -(-count // sources)
    rounds = int(np.clip(_EFFORT // (count * min(count, sources)), _FEWEST, _MOST))
    rounds = min(rounds, 40 + 2 * count)
    shuffled = np.random.Generator(np.random.PCG64(0)).permutation(count)
    degree = np.bincount(links.ravel(), minlength=count)
    mass = np.sqrt(1.0 + degree)
    pull = np.log1p(weights) / np.sqrt(degree[links].min(axis=1))
    flat = _GRAVITY * np.array([1 / _ASPECT, _ASPECT])
    spots = _start(count, links)
    for turn in range(rounds):
        chosen = shuffled[turn % parts :: parts]
        force = _pushes(spots, spots[chosen], mass[chosen] * parts)
        way = spots[links[:, 1]] - spots[links[:, 0]]
        way *= (pull * np.hypot(way[:, 0], way[:, 1]))[:, None]
        for axis in (0, 1):
            force[:, axis] += np.bincount(links[:, 0], way[:, axis], count)
            force[:, axis] -= np.bincount(links[:, 1], way[:, axis], count)
        force -= flat * (spots - spots.mean(axis=0))
        length = np.hypot(force[:, 0], force[:, 1]) + 1e-9
        heat = 0.1 * np.sqrt(count) * (1 - turn / rounds) ** 2 + 0.01
        spots += force * (np.minimum(length, heat) / length)[:, None]
    return spots


def _start(count: int, links: Ints) -> Floats:
    """Spread the nodes by their distances to a few pivots that lie far from one another."""
    ends = np.concatenate([links, links[:, ::-1]])
    ends = ends[np.lexsort((ends[:, 1], ends[:, 0]))]
    begin = np.searchsorted(ends[:, 0], np.arange(count + 1))
    nearest = np.full(count, np.inf)
    pivot = int(np.argmax(np.diff(begin)))
    steps = np.empty((min(_PIVOTS, count), count))
    for row in steps:
        row[:] = _distances(pivot, begin, ends[:, 1])
        np.minimum(nearest, row, out=nearest)
        pivot = int(np.argmax(nearest))
    centred = steps.T  # worked on in place, since it is the largest thing of all
    centred *= centred
    means = centred.mean(axis=0), centred.mean(axis=1)[:, None], centred.mean()
    centred -= means[0]
    centred -= means[1]
    centred += means[2]
    _, vectors = np.linalg.eigh(np.einsum("ij,ik->jk", centred, centred))
    axes = vectors[:, :-3:-1]
    axes = axes * np.sign(axes[np.abs(axes).argmax(axis=0), [0, 1]])
    spots: Floats = np.einsum("ij,jk->ik", centred, axes)
    spots *= np.sqrt(count) / (np.abs(spots).max() + 1e-9)
    angle = np.arange(count) * _GOLDEN_ANGLE  # else nodes of equal distances never come apart
    return spots + 0.3 * np.column_stack([np.cos(angle), np.sin(angle)])


def _distances(source: int, begin: Ints, ends: Ints) -> Floats:
    """Count the steps from one node to every node of a connected graph."""
    steps = np.full(len(begin) - 1, -1.0)
    steps[source] = step = 0
    front = np.array([source])
    while len(front):
        step += 1
        lengths = begin[front + 1] - begin[front]
        offsets = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        reached = np.unique(ends[np.repeat(begin[front], lengths) + offsets])
        front = reached[steps[reached] < 0]
        steps[front] = step
    return steps


def _pushes(spots: Floats, sources: Floats, mass: Floats) -> Floats:
    """Add up how sources push every node away: by one over the distance, fading out of reach."""
    near, heavy = spots.astype(np.float32), mass.astype(np.float32)
    xs, ys = np.ascontiguousarray(sources.T, dtype=np.float32)
    force = np.empty_like(spots)
    size = max(1, _BLOCK // len(sources))
    for start in range(0, len(spots), size):
        block = slice(start, start + size)
        dx, dy = near[block, :1] - xs, near[block, 1:] - ys
        push = dx * dx
        push += dy * dy
        push += np.float32(0.01)
        push *= 1 + push * np.float32(_REACH**-2)
        np.divide(heavy, push, out=push)
        force[block, 0] = np.einsum("ij,ij->i", push, dx)
        force[block, 1] = np.einsum("ij,ij->i", push, dy)
    return force


def _extent(spots: Floats) -> Floats:
    """Measure width and height of some positions, with a margin."""
    extent: Floats = np.ptp(spots, axis=0) + SPACING
    return extent


def _rows(count: int, taken: float) -> Floats:
    """Put nodes without edges into rows about as wide as the rest of the picture."""
    width = np.sqrt(_ASPECT * (taken + count * SPACING**2))
    columns = int(np.clip(width // SPACING, 1, count))
    across, down = np.arange(count) % columns, np.arange(count) // columns
    return np.column_stack([across, down]).astype(np.float64) * SPACING


def _packed(count: int, boxes: list[tuple[Ints, Floats]]) -> Floats:
    """Pack components into shelves, the highest first; low ones are stacked beside high ones."""
    places = np.zeros((count, 2))
    sized = [(*_extent(spots).tolist(), group, spots) for group, spots in boxes]
    sized.sort(key=lambda box: (-box[1], -box[0], int(box[2][0])))
    total = sum(width * height for width, height, *_ in sized)
    goal = max([float(np.sqrt(_ASPECT * total)), *(width for width, *_ in sized)])
    left = top = column = shelf = below = 0.0
    for width, height, group, spots in sized:
        if below + height > top + shelf or width > column:  # it does not fit below the last one
            left, column, below = left + column, width, top
            if left + width > goal or not shelf:
                left, top, shelf = 0.0, top + shelf, height
                below = top
        places[group] = spots - spots.min(axis=0) + (left, below)
        below += height
    if not count:
        return places
    centred: Floats = places - (places.max(axis=0) + places.min(axis=0)) / 2
    return centred
