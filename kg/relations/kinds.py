"""Which entity is a kind of which, as the sentences of a document say.

"Nets such as FlickerNet", "FlickerNet, a spiking network that", "FlickerNet is a kind of net": a
rule of ``rules/kinds.toml`` looks at two mentions of one type that follow one another in a
sentence, and at the words before, between and behind them (Hearst, Automatic acquisition of
hyponyms from large text corpora, COLING 1992).

>>> from kg.model import Entity, Mention, Record
>>> from kg.ontology import load
>>> def net(name, start):
...     mention = Mention("Method", start, start + len(name), name, "by hand")
...     return Entity("Method", name, (mention,), "used")
>>> document = Document(Record(id="p", title="Nets such as FlickerNet", abstract=""), ((0, 23),))
>>> for kind in read_kinds(document, [net("Nets", 0), net("FlickerNet", 13)], load()):
...     print(kind.head[1], "->", kind.tail[1], "by", kind.rule)
FlickerNet -> Nets by kind.such-as
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache
from itertools import pairwise
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from kg.abbreviations import is_short_form, long_form_start, stem
from kg.errors import OntologyError
from kg.model import Document, Relation
from kg.normalize import key
from kg.relations.judged import surest
from kg.relations.status import status_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from kg.model import Entity, EntityKey
    from kg.ontology import Ontology

__all__ = ["BROADER", "RULES", "KindRule", "read_kinds"]

BROADER = "broader"
"""Type of the relation, as SKOS names it."""

RULES = "kinds"
"""Name of the file with the rules."""

_FAR = 60  # characters between two mentions; no rule looks farther
_NEAR = 500  # characters before the first and behind the second that are looked at
_SHORTEST = 3  # characters of a proper name
_MOST = 60  # mentions of a list that are looked at
_WORD = re.compile(r"<([a-z_]+)>")


class KindRule(NamedTuple):
    """What says that one of two entities is a kind of the other.

    :param id: What evidence names it by.
    :param confidence: Share of right uses.
    :param reverse: Whether the broader one comes first.
    :param before: What must stand somewhere before the first, as a regular expression.
    :param between: What all that stands between them must be.
    :param after: What must follow the second.
    :param narrow: What must stand somewhere in the mention of the narrower one.
    :param broad: What must stand somewhere in that of the broader one.
    :param join: With ``reverse``, what stands between the narrower one and others behind it of
        which the same is said.
    """

    id: str
    confidence: float
    reverse: bool
    before: re.Pattern[str] | None
    between: re.Pattern[str]
    after: re.Pattern[str] | None
    narrow: re.Pattern[str] | None
    broad: re.Pattern[str] | None
    join: re.Pattern[str] | None


class _Rules(NamedTuple):
    rules: tuple[KindRule, ...]
    any: re.Pattern[str]
    heads: re.Pattern[str]
    final: re.Pattern[str]
    last: re.Pattern[str]
    refused: Mapping[str, re.Pattern[str]]


class _Place(NamedTuple):
    start: int
    end: int
    surface: str
    entity: Entity


class _Sentence(NamedTuple):
    """A sentence, with the places of one type from the first of two that follow one another on."""

    text: str
    start: int
    end: int
    places: Sequence[_Place]


def read_kinds(
    document: Document, entities: Sequence[Entity], ontology: Ontology
) -> tuple[Relation, ...]:
    """Read which entities of a document are kinds of which.

    :param document: Where the mentions stand.
    :param entities: Entities of the document.
    :param ontology: Has the rules.
    :returns: From the narrower to the broader, both of one type; of each two the surest statement,
        with the clause from the first mention to the second as evidence, and with the status that
        this clause gives it; sorted, empty if nothing is said.
    """
    rules = _rules(ontology)
    text = document.text
    found: dict[tuple[EntityKey, EntityKey], Relation] = {}
    for places in _by_type(entities):
        for index, (first, second) in enumerate(pairwise(places)):
            if not first.end < second.start <= first.end + _FAR:
                continue
            fitting = _fitting(text[first.end : second.start], ontology)
            if not fitting:
                continue
            start, end = document.sentence_of(first.start)
            if second.end > end:
                continue
            sentence = _Sentence(text, start, end, places[index : index + _MOST])
            for rule in fitting:
                for narrow, broad in _stated(rule, sentence, rules):
                    one = _relation(rule, narrow, broad, text, ontology)
                    both = (one.head, one.tail)
                    found[both] = min(found.get(both, one), one, key=surest)
    return tuple(sorted(found.values()))


def _by_type(entities: Sequence[Entity]) -> Iterator[list[_Place]]:
    """Give the mentions of each type in the order of the text."""
    places: dict[str, list[_Place]] = defaultdict(list)
    for entity in entities:
        places[entity.type] += [_Place(m.start, m.end, m.text, entity) for m in entity.mentions]
    for alike in places.values():
        if len(alike) > 1:
            yield sorted(alike, key=itemgetter(0, 1))


@lru_cache(maxsize=4096)
def _fitting(between: str, ontology: Ontology) -> tuple[KindRule, ...]:
    """List the rules that the words between two mentions fit; most words stand there often."""
    rules = _rules(ontology)
    if not rules.any.fullmatch(between):
        return ()
    return tuple(rule for rule in rules.rules if rule.between.fullmatch(between))


def _stated(rule: KindRule, sentence: _Sentence, rules: _Rules) -> Iterator[tuple[_Place, _Place]]:
    """Find what a rule that fits between two places says: pairs of narrower and broader."""
    text, start, end, (first, second, *_) = sentence
    if rule.before and not rule.before.search(text[max(start, first.start - _NEAR) : first.start]):
        return
    if rule.after and not rule.after.match(text[second.end : min(end, second.end + _NEAR)]):
        return
    broad = first if rule.reverse else second
    if not _is_broad(broad, rule, text, rules):
        return
    for narrow in _members(rule, sentence, rules) if rule.reverse else (first,):
        behind = text[narrow.end : min(end, narrow.end + _NEAR)]
        if rule.reverse and rules.refused["behind"].match(behind):
            continue
        if _is_narrow(narrow, broad, rule, rules):
            yield narrow, broad


def _is_broad(place: _Place, rule: KindRule, text: str, rules: _Rules) -> bool:
    """Say whether a rule takes a place for that of a broader entity."""
    behind = rules.heads.match(text, place.end)
    with_head = place.surface + (behind[0] if behind else "")
    if rule.broad and not rule.broad.search(with_head):
        return False
    return not rules.refused["broad"].search(place.surface) and _tells(place)


def _is_narrow(narrow: _Place, broad: _Place, rule: KindRule, rules: _Rules) -> bool:
    """Say whether a rule takes a place for that of an entity that is narrower than another."""
    if rules.refused["narrow"].search(narrow.surface):
        return False
    if rule.narrow and not rule.narrow.search(narrow.surface):
        return False
    name, other = key(narrow.entity.name), key(broad.entity.name)
    if name == other or other.endswith(f" {name}"):  # a name is no kind of one that it ends
        return False
    is_short = is_short_form(narrow.surface)
    if is_short and long_form_start(stem(narrow.surface), broad.surface) is not None:
        return False  # both are one
    return _tells(narrow)


def _tells(place: _Place) -> bool:
    """Say whether a mention tells by itself which entity it means.

    What is said of "models" holds for no entity that only the rest of the text tells apart.
    """
    surface, name = place.surface, place.entity.name
    if any(each.count("(") != each.count(")") for each in (surface, name)):
        return False
    mine, full = key(surface).split(), key(name).split()
    if mine == full:
        return True
    if set(mine) < set(full):
        return False
    is_proper = len(name) >= _SHORTEST and any(
        c.isdigit() or (c.isupper() and i and name[i - 1].isalnum()) for i, c in enumerate(name)
    )
    if (is_proper or len(full) > 1) and set(full) < set(mine):
        return True
    start = long_form_start(stem(surface), name) if is_short_form(surface) else None
    return start is not None and " " not in name[:start]


def _members(rule: KindRule, sentence: _Sentence, rules: _Rules) -> Sequence[_Place]:
    """List the places of those of which the same is said, from the second place on."""
    text, _, end, places = sentence
    opening = text[places[0].end : places[1].start]
    is_inside = opening.count("(") > opening.count(")")
    size, is_closed = 2, True
    for one, other in pairwise(places[1:]):
        gap = text[one.end : other.start]
        if rule.join is None or other.end > end or not 0 < len(gap) <= _FAR:
            break
        if not rule.join.fullmatch(gap) or (is_inside and gap.count(")") > gap.count("(")):
            break
        size += 1
        is_closed = rules.final.search(gap) is not None
    if not is_closed and not rules.last.match(text[places[size - 1].end : end]):
        size -= 1
    return places[1:size]


def _relation(
    rule: KindRule, narrow: _Place, broad: _Place, text: str, ontology: Ontology
) -> Relation:
    start, end = min(narrow.start, broad.start), max(narrow.end, broad.end)
    status = status_of(text[start:end], ontology)
    head, tail = narrow.entity.key, broad.entity.key
    return Relation(head, BROADER, tail, start, end, rule.id, status, rule.confidence)


@lru_cache(maxsize=8)
def _rules(ontology: Ontology) -> _Rules:
    told = ontology.rules(RULES)
    words: Mapping[str, str] = told["words"]

    def expanded(text: str, within: tuple[str, ...] = ()) -> str:
        for name in set(_WORD.findall(text)):
            if name not in words or name in within:
                reason = f"<{name}> stands for nothing; known: {', '.join(sorted(words))}"
                raise OntologyError(f"rules/{RULES}.toml", "words", reason)
            text = text.replace(f"<{name}>", expanded(words[name], (*within, name)))
        return text

    def pattern(text: str) -> re.Pattern[str]:
        return re.compile(expanded(text), re.IGNORECASE | re.DOTALL)

    def optional(rule: Mapping[str, str], field: str) -> re.Pattern[str] | None:
        return pattern(rule[field]) if field in rule else None

    rules = tuple(
        KindRule(
            rule["id"],
            float(rule["confidence"]),
            bool(rule.get("reverse", False)),
            optional(rule, "before"),
            pattern(rule["between"]),
            *(optional(rule, field) for field in ("after", "narrow", "broad", "join")),
        )
        for rule in told["rule"]
    )
    return _Rules(
        rules,
        pattern("|".join(f"(?:{rule['between']})" for rule in told["rule"])),
        pattern(words["heads"]),
        pattern(told["list"]["final"]),
        pattern(told["list"]["last"]),
        {name: pattern(text) for name, text in told["refuse"].items()},
    )
