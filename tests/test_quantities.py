"""Numbers as authors write them: what is read, how, and what is refused."""

from __future__ import annotations

import json
import re
import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import ontology
from kg.markup import plain
from kg.relations.numbers import decimal
from kg.relations.quantities import Quantity, find

UNITS = tuple(ontology.load().rules("results")["units"])
GOLD = Path(__file__).parent.parent.parent / "shared" / "gold"
ALPHABET = "0123456789.,%x+-/:=()[] \u00b1\u2212\u2013\u00d7^{}$\\~<abcdBKM\nto"


def read(text: str) -> list[Quantity]:
    return list(find(text, UNITS))


def short(text: str) -> list[tuple[str, str, str]]:
    return [(q.text, q.number, q.unit) for q in read(text)]


@pytest.mark.parametrize(
    ("text", "value", "number", "unit"),
    [
        ("an accuracy of 95.2%", "95.2%", "95.2", "%"),
        ("99.97 % correct", "99.97 %", "99.97", "%"),
        (r"reaches 95.2\%.", r"95.2\%", "95.2", "%"),
        ("81 percent accuracy", "81", "81", "%"),
        ("81 per cent", "81", "81", "%"),
        ("80+% accuracy", "80+%", "80", "%"),
        ("15 percentage points", "15", "15", "percentage points"),
        ("a 6 percentage-point gap", "6", "6", "percentage points"),
        ("by 15 pp", "15", "15", "percentage points"),
        ("(+10.6 p.p.)", "+10.6", "10.6", "percentage points"),
        ("2.1%-points more", "2.1", "2.1", "percentage points"),
        ("a 7.8x speed-up", "7.8x", "7.8", "x"),
        ("up to 1.8X over", "1.8X", "1.8", "x"),
        ("a **1.9x** speed-up", "1.9x", "1.9", "x"),
        ("a 7.8-fold gain", "7.8-fold", "7.8", "x"),
        ("5 times fewer", "5 times", "5", "x"),
        ("nearly 2 \u00d7 more", "2 \u00d7", "2", "x"),
        (r"a $16\times$ smaller cache", r"16\times", "16", "x"),
        (r"5.1$\times$ end-to-end", r"5.1$\times", "5.1", "x"),
        ("uses x1000 fewer disk space", "1000", "1000", "x"),
        ("accelerated by a factor of 10.", "10", "10", "x"),
        ("by a factor of two", "two", "2", "x"),
        ("two-fold", "two-fold", "2", "x"),
        ("by roughly sevenfold", "sevenfold", "7", "x"),
        ("at least twice as much", "twice", "2", "x"),
        ("doubles the speed", "doubles", "2", "x"),
        ("double the learning speed", "double", "2", "x"),
        ("a doubling of the number", "doubling", "2", "x"),
        ("over eight times fewer parameters", "eight times", "8", "x"),
        ("two and a half times faster", "two and a half times", "2.5", "x"),
        ("a hundred times faster", "a hundred times", "100", "x"),
        ("less than two percent", "two percent", "2", "%"),
        ("twenty-five percent", "twenty-five percent", "25", "%"),
        ("half the parameters", "half", "1", "/2"),
        ("halves the error", "halves", "1", "/2"),
        ("about one third FLOPs", "one third", "1", "/3"),
        ("a tenth of the cost", "a tenth", "1", "/10"),
        ("an order of magnitude", "an order of magnitude", "1", "orders of magnitude"),
        ("two orders of magnitude", "two orders of magnitude", "2", "orders of magnitude"),
        ("up to 3 orders of magnitude", "3 orders of magnitude", "3", "orders of magnitude"),
        ("order-of-magnitude speedup", "order-of-magnitude", "1", "orders of magnitude"),
        ("1/10 of the budget", "1/10", "1", "/10"),
        ("in 60/64 cases", "60/64", "60", "/64"),
        ("scored 3.6/10 on", "3.6/10", "3.6", "/10"),
        ("20 out of 24 benchmarks", "20 out of 24", "20", "/24"),
        ("1,500 steps", "1,500", "1500", ""),
        ("1.5 million images", "1.5 million", "1500000", ""),
        ("ten thousand weights", "ten thousand", "10000", ""),
        ("12M parameters", "12M", "12000000", "parameters"),
        ("has 1.3 M parameters", "1.3 M", "1300000", "parameters"),
        ("a rate of 10^{-3}", "10^{-3}", "0.001", ""),
        ("a rate of 10\u207b\u00b3", "10\u207b\u00b3", "0.001", ""),
        ("of 1.2e-4", "1.2e-4", "0.00012", ""),
        ("of 1.3 \u00d7 10^-5", "1.3 \u00d7 10^-5", "0.000013", ""),
        (r"MSE $7.35\times 10^{-9}$", r"7.35\times 10^{-9}", "0.00000000735", ""),
        ("AUC of .85", ".85", "0.85", ""),
        ("r = \u22120.5", "\u22120.5", "-0.5", ""),
        ("a gain of +9.89", "+9.89", "9.89", ""),
        ("265.23 bits/min", "265.23", "265.23", "bits/min"),
        ("a gain of 2.1 dB", "2.1", "2.1", "dB"),
        ("at 30 FPS", "30", "30", "FPS"),
        ("at 30 frames per second", "30", "30", "FPS"),
        ("0.9 mJ", "0.9", "0.9", "mJ"),
        ("25 GPU-hours", "25", "25", "GPU hours"),
        ("less than 100ms", "100", "100", "ms"),
        ("10s/image", "10", "10", "s/image"),
        ("only $4.85M savings", "4.85M", "4850000", ""),
    ],
)
def test_a_number_is_read(text: str, value: str, number: str, unit: str) -> None:
    assert short(text) == [(value, number, unit)]


