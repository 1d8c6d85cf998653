"""What features are made of: small functions that every stage with a classifier shares."""

from __future__ import annotations

import re
from functools import lru_cache
from math import exp, log
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["log_odds", "outline", "softmax"]

_LEAST = 0.004
_SHORT_FORM = re.compile(r"[A-Z0-9\-]+s?")
_MIXED = re.compile(r"[a-z][A-Z]|[A-Z]{2}")


def log_odds(probability: float) -> float:
    """Give the log-odds of a probability, bounded to about 5.5 on each side.

    >>> log_odds(0.5), round(log_odds(1), 3)
    (0.0, 5.517)
    """
    bounded = min(max(probability, _LEAST), 1 - _LEAST)
    return log(bounded / (1 - bounded))


def softmax(scores: Sequence[float]) -> list[float]:
    """Turn scores into shares that sum up to 1; empty if there are none.

    >>> softmax([1.0, 1.0])
    [0.5, 0.5]
    """
    if not scores:
        return []
    highest = max(scores)
    powers = [exp(score - highest) for score in scores]
    total = sum(powers)
    return [power / total for power in powers]


@lru_cache(maxsize=65536)
def outline(text: str) -> str:
    """Tell how a name is written: ``l`` lower case, ``A`` capitals, ``m`` mixed, ``T`` else.

    >>> [outline(t) for t in ("neural net", "EEG", "EEGNet", "Neural net")]
    ['l', 'A', 'm', 'T']
    """
    if text.islower():
        return "l"
    if _SHORT_FORM.fullmatch(text):
        return "A"
    return "m" if _MIXED.search(text) else "T"
