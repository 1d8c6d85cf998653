"""Relations as classifiers tell them: pairs and their features, judging, facts, status."""

from __future__ import annotations

import re
import time
from itertools import combinations
from typing import TYPE_CHECKING

import pytest
from conftest import entity
from hypothesis import given, settings
from hypothesis import strategies as st
from test_recognizer import tiny

from kg import documents, ontology
from kg.model import ASSERTED, Document, Entity, Record
from kg.recognizer.classifier import BIAS, Classifier
from kg.recognizer.context import Context, sentence_number
from kg.recognizer.recognizer import Recognizer
from kg.recognizer.words import bucket
from kg.relations.caseless import caseless
from kg.relations.facts import Facts, read_facts
from kg.relations.judged import LINKED, UNLINKED, judge, linked_by
from kg.relations.measure import measure
from kg.relations.pairs import (
    Scene,
    features,
    head_features,
    pair_features,
    pair_scores,
    pairs,
    tail_features,
)
from kg.relations.relate import relate
from kg.relations.status import own_system, speaks_of_own, status_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kg.relations.pairs import Pair

ONTOLOGY = ontology.load()
NLP = documents.blank()
NLP.add_pipe("kg_sentences")
NEW = ("Method", "FlickerNet", "proposed")
OLD = ("Method", "EEGNet", "compared")
DATA = ("Dataset", "BETA", "used")
SIGNAL = ("Modality", "speech", "input")
METHODS = f"{LINKED} Method Method"


def read(title: str, abstract: str, *named: tuple[str, ...]) -> tuple[Document, list[Entity]]:
    """Read a made-up paper: type, name, role and, where they differ, surface forms."""
    record = Record(id="p", title=title, abstract=abstract)
    return documents.parse(record, NLP), [entity(record, *one) for one in named]


def scene(title: str, abstract: str, *named: tuple[str, ...]) -> Scene:
    return Scene(*read(title, abstract, *named), ONTOLOGY)


def pair_of(found: Scene, head: str, tail: str) -> Pair:
    (pair,) = (p for p in pairs(found) if (p.head.entity.name, p.tail.entity.name) == (head, tail))
    return pair


def trained(
    classifiers: Mapping[str, tuple[tuple[str, ...], Mapping[str, Sequence[float]]]],
    **thresholds: float,
) -> Recognizer:
    """Make a recognizer from labels and weights; what is not weighed is unlikely."""
    made = {name: Classifier(labels, weights) for name, (labels, weights) in classifiers.items()}
    return Recognizer(tiny(), made, {LINKED: 0.5, **thresholds})


def by_word(**words: str) -> Recognizer:
    """Make a recognizer that knows relations of methods by a word between the two."""
    labels = (*sorted(set(words.values())), UNLINKED)
    weights = {
        f"between 0> {word}": [6.0 * (label == kind) for label in labels]
        for word, kind in words.items()
    }
    weights[BIAS] = [3.0 * (label == UNLINKED) for label in labels]
    return trained({METHODS: (labels, weights)})


# Where entities stand


def test_actors_stand_in_their_order() -> None:
    found = scene(
        "EEGNet on BETA",
        "Nets are old. FlickerNet is new. EEGNet is not.",
        NEW,
        OLD,
        DATA,
        ("Method", "Nets", "mentioned"),
    )
    assert [a.entity.name for a in found.actors] == ["EEGNet", "BETA", "Nets", "FlickerNet"]
    assert [a.rank for a in found.actors] == [0, 0, 1, 2]
    first = found.actors[0]
    assert [tuple(place) for place in first.places] == [(0, 0, 1), (3, 11, 12)]
    assert first.sentences == {0, 3}
    assert first.parts == (("compared", 1.0),)
    assert [a.entity.name for a in found.own] == ["FlickerNet"]
    assert found.between(0, 6) == 3
    assert found.between(0, 6, "Method") == 2
    assert found.between(6, 6) == 0


def test_roles_that_are_faint_do_not_count() -> None:
    document, (new,) = read("Nets", "FlickerNet is new.", NEW)
    shared = Entity(
        *NEW[:2], new.mentions, NEW[2], shares=(("proposed", 0.9), ("used", 0.15), ("other", 0.02))
    )
    (actor,) = Scene(document, [shared], ONTOLOGY).actors
    assert actor.parts == (("proposed", 0.9), ("used", 0.15))


