"""Entities are linked to concepts of the same sense, and to no others."""

from __future__ import annotations

import importlib.util
import shutil
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import ontology
from kg.errors import OntologyError
from kg.linking.broader import Kind, without_circles
from kg.linking.concepts import Concepts, Link, Named, kinds, link, read_concepts
from kg.linking.opencs import concept, fold_of, read_rules, rows
from kg.linking.spellings import folder
from kg.normalize import key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import ModuleType

    from kg.ontology import Ontology

ONTOLOGY = ontology.load()
INDEX = ONTOLOGY.folder / "concepts.tsv"
RULES = ONTOLOGY.folder / "rules" / "concepts.toml"
OPENCS = Path(__file__).parents[2] / "shared" / "data" / "linking" / "opencs.tsv"
HEADER = "id\tkeys\tname\tpage\tbroader\n"
LEARNING = "2\tmachine learning\t\t=\t1\n"
ROOT = "1\tcomputer science\t\t=\t\n"


def named(kind: str, name: str, *aliases: str) -> Named:
    return Named(kind, key(name), name, tuple((key(alias), alias) for alias in aliases))


def links(things: Iterable[Named], of: Ontology = ONTOLOGY) -> list[Link]:
    told = list(things)
    keys = [k for thing in told for k in (thing.key, *(alias for alias, _ in thing.aliases))]
    return list(link(told, read_concepts(of, keys)))


def told(thing: Named, of: Ontology = ONTOLOGY) -> list[tuple[str, str, str]]:
    return [(one.predicate, one.target.rpartition("/")[2], one.rule) for one in links([thing], of)]


