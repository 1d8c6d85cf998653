"""Write the graph as TriG: Turtle in one file, core and evidence as two named graphs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.exporters.turtle import Spelled, blocks, declared
from kg.files import save
from kg.graph.rdf import core, evidence, graph_names, prefixes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kg.graph.knowledge_graph import KnowledgeGraph

__all__ = ["DEFAULT", "FILES", "FORMAT", "VIEW", "lines", "write"]

FORMAT = "trig"
FILES = ("graph.trig",)
DEFAULT = False
VIEW = False


def write(graph: KnowledgeGraph, folder: Path) -> None:
    """Write a graph as TriG, the core before the evidence.

    :param graph: The knowledge graph.
    :param folder: Where to write; a file of this name in it is replaced.
    :raises ExportError: If it cannot be written.
    """
    save(folder / FILES[0], lines(graph))


def lines(graph: KnowledgeGraph) -> Iterator[str]:
    """Spell a graph as TriG.

    :param graph: The knowledge graph.
    :returns: Pieces of the document, each with its line ends.
    """
    bound = prefixes(graph)
    yield from declared(bound)
    spell = Spelled(bound)
    for name, stream in zip(graph_names(graph), (core(graph), evidence(graph)), strict=True):
        yield f"\n<{name}> {{\n"
        yield from blocks(stream, spell)
        yield "}\n"
