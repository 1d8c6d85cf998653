"""Component that shows a text to the trained recognizer, and keeps what it sees.

Other than rules it proposes no mentions of its own: it says of each span how likely each type is.
What it sees stands in ``doc.user_data`` under the name of the component, with word numbers that
leave white space out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from spacy.language import Language

from kg.recognizer import DEFAULT
from kg.recognizer.recognizer import load
from kg.recognizer.tokens import tokens
from kg.recognizer.tokens import words as words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from spacy.tokens import Doc, Token

    from kg.recognizer.recognizer import Seen

__all__ = ["NAME", "make_recognizer", "read", "sentences", "words"]

NAME = "kg_recognizer"


@Language.factory(NAME, default_config={"recognizer": DEFAULT})
def make_recognizer(nlp: Language, name: str, recognizer: str) -> Callable[[Doc], Doc]:
    """Make the component from a recognizer, by its name or folder.

    :raises KGError: If there is none.
    """
    del nlp
    found = load(recognizer)

    def component(doc: Doc) -> Doc:
        doc.user_data[name] = found.see(words_of(doc).texts, sentences(doc))
        return doc

    return component


def words(doc: Doc) -> list[Token]:
    """List the tokens that are words or signs, not white space."""
    return [token for token in doc if not token.is_space]


def sentences(doc: Doc) -> list[tuple[int, int]]:
    """List the sentences that have words, as half-open ranges of word numbers without gaps."""
    found, start, end = [], 0, 0
    begins = (doc.to_array("SENT_START") == 1).tolist()
    for is_start, blank in zip(begins, tokens(doc).blanks, strict=True):
        if is_start and end > start:
            found.append((start, end))
            start = end
        end += 1 - blank
    if end > start:
        found.append((start, end))
    return found


def read(doc: Doc) -> Sequence[Seen] | None:
    """Read what the component saw; None if it was not asked."""
    return doc.user_data.get(NAME)
