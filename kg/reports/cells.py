r"""Text of strangers in the cells of tables: on a terminal, in CSV, in Markdown.

>>> escaped("a|b *c* <i>")
'a\\|b \\*c\\* &lt;i&gt;'
"""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

from kg.exporters.tables import cell
from kg.graph.terminal import columns, pad, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

__all__ = ["as_csv", "as_markdown", "as_table", "escaped", "wrap"]

_MARKUP = re.compile(r"([\\`*_\[\]|~$#])")
# What GitHub's Markdown makes a link of without being told: addresses of the web and of mail.
_ADDRESS = re.compile(r"(https?|ftp|mailto|xmpp|www|(?<=\w)(?=@))([:.@])", re.IGNORECASE)


def wrap(text: str, width: int, indent: str) -> Iterator[str]:
    """Break a text into lines, without losing any of it.

    :param text: The text.
    :param width: Columns that a line may take; a longer word has a line of its own.
    :param indent: What each line begins with.
    :returns: The lines; none for an empty text.
    """
    line = ""
    for word in visible(text).split(" "):
        longer = f"{line} {word}".lstrip()
        if line and columns(indent + longer) > width:
            yield indent + line
            longer = word
        line = longer
    if line:
        yield indent + line


def as_table(
    heads: Sequence[str], rows: Sequence[Sequence[str]], *, right: Iterable[int] = ()
) -> list[str]:
    """Lay cells out in columns.

    :param heads: Names of the columns.
    :param rows: The cells, made visible and cut already.
    :param right: Numbers of the columns that stand at the right edge.
    :returns: The line of the heads, then a line for each row.
    """
    widths = [max(map(columns, told)) for told in zip(heads, *rows, strict=True)]
    at_right = set(right)
    lines = []
    for row in (heads, *rows):
        cells = (
            " " * (width - columns(text)) + text if i in at_right else pad(text, width)
            for i, (text, width) in enumerate(zip(row, widths, strict=True))
        )
        lines.append("  ".join(cells).rstrip())
    return lines


def as_csv(rows: Iterable[Sequence[object]]) -> str:
    r"""Write rows as CSV that no spreadsheet takes for formulas.

    >>> as_csv([["name", "n"], ["=cmd()", 2]])
    "name,n\n'=cmd(),2\n"
    """
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerows([cell(value) for value in row] for row in rows)
    return stream.getvalue()


def escaped(text: str) -> str:
    r"""Write text so that Markdown shows it as it is: neither markup nor tags, links or cells.

    >>> escaped("see https://example.org or a_b, 50%")
    'see https\\://example.org or a\\_b, 50%'
    """
    plain = visible(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _ADDRESS.sub(r"\1\\\2", _MARKUP.sub(r"\\\1", plain))


def as_markdown(heads: Sequence[str], rows: Iterable[Sequence[str]], right: Iterable[int]) -> str:
    """Write cells as a table of Markdown.

    :param heads: Names of the columns.
    :param rows: The cells, not escaped yet.
    :param right: Numbers of the columns that stand at the right edge.
    :returns: The lines of the table, each with a line feed.
    """
    at_right = set(right)
    rule = ["---:" if i in at_right else "---" for i in range(len(heads))]
    lines = [[escaped(head) for head in heads], rule, *([escaped(c) for c in row] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
