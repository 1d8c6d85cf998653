"""One connection: requests in, responses out, nobody waited for without an end."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from kg.serve.http import RefusedError, Response, read_body, read_head, read_line

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from kg.serve.http import Request

__all__ = ["converse"]

_IDLE = 30.0  # seconds that an open connection may be silent
_HEAD = 10.0  # seconds in which a request without its body must come
_BODY = 20.0
_SEND = 30.0  # seconds in which a response must be taken, and as many more as its size deserves
_SLOWEST = 256 * 1024  # bytes a second
_PIECE = 256 * 1024
_LINGER = 1.0
_LOOK = 0.25  # seconds between looks whether a client that waits is still there


async def converse(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    respond: Callable[[Request], Awaitable[Response]],
) -> None:
    """Answer what comes over a connection until one side has enough; then close it.

    :param reader: What the client sends.
    :param writer: What it is sent.
    :param respond: Answers a request.
    """
    try:
        with suppress(ConnectionError, TimeoutError):
            while await _exchange(reader, writer, respond):
                pass
    finally:
        writer.close()
        with suppress(ConnectionError, TimeoutError, asyncio.CancelledError):
            async with asyncio.timeout(1):
                await writer.wait_closed()


async def _exchange(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    respond: Callable[[Request], Awaitable[Response]],
) -> bool:
    """Answer one request; say whether there can be another."""
    try:
        request = await _request(reader, writer)
    except RefusedError as err:
        await _send(writer, err.response, None)
        await _linger(reader, writer)
        return False
    if request is None:
        return False
    try:
        response = await _unless_gone(reader, respond(request))
    except RefusedError as err:
        response = err.response
    if response is None:
        return False
    await _send(writer, response, request)
    return request.keeps


async def _linger(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Let a client that is still sending come to read why it is refused, before it is cut off."""
    with suppress(TimeoutError, OSError, ValueError):
        writer.write_eof()
        async with asyncio.timeout(_LINGER):
            while await reader.read(_PIECE):
                pass


async def _request(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Request | None:
    """Read a request; None if no more comes."""
    try:
        async with asyncio.timeout(_IDLE):
            line = await read_line(reader)
    except TimeoutError:
        return None
    if line is None:
        return None
    try:
        async with asyncio.timeout(_HEAD):
            head = await read_head(line, reader)
        async with asyncio.timeout(_BODY):
            invitation = b"HTTP/1.1 100 Continue\r\n\r\n"
            return await read_body(head, reader, invite=lambda: writer.write(invitation))
    except TimeoutError:
        raise RefusedError(408, "the request came too slowly") from None


async def _unless_gone(
    reader: asyncio.StreamReader, answer: Awaitable[Response]
) -> Response | None:
    """Wait for an answer; give it up, and the work on it, when the client hangs up."""
    task = asyncio.ensure_future(answer)
    try:
        while not task.done():
            await asyncio.wait({task}, timeout=_LOOK)
            if reader.at_eof() and not task.done():
                return None
        return task.result()
    finally:
        if not task.done():
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


async def _send(writer: asyncio.StreamWriter, response: Response, request: Request | None) -> None:
    """Send a response, as fast as the client takes it, but not endlessly."""
    data = response.encoded(
        version=request.version if request else "1.1",
        keep=request.keeps if request else False,
        is_head=request is not None and request.method == "HEAD",
    )
    async with asyncio.timeout(_SEND + len(data) / _SLOWEST):
        for start in range(0, len(data), _PIECE):
            writer.write(data[start : start + _PIECE])
            await writer.drain()
