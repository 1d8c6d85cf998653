"""Training of the classifiers that tell relations and results, from a few made-up papers."""

from __future__ import annotations

from math import isclose
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from test_recognizer import tiny

from kg import documents, ontology
from kg.evaluation.given import given_entities
from kg.model import Document, Record
from kg.recognizer.recognizer import Recognizer
from kg.relations.facts import Facts, read_facts
from kg.relations.judged import LINKED, UNLINKED, linked_by
from kg.relations.valued import BARE, FILLED, REPORTED, SEVERAL, UNREPORTED

if TYPE_CHECKING:
    from kg.recognizer.classifier import Classifier
    from kg.training.facts import Reading
    from kg.training.fitting import Row

ONTOLOGY = ontology.load()
NLP = documents.blank()
NLP.add_pipe("kg_sentences")
NETS = ["Blorfnet", "Quandle", "Zibbler", "Mortek", "Vexolin", "Tarnub", "Pliffo", "Grendax"]
SETS = ["WUGSET", "DAXLAND", "FEPBENCH", "TOMAHOLD"]


def item(kind: str, name: str, role: str) -> dict[str, Any]:
    return {"type": kind, "name": name, "role": role, "mentions": [name]}


def paper(number: int) -> tuple[Document, dict[str, Any]]:
    """Make up a paper that words all its facts the same way, and annotate it."""
    chance = Random(number)  # noqa: S311
    new, old, third = chance.sample(NETS, 3)
    data = chance.choice(SETS)
    share, other, size = (str(n / 10) for n in chance.sample(range(600, 999), 3))
    abstract = (
        f"We propose {new}, not {third}. {new} beats {old} on {data}. "
        f"It reaches an accuracy of {share}%, while {old} has {other}% there. "
        f"We use {size}% images."
    )
    entities = [
        item("Method", new, "proposed"),
        item("Method", old, "compared"),
        item("Method", third, "mentioned"),
        item("Dataset", data, "used"),
        item("Metric", "accuracy", "reported"),
    ]
    shared = {"metric": "accuracy", "dataset": data, "task": None}
    gold = {
        "entities": entities,
        "relations": [
            {"head": new, "type": "outperforms", "tail": old},
            {"head": new, "type": "evaluatedOn", "tail": data},
        ],
        "results": [
            {
                **shared,
                "method": new,
                "value": f"{share}%",
                "kind": "absolute",
                "text": f"an accuracy of {share}%",
            },
            {
                **shared,
                "method": old,
                "value": f"{other}%",
                "kind": "comparison-baseline",
                "text": f"{old} has {other}%",
            },
        ],
    }
    record = Record(id=str(number), title=f"{new}: a net", abstract=abstract)
    return documents.parse(record, NLP), gold


def reading(document: Document, gold: dict[str, Any]) -> Reading:
    from kg.training.facts import Reading

    entities = given_entities(document, gold)
    return Reading(document, gold, entities, {e.key: e.name for e in entities})


def learn(
    papers: list[tuple[Document, dict[str, Any]]],
) -> tuple[dict[str, Classifier], dict[str, float], list[str]]:
    pytest.importorskip("sklearn")
    from kg.training.facts import learn_facts

    lines: list[str] = []
    readings = [reading(*one) for one in papers]
    return (*learn_facts([readings[::2], readings[1::2]], ONTOLOGY, lines.append), lines)


@pytest.fixture(scope="module")
def knows() -> Recognizer:
    classifiers, thresholds, _ = learn([paper(number) for number in range(24)])
    return Recognizer(tiny(), classifiers, thresholds)


def facts_of(knows: Recognizer, number: int) -> tuple[Facts, dict[str, Any]]:
    document, gold = paper(number)
    return read_facts(document, given_entities(document, gold), ONTOLOGY, knows), gold


