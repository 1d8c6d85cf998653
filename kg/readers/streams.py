r"""Bytes of any origin as lines of text: unpacked, strictly UTF-8, bounded and counted.

>>> import io
>>> with lines("-", stdin=io.BytesIO(b"\xef\xbb\xbfone\r\ntwo")) as stream:
...     list(stream)
['one\n', 'two']
"""

from __future__ import annotations

import io
import re
import sys
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from kg.errors import ReadError
from kg.readers.unpack import FAULTS, Replay, unpacked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.readers.unpack import Bytes

__all__ = ["HEAD", "LIMIT", "Lines", "lines", "too_long"]

LIMIT = 64 * 2**20
"""Bytes of a line, and characters of a record, above which an input is refused."""

HEAD = 16 * 2**10
"""Bytes that are looked at to recognise a format."""

_BREAK = re.compile(r"\r\n?|\n")


def too_long(path: str, line: int) -> ReadError:
    """Make the error for a line or record that would fill the memory.

    :param path: Name of the input.
    :param line: Where the line or record begins.
    """
    size = f"{LIMIT // 2**20} MiB"
    return ReadError(path, line, f"a record longer than {size}", "split it, or check the format")


class Lines(io.TextIOBase):
    """Lines of text that end in a line feed, whatever they ended in before.

    :param stream: Bytes, possibly packed by gzip, bzip2, xz or Zstandard.
    :param path: Name of the input, for errors.

    :ivar head: The first characters, for recognising the format.
    :ivar start: The first bytes.
    """

    def __init__(self, stream: Bytes, path: str) -> None:
        """Look at the first bytes, and leave them to be read."""
        plain = Replay(unpacked(Replay(stream, 16)), HEAD)
        self.start = plain.head
        self.head = "".join(_split(plain.head.decode("utf-8", "replace").removeprefix("\ufeff")))
        self._path = path
        self._lines = self._decoded(io.BufferedReader(plain, 2**16))
        self._left = ""

    def readable(self) -> bool:
        """Tell that one can read."""
        return True

    def readline(self, size: int = -1, /) -> str:  # type: ignore[override]
        """Read a line, or what is left of it; empty at the end.

        :raises ReadError: If the bytes are broken, no UTF-8, or without end.
        """
        line, self._left = self._left or next(self._lines, ""), ""
        return line if size < 0 else self._cut(line, size)

    def read(self, size: int | None = -1, /) -> str:
        """Read all that is left, or up to ``size`` characters; empty at the end.

        :raises ReadError: If the bytes are broken, no UTF-8, or without end.
        """
        if size is None or size < 0:
            text, self._left = self._left + "".join(self._lines), ""
            return text
        return self._cut(self._left or next(self._lines, ""), size)

    def _cut(self, text: str, size: int) -> str:
        self._left = text[size:]
        return text[:size]

    def _decoded(self, stream: io.BufferedReader) -> Iterator[str]:
        number = 1
        while True:
            try:
                raw = stream.readline(LIMIT + 1)
            except FAULTS as err:
                reason = f"is broken from here on: {_one_line(err)}"
                raise ReadError(self._path, number, reason, "fetch the file again") from err
            if len(raw) > LIMIT:
                raise too_long(self._path, number)
            if not raw:
                return
            try:
                text = raw.decode()
            except UnicodeDecodeError as err:
                line = number + len(_BREAK.findall(raw[: err.start].decode()))
                reason = f"byte 0x{raw[err.start]:02x} is no UTF-8"
                raise ReadError(self._path, line, reason, "save the file as UTF-8") from err
            if number == 1:
                text = text.removeprefix("\ufeff")
            if "\r" in text:
                for line_text in _split(text):
                    yield line_text
                    number += 1
            else:
                yield text
                number += 1


@contextmanager
def lines(path: str, *, stdin: BinaryIO | None = None) -> Iterator[Lines]:
    """Open an input as lines of text.

    :param path: A file, or ``-`` for standard input.
    :param stdin: What to read for ``-``; by default the standard input of the process.
    :returns: A context whose value is the lines; leaving it closes the file, not standard input.
    :raises ReadError: If there is no such file, or it may not be read.
    """
    with ExitStack() as stack:
        stream: BinaryIO
        if path == "-":
            stream = stdin or sys.stdin.buffer
        else:
            try:
                stream = stack.enter_context(Path(path).open("rb"))
            except (OSError, ValueError) as err:
                raise _unopened(path, err) from err
        yield Lines(stream, path)


def _unopened(path: str, err: OSError | ValueError) -> ReadError:
    if isinstance(err, FileNotFoundError):
        return ReadError(path, 0, "there is no such file", "check the name")
    if isinstance(err, IsADirectoryError):
        return ReadError(path, 0, "is a folder", "name the files in it")
    if isinstance(err, PermissionError):
        return ReadError(path, 0, "may not be read", "ask its owner for permission")
    return ReadError(path, 0, _one_line(err), "check the name")


def _split(text: str) -> Iterator[str]:
    start = 0
    for found in _BREAK.finditer(text):
        yield text[start : found.start()] + "\n"
        start = found.end()
    if start < len(text):
        yield text[start:]


def _one_line(err: Exception) -> str:
    said = err.strerror if isinstance(err, OSError) and err.strerror else str(err)
    return " ".join(said.split()) or type(err).__name__
