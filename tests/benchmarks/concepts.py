"""Remake the index of OpenCS concepts that the package links entities to.

usage: python tests/benchmarks/concepts.py [OPENCS.tsv [ONTOLOGY_FOLDER]]

OPENCS.tsv has the columns id, name, aliases, close_match and broader; the last is parted by "|".
Without it the index is made of itself, which is enough after a change of keys or spellings.
"""

from __future__ import annotations

import sys
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from kg import ontology
from kg.linking.opencs import parted, rows
from kg.linking.spellings import speller
from kg.normalize import key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HEADER = """\
# Concepts of OpenCS, the numbers falling, so that a concept stands before its broader ones.
# Source: OpenCS ontology, https://w3id.org/ocs/ont/; CC BY 4.0.
# id: number of the concept (https://w3id.org/ocs/ont/C...)
# keys: comparison key of the name without what it has in brackets; its American spelling if other
# name: empty if it is the key with a capital
# page: title in DBpedia; "=" if it is the name
# broader: numbers of the concepts right above
id\tkeys\tname\tpage\tbroader
"""
RESOURCE = "http://dbpedia.org/resource/"


class Row(NamedTuple):
    """What OpenCS says of a concept: its number, name, page, and the numbers right above it."""

    number: int
    name: str
    title: str
    broader: str


def from_opencs(path: Path) -> Iterator[Row]:
    """Read the file of OpenCS."""
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        identifier, name, _, match, broader = line.split("\t")
        title = unquote(match.removeprefix(RESOURCE)).replace("_", " ")
        number = int(identifier.removeprefix("C"))
        yield Row(number, unescape(name), title, broader.replace("C", ""))


def from_index(folder: Path) -> Iterator[Row]:
    """Read the index as it is."""
    for _, (number, keys, name, page, broader) in rows(ontology.load(folder)):
        written = name or capital(keys.partition("|")[0])
        yield Row(int(number), written, written if page == "=" else page, broader)


def capital(text: str) -> str:
    """Begin a text with a capital."""
    return text[:1].upper() + text[1:]


def line(row: Row, spell: Callable[[str], str]) -> str:
    """Make a line of the index."""
    told = key(parted(row.name)[0])
    keys = "|".join(dict.fromkeys([told, spell(told)]))
    name = "" if row.name == capital(told) else row.name
    page = "=" if row.title == row.name else row.title
    return "\t".join([str(row.number), keys, name, page, row.broader]) + "\n"


def main(source: Path | None, folder: Path) -> None:
    found = sorted(from_opencs(source) if source else from_index(folder), reverse=True)
    spell = speller(ontology.load(folder))
    text = HEADER + "".join(line(row, spell) for row in found)
    (folder / "concepts.tsv").write_text(text, encoding="utf-8", newline="\n")
    print(f"{len(found)} concepts")


if __name__ == "__main__":
    folder = Path(sys.argv[2]) if len(sys.argv) > 2 else ontology.default_folder()
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None, folder)
