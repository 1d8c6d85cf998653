"""Proposals to correct a graph: what is proposed, what never is, and what an answer does."""

from __future__ import annotations

import time
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

import pytest
from conftest import Run, entity, extraction
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import ontology
from kg.build import CURATION, EXTRACTIONS, MANIFEST
from kg.errors import ReadError, UnknownNameError
from kg.extractions import dumps
from kg.graph.assemble import assemble
from kg.graph.review import KINDS, Proposal, identity, review
from kg.graph.review_names import Known, look_alike
from kg.graph.review_table import COLUMNS, answers, table
from kg.graph.review_words import related, slips
from kg.linking.curation import Curation, dump, read, settle
from kg.linking.decisions import ACCEPT, NOT_SAME, REJECT, RETYPE, SAME, Decision, parse
from kg.model import Record
from kg.normalize import key

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from kg.model import Extraction

ONTOLOGY = ontology.load()
MENTIONED = ONTOLOGY.open_role.name


class Papers:
    """Papers built by hand, each of which speaks of some things."""

    def __init__(self) -> None:
        self.made: list[Extraction] = []

    def add(self, *things: tuple[str, ...], times: int = 1, role: str = MENTIONED) -> Papers:
        """Add papers; a thing is a type, a name and, if others are, the texts that denote it."""
        for _ in range(times):
            number = len(self.made) + 1
            texts = [text for _, *names in things for text in names]
            record = Record(id=f"p{number:03}", title=f"Paper {number}", abstract="; ".join(texts))
            found = tuple(
                entity(record, kind, names[0], role, *(names if len(names) > 1 else ()))
                for kind, *names in things
            )
            self.made.append(extraction(record, found))
        return self

    def review(
        self, *kinds: str, curation: Curation | None = None, top: int = 50, min_papers: int = 1
    ) -> list[Proposal]:
        with assemble(self.made, curation=curation) as graph:
            return review(
                graph,
                kinds=kinds or KINDS,
                top=top,
                min_papers=min_papers,
                decided=[curation] if curation else [],
            )

    def names(self, curation: Curation | None = None) -> set[tuple[str, str]]:
        """Give type and name of every thing of the graph."""
        with assemble(self.made, curation=curation) as graph:
            return {(row["type"], row["name"]) for row in graph.entities}


def said(proposals: Iterable[Proposal]) -> list[tuple[str, str, str, str]]:
    return [(p.action, p.type, p.name, p.other) for p in proposals]


def accepted(proposals: Iterable[Proposal], answer: str = "yes") -> Curation:
    """Answer every line of a table, and settle what that decides."""
    lines = table(proposals).splitlines()
    text = "\n".join([lines[0], *(f"{answer}{line}" for line in lines[1:])])
    return settle(parse(text, ACCEPT, ONTOLOGY))


def alike(*names: str, kind: str = "Method", papers: int = 1) -> list[str]:
    """Give the reasons for which some names look alike."""
    known = [Known(f"i{n:02}", kind, key(name), name, papers) for n, name in enumerate(names)]
    return [pair.reason for pair in look_alike(known, ONTOLOGY)]


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("Method", "convolution kernel", "convolutional kernel"),
        ("Method", "robot navigation", "robotic navigation"),
        ("Method", "Quorl filter", "Quorl filtering"),
        ("Method", "dynamic program", "dynamic programming"),
        ("Modality", "aerial image", "aerial imagery"),
        ("Modality", "skeletal sequence", "skeleton sequence"),
        ("Metric", "sequence length", "sequential length"),
        ("Metric", "memory efficiency", "memory efficient"),
        ("Method", "diagnosis model", "diagnostic model"),
        ("Method", "judge in the loop", "judge in loop"),
        ("Method", "implicit neural representation", "neural implicit representation"),
        ("Metric", "probability of false alarms", "false-alarm probability"),
        ("Method", "zonal kernel", "zonal kernel model"),
        ("Method", "zonal filter", "zonal filter framework"),
    ],
)
def test_names_that_look_alike(kind: str, one: str, other: str) -> None:
    assert len(alike(one, other, kind=kind)) == 1
    assert len(alike(other, one, kind=kind)) == 1
    known = [Known("a", kind, key(one), one, 1), Known("b", "Dataset", key(other), other, 1)]
    assert look_alike(known, ONTOLOGY) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ResNet-50", "ResNet-101"),
        ("Llama 3 8B", "Llama 3 70B"),
        ("Claude 3.5", "Claude 3"),
        ("Phi-3 mini", "Phi-3 mina"),
        ("GPT-4", "GPT-4o"),
        ("BERT", "BART"),
        ("YOLO", "YOLOX"),
        ("Whisper", "whispering"),
        ("NeuralOS", "neural"),
        ("ImageNet model", "Imagenette model"),
        ("parametric model", "nonparametric model"),
        ("supervised learning", "unsupervised learning"),
        ("typical sampling", "atypical sampling"),
        ("reversible network", "irreversible network"),
        ("egocentric network", "exocentric network"),
        ("intra-class loss", "inter-class loss"),
        ("upsampling layer", "downsampling layer"),
        ("text to image model", "image to text model"),
        ("model with attention", "attention with model"),
        ("non-linear causal model", "linear non-causal model"),
        ("fusion layer", "layer fusion"),
        ("general linear model", "generalized linear model"),
        ("transform network", "transformer network"),
        ("lossless code", "lossy code"),
        ("vitamin A network", "vitamin network"),
        ("neural network", "network"),
        ("", "a"),
    ],
)
def test_names_of_different_things(one: str, other: str) -> None:
    for papers in (1, 20):
        assert alike(one, other, papers=papers) == []


