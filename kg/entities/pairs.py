"""Whether two surface forms of one text denote one thing: the features that a classifier weighs."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from kg.entities.describe import role_shares
from kg.normalize import key
from kg.recognizer.context import sentence_number
from kg.recognizer.features import outline

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kg.model import Document, Mention

__all__ = ["Form", "forms", "may_agree", "pair_features"]

_LINKS = frozenset(
    ("a", "an", "and", "based", "by", "for", "from", "in", "of", "on", "the", "to", "via", "with")
)
_ENDINGS = (
    *("ization", "isation", "ational", "ations", "ation", "izing", "ising", "ized", "ments"),
    *("ment", "ings", "ing", "ions", "ion", "ers", "er", "ed", "al", "ive", "es", "s", "e"),
)
_STEM = 4  # letters that a word keeps
_NEAR, _FAR = 40, 400  # characters


@dataclass(eq=False)
class Form:
    """One way in which a text writes the name of something.

    :param key: Comparison key.
    :param type: Entity type of its mentions.
    :param mentions: Where it stands.
    :param full: The key with explained abbreviations written out.
    :param stems: Stems of the words of that.
    :param grams: Runs of three letters of that.
    :param initials: First letters of the words of the key; empty if it has one word.
    :param document: Where it stands.
    """

    key: str
    type: str
    mentions: list[Mention]
    full: str
    stems: tuple[str, ...]
    grams: frozenset[str]
    initials: str
    document: Document

    # Not every form is looked at so closely that these are asked for.

    @cached_property
    def words(self) -> frozenset[str]:
        """Give the stems as a set."""
        return frozenset(self.stems)

    @cached_property
    def sentences(self) -> frozenset[int]:
        """Give the numbers of the sentences that it stands in."""
        return frozenset(sentence_number(self.document, m.start) for m in self.mentions)

    @cached_property
    def roles(self) -> list[float]:
        """Give the shares of the roles."""
        return role_shares(self.mentions)

    @property
    def outline(self) -> str:
        """Tell how it is written."""
        return outline(self.mentions[0].text)


def forms(
    document: Document, mentions: Iterable[Mention], long_of: Mapping[str, str]
) -> dict[tuple[str, str], Form]:
    """Collect the surface forms of a document.

    :param document: The document.
    :param mentions: Its mentions, in the order of the text.
    :param long_of: Keys of short forms and of the long forms that explain them.
    :returns: Forms by type and key, in the order of their first mention.
    """
    groups: dict[tuple[str, str], list[Mention]] = defaultdict(list)
    for mention in mentions:
        groups[mention.type, key(mention.text)].append(mention)
    found = {}
    for (kind, name), group in groups.items():
        full = long_of.get(name) or " ".join(long_of.get(word, word) for word in name.split())
        words = [word for word in name.split() if word not in _LINKS]
        found[kind, name] = Form(
            name,
            kind,
            group,
            full,
            _stems(full),
            _grams(full),
            "".join(word[0] for word in words) if " " in name else "",
            document,
        )
    return found


def may_agree(one: Form, other: Form) -> bool:
    """Say whether two forms are worth a closer look: of one type, and with something in common."""
    if one.type != other.type:
        return False
    if not one.words.isdisjoint(other.stems) or len(one.grams & other.grams) > 2:
        return True
    ours, theirs = one.initials, other.initials
    if ours and ours.startswith(other.key[:2]):
        return True
    return bool(theirs) and theirs.startswith(one.key[:2])


def pair_features(one: Form, other: Form) -> dict[str, float]:
    """Describe two forms of one type.

    :returns: Features by name; the same whichever form is given first.
    """
    short, long = sorted((one, other), key=lambda f: (len(f.stems), f.mentions[0].start, f.key))
    kind, fewer, more = short.type, short.words, long.words
    both = fewer & more
    share = len(both) / len(fewer | more)
    grams = len(short.grams & long.grams)
    overlap = grams / max(1, min(len(short.grams), len(long.grams)))
    way = _way(short.stems, long.stems)
    size = min(3, len(short.stems))
    found = {
        f"type {kind}": 1.0,
        "words": share,
        f"words {kind}": share,
        "held": len(both) / len(fewer),
        "letters": grams / max(1, len(short.grams | long.grams)),
        "letters held": overlap,
        f"way {way}": 1.0,
        f"way {way} {kind}": 1.0,
        f"way {way} {size}": 1.0,
        f"way {way} {kind} {size}": 0.7,
        f"way {way} more {min(3, len(long.stems) - len(short.stems))}": 1.0,
        f"way {way} {short.outline}{long.outline}": 0.7,
        f"first {min(3, len(short.mentions))}": 1.0,
        f"second {min(3, len(long.mentions))}": 1.0,
    }
    for word in more - fewer:
        found[f"extra {way} {word}"] = 0.6
    for word in fewer - more:
        found[f"lacks {word}"] = 0.4
    _add_places(found, short, long, way)
    _add_if(
        found,
        {
            "letters nearly all": overlap > 0.95,
            "same in full": short.full == long.full,
            "same words": fewer == more,
            "initials": any(
                a.initials and a.initials == b.key.replace(" ", "")
                for a, b in [(short, long), (long, short)]
            ),
        },
    )
    return found


def _add_places(found: dict[str, float], short: Form, long: Form, way: str) -> None:
    """Tell where the forms stand, seen from one another, and whether they play the same part."""
    gap = min(abs(a.start - b.start) for a in short.mentions for b in long.mentions)
    found["gap"] = min(1.0, gap / _FAR)
    together = not short.sentences.isdisjoint(long.sentences)
    before = short.mentions[0].start < long.mentions[0].start
    _add_if(
        found,
        {
            "near": gap < _NEAR,
            "one sentence": together,
            f"one sentence {way}": together,
            "only together": short.sentences == long.sentences,
            "before": before,
            f"before {way}": before,
            f"once {way}": len(short.mentions) == 1,
            "short in title": 0 in short.sentences,
            "long in title": 0 in long.sentences,
        },
    )
    if short.roles and long.roles:
        roles = sum(a * b for a, b in zip(short.roles, long.roles, strict=True))
        found["roles"] = found[f"roles {way}"] = roles


def _add_if(found: dict[str, float], facts: Mapping[str, object]) -> None:
    found.update((name, 1.0) for name, fact in facts.items() if fact)


def _way(short: tuple[str, ...], long: tuple[str, ...]) -> str:
    """Tell how the words of the shorter form lie in the longer one."""
    size = len(short)
    if long[-size:] == short:
        return "ends"
    if long[:size] == short:
        return "begins"
    if set(short) <= set(long):
        return "within"
    if short[-1] == long[-1]:
        return "head"
    if short[0] == long[0]:
        return "first"
    return "some" if set(short) & set(long) else "none"


@lru_cache(maxsize=65536)
def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _STEM:
            return word[: -len(ending)]
    return word


def _stems(name: str) -> tuple[str, ...]:
    words = name.split()
    return tuple(_stem(w) for w in words if w not in _LINKS) or tuple(words) or ("",)


@lru_cache(maxsize=4096)
def _grams(name: str) -> frozenset[str]:
    closed = f"#{name.replace(' ', '')}#"
    return frozenset(closed[place : place + 3] for place in range(len(closed) - 2))
