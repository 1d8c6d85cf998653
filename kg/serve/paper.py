"""The page of a paper: what it is, what it speaks of in which role, its results, its claims."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kg.graph.terms import FOREIGN
from kg.model import ASSERTED
from kg.serve.results import table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.serve.texts import Texts
    from kg.serve.view import View

__all__ = ["PaperPage"]

_RDF, _DCTERMS = FOREIGN["rdf"], FOREIGN["dcterms"]
_MANY = 200


@dataclass(frozen=True)
class PaperPage:
    """Reads what the page of a paper shows.

    :param view: The store.
    :param texts: Texts of the papers.
    """

    view: View
    texts: Texts

    def read(self, iri: str) -> dict[str, Any]:
        """Read all of it.

        :param iri: A paper.
        :returns: Values by the names that the template uses.
        """
        view, term = self.view, self.view.ontology.term
        mentions = self._mentions(iri)
        places = [(int(m["start"]), int(m["end"]), view.ref(m["entity"])) for m in mentions]
        return {
            "name": view.name(iri),
            "kind": view.kind(iri),
            "authors": view.texts(iri, _DCTERMS + "creator"),
            "issued": view.text(iri, _DCTERMS + "issued"),
            "identifiers": self._identifiers(iri),
            "elsewhere": list(self._elsewhere(iri)),
            "listings": list(self._listings(iri)),
            "roles": list(self._roles(iri)),
            "abstract": self.texts.text(iri).body(places),
            "results": table(view, f"?result <{term('resultPaper')}> $x .", x=iri),
            "claims": list(self._claims(iri)),
        }

    def _identifiers(self, iri: str) -> list[str]:
        found = self.view.texts(iri, _DCTERMS + "identifier")
        arxiv = self.view.text(iri, FOREIGN["fabio"] + "hasArXivId")
        known = {f.casefold() for f in found}
        return found + ([f"arXiv:{arxiv}"] if arxiv and f"arxiv:{arxiv}" not in known else [])

    def _elsewhere(self, iri: str) -> Iterator[dict[str, str]]:
        for predicate, node in self.view.said(iri):
            if predicate != _RDF + "type" and not hasattr(node, "datatype"):
                href = self.view.href(getattr(node, "value", ""))
                if href[:1] == "h":
                    yield {"label": self.view.label(predicate), "href": href}
        arxiv = self.view.text(iri, FOREIGN["fabio"] + "hasArXivId")
        if arxiv:
            yield {"label": "arXiv", "href": f"https://arxiv.org/abs/{arxiv}"}

    def _listings(self, iri: str) -> Iterator[dict[str, str]]:
        term = self.view.ontology.term
        for listing in self.view.texts(iri, term("listedAs")):
            yield {
                "href": self.view.href(listing),
                "page": self.view.text(listing, term("listingPage")),
                "position": self.view.text(listing, term("listingPosition")),
                "day": self.view.text(listing, term("listingDay")).removeprefix("--"),
            }

    def _mentions(self, iri: str) -> list[dict[str, str]]:
        term = self.view.ontology.term
        return self.view.rows(
            f"SELECT ?entity ?text ?start ?end {{ ?m <{term('mentionPaper')}> $x ; "
            f"<{term('mentionEntity')}> ?entity ; <{term('mentionText')}> ?text ; "
            f"<{term('evidenceStart')}> ?start ; <{term('evidenceEnd')}> ?end }} "
            "ORDER BY ?start ?m",
            x=iri,
        )

    def _roles(self, iri: str) -> Iterator[dict[str, Any]]:
        """List entities by role, contributions first; mentioned are those that play no other."""
        ontology = self.view.ontology
        seen: set[str] = set()
        roles = sorted(ontology.roles, key=lambda r: (not r.type, not r.is_contribution))
        for role in roles:
            found = self.view.texts(iri, ontology.term(role.property))
            found = [entity for entity in found if role.type or entity not in seen]
            seen.update(found)
            if found:
                yield {"label": role.label, "entities": self.view.refs(found)}

    def _claims(self, iri: str) -> Iterator[dict[str, Any]]:
        term = self.view.ontology.term
        rows = self.view.rows(
            f"SELECT ?c ?s ?p ?o ?status ?text ?rule {{ ?c <{term('claimPaper')}> $x ; "
            f"<{_RDF}subject> ?s ; <{_RDF}predicate> ?p ; <{_RDF}object> ?o ; "
            f"<{term('status')}> ?status ; <{term('evidenceStart')}> ?start "
            f"OPTIONAL {{ ?c <{term('evidenceText')}> ?text }} "
            f"OPTIONAL {{ ?c <{term('rule')}> ?rule }} }} ORDER BY ?start ?c LIMIT {_MANY}",
            x=iri,
        )
        for row in rows:
            yield {
                "href": self.view.href(row["c"]),
                "head": self.view.ref(row["s"]),
                "relation": self.view.label(row["p"]),
                "tail": self.view.ref(row["o"]),
                "status": "" if row["status"] == ASSERTED else row["status"],
                "text": row["text"],
                "rule": row["rule"],
            }