@pytest.mark.parametrize(
    ("text", "value", "error", "unit"),
    [
        ("0.837 +/- 0.068", "0.837", "0.068", ""),
        ("0.837\u00b1.068", "0.837", "0.068", ""),
        (r"$77.2\pm0.3$", "77.2", "0.3", ""),
        ("77.2 \u00b1 0.3%", "77.2", "0.3", "%"),
        ("77.2% \u00b1 0.3%", "77.2", "0.3", "%"),
        ("(77.2 \u00b1 0.3)%", "77.2", "0.3", "%"),
        ("2.62+-0.81 mm", "2.62", "0.81", "mm"),
    ],
)
def test_an_error_term_is_no_value(text: str, value: str, error: str, unit: str) -> None:
    (quantity,) = read(text)
    assert (quantity.text, quantity.number, quantity.error) == (value, value, error)
    assert quantity.unit == unit


@pytest.mark.parametrize(
    ("text", "value", "number", "upper", "unit"),
    [
        ("a boost of 3-23%", "3-23%", "3", "23", "%"),
        ("by 3.5%\u201312.69%", "3.5%\u201312.69%", "3.5", "12.69", "%"),
        ("by 19.6% ~ 63.3%", "19.6% ~ 63.3%", "19.6", "63.3", "%"),
        (r"$3$-$4\times$ less", r"3$-$4\times", "3", "4", "x"),
        (r"83--700$\times$", r"83--700$\times", "83", "700", "x"),
        ("60 to 80 percent reduction", "60 to 80", "60", "80", "%"),
        ("+15 to 20%", "+15 to 20%", "15", "20", "%"),
        ("6 to 10 times", "6 to 10 times", "6", "10", "x"),
        ("two to four times", "two to four times", "2", "4", "x"),
        ("2-3 orders of magnitude", "2-3 orders of magnitude", "2", "3", "orders of magnitude"),
        ("+1.7-+2.5 points", "+1.7-+2.5", "1.7", "2.5", "points"),
        ("5-10 million tokens", "5-10 million", "5000000", "10000000", ""),
        ("scores 4.0-4.5/5", "4.0-4.5/5", "4.0", "4.5", "/5"),
        ("by factors of 17-23", "17-23", "17", "23", "x"),
        ("-3--1 dB", "-3--1", "-3", "-1", "dB"),
    ],
)
def test_a_range_is_one_value(text: str, value: str, number: str, upper: str, unit: str) -> None:
    (quantity,) = read(text)
    assert (quantity.text, quantity.number, quantity.upper) == (value, number, upper)
    assert quantity.unit == unit


