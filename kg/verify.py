"""Whether a build still says what its inputs say: every file, every text, every span.

The inputs are read again by the same readers and joined by the same rule. A text is known by its
hash, so that a build without texts can be verified too; what a fact rests on is compared character
by character where the build carries it.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

import orjson

from kg import manifest
from kg.build import EXTRACTIONS
from kg.extractions import places
from kg.files import literal
from kg.inputs import BuildReport, read_all

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import duckdb

    from kg.extractions import Place
    from kg.inputs import Source
    from kg.model import Record

__all__ = ["Checked", "Mismatch", "verify"]

_SHOWN = 60  # characters of a text that are shown
_STAGED = {
    "texts": "id: 'VARCHAR', text: 'VARCHAR'",
    "built": "id: 'VARCHAR', number: 'BIGINT', line: 'VARCHAR'",
}
_SIDE_BY_SIDE = (
    "SELECT coalesce(t.id, b.id) AS id, t.text, b.line FROM texts t "
    "FULL JOIN built b ON b.id = t.id ORDER BY ALL"
)


class Mismatch(NamedTuple):
    """One thing that is not what it was when the build was made.

    :param kind: ``file`` of the build, ``input``, ``paper``, ``text`` or ``span``.
    :param name: Name of the file, or identifier of the record.
    :param reason: What does not agree.
    :param fact: Of a span, what rests on it.
    :param start: Where the span begins.
    :param end: Where it ends.
    """

    kind: str
    name: str
    reason: str
    fact: str = ""
    start: int | None = None
    end: int | None = None

    def __str__(self) -> str:
        """Say what and where in one line that no terminal can misread.

        >>> print(Mismatch("span", "p1", "says 'ECG'", "mention of Modality 'EEG'", 3, 6))
        span p1 3-6: mention of Modality 'EEG': says 'ECG'
        """
        where = f" {self.start}-{self.end}" if self.start is not None else ""
        fact = f"{self.fact}: " if self.fact else ""
        line = f"{self.kind} {self.name}{where}: {fact}{self.reason}"
        return line if line.isprintable() else repr(line)[1:-1]


@dataclass
class Checked:
    """How much was looked at."""

    files: int = 0
    inputs: int = 0
    papers: int = 0
    spans: int = 0

    def __str__(self) -> str:
        """Say it in one line."""
        return (
            f"{self.files:,} files, {self.inputs:,} inputs, {self.papers:,} papers and "
            f"{self.spans:,} spans verified"
        )


def verify(
    folder: str | Path,
    inputs: Sequence[str | Path],
    checked: Checked | None = None,
    *,
    format: str | None = None,  # noqa: A002
    stdin: BinaryIO | None = None,
) -> Iterator[Mismatch]:
    """Compare a build with its inputs.

    :param folder: Folder that :func:`kg.build.build` wrote.
    :param inputs: Names of the files that it was made from, in any order; ``-`` is standard input.
    :param checked: Where it is counted what was looked at.
    :param format: Name of the format of all inputs; by default told by content and suffix.
    :param stdin: What to read for ``-``.
    :returns: What does not agree: files, then inputs, then papers by identifier; nothing if all do.
    :raises ExportError: If the folder is no build.
    :raises ReadError: If an input is not there.
    """
    import duckdb

    place, counts = Path(folder), checked or Checked()
    made = manifest.read(place)
    yield from _files(place, made.get("files", {}), counts)
    report = BuildReport()
    with ExitStack() as stack:
        work = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kg-")))
        connection = stack.enter_context(duckdb.connect(str(work / "verify.duckdb")))
        connection.execute(f"SET temp_directory = {literal(work)}")
        records = read_all(inputs, report, format=format, stdin=stdin)
        _stage(connection, work, "texts", _texts(records))
        counts.inputs = len(report.sources)
        yield from _inputs(made.get("inputs", []), report.sources)
        _stage(connection, work, "built", _lines(place / EXTRACTIONS))
        cursor = connection.execute(_SIDE_BY_SIDE)
        while batch := cursor.fetchmany(256):
            for identifier, text, line in batch:
                counts.papers += 1
                yield from _paper(identifier, text, line, counts)


def _files(folder: Path, told: Mapping[str, str], counts: Checked) -> Iterator[Mismatch]:
    """Compare the files of a build with what its manifest says of them."""
    found = manifest.hashes(folder)
    counts.files = len(found)
    for name in sorted({*told, *found}):
        if name not in found:
            yield Mismatch("file", name, "is missing")
        elif name not in told:
            yield Mismatch("file", name, "is not in the manifest")
        elif told[name] and found[name] != told[name]:
            yield Mismatch("file", name, "has changed since the build")


def _inputs(made_from: Iterable[Mapping[str, Any]], given: Iterable[Source]) -> Iterator[Mismatch]:
    """Compare inputs with those that the manifest names; one that was renamed is the same."""
    missing = Counter((str(source["name"]), str(source["sha256"])) for source in made_from)
    new = Counter((source.name, source.sha256) for source in given)
    missing, new = missing - new, new - missing
    for one in sorted(missing.elements()):
        for other in sorted(new.elements()):
            if one[1] == other[1] and missing[one] and new[other]:
                missing[one] -= 1
                new[other] -= 1
    names = {name for name, _ in (+new)}
    for name, _ in sorted((+missing).elements()):
        is_there = name in names
        reason = "has changed since the build" if is_there else "is not among the inputs"
        yield Mismatch("input", name, reason)
    told = {name for name, _ in (+missing)}
    for name, _ in sorted((+new).elements()):
        if name not in told:
            yield Mismatch("input", name, "was not there when the build was made")


def _texts(records: Iterable[Record]) -> Iterator[dict[str, object]]:
    """Give the text of each paper, joined from records as a build joins them."""
    from kg.duplicates import join

    for joined in join(records):
        record = joined.record
        yield {"id": record.id, "text": f"{record.title}\n{record.abstract}"}


def _lines(path: Path) -> Iterator[dict[str, object]]:
    """Read the extractions of a build as they are; what is none has no identifier."""
    if not path.is_file():
        return
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            written = line.decode("utf-8", "replace").strip()
            try:
                identifier = str(orjson.loads(line)["id"])
            except (orjson.JSONDecodeError, KeyError, TypeError):
                identifier = f"{path.name}:{number}"
            if written:
                yield {"id": identifier, "number": number, "line": written}


def _stage(
    connection: duckdb.DuckDBPyConnection, work: Path, table: str, rows: Iterable[object]
) -> None:
    path = work / f"{table}.ndjson"
    with path.open("wb") as file:
        file.writelines(orjson.dumps(row) + b"\n" for row in rows)
    connection.execute(
        f"CREATE TABLE {table} AS SELECT * FROM read_json({literal(path)}, format = "  # noqa: S608
        f"'newline_delimited', columns = {{{_STAGED[table]}}}, maximum_object_size = 67108864)"
    )
    path.unlink()


def _paper(
    identifier: str, text: str | None, line: str | None, counts: Checked
) -> Iterator[Mismatch]:
    """Compare what was read of a paper with what the build says of it."""
    if line is None:
        yield Mismatch("paper", identifier, "is in the inputs, but not in the build")
        return
    if text is None:
        yield Mismatch("paper", identifier, "is in the build, but not in the inputs")
        return
    try:
        told = orjson.loads(line)
        stood = [(place, text[place.start : place.end]) for place in places(told)]
        digest, title, abstract = told["digest"], told["title"], told.get("abstract")
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError) as err:
        yield Mismatch("paper", identifier, f"no extraction of kg: {type(err).__name__} {err}")
        return
    is_same = hashlib.sha256(text.encode()).hexdigest() == digest
    carried = (title, text.partition("\n")[2] if abstract is None else abstract)
    if not is_same:
        yield Mismatch("text", identifier, "is not the text that the build was made from")
    elif "\n".join(carried) != text:
        yield Mismatch("text", identifier, "is told otherwise in the build")
    counts.spans += len(stood)
    for place, there in stood:
        if reason := _reason(place, there, len(text), is_same=is_same):
            yield Mismatch("span", identifier, reason, place.fact, place.start, place.end)


def _reason(place: Place, there: str, length: int, *, is_same: bool) -> str:
    """Say why a span does not match; empty if it does."""
    if not 0 <= place.start < place.end <= length:
        return f"lies outside the text, which has {length} characters"
    if place.text is None:
        return "" if is_same else "rests on a text that has changed"
    if place.text == there:
        return ""
    return f"rests on {_short(place.text)}, but the text says {_short(there)}"


def _short(text: str) -> str:
    return repr(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}...")
