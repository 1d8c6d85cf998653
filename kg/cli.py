"""The verbs: parse arguments, call one function, print. Heavy imports stand in the verbs.

Data go to standard output, words to standard error. Exit code 0 says done, 1 that the answer is no,
2 that it could not be done; the reason is one line.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg import (
    cli_cache,
    cli_check,
    cli_export,
    cli_life,
    cli_lint,
    cli_quality,
    cli_query,
    cli_review,
    cli_serve,
    cli_tables,
    cli_view,
    console,
    options,
)

if TYPE_CHECKING:
    from kg.build import Engine
    from kg.extractions import Evidence

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
@options.CACHE
@options.NO_CACHE
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
    cache_folder: str | None,
    no_cache: bool,
    ontology_: str | None,
) -> None:
    """Extract what papers speak of, a JSON line each.

    \b
    kg extract papers.jsonl -o extractions.jsonl
    """
    from kg.cache import chosen, opened
    from kg.cycles import rarely
    from kg.extractions import dumps
    from kg.files import replacing, same_file
    from kg.inputs import BuildReport, read_all
    from kg.pipeline import extract as run

    if output != "-" and any(same_file(output, path) for path in inputs):
        raise click.UsageError(f"{output} is an input too; write to another file")
    report = BuildReport()
    ontology = options.load_ontology(ontology_)
    used = model or accuracy
    with (
        rarely(),
        replacing(output) as file,
        opened(chosen(cache_folder, no_cache), ontology, used, model_labels) as cache,
        console.progress("extracting") as advance,
    ):
        records = read_all(inputs, report, format=format_)
        for extraction in run(
            records,
            ontology=ontology,
            model=used,
            labels=model_labels,
            workers=workers,
            cache=cache,
        ):
            file.write(dumps(extraction, ontology, evidence=evidence))
            advance(extraction)
        report.note_cache(cache)
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
@options.TO
@options.ENGINE
@options.MASTER
@options.CACHE
@options.NO_CACHE
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
    to: tuple[str, ...],
    engine: Engine,
    master: str | None,
    cache_folder: str | None,
    no_cache: bool,
    ontology_: str | None,
) -> None:
    """Build the graph of papers.

    \b
    kg build page1.txt page2.txt -o graph
    """
    import time

    from kg.build import build as run
    from kg.cache import chosen
    from kg.iri import DEFAULT_BASE
    from kg.watch import watch_network

    if engine == "spark":
        options.refuse("--engine spark", cache=cache_folder, workers=workers)
    watch_network()
    ontology = options.load_ontology(ontology_)
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
            ontology=ontology,
            curation=curation,
            min_papers=min_papers,
            min_confidence=min_confidence,
            to=to,
            cache=chosen(cache_folder, no_cache),
            engine=engine,
            master=master,
            progress=advance,
            expect=advance.expect,
        )
    console.summary(
        report, Path(output), time.perf_counter() - started, options.load_ontology(ontology_)
    )
    console.tell(report)


for verb in (*cli_query.VERBS, *cli_serve.VERBS, *cli_view.VERBS, *cli_tables.VERBS):
    commands.add_command(verb)


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
    ontology = options.load_ontology(ontology_)
    for kind in ontology.types:
        click.echo(f"{kind.name}: {kind.definition}")
        click.echo(f"  roles: {', '.join(role.name for role in ontology.roles_of(kind.name))}")
    click.echo("\nrelations:")
    for relation in ontology.relations:
        heads, tails = " or ".join(relation.heads), " or ".join(relation.tails)
        click.echo(f"  {relation.name}: {heads} {'-' if relation.is_symmetric else '->'} {tails}")
    click.echo(f"\nresult: {', '.join(s.name for s in ontology.slots)}, value, unit, kind")


for module in (cli_check, cli_export, cli_review, cli_life, cli_lint, cli_cache, cli_quality):
    for verb in module.VERBS:
        commands.add_command(verb)


def main() -> None:
    """Run the command line."""
    console.run(commands)
