"""Write every claim as GEXF: one edge for each claim of a paper, with its status and its text.

What :mod:`kg.exporters.gexf` says of files holds here too. An edge stands on the day of its paper.

>>> FILES
('graph-evidence.gexf',)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.exporters.figures import evidence
from kg.exporters.gexf import lines
from kg.files import save

if TYPE_CHECKING:
    from pathlib import Path

    from kg.graph.knowledge_graph import KnowledgeGraph

__all__ = ["DEFAULT", "FILES", "FORMAT", "VIEW", "write"]

FORMAT = "gexf-evidence"
FILES = ("graph-evidence.gexf",)
DEFAULT = False
VIEW = True


def write(graph: KnowledgeGraph, folder: Path) -> None:
    """Write every claim as GEXF.

    :param graph: The knowledge graph.
    :param folder: Folder that exists; a file of this name in it is replaced.
    """
    save(folder / FILES[0], lines(evidence(graph)))
