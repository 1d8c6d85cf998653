r"""Decisions of people, settled into what they say together about every name.

All names that aliases and new types connect are one thing. Its name is the one that is nobody's
alias, its type the one that no line takes away, and what is decided of one of its names is decided
of all. The order of lines and files is no matter: what does not fit together is an error.

A line names a thing by a type and name that papers give it, or that another line gives it: once
``retype.tsv`` says that the method ImageNet is a dataset, a line may speak of the one or the other.
A new name (``rename.tsv``) is but a label: it joins nothing, and nothing finds the thing by it.

>>> from kg.ontology import load
>>> lines = ["same\tMethod\tImageNet\tImage Net\t", "retype\tMethod\tImageNet\tDataset\t"]
>>> lines += ["not_same\tDataset\tImageNet\tImageNet-A\t", "rename\tDataset\tImageNet\tILSVRC\t"]
>>> curation = parse_dump("\n".join(["kind\ttype\tname\tother\tfile", *lines]), load())
>>> curation.target("Method", "image net"), curation.name_of("Method", "image net")
(('Dataset', 'imagenet'), 'ILSVRC')
>>> curation.apart("Dataset", "imagenet a", "imagenet"), curation.is_rejected("Dataset", "imagenet")
(True, False)
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import ReadError
from kg.formulas import kept
from kg.linking.decisions import KINDS, NOT_SAME, SAME, decide, read_files
from kg.linking.tables import rows
from kg.linking.things import things

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping

    from kg.linking.decisions import Decision
    from kg.linking.names import Place
    from kg.linking.things import Thing
    from kg.ontology import Ontology

__all__ = ["COLUMNS", "Curation", "dump", "parse_dump", "read", "settle"]

COLUMNS = ("kind", "type", "name", "other", "file")
"""Columns of the one table that tells all decisions."""


@dataclass(frozen=True)
class Curation:
    """All decisions, and what they say about a name; made by :func:`read` or :func:`settle`.

    Names are asked for by type and comparison key. A name that no line speaks of is what it is.

    :param decisions: The decisions, each once, sorted.
    """

    decisions: tuple[Decision, ...] = ()
    _things: Mapping[Place, Thing] = field(default_factory=dict, compare=False, repr=False)
    _apart: frozenset[tuple[Place, Place]] = field(default=frozenset(), compare=False, repr=False)

    @property
    def places(self) -> tuple[Place, ...]:
        """Every type and key that some decision speaks of, sorted; all others stay as they are."""
        return tuple(sorted(self._things))

    @property
    def idle(self) -> tuple[Decision, ...]:
        """Aliases that differ from the name in spelling habits only, so that they say nothing."""
        return tuple(d for d in self.decisions if d.kind == SAME and len(set(d.places)) == 1)

    def target(self, type_name: str, name_key: str) -> Place:
        """Tell which node a name belongs to, by aliases and new types.

        :param type_name: Entity type of the name, as papers use it.
        :param name_key: Its comparison key.
        :returns: Type and key of the node. What it returns is its own target.
        """
        thing = self._things.get((type_name, name_key))
        return thing.target if thing else (type_name, name_key)

    def apart(self, type_name: str, one: str, other: str) -> bool:
        """Say whether two names of a type, given by their keys, must not belong to one node."""
        targets = sorted((self.target(type_name, one), self.target(type_name, other)))
        return (targets[0], targets[1]) in self._apart

    def is_rejected(self, type_name: str, name_key: str) -> bool:
        """Say whether a name denotes no thing, so that it is to be left out."""
        thing = self._things.get((type_name, name_key))
        return thing is not None and thing.is_rejected

    def name_of(self, type_name: str, name_key: str) -> str:
        """Tell what the thing that a name denotes is to be called; empty if no line says so."""
        thing = self._things.get((type_name, name_key))
        return thing.name if thing else ""

    def told(self, type_name: str, name_key: str) -> tuple[Decision, ...]:
        """List what was decided of the thing that a name denotes, sorted."""
        thing = self._things.get((type_name, name_key))
        return thing.decisions if thing else ()

    def unmatched(self, known: Container[Place]) -> list[Decision]:
        """List the decisions that no paper gives occasion to.

        An alias has one if it occurs itself, or if lines lead to it from what occurs; that its name
        occurs is not needed. Of two things that are not one both must occur. Any other decision has
        one if the thing occurs under any of its names.

        :param known: Types and keys of the names in the papers.
        :returns: The decisions that change nothing, by file and line.
        """
        reached = self._reached(known)
        idle = [d for d in self.decisions if not self._matches(d, known, reached)]
        return sorted(idle, key=lambda d: (d.file, d.line, d))

    def _matches(
        self, decision: Decision, known: Container[Place], reached: Container[Place]
    ) -> bool:
        if decision.kind == SAME:
            return decision.places[0] in reached
        things_told = [self._things[place] for place in decision.places]
        return all(any(place in known for place in thing.places) for thing in things_told)

    def _reached(self, known: Container[Place]) -> set[Place]:
        """Collect the places that occur, and those that steps lead to from there."""
        reached: set[Place] = set()
        for thing in {t.target: t for t in self._things.values()}.values():
            steps: dict[Place, list[Place]] = {}
            for one, other, _ in thing.joins:
                steps.setdefault(one, []).append(other)
            waiting = [place for place in thing.places if place in known]
            while waiting:
                place = waiting.pop()
                if place not in reached:
                    reached.add(place)
                    waiting += steps.get(place, ())
        return reached


def read(folder: str | Path, ontology: Ontology) -> Curation:
    """Read the decisions in a folder; which files it may have tells :mod:`kg.linking.decisions`.

    :param folder: The folder.
    :param ontology: Has the entity types.
    :returns: The decisions; none if the folder has no table.
    :raises ReadError: If there is no such folder, a line is no decision, or two lines contradict
        each other.
    """
    decisions = list(read_files(folder, ontology))
    try:
        return settle(decisions)
    except ReadError as err:
        path = str(Path(folder) / err.path)
        raise ReadError(path, err.line, err.reason, err.remedy) from err


def settle(decisions: Iterable[Decision]) -> Curation:
    """Work out what decisions say together.

    :param decisions: Decisions in any order; of equal ones the first by file and line counts.
    :raises ReadError: If two contradict each other; it names both.
    """
    distinct: dict[tuple[str, ...], Decision] = {}
    for decision in sorted(decisions, key=lambda d: (d.file, d.line)):
        said = (decision.kind, decision.type, decision.name, decision.other)
        distinct.setdefault(said, decision)
    ordered = tuple(sorted(distinct.values()))
    thing_of = {place: thing for thing in things(ordered) for place in thing.places}
    pairs = (
        sorted(thing_of[place].target for place in d.places) for d in ordered if d.kind == NOT_SAME
    )
    return Curation(ordered, thing_of, frozenset((one, other) for one, other in pairs))


def dump(curation: Curation) -> str:
    """Write all decisions as one table, from which :func:`parse_dump` makes the same curation.

    It tells the file of a decision, but not the line: the same decisions give the same bytes,
    whatever order people keep them in.

    :param curation: The decisions.
    :returns: A table with the :data:`COLUMNS`, sorted; with no decisions only its header.
    """
    text = io.StringIO()
    writer = csv.writer(text, delimiter="\t", lineterminator="\n")
    writer.writerow(COLUMNS)
    for d in curation.decisions:
        writer.writerow([d.kind, *map(kept, (d.type, d.name, d.other, d.file))])
    return text.getvalue()


def parse_dump(text: str, ontology: Ontology, *, path: str = "-") -> Curation:
    """Read what :func:`dump` wrote.

    :param text: The table.
    :param ontology: Has the entity types.
    :param path: Name of the file, for errors.
    :returns: The same curation; its decisions have no line.
    :raises ReadError: If the table is none, or was changed into a contradiction.
    """
    decisions = [
        decide(
            row,
            row.choice("kind", KINDS, "kind of decision"),
            "other",
            ontology,
            file=row.cells["file"],
            line=0,
        )
        for row in rows(text, path, COLUMNS)
    ]
    try:
        return settle(decisions)
    except ReadError as err:
        raise ReadError(path, 0, err.reason, "build the graph again") from err
