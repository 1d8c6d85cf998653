r"""LaTeX in a field of a reference manager turned into text; formulas are left as they are.

>>> decoded(r"G{\"o}del, {BERT} \& 5\% of $x_1$")
'Gödel, BERT & 5% of $x_1$'
"""

from __future__ import annotations

import re

from kg.markup import plain

__all__ = ["decoded"]

_MARKED = re.compile(r"[\\{}]")
# What stays as written: such a field is escaped for LaTeX, what else is in it is the author's.
_KEPT = re.compile(r"((?<!\\)\$(?:[^$\\]|\\.)+\$|<[^<>]+>|&#?\w+;)", re.DOTALL)


def decoded(value: str) -> str:
    """Turn LaTeX into text.

    Only a value with a backslash or a brace is touched.

    :param value: A value without its delimiters.
    :returns: The text; formulas keep their dollars and commands, elements of HTML their tags.
    """
    if not _MARKED.search(value):
        return value
    pieces = _KEPT.split(value)
    pieces[::2] = (plain(piece).text for piece in pieces[::2])
    return "".join(pieces)
