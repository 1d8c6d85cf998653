r"""Proposals as a table to answer in a spreadsheet, which the next build reads as it is.

The table is :data:`kg.linking.decisions.ACCEPT`: yes or no in its first column makes a decision of
a line. What was answered stays when the table is written again.

>>> tab = chr(9)
>>> lines = ["accept action type name other note", "no same Method GNN NN other"]
>>> for line in table([], answers("\n".join(lines).replace(" ", tab))).splitlines():
...     print(line.replace(tab, "|"))
accept|action|type|name|other|papers|confidence|reason|example|note
no|same|Method|GNN|NN|||||other
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.formulas import kept
from kg.graph.review_proposals import identity, plain
from kg.linking.tables import rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kg.graph.review_proposals import Proposal

__all__ = ["COLUMNS", "Answers", "answers", "table"]

COLUMNS = (
    *("accept", "action", "type", "name", "other"),
    *("papers", "confidence", "reason", "example"),
)
"""Columns of the table; the first five make the decision."""


@dataclass(frozen=True)
class Answers:
    """What people wrote into a table of proposals.

    :param lines: The cells of the lines that have an answer, by column.
    :param columns: Columns that people added.
    :param comments: Lines that begin with ``#``.
    """

    lines: tuple[Mapping[str, str], ...] = ()
    columns: tuple[str, ...] = ()
    comments: tuple[str, ...] = ()

    @property
    def identities(self) -> frozenset[frozenset[str]]:
        """What was answered, as :func:`kg.graph.review.identity` gives it."""
        fields = COLUMNS[1:5]
        return frozenset(identity(*(line[field] for field in fields)) for line in self.lines)


def answers(text: str, *, path: str = "-") -> Answers:
    """Read what people wrote into a table of proposals.

    :param text: The table.
    :param path: Name of the file, for errors.
    :returns: The answers; none if no line has one.
    :raises ReadError: If it is no such table.
    """
    found = [row.cells for row in rows(text, path, COLUMNS[:5])]
    columns = dict.fromkeys(column for cells in found for column in cells)
    return Answers(
        tuple(cells for cells in found if cells["accept"]),
        tuple(column for column in columns if column and column not in COLUMNS),
        tuple(line for line in text.removeprefix("\ufeff").splitlines() if line.startswith("#")),
    )


def table(proposals: Iterable[Proposal], answered: Answers | None = None) -> str:
    """Write proposals as a table.

    :param proposals: The proposals.
    :param answered: What was answered before; it comes first, as it was.
    :returns: The table, with a header; no cell of it is run by a spreadsheet.
    """
    answered = answered or Answers()
    text = io.StringIO()
    writer = csv.writer(text, delimiter="\t", lineterminator="\n")
    columns = (*COLUMNS, *answered.columns)
    writer.writerow(columns)
    text.writelines(f"{plain(comment)}\n" for comment in answered.comments)
    for line in answered.lines:
        writer.writerow([kept(plain(line.get(column, ""))) for column in columns])
    for p in proposals:
        told = ("", p.action, p.type, p.name, p.other, str(p.papers), f"{p.confidence:.2f}")
        cells = [*told, p.reason, p.example, *("" for _ in answered.columns)]
        writer.writerow([kept(plain(cell)) for cell in cells])
    return text.getvalue()
