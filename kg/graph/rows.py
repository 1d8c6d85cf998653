"""What a query returned: rows as plain values, as a data frame, as a table in a notebook.

>>> from kg.graph.terms import integer
>>> rows = Rows(("name", "n"), ((Term("EEGNet"), integer(3)), (Term("ResNet"), None)))
>>> list(rows), rows.first
([('EEGNet', 3), ('ResNet', None)], ('EEGNet', 3))
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from kg.graph.terms import Term, python_value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from decimal import Decimal
    from typing import TypeAlias

    import pandas
    import polars

    Value: TypeAlias = str | int | bool | float | Decimal | None

__all__ = ["Rows"]


@dataclass(frozen=True)
class Rows:
    """What a query returned.

    Iterating gives one tuple of Python values a row: numbers and truth values where the literal is
    one, else text, None where a variable is unbound.

    :param columns: Names of the columns; of triples ``subject``, ``predicate``, ``object``, of a
        yes/no question ``answer``.
    :param terms: The rows as RDF terms.
    :param prefixes: Namespaces by prefix, for short forms of IRIs.
    """

    columns: tuple[str, ...]
    terms: tuple[tuple[Term | None, ...], ...]
    prefixes: Mapping[str, str] = field(default_factory=dict)

    def __iter__(self) -> Iterator[tuple[Value, ...]]:
        """Yield the rows as Python values."""
        for row in self.terms:
            yield tuple(None if term is None else python_value(term) for term in row)

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.terms)

    def __str__(self) -> str:
        """Write the rows as a table for people."""
        from kg.graph.rendering import render

        return render(self)

    @cached_property
    def first(self) -> tuple[Value, ...] | None:
        """The first row; None if there is none."""
        return next(iter(self), None)

    def to_pandas(self) -> pandas.DataFrame:
        """Make a data frame of pandas.

        Columns of numbers are ``Int64`` or ``Float64``, of truth values ``boolean``, of days
        ``datetime64``, all others ``string``: these types know that a value can be missing.

        :returns: The frame, with the rows in their order.
        :raises KGError: If pandas is not installed.
        """
        from kg.graph.frames import to_pandas

        return to_pandas(self)

    def to_polars(self) -> polars.DataFrame:
        """Make a data frame of polars.

        Columns of numbers are ``Int64`` or ``Float64``, of truth values ``Boolean``, of days
        ``Date``, all others ``String``.

        :returns: The frame, with the rows in their order.
        :raises KGError: If polars is not installed.
        """
        from kg.graph.frames import to_polars

        return to_polars(self)

    def _repr_html_(self) -> str:
        """Write the first rows as a table for a notebook."""
        from kg.graph.rendering import html_table

        return html_table(self)
