"""Where staged rows lie while SQL makes tables of them: on this machine in DuckDB.

What the assembly needs of an engine is :class:`Tables`. Its SQL is in the part of the language that
DuckDB and Spark share, so that another engine runs the same statements and yields the same rows.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Protocol

import orjson

from kg.files import literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path
    from typing import TypeAlias

    import duckdb

    Row: TypeAlias = tuple[str, dict[str, Any]]

__all__ = ["Answer", "LocalTables", "Tables", "columns", "write_lines"]


class Answer(Protocol):
    """What a statement has found."""

    def fetchall(self) -> list[tuple[Any, ...]]:
        """Give all rows."""

    def fetchmany(self, size: int = 1, /) -> list[tuple[Any, ...]]:
        """Give the next few rows; none at the end."""


class Tables(Protocol):
    """Tables that rows can be added to, and that SQL can be run over."""

    def execute(self, sql: str, parameters: Sequence[object] = ()) -> Answer:
        """Run statements, and give what the last of them has found."""

    def stage(self, rows: Iterable[Row], tables: Mapping[str, str]) -> None:
        """Make tables of rows, which name their table.

        :param rows: Pairs of table and row; read once.
        :param tables: Columns by table, see :func:`columns`.
        """


class LocalTables:
    """Tables of a DuckDB database.

    :param connection: The database.
    :param place: Folder for temporary files.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, place: Path) -> None:
        """Keep where the tables are."""
        self._connection, self._place = connection, place

    def execute(self, sql: str, parameters: Sequence[object] = ()) -> Answer:
        """Run statements, and give what the last of them has found."""
        return self._connection.execute(sql, list(parameters))

    def stage(self, rows: Iterable[Row], tables: Mapping[str, str]) -> None:
        """Make tables of rows; these go through files, so that none are held."""
        for table, path in write_lines(rows, tables, self._place).items():
            spelled = ", ".join(f"'{name}': '{kind}'" for name, kind in columns(tables[table]))
            self._connection.execute(
                f"CREATE TABLE {table} AS SELECT * FROM read_json({literal(path)}, "  # noqa: S608
                f"format = 'newline_delimited', columns = {{{spelled}}}, "
                "maximum_object_size = 67108864)"
            )
            path.unlink()


def columns(told: str) -> list[tuple[str, str]]:
    """Part the columns of a table into names and kinds.

    :param told: As in SQL, parted by commas.
    :returns: Pairs of name and kind.

    >>> columns("paper VARCHAR, authors VARCHAR[]")
    [('paper', 'VARCHAR'), ('authors', 'VARCHAR[]')]
    """
    pairs = (column.strip().rsplit(" ", 1) for column in told.split(","))
    return [(name, kind) for name, kind in pairs]


def write_lines(rows: Iterable[Row], tables: Iterable[str], place: Path) -> dict[str, Path]:
    """Write rows as lines of JSON, all tables side by side.

    :param rows: Pairs of table and row.
    :param tables: Names of the tables.
    :param place: Folder to write to.
    :returns: The file of each table, in the order of the tables; empty where it has no rows.
    """
    paths = {table: place / f"{table}.ndjson" for table in tables}
    with ExitStack() as stack:
        files = {t: stack.enter_context(path.open("wb")) for t, path in paths.items()}
        for table, row in rows:
            files[table].write(orjson.dumps(row) + b"\n")
    return paths
