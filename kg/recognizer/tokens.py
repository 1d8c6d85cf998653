"""The tokens of a document as plain lists, read once: going through spaCy's objects costs more."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from spacy.tokens import Doc

__all__ = ["Tokens", "norms", "sentences", "tokens"]

_KEPT = "kg_tokens"
_ATTRIBUTES: list[int | str] = ["ORTH", "LOWER", "IDX", "IS_SPACE"]


class Tokens(NamedTuple):
    """What does not change while the components look at a document; one entry for each token.

    :param texts: The tokens.
    :param lowers: The same in lower case.
    :param starts: Offset of the first character.
    :param blanks: 1 for white space, else 0.
    """

    texts: list[str]
    lowers: list[str]
    starts: list[int]
    blanks: list[int]

    def words(self) -> tuple[list[str], list[int]]:
        """List the words and signs in lower case, and where they begin."""
        kept = [
            (lower, start)
            for lower, start, blank in zip(self.lowers, self.starts, self.blanks, strict=True)
            if not blank
        ]
        return [lower for lower, _ in kept], [start for _, start in kept]


def tokens(doc: Doc) -> Tokens:
    """Read the tokens of a document.

    :param doc: The document; its tokens are not split or merged afterwards.

    >>> import spacy
    >>> tokens(spacy.blank("en")("Two nets"))
    Tokens(texts=['Two', 'nets'], lowers=['two', 'nets'], starts=[0, 4], blanks=[0, 0])
    """
    found: Tokens | None = doc.user_data.get(_KEPT)
    if found is None:
        strings = doc.vocab.strings
        texts, lowers, starts, blanks = doc.to_array(_ATTRIBUTES).T.tolist()
        found = Tokens([strings[n] for n in texts], [strings[n] for n in lowers], starts, blanks)
        doc.user_data[_KEPT] = found
    return found


def norms(doc: Doc) -> list[str]:
    """Read the norms of the tokens of a document: in our pipeline their comparison keys.

    >>> import spacy
    >>> norms(spacy.blank("en")("Two Nets"))
    ['two', 'nets']
    """
    strings = doc.vocab.strings
    return [strings[number] for number in doc.to_array("NORM").tolist()]


def sentences(doc: Doc) -> list[tuple[int, int]]:
    """List the sentences of a document as half-open ranges of token numbers without gaps.

    :param doc: The document, whose sentences are marked; one without marks is one sentence.
    :returns: The ranges; none if the document is empty.
    """
    marks = doc.to_array("SENT_START").tolist()
    starts = [at for at, mark in enumerate(marks) if mark == 1 or at == 0]
    return list(zip(starts, [*starts[1:], len(marks)], strict=True))
