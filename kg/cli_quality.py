"""The verbs about quality: how good extraction is, and what can be done about it.

They stand beside those of :mod:`kg.cli`, which takes them from :data:`VERBS`.
"""

from __future__ import annotations

from pathlib import Path

import click

from kg import console, options

__all__ = ["VERBS"]


@click.command()
@click.argument("gold", metavar="GOLD")
@click.argument("predicted", metavar="[PREDICTED]", required=False)
@click.option("--text", metavar="INPUT", help="The papers, where GOLD or PREDICTED lack the text.")
@click.option(
    "--labels", metavar="FILE", help='TOML lines LABEL = "TYPE", or the name of a known corpus.'
)
@click.option(
    "--errors", type=click.IntRange(0), default=0, metavar="N", help="List N errors in context."
)
@click.option(
    "--format", "style", default="table", type=click.Choice(["table", "json"]), show_default=True
)
@click.option(
    "--min-f1", type=click.FloatRange(0, 1), help="Exit 1 if the strict F1 of all types is lower."
)
@options.MODEL
@options.WORKERS
@options.ONTOLOGY
def evaluate(
    gold: str,
    predicted: str | None,
    text: str | None,
    labels: str | None,
    errors: int,
    style: str,
    min_f1: float | None,
    model: str | None,
    workers: int,
    ontology_: str | None,
) -> None:
    """Score extractions against annotated papers.

    Without PREDICTED, the papers are extracted now. GOLD holds records as 'kg extract' writes them,
    texts of tokens with labelled spans (JSON lines with id, tokens, ents), or columns as CoNLL
    writes them.

    \b
    kg evaluate gold.jsonl extractions.jsonl --errors 20
    kg evaluate gold.jsonl --text papers.bib
    kg evaluate scierc.jsonl
    """  # noqa: D301  click keeps the line breaks of what follows a \b
    import orjson

    from kg import ontology
    from kg.evaluation import ALL, compare

    if predicted is not None and model is not None:
        raise click.UsageError("--model is for extracting now; leave PREDICTED out")
    if [gold, predicted, text].count("-") > 1:
        raise click.UsageError("only one input can be standard input")
    with console.progress("extracting") as advance:
        found = compare(
            gold,
            predicted,
            ontology=ontology.load(Path(ontology_) if ontology_ else None),
            text=text,
            labels=labels,
            model=model,
            workers=workers,
            progress=advance,
        )
    for told in found.notes:
        console.note(told)
    figures = found.evaluation
    if style == "json":
        report = figures.report(errors=errors, texts=found.texts)
        click.echo(orjson.dumps(report, option=orjson.OPT_INDENT_2).decode())
    else:
        click.echo(figures.table(errors=errors, texts=found.texts), nl=False)
    if min_f1 is not None and figures.strict[ALL].f1 < min_f1:
        raise SystemExit(1)


VERBS = (evaluate,)
"""The verbs of this module in their order."""
