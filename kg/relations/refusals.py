"""Numbers that are no quantities: parts of names, versions, dates, ratios, sizes and settings.

>>> sentence = "A mean of 7 in Section 3 (p < 0.01)"
>>> [refuses(sentence, n, n + w, is_bare=True) for n, w in ((10, 1), (23, 1), (30, 4))]
[False, True, True]
"""

from __future__ import annotations

import re

__all__ = ["begins", "opaque", "refuses"]

_MONTHS = "Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sep|Oct|Nov|Dec"
_MONTH = rf"(?:{_MONTHS})[a-z]*\.?"
# Behind a number that is part of a name, a ratio, a size, a version or a time.
_PART = re.compile(
    r"[\w^_\u00b2\u00b3+]|\.[0-9]|:[0-9]|\s?[\u00d7xX*]\s?[0-9]|-[A-Za-z,/]|,[0-9]"
    rf"|\s?[ap]\.m\.|\s[ap]m\b|\s{_MONTH}\s[12][0-9]{{3}}"
)
_PART_OF_UNIT = re.compile(r"\w|\.[0-9]|\s?[\u00d7xX*]\s?[0-9]|[\s-](?:scale|Likert)\b")
_CONFIDENCE = re.compile(r"[\s-]?(?:Cr?Is?\b|HDI\b|(?:confiden|credib)\w+)")
_P_VALUE = re.compile(
    r"(?<!\w)[pPqQ]s?(?:[\s-]?val(?:ue)?s?)?\s?(?:[<>=:\u2264\u2265\u226a\u2248]|below|of|less\sthan)"
    r"\s?=?\s?$"
)
_SETTING = re.compile(r"(?<!\w)(?:\w|[a-z]_\w)\s?(?:=|\u2208)\s?$")
_OPAQUE = re.compile(
    r"https?://\S+|\bwww\.\S+|\b(?:doi|DOI)\b\S{0,40}\s?\S+|\b10\.[0-9]{4,9}/\S+"
    r"|(?:[aA]r|R)[xX]iv:?\s?[\w./-]+|\[[0-9]+(?:\s?[,;\u2013-]\s?[0-9]+)*\]"
)
_SIZE = re.compile(r"[0-9]\s?[xX\u00d7*]\s$")
_BY_BEFORE = re.compile(r"(?<![^\s(])[0-9]+\sby\s$")
_BY_BEHIND = re.compile(r"\sby\s[0-9]+(?![\w.%]|\s?%)")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")

# Words before a number that is a name; those of the second list have whole numbers only.
_NAMES = frozenset(
    {
        *(
            "section",
            "sections",
            "sec",
            "secs",
            "fig",
            "figs",
            "figure",
            "figures",
            "table",
            "tables",
        ),
        *("tab", "eq", "eqs", "equation", "equations", "version", "versions", "ver", "v", "page"),
        *("pages", "pp", "p", "vol", "volume", "no", "nos", "number", "chapter", "chapters"),
        *("appendix", "algorithm", "theorem", "lemma", "proposition", "corollary", "definition"),
    }
)
_COUNTED = _NAMES | {
    *(
        "top",
        "step",
        "stage",
        "phase",
        "part",
        "track",
        "task",
        "subtask",
        "layer",
        "level",
        "type",
    ),
    *("grade", "group", "case", "experiment", "study", "day", "week", "month", "seed"),
}
_RELATIONS = "<>=:\u2264\u2265\u226a\u2248"
_BELOW = frozenset(("below", "of", "than"))
_POSSESSIVES = ("'s", "\u2019s")
_FAR = 60  # characters; an opening parenthesis farther before is not that of a closing one
_SIGNS = "+-\u2212"
_DASHES = "-\u2212\u2013\u2014"
_TIES = _DASHES + "/,~\u223c\u00f7"
_OPENS = "([{=~\u2248\u223c<>\u2264\u2265,:;|\"'\u201c/\u2013\u2014\u2192\u00f7"