@pytest.fixture(scope="module")
def shipped() -> Concepts:
    """Give what the shipped index knows of the names that the tests ask for."""
    names = [*(name for _, name, _ in SAME), *(name for _, name in OTHER)]
    return read_concepts(ONTOLOGY, [key(name) for name in names])


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give an ontology folder for indices of a few lines."""
    place = tmp_path_factory.mktemp("concepts") / "ontology"
    return Path(shutil.copytree(ONTOLOGY.folder, place))


def having(folder: Path, *lines: str) -> Ontology:
    text = HEADER + "".join(f"{line}\n" for line in lines) + LEARNING + ROOT
    (folder / "concepts.tsv").write_text(text, encoding="utf-8")
    return ontology.load(folder)


# --- what may be linked


SAME = [
    ("Method", "Kalman filter", ["opencs.name", "dbpedia.name"]),
    ("Method", "Kalman filters", ["opencs.name", "dbpedia.name"]),
    ("Task", "named entity recognition", ["opencs.name", "dbpedia.name"]),
    ("Method", "backpropagation", ["opencs.name", "dbpedia.name"]),
    ("Method", "word2vec", ["opencs.name", "dbpedia.name"]),
    ("Metric", "BLEU", ["opencs.name", "dbpedia.name"]),
    ("Metric", "perplexity", ["opencs.name", "dbpedia.name"]),
    ("Method", "multi-layer perceptron", ["opencs.spelling", "dbpedia.spelling"]),
    ("Task", "travelling salesman problem", ["opencs.name", "dbpedia.name"]),
    ("Task", "traveling salesman problem", ["opencs.spelling", "dbpedia.spelling"]),
    ("Method", "active learning", ["opencs.sense", "dbpedia.sense"]),
    ("Method", "k-means clustering", ["opencs.name", "dbpedia.name"]),
    ("Method", "deep neural network", ["opencs.name"]),
]


@pytest.mark.parametrize(("kind", "name", "rules"), SAME)
def test_the_same_thing_is_linked(
    shipped: Concepts, kind: str, name: str, rules: list[str]
) -> None:
    assert [one.rule for one in link([named(kind, name)], shipped)] == rules


def test_predicates_and_targets() -> None:
    assert links([named("Method", "support-vector machine")]) == [
        Link(
            "Method",
            "support vector machine",
            "exactMatch",
            "https://w3id.org/ocs/ont/C2005",
            "opencs.name",
        ),
        Link(
            "Method",
            "support vector machine",
            "closeMatch",
            "http://dbpedia.org/resource/Support_vector_machine",
            "dbpedia.name",
        ),
    ]
    exact, close = "exactMatch", "closeMatch"
    found = {
        (one.rule, one.predicate)
        for one in links(
            named("Method", name)
            for name in ("Kalman filter", "multi-layer perceptron", "active learning")
        )
    }
    assert found == {
        ("opencs.name", exact),
        ("opencs.spelling", exact),
        ("opencs.sense", close),
        ("dbpedia.name", close),
        ("dbpedia.spelling", close),
        ("dbpedia.sense", close),
    }


OTHER = [
    ("Method", "transformer"),
    ("Method", "Transformer"),
    ("Method", "attention"),
    ("Modality", "depth"),
    ("Metric", "accuracy"),
    ("Method", "Adam"),
    ("Method", "BERT"),
    ("Method", "CLIP"),  # not CLIPS, a language
    ("Method", "DART"),  # not Dart, a language
    ("Method", "BitNet"),  # not BITNET, a network
    ("Method", "Muon"),  # not the particle
    ("Dataset", "COCO"),  # not Coco, a robot
    ("Dataset", "Bridge"),
    ("Dataset", "Android"),
    ("Dataset", "Bengali"),
    ("Method", "Jupiter"),
    ("Modality", "image"),  # not that of a function
    ("Modality", "table"),
    ("Method", "ontology"),  # not the part of philosophy
    ("Method", "pruning"),  # not of trees
    ("Method", "router"),
    ("Task", "segmentation"),
    ("Metric", "fidelity"),
    ("Metric", "robustness"),
    ("Method", "linear probing"),  # not of hash tables
    ("Method", "memory bank"),  # not of a computer
    ("Method", "consistency model"),  # not of databases
    ("Task", "knowledge transfer"),  # not between organisations
    ("Task", "code generation"),  # not of compilers
    ("Task", "material design"),
    ("Method", "hybrid approach"),
    ("Method", "two-stage algorithm"),
    ("Method", "tree-based"),
    ("Method", "a net that nobody knows"),
    ("Method", "±"),
]


@pytest.mark.parametrize(("kind", "name"), OTHER)
def test_another_sense_is_not_linked(shipped: Concepts, kind: str, name: str) -> None:
    assert list(link([named(kind, name)], shipped)) == []


def test_one_word_needs_evidence(small: Path) -> None:
    of = having(
        small,
        "9\tfoldnet\tFoldNet\t=\t2",
        "8\tfoldling\t\t=\t2",
        "7\ttransformer\t\tTransformer (device)\t2",
        "6\tbackpropagation\t\t\t2",
        "5\tautoencoder\t\t=\t3",
        "4\tcapon\t\t=\t2",
        "3\tvoltage\t\t=\t1",
    )
    assert told(named("Method", "foldling"), of)[0] == ("exactMatch", "C8", "opencs.name")
    assert told(named("Method", "foldlings"), of)
    assert not told(named("Method", "Foldling"), of)  # looks like a name, which nobody knows
    assert not told(named("Method", "FoldNet"), of)
    assert not told(named("Method", "FOLDNET"), of)
    assert not told(named("Method", "transformer"), of)  # the page has another sense
    assert not told(named("Method", "backpropagation"), of)  # no page
    assert not told(named("Method", "autoencoder"), of)  # below a strange concept, and not known
    assert not told(named("Method", "capon"), of)  # common
    assert not told(named("Method", "voltage"), of)


def test_known_words_need_no_field(small: Path) -> None:
    of = having(small, "5\tspinnaker\tSpiNNaker\t=\t3", "4\tmuon\t\t=\t3", "3\tvoltage\t\t=\t1")
    assert told(named("Method", "SpiNNaker"), of)
    assert not told(named("Method", "Spinnaker"), of)
    assert not told(named("Method", "Muon"), of)


def test_senses(small: Path) -> None:
    of = having(
        small,
        "9\tfolded choice\tFolded choice (statistics)\tFolded choice\t2",
        "8\tfolded choice\t\t=\t2",
        "7\ttwofold choice\tTwofold choice (statistics)\t=\t2",
        "6\ttwofold choice\tTwofold choice (machine learning)\t=\t2",
        "5\tspare choice\tSpare choice (cooking)\t=\t2",
        "4\tplain choice\t\tPlain choice (cooking)\t2",
        "3\tbusy choice\t\tPopular election\t2",
    )
    assert told(named("Method", "folded choice"), of) == [
        ("closeMatch", "C9", "opencs.sense"),
        ("closeMatch", "Folded_choice", "dbpedia.sense"),
    ]
    assert told(named("Method", "folded-choices"), of) != []
    assert told(named("Method", "fold-ed choice"), of) == []
    assert told(named("Method", "twofold choice"), of) == []  # two senses
    assert told(named("Method", "spare choice"), of) == []
    assert told(named("Method", "plain choice"), of) == []
    assert told(named("Method", "busy choice"), of) == [("exactMatch", "C3", "opencs.name")]


def test_of_two_concepts_of_one_name_the_one_with_a_page_counts(small: Path) -> None:
    of = having(small, "5\tfolded net\t\t=\t2", "4\tfolded net\tFolded nets\t\t2")
    assert told(named("Method", "folded net"), of)[0][1] == "C5"
    of = having(small, "5\tfolded net\t\t\t2", "4\tfolded net\tFolded nets\t\t2")
    assert told(named("Method", "folded net"), of)[0][1] == "C4"


def test_areas_without_pages_are_vague(small: Path) -> None:
    lines = ("9\tfolded choice\t\t\t4|5", "8\tclear choice\t\t\t2|4", "5\tmultimedia\t\t=\t1")
    of = having(small, *lines, "4\tsimulation\t\t=\t1")
    assert told(named("Method", "folded choice"), of) == []
    assert told(named("Method", "clear choice"), of) == [("exactMatch", "C8", "opencs.name")]


def test_aliases() -> None:
    moving = named("Method", "SIFT", "scale-invariant feature transform", "SIFT features")
    assert told(moving) == [
        ("closeMatch", "C5462", "opencs.alias"),
        ("closeMatch", "Scale-invariant_feature_transform", "dbpedia.alias"),
    ]
    for name, alias in (
        ("Bayesian", "Bayesian network"),
        ("neural radiance field", "neural field"),
        ("NeRF", "neural field"),
        ("KF", "Kalman filter"),
        ("SVM classifier of ours", "support vector machine"),
    ):
        assert told(named("Method", name, alias)) == [], name
    two = named("Method", "ABM", "agent-based model", "additive bilinear model", "Kalman filter")
    assert [rule for _, _, rule in told(two)] == ["opencs.alias", "dbpedia.alias"]
    senses = named("Method", "SRN", "social network", "simple recurrent network", "sorting network")
    assert told(senses) == []


def test_iris_are_escaped(small: Path) -> None:
    of = having(small, "3\tw x net\tW^X net\t=\t2")
    assert [target for _, target, _ in told(named("Method", "W^X net"), of)] == [
        "C3",
        "W%5EX_net",
    ]


# --- which entities are kinds of which


def of_kinds(*things: Named) -> list[Kind]:
    return list(kinds(things, read_concepts(ONTOLOGY, [thing.key for thing in things])))


def test_kinds() -> None:
    names = [
        "spiking neural network",
        "artificial neural network",
        "early stopping",
        "Kalman filter",
    ]
    things = [named("Method", name) for name in names]
    assert of_kinds(*things) == [
        Kind("Method", "spiking neural network", "artificial neural network", "opencs.broader")
    ]
    task = named("Task", "artificial neural network")
    assert of_kinds(things[0], task) == []
    assert of_kinds(things[1]) == []
    segmentations = [named("Task", f"{name} segmentation") for name in ("lesion", "image")]
    assert [(kind.key, kind.broad) for kind in of_kinds(*segmentations)] == [
        ("lesion segmentation", "image segmentation")
    ]


def test_kinds_close_no_circle() -> None:
    things = [
        Named("Method", key(text), text)
        for _, row in rows(ONTOLOGY)
        if (text := row[1].partition("|")[0]).endswith(("network", "algorithm", "segmentation"))
    ]
    found = of_kinds(*things)
    assert len(found) > 50
    assert list(without_circles(found)) == found == sorted(found)


# --- order is no matter


@given(st.permutations([named(kind, name) for kind, name, _ in SAME]))
def test_order_is_no_matter(things: list[Named]) -> None:
    concepts = read_once()
    assert sorted(link(things, concepts)) == sorted(link(sorted(things), concepts))
    assert list(kinds(things, concepts)) == list(kinds(sorted(things), concepts))


@lru_cache
def read_once() -> Concepts:
    return read_concepts(ONTOLOGY, [key(name) for _, name, _ in reversed(SAME)])


@settings(max_examples=20, deadline=None)
@given(st.text(max_size=30), st.text(max_size=30))
def test_any_name_can_be_asked_for(name: str, alias: str) -> None:
    for one in links([named("Method", name, alias)]):
        assert one.predicate in ("exactMatch", "closeMatch")
        assert one.target.startswith(("https://w3id.org/ocs/ont/C", "http://dbpedia.org/resource/"))


def test_what_was_not_asked_for_is_not_linked() -> None:
    assert list(link([named("Method", "Kalman filter")], read_concepts(ONTOLOGY, []))) == []


# --- the files


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("3\tx net\t\t=", "line 2: must have 5 columns"),
        ("3\tx net\t\t=\t2\t", "line 2: must have 5 columns"),
        ("C3\tx net\t\t=\t2", "line 2: must have 5 columns, the first a number that falls"),
        ("2\tx net\t\t=\t1", "line 3: must have 5 columns, the first a number that falls"),
        ("3\tx net\t\t=\t3", "line 2: column broader must have smaller numbers"),
        ("3\tx net\t\t=\t4|2", "line 2: column broader must have smaller numbers"),
        ("3\tx net\t\t=\tC2", "line 2: column broader must have smaller numbers"),
    ],
)
def test_malformed_lines(small: Path, line: str, told: str) -> None:
    with pytest.raises(OntologyError, match=rf"^ontology/concepts\.tsv: {told}") as error:
        read_concepts(having(small, line), ["x net"])
    assert "\n" not in str(error.value)


def test_a_circle_is_refused(small: Path) -> None:
    of = having(small, "5\tx net\t\t=\t4", "4\ty net\t\t=\t5")
    with pytest.raises(OntologyError, match=r"concepts\.tsv: line 3: column broader"):
        read_concepts(of, ["x net", "y net"])


def test_unreadable_files(small: Path) -> None:
    of = ontology.load(small)
    path = small / "concepts.tsv"
    path.write_text("key\tid\n", encoding="utf-8")
    with pytest.raises(OntologyError, match=r"concepts\.tsv: line 1: must be"):
        read_concepts(of, ["x"])
    path.write_bytes(HEADER.encode() + b"3\t\xff\t\t\t\n")
    with pytest.raises(OntologyError, match=r"concepts\.tsv: file: cannot be read"):
        read_concepts(of, ["x"])
    path.unlink()
    assert links([named("Method", "Kalman filter")], of) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [(lambda text: text + "more = []\n", "more: is no key"), (lambda _: "", "areas: is missing")],
)
def test_malformed_rules(small: Path, change: Callable[[str], str], told: str) -> None:
    path = small / "rules" / "concepts.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(change(text), encoding="utf-8")
    with pytest.raises(OntologyError, match=rf"rules/concepts\.toml: {told}"):
        read_concepts(ontology.load(small), ["x"])
    path.write_text(text, encoding="utf-8")


def test_the_index_is_in_order() -> None:
    assert INDEX.stat().st_size < 2_000_000
    text = INDEX.read_bytes().decode("utf-8")
    comments = [line for line in text.splitlines() if line.startswith("#")]
    assert any("OpenCS" in line and "CC BY 4.0" in line for line in comments)
    assert "\r" not in text
    assert text.endswith("\n")
    fold = folder(ONTOLOGY)
    count = 0
    for line, row in rows(ONTOLOGY):
        found = concept(row, line)
        assert found.key == key(found.name)
        assert fold_of(row) == fold(found.key).replace(" ", "")
        assert row[2] != found.key[:1].upper() + found.key[1:]
        assert row[3] != found.name or found.sense
        count += 1
    assert count == 45_917


def test_the_rules_are_in_order() -> None:
    lists = tomllib.loads(RULES.read_text(encoding="utf-8"))
    rules = read_rules(ONTOLOGY)
    for name, values in lists.items():
        if isinstance(values, list):
            assert values == sorted(set(values)), name
            assert values == [key(value) for value in values], name
    keys = {row[1].partition("|")[0] for _, row in rows(ONTOLOGY)}
    for name in ("fields", "areas", "vague", "homonyms", "families"):
        assert set(lists[name]) <= keys, name
    concepts = read_concepts(ONTOLOGY, [])
    assert len(concepts.fields) == len(rules.fields)
    assert len(concepts.areas) == len(rules.areas)
    assert set(concepts.families.values()) == rules.families


# --- the maker


@pytest.fixture(scope="module")
def maker() -> ModuleType:
    path = Path(__file__).parent / "benchmarks" / "concepts.py"
    spec = importlib.util.spec_from_file_location("make_concepts", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_maker(
    maker: ModuleType, small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "opencs.tsv"
    page = "http://dbpedia.org/resource/"
    lines = [
        "id\tname\taliases\tclose_match\tbroader",
        f"C1\tComputer science\t\t{page}Computer_science\t",
        f"C2\tModelling nets\t\t{page}Model_%28net%29\tC1",
        "C3\tW&amp;X (nets)\t\t\tC1|C2",
    ]
    source.write_text("\n".join(lines) + "\n", encoding="utf-8")
    maker.main(source, small)
    made = [
        ["3", "w&x", "W&X (nets)", "", "1|2"],
        ["2", "modelling net|modeling net", "Modelling nets", "Model (net)", "1"],
        ["1", "computer science", "", "=", ""],
    ]
    assert [row for _, row in rows(ontology.load(small))] == made
    index = small / "concepts.tsv"
    text = index.read_text(encoding="utf-8")
    index.write_text(text.replace("|modeling net", "|stale"), encoding="utf-8")
    maker.main(None, small)
    assert index.read_text(encoding="utf-8") == text
    assert capsys.readouterr().out == "3 concepts\n" * 2


@pytest.mark.skipif(not OPENCS.is_file(), reason="no shared corpus beside the checkout")
def test_the_index_is_as_made(maker: ModuleType, small: Path) -> None:
    maker.main(OPENCS, small)
    is_same = (small / "concepts.tsv").read_bytes() == INDEX.read_bytes()
    assert is_same, "make it again: python tests/benchmarks/concepts.py OPENCS.tsv"
