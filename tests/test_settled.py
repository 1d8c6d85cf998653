"""Results that words and places settle: kinds, units, lists in turn, parentheses, echoes."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from test_relations import ONTOLOGY, scene
from test_valued import FOUND, RIGHT, able, told

from kg.relations.quantities import find
from kg.relations.settled import is_gain, is_of_rival, is_unsuited, settles
from kg.relations.values import value_features, values

if TYPE_CHECKING:
    from kg.model import Result

PSNR = ("Metric", "PSNR", "reported")
SHARE = {"unit %": (6.0, 0.0, 0.0)}
ANY = {"bias": (6.0, 0.0, 0.0)}
METHODS = [("Method", name, "used") for name in ("EEGNet", "ResNet")]
SETS = [("Dataset", name, "used") for name in ("BETA", "TIMIT")]


def links(results: list[Result], slot: str) -> list[tuple[str, str | None]]:
    return [(one.value, dict(one.links).get(slot)) for one in results]


def kinds(abstract: str) -> list[tuple[str, str]]:
    return [(one.value, one.kind) for one in told(able(kinds=ANY), abstract, RIGHT)]


def test_a_drop_is_no_value() -> None:
    assert kinds("It has an accuracy of 91%, with a 3% drop.") == [
        ("91%", "absolute"),
        ("3%", "improvement"),
    ]


def test_a_share_of_the_data_is_no_result() -> None:
    assert kinds("Using only 10% of the labels its accuracy is 91%.") == [("91%", "absolute")]


def test_what_goes_on_with_a_rival_is_of_the_rival() -> None:
    text = "It has an accuracy of 91% and 3 ms, against 89% and 4 ms for the winner."
    rival = "comparison-baseline"
    assert kinds(text) == [("91%", "absolute"), ("3", "absolute"), ("89%", rival), ("4", rival)]


def test_of_two_rules_the_first_counts() -> None:
    text = "It is within 3% of the best, a 3% drop."
    (first, second) = find(text)
    for number, rule in ((first, "settle.within"), (second, "settle.drop-behind")):
        sides = text[: number.start], text[number.stop :]
        found = settles(number, *sides, "absolute", ONTOLOGY)
        assert found is not None
        assert found.rule == rule
        assert settles(number, *sides, "improvement", ONTOLOGY) is None


def test_kinds_are_those_of_the_rules() -> None:
    assert is_of_rival("comparison-baseline", ONTOLOGY)
    assert not is_of_rival("absolute", ONTOLOGY)
    assert is_gain("improvement", ONTOLOGY)
    assert not is_gain("absolute", ONTOLOGY)


@pytest.mark.parametrize(
    ("measure", "unit", "expected"),
    [
        ("accuracy", "minutes", True),
        ("test accuracy", "/2", True),
        ("test accuracy", "%", False),
        ("accuracy", "", False),
        ("latency", "ms", False),
        ("accuracy gap", "dB", False),
    ],
)
def test_units_that_a_metric_cannot_have(measure: str, unit: str, expected: bool) -> None:
    assert is_unsuited(measure, unit, ONTOLOGY) is expected


def test_a_metric_is_not_measured_in_other_units() -> None:
    knows = able({"metric": {"role reported": 6.0}}, kinds=ANY)
    found = told(knows, "It has an accuracy of 91% in 10 minutes.", RIGHT)
    assert links(found, "metric") == [("91%", "accuracy"), ("10", None)]


def test_lists_of_names_and_numbers_go_in_turn() -> None:
    knows = able({"method": {}, "dataset": {}, "metric": {}}, least=0.9)
    text = "Here EEGNet and ResNet reach accuracies of 88% and 86%."
    assert links(told(knows, text, *METHODS), "method") == [("88%", "EEGNet"), ("86%", "ResNet")]
    text = "It reaches 88% and 86% on BETA and TIMIT."
    assert links(told(knows, text, *SETS), "dataset") == [("88%", "BETA"), ("86%", "TIMIT")]
    text = "Its accuracy and recall are 88% and 86%."
    found = links(told(knows, text, RIGHT, FOUND), "metric")
    assert found == [("88%", "accuracy"), ("86%", "recall")]


def test_other_lists_do_not() -> None:
    knows = able({"method": {}, "dataset": {}}, least=0.9)
    for text in (
        "It reaches 88% and 86% using EEGNet and ResNet.",  # systems are named before values
        "Here EEGNet and ResNet reach 88%, 87% and 86%.",
        "Here EEGNet and ResNet reach 88% vs 86%.",
    ):
        assert {name for _, name in links(told(knows, text, *METHODS), "method")} == {None}, text
    text = "On BETA and TIMIT it is slow, on TIMIT it reaches 88% and 86%."
    assert {name for _, name in links(told(knows, text, *SETS), "dataset")} == {None}


def test_a_parenthesis_speaks_of_what_stands_before_it() -> None:
    knows = able({"dataset": {}}, kinds=ANY, least=0.9)
    text = "It is best on BETA (0.79 vs 0.17), and good on TIMIT (0.85 vs 0.19)."
    found = links(told(knows, text, *SETS), "dataset")
    assert found == [("0.79", "BETA"), ("0.17", "BETA"), ("0.85", "TIMIT"), ("0.19", "TIMIT")]


def test_a_rival_is_named_behind() -> None:
    knows = able({"method": {"role proposed": 9.0}}, kinds=ANY, least=0.9)
    new = ("Method", "FlickerNet", "proposed")
    text = "Here FlickerNet has 91%, compared to 84% for a traditional EEGNet."
    found = links(told(knows, text, new, METHODS[0]), "method")
    assert found == [("91%", "FlickerNet"), ("84%", "EEGNet")]
    text = "Here FlickerNet has 91%, compared to 84% before."
    found = links(told(knows, text, new), "method")
    assert found == [("91%", "FlickerNet"), ("84%", None)]


def test_a_series_repeats_what_is_measured() -> None:
    weights = {"metric": {"exactly < of": 9.0}}
    text = "It has an accuracy of 91% and a PSNR of 30 dB, against 89% and 28 dB for others."
    found = links(told(able(weights, kinds=ANY, least=0.5), text, RIGHT, PSNR), "metric")
    assert found == [("91%", "accuracy"), ("30", "PSNR"), ("89%", "accuracy"), ("28", "PSNR")]
    text = "It has an accuracy of 0.64 and a PSNR of 30 dB, against 0.62 and 28 dB for others."
    results = told(able(weights, kinds=ANY, least=0.5), text, RIGHT, PSNR)
    assert links(results, "metric")[2:] == [("0.62", "accuracy"), ("28", "PSNR")]
    assert [one.unit for one in results] == ["", "dB", "", "dB"]
    text = text.replace("28 dB", "28 ms")
    found = links(told(able(weights, kinds=ANY, least=0.5), text, RIGHT, PSNR), "metric")
    assert found[2:] == [("0.62", None), ("28", None)]


def test_decimal_commas() -> None:
    def read(text: str) -> list[tuple[str, str]]:
        return [(q.text, q.number) for q in find(text)]

    assert read("It has 91,5% or 0,83 here") == [("91,5%", "91.5"), ("0,83", "0.83")]
    assert read("It has 91,5 %, then 88,25%") == [("91,5 %", "91.5"), ("88,25%", "88.25")]
    assert read("We reach 91,5\\% here") == [("91,5\\%", "91.5")]
    assert read("1,500 steps and 91,5%") == [("1,500", "1500")]
    assert read("layers 3,5,7%") == []


def test_a_long_sentence_takes_no_square_of_time() -> None:
    def seconds(number: int) -> float:
        found = scene("Nets", "We gain " + "5% " * number)
        known = list(values(found))
        start = time.process_time()
        for value in known[:: max(1, number // 100)]:
            value_features(value, found)
        return time.process_time() - start

    seconds(100)
    assert seconds(4000) < 30 * seconds(400) + 0.5
