"""The data of the page: columns instead of objects, numbers instead of names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from kg.exporters.viewer.drawing import company, to_pyvis
from kg.exporters.viewer.opening import held
from kg.exporters.viewer.queries import (
    ALIASES,
    CLAIMS,
    KINDS,
    LINKS,
    MENTIONS,
    RECORDS,
    RESULTS,
    ROLES,
    YEARS,
)
from kg.exporters.viewer.scenes import whole
from kg.graph.network import PAPER
from kg.model import ASSERTED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kg.exporters.viewer.scenes import Scene
    from kg.graph.knowledge_graph import KnowledgeGraph
    from kg.ontology import Ontology

__all__ = ["LETTERS", "Payload", "payload"]

LETTERS = 12_000_000
"""Characters of abstracts that a page carries at most."""

_SPAN = ("start", "end")
_PAPER_LOOK = {"colour": "#5b6770", "shape": "square"}


class Payload(NamedTuple):
    """All that a page shows, in the order in which it is needed.

    :param graph: What the first picture needs.
    :param details: What is told of an entity, a link or a paper.
    :param texts: Abstracts with the boundaries of their sentences, by paper; empty where they may
        not be carried.
    """

    graph: dict[str, Any]
    details: dict[str, Any]
    texts: list[Any]


def payload(graph: KnowledgeGraph, scene: Scene | None = None) -> Payload:
    """Collect all that the page shows.

    :param graph: The knowledge graph.
    :param scene: What of it to show; by default what matters most.
    :returns: Tables as columns. Entities, papers, relations, rules and the like are referred to by
        their place in their own table; the first of ``statuses`` is that of facts.
    """
    scene = scene or whole(graph)
    choice, ontology = scene.choice, graph.ontology
    first = len(scene.papers)
    both = [choice.entities, choice.papers]
    network = to_pyvis(graph, choice)
    entity, paper = _places(choice.entities, first), _places(choice.papers)
    key = _places((node["id"] for node in network.nodes), first)
    types = _places(ontology.type_names)
    relation = _places(r.name for r in ontology.relations)
    slots = _places(s.name for s in ontology.slots)
    properties = _places(r.property for r in ontology.roles)
    rules, forms, sorts, statuses = _Names(), _Names(), _Names(), _Names({ASSERTED: 0})
    targets = _Names()
    numbers: dict[str, Mapping[str, int]] = {
        **dict.fromkeys(("entity", "head", "tail", "narrow", "broad"), entity),
        "paper": paper,
        "from": key,
        "to": key,
        "node_type": types,
        "relation": relation,
        "rule": rules,
        "text": forms,
        "property": properties,
        "kind": sorts,
        "status": statuses,
        "target": targets,
    }
    aliases = {row["entity"]: row["texts"] for row in graph.rows(ALIASES, both[:1])}
    records = list(graph.rows(RECORDS, both[1:]))
    results = list(graph.rows(RESULTS, both[1:]))
    for row in results:
        links = [[slots[slot], entity.get(iri, name)] for slot, iri, name in row["links"]]
        row["links"] = sorted(links, key=lambda link: link[0])
    roles = list(graph.rows(ROLES, both))
    nodes = [node | {"x": round(node["x"]), "y": round(node["y"])} for node in network.nodes]
    entities = _table(
        nodes, ("id", "label", "node_type", "value", "mentions", "x", "y", "confidence"), numbers
    ) | {"aliases": [aliases.get(iri, []) for iri in choice.entities]}
    edges = _table(network.edges, ("from", "to", "relation", "value", "confidence"), numbers)
    together: list[Sequence[int]] = list(scene.pairs)
    if not scene.papers:
        together = [(pair.one, pair.two, pair.shared) for pair in company(graph, choice)]
    counts = graph.counts()
    shown = {
        "page": scene.told,
        "base": graph.base,
        "namespace": ontology.namespace,
        "counts": {name: counts[name] for name in ("papers", "entities", "relations", "results")},
        "types": [
            {"name": t.name, "label": t.label, "about": t.definition}
            | {"colour": t.colour, "shape": t.shape}
            for t in ontology.types
        ],
        "relations": [
            {"name": r.name, "label": r.label, "symmetric": r.is_symmetric}
            | ({"off": True} if scene.relations and r.name not in scene.relations else {})
            for r in ontology.relations
        ],
        "entities": entities,
        "core": [[round(x), round(y)] for x, y in scene.spots],
        "edges": edges,
        "company": together,
        "years": _years(graph, choice.entities),
    }
    if scene.papers:
        key = key | _places(iri.removeprefix(graph.base) for iri in scene.papers)
        shown["edges"] = {name: [] for name in edges}
    if scene.groups:
        shown |= _grouped(scene, key)
    if scene.papers:
        _add_papers(shown, scene, ontology, roles, numbers, records)
    shown["held"] = held(shown)
    details = {
        "properties": [
            {"name": r.property, "label": r.label, "role": r.name} for r in ontology.roles
        ],
        "slots": [s.name for s in ontology.slots],
        "papers": [_described(row, graph.base) for row in records],
        "roles": _table(roles, ("paper", "entity", "property", "rule"), numbers),
        "mentions": _table(
            graph.rows(MENTIONS, both), ("paper", "entity", "text", "rule", *_SPAN), numbers
        ),
        "claims": _table(
            graph.rows(CLAIMS, both),
            ("paper", "head", "relation", "tail", "status", "rule", "confidence", *_SPAN),
            numbers,
        ),
        "results": _table(
            results, ("paper", "value", "unit", "kind", "status", "rule", "links", *_SPAN), numbers
        ),
        "broader": _table(graph.rows(KINDS, both[:1]), ("narrow", "broad", "rule"), numbers),
        "links": _table(graph.rows(LINKS, both[:1]), ("entity", "target"), numbers),
    }
    details |= {"rules": list(rules), "forms": list(forms), "kinds": list(sorts)}
    details |= {"statuses": list(statuses), "targets": list(targets)}
    return Payload(shown, details, _texts(records))


class _Names(dict[str, int]):
    """Number names in the order in which they turn up."""

    def __missing__(self, name: str) -> int:
        place = self[name] = len(self)
        return place


def _places(names: Iterable[str], start: int = 0) -> dict[str, int]:
    return {name: place for place, name in enumerate(names, start)}


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


def _years(graph: KnowledgeGraph, entities: list[str]) -> dict[str, Any]:
    """Count papers by year: of the graph, and of each entity as pairs of year and papers."""
    found = {row["entity"]: row["counts"] for row in graph.rows(YEARS, [entities])}
    total = dict(found.pop(None, None) or [])
    if len(total) < 2:
        return {}
    first = min(total)
    papers = [total.get(year, 0) for year in range(first, max(total) + 1)]
    of = [
        [part for year, count in found.get(iri, ()) for part in (year - first, count)]
        for iri in entities
    ]
    return {"first": first, "papers": papers, "of": of}


def _grouped(scene: Scene, key: Mapping[str, int]) -> dict[str, Any]:
    """Say which community an entity is of, and what each is called by."""
    home = [-1] * len(key)
    for number, group in enumerate(scene.groups):
        for name in group:
            home[key[name]] = number
    return {"groups": scene.names, "home": home}


def _add_papers(
    shown: dict[str, Any],
    scene: Scene,
    ontology: Ontology,
    roles: Iterable[Mapping[str, Any]],
    numbers: Mapping[str, Mapping[str, int]],
    records: Sequence[Mapping[str, Any]],
) -> None:
    """Put papers before the entities as nodes, and what they do with entities among the links."""
    known = {row["iri"]: row for row in records}
    held: dict[str, int] = {}
    node = _places(scene.papers)
    edges, start = shown["edges"], len(shown["relations"])
    for row in roles:
        held[row["paper"]] = held.get(row["paper"], 0) + 1
        edges["from"].append(node[row["paper"]])
        edges["to"].append(numbers["entity"][row["entity"]])
        edges["relation"].append(start + numbers["property"][row["property"]])
        edges["value"].append(1)
        edges["confidence"].append(1.0)
    shown["relations"] += [
        {"name": r.property, "label": r.label, "symmetric": False} for r in ontology.roles
    ]
    columns = {
        "id": [iri.removeprefix(shown["base"]) for iri in scene.papers],
        "label": [known[iri]["title"] or known[iri]["id"] for iri in scene.papers],
        "node_type": [len(shown["types"])] * len(scene.papers),
        "value": [held.get(iri, 0) for iri in scene.papers],
        "mentions": [0] * len(scene.papers),
        "x": [round(x) for x, _ in scene.spots],
        "y": [round(y) for _, y in scene.spots],
        "confidence": [1.0] * len(scene.papers),
        "aliases": [[] for _ in scene.papers],
    }
    shown["entities"] = {name: columns[name] + shown["entities"][name] for name in columns}
    shown["papersAsNodes"] = [numbers["paper"][iri] for iri in scene.papers]
    shown["types"].append(
        {"name": PAPER, "label": PAPER, "about": "A paper of this graph."} | _PAPER_LOOK
    )
    if shown["years"]:
        shown["years"]["of"] = [_own_year(known[iri], shown["years"]) for iri in scene.papers] + (
            shown["years"]["of"]
        )


def _own_year(row: Mapping[str, Any], years: Mapping[str, Any]) -> list[int]:
    return [int(row["date"][:4]) - years["first"], 1] if row["date"] else []


def _described(row: Mapping[str, Any], base: str) -> dict[str, Any]:
    """Keep what is known of a paper, with an address to open it at."""
    address = row["url"]
    if not address and row["doi"]:
        address = "https://doi.org/" + quote(row["doi"], safe="/:;()")
    elif not address and row["arxiv"]:
        address = "https://arxiv.org/abs/" + quote(row["arxiv"], safe="/")
    told = {"key": row["iri"].removeprefix(base)}
    fields = ("id", "title", "date", "authors", "source", "line", "listings")
    told |= {name: row[name] for name in fields if row[name]}
    return told | ({"url": address} if address else {})


def _texts(records: Iterable[Mapping[str, Any]]) -> list[list[Any]]:
    """Collect abstracts with the boundaries of their sentences, if any may be carried."""
    found: list[list[Any]] = []
    letters = 0
    for row in records:
        letters += len(row["abstract"])
        abstract = row["abstract"] if letters <= LETTERS else ""
        found.append([abstract, [edge for span in row["sentences"] for edge in span]])
    return found if any(abstract for abstract, _ in found) else []
