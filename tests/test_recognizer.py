"""The recognizer at run time: words as numbers, spans, the network, classifiers, files."""

from __future__ import annotations

import json
import unicodedata
from itertools import pairwise
from math import isclose
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import documents, ontology
from kg.errors import KGError
from kg.mentions import recognized
from kg.model import Record
from kg.recognizer import DEFAULT, RULES
from kg.recognizer.classifier import BIAS, Classifier
from kg.recognizer.distances import DISTANCES, distances
from kg.recognizer.features import log_odds, outline, softmax
from kg.recognizer.network import Network
from kg.recognizer.network import load as load_network
from kg.recognizer.network import save as save_network
from kg.recognizer.recognizer import (
    ACCURACIES,
    FOLDER,
    Recognizer,
    is_recognizer,
    load,
    save,
)
from kg.recognizer.spans import Edges
from kg.recognizer.words import REGIONS, SHAPES, Vocabulary, bucket, regions, shape

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

SIZE, HIDDEN, PIECES = 16, 8, 20
LETTERS = "abcdefghijklmnopqrstuvwxyz"
VOCABULARY = [
    "[UNK]",
    *LETTERS,
    *(f"##{c}" for c in LETTERS),
    *(f"{a}{b}" for a in LETTERS for b in "aeiou"),
    *(f"##{a}{b}" for a in LETTERS for b in "aeiou"),
    *".,-()",
]
WORD = st.text(st.sampled_from("abenNS3-.(é"), min_size=1, max_size=8)
TEXT = st.lists(WORD, min_size=1, max_size=12)


def tiny(layers: tuple[int | str, ...] = (1, "attention", 2), longest: int = 5) -> Network:
    """Make a network with weights that are drawn once and for all."""
    draw = np.random.default_rng(7)

    def array(*size: int) -> NDArray[np.float64]:
        return draw.normal(0, 0.5, size).astype(np.float32).astype(np.float64)

    weights = {
        "piece": array(len(VOCABULARY), PIECES),
        "shape": array(SHAPES, SIZE),
        "word": array(64, 4),
        "ending": array(32, SIZE),
        "region": array(REGIONS, SIZE),
        "in.weight": array(PIECES, SIZE),
        "in.bias": array(SIZE),
        "word.in": array(4, SIZE),
        "norm.weight": array(SIZE),
        "norm.bias": array(SIZE),
        "span.weight": array(SIZE, 3 * HIDDEN),
        "span.bias": array(3 * HIDDEN),
        "length": array(longest + 1, HIDDEN),
        "whole.weight": array(SIZE, HIDDEN),
        "out.weight": array(HIDDEN, 3),
        "out.bias": array(3),
        "role.query": array(3 * SIZE, SIZE),
        "role.query.bias": array(SIZE),
        "role.key": array(SIZE, SIZE),
        "role.value": array(SIZE, SIZE),
        "role.distance": array(2, DISTANCES),
        "role.span": array(3 * SIZE, HIDDEN),
        "role.span.bias": array(HIDDEN),
        "role.context": array(SIZE, HIDDEN),
        "role.whole": array(SIZE, HIDDEN),
        "role.out": array(HIDDEN, 3),
        "role.out.bias": array(3),
    }
    for number, layer in enumerate(layers):
        wide = (SIZE, 3 * SIZE) if layer == "attention" else (3 * SIZE, 2 * SIZE)
        weights |= {
            f"layer{number}.weight": array(*wide),
            f"layer{number}.bias": array(wide[1]),
            f"layer{number}.norm.weight": array(SIZE),
            f"layer{number}.norm.bias": array(SIZE),
        }
        if layer == "attention":
            weights[f"layer{number}.out"] = array(SIZE, SIZE)
    own = {
        "types": ["A", "B"],
        "roles": [["A", "x"], ["A", "y"], ["B", "x"]],
        "longest": longest,
        "layers": list(layers),
        "heads": 2,
        "hidden": HIDDEN,
        "edges": {"first": ["of"], "inside": ["we"], "last": ["of"]},
    }
    return Network(own, weights, VOCABULARY)


