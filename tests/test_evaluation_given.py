"""Entities of the gold given to the later stages, so that these are judged alone."""

from __future__ import annotations

import importlib.util
import io
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import cli, console
from kg import ontology as ontologies
from kg.documents import parse
from kg.errors import KGError, ReadError, UnknownNameError
from kg.evaluation import Evaluation, compare
from kg.evaluation.annotations import read
from kg.evaluation.completion import completed
from kg.evaluation.given import RULE, given_entities
from kg.extractions import dumps
from kg.model import Record
from kg.pipeline import Extractor

if TYPE_CHECKING:
    from collections.abc import Sequence

ONTOLOGY = ontologies.load()
GOLD = Path(__file__).parents[2] / "shared" / "gold"
TEXT = {
    "title": "FlickerNet: fast detection of flames",
    "abstract": "We propose FlickerNet for flame detection. FlickerNet reaches an accuracy of "
    "91.5% on the Embers dataset and outperforms AshNet.",
}


def entity(kind: str, name: str, role: str, *mentions: str) -> dict[str, Any]:
    return {"type": kind, "name": name, "role": role, "mentions": list(mentions)}


def fact(head: str, kind: str, tail: str) -> dict[str, str]:
    return {"head": head, "type": kind, "tail": tail}


ENTITIES = [
    entity("Method", "FlickerNet", "proposed", "FlickerNet"),
    entity("Method", "AshNet", "compared"),
    entity("Dataset", "Embers", "used", "Embers"),
    entity("Metric", "accuracy", "reported", "accuracy"),
    entity("Task", "flame detection", "addressed", "flame detection", "detection of flames"),
]
PAPER: dict[str, Any] = {
    "id": "a",
    **TEXT,
    "entities": ENTITIES,
    "relations": [
        fact("FlickerNet", "outperforms", "AshNet"),
        fact("FlickerNet", "evaluatedOn", "Embers"),
        fact("FlickerNet", "appliedTo", "flame detection"),
    ],
    "results": [
        {"value": "91.5%", "metric": "accuracy", "method": "FlickerNet", "dataset": "Embers"}
    ],
}


def write(path: Path, *records: object) -> str:
    path.write_bytes(b"".join(json.dumps(record).encode() + b"\n" for record in records))
    return str(path)


def measure(gold: str, **options: Any) -> Evaluation:
    found = compare(gold, ontology=ONTOLOGY, gold_entities=True, **options).evaluation
    assert isinstance(found, Evaluation)
    return found


def test_what_is_told_of_given_entities_is_judged_alone(tmp_path: Path) -> None:
    found = measure(write(tmp_path / "gold", PAPER), model="rules")
    assert found.relations["outperforms"].f1 == 1.0
    assert found.relations["evaluatedOn"].matched == 1
    assert found.results["value+metric"].f1 == 1.0
    assert found.is_given
    assert list(found.groups) == ["relations", "results"]
    assert found.mistakes == ()


def test_names_that_the_extraction_would_not_find_are_given(tmp_path: Path) -> None:
    text = {"title": "On blorp", "abstract": "A blorp outperforms a quux."}
    entities = [entity("Method", "blorp", "proposed"), entity("Method", "quux", "compared")]
    facts = [fact("blorp", "outperforms", "quux")]
    gold = write(tmp_path / "gold", {"id": "a", **text, "entities": entities, "relations": facts})
    assert measure(gold, model="rules").relations["outperforms"].f1 == 1.0
    found = compare(gold, ontology=ONTOLOGY, model="rules").evaluation
    assert isinstance(found, Evaluation)
    assert found.relations["outperforms"].matched == 0


def test_reports_say_that_entities_were_given(tmp_path: Path) -> None:
    found = measure(write(tmp_path / "gold", PAPER), model="rules")
    table = found.table(errors=5)
    assert table.startswith("papers 1   entities and roles: given, those of the gold\n\nrelations ")
    report = found.report(errors=5)
    assert report["entities"] == "given, those of the gold"
    assert set(report) == {"papers", "entities", "relations", "results", "intervals"}
    assert set(report["intervals"]) == {"relations", "results"}
    low, high = found.interval()
    assert 0 <= low <= found.relations["all"].f1 <= high <= 1
    for word in ("strict", "role accuracy", "missed", "errors"):
        assert word not in table
        assert word not in json.dumps(report)


def test_entities_that_stand_nowhere_are_told_of(tmp_path: Path) -> None:
    more = [*ENTITIES, entity("Method", "SootNet", "mentioned"), entity("Task", "x1", "mentioned")]
    gold = write(tmp_path / "gold", PAPER, PAPER | {"id": "b", "entities": more}, {"id": "c"})
    found = compare(gold, ontology=ONTOLOGY, model="rules", gold_entities=True)
    missing, unnamed = found.notes
    assert missing.startswith("1 of 3 papers of the gold are not among the predictions")
    told = "2 entities of the gold stand nowhere in their texts and were not given; first: of 'b'"
    assert unnamed == told


def test_papers_may_stand_in_another_file(tmp_path: Path) -> None:
    seen: list[object] = []
    gold = write(tmp_path / "gold", {k: v for k, v in PAPER.items() if k not in TEXT})
    papers = write(tmp_path / "papers.jsonl", {"id": "z", **TEXT}, {"id": "a", **TEXT})
    found = measure(gold, text=papers, model="rules", progress=seen.append)
    assert found.results["value+metric"].f1 == 1.0
    assert len(seen) == 1


