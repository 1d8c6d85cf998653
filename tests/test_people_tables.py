"""Parquet and the database file: the same tables, documented, and read by what people use."""

# ruff: noqa: S608  # names of tables come from this project
from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pandas
import polars
import pytest
from conftest import Run, hand_made

from kg import ontology
from kg.build import build, load
from kg.errors import ExportError
from kg.exporters import duckdb as database
from kg.exporters import parquet
from kg.exporters.duckdb_tables import Example, examples, people_tables, quoted
from kg.graph.assemble import assemble
from kg.graph.terms import decimal
from kg.pipeline import without_text
from kg.verify import verify

if TYPE_CHECKING:
    from types import ModuleType

    from kg.graph.knowledge_graph import KnowledgeGraph

SAMPLE = Path(__file__).parent.parent / "exports" / "sample"
PAPERS = Path(__file__).parent / "data" / "sample.jsonl"
ONTOLOGY = ontology.load()
TABLES = people_tables(ONTOLOGY)
EXAMPLES = examples(ONTOLOGY)
TEXTS = {"claims": "text", "kind_claims": "text", "results": "text", "papers": "abstract"}
YEARS_ONLY = ("on the rise",)  # examples that need dates, which the sample has none of
Open = Callable[[Path], duckdb.DuckDBPyConnection]


@pytest.fixture(scope="module")
def sample() -> Iterator[KnowledgeGraph]:
    with load(SAMPLE) as loaded:
        yield loaded


@pytest.fixture
def dated() -> Iterator[KnowledgeGraph]:
    """Give a graph of one paper of 2024 and two of 2023."""
    made = [
        replace(each, record=replace(each.record, date=date))
        for each, date in zip(hand_made(), ("2024-02", "2023", "2023-05-01"), strict=True)
    ]
    with assemble(made) as assembled:
        yield assembled


def of_parquet(graph: KnowledgeGraph, folder: Path) -> duckdb.DuckDBPyConnection:
    """Open the folder as its README says."""
    parquet.write(graph, folder)
    place = folder / "parquet"
    connection = duckdb.connect()
    connection.execute(f"SET file_search_path = '{place}'")
    connection.execute((place / "tables.sql").read_text(encoding="utf-8"))
    return connection


def of_database(graph: KnowledgeGraph, folder: Path) -> duckdb.DuckDBPyConnection:
    database.write(graph, folder)
    return duckdb.connect(str(folder / "graph.duckdb"), read_only=True)


OPENED = (of_parquet, of_database)


def content(connection: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[Any, ...]]]:
    """Read all tables in the order in which they are stored."""
    return {
        table.name: connection.execute(f"FROM {quoted(table.name)}").fetchall()
        for table in TABLES
        if not table.is_view
    }


@pytest.mark.parametrize("opened", OPENED)
def test_every_column_is_documented(
    sample: KnowledgeGraph, tmp_path: Path, opened: Callable[..., duckdb.DuckDBPyConnection]
) -> None:
    with opened(sample, tmp_path) as connection:
        for table in TABLES:
            found = connection.execute(f"DESCRIBE {quoted(table.name)}").fetchall()
            assert [row[0] for row in found] == list(table.columns), table.name
            assert len(set(table.columns)) == len(found)
            assert table.text.endswith(".")
            assert all(text.endswith(".") for text in table.columns.values())


def test_the_database_tells_what_it_holds(sample: KnowledgeGraph, tmp_path: Path) -> None:
    with of_database(sample, tmp_path) as connection:
        sql = "SELECT table_name, column_name, comment FROM duckdb_columns() WHERE NOT internal"
        told = {(table, name): text for table, name, text in connection.execute(sql).fetchall()}
        wanted = {(t.name, name): text for t in TABLES for name, text in t.columns.items()}
        assert wanted.items() <= told.items()
        assert all(told.values())
        sql = "SELECT table_name, comment FROM duckdb_tables() UNION ALL "
        sql += "SELECT view_name, comment FROM duckdb_views() WHERE NOT internal"
        texts = dict(connection.execute(sql).fetchall())
        assert {table.name: table.text for table in TABLES}.items() <= texts.items()
        assert all(texts.values())
        assert connection.execute("FROM examples").fetchall() == EXAMPLES


def test_the_readme_tells_every_column_and_query(sample: KnowledgeGraph, tmp_path: Path) -> None:
    parquet.write(sample, tmp_path)
    text = (tmp_path / "parquet" / "README.md").read_text(encoding="utf-8")
    parts = {part.partition("\n")[0]: part for part in text.split("\n### ")}
    for table in TABLES:
        for name, meaning in table.columns.items():
            assert f"\n| `{name}` | {meaning} |" in parts[table.name]
    for example in EXAMPLES:
        assert example.sql in parts[example.question]
    files = {path.name for path in (tmp_path / "parquet").glob("*.parquet")}
    assert files == {f"{table.name}.parquet" for table in TABLES if not table.is_view}


