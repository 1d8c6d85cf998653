"""What SHACL asks of one value by itself, as a Boolean expression of SPARQL that never errs.

>>> holds_of_value(("minLength", 1), "?x")
'(!isBlank(?x) && STRLEN(STR(?x)) >= 1)'
>>> holds_of_value(("minCount", 1), "?x")
''
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.errors import OntologyError
from kg.graph.shapes_paths import RDF, SH, SHAPES

if TYPE_CHECKING:
    from kg.graph.shapes import Constraint

__all__ = ["COMPARED", "holds_of_value"]

COMPARED = {"lessThan": "<", "lessThanOrEquals": "<="}
"""Operators of the constraints that compare the values of two properties."""

_XSD = "http://www.w3.org/2001/XMLSchema#"
_BOUNDS = {"minExclusive": ">", "minInclusive": ">=", "maxExclusive": "<", "maxInclusive": "<="}
_LENGTHS = {"minLength": ">=", "maxLength": "<="}
# Numbers of any length are well written, also those too large to count with; casting tells
# of other types. Of the rest only a pattern can. Types that are not here, such as the kinds of
# integers, Oxigraph does not tell from their like.
_WRITTEN = {
    "integer": "^[+-]?[0-9]+$",
    "decimal": "^[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)$",
}
_CAST = {"boolean", "date", "dateTime", "double", "float"}
_PLAIN = {"anyURI", "gMonthDay", "gYear", "gYearMonth", "string", RDF + "langString"}
_KINDS = {
    "IRI": "isIRI({0})",
    "BlankNode": "isBlank({0})",
    "Literal": "isLiteral({0})",
    "BlankNodeOrIRI": "!isLiteral({0})",
    "BlankNodeOrLiteral": "!isIRI({0})",
    "IRIOrLiteral": "!isBlank({0})",
}


def holds_of_value(constraint: Constraint, node: str) -> str:
    """Write what must hold for each value by itself.

    :param constraint: A constraint.
    :param node: The variable of the value.
    :returns: The expression; empty if the constraint looks at something else.
    :raises OntologyError: If it names a datatype or kind of node that is not known here.
    """
    name, value = constraint
    if name == "datatype":
        return _datatype(value.strip("<>"), node)
    if name == "nodeKind":
        kind = value.strip("<>").removeprefix(SH)
        if kind not in _KINDS:
            raise OntologyError(SHAPES, value, f"no kind of node; available: {', '.join(_KINDS)}")
        return _KINDS[kind].format(node)
    if name in _BOUNDS:
        return f"COALESCE({node} {_BOUNDS[name]} {value}, false)"
    if name in _LENGTHS:
        return f"(!isBlank({node}) && STRLEN(STR({node})) {_LENGTHS[name]} {value})"
    if name == "pattern":
        pattern, flags = value
        return f'(!isBlank({node}) && REGEX(STR({node}), {pattern}, "{flags}"))'
    if name == "in":
        return f"({' || '.join(f'sameTerm({node}, {term})' for term in value) or 'false'})"
    return ""


def _datatype(datatype: str, node: str) -> str:
    kind = datatype.removeprefix(_XSD)
    typed = f"isLiteral({node}) && DATATYPE({node}) = <{datatype}>"
    if kind in _WRITTEN:
        return f'({typed} && REGEX(STR({node}), "{_WRITTEN[kind]}"))'
    if kind in _CAST:
        return f"({typed} && COALESCE(isLiteral(<{datatype}>(STR({node}))), false))"
    if kind in _PLAIN:
        return f"({typed})"
    available = ", ".join(sorted({*_WRITTEN, *_CAST, *_PLAIN}))
    raise OntologyError(SHAPES, datatype, f"no datatype known here; available: {available}")
