"""Check a build against the shapes of the ontology.

>>> finding = Finding("Violation", "Title", "A paper has one title; give it one.", "p1")
>>> for line in grouped([finding]):
...     print(line)
Violation Title, 1 time: A paper has one title; give it one.
  p1
1 finding: 1 violation
"""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from kg import ontology as ontologies
from kg.errors import OntologyError, ReadError
from kg.graph.query import files_of
from kg.model import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import rdflib

    from kg.ontology import Ontology

__all__ = ["SHAPES", "check", "grouped"]

SHAPES = "shapes.ttl"
_EXAMPLES = 3
_SEVERITIES = ("Violation", "Warning", "Info")


def check(folder: Path | str, *, ontology: Ontology | None = None) -> list[Finding]:
    """Find what a build says that the shapes of the ontology do not allow.

    :param folder: Folder that ``kg build`` wrote.
    :param ontology: What may be said; by default the ontology of this package.
    :returns: The findings, the gravest first, then by shape and node; empty if the build conforms.
    :raises ReadError: If the folder is no build, or one of its files is no Turtle.
    :raises OntologyError: If the shapes cannot be read.
    """
    import pyshacl
    import rdflib

    schema = ontology.folder if ontology else ontologies.default_folder()
    graph = rdflib.Graph(bind_namespaces="none")
    for path in files_of(Path(folder)):
        try:
            graph.parse(path, format="turtle")
        except Exception as err:  # rdflib raises a different class for each kind of bad syntax
            reason = f"is no Turtle: {' '.join(str(err).split())[:200]}"
            raise ReadError(str(path), 0, reason, "make it with 'kg build'") from err
    shapes, terms = (_read(schema, name) for name in (SHAPES, ontologies.SCHEMA))
    _, report, _ = pyshacl.validate(graph, shacl_graph=shapes, ont_graph=terms, inplace=True)
    if not isinstance(report, rdflib.Graph):
        raise OntologyError(SHAPES, "SHACL", " ".join(str(report).split())[:200])
    return sorted(
        set(_findings(report, shapes)), key=lambda f: (_SEVERITIES.index(f.severity), f.shape, f)
    )


def grouped(findings: Sequence[Finding], *, examples: int = _EXAMPLES) -> list[str]:
    """Sum findings up by shape.

    :param findings: What :func:`check` returned.
    :param examples: Number of nodes that are shown of each shape.
    :returns: Lines of text: for each shape its message and some nodes, then the totals; one line
        that says so if there are no findings.
    """
    if not findings:
        return ["no findings: the graph conforms"]
    lines = []
    for (severity, shape, message), group in groupby(
        findings, key=lambda f: (f.severity, f.shape, f.message)
    ):
        found = list(group)
        lines.append(f"{severity} {shape}, {_times(len(found), 'time')}: {message}")
        for finding in found[:examples]:
            value = " ".join(finding.value.split())[:80]
            lines.append(f"  {finding.focus}" + (f" has {value!r}" if value else ""))
        if len(found) > examples:
            lines.append(f"  ... and {len(found) - examples} more")
    totals = [
        _times(count, severity.lower())
        for severity in _SEVERITIES
        if (count := sum(f.severity == severity for f in findings))
    ]
    return [*lines, f"{_times(len(findings), 'finding')}: {', '.join(totals)}"]


def _times(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _read(folder: Path, name: str) -> rdflib.Graph:
    import rdflib

    try:
        return rdflib.Graph().parse(folder / name, format="turtle")
    except OSError as err:
        raise OntologyError(name, "file", "cannot be read") from err
    except Exception as err:  # rdflib raises a different class for each kind of bad syntax
        raise OntologyError(name, "syntax", " ".join(str(err).split())[:200]) from err


def _findings(report: rdflib.Graph, shapes: rdflib.Graph) -> Iterator[Finding]:
    from rdflib import RDF, SH

    for result in report.subjects(RDF.type, SH.ValidationResult):
        shape = report.value(result, SH.sourceShape)
        focus = report.value(result, SH.focusNode)
        value = report.value(result, SH.value)
        # A shape that asks once for the whole graph aims at a class; the value is at fault.
        if value is not None and (shape, SH.targetNode, focus) in shapes:
            focus, value = value, None
        yield Finding(
            severity=_name(report.value(result, SH.resultSeverity)),
            shape=_name(shape),
            message=str(report.value(result, SH.resultMessage) or ""),
            focus=str(focus),
            value="" if value is None else str(value),
        )


def _name(node: object) -> str:
    return str(node).rpartition("#")[2]
