"""Find entities and papers by name: exactly, by how it begins, or by its words.

The index stands beside the store that it is made from, and is made when the store is served first.
Things have numbers in the order of how many papers speak of them, so that what is found first is
what most people look for.
"""

from __future__ import annotations

import os
import re
import sqlite3
import tempfile
from collections import defaultdict
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from kg.files import permissions
from kg.graph.terms import FOREIGN
from kg.normalize import key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.serve.view import View

__all__ = ["ENOUGH", "Finder", "Hit", "shown"]

ENOUGH = 1000
"""How many are counted; who finds more should say more."""

_FILE = "search-1.sqlite"  # another number for what is made otherwise
_TABLES = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE things (id INTEGER PRIMARY KEY, iri TEXT, name TEXT, papers INTEGER);
CREATE TABLE labels (id INTEGER PRIMARY KEY, thing INTEGER, text TEXT, key TEXT);
CREATE VIRTUAL TABLE words USING fts5(text, content='', detail=none, columnsize=0,
  prefix='1 2 3', tokenize='unicode61 remove_diacritics 2');
"""
_EXACT = "SELECT id FROM labels WHERE key = :key ORDER BY id LIMIT :many"
_BEGINS = "SELECT id FROM labels WHERE key > :key AND key < :behind ORDER BY id LIMIT :many"
_WORDS = "SELECT rowid FROM words WHERE words MATCH :words ORDER BY rowid LIMIT :enough"
_LABEL = """
SELECT t.iri, t.name, t.papers, l.text FROM labels l JOIN things t ON t.id = l.thing WHERE l.id = ?
"""
_LAST = "\U0010ffff"


class Hit(NamedTuple):
    """Something found.

    :param iri: What.
    :param name: What it is called.
    :param papers: How many papers speak of it; 0 for a paper.
    :param alias: The other name by which it was found; empty if it was the first.
    """

    iri: str
    name: str
    papers: int
    alias: str


@dataclass(frozen=True)
class Finder:
    """An index of names.

    :param database: The tables.
    """

    database: sqlite3.Connection

    @classmethod
    def over(cls, view: View, store: Path) -> Finder:
        """Open the index of the names in a store, or make it.

        :param view: The store, opened.
        :param store: Its folder; where it cannot be written to, the index is made in memory.
        """
        place = store / _FILE
        if not place.is_file():
            try:
                handle, name = tempfile.mkstemp(dir=store, prefix=f".{_FILE}-")
            except OSError:
                return cls(_filled(sqlite3.connect(":memory:"), view))
            os.close(handle)
            with closing(sqlite3.connect(name)) as database:
                _filled(database, view)
            Path(name).chmod(permissions(place))
            Path(name).replace(place)
        return cls(sqlite3.connect(f"{place.resolve().as_uri()}?mode=ro&immutable=1", uri=True))

    def find(self, text: str, *, many: int = 50) -> tuple[list[Hit], int]:
        """Find what goes by a name.

        :param text: A name, its beginning, or the beginnings of some of its words.
        :param many: How many to give.
        :returns: The best: first what has exactly the name, then what begins with it, of equals
            that of which most papers speak; and how many there are, up to :data:`ENOUGH`.
        """
        words = [{word, *key(word).split()} for word in re.findall(r"\w+", text)[:12]]
        folded = key(text)
        if not folded:
            return [], 0
        every = " AND ".join(f"({' OR '.join(map(_prefix, sorted(w)))})" for w in words)
        asked = {"key": folded, "behind": folded + _LAST, "many": many}
        asked |= {"words": every, "enough": ENOUGH}
        queries = (_EXACT, _BEGINS, _WORDS) if words else (_EXACT, _BEGINS)
        labels = [row for query in queries for row in self.database.execute(query, asked)]
        found: dict[str, Hit] = {}
        for (label,) in labels:
            iri, name, papers, said = self.database.execute(_LABEL, (label,)).fetchone()
            found.setdefault(iri, Hit(iri, name, papers, "" if said == name else said))
        count = ENOUGH if len(labels) >= ENOUGH else len(found)
        return list(found.values())[:many], count


def _filled(database: sqlite3.Connection, view: View) -> sqlite3.Connection:
    """Write the tables."""
    database.executescript(_TABLES)
    number = 0
    for thing, (iri, papers, names) in enumerate(_names(view)):
        database.execute("INSERT INTO things VALUES (?, ?, ?, ?)", (thing, iri, names[0], papers))
        for text in names:
            folded, number = key(text), number + 1
            database.execute(
                "INSERT INTO labels VALUES (?, ?, ?, ?)", (number, thing, text, folded)
            )
            row = (number, f"{text} {folded}")
            database.execute("INSERT INTO words (rowid, text) VALUES (?, ?)", row)
    database.execute("CREATE INDEX keys ON labels (key)")
    database.commit()
    return database


def _names(view: View) -> Iterator[tuple[str, int, list[str]]]:
    """Give IRI, number of papers, and names, the first one first; the best known things first."""
    skos, dcterms = FOREIGN["skos"], FOREIGN["dcterms"]
    counts = {iri: int(n) for iri, n in view.pairs(view.ontology.term("papers")) if n.isdecimal()}
    names = {iri: [name] for iri, name in sorted(view.pairs(skos + "prefLabel")) if iri in counts}
    papers = {iri: [title] for iri, title in sorted(view.pairs(dcterms + "title"))}
    others: dict[str, set[str]] = defaultdict(set)
    for predicate in (skos + "altLabel", dcterms + "identifier"):
        for iri, text in view.pairs(predicate):
            others[iri].add(text)
    for known in (names, papers):
        for iri in sorted(known, key=lambda i: (-counts.get(i, 0), len(known[i][0]), known[i], i)):
            yield iri, counts.get(iri, 0), [*known[iri], *sorted(others[iri] - {*known[iri]})]


def _prefix(word: str) -> str:
    return f'"{word}"*'


def shown(hits: list[Hit], view: View) -> list[dict[str, object]]:
    """Make what programs and the search field get to see of what was found."""
    return [
        {
            "iri": hit.iri,
            "name": hit.name,
            "type": view.kind(hit.iri).label,
            "kind": view.kind(hit.iri).name,
            "papers": hit.papers,
            "alias": hit.alias,
            "href": view.href(hit.iri),
        }
        for hit in hits
    ]
