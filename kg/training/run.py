"""Training from files: read, train, write the recognizer."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from kg.documents import COMPONENTS
from kg.errors import KGError, ReadError
from kg.evaluation.annotations import read as read_annotations
from kg.readers.read import read as read_papers
from kg.recognizer.recognizer import save
from kg.training import corpus
from kg.training.recipe import Recipe, train, without_shared
from kg.training.student import Sizes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from kg.model import Record
    from kg.ontology import Ontology

__all__ = ["SMALL", "run"]

SMALL = Sizes(width=48, hidden=48, layers=(1, 2), drop=0.03)
"""Sizes of the fast recognizer."""

_FEW = tuple(name for name in COMPONENTS if name != "kg_patterns")  # they take a tenth of the time


def run(
    gold: str,
    text: str,
    folder: Path,
    *,
    unlabelled: str | None,
    most: int,
    apart: Iterable[str],
    seed: int,
    small: bool,
    encoder: Path | None,
    ontology: Ontology,
    tell: Callable[[str], None],
) -> None:
    """Train a recognizer from files.

    :param gold: Annotations, as the guidelines define them, one record a line.
    :param text: Titles and abstracts of these papers, in any format that can be read.
    :param folder: Where the recognizer is written.
    :param unlabelled: More papers without annotation.
    :param most: How many of them are taken at most, the first.
    :param apart: Papers to measure on; unlabelled texts that share seven words in a row with one
        are left out.
    :param seed: Start of all that is drawn.
    :param small: Train the small network.
    :param encoder: Folder of a larger encoder to teach the network, if any.
    :param ontology: Has types, roles and rules.
    :param tell: Is told how it goes, a line at a time.
    :raises KGError: If a file cannot be read or holds too little.
    """
    annotations = read_annotations(gold)
    if annotations.texts:
        reason = "holds labelled spans; a recognizer learns from records"
        raise ReadError(gold, 0, reason, "write id and entities, with role and mentions")
    by_id = {record["id"]: record for record in annotations.records}
    papers = list(corpus.read(_records(text, tell), by_id, corpus.tokenizer()))
    if not papers:
        raise KGError(f"{text}: holds no paper that {gold} annotates; the ids must agree")
    kept_apart = [record for path in apart for record in _records(path, tell)]
    known = {paper.record.id for paper in papers}
    records = _records(unlabelled, tell) if unlabelled else ()
    more = (record for record in records if record.id not in known)
    texts = without_shared(more, kept_apart) if kept_apart else more
    recipe = Recipe(seed=seed, encoder=encoder)
    if small:
        recipe = replace(recipe, sizes=SMALL, components=_FEW, lean=True, longest=8)
    save(train(papers, list(islice(texts, most)), ontology, recipe, tell), folder)
    tell(f"wrote {folder}")


def _records(path: str, tell: Callable[[str], None]) -> Iterator[Record]:
    """Read the papers of a file; bad records are left out, and told when all are read."""
    skipped = []
    for record in read_papers(path):
        if isinstance(record, ReadError):
            skipped.append(record)
        else:
            yield record
    if skipped:
        tell(f"{len(skipped)} papers skipped; first: {skipped[0]}")
