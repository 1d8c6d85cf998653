"""What a page shows of a graph: everything, or one perspective on it.

>>> from kg.graph.assemble import assemble
>>> with assemble([]) as graph:
...     whole(graph).title
'Knowledge graph'
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kg.exporters.viewer.drawing import Choice, choose, core

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.graph.knowledge_graph import KnowledgeGraph

__all__ = ["Scene", "around", "by_community", "by_descent", "by_paper", "whole"]

_SMALL = 2500  # entities that a perspective carries at most
_IN_GROUPS = 500  # entities that the page of communities opens with
_IN_FAMILIES = 180  # entities that the page of descent shows
_NAMED_BY = 3  # entities that a community is called by

Spots = list[tuple[float, float]]


@dataclass(frozen=True)
class Scene:
    """What a page shows.

    :param choice: Entities and papers that it carries.
    :param spots: Where those stand that the page opens with, in their order.
    :param title: Heading of the page.
    :param lead: One line on what is seen; empty if that needs no words.
    :param together: What a dotted line between two nodes says.
    :param groups: Communities, each a list of compact ids; the large ones first.
    :param names: What the communities are called.
    :param papers: IRIs of papers that are nodes, before the entities; drawn at first.
    :param pairs: Of those, places of two and how many entities they share.
    :param relations: The only relations to switch on at first; None switches on all.
    :param has_arrows: Whether every line shows its direction.
    :param has_centre: Whether the first entity is what the others stand around.
    """

    choice: Choice
    spots: Spots
    title: str = "Knowledge graph"
    lead: str = ""
    together: str = "in the same papers"
    groups: list[list[str]] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    papers: list[str] = field(default_factory=list)
    pairs: list[tuple[int, int, int]] = field(default_factory=list)
    relations: tuple[str, ...] | None = None
    has_arrows: bool = False
    has_centre: bool = False

    @property
    def told(self) -> dict[str, Any]:
        """Say what scripts must know to draw it."""
        return {
            "title": self.title,
            "lead": self.lead,
            "together": self.together,
            "arrows": self.has_arrows,
            "centre": self.has_centre,
        }


def whole(graph: KnowledgeGraph) -> Scene:
    """Show the graph, and open with the entities that matter most.

    :param graph: The knowledge graph.
    """
    choice = choose(graph)
    return Scene(choice, core(choice))


def around(graph: KnowledgeGraph, name: str, *, depth: int = 2) -> Scene:
    """Show what stands around one entity.

    :param graph: The knowledge graph.
    :param name: A name, an alias, or an IRI.
    :param depth: How many steps to go.
    :raises UnknownNameError: If there is no entity of the name.
    """
    from kg.graph.perspectives import neighbourhood

    near = neighbourhood(graph, name, depth=depth, limit=_SMALL)
    choice = choose(graph, among=near)
    found = next(iter(choice.network.nodes(data=True)))[1]["label"]
    steps = "1 step" if depth == 1 else f"{depth} steps"
    lead = f"What is {steps} away at most."
    return Scene(choice, core(choice), f"Around {found}", lead, has_centre=True)


def by_community(graph: KnowledgeGraph) -> Scene:
    """Show which entities hang together, each community an island.

    :param graph: The knowledge graph.
    """
    from kg.graph.layout import positions
    from kg.graph.perspectives import communities

    choice = choose(graph, limit=_SMALL, first=_IN_GROUPS)
    groups = communities(choice.first)
    home = {key: at for at, group in enumerate(groups) for key in group}
    inside = (
        (one, two, told["weight"])
        for one, two, told in choice.first.edges(data=True)
        if home.get(one, -1) == home.get(two, -2)
    )
    spots = positions(choice.first, inside)
    return Scene(
        choice,
        [spots[key] for key in choice.first],
        "Communities",
        "Entities that hang together more than with the rest; each community is an island.",
        groups=groups,
        names=[
            ", ".join(choice.network.nodes[key]["label"] for key in group[:_NAMED_BY])
            for group in groups
        ],
    )


def by_paper(graph: KnowledgeGraph) -> Scene:
    """Show papers, joined where they speak of the same entities.

    :param graph: The knowledge graph.
    """
    from kg.graph.layout import positions
    from kg.graph.perspectives import communities, in_common, paper_network

    network = paper_network(graph, limit=_SMALL)
    groups = communities(network)
    papers = list(network)
    place = {iri: at for at, iri in enumerate(papers)}
    ties = list(network.edges(data=True))
    spots = positions(papers, ((one, two, told["weight"]) for one, two, told in ties))
    pairs = sorted(
        (*sorted((place[one], place[two])), int(told["shared"])) for one, two, told in ties
    )
    choice = choose(graph, limit=_SMALL, first=0)
    return Scene(
        Choice(choice.entities, sorted(papers), choice.network, choice.first),
        [spots[iri] for iri in papers],
        "Papers",
        "Papers that share entities, the rarer the closer; colours tell communities.",
        "share entities",
        groups=[[iri.removeprefix(graph.base) for iri in group] for group in groups],
        names=[", ".join(in_common(graph, group, limit=_NAMED_BY)) for group in groups],
        papers=papers,
        pairs=[(low, high, shared) for low, high, shared in pairs],
    )


def by_descent(graph: KnowledgeGraph, relations: Sequence[str]) -> Scene:
    """Show what was made from what.

    :param graph: The knowledge graph.
    :param relations: Relations that lead from what is later to what it was made from.
    :raises KGError: If a relation joins different types.
    """
    from kg.graph.layers import layered
    from kg.graph.perspectives import descents

    network = descents(graph, relations, limit=_IN_FAMILIES)
    ranked = sorted(network, key=lambda iri: (-network.degree(iri), iri))
    choice = choose(graph, among=ranked)
    spots = layered(network, network.edges)
    labels = [graph.ontology.relation(name).label for name in relations]
    return Scene(
        choice,
        [spots[iri] for iri in choice.entities],
        "Genealogy",
        f"What came first stands on the left; an arrow says {' or '.join(labels)}.",
        relations=tuple(relations),
        has_arrows=True,
    )
