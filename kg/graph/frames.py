"""Rows as data frames of other packages, which need not be installed.

>>> from kg.graph.rows import Rows
>>> from kg.graph.terms import Term, decimal, integer
>>> kinds(Rows(("n", "x"), ((integer(3), integer(1)), (None, decimal("0.5")))))
['integer', 'number']
"""

from __future__ import annotations

import datetime
import importlib
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from kg.errors import KGError
from kg.graph.terms import XSD, Term, python_value

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas
    import polars

    from kg.graph.rows import Rows

__all__ = ["kinds", "to_pandas", "to_polars"]

_PANDAS = {
    "integer": "Int64",
    "number": "Float64",
    "truth": "boolean",
    "day": "datetime64[s]",
    "text": "string",
}
_POLARS = {
    "integer": "Int64",
    "number": "Float64",
    "truth": "Boolean",
    "day": "Date",
    "text": "String",
}
_LARGEST = 2**63 - 1


def kinds(rows: Rows) -> list[str]:
    """Tell what each column holds.

    :param rows: The rows.
    :returns: Of each column ``integer``, ``number``, ``truth``, ``day``, or ``text``, which is also
        said where values of several kinds meet or all are missing.
    """
    columns = zip(*rows.terms, strict=True) if rows.terms else ((),) * len(rows.columns)
    return [_kind([term for term in column if term is not None]) for column in columns]


def _kind(terms: Iterable[Term]) -> str:
    found = {_kind_of(term) for term in terms}
    if found == {"integer", "number"}:
        return "number"
    return found.pop() if len(found) == 1 else "text"


def _kind_of(term: Term) -> str:
    value = python_value(term)
    if isinstance(value, bool):
        return "truth"
    if isinstance(value, int):
        return "integer" if abs(value) <= _LARGEST else "number"
    if isinstance(value, float | Decimal):
        return "number"
    return "day" if term.datatype == XSD + "date" and _day(value) else "text"


def to_pandas(rows: Rows) -> pandas.DataFrame:
    """Make a data frame of pandas; see :meth:`kg.graph.rows.Rows.to_pandas`."""
    package = _package("pandas")
    columns = {
        name: package.Series([_value(row[place], kind) for row in rows.terms], dtype=_PANDAS[kind])
        for place, (name, kind) in enumerate(zip(rows.columns, kinds(rows), strict=True))
    }
    found: pandas.DataFrame = package.DataFrame(columns)
    return found


def to_polars(rows: Rows) -> polars.DataFrame:
    """Make a data frame of polars; see :meth:`kg.graph.rows.Rows.to_polars`."""
    package = _package("polars")
    columns = [
        package.Series(
            name, [_value(row[place], kind) for row in rows.terms], getattr(package, _POLARS[kind])
        )
        for place, (name, kind) in enumerate(zip(rows.columns, kinds(rows), strict=True))
    ]
    found: polars.DataFrame = package.DataFrame(columns)
    return found


def _value(term: Term | None, kind: str) -> object:
    if term is None:
        return None
    value = python_value(term)
    if kind == "day":
        return _day(value)
    if kind == "number" and not isinstance(value, str):
        return float(value)
    return term.value if kind == "text" else value


def _day(value: object) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(str(value))
    except ValueError:  # a day of a year before 1 or after 9999, or with a time zone
        return None


def _package(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as err:
        raise KGError(f"needs the package {name}; install it: pip install {name}") from err
