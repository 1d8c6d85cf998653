"""Evaluation: hand-made cases, properties, and the same numbers as the reference scorer."""

from __future__ import annotations

import copy
import importlib.util
import itertools
import json
import random
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import ontology as ontologies
from kg.errors import ReadError
from kg.evaluation import ALL, Evaluation, evaluate, read_lines
from kg.evaluation.alignment import Comparable, align, compare_key, share_head, share_surface
from kg.evaluation.scoring import Counts, number

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType
    from typing import TypeAlias

    Record: TypeAlias = dict[str, Any]

GOLD = Path(__file__).parents[2] / "shared" / "gold"
SCORER = GOLD / "score.py"
CONTRIBUTIONS = {("Method", "proposed"), ("Dataset", "introduced")}
ROLES = ("proposed", "used", "compared", "introduced", "mentioned", "reported", "addressed")
corpus = pytest.mark.corpus
needs_gold = pytest.mark.skipif(not SCORER.is_file(), reason="no shared corpus beside the checkout")


def measure(gold: list[Record], predicted: list[Record]) -> Evaluation:
    """Evaluate with what the reference scorer counts."""
    return evaluate(
        gold,
        predicted,
        ontologies.load(),
        contributions=CONTRIBUTIONS,
        measured=("metric",),
        settings=("method", "dataset"),
    )


def entity(kind: str, name: str, role: str = "used", *mentions: str, **extra: Any) -> Record:
    return {"type": kind, "name": name, "role": role, "mentions": [name, *mentions], **extra}


def relation(head: str, kind: str, tail: str, **extra: Any) -> Record:
    return {"head": head, "type": kind, "tail": tail, **extra}


def paper(*entities: Record, **parts: list[Record]) -> Record:
    return {"id": "p1", "entities": list(entities), **parts}


METHOD, RIVAL = entity("Method", "FlickerNet", "proposed"), entity("Method", "EEGNet", "compared")
DATA, METRIC = entity("Dataset", "BETA"), entity("Metric", "accuracy", "reported")
RESULT = {"method": "FlickerNet", "metric": "accuracy", "value": "91.5%", "dataset": "BETA"}


# --- entities


@pytest.mark.parametrize(
    ("gold", "predicted", "strict", "relaxed"),
    [
        ("spiking neural networks", "Spiking Neural-Network", 1, 1),
        ("spiking neural network", "neural network", 0, 1),
        ("spiking neural network", "spiking neural", 0, 1),
        ("spiking neural network", "spiking neural cell", 0, 0),
        ("network", "very deep spiking network", 0, 0),
        ("EEG", "fMRI", 0, 0),
    ],
)
def test_strict_wants_equal_names_and_relaxed_a_shared_head(
    gold: str, predicted: str, strict: int, relaxed: int
) -> None:
    found = measure([paper(entity("Method", gold))], [paper(entity("Method", predicted))])
    assert found.strict["Method"] == Counts(strict, 1, 1)
    assert found.relaxed["Method"] == Counts(relaxed, 1, 1)


def test_entities_of_different_type_do_not_match() -> None:
    found = measure([paper(entity("Method", "EEG"))], [paper(entity("Modality", "EEG"))])
    assert found.strict["Method"] == Counts(0, 1, 0)
    assert found.strict["Modality"] == Counts(0, 0, 1)
    assert found.strict[ALL] == Counts(0, 1, 1)


def test_an_abbreviation_matches_what_it_stands_for_once() -> None:
    gold = paper(entity("Method", "graph neural network", "used", "GNN"))
    predicted = paper(entity("Method", "GNNs"), entity("Method", "graph neural network"))
    assert measure([gold], [predicted]).strict["Method"] == Counts(1, 1, 2)


def test_as_many_pairs_as_can_be_are_made() -> None:
    gold = [Comparable("T", "a", frozenset({"b"})), Comparable("T", "c", frozenset({"b", "d"}))]
    predicted = [Comparable("T", "b"), Comparable("T", "d")]
    assert align(gold, predicted, agree=share_surface) == {0: 0, 1: 1}
    assert align(gold[::-1], predicted, agree=share_surface) == {0: 1, 1: 0}


def test_optional_entities_are_neither_required_nor_wrong() -> None:
    gold = paper(METHOD, entity("Method", "SGD", optional=True))
    assert measure([gold], [paper(METHOD)]).strict[ALL] == Counts(1, 1, 1)
    assert measure([gold], [paper(METHOD, entity("Method", "SGD"))]).strict[ALL].f1 == 1.0


