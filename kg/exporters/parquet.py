"""Write the graph as a folder of Parquet files, one for each of the tables for people.

pandas, polars, R, Spark and DuckDB read them. Columns have their types: numbers are numbers, lists
are lists, what is not known is NULL. ``README.md`` in the folder says what every column means and
shows queries; ``tables.sql`` names the files for DuckDB. Rows are sorted, so the same graph has the
same bytes, whatever the number of threads.

>>> copy("SELECT 1 AS one", "it's.parquet")[:44]
"COPY (SELECT 1 AS one) TO 'it''s.parquet' (F"
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from kg.exporters.duckdb_tables import examples, people_tables, quoted
from kg.exporters.folders import filling
from kg.files import literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from kg.exporters.duckdb_tables import Example, PeopleTable
    from kg.graph.knowledge_graph import KnowledgeGraph

__all__ = ["DEFAULT", "FILES", "FORMAT", "VIEW", "copy", "write"]

FORMAT = "parquet"
FILES = ("parquet",)
DEFAULT = False
VIEW = False

# The size is the default of DuckDB, said here so that bytes do not change should the default do.
_OPTIONS = "FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880"

_HEAD = """# This graph as Parquet

One file for each table. What is not known is NULL; offsets count characters from 0, and end with
the character after the last one.

```python
import polars
results = polars.read_parquet("results.parquet")
```

`pandas.read_parquet` does the same where `pyarrow` is installed. In DuckDB, `.read tables.sql` in
this folder gives tables and views their names, for queries such as those below.

## Tables and columns
"""


def write(graph: KnowledgeGraph, folder: Path) -> None:
    """Write the graph as Parquet.

    :param graph: The knowledge graph.
    :param folder: Folder that exists; a folder of this name in it is replaced.
    :raises ExportError: If that folder holds files of others.
    """
    tables = people_tables(graph.ontology)
    with filling(folder / FILES[0]) as place:
        for table in tables:
            if not table.is_view:
                deque(graph.rows(copy(table.sql, str(place / _file(table)))), maxlen=0)
        named = "".join(map(_named, tables))
        (place / "tables.sql").write_text(named, encoding="utf-8", newline="\n")
        readme = "\n".join(_readme(tables, examples(graph.ontology))) + "\n"
        (place / "README.md").write_text(readme, encoding="utf-8", newline="\n")


def copy(sql: str, path: str) -> str:
    """Spell the statement that writes what a query returns, in its order.

    :param sql: The query.
    :param path: The file to write.
    """
    return f"COPY ({sql}) TO {literal(path)} ({_OPTIONS})"


def _file(table: PeopleTable) -> str:
    return f"{table.name}.parquet"


def _named(table: PeopleTable) -> str:
    sql = table.sql if table.is_view else f"FROM {literal(_file(table))}"
    return f"CREATE VIEW {quoted(table.name)} AS {sql};\n"


def _readme(tables: Sequence[PeopleTable], shown: Sequence[Example]) -> Iterator[str]:
    yield _HEAD.rstrip("\n")
    for table in tables:
        where = "a view of `tables.sql`" if table.is_view else f"`{_file(table)}`"
        yield f"\n### {table.name}\n\n{table.text} In {where}.\n"
        yield "| column | what it is |\n|---|---|"
        yield from (f"| `{name}` | {text} |" for name, text in table.columns.items())
    if shown:
        yield "\n## Queries"
    for example in shown:
        yield f"\n### {example.question}\n\n```sql\n{example.sql}\n```"
