"""Mentions weighed and settled, entities joined and kept: invariants with any classifier."""

from __future__ import annotations

import io
import random
import sys
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import cli, console, documents, ontology
from kg.entities.join import join
from kg.entities.pairs import forms, may_agree, pair_features
from kg.entities.resolve import resolve
from kg.entities.roles import assign_roles
from kg.entities.weigh import likely
from kg.errors import ReadError
from kg.lexicon import generic
from kg.mentions import recognized
from kg.mentions.abbreviated import pairs
from kg.mentions.candidates import Candidate
from kg.mentions.detect import WEIGHED, candidates, confidence, detect, proposals, weighed
from kg.mentions.overlaps import settle
from kg.mentions.proposals import gather
from kg.model import Document, Entity, Mention, Record
from kg.normalize import key
from kg.ontology import Ontology
from kg.pipeline import Extractor
from kg.recognizer import DEFAULT
from kg.recognizer.classifier import BIAS, Classifier
from kg.recognizer.recognizer import Recognizer, Seen, load
from kg.recognizer.tokens import words

if TYPE_CHECKING:
    from pathlib import Path

    from spacy.language import Language

ONTOLOGY = ontology.load()
TYPES = ONTOLOGY.type_names
PIECES = [
    *(
        "We propose FlickerNet",
        "a spiking neural network (SNN)",
        "SNNs",
        "on the BETA dataset",
        ".",
    ),
    *("for SSVEP decoding", "from EEG", "an accuracy of 91.5%", "the proposed method", ",", "\n"),
    *("image classification", "a model", "  ", "FlickerNets", "It outperforms EEGNet", "\u202e"),
]
TEXTS = st.lists(
    st.one_of(st.sampled_from(PIECES), st.text(max_size=8)), min_size=1, max_size=14
).map(" ".join)
WEIGHTS = st.floats(-4, 4)


@lru_cache(maxsize=2)
def pipeline(model: str) -> Language:
    return documents.load(ONTOLOGY, model=model)


def parsed(text: str, model: str = DEFAULT) -> Document:
    title, _, abstract = text.partition(".")
    return documents.parse(Record(id="p", title=title, abstract=abstract), pipeline(model))


def having(classifiers: dict[str, Classifier], thresholds: dict[str, float]) -> Recognizer:
    """Give the recognizer of this package other classifiers."""
    own = load(DEFAULT)
    return Recognizer(own.network, classifiers, thresholds, own.components)


def sane(found: list[Mention], document: Document) -> None:
    for mention in found:
        assert document.text[mention.start : mention.end] == mention.text
        assert mention.text.strip() == mention.text != ""
        assert mention.type in TYPES
        assert 0 <= mention.confidence <= 1
        assert key(mention.text) not in generic(ONTOLOGY)
    for one, other in pairwise(found):
        assert one.end <= other.start


# Overlaps


SPANS = st.lists(
    st.tuples(st.integers(0, 12), st.integers(1, 5), st.integers(0, 3)), max_size=25
).map(lambda rows: [(rank, Candidate(s, s + n, "T", f"r{rank}")) for s, n, rank in rows])


@given(SPANS, st.randoms())
def test_settle(ranked: list[tuple[int, Candidate]], chance: random.Random) -> None:
    whole = [((rank, span), span) for rank, span in ranked]
    found = settle(whole)
    for one, other in pairwise(found):
        assert one.end <= other.start
    best = {span: rank for rank, span in whole}
    kept = set(found)
    for rank, span in whole:  # who is left out, overlaps one that is better
        beaten = any(
            other.start < span.end and span.start < other.end and best[other] < rank
            for other in found
        )
        assert (span in kept) != beaten
    shuffled = whole[:]
    chance.shuffle(shuffled)
    assert settle(shuffled) == found


# Proposals


