"""Check a build against the shapes of the ontology.

>>> finding = Finding("Violation", "Title", "A paper has one title; give it one.", "p1")
>>> for line in grouped([finding]):
...     print(line)
Violation Title, 1 time: A paper has one title; give it one.
  p1
1 finding: 1 violation
"""

from __future__ import annotations

import logging
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from kg import ontology as ontologies
from kg.errors import OntologyError, ReadError
from kg.graph.engines import oxigraph_store, rdflib_graph
from kg.graph.query import files_of
from kg.model import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pyoxigraph
    import rdflib
    from rdflib.term import Node

    from kg.ontology import Ontology

__all__ = ["SHAPES", "check", "grouped"]

SHAPES = "shapes.ttl"
_EXAMPLES = 3
_REMEDY = "make it with 'kg build'"
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
    files = [str(path) for path in files_of(Path(folder))]
    shapes, terms = (_read(schema / name) for name in (SHAPES, ontologies.SCHEMA))
    with _quiet():
        try:
            graph = rdflib_graph(files)
        except SyntaxError as err:
            where = str(err.filename or folder)
            raise ReadError(where, err.lineno or 0, f"is no Turtle: {err.msg}", _REMEDY) from err
        questions = list(_questions(shapes))
        for question in questions:
            shapes.remove((question.shape, None, None))
        try:
            report = pyshacl.validate(graph, shacl_graph=shapes, ont_graph=terms, inplace=True)[1]
        except RuntimeError as err:
            raise OntologyError(SHAPES, "SHACL", " ".join(str(err).split())[:200]) from err
    if not isinstance(report, rdflib.Graph):
        raise OntologyError(SHAPES, "SHACL", " ".join(str(report).split())[:200])
    found = set(_reported(report))
    store = oxigraph_store(files, str(schema / ontologies.SCHEMA))
    for question in questions:
        found.update(_answered(question, store))
    return sorted(found, key=lambda f: (_SEVERITIES.index(f.severity), f.shape, f))


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
    conforms = all(f.severity != _SEVERITIES[0] for f in findings)
    end = "; the graph conforms" if conforms else ""
    return [*lines, f"{_times(len(findings), 'finding')}: {', '.join(totals)}{end}"]


def _times(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


class _Question(NamedTuple):
    """A shape that asks once for the whole graph: it aims at a class, and its values are at fault.

    Put to Oxigraph it takes a fraction of the time that the validator would need.
    """

    shape: Node
    severity: str
    message: str
    sparql: str
    prefixes: dict[str, str]


def _read(path: Path) -> rdflib.Graph:
    import rdflib

    try:
        return rdflib.Graph().parse(path, format="turtle")
    except OSError as err:
        raise OntologyError(path.name, "file", "cannot be read") from err
    except Exception as err:  # rdflib raises a different class for each kind of bad syntax
        raise OntologyError(path.name, "syntax", " ".join(str(err).split())[:200]) from err


def _questions(shapes: rdflib.Graph) -> Iterator[_Question]:
    from rdflib import SH

    for shape, constraint in shapes.subject_objects(SH.sparql):
        if (shape, SH.targetNode, None) in shapes:
            declared = shapes.objects(None, SH.declare)
            yield _Question(
                shape,
                _name(shapes.value(shape, SH.severity) or SH.Violation),
                str(shapes.value(shape, SH.message) or ""),
                str(shapes.value(constraint, SH.select)),
                {
                    str(shapes.value(node, SH.prefix)): str(shapes.value(node, SH.namespace))
                    for node in declared
                },
            )


def _answered(question: _Question, store: pyoxigraph.Store) -> Iterator[Finding]:
    import pyoxigraph

    try:
        solutions = store.query(question.sparql, prefixes=question.prefixes)
    except SyntaxError as err:
        raise OntologyError(SHAPES, _name(question.shape), str(err)) from err
    if not isinstance(solutions, pyoxigraph.QuerySolutions):
        raise OntologyError(SHAPES, _name(question.shape), "its question is no SELECT")
    names = {variable.value for variable in solutions.variables}
    for solution in solutions:
        shown = solution["shown"] if "shown" in names else None
        value = shown.value if isinstance(shown, pyoxigraph.Literal) else ""
        focus = solution["value"].value
        yield Finding(question.severity, _name(question.shape), question.message, focus, value)


def _reported(report: rdflib.Graph) -> Iterator[Finding]:
    from rdflib import RDF, SH

    for result in report.subjects(RDF.type, SH.ValidationResult):
        value = report.value(result, SH.value)
        yield Finding(
            severity=_name(report.value(result, SH.resultSeverity)),
            shape=_name(report.value(result, SH.sourceShape)),
            message=str(report.value(result, SH.resultMessage) or ""),
            focus=str(report.value(result, SH.focusNode)),
            value="" if value is None else str(value),
        )


def _name(node: object) -> str:
    return str(node).rpartition("#")[2]


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep libraries from logging bad literals and shapes: they are findings, or raised."""
    loggers = [logging.getLogger(name) for name in ("rdflib.term", "pyshacl-validate")]
    before = [logger.disabled for logger in loggers]
    for logger in loggers:
        logger.disabled = True
    try:
        yield
    finally:
        for logger, was in zip(loggers, before, strict=True):
            logger.disabled = was