def test_papers_that_are_missing_count_as_empty_and_others_are_ignored() -> None:
    found = measure([paper(METHOD)], [{"id": "p2", "entities": [METHOD]}])
    assert found.strict[ALL] == Counts(0, 1, 0)
    assert len(found.papers) == 1


# --- roles and contributions


def test_roles_are_counted_over_pairs_and_an_alternative_is_right_too() -> None:
    gold = paper(METHOD, RIVAL, entity("Dataset", "BETA", "used", role_alternative="mentioned"))
    predicted = paper(
        METHOD, entity("Method", "EEGNet", "used"), entity("Dataset", "BETA", "mentioned")
    )
    found = measure([gold], [predicted])
    assert found.roles == Counts(2, 3, 3)
    assert found.role_accuracy == 2 / 3


@pytest.mark.parametrize(
    ("name", "role", "expected"),
    [
        ("FlickerNet", "proposed", Counts(1, 1, 1)),
        ("FlickerNet", "used", Counts(0, 0, 0)),
        ("Flicker", "proposed", Counts(1, 1, 1)),
        ("net number 2", "proposed", Counts(1, 1, 1)),
        ("a plain net", "proposed", Counts(0, 0, 0)),
    ],
)
def test_only_named_contributions_count(name: str, role: str, expected: Counts) -> None:
    record = paper(entity("Method", name, role))
    assert measure([record], [record]).contributions == expected


def test_a_contribution_in_another_role_is_not_found() -> None:
    found = measure([paper(METHOD)], [paper(entity("Method", "FlickerNet", "used"))])
    assert found.contributions == Counts(0, 1, 0)
    assert found.contribution_recall == 0.0


# --- relations


@pytest.mark.parametrize(("kind", "matched"), [("comparedWith", 1), ("outperforms", 0)])
def test_only_symmetric_relations_have_no_direction(kind: str, matched: int) -> None:
    gold = paper(METHOD, RIVAL, relations=[relation("FlickerNet", kind, "EEGNet")])
    predicted = paper(METHOD, RIVAL, relations=[relation("EEGNet", kind, "FlickerNet")])
    assert measure([gold], [predicted]).relations[kind] == Counts(matched, 1, 1)


def test_relations_follow_the_pairing_of_entities_not_their_names() -> None:
    gold = paper(METHOD, DATA, relations=[relation("FlickerNet", "evaluatedOn", "BETA")])
    renamed = entity("Method", "the flicker net", "proposed", "FlickerNet")
    predicted = paper(renamed, DATA, relations=[relation(renamed["name"], "evaluatedOn", "BETA")])
    assert measure([gold], [predicted]).relations["evaluatedOn"] == Counts(1, 1, 1)
    unpaired = paper(DATA, relations=[relation("FlickerNet", "evaluatedOn", "BETA")])
    assert measure([gold], [unpaired]).relations["evaluatedOn"] == Counts(0, 1, 1)


def test_only_asserted_relations_and_results_count() -> None:
    stated = relation("FlickerNet", "evaluatedOn", "BETA")
    gold = paper(METHOD, DATA, METRIC, relations=[stated], results=[RESULT])
    hedged = copy.deepcopy(gold)
    hedged["relations"][0]["status"] = "hedged"
    hedged["results"][0]["status"] = "future"
    found = measure([gold], [hedged])
    assert found.relations[ALL] == Counts(0, 1, 0)
    assert found.results["full"] == Counts(0, 1, 0)
    itself = measure([hedged], [hedged])
    assert (itself.relations, itself.results["full"]) == ({ALL: Counts()}, Counts())
    hedged["relations"][0]["status"] = hedged["results"][0]["status"] = "asserted"
    assert measure([gold], [hedged]).relations[ALL].f1 == 1.0


def test_optional_relations_and_results_are_neither_required_nor_wrong() -> None:
    stated = relation("FlickerNet", "evaluatedOn", "BETA")
    predicted = paper(METHOD, DATA, METRIC, relations=[stated], results=[RESULT])
    gold = copy.deepcopy(predicted)
    gold["relations"][0]["optional"] = gold["results"][0]["optional"] = True
    found = measure([gold], [predicted])
    assert found.relations[ALL] == found.results["full"] == Counts(0, 0, 0)


# --- results


