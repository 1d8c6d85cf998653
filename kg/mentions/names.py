"""Component that finds proper names by their shape and tells their type by what stands around.

A proper name has an inner capital, two capitals in a row, or a capital with a digit: "FlickerNet",
"MNIST", "ResNet-50". Cues (``rules/names.toml``) vote for a type over all its occurrences in one
text; with no vote the default of the file holds, for shapes that it allows. An abbreviation that
the text explains has the type of its long form, so it is left to the component that reads that.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spacy.language import Language

from kg import ontology as ontologies
from kg.errors import OntologyError
from kg.mentions.candidates import Candidate, keep, read
from kg.recognizer.tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from spacy.tokens import Doc

    from kg.ontology import Ontology
    from kg.recognizer.tokens import Tokens

__all__ = ["Cue", "is_name", "make_names", "spans"]

_NAME = re.compile(
    r"(?=.*[A-Z])(?:[A-Za-z]*[a-z][A-Z]\w*|[A-Z]{2,}[\w.+]*|[A-Z][a-z]+\d[\w.]*|[A-Z]\d\w*)"
    r"(?:-[\w.]+)*"
)
_LEXICON = "kg_lexicon"
_LINKS = frozenset({",", "and", "or", "&"})
_PART = re.compile(r"[^\W_][\w.+#]*")


@dataclass(frozen=True, slots=True)
class Cue:
    """What speaks for a type: words beside a name, the shape of the name, or its title.

    ``place`` is ``before``, ``after``, ``shape`` or ``title``; ``words`` holds lower-case words for
    the first two, and ``pattern`` a regular expression for the others.
    """

    rule: str
    type: str
    place: str
    words: frozenset[str]
    pattern: re.Pattern[str]
    weight: float


@lru_cache(maxsize=65536)
def is_name(text: str) -> bool:
    """Say whether a word has the shape of a proper name.

    >>> [is_name(t) for t in ("FlickerNet", "MNIST", "CIFAR-10", "Network", "net", "A")]
    [True, True, True, False, False, False]
    """
    return len(text) > 1 and _NAME.fullmatch(text) is not None


@Language.factory("kg_names", default_config={"ontology": ""})
def make_names(nlp: Language, name: str, ontology: str) -> Callable[[Doc], Doc]:
    """Make the component from the cues of an ontology folder.

    :raises OntologyError: If a pattern is no regular expression.
    """
    del nlp
    found = ontologies.load(Path(ontology) if ontology else None)
    cues, default, plain = _read_cues(found)

    def component(doc: Doc) -> Doc:
        keep(doc, name, _typed(doc, cues, default, plain))
        return doc

    return component


def spans(doc: Doc) -> Iterator[tuple[int, int]]:
    """Find the spans of tokens that are proper names, with what hyphens join to them."""
    known = tokens(doc)
    texts, size, index = known.texts, len(known.texts), 0
    for place, text in enumerate(texts):
        if place < index or text.islower() or not is_name(text):
            continue
        start, end = place, place + 1
        while start > 1 and _joins(known, start - 1) and _PART.fullmatch(texts[start - 2]):
            start -= 2
        while end + 1 < size and _joins(known, end) and _PART.fullmatch(texts[end + 1]):
            end += 2
        yield start, end
        index = end


def _joins(known: Tokens, index: int) -> bool:
    """Say whether a token is a hyphen without blanks around it."""
    return known.texts[index] == "-" and not (known.spaces[index] or known.spaces[index - 1])


def _read_cues(ontology: Ontology) -> tuple[list[Cue], tuple[str, str], re.Pattern[str]]:
    rules: dict[str, Any] = ontology.rules("names")
    cues = [
        Cue(
            cue["id"],
            ontology.type(cue["type"]).name,
            cue["place"],
            frozenset(cue.get("words", ())),
            _compiled(cue["id"], cue.get("pattern", "(?!)")),
            float(cue["weight"]),
        )
        for cue in rules["cue"]
    ]
    default = rules["default"]
    meaning = (ontology.type(default["type"]).name, default["id"])
    return cues, meaning, _compiled(default["id"], default["pattern"])


def _compiled(rule: str, pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except re.error as err:
        reason = f"'pattern' is no regular expression: {err}; mend it"
        raise OntologyError("rules/names.toml", rule, reason) from err


def _typed(
    doc: Doc, cues: list[Cue], default: tuple[str, str], plain: re.Pattern[str]
) -> Iterator[Candidate]:
    found = list(spans(doc))
    votes: dict[str, dict[tuple[str, str], float]] = defaultdict(lambda: defaultdict(float))
    texts, lowers = tokens(doc).texts, tokens(doc).lowers
    ends = next((at for at, text in enumerate(texts) if "\n" in text), len(texts))
    title = doc[:ends].text.lower()
    for start, end in found:
        text = doc[start:end].text
        votes[text][default] += 0  # so that every name has an entry
        before = lowers[start - 1] if start else ""
        after = lowers[end] if end < len(lowers) else ""
        opens_title = start == 0 and after == ":"
        for cue in cues:
            if (
                (cue.place == "before" and before in cue.words)
                or (cue.place == "after" and after in cue.words)
                or (cue.place == "shape" and cue.pattern.search(text))
                or (cue.place == "title" and opens_title and cue.pattern.search(title))
            ):
                votes[text][cue.type, cue.rule] += cue.weight
    _share(doc, found, votes, default)
    for start, end in found:
        text = doc[start:end].text
        found_type = _winner(votes[text], default)
        if found_type != default or plain.search(text):
            yield Candidate(start, end, *found_type)


def _share(
    doc: Doc,
    found: list[tuple[int, int]],
    votes: dict[str, dict[tuple[str, str], float]],
    default: tuple[str, str],
) -> None:
    """Let a name without a vote have the type of its neighbour in a list: "on MNIST, X and Y"."""
    kinds = {(c.start, c.end): c.type for c in read(doc, _LEXICON)}
    ends = {end: kind for (_, end), kind in kinds.items()}
    lowers = tokens(doc).lowers
    for start, end in found:
        text = doc[start:end].text
        place = start
        while place > 0 and lowers[place - 1] in _LINKS:
            place -= 1
        kind = ends.get(place) if place < start else None
        if (start, end) not in kinds and kind and _winner(votes[text], default) == default:
            votes[text][kind, "name.list"] += 1.0
        ends.setdefault(end, _winner(votes[text], default)[0])


def _winner(votes: Mapping[tuple[str, str], float], default: tuple[str, str]) -> tuple[str, str]:
    """Choose the type with most votes, then the rule that gave it most."""
    by_type: dict[str, float] = defaultdict(float)
    for (type_name, _), weight in votes.items():
        by_type[type_name] += weight
    best = max(by_type.values())
    if best <= 0:
        return default
    chosen = min((t for t, w in by_type.items() if w == best), key=lambda t: (t != default[0], t))
    rules = {rule: weight for (t, rule), weight in votes.items() if t == chosen}
    return chosen, min(rules, key=lambda rule: (-rules[rule], rule))
