r"""Columns as CoNLL writes them: a token a line, its tag in the last column, a blank line between.

>>> (text,) = read(["FlickerNet B-Method", "decodes O", "EEG S-Modality"], path="gold.conll")
>>> text.text, text.spans
('FlickerNet decodes EEG', ((0, 10, 'Method'), (19, 22, 'Modality')))
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kg.errors import ReadError
from kg.evaluation.texts import Annotated

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kg.evaluation.texts import LabelledSpan

__all__ = ["is_conll", "read", "spans_of"]

_TAG = re.compile(r"O|([BIESLUM])-(\S+)")
_MARKER = "-DOCSTART-"
_NAMED = re.compile(r"#\s*(?:newdoc id|sent_id|id)(?:\s*[=:]\s*|\s+)(\S+)")
_REMEDY = "put a token first and its tag last: O, B-LABEL, I-LABEL, E-LABEL or S-LABEL"


def is_conll(line: str) -> bool:
    """Tell whether a line is one of columns with a tag.

    :param line: The first line of a file that is not blank.

    >>> is_conll("EEG NN B-Modality"), is_conll('{"id": "p1"}'), is_conll("-DOCSTART-")
    (True, False, True)
    """
    columns = _columns(line)
    if columns[0] == _MARKER or _comment(line, columns):
        return True
    return len(columns) > 1 and bool(_TAG.fullmatch(columns[-1])) and not line.startswith('{"')


@dataclass(slots=True)
class _Block:
    """A document or sentence that is being read."""

    name: str = ""
    tokens: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    breaks: set[int] = field(default_factory=set)  # where sentences begin

    def annotated(self, number: int) -> Annotated:
        spans = spans_of(self.tags, breaks=self.breaks)
        return Annotated.of_tokens(self.name or str(number), self.tokens, spans)


def read(lines: Iterable[str], *, path: str) -> Iterator[Annotated]:
    """Read texts from columns.

    A line ``-DOCSTART-`` begins a document, and if the first line is one, blank lines part the
    sentences of a document. Else each block between blank lines is a text of its own. A comment
    such as ``# id = NAME`` names the text that follows; texts without a name are numbered from 1.

    :param lines: The lines of a file; columns are parted by tabs, or else by blanks.
    :param path: Name of the file, for the error.
    :returns: The texts in their order, tokens joined by blanks.
    :raises ReadError: At the first line that has no tag, or an unknown one.
    """
    block, count, by_marker = _Block(), 0, None
    for number, raw in enumerate(lines, 1):
        line = raw.rstrip("\r\n")
        columns = _columns(line)
        starts = bool(columns) and columns[0] == _MARKER
        if columns and by_marker is None and not _comment(line, columns):
            by_marker = starts
        if starts or (not columns and not by_marker):
            if block.tokens:
                count += 1
                yield block.annotated(count)
                block = _Block()
        elif not columns:
            block.breaks.add(len(block.tokens))
        elif _comment(line, columns):
            if (named := _NAMED.match(line)) and not block.tokens:
                block.name = named[1]
        else:
            if len(columns) < 2 or not columns[0].strip() or not _TAG.fullmatch(columns[-1]):
                reason = f"no token with a tag: {line.strip()[:40]!r}"
                raise ReadError(path, number, reason, _REMEDY)
            block.tokens.append(columns[0])
            block.tags.append(columns[-1])
    if block.tokens:
        yield block.annotated(count + 1)


def spans_of(tags: Sequence[str], *, breaks: Iterable[int] = ()) -> list[LabelledSpan]:
    """Find the spans that tags mark, as the scorer of CoNLL does (Tjong Kim Sang 2002).

    B, S and U begin a span; so does any tag whose label differs from the one before or that follows
    an O or the end of a span. S, U, E and L end one.

    :param tags: ``O``, or a letter, a hyphen and a label.
    :param breaks: Places that no span goes across.
    :returns: First token, the token behind the last, and label of each span.

    >>> spans_of(["B-A", "I-A", "O", "I-B", "E-B", "I-B"])
    [(0, 2, 'A'), (3, 5, 'B'), (5, 6, 'B')]
    """
    cuts = set(breaks)
    spans: list[LabelledSpan] = []
    open_label = ""
    for i, tag in enumerate(tags):
        letter, label = tag[0], tag[2:]
        if tag != "O":
            if label != open_label or letter in "BSU" or i in cuts:
                spans.append((i, i + 1, label))
            else:
                spans[-1] = (spans[-1][0], i + 1, label)
        open_label = "" if tag == "O" or letter in "ESLU" else label
    return spans


def _columns(line: str) -> list[str]:
    """Cut a line into columns; none if it is blank."""
    if not line.strip():
        return []
    parts = line.rstrip().split("\t" if "\t" in line else " ")
    return parts if "\t" in line else [part for part in parts if part]


def _comment(line: str, columns: Sequence[str]) -> bool:
    """Tell a comment from a token that is a hash sign."""
    if not line.startswith("#") or "\t" in line:
        return False
    return bool(_NAMED.match(line)) or not _TAG.fullmatch(columns[-1])
