"""Heads that add nothing: "the CIFAR-10 dataset" is CIFAR-10, "the Adam optimizer" is Adam.

>>> from kg.linking.names import Name
>>> from kg.ontology import load
>>> bare = stripper(load())
>>> list(bare(Name("Dataset", "cifar 10 dataset", "CIFAR-10 dataset")))
[('cifar 10', True)]
>>> list(bare(Name("Dataset", "speech dataset", "speech dataset")))
[('speech', False)]
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from kg.abbreviations import is_styled
from kg.linking.spellings import RULES
from kg.normalize import key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kg.linking.names import Name
    from kg.ontology import Ontology

__all__ = ["stripper"]

_SHORTEST = 3
_NOTHING = "(?!)"


class _Rule(NamedTuple):
    is_proper: bool
    rest: re.Pattern[str]


@lru_cache(maxsize=8)
def stripper(ontology: Ontology) -> Callable[[Name], Iterator[tuple[str, bool]]]:
    """Make the function that takes heads off names.

    :param ontology: Has the heads (``rules/linking.toml``).
    :returns: A function from a name to what remains of it: pairs of a key and whether it is enough
        that the corpus has it; if not, the lexicon must. Nothing where the name has no such head.
    """
    heads: dict[tuple[str, str], list[_Rule]] = defaultdict(list)
    for told in ontology.rules(RULES)["head"]:
        rule = _Rule(told.get("proper", False), re.compile(told.get("rest", _NOTHING)))
        for type_name in told["types"]:
            for word in told["words"]:
                heads[type_name, key(word)].append(rule)

    def bare(name: Name) -> Iterator[tuple[str, bool]]:
        words = name.key.split(" ")
        for size in (2, 1):
            rest = " ".join(words[:-size])
            rules = heads.get((name.type, " ".join(words[-size:])), [])
            if rest and rules:
                yield rest, any(_is_enough(rule, rest, name.text) for rule in rules)

    return bare


def _is_enough(rule: _Rule, rest: str, text: str) -> bool:
    is_proper = rule.is_proper and _is_proper(text[: len(rest)])
    return is_proper or rule.rest.fullmatch(rest) is not None


def _is_proper(text: str) -> bool:
    """Say whether a text of some length is written as proper names are."""
    return sum(c.isalnum() for c in text) >= _SHORTEST and is_styled(text)
