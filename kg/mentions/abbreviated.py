"""Component that finds abbreviations and the long forms that explain them.

The pairs stand in ``doc.spans["kg_long"]`` and ``doc.spans["kg_short"]``, one beside the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from spacy.language import Language
from spacy.tokens import SpanGroup

from kg.abbreviations import is_short_form, long_form_start, stem
from kg.recognizer.tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from spacy.tokens import Doc, Span

__all__ = ["LONG", "SHORT", "make_abbreviations", "pairs"]

LONG, SHORT = "kg_long", "kg_short"
_STOPS = frozenset(".;:!?()")


@Language.factory("kg_abbreviations", default_config={"ontology": ""})
def make_abbreviations(nlp: Language, name: str, ontology: str) -> Callable[[Doc], Doc]:
    """Make the component; it needs nothing of the ontology.

    >>> import spacy
    >>> doc = make_abbreviations(spacy.blank("en"), "x", "")(spacy.blank("en")("a neural net (NN)"))
    >>> [(long.text, short.text) for long, short in pairs(doc)]
    [('neural net', 'NN')]
    >>> text = "by non-negative tensor factorization (NTF)"
    >>> doc = make_abbreviations(spacy.blank("en"), "x", "")(spacy.blank("en")(text))
    >>> [(long.text, short.text) for long, short in pairs(doc)]
    [('non-negative tensor factorization', 'NTF')]
    >>> doc = make_abbreviations(spacy.blank("en"), "x", "")(spacy.blank("en")("NN (neural net)"))
    >>> [(long.text, short.text) for long, short in pairs(doc)]
    [('neural net', 'NN')]
    """
    del nlp, name, ontology
    return _find


def pairs(doc: Doc) -> list[tuple[Span, Span]]:
    """List long and short forms that a text defines, in their order; empty if there is none."""
    if LONG not in doc.spans:
        return []
    return list(zip(doc.spans[LONG], doc.spans[SHORT], strict=True))


def _find(doc: Doc) -> Doc:
    found = [p for at, t in enumerate(tokens(doc).texts) if t == "(" for p in _explained(doc, at)]
    doc.spans[LONG] = SpanGroup(doc, name=LONG, spans=[long for long, _ in found])
    doc.spans[SHORT] = SpanGroup(doc, name=SHORT, spans=[short for _, short in found])
    return doc


def _explained(doc: Doc, opening: int) -> Iterator[tuple[Span, Span]]:
    """Look at one parenthesis: what stands in it up to a comma, and the words before it."""
    end = opening + 1
    while end < len(doc) and end < opening + 7 and doc[end].text not in {")", ",", ";"}:
        end += 1
    if end >= len(doc) or end == opening + 1 or doc[end].text not in {")", ",", ";"}:
        return
    short = doc[opening + 1 : end]
    if not is_short_form(short.text):
        yield from _explained_behind(doc, opening)
        return
    core = stem(short.text)
    before = _window(doc, opening, len(core))
    start = long_form_start(core, before.text) if before else None
    if start is None:
        return
    offset = before.start_char + start
    for token in before:
        if token.idx == offset:
            first = _whole(doc, token.i)
            long = doc[first:opening]
            is_begun = first == token.i or doc[first].text[0].lower() == core[0].lower()
            if is_begun and any(c.isalpha() for c in long.text) and long.text != short.text:
                yield long, short
            return


def _whole(doc: Doc, place: int) -> int:
    """Find where the word with hyphens begins that a token is a part of."""
    while place > 1 and doc[place - 1].text == "-" and not doc[place - 1].whitespace_:
        if doc[place - 2].whitespace_ or not doc[place - 2].text[-1].isalnum():
            break
        place -= 2
    return place


def _explained_behind(doc: Doc, opening: int) -> Iterator[tuple[Span, Span]]:
    """Look for a short form before a parenthesis that holds its long form and nothing else."""
    end = next((at for at in range(opening + 1, len(doc)) if doc[at].text in _STOPS), len(doc))
    short = doc[max(0, opening - 1) : opening]
    if end == len(doc) or doc[end].text != ")" or not is_short_form(short.text):
        return
    core, long = stem(short.text), doc[opening + 1 : end]
    is_likely = sum(c.isupper() for c in core) > 1 and 1 < len(long) <= len(core) + 5
    if is_likely and long_form_start(core, long.text) == 0:
        yield long, short


def _window(doc: Doc, opening: int, size: int) -> Span:
    """Cut the words before a parenthesis in which Schwartz and Hearst look for a long form."""
    words = min(size + 5, 2 * size)
    begin = opening
    while begin > 0 and words > 0:
        token = doc[begin - 1]
        if token.text in _STOPS or "\n" in token.text:
            break
        words -= any(c.isalnum() for c in token.text)
        begin -= 1
    return doc[begin:opening]
