"""The tables for people: what each is and what its columns mean, and the SQL that makes it.

All of that stands in the file of SQL beside this one, descriptions as comments above each
statement. Only the slots of results are not there: the ontology names them, and each is a column.

>>> from kg import ontology
>>> shown = people_tables(ontology.load())
>>> shown[0].name, shown[0].text, list(shown[0].columns)[:2]
('papers', 'One row for each paper.', ['iri', 'id'])
"""

from __future__ import annotations

import re
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, NamedTuple

from kg.files import literal
from kg.model import ASSERTED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.ontology import Ontology

__all__ = ["Example", "PeopleTable", "examples", "people_tables", "quoted"]

_EXAMPLES = "queries/tables.md"

_YEAR = "try_cast(left(p.date, 4) AS INTEGER) AS year"
_TEXT = """nullif(CASE WHEN p.abstract = '' AND x."end" > length(p.title) THEN '' ELSE
  substring(p.title || chr(10) || p.abstract, x.start + 1, x."end" - x.start) END, '') AS text"""

_PART = re.compile(r"^-- (table|view) (\w+): (.+)\n((?:-- .+\n)+)([^;]+);", re.MULTILINE)
_EXAMPLE = re.compile(r"^## (.+)\n\n```sql\n((?:.+\n)+)```$", re.MULTILINE)


class PeopleTable(NamedTuple):
    """A table for people.

    :param name: Its name.
    :param text: What a row of it is.
    :param columns: What each column means, in their order.
    :param sql: A SELECT over the tables of a graph; that of a view is over the tables for people.
    :param is_view: Whether it only shows others in another way.
    """

    name: str
    text: str
    columns: dict[str, str]
    sql: str
    is_view: bool


class Example(NamedTuple):
    """A question, and the SQL over the tables for people that answers it."""

    question: str
    sql: str


def people_tables(ontology: Ontology) -> list[PeopleTable]:
    """List the tables for people, then the views on them.

    :param ontology: Names the slots of results.
    """
    source = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    slots = [slot.name for slot in ontology.slots]
    terms = {
        "year": _YEAR,
        "text": _TEXT,
        "asserted": literal(ASSERTED),
        "slots": ", ".join(f"s.{quoted(name)}" for name in slots),
        "filled": ", ".join(map(_filled, slots)),
    }
    return [
        PeopleTable(
            name,
            text,
            dict(_columns(columns, ontology)),
            Template(sql).substitute(terms),
            is_view=sort == "view",
        )
        for sort, name, text, columns, sql in _PART.findall(source)
    ]


def examples(ontology: Ontology) -> list[Example]:
    """List questions and the SQL that answers them.

    :param ontology: Its folder has them in ``queries/tables.md``.
    :returns: The examples in their order; none if there is no such file.
    """
    path = ontology.folder / _EXAMPLES
    if not path.is_file():
        return []
    text = path.read_text(encoding="utf-8")
    return [Example(question, sql.rstrip()) for question, sql in _EXAMPLE.findall(text)]


def quoted(name: str) -> str:
    """Spell a name as SQL names tables and columns.

    >>> quoted("end"), quoted('a"b')
    ('"end"', '"a""b"')
    """
    return '"' + name.replace('"', '""') + '"'


def _columns(lines: str, ontology: Ontology) -> Iterator[tuple[str, str]]:
    for line in lines.splitlines():
        name, _, text = line.removeprefix("-- ").partition(": ")
        if text:
            yield name, text
        else:
            for slot in ontology.slots:
                label = ontology.type(slot.type).label
                many = "several have semicolons between them; NULL where the paper names none"
                yield slot.name, f"Name of the {label} that the value belongs to; {many}."


def _filled(slot: str) -> str:
    """Gather the names that fill a slot of a result."""
    names = "string_agg(e.name, '; ' ORDER BY e.name)"
    return f"{names} FILTER (l.slot = {literal(slot)}) AS {quoted(slot)}"
