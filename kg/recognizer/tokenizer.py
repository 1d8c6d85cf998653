"""A tokenizer that remembers how pieces of text are cut.

spaCy's own does so too, but only for words that its vocabulary keeps, which are the first ten
thousand; all others meet its regular expressions each time they come.
"""

from __future__ import annotations

import re
from itertools import accumulate, chain
from typing import TYPE_CHECKING, TypeAlias

from spacy.attrs import IS_STOP, LOWER, NORM  # type: ignore[import-not-found]
from spacy.tokenizer import Tokenizer  # type: ignore[import-not-found]
from spacy.tokens import Doc

from kg.recognizer.tokens import assembled, tokens

if TYPE_CHECKING:
    from kg.recognizer.tokens import Row

    # The tokens of what stands between two blanks; 1 behind the last, which is not that of a text,
    # else 0; numbers of the tokens whose norm spaCy's exceptions tell, such as "n't". No class:
    # plain tuples of plain values are left alone by Python's search for garbage.
    _Piece: TypeAlias = tuple[tuple[Row, ...], tuple[int, ...], tuple[int, ...]]

__all__ = ["PieceTokenizer"]

_KEPT = 100_000  # pieces; about 40 MB
_SIMPLE = re.compile(
    r"(?:(?P<before>\()(?=[\w-]+\)?[,;:.]?\Z))?(?P<words>[A-Za-z]{2,}(?:-[A-Za-z]{2,})*)"
    r"(?P<behind>[,;:]|\)[,;.]?|(?:(?<=[a-z])|(?<=[A-Z][A-Z]))\.)?"
)


class PieceTokenizer(Tokenizer):  # type: ignore[misc]
    r"""Cuts a text as spaCy's tokenizer cuts the pieces between its blanks.

    That is how spaCy cuts the text as a whole, but for emoticons with blanks in them.

    >>> import spacy
    >>> cut = PieceTokenizer.like(spacy.blank("en").tokenizer)
    >>> [token.text for token in cut("We can't, e.g. (1)\nWhy")]
    ['We', 'ca', "n't", ',', 'e.g.', '(', '1', ')', '\n', 'Why']
    """

    _pieces: dict[str, _Piece]
    _listed: frozenset[str]

    @classmethod
    def like(cls, other: Tokenizer) -> PieceTokenizer:
        """Make one with the rules of another."""
        made = cls(
            other.vocab,
            rules=other.rules,
            prefix_search=other.prefix_search,
            suffix_search=other.suffix_search,
            infix_finditer=other.infix_finditer,
            token_match=other.token_match,
            url_match=other.url_match,
        )
        made._pieces = {}
        made._listed = frozenset(other.rules)
        return made

    def __call__(self, string: str) -> Doc:
        """Cut a text into tokens."""
        known = self._pieces
        pieces: list[_Piece] = []
        for text in string.split(" "):
            piece = known.get(text) or self._cut(text)
            if piece is None:
                whole: Doc = super().__call__(string)
                return whole
            pieces.append(piece)
        cuts, behind, told = zip(*pieces, strict=True)
        rows: list[Row] = list(chain.from_iterable(cuts))
        spaces: list[int] = list(chain.from_iterable(behind))
        spaces[-1] = 0
        doc = Doc(self.vocab, words=[row[0] for row in rows], spaces=spaces)  # type: ignore[arg-type]
        if any(told):
            sizes = accumulate(map(len, cuts), initial=0)
            for at in (size + at for size, ats in zip(sizes, told, strict=False) for at in ats):
                doc[at].norm_ = rows[at][2]
        assembled(doc, rows, spaces)
        return doc

    def _cut(self, text: str) -> _Piece | None:
        """Cut a piece; None if what stands beside it decides, as of several blanks."""
        if not text or text[0].isspace() or text[-1].isspace():
            return None
        if "\n" in text:  # as between title and abstract: such a piece hardly comes again
            return self._two_lines(text)
        piece = self._simple(text) or self._ruled(text)
        if len(self._pieces) >= _KEPT:
            self._pieces.clear()
        self._pieces[text] = piece
        return piece

    def _two_lines(self, text: str) -> _Piece | None:
        """Cut a piece in which lines end: what is before, the line feed, what is behind."""
        first, feed, second = text.partition("\n")
        before = self._pieces.get(first) or self._cut(first)
        behind = self._pieces.get(second) or self._cut(second)
        if before is None or behind is None:  # white space beside the line feed belongs to it
            return self._ruled(text)
        rows = (*before[0], *self._sign(feed), *behind[0])
        size = len(before[0])
        odd = (*before[2], *(size + 1 + at for at in behind[2]))
        return rows, (*before[1][:-1], 0, 0, *behind[1]), odd

    def _simple(self, text: str) -> _Piece | None:
        """Cut words of plain letters with signs behind them or in parentheses, without rules.

        No rule of spaCy cuts plain letters but at a hyphen, unless it is for the very word.
        """
        if text.isalpha() and text.isascii() and len(text) > 1 and text not in self._listed:
            return (self._word(text),), (1,), ()
        found = _SIMPLE.fullmatch(text)
        if not found:
            return None
        words, signs = found["words"].split("-"), found["behind"] or ""
        left = [
            text[start : len(text) - stop] for start in (0, 1) for stop in range(len(signs) + 1)
        ]
        last = [words[-1] + signs[:stop] for stop in range(1, len(signs) + 1)]
        if not self._listed.isdisjoint((*left, found["words"], *last, *words)):
            return None
        hyphen = self._sign("-")
        rows = [*self._sign(found["before"]), self._word(words[0])]
        for word in words[1:]:
            rows += (*hyphen, self._word(word))
        for sign in signs:
            rows += self._sign(sign)
        return tuple(rows), (*(0,) * (len(rows) - 1), 1), ()

    def _word(self, word: str) -> Row:
        vocab = self.vocab
        if word in vocab:
            known = vocab[word]
            return word, known.lower_, known.norm_, 0, int(known.is_stop), 0
        # Asking the vocabulary would make it keep the word for ever.
        getters = vocab.lex_attr_getters
        lower, norm, stop = (getters[name](word) for name in (LOWER, NORM, IS_STOP))
        return word, lower, norm, 0, int(stop), 0

    def _sign(self, sign: str | None) -> tuple[Row, ...]:
        if not sign:
            return ()
        piece = self._pieces.get(sign) or self._pieces.setdefault(sign, self._ruled(sign))
        return piece[0]

    def _ruled(self, text: str) -> _Piece:
        """Let spaCy cut a piece."""
        found = tokens(super().__call__(text))
        norm = self.vocab.lex_attr_getters[NORM]
        odd = tuple(at for at, word in enumerate(found.texts) if norm(word) != found.norms[at])
        return tuple(zip(*found[:6], strict=True)), (*found.spaces[:-1], 1), odd
