"""Python's search for cycles of objects, done less often where hardly any are made.

A build keeps many objects for long, and each search goes through all of them: at Python's own pace
that is a tenth of its time.

>>> with rarely():
...     gc.get_threshold()[0] >= _NEW
True
>>> with never():
...     gc.isenabled()
False
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["never", "rarely"]

_NEW = 20_000  # objects more than before, for a search among new ones; Python's own is 700
_OLD = 100  # searches among younger ones for one among all; Python's own is 10


@contextmanager
def rarely() -> Iterator[None]:
    """Let Python search less often; whoever has turned the search off is left alone."""
    before = gc.get_threshold()
    if before[0]:
        gc.set_threshold(max(before[0], _NEW), before[1], max(before[2], _OLD))
    try:
        yield
    finally:
        gc.set_threshold(*before)


@contextmanager
def never() -> Iterator[None]:
    """Let Python not search; for work that makes no cycles."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
