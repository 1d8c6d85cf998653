"""Check GraphML and GEXF against what Gephi imports without losing anything."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.files import reading
from kg.lint.gexf import GEXF
from kg.lint.graphml import GraphML
from kg.lint.kinds import KINDS
from kg.lint.linter import Linter, shown
from kg.lint.stream import Stop, read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from kg.lint.kinds import Fault
    from kg.lint.stream import Place

__all__ = ["LIMIT", "Report", "lint"]

LIMIT = 20
"""How many faults of one kind are told one by one."""

_FORMATS: dict[str, type[GraphML | GEXF]] = {"graphml": GraphML, "gexf": GEXF}


@dataclass(frozen=True, slots=True)
class Report:
    """What was found in a file.

    :param path: Name of the file as it was given.
    :param nodes: How many nodes it has.
    :param edges: How many edges it has.
    :param faults: The faults in their order; of one kind no more than were asked for.
    :param counts: How many there are of each kind.
    """

    path: str
    nodes: int
    edges: int
    faults: tuple[Fault, ...]
    counts: dict[str, int]

    @property
    def is_clean(self) -> bool:
        """Whether Gephi loses nothing of the file."""
        return not any(KINDS[kind].is_loss for kind in self.counts)

    def lines(self) -> Iterator[str]:
        """Tell the faults, a line each, with what Gephi does and the remedy."""
        for fault in self.faults:
            kind = KINDS[fault.kind]
            told = f"{fault.kind}: {fault.says}; {kind.effect}; {kind.remedy}"
            yield f"{self.path}:{fault.line}:{fault.column}: {told}"
        known = Counter(fault.kind for fault in self.faults)
        for name, count in sorted(self.counts.items()):
            if count > known[name]:
                yield f"{self.path}: {name}: and {count - known[name]:,} more"

    def as_dict(self) -> dict[str, Any]:
        """Give everything as JSON can hold it."""
        faults = [
            {
                "line": f.line,
                "column": f.column,
                "kind": f.kind,
                "says": f.says,
                "effect": KINDS[f.kind].effect,
                "remedy": KINDS[f.kind].remedy,
                "is_loss": KINDS[f.kind].is_loss,
            }
            for f in self.faults
        ]
        counts = dict(sorted(self.counts.items()))
        told = {"path": self.path, "is_clean": self.is_clean, "nodes": self.nodes}
        return told | {"edges": self.edges, "counts": counts, "faults": faults}


def lint(path: str, *, limit: int = LIMIT) -> Report:
    """Check a file that is meant for Gephi, in bounded memory, whatever it holds.

    :param path: Name of a GraphML or GEXF file; which one, its content tells.
    :param limit: How many faults of one kind to tell; all are counted.
    :returns: What was found.
    :raises ReadError: If it cannot be opened.
    """
    root = _Root(limit)
    with reading(path) as file:
        read(file, root)
    linter = root.known()
    linter.close()
    counts = dict(linter.counts)
    return Report(path, linter.nodes, linter.edges, tuple(linter.faults), counts)


class _Root:
    """Hand everything to what knows the format, which the first element tells."""

    where: Callable[[], Place]

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.linter: GraphML | GEXF | None = None
        self.early: list[tuple[str, str, Place]] = []

    def known(self) -> Linter:
        """Give the linter with all that was found; a bare one if there was no element."""
        linter = self.linter or Linter(self.limit, has_looks=False)
        linter.where = self.where
        for fault in self.early:
            linter.fault(*fault)
        return linter

    def start(self, name: str, space: str, attributes: dict[str, str]) -> None:
        if self.linter is None:
            if name.lower() not in _FORMATS:
                says = f"begins with <{shown(name)[1:-1]}>, neither <graphml> nor <gexf>"
                self.fault("not-a-graph", says)
                raise Stop
            self.linter = _FORMATS[name.lower()](self.limit)
            self.linter.where = self.where
        self.linter.start(name, space, attributes)

    def end(self, name: str) -> None:
        if self.linter:
            self.linter.end(name)

    def text(self, text: str) -> None:
        if self.linter:
            self.linter.text(text)

    def fault(self, kind: str, says: str, place: Place | None = None) -> None:
        if self.linter:
            self.linter.fault(kind, says, place)
        else:
            self.early.append((kind, says, place or self.where()))
