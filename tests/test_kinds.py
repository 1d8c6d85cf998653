"""Which entity is a kind of which, as sentences say: rules, lists, names, status, evidence."""

from __future__ import annotations

import re
import shutil
import time
from functools import lru_cache
from itertools import permutations
from typing import TYPE_CHECKING, Any

import pytest
from conftest import entity
from hypothesis import given
from hypothesis import strategies as st

from kg import documents, ontology
from kg.errors import OntologyError
from kg.model import ASSERTED, Document, Entity, Mention, Record
from kg.relations.kinds import BROADER, RULES, read_kinds

if TYPE_CHECKING:
    from pathlib import Path

    from spacy.language import Language

ONTOLOGY = ontology.load()
RULE_LIST: list[dict[str, Any]] = ONTOLOGY.rules(RULES)["rule"]
METHOD, TASK, MODALITY = "Method", "Task", "Modality"


@lru_cache(maxsize=1)
def nlp() -> Language:
    made = documents.blank()
    made.add_pipe("kg_sentences")
    return made


def read(abstract: str) -> Document:
    """Parse a made-up paper."""
    return documents.parse(Record(id="p", title="A title", abstract=abstract), nlp())


def entities(document: Document, *named: str | tuple[str, ...]) -> list[Entity]:
    """Find entities: a name, or type, name and surface forms where they differ."""
    told = [(METHOD, one) if isinstance(one, str) else one for one in named]
    return [entity(document.record, kind, name, "used", *rest) for kind, name, *rest in told]


def pairs(abstract: str, *named: str | tuple[str, ...]) -> set[str]:
    document = read(abstract)
    found = read_kinds(document, entities(document, *named), ONTOLOGY)
    return {f"{kind.head[1]} < {kind.tail[1]}" for kind in found if kind.status == ASSERTED}


def spoken(text: str) -> tuple[Document, list[Entity]]:
    """Parse an example, and find the entities of ``[named]`` that it speaks of."""
    document = read(text)
    found = []
    for name, (kind, role) in ONTOLOGY.rules("relations")["named"].items():
        if match := re.search(rf"(?<!\w){re.escape(name)}(?!\w)", document.text):
            mention = Mention(kind, *match.span(), name, "hand")
            found.append(Entity(kind, name, (mention,), role))
    return document, found


# Rules


@pytest.mark.parametrize("rule", RULE_LIST, ids=lambda rule: rule["id"])
def test_a_rule_fires_on_its_examples_alone(rule: dict[str, Any]) -> None:
    for texts, fires in ((rule["examples"], True), (rule["not"], False)):
        for text in texts:
            found = read_kinds(*spoken(text), ONTOLOGY)
            assert (rule["id"] in {kind.rule for kind in found}) is fires, text


def test_rules_have_an_id_and_a_share_of_right_uses() -> None:
    names = [rule["id"] for rule in RULE_LIST]
    assert len(set(names)) == len(names)
    assert all(name.startswith("kind.") for name in names)
    assert all(0.5 < rule["confidence"] < 1 for rule in RULE_LIST)
    # Other rules do not look for others of which the same is said.
    assert all(rule.get("reverse") for rule in RULE_LIST if "join" in rule)


def test_every_word_of_the_rules_is_used() -> None:
    told = ONTOLOGY.rules(RULES)
    text = repr(told)
    assert [word for word in told["words"] if f"<{word}>" not in text and word != "heads"] == []


@pytest.mark.parametrize("word", ["<nothing>", "<whole>"])
def test_a_word_that_stands_for_nothing_is_told(tmp_path: Path, word: str) -> None:
    folder = tmp_path / "ontology"
    shutil.copytree(ONTOLOGY.folder, folder)
    path = folder / "rules" / f"{RULES}.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("whole = '''", f"whole = '''{word}", 1), encoding="utf-8")
    document = read("Nets such as EEGNet win.")
    with pytest.raises(OntologyError, match=rf"kinds.toml: words: {word} stands for nothing"):
        read_kinds(document, entities(document, "Nets", "EEGNet"), ontology.load(folder))


# What is said


