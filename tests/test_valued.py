"""Results as classifiers tell them: numbers and their features, slots, and whole abstracts."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import pytest
from conftest import entity
from hypothesis import given, settings
from hypothesis import strategies as st
from test_relations import DATA, NEW, NLP, OLD, ONTOLOGY, read, scene, trained

from kg import documents
from kg.model import ASSERTED, Record
from kg.pipeline import Extractor
from kg.recognizer import DEFAULT
from kg.recognizer.classifier import BIAS
from kg.relations.facts import read_facts
from kg.relations.judged import LINKED, UNLINKED
from kg.relations.pairs import Scene
from kg.relations.valued import FILLED, REPORTED, SEVERAL, UNREPORTED, appraise
from kg.relations.values import filler_features, value_features, values

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kg.model import Extraction, Result
    from kg.recognizer.recognizer import Recognizer
    from kg.relations.values import Value

RIGHT = ("Metric", "accuracy", "reported")
FOUND = ("Metric", "recall", "reported")
ANSWERS = ("no", "yes")
SLOTS = [slot.name for slot in ONTOLOGY.slots]


def numbers(found: Scene) -> list[str]:
    return [value.quantity.text for value in values(found)]


def able(
    fillers: Mapping[str, Mapping[str, float]] | None = None,
    *,
    kinds: Mapping[str, Sequence[float]] | None = None,
    several: float = 0.5,
    least: float = 0.25,
) -> Recognizer:
    """Make a recognizer for which numbers with a percent sign are results.

    :param fillers: By the slot the features that speak for a filler, with their weights.
    """
    weights = kinds or {"unit %": (6.0, 0.0, 0.0)}
    classifiers: dict[str, tuple[tuple[str, ...], Mapping[str, Sequence[float]]]] = {
        REPORTED: (("absolute", "improvement", UNREPORTED), {BIAS: (0.0, 0.0, 2.0), **weights}),
        f"{LINKED} Method Method": (("outperforms", UNLINKED), {BIAS: (0.0, 9.0)}),
    }
    for slot, told in (fillers or {}).items():
        spoken = {name: (0.0, weight) for name, weight in told.items()}
        classifiers[f"{FILLED} {slot}"] = (ANSWERS, {BIAS: (0.0, -3.0), **spoken})
    thresholds = {REPORTED: 0.5, SEVERAL: several} | {f"{FILLED} {name}": least for name in SLOTS}
    return trained(classifiers, **thresholds)


def told(knows: Recognizer, abstract: str, *named: tuple[str, ...]) -> list[Result]:
    return list(appraise(scene("Nets", abstract, *named), knows))


# Numbers


def test_a_title_is_not_read() -> None:
    found = scene("A gain of 3%", "We gain 4%. Then 5% and 6%.")
    assert numbers(found) == ["4%", "5%", "6%"]
    assert [value.sentence for value in values(found)] == [1, 2, 2]
    assert [len(value.peers) for value in list(values(found))] == [1, 2, 2]


def test_numbers_inside_a_name_are_left_out() -> None:
    text = "The 95% coverage is 91.2%, and 95% of it counts."
    metric = ("Metric", "95% coverage", "reported")
    assert numbers(scene("Nets", text)) == ["95%", "91.2%", "95%"]
    assert numbers(scene("Nets", text, metric)) == ["91.2%", "95%"]
    assert numbers(scene("Nets", "It is 91.2% accuracy.", RIGHT)) == ["91.2%"]


def test_the_words_of_a_number() -> None:
    found = scene("Nets", "It reaches 0.9 \u00b1 0.1 dB here, 40% there.")
    decibel, percent = values(found)
    words = found.context.words
    assert words[decibel.start] == "0.9"
    assert words[decibel.stop : decibel.stop + 2] == ["here", ","]
    assert words[percent.start] == "40%"
    assert decibel.peers is percent.peers


PIECES = st.sampled_from(
    [
        *("FlickerNet", "EEGNet", "BETA", "accuracy", "recall", "We reach", "91.5%", "2.4x", "3"),
        *("and", ",", ".", ". It", "than", "by up to", "0.9 \u00b1 0.1", "from 3 to 5%", "(7%)"),
        *("3, 4 and 5 dB", "GPT-4", "in 2024", "respectively", "5-7%", "vs."),
    ]
)
NAMED = (NEW, OLD, DATA, RIGHT, FOUND)


@given(st.lists(PIECES, max_size=30))
@settings(deadline=None)
def test_every_number_is_described(pieces: list[str]) -> None:
    text = " ".join(pieces)
    found = scene("Nets 5%", text, *(one for one in NAMED if one[1] in text))
    document = found.context.document
    known = list(values(found))
    places = [document.sentences[v.sentence][0] + v.quantity.start for v in known]
    assert places == sorted(places)
    for value, start in zip(known, places, strict=True):
        assert value in value.peers
        assert value.sentence
        assert value.start < value.stop <= len(found.context.words)
        end = start + len(value.quantity.text)
        assert document.text[start:end] == value.quantity.text
        assert all(
            m.end <= start or end <= m.start for a in found.actors for m in a.entity.mentions
        )
        assert all(0 <= weight <= 1 for weight in value_features(value, found).values())
        for kind in ONTOLOGY.type_names:
            rivals = [actor for actor in found.actors if actor.entity.type == kind]
            for actor in rivals:
                assert filler_features(value, "absolute", actor, rivals, found)


def described(abstract: str, *named: tuple[str, ...], place: int = 0) -> dict[str, float]:
    found = scene("Nets", abstract, *named)
    return value_features(list(values(found))[place], found)


def test_what_stands_around_a_number_counts() -> None:
    found = described("We beat it. It improves accuracy by up to 3.25% over all.", RIGHT)
    assert {"unit %", "shape 1.2", "bound <", "peers 1", "last sentence"} <= set(found)
    assert {"<0 to", "<1 up", "< to up", ">0 over", "near < by", "hint < winning"} <= set(found)
    assert {"before: improvement", "begins it improves", "next < Metric 3"} <= set(found)
    assert {"holds Metric 1", "holds Method 0"} <= set(found)
    assert "after: refused" in described("There are 30% images.")
    assert {"error", "sign -"} <= set(described("A loss of -0.9 \u00b1 0.1 is good."))
    assert "range" in described("We gain 3-5%.")
    assert described("We gain 3 and 5%.", place=1)["joint and"] == 1


def fits(
    abstract: str, *named: tuple[str, ...], value: int = 0, actor: int = 0
) -> dict[str, float]:
    found = scene("Nets", abstract, *named)
    kind = found.actors[actor].entity.type
    rivals = [a for a in found.actors if a.entity.type == kind]
    number: Value = list(values(found))[value]
    return filler_features(number, "absolute", found.actors[actor], rivals, found)


def test_what_may_fill_a_slot() -> None:
    near = fits("It has an accuracy of 91%.", RIGHT)
    assert {"at <1", "exactly < of", "rank 0", "among 1 0 0", "role reported"} <= set(near)
    assert {"crossed <0", "crossed < 0"} & set(near)
    behind = fits("It has 91% accuracy.", RIGHT)
    assert {"at >0", "exactly > "} <= set(behind)
    title = fits("It reaches 91%.", ("Method", "Nets", "used"))
    assert {"at title", "after  there"} <= set(title)
    assert not any(name.startswith(("exactly", "crossed", "way")) for name in title)
    before = fits("We report accuracy. It is good. It is 91%.", RIGHT)
    assert "at sentence -2" in before
    own = fits("We propose FlickerNet. Our FlickerNet reaches 91%.", NEW)
    assert {"own True absolute", "spoken of True absolute True True True"} <= set(own)


def test_lists_go_in_turn() -> None:
    text = "Accuracies are 91%, 92% and 93% on Aa, Bb and Cc."
    named = [("Dataset", name, "used") for name in ("Aa", "Bb", "Cc")]
    for value in range(3):
        for actor in range(3):
            turn = f"in turn True {value == actor} >"
            assert turn in fits(text, *named, value=value, actor=actor)
    assert "in turn False True >" in fits("We reach 91% and 92% on Aa.", named[0])


# Results


def test_a_result_is_told() -> None:
    knows = able({"method": {"role proposed": 6.0}, "metric": {"at <1": 6.0}})
    text = "Here FlickerNet reaches an accuracy of 91.5%, unlike EEGNet."
    (one,) = told(knows, text, NEW, OLD, RIGHT)
    assert (one.value, one.number, one.unit, one.kind) == ("91.5%", "91.5", "%", "absolute")
    assert one.links == (("method", "FlickerNet"), ("metric", "accuracy"))
    assert f"Nets\n{text}"[one.start : one.end] == "FlickerNet reaches an accuracy of 91.5%"
    assert one.status == ASSERTED
    assert 0.5 < one.confidence < 1


def test_what_is_not_likely_is_no_result() -> None:
    assert told(able(), "It reaches 91.5 dB or 3.") == []
    assert [r.value for r in told(able(), "It reaches 91.5 dB or 3%.")] == ["3%"]
    never = able(kinds={"unit %": (0.0, 0.0, 5.0)})
    assert told(never, "It reaches 91.5%.") == []


def test_the_likeliest_kind_counts() -> None:
    kinds = {"unit %": (3.0, 0.0, 0.0), "before: improvement": (0.0, 6.0, 0.0)}
    found = told(able(kinds=kinds), "It reaches 91.5%. It improves by 3%.")
    assert [r.kind for r in found] == ["absolute", "improvement"]


def test_a_value_of_several_quantities_is_several_results() -> None:
    weights = {"metric": {"role reported": 6.0}}
    text = "It has an accuracy and a recall of 91.5%."
    found = told(able(weights), text, RIGHT, FOUND)
    assert sorted(dict(r.links)["metric"] for r in found) == ["accuracy", "recall"]
    assert {r.value for r in found} == {"91.5%"}
    (one,) = told(able(weights, several=0.999), text, RIGHT, FOUND)
    assert dict(one.links)["metric"] in {"accuracy", "recall"}


def test_a_slot_that_nothing_reaches_stays_empty() -> None:
    for knows in (able(), able({"metric": {}, "method": {"role proposed": 6.0}})):
        (one,) = told(knows, "EEGNet has an accuracy of 91.5%.", OLD, RIGHT)
        assert one.links == ()
        assert one.value == "91.5%"
    (one,) = told(able({"metric": {}}, least=0.01), "EEGNet has an accuracy of 91.5%.", RIGHT)
    assert one.links == (("metric", "accuracy"),)  # not likely, but the likeliest


def test_evidence_holds_the_fillers_of_its_sentence() -> None:
    knows = able({"method": {"role proposed": 6.0}, "dataset": {"role used": 6.0}})
    text = "FlickerNet is new. On BETA, a big set, it reaches 91.5% and, with FlickerNet, more."
    (one,) = told(knows, text, NEW, DATA)
    clause = f"Nets\n{text}"[one.start : one.end]
    assert clause == "BETA, a big set, it reaches 91.5% and, with FlickerNet"
    elsewhere = "FlickerNet is new. It reaches 91.5% in all."
    (one,) = told(knows, elsewhere, NEW)
    assert f"Nets\n{elsewhere}"[one.start : one.end] == "91.5%"
    assert dict(one.links) == {"method": "FlickerNet"}


def test_a_result_has_a_status() -> None:
    knows = able({"method": {"role proposed": 6.0}})
    for verb, status in (("may reach", "hedged"), ("does not reach", "negated")):
        (one,) = told(knows, f"FlickerNet {verb} 91.5%.", NEW)
        assert one.status == status


@given(st.lists(PIECES, max_size=30), st.permutations(range(len(NAMED))))
@settings(deadline=None)
def test_results_hold_what_they_tell(pieces: list[str], order: list[int]) -> None:
    text = " ".join(pieces)
    record = Record(id="p", title="Nets 5%", abstract=text)
    document = documents.parse(record, NLP)
    entities = [entity(record, *one) for one in NAMED if one[1] in text]
    knows = able(
        {
            "method": {"role proposed": 4.0, "turn 0 True": 2.0},
            "metric": {"role reported": 3.5},
            "dataset": {"rank 0": 3.0},
        },
        kinds={"unit %": (6.0, 0.0, 0.0), "unit ": (0.0, 3.0, 0.0), "joint to": (0.0, 3.0, 0.0)},
    )
    found = list(appraise(Scene(document, entities, ONTOLOGY), knows))
    names = {e.name for e in entities}
    for one in found:
        clause = document.text[one.start : one.end]
        assert one.value in clause
        assert one.start > len("Nets 5%")
        assert {name for _, name in one.links} <= names
        assert [slot for slot, _ in one.links] == [s for s in SLOTS if s in dict(one.links)]
        assert 0 <= one.confidence <= 1
        start, end = document.sentence_of(one.start)
        assert start <= one.start < one.end <= end
        sentence = document.text[start:end]
        assert all(name in clause for _, name in one.links if name in sentence)
    shuffled = [entities[n] for n in order if n < len(entities)]
    assert list(appraise(Scene(document, shuffled, ONTOLOGY), knows)) == found
    assert read_facts(document, entities, ONTOLOGY, knows).results == tuple(found)


# Whole abstracts, read with the recognizer of this package


@lru_cache(maxsize=1)
def extractor() -> Extractor:
    return Extractor(ONTOLOGY, model=DEFAULT)


PAPERS = {
    "speech": (
        "FlickerNet: a spiking neural network for speech recognition",
        "We propose FlickerNet, a spiking neural network for speech recognition. FlickerNet "
        "outperforms LSTM and ResNet-18 on the TIMIT dataset. It reaches an accuracy of 91.5% on "
        "TIMIT, compared to 88.2% for ResNet-18.",
    ),
    "images": (
        "MossFormer for image segmentation",
        "We introduce MossFormer, a vision transformer for image segmentation. Experiments on "
        "ImageNet show that MossFormer outperforms U-Net. MossFormer achieves a mean IoU of 84.2% "
        "on ImageNet.",
    ),
    "movement": (
        "Decoding movement from EEG with TwigNet",
        "This paper presents TwigNet, a convolutional neural network that decodes movement from "
        "EEG signals. On the BCI Competition IV 2a dataset, TwigNet achieves an accuracy of 83.1% "
        "and an F1 score of 0.82. TwigNet surpasses EEGNet.",
    ),
    "haze": (
        "HazeGAN",
        "We propose HazeGAN, a generative adversarial network for image dehazing. HazeGAN does "
        "not outperform AOD-Net on the RESIDE dataset. The PSNR is 31.2 dB on RESIDE.",
    ),
}


@lru_cache(maxsize=8)
def extracted(name: str) -> Extraction:
    title, abstract = PAPERS[name]
    return extractor()(Record(id=name, title=title, abstract=abstract))


@pytest.mark.parametrize(
    ("paper", "head", "kind", "tail", "status"),
    [
        ("speech", "FlickerNet", "outperforms", "ResNet-18", ASSERTED),
        ("speech", "FlickerNet", "evaluatedOn", "TIMIT", ASSERTED),
        ("speech", "FlickerNet", "appliedTo", "speech recognition", ASSERTED),
        ("images", "MossFormer", "outperforms", "U-Net", ASSERTED),
        ("images", "MossFormer", "evaluatedOn", "ImageNet", ASSERTED),
        ("movement", "TwigNet", "outperforms", "EEGNet", ASSERTED),
        ("movement", "TwigNet", "takesModality", "EEG", ASSERTED),
        ("haze", "HazeGAN", "outperforms", "AOD-Net", "negated"),
    ],
)
def test_a_clear_relation_is_read(paper: str, head: str, kind: str, tail: str, status: str) -> None:
    found = {(r.head[1], r.type, r.tail[1]): r.status for r in extracted(paper).relations}
    assert found.get((head, kind, tail)) == status
    assert (tail, kind, head) not in found


@pytest.mark.parametrize(
    ("paper", "value", "kind", "links"),
    [
        ("speech", "91.5%", "absolute", {"method": "FlickerNet", "metric": "accuracy"}),
        ("speech", "88.2%", "comparison-baseline", {"method": "ResNet-18", "metric": "accuracy"}),
        ("images", "84.2%", "absolute", {"method": "MossFormer", "dataset": "ImageNet"}),
        ("movement", "83.1%", "absolute", {"method": "TwigNet", "metric": "accuracy"}),
        ("movement", "0.82", "absolute", {"method": "TwigNet", "metric": "F1 score"}),
        ("haze", "31.2", "absolute", {"method": "HazeGAN", "metric": "PSNR"}),
    ],
)
def test_a_clear_result_is_read(paper: str, value: str, kind: str, links: dict[str, str]) -> None:
    (one,) = (r for r in extracted(paper).results if r.value == value)
    assert one.kind == kind
    assert links.items() <= dict(one.links).items()


@pytest.mark.parametrize("paper", PAPERS)
def test_what_is_read_is_sound(paper: str) -> None:
    found = extracted(paper)
    text = "\n".join(PAPERS[paper])
    keys = {e.key for e in found.entities}
    for relation in found.relations:
        assert {relation.head, relation.tail} <= keys
        assert ONTOLOGY.allows(relation.head[0], relation.type, relation.tail[0])
        assert 0 <= relation.start < relation.end <= len(text)
        assert 0 < relation.confidence <= 1
    for result in found.results:
        assert result.value in text[result.start : result.end]
        assert {name for _, name in result.links} <= {name for _, name in keys}
        assert 0 < result.confidence <= 1
    again = extractor()(found.record)
    assert again == found


def test_the_line_in_two_halves() -> None:
    record = extracted("speech").record
    document = documents.parse(record, extractor().nlp)
    entities = extractor().entities(document)
    assert extractor().complete(document, entities) == extracted("speech")
    document, given = read(record.title, record.abstract, NEW)
    assert [e.name for e in extractor().complete(document, given).entities] == ["FlickerNet"]
