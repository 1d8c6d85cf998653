r"""Go through a text with markup piece by piece and write down what a reader sees of it.

>>> draft = Draft()
>>> scan(r"{\em Nets} at 5\%", draft)
>>> "".join(draft.pieces), draft.cuts, draft.spans
('Nets at 5%', [0, 4, 9], [(5, 9), (10, 15), (15, 17)])
"""

from __future__ import annotations

import html
import re
import unicodedata
from functools import cached_property
from html.entities import html5
from typing import TYPE_CHECKING

from kg.markup.signs import accented, is_operator, raised, sign
from kg.markup.tokens import ESCAPE, FORMULA, TOKEN, UNSEEN

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Draft", "scan"]

_LONGEST = 800  # characters of a formula between brackets that nothing closes
_FORMAL = re.compile(r"[\\^_{}=<>]")
_SPACES = frozenset("\\,;:> \t\n")
_NOTHING = frozenset("!/-@")
_THOUSAND = re.compile(r"\d{3}")
_BEFORE_TIE = re.compile(r"[\w.,:;)}\]'\"\u201d%$&-]")
_BEHIND_TIE = re.compile(r"[\w\\$({\[\"`\u201c]")
_COMPOUND = re.compile(r"(?<![a-z])[a-z]+-[a-z]+")
_WORD_BEFORE = re.compile(r"[\w-]{1,40}\Z")
_WORD = re.compile(r"\w{1,40}")
_FIRST_WORD = re.compile(
    r"best|closed|cross|fine|first|full|fully|high|higher|human|large|long|low|lower|many|mixed"
    r"|multi|non|one|open|pseudo|quasi|real|self|semi|short|single|small|state|three|time|two|well"
    r"|worst|zero"
)
"""English words that keep the hyphen behind them where a line ends."""


