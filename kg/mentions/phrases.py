"""Component that finds noun phrases by their head: "dual-branch spiking *network*".

The heads stand in ``rules/heads.tsv``, each with the type that it gives, and how often it was right
of the times it was seen on annotated papers. From a head a phrase grows to the left over words
until one stands there that begins no name; these words are listed in ``rules/boundaries.txt``. No
tagger is needed, which makes this fast. :mod:`kg.mentions.induce` makes both files.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from spacy.language import Language

from kg import ontology as ontologies
from kg.errors import OntologyError
from kg.mentions.candidates import Candidate, keep
from kg.recognizer.tokens import norms, tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from spacy.tokens import Doc

    from kg.ontology import Ontology

__all__ = [
    "ALONE",
    "ANNOUNCED",
    "MODIFIED",
    "Head",
    "PhraseRules",
    "boundaries",
    "heads",
    "left_edge",
    "make_phrases",
    "phrases",
    "read_rules",
    "use_of",
]

ALONE, ANNOUNCED, MODIFIED = "alone", "announced", "modified"

_WIDEST = 24  # tokens before a head; no name is longer, and texts without boundaries exist
_WORD = re.compile(r"[^\W_][\w.+#]*")
_HYPHENS = frozenset({"-", "\u2010", "\u2011", "\u2013"})


class Head(NamedTuple):
    """What a head makes of the phrase that ends in it: type, rule, share of right uses."""

    type: str
    rule: str
    share: float


@Language.factory("kg_phrases", default_config={"ontology": ""})
def make_phrases(nlp: Language, name: str, ontology: str) -> Callable[[Doc], Doc]:
    """Make the component from the rules of an ontology folder."""
    del nlp
    found = ontologies.load(Path(ontology) if ontology else None)
    known, rules = heads(found), read_rules(found)

    def component(doc: Doc) -> Doc:
        keep(doc, name, phrases(doc, known, rules))
        return doc

    return component


@dataclass(frozen=True, slots=True)
class PhraseRules:
    """Where phrases end to the left, and what announces one from how many words away."""

    stops: frozenset[str]
    announcing: frozenset[str]
    distance: int


def read_rules(ontology: Ontology) -> PhraseRules:
    """Read ``rules/phrases.toml`` and ``rules/boundaries.txt``."""
    rules = ontology.rules("phrases")
    return PhraseRules(boundaries(ontology), frozenset(rules["announcing"]), rules["distance"])


def heads(ontology: Ontology) -> dict[str, dict[str, Head]]:
    """Read the heads of all types.

    :param ontology: Names the types and has the rules.
    :returns: For the key of each head its meaning by its use.
    :raises OntologyError: If a line has other columns, or a type that is none.
    """
    found: dict[str, dict[str, Head]] = {}
    path = ontology.folder / "rules" / "heads.tsv"
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line or line.startswith(("#", "head\t")):
            continue
        try:
            word, use, type_name, right, seen = line.split("\t")
            share = round(int(right) / int(seen), 3)
        except (ValueError, ZeroDivisionError) as err:
            raise OntologyError("rules/heads.tsv", line[:40], "is no line of five columns") from err
        rule = f"head.{word}.{use}"
        found.setdefault(word, {})[use] = Head(ontology.type(type_name).name, rule, share)
    return found


def boundaries(ontology: Ontology) -> frozenset[str]:
    """Read the words that begin no name; lines that begin with ``#`` are comments."""
    text = (ontology.folder / "rules" / "boundaries.txt").read_text(encoding="utf-8")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("#"))


def phrases(doc: Doc, known: dict[str, dict[str, Head]], rules: PhraseRules) -> Iterator[Candidate]:
    """Find every phrase of a document that ends in a head.

    :param doc: A document whose tokens carry their comparison key as norm.
    :param known: The heads.
    :param rules: Where phrases end, and what announces them.
    """
    keys = norms(doc)
    for index, norm in enumerate(keys):
        if norm in known:
            start = left_edge(doc, keys, index, rules.stops)
            head = known[norm].get(use_of(doc, start, index, rules))
            if head:
                yield Candidate(start, index + 1, head.type, head.rule)


def use_of(doc: Doc, start: int, index: int, rules: PhraseRules) -> str:
    """Tell the use of a head.

    :param doc: The document.
    :param start: Index of the first token of its phrase.
    :param index: Index of the head.
    :param rules: What announces a phrase.
    """
    if start == index:
        return ALONE
    known = tokens(doc)
    for place in range(start - 1, max(0, start - rules.distance) - 1, -1):
        if known.lowers[place] in rules.announcing:
            return ANNOUNCED
        if known.puncts[place] or known.blanks[place]:
            break
    return MODIFIED


def left_edge(doc: Doc, norms: list[str], index: int, stops: Collection[str]) -> int:
    """Grow a phrase to the left.

    Words joined by hyphens are taken together or not at all.

    :param doc: The document.
    :param norms: The comparison keys of its tokens.
    :param index: Index of the head.
    :param stops: Keys of words at which a phrase ends.
    :returns: Index of the first token; the head's own if nothing is to be taken in.
    """
    start, known = index, tokens(doc)
    texts, spaces = known.texts, known.spaces
    while start > max(0, index - _WIDEST):
        place = start - 1
        if texts[place] in _HYPHENS and not spaces[place] and place > 0:
            if spaces[place - 1] or not _WORD.fullmatch(texts[place - 1]):
                break
            start = place - 1
            continue
        if norms[place] in stops or known.stops[place] or known.lowers[place].endswith("ly"):
            break
        if not _WORD.fullmatch(texts[place]):
            break
        start = place
    return start