@st.composite
def looks(draw: st.DrawFn, words: int) -> list[Seen]:
    spans = draw(
        st.sets(st.tuples(st.integers(0, max(0, words - 1)), st.integers(1, 4)), max_size=10)
    )
    share = st.floats(0, 0.19).map(lambda x: round(x, 4))
    score = st.floats(-5, 5).map(lambda x: round(x, 4))
    count = len(load(DEFAULT).network.roles)
    return [
        Seen(
            start,
            start + size,
            tuple(draw(st.tuples(*[share] * len(TYPES)))),
            tuple(draw(st.tuples(*[score] * count))),
        )
        for start, size in sorted(spans)
        if start + size <= words
    ]


@given(TEXTS, st.data())
@settings(deadline=None, max_examples=60)
def test_gather_and_weighed(text: str, data: st.DataObject) -> None:
    document = parsed(text, "rules")
    doc = document.doc
    assert doc is not None
    words = recognized.words(doc)
    seen = data.draw(looks(len(words)))
    labels = (TYPES, len(load(DEFAULT).network.roles))
    proposed = candidates(doc, ONTOLOGY)
    found = gather(doc, seen, proposed, confidence(ONTOLOGY), labels)
    places = [(p.start, -p.end) for p in found]
    assert places == sorted(set(places))
    for proposal in found:
        assert proposal.text == document.text[proposal.begin : proposal.stop]
        assert proposal.type in TYPES
        assert proposal.key == key(proposal.text)
        assert all(o.key == proposal.key and proposal in o.others for o in proposal.others)
        assert proposal.share >= 0.08 or any(v.confidence >= 0.5 for v in proposal.votes)
    backwards = {name: spans[::-1] for name, spans in reversed(proposed.items())}
    again = gather(doc, seen[::-1], backwards, confidence(ONTOLOGY), labels)
    assert [(p.start, p.end, p.type, p.types) for p in again] == [
        (p.start, p.end, p.type, p.types) for p in found
    ]
    shares = [data.draw(st.floats(0, 1).map(lambda x: round(x, 4))) for _ in found]
    least = data.draw(st.floats(0, 1))
    mentions = weighed(found, shares, load(DEFAULT), least)
    assert all(m.confidence >= least for m in mentions)
    for one, other in pairwise(mentions):
        assert one.end <= other.start
    assert all(document.text[m.start : m.end] == m.text for m in mentions)
    likeliest = max(shares, default=0)
    if found and likeliest >= least:  # the likeliest is always kept
        assert likeliest in {m.confidence for m in mentions}
    else:
        assert mentions == []


def test_gather_nothing() -> None:
    assert gather(pipeline("rules")(""), [], {}, {}, (TYPES, 3)) == []
    doc = parsed("A net", "rules").doc
    assert doc is not None
    assert gather(doc, [], {}, {}, (TYPES, 3)) == []


# Detection


@given(TEXTS, st.dictionaries(st.sampled_from([BIAS, "odds", "no vote", "alone"]), WEIGHTS))
@settings(deadline=None, max_examples=60)
def test_detect_with_any_classifier(text: str, weights: dict[str, float]) -> None:
    model = Classifier(("no", "yes"), {name: (0.0, value) for name, value in weights.items()})
    document = parsed(text)
    sane(detect(document, ONTOLOGY, having({WEIGHED: model}, {WEIGHED: 0.3})), document)


@given(TEXTS)
@settings(deadline=None, max_examples=60)
def test_detect(text: str) -> None:
    for model, recognizer in (("rules", None), (DEFAULT, load(DEFAULT))):
        document = parsed(text, model)
        sane(detect(document, ONTOLOGY, recognizer), document)


def test_detect_without_a_document() -> None:
    document = Document(Record(id="p", title="A net", abstract=""), ((0, 5),), None)
    assert detect(document, ONTOLOGY) == []
    assert detect(document, ONTOLOGY, load(DEFAULT)) == []


def test_generic_words_never_come_through() -> None:
    """Not even if the classifier is sure of every span."""
    sure = having({WEIGHED: Classifier(("no", "yes"), {BIAS: (0.0, 9.0)})}, {WEIGHED: 0.1})
    stops = sorted(generic(ONTOLOGY))[:40]
    document = parsed(f"We test. {'. '.join(f'The {word} works' for word in stops)}.")
    for mention in detect(document, ONTOLOGY, sure):
        assert key(mention.text) not in generic(ONTOLOGY)


