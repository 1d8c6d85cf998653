"""Names of a corpus by fold, and the one step that each may take towards what it denotes.

A short form goes to the long form that the corpus gives it, an alias to its term in the lexicon, a
name with a head that adds nothing to the name without, a name with a short form in it to the one
spelled out. Each step is a function of the name and the corpus; nothing is joined because it looks
alike.

>>> from kg.linking.names import Name
>>> from kg.ontology import load
>>> steps = Steps([Name("Dataset", "cifar 10 dataset", "CIFAR-10 dataset", 1)], [], load())
>>> steps.step(("Dataset", "cifar10dataset"))
Step(to=('Dataset', 'cifar10'), rule='head', source='')
"""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from kg.abbreviations import is_short_form, long_form_start
from kg.linking.aliases import is_cased, listed
from kg.linking.heads import stripper
from kg.linking.names import ABBREVIATION
from kg.linking.phrasings import MAKER, rephraser
from kg.linking.short_forms import Told, settled, variants
from kg.linking.spellings import RULES, folder, speller
from kg.linking.variants import VARIANT, varier
from kg.normalize import key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kg.linking.names import Definition, Name, Place
    from kg.ontology import Ontology

__all__ = ["Step", "Steps"]

_PARTED = re.compile(r"[^\W\d] (?=[^\W\d])")
_FAR = 8  # steps that a name may take; more would be a circle


class Step(NamedTuple):
    """Where a name goes (type and fold), by which rule, and the paper that says so, if any."""

    to: Place
    rule: str
    source: str = ""


