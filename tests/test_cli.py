"""The command line: exit codes, one-line errors, data to stdout and words to stderr."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kg import cli
from kg.ontology import default_folder

if TYPE_CHECKING:
    from conftest import Run

DATA = Path(__file__).parent / "data"
SAMPLE = DATA / "sample.jsonl"
GOOD = {"id": "a", "title": "FlickerNet: a fast net", "abstract": "We propose FlickerNet."}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from kg.build import build

    out = tmp_path_factory.mktemp("built") / "sample"
    build([SAMPLE], out)
    return out


def lines(*objects: object) -> bytes:
    return b"".join(json.dumps(o).encode() + b"\n" for o in objects)


def test_every_verb_has_help_with_an_example(kg: Run) -> None:
    assert kg("--help").code == 0
    assert kg("--version").out.startswith("kg, version ")
    for name, command in cli.commands.commands.items():
        text = kg(name, "--help").out
        assert f"kg {name}" in text
        assert command.help


def test_help_lists_the_verbs_in_the_order_of_use(kg: Run) -> None:
    text = kg("--help").out
    places = [text.index(f"\n  {verb} ") for verb in ("extract", "build", "query", "evaluate")]
    assert places == sorted(places)


def test_help_imports_nothing_heavy() -> None:
    heavy = "{'spacy', 'rdflib', 'duckdb', 'pyoxigraph', 'networkx', 'numpy', 'pyvis', 'pyshacl'}"
    code = f"import sys, kg.cli; sys.exit(1 if {heavy} & set(sys.modules) else 0)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_extract_keeps_order_and_duplicates(kg: Run, tmp_path: Path) -> None:
    twice = lines(GOOD | {"id": "b"}, GOOD, GOOD | {"id": "a2"})
    answer = kg("extract", "-", stdin=twice)
    assert answer.code == 0
    assert [json.loads(x)["id"] for x in answer.out.splitlines()] == ["b", "a", "a2"]
    assert answer.err == ""
    target = tmp_path / "deep" / "out.jsonl"
    assert kg("extract", "-", "-o", target, stdin=twice).out == ""
    assert target.read_text(encoding="utf-8") == answer.out
    assert [p.name for p in target.parent.iterdir()] == ["out.jsonl"]


def test_extract_keeps_its_input_and_what_is_no_file(kg: Run, tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_bytes(lines(GOOD))
    answer = kg("extract", path, "-o", path)
    assert answer.code == 2
    assert "is an input too" in answer.err
    assert path.read_bytes() == lines(GOOD)
    assert kg("extract", path, "-o", os.devnull).code == 0
    assert not Path(os.devnull).is_file()
    link = tmp_path / "link.jsonl"
    link.symlink_to("real.jsonl")
    assert kg("extract", path, "-o", link).code == 0
    assert link.is_symlink()
    assert kg("extract", path, "-o", "").code == 2
    assert kg("build", path, "-o", "").code == 2


def test_the_bare_command_shows_help(kg: Run) -> None:
    answer = kg()
    assert answer.code == 2
    assert len(answer.err.splitlines()) > 8


def test_a_full_disk_and_closed_streams_are_one_line(tmp_path: Path) -> None:
    for redirect in ("> /dev/full", ">&-", "- <&-"):
        where = SAMPLE if redirect[0] == ">" else ""
        command = f"{sys.executable} -m kg extract --workers 1 {where} {redirect}"
        done = subprocess.run(
            ["bash", "-c", command], capture_output=True, text=True, check=False, cwd=tmp_path
        )
        assert done.returncode == 2, redirect
        assert len(done.stderr.strip().splitlines()) == 1, done.stderr


def test_extract_fields(kg: Run) -> None:
    (line,) = kg("extract", "-", stdin=lines(GOOD)).out.splitlines()
    found = json.loads(line)
    assert {"id", "title", "entities", "results", "relations", "urls"} <= set(found)
    (entity,) = [e for e in found["entities"] if e["name"] == "FlickerNet"]
    assert set(entity) >= {"type", "name", "mentions", "role", "evidence"}
    text = f"{GOOD['title']}\n{GOOD['abstract']}"
    for mention in entity["evidence"]:
        assert text[mention["start"] : mention["end"]] == mention["text"]
        assert mention["rule"]


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param(b'["no", "object"]\n', id="no-object"),
        pytest.param(lines({"id": "x", "abstract": "No title."}), id="no-title"),
        pytest.param(lines({"id": "x", "title": "No abstract"}), id="no-abstract"),
        pytest.param(lines({"title": "Long", "abstract": "x" * 5_000_000}), id="5-MB"),
        pytest.param(b'{"title": "cut off\n', id="cut-line"),
    ],
)
def test_a_bad_record_is_skipped_and_told(kg: Run, bad: bytes, tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_bytes(lines(GOOD) + bad + lines(GOOD | {"id": "c", "title": "Another"}))
    answer = kg("build", path, "-o", tmp_path / "out", "--workers", "1")
    assert answer.code == 0
    assert "papers     2" in answer.err
    assert f"skipped {path}:2" in answer.err
    assert "1 of 3 records skipped" in answer.err
    assert "Traceback" not in answer.err


@pytest.mark.parametrize("verb", ["extract", "build"])
@pytest.mark.parametrize(
    "content",
    [
        pytest.param(None, id="missing"),
        pytest.param(b"", id="empty"),
        pytest.param(b"\x00\x01\x02\x7fELF" * 200, id="binary"),
        pytest.param(b'{"title": "\xff\xfe", "abstract": "x"}\n', id="invalid-utf8"),
        pytest.param(gzip.compress(lines(GOOD))[:30], id="truncated-gzip"),
        pytest.param(b"[1]\n", id="only-bad"),
    ],
)
def test_a_bad_file_is_one_line(kg: Run, verb: str, content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    if content is not None:
        path.write_bytes(content)
    out = tmp_path / "out"
    answer = kg(verb, path, "-o", out, "--workers", "1")
    assert answer.code == 2
    assert answer.out == ""
    assert "in.jsonl" in answer.err
    assert len(answer.err.strip().splitlines()) == 1
    assert not out.exists()


def test_a_folder_is_one_line(kg: Run, tmp_path: Path) -> None:
    answer = kg("build", tmp_path, "-o", tmp_path / "out")
    assert answer.code == 2
    assert answer.err == f"kg: {tmp_path}: is a folder; name the files in it\n"


def test_the_good_records_of_a_broken_file_come_through(kg: Run, tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_bytes(lines(GOOD) + b'{"title": "\xff", "abstract": "x"}\n' + lines(GOOD))
    answer = kg("build", path, "-o", tmp_path / "out", "--workers", "1")
    assert answer.code == 2
    assert "papers     1" in answer.err
    assert f"kg: {path}:2" in answer.err
    assert (tmp_path / "out" / "manifest.json").is_file()


def test_nasty_titles_come_through(kg: Run, tmp_path: Path) -> None:
    titles = [
        "<script>alert(1)</script> for nets",
        "Quotes \"double\" and 'single' \\ backslash",
        "Control \x00\x07\x1b[31m characters",
        "Right \u202eto left\u202c and \u2067isolates",
        "Line\u2028and paragraph\u2029separators",
        "LaTeX $\\alpha$ {\\em net} \\%",
    ]
    objects = [GOOD | {"id": str(i), "title": t} for i, t in enumerate(titles)]
    lone = b'{"id": "s", "title": "Lone \\ud800 surrogate", "abstract": "We test \\udc00 it."}\n'
    path = tmp_path / "in.jsonl"
    path.write_bytes(lines(*objects) + lone)
    answer = kg("build", path, "-o", tmp_path / "out", "--workers", "1")
    assert answer.code == 0
    assert "papers     7" in answer.err
    page = (tmp_path / "out" / "graph.html").read_text(encoding="utf-8")
    assert "<script>alert(1)" not in page
    assert kg("check", tmp_path / "out").code == 0
    assert kg("query", tmp_path / "out", "SELECT ?t { ?p dcterms:title ?t }").code == 0


def test_query(kg: Run, built: Path, tmp_path: Path) -> None:
    sparql = "SELECT (COUNT(*) AS ?n) { ?p a kg:Paper }"
    assert kg("query", built, sparql, "--format", "csv").out == "n\n40\n"
    file = tmp_path / "q.rq"
    file.write_text(sparql, encoding="utf-8")
    assert json.loads(kg("query", built, file, "--format", "json").out) == [{"n": 40}]
    listed = kg("query", "--list", "--format", "json").out
    names = [question["name"] for question in json.loads(listed)]
    assert len(names) >= 25
    for name in names:
        assert kg("query", built, name).code == 0, name
    for bad in ("SELECT", "INSERT DATA { <a:b> <a:c> 1 }", "no-such-question", "nowhere.rq"):
        answer = kg("query", built, bad)
        assert answer.code == 2
        assert len(answer.err.splitlines()) == 1
    assert kg("query", tmp_path, sparql).code == 2
    assert kg("query").code == 2


def test_every_required_question_answers_on_the_sample(kg: Run, built: Path) -> None:
    needed = (
        *("methods-per-modality", "datasets-per-modality", "metrics-per-task"),
        *("methods-proposed-for-task", "methods-compared", "co-used-methods"),
        *("results-by-dataset", "evidence-of-claims"),
    )
    for name in needed:
        assert json.loads(kg("query", built, name, "--format", "json").out), name


def test_check(kg: Run, built: Path, tmp_path: Path) -> None:
    assert kg("check", built).code == 0
    found = json.loads(kg("check", built, "--format", "json").out)
    assert {finding["severity"] for finding in found} <= {"Warning"}
    broken = tmp_path / "broken"
    broken.mkdir()
    for path in built.iterdir():
        (broken / path.name).write_bytes(path.read_bytes())
    text = (broken / "graph.ttl").read_text(encoding="utf-8")
    start = text.index("dcterms:title")
    cut = text[:start] + text[text.index(";", start) + 1 :]
    (broken / "graph.ttl").write_text(cut, encoding="utf-8")
    answer = kg("check", broken)
    assert answer.code == 1
    assert "Violation" in answer.out
    assert kg("check", tmp_path / "nowhere").code == 2


def test_explain(kg: Run, built: Path) -> None:
    first = json.loads(
        kg(
            *("query", built, "--format", "json"),
            "SELECT ?n { ?m a kg:Method ; skos:prefLabel ?n } ORDER BY ?n LIMIT 1",
        ).out
    )[0]["n"]
    answer = kg("explain", built, first)
    assert answer.code == 0
    assert first in answer.out
    assert "papers:" in answer.out
    assert json.loads(kg("explain", built, first.upper(), "--format", "json").out)[0]["iri"]
    missing = kg("explain", built, "no such thing at all")
    assert missing.code == 2
    assert "no entity named" in missing.err


def test_evaluate(kg: Run, tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    entity = {"type": "Method", "name": "FlickerNet", "mentions": [], "role": "proposed"}
    record = {"id": "a", "entities": [entity], "results": [], "relations": [], "urls": []}
    gold.write_bytes(lines(record))
    found = json.loads(kg("evaluate", gold, gold, "--format", "json").out)
    assert found["entities_strict"]["all"]["f1"] == 1.0
    assert "Method" in kg("evaluate", gold, gold).out
    nothing = tmp_path / "nothing.jsonl"
    nothing.write_bytes(lines(record | {"entities": []}))
    assert kg("evaluate", gold, nothing, "--min-f1", "0.5").code == 1
    assert kg("evaluate", gold, tmp_path / "missing.jsonl").code == 2


def test_evaluate_lists_errors_in_context(kg: Run, tmp_path: Path) -> None:
    gold, predicted = tmp_path / "gold.jsonl", tmp_path / "predicted.jsonl"
    papers = tmp_path / "papers.jsonl"
    entity = {"type": "Method", "name": "FlickerNet", "mentions": [], "role": "proposed"}
    gold.write_bytes(lines({"id": "a", "entities": [entity]}, {"id": "b", "entities": [entity]}))
    predicted.write_bytes(lines({"id": "a", "entities": [entity | {"type": "Dataset"}]}))
    papers.write_bytes(lines(GOOD))
    answer = kg("evaluate", gold, predicted, "--text", papers, "--errors", "5")
    assert answer.code == 0
    assert answer.err == (
        "kg: 1 of 2 papers of the gold are not among the predictions and count as empty; "
        "first: 'b'\n"
    )
    assert "type, 1 of 1" in answer.out
    assert "[{FlickerNet}]: a fast net" in answer.out
    answer = kg("evaluate", gold, predicted, "--errors", "1", "--format", "json")
    found = json.loads(answer.out)
    assert (
        found["confusion"]["Method"] | {"Dataset": 1, "missed": 1} == found["confusion"]["Method"]
    )
    assert len(found["listed"]) == 1
    predicted.write_bytes(lines({"id": "z", "entities": []}))
    answer = kg("evaluate", gold, predicted)
    assert answer.code == 2
    assert answer.out == ""
    assert len(answer.err.splitlines()) == 1
    assert "give predictions of the same papers" in answer.err


def test_evaluate_extracts_by_itself(kg: Run, tmp_path: Path) -> None:
    columns = b"FlickerNet B-algorithm\nis O\na O\nnet O\nof O\nGoogle B-organisation\n"
    answer = kg("evaluate", "-", stdin=columns)
    assert answer.code == 0
    assert answer.err == ""
    assert "texts 1   strict F1 of spans 1.000" in answer.out
    assert "labels crossner-ai: algorithm = Method" in answer.out
    mapping = tmp_path / "labels.toml"
    mapping.write_text('algorithm = "Task"\n', encoding="utf-8")
    answer = kg("evaluate", "-", "--labels", mapping, "--min-f1", "0.5", stdin=columns)
    assert answer.code == 1
    assert "labels labels.toml: algorithm = Task" in answer.out
    assert "ignored labels: organisation 1" in answer.out
    mapping.write_text('algorithm = "Tusk"\n', encoding="utf-8")
    answer = kg("evaluate", "-", "--labels", mapping, stdin=columns)
    assert answer.code == 2
    assert answer.err.startswith(f"kg: {mapping}:1: label 'algorithm': no entity type named 'Tusk'")
    answer = kg("evaluate", "-", stdin=b"FlickerNet B-algorithm\nis\n")
    assert answer.code == 2
    assert answer.err.startswith("kg: -:2: no token with a tag: 'is'; put a token first")


def test_evaluate_refuses_what_cannot_go_together(kg: Run, tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    gold.write_bytes(lines({"id": "a", "entities": []}))
    for arguments in (("-", "-"), (gold, gold, "--model", "m"), (gold, "--errors", "-1"), ()):
        answer = kg("evaluate", *arguments)
        assert answer.code == 2
        assert len(answer.err.splitlines()) == 1
        assert "kg evaluate --help" in answer.err
    assert kg("evaluate", gold).code == 2
    assert kg("evaluate", gold, "--text", gold, "--model", "no/such/model").code == 2


def test_rules_are_listed(kg: Run) -> None:
    answer = kg("rules")
    assert answer.code == 0
    assert answer.err == ""
    assert "\n  method.named " in answer.out
    assert "\n  head.method " in answer.out
    assert "head.network.modified" not in answer.out
    assert "head.network.modified" in kg("rules", "--heads").out
    found = {rule["id"]: rule for rule in json.loads(kg("rules", "--format", "json").out)}
    assert found["method.named"]["confidence"] > 0
    assert found["role.proposed.we"]["finds"] == "role"
    assert found["lexicon.task"]["size"] > 1000


def test_rules_are_tried(kg: Run, tmp_path: Path) -> None:
    answer = kg("rules", "--check")
    assert (answer.code, answer.out) == (0, "")
    assert len(answer.err.splitlines()) == 1
    assert json.loads(kg("rules", "--check", "--format", "json").out) == []
    folder = tmp_path / "ontology"
    shutil.copytree(default_folder(), folder)
    path = folder / "rules" / "metric.toml"
    text = path.read_text(encoding="utf-8").replace("[Recall@10]", "[Recollection@10]")
    path.write_text(text, encoding="utf-8")
    answer = kg("rules", "--check", "--ontology", folder)
    assert (answer.code, answer.err) == (1, "")
    (line,) = answer.out.splitlines()
    assert line.startswith("rules/metric.toml: metric.at: finds nothing instead of what is marked")
    answer = kg("rules", "--check", "--ontology", folder, "--format", "json")
    assert answer.code == 1
    assert [fault["rule"] for fault in json.loads(answer.out)] == ["metric.at"]


def test_rules_are_measured(kg: Run, tmp_path: Path) -> None:
    gold, papers = tmp_path / "gold.jsonl", tmp_path / "papers.jsonl"
    text = "We propose FlickerNet. It outperforms EEGNet."
    papers.write_bytes(lines(GOOD | {"abstract": text}))
    method = {"type": "Method", "mentions": [], "role": "compared"}
    ours, rival = (method | {"name": name} for name in ("FlickerNet", "EEGNet"))
    measured = ("rules", "--gold", gold, "--text", papers, "--accuracy", "rules")
    gold.write_bytes(lines({"id": "a", "entities": [ours, rival]}, {"id": "b", "entities": []}))
    answer = kg(*measured, "--format", "json")
    assert answer.err == "kg: 1 of 2 papers have no text, left out\n"
    found = {rule["id"]: rule for rule in json.loads(answer.out)["rules"]}
    title = found["name.title"]
    assert (title["fired"], title["right"], title["does_harm"]) == (2, 2, False)
    assert "F1 without" in kg(*measured).out
    gold.write_bytes(lines({"id": "a", "entities": [rival]}))
    answer = kg(*measured, "--harmful")
    assert answer.code == 1
    assert "F1 is higher without any one of: name.title" in answer.out
    assert kg("rules", "--gold", gold).code == 2


def test_rules_refuses_what_cannot_go_together(kg: Run) -> None:
    for arguments in (
        *(("--check", "--gold", "g"), ("--harmful",), ("--text", "x")),
        *(("--gold", "-", "--text", "-"), ("--gold", "no/such/file")),
    ):
        answer = kg("rules", *arguments)
        assert answer.code == 2
        assert answer.out == ""
        assert len(answer.err.splitlines()) == 1


def test_types(kg: Run) -> None:
    answer = kg("types")
    assert answer.code == 0
    for word in ("Modality", "outperforms: Method -> Method", "introduced"):
        assert word in answer.out


def test_usage_errors_are_one_line(kg: Run) -> None:
    for arguments in (
        ("nonsense",),
        ("build", "x"),
        ("extract",),
        ("build", "x", "-o", "y", "--q"),
    ):
        answer = kg(*arguments)
        assert answer.code == 2
        assert len(answer.err.splitlines()) == 1
        assert "--help" in answer.err
    answer = kg("extract", SAMPLE, "--format", "docx")
    assert answer.code == 2
    assert "available: " in answer.err
    assert kg("extract", SAMPLE, "--model", "no/such/model").code == 2


def test_a_closed_pipe_is_no_error() -> None:
    command = f"{sys.executable} -m kg extract {SAMPLE} --workers 1 | head -c 100"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command], capture_output=True, check=False
    )
    assert done.stderr == b""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupt_stops_cleanly(tmp_path: Path, number: int) -> None:
    fifo = tmp_path / "in.jsonl"
    os.mkfifo(fifo)
    # Where the tests run in the background of a shell, interrupts are ignored, also by a child.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen(
        [sys.executable, "-m", "kg", "build", str(fifo), "-o", str(tmp_path / "out")],
        stderr=subprocess.PIPE,
    )
    signal.signal(signal.SIGINT, before)
    with fifo.open("wb") as stream:
        stream.write(lines(GOOD))
        stream.flush()
        time.sleep(1)
        process.send_signal(number)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err.decode().strip() == "kg: stopped"
    assert [p.name for p in tmp_path.iterdir()] == ["in.jsonl"]
