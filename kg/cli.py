"""The verbs: parse arguments, call one function, print. Heavy imports stand in the verbs.

Data go to standard output, words to standard error. Exit code 0 says done, 1 that the answer is no,
2 that it could not be done; the reason is one line.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg import cli_life, cli_quality, cli_review, cli_tables, console, options

if TYPE_CHECKING:
    from kg.extractions import Evidence
    from kg.ontology import Ontology

__all__ = ["commands", "main"]


class _InOrder(click.Group):
    """List the verbs as they are defined: in the order in which one needs them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(self.commands)


@click.group(
    cls=_InOrder, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(package_name="paperkg", prog_name="kg")
def commands() -> None:
    """Turn paper abstracts into a typed knowledge graph, offline."""


@commands.command()
@options.INPUT
@click.option("-o", "--output", default="-", metavar="FILE", help="Where to write; - is stdout.")
@options.FORMAT
@options.EVIDENCE
@options.ACCURACY
@options.MODEL
@options.LABELS
@options.WORKERS
@options.ONTOLOGY
def extract(
    inputs: tuple[str, ...],
    output: str,
    format_: str | None,
    evidence: Evidence,
    accuracy: str,
    model: str | None,
    model_labels: str | None,
    workers: int,
    ontology_: str | None,
) -> None:
    """Extract what papers speak of, a JSON line each.

    \b
    kg extract papers.jsonl -o extractions.jsonl
    """
    from kg.extractions import dumps
    from kg.files import replacing, same_file
    from kg.inputs import BuildReport, read_all
    from kg.pipeline import extract as run

    if output != "-" and any(same_file(output, path) for path in inputs):
        raise click.UsageError(f"{output} is an input too; write to another file")
    report = BuildReport()
    ontology = _ontology(ontology_)
    with replacing(output) as file, console.progress("extracting") as advance:
        records = read_all(inputs, report, format=format_)
        for extraction in run(
            records,
            ontology=ontology,
            model=model or accuracy,
            labels=model_labels,
            workers=workers,
        ):
            file.write(dumps(extraction, ontology, evidence=evidence))
            advance(extraction)
        if not report.records:
            raise report.nothing()
    console.tell(report)


@commands.command()
@options.INPUT
@click.option("-o", "--output", required=True, metavar="DIR", help="Folder to write.")
@options.FORMAT
@options.EVIDENCE
@click.option("--base-iri", metavar="IRI", help="What the IRIs of instances begin with.")
@options.ACCURACY
@options.MODEL
@options.LABELS
@options.WORKERS
@options.CURATION
@options.MIN_PAPERS
@options.MIN_CONFIDENCE
@options.ONTOLOGY
def build(
    inputs: tuple[str, ...],
    output: str,
    format_: str | None,
    evidence: Evidence,
    base_iri: str | None,
    accuracy: str,
    model: str | None,
    model_labels: str | None,
    workers: int,
    curation: str | None,
    min_papers: int,
    min_confidence: float,
    ontology_: str | None,
) -> None:
    """Build the graph of papers in every format.

    \b
    kg build page1.txt page2.txt -o graph
    """
    import time

    from kg.build import build as run
    from kg.iri import DEFAULT_BASE
    from kg.watch import watch_network

    watch_network()
    started = time.perf_counter()
    with console.progress("extracting") as advance:
        report = run(
            inputs,
            output,
            format=format_,
            evidence=evidence,
            base=base_iri or DEFAULT_BASE,
            model=model or accuracy,
            model_labels=model_labels,
            workers=workers,
            ontology=_ontology(ontology_),
            curation=curation,
            min_papers=min_papers,
            min_confidence=min_confidence,
            progress=advance,
        )
    console.summary(report, Path(output), time.perf_counter() - started, _ontology(ontology_))
    console.tell(report)


@commands.command()
@click.argument("folder", metavar="DIR", required=False)
@click.argument("query", metavar="QUERY", required=False)
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
    style: str,
    timeout: float,
    engine: str,
    list_: bool,
    ontology_: str | None,
) -> None:
    """Ask a build: SPARQL, FILE.rq or a question.

    \b
    kg query graph 'SELECT ?m { ?p kg:proposesMethod ?m } LIMIT 5'
    kg query graph methods-per-modality --format csv
    kg query --list
    """
    from kg.files import reading
    from kg.graph.query import query as run
    from kg.graph.questions import find, questions
    from kg.graph.rendering import render

    ontology = _ontology(ontology_)
    if list_:
        for question in questions(ontology):
            click.echo(f"{question.name}\t{question.text}")
        return
    if folder is None or query is None:
        raise click.UsageError("give a DIR and a QUERY, or --list")
    if Path(query).suffix == ".rq":
        with reading(query) as file:
            sparql = file.read().decode("utf-8", "replace")
    else:
        sparql = query if "{" in query or " " in query else find(ontology, query).sparql
    rows = run(folder, sparql, timeout=timeout, engine=engine, ontology=ontology)
    click.echo(render(rows, style), nl=False)
    limit = re.search(r"LIMIT\s+(\d+)\s*$", sparql, re.IGNORECASE)
    if limit and len(rows) == int(limit[1]):
        console.note(f"the first {limit[1]} rows; the query ends with LIMIT {limit[1]}")


