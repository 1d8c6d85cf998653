"""What whole builds cost as the input grows: time, memory, sizes, and once more from the cache.

``python tests/benchmarks/scale.py INPUT... --sizes 10000 120000 --accuracies fast default``

Every cell is a size, an accuracy and a number of workers: two builds with the command line, each in
a process of its own, the second from the cache that the first has filled. JSON lines, packed or
not, are cut to a size; other inputs are taken whole (size 0). Each cell is appended to a log, and
the table is printed from all that the log holds: run cells one by one, on a machine that is quiet,
and print the table with ``--table``. CPU seconds count all processes. Memory is the peak of the
main process and that of the largest worker. Only for Linux.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from itertools import islice, product
from pathlib import Path
from typing import Any

# Runs the command line and then tells the peaks. The kernel's own figure of a process may be that
# of whoever started it, so the main process reads its own.
RUN = """
import json, resource, sys
from kg.cli import main
try:
    main()
except SystemExit as stop:
    code = stop.code
lines = open("/proc/self/status", encoding="ascii").read().splitlines()
own = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(json.dumps({"peak": own / 1024, "peak_child": children / 1024}))
sys.exit(code)
"""
COLUMNS = (
    *("papers", "accuracy", "workers", "wall s", "CPU s", "per CPU-s", "peak MiB", "worker MiB"),
    *("files MB", "triples", "nodes", "edges", "again, wall s", "same bytes"),
)


def build(inputs: list[str], out: Path, arguments: list[str]) -> dict[str, float]:
    """Run ``kg build`` and tell what it cost."""
    command = [sys.executable, "-c", RUN, "build", *inputs, "-o", str(out), *arguments]
    started = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout
        said = process.stdout.read()
        _, status, used = os.wait4(process.pid, 0)  # CPU seconds of the workers are in it
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - started
    if process.returncode:
        raise SystemExit(process.returncode)
    costs = json.loads(said.splitlines()[-1])
    return {"wall": wall, "cpu": used.ru_utime + used.ru_stime, **costs}


def cut(path: Path, size: int, out: Path) -> Path:
    """Take the first lines of a file, packed or not."""
    packed = path.suffix == ".gz"
    with path.open("rb") as source, out.open("wb") as file:
        lines: Any = gzip.GzipFile(fileobj=source) if packed else source
        file.writelines(islice(lines, size))
    return out


def hashes(folder: Path) -> dict[str, str]:
    """Hash every file of a build."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("rb") as file:
                name = path.relative_to(folder).as_posix()
                found[name] = hashlib.file_digest(file, "sha256").hexdigest()
    return found


def contents(folder: Path) -> dict[str, Any]:
    """Tell what a build holds and how large its files are."""
    counts = json.loads((folder / "manifest.json").read_bytes())["counts"]
    described = (folder / "void.ttl").read_text(encoding="utf-8")
    triples = max(map(int, re.findall(r"void:triples (\d+)", described)))
    with (folder / "graph.graphml").open("rb") as lines:
        drawn = [0, 0]
        for line in lines:
            drawn[0] += line.count(b"<node ")
            drawn[1] += line.count(b"<edge ")
    files = {name: (folder / name).stat().st_size for name in hashes(folder)}
    held = {"papers": counts["papers"], "triples": triples, "nodes": drawn[0], "edges": drawn[1]}
    return {**held, "counts": counts, "files": files}


def measure(
    inputs: list[str], size: int, accuracy: str, workers: int, to: list[str], work: Path
) -> dict[str, Any]:
    """Build twice, the second time from the cache of the first."""
    if size:
        inputs = [str(cut(Path(inputs[0]), size, work / "part.jsonl"))]
    told = ["--accuracy", accuracy, "--workers", str(workers), "--cache", str(work / "cache")]
    told += [word for name in to for word in ("--to", name)]
    load = os.getloadavg()[0]
    first = build(inputs, work / "first", told)
    second = build(inputs, work / "second", told)
    one, two = hashes(work / "first"), hashes(work / "second")
    return {
        "size": size,
        "accuracy": accuracy,
        "workers": workers,
        "to": to,
        "load_before": load,
        "machine": machine(),
        "first": first,
        "second": second,
        "differ": sorted(name for name in {*one, *two} if one.get(name) != two.get(name)),
        "cache": sum(p.stat().st_size for p in (work / "cache").rglob("*") if p.is_file()),
        **contents(work / "first"),
    }