class Draft:
    """Plain text in the making; the places that it is given count from ``offset``."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.pieces: list[str] = []
        self.cuts: list[int] = []
        self.spans: list[tuple[int, int]] = []
        self.size = self.offset = 0
        self.last = ""

    def add(self, text: str, start: int, end: int) -> None:
        """Write a stretch that stands for a span; no blank is written behind a blank.

        :param text: What is written; nothing happens if it is empty.
        :param start: Where it comes from, in the part that is read.
        :param end: Where that ends.
        """
        if text[:1] == " " == self.last:
            if end - start == len(text):
                start += 1
            text = text[1:]
        if not text:
            return
        start, end = start + self.offset, end + self.offset
        begin, stop = self.spans[-1] if self.spans else (0, -1)
        was_copied = bool(self.cuts) and stop - begin == self.size - self.cuts[-1]
        if was_copied and stop == start and end - start == len(text):
            self.spans[-1] = (begin, end)
        else:
            self.cuts.append(self.size)
            self.spans.append((start, end))
        self.pieces.append(text)
        self.size += len(text)
        self.last = text[-1]


def scan(text: str, draft: Draft) -> None:
    """Write the plain form of a text.

    :param text: A text with markup.
    :param draft: What is written to.
    """
    _Scanner(text, draft).scan()


class _Scanner:
    """One method for each kind of token; what a method leaves in ``position`` comes next."""

    def __init__(self, text: str, draft: Draft) -> None:
        self.text, self.draft = text, draft
        self.position = 0
        self.formula_end = 0
        self.closings: list[str] = []  # what the end of each open group is written as

    def scan(self) -> None:
        while found := TOKEN.search(self.text, self.position):
            self.draft.add(self.text[self.position : found.start()], self.position, found.start())
            self.position = found.end()
            method: Callable[[re.Match[str]], None] = getattr(self, f"on_{found.lastgroup}")
            method(found)
        self.draft.add(self.text[self.position :], self.position, len(self.text))

    def in_formula(self, found: re.Match[str]) -> bool:
        return found.start() < self.formula_end

    def write(self, text: str, found: re.Match[str]) -> None:
        self.draft.add(text, *found.span())

    def beside(self, found: re.Match[str]) -> tuple[str, str]:
        """Give the characters before and behind, empty at the ends of the text."""
        start, end = found.span()
        return self.text[max(start - 1, 0) : start], self.text[end : end + 1]

    def skip_blanks(self) -> None:
        while self.text[self.position : self.position + 1] == " ":
            self.position += 1

    def on_address(self, found: re.Match[str]) -> None:
        start = found.start()
        for escape in ESCAPE.finditer(self.text, *found.span()):
            self.draft.add(self.text[start : escape.start()], start, escape.start())
            start = escape.end()
        self.draft.add(self.text[start : found.end()], start, found.end())

    def on_formula(self, found: re.Match[str]) -> None:
        if self.in_formula(found):
            return
        whole = FORMULA.match(self.text, found.start())
        if whole and _is_formula(whole, self.text):
            self.formula_end = whole.end()
            self.position = whole.start("inner")
        else:
            self.write("$", found)

    def on_fence(self, found: re.Match[str]) -> None:
        is_opening = found[0] in {r"\(", r"\["}
        self.formula_end = found.end() + _LONGEST if is_opening else found.start()

    def on_hidden(self, found: re.Match[str]) -> None:
        if found[0][0] != "\\" and self.beside(found)[1] not in set(" .,;:)"):
            self.draft.add(" ", found.start(), found.start() + 1)

    def on_divided(self, found: re.Match[str]) -> None:
        r"""Put together what a converter took for an accent: ``\b{eta}`` was ``\beta``."""
        shown = sign(found["head"] + found["rest"])
        if shown and len(shown) == 1:
            self.write(shown, found)
        else:
            self.position = found.start("rest") - 1

    def on_accent(self, found: re.Match[str]) -> None:
        letter = found["inner"] or found["dotless"] or found["letter"]
        self.write(accented(found["mark"] or found["command_mark"], letter), found)

    def on_fraction(self, found: re.Match[str]) -> None:
        if found["above"]:
            self.write(f"{found['above']}/{found['below']}", found)
        else:
            self.closings.append("/")

    def on_note(self, found: re.Match[str]) -> None:
        self.write(" (", found)
        self.closings.append(")")

    def on_character(self, found: re.Match[str]) -> None:
        self.write(_visible(html.unescape(f"&#x{found['code']};")), found)

    def on_command(self, found: re.Match[str]) -> None:
        name, shown = found["name"], sign(found["name"])
        start, end = found.start(), found.end()
        has_argument = self.text.startswith("{", end) and not self.text.startswith("{}", end)
        if shown == "" or (
            has_argument and not is_operator(name) and (shown is None or not self.in_formula(found))
        ):
            if not has_argument:
                self.skip_blanks()
        elif shown is None or is_operator(name):
            if self.draft.last.isalnum():
                self.draft.add(" ", start, start + 1)
            self.draft.add(name, start + 1, start + 1 + len(name))
            if has_argument:
                self.draft.add(" ", end, end + 1)
        else:
            self.write(shown, found)
            if len(shown) == 1 and not self.in_formula(found):
                self.skip_blanks()

    def on_escaped(self, found: re.Match[str]) -> None:
        char, (before, _) = found[0][1:], self.beside(found)
        if char == "," and before.isdigit() and _THOUSAND.match(self.text, self.position):
            return
        if char in _SPACES:
            self.write(" ", found)
        elif char in _NOTHING:
            return
        elif char.isalnum() or not char.isascii() or not char.isprintable() or not char:
            self.draft.add("\\", found.start(), found.start() + 1)
            self.position = found.start() + 1
        else:
            self.write("\u2016" if char == "|" else char, found)

    def on_brace(self, found: re.Match[str]) -> None:
        if found[0] == "{":
            self.closings.append("")
        elif self.closings:
            self.write(self.closings.pop(), found)

    def on_power(self, found: re.Match[str]) -> None:
        if found["one"] and not self.in_formula(found):
            self.write(found[0], found)
        elif found["degree"]:
            self.write("\u00b0", found)
        else:
            self.write(raised(found["many"] or found["one"]), found)

    def on_script(self, found: re.Match[str]) -> None:
        if not self.in_formula(found) and self.beside(found)[1] != "{":
            self.write(found[0], found)

    def on_tie(self, found: re.Match[str]) -> None:
        before, behind = self.beside(found)
        is_range = before.isdigit() and behind.isdigit()
        is_tie = _BEFORE_TIE.match(before) and _BEHIND_TIE.match(behind) and not is_range
        self.write(" " if is_tie or self.in_formula(found) else "~", found)

    def on_dash(self, found: re.Match[str]) -> None:
        before, behind = self.beside(found)
        is_option = found[0] == "--" and not before.strip() and behind.isalnum()
        if is_option or self.in_formula(found):
            self.write(found[0], found)
        else:
            self.write("\u2013" if found[0] == "--" else "\u2014", found)

    def on_quote(self, found: re.Match[str]) -> None:
        if self.in_formula(found):
            self.write(found[0], found)
        else:
            self.write("\u201c" if found[0] == "``" else "\u201d", found)

    def on_entity(self, found: re.Match[str]) -> None:
        name = found["entity_name"]
        shown = html.unescape(f"&{name};") if name[0] == "#" else html5.get(f"{name};")
        self.write(found[0] if shown is None else _visible(shown), found)

    def on_exponent(self, found: re.Match[str]) -> None:
        self.write(raised(found["exponent_of"]), found)

    def on_copy(self, found: re.Match[str]) -> None:
        """Leave out a formula that is told a second time."""

    def on_tag(self, found: re.Match[str]) -> None:
        if found["block"] and self.draft.last.strip():
            self.write(" ", found)

    def on_hyphen(self, found: re.Match[str]) -> None:
        """Join a word that a line end cuts, unless the hyphen belongs to it."""
        before = _WORD_BEFORE.search(self.text, max(0, found.start() - 40), found.start())
        behind = _WORD.match(self.text, self.position)
        first, second = (m[0] if m else "" for m in (before, behind))
        is_word = first.islower() and second.islower() and "-" not in first
        if found[0][0] != "\u00ad" and (
            not is_word or _FIRST_WORD.fullmatch(first) or f"{first}-{second}" in self.compounds
        ):
            self.draft.add("-", found.start(), found.start() + 1)

    def on_blank(self, found: re.Match[str]) -> None:
        is_last = self.formula_end - found.end() in {1, 2}  # before the fence that ends a formula
        if found[0] != " " or not is_last:
            self.write("\n" if found[0].count("\n") > 1 else " ", found)

    def on_unseen(self, found: re.Match[str]) -> None:
        """Leave out what nobody sees."""

    def on_ligature(self, found: re.Match[str]) -> None:
        self.write(unicodedata.normalize("NFKC", found[0]), found)

    @cached_property
    def compounds(self) -> frozenset[str]:
        """Collect the words of the text that have a hyphen."""
        return frozenset(_COMPOUND.findall(self.text))


def _is_formula(whole: re.Match[str], text: str) -> bool:
    """Tell a formula from what stands between two prices."""
    inner, behind = whole["inner"], text[whole.end() : whole.end() + 1]
    if _FORMAL.search(inner) or len(inner.strip()) == 1:
        return True
    return not (whole["blank"] or inner[-1].isspace() or behind.isdigit())


def _visible(text: str) -> str:
    """Leave out of what an entity stands for what nobody sees; any blank is a blank."""
    return "".join(" " if char.isspace() else char for char in UNSEEN.sub("", text))