def test_slips_are_rare_and_what_was_meant_is_common() -> None:
    known = [
        Known("i1", "Method", "neural network", "neural network", 30),
        Known("i2", "Method", "nueral network", "nueral network", 1),
        Known("i3", "Method", "neurel network", "neurel network", 1),
        Known("i4", "Method", "neutral network", "neutral network", 11),
    ]
    pairs = look_alike(known, ONTOLOGY)
    assert [(pair.one, pair.other) for pair in pairs] == [("i1", "i3")]
    assert pairs[0].reason == "'neurel' looks like a slip for 'neural'"


def test_names_of_one_thing_are_no_pair() -> None:
    known = [Known("i1", "Method", name, name, 1) for name in ("markov model", "markovian model")]
    assert look_alike(known, ONTOLOGY) == []


def test_the_work_grows_as_the_names_do() -> None:
    known = []
    for number, letters in enumerate(product("bcdfghklmn", "aeiou", "lmnrst", "aeiou", "bcdg")):
        name = f"{''.join(letters)}ing model"
        known.append(Known(f"i{number:05}", "Method", name, name, 1 + number % 2 * 20))
    started = time.process_time()
    assert 0 < len(look_alike(known, ONTOLOGY)) < 4 * len(known)
    assert len(known) == 6_000
    assert time.process_time() - started < 10


WORDS = st.text("abcdefghilnorstuy", min_size=1, max_size=12)


@given(st.dictionaries(WORDS, st.integers(1, 50), max_size=30))
def test_words_that_are_nearly_the_same(papers: dict[str, int]) -> None:
    for word, others in related(papers).items():
        assert word in papers
        for other in others:
            assert other.word in papers
            assert other.word != word
            assert other.word[:3] == word[:3]
    for word, meant in slips(papers).items():
        for common in meant:
            assert papers[word] < papers[common]
            assert abs(len(word) - len(common)) <= 1
            assert (word[:3], word[-1]) == (common[:3], common[-1])


@given(WORDS.filter(lambda w: len(w) > 7), st.data())
def test_every_slip_is_found(word: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(3, len(word) - 3))
    letter = data.draw(st.sampled_from("xzq"))
    wrong = data.draw(
        st.sampled_from(
            [
                word[:place] + letter + word[place:],
                word[:place] + letter + word[place + 1 :],
                word[:place] + word[place + 1] + word[place] + word[place + 2 :],
            ]
        )
    )
    assert wrong == word or slips({word: 10, wrong: 2}) == {wrong: [word]}


def test_duplicates() -> None:
    papers = Papers().add(("Method", "Markovian model")).add(("Method", "Markov model"), times=9)
    (proposal,) = papers.review("duplicates")
    assert proposal == Proposal(
        SAME,
        "Method",
        "Markov model",
        "Markovian model",
        1,
        proposal.confidence,
        "'markov' and 'markovian' differ in their ending alone",
        "p001 Paper 1",
    )
    assert 0.5 < proposal.confidence < 1


def test_duplicates_that_concern_most_papers_come_first() -> None:
    papers = Papers()
    for word, times in (("geometry", 2), ("convolution", 4), ("position", 3)):
        papers.add(("Method", f"{word} basin"), times=times)
    papers.add(
        *(("Method", f"{word} basin") for word in ("geometric", "convolutional", "positional"))
    )
    names = ["convolution basin", "position basin", "geometry basin"]
    assert [p.name for p in papers.review("duplicates")] == names
    assert [p.name for p in papers.review("duplicates", top=2)] == names[:2]
    assert papers.review("duplicates", min_papers=2) == []


