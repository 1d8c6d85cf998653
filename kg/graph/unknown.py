"""What stands in a query and can have no answer, so that people are told and need not guess.

>>> from kg.ontology import default_folder
>>> schema = default_folder() / "paperkg.ttl"
>>> print(*unknown_terms("SELECT ?x { ?x a kg:Mehtod }", schema))
kg:Mehtod is not in the ontology; close to kg:Method, kg:usesMethod, kg:Mention
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from kg.graph.parameters import declared_parameters
from kg.graph.query import query
from kg.graph.sparql import tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

__all__ = ["unknown_terms", "unknown_values"]

_NAMESPACE = "http://purl.org/vocab/vann/preferredNamespaceUri"
_PREFIX = "http://purl.org/vocab/vann/preferredNamespacePrefix"
_CLOSE = 3  # names that are suggested at most


def unknown_terms(sparql: str, schema: Path) -> list[str]:
    """Tell which classes and properties of the ontology a query uses that are none.

    :param sparql: A query that could be answered.
    :param schema: File of the ontology.
    :returns: A sentence for each, which names those that are close; none if all are declared.
    """
    namespace, prefix, names = _declared(schema)
    words = [(kind, text) for kind, text, _ in tokens(sparql)]
    prefixes, found = {prefix: namespace}, {}
    for (_, before), (kind, text), (_, behind) in zip(
        [("", ""), *words], words, [*words[1:], ("", "")], strict=False
    ):
        if before.upper() == "PREFIX":
            prefixes[text[:-1]] = behind[1:-1]
        elif name := _local(kind, text, namespace, prefixes):
            found[name] = True
    told = []
    for name in found:
        if name not in names:
            close = [f"{prefix}:{n}" for n in get_close_matches(name, names, _CLOSE)]
            hint = f"; close to {', '.join(close)}" if close else ""
            told.append(f"{prefix}:{name} is not in the ontology{hint}")
    return told


def _declared(schema: Path) -> tuple[str, str, list[str]]:
    """Read namespace, prefix and the names of all terms of an ontology."""
    from kg.graph.engine_oxigraph import quads_of

    told, subjects = {}, set()
    for quad in quads_of(str(schema)):
        told[quad.predicate.value] = getattr(quad.object, "value", "")
        subjects.add(getattr(quad.subject, "value", ""))
    namespace = told.get(_NAMESPACE, "")
    names = sorted(s.removeprefix(namespace) for s in subjects if s.startswith(namespace))
    return namespace, told.get(_PREFIX, "kg"), names


def _local(kind: str, text: str, namespace: str, prefixes: Mapping[str, str]) -> str:
    """Give the name of a term of the namespace; empty for any other word."""
    if kind == "iri":
        whole = text[1:-1]
    elif kind == "name":
        prefix, _, local = text.partition(":")
        whole = prefixes.get(prefix, "") + local
    else:
        return ""
    return whole.removeprefix(namespace) if whole.startswith(namespace) else ""


def unknown_values(
    folder: Path | str,
    sparql: str,
    parameters: Mapping[str, Sequence[str]],
    **options: object,
) -> Iterator[str]:
    """Tell which texts that were set leave nothing of an answer, each taken alone.

    :param folder: The build that was asked.
    :param sparql: A query whose answer was empty.
    :param parameters: What was set; entities are known to be there.
    :param options: As :func:`kg.graph.query.query` takes them.
    :returns: A sentence for each.
    """
    for parameter in declared_parameters(sparql):
        given = parameters.get(parameter.name)
        if given and not parameter.is_entity:
            alone = {parameter.name: given}
            if len(parameters) == 1 or not query(folder, sparql, parameters=alone, **options):  # type: ignore[arg-type]
                values = ", ".join(map(repr, given))
                yield f"no row has {values} as {parameter.name} ({parameter.text})"
