"""One change between two builds in one sentence, and the papers that it comes from.

>>> from kg.graph.diff import Cause
>>> because(Cause(came=("p1", "p2"), stayed=("p3",)))
', by 2 new papers, in p3'
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from kg.graph.diff_moves import KIND_OF
from kg.graph.terminal import cut
from kg.markup import plain
from kg.model import ASSERTED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kg.graph.diff import Cause, Change

__all__ = ["because", "phrase", "subject"]

_NAME = 60  # columns that a name takes at most
_FEW = 3  # names that are told one by one
_CAUSES = {
    "came": ("by new paper {}", "by {} new papers"),
    "went": ("with paper {} gone", "with {} papers gone"),
    "edited": ("by edited paper {}", "by {} edited papers"),
    "stayed": ("in {}", "in {} papers"),
    "linked": ("linked otherwise in {}", "linked otherwise in {} papers"),
}
"""What is said of the papers of a cause, by its fields: of one, and of many."""


def because(cause: Cause) -> str:
    """Say which papers a change comes from.

    :param cause: The papers.
    :returns: A clause with a comma before it; empty if no paper is known to be the cause.
    """
    told = []
    for fate, (one, many) in _CAUSES.items():
        if papers := getattr(cause, fate):
            few = len(papers) == 1
            name = cut(papers[0], _NAME) if few else f"{len(papers):,}"
            told.append(f", {(one if few else many).format(name)}")
    return "".join(told)


def subject(change: Change) -> str:
    """Name what a change is about, to order changes by."""
    told = change.now or change.was or {}
    if change.group == "entities":
        return str(told["name"])
    if change.group == "relations":
        return " ".join(str(change.details[end]["name"]) for end in ("head", "tail"))
    return str(change.details["paper"])


def phrase(change: Change) -> str:
    """Say what changed.

    :param change: A change.
    :returns: One line for people. Names are cut, and what would steer a terminal is spelled out.
    """
    return {"papers": _paper, "entities": _entity, "relations": _relation, "results": _result}[
        change.group
    ](change)


def _paper(change: Change) -> str:
    told = f"{cut(change.details['paper'], _NAME)}  {cut(change.details['title'], 200)}"
    if change.was and change.now:
        return f"{told} ({', '.join(change.now)})"
    return told


def _entity(change: Change) -> str:
    was, now = change.was or {}, change.now or {}
    before, after = (_named(side) if side else "" for side in (was, now))
    into, origins = (_others(change.details.get(name, ())) for name in ("into", "from"))
    if not was:
        return after + (f", from {origins}" if origins else "")
    if change.kind == "retyped" and now and was["iri"] != now["iri"]:
        same = was["name"] == now["name"]
        other = now["type"] if same else after
        return f"{_name(was)}: {was['type']} -> {other}{_rule(change.details)}"
    if into:
        return f"{before} -> {into}" if not now else f"{before} -> itself and {into}"
    if not now:
        return before
    if change.kind == "renamed":
        return f"{_name(was)} -> {after}{_rule(change.details)}"
    return after + _detail(change, was, now) + (f", from {origins}" if origins else "")


def _detail(change: Change, was: dict[str, Any], now: dict[str, Any]) -> str:
    if change.kind == "roles":
        roles = Counter(f"{role['was']} -> {role['now']}" for role in change.details["roles"])
        told = [f"{role} in {n:,} papers" if n > 1 else role for role, n in sorted(roles.items())]
        return f": {'; '.join(told)}"
    if change.kind == "names":
        return _gained(change.details["names"], _quoted)
    if change.kind == "links":
        return _gained(change.details["links"], _tie)
    for what in ("papers", "mentions"):
        if was[what] != now[what]:
            return f": {was[what]:,} -> {now[what]:,} {what}"
    return ": other mentions"


def _relation(change: Change) -> str:
    head, tail = (_name(change.details[end]) for end in ("head", "tail"))
    told = f"{head} {change.details['relation']} {tail}"
    was, now = change.was, change.now
    if was is None or now is None:
        side = was or now or {}
        is_fact = ASSERTED in side["statuses"]
        return told if is_fact else f"{told} ({_listed(side['statuses'])})"
    if change.kind == "status":
        if was["statuses"] == now["statuses"]:
            return f"{told}: some papers claim it otherwise"
        return f"{told}: {_listed(was['statuses'])} -> {_listed(now['statuses'])}"
    if change.kind == "support" and was["papers"] != now["papers"]:
        return f"{told}: {was['papers']:,} -> {now['papers']:,} papers"
    if was["confidence"] != now["confidence"]:
        return f"{told}: {was['confidence']:.2f} -> {now['confidence']:.2f}"
    return told


def _result(change: Change) -> str:
    was, now = change.was, change.now
    if was is None or now is None:
        side = was or now or {}
        return f"{_value(side)}{_slots(side)}"
    if change.kind == "value":
        return f"{_value(was)} -> {_value(now)}{_slots(now)}"
    if change.kind == "slots":
        names = sorted({*was["slots"], *now["slots"]}, key=[*was["slots"], *now["slots"]].index)
        told = [
            f"{slot} {_names(was['slots'].get(slot, ()))} -> {_names(now['slots'].get(slot, ()))}"
            for slot in names
            if was["slots"].get(slot) != now["slots"].get(slot)
        ]
        return f"{_value(now)}: {', '.join(told)}"
    if change.kind == "status":
        return f"{_value(now)}{_slots(now)}: {was['status']} -> {now['status']}"
    return f"{_value(now)}{_slots(now)}: {was['confidence']:.2f} -> {now['confidence']:.2f}"


def _value(side: dict[str, Any]) -> str:
    status = "" if side["status"] == ASSERTED else f", {side['status']}"
    return f"{cut(plain(side['value']).text, _NAME)} ({side['kind']}{status})"


def _slots(side: dict[str, Any]) -> str:
    told = [f"{slot} {_names(fillers)}" for slot, fillers in side["slots"].items()]
    return f": {', '.join(told)}" if told else ""


def _named(side: dict[str, Any]) -> str:
    return f"{_name(side)} ({side['type']})"


def _name(side: dict[str, Any]) -> str:
    return cut(side["name"], _NAME)


def _names(sides: Iterable[dict[str, Any]]) -> str:
    found = [_named(side) if "type" in side else _name(side) for side in sides]
    return _listed(found) or "none"


def _others(sides: Iterable[dict[str, Any]]) -> str:
    """Name entities that mentions went to or came from, with the rule that joined them or did."""
    return _listed(_named(side) + _rule(side) for side in sides)


def _rule(told: dict[str, Any]) -> str:
    former = told.get("former_rule") and f"no longer {told['former_rule']}"
    rule = told.get("rule") or former
    return f" [{cut(rule, _NAME)}]" if rule else ""


def _gained(details: dict[str, list[Any]], write: Callable[[Any], str]) -> str:
    told = [("now", details["gained"]), ("no longer", details["lost"])]
    return "".join(f", {word} {_listed(map(write, some))}" for word, some in told if some)


def _tie(tie: dict[str, Any]) -> str:
    if tie["predicate"] == KIND_OF:
        return f"a {KIND_OF} {_name(tie)}"
    return f"{cut(tie['predicate'], _NAME)} {cut(tie['target'], _NAME)}"


def _quoted(text: str) -> str:
    return f'"{cut(text, _NAME)}"'


def _listed(texts: Iterable[str]) -> str:
    """Join texts; of many tell the first ones and count the others.

    >>> _listed(["a", "b"]), _listed("abcde")
    ('a and b', 'a, b, c and 2 more')
    """
    found = list(texts)
    if len(found) > _FEW:
        found = [*found[:_FEW], f"{len(found) - _FEW} more"]
    return " and ".join(filter(None, [", ".join(found[:-1]), *found[-1:]]))
