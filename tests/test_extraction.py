"""What extraction promises of every text: true offsets, a partition, allowed types."""

from __future__ import annotations

import json
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kg import ontology
from kg.extractions import dumps, loads
from kg.mentions.candidates import Candidate
from kg.mentions.overlaps import settle
from kg.model import Extraction, Record
from kg.normalize import key
from kg.pipeline import Extractor, extract, without_text
from kg.relations.quantities import decimal, find

ONTOLOGY = ontology.load()
SAMPLE = Path(__file__).parent / "data" / "sample.jsonl"
GOLD = Path(__file__).parent.parent.parent / "shared" / "gold"

# Pieces that look like abstracts, with everything that has ever broken an offset.
PIECES = st.sampled_from(
    [
        *("We propose FlickerNet", "a spiking neural network", "(SNN)", "SNNs", "on CIFAR-10", "."),
        *("It outperforms EEGNet by 3.2%", "accuracy of 91.5%", ",", "image classification", "\n"),
        *(
            "{\\em fast}",
            "$\\alpha$-net",
            "&lt;b&gt;",
            "\u202e",
            "e.g.",
            "et al.",
            "  ",
            "\U0001f9e0",
        ),
        *("the MNIST dataset", "using EEG signals", "2.4x", "vs.", "does not", "https://a.b/c)."),
    ]
)
TEXTS = st.lists(st.one_of(PIECES, st.text(max_size=12)), min_size=1, max_size=30).map(" ".join)


@lru_cache(maxsize=1)
def extractor() -> Extractor:
    return Extractor(ONTOLOGY)


def records() -> list[Record]:
    lines = SAMPLE.read_text(encoding="utf-8").splitlines()
    return [Record(**json.loads(line)) for line in lines]


def check(extraction: Extraction) -> None:
    record = extraction.record
    text = f"{record.title}\n{record.abstract}"
    seen = set()
    for entity in extraction.entities:
        assert entity.mentions
        assert ONTOLOGY.role(entity.type, entity.role).name == entity.role
        for mention in entity.mentions:
            assert text[mention.start : mention.end] == mention.text
            assert mention.text.strip()
            assert "\n" not in mention.text or mention.start > len(record.title)
            assert mention.type == entity.type
            assert (mention.start, mention.end) not in seen
            seen.add((mention.start, mention.end))
    keys = [e.key for e in extraction.entities]
    assert len(keys) == len(set(keys))
    names = {e.key: e for e in extraction.entities}
    for relation in extraction.relations:
        assert ONTOLOGY.allows(relation.head[0], relation.type, relation.tail[0])
        assert relation.head in names
        assert relation.head != relation.tail
        evidence = text[relation.start : relation.end]
        assert any(m.text in evidence for m in names[relation.tail].mentions)
    for result in extraction.results:
        assert result.value in text[result.start : result.end]
        assert decimal(result.number) == result.number
        assert {slot for slot, _ in result.links} <= {s.name for s in ONTOLOGY.slots}
    assert loads(dumps(extraction, ONTOLOGY)) == extraction
    for start, end in extraction.sentences:
        assert 0 <= start < end <= len(text)


@settings(deadline=None, max_examples=150, derandomize=True)
@given(TEXTS, TEXTS)
def test_guarantees_on_any_text(title: str, abstract: str) -> None:
    title = " ".join(title.split()) or "T"
    check(extractor()(Record(id="x", title=title, abstract=abstract)))


@pytest.mark.parametrize("record", records(), ids=lambda r: str(r.id))
def test_guarantees_on_the_sample(record: Record) -> None:
    check(extractor()(record))


def test_workers_leave_no_trace() -> None:
    one = list(extract(records(), ontology=ONTOLOGY))
    assert list(extract(records(), ontology=ONTOLOGY, workers=2)) == one


def test_offsets_only_carries_no_sentence() -> None:
    for record in records():
        line = dumps(without_text(extractor()(record)), ONTOLOGY, evidence="offsets").decode()
        longest = max(len(m) for e in json.loads(line)["entities"] for m in e["mentions"])
        for start in range(0, len(record.abstract) - longest - 40, 40):
            assert record.abstract[start : start + longest + 40] not in line


