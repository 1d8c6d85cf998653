"""Files that are written whole or not at all, and opened with errors of one line."""

from __future__ import annotations

import glob
import hashlib
import os
import shutil
import sys
import tempfile
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from kg.cycles import never
from kg.errors import ExportError, ReadError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = [
    "cache_folder",
    "literal",
    "permissions",
    "reading",
    "replacing",
    "replacing_folder",
    "same_file",
    "save",
    "sha256",
]

_BATCH = 512  # pieces that are written at once
_NEW, _OLD = "new", "old"  # inside the temporary folder of a folder that is replaced


@contextmanager
def replacing(path: str) -> Iterator[BinaryIO]:
    """Open a file to write that takes its name only when all went well.

    :param path: Name of the file; ``-`` is standard output, which is written as it comes.
    :returns: The open file.
    :raises ExportError: If it cannot be written.
    """
    if path == "-":
        if sys.stdout is None:
            raise ExportError("-", "standard output is closed; name a file")
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    if not path:
        raise ExportError("''", "is no name; name a file")
    place = Path(path).resolve()
    if place.exists() and not place.is_file() and not place.is_dir():
        with place.open("wb") as file:  # a device or a pipe has no other to take its place
            yield file
        return
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}-")
    except OSError as err:
        raise ExportError(path, f"cannot be written: {err.strerror}") from err
    written = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
        written.chmod(permissions(place))
        written.replace(place)
    except IsADirectoryError as err:
        raise ExportError(path, "is a folder; name a file") from err
    finally:
        written.unlink(missing_ok=True)


@contextmanager
def replacing_folder(path: str | Path, *, foreign: Callable[[Path], str]) -> Iterator[Path]:
    """Give a temporary folder that takes the place of another only when all went well.

    What an earlier process left behind when it was killed is cleared away.

    :param path: The folder to replace; a link to one is followed.
    :param foreign: Names something in a folder that others put there, so that it may not be
        replaced; empty if there is nothing.
    :returns: The temporary folder, beside the other.
    :raises ExportError: If the folder may not be replaced or cannot be written.
    """
    if not str(path):
        raise ExportError("", "is no name; name a folder")
    out = Path(path).resolve()
    _clear(out)
    _refuse(path, out, foreign, "exists")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=f".{out.name}-{os.getpid()}-", dir=out.parent))
    except OSError as err:
        raise ExportError(str(path), f"cannot be written: {err.strerror}") from err
    try:
        new = work / _NEW
        new.mkdir()
        yield new
        _refuse(path, out, foreign, "was changed meanwhile")
        try:
            if out.exists():
                out.rename(work / _OLD)
            new.rename(out)
        except OSError as err:
            raise ExportError(str(path), f"cannot be replaced: {err.strerror}") from err
    finally:
        _remove(work, out)


def _refuse(path: str | Path, out: Path, foreign: Callable[[Path], str], what: str) -> None:
    """Refuse to replace a folder that holds what somebody else put there.

    :raises ExportError: If it does; it names what.
    """
    if not out.exists() or (out.is_dir() and not any(out.iterdir())):
        return
    if name := foreign(out) if out.is_dir() else "a file":
        reason = f"{what} and holds what is no build of kg ({name}); choose another folder"
        raise ExportError(str(path), reason)


def _clear(out: Path) -> None:
    """Remove the temporary folders of processes that live no more."""
    for path in out.parent.glob(f".{glob.escape(out.name)}-*-*") if out.parent.is_dir() else ():
        number = path.name.removeprefix(f".{out.name}-").partition("-")[0]
        if not (number.isdigit() and path.is_dir()) or _lives(int(number)):
            continue
        if {inner.name for inner in path.iterdir()} <= {_NEW, _OLD}:  # else it is not ours
            _remove(path, out)


def _remove(work: Path, out: Path) -> None:
    """Remove a temporary folder; what was to be replaced, and was not, goes back to its place."""
    if not out.exists() and (work / _OLD).is_dir():
        (work / _OLD).rename(out)
    shutil.rmtree(work, ignore_errors=True)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # it lives, and belongs to somebody else
        pass
    return True


def same_file(one: str, other: str) -> bool:
    """Say whether two names are of one file; names of what is not there are not.

    >>> same_file("nowhere", "nowhere")
    False
    """
    paths = Path(one), Path(other)
    return all(path.is_file() for path in paths) and paths[0].samefile(paths[1])


@contextmanager
def reading(path: str) -> Iterator[BinaryIO]:
    """Open a file to read.

    :param path: Name of the file; ``-`` is standard input.
    :returns: The open file.
    :raises ReadError: If it cannot be opened.
    """
    if path == "-":
        yield sys.stdin.buffer
        return
    try:
        file = Path(path).open("rb")  # noqa: SIM115
    except OSError as err:
        raise ReadError(path, 0, str(err.strerror).lower(), "check the name") from err
    with file:
        yield file


def sha256(path: Path) -> str:
    """Hash the content of a file, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def permissions(place: Path, *, most: int = 0o666) -> int:
    """Tell the permissions of what is to take a place.

    :param place: The place.
    :param most: What is allowed to all, if the settings of the user forbid nothing.
    :returns: The permissions of what is there; else those that anything new has.
    """
    if place.exists():
        return place.stat().st_mode & 0o777
    forbidden = os.umask(0o077)  # it cannot be read without being set
    os.umask(forbidden)
    return most & ~forbidden


def cache_folder() -> Path:
    """Name the folder where this system keeps what can be made again.

    :returns: ``$XDG_CACHE_HOME/paperkg``, or the place that is customary without it.
    """
    if told := os.environ.get("XDG_CACHE_HOME"):
        return Path(told) / "paperkg"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "paperkg"
    if os.name == "nt" and (local := os.environ.get("LOCALAPPDATA")):
        return Path(local) / "paperkg" / "Cache"
    return Path.home() / ".cache" / "paperkg"


def literal(text: str | Path) -> str:
    """Spell a text, such as a path, as SQL does.

    >>> print(literal("O'Brien/a.json"))
    'O''Brien/a.json'
    """
    return "'" + str(text).replace("'", "''") + "'"


def save(path: Path, pieces: Iterable[str]) -> None:
    r"""Write a file piece by piece.

    :param path: The file; one that is there is replaced when all is written.
    :param pieces: What to write.
    :raises ExportError: If it cannot be written.

    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save(Path(folder) / "x.txt", ["one ", "line\n"])
    ...     (Path(folder) / "x.txt").read_text()
    'one line\n'
    """
    with replacing(str(path)) as file, never():
        found = iter(pieces)
        while batch := list(islice(found, _BATCH)):
            file.write("".join(batch).encode())
