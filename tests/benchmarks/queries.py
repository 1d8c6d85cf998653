"""Time every competency question on a build, by rdflib and by Oxigraph, as a Markdown table.

python tests/benchmarks/queries.py graph -n 20
python tests/benchmarks/queries.py exports/sample --answers > tests/cases/answers/sample.json

Each question is asked N times over a store on disk in this process, and by ``kg query`` in one of
its own, which opens the store anew; of rdflib once it has loaded the files, which takes long. A
question that reads the whole graph (``# analytic: yes``) is asked once more about one thing: each
of its parameters is set to that value of its column that stands in the most rows.
"""

from __future__ import annotations

import argparse
import json
import signal
import subprocess
import sys
import time
from collections import Counter
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg import ontology
from kg.graph import engines, store
from kg.graph.engine_oxigraph import Oxigraph, prefixes_of
from kg.graph.engine_rdflib import Rdflib
from kg.graph.parameters import bindings
from kg.graph.query import query
from kg.graph.questions import Question, questions

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

FIRST = 3  # rows of an answer that are kept to compare with


def answers(folder: Path) -> str:
    """Write of each question how many rows its answer has, and the first of them."""
    found = {}
    for question in questions(ontology.load()):
        rows = list(query(folder, question.sparql, timeout=None))
        found[question.name] = {"rows": len(rows), "first": rows[:FIRST]}
    return json.dumps(found, default=str, ensure_ascii=False, indent=1)


class _TooLongError(Exception):
    """Tell that a call takes longer than anybody would wait."""


def _too_long(*_: object) -> None:
    raise _TooLongError


def times(call: Callable[[], object], number: int, *, limit: int = 0) -> list[float] | None:
    """Measure the milliseconds of some calls, shortest first; one before them is not counted.

    :returns: The times; None if the first call takes longer than the limit in seconds.
    """
    signal.signal(signal.SIGALRM, _too_long)
    signal.alarm(limit)
    try:
        call()
    except _TooLongError:
        return None
    finally:
        signal.alarm(0)
    found = []
    for _ in range(number):
        started = time.perf_counter()
        call()
        found.append((time.perf_counter() - started) * 1000)
    return sorted(found)


def told(found: list[float] | None) -> str:
    """Write p50 and p95."""
    if not found:
        return " | " if found is None else "too long | "
    middle, late = found[len(found) // 2], found[min(len(found) - 1, len(found) * 95 // 100)]
    return f"{middle:,.0f} | {late:,.0f}"


class Asker:
    """Asks questions over one build."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files = [str(path) for path in store.files_of(folder)]
        self.schema = str(store.schema_of())
        self.prefixes = prefixes_of(self.files[0])
        self.oxigraph = Oxigraph(self.files, self.schema, str(store.prepare(folder)))

    def ask(self, engine: Oxigraph | Rdflib, question: Question, values: Mapping[str, str]) -> Any:
        """Ask a loaded engine; looking up names is part of it."""
        given = bindings(question.sparql, values)
        bound = engines.bound(question.sparql, given, engine, self.prefixes)
        _, rows = engine.prepare(bound, self.prefixes)()
        return list(rows)

    def command(self, question: Question, values: Mapping[str, str]) -> None:
        """Ask on the command line."""
        settings = [f"--set={name}={value}" for name, value in values.items()]
        arguments = ["query", str(self.folder), question.name, "--timeout", "600", *settings]
        subprocess.run([sys.executable, "-m", "kg", *arguments], check=True, capture_output=True)

    def most(self, question: Question) -> dict[str, str]:
        """Choose a value for the first parameter that is called as a column: the most frequent."""
        rows = query(self.folder, question.sparql, timeout=600)
        for parameter in question.parameters:
            if parameter.name in rows.columns:
                place = rows.columns.index(parameter.name)
                counted = Counter(str(row[place]) for row in rows if row[place] is not None)
                if counted:
                    return {parameter.name: counted.most_common(1)[0][0]}
        return {}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("-n", type=int, default=20, help="runs of each question")
    parser.add_argument("--slow", type=int, default=3, help="runs of analytic ones, and by rdflib")
    parser.add_argument("--limit", type=int, default=60, help="seconds that rdflib may take")
    parser.add_argument("--engines", default="oxigraph,process,rdflib")
    parser.add_argument("--answers", action="store_true", help="print answers to compare with")
    parser.add_argument("only", nargs="*", help="names of questions; all by default")
    options = parser.parse_intermixed_args()
    if options.answers:
        print(answers(options.folder))
        return
    chosen = options.engines.split(",")
    asker = Asker(options.folder)
    other = Rdflib(asker.files, asker.schema) if "rdflib" in chosen else None
    print("| question | rows | Oxigraph p50 ms | p95 | `kg query` p50 | p95 | rdflib p50 | p95 |")
    print("|---|--:|--:|--:|--:|--:|--:|--:|")
    for question in questions(ontology.load()):
        if options.only and question.name not in options.only:
            continue
        cases: list[dict[str, str]] = [{}]
        if question.is_analytic and (most := asker.most(question)):
            cases.append(most)
        for values in cases:
            runs = options.slow if question.is_analytic and not values else options.n
            rows = asker.ask(asker.oxigraph, question, values)
            inside = times(partial(asker.ask, asker.oxigraph, question, values), runs)
            process: list[float] | None = None
            rdf: list[float] | None = None
            if "process" in chosen:
                process = times(partial(asker.command, question, values), runs)
            if other is not None:
                call = partial(asker.ask, other, question, values)
                rdf = times(call, min(runs, options.slow), limit=options.limit) or []
            mark = " (analytic)" if question.is_analytic and not values else ""
            name = " ".join([question.name, *(f"{k}={v}" for k, v in values.items())]) + mark
            cells = [name, str(len(rows)), told(inside), told(process), told(rdf)]
            print(f"| {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
