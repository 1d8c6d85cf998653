"""Synonyms keep their form, agree with the lexicon, and lead to one thing each."""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import lru_cache
from typing import NamedTuple

import pytest

from kg import ontology
from kg.lexicon import read_terms
from kg.linking.link import Linker
from kg.linking.names import Name
from kg.linking.spellings import folder
from kg.normalize import key

ONTOLOGY = ontology.load()
PATH = ONTOLOGY.folder / "synonyms.tsv"
COLUMNS = ["type", "name", "aliases"]
ORDER = ["Method", "Dataset", "Modality", "Metric", "Task"]

every_type = pytest.mark.parametrize("type_name", ORDER)


class Row(NamedTuple):
    type: str
    name: str
    aliases: tuple[str, ...]

    @property
    def forms(self) -> tuple[str, ...]:
        return (self.name, *self.aliases)


def text() -> str:
    return PATH.read_bytes().decode("utf-8")


@lru_cache
def table() -> tuple[list[str], list[str], list[Row]]:
    """Split the file into comments, header and rows."""
    lines = text().splitlines()
    comments = [line for line in lines if line.startswith("#")]
    header, *cells = [line.split("\t") for line in lines[len(comments) :]]
    rows = []
    for cell in cells:
        assert len(cell) == len(COLUMNS), cell
        rows.append(Row(cell[0], cell[1], tuple(cell[2].split("|"))))
    return comments, header, rows


def of(type_name: str) -> list[Row]:
    return [row for row in table()[2] if row.type == type_name]


def fold(form: str) -> str:
    return folder(ONTOLOGY)(key(form))


def folded(name: str) -> tuple[str, str]:
    return name.casefold(), name


@lru_cache
def lexicon() -> tuple[dict[tuple[str, str], str], dict[tuple[str, str], set[str]]]:
    """Read the lexicon by type and fold: names of terms, and to which terms aliases belong."""
    names: dict[tuple[str, str], str] = {}
    aliases: dict[tuple[str, str], set[str]] = defaultdict(set)
    for term in read_terms(ONTOLOGY):
        names[term.type, fold(term.name)] = term.name
        for form in term.forms[1:]:
            aliases[term.type, fold(form)].add(term.name)
    return names, aliases


def test_comments_header_and_line_ends() -> None:
    comments, header, rows = table()
    assert any("CC BY 4.0" in line for line in comments)
    assert header == COLUMNS
    assert rows
    assert "\r" not in text()
    assert text().endswith("\n")
    assert not text().endswith("\n\n")


def test_types_are_those_of_the_ontology() -> None:
    assert sorted(ORDER) == sorted(ONTOLOGY.type_names)
    assert {row.type for row in table()[2]} == set(ORDER)


def test_rows_are_sorted_by_type_and_name() -> None:
    places = [(ORDER.index(row.type), *folded(row.name)) for row in table()[2]]
    assert places == sorted(places)


@every_type
def test_cells_are_clean(type_name: str) -> None:
    for row in of(type_name):
        assert list(row.aliases) == sorted(row.aliases, key=folded), row
        for form in row.forms:
            assert key(form), row
            assert form == " ".join(form.split()), row
            assert form.isprintable(), row
            assert not form.casefold().startswith(("a ", "an ", "the ")), row


@every_type
def test_nothing_stands_twice_within_a_type(type_name: str) -> None:
    counts = Counter(fold(form) for row in of(type_name) for form in row.forms)
    assert [form for form, number in counts.items() if number > 1] == []


@every_type
def test_names_are_spelled_as_the_lexicon_does(type_name: str) -> None:
    names, aliases = lexicon()
    for row in of(type_name):
        place = (type_name, fold(row.name))
        assert names.get(place, row.name) == row.name
        assert place in names or place not in aliases, row


@every_type
def test_no_alias_is_one_of_another_term(type_name: str) -> None:
    """What the lexicon calls an alias may stand here only beside its term; else two things meet."""
    names, aliases = lexicon()
    for row in of(type_name):
        places = [(type_name, fold(form)) for form in row.forms]
        terms = {names[place] for place in places if place in names}
        for place in places[1:]:
            assert place in names or aliases.get(place, set()) <= terms, (row, place)


@every_type
def test_no_alias_says_what_the_lexicon_says(type_name: str) -> None:
    aliases = lexicon()[1]
    for row in of(type_name):
        for alias in row.aliases:
            assert row.name not in aliases.get((type_name, fold(alias)), ()), (row.name, alias)


def test_each_row_is_one_thing_and_no_two_rows_are() -> None:
    rows = table()[2]
    names = {(row.type, key(form)): form for row in rows for form in row.forms}
    linker = Linker([Name(*place, form, 1) for place, form in names.items()], [], ONTOLOGY)
    things = {row: {linker.thing((row.type, key(form))) for form in row.forms} for row in rows}
    assert {row.name: found for row, found in things.items() if len(found) > 1} == {}
    counts = Counter(next(iter(found)) for found in things.values())
    assert [thing for thing, number in counts.items() if number > 1] == []
