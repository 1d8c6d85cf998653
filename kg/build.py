"""From inputs to a folder that holds the whole graph in every format, complete or not at all.

The folder is a pure function of records, ontology and options: the order of the inputs, the number
of workers and the clock leave no trace in it.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import orjson

from kg import ontology as ontologies
from kg import registry
from kg.errors import ExportError
from kg.extractions import dumps, read_lines
from kg.files import replacing_folder, sha256
from kg.inputs import BuildReport, find_beside, read_all
from kg.iri import DEFAULT_BASE, Minter
from kg.linking import curation as curations
from kg.linking.curation import Curation
from kg.pipeline import extract, without_text
from kg.recognizer import DEFAULT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from kg.duplicates import Joined
    from kg.extractions import Evidence
    from kg.graph.knowledge_graph import KnowledgeGraph
    from kg.model import Extraction, Record
    from kg.ontology import Ontology

__all__ = ["CURATION", "EXTRACTIONS", "MANIFEST", "build", "load"]

EXTRACTIONS, MANIFEST, CURATION = "extractions.jsonl", "manifest.json", "curation.tsv"

_BESIDE = "curation"  # folder beside the inputs that is taken if none is named


def build(
    inputs: Sequence[str | Path],
    out: str | Path,
    *,
    format: str | None = None,  # noqa: A002
    evidence: Evidence = "text",
    base: str = DEFAULT_BASE,
    model: str | Path = DEFAULT,
    model_labels: str | Path | None = None,
    workers: int = 1,
    ontology: Ontology | None = None,
    curation: str | Path | None = None,
    min_papers: int = 1,
    min_confidence: float = 0.0,
    progress: Callable[[Extraction], object] | None = None,
    stdin: BinaryIO | None = None,
) -> BuildReport:
    """Build a knowledge graph from inputs and write it in every format.

    :param inputs: Names of files; ``-`` is standard input.
    :param out: Folder to write; a former build there is replaced, all at once, at the end.
    :param format: Name of the format of all inputs; by default told by content and suffix.
    :param evidence: ``offsets`` leaves every sentence of the inputs out of every file.
    :param base: IRI that the IRIs of instances begin with.
    :param model: What finds names beside rules and lexicon, see :func:`kg.documents.load`.
    :param model_labels: Name of a file that says what its labels mean.
    :param workers: Number of processes; 0 takes as many as there are cores. Leaves no trace.
    :param ontology: What may be said; by default that of this package.
    :param curation: Folder of decisions that people made, see :mod:`kg.linking.curation`; by
        default the folder ``curation`` beside the inputs, if there is one.
    :param min_papers: How many papers must speak of an entity that views show. What is no view, as
        RDF and tables are, holds everything.
    :param min_confidence: How sure a thing must be that views show, from 0 to 1.
    :param progress: Called with each extraction.
    :param stdin: What to read for ``-``.
    :returns: What was done, and what was bad in the input.
    :raises ReadError: If an input is not there.
    :raises ExportError: If the folder exists and is no build, or cannot be written.
    :raises KGError: If no record could be read.
    """
    from kg.duplicates import join
    from kg.graph.assemble import assemble

    ontology = ontology or ontologies.load()
    Minter(base)
    report = BuildReport()
    decided = _decisions(inputs, curation, report, ontology)
    with (
        replacing_folder(out, is_ours=_is_nothing_but_a_build) as folder,
        (folder / EXTRACTIONS).open("wb") as lines,
    ):

        def unique() -> Iterator[Record]:
            joined: Joined
            for joined in join(read_all(inputs, report, format=format, stdin=stdin)):
                if joined.shares_id:
                    report.shared.append(joined.record.id)
                yield joined.record

        def written() -> Iterator[Extraction]:
            for extraction in extract(
                unique(), ontology=ontology, model=model, labels=model_labels, workers=workers
            ):
                kept = extraction if evidence == "text" else without_text(extraction)
                lines.write(dumps(kept, ontology, evidence=evidence))
                if progress:
                    progress(extraction)
                yield kept
            lines.flush()

        with assemble(written(), base=base, ontology=ontology, curation=decided) as graph:
            if not report.records:
                raise report.nothing()
            _keep(decided, folder)
            shown = graph.narrowed(min_papers=min_papers, min_confidence=min_confidence)
            for exporter in registry.modules("exporters"):
                if exporter.DEFAULT:
                    exporter.write(shown if getattr(exporter, "VIEW", False) else graph, folder)
            report.counts = graph.counts()
            report.unmatched = [(row["place"], row["says"]) for row in graph.unmatched]
        told = {"base": base, "evidence": evidence, "model": Path(model).name}
        report.files = _write_manifest(folder, report, ontology, told)
    return report


def load(folder: str | Path, *, ontology: Ontology | None = None) -> KnowledgeGraph:
    """Load the graph of a folder that :func:`build` wrote.

    :param folder: The folder.
    :param ontology: What may be said; by default that of this package.
    :returns: The graph; close it when it is of no more use.
    :raises ExportError: If the folder is no build.
    :raises ReadError: If its extractions cannot be read.
    """
    from kg.graph.assemble import assemble

    place = Path(folder)
    if not _is_build(place):
        raise ExportError(str(folder), "is no build of kg; make one with 'kg build INPUT -o DIR'")
    base = orjson.loads((place / MANIFEST).read_bytes()).get("base", DEFAULT_BASE)
    known = ontology or ontologies.load()
    decided = None
    if (place / CURATION).exists():
        table = place / CURATION
        decided = curations.parse_dump(table.read_text("utf-8"), known, path=str(table))
    with (place / EXTRACTIONS).open("rb") as lines:
        extractions = read_lines(lines, path=str(place / EXTRACTIONS))
        return assemble(extractions, base=base, ontology=known, curation=decided)


def _decisions(
    inputs: Sequence[str | Path],
    folder: str | Path | None,
    report: BuildReport,
    ontology: Ontology,
) -> Curation:
    """Read what people have decided, and note where that stands."""
    place = Path(folder) if folder else find_beside(inputs, _BESIDE)
    if place is None:
        return Curation()
    decided = curations.read(place, ontology)
    report.curation = (str(place), len(decided.decisions))
    return decided


def _keep(decided: Curation, folder: Path) -> None:
    """Write the decisions beside the graph, from which it can be assembled again with them."""
    if decided.decisions:
        (folder / CURATION).write_bytes(curations.dump(decided).encode())


def _is_build(folder: Path) -> bool:
    try:
        manifest = orjson.loads((folder / MANIFEST).read_bytes())
    except (OSError, orjson.JSONDecodeError):
        return False
    return isinstance(manifest, dict) and manifest.get("tool") == "paperkg"


def _is_nothing_but_a_build(folder: Path) -> bool:
    """Say whether a folder may be replaced: a build, and no file in it that is of others."""
    if not _is_build(folder):
        return False
    files = orjson.loads((folder / MANIFEST).read_bytes()).get("files", {})
    return {path.name for path in folder.iterdir()} <= {*files, MANIFEST}


def _write_manifest(
    folder: Path, report: BuildReport, ontology: Ontology, told: dict[str, str]
) -> dict[str, str]:
    from importlib.metadata import version

    files = {p.name: sha256(p) for p in sorted(folder.iterdir())}
    sources = sorted(report.sources, key=lambda s: (s.name, s.sha256))
    manifest: dict[str, Any] = {
        "tool": "paperkg",
        "version": version("paperkg"),
        "ontology": {"version": ontology.version, "sha256": _folder_sha256(ontology.folder)},
        **told,
        "inputs": [vars(source) for source in sources],
        "counts": report.counts,
        "files": files,
    }
    text = orjson.dumps(manifest, option=orjson.OPT_INDENT_2) + b"\n"
    (folder / MANIFEST).write_bytes(text)
    return files


def _folder_sha256(folder: Path) -> str:
    """Hash what the program reads of the ontology: schema, rules and lexicon."""
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix in {".ttl", ".toml", ".tsv", ".txt"}:
            total.update(f"{path.relative_to(folder).as_posix()}\0{sha256(path)}\n".encode())
    return total.hexdigest()
