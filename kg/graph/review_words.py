"""Words that are nearly the same: other endings of one stem, and slips of the pen.

Words are changed, and what comes out is looked up; nothing is compared with everything.

>>> related(["filter", "filtering", "large", "larger", "markov", "markovian"])["markov"]
[Related(word='markovian', inner=True, last=False)]
>>> slips({"artifical": 1, "artificial": 48, "neural": 400, "neutral": 30})
{'artifical': ['artificial']}
"""

from __future__ import annotations

from collections import defaultdict
from itertools import takewhile
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

__all__ = ["Related", "related", "slips"]

# Endings that make another word, but not the name of another thing; at the end of a name there are
# fewer. Agents (-er), states (-ized) and wants (-less) are something else.
_INNER = frozenset(
    (
        *("/al", "/ality", "/ian", "/ic", "/ing", "/ity", "/ory", "/ry", "/s", "/ual", "al/on"),
        *("al/um", "ce/tial", "e/ed", "e/ing", "ed/ic", "ed/ing", "is/tic", "o/al", "y/ic"),
    )
)
_LAST = frozenset(("/ation", "/ing", "/ry", "/s", "cy/t", "is/tics", "sis/tics"))
_STEM = 4  # letters that stay when an ending changes
_RARE, _COMMON = 2, 10  # papers: few have a slip, many what was meant
_LONG = 6  # letters of a word in which another letter is a slip rather than another word
_BEGIN = 3  # letters that are right even in a word with a slip


class Related(NamedTuple):
    """A word with another ending.

    :param word: The word.
    :param inner: Whether the ending changes nothing where other words follow in a name.
    :param last: Whether it changes nothing at the end of a name.
    """

    word: str
    inner: bool
    last: bool


def related(vocabulary: Collection[str]) -> dict[str, list[Related]]:
    """Find words of one stem with endings that change nothing.

    :param vocabulary: Words in lower case.
    :returns: The words by another of their stem, each pair once; words without any are left out.
    """
    known = sorted(word for word in vocabulary if word.isalpha())
    among = frozenset(known)
    found: dict[str, list[Related]] = defaultdict(list)
    for pair in sorted(_INNER | _LAST):
        ending, _, new = pair.partition("/")
        for word in known:
            stem = word.removesuffix(ending)
            if not word.endswith(ending) or len(stem) < _STEM:
                continue
            for other in {stem + new, stem + stem[-1] + new} if new == "ing" else (stem + new,):
                if other in among:
                    found[word].append(Related(other, pair in _INNER, pair in _LAST))
    return {word: sorted(others) for word, others in found.items()}


def slips(papers: Mapping[str, int]) -> dict[str, list[str]]:
    """Find rare words that one slip makes of a common one.

    A slip is a letter more, less or other, or two turned. It is sought neither where words begin,
    for other beginnings say the contrary, nor in the last letter, which may be an ending.

    :param papers: For each word in lower case how many papers have it.
    :returns: The common words by the rare one, sorted; words without any are left out.
    """
    words = sorted(word for word in papers if len(word) >= _LONG and word.isalpha())
    common: dict[str, list[str]] = defaultdict(list)
    for word in words:
        if papers[word] >= _COMMON:
            for form in _gapped(word):
                common[form].append(word)
    found = {}
    for word in words:
        if papers[word] <= _RARE:
            near = {other for form in _gapped(word) for other in common.get(form, ())}
            if meant := sorted(other for other in near if _is_slip(word, other)):
                found[word] = meant
    return found


def _gapped(word: str) -> Iterator[str]:
    """Leave out nothing, or a letter: words that differ by one slip have such a form in common."""
    yield word
    for place in range(_BEGIN, len(word)):
        yield word[:place] + word[place + 1 :]


def _is_slip(one: str, other: str) -> bool:
    """Say whether two words differ by one slip, neither at the beginning nor in the last letter.

    >>> [_is_slip(*pair) for pair in (("kalamn", "kalman"), ("shanon", "shannon"))]
    [True, True]
    >>> [_is_slip(*pair) for pair in (("atypical", "typical"), ("metrics", "metric"))]
    [False, False]
    """
    start = _shared(one, other)
    one, other = one[start:], other[start:]
    end = _shared(one[::-1], other[::-1])
    one, other = one[: len(one) - end], other[: len(other) - end]
    is_one = max(len(one), len(other)) == 1 or (len(one) == 2 and one == other[::-1])
    return is_one and start >= _BEGIN and end > 0


def _shared(one: str, other: str) -> int:
    """Count the letters with which both words begin."""
    pairs = takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))
    return sum(1 for _ in pairs)
