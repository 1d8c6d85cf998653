"""Arguments and options that several verbs share."""

from __future__ import annotations

import click

__all__ = [
    "ACCURACY",
    "CURATION",
    "DIR",
    "EVIDENCE",
    "FORMAT",
    "INPUT",
    "LABELS",
    "MIN_CONFIDENCE",
    "MIN_PAPERS",
    "MODEL",
    "ONTOLOGY",
    "WORKERS",
]

INPUT = click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
DIR = click.argument("folder", metavar="DIR")
FORMAT = click.option(
    "--format", "format_", metavar="NAME", help="Format of the inputs; told by content if left out."
)
ACCURACY = click.option(
    "--accuracy",
    default="default",
    show_default=True,
    metavar="NAME",
    help="fast, default, rules, or a folder that kg train wrote.",
)
MODEL = click.option(
    "--model", metavar="PATH", help="A spaCy pipeline whose ner is used instead of the recognizer."
)
LABELS = click.option(
    "--model-labels", "model_labels", metavar="FILE", help='Its labels: TOML lines LABEL = "TYPE".'
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
CURATION = click.option(
    "--curation",
    metavar="DIR",
    help="Tables of decisions on names; by default the folder curation beside the inputs.",
)
MIN_PAPERS = click.option(
    "--min-papers",
    type=click.IntRange(1),
    default=1,
    metavar="N",
    help="Views show entities that so many papers speak of; RDF and tables hold all.",
)
MIN_CONFIDENCE = click.option(
    "--min-confidence",
    type=click.FloatRange(0, 1),
    default=0.0,
    metavar="P",
    help="Views show what is at least so sure; RDF and tables hold all.",
)
ONTOLOGY = click.option("--ontology", "ontology_", metavar="DIR", help="Another ontology folder.")
