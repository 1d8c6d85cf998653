"""What went wrong: each entity that did not match, and why as far as it can be told.

>>> gold = {"id": "p1", "entities": [{"type": "T", "name": "spiking net"}]}
>>> predicted = {"id": "p1", "entities": [{"type": "T", "name": "net"}]}
>>> [(m.kind, m.gold.name, m.predicted.name) for m in diagnose(gold, predicted, ("T",))]
[('boundary', 'spiking net', 'net')]
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from kg.evaluation.alignment import Comparable, align, share_head, share_surface
from kg.evaluation.texts import offsets_of
from kg.iri import digest

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from kg.evaluation.scoring import Counts, Item
    from kg.model import Span

__all__ = ["KINDS", "Mistake", "Side", "choose", "confusion", "diagnose", "tally"]

MISSED, SPURIOUS, BOUNDARY, TYPE = "missed", "spurious", "boundary", "type"
GROUPING, DUPLICATE, ROLE = "grouping", "duplicate", "role"
KINDS = (MISSED, SPURIOUS, BOUNDARY, TYPE, GROUPING, DUPLICATE, ROLE)
"""The kinds of mistakes.

``missed`` and ``spurious``: it is in the gold or the prediction alone. ``boundary``: the type is
right and the names overlap. ``type``: only the name is right. ``grouping``: it was put into the
entity of another. ``duplicate``: it was predicted once more beside the one that matched. ``role``:
all is right but that.
"""


@dataclass(frozen=True, slots=True, order=True)
class Side:
    """What the gold or the prediction says of one thing.

    :param type: Entity type.
    :param name: Name, or the words of a span.
    :param role: Role; empty if none is given.
    :param forms: Surface forms by which it can be found in the text.
    :param spans: Where it is said to stand in the text; empty if that is not told.
    """

    type: str
    name: str
    role: str = ""
    forms: tuple[str, ...] = ()
    spans: tuple[Span, ...] = ()

    @classmethod
    def of(cls, entity: Item) -> Side:
        """Take what is shown of an entity of a JSON record."""
        forms = tuple(dict.fromkeys([*entity.get("mentions", ()), entity["name"]]))
        role = entity.get("role")
        name = role if isinstance(role, str) else ""
        return cls(entity["type"], entity["name"], name, forms, offsets_of(entity))


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing that went wrong.

    :param kind: One of :data:`KINDS`.
    :param paper: Identifier of the paper.
    :param gold: What the gold says; ``None`` if it says nothing.
    :param predicted: What was predicted; ``None`` if nothing was.
    """

    kind: str
    paper: str
    gold: Side | None = None
    predicted: Side | None = None

    @property
    def rank(self) -> tuple[int, str, bool, Any, bool, Any]:
        """Give what mistakes are sorted by: kind, paper, gold, predicted."""
        gold, predicted = self.gold, self.predicted
        return (
            *(KINDS.index(self.kind), self.paper),
            *(gold is None, gold or Side("", ""), predicted is None, predicted or Side("", "")),
        )

    @property
    def type(self) -> str:
        """The type that should have been predicted, or else that was."""
        side = self.gold or self.predicted
        return side.type if side else ""


def diagnose(gold: Item, predicted: Item, types: Collection[str]) -> list[Mistake]:
    """Say of each entity of a paper that did not match what became of it.

    Entities are paired by the strict criterion first. What is left is paired by name without type,
    then by overlap within a type; the rest is looked for in the pairs. So each entity that did not
    match is at fault once. What is optional in the gold is never missed.

    :param gold: The gold record.
    :param predicted: The predicted record; an empty one if there is none.
    :param types: Entity types that count.
    :returns: The mistakes, sorted; empty if all is right.
    """
    wanted = [entity for entity in gold.get("entities", ()) if entity["type"] in types]
    found = [entity for entity in predicted.get("entities", ()) if entity["type"] in types]
    ours = [Comparable.of(entity) for entity in wanted]
    theirs = [Comparable.of(entity) for entity in found]
    pairs = align(ours, theirs, agree=share_surface)
    made: list[Mistake] = []

    def note(kind: str, i: int | None, j: int | None) -> None:
        sides = None if i is None else Side.of(wanted[i]), None if j is None else Side.of(found[j])
        made.append(Mistake(kind, gold["id"], *sides))

    for i, j in pairs.items():
        if _differ_in_role(wanted[i], found[j]):
            note(ROLE, i, j)
    missing = [i for i, one in enumerate(ours) if i not in pairs and not one.is_optional]
    surplus = sorted(set(range(len(theirs))) - set(pairs.values()))
    for kind, agree, blind in ((TYPE, share_surface, True), (BOUNDARY, share_head, False)):
        for i, j in _pair_left(ours, theirs, missing, surplus, agree=agree, blind=blind):
            note(kind, i, j)
            missing.remove(i)
            surplus.remove(j)
    for i in missing:
        holder = next((j for j in pairs.values() if _alike(ours[i], theirs[j])), None)
        note(MISSED if holder is None else GROUPING, i, holder)
    for j in surplus:
        twin = next((i for i in pairs if _alike(ours[i], theirs[j])), None)
        note(SPURIOUS if twin is None else DUPLICATE, twin, j)
    return sorted(made, key=lambda mistake: mistake.rank)