@pytest.mark.parametrize(
    ("text", "numbers", "joints", "unit"),
    [
        ("83.9% / 96.6% top-5", ["83.9", "96.6"], ["", "/"], "%"),
        ("of 97.3/72.9 AP", ["97.3", "72.9"], ["", "/"], ""),
        ("+9.89, +1.30, and +1.99 in PSNR", ["9.89", "1.30", "1.99"], ["", ",", "and"], ""),
        ("CLIP-I: 0.6605 vs. 0.6558", ["0.6605", "0.6558"], ["", "vs"], ""),
        ("from 0.28 to 0.34", ["0.28", "0.34"], ["", "to"], ""),
        ("3% to 23%", ["3", "23"], ["", "to"], "%"),
        ("from 0.47 to 1.77 seconds", ["0.47", "1.77"], ["", "to"], "s"),
        (
            "by 25.05 and 10.94 percentage points",
            ["25.05", "10.94"],
            ["", "and"],
            "percentage points",
        ),
        ("between 7 and 18 ms", ["7", "18"], ["", "and"], "ms"),
        ("5, 7 and 9 million", ["5000000", "7000000", "9000000"], ["", ",", "and"], ""),
        ("95.77%,97.27%", ["95.77", "97.27"], ["", ","], "%"),
    ],
)
def test_a_series_is_ranked(text: str, numbers: list[str], joints: list[str], unit: str) -> None:
    found = read(text)
    assert [q.number for q in found] == numbers
    assert [(q.series, q.rank) for q in found] == [(1, rank) for rank in range(len(found))]
    assert [q.joint for q in found] == joints
    assert {q.unit for q in found} == {unit}


def test_series_are_numbered() -> None:
    found = read("PSNR (17.22 vs. 16.77 dB), a loss of 3% there, and SSIM (0.54 vs. 0.42)")
    assert [q.series for q in found] == [1, 1, 0, 2, 2]


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("about 5%", "~"),
        ("(~5%)", "~"),
        ("over 5%", ">"),
        ("a gain of over 5%", ">"),
        ("an improvement over 5%", ""),
        ("up to 5%", "<"),
        ("as much as 5%", "<"),
        ("< 5%", "<"),
        ("\u22655%", ">"),
        ("more than two percent", ">"),
        ("+/-0.6%", "\u00b1"),
        ("of 5%", ""),
    ],
)
def test_a_bound_is_told(text: str, bound: str) -> None:
    assert [q.bound for q in read(text)] == [bound]


