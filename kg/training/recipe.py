"""The recipe: teachers, unlabelled abstracts, a student, classifiers.

1. A teacher for each fold of the annotated papers learns from the other folds.
2. All teachers read the unlabelled abstracts.
3. A student for each fold learns what the teacher of the fold says, then from the papers of the
   other folds. What it sees in the papers of its own fold teaches the classifiers.
4. The student that is kept learns the mean of what all teachers say, or what one of a larger
   encoder says that has learned from all papers; then from all papers.

Everything is drawn from one seed, so that the same data give the same recognizer on one machine.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING

import torch

from kg import documents
from kg.entities.join import JOINED
from kg.entities.roles import PART
from kg.errors import KGError
from kg.markup import plain
from kg.mentions import recognized
from kg.recognizer.recognizer import SEEN, Recognizer, Seen
from kg.recognizer.spans import Edges
from kg.training import corpus
from kg.training.classifiers import Case
from kg.training.classifiers import train as train_classifiers
from kg.training.heads import Labels
from kg.training.student import Sizes, Student
from kg.training.teacher import Teacher

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from kg.model import Record
    from kg.ontology import Ontology
    from kg.training.corpus import Paper
    from kg.training.heads import Answers

__all__ = ["Recipe", "train", "without_shared"]

_ABBREVIATIONS = "kg_abbreviations"  # what a text explains is used whoever finds its names
_EVEN = 0.5  # probability from which a span is rather a name than none
_GRAM = 7  # words in a row that an unlabelled text must not share with one to measure on


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How much of everything.

    :param folds: Teachers, and folds of the annotated papers.
    :param teacher_epochs: How often a teacher sees its papers.
    :param encoder: Folder of a larger encoder, as which the teacher of the kept student begins.
    :param encoder_epochs: How often that teacher sees the papers.
    :param epochs: How often the student sees the unlabelled abstracts.
    :param rate: Highest learning rate for that.
    :param gold_epochs: How often it then sees the annotated papers.
    :param gold_rate: Highest learning rate for that.
    :param mixed: Unlabelled abstracts that it sees again meanwhile.
    :param sizes: Of the student.
    :param longest: How many words a name may have.
    :param components: Components with rules whose votes count.
    :param lean: Keep of the classifiers only the one that joins names: the network decides alone
        what is a name and which role it has, and rules read relations and results.
    :param seed: Start of all that is drawn.
    :param threads: Of the processor.
    """

    folds: int = 3
    teacher_epochs: int = 7
    encoder: Path | None = None
    encoder_epochs: int = 3
    epochs: int = 8
    rate: float = 3e-3
    gold_epochs: int = 4
    gold_rate: float = 6e-4
    mixed: int = 1500
    sizes: Sizes = field(default_factory=Sizes)
    longest: int = 12
    components: tuple[str, ...] = documents.COMPONENTS
    lean: bool = False
    seed: int = 0
    threads: int = 1


def train(
    papers: Sequence[Paper],
    unlabelled: Iterable[Record],
    ontology: Ontology,
    recipe: Recipe,
    tell: Callable[[str], None],
) -> Recognizer:
    """Train a recognizer.

    :param papers: Annotated papers.
    :param unlabelled: Titles and abstracts without annotation; those with markup are left out.
    :param ontology: Has types, roles and rules.
    :param recipe: How much of everything.
    :param tell: Is told how it goes, a line at a time.
    :returns: The recognizer.
    :raises KGError: If there are too few papers, or they name nothing or what the ontology does not
        have.
    """
    folds = {corpus.fold_of(paper, recipe.folds) for paper in papers}
    if len(papers) < 2 * recipe.folds or len(folds) < recipe.folds:
        reason = f"{len(papers)} annotated papers are too few for {recipe.folds} folds"
        raise KGError(f"{reason}; annotate more")
    if not any(paper.spans for paper in papers):
        raise KGError("the annotated papers name no entity that stands in their text")
    torch.set_num_threads(recipe.threads)
    torch.manual_seed(recipe.seed)
    chance = Random(recipe.seed)  # noqa: S311  a repeatable sequence is wanted, not a secret one
    labels = Labels(
        ontology.type_names,
        tuple((t, role.name) for t in ontology.type_names for role in ontology.roles_of(t)),
    )
    unknown = {(s.type, s.role) for paper in papers for s in paper.spans} - set(labels.roles)
    if unknown:
        raise KGError(f"annotated as {' '.join(min(unknown))}, which the ontology does not have")
    edges = Edges(**corpus.edges(papers))
    nlp = corpus.tokenizer()
    texts = [corpus.read_paper(record, nlp) for record in unlabelled if _is_plain(record)]
    tell(f"{len(papers)} annotated papers, {len(texts)} without annotation")
    said = _teach(papers, texts, (labels, edges), recipe, (chance, tell))

    def taught(known: Sequence[Paper], said: Mapping[int, Sequence[Answers]]) -> Student:
        student = Student(recipe.sizes, labels, edges, recipe.longest)
        soft = [student.example(texts[n], said[n]) for n in sorted(said)]
        if soft:
            student.learn(soft, epochs=recipe.epochs, rate=recipe.rate, chance=chance, tell=tell)
        mixed = chance.sample(soft, min(recipe.mixed, len(soft)))
        examples = [student.example(paper) for paper in known] + mixed
        tell(f"student: goes on with {len(known)} annotated papers")
        epochs, rate = recipe.gold_epochs, recipe.gold_rate
        student.learn(examples, epochs=epochs, rate=rate, chance=chance, tell=tell)
        return student

    cases = []
    for fold in range(recipe.folds):
        known, held = _split(papers, fold, recipe.folds)
        own = {number: answers[fold : fold + 1] for number, answers in said.items()}
        cases += _cases(taught(known, own), held, ontology, recipe.components)
    ordered = sorted(cases, key=lambda case: case.paper.record.id)
    judged = train_classifiers(ordered, ontology, tell)
    if recipe.encoder:
        said = _teach_by(recipe.encoder, papers, texts, (labels, edges), recipe, (chance, tell))
    network = taught(papers, said).network()
    if recipe.lean:
        thresholds = {SEEN: _EVEN, **{name: judged.thresholds[name] for name in (JOINED, PART)}}
        joins = {JOINED: judged.classifiers[JOINED]}
        return Recognizer(network, joins, thresholds, (_ABBREVIATIONS,))
    return Recognizer(network, judged.classifiers, judged.thresholds, recipe.components)