@pytest.mark.parametrize(
    ("change", "first", "full"),
    [
        ({}, 1, 1),
        ({"value": "91.50 %"}, 1, 1),
        ({"value": "91.6%"}, 0, 0),
        ({"metric": "F1"}, 0, 0),
        ({"metric": None}, 0, 0),
        ({"dataset": None}, 1, 0),
        ({"method": "EEGNet"}, 1, 0),
        ({"metric": "Accuracies"}, 1, 1),
    ],
)
def test_results_agree_in_value_and_slots(
    change: dict[str, str | None], first: int, full: int
) -> None:
    entities = (METHOD, RIVAL, DATA, METRIC)
    gold, predicted = paper(*entities, results=[RESULT]), {**RESULT, **change}
    found = measure([gold], [paper(*entities, results=[predicted])])
    assert found.results == {"value+metric": Counts(first, 1, 1), "full": Counts(full, 1, 1)}


def test_a_predicted_result_serves_once() -> None:
    gold = paper(METHOD, results=[RESULT, RESULT])
    assert measure([gold], [paper(METHOD, results=[RESULT])]).results["full"] == Counts(1, 2, 1)


@pytest.mark.parametrize(
    ("value", "expected"),
    [("0.837 ± 0.068", 0.837), ("1,234", 1234.0), (".5", 0.5), ("-3", -3.0), (" Two ", "two")],
)
def test_number_reads_the_first_number(value: str, expected: float | str) -> None:
    assert number(value) == expected


# --- figures


def test_figures_for_people_and_for_programs() -> None:
    gold = paper(METHOD, DATA, METRIC, results=[RESULT])
    found = measure([gold, {**gold, "id": "p2"}], [gold])
    figures = found.as_dict()
    assert list(figures) == [
        "papers",
        "entities_strict",
        "entities_relaxed",
        "role_accuracy",
        "proposed_systems_recall",
        "relations",
        "results",
    ]
    assert figures["entities_strict"][ALL] == {
        "p": 1.0,
        "r": 0.5,
        "f1": 0.6667,
        "tp": 3,
        "gold": 6,
        "pred": 3,
    }
    assert json.loads(json.dumps(figures)) == figures
    table = found.table()
    assert table.endswith("\n")
    assert "Method" in table
    assert "0.667" in table


def test_interval_is_repeatable_and_holds_the_figure() -> None:
    good, bad = paper(METHOD), paper(RIVAL)
    gold = [{**good, "id": f"p{n}"} for n in range(20)]
    predicted = [{**(good if n % 3 else bad), "id": f"p{n}"} for n in range(20)]
    found = measure(gold, predicted)
    low, high = found.interval()
    assert low < found.strict[ALL].f1 < high
    assert found.interval() == measure(gold[::-1], predicted).interval() == (low, high)
    assert found.interval(seed=1) != (low, high)
    assert found.interval(level=0.5)[0] > low


def test_nothing_yields_zeros() -> None:
    found = measure([], [])
    assert found.interval() == (0.0, 0.0)
    assert found.role_accuracy == found.strict[ALL].f1 == 0.0
    assert found.as_dict()["papers"] == 0


def test_the_ontology_tells_what_is_asked_by_default() -> None:
    found = evaluate([paper(METHOD)], [paper(METHOD)], ontologies.load())
    assert list(found.strict) == [*ontologies.load().type_names, ALL]
    assert list(found.results)[-1] == "full"


# --- input


def test_records_are_read_from_lines() -> None:
    record = paper(METHOD, RIVAL, relations=[relation("FlickerNet", "uses", "EEGNet")])
    lines = [json.dumps(record).encode(), b"\n", b'{"id":"p2"}']
    assert list(read_lines(lines)) == [record, {"id": "p2"}]


@pytest.mark.parametrize(
    "line",
    [
        b"{",
        b"[]",
        b"{}",
        b'{"id":1}',
        b'{"id":"p","entities":{}}',
        b'{"id":"p","entities":[{"type":"Method"}]}',
        b'{"id":"p","relations":[{"head":"a","type":"uses","tail":null}]}',
        b'{"id":"p","results":["91%"]}',
        b'{"id":"p","entities":[{"type":"Method","name":"a","mentions":[3]}]}',
    ],
)
def test_bad_lines_are_refused_with_their_place(line: bytes) -> None:
    with pytest.raises(ReadError, match=r"^gold\.jsonl:2: ") as caught:
        list(read_lines([b'{"id":"p"}', line], path="gold.jsonl"))
    assert caught.value.line == 2


