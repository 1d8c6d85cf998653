"""Ask a server from several clients at once, and see what it costs and what it bears.

usage: python tests/benchmarks/serve.py DIR [--seconds N] [--clients N] [--at-once N] [--workers N]

Every client asks the competency questions in turn, and the pages of entities and papers, several at
a time. Then they go on, one at a time, while somebody asks queries that would take for ever; these
must be stopped at the limit each time. Told are requests, errors, times, and how much memory the
server and its workers hold when they are warm and in the end. Exit code 1: an error, or memory grew
by more than a fifth.
"""

from __future__ import annotations

import argparse
import http.client
import statistics
import subprocess
import sys
import threading
import time
from itertools import count
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

from kg import ontology
from kg.graph.questions import questions

RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }"
PAGES = "SELECT ?x { { ?x kg:papers ?n } UNION { ?x a kg:Paper } } LIMIT 300"
GROWTH = 0.2
WARM = 0.25  # share of the time after which memory is taken as that of the beginning
TIMEOUT = 5.0
RUNAWAYS = 4


class Asked(NamedTuple):
    """One request: what, its status, and how long it took."""

    what: str
    status: int
    seconds: float


class Client:
    """One client with a connection that it keeps."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def ask(self, what: str, path: str, body: str | None = None) -> Asked:
        started = time.perf_counter()
        kind = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
        self.connection.request("POST" if body else "GET", path, body, kind)
        response = self.connection.getresponse()
        response.read()
        return Asked(what, response.status, time.perf_counter() - started)


def memory(process: int) -> dict[str, float]:
    """Tell the MiB that a process and its children hold, without what they share with files."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()
    held = {"server": anonymous(process)}
    return held | {"workers": sum(anonymous(int(child)) for child in children)}


def anonymous(process: int) -> float:
    try:
        lines = Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines()
    except FileNotFoundError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("RssAnon")) / 1024


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))] * 1000


def main(given: argparse.Namespace) -> int:
    command = [sys.executable, "-m", "kg", "serve", given.folder, "--port", "0"]
    command += ["--timeout", str(TIMEOUT), "--workers", str(given.workers)]
    server = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert server.stderr is not None
    line = next(line for line in server.stderr if "serving" in line)
    port = int(line.partition("127.0.0.1:")[2].partition("/")[0])
    try:
        return measure(port, server.pid, given.seconds, given.clients, given.at_once)
    finally:
        server.terminate()
        server.communicate()


def measure(port: int, process: int, seconds: float, clients: int, at_once: int) -> int:
    """Ask in peace, then ask again while somebody else asks for the impossible."""
    first = Client(port)
    first.connection.request("GET", f"/sparql?{urlencode({'query': PAGES, 'format': 'csv'})}")
    rows = first.connection.getresponse().read().decode().split()[1:]
    pages = [f"/{'/'.join(row.split('/')[4:])}" for row in rows]
    print(f"{clients} clients, {clients * at_once} requests at a time, {seconds:g} s")
    asked, before, after = load(port, process, seconds, clients * at_once, pages)
    failed = tell("in peace", asked)
    growth = sum(after.values()) / sum(before.values()) - 1
    for name in before:
        print(f"  memory of {name}: {before[name]:.0f} MiB, in the end {after[name]:.0f} MiB")
    print(f"  memory grew by {growth:.0%}")
    stopped: list[Asked] = []
    thread = threading.Thread(target=run_away, args=(port, stopped))
    thread.start()
    asked, _, _ = load(port, process, RUNAWAYS * TIMEOUT, clients, pages)
    thread.join()
    failed |= tell("beside runaway queries", asked)
    times = ", ".join(f"{a.seconds:.1f}" for a in stopped)
    print(f"  {len(stopped)} runaway queries, ended after {times} s")
    failed |= any(a.status != 504 or a.seconds < TIMEOUT for a in stopped)
    return int(failed or growth > GROWTH)


def run_away(port: int, stopped: list[Asked]) -> None:
    client = Client(port)
    path = f"/sparql?{urlencode({'query': RUNAWAY})}"
    stopped.extend(client.ask("runaway", path) for _ in range(RUNAWAYS))


def load(
    port: int, process: int, seconds: float, at_once: int, pages: list[str]
) -> tuple[list[Asked], dict[str, float], dict[str, float]]:
    """Ask with so many connections for so long; tell the memory soon after the start, and after."""
    asked: list[Asked] = []
    end = time.monotonic() + seconds
    known = [(q.name, urlencode({"query": q.sparql})) for q in questions(ontology.load())]

    def work(number: int) -> None:
        client = Client(port)
        for turn in count(number * 7):
            if time.monotonic() > end:
                return
            name, form = known[turn % len(known)]
            asked.append(client.ask(name, "/sparql", form))
            asked.append(client.ask("page", pages[turn % len(pages)]))

    threads = [threading.Thread(target=work, args=(n,)) for n in range(at_once)]
    for thread in threads:
        thread.start()
    time.sleep(seconds * WARM)
    before = memory(process)
    for thread in threads:
        thread.join()
    return asked, before, memory(process)


def tell(what: str, asked: list[Asked]) -> bool:
    """Print what came of a load; say whether there were errors."""
    errors = [a for a in asked if a.status != 200]
    print(f"{what}: {len(asked):,} requests, {len(errors)} errors")
    for kind in ("queries", "pages"):
        times = [a.seconds for a in asked if (a.what == "page") == (kind == "pages")]
        p50, p95 = statistics.median(times) * 1000, percentile(times, 0.95)
        print(f"  {kind}: {len(times):,}, p50 {p50:.0f} ms, p95 {p95:.0f} ms")
    for name, status in sorted({(e.what, e.status) for e in errors}):
        print(f"  error: {name}: {status}")
    return bool(errors)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--at-once", type=int, default=25, help="requests of one client")
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    sys.exit(main(given))