def test_a_thing_is_moved_once_and_not_to_a_moved_one() -> None:
    papers = (
        Papers().add(("Method", "filter bank"), times=3).add(("Method", "filtering bank"), times=2)
    )
    papers.add(("Method", "filtering bank method"))
    found = said(papers.review("duplicates"))
    assert found == [(SAME, "Method", "filter bank", "filtering bank")]


def test_short_forms() -> None:
    papers = Papers().add(("Metric", "quartic drift", "quartic drift", "QD"))
    papers.add(("Metric", "QD"), times=4)
    (proposal,) = papers.review("short-forms")
    assert said([proposal]) == [(SAME, "Metric", "quartic drift", "QD")]
    assert (proposal.papers, proposal.example) == (4, "p002 Paper 2")
    assert proposal.reason == (
        "'QD' stands for 'quartic drift' in 1 of 1 paper with an explanation; 4 papers without"
    )
    assert papers.review("duplicates") == []


def test_short_forms_that_papers_explain_otherwise() -> None:
    papers = Papers().add(("Metric", "QD"), times=4)
    papers.add(("Metric", "quartic drift", "quartic drift", "QD"))
    for name in ("query depth", "queue delay"):
        papers.add(("Metric", name, name, "QD"))
    assert papers.review("short-forms") == []
    for short, long in (("XOLO", "XOLO11-S"), ("XAMA3", "XAM-3-70B aligned")):
        papers = Papers().add(("Method", short)).add(("Method", long, long, short))
        assert papers.review("short-forms") == []


def test_merges_by_an_abbreviation_that_one_paper_explains() -> None:
    name = "zonal omnidirectional kernel adapter"
    papers = Papers().add(("Method", name, name, "ZOKA")).add(("Method", "ZOKA"), times=3)
    assert papers.names() == {("Method", name)}
    (proposal,) = papers.review()
    assert said([proposal]) == [(NOT_SAME, "Method", name, "ZOKA")]
    assert proposal.example == "p001 Paper 1"
    assert proposal.reason == f"'ZOKA' stands in 4 papers, explained as {name!r} in 1"
    papers.add(("Method", name, name, "ZOKA"))
    assert papers.review() == []


def test_merges_of_a_name_that_papers_explain_otherwise() -> None:
    papers = Papers().add(("Method", "CNN"))
    for name, times in (("cellular neural network", 4), ("convolutional neural network", 3)):
        papers.add(("Method", name, name, "CNN"), times=times)
    (proposal,) = papers.review("merges")
    assert said([proposal]) == [(NOT_SAME, "Method", "convolutional neural network", "CNN")]
    assert proposal.reason == "'CNN' stands for 'cellular neural network' in 4 papers"


def test_merges_of_things_that_two_papers_contribute() -> None:
    role = next(r.name for r in ONTOLOGY.roles_of("Dataset") if r.is_contribution)
    papers = Papers().add(("Dataset", "XZ-Bench"), role=role).add(("Dataset", "XZBench"), role=role)
    (proposal,) = papers.review("merges")
    assert {key(proposal.name), key(proposal.other)} == {"xz bench", "xzbench"}
    assert proposal.reason == "2 papers contribute it, under different names"
    papers.add(("Dataset", "XZ-Bench"), times=3)
    assert papers.review("merges") == []


def test_merges_by_the_order_of_words() -> None:
    papers = (
        Papers().add(("Method", "robust 2 causal forest")).add(("Method", "robust causal 2 forest"))
    )
    (proposal,) = papers.review()
    assert {proposal.name, proposal.other} == {"robust 2 causal forest", "robust causal 2 forest"}
    assert (proposal.action, proposal.papers) == (NOT_SAME, 1)


def test_merges_that_people_want_are_not_doubted() -> None:
    name = "zonal omnidirectional kernel adapter"
    papers = Papers().add(("Method", name)).add(("Method", "ZOKA"), times=3)
    curation = settle([Decision(SAME, "Method", name, "ZOKA")])
    assert papers.review(curation=curation) == []


