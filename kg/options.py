"""Arguments and options that several verbs share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.ontology import Ontology

__all__ = [
    "ACCURACY",
    "CACHE",
    "CURATION",
    "DIR",
    "ENGINE",
    "EVIDENCE",
    "FORMAT",
    "INPUT",
    "LABELS",
    "MASTER",
    "MIN_CONFIDENCE",
    "MIN_PAPERS",
    "MODEL",
    "NO_CACHE",
    "ONTOLOGY",
    "TO",
    "WORKERS",
    "load_ontology",
    "refuse",
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
CACHE = click.option(
    "--cache",
    "cache_folder",
    metavar="DIR",
    help="Where extractions are kept, so that none is made twice; else the cache of this system.",
)
NO_CACHE = click.option("--no-cache", is_flag=True, help="Extract everything, keep nothing.")
ENGINE = click.option(
    "--engine",
    type=click.Choice(["embedded", "spark"]),
    default="embedded",
    show_default=True,
    help="What extracts and assembles; spark needs the extra of that name.",
)
MASTER = click.option(
    "--master",
    metavar="URL",
    help="Where Spark runs, such as local[2]; else what its settings say.",
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

_RDF12 = "kg.rdf12"
_Verb = TypeVar("_Verb", bound="Callable[..., object]")


def TO(verb: _Verb) -> _Verb:  # noqa: N802  named like the options beside it
    """Add ``--to NAME``, which may come more than once, and ``--rdf12``, which is short for one."""
    add = click.option(
        "--to",
        multiple=True,
        metavar="NAME",
        callback=lambda context, _, names: (*names, *context.meta.get(_RDF12, ())),
        help="A format to write too, such as jsonld, ntriples, trig; may come more than once.",
    )
    rdf12 = click.option(
        "--rdf12",
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=lambda context, _, asked: context.meta.update(
            {_RDF12: ("rdf12",) if asked else ()}
        ),
        help="Short for --to rdf12: Turtle of RDF 1.2, with claims as annotations.",
    )
    return add(rdf12(verb))


def refuse(what: str, **others: object) -> None:
    """Refuse options that do not go with another.

    :param what: The other, as written.
    :param others: Options by name, each with its value if it was given.
    :raises UsageError: If one was.
    """
    for name in (name for name, given in others.items() if given):
        raise click.UsageError(f"--{name} does not go with {what}; leave it out")


def load_ontology(folder: str | None) -> Ontology:
    """Load the ontology that ``--ontology`` names, or that of this package."""
    from kg import ontology

    return ontology.load(Path(folder) if folder else None)
