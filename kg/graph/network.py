"""The graph as networks: the typed multigraph of everything, and the entities alone.

Nodes are entities and papers, each known by its compact id: its IRI without the base. Attributes
are scalars of one type per name, and no name means something else to Gephi, so that every
format can carry them.

>>> from kg.graph.assemble import assemble
>>> with assemble([]) as graph:
...     to_networkx(graph).number_of_nodes()
0
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kg.model import ASSERTED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import networkx as nx

    from kg.graph.knowledge_graph import KnowledgeGraph

__all__ = ["PAPER", "edges", "entity_network", "joined", "nodes", "to_networkx"]

PAPER = "Paper"
"""Node type of papers: the class of that name in the ontology, which no entity type is."""

_CAP = 100  # papers that an edge names; its weight counts them all

_ENTITIES = """
SELECT e.iri, e.type, e.name, e.papers, e.mentions, e.confidence, coalesce(a.texts, []) AS aliases
FROM entities e LEFT JOIN (
  SELECT entity, list(text ORDER BY papers DESC, text) AS texts FROM aliases GROUP BY entity
) a ON a.entity = e.iri
ORDER BY e.iri
"""

_PAPERS = """
SELECT p.iri, p.title, coalesce(m.mentions, 0) AS mentions
FROM papers p LEFT JOIN (SELECT paper, count(*) AS mentions FROM mentions GROUP BY paper) m
  ON m.paper = p.iri
ORDER BY p.iri
"""

_RELATIONS = """
SELECT r.head, r.relation, r.tail, r.papers AS weight, r.confidence, c.sources, c.best
FROM relations r JOIN (
  SELECT head, relation, tail,
         list(DISTINCT paper ORDER BY paper)[1:$1] AS sources,
         list({'paper': paper, 'start': start, 'end': "end", 'rule': rule}
              ORDER BY confidence DESC, paper, start)[1] AS best
  FROM claims WHERE status = $2 GROUP BY head, relation, tail
) c USING (head, relation, tail)
WHERE r.head IN (SELECT iri FROM entities) AND r.tail IN (SELECT iri FROM entities)
ORDER BY r.head, r.relation, r.tail
"""

_ROLES = """
SELECT r.paper, r.entity, r.property, r.role, r.rule,
       m.start, m."end", coalesce(m.confidence, 1.0) AS confidence
FROM roles r LEFT JOIN (
  SELECT paper, entity, min(start) AS start, arg_min("end", start) AS "end",
         max(confidence) AS confidence
  FROM mentions GROUP BY paper, entity
) m USING (paper, entity)
ORDER BY r.paper, r.property, r.entity
"""

# Those that matter most first: spoken of by many papers, then tied to many that several papers
# speak of, then tied to many, then spoken of often.
_RANKED = """
WITH ends AS (
  SELECT head AS iri, tail AS other FROM relations UNION SELECT tail, head FROM relations
), ties AS (
  SELECT ends.iri, count(*) AS degree, count(*) FILTER (o.papers > 1) AS bridges
  FROM ends JOIN entities o ON o.iri = ends.other GROUP BY ends.iri
)
SELECT e.iri, e.type, e.name, e.papers, e.mentions, e.confidence
FROM entities e LEFT JOIN ties t USING (iri)
WHERE $2 IS NULL OR list_contains($2, e.iri)
ORDER BY list_position($2, e.iri), e.papers DESC, coalesce(t.bridges, 0) DESC,
         coalesce(t.degree, 0) DESC, e.mentions DESC, e.iri
LIMIT $1
"""

_TIES = """
SELECT least(head, tail) AS one, greatest(head, tail) AS two,
       count(DISTINCT paper) AS papers, list(DISTINCT relation ORDER BY relation) AS relations
FROM claims WHERE status = $1
  AND head IN (SELECT unnest($2)) AND tail IN (SELECT unnest($2))