@pytest.mark.parametrize("opened", OPENED)
def test_every_example_answers(
    sample: KnowledgeGraph,
    dated: KnowledgeGraph,
    tmp_path: Path,
    opened: Callable[..., duckdb.DuckDBPyConnection],
) -> None:
    assert len(EXAMPLES) >= 10
    (tmp_path / "dated").mkdir()
    with opened(sample, tmp_path) as plain, opened(dated, tmp_path / "dated") as timed:
        for example in EXAMPLES:
            needs_years = any(words in example.question for words in YEARS_ONLY)
            rows = (timed if needs_years else plain).execute(example.sql).fetchall()
            assert rows, example.question
            assert rows == (timed if needs_years else plain).execute(example.sql).fetchall()


def test_examples_are_all_read() -> None:
    text = (ONTOLOGY.folder / "queries" / "tables.md").read_text(encoding="utf-8")
    assert len(EXAMPLES) == text.count("```sql") == text.count("\n## ")
    assert not examples(replace(ONTOLOGY, folder=Path(__file__).parent))


def asked(words: str) -> Example:
    return next(example for example in EXAMPLES if words in example.question)


def test_what_the_examples_say(dated: KnowledgeGraph, tmp_path: Path) -> None:
    with of_parquet(dated, tmp_path) as connection:
        best = connection.execute(asked("highest").sql).fetchall()
        assert best == [("BETA", "accuracy", "%", 1, 91.5, "FlickerNet", 91.5, "FlickerNet")]
        # All papers of both years speak of EEGNet, of FlickerNet only one of two in 2023.
        assert connection.execute(asked("rise").sql).fetchall() == [("FlickerNet", 1, 100.0, 50.0)]
        evidence = connection.execute(asked("evidence").sql).fetchall()
        assert evidence[0][:4] == (
            *("FlickerNet", "EEGNet", "asserted"),
            "It outperforms EEGNet on BETA",
        )
        years = connection.execute("SELECT year, papers FROM years WHERE name = 'BETA'").fetchall()
        assert sorted(years) == [(2023, 1), (2024, 1)]
        spans = "SELECT first_year, last_year FROM entities WHERE name IN ('BETA', 'image')"
        assert sorted(connection.execute(spans).fetchall()) == [(2023, 2023), (2023, 2024)]


def test_rows_are_those_of_the_graph(sample: KnowledgeGraph, tmp_path: Path) -> None:
    with of_database(sample, tmp_path) as connection:
        stored = content(connection)
    for name, rows in stored.items():
        assert len(rows) == len(getattr(sample, name)), name
    columns = {table.name: list(table.columns) for table in TABLES}
    results = [dict(zip(columns["results"], row, strict=True)) for row in stored["results"]]
    slots = {slot.name for slot in ONTOLOGY.slots}
    filled = {(row["iri"], slot): row[slot] for row in results for slot in slots if row[slot]}
    names = "SELECT result, slot, e.name FROM result_entities JOIN entities e ON e.iri = entity"
    assert filled == {(r["result"], r["slot"]): r["name"] for r in sample.rows(names)}
    numbers = {row["iri"]: decimal(row["number"]) for row in sample.results}
    for row in results:
        number = numbers[row["iri"]]
        assert row["number"] == (float(number.value) if number else None)


def test_evidence_is_what_the_offsets_say(sample: KnowledgeGraph, tmp_path: Path) -> None:
    texts = {row["iri"]: f"{row['title']}\n{row['abstract']}" for row in sample.papers}
    with of_parquet(sample, tmp_path) as connection:
        for name in ("claims", "kind_claims", "results", "mentions"):
            rows = connection.execute(f'SELECT paper, start, "end", text FROM {name}').fetchall()
            assert rows
            for paper, start, end, text in rows:
                assert texts[paper][start:end] == text


def test_text_that_may_not_be_carried_is_not_there(tmp_path: Path) -> None:
    with assemble(map(without_text, hand_made())) as graph, of_parquet(graph, tmp_path) as found:
        for name, column in TEXTS.items():
            rows = found.execute(f"SELECT {column} FROM {name} WHERE {column} <> ''").fetchall()
            assert not rows, name
        assert found.execute("SELECT count(*) FROM claims WHERE text IS NULL").fetchone() == (
            len(graph.claims),
        )


