"""Which thing is a kind of which, as their names tell.

The head of a name names the kind: a dual-branch convolutional transformer is a convolutional
transformer, if the corpus speaks of such, else a transformer. A name with a version behind it is
one of its family. A circle is broken where it would close.

>>> from kg.ontology import load
>>> things = [("Method", "transformer"), ("Method", "vision transformer"), ("Method", "vit 2")]
>>> for kind in broader(things, lambda place: place, load()):
...     print(kind.key, "->", kind.broad, "by", kind.rule)
vision transformer -> transformer by head
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from kg.linking.spellings import RULES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from kg.linking.names import Place
    from kg.ontology import Ontology

__all__ = ["Kind", "broader", "without_circles"]


class Kind(NamedTuple):
    """A thing and one of which it is a kind, both of one type.

    :param type: Their type.
    :param key: Comparison key of the narrower thing.
    :param broad: Comparison key of the broader thing.
    :param rule: What says so.
    """

    type: str
    key: str
    broad: str
    rule: str


def broader(
    things: Iterable[Place], thing: Callable[[Place], Place], ontology: Ontology
) -> Iterator[Kind]:
    """Find what things are kinds of.

    :param things: Types and keys of all things.
    :param thing: Tells what a type and a key denote.
    :param ontology: Has the rules (``rules/linking.toml``).
    :returns: For each thing at most one broader thing that is in ``things``, sorted.
    """
    known = frozenset(things)
    rules = ontology.rules(RULES)["broader"]
    turns, negators = frozenset(rules["turns"]), frozenset(rules["negators"])
    vague = frozenset(rules["vague"])
    version = re.compile(rules["version"])
    for place in sorted(known):
        kinds: list[tuple[str, str]] = []
        if place[0] in rules["versions"]:
            kinds += [(family, "version") for family in _families(place[1], version)]
        if place[0] in rules["heads"]:
            heads = _heads(place[1], turns, negators)
            kinds += [(head, "head") for head in heads if head not in vague]
        for candidate, rule in kinds:
            broad = thing((place[0], candidate))
            if broad in known and broad != place:
                yield Kind(*place, broad[1], rule)
                break


def without_circles(kinds: Iterable[Kind]) -> Iterator[Kind]:
    """Leave out what would make a thing a kind of itself.

    :param kinds: What is a kind of what; of those that close a circle the last in order goes.
    :returns: The rest, in order; of several that say the same the first.
    """
    above: dict[Place, set[str]] = {}
    for kind in sorted(set(kinds)):
        waiting, seen = [kind.broad], {kind.broad}
        while waiting and kind.key not in seen:
            for higher in above.get((kind.type, waiting.pop()), ()):
                if higher not in seen:
                    seen.add(higher)
                    waiting.append(higher)
        known = above.setdefault((kind.type, kind.key), set())
        if kind.key not in seen and kind.broad not in known:
            known.add(kind.broad)
            yield kind


def _heads(key: str, turns: frozenset[str], negators: frozenset[str]) -> Iterator[str]:
    """Name what a thing may be a kind of, the nearest first."""
    words = key.split(" ")
    end = next((i for i, word in enumerate(words) if i and word in turns), len(words))
    start = 1 if end == len(words) else 0
    for place in range(start, end):
        if not (place and words[place - 1] in negators):
            yield " ".join(words[place:end])


def _families(key: str, version: re.Pattern[str]) -> Iterator[str]:
    """Name what a thing may be a version of, the nearest first."""
    words = key.split(" ")
    while len(words) > 1 and version.fullmatch(words[-1]):
        words.pop()
        yield " ".join(words)
    glued = re.fullmatch(r"([^\W\d][^\d]*[^\W\d])(\d.*)", words[-1])
    if glued and version.fullmatch(glued[2]):
        yield " ".join([*words[:-1], glued[1]])
