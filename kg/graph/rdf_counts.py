"""How much the graph says in RDF: counted while it is written, so that nobody reads it twice.

>>> from kg.graph.descriptions import to_iris
>>> counted = Counting()
>>> stream = [("s", to_iris(RDF_TYPE, "p", "p"), ["C", "a", "b"]), ("t", to_iris("p"), ["c"])]
>>> len(list(counted.passing(iter(stream))))
2
>>> counted.subjects, counted.triples, counted.properties["p"], dict(counted.classes)
(2, 4, 3, {'C': 1})
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from kg.graph.terms import RDF_TYPE

if TYPE_CHECKING:
    from kg.graph.descriptions import Shape, Stream
    from kg.graph.knowledge_graph import KnowledgeGraph

__all__ = ["Counting", "known", "remembered"]

_SHAPES = 4096  # that are counted apart before they are added up


class Counting:
    """What a stream says, counted with memory for the counts alone.

    ``subjects`` are different ones; ``properties`` are triples by predicate, ``classes`` subjects
    by type.
    """

    def __init__(self) -> None:
        """Have seen nothing."""
        self.subjects = 0
        self.properties: Counter[str] = Counter()
        self.classes: Counter[str] = Counter()
        self._shapes: dict[int, tuple[Shape, list[int], tuple[int, ...]]] = {}

    @property
    def triples(self) -> int:
        """Number of triples."""
        return self.properties.total()

    def passing(self, stream: Stream) -> Stream:
        """Pass a stream on, and count it.

        :param stream: Subjects in sorted order, each once.
        :returns: The same; what is counted is right when it has ended.
        """
        get, classes = self._shapes.get, self.classes
        for found in stream:
            _, shape, values = found
            # The same few shapes come again and again, and finding one by its object is cheap; it
            # is held, so that no other can have its number.
            seen = get(id(shape)) or self._new(shape)
            seen[1][0] += 1
            for place in seen[2]:
                classes[values[place]] += 1
            yield found
        self._add_up()

    def _new(self, shape: Shape) -> tuple[Shape, list[int], tuple[int, ...]]:
        if len(self._shapes) >= _SHAPES:
            self._add_up()
        types = tuple(n for n, (predicate, _) in enumerate(shape) if predicate == RDF_TYPE)
        made = self._shapes[id(shape)] = shape, [0], types
        return made

    def _add_up(self) -> None:
        for shape, (times,), _ in self._shapes.values():
            self.subjects += times
            for predicate, _ in shape:
                self.properties[predicate] += times
        self._shapes.clear()


_KNOWN: WeakKeyDictionary[KnowledgeGraph, dict[str, Counting]] = WeakKeyDictionary()


def remembered(graph: KnowledgeGraph, name: str, stream: Stream) -> Stream:
    """Pass a stream on, and remember how much it said when it has ended.

    :param graph: The graph that it is of.
    :param name: Name of the part of the graph.
    :param stream: Subjects in sorted order, each once.
    :returns: The same.
    """
    counting = Counting()
    yield from counting.passing(stream)
    _KNOWN.setdefault(graph, {})[name] = counting


def known(graph: KnowledgeGraph, name: str) -> Counting | None:
    """Look up how much a part of a graph says; None if nobody has read it to its end."""
    return _KNOWN.get(graph, {}).get(name)
