"""The page of anything else: what is said of it, and what points to it."""

from __future__ import annotations

from itertools import groupby, islice
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from kg.graph.terms import FOREIGN, RDF_TYPE

if TYPE_CHECKING:
    from kg.serve.view import View

__all__ = ["read_terms", "read_thing"]

_MANY = 100
_RDF = FOREIGN["rdf"]
_TERMS = f"""
SELECT ?iri ?label ?definition ?kind ?order {{
  ?iri a ?kind ; <{FOREIGN["rdfs"]}label> ?label .
  FILTER(?kind IN (<{FOREIGN["owl"]}Class>, <{FOREIGN["owl"]}ObjectProperty>,
    <{FOREIGN["owl"]}DatatypeProperty>))
  OPTIONAL {{ ?iri <{FOREIGN["skos"]}definition> ?definition }}
}} ORDER BY ?label ?iri
"""


def read_thing(view: View, iri: str) -> dict[str, Any]:
    """Read what the page of a thing shows.

    :param view: The store.
    :param iri: A thing of the graph.
    :returns: Values by the names that the template uses.
    """
    kind = view.kind(iri)
    parts = [view.text(iri, _RDF + end) for end in ("subject", "predicate", "object")]
    told = {RDF_TYPE, *(_RDF + end for end in ("subject", "predicate", "object") if all(parts))}
    pairs = [(p, node) for p, node in view.said(iri) if p not in told]
    said = [
        {"label": view.label(predicate), "values": [_value(view, node) for _, node in group]}
        for predicate, group in groupby(pairs, key=itemgetter(0))
    ]
    pointing = sorted(islice(view.points_to(iri), 10 * _MANY), key=itemgetter(1, 0))
    others = [
        {"label": view.label(predicate), "refs": [view.ref(s) for s, _ in islice(group, _MANY)]}
        for predicate, group in groupby(pointing, key=itemgetter(1))
    ]
    quoted = view.text(iri, view.ontology.term("evidenceText"))
    name = view.name(iri)
    return {
        "name": f"{kind.label} {name.rpartition(':')[2]}" if ":" in name else name,
        "kind": kind,
        "statement": [view.ref(part) for part in parts] if all(parts) else [],
        "said": said,
        "others": others,
        "quote": quoted,
    }


def _value(view: View, node: Any) -> dict[str, Any]:
    text = getattr(node, "value", str(node))
    if hasattr(node, "datatype") or not view.href(text):
        return {"text": text, "ref": None}
    return {"text": text, "ref": view.ref(text)}


def read_terms(view: View) -> dict[str, Any]:
    """Read what the page of the ontology shows.

    :returns: Values by the names that the template uses: terms in groups, each with its anchor.
    """
    namespace, found = view.ontology.namespace, {}
    for row in view.rows(_TERMS):
        if row["iri"].startswith(namespace):
            anchor = row["iri"].removeprefix(namespace)
            group = "Classes" if row["kind"].endswith("Class") else "Properties"
            kind = view.kinds.get(row["iri"])
            found[anchor] = {**row, "anchor": anchor, "group": group, "mark": kind}
    groups = [
        {"name": name, "terms": [t for t in found.values() if t["group"] == name]}
        for name in ("Classes", "Properties")
    ]
    return {"name": "Ontology", "namespace": namespace, "groups": groups}