# --- properties

WORDS = st.sampled_from(["net", "nets", "graph", "deep", "EEG", "U-Net", "the", "class", "2D"])
PHRASES = st.lists(WORDS, min_size=1, max_size=3).map(" ".join)
TYPES = st.sampled_from(["Method", "Dataset", "Modality", "Metric", "Task"])
ENTITIES = st.lists(
    st.builds(entity, TYPES, PHRASES, st.sampled_from(ROLES)),
    min_size=1,
    max_size=6,
    unique_by=lambda item: compare_key(item["name"]),
)


@st.composite
def papers(draw: st.DrawFn) -> Record:
    entities = draw(ENTITIES)
    name = st.sampled_from([item["name"] for item in entities])
    kind = st.sampled_from(["uses", "comparedWith", "outperforms"])
    value = st.sampled_from(["1", "2%", "3.5", "x"])
    slots = {slot: st.none() | name for slot in ("method", "metric", "dataset")}
    relations = draw(st.lists(st.builds(relation, name, kind, name), min_size=1, max_size=4))
    results = draw(
        st.lists(st.fixed_dictionaries({"value": value, **slots}), min_size=1, max_size=4)
    )
    return paper(*entities, relations=relations, results=results)


RECORDS = st.lists(papers(), min_size=1, max_size=4).map(
    lambda found: [{**record, "id": f"p{n}"} for n, record in enumerate(found)]
)


@given(RECORDS)
def test_a_perfect_prediction_scores_one(records: list[Record]) -> None:
    found = measure(records, records)
    sums = [found.strict[ALL], found.relaxed[ALL], found.relations[ALL], *found.results.values()]
    assert [counts.f1 for counts in sums] == [1.0] * 5
    assert found.role_accuracy == 1.0
    assert found.interval(samples=10) == (1.0, 1.0)


@given(RECORDS)
def test_an_empty_prediction_scores_zero(records: list[Record]) -> None:
    for predicted in ([], [{"id": record["id"]} for record in records]):
        found = measure(records, predicted)
        sums = [found.strict[ALL], found.relaxed[ALL], found.relations[ALL], found.results["full"]]
        assert all(counts.gold > 0 and counts.f1 == 0.0 for counts in sums)
        assert found.role_accuracy == found.contribution_recall == 0.0


@given(RECORDS, RECORDS)
def test_counts_stay_in_bounds(gold: list[Record], predicted: list[Record]) -> None:
    found = measure(gold, predicted)
    for group in found.groups.values():
        for counts in group.values():
            assert 0 <= counts.matched <= min(counts.gold, counts.predicted)
    assert found.strict[ALL].matched <= found.relaxed[ALL].matched
    low, high = found.interval(samples=20)
    assert 0.0 <= low <= high <= 1.0


COMPARABLES = st.lists(
    st.builds(Comparable, st.sampled_from("MT"), WORDS, st.frozensets(WORDS, max_size=2)),
    max_size=4,
)


@given(COMPARABLES, COMPARABLES, st.sampled_from([share_surface, share_head]))
def test_no_pairing_is_larger(
    gold: list[Comparable],
    predicted: list[Comparable],
    agree: Callable[[Comparable, Comparable], bool],
) -> None:
    def fits(i: int, j: int | None) -> bool:
        return j is None or (gold[i].type == predicted[j].type and agree(gold[i], predicted[j]))

    places: list[int | None] = [*range(len(predicted)), *([None] * len(gold))]
    largest = max(
        sum(j is not None for j in chosen)
        for chosen in itertools.permutations(places, len(gold))
        if all(fits(i, j) for i, j in enumerate(chosen))
    )
    pairs = align(gold, predicted, agree=agree)
    assert len(pairs) == len(set(pairs.values())) == largest
    assert all(fits(i, j) for i, j in pairs.items())


# --- the reference scorer


