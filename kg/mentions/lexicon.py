"""Component that finds the names of the lexicon, whatever their case, hyphens and plural.

The lexicon is one TSV per entity type with the columns name, aliases (parted by ``|``), flags,
same_as and source. A term with the flag ``case`` matches only as it is written.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from spacy.language import Language

from kg import ontology as ontologies
from kg.errors import OntologyError
from kg.mentions.candidates import Candidate, keep
from kg.normalize import key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from spacy.tokens import Doc

    from kg.ontology import Ontology

__all__ = ["COLUMNS", "Term", "make_lexicon", "matches", "read_terms", "trie"]

COLUMNS = ("name", "aliases", "flags", "same_as", "source")
_JOINERS = frozenset({"-", "\u2010", "\u2011", "\u2012", "\u2013", "/"})
_TERMS = ""  # key of a trie's node under which the terms that end there stand


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


@Language.factory("kg_lexicon", default_config={"ontology": ""})
def make_lexicon(nlp: Language, name: str, ontology: str) -> Callable[[Doc], Doc]:
    """Make the component from the lexicon of an ontology folder."""
    del nlp
    found = ontologies.load(Path(ontology) if ontology else None)
    root = trie(read_terms(found))

    def component(doc: Doc) -> Doc:
        keep(doc, name, matches(doc, root))
        return doc

    return component


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


def trie(terms: Iterator[Term]) -> dict[str, Any]:
    """Index terms by the words of their keys.

    :returns: Nested dictionaries; the one that a key's words lead to lists under the empty string
        pairs of type and the form that must stand there, which is empty if any spelling will do.
    """
    root: dict[str, Any] = {}
    for term in terms:
        for form in term.forms:
            node = root
            for word in key(form).split():
                node = node.setdefault(word, {})
            node.setdefault(_TERMS, []).append((term.type, form if term.is_cased else ""))
    return root


def matches(doc: Doc, root: dict[str, Any]) -> Iterator[Candidate]:
    """Find every term in a document, also those inside longer ones.

    :param doc: A document whose tokens carry their comparison key as norm.
    :param root: What :func:`trie` made.
    """
    units = [
        (word, token.i)
        for token in doc
        if token.text not in _JOINERS
        for word in ("\n" if token.is_space else token.norm_).split(" ")
    ]
    for first, (word, start) in enumerate(units):
        node = root.get(word)
        if node is None or (first and units[first - 1][1] == start):
            continue
        place = first
        while node is not None:
            token = units[place][1]
            place += 1
            following = units[place] if place < len(units) else ("", -1)
            if _TERMS in node and following[1] != token:
                text = doc[start : token + 1].text
                for type_name, form in node[_TERMS]:
                    if not form or form == text:
                        yield Candidate(start, token + 1, type_name, f"lexicon.{type_name.lower()}")
                        break
            node = node.get(following[0]) if following[1] >= 0 else None
