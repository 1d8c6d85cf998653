"""The inputs of a build: the good records of each, and an account of the bad."""

from __future__ import annotations

import hashlib
import shutil
import sys
import tempfile
from collections import Counter
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from kg.errors import KGError, ReadError
from kg.files import sha256

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kg.cache import Cache
    from kg.model import Record

__all__ = ["BuildReport", "Source", "find_beside", "read_all"]


@dataclass
class Source:
    """One input as it was read: its hash, and how many records it gave and did not give."""

    name: str
    sha256: str = ""
    records: int = 0
    skipped: int = 0


@dataclass
class BuildReport:
    """What a build did.

    ``faults`` are inputs that broke off, ``skipped`` records that could not be used, ``shared``
    identifiers that several papers claim, ``curation`` the folder of decisions with their number,
    ``unmatched`` the places of decisions that nothing gives occasion to, with what they say.
    ``kept`` is the number of papers that a cache had, ``cache_fault`` why it was not used.
    """

    sources: list[Source] = field(default_factory=list)
    skipped: list[ReadError] = field(default_factory=list)
    faults: list[ReadError] = field(default_factory=list)
    shared: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    curation: tuple[str, int] | None = None
    unmatched: list[tuple[str, str]] = field(default_factory=list)
    kept: int = 0
    cache_fault: str = ""

    @property
    def records(self) -> int:
        """Number of records that were read."""
        return sum(source.records for source in self.sources)

    @property
    def seen(self) -> int:
        """Number of records that were read or skipped."""
        return self.records + len(self.skipped)

    def note_cache(self, cache: Cache | None) -> None:
        """Note what a cache was good for; nothing if there is none."""
        if cache:
            self.kept, self.cache_fault = cache.found, cache.fault

    def nothing(self) -> KGError:
        """Make the error that says why no record could be read."""
        errors: list[ReadError] = self.faults + self.skipped
        if len(errors) == 1:
            return errors[0]
        first = f"; first: {errors[0]}" if errors else "; the inputs are empty"
        return KGError(f"no record could be read{first}")


def read_all(
    inputs: Sequence[str | Path],
    report: BuildReport,
    *,
    format: str | None = None,  # noqa: A002
    stdin: BinaryIO | None = None,
) -> Iterator[Record]:
    """Read the records of several inputs, the good ones of each, and keep account of the bad.

    :param inputs: Names of files; ``-`` is standard input.
    :param report: Where sources, skipped records and faults are noted.
    :param format: Name of the format of all; by default each is told by content and suffix.
    :param stdin: What to read for ``-``; by default the standard input of the process.
    :returns: Records in the order of the inputs.
    :raises ReadError: Before anything is read, if an input is not there or is no file.
    """
    from kg.readers.read import read

    for path in map(str, inputs):
        if path != "-" and (Path(path).is_dir() or not Path(path).exists()):
            reason = "is a folder" if Path(path).is_dir() else "no such file"
            remedy = "name the files in it" if Path(path).is_dir() else "check the name"
            raise ReadError(path, 0, reason, remedy)
    for path, name in zip(map(str, inputs), _names(inputs), strict=True):
        source = Source(name.encode("utf-8", "replace").decode())
        report.sources.append(source)
        try:
            with _hashed(path, source, stdin) as (place, stream):
                called = source.name if stream is None else None
                for item in read(place, format=format, stdin=stream, source=called):
                    if isinstance(item, ReadError):
                        source.skipped += 1
                        report.skipped.append(item)
                    else:
                        source.records += 1
                        yield item
        except ReadError as fault:
            report.faults.append(fault)


def _names(inputs: Sequence[str | Path]) -> list[str]:
    """Name inputs by the ends of their paths, as much of them as tells the inputs apart.

    >>> _names(["a/page.txt", "b/page.txt", "b/other.txt", "-"])
    ['a/page.txt', 'b/page.txt', 'other.txt', '-']
    """
    places = [Path(path).absolute().parts[1:] if str(path) != "-" else ("-",) for path in inputs]
    ends = Counter(place[-n:] for place in set(places) for n in range(1, len(place) + 1))
    return [
        "/".join(
            next((place[-n:] for n in range(1, len(place)) if ends[place[-n:]] == 1), place),
        )
        for place in places
    ]


@contextmanager
def _hashed(
    path: str, source: Source, stdin: BinaryIO | None
) -> Iterator[tuple[str, BinaryIO | None]]:
    """Hash an input before it is read; what can be read only once is held in a temporary file."""
    if path != "-" and Path(path).is_file():
        try:
            source.sha256 = sha256(Path(path))
        except OSError as err:
            raise ReadError(path, 0, str(err.strerror).lower(), "check who may read it") from err
        yield path, None
        return
    with tempfile.TemporaryFile(prefix="kg-") as held:
        with ExitStack() as stack:
            if stdin is None and path == "-" and sys.stdin is None:
                raise ReadError("-", 0, "standard input is closed", "name a file")
            stream = stdin or sys.stdin.buffer
            if path != "-":
                stream = stack.enter_context(Path(path).open("rb"))
            shutil.copyfileobj(stream, held)
        held.seek(0)
        source.sha256 = hashlib.file_digest(held, "sha256").hexdigest()
        held.seek(0)
        yield "-", held


def find_beside(inputs: Sequence[str | Path], name: str) -> Path | None:
    """Find the folder of a name that lies beside inputs.

    :param inputs: Names of files; ``-`` lies nowhere.
    :param name: Name of the folder.
    :returns: The folder; None if there is none.
    :raises KGError: If several inputs have one beside them, and not the same.
    """
    folders = sorted({Path(path).parent / name for path in inputs if str(path) != "-"})
    found = {folder.resolve(): folder for folder in folders if folder.is_dir()}
    if len(found) > 1:
        one, other = list(found.values())[:2]
        raise KGError(f"{one} and {other}: both lie beside inputs; say which with --{name}")
    return next(iter(found.values()), None)
