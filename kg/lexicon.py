"""The lexicon: names that are known, one TSV per entity type, each line with its source.

The columns are name, aliases (parted by ``|``), flags, same_as and source. Lines that begin with
``#`` are comments. Of a term with the flag ``case`` the forms that have a capital mean the thing
only as they are written.
"""

from __future__ import annotations

import csv
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from kg.errors import OntologyError
from kg.normalize import key

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kg.model import EntityKey
    from kg.ontology import Ontology

__all__ = ["COLUMNS", "Term", "frequency", "generic", "known", "read_terms", "terms_of"]

COLUMNS = ("name", "aliases", "flags", "same_as", "source")


class Term(NamedTuple):
    """One entry of the lexicon.

    ``forms`` are the name and its aliases; ``is_cased`` says that they match only as written.
    """

    type: str
    name: str
    forms: tuple[str, ...]
    is_cased: bool
    same_as: str
    source: str


def read_terms(ontology: Ontology) -> Iterator[Term]:
    """Read the lexicon.

    :param ontology: Names the types; a type without a file has no terms.
    :returns: The terms, type by type, in the order of the files.
    :raises OntologyError: If a file has other columns.
    """
    for type_name in ontology.type_names:
        path = ontology.folder / "lexicon" / f"{type_name.lower()}.tsv"
        if not path.is_file():
            continue
        with path.open(encoding="utf-8", newline="") as file:
            lines = (line for line in file if not line.startswith("#"))
            rows = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
            if tuple(next(rows, ())) != COLUMNS:
                raise OntologyError(f"lexicon/{path.name}", "header", f"must be {COLUMNS}")
            for row in rows:
                if len(row) != len(COLUMNS):
                    raise OntologyError(
                        f"lexicon/{path.name}", row[0], "has another number of columns"
                    )
                name, aliases, flags, same_as, source = row
                forms = (name, *filter(None, aliases.split("|")))
                yield Term(type_name, name, forms, "case" in flags.split(), same_as, source)


@lru_cache(maxsize=8)
def known(ontology: Ontology) -> frozenset[EntityKey]:
    """Collect the comparison keys of all terms, each with its type."""
    return frozenset((t.type, key(form)) for t in read_terms(ontology) for form in t.forms)


@lru_cache(maxsize=8)
def terms_of(ontology: Ontology) -> Mapping[EntityKey, str]:
    """Tell by type and comparison key the one term that a name or alias belongs to.

    :returns: Names of terms; a key that several terms of a type share is left out.
    """
    found: dict[EntityKey, set[str]] = {}
    for term in read_terms(ontology):
        for form in term.forms:
            found.setdefault((term.type, key(form)), set()).add(term.name)
    return {place: next(iter(names)) for place, names in found.items() if len(names) == 1}


@lru_cache(maxsize=8)
def generic(ontology: Ontology) -> frozenset[str]:
    """Read the keys of what is never an entity alone; none if the file is missing."""
    path = ontology.folder / "lexicon" / "not_entities.txt"
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    return frozenset(key(line) for line in lines if line and not line.startswith("#"))


@lru_cache(maxsize=8)
def frequency(ontology: Ontology) -> Mapping[str, int]:
    """Read how many abstracts of a large corpus write a word that looks like a name.

    :returns: Numbers by comparison key; rare words are left out; empty if the file is missing.
    """
    path = ontology.folder / "frequent.tsv"
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    rows = (line.split("\t") for line in lines if not line.startswith(("#", "key\t")))
    return {name: int(count) for name, count in rows}
