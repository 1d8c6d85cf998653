"""Extraction in several processes, which leaves no trace in what comes out.

Each process loads the model once. What travels is a batch of about so much text; results come back
in the order of the records, and a process that dies ends the run with one line.
"""

from __future__ import annotations

import gc
import os
import signal
import threading
import time
from collections import deque
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from typing import TYPE_CHECKING, cast

from kg import ontology as ontologies
from kg.errors import KGError
from kg.model import Extraction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Future
    from pathlib import Path
    from typing import TypeAlias

    from kg.model import Record
    from kg.pipeline import Extractor

    Item: TypeAlias = Record | Extraction

__all__ = ["HELD", "cores", "in_processes"]

HELD = 512
"""Items that are held at once, most of which may be extracted already."""

_BATCH = 20_000  # characters that travel to a worker at once


def cores() -> int:
    """Count the cores that this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def in_processes(
    stream: Iterator[Item],
    loaded: tuple[Path, str | Path, str | Path | None],
    workers: int,
    keep: Callable[[Extraction], None],
) -> Iterator[Extraction]:
    """Extract what is missing among items, and give all back in order.

    Each worker is kept busy with two batches ahead.

    :param stream: Records, and extractions that need no more work.
    :param loaded: Folder of the ontology, model, and labels, see :func:`kg.pipeline.extract`.
    :param workers: Number of processes; none is started before something is missing.
    :param keep: Called with each new extraction.
    :raises KGError: If a process dies, or ontology or model cannot be loaded.
    """
    import multiprocessing
    from concurrent.futures.process import BrokenProcessPool

    from kg.watch import note_calls

    context = multiprocessing.get_context("spawn")  # a fork would copy the locks of other threads
    pool = ProcessPoolExecutor(workers, context, initializer=_start, initargs=loaded)
    waiting: deque[tuple[list[Item], Future[tuple[list[Extraction], int]]]] = deque()
    try:
        while True:
            while len(waiting) < 3 * workers and (batch := list(_batch(stream))):
                missing = [item for item in batch if not isinstance(item, Extraction)]
                if not (missing or waiting):
                    yield from cast("list[Extraction]", batch)
                    continue
                waiting.append((batch, pool.submit(_extract_batch, missing)))
            if not waiting:
                break
            batch, future = waiting.popleft()
            extractions, calls = future.result()
            note_calls(calls)
            new = iter(extractions)
            for item in batch:
                if isinstance(item, Extraction):
                    yield item
                else:
                    extraction = next(new)
                    keep(extraction)
                    yield extraction
    except BrokenProcessPool as err:
        raise KGError("a worker process died; try fewer with --workers 1") from err
    finally:
        pool.shutdown(cancel_futures=True)


def _batch(stream: Iterator[Item]) -> Iterator[Item]:
    """Take what travels to a worker at once: about so much text, and not too many items."""
    length = 0
    for item in islice(stream, HELD):
        yield item
        length += 0 if isinstance(item, Extraction) else len(item.title) + len(item.abstract)
        if length >= _BATCH:
            return


_extractor: Extractor | None = None  # of a worker process


def _start(folder: Path, model: str | Path, labels: str | Path | None) -> None:
    from kg.pipeline import Extractor
    from kg.watch import watch_network

    global _extractor
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent stops the pool
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    watch_network()
    _extractor = Extractor(ontologies.load(folder), model=model, labels=labels)
    gc.freeze()  # lexicon and weights stay: to look for garbage among them again and again is vain


def _end_with(parent: int) -> None:
    """End this process when the one that started it has been killed."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def _extract_batch(records: list[Record]) -> tuple[list[Extraction], int]:
    from kg.watch import network_calls

    assert _extractor is not None  # noqa: S101
    before = network_calls()
    return [_extractor(record) for record in records], network_calls() - before
