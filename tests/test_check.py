"""Checking a build: which engine, what is told, and what cannot be checked."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

import orjson
import pytest
from click.testing import CliRunner
from test_rdf import rich

from kg import ontology
from kg.errors import ExportError, OntologyError, ReadError, UnknownNameError
from kg.exporters import turtle
from kg.extractions import dumps, loads
from kg.graph import check as checking
from kg.graph.assemble import assemble
from kg.graph.check import ENGINES, SHAPES, check
from kg.graph.findings import grouped
from kg.model import Finding

if TYPE_CHECKING:
    from kg.graph.knowledge_graph import KnowledgeGraph

EXPORTS = Path(__file__).parent.parent / "exports"
ODD = "\n".join(
    f'paper:p{n} a kg:Paper , fabio:ResearchPaper ; dcterms:title "T" ; rdfs:label "T" .'
    for n in range(5)
)
WRONG = "paper:b kg:proposesMethod dataset:beta ."


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("build")
    with assemble(rich()) as graph:
        turtle.write(graph, folder)
    return {name: (folder / name).read_text(encoding="utf-8") for name in turtle.FILES}


def build(folder: Path, files: dict[str, str], more: str = "") -> Path:
    for name, content in files.items():
        said = content + (more if name == turtle.FILES[0] else "")
        (folder / name).write_text(said, encoding="utf-8")
    return folder


@pytest.mark.parametrize("engine", ENGINES)
def test_good_graphs_conform(
    engine: str, tmp_path: Path, files: dict[str, str], graph: KnowledgeGraph
) -> None:
    turtle.write(graph, tmp_path)
    assert check(tmp_path, engine=engine) == []
    assert check(str(build(tmp_path, files)), engine=engine) == []
    with assemble([]) as empty:
        turtle.write(empty, tmp_path)
    assert check(tmp_path, engine=engine) == []


@pytest.mark.parametrize("name", ["sample", pytest.param("seeds", marks=pytest.mark.slow)])
def test_exports_conform(name: str) -> None:
    found = check(EXPORTS / name, engine="sparql")
    assert [f for f in found if f.severity == "Violation"] == []
    assert check(EXPORTS / name, engine="shacl") == found


def test_without_text_graphs_conform(tmp_path: Path) -> None:
    bare = [loads(dumps(one, ontology.load(), evidence="offsets")) for one in rich()]
    with assemble(bare) as graph:
        turtle.write(graph, tmp_path)
    assert "evidenceText" not in (tmp_path / turtle.FILES[1]).read_text(encoding="utf-8")
    assert check(tmp_path) == check(tmp_path, engine="sparql") == []


def test_findings_are_sorted_and_grouped(
    tmp_path: Path, files: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    findings = check(build(tmp_path, files, ODD + WRONG))
    assert findings == check(tmp_path, engine="sparql")
    assert [f.shape for f in findings] == ["PaperIdentifier"] * 5 + ["PaperProposes"]
    assert findings[-1].value == "https://w3id.org/paperkg/dataset/beta"
    lines = grouped(findings)
    assert lines == [
        "Violation PaperIdentifier, 5 times: A paper has an identifier; give the record an id.",
        "  https://w3id.org/paperkg/paper/p0",
        "  https://w3id.org/paperkg/paper/p1",
        "  https://w3id.org/paperkg/paper/p2",
        "  ... and 2 more",
        "Violation PaperProposes, 1 time: What a paper proposes is a method; correct the type of "
        "the entity.",
        "  https://w3id.org/paperkg/paper/b has 'https://w3id.org/paperkg/dataset/beta'",
        "6 findings: 6 violations",
    ]
    assert len(grouped(findings, examples=5)) == len(lines) + 1
    assert len(grouped(findings, examples=0)) == 3
    mixed = [*findings, Finding("Warning", "W", "It is odd; look.", "x", "a\nb")]
    assert grouped(mixed)[-2:] == ["  x has 'a b'", "7 findings: 6 violations, 1 warning"]
    assert grouped([mixed[-1]])[-1] == "1 finding: 1 warning; the graph conforms"
    assert grouped([]) == ["no findings: the graph conforms"]
    assert not [r for r in caplog.records if r.levelno >= logging.WARNING]


def test_verb(tmp_path: Path, files: dict[str, str]) -> None:
    from kg.cli import commands

    runner = CliRunner()
    folder = str(build(tmp_path, files, ODD))
    told = runner.invoke(commands, ["check", folder, "--examples", "1"])
    assert told.exit_code == 1
    assert told.stdout.splitlines()[1:3] == [
        "  https://w3id.org/paperkg/paper/p0",
        "  ... and 4 more",
    ]
    for engine in ENGINES:
        asked = ["check", folder, "--format", "json", "--engine", engine, "--examples", "1"]
        found = orjson.loads(runner.invoke(commands, asked).stdout)
        assert [f["focus"][-2:] for f in found] == ["p0", "p1", "p2", "p3", "p4"]
        assert set(found[0]) == {"severity", "shape", "message", "focus", "value"}
    assert runner.invoke(commands, ["check", str(build(tmp_path, files))]).exit_code == 0
    assert runner.invoke(commands, ["check", folder, "--engine", "magic"]).exit_code == 2


def test_size_chooses_the_engine(
    tmp_path: Path, files: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> None:
        raise AssertionError

    build(tmp_path, files, ODD)
    found = check(tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr(checking, "answered", never)
        assert check(tmp_path) == found
    monkeypatch.setattr(checking, "SMALL", 100)
    with monkeypatch.context() as patched:
        patched.setattr(checking, "validated", never)
        assert check(tmp_path) == found
    assert check(tmp_path, engine="shacl") == found
    with pytest.raises(UnknownNameError, match="no engine named 'magic'; available: auto, shacl"):
        check(tmp_path, engine="magic")


def test_large_graphs_are_read_from_their_store(
    tmp_path: Path, files: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> Path:
        raise ExportError("here", "cannot be written")

    found = check(build(tmp_path, files, ODD))
    assert not (tmp_path / ".store").exists()
    monkeypatch.setattr(checking, "SMALL", 100)
    monkeypatch.setattr(checking, "LARGE", 1000)
    assert check(tmp_path) == found
    assert (tmp_path / ".store").is_dir()
    build(tmp_path, files, ODD + WRONG)
    assert len(check(tmp_path)) == len(found) + 1
    monkeypatch.setattr(checking, "prepare", refused)
    assert len(check(tmp_path)) == len(found) + 1


@pytest.mark.parametrize("limit", ["SMALL", "LARGE", "__doc__"])
def test_no_build(
    limit: str, tmp_path: Path, files: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, limit, 100)
    with pytest.raises(ReadError, match=r"holds no graph\.ttl"):
        check(tmp_path)
    build(tmp_path, files, "\nnonsense")
    with pytest.raises(ReadError, match=r"graph\.ttl(:\d+: is no Turtle|, line \d+)") as caught:
        check(tmp_path)
    assert "\n" not in str(caught.value)
    (tmp_path / turtle.FILES[0]).unlink()
    with pytest.raises(ReadError, match=r"holds no graph\.ttl"):
        check(tmp_path)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, r"shapes\.ttl: file: cannot be read"),
        ("nonsense", r"shapes\.ttl: syntax: "),
        (
            "<#a> sh:targetNode <#b> ; sh:message 'm' ; sh:sparql [ sh:select 'SELECT' ] .",
            r"shapes\.ttl: (a|SHACL): ",
        ),
        (
            "<#a> sh:targetNode <#b> ; sh:message 'm' ; sh:minCount 1 .",
            r"shapes\.ttl: (a|SHACL): ",
        ),
        (
            "<#a> sh:targetNode <#b> ; sh:message 'm' ; sh:closed true .",
            r"shapes\.ttl: a: sh:closed cannot be put into SPARQL; say it in other words",
        ),
    ],
)
def test_faulty_shapes(
    engine: str, content: str | None, reason: str, tmp_path: Path, files: dict[str, str]
) -> None:
    schema = (ontology.default_folder() / ontology.SCHEMA).read_bytes()
    (tmp_path / ontology.SCHEMA).write_bytes(schema)
    if content is not None:
        prefix = "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
        (tmp_path / SHAPES).write_text(prefix + content)
    with pytest.raises(OntologyError, match=reason):
        check(build(tmp_path, files), ontology=ontology.load(tmp_path), engine=engine)