def _alike(gold: Comparable, predicted: Comparable) -> bool:
    return gold.type == predicted.type and share_surface(gold, predicted)


def _differ_in_role(gold: Item, predicted: Item) -> bool:
    role = predicted.get("role")
    right = (gold.get("role"), gold.get("role_alternative"))
    return not gold.get("optional") and (role is None or role not in right)


def _pair_left(
    gold: Sequence[Comparable],
    predicted: Sequence[Comparable],
    missing: Sequence[int],
    surplus: Sequence[int],
    *,
    agree: Callable[[Comparable, Comparable], bool],
    blind: bool,
) -> list[tuple[int, int]]:
    """Pair what is left; ``blind`` to the types."""
    ours, theirs = [gold[i] for i in missing], [predicted[j] for j in surplus]
    if blind:
        ours = [replace(one, type="") for one in ours]
        theirs = [replace(one, type="") for one in theirs]
    return [(missing[a], surplus[b]) for a, b in align(ours, theirs, agree=agree).items()]


def confusion(
    counts: Mapping[str, Counts], mistakes: Iterable[Mistake]
) -> tuple[dict[str, dict[str, int]], dict[str, int]]:
    """Count which type of the gold was predicted as which.

    :param counts: Matched, gold and predicted by type.
    :param mistakes: All mistakes behind these counts.
    :returns: A row for each type of the gold, whose sum is all of that type in the gold: how many
        were predicted as each type under the same name, and under ``missed`` how many were not. And
        a last row: how many predictions of each type answer no name of the gold.
    """
    taken = Counter(
        (m.gold.type, m.predicted.type)
        for m in mistakes
        if m.kind == TYPE and m.gold and m.predicted
    )
    rows, spurious = {}, {}
    for name, count in counts.items():
        row = {other: taken[name, other] for other in counts} | {name: count.matched}
        rows[name] = row | {MISSED: count.gold - sum(row.values())}
        answered = count.matched + sum(taken[other, name] for other in counts)
        spurious[name] = count.predicted - answered
    return rows, spurious


def tally(mistakes: Iterable[Mistake]) -> dict[str, dict[str, int]]:
    """Count mistakes by kind, and by type within a kind; kinds that did not occur are left out."""
    counted = Counter((m.kind, m.type) for m in mistakes)
    kinds = [kind for kind in KINDS if any(k == kind for k, _ in counted)]
    return {kind: {t: n for (k, t), n in sorted(counted.items()) if k == kind} for kind in kinds}


def choose(mistakes: Iterable[Mistake], limit: int) -> list[Mistake]:
    """Pick some mistakes to look at, spread over kinds and papers.

    Kinds take turns; of a kind, the paper that was shown least often is next, and of several the
    one whose identifier has the smallest digest, so that no corner of a collection is preferred.

    :param mistakes: All mistakes, in any order.
    :param limit: How many to pick.
    :returns: So many, or all if there are fewer, sorted; the same for the same mistakes.
    """
    waiting: dict[str, dict[str, deque[Mistake]]] = defaultdict(lambda: defaultdict(deque))
    ordered = sorted(mistakes, key=lambda mistake: mistake.rank)
    if len(ordered) <= limit:
        return ordered
    for mistake in ordered:
        waiting[mistake.kind][mistake.paper].append(mistake)
    return sorted(_in_turns(waiting, limit), key=lambda mistake: mistake.rank)


def _in_turns(waiting: dict[str, dict[str, deque[Mistake]]], limit: int) -> Iterator[Mistake]:
    shown: Counter[str] = Counter()
    order = {paper: digest(paper) for papers in waiting.values() for paper in papers}
    given = 0
    while True:
        for papers in waiting.values():
            if given == limit:
                return
            if papers:
                paper = min(papers, key=lambda name: (shown[name], order[name]))
                yield papers[paper].popleft()
                shown[paper] += 1
                given += 1
                if not papers[paper]:
                    del papers[paper]
