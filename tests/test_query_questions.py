"""Competency questions: each has an answer that is known, the same by every engine."""

from __future__ import annotations

import json
import re
import shutil
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import hand_made
from test_query import elsewhere
from test_rdf import kinds, rich

from kg import ontology
from kg.errors import OntologyError, UnknownNameError
from kg.exporters import turtle
from kg.graph import engines
from kg.graph.assemble import assemble
from kg.graph.engine_oxigraph import prefixes_of
from kg.graph.parameters import bindings
from kg.graph.questions import Question, find, questions
from kg.graph.rows import Rows
from kg.graph.sparql import declared, inspect
from kg.graph.terms import Term

if TYPE_CHECKING:
    from kg.model import Extraction

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "exports" / "sample"
KNOWN = Path(__file__).parent / "cases" / "answers" / "sample.json"
QUESTIONS = questions(ontology.load())
ENGINES = sorted(engines.ENGINES)
BY_NAME = pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.name)

PAPER = "https://w3id.org/paperkg/paper/"
A, B, C = f"{PAPER}arxiv:2403.00001", f"{PAPER}b", f"{PAPER}c"
TITLE = "FlickerNet \N{ROCKET}: from EEG to images"
CNN, SPIKING = "convolutional neural network", "convolutional spiking neural network"
SUCH_AS = "A CNN such as a convolutional neural network"
REVISITED = "EEGNet revisited"
BETTER = "FlickerNet outperforms EEGNet on BETA"
DEEP, GC, FLICKER = "Deep Forest", "GCForest", "FlickerNet"
BOARD = ("BETA", "accuracy", "%")
UNLABELLED = {"broader": "http://www.w3.org/2004/02/skos/core#broader"}
DBPEDIA, CSO = "http://dbpedia.org/resource/", "https://w3id.org/ocs/ont/"

