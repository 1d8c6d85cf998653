"""The folder that the workers of Spark and this process share, on any file system of Hadoop."""

from __future__ import annotations

import uuid
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from kg.errors import KGError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from py4j.java_gateway import JavaObject
    from pyspark.sql import SparkSession

__all__ = ["SCRATCH", "Shared", "shared"]

SCRATCH = "spark.kg.scratch"
"""Setting of Spark that names a folder which all workers can read and write."""


class Shared:
    """A folder that workers write to, with its copy here where this process cannot see it.

    :param session: Knows the file systems.
    :param here: Folder of this process.
    :param there: Address of the folder of the workers; empty if it is the same.
    """

    def __init__(self, session: SparkSession, here: Path, there: str = "") -> None:
        """Keep where it is."""
        self._session, self.here, self._there = session, here, there

    def place(self, name: str) -> str:
        """Name what workers write to."""
        return f"{self._there}/{name}" if self._there else (self.here / name).as_uri()

    def put(self, path: Path) -> str:
        """Let workers have a file of this process.

        :returns: Its address, which is of use until the file is removed here.
        """
        if not self._there:
            return path.as_uri()
        there = self.place(path.name)
        self._system().copyFromLocalFile(False, True, self._path(path.as_uri()), self._path(there))
        return there

    def get(self, place: str) -> Path:
        """Have here what workers have written.

        :returns: The file or folder.
        """
        path = self.here / place.rpartition("/")[2]
        if self._there:
            self._system().copyToLocalFile(
                False, self._path(place), self._path(path.as_uri()), True
            )
        return path

    def remove(self, place: str) -> None:
        """Remove what workers have written, there."""
        self._system().delete(self._path(place), True)

    def _path(self, address: str) -> JavaObject:
        return self._session._jvm.org.apache.hadoop.fs.Path(address)

    def _system(self) -> JavaObject:
        configuration = self._session.sparkContext._jsc.hadoopConfiguration()
        return self._path(self._there or self.here.as_uri()).getFileSystem(configuration)


@contextmanager
def shared(session: SparkSession, here: Path) -> Iterator[Shared]:
    """Make a folder that all workers share; it is removed at the end.

    :param session: Its setting :data:`SCRATCH` says where; not needed if the workers are here.
    :param here: Folder of this process.
    :returns: The folder.
    :raises KGError: If it is needed and not told.
    """
    context = session.sparkContext
    told = context.getConf().get(SCRATCH, "") or ""
    if not told:
        if not context.master.startswith("local"):
            remedy = f"name a folder that all machines can write: --conf {SCRATCH}=hdfs:///tmp"
            raise KGError(f"{context.master}: its workers share no folder with kg; {remedy}")
        yield Shared(session, here)
        return
    if not urlsplit(told).scheme:
        told = Path(told).absolute().as_uri()
    folder = Shared(session, here, f"{told.rstrip('/')}/kg-{uuid.uuid4().hex}")
    try:
        yield folder
    finally:
        folder.remove(folder.place(""))
