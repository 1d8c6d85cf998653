"""The tokens of a document as plain lists, read once: going through spaCy's objects costs more."""

from __future__ import annotations

from itertools import accumulate
from operator import add
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable

    from spacy.tokens import Doc

    Row: TypeAlias = tuple[str, str, str, int, int, int]

__all__ = ["Tokens", "assembled", "norms", "sentences", "tokens", "words"]

_KEPT, _WORDS = "kg_tokens", "kg_words"
_ATTRIBUTES: list[int | str] = [
    *("ORTH", "LOWER", "NORM", "IS_SPACE", "IS_STOP", "IS_PUNCT", "IDX", "SPACY"),
]


class Tokens(NamedTuple):
    """What does not change while the components look at a document; one entry for each token.

    :param texts: The tokens.
    :param lowers: The same in lower case.
    :param norms: Their norms: in our pipeline the comparison keys.
    :param blanks: 1 for white space, else 0.
    :param stops: 1 for words that spaCy lists as stop words, else 0.
    :param puncts: 1 for punctuation, else 0.
    :param starts: Offset of the first character.
    :param spaces: 1 where a blank follows that is no token, else 0.
    """

    texts: list[str]
    lowers: list[str]
    norms: list[str]
    blanks: list[int]
    stops: list[int]
    puncts: list[int]
    starts: list[int]
    spaces: list[int]


def tokens(doc: Doc) -> Tokens:
    """Read the tokens of a document.

    :param doc: The document; its tokens are not split, merged or given other norms afterwards.

    >>> import spacy
    >>> found = tokens(spacy.blank("en")("Two nets"))
    >>> found.texts, found.lowers, found.starts, found.spaces
    (['Two', 'nets'], ['two', 'nets'], [0, 4], [1, 0])
    """
    found: Tokens | None = doc.user_data.get(_KEPT)
    if found is None:
        strings = doc.vocab.strings
        columns = doc.to_array(_ATTRIBUTES).T.tolist()
        written = ([strings[number] for number in column] for column in columns[:3])
        found = doc.user_data[_KEPT] = Tokens(*written, *columns[3:])
    return found


def words(doc: Doc) -> Tokens:
    """Read the tokens of a document that are no white space.

    :param doc: The document, as for :func:`tokens`.

    >>> import spacy
    >>> words(spacy.blank("en")("Two  nets")).texts
    ['Two', 'nets']
    """
    found: Tokens | None = doc.user_data.get(_WORDS)
    if found is None:
        found = tokens(doc)
        if any(found.blanks):
            kept = [at for at, blank in enumerate(found.blanks) if not blank]
            columns: Any = ([column[at] for at in kept] for column in found)
            found = Tokens(*columns)
        doc.user_data[_WORDS] = found
    return found


def assembled(doc: Doc, rows: Iterable[Row], spaces: list[int]) -> None:
    """Tell what the tokens of a document are, where that is known without asking spaCy.

    :param doc: A new document.
    :param rows: The first six fields of :class:`Tokens`, for each token.
    :param spaces: The last.
    """
    texts, lowers, norms, blanks, stops, puncts = map(list, zip(*rows, strict=True))
    starts = [0, *accumulate(map(add, map(len, texts), spaces))][:-1]
    columns: Any = (texts, lowers, norms, blanks, stops, puncts, starts, spaces)
    doc.user_data[_KEPT] = Tokens(*columns)


def norms(doc: Doc) -> list[str]:
    """Read the norms of the tokens of a document: in our pipeline their comparison keys.

    >>> import spacy
    >>> norms(spacy.blank("en")("Two Nets"))
    ['two', 'nets']
    """
    return tokens(doc).norms


def sentences(doc: Doc) -> list[tuple[int, int]]:
    """List the sentences of a document as half-open ranges of token numbers without gaps.

    :param doc: The document, whose sentences are marked; one without marks is one sentence.
    :returns: The ranges; none if the document is empty.
    """
    marks = doc.to_array("SENT_START")
    if not len(marks):
        return []
    marks[0] = 1
    starts: list[int] = (marks == 1).nonzero()[0].tolist()
    return list(zip(starts, [*starts[1:], len(marks)], strict=True))
