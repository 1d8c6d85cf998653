"""How a server and its workers talk: frames of a head in JSON and a body, over pipes.

>>> import io
>>> read(io.BytesIO(pack({"op": "ask"}, b"body")))
({'op': 'ask'}, b'body')
>>> read(io.BytesIO(b"")) is None
True
"""

from __future__ import annotations

import json
import struct
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    import asyncio

__all__ = ["pack", "read", "receive"]

_SIZES = struct.Struct(">II")


def pack(head: dict[str, Any], body: bytes = b"") -> bytes:
    """Make a frame."""
    text = json.dumps(head).encode()
    return _SIZES.pack(len(text), len(body)) + text + body


def read(stream: BinaryIO) -> tuple[dict[str, Any], bytes] | None:
    """Read a frame, waiting for it.

    :param stream: Where from.
    :returns: Head and body; None at the end.
    """
    sizes = stream.read(_SIZES.size)
    if len(sizes) < _SIZES.size:
        return None
    head, body = (stream.read(size) for size in _SIZES.unpack(sizes))
    return json.loads(head), body


async def receive(reader: asyncio.StreamReader) -> tuple[dict[str, Any], bytes]:
    """Read a frame without keeping others waiting.

    :param reader: Where from.
    :returns: Head and body.
    :raises asyncio.IncompleteReadError: If the other side ends before.
    """
    head, body = _SIZES.unpack(await reader.readexactly(_SIZES.size))
    return json.loads(await reader.readexactly(head)), await reader.readexactly(body)
