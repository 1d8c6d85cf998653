"""The verbs that answer in tables: who reached what, and what was tried with what.

They stand beside those of :mod:`kg.cli`, which takes them from :data:`VERBS`.
"""

from __future__ import annotations

import shutil
from itertools import pairwise
from typing import TYPE_CHECKING

import click

from kg import console, options
from kg.graph.admissible import SURE

if TYPE_CHECKING:
    from kg.graph.leaderboard import Leaderboard

__all__ = ["VERBS"]

_STYLE = click.option(
    "--format",
    "style",
    default="table",
    type=click.Choice(["table", "csv", "json", "md"]),
    show_default=True,
)
_BOARDS = 10  # that people are shown, if they do not say how many
_SLOT = "slot_"  # what the names of parameters begin with that the ontology gives


class _WithSlots(click.Command):
    """Have an option for each slot of a result that the ontology in use names."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        for argument, following in pairwise([*args, ""]):
            option, _, value = argument.partition("=")
            if option == "--ontology":
                ctx.meta[__name__] = value or following
        return super().parse_args(ctx, args)

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        slots = options.load_ontology(ctx.meta.get(__name__)).slots
        extra = [
            click.Option(
                [f"--{slot.name}", f"{_SLOT}{slot.name}"],
                metavar="NAME",
                help=f"Only boards of this {slot.type}, by any of its names.",
            )
            for slot in slots
        ]
        return [*extra, *super().get_params(ctx)]


@click.command(cls=_WithSlots)
@options.DIR
@click.option(
    "--top",
    type=click.IntRange(0),
    metavar="N",
    help=f"Boards to show; 0 shows all.  [default: {_BOARDS}; csv and json: all]",
)
@click.option(
    "--min-confidence",
    "sure",
    type=click.FloatRange(0, 1),
    default=SURE,
    show_default=True,
    metavar="P",
    help="How sure a value must be to take a rank.",
)
@_STYLE
@options.ONTOLOGY
def leaderboard(
    folder: str,
    top: int | None,
    sure: float,
    style: str,
    ontology_: str | None,
    **slots: str | None,
) -> None:
    """Show reported values, best first, with their quotes.

    Values are on one board only if metric, dataset, unit and kind are the same; nothing is
    converted or guessed. What papers only hedge, announce, negate or attribute is left out. Values
    that are less sure, or that the metric cannot have, stand below the others and take no rank.

    \b
    kg leaderboard graph
    kg leaderboard graph --dataset cifar-10 --format md
    kg leaderboard graph --metric accuracy --min-confidence 0.9
    """  # noqa: D301  click keeps the line breaks of what follows a \b
    from kg.build import load
    from kg.graph.leaderboard import leaderboard as run
    from kg.reports.boards import render

    wanted = {slot.removeprefix(_SLOT): name for slot, name in slots.items() if name is not None}
    most = _BOARDS if top is None and style in {"table", "md"} else top
    with load(folder, ontology=options.load_ontology(ontology_)) as graph:
        found = run(graph, wanted, top=most or None, sure=sure)
        click.echo(render(found, graph.ontology, style, width=_width()), nl=False)
    _tell(found, wanted)


def _tell(found: Leaderboard, wanted: dict[str, str]) -> None:
    """Say what is not on the boards."""
    for slot, names in found.chosen.items():
        if len(names) > 1 or not found.total:
            console.note(f"{slot} {wanted[slot]!r} is taken for {' and '.join(names)}")
    if not found.total:
        console.note("no paper reports a value of that" if wanted else "no paper reports a value")
        for slot, names in found.near.items():
            console.note(f"near {slot} {wanted[slot]!r} there are values of {', '.join(names)}")
    elif len(found.boards) < found.total:
        console.note(f"{len(found.boards)} of {found.total:,} boards; --top 0 shows all")
    if found.unasserted:
        console.note(f"{found.unasserted:,} values left out that their papers do not assert")


@click.command()
@options.DIR
@click.option("--rows", metavar="TYPE", help="Entity type of the rows.  [default: the first]")
@click.option("--columns", metavar="TYPE", help="Entity type of the columns.  [default: the next]")
@click.option("--relation", metavar="NAME", help="The only relation to count.  [default: all]")
@click.option(
    "--top",
    type=click.IntRange(0),
    default=20,
    show_default=True,
    metavar="N",
    help="Rows and columns, or gaps, to show; 0 shows all.",
)
@click.option("--gaps", is_flag=True, help="List pairs never tried, the best known first.")
@click.option(
    "--min-papers",
    type=click.IntRange(1),
    metavar="N",
    help="Of gaps: papers that speak of either side at least.  [default: 2]",
)
@click.option(
    "--min-confidence",
    "sure",
    type=click.FloatRange(0, 1),
    default=0.0,
    metavar="P",
    help="Count only what is at least so sure.",
)
@_STYLE
@options.ONTOLOGY
def matrix(
    folder: str,
    rows: str | None,
    columns: str | None,
    relation: str | None,
    top: int,
    gaps: bool,
    min_papers: int | None,
    sure: float,
    style: str,
    ontology_: str | None,
) -> None:
    """Count papers that link what with what; see the gaps.

    A cell is the number of papers that assert a relation between row and column; where the ontology
    has none for the two types, of papers with a result of both. 'kg types' lists types and
    relations.

    \b
    kg matrix graph
    kg matrix graph --rows Dataset --columns Metric --format csv
    kg matrix graph --gaps --min-papers 3
    """  # noqa: D301
    from kg.build import load
    from kg.graph.gaps import find_gaps
    from kg.graph.links import find_link
    from kg.graph.matrix import matrix as run
    from kg.reports.matrices import render_gaps, render_matrix, shown_columns

    if min_papers is not None and not gaps:
        raise click.UsageError("--min-papers is for gaps; give --gaps too")
    ontology = options.load_ontology(ontology_)
    first, second = (*ontology.type_names, *ontology.type_names)[:2]
    link = find_link(ontology, rows or first, columns or second, relation, sure=sure)
    width = _width()
    with load(folder, ontology=ontology) as graph:
        if gaps:
            listed = find_gaps(graph, link, least=min_papers or 2, top=top or None)
            click.echo(render_gaps(listed, style, width=width), nl=False)
            if len(listed.gaps) < listed.total:
                console.note(f"{len(listed.gaps)} of {listed.total:,} pairs; --top 0 shows all")
            if listed.met:
                console.note(
                    f"{listed.met:,} pairs left out: not linked, but in one paper together"
                )
            return
        found = run(graph, link, top=top or None)
    click.echo(render_matrix(found, style, width=width), nl=False)
    shown = len(found.columns) if style != "table" else shown_columns(found, width)
    if len(found.rows) < found.total_rows or shown < found.total_columns:
        console.note(
            f"{len(found.rows)} of {found.total_rows:,} {link.rows}, {shown} of "
            f"{found.total_columns:,} {link.columns}; totals are of all; --top 0 shows all"
            + ("" if shown == len(found.columns) else ", as far as the terminal is wide")
        )


def _width() -> int:
    return shutil.get_terminal_size((100, 24)).columns


VERBS = (leaderboard, matrix)
"""The verbs of this module in their order."""
