"""The verb that serves a build as a web site of this machine.

It stands beside those of :mod:`kg.cli`, which takes it from :data:`VERBS`.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg import console, options

if TYPE_CHECKING:
    from kg.ontology import Ontology

__all__ = ["VERBS"]

_PORT = 7878


@click.command()
@options.DIR
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=_PORT,
    show_default=True,
    metavar="N",
    help="Port of this machine; 0 takes one that is free.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0.01),
    default=30.0,
    show_default=True,
    metavar="S",
    help="Seconds after which a query is stopped.",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    show_default="as many as cores, 2 to 4",
    metavar="N",
    help="Queries that are answered at the same time.",
)
@click.option("--cors", is_flag=True, help="Let web pages of other sites ask.")
@click.option("--open", "open_", is_flag=True, help="Open the query page in a browser.")
@options.ONTOLOGY
def serve(
    folder: str,
    port: int,
    timeout: float,
    workers: int | None,
    cors: bool,
    open_: bool,
    ontology_: str | None,
) -> None:
    """Serve a build: query page, SPARQL, pages of things.

    Only this machine can ask, and nothing can be changed. The SPARQL 1.1 endpoint is /sparql; the
    page of a thing stands at the path of its IRI.

    \b
    kg serve graph --open
    curl -G localhost:7878/sparql --data-urlencode 'query=SELECT * { ?s ?p ?o } LIMIT 5'
    """  # noqa: D301  click keeps the line breaks of what follows a \b
    from kg.graph.store import fresh
    from kg.serve.server import Server
    from kg.serve.server import serve as run

    ontology = _ontology(ontology_)
    if fresh(Path(folder), ontology=ontology) is None:
        console.note(f"making the store of {folder}; this is done once")

    def ready(url: str) -> None:
        console.note(f"serving {folder} at {url} until Ctrl-C; SPARQL at {url}sparql")
        if open_:
            click.launch(url)

    server = Server(
        Path(folder),
        port=port,
        timeout=timeout,
        workers=workers or min(4, max(2, os.cpu_count() or 2)),
        cors=cors,
        ontology=ontology,
    )
    run(server, ready=ready)


def _ontology(folder: str | None) -> Ontology | None:
    from kg import ontology

    return ontology.load(Path(folder)) if folder else None


VERBS = (serve,)
"""The verbs of this module in their order."""
