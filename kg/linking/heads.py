"""Heads that add nothing: "the CIFAR-10 dataset" is CIFAR-10, "the Adam optimizer" is Adam.

>>> from kg.linking.names import Name
>>> from kg.ontology import load
>>> bare = stripper(load())
>>> list(bare(Name("Dataset", "cifar 10 dataset", "CIFAR-10 dataset")))
[('cifar 10', True)]
>>> list(bare(Name("Dataset", "speech dataset", "speech dataset")))
[]
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING

from kg.linking.spellings import RULES
from kg.normalize import key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kg.linking.names import Name
    from kg.ontology import Ontology

__all__ = ["stripper"]

_SHORTEST = 3


@lru_cache(maxsize=8)
def stripper(ontology: Ontology) -> Callable[[Name], Iterator[tuple[str, bool]]]:
    """Make the function that takes heads off names.

    :param ontology: Has the heads (``rules/linking.toml``).
    :returns: A function from a name to what remains of it: pairs of a key and whether it is a
        proper name; what is not needs other support. Nothing
        where the name has no such head.
    """
    heads: dict[tuple[str, str], set[bool]] = defaultdict(set)
    for rule in ontology.rules(RULES)["head"]:
        for type_name in rule["types"]:
            for word in rule["words"]:
                heads[type_name, key(word)].add(rule["proper"])

    def bare(name: Name) -> Iterator[tuple[str, bool]]:
        words = name.key.split(" ")
        for size in (2, 1):
            rest = " ".join(words[:-size])
            kinds = heads.get((name.type, " ".join(words[-size:])))
            if not rest or not kinds:
                continue
            if True in kinds and _is_proper(name.text[: len(rest)]):
                yield rest, True
            elif False in kinds:
                yield rest, False

    return bare


def _is_proper(text: str) -> bool:
    """Say whether a name has a digit, or capitals beside those that titles give to words."""
    letters = [c for c in text if c.isalnum()]
    inner = any(c.isupper() and text[i - 1].isalnum() for i, c in enumerate(text) if i)
    return len(letters) >= _SHORTEST and (inner or any(c.isdigit() for c in letters))
