"""Figures, confusion and errors laid out for people, as plain text in a fixed order."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from kg.evaluation.contexts import excerpt, locate, printable
from kg.evaluation.mistakes import choose, tally

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from kg.evaluation.figures import Figures, Row
    from kg.evaluation.mistakes import Mistake, Side
    from kg.evaluation.scoring import Counts

__all__ = ["lay_out"]

_NAME = 22  # characters for the names of rows


def lay_out(figures: Figures, *, errors: int, texts: Mapping[str, str]) -> str:
    """Lay an evaluation out.

    :param figures: The evaluation.
    :param errors: How many mistakes to list.
    :param texts: The text of each paper, as far as it is at hand.
    :returns: Lines of text with a line feed at the end.
    """
    bounds = figures.intervals()
    lines = list(figures.heading(bounds))
    for group, counts in figures.groups.items():
        lines += ["", *_table(group, counts, bounds)]
    if details := figures.details():
        lines += ["", *details]
    if figures.strict:
        lines += ["", *_confusion(figures)]
        lines += ["", *_kinds(figures)]
        if errors:
            lines += ["", *_errors(figures.mistakes, errors, texts)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _table(
    group: str, counts: Mapping[str, Counts], bounds: Mapping[Row, tuple[float, float]]
) -> Iterator[str]:
    heads = f"{'P':>7}{'R':>7}{'F1':>7}{'matched':>9}{'gold':>7}{'pred':>7}"
    yield f"{group:<{_NAME}}{heads}   F1 with 95% confidence"
    for name, c in counts.items():
        low, high = bounds.get((group, name), (None, None))
        told = "" if low is None else f"   {low:.3f} to {high:.3f}"
        yield (
            f"  {name:<{_NAME - 2}}{c.precision:>7.3f}{c.recall:>7.3f}{c.f1:>7.3f}"
            f"{c.matched:>9}{c.gold:>7}{c.predicted:>7}{told}"
        )


def _grid(title: str, heads: Sequence[str], rows: Mapping[str, Sequence[int]]) -> Iterator[str]:
    """Lay out counts, nothing where there are none, so that the others stand out."""
    widths = [max(len(head), 6) + 2 for head in heads]
    yield f"{title:<{_NAME}}" + "".join(f"{h:>{w}}" for h, w in zip(heads, widths, strict=True))
    for name, cells in rows.items():
        told = (f"{cell or '.':>{w}}" for cell, w in zip(cells, widths, strict=True))
        yield f"  {name:<{_NAME - 2}}" + "".join(told)


def _confusion(figures: Figures) -> Iterator[str]:
    rows, spurious = figures.confusion()
    types = list(rows)
    cells = {name: [row[t] for t in (*types, "missed")] for name, row in rows.items()}
    last = {"spurious": [*(spurious[t] for t in types), 0]}
    yield from _grid("gold as predicted", [*types, "missed"], cells | last)


def _kinds(figures: Figures) -> Iterator[str]:
    counted = tally(figures.mistakes)
    types = list(figures.confusion()[0])
    cells = {
        kind: [sum(by_type.values()), *(by_type.get(t, 0) for t in types)]
        for kind, by_type in counted.items()
    }
    yield from _grid("errors", ["all", *types], cells)


def _errors(mistakes: Sequence[Mistake], limit: int, texts: Mapping[str, str]) -> Iterator[str]:
    counted = tally(mistakes)
    chosen = choose(mistakes, limit)
    yield f"{len(chosen)} of {len(mistakes)} errors; [gold] and {{predicted}} in the text"
    for kind, shown in groupby(chosen, key=lambda mistake: mistake.kind):
        listed = list(shown)
        yield ""
        yield f"{kind}, {len(listed)} of {sum(counted[kind].values())}"
        for mistake in listed:
            text = texts.get(mistake.paper, "")
            sides = (("gold", mistake.gold), ("predicted", mistake.predicted))
            told = "; ".join(f"{who} {_told(side)}" for who, side in sides if side)
            yield f"  {printable(mistake.paper)}: {told}"
            if words := excerpt(text, *locate(text, mistake)):
                yield f"      {words}"


def _told(side: Side) -> str:
    role = f" ({side.role})" if side.role else ""
    return printable(f'{side.type} "{side.name}"{role}')
