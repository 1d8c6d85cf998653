"""The verbs about the life of a build: what changed from one to the next.

They stand beside those of :mod:`kg.cli`, which takes them from :data:`VERBS`.
"""

from __future__ import annotations

import shutil
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg import console, options

if TYPE_CHECKING:
    from collections.abc import Mapping


__all__ = ["VERBS"]


@click.command()
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.option(
    "--format", "style", default="text", type=click.Choice(["text", "json"]), show_default=True
)
@click.option(
    "--top",
    type=click.IntRange(0),
    default=10,
    show_default=True,
    metavar="N",
    help="Changes of a kind to show; 0 shows all, and so does json.",
)
@click.option(
    "--tolerance",
    type=click.FloatRange(0, 1),
    default=0.05,
    show_default=True,
    metavar="X",
    help="Confidences that differ by no more are the same.",
)
@options.ONTOLOGY
@click.option(
    "--old-ontology",
    metavar="DIR",
    help="The ontology folder of OLD, if it is another than that of NEW.",
)
def diff(
    old: str,
    new: str,
    style: str,
    top: int,
    tolerance: float,
    ontology_: str | None,
    old_ontology: str | None,
) -> None:
    """Tell what changed between two builds; if anything did, exit 1.

    OLD and NEW are folders that 'kg build' wrote. First comes what changed in papers whose text is
    the same, where rules, model or ontology are others; then what follows from papers that came,
    went or were edited. What is said of an entity that was merged or renamed follows it, and is no
    change of its own.

    Exit code 0: no difference; 1: there is one; 2: a folder cannot be read.

    \b
    kg diff graph-2024 graph-2025
    kg diff before after --format json
    """  # noqa: D301  click keeps the line breaks of what follows a \b
    import orjson

    from kg.build import MANIFEST, load
    from kg.graph.diff import diff as run
    from kg.graph.diff import made
    from kg.reports.changes import write

    schema = options.load_ontology(ontology_)
    schemas = (options.load_ontology(old_ontology) if old_ontology else schema, schema)
    with load(old, ontology=schemas[0]) as before, load(new, ontology=schemas[1]) as after:
        manifests = [orjson.loads((Path(folder) / MANIFEST).read_bytes()) for folder in (old, new)]
        found = run(before, after, tolerance=tolerance)
        for folder, manifest, counts in zip(
            (old, new), manifests, (found.before, found.after), strict=True
        ):
            _warn(folder, manifest, counts)
        differs = write(
            found,
            made(*manifests),
            partial(click.echo, nl=False),
            style=style,
            top=top or None,
            width=shutil.get_terminal_size((100, 24)).columns,
        )
    if differs:
        raise SystemExit(1)


def _warn(folder: str, manifest: Mapping[str, Any], counts: Mapping[str, int]) -> None:
    """Say so if a build, put together again, is not what it was: with other rules to join names."""
    told = manifest.get("counts", {})
    if unlike := [name for name in counts if told.get(name, counts[name]) != counts[name]]:
        name = unlike[0]
        console.note(
            f"{folder} was put together otherwise: it had {told[name]:,} {name}, now "
            f"{counts[name]:,}; name its ontology with --old-ontology or --ontology, or build again"
        )


VERBS = (diff,)
"""The verbs of this module in their order."""
