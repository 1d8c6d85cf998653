"""Things of one paper that are two, though their names look alike."""

from __future__ import annotations

import pytest

from kg.entities.apart import Apart, are_contrary, in_series
from kg.entities.pairs import forms
from kg.entities.resolve import resolve
from kg.model import Document, Mention, Record
from kg.normalize import key
from kg.ontology import load

ONTOLOGY = load()


def told(text: str, names: list[str], kind: str = "Method") -> tuple[Document, list[Mention]]:
    document = Document(Record(id="p", title="T", abstract=text), ((0, 1), (2, len(text) + 2)))
    whole = document.text
    mentions, start = [], 0
    for name in names:
        start = whole.index(name, start)
        mentions.append(Mention(kind, start, start + len(name), name, "test"))
        start += len(name)
    return document, mentions


def parted(text: str, one: str, other: str, *definitions: tuple[str, str]) -> bool:
    document, mentions = told(text, [one, other])
    found = forms(document, mentions, {key(s): key(long) for long, s in definitions})
    ours, theirs = found["Method", key(one)], found["Method", key(other)]
    apart = Apart(document, mentions, definitions, ONTOLOGY)
    assert apart.tell([theirs], [ours]) == apart.tell([ours], [theirs])
    return apart.tell([ours], [theirs])


@pytest.mark.parametrize(
    ("text", "one", "other", "answer"),
    [
        ("We test FlickerSet, and FlickerSet plus.", "FlickerSet", "FlickerSet plus", True),
        ("FlickerSet beats more than the FlickerSet plus", "FlickerSet", "FlickerSet plus", False),
        ("FlickerSet is slower than FlickerSet plus", "FlickerSet", "FlickerSet plus", False),
        ("better on FlickerSet than FlickerSet plus", "FlickerSet", "FlickerSet plus", True),
        ("FlickerSet, a FlickerSet plus", "FlickerSet", "FlickerSet plus", False),
    ],
)
def test_names_side_by_side(text: str, one: str, other: str, answer: bool) -> None:
    document, mentions = told(text, [one, other])
    series = in_series(document, mentions, ONTOLOGY)
    assert (("Method", *sorted((key(one), key(other)))) in series) is answer
    assert parted(text, one, other) is answer


def test_two_explanations_are_two_things() -> None:
    definitions = [("field gram", "FG"), ("magnetic field gram", "MFG")]
    text = "We see a field gram (FG). Later the magnetic field gram (MFG) helps."
    assert parted(text, "field gram", "magnetic field gram", *definitions)
    assert not parted(text, "field gram", "magnetic field gram", *definitions[:1])


@pytest.mark.parametrize(
    ("one", "other", "answer"),
    [
        ("VAE", "VA-VAE", True),
        ("LLM", "LLM-based filtering", True),
        ("CNN", "CNN-based models", False),
        ("supervised classifier", "semi-supervised classifier", True),
        ("supervised", "weakly supervised", True),
        ("large language model", "small language models", True),
        ("language model", "large language models", False),
        ("IDC-Net", "IDCNet", False),
        ("time-frequency analysis", "time-frequency analyses", False),
    ],
)
def test_contrary(one: str, other: str, answer: bool) -> None:
    assert are_contrary(one, other, ONTOLOGY) is answer
    assert are_contrary(other, one, ONTOLOGY) is answer


def test_a_paper_settles_its_short_forms_before_the_lexicon() -> None:
    long, short = "Memory-Augmented Encoder-Solver", "MAES"
    document, mentions = told(f"We propose a {long} ({short}). MAES wins.", [long, short, short])
    metric = Mention("Metric", *(getattr(mentions[2], f) for f in ("start", "end", "text", "rule")))
    found = resolve([*mentions[:2], metric], [(long, short)], ONTOLOGY)
    assert [(e.type, e.name, len(e.mentions)) for e in found] == [("Method", long, 3)]
    found = resolve([*mentions[:2], metric], [], ONTOLOGY)
    assert {e.type for e in found} == {"Method", "Metric"}
    assert document.text.count(short) == 2
