"""The page of an entity: what it is, who speaks of it how, what is said of it and others."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kg.graph.terms import FOREIGN
from kg.model import ASSERTED
from kg.serve.results import table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.ontology import Role
    from kg.serve.texts import Part, Texts
    from kg.serve.view import View

__all__ = ["EntityPage"]

_MANY = 12  # papers of a role, entities of a relation; more are counted
_KINDS = 200
_PLACE = {"text": "mentionText", "start": "evidenceStart", "end": "evidenceEnd"}
_HUB = 3000  # papers that are too many to be sorted for one page

_SKOS, _RDF = FOREIGN["skos"], FOREIGN["rdf"]


@dataclass(frozen=True)
class EntityPage:
    """Reads what the page of an entity shows.

    :param view: The store.
    :param texts: Texts of the papers.
    """

    view: View
    texts: Texts

    def read(self, iri: str) -> dict[str, Any]:
        """Read all of it.

        :param iri: An entity.
        :returns: Values by the names that the template uses.
        """
        view, term = self.view, self.view.ontology.term
        name = view.name(iri)
        skos = {p: view.refs(view.texts(iri, _SKOS + p)) for p in ("broader", "related")}
        namesakes = view.texts(iri, FOREIGN["rdfs"] + "seeAlso")
        return {
            "name": name,
            "kind": view.kind(iri),
            "aliases": [a for a in view.texts(iri, _SKOS + "altLabel") if a != name],
            "support": int(view.text(iri, term("papers")) or 0),
            "confidence": view.text(iri, term("confidence")),
            "broader": skos["broader"],
            "narrower": list(self._narrower(iri)),
            "namesakes": [view.ref(other) for other in namesakes if view.href(other)[:1] == "/"],
            "elsewhere": list(self._elsewhere(iri)),
            "merges": self._merges(iri),
            "roles": list(self._roles(iri)),
            "relations": self._relations(iri),
            "results": table(view, f"?result {_slots(view)} $x .", own=iri, x=iri),
        }

    def _narrower(self, iri: str) -> Iterator[dict[str, Any]]:
        papers = self.view.ontology.term("papers")
        rows = self.view.rows(
            f"SELECT ?x ?n {{ ?x <{_SKOS}broader> $iri OPTIONAL {{ ?x <{papers}> ?n }} }} "
            f"ORDER BY DESC(?n) ?x LIMIT {_KINDS}",
            iri=iri,
        )
        for row in rows:
            yield {"ref": self.view.ref(row["x"]), "papers": row["n"]}

    def _elsewhere(self, iri: str) -> Iterator[dict[str, str]]:
        for predicate, node in self.view.said(iri):
            href = self.view.href(getattr(node, "value", ""))
            if predicate != _RDF + "type" and href[:1] == "h" and not hasattr(node, "datatype"):
                yield {"label": self.view.label(predicate), "href": href}

    def _merges(self, iri: str) -> list[dict[str, str]]:
        term = self.view.ontology.term
        return self.view.rows(
            f"SELECT ?merge ?name ?rule {{ ?merge <{term('mergedInto')}> $iri ; "
            f"<{term('mergedName')}> ?name OPTIONAL {{ ?merge <{term('rule')}> ?rule }} }} "
            "ORDER BY ?name ?merge",
            iri=iri,
        )

    def _roles(self, iri: str) -> Iterator[dict[str, Any]]:
        """List papers by what the entity is in them; what it plays there goes before a mention."""
        ontology = self.view.ontology
        kinds = self.view.texts(iri, _RDF + "type")
        name = next((t.name for t in ontology.types if ontology.term(t.name) in kinds), "")
        roles = ontology.roles_of(name)
        strong = "|".join(f"<{ontology.term(r.property)}>" for r in roles if r.type)
        for role in roles:
            pattern = f"?paper <{ontology.term(role.property)}> $x . "
            count = self._count(pattern, iri)
            if not role.type and strong:
                count -= self._count(f"?paper {strong} $x", iri)
                pattern += f"FILTER NOT EXISTS {{ ?paper {strong} $x }} "
            if count:
                papers = [self._paper(row, iri) for row in self._of(pattern, iri, count)]
                yield self._role(role, iri, count, papers)

    def _count(self, pattern: str, iri: str) -> int:
        rows = self.view.rows(f"SELECT (COUNT(DISTINCT ?paper) AS ?n) {{ {pattern} }}", x=iri)
        return int(rows[0]["n"])

    def _role(self, role: Role, iri: str, count: int, papers: list[Any]) -> dict[str, Any]:
        term = self.view.ontology.term(role.property)
        query = (
            f"SELECT ?paper ?title WHERE {{\n  ?paper <{term}> <{iri}> ;\n"
            f"    <{FOREIGN['dcterms']}title> ?title .\n}}\nORDER BY ?title\nLIMIT 1000\n"
        )
        return {"name": role.name, "count": count, "papers": papers, "query": query}

    def _of(self, pattern: str, iri: str, count: int) -> list[dict[str, str]]:
        """List papers, the newest first; of very many just some."""
        dcterms = FOREIGN["dcterms"]
        inner = f"{{ SELECT ?paper {{ {pattern} }} LIMIT {_MANY} }}" if count > _HUB else pattern
        return self.view.rows(
            f"SELECT ?paper ?title ?issued {{ {inner} ?paper <{dcterms}title> ?title . "
            f"OPTIONAL {{ ?paper <{dcterms}issued> ?issued }} }} "
            f"ORDER BY DESC(?issued) ?title ?paper LIMIT {_MANY}",
            x=iri,
        )

    def _paper(self, row: dict[str, str], iri: str) -> dict[str, Any]:
        mentions = [
            {
                name: self.view.text(mention, self.view.ontology.term(p))
                for name, p in _PLACE.items()
            }
            for mention in self.view.subjects("mentionPaper", row["paper"])
            if iri in self.view.texts(mention, self.view.ontology.term("mentionEntity"))
        ]
        mentions.sort(key=lambda m: int(m["start"]))
        sentence: list[Part] = []
        if mentions:
            text = self.texts.text(row["paper"])
            # the title is shown anyway: a place in the abstract says more
            places = [(int(m["start"]), int(m["end"])) for m in mentions]
            inner = next((p for p in places if p[0] > len(text.title)), places[0])
            sentence = text.sentence(*inner)
        return {
            "title": row["title"],
            "href": self.view.href(row["paper"]),
            "year": row["issued"][:4],
            "written": list(dict.fromkeys(m["text"] for m in mentions)),
            "sentence": sentence,
        }

    def _relations(self, iri: str) -> list[dict[str, Any]]:
        """Group the claims with the entity at either end by relation and direction."""
        relations = {self.view.ontology.term(r.name): r for r in self.view.ontology.relations}
        groups: dict[tuple[int, bool], list[dict[str, Any]]] = defaultdict(list)
        order = list(relations)
        for is_head in (True, False):
            for row in self._pairs(iri, is_head=is_head):
                if row["p"] in relations:
                    forward = is_head or relations[row["p"]].is_symmetric
                    groups[order.index(row["p"]), forward].append({**row, "is_head": is_head})
        return [
            {
                "label": relations[order[place]].label,
                "is_head": forward,
                "is_symmetric": relations[order[place]].is_symmetric,
                "count": len(rows),
                "others": [self._other(iri, row) for row in rows[:_MANY]],
                "query": self._claims_query(
                    order[place], *((iri, "") if forward else ("", iri)), is_both=is_both
                ),
            }
            for place, forward in sorted(groups, key=lambda g: (g[0], not g[1]))
            for rows, is_both in [(groups[place, forward], relations[order[place]].is_symmetric)]
        ]

    def _pairs(self, iri: str, *, is_head: bool) -> list[dict[str, str]]:
        """Count the papers behind each pair, and name two claims of it at most."""
        term, (near, far) = self.view.ontology.term, _ends(is_head=is_head)
        return self.view.rows(
            "SELECT ?p ?o ?status (COUNT(DISTINCT ?paper) AS ?n) (MIN(?c) AS ?first) "
            f"(MAX(?c) AS ?last) {{ ?c <{near}> $x ; "
            f"<{_RDF}predicate> ?p ; <{far}> ?o ; <{term('claimPaper')}> ?paper ; "
            f"<{term('status')}> ?status }} GROUP BY ?p ?o ?status "
            f'ORDER BY DESC(?status = "{ASSERTED}") DESC(?n) ?o',
            x=iri,
        )

    def _other(self, iri: str, row: dict[str, Any]) -> dict[str, Any]:
        view, term = self.view, self.view.ontology.term
        said = [
            {
                "paper": view.ref(view.text(claim, term("claimPaper"))),
                "text": view.text(claim, term("evidenceText")),
                "href": view.href(claim),
            }
            for claim in dict.fromkeys((row["first"], row["last"]))
        ]
        ends = (iri, row["o"]) if row["is_head"] else (row["o"], iri)
        return {
            "ref": view.ref(row["o"]),
            "papers": int(row["n"]),
            "status": "" if row["status"] == ASSERTED else row["status"],
            "said": said,
            "query": self._claims_query(row["p"], *ends),
        }

    def _claims_query(self, predicate: str, head: str, tail: str, *, is_both: bool = False) -> str:
        """Write a query for all claims of a relation from and to some thing, or in both ways."""
        term = self.view.ontology.term
        ends = (("?from", head), ("?to", tail))
        given = "".join(f"  VALUES {name} {{ <{end}> }}\n" for name, end in ends if end)
        if is_both:
            given = f"  FILTER(<{head or tail}> IN (?from, ?to))\n"
        return (
            f"SELECT ?from ?to ?status ?paper ?evidence WHERE {{\n{given}"
            f"  ?claim <{_RDF}subject> ?from ;\n    <{_RDF}predicate> <{predicate}> ;\n"
            f"    <{_RDF}object> ?to ;\n    <{term('claimPaper')}> ?paper ;\n"
            f"    <{term('status')}> ?status .\n"
            f"  OPTIONAL {{ ?claim <{term('evidenceText')}> ?evidence }}\n}}\nLIMIT 1000\n"
        )


def _ends(*, is_head: bool) -> tuple[str, str]:
    ends = (_RDF + "subject", _RDF + "object")
    return ends if is_head else ends[::-1]


def _slots(view: View) -> str:
    """Write the properties by which results name entities, as a path."""
    return "|".join(f"<{view.ontology.term(slot.property)}>" for slot in view.ontology.slots)
