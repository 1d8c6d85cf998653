"""What both formats have in common: columns and their values, nodes, edges, and what is found."""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack
from heapq import nsmallest
from typing import TYPE_CHECKING

from kg.lint.columns import LOOKS, TYPES, YED, Column, is_color, number, problem, reserved
from kg.lint.ids import Seen
from kg.lint.kinds import KINDS, Fault
from kg.lint.stream import Stop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from kg.lint.stream import Place

__all__ = ["Linter", "shown"]

_SHOWN = 80  # characters of a value that are told
_COLUMNS = 10_000
_COLUMN_BITS = 24
_LAST_COLUMN = (1 << _COLUMN_BITS) - 1


class Linter:
    """Take the nodes and edges of one file, and keep what is wrong with them.

    :param limit: How many faults of one kind to keep; all are counted.
    :param has_looks: Whether columns may tell how an element looks.
    """

    where: Callable[[], Place]

    def __init__(self, limit: int, *, has_looks: bool) -> None:
        """Begin a file."""
        self.limit, self.has_looks = limit, has_looks
        self.counts: Counter[str] = Counter()
        self.faults: list[Fault] = []
        self.columns: dict[str, dict[str, Column]] = {"node": {}, "edge": {}}
        self.titles: dict[str, dict[str, Column]] = {"node": {}, "edge": {}}
        self.nodes = self.edges = self.graphs = 0
        self._stack = ExitStack()
        seen = [self._stack.enter_context(Seen()) for _ in range(5)]
        self._ids, self._edge_ids, self._ends, self._pairs, self._kinds = seen

    def fault(self, kind: str, says: str, place: Place | None = None) -> None:
        """Note a fault.

        :param kind: Its kind.
        :param says: What is wrong.
        :param place: Line and column; by default where the reading stands.
        """
        self.counts[kind] += 1
        if self.counts[kind] <= self.limit:
            line, column = place or self.where()
            self.faults.append(Fault(line, column, kind, says))

    def declare(self, domain: str, column: Column) -> None:
        """Take a column.

        :param domain: ``node`` or ``edge``.
        :param column: The column.
        """
        known, titles, title = self.columns[domain], self.titles[domain], column.title.lower()
        if len(known) >= _COLUMNS:
            self.fault("hostile", f"declares more than {_COLUMNS:,} columns")
            raise Stop
        said = shown(column.title)
        if column.key in known:
            line = known[column.key].line
            self.fault("twin-column-id", f"column id {shown(column.key)} is that of line {line}")
            return
        known[column.key] = column
        self._check(domain, column)
        other = titles.setdefault(title, column)
        if other is column:
            return
        if other.title == column.title and other.type != column.type:
            types = f"{other.type} in line {other.line}, {column.type} here"
            says = f"{domain} column {said} is {types}"
            self.fault("two-types", says)
        else:
            says = f"{domain} column {said} has the title of that in line {other.line}"
            self.fault("twin-column", says)

    def _check(self, domain: str, column: Column) -> None:
        """Note what is wrong with a column that is new."""
        said = shown(column.title)
        if reserved(domain, column.title, has_looks=self.has_looks):
            self.fault("reserved-name", f"{domain} column is named {said}")
        if self.has_looks and column.key == YED[domain] and column.title.lower() != "label":
            self.fault("yed-key", f"{domain} column {said} has the id {column.key}")
        if column.look:
            return
        if not column.type:
            self.fault("no-type", f"column {said} has no type")
        elif column.type not in TYPES:
            self.fault("unknown-type", f"column {said} is of type {shown(column.type)}")
        elif column.type.startswith("list"):
            self.fault("list-column", f"column {said} holds lists")

    def look_of(self, domain: str, key: str, title: str) -> str:
        """Tell what a column holds if it tells how an element looks; else nothing."""
        looks = LOOKS[domain] if self.has_looks else {}
        return looks.get(key.lower(), looks.get(title.lower(), ""))

    def value(self, domain: str, column: Column, value: str) -> None:
        """Take a value that is not empty.

        :param domain: ``node`` or ``edge``.
        :param column: Its column.
        :param value: The value as written.
        """
        if column.look == "weight":
            self.weight(value)
        elif column.look:
            self.look(column.look, f"{domain} {column.title}", value)
        else:
            kind = problem(column.type or "string", value)
            if kind:
                says = f"{shown(value)} in {domain} column {shown(column.title)}"
                self.fault(kind, f"{says} of type {column.type}")

    def look(self, look: str, name: str, value: str) -> None:
        """Take what tells how an element looks."""
        if look == "color" and not is_color(value):
            self.fault("bad-color", f"{name} is {shown(value)}")
        elif look == "number" and number(value) is None:
            self.fault("bad-look", f"{name} is {shown(value)}")
        elif look == "byte" and not (value.isdecimal() and value.isascii() and int(value) < 256):
            self.fault("bad-color", f"{name} is {shown(value)}, no number from 0 to 255")

    def weight(self, value: str) -> None:
        """Take the weight of an edge."""
        found = number(value)
        if found is None:
            self.fault("bad-weight", f"weight is {shown(value)}")
        elif not found:
            self.fault("zero-weight", f"weight is {shown(value)}")
        elif found < 0:
            self.fault("negative-weight", f"weight is {shown(value)}")

    def node(self, key: str) -> None:
        """Take a node by its id."""
        if not key:
            self.fault("no-node-id", "node has no id")
            return
        self.nodes += 1
        self._ids.add(key, self._number())

    def edge(self, key: str, head: str, tail: str, kind: str, *, is_directed: bool) -> None:
        """Take an edge.

        :param key: Its id; may be empty.
        :param head: Id of the node where it starts.
        :param tail: Id of the node where it ends.
        :param kind: Its kind; may be empty.
        :param is_directed: Whether it has a direction.
        """
        if not head or not tail:
            self.fault("no-end", "edge has no source" if not head else "edge has no target")
            return
        self.edges += 1
        number_ = self._number()
        if key:
            self._edge_ids.add(key, number_)
        self._ends.add(head, number_)
        self._ends.add(tail, number_)
        ends = (head, tail) if is_directed else (min(head, tail), max(head, tail))
        pairs = self._kinds if kind else self._pairs
        pairs.add(f"{len(ends[0])}:{ends[0]}{len(ends[1])}:{ends[1]}{kind}", number_)

    def _number(self) -> int:
        """Pack the place where the reading stands into one number, which grows."""
        line, column = self.where()
        return line << _COLUMN_BITS | min(column, _LAST_COLUMN)

    def close(self) -> None:
        """Tell what only the whole file can tell, and forget the ids."""
        with self._stack:
            if not self.graphs and not self._is_broken():
                self.fault("no-graph", "has no <graph>", (1, 1))
            self._again("twin-node", "node has the id of that in {}", self._ids.again())
            self._again("twin-edge", "edge has the id of that in {}", self._edge_ids.again())
            self._again("parallel-edges", "edge has the ends of that in {}", self._pairs.again())
            self._again("same-kind", "edge has ends and kind of that in {}", self._kinds.again())
            if not self._is_broken():
                missing = ((found, found) for found in self._ends.missing(self._ids))
                self._again("unknown-end", "edge ends at a node that is not there", missing)
        self.faults.sort()

    def _is_broken(self) -> bool:
        return any(KINDS[kind].ends_reading for kind in self.counts)

    def _again(self, kind: str, says: str, pairs: Iterable[tuple[int, int]]) -> None:
        """Note the first faults of a kind, and count all."""

        def counted() -> Iterator[tuple[int, int]]:
            for pair in pairs:
                self.counts[kind] += 1
                yield pair

        for number_, first in nsmallest(self.limit, counted()):
            line, column = first >> _COLUMN_BITS, first & _LAST_COLUMN
            where = f"line {line}, column {column}"
            place = number_ >> _COLUMN_BITS, number_ & _LAST_COLUMN
            self.faults.append(Fault(*place, kind, says.format(where)))


def shown(value: str) -> str:
    """Quote a value of strangers on one line, cut where it is long."""
    return ascii(value if len(value) <= _SHOWN else value[:_SHOWN] + "...")
