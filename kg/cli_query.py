"""The verb that asks a build in SPARQL.

It stands beside those of :mod:`kg.cli`, which takes it from :data:`VERBS`.
"""

from __future__ import annotations

import re
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg import console, options

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kg.graph.questions import Question

__all__ = ["VERBS"]

_WIDTH = 88


@click.command()
@click.argument("folder", metavar="DIR", required=False)
@click.argument("query", metavar="QUERY", required=False)
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="NAME=VALUE",
    help="Set a parameter of the query: to a label, an alias or an IRI. Can be given again; of "
    "several values of one parameter any will do.",
)
@click.option("--format", "style", default="table", metavar="table|csv|json", show_default=True)
@click.option(
    "--timeout", type=click.FloatRange(min=0.01), default=30.0, show_default=True, help="Seconds."
)
@click.option(
    "--engine", default="oxigraph", show_default=True, metavar="NAME", help="oxigraph or rdflib."
)
@click.option("--list", "list_", is_flag=True, help="List the competency questions.")
@options.ONTOLOGY
def query(
    folder: str | None,
    query: str | None,
    settings: tuple[str, ...],
    style: str,
    timeout: float,
    engine: str,
    list_: bool,
    ontology_: str | None,
) -> None:
    """Ask a build: SPARQL, FILE.rq or a question.

    A large build is loaded into a store first, in the folder .store inside it, once.

    \b
    kg query graph 'SELECT ?m { ?p kg:proposesMethod ?m } LIMIT 5'
    kg query graph methods-per-modality --format csv
    kg query graph methods-on-datasets --set dataset=ImageNet
    kg query --list
    """  # noqa: D301  click keeps the line breaks of what follows a \b
    from kg.graph.questions import questions
    from kg.ontology import default_folder

    schema = Path(ontology_) if ontology_ else default_folder()
    if list_:
        for line in _listing(questions(schema), style):
            click.echo(line)
        return
    if folder is None or query is None:
        raise click.UsageError("give a DIR and a QUERY, or --list")
    sparql = _asked(query, schema)

    from kg.graph import store
    from kg.graph.query import query as run
    from kg.graph.rendering import render
    from kg.graph.unknown import unknown_terms, unknown_values

    place = Path(folder)
    if engine == "oxigraph" and store.is_large(place) and not store.fresh(place, ontology=schema):
        console.note(f"loading {folder} into a store, once; this takes a while")
    parameters = _parameters(settings)
    told: dict[str, Any] = {"timeout": timeout, "engine": engine, "ontology": schema}
    rows = run(folder, sparql, parameters=parameters, **told)
    click.echo(render(rows, style), nl=False)
    for fault in unknown_terms(sparql, store.schema_of(schema)):
        console.note(fault)
    if not rows:
        console.note("0 rows")
        for fault in unknown_values(folder, sparql, parameters, **told):
            console.note(fault)
    limit = re.search(r"LIMIT\s+(\d+)\s*$", sparql, re.IGNORECASE)
    if limit and len(rows) == int(limit[1]):
        console.note(f"the first {limit[1]} rows; the query ends with LIMIT {limit[1]}")


def _asked(query: str, schema: Path) -> str:
    """Give the SPARQL of what was asked: itself, in a file, or of a question."""
    from kg.errors import KGError, UnknownNameError
    from kg.files import reading
    from kg.graph.questions import find

    if Path(query).suffix == ".rq":
        with reading(query) as file:
            return file.read().decode("utf-8", "replace")
    if "{" in query or " " in query:
        return query
    try:
        return find(schema, query).sparql
    except UnknownNameError as err:
        raise KGError(f"{err}; 'kg query --list' tells all") from err


def _parameters(settings: Sequence[str]) -> dict[str, list[str]]:
    """Read what was set: the name ends at the first equals sign."""
    found: dict[str, list[str]] = {}
    for setting in settings:
        name, sign, value = setting.partition("=")
        if not sign or not name.strip():
            raise click.UsageError(f"--set wants NAME=VALUE, not {setting!r}")
        found.setdefault(name.strip(), []).append(value)
    return found


def _listing(known: Sequence[Question], style: str) -> Iterator[str]:
    """Write questions for people or, as JSON or CSV, for programs."""
    from kg.errors import UnknownNameError

    if style == "json":
        import json

        yield json.dumps([_plain(question) for question in known], indent=2, ensure_ascii=False)
    elif style == "csv":
        import csv
        import io

        stream = io.StringIO()
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(["name", "question", "columns", "parameters"])
        for question in known:
            names = [parameter.name for parameter in question.parameters]
            row = [question.name, question.text, ", ".join(question.columns), ", ".join(names)]
            writer.writerow(row)
        yield stream.getvalue().rstrip("\n")
    elif style == "table":
        for question in known:
            yield from _entry(question)
    else:
        raise UnknownNameError("format", style, ["csv", "json", "table"])


def _entry(question: Question) -> Iterator[str]:
    yield question.name
    yield from textwrap.wrap(question.text, _WIDTH, initial_indent="  ", subsequent_indent="  ")
    yield f"  columns: {', '.join(question.columns)}"
    for parameter in question.parameters:
        yield f"  --set {parameter.name}=...: {parameter.text}"
    yield ""


def _plain(question: Question) -> dict[str, object]:
    return {
        "name": question.name,
        "question": question.text,
        "columns": list(question.columns),
        "parameters": [
            {"name": parameter.name, "text": parameter.text} for parameter in question.parameters
        ],
        "analytic": question.is_analytic,
    }


VERBS = (query,)
"""The verbs of this module in their order."""
