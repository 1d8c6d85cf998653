"""The part of a large page that the first picture needs, apart from all the rest.

>>> data = {
...     "entities": {"id": ["a", "b", "c"]},
...     "core": [[0, 0], [1, 1]],
...     "edges": {"from": [0, 0], "to": [1, 2]},
...     "company": [(1, 2, 5)],
...     "years": {},
... }
>>> opening, rest = split(data)
>>> opening["entities"], opening["edges"], opening["carried"]
({'id': ['a', 'b']}, {'from': [0], 'to': [1]}, 3)
>>> rest["entities"], rest["edges"], rest["company"]
({'id': ['c']}, {'from': [0], 'to': [2]}, [(1, 2, 5)])
"""

from __future__ import annotations

from itertools import compress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["held", "split"]

Table = dict[str, list[Any]]


def split(shown: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Divide what a page shows into what it opens with and what can follow.

    :param shown: The graph of a :class:`~kg.exporters.viewer.payload.Payload`.
    :returns: The same with the entities that the page opens with and the links among those alone,
        and the number of all under ``carried``; and the others, as they would stand after these.
    """
    first = len(shown["core"])
    size = len(shown["entities"]["id"])
    opening: dict[str, Any] = shown | {"carried": size}
    rest: dict[str, Any] = {}
    opening["entities"], rest["entities"] = _cut(shown["entities"], first)
    edges = shown["edges"]
    is_early = [max(ends) < first for ends in zip(edges["from"], edges["to"], strict=True)]
    opening["edges"], rest["edges"] = _parted(edges, is_early)
    company = shown["company"]
    opening["company"] = [pair for pair in company if max(pair[0], pair[1]) < first]
    rest["company"] = [pair for pair in company if max(pair[0], pair[1]) >= first]
    if shown["years"]:
        of = shown["years"]["of"]
        opening["years"] = shown["years"] | {"of": of[:first]}
        rest["of"] = of[first:]
    if "home" in shown:
        opening["home"], rest["home"] = shown["home"][:first], shown["home"][first:]
    return opening, rest


def held(shown: dict[str, Any]) -> dict[str, Any]:
    """Count what the filters of a page tell, so that they can tell it before all is read.

    :param shown: The graph of a payload.
    :returns: Entities by type and by community, links by relation, pairs that keep each other
        company, and papers of the best supported entity.
    """
    entities = shown["entities"]
    return {
        "types": _counted(entities["node_type"], len(shown["types"])),
        "groups": _counted(shown.get("home", ()), len(shown.get("groups", ()))),
        "relations": _counted(shown["edges"]["relation"], len(shown["relations"])),
        "together": sum(1 for pair in shown["company"] if pair[2]),
        "most": max(entities["value"], default=0),
    }


def _cut(table: Table, at: int) -> tuple[Table, Table]:
    return (
        {name: column[:at] for name, column in table.items()},
        {name: column[at:] for name, column in table.items()},
    )


def _parted(table: Table, chosen: Sequence[bool]) -> tuple[Table, Table]:
    """Divide the rows of a table into those that are chosen and the others."""
    others = [not each for each in chosen]
    return (
        {name: list(compress(column, chosen)) for name, column in table.items()},
        {name: list(compress(column, others)) for name, column in table.items()},
    )


def _counted(places: Sequence[int], size: int) -> list[int]:
    counts = [0] * size
    for place in places:
        if place >= 0:
            counts[place] += 1
    return counts