def test_types() -> None:
    papers = (
        Papers().add(("Method", "dense routing"), times=10).add(("Task", "Dense Routing"), times=2)
    )
    papers.add(("Method", "MUSIC")).add(("Modality", "music"), times=9)
    (proposal,) = papers.review()
    assert said([proposal]) == [(RETYPE, "Task", "Dense Routing", "Method")]
    assert proposal.reason == "10 papers speak of it as Method, 2 as Task"
    assert (proposal.papers, proposal.example) == (2, "p011 Paper 11")
    assert papers.review("types", min_papers=3) == []
    assert Papers().add(("Method", "routing"), times=4).add(("Task", "routing")).review() == []


def unsure_papers(**sure: float) -> Papers:
    """Add a paper for each name, found with the given confidence."""
    papers = Papers()
    for name in sure:
        papers.add(("Task", name))
    for number, (item, confidence) in enumerate(zip(papers.made, sure.values(), strict=True)):
        mentions = tuple(replace(m, confidence=confidence) for m in item.entities[0].mentions)
        papers.made[number] = replace(
            item, entities=(replace(item.entities[0], mentions=mentions),)
        )
    return papers


def test_unsure() -> None:
    papers = unsure_papers(knitting=0.4, juggling=0.3, plumbing=0.9, kayaking=0.3)
    found = papers.review()
    assert said(found) == [(REJECT, "Task", n, "") for n in ("juggling", "kayaking", "knitting")]
    assert found[0].reason == "only one paper speaks of it, found with a confidence of 0.30"
    assert found[0].confidence == pytest.approx(0.7)
    assert said(papers.review(top=1)) == said(found[:1])


def test_kinds() -> None:
    papers = unsure_papers(juggling=0.3).add(("Task", "juggle"), ("Method", "filter bank"))
    papers.add(("Method", "filtering bank"))
    both = papers.review()
    assert [p.action for p in both] == [SAME, REJECT]
    assert both == [p for kind in KINDS for p in papers.review(kind)]
    with pytest.raises(UnknownNameError, match="available: duplicates, short-forms"):
        papers.review("spelling")


def mixed() -> Papers:
    """Make papers that give occasion to proposals of every kind."""
    papers = unsure_papers(knitting=0.4, juggling=0.3)
    papers.add(("Method", "Markov net"), times=3).add(("Method", "Markovian net"))
    papers.add(("Method", "Quorl filter"), times=2).add(("Method", "Quorl filtering"))
    papers.add(("Metric", "quartic drift", "quartic drift", "QD")).add(("Metric", "QD"))
    name = "zonal omnidirectional kernel adapter"
    papers.add(("Method", name, name, "ZOKA")).add(("Method", "ZOKA"), times=3)
    papers.add(("Method", "dense routing"), times=10).add(("Task", "Dense Routing"), times=2)
    return papers


def test_the_order_of_papers_is_no_matter() -> None:
    papers = mixed()
    found = papers.review()
    assert [p.action for p in found] == [SAME, SAME, SAME, NOT_SAME, RETYPE, REJECT, REJECT]
    papers.made.reverse()
    assert papers.review() == found


def test_round_trip() -> None:
    papers = mixed()
    found = papers.review()
    curation = accepted(found)
    assert len(curation.decisions) == len(found)
    names = papers.names(curation)
    assert names == {
        ("Method", "Markov net"),
        ("Method", "Quorl filter"),
        ("Method", "zonal omnidirectional kernel adapter"),
        ("Method", "ZOKA"),
        ("Method", "dense routing"),
        ("Metric", "quartic drift"),
    }
    assert papers.review(curation=curation) == []


def test_an_answer_is_about_all_names_that_rules_made_one() -> None:
    papers = Papers().add(("Method", "robotic arm-net"), times=4)
    papers.add(("Method", "robot arm-net")).add(("Method", "robot armnet"))
    (proposal,) = papers.review("duplicates")
    assert (proposal.name, proposal.papers) == ("robotic arm-net", 2)
    assert papers.names(accepted([proposal])) == {("Method", "robotic arm-net")}
    papers = Papers().add(("Method", "robot arm-net"), times=10)
    papers.add(("Task", "robot arm-net")).add(("Task", "robot armnet"))
    (proposal,) = papers.review("types")
    assert proposal.papers == 2
    assert papers.names(accepted([proposal])) == {("Method", "robot arm-net")}


def test_what_was_said_no_to_is_not_proposed_again() -> None:
    papers = mixed()
    found = papers.review()
    curation = accepted(found, "no")
    assert {d.kind for d in curation.decisions} == {NOT_SAME}
    left = [p for p in found if p.action != SAME]
    assert said(papers.review(curation=curation)) == said(left)
    with assemble(papers.made) as graph:
        answered = {identity(p.action, p.type, p.name, p.other) for p in found[1:]}
        assert review(graph, answered=answered) == found[:1]


