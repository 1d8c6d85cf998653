"""From inputs to a folder that holds the whole graph, complete or not at all.

The folder is a pure function of records, ontology and options: the order of the inputs, the number
of workers and the clock leave no trace in it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal, TypeAlias

from kg import manifest, registry
from kg import ontology as ontologies
from kg.cache import opened
from kg.cycles import rarely
from kg.extractions import dumps, read_lines
from kg.files import replacing_folder, save, sha256
from kg.inputs import BuildReport, find_beside, read_all
from kg.iri import DEFAULT_BASE, Minter
from kg.linking import curation as curations
from kg.linking.curation import Curation
from kg.manifest import MANIFEST
from kg.pipeline import extract, without_text
from kg.recognizer import DEFAULT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from kg.extractions import Evidence
    from kg.graph.knowledge_graph import KnowledgeGraph
    from kg.model import Extraction, Record
    from kg.ontology import Ontology

__all__ = ["CURATION", "EXTRACTIONS", "MANIFEST", "Engine", "build", "load"]

Engine: TypeAlias = Literal["embedded", "spark"]
"""What extracts and assembles: processes of this machine and DuckDB, or Apache Spark."""

EXTRACTIONS, CURATION = "extractions.jsonl", "curation.tsv"

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
    to: Sequence[str] = (),
    cache: str | Path | None = None,
    engine: Engine = "embedded",
    master: str | None = None,
    progress: Callable[[Extraction], object] | None = None,
    expect: Callable[[int], object] | None = None,
    stdin: BinaryIO | None = None,
) -> BuildReport:
    """Build a knowledge graph from inputs and write it.

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
    :param to: Names of formats to write beside those that every build has.
    :param cache: Folder of a cache of extractions, see :mod:`kg.cache`; None keeps none.
    :param engine: ``spark`` extracts and assembles on Apache Spark, which leaves no trace either.
        It uses no cache, and tells no progress.
    :param master: Where Spark shall run, such as ``local[2]``; by default what its settings say.
    :param progress: Called with each extraction.
    :param expect: Called with the number of papers, before the first is extracted.
    :param stdin: What to read for ``-``.
    :returns: What was done, and what was bad in the input.
    :raises ReadError: If an input is not there.
    :raises ExportError: If the folder exists and is no build, or cannot be written.
    :raises UnknownNameError: If there is no format of a name.
    :raises KGError: If no record could be read.
    """
    from kg.graph.assemble import assemble

    ontology = ontology or ontologies.load()
    Minter(base)
    added = {registry.find("exporters", name).FORMAT for name in to}
    report = BuildReport()
    decided = _decisions(inputs, curation, report, ontology)
    is_spark = engine == "spark"
    with (
        rarely(),
        opened(None if is_spark else cache, ontology, model, model_labels) as store,
        replacing_folder(out, foreign=manifest.foreign) as folder,
        (folder / EXTRACTIONS).open("wb") as lines,
    ):
        records = read_all(inputs, report, format=format, stdin=stdin)
        papers = _papers(records, report, None if is_spark else expect)
        if is_spark:
            from kg.spark import engine as spark

            graph = spark.assemble(
                papers,
                spark.settings(
                    ontology, model=model, labels=model_labels, base=base, evidence=evidence
                ),
                lines.write,
                ontology=ontology,
                curation=decided,
                master=master,
            )
        else:
            found = extract(
                papers,
                ontology=ontology,
                model=model,
                labels=model_labels,
                workers=workers,
                cache=store,
            )
            kept = _written(found, lines, ontology, evidence, progress)
            graph = assemble(kept, base=base, ontology=ontology, curation=decided)
        lines.close()
        with graph:
            _keep(decided, folder)
            shown = graph.narrowed(min_papers=min_papers, min_confidence=min_confidence)
            for exporter in registry.modules("exporters"):
                if exporter.DEFAULT or exporter.FORMAT in added:
                    exporter.write(shown if getattr(exporter, "VIEW", False) else graph, folder)
            report.counts = graph.counts()
            report.note_cache(store)
            report.unmatched = [(row["place"], row["says"]) for row in graph.unmatched]
            told = {"base": base, "evidence": evidence, "model": Path(model).name}
            report.files = _finish(graph, folder, report, told)
            manifest.carry(Path(out), folder)
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
    base = manifest.read(place).get("base", DEFAULT_BASE)
    known = ontology or ontologies.load()
    decided = None
    if (place / CURATION).exists():
        table = place / CURATION
        decided = curations.parse_dump(table.read_text("utf-8"), known, path=str(table))
    with (place / EXTRACTIONS).open("rb") as lines:
        extractions = read_lines(lines, path=str(place / EXTRACTIONS))
        return assemble(extractions, base=base, ontology=known, curation=decided)


def _papers(
    records: Iterable[Record], report: BuildReport, expect: Callable[[int], object] | None
) -> Iterator[Record]:
    """Join the records that are one paper, and note which share an identifier.

    :raises KGError: At the end, if there was no record.
    """
    from kg.duplicates import join

    for joined in join(records, expect=expect):
        if joined.shares_id:
            report.shared.append(joined.record.id)
        yield joined.record
    if not report.records:
        raise report.nothing()


def _written(
    extractions: Iterable[Extraction],
    lines: BinaryIO,
    ontology: Ontology,
    evidence: Evidence,
    progress: Callable[[Extraction], object] | None,
) -> Iterator[Extraction]:
    """Write extractions as they pass, and take the text off where it may not be carried."""
    for extraction in extractions:
        kept = extraction if evidence == "text" else without_text(extraction)
        lines.write(dumps(kept, ontology, evidence=evidence))
        if progress:
            progress(extraction)
        yield kept


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


def _finish(
    graph: KnowledgeGraph, folder: Path, report: BuildReport, told: dict[str, str]
) -> dict[str, str]:
    """Describe the build in RDF and write its manifest.

    :returns: Hash of each file by name; empty for one whose bytes are not always the same.
    """
    from importlib.metadata import version

    from kg.exporters import turtle
    from kg.graph import rdf_build

    modules = registry.modules("exporters")
    unstable = {name for m in modules if not getattr(m, "STABLE", True) for name in m.FILES}
    files = manifest.hashes(folder, unstable=unstable)
    stable = {name: sha for name, sha in files.items() if sha}
    said = rdf_build.describe(
        graph,
        inputs=report.sources,
        version=version("paperkg"),
        evidence=told["evidence"],
        files=stable,
        sizes={name: (folder / name).stat().st_size for name in stable},
    )
    save(folder / rdf_build.FILE, turtle.lines(said, rdf_build.prefixes(graph)))
    files = dict(sorted((files | {rdf_build.FILE: sha256(folder / rdf_build.FILE)}).items()))
    manifest.write(folder, report, graph.ontology, told=told, files=files)
    return files
