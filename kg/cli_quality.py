"""The verbs about quality: how good extraction is, and what can be done about it.

They stand beside those of :mod:`kg.cli`, which takes them from :data:`VERBS`.
"""
# ruff: noqa: D301  # click keeps the line breaks of what follows a \b

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
    "--gold-entities", is_flag=True, help="Give entities and roles of GOLD; judge only the rest."
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
@options.ACCURACY
@options.MODEL
@options.LABELS
@options.WORKERS
@options.ONTOLOGY
def evaluate(
    gold: str,
    predicted: str | None,
    text: str | None,
    labels: str | None,
    gold_entities: bool,
    errors: int,
    style: str,
    min_f1: float | None,
    accuracy: str,
    model: str | None,
    model_labels: str | None,
    workers: int,
    ontology_: str | None,
) -> None:
    """Score extractions against annotated papers.

    Without PREDICTED, the papers are extracted now. GOLD holds records as 'kg extract' writes them,
    texts of tokens with labelled spans (JSON lines with id, tokens, ents), or columns as CoNLL
    writes them. With --gold-entities, entities and roles are those of GOLD, so that relations and
    results are judged alone.

    \b
    kg evaluate gold.jsonl extractions.jsonl --errors 20
    kg evaluate gold.jsonl --text papers.bib
    kg evaluate gold.jsonl --text papers.bib --gold-entities
    kg evaluate scierc.jsonl
    """
    from kg import ontology
    from kg.evaluation import ALL, compare

    if predicted is not None and model is not None:
        raise click.UsageError("--model is for extracting now; leave PREDICTED out")
    if gold_entities and predicted is not None:
        raise click.UsageError("--gold-entities is for extracting now; leave PREDICTED out")
    if gold_entities and (errors or min_f1 is not None):
        raise click.UsageError("leave --gold-entities out; --errors and --min-f1 are of entities")
    if [gold, predicted, text].count("-") > 1:
        raise click.UsageError("only one input can be standard input")
    with console.progress("extracting") as advance:
        found = compare(
            gold,
            predicted,
            ontology=ontology.load(Path(ontology_) if ontology_ else None),
            text=text,
            labels=labels,
            model=model or accuracy,
            model_labels=model_labels,
            workers=workers,
            gold_entities=gold_entities,
            progress=advance,
        )
    for told in found.notes:
        console.note(told)
    figures = found.evaluation
    if style == "json":
        click.echo(_json(figures.report(errors=errors, texts=found.texts)), nl=False)
    else:
        click.echo(figures.table(errors=errors, texts=found.texts), nl=False)
    if min_f1 is not None and figures.strict[ALL].f1 < min_f1:
        raise SystemExit(1)


@click.command()
@click.option("--gold", metavar="GOLD", help="Measure the rules on these annotated papers.")
@click.option("--text", metavar="INPUT", help="The papers, where GOLD lacks the text.")
@click.option("--harmful", is_flag=True, help="Exit 1 if F1 is higher without a rule of mentions.")
@click.option("--check", "check_", is_flag=True, help="Try the examples; exit 1 if one fails.")
@click.option("--heads", is_flag=True, help="A line for each head, not for all of a type.")
@click.option(
    "--format", "style", default="table", type=click.Choice(["table", "json"]), show_default=True
)
@options.ACCURACY
@options.ONTOLOGY
def rules(
    gold: str | None,
    text: str | None,
    harmful: bool,
    check_: bool,
    heads: bool,
    style: str,
    accuracy: str,
    ontology_: str | None,
) -> None:
    """List the rules, try them, or measure them.

    With --gold: how often each fired, how often that was right, and the strict F1 of all entities
    without it.

    \b
    kg rules
    kg rules --check --ontology my-ontology
    kg rules --gold gold.jsonl --text papers.jsonl
    """
    from kg import ontology
    from kg import rules as run

    if check_ and gold is not None:
        raise click.UsageError("--check tries examples, --gold measures; give one of them")
    if gold is None and (harmful or text is not None):
        raise click.UsageError("--text and --harmful are for measuring; give --gold too")
    if gold == text == "-":
        raise click.UsageError("only one input can be standard input")
    loaded = ontology.load(Path(ontology_) if ontology_ else None)
    if check_:
        faults = run.check(loaded)
        told = "".join(f"{fault}\n" for fault in faults)
        click.echo(_json([f._asdict() for f in faults]) if style == "json" else told, nl=False)
        if faults:
            raise SystemExit(1)
        console.note("every rule finds its examples and none of its counterexamples")
        return
    lines = run.rules(loaded) if heads else run.grouped(run.rules(loaded))
    if gold is None:
        report = _json([line.as_dict() for line in lines])
        click.echo(report if style == "json" else run.listing(lines), nl=False)
        return
    from kg.pipeline import Extractor

    pairs, notes = run.annotated(gold, text)
    for told in notes:
        console.note(told)
    extractor = Extractor(loaded, model=accuracy)
    with console.progress("measuring") as advance:
        found = run.measure(
            run.papers(pairs, extractor.nlp),
            lines,
            loaded,
            run.policy_of(extractor),
            progress=advance,
        )
    click.echo(_json(found.as_dict()) if style == "json" else run.table(found), nl=False)
    if harmful and found.harmful:
        raise SystemExit(1)


def _json(report: object) -> str:
    import orjson

    return orjson.dumps(report, option=orjson.OPT_INDENT_2).decode() + "\n"


@click.command()
@click.argument("gold", metavar="GOLD")
@click.option("--text", required=True, metavar="INPUT", help="Titles and abstracts of the gold.")
@click.option("-o", "--output", required=True, metavar="DIR", help="Folder for the recognizer.")
@click.option("--unlabelled", metavar="INPUT", help="More papers, for the teachers to read.")
@click.option(
    "--most", type=click.IntRange(0), default=15000, show_default=True, help="Of those at most N."
)
@click.option(
    "--apart", multiple=True, metavar="INPUT", help="Papers to measure on; their texts are avoided."
)
@click.option("--seed", default=0, show_default=True, help="Start of all that is drawn.")
@click.option("--small", is_flag=True, help="A smaller, faster network.")
@click.option("--encoder", metavar="DIR", help="A larger pretrained encoder to teach the network.")
@options.ONTOLOGY
def train(
    gold: str,
    text: str,
    output: str,
    unlabelled: str | None,
    most: int,
    apart: tuple[str, ...],
    seed: int,
    small: bool,
    encoder: str | None,
    ontology_: str | None,
) -> None:
    """Train a recognizer; needs paperkg[train].

    \b
    kg train gold.jsonl --text papers.jsonl --unlabelled more.jsonl.gz -o recognizer
    kg build papers.jsonl --accuracy recognizer -o graph
    """
    from kg import ontology

    try:
        from kg.training.run import run
    except ModuleNotFoundError as err:
        raise click.ClickException(f"{err.name} is missing; pip install '.[train]'") from err
    run(
        gold,
        text,
        Path(output),
        unlabelled=unlabelled,
        most=most,
        apart=apart,
        seed=seed,
        small=small,
        encoder=Path(encoder) if encoder else None,
        ontology=ontology.load(Path(ontology_) if ontology_ else None),
        tell=console.note,
    )


VERBS = (evaluate, rules, train)
"""The verbs of this module in their order."""
