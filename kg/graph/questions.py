"""Competency questions: what the graph must be able to answer, one file of SPARQL each.

The comment at the head of a file says the question in English, names the columns, and declares what
can be set (see :mod:`kg.graph.parameters`). A line ``# analytic: yes`` says that the whole graph is
read for the answer, so that its time grows with the graph.

>>> from kg import ontology
>>> question = find(ontology.load(), "datasets-per-modality")
>>> question.columns[:2], [parameter.name for parameter in question.parameters]
(('modality', 'dataset'), ['modality', 'dataset'])
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import OntologyError, QueryError, UnknownNameError
from kg.graph.parameters import Parameter, declared_parameters, header

if TYPE_CHECKING:
    from kg.ontology import Ontology

__all__ = ["Question", "find", "questions"]

_FOLDER = "queries"
_KEYS = ("question", "columns")
_ANSWERS = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True, order=True)
class Question:
    """A question to the graph.

    :param name: Name of its file, without suffix.
    :param text: The question in English.
    :param columns: Columns of the answer.
    :param sparql: The query, with its comments.
    :param parameters: What can be set in it.
    :param is_analytic: Whether the whole graph must be read for the answer.
    """

    name: str
    text: str
    columns: tuple[str, ...]
    sparql: str
    parameters: tuple[Parameter, ...] = ()
    is_analytic: bool = False


def questions(ontology: Ontology | Path) -> list[Question]:
    """Read every competency question of an ontology.

    :param ontology: What may be said, or the folder that says it.
    :returns: The questions, sorted by name; none if the ontology has no folder of them.
    :raises OntologyError: If a file says no question, no columns, declares a parameter that is
        none, or is no UTF-8.
    """
    folder = ontology if isinstance(ontology, Path) else ontology.folder
    return [_read(path) for path in sorted((folder / _FOLDER).glob("*.rq"))]


def _read(path: Path) -> Question:
    place = f"{_FOLDER}/{path.name}"
    try:
        sparql = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as err:
        raise OntologyError(place, "file", "cannot be read") from err
    said = dict(header(sparql))
    for key in _KEYS:
        if not said.get(key):
            raise OntologyError(place, key, f"a line '# {key}: ...' is missing at the head")
    try:
        parameters = declared_parameters(sparql)
    except QueryError as err:
        raise OntologyError(place, "parameter", str(err)) from err
    if (analytic := said.get("analytic", "no")) not in _ANSWERS:
        raise OntologyError(place, "analytic", f"is {analytic!r}; say yes or no")
    columns = tuple(name.strip() for name in said["columns"].split(","))
    return Question(path.stem, said["question"], columns, sparql, parameters, _ANSWERS[analytic])


def find(ontology: Ontology | Path, name: str) -> Question:
    """Look up a competency question.

    :param ontology: What may be said, or the folder that says it.
    :param name: Name of its file, without suffix.
    :returns: The question.
    :raises UnknownNameError: If there is none of that name; it lists those that there are.
    """
    known = questions(ontology)
    for question in known:
        if question.name == name:
            return question
    raise UnknownNameError("question", name, [question.name for question in known])
