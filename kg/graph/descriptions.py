"""What is said of subjects, in a form that millions of them can take.

A description is a subject with its shape, the predicates and datatypes, and as many values. The
subjects of a kind share their shape, so that what follows from it is worked out once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias, TypeVar

from kg.graph.terms import IRI, Pairs

__all__ = [
    "Description",
    "Shape",
    "Stream",
    "by_shape",
    "described",
    "to_iris",
    "without_empty",
]

_KNOWN_SHAPES = 4096

Made = TypeVar("Made")

Shape: TypeAlias = tuple[tuple[str, str], ...]
"""Predicates, each with the datatype of its object: what subjects of one kind have in common."""

Description: TypeAlias = tuple[str, Shape, list[str]]
"""A subject, its shape, and as many lexical forms or IRIs as the shape has places."""

Stream: TypeAlias = Iterator[Description]
"""Subjects in sorted order, with what is said of them; a subject may come more than once."""


def described(subject: str, pairs: Pairs) -> Description:
    """Say pairs of a subject.

    >>> from kg.graph.terms import Term
    >>> described("s", [("p", Term("o", IRI))])
    ('s', (('p', '@id'),), ['o'])
    """
    shape = tuple([(predicate, term.datatype) for predicate, term in pairs])
    return subject, shape, [term.value for _, term in pairs]


def without_empty(found: Description) -> Description:
    """Leave out what is not known of a subject.

    >>> without_empty(("s", to_iris("p", "q"), ["", "o"]))
    ('s', (('q', '@id'),), ['o'])
    """
    subject, shape, values = found
    if "" not in values:
        return found
    kept = [(place, value) for place, value in zip(shape, values, strict=True) if value]
    return subject, tuple([place for place, _ in kept]), [value for _, value in kept]


def by_shape(make: Callable[[Shape], Made]) -> Callable[[Shape], Made]:
    """Remember what is made of shapes, of which a graph has few.

    Most are the same object again and again, so a look at which object it is comes first: to hash a
    shape of ten places takes as long as to spell three terms.

    :param make: A function of a shape alone.
    :returns: A function that gives the same, and seldom calls it.
    """
    same: dict[int, tuple[Shape, Made]] = {}
    equal: dict[Shape, Made] = {}

    def made(shape: Shape) -> Made:
        found = same.get(id(shape))
        if found is not None:
            return found[1]
        if shape in equal:
            return equal[shape]
        value = make(shape)
        if len(equal) < _KNOWN_SHAPES:
            equal[shape] = value
            same[id(shape)] = shape, value
        return value

    return made


def to_iris(*predicates: str) -> Shape:
    """Make the shape of a subject of which IRIs are said."""
    return tuple([(predicate, IRI) for predicate in predicates])
