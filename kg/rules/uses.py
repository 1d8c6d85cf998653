"""How often a rule was used, how often that was right, and how sure one can be of the share.

>>> found = total([Uses(fired=1, right=1), Uses(fired=3, right=2)])
>>> found.precision, found.wrong, tuple(round(bound, 3) for bound in found.interval)
(0.75, 1, (0.301, 0.954))
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from math import sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Uses", "total", "wilson"]

_Z = 1.959964  # of a normal distribution 95 % lie within so many deviations


@dataclass(frozen=True, slots=True, kw_only=True)
class Uses:
    """Uses of a rule.

    :param fired: How often it fired.
    :param right: How often that was right.
    :param half: How often that was half right.
    :param stated: Sum of the shares of right uses that the rules state, over these uses.
    :param matched: How many entities more are matched when the rule is left out.
    :param predicted: How many entities more are predicted then.
    """

    fired: int = 0
    right: int = 0
    half: int = 0
    stated: float = 0.0
    matched: int = 0
    predicted: int = 0

    @property
    def wrong(self) -> int:
        """How often it was neither right nor half right."""
        return self.fired - self.right - self.half

    @property
    def precision(self) -> float:
        """Share of right uses; 0 if it never fired."""
        return self.right / self.fired if self.fired else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Bounds of the precision with 95 % confidence."""
        return wilson(self.right, self.fired)


def total(uses: Iterable[Uses]) -> Uses:
    """Add uses up."""
    kept = list(uses)
    names = [field.name for field in fields(Uses)]
    return Uses(**{name: sum(getattr(one, name) for one in kept) for name in names})


def wilson(right: int, seen: int) -> tuple[float, float]:
    """Estimate within which bounds a share lies with 95 % confidence (Wilson 1927).

    :param right: How many were right.
    :param seen: Of how many.
    :returns: Lower and upper bound, from 0 to 1; both ends if nothing was seen.

    >>> [round(bound, 3) for bound in wilson(8, 10)], wilson(0, 0)
    ([0.49, 0.943], (0.0, 1.0))
    """
    if not seen:
        return 0.0, 1.0
    share, spread = right / seen, _Z * _Z / seen
    centre = share + spread / 2
    reach = _Z * sqrt(share * (1 - share) / seen + spread / (4 * seen))
    bounds = (centre - reach) / (1 + spread), (centre + reach) / (1 + spread)
    return max(0.0, bounds[0]), min(1.0, bounds[1])
