r"""Write the graph as N-Triples: one triple a line, sorted, for programs that read line by line.

>>> from kg.graph.descriptions import described
>>> from kg.graph.terms import Term
>>> from kg.exporters.turtle import Spelled
>>> stream = iter([described("http://e/a", [("http://e/p", Term('say "hi"'))])])
>>> print("".join(statements(stream, Spelled({}, is_short=False))), end="")
<http://e/a> <http://e/p> "say \"hi\"" .
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.exporters.turtle import Spelled
from kg.files import save
from kg.graph.descriptions import by_shape
from kg.graph.rdf import core, evidence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from kg.graph.descriptions import Shape, Stream
    from kg.graph.knowledge_graph import KnowledgeGraph

__all__ = ["DEFAULT", "FILES", "FORMAT", "VIEW", "statements", "write"]

FORMAT = "ntriples"
FILES = ("graph.nt", "evidence.nt")
DEFAULT = False
VIEW = False


def write(graph: KnowledgeGraph, folder: Path) -> None:
    """Write the core and the evidence of a graph as N-Triples.

    :param graph: The knowledge graph.
    :param folder: Where to write; files of these names in it are replaced.
    :raises ExportError: If they cannot be written.
    """
    for name, stream in zip(FILES, (core(graph), evidence(graph)), strict=True):
        save(folder / name, statements(stream, Spelled({}, is_short=False)))


def statements(stream: Stream, spell: Spelled, *, graph: str = "") -> Iterator[str]:
    """Spell subjects as N-Triples or N-Quads.

    :param stream: Subjects with what is said of them.
    :param spell: Spells terms in full.
    :param graph: IRI of the graph that they stand in; empty if none.
    :returns: One piece for each subject, a line for each triple.
    """
    end = f" {spell.iri(graph)} .\n" if graph else " .\n"

    @by_shape
    def leads(shape: Shape) -> list[tuple[str, Callable[[str], str]]]:
        return [(f" {spell.iri(p)} ", spell.speller(datatype)) for p, datatype in shape]

    for subject, shape, values in stream:
        first = spell.iri(subject)
        yield "".join(
            [
                f"{first}{lead}{spelled(value)}{end}"
                for (lead, spelled), value in zip(leads(shape), values, strict=True)
            ]
        )
