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
from itertools import chain, groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from kg.graph import rdf_core, rdf_evidence
from kg.graph.terms import FOREIGN, IRI, STRING

if TYPE_CHECKING:
    from collections.abc import Iterator

    import rdflib

    from kg.graph.knowledge_graph import KnowledgeGraph
    from kg.graph.terms import Stream, Triple

__all__ = ["core_triples", "evidence_triples", "prefixes", "to_rdf"]


def core_triples(graph: KnowledgeGraph) -> Iterator[Triple]:
    """Stream what the graph states: papers, entities, relations, asserted results.

    :param graph: The knowledge graph.
    :returns: Triples sorted by subject, predicate and object, each once.
    """
    return _sorted(
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


def evidence_triples(graph: KnowledgeGraph) -> Iterator[Triple]:
    """Stream where the graph comes from: claims, mentions, results that are not asserted.

    :param graph: The knowledge graph.
    :returns: Triples sorted by subject, predicate and object, each once.
    """
    return _sorted(
        rdf_evidence.claims(graph),
        rdf_evidence.kind_claims(graph),
        rdf_evidence.mentions(graph),
        rdf_evidence.merges(graph),
        rdf_evidence.results(graph, is_asserted=False),
        rdf_evidence.slots(graph, is_asserted=False),
    )


def prefixes(graph: KnowledgeGraph) -> dict[str, str]:
    """Name the namespaces that IRIs of the graph stand in.

    :param graph: The knowledge graph.
    :returns: Namespace by prefix, sorted; a prefix of foreign vocabularies is never taken over.
    """
    kinds = [t.lower() for t in graph.ontology.type_names]
    kinds += ["claim", "listing", "mention", "merge", "paper", "result"]
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


def _sorted(*streams: Stream) -> Iterator[Triple]:
    """Merge streams of subjects, sort what is said of each."""
    merged = merge(*streams, key=itemgetter(0))
    for subject, group in groupby(merged, key=itemgetter(0)):
        pairs = {pair for _, pairs in group for pair in pairs}
        for predicate, term in sorted(pairs):
            yield subject, predicate, term