@pytest.mark.parametrize(
    ("entities", "error", "reason"),
    [
        ([{"type": "Method", "name": "n"}], ReadError, "'a' does not tell the role of 'n'; let"),
        ([entity("Gadget", "n", "used")], UnknownNameError, "no entity type named 'Gadget'"),
        ([entity("Method", "n", "eaten")], UnknownNameError, "no role of Method named 'eaten'"),
    ],
)
def test_a_gold_that_cannot_be_given_is_refused(
    entities: list[Any], error: type[KGError], reason: str, tmp_path: Path
) -> None:
    gold = write(tmp_path / "gold", PAPER | {"entities": entities})
    with pytest.raises(error, match=reason):
        measure(gold)


def test_spans_and_predictions_are_refused(tmp_path: Path) -> None:
    spans = write(tmp_path / "spans", {"id": "1", "tokens": ["net"], "ents": [[0, 1, "Method"]]})
    with pytest.raises(ReadError, match="spans: holds spans, which have no roles"):
        measure(spans)
    gold = write(tmp_path / "gold", PAPER)
    with pytest.raises(ReadError, match="gold: entities of the gold can be given only to"):
        measure(gold, predicted=gold)


def call(
    arguments: Sequence[object],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> tuple[int, str, str]:
    monkeypatch.setattr(sys, "argv", ["kg", *map(str, arguments)])
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))
    with pytest.raises(SystemExit) as stop:
        console.run(cli.commands)
    out, err = capsys.readouterr()
    return int(stop.value.code or 0), out, err


def test_the_verb_gives_entities(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    gold = write(tmp_path / "gold", PAPER)
    asked = ("evaluate", gold, "--gold-entities", "--accuracy", "rules")
    code, out, err = call(asked, monkeypatch, capsys)
    assert (code, err) == (0, "")
    assert "entities and roles: given" in out
    assert "  outperforms " in out
    code, out, err = call((*asked, "--format", "json"), monkeypatch, capsys)
    assert (code, err) == (0, "")
    assert json.loads(out)["results"]["value+metric"]["f1"] == 1.0


@pytest.mark.parametrize("asked", [("evaluate", "GOLD"), ("rules", "--gold", "GOLD")])
def test_papers_without_annotations_are_no_gold(
    asked: tuple[str, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    bare = {name: PAPER[name] for name in ("id", "title", "abstract")}
    gold = write(tmp_path / "gold", bare)
    given_too = [gold if word == "GOLD" else word for word in asked]
    code, out, err = call(given_too, monkeypatch, capsys)
    assert (code, out) == (2, "")
    remedy = "give records with entities, relations or results"
    assert err == f"kg: {gold}: no annotations in its 1 records; {remedy}\n"


@pytest.mark.parametrize("more", [("GOLD",), ("--errors", "3"), ("--min-f1", "0.5")])
def test_the_verb_refuses_what_is_about_found_entities(
    more: tuple[str, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    gold = write(tmp_path / "gold", PAPER)
    given_too = [gold if word == "GOLD" else word for word in more]
    code, out, err = call(("evaluate", gold, *given_too, "--gold-entities"), monkeypatch, capsys)
    assert (code, out) == (2, "")
    assert len(err.splitlines()) == 1
    assert "--gold-entities" in err


WORDS = ("net", "nets", "Ash", "fire net", "EEG", "$x$", "{\\em net}")


@given(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=8),
    st.lists(st.tuples(st.sampled_from(ONTOLOGY.type_names), st.sampled_from(WORDS)), max_size=6),
)
def test_given_entities_stand_where_they_say(text: list[str], named: list[tuple[str, str]]) -> None:
    annotated = [entity(kind, name, "mentioned") for kind, name in named]
    document = parse(Record(id="p", title="Of it", abstract=" ".join(text)), NLP)
    found = given_entities(document, {"entities": annotated})
    assert len(found) <= len(annotated)
    for one in found:
        assert (one.type, one.name) in named
        assert one.mentions == tuple(sorted(one.mentions))
        for mention in one.mentions:
            assert document.text[mention.start : mention.end] == mention.text
            assert mention.rule == RULE
        for before, after in zip(one.mentions, one.mentions[1:], strict=False):
            assert before.end <= after.start
    assert given_entities(document, {}) == []


NLP = Extractor(ONTOLOGY, model="rules").nlp


@pytest.mark.corpus
@pytest.mark.skipif(not (GOLD / "score.py").is_file(), reason="no shared corpus beside it")
@pytest.mark.parametrize("name", ["dev", "dev-other"])
def test_figures_are_those_of_the_reference_scorer(name: str) -> None:
    spec = importlib.util.spec_from_file_location("reference_scorer", GOLD / "score.py")
    assert spec is not None
    assert spec.loader is not None
    scorer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scorer)
    gold, text = str(GOLD / f"{name}.gold.jsonl"), GOLD / f"{name}.input.jsonl"
    with text.open(encoding="utf-8") as stream:
        records = [Record(**json.loads(line)) for line in stream]
    annotations = read(gold)
    made = completed(records, annotations, Extractor(ONTOLOGY))
    expected = scorer.score(annotations.records, [json.loads(dumps(e, ONTOLOGY)) for e in made])
    assert expected["entities_strict"]["all"]["f1"] == expected["role_accuracy"] == 1.0
    found = measure(gold, text=str(text)).as_dict()
    assert found["relations"] == expected["relations"]
    assert found["results"] == expected["results"]
