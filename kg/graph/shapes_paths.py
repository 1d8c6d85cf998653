"""Property paths of SHACL in the spelling of SPARQL."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, TypeAlias

from kg.errors import OntologyError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["RDF", "SH", "SHAPES", "Node", "Said", "items", "spelled_path"]

SHAPES = "shapes.ttl"
"""Name of the file of shapes in an ontology folder."""

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
SH = "http://www.w3.org/ns/shacl#"
_SUFFIXES = {SH + "zeroOrMorePath": "*", SH + "oneOrMorePath": "+", SH + "zeroOrOnePath": "?"}

Node: TypeAlias = Any
"""A term of Oxigraph."""

Said: TypeAlias = defaultdict[Node, defaultdict[str, list[Node]]]
"""Objects by subject and IRI of the predicate."""


def spelled_path(node: Node, said: Said) -> str:
    """Spell a path.

    :param node: What stands behind ``sh:path``.
    :param said: What the shapes say.
    :returns: The path in SPARQL.
    :raises OntologyError: If it is no path.

    >>> import pyoxigraph
    >>> a, b, p = pyoxigraph.BlankNode(), pyoxigraph.BlankNode(), pyoxigraph.NamedNode("http://e/p")
    >>> said = defaultdict(lambda: defaultdict(list))
    >>> said[a][SH + "oneOrMorePath"].append(b)
    >>> said[b][SH + "inversePath"].append(p)
    >>> spelled_path(a, said)
    '(^<http://e/p>)+'
    """
    import pyoxigraph

    if isinstance(node, pyoxigraph.NamedNode):
        return str(node)
    about: dict[str, list[Node]] = said.get(node) or {}
    if RDF + "first" in about:
        return f"({'/'.join(spelled_path(part, said) for part in items(node, said))})"
    said_of = [(kind, value) for kind, values in about.items() for value in values]
    if len(said_of) == 1:
        [(kind, inner)] = said_of
        if kind == SH + "alternativePath":
            return f"({'|'.join(spelled_path(part, said) for part in items(inner, said))})"
        if kind == SH + "inversePath":
            if not isinstance(inner, pyoxigraph.NamedNode):  # pySHACL does not turn the order round
                raise OntologyError(SHAPES, "sh:inversePath", "is of one property; turn each step")
            return f"^{inner}"
        if kind in _SUFFIXES:
            return f"({spelled_path(inner, said)}){_SUFFIXES[kind]}"
    raise OntologyError(SHAPES, "sh:path", "leads through a node that is no path")


def items(head: Node, said: Said) -> Iterator[Node]:
    """List the members of a list in their order."""
    while RDF + "first" in said.get(head, ()):
        yield said[head][RDF + "first"][0]
        head = said[head][RDF + "rest"][0]
