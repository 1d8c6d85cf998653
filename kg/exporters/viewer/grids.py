"""Pages that are one large table: what was tried with what, and what was spoken of when.

A cell tells how many papers; choosing it lists them, with the words that say so where the text is
carried. The table stands in the page as markup, so it can be read without scripts too.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, sqrt
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import KGError
from kg.exporters.html import block, document
from kg.graph.links import find_link, linked_pairs
from kg.graph.matrix import matrix
from kg.model import ASSERTED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kg.graph.knowledge_graph import KnowledgeGraph
    from kg.schema import EntityType

__all__ = ["Grid", "heat_map", "page", "timeline"]

_FOLDER = Path(__file__).parent
_LEVELS = 7  # shades of a cell
_LISTED = 40  # papers of one cell

_CELLS = """
SELECT l.r, l.c, l.paper, min(k.start) AS start, arg_min(k."end", k.start) AS "end"
FROM link l LEFT JOIN claims k ON k.paper = l.paper AND k.status = ${0}
  AND ((k.head = l.r AND k.tail = l.c) OR (k.head = l.c AND k.tail = l.r))
WHERE list_contains(${1}, l.r) AND list_contains(${2}, l.c)
GROUP BY ALL ORDER BY l.r, l.c, l.paper
"""

_TOP = """
SELECT e.iri, e.name, e.type, e.papers FROM entities e
WHERE e.iri IN (SELECT r.entity FROM roles r JOIN papers p ON p.iri = r.paper
                WHERE p.date SIMILAR TO '[0-9]{4}.*')