def without_shared(records: Iterable[Record], kept_apart: Iterable[Record]) -> list[Record]:
    """Leave out texts that share seven words in a row with one that is to be measured on.

    :param records: Unlabelled texts.
    :param kept_apart: Texts to measure on.
    """
    known = {gram for record in kept_apart for gram in _grams(record)}
    return [record for record in records if known.isdisjoint(_grams(record))]


def _grams(record: Record) -> set[tuple[str, ...]]:
    words = f"{record.title} {record.abstract}".lower().split()
    return {tuple(words[n : n + _GRAM]) for n in range(len(words) - _GRAM + 1)}


def _is_plain(record: Record) -> bool:
    found = plain(record.title, record.abstract)
    return bool(found.text.strip()) and not found.cuts


def _split(papers: Sequence[Paper], fold: int, folds: int) -> tuple[list[Paper], list[Paper]]:
    sides: dict[bool, list[Paper]] = defaultdict(list)
    for paper in papers:
        sides[corpus.fold_of(paper, folds) == fold].append(paper)
    return sides[False], sides[True]


def _teach(
    papers: Sequence[Paper],
    texts: Sequence[Paper],
    known: tuple[Labels, Edges],
    recipe: Recipe,
    how: tuple[Random, Callable[[str], None]],
) -> Mapping[int, list[Answers]]:
    """Let each fold's teacher learn, and collect what they say of the texts by their number."""
    chance, tell = how
    said: dict[int, list[Answers]] = defaultdict(list)
    for fold in range(recipe.folds) if texts else ():
        teacher = Teacher(*known, recipe.longest)
        others, _ = _split(papers, fold, recipe.folds)
        tell(f"teacher {fold + 1} of {recipe.folds}: {len(others)} papers")
        teacher.learn(others, epochs=recipe.teacher_epochs, chance=chance, tell=tell)
        for number, answers in teacher.answers(texts):
            said[number].append(answers)
        tell(f"teacher {fold + 1} of {recipe.folds}: has read {len(texts)} texts")
    return said


def _teach_by(
    encoder: Path,
    papers: Sequence[Paper],
    texts: Sequence[Paper],
    known: tuple[Labels, Edges],
    recipe: Recipe,
    how: tuple[Random, Callable[[str], None]],
) -> Mapping[int, list[Answers]]:
    """Let a teacher of a larger encoder learn from all papers, and collect what it says."""
    chance, tell = how
    teacher = Teacher(*known, recipe.longest, encoder)
    tell(f"teacher of {encoder.name}: {len(papers)} papers")
    teacher.learn(papers, epochs=recipe.encoder_epochs, chance=chance, tell=tell)
    return {number: [answers] for number, answers in teacher.answers(texts)}


def _cases(
    student: Student, papers: Sequence[Paper], ontology: Ontology, components: Sequence[str]
) -> list[Case]:
    """Let a student look at papers that it has not learned from, as the pipeline would."""
    nlp = documents.load(ontology, components=components)
    seer = Recognizer(student.network(), {}, {})
    cases = []
    for paper in papers:
        document = documents.parse(paper.record, nlp)
        assert document.doc is not None  # noqa: S101
        seen: list[Seen] = seer.see(paper.words, paper.sentences)
        document.doc.user_data[recognized.NAME] = seen
        cases.append(Case(paper, document, seer))
    return cases