@pytest.mark.parametrize(
    ("abstract", "named", "expected"),
    [
        (
            "Deep nets (DNs) such as the EEGNet, FlickerNet (FN) and GateNet win.",
            ((METHOD, "deep net", "Deep nets", "DNs"), "EEGNet", "FlickerNet", "GateNet"),
            {"EEGNet < deep net", "FlickerNet < deep net", "GateNet < deep net"},
        ),
        (
            "Deep nets such as AlexNet, UnseenNet, and GateNet win.",
            ("Deep nets", "AlexNet", "GateNet"),
            {"AlexNet < Deep nets", "GateNet < Deep nets"},
        ),
        (
            "Deep nets (e.g., AlexNet and EEGNet) and GateNet win.",
            ("Deep nets", "AlexNet", "EEGNet", "GateNet"),
            {"AlexNet < Deep nets", "EEGNet < Deep nets"},
        ),
        (
            "In seeing tasks, such as sorting, drawing needs no labels.",
            ((TASK, "seeing"), (TASK, "sorting"), (TASK, "drawing")),
            {"sorting < seeing"},
        ),
        (
            "Brain data such as EEG, MEG, etc. are noisy.",
            ((MODALITY, "Brain data"), (MODALITY, "EEG"), (MODALITY, "MEG")),
            {"EEG < Brain data", "MEG < Brain data"},
        ),
        (
            "Deep nets such as AlexNet and fast nets like EEGNet win.",
            ("Deep nets", "AlexNet", "fast nets", "EEGNet"),
            {"AlexNet < Deep nets"},  # fast nets begin a list of their own
        ),
        (
            "EEGNet outperforms other deep nets.",
            ("EEGNet", "deep nets"),
            {"EEGNet < deep nets"},
        ),
    ],
)
def test_what_a_sentence_says(
    abstract: str, named: tuple[str | tuple[str, ...], ...], expected: set[str]
) -> None:
    assert pairs(abstract, *named) == expected


@pytest.mark.parametrize(
    ("abstract", "named"),
    [
        ("Nets such as EEG are read.", ("Nets", (MODALITY, "EEG"))),
        ("Deep nets win. Such as EEGNet.", ("Deep nets", "EEGNet")),
        ("We test deep nets; they, as we say, are (such as EEGNet) old.", ("deep nets", "EEGNet")),
        ("Deep nets such as deep nets win.", ("Deep nets", "deep nets")),
        ("Deep spiking nets such as nets win.", ("Deep spiking nets", "nets")),
        ("SNN, a spiking neural net that learns, wins.", ("SNN", "spiking neural net")),
        ("Language models (Google, Meta) win.", ("Language models", "Google", "Meta")),
        ("FlickerNet, a spike-based approach, wins.", ("FlickerNet", "spike-based")),
        ("Deep nets such as GPT- and BERT-like ones win.", ("Deep nets", "GPT-", "BERT")),
        ("Nets (such as X)-nets win.", ("Nets", "X)-nets")),
    ],
)
def test_what_a_sentence_does_not_say(
    abstract: str, named: tuple[str | tuple[str, ...], ...]
) -> None:
    assert pairs(abstract, *named) == set()


@pytest.mark.parametrize(
    ("name", "surface", "tells"),
    [
        ("deep net", "Deep nets", True),
        ("spiking neural net", "SNNs", True),
        ("self-made neural net", "MNNs", True),
        ("fast spiking neural net", "SNNs", False),
        ("YOLO", "YOLO nets", True),
        ("deep spiking", "deep spiking nets", True),
        ("deep", "deep nets", False),
        ("3D", "3D nets", False),
        ("deep brain net", "deep nets", False),
        ("gate", "deep nets", False),
    ],
)
def test_a_mention_must_tell_which_entity_it_means(name: str, surface: str, tells: bool) -> None:
    found = pairs(f"{surface} such as EEGNet win.", (METHOD, name, surface), "EEGNet")
    assert found == ({f"EEGNet < {name}"} if tells else set())


# Evidence


def test_evidence_is_the_clause_from_the_first_mention_to_the_second() -> None:
    document = read("We test deep nets, such as AlexNet and EEGNet, here.")
    named = entities(document, "deep nets", "AlexNet", "EEGNet")
    found = read_kinds(document, named, ONTOLOGY)
    assert [document.text[kind.start : kind.end] for kind in found] == [
        "deep nets, such as AlexNet",
        "deep nets, such as AlexNet and EEGNet",
    ]
    assert {kind.type for kind in found} == {BROADER}
    assert {kind.rule for kind in found} == {"kind.such-as"}


