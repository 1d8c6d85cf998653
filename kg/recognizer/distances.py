"""Distances of words by kinds: one by one when near, by doublings when far."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints: TypeAlias = NDArray[np.int64]

__all__ = ["DISTANCES", "around", "distances"]

_NEAR, _KINDS = 4, 8  # distances told apart one by one, and kinds of distance on one side
DISTANCES = 2 * _KINDS + 1
"""Kinds of distance between a word and a span."""


@lru_cache(maxsize=512)
def around(reach: int) -> Ints:
    """Sort the distances of the words of a text to one another, the farthest behind first.

    :param reach: The largest distance.
    :returns: Kinds of the distances from ``-reach`` to ``reach``.

    >>> around(2).tolist()
    [10, 9, 0, 1, 2]
    """
    found: Ints = distances(np.array([reach]), 2 * reach + 1)[0]
    return found


def distances(starts: Ints, words: int) -> Ints:
    """Sort the distance of each word to each start: one by one when near, by doublings when far.

    :param starts: Numbers of words.
    :param words: How many words there are.
    :returns: For each start the kind of distance of each word, less than :data:`DISTANCES`.

    >>> distances(np.array([1]), 8).tolist()
    [[9, 0, 1, 2, 3, 4, 4, 4]]
    """
    away = np.arange(words) - starts[:, None]
    far = np.abs(away)
    grown = np.floor(np.log2(np.maximum(far, 1) / _NEAR)).astype(np.int64) + _NEAR
    kinds = np.minimum(np.where(far < _NEAR, far, grown), _KINDS)
    found: Ints = np.where(away < 0, kinds + _KINDS, kinds)
    return found
