"""What the labels of other people's corpora mean in terms of this ontology.

>>> from kg import ontology
>>> labels = find(None, {"TASK", "DATASET"}, ontology.load())
>>> labels.name, labels.classes({"TASK", "DATASET"}).of_label["TASK"]
('tdmsci', 'Task')
>>> find("scierc", (), ontology.load()).readings("PART-OF", "Method", "Method", ontology.load())
[Reading(type='uses', is_reversed=True)]
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from kg.errors import OntologyError, ReadError, UnknownNameError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from kg.ontology import Ontology

__all__ = ["Classes", "Labels", "Reading", "find", "known"]

KNOWN = "benchmarks.toml"
_REMEDY = 'write LABEL = "TYPE", or LABEL = "" to ignore spans of that label'
_REVERSED = "<"
_LINE = re.compile(r"\(at line (\d+), column \d+\)")


@dataclass(frozen=True, slots=True)
class Classes:
    """What is told apart when spans are compared.

    A class is a type, or several types that one label stands for, joined by ``+``.

    :param names: The classes, in the order of their types.
    :param of_label: The class of each label that counts.
    :param of_type: The class of each type that counts.
    :param never: Labels of what is of none of the types.
    """

    names: tuple[str, ...]
    of_label: Mapping[str, str]
    of_type: Mapping[str, str]
    never: frozenset[str]


class Reading(NamedTuple):
    """What a labelled relation may state.

    :param type: Relation type.
    :param is_reversed: Whether it goes from the second end of the label to the first.
    """

    type: str
    is_reversed: bool = False


@dataclass(frozen=True, slots=True)
class Labels:
    """A mapping from the labels of a corpus to entity types.

    :param name: Name of the mapping.
    :param types: The types that each label stands for; none if it is ignored, or in ``never``.
    :param order: All entity types in their order.
    :param never: Labels of what is of none of the types, so that a prediction there is wrong.
    :param relations: What each label of relations may state; nothing if it is ignored.
    """

    name: str
    types: Mapping[str, tuple[str, ...]]
    order: tuple[str, ...]
    never: frozenset[str] = frozenset()
    relations: Mapping[str, tuple[Reading, ...]] = field(default_factory=dict)

    def classes(self, seen: Collection[str]) -> Classes:
        """Say what is told apart in a corpus.

        :param seen: The labels that occur in it; types that none of them stands for do not count.

        >>> labels = Labels("x", {"A": ("S", "T"), "B": ("T",), "C": ("U",)}, ("S", "T", "U"))
        >>> labels.classes({"A", "B"}).of_type
        {'S': 'S+T', 'T': 'S+T'}
        """
        kept = {label: self.types[label] for label in sorted(seen) if self.types.get(label)}
        groups: list[set[str]] = []
        for types in kept.values():
            joined = set(types).union(*(g for g in groups if not g.isdisjoint(types)))
            groups = [g for g in groups if g.isdisjoint(types)] + [joined]
        of_type = {}
        for name in self.order:
            for group in groups:
                if name in group:
                    of_type[name] = "+".join(t for t in self.order if t in group)
        return Classes(
            tuple(dict.fromkeys(of_type.values())),
            {label: of_type[types[0]] for label, types in kept.items()},
            of_type,
            self.never.intersection(seen),
        )

    def readings(self, label: str, first: str, second: str, ontology: Ontology) -> list[Reading]:
        """Say what a labelled relation between entities of two types may state.

        :param label: Label of the relation.
        :param first: Entity type of its first end.
        :param second: Entity type of its second end.
        :param ontology: Tells which types relations join.
        :returns: The relations that the ontology allows there, any of which is right; none if the
            label is ignored or unknown, or the ontology has no such relation between these types.
        """

        def is_allowed(reading: Reading) -> bool:
            head, tail = (second, first) if reading.is_reversed else (first, second)
            return ontology.allows(head, reading.type, tail)

        return list(filter(is_allowed, self.relations.get(label, ())))


def find(choice: str | None, seen: Collection[str], ontology: Ontology) -> Labels:
    """Find the mapping for a corpus.

    :param choice: Name of a TOML file, or of a known mapping. By default the known mapping with the
        fewest labels that has all that are seen; else each label stands for the type of its name,
        case aside.
    :param seen: The labels that occur in the corpus.
    :param ontology: Tells the types, and the known mappings.
    :returns: The mapping.
    :raises ReadError: If the file cannot be read or maps to what is no type.
    :raises UnknownNameError: If there is no such file and no mapping of that name.
    """
    mappings = known(ontology)
    if choice is None:
        fitting = [m for m in mappings if m.types.keys() >= set(seen)]
        by_name = {t.casefold(): (t,) for t in ontology.type_names}
        own = {label: by_name.get(label.casefold(), ()) for label in sorted(seen)}
        default = Labels("of the same name", own, ontology.type_names)
        return min(fitting, key=lambda m: (len(m.types), m.name), default=default)
    if not Path(choice).is_file():
        for mapping in mappings:
            if mapping.name == choice:
                return mapping
        raise UnknownNameError("file or label mapping", choice, [m.name for m in mappings])
    return _read(choice, ontology)


def known(ontology: Ontology) -> tuple[Labels, ...]:
    """List the mappings that the ontology folder holds, by name; none if it holds no such file.

    :raises OntologyError: If the file says something impossible.
    """
    path = ontology.folder / KNOWN
    if not path.is_file():
        return ()
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as err:
        raise OntologyError(KNOWN, "file", f"is no TOML: {err}") from err
    found = []
    for name, table in sorted(tables.items()):
        if not isinstance(table, dict) or not isinstance(table.get("labels"), dict):
            raise OntologyError(KNOWN, name, "is no table with a table of labels; add it")
        for label, value in table["labels"].items():
            if fault := _fault(value, ontology):
                raise OntologyError(KNOWN, f"{name}.{label}", fault)
        labels = _labels(name, table["labels"], ontology)
        found.append(replace(labels, relations=_relations(name, table, ontology)))
    return tuple(found)


def _relations(
    name: str, table: Mapping[str, Any], ontology: Ontology
) -> dict[str, tuple[Reading, ...]]:
    relations = table.get("relations", {})
    if not isinstance(relations, dict):
        raise OntologyError(KNOWN, f"{name}.relations", "is no table; write LABEL = RELATION")
    found = {}
    for label, value in relations.items():
        written = value if isinstance(value, list) else [value]
        if not all(isinstance(one, str) for one in written):
            fault = "stands for what is no name of a relation"
            raise OntologyError(KNOWN, f"{name}.relations.{label}", fault)
        try:
            found[label] = tuple(
                Reading(
                    ontology.relation(one.removeprefix(_REVERSED)).name, one.startswith(_REVERSED)
                )
                for one in filter(None, written)
            )
        except UnknownNameError as err:
            raise OntologyError(KNOWN, f"{name}.relations.{label}", str(err)) from err
    return found


def _read(path: str, ontology: Ontology) -> Labels:
    try:
        text = Path(path).read_text(encoding="utf-8")
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as err:
        place = _LINE.search(str(err))
        reason = f"is no TOML: {_LINE.sub('', str(err)).strip()}"
        raise ReadError(path, int(place[1]) if place else 0, reason, _REMEDY) from err
    except UnicodeDecodeError as err:
        raise ReadError(path, 0, "is no UTF-8", "save the file as UTF-8") from err
    for label, value in table.items():
        if fault := _fault(value, ontology):
            line = _line_of(label, text)
            raise ReadError(path, line, f"label {label!r}: {fault}", _REMEDY)
    return _labels(Path(path).name, table, ontology)


def _fault(value: Any, ontology: Ontology) -> str:
    """Say what is wrong with what a label stands for; empty if nothing is."""
    types = value if isinstance(value, list) else [value]
    for name in types:
        if not isinstance(name, str):
            return "stands for what is no name of a type"
        if (name or value != "") and name not in ontology.type_names:
            return str(UnknownNameError("entity type", name, ontology.type_names))
    return ""


def _labels(name: str, table: Mapping[str, Any], ontology: Ontology) -> Labels:
    types = {
        label: tuple(filter(None, value if isinstance(value, list) else [value]))
        for label, value in table.items()
    }
    never = frozenset(label for label, value in table.items() if value == [])
    return Labels(name, types, ontology.type_names, never)


def _line_of(label: str, text: str) -> int:
    """Find the line that a label is mapped in; 0 if it is written in a way that hides it."""
    pattern = re.compile(rf"\s*[\"']?{re.escape(label)}[\"']?\s*[.=]")
    lines = enumerate(text.splitlines(), 1)
    return next((number for number, line in lines if pattern.match(line)), 0)