def recognizer() -> Recognizer:
    """Make a recognizer with one classifier."""
    classifier = Classifier(("no", "yes"), {BIAS: (0.0, -1.0), "odds": (0.0, 1.5)})
    return Recognizer(tiny(), {"mention": classifier}, {"mention": 0.25}, ("kg_names",))


def halved(words: list[str]) -> list[tuple[int, int]]:
    """Call the first half of some words the title."""
    middle = (len(words) + 1) // 2
    return [(0, middle), *([(middle, len(words))] if middle < len(words) else [])]


# Words as numbers


@given(st.text(max_size=60))
def test_pieces(word: str) -> None:
    vocabulary = Vocabulary(VOCABULARY)
    found = vocabulary.pieces(word)
    assert 1 <= len(found) <= 12
    assert all(0 <= number < len(VOCABULARY) for number in found)
    assert found == vocabulary.pieces(unicodedata.normalize("NFC", word.lower()))
    assert 0 <= shape(word) < SHAPES
    assert 0 <= bucket(word, 7) < 7


@given(st.text(LETTERS, min_size=1, max_size=12))
def test_pieces_of_known_letters_make_up_the_word(word: str) -> None:
    numbers = Vocabulary(VOCABULARY).pieces(word)
    if len(numbers) < 12:
        assert "".join(VOCABULARY[n].removeprefix("##") for n in numbers) == word


def test_pieces_by_hand() -> None:
    vocabulary = Vocabulary(["[UNK]", "net", "##s", "e", "##eg", "-", "##e"])
    assert vocabulary.pieces("EEG") == (3, 4)
    assert vocabulary.pieces("é") == (3,)  # accents do not count
    assert vocabulary.pieces("nets-x") == (1, 2, 5, 0)
    assert vocabulary.pieces("netx") == (0,)  # one unknown piece makes the unit unknown
    assert vocabulary.pieces("") == (0,)
    assert vocabulary.pieces("-" * 30) == (5,) * 12


def test_buckets_are_those_of_every_machine() -> None:
    assert [bucket(text, 32768) for text in ("", "net", "\u00e9", "\ud800")] == [
        0,
        bucket("net", 2**32) % 32768,
        bucket("\u00e9", 2**32) % 32768,
        bucket("?", 32768),
    ]
    assert bucket("123456789", 2**32) == 0xCBF43926  # the check value of CRC-32


@given(st.lists(st.integers(0, 4), max_size=30))
def test_regions(lengths: list[int]) -> None:
    ends = np.cumsum([0, *lengths]).tolist()
    sentences = list(pairwise(ends))
    found = regions(sentences)
    assert len(found) == sum(lengths)
    assert found == sorted(found)
    assert all(part < REGIONS for part in found)
    if sentences:
        start, end = sentences[0]
        assert set(found[start:end]) <= {0}
        assert 0 not in found[end:]


def test_small_functions() -> None:
    assert isclose(log_odds(0.3), -log_odds(0.7))
    assert isclose(log_odds(0), -log_odds(1))
    assert softmax([]) == []
    assert isclose(sum(softmax([900.0, -3.0, 5.0])), 1.0)
    assert [outline(text) for text in ("ResNet-18", "GANs", "a net", "Net", "")] == list("mAlTT")


# Spans


WORDS = st.lists(
    st.sampled_from(["net", "of", "we", ".", ",", "(", ")", "EEG", "%", "-", "The", "3", ";"]),
    max_size=25,
)


@given(WORDS, st.integers(1, 6), st.data())
def test_spans(words: list[str], longest: int, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.sets(st.integers(0, len(words)), max_size=4)) | {0, len(words)})
    sentences = list(pairwise(cuts))
    edges = Edges(first={"of", "the"}, last={"of", "the"}, inside={"we"})
    found = edges.spans(words, sentences, longest=longest)
    assert found == sorted(set(found))
    for start, end in found:
        assert 1 <= end - start <= longest
        assert any(begin <= start and end <= stop for begin, stop in sentences)
        inside = [word.lower() for word in words[start:end]]
        assert inside[0] not in edges.first
        assert inside[-1] not in edges.last
        assert any(c.isalnum() for c in inside[0])
        assert not {"we", ".", ";"} & set(inside)
    for begin, stop in sentences:  # nothing is forgotten: a word that may be a name is one
        for place in range(begin, stop):
            if words[place] in {"net", "EEG", "3"}:
                assert (place, place + 1) in found


