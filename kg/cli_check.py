"""The verb that checks a build against the shapes of the ontology.

It stands beside those of :mod:`kg.cli`, which takes it from :data:`VERBS`.
"""

from __future__ import annotations

import click

from kg import options

__all__ = ["VERBS"]


@click.command()
@options.DIR
@click.option(
    "--engine",
    type=click.Choice(["auto", "shacl", "sparql"]),
    default="auto",
    show_default=True,
    help="shacl is pySHACL, sparql Oxigraph, auto one of them by size; both find the same.",
)
@click.option(
    "--examples",
    type=click.IntRange(0),
    default=3,
    show_default=True,
    metavar="N",
    help="Nodes to show of each kind; json has all.",
)
@click.option(
    "--format", "style", default="table", type=click.Choice(["table", "json"]), show_default=True
)
@options.ONTOLOGY
def check(folder: str, engine: str, examples: int, style: str, ontology_: str | None) -> None:
    """Check a build against the shapes; else exit 1.

    Violations make it fail, warnings do not. Each kind is shown once, with what is wrong, what to
    do, how often it is found, and some nodes.

    \b
    kg check graph
    kg check graph --examples 20
    kg check graph --engine sparql --format json
    """  # noqa: D301  click keeps the line breaks of what follows a \b
    from dataclasses import asdict

    import orjson

    from kg.graph.check import check as run
    from kg.graph.findings import grouped

    findings = run(folder, ontology=options.load_ontology(ontology_), engine=engine)
    if style == "json":
        click.echo(orjson.dumps([asdict(f) for f in findings], option=orjson.OPT_INDENT_2).decode())
    else:
        for line in grouped(findings, examples=examples):
            click.echo(line)
    if any(f.severity == "Violation" for f in findings):
        raise SystemExit(1)


VERBS = (check,)
"""The verbs of this module in their order."""
