"""What was extracted once is not extracted again, and what comes out is the same bytes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from conftest import entity, extraction

from kg import ontology
from kg.build import build
from kg.cache import FILE, Cache, clear, kept, maker_of
from kg.files import cache_folder
from kg.model import Listing, Record
from kg.pipeline import extract

if TYPE_CHECKING:
    import pytest
    from conftest import Run

    from kg.model import Extraction

SAMPLE = Path(__file__).parent / "data" / "sample.jsonl"
ONTOLOGY = ontology.load()


def paper(number: int, text: str = "We use SNN.") -> Extraction:
    record = Record(id=f"p{number}", title=f"Title {number}", abstract=text)
    return extraction(record, (entity(record, "Method", "SNN", "used"),))


def contents(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in sorted(folder.iterdir()) if p.is_file()}


def test_what_is_put_is_found_with_the_record_of_now(tmp_path: Path) -> None:
    papers = [paper(number) for number in range(100)]
    with Cache(tmp_path, ONTOLOGY, maker="m") as cache:
        for item in papers:
            cache.put(item)
    with Cache(tmp_path, ONTOLOGY, maker="m") as cache:
        assert [cache.get(item.record) for item in papers] == papers
        again = replace(papers[3].record, id="other", listings=(Listing("page", 1),))
        found = cache.get(again)
        assert found is not None
        assert found == replace(papers[3], record=again)
        assert cache.found == 101
        assert cache.get(replace(papers[3].record, abstract="We use SNN!")) is None
    with Cache(tmp_path, ONTOLOGY, maker="another") as cache:
        assert cache.get(papers[3].record) is None


def test_title_and_abstract_are_not_one_text(tmp_path: Path) -> None:
    one = Record(id="p", title="A", abstract="B\nC")
    with Cache(tmp_path, ONTOLOGY, maker="m") as cache:
        cache.put(extraction(one, ()))
        cache.flush()
        assert cache.get(one)
        assert cache.get(Record(id="p", title="A\nB", abstract="C")) is None


def test_a_cache_that_cannot_be_used_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"no database, but long enough to be taken for one" * 100)
    with Cache(tmp_path, ONTOLOGY, maker="m") as cache:
        assert "not used" in cache.fault
        cache.put(paper(1))
        assert cache.get(paper(1).record) is None
    assert clear(tmp_path) == 0
    assert not (tmp_path / FILE).exists()
    (tmp_path / "file").write_text("")
    with Cache(tmp_path / "file", ONTOLOGY, maker="m") as cache:
        assert "not used" in cache.fault


def test_a_value_that_is_damaged_is_not_used(tmp_path: Path) -> None:
    import sqlite3

    with Cache(tmp_path, ONTOLOGY, maker="m") as cache:
        cache.put(paper(1))
    with sqlite3.connect(tmp_path / FILE) as connection:
        connection.execute("UPDATE extractions SET value = x'00'")
    connection.close()
    with Cache(tmp_path, ONTOLOGY, maker="m") as cache:
        assert cache.get(paper(1).record) is None
        assert "not used" in cache.fault


def test_several_may_write_at_once(tmp_path: Path) -> None:
    def write(start: int) -> str:
        with Cache(tmp_path, ONTOLOGY, maker="m") as cache:
            for number in range(start, start + 200):
                cache.put(paper(number))
            return cache.fault

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(write, (0, 100, 200, 300))) == {""}
    assert [entry.papers for entry in kept(tmp_path)] == [500]


def test_what_extraction_depends_on_changes_the_maker(tmp_path: Path) -> None:
    import shutil

    other = tmp_path / "ontology"
    shutil.copytree(ONTOLOGY.folder, other)
    same = maker_of(ontology.load(other), "fast")
    assert same == maker_of(ONTOLOGY, "fast") != maker_of(ONTOLOGY, "default")
    rule = next((other / "rules").glob("*.toml"))
    rule.write_text(rule.read_text() + "\n# changed\n")
    maker_of.cache_clear()
    assert maker_of(ontology.load(other), "fast") != same
    labels = tmp_path / "labels.toml"
    labels.write_text('A = "B"')
    assert maker_of(ONTOLOGY, "fast", labels) != same


def test_versions_of_packages_change_the_maker(monkeypatch: pytest.MonkeyPatch) -> None:
    from kg.cache import maker

    versions = dict.fromkeys(("spacy", "numpy", "en_core_web_sm", "paperkg"), "1.0")
    monkeypatch.setattr(maker, "version", lambda name: versions[name])
    makers = set()
    for changed in ("", "spacy", "numpy", "en_core_web_sm"):
        maker_of.cache_clear()
        versions[changed] = "1.1"
        makers.add(maker_of(ONTOLOGY, "en_core_web_sm"))
    maker_of.cache_clear()
    assert len(makers) == 4


def test_clearing_while_a_build_runs(tmp_path: Path) -> None:
    with Cache(tmp_path, ONTOLOGY, maker="one") as running:
        for number in range(40):
            running.put(paper(number))
        running.flush()
        assert clear(tmp_path) == 40
        with Cache(tmp_path, ONTOLOGY, maker="two") as other:
            other.put(paper(7))
            running.put(paper(8))
            running.flush()
            other.flush()
            assert other.get(paper(7).record)
            assert other.get(paper(8).record) is None  # what another maker has put
            assert running.get(paper(8).record)
        assert (running.fault, other.fault) == ("", "")
    assert {entry.maker: entry.papers for entry in kept(tmp_path)} == {"one": 1, "two": 1}
    assert clear(tmp_path) == 2
    assert kept(tmp_path) == []


def test_a_second_run_extracts_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from kg import pipeline

    records = [paper(number).record for number in range(5)]
    with Cache(tmp_path, ONTOLOGY, maker="m") as cache:
        first = list(extract(records, model="rules", cache=cache))
        assert (cache.found, cache.added) == (0, 5)
    monkeypatch.setattr(pipeline, "Extractor", None)  # nothing needs it now
    with Cache(tmp_path, ONTOLOGY, maker="m") as cache:
        assert list(extract(records, model="rules", cache=cache)) == first
        for workers in (0, 2):
            found = list(extract(records, model="rules", cache=cache, workers=workers))
            assert found == first
        assert (cache.found, cache.added) == (15, 0)


def test_kept_and_new_come_in_order_from_any_number_of_workers(tmp_path: Path) -> None:
    records = [paper(n, f"We use SNN {n}. " + "It is long. " * 400).record for n in range(40)]
    plain = list(extract(records, model="rules"))
    for workers, step in ((1, 3), (2, 3), (2, 7)):
        folder = tmp_path / f"{workers}-{step}"
        with Cache(folder, ONTOLOGY, maker="m") as cache:
            list(extract(records[::step], model="rules", cache=cache))
        with Cache(folder, ONTOLOGY, maker="m") as cache:
            assert list(extract(records, model="rules", cache=cache, workers=workers)) == plain
            assert cache.found == len(records[::step])
            assert cache.added == len(records) - cache.found


def test_a_build_from_the_cache_has_the_same_bytes(tmp_path: Path) -> None:
    build([SAMPLE], tmp_path / "plain", model="rules")
    for name in ("first", "second"):
        report = build([SAMPLE], tmp_path / name, model="rules", cache=tmp_path / "cache")
        assert contents(tmp_path / name) == contents(tmp_path / "plain")
        assert report.kept == (report.counts["papers"] if name == "second" else 0)


def test_a_killed_build_goes_on_where_it_was(tmp_path: Path) -> None:
    lines = SAMPLE.read_text().splitlines()
    many = tmp_path / "many.jsonl"
    text = "".join(
        line.replace('"title": "', f'"title": "Part {n} of ').replace('"id": "', f'"id": "{n}-')
        + "\n"
        for n in range(6)
        for line in lines
    )
    many.write_text(text)
    command = [sys.executable, "-m", "kg", "build", str(many), "-o", str(tmp_path / "out")]
    command += ["--accuracy", "rules", "--workers", "2", "--cache", str(tmp_path / "cache")]
    running = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while not sum(e.papers for e in kept(tmp_path / "cache")) and time.monotonic() < deadline:
        time.sleep(0.05)
    os.kill(running.pid, signal.SIGKILL)
    running.wait()
    before = sum(entry.papers for entry in kept(tmp_path / "cache"))
    assert before > 0
    assert not (tmp_path / "out").exists()
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    build([many], tmp_path / "plain", model="rules")
    assert contents(tmp_path / "out") == contents(tmp_path / "plain")
    assert not list(tmp_path.glob(".out-*"))


def test_kg_cache_shows_and_forgets(
    kg: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cache_folder() == tmp_path / "xdg" / "paperkg"
    assert "0 extractions" in kg("cache").out
    shown = kg("cache", "--help").out
    assert "kg cache --prune 30" in [line.strip() for line in shown.splitlines()]
    assert "\\b" not in shown
    assert kg("extract", str(SAMPLE), "--accuracy", "best").err == (
        "kg: best: no such recognizer nor spaCy pipeline; fast, default and rules are built in\n"
    )
    assert kg("cache").out.startswith("0 extractions")  # no line for what extracted nothing
    kg("extract", str(SAMPLE), "--accuracy", "rules", "--no-cache")
    assert "0 extractions" in kg("cache").out
    kg("extract", str(SAMPLE), "--accuracy", "rules")
    shown = kg("cache").out
    assert "rules" in shown
    assert "40 extractions" in shown
    assert "0 extractions forgotten" in kg("cache", "--prune", "1").out
    assert "40 extractions forgotten" in kg("cache", "--clear").out
    assert "0 extractions," in kg("cache").out
