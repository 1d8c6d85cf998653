"""How far figures depend on which papers were drawn: a percentile bootstrap over papers.

>>> from kg.evaluation.scoring import Counts
>>> intervals({"figure": [Counts(1, 1, 1), Counts(0, 1, 1)]}, samples=9)
{'figure': (0.0, 1.0)}
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping

    from kg.evaluation.scoring import Counts

__all__ = ["intervals"]

Name = TypeVar("Name", bound="Hashable")


def intervals(
    figures: Mapping[Name, Iterable[Counts]],
    *,
    level: float = 0.95,
    samples: int = 1000,
    seed: int = 0,
) -> dict[Name, tuple[float, float]]:
    """Estimate intervals of F1 (Efron 1979).

    The order of the papers does not matter, and the same seed gives the same intervals.

    :param figures: The counts of each paper, by name of the figure; of all figures as many.
    :param level: Share of the resampled figures that lie inside.
    :param samples: How often the papers are drawn again.
    :param seed: Start of the sequence of draws.
    :returns: Lower and upper bound by name; both 0 if there are no papers.
    """
    papers = {
        name: [(c.matched, c.gold + c.predicted) for c in sorted(counts)]
        for name, counts in figures.items()
    }
    size = max(map(len, papers.values()), default=0)
    rng = random.Random(seed)  # noqa: S311  a repeatable sequence is wanted, not a secret one
    drawn: dict[Name, list[float]] = {name: [] for name in papers}
    for _ in range(samples):
        draws = [int(rng.random() * size) for _ in range(size)]
        for name, counts in papers.items():
            matched = sum(counts[i][0] for i in draws)
            everything = sum(counts[i][1] for i in draws)
            drawn[name].append(2 * matched / everything if everything else 0.0)
    outside = int((1 - level) / 2 * samples)
    return {
        name: (values[outside], values[samples - 1 - outside])
        for name, values in ((name, sorted(values)) for name, values in drawn.items())
    }