class Steps:
    """The folds of a corpus and the steps between them; a node is a type and a fold.

    :param names: The names of the corpus, one for each type and key, in any order.
    :param definitions: Short forms and long forms of one thing, as papers write them.
    :param ontology: Has rules and lexicon.
    :param parted: Types and keys that share a node with no other key.
    """

    def __init__(
        self,
        names: Iterable[Name],
        definitions: Iterable[Definition],
        ontology: Ontology,
        *,
        parted: frozenset[Place] = frozenset(),
    ) -> None:
        """Sort the names by fold, and settle what short forms stand for."""
        self._fold, self._spell = folder(ontology), speller(ontology)
        self._bare, self._rephrase = stripper(ontology), rephraser(ontology)
        self._vary = varier(ontology)
        self._listed, self._parted = listed(ontology), parted
        self._names: dict[Place, list[Name]] = defaultdict(list)
        for name in sorted(names):
            self._names[self.node(name.place)].append(name)
        self._told_of: dict[Place, Step] = {}
        self._explain(definitions, ontology)

    def node(self, place: Place) -> Place:
        """Give the node of a type and key."""
        fold = self._fold(place[1])
        return (place[0], f"{fold} {place[1]}" if place in self._parted else fold)

    def label(self, node: Place) -> str:
        """Give the name under which the lexicon lists a node; empty if it does not."""
        return self._listed.terms.get(node, "")

    def page(self, node: Place) -> str:
        """Give the home page that the lexicon tells of a node; empty if it tells none."""
        return self._listed.pages.get(node, "")

    def walk(self, node: Place) -> Iterator[Step]:
        """Take one step after the other, until there is none; of a circle the first node holds."""
        path = [node]
        while (step := self.step(path[-1])) and step.to not in path and len(path) <= _FAR:
            yield step
            path.append(step.to)
        if step and step.to in path:
            first = min(path[path.index(step.to) :])
            if first != path[-1]:
                yield Step(first, step.rule, step.source)

    def key(self, node: Place) -> str:
        """Choose the key of a thing, no matter how often which of its spellings is used."""
        listed = key(self._listed.terms.get(node, ""))
        keys = [name.key for name in self._names.get(node, ())]
        return listed or min(keys, key=self._oddity, default=node[1])

    def _oddity(self, name: str) -> tuple[bool, int, int, str]:
        """Prefer plain spelling, words in one piece, numbers apart."""
        parted = len(_PARTED.findall(name))
        return (self._spell(name) != name, parted, -name.count(" "), name)

    def step(self, node: Place) -> Step | None:
        """Tell where a node goes; None if it stays, as a term does that its alias would take."""
        step = (
            self._explained(node)
            or self._by_lexicon(node)
            or self._without_head(node)
            or self._reworded(node)
            or self._spelled_out(node)
        )
        alias = self._listed.aliases.get(step.to) if step else None
        return None if alias and alias.to == node else step

    def _is_listed(self, node: Place) -> bool:
        return node in self._listed.terms or node in self._listed.aliases

    def _explained(self, node: Place) -> Step | None:
        # A name in capitals that was parted from the plain word is what the papers explain.
        step = self._told_of.get(node) or self._told_of.get((node[0], node[1].lower()))
        if step and step.rule == ABBREVIATION and not self._has_capitals(node):
            return None
        return step

    def _has_capitals(self, node: Place) -> bool:
        """Say whether papers write a name as a short form is written; none do if it is not used."""
        names = self._names.get(node, ())
        return not names or any(is_cased(name.text) for name in names)

    def _by_lexicon(self, node: Place) -> Step | None:
        found = self._listed.aliases.get(node)
        if not found:
            return None
        names = self._names.get(node, ())
        if found.cased and not any(name.text in found.cased for name in names):
            return None
        if found.is_short and not self._has_capitals(node):
            return None
        return Step(found.to, found.rule)

    def _without_head(self, node: Place) -> Step | None:
        for name in self._names.get(node, ()):
            for rest, is_proper in self._bare(name):
                to = (name.type, self._fold(rest))
                if is_proper:
                    is_one = to in self._names or self._is_listed(to)
                else:
                    is_one = self._is_listed(to) and node not in self._listed.terms
                if is_one:
                    return Step(to, "head")
        return None

    def _reworded(self, node: Place) -> Step | None:
        """Say a name in other words, if that is a name that the corpus has.

        What the lexicon lists in both ways is not one.
        """
        is_term = node in self._listed.terms
        for name in self._names.get(node, ()):
            varied = ((words, VARIANT) for words in self._vary(name))
            for words, rule in chain(self._rephrase(name), varied):
                to = self.node((name.type, words))
                is_proper = rule != MAKER or any(c.isdigit() for c in words)
                is_known = self._is_listed(to) or (is_proper and to in self._names)
                is_two = is_term and rule != VARIANT and self._is_listed(to)
                if is_known and to != node and not is_two:
                    return Step(to, rule)
        return None

    def _spelled_out(self, node: Place) -> Step | None:
        """Write a short form within a name in full, if that is a name that the corpus has."""
        for name in self._names.get(node, ()):
            words = name.key.split(" ")
            for place, word in enumerate(words if len(words) > 1 else ()):
                step = self._full_form((name.type, word))
                if step:
                    long = self.key(step.to)
                    to = self.node(
                        (name.type, " ".join([*words[:place], long, *words[place + 1 :]]))
                    )
                    if to in self._names and to != node:
                        return Step(to, "short form within", step.source)
        return None

    def _full_form(self, place: Place) -> Step | None:
        node = self.node(place)
        return self._told_of.get(node) or self._by_lexicon(node)

    def _explain(self, definitions: Iterable[Definition], ontology: Ontology) -> None:
        """Settle short forms, once lexicon and heads tell which of their long forms are one."""
        rules = ontology.rules(RULES)["short_forms"]
        told = [found for item in definitions if (found := self._told(item))]
        for place in sorted({(t.type, t.short) for t in told}):
            node = self.node(place)
            step = self._by_lexicon(node)
            if step or node in self._listed.known:
                long = self.key(self._end(step.to)) if step else place[1]
                told.append(Told(*place, long, rules["lexicon"], 0, ""))
        papers = {int(length): number for length, number in rules["papers"].items()}
        same = variants(told)
        clear = settled(told, same, share=rules["share"], papers=papers)
        for (type_name, rare), (main, source) in sorted(same.items()):
            self._note((type_name, rare), (type_name, main), "inflection", source)
        for (type_name, short_key), (long_key, source) in sorted(clear.items()):
            if source:  # else the lexicon says so, in its own step
                self._note((type_name, short_key), (type_name, long_key), ABBREVIATION, source)

    def _note(self, one: Place, other: Place, rule: str, source: str) -> None:
        self._told_of.setdefault(self.node(one), Step(self.node(other), rule, source))

    def _told(self, item: Definition) -> Told | None:
        """Take a definition if it is one, with its long form where other steps lead it."""
        is_told = is_short_form(item.short) and long_form_start(item.short, item.long) == 0
        if not is_told or len(item.short) >= len(item.long):
            return None
        short, long = key(item.short), key(item.long)
        if not is_cased(item.short) or " " in short or short in long:
            return None
        end = self._end(self.node((item.type, long)))
        return Told(item.type, short, self.key(end), item.papers, item.makers, item.source)

    def _end(self, node: Place) -> Place:
        for step in self.walk(node):
            node = step.to
        return node
