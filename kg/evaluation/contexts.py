"""The words around what went wrong, with gold and prediction marked.

>>> from kg.evaluation.mistakes import Mistake, Side
>>> text = "We train a spiking network on EEG."
>>> gold = Side("T", "spiking network", forms=("spiking network",))
>>> predicted = Side("T", "network", spans=((19, 26),), forms=("network",))
>>> found = locate(text, Mistake("boundary", "p1", gold, predicted))
>>> found
((11, 26), (19, 26))
>>> excerpt(text, *found)
'We train a [spiking {network}] on EEG.'
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.evaluation.mistakes import Mistake, Side
    from kg.model import Span

__all__ = ["excerpt", "locate", "printable"]

_UNPRINTABLE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
_WIDTH = 60


def printable(text: str) -> str:
    """Put a blank for each character that would move the cursor, turn the writing or break a line.

    >>> printable("a" + chr(27) + "[31m")
    'a [31m'
    """
    return _UNPRINTABLE.sub(" ", text)


def locate(text: str, mistake: Mistake) -> tuple[Span | None, Span | None]:
    """Find where in a text a mistake is.

    :param text: The text of the paper; may be empty.
    :param mistake: The mistake.
    :returns: The span of the gold and that of the prediction. Where they overlap that place is
        taken; else only the one that is at fault is given, at its first place. Both are ``None`` if
        the text holds neither.
    """
    gold = _places(text, mistake.gold) if mistake.gold else []
    predicted = _places(text, mistake.predicted) if mistake.predicted else []
    for ours in gold:
        for theirs in predicted:
            if ours[0] < theirs[1] and theirs[0] < ours[1]:
                return ours, theirs
    if gold and (mistake.kind != "duplicate" or not predicted):
        return gold[0], None
    return None, predicted[0] if predicted else None


def _places(text: str, side: Side) -> list[Span]:
    """List where a side stands: where it says, if that is true, or where its forms are found."""
    told = [(start, end) for start, end in side.spans if text[start:end] in side.forms]
    return told or sorted(_search(text, side.forms))


def _search(text: str, forms: tuple[str, ...]) -> Iterator[Span]:
    for flags in (0, re.IGNORECASE):
        found = False
        for form in filter(str.strip, forms):
            pattern = rf"(?<!\w){re.escape(form.strip())}(?!\w)"
            for match in re.finditer(pattern, text, flags):
                found = True
                yield match.span()
        if found:
            return


def excerpt(text: str, gold: Span | None, predicted: Span | None, *, width: int = _WIDTH) -> str:
    """Cut the words around a place out of a text.

    :param text: The text.
    :param gold: What to mark with square brackets.
    :param predicted: What to mark with braces.
    :param width: How many characters to show on each side, to the next word.
    :returns: One line; empty if there is nothing to mark.

    >>> excerpt("one two three four", (8, 13), None, width=5)
    '… two [three] four'
    """
    spans = [span for span in (gold, predicted) if span]
    if not spans:
        return ""
    start = min(span[0] for span in spans)
    end = max(span[1] for span in spans)
    first, last = max(start - width, 0), min(end + width, len(text))
    # A word that the window cuts is left out, if another word is left.
    if first and (cut := re.search(r"\s", text[first:start])):
        first += cut.end()
    if last < len(text) and (kept := re.match(r"(?s).*\s", text[end:last])):
        last = end + kept.end()
    marks = sorted((*_marks(gold, "[]", 0), *_marks(predicted, "{}", 1)))
    parts, at = ["… " if first else ""], first
    for place, *_, mark in marks:
        parts += [text[at:place], mark]
        at = place
    parts += [text[at:last], " …" if last < len(text) else ""]
    return " ".join(printable("".join(parts)).split())


def _marks(
    span: Span | None, brackets: str, depth: int
) -> Iterator[tuple[int, bool, int, int, str]]:
    """Give brackets to sort: at one place the inner closes first, and the outer opens first."""
    if span:
        length = span[1] - span[0]
        yield span[0], True, -length, depth, brackets[0]
        yield span[1], False, length, -depth, brackets[1]
