"""Write the graph as a database file of DuckDB with the tables for people, documented inside.

Every table, view and column has a comment, which ``SELECT * FROM duckdb_columns()`` shows; the
table ``examples`` holds questions with the SQL that answers them. Rows are stored in a fixed order
and have no keys: an index costs more than the scan that it saves.

The same graph gives the same tables, row by row, but not the same bytes: DuckDB fills its blocks up
with what its memory held before. Where bytes matter, take Parquet, which holds the same tables and
is the same every time.
"""

from __future__ import annotations

import tempfile
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import ExportError
from kg.exporters.duckdb_tables import PeopleTable, examples, people_tables, quoted
from kg.files import literal, permissions

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kg.exporters.duckdb_tables import Example
    from kg.graph.knowledge_graph import KnowledgeGraph

__all__ = ["DEFAULT", "FILES", "FORMAT", "STABLE", "VIEW", "write"]

FORMAT = "duckdb"
FILES = ("graph.duckdb",)
DEFAULT = False
STABLE = False  # the manifest of a build says that it is there, and no hash
VIEW = False

_ALIAS = "for_people"  # what the file is called in the database of the graph
_ABOUT_EXAMPLES = "One row for each question with SQL over these tables that answers it."
_EXAMPLES = {"question": "The question.", "sql": "The SQL that answers it."}
# Every version of DuckDB from this one on reads the file; small blocks keep small graphs small.
_STORED = "STORAGE_VERSION 'v1.2.0', BLOCK_SIZE 16384"


def write(graph: KnowledgeGraph, folder: Path) -> None:
    """Write the graph as a database file of DuckDB.

    :param graph: The knowledge graph.
    :param folder: Folder that exists; a file of this name in it is replaced.
    :raises ExportError: If the file cannot be written.
    """
    path = folder / FILES[0]
    if path.is_dir():
        raise ExportError(str(path), "is a folder; move it, or write elsewhere")
    tables = people_tables(graph.ontology)
    with tempfile.TemporaryDirectory(prefix=f".{path.name}-", dir=folder) as place:
        written = Path(place) / path.name
        _run(graph, f"ATTACH {literal(written)} AS {_ALIAS} ({_STORED})")
        try:
            for table in tables:
                if not table.is_view:
                    _run(graph, f"CREATE TABLE {_ALIAS}.{quoted(table.name)} AS {table.sql}")
        finally:
            _run(graph, f"DETACH {_ALIAS}")
        _describe(written, tables, examples(graph.ontology))
        written.chmod(permissions(path))
        written.replace(path)


def _describe(path: Path, tables: Sequence[PeopleTable], shown: Sequence[Example]) -> None:
    """Add views, which see the tables of the file that they are made in, comments and examples."""
    import duckdb

    about = PeopleTable("examples", _ABOUT_EXAMPLES, _EXAMPLES, "", is_view=False)
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE examples (question VARCHAR, sql VARCHAR)")
        for example in shown:
            connection.execute("INSERT INTO examples VALUES (?, ?)", list(example))
        for table in (*tables, about):
            if table.is_view:
                connection.execute(f"CREATE VIEW {quoted(table.name)} AS {table.sql}")
            for statement in _comments(table):
                connection.execute(statement)


def _comments(table: PeopleTable) -> Iterator[str]:
    sort, place = "VIEW" if table.is_view else "TABLE", quoted(table.name)
    yield f"COMMENT ON {sort} {place} IS {literal(table.text)}"
    for name, text in table.columns.items():
        yield f"COMMENT ON COLUMN {place}.{quoted(name)} IS {literal(text)}"


def _run(graph: KnowledgeGraph, sql: str) -> None:
    """Run a statement in the database of the graph."""
    deque(graph.rows(sql), maxlen=0)
