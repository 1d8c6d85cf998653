"""Which of many ids are equal, in bounded memory: what has been seen lies on disk as hashes.

>>> with Seen() as seen:
...     for number, key in enumerate(["a", "b", "a", "c", "a"]):
...         seen.add(key, number)
...     list(seen.again())
[(2, 0), (4, 0)]
"""

from __future__ import annotations

import hashlib
import tempfile
from array import array
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType
    from typing import Any, Self

    from numpy.typing import NDArray

    Rows = NDArray[np.uint64]

__all__ = ["Seen"]

_PARTS = 64
_KEPT = 1 << 13  # entries that one part keeps in memory
_SHIFT = 64 - 6


class Seen:
    """Ids with the numbers of what has them, in parts by their hashes; a context manager.

    A hash has 64 bits: two of a hundred million different ids are taken for one with a probability
    of three in ten thousand.
    """

    def __init__(self) -> None:
        """Keep nothing yet."""
        self._kept = [array("Q") for _ in range(_PARTS)]
        self._files: list[Any] = [None] * _PARTS

    def __enter__(self) -> Self:
        """Use what has been seen in a ``with`` block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Remove what lies on disk."""
        for file in self._files:
            if file is not None:
                file.close()

    def add(self, key: str, number: int) -> None:
        """Note an id.

        :param key: The id.
        :param number: The number of what has it; later ones have higher numbers.
        """
        told = hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8)
        name = int.from_bytes(told.digest(), "little")
        part = name >> _SHIFT
        kept = self._kept[part]
        kept.append(name)
        kept.append(number)
        if len(kept) >= 2 * _KEPT:
            if self._files[part] is None:
                self._files[part] = tempfile.TemporaryFile(prefix="kg-lint-")  # noqa: SIM115
            kept.tofile(self._files[part])
            del kept[:]

    def again(self) -> Iterator[tuple[int, int]]:
        """Find the ids that come again.

        :returns: The number of each that has an id of an earlier one, and the number of the first.
        """
        for rows in self._parts():
            names, numbers = rows[:, 0], rows[:, 1]
            order = np.lexsort((numbers, names))
            names, numbers = names[order], numbers[order]
            is_new = np.concatenate([[True], names[1:] != names[:-1]])
            first = np.maximum.accumulate(np.where(is_new, np.arange(len(names)), 0))
            for place in np.flatnonzero(~is_new).tolist():
                yield int(numbers[place]), int(numbers[first[place]])

    def missing(self, known: Seen) -> Iterator[int]:
        """Find the ids that others do not have.

        :param known: The others.
        :returns: The numbers of what has such an id.
        """
        for rows, others in zip(self._parts(), known._parts(), strict=True):
            lost = ~np.isin(rows[:, 0], others[:, 0])
            yield from map(int, rows[lost, 1].tolist())

    def _parts(self) -> Iterator[Rows]:
        for kept, file in zip(self._kept, self._files, strict=True):
            rows = np.array(kept, dtype=np.uint64)
            if file is not None:
                file.flush()
                file.seek(0)
                written = np.frombuffer(file.read(), dtype=np.uint64)
                rows = np.concatenate([written, rows])
            yield rows.reshape(-1, 2)
