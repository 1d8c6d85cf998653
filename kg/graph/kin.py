"""Kindred boards: the same but for one slot, which a kindred thing fills there.

What a paper calls accuracy another calls test accuracy, and ImageNet is ImageNet-1K to a third.
They are not the same, so their values stand apart; but who looks at one wants to know of the other.
Things are kindred if one is a kind of the other, or if the one name holds the other; measures are
if their names end alike as far as that says which way they are better.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from difflib import get_close_matches
from typing import TYPE_CHECKING

from kg.graph.boards import Board, Kin
from kg.normalize import key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from kg.graph.boards import Filler

__all__ = ["Kinship", "near"]

_MOST = 4  # kindred boards that are named for a slot
_NEAR, _LIKE = 5, 0.75  # names that are called near, and how much of them agrees
_SHORTEST = 3  # characters of a name that is looked for in others
_SIGN = tuple[object, ...]


class Kinship:
    """Finds the kindred boards of a board.

    :param boards: All boards.
    :param measure: Name of the slot that says what is measured.
    :param broader: Pairs of IRIs of which the first is a kind of the second.
    :param endings: Tells by which endings a measure is known.
    """

    def __init__(
        self,
        boards: Iterable[Board],
        measure: str,
        broader: Iterable[tuple[str, str]],
        endings: Callable[[Filler], Iterable[str]],
    ) -> None:
        """Remember each board by all signs by which another may be kindred."""
        self._measure, self._endings = measure, endings
        self._linked: dict[str, set[str]] = defaultdict(set)
        for narrow, broad in broader:
            self._linked[narrow].add(broad)
            self._linked[broad].add(narrow)
        self._by: dict[_SIGN, list[Board]] = defaultdict(list)
        for board in boards:
            if board.is_ranked and board.ranked:
                for slot, filler in board.slots.items():
                    for sign in self._signs(slot, filler):
                        self._by[_sign(board, slot, sign)].append(board)

    def of(self, board: Board) -> Board:
        """Give a board with its kin.

        :param board: A board.
        :returns: The same, with up to four kindred boards for each slot, those of the most values
            first; without any if it lacks a slot or no way is better on it.
        """
        if not board.is_ranked:
            return board
        kin = [one for slot in board.slots for one in self._of_slot(board, slot)]
        return replace(board, kin=tuple(kin))

    def _of_slot(self, board: Board, slot: str) -> list[Kin]:
        filler = board.slots[slot]
        found: dict[Filler, Board] = {}
        for sign in self._looked_for(slot, filler):
            for other in self._by.get(_sign(board, slot, sign), ()):
                theirs = other.slots[slot]
                if theirs is None or theirs == filler or other.better != board.better:
                    continue
                known = found.get(theirs)
                if known is None or known.ranked < other.ranked:
                    found[theirs] = other
        kin = [Kin(slot, theirs, other.rows[0], other.ranked) for theirs, other in found.items()]
        kin.sort(key=lambda one: (-one.ranked, one.filler.name.casefold(), one.filler))
        return kin[:_MOST]

    def _signs(self, slot: str, filler: Filler | None) -> set[tuple[str, str]]:
        """List by what a board is found."""
        if filler is None:
            return set()
        if slot == self._measure:
            return {("ending", ending) for ending in self._endings(filler)}
        name = key(filler.name)
        parts = {("part", part) for part in _parts(name)}
        return {("name", name), *parts, *(("iri", iri) for iri in filler.iris)}

    def _looked_for(self, slot: str, filler: Filler | None) -> Iterator[tuple[str, str]]:
        """List the signs of kindred things: of what has it in its name, is in it, or is above."""
        if filler is None:
            return
        if slot == self._measure:
            yield from sorted(self._signs(slot, filler))
            return
        for iri in sorted(filler.iris):
            yield from (("iri", other) for other in sorted(self._linked.get(iri, ())))
        name = key(filler.name)
        yield "part", name
        yield from (("name", part) for part in _parts(name))


def near(name: str, slot: str, boards: Iterable[Board]) -> tuple[str, ...]:
    """Name what fills a slot of some boards and is near a name.

    :param name: The name.
    :param slot: The slot.
    :param boards: The boards.
    :returns: Up to five names, of what has the most papers first: those that hold the name or
        stand in it, else those that are spelled alike; none if there are none.
    """
    papers: dict[str, int] = defaultdict(int)
    for board in boards:
        if filler := board.slots[slot]:
            papers[filler.name] += board.papers
    spelled = {other: key(other).replace(" ", "") for other in papers}
    wanted = key(name).replace(" ", "")
    found = [
        other
        for other, theirs in spelled.items()
        if len(wanted) >= _SHORTEST
        and (wanted in theirs or (len(theirs) >= _SHORTEST and theirs in wanted))
    ]
    if not found:
        alike = set(get_close_matches(wanted, set(spelled.values()), _NEAR, _LIKE))
        found = [other for other, theirs in spelled.items() if theirs in alike]
    found.sort(key=lambda other: (-papers[other], other.casefold(), other))
    return tuple(found[:_NEAR])


def _parts(name: str) -> Iterator[str]:
    """List what stands in a name, word by word; what is short or a number says nothing."""
    words = name.split()
    for start in range(len(words)):
        for stop in range(start + 1, len(words) + 1):
            part = " ".join(words[start:stop])
            if len(part) >= _SHORTEST and not part.replace(" ", "").isdigit():
                yield part


def _sign(board: Board, slot: str, sign: tuple[str, str]) -> _SIGN:
    others = tuple((name, filler) for name, filler in board.slots.items() if name != slot)
    return slot, others, board.kind, sign