GROUP BY ALL ORDER BY ALL
"""

# Two entities belong together if papers that speak of the one tend to speak of the other (cosine).
_SHARED = """
WITH spoken AS (
  SELECT paper, entity, e.papers FROM roles r JOIN entities e ON e.iri = r.entity
  WHERE entity IN (SELECT unnest($1))
), pairs AS (
  SELECT a.entity AS one, b.entity AS two, count(*) AS shared,
         count(*) / sqrt(a.papers * b.papers) AS closeness
  FROM spoken a JOIN spoken b ON a.paper = b.paper AND a.entity < b.entity
  GROUP BY a.entity, b.entity, a.papers, b.papers
), sides AS (
  SELECT one AS entity, * FROM pairs UNION ALL SELECT two AS entity, * FROM pairs
), strongest AS (
  SELECT *, row_number() OVER (
    PARTITION BY entity ORDER BY shared > 1 DESC, closeness DESC, shared DESC, one, two) AS place
  FROM sides
)
SELECT DISTINCT one, two, shared FROM strongest
WHERE place <= CASE WHEN shared > 1 THEN $2 ELSE 1 END
ORDER BY one, two
"""


def joined(texts: Iterable[str]) -> str:
    """Put several texts into one cell.

    :param texts: Names; a semicolon inside one becomes a comma.
    :returns: The texts with semicolons between them.

    >>> joined(["a", "b;c"])
    'a;b,c'
    """
    return ";".join(text.replace(";", ",") for text in texts)


def nodes(graph: KnowledgeGraph) -> Iterator[tuple[str, dict[str, Any]]]:
    """Stream the nodes: entities, then papers, each in the order of their IRIs.

    :param graph: The graph.
    :returns: Compact ids and attributes; every node has the same attributes.
    """
    for row in graph.rows(_ENTITIES):
        yield (
            row["iri"].removeprefix(graph.base),
            {
                "label": row["name"],
                "node_type": row["type"],
                "iri": row["iri"],
                "papers": row["papers"],
                "mentions": row["mentions"],
                "aliases": joined(row["aliases"]),
                "confidence": float(row["confidence"]),
            },
        )
    for row in graph.rows(_PAPERS):
        yield (
            row["iri"].removeprefix(graph.base),
            {
                "label": row["title"],
                "node_type": PAPER,
                "iri": row["iri"],
                "papers": 1,
                "mentions": row["mentions"],
                "aliases": "",
                "confidence": 1.0,
            },
        )


def edges(graph: KnowledgeGraph) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Stream the edges: relations between entities, then what papers do with entities.

    ``evidence`` names the place that the edge was read from, as RFC 5147 names places in texts:
    the paper, then the characters of title, line feed and abstract.

    :param graph: The graph.
    :returns: Compact ids of head and tail, and attributes; every edge has the same attributes.
        Papers are capped; ``weight`` counts them all.
    """

    def compact(iri: str) -> str:
        return iri.removeprefix(graph.base)

    for row in graph.rows(_RELATIONS, [_CAP, ASSERTED]):
        best = row["best"]
        yield (
            compact(row["head"]),
            compact(row["tail"]),
            {
                "relation": row["relation"],
                "role": "",
                "weight": float(row["weight"]),
                "papers": ";".join(compact(paper) for paper in row["sources"]),
                "confidence": float(row["confidence"]),
                "rule": best["rule"],
                "evidence": f"{compact(best['paper'])}#char={best['start']},{best['end']}",
            },
        )
    for row in graph.rows(_ROLES):
        paper = compact(row["paper"])
        place = "" if row["start"] is None else f"#char={row['start']},{row['end']}"
        yield (
            paper,
            compact(row["entity"]),
            {
                "relation": row["property"],
                "role": row["role"],
                "weight": 1.0,
                "papers": paper,
                "confidence": float(row["confidence"]),
                "rule": row["rule"],
                "evidence": paper + place,
            },
        )


def to_networkx(graph: KnowledgeGraph) -> nx.MultiDiGraph[str]:
    """View the graph as a typed multigraph of entities and papers.

    Edge keys are ``e0``, ``e1`` and so on: unique in the whole graph, as Gephi wants edge ids.

    :param graph: The graph.
    :returns: A new network, which may be changed freely.
    """
    import networkx as nx

    network: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    network.add_nodes_from(nodes(graph))
    for number, (head, tail, attributes) in enumerate(edges(graph)):
        network.add_edge(head, tail, key=f"e{number}", **attributes)
    return network


def entity_network(
    graph: KnowledgeGraph,
    *,
    limit: int | None = None,
    partners: int = 3,
    among: Sequence[str] | None = None,
) -> nx.Graph[str]:
    """View the entities that matter most and how they hang together.

    Two entities are neighbours if a paper asserts a relation between them, or if they are among
    each other's closest company: papers that speak of the one tend to speak of the other.

    :param graph: The graph.
    :param limit: How many entities at most; those that most papers speak of.
    :param partners: With how many others at most an entity is joined for company alone.
    :param among: IRIs of the only entities to view; their order is that of the nodes.
    :returns: A new network. Nodes stand in the order of their support and have ``label``,
        ``node_type``, ``iri``, ``papers``, ``mentions``, ``confidence``; edges have ``weight`` and
        ``papers`` (how many assert a relation), ``relations`` (their names, joined) and ``shared``
        (how many papers speak of both).
    """
    import networkx as nx

    network: nx.Graph[str] = nx.Graph()
    chosen: list[str] = []
    for row in graph.rows(_RANKED, [limit, among]):
        chosen.append(row["iri"])
        network.add_node(
            row["iri"].removeprefix(graph.base),
            label=row["name"],
            node_type=row["type"],
            iri=row["iri"],
            papers=row["papers"],
            mentions=row["mentions"],
            confidence=float(row["confidence"]),
        )

    def ends(row: dict[str, Any]) -> tuple[str, str]:
        return row["one"].removeprefix(graph.base), row["two"].removeprefix(graph.base)

    for row in graph.rows(_TIES, [ASSERTED, chosen]):
        names, papers = joined(row["relations"]), row["papers"]
        network.add_edge(*ends(row), weight=float(papers), papers=papers, relations=names, shared=0)
    for row in graph.rows(_SHARED, [chosen, partners]):
        one, two = ends(row)
        if network.has_edge(one, two):
            network.edges[one, two]["shared"] = row["shared"]
        else:
            network.add_edge(
                one, two, weight=float(row["shared"]), papers=0, relations="", shared=row["shared"]
            )
    return network
