"""The verb about the cache: what it keeps, and forgetting it.

It stands beside those of :mod:`kg.cli`, which takes it from :data:`VERBS`.
"""

from __future__ import annotations

import click

from kg import options

__all__ = ["VERBS"]

_MEGA = 1e6


@click.command()
@options.CACHE
@click.option("--clear", is_flag=True, help="Forget everything.")
@click.option(
    "--prune",
    type=click.FloatRange(min=0, min_open=True),
    metavar="DAYS",
    help="Forget what was not used for so many days.",
)
def cache(cache_folder: str | None, clear: bool, prune: float | None) -> None:
    """Show what extractions are kept, or forget them.

    \b
    kg cache
    kg cache --prune 30
    """  # noqa: D301  click keeps the line breaks of what follows a \b
    from kg import files
    from kg.cache import FILE, kept
    from kg.cache import clear as forget

    folder = cache_folder or files.cache_folder()
    if clear or prune:
        number = forget(folder, unused_days=0.0 if clear else prune or 0.0)
        click.echo(f"{number:,} extractions forgotten")
        return
    entries = kept(folder)
    for entry in entries:
        click.echo(
            f"{entry.maker[:12]}  {entry.label:<16} {entry.papers:>9,} papers "
            f"{entry.size / _MEGA:>8,.1f} MB  used {entry.days:,.0f} days ago"
        )
    papers, size = sum(e.papers for e in entries), sum(e.size for e in entries)
    click.echo(f"{papers:,} extractions, {size / _MEGA:,.1f} MB in {folder}/{FILE}")


VERBS = (cache,)
