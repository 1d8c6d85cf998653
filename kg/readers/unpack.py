r"""Bytes unpacked on the way: gzip, bzip2, xz and Zstandard, told by their first bytes.

Nothing is unpacked further ahead than it is read, so a small file cannot fill the memory.

>>> unpacked(Replay(io.BytesIO(gzip.compress(b"A net")), 16)).read(5)
b'A net'
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import re
import zlib
from typing import TYPE_CHECKING, Any, BinaryIO, cast

if TYPE_CHECKING:
    from typing import TypeAlias

    Bytes: TypeAlias = BinaryIO | io.RawIOBase | io.BufferedIOBase

__all__ = ["FAULTS", "Replay", "unpacked"]

FAULTS = (OSError, EOFError, zlib.error, lzma.LZMAError)
"""What reading broken bytes raises."""

_STEP = 2**10
"""Bytes of Zstandard taken at a time: they unpack to 32 MiB at most."""

_PACKED = re.compile(
    rb"(?P<gzip>\x1f\x8b)"
    rb"|(?P<bz2>BZh[1-9](?:1AY&SY|\x17\x72\x45\x38\x50\x90))"
    rb"|(?P<xz>\xfd7zXZ\x00)"
    rb"|(?P<zstd>\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18)"
)


class Replay(io.RawIOBase):
    """A stream whose first bytes are known before it is read; a fault in it comes at its place.

    :param stream: The bytes.
    :param size: How many to take ahead.

    :ivar head: The bytes taken ahead; fewer if there are no more, or no more that are sound.
    """

    def __init__(self, stream: Bytes, size: int) -> None:
        """Take bytes ahead."""
        self._stream = stream
        self._fault: Exception | None = None
        self.head = b""
        try:
            while len(self.head) < size and (chunk := _some(stream, size - len(self.head))):
                self.head += chunk
        except FAULTS as err:
            self._fault = err
        self._left = self.head

    def readable(self) -> bool:
        """Tell that one can read."""
        return True

    def readinto(self, buffer: Any, /) -> int:
        """Fill a buffer, or as much of it as one read gives."""
        if self._left:
            chunk, self._left = self._left[: len(buffer)], self._left[len(buffer) :]
        elif self._fault:
            raise self._fault
        else:
            chunk = _some(self._stream, len(buffer))
        buffer[: len(chunk)] = chunk
        return len(chunk)


class _Zstandard(io.RawIOBase):
    """Unpack Zstandard in small steps; unlike the package's own reader, notice a missing end."""

    def __init__(self, stream: Bytes) -> None:
        """Begin before the first frame."""
        import zstandard

        self._error = zstandard.ZstdError
        self._new = zstandard.ZstdDecompressor().decompressobj
        self._stream = stream
        self._frame: Any = None
        self._packed = b""
        self._left = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        while not self._left:
            self._packed = self._packed or _some(self._stream, _STEP)
            if not self._packed and self._frame is None:
                return 0
            if not self._packed:
                raise EOFError("the last frame has no end")
            self._frame = self._frame or self._new()
            try:
                self._left = memoryview(self._frame.decompress(self._packed))
            except self._error as err:
                raise OSError(str(err)) from err
            self._packed = self._frame.unused_data if self._frame.eof else b""
            if self._frame.eof:
                self._frame = None
        chunk, self._left = self._left[: len(buffer)], self._left[len(buffer) :]
        buffer[: len(chunk)] = chunk
        return len(chunk)


def unpacked(stream: Replay) -> Bytes:
    """Unpack a stream if it is packed.

    :param stream: Bytes of which the first ten or more are known.
    :returns: What they unpack to, read as it is asked for; the stream itself if it is not packed.
    """
    found = _PACKED.match(stream.head)
    match found and found.lastgroup:
        case "gzip":
            return gzip.GzipFile(fileobj=stream)
        case "bz2":
            return bz2.BZ2File(stream)
        case "xz":
            return lzma.LZMAFile(cast("BinaryIO", stream))
        case "zstd":
            return _Zstandard(stream)
    return stream


def _some(stream: Bytes, size: int) -> bytes:
    """Read at most once, so that what comes before a fault is not lost with it."""
    chunk: bytes | None = getattr(stream, "read1", stream.read)(size)
    return chunk or b""