@pytest.mark.parametrize(
    "text",
    [
        *("GPT-4", "ResNet-50", "on CIFAR-10", "top-5", "F1", "R^2", "R\u00b2", "3D", "2D", "v1.2"),
        *(
            "v2.1.3",
            "1.2.3",
            "with Llama 3",
            "as LLaDA 8B does",
            "the top 5",
            "a1",
            "1e",
            "x^2",
            "mAP50:95",
            "P@10",
        ),
        *("in 2024", "12 March 2021", "2020-05-12", "12/05/2020", "Section 3.2", "Figures 3 and 4"),
        *("as shown in [12]", "see [3, 5-7]", "(p < 0.01)", "p=.03", "a p-value of 0.04", "q < 5%"),
        *("pp. 12-15", "arXiv:2401.01234", "2401.01234v1", "10.1101/2020.5", "doi: 10.1/7"),
        *(
            "https://a.b/12.5%",
            "www.a.b/1",
            "10-fold cross-validation",
            "a five-fold stratified CV",
        ),
        *("k=5", "n = 36", "with k = 5, 10, and 20", "an 80/20 split", "ratio 4:1", "24/7"),
        *("224x224", "224 \u00d7 224", "3 by 3", "at 10:30", "at 5 pm", "one of", "two-stage"),
        *("1-, 5-, and 10-shot", "run five times a day", "repeated 10 times", "a third stage"),
        *("manifold", "the first half of the", "double descent", "half-precision", "a 95% CI"),
        *("95% confidence", "(1) we", "2) more", "O(1+x)", "2^5", "1e999", "on a 5-point scale"),
        *("the same order of magnitude", "orders of magnitude", "reasons are threefold", "", "%"),
        "9" * 50,
    ],
)
def test_what_is_no_quantity_is_refused(text: str) -> None:
    assert not read(text)


@given(st.text(alphabet=ALPHABET, max_size=60))
def test_quantities_lie_in_the_text(text: str) -> None:
    found = read(text)
    for quantity in found:
        assert text[quantity.start : quantity.end] == quantity.text
        assert quantity.text
        assert quantity.end <= quantity.stop <= len(text)
        for number in (quantity.number, quantity.upper, quantity.error):
            assert not number or decimal(number) == number
        assert quantity.number
    if "\\" not in text and "$" not in text and "^{" not in text:
        assert all(a.end <= b.start for a, b in pairwise(found))


@given(st.decimals(min_value=0, max_value=9999, places=2), st.sampled_from(["%", "x", " dB", ""]))
def test_a_printed_number_is_read_back(value: object, unit: str) -> None:
    (quantity,) = read(f"reaches {value}{unit} here")
    assert (quantity.number, quantity.unit) == (str(value), unit.strip())


@pytest.mark.parametrize(
    "piece",
    [
        *(
            "1",
            "1,",
            "1,111,",
            "1-",
            "1/",
            "1 ",
            "1.",
            "1e",
            "x1",
            "+",
            "1\u00b1",
            "[1,",
            "(",
            "10^",
        ),
        *("two ", "two to ", "a third ", "over ", "1 and ", "http://1", "p < ", "five times ", " "),
        *("half ", "one hundred ", "doi ", "1 and 2, ", "aaaa", "factor of ", "=", "\u00d7 10"),
    ],
)
def test_no_text_takes_long(piece: str) -> None:
    text = (piece * 100_000)[:100_000]
    begin = time.process_time()
    for _ in find(text, UNITS):
        pass
    assert time.process_time() - begin < 5


def test_units_have_one_name_each() -> None:
    spelled = [s.strip() for u in UNITS for s in re.split(" = |[|]", u)]
    assert len(spelled) == len(set(spelled))
    assert all(spelled)


@pytest.mark.corpus
@pytest.mark.skipif(not GOLD.is_dir(), reason="the annotated papers are not part of the project")
def test_annotated_values_are_found() -> None:
    papers = {}
    for line in (GOLD / "train.input.jsonl").read_text(encoding="utf-8").splitlines():
        paper = json.loads(line)
        text = plain(paper["title"], paper["abstract"]).text
        papers[paper["id"]] = {n for q in read(text) for n in (_first(q.text), q.upper, q.text)}
    wanted = [
        (record["id"], plain(str(result["value"])).text.strip())
        for line in (GOLD / "train.gold.jsonl").read_text(encoding="utf-8").splitlines()
        for record in [json.loads(line)]
        for result in record["results"]
    ]
    found = sum(bool({_first(value), value} & papers[key]) for key, value in wanted)
    assert found / len(wanted) > 0.99


def _first(value: str) -> str:
    number = re.search(r"[-\u2212]?(?:\d|\.\d)[\d.,]*", value)
    return (decimal(number[0].rstrip(".,")) or value) if number else value