def opaque(text: str) -> list[tuple[int, int]]:
    """Find the addresses, identifiers and citations of a text; their digits are no numbers.

    :param text: Any text.
    :returns: Their spans in the order of the text; empty if there are none.

    >>> opaque("see [12, 13] and https://a.b/5")
    [(4, 12), (17, 30)]
    """
    # The patterns need one of these; most sentences have none.
    if (
        "[" in text
        or "://" in text
        or "www." in text
        or "Xiv" in text
        or "xiv" in text
        or "doi" in text
        or "DOI" in text
        or ("10." in text and "/" in text)
    ):
        return [match.span() for match in _OPAQUE.finditer(text)]
    return []


def begins(text: str, start: int, stop: int) -> int:
    """Find where a number begins, its sign included.

    :param text: Where it stands.
    :param start: Where its digits begin.
    :param stop: Where the number before it ends, with its unit.
    :returns: An offset; -1 if what stands before the digits makes them part of something else.

    >>> [begins(t, len(t) - 1, 0) for t in ("by -5", "GPT-4", "R2", "\u2248+3", "x^2")]
    [3, -1, -1, 1, -1]
    """
    last = text[start - 1] if start else " "
    ahead = text[start - 2] if start > 1 else " "
    if last.isspace() or last in "([":
        is_size = ahead in "xX\u00d7*" and _SIZE.search(text[max(0, start - 6) : start])
        return -1 if is_size else start
    if last.isalnum() or last in "_^@#\\&.%":
        return -1
    if start - 1 == stop and stop and last in _TIES:
        return start  # what joins it to the number before tells
    if last == "/":
        return start - 3 if text[start - 3 : start] == "+/-" else -1
    if last in _SIGNS and (
        ahead.isspace() or ahead in _OPENS or (ahead in _DASHES and start - 2 == stop)
    ):
        is_signed_plus = last == "-" and text[max(0, start - 3) : start] == "+/-"
        return start - 3 if is_signed_plus else start - 1
    if last in _DASHES:
        return start if last == "\u2014" and ahead != "-" else -1
    if last == "+":
        return -1
    if last == "*":  # Markdown sets numbers in asterisks
        return -1 if ahead.isalnum() or ahead in ")]" else start
    return -1 if last in ",:" and (ahead.isdigit() or ahead in "*]") else start


def refuses(text: str, start: int, stop: int, *, is_bare: bool) -> bool:
    """Say whether a number is no quantity, from what stands around it.

    :param text: Where it stands.
    :param start: Where it begins.
    :param stop: Where it ends, its unit included.
    :param is_bare: Whether it has neither unit nor error term.
    """
    if (_PART if is_bare else _PART_OF_UNIT).match(text, stop):
        return True
    before = text[max(0, start - 24) : start]
    words = before.split()
    last = words[-1] if words else ""
    if (last in _BELOW or last[-1:] in _RELATIONS) and _P_VALUE.search(before):
        return True
    if not is_bare:
        is_model = (
            text[stop - 1] in "BM" and text[stop - 2].isdigit() and _is_name(text, start, last)
        )
        return is_model or _CONFIDENCE.match(text, stop) is not None
    number = text[start:stop]
    if number.isdigit() and _is_label(text, start, stop, last):
        return True
    known = _COUNTED if number.isdigit() else _NAMES
    return before[-1:].isspace() and last.strip("(.[").lower() in known


def _is_label(text: str, start: int, stop: int, last: str) -> bool:
    """Say whether a whole number is a year, a size, a setting, a name or the sign of a list."""
    number = text[start:stop]
    if _YEAR.fullmatch(number) or _BY_BEHIND.match(text, stop):
        return True
    if last == "by" and _BY_BEFORE.search(text[max(0, start - 12) : start]):
        return True
    if last[-1:] in "=\u2208" and _SETTING.search(text[max(0, start - 12) : start]):
        return True
    if len(number) > 2:
        return False
    if text[stop : stop + 1] == ")" and (
        text[start - 1 : start] == "(" or "(" not in text[max(0, start - _FAR) : start]
    ):
        return True
    return _is_name(text, start, last)


def _is_name(text: str, start: int, last: str) -> bool:
    """Say whether the word before a number has a capital and does not begin the sentence."""
    if not (start > len(last) + 1 and text[start - 1].isspace() and last[-1:].isalnum()):
        return False
    return any(c.isupper() for c in last) and not last.endswith(_POSSESSIVES)
