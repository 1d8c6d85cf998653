r"""Plain text that knows where each of its characters comes from.

>>> found = plain(r"{\em Spiking} networks emit CO<sub>2</sub> at $5\pm1$\%")
>>> found.text
'Spiking networks emit CO2 at 5±1%'
>>> found.origin(0, 16)
(5, 22)
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.markup.scan import Draft, scan
from kg.markup.tokens import ADDRESS, ESCAPE, MARKED

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Plain", "addresses", "plain"]


@dataclass(frozen=True, slots=True)
class Plain:
    """A text without markup.

    It is cut into stretches. A stretch as long as what it stands for was copied character by
    character, any other stands for its origin as a whole.

    :param text: The text.
    :param cuts: Where its stretches begin; empty if the text is as it was written.
    :param origins: Where each of them stands in the text as written.
    """

    text: str
    cuts: tuple[int, ...] = ()
    origins: tuple[tuple[int, int], ...] = ()

    def origin(self, start: int, end: int) -> tuple[int, int]:
        r"""Find what a span was written as.

        :param start: Where it begins in the plain text.
        :param end: Where it ends there.
        :returns: The shortest span of the text as written that holds all of it: the markup around
            it is left out, the markup inside it is not. An empty span has an empty origin.

        >>> plain(r"a {\bf spiking} net").origin(2, 9), plain(r"a {\bf spiking} net").origin(2, 13)
        ((7, 14), (7, 19))
        """
        if not self.cuts:
            return start, end
        first = max(bisect_right(self.cuts, start) - 1, 0)
        begin, stop = self.origins[first]
        if self._is_copied(first):
            begin = min(begin + start - self.cuts[first], stop)
        if start >= end:
            return begin, begin
        last = bisect_right(self.cuts, end - 1) - 1
        finish = self.origins[last][1]
        if self._is_copied(last):
            finish = self.origins[last][0] + end - self.cuts[last]
        return begin, finish

    def _is_copied(self, index: int) -> bool:
        behind = self.cuts[index + 1] if index + 1 < len(self.cuts) else len(self.text)
        begin, stop = self.origins[index]
        return stop - begin == behind - self.cuts[index]


def plain(*parts: str) -> Plain:
    r"""Take LaTeX and HTML out of a text.

    Commands and entities become the signs that they stand for; commands that only change the looks
    go and leave their arguments; a command that nobody but its author knows leaves its argument or,
    if it has none, its name. Blanks and line breaks become single blanks, empty lines line breaks.
    Broken markup is no error.

    :param parts: Texts in which markup does not run from one to the next, such as a title and an
        abstract; a line feed joins them.
    :returns: The plain text and where it comes from; it may be empty.

    >>> plain(r"The $F_1$ of GPT~\cite{a}, 2\,ms", r"Schr\"{o}dinger: ``cat'' &amp; \method").text
    'The F1 of GPT, 2 ms\nSchrödinger: “cat” & method'
    >>> plain("No markup: $5 & <10.").cuts
    ()
    """
    written = "\n".join(parts)
    if not any(map(MARKED.search, parts)):
        return Plain(written)
    draft = Draft()
    for part in parts:
        if draft.offset:
            draft.add("\n", -1, 0)
        if MARKED.search(part):
            scan(part, draft)
        else:
            draft.add(part, 0, len(part))
        draft.offset += len(part) + 1
    text = "".join(draft.pieces)
    return Plain(written) if text == written else Plain(text, tuple(draft.cuts), tuple(draft.spans))


def addresses(text: str) -> Iterator[str]:
    r"""Find the addresses on the web in a text as written, those in markup too.

    :param text: Any text.
    :returns: The addresses in the order of the text, without what escapes a sign in them.

    >>> list(addresses(r"\href{https://a.b/c\_d}{here}, https://a.b/~c?d=1&amp;e=2"))
    ['https://a.b/c_d', 'https://a.b/~c?d=1&e=2']
    """
    for found in ADDRESS.finditer(text):
        yield ESCAPE.sub("", found[0])
