"""Mentions of one document grouped into entities: a partition, each with its fullest name.

Two mentions of one type denote the same entity if their comparison keys agree, if the text explains
one as the abbreviation of the other, or if one is a proper name and the other the same name with a
generic head behind it ("FlickerNet", "the FlickerNet framework").
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from kg import lexicon
from kg.abbreviations import is_styled, stem
from kg.model import Entity, Mention
from kg.normalize import key, singular

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kg.model import EntityKey
    from kg.ontology import Ontology

__all__ = ["canonical_name", "resolve"]


def resolve(
    mentions: Sequence[Mention],
    definitions: Iterable[tuple[str, str]],
    ontology: Ontology,
) -> list[Entity]:
    """Group the mentions of a document into entities.

    :param mentions: What was detected, in the order of the text.
    :param definitions: Pairs of long and short form that the text defines.
    :param ontology: Has the rules: which heads say nothing (``rules/entity.toml``).
    :returns: Entities in the order of their first mention, each without a role yet; every mention
        belongs to exactly one; empty if there were none.
    """
    definitions = list(definitions)
    mentions = _as_explained(mentions, definitions, ontology)
    long_of = {key(short): key(long) for long, short in definitions}
    long_of = _by_initials(mentions, long_of, ontology) | long_of
    names = _Names({(m.type, key(m.text)) for m in mentions}, ontology)
    groups: dict[tuple[str, str], list[Mention]] = defaultdict(list)
    for mention in mentions:
        name = names.without_head(mention)
        groups[mention.type, long_of.get(name, name)].append(mention)
    named: dict[tuple[str, str], list[Mention]] = defaultdict(list)
    for (type_name, _), group in groups.items():
        named[type_name, key(canonical_name(group, long_of))] += group
    return [
        Entity(type_name, _short_name(group, long_of, names), tuple(group), "")
        for (type_name, _), group in sorted(
            ((k, sorted(group, key=_place)) for k, group in named.items()),
            key=lambda item: _place(item[1][0]),
        )
    ]


def _as_explained(
    mentions: Sequence[Mention], definitions: Sequence[tuple[str, str]], ontology: Ontology
) -> Sequence[Mention]:
    """Give a short form the type of its long form where the lexicon would expand it otherwise.

    A text that explains SAM as "Status and Action Management" does not mean the model.
    """
    if not definitions:
        return mentions
    terms = lexicon.terms_of(ontology)
    types: dict[str, set[str]] = defaultdict(set)
    for mention in mentions:
        types[key(mention.text)].add(mention.type)
    long_of = {short: key(long) for long, short in definitions if len(types[key(long)]) == 1}

    def settled(mention: Mention) -> Mention:
        long = long_of.get(mention.text)
        term = terms.get((mention.type, key(mention.text)))
        if long is None or term is None or key(term) in (long, key(mention.text)):
            return mention
        (type_name,) = types[long]
        return replace(mention, type=type_name, roles=())  # its roles were of the other type

    return [settled(mention) for mention in mentions]


def _by_initials(
    mentions: Sequence[Mention], long_of: Mapping[str, str], ontology: Ontology
) -> dict[str, str]:
    """Explain short forms by the one name of their type that they are the initials of."""
    shorts = [m for m in mentions if stem(m.text).isupper()]
    if not shorts:
        return {}
    names: dict[tuple[str, str], set[str]] = defaultdict(set)
    small = _small_words(ontology)
    for mention in mentions:
        words = [w for w in key(mention.text).split(" ") if w not in small]
        if len(words) > 2:
            names[mention.type, "".join(w[0] for w in words)].add(key(mention.text))
    found: dict[str, str] = {}
    for mention in shorts:
        short = key(mention.text)
        longs = names.get((mention.type, short), ())
        if len(longs) == 1 and short not in long_of:
            found[short] = next(iter(longs))
    return found


def _short_name(group: Sequence[Mention], long_of: Mapping[str, str], names: _Names) -> str:
    """Name an entity, without a generic head where what is before it is a known name."""
    name = canonical_name(group, long_of)
    stripped = {names.without_head(mention) for mention in group}
    short = name.rpartition(" ")[0]
    return short if short and key(short) in stripped else name


def canonical_name(mentions: Sequence[Mention], long_of: Mapping[str, str]) -> str:
    """Choose the name of an entity: the fullest form in the text, singular.

    Explained short forms give way to their long forms; of several forms the most frequent wins,
    then the one in lower case, since titles are written with capitals, then the first.

    :param mentions: The mentions of the entity, not empty.
    :param long_of: Keys of short forms and of the long forms that explain them.
    :returns: The name.

    >>> texts = ("Spiking Neural Networks", "SNNs", "SNNs", "spiking neural network")
    >>> canonical_name(
    ...     [Mention("Method", i, i + 1, t, "x") for i, t in enumerate(texts)],
    ...     {"snn": "spiking neural network"},
    ... )
    'spiking neural network'
    """
    texts = {m.text for m in mentions}
    if len(texts) == 1:
        return _singular_form(" ".join(texts.pop().split()))
    full = [m for m in mentions if key(m.text) not in long_of] or list(mentions)
    counts = Counter(key(m.text) for m in full)
    best = max(counts, key=lambda k: (len(k.split()) if long_of else 0, counts[k], k))
    forms = [m.text for m in full if key(m.text) == best]
    chosen = min(forms, key=lambda t: (sum(c.isupper() for c in t), forms.index(t)))
    return _singular_form(" ".join(chosen.split()))


@lru_cache(maxsize=65536)
def _singular_form(name: str) -> str:
    """Take the plural off the last word, where it is a plain word or a short form with an s."""
    if re.search(r"[ -]of[ -]", name):  # a number of parameters is not a number of parameter
        return name
    words = name.split(" ")
    last = words[-1]
    stem = last[:-1] if len(last) > 2 and last.endswith("s") and last[-2].isupper() else last
    if last.islower() or last.istitle():
        lower = singular(last.lower())
        stem = last[: len(lower)] if last.lower().startswith(lower) else _recase(lower, last)
    return " ".join([*words[:-1], stem])


def _recase(word: str, model: str) -> str:
    return word.capitalize() if model[0].isupper() else word


def _place(mention: Mention) -> tuple[int, int]:
    return mention.start, mention.end


class _Names:
    """The names that a document's own mentions and the lexicon know, and heads that add nothing."""

    def __init__(self, mentioned: set[EntityKey], ontology: Ontology) -> None:
        self.mentioned, self.listed = mentioned, lexicon.known(ontology)
        self.heads, self.types = _generic_heads(ontology), ontology.type_names

    def knows(self, type_name: str, name: str) -> bool:
        return (type_name, name) in self.mentioned or (type_name, name) in self.listed

    def without_head(self, mention: Mention) -> str:
        """Leave out a generic head if what is before it is a name that stands alone elsewhere.

        A plural head stands behind names of its members ("MNIST and SVHN datasets"), unless the
        name is known for something else ("EEG datasets").
        """
        name = key(mention.text)
        rest, _, last = name.rpartition(" ")
        if last not in self.heads or not _is_proper(mention.text, rest):
            return name
        if (mention.type, rest) in self.listed:
            return rest
        if (mention.type, rest) in self.mentioned and is_styled(mention.text[: len(rest)]):
            return rest
        is_plural = mention.text.endswith("s") and " " not in rest
        of_others = any(self.knows(t, rest) for t in self.types if t != mention.type)
        return rest if is_plural and not of_others else name


def _is_proper(text: str, rest: str) -> bool:
    """Say whether what stands before the head has a capital or a digit in it."""
    before = text[: len(rest)]
    return any(c.isupper() or c.isdigit() for c in before)


@lru_cache(maxsize=8)
def _small_words(ontology: Ontology) -> frozenset[str]:
    return frozenset(ontology.rules("entity")["small_words"])


@lru_cache(maxsize=8)
def _generic_heads(ontology: Ontology) -> frozenset[str]:
    return frozenset(ontology.rules("entity")["generic_heads"])
