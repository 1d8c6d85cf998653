"""From inputs to a folder that holds the whole graph in every format, complete or not at all.

The folder is a pure function of records, ontology and options: the order of the inputs, the number
of workers and the clock leave no trace in it.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
import tempfile
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import orjson

from kg import ontology as ontologies
from kg import registry
from kg.errors import ExportError, KGError, ReadError
from kg.extractions import dumps, read_lines
from kg.files import replacing_folder
from kg.iri import DEFAULT_BASE, Minter
from kg.pipeline import extract, without_text
from kg.recognizer import DEFAULT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from kg.duplicates import Joined
    from kg.extractions import Evidence
    from kg.graph.knowledge_graph import KnowledgeGraph
    from kg.model import Extraction, Record
    from kg.ontology import Ontology

__all__ = ["EXTRACTIONS", "MANIFEST", "BuildReport", "Source", "build", "load", "read_all"]

EXTRACTIONS, MANIFEST = "extractions.jsonl", "manifest.json"


@dataclass
class Source:
    """One input as it was read: its hash, and how many records it gave and did not give."""

    name: str
    sha256: str = ""
    records: int = 0
    skipped: int = 0


@dataclass
class BuildReport:
    """What a build did.

    ``faults`` are inputs that broke off, ``skipped`` records that could not be used, ``shared``
    identifiers that several papers claim.
    """

    sources: list[Source] = field(default_factory=list)
    skipped: list[ReadError] = field(default_factory=list)
    faults: list[ReadError] = field(default_factory=list)
    shared: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)

    @property
    def records(self) -> int:
        """Number of records that were read."""
        return sum(source.records for source in self.sources)

    @property
    def seen(self) -> int:
        """Number of records that were read or skipped."""
        return self.records + len(self.skipped)

    def nothing(self) -> KGError:
        """Make the error that says why no record could be read."""
        errors: list[ReadError] = self.faults + self.skipped
        if len(errors) == 1:
            return errors[0]
        first = f"; first: {errors[0]}" if errors else "; the inputs are empty"
        return KGError(f"no record could be read{first}")


def read_all(
    inputs: Sequence[str | Path],
    report: BuildReport,
    *,
    format: str | None = None,  # noqa: A002
    stdin: BinaryIO | None = None,
) -> Iterator[Record]:
    """Read the records of several inputs, the good ones of each, and keep account of the bad.

    :param inputs: Names of files; ``-`` is standard input.
    :param report: Where sources, skipped records and faults are noted.
    :param format: Name of the format of all; by default each is told by content and suffix.
    :param stdin: What to read for ``-``; by default the standard input of the process.
    :returns: Records in the order of the inputs.
    :raises ReadError: Before anything is read, if an input is not there or is no file.
    """
    from kg.readers.read import read

    for path in map(str, inputs):
        if path != "-" and (Path(path).is_dir() or not Path(path).exists()):
            reason = "is a folder" if Path(path).is_dir() else "no such file"
            remedy = "name the files in it" if Path(path).is_dir() else "check the name"
            raise ReadError(path, 0, reason, remedy)
    for path in map(str, inputs):
        source = Source(Path(path).name.encode("utf-8", "replace").decode())
        report.sources.append(source)
        try:
            with _hashed(path, source, stdin) as (place, stream):
                for item in read(place, format=format, stdin=stream):
                    if isinstance(item, ReadError):
                        source.skipped += 1
                        report.skipped.append(item)
                    else:
                        source.records += 1
                        yield item
        except ReadError as fault:
            report.faults.append(fault)


@contextmanager
def _hashed(
    path: str, source: Source, stdin: BinaryIO | None
) -> Iterator[tuple[str, BinaryIO | None]]:
    """Hash an input before it is read; what can be read only once is held in a temporary file."""
    if path != "-" and Path(path).is_file():
        try:
            source.sha256 = _sha256(Path(path))
        except OSError as err:
            raise ReadError(path, 0, str(err.strerror).lower(), "check who may read it") from err
        yield path, None
        return
    with tempfile.TemporaryFile(prefix="kg-") as held:
        with ExitStack() as stack:
            if stdin is None and path == "-" and sys.stdin is None:
                raise ReadError("-", 0, "standard input is closed", "name a file")
            stream = stdin or sys.stdin.buffer
            if path != "-":
                stream = stack.enter_context(Path(path).open("rb"))
            shutil.copyfileobj(stream, held)
        held.seek(0)
        source.sha256 = hashlib.file_digest(held, "sha256").hexdigest()
        held.seek(0)
        yield "-", held


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

        with assemble(written(), base=base, ontology=ontology) as graph:
            if not report.records:
                raise report.nothing()
            for exporter in registry.modules("exporters"):
                if exporter.DEFAULT:
                    exporter.write(graph, folder)
            report.counts = graph.counts()
        report.files = _write_manifest(folder, report, ontology, base=base, evidence=evidence)
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
    with (place / EXTRACTIONS).open("rb") as lines:
        return assemble(
            read_lines(lines, path=str(place / EXTRACTIONS)), base=base, ontology=ontology
        )


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
    folder: Path, report: BuildReport, ontology: Ontology, *, base: str, evidence: Evidence
) -> dict[str, str]:
    from importlib.metadata import version

    files = {p.name: _sha256(p) for p in sorted(folder.iterdir())}
    sources = sorted(report.sources, key=lambda s: (s.name, s.sha256))
    manifest: dict[str, Any] = {
        "tool": "paperkg",
        "version": version("paperkg"),
        "ontology": {"version": ontology.version, "sha256": _folder_sha256(ontology.folder)},
        "base": base,
        "evidence": evidence,
        "inputs": [vars(source) for source in sources],
        "counts": report.counts,
        "files": files,
    }
    text = orjson.dumps(manifest, option=orjson.OPT_INDENT_2) + b"\n"
    (folder / MANIFEST).write_bytes(text)
    return files


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _folder_sha256(folder: Path) -> str:
    """Hash what the program reads of the ontology: schema, rules and lexicon."""
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix in {".ttl", ".toml", ".tsv", ".txt"}:
            total.update(f"{path.relative_to(folder).as_posix()}\0{_sha256(path)}\n".encode())
    return total.hexdigest()
