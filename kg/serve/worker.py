"""A process that answers requests one after another, and can be killed at any time.

It reads frames from standard input and writes frames to standard output. When its server is gone,
however that ended, its input ends, and so does it, even in the middle of a query.
"""

from __future__ import annotations

import contextlib
import ctypes
import gzip
import os
import queue
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from kg.serve import frames
from kg.serve.http import Response, told

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["main", "packed"]

GZIP_FROM = 1400
"""Bytes from which a body is worth compressing: what does not fit into one packet anyway."""

_NETWORK = 0x50000000  # CLONE_NEWUSER | CLONE_NEWNET
_MUCH = 32 * 1024 * 1024  # bytes of an answer
_TEXTUAL = ("text/", "json", "xml", "triples", "javascript", "turtle")


def packed(response: Response, accept: str) -> Response:
    """Compress a body if the client takes that and it is worth it.

    :param response: The response.
    :param accept: The header ``Accept-Encoding``.
    """
    kind = response.header("Content-Type")
    if not any(mark in kind for mark in _TEXTUAL):
        return response
    response = response.adding(("Vary", "Accept, Accept-Encoding"))
    wishes = {w.replace(" ", "").lower() for w in accept.split(",")}
    wants = any(w.startswith(("gzip", "*")) and not w.endswith((";q=0", ";q=0.0")) for w in wishes)
    if not wants or len(response.body) < GZIP_FROM or response.header("Content-Encoding"):
        return response
    body = gzip.compress(response.body, compresslevel=1, mtime=0)
    return Response(response.status, body, response.headers).adding(("Content-Encoding", "gzip"))


def main() -> None:
    """Answer until the input ends."""
    source, target = _channels()
    first = frames.read(source)
    if first is None:
        return
    answer = _ready(first[0], target)
    inbox: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(source, inbox), daemon=True).start()
    while True:
        request = inbox.get()
        try:
            response = answer(request)
            # a process that has held much seldom gives it all back: it is better replaced
            is_last = len(response.body) > _MUCH
            response = packed(response, request.get("encoding", ""))
        except MemoryError:
            response, is_last = told(500, "this needs more memory than a query may take"), True
        except Exception as err:  # the next question may be a good one
            response, is_last = told(500, f"cannot be answered: {type(err).__name__}"), False
        head = {"status": response.status, "headers": response.headers, "last": is_last}
        _send(target, frames.pack(head, response.body))


def _ready(settings: dict[str, Any], target: BinaryIO) -> Callable[[dict[str, Any]], Response]:
    """Open the store, shut what is not needed, and report."""
    _leave_the_network()
    try:
        from kg.serve.answers import Answerer

        answerer = Answerer.opened(settings)
    except Exception as err:  # whatever it is, the server tells it: here nobody would see it
        _send(target, frames.pack({"failed": " ".join(f"{err}".split()) or type(err).__name__}))
        raise SystemExit(2) from err
    _limit(settings["memory"])
    _send(target, frames.pack({"ready": True}))
    return answerer.answer


def _channels() -> tuple[BinaryIO, BinaryIO]:
    """Take the pipes for frames alone: nothing that a library prints goes in between."""
    source, target = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nothing, number)
    os.close(nothing)
    sys.stdout = sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
    return source, target


def _listen(source: BinaryIO, inbox: queue.SimpleQueue[dict[str, Any]]) -> None:
    """Pass requests on; at the end of the input end the process, whatever it is doing."""
    while frame := frames.read(source):
        inbox.put(frame[0])
    os._exit(0)


def _send(target: BinaryIO, frame: bytes) -> None:
    try:
        target.write(frame)
        target.flush()
    except OSError:
        os._exit(0)


def _leave_the_network() -> None:
    """Go where there is no network, if the system lets us; queries that would use it are refused.

    This is a second wall behind the inspection of queries.
    """
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).unshare(_NETWORK)


def _limit(memory: int) -> None:
    """Take no more than so many MiB beyond what is taken now, and leave no core behind."""
    try:
        import resource

        size = int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()
        most = size + memory * 1024 * 1024
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ImportError, OSError, ValueError):
        return  # a system without such limits; the time limit remains


if __name__ == "__main__":
    main()
