"""Pairs of things whose names look alike: by a slip, an ending, the order of words, an idle head.

Each name is changed in the few ways in which names of one thing differ, and what comes out is
looked up; so the work grows no faster than the names do. Words with digits are never changed: other
numbers, sizes and versions are other things.

>>> from kg.ontology import load
>>> names = [Known("i1", "Method", "markov model", "Markov model", 9)]
>>> names += [Known("i2", "Method", "markovian model", "Markovian model", 1)]
>>> [pair.reason for pair in look_alike(names, load())]
["'markov' and 'markovian' differ in their ending alone"]
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from itertools import chain, combinations
from typing import TYPE_CHECKING, NamedTuple

from kg.graph.review_words import related, slips
from kg.linking.heads import stripper
from kg.linking.names import Name
from kg.linking.spellings import RULES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import TypeAlias

    from kg.ontology import Ontology

    _Match: TypeAlias = "tuple[Known, Known, float, str]"
    _Variant: TypeAlias = tuple[str, float, str]

__all__ = ["Known", "Pair", "look_alike"]

# How often such names were of one thing, of those read in a graph of 10,000 abstracts.
_SLIP, _ARTICLE, _ORDER, _INNER, _LAST, _IDLE = 0.9, 0.95, 0.85, 0.85, 0.65, 0.7
_ARTICLES = frozenset(("a", "an", "the"))
_LONG = 8  # letters that a proper name must have to hold a slip
_BEGIN = 4  # letters by which a word of a key is found in what is written
_SAME_WORDS = 8  # names of the same words that are compared with one another
_WORD = re.compile(r"[^\W\d_]+")


class Known(NamedTuple):
    """A name of a thing; a thing may have several.

    :param iri: The thing.
    :param type: Its type.
    :param key: Comparison key of the name.
    :param text: The name as written.
    :param papers: How many papers use it.
    """

    iri: str
    type: str
    key: str
    text: str
    papers: int


class Pair(NamedTuple):
    """Two things that may be one.

    :param score: How sure that is, from 0 to 1.
    :param reason: What differs in their names, in words.
    :param one: A thing.
    :param other: The other one.
    """

    score: float
    reason: str
    one: str
    other: str


def look_alike(names: Iterable[Known], ontology: Ontology) -> list[Pair]:
    """Find things of one type whose names look alike.

    :param names: Names of things, of a type and key at most one, in any order.
    :param ontology: Has the rules of names.
    :returns: Each pair once, with what speaks most for it, sorted; none if all names are far apart.
    """
    return sorted(_Names(names, ontology).pairs())


class _Names:
    """Names by type and key, and the ways to change them."""

    def __init__(self, names: Iterable[Known], ontology: Ontology) -> None:
        self._names = {(name.type, name.key): name for name in sorted(names)}
        rules = ontology.rules(RULES)
        self._of: str = rules["turned"]["by"]
        self._bound = {*rules["broader"]["turns"], *rules["broader"]["negators"]} - {self._of}
        self._bare = stripper(ontology)
        papers: Counter[str] = Counter()
        for name in self._names.values():
            papers.update(dict.fromkeys(name.key.split(" "), name.papers))
        self._related, self._slips = related(papers), slips(papers)

    def pairs(self) -> Iterator[Pair]:
        best: dict[tuple[str, str], tuple[float, str]] = {}
        for one, other, score, reason in chain(self._changed(), self._turned()):
            if one.iri != other.iri:
                ends = (min(one.iri, other.iri), max(one.iri, other.iri))
                best[ends] = max(best.get(ends, (0.0, "")), (score, reason))
        for ends, (score, reason) in best.items():
            yield Pair(score, reason, *ends)

    def _changed(self) -> Iterator[_Match]:
        """Look up names with one word changed, or some left out."""
        for name in self._names.values():
            yield from self._reworded(name)
            for key, score, reason in self._shortened(name):
                if other := self._names.get((name.type, key)):
                    yield name, other, score, reason

    def _reworded(self, name: Known) -> Iterator[_Match]:
        words = name.key.split(" ")
        for place, word in enumerate(words):
            is_last = place == len(words) - 1
            for new, score, reason in self._replaced(word, is_last=is_last):
                key = " ".join([*words[:place], new, *words[place + 1 :]])
                other = self._names.get((name.type, key))
                if other and _is_fit(name, word, other, new, score):
                    yield name, other, score, reason

    def _replaced(self, word: str, *, is_last: bool) -> Iterator[_Variant]:
        for other in self._related.get(word, ()):
            if other.last if is_last else other.inner:
                reason = f"{word!r} and {other.word!r} differ in their ending alone"
                yield other.word, _LAST if is_last else _INNER, reason
        for meant in self._slips.get(word, ()):
            yield meant, _SLIP, f"{word!r} looks like a slip for {meant!r}"

    def _shortened(self, name: Known) -> Iterator[_Variant]:
        words = name.key.split(" ")
        written = name.text.replace("-", " ").split(" ")
        kept = [word for word in words[:-1] if word not in _ARTICLES or word not in written]
        if len(kept) < len(words) - 1:
            yield " ".join([*kept, words[-1]]), _ARTICLE, f"{name.text!r} has an article more"
        for rest, is_proper in self._bare(Name(name.type, name.key, name.text, name.papers)):
            if not is_proper and " " in name.text[: len(rest)]:
                head = name.key.removeprefix(rest).strip()
                yield rest, _IDLE, f"{head!r} may add nothing in {name.text!r}"

    def _turned(self) -> Iterator[_Match]:
        """Find names of the same words in another order, with the same word at their head."""
        bags: dict[tuple[str, ...], list[Known]] = defaultdict(list)
        for name in self._names.values():
            words = name.key.split(" ")
            if len(words) > 2 and self._bound.isdisjoint(words) and words.count(self._of) < 2:
                bags[name.type, *sorted(word for word in words if word != self._of)].append(name)
        for names in bags.values():
            for one, other in combinations(sorted(names, key=_rank)[:_SAME_WORDS], 2):
                if self._unturned(one) == self._unturned(other):
                    reason = f"{one.text!r} and {other.text!r} have the same words"
                    yield one, other, _ORDER, reason

    def _unturned(self, name: Known) -> str:
        """Give the word that a name is about, once what stands behind "of" is put before it."""
        head, of, _ = name.key.partition(f" {self._of} ")
        return (head if of else name.key).rpartition(" ")[2]


def _rank(name: Known) -> tuple[int, Known]:
    return -name.papers, name


def _is_fit(one: Known, word: str, other: Known, new: str, score: float) -> bool:
    """Say whether both names have the word as a common word, or a long proper name with a slip."""
    are_proper = _is_proper(one.text, word), _is_proper(other.text, new)
    return not any(are_proper) or (all(are_proper) and score == _SLIP and len(word) >= _LONG)


def _is_proper(text: str, word: str) -> bool:
    """Say whether a word of a name is a proper name, for it has a capital.

    That a word begins with one says nothing, unless the name is but that word: titles write so.
    """
    if text[:1].isupper() and _WORD.fullmatch(text):
        return True
    written = (w for w in _WORD.findall(text) if w.casefold().startswith(word[:_BEGIN]))
    return any(c.isupper() for w in written for c in w[1:])
