"""What a text tells apart: entities that are two, however much their names look alike.

The classifier weighs how likely two names denote one thing; what stands here it is not asked about.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from kg.normalize import key

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kg.entities.pairs import Form
    from kg.model import Document, Mention
    from kg.ontology import Ontology

__all__ = ["Apart", "are_contrary", "in_series"]


class Apart:
    """What tells the entities of one document apart.

    :param document: The document.
    :param mentions: Its mentions, in the order of the text.
    :param definitions: Pairs of long and short form that the text defines.
    :param ontology: Has the words (``rules/entity.toml``).
    """

    def __init__(
        self,
        document: Document,
        mentions: Sequence[Mention],
        definitions: Iterable[tuple[str, str]],
        ontology: Ontology,
    ) -> None:
        """Read the series of a text and what it explains."""
        self._ontology = ontology
        self._series = in_series(document, mentions, ontology)
        self._explained: dict[str, str] = {}
        for long, short in definitions:
            self._explained |= dict.fromkeys((key(short), key(long)), key(long))

    def tell(self, ours: Sequence[Form], theirs: Sequence[Form]) -> bool:
        """Say whether two entities, given by their forms, are told apart.

        They are if each has a short form that the text explains in another way, if it names both
        in one series ("ImageNet and ImageNet-OOD"), or if words of theirs contradict each other.
        """
        one, other = (
            {self._explained[form.key] for form in forms if form.key in self._explained}
            for forms in (ours, theirs)
        )
        if one and other and one.isdisjoint(other):
            return True
        return any(
            (a.type, *sorted((a.key, b.key))) in self._series
            or are_contrary(a.mentions[0].text, b.mentions[0].text, self._ontology)
            for a in ours
            for b in theirs
        )


def in_series(
    document: Document, mentions: Sequence[Mention], ontology: Ontology
) -> frozenset[tuple[str, ...]]:
    """Find names that a text puts side by side as two: with "and" between them, "or", "than".

    :returns: Type and both comparison keys, sorted.
    """
    between = _between(ontology)
    return frozenset(
        (one.type, *sorted((key(one.text), key(other.text))))
        for one, other in pairwise(sorted(mentions, key=lambda m: (m.start, m.end)))
        if one.type == other.type and between.fullmatch(document.text, one.end, other.start)
    )


def are_contrary(one: str, other: str, ontology: Ontology) -> bool:
    """Say whether two names differ by what makes two things of them.

    >>> from kg.ontology import load
    >>> names = [("GAN", "EEG-GAN"), ("GAN", "Wasserstein GAN"), ("GAN", "GAN-based model")]
    >>> names += [("supervised learning", "semi-supervised learning"), ("3D pose", "2D poses")]
    >>> [are_contrary(*pair, load()) for pair in names]
    [True, False, False, True, True]
    """
    heads, changing, contrary = _words(ontology)
    if any(_is_compound(a, b, heads) for a, b in ((one, other), (other, one))):
        return True
    ours, theirs = frozenset(key(one).split()), frozenset(key(other).split())
    more, fewer = ours - theirs, theirs - ours
    if (not more and changing.issuperset(fewer)) or (not fewer and changing.issuperset(more)):
        return more != fewer
    return any(more & words and fewer & words for words in contrary)


def _is_compound(short: str, long: str, heads: frozenset[str]) -> bool:
    """Say whether a name is but a part, before or behind a hyphen, of what names something else."""
    words, name = key(long).split(), key(short).split()
    if "-" not in long or len(name) >= len(words) or not set(name) < set(words):
        return False
    if " " not in long:
        return True
    is_first = long.casefold().startswith(f"{short.casefold()}-") and words[: len(name)] == name
    return is_first and words[-1] not in heads


@lru_cache(maxsize=8)
def _between(ontology: Ontology) -> re.Pattern[str]:
    words = "|".join(map(re.escape, ontology.rules("entity")["conjunctions"]))
    return re.compile(rf"\)?(?:\s*,)?\s+(?:{words})\s+|\)?\s*,\s+")


@lru_cache(maxsize=8)
def _words(
    ontology: Ontology,
) -> tuple[frozenset[str], frozenset[str], tuple[frozenset[str], ...]]:
    """Read heads that say nothing, words that change a name, and words that contradict another."""
    rules = ontology.rules("entity")
    heads, changing = frozenset(rules["generic_heads"]), frozenset(rules["changing"])
    return heads, changing, tuple(map(frozenset, rules["contrary"]))
