"""What rules that propose mentions are worth in one paper.

A proposal is right if its span is a mention of an entity of its type, half right if it overlaps
one. Words that are never an entity are dropped whatever proposes them, so they do not count.

What a rule adds is seen by leaving it out: its proposals are taken off the document, and everything
behind them is done again.
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import contextmanager
from itertools import chain
from typing import TYPE_CHECKING, TypeAlias

from kg.evaluation.scoring import Counts, Ruler, score
from kg.evaluation.scoring import total as summed
from kg.lexicon import generic
from kg.mentions.abbreviated import LONG, SHORT
from kg.mentions.candidates import keep
from kg.mentions.detect import candidates
from kg.normalize import key
from kg.rules.uses import Uses

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator, Mapping, Sequence

    from spacy.tokens import Doc

    from kg.mentions.candidates import Candidate
    from kg.model import Document, Entity
    from kg.ontology import Ontology
    from kg.rules.catalogue import Rule
    from kg.rules.papers import Paper

    Policy: TypeAlias = Callable[[Document], Sequence[Entity]]

__all__ = ["Policy", "mention_uses"]


def mention_uses(
    paper: Paper, lines: Sequence[Rule], ontology: Ontology, policy: Policy
) -> tuple[Counts, dict[str, Uses]]:
    """Look at the mention rules that fire in a paper.

    Long and short forms of abbreviations are left out together.

    :param paper: The paper; its document is the same afterwards.
    :param lines: The rules, each left out with all its members.
    :param ontology: What may be said.
    :param policy: Makes the entities of a document out of what the rules propose, with mentions as
        they are written in the record.
    :returns: The strict counts of the paper, and the uses of each line that fired by its id.
    """
    document = paper.document
    assert document.doc is not None  # noqa: S101
    line_of = {leaf.id: line for line in lines for leaf in line.leaves}
    stated = {leaf.id: leaf.confidence or 0.0 for line in lines for leaf in line.leaves}
    proposed, never = candidates(document.doc, ontology), generic(ontology)
    fired: dict[str, set[Candidate]] = defaultdict(set)
    for candidate in chain.from_iterable(proposed.values()):
        text = document.doc[candidate.start : candidate.end].text
        if candidate.rule in line_of and key(text) not in never:
            fired[line_of[candidate.rule].id].add(candidate)
    counts = _counts(paper, ontology, policy)
    uses = {}
    for name, found in sorted(fired.items()):
        rules = {candidate.rule for candidate in found}
        with _without(document.doc, proposed, rules):
            left = _counts(paper, ontology, policy)
        verdicts = [_verdict(candidate, paper) for candidate in found]
        uses[name] = Uses(
            fired=len(found),
            right=verdicts.count("right"),
            half=verdicts.count("half"),
            stated=sum(stated[candidate.rule] for candidate in found),
            matched=left.matched - counts.matched,
            predicted=left.predicted - counts.predicted,
        )
    return counts, uses


def _verdict(candidate: Candidate, paper: Paper) -> str:
    start, end, kind, _ = candidate
    if (start, end, kind) in paper.spans:
        return "right"
    near = any(s < end and start < e for s, e, told in paper.spans if told == kind)
    return "half" if near else "wrong"


@contextmanager
def _without(
    doc: Doc, proposed: Mapping[str, Sequence[Candidate]], rules: Container[str]
) -> Iterator[None]:
    """Take what some rules propose off a document for a while."""
    saved = {}
    for name, found in proposed.items():
        kept = [candidate for candidate in found if candidate.rule not in rules]
        if len(kept) == len(found):
            continue
        if name in doc.spans:
            saved[name] = doc.spans[name]
            keep(doc, name, kept)
        else:  # abbreviations are read off the pairs of long and short form
            for pairs in (LONG, SHORT):
                saved[pairs] = doc.spans[pairs]
                keep(doc, pairs, ())
    try:
        yield
    finally:
        for name, spans in saved.items():
            doc.spans[name] = spans


def _counts(paper: Paper, ontology: Ontology, policy: Policy) -> Counts:
    told = [
        {"type": entity.type, "name": entity.name, "mentions": entity.surfaces}
        for entity in policy(paper.document)
    ]
    ruler = Ruler(types=ontology.type_names)
    return summed(score(paper.gold, {"entities": told}, ruler).strict.values())
