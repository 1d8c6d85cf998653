"""Arguments and options that several verbs share."""

from __future__ import annotations

import click

__all__ = ["DIR", "EVIDENCE", "FORMAT", "INPUT", "MODEL", "ONTOLOGY", "WORKERS"]

INPUT = click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
DIR = click.argument("folder", metavar="DIR")
FORMAT = click.option(
    "--format", "format_", metavar="NAME", help="Format of the inputs; told by content if left out."
)
MODEL = click.option(
    "--model", metavar="PATH", help="A trained spaCy pipeline whose ner takes part."
)
WORKERS = click.option(
    "--workers",
    type=click.IntRange(0),
    default=0,
    show_default="as many as cores",
    help="Number of processes; leaves no trace in what comes out.",
)
EVIDENCE = click.option(
    "--evidence",
    type=click.Choice(["text", "offsets"]),
    default="text",
    show_default=True,
    help="offsets leaves every sentence of the inputs out.",
)
ONTOLOGY = click.option("--ontology", "ontology_", metavar="DIR", help="Another ontology folder.")
