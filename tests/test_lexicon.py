"""The lexicon keeps its form: sorted, without doubles, with a declared source for every term."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import lru_cache
from typing import NamedTuple

import pytest

from kg import ontology
from kg.normalize import key

ONTOLOGY = ontology.load()
FOLDER = ONTOLOGY.folder / "lexicon"
COLUMNS = ["name", "aliases", "flags", "same_as", "source"]
FLAGS = {"", "case"}
NOT_ENTITIES = FOLDER / "not_entities.txt"

every_type = pytest.mark.parametrize("type_name", ONTOLOGY.type_names)


class Row(NamedTuple):
    name: str
    aliases: tuple[str, ...]
    flags: str
    same_as: str
    source: str

    @property
    def forms(self) -> tuple[str, ...]:
        return (self.name, *self.aliases)


def text(type_name: str) -> str:
    return (FOLDER / f"{type_name.lower()}.tsv").read_bytes().decode("utf-8")


@lru_cache
def table(type_name: str) -> tuple[frozenset[str], list[str], tuple[Row, ...]]:
    """Split a file into the sources that its comments declare, its header and its rows."""
    lines = text(type_name).splitlines()
    comments = [line for line in lines if line.startswith("#")]
    declared = frozenset(m[1] for c in comments if (m := re.match(r"# ([a-z][a-z-]*): \S", c)))
    header, *cells = [line.split("\t") for line in lines if not line.startswith("#")]
    rows = []
    for cell in cells:
        assert len(cell) == len(COLUMNS), cell
        name, aliases, flags, same_as, source = cell
        rows.append(Row(name, tuple(aliases.split("|")) if aliases else (), flags, same_as, source))
    return declared, header, tuple(rows)


def generic() -> list[str]:
    lines = NOT_ENTITIES.read_bytes().decode("utf-8").splitlines()
    return [line for line in lines if not line.startswith("#")]


def folded(name: str) -> tuple[str, str]:
    return name.casefold(), name


def is_clean(line: str) -> bool:
    return line == line.strip() and "  " not in line and not any(map(is_control, line))


def is_control(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}


def test_every_type_has_a_file_and_nothing_else_lies_there() -> None:
    expected = {f"{name.lower()}.tsv" for name in ONTOLOGY.type_names} | {NOT_ENTITIES.name}
    assert {path.name for path in FOLDER.iterdir()} == expected


@every_type
def test_header_and_line_ends(type_name: str) -> None:
    assert table(type_name)[1] == COLUMNS
    assert "\r" not in text(type_name)
    assert text(type_name).endswith("\n")
    assert not text(type_name).endswith("\n\n")


@every_type
def test_rows_are_sorted_by_name(type_name: str) -> None:
    names = [row.name for row in table(type_name)[2]]
    assert names == sorted(names, key=folded)


@every_type
def test_cells_are_clean(type_name: str) -> None:
    for row in table(type_name)[2]:
        for form in row.forms:
            assert form, row
            assert is_clean(form), row
            assert key(form), row
            assert not re.match(r"(?i)(a|an|the)\s", form), row


@every_type
def test_flags_sources_and_links_are_known(type_name: str) -> None:
    declared, _, rows = table(type_name)
    assert declared == {row.source for row in rows}
    for row in rows:
        assert row.flags in FLAGS, row
        assert not row.same_as or re.fullmatch(r"https?://[^\s<>\"{}|\\^`]+", row.same_as), row


@every_type
def test_flag_case_stands_only_where_there_is_a_case(type_name: str) -> None:
    for row in table(type_name)[2]:
        if row.flags == "case":
            assert any(form != form.lower() for form in row.forms), row


@every_type
def test_no_key_twice_within_a_type(type_name: str) -> None:
    counts = Counter(
        key(form)
        for row in table(type_name)[2]
        for form in row.forms
        if form.removesuffix("s") == form or form[:-1] not in row.forms  # as written, GPs too
    )
    assert [k for k, n in counts.items() if n > 1] == []


def test_no_term_in_two_types() -> None:
    owners: dict[str, set[str]] = {}
    for type_name in ONTOLOGY.type_names:
        for row in table(type_name)[2]:
            for form in row.forms:
                owners.setdefault(key(form), set()).add(type_name)
    assert {k: sorted(types) for k, types in owners.items() if len(types) > 1} == {}


def test_links_name_one_thing_only() -> None:
    links = Counter(r.same_as for t in ONTOLOGY.type_names for r in table(t)[2] if r.same_as)
    assert [link for link, n in links.items() if n > 1] == []


def test_what_is_never_an_entity_is_no_term() -> None:
    terms = {key(form) for t in ONTOLOGY.type_names for r in table(t)[2] for form in r.forms}
    assert sorted(terms & {key(line) for line in generic()}) == []


def test_list_of_what_is_never_an_entity_is_sorted_and_clean() -> None:
    lines = generic()
    assert lines == sorted(lines, key=folded)
    assert all(line and is_clean(line) for line in lines)
    assert [k for k, n in Counter(map(key, lines)).items() if n > 1] == []
