"""Kinds of results that the words around a number settle, whatever a classifier thinks of them.

The rules stand in ``rules/results.toml`` under ``[[settle]]``, each with examples.

>>> from kg.ontology import load
>>> from kg.relations.quantities import find
>>> number = next(find("a 3% drop in accuracy"))
>>> settles(number, "a ", " drop in accuracy", "absolute", load())
Settled(rule='settle.drop-behind', kind='improvement')
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from kg.ontology import Ontology
    from kg.relations.quantities import Quantity

__all__ = ["REACH", "Settled", "is_gain", "is_of_rival", "is_unsuited", "settles"]

REACH = 600
"""Characters on each side of a number that are looked at; sentences are hardly ever longer."""

_SIGNS = "+-\u2212"


class Settled(NamedTuple):
    """What is settled, and by which rule."""

    rule: str
    kind: str


class _Rule(NamedTuple):
    id: str
    kind: str
    of: frozenset[str]
    unit: re.Pattern[str]
    before: re.Pattern[str]
    after: re.Pattern[str]


def settles(
    quantity: Quantity, before: str, after: str, kind: str, ontology: Ontology
) -> Settled | None:
    """Say what kind of result a number is beyond doubt.

    :param quantity: The number.
    :param before: The text of its sentence up to it.
    :param after: The text of its sentence behind it and its unit.
    :param kind: The kind that it seems to have.
    :param ontology: Has the rules; the first that fits wins.
    :returns: The rule and the kind that it gives; None if no rule fits.
    """
    if quantity.text[0] in _SIGNS and is_gain(kind, ontology):
        return None  # what has a sign is a change
    for rule in _rules(ontology):
        if (
            (not rule.of or kind in rule.of)
            and rule.unit.search(quantity.unit)
            and rule.after.search(after)
            and rule.before.search(before)
        ):
            return Settled(rule.id, rule.kind)
    return None


def is_of_rival(kind: str, ontology: Ontology) -> bool:
    """Say whether a result of a kind is of another system than the paper's own."""
    return kind in _listed("of_rivals", ontology)


def is_gain(kind: str, ontology: Ontology) -> bool:
    """Say whether a result of a kind is the difference to another."""
    return kind in _listed("kind_after", ontology)


def is_unsuited(measure: str, unit: str, ontology: Ontology) -> bool:
    """Say whether a measured quantity cannot have a unit.

    >>> from kg.ontology import load
    >>> [is_unsuited("test accuracy", unit, load()) for unit in ("minutes", "%")]
    [True, False]
    """
    return any(
        measures.search(measure) and not allowed.search(unit)
        for measures, allowed in _suited(ontology)
    )


@lru_cache(maxsize=16)
def _listed(table: str, ontology: Ontology) -> frozenset[str]:
    return frozenset(ontology.rules("results")[table])


@lru_cache(maxsize=8)
def _rules(ontology: Ontology) -> tuple[_Rule, ...]:
    told = ontology.rules("results")
    terms = told.get("terms", {})

    def compiled(text: str) -> re.Pattern[str]:
        for name, meaning in terms.items():
            text = text.replace(f"<{name}>", meaning)
        return re.compile(text, re.IGNORECASE)

    return tuple(
        _Rule(
            rule["id"],
            rule["kind"],
            frozenset(rule.get("of", ())),
            *(compiled(rule.get(part, "")) for part in ("unit", "before", "after")),
        )
        for rule in told.get("settle", ())
    )


@lru_cache(maxsize=8)
def _suited(ontology: Ontology) -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    return tuple(
        (re.compile(rule["measures"], re.IGNORECASE), re.compile(rule["allowed"]))
        for rule in ontology.rules("results").get("suited", ())
    )
