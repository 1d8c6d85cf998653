"""Entity linking: judged pairs of real names, and each step by itself."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest

from kg import ontology
from kg.entities.resolve import canonical_name
from kg.linking.broader import Kind, broader, without_circles
from kg.linking.capitals import Written, parted
from kg.linking.curation import settle
from kg.linking.decisions import NOT_SAME, REJECT, RETYPE, SAME, Decision
from kg.linking.link import Linker
from kg.linking.names import Definition, Name
from kg.linking.spellings import folder
from kg.model import Mention
from kg.normalize import key

CASES = Path(__file__).parent / "cases" / "resolution"
ONTOLOGY = ontology.load()


class Pair(NamedTuple):
    """Two names of one type, and whether they denote one thing where papers define as told."""

    verdict: str
    type: str
    one: str
    other: str
    kind: str
    context: str

    def agrees(self) -> bool:
        names: dict[tuple[str, str], Name] = {}
        told: Counter[tuple[str, str]] = Counter()
        ends = [named(self.type, text) for text in (self.one, self.other)]
        for definition in filter(None, self.context.split("|")):
            short, _, long = definition.partition(" = ")
            told[short.strip(), long.strip()] += 1
            ends += [named(self.type, short.strip()), named(self.type, long.strip())]
        apart = parted((Written(*name[:3]) for name in sorted(set(ends))), ONTOLOGY)
        ends = [name._replace(key=apart.get(name[:3], name.key)) for name in ends]
        for name in ends:
            names.setdefault(name.place, name)
        linker = Linker(
            names.values(),
            [Definition(self.type, *pair, number, 0, "p") for pair, number in told.items()],
            ONTOLOGY,
        )
        return linker.thing(ends[0].place) == linker.thing(ends[1].place)


def named(kind: str, text: str) -> Name:
    """Make a name as an extraction would: singular."""
    single = canonical_name([Mention(kind, 0, 1, text, "hand")], {})
    return Name(kind, key(single), single)


def pairs(file: str) -> list[Pair]:
    lines = (CASES / file).read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    assert rows[0] == list(Pair._fields)
    return [Pair(*row) for row in rows[1:]]


def things(*names: Name, told: list[Definition] | None = None, **more: object) -> dict[str, str]:
    """Tell by the text of each name the key of what it denotes."""
    linker = Linker(names, told or [], ONTOLOGY, **more)  # type: ignore[arg-type]
    return {name.text: linker.thing(name.place)[1] for name in names}


@pytest.mark.parametrize(
    ("file", "precision", "recall"), [("open.tsv", 0.98, 0.95), ("held.tsv", 0.98, 0.93)]
)
def test_judged_pairs(file: str, precision: float, recall: float) -> None:
    found = Counter((pair.verdict, pair.agrees()) for pair in pairs(file))
    right, wrong, missed = found["same", True], found["other", True], found["same", False]
    assert right / (right + wrong) >= precision
    assert right / (right + missed) >= recall


def test_pairs_are_sorted_and_parted_by_hash() -> None:
    import hashlib

    for file, half in (("open.tsv", 0), ("held.tsv", 1)):
        found = pairs(file)
        assert len(found) >= 150
        assert [p[1:4] for p in found] == sorted(p[1:4] for p in found)
        for pair in found:
            digest = hashlib.sha256("\t".join(pair[1:4]).encode()).hexdigest()
            assert int(digest, 16) % 2 == half
        assert {pair.verdict for pair in found} == {"same", "other"}
        assert {pair.type for pair in found} == set(ONTOLOGY.type_names)


@pytest.mark.parametrize(
    ("one", "other", "is_one"),
    [
        ("tumour", "Tumor", True),
        ("β-VAE", "beta-VAE", True),
        ("naïve Bayes", "naive Bayes", True),
        ("Parkinson's disease", "Parkinson disease", True),
        ("optimisation", "optimization", True),
        ("pre-training", "pretraining", True),
        ("Llama 3 8B", "Llama 38B", False),
        ("GPT-4", "GPT-4o", False),
        ("ResNet-50", "ResNet-101", False),
        ("precise", "prize", False),
    ],
)
def test_fold(one: str, other: str, is_one: bool) -> None:
    fold = folder(ONTOLOGY)
    assert (fold(key(one)) == fold(key(other))) is is_one


def test_a_short_form_follows_the_corpus_where_it_is_clear() -> None:
    names = [named("Method", t) for t in ("QZN", "quick zonal network", "quiet zone net")]
    clear = [Definition("Method", "QZN", "quick zonal network", 3, 0, "p1")]
    assert things(*names, told=clear)["QZN"] == "quick zonal network"
    unclear = [*clear, Definition("Method", "QZN", "quiet zone net", 2, 0, "p2")]
    assert things(*names, told=unclear)["QZN"] == "qzn"
    once = [Definition("Method", "QZN", "quick zonal network", 1, 0, "p1")]
    assert things(*names, told=once)["QZN"] == "qzn"
    by_maker = [Definition("Method", "QZN", "quick zonal network", 0, 5, "p1")]
    assert things(*names, told=by_maker)["QZN"] == "qzn"


def test_the_corpus_outweighs_the_lexicon() -> None:
    names = [named("Method", t) for t in ("CNN", "cellular neural network")]
    few = [Definition("Method", "CNN", "cellular neural network", 2, 0, "p")]
    many = [Definition("Method", "CNN", "cellular neural network", 20, 0, "p")]
    assert things(*names)["CNN"] == "convolutional neural network"
    assert things(*names, told=few)["CNN"] == "convolutional neural network"
    assert things(*names, told=many)["CNN"] == "cellular neural network"


def test_moves_tell_their_rules_and_the_paper() -> None:
    names = [named("Method", t) for t in ("QZN model", "QZN", "quick zonal network")]
    told = [Definition("Method", "QZN", "quick zonal network", 3, 0, "p1")]
    moves = {m.key: m for m in Linker(names, told, ONTOLOGY).moves()}
    assert moves["qzn"][2:] == ("Method", "quick zonal network", "abbreviation", "p1")
    assert moves["qzn model"].rule == "head abbreviation"
    assert "quick zonal network" not in moves


def test_order_of_names_and_definitions_is_no_matter() -> None:
    found = pairs("open.tsv")
    names = list({n.place: n for p in found for n in (named(p.type, p.one), named(p.type, p.other))}
                 .values())  # fmt: skip
    told = [
        Definition(p.type, definition.split(" = ")[0], definition.split(" = ")[1], 1, 0, "p")
        for p in found
        for definition in p.context.split("|")
        if " = " in definition
    ]
    before = list(Linker(names, told, ONTOLOGY).moves())
    for seed in range(3):
        Random(seed).shuffle(names)  # noqa: S311
        Random(seed).shuffle(told)  # noqa: S311
        assert list(Linker(names, told, ONTOLOGY).moves()) == before
    assert len(before) > 100
    linker = Linker(names, told, ONTOLOGY)
    ends = {linker.thing(name.place) for name in names}
    assert {linker.thing(end) for end in ends} == ends


def test_circles_end_in_one_thing() -> None:
    found = things(named("Metric", "token-level F1"), named("Metric", "token-level F1 score"))
    assert len(set(found.values())) == 1


def test_people_come_first() -> None:
    names = [named("Dataset", t) for t in ("CIFAR-10", "CIFAR10", "Foo set", "Bar")]
    decided = settle(
        [
            Decision(NOT_SAME, "Dataset", "CIFAR-10", "CIFAR10", "not_same.tsv", 2),
            Decision(SAME, "Dataset", "Foo set", "Bar", "aliases.tsv", 2),
        ]
    )
    found = things(*names, curation=decided)
    assert found["CIFAR-10"] != found["CIFAR10"]
    assert found["Bar"] == "foo set"


def test_what_is_told_apart_stays_apart_however_rules_lead() -> None:
    names = [named("Method", t) for t in ("CNN", "ConvNet", "convolutional neural network")]
    decided = settle([Decision(NOT_SAME, "Method", "CNN", "ConvNet", "not_same.tsv", 2)])
    found = things(*names, curation=decided)
    assert found["CNN"] != found["ConvNet"]


def test_rejected_and_retyped() -> None:
    names = [named("Method", t) for t in ("MNIST", "thing")]
    decided = settle(
        [
            Decision(RETYPE, "Method", "MNIST", "Dataset", "retype.tsv", 2),
            Decision(REJECT, "Method", "thing", "", "reject.tsv", 2),
        ]
    )
    moves = list(Linker(names, [], ONTOLOGY, decided).moves())
    assert [(m.key, m.to_type, m.to_key, m.rule, m.source) for m in moves] == [
        ("mnist", "Dataset", "mnist", "curation", "retype.tsv"),
        ("thing", "Method", "", "curation", "reject.tsv"),
    ]


def kinds_of(*keys: str, kind: str = "Method") -> dict[str, str]:
    found = broader([(kind, k) for k in keys], lambda place: place, ONTOLOGY)
    return {one.key: one.broad for one in found}


def test_heads_name_the_kind() -> None:
    names = ("transformer", "convolutional transformer", "dual branch convolutional transformer")
    assert kinds_of(*names) == {
        "convolutional transformer": "transformer",
        "dual branch convolutional transformer": "convolutional transformer",
    }
    assert kinds_of("regression", "linear regression", "non linear regression") == {
        "linear regression": "regression",
        "non linear regression": "regression",
    }
    assert kinds_of("resnet", "resnet 50", "resnet101") == {
        "resnet 50": "resnet",
        "resnet101": "resnet",
    }
    found = kinds_of("classification", "classification of image", kind="Task")
    assert found == {"classification of image": "classification"}
    assert kinds_of("imagenet", "tiny imagenet", kind="Dataset") == {}


def test_no_circles() -> None:
    kinds = [Kind("Task", "a", "b", "x"), Kind("Task", "b", "c", "x"), Kind("Task", "c", "a", "x")]
    assert list(without_circles(kinds)) == kinds[:2]
    twice = [kinds[0], kinds[0]._replace(rule="another"), kinds[1]]
    assert [kind[:3] for kind in without_circles(twice)] == [kind[:3] for kind in kinds[:2]]
