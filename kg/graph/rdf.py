"""The knowledge graph as RDF: a stream of sorted triples out of the tables.

The core holds papers, entities, what is plainly true between them, and results; the evidence holds
claims, mentions, and the results that no paper asserts. No node is blank. Every stream below gives
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
from urllib.parse import quote, urlsplit

from kg.graph.terms import (
    FOREIGN,
    IRI,
    RDF_TYPE,
    Term,
    date,
    day,
    decimal,
    integer,
    iri,
    web,
)
from kg.iri import Minter
from kg.model import ASSERTED

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, TypeAlias

    import rdflib

    from kg.graph.knowledge_graph import KnowledgeGraph
    from kg.graph.terms import Triple

    Pairs: TypeAlias = list[tuple[str, Term]]
    Stream: TypeAlias = Iterator[tuple[str, Pairs]]

__all__ = ["core_triples", "evidence_triples", "prefixes", "to_rdf"]

_CODE_HOSTS = frozenset(
    "bitbucket.org codeberg.org git.sr.ht github.com gitlab.com huggingface.co sourceforge.net"
    " www.github.com".split()
)
_EVIDENCE = (
    "x.start, x.\"end\" AS stop, x.rule, x.confidence, CASE WHEN p.abstract <> '' THEN "
    "substring(p.title || chr(10) || p.abstract, x.start + 1, x.\"end\" - x.start) ELSE '' END "
    "AS evidence"
)

_DCTERMS, _RDFS, _SCHEMA = FOREIGN["dcterms"], FOREIGN["rdfs"], FOREIGN["schema"]
_LABEL = _RDFS + "label"


def core_triples(graph: KnowledgeGraph) -> Iterator[Triple]:
    """Stream what the graph states: papers, entities, relations, asserted results.

    :param graph: The knowledge graph.
    :returns: Triples sorted by subject, predicate and object, each once.
    """
    return _sorted(
        _papers(graph),
        _roles(graph),
        _listed(graph),
        _listings(graph),
        _urls(graph),
        _reported(graph),
        _entities(graph),
        _aliases(graph),
        _relations(graph),
        _results(graph, is_asserted=True),
        _slots(graph, is_asserted=True),
    )


def evidence_triples(graph: KnowledgeGraph) -> Iterator[Triple]:
    """Stream where the graph comes from: claims, mentions, results that are not asserted.

    :param graph: The knowledge graph.
    :returns: Triples sorted by subject, predicate and object, each once.
    """
    return _sorted(
        _claims(graph),
        _mentions(graph),
        _results(graph, is_asserted=False),
        _slots(graph, is_asserted=False),
    )


def prefixes(graph: KnowledgeGraph) -> dict[str, str]:
    """Name the namespaces that IRIs of the graph stand in.

    :param graph: The knowledge graph.
    :returns: Namespace by prefix, sorted; a prefix of foreign vocabularies is never taken over.
    """
    kinds = [t.lower() for t in graph.ontology.type_names]
    kinds += ["claim", "listing", "mention", "paper", "result"]
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
                datatype=None if term.datatype == Term("").datatype else term.datatype,
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


def _known(*pairs: tuple[str, Term | None]) -> Pairs:
    """Drop what is not known."""
    return [(predicate, term) for predicate, term in pairs if term and term.value]


def _papers(graph: KnowledgeGraph) -> Stream:
    types = [iri(graph.ontology.term("Paper")), iri(FOREIGN["fabio"] + "ResearchPaper")]
    for row in graph.rows(
        "SELECT iri, id, title, date, doi, arxiv, url, authors FROM papers ORDER BY iri"
    ):
        doi = row["doi"]
        yield (
            row["iri"],
            _known(
                *((RDF_TYPE, kind) for kind in types),
                (_DCTERMS + "identifier", Term(row["id"])),
                (_DCTERMS + "title", Term(row["title"])),
                (_LABEL, Term(row["title"])),
                (_DCTERMS + "issued", date(row["date"])),
                (_DCTERMS + "identifier", Term(f"doi:{doi}") if doi else None),
                (_SCHEMA + "sameAs", web(f"https://doi.org/{quote(doi)}") if doi else None),
                (FOREIGN["fabio"] + "hasArXivId", Term(row["arxiv"])),
                (_SCHEMA + "url", web(row["url"])),
                *((_DCTERMS + "creator", Term(author)) for author in row["authors"] or ()),
            ),
        )


def _roles(graph: KnowledgeGraph) -> Stream:
    term = graph.ontology.term
    mentions = term(graph.ontology.open_role.property)
    for row in graph.rows("SELECT paper, entity, property FROM roles ORDER BY ALL"):
        entity = iri(row["entity"])
        yield row["paper"], [(mentions, entity), (term(row["property"]), entity)]


def _listing_rows(graph: KnowledgeGraph) -> Iterator[tuple[str, dict[str, Any]]]:
    mint = Minter(graph.base)
    for row in graph.rows("SELECT paper, page, position, day FROM listings ORDER BY ALL"):
        yield mint.content("listing", *row.values()), row


def _listed(graph: KnowledgeGraph) -> Stream:
    listed = graph.ontology.term("listedAs")
    for listing, row in _listing_rows(graph):
        yield row["paper"], [(listed, iri(listing))]


def _listings(graph: KnowledgeGraph) -> Stream:
    term = graph.ontology.term
    for listing, row in sorted(_listing_rows(graph), key=itemgetter(0)):
        yield (
            listing,
            _known(
                (RDF_TYPE, iri(term("Listing"))),
                (term("listingPage"), Term(row["page"])),
                (term("listingPosition"), integer(row["position"])),
                (term("listingDay"), day(row["day"])),
            ),
        )


def _urls(graph: KnowledgeGraph) -> Stream:
    for row in graph.rows("SELECT paper, url FROM urls ORDER BY ALL"):
        address = web(row["url"])
        if address:
            host = urlsplit(address.value).hostname or ""
            is_code = host in _CODE_HOSTS or host.startswith("gitlab.")
            predicate = _SCHEMA + "codeRepository" if is_code else _RDFS + "seeAlso"
            yield row["paper"], [(predicate, address)]


def _reported(graph: KnowledgeGraph) -> Stream:
    reports = graph.ontology.term("reportsResult")
    sql = "SELECT paper, iri FROM results WHERE status = ? ORDER BY ALL"
    for row in graph.rows(sql, [ASSERTED]):
        yield row["paper"], [(reports, iri(row["iri"]))]


def _entities(graph: KnowledgeGraph) -> Stream:
    term = graph.ontology.term
    for row in graph.rows("SELECT iri, type, name, papers FROM entities ORDER BY iri"):
        yield (
            row["iri"],
            [
                (RDF_TYPE, iri(term(row["type"]))),
                (FOREIGN["skos"] + "prefLabel", Term(row["name"])),
                (_LABEL, Term(row["name"])),
                (term("papers"), integer(row["papers"])),
            ],
        )


def _aliases(graph: KnowledgeGraph) -> Stream:
    for row in graph.rows("SELECT entity, text FROM aliases ORDER BY ALL"):
        alias = Term(row["text"])
        yield row["entity"], [(FOREIGN["skos"] + "altLabel", alias), (_LABEL, alias)]


def _relations(graph: KnowledgeGraph) -> Stream:
    term = graph.ontology.term
    for row in graph.rows("SELECT head, relation, tail FROM relations ORDER BY ALL"):
        yield row["head"], [(term(row["relation"]), iri(row["tail"]))]


def _evidence(graph: KnowledgeGraph, row: dict[str, Any]) -> Pairs:
    term = graph.ontology.term
    return _known(
        (term("evidenceStart"), integer(row["start"])),
        (term("evidenceEnd"), integer(row["stop"])),
        (term("evidenceText"), Term(row.get("evidence", ""))),
        (term("rule"), Term(row["rule"])),
        (term("confidence"), decimal(row["confidence"])),
    )


def _results(graph: KnowledgeGraph, *, is_asserted: bool) -> Stream:
    term = graph.ontology.term
    sql = (
        f"SELECT x.iri, x.paper, value, number, unit, kind, status, {_EVIDENCE} "  # noqa: S608
        "FROM results x JOIN papers p ON p.iri = x.paper WHERE (status = ?) = ? ORDER BY x.iri"
    )
    for row in graph.rows(sql, [ASSERTED, is_asserted]):
        yield (
            row["iri"],
            _known(
                (RDF_TYPE, iri(term("Result"))),
                (term("resultPaper"), iri(row["paper"])),
                (term("value"), decimal(row["number"])),
                (term("valueText"), Term(row["value"])),
                (term("unit"), Term(row["unit"])),
                (term("resultKind"), Term(row["kind"])),
                (term("resultStatus"), None if is_asserted else Term(row["status"])),
            )
            + _evidence(graph, row),
        )


def _slots(graph: KnowledgeGraph, *, is_asserted: bool) -> Stream:
    term = graph.ontology.term
    sql = (
        "SELECT result, property, entity FROM result_entities x JOIN results r "
        "ON r.iri = x.result WHERE (r.status = ?) = ? ORDER BY ALL"
    )
    for row in graph.rows(sql, [ASSERTED, is_asserted]):
        yield row["result"], [(term(row["property"]), iri(row["entity"]))]


def _claims(graph: KnowledgeGraph) -> Stream:
    term, rdf = graph.ontology.term, FOREIGN["rdf"]
    sql = (
        f"SELECT x.iri, x.paper, head, relation, tail, status, {_EVIDENCE} "  # noqa: S608
        "FROM claims x JOIN papers p ON p.iri = x.paper ORDER BY x.iri"
    )
    for row in graph.rows(sql):
        paper = iri(row["paper"])
        yield (
            row["iri"],
            [
                (RDF_TYPE, iri(term("Claim"))),
                (RDF_TYPE, iri(rdf + "Statement")),
                (rdf + "subject", iri(row["head"])),
                (rdf + "predicate", iri(term(row["relation"]))),
                (rdf + "object", iri(row["tail"])),
                (term("claimPaper"), paper),
                (FOREIGN["prov"] + "wasDerivedFrom", paper),
                (term("status"), Term(row["status"])),
                *_evidence(graph, row),
            ],
        )


def _mentions(graph: KnowledgeGraph) -> Stream:
    term = graph.ontology.term
    for row in graph.rows(
        'SELECT iri, paper, entity, text, start, "end" AS stop, rule, confidence '
        "FROM mentions ORDER BY iri"
    ):
        yield (
            row["iri"],
            [
                (RDF_TYPE, iri(term("Mention"))),
                (term("mentionPaper"), iri(row["paper"])),
                (term("mentionEntity"), iri(row["entity"])),
                (term("mentionText"), Term(row["text"])),
                *_evidence(graph, row),
            ],
        )
