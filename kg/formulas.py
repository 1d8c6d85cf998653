r"""Text that a spreadsheet would run as a formula, and the apostrophe that keeps it from that.

>>> guarded("=cmd()"), guarded(" @SUM(1)"), guarded("-0.5"), guarded("net")
("'=cmd()", "' @SUM(1)", '-0.5', 'net')
>>> kept("-0.5"), unguarded(kept("-0.5")), unguarded("'t")
("'-0.5", '-0.5', "'t")
"""

from __future__ import annotations

import re

__all__ = ["guarded", "kept", "unguarded"]

# Spreadsheets of East Asia take the signs of full width too; some pass over white space.
_SIGNS = "[=+\\-@\uff1d\uff0b\uff0d\uff20]"
_FORMULA = re.compile(rf"[\t\r\n]|\s*{_SIGNS}")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:[.,][0-9]+)*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?%?")
_TO_KEEP, _KEPT = re.compile(rf"'*\s*{_SIGNS}"), re.compile(rf"'+\s*{_SIGNS}")


def guarded(text: str) -> str:
    """Keep a cell of a table from being run.

    :param text: The text of the cell.
    :returns: The text; with an apostrophe before it if it begins as a formula does and is no plain
        number.
    """
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def kept(text: str) -> str:
    """Keep a cell from being run, so that :func:`unguarded` gives the text again.

    :param text: The text of the cell.
    :returns: The text; with one more apostrophe before it if it begins as a formula does, be it
        behind apostrophes.
    """
    return f"'{text}" if _TO_KEEP.match(text) else text


def unguarded(text: str) -> str:
    """Read a cell that may have been kept from being run.

    :param text: What stands in the cell.
    :returns: The text that was meant.
    """
    return text[1:] if _KEPT.match(text) else text
