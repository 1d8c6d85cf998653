"""The verbs that take a build elsewhere: into other formats, and back to what it was read from.

They stand beside those of :mod:`kg.cli`, which takes them from :data:`VERBS`.
"""

from __future__ import annotations

from pathlib import Path

import click

from kg import console, options

__all__ = ["VERBS"]


@click.command()
@options.DIR
@options.TO
@click.option(
    "-o", "--output", default=".", show_default=True, metavar="OUT", help="Folder to write into."
)
@options.MIN_PAPERS
@options.MIN_CONFIDENCE
@options.ONTOLOGY
def export(
    folder: str,
    to: tuple[str, ...],
    output: str,
    min_papers: int,
    min_confidence: float,
    ontology_: str | None,
) -> None:
    """Write a build in other formats, into another folder.

    A name that is no format is answered with a list of those that there are.

    \b
    kg export graph --to jsonld --to ntriples -o elsewhere
    kg export graph --rdf12
    """  # noqa: D301  click keeps the line breaks of what follows a \b
    from kg import manifest, registry
    from kg import ontology as ontologies
    from kg.build import load

    if not to:
        known = ", ".join(registry.names("exporters"))
        raise click.UsageError(f"name a format with --to; available: {known}")
    exporters = [registry.find("exporters", name) for name in dict.fromkeys(to)]
    out = Path(output)
    if manifest.is_build(out):
        raise click.UsageError(f"{output} is a build; name another folder, or use kg build --to")
    ontology = ontologies.load(Path(ontology_) if ontology_ else None)
    with load(folder, ontology=ontology) as graph:
        shown = graph.narrowed(min_papers=min_papers, min_confidence=min_confidence)
        for exporter in exporters:
            exporter.write(shown if getattr(exporter, "VIEW", False) else graph, out)
            for name in exporter.FILES:
                console.note(f"wrote {out / name}")


@click.command()
@options.DIR
@options.INPUT
@options.FORMAT
@click.option(
    "--top",
    type=click.IntRange(0),
    default=20,
    show_default=True,
    metavar="N",
    help="Findings to show; 0 shows all, and so does --json.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line for each finding.")
def verify(
    folder: str,
    inputs: tuple[str, ...],
    format_: str | None,
    top: int,
    as_json: bool,
) -> None:
    """Read the inputs again and see that a build still says what they say; else exit 1.

    Files of the build and inputs are compared with the hashes in its manifest, every paper with the
    hash of its text, and every mention, claim and result with the characters that it rests on.

    \b
    kg verify graph page1.txt page2.txt
    """  # noqa: D301  click keeps the line breaks of what follows a \b
    import orjson

    from kg.verify import Checked
    from kg.verify import verify as run

    checked, found = Checked(), 0
    for found, mismatch in enumerate(run(folder, inputs, checked, format=format_), 1):
        if as_json:
            click.echo(orjson.dumps(mismatch._asdict()).decode())
        elif not top or found <= top:
            click.echo(str(mismatch))
    if not as_json and 0 < top < found:
        click.echo(f"... and {found - top:,} more; --top 0 shows all")
    console.note(f"{checked}; {found:,} do not agree" if found else f"{checked}; all agree")
    if found:
        raise SystemExit(1)


VERBS = (export, verify)
"""The verbs of this module in their order."""
