"""Where surface forms stand in a text: an annotation names them without their places.

>>> find("EEG and EEGNet", "EEG"), find("two EEGs", "EEG")
([(0, 3)], [(4, 7)])
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kg.markup import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from spacy.tokens import Token

    from kg.model import Span

__all__ = ["find", "occurrences", "places"]


def find(text: str, form: str) -> list[Span]:
    """Find a surface form in a text: between word boundaries, or where there is none, anywhere.

    :param text: The text.
    :param form: The surface form.
    :returns: Half-open ranges of characters in the order of the text; empty if the form does not
        stand there or has no sign but blanks.
    """
    if not form.strip():
        return []
    before = r"(?<![^\W_])" if form[0].isalnum() else ""
    behind = r"(?![^\W_])" if form[-1].isalnum() else ""
    exact = re.escape(form)
    whole = [m.span() for m in re.finditer(before + exact + behind, text)]
    return whole or [m.span() for m in re.finditer(exact, text)]


def occurrences(text: str, forms: Iterable[str], tokens: Sequence[Span]) -> set[Span]:
    r"""Find which tokens of a text are surface forms.

    :param text: A text without markup.
    :param forms: Surface forms as written, with markup or without.
    :param tokens: Where the tokens of the text stand, as :func:`places` tells.
    :returns: Half-open ranges of token numbers; none that begins or ends inside a token.

    >>> text, tokens = "Nets like 2D nets", [(0, 4), (5, 9), (10, 12), (13, 17)]
    >>> occurrences(text, [r"2{\em D} nets", "Net", ""], tokens)
    {(2, 4)}
    """
    starts = {start: number for number, (start, _) in enumerate(tokens)}
    ends = {end: number for number, (_, end) in enumerate(tokens, 1)}
    return {
        (starts[start], ends[end])
        for form in {form if form in text else plain(form).text for form in forms}
        for start, end in find(text, form)
        if start in starts and end in ends
    }


def places(tokens: Iterable[Token]) -> list[Span]:
    """Tell where tokens stand in their text, as half-open ranges of characters."""
    return [(token.idx, token.idx + len(token)) for token in tokens]
