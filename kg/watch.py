"""Count what a run costs: seconds, memory, and calls to the network, which should be none.

Calls are counted by an audit hook of the interpreter (PEP 578), so that the count is an
observation and not a promise. A hook cannot be taken away again; it is installed once and costs
next to nothing.
"""

from __future__ import annotations

import sys
from functools import lru_cache

__all__ = ["network_calls", "note_calls", "peak_memory", "watch_network"]

_EVENTS = frozenset(
    {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"}
)
_MEGA = 1024 * 1024


@lru_cache(maxsize=1)
def _calls() -> list[str]:
    calls: list[str] = []

    def hook(event: str, args: tuple[object, ...]) -> None:
        # Processes of one machine talk over sockets of the file system, whose address is a path.
        if event in _EVENTS and not (
            event == "socket.connect" and isinstance(args[-1], str | bytes)
        ):
            calls.append(event)

    sys.addaudithook(hook)
    return calls


def watch_network() -> None:
    """Begin to count calls to the network in this process; a second call changes nothing."""
    _calls()


def network_calls() -> int:
    """Count the calls to the network since :func:`watch_network` was called first.

    >>> watch_network()
    >>> network_calls() >= 0
    True
    """
    return len(_calls())


def note_calls(count: int) -> None:
    """Add calls that another process of this run has counted."""
    _calls().extend(["worker"] * count)


def peak_memory() -> int | None:
    """Tell the highest memory in MiB that this process, or the largest of its children, has held.

    :returns: MiB; None on a system that does not tell.
    """
    try:
        import resource
    except ImportError:  # Windows
        return None
    unit = 1 if sys.platform == "darwin" else 1024
    largest = max(
        resource.getrusage(who).ru_maxrss
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return round(largest * unit / _MEGA)
