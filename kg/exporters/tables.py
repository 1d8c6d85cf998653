"""Write the graph as four CSV files that spreadsheets and statistics programs open as they are.

``papers.csv``
    One row per paper: ``iri``, ``id``, ``title``, ``date``, ``doi``, ``arxiv``, ``url``,
    ``authors``, ``source`` and ``line`` of the input, ``listings`` as ``page:position``, then one
    column per property that states a role, with the names of the entities that play it.
``entities.csv``
    One row per entity: ``iri``, ``type``, ``name``, ``aliases``, ``papers``, ``mentions``,
    ``confidence``, ``broader`` (names of what it is a kind of), ``merged`` (names that were made
    one with it), ``links`` (what it is elsewhere).
``relations.csv``
    One row per claim: ``head_type``, ``head``, ``relation``, ``tail_type``, ``tail``, ``paper``,
    ``title``, ``status``, ``confidence``, ``rule``, ``start``, ``end``, ``text`` (empty where the
    text may not be carried), ``papers`` (how many assert the same).
``results.csv``
    One row per result: ``paper``, ``title``, one column per slot, ``value``, ``number``, ``unit``,
    ``kind``, ``status``, ``start``, ``end``, ``rule``, ``confidence``, ``text``.

Several values in one cell have semicolons between them. Text that a spreadsheet would run as a
formula gets an apostrophe before it; plain numbers stay as they are.

>>> cell("=cmd()"), cell("-0.5"), cell("-x")
("'=cmd()", '-0.5', "'-x")
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from kg.files import replacing
from kg.formulas import guarded
from kg.graph.network import joined

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kg.graph.knowledge_graph import KnowledgeGraph

__all__ = ["DEFAULT", "FILES", "FORMAT", "VIEW", "cell", "write"]

FORMAT = "csv"
FILES = ("papers.csv", "entities.csv", "relations.csv", "results.csv")
DEFAULT = True
VIEW = False

_PAPER_COLUMNS = (
    *("iri", "id", "title", "date", "doi", "arxiv", "url"),
    *("authors", "source", "line", "listings"),
)
_ENTITY_COLUMNS = (
    *("iri", "type", "name", "aliases", "papers", "mentions", "confidence"),
    *("broader", "merged", "links"),
)
_CLAIM_COLUMNS = (
    *("head_type", "head", "relation", "tail_type", "tail", "paper", "title"),
    *("status", "confidence", "rule", "start", "end", "text", "papers"),
)
_RESULT_COLUMNS = (
    *("paper", "title", "value", "number", "unit", "kind"),
    *("status", "start", "end", "rule", "confidence", "text"),
)

_PAPERS = """
WITH names AS (
  SELECT r.paper, r.property, list(e.name ORDER BY e.name) AS names
  FROM roles r JOIN entities e ON e.iri = r.entity GROUP BY r.paper, r.property
), played AS (
  SELECT paper, map_from_entries(list((property, names) ORDER BY property)) AS roles
  FROM names GROUP BY paper
), listed AS (
  SELECT paper, list(page || ':' || position ORDER BY page, position) AS listings
  FROM listings GROUP BY paper
)
SELECT p.iri, p.id, p.title, p.date, p.doi, p.arxiv, p.url, p.authors, p.source, p.line,
       coalesce(l.listings, []) AS listings, played.roles AS roles
FROM papers p LEFT JOIN played ON played.paper = p.iri LEFT JOIN listed l ON l.paper = p.iri
ORDER BY p.iri
"""

_ENTITIES = """
SELECT e.iri, e.type, e.name, coalesce(a.texts, []) AS aliases, e.papers, e.mentions, e.confidence,
       coalesce(k.names, []) AS broader, coalesce(m.names, []) AS merged,
       coalesce(l.targets, []) AS links