ORDER BY e.papers DESC, e.mentions DESC, e.iri LIMIT $1
"""

_YEARS = """
SELECT r.entity AS r, p.date[:4] AS c, r.paper, m.start, m."end"
FROM roles r JOIN papers p ON p.iri = r.paper LEFT JOIN (
  SELECT paper, entity, min(start) AS start, arg_min("end", start) AS "end"
  FROM mentions GROUP BY paper, entity
) m ON m.paper = r.paper AND m.entity = r.entity
WHERE p.date SIMILAR TO '[0-9]{4}.*' AND list_contains($1, r.entity)
ORDER BY r, c, r.paper
"""

_SPAN = (
    "SELECT min(date[:4])::INTEGER AS a, max(date[:4])::INTEGER AS z FROM papers WHERE date <> ''"
)

_RECORDS = """
SELECT iri, id, title, date, url, doi, arxiv, abstract, sentences FROM papers
WHERE list_contains($1, iri) ORDER BY iri
"""


@dataclass(frozen=True, slots=True)
class Head:
    """A row or a column: its name, the look of its type, and its papers."""

    key: str
    name: str
    type: EntityType | None
    papers: int


@dataclass(frozen=True)
class Grid:
    """A table of papers.

    :param title: Heading of the page.
    :param lead: What is seen.
    :param rows: The rows.
    :param columns: The columns.
    :param cells: Row, column, paper, and the span that says so (or None), sorted.
    :param by_row: Whether shades are told within a row, not within the whole table.
    """

    title: str
    lead: str
    rows: Sequence[Head]
    columns: Sequence[Head]
    cells: Sequence[Mapping[str, Any]]
    by_row: bool


def heat_map(
    graph: KnowledgeGraph,
    rows: str | None = None,
    columns: str | None = None,
    *,
    relation: str | None = None,
    top: int = 40,
) -> Grid:
    """Count the papers that link things of two types.

    :param graph: The knowledge graph.
    :param rows: Entity type of the rows; by default the first.
    :param columns: Entity type of the columns; by default the second.
    :param relation: The only relation to count; by default all between the two types.
    :param top: How many rows and columns at most.
    :raises KGError: If there are no such types, or nothing links them.
    """
    names = graph.ontology.type_names
    link = find_link(
        graph.ontology, rows or names[0], columns or names[min(1, len(names) - 1)], relation
    )
    found = matrix(graph, link, top=top)
    pairs, parameters = linked_pairs(graph.ontology, link)
    sides = [[line.iri for line in side] for side in (found.rows, found.columns)]
    places = [len(parameters) + at for at in (1, 2, 3)]
    cells = list(graph.rows(pairs + _CELLS.format(*places), [*parameters, ASSERTED, *sides]))
    types = [graph.ontology.type(name) for name in (link.rows, link.columns)]
    # Of what most papers speak of, some may be linked only with what is not shown.
    filled = [{cell[side] for cell in cells} for side in ("r", "c")]
    heads = [
        [Head(line.iri, line.name, kind, line.papers) for line in side if line.iri in full]
        for side, kind, full in zip((found.rows, found.columns), types, filled, strict=True)
    ]
    labels = [graph.ontology.relation(name).label for name in link.relations]
    says = " or ".join(labels) or "result of both"
    size = f"{len(heads[0])} rows and {len(heads[1])} columns"
    lead = f"Papers that say “{says}”: the {size} with most papers."
    title = f"{types[0].label} by {types[1].label}"
    return Grid(title, lead, heads[0], heads[1], cells, by_row=False)


def timeline(graph: KnowledgeGraph, *, top: int = 60) -> Grid:
    """Count the papers of each year that speak of what most speak of.

    :param graph: The knowledge graph.
    :param top: How many entities at most.
    :raises KGError: If no paper has a date.
    """
    (told,) = graph.rows(_SPAN)
    if told["a"] is None:
        raise KGError("no paper has a date; the timeline needs inputs that give one")
    chosen = list(graph.rows(_TOP, [top]))
    cells = list(graph.rows(_YEARS, [[row["iri"] for row in chosen]]))
    years: dict[str, list[int]] = {row["iri"]: [] for row in chosen}
    for cell in cells:
        years[cell["r"]].append(int(cell["c"]))
    # What came up early stands above what came up late.
    chosen.sort(
        key=lambda row: (round(sum(years[row["iri"]]) / len(years[row["iri"]]), 3), row["iri"])
    )
    rows = [
        Head(row["iri"], row["name"], graph.ontology.type(row["type"]), row["papers"])
        for row in chosen
    ]
    per_year = {
        row["c"]: row["n"]
        for row in graph.rows("SELECT date[:4] AS c, count(*) AS n FROM papers GROUP BY ALL")
    }
    columns = [
        Head(str(year), str(year), None, per_year.get(str(year), 0))
        for year in range(told["a"], told["z"] + 1)
    ]
    lead = (
        f"Papers a year that speak of the {len(rows)} best known entities, the early ones above; "
        "each row is shaded by its own best year."
    )
    return Grid("Timeline", lead, rows, columns, cells, by_row=True)


def page(graph: KnowledgeGraph, grid: Grid) -> str:
    """Make the page of a grid.

    :param graph: The knowledge graph.
    :param grid: What it shows.
    :returns: A whole HTML document.
    """
    row, column = (
        {head.key: at for at, head in enumerate(side)} for side in (grid.rows, grid.columns)
    )
    held: dict[tuple[int, int], list[Mapping[str, Any]]] = {}
    for cell in grid.cells:
        held.setdefault((row[cell["r"]], column[cell["c"]]), []).append(cell)
    records = list(graph.rows(_RECORDS, [sorted({cell["paper"] for cell in grid.cells})]))
    place = {record["iri"]: at for at, record in enumerate(records)}
    listed = {
        f"{r}-{c}": [
            [place[cell["paper"]], *_quoted(records[place[cell["paper"]]], cell)]
            for cell in cells[:_LISTED]
        ]
        for (r, c), cells in sorted(held.items())
    }
    most = max(map(len, held.values()), default=1)
    best = [
        max((len(held.get((r, c), ())) for c in range(len(grid.columns))), default=0)
        for r in range(len(grid.rows))
    ]
    table = [
        (
            head,
            [
                (len(cells), _level(len(cells), best[r] if grid.by_row else most))
                for c in range(len(grid.columns))
                for cells in [held.get((r, c), [])]
            ],
        )
        for r, head in enumerate(grid.rows)
    ]
    told = {
        "rows": [head.name for head in grid.rows],
        "columns": [head.name for head in grid.columns],
        "cells": listed,
        "counts": {key: len(held[tuple(map(int, key.split("-")))]) for key in listed},  # type: ignore[index]
        "papers": [_described(record) for record in records],
    }
    busiest = max((head.papers for head in grid.columns), default=1)
    return document(
        "grid.html",
        style=_text("page.css") + _text("grid.css"),
        scripts=[_text("make.js") + _text("theme.js") + _text("grid.js")],
        blocks=[block("grid-data", told)],
        title=grid.title,
        lead=grid.lead,
        count=len(graph.papers),
        columns=[(head, _level(head.papers, busiest)) for head in grid.columns],
        table=table,
        by_row=grid.by_row,
    )


def _text(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


def _level(papers: int, most: int) -> int:
    """Say how dark a cell is, from 0 to the darkest; areas that look twice as dark hold more."""
    return ceil(_LEVELS * sqrt(papers / most)) if papers else 0


def _quoted(record: Mapping[str, Any], cell: Mapping[str, Any]) -> list[Any]:
    """Cut out the words that say so, with what stands before and after them in the sentence.

    Where the text is not carried, their place is told instead.
    """
    title = len(record["title"]) + 1
    text = f"{record['title']}\n{record['abstract']}"
    start, end = cell["start"], cell["end"]
    if start is None:
        return []
    if end > len(text):
        return [f"abstract, characters {start - title}\N{EN DASH}{end - title}"]
    spans = [tuple(span) for span in record["sentences"]]
    left, right = next(((a, max(b, end)) for a, b in spans if a <= start < b), (start, end))
    return [text[left:start], text[start:end], text[end:right]]


def _described(record: Mapping[str, Any]) -> Iterable[str]:
    address = record["url"]
    if not address and record["doi"]:
        address = f"https://doi.org/{record['doi']}"
    elif not address and record["arxiv"]:
        address = f"https://arxiv.org/abs/{record['arxiv']}"
    return [record["title"] or record["id"], record["id"], record["date"], address]
