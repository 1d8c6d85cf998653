"""How fast and in how much memory a graph is written as RDF, beside rdflib and Oxigraph.

python tests/benchmarks/rdf.py EXTRACTIONS|BUILD [--papers N]

EXTRACTIONS is what ``kg extract`` wrote, BUILD a folder that ``kg build`` wrote; with ``--papers``
only so many are taken (3,400 papers make about a million triples). Every row is measured in a
process of its own. Our writers are timed from the tables to the closed file, sorting included;
rdflib and Oxigraph from a graph that they hold in memory already, which is what they need memory
for. Time is processor time of all threads, the best of the runs.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.graph.knowledge_graph import KnowledgeGraph

OURS = ("turtle", "ntriples", "nquads", "trig", "jsonld", "rdf12")
OTHERS = ("rdflib", "oxigraph")


class Measured(NamedTuple):
    """One row of the table."""

    triples: int
    seconds: float
    size: float
    memory: float


def assembled(path: Path, papers: int | None) -> KnowledgeGraph:
    """Assemble the graph, of the first papers if a number is given."""
    from kg.build import EXTRACTIONS
    from kg.extractions import read_lines
    from kg.graph.assemble import assemble

    place = path / EXTRACTIONS if path.is_dir() else path
    with place.open("rb") as lines:
        return assemble(read_lines(islice(lines, papers), path=str(place)))


def resident(field: str) -> float:
    """Read a field of the status of this process, in MB; 0 where there is none."""
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith(field):
                return int(line.split()[1]) / 1024
    return 0.0


def forget_peak() -> float:
    """Let the peak of memory start again from what is held now, and tell what that is."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")
    return resident("VmRSS")


def timed(write: Callable[[], object], runs: int) -> float:
    """Time a function by the processor; the best of some runs."""
    best = float("inf")
    for _ in range(runs):
        started = time.process_time()
        write()
        best = min(best, time.process_time() - started)
    return best


def measure_ours(name: str, path: Path, papers: int | None, out: Path, runs: int) -> Measured:
    """Write the graph in one of our formats."""
    from kg import registry
    from kg.graph.rdf import core, evidence

    exporter = registry.find("exporters", name)
    with assembled(path, papers) as graph:
        triples = sum(len(values) for part in (core, evidence) for _, _, values in part(graph))
        before = forget_peak()
        seconds = timed(lambda: exporter.write(graph, out), runs)
        memory = resident("VmHWM") - before
    return Measured(triples, seconds, size_of(out), memory)


def measure_others(name: str, out: Path, runs: int) -> Measured:
    """Load what we wrote as Turtle, and let another library write it again."""
    before = forget_peak()
    files = [out / "graph.ttl", out / "evidence.ttl"]
    again = out / "again.ttl"
    if name == "rdflib":
        import rdflib

        graph = rdflib.Graph()
        for file in files:
            graph.parse(file, format="turtle")
        triples = len(graph)
        seconds = timed(lambda: graph.serialize(str(again), format="turtle"), runs)
    else:
        import pyoxigraph as ox

        store = ox.Store()
        for file in files:
            store.bulk_load(path=str(file), format=ox.RdfFormat.TURTLE)
        triples, default = len(store), ox.DefaultGraph()
        kind = ox.RdfFormat.TURTLE
        seconds = timed(lambda: store.dump(str(again), kind, from_graph=default), runs)
    memory = resident("VmHWM") - before
    return Measured(triples, seconds, again.stat().st_size / 1e6, memory)


def size_of(folder: Path) -> float:
    """Add up the files of a folder, in MB."""
    return sum(file.stat().st_size for file in folder.iterdir()) / 1e6


def apart(arguments: list[str], name: str, out: Path) -> Measured:
    """Measure in another process."""
    command = [sys.executable, __file__, *arguments, "--only", name, "--out", str(out)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return Measured(*json.loads(done.stdout))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path)
    parser.add_argument("--papers", type=int)
    parser.add_argument("--runs", type=int, default=2)
    parser.add_argument("--only", choices=OURS + OTHERS, help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, help=argparse.SUPPRESS)
    told = parser.parse_args()
    if told.only in OURS:
        print(json.dumps(measure_ours(told.only, told.path, told.papers, told.out, told.runs)))
        return
    if told.only:
        print(json.dumps(measure_others(told.only, told.out, told.runs)))
        return
    arguments = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        rows = {}
        for name in OURS:
            out = Path(folder) / name
            out.mkdir()
            rows[name] = apart(arguments, name, out)
        for name in OTHERS:
            rows[name] = apart(arguments, name, Path(folder) / "turtle")
    print("| writer | triples | seconds | triples/s | MB | extra peak MB |")
    print("|---|---|---|---|---|---|")
    for name, row in rows.items():
        label = name if name in OURS else f"{name}, Turtle"
        rate = row.triples / row.seconds
        cells = f"{row.triples:,} | {row.seconds:.2f} | {rate:,.0f} | {row.size:.0f}"
        print(f"| {label} | {cells} | {row.memory:.0f} |")
    ours, rdflib = rows["turtle"], rows["rdflib"]
    times = (ours.triples / ours.seconds) / (rdflib.triples / rdflib.seconds)
    print(f"\nTurtle is written {times:.1f} times as fast as by rdflib.")


if __name__ == "__main__":
    main()
