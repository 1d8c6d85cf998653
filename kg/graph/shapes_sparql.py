"""Put shapes into SPARQL: a query finds all nodes of a graph for which a constraint does not hold.

What a shape says of a node becomes a Boolean expression; a shape inside another one becomes a part
of its expression. A query looks for faults first and asks then whether the node is aimed at at all,
because faults are rare: so the index of one property is read once, and little else.
"""

from __future__ import annotations

from itertools import combinations, count
from typing import TYPE_CHECKING, NamedTuple

from kg.errors import OntologyError
from kg.graph.shapes_paths import RDF, SHAPES
from kg.graph.shapes_values import COMPARED, holds_of_value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kg.graph.shapes import Constraint, Shape

__all__ = ["Check", "checks"]

_TYPE = f"<{RDF}type>"
_HERE = "$here"
_NAMED = "BIND"


class Check(NamedTuple):
    """A query that finds nodes at fault, as ``?this``, and what is at fault of them, ``?value``."""

    shape: Shape
    sparql: str
    prefixes: dict[str, str]


def checks(shape: Shape, subclasses: Callable[[str], tuple[str, ...]]) -> Iterator[Check]:
    """Put a shape into SPARQL.

    :param shape: A shape with targets.
    :param subclasses: Gives the classes whose instances are instances of a class, itself included,
        as SPARQL spells them.
    :returns: Queries; a finding may come from more than one of them.
    :raises OntologyError: If it holds what has no translation where it stands.
    """
    writer = _Writer(subclasses)
    aims = [aim for kind, term in shape.targets for aim in writer.aims(kind, term)]
    yield from writer.checks(shape, aims)


