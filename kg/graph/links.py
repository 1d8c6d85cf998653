"""What links entities of two types: a relation of the ontology, or else a result that holds both.

Asserted claims and results count, and nothing else. A relation links in either direction.

>>> from kg import ontology
>>> find_link(ontology.load(), "Dataset", "Metric").relations
()
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kg.errors import KGError, UnknownNameError
from kg.model import ASSERTED

if TYPE_CHECKING:
    from kg.ontology import Ontology

__all__ = ["Link", "find_link", "linked_pairs"]

# Pairs of row and column with the paper that links them. A relation from a type to itself is read
# from row to column, and in both directions if it is symmetric.
_CLAIMS = """
WITH link AS (
  SELECT DISTINCT c.head AS r, c.tail AS c, c.paper FROM claims c
  JOIN entities h ON h.iri = c.head JOIN entities t ON t.iri = c.tail
  WHERE c.status = $1 AND h.type = $2 AND t.type = $3 AND list_contains($4, c.relation)
    AND c.confidence >= {sure}
  UNION SELECT c.tail, c.head, c.paper FROM claims c
  JOIN entities h ON h.iri = c.head JOIN entities t ON t.iri = c.tail
  WHERE c.status = $1 AND t.type = $2 AND h.type = $3 AND list_contains($5, c.relation)
    AND c.confidence >= {sure}
)
"""
_RESULTS = """
WITH link AS (
  SELECT DISTINCT a.entity AS r, b.entity AS c, x.paper FROM results x
  JOIN result_entities a ON a.result = x.iri JOIN result_entities b ON b.result = x.iri
  JOIN entities h ON h.iri = a.entity JOIN entities t ON t.iri = b.entity
  WHERE x.status = $1 AND h.type = $2 AND t.type = $3
    AND list_contains($4, a.slot) AND list_contains($5, b.slot) AND x.confidence >= {sure}
)
"""


@dataclass(frozen=True, slots=True)
class Link:
    """What links rows and columns.

    :param rows: Entity type of the rows.
    :param columns: Entity type of the columns.
    :param relations: The relations, in the order of the ontology; empty if results link.
    :param sure: The confidence from which a claim or a result links.
    """

    rows: str
    columns: str
    relations: tuple[str, ...]
    sure: float = 0.0


def find_link(
    ontology: Ontology, rows: str, columns: str, relation: str | None = None, *, sure: float = 0.0
) -> Link:
    """Tell what links two entity types.

    :param ontology: The ontology.
    :param rows: Name of a type; case is no matter.
    :param columns: Name of a type.
    :param relation: Name of the only relation to count; by default all between the two types.
    :param sure: The confidence from which a claim or a result links.
    :returns: The link.
    :raises UnknownNameError: If there is no such type, or no such relation between the types.
    :raises KGError: If neither a relation nor a result can link the two types.

    >>> from kg import ontology
    >>> find_link(ontology.load(), "dataset", "method").relations
    ('evaluatedOn',)
    """
    rows, columns = (_type_name(ontology, name) for name in (rows, columns))
    between = tuple(
        r.name
        for r in ontology.relations
        if ontology.allows(rows, r.name, columns) or ontology.allows(columns, r.name, rows)
    )
    if relation is not None:
        known = {name.casefold(): name for name in between}
        if relation.casefold() not in known:
            kind = f"relation between {rows} and {columns}"
            raise UnknownNameError(kind, relation, between)
        return Link(rows, columns, (known[relation.casefold()],), sure)
    filled = {slot.type for slot in ontology.slots}
    if not between and (rows == columns or not filled.issuperset((rows, columns))):
        reason = "no relation of the ontology leads from one to the other, and no result holds both"
        raise KGError(f"nothing links {rows} with {columns}: {reason}; see 'kg types'")
    return Link(rows, columns, between, sure)


def _type_name(ontology: Ontology, name: str) -> str:
    known = {known.casefold(): known for known in ontology.type_names}
    return ontology.type(known.get(name.casefold(), name)).name


def linked_pairs(ontology: Ontology, link: Link) -> tuple[str, tuple[Any, ...]]:
    """Make the SQL that finds what is linked.

    :param ontology: The ontology.
    :param link: What links.
    :returns: A ``WITH`` clause that names a table ``link`` of row, column and paper (``r``, ``c``,
        ``paper``), and the values of its parameters, of which the second and third are the types.
    """
    ends = (ASSERTED, link.rows, link.columns)
    if not link.relations:
        slots = [[s.name for s in ontology.slots if s.type == kind] for kind in ends[1:]]
        return _RESULTS.format(sure=float(link.sure)), (*ends, *slots)
    relations = [ontology.relation(name) for name in link.relations]
    is_same = link.rows == link.columns
    there = [r.name for r in relations if ontology.allows(link.rows, r.name, link.columns)]
    back = [r.name for r in relations if ontology.allows(link.columns, r.name, link.rows)]
    if is_same:
        back = [r.name for r in relations if r.is_symmetric]
    return _CLAIMS.format(sure=float(link.sure)), (*ends, there, back)
