"""Other ways to look at a graph: around one entity, paper by paper, by community, by descent.

>>> from kg.graph.assemble import assemble
>>> with assemble([]) as graph:
...     paper_network(graph).number_of_nodes(), communities(entity_network(graph))
(0, [])
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kg.errors import KGError, UnknownNameError
from kg.graph.names import named
from kg.graph.network import entity_network

if TYPE_CHECKING:
    from collections.abc import Sequence

    import networkx as nx

    from kg.graph.knowledge_graph import KnowledgeGraph
    from kg.ontology import Ontology

__all__ = [
    "communities",
    "descents",
    "entity_network",
    "in_common",
    "lineages",
    "neighbourhood",
    "paper_network",
]

_FRONT = """
WITH near AS (
  SELECT tail AS iri, papers FROM relations WHERE list_contains($1, head)
  UNION ALL SELECT head, papers FROM relations WHERE list_contains($1, tail)
  UNION ALL SELECT b.entity, 1 FROM roles a JOIN roles b ON a.paper = b.paper
  JOIN entities e ON e.iri = a.entity
  WHERE $3 AND list_contains($1, a.entity) AND a.role <> $4 AND b.role <> $4
)
SELECT e.iri FROM near JOIN entities e USING (iri) WHERE NOT list_contains($2, e.iri)
GROUP BY e.iri, e.papers ORDER BY sum(near.papers) DESC, e.papers DESC, e.iri LIMIT $5
"""

# What many papers speak of says little about any two of them; papers that share something rare
# stand close. What more than a few hundred speak of would join everything with everything.
_PAPERS = """
WITH spoken AS (
  SELECT r.paper, r.entity, 1 / ln(1.5 + e.papers) AS rarity
  FROM roles r JOIN entities e ON e.iri = r.entity WHERE e.papers BETWEEN 2 AND 300
), pairs AS (
  SELECT a.paper AS one, b.paper AS two, count(*) AS shared, sum(a.rarity) AS closeness
  FROM spoken a JOIN spoken b ON a.entity = b.entity AND a.paper < b.paper GROUP BY ALL
), sides AS (
  SELECT one AS paper, * FROM pairs UNION ALL SELECT two, * FROM pairs
), placed AS (
  SELECT *, row_number() OVER (
    PARTITION BY paper ORDER BY round(closeness, 6) DESC, one, two) AS place FROM sides
), ranked AS (
  SELECT p.iri, round(coalesce(sum(s.closeness), 0), 6) AS weight, count(s.one) AS partners
  FROM papers p LEFT JOIN placed s ON s.paper = p.iri AND s.place <= 12 GROUP BY p.iri
), kept AS (SELECT iri, weight FROM ranked ORDER BY weight DESC, iri LIMIT $1)
SELECT k.iri, k.weight, list([p.other, p.shared::VARCHAR, round(p.closeness, 4)::VARCHAR]
  ORDER BY p.other) FILTER (p.other IS NOT NULL) AS partners
