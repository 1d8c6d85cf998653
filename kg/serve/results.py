"""Results as a small table: what was measured, of what, on what, and where it is written."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

from kg.graph.directions import LOWER, directions
from kg.markup import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.ontology import Slot
    from kg.serve.view import Ref, View

__all__ = ["table"]

_MANY = 50
_READ = 2000  # results that are put in order; of more just some
_FIELDS = ("value", "valueText", "unit", "resultKind", "resultStatus")


def table(view: View, pattern: str, *, own: str = "", **terms: str) -> dict[str, Any]:
    """Read results: by what they measure, the best first.

    :param view: The store.
    :param pattern: What binds ``?result`` in SPARQL; ``$name`` stands for an IRI.
    :param own: The thing that the table is about; a column that has nothing else is left out.
    :param terms: The IRIs by name.
    :returns: ``rows``, at most fifty; ``count`` of all; ``slots`` that any of the rows fills, the
        measure first.
    """
    term = view.ontology.term
    slots = sorted(view.ontology.slots, key=lambda slot: not slot.is_measure)
    where = f"{{ {pattern} ?result a <{term('Result')}> }}"
    count = view.rows(f"SELECT (COUNT(DISTINCT ?result) AS ?n) {where}", **terms)
    found = view.rows(f"SELECT DISTINCT ?result {where} ORDER BY ?result LIMIT {_READ}", **terms)
    rows = [_row(view, row["result"], slots) for row in found]
    rows.sort(key=lambda row: row["order"])
    rows = rows[:_MANY]
    here = view.href(own) if own else ""
    filled = [n for n in range(len(slots)) if any(_others(row["slots"][n], here) for row in rows)]
    for row in rows:
        row["slots"] = [row["slots"][n] for n in filled]
    names = [_heading(slots[n].name) for n in filled]
    return {"rows": rows, "count": int(count[0]["n"]) if count else 0, "slots": names}


def _row(view: View, iri: str, slots: Sequence[Slot]) -> dict[str, Any]:
    term = view.ontology.term
    said = {field: view.text(iri, term(field)) for field in _FIELDS}
    value, unit = plain(said["valueText"] or said["value"]).text, plain(said["unit"]).text
    paper = view.text(iri, term("resultPaper"))
    refs = [view.refs(view.texts(iri, term(slot.property))) for slot in slots]
    title = view.ref(paper) if paper else None
    measures = [ref.name for ref in refs[0]]
    return {
        "href": view.href(iri),
        "value": value if not unit or value.endswith(unit) else f"{value} {unit}",
        "kind": said["resultKind"],
        "status": said["resultStatus"],
        "paper": title._replace(name=plain(title.name).text) if title else None,
        "slots": refs,
        "order": (
            *(not measures, measures, said["resultKind"], unit),
            _badness(view, measures, said["value"]),
            *(title.name if title else "", iri),
        ),
    }


def _badness(view: View, measures: Sequence[str], value: str) -> float:
    """Turn a value into a number that is the lower the better the value is."""
    try:
        number = float(value)
    except ValueError:
        return inf
    known = directions(view.ontology)
    return number if any(known.of_name(name) == LOWER for name in measures) else -number


def _others(refs: Sequence[Ref], here: str) -> bool:
    return any(ref.href != here for ref in refs)


def _heading(name: str) -> str:
    return name[:1].upper() + name[1:]
