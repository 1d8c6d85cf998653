"""Competency questions: what the graph must be able to answer, one file of SPARQL each.

The comment at the head of a file says the question in English and names the columns.

>>> from kg import ontology
>>> find(ontology.load(), "datasets-per-modality").columns[:2]
('modality', 'dataset')
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.errors import OntologyError, UnknownNameError

if TYPE_CHECKING:
    from kg.ontology import Ontology

__all__ = ["Question", "find", "questions"]

_FOLDER = "queries"
_HEADER = re.compile(r"#\s*(\w+):\s*(.*\S)\s*")


@dataclass(frozen=True, slots=True, order=True)
class Question:
    """A question to the graph.

    :param name: Name of its file, without suffix.
    :param text: The question in English.
    :param columns: Columns of the answer.
    :param sparql: The query, with its comments.
    """

    name: str
    text: str
    columns: tuple[str, ...]
    sparql: str


def questions(ontology: Ontology) -> list[Question]:
    """Read every competency question of an ontology.

    :param ontology: What may be said.
    :returns: The questions, sorted by name; none if the ontology has no folder of them.
    :raises OntologyError: If a file says no question, no columns, or is no UTF-8.
    """
    found = []
    for path in sorted((ontology.folder / _FOLDER).glob("*.rq")):
        place = f"{_FOLDER}/{path.name}"
        try:
            sparql = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as err:
            raise OntologyError(place, "file", "cannot be read") from err
        matches = map(_HEADER.fullmatch, sparql.splitlines())
        said = {match[1]: match[2] for match in matches if match}
        for key in ("question", "columns"):
            if key not in said:
                raise OntologyError(place, key, f"a line '# {key}: ...' is missing at the head")
        columns = tuple(name.strip() for name in said["columns"].split(","))
        found.append(Question(path.stem, said["question"], columns, sparql))
    return found


def find(ontology: Ontology, name: str) -> Question:
    """Look up a competency question.

    :param ontology: What may be said.
    :param name: Name of its file, without suffix.
    :returns: The question.
    :raises UnknownNameError: If there is none of that name; it lists those that there are.
    """
    known = questions(ontology)
    for question in known:
        if question.name == name:
            return question
    raise UnknownNameError("question", name, [question.name for question in known])
