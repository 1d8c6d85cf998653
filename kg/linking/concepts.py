r"""Links from entities to concepts of OpenCS and to the pages of DBpedia that it names, offline.

A link says that an entity and a concept are one thing, so a name that may have another sense is
left alone: ``rules/concepts.toml`` tells how. The concepts stand in ``concepts.tsv``, each with
smaller numbers for those above it, so that no circle can be.

>>> from kg.ontology import load
>>> things = [Named("Method", "kalman filter", "Kalman filter")]
>>> concepts = read_concepts(load(), [thing.key for thing in things])
>>> for one in link(things, concepts):
...     print(one.predicate, one.target, one.rule)
exactMatch https://w3id.org/ocs/ont/C3987 opencs.name
closeMatch http://dbpedia.org/resource/Kalman_filter dbpedia.name
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from kg.abbreviations import is_short_form, stem
from kg.lexicon import known
from kg.linking.broader import Kind
from kg.linking.opencs import concept, fold_of, parted, read_rules, rows
from kg.linking.spellings import folder
from kg.normalize import key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from kg.linking.opencs import Concept, Rules
    from kg.model import EntityKey
    from kg.ontology import Ontology

__all__ = ["Concepts", "Link", "Named", "kinds", "link", "read_concepts"]

_ESCAPED = re.compile(r'[\x00-\x20"%<>\\^`{|}]')
_SHORTEST = 3  # letters of a short form that is taken for its long form
_NAME, _SPELLING, _SENSE, _ALIAS = "name", "spelling", "sense", "alias"
_EXACT = (_NAME, _SPELLING)


class Named(NamedTuple):
    """An entity as it is called.

    :param type: Entity type.
    :param key: Comparison key of its name.
    :param name: The name as most papers write it.
    :param aliases: Comparison key and text of its other names.
    """

    type: str
    key: str
    name: str
    aliases: tuple[tuple[str, str], ...] = ()


class Link(NamedTuple):
    """An entity and what it is elsewhere.

    :param type: Entity type.
    :param key: Comparison key of the entity.
    :param predicate: Local name of a property of SKOS, ``exactMatch`` or ``closeMatch``.
    :param target: IRI of the concept or page.
    :param rule: What says so: source and what agrees, ``name``, ``spelling`` (the name but for
        habits of spelling), ``sense`` (the name without what is in brackets) or ``alias``.
    """

    type: str
    key: str
    predicate: str
    target: str
    rule: str


@dataclass(frozen=True)
class Concepts:
    """The concepts that were asked for.

    :param by_key: Concepts that each key may denote, those with a page first; without the keys
        that denote none.
    :param fields: Numbers of the concepts right below which a single word is clear.
    :param areas: Numbers of the concepts right below which what has no page is not.
    :param families: Numbers and keys of the concepts right below which are kinds of them.
    :param terms: Type and key of what the lexicon knows.
    :param fold: Folds a key (:mod:`kg.linking.spellings`).
    :param rules: What may be linked.
    """

    by_key: Mapping[str, tuple[Concept, ...]]
    fields: frozenset[int]
    areas: frozenset[int]
    families: Mapping[int, str]
    terms: frozenset[EntityKey] = field(repr=False)
    fold: Callable[[str], str] = field(repr=False)
    rules: Rules = field(repr=False)

    def find(self, thing: Named) -> tuple[Concept, str] | None:
        """Find the concept that an entity is.

        :param thing: The entity.
        :returns: The concept, and what agrees, as in :attr:`Link.rule`; None if there is no such
            concept, or if it is not clear which.
        """
        if found := self._named(thing.type, thing.key, thing.name):
            return found
        short = stem(thing.name)
        if not is_short_form(thing.name) or len(short) < _SHORTEST or " " in short:
            return None
        told = {
            found[0]
            for name, text in thing.aliases
            if " " in name and _is_spelled_out(short, name)
            if (found := self._named(thing.type, name, text))
        }
        return (told.pop(), _ALIAS) if len(told) == 1 else None

    def _named(self, type_name: str, name: str, text: str) -> tuple[Concept, str] | None:
        if not (concepts := self.by_key.get(name)):
            return None
        rule, found = _SENSE, [c for c in concepts if c.sense in self.rules.qualifiers]
        if not found:
            plain = [c for c in concepts if not c.sense and self._is_meant(c)]
            rule, found = _NAME, [c for c in plain if c.key == name][:1]
            if not found and " " in name:
                rule = _SPELLING
                found = [c for c in plain if " " in c.key and self.fold(c.key) == self.fold(name)][
                    :1
                ]
        elif any(c.key != name for c in found):
            return None
        if len(found) != 1 or (" " not in name and not self._is_clear(found[0], type_name, text)):
            return None
        return found[0], rule

    def _is_meant(self, concept: Concept) -> bool:
        """Say whether name and page leave no doubt which sense the concept has."""
        if concept.key in self.rules.homonyms or self.rules.says_nothing(concept.key):
            return False
        if not concept.page and self.areas.issuperset(concept.broader):
            return False
        sense = parted(concept.page)[1]
        return not sense or key(sense) in self.rules.qualifiers

    def _is_clear(self, concept: Concept, type_name: str, text: str) -> bool:
        """Say whether a single word means the concept."""
        if not concept.page or text[1:].removesuffix("s") != concept.name[1:].removesuffix("s"):
            return False
        is_known = (type_name, concept.key) in self.terms
        is_field = not self.fields.isdisjoint(concept.broader)
        if text[1:] != text[1:].lower():
            return is_known
        if text[:1].isupper():
            return is_known and is_field
        return is_known or (is_field and concept.key not in self.rules.vague)


def _is_spelled_out(short: str, name: str) -> bool:
    """Say whether the letters of a short form begin words of a name, in order, the first word too.

    >>> _is_spelled_out("SIFT", "scale invariant feature transform")
    True
    >>> _is_spelled_out("NeRF", "neural field"), _is_spelled_out("Bayesian", "bayesian network")
    (False, False)
    """
    words = iter(name.split(" "))
    letters = short.casefold()
    is_in_order = all(any(word[0] == letter for word in words) for letter in letters)
    return is_in_order and name[0] == letters[0] and len(letters) >= name.count(" ")


def read_concepts(ontology: Ontology, keys: Iterable[str]) -> Concepts:
    """Read the concepts that some names may denote.

    :param ontology: Its folder has ``concepts.tsv`` and ``rules/concepts.toml``.
    :param keys: Comparison keys of names and aliases; read once and not kept.
    :returns: The concepts; none if the ontology has no ``concepts.tsv``.
    :raises OntologyError: If a file is not in order.
    """
    rules, fold = read_rules(ontology), folder(ontology)
    listed = rules.fields | rules.areas | rules.families
    numbers: dict[str, int] = {}
    folds = set()
    for _, row in rows(ontology):
        folds.add(fold_of(row))
        if row[1] in listed and "(" not in row[2]:
            numbers[row[1]] = int(row[0])
    asked = {name: told for name in keys if (told := fold(name).replace(" ", "")) in folds}
    wanted = frozenset(asked.values())
    found: dict[str, list[Concept]] = {}
    for line, row in rows(ontology):
        if (told := fold_of(row)) in wanted:
            found.setdefault(told, []).append(concept(row, line))
    ordered = {f: tuple(sorted(c, key=lambda c: (not c.page, c.id))) for f, c in found.items()}
    return Concepts(
        {name: ordered[told] for name, told in asked.items()},
        frozenset(numbers[name] for name in rules.fields & numbers.keys()),
        frozenset(numbers[name] for name in rules.areas & numbers.keys()),
        {numbers[name]: name for name in sorted(rules.families & numbers.keys())},
        known(ontology),
        fold,
        rules,
    )


def link(things: Iterable[Named], concepts: Concepts) -> Iterator[Link]:
    """Link entities to concepts and pages.

    :param things: The entities, in any order; read once.
    :param concepts: What :func:`read_concepts` gave for the keys of their names and aliases.
    :returns: For each entity in turn none, one or two links: to a concept, then to its page if
        that has the same name.
    """
    rules = concepts.rules
    for thing in things:
        if found := concepts.find(thing):
            meant, rule = found
            match = "exactMatch" if rule in _EXACT else "closeMatch"
            target = f"{rules.concept}{meant.id}"
            yield Link(thing.type, thing.key, match, target, f"opencs.{rule}")
            title = parted(meant.page)[0]
            if title and concepts.fold(key(title)) == concepts.fold(meant.key):
                title = meant.page.replace(" ", "_")
                target = rules.page + _ESCAPED.sub(lambda m: f"%{ord(m[0]):02X}", title)
                yield Link(thing.type, thing.key, "closeMatch", target, f"dbpedia.{rule}")


def kinds(things: Iterable[Named], concepts: Concepts) -> Iterator[Kind]:
    """Tell which entities are kinds of which, as OpenCS says.

    It says so of few families well; ``rules/concepts.toml`` lists them.

    :param things: The entities, in any order; read once.
    :param concepts: What :func:`read_concepts` gave for the keys of their names and aliases.
    :returns: Pairs of entities of one type, sorted; a concept that several entities are stands for
        the first of them.
    """
    heads: dict[tuple[str, int], str] = {}
    below: set[tuple[str, str, int]] = set()
    for thing in things:
        if found := concepts.find(thing):
            meant = found[0]
            place = (thing.type, meant.id)
            if meant.id in concepts.families:
                heads[place] = min(thing.key, heads.get(place, thing.key))
            last = meant.key.split(" ")[-1]
            below.update(
                (thing.type, thing.key, number)
                for number in meant.broader
                if concepts.families.get(number, "").split(" ")[-1] == last
            )
    pairs = {(t, name, heads[t, number]) for t, name, number in below if (t, number) in heads}
    return (Kind(*pair, "opencs.broader") for pair in sorted(pairs) if pair[1] != pair[2])
