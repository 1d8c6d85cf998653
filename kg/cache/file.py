"""The file of a cache: where it is, what it holds, how it is cleared.

>>> kept("nowhere"), clear("nowhere")
([], 0)
"""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from kg.errors import KGError
from kg.files import cache_folder

__all__ = ["FILE", "Kept", "chosen", "clear", "connect", "kept"]

FILE = "extractions.sqlite"
"""Name of the file inside the folder of the cache."""

_TABLES = """
CREATE TABLE IF NOT EXISTS makers (
  id INTEGER PRIMARY KEY, hash TEXT NOT NULL UNIQUE, label TEXT NOT NULL, used REAL NOT NULL);
CREATE TABLE IF NOT EXISTS extractions (
  maker INTEGER NOT NULL, key BLOB NOT NULL, value BLOB NOT NULL, PRIMARY KEY (maker, key));
"""
_PATIENCE = 60.0  # seconds to wait for another build that writes
_DAY = 86400.0


class Kept(NamedTuple):
    """What a cache keeps of one maker.

    :param maker: Hash of ontology, model and code.
    :param label: What people call it.
    :param papers: Number of extractions.
    :param size: Their size in bytes.
    :param days: Since it was used last.
    """

    maker: str
    label: str
    papers: int
    size: int
    days: float


def chosen(folder: str | None, no_cache: bool) -> Path | None:
    """Name the folder of the cache that a person has chosen.

    :param folder: What they named, if anything.
    :param no_cache: Whether they want none.
    :returns: The folder; None for no cache.
    """
    return None if no_cache else Path(folder) if folder else cache_folder()


def kept(folder: str | Path) -> list[Kept]:
    """List what a cache keeps.

    :param folder: Folder of the cache.
    :returns: One entry for each maker of which something is kept, the one used last first; empty
        if there is no cache.
    :raises KGError: If the file is none of a cache.
    """
    path = Path(folder) / FILE
    if not path.is_file():
        return []
    sql = """
        SELECT hash, label, count(key), coalesce(sum(length(key) + length(value)), 0), used
        FROM makers JOIN extractions ON maker = id GROUP BY id ORDER BY used DESC, hash
    """
    now = time.time()
    try:
        with closing(connect(path)) as connection:
            rows = connection.execute(sql).fetchall()
    except sqlite3.Error as err:
        raise KGError(f"{path}: is no cache of kg: {err}; remove the file") from err
    return [
        Kept(maker, label, papers, size, max(now - used, 0) / _DAY)
        for maker, label, papers, size, used in rows
    ]


def clear(folder: str | Path, *, unused_days: float = 0.0) -> int:
    """Forget what was not used for some days. A build that uses the cache meanwhile may go on.

    :param folder: Folder of the cache.
    :param unused_days: Days; 0 forgets everything, and removes a file that is none of a cache.
    :returns: Number of extractions that were forgotten.
    :raises KGError: If the file is none of a cache, and not everything is to be forgotten; or if
        another process does not let go of it.
    """
    path = Path(folder) / FILE
    if not path.is_file():
        return 0
    try:
        entries = kept(folder)
    except KGError:
        if unused_days > 0:
            raise
        for suffix in ("", "-wal", "-shm"):
            path.with_name(FILE + suffix).unlink(missing_ok=True)
        return 0
    old = [entry for entry in entries if unused_days <= 0 or entry.days > unused_days]
    # The makers stay, each under its number: a build that runs writes more under the one it has.
    sql = "DELETE FROM extractions WHERE maker IN (SELECT id FROM makers WHERE hash = ?)"
    try:
        with closing(connect(path)) as connection:
            with connection:
                connection.executemany(sql, [(entry.maker,) for entry in old])
            connection.execute("VACUUM")
    except sqlite3.Error as err:
        raise KGError(f"{path}: cannot be cleared now: {err}; try again") from err
    return sum(entry.papers for entry in old)


def connect(path: Path) -> sqlite3.Connection:
    """Open the file of a cache, and make its tables if they are not there.

    :raises sqlite3.Error: If it is none, or cannot be written.
    """
    connection = sqlite3.connect(path, timeout=_PATIENCE)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.executescript(_TABLES)
    return connection
