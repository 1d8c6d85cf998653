"""The verb that checks files for Gephi. It stands beside those of :mod:`kg.cli`."""

from __future__ import annotations

import click

__all__ = ["VERBS"]


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option(
    "--format", "style", default="text", type=click.Choice(["text", "json"]), show_default=True
)
def lint(files: tuple[str, ...], style: str) -> None:
    """Check GraphML and GEXF for Gephi; exit 1 on faults.

    \b
    kg lint graph.graphml
    """  # noqa: D301  click keeps the line breaks of what follows a \b
    import orjson

    from kg import console
    from kg.lint.lint import lint as run

    reports = [run(path) for path in files]
    if style == "json":
        told = [report.as_dict() for report in reports]
        click.echo(orjson.dumps(told, option=orjson.OPT_INDENT_2).decode())
    for report in reports:
        for line in report.lines() if style == "text" else ():
            click.echo(line)
        if report.is_clean:
            count = f"{report.nodes:,} nodes, {report.edges:,} edges"
            console.note(f"{report.path}: {count}; Gephi loses nothing")
    if not all(report.is_clean for report in reports):
        raise SystemExit(1)


VERBS = (lint,)
"""The verbs of this module in their order."""
