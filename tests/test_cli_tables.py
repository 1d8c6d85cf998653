"""The verbs leaderboard and matrix: options, exit codes, what goes where."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kg.graph.admissible import SURE
from kg.ontology import default_folder

if TYPE_CHECKING:
    from conftest import Run

ROOT = Path(__file__).parent.parent
SAMPLE, SEEDS = ROOT / "exports" / "sample", ROOT / "exports" / "seeds"
STYLES = ("table", "csv", "json", "md")


def named(folder: Path, column: str) -> str:
    """Name something that the first result of a build speaks of."""
    with (folder / "results.csv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        return next(r[column] for r in rows if r[column] and r["status"] == "asserted")


def without_result(folder: Path, kind: str, column: str) -> str:
    """Name an entity of a build of which no result speaks."""
    with (folder / "results.csv").open(encoding="utf-8", newline="") as file:
        told = {row[column] for row in csv.DictReader(file)}
    with (folder / "entities.csv").open(encoding="utf-8", newline="") as file:
        rows = [r for r in csv.DictReader(file) if r["type"] == kind and not r["aliases"]]
    return next(r["name"] for r in rows if r["name"] not in told)


def test_leaderboard(kg: Run) -> None:
    answer = kg("leaderboard", SAMPLE)
    assert answer.code == 0
    assert answer.out.startswith("1. metric: ")
    assert "\n10. metric: " in answer.out
    assert "\n11. " not in answer.out
    assert "boards; --top 0 shows all" in answer.err
    assert max(map(len, answer.out.splitlines())) <= 100
    everything = kg("leaderboard", SAMPLE, "--top", 0)
    assert everything.out.startswith(answer.out)
    assert "--top" not in everything.err


def test_every_asserted_result_is_on_one_board(kg: Run) -> None:
    for folder in (SAMPLE, SEEDS):
        rows = list(csv.DictReader(io.StringIO(kg("leaderboard", folder, "--format", "csv").out)))
        with (folder / "results.csv").open(encoding="utf-8", newline="") as file:
            expected = [r for r in csv.DictReader(file) if r["status"] == "asserted"]
        fields = ("paper", "value", "unit", "kind", "start", "end")
        assert sorted([r[f] for f in fields] for r in rows) == sorted(
            [r[f] for f in fields] for r in expected
        )
        quotes = {r["quote"] for r in rows}
        assert (quotes == {""}) == (folder == SEEDS)
        boards = {
            (r["board"], *(r[f] for f in ("metric", "dataset", "unit", "kind"))) for r in rows
        }
        assert len(boards) == len({r["board"] for r in rows})


def test_leaderboard_of_a_name(kg: Run) -> None:
    name = named(SAMPLE, "dataset")
    spelled = name.upper().replace("-", " ")
    answer = kg("leaderboard", SAMPLE, "--dataset", spelled, "--format", "json")
    found = json.loads(answer.out)
    assert found["boards"]
    assert name in {board["slots"]["dataset"]["name"] for board in found["boards"]}
    assert kg("leaderboard", SAMPLE, "--method", named(SAMPLE, "method")).out
    answer = kg("leaderboard", SAMPLE, "--metric", "no such thing")
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith("kg: no Metric named 'no such thing'; available: ")
    assert len(answer.err.splitlines()) == 1


def test_what_is_less_sure_takes_no_rank(kg: Run) -> None:
    ranked = []
    for least in ("0", None, "0.9", "1"):
        setting = () if least is None else ("--min-confidence", least)
        answer = kg("leaderboard", SAMPLE, "--format", "csv", *setting)
        rows = list(csv.DictReader(io.StringIO(answer.out)))
        ranks = [row for row in rows if row["rank"]]
        assert all(float(row["confidence"]) >= float(least or SURE) for row in ranks)
        assert all(not row["unranked"] for row in ranks)
        ranked.append(len(ranks))
    assert ranked == sorted(set(ranked), reverse=True)
    assert f"[default: {SURE}; 0<=x<=1]" in " ".join(kg("leaderboard", "--help").out.split())
    for verb in ("leaderboard", "matrix"):
        answer = kg(verb, SAMPLE, "--min-confidence", "2")
        assert (answer.code, answer.out) == (2, "")


def test_leaderboard_without_a_board(kg: Run) -> None:
    metric, dataset = named(SAMPLE, "metric"), without_result(SAMPLE, "Dataset", "dataset")
    answer = kg("leaderboard", SAMPLE, "--metric", metric, "--dataset", dataset)
    assert (answer.code, answer.out) == (0, "")
    assert f"kg: metric '{metric}' is taken for {metric}\n" in answer.err
    assert "kg: no paper reports a value of that\n" in answer.err


def test_options_follow_the_ontology(kg: Run, tmp_path: Path) -> None:
    folder = tmp_path / "ontology"
    shutil.copytree(default_folder(), folder)
    schema = folder / "paperkg.ttl"
    text = schema.read_text(encoding="utf-8").replace('kg:slot "task"', 'kg:slot "goal"')
    schema.write_text(text, encoding="utf-8")
    for spelled in (("--ontology", folder), (f"--ontology={folder}",)):
        told = kg("leaderboard", *spelled, "--help")
        assert told.code == 0
        assert "--goal NAME" in told.out
        assert "--task NAME" not in told.out
    assert "--task NAME" in kg("leaderboard", "--help").out
    assert kg("leaderboard", "--ontology").code == 2
    assert kg("leaderboard", SAMPLE, "--ontology", tmp_path / "none").code == 2


def test_matrix(kg: Run) -> None:
    answer = kg("matrix", SEEDS)
    assert answer.code == 0
    assert answer.out.startswith("Method (rows) by Dataset (columns): papers, claims: evaluatedOn")
    assert "--top 0 shows all, as far as the terminal is wide" in answer.err
    assert max(map(len, answer.out.splitlines())) <= 100
    rows = list(csv.reader(io.StringIO(kg("matrix", SEEDS, "--format", "csv", "--top", 0).out)))
    with (SEEDS / "relations.csv").open(encoding="utf-8", newline="") as file:
        claims = [r for r in csv.DictReader(file) if r["relation"] == "evaluatedOn"]
    asserted = {(r["head"], r["tail"], r["paper"]) for r in claims if r["status"] == "asserted"}
    assert sum(int(n) for row in rows[1:-1] for n in row[1:-1]) == len(asserted)
    assert int(rows[-1][-1]) == len({paper for _, _, paper in asserted})
    assert "results of both" in kg("matrix", SEEDS, "--rows", "dataset", "--columns", "metric").out


def test_matrix_counts_what_is_sure(kg: Run) -> None:
    asked = ("matrix", SEEDS, "--format", "json", "--top", 0)
    for kinds in ((), ("--rows", "Dataset", "--columns", "Metric")):
        papers = [
            json.loads(kg(*asked, *kinds, "--min-confidence", least).out)["papers"]
            for least in ("0", "0.9", "1")
        ]
        assert papers[0] == json.loads(kg(*asked, *kinds).out)["papers"]
        assert papers[0] > papers[1] > papers[2] == 0


def test_matrix_lists_gaps(kg: Run) -> None:
    answer = kg("matrix", SEEDS, "--gaps", "--top", 3)
    assert answer.code == 0
    assert len(answer.out.splitlines()) == 4
    assert "--top 0 shows all" in answer.err
    found = json.loads(kg("matrix", SEEDS, "--gaps", "--min-papers", 1, "--format", "json").out)
    products = [gap["product"] for gap in found["gaps"]]
    assert products == sorted(products, reverse=True)
    assert len(products) == 20 < found["total"]


def test_what_is_refused_is_one_line(kg: Run, tmp_path: Path) -> None:
    for arguments, told in (
        (("matrix", SEEDS, "--rows", "Methode"), "no entity type named 'Methode'; available: Meth"),
        (("matrix", SEEDS, "--relation", "uses"), "available: evaluatedOn"),
        (("matrix", SEEDS, "--rows", "Task", "--columns", "Task"), "nothing links Task with Task"),
        (("matrix", SEEDS, "--min-papers", 2), "give --gaps too"),
        (("matrix", tmp_path), "is no build of kg"),
        (("leaderboard", tmp_path), "is no build of kg"),
        (("leaderboard",), "--help"),
        (("leaderboard", SAMPLE, "--format", "xml"), "--help"),
        (("leaderboard", SAMPLE, "--colour", "red"), "--help"),
    ):
        answer = kg(*arguments)
        assert (answer.code, answer.out) == (2, ""), arguments
        assert told in answer.err
        assert len(answer.err.splitlines()) == 1


@pytest.mark.parametrize("verb", ["leaderboard", "matrix"])
def test_same_bytes_every_time(verb: str) -> None:
    for style in STYLES:
        told = set()
        for seed in ("1", "2"):
            done = subprocess.run(
                [sys.executable, "-m", "kg", verb, str(SAMPLE), "--format", style],
                capture_output=True,
                check=True,
                env={**os.environ, "PYTHONHASHSEED": seed, "COLUMNS": "90"},
            )
            told.add(done.stdout)
        assert len(told) == 1
