"""Sum up what a check found, for people.

>>> from kg.model import Finding
>>> finding = Finding("Violation", "Title", "A paper has one title; give it one.", "p1")
>>> for line in grouped([finding]):
...     print(line)
Violation Title, 1 time: A paper has one title; give it one.
  p1
1 finding: 1 violation
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from kg.graph.shapes import SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.model import Finding

__all__ = ["EXAMPLES", "grouped"]

EXAMPLES = 3
"""Number of nodes that are shown of each kind, if one does not say otherwise."""

_WIDEST = 80


def grouped(findings: Sequence[Finding], *, examples: int = EXAMPLES) -> list[str]:
    """Sum findings up by shape.

    :param findings: What :func:`kg.graph.check.check` returned.
    :param examples: Number of nodes that are shown of each shape.
    :returns: Lines of text: for each shape its message and some nodes, then the totals; one line
        that says so if there are no findings.
    """
    if not findings:
        return ["no findings: the graph conforms"]
    lines = []
    for (severity, shape, message), group in groupby(
        findings, key=lambda f: (f.severity, f.shape, f.message)
    ):
        found = list(group)
        lines.append(f"{severity} {shape}, {_times(len(found), 'time')}: {message}")
        for finding in found[:examples]:
            value = " ".join(finding.value.split())[:_WIDEST]
            lines.append(f"  {finding.focus}" + (f" has {value!r}" if value else ""))
        if examples and len(found) > examples:
            lines.append(f"  ... and {len(found) - examples:,} more")
    totals = [
        _times(count, severity.lower())
        for severity in SEVERITIES
        if (count := sum(f.severity == severity for f in findings))
    ]
    conforms = all(f.severity != SEVERITIES[0] for f in findings)
    end = "; the graph conforms" if conforms else ""
    return [*lines, f"{_times(len(findings), 'finding')}: {', '.join(totals)}{end}"]


def _times(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