def test_who_agrees_and_who_told() -> None:
    document = parsed("FlickerNet for EEG. We propose FlickerNet, a spiking neural network.")
    found = detect(document, ONTOLOGY, load(DEFAULT))
    by_text = {m.text: m for m in found}
    mention = by_text["spiking neural network"]
    assert mention.rule == "recognizer"
    assert "kg_phrases" in mention.votes or "kg_lexicon" in mention.votes
    roles = [r for r in load(DEFAULT).network.roles if r[0] == mention.type]
    assert len(mention.roles) == len(roles)
    assert all(m.votes == tuple(sorted(set(m.votes))) for m in found)
    doc = document.doc
    assert doc is not None
    found_, described = proposals(doc, ONTOLOGY, load(DEFAULT))
    assert len(found_) == len(described)
    assert all(f"type {p.type}" in d for p, d in zip(found_, described, strict=True))


# Entities


def entities_of(document: Document) -> tuple[list[Mention], list[Entity], list[tuple[str, str]]]:
    assert document.doc is not None
    definitions = [(long.text, short.text) for long, short in pairs(document.doc)]
    mentions = detect(document, ONTOLOGY, load(DEFAULT))
    return mentions, resolve(mentions, definitions, ONTOLOGY), definitions


def mentions_of(entities: list[Entity]) -> list[Mention]:
    return sorted((m for e in entities for m in e.mentions), key=lambda m: m.start)


@given(TEXTS, st.dictionaries(st.sampled_from([BIAS, "words", "letters", "gap"]), WEIGHTS))
@settings(deadline=None, max_examples=60)
def test_join(text: str, weights: dict[str, float]) -> None:
    document = parsed(text)
    mentions, entities, definitions = entities_of(document)
    model = Classifier(("no", "yes"), {name: (0.0, value) for name, value in weights.items()})
    for least in (0.0, 0.4, 1.1):
        joiner = having({"pair": model}, {"pair": least})
        found = join(document, entities, definitions, ONTOLOGY, joiner)
        assert mentions_of(found) == mentions
        starts = [e.mentions[0].start for e in found]
        assert starts == sorted(starts)
        for entity in found:
            assert {m.type for m in entity.mentions} == {entity.type}
            assert list(entity.mentions) == sorted(entity.mentions, key=lambda m: m.start)
            assert entity.name in {e.name for e in entities if e.type == entity.type}
        if least > 1:
            assert found == entities
        assert found == join(document, entities, definitions, ONTOLOGY, joiner)


@given(TEXTS)
@settings(deadline=None, max_examples=40)
def test_pairs_are_the_same_both_ways(text: str) -> None:
    document = parsed(text)
    mentions, _, definitions = entities_of(document)
    long_of = {key(short): key(long) for long, short in definitions}
    found = list(forms(document, mentions, long_of).values())
    for one in found:
        for other in found:
            assert may_agree(one, other) == may_agree(other, one)
            if one is not other and one.type == other.type:
                assert pair_features(one, other) == pair_features(other, one)


@given(TEXTS)
@settings(deadline=None, max_examples=40)
def test_likely_and_roles(text: str) -> None:
    document = parsed(text)
    _, entities, definitions = entities_of(document)
    own = load(DEFAULT)
    joined = join(document, entities, definitions, ONTOLOGY, own)
    found = likely(document, joined, own)
    assert [e.key for e in found] == [e.key for e in joined if e.key in {f.key for f in found}]
    for entity in found:
        least = own.thresholds.get(f"entity {entity.type}", own.thresholds["entity"])
        assert least <= entity.confidence <= 1
    for told in assign_roles(document, found, ONTOLOGY, own):
        assert told.role in {role.name for role in ONTOLOGY.roles_of(told.type)}
        assert told.role_rule == "recognizer"


