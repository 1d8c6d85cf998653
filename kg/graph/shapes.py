"""Read SHACL shapes into plain values, so that they can be put into other words.

What cannot be put into other words is refused here, with its name: nothing of a shape is passed
over in silence. Known is SHACL Core but for ``closed``, ``languageIn``, ``uniqueLang`` and disjoint
siblings of qualified shapes, and constraints in SPARQL; components of one's own are not.

>>> from kg import ontology
>>> shapes = read(ontology.default_folder() / SHAPES)
>>> next(shape.severity for shape in shapes if shape.name == "PaperTitle")
'Violation'
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from kg.errors import OntologyError
from kg.graph.shapes_paths import RDF, SH, SHAPES, items, spelled_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from kg.graph.shapes_paths import Node, Said

__all__ = [
    "SEVERITIES",
    "SH",
    "SHAPES",
    "Asked",
    "Constraint",
    "Shape",
    "local_name",
    "read",
    "with_inner",
]

SEVERITIES = ("Violation", "Warning", "Info")
"""From the gravest."""

_TARGETS = ("targetClass", "targetNode", "targetObjectsOf", "targetSubjectsOf")
_TERMS = {
    *("class", "datatype", "disjoint", "equals", "hasValue", "lessThan", "lessThanOrEquals"),
    *("maxExclusive", "maxInclusive", "minExclusive", "minInclusive", "nodeKind"),
}
_NUMBERS = {"maxCount", "maxLength", "minCount", "minLength"}
_ONE_SHAPE = {"node", "not", "property"}
_SHAPES = {"and", "or", "xone"}
_BESIDE = {  # read together with another one, or not a constraint
    *("flags", "path", "severity", "message", "deactivated", "name", "description", "order"),
    *("group", "defaultValue", "qualifiedMinCount", "qualifiedMaxCount"),
}
_NO_SHAPE = {"declare", "prefix", "namespace", "prefixes", "select", "message", "deactivated"}

Constraint: TypeAlias = tuple[str, Any]
"""Local name of the component, and its value: a term as SPARQL spells it, a number, a shape..."""


class Asked(NamedTuple):
    """A constraint in SPARQL: what it selects is at fault."""

    sparql: str
    prefixes: dict[str, str]


@dataclass(frozen=True, slots=True)
class Shape:
    """What must hold for some nodes.

    :param iri: Its name; empty if it only serves another shape, so that it finds nothing itself.
    :param severity: One of :data:`SEVERITIES`.
    :param message: What is wrong where it does not hold, with the remedy.
    :param path: Way from a focus node to its values, as SPARQL spells it; empty if the focus node
        is the value.
    :param targets: Pairs of kind of target and term.
    :param constraints: What must hold.
    """

    iri: str
    severity: str
    message: str
    path: str
    targets: tuple[tuple[str, str], ...]
    constraints: tuple[Constraint, ...]

    @property
    def name(self) -> str:
        """What findings call it."""
        return local_name(self.iri)

    @property
    def aims_at_class(self) -> bool:
        """Whether it asks once for the whole graph: the values that it finds are what is at fault.

        Such a shape has a fixed focus node, and a constraint in SPARQL.
        """
        kinds = {kind for kind, _ in self.targets}
        return kinds == {"targetNode"} and any(name == "sparql" for name, _ in self.constraints)


def read(path: Path) -> list[Shape]:
    """Read the shapes that have targets.

    :param path: A Turtle file.
    :returns: The shapes that are not deactivated, sorted by name.
    :raises OntologyError: If it cannot be read or is no Turtle; if a shape uses what cannot be put
        into SPARQL, lacks a name or a message, or refers to itself.
    """
    said = _read(path)
    for node in said:
        _refuse_unknown(node, said)
    targeted = [n for n in said if any(SH + kind in said[n] for kind in _TARGETS)]
    shapes = [_shape(n, said, ()) for n in targeted if not _is_off(n, said)]
    _refuse_nameless(shapes)
    return sorted(shapes, key=lambda s: s.name)


def with_inner(shapes: Iterable[Shape]) -> Iterator[Shape]:
    """List shapes, each followed by those that it gives its values to.

    >>> inner = Shape("B", "Info", "", "", (), ())
    >>> [s.name for s in with_inner([Shape("A", "Info", "", "", (), (("property", inner),))])]
    ['A', 'B']
    """
    for shape in shapes:
        yield shape
        yield from with_inner(value for name, value in shape.constraints if name == "property")


def local_name(iri: str) -> str:
    """Cut an IRI down to what stands behind its last hash or slash."""
    return iri[max(iri.rfind("#"), iri.rfind("/")) + 1 :]


def _read(path: Path) -> Said:
    import pyoxigraph

    said: Said = defaultdict(lambda: defaultdict(list))
    try:
        for quad in pyoxigraph.parse(
            path=str(path), format=pyoxigraph.RdfFormat.TURTLE, base_iri=path.absolute().as_uri()
        ):
            said[quad.subject][quad.predicate.value].append(quad.object)
    except OSError as err:
        raise OntologyError(path.name, "file", "cannot be read") from err
    except SyntaxError as err:
        raise OntologyError(path.name, "syntax", " ".join(str(err).split())[:200]) from err
    return said


def _refuse_unknown(node: Node, said: Said) -> None:
    known = _TERMS | _NUMBERS | _ONE_SHAPE | _SHAPES | _BESIDE | _NO_SHAPE | {*_TARGETS}
    known |= {"in", "pattern", "qualifiedValueShape", "sparql", "zeroOrMorePath", "oneOrMorePath"}
    known |= {"zeroOrOnePath", "inversePath", "alternativePath"}
    for predicate in said[node]:
        if predicate.startswith(SH) and (component := local_name(predicate)) not in known:
            raise _error(node, f"sh:{component} cannot be put into SPARQL; say it in other words")
    kinds = {kind.value for kind in said[node].get(RDF + "type", ())}
    if SH + "ConstraintComponent" in kinds:
        raise _error(node, "no components of one's own; write a constraint with sh:sparql")
    is_shape = not kinds.isdisjoint({SH + "NodeShape", SH + "PropertyShape"})
    if is_shape and any(local_name(kind) == "Class" for kind in kinds):
        raise _error(node, "a class is no shape; name the class with sh:targetClass")


def _error(node: Node, reason: str) -> OntologyError:
    return OntologyError(SHAPES, local_name(node.value), reason)


def _is_off(node: Node, said: Said) -> bool:
    return any(value.value == "true" for value in said[node].get(SH + "deactivated", ()))


def _shape(node: Node, said: Said, inside: tuple[Node, ...]) -> Shape:
    if node in inside:
        raise _error(node, "refers to itself")
    inside = (*inside, node)
    about = said[node]
    severity = local_name(_one(node, said, "severity", SH + SEVERITIES[0]))
    if severity not in SEVERITIES:
        raise _error(node, f"no severity named {severity!r}; available: {', '.join(SEVERITIES)}")
    message = _one(node, said, "message", "")
    if "{?" in message or "{$" in message:
        raise _error(node, "its message holds a variable; findings of a shape share one message")
    path = about.get(SH + "path", ())
    return Shape(
        _iri(node),
        severity,
        message,
        spelled_path(path[0], said) if path else "",
        tuple(sorted((k, _term(n, node)) for k in _TARGETS for n in about.get(SH + k, ()))),
        tuple(
            constraint
            for predicate in sorted(about)
            if predicate.startswith(SH) and not _is_off(node, said)
            for constraint in _constraints(node, local_name(predicate), said, inside)
        ),
    )


def _constraints(
    node: Node, name: str, said: Said, inside: tuple[Node, ...]
) -> Iterator[Constraint]:
    """Read all values of one component."""
    for value in sorted(said[node][SH + name], key=str):
        if name in _TERMS:
            yield name, _term(value, node)
        elif name in _NUMBERS:
            yield name, _number(node, name, value)
        elif name == "in":
            yield name, tuple(_term(item, node) for item in items(value, said))
        elif name == "pattern":
            yield name, (_term(value, node), _flags(node, said))
        elif name == "sparql":
            yield from _asked(value, said)
        else:
            yield from _inner(node, name, value, said, inside)


def _inner(
    node: Node, name: str, value: Node, said: Said, inside: tuple[Node, ...]
) -> Iterator[Constraint]:
    """Read a component whose value is a shape, or a list of shapes."""
    if name in _ONE_SHAPE:
        yield name, _shape(value, said, inside)
    elif name in _SHAPES:
        yield name, tuple(_shape(member, said, inside) for member in items(value, said))
    elif name == "qualifiedValueShape":
        least, most = (_one(node, said, f"qualified{end}Count", "") for end in ("Min", "Max"))
        yield name, (_shape(value, said, inside), int(least or 0), int(most) if most else None)


def _asked(node: Node, said: Said) -> Iterator[Constraint]:
    if not _is_off(node, said):
        declared = [d for o in said[node].get(SH + "prefixes", ()) for d in said[o][SH + "declare"]]
        prefixes = {_one(d, said, "prefix", ""): _one(d, said, "namespace", "") for d in declared}
        select = _one(node, said, "select", "")
        if not re.match(r"\s*SELECT\b", select, re.IGNORECASE):
            raise OntologyError(SHAPES, "sh:sparql", "its question is no SELECT")
        yield "sparql", Asked(select, prefixes)


def _flags(node: Node, said: Said) -> str:
    flags = _one(node, said, "flags", "")
    if flags.strip("i"):
        raise _error(node, f"the flags {flags!r} mean another thing elsewhere; only i may be there")
    return flags


def _one(node: Node, said: Said, name: str, default: str) -> str:
    values = said[node].get(SH + name, ())
    if len(values) > 1:
        raise _error(node, f"has more than one sh:{name}; keep one")
    return str(values[0].value) if values else default


def _number(node: Node, name: str, value: Node) -> int:
    if not value.value.isdecimal():
        raise _error(node, f"its sh:{name} is no number; give one that is 0 or more")
    return int(value.value)


def _iri(node: Node) -> str:
    import pyoxigraph

    return str(node.value) if isinstance(node, pyoxigraph.NamedNode) else ""


def _term(value: Node, node: Node) -> str:
    import pyoxigraph

    if isinstance(value, pyoxigraph.BlankNode):
        raise _error(node, "names a blank node where a name or a value must stand")
    return str(value)


def _refuse_nameless(shapes: Sequence[Shape]) -> None:
    """See to it that whatever finds something says what, by a name of its own and a message."""
    named: dict[str, str] = {}
    for shape in with_inner(shapes):
        if not shape.name:
            raise OntologyError(SHAPES, shape.message or "a shape", "has no name; give it an IRI")
        if not shape.message:
            reason = "has no sh:message; say what is wrong and what to do"
            raise OntologyError(SHAPES, shape.name, reason)
        if named.setdefault(shape.name, shape.iri) != shape.iri:
            raise OntologyError(SHAPES, shape.name, "two shapes have this name; rename one of them")