@pytest.mark.parametrize(
    ("title", "abstract", "sentences"),
    [
        ("EEGNet", "FlickerNet is new. FlickerNet beats EEGNet.", (2, 2)),
        ("FlickerNet beats EEGNet", "FlickerNet is new. It beats EEGNet.", (0, 0)),
        ("FlickerNet beats EEGNet", "FlickerNet beats EEGNet.", (1, 1)),
        ("EEGNet", "FlickerNet is new. It is good. EEGNet is not.", (1, 0)),
        ("EEGNet", "It is good. FlickerNet is new. EEGNet is not.", (2, 3)),
        ("Nets", "FlickerNet is a net, unlike EEGNet. EEGNet beats FlickerNet.", (2, 2)),
    ],
)
def test_a_pair_is_looked_at_where_it_is_closest(
    title: str, abstract: str, sentences: tuple[int, int]
) -> None:
    pair = pair_of(scene(title, abstract, NEW, OLD), "FlickerNet", "EEGNet")
    assert (pair.head_at.sentence, pair.tail_at.sentence) == sentences
    assert pair.apart == abs(sentences[0] - sentences[1])


def test_pairs_are_those_that_the_ontology_may_join() -> None:
    found = scene("Nets", "FlickerNet beats EEGNet on BETA and speech.", NEW, OLD, DATA, SIGNAL)
    told = {(p.head.entity.type, p.tail.entity.type) for p in pairs(found)}
    method, data, signal = NEW[0], DATA[0], SIGNAL[0]
    assert told == {(method, method), (method, data), (method, signal), (data, signal)}
    assert sum(1 for _ in pairs(found)) == 2 + 2 + 2 + 1
    assert not list(pairs(scene("Nets", "")))


def test_a_long_list_is_cut() -> None:
    names = [f"Net{letter}{other}" for letter in "ABCDEFG" for other in "qrstuvwxyz"]
    found = scene("Nets", " ".join(names), *(("Method", name, "used") for name in names))
    assert [a.entity.name for a in found.actors] == names[:60]
    assert sum(1 for _ in pairs(found)) == 60 * 59


def test_an_empty_document() -> None:
    found = scene("", "")
    assert (found.actors, found.own) == ([], [])
    assert read_facts(found.context.document, [], ONTOLOGY, by_word(beats="outperforms")) == (
        Facts((), (), 0)
    )


# What a pair looks like


def described(abstract: str, *named: tuple[str, ...]) -> dict[str, float]:
    found = scene("Nets", abstract, *(named or (NEW, OLD)))
    return features(pair_of(found, "FlickerNet", "EEGNet"), found)


def test_the_words_of_a_pair_count() -> None:
    found = described("Here our FlickerNet clearly beats EEGNet on all sets.")
    assert {"between 0> beats", "between 0> clearly beats", "exactly 0> clearly beats"} <= set(
        found
    )
    assert {"before 0> our", "behind 0> on", "hint 0> = winning", "hint 0> < ours"} <= set(found)
    assert {"tail after beats", "tail just after clearly beats", "own first"} <= set(found)
    assert {"roles proposed compared ", "alike 00>", "others 0", "length 00>"} <= set(found)


def test_order_and_distance_count() -> None:
    assert "between 0< beats" in described("EEGNet beats FlickerNet.")
    near = described("FlickerNet is new. It beats EEGNet.")
    far = described("FlickerNet is new. It is good. It beats EEGNet.")
    assert "hint 1> = winning" in near
    assert not any(name.startswith(("between", "before", "behind")) for name in near | far)
    assert "apart 2>" in far
    assert not any(name.startswith(("hint", "others", "length")) for name in far)
    long = described(f"FlickerNet {'really ' * 20}beats EEGNet.")
    assert not any(name.startswith("between") for name in long)
    assert "length 60>" in long


def test_names_that_share_words() -> None:
    part, whole = ("Method", "small net", "used"), ("Method", "small fast net", "used")
    found = scene("Nets", "A small fast net beats a small net.", part, whole)
    told = [pair_features(pair, found) for pair in pairs(found)]
    assert ["head holds tail" in one for one in told] == [True, False]
    assert all("share a word" in one for one in told)
    assert "share a word" not in described("FlickerNet beats EEGNet.")


