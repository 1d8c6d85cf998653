"""What is in a corpus, in the order in which one wants to know it: the facts of a report.

>>> from kg.graph.assemble import assemble
>>> with assemble([]) as graph:
...     found = overview(graph)
>>> found.papers, found.trends, found.surprises
(0, None, ())
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.errors import KGError
from kg.graph.gaps import Gaps, find_gaps
from kg.graph.leaderboard import Leaderboard, leaderboard
from kg.graph.links import find_link
from kg.graph.matrix import Matrix, matrix
from kg.graph.trends import Trends, trends

if TYPE_CHECKING:
    from kg.graph.knowledge_graph import KnowledgeGraph

__all__ = ["Leader", "Leaders", "Overview", "Surprise", "overview"]

_LEADERS = """
SELECT e.name, e.iri, e.papers, count(r.paper) AS makers
FROM entities e LEFT JOIN roles r ON r.entity = e.iri AND list_contains($2, r.property)
WHERE e.type = $1 GROUP BY e.name, e.iri, e.papers
ORDER BY e.papers DESC, makers DESC, any_value(e.mentions) DESC, lower(e.name), e.name, e.iri
LIMIT $3
"""
_TYPES = """
SELECT type, count(*) AS entities, count(*) FILTER (papers > 1) AS shared
FROM entities GROUP BY type
"""
# A link surprises if its ends are spoken of by several papers each, and nothing that is linked to
# the one is linked to the other.
_SURPRISES = """
WITH ends AS (
  SELECT head AS a, tail AS b FROM relations UNION SELECT tail, head FROM relations
), known AS (
  SELECT r.head, r.relation, r.tail, r.papers, h.name AS head_name, h.papers AS head_papers,
         t.name AS tail_name, t.papers AS tail_papers
  FROM relations r JOIN entities h ON h.iri = r.head JOIN entities t ON t.iri = r.tail
  WHERE h.papers >= $1 AND t.papers >= $1
  ORDER BY least(h.papers, t.papers) DESC, h.papers + t.papers DESC, r.head, r.relation, r.tail
  LIMIT $2
), degrees AS (
  SELECT a AS iri, count(*) AS degree FROM ends GROUP BY a
), sides AS MATERIALIZED (
  SELECT DISTINCT head, tail, CASE WHEN h.degree <= t.degree THEN head ELSE tail END AS rare,
         CASE WHEN h.degree <= t.degree THEN tail ELSE head END AS other
  FROM known JOIN degrees h ON h.iri = head JOIN degrees t ON t.iri = tail
), bridged AS (  -- from the end with fewer links: well-known things have thousands
  SELECT DISTINCT s.head, s.tail FROM sides s JOIN ends x ON x.a = s.rare
  SEMI JOIN ends y ON y.a = s.other AND y.b = x.b
)
SELECT k.*, c.id AS paper, c.title FROM known k
ANTI JOIN bridged b ON b.head = k.head AND b.tail = k.tail
JOIN (
  SELECT head, relation, tail, arg_max(p.id, (confidence, p.id)) AS id,
         arg_max(p.title, (confidence, p.id)) AS title
  FROM claims JOIN papers p ON p.iri = paper WHERE status = 'asserted' GROUP BY ALL
) c ON c.head = k.head AND c.relation = k.relation AND c.tail = k.tail
ORDER BY least(k.head_papers, k.tail_papers) DESC, k.head_papers + k.tail_papers DESC,
  k.head, k.relation, k.tail LIMIT $3
"""
_SEVERAL, _LOOKED_AT = 3, 4000
_TOP, _SIDE, _FEW = 12, 10, 8


@dataclass(frozen=True, slots=True)
class Leader:
    """An entity, the number of papers that speak of it, and of those that contribute it."""

    name: str
    iri: str
    papers: int
    makers: int


@dataclass(frozen=True, slots=True)
class Leaders:
    """The entities of a type of which most papers speak.

    :param type: Name of the type.
    :param label: What people call it.
    :param colour: Colour of the type, as #rrggbb.
    :param entities: How many there are.
    :param shared: How many of them several papers speak of.
    :param top: The first of them.
    """

    type: str
    label: str
    colour: str
    entities: int
    shared: int
    top: tuple[Leader, ...]


@dataclass(frozen=True, slots=True)
class Surprise:
    """A link between two well-known things that share nothing else, and a paper that says so."""

    head: str
    head_iri: str
    relation: str
    tail: str
    tail_iri: str
    head_papers: int
    tail_papers: int
    paper: str
    title: str


@dataclass(frozen=True, slots=True)
class Overview:
    """The facts of a report.

    :param papers: Number of papers.
    :param counts: What :meth:`KnowledgeGraph.counts` says.
    :param leaders: By type, in the order of the ontology.
    :param trends: What rises and falls; None if too few papers have dates.
    :param boards: The boards on which most papers compete.
    :param matrix: What was tried with what; None if nothing links the first two types.
    :param gaps: What was not; None likewise.
    :param surprises: Links that nothing else suggests.
    """

    papers: int
    counts: dict[str, int]
    leaders: tuple[Leaders, ...]
    trends: Trends | None
    boards: Leaderboard
    matrix: Matrix | None
    gaps: Gaps | None
    surprises: tuple[Surprise, ...]


def overview(graph: KnowledgeGraph) -> Overview:
    """Collect what is worth knowing of a graph.

    :param graph: The graph.
    :returns: The facts; each list is empty where there is nothing to say.
    """
    counts = graph.counts()
    first, second = (*graph.ontology.type_names, *graph.ontology.type_names)[:2]
    try:
        link = find_link(graph.ontology, first, second)
    except KGError:
        link = None
    return Overview(
        counts["papers"],
        counts,
        _leaders(graph),
        trends(graph, top=_FEW),
        leaderboard(graph, top=_FEW),
        matrix(graph, link, top=_SIDE) if link else None,
        find_gaps(graph, link, top=_FEW) if link else None,
        _surprises(graph),
    )


def _leaders(graph: KnowledgeGraph) -> tuple[Leaders, ...]:
    ontology = graph.ontology
    counted = {row["type"]: (row["entities"], row["shared"]) for row in graph.rows(_TYPES)}
    found = []
    for kind in ontology.types:
        made = [role.property for role in ontology.roles_of(kind.name) if role.is_contribution]
        rows = graph.rows(_LEADERS, (kind.name, made, _TOP))
        top = tuple(Leader(**row) for row in rows)
        entities, shared = counted.get(kind.name, (0, 0))
        found.append(Leaders(kind.name, kind.label, kind.colour, entities, shared, top))
    return tuple(found)


def _surprises(graph: KnowledgeGraph) -> tuple[Surprise, ...]:
    labels = {relation.name: relation.label for relation in graph.ontology.relations}
    return tuple(
        Surprise(
            row["head_name"],
            row["head"],
            labels[row["relation"]],
            row["tail_name"],
            row["tail"],
            row["head_papers"],
            row["tail_papers"],
            row["paper"],
            row["title"],
        )
        for row in graph.rows(_SURPRISES, (_SEVERAL, _LOOKED_AT, _FEW))
    )