class _Writer:
    """Write queries; it hands out the names of their variables.

    An aim is a group graph pattern in which :data:`_HERE` stands for the node that is aimed at.
    """

    def __init__(self, subclasses: Callable[[str], tuple[str, ...]]) -> None:
        self.subclasses = subclasses
        self.numbers = count()

    def fresh(self) -> str:
        return f"?v{next(self.numbers)}"

    def aims(self, kind: str, term: str) -> list[str]:
        if kind == "targetClass":
            return [f"{_HERE} {_TYPE} {name}" for name in self.subclasses(term)]
        if kind == "targetSubjectsOf":
            return [f"{_HERE} {term} {self.fresh()}"]
        if kind == "targetObjectsOf":
            return [f"{self.fresh()} {term} {_HERE}"]
        return [f"{_NAMED}({term} AS {_HERE})"]

    def checks(self, shape: Shape, aims: list[str]) -> Iterator[Check]:
        here = [aim.replace(_HERE, "?this") for aim in aims]
        each = " UNION ".join(f"{{ {aim} }}" for aim in here)
        among = " || ".join(f"EXISTS {{ {aim} }}" for aim in here)
        is_open = not any(_NAMED in aim for aim in aims) and "*" not in shape.path
        for pattern in self.faults(shape, "?this", "?value"):
            starts_here = is_open and pattern.startswith("?")
            where = f"{pattern} FILTER({among})" if starts_here else f"{{ {each} }} {pattern}"
            yield Check(shape, f"SELECT DISTINCT ?this ?value WHERE {{ {where} }}", {})
        for name, value in shape.constraints:
            if name == "sparql":
                once = f"{{ SELECT DISTINCT ?this WHERE {{ {each} }} }}"
                for_each = f"LATERAL {{ {value.sparql.replace('$PATH', shape.path)} }}"
                sparql = f"SELECT DISTINCT ?this ?value WHERE {{ {once} {for_each} }}"
                yield Check(shape, sparql, value.prefixes)
            elif name == "property":
                yield from self.checks(value, self.further(aims, shape.path))

    def further(self, aims: list[str], path: str) -> list[str]:
        """Write aims at what a path leads to."""
        if not path:
            return aims
        start = self.fresh()
        return [f"{{ {aim.replace(_HERE, start)} }} {start} {path} {_HERE}" for aim in aims]

    def faults(self, shape: Shape, this: str, value: str) -> Iterator[str]:
        """Write the patterns that match where a shape does not hold for a node.

        A pattern that begins with a variable finds the nodes itself; another one needs them bound.
        """
        if conditions := self.hold(shape, value if shape.path else this):
            fault = f"FILTER(!({conditions}))"
            yield f"{this} {shape.path} {value} {fault}" if shape.path else fault
        yield from self.faults_together(shape, this, value)

    def faults_together(self, shape: Shape, this: str, value: str) -> Iterator[str]:
        for constraint in shape.constraints:
            yield from self.faults_of_values(constraint, shape.path, this, value)

    def hold(self, shape: Shape, node: str) -> str:
        """Write what must hold for each value by itself."""
        return " && ".join(filter(None, (self.holds(c, node) for c in shape.constraints)))

    def holds(self, constraint: Constraint, node: str) -> str:
        """Write what one constraint says of a value by itself; empty if it says nothing."""
        name, value = constraint
        if name == "class":
            kind = self.fresh()
            classes = ", ".join(self.subclasses(value))
            return f"EXISTS {{ {node} {_TYPE} {kind} FILTER({kind} IN ({classes})) }}"
        if name == "node":
            return self.conforms(value, node)
        if name == "not":
            return f"!({self.conforms(value, node)})"
        if name in {"and", "or"}:
            sign = " && " if name == "and" else " || "
            return f"({sign.join(self.conforms(shape, node) for shape in value)})"
        if name == "xone":
            terms = (f"IF({self.conforms(shape, node)}, 1, 0)" for shape in value)
            return f"({' + '.join(terms)} = 1)"
        return holds_of_value(constraint, node)

    def conforms(self, shape: Shape, node: str) -> str:
        """Write what must hold for a node to conform to a shape."""
        if any(name == "sparql" for name, _ in shape.constraints):
            reason = (
                "a constraint in SPARQL inside another shape has no translation; give it targets"
            )
            raise OntologyError(SHAPES, shape.name or "sh:sparql", reason)
        inner = self.fresh()
        faults = self.faults if shape.path else self.faults_together
        kept = [
            "" if shape.path else self.hold(shape, node),
            *(f"NOT EXISTS {{ {fault} }}" for fault in faults(shape, node, inner)),
            *(self.every(v, shape.path, node) for n, v in shape.constraints if n == "property"),
        ]
        return f"({' && '.join(filter(None, kept)) or 'true'})"

    def every(self, shape: Shape, path: str, node: str) -> str:
        """Write that a shape holds for all that a path leads to."""
        if not path:
            return self.conforms(shape, node)
        value = self.fresh()
        return f"NOT EXISTS {{ {node} {path} {value} FILTER(!{self.conforms(shape, value)}) }}"

    def faults_of_values(
        self, constraint: Constraint, path: str, this: str, value: str
    ) -> Iterator[str]:
        """Write the faults of constraints that look at all values of a node together."""
        name, bound = constraint
        if name == "minCount" and bound:
            yield f"FILTER NOT EXISTS {{ {self.some(bound, this, path)} }}"
        elif name == "maxCount":
            yield self.some(bound + 1, this, path)
        elif name == "hasValue" and path:
            yield f"FILTER NOT EXISTS {{ {this} {path} {bound} }}"
        elif name == "hasValue":
            yield f"FILTER(!sameTerm({this}, {bound}))"
        elif name == "qualifiedValueShape":
            inner, least, most = bound
            if least:
                yield f"FILTER NOT EXISTS {{ {self.some(least, this, path, inner)} }}"
            if most is not None:
                yield self.some(most + 1, this, path, inner)
        else:
            yield from self.faults_of_pairs(constraint, path, this, value)

    def faults_of_pairs(
        self, constraint: Constraint, path: str, this: str, value: str
    ) -> Iterator[str]:
        """Write the faults of constraints that compare with what another property leads to."""
        name, bound = constraint
        if name == "equals":
            yield from self.unlike(path, bound, this, value)
        elif name == "disjoint" and path:
            yield f"{this} {path} {value} . {this} {bound} {value}"
        elif name == "disjoint":
            yield f"{this} {bound} {this}"
        elif name in COMPARED:
            other = self.fresh()
            fails = f"FILTER(!COALESCE({value} {COMPARED[name]} {other}, false))"
            yield f"{this} {path} {value} . {this} {bound} {other} {fails}"

    def unlike(self, path: str, other: str, this: str, value: str) -> Iterator[str]:
        """Write that what a path leads to is not what a property leads to."""
        if not path:
            extra = self.fresh()
            yield f"FILTER NOT EXISTS {{ {this} {other} {this} }}"
            yield f"{this} {other} {extra} BIND({extra} AS {value}) FILTER({extra} != {this})"
            return
        yield f"{this} {path} {value} MINUS {{ {this} {other} {value} }}"
        yield f"{this} {other} {value} MINUS {{ {this} {path} {value} }}"

    def some(self, number: int, this: str, path: str, shape: Shape | None = None) -> str:
        """Write that a path leads to at least so many different nodes that conform to a shape."""
        nodes = [self.fresh() for _ in range(number)]
        kept = [
            *(f"!sameTerm({node}, {other})" for node, other in combinations(nodes, 2)),
            *(self.conforms(shape, node) for node in nodes if shape),
        ]
        filters = f" FILTER({' && '.join(kept)})" if kept else ""
        return " . ".join(f"{this} {path} {node}" for node in nodes) + filters
