"""Logistic regression over named features: the one form of all learned decisions but the network.

>>> model = Classifier(("no", "yes"), {"bias": (0.0, -1.0), "capital": (0.0, 3.0)})
>>> model.probabilities({"capital": 1})
{'no': 0.1192, 'yes': 0.8808}
>>> model.probabilities({"unknown": 1})["yes"]
0.2689
"""

from __future__ import annotations

from math import exp, fsum
from operator import mul
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["BIAS", "Classifier"]

BIAS = "bias"
"""Name of the feature that always is 1."""

_STEEP = 700.0  # where the exponential function still has a value
_PLACES = 4  # scores are rounded before they meet a threshold, so that processors agree


class Classifier:
    """A trained classifier.

    :param labels: What it tells apart.
    :param weights: For each feature the weight for each label.
    """

    def __init__(self, labels: Sequence[str], weights: Mapping[str, Sequence[float]]) -> None:
        """Keep the weights."""
        self.labels = tuple(labels)
        self.weights = {name: tuple(values) for name, values in weights.items()}
        if any(len(values) != len(self.labels) for values in self.weights.values()):
            raise ValueError("a feature needs one weight for each label")
        self._bias = self.weights.get(BIAS, (0.0,) * len(self.labels))
        is_one = len(self.labels) == 2 and not any(first for first, *_ in self.weights.values())
        self._second = {name: last for name, (*_, last) in self.weights.items()} if is_one else None

    def scores(self, features: Mapping[str, float]) -> list[float]:
        """Add up what features say of each label; features that are not known do not count.

        Scores of features that do not overlap add up to those of all, without the bias. Sums are
        exact, so that neither the order of the features nor the version of Python counts.
        """
        if self._second is not None:  # most classifiers say yes or no; they are the busiest ones
            return [0.0, self._score(features)]
        known = self.weights.get
        kept = [(row, value) for name, value in features.items() if (row := known(name))]
        if not kept:
            return [0.0] * len(self.labels)
        rows, values = zip(*kept, strict=True)
        return [fsum(map(mul, column, values)) for column in zip(*rows, strict=True)]

    def _score(self, features: Mapping[str, float]) -> float:
        known = self._second
        assert known is not None  # noqa: S101
        return fsum([known[name] * value for name, value in features.items() if name in known])

    def shares(self, *parts: Sequence[float]) -> list[float]:
        """Turn scores, without the bias, into how likely each label is."""
        sums = [fsum(column) for column in zip(self._bias, *parts, strict=True)]
        if len(sums) == 2:
            share = round(1 / (1 + exp(min(_STEEP, sums[0] - sums[1]))), _PLACES)
            return [round(1 - share, _PLACES), share]
        highest = max(sums)
        powers = [exp(value - highest) for value in sums]
        total = fsum(powers)
        return [round(power / total, _PLACES) for power in powers]

    def probabilities(self, features: Mapping[str, float]) -> dict[str, float]:
        """Tell how likely each label is."""
        return dict(zip(self.labels, self.shares(self.scores(features)), strict=True))

    def probability(self, features: Mapping[str, float]) -> float:
        """Tell how likely the last label is, of two the one that says yes."""
        if self._second is None:
            return self.probabilities(features)[self.labels[-1]]
        # The same as above, for the one case that is asked a hundred times for each paper.
        difference = self._bias[0] - (self._bias[1] + self._score(features))
        return round(1 / (1 + exp(min(_STEEP, difference))), _PLACES)
