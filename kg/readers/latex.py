r"""LaTeX in a field of a reference manager turned into text; formulas are left as they are.

>>> plain(r"G{\"o}del, {BERT} \& 5\% of $x_1$")
'Gödel, BERT & 5% of $x_1$'
"""

from __future__ import annotations

import logging
import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["plain"]

_LONGEST = 200_000
"""Characters above which a value is left alone; decoding takes some milliseconds a thousand."""

_MARKED = re.compile(r"[\\{}]")
_SIMPLE = re.compile(r"(?:[^\\$~`']|'(?!')|\\[%&_#])*")
_ESCAPED = re.compile(r"\\([%&_#])|[{}]")
_BARE_PERCENT = re.compile(r"(?<!\\)%")
_URL = re.compile(r"\\url\s*\{([^{}]*)\}|\\href\s*\{[^{}]*\}\s*(?=\{)")
_MACROS = {
    "LaTeX": "LaTeX",
    "TeX": "TeX",
    "textless": "<",
    "textgreater": ">",
    "textbar": "|",
    "textasciitilde": "~",
    "textasciicircum": "^",
    "textquotesingle": "'",
    "cite": "",
    "citep": "",
    "citet": "",
    "footnote": " (%s)",
}


def plain(value: str) -> str:
    """Turn LaTeX into text.

    Only a value with a backslash or a brace is touched. What cannot be decoded stays as it is.

    :param value: A value without its delimiters.
    :returns: The text; formulas keep their dollars and macros.
    """
    if not _MARKED.search(value) or len(value) > _LONGEST:
        return value
    if _SIMPLE.fullmatch(value):
        return _ESCAPED.sub(r"\1", value)
    readied = _BARE_PERCENT.sub(r"\\%", _URL.sub(r"\1", value))
    try:
        text = _decoder()(readied).strip()
    # What the decoder raises on broken LaTeX is no fixed set; the text as written is no loss.
    except (LookupError, ValueError, TypeError, AttributeError, RecursionError):
        return value
    return value if "%s" in text and "%s" not in value else text  # a macro without its arguments


@lru_cache(maxsize=1)
def _decoder() -> Callable[[str], str]:
    from pylatexenc.latex2text import (
        LatexNodes2Text,
        MacroTextSpec,
        get_default_latex_context_db,
    )

    logging.getLogger("pylatexenc").addHandler(logging.NullHandler())
    context = get_default_latex_context_db()
    macros = [MacroTextSpec(name, simplify_repl=text) for name, text in _MACROS.items()]
    context.add_context_category("kg", macros=macros, prepend=True)
    convert = LatexNodes2Text(latex_context=context, math_mode="verbatim", keep_comments=True)
    decode: Callable[[str], str] = convert.latex_to_text
    return decode
