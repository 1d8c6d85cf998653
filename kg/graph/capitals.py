"""Part staged rows of names that differ in capitals alone and are two things, before linking."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kg.linking.capitals import Written, parted

if TYPE_CHECKING:
    from kg.graph.staging import Tables
    from kg.iri import Minter
    from kg.linking.curation import Curation
    from kg.ontology import Ontology

__all__ = ["part"]

_WRITTEN = """
SELECT type, key, name, count(DISTINCT paper) AS papers,
       count(DISTINCT paper) FILTER (WHERE makes) AS makers
FROM s_roles SEMI JOIN (
  SELECT type, key FROM s_roles WHERE NOT contains(key, ' ')
  GROUP BY type, key HAVING count(DISTINCT name) > 1) several USING (type, key)
GROUP BY type, key, name
"""
_PARTED = {
    "s_parted": "type VARCHAR, key VARCHAR, name VARCHAR, to_key VARCHAR, iri VARCHAR, "
    "to_iri VARCHAR"
}


def part(
    tables: Tables, mint: Minter, ontology: Ontology, curation: Curation | None = None
) -> None:
    """Give staged rows of such names keys and IRIs of their own.

    :param tables: Has the staged rows.
    :param mint: Makes the IRIs.
    :param ontology: Has lexicon and synonyms.
    :param curation: What people have decided; names that they speak of stay as they are.
    """
    names = [Written(*row) for row in tables.execute(_WRITTEN).fetchall()]
    found = [
        {
            "type": type_name,
            "key": old,
            "name": name,
            "to_key": new,
            "iri": mint.entity(type_name, old),
            "to_iri": mint.entity(type_name, new),
        }
        for (type_name, old, name), new in sorted(parted(names, ontology).items())
        if not (curation and curation.told(type_name, old))
    ]
    if found:
        tables.stage((("s_parted", row) for row in found), _PARTED)
        tables.execute(Path(__file__).with_name("capitals.sql").read_text(encoding="utf-8"))
