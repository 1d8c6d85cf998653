"""Print how fast extraction and a whole build are, and what they cost in memory.

usage: python tests/benchmarks/speed.py INPUT [RECORDS]

The yardstick is spaCy's blank English tokenizer on the same texts in the same run: machines are
noisy, ratios are not.
"""

from __future__ import annotations

import sys
import tempfile
import time
from itertools import islice
from pathlib import Path

import orjson
import spacy

import kg
from kg.build import build
from kg.pipeline import Extractor
from kg.watch import peak_memory


def main(path: str, count: int) -> None:
    found = (r for r in kg.read(path) if isinstance(r, kg.Record))
    records = list(islice(found, count))
    tokenize = spacy.blank("en")
    started = time.process_time()
    for record in records:
        tokenize(f"{record.title}\n{record.abstract}")
    floor = len(records) / (time.process_time() - started)
    started = time.process_time()
    extractor = Extractor()
    extractor(records[0])
    load = time.process_time() - started
    started = time.process_time()
    for record in records:
        extractor(record)
    extraction = len(records) / (time.process_time() - started)
    with tempfile.TemporaryDirectory() as folder:
        part = Path(folder) / "part.jsonl"
        lines = ({"id": r.id, "title": r.title, "abstract": r.abstract} for r in records)
        part.write_bytes(b"".join(orjson.dumps(line) + b"\n" for line in lines))
        started = time.process_time()
        build([part], Path(folder) / "out")
        whole = len(records) / (time.process_time() - started)
    print("| what, one process | abstracts per CPU-second |")
    print("|---|---:|")
    print(f"| spaCy's tokenizer alone, for comparison | {floor:,.0f} |")
    print(f"| extraction | {extraction:,.0f} |")
    print(f"| whole build, every format | {whole:,.0f} |")
    print(f"\n{len(records):,} abstracts; rules and lexicon load in {load:.1f} s; ", end="")
    print(f"{peak_memory()} MiB of memory at most.")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1000)
