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

from kg.errors import OntologyError
from kg.lexicon import read_terms
from kg.linking.spellings import folder
from kg.normalize import key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.linking.names import Place
    from kg.ontology import Ontology

_PLURAL = re.compile(r"[\w-]*[A-Z]s")

__all__ = ["SYNONYMS", "Alias", "Listed", "is_cased", "listed"]

SYNONYMS = "synonyms.tsv"
"""File of names that are one, which steers linking and not detection."""

_COLUMNS = ("type", "name", "aliases")


class Alias(NamedTuple):
    """What an alias stands for.

    :param to: Type and fold of its term.
    :param cased: The forms as which alone it counts; empty if its case is no matter.
    :param is_short: Whether it is written as a short form.
    :param rule: What lists it: the lexicon, or the synonyms that linking alone reads.
    """

    to: Place
    cased: frozenset[str]
    is_short: bool
    rule: str = "lexicon"


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
    """Read what lexicon and synonyms say of names.

    :param ontology: Has the lexicon and ``synonyms.tsv``.
    :returns: Terms and aliases; an alias of several terms of one type stands for none, and what the
        lexicon says of an alias comes before what the synonyms say.
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
    clear = {
        alias: _settled(found)
        for alias, found in aliases.items()
        if len({place for place, _, _ in found}) == 1
    }
    for kind, name, forms in _synonyms(ontology):
        place = (kind, fold(key(name)))
        terms.setdefault(place, name)
        for form in forms:
            alias = (kind, fold(key(form)))
            if alias != place:
                clear.setdefault(alias, Alias(place, frozenset(), is_cased(form), "synonym"))
    return Listed(terms, clear, pages, frozenset(alias.to for alias in clear.values()))


def _settled(found: list[tuple[Place, str, bool]]) -> Alias:
    """Tell of the forms of one alias, each with whether its case matters, what they stand for."""
    cased = {form for _, form, flag in found if flag and form != form.lower()}
    if all(_PLURAL.fullmatch(form) for _, form, _ in found):  # GPs are not GPS
        cased |= {form for _, form, _ in found}
    is_short = all(is_cased(form) for _, form, _ in found)
    return Alias(found[0][0], frozenset(cased), is_short)


def _synonyms(ontology: Ontology) -> Iterator[tuple[str, str, list[str]]]:
    """Read the names that are one, of which detection knows nothing; none if there is no file."""
    path = ontology.folder / SYNONYMS
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    for row in rows[1:]:
        if len(row) != len(_COLUMNS) or row[0] not in ontology.type_names:
            raise OntologyError(SYNONYMS, row[0], f"no type with the columns {', '.join(_COLUMNS)}")
        yield row[0], row[1], row[2].split("|")
