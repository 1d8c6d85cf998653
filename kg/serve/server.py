"""The server: listens on this machine alone, hands requests to workers, ends cleanly.

What answers is never in this process, so that nothing that is asked can stop it.
"""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import orjson

from kg.errors import KGError
from kg.iri import DEFAULT_BASE
from kg.serve import guard, protocol
from kg.serve.assets import PREFIX, Assets
from kg.serve.connection import converse
from kg.serve.http import LINE_LIMIT, RefusedError, Response
from kg.serve.pool import Pool

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kg.ontology import Ontology
    from kg.serve.http import Request

__all__ = ["ADDRESS", "BYTES", "MEMORY", "Server", "serve"]

ADDRESS = "127.0.0.1"

BYTES = 128 * 1024 * 1024
"""Size of the longest answer."""

MEMORY = 1024
"""MiB that a worker may take for a query."""

_METHODS = ("GET", "HEAD", "OPTIONS")
_KNOWN = {*protocol.METHODS, "PUT", "DELETE", "PATCH", "TRACE", "CONNECT"}
_ENDPOINT = "/sparql"
_CONNECTIONS = 500
_PAGE = 30.0  # seconds that a page may take
_FAREWELL = 2.0  # seconds that answers under way have when the server stops


class Server:
    """A build, served.

    :param folder: Folder that ``kg build`` wrote.
    :param port: Port to listen at; 0 takes one that is free.
    :param timeout: Seconds that a query may take.
    :param workers: Processes that answer queries; pages have one of their own.
    :param cors: Whether pages of other sites may ask.
    :param ontology: What may be said; by default that of this package.
    :param limits: Other limits than the usual: ``rows``, ``bytes``, ``memory`` in MiB.
    """

    def __init__(
        self,
        folder: Path,
        *,
        port: int = 0,
        timeout: float = 30.0,
        workers: int = 2,
        cors: bool = False,
        ontology: Ontology | None = None,
        limits: dict[str, int] | None = None,
    ) -> None:
        """Keep the settings; nothing is opened yet."""
        self.folder, self.port, self.cors = folder, port, cors
        self._timeout, self._workers, self._ontology = timeout, workers, ontology
        self._limits = limits or {}
        self._conversations: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        """Where people look."""
        return f"http://{ADDRESS}:{self.port}/"

    async def start(self) -> None:
        """Open the store, start the workers, and listen.

        :raises KGError: If the folder is no build, or the port is taken.
        """
        settings = await asyncio.to_thread(self._settings)
        self._assets = Assets.read()
        listening = await self._listen()
        self._queries = Pool(
            {**settings, "pages": False}, size=self._workers, timeout=self._timeout
        )
        self._pages = Pool({**settings, "pages": True}, size=1, timeout=_PAGE)
        try:
            starting = (self._pages.start(), self._queries.start())
            # all are waited for, also when one fails: what was started must be ended
            for failure in await asyncio.gather(*starting, return_exceptions=True):
                if failure is not None:
                    raise failure
        except BaseException:
            listening.close()
            await self._end_workers()
            raise
        self._listening = listening
        await listening.start_serving()

    async def stop(self) -> None:
        """Stop listening, let answers under way be finished if that is soon, end the workers."""
        self._listening.close()
        if self._conversations:
            await asyncio.wait(self._conversations, timeout=0.05)
            busy = {task for task in self._conversations if not task.done()}
            for task in busy:
                task.cancel()
            if busy:
                await asyncio.wait(busy, timeout=_FAREWELL)
        await self._end_workers()

    async def _end_workers(self) -> None:
        await asyncio.gather(self._pages.stop(), self._queries.stop())

    async def _listen(self) -> asyncio.Server:
        try:
            listening = await asyncio.start_server(
                self._converse, ADDRESS, self.port, limit=LINE_LIMIT, start_serving=False
            )
        except OSError as err:
            reason = (os.strerror(err.errno) if err.errno else str(err)).lower()
            reason = f"port {self.port}: {reason}; choose another with --port"
            raise KGError(reason) from err
        self.port = listening.sockets[0].getsockname()[1]
        return listening

    def _settings(self) -> dict[str, Any]:
        from kg import ontology as ontologies
        from kg.graph.query import LIMIT
        from kg.graph.store import prepare

        try:
            manifest = orjson.loads((self.folder / "manifest.json").read_bytes())
        except (OSError, orjson.JSONDecodeError):
            manifest = {}
        ontology = self._ontology.folder if self._ontology else ontologies.default_folder()
        return {
            "build": str(self.folder.resolve()),
            "store": str(prepare(self.folder, ontology=self._ontology)),
            "ontology": str(ontology),
            "base": manifest.get("base", DEFAULT_BASE),
            "counts": manifest.get("counts", {}),
            "timeout": self._timeout,
            "rows": LIMIT,
            "bytes": BYTES,
            "memory": MEMORY,
            **self._limits,
        }

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None:  # pragma: no cover  # asyncio makes one for each connection
            raise AssertionError
        self._conversations.add(task)
        task.add_done_callback(self._conversations.discard)
        with suppress(asyncio.CancelledError):  # the server stops
            await converse(reader, writer, self._respond)

    async def _respond(self, request: Request) -> Response:
        """Answer a request; whatever the answer, browsers get no more out of it than it says."""
        try:
            if len(self._conversations) > _CONNECTIONS:
                raise RefusedError(503, "too many connections; try again soon")
            guard.admit(request, cors=self.cors)
            response = await self._answer(request)
        except RefusedError as err:
            response = err.response
        response = guard.shared(request, response) if self.cors else response
        return guard.sheltered(response)

    async def _answer(self, request: Request) -> Response:
        if request.method not in _KNOWN:
            raise RefusedError(501, f"{request.method} is no method known here")
        methods = protocol.METHODS if request.path == _ENDPOINT else _METHODS
        allow = ("Allow", ", ".join(methods))
        if request.method == "OPTIONS":
            return Response(204, b"", (allow,))
        if request.method not in methods:
            raise RefusedError(405, f"{request.method} is not possible here", allow)
        if request.path.startswith(PREFIX) and (found := self._assets.find(request)):
            return found
        shared = {
            "accept": request.headers.get("accept"),
            "encoding": request.headers.get("accept-encoding", ""),
        }
        if request.path != _ENDPOINT:
            page = {"op": "page", "path": request.path, "query": request.query}
            return await self._pages.ask({**page, **shared})
        asked = protocol.read(request)
        if asked.query is None:
            # the host was checked, so it can be repeated
            host = request.headers.get("host") or f"{ADDRESS}:{self.port}"
            page = {"op": "page", "path": _ENDPOINT, "query": "", "host": host}
            return await self._pages.ask({**page, **shared, "named": asked.named})
        is_link = request.method != "POST"
        query = {"op": "query", "query": asked.query, "named": asked.named, "is_link": is_link}
        return await self._queries.ask({**query, **shared})


def serve(server: Server, *, ready: Callable[[str], object]) -> None:
    """Serve until Ctrl-C or SIGTERM.

    :param server: What to serve.
    :param ready: Called with the address when requests are answered.
    :raises KGError: If the server cannot start.
    """
    asyncio.run(_serve(server, ready))


async def _serve(server: Server, ready: Callable[[str], object]) -> None:
    enough = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # Windows; there Ctrl-C ends the loop
            loop.add_signal_handler(number, enough.set)
    starting = asyncio.ensure_future(server.start())
    stopping = asyncio.ensure_future(enough.wait())
    await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
    if not starting.done():
        starting.cancel()
        with suppress(asyncio.CancelledError):
            await starting
        return
    try:
        await starting
        ready(server.url)
        await stopping
    finally:
        stopping.cancel()
        if not starting.cancelled() and starting.exception() is None:
            await server.stop()
