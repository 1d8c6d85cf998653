"""What went wrong: kinds of mistakes, confusion, the choice of which to show, words around them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import ontology as ontologies
from kg.evaluation import ALL, evaluate
from kg.evaluation.contexts import excerpt, locate, printable
from kg.evaluation.mistakes import KINDS, Mistake, Side, choose, diagnose

if TYPE_CHECKING:
    import random
    from typing import TypeAlias

    Record: TypeAlias = dict[str, Any]

ONTOLOGY = ontologies.load()
TYPES = ONTOLOGY.type_names
TEXT = "FlickerNet decodes EEG\nWe train a deep spiking network on EEG of the BETA set."


def entity(kind: str, name: str, *mentions: str, role: str = "used", **extra: Any) -> Record:
    return {"type": kind, "name": name, "mentions": [name, *mentions], "role": role, **extra}


def paper(*entities: Record, name: str = "p1", **extra: Any) -> Record:
    return {"id": name, "entities": list(entities), **extra}


def kinds(gold: Record, predicted: Record) -> list[tuple[str, str | None, str | None]]:
    return [
        (m.kind, m.gold.name if m.gold else None, m.predicted.name if m.predicted else None)
        for m in diagnose(gold, predicted, TYPES)
    ]


# --- kinds


@pytest.mark.parametrize(
    ("gold", "predicted", "expected"),
    [
        ([entity("Method", "net")], [entity("Method", "nets")], []),
        ([entity("Method", "net")], [], [("missed", "net", None)]),
        ([], [entity("Method", "net")], [("spurious", None, "net")]),
        (
            [entity("Method", "spiking net")],
            [entity("Method", "net")],
            [("boundary", "spiking net", "net")],
        ),
        ([entity("Method", "EEG")], [entity("Modality", "EEG")], [("type", "EEG", "EEG")]),
        (
            [entity("Method", "spiking net")],
            [entity("Task", "net")],
            [("missed", "spiking net", None), ("spurious", None, "net")],
        ),
        (
            [entity("Method", "graph net", "GNN")],
            [entity("Method", "graph net"), entity("Method", "GNN")],
            [("duplicate", "graph net", "GNN")],
        ),
        (
            [entity("Method", "graph net"), entity("Method", "GNN")],
            [entity("Method", "graph net", "GNN")],
            [("grouping", "GNN", "graph net")],
        ),
        (
            [entity("Method", "net", role="proposed")],
            [entity("Method", "net")],
            [("role", "net", "net")],
        ),
        ([entity("Method", "net", optional=True)], [], []),
        ([entity("Method", "net", optional=True)], [entity("Method", "net", role="compared")], []),
        (
            [entity("Method", "net", optional=True)],
            [entity("Task", "net")],
            [("spurious", None, "net")],
        ),
        ([entity("Gadget", "net")], [entity("Gizmo", "net")], []),
    ],
)
def test_kinds(
    gold: list[Record], predicted: list[Record], expected: list[tuple[str, str, str]]
) -> None:
    assert kinds(paper(*gold), paper(*predicted)) == expected


def test_an_alternative_role_is_no_mistake() -> None:
    gold = paper(entity("Method", "net", role="proposed", role_alternative="used"))
    assert kinds(gold, paper(entity("Method", "net"))) == []
    assert kinds(gold, paper({"type": "Method", "name": "net"})) == [("role", "net", "net")]


def test_a_type_goes_before_a_boundary() -> None:
    gold = paper(entity("Method", "spiking net"), entity("Task", "net"))
    predicted = paper(entity("Method", "net"), entity("Task", "spiking nets"))
    assert [kind for kind, *_ in kinds(gold, predicted)] == ["type", "type"]


def test_confusion_of_a_small_case() -> None:
    gold = paper(entity("Method", "a"), entity("Method", "b"), entity("Task", "c"))
    predicted = paper(entity("Method", "a"), entity("Modality", "b"), entity("Metric", "d"))
    rows, spurious = evaluate([gold], [predicted], ONTOLOGY).confusion()
    assert rows["Method"]["Method"] == rows["Method"]["Modality"] == rows["Task"]["missed"] == 1
    assert rows["Method"]["missed"] == rows["Modality"]["missed"] == 0
    assert spurious == {t: int(t == "Metric") for t in TYPES}


# --- properties

WORDS = st.sampled_from(["net", "nets", "graph", "deep", "EEG", "class"])
NAMES = st.lists(WORDS, min_size=1, max_size=3).map(" ".join)
ENTITIES = st.lists(
    st.builds(
        lambda kind, names, role, optional: entity(
            kind, names[0], *names[1:], role=role, **({"optional": True} if optional else {})
        ),
        st.sampled_from(TYPES[:3]),
        st.lists(NAMES, min_size=1, max_size=2),
        st.sampled_from(["used", "proposed"]),
        st.booleans(),
    ),
    max_size=6,
)


@given(ENTITIES, ENTITIES)
def test_every_entity_is_accounted_for(gold: list[Record], predicted: list[Record]) -> None:
    theirs = [{k: v for k, v in item.items() if k != "optional"} for item in predicted]
    found = evaluate([paper(*gold)], [paper(*theirs)], ONTOLOGY)
    rows, spurious = found.confusion()
    for name in TYPES:
        counts = found.strict[name]
        lost = [m for m in found.mistakes if m.gold and m.gold.type == name]
        extra = [m for m in found.mistakes if m.predicted and m.predicted.type == name]
        at_fault = ("missed", "boundary", "type", "grouping")
        assert sum(m.kind in at_fault for m in lost) == counts.gold - counts.matched
        at_fault = ("spurious", "boundary", "type", "duplicate")
        assert sum(m.kind in at_fault for m in extra) == counts.predicted - counts.matched
        assert rows[name][name] == counts.matched
        assert sum(rows[name].values()) == counts.gold
        assert spurious[name] + sum(row[name] for row in rows.values()) == counts.predicted
    assert sum(m.kind == "role" for m in found.mistakes) == found.roles.gold - found.roles.matched


@given(ENTITIES)
def test_a_perfect_prediction_has_no_mistakes(gold: list[Record]) -> None:
    same = [item | {"role": "used"} for item in gold]
    assert evaluate([paper(*same)], [paper(*same)], ONTOLOGY).mistakes == ()


MISTAKES = st.lists(
    st.builds(
        Mistake,
        st.sampled_from(KINDS),
        st.sampled_from("abcdef"),
        st.none() | st.builds(Side, st.sampled_from(TYPES), NAMES),
        st.builds(Side, st.sampled_from(TYPES), NAMES),
    ),
    max_size=30,
)


@given(MISTAKES, st.integers(0, 35), st.randoms(use_true_random=False))
def test_the_choice_is_spread_and_repeatable(
    mistakes: list[Mistake], limit: int, rng: random.Random
) -> None:
    chosen = choose(mistakes, limit)
    assert len(chosen) == min(limit, len(mistakes))
    assert all(chosen.count(m) <= mistakes.count(m) for m in chosen)
    assert chosen == sorted(chosen, key=lambda m: m.rank)
    assert choose(rng.sample(mistakes, len(mistakes)), limit) == chosen
    there = {m.kind for m in mistakes}
    assert len({m.kind for m in chosen}) == min(len(there), limit)


@given(MISTAKES, st.integers(1, 6))
def test_no_paper_is_shown_twice_before_all_are_shown(mistakes: list[Mistake], limit: int) -> None:
    same = [Mistake("missed", m.paper, m.gold, m.predicted) for m in mistakes]
    chosen = choose(same, limit)
    assert len({m.paper for m in chosen}) == min(limit, len({m.paper for m in same}))


# --- words around


def spot(word: str, start: int = 0) -> tuple[int, int]:
    place = TEXT.index(word, start)
    return place, place + len(word)


@pytest.mark.parametrize(
    ("gold", "predicted", "expected"),
    [
        ("spiking network", "network", "[spiking {network}] on"),
        ("network", "spiking network", "{spiking [network]} on"),
        ("spiking", "spiking network", "{[spiking] network} on"),
        ("spiking network", "spiking", "[{spiking} network] on"),
        ("spiking network", "spiking network", "[{spiking network}] on"),
        ("deep spiking", "spiking network", "[deep {spiking] network} on"),
        ("spiking network", None, "[spiking network] on"),
        (None, "BETA", "{BETA} set."),
    ],
)
def test_marks(gold: str | None, predicted: str | None, expected: str) -> None:
    spans = (gold and spot(gold), predicted and spot(predicted))
    shown = excerpt(TEXT, *(span or None for span in spans))
    assert expected in shown
    assert shown.replace("[", "").replace("]", "").replace("{", "").replace("}", "") in (
        " ".join(TEXT.split()),
        f"… {' '.join(TEXT[9:].split())}",
        f"… {' '.join(TEXT[11:].split())}",
    )


def test_an_overlapping_place_is_taken_before_the_first() -> None:
    second = spot("EEG", 30)
    gold = Side("Modality", "EEG", forms=("EEG",))
    predicted = Side("Modality", "EEG of", forms=("EEG of",), spans=((second[0], second[1] + 3),))
    assert locate(TEXT, Mistake("boundary", "p1", gold, predicted))[0] == second
    assert locate(TEXT, Mistake("missed", "p1", gold)) == (spot("EEG"), None)


def test_offsets_that_are_not_true_are_not_believed() -> None:
    predicted = Side("Modality", "EEG", forms=("EEG",), spans=((0, 3),))
    assert locate(TEXT, Mistake("spurious", "p1", None, predicted)) == (None, spot("EEG"))


def test_words_are_found_whole_and_in_any_case() -> None:
    found = locate("A subnet, a Net.", Mistake("missed", "p", Side("T", "net", forms=("net",))))
    assert found == ((12, 15), None)
    assert locate("A subnet.", Mistake("missed", "p", Side("T", "net", forms=("net",)))) == (
        None,
        None,
    )
    assert excerpt("A subnet.", None, None) == ""


@given(st.text("ab \n\t\x1b\u202e.", max_size=80), st.data())
def test_an_excerpt_is_a_piece_of_the_text(text: str, data: st.DataObject) -> None:
    def span() -> tuple[int, int] | None:
        start = data.draw(st.integers(0, max(len(text) - 1, 0)))
        end = data.draw(st.integers(start + 1, max(len(text), start + 1)))
        return data.draw(st.sampled_from([None, (start, end)])) if text else None

    gold, predicted = span(), span()
    shown = excerpt(text, gold, predicted, width=data.draw(st.integers(0, 20)))
    assert shown.count("[") == shown.count("]") == int(gold is not None)
    assert shown.count("{") == shown.count("}") == int(predicted is not None)
    bare = shown.translate(str.maketrans("", "", "[]{}…"))
    assert "".join(bare.split()) in "".join(printable(text).split())
    assert not any(ord(c) < 32 or c == "\u202e" for c in shown)


# --- as people and programs see it


def test_errors_are_listed_in_context() -> None:
    gold = paper(entity("Method", "deep spiking network"), entity("Dataset", "BETA"))
    start = TEXT.index("spiking")
    place = {"text": "spiking network", "start": start, "end": start + 15}
    predicted = paper(entity("Method", "spiking network", evidence=[place]))
    found = evaluate([gold], [predicted], ONTOLOGY)
    table = found.table(errors=5, texts={"p1": TEXT})
    assert "2 of 2 errors; [gold] and {predicted} in the text" in table
    assert 'p1: gold Method "deep spiking network" (used); predicted Method "spiking' in table
    assert "We train a [deep {spiking network}] on EEG" in table
    assert "of the [BETA] set." in table
    report = found.report(errors=5, texts={"p1": TEXT})
    assert json.loads(json.dumps(report)) == json.loads(json.dumps(report, sort_keys=True))
    assert report["errors"] == {"missed": {"Dataset": 1}, "boundary": {"Method": 1}}
    missed, boundary = report["listed"]
    assert missed["gold"] == {"type": "Dataset", "name": "BETA", "role": "used"}
    assert missed["predicted"] is missed["predicted_span"] is None
    assert TEXT[slice(*boundary["predicted_span"])] == "spiking network"
    assert report["confusion"]["Method"]["missed"] == 1
    assert report["confusion"]["spurious"]["Method"] == 1
    assert report["intervals"]["entities_strict"][ALL] == [0.0, 0.0]
    assert set(found.as_dict()) < set(report)


def test_errors_without_text_are_listed_too() -> None:
    table = evaluate([paper(entity("Method", "a\x1b[31m"))], [], ONTOLOGY).table(errors=1)
    assert 'p1: gold Method "a [31m" (used)' in table
    assert "\x1b" not in table


def test_intervals_of_several_figures_hold_the_figures() -> None:
    good, bad = entity("Method", "net", role="proposed"), entity("Method", "deep net")
    gold = [paper(good, entity("Task", "t"), name=f"p{n}") for n in range(20)]
    other, none = entity("Method", "net"), entity("Method", "graph")
    predicted = [paper((good, bad, other, none)[n % 4], name=f"p{n}") for n in range(20)]
    found = evaluate(gold, predicted, ONTOLOGY)
    bounds = found.intervals()
    for row, figure in (
        (("entities_strict", ALL), found.strict[ALL].f1),
        (("entities_relaxed", ALL), found.relaxed[ALL].f1),
        (("roles", ALL), found.role_accuracy),
    ):
        assert bounds[row][0] < figure < bounds[row][1], row
    assert bounds["entities_strict", ALL] == found.interval()
    assert found.intervals() == evaluate(gold[::-1], predicted, ONTOLOGY).intervals()
