"""The query page: counts of the graph, the competency questions, and what the editor completes.

>>> grouped_by("Which papers use each dataset?", ["Dataset", "Paper"])
'Paper'
"""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from kg.graph.patterns import restrictions
from kg.graph.questions import questions
from kg.serve.thing import read_terms

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kg.graph.questions import Question
    from kg.serve.view import View

__all__ = ["grouped_by", "read_home"]

_OTHER = "Everything"
_HEAD = re.compile(r"\A(?:#\s*\w+\s*:.*\n)+\s*")  # what stands above the editor
_COUNTED = ("papers", "entities", "relations", "results")


def read_home(view: View, counts: Mapping[str, int]) -> dict[str, Any]:
    """Read what the query page shows.

    :param view: The store.
    :param counts: Numbers of things by name, as the build told them.
    :returns: Values by the names that the template uses.
    """
    own = view.ontology.namespace
    labels = [kind.label for iri, kind in view.kinds.items() if iri.startswith(own)]
    known = questions(view.ontology)
    groups: dict[str, list[dict[str, str]]] = {}
    for question in known:
        group = grouped_by(question.text, labels)
        groups.setdefault(group, []).append({"name": question.name, "text": question.text})
    of_types = [
        {"kind": view.kinds[view.ontology.term(name)], "count": counts[name]}
        for name in view.ontology.type_names
        if name in counts
    ]
    settings = {
        "base": view.base,
        "namespace": view.ontology.namespace,
        "prefixes": view.prefixes,
        "terms": _terms(view),
        "types": [name.lower() for name in view.ontology.type_names],
        "questions": {question.name: _asked(question) for question in known},
    }
    return {
        "counts": [(name, counts[name]) for name in _COUNTED if name in counts],
        "types": of_types,
        "groups": sorted(groups.items(), key=lambda g: (-len(g[1]), g[0])),
        "settings": settings,
    }


def grouped_by(text: str, labels: Sequence[str]) -> str:
    """Tell what a question is about: of the labels of classes the one that it names first.

    :param text: The question in English.
    :param labels: Labels of classes.
    """
    places = {}
    for label in labels:
        stem = re.escape(label.lower().removesuffix("y"))
        if match := re.search(rf"\b{stem}(?:s|y|ies)?\b", text.lower()):
            places[match.start()] = label
    return places[min(places)] if places else _OTHER


def _asked(question: Question) -> dict[str, Any]:
    """Say how a question is asked, what can be set in it, and where in its text."""
    text = _HEAD.sub("", question.sparql)
    parameters = []
    for parameter in question.parameters:
        places = restrictions(text, parameter.variable)
        if places is not None:
            parameters.append({**asdict(parameter), **asdict(places)})
    return {"sparql": text, "parameters": parameters}


def _terms(view: View) -> dict[str, list[dict[str, str]]]:
    """List the classes and properties of the ontology, by IRI and label."""
    groups = read_terms(view)["groups"]
    return {
        group["name"].lower(): [{"iri": t["iri"], "label": t["label"]} for t in group["terms"]]
        for group in groups
    }