# The network


@given(st.lists(TEXT, min_size=1, max_size=6), st.randoms())
@settings(deadline=None, max_examples=40)
def test_rows_do_not_depend_on_other_texts(texts: list[list[str]], chance: Any) -> None:
    """To the last bit, since a score may lie beside a threshold."""
    expected = [tiny().encode(words, halved(words)) for words in texts]
    network = tiny()
    order = list(range(len(texts))) * 2
    chance.shuffle(order)
    for place in order:
        found = network.encode(texts[place], halved(texts[place]))
        assert np.array_equal(found, expected[place])


def test_a_full_cache_is_emptied(monkeypatch: pytest.MonkeyPatch) -> None:
    words = ["net", "nets", "EEG", "ban", "ben"]
    expected = tiny().encode(words, [(0, 5)])
    monkeypatch.setattr("kg.recognizer.network._KEPT", 3)
    network = tiny()
    for part in (words[:2], words[1:4], words, words):
        found = network.encode(part, [(0, len(part))])
    assert np.array_equal(found, expected)


def test_encoding_leaves_what_it_knows_alone() -> None:
    network = tiny()
    before = {name: array.copy() for name, array in network.weights.items()}
    first = network.encode(["net", "net"], [(0, 2)])
    first += 1
    assert not np.array_equal(network.encode(["net", "net"], [(0, 2)]), first)
    assert all(np.array_equal(before[name], array) for name, array in network.weights.items())


