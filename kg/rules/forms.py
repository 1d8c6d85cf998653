"""What an entry of a rule file must and may say: faults that one finds without running a rule.

>>> from kg import ontology
>>> list(faults(ontology.load()))
[]
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from kg.errors import OntologyError, UnknownNameError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kg.ontology import Ontology

__all__ = ["NAMED", "Fault", "entries", "faults"]

NAMED = "named"
"""Table of ``rules/relations.toml`` with the entities that its examples speak of."""

_TEXTS = frozenset({"examples", "not"})
_SURE = frozenset({"confidence"})
_RESULT_PATTERNS = frozenset(
    {"refuse_before", "refuse_after", "year", "reports", "kinds", "kind_after"}
)


class Fault(NamedTuple):
    """Something wrong with a rule."""

    file: str
    rule: str
    reason: str

    def __str__(self) -> str:
        """Say where and what in one line.

        >>> str(Fault("rules/task.toml", "task.x", "has no examples"))
        'rules/task.toml: task.x: has no examples'
        """
        return " ".join(f"{self.file}: {self.rule}: {self.reason}".split())


class _Form(NamedTuple):
    """The keys of an entry: needed ones, others, and those that hold a regular expression.

    Where it is free, any other key is allowed and holds one.
    """

    needed: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()
    patterns: frozenset[str] = frozenset()
    is_free: bool = False


# What a file must have at its top.
_TABLES = {
    "names": ("default", "cue"),
    "entity": ("generic_heads",),
    "phrases": ("announcing", "distance"),
    "roles": ("contribution", "default", "cue"),
    "relations": ("anaphor", "reach", "status", "rule", "words"),
    "kinds": ("words", "refuse", "list", "rule"),
}
_PATTERN = _Form(frozenset({"id", "tokens"}) | _TEXTS, frozenset({"keep", "opens"}) | _SURE)
_FORMS = {
    ("names", "default"): _Form(
        frozenset({"id", "type", "pattern"}) | _TEXTS, _SURE, frozenset({"pattern"})
    ),
    ("names", "cue"): _Form(
        frozenset({"id", "type", "place", "weight"}) | _TEXTS,
        frozenset({"words", "pattern"}) | _SURE,
        frozenset({"pattern"}),
    ),
    ("roles", "default"): _Form(frozenset({"type", "role", "weight"})),
    ("roles", "cue"): _Form(
        frozenset({"id", "type", "role", "weight"}) | _TEXTS,
        frozenset({"before", "after", "title", "shape"}),
        frozenset({"before", "after", "title", "shape"}),
    ),
    ("relations", "rule"): _Form(
        frozenset({"id", "type", "confidence"}) | _TEXTS,
        frozenset(
            {"head_roles", "tail_roles", "between", "sentence", "stands_in", "reverse", "is_own"}
        ),
        frozenset({"between", "sentence"}),
    ),
    ("roles", "words"): _Form(is_free=True),
    ("relations", "anaphor"): _Form(frozenset({"pattern"}), patterns=frozenset({"pattern"})),
    ("relations", "reach"): _Form(frozenset({"pattern"}), patterns=frozenset({"pattern"})),
    ("relations", "status"): _Form(
        frozenset({"id", "name", "pattern"}) | _TEXTS,
        frozenset({"reaches"}),
        frozenset({"pattern"}),
    ),
    ("relations", "words"): _Form(is_free=True),
    ("kinds", "rule"): _Form(
        frozenset({"id", "between", "confidence"}) | _TEXTS,
        frozenset({"before", "after", "narrow", "broad", "join", "reverse"}),
        frozenset({"before", "between", "after", "narrow", "broad", "join"}),
    ),
    ("kinds", "words"): _Form(is_free=True),
    ("kinds", "refuse"): _Form(is_free=True),
    ("kinds", "list"): _Form(is_free=True),
    ("entity", "found"): _Form(frozenset({"id", "confidence"})),
    ("results", ""): _Form(
        frozenset({"id", "confidence", "units", "of_rivals", "whole_paper", *_RESULT_PATTERNS}),
        frozenset({"terms", "settle", "suited"}),
        _RESULT_PATTERNS | {"terms"},
    ),
    ("results", "settle"): _Form(
        frozenset({"id", "kind"}) | _TEXTS,
        frozenset({"of", "unit", "before", "after"}),
        frozenset({"unit", "before", "after"}),
    ),
    ("results", "suited"): _Form(
        frozenset({"id", "measures", "allowed"}) | _TEXTS,
        patterns=frozenset({"measures", "allowed"}),
    ),
}
_PLACES = ("before", "after", "shape", "title")
_LISTS = frozenset(
    {
        *("examples", "not", "words", "tokens", "keep", "head_roles", "tail_roles"),
        *("units", "of_rivals", "whole_paper", "settle", "suited", "of"),
    }
)
_NUMBERS = frozenset({"weight", "confidence"})
_SWITCHES = frozenset({"opens", "stands_in", "reverse", "is_own", "reaches"})


def entries(ontology: Ontology, file: str, table: str) -> list[Any]:
    """List the entries of a table of a rule file.

    :param ontology: Whose folder holds the file.
    :param file: Name of the file without suffix.
    :param table: Name of the table; empty for the file itself.
    :returns: The entries in their order; a single table is one entry, no table is none.
    :raises OntologyError: If the file is missing or is no TOML.
    """
    told = ontology.rules(file)
    found = told.get(table, []) if table else told
    return found if isinstance(found, list) else [found]


def faults(ontology: Ontology) -> Iterator[Fault]:
    """Find what is wrong with the form of the rules of an ontology.

    :param ontology: Whose folder holds the rules.
    :returns: Faults, file by file; none if every entry has the keys that it needs and no other,
        with values that mean something, and no identifier stands twice.
    """
    faulty = set()
    for file in (*(name.lower() for name in ontology.type_names), *_TABLES):
        try:
            told = ontology.rules(file)
        except OntologyError as err:
            faulty.add(file)
            yield Fault(err.path, err.key, err.reason)
            continue
        for table in _TABLES.get(file, ()):
            if table not in told:
                yield Fault(f"rules/{file}.toml", table, "is missing")
    forms = {(name.lower(), "pattern"): _PATTERN for name in ontology.type_names} | _FORMS
    yield from _of_entries({k: form for k, form in forms.items() if k[0] not in faulty}, ontology)
    if "relations" not in faulty:
        yield from _of_named(ontology)


def _of_entries(forms: Mapping[tuple[str, str], _Form], ontology: Ontology) -> Iterator[Fault]:
    seen: set[str] = set()
    for (file, table), form in forms.items():
        path = f"rules/{file}.toml"
        listed = isinstance(ontology.rules(file).get(table), list)
        for number, entry in enumerate(entries(ontology, file, table), 1):
            place = f"{table} {number}" if listed else table or file
            if not isinstance(entry, dict):
                yield Fault(path, place, "is no table")
                continue
            name = str(entry.get("id", place))
            yield from (Fault(path, name, reason) for reason in _of(entry, form, ontology))
            if "id" in entry and name in seen:
                yield Fault(path, name, "stands twice; give each rule an id of its own")
            seen.add(name)


def _of_named(ontology: Ontology) -> Iterator[Fault]:
    """Say what is wrong with the entities that examples of relations speak of."""
    path, told = "rules/relations.toml", ontology.rules("relations").get(NAMED, {})
    for name, meaning in told.items() if isinstance(told, dict) else [(NAMED, told)]:
        try:
            kind, role = meaning
            ontology.role(ontology.type(kind).name, role)
        except (TypeError, ValueError):
            yield Fault(path, f"{NAMED}.{name}", "is no pair of type and role")
        except UnknownNameError as err:
            yield Fault(path, f"{NAMED}.{name}", str(err))


def _of(entry: dict[str, Any], form: _Form, ontology: Ontology) -> Iterator[str]:
    for key in sorted(form.needed - entry.keys()):
        yield f"has no {key!r}"
    unknown = () if form.is_free else sorted(entry.keys() - form.needed - form.others)
    for key in unknown:
        yield f"unknown key {key!r}; known: {', '.join(sorted(form.needed | form.others))}"
    for key, value in entry.items():
        if key not in unknown and (reason := _of_value(key, value, form)):
            yield f"{key!r} {reason}"
    yield from _of_names(entry, form, ontology)


def _of_value(key: str, value: Any, form: _Form) -> str:
    """Say what is wrong with a value; empty if nothing is."""
    if key in _LISTS:
        if not isinstance(value, list):
            return "is no list"
        if key in _TEXTS and not (value and all(isinstance(text, str) for text in value)):
            return "holds no texts"
        return next(filter(None, map(_of_expression, _expressions(value))), "")
    if key in _NUMBERS:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return "is no number"
        return "" if key != "confidence" or 0 <= value <= 1 else "is not between 0 and 1"
    if key in _SWITCHES:
        return "" if isinstance(value, bool) else "is neither true nor false"
    if (form.is_free or key in form.patterns) and isinstance(value, dict):
        told = {name: _of_value(key, text, form) for name, text in value.items()}
        return "; ".join(f"{name!r} {reason}" for name, reason in told.items() if reason)
    if not isinstance(value, str):
        return "is no text"
    if key == "place" and value not in _PLACES:
        return f"is none of {', '.join(_PLACES)}"
    return _of_expression(value) if form.is_free or key in form.patterns else ""


def _of_expression(text: object) -> str:
    try:
        re.compile(str(text))
    except re.error as err:
        return f"is no regular expression: {err}"
    return ""


def _expressions(tokens: Any) -> Iterator[object]:
    """Find the regular expressions in the tokens of a pattern."""
    if isinstance(tokens, dict):
        for key, value in tokens.items():
            yield from [value] if key == "REGEX" else _expressions(value)
    elif isinstance(tokens, list):
        for token in tokens:
            yield from _expressions(token)


def _of_names(entry: dict[str, Any], form: _Form, ontology: Ontology) -> Iterator[str]:
    """Say which types, roles and relations that an entry names do not exist."""
    kind, role = entry.get("type"), entry.get("role")
    try:
        if not isinstance(kind, str) or "type" not in form.needed:
            return
        if "between" in form.patterns:
            ends = ontology.relation(kind)
            for key, types in (("head_roles", ends.heads), ("tail_roles", ends.tails)):
                known = {r.name for name in types for r in ontology.roles_of(name)}
                for told in entry.get(key, ()):
                    if told not in known:
                        yield f"{key!r}: {told!r} is no role of {' or '.join(types)}"
        elif isinstance(role, str):
            ontology.role(ontology.type(kind).name, role)
        else:
            ontology.type(kind)
    except UnknownNameError as err:
        yield str(err)
