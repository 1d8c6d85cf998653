"""Annotated entities as if they had been extracted."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kg import documents
from kg.evaluation.given import RULE, given_entities
from kg.model import Document, Record

NLP = documents.blank()
NLP.add_pipe("kg_sentences")
NET = ("Method", "used")


def item(kind: str, name: str, role: str, *mentions: str) -> dict[str, Any]:
    return {"type": kind, "name": name, "role": role, "mentions": list(mentions)}


def parsed(title: str, abstract: str) -> Document:
    return documents.parse(Record(id="p", title=title, abstract=abstract), NLP)


def found(abstract: str, *items: dict[str, Any]) -> dict[str, list[tuple[int, str]]]:
    """Give the places of the mentions in the abstract, by the name of the entity."""
    entities = given_entities(parsed("", abstract), {"entities": items})
    return {e.name: [(m.start - 1, m.text) for m in e.mentions] for e in entities}


def test_entities_are_as_annotated() -> None:
    items = [
        item("Task", "decoding", "addressed", "decoding", "Decoding"),
        item("Method", "spiking net", "used", "SNN"),
    ]
    document = parsed("Decoding", "An SNN does decoding. The SNN is fast.")
    task, net = given_entities(document, {"entities": items, "relations": []})
    assert [task.key, net.key] == [("Task", "decoding"), ("Method", "spiking net")]
    assert [task.role, net.role] == ["addressed", "used"]
    assert {task.confidence, net.confidence} == {1.0}
    assert [m.text for m in task.mentions] == ["Decoding", "decoding"]
    assert [m.start for m in net.mentions] == [12, 35]
    assert {m.rule for m in (*task.mentions, *net.mentions)} == {RULE}
    assert {m.type for m in net.mentions} == {"Method"}
    assert given_entities(document, {"entities": []}) == []


def test_what_the_text_does_not_name_is_left_out() -> None:
    lost, kept = item("Method", "LSTM", "used", "LSTM"), item("Method", "SNN", "used", "SNN", "net")
    assert found("An SNN is fast.", lost, kept) == {"SNN": [(3, "SNN")]}
    assert found("An SNN is fast.", item("Method", "SNN", "used", "")) == {}


def test_the_name_stands_in_for_mentions() -> None:
    assert found("An SNN is fast.", item(NET[0], "SNN", NET[1])) == {"SNN": [(3, "SNN")]}


def test_the_longest_of_overlapping_forms_is_kept() -> None:
    net = item("Method", "fast net", "used", "net", "fast net", "net", "fast")
    assert found("A fast net, a net.", net) == {"fast net": [(2, "fast net"), (14, "net")]}
    other = item("Method", "net", "used", "net")
    assert found("A fast net.", net, other) == {"fast net": [(2, "fast net")], "net": [(7, "net")]}


def test_forms_stand_between_word_boundaries_if_they_can() -> None:
    assert found("EEGNet reads EEG.", item("Modality", "EEG", "input", "EEG")) == {
        "EEG": [(13, "EEG")]
    }
    assert found("EEGNet reads.", item("Modality", "EEG", "input", "EEG")) == {"EEG": [(0, "EEG")]}


def test_markup_is_taken_out_of_forms() -> None:
    record = Record(id="p", title="", abstract=r"A \textbf{fast} net.")
    document = documents.parse(record, NLP)
    (net,) = given_entities(
        document, {"entities": [item("Method", "net", "used", r"\textbf{fast} net")]}
    )
    assert [m.text for m in net.mentions] == ["fast net"]
    assert document.text[net.mentions[0].start : net.mentions[0].end] == "fast net"


@given(
    st.lists(st.sampled_from(["net", "fast", "EEG", "-", ".", "nets"]), max_size=12),
    st.lists(
        st.lists(st.sampled_from(["net", "fast net", "EEG", "E", " ", "net fast"]), max_size=3),
        max_size=4,
    ),
)
def test_mentions_stand_in_the_text(words: list[str], forms: list[list[str]]) -> None:
    document = parsed("A net", " ".join(words))
    items = [item("Method", f"m{n}", "used", *some) for n, some in enumerate(forms)]
    entities = given_entities(document, {"entities": items})
    assert [e.name for e in entities] == sorted(e.name for e in entities)
    for one in entities:
        places = [(m.start, m.end) for m in one.mentions]
        assert places == sorted(places)
        assert all(a[1] <= b[0] for a, b in pairwise(places))
        for mention in one.mentions:
            assert document.text[mention.start : mention.end] == mention.text
            assert mention.text in forms[int(one.name[1:])]
