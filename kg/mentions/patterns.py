"""Component that runs the token patterns of the rule files with spaCy's matcher.

A pattern stands in ``rules/<type>.toml`` under ``[[pattern]]``; its ``tokens`` are in the words of
spaCy's ``Matcher``. Where it has a ``keep``, the half-open range of matched tokens that is the
mention, counted from the end if negative, the rest is context. Where it has ``opens``, it counts
only at the beginning of the text, which is the title.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from spacy.language import Language
from spacy.matcher import Matcher

from kg import ontology as ontologies
from kg.errors import OntologyError
from kg.mentions.candidates import Candidate, keep

if TYPE_CHECKING:
    from collections.abc import Callable

    from spacy.tokens import Doc

__all__ = ["make_patterns"]


@Language.factory("kg_patterns", default_config={"ontology": ""})
def make_patterns(nlp: Language, name: str, ontology: str) -> Callable[[Doc], Doc]:
    """Make the component from the rules of an ontology folder.

    :raises OntologyError: If spaCy refuses a pattern.
    """
    found = ontologies.load(Path(ontology) if ontology else None)
    matcher = Matcher(nlp.vocab, validate=True)
    meaning: dict[str, tuple[str, tuple[int, int | None]]] = {}
    opening = set()
    for type_name in found.type_names:
        for rule in found.rules(type_name.lower()).get("pattern", ()):
            try:
                matcher.add(rule["id"], [rule["tokens"]], greedy="LONGEST")
            except ValueError as err:
                reason = " ".join(str(err).split())[:160]
                file = f"rules/{type_name.lower()}.toml"
                raise OntologyError(file, rule["id"], f"no pattern of spaCy: {reason}") from err
            if rule.get("opens"):
                opening.add(rule["id"])
            first, *rest = rule.get("keep", [0])
            meaning[rule["id"]] = (type_name, (first, rest[0] if rest else None))

    def component(doc: Doc) -> Doc:
        candidates = []
        for match, start, end in matcher(doc):
            rule = nlp.vocab.strings[match]
            type_name, (first, last) = meaning[rule]
            inner = range(start, end)[first:last]
            if inner and (start == 0 or rule not in opening):
                candidates.append(Candidate(inner.start, inner.stop, type_name, rule))
        keep(doc, name, sorted(candidates))
        return doc

    return component
