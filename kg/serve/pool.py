"""Worker processes: each answers one request at a time; one that takes too long is replaced."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kg.errors import KGError
from kg.serve import frames
from kg.serve.http import Response, told

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Pool", "Worker"]

_START = 120.0  # seconds that a worker may take until it is ready
_PATIENCE = 60.0  # seconds that a request waits for a worker
_WAITING = 400  # requests that wait; more are sent away at once
_REST = 1.0  # seconds between attempts to replace a worker that does not start
_RETRY = ("Retry-After", "2")


@dataclass(eq=False, slots=True)
class Worker:
    """One process."""

    process: asyncio.subprocess.Process

    @classmethod
    async def started(cls, settings: Mapping[str, Any]) -> Worker:
        """Start a process and wait until it is ready.

        :param settings: What it is to serve, see :class:`kg.serve.answers.Answerer`.
        :raises KGError: If it does not become ready.
        """
        search = os.pathsep.join(path for path in sys.path if path)
        # A group of its own: Ctrl-C is for the server, which ends its workers itself.
        apart = 0 if os.name == "posix" else None
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "kg.serve.worker"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            limit=1 << 20,
            env={**os.environ, "PYTHONPATH": search, "PYTHONUTF8": "1"},
            process_group=apart,
        )
        worker = cls(process)
        try:
            async with asyncio.timeout(_START):
                head, _ = await worker._exchange(dict(settings))
        except (OSError, asyncio.IncompleteReadError):  # a timeout is an OSError too
            head = {"failed": "a worker process did not start"}
        except asyncio.CancelledError:
            await worker.end()
            raise
        if "ready" not in head:
            await worker.end()
            raise KGError(head["failed"])
        return worker

    async def ask(self, request: Mapping[str, Any]) -> tuple[Response, bool]:
        """Ask, and wait for the whole answer.

        :returns: The answer, and whether the process is still good for another.
        :raises asyncio.IncompleteReadError: If the process dies.
        """
        head, body = await self._exchange(dict(request))
        headers = tuple((name, value) for name, value in head["headers"])
        return Response(head["status"], body, headers), not head["last"]

    async def _exchange(self, head: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        source, target = self.process.stdout, self.process.stdin
        if source is None or target is None:  # pragma: no cover  # both are pipes
            raise AssertionError
        with suppress(ConnectionError):  # then reading fails, and says so
            target.write(frames.pack(head))
            await target.drain()
        return await frames.receive(source)

    async def end(self) -> int:
        """Kill the process and wait until it is gone."""
        with suppress(ProcessLookupError):
            self.process.kill()
        if self.process.stdin is not None:
            self.process.stdin.close()
        return await self.process.wait()


class Pool:
    """So many workers, all the time.

    :param settings: What they serve.
    :param size: How many there are.
    :param timeout: Seconds that an answer may take.
    """

    def __init__(self, settings: Mapping[str, Any], *, size: int, timeout: float) -> None:
        """Keep the settings; no process starts yet."""
        self._settings, self._size, self._timeout = settings, size, timeout
        self._idle: asyncio.Queue[Worker] = asyncio.Queue()
        self._all: set[Worker] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._waiting = 0
        self._fault = ""  # why no worker can be started, if that is so

    async def start(self) -> None:
        """Start all workers.

        :raises KGError: If one does not start.
        """
        starting = [Worker.started(self._settings) for _ in range(self._size)]
        found = await asyncio.gather(*starting, return_exceptions=True)
        for worker in found:
            if isinstance(worker, Worker):
                self._all.add(worker)
                self._idle.put_nowait(worker)
        for failure in found:
            if isinstance(failure, BaseException):
                raise failure

    async def stop(self) -> None:
        """End all workers, whatever they are doing."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.gather(*(worker.end() for worker in self._all))
        self._all.clear()

    async def ask(self, request: Mapping[str, Any]) -> Response:
        """Have a request answered.

        Who stops waiting for the answer stops the work on it too.

        :param request: What to ask, see :meth:`kg.serve.answers.Answerer.answer`.
        :returns: The answer, or a refusal in one line if there can be none.
        """
        if self._waiting >= _WAITING:
            return told(503, "too many requests wait; try again soon", _RETRY)
        self._waiting += 1
        try:
            async with asyncio.timeout(_PATIENCE):
                worker = await self._living()
        except TimeoutError:
            reason = self._fault or "all workers are busy; try again soon"
            return told(503, reason, _RETRY)
        finally:
            self._waiting -= 1
        is_good = False
        try:
            async with asyncio.timeout(self._timeout):
                response, is_good = await worker.ask(request)
            return response
        except TimeoutError:
            reason = f"stopped after {self._timeout:g} s; ask for less or allow more time"
            return told(504, reason)
        except asyncio.IncompleteReadError:
            with suppress(TimeoutError):  # one that is just ending tells its own code
                async with asyncio.timeout(_REST):
                    await worker.process.wait()
            return _failed(await worker.end())
        finally:
            if is_good:
                self._idle.put_nowait(worker)
            else:
                self._replace(worker)

    async def _living(self) -> Worker:
        """Wait for a worker; one that somebody killed meanwhile is replaced."""
        while (worker := await self._idle.get()).process.returncode is not None:
            self._replace(worker)
        return worker

    def _replace(self, worker: Worker) -> None:
        task = asyncio.get_running_loop().create_task(self._renew(worker))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _renew(self, old: Worker) -> None:
        await old.end()
        self._all.discard(old)
        while True:
            try:
                worker = await Worker.started(self._settings)
            except KGError as err:
                self._fault = f"no worker starts: {err}"
                await asyncio.sleep(_REST)
                continue
            self._fault = ""
            self._all.add(worker)
            self._idle.put_nowait(worker)
            return


def _failed(code: int) -> Response:
    """Say why a worker died: what the system does to those that take too much memory, or else."""
    if -code in {signal.SIGABRT, signal.SIGKILL, signal.SIGSEGV}:
        return told(500, "this needs more memory than a query may take; ask for less")
    return told(500, "the worker process broke off; try again")