def machine() -> str:
    """Name the processor, and what runs on it."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    named = next((x.partition(": ")[2] for x in lines if x.startswith("model name")), "")
    cores = len(os.sched_getaffinity(0))
    return f"{named or platform.machine()}, {cores} cores, Python {platform.python_version()}"


def row(cell: dict[str, Any]) -> list[str]:
    """Spell one cell as a row of the table."""
    first, papers = cell["first"], cell["papers"]
    return [
        f"{papers:,}",
        cell["accuracy"],
        str(cell["workers"]),
        f"{first['wall']:,.0f}",
        f"{first['cpu']:,.0f}",
        f"{papers / first['cpu']:,.0f}",
        f"{first['peak']:,.0f}",
        f"{first['peak_child']:,.0f}",
        f"{sum(cell['files'].values()) / 1e6:,.0f}",
        *(f"{cell[name]:,}" for name in ("triples", "nodes", "edges")),
        f"{cell['second']['wall']:,.0f}",
        "no: " + ", ".join(cell["differ"]) if cell["differ"] else "yes",
    ]


def table(log: Path) -> None:
    """Print the last measurement of each cell, smallest first; then how cost grows."""
    cells: dict[tuple[Any, ...], dict[str, Any]] = {}
    for line in log.read_text(encoding="utf-8").splitlines():
        cell = json.loads(line)
        key = (cell["accuracy"], cell["workers"], tuple(cell["to"]), cell["papers"])
        cells[key] = cell
    print("| " + " | ".join(COLUMNS) + " |")
    print("|" + "---:|" * len(COLUMNS))
    for _, cell in sorted(cells.items(), key=lambda pair: (pair[1]["papers"], pair[0])):
        print("| " + " | ".join(row(cell)) + " |")
    for name in sorted({cell["machine"] for cell in cells.values()}):
        print(f"\n{name}.")
    for line in growth(cells):
        print(f"\n{line}")


def growth(cells: dict[tuple[Any, ...], dict[str, Any]]) -> list[str]:
    """Say how CPU time for an abstract changes from each size to the next."""
    told = []
    for key, cell in sorted(cells.items()):
        larger = [c for k, c in cells.items() if k[:-1] == key[:-1] and k[-1] > key[-1]]
        if not larger:
            continue
        other = min(larger, key=lambda c: int(c["papers"]))
        one, two = (c["first"]["cpu"] / c["papers"] for c in (cell, other))
        sizes = f"{cell['papers']:,} to {other['papers']:,}"
        who = f"{cell['accuracy']}, workers: {cell['workers']}"
        change = f"CPU time for each changes by {two / one - 1:+.0%}"
        told.append(f"{who}: from {sizes} abstracts, {change}")
    return told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("inputs", nargs="*")
    parser.add_argument("--sizes", type=int, nargs="+", default=[0], help="0 takes all")
    parser.add_argument("--accuracies", nargs="+", default=["fast", "default"])
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--to", nargs="+", default=[], help="formats beside those of every build")
    parser.add_argument("--log", type=Path, default=Path("scale.jsonl"), help="what is appended to")
    parser.add_argument("--work", help="folder for what is built, if not the temporary one")
    parser.add_argument("--table", action="store_true", help="print the table of the log, no more")
    told = parser.parse_args()
    if not told.table:
        if not told.inputs or (any(told.sizes) and len(told.inputs) > 1):
            parser.error("name inputs; one file of JSON lines if it is to be cut")
        for size, accuracy, workers in product(told.sizes, told.accuracies, told.workers):
            print(f"{size or 'all'}, {accuracy}, workers: {workers}", file=sys.stderr, flush=True)
            with tempfile.TemporaryDirectory(dir=told.work) as work:
                cell = measure(told.inputs, size, accuracy, workers, told.to, Path(work))
            with told.log.open("a", encoding="utf-8") as log:
                log.write(json.dumps(cell) + "\n")
    table(told.log)


if __name__ == "__main__":
    main()
