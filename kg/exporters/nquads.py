"""Write the graph as N-Quads: one file of lines, core and evidence as two named graphs."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from kg.exporters.ntriples import statements
from kg.exporters.turtle import Spelled
from kg.files import save
from kg.graph.rdf import core, evidence, graph_names

if TYPE_CHECKING:
    from pathlib import Path

    from kg.graph.knowledge_graph import KnowledgeGraph

__all__ = ["DEFAULT", "FILES", "FORMAT", "VIEW", "write"]

FORMAT = "nquads"
FILES = ("graph.nq",)
DEFAULT = False
VIEW = False


def write(graph: KnowledgeGraph, folder: Path) -> None:
    """Write a graph as N-Quads, the core before the evidence.

    :param graph: The knowledge graph.
    :param folder: Where to write; a file of this name in it is replaced.
    :raises ExportError: If it cannot be written.
    """
    spell = Spelled({}, is_short=False)
    parts = zip((core(graph), evidence(graph)), graph_names(graph), strict=True)
    pieces = (statements(stream, spell, graph=name) for stream, name in parts)
    save(folder / FILES[0], chain.from_iterable(pieces))