def test_what_people_decided_is_not_contradicted() -> None:
    papers = Papers().add(("Method", "Markov net"), times=3).add(("Method", "Markovian net"))
    for decisions in (
        [Decision(NOT_SAME, "Method", "Markov net", "Markovian nets")],
        [Decision(SAME, "Method", "chain net", "Markovian net")],
        [Decision(SAME, "Method", "Markovian net", "Markov net")],
        [Decision(REJECT, "Method", "Markov net")],
        [Decision(RETYPE, "Method", "Markovian net", "Dataset")],
    ):
        with assemble(papers.made) as graph:
            assert review(graph, decided=[settle(decisions)]) == [], decisions
            assert review(graph, decided=[Curation()]) != []
    papers = unsure_papers(juggling=0.3)
    renamed = settle([Decision("rename", "Task", "juggling", "Juggling of balls")])
    assert papers.review(curation=renamed) == []


def test_names_by_which_decisions_find_a_thing() -> None:
    papers = Papers().add(("Method", "Markov net"), times=3).add(("Method", "Markovian net"))
    renamed = settle([Decision("rename", "Method", "Markov net", "Net of Markov")])
    (proposal,) = papers.review(curation=renamed)
    assert said([proposal]) == [(SAME, "Method", "Markov net", "Markovian net")]
    curation = settle([*renamed.decisions, *accepted([proposal]).decisions])
    assert papers.names(curation) == {("Method", "Net of Markov")}


def test_control_characters_do_not_get_through() -> None:
    papers = (
        Papers().add(("Method", "robot\u202e arm")).add(("Method", "robotic\u200b arm"), times=2)
    )
    (proposal,) = papers.review()
    assert (proposal.name, proposal.other) == ("robotic arm", "robot arm")
    papers = (
        Papers().add(("Method", "ro\u202ebot arm")).add(("Method", "ro\u202ebotic arm"), times=2)
    )
    for found in (papers.review(), [replace(proposal, name="=1", reason="a\tb\r\nc\x00\u202e")]):
        for line in table(found).splitlines()[1:]:
            assert line.count("\t") == len(COLUMNS) - 1
            assert line.replace("\t", "").isprintable()
    assert "\tMethod\t'=1\t" in table(found)
    assert "\ta b c\t" in table(found)


ANSWERED = (
    "\ufeffaccept\taction\ttype\tname\tother\tpapers\tnote\r\n"
    "# what we know\r\n"
    "\tsame\tMethod\tGNN\tgone\t3\tmaybe\r\n"
    'yes\tsame\tMethod\tMarkov net\t"Markovian ""net"""\t1\tsure\r\n'
    "No\treject\tTask\t'=juggling\r\n"
)


def test_answers_stay() -> None:
    known = answers(ANSWERED)
    assert identity(SAME, "Method", "Markovian Nets", "markov-net") in known.identities
    assert identity(REJECT, "Task", "=juggling", "") in known.identities
    assert len(known.identities) == 2
    written = table(mixed().review("types"), known)
    assert written.splitlines() == [
        "\t".join((*COLUMNS, "note")),
        "# what we know",
        'yes\tsame\tMethod\tMarkov net\t"Markovian ""net"""\t1\t\t\t\tsure',
        "No\treject\tTask\t'=juggling\t\t\t\t\t\t",
        "\tretype\tTask\tDense Routing\tMethod\t2\t0.83\t"
        "10 papers speak of it as Method, 2 as Task\tp026 Paper 26\t",
    ]
    again = answers(written)
    assert again.identities == known.identities
    assert table(mixed().review("types"), again) == written
    assert set(parse(written, ACCEPT, ONTOLOGY)) == set(parse(ANSWERED, ACCEPT, ONTOLOGY))
    with pytest.raises(ReadError, match="no column named accept"):
        answers("name\tother\n")


PARTS = st.sampled_from(["filter", "filtering", "bank", "of", "banks", "image", "imagery", "model"])
NAMES = st.lists(PARTS, min_size=1, max_size=4).map(" ".join)
THINGS = st.tuples(
    st.sampled_from(ONTOLOGY.type_names), NAMES | st.sampled_from(["FB", "IM", "QD"])
)


