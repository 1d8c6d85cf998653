"""Lint GEXF: what is declared, what stands where, and when."""

from __future__ import annotations

import re

from kg.lint.columns import Column, problem
from kg.lint.linter import Linter, shown
from kg.lint.times import instant, instants, intervals

__all__ = ["GEXF"]

_SPACE = re.compile(r"http://(?:www\.)?gexf\.net/1\.[0-3](?:draft)?")
_EDGES = ("directed", "undirected", "mutual")
_MODES = {
    "mode": ("static", "dynamic", "slice"),
    "timeformat": ("double", "float", "integer", "date", "datetime", "datetime", "timestamp"),
    "timerepresentation": ("timestamp", "interval"),
    "idtype": ("string", "integer", "long"),
}
_BOUNDS = ("start", "end", "startopen", "endopen")


class GEXF(Linter):
    """Take the elements of a GEXF file."""

    def __init__(self, limit: int) -> None:
        """Begin a file."""
        super().__init__(limit, has_looks=False)
        self.default = "undirected"
        self.format, self.representation = "double", "interval"
        self._open: list[str] = []  # elements that hold values: node, edge
        self._filled: set[str] = set()
        self._class = ""
        self._attribute: Column | None = None
        self._text: list[str] | None = None

    def start(self, name: str, space: str, attributes: dict[str, str]) -> None:
        """Take the start of an element."""
        name = name.lower()
        match name:
            case "node" | "edge":
                self._start_element(name, attributes)
            case "attvalue":
                self._start_value(attributes)
            case "spell" | "slice":
                self._time(attributes)
            case "color" | "position" | "size":
                self._look(name, attributes)
            case "parent":
                self.fault("nested", "a node has a <parent>")
            case _:
                self._start_head(name, space, attributes)

    def _start_head(self, name: str, space: str, attributes: dict[str, str]) -> None:
        match name:
            case "gexf":
                self._start_gexf(space, attributes)
            case "graph":
                self._start_graph(attributes)
            case "attributes":
                self._class = attributes.get("class", "").lower()
                if self._class not in self.columns:
                    self.fault("bad-class", f"<attributes> is of class {shown(self._class)}")
            case "attribute":
                self._start_attribute(attributes)
            case "default":
                self._text = []

    def end(self, name: str) -> None:
        """Take the end of an element."""
        match name.lower():
            case "node" | "edge":
                self._open.pop()
            case "default":
                value, column = "".join(self._text or ()), self._attribute
                if column and value and column.type and problem(column.type, value):
                    says = f"default of column {shown(column.title)} is {shown(value)}"
                    self.fault("bad-default", f"{says}, and its type {column.type}")
                self._text = None
            case "attribute":
                self._attribute = None

    def text(self, text: str) -> None:
        """Take a part of a text."""
        if self._text is not None and len(self._text) < 100:
            self._text.append(text[:1000])

    def _start_gexf(self, space: str, attributes: dict[str, str]) -> None:
        version = attributes.get("version", "")
        if not _SPACE.fullmatch(space):
            self.fault("wrong-namespace", f"<gexf> is in namespace {shown(space)}")
        if version != "1.3":
            said = shown(version) if version else "not told"
            self.fault("old-version", f"version of <gexf> is {said}")

    def _start_graph(self, attributes: dict[str, str]) -> None:
        self.graphs += 1
        if self.graphs > 1:
            self.fault("many-graphs", "has another <graph>")
        self.default = attributes.get("defaultedgetype", "undirected").lower()
        if self.default not in _EDGES:
            said = shown(self.default)
            self.fault("no-direction", f"defaultedgetype of <graph> is {said}")
        for name, words in _MODES.items():
            word = attributes.get(name, "").lower()
            if word and word not in words:
                self.fault("bad-mode", f"{name} of <graph> is {shown(word)}")
        self.format = attributes.get("timeformat", attributes.get("timetype", "double")).lower()
        self.representation = attributes.get("timerepresentation", "interval").lower()

    def _start_attribute(self, attributes: dict[str, str]) -> None:
        key, kind = attributes.get("id", ""), attributes.get("type", "").lower()
        title = attributes.get("title", "") or key
        if not key:
            self.fault("column-without-id", f"column {shown(title)} has no id")
            return
        if self.nodes or self.edges:
            self.fault("late-column", f"column {shown(title)} is declared after nodes or edges")
        if self._class in self.columns:
            self._attribute = Column(key, title, kind, self.where()[0])
            self.declare(self._class, self._attribute)

    def _start_element(self, domain: str, attributes: dict[str, str]) -> None:
        if domain == "node":
            if "node" in self._open or attributes.get("pid"):
                self.fault("nested", "a node stands in another")
            self.node(attributes.get("id", ""))
        else:
            self._start_edge(attributes)
        self._open.append(domain)
        self._filled.clear()
        self._time(attributes)

    def _start_edge(self, attributes: dict[str, str]) -> None:
        direction = attributes.get("type", "").lower()
        if direction and direction not in _EDGES:
            self.fault("bad-direction", f"edge has type={shown(direction)}")
        elif direction and direction != self.default and self.default in _EDGES:
            self.fault("mixed-direction", f"edge has type={shown(direction)}")
        if weight := attributes.get("weight", ""):
            self.weight(weight)
        ends = (attributes.get("source", ""), attributes.get("target", ""))
        is_directed = (direction if direction in _EDGES else self.default) == "directed"
        kind = attributes.get("kind", "")
        self.edge(attributes.get("id", ""), *ends, kind, is_directed=is_directed)

    def _start_value(self, attributes: dict[str, str]) -> None:
        key = attributes.get("for", attributes.get("id", ""))
        value = attributes.get("value", "")
        if not self._open:
            self.fault("graph-data", "a value stands outside of nodes and edges")
            return
        domain = self._open[-1]
        if not key:
            self.fault("no-column", f"a value of a {domain} names no column")
        elif key not in self.columns[domain]:
            other = "edge" if domain == "node" else "node"
            kind = "wrong-class" if key in self.columns[other] else "undeclared-column"
            self.fault(kind, f"a value of a {domain} is of column {shown(key)}")
        else:
            is_timed = self._time(attributes)
            if key in self._filled and not is_timed:
                self.fault("twin-value", f"{domain} has two values of {shown(key)}")
            self._filled.add(key)
            if value:
                self.value(domain, self.columns[domain][key], value)

    def _look(self, look: str, attributes: dict[str, str]) -> None:
        owner = self._open[-1] if self._open else "graph"
        if look == "color":
            if value := attributes.get("hex", ""):
                self.look("color", f"{owner} colour", value)
            else:
                for name in "rgb":
                    self.look("byte", f"{owner} colour {name}", attributes.get(name, "0"))
        for name in ("value",) if look == "size" else ("x", "y", "z"):
            if look != "color" and (value := attributes.get(name, "")):
                self.look("number", f"{owner} {look} {name}", value)

    def _time(self, attributes: dict[str, str]) -> bool:
        """Take when an element is there; say whether it tells."""
        found = {name: attributes[name] for name in _BOUNDS if attributes.get(name)}
        spans, moments = attributes.get("intervals", ""), attributes.get("timestamps", "")
        moment = attributes.get("timestamp", "")
        told = "interval" if found or spans else "timestamp" if moment or moments else ""
        if not told:
            return False
        if told != self.representation:
            says = f"has {told}s, and the <graph> is said to have {self.representation}s"
            self.fault("time-representation", says)
        if "startopen" in found or "endopen" in found:
            self.fault("open-interval", "has an open interval")
        known = {name: instant(value, self.format) for name, value in found.items()}
        listed = [(moments, instants(moments, self.format)), (spans, intervals(spans, self.format))]
        listed.append((moment, moment == "" or instant(moment, self.format) is not None))
        wrong = [found[name] for name, value in known.items() if value is None]
        wrong += [value for value, is_right in listed if not is_right]
        for value in wrong:
            self.fault("bad-time", f"{shown(value)} is no {self.format}")
        start = known.get("start", known.get("startopen"))
        end = known.get("end", known.get("endopen"))
        if start is not None and end is not None and start > end:
            self.fault("bad-interval", f"starts after its end {shown(attributes.get('end', ''))}")
        return True
