"""The verb that shows a build in a browser.

It stands beside those of :mod:`kg.cli`, which takes it from :data:`VERBS`.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg import console, options

if TYPE_CHECKING:
    from kg.graph.knowledge_graph import KnowledgeGraph

__all__ = ["VERBS"]

_PAGE = "graph.html"


@click.command()
@options.DIR
@click.option("--focus", metavar="NAME", help="What stands around this entity.")
@click.option(
    "--depth",
    type=click.IntRange(1, 6),
    metavar="N",
    help="Steps from it to go.  [default: 2]",
)
@click.option("--papers", "view", flag_value="papers", help="Papers that share entities.")
@click.option("--by", type=click.Choice(["community"]), help="Entities by community.")
@click.option("--genealogy", "view", flag_value="genealogy", help="What was made from what.")
@click.option("--matrix", "view", flag_value="matrix", help="What was tried with what.")
@click.option("--timeline", "view", flag_value="timeline", help="What was spoken of when.")
@click.option("--rows", metavar="TYPE", help="Of --matrix: entity type of the rows.")
@click.option("--columns", metavar="TYPE", help="Of --matrix: entity type of the columns.")
@click.option(
    "--relation",
    "relations",
    multiple=True,
    metavar="NAME",
    help="Of --genealogy and --matrix: the relation to follow; may be given again.",
)
@click.option(
    "-o", "--output", metavar="FILE", help="Where to write the page; else into .view of the build."
)
@click.option("--open/--no-open", "is_opened", default=True, help="Open the page in the browser.")
@options.ONTOLOGY
def view(
    folder: str,
    focus: str | None,
    depth: int | None,
    view: str | None,
    by: str | None,
    rows: str | None,
    columns: str | None,
    relations: tuple[str, ...],
    output: str | None,
    is_opened: bool,
    ontology_: str | None,
) -> None:
    """Open a build in the browser, or another view of it.

    Prints the path of the page, which works from disk, without network.

    \b
    kg view graph
    kg view graph --focus "spiking neural network" --depth 1
    kg view graph --papers -o papers.html --no-open
    kg view graph --matrix --rows Method --columns Task
    """  # noqa: D301
    from kg.build import load
    from kg.manifest import VIEWS

    perspective = view or by or ("focus" if focus else None)
    if sum(map(bool, (view, by, focus))) > 1:
        raise click.UsageError("give one of --focus, --papers, --by, --genealogy, --matrix, ...")
    if depth and not focus:
        raise click.UsageError("--depth is for --focus NAME")
    if (rows or columns) and view != "matrix":
        raise click.UsageError("--rows and --columns are for --matrix")
    if relations and view not in {"matrix", "genealogy"}:
        raise click.UsageError("--relation is for --genealogy and --matrix")
    page = Path(folder) / _PAGE
    if perspective or output or not page.exists():
        with load(folder, ontology=options.load_ontology(ontology_)) as graph:
            if perspective == "focus":
                text = _around(graph, focus or "", depth or 2)
            elif perspective == "matrix":
                text = _matrix(graph, rows, columns, relations)
            else:
                text = _page(graph, perspective, relations)
        name = f"{perspective or 'graph'}.html"
        page = _written(text.encode(), output or "", Path(folder) / VIEWS / name)
    page = page.resolve()
    click.echo(page)
    if is_opened:
        _show(page)


def _written(page: bytes, output: str, beside: Path) -> Path:
    """Write a page where it was asked for, else beside the build, else where anybody may write."""
    from kg.errors import ExportError
    from kg.files import replacing

    try:
        place = Path(output) if output else beside
        with replacing(str(place)) as file:
            file.write(page)
    except ExportError:
        if output:
            raise
        place = Path(tempfile.mkdtemp(prefix="kg-view-")) / beside.name
        place.write_bytes(page)
        console.note(f"{beside.parent} cannot be written; the page is a temporary file")
    return place


def _around(graph: KnowledgeGraph, name: str, depth: int) -> str:
    from kg.exporters.html import page
    from kg.exporters.viewer.scenes import around

    return page(graph, around(graph, name, depth=depth))


def _matrix(
    graph: KnowledgeGraph, rows: str | None, columns: str | None, relations: tuple[str, ...]
) -> str:
    from kg.exporters.viewer import grids

    if len(relations) > 1:
        raise click.UsageError("--matrix counts one --relation, or all of them")
    relation = relations[0] if relations else None
    return grids.page(graph, grids.heat_map(graph, rows, columns, relation=relation))


def _page(graph: KnowledgeGraph, perspective: str | None, relations: tuple[str, ...]) -> str:
    from kg.exporters.html import page
    from kg.exporters.viewer import grids, scenes

    if perspective == "timeline":
        return grids.page(graph, grids.timeline(graph))
    if perspective == "papers":
        return page(graph, scenes.by_paper(graph))
    if perspective == "community":
        return page(graph, scenes.by_community(graph))
    if perspective == "genealogy":
        from kg.graph.perspectives import lineages

        return page(graph, scenes.by_descent(graph, relations or lineages(graph.ontology)))
    return page(graph)


def _show(page: Path) -> None:
    """Open a page; where there is no browser, its path has been printed."""
    import webbrowser

    if not webbrowser.open(page.as_uri()):
        console.note("no browser could be opened; open the file by hand")


VERBS = (view,)
