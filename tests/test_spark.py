"""The same graph by way of Spark: the SQL that both engines run, the map, and whole builds."""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from conftest import entity, extraction, hand_made

from kg import ontology
from kg.extractions import dumps
from kg.graph import capitals, linking
from kg.graph.assemble import STAGED, assemble, opened, reduce, rows
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.graph.staging import columns
from kg.iri import DEFAULT_BASE, Minter
from kg.linking import curation as curations
from kg.linking.decisions import FILES
from kg.model import Listing, Record
from kg.pipeline import extract, without_text
from kg.readers.read import read
from kg.spark import session as spark_session
from kg.spark.mapping import LINES, Mapper, Settings, dump, mapped
from kg.spark.tables import statements

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from conftest import Run

    from kg.extractions import Evidence
    from kg.model import Extraction

SAMPLE = Path(__file__).parent / "data" / "sample.jsonl"
CORPUS = Path(__file__).parent.parent.parent / "shared" / "data" / "arxiv-120k.jsonl.gz"
ABSTRACTS = 5000
ONTOLOGY = ontology.load()
SQL = {
    **{path.name: path.read_text("utf-8") for path in Path(linking.__file__).parent.glob("*.sql")},
    "capitals.py": capitals._WRITTEN,
    **{name: getattr(linking, name) for name in ("_NAMES", "_DEFINITIONS", "_STATED")},
}
# Java compiles quickly and collects simply: for small inputs most of its time goes into both.
JAVA = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
# Words that only one of the engines knows.
FOREIGN = re.compile(
    r"\b(arg_min|arg_max|REPLACE \(|EXCLUDE|MACRO|ALTER|PRAGMA|list|unnest|TEMP|regexp_replace)\b"
    r"|\(FROM |FILTER \((?!WHERE)|\* REPLACE",
)
needs_spark = pytest.mark.skipif(
    not (find_spec("pyspark") and shutil.which("java")), reason="needs pyspark and Java"
)


def records() -> list[Record]:
    return [item for item in read(str(SAMPLE)) if isinstance(item, Record)]


@pytest.fixture(scope="module")
def papers() -> list[Extraction]:
    """Give extractions with something for every statement: listings, capitals, odd names."""
    found = [*extract(records(), model="rules"), *hand_made()]
    for number, name in enumerate(("DREAM", "Dream", "Dream")):
        record = Record(id=f"d{number}", title=f"On {name}", abstract=f"We use {name} here.")
        role = "used" if number else "proposed"
        found.append(extraction(record, (entity(record, "Method", name, role),)))
    return found


@pytest.mark.parametrize("name", sorted(SQL))
def test_sql_is_in_the_words_that_both_engines_know(name: str) -> None:
    assert statements(SQL[name])
    for statement in statements(SQL[name]):
        assert not FOREIGN.search(statement), statement


def test_foreign_words_are_found() -> None:
    for text in ("count(*) FILTER (x)", "x.* REPLACE (1 AS a)", "EXISTS (FROM a)", "arg_min(a, b)"):
        assert FOREIGN.search(text), text


@pytest.mark.parametrize("evidence", ["text", "offsets"])
def test_map_is_what_the_embedded_engine_does(evidence: Evidence) -> None:
    listing = Listing("page", 1, "day")
    known = [*records()[:5], Record(id="i", title="T x", abstract="A.", listings=(listing,))]
    expected = []
    for place, found in enumerate(extract(known, model="rules")):
        kept = found if evidence == "text" else without_text(found)
        line = dumps(kept, ONTOLOGY, evidence=evidence)
        expected.append((LINES, place, line.decode().rstrip("\n")))
        for table, row in rows(kept, Minter(DEFAULT_BASE), ONTOLOGY):
            expected.append((table, place, orjson.dumps(row).decode()))
    lines = (dump(place, record).decode() for place, record in enumerate(known))
    told = Settings(None, "rules", None, DEFAULT_BASE, evidence)
    assert list(mapped(lines, told)) == expected


def test_rows_have_the_columns_that_are_staged(papers: list[Extraction]) -> None:
    for found in papers:
        for table, row in rows(found, Minter(DEFAULT_BASE), ONTOLOGY):
            assert list(row) == [name for name, _ in columns(STAGED[table])]


def test_worker_counts_calls_and_cuts_frames() -> None:
    pandas = pytest.importorskip("pandas")

    class Counter:
        total = 0

        def add(self, term: int) -> None:
            self.total += term

    calls, known = Counter(), records()[:3]
    lines = [dump(place, record).decode() for place, record in enumerate(known)]
    told = Settings(None, "rules", None, DEFAULT_BASE, "text")
    frames = list(Mapper(told, calls)(iter([pandas.DataFrame({"value": lines})])))
    assert [list(frame.columns) for frame in frames] == [["table", "place", "row"]]
    assert sorted(set(frames[0]["place"])) == [0, 1, 2]
    assert calls.total == 0


def test_options_that_do_not_go_with_spark(kg: Run, tmp_path: Path) -> None:
    out = tmp_path / "out"
    for option in (("--cache", str(tmp_path)), ("--workers", "2")):
        answer = kg("build", SAMPLE, "-o", out, "--engine", "spark", *option)
        assert answer.code == 2
        assert f"{option[0]} does not go with --engine spark" in answer.err
    assert not out.exists()