def test_of_two_statements_the_surest_counts() -> None:
    text = "EEGNet is one of the best deep nets. Deep nets like EEGNet win."
    document = read(text)
    named = entities(document, "EEGNet", (METHOD, "deep net", "deep nets", "Deep nets"))
    (kind,) = read_kinds(document, named, ONTOLOGY)
    assert kind.rule == "kind.like"
    shares = {rule["id"]: rule["confidence"] for rule in RULE_LIST}
    assert kind.confidence == shares["kind.like"] > shares["kind.one-of"]


@pytest.mark.parametrize(
    ("verb", "status"),
    [("is", ASSERTED), ("is not", "negated"), ("may be", "hedged")],
)
def test_what_is_not_asserted_is_no_fact(verb: str, status: str) -> None:
    document = read(f"FlickerNet {verb} a spiking encoder.")
    (kind,) = read_kinds(document, entities(document, "FlickerNet", "spiking encoder"), ONTOLOGY)
    assert kind.status == status


def test_what_is_asserted_elsewhere_outweighs_what_is_not() -> None:
    document = read("FlickerNet is not a kind of encoder. Still, FlickerNet is a fast encoder.")
    (kind,) = read_kinds(document, entities(document, "FlickerNet", "encoder"), ONTOLOGY)
    assert (kind.rule, kind.status) == ("kind.is-a", ASSERTED)


def test_without_mentions_nothing_is_said() -> None:
    document = read("Deep nets such as EEGNet win.")
    assert read_kinds(document, [], ONTOLOGY) == ()
    assert read_kinds(document, entities(document, "EEGNet"), ONTOLOGY) == ()


def test_the_order_of_entities_does_not_matter() -> None:
    document = read("Deep nets (DNs), e.g. AlexNet or EEGNet, beat other deep nets.")
    named = entities(document, (METHOD, "deep net", "Deep nets", "deep nets"), "AlexNet", "EEGNet")
    told = {read_kinds(document, one, ONTOLOGY) for one in permutations(named)}
    assert len(told) == 1
    assert len(told.pop()) == 2


NAMES = ("Deep nets", "AlexNet", "EEGNet", "spiking encoder", "EEG", "SNNs")
JOINTS = (" such as ", ", ", " and ", " is a ", ", a fast ", " (e.g., ", ") ", " not ", ". ", ": ")


@given(st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(JOINTS)), max_size=8))
def test_kinds_of_any_text(pieces: list[tuple[str, str]]) -> None:
    document = read("".join(f"{name}{joint}" for name, joint in pieces))
    used = dict.fromkeys(name for name, _ in pieces if name in document.text)
    named = entities(document, *((MODALITY, n) if n == "EEG" else n for n in used))
    found = read_kinds(document, named, ONTOLOGY)
    assert list(found) == sorted(found)
    assert len({(kind.head, kind.tail) for kind in found}) == len(found)
    for kind in found:
        assert kind.head != kind.tail
        assert kind.head[0] == kind.tail[0]
        start, end = document.sentence_of(kind.start)
        assert start <= kind.start < kind.end <= end
        clause = document.text[kind.start : kind.end]
        assert clause.startswith((kind.head[1], kind.tail[1]))
        assert clause.endswith((kind.head[1], kind.tail[1]))


@pytest.mark.parametrize(
    "text",
    [
        "Nets such as " + "EEGNet, " * 2000,
        "a " * 20000 + "Nets such as EEGNet win",
        "Nets" + " (" * 25 + "EEGNet",
        "EEGNet, a " + "very-fast and " * 3 + "Nets " + "word, " * 5000,
        "two methods of x " * 3000 + "Nets: EEGNet, Nets",
        "EEGNet is a Nets, " * 2000,
    ],
)
def test_hostile_text_takes_no_long_time(text: str) -> None:
    document = Document(
        Record(id="p", title="A title", abstract=text), ((0, 7), (8, 8 + len(text)))
    )
    named = entities(document, "EEGNet", "Nets")
    began = time.perf_counter()
    read_kinds(document, named, ONTOLOGY)
    assert time.perf_counter() - began < 5
