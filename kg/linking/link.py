"""Which names of a corpus denote one thing: the entrance of entity linking.

Names of one type are one thing if their folds agree, or if steps lead from one to the other
(:mod:`kg.linking.steps`). What people have decided comes first and holds.

>>> from kg.ontology import load
>>> names = [Name("Dataset", "cifar 10", "CIFAR-10", 3), Name("Dataset", "cifar10", "CIFAR10", 1)]
>>> for move in Linker(names, [], load()).moves():
...     print(move.key, "->", move.to_key, "by", move.rule)
cifar10 -> cifar 10 by spelling
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.linking.curation import Curation
from kg.linking.decisions import NOT_SAME, SAME
from kg.linking.names import CURATED, SPELLING, Move, Name
from kg.linking.steps import Steps

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kg.linking.names import Definition, Place
    from kg.ontology import Ontology

__all__ = ["Linker"]


class Linker:
    """The names of a corpus and what they denote; the order of the arguments is no matter.

    :param names: The names of the corpus, one for each type and key.
    :param definitions: Short forms and long forms of one thing, as papers write them.
    :param ontology: Has rules and lexicon.
    :param curation: What people have decided.
    """

    def __init__(
        self,
        names: Iterable[Name],
        definitions: Iterable[Definition],
        ontology: Ontology,
        curation: Curation | None = None,
    ) -> None:
        """Sort the names, and settle what they denote."""
        self.names = {name.place: name for name in names}
        self.curation = curation or Curation()
        apart = [d for d in self.curation.decisions if d.kind == NOT_SAME]
        parted = frozenset(self.curation.target(*place) for d in apart for place in d.places)
        self._chosen = {
            self.curation.target(*d.places[0]): d.name
            for d in self.curation.decisions
            if d.kind == SAME and d.places[1] == self.curation.target(*d.places[0])
        }
        more = (Name(*p, t, 0) for p, t in self._chosen.items() if p not in self.names)
        known = [*self.names.values(), *more]
        self._steps = Steps(known, definitions, ontology, parted=parted)
        self._walked: dict[Place, tuple[Place, list[str], str]] = {}
        self._pinned: frozenset[Place] = frozenset()
        self._decided: dict[Place, Place] = {}
        self._pinned = frozenset(
            self._steps.node(place)
            for d in apart
            for place in (self.curation.target(*p) for p in d.places)
            if self.thing(d.places[0]) == self.thing(d.places[1]) != place
        )
        self._walked.clear()  # they went before it was known what is pinned
        self._decided = self._by_thing()
        self._renamed = {
            self.thing(place): name
            for place in reversed(self.curation.places)
            if (name := self.curation.name_of(*place))
        }

    @property
    def occasions(self) -> set[Place]:
        """What decisions can speak of: the names, and what is decided of under another name."""
        return {*self.names, *map(self._spoken_of, self.names)}

    def moves(self) -> Iterator[Move]:
        """Tell which names denote something else than their own key says.

        :returns: One move for each name that moves, sorted by its type and key.
        """
        for place in sorted(self.names):
            move = self._move(place)
            if move:
                yield move

    def thing(self, place: Place) -> Place:
        """Tell what a type and key denote, whether or not the corpus has them."""
        return self._follow(place)[0]

    def label(self, place: Place) -> str:
        """Give the name that a thing is to have, whatever papers call it; empty if they choose.

        People come first, then the lexicon, then the name that people call its alias an alias of.
        """
        return (
            self._renamed.get(place, "")
            or self._steps.label(self._steps.node(place))
            or ("" if place in self.names else self._chosen.get(place, ""))
        )

    def page(self, place: Place) -> str:
        """Give the home page of a thing; empty if the lexicon tells none."""
        return self._steps.page(self._steps.node(place))

    def _by_thing(self) -> dict[Place, Place]:
        """Find the place that people have decided on for what rules make one with it.

        A line speaks of the thing, so that it holds for every name that rules give the thing; where
        several of its names have lines, that of the name itself.
        """
        found: dict[Place, Place] = {}
        for place in self.curation.places:
            if self.curation.target(*place) != place or self.curation.is_rejected(*place):
                end = self._walk(place)[0]
                if end not in found or place == end:
                    found[end] = place
        return found

    def _move(self, place: Place) -> Move | None:
        spoken = self._spoken_of(place)
        if self.curation.is_rejected(*spoken):
            return Move(*place, *place[:1], "", *self._told(spoken))
        target, rules, source = self._follow(place)
        if target == place:
            return None
        return Move(*place, *target, " ".join(rules) or SPELLING, source)

    def _follow(self, place: Place) -> tuple[Place, list[str], str]:
        """Go from a name to what it denotes, and say by which rules and whose word."""
        spoken = self._spoken_of(place)
        start = self.curation.target(*spoken)
        if start == spoken:
            return self._walk(place)
        before = self._walk(place)[1] if spoken != place else []
        rule, files = self._told(spoken)
        end, after, source = self._walk(start)
        return end, [*before, rule, *after], files or source

    def _walk(self, place: Place) -> tuple[Place, list[str], str]:
        """Go from a name where the rules lead, as far as people have not told things apart."""
        if place in self._walked:
            return self._walked[place]
        rules, source = [], ""
        end = self._steps.node(place)
        for step in self._steps.walk(end):
            if end in self._pinned or self._is_apart(place, step.to):
                break
            rules.append(step.rule)
            end, source = step.to, source or step.source
        self._walked[place] = found = ((end[0], self._steps.key(end)), rules, source)
        return found

    def _spoken_of(self, place: Place) -> Place:
        """Find the place that people have decided on, if they have on what a name denotes."""
        if self.curation.told(*place) or not self._decided:
            return place
        return self._decided.get(self._walk(place)[0], place)

    def _is_apart(self, place: Place, node: Place) -> bool:
        return self.curation.apart(*place, self._steps.key(node))

    def _told(self, place: Place) -> tuple[str, str]:
        """Name the decisions of people about a name: a rule, and the files that say so."""
        told = self.curation.told(*place)
        files = sorted({decision.file for decision in told if decision.file})
        return CURATED, " ".join(files)
