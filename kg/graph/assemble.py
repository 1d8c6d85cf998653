"""Fold extractions into a knowledge graph: stage plain rows, then let SQL join and count.

The staged rows are a pure function of one extraction, so they can be made anywhere; the SQL beside
this file does all that needs more than one paper. Both run out of core.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from kg import ontology as ontologies
from kg.files import literal
from kg.graph.capitals import part
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.graph.linking import LINKED, linked_rows
from kg.graph.staging import LocalTables
from kg.iri import DEFAULT_BASE, Minter
from kg.markup.tokens import MARKED
from kg.normalize import key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import duckdb

    from kg.graph.staging import Row, Tables
    from kg.linking.curation import Curation
    from kg.model import EntityKey, Extraction
    from kg.ontology import Ontology

__all__ = ["STAGED", "assemble", "opened", "reduce", "rows"]

_MEMORY = "1500MB"  # of the database; what is more goes to its temporary folder
_THREADS = 4  # each sorts in memory of its own

STAGED = {
    "s_papers": "iri VARCHAR, id VARCHAR, title VARCHAR, date VARCHAR, doi VARCHAR, arxiv VARCHAR, "
    "url VARCHAR, authors VARCHAR[], source VARCHAR, line BIGINT, digest VARCHAR, "
    "abstract VARCHAR, sentences BIGINT[][], rejected BIGINT",
    "s_listings": "paper VARCHAR, page VARCHAR, position BIGINT, day VARCHAR",
    "s_urls": "paper VARCHAR, url VARCHAR",
    "s_roles": "paper VARCHAR, entity VARCHAR, type VARCHAR, key VARCHAR, name VARCHAR, "
    "role VARCHAR, property VARCHAR, rank BIGINT, rule VARCHAR, makes BOOLEAN",
    "s_mentions": "iri VARCHAR, paper VARCHAR, entity VARCHAR, start BIGINT, end BIGINT, "
    "text VARCHAR, rule VARCHAR, confidence DOUBLE, key VARCHAR, is_marked BOOLEAN",
    "s_claims": "iri VARCHAR, paper VARCHAR, head VARCHAR, relation VARCHAR, tail VARCHAR, "
    "start BIGINT, end BIGINT, rule VARCHAR, status VARCHAR, confidence DOUBLE, "
    "is_symmetric BOOLEAN",
    "s_stated": "iri VARCHAR, paper VARCHAR, head VARCHAR, tail VARCHAR, type VARCHAR, "
    "narrow VARCHAR, broad VARCHAR, start BIGINT, end BIGINT, rule VARCHAR, status VARCHAR, "
    "confidence DOUBLE",
    "s_results": "iri VARCHAR, paper VARCHAR, value VARCHAR, number VARCHAR, unit VARCHAR, "
    "kind VARCHAR, start BIGINT, end BIGINT, rule VARCHAR, status VARCHAR, confidence DOUBLE",
    "s_result_entities": "result VARCHAR, slot VARCHAR, property VARCHAR, entity VARCHAR, "
    "type VARCHAR",
}
"""Tables that extractions are staged in, with their columns."""


def assemble(
    extractions: Iterable[Extraction],
    *,
    base: str = DEFAULT_BASE,
    ontology: Ontology | None = None,
    curation: Curation | None = None,
) -> KnowledgeGraph:
    """Fold extractions into a knowledge graph.

    :param extractions: What records yielded, in any order; read once.
    :param base: IRI that the IRIs of instances begin with.
    :param ontology: What may be said; by default the one of this package.
    :param curation: What people have decided; see :mod:`kg.linking.curation`.
    :returns: The graph; close it, or use it in a ``with`` block, to remove its temporary files.
    :raises KGError: If the base is no IRI.

    >>> with assemble([]) as graph:
    ...     len(graph.entities)
    0
    """
    ontology = ontology or ontologies.load()
    mint = Minter(base)
    folder = tempfile.TemporaryDirectory(prefix="kg-")
    try:
        place = Path(folder.name)
        connection = opened(place)
        tables = LocalTables(connection, place)
        tables.stage((row for item in extractions for row in rows(item, mint, ontology)), STAGED)
        reduce(tables, mint, ontology, curation)
    except BaseException:
        folder.cleanup()
        raise
    return KnowledgeGraph(connection, folder, base=base, ontology=ontology)


def opened(place: Path) -> duckdb.DuckDBPyConnection:
    """Make the database of a graph.

    :param place: Folder for it, and for what it cannot hold in memory.
    :returns: A connection to it.
    """
    import duckdb

    connection = duckdb.connect(str(place / "graph.duckdb"))
    connection.execute(f"SET temp_directory = {literal(place)}")
    connection.execute(f"SET memory_limit = '{_MEMORY}'")
    connection.execute(f"SET threads = {min(os.cpu_count() or 1, _THREADS)}")
    return connection


def reduce(
    tables: Tables, mint: Minter, ontology: Ontology, curation: Curation | None = None
) -> None:
    """Make the tables of the graph out of the staged rows of all papers, wherever these lie.

    SQL does what grows with the papers; what names denote is told in between, in this process, from
    the different names alone.

    :param tables: Has the staged rows; afterwards the tables of the graph instead.
    :param mint: Makes the IRIs.
    :param ontology: Has rules and lexicon.
    :param curation: What people have decided.
    """
    part(tables, mint, ontology, curation)
    tables.stage(linked_rows(tables, mint, ontology, curation), LINKED)
    for name in ("linking.sql", "assemble.sql"):
        tables.execute(Path(__file__).with_name(name).read_text(encoding="utf-8"))
    for table in (*STAGED, *LINKED, "s_things"):
        tables.execute(f"DROP TABLE {table}")


def rows(extraction: Extraction, mint: Minter, ontology: Ontology) -> Iterator[Row]:
    """Make the rows that one extraction adds to the staged tables.

    :param extraction: What one record yielded.
    :param mint: Makes the IRIs.
    :param ontology: Gives roles their rank and property.
    :returns: Pairs of table and row.
    """
    record = extraction.record
    paper = mint.paper(record.id)
    yield (
        "s_papers",
        {
            "iri": paper,
            **{f: getattr(record, f) for f in ("id", "title", "date", "doi", "arxiv", "url")},
            "authors": record.authors,
            "source": record.source,
            "line": record.line,
            "digest": extraction.digest,
            "abstract": record.abstract,
            "sentences": extraction.sentences,
            "rejected": extraction.rejected,
        },
    )
    for listing in record.listings:
        where = {"page": listing.page, "position": listing.position, "day": listing.day}
        yield "s_listings", {"paper": paper, **where}
    for url in extraction.urls:
        yield "s_urls", {"paper": paper, "url": url}

    def entity_iri(entity: EntityKey) -> str:
        return mint.entity(entity[0], key(entity[1]))

    yield from _entity_rows(extraction, paper, mint, ontology)
    for relation in extraction.relations:
        ends = [entity_iri(relation.head), entity_iri(relation.tail)]
        if ontology.relation(relation.type).is_symmetric:
            ends.sort()
        head, tail = ends
        yield (
            "s_claims",
            {
                "iri": mint.content("claim", paper, head, relation.type, tail, relation.status),
                "paper": paper,
                "head": head,
                "relation": relation.type,
                "tail": tail,
                **{f: getattr(relation, f) for f in ("start", "end", "rule", "status")},
                "confidence": relation.confidence,
                "is_symmetric": ontology.relation(relation.type).is_symmetric,
            },
        )
    for kind in extraction.kinds:
        ends = [entity_iri(kind.head), entity_iri(kind.tail)]
        yield (
            "s_stated",
            {
                "iri": mint.content("claim", paper, ends[0], kind.type, ends[1], kind.status),
                "paper": paper,
                "head": ends[0],
                "tail": ends[1],
                "type": kind.head[0],
                "narrow": key(kind.head[1]),
                "broad": key(kind.tail[1]),
                **{f: getattr(kind, f) for f in ("start", "end", "rule", "status", "confidence")},
            },
        )
    slots = {slot.name: slot for slot in ontology.slots}
    for result in extraction.results:
        fields = ("value", "number", "unit", "kind", "start", "end")
        told = {f: getattr(result, f) for f in fields}
        iri = mint.content("result", paper, *told.values(), result.status, *result.links)
        rest = {f: getattr(result, f) for f in ("rule", "status", "confidence")}
        yield "s_results", {"iri": iri, "paper": paper, **told, **rest}
        for name, entity_name in result.links:
            slot = slots[name]
            target = entity_iri((slot.type, entity_name))
            link = {"slot": name, "property": slot.property, "entity": target}
            yield "s_result_entities", {"result": iri, **link, "type": slot.type}


def _entity_rows(
    extraction: Extraction, paper: str, mint: Minter, ontology: Ontology
) -> Iterator[Row]:
    for entity in extraction.entities:
        iri = mint.entity(entity.type, key(entity.name))
        role = ontology.role(entity.type, entity.role)
        yield (
            "s_roles",
            {
                "paper": paper,
                "entity": iri,
                "type": entity.type,
                "key": key(entity.name),
                "name": entity.name,
                "role": role.name,
                "property": role.property,
                "rank": role.rank,
                "rule": entity.role_rule,
                "makes": role.is_contribution,
            },
        )
        for mention in entity.mentions:
            yield (
                "s_mentions",
                {
                    "iri": mint.content("mention", paper, iri, mention.start, mention.end),
                    "paper": paper,
                    "entity": iri,
                    **{f: getattr(mention, f) for f in ("start", "end", "text", "rule")},
                    "confidence": mention.confidence,
                    "key": key(mention.text),
                    "is_marked": MARKED.search(mention.text) is not None,
                },
            )
