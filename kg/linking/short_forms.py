"""What short forms stand for in a corpus: the long form that its papers give them, if they agree.

>>> told = [
...     Told("Method", "cnn", "convolutional neural network", 9, 0, "p1"),
...     Told("Method", "cnn", "convolution neural network", 1, 0, "p3"),
...     Told("Method", "cnn", "cellular neural network", 0, 1, "p2"),
... ]
>>> same = variants(told)
>>> same
{('Method', 'convolution neural network'): ('convolutional neural network', 'p3')}
>>> settled(told, same, share=0.8, papers={3: 2})
{('Method', 'cnn'): ('convolutional neural network', 'p1')}
"""

from __future__ import annotations

from collections import defaultdict
from itertools import takewhile
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kg.linking.names import Place

__all__ = ["Told", "settled", "variants"]

_ALIKE = 0.7  # share of the longer word that two endings of one word begin with
_STEM = 4


class Told(NamedTuple):
    """A long form that papers give a short form, both as comparison keys.

    ``makers`` are papers that contribute the thing; see :class:`kg.linking.names.Definition`.
    """

    type: str
    short: str
    long: str
    papers: int
    makers: int
    source: str


class _Count(NamedTuple):
    papers: int
    makers: int
    source: str

    @property
    def rank(self) -> tuple[int, int]:
        return (-self.papers, -self.makers)


def variants(told: Sequence[Told]) -> dict[Place, tuple[str, str]]:
    """Find long forms of one short form that differ in the endings of their words alone.

    :param told: What papers say; the same pair may come more than once.
    :returns: Type and key of the rarer form, with the key of the more frequent one and the first
        paper that has the rarer one.
    """
    found: dict[Place, tuple[str, str]] = {}
    for (type_name, _), longs in sorted(_counted(told).items()):
        chosen: list[str] = []
        for long in sorted(longs, key=lambda name: (longs[name].rank, name)):
            main = next((c for c in chosen if _is_inflected(c, long)), None)
            if main is None:
                chosen.append(long)
            else:
                found.setdefault((type_name, long), (main, longs[long].source))
    return found


def settled(
    told: Iterable[Told],
    same: Mapping[Place, tuple[str, str]],
    *,
    share: float,
    papers: Mapping[int, int],
) -> dict[Place, tuple[str, str]]:
    """Choose the long forms of short forms that are clear.

    :param told: What papers say; the same pair may come more than once.
    :param same: Long forms that are one, as :func:`variants` finds them.
    :param share: Share of the papers that a long form needs.
    :param papers: Number of papers that it needs, by the length of the short form; a longer one
        than any listed needs as many as the longest listed.
    :returns: Long form and the first paper by type and short form; what is not clear is left out.
    """
    merged = (t._replace(long=same.get((t.type, t.long), (t.long, ""))[0]) for t in told)
    longest, shortest = max(papers), min(papers)
    found: dict[Place, tuple[str, str]] = {}
    for (type_name, short), longs in sorted(_counted(merged).items()):
        long = min(longs, key=lambda name: (longs[name].rank, name))
        best, total = longs[long], sum(c.papers + c.makers for c in longs.values())
        needed = papers[max(shortest, min(longest, len(short)))]
        if long != short and best.papers >= needed and best.papers + best.makers >= share * total:
            found[type_name, short] = (long, best.source)
    return found


def _counted(told: Iterable[Told]) -> dict[Place, dict[str, _Count]]:
    """Count papers by short form and long form, and remember the first of them."""
    counts: dict[Place, dict[str, _Count]] = defaultdict(dict)
    for item in told:
        longs = counts[item.type, item.short]
        papers, makers, source = longs.get(item.long, _Count(0, 0, item.source))
        longs[item.long] = _Count(
            papers + item.papers, makers + item.makers, min(source, item.source)
        )
    return counts


def _is_inflected(one: str, other: str) -> bool:
    """Say whether two keys have the same words but for the endings of some."""
    ours, theirs = one.split(" "), other.split(" ")
    return len(ours) == len(theirs) and all(map(_is_ending, ours, theirs))


def _is_ending(one: str, other: str) -> bool:
    if one == other:
        return True
    pairs = takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))
    shared = sum(1 for _ in pairs)
    return shared >= max(_STEM, _ALIKE * max(len(one), len(other)))