def reference() -> ModuleType:
    """Import the reference scorer, which is no package."""
    spec = importlib.util.spec_from_file_location("reference_scorer", SCORER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def write(path: Path, records: list[Record]) -> Path:
    path.write_text("".join(json.dumps(r) + "\n" for r in records), encoding="utf-8")
    return path


def perturbed(records: list[Record], *, seed: int, rate: float) -> list[Record]:
    """Spoil a share of everything: drop, rename, retype, add, swap, and change roles and values."""
    rng = random.Random(seed)  # noqa: S311
    kept = [record for record in copy.deepcopy(records) if rng.random() >= rate / 4]
    for record in kept:
        record["entities"] = spoil_entities(record["entities"], rng, rate)
        spoil_relations(record["relations"], rng, rate)
        spoil_results(record["results"], rng, rate)
    return kept


def spoil_entities(entities: list[Record], rng: random.Random, rate: float) -> list[Record]:
    kinds = ("Method", "Dataset", "Modality", "Metric", "Task", "Gadget")
    kept = [item for item in entities if rng.random() > rate]
    twins = copy.deepcopy(rng.sample(entities, k=min(2, len(entities))))
    for item in kept:
        if rng.random() < rate:
            item["name"] = " ".join(item["name"].split()[1:]) or f"{item['name']} model"
            item["mentions"] = item["mentions"][rng.randrange(2) :]
        if rng.random() < rate:
            item["type"] = rng.choice(kinds)
        if rng.random() < rate:
            item["role"] = rng.choice(ROLES)
    kept += [*twins, entity(rng.choice(kinds), f"Added-{rng.randrange(9)} thing")]
    rng.shuffle(kept)
    return kept


def spoil_relations(relations: list[Record], rng: random.Random, rate: float) -> None:
    for item in relations:
        if rng.random() < rate:
            item["head"], item["tail"] = item["tail"], item["head"]
        if rng.random() < rate / 2:
            item["tail"] = "nothing"
        if rng.random() < rate:
            item["status"] = rng.choice(["asserted", "negated", "hedged"])
        if rng.random() < rate / 2:
            item["type"] = rng.choice(["uses", "comparedWith", "praises"])


def spoil_results(results: list[Record], rng: random.Random, rate: float) -> None:
    for item in results:
        if rng.random() < rate:
            item["value"] = rng.choice(["1", "90%", item["value"] + " points", "twice"])
        if rng.random() < rate:
            item[rng.choice(["method", "metric", "dataset"])] = rng.choice([None, "BETA"])
        if rng.random() < rate / 2:
            item["status"] = "future"
    rng.shuffle(results)


def doubted(records: list[Record], *, seed: int) -> list[Record]:
    """Mark a tenth of the gold as optional and allow some entities another role."""
    rng = random.Random(seed)  # noqa: S311
    records = copy.deepcopy(records)
    for item in (i for r in records for p in ("entities", "relations", "results") for i in r[p]):
        if rng.random() < 0.1:
            item["optional"] = True
        if "role" in item and rng.random() < 0.2:
            item["role_alternative"] = rng.choice(ROLES)
    return records


@corpus
@needs_gold
@pytest.mark.parametrize("name", ["dev", "dev-other"])
@pytest.mark.parametrize(
    ("seed", "rate", "doubts"),
    [(1, 0.0, False), (2, 0.1, False), (3, 0.3, False), (4, 0.3, True), (5, 0.7, True)],
)
def test_figures_are_those_of_the_reference_scorer(
    name: str, seed: int, rate: float, doubts: bool, tmp_path: Path
) -> None:
    with (GOLD / f"{name}.gold.jsonl").open("rb") as lines:
        gold = list(read_lines(lines))
    predicted = perturbed(gold, seed=seed, rate=rate)
    gold = doubted(gold, seed=seed) if doubts else gold
    files = (write(tmp_path / "gold", gold), write(tmp_path / "predicted", predicted))
    command = [sys.executable, str(SCORER), *map(str, files), "--json"]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    figures = measure(gold, predicted).as_dict()
    assert figures == json.loads(output)
    assert json.dumps(figures, indent=1) + "\n" == output
    assert rate == 0.0 or 0.1 < figures["entities_strict"][ALL]["f1"] < 0.98


@corpus
@needs_gold
def test_names_are_compared_as_the_reference_scorer_does() -> None:
    normalised = reference().norm

    @given(st.text() | st.text(alphabet="aesxchiuzy+.%- _/THE\u2013\u2212"))
    def same(text: str) -> None:
        assert compare_key(text) == normalised(text)

    same()
    for path in sorted(GOLD.glob("*.gold.jsonl")):
        with path.open("rb") as lines:
            for item in (e for record in read_lines(lines) for e in record["entities"]):
                assert compare_key(item["name"]) == normalised(item["name"])