WORDS = st.sampled_from(
    [
        *("FlickerNet", "EEGNet", "BETA", "speech", "We", "beats", "on", ",", ".", ". It", "than"),
        *("uses", "compared with", "accuracy", "FlickerNet and EEGNet"),
    ]
)


@given(st.lists(WORDS, max_size=25), st.lists(st.integers(1, 99), min_size=4, max_size=4))
@settings(deadline=None)
def test_parts_of_a_pair_do_not_overlap(words: list[str], sure: list[int]) -> None:
    """So heads and tails may be scored once for all their pairs."""
    text = " ".join(words)
    record = Record(id="p", title="Nets", abstract=text)
    named = [one for one in (NEW, OLD, DATA, SIGNAL) if one[1] in text]
    entities = [
        Entity(
            *(e.type, e.name, e.mentions, e.role),
            confidence=share / 100,
            shares=((e.role, share / 100), ("mentioned", 1 - share / 100)),
        )
        for e, share in zip([entity(record, *one) for one in named], sure, strict=False)
    ]
    found = Scene(documents.parse(record, NLP), entities, ONTOLOGY)
    for pair in pairs(found):
        parts = (
            head_features(pair.head, found),
            tail_features(pair.tail, found),
            pair_features(pair, found),
        )
        assert not any(set(one) & set(other) for one, other in combinations(parts, 2))
        whole = features(pair, found)
        assert len(whole) == sum(map(len, parts))
        model = Classifier(
            ("a", "b", "c"),
            {BIAS: (0.1, 0, 0)}
            | {name: [bucket(f"{name} {n}", 200) / 100 - 1 for n in range(3)] for name in whole},
        )
        between = zip(*pair_scores(pair, found, model), strict=True)
        scores = zip(model.scores(parts[2]), map(sum, between), strict=True)
        assert all(abs(a - b) < 1e-9 for a, b in scores)
        apart = model.shares(*map(model.scores, parts))
        together = model.probabilities(whole).values()
        assert all(abs(a - b) < 2e-4 for a, b in zip(apart, together, strict=True))


@given(st.lists(WORDS, max_size=25))
@settings(deadline=None)
def test_the_closest_places_are_close(words: list[str]) -> None:
    text = " ".join(words)
    found = scene("Nets", text, *(one for one in (NEW, OLD, DATA, SIGNAL) if one[1] in text))
    for pair in pairs(found):
        assert pair.head_at in pair.head.places
        assert pair.tail_at in pair.tail.places
        apart = {abs(a - b) for a in pair.head.sentences for b in pair.tail.sentences}
        assert pair.apart == min(apart)


def test_context() -> None:
    document, (new,) = read("Nets", "We use FlickerNet.", NEW)
    context = Context(document, ONTOLOGY, hints="relations")
    assert context.words == ["nets", "we", "use", "flickernet", "."]
    assert context.sentences == [(0, 1), (1, 5)]
    assert context.place(new.mentions[0]) == (3, 4)
    assert context.hints_between(1, 3) >= {"ours", "using"}
    assert context.hints_between(3, 5) == set()
    assert [sentence_number(document, place) for place in (0, 4, 5, 99)] == [0, 0, 1, 1]


# Judging


def judged(recognizer: Recognizer, abstract: str, *named: tuple[str, ...]) -> set[tuple[str, ...]]:
    found, _ = judge(scene("Nets", abstract, *(named or (NEW, OLD))), recognizer)
    return {(r.head[1], r.type, r.tail[1]) for r in found}


def test_a_relation_is_told() -> None:
    knows = by_word(beats="outperforms", extends="extends")
    assert linked_by(knows) == {"outperforms", "extends"}
    assert judged(knows, "FlickerNet beats EEGNet.") == {("FlickerNet", "outperforms", "EEGNet")}
    assert judged(knows, "EEGNet extends FlickerNet.") == {("EEGNet", "extends", "FlickerNet")}
    assert not judged(knows, "FlickerNet likes EEGNet.")
    assert not judged(knows, "FlickerNet beats BETA.", NEW, DATA)  # no classifier for these


