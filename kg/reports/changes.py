r"""What changed between two builds as text: a short changelog for people, JSON for programs.

The changelog tells first what changed where the text of the papers is the same, then what follows
from papers that came, went or were edited. JSON is one object that lists every change on a line.

>>> from kg.graph.diff import Diff
>>> pieces = []
>>> write(Diff({}, {}, iter([])), {}, pieces.append)
False
>>> pieces
['no difference\n']
"""

from __future__ import annotations

import heapq
from collections import Counter
from dataclasses import asdict, dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

import orjson

from kg.graph.diff import KINDS
from kg.graph.terminal import cut, visible
from kg.reports.cells import wrap
from kg.reports.phrases import because, phrase, subject

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from kg.graph.diff import Change, Diff

__all__ = ["write"]

_NARROW = 60  # columns that a terminal has at least
_LINES = 500  # of JSON that are written at once
_NOUNS = {"papers": "paper", "entities": "entity", "relations": "relation", "results": "result"}
_HAPPENED = {
    ("papers", "added"): "came",
    ("papers", "removed"): "went",
    ("papers", "edited"): "with another text",
    ("papers", "metadata"): "with other metadata",
    ("entities", "merged"): "merged into others",
    ("entities", "split"): "split",
    ("entities", "retyped"): "of another type",
    ("entities", "moved"): "that gave mentions to others",
    ("entities", "roles"): "with another role",
    ("entities", "support"): "with other papers or mentions",
    ("entities", "links"): "with other links",
    ("entities", "names"): "with other aliases",
    ("relations", "status"): "of another status",
    ("relations", "support"): "with more or fewer papers",
    ("relations", "confidence"): "of another confidence",
    ("results", "value"): "of another value",
    ("results", "slots"): "with other slots",
    ("results", "status"): "of another status",
    ("results", "confidence"): "of another confidence",
}
_MARKS = {"added": "+", "removed": "-"}


def write(
    found: Diff,
    made: Mapping[str, Mapping[str, Any]],
    out: Callable[[str], object],
    *,
    style: str = "text",
    top: int | None = 10,
    width: int = 100,
) -> bool:
    """Write what changed, reading the changes once.

    :param found: What changed.
    :param made: What :func:`kg.graph.diff.made` tells.
    :param out: Called with each piece of the text.
    :param style: ``text`` or ``json``.
    :param top: How many changes of a kind the text shows; all if None. JSON has all.
    :param width: Columns of the terminal.
    :returns: Whether there is a difference. How a build was made is none, save the base of its
        IRIs.
    """
    totals = _Totals()
    if style == "json":
        _write_json(found, made, out, totals)
    else:
        lists = _Lists(top)
        for change in totals.counted(found.changes):
            lists.add(change)
        lines = _text(found, made, totals, lists, max(width, _NARROW))
        out("".join(f"{line}\n" for line in lines))
    return bool(totals.kinds) or "base" in made


@dataclass(slots=True)
class _Totals:
    """Numbers of changes by group and kind, and of those that do not follow from the input."""

    kinds: Counter[tuple[str, str]] = field(default_factory=Counter)
    elsewhere: int = 0

    def counted(self, changes: Iterable[Change]) -> Iterator[Change]:
        for change in changes:
            self.kinds[change.group, change.kind] += 1
            self.elsewhere += not change.cause.is_input
            yield change

    def of(self, group: str) -> dict[str, int]:
        return {kind: self.kinds[group, kind] for kind in KINDS[group]}


class _Lists:
    """The changes of most weight, of each kind, in papers that stayed and elsewhere."""

    def __init__(self, top: int | None) -> None:
        self.top = top
        self.totals: Counter[tuple[bool, str, str]] = Counter()
        self._held: dict[tuple[bool, str, str], list[tuple[tuple[int, str, int], Change]]] = {}

    def add(self, change: Change) -> None:
        place = (change.cause.is_input, change.group, change.kind)
        self.totals[place] += 1
        held = self._held.setdefault(place, [])
        held.append(((-change.weight, subject(change).casefold(), self.totals[place]), change))
        if self.top is not None and len(held) > 2 * self.top + 100:
            held[:] = heapq.nsmallest(self.top, held)

    def shown(self, place: tuple[bool, str, str]) -> list[Change]:
        return [change for _, change in sorted(self._held.get(place, ()))[: self.top]]

    def count(self, *, is_input: bool) -> int:
        return sum(
            n for (told, group, _), n in self.totals.items() if told == is_input and group != _FIRST
        )


_FIRST = "papers"


