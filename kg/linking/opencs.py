r"""The concepts of OpenCS as the ontology keeps them, and the rules of which a name may denote.

``concepts.tsv`` has a line for each concept, the numbers falling, and each concept has smaller
numbers for those above it: so a circle is an error of the file. ``rules/concepts.toml`` has the
rules.

>>> from kg.ontology import load
>>> line, row = next(rows(load()))
>>> concept(row, line).key
'low energy adaptive clustering hierarchy'
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from kg.errors import OntologyError
from kg.normalize import key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from kg.ontology import Ontology

__all__ = ["Concept", "Rules", "concept", "fold_of", "parted", "read_rules", "rows"]

INDEX = "concepts.tsv"
RULES = "concepts"

_COLUMNS = ["id", "keys", "name", "page", "broader"]
_QUALIFIED = re.compile(r"(.*\S) ?\(([^()]*)\)")


class Concept(NamedTuple):
    """A concept of OpenCS.

    :param id: Its number.
    :param key: Comparison key of its name without what the name has in brackets.
    :param name: Its name without what it has in brackets.
    :param sense: Key of what it has in brackets; empty if it has none.
    :param page: Title of its page in DBpedia; empty if it has none.
    :param broader: Numbers of the concepts right above it.
    """

    id: int
    key: str
    name: str
    sense: str
    page: str
    broader: tuple[int, ...]


class Rules(NamedTuple):
    """What may be linked; the file says what its lists mean, names and words are keys."""

    concept: str
    page: str
    qualifiers: frozenset[str]
    fields: frozenset[str]
    areas: frozenset[str]
    vague: frozenset[str]
    modifiers: frozenset[str]
    heads: frozenset[str]
    tails: frozenset[str]
    homonyms: frozenset[str]
    families: frozenset[str]

    def says_nothing(self, name: str) -> bool:
        """Say whether a name has none but general words."""
        *before, last = name.split(" ")
        is_general = last in self.heads and self.modifiers.issuperset(before)
        return bool(before) and (is_general or last in self.tails)


def read_rules(ontology: Ontology) -> Rules:
    """Read ``rules/concepts.toml``.

    :raises OntologyError: If it is missing, or lacks a list, or has one more.
    """
    told: dict[str, Any] = ontology.rules(RULES)
    if wrong := sorted(set(told) ^ set(Rules._fields)):
        reason = "is no key of this file" if wrong[0] in told else "is missing"
        raise OntologyError(f"rules/{RULES}.toml", wrong[0], reason)
    lists = {k: frozenset(map(key, v)) for k, v in told.items() if isinstance(v, list)}
    return Rules(**{**told, **lists})


def rows(ontology: Ontology) -> Iterator[tuple[int, list[str]]]:
    """Read the rows with the numbers of their lines.

    :returns: The rows in the order of the file, which has the greatest number first; none if the
        ontology has no such file.
    :raises OntologyError: If it cannot be read, a row has another number of columns, or the numbers
        do not fall.
    """
    path = ontology.folder / INDEX
    if not path.is_file():
        return
    try:
        with path.open(encoding="utf-8", newline="\n") as file:
            yield from _rows(file)
    except (OSError, UnicodeDecodeError) as err:
        raise OntologyError(INDEX, "file", f"cannot be read: {err}") from err


def _rows(lines: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
    last = 0
    for number, line in enumerate(lines, 1):
        if line.startswith("#"):
            continue
        row = line.rstrip("\n").split("\t")
        if not last:
            if row != _COLUMNS:
                raise OntologyError(INDEX, f"line {number}", f"must be {_COLUMNS}")
            last = 1 << 62
            continue
        if len(row) != len(_COLUMNS) or not row[0].isdecimal() or int(row[0]) >= last:
            reason = f"must have {len(_COLUMNS)} columns, the first a number that falls"
            raise OntologyError(INDEX, f"line {number}", reason)
        last = int(row[0])
        yield number, row


def concept(row: list[str], line: int) -> Concept:
    """Make the concept of a row.

    :param row: One that :func:`rows` gave.
    :param line: The number of its line, for the error.
    :raises OntologyError: If a broader concept has no smaller number.
    """
    name = row[2] or row[1].partition("|")[0].capitalize()
    bare, sense = parted(name)
    page = name if row[3] == "=" else row[3]
    above = row[4].split("|") if row[4] else []
    if not all(n.isdecimal() and int(n) < int(row[0]) for n in above):
        reason = "column broader must have smaller numbers, parted by |"
        raise OntologyError(INDEX, f"line {line}", reason)
    told = row[1].partition("|")[0]
    return Concept(int(row[0]), told, bare, key(sense), page, tuple(map(int, above)))


def parted(name: str) -> tuple[str, str]:
    """Part a name from what it has in brackets at its end.

    >>> parted("Boosting (machine learning)"), parted("Boosting")
    (('Boosting', 'machine learning'), ('Boosting', ''))
    """
    parts = _QUALIFIED.fullmatch(name)
    return (parts[1], parts[2]) if parts else (name, "")


def fold_of(row: list[str]) -> str:
    """Give the fold of the name of a row, without blanks."""
    return row[1].rpartition("|")[2].replace(" ", "")
