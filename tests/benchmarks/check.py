"""Print how long pySHACL and the SPARQL checks take on some builds, and that they find the same.

usage: python tests/benchmarks/check.py DIR... [MOST]

pySHACL, which takes its time, is run on builds of up to MOST triples, 150,000 if it is not said.
Times are those of the processor: the SPARQL checks take less on the clock where there are cores.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph

from kg import ontology
from kg.graph.check_shacl import validated
from kg.graph.check_sparql import answered
from kg.graph.engines import oxigraph_store
from kg.graph.shapes import SHAPES, read
from kg.graph.store import files_of, prepare

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.model import Finding

HEAD = "| build | triples | findings | load | SPARQL | on the clock | from its store | pySHACL |"


def timed(work: Callable[[], object]) -> tuple[str, str]:
    """Tell the seconds of the processor and of the clock that a piece of work takes."""
    clock, processor = time.perf_counter(), time.process_time()
    work()
    return f"{time.process_time() - processor:.2f} s", f"{time.perf_counter() - clock:.2f} s"


def row(folder: Path, most: int) -> str:
    """Measure one build."""
    schema = ontology.default_folder()
    shapes = read(schema / SHAPES)
    stores: list[pyoxigraph.Store] = []
    found: dict[str, set[Finding]] = {}

    def load() -> None:
        files = [str(path) for path in files_of(folder)]
        stores.append(oxigraph_store(files, str(schema / ontology.SCHEMA)))

    def ask(name: str, store: pyoxigraph.Store) -> None:
        found[name] = set(answered(store, shapes))

    def validate() -> None:
        found["pySHACL"] = set(validated(stores[0], schema / SHAPES, shapes))

    cells = [timed(load)[0], *timed(lambda: ask("memory", stores[0]))]
    kept = pyoxigraph.Store.read_only(str(prepare(folder, ontology=schema)))
    cells.append(timed(lambda: ask("store", kept))[0])
    triples = len(stores[0])
    cells.append(timed(validate)[0] if triples <= most else "")
    if any(findings != found["memory"] for findings in found.values()):
        sys.exit(f"{folder}: not the same findings")
    return f"| {folder} | {triples:,} | {len(found['memory']):,} | {' | '.join(cells)} |"


def main(folders: list[str], most: int) -> None:
    print(f"{HEAD}\n|---|{'---:|' * 7}")
    for folder in folders:
        print(row(Path(folder), most), flush=True)


if __name__ == "__main__":
    *names, last = sys.argv[1:]
    main(
        [*names, *([] if last.isdecimal() else [last])], int(last) if last.isdecimal() else 150_000
    )
