"""Part staged rows of names that differ in capitals alone and are two things, before linking."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kg.linking.capitals import Written, parted

if TYPE_CHECKING:
    import duckdb

    from kg.iri import Minter
    from kg.linking.curation import Curation
    from kg.ontology import Ontology

__all__ = ["part"]

_WRITTEN = """
SELECT type, key, name, count(DISTINCT paper), count(DISTINCT paper) FILTER (makes) FROM s_roles
WHERE (type, key) IN (
  SELECT (type, key) FROM s_roles WHERE NOT contains(key, ' ')
  GROUP BY type, key HAVING count(DISTINCT name) > 1)
GROUP BY type, key, name
"""


def part(
    connection: duckdb.DuckDBPyConnection,
    mint: Minter,
    ontology: Ontology,
    curation: Curation | None = None,
) -> None:
    """Give staged rows of such names keys and IRIs of their own.

    :param connection: Has the staged rows.
    :param mint: Makes the IRIs.
    :param ontology: Has lexicon and synonyms.
    :param curation: What people have decided; names that they speak of stay as they are.
    """
    names = [Written(*row) for row in connection.execute(_WRITTEN).fetchall()]
    found = [
        (type_name, old, name, new, mint.entity(type_name, old), mint.entity(type_name, new))
        for (type_name, old, name), new in sorted(parted(names, ontology).items())
        if not (curation and curation.told(type_name, old))
    ]
    if not found:
        return
    columns = "type VARCHAR, key VARCHAR, name VARCHAR, to_key VARCHAR, iri VARCHAR, to_iri VARCHAR"
    connection.execute(f"CREATE TEMP TABLE s_parted ({columns})")
    connection.executemany("INSERT INTO s_parted VALUES (?, ?, ?, ?, ?, ?)", found)
    connection.execute(Path(__file__).with_name("capitals.sql").read_text(encoding="utf-8"))
