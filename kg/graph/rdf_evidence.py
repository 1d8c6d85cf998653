"""What the graph rests on, in RDF: results, claims and mentions, each with its place in a text.

Each function streams subjects in sorted order, with what is said of them; what one function says
of a subject another may add to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.graph.terms import FOREIGN, RDF_TYPE, Term, decimal, integer, iri, known
from kg.iri import Minter
from kg.model import ASSERTED

if TYPE_CHECKING:
    from typing import Any

    from kg.graph.knowledge_graph import KnowledgeGraph
    from kg.graph.terms import Pairs, Stream


__all__ = ["claims", "kind_claims", "mentions", "merges", "results", "slots"]

_EVIDENCE = (
    "x.start, x.\"end\" AS stop, x.rule, x.confidence, CASE WHEN p.abstract <> '' THEN "
    "substring(p.title || chr(10) || p.abstract, x.start + 1, x.\"end\" - x.start) ELSE '' END "
    "AS evidence"
)


def _evidence(graph: KnowledgeGraph, row: dict[str, Any]) -> Pairs:
    term = graph.ontology.term
    return known(
        (term("evidenceStart"), integer(row["start"])),
        (term("evidenceEnd"), integer(row["stop"])),
        (term("evidenceText"), Term(row.get("evidence", ""))),
        (term("rule"), Term(row["rule"])),
        (term("confidence"), decimal(row["confidence"])),
    )


def results(graph: KnowledgeGraph, *, is_asserted: bool) -> Stream:
    """Describe results with their evidence.

    :param graph: The knowledge graph.
    :param is_asserted: Whether to give the asserted results, or all others with their status.
    """
    term = graph.ontology.term
    sql = (
        f"SELECT x.iri, x.paper, value, number, unit, kind, status, {_EVIDENCE} "  # noqa: S608
        "FROM results x JOIN papers p ON p.iri = x.paper WHERE (status = ?) = ? ORDER BY x.iri"
    )
    for row in graph.rows(sql, [ASSERTED, is_asserted]):
        yield (
            row["iri"],
            known(
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


def slots(graph: KnowledgeGraph, *, is_asserted: bool) -> Stream:
    """State which entities fill the slots of results; see :func:`results`."""
    term = graph.ontology.term
    sql = (
        "SELECT result, property, entity FROM result_entities x JOIN results r "
        "ON r.iri = x.result WHERE (r.status = ?) = ? ORDER BY ALL"
    )
    for row in graph.rows(sql, [ASSERTED, is_asserted]):
        yield row["result"], [(term(row["property"]), iri(row["entity"]))]


def claims(graph: KnowledgeGraph) -> Stream:
    """Describe claims between entities with their evidence."""
    sql = (
        f"SELECT x.iri, x.paper, head, relation, tail, status, {_EVIDENCE} "  # noqa: S608
        "FROM claims x JOIN papers p ON p.iri = x.paper ORDER BY x.iri"
    )
    for row in graph.rows(sql):
        yield _claim(graph, row, graph.ontology.term(row["relation"]))


def kind_claims(graph: KnowledgeGraph) -> Stream:
    """Describe claims that one entity is a kind of another, with their evidence."""
    sql = (
        f"SELECT x.iri, x.paper, head, tail, status, {_EVIDENCE} "  # noqa: S608
        "FROM kind_claims x JOIN papers p ON p.iri = x.paper "
        "WHERE status <> ? OR EXISTS (FROM kinds k WHERE k.narrow = head AND k.broad = tail) "
        "ORDER BY x.iri"
    )
    for row in graph.rows(sql, [ASSERTED]):
        yield _claim(graph, row, FOREIGN["skos"] + "broader")


def _claim(graph: KnowledgeGraph, row: dict[str, Any], predicate: str) -> tuple[str, Pairs]:
    """Describe what one paper states between two entities."""
    term, rdf, paper = graph.ontology.term, FOREIGN["rdf"], iri(row["paper"])
    return (
        row["iri"],
        [
            (RDF_TYPE, iri(term("Claim"))),
            (RDF_TYPE, iri(rdf + "Statement")),
            (rdf + "subject", iri(row["head"])),
            (rdf + "predicate", iri(predicate)),
            (rdf + "object", iri(row["tail"])),
            (term("claimPaper"), paper),
            (FOREIGN["prov"] + "wasDerivedFrom", paper),
            (term("status"), Term(row["status"])),
            *_evidence(graph, row),
        ],
    )


def mentions(graph: KnowledgeGraph) -> Stream:
    """Describe mentions with their evidence."""
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


def merges(graph: KnowledgeGraph) -> Stream:
    """Describe which names were made one with an entity, and what says so."""
    term, mint = graph.ontology.term, Minter(graph.base)
    sql = (
        "SELECT m.entity, m.type, m.name, m.rule, m.source, p.iri AS paper "
        "FROM merges m LEFT JOIN papers p ON p.iri = m.source"
    )
    found = []
    for row in graph.rows(sql):
        said = known(
            (RDF_TYPE, iri(term("Merge"))),
            (term("mergedName"), Term(row["name"])),
            (term("mergedInto"), iri(row["entity"])),
            (term("rule"), Term(row["rule"])),
            (FOREIGN["prov"] + "wasDerivedFrom", iri(row["paper"]) if row["paper"] else None),
        )
        found.append((mint.content("merge", row["entity"], row["type"], row["name"]), said))
    yield from sorted(found)
