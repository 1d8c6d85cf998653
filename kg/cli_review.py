"""The verb that proposes what to correct.

It stands beside those of :mod:`kg.cli`, which takes it from :data:`VERBS`.
"""

from __future__ import annotations

from pathlib import Path

import click

from kg import console, options

__all__ = ["VERBS"]


@click.command()
@options.DIR
@click.option(
    "-o",
    "--output",
    metavar="FOLDER",
    help="Folder of decisions whose accept.tsv to write; answers in it stay.  [default: stdout]",
)
@click.option(
    "--kind",
    metavar="NAME",
    help="duplicates, short-forms, merges, types or unsure.  [default: all of them]",
)
@click.option(
    "--top",
    type=click.IntRange(0),
    default=50,
    show_default=True,
    metavar="N",
    help="Proposals of each kind; 0 gives all.",
)
@click.option(
    "--min-papers",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    metavar="N",
    help="Papers that a proposal must concern.",
)
@options.ONTOLOGY
def review(
    folder: str,
    output: str | None,
    kind: str | None,
    top: int,
    min_papers: int,
    ontology_: str | None,
) -> None:
    """Propose what to correct, as a table to answer.

    What may be one thing, or two, or of another type, or none: a line each, the best first, with
    the reason and a paper. Write yes or no before a line, in any spreadsheet, and build again with
    the folder as curation; lines without an answer change nothing.

    \b
    kg review graph -o curation
    """  # noqa: D301  click keeps the line breaks of what follows a \b
    from kg.build import CURATION, load
    from kg.files import replacing
    from kg.graph.review import KINDS
    from kg.graph.review import review as run
    from kg.graph.review_table import Answers, answers, table
    from kg.linking.curation import parse_dump, read
    from kg.linking.decisions import ACCEPT
    from kg.linking.tables import text_of

    ontology = options.load_ontology(ontology_)
    kept, decided = Answers(), []
    place = Path(output) / ACCEPT if output is not None else None
    if place and place.parent.exists():
        if place.parent.resolve() == Path(folder).resolve():
            raise click.UsageError("the folder of a build is written anew; name another folder")
        decided.append(read(place.parent, ontology))
        if place.exists():
            kept = answers(text_of(place), path=str(place))
    with load(folder, ontology=ontology) as graph:
        known = Path(folder) / CURATION
        if known.exists():
            decided.append(parse_dump(text_of(known), ontology, path=str(known)))
        found = run(
            graph,
            kinds=KINDS if kind is None else (kind,),
            top=top or None,
            min_papers=min_papers,
            decided=decided,
            answered=kept.identities,
        )
    with replacing(str(place or "-")) as file:
        file.write(table(found, kept).encode())
    if place:
        before = f", {len(kept.lines):,} answered before" if kept.lines else ""
        console.note(f"{len(found):,} proposals in {place}{before}; answer yes or no, then build")


VERBS = (review,)
"""The verbs of this module in their order."""
