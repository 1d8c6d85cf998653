"""Which way a metric is better and what it can be: what ``directions.tsv`` of the ontology says.

>>> from kg import ontology
>>> known = directions(ontology.load())
>>> known.of_name("top-1 accuracy"), known.of_name("test error rate"), known.of_name("colour")
('higher', 'lower', '')
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from kg.errors import OntologyError
from kg.lexicon import read_terms
from kg.normalize import key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from kg.ontology import Ontology

__all__ = ["CHANGE", "COLUMNS", "HIGHER", "LOWER", "Directions", "directions"]

HIGHER, LOWER, CHANGE = "higher", "lower", "change"
COLUMNS = ("name", "better", "scope", "measures")

_FILE = "directions.tsv"
_DEPENDS = "depends"
_HEAD, _WHOLE, _KIND, _UNIT = "head", "name", "kind", "unit"
_WORDS = {HIGHER, LOWER, CHANGE, _DEPENDS}
_SCOPES = {_HEAD, _WHOLE, _KIND, _UNIT}
_PER = "/"  # stands before what a unit is counted by, and alone for all that are "of so many"


@dataclass(frozen=True)
class Directions:
    """What is known of directions.

    :param whole: Direction by comparison key of a whole name.
    :param heads: Direction by comparison key of what a name ends in.
    :param kinds: Direction by kind of result.
    :param units: Direction of what is measured in a unit, by the unit as written.
    :param measured: Quantities that values of a metric can be of, by comparison key of its name or
        of what that ends in.
    :param quantities: Quantity that a unit measures, by the unit as written.
    """

    whole: Mapping[str, str]
    heads: Mapping[str, str]
    kinds: Mapping[str, str]
    units: Mapping[str, str]
    measured: Mapping[str, frozenset[str]] = field(default_factory=dict)
    quantities: Mapping[str, str] = field(default_factory=dict)

    def of_name(self, name: str) -> str:
        """Tell which way a quantity is better.

        :param name: A name of it, as written.
        :returns: :data:`HIGHER` or :data:`LOWER`; empty if that is not known, or not the same for
            everyone.

        >>> directions = Directions({}, {"accuracy": "higher"}, {}, {})
        >>> directions.of_name("Test-Accuracy@5"), directions.of_name("accuracy drop")
        ('higher', '')
        """
        known = self.known_as(name)
        return _told(self.whole.get(known) or self.heads.get(known, ""))

    def known_as(self, name: str) -> str:
        """Give the comparison key under which a metric is known: of its name, or of what ends it.

        :param name: A name of it, as written.
        :returns: The key; empty if it is not known.
        """
        for spelled in (key(name), key(name.partition("@")[0])):
            if spelled in self.whole:
                return spelled
            words = spelled.split()
            for start in range(len(words)):
                ending = " ".join(words[start:])
                if ending in self.heads:
                    return ending
        return ""

    def quantities_of(self, name: str, aliases: Iterable[str] = ()) -> frozenset[str]:
        """Tell what the values of a metric can be.

        :param name: Name of the metric.
        :param aliases: Its other names, asked if nothing is known by the first; they must agree.
        :returns: Quantities; none if anything goes.

        >>> known = Directions({}, {"latency": "lower"}, {}, {}, {"latency": frozenset({"time"})})
        >>> known.quantities_of("mean latency"), known.quantities_of("colour")
        (frozenset({'time'}), frozenset())
        """
        if known := self.known_as(name):
            return self.measured.get(known, frozenset())
        others = {self.measured.get(self.known_as(alias), frozenset()) for alias in aliases}
        others.discard(frozenset())
        return others.pop() if len(others) == 1 else frozenset()

    def quantity_of(self, unit: str) -> str:
        """Tell what a unit measures; of a unit per something, what the unit before it measures.

        :param unit: The unit as written.
        :returns: A quantity; empty if that is not known.
        """
        found = self.quantities.get(unit)
        return self.quantities.get(unit.partition(_PER)[0] or _PER, "") if found is None else found

    def of(self, name: str, aliases: Iterable[str], *, kind: str, unit: str) -> str:
        """Tell which way values of a quantity are better.

        :param name: Name of the quantity.
        :param aliases: Its other names, asked if the first tells nothing; they must agree.
        :param kind: Kind of the values.
        :param unit: Unit of the values; where it contradicts the name nothing is known.
        :returns: :data:`HIGHER`, :data:`LOWER`, or :data:`CHANGE` if the kind is that of
            differences, of which no sign says which is better; empty if that is not known.
        """
        if kind in self.kinds:
            return _told(self.kinds[kind])
        found = self.of_name(name)
        if not found:
            others = {told for alias in aliases if (told := self.of_name(alias))}
            found = others.pop() if len(others) == 1 else ""
        return found if self.units.get(unit, found) == found else ""


def _told(direction: str) -> str:
    return "" if direction == _DEPENDS else direction


@lru_cache(maxsize=8)
def directions(ontology: Ontology) -> Directions:
    """Read what an ontology says of directions.

    :param ontology: The ontology; names and aliases of one term of its lexicon count as one.
    :returns: The directions; none if the ontology has no such file.
    :raises OntologyError: If the file has other columns or unknown words.
    """
    types = {slot.type for slot in ontology.slots if slot.is_measure}
    synonyms: dict[str, list[str]] = {}
    for term in read_terms(ontology):
        if term.type in types:
            keys = [key(form) for form in term.forms]
            synonyms |= dict.fromkeys(keys, keys)
    stated: dict[str, dict[str, str]] = {scope: {} for scope in _SCOPES}
    measures: dict[str, dict[str, str]] = {scope: {} for scope in _SCOPES}
    for name, better, scope, quantities in _rows(ontology):
        known = name if scope in {_KIND, _UNIT} else key(name)
        stated[scope][known] = better
        measures[scope][known] = quantities
    found: dict[str, dict[str, str]] = {}
    measured: dict[str, frozenset[str]] = {}
    for scope in (_HEAD, _WHOLE):
        also = {
            form: name
            for name in stated[scope]
            for form in synonyms.get(name, ())
            if form not in stated[_HEAD] and form not in stated[_WHOLE]
        } | {name: name for name in stated[scope]}
        found[scope] = {form: stated[scope][name] for form, name in also.items()}
        measured |= {form: frozenset(measures[scope][name].split()) for form, name in also.items()}
    units = {unit: better for unit, better in stated[_UNIT].items() if better}
    return Directions(found[_WHOLE], found[_HEAD], stated[_KIND], units, measured, measures[_UNIT])


def _rows(ontology: Ontology) -> Iterator[list[str]]:
    path = ontology.folder / _FILE
    if not path.is_file():
        return
    with path.open(encoding="utf-8", newline="") as file:
        lines = (line for line in file if not line.startswith("#"))
        rows = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        if tuple(next(rows, ())) != COLUMNS:
            raise OntologyError(_FILE, "header", f"must be {COLUMNS}")
        for row in rows:
            if len(row) != len(COLUMNS):
                raise OntologyError(_FILE, "".join(row[:1]), "has another number of columns")
            is_told = row[1] in _WORDS or (row[2] == _UNIT and not row[1])
            if not is_told or row[2] not in _SCOPES:
                raise OntologyError(_FILE, row[0], f"{row[1]!r} or {row[2]!r} is no such word")
            yield row