def test_a_pair_stands_in_the_likeliest_relation() -> None:
    labels = ("extends", "outperforms", UNLINKED)
    weights = {"between 0> extends": (4.0, 0.0, 0.0), "between 0> beats": (0.0, 4.5, 0.0)}
    text = "FlickerNet extends and beats EEGNet."
    told, rejected = judge(scene("Nets", text, NEW, OLD), trained({METHODS: (labels, weights)}))
    assert [(r.head[1], r.type, r.tail[1]) for r in told] == [
        ("FlickerNet", "outperforms", "EEGNet")
    ]
    assert rejected == 0


def test_the_threshold_decides() -> None:
    labels = ("outperforms", UNLINKED)
    model = {METHODS: (labels, {"between 0> beats": (1.0, 0.0)})}  # 0.7311
    text = "FlickerNet beats EEGNet."
    assert judged(trained(model, relation=0.73), text)
    assert not judged(trained(model, relation=0.74), text)
    (one,) = judge(scene("Nets", text, NEW, OLD), trained(model, relation=0.6))[0]
    assert one.confidence == 0.7311
    assert one.status == ASSERTED


@pytest.mark.parametrize("kind", ["dreamsOf", "evaluatedOn"])
def test_what_the_ontology_does_not_allow_is_counted(kind: str) -> None:
    document, entities = read("Nets", "FlickerNet beats EEGNet.", NEW, OLD)
    facts = read_facts(document, entities, ONTOLOGY, by_word(beats=kind))
    assert facts.rejected == 1
    assert kind not in {r.type for r in facts.relations}


def test_a_classifier_that_knows_no_relation() -> None:
    knows = trained({METHODS: ((UNLINKED,), {})})
    assert linked_by(knows) == frozenset()
    assert not judged(knows, "FlickerNet beats EEGNet.")


def test_evidence_holds_the_mentions() -> None:
    knows = by_word(beats="outperforms")
    found = scene("Nets", "We test. Here FlickerNet beats EEGNet. It is new.", NEW, OLD)
    ((one,), _) = judge(found, knows)
    text = found.context.document.text
    assert text[one.start : one.end] == "Here FlickerNet beats EEGNet."


@pytest.mark.parametrize(
    ("head", "clause"),
    [
        (NEW, "It is compared with EEGNet."),  # the paper's own system need not be named
        (("Method", "FlickerNet", "used"), "FlickerNet is fast. It is compared with EEGNet."),
    ],
)
def test_evidence_of_two_sentences(head: tuple[str, ...], clause: str) -> None:
    labels = ("outperforms", UNLINKED)
    knows = trained({METHODS: (labels, {"tail after with": (9, 0), BIAS: (0.0, 1.0)})})
    found = scene("Nets", f"We test. FlickerNet is fast. {clause[-27:]}", head, OLD)
    ((one,), _) = judge(found, knows)
    assert found.context.document.text[one.start : one.end] == clause


def test_what_stands_before_the_tail_counts_for_the_status() -> None:
    labels = ("outperforms", UNLINKED)
    knows = trained({METHODS: (labels, {"tail after beat": (9, 0), BIAS: (0.0, 1.0)})})
    for verb, status in (("does not", "negated"), ("may", "hedged"), ("did", ASSERTED)):
        found = scene("Nets", f"FlickerNet is fast. It {verb} beat EEGNet.", NEW, OLD)
        ((one,), _) = judge(found, knows)
        assert one.status == status


# Facts


def both_ways(kind: str, there: float, back: float) -> Recognizer:
    weights = {"between 0> meets": (there, 0.0), "between 0< meets": (back, 0.0)}
    return trained({METHODS: ((kind, UNLINKED), {**weights, BIAS: (0.0, 1.0)})})


@pytest.mark.parametrize(("there", "back"), [(5.0, 4.0), (4.0, 5.0), (4.0, 4.0)])
@pytest.mark.parametrize("kind", [r.name for r in ONTOLOGY.relations if "Method" in r.tails])
def test_no_relation_goes_both_ways(kind: str, there: float, back: float) -> None:
    found = read("Nets", "FlickerNet meets EEGNet.", NEW, OLD)
    knows = both_ways(kind, there, back)
    (judged,) = judge(Scene(*found, ONTOLOGY), knows)[0]
    (one,) = read_facts(*found, ONTOLOGY, knows).relations
    assert judged == one
    if there != back:
        assert (one.head == NEW[:2]) == (there > back)
    assert read_facts(found[0], found[1][::-1], ONTOLOGY, knows).relations == (one,)