# What the papers of the fixture below say, read by a person.
ANSWERS: dict[str, list[tuple[object, ...]]] = {
    "best-results": [
        (*BOARD, "highest", Decimal("91.5"), FLICKER, A),
        (*BOARD, "lowest", Decimal("90.25"), FLICKER, B),
    ],
    "claims-not-asserted": [("future", "EEGNet", "extends", "ResNet", B, "will extend ResNet")],
    "co-used-methods": [
        (DEEP, GC, 2),
        ("EEGNet", "ResNet", 1),
        (FLICKER, "ResNet", 1),
        (CNN, "Kalman filter", 1),
        (CNN, SPIKING, 1),
        (SPIKING, "Kalman filter", 1),
    ],
    "code-of-papers": [
        (A, TITLE, "https://github.com/a/b", FLICKER),
        (A, TITLE, "https://gitlab.inria.fr/x/y", FLICKER),
    ],
    "conflicting-claims": [("EEGNet", B, FLICKER, A)],
    "conflicting-results": [
        (FLICKER, *BOARD, Decimal("90.25"), Decimal("91.5"), 2),
    ],
    "datasets-by-methods": [("BETA", 1), ("SEED", 1)],
    "datasets-per-modality": [("EEG", "BETA", 1), ("image", "BETA", 1)],
    "entities-of-one-paper": [
        ("Method", "Kalman filter", f"{PAPER}kinds"),
        ("Method", CNN, f"{PAPER}kinds"),
        ("Method", SPIKING, f"{PAPER}kinds"),
        ("Modality", "EEG", A),
        ("Modality", "image", A),
        ("Task", "SSVEP decoding", A),
    ],
    "evidence-of-claims": [
        (DEEP, "evaluated on", "SEED", C, 44, 58, "hand", "tested on SEED"),
        (DEEP, "evaluated on", "SEED", f"{PAPER}d", 44, 58, "hand", "tested on SEED"),
        (DEEP, "outperforms", GC, C, 60, 86, "hand", "Each outperforms the other"),
        ("EEGNet", "outperforms", FLICKER, B, 17, 46, "hand", "EEGNet outperforms FlickerNet"),
        (
            FLICKER,
            "evaluated on",
            "BETA",
            A,
            87,
            124,
            "hand",
            BETTER,
        ),
        (FLICKER, "extends", "ResNet", A, 44, 78, "h", f"{FLICKER}, an extension of ResNet"),
        (
            FLICKER,
            "outperforms",
            "EEGNet",
            A,
            87,
            124,
            "hand",
            BETTER,
        ),
        (GC, "outperforms", DEEP, C, 60, 86, "hand", "Each outperforms the other"),
        ("Kalman filter", "broader", CNN, f"{PAPER}kinds", 6, 50, "kind.such-as", SUCH_AS),
    ],
    "evidence-of-results": [
        ("91.5%", "accuracy", FLICKER, "BETA", A, 137, 157, "hand", "an accuracy of 91.5%"),
        ("90.25%", "accuracy", FLICKER, "BETA", B, 73, 79, "hand", "90.25%"),
    ],
    "kinds-of-a-method": [(CNN, 1, 1)],
    "links-to-the-outside": [
        ("Kalman filter", "Method", "close", f"{DBPEDIA}Kalman_filter"),
        ("Kalman filter", "Method", "exact", f"{CSO}C3987"),
        (CNN, "Method", "close", f"{DBPEDIA}Convolutional_neural_network"),
        (CNN, "Method", "exact", f"{CSO}C3063"),
    ],
    "method-lineage": [(FLICKER, "extends", "ResNet")],
    "methods-compared": [("EEGNet", FLICKER, 2), (DEEP, GC, 1)],
    "methods-on-datasets": [(DEEP, "SEED", 2), (FLICKER, "BETA", 1)],
    "methods-per-modality": [
        ("EEG", FLICKER, 1),
        ("EEG", "ResNet", 1),
        ("image", FLICKER, 1),
        ("image", "ResNet", 1),
    ],
    "methods-per-task": [("SSVEP decoding", FLICKER, 1), ("SSVEP decoding", "ResNet", 1)],
    "methods-per-year": [
        ("EEGNet", "2024", 1),
        (FLICKER, "2024", 1),
        ("ResNet", "2024", 1),
        ("EEGNet", "2023", 1),
        (FLICKER, "2023", 1),
        ("ResNet", "2023", 1),
    ],
    "methods-proposed-for-task": [("SSVEP decoding", FLICKER, A, TITLE)],
    "methods-that-outperform": [
        (DEEP, GC, 1, C),
        ("EEGNet", FLICKER, 1, B),
        (FLICKER, "EEGNet", 1, A),
        (GC, DEEP, 1, C),
    ],
    "metrics-per-task": [("SSVEP decoding", "accuracy", 1)],
    "modality-input-output": [("EEG", "image", 1)],
    "names-made-one": [
        (CNN, "Method", "CNN", "lexicon", None),
        (SPIKING, "Method", "spiking convolutional neural network", "lexicon", None),
    ],
    "new-methods": [("EEGNet", "2023", "2023", B, REVISITED)],
    "papers-of": [
        ("BETA", "used", A, TITLE, "2024-03-01"),
        ("BETA", "used", B, REVISITED, "2023"),
        *((DEEP, "used", f"{PAPER}{n}", f"Deep forests {n}", None) for n in "cd"),
        ("EEG", "input", A, TITLE, "2024-03-01"),
        ("EEGNet", "compared", A, TITLE, "2024-03-01"),
        ("EEGNet", "proposed", B, REVISITED, "2023"),
        (FLICKER, "proposed", A, TITLE, "2024-03-01"),
        (FLICKER, "compared", B, REVISITED, "2023"),
        *((GC, "used", f"{PAPER}{n}", f"Deep forests {n}", None) for n in "cd"),
        ("Kalman filter", "used", f"{PAPER}kinds", "Kinds", None),
        ("ResNet", "used", A, TITLE, "2024-03-01"),
        ("ResNet", "used", B, REVISITED, "2023"),
        *(("SEED", "used", f"{PAPER}{n}", f"Deep forests {n}", None) for n in "cd"),
        ("SSVEP decoding", "addressed", A, TITLE, "2024-03-01"),
        ("accuracy", "reported", A, TITLE, "2024-03-01"),
        ("accuracy", "reported", B, REVISITED, "2023"),
        *((name, "used", f"{PAPER}kinds", "Kinds", None) for name in (CNN, SPIKING)),
        ("image", "output", A, TITLE, "2024-03-01"),
    ],
    "papers-on-several-pages": [(A, TITLE, 2)],
    "results-by-dataset": [
        ("BETA", "accuracy", FLICKER, Decimal("91.5"), "%", "absolute", A),
        ("BETA", "accuracy", FLICKER, Decimal("90.25"), "%", "absolute", B),
    ],
    "untried-datasets": [(DEEP, "BETA", 4), (FLICKER, "SEED", 4)],
    "who-beats-whom": [
        (DEEP, GC, None, None, None, None, C, 60, 86, "Each outperforms the other"),
        ("EEGNet", FLICKER, None, None, None, None, B, 17, 46, "EEGNet outperforms FlickerNet"),
        (FLICKER, "EEGNet", None, None, None, None, A, 87, 124, BETTER),
        (GC, DEEP, None, None, None, None, C, 60, 86, "Each outperforms the other"),
    ],
}


