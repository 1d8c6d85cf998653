"""What everything after extraction costs: processor time, memory and size, stage by stage.

python tests/benchmarks/scale_memory.py EXTRACTIONS [--papers N] [--out DIR]

EXTRACTIONS is what ``kg extract`` wrote. They are folded into a graph, and every file of a build is
written, as a build that finds all in its cache does. Time is processor time of all threads, memory
the highest resident set of each stage by itself.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from kg import registry
from kg.build import EXTRACTIONS, _finish
from kg.extractions import dumps, read_lines
from kg.graph.assemble import assemble
from kg.inputs import BuildReport, Source
from kg.ontology import load

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.graph.knowledge_graph import KnowledgeGraph
    from kg.model import Extraction

_MB = 1024
_TOLD = {"base": "https://example.org/", "evidence": "text", "model": "default"}


class Stage(NamedTuple):
    """What one stage took: processor and clock seconds, MB of memory."""

    name: str
    seconds: float
    clock: float
    memory: float


class Stages:
    """Stages as they are measured."""

    def __init__(self) -> None:
        """Know none yet."""
        self.found: list[Stage] = []

    @contextmanager
    def measured(self, name: str) -> Iterator[None]:
        """Measure what the block does."""
        forget_highest()
        seconds, clock = time.process_time(), time.perf_counter()
        yield
        took = time.process_time() - seconds, time.perf_counter() - clock
        self.found.append(Stage(name, *took, resident("VmHWM")))


def forget_highest() -> None:
    """Let the highest resident set count anew, where the system can."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def resident(field: str) -> float:
    """Read a field of the status of this process, in MB; 0 where there is none."""
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith(field):
                return int(line.split()[1]) / _MB
    return 0.0


def measure(path: Path, papers: int | None, folder: Path) -> tuple[int, list[Stage]]:
    """Fold extractions and write everything.

    :param path: File of extractions.
    :param papers: How many of them; all if None.
    :param folder: Where to write.
    :returns: Number of papers, and the stages in their order.
    """
    stages, count = Stages(), 0

    def written() -> Iterator[Extraction]:
        nonlocal count
        with path.open("rb") as lines, (folder / EXTRACTIONS).open("wb") as out:
            for item in read_lines(islice(lines, papers), path=str(path)):
                count += 1
                out.write(dumps(item, ontology))
                yield item

    ontology = load()
    modules = [module for module in registry.modules("exporters") if module.DEFAULT]
    with stages.measured("assembly"):
        graph = assemble(written(), ontology=ontology)
    with graph:
        for module in modules:
            with stages.measured(str(module.FORMAT)):
                module.write(graph, folder)
        with stages.measured("manifest"):
            finish(graph, folder)
    return count, stages.found


def finish(graph: KnowledgeGraph, folder: Path) -> None:
    """Do what a build does last."""
    report = BuildReport()
    report.sources = [Source("made", "0" * 64)]
    report.counts = graph.counts()
    _finish(graph, folder, report, _TOLD)


def main() -> None:
    """Print the table."""
    asked = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    asked.add_argument("extractions", type=Path)
    asked.add_argument("--papers", type=int)
    asked.add_argument("--out", type=Path, help="keep what is written in this folder")
    asked.add_argument("--json", action="store_true", help="print JSON instead of a table")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="kg-") as folder:
        place = given.out or Path(folder)
        place.mkdir(parents=True, exist_ok=True)
        papers, stages = measure(given.extractions, given.papers, place)
        sizes = {p.name: p.stat().st_size for p in sorted(place.iterdir()) if p.is_file()}
    if given.json:
        print(json.dumps({"papers": papers, "stages": stages, "sizes": sizes}))
        return
    print(f"| {papers:,} papers | CPU s | ms a paper | clock s | peak MB |")
    print("|---|---:|---:|---:|---:|")
    total = Stage(
        "all",
        sum(s.seconds for s in stages),
        sum(s.clock for s in stages),
        max(s.memory for s in stages),
    )
    for name, seconds, clock, memory in (*stages, total):
        row = f"{seconds:.1f} | {1000 * seconds / papers:.2f} | {clock:.1f} | {memory:,.0f}"
        print(f"| {name} | {row} |")
    print()
    for name, size in sizes.items():
        print(f"{name}: {size / 1e6:,.1f} MB")


if __name__ == "__main__":
    main()