@commands.command()
@options.DIR
@click.option(
    "--format", "style", default="table", type=click.Choice(["table", "json"]), show_default=True
)
@options.ONTOLOGY
def check(folder: str, style: str, ontology_: str | None) -> None:
    """Check a build against the shapes; else exit 1.

    \b
    kg check graph
    """
    from dataclasses import asdict

    import orjson

    from kg.graph.check import check as run
    from kg.graph.check import grouped

    findings = run(folder, ontology=_ontology(ontology_))
    if style == "json":
        click.echo(orjson.dumps([asdict(f) for f in findings], option=orjson.OPT_INDENT_2).decode())
    else:
        for line in grouped(findings):
            click.echo(line)
    if any(f.severity == "Violation" for f in findings):
        raise SystemExit(1)


@commands.command()
@options.DIR
@click.argument("name")
@click.option(
    "--format", "style", default="text", type=click.Choice(["text", "json"]), show_default=True
)
def explain(folder: str, name: str, style: str) -> None:
    """Show all that a build knows of an entity.

    \b
    kg explain graph "spiking neural network"
    """
    import orjson

    from kg.build import load
    from kg.graph.explain import cards
    from kg.graph.explain import explain as run

    with load(folder) as graph:
        known = run(graph, name)
    if style == "json":
        click.echo(orjson.dumps(known, option=orjson.OPT_INDENT_2).decode())
    else:
        for line in cards(known):
            click.echo(line)


@commands.command()
@options.ONTOLOGY
def types(ontology_: str | None) -> None:
    """List types, roles, relations and slots.

    \b
    kg types
    """
    ontology = _ontology(ontology_)
    for kind in ontology.types:
        click.echo(f"{kind.name}: {kind.definition}")
        click.echo(f"  roles: {', '.join(role.name for role in ontology.roles_of(kind.name))}")
    click.echo("\nrelations:")
    for relation in ontology.relations:
        heads, tails = " or ".join(relation.heads), " or ".join(relation.tails)
        click.echo(f"  {relation.name}: {heads} {'-' if relation.is_symmetric else '->'} {tails}")
    click.echo(f"\nresult: {', '.join(s.name for s in ontology.slots)}, value, unit, kind")


for verb in (*cli_tables.VERBS, *cli_review.VERBS, *cli_life.VERBS, *cli_quality.VERBS):
    commands.add_command(verb)


def _ontology(folder: str | None) -> Ontology:
    from kg import ontology

    return ontology.load(Path(folder) if folder else None)


def main() -> None:
    """Run the command line."""
    console.run(commands)