def folder_of(folder: Path, extractions: list[Extraction]) -> Path:
    with assemble(extractions) as graph:
        turtle.write(graph, folder)
    return folder


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("build")
    return folder_of(folder, [*rich(), *elsewhere(), kinds()])


@pytest.fixture(scope="module")
def nasty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return folder_of(tmp_path_factory.mktemp("nasty"), [*hand_made()])


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the Turtle of the sample, so that no store is made beside what is committed."""
    folder = tmp_path_factory.mktemp("sample")
    for name in turtle.FILES:
        shutil.copy(SAMPLE / name, folder / name)
    return folder


@lru_cache(maxsize=8)
def loaded(folder: Path, engine: str) -> engines.Engine:
    schema = ontology.default_folder() / ontology.SCHEMA
    return engines.ENGINES[engine]([str(folder / name) for name in turtle.FILES], str(schema), None)


def ask(folder: Path, question: Question, engine: str, **parameters: str) -> Rows:
    """Ask an engine that has loaded the files once, since rdflib takes long to load them."""
    given = bindings(question.sparql, parameters)
    asked = loaded(folder, engine)
    prefixes = prefixes_of(str(folder / "graph.ttl"))
    ready = engines.bound(question.sparql, given, asked, prefixes)
    columns, rows = asked.prepare(ready, prefixes)()
    terms = [tuple(None if cell is None else Term(*cell) for cell in row) for row in rows]
    return Rows(tuple(columns), tuple(terms))


### Answers


def test_every_question_has_an_answer_that_is_known() -> None:
    assert list(ANSWERS) == [question.name for question in QUESTIONS]
    assert list(json.loads(KNOWN.read_text(encoding="utf-8"))) == list(ANSWERS)
    assert len(QUESTIONS) >= 25


@pytest.mark.parametrize("engine", ENGINES)
@BY_NAME
def test_answer(question: Question, build: Path, engine: str) -> None:
    rows = ask(build, question, engine)
    assert rows.columns == question.columns
    assert list(rows) == ANSWERS[question.name]


@BY_NAME
def test_engines_agree_on_names_of_strangers(question: Question, nasty: Path) -> None:
    first, second = (ask(nasty, question, engine) for engine in ENGINES)
    assert list(first) == list(second)
    assert first.columns == second.columns == question.columns


@pytest.mark.parametrize("engine", ENGINES)
@BY_NAME
def test_answer_on_the_sample(question: Question, sample: Path, engine: str) -> None:
    """The known answers are written by ``python tests/benchmarks/queries.py --answers``."""
    rows = ask(sample, question, engine)
    known = json.loads(KNOWN.read_text(encoding="utf-8"))[question.name]
    assert json.loads(json.dumps([*rows], default=str))[: len(known["first"])] == known["first"]
    assert len(rows) == known["rows"]


def test_a_result_stands_beside_the_claim_that_it_belongs_to(sample: Path) -> None:
    question = find(ontology.load(), "who-beats-whom")
    rows = ask(sample, question, "oxigraph", winner="brainformer", loser="glam")
    assert ("5x", "improvement", "step time") in {row[2:5] for row in rows}
    assert all(row[2] is None or str(row[2]) in str(row[9]) for row in rows)


### Parameters


def as_set(value: str) -> str:
    return value if "://" in value else value.upper()


def settings(question: Question, rows: Rows) -> list[tuple[str, str, str]]:
    """Choose what to set: name, value and column, for each parameter that is called as a column."""
    found = []
    for parameter in question.parameters:
        if parameter.name in question.columns:
            place = question.columns.index(parameter.name)
            values = {str(row[place]) for row in rows if row[place] is not None}
            found += [(parameter.name, value, parameter.name) for value in sorted(values)[:4]]
    return found


@pytest.mark.parametrize("engine", ENGINES)
@BY_NAME
def test_what_is_set_leaves_the_rows_that_have_it(
    question: Question, sample: Path, engine: str
) -> None:
    rows = ask(sample, question, "oxigraph")
    if len(rows) in {50, 500, 1000}:
        pytest.skip("the answer is cut, so that a part of it can be longer")
    for name, value, column in settings(question, rows):
        place = question.columns.index(column)
        found = list(ask(sample, question, engine, **{name: UNLABELLED.get(value, as_set(value))}))
        pairs = {"method", "other"} <= {*question.columns} and "papers" in question.columns
        either = [place, question.columns.index("other")] if pairs else [place]
        expected = [row for row in rows if any(str(row[p]) == value for p in either)]
        assert found == expected, (name, value)


@BY_NAME
def test_every_parameter_can_be_set(question: Question, build: Path) -> None:
    """Every one is tried with a value that fits and one that does not, by both engines."""
    fits = {
        "dataset": "beta",
        "method": "flickernet",
        "paper": "arxiv:2403.00001",
        "basis": "resnet",
        "winner": "EEGNET",
        "loser": "EEGNET",
        "metric": "Accuracy",
        "modality": "eeg",
        "input": "eeg",
        "output": "image",
        "task": "ssvep decoding",
        "status": "FUTURE",
        "relation": "Extends",
        "head": "eegnet" if "status" in question.columns else "FlickerNet",
        "tail": "resnet",
        "type": "METHOD",
        "entity": "cnn",
        "rule": "Lexicon",
        "year": "2024",
    }
    if question.name == "kinds-of-a-method":
        fits["method"] = "CNN"
    if question.name == "entities-of-one-paper":
        fits["paper"] = "KINDS"
    if question.name == "claims-not-asserted":
        fits["paper"] = "b"
    if question.name == "new-methods":
        fits |= {"method": "EEGNet", "year": "2023"}
    whole = ANSWERS[question.name]
    for parameter in question.parameters:
        given = {parameter.name: fits[parameter.name]}
        first, second = (list(ask(build, question, engine, **given)) for engine in ENGINES)
        assert first == second, given
        assert first, given
        assert all(row in whole for row in first), given
        if not parameter.is_entity:
            assert list(ask(build, question, "oxigraph", **{parameter.name: "no such"})) == []
        else:
            wrong = {parameter.name: "https://w3id.org/paperkg/metric/accuracy"}
            if parameter.name != "metric" and question.name != "papers-of":
                assert list(ask(build, question, "oxigraph", **wrong)) == []


### Form


@BY_NAME
def test_competency_question_is_well_made(question: Question) -> None:
    assert question.text.endswith("?")
    assert re.fullmatch(r"[a-z-]+", question.name)
    assert inspect(question.sparql).is_ordered
    assert re.search(r"\nLIMIT \d+\n$", question.sparql)
    body = re.sub(r"(?m)^#.*\n", "", question.sparql)
    assert declared(question.sparql) == {
        prefix for prefix in re.findall(r"(\w+):[\w]", body) if prefix != "https"
    }
    order = question.sparql.rpartition("ORDER BY")[2]
    aggregates = {"highest", "lowest", "title", "text", "paper", "papers", "higher"}
    assert set(question.columns) - aggregates <= set(re.findall(r"\?(\w+)", order)) | {"other"}
    for parameter in question.parameters:
        assert f"?{parameter.variable}" in body
        assert parameter.text[0].islower()


def test_unknown_question() -> None:
    with pytest.raises(UnknownNameError, match="best-results"):
        find(ontology.load(), "worst-results")
    with pytest.raises(UnknownNameError, match=r"available: best-results, .* and \d+ more$"):
        find(ontology.load(), "zzz")


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"# columns: a\nSELECT ?a {}", "question"),
        (b"# question: What?\nSELECT ?a {}", "columns"),
        (b"SELECT ?a {}\n# question: What?\n# columns: a", "question"),
        (b"# question: What?\n# columns: a\n# parameter: b\nSELECT ?a {}", "parameter"),
        (b"# question: What?\n# columns: a\n# analytic: maybe\nSELECT ?a {}", "analytic"),
        (b"\xff", "file"),
    ],
)
def test_faulty_question(tmp_path: Path, content: bytes, key: str) -> None:
    copied = ontology.load().folder / ontology.SCHEMA
    (tmp_path / ontology.SCHEMA).write_bytes(copied.read_bytes())
    found = ontology.load(tmp_path)
    assert questions(found) == questions(tmp_path) == []
    (tmp_path / "queries").mkdir()
    (tmp_path / "queries" / "a.rq").write_bytes(content)
    with pytest.raises(OntologyError, match=f"queries/a.rq: {key}"):
        questions(found)
