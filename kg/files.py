"""Files that are written whole or not at all, and opened with errors of one line."""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from kg.errors import ExportError, ReadError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["reading", "replacing"]


@contextmanager
def replacing(path: str) -> Iterator[BinaryIO]:
    """Open a file to write that takes its name only when all went well.

    :param path: Name of the file; ``-`` is standard output, which is written as it comes.
    :returns: The open file.
    :raises ExportError: If it cannot be written.
    """
    if path == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    place = Path(path)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}-")
    except OSError as err:
        raise ExportError(path, f"cannot be written: {err.strerror}") from err
    written = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
        written.chmod(0o644)
        written.replace(place)
    except IsADirectoryError as err:
        raise ExportError(path, "is a folder; name a file") from err
    finally:
        written.unlink(missing_ok=True)


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
