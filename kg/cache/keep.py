"""What was extracted once need not be extracted again: extractions kept by what they depend on.

An extraction is a pure function of title and abstract, of ontology, model and code. The cache keeps
each under a hash of all that, so that it makes a build faster and never different: whatever changes
finds nothing. It is one SQLite file, written a few papers at a time, so that a build that is killed
loses no more than these, and that several builds can share.

>>> import tempfile
>>> from kg.ontology import load
>>> from kg.model import Extraction, Record
>>> record = Record(id="p", title="A title", abstract="Some text.")
>>> with tempfile.TemporaryDirectory() as folder, Cache(folder, load(), maker="m") as cache:
...     cache.put(Extraction(record, "00", ((0, 7),)))
...     cache.flush()
...     cache.get(record).record.id, cache.get(Record(id="p", title="Another", abstract=""))
('p', None)
"""

from __future__ import annotations

import hashlib
import sqlite3
import time
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import zstandard

from kg.cache.file import FILE, connect
from kg.cache.maker import maker_of
from kg.errors import KGError
from kg.extractions import dumps, loads
from kg.model import Record

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType
    from typing import Self

    from kg.model import Extraction
    from kg.ontology import Ontology

__all__ = ["Cache", "opened"]

_NOBODY = Record(
    id="", title="", abstract=""
)  # what is told of a paper comes from its record each time
_AT_ONCE = 32  # extractions that are written together: what a killed build loses


class Cache:
    """Extractions of one maker; to be used in a ``with`` block.

    A cache that cannot be read or written is no reason to stop: it then keeps and finds nothing,
    and ``fault`` says why.

    :param folder: Folder of the cache; made if it is not there.
    :param ontology: Gives the names of the slots of results.
    :param maker: What :func:`maker_of` says.
    :param label: What people call the maker.
    """

    def __init__(
        self, folder: str | Path, ontology: Ontology, *, maker: str, label: str = ""
    ) -> None:
        """Open the file."""
        self.found = self.added = 0
        self._ontology = ontology
        self.fault = ""
        self._waiting: list[tuple[int, bytes, bytes]] = []
        self._pack = zstandard.ZstdCompressor(level=3).compress
        self._unpack = zstandard.ZstdDecompressor().decompress
        self._path = Path(folder) / FILE
        self._connection: sqlite3.Connection | None = None
        self._maker = 0
        try:
            Path(folder).mkdir(parents=True, exist_ok=True)
            self._connection = connect(self._path)
            self._maker = _note(self._connection, maker, label)
        except (OSError, sqlite3.Error) as err:
            self._give_up(err)

    def __enter__(self) -> Self:
        """Give the cache itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Write what waits and close the file."""
        self.flush()
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def get(self, record: Record) -> Extraction | None:
        """Find the extraction of a record.

        :param record: The record.
        :returns: The extraction, with this record in it; None if it is not kept.
        """
        if self._connection is None:
            return None
        try:
            sql = "SELECT value FROM extractions WHERE maker = ? AND key = ?"
            row = self._connection.execute(sql, (self._maker, _key(record))).fetchone()
            if row is None:
                return None
            extraction = loads(self._unpack(row[0]), path=str(self._path))
        except (sqlite3.Error, zstandard.ZstdError, KGError) as err:
            self._give_up(err)
            return None
        self.found += 1
        return replace(extraction, record=record)

    def put(self, extraction: Extraction) -> None:
        """Keep an extraction; it reaches the file with the next few."""
        if self._connection is None:
            return
        bare = replace(extraction, record=_NOBODY)
        line = dumps(bare, self._ontology, evidence="offsets")
        self._waiting.append((self._maker, _key(extraction.record), self._pack(line)))
        self.added += 1
        if len(self._waiting) >= _AT_ONCE:
            self.flush()

    def flush(self) -> None:
        """Write what waits to be kept."""
        if self._connection is None or not self._waiting:
            return
        try:
            with self._connection:
                self._connection.executemany(
                    "INSERT OR IGNORE INTO extractions VALUES (?, ?, ?)", self._waiting
                )
        except sqlite3.Error as err:
            self._give_up(err)
        self._waiting.clear()

    def _give_up(self, err: Exception) -> None:
        reason = " ".join(str(err).split())[:120]
        self.fault = (
            f"{self._path}: the cache is not used: {reason}; clear it with 'kg cache --clear'"
        )
        if self._connection is not None:
            self._connection.close()
        self._connection = None


@contextmanager
def opened(
    folder: str | Path | None,
    ontology: Ontology,
    model: str | Path,
    labels: str | Path | None = None,
) -> Iterator[Cache | None]:
    """Open the cache for what is to extract.

    :param folder: Folder of the cache; None for no cache.
    :param ontology: What may be said.
    :param model: See :func:`kg.documents.load`.
    :param labels: Name of the file that says what the labels of the model mean.
    :returns: The cache; None without a folder.
    """
    if folder is None:
        yield None
        return
    maker = maker_of(ontology, model, labels)
    with Cache(folder, ontology, maker=maker, label=Path(model).name) as cache:
        yield cache


def _note(connection: sqlite3.Connection, maker: str, label: str) -> int:
    """Note that a maker uses the cache now; when is of no matter for what comes out."""
    with connection:
        connection.execute(
            "INSERT INTO makers (hash, label, used) VALUES (?, ?, ?) "
            "ON CONFLICT (hash) DO UPDATE SET used = excluded.used",
            (maker, label, time.time()),
        )
    row = connection.execute("SELECT id FROM makers WHERE hash = ?", (maker,)).fetchone()
    return int(row[0])


def _key(record: Record) -> bytes:
    text = f"{len(record.title)}:{record.title}\n{record.abstract}"
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
