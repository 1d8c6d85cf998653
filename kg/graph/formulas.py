r"""Text that a spreadsheet would run as a formula, and the apostrophe that keeps it from that.

>>> guarded("=cmd()"), guarded(" @SUM(1)"), guarded("-0.5"), guarded("net")
("'=cmd()", "' @SUM(1)", '-0.5', 'net')
"""

from __future__ import annotations

import re

__all__ = ["guarded"]

# Spreadsheets of East Asia take the signs of full width too; some pass over white space.
_FORMULA = re.compile("[\t\r\n]|\\s*[=+\\-@\uff1d\uff0b\uff0d\uff20]")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:[.,][0-9]+)*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?%?")


def guarded(text: str) -> str:
    """Keep a cell of a table from being run.

    :param text: The text of the cell.
    :returns: The text; with an apostrophe before it if it begins as a formula does and is no plain
        number.
    """
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text
