"""Write every claim as GraphML: one edge for each claim of a paper, with its status and its text.

What :mod:`kg.exporters.graphml` says of files holds here too. Two papers that claim the same are
two edges; Gephi offers to merge them when it opens the file, and adds up their weights.

>>> FILES
('graph-evidence.graphml',)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.exporters.figures import evidence
from kg.exporters.graphml import lines
from kg.files import save

if TYPE_CHECKING:
    from pathlib import Path

    from kg.graph.knowledge_graph import KnowledgeGraph

__all__ = ["DEFAULT", "FILES", "FORMAT", "VIEW", "write"]

FORMAT = "graphml-evidence"
FILES = ("graph-evidence.graphml",)
DEFAULT = False
VIEW = True


def write(graph: KnowledgeGraph, folder: Path) -> None:
    """Write every claim as GraphML.

    :param graph: The knowledge graph.
    :param folder: Folder that exists; a file of this name in it is replaced.
    """
    save(folder / FILES[0], lines(evidence(graph)))
