"""The gap matrix: what papers link with what, what they never tried, and how it is written."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from conftest import entity, extraction, hand_made
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import ontology
from kg.errors import KGError, UnknownNameError
from kg.graph.assemble import assemble
from kg.graph.gaps import Gap, Gaps, find_gaps
from kg.graph.links import Link, find_link
from kg.graph.matrix import Line, Matrix, matrix
from kg.graph.terminal import columns
from kg.model import Record, Relation, Result
from kg.reports.matrices import render_gaps, render_matrix, shown_columns

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable, Iterator

    from kg.model import Extraction

ONTOLOGY = ontology.load()
TYPES = {"M": "Method", "D": "Dataset", "T": "Task", "A": "Metric", "X": "Modality"}


def typed(name: str) -> tuple[str, str]:
    return TYPES[name[0]], name


def paper(
    name: str,
    *claims: tuple[str, str, str],
    mentions: str = "",
    results: str = "",
    status: str = "",
) -> Extraction:
    """Make a paper that makes claims, and names some things without a claim."""
    named = {n for head, _, tail in claims for n in (head, tail)}
    named |= {*mentions.split(), *results.split()}
    record = Record(id=name, title=f"Paper {name}", abstract=" ".join(sorted(named)) + ".")
    relations = tuple(
        Relation(typed(h), r, typed(t), 0, 5, "hand", status or "asserted") for h, r, t in claims
    )
    slots = {slot.type: slot.name for slot in ONTOLOGY.slots}
    links = tuple((slots[TYPES[n[0]]], n) for n in results.split())
    found = Result("1", "1", "", "absolute", links, 0, 5, "hand", status or "asserted")
    entities = tuple(entity(record, *typed(n), "mentioned") for n in sorted(named))
    return extraction(record, entities, relations, (found,) if links else ())


def ask(
    papers: Iterable[Extraction],
    rows: str = "Method",
    of: str = "Dataset",
    relation: str | None = None,
    *,
    top: int | None = None,
) -> Matrix:
    with assemble(papers) as graph:
        return matrix(graph, find_link(ONTOLOGY, rows, of, relation), top=top)


def gaps(papers: Iterable[Extraction], of: str = "Dataset", *, least: int = 1) -> Gaps:
    with assemble(papers) as graph:
        return find_gaps(graph, find_link(ONTOLOGY, "Method", of), least=least)


def tried(method: str, data: str) -> tuple[str, str, str]:
    return method, "evaluatedOn", data


def cells(found: Matrix) -> dict[tuple[str, str], int | None]:
    return {
        (row.name, column.name): n
        for row, told in zip(found.rows, found.cells, strict=True)
        for column, n in zip(found.columns, told, strict=True)
        if n != 0
    }


### What is counted


def test_cells_count_different_papers_that_assert_it() -> None:
    papers = [
        paper("p1", tried("Ma", "Da"), tried("Ma", "Db")),
        paper("p2", tried("Ma", "Da"), tried("Mb", "Da")),
        paper("p3", tried("Mb", "Db"), status="hedged"),
        paper("p4", mentions="Mc Da"),
    ]
    found = ask([*papers, papers[0]])
    assert cells(found) == {("Ma", "Da"): 2, ("Ma", "Db"): 1, ("Mb", "Da"): 1}
    assert found.cells == ((2, 1), (1, 0))
    assert [(r.name, r.linked, r.papers) for r in found.rows] == [("Ma", 2, 2), ("Mb", 1, 2)]
    assert [(c.name, c.linked, c.papers) for c in found.columns] == [("Da", 2, 3), ("Db", 1, 2)]
    assert (found.papers, found.total_rows, found.total_columns) == (2, 2, 2)


def test_order_is_by_papers_then_name() -> None:
    papers = [paper("p1", tried("Mb", "Da"), tried("Ma", "Da"), tried("Mz", "Db"))]
    papers += [paper("p2", tried("Mz", "Dc")), paper("p3", mentions="Mb Dc")]
    found = ask(papers)
    assert [row.name for row in found.rows] == ["Mz", "Mb", "Ma"]
    assert [column.name for column in found.columns] == ["Dc", "Da", "Db"]
    first = ask(papers, top=1)
    assert (first.cells, first.total_rows, first.total_columns) == (((1,),), 3, 3)


PAIRS = st.tuples(st.sampled_from(["Ma", "Mb", "Mc"]), st.sampled_from(["Da", "Db", "Dc"]))


@settings(deadline=None, max_examples=25)
@given(st.lists(st.sets(PAIRS, max_size=3), min_size=1, max_size=3), st.randoms())
def test_matrix_and_gaps_cover_every_pair(
    said: list[set[tuple[str, str]]], chance: random.Random
) -> None:
    papers = [
        paper(f"p{i}", *(tried(*pair) for pair in sorted(pairs))) for i, pairs in enumerate(said)
    ]
    expected = {p: sum(p in pairs for pairs in said) for p in set().union(*said)}
    with assemble(papers) as graph:
        found = matrix(graph, find_link(ONTOLOGY, "Method", "Dataset"))
        open_pairs = find_gaps(graph, found.link, least=1)
    assert cells(found) == expected
    for i, row in enumerate(found.rows):
        assert row.linked == sum(any(row.name == m for m, _ in pairs) for pairs in said)
        assert max(found.cells[i]) == max(n or 0 for n in found.cells[i]) > 0  # type: ignore[type-var]
    together = {
        (m, d) for pairs in said for m in {m for m, _ in pairs} for d in {d for _, d in pairs}
    }
    rows, of = [r.name for r in found.rows], [c.name for c in found.columns]
    unlinked = {(m, d) for m in rows for d in of} - set(expected)
    assert {(g.row, g.column) for g in open_pairs.gaps} == unlinked - together
    assert (open_pairs.total, open_pairs.met) == (
        *(len(unlinked - together), len(unlinked & together)),
    )
    chance.shuffle(papers)
    shuffled = ask(papers)
    assert shuffled == found
    for style in ("table", "csv", "json", "md"):
        assert render_matrix(shuffled, style) == render_matrix(found, style)


def test_a_relation_is_read_from_either_side() -> None:
    papers = [paper("p1", tried("Ma", "Da"), ("Da", "takesModality", "Xa"))]
    assert cells(ask(papers, "Dataset", "Method")) == {("Da", "Ma"): 1}
    assert cells(ask(papers, "Modality", "Dataset")) == {("Xa", "Da"): 1}
    assert cells(ask(papers, "Modality", "Method")) == {}


def test_things_of_one_type() -> None:
    papers = [
        paper("p1", ("Ma", "outperforms", "Mb"), ("Mb", "comparedWith", "Mc")),
        paper("p2", ("Ma", "outperforms", "Mb")),
    ]
    wins = ask(papers, "Method", "Method", "outperforms")
    assert cells(wins) == {("Ma", "Mb"): 2}
    compared = ask(papers, "Method", "Method", "comparedWith")
    assert cells(compared) == {("Mb", "Mb"): None, ("Mc", "Mc"): None} | {
        ("Mb", "Mc"): 1,
        ("Mc", "Mb"): 1,
    }
    both = ask(papers, "Method", "Method")
    assert both.link.relations == ("outperforms", "comparedWith", "uses", "extends")
    assert cells(both)["Ma", "Mb"] == 2
    assert "-" in render_matrix(compared, "table")
    assert json.loads(render_matrix(compared, "json"))["cells"] == [[None, 1], [1, None]]


def test_results_link_where_no_relation_does() -> None:
    papers = [paper("p1", results="Ma Aa Da"), paper("p2", results="Aa Da Ta")]
    papers.append(paper("p3", results="Aa Da", status="hedged"))
    found = ask(papers, "Dataset", "Metric")
    assert found.link == Link("Dataset", "Metric", ())
    assert cells(found) == {("Da", "Aa"): 2}
    assert cells(ask(papers, "Task", "Metric")) == {("Ta", "Aa"): 1}
    assert "results of both" in render_matrix(found, "table")


### What links


def test_types_and_relations_are_checked() -> None:
    assert find_link(ONTOLOGY, "method", "DATASET") == Link("Method", "Dataset", ("evaluatedOn",))
    assert find_link(ONTOLOGY, "Method", "Task", "appliedto").relations == ("appliedTo",)
    with pytest.raises(UnknownNameError, match="no entity type named 'Methods'; available: Method"):
        find_link(ONTOLOGY, "Methods", "Dataset")
    with pytest.raises(UnknownNameError, match="no relation between Method and Dataset named"):
        find_link(ONTOLOGY, "Method", "Dataset", "outperforms")
    for rows, of in (("Modality", "Task"), ("Task", "Task"), ("Dataset", "Dataset")):
        with pytest.raises(KGError, match=f"nothing links {rows} with {of}: .* see 'kg types'"):
            find_link(ONTOLOGY, rows, of)


@pytest.mark.parametrize("rows", ONTOLOGY.type_names)
@pytest.mark.parametrize("of", ONTOLOGY.type_names)
def test_every_pair_of_types_is_linked_or_refused(rows: str, of: str) -> None:
    try:
        link = find_link(ONTOLOGY, rows, of)
    except KGError:
        with pytest.raises(KGError):
            find_link(ONTOLOGY, of, rows)
        return
    with assemble(hand_made()) as graph:
        there = matrix(graph, link)
        back = matrix(graph, find_link(ONTOLOGY, of, rows))
        assert find_gaps(graph, link).link == link
    assert there.papers == back.papers
    if rows != of:
        assert cells(there) == {(r, c): n for (c, r), n in cells(back).items()}


### Gaps


def test_gaps_are_never_tried_and_the_best_known_come_first() -> None:
    papers = [
        paper("p1", tried("Ma", "Da")),
        paper("p2", tried("Mb", "Db"), mentions="Ma"),
        paper("p3", tried("Mc", "Dc")),
        paper("p4", mentions="Mc"),
        paper("p5", mentions="Da Dz Mz"),
    ]
    found = gaps(papers)
    assert [(g.row, g.column, g.product) for g in found.gaps] == [
        *(("Mc", "Da", 4), ("Ma", "Dc", 2), ("Mc", "Db", 2)),
        *(("Mb", "Da", 2), ("Mb", "Dc", 1)),
    ]
    first = found.gaps[0]
    assert (first.row_papers, first.column_papers) == (2, 2)
    assert (found.total, found.met) == (5, 1), "a paper names Ma and Db together"
    assert [(g.row, g.column) for g in gaps(papers, least=2).gaps] == [("Mc", "Da")]
    assert gaps([]).gaps == ()


def test_gaps_within_a_type_come_once() -> None:
    papers = [paper("p1", ("Ma", "uses", "Mb")), paper("p2", ("Mc", "uses", "Md"), mentions="X")]
    papers[1] = paper("p2", ("Mc", "uses", "Md"))
    papers.append(paper("p3", mentions="Mc"))
    found = gaps(papers, "Method")
    assert [(g.row, g.column) for g in found.gaps] == [
        *(("Mc", "Ma"), ("Mc", "Mb")),
        *(("Ma", "Md"), ("Mb", "Md")),
    ]
    with assemble(papers) as graph:
        link = find_link(ONTOLOGY, "Method", "Method")
        assert find_gaps(graph, link, least=1, top=1).gaps == found.gaps[:1]


### How it is written


NASTY = (
    "=cmd()|x",
    "<script>alert(1)</script> \x1b[31m",
    "\u202ertl \N{CJK UNIFIED IDEOGRAPH-56FE}",
)


def lines(names: Iterable[str]) -> Iterator[Line]:
    for name in names:
        yield Line(name, f"e:{len(name)}", 3, 2)


def nasty() -> Matrix:
    link = Link("Method", "Dataset", ("evaluatedOn",))
    rows, of = tuple(lines(NASTY)), tuple(lines([*NASTY, "x" * 90]))
    return Matrix(link, rows, of, ((1, 0, 2, 0), (0, 0, 0, 0), (None, 0, 0, 9)), 104, 9, 9)


def test_table_shows_gaps_and_fits() -> None:
    found = nasty()
    for width in (60, 72, 100):
        text = render_matrix(found, "table", width=width)
        assert max(map(columns, text.splitlines())) <= width
        assert text.startswith("Method (rows) by Dataset (columns): papers, claims:")
        assert "\x1b" not in text
        assert "\u202e" not in text
    last = [line.split()[-5:] for line in text.splitlines()][-4:]
    assert last == [
        *(["1", "·", "2", "·", "2"], ["·", "·", "·", "·", "2"]),
        *(["-", "·", "·", "9", "2"], ["2", "2", "2", "2", "104"]),
    ]
    assert shown_columns(found, 100) == 4


def test_a_narrow_table_shows_fewer_columns() -> None:
    wide = replace(nasty(), columns=tuple(lines(f"D{i}" for i in range(60))))
    wide = replace(wide, cells=((0,) * 60,) * 3)
    shown = shown_columns(wide, 80)
    text = render_matrix(wide, "table", width=80)
    assert 5 < shown < 60
    assert text.splitlines()[-1].split() == ["papers", *["2"] * shown, "104"]
    assert max(map(columns, text.splitlines())) <= 80


def test_csv() -> None:
    rows = list(csv.reader(io.StringIO(render_matrix(nasty(), "csv")), strict=True))
    assert rows[0] == ["Method / Dataset", "'=cmd()|x", *NASTY[1:], "x" * 90, "papers"]
    assert [row[1:] for row in rows[1:]] == [
        *(["1", "0", "2", "0", "2"], ["0", "0", "0", "0", "2"]),
        *(["", "0", "0", "9", "2"], ["2", "2", "2", "2", "104"]),
    ]
    assert rows[1][0] == "'=cmd()|x"


def test_json() -> None:
    found = json.loads(render_matrix(nasty(), "json"))
    assert found["link"] == {
        "rows": "Method",
        "columns": "Dataset",
        "relations": ["evaluatedOn"],
        "sure": 0.0,
    }
    assert found["rows"][0] == {"name": "=cmd()|x", "iri": "e:8", "papers": 3, "linked": 2}
    assert found["cells"][2] == [None, 0, 0, 9]


def test_markdown() -> None:
    table = render_matrix(nasty(), "md").splitlines()
    assert len(table) == 6
    assert {len(line.replace("\\|", "").split("|")) for line in table} == {8}
    assert table[2].startswith("| =cmd()\\|x | 1 | · | 2 | · | 2 |")
    assert "&lt;script&gt;" in table[0]


def test_an_empty_matrix() -> None:
    found = ask([])
    for style in ("table", "csv", "json", "md"):
        assert render_matrix(found, style)
    assert "papers" in render_matrix(found, "table")


def test_gaps_are_written() -> None:
    link = Link("Method", "Dataset", ("evaluatedOn",))
    found = Gaps(link, (Gap(NASTY[0], "e:m", 3, NASTY[1], "e:d", 2, 6),), 7, 1)
    rows = list(csv.reader(io.StringIO(render_gaps(found, "csv")), strict=True))
    assert rows == [
        ["Method", "Method papers", "Dataset", "Dataset papers", "product"],
        ["'=cmd()|x", "3", NASTY[1], "2", "6"],
    ]
    told = json.loads(render_gaps(found, "json"))
    assert (told["total"], told["met"], told["gaps"][0]["row"]) == (7, 1, NASTY[0])
    text = render_gaps(found, "table", width=60)
    assert max(map(columns, text.splitlines())) <= 60
    assert text.splitlines()[1].split()[-2:] == ["2", "6"]
    assert "=cmd()\\|x | 3 |" in render_gaps(found, "md")
    same = replace(found, link=Link("Method", "Method", ("uses",)))
    assert render_gaps(same, "csv").splitlines()[0].split(",")[2] == "other Method"