def test_what_is_stated_wins_over_what_is_surer() -> None:
    weights = {"tail after so": (5.0, 0.0), "tail after by": (9.0, 0.0), BIAS: (0.0, 1.0)}
    knows = trained({METHODS: (("extends", UNLINKED), weights)})
    found = read("Nets", "So EEGNet is old. We will beat it by FlickerNet.", NEW, OLD)
    (stated,) = judge(Scene(*found, ONTOLOGY), knows)[0]
    assert stated.status == ASSERTED
    surer = trained({METHODS: (("extends", UNLINKED), {**weights, "tail after so": (0.0, 0.0)})})
    (future,) = judge(Scene(*found, ONTOLOGY), surer)[0]
    assert future.status == "future"
    assert future.confidence > stated.confidence
    (one,) = (r for r in read_facts(*found, ONTOLOGY, knows).relations if r.type == "extends")
    assert one == stated


@given(st.permutations(range(4)), st.lists(WORDS, max_size=25))
@settings(deadline=None)
def test_the_order_of_entities_does_not_matter(order: list[int], words: list[str]) -> None:
    text = f"FlickerNet, EEGNet, BETA: speech. {' '.join(words)}"
    document, entities = read("Nets", text, NEW, OLD, DATA, SIGNAL)
    weights = {"between 0> ,": (1.0, 2.0, 0.0), "between 0> and": (3.0, 1.0, 0.0)}
    others = ("takesModality", UNLINKED), {"apart 0>": (2.0, 0.0)}
    knows = trained(
        {
            METHODS: (("comparedWith", "outperforms", UNLINKED), weights),
            **{f"{LINKED} {kind} Modality": others for kind in ("Method", "Dataset")},
            f"{LINKED} Method Dataset": (("evaluatedOn", UNLINKED), {"apart 0>": (2.0, 0.0)}),
        },
        relation=0.3,
    )
    facts = read_facts(document, entities, ONTOLOGY, knows)
    assert facts == read_facts(document, [entities[n] for n in order], ONTOLOGY, knows)
    told = [r for r in facts.relations if r.type in linked_by(knows)]
    assert list(facts.relations) == sorted(facts.relations)
    assert len({(frozenset((r.head, r.tail)), r.type) for r in told}) == len(told)
    for relation in told:
        assert ONTOLOGY.allows(relation.head[0], relation.type, relation.tail[0])
        assert 0.3 <= relation.confidence <= 1
        assert relation.tail[1] in document.text[relation.start : relation.end]


ABSTRACT = "We propose FlickerNet. FlickerNet outperforms EEGNet on BETA with an accuracy of 91.5%."
NAMED = (NEW, OLD, DATA, ("Metric", "accuracy", "reported"))


def test_rules_read_what_no_classifier_has_learned() -> None:
    found = read("Nets", ABSTRACT, *NAMED)
    rules = read_facts(*found, ONTOLOGY)
    assert {r.type for r in rules.relations} >= {"outperforms", "evaluatedOn"}
    assert rules.results == tuple(measure(*found, ONTOLOGY))
    assert [r.value for r in rules.results] == ["91.5%"]
    assert set(rules.relations) == set(relate(*found, ONTOLOGY).relations)
    unlearned = trained({"mention": (("no", "yes"), {})})
    assert read_facts(*found, ONTOLOGY, unlearned) == rules


def test_what_is_learned_is_not_read_by_rules() -> None:
    found = read("Nets", ABSTRACT, *NAMED)
    knows = trained({METHODS: (("outperforms", UNLINKED), {BIAS: (0.0, 9.0)})})
    rules, facts = read_facts(*found, ONTOLOGY), read_facts(*found, ONTOLOGY, knows)
    assert [r for r in rules.relations if r.type != "outperforms"] == list(facts.relations)
    assert facts.results == rules.results  # no classifier has learned these
    assert relate(*found, ONTOLOGY, [r.name for r in ONTOLOGY.relations]) == ((), 0)