@given(TEXT)
@settings(deadline=None, max_examples=40)
def test_a_span_is_scored_as_the_formula_says(words: list[str]) -> None:
    network = tiny()
    w = network.weights
    rows = network.encode(words, halved(words))
    assert rows.shape == (len(words), SIZE)
    assert np.isfinite(rows).all()
    spans = [
        (start, end)
        for start in range(len(words))
        for end in range(start + 1, min(len(words), start + network.longest) + 1)
    ]
    places = np.array(spans)
    types = network.score(rows, places[:, 0], places[:, 1])
    roles = network.play(rows, places[:, 0], places[:, 1])
    assert types.shape == (len(spans), 3)
    assert roles.shape == (len(spans), 3)
    parts = rows @ w["span.weight"] + w["span.bias"]
    for (start, end), scored, played in zip(spans, types, roles, strict=True):
        hidden = (
            parts[start, :HIDDEN]
            + parts[end - 1, HIDDEN : 2 * HIDDEN]
            + parts[start:end, 2 * HIDDEN :].mean(0)
            + w["length"][end - start]
            + rows.mean(0) @ w["whole.weight"]
        )
        out = np.maximum(hidden, 0) @ w["out.weight"] + w["out.bias"]
        assert np.allclose(scored, out, atol=1e-9)
        ends = [rows[start], rows[end - 1], rows[start:end].mean(0)]
        span = np.concatenate(ends)
        query = span @ w["role.query"] + w["role.query.bias"]
        seen = []
        for head, part in enumerate(np.split(np.arange(SIZE), 2)):
            weights = [
                query[part] @ (row @ w["role.key"])[part] / np.sqrt(SIZE // 2)
                + w["role.distance"][head, kind]
                for row, kind in zip(rows, distances(np.array([start]), len(rows))[0], strict=True)
            ]
            shares = np.exp(np.array(weights) - max(weights))
            seen.append(shares / shares.sum() @ (rows @ w["role.value"])[:, part])
        hidden = (
            span @ w["role.span"]
            + w["role.span.bias"]
            + np.concatenate(seen) @ w["role.context"]
            + rows.mean(0) @ w["role.whole"]
        )
        expected = np.maximum(hidden, 0) @ w["role.out"] + w["role.out.bias"]
        assert np.allclose(played, expected, atol=1e-9)


def test_no_span_has_no_role() -> None:
    network, none = tiny(), np.zeros(0, np.int64)
    rows = network.encode(["net", "of"], [(0, 2)])
    assert network.play(rows, none, none).shape == (0, 3)


def test_kinds_of_distances() -> None:
    (kinds,) = distances(np.array([100]), 300).tolist()
    assert kinds[100:110] == [0, 1, 2, 3, 4, 4, 4, 4, 5, 5]
    assert [k - 8 for k in kinds[99:90:-1]] == kinds[101:110]
    assert max(kinds) < DISTANCES
    assert kinds[100:] == sorted(kinds[100:])


def test_a_text_shorter_than_a_gap() -> None:
    network = tiny(layers=(4, 1))
    assert network.encode(["net"], [(0, 1)]).shape == (1, SIZE)
    assert network.encode(["net", "of", "nets"], [(0, 3)]).shape == (3, SIZE)


def test_words_far_away_are_seen_only_by_attention() -> None:
    words = ["net", *["ba"] * 20, "EEG"]
    other = ["den", *words[1:]]
    for layers, sees in (((1, 2), False), ((1, "attention"), True)):
        network = tiny(layers=layers)
        one, two = (network.encode(text, [(0, 22)])[-1] for text in (words, other))
        assert np.array_equal(one, two) != sees


# Files


def test_a_network_is_written_and_read(tmp_path: Path) -> None:
    network, path = tiny(), tmp_path / "network.npz"
    save_network(network, path)
    found = load_network(path)
    assert found.settings == network.settings
    assert found.pieces == network.pieces
    assert found.types == ("A", "B")
    assert found.roles == (("A", "x"), ("A", "y"), ("B", "x"))
    assert set(found.weights) == set(network.weights)
    rough = 0
    for name, array in network.weights.items():
        stored = found.weights[name]
        assert stored.dtype == np.float64
        if array.ndim == 2 and array.size > 4096:
            rough += 1
            step = np.abs(array).max(1, keepdims=True) / 127
            assert (np.abs(stored - array) <= step * 0.5001 + 1e-6).all()
        else:
            assert np.array_equal(stored, array)
    assert rough
    with np.load(path, allow_pickle=False) as file:
        assert file["piece"].dtype == np.int8
    again = tmp_path / "again.npz"
    save_network(found, again)
    whole = load_network(again)
    for name, array in found.weights.items():
        assert np.allclose(whole.weights[name], array, rtol=1e-5, atol=1e-8)


def test_the_same_network_is_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(recognizer(), tmp_path / "one")
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    save(recognizer(), tmp_path / "two")
    for name in ("network.npz", "classifiers.json"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_a_recognizer_is_written_and_read(tmp_path: Path) -> None:
    own = recognizer()
    folder = tmp_path / "a folder" / "of mine"
    assert not is_recognizer(folder)
    save(own, folder)
    assert is_recognizer(folder)
    assert is_recognizer(str(folder))
    found = load(folder)
    assert found is load(folder)
    assert found.thresholds == own.thresholds
    assert found.components == own.components
    assert {n: (c.labels, c.weights) for n, c in found.classifiers.items()} == {
        n: (c.labels, c.weights) for n, c in own.classifiers.items()
    }
    words = ["the", "net", "of", "EEG"]
    near = [(s.start, s.end) for s in own.see(words, [(0, 4)])]
    assert [(s.start, s.end) for s in found.see(words, [(0, 4)])] == near


def damaged(path: Path, how: str) -> None:
    """Break a file in one of several ways."""
    whole = path.read_bytes()
    if how == "missing":
        path.unlink()
    elif how == "empty":
        path.write_bytes(b"")
    elif how == "text":
        path.write_text("no weights\n" * 9, encoding="utf-8")
    elif how == "cut":
        path.write_bytes(whole[: len(whole) // 2])
    elif how == "changed":
        middle = len(whole) // 3
        path.write_bytes(whole[:middle] + bytes(64) + whole[middle + 64 :])
    elif how == "array":
        with path.open("wb") as file:
            np.save(file, np.zeros(3))
    elif how == "pickle":
        with path.open("wb") as file:
            np.savez(file, settings=np.array([{"a": 1}], dtype=object), pieces=np.zeros(1))
    elif how == "settings":
        with path.open("wb") as file:
            text = np.frombuffer(json.dumps({"types": []}).encode(), np.uint8)
            np.savez(file, settings=text, pieces=text)
    else:
        path.write_bytes(how.encode())


@pytest.mark.parametrize(
    ("name", "how"),
    [
        *(
            ("network.npz", how)
            for how in (
                *("missing", "empty", "text", "cut", "changed", "array", "pickle", "settings"),
            )
        ),
        *(
            ("classifiers.json", how)
            for how in (
                *("missing", "empty", "text", "cut", "[]", "{}", "3"),
                '{"classifiers": [], "components": [], "thresholds": {}}',
                '{"classifiers": {"a": {"labels": ["x"], "weights": {"b": [1, 2]}}}}',
                '{"classifiers": {}, "components": [], "thresholds": {"a": "high"}}',
            )
        ),
    ],
)
def test_a_broken_recognizer_is_refused_in_one_line(tmp_path: Path, name: str, how: str) -> None:
    save(recognizer(), tmp_path)
    damaged(tmp_path / name, how)
    with pytest.raises(KGError, match="no recognizer") as error:
        load(tmp_path)
    assert "\n" not in str(error.value)
    assert str(tmp_path) in str(error.value)
    assert "train" in str(error.value).rpartition("; ")[2]  # the remedy
    assert len(str(error.value)) < 500


def test_names() -> None:
    assert DEFAULT in ACCURACIES
    assert all(is_recognizer(name) for name in ACCURACIES)
    assert not is_recognizer(RULES)
    assert not is_recognizer("nonsense")
    with pytest.raises(KGError, match=r"nonsense.*fast, default") as error:
        load("nonsense")
    assert "\n" not in str(error.value)


# What this package carries

FOLDERS = sorted(path for path in FOLDER.iterdir() if path.is_dir())


def test_every_name_has_a_folder() -> None:
    assert {path.name for path in FOLDERS} == set(ACCURACIES)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_shipped(folder: Path) -> None:
    files = {path.name: path.stat().st_size for path in folder.iterdir()}
    assert set(files) == {"network.npz", "classifiers.json", "README.md"}
    assert sum(files.values()) < 15_000_000
    found, rules = load(folder.name), ontology.load()
    assert found.network.types == rules.type_names
    assert set(found.network.roles) <= {
        (kind, role.name) for kind in rules.type_names for role in rules.roles_of(kind)
    }
    assert set(found.components) <= set(documents.COMPONENTS)
    told = {name: set(model.labels) for name, model in found.classifiers.items()}
    if folder.name == DEFAULT:
        assert {"mention", "pair", "entity", "result"} <= set(told)
        for kind in rules.type_names:
            assert told[f"role {kind}"] <= {role.name for role in rules.roles_of(kind)}
    else:  # its network decides, so that it is fast
        assert set(told) == {"pair"}
        assert set(found.thresholds) == {"pair", "role", "seen"}
    assert all(0 < least < 1 for least in found.thresholds.values())
    stored = orjson.loads((folder / "classifiers.json").read_bytes())
    assert set(stored) == {"classifiers", "components", "thresholds"}


# Classifier


def test_a_classifier() -> None:
    model = Classifier(
        ("a", "b", "c"), {BIAS: (0.0, 0.5, 0.0), "x": (1.0, 0.0, -1.0), "y": (0.0, 9.0, 0.0)}
    )
    assert model.labels == ("a", "b", "c")
    assert model.probabilities({}) == model.probabilities({"unknown": 5.0})
    assert model.probability({"x": -50}) == 1.0
    assert max(model.probabilities({"y": 1}).items(), key=lambda item: item[1])[0] == "b"
    with pytest.raises(ValueError, match="one weight for each label"):
        Classifier(("a", "b"), {"x": (1.0,)})
    assert Classifier(("a", "b"), {}).probabilities({"x": 3}) == {"a": 0.5, "b": 0.5}


NUMBER = st.floats(-1000, 1000)


@given(
    st.integers(1, 4).flatmap(
        lambda n: st.dictionaries(
            st.sampled_from([BIAS, "p", "q", "r"]), st.lists(NUMBER, min_size=n, max_size=n)
        ).map(lambda weights: (n, weights))
    ),
    st.dictionaries(st.sampled_from(["p", "q", "r", "s"]), NUMBER),
)
def test_probabilities(
    weights: tuple[int, dict[str, list[float]]], found: dict[str, float]
) -> None:
    labels = [f"label {n}" for n in range(weights[0])]
    shares = Classifier(labels, weights[1]).probabilities(found)
    assert list(shares) == labels
    assert abs(sum(shares.values()) - 1) < 1e-3
    assert all(0 <= share <= 1 and share == round(share, 4) for share in shares.values())


# What the component leaves


ABSTRACT = "We propose FlickerNet, a spiking neural network for EEG decoding. It beats EEGNet."
RECORD = Record(id="p", title="FlickerNet: spikes\tfor  EEG", abstract=ABSTRACT)


def test_the_component() -> None:
    nlp = documents.load(ontology.load(), model=DEFAULT)
    assert nlp.pipe_names[-1] == recognized.NAME
    doc = documents.parse(RECORD, nlp).doc
    assert doc is not None
    seen = recognized.read(doc)
    assert seen
    assert doc.user_data[recognized.NAME] is seen
    words = recognized.words(doc)
    assert not any(word.is_space for word in words)
    names = {" ".join(w.text for w in words[s.start : s.end]) for s in seen}
    assert {"FlickerNet", "EEG"} <= names
    network = load(DEFAULT).network
    assert [(s.start, s.end) for s in seen] == sorted({(s.start, s.end) for s in seen})
    for look in seen:
        assert 0 <= look.start < look.end <= len(words)
        assert look.end - look.start <= network.longest
        assert len(look.types) == len(network.types)
        assert len(look.roles) == len(network.roles)
        assert all(0 <= share <= 1 for share in look.types)
        assert 0.0199 <= sum(look.types) <= 1.0005


def test_without_the_component() -> None:
    doc = documents.parse(RECORD, documents.load(ontology.load())).doc
    assert doc is not None
    assert recognized.read(doc) is None


@given(st.lists(st.one_of(TEXT, WORDS), max_size=4))
@settings(deadline=None, max_examples=40)
def test_see(sentences: list[list[str]]) -> None:
    words = [word for sentence in sentences for word in sentence]
    ends = np.cumsum([0, *map(len, sentences)]).tolist()
    ranges = [(start, end) for start, end in pairwise(ends) if end > start]
    seen = recognizer().see(words, ranges)
    assert [s[:2] for s in seen] == sorted({s[:2] for s in seen})
    for look in seen:
        assert all(0 <= share <= 1 and share == round(share, 4) for share in look.types)
        assert any(start <= look.start and look.end <= end for start, end in ranges)


def test_an_empty_text() -> None:
    assert recognizer().see([], []) == []
    nlp = documents.load(ontology.load(), model=DEFAULT)
    doc = documents.parse(Record(id="p", title="", abstract=""), nlp).doc
    assert doc is not None
    assert recognized.read(doc) == []


def test_many_spans_are_looked_at_in_parts() -> None:
    network = load().network
    words = [f"word{n % 50}" for n in range(400)]
    rows = network.encode(words, [(0, len(words))])
    starts = np.repeat(np.arange(300), 5)
    ends = starts + np.tile(np.arange(1, 6), 300)
    found = network.play(rows, starts, ends)
    few = network.play(rows, starts[1020:1030], ends[1020:1030])
    assert found.shape == (1500, len(network.roles))
    assert np.allclose(found[1020:1030], few)