def test_names_of_strangers_come_through(graph: KnowledgeGraph, tmp_path: Path) -> None:
    with of_parquet(graph, tmp_path) as connection:
        names = {row[0] for row in connection.execute("SELECT name FROM entities").fetchall()}
        titles = {row[0] for row in connection.execute("SELECT title FROM papers").fetchall()}
    assert "=cmd() set" in names  # exact: no spreadsheet opens these files
    assert {row["title"] for row in graph.papers} == titles


def test_pandas_and_polars_read_them(sample: KnowledgeGraph, tmp_path: Path) -> None:
    with of_parquet(sample, tmp_path) as connection:
        for table in TABLES:
            if table.is_view:
                continue
            path = tmp_path / "parquet" / f"{table.name}.parquet"
            frame = polars.read_parquet(path)
            assert frame.columns == list(table.columns)
            assert len(frame) == len(getattr(sample, table.name))
            seen = connection.execute(f"FROM {quoted(table.name)}").df()
            assert isinstance(seen, pandas.DataFrame)
            assert list(seen.columns) == list(table.columns)
    results = polars.read_parquet(tmp_path / "parquet" / "results.parquet")
    assert results.schema["number"] == polars.Float64
    papers = polars.read_parquet(tmp_path / "parquet" / "papers.parquet")
    assert papers.schema["authors"] == polars.List(polars.String)
    assert papers.schema["year"] == polars.Int32


def hashes(folder: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted((folder / "parquet").iterdir())
    }


def many() -> Iterator[Any]:
    """Make enough papers for several row groups and several threads."""
    for number in range(260):
        for each in hand_made():
            yield replace(each, record=replace(each.record, id=f"{each.record.id}-{number}"))


def test_parquet_is_the_same_every_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "_OPTIONS", parquet._OPTIONS.replace("122880", "2048"))
    made = list(many())
    seen = []
    for order in (1, -1):
        with assemble(made[::order]) as graph:
            assert len(graph.mentions) > 2 * 2048
            for threads in (1, 8):
                for is_kept in (True, False):
                    list(graph.rows(f"SET threads = {threads}"))
                    list(graph.rows(f"SET preserve_insertion_order = {is_kept}"))
                    parquet.write(graph, tmp_path)
                    seen.append(hashes(tmp_path))
    assert all(each == seen[0] for each in seen)


def test_the_database_has_the_same_content_every_time(tmp_path: Path) -> None:
    made = hand_made()
    seen = []
    for each in (made, made[::-1]):
        with assemble(each) as graph, of_database(graph, tmp_path) as connection:
            seen.append(content(connection))
    assert seen[0] == seen[1]
    with assemble(made) as graph, of_parquet(graph, tmp_path) as connection:
        assert content(connection) == seen[0]


@pytest.mark.parametrize("module", [parquet, database])
def test_an_empty_graph_has_all_tables(module: ModuleType, tmp_path: Path) -> None:
    opened = of_parquet if module is parquet else of_database
    with assemble([]) as graph, opened(graph, tmp_path) as connection:
        assert not any(content(connection).values())


def test_written_whole_or_not_at_all(
    graph: KnowledgeGraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "it's a folder"
    place.mkdir()
    with of_database(graph, place) as connection:
        before = content(connection)

    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(database, "_describe", fail)
    with pytest.raises(KeyboardInterrupt):
        database.write(graph, place)
    monkeypatch.undo()
    assert [path.name for path in place.iterdir()] == ["graph.duckdb"]
    with duckdb.connect(str(place / "graph.duckdb"), read_only=True) as connection:
        assert content(connection) == before
    with of_database(graph, place) as connection:  # and the graph can still be written
        assert content(connection) == before
    parquet.write(graph, place)
    parquet.write(graph, place)
    (place / "parquet" / "mine.txt").touch()
    with pytest.raises(ExportError, match="not written by kg"):
        parquet.write(graph, place)


def test_a_folder_in_the_way_is_told(graph: KnowledgeGraph, tmp_path: Path) -> None:
    (tmp_path / "graph.duckdb").mkdir()
    with pytest.raises(ExportError, match="is a folder"):
        database.write(graph, tmp_path)


def test_export_writes_them(kg: Run, tmp_path: Path) -> None:
    done = kg("export", SAMPLE, "--to", "parquet", "--to", "duckdb", "-o", tmp_path / "out")
    assert done.code == 0, done.err
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"parquet", "graph.duckdb"}
    shutil.rmtree(tmp_path / "out")


def test_a_build_with_a_database_is_the_same_every_time(tmp_path: Path) -> None:
    place = tmp_path / "O'Brien"  # a path is a text of SQL too
    place.mkdir()
    one, other = (build([PAPERS], place / name, model="rules", to=["duckdb"]) for name in "ab")
    assert one.files == other.files
    assert one.files["graph.duckdb"] == ""
    assert list(verify(place / "a", [PAPERS])) == []
