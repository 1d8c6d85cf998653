r"""What a command of LaTeX stands for, as text.

HTML took most names of its signs from LaTeX, so its table, which comes with Python, serves for
both; what LaTeX calls by another name, or means otherwise, stands here.

>>> [sign(name) for name in ("Omega", "infty", "ss", "textbf", "unknown")]
['Ω', '∞', 'ß', '', None]
"""
# ruff: noqa: RUF001  # signs that look like letters are what this is about

from __future__ import annotations

import re
import unicodedata
from html.entities import html5

__all__ = ["HIDING", "accented", "is_operator", "raised", "sign"]

HIDING = (
    r"(?:no)?[cC]ite[a-zA-Z]*|(?:auto|page|eq|[cC])?ref|label|bibliography[a-z]*|[vh]space|input"
    r"|href|hyperlink|hypertarget|(?:text|page)?color|colorbox|begin|end|includegraphics|raisebox"
    r"|scalebox|rule|(?:re)?newcommand|foreignlanguage|ding"
)
"""Commands whose first argument no reader sees, as a regular expression."""

_SILENT = re.compile(
    r"text|(?:text|math)[a-z]{2,}|em|emph|it|bf|rm|sf|tt|sl|sc|cal|[a-z]{2}(?:family|series|shape)"
    r"|underline|uline|sout|mbox|[fh]box|bm|boldsymbol|pmb|operatorname|ensuremath|url"
    r"|normal(?:font|size)|tiny|(?:script|footnote)size|small|[lL]arge|LARGE|[hH]uge"
    r"|(?:display|text|script)style|(?:no)?limits|left|right|middle|[bB]igg?[lrm]?"
    r"|centering|noindent|indent|protect|relax|xspace|maketitle|nonumber|footnote(?:mark)?|mkern"
    r"|[dtc]?frac|href|unicode"
)
_OPERATOR = re.compile(
    r"arg(?:max|min)?|cosh?|det|dim|exp|gcd|ker|l[gn]|lim(?:inf|sup)?|(?:poly)?log|inf|max|min|mod"
    r"|poly|Pr|sinh?|sup|tanh?"
)
_SPACE = re.compile(r"space|q?quad|enspace|par|newline|linebreak|item|(?:small|med|big)skip")

# A sign, and the commands that stand for it.
_TABLE = r"""
å aa
Å AA
æ ae
Æ AE
œ oe
Œ OE
ß ss
ı i
ȷ j
ł l
Ł L
ø o
Ø O
* ast
\ backslash textbackslash
• bullet textbullet
· cdot
⋯ cdots
∘ circ
: colon
° degree textdegree
... dots dotsb dotsc ldots textellipsis
∃ exists
← gets
ℏ hbar
⇒ implies
∞ infty
∧ land
∨ lor
¬ lnot neg
| mid vert lvert rvert textbar
‖ lVert rVert
≠ neq
/ over slash
∂ partial
φ phi varphi
ε varepsilon
~ sim textasciitilde
√ sqrt
⋆ star
→ to
^ textasciicircum
< textless
> textgreater
$ textdollar
_ textunderscore
μ textmu upmu
× texttimes
‰ textperthousand
® textregistered
™ texttrademark
© textcopyright
– textendash
— textemdash
' textquotesingle
‘ textquoteleft
’ textquoteright
“ textquotedblleft
” textquotedblright
LaTeX LaTeX
TeX TeX
i.e. ie
e.g. eg
etc. etc
et&nbsp;al. etal
w.r.t. wrt
i.i.d. iid
"""
_SIGNS = {
    name: sign.replace("&nbsp;", " ")
    for sign, *names in map(str.split, _TABLE.strip().splitlines())
    for name in names
}

# A combining character, and the commands that put it on a letter.
_ACCENTS = """
\u0300 ` grave
\u0301 ' acute
\u0302 ^ hat widehat
\u0303 ~ tilde widetilde
\u0304 = bar overline
\u0306 u breve
\u0307 . dot
\u0308 " ddot
\u030a r mathring
\u030b H
\u030c v check
\u0323 d
\u0327 c
\u0328 k
\u0331 b
\u0361 t
\u20d7 vec
"""
_COMBINING = {
    name: mark for mark, *names in map(str.split, _ACCENTS.strip().splitlines()) for name in names
}
_RAISED = str.maketrans("0123456789+-\u2212", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻")


def sign(command: str) -> str | None:
    """Give the text that a command stands for.

    :param command: Its name, without backslash.
    :returns: The text; empty if the command only changes how its argument looks; None if the
        command is not known.
    """
    if command in _SIGNS:
        return _SIGNS[command]
    if _SPACE.fullmatch(command):
        return " "
    if _SILENT.fullmatch(command):
        return ""
    if is_operator(command):
        return command
    found = html5.get(f"{command};", "")
    return found if len(found) == 1 and not found.isascii() and len(command) > 1 else None


def is_operator(command: str) -> bool:
    """Tell whether a command stands for its own name, with an argument or without."""
    return _OPERATOR.fullmatch(command) is not None


def accented(mark: str, letter: str) -> str:
    """Put an accent on a letter.

    :param mark: The command that makes the accent, without backslash.
    :param letter: One letter.
    :returns: The letter with its accent; if there is no such letter, the letter alone, behind the
        mark if that is a quote.

    >>> accented('"', "o"), accented("c", "c"), accented("'", "i"), accented("bar", "x")
    ('ö', 'ç', 'í', 'x')
    """
    composed = unicodedata.normalize("NFC", letter + _COMBINING[mark])
    if len(composed) == 1:
        return composed
    return mark + letter if mark in "\"'" else letter


def raised(number: str) -> str:
    """Write a whole number as an exponent.

    >>> raised("-3")
    '⁻³'
    """
    return number.translate(_RAISED)
