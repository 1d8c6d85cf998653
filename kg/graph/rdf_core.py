"""The core of the graph in RDF: papers, entities, and what is plainly true between them.

Each function streams subjects in sorted order, with what is said of them; what one function says
of a subject another may add to.
"""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from kg.graph.descriptions import described, to_iris
from kg.graph.terms import (
    FOREIGN,
    RDF_TYPE,
    STRING,
    Term,
    date,
    day,
    decimal,
    integer,
    iri,
    known,
    web,
)
from kg.iri import Minter
from kg.model import ASSERTED

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from kg.graph.descriptions import Stream
    from kg.graph.knowledge_graph import KnowledgeGraph


__all__ = [
    "aliases",
    "entities",
    "kinds",
    "links",
    "listed",
    "listings",
    "namesakes",
    "papers",
    "relations",
    "reported",
    "roles",
    "urls",
]

_CODE_HOSTS = frozenset(
    {
        "bitbucket.org",
        "codeberg.org",
        "git.sr.ht",
        "github.com",
        "gitlab.com",
        "huggingface.co",
        "sourceforge.net",
    }
)

DCTERMS, RDFS, SCHEMA = FOREIGN["dcterms"], FOREIGN["rdfs"], FOREIGN["schema"]
LABEL = RDFS + "label"
_PREFERRED, _ALIAS = FOREIGN["skos"] + "prefLabel", FOREIGN["skos"] + "altLabel"


def papers(graph: KnowledgeGraph) -> Stream:
    """Describe papers: identifiers, title, date, authors, address."""
    types = [iri(graph.ontology.term("Paper")), iri(FOREIGN["fabio"] + "ResearchPaper")]
    for row in graph.rows(
        "SELECT iri, id, title, date, doi, arxiv, url, authors FROM papers ORDER BY iri"
    ):
        doi = row["doi"]
        yield described(
            row["iri"],
            known(
                *((RDF_TYPE, kind) for kind in types),
                (DCTERMS + "identifier", Term(row["id"])),
                (DCTERMS + "title", Term(row["title"])),
                (LABEL, Term(row["title"])),
                (DCTERMS + "issued", date(row["date"])),
                (DCTERMS + "identifier", Term(f"doi:{doi}") if doi else None),
                (SCHEMA + "sameAs", web(f"https://doi.org/{quote(doi)}") if doi else None),
                (FOREIGN["fabio"] + "hasArXivId", Term(row["arxiv"])),
                (SCHEMA + "url", web(row["url"])),
                *((DCTERMS + "creator", Term(author)) for author in row["authors"] or ()),
            ),
        )


def roles(graph: KnowledgeGraph) -> Stream:
    """State what each paper does with which entity; that it mentions it is stated too."""
    term = graph.ontology.term
    mentions = term(graph.ontology.open_role.property)
    for paper, found in _grouped(graph, "paper", "entity, property", "roles"):
        entities = [row["entity"] for row in found]
        properties = [term(row["property"]) for row in found]
        yield paper, to_iris(*[mentions] * len(found), *properties), entities * 2


def _grouped(
    graph: KnowledgeGraph, subject: str, columns: str, table: str
) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Read the rows of a table in order, those of one subject together."""
    sql = f"SELECT {subject}, {columns} FROM {table} ORDER BY ALL"  # noqa: S608
    for name, rows in groupby(graph.rows(sql), key=itemgetter(subject)):
        yield name, list(rows)


def _listing_rows(graph: KnowledgeGraph) -> Iterator[tuple[str, dict[str, Any]]]:
    mint = Minter(graph.base)
    for row in graph.rows("SELECT paper, page, position, day FROM listings ORDER BY ALL"):
        yield mint.content("listing", *row.values()), row


def listed(graph: KnowledgeGraph) -> Stream:
    """State where papers were listed."""
    listed = graph.ontology.term("listedAs")
    for listing, row in _listing_rows(graph):
        yield row["paper"], to_iris(listed), [listing]


def listings(graph: KnowledgeGraph) -> Stream:
    """Describe the listings."""
    term = graph.ontology.term
    for listing, row in sorted(_listing_rows(graph), key=itemgetter(0)):
        yield described(
            listing,
            known(
                (RDF_TYPE, iri(term("Listing"))),
                (term("listingPage"), Term(row["page"])),
                (term("listingPosition"), integer(row["position"])),
                (term("listingDay"), day(row["day"])),
            ),
        )


def urls(graph: KnowledgeGraph) -> Stream:
    """State the addresses in abstracts: code where the host is known for it, else see-also."""
    for row in graph.rows("SELECT paper, url FROM urls ORDER BY ALL"):
        address = web(row["url"])
        if address:
            host = (urlsplit(address.value).hostname or "").removeprefix("www.")
            is_code = host in _CODE_HOSTS or host.startswith("gitlab.")
            predicate = SCHEMA + "codeRepository" if is_code else RDFS + "seeAlso"
            yield row["paper"], to_iris(predicate), [address.value]


def reported(graph: KnowledgeGraph) -> Stream:
    """State which results papers report; results that are not asserted are left out."""
    reports = graph.ontology.term("reportsResult")
    sql = "SELECT paper, iri FROM results WHERE status = ? ORDER BY ALL"
    for row in graph.rows(sql, [ASSERTED]):
        yield row["paper"], to_iris(reports), [row["iri"]]


def entities(graph: KnowledgeGraph) -> Stream:
    """Describe entities: type, name, number of papers, and how sure they are."""
    term = graph.ontology.term
    types = {kind: iri(term(kind)) for kind in graph.ontology.type_names}
    for row in graph.rows("SELECT iri, type, name, papers, confidence FROM entities ORDER BY iri"):
        name = Term(row["name"])
        yield described(
            row["iri"],
            known(
                (RDF_TYPE, types[row["type"]]),
                (LABEL, name),
                (_PREFERRED, name),
                (term("confidence"), decimal(row["confidence"])),
                (term("papers"), integer(row["papers"])),
            ),
        )


def aliases(graph: KnowledgeGraph) -> Stream:
    """State the other names of entities."""
    for entity, found in _grouped(graph, "entity", "text", "aliases"):
        names = [row["text"] for row in found]
        shape = ((_ALIAS, STRING),) * len(names) + ((LABEL, STRING),) * len(names)
        yield entity, shape, names * 2


def kinds(graph: KnowledgeGraph) -> Stream:
    """State what is a kind of what."""
    for row in graph.rows("SELECT narrow, broad FROM kinds ORDER BY ALL"):
        yield row["narrow"], to_iris(FOREIGN["skos"] + "broader"), [row["broad"]]


def links(graph: KnowledgeGraph) -> Stream:
    """State what entities are called elsewhere."""
    for row in graph.rows("SELECT entity, predicate, target FROM links ORDER BY ALL"):
        target = web(row["target"])
        if target:
            yield row["entity"], to_iris(row["predicate"]), [target.value]


def namesakes(graph: KnowledgeGraph) -> Stream:
    """Point entities of one name and different types to one another."""
    sql = (
        "SELECT a.iri, b.iri AS other FROM entities a JOIN entities b "
        "ON b.key = a.key AND b.iri <> a.iri ORDER BY ALL"
    )
    for row in graph.rows(sql):
        yield row["iri"], to_iris(RDFS + "seeAlso"), [row["other"]]


def relations(graph: KnowledgeGraph) -> Stream:
    """State the asserted relations between entities."""
    term = graph.ontology.term
    for head, found in _grouped(graph, "head", "relation, tail", "relations"):
        relations = [term(row["relation"]) for row in found]
        yield head, to_iris(*relations), [row["tail"] for row in found]
