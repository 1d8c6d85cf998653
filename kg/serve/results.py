"""Results as a small table: what was measured, of what, on what, and where it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.serve.view import View

__all__ = ["table"]

_MANY = 50
_FIELDS = ("value", "valueText", "unit", "resultKind", "resultStatus")


def table(view: View, pattern: str, **terms: str) -> dict[str, Any]:
    """Read results.

    :param view: The store.
    :param pattern: What binds ``?result`` in SPARQL; ``$name`` stands for an IRI.
    :param terms: The IRIs by name.
    :returns: ``rows``, at most fifty; ``count`` of all; ``slots`` that any of the rows fills.
    """
    term, slots = view.ontology.term, view.ontology.slots
    properties = [term(s.property) for s in slots]
    where = f"{{ {pattern} ?result a <{term('Result')}> }}"
    count = view.rows(f"SELECT (COUNT(DISTINCT ?result) AS ?n) {where}", **terms)
    found = view.rows(f"SELECT DISTINCT ?result {where} ORDER BY ?result LIMIT {_MANY}", **terms)
    rows = [_row(view, row["result"], properties) for row in found]
    rows.sort(key=lambda row: row["order"])
    filled = [n for n in range(len(slots)) if any(row["slots"][n] for row in rows)]
    for row in rows:
        row["slots"] = [row["slots"][n] for n in filled]
    names = [_heading(slots[n].name) for n in filled]
    return {"rows": rows, "count": int(count[0]["n"]) if count else 0, "slots": names}


def _row(view: View, iri: str, properties: Sequence[str]) -> dict[str, Any]:
    term = view.ontology.term
    said = {field: view.text(iri, term(field)) for field in _FIELDS}
    value, unit = said["valueText"] or said["value"], said["unit"]
    paper = view.text(iri, term("resultPaper"))
    slots = [view.refs(view.texts(iri, p)) for p in properties]
    return {
        "href": view.href(iri),
        "value": value if not unit or value.endswith(unit) else f"{value} {unit}",
        "kind": said["resultKind"],
        "status": said["resultStatus"],
        "paper": view.ref(paper) if paper else None,
        "slots": slots,
        "order": ([[ref.name for ref in refs] for refs in slots], value, iri),
    }


def _heading(name: str) -> str:
    return name[:1].upper() + name[1:]
