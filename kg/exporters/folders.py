"""Folders that an exporter fills, and fills again, without ever touching a file of others."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

import orjson

from kg.errors import ExportError
from kg.files import replacing_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["LISTING", "filling"]

LISTING = ".paperkg.json"
"""File of such a folder that lists what was written into it."""


@contextmanager
def filling(folder: Path, *, kept: str = "") -> Iterator[Path]:
    """Give a temporary folder that takes the place of another only when all went well.

    :param folder: The folder to fill; one that was filled before is replaced.
    :param kept: Name of a folder in it that belongs to the user and is carried over.
    :returns: The temporary folder.
    :raises ExportError: If the folder holds files that were not written here.
    """

    def foreign(place: Path) -> str:
        return _foreign(place, kept)

    try:
        with replacing_folder(folder, foreign=foreign) as place:
            yield place
            names = sorted(_names(place))
            (place / LISTING).write_bytes(orjson.dumps(names) + b"\n")
            if kept and (folder / kept).is_dir():
                shutil.copytree(folder / kept, place / kept, symlinks=True)
    except ExportError as err:
        if folder.is_dir() and (name := foreign(folder)):
            reason = (
                f"holds files that were not written by kg ({name}); move them, or write elsewhere"
            )
            raise ExportError(str(folder), reason) from err
        raise


def _foreign(folder: Path, kept: str) -> str:
    """Name the first file that is of others; empty if there is none."""
    try:
        listed = orjson.loads((folder / LISTING).read_bytes())
    except (OSError, orjson.JSONDecodeError):
        listed = None
    names = listed if isinstance(listed, list) else []
    known = {LISTING, *(name for name in names if isinstance(name, str))} if names else set()
    here = (name for name in _names(folder) if not kept or not name.startswith(f"{kept}/"))
    return min((name for name in here if name not in known), default="")


def _names(folder: Path) -> Iterator[str]:
    return (path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir())
