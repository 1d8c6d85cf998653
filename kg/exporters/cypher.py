r"""Write the graph as a Cypher script that any Neo4j takes, and that may be run again.

Nodes are merged by their IRIs and links by their ends and types: what is there is brought up to
date, nothing is doubled. What strangers wrote is always a quoted string.

>>> print(quoted("it's \\u0027 a 'test'"))
'it\'s \\\u00750027 a \'test\''
>>> print(named("a`b"))
`a``b`
"""

from __future__ import annotations

import re
from itertools import groupby, islice
from math import isfinite
from typing import TYPE_CHECKING

from kg.exporters.records import link_sorts, node_sorts
from kg.exporters.xml import clean
from kg.files import save

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from kg.exporters.records import LinkSort, NodeSort, Value
    from kg.graph.knowledge_graph import KnowledgeGraph

__all__ = ["DEFAULT", "FILES", "FORMAT", "VIEW", "lines", "named", "quoted", "write"]

FORMAT = "cypher"
FILES = ("graph.cypher",)
DEFAULT = False
VIEW = False

_BATCH = 500  # rows that one statement holds
_HEAD = """// Import with: cypher-shell -u neo4j -f graph.cypher
// It may be run again: what is there is brought up to date, and nothing is doubled.
"""
# A backslash before a u is parted from it: Neo4j reads the two as the beginning of a character,
# whatever stands before them. Line ends that only some programs know and marks of direction are
# escaped too.
_SPECIAL = re.compile(
    "\\\\[uU]?|['\n\r\t\x7f-\xa0\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\ufffb]"
)
_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "'": "\\'", "\\": "\\\\"}


def write(graph: KnowledgeGraph, folder: Path) -> None:
    """Write the graph as a Cypher script.

    :param graph: The knowledge graph.
    :param folder: Folder that exists; a file of this name in it is replaced.
    """
    save(folder / FILES[0], lines(graph))


def lines(graph: KnowledgeGraph) -> Iterator[str]:
    """Spell the graph as Cypher.

    :param graph: The knowledge graph.
    :returns: Lines of the script, each with its line end; a statement ends with a semicolon.
    """
    yield _HEAD
    for nodes in node_sorts(graph):
        name, label = named(f"{nodes.label.lower()}_iri"), named(nodes.label)
        yield (f"CREATE CONSTRAINT {name} IF NOT EXISTS FOR (n:{label}) REQUIRE n.iri IS UNIQUE;\n")
    for nodes in node_sorts(graph):
        yield from _merged_nodes(nodes)
    for links in link_sorts(graph):
        yield from _merged_links(links)


def quoted(text: str) -> str:
    """Spell text as a string of Cypher.

    :param text: Any text.
    :returns: A string between apostrophes, without what is no character.
    """
    return f"'{_SPECIAL.sub(_escape, clean(text))}'"


def named(name: str) -> str:
    """Spell a label, a type or a key, whatever it consists of.

    :param name: The name, which is not empty.
    """
    return f"`{clean(name).replace(chr(92), '').replace('`', '``')}`"


def _escape(match: re.Match[str]) -> str:
    found = match[0]
    if len(found) == 2:
        return f"\\\\\\u{ord(found[1]):04x}"
    return _ESCAPES.get(found) or f"\\u{ord(found):04x}"


def _merged_nodes(sort: NodeSort) -> Iterator[str]:
    for labels, rows in groupby(sort.rows(), key=lambda row: row[0]):
        more = "".join(f" SET n:{named(label)}" for label in labels)
        action = f"MERGE (n:{named(sort.label)} {{iri: row.iri}}){more} SET n += row;\n"
        yield from _batches((_map(values) for _, values in rows), action)


def _merged_links(sort: LinkSort) -> Iterator[str]:
    for kind, rows in groupby(sort.rows(), key=lambda row: row[1]):
        action = (
            f"MATCH (a:{named(sort.label)} {{iri: row.a}})\n"
            f"MATCH (b:{named(sort.other)} {{iri: row.b}})\n"
            f"MERGE (a)-[r:{named(kind)}]->(b) SET r += row.r;\n"
        )
        spelled = (
            f"{{a: {quoted(start)}, b: {quoted(end)}, r: {_map(values)}}}"
            for start, _, end, values in rows
        )
        yield from _batches(spelled, action)


def _batches(rows: Iterable[str], action: str) -> Iterator[str]:
    found = iter(rows)
    while batch := list(islice(found, _BATCH)):
        yield "UNWIND [\n" + ",\n".join(batch) + f"\n] AS row\n{action}"


def _map(values: dict[str, Value]) -> str:
    told = ((name, _literal(value)) for name, value in values.items())
    return "{" + ", ".join(f"{named(name)}: {text}" for name, text in told if text) + "}"


def _literal(value: Value) -> str:
    """Spell a value; what is empty, or no number, is not told."""
    if isinstance(value, str):
        return quoted(value) if value else ""
    if isinstance(value, list):
        return f"[{', '.join(map(quoted, value))}]" if value else ""
    if value is None or not isfinite(value):
        return ""
    return str(value).replace("e+", "e")