FROM entities e LEFT JOIN (
  SELECT entity, list(text ORDER BY papers DESC, text) AS texts FROM aliases GROUP BY entity
) a ON a.entity = e.iri LEFT JOIN (
  SELECT narrow, list(b.name ORDER BY b.name) AS names
  FROM kinds JOIN entities b ON b.iri = broad GROUP BY narrow
) k ON k.narrow = e.iri LEFT JOIN (
  SELECT entity, list(DISTINCT m.name ORDER BY m.name) AS names
  FROM merges m JOIN entities o ON o.iri = m.entity WHERE m.name <> o.name GROUP BY entity
) m ON m.entity = e.iri LEFT JOIN (
  SELECT entity, list(target ORDER BY target) AS targets FROM links GROUP BY entity
) l ON l.entity = e.iri
ORDER BY e.iri
"""

# Evidence is cut out before rows are sorted: whole texts would have to be sorted with them. What
# ends behind the text is of one that is not carried.
_QUOTE = (
    'CASE WHEN x."end" <= length(p.title) + 1 + length(p.abstract) THEN '
    "substring(p.title || chr(10) || p.abstract, x.start + 1, x.\"end\" - x.start) ELSE '' END"
)

_CLAIMS = f"""
SELECT h.type AS head_type, h.name AS head, x.relation, t.type AS tail_type, t.name AS tail,
       p.id AS paper, p.title, x.status, x.confidence, x.rule, x.start, x."end",
       {_QUOTE} AS text, coalesce(r.papers, 0) AS papers
FROM claims x
JOIN entities h ON h.iri = x.head JOIN entities t ON t.iri = x.tail
JOIN papers p ON p.iri = x.paper
LEFT JOIN relations r ON r.head = x.head AND r.relation = x.relation AND r.tail = x.tail
ORDER BY h.iri, x.relation, t.iri, p.iri, x.status
"""  # noqa: S608

_RESULTS = f"""
WITH named AS (
  SELECT l.result, l.slot, list(e.name ORDER BY e.name) AS names
  FROM result_entities l JOIN entities e ON e.iri = l.entity GROUP BY l.result, l.slot
), filled AS (
  SELECT result, map_from_entries(list((slot, names) ORDER BY slot)) AS slots
  FROM named GROUP BY result
)
SELECT p.id AS paper, p.title, f.slots, x.value, x.number, x.unit, x.kind, x.status,
       x.start, x."end", x.rule, x.confidence, {_QUOTE} AS text
FROM results x JOIN papers p ON p.iri = x.paper LEFT JOIN filled f ON f.result = x.iri
ORDER BY p.iri, x.start, x."end", x.iri
"""  # noqa: S608


def write(graph: KnowledgeGraph, folder: Path) -> None:
    """Write papers, entities, relations and results as CSV.

    :param graph: The knowledge graph.
    :param folder: Folder that exists; files of these names in it are replaced.
    """
    for name, table in zip(FILES, (_papers, _entities, _relations, _results), strict=True):
        with replacing(str(folder / name)) as file:
            stream = io.TextIOWrapper(file, encoding="utf-8", newline="")
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerows([cell(value) for value in row] for row in table(graph))
            stream.detach()  # flushes, and leaves closing the file to its owner


def cell(value: object) -> str:
    """Spell a value so that no spreadsheet runs it.

    :param value: Text, a number, or several texts.
    :returns: The text; with an apostrophe before it if it begins as a formula does and is no plain
        number. Of several texts each is treated alone, and semicolons join them.

    >>> cell(["a;b", "=c"]), cell(0.5), cell("+9.89")
    ("a,b;'=c", '0.5', '+9.89')
    """
    if isinstance(value, list):
        return joined(cell(item) for item in value)
    return guarded(str(value))


def _papers(graph: KnowledgeGraph) -> Iterator[list[Any]]:
    types = (*graph.ontology.type_names, "")  # the role open to every type comes last
    roles = sorted(graph.ontology.roles, key=lambda role: (types.index(role.type), role.rank))
    properties = [role.property for role in roles]
    yield [*_PAPER_COLUMNS, *properties]
    for row in graph.rows(_PAPERS):
        played = row["roles"] or {}
        yield [row[name] for name in _PAPER_COLUMNS] + [played.get(p, []) for p in properties]


def _entities(graph: KnowledgeGraph) -> Iterator[list[Any]]:
    yield list(_ENTITY_COLUMNS)
    for row in graph.rows(_ENTITIES):
        yield [row[name] for name in _ENTITY_COLUMNS]


def _relations(graph: KnowledgeGraph) -> Iterator[list[Any]]:
    yield list(_CLAIM_COLUMNS)
    for row in graph.rows(_CLAIMS):
        yield [row[name] for name in _CLAIM_COLUMNS]


def _results(graph: KnowledgeGraph) -> Iterator[list[Any]]:
    slots = [slot.name for slot in graph.ontology.slots]
    columns = [*_RESULT_COLUMNS[:2], *slots, *_RESULT_COLUMNS[2:]]
    yield columns
    for row in graph.rows(_RESULTS):
        filled = row["slots"] or {}
        row |= {slot: filled.get(slot, []) for slot in slots}
        yield [row[name] for name in columns]
