"""Rules and what they are worth laid out for people, as plain text in the order of the pipeline.

>>> from kg.rules.catalogue import Rule
>>> line = Rule(id="net.x", finds="mention", file="rules/t.toml", type="T", examples=1)
>>> print(listing([line]), end="")
mention  type  examples  file
  net.x  T          1/0  rules/t.toml
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, TypeAlias

from kg.evaluation.contexts import printable
from kg.rules.catalogue import MENTION

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kg.rules.catalogue import Rule
    from kg.rules.measure import Measurement, Worth

    Cells: TypeAlias = Sequence[str]

__all__ = ["listing", "table"]

_TEXT = ("type", "file", "note")  # columns that begin at their left edge, as the first does
_MANY = "terms or heads"


def listing(rules: Iterable[Rule]) -> str:
    """Lay rules out: what they give, what the files state, how many examples they have.

    :param rules: The rules.
    :returns: Lines of text with a line feed at the end; empty if there are none.
    """
    parts = []
    for finds, group in groupby(rules, key=lambda rule: rule.finds):
        heads = (finds, "type", "stated", "weight", "examples", _MANY, "file")
        rows = [
            (
                rule.id,
                _given(rule),
                _number(rule.confidence),
                _number(rule.weight, digits=2),
                f"{rule.examples}/{rule.counterexamples}" if rule.examples else "",
                f"{rule.size:,}" if rule.size > 1 else "",
                rule.file,
            )
            for rule in group
        ]
        parts.append("".join(_columns(heads, rows)))
    return "\n".join(parts)


def table(found: Measurement) -> str:
    """Lay out what rules are worth.

    :param found: The figures.
    :returns: Lines of text with a line feed at the end.
    """
    parts = [f"papers {found.papers}   strict F1 {found.strict.f1:.4f} with all rules\n"]
    for finds, group in groupby(found.worth, key=lambda worth: worth.rule.finds):
        heads = (finds, "type", "stated", "fired", "right", "half", "wrong", "precision", "95%")
        more = ("F1 without", "adds") if finds == MENTION else ()
        rows = [_figures(worth) for worth in group]
        parts.append("".join(_columns((*heads, *more, "note"), rows)))
    if found.harmful:
        told = ", ".join(printable(worth.rule.id) for worth in found.harmful)
        parts.append(f"F1 is higher without any one of: {told}\n")
    return "\n".join(parts)


def _figures(worth: Worth) -> Cells:
    uses, low, high = worth.uses, *worth.uses.interval
    is_mention = worth.rule.finds == MENTION
    notes = ["harm"] * worth.does_harm + ["stated is off"] * worth.is_off
    return (
        worth.rule.id,
        _given(worth.rule),
        _number(worth.stated),
        f"{uses.fired:,}",
        f"{uses.right:,}",
        f"{uses.half:,}" if is_mention else "",
        f"{uses.wrong:,}",
        _number(uses.precision) if uses.fired else "",
        f"{low:.3f} to {high:.3f}" if uses.fired else "",
        *((_number(worth.without, digits=5), f"{worth.adds or 0:+.5f}") if is_mention else ()),
        ", ".join(notes),
    )


def _given(rule: Rule) -> str:
    return f"{rule.type} {rule.role}".strip()


def _number(value: float | None, *, digits: int = 3) -> str:
    return "" if value is None else f"{value:.{digits}f}"


def _columns(heads: Cells, rows: Sequence[Cells]) -> Iterator[str]:
    """Give the lines of a table; columns without any content are left out."""
    kept = [i for i in range(len(heads)) if i == 0 or any(row[i] for row in rows)]
    lines = [[heads[i] for i in kept]]
    lines += [[f"  {printable(row[0])}", *(printable(row[i]) for i in kept[1:])] for row in rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    is_left = [i == 0 or heads[i] in _TEXT for i in kept]
    for line in lines:
        cells = (
            cell.ljust(width) if left else cell.rjust(width)
            for cell, width, left in zip(line, widths, is_left, strict=True)
        )
        yield "  ".join(cells).rstrip() + "\n"