# Status


CLAUSES = [
    (clause["name"], text, has)
    for clause in ONTOLOGY.rules("relations")["status"]
    for part, has in (("examples", True), ("not", False))
    for text in clause[part]
]


@pytest.mark.parametrize(("status", "text", "has"), CLAUSES, ids=[c[1] for c in CLAUSES])
def test_the_examples_of_a_status(status: str, text: str, has: bool) -> None:
    assert (status_of(text, ONTOLOGY) == status) is has


def test_every_status_is_tried() -> None:
    assert {name for name, _, _ in CLAUSES} == {"negated", "future", "hedged", "attributed"}


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("FlickerNet beats EEGNet", ASSERTED),
        ("FlickerNet not only beats EEGNet", ASSERTED),
        ("FlickerNet does not beat EEGNet", "negated"),
        ("FlickerNet may not beat EEGNet", "negated"),
        ("FlickerNet may beat EEGNet", "hedged"),
        ("FlickerNet will be tried on BETA", "future"),
        ("Doe et al. report that FlickerNet beats EEGNet", "attributed"),
        ("", ASSERTED),
    ],
)
def test_status(text: str, status: str) -> None:
    assert status_of(text, ONTOLOGY) == status


@given(st.text("abn ot,.;may will", max_size=40))
def test_every_clause_has_a_status(text: str) -> None:
    assert status_of(text, ONTOLOGY) in {ASSERTED, *(c[0] for c in CLAUSES)}


@pytest.mark.parametrize(
    "piece",
    [
        *("not ", "not a, ", "may, ", "no ", "no a-", "without the need for ", "instead of "),
        *("rather than a ", "a-", "et al ", "et al (", "will then ", "n't ", "a" * 50, ", a b c d"),
    ],
)
def test_no_clause_takes_long(piece: str) -> None:
    begin = time.process_time()
    for text in (piece * (100_000 // len(piece)), f"not {piece * (100_000 // len(piece))};"):
        status_of(text, ONTOLOGY)
    assert time.process_time() - begin < 2


CASELESS = [
    *("beats", "[A-Z]ab", r"\bK\b", r"\Sb", r"b(?-i:A)", r"[b-k]|\x41", "[!-_]", "[^a-z ]"),
    *(r"(?P<x>a)(?P=x)", r"(a)\1", "[\u212a]", r"a\\A", "[ -~]", "[+-\u212a]", "\u0130"),
    *("\u017f", r"\N{DIGIT ONE}"),
    *(told["pattern"] for told in ONTOLOGY.rules("relations")["status"]),
]


@pytest.mark.parametrize("pattern", CASELESS)
@given(
    st.one_of(
        st.text("aAbBkK1\u212a\u017f\u0130\u0131\\_-+[ "), st.text("beATS may NOT", max_size=30)
    )
)
def test_case_is_ignored_as_python_does(pattern: str, text: str) -> None:
    assert caseless(pattern)(text) is (re.search(pattern, text, re.IGNORECASE) is not None)


def test_own_system() -> None:
    second = ("Method", "FlickerGate", "proposed")
    _, entities = read(
        "Nets", "FlickerGate is new. FlickerNet is new. FlickerNet wins.", NEW, second
    )
    found = own_system(entities, ONTOLOGY)
    assert found is not None
    assert found.name == "FlickerNet"  # the oftenest
    assert own_system(entities[1:], ONTOLOGY) == entities[1]
    assert own_system(read("Nets", "EEGNet is old.", OLD)[1], ONTOLOGY) is None
    assert own_system([], ONTOLOGY) is None
    assert speaks_of_own("Our net wins.", ONTOLOGY)
    assert not speaks_of_own("Nets win.", ONTOLOGY)


def test_far_apart_only_the_contribution_is_paired() -> None:
    text = "FlickerNet is fast. EEGNet is slow. We test both. Then we use BETA."
    found = scene("Nets", text, NEW, OLD, DATA)
    heads = {pair.head.entity.name for pair in pairs(found) if pair.tail.entity.name == "BETA"}
    assert heads == {"FlickerNet"}
