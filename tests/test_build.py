"""A build is complete or not there, and the same whatever the order, the seed and the workers."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import kg
from kg import duplicates, extractions, inputs, manifest
from kg.build import MANIFEST, build, load
from kg.iri import record_id
from kg.model import Listing, Record

SAMPLE = Path(__file__).parent / "data" / "sample.jsonl"
SEEDS = Path(__file__).parent.parent.parent / "shared" / "seeds"
FILES = {
    *("graph.ttl", "evidence.ttl", "graph.graphml", "graph.html", "extractions.jsonl"),
    *("papers.csv", "entities.csv", "relations.csv", "results.csv", "manifest.json", "void.ttl"),
    *("report.html", "report.md"),
}


def digests(folder: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.iterdir())}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("built") / "sample"
    build([SAMPLE], out)
    return out


def test_files_and_manifest(built: Path) -> None:
    found = digests(built)
    assert set(found) == FILES
    manifest = json.loads((built / MANIFEST).read_text(encoding="utf-8"))
    assert manifest["files"] == {n: d for n, d in found.items() if n != MANIFEST}
    assert manifest["counts"]["papers"] == 40
    assert manifest["inputs"][0]["sha256"] == hashlib.sha256(SAMPLE.read_bytes()).hexdigest()
    assert manifest["inputs"][0]["records"] == 40
    for name in ("Method", "Dataset", "Modality", "Metric", "Task", "results"):
        assert manifest["counts"][name] > 0


def test_same_bytes_with_another_order_seed_and_workers(built: Path, tmp_path: Path) -> None:
    lines = SAMPLE.read_text(encoding="utf-8").splitlines(keepends=True)
    halves = [tmp_path / "a" / "sample.jsonl", tmp_path / "b" / "sample.jsonl"]
    for seed, order in ((1, 1), (2, -1)):
        random.Random(0).shuffle(lines)  # noqa: S311
        for path, part in zip(halves, (lines[:15], lines[15:]), strict=True):
            path.parent.mkdir(exist_ok=True)
            path.write_text("".join(part), encoding="utf-8")
        out = tmp_path / f"out{seed}"
        inputs = [str(p) for p in halves][::order]
        environment = {**os.environ, "PYTHONHASHSEED": str(seed)}
        subprocess.run(
            [sys.executable, "-m", "kg", "build", *inputs, "-o", str(out), "--workers", "2"],
            check=True,
            env=environment,
            capture_output=True,
        )
        mine, theirs = digests(out), digests(built)
        # Lines of the input are told in these; everything else is equal to the ordered build.
        for name in ("manifest.json", "papers.csv", "extractions.jsonl", "graph.html", "void.ttl"):
            mine.pop(name)
            theirs.pop(name)
        assert mine == theirs
        if seed == 1:
            first = digests(out)
    # The same records in the same files, named in the other order, by another hash seed.
    again = tmp_path / "again"
    subprocess.run(
        [sys.executable, "-m", "kg", "build", *inputs[::-1], "-o", str(again), "--workers", "1"],
        check=True,
        env={**os.environ, "PYTHONHASHSEED": "77"},
        capture_output=True,
    )
    assert digests(again) == digests(tmp_path / "out2")
    assert set(first) == FILES


def test_replaces_a_build_and_nothing_else(built: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "thesis.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(kg.KGError, match="is no build"):
        build([SAMPLE], out)
    assert (out / "thesis.txt").read_text(encoding="utf-8") == "mine"
    (out / "thesis.txt").unlink()
    build([SAMPLE], out)
    build([SAMPLE], out)
    assert digests(out) == digests(built)
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_a_build_with_a_file_of_others_is_not_replaced(tmp_path: Path) -> None:
    out = tmp_path / "out"
    build([SAMPLE], out)
    (out / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(kg.KGError, match="no build"):
        build([SAMPLE], out)
    assert (out / "notes.txt").read_text(encoding="utf-8") == "mine"


def test_a_link_to_a_folder_stays_one(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    link = tmp_path / "link"
    link.symlink_to("real")
    build([SAMPLE], link)
    assert link.is_symlink()
    assert (tmp_path / "real" / MANIFEST).is_file()


def test_what_a_killed_build_left_is_cleared(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"],
        capture_output=True,
        text=True,
        check=True,
    )
    litter = tmp_path / f".out-{done.stdout.strip()}-abc"
    litter.mkdir()
    living = tmp_path / f".out-{os.getpid()}-abc"
    living.mkdir()
    build([SAMPLE], tmp_path / "out")
    assert {p.name for p in tmp_path.iterdir()} == {"out", living.name}


def test_a_failing_build_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from kg.exporters import turtle

    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(turtle, "write", fail)
    with pytest.raises(OSError, match="disk full"):
        build([SAMPLE], tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_load_gives_the_same_graph(built: Path, tmp_path: Path) -> None:
    from kg.exporters import turtle

    with load(built) as graph:
        assert len(graph.papers) == 40
        turtle.write(graph, tmp_path)
    assert (tmp_path / "graph.ttl").read_bytes() == (built / "graph.ttl").read_bytes()
    assert (tmp_path / "evidence.ttl").read_bytes() == (built / "evidence.ttl").read_bytes()


def test_load_refuses_what_is_no_build(tmp_path: Path) -> None:
    with pytest.raises(kg.KGError, match="no build"):
        load(tmp_path)


def test_offsets_carry_no_sentence(tmp_path: Path) -> None:
    build([SAMPLE], tmp_path / "out", evidence="offsets")
    abstracts = [json.loads(x)["abstract"] for x in SAMPLE.read_text(encoding="utf-8").splitlines()]
    for path in (tmp_path / "out").iterdir():
        text = path.read_text(encoding="utf-8")
        for abstract in abstracts:
            words = abstract.split()
            for at in range(0, len(words) - 14, 7):
                assert " ".join(words[at : at + 14]) not in text, path.name


def test_base_iri(tmp_path: Path) -> None:
    build([SAMPLE], tmp_path / "out", base="https://example.org/graph/")
    text = (tmp_path / "out" / "graph.ttl").read_text(encoding="utf-8")
    assert "https://example.org/graph/" in text
    assert "https://w3id.org/paperkg/method/" not in text
    with pytest.raises(kg.KGError, match="base IRI"):
        build([SAMPLE], tmp_path / "other", base="javascript:alert(1)")


def test_join_keeps_what_is_known() -> None:
    page, other = Listing("a.txt", 2, "--07-28"), Listing("b.txt", 1, "")
    twice = [
        Record(
            id=record_id("Neural nets at work"),
            title="Neural  nets at work",
            abstract="Short.",
            listings=(page,),
            authors=("A. One",),
        ),
        Record(
            id="x:1",
            title="Neural Net at Work",
            abstract="Much longer.",
            listings=(other,),
            doi="10.1/x",
        ),
    ]
    for records in (twice, twice[::-1]):
        (joined,) = duplicates.join(records)
        assert joined.records == 2
        assert joined.record.abstract == "Much longer."
        assert joined.record.listings == (page, other)
        assert joined.record.doi == "10.1/x"
        assert joined.record.authors == ("A. One",)
        # An identifier that the input gives goes before one that was made of the title.
        assert (joined.record.id, record_id("Neural nets at work") < "x:1") == ("x:1", True)
    different = [
        Record(id="1", title="Deep learning of nets", abstract="a", doi="10.1/a"),
        Record(id="2", title="Deep learning of nets", abstract="b", doi="10.1/b"),
        Record(id="3", title="Editorial", abstract="We look back."),
        Record(id="4", title="Editorial", abstract="We look ahead."),
        Record(id="5", title="Editorial", abstract="We look ahead."),
    ]
    assert [j.record.id for j in duplicates.join(different)] == ["1", "2", "3", "4"]
    one_doi = [replace(r, doi=d) for r, d in zip(different, ("10.1/A", "10.1/a"), strict=False)]
    assert [j.records for j in duplicates.join(one_doi)] == [2]
    shared = [
        Record(id="1", title="One thing", abstract="a"),
        Record(id="1", title="Two", abstract="b"),
    ]
    apart = list(duplicates.join(shared))
    assert len({j.record.id for j in apart}) == 2
    assert all(j.shares_id and j.record.id.startswith("1~") for j in apart)


def test_inputs_of_one_name_are_two_pages(tmp_path: Path) -> None:
    listed = "\n".join(SAMPLE.read_text(encoding="utf-8").splitlines()[:2])
    for name in "ab":
        (tmp_path / name).mkdir()
        (tmp_path / name / "page.jsonl").write_text(listed, encoding="utf-8")
    report = inputs.BuildReport()
    places = [tmp_path / name / "page.jsonl" for name in "ab"]
    records = list(inputs.read_all(places, report))
    assert [record.source for record in records] == [*["a/page.jsonl"] * 2, *["b/page.jsonl"] * 2]
    assert [source.name for source in report.sources] == ["a/page.jsonl", "b/page.jsonl"]
    alone = list(inputs.read_all(places[:1] * 2, inputs.BuildReport()))
    assert {record.source for record in alone} == {"page.jsonl"}


def test_names_of_files_that_are_no_text(tmp_path: Path) -> None:
    """In a locale without UTF-8 Python hands the bytes of other names on as half characters."""
    place = tmp_path / "m\udcc3\udcbc" / "p\udce4.jsonl"
    try:
        place.parent.mkdir()
        shutil.copy(SAMPLE, place)
    except (OSError, UnicodeError):
        pytest.skip("this system has no such names")
    report = build([place], tmp_path / "out\udce4", model="rules", to=["obsidian"])
    assert report.counts["papers"] == 40
    assert report.sources[0].name == "p?.jsonl"
    with load(tmp_path / "out\udce4") as graph:
        assert {row["source"] for row in graph.papers} == {"p?.jsonl"}


def test_what_belongs_to_the_user_is_carried_over(tmp_path: Path) -> None:
    out = tmp_path / "out"
    build([SAMPLE], out, model="rules", to=["obsidian"])
    settings = out / "obsidian" / ".obsidian" / "plugins" / "app.json"
    settings.parent.mkdir(parents=True)
    settings.write_text("{}", encoding="utf-8")
    (out / ".view").mkdir()
    (out / ".view" / "papers.html").write_text("", encoding="utf-8")
    assert manifest.foreign(out) == ""
    build([SAMPLE], out, model="rules", to=["obsidian"])
    assert settings.read_text(encoding="utf-8") == "{}"
    assert not (out / ".view").exists()
    assert manifest.hashes(out) == manifest.read(out)["files"]
    build([SAMPLE], out, model="rules")
    assert not (out / "obsidian").exists()
    (out / "my notes.md").write_text("mine", encoding="utf-8")
    with pytest.raises(kg.KGError, match=r"no build of kg \(my notes.md\); choose another"):
        build([SAMPLE], out, model="rules")


@pytest.mark.parametrize("broken", [{"files": None}, {"counts": 3}, {"inputs": {}}, {"tool": "x"}])
def test_a_manifest_of_another_form_is_none(broken: dict[str, object], tmp_path: Path) -> None:
    told = {"tool": "paperkg", "files": {}, "counts": {}, "inputs": [], **broken}
    (tmp_path / MANIFEST).write_text(json.dumps(told), encoding="utf-8")
    with pytest.raises(kg.KGError, match="is no build of kg"):
        manifest.read(tmp_path)
    assert manifest.foreign(tmp_path) == MANIFEST


@pytest.mark.parametrize(
    ("path", "value"),
    [
        *((("id",), 5), (("title",), None), (("abstract",), ["a"]), (("digest",), 1)),
        *((("sentences",), [["a", "b"]]), (("sentences", 0, 0), None), (("line",), "x")),
        *((("listings",), [{"page": "a", "position": "x"}]), (("listings",), [{"page": 1}])),
        *((("entities", 0, "evidence", 0, "start"), "x"), (("relations", 0, "end"), 1.5)),
        *((("results", 0, "start"), None), (("results", 0, "end"), True)),
    ],
)
def test_an_extraction_of_another_form_is_told(
    path: tuple[str | int, ...], value: object, built: Path
) -> None:
    lines = (built / "extractions.jsonl").read_bytes().splitlines()
    line = next(json.loads(x) for x in lines if b'"results":[{' in x and b'"relations":[{' in x)
    assert extractions.loads(json.dumps(line).encode()).record.id == line["id"]
    *inner, last = path
    place = line
    for part in inner:
        place = place[part]
    place[last] = value
    with pytest.raises(kg.KGError, match=r"^g.jsonl:7: no extraction of kg: .*; make it with"):
        extractions.loads(json.dumps(line).encode(), path="g.jsonl", number=7)


def test_faults_of_asking_a_graph_are_told(built: Path) -> None:
    with load(built) as graph:
        for bound in (float("nan"), float("inf")):
            with pytest.raises(kg.KGError, match="give a number from 0 to 1"):
                graph.narrowed(min_confidence=bound)
        for sql in ("SELECT * FROM nope", "SELEC 1", "SELECT nope FROM papers"):
            with pytest.raises(kg.KGError, match="Error: "):
                list(graph.rows(sql))


@pytest.mark.corpus
@pytest.mark.skipif(not SEEDS.is_dir(), reason="the seed pages are not part of the project")
def test_the_seeds(tmp_path: Path) -> None:
    pages = sorted(SEEDS.glob("*.txt"))
    report = build(pages, tmp_path / "out", evidence="offsets", workers=2)
    assert report.records == 454
    assert not report.skipped
    assert not report.faults
    assert report.counts["papers"] == 333
    assert report.counts["listings"] == 454
    with load(tmp_path / "out") as graph:
        roles = list(graph.rows("SELECT DISTINCT paper, property FROM roles"))
        with_method = next(
            graph.rows(
                "SELECT count(DISTINCT r.paper) AS n "
                "FROM roles r JOIN entities e ON e.iri = r.entity "
                "WHERE e.type = 'Method'"
            )
        )["n"]
    assert with_method >= 0.95 * 333
    assert sum(r["property"] == "proposesMethod" for r in roles) >= 230
    for name in ("Method", "Dataset", "Modality", "Metric", "Task", "results"):
        assert report.counts[name] > 0
