"""What every evaluation can tell, whatever it compared: figures, intervals, confusion, errors."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, TypeAlias

from kg.evaluation.contexts import excerpt, locate
from kg.evaluation.intervals import intervals
from kg.evaluation.mistakes import choose, confusion, tally
from kg.evaluation.scoring import ALL, Counts, total

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kg.evaluation.mistakes import Mistake, Side

__all__ = ["Figures", "Row", "as_numbers", "columns"]

Row: TypeAlias = tuple[str, str]
"""Name of a table of figures, and of a row in it."""

ROUNDED = 4


class Figures(ABC):
    """The figures of an evaluation, and the mistakes behind them.

    :ivar strict: Counts by type and :data:`ALL`, by the strict criterion; empty where entities
        were given, not found.
    :ivar mistakes: All mistakes behind ``strict``, sorted.
    """

    strict: Mapping[str, Counts]
    mistakes: tuple[Mistake, ...]

    @property
    @abstractmethod
    def size(self) -> int:
        """How many papers or texts the gold has."""

    @property
    @abstractmethod
    def groups(self) -> dict[str, Mapping[str, Counts]]:
        """Give the tables of counts by name, in their order."""

    @property
    @abstractmethod
    def by_paper(self) -> dict[Row, tuple[Counts, ...]]:
        """Give the counts of each paper, for every row that has an interval."""

    @abstractmethod
    def as_dict(self) -> dict[str, Any]:
        """Give the figures as JSON can hold them, rounded to four places."""

    @abstractmethod
    def heading(self, bounds: Mapping[Row, tuple[float, float]]) -> list[str]:
        """Say in lines what was compared and how well all in all."""

    def details(self) -> list[str]:
        """Say in lines what only this kind of evaluation can tell; none by default."""
        return []

    def intervals(
        self, *, level: float = 0.95, samples: int = 1000, seed: int = 0
    ) -> dict[Row, tuple[float, float]]:
        """Estimate how far figures depend on which papers were drawn.

        :param level: Share of the resampled figures that lie inside.
        :param samples: How often the papers are drawn again.
        :param seed: Start of the sequence of draws.
        :returns: Lower and upper bound of F1 by row; both 0 if there are no papers.
        """
        return intervals(self.by_paper, level=level, samples=samples, seed=seed)

    def interval(
        self, *, level: float = 0.95, samples: int = 1000, seed: int = 0
    ) -> tuple[float, float]:
        """Estimate how far the first figure depends on which papers were drawn.

        That is strict F1 over all types, or where entities were given, F1 of all relations.
        Takes the same options as :meth:`intervals`.
        """
        row, counts = next(iter(self.by_paper.items()))
        return intervals({row: counts}, level=level, samples=samples, seed=seed)[row]

    def confusion(self) -> tuple[dict[str, dict[str, int]], dict[str, int]]:
        """Count which type was predicted as which; see :func:`kg.evaluation.mistakes.confusion`."""
        types = {name: counts for name, counts in self.strict.items() if name != ALL}
        return confusion(types, self.mistakes)

    def report(self, *, errors: int = 0, texts: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Give all that is known as JSON can hold it.

        :param errors: How many mistakes to list.
        :param texts: The text of each paper, as far as it is at hand.
        :returns: What :meth:`as_dict` gives, with intervals, and unless entities were given
            also confusion, and the mistakes counted by kind and type, so many in context.
        """
        bounds: dict[str, dict[str, list[float]]] = {}
        for (group, row), pair in self.intervals().items():
            bounds.setdefault(group, {})[row] = [round(bound, ROUNDED) for bound in pair]
        told = self.as_dict() | {"intervals": bounds}
        if not self.strict:
            return told
        rows, spurious = self.confusion()
        chosen = choose(self.mistakes, errors)
        return told | {
            "confusion": rows | {"spurious": spurious},
            "errors": tally(self.mistakes),
            "listed": [_listed(mistake, texts or {}) for mistake in chosen],
        }

    def table(self, *, errors: int = 0, texts: Mapping[str, str] | None = None) -> str:
        """Lay all that is known out for people.

        :param errors: How many mistakes to list.
        :param texts: The text of each paper, as far as it is at hand.
        """
        from kg.evaluation.layout import lay_out

        return lay_out(self, errors=errors, texts=texts or {})


def columns(tables: Iterable[Mapping[str, Counts]], names: Iterable[str]) -> dict[str, Counts]:
    """Add the tables of papers up, row by row; a row that a table lacks counts as nothing."""
    kept = list(tables)
    return {name: total(table.get(name, Counts()) for table in kept) for name in names}


def as_numbers(counts: Mapping[str, Counts]) -> dict[str, dict[str, float]]:
    """Give a table of counts as JSON can hold it."""
    return {
        name: {
            "p": round(c.precision, ROUNDED),
            "r": round(c.recall, ROUNDED),
            "f1": round(c.f1, ROUNDED),
            "tp": c.matched,
            "gold": c.gold,
            "pred": c.predicted,
        }
        for name, c in counts.items()
    }


def _listed(mistake: Mistake, texts: Mapping[str, str]) -> dict[str, Any]:
    text = texts.get(mistake.paper, "")
    gold, predicted = locate(text, mistake)
    return {
        "kind": mistake.kind,
        "paper": mistake.paper,
        "gold": _side(mistake.gold),
        "predicted": _side(mistake.predicted),
        "gold_span": gold,
        "predicted_span": predicted,
        "context": excerpt(text, gold, predicted),
    }


def _side(side: Side | None) -> dict[str, str] | None:
    if side is None:
        return None
    return {"type": side.type, "name": side.name, "role": side.role}
