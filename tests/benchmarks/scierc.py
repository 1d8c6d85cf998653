"""Relations of SciERC against those that are read of its entities.

Its entities are given: spans that it says denote the same, or that have the same name and type.
Where a label stands for several types the recognizer tells which; roles are told as ever. Relations
are labelled within sentences only, so what is predicted of two that share none is left out.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import combinations, product
from typing import TYPE_CHECKING, Any, NamedTuple

from kg.documents import parse
from kg.entities.roles import assign_roles
from kg.evaluation.labels import find
from kg.evaluation.scoring import ALL, Counts, total
from kg.evaluation.texts import Annotated
from kg.mentions.recognized import read, words
from kg.model import ASSERTED, Entity, EntityKey, Mention, Record
from kg.normalize import key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path
    from typing import TypeAlias

    from kg.evaluation.labels import Labels
    from kg.model import Document, Relation, Span
    from kg.pipeline import Extractor
    from kg.recognizer.recognizer import Seen

    Fact: TypeAlias = tuple[str, EntityKey, EntityKey]
    Pair: TypeAlias = frozenset[EntityKey]

CORPUS = "scierc"


class Given(NamedTuple):
    """A text with its entities.

    :param document: The text.
    :param entities: Its entities, with roles.
    :param keys: The entity of each span of words that has one.
    :param near: Pairs of entities that share a sentence.
    """

    document: Document
    entities: list[Entity]
    keys: dict[Span, EntityKey]
    near: set[Pair]


@dataclass(frozen=True)
class Relations:
    """How well relations are read.

    :param counts: By relation; those that a label does not tell apart are one.
    :param labels: By label of the corpus: how many were found.
    :param left_out: What is not counted, and how often.
    """

    counts: Mapping[str, Counts]
    labels: Mapping[str, Counts]
    left_out: Mapping[str, int]

    @classmethod
    def of(cls, path: Path, extractor: Extractor) -> Relations:
        """Read the relations of a file of the corpus, and compare."""
        reader = _Reader(extractor)
        for line in path.read_text(encoding="utf-8").splitlines():
            reader.compare(json.loads(line))
        counts = {name: total(found) for name, found in sorted(reader.counts.items())}
        labels = {name: total(found) for name, found in sorted(reader.labelled.items())}
        left_out = dict(sorted(reader.left_out.items()))
        return cls(counts | {ALL: total(counts.values())}, labels, left_out)


class _Reader:
    def __init__(self, extractor: Extractor) -> None:
        self.extractor, self.ontology = extractor, extractor.ontology
        self.labels: Labels = find(CORPUS, (), self.ontology)
        self.classes = self._classes()
        symmetric = (r.name for r in self.ontology.relations if r.is_symmetric)
        self.undirected = {self.classes[name] for name in symmetric}
        self.counts: dict[str, list[Counts]] = defaultdict(list)
        self.labelled: dict[str, list[Counts]] = defaultdict(list)
        self.left_out: Counter[str] = Counter()

    def _classes(self) -> dict[str, str]:
        """Name the class of each relation."""
        classes = {relation.name: relation.name for relation in self.ontology.relations}
        ends = list(product(self.ontology.type_names, repeat=2))
        for label, (first, second) in product(self.labels.relations, ends):
            readings = self.labels.readings(label, first, second, self.ontology)
            names = sorted({reading.type for reading in readings})
            if len(names) > 1:
                classes |= dict.fromkeys(names, " or ".join(names))
        return classes

    def compare(self, item: Mapping[str, Any]) -> None:
        """Count what is right in one text."""
        given = self._given(item)
        required, ignored = self._required(item, given)
        found = self.extractor.complete(given.document, given.entities).relations
        answered = self._answered(found, given, required, ignored)
        for name in {fact[0] for fact in {*required, *answered}}:
            ours, theirs = ({f for f in s if f[0] == name} for s in (required.keys(), answered))
            self.counts[name].append(Counts(len(ours & theirs), len(ours), len(theirs)))
        for fact, label in required.items():
            self.labelled[label].append(Counts(fact in answered, 1))

    def _required(self, item: Mapping[str, Any], given: Given) -> tuple[dict[Fact, str], set[Pair]]:
        """Give the facts that are labelled, and the pairs whose label is no relation here."""
        required: dict[Fact, str] = {}
        ignored: set[Pair] = set()
        for s1, e1, s2, e2, label in item["rels"]:
            first, second = given.keys.get((s1, e1)), given.keys.get((s2, e2))
            if not first or not second or first == second:
                self.left_out["labels with an end that is no entity here"] += 1
                continue
            readings = self.labels.readings(label, first[0], second[0], self.ontology)
            if not readings:
                self.left_out["labels that are no relation here"] += 1
                ignored.add(frozenset((first, second)))
            for reading in readings:
                ends = (second, first) if reading.is_reversed else (first, second)
                required[self._fact(ends[0], reading.type, ends[1])] = label
        return required, ignored

    def _answered(
        self,
        relations: Iterable[Relation],
        given: Given,
        required: Mapping[Fact, str],
        ignored: set[Pair],
    ) -> set[Fact]:
        answered = set()
        for relation in relations:
            if relation.status != ASSERTED:
                continue
            fact = self._fact(relation.head, relation.type, relation.tail)
            pair = frozenset((relation.head, relation.tail))
            if fact in required:
                answered.add(fact)
            elif pair not in given.near:
                self.left_out["predictions of two that share no sentence"] += 1
            elif pair in ignored:
                self.left_out["predictions where such a label stands"] += 1
            else:
                answered.add(fact)
        return answered

    def _fact(self, first: EntityKey, relation: str, second: EntityKey) -> Fact:
        name = self.classes[relation]
        ends = sorted((first, second)) if name in self.undirected else (first, second)
        return name, ends[0], ends[1]

    def _given(self, item: Mapping[str, Any]) -> Given:
        spans: list[Span] = [(start, end) for start, end, _ in item["ents"]]
        numbered = [(*span, str(place)) for place, span in enumerate(spans)]
        told = Annotated.of_tokens(item["id"], item["tokens"], numbered)
        record = Record(id=item["id"], title="", abstract=told.text)
        document = parse(record, self.extractor.nlp)
        written = {spans[int(place)]: (s + 1, e + 1) for s, e, place in told.spans}
        places = _places(written, document)
        labels = {(start, end): label for start, end, label in item["ents"]}
        seen = self._seen(document)
        mentions: dict[EntityKey, list[Mention]] = {}
        keys: dict[Span, EntityKey] = {}
        for group in _groups(item, spans):
            typed = [
                span for span in group if span in places and self.labels.types.get(labels[span])
            ]
            if not typed:
                continue
            looks = [seen[places[span]] for span in typed if places[span] in seen]
            kind = self._type(self.labels.types[labels[typed[0]]], looks)
            here = [self._mention(kind, places[span], document, seen) for span in typed]
            names = {key(mention.text) for mention in here}
            same = (
                k for k, v in mentions.items() if k[0] == kind and names & {key(m.text) for m in v}
            )
            entity = next(same, (kind, max(here, key=lambda m: len(m.text)).text))
            mentions.setdefault(entity, []).extend(here)
            keys |= dict.fromkeys(group, entity)
        entities = [
            Entity(*entity, tuple(sorted(set(found), key=lambda m: m.start)), "")
            for entity, found in mentions.items()
        ]
        roles = assign_roles(document, entities, self.ontology, self.extractor.recognizer)
        return Given(document, roles, keys, _near(item["sent_lens"], keys))

    def _seen(self, document: Document) -> dict[Span, Seen]:
        """Give what the recognizer sees, by place in the text."""
        assert document.doc is not None
        tokens = words(document.doc)
        return {
            (tokens[look.start].idx, tokens[look.end - 1].idx + len(tokens[look.end - 1])): look
            for look in read(document.doc) or ()
        }

    def _type(self, types: Sequence[str], looks: Sequence[Seen]) -> str:
        """Choose between types that a label does not tell apart."""
        recognizer = self.extractor.recognizer
        if recognizer is None or len(types) < 2:
            return types[0]
        place = {name: recognizer.network.types.index(name) for name in types}
        return max(types, key=lambda name: sum(look.types[place[name]] for look in looks))

    def _mention(
        self, kind: str, span: Span, document: Document, seen: Mapping[Span, Seen]
    ) -> Mention:
        recognizer = self.extractor.recognizer
        roles: tuple[float, ...] = ()
        if recognizer and span in seen:
            scored = zip(recognizer.network.roles, seen[span].roles, strict=True)
            roles = tuple(score for (name, _), score in scored if name == kind)
        return Mention(kind, *span, document.text[slice(*span)], CORPUS, roles=roles)


def _places(written: Mapping[Span, Span], document: Document) -> dict[Span, Span]:
    """Find in a text without markup the places of spans; of one that was markup there is none."""
    if document.plain is None:
        return dict(written)
    origins = [document.plain.origin(n, n + 1) for n in range(len(document.text))]
    places = {}
    for span, (start, end) in written.items():
        inside = [n for n, (first, last) in enumerate(origins) if start <= first and last <= end]
        if inside:
            places[span] = (inside[0], inside[-1] + 1)
    return places


def _groups(item: Mapping[str, Any], spans: Iterable[Span]) -> list[list[Span]]:
    """Put spans that denote the same together, each span once, the largest groups first."""
    left = dict.fromkeys(spans)
    groups = []
    for cluster in item["clusters"]:
        group = [(s, e) for s, e in cluster if (s, e) in left]
        for span in group:
            left.pop(span, None)
        groups.append(group)
    return [*filter(None, groups), *([span] for span in left)]


def _near(lengths: Iterable[int], keys: Mapping[Span, EntityKey]) -> set[Pair]:
    """Find the entities that share a sentence."""
    sentence = [n for n, length in enumerate(lengths) for _ in range(length)]
    there: dict[int, set[EntityKey]] = defaultdict(set)
    for (start, _), entity in keys.items():
        there[sentence[start]].add(entity)
    return {frozenset(pair) for here in there.values() for pair in combinations(here, 2)}
