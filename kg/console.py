"""What people see on a terminal: progress, reports, errors of one line."""

from __future__ import annotations

import io
import signal
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

import click

from kg.errors import KGError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kg.inputs import BuildReport
    from kg.ontology import Ontology

__all__ = ["Progress", "note", "progress", "run", "summary", "tell"]

_SHOWN = 10  # bad records that are told one by one


class Progress:
    """What is done of what there is to do; it shows nothing unless it is told how."""

    def __init__(self) -> None:
        """Begin at nothing."""
        self.done, self.total = 0, 0

    def __call__(self, _: object) -> None:
        """Note that one more is done."""
        self.done += 1

    def expect(self, total: int) -> None:
        """Note how many there are."""
        self.total = total


@contextmanager
def progress(what: str) -> Iterator[Progress]:
    """Show how many records are done, how fast, and how long the rest takes; on a terminal only.

    :param what: What is going on, in one word.
    :returns: What to call once for each record, and to tell how many there are, if that is known.
    """
    told = Progress()
    if not sys.stderr.isatty():
        yield told
        return
    from rich.console import Console
    from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar
    from rich.progress import TimeRemainingColumn as Remaining

    class Told(Progress):
        def __call__(self, item: object) -> None:
            super().__call__(item)
            seconds = bar.tasks[task].elapsed or 0.0
            bar.update(task, advance=1, rate=f"{self.done / max(seconds, 0.1):,.0f}/s")

        def expect(self, total: int) -> None:
            super().expect(total)
            bar.update(task, total=total)

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description} {task.completed:,.0f} papers {task.fields[rate]}"),
        BarColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        Remaining(),
    )
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None, rate="")
        yield Told()


def tell(report: BuildReport) -> None:
    """Tell what was bad in the input, on standard error.

    :param report: What was done.
    :raises SystemExit: With code 2 if an input broke off; what was read of it is used all the same.
    """
    for error in report.skipped[:_SHOWN]:
        click.echo(f"kg: skipped {error}", err=True)
    if len(report.skipped) > _SHOWN:
        click.echo(f"kg: ... and {len(report.skipped) - _SHOWN} more", err=True)
    if report.skipped:
        click.echo(f"kg: {len(report.skipped)} of {report.seen} records skipped", err=True)
    for identifier in report.shared[:_SHOWN]:
        text = "its identifier is shared by papers with different titles; told apart by a mark"
        click.echo(f"kg: {identifier}: {text}", err=True)
    for place, says in report.unmatched[:_SHOWN]:
        click.echo(f"kg: {place}: {says}, but no paper gives occasion to it", err=True)
    if len(report.unmatched) > _SHOWN:
        click.echo(f"kg: ... and {len(report.unmatched) - _SHOWN} more such decisions", err=True)
    if report.cache_fault:
        note(report.cache_fault)
    for fault in report.faults:
        click.echo(f"kg: {fault}", err=True)
    if report.faults:
        raise SystemExit(2)


def summary(report: BuildReport, out: Path, seconds: float, ontology: Ontology) -> None:
    """Say on standard error what a build made, what it cost, and which file to open.

    :param report: What was done.
    :param out: The folder that was written.
    :param seconds: How long it took.
    :param ontology: Names the entity types.
    """
    from kg.watch import network_calls, peak_memory

    counts, page = report.counts, out / "graph.html"
    joined = report.records - counts["papers"]
    of_types = ", ".join(f"{counts[name]:,} {name}" for name in ontology.type_names)
    memory, calls = peak_memory(), network_calls()
    curated = [
        f"curation   {_counted(n, 'decision')} in {d}" for d, n in filter(None, [report.curation])
    ]
    lines = [
        f"papers     {counts['papers']:,}"
        + (f" ({_counted(joined, 'duplicate')} joined)" if joined else ""),
        f"entities   {counts['entities']:,}: {of_types}",
        f"merged     {counts['merges']:,} names into entities of other names",
        *curated,
        *([f"kept       {_counted(report.kept, 'paper')} extracted before"] if report.kept else []),
        f"relations  {counts['relations']:,} from {counts['claims']:,} claims",
        f"results    {counts['results']:,}",
        f"rejected   {counts['rejected_candidates']:,} pairs of types that cannot be related",
        f"time       {seconds:.1f} s, {counts['papers'] / seconds:,.0f} abstracts/s",
        f"memory     {memory:,} MiB at most" if memory else "memory     not told by this system",
        "money      0" if not calls else "money      not known to this program",
        f"network calls {calls}",
        f"open       {page} ({page.stat().st_size / 1e6:,.1f} MB), {out / 'report.html'}",
    ]
    click.echo("\n".join(lines), err=True)


def _counted(number: int, what: str) -> str:
    """Count things in words.

    >>> _counted(1, "paper"), _counted(2000, "paper")
    ('1 paper', '2,000 papers')
    """
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def note(text: str) -> None:
    """Say something on standard error that is no error."""
    click.echo(f"kg: {text}", err=True)


def run(commands: click.Group) -> None:
    """Run the command line; every error is one line and an exit code.

    :param commands: The verbs.
    :raises SystemExit: Always.
    """
    _prepare()
    try:
        code = commands.main(prog_name="kg", standalone_mode=False)
    except KGError as err:
        _stop(f"kg: {err}")
    except (click.exceptions.Abort, KeyboardInterrupt):
        _stop("kg: stopped", 130)
    except click.exceptions.NoArgsIsHelpError as err:
        click.echo(err.format_message(), err=True)
        raise SystemExit(2) from None
    except click.ClickException as err:
        hint = err.ctx.command_path if isinstance(err, click.UsageError) and err.ctx else "kg"
        _stop(f"kg: {err.format_message()}; see '{hint} --help'")
    except BrokenPipeError:
        # The reader of our output has seen enough; keep Python from complaining at its end.
        sys.stderr.close()
        raise SystemExit(0) from None
    except OSError as err:
        place = f"{err.filename}: " if err.filename else ""
        _stop(f"kg: {place}{str(err.strerror or err).lower()}")
    raise SystemExit(code if isinstance(code, int) else 0)


def _prepare() -> None:
    """Let text of any script be printed anywhere, and a polite kill clean up as Ctrl-C does."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            if stream.isatty():
                stream.reconfigure(errors="replace")
            else:
                stream.reconfigure(encoding="utf-8", errors="replace")
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.default_int_handler)


def _stop(message: str, code: int = 2) -> NoReturn:
    click.echo(" ".join(message.split()), err=True)
    raise SystemExit(code)
