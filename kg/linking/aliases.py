"""The lexicon as entity linking reads it: an alias denotes the term that lists it.

>>> from kg.ontology import load
>>> found = listed(load()).aliases["Method", "cnn"]
>>> found.to, found.is_short
(('Method', 'convolutionalneuralnetwork'), True)
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from kg.lexicon import read_terms
from kg.linking.spellings import folder
from kg.normalize import key

if TYPE_CHECKING:
    from kg.linking.names import Place
    from kg.ontology import Ontology

_PLURAL = re.compile(r"[\w-]*[A-Z]s")

__all__ = ["Alias", "Listed", "is_cased", "listed"]


class Alias(NamedTuple):
    """What an alias stands for.

    :param to: Type and fold of its term.
    :param cased: The forms as which alone it counts; empty if its case is no matter.
    :param is_short: Whether it is written as a short form.
    """

    to: Place
    cased: frozenset[str]
    is_short: bool


class Listed(NamedTuple):
    """By type and fold: names of terms, what aliases stand for, home pages of terms.

    ``known`` are the terms that have an alias, so that the lexicon knows what they stand for.
    """

    terms: dict[Place, str]
    aliases: dict[Place, Alias]
    pages: dict[Place, str]
    known: frozenset[Place]


def is_cased(text: str) -> bool:
    """Say whether a text has the capitals of a short form: more than one.

    >>> is_cased("MLPs"), is_cased("Perceptron")
    (True, False)
    """
    return sum(c.isupper() for c in text) > 1


@lru_cache(maxsize=8)
def listed(ontology: Ontology) -> Listed:
    """Read what the lexicon says of names.

    :param ontology: Has the lexicon.
    :returns: Terms and aliases; an alias of several terms of one type stands for none.
    """
    fold = folder(ontology)
    terms: dict[Place, str] = {}
    pages: dict[Place, str] = {}
    aliases: dict[Place, list[tuple[Place, str, bool]]] = defaultdict(list)
    for term in read_terms(ontology):
        place = (term.type, fold(key(term.name)))
        terms.setdefault(place, term.name)
        if term.same_as:
            pages.setdefault(place, term.same_as)
        for form in term.forms[1:]:
            alias = (term.type, fold(key(form)))
            if alias != place:
                aliases[alias].append((place, form, term.is_cased))
    clear = {}
    for alias, found in aliases.items():
        if len({place for place, _, _ in found}) == 1:
            cased = {form for _, form, flag in found if flag and form != form.lower()}
            if all(_PLURAL.fullmatch(form) for _, form, _ in found):  # GPs are not GPS
                cased |= {form for _, form, _ in found}
            is_short = all(is_cased(form) for _, form, _ in found)
            clear[alias] = Alias(found[0][0], frozenset(cased), is_short)
    return Listed(terms, clear, pages, frozenset(alias.to for alias in clear.values()))