def test_thresholds_by_type() -> None:
    document = parsed("FlickerNet for EEG. We propose FlickerNet, a spiking neural network.")
    _, entities, _ = entities_of(document)
    kinds = {e.type for e in entities}
    assert len(kinds) > 1
    model = Classifier(("no", "yes"), {})  # one half for everything
    dropped = min(kinds)
    picky = having({"entity": model}, {"entity": 0.5, f"entity {dropped}": 0.6})
    found = likely(document, entities, picky)
    assert {e.type for e in found} == kinds - {dropped}
    assert {e.confidence for e in found} == {0.5}


def test_a_type_that_the_recognizer_does_not_know() -> None:
    """An ontology may have more types than the recognizer was trained on: then cues vote."""
    document = parsed("FlickerNet for EEG. We propose FlickerNet, a spiking neural network.")
    _, entities, _ = entities_of(document)
    own = load(DEFAULT)
    lost = entities[0].type
    fewer = {name: model for name, model in own.classifiers.items() if name != f"role {lost}"}
    part = having(fewer, dict(own.thresholds))
    unseen = [
        replace(e, mentions=tuple(replace(m, roles=()) for m in e.mentions))
        if e.type == lost
        else e
        for e in entities
    ]
    for entity in assign_roles(document, unseen, ONTOLOGY, part):
        assert (entity.role_rule == "recognizer") == (entity.type != lost)
        assert entity.role in {role.name for role in ONTOLOGY.roles_of(entity.type)}


# A recognizer with fewer classifiers


def test_the_network_alone() -> None:
    """What no classifier tells the network tells: names, roles, and how sure both are."""
    title = "FlickerNet: a spiking neural network for EEG decoding"
    document = parsed(f"{title}. We propose FlickerNet. It beats EEGNet on BETA.")
    alone = having({}, {"role": 0.3})
    assert document.doc is not None
    seen = recognized.read(document.doc) or ()
    mentions = detect(document, ONTOLOGY, alone)
    sane(mentions, document)
    starts = words(document.doc).starts
    shares = {(starts[look.start], round(sum(look.types), 4)) for look in seen}
    assert {(m.start, m.confidence) for m in mentions} <= shares
    assert {m.rule for m in mentions} == {"recognizer"}
    entities = resolve(mentions, [], ONTOLOGY)
    assert join(document, entities, [], ONTOLOGY, alone) == entities
    kept = likely(document, entities, alone)
    assert [e.confidence for e in kept] == [max(m.confidence for m in e.mentions) for e in kept]
    told = {e.name: e for e in assign_roles(document, kept, ONTOLOGY, alone)}
    net = told["FlickerNet"]
    assert (net.role, net.role_rule) == ("proposed", "recognizer")
    assert sum(share for _, share in net.shares) == pytest.approx(1)
    assert told["EEGNet"].role != "proposed"


def test_how_faint_a_span_may_be() -> None:
    text = ["A", "spiking", "neural", "network", "for", "EEG", "decoding"]
    own = load(DEFAULT)
    every = own.see(text, [(0, len(text))])
    sure = Recognizer(own.network, {}, {"seen": 0.5}).see(text, [(0, len(text))])
    assert sure == [look for look in every if sum(look.types) >= 0.5] != every


