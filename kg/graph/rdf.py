"""The knowledge graph as RDF: a stream of sorted triples out of the tables.

The core holds papers, entities, what is plainly true between them, and results; the evidence holds
claims, mentions, and the results that no paper asserts. No node is blank. Every stream gives
its subjects in sorted order, so that merging them needs memory for one subject at a time.

>>> from kg.graph.assemble import assemble
>>> with assemble([]) as graph:
...     list(core_triples(graph))
[]
"""

from __future__ import annotations

from heapq import merge
from itertools import chain
from operator import gt, itemgetter
from typing import TYPE_CHECKING

from kg.graph import rdf_core, rdf_evidence, rdf_places
from kg.graph.descriptions import by_shape
from kg.graph.rdf_counts import remembered
from kg.graph.rdf_places import KINDS
from kg.graph.terms import FOREIGN, IRI, STRING, Term

if TYPE_CHECKING:
    from collections.abc import Iterator

    import rdflib

    from kg.graph.descriptions import Description, Shape, Stream
    from kg.graph.knowledge_graph import KnowledgeGraph
    from kg.graph.terms import Triple

__all__ = [
    "CORE",
    "EVIDENCE",
    "beside_claims",
    "core",
    "core_triples",
    "evidence",
    "evidence_triples",
    "graph_names",
    "prefixes",
    "to_rdf",
    "triples",
]

CORE, EVIDENCE = "core", "evidence"
"""Names of the two parts."""


def core(graph: KnowledgeGraph) -> Stream:
    """Stream what the graph states: papers, entities, relations, asserted results.

    :param graph: The knowledge graph.
    :returns: Subjects in sorted order, each once, with what is said of it, sorted too.
    """
    stream = _sorted(
        rdf_core.papers(graph),
        rdf_core.roles(graph),
        rdf_core.listed(graph),
        rdf_core.listings(graph),
        rdf_core.urls(graph),
        rdf_core.reported(graph),
        rdf_core.entities(graph),
        rdf_core.aliases(graph),
        rdf_core.kinds(graph),
        rdf_core.links(graph),
        rdf_core.namesakes(graph),
        rdf_core.relations(graph),
        rdf_evidence.results(graph, is_asserted=True),
        rdf_evidence.slots(graph, is_asserted=True),
    )
    return remembered(graph, CORE, stream)


def evidence(graph: KnowledgeGraph) -> Stream:
    """Stream where the graph comes from: claims, mentions, results that are not asserted.

    :param graph: The knowledge graph.
    :returns: Subjects in sorted order, each once, with what is said of it, sorted too.
    """
    claims = _sorted(rdf_evidence.claims(graph), rdf_evidence.kind_claims(graph))
    return remembered(graph, EVIDENCE, chain(claims, beside_claims(graph)))


def beside_claims(graph: KnowledgeGraph) -> Stream:
    """Stream the evidence without the claims, see :func:`evidence`."""
    return chain(  # in the order of the first segments of their IRIs, behind claims
        _sorted(rdf_evidence.mentions(graph)),
        _sorted(rdf_evidence.merges(graph)),
        _sorted(rdf_places.positions(graph)),
        _sorted(rdf_places.quotes(graph)),
        _sorted(
            rdf_evidence.results(graph, is_asserted=False),
            rdf_evidence.slots(graph, is_asserted=False),
        ),
        _sorted(rdf_places.spans(graph)),
    )


def core_triples(graph: KnowledgeGraph) -> Iterator[Triple]:
    """Stream the core, see :func:`core`, as triples.

    :param graph: The knowledge graph.
    :returns: Triples sorted by subject, predicate and object, each once.
    """
    return triples(core(graph))


def evidence_triples(graph: KnowledgeGraph) -> Iterator[Triple]:
    """Stream the evidence, see :func:`evidence`, as triples.

    :param graph: The knowledge graph.
    :returns: Triples sorted by subject, predicate and object, each once.
    """
    return triples(evidence(graph))


def triples(stream: Stream) -> Iterator[Triple]:
    """Say for each thing said of a subject of what subject it is said."""
    return (
        (subject, predicate, Term(value, datatype))
        for subject, shape, values in stream
        for (predicate, datatype), value in zip(shape, values, strict=True)
    )


def graph_names(graph: KnowledgeGraph) -> tuple[str, str]:
    """Name core and evidence, for formats in which graphs have names.

    >>> from kg.graph.assemble import assemble
    >>> with assemble([]) as graph:
    ...     graph_names(graph)
    ('https://w3id.org/paperkg/graph/core', 'https://w3id.org/paperkg/graph/evidence')
    """
    return f"{graph.base}graph/{CORE}", f"{graph.base}graph/{EVIDENCE}"


def prefixes(graph: KnowledgeGraph) -> dict[str, str]:
    """Name the namespaces that IRIs of the graph stand in.

    :param graph: The knowledge graph.
    :returns: Namespace by prefix, sorted; a prefix of foreign vocabularies is never taken over.
    """
    kinds = [t.lower() for t in graph.ontology.type_names]
    kinds += ["claim", "listing", "mention", "merge", "paper", "result", *KINDS]
    own = {kind: f"{graph.base}{kind}/" for kind in kinds}
    return dict(sorted((own | {"kg": graph.ontology.namespace} | FOREIGN).items()))


def to_rdf(graph: KnowledgeGraph) -> rdflib.Graph:
    """View the graph as an rdflib graph, core and evidence together.

    :param graph: The knowledge graph.
    :returns: A graph in memory with prefixes bound; a copy, changes do not reach the tables.
    """
    import rdflib

    view = rdflib.Graph(bind_namespaces="none")
    for prefix, namespace in prefixes(graph).items():
        view.bind(prefix, namespace)
    for subject, predicate, term in chain(core_triples(graph), evidence_triples(graph)):
        node = (
            rdflib.URIRef(term.value)
            if term.datatype == IRI
            else rdflib.Literal(
                term.value,
                # rdflib tells a plain string from one with the datatype string; Turtle does not
                datatype=None if term.datatype == STRING else term.datatype,
                normalize=False,
            )
        )
        view.add((rdflib.URIRef(subject), rdflib.URIRef(predicate), node))
    return view


def _sorted(*streams: Stream) -> Stream:
    """Merge streams of subjects, sort what is said of each."""
    last: Description | None = None
    merged = merge(*streams, key=itemgetter(0)) if len(streams) > 1 else streams[0]
    for found in merged:
        if last is not None and last[0] == found[0]:
            last = last[0], last[1] + found[1], last[2] + found[2]
        else:
            if last is not None:
                yield _tidy(last)
            last = found
    if last is not None:
        yield _tidy(last)


def _tidy(found: Description) -> Description:
    """Sort what is said of a subject; what is said twice is said once."""
    subject, shape, values = found
    repeated = _repeated(shape)
    if repeated is not None and all(values[n] < values[n + 1] for n in repeated):
        return found
    said = {(p, value, d) for (p, d), value in zip(shape, values, strict=True)}
    ordered = sorted(said)
    return subject, tuple([(p, d) for p, _, d in ordered]), [value for _, value, _ in ordered]


@by_shape
def _repeated(shape: Shape) -> tuple[int, ...] | None:
    """Find the places where a predicate is the next one too; None if they are not sorted."""
    predicates = [predicate for predicate, _ in shape]
    if any(map(gt, predicates, predicates[1:])):
        return None
    return tuple(n for n in range(len(predicates) - 1) if predicates[n] == predicates[n + 1])
