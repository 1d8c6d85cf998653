"""Component that finds the names of the lexicon, whatever their case, hyphens and plural.

Of a term with the flag ``case`` the forms that have a capital match only as they are written.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spacy.language import Language

from kg import ontology as ontologies
from kg.lexicon import read_terms
from kg.mentions.candidates import Candidate, keep
from kg.normalize import key
from kg.recognizer.tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from spacy.tokens import Doc

    from kg.lexicon import Term

__all__ = ["make_lexicon", "matches", "trie"]

_JOINERS = frozenset({"-", "\u2010", "\u2011", "\u2012", "\u2013", "/"})
_TERMS = ""  # key of a trie's node under which the terms that end there stand


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


def trie(terms: Iterable[Term]) -> dict[str, Any]:
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
            node.setdefault(_TERMS, []).append(
                (term.type, form if term.is_cased and form != form.lower() else "")
            )
    return root


@lru_cache(maxsize=65536)
def _words(norm: str) -> tuple[str, ...]:
    """Give the words of a token's key; a line feed, which no term has, where it has none."""
    return tuple(norm.lstrip("'\u2019").split()) or ("\n",)


def matches(doc: Doc, root: dict[str, Any]) -> Iterator[Candidate]:
    """Find every term in a document, also those inside longer ones.

    :param doc: A document whose tokens carry their comparison key as norm.
    :param root: What :func:`trie` made.
    """
    known = tokens(doc)
    units = [
        (word, at)
        for at, text in enumerate(known.texts)
        if text not in _JOINERS
        for word in _words("" if known.blanks[at] else known.norms[at])
    ]
    for first, (word, start) in enumerate(units):
        if word not in root or (first and units[first - 1][1] == start):
            continue
        node: dict[str, Any] | None = root[word]
        place = first
        while node is not None:
            token = units[place][1]
            place += 1
            following = units[place] if place < len(units) else ("", -1)
            if _TERMS in node and following[1] != token:
                for type_name, form in node[_TERMS]:
                    if not form or doc[start : token + 1].text in (form, f"{form}s"):
                        yield Candidate(start, token + 1, type_name, f"lexicon.{type_name.lower()}")
                        break
            node = node.get(following[0]) if following[1] >= 0 else None
