"""A session of Spark that is started quietly, speaks SQL as DuckDB does, and is gone afterwards."""

from __future__ import annotations

import logging
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import warnings
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING

from kg.errors import KGError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pyspark.sql import SparkSession

__all__ = ["started"]

_NEEDED = ("pyspark", "pandas", "pyarrow")
# Double quotes and backslashes in SQL as in DuckDB.
_SPOKEN = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.ansi.doubleQuotedIdentifiers": "true",
    "spark.sql.parser.escapedStringLiterals": "true",
    "spark.sql.caseSensitive": "true",
    "spark.sql.files.openCostInBytes": "0",
}
_MATCHES = (
    "CREATE OR REPLACE TEMPORARY FUNCTION regexp_matches(text STRING, pattern STRING) "
    "RETURNS BOOLEAN RETURN text RLIKE pattern"
)
_SPLIT = (
    4 << 20
)  # bytes of records that are one task: a minute or so, so that a lost one is no loss
_GATEWAY = "PYSPARK_GATEWAY_PORT"  # set where spark-submit has started this process
_PATIENCE = 60.0  # seconds that Java has to clear up
_SHUFFLE = "spark.sql.shuffle.partitions"


@contextmanager
def started(master: str | None, folder: Path) -> Iterator[SparkSession]:
    """Start Spark, or join the one that runs in this process, as under ``spark-submit``.

    :param master: Where it shall run, such as ``local[2]``; by default what its settings say.
    :param folder: For temporary files, if it runs here.
    :returns: A session of our own. What we started is stopped at the end.
    :raises KGError: If Spark is not installed or cannot be started, or fails later.
    """
    if missing := [name for name in _NEEDED if not find_spec(name)]:
        remedy = "pip install '.[spark]'"
        raise KGError(f"--engine spark: {', '.join(missing)} not installed; {remedy}")
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException
    from pyspark.sql import SparkSession

    logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL)
    running = SparkSession.getActiveSession()
    is_main = threading.current_thread() is threading.main_thread()
    handler = signal.getsignal(signal.SIGINT)
    is_submitted = _GATEWAY in os.environ
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of Spark, about versions of pandas and open sockets
        log = folder / "spark.log"
        found = running
        try:
            found = found or _start(master, folder, log)
            yield _ours(found)
        except (PySparkException, Py4JError) as err:
            told = str(err)  # which it can tell as long as Java lives
            raise KGError(f"Spark: {_reason(told, log)}") from RuntimeError(told)
        finally:
            if not running:
                if found:
                    found.stop()
                if not is_submitted:
                    _end()
            if is_main and handler is not None:
                signal.signal(signal.SIGINT, handler)  # Spark sets its own, and leaves it


def _start(master: str | None, folder: Path, log: Path) -> SparkSession:
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.appName("kg build")
    if master:
        builder = builder.master(master)
    if _GATEWAY in os.environ:  # spark-submit has started it, with its own settings
        return builder.getOrCreate()
    home = os.environ.get("JAVA_HOME")
    if not (home or shutil.which("java")):
        raise KGError("--engine spark: there is no java; install Java 17, or set JAVA_HOME")
    settings = {
        "spark.log.level": "ERROR",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.extraJavaOptions": f"-XX:-UsePerfData -Djava.io.tmpdir={folder}",
        "spark.sql.warehouse.dir": (folder / "warehouse").as_uri(),
    }
    if not master or master.startswith("local"):
        settings |= {
            "spark.driver.host": "127.0.0.1",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.driver.memory": "2g",
            "spark.local.dir": str(folder / "local"),
            "spark.ui.enabled": "false",
        }
    with _python(), _aside(log):
        return builder.config(map=dict(settings)).getOrCreate()


def _end() -> None:
    """End the machine of Java, which otherwise lives as long as this process, with its files."""
    from pyspark import SparkContext

    gateway = SparkContext._gateway
    if gateway is None:
        return
    gateway.shutdown()
    SparkContext._gateway = SparkContext._jvm = None
    gateway.proc.stdin.close()  # which tells it to end
    try:
        gateway.proc.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        gateway.proc.kill()


def _ours(session: SparkSession) -> SparkSession:
    """Make a session whose settings are no matter to others on the same Spark."""
    ours = session.newSession()
    for name, value in _SPOKEN.items():
        ours.conf.set(name, value)
    if not ours.sparkContext.getConf().contains(_SHUFFLE):
        ours.conf.set(_SHUFFLE, str(2 * ours.sparkContext.defaultParallelism))
    ours.sql(_MATCHES)
    return ours


@contextmanager
def _python() -> Iterator[None]:
    """Let workers here run the Python that runs this, unless somebody has said which."""
    told = "PYSPARK_PYTHON"
    if told in os.environ:
        yield
        return
    os.environ[told] = sys.executable
    try:
        yield
    finally:
        del os.environ[told]


@contextmanager
def _aside(log: Path) -> Iterator[None]:
    """Let what this process starts write its words to a file instead of standard error."""
    sys.stderr.flush()
    kept = os.dup(2)
    with log.open("wb") as file:
        os.dup2(file.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def _reason(told: str, log: Path) -> str:
    r"""Find the line of an error that says why: that of a worker, else the first.

    >>> from pathlib import Path
    >>> _reason("Job aborted.\nTraceback:\nkg.errors.KGError: no such model\n", Path("nowhere"))
    'no such model'
    """
    if found := re.search(r"^\s*kg\.errors\.\w+: (.+)$", told, re.MULTILINE):
        return found[1]
    if "JAVA_GATEWAY_EXITED" in told and log.exists():
        words = log.read_text("utf-8", "replace")
        if found := re.search(r"(?:Exception|Error): (.+)", words):
            return found[1]
    lines = [line.strip() for line in told.splitlines() if line.strip()]
    return lines[0][:300] if lines else "failed without a word"
