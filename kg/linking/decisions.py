r"""What people decide about a graph, line by line, and the tables that they write it into.

``aliases.tsv`` (``type``, ``name``, ``alias``)
    These are one thing, and its node is the one of ``name``.
``not_same.tsv`` (``type``, ``name``, ``other``)
    These stay two things, whatever a rule says.
``retype.tsv`` (``type``, ``name``, ``new_type``)
    The thing is of another type.
``reject.tsv`` (``type``, ``name``)
    There is no such thing; it is left out.
``rename.tsv`` (``type``, ``name``, ``new_name``)
    What the thing is to be called; its IRI stays.
``accept.tsv`` (``accept``, ``action``, ``type``, ``name``, ``other``)
    Proposals of any of these kinds, with yes, no or nothing before each.

Further columns, such as the reason for a decision, are passed over. A table may also be saved as
``.csv``; one that a spreadsheet keeps in a form of its own (``accept.xlsx``) is refused.

>>> from kg.ontology import load
>>> table = "type\tname\tnew_type\treason\nMethod\tImageNet\tDataset\tit is data\n"
>>> decision = next(parse(table, "retype.tsv", load()))
>>> decision.where, decision.says
('retype.tsv:2', "Method 'ImageNet' is of type Dataset")
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import ReadError
from kg.linking.tables import rows, text_of
from kg.normalize import key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.linking.names import Place
    from kg.linking.tables import Row
    from kg.ontology import Ontology

__all__ = [
    *("ACCEPT", "FILES", "KINDS", "NOT_SAME", "REJECT", "RENAME", "RETYPE", "SAME"),
    *("Decision", "decide", "parse", "read_files"),
]

SAME, NOT_SAME, RETYPE, REJECT, RENAME = KINDS = ("same", "not_same", "retype", "reject", "rename")
"""Kinds of decisions; the column ``action`` of :data:`ACCEPT` has the same words."""

FILES = {
    "aliases.tsv": (SAME, "alias"),
    "not_same.tsv": (NOT_SAME, "other"),
    "reject.tsv": (REJECT, ""),
    "rename.tsv": (RENAME, "new_name"),
    "retype.tsv": (RETYPE, "new_type"),
}
"""Tables with the kind of their decisions and their column beside ``type`` and ``name``."""

ACCEPT = "accept.tsv"
"""The table of proposals, each of which a person says yes or no to, or nothing."""

_SHEETS = (".csv", ".xlsx", ".xls", ".xlsm", ".ods", ".numbers")
_ANSWERS = {"yes": True, "y": True, "x": True, "true": True, "1": True, "": None}
_ANSWERS |= {"no": False, "n": False, "false": False, "0": False}


@dataclass(frozen=True, slots=True, order=True)
class Decision:
    """One line by which a person corrects the graph.

    :param kind: One of :data:`KINDS`.
    :param type: Entity type of the thing.
    :param name: Its name; only its comparison key matters.
    :param other: The alias, the name of another thing, the new type or the new name; empty if the
        thing is rejected.
    :param file: Name of the table, without its folder.
    :param line: Number of the line; 0 if unknown. Decisions that differ only in it are equal.
    """

    kind: str
    type: str
    name: str
    other: str = ""
    file: str = ""
    line: int = field(default=0, compare=False)

    @property
    def where(self) -> str:
        """File and line."""
        return f"{self.file}:{self.line}" if self.line else self.file

    @property
    def places(self) -> tuple[Place, ...]:
        """Type and key of what the line is about; if it moves a thing, from where to where.

        >>> Decision(SAME, "Method", "Neural networks", "ANN").places
        (('Method', 'ann'), ('Method', 'neural network'))
        >>> Decision(RETYPE, "Method", "ImageNet", "Dataset").places
        (('Method', 'imagenet'), ('Dataset', 'imagenet'))
        """
        place = (self.type, key(self.name))
        if self.kind == SAME:
            return (self.type, key(self.other)), place
        if self.kind == NOT_SAME:
            return place, (self.type, key(self.other))
        return (place, (self.other, place[1])) if self.kind == RETYPE else (place,)

    @property
    def says(self) -> str:
        """Say in words what was decided."""
        return {
            SAME: f"{self.type} {self.other!r} is an alias of {self.name!r}",
            NOT_SAME: f"{self.type} {self.name!r} is not {self.other!r}",
            RETYPE: f"{self.type} {self.name!r} is of type {self.other}",
            REJECT: f"{self.type} {self.name!r} is left out",
            RENAME: f"{self.type} {self.name!r} is to be called {self.other!r}",
        }[self.kind]


def read_files(folder: str | Path, ontology: Ontology) -> Iterator[Decision]:
    """Read the tables of a folder.

    :param folder: The folder; files in it that are hidden, and others than tables, are passed over.
    :param ontology: Has the entity types.
    :returns: The decisions, file by file, in the order of the lines; none if there is no table.
    :raises ReadError: If there is no such folder, a table has another name than those of
        :data:`FILES` and :data:`ACCEPT`, or a line is no decision.
    """
    try:
        paths = sorted(Path(folder).iterdir())
    except OSError as err:
        reason = f"cannot be read as a folder: {str(err.strerror).lower()}"
        raise ReadError(str(folder), 0, reason, "name the folder that has your tables") from err
    for path in paths:
        name, suffix = f"{path.stem}.tsv", path.suffix.lower()
        is_known = name in FILES or name == ACCEPT
        if path.name.startswith(".") or not (suffix == ".tsv" or (is_known and suffix in _SHEETS)):
            continue
        if suffix not in (".tsv", ".csv"):
            remedy = f"save it as {name}, with tabs between the cells, or as {path.stem}.csv"
            raise ReadError(str(path), 0, f"is a {suffix[1:]} file, no table of text", remedy)
        if not is_known or path.suffix != suffix:
            known = f"tables are {', '.join(sorted([*FILES, ACCEPT]))}"
            raise ReadError(str(path), 0, "no table of decisions has this name", known)
        yield from parse(text_of(path), path.name, ontology, path=str(path))


def parse(text: str, file: str, ontology: Ontology, *, path: str = "") -> Iterator[Decision]:
    """Read a table.

    :param text: The table.
    :param file: Its name, which says what it decides: one of :data:`FILES`, or :data:`ACCEPT`; it
        may end in ``.csv``.
    :param ontology: Has the entity types.
    :param path: Name of the file for errors; by default ``file``.
    :returns: The decisions in the order of the lines. Of :data:`ACCEPT` what was said yes to; a no
        to ``same`` is ``not_same``, any other no is none.
    :raises ReadError: At the first line that is no decision.
    """
    table = f"{Path(file).stem}.tsv"
    if table != ACCEPT:
        kind, column = FILES[table]
        for row in rows(text, path or file, ("type", "name", *filter(None, (column,)))):
            yield decide(row, kind, column, ontology, file=file, line=row.line)
        return
    for row in rows(text, path or file, ("accept", "action", "type", "name", "other")):
        kind = row.choice("action", KINDS, "action")
        said = row.cells["accept"]
        if said.casefold() not in _ANSWERS:
            remedy = "write yes, no or nothing in column accept"
            raise ReadError(row.path, row.line, f"{said!r} is no answer", remedy)
        answer = _ANSWERS[said.casefold()]
        if answer is False and kind == SAME:
            yield decide(row, NOT_SAME, "other", ontology, file=file, line=row.line)
        elif answer:
            yield decide(row, kind, "other", ontology, file=file, line=row.line)


def decide(
    row: Row, kind: str, column: str, ontology: Ontology, *, file: str, line: int
) -> Decision:
    """Make a decision of a row.

    :param row: Has the columns ``type``, ``name`` and ``column``.
    :param kind: Kind of the decision.
    :param column: Column of what the decision says beside type and name.
    :param ontology: Has the entity types.
    :param file: The file that the decision shall tell.
    :param line: The line that it shall tell.
    :raises ReadError: If a value is missing or makes no sense.
    """
    type_name = row.choice("type", ontology.type_names, "entity type")
    name = row.filled("name")
    if kind == REJECT:
        return Decision(kind, type_name, name, "", file, line)
    if kind == RETYPE:
        other = row.choice(column, ontology.type_names, "entity type")
    else:
        other = row.filled(column)
    decision = Decision(kind, type_name, name, other, file, line)
    if kind in (RETYPE, NOT_SAME) and len(set(decision.places)) == 1:
        reason = "is that already" if kind == RETYPE else "differs in spelling habits only"
        remedy = f"give another in column {column}, or delete the line"
        raise ReadError(row.path, row.line, f"{decision.says}, but it {reason}", remedy)
    return decision