def _text(
    found: Diff,
    made: Mapping[str, Mapping[str, Any]],
    totals: _Totals,
    lists: _Lists,
    width: int,
) -> Iterator[str]:
    if not totals.kinds and "base" not in made:
        yield "no difference"
    else:
        sizes = ((found.before.get(name, 0), found.after.get(name, 0), name) for name in KINDS)
        told = ", ".join(f"{was:,} -> {now:,} {name}" for was, now, name in sizes)
        yield from wrap(told, width, "")
    for name, sides in made.items():
        yield from wrap(f"{name}: {_brief(sides['was'])} -> {_brief(sides['now'])}", width, "")
    if not totals.kinds:
        return
    if any(group == _FIRST for group, _ in totals.kinds):
        yield ""
        yield from _section(lists, [_FIRST], width, is_input=True, indent="")
    rest = [group for group in KINDS if group != _FIRST]
    others, followers = (lists.count(is_input=told) for told in (False, True))
    yield ""
    if others:
        told = "in papers whose text is the same (read or linked otherwise)"
        yield from wrap(f"{_count(others, 'change')} {told}:", width, "")
        yield from _section(lists, rest, width, is_input=False, indent="  ")
    else:
        yield "In papers whose text is the same nothing changed."
    if followers:
        yield ""
        told = "from papers that came, went or were edited"
        yield from wrap(f"{_count(followers, 'change')} {told}:", width, "")
        yield from _section(lists, rest, width, is_input=True, indent="  ")


def _section(
    lists: _Lists, groups: Iterable[str], width: int, *, is_input: bool, indent: str
) -> Iterator[str]:
    for group in groups:
        for kind in KINDS[group]:
            place = (is_input, group, kind)
            if not (total := lists.totals[place]):
                continue
            happened = _HAPPENED.get((group, kind), kind)
            yield f"{indent}{_count(total, _NOUNS[group])} {happened}"
            shown = lists.shown(place)
            for change in shown:
                told = phrase(change) + (because(change.cause) if group != _FIRST else "")
                first, *more = wrap(told, width, f"{indent}    ")
                yield f"{indent}  {_MARKS.get(kind, '~')} {first.lstrip()}"
                yield from more
            if len(shown) < total:
                yield f"{indent}  ... and {total - len(shown):,} more; --format json lists all"


def _count(number: int, what: str) -> str:
    """Count things of which one is named.

    >>> _count(1, "entity"), _count(2_000, "entity")
    ('1 entity', '2,000 entities')
    """
    many = f"{what.removesuffix('y')}ies" if what.endswith("y") else f"{what}s"
    return f"{number:,} {what if number == 1 else many}"


def _brief(value: object) -> str:
    """Write a value of a manifest in a few words.

    >>> _brief({"version": "1", "sha256": "0123456789abcdef"})
    'version 1, sha256 0123456789ab'
    """
    if isinstance(value, dict):
        rest = {name: told for name, told in value.items() if told and name != "name"}
        told = ", ".join(f"{visible(str(name))} {_brief(told)}" for name, told in rest.items())
        return f"{_brief(value['name'])} ({told})" if "name" in value else told
    if isinstance(value, list):
        return "; ".join(map(_brief, value)) or "none"
    text = "none" if value is None else visible(str(value))
    is_hash = len(text) > 12 and set(text) <= set("0123456789abcdef")
    return text[:12] if is_hash else cut(text, 60)


def _write_json(
    found: Diff,
    made: Mapping[str, Mapping[str, Any]],
    out: Callable[[str], object],
    totals: _Totals,
) -> None:
    head = {"before": found.before, "after": found.after, "made": made}
    told = (f"{_dumps(name)}: {_dumps(value)},\n" for name, value in head.items())
    out("{\n" + "".join(told) + '"changes": [')
    lines = (_dumps(_object(change)) for change in totals.counted(found.changes))
    between = "\n"
    while batch := list(islice(lines, _LINES)):
        out(between + ",\n".join(batch))
        between = ",\n"
    tail = {
        "totals": {group: totals.of(group) for group in KINDS},
        "in_papers_that_stayed": totals.elsewhere,
        "different": bool(totals.kinds) or "base" in made,
    }
    told = (f",\n{_dumps(name)}: {_dumps(value)}" for name, value in tail.items())
    out(f"\n]{''.join(told)}\n}}\n")


def _object(change: Change) -> dict[str, Any]:
    cause = {fate: papers for fate, papers in asdict(change.cause).items() if papers}
    sides = {"was": change.was, "now": change.now}
    return {
        "group": change.group,
        "change": change.kind,
        **change.details,
        **sides,
        "because_of_papers": cause,
    }


def _dumps(value: object) -> str:
    return orjson.dumps(value).decode()
