"""What the graph rests on, in RDF: results, claims and mentions, each with its place in a text.

Each function streams subjects in sorted order, with what is said of them; what one function says
of a subject another may add to. The places themselves are told by :mod:`kg.graph.rdf_places`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from kg.graph.descriptions import described, to_iris, without_empty
from kg.graph.rdf_places import STATED_KINDS, span
from kg.graph.terms import (
    DECIMAL,
    FOREIGN,
    INTEGER,
    IRI,
    RDF_TYPE,
    STRING,
    Term,
    decimal,
    iri,
    known,
)
from kg.iri import Minter
from kg.model import ASSERTED

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Any

    from kg.graph.descriptions import Shape, Stream
    from kg.graph.knowledge_graph import KnowledgeGraph


__all__ = ["claims", "kind_claims", "mentions", "merges", "results", "slots"]

UNITS = "units.tsv"
"""File of the ontology folder that tells the IRIs of units; it may be missing."""

_TEXT = (
    "CASE WHEN p.abstract <> '' THEN substring(p.title || chr(10) || p.abstract, x.start + 1, "
    "x.\"end\" - x.start) ELSE '' END AS evidence"
)
_PLACE = 'x.start::VARCHAR AS start, x."end"::VARCHAR AS stop, x.rule, x.confidence'
_MENTIONS = (
    "(SELECT c.iri, list(m.iri ORDER BY m.iri) AS mentions FROM {0} c JOIN mentions m "
    "ON m.paper = c.paper AND m.entity IN (c.head, c.tail) "
    'AND m.start >= c.start AND m."end" <= c."end" GROUP BY c.iri)'
)
_RDF = FOREIGN["rdf"]


def results(graph: KnowledgeGraph, *, is_asserted: bool) -> Stream:
    """Describe results with their evidence.

    :param graph: The knowledge graph.
    :param is_asserted: Whether to give the asserted results, or all others with their status.
    """
    term = graph.ontology.term
    units = _units(graph.ontology.folder / UNITS)
    sql = (
        f"SELECT x.iri, x.paper, value, number, unit, kind, status, {_PLACE}, {_TEXT} "  # noqa: S608
        "FROM results x JOIN papers p ON p.iri = x.paper WHERE (status = ?) = ? ORDER BY x.iri"
    )
    for row in graph.rows(sql, [ASSERTED, is_asserted]):
        yield described(
            row["iri"],
            known(
                (RDF_TYPE, iri(term("Result"))),
                (term("resultPaper"), iri(row["paper"])),
                (term("value"), decimal(row["number"])),
                (term("valueText"), Term(row["value"])),
                (term("unit"), Term(row["unit"])),
                (FOREIGN["qudt"] + "hasUnit", iri(units.get(row["unit"], ""))),
                (term("resultKind"), Term(row["kind"])),
                (term("resultStatus"), None if is_asserted else Term(row["status"])),
                (term("evidenceStart"), Term(row["start"], INTEGER)),
                (term("evidenceEnd"), Term(row["stop"], INTEGER)),
                (term("evidenceText"), Term(row["evidence"])),
                (term("rule"), Term(row["rule"])),
                (term("confidence"), decimal(row["confidence"])),
            ),
        )


@lru_cache(maxsize=8)
def _units(path: Path) -> dict[str, str]:
    """Read which IRIs units have; empty if the ontology tells none."""
    if not path.is_file():
        return {}
    lines = path.read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")][1:]
    return {row[0]: row[1] for row in rows if len(row) > 1}


def slots(graph: KnowledgeGraph, *, is_asserted: bool) -> Stream:
    """State which entities fill the slots of results; see :func:`results`."""
    shapes = {s.property: to_iris(graph.ontology.term(s.property)) for s in graph.ontology.slots}
    sql = (
        "SELECT result, property, entity FROM result_entities x JOIN results r "
        "ON r.iri = x.result WHERE (r.status = ?) = ? ORDER BY ALL"
    )
    for row in graph.rows(sql, [ASSERTED, is_asserted]):
        yield row["result"], shapes[row["property"]], [row["entity"]]


def claims(graph: KnowledgeGraph, *, order: str = "x.iri") -> Stream:
    """Describe claims between entities with their evidence.

    :param graph: The knowledge graph.
    :param order: What to sort by, in SQL; with ``x.head, x.iri`` those on one thing stand together.
    """
    sql = (
        "SELECT x.iri, x.paper, x.head, x.relation, x.tail, status, "  # noqa: S608
        "coalesce(r.papers, 0)::VARCHAR AS support, coalesce(m.mentions, []) AS mentions, "
        f"{_PLACE}, {_TEXT} "
        "FROM claims x JOIN papers p ON p.iri = x.paper "
        "LEFT JOIN relations r ON r.head = x.head AND r.relation = x.relation AND r.tail = x.tail "
        f"LEFT JOIN {_MENTIONS.format('claims')} m ON m.iri = x.iri ORDER BY {order}"
    )
    terms = {r.name: graph.ontology.term(r.name) for r in graph.ontology.relations}
    return _claims(graph, ((row, terms[row["relation"]]) for row in graph.rows(sql)))


def kind_claims(graph: KnowledgeGraph, *, order: str = "x.iri") -> Stream:
    """Describe claims that one entity is a kind of another; see :func:`claims`."""
    sql = (
        "SELECT x.iri, x.paper, x.head, x.tail, x.status, "  # noqa: S608
        "coalesce(r.papers, 0)::VARCHAR AS support, coalesce(m.mentions, []) AS mentions, "
        f"{_PLACE}, {_TEXT} FROM {STATED_KINDS} JOIN papers p ON p.iri = x.paper "
        "LEFT JOIN (SELECT head, tail, count(DISTINCT paper) AS papers FROM kind_claims "
        "WHERE status = $1 GROUP BY ALL) r ON r.head = x.head AND r.tail = x.tail "
        f"LEFT JOIN {_MENTIONS.format('kind_claims')} m ON m.iri = x.iri ORDER BY {order}"
    )
    broader = FOREIGN["skos"] + "broader"
    rows = graph.rows(sql, [ASSERTED])
    return _claims(graph, ((row, broader) for row in rows))


def _claims(graph: KnowledgeGraph, found: Iterator[tuple[dict[str, Any], str]]) -> Stream:
    """Describe what papers state between two entities."""
    term, mint_span = graph.ontology.term, span(graph.base)
    types = [_RDF + "Statement", term("Claim")]
    first = [_RDF + name for name in ("object", "predicate", "subject")]
    first += [RDF_TYPE, RDF_TYPE, FOREIGN["oa"] + "hasTarget", FOREIGN["prov"] + "wasDerivedFrom"]

    @lru_cache(maxsize=1024)
    def shape(mentions: int) -> Shape:
        iris = to_iris(*first, *[term("claimMention")] * mentions, term("claimPaper"))
        last = {"claimSupport": INTEGER, "confidence": DECIMAL, "evidenceEnd": INTEGER}
        last |= {"evidenceStart": INTEGER, "evidenceText": STRING, "rule": STRING, "status": STRING}
        return iris + tuple((term(name), datatype) for name, datatype in last.items())

    for row, relation in found:
        start, stop, paper, mentions = row["start"], row["stop"], row["paper"], row["mentions"]
        values = [row["tail"], relation, row["head"], *types, mint_span(paper, start, stop), paper]
        values += [*mentions, paper, row["support"], _lexical(row["confidence"]), stop, start]
        values += [row["evidence"], row["rule"], row["status"]]
        yield without_empty((row["iri"], shape(len(mentions)), values))


def mentions(graph: KnowledgeGraph) -> Stream:
    """Describe mentions with their evidence."""
    term = graph.ontology.term
    kind = term("Mention")
    said = {"confidence": DECIMAL, "evidenceEnd": INTEGER, "evidenceStart": INTEGER}
    said |= {"mentionEntity": IRI, "mentionPaper": IRI, "mentionText": STRING, "rule": STRING}
    shape = ((RDF_TYPE, IRI), *((term(name), datatype) for name, datatype in said.items()))
    for row in graph.rows(
        'SELECT iri, confidence, "end"::VARCHAR AS stop, start::VARCHAR AS start, entity, paper, '
        "text, rule FROM mentions ORDER BY iri"
    ):
        address, confidence, *values = row.values()
        yield without_empty((address, shape, [kind, _lexical(confidence), *values]))


@lru_cache(maxsize=16384)
def _lexical(confidence: float) -> str:
    """Spell a confidence; empty if it is no number."""
    term = decimal(confidence)
    return term.value if term else ""


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
    for address, pairs in sorted(found):
        yield described(address, pairs)
