"""Document to mentions: what rules and recognizer propose, weighed, with no overlaps.

With the trained recognizer a classifier weighs all that speaks for a span, or the recognizer alone
does where it has no such classifier, and the likeliest spans win. Without it (a spaCy pipeline of
the user, or rules alone) the longest span wins, of two equally long the one whose component stands
first in :data:`DETECTORS`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from kg.lexicon import generic
from kg.mentions import abbreviated, recognized
from kg.mentions.candidates import Candidate, read
from kg.mentions.overlaps import settle
from kg.mentions.phrases import heads
from kg.mentions.proposals import gather
from kg.mentions.weigh import features
from kg.model import Mention
from kg.normalize import key
from kg.recognizer.tokens import norms, sentences, tokens
from kg.recognizer.tokens import words as words_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from spacy.tokens import Doc

    from kg.mentions.proposals import Proposal
    from kg.model import Document
    from kg.ontology import Ontology
    from kg.recognizer.recognizer import Recognizer

__all__ = ["DETECTORS", "WEIGHED", "candidates", "confidence", "detect", "proposals", "weighed"]

_ABBREVIATIONS = "kg_abbreviations"
_NER = "ner"
DETECTORS = (_NER, _ABBREVIATIONS, "kg_lexicon", "kg_patterns", "kg_phrases", "kg_names")
"""Components that propose mentions, the most trusted first."""

WEIGHED = "mention"
"""Name of the classifier that weighs a span."""

_RECOGNIZER = recognized.NAME.removeprefix("kg_")
_LONGEST = 200  # characters; no name is longer
_UNKNOWN = 0.5  # confidence of a rule whose precision has not been counted


def detect(
    document: Document, ontology: Ontology, recognizer: Recognizer | None = None
) -> list[Mention]:
    """Find the mentions of a document.

    :param document: A document with spaCy's ``doc``.
    :param ontology: Names the types, the rules and the words that are never an entity.
    :param recognizer: The recognizer that looked at the document; None if none did.
    :returns: Mentions in the order of the text, none overlapping another; empty if there is none.

    >>> from kg import documents, ontology
    >>> from kg.model import Record
    >>> rules = ontology.load()
    >>> record = Record(id="p", title="A spiking neural network", abstract="It runs.")
    >>> [m.text for m in detect(documents.parse(record, documents.load(rules)), rules)]
    ['spiking neural network']
    """
    doc = document.doc
    if doc is None:
        return []
    if recognizer is None:
        found = _ranked(doc, ontology)
    elif WEIGHED in recognizer.classifiers:
        found = _weighed(doc, ontology, recognizer)
    else:
        found = _seen(doc, document.text, recognizer)
    stops = generic(ontology)
    return [m for m in found if len(m.text) <= _LONGEST and key(m.text) not in stops]


def candidates(doc: Doc, ontology: Ontology) -> dict[str, list[Candidate]]:
    """Collect what each component of :data:`DETECTORS` proposes."""
    found = {name: read(doc, name) for name in DETECTORS}
    found[_NER] = [
        Candidate(span.start, span.end, span.label_, _NER)
        for span in doc.ents
        if span.label_ in ontology.type_names
    ]
    found[_ABBREVIATIONS] = list(_explained(doc, list(found.values())))
    return found


def proposals(
    doc: Doc, ontology: Ontology, recognizer: Recognizer
) -> tuple[list[Proposal], list[dict[str, float]]]:
    """List all spans that something speaks for, and describe each for the classifier.

    :param doc: A document that the recognizer looked at.
    :param ontology: Names the types and rules.
    :param recognizer: The recognizer.
    :returns: The proposals in the order of the text, and their features.
    """
    network, words = recognizer.network, words_of(doc)
    labels = (network.types, len(network.roles))
    seen = recognized.read(doc) or ()
    found = gather(doc, seen, candidates(doc, ontology), confidence(ontology), labels)
    blanks = tokens(doc).blanks
    begun = (at - sum(blanks[:at]) for at, _ in sentences(doc))
    title = next((number for number in begun if number), len(words.texts))
    described = [
        features(p, around, words, network.types, title)
        for p, around in zip(found, _overlapping(found), strict=True)
    ]
    return found, described


def weighed(
    found: Sequence[Proposal], shares: Sequence[float], recognizer: Recognizer, least: float
) -> list[Mention]:
    """Turn the likeliest proposals into mentions.

    :param found: The proposals.
    :param shares: How likely each of them is a mention.
    :param recognizer: Tells the order of the roles.
    :param least: Least probability of a mention.
    :returns: Mentions in the order of the text, none overlapping another.
    """
    likely = [
        ((-share, p.start, -p.end), _Weighed(p, share))
        for p, share in zip(found, shares, strict=True)
        if share >= least
    ]
    places = recognizer.network.role_places
    return [_mention(w.proposal, w.share, places) for w in settle(likely)]


class _Weighed:
    __slots__ = ("end", "proposal", "share", "start")

    def __init__(self, proposal: Proposal, share: float) -> None:
        self.proposal, self.share = proposal, share
        self.start, self.end = proposal.start, proposal.end


def _weighed(doc: Doc, ontology: Ontology, recognizer: Recognizer) -> list[Mention]:
    found, described = proposals(doc, ontology, recognizer)
    classifier = recognizer.classifiers[WEIGHED]
    shares = [classifier.probability(d) for d in described]
    return weighed(found, shares, recognizer, recognizer.thresholds[WEIGHED])


def _seen(doc: Doc, text: str, recognizer: Recognizer) -> list[Mention]:
    """Take the likeliest spans as the recognizer sees them."""
    words, network = words_of(doc), recognizer.network
    places = network.role_places
    ranked = [((-sum(s.types), s.start, -s.end), s) for s in recognized.read(doc) or ()]
    mentions = []
    for span in settle(ranked):
        start, last = words.starts[span.start], span.end - 1
        end = words.starts[last] + len(words.texts[last])
        type_name = network.types[span.types.index(max(span.types))]
        roles = tuple(span.roles[place] for place in places.get(type_name, ()))
        share = round(min(1.0, sum(span.types)), 4)
        mentions.append(
            Mention(type_name, start, end, text[start:end], _RECOGNIZER, share, (), roles)
        )
    return mentions


def _mention(proposal: Proposal, share: float, places: Mapping[str, list[int]]) -> Mention:
    votes = {vote.component: vote for vote in proposal.votes if vote.type == proposal.type}
    if any(proposal.roles) or not proposal.votes:
        rule = _RECOGNIZER
    else:
        rule = max(proposal.votes, key=lambda v: (v.confidence, v.rule)).rule
    return Mention(
        proposal.type,
        proposal.begin,
        proposal.stop,
        proposal.text,
        rule,
        share,
        tuple(sorted(votes)),
        tuple(proposal.roles[place] for place in places.get(proposal.type, ())),
    )


def _overlapping(found: Sequence[Proposal]) -> list[list[Proposal]]:
    """List for each proposal those that share a word with it; they are sorted by their start."""
    around: list[list[Proposal]] = [[] for _ in found]
    for place, proposal in enumerate(found):
        for other in range(place + 1, len(found)):
            if found[other].start >= proposal.end:
                break
            around[place].append(found[other])
            around[other].append(proposal)
    return around


def _ranked(doc: Doc, ontology: Ontology) -> list[Mention]:
    sure = confidence(ontology)
    ranked = [
        ((c.start - c.end, rank, c), c)
        for rank, proposed in enumerate(candidates(doc, ontology).values())
        for c in proposed
    ]
    mentions = []
    for candidate in settle(ranked):
        span = doc[candidate.start : candidate.end]
        place = (span.start_char, span.end_char, span.text)
        share = sure.get(candidate.rule, _UNKNOWN)
        mentions.append(Mention(candidate.type, *place, candidate.rule, share))
    return mentions


def _explained(doc: Doc, ranked: list[list[Candidate]]) -> Iterator[Candidate]:
    """Give an explained abbreviation and its long form one type, wherever the short form stands.

    The type is that of the longest candidate that ends where the long form ends, of the most
    trusted detector.
    """
    types: dict[str, str] = {}
    for long, short in abbreviated.pairs(doc):
        ending = [
            (c.start - c.end, rank, c.type)
            for rank, proposed in enumerate(ranked)
            for c in proposed
            if c.end == long.end and c.start >= long.start - 2
        ]
        if ending:
            type_name = min(ending)[2]
            types.setdefault(key(short.text), type_name)
            yield Candidate(long.start, long.end, type_name, "abbreviation.long")
    if types:
        for at, (norm, text) in enumerate(zip(norms(doc), tokens(doc).texts, strict=True)):
            if norm in types and any(c.isupper() for c in text):
                yield Candidate(at, at + 1, types[norm], "abbreviation.short")


@lru_cache(maxsize=8)
def confidence(ontology: Ontology) -> Mapping[str, float]:
    """Collect how sure each rule is, as the rule files state or their counts tell."""
    found = {h.rule: h.share for uses in heads(ontology).values() for h in uses.values()}
    for name in (*(t.lower() for t in ontology.type_names), "names", "entity"):
        for rules in ontology.rules(name).values():
            for rule in rules if isinstance(rules, list) else [rules]:
                if isinstance(rule, dict):
                    found[rule["id"]] = float(rule.get("confidence", _UNKNOWN))
    return found
