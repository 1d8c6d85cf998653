"""What the Turtle of an ontology folder says: types, roles, relations and slots, read and no more.

The annotations that this reads (``kg:role``, ``kg:slot``, ``kg:order``...) are defined in the same
file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from kg.errors import OntologyError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from rdflib.term import Node

__all__ = ["EntityType", "RelationType", "Role", "Schema", "Slot", "read_schema"]


@dataclass(frozen=True, slots=True)
class EntityType:
    """A class of entities, with what people are told of it and how pictures draw it."""

    name: str
    label: str
    definition: str
    colour: str
    shape: str


@dataclass(frozen=True, slots=True)
class Role:
    """A part that entities of one type play in a paper, and the property that states it.

    ``type`` is empty for the role that entities of every type can play. ``is_contribution`` says
    that the paper contributes what plays it.
    """

    name: str
    type: str
    property: str
    label: str
    rank: int
    is_contribution: bool = False


@dataclass(frozen=True, slots=True)
class RelationType:
    """A property between two entities, with the types that may stand at its ends.

    ``is_lineage`` says that it tells from what its head was made.
    """

    name: str
    label: str
    heads: tuple[str, ...]
    tails: tuple[str, ...]
    is_symmetric: bool
    is_lineage: bool = False


@dataclass(frozen=True, slots=True)
class Slot:
    """A field of a result that names an entity, its type, and the property that states it.

    ``is_measure`` says that it tells what the value measures, ``is_setting`` that a value cannot be
    compared without it.
    """

    name: str
    type: str
    property: str
    is_measure: bool = False
    is_setting: bool = False


class Schema(NamedTuple):
    """All that is read from the Turtle, each sort in its order."""

    namespace: str
    version: str
    types: tuple[EntityType, ...]
    roles: tuple[Role, ...]
    relations: tuple[RelationType, ...]
    slots: tuple[Slot, ...]


def read_schema(path: Path) -> Schema:
    """Read the Turtle of an ontology.

    :param path: The file.
    :returns: What it says; not yet checked for gaps.
    :raises OntologyError: If it cannot be read, is no Turtle, or names no namespace.
    """
    from rdflib import OWL, RDF, RDFS, Graph, Namespace, URIRef

    graph = Graph()
    try:
        graph.parse(path, format="turtle")
    except OSError as err:
        raise OntologyError(path.name, str(path.parent), "cannot be read") from err
    except Exception as err:  # rdflib raises a different class for each kind of bad syntax
        raise OntologyError(path.name, "syntax", " ".join(str(err).split())[:200]) from err
    header = next(graph.subjects(RDF.type, OWL.Ontology), None)
    vann = Namespace("http://purl.org/vocab/vann/")
    namespace = str(graph.value(header, vann.preferredNamespaceUri) or "")
    if not namespace:
        raise OntologyError(path.name, "owl:Ontology", "states no vann:preferredNamespaceUri")
    kg = Namespace(namespace)

    def name(node: Node) -> str:
        return str(node).removeprefix(namespace)

    def text(node: Node, annotation: URIRef) -> str:
        return str(graph.value(node, annotation) or "")

    def rank(node: Node) -> int:
        return int(str(graph.value(node, kg.order) or 99))

    def is_true(node: Node, annotation: URIRef) -> bool:
        return text(node, annotation) == "true"

    def ordered(nodes: Iterable[Node]) -> list[Node]:
        return sorted(set(nodes), key=lambda n: (rank(n), str(n)))

    skos_definition = URIRef("http://www.w3.org/2004/02/skos/core#definition")
    types = tuple(
        EntityType(
            name(node),
            text(node, RDFS.label),
            text(node, skos_definition),
            text(node, kg.colour) or "#999999",
            text(node, kg.shape) or "dot",
        )
        for node in ordered(graph.subjects(RDFS.subClassOf, kg.Entity))
    )
    names = {t.name for t in types}

    def ends(node: Node, end: URIRef) -> tuple[str, ...]:
        target = graph.value(node, end)
        union = graph.value(target, OWL.unionOf)
        members = [str(m) for m in graph.items(union)] if union else [str(target)]
        return tuple(m.removeprefix(namespace) for m in members)

    roles = tuple(
        Role(
            text(node, kg.role),
            kind if (kind := ends(node, RDFS.range)[0]) in names else "",
            name(node),
            text(node, RDFS.label),
            rank(node),
            is_true(node, kg.contribution),
        )
        for node in ordered(graph.subjects(kg.role, None))
    )
    relations = tuple(
        RelationType(
            name(node),
            text(node, RDFS.label),
            heads,
            ends(node, RDFS.range),
            (node, RDF.type, OWL.SymmetricProperty) in graph,
            is_true(node, kg.lineage),
        )
        for node in ordered(graph.subjects(RDF.type, OWL.ObjectProperty))
        if names.issuperset(heads := ends(node, RDFS.domain))
    )
    slots = tuple(
        Slot(
            text(node, kg.slot),
            ends(node, RDFS.range)[0],
            name(node),
            is_true(node, kg.measure),
            is_true(node, kg.setting),
        )
        for node in ordered(graph.subjects(kg.slot, None))
    )
    version = text(header, OWL.versionInfo) if header is not None else ""
    return Schema(namespace, version, types, roles, relations, slots)