FROM kept k LEFT JOIN (
  SELECT paper, CASE WHEN one = paper THEN two ELSE one END AS other, shared, closeness
  FROM placed WHERE place <= $2
) p ON p.paper = k.iri
GROUP BY ALL ORDER BY k.weight DESC, k.iri
"""

_DESCENTS = """
SELECT r.head, r.tail, sum(r.papers)::BIGINT AS papers FROM relations r
JOIN entities h ON h.iri = r.head JOIN entities t ON t.iri = r.tail
WHERE list_contains($1, r.relation) GROUP BY ALL ORDER BY ALL
"""

# What many papers of a group speak of, and few others.
_IN_COMMON = """
SELECT e.name FROM roles r JOIN entities e ON e.iri = r.entity
WHERE r.paper IN (SELECT unnest($1)) GROUP BY e.iri, e.name, e.papers
ORDER BY round(count(*) * count(*) / e.papers, 6) DESC, count(*) DESC, e.iri LIMIT $2
"""


def neighbourhood(
    graph: KnowledgeGraph, name: str, *, depth: int = 2, limit: int = 2000
) -> list[str]:
    """List the entities around those of a name.

    One step leads to what a relation joins, or to what a paper plays with too; later steps follow
    relations alone, else everything would be near everything.

    :param graph: The graph.
    :param name: A name, an alias, or an IRI, of any type.
    :param depth: How many steps to go.
    :param limit: How many entities to list at most.
    :returns: IRIs, those of the name first, then the nearest.
    :raises UnknownNameError: If there is none of the name.
    """
    found: list[tuple[int, str]] = []
    near: list[str] = []
    for kind in graph.ontology.type_names:
        try:
            found += [(-row["papers"], row["iri"]) for row in named(graph, kind, name)]
        except UnknownNameError as err:
            near += err.available[:2]
    if not found:
        raise UnknownNameError("entity", name, near)
    reached = [iri for _, iri in sorted(found)]
    front, weakest = reached, graph.ontology.open_role.name
    for step in range(depth):
        room = limit - len(reached)
        rows = graph.rows(_FRONT, [front, reached, step == 0, weakest, max(0, room)])
        front = [row["iri"] for row in rows]
        reached = reached + front
    return reached[:limit]


def communities(network: nx.Graph[str]) -> list[list[str]]:
    """Find the groups of nodes that hang together more than with the rest (Louvain).

    :param network: The network; edges have ``weight``.
    :returns: Groups of two and more, the largest first; within a group in the order of the network.
    """
    import networkx as nx

    # Whole numbers, since sets of them have the same order in every process.
    names = list(network)
    plain: nx.Graph[Any] = nx.Graph()
    plain.add_nodes_from(range(len(names)))
    place = {name: at for at, name in enumerate(names)}
    for one, two, told in network.edges(data=True):
        plain.add_edge(place[one], place[two], weight=told["weight"])
    groups = nx.community.louvain_communities(plain, weight="weight", seed=0)
    found = sorted((sorted(group) for group in groups), key=lambda group: (-len(group), group))
    return [[names[place] for place in group] for group in found if len(group) > 1]


def paper_network(graph: KnowledgeGraph, *, limit: int = 2500, partners: int = 4) -> nx.Graph[str]:
    """View papers and what they share.

    :param graph: The graph.
    :param limit: How many papers at most: those that share most with others.
    :param partners: With how many others at most a paper is joined on its own account.
    :returns: A new network of IRIs, those that share most first; edges have ``shared``, how many
        entities both speak of, and ``weight``, which is more the rarer those are.
    """
    import networkx as nx

    network: nx.Graph[str] = nx.Graph()
    rows = list(graph.rows(_PAPERS, [limit, partners]))
    network.add_nodes_from(row["iri"] for row in rows)
    for row in rows:
        for other, shared, weight in row["partners"] or ():
            if other in network:
                network.add_edge(row["iri"], other, shared=int(shared), weight=float(weight))
    return network


def in_common(graph: KnowledgeGraph, papers: Sequence[str], *, limit: int = 3) -> list[str]:
    """Name what a group of papers speaks of more than others do.

    :param graph: The graph.
    :param papers: IRIs of the papers.
    :param limit: How many names to give at most.
    :returns: Names of entities, the most telling first.
    """
    return [row["name"] for row in graph.rows(_IN_COMMON, [list(papers), limit])]


def lineages(ontology: Ontology) -> tuple[str, ...]:
    """Name the relations that lead from what is later to what it was made from.

    :param ontology: The ontology.
    :returns: Those that the ontology says so of; where it says so of none, all that lead from a
        type to itself and not back.
    """
    told = tuple(r.name for r in ontology.relations if r.is_lineage)
    return told or tuple(
        r.name for r in ontology.relations if r.heads == r.tails and not r.is_symmetric
    )


def descents(
    graph: KnowledgeGraph, relations: Sequence[str], *, limit: int = 400
) -> nx.DiGraph[str]:
    """View what descends from what.

    :param graph: The graph.
    :param relations: Relations that lead from what is later to what it was made from; each from a
        type to the same type.
    :param limit: How many entities at most; those that most papers tie to others.
    :returns: A new network of IRIs with edges from the later to the former, which have ``papers``.
    :raises KGError: If a relation joins different types.
    """
    import networkx as nx

    for name in relations:
        kind = graph.ontology.relation(name)
        if kind.is_symmetric or set(kind.heads) != set(kind.tails):
            raise KGError(f"{name}: tells no descent; choose relations from a type to itself")
    network: nx.DiGraph[str] = nx.DiGraph()
    for row in graph.rows(_DESCENTS, [list(relations)]):
        network.add_edge(row["head"], row["tail"], papers=row["papers"])
    weight = network.degree(weight="papers")
    ranked = sorted(network, key=lambda iri: (-weight[iri], iri))[:limit]
    kept = network.subgraph(ranked)
    return kept.subgraph(iri for iri in ranked if kept.degree(iri)).copy()
