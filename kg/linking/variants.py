"""Words of which one says what another says: a Bayesian technique is a Bayesian method.

>>> from kg.linking.names import Name
>>> from kg.ontology import load
>>> vary = varier(load())
>>> list(vary(Name("Method", "bayesian technique", "Bayesian technique")))
['bayesian method', 'bayesian approach']
>>> list(vary(Name("Method", "grid based representation", "grid-based representation")))
['grid representation']
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from kg.linking.spellings import RULES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kg.linking.names import Name
    from kg.ontology import Ontology

__all__ = ["VARIANT", "varier"]

VARIANT = "variant"
"""The rule by which names are one that say one word otherwise."""


class _Variant(NamedTuple):
    types: frozenset[str]
    words: tuple[str, ...]
    rest: re.Pattern[str]
    is_last: bool
    first: frozenset[str]


@lru_cache(maxsize=8)
def varier(ontology: Ontology) -> Callable[[Name], Iterator[str]]:
    """Make the function that says one word of names otherwise.

    :param ontology: Has the words (``rules/linking.toml``).
    :returns: A function from a name to keys, which need not be keys that anybody uses; none where
        the name has no such word, or the first word of a list already.
    """
    variants = [
        _Variant(
            frozenset(told["types"]),
            tuple(told["words"]),
            re.compile(told.get("rest", ".*")),
            told.get("last", False),
            frozenset(word.split(" ")[0] for word in told["words"][1:]),
        )
        for told in ontology.rules(RULES)["variant"]
    ]

    def vary(name: Name) -> Iterator[str]:
        words = name.key.split(" ")
        for variant in variants:
            if name.type in variant.types and not variant.first.isdisjoint(words):
                yield from _varied(name.key, variant)

    return vary


def _varied(name: str, variant: _Variant) -> Iterator[str]:
    """Say a word of a name in each of the words that stand before it in the list."""
    padded = f" {name} "
    for place, word in enumerate(variant.words):
        at = padded.rfind(f" {word} ") if word else -1
        before, after = padded[:at].strip(), padded[at + len(word) + 2 :].strip()
        if at < 0 or (variant.is_last and after):
            continue
        if variant.rest.fullmatch(f"{before} {after}".strip()):
            for other in variant.words[:place]:
                yield " ".join(filter(None, (before, other, after)))
