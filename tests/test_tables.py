"""CSV: what the columns hold, and what spreadsheets must not run."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from conftest import hand_made
from hypothesis import given
from hypothesis import strategies as st

from kg.exporters import tables
from kg.exporters.tables import FILES, cell, write
from kg.graph.assemble import assemble

if TYPE_CHECKING:
    from pathlib import Path

    from kg.graph.knowledge_graph import KnowledgeGraph
    from kg.model import Extraction


def read(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, strict=True))


@pytest.fixture
def folder(graph: KnowledgeGraph, tmp_path: Path) -> Path:
    write(graph, tmp_path)
    return tmp_path


def test_every_column_is_documented(graph: KnowledgeGraph, folder: Path) -> None:
    free = {role.property for role in graph.ontology.roles}
    free |= {slot.name for slot in graph.ontology.slots}
    documented = set(re.findall("``([a-z_]+)``", tables.__doc__ or ""))
    for name in FILES:
        header = (folder / name).read_text(encoding="utf-8").split("\n")[0].split(",")
        assert len(header) == len(set(header))
        assert set(header) - free <= documented, name


def test_one_row_each(graph: KnowledgeGraph, folder: Path) -> None:
    assert len(read(folder, "papers")) == len(graph.papers)
    assert len(read(folder, "entities")) == len(graph.entities)
    assert len(read(folder, "relations")) == len(graph.claims)
    assert len(read(folder, "results")) == len(graph.results)


def test_papers_tell_where_they_stand_and_what_they_do(folder: Path) -> None:
    first = read(folder, "papers")[0]
    assert first["id"] == "arxiv:2501.00001"
    assert (first["source"], first["line"], first["listings"]) == ("page.txt", "3", "page.txt:1")
    assert first["proposesMethod"] == "FlickerNet"
    assert first["comparesWithMethod"] == "EEGNet"
    assert first["usesMethod"] == ""


def test_columns_of_roles_follow_the_types(graph: KnowledgeGraph, folder: Path) -> None:
    header = (folder / "papers.csv").read_text(encoding="utf-8").split("\n")[0].split(",")
    roles = header[header.index("listings") + 1 :]
    assert roles[-1] == graph.ontology.open_role.property
    kinds = [r.type for p in roles for r in graph.ontology.roles if r.property == p]
    assert kinds == sorted(kinds, key=[*graph.ontology.type_names, ""].index)


def test_entities_are_sorted_and_counted(folder: Path) -> None:
    rows = read(folder, "entities")
    assert [row["iri"] for row in rows] == sorted(row["iri"] for row in rows)
    (found,) = (row for row in rows if row["name"] == "EEGNet")
    assert (found["papers"], found["mentions"], found["aliases"]) == ("3", "3", "EEGNets")


def test_relations_quote_their_evidence(folder: Path) -> None:
    rows = {(row["relation"], row["paper"]): row for row in read(folder, "relations")}
    told = rows["outperforms", "arxiv:2501.00001"]
    assert told["text"] == "It outperforms EEGNet on BETA"
    assert (told["status"], told["papers"], told["rule"]) == ("asserted", "1", "hand")
    hedged = rows["extends", "arxiv:2501.00001"]
    assert (hedged["status"], hedged["papers"]) == ("hedged", "0")


def test_results_name_what_fills_their_slots(folder: Path) -> None:
    (row,) = read(folder, "results")
    assert (row["method"], row["metric"], row["dataset"], row["task"]) == (
        *("FlickerNet", "accuracy", "BETA"),
        "",
    )
    assert (row["value"], row["number"], row["unit"]) == ("91.5%", "91.5", "%")
    assert row["text"] == "reaches an accuracy of 91.5%"


def test_where_text_may_not_be_carried_only_titles_are_quoted(tmp_path: Path) -> None:
    bare = [replace(found, record=replace(found.record, abstract="")) for found in hand_made()]
    with assemble(bare) as graph:
        write(graph, tmp_path)
    for name in ("relations", "results"):
        rows = read(tmp_path, name)
        assert rows
        assert all(row["text"] == "" and int(row["end"]) > int(row["start"]) for row in rows)


def test_no_cell_is_a_formula(folder: Path) -> None:
    (found,) = (r for r in read(folder, "entities") if "cmd" in r["name"])
    assert found["name"] == "'=cmd() set"
    (paper,) = (r for r in read(folder, "papers") if "cmd" in r["introducesDataset"])
    assert paper["introducesDataset"] == "'=cmd() set"


def test_numbers_stay_as_they_are() -> None:
    for number in ("-0.5", "+9.89", "-1,234.5", "-3e-4", "+5%", "0", "-.5"):
        assert cell(number) == number
    for text in ("-0.5=x", "+cmd", "--1", "-", "@x", "\tx", "\rx", "\nx", "+1+1"):
        assert cell(text) == "'" + text


@given(st.text())
def test_what_is_not_a_number_never_begins_as_a_formula(text: str) -> None:
    spelled = cell(text)
    assert spelled.removeprefix("'") == text.removeprefix("'")
    if not re.fullmatch(r"[+-]?[\d.,]+([eE][+-]?\d+)?%?", text):
        assert not spelled.startswith(("=", "+", "-", "@", "\t", "\r"))


@given(st.lists(st.text(), max_size=4))
def test_each_of_several_values_is_safe(texts: list[str]) -> None:
    parts = cell(texts).split(";")
    assert len(parts) == max(1, len(texts))
    assert not any(part.startswith(("=", "@")) for part in parts)


def test_files_end_lines_as_unix_does_and_survive_quotes(folder: Path) -> None:
    for name in FILES:
        data = (folder / name).read_bytes()
        assert data.endswith(b"\n")
        assert b"\r" not in data
    titles = {row["title"] for row in read(folder, "papers")}
    assert '<script>alert(1)</script> & "quotes" with $\\alpha$ and \u202ertl' in titles


def test_the_order_of_extractions_does_not_matter(
    extractions: list[Extraction], folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = tmp_path_factory.mktemp("other")
    with assemble(extractions[::-1] + extractions) as graph:
        write(graph, other)
    for name in FILES:
        assert (other / name).read_bytes() == (folder / name).read_bytes()


def test_an_empty_graph_is_four_headers(tmp_path: Path) -> None:
    with assemble([]) as graph:
        write(graph, tmp_path)
    assert [(tmp_path / name).read_text(encoding="utf-8").count("\n") for name in FILES] == [1] * 4