def test_known_text() -> None:
    found = extractor()(
        Record(
            id="x",
            title="FlickerNet: a spiking neural network for image classification",
            abstract="We propose FlickerNet, a spiking neural network (SNN). On CIFAR-10, "
            "FlickerNet reaches an accuracy of 91.5% and outperforms ResNet-18.",
        )
    )
    roles = {e.name: (e.type, e.role) for e in found.entities}
    assert roles["FlickerNet"] == ("Method", "proposed")
    assert roles["ResNet-18"] == ("Method", "compared")
    assert roles["CIFAR-10"] == ("Dataset", "used")
    assert roles["image classification"] == ("Task", "addressed")
    assert roles["accuracy"] == ("Metric", "reported")
    assert "SNN" in next(e for e in found.entities if e.name == "spiking neural network").surfaces
    told = {(r.head[1], r.type, r.tail[1]) for r in found.relations}
    assert ("FlickerNet", "outperforms", "ResNet-18") in told
    assert ("FlickerNet", "evaluatedOn", "CIFAR-10") in told
    (result,) = found.results
    assert (result.value, result.number, result.unit) == ("91.5%", "91.5", "%")
    assert result.kind == "absolute"
    assert dict(result.links) == {
        "method": "FlickerNet",
        "metric": "accuracy",
        "dataset": "CIFAR-10",
        "task": "image classification",
    }


def test_what_is_negated_or_hedged_is_no_fact() -> None:
    abstract = "We propose FlickerNet. FlickerNet does not outperform ResNet-18 on accuracy."
    found = extractor()(Record(id="x", title="FlickerNet: fast", abstract=abstract))
    statuses = {r.status for r in found.relations if r.tail[1] == "ResNet-18"}
    assert statuses <= {"negated"}


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 6), st.sampled_from("ab"))))
def test_settled_candidates_do_not_overlap(raw: list[tuple[int, int, str]]) -> None:
    pool = [Candidate(start, start + size, kind, "r") for start, size, kind in raw]
    ranked = [((c.start - c.end, c), c) for c in pool]
    kept = settle(ranked)
    assert kept == settle(ranked[::-1])
    assert all(a.end <= b.start for a, b in pairwise(kept))
    assert set(kept) <= set(pool)


@given(st.text())
def test_key_is_idempotent(text: str) -> None:
    assert key(key(text)) == key(text)


@given(st.text(alphabet=st.characters(max_codepoint=127)))
def test_plain_letters_have_the_key_that_all_have(text: str) -> None:
    assume(any(c.isalnum() for c in text))
    assert key(f"{text} \u00e9") == f"{key(text)} \u00e9"


@given(st.text(alphabet="0123456789.,%x+-\u00b1\u2212 abcdB/\\", max_size=40))
def test_quantities_lie_in_the_text(text: str) -> None:
    for quantity in find(text, units=("dB",)):
        assert text[quantity.start : quantity.end] == quantity.text
        assert decimal(quantity.number) == quantity.number


@pytest.mark.parametrize(
    "text", ["GPT-4", "v2.1.3", "10.1101/2020", "a1", "1e", "2401.01234v1", "x^2"]
)
def test_no_quantity(text: str) -> None:
    assert not list(find(text))


@pytest.mark.parametrize("dash", ["-", "\u2013", "\u2212"])
def test_the_end_of_a_range_is_no_quantity(dash: str) -> None:
    assert "10%" not in [q.text for q in find(f"by 5{dash}10%")]


@pytest.mark.corpus
@pytest.mark.skipif(not GOLD.is_dir(), reason="the annotated papers are not part of the project")
@pytest.mark.parametrize(("name", "least"), [("dev", 0.64), ("dev-other", 0.67)])
def test_quality_does_not_fall_unseen(name: str, least: float) -> None:
    from kg.evaluation import evaluate

    def lines(kind: str) -> list[dict[str, object]]:
        text = (GOLD / f"{name}.{kind}.jsonl").read_text(encoding="utf-8")
        return [json.loads(line) for line in text.splitlines()]

    found = [extractor()(Record(**record)) for record in lines("input")]  # type: ignore[arg-type]
    for extraction in found:
        check(extraction)
    predicted = [json.loads(dumps(e, ONTOLOGY)) for e in found]
    assert evaluate(lines("gold"), predicted, ONTOLOGY).strict["all"].f1 >= least
