"""Short forms and their long forms.

The algorithm is Schwartz and Hearst's (A simple algorithm for identifying abbreviation definitions
in biomedical text, PSB 2003): a short form in parentheses is explained by the words before it if
its characters occur there from right to left, the first one at the beginning of a word.
"""

from __future__ import annotations

import re

__all__ = ["is_short_form", "is_styled", "long_form_start", "stem"]

_SHORT = re.compile(r"(?=.*[^\W\d_])[^\W_](?:[\w.&/+-]|(?<=\w) (?=\w)){0,9}[\w+]")


def is_short_form(text: str) -> bool:
    """Say whether a string may be a short form: 2 to 11 characters, a letter, an upper-case one.

    >>> [is_short_form(t) for t in ("SNN", "fMRI", "CIFAR-10", "see", "a", "(x)")]
    [True, True, True, False, False, False]
    """
    if not _SHORT.fullmatch(text) or text.count(" ") > 1:
        return False
    return any(c.isupper() for c in text)


def is_styled(text: str) -> bool:
    """Say whether a name has a digit, or capitals beside those that titles give to words.

    >>> [is_styled(t) for t in ("FlickerNet", "CIFAR-10", "Hopfield", "neural net")]
    [True, True, False, False]
    """
    inner = any(c.isupper() and text[i - 1].isalnum() for i, c in enumerate(text) if i)
    return inner or any(c.isdigit() for c in text)


def stem(short: str) -> str:
    """Take the plural s off a short form.

    >>> stem("SNNs"), stem("GPS"), stem("LLMs")
    ('SNN', 'GPS', 'LLM')
    """
    return short[:-1] if len(short) > 2 and short.endswith("s") and short[-2].isupper() else short


def long_form_start(short: str, before: str) -> int | None:
    """Find where the long form of a short form begins in the text before it.

    :param short: The short form, such as ``"SNN"``.
    :param before: Text that ends where the parenthesis opens.
    :returns: Offset in ``before``; None if the text does not explain the short form.

    >>> text = "we study spiking neural networks"
    >>> text[long_form_start("SNN", text) :]
    'spiking neural networks'
    >>> long_form_start("XYZ", text) is None
    True
    """
    place = len(before) - 1
    for index in range(len(short) - 1, -1, -1):
        character = short[index].lower()
        if not character.isalnum():
            continue
        while place >= 0 and not (
            before[place].lower() == character
            and (index > 0 or place == 0 or not before[place - 1].isalnum())
        ):
            place -= 1
        if place < 0:
            return None
        place -= 1
    return place + 1
