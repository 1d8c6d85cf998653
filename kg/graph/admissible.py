"""What a value needs to take a rank: to be sure enough, and one that its metric can have.

A metric that is a share is a percentage or a number from 0 to 1, never a time, a size or a factor.
What metrics are is said by ``directions.tsv`` of the ontology; of others anything is believed.

>>> judged(frozenset({"share"}), "time", "minutes", "10").misfit
'unit not fitting'
>>> judged(frozenset({"share"}), "", "", "0.91")
Fit(misfit='', taken='')
>>> judged(frozenset({"share"}), "", "", "91.4")
Fit(misfit='', taken='%')
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

__all__ = [
    "RANGE",
    "SURE",
    "UNFIT_NUMBER",
    "UNFIT_UNIT",
    "Fit",
    "is_range",
    "judged",
    "number_of",
]

SURE = 0.7
"""How sure a value must be to take a rank, if nobody says otherwise.

Judged by cross-validation on the annotated papers, less than six in ten of the values below it have
the right metric and kind, and at least two in three of those just above.
"""

UNFIT_UNIT = "unit not fitting"
"""Why a value in a unit that its metric cannot have takes no rank."""

UNFIT_NUMBER = "number not fitting"
"""Why a value beyond the range of its metric takes no rank."""

RANGE = "a range"
"""Why a value that is written as a range takes no rank: no number of it is the one reported."""

_BETWEEN = re.compile(
    r"\d\s*(\\?%)?\s*\$?\s*(-{1,3}|[\N{EN DASH}\N{EM DASH}~]|\bto\b)\s*\$?\s*[\d.]"
)
_NUMBER, _SHARE, _COEFFICIENT, _SCORE = "number", "share", "coefficient", "score"
_QUANTITY = "quantity"
_NO_QUANTITIES = {"factor", "difference"}
_OF_SCORES = {_NUMBER, _SHARE, "points", "fraction"}
_PERCENT = "%"
_RANGES = {_SHARE: (Decimal(0), Decimal(1)), _COEFFICIENT: (Decimal(-1), Decimal(1))}
_HUNDRED = Decimal(100)


class Fit(NamedTuple):
    """How a value fits its metric.

    :param misfit: Why it does not fit; empty if it does, or if nothing is known.
    :param taken: The unit that it is taken to have though none is written; empty if there is none.
    """

    misfit: str = ""
    taken: str = ""


def judged(measured: frozenset[str], quantity: str, unit: str, number: str) -> Fit:
    """Say whether a value can be one of a metric.

    :param measured: Quantities that values of the metric can be; none if that is not known.
    :param quantity: What the unit of the value measures; empty if that is not known.
    :param unit: The unit as written; empty if there is none.
    :param number: The number as a plain decimal.
    :returns: How it fits. A number from 1 to 100 without a unit, with decimals, may be the
        percentage of a share; without decimals it is more often something else.
    """
    if not measured:
        return Fit()
    ranged = measured & _RANGES.keys()
    kind = quantity if unit else _NUMBER
    if not unit and ranged and _NUMBER not in measured:
        value = number_of(number)
        if value is None:
            return Fit(UNFIT_NUMBER)
        low, high = (choose(_RANGES[r][at] for r in ranged) for at, choose in ((0, min), (1, max)))
        if low <= value <= high:
            return Fit()
        is_percent = abs(value) <= _HUNDRED and (value > 0 or low < 0)
        if not is_percent:
            return Fit(UNFIT_NUMBER)
        return Fit(taken=_PERCENT) if "." in number else Fit(UNFIT_UNIT)
    allowed = set(measured)
    if _SCORE in allowed:
        allowed |= _OF_SCORES
    if _COEFFICIENT in allowed:
        allowed.add(_SHARE)
    is_fit = kind in allowed or (_QUANTITY in allowed and kind not in _NO_QUANTITIES)
    if not is_fit:
        return Fit(UNFIT_UNIT)
    if ranged and kind == _SHARE and _NUMBER not in measured:
        value = number_of(number)
        least = 0 if _COEFFICIENT not in ranged else -_HUNDRED
        return Fit() if value is None or least <= value <= _HUNDRED else Fit(UNFIT_NUMBER)
    return Fit()


def is_range(value: str) -> bool:
    r"""Say whether a value is written as a range.

    >>> is_range(r"0.2\%-0.9\%"), is_range("39 to 77%"), is_range("10^{-3}"), is_range("-0.4 +/- 1")
    (True, True, False, False)
    """
    return _BETWEEN.search(value) is not None


def number_of(number: str) -> Decimal | None:
    """Read a plain decimal; none if it is none, or one that has no place among others."""
    try:
        found = Decimal(number)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None
