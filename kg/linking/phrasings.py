"""Other words for a name: its parts in another order, or without what it says twice.

>>> from kg.linking.names import Name
>>> from kg.ontology import load
>>> rephrase = rephraser(load())
>>> list(rephrase(Name("Task", "classification of image", "classification of images")))
[('image classification', 'order')]
>>> next(rephrase(Name("Method", "openai gpt 4", "OpenAI GPT-4")))
('gpt 4', 'maker')
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from kg.linking.names import ORDER
from kg.linking.spellings import RULES
from kg.normalize import key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from kg.linking.names import Name
    from kg.ontology import Ontology

__all__ = ["MAKER", "rephraser"]

MAKER = "maker"
"""The rule by which a name loses that of its maker."""

_ASIDE = re.compile(r" ?\((?=[^()]*[A-Z])[^() ]{2,12}(?:\)|$)")


@lru_cache(maxsize=8)
def rephraser(ontology: Ontology) -> Callable[[Name], Iterator[tuple[str, str]]]:
    """Make the function that says names in other words.

    :param ontology: Has the words (``rules/linking.toml``).
    :returns: A function from a name to pairs of a key and the rule that gives it; the key need not
        be one that anybody uses. Nothing where no rule applies.
    """
    rules = ontology.rules(RULES)
    makers = tuple(f"{word} " for word in rules["makers"]["words"])
    turned, turns = rules["turned"], frozenset(rules["broader"]["turns"])
    endings = tuple(turned["endings"])
    verbs = rules["verbs"]
    nouns = dict(_forms(verbs["nouns"]))
    order, idle = rules["order"], frozenset(rules["order"]["idle"])

    def rephrase(name: Name) -> Iterator[tuple[str, str]]:
        if "(" in name.text and (shorter := _ASIDE.sub("", name.text)) != name.text:
            yield key(shorter), "aside"
        if name.type in rules["makers"]["types"] and name.text.startswith(makers):
            maker = max((m for m in makers if name.text.startswith(m)), key=len)
            yield key(name.text[len(maker) :]), MAKER
        words = name.key.split(" ")
        if name.type in turned["types"] and turns.intersection(words) == {turned["by"]}:
            head, _, rest = name.key.partition(f" {turned['by']} ")
            if rest and f" {turned['by']} " not in rest and head.endswith(endings):
                yield f"{rest} {head}", ORDER

        noun = nouns.get(words[0]) if name.type in verbs["types"] else None
        if noun and len(words) > 1 and not turns.intersection(words):
            yield " ".join([*words[1:], noun]), ORDER
        if name.type in order["types"] and not turns.intersection(words):
            for other in _orders(words, idle):
                yield other, ORDER

    return rephrase


def _forms(nouns: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Give each verb and its form in -ing the noun of the verb, in either spelling."""
    for verb, noun in nouns.items():
        stem = verb.removesuffix("e")
        for form in (verb, f"{stem}ing"):
            yield form, noun
            yield form.replace("iz", "is"), noun


def _orders(words: list[str], idle: frozenset[str]) -> Iterator[str]:
    """Put the words of a name in other orders, of which the first in the alphabet counts."""
    kept = [word for word in words[1:-1] if word not in idle]
    if len(kept) < len(words) - 2:
        yield " ".join([words[0], *kept, words[-1]])
    orders = []
    for place, word in enumerate(words):
        if place and word[0].isdigit():
            rest = words[:place] + words[place + 1 :]
            orders += [[*rest[:at], word, *rest[at:]] for at in range(1, len(words)) if at != place]
    for other in sorted(orders):
        if other < words:
            yield " ".join(other)