def test_what_is_learned(knows: Recognizer) -> None:
    assert linked_by(knows) == {"outperforms", "evaluatedOn"}
    assert set(knows.classifiers[REPORTED].labels) == {
        "absolute",
        "comparison-baseline",
        UNREPORTED,
    }
    assert set(knows.classifiers) >= {f"{LINKED} Method Method", f"{FILLED} method"}
    assert f"{FILLED} task" not in knows.classifiers  # nothing fills it
    slots = {f"{FILLED} {slot.name}" for slot in ONTOLOGY.slots}
    assert set(knows.thresholds) == {BARE, LINKED, REPORTED, SEVERAL} | slots
    assert all(0 < least < 1 for name, least in knows.thresholds.items() if name != BARE)
    assert 0 <= knows.thresholds[BARE] <= 1


@pytest.mark.parametrize("number", range(100, 106))
def test_what_is_worded_clearly_is_learned(knows: Recognizer, number: int) -> None:
    facts, gold = facts_of(knows, number)
    told = {(r.head[1], r.type, r.tail[1]) for r in facts.relations if r.type in linked_by(knows)}
    assert told == {(r["head"], r["type"], r["tail"]) for r in gold["relations"]}
    wanted = [(r["value"], r["kind"], r["method"], r["metric"]) for r in gold["results"]]
    results = [(r.value, r.kind, dict(r.links)) for r in facts.results]
    assert [(v, k, links.get("method"), links.get("metric")) for v, k, links in results] == wanted


def test_the_same_papers_teach_the_same() -> None:
    papers = [paper(number) for number in range(6)]
    one, two = learn(papers), learn(papers)
    assert {n: (c.labels, c.weights) for n, c in one[0].items()} == {
        n: (c.labels, c.weights) for n, c in two[0].items()
    }
    assert one[1:] == two[1:]
    assert [line for line in one[2] if line.startswith("relations: F1 ")] == one[2]


@pytest.mark.parametrize("gone", [{"relations": [], "results": []}, {"relations": []}, {}])
def test_without_annotated_relations_nothing_is_learned(gone: dict[str, Any]) -> None:
    papers = [paper(number) for number in range(4)]
    bare = [(document, {"entities": gold["entities"], **gone}) for document, gold in papers]
    assert learn(bare) == ({}, {}, [])


def test_without_annotated_results_relations_are_learned() -> None:
    papers = [paper(number) for number in range(8)]
    for _, gold in papers:
        del gold["results"]
    classifiers, thresholds, _ = learn(papers)
    assert {name.partition(" ")[0] for name in classifiers} == {LINKED}
    document, gold = paper(50)
    entities = given_entities(document, gold)
    found = read_facts(document, entities, ONTOLOGY, Recognizer(tiny(), classifiers, thresholds))
    assert found.results == read_facts(document, entities, ONTOLOGY).results


def test_where_nothing_is_right_not_everything_is_kept() -> None:
    """One half annotates what the other does not, so that neither foretells the other."""
    papers = [paper(number) for number in range(6)]
    for place, (_, gold) in enumerate(papers):
        gold["relations"] = [gold["relations"][0]] if place == 0 else []
        gold["relations"] = [{**r, "head": "nothing"} for r in gold["relations"]]
    _, thresholds, lines = learn(papers)
    assert lines == ["relations: F1 0.000"]
    assert thresholds[LINKED] == 0.5


def test_a_symmetric_relation_is_learned_both_ways() -> None:
    pytest.importorskip("sklearn")
    from kg.training.facts import _answered

    record = Record(id="p", title="Nets", abstract="Quandle meets Mortek.")
    both = [item("Method", "Quandle", "proposed"), item("Method", "Mortek", "compared")]
    for kind, answers in (
        ("comparedWith", ["comparedWith", "comparedWith"]),
        ("outperforms", ["outperforms", UNLINKED]),
    ):
        fact = {"head": "Quandle", "type": kind, "tail": "Mortek"}
        gold = {"entities": both, "relations": [fact]}
        rows = _answered(reading(documents.parse(record, NLP), gold), ONTOLOGY)
        assert [row.answer for row in rows] == answers


# Numbers


def kinds(abstract: str, *results: dict[str, Any]) -> list[str]:
    """Tell for each number of an abstract what it teaches."""
    from kg.training.facts import _answered

    record = Record(id="p", title="Nets", abstract=abstract)
    gold = {"entities": [item("Metric", "accuracy", "reported")], "results": list(results)}
    rows = _answered(reading(documents.parse(record, NLP), gold), ONTOLOGY)
    return [row.answer for row in rows if row.classifier == REPORTED]


