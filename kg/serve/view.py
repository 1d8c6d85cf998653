"""What pages read of a store: names, kinds and addresses of things, and rows of fixed queries."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from string import Template
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from kg.graph.terms import FOREIGN, RDF_TYPE
from kg.serve.wording import camel

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pyoxigraph

    from kg.ontology import Ontology

__all__ = ["Kind", "Ref", "View"]

_CLASSES = """
SELECT ?iri ?label ?colour ?shape {{ ?iri a <{owl}Class> ; <{rdfs}label> ?label
OPTIONAL {{ ?iri <{kg}colour> ?colour }} OPTIONAL {{ ?iri <{kg}shape> ?shape }} }}
"""
_NAMES = (FOREIGN["skos"] + "prefLabel", FOREIGN["dcterms"] + "title", FOREIGN["rdfs"] + "label")


class Kind(NamedTuple):
    """A class of the ontology, as pages show it.

    :param name: Name of the class in styles; empty for what has no colour of its own.
    :param label: What people call it.
    :param colour: Colour of its mark, ``#rrggbb``; empty if it has none.
    :param shape: Shape of its mark.
    """

    name: str
    label: str
    colour: str = ""
    shape: str = ""


class Ref(NamedTuple):
    """A thing, as a page points to it.

    :param name: What to call it.
    :param href: Where it is told of; empty if nowhere.
    :param kind: What it is.
    :param is_outside: Whether that place is on another site.
    """

    name: str
    href: str
    kind: Kind
    is_outside: bool = False


@dataclass(frozen=True)
class View:
    """A store, read for pages.

    :param store: The store.
    :param ontology: Names of types, roles and relations.
    :param base: What IRIs of things begin with.
    :param prefixes: Namespace by prefix.
    """

    store: pyoxigraph.Store
    ontology: Ontology
    base: str
    prefixes: dict[str, str] = field(default_factory=dict)

    @cached_property
    def kinds(self) -> dict[str, Kind]:
        """Kinds by the IRI of their class."""
        query = _CLASSES.format(kg=self.ontology.namespace, **FOREIGN)
        found = {}
        for row in self.rows(query):
            name = row["iri"].removeprefix(self.ontology.namespace)
            colour = row["colour"] if re.fullmatch("#[0-9A-Fa-f]{6}", row["colour"]) else ""
            own = name.lower() if colour else ""
            found[row["iri"]] = Kind(own, row["label"], colour, row["shape"])
        return found

    def rows(self, sparql: str, **terms: str) -> list[dict[str, str]]:
        """Answer a fixed query.

        :param sparql: A SELECT, in which ``$name`` stands for an IRI.
        :param terms: The IRIs by name.
        :returns: The rows; text by name of the column, empty where nothing is bound.
        """
        import pyoxigraph as ox

        nodes = {name: str(ox.NamedNode(iri)) for name, iri in terms.items()}  # checks them
        found = self.store.query(Template(sparql).substitute(nodes))
        if not isinstance(found, ox.QuerySolutions):
            raise TypeError(sparql)
        columns = [variable.value for variable in found.variables]
        return [
            {name: _text(node) for name, node in zip(columns, row, strict=True)} for row in found
        ]

    def pairs(self, predicate: str) -> Iterator[tuple[str, str]]:
        """Stream subjects and texts of one predicate, in no order."""
        import pyoxigraph as ox

        for quad in self.store.quads_for_pattern(None, ox.NamedNode(predicate), None):
            if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.Literal):
                yield quad.subject.value, quad.object.value

    def said(self, iri: str) -> list[tuple[str, Any]]:
        """List what is said of a thing: predicates and objects as nodes, sorted."""
        import pyoxigraph as ox

        quads = self.store.quads_for_pattern(ox.NamedNode(iri), None, None)
        return sorted(((q.predicate.value, q.object) for q in quads), key=_order)

    def points_to(self, iri: str) -> Iterator[tuple[str, str]]:
        """Stream what is said with a thing as object: subjects and predicates."""
        import pyoxigraph as ox

        for quad in self.store.quads_for_pattern(None, None, ox.NamedNode(iri)):
            if isinstance(quad.subject, ox.NamedNode):
                yield quad.subject.value, quad.predicate.value

    def subjects(self, name: str, iri: str) -> list[str]:
        """List what a property of the ontology says of a thing as its object."""
        import pyoxigraph as ox

        predicate = ox.NamedNode(self.ontology.term(name))
        quads = self.store.quads_for_pattern(None, predicate, ox.NamedNode(iri))
        return sorted(_text(quad.subject) for quad in quads)

    def texts(self, iri: str, predicate: str) -> list[str]:
        """List the objects of one predicate, sorted."""
        import pyoxigraph as ox

        quads = self.store.quads_for_pattern(ox.NamedNode(iri), ox.NamedNode(predicate), None)
        return sorted(_text(quad.object) for quad in quads)

    def text(self, iri: str, predicate: str) -> str:
        """Give the first object of one predicate; empty if there is none."""
        return next(iter(self.texts(iri, predicate)), "")

    def is_known(self, iri: str) -> bool:
        """Say whether anything is said of a thing."""
        import pyoxigraph as ox

        quads = self.store.quads_for_pattern(ox.NamedNode(iri), None, None)
        return next(iter(quads), None) is not None

    def kind(self, iri: str) -> Kind:
        """Tell what a thing is; of several classes that of this ontology with a colour first."""
        kinds = [self.kinds[t] for t in self.texts(iri, RDF_TYPE) if t in self.kinds]
        return min(kinds, key=lambda k: (not k.colour, k.label), default=Kind("", ""))

    def name(self, iri: str) -> str:
        """Tell what people call a thing: its name or title, else the end of its IRI."""
        return str(self._names(iri))

    @cached_property
    def _names(self) -> Any:
        @lru_cache(maxsize=20_000)
        def name(iri: str) -> str:
            found = (self.text(iri, predicate) for predicate in _NAMES)
            return next(filter(None, found), "") or self.short(iri)

        return name

    def short(self, iri: str) -> str:
        """Shorten an IRI by a prefix, if that helps."""
        for prefix, namespace in self.prefixes.items():
            if iri.startswith(namespace) and len(iri) > len(namespace):
                return f"{prefix}:{iri[len(namespace) :]}"
        return iri

    def ref(self, iri: str) -> Ref:
        """Point to a thing."""
        href = self.href(iri)
        if href.startswith("/"):
            return Ref(self.name(iri), href, self.kind(iri))
        return Ref(self.short(iri), href, Kind("", ""), is_outside=True)

    def refs(self, iris: Sequence[str]) -> list[Ref]:
        """Point to things, sorted by name."""
        return sorted((self.ref(iri) for iri in iris), key=lambda r: (r.name.casefold(), r.href))

    def href(self, iri: str) -> str:
        """Tell where to read about a thing: here, if it is of this graph; else where it is.

        :returns: An address; empty if that would be no page of the web.
        """
        namespace = self.ontology.namespace
        if iri.startswith(namespace):
            return f"/ontology#{quote(iri[len(namespace) :], safe='')}"
        if iri.startswith(self.base) and len(iri) > len(self.base):
            return f"/{iri[len(self.base) :]}"
        return iri if iri.startswith(("http://", "https://")) else ""

    def label(self, predicate: str) -> str:
        """Tell what people call a property."""
        return self.text(predicate, FOREIGN["rdfs"] + "label") or camel(
            re.split(r"[#/]", predicate)[-1]
        )


def _text(node: Any) -> str:
    return str(node.value) if node is not None and hasattr(node, "value") else ""


def _order(pair: tuple[str, Any]) -> tuple[str, str]:
    return pair[0], str(pair[1])
