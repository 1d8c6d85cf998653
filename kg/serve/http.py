"""Read requests and write responses of HTTP/1.1, strictly, and with limits to everything.

>>> Response(200, b"hello", (("Content-Type", "text/plain"),)).header("content-type")
'text/plain'
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field, replace
from email.utils import formatdate
from http import HTTPStatus
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = [
    "BODY_LIMIT",
    "HEAD_LIMIT",
    "LINE_LIMIT",
    "RefusedError",
    "Request",
    "Response",
    "read_body",
    "read_head",
    "read_line",
    "told",
]

LINE_LIMIT = 64 * 1024
"""Bytes of the request line, and of one header; a long query is better posted."""

HEAD_LIMIT = 128 * 1024
BODY_LIMIT = 1024 * 1024

_MOST_HEADERS = 100
_REQUEST = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+) ([\x21-\x7e]+) HTTP/([0-9])\.([0-9])")
_HEADER = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\t\x20-\x7e\x80-\xff]*?)[ \t]*")
_ABSOLUTE = re.compile(r"https?://([^/?#]*)(.*)", re.IGNORECASE)
_ONCE = {"content-length", "content-type", "host", "origin", "transfer-encoding"}


@dataclass(frozen=True, slots=True)
class Response:
    """What goes back to a client, complete.

    :param status: The status code.
    :param body: All of it; it is not sent to those who asked for the head alone.
    :param headers: Names and values; length, date and connection are added when it is sent.
    """

    status: int
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()

    def header(self, name: str) -> str:
        """Look up a header; empty if there is none of that name."""
        return next((v for k, v in self.headers if k.lower() == name.lower()), "")

    def adding(self, *headers: tuple[str, str]) -> Response:
        """Make the same response with more headers; those that are there stay as they are."""
        new = tuple((k, v) for k, v in headers if not self.header(k))
        return replace(self, headers=self.headers + new)

    def encoded(self, *, version: str, keep: bool, is_head: bool) -> bytes:
        """Spell the response as it goes over the wire."""
        lines = [f"HTTP/1.1 {self.status} {HTTPStatus(self.status).phrase}"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        if self.status not in {204, 304}:
            lines.append(f"Content-Length: {len(self.body)}")
        lines.append(f"Date: {formatdate(usegmt=True)}")
        if not keep or version == "1.0":
            lines.append(f"Connection: {'keep-alive' if keep else 'close'}")
        head = "\r\n".join([*lines, "", ""]).encode("latin-1", "replace")
        return head if is_head or self.status in {204, 304} else head + self.body


def told(status: int, text: str, *headers: tuple[str, str]) -> Response:
    r"""Make a response of one line of plain text.

    :param status: The status code.
    :param text: What to say; line breaks become blanks.
    :param headers: Further headers.

    >>> told(404, "nothing here").body
    b'nothing here\n'
    """
    line = " ".join(text.split())
    kind = ("Content-Type", "text/plain; charset=utf-8")
    return Response(status, f"{line}\n".encode(errors="replace"), (kind, *headers))


class RefusedError(Exception):
    """Tell that a request is not answered as it stands.

    :param status: The status code.
    :param reason: Why, in one line.
    :param headers: Headers that go with the status.
    """

    def __init__(self, status: int, reason: str, *headers: tuple[str, str]) -> None:
        """Keep the response."""
        super().__init__(status, reason)
        self.response = told(status, reason, *headers)


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asked.

    :param method: In capitals, as it was sent.
    :param path: The path as it was sent, still percent-encoded; ``*`` for the server itself.
    :param query: What stood behind the question mark, still percent-encoded.
    :param version: ``1.0`` or ``1.1``.
    :param headers: By name in small letters; what came several times is joined by commas.
    :param body: All of it.
    """

    method: str
    path: str
    query: str = ""
    version: str = "1.1"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def keeps(self) -> bool:
        """Whether the client wants to ask more over the same connection."""
        wishes = {w.strip().lower() for w in self.headers.get("connection", "").split(",")}
        return "close" not in wishes and (self.version == "1.1" or "keep-alive" in wishes)

    @property
    def media_type(self) -> str:
        """The media type of the body, without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


async def read_line(reader: asyncio.StreamReader) -> str | None:
    """Read the line that a request begins with.

    :param reader: Where from; its limit is :data:`LINE_LIMIT`.
    :returns: The line; None if the client has nothing more to ask.
    :raises RefusedError: If it is too long.
    """
    reason = "the address is too long; post the query"
    line = await _line(reader, 414, reason)
    # an empty line before a request is to be overlooked
    return (line or await _line(reader, 414, reason) or None) if line is not None else None


async def read_head(line: str, reader: asyncio.StreamReader) -> Request:
    """Read a request up to its body.

    :param line: Its first line.
    :param reader: Where the rest comes from.
    :returns: The request without its body.
    :raises RefusedError: If it is no request of HTTP/1, or too long.
    """
    match = _REQUEST.fullmatch(line)
    if not match:
        raise RefusedError(400, "this is no request of HTTP/1.1")
    if match[3] != "1":
        raise RefusedError(505, "speak HTTP/1.1")
    headers = await _headers(reader, len(line))
    target, version = match[2], "1.0" if match[4] == "0" else "1.1"
    if absolute := _ABSOLUTE.fullmatch(target):
        headers["host"], target = absolute[1], absolute[2] or "/"
        target = target if target.startswith("/") else f"/{target}"
    if not target.startswith("/") and not (target == "*" and match[1] == "OPTIONS"):
        raise RefusedError(400, "the address of a request begins with a slash")
    if version == "1.1" and "host" not in headers:
        raise RefusedError(400, "the request names no host")
    path, _, query = target.partition("#")[0].partition("?")
    return Request(match[1], path, query, version, headers)


async def _headers(reader: asyncio.StreamReader, size: int) -> dict[str, str]:
    found: dict[str, str] = {}
    for number in range(_MOST_HEADERS + 1):
        line = await _line(reader, 431, "a header is too long")
        if line is None:
            raise RefusedError(400, "the request breaks off")
        if not line:
            return found
        size += len(line)
        match = _HEADER.fullmatch(line)
        if not match:
            raise RefusedError(400, "a header cannot be read")
        name = match[1].lower()
        if size > HEAD_LIMIT or number == _MOST_HEADERS:
            raise RefusedError(431, "the headers are too many or too long")
        if name in found and name in _ONCE:
            raise RefusedError(400, f"the header {name} comes twice")
        found[name] = f"{found[name]}, {match[2]}" if name in found else match[2]
    raise AssertionError  # pragma: no cover  # the loop ends by return or raise


async def _line(reader: asyncio.StreamReader, status: int, reason: str) -> str | None:
    """Read a line; None at the end of what the client sends."""
    try:
        line = await reader.readline()
    except ValueError:
        raise RefusedError(status, reason) from None
    if not line.endswith(b"\n"):
        return None
    return line[:-1].removesuffix(b"\r").decode("latin-1")


async def read_body(
    request: Request, reader: asyncio.StreamReader, *, invite: Callable[[], object]
) -> Request:
    """Read the body of a request.

    :param request: The request as far as it was read.
    :param reader: Where from.
    :param invite: Called if the client waits to be told that it may send the body.
    :returns: The request with its body.
    :raises RefusedError: If the body is too long, or how long it is cannot be told.
    """
    length, coding = (request.headers.get(k) for k in ("content-length", "transfer-encoding"))
    if length is None and coding is None:
        return request
    if coding is not None and (length is not None or request.version == "1.0"):
        raise RefusedError(400, "say the length of the body in one way")
    if coding is not None and coding.lower() != "chunked":
        raise RefusedError(501, "a body is sent as it is, or in chunks")
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise RefusedError(415, "send the body uncompressed")
    if length is not None and not re.fullmatch("[0-9]{1,15}", length):
        raise RefusedError(400, "the length of the body is no number")
    if length is not None and int(length) > BODY_LIMIT:
        raise _too_long()
    if request.headers.get("expect", "").lower() == "100-continue" and request.version == "1.1":
        invite()
    try:
        body = await (_chunks(reader) if length is None else reader.readexactly(int(length)))
    except asyncio.IncompleteReadError:
        raise RefusedError(400, "the body breaks off") from None
    return replace(request, body=body)


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    body = bytearray()
    while True:
        line = await _line(reader, 400, "a chunk cannot be read") or ""
        size = line.partition(";")[0].strip()
        if not re.fullmatch("[0-9A-Fa-f]{1,8}", size):
            raise RefusedError(400, "a chunk cannot be read")
        if len(body) + int(size, 16) > BODY_LIMIT:
            raise _too_long()
        body += await reader.readexactly(int(size, 16))
        if int(size, 16) == 0:
            await _headers(reader, 0)
            return bytes(body)
        if await _line(reader, 400, "a chunk cannot be read") != "":
            raise RefusedError(400, "a chunk is longer than it says")


def _too_long() -> RefusedError:
    return RefusedError(413, f"the body is longer than {BODY_LIMIT:,} bytes")
