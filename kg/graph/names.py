"""Find entities by what people call them: a name, an alias or an IRI, however it is spelled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kg.errors import UnknownNameError
from kg.normalize import key

if TYPE_CHECKING:
    from kg.graph.knowledge_graph import KnowledgeGraph

__all__ = ["named"]

_FORMS = """
SELECT iri, iri AS form FROM entities WHERE type = $1
UNION ALL SELECT iri, key FROM entities WHERE type = $1
UNION ALL SELECT a.entity, a.text FROM aliases a JOIN entities e ON e.iri = a.entity
WHERE e.type = $1
"""
_CHOSEN = """
SELECT iri, name, papers FROM entities WHERE list_contains($1, iri)
ORDER BY papers DESC, name, iri
"""
_NEAR = """
SELECT name, greatest(jaro_winkler_similarity(key, $2), CASE
    WHEN $2 <> '' AND contains(key, $2) THEN 0.95
    WHEN length(key) > 3 AND contains($2, key) THEN 0.9
    ELSE 0.8 END) AS likeness
FROM entities WHERE type = $1 ORDER BY likeness DESC, papers DESC, name LIMIT 5
"""


def named(graph: KnowledgeGraph, type_name: str, name: str) -> list[dict[str, Any]]:
    """Find the entities of a type that go by a name.

    :param graph: The graph.
    :param type_name: Entity type.
    :param name: A name, an alias, or an IRI; case, hyphens, blanks and plural are no matter.
    :returns: ``iri``, ``name`` and ``papers`` of each, what most papers speak of first. There are
        several where papers use the name for different things.
    :raises UnknownNameError: If there is none; it lists the names that are near, or, where none is,
        those of which most papers speak.
    """
    wanted = _squeezed(name)
    found = {
        row["iri"]
        for row in graph.rows(_FORMS, (type_name,))
        if row["form"] == name or _squeezed(row["form"]) == wanted
    }
    if not found:
        near = list(graph.rows(_NEAR, (type_name, key(name))))
        likely = [row for row in near if row["likeness"] > near[-1]["likeness"]] or near
        raise UnknownNameError(type_name, name, [row["name"] for row in likely])
    return list(graph.rows(_CHOSEN, (sorted(found),)))


def _squeezed(name: str) -> str:
    """Take the blanks out of a comparison key, so that CIFAR10 is found as CIFAR-10 too."""
    return key(name).replace(" ", "")