def test_no_rule_is_read_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading a rule file takes milliseconds, and a paper may need it a dozen times."""
    extractor = Extractor(ONTOLOGY)
    text = "FlickerNet is 3% more accurate than EEGNet on BETA and reaches 91.5% against 88.5%."
    records = [Record(id=str(n), title=f"FlickerNet {n}: a net", abstract=text) for n in range(2)]
    assert extractor(records[0]).results
    read: list[str] = []
    rules = Ontology.rules

    def told(own: Ontology, name: str) -> dict[str, object]:
        read.append(name)
        return rules(own, name)

    monkeypatch.setattr(Ontology, "rules", told)
    assert extractor(records[1]).results
    assert read == []


# The same whatever came before


def test_order_of_papers_does_not_matter() -> None:
    texts = [" ".join(random.Random(n).choices(PIECES, k=12)) for n in range(8)]  # noqa: S311
    records = [Record(id=str(n), title="On nets", abstract=text) for n, text in enumerate(texts)]
    extractor = Extractor(ONTOLOGY)
    forward = [extractor(record) for record in records]
    assert [extractor(record) for record in reversed(records)] == forward[::-1]


# A spaCy pipeline of the user


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Train an ner that knows one name, with a label that is no entity type."""
    import spacy
    from spacy.training import Example

    nlp = spacy.blank("en")
    ner = nlp.add_pipe("ner")
    ner.add_label("TOOL")  # type: ignore[attr-defined]
    text = "we saw blorf again today"
    example = Example.from_dict(nlp.make_doc(text), {"entities": [(7, 12, "TOOL")]})
    optimizer = nlp.initialize(lambda: [example])
    for _ in range(60):
        nlp.update([example], sgd=optimizer)
    folder = tmp_path_factory.mktemp("model")
    nlp.to_disk(folder)
    return folder


RECORD = Record(id="x", title="A title", abstract="we saw blorf again today")


def names(extractor: Extractor) -> dict[str, str]:
    return {e.name: e.type for e in extractor(RECORD).entities}


def test_labels_become_types(model: Path, tmp_path: Path) -> None:
    assert "blorf" not in names(Extractor(ONTOLOGY, model=model))  # its label is no type
    table = tmp_path / "labels.toml"
    table.write_text('TOOL = "Method"\nPERSON = ""\n', encoding="utf-8")
    found = Extractor(ONTOLOGY, model=model, labels=table)
    assert found.recognizer is None
    assert names(found)["blorf"] == "Method"
    (entity,) = [e for e in found(RECORD).entities if e.name == "blorf"]
    assert entity.mentions[0].rule == "ner"
    table.write_text('TOOL = ""\n', encoding="utf-8")
    assert "blorf" not in names(Extractor(ONTOLOGY, model=model, labels=table))


BAD = {
    "no toml": ("TOOL Method\n", "no table of labels"),
    "no type": ('TOOL = "Widget"\n', "is no entity type"),
    "a number": ("TOOL = 0\n", "is no entity type"),
    "a list": ('TOOL = ["Method"]\n', "is no entity type"),
    "no text": ("\udcff\udcfe", "no table of labels"),
    "no file": (None, "no table of labels"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_labels(
    model: Path,
    tmp_path: Path,
    name: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    text, reason = BAD[name]
    table = tmp_path / "labels.toml"
    if text is not None:
        table.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(ReadError, match=reason) as error:
        documents.load(ONTOLOGY, model=model, labels=table)
    assert str(error.value).startswith(str(table))
    arguments = ("--model", str(model), "--model-labels", str(table))
    code, out, err = run(arguments, monkeypatch, capsys)
    assert (code, out) == (2, "")
    assert reason in err
    assert len(err.splitlines()) == 1


def run(
    arguments: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> tuple[object, str, str]:
    """Run ``kg extract`` on one paper."""
    paper = (
        b'{"id": "a", "title": "FlickerNet: a fast net", "abstract": "We propose FlickerNet."}\n'
    )
    monkeypatch.setattr(sys, "argv", ["kg", "extract", "-", *arguments])
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(paper)))
    with pytest.raises(SystemExit) as stop:
        console.run(cli.commands)
    out, err = capsys.readouterr()
    return stop.value.code or 0, out, err


@pytest.mark.parametrize("accuracy", ["fast", "default", "rules"])
def test_accuracy(
    accuracy: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = run(("--accuracy", accuracy), monkeypatch, capsys)
    assert code == 0
    assert "FlickerNet" in out


def test_accuracy_unknown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = run(("--accuracy", "nonsense"), monkeypatch, capsys)
    assert (code, out) == (2, "")
    assert len(err.splitlines()) == 1
    assert "nonsense" in err
    assert "rules" in err
    assert "Traceback" not in err
