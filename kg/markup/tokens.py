r"""The pieces of markup that occur in titles and abstracts, as one regular expression.

Each piece is found in time linear in the text: what may be long stops where another begins.

>>> [(found.lastgroup, found[0]) for found in TOKEN.finditer(r"CO$_2$ at 5\%")]
[('formula', '$'), ('script', '_'), ('formula', '$'), ('escaped', '\\%')]
"""

from __future__ import annotations

import re

from kg.markup.signs import HIDING

__all__ = ["ADDRESS", "ESCAPE", "FORMULA", "KINDS", "MARKED", "TOKEN", "UNSEEN"]

_UNSEEN = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"
_LIGATURES = "\ufb00-\ufb06\U0001d400-\U0001d7ff"  # and letters that are signs of mathematics

UNSEEN = re.compile(f"[{_UNSEEN}]+")
"""Characters that nobody sees: joiners, soft hyphens, marks of direction, control characters."""

ADDRESS = re.compile(
    rf"https?://(?:\\[%&_#~]|'(?!')|&(?!(?:[lg]t|quot|apos|nbsp|#\d+);)"
    rf"|[^\s<>\"{{}}|\\^`\[\]$'&{_UNSEEN}])+"
)
"""An address on the web, with what LaTeX and HTML escape in it."""

ESCAPE = re.compile(r"\\(?=[%&_#~])|(?<=&)amp;")
"""What an address does not need of what it is escaped with."""

FORMULA = re.compile(
    r"(?P<fence>\$\$?)(?P<blank>\s*)(?P<inner>(?:[^$\\]|\\.){1,800}+)(?P=fence)", re.DOTALL
)
"""What may be a formula: it could also stand between two prices."""

MARKED = re.compile(rf"[\\{{}}$~{_UNSEEN}{_LIGATURES}]|--|``|''|&[#\w]|<[/A-Za-z]|\s\s|[^\S ]")
"""Something without which a text has no markup."""

_BLOCK = r"p|br|div|li|ul|ol|title|sec|h[1-6]|tr|td|th|table|list(?:-item)?|disp-formula"
_INLINE = (
    r"i|b|u|em|strong|italic|bold|underline|emphasis|sub|sup|inf|sc|small|tt|monospace|code|span|a"
    r"|font|q|xref|ext-link|inline-formula|alternatives|math|mi|mn|mo|ms|mrow|msub|msup|msubsup"
    r"|mfrac|msqrt|mroot|mtext|mover|munder|munderover|mspace|mstyle|mtable|mtr|mtd|semantics"
)
_ACCENT = (
    r"[uvHcdbkrt]|(?:wide)?hat|(?:wide)?tilde|bar|overline|d?dot|check|breve|acute|grave|mathring"
    r"|vec"
)
_NUMBER = r"[+\-\u2212]?\d{1,9}"
_END = r"(?![a-zA-Z])"  # of the name of a command

KINDS = {
    "address": ADDRESS.pattern,
    "formula": r"\$",
    "fence": r"\\[()\[\]]",
    "hidden": rf"[ ~]?\\(?:{HIDING})\*?{_END}\s?(?:\[[^\[\]]*\]\s?){{0,2}}\{{[^{{}}]*\}}",
    "divided": r"\\(?P<head>[a-zA-Z])\{(?P<rest>[a-z]{2,9})\}",
    "accent": rf"\\(?:(?P<mark>['`^\"~=.])|(?P<command_mark>{_ACCENT}){_END}\s*)"
    rf"(?:\{{\s*\\?(?P<inner>[a-zA-Z])\s*\}}|\\(?P<dotless>[ij]){_END}|(?P<letter>[a-zA-Z]))",
    "fraction": r"\\[dtc]?frac\s*(?:\{|(?P<above>\d)\s*(?P<below>\d))",
    "note": r"\\(?:footnote(?:text)?|thanks)\s*\{",
    "character": r"\\unicode\{x(?P<code>[0-9a-fA-F]{2,5})\}",
    "command": r"\\(?P<name>[a-zA-Z]+)\*?(?:\[[^\[\]{}]*\](?=\{))?",
    "escaped": r"\\(?:.|\Z)",
    "brace": r"[{}]",
    "power": rf"\^(?:\{{\s*(?P<many>{_NUMBER})\s*\}}|(?P<one>\d)"
    rf"|\{{?(?P<degree>\\circ){_END}\}}?)",
    "script": rf"\^(?=\{{?(?:[*+'\u2032]|\\(?:ast|star|dagger|prime|top){_END}"
    rf"|(?:st|nd|rd|th){_END}))"
    r"|_(?!\{?\s*(?:\\[a-zA-Z]++\s*\{?\s*)?[a-zA-Z]{2})",
    "tie": "~",
    "dash": r"(?<!-)---?(?!-)",
    "quote": r"``|''",
    "exponent": rf"<(?:jats:)?sup>\s*(?P<exponent_of>{_NUMBER})\s*</(?:jats:)?sup>",
    "copy": r"<(?:mml:)?annotation(?:\s[^<>]*)?>[^<>]*</(?:mml:)?annotation>",
    "tag": rf"(?i:(?:<|&lt;)/?(?:jats:|mml:)?(?:(?P<block>{_BLOCK})|{_INLINE})"
    r"(?:\s[^<>=]{1,40}=[^<>]{0,300})?\s*/?(?:>|&gt;))",
    "entity": r"&(?:amp;)*(?P<entity_name>#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]\w{1,30});",
    "hyphen": r"(?<=[^\W\d_])[-\u2010\u00ad][ \t]*\n\s*(?=[^\W\d_])",
    "blank": r"\s{2,}|[^\S ]|[ ](?=\$)",
    "unseen": UNSEEN.pattern,
    "ligature": f"[{_LIGATURES}]",
}
"""What each kind of piece looks like; of those that fit the first wins."""

# Almost all of a text is none of these, and looking at one character is quicker than trying all.
_FIRST = rf"[\\${{}}~_^<&`'h\s\-\u2010{_UNSEEN}{_LIGATURES}]"

TOKEN = re.compile(
    rf"(?={_FIRST})(?:{'|'.join(f'(?P<{kind}>{text})' for kind, text in KINDS.items())})",
    re.DOTALL,
)
"""One piece of markup; the name of the group that matched is its kind."""
