"""Lint GraphML: what is declared, and what stands where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.lint.columns import Column, problem
from kg.lint.linter import Linter, shown

if TYPE_CHECKING:
    from kg.lint.stream import Place

__all__ = ["GraphML"]

_SPACE = "http://graphml.graphdrawing.org/xmlns"
_DOMAINS = {"node": ("node",), "edge": ("edge",), "all": ("node", "edge"), "": ("node", "edge")}
_ELSEWHERE = ("graph", "graphml", "port", "endpoint", "hyperedge")
_LONGEST = 1 << 16  # characters of a value that are looked at


class GraphML(Linter):
    """Take the elements of a GraphML file."""

    def __init__(self, limit: int) -> None:
        """Begin a file."""
        super().__init__(limit, has_looks=True)
        self.is_directed = True
        self._open: list[str] = []  # elements that hold data: graph, node, edge
        self._filled: set[str] = set()
        self._data: tuple[str, Place] | None = None
        self._key: Column | None = None
        self._domains: tuple[str, ...] = ()
        self._text: list[str] = []
        self._length = 0

    def start(self, name: str, space: str, attributes: dict[str, str]) -> None:
        """Take the start of an element."""
        match name.lower():
            case "graphml":
                if space != _SPACE:
                    self.fault("wrong-namespace", f"<graphml> is in namespace {shown(space)}")
            case "key":
                self._start_key(attributes)
            case "graph":
                self._start_graph(attributes)
            case "node":
                self._start_node(attributes)
            case "edge":
                self._start_edge(attributes)
            case "hyperedge":
                self.fault("hyperedge", "has a <hyperedge>")
                self._open.append("hyperedge")
            case "data" | "default":
                self._data = (attributes.get("key", ""), self.where())
                self._text.clear()
                self._length = 0

    def end(self, name: str) -> None:
        """Take the end of an element."""
        match name.lower():
            case "key":
                self._key = None
            case "default":
                self._end_default("".join(self._text))
                self._data = None
            case "data":
                self._end_data("".join(self._text))
                self._data = None
            case "graph" | "node" | "edge" | "hyperedge":
                self._open.pop()

    def text(self, text: str) -> None:
        """Take a part of a text."""
        if self._data and self._length < _LONGEST:
            self._length += len(text)
            self._text.append(text[:_LONGEST])

    def _start_key(self, attributes: dict[str, str]) -> None:
        key, kind = attributes.get("id", ""), attributes.get("attr.type", "").lower()
        title = attributes.get("attr.name", "") or key
        domain = attributes.get("for", "").lower()
        if not key:
            self.fault("column-without-id", "<key> has no id")
            return
        if self.nodes or self.edges:
            self.fault("late-column", f"column {shown(title)} is declared after nodes or edges")
        if domain not in _DOMAINS and domain not in _ELSEWHERE:
            self.fault("bad-class", f"column {shown(title)} is for {shown(domain)}")
        elif domain in {"graph", "graphml"}:
            self.fault("graph-data", f"column {shown(title)} is for the graph as a whole")
        self._domains = _DOMAINS.get(domain, ())
        line = self.where()[0]
        for each in self._domains:
            self._key = Column(key, title, kind, line, self.look_of(each, key, title))
            self.declare(each, self._key)

    def _end_default(self, value: str) -> None:
        column = self._key
        if column and value and column.type and problem(column.type, value):
            says = (
                f"default of column {shown(column.title)} of type {column.type} is {shown(value)}"
            )
            self.fault("bad-default", says)

    def _start_graph(self, attributes: dict[str, str]) -> None:
        if self._open:
            self.fault("nested", f"a <graph> stands inside <{self._open[-1]}>")
        else:
            self.graphs += 1
            if self.graphs > 1:
                self.fault("many-graphs", "has another <graph>")
            default = attributes.get("edgedefault", "").lower()
            if default not in {"directed", "undirected"}:
                said = shown(default) if default else "not there"
                self.fault("no-direction", f"edgedefault of <graph> is {said}")
            self.is_directed = default != "undirected"
        self._open.append("graph")

    def _start_node(self, attributes: dict[str, str]) -> None:
        self.node(attributes.get("id", ""))
        self._open.append("node")
        self._filled.clear()

    def _start_edge(self, attributes: dict[str, str]) -> None:
        direction = attributes.get("directed", "").lower()
        is_directed = self.is_directed
        if direction in {"true", "false"}:
            is_directed = direction == "true"
            if is_directed != self.is_directed:
                self.fault("mixed-direction", f"edge is directed={shown(direction)}")
        elif direction:
            self.fault("bad-direction", f"edge is directed={shown(direction)}")
        ends = (attributes.get("source", ""), attributes.get("target", ""))
        kind = attributes.get("label", "")
        self.edge(attributes.get("id", ""), *ends, kind, is_directed=is_directed)
        self._open.append("edge")
        self._filled.clear()

    def _end_data(self, value: str) -> None:
        if self._data is None:
            return
        key, place = self._data
        domain = self._open[-1] if self._open else "graph"
        if domain not in self.columns:
            self.fault("graph-data", f"<{domain}> has a value", place)
        elif not key:
            self.fault("no-column", f"a value of a {domain} names no column", place)
        elif key not in self.columns[domain]:
            other = "edge" if domain == "node" else "node"
            kind = "wrong-class" if key in self.columns[other] else "undeclared-column"
            self.fault(kind, f"a value of a {domain} is of column {shown(key)}", place)
        else:
            if key in self._filled:
                self.fault("twin-value", f"{domain} has two values of {shown(key)}", place)
            self._filled.add(key)
            if value:
                self.value(domain, self.columns[domain][key], value)