@given(st.lists(st.tuples(THINGS, st.integers(1, 6), st.sampled_from([0.3, 0.9])), max_size=12))
@settings(max_examples=8, deadline=None)
def test_all_can_be_accepted(things: list[tuple[tuple[str, str], int, float]]) -> None:
    papers = Papers()
    for thing, times, _ in things:
        papers.add(thing, times=times)
    found = papers.review()
    curation = accepted(found)
    assert len(curation.decisions) == len(found)
    with assemble(papers.made, curation=curation) as graph:
        assert len(graph.unmatched) == 0
        again = review(graph, decided=[curation])
    before = {identity(p.action, p.type, p.name, p.other) for p in found}
    assert before.isdisjoint(identity(p.action, p.type, p.name, p.other) for p in again)


@pytest.fixture
def build(tmp_path: Path) -> Path:
    """Give the folder of a build, with what a graph is loaded from."""
    folder = tmp_path / "graph"
    folder.mkdir()
    (folder / MANIFEST).write_text('{"tool": "paperkg"}', encoding="utf-8")
    lines = (dumps(item, ONTOLOGY, evidence="text") for item in mixed().made)
    (folder / EXTRACTIONS).write_bytes(b"".join(lines))
    return folder


def test_review_to_standard_output(kg: Run, build: Path) -> None:
    answer = kg("review", build)
    assert (answer.code, answer.err) == (0, "")
    assert answer.out == table(mixed().review())
    assert answer.out.splitlines()[1].startswith("\tsame\tMethod\tMarkov net\tMarkovian net\t1\t")
    lines = kg("review", build, "--kind", "unsure", "--top", 1).out.splitlines()
    assert [line.split("\t")[3] for line in lines] == ["name", "juggling"]
    assert len(kg("review", build, "--min-papers", 3).out.splitlines()) == 2
    assert "kg review graph -o curation" in kg("review", "--help").out


def test_review_of_what_people_answer(kg: Run, build: Path, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "curation"
    answer = kg("review", build, "-o", folder)
    count = len(mixed().review())
    place = folder / ACCEPT
    assert (answer.code, answer.out) == (0, "")
    assert answer.err == f"kg: {count} proposals in {place}; answer yes or no, then build\n"
    assert [path.name for path in folder.iterdir()] == [ACCEPT]
    assert read(folder, ONTOLOGY) == Curation()

    first = place.read_text(encoding="utf-8")
    kg("review", build, "-o", folder)
    assert place.read_text(encoding="utf-8") == first
    lines = first.splitlines(keepends=True)
    place.write_text("".join([lines[0], f"yes{lines[1]}", f"no{lines[2]}", *lines[3:]]), "utf-8")
    answer = kg("review", build, "-o", folder, "--kind", "types")
    assert "kg: 1 proposals" in answer.err
    assert ", 2 answered before; " in answer.err
    kept = place.read_text(encoding="utf-8").splitlines(keepends=True)
    assert kept[1:3] == [f"yes{lines[1]}", f"no{lines[2]}"]
    assert [line.split("\t")[1] for line in kept[3:]] == [RETYPE]
    kg("review", build, "-o", folder)
    again = place.read_text(encoding="utf-8").splitlines(keepends=True)
    assert again == [lines[0], f"yes{lines[1]}", f"no{lines[2]}", *lines[3:]]

    curation = read(folder, ONTOLOGY)
    assert [d.kind for d in curation.decisions] == [NOT_SAME, SAME]
    (build / CURATION).write_text(dump(curation), encoding="utf-8")
    out = kg("review", build).out
    assert out.splitlines(keepends=True) == [lines[0], *lines[3:]]


def test_review_that_cannot_be(kg: Run, build: Path, tmp_path: Path) -> None:
    answer = kg("review", build, "--kind", "spelling")
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith("kg: no kind of proposals named 'spelling'; available: duplicates")
    answer = kg("review", build, "-o", build)
    assert (answer.code, "name another folder" in answer.err) == (2, True)
    place = tmp_path / ACCEPT
    place.write_text("accept\taction\ttype\tname\tother\nperhaps\treject\tTask\ta\n", "utf-8")
    answer = kg("review", build, "-o", tmp_path)
    assert answer.code == 2
    assert answer.err.startswith(f"kg: {place}:2: 'perhaps' is no answer; ")
    assert place.read_text(encoding="utf-8").endswith("a\n")
    answer = kg("review", build, "-o", place)
    assert (answer.code, len(answer.err.splitlines())) == (2, 1)
    assert kg("review", tmp_path / "nowhere").code == 2
