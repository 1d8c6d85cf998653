"""The data of the page: columns instead of objects, numbers instead of names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from kg.exporters.viewer.drawing import choose, company, core, to_pyvis
from kg.model import ASSERTED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kg.graph.knowledge_graph import KnowledgeGraph

__all__ = ["payload"]

_ALIASES = """
SELECT entity, list(text ORDER BY papers DESC, text)[1:12] AS texts FROM aliases
WHERE entity IN (SELECT unnest($1)) GROUP BY entity ORDER BY entity
"""

_RECORDS = """
SELECT p.*, coalesce(l.listings, []) AS listings FROM papers p LEFT JOIN (
  SELECT paper, list([page, position::VARCHAR, day] ORDER BY page, position) AS listings
  FROM listings GROUP BY paper
) l ON l.paper = p.iri
WHERE p.iri IN (SELECT unnest($1)) ORDER BY p.iri
"""

_ROLES = """
SELECT paper, entity, property, rule FROM roles
WHERE entity IN (SELECT unnest($1)) AND paper IN (SELECT unnest($2)) ORDER BY entity, paper
"""

_MENTIONS = """
SELECT paper, entity, text, rule, start, "end" FROM mentions
WHERE entity IN (SELECT unnest($1)) AND paper IN (SELECT unnest($2))
ORDER BY entity, paper, start, "end"
"""

_CLAIMS = """
SELECT head, relation, tail, paper, status, rule, confidence, start, "end" FROM claims
WHERE head IN (SELECT unnest($1)) AND tail IN (SELECT unnest($1)) AND paper IN (SELECT unnest($2))
ORDER BY head, relation, tail, paper, status
"""

_RESULTS = """
SELECT r.paper, r.value, r.unit, r.kind, r.status, r.rule, r.start, r."end",
       coalesce(l.links, []) AS links
FROM results r LEFT JOIN (
  SELECT x.result, list([x.slot, x.entity, e.name] ORDER BY x.slot, x.entity) AS links
  FROM result_entities x JOIN entities e ON e.iri = x.entity GROUP BY x.result
) l ON l.result = r.iri
WHERE r.paper IN (SELECT unnest($1)) ORDER BY r.paper, r.start, r."end", r.iri
"""

_SPAN = ("start", "end")


def payload(graph: KnowledgeGraph) -> dict[str, Any]:
    """Collect all that the page shows.

    :param graph: The knowledge graph.
    :returns: Tables as columns. Entities, papers, relations, rules and the like are referred to by
        their place in their own table; the first of ``statuses`` is that of facts. ``texts`` is
        empty where the abstracts may not be carried.
    """
    choice = choose(graph)
    network = to_pyvis(graph, choice)
    ontology = graph.ontology
    both = [choice.entities, choice.papers]
    entity, paper = _places(choice.entities), _places(choice.papers)
    key, types = _places(node["id"] for node in network.nodes), _places(ontology.type_names)
    relation = _places(r.name for r in ontology.relations)
    slots = _places(s.name for s in ontology.slots)
    rules, forms, kinds, statuses = _Names(), _Names(), _Names(), _Names({ASSERTED: 0})
    numbers: dict[str, Mapping[str, int]] = {
        "entity": entity,
        "head": entity,
        "tail": entity,
        "paper": paper,
        "from": key,
        "to": key,
        "node_type": types,
        "relation": relation,
        "rule": rules,
        "text": forms,
        "property": _places(r.property for r in ontology.roles),
        "kind": kinds,
        "status": statuses,
    }
    aliases = {row["entity"]: row["texts"] for row in graph.rows(_ALIASES, both[:1])}
    records = list(graph.rows(_RECORDS, both[1:]))
    results = list(graph.rows(_RESULTS, both[1:]))
    for row in results:
        links = [[slots[slot], entity.get(iri, name)] for slot, iri, name in row["links"]]
        row["links"] = sorted(links, key=lambda link: link[0])
    nodes = [node | {"x": round(node["x"]), "y": round(node["y"])} for node in network.nodes]
    counts = graph.counts()
    return {
        "counts": {name: counts[name] for name in ("papers", "entities", "relations", "results")},
        "types": [
            {"name": t.name, "label": t.label, "about": t.definition}
            | {"colour": t.colour, "shape": t.shape}
            for t in ontology.types
        ],
        "relations": [
            {"name": r.name, "label": r.label, "symmetric": r.is_symmetric}
            for r in ontology.relations
        ],
        "properties": [{"label": r.label, "role": r.name} for r in ontology.roles],
        "slots": [s.name for s in ontology.slots],
        "entities": _table(
            nodes, ("id", "label", "node_type", "value", "mentions", "x", "y"), numbers
        )
        | {"aliases": [aliases.get(iri, []) for iri in choice.entities]},
        "core": [[round(x), round(y)] for x, y in core(graph)],
        "edges": _table(network.edges, ("from", "to", "relation", "value"), numbers),
        "company": [[pair.one, pair.two, pair.shared] for pair in company(graph, choice)],
        "papers": [_described(row) for row in records],
        "roles": _table(graph.rows(_ROLES, both), ("paper", "entity", "property", "rule"), numbers),
        "mentions": _table(
            graph.rows(_MENTIONS, both), ("paper", "entity", "text", "rule", *_SPAN), numbers
        ),
        "claims": _table(
            graph.rows(_CLAIMS, both),
            ("paper", "head", "relation", "tail", "status", "rule", "confidence", *_SPAN),
            numbers,
        ),
        "results": _table(
            results,
            ("paper", "value", "unit", "kind", "status", "rule", "links", *_SPAN),
            numbers,
        ),
        "rules": list(rules),
        "forms": list(forms),
        "kinds": list(kinds),
        "statuses": list(statuses),
        "texts": _texts(records),
    }


class _Names(dict[str, int]):
    """Number names in the order in which they turn up."""

    def __missing__(self, name: str) -> int:
        place = self[name] = len(self)
        return place


def _places(names: Iterable[str]) -> dict[str, int]:
    return {name: place for place, name in enumerate(names)}


def _table(
    rows: Iterable[Mapping[str, Any]],
    columns: Sequence[str],
    numbers: Mapping[str, Mapping[str, int]],
) -> dict[str, list[Any]]:
    """Turn rows into columns, with numbers for the values of the columns that have them."""
    table: dict[str, list[Any]] = {name: [] for name in columns}
    for row in rows:
        for name, column in table.items():
            column.append(numbers[name][row[name]] if name in numbers else row[name])
    return table


def _described(row: Mapping[str, Any]) -> dict[str, Any]:
    """Keep what is known of a paper, with an address to open it at."""
    address = row["url"]
    if not address and row["doi"]:
        address = "https://doi.org/" + quote(row["doi"], safe="/:;()")
    elif not address and row["arxiv"]:
        address = "https://arxiv.org/abs/" + quote(row["arxiv"], safe="/")
    fields = ("id", "title", "date", "authors", "source", "line", "listings")
    return {name: row[name] for name in fields if row[name]} | ({"url": address} if address else {})


def _texts(records: Iterable[Mapping[str, Any]]) -> list[list[Any]]:
    """Collect abstracts with the boundaries of their sentences, if any may be carried."""
    found = [
        [row["abstract"], [edge for span in row["sentences"] for edge in span]] for row in records
    ]
    return found if any(abstract for abstract, _ in found) else []
