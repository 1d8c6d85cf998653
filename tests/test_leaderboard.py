"""Boards of reported values: what stands together, in which order, and how it is written."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

import pytest
from conftest import entity, extraction, hand_made
from hypothesis import given
from hypothesis import strategies as st

from kg import ontology
from kg.errors import OntologyError, UnknownNameError
from kg.graph.admissible import RANGE, SURE, UNFIT_NUMBER, UNFIT_UNIT, judged
from kg.graph.assemble import assemble
from kg.graph.boards import BASELINE, FOLDED, UNSURE, Board, Filler, Row, boards
from kg.graph.directions import Directions, directions
from kg.graph.kin import near
from kg.graph.leaderboard import Leaderboard, competing, fixed, leaderboard
from kg.graph.terminal import columns, cut
from kg.lexicon import read_terms
from kg.model import Listing, Record, Result
from kg.normalize import key
from kg.reports.boards import render
from kg.reports.cells import as_markdown, escaped, wrap

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable
    from pathlib import Path

    from kg.model import Extraction

ONTOLOGY = ontology.load()
TYPES = {slot.name: slot.type for slot in ONTOLOGY.slots}
ROLES = {"Method": "used", "Dataset": "used", "Metric": "reported", "Task": "addressed"}


class Said(NamedTuple):
    """A result as a test states it."""

    value: str
    method: str = ""
    metric: str = ""
    dataset: str = ""
    task: str = ""
    unit: str = "%"
    kind: str = "absolute"
    status: str = "asserted"
    number: str | None = None
    sure: float = 1.0

    @property
    def links(self) -> tuple[tuple[str, str], ...]:
        told = (("method", self.method), ("metric", self.metric), ("dataset", self.dataset))
        return tuple((slot, name) for slot, name in (*told, ("task", self.task)) if name)


def paper(name: str, *results: Said, **fields: object) -> Extraction:
    """Make a paper that reports results, a sentence each."""
    sentences = [" ".join([said.value, *(n for _, n in said.links)]) + "." for said in results]
    record = Record(id=name, title=f"Paper {name}", abstract=" ".join(sentences))
    record = replace(record, **fields)  # type: ignore[arg-type]
    start = len(record.title) + 1
    found = []
    for said, sentence in zip(results, sentences, strict=True):
        number = said.value.rstrip("%x").lstrip("+") if said.number is None else said.number
        place = (start, start + len(sentence) - 1)
        told = (said.value, number, said.unit, said.kind, said.links)
        found.append(Result(*told, *place, "hand", said.status, said.sure))
        start += len(sentence) + 1
    named = sorted({(TYPES[slot], name) for said in results for slot, name in said.links})
    entities = tuple(entity(record, kind, name, ROLES[kind]) for kind, name in named)
    return extraction(record, entities, (), tuple(found))


def ask(
    papers: Iterable[Extraction], *, top: int | None = None, sure: float = SURE, **wanted: str
) -> Leaderboard:
    with assemble(papers) as graph:
        return leaderboard(graph, wanted, top=top, sure=sure)


def values(found: Leaderboard) -> list[list[str]]:
    return [[row.value for row in board.rows] for board in found.boards]


### Which values stand together


FILLERS = st.sampled_from([None, Filler("a", "e:a"), Filler("b", "e:b")])
ROWS = st.builds(
    Row,
    value=st.just("as written"),
    number=st.sampled_from(["", "1", "1.0", "-2", "30", "NaN", "many"]),
    unit=st.sampled_from(["", "%"]),
    kind=st.sampled_from(["absolute", "improvement"]),
    slots=st.fixed_dictionaries(dict.fromkeys(("metric", "dataset", "method"), FILLERS)),
    paper=st.just("p"),
    paper_iri=st.sampled_from(["e:p1", "e:p2"]),
    title=st.just("A title"),
    start=st.integers(0, 9),
    end=st.just(10),
    rule=st.just("hand"),
    confidence=st.just(1.0),
    taken=st.sampled_from(["", "%"]),
    unranked=st.sampled_from(["", "", UNSURE, UNFIT_UNIT]),
)
AGREED = ("metric", "dataset")
NUMBERS = {"1", "1.0", "-2", "30"}


def better(measure: Filler | None, unit: str, kind: str) -> str:
    if kind != "absolute":
        return "change"
    return "lower" if measure == Filler("a", "e:a") and unit else "higher" if measure else ""


def _as_given(row: Row) -> Row:
    return replace(row, rank=None, unranked="" if row.unranked == FOLDED else row.unranked)


@given(st.lists(ROWS, max_size=12))
def test_boards_are_a_partition(rows: list[Row]) -> None:
    found = boards(rows, AGREED, better, rival="method")
    spread = [_as_given(row) for board in found for row in board.rows]
    assert Counter(map(str, spread)) == Counter(map(str, rows))
    agreed = set()
    for board in found:
        told = {(*(r.slots[s] for s in AGREED), r.unit, r.taken, r.kind) for r in board.rows}
        assert told == {(*board.slots.values(), board.unit, board.taken, board.kind)}
        agreed |= told
        assert board.papers == len({row.paper_iri for row in board.rows})
        assert board.is_comparable == (None not in board.slots.values())
    assert len(agreed) == len(found)
    lacking = [list(board.slots.values()).count(None) for board in found]
    assert lacking == sorted(lacking)


@given(st.lists(ROWS, max_size=12))
def test_boards_are_ordered_and_ranked_by_their_numbers(rows: list[Row]) -> None:
    for board in boards(rows, AGREED, better, rival="method"):
        reasons = [row.unranked for row in board.rows]
        assert reasons == sorted(reasons, key=["", FOLDED, UNSURE, UNFIT_UNIT].index)
        assert {row.rank for row in board.rows if row.unranked} <= {None}
        for reason in set(reasons):
            there = [row for row in board.rows if row.unranked == reason]
            places = [row.number in NUMBERS for row in there]
            assert places == sorted(places, reverse=True)
            numbers = [Decimal(row.number) for row in there if row.number in NUMBERS]
            if board.better == "change":
                assert [-abs(n) for n in numbers] == sorted(-abs(n) for n in numbers)
            else:
                assert numbers == sorted(numbers, reverse=board.better != "lower")
        numbers = [Decimal(row.number) for row in board.standing if row.number in NUMBERS]
        ranks = [row.rank for row in board.standing if row.number in NUMBERS]
        expected = (
            [1 + numbers.index(n) for n in numbers] if board.is_ranked else [None] * len(ranks)
        )
        assert ranks == expected
        assert {row.rank for row in board.rows if row.number not in NUMBERS} <= {None}
        assert board.ranked == len([rank for rank in ranks if rank])


@given(st.lists(ROWS, max_size=12))
def test_one_value_of_a_paper_and_competitor_is_ranked(rows: list[Row]) -> None:
    for board in boards(rows, AGREED, better, rival="method"):
        ranked = [(r.paper_iri, r.slots["method"]) for r in board.rows if r.rank]
        assert len(ranked) == len(set(ranked))
        folded = [row for row in board.rows if row.unranked == FOLDED]
        if not board.is_ranked:
            assert not folded
        besides = [r for row in board.rows if row.rank for r in board.besides(row, "method")]
        assert Counter(map(str, besides)) == Counter(map(str, folded))
        for row in board.rows:
            assert row.unranked == "" or board.besides(row, "method") == ()


@given(st.lists(ROWS, max_size=8, unique_by=lambda row: (row.number, row.start)), st.randoms())
def test_the_order_of_boards_does_not_depend_on_that_of_rows(
    rows: list[Row], chance: random.Random
) -> None:
    def titles(given: list[Row]) -> list[tuple[object, ...]]:
        found = boards(given, AGREED, better, rival="method")
        return [(*b.slots.values(), b.unit, b.kind, len(b.rows)) for b in found]

    shuffled = list(rows)
    chance.shuffle(shuffled)
    assert titles(shuffled) == titles(rows)


def test_the_order_of_papers_is_no_matter() -> None:
    said = [Said(f"{i}%", f"m{i % 3}", "accuracy", f"D{i % 2}") for i in range(6)]
    papers = [paper(f"p{i}", *said[i:]) for i in range(4)]
    for style in ("table", "csv", "json", "md"):
        there = render(ask(papers), ONTOLOGY, style)
        assert there == render(ask([*papers[::-1], papers[0]]), ONTOLOGY, style)


def test_what_papers_do_not_assert_is_left_out_and_counted() -> None:
    one = Said("1%", "m", "accuracy", "D")
    papers = [paper("p", one, one._replace(value="2%", status="hedged"))]
    found = ask(papers)
    assert (values(found), found.unasserted) == ([["1%"]], 1)
    assert ask(papers, dataset="D").unasserted == 1


def test_boards_of_most_papers_come_first() -> None:
    one, two = Said("1%", "m", "accuracy", "AA"), Said("2%", "m", "accuracy", "BB")
    lacking = Said("3%", "m", "accuracy")
    papers = [paper("p1", one, one, two, lacking), paper("p2", two, lacking), paper("p3", lacking)]
    assert values(ask(papers)) == [["2%", "2%"], ["1%", "1%"], ["3%", "3%", "3%"]]
    first = ask(papers, top=1)
    assert (values(first), first.total) == ([["2%", "2%"]], 3)
    assert ask([]) == Leaderboard((), 0, 0, {})


def test_order_follows_the_direction_of_the_metric() -> None:
    for metric, better, expected in (
        ("top-1 accuracy", "higher", ["9%", "10%"][::-1]),
        ("test error rate", "lower", ["9%", "10%"]),
        ("colour", "", ["10%", "9%"]),
        ("attack success rate", "", ["10%", "9%"]),
    ):
        said = (Said(v, f"m{v}", metric, "D") for v in ("10%", "9%"))
        (board,) = ask([paper("p", *said)]).boards
        assert (board.better, [r.value for r in board.rows]) == (better, expected), metric
        assert [r.rank for r in board.rows] == ([1, 2] if better else [None, None])


def test_an_alias_tells_the_direction_too() -> None:
    record = Record(id="p", title="A title", abstract="Zork, or test error, of 9.")
    result = Result("9", "9", "", "absolute", (("metric", "Zork"),), 8, 33, "hand")
    measured = entity(record, "Metric", "Zork", "reported", "Zork", "test error")
    (board,) = ask([extraction(record, (measured,), (), (result,))]).boards
    assert board.better == "lower"


def test_a_unit_takes_the_direction_back() -> None:
    said = Said("6", "m", "accuracy", "D", unit="mW")
    assert ask([paper("p", said)]).boards[0].better == ""


def test_changes_have_an_order_and_no_rank() -> None:
    said = [Said(v, "m", "accuracy", "D", kind="improvement") for v in ("1%", "-5%", "+3%")]
    (board,) = ask([paper("p", *said)]).boards
    assert ([r.value for r in board.rows], board.better) == (["-5%", "+3%", "1%"], "change")
    assert {r.rank for r in board.rows} == {None}


def test_equal_values_share_a_rank_and_what_is_no_number_has_none() -> None:
    said = [Said(v, f"m{v}", "accuracy", "D") for v in ("90%", "91%", "91.0%", "89%")]
    (board,) = ask([paper("p", *said, Said("many", "m", "accuracy", "D", number=""))]).boards
    assert [r.rank for r in board.rows] == [1, 1, 3, 4, None]
    assert board.rows[-1].value == "many"


def test_which_slots_agree() -> None:
    assert competing(ONTOLOGY).name == "method"
    assert [slot.name for slot in fixed(ONTOLOGY)] == ["metric", "dataset"]
    bare = replace(ONTOLOGY, slots=tuple(replace(s, is_setting=False) for s in ONTOLOGY.slots))
    assert competing(bare) == bare.slots[0]
    assert [slot.name for slot in fixed(bare)] == ["metric"]


### What takes no rank


def why(board: Board) -> list[tuple[str, str]]:
    return [(row.value, row.unranked) for row in board.rows]


def test_values_that_are_less_sure_stand_below_the_others() -> None:
    said = [Said("99%", "a", "accuracy", "D", sure=SURE - 0.01), Said("95%", "b", "accuracy", "D")]
    said.append(Said("90%", "c", "accuracy", "D", sure=SURE))
    (board,) = ask([paper("p", *said)]).boards
    assert why(board) == [("95%", ""), ("90%", ""), ("99%", UNSURE)]
    assert [row.rank for row in board.rows] == [1, 2, None]
    (board,) = ask([paper("p", *said)], sure=0.5).boards
    assert [(row.value, row.rank) for row in board.rows] == [("99%", 1), ("95%", 2), ("90%", 3)]
    (board,) = ask([paper("p", *said)], sure=1).boards
    assert [row.rank for row in board.rows] == [1, None, None]


def test_a_board_without_sure_values_comes_last() -> None:
    unsure = [paper(f"p{i}", Said("1%", "a", "accuracy", "AA", sure=0.1)) for i in range(3)]
    sure = paper("p9", Said("2%", "a", "accuracy", "BB"))
    assert values(ask([*unsure, sure])) == [["2%"], ["1%", "1%", "1%"]]


def test_the_best_of_a_paper_and_method_stands_for_the_others() -> None:
    said = [Said(v, "a", "accuracy", "D") for v in ("90%", "92%", "91%")]
    said += [Said("99%", "a", "accuracy", "D", sure=0.1), Said("50%", "b", "accuracy", "D")]
    (board,) = ask([paper("p", *said), paper("q", said[0])]).boards
    assert [(row.value, row.rank) for row in board.rows][:3] == [("92%", 1), ("90%", 2), ("50%", 3)]
    assert why(board)[3:] == [("91%", FOLDED), ("90%", FOLDED), ("99%", UNSURE)]
    assert [row.value for row in board.besides(board.rows[0], "method")] == ["91%", "90%"]
    assert [row.value for row in board.besides(board.rows[1], "method")] == []
    text = render(Leaderboard((board,), 1, 0, {}), ONTOLOGY)
    assert "2 papers, 6 values, 3 ranked" in text
    assert "and 2 more of this paper: 91%, 90%" in text
    assert "also said, less sure:" in text
    assert text.count("91%") == 1, "what is folded has no line of its own"


def test_the_best_of_a_metric_that_falls_is_the_least() -> None:
    said = [Said(v, "a", "error rate", "D") for v in ("9%", "7%", "8%")]
    (board,) = ask([paper("p", *said)]).boards
    assert why(board) == [("7%", ""), ("8%", FOLDED), ("9%", FOLDED)]


def test_a_baseline_needs_a_name_that_is_not_the_papers_own() -> None:
    said = [
        Said("90%", "ours", "accuracy", "D", kind="comparison-baseline"),
        Said("85%", "theirs", "accuracy", "D", kind="comparison-baseline"),
        Said("80%", "", "accuracy", "D", kind="comparison-baseline"),
        Said("95%", "ours", "accuracy", "D"),
    ]
    record = paper("p", *said)
    own = [replace(e, role="proposed") if e.name == "ours" else e for e in record.entities]
    found = ask([replace(record, entities=tuple(own))])
    told = {board.kind: why(board) for board in found.boards}
    assert told == {
        "absolute": [("95%", "")],
        "comparison-baseline": [("85%", ""), ("90%", BASELINE), ("80%", BASELINE)],
    }


@pytest.mark.parametrize(
    ("metric", "value", "unit", "reason"),
    [
        ("accuracy", "91%", "%", ""),
        ("top-1 accuracy", "0.91", "", ""),
        ("accuracy", "1", "", ""),
        ("accuracy", "91.4", "", ""),
        ("accuracy", "10", "", UNFIT_UNIT),
        ("accuracy", "10", "minutes", UNFIT_UNIT),
        ("accuracy", "half", "/2", UNFIT_UNIT),
        ("accuracy", "2x", "x", UNFIT_UNIT),
        ("accuracy", "3", "percentage points", UNFIT_UNIT),
        ("accuracy", "120%", "%", UNFIT_NUMBER),
        ("accuracy", "647.5", "", UNFIT_NUMBER),
        ("F1", "-0.4", "", UNFIT_NUMBER),
        ("Cohen's kappa", "-0.4", "", ""),
        ("mean opinion score", "4", "/5", ""),
        ("BLEU", "27.3", "", ""),
        ("BLEU", "27.3", "ms", UNFIT_UNIT),
        ("PSNR", "31", "dB", ""),
        ("PSNR", "31", "%", UNFIT_UNIT),
        ("FID", "2.1", "", ""),
        ("FID", "2.1", "s", UNFIT_UNIT),
        ("latency", "12", "ms", ""),
        ("latency", "12", "ms/query", ""),
        ("latency", "12", "", UNFIT_UNIT),
        ("95% Hausdorff distance", "73", "mm", ""),
        ("95% Hausdorff distance", "0.6", "", UNFIT_UNIT),
        ("RMSE", "3", "mmHg", ""),
        ("RMSE", "3x", "x", UNFIT_UNIT),
        ("colour", "3", "minutes", ""),
    ],
)
def test_a_metric_takes_its_units_only(metric: str, value: str, unit: str, reason: str) -> None:
    number = "0.5" if value == "half" else None
    said = Said(value, "m", metric, "D", unit=unit, number=number)
    (board,) = ask([paper("p", said)]).boards
    assert board.rows[0].unranked == reason
    assert (board.rows[0].rank is None) == (bool(reason) or not board.is_ranked)


def test_a_range_is_no_value() -> None:
    values_ = ("90%", "80-95%", "80\\% to 95\\%", "0.5 \N{PLUS-MINUS SIGN} 0.1%", "3e-2%")
    said = [Said(v, f"m{i}", "accuracy", "D", number="1") for i, v in enumerate(values_)]
    (board,) = ask([paper("p", *said)]).boards
    assert {row.value for row in board.rows if row.unranked == RANGE} == {*values_[1:3]}
    assert board.ranked == 3


def test_changes_may_be_of_any_unit() -> None:
    said = Said("2x", "m", "accuracy", "D", unit="x", kind="improvement")
    assert ask([paper("p", said)]).boards[0].rows[0].unranked == ""


def test_percentages_without_a_sign_have_a_board_of_their_own() -> None:
    said = [Said(v, f"m{v}", "accuracy", "D", unit="") for v in ("91.4", "0.93", "92.5")]
    found = ask([paper("p", *said, Said("95%", "m", "accuracy", "D"))])
    assert [(b.unit, b.taken, [r.value for r in b.rows]) for b in found.boards] == [
        *(("", "%", ["92.5", "91.4"]), ("", "", ["0.93"]), ("%", "", ["95%"]))
    ]
    assert "unit: none (taken for % without the sign), absolute" in render(found, ONTOLOGY)


@given(
    st.sets(st.sampled_from(["share", "coefficient", "score", "number", "time", "quantity"])),
    st.sampled_from(["", "share", "time", "factor", "points", "length"]),
    st.sampled_from(["", "%", "s", "x"]),
    st.sampled_from(["", "0", "0.5", "1.5", "40", "-3", "1e9", "NaN", "many"]),
)
def test_every_value_is_judged(measured: set[str], quantity: str, unit: str, number: str) -> None:
    fit = judged(frozenset(measured), quantity, unit, number)
    assert fit.misfit in {"", UNFIT_UNIT, UNFIT_NUMBER}
    assert not (fit.misfit and fit.taken)
    assert not (fit.taken and unit)
    if not measured:
        assert fit == ("", "")


### Kindred boards and near names


def kin(found: Leaderboard) -> list[tuple[str, str, str]]:
    return [(k.slot, k.filler.name, k.best.value) for k in found.boards[0].kin]


def test_kindred_metrics_are_named_with_their_best_values() -> None:
    said = [
        Said("90%", "a", "accuracy", "CIFAR-10"),
        Said("95%", "b", "test accuracy", "CIFAR-10"),
        Said("94%", "c", "test accuracy", "CIFAR-10"),
        Said("78%", "d", "classification accuracy", "CIFAR-10"),
        Said("99%", "e", "attack accuracy", "CIFAR-10"),
        Said("5%", "f", "error rate", "CIFAR-10"),
        Said("98%", "g", "test accuracy", "CIFAR-10", sure=0.2),
        Said("12%", "h", "validation accuracy", "CIFAR-10", sure=0.2),
        Said("97%", "i", "top-1 accuracy", "MNIST"),
    ]
    found = ask([paper("p", *said)], metric="accuracy")
    assert kin(found) == [
        *(("metric", "test accuracy", "95%"), ("metric", "classification accuracy", "78%"))
    ]
    told = "see also metric test accuracy: 95% (p, 2 values ranked); metric classification"
    for style in ("table", "md"):
        assert told in " ".join(render(found, ONTOLOGY, style).split())
    (board,) = json.loads(render(found, ONTOLOGY, "json"))["boards"]
    assert [other["best"]["value"] for other in board["see_also"]] == ["95%", "78%"]


def test_kindred_datasets_are_named() -> None:
    names = ("ImageNet", "ImageNet-1K", "ImageNet 256x256", "Tiny ImageNet", "MNIST", "Image")
    said = [Said(f"{i}%", f"m{i}", "FID score", name) for i, name in enumerate(names, 10)]
    said = [each._replace(metric="accuracy") for each in said]
    found = ask([paper("p", *said)], dataset="ImageNet")
    assert {name for _, name, _ in kin(found)} == {*names[1:4]}
    assert {name for _, name, _ in kin(ask([paper("p", *said)], dataset="Tiny ImageNet"))} == {
        "ImageNet"
    }


def test_what_is_a_kind_of_it_is_kindred_too() -> None:
    said = [Said("90%", "a", "accuracy", "AIME"), Said("80%", "b", "accuracy", "AIME 2025")]
    found = ask([paper("p", *said)], dataset="AIME 2025")
    assert kin(found) == [("dataset", "AIME", "90%")]


def test_boards_that_cannot_be_compared_have_no_kin() -> None:
    said = [Said("90%", "a", "accuracy"), Said("95%", "b", "test accuracy")]
    assert [board.kin for board in ask([paper("p", *said)]).boards] == [(), ()]


def test_names_near_one_without_values() -> None:
    said = [Said("90%", "a", "accuracy", name) for name in ("CIFAR-10", "CIFAR-100", "MNIST")]
    papers = [paper("p", *said), paper("q", Said("9", "a", "", "CIFAR"))]
    papers.append(paper("r", *said[1:2]))
    found = ask(papers, dataset="CIFAR", metric="accuracy")
    assert (found.boards, dict(found.near)) == ((), {"dataset": ("CIFAR-100", "CIFAR-10")})
    assert near("MINST", "dataset", ask(papers).boards[:3]) == ("MNIST",)
    assert near("", "dataset", ask(papers).boards[:3]) == ()


### Asking for names


def test_names_are_found_however_they_are_spelled() -> None:
    one, two = Said("1%", "NetA", "F1 score", "CIFAR-10"), Said("2%", "NetB", "F1 score", "CIFAR10")
    papers = [paper("p1", one), paper("p2", two), paper("p3", Said("3%", "NetC", "F1 score", "X"))]
    for name in ("cifar-10", "CIFAR 10", "Cifar10"):
        found = ask(papers, dataset=name)
        assert values(found) == [["2%", "1%"]]
        assert found.chosen == {"dataset": ("CIFAR-10",)}
    found = ask(papers, dataset="cifar10", metric="f1-scores", method="netb")
    assert values(found) == [["2%", "1%"]]
    iri = "https://w3id.org/paperkg/dataset/x"
    assert values(ask(papers, dataset=iri)) == [["3%"]]
    for wanted, other in (("cifar", "CIFAR"), ("the X set", "X")):
        with pytest.raises(UnknownNameError, match=f"no Dataset named '{wanted}'.*{other}"):
            ask(papers, dataset=wanted)
    with pytest.raises(UnknownNameError, match="no slot named 'colour'; available: method"):
        ask(papers, colour="red")
    with pytest.raises(UnknownNameError, match=r"no Dataset named 'x'$"):
        ask([], dataset="x")


def test_whole_boards_are_kept_for_what_competes() -> None:
    said = [Said("1%", "NetA", "accuracy", "D"), Said("2%", "NetB", "accuracy", "D")]
    papers = [paper("p", *said, Said("3%", "NetB", "accuracy", "E"))]
    assert values(ask(papers, method="NetA")) == [["2%", "1%"]]


def test_other_slots_are_filtered_value_by_value() -> None:
    said = [Said(f"{i}%", "NetA", "accuracy", "D", task) for i, task in ((1, "walking"), (2, ""))]
    assert values(ask([paper("p", *said)], task="walking")) == [["1%"]]


### What the table says


NASTY = "=cmd()|x <script> *b* \x1b[31m\u202e`c` [l](http://e.org) a_b"


def nasty() -> list[Extraction]:
    said = [
        Said("91%", "", "accuracy", "=cmd() set", "walking"),
        Said("89\\%", "-NetA", "accuracy", "=cmd() set", "running", number="89"),
    ]
    listings = (Listing("a.txt", 1, "--07-28"), Listing("b.txt", 1))
    hidden = paper("p2", Said("90%", "NetB", "accuracy", "=cmd() set"), listings=listings)
    hidden = replace(hidden, record=replace(hidden.record, abstract=""))
    return [paper("p1", *said, title=NASTY, date="2024-03"), hidden]


def test_table() -> None:
    text = render(ask(nasty()), ONTOLOGY, width=72)
    assert text.startswith("1. metric: accuracy, dataset: =cmd() set, unit: %, absolute\n")
    assert "   2 papers, 3 values, 3 ranked; higher is better; beware, task differs:\n" in text
    lines = text.splitlines()
    assert [line.split()[0] for line in lines if line.startswith("   ") and "p1" in line] == [
        *("1", "3")
    ]
    assert [line.split()[-4:] for line in lines if "NetB" in line and "listed" in line] == [
        ["1.00", "listed", "07-28", "p2"]
    ]
    assert '"91% accuracy =cmd() set walking" (characters ' in text
    assert text.count("\\u001B") == 2, "the title stands once for values beside each other"
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert max(map(columns, lines)) <= 72
    assert render(ask([]), ONTOLOGY) == ""


def test_table_says_what_cannot_be_compared_or_is_not_known() -> None:
    said = [Said("1%", "m", "accuracy"), Said("2%", "m", "colour", "D", unit="")]
    said.append(Said("3%", "m", "colour", "D", kind="improvement"))
    text = render(ask([paper("p", *said)]), ONTOLOGY)
    assert "dataset: not stated" in text
    assert "dataset not stated, so these cannot be compared and have no rank" in text
    assert "unit: none" in text
    assert "direction not known, the highest first" in text
    assert "changes against other things, the largest first, for better or worse" in text
    assert "characters" in text


def test_csv_is_safe_and_complete() -> None:
    text = render(ask(nasty()), ONTOLOGY, "csv")
    rows = list(csv.DictReader(io.StringIO(text), strict=True))
    assert [r["rank"] for r in rows] == ["1", "2", "3"]
    assert {r["dataset"] for r in rows} == {"'=cmd() set"}
    assert [r["method"] for r in rows] == ["not stated", "NetB", "'-NetA"]
    assert [r["title"] for r in rows] == ["'" + NASTY, "Paper p2", "'" + NASTY]
    assert [(r["date"], r["listed"]) for r in rows][:2] == [("2024-03", ""), ("", "'--07-28")]
    assert rows[1]["quote"] == ""
    assert (rows[1]["start"], rows[1]["end"]) == ("9", "37")
    assert {r["better"] for r in rows} == {"higher"}
    for row in csv.reader(io.StringIO(text)):
        assert not [c for c in row if c[:1] in "=+-@\t\r\n" and c]


def test_json_is_one_object() -> None:
    found = json.loads(render(ask(nasty()), ONTOLOGY, "json"))
    assert set(found) == {"boards", "competing", "total", "not_asserted"}
    (board,) = found["boards"]
    assert board["slots"]["dataset"]["name"] == "=cmd() set"
    first, second, third = board["rows"]
    assert (first["method"], first["title"], first["quote"]) == (
        *(None, NASTY),
        "91% accuracy =cmd() set walking",
    )
    assert (second["quote"], second["listed"], second["date"]) == (None, ["--07-28"], None)
    assert third["value"] == "89\\%"
    empty = json.loads(render(ask([]), ONTOLOGY, "json"))
    assert empty == {"boards": [], "competing": "method", "total": 0, "not_asserted": 0}


def test_markdown_is_shown_as_it_is() -> None:
    text = render(ask(nasty()), ONTOLOGY, "md")
    assert text.startswith("### metric: accuracy, dataset: =cmd() set, unit: %, absolute\n\n")
    table = [line for line in text.splitlines() if line.startswith("|")]
    assert len(table) == 5
    for line in table:
        assert len(line.replace("\\|", "").split("|")) == 11
    assert "=cmd()\\|x &lt;script&gt; \\*b\\* \\\\u001B\\[31m" in text
    assert "\\`c\\` \\[l\\](http\\://e.org) a\\_b" in text


def test_the_hand_made_graph() -> None:
    with assemble(hand_made()) as graph:
        (board,) = leaderboard(graph).boards
    assert (board.rows[0].value, board.rows[0].quote) == ("91.5%", "reaches an accuracy of 91.5%")


### Cells


@given(st.text(max_size=40), st.integers(1, 20))
def test_cut_fits(text: str, widest: int) -> None:
    assert columns(cut(text, widest)) <= widest
    assert "\n" not in cut(text, widest)


@given(st.text(max_size=80), st.integers(10, 40))
def test_wrapping_loses_nothing(text: str, width: int) -> None:
    lines = list(wrap(text, width, "  "))
    words = [word for line in lines for word in line.split()]
    assert words == cut(text, 10**6).split()
    assert all(columns(line) <= width or " " not in line.strip() for line in lines)


@given(st.lists(st.text(max_size=12), min_size=2, max_size=2))
def test_markdown_keeps_its_columns(cells: list[str]) -> None:
    text = as_markdown(["a", "b"], [cells], right=())
    assert len(text.splitlines()) == 3
    bare = text.splitlines()[2].replace("\\\\", "").replace("\\|", "")
    assert bare.count("|") == 3


def test_markdown_makes_no_links() -> None:
    assert escaped("www.e.org a@b.org") == "www\\.e.org a\\@b.org"


### Directions


HEADER = "name\tbetter\tscope\tmeasures\n"


def test_directions_file_is_sorted_and_states_nothing_twice() -> None:
    lines = (ONTOLOGY.folder / "directions.tsv").read_bytes().decode("utf-8").split("\n")
    assert lines.pop() == ""
    rows = [line.split("\t") for line in lines if not line.startswith("#")][1:]
    assert rows == sorted(rows, key=lambda row: (row[0].casefold(), row))
    names = Counter(key(name) for name, _, scope, _ in rows if scope in {"head", "name"})
    assert [name for name, n in names.items() if n > 1] == []
    others = Counter((name, scope) for name, _, scope, _ in rows)
    assert max(others.values()) == 1
    kinds = {name for name, _, scope, _ in rows if scope == "kind"}
    assert kinds <= set(ONTOLOGY.rules("results")["kinds"])
    of_units = {told for _, _, scope, told in rows if scope == "unit"}
    assert all(len(told.split()) == 1 for told in of_units)
    of_metrics = {q for _, _, scope, told in rows if scope != "unit" for q in told.split()}
    assert of_metrics <= of_units | {"number", "coefficient", "score", "quantity"}


def test_what_a_metric_measures_follows_its_name() -> None:
    known = directions(ONTOLOGY)
    assert known.quantities_of("mean top-1 accuracy") == {"share"}
    assert known.quantities_of("Zork", ("test error rate", "Zork")) == {"share"}
    assert known.quantities_of("Zork", ("test error rate", "latency")) == set()
    assert known.quantities_of("mAP") == known.quantities_of("mean average precision") == {"share"}
    units = ("ms", "ms/query", "/5", "furlongs", "tokens/s")
    assert [*map(known.quantity_of, units)] == ["time", "time", "fraction", "", "rate"]


@pytest.mark.parametrize(
    ("name", "better"),
    [
        ("accuracy", "higher"),
        ("Top-1 Acc", "higher"),
        ("mean IoU", "higher"),
        ("Recall@10", "higher"),
        ("BLEU-4", "higher"),
        ("PSNR", "higher"),
        ("F1", "higher"),
        ("FID", "lower"),
        ("RMSE", "lower"),
        ("word error rates", "lower"),
        ("negative log-likelihood", "lower"),
        ("test log-likelihood", "higher"),
        ("inference latency", "lower"),
        ("accuracy loss", "lower"),
        ("error reduction", "higher"),
        ("attack success rate", ""),
        ("number of parameters", ""),
        ("performance of humans", ""),
        ("", ""),
    ],
)
def test_direction_of(name: str, better: str) -> None:
    assert directions(ONTOLOGY).of_name(name) == better


def test_most_metrics_of_the_lexicon_have_a_direction() -> None:
    known = directions(ONTOLOGY)
    metrics = [t.name for t in read_terms(ONTOLOGY) if t.type == "Metric"]
    assert sum(bool(known.of_name(name)) for name in metrics) > 0.9 * len(metrics)


def test_aliases_must_agree() -> None:
    known = Directions({"up": "higher", "down": "lower", "odd": "depends"}, {}, {}, {})

    def told(name: str, *aliases: str) -> str:
        return known.of(name, aliases, kind="", unit="")

    assert told("Zork", "Zonk", "Up") == "higher"
    assert told("Zork", "Up", "Down") == ""
    assert told("Down", "Up") == "lower"
    assert told("Odd") == ""


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("name\tbetter\tscope\n", "header: must be"),
        (f"{HEADER}a\thigher\thead\n", "a: has another number of columns"),
        (f"{HEADER}a\tbest\thead\t\n", "a: 'best' or 'head' is no such word"),
        (f"{HEADER}a\tlower\ttail\t\n", "a: 'lower' or 'tail' is no such word"),
        (f"{HEADER}a\t\thead\tshare\n", "a: '' or 'head' is no such word"),
    ],
)
def test_faulty_directions(tmp_path: Path, text: str, reason: str) -> None:
    shutil.copy(ONTOLOGY.folder / ontology.SCHEMA, tmp_path)
    (tmp_path / "directions.tsv").write_text(text, encoding="utf-8")
    with pytest.raises(OntologyError, match=f"directions.tsv: {reason}"):
        directions(ontology.load(tmp_path))


def test_no_directions(tmp_path: Path) -> None:
    shutil.copy(ONTOLOGY.folder / ontology.SCHEMA, tmp_path)
    assert directions(ontology.load(tmp_path)).of_name("accuracy") == ""