def result(value: str, text: str, kind: str = "absolute") -> dict[str, Any]:
    return {"metric": "accuracy", "value": value, "kind": kind, "text": text}


@pytest.mark.parametrize(
    ("results", "answers"),
    [
        ([result("91%", "accuracy is 91%")], "none absolute none"),
        ([result("91%", "It is 91%")], "absolute none none"),
        ([result("91%", "still 91%")], "none none absolute"),
        ([result("91%", "")], "absolute none none"),
        ([result("91%", "words that stand nowhere")], "absolute none none"),
        ([result("92%", "accuracy is 91%")], "none none none"),
        ([result("91%", r"accuracy \emph{is} 91%")], "none absolute none"),
        (
            [result("91%", "still 91%", "improvement"), result("91.0", "It is 91%")],
            "absolute none improvement",
        ),
        ([{"value": "91%", "text": "It is 91%"}], "none none none"),
        ([{"kind": "absolute"}], "none none none"),
        ([{"kind": "absolute", "value": "91%", "text": None}], "absolute none none"),
        ([], "none none none"),
    ],
)
def test_a_result_is_matched_by_its_quote(results: list[dict[str, Any]], answers: str) -> None:
    pytest.importorskip("sklearn")
    text = "It is 91% of all. Here accuracy is 91%. Then it is still 91%."
    assert kinds(text, *results) == answers.split()


def test_what_fills_a_slot_is_learned_from_all_results_of_a_number() -> None:
    pytest.importorskip("sklearn")
    from kg.training.facts import _answered
    from kg.training.fitting import NO, YES

    names = ("accuracy", "recall", "speed")
    gold = {
        "entities": [item("Metric", name, "reported") for name in names],
        "results": [{**result("91%", "are 91%"), "metric": name} for name in names[:2]],
    }
    record = Record(
        id="p", title="Nets", abstract="Accuracy (accuracy), recall are 91%, not speed."
    )
    rows = _answered(reading(documents.parse(record, NLP), gold), ONTOLOGY)  # the nearest first
    assert [r.answer for r in rows if r.classifier == f"{FILLED} metric"] == [YES, NO, YES]
    assert [r.answer for r in rows if r.classifier == f"{FILLED} method"] == []


# Fitting


def test_little_to_learn_from() -> None:
    pytest.importorskip("sklearn")
    from kg.training.fitting import NO, YES, learned

    same: list[Row] = [({"a": 1.0}, YES)] * 5
    assert learned(same, 0.1).probability({}) > 0.99
    seldom: list[Row] = [({"a": 1.0}, YES), ({"b": 1.0}, NO), ({"c": 1.0}, NO)]
    assert learned(seldom, 0.1).probability({"a": 1.0}) < 0.01  # the usual answer
    three = learned([], 0.1, ("x", "y", "z"))
    assert three.probabilities({})["x"] > 0.99


def test_two_answers_are_learned() -> None:
    pytest.importorskip("sklearn")
    from kg.training.fitting import NO, YES, learned

    rows: list[Row] = [({"a": 1.0}, YES), ({"b": 1.0}, NO)] * 9
    found = learned(rows, 10.0)
    assert found.labels == (NO, YES)
    assert found.probability({"a": 1.0}) > 0.9
    assert found.probability({"b": 1.0}) < 0.1


@pytest.mark.parametrize(
    ("scored", "wanted", "least", "best"),
    [
        ([(0.9, True), (0.8, True), (0.3, False)], 2, 0.5, 1.0),
        ([(0.9, True), (0.8, False)], 1, 0.33, 2 / 3),
        ([(0.9, True)], 3, 0.25, 0.5),
        ([(0.9, False)], 1, 0.0, 0.0),
        ([], 0, 0.0, 0.0),
    ],
)
def test_the_best_threshold(
    scored: list[tuple[float, bool]], wanted: int, least: float, best: float
) -> None:
    from kg.training.fitting import best_threshold

    found = best_threshold(scored, wanted)
    assert found[0] == least
    assert isclose(found[1], best)
