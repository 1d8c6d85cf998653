r"""What can be set in a query: declared in the comment at its head, bound to values by the engine.

A line ``# parameter: dataset -> ?d: only this dataset`` says that ``?d`` is an entity, which people
may name by its label, an alias or its IRI; ``# parameter: year = ?year: only this year`` says that
``?year`` has a text, which they may give. Upper and lower case make no difference. What is not set
restricts nothing. No value is written into the text of a query as it is: a name is looked up first,
and the IRIs of what has it are given; a text is compared in percent-encoding.

>>> declared_parameters("# parameter: dataset -> ?d: only this dataset\nASK { ?m ?p ?d }")
(Parameter(name='dataset', variable='d', is_entity=True, text='only this dataset'),)
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kg.errors import QueryError, UnknownNameError
from kg.graph.patterns import restrictions

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

__all__ = ["Parameter", "bindings", "declared_parameters", "header"]

_LINE = re.compile(r"#\s*(\w+)\s*:\s*(.*?)\s*")
_DECLARED = re.compile(r"([a-z][a-z0-9-]*)\s*(->|=)\s*[?$](\w+)\s*:\s*(\S.*)")
_FORM = "'# parameter: NAME -> ?VARIABLE: MEANING', or with '=' for a text"


@dataclass(frozen=True, slots=True, order=True)
class Parameter:
    """Something in a query that can be set.

    :param name: What people call it.
    :param variable: The variable that it restricts, without its mark.
    :param is_entity: Whether the variable is an entity that has names; else it has a text.
    :param text: What setting it does, in English.
    """

    name: str
    variable: str
    is_entity: bool
    text: str


def header(sparql: str) -> Iterator[tuple[str, str]]:
    r"""Read the comment at the head of a query.

    :param sparql: The query.
    :returns: Key and value of each line ``# key: value`` before the first that is no comment.

    >>> list(header("# question: Why?\n# columns: a\n\nASK {} # no: header"))
    [('question', 'Why?'), ('columns', 'a')]
    """
    for line in sparql.splitlines():
        if line.strip() and not line.startswith("#"):
            return
        if match := _LINE.fullmatch(line):
            yield match[1], match[2]


def declared_parameters(sparql: str) -> tuple[Parameter, ...]:
    """Read what can be set in a query.

    :param sparql: The query, with its comments.
    :returns: The parameters in their order; none if it declares none.
    :raises QueryError: If a declaration is none, or a name is declared twice.
    """
    found: dict[str, Parameter] = {}
    for key, value in header(sparql):
        if key != "parameter":
            continue
        match = _DECLARED.fullmatch(value)
        if not match:
            raise QueryError(f"a parameter is declared by {_FORM}; got {value!r}")
        if match[1] in found:
            raise QueryError(f"the parameter {match[1]!r} is declared twice")
        found[match[1]] = Parameter(match[1], match[3], match[2] == "->", match[4])
    return tuple(found.values())


def bindings(sparql: str, values: Mapping[str, str | Sequence[str]]) -> list[dict[str, Any]]:
    """Say in plain values what an engine has to bind, and where.

    :param sparql: The query, with its comments.
    :param values: By name of the parameter what it is to be: a text, or several of which any will
        do.
    :returns: A dictionary for each parameter that is set; none if none is.
    :raises UnknownNameError: If the query has no such parameter; it lists those that it has.
    :raises QueryError: If a value is empty, or the query has no pattern that could be restricted.
    """
    known = {parameter.name: parameter for parameter in declared_parameters(sparql)}
    told = []
    for name, value in values.items():
        if name not in known:
            raise UnknownNameError("parameter", name, sorted(known))
        given = [value] if isinstance(value, str) else [*value]
        if not given or not all(map(_is_text, given)):
            raise QueryError(f"parameter {name}: give it a text that is not empty")
        where = restrictions(sparql, known[name].variable)
        if where is None:
            raise QueryError(f"parameter {name}: the query has no pattern in braces to restrict")
        told.append(
            {
                "name": name,
                "variable": known[name].variable,
                "is_entity": known[name].is_entity,
                "texts": given,
                "start": where.start,
                "values": where.values,
                "cuts": where.cuts,
            }
        )
    return told


def _is_text(value: str) -> bool:
    """Say whether a value has characters, and only such as can be written out."""
    try:
        return bool(value.strip()) and bool(value.encode())
    except UnicodeEncodeError:
        return False
