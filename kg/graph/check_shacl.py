"""Check a graph by pySHACL, which knows all of SHACL, but takes its time and its memory."""

from __future__ import annotations

import logging
import warnings
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from kg.errors import OntologyError
from kg.graph.check_sparql import BLANK, finding
from kg.graph.shapes import SH, SHAPES, with_inner

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import pyoxigraph
    import rdflib

    from kg.graph.shapes import Shape
    from kg.model import Finding

__all__ = ["validated"]

_STRING = "http://www.w3.org/2001/XMLSchema#string"


def validated(store: pyoxigraph.Store, path: Path, shapes: Sequence[Shape]) -> Iterator[Finding]:
    """Find what shapes do not allow.

    The graph comes out of a store of Oxigraph, so that numbers and dates are spelled as its queries
    see them.

    :param store: The graph together with the ontology.
    :param path: The Turtle file of the shapes.
    :param shapes: What it says.
    :returns: Findings in no order; one may come twice.
    :raises OntologyError: If pySHACL cannot work with the shapes.
    """
    import pyshacl
    import rdflib

    named = {shape.iri: shape for shape in with_inner(shapes)}
    with _quiet():
        try:
            rules = rdflib.Graph().parse(path, format="turtle", publicID=path.absolute().as_uri())
            _end_patterns(rules)
            report = pyshacl.validate(_graph(store), shacl_graph=rules, inplace=True)[1]
        except Exception as err:  # rdflib raises a different class for each kind of bad syntax
            raise OntologyError(SHAPES, "SHACL", " ".join(str(err).split())[:200]) from err
    if not isinstance(report, rdflib.Graph):
        raise OntologyError(SHAPES, "SHACL", " ".join(str(report).split())[:200])
    for result in report.objects(None, rdflib.URIRef(SH + "result")):  # not: their details
        source, focus, value = (
            report.value(result, rdflib.URIRef(SH + end))
            for end in ("sourceShape", "focusNode", "value")
        )
        shape = named[str(source)]
        yield finding(shape, _told(focus), _told(value))


def _told(node: Any) -> str:
    import rdflib

    if node is None:
        return ""
    return BLANK if isinstance(node, rdflib.BNode) else str(node)


def _graph(store: pyoxigraph.Store) -> rdflib.Graph:
    import rdflib

    graph = rdflib.Graph(bind_namespaces="none")
    spelled = lru_cache(maxsize=65536)(_spelled)
    for quad in store:
        graph.add((spelled(quad.subject), spelled(quad.predicate), spelled(quad.object)))
    return graph


def _spelled(node: Any) -> Any:
    import pyoxigraph
    import rdflib

    if isinstance(node, pyoxigraph.Literal):
        kind = None if node.language else node.datatype.value
        return rdflib.Literal(
            node.value,
            lang=node.language,
            # rdflib tells a plain string from one with the datatype string; RDF does not
            datatype=None if kind == _STRING else rdflib.URIRef(kind) if kind else None,
            normalize=False,
        )
    is_blank = isinstance(node, pyoxigraph.BlankNode)
    return rdflib.BNode(node.value) if is_blank else rdflib.URIRef(node.value)


def _end_patterns(shapes: rdflib.Graph) -> None:
    """Let a pattern end where the text ends: the dollar of Python allows a line end behind it."""
    import rdflib

    name = rdflib.URIRef(SH + "pattern")
    for shape, pattern in list(shapes.subject_objects(name)):
        if str(pattern).endswith("$"):
            shapes.set((shape, name, rdflib.Literal(str(pattern)[:-1] + r"\Z")))


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep libraries from telling of bad literals and shapes: they are findings, or raised."""
    loggers = [logging.getLogger(name) for name in ("rdflib.term", "pyshacl-validate")]
    before = [logger.disabled for logger in loggers]
    for logger in loggers:
        logger.disabled = True
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for logger, was in zip(loggers, before, strict=True):
            logger.disabled = was
