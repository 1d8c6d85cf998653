"""Tables that lie in a folder that all workers share, and the SQL of the assembly run on Spark.

The statements are those that DuckDB runs (:mod:`kg.graph.staging`). Each table is written as soon
as it is made, so that nothing is computed twice; this process reads what it needs of it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from kg.graph.staging import columns, write_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    import duckdb
    from pyspark.sql import DataFrame, SparkSession

    from kg.graph.staging import Answer, Row
    from kg.spark.shared import Shared

__all__ = ["SparkTables", "ddl", "statements"]

_CREATE = re.compile(r"CREATE (?:OR REPLACE )?TABLE (\w+) AS\s+(.*)", re.DOTALL)
_DROP = re.compile(r"DROP TABLE (\w+)")
_KINDS = {"VARCHAR": "STRING"}  # other kinds have the same name


class SparkTables:
    """Tables of a session of Spark.

    :param session: The session; see :func:`kg.spark.session.started`.
    :param shared: Folder that the workers and this process share.
    :param connection: Reads what comes back.
    """

    def __init__(
        self, session: SparkSession, shared: Shared, connection: duckdb.DuckDBPyConnection
    ) -> None:
        """Begin without tables."""
        self._session, self._shared, self._connection = session, shared, connection
        self._places: dict[str, str] = {}
        self._written = 0

    def execute(self, sql: str, parameters: Sequence[object] = ()) -> Answer:
        """Run statements, and give what the last of them has found; it comes by way of a file."""
        answer: Answer = self._connection.cursor()
        for statement in statements(sql):
            if made := _CREATE.fullmatch(statement):
                self.keep(made[1], self._session.sql(made[2]))
            elif gone := _DROP.fullmatch(statement):
                self._session.catalog.dropTempView(gone[1])
                self._shared.remove(self._places.pop(gone[1]))
            else:
                found = self._session.sql(statement, args=list(parameters))
                answer = self._read("", found)
        return answer

    def stage(self, rows: Iterable[Row], tables: Mapping[str, str]) -> None:
        """Make tables of rows of this process; they remain lines of JSON."""
        for table, path in write_lines(rows, tables, self._shared.here).items():
            place = self._shared.put(path)
            reader = self._session.read.schema(ddl(tables[table]))
            lines = reader.json(place, lineSep="\n", mode="FAILFAST")
            self._show(table, lines, place)

    def keep(self, name: str, frame: DataFrame) -> None:
        """Write a table, in the place of any of that name."""
        place = self._write(name, frame)
        kept = self._session.read.schema(frame.schema).parquet(place)
        self._show(name, kept, place)

    def fetch(self, names: Iterable[str]) -> None:
        """Make tables of these names in the database of this process, with their rows in order."""
        for name in names:
            files = self._fetched(self._places[name])
            self._connection.execute(f"CREATE TABLE {name} AS FROM read_parquet(?)", [files])

    def sorted(self, frame: DataFrame, column: str) -> Iterator[tuple[Any, ...]]:
        """Give rows in the order of a column, sorted by this process, which need not hold them."""
        answer = self._read(f'ORDER BY "{column}"', frame)
        while batch := answer.fetchmany(256):
            yield from batch

    def _show(self, name: str, frame: DataFrame, place: str) -> None:
        frame.createOrReplaceTempView(name)
        if before := self._places.get(name):
            self._shared.remove(before)
        self._places[name] = place

    def _read(self, order: str, frame: DataFrame) -> Answer:
        place = self._write("answer", frame)
        cursor = self._connection.cursor()
        files = self._fetched(place)
        return cursor.execute(f"FROM read_parquet(?) {order}", [files])

    def _write(self, name: str, frame: DataFrame) -> str:
        self._written += 1
        place = self._shared.place(f"{name}.{self._written}")
        frame.write.parquet(place)
        return place

    def _fetched(self, place: str) -> list[str]:
        """Fetch the files of a table, in the order of its rows."""
        folder: Path = self._shared.get(place)
        return [str(path) for path in sorted(folder.rglob("part-*.parquet"))]


def statements(sql: str) -> list[str]:
    r"""Part SQL into its statements, without comments.

    >>> statements("-- Two.\nDROP TABLE a;\nSELECT 1 AS one;\n")
    ['DROP TABLE a', 'SELECT 1 AS one']
    """
    kept = "\n".join(line for line in sql.splitlines() if not line.lstrip().startswith("--"))
    parts = (part.strip() for part in re.split(r";\s*(?:\n|\Z)", kept))
    return [part for part in parts if part]


def ddl(told: str) -> str:
    """Spell the columns of a table for Spark.

    :param told: As DuckDB spells them, see :func:`kg.graph.staging.columns`.

    >>> ddl("end BIGINT, authors VARCHAR[]")
    '`end` BIGINT, `authors` ARRAY<STRING>'
    """
    return ", ".join(f"`{name}` {_kind(kind)}" for name, kind in columns(told))


def _kind(kind: str) -> str:
    if kind.endswith("[]"):
        return f"ARRAY<{_kind(kind[:-2])}>"
    return _KINDS.get(kind, kind)