def test_without_spark_one_line(kg: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        spark_session, "find_spec", lambda name: None if name == "pyspark" else name
    )
    out = tmp_path / "out"
    answer = kg("build", SAMPLE, "-o", out, "--engine", "spark", "--accuracy", "rules")
    told = "kg: --engine spark: pyspark not installed; pip install '.[spark]'\n"
    assert (answer.code, answer.out, answer.err) == (2, "", told)
    assert not out.exists()


def told(graph: KnowledgeGraph) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for name in (*graph.TABLES, "counts"):
        yield name, list(graph.rows(f'FROM "{name}"'))


@needs_spark
@pytest.mark.slow
def test_every_statement_gives_the_same_rows(
    papers: list[Extraction], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JDK_JAVA_OPTIONS", JAVA)
    from kg.spark.session import started
    from kg.spark.shared import shared
    from kg.spark.tables import SparkTables

    place = tmp_path / "decided"
    place.mkdir()
    for file, (_, column) in FILES.items():
        if file == "reject.tsv":
            header = "\t".join(filter(None, ("type", "name", column)))
            (place / file).write_text(f"{header}\nMethod\tEEGNet\nMethod\tnowhere\n", "utf-8")
    decided = curations.read(place, ONTOLOGY)
    assert len(decided.decisions) == 2
    # A paper that came twice, in any order, changes nothing.
    several = [*reversed(papers), papers[3]]
    with started("local[2]", tmp_path) as session:
        for number, (items, curation) in enumerate((([], None), (several, decided))):
            here = tmp_path / str(number)
            here.mkdir()
            folder = tempfile.TemporaryDirectory(dir=tmp_path)
            with shared(session, here) as common:
                connection = opened(Path(folder.name))
                tables = SparkTables(session, common, connection)
                mint = Minter(DEFAULT_BASE)
                tables.stage((row for item in items for row in rows(item, mint, ONTOLOGY)), STAGED)
                reduce(tables, mint, ONTOLOGY, curation)
                tables.fetch((*KnowledgeGraph.TABLES, "counts"))
            assert not session.catalog.tableExists("s_things")
            with (
                KnowledgeGraph(connection, folder, base=DEFAULT_BASE, ontology=ONTOLOGY) as graph,
                assemble(items, ontology=ONTOLOGY, curation=curation) as other,
            ):
                for (name, found), (_, expected) in zip(told(graph), told(other), strict=True):
                    assert found == expected, name
                    assert bool(found) == bool(items) or name in {"kind_claims", "counts"}, name
                types = (
                    "SELECT table_name, column_name, data_type FROM duckdb_columns() ORDER BY ALL"
                )
                assert list(graph.rows(types)) == list(other.rows(types))
    assert "PYSPARK_PYTHON" not in os.environ


def digests(folder: Path) -> dict[str, str]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


def kg_build(*arguments: object, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a build in another process, which may leave nothing in the folder for temporary files."""
    folder.mkdir()
    environment = {**os.environ, "TMPDIR": str(folder), "JDK_JAVA_OPTIONS": JAVA}
    done = subprocess.run(
        [sys.executable, "-m", "kg", "build", *map(str, arguments)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert not list(folder.iterdir())
    return done


@needs_spark
@pytest.mark.slow
def test_same_bytes_as_the_embedded_engine(tmp_path: Path) -> None:
    source = tmp_path / "papers.jsonl"
    if CORPUS.exists():
        with gzip.open(CORPUS, "rt", encoding="utf-8") as lines:
            text: Iterable[str] = list(islice(lines, ABSTRACTS))
    else:
        text = SAMPLE.read_text("utf-8").splitlines(keepends=True)
    source.write_text("".join(text), encoding="utf-8")
    embedded, spark = tmp_path / "embedded", tmp_path / "spark"
    common = (source, "--accuracy", "rules", "--evidence", "offsets", "-o")
    done = kg_build(*common, embedded, "--no-cache", folder=tmp_path / "a")
    assert done.returncode == 0, done.stderr
    options = ("--engine", "spark", "--master", "local[2]")
    done = kg_build(*common, spark, *options, folder=tmp_path / "b")
    assert done.returncode == 0, done.stderr
    assert done.stderr.startswith("papers "), done.stderr
    assert digests(spark) == digests(embedded)


@needs_spark
@pytest.mark.slow
def test_errors_are_one_line(tmp_path: Path) -> None:
    nothing, bad = tmp_path / "nothing.jsonl", tmp_path / "model"
    nothing.write_text("", encoding="utf-8")
    out = tmp_path / "out"
    options = ("-o", out, "--engine", "spark", "--master", "local[1]")
    for number, (arguments, reason) in enumerate(
        (
            ((nothing, "--accuracy", "rules"), "is empty"),
            ((SAMPLE, "--model", bad), str(bad)),
            ((SAMPLE, "--accuracy", "rules", "--master", "nonsense"), "Master must"),
        )
    ):
        done = kg_build(*arguments[:1], *options, *arguments[1:], folder=tmp_path / str(number))
        assert done.returncode == 2, done.stderr
        assert len(done.stderr.splitlines()) == 1, done.stderr
        assert reason in done.stderr
        assert not out.exists()
