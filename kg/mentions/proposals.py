"""Spans that something speaks for: what the recognizer sees beside what each rule says."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from kg.normalize import key
from kg.recognizer.tokens import tokens
from kg.recognizer.tokens import words as words_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from spacy.tokens import Doc

    from kg.mentions.candidates import Candidate
    from kg.recognizer.recognizer import Seen
    from kg.recognizer.tokens import Tokens

__all__ = ["Proposal", "Vote", "gather"]

_FAINT = 0.08  # least probability of being a name at which the recognizer proposes a span
_WEAK = 0.5  # least confidence at which a rule proposes a span that the recognizer does not
_LONGEST = 12  # words of a span that only a rule proposes
_UNSEEN = 0.002


class Vote(NamedTuple):
    """What one rule says of a span."""

    type: str
    component: str
    rule: str
    confidence: float


@dataclass(slots=True, eq=False)
class Proposal:
    """A span of words that may be a mention.

    :param start: Its first word, white space left out.
    :param end: The word after its last.
    :param begin: Where it begins in the text.
    :param stop: Where it ends there.
    :param text: What stands there.
    :param key: The comparison key of that.
    :param types: Probability of each type, in the recognizer's order.
    :param roles: Score of each role of each type; zeros where the recognizer saw nothing.
    :param votes: What rules say.
    :param type: The likeliest type.
    :param others: Other proposals with the same key.
    """

    start: int
    end: int
    begin: int
    stop: int
    text: str
    key: str
    types: tuple[float, ...]
    roles: tuple[float, ...]
    votes: list[Vote]
    type: str = ""
    others: list[Proposal] = field(default_factory=list)

    @property
    def share(self) -> float:
        """Probability of being a name of any type."""
        return sum(self.types)


def gather(
    doc: Doc,
    seen: Iterable[Seen],
    candidates: Mapping[str, Iterable[Candidate]],
    confidence: Mapping[str, float],
    labels: tuple[Sequence[str], int],
) -> list[Proposal]:
    """Bring together all that speaks for a span.

    :param doc: The document.
    :param seen: What the recognizer saw, in word numbers.
    :param candidates: What each component proposes, in token numbers.
    :param confidence: How sure each rule is.
    :param labels: The recognizer's types, and how many roles it tells.
    :returns: The proposals in the order of the text, of two that begin together the longer first;
        empty if nothing speaks for any.
    """
    types, count = labels
    text, words = doc.text, words_of(doc)
    kept = [at for at, blank in enumerate(tokens(doc).blanks) if not blank]
    place = {at: number for number, at in enumerate(kept)}
    votes = _votes(place, candidates, confidence)
    found: dict[tuple[int, int], Proposal] = {}
    unseen, silent = (_UNSEEN,) * len(types), (0.0,) * count
    for look in seen:
        span = (look.start, look.end)
        spoken = votes.pop(span, [])
        if sum(look.types) >= _FAINT or any(vote.confidence >= _WEAK for vote in spoken):
            found[span] = _proposal(text, words, span, look.types, look.roles, spoken)
    for span, spoken in votes.items():
        strong = any(vote.confidence >= _WEAK for vote in spoken)
        if strong and span[1] - span[0] <= _LONGEST:
            found[span] = _proposal(text, words, span, unseen, silent, spoken)
    ordered = sorted(found.values(), key=lambda p: (p.start, -p.end))
    for proposal in ordered:
        proposal.type = _type(proposal, types)
    _acquaint(ordered)
    return ordered


def _votes(
    place: Mapping[int, int],
    candidates: Mapping[str, Iterable[Candidate]],
    confidence: Mapping[str, float],
) -> dict[tuple[int, int], list[Vote]]:
    """Collect what rules say of each span, in word numbers; spans edged by space are left out."""
    votes: dict[tuple[int, int], list[Vote]] = defaultdict(list)
    for component, proposed in candidates.items():
        for start, end, type_name, rule in proposed:
            if start in place and end - 1 in place:
                sure = confidence.get(rule, _WEAK)
                span = (place[start], place[end - 1] + 1)
                votes[span].append(Vote(type_name, component, rule, sure))
    return votes


def _acquaint(proposals: Iterable[Proposal]) -> None:
    """Tell each proposal which others have its key."""
    by_key: dict[str, list[Proposal]] = defaultdict(list)
    for proposal in proposals:
        by_key[proposal.key].append(proposal)
    for group in by_key.values():
        if len(group) > 1:
            for proposal in group:
                proposal.others = [other for other in group if other is not proposal]


def _proposal(
    text: str,
    words: Tokens,
    span: tuple[int, int],
    types: tuple[float, ...],
    roles: tuple[float, ...],
    votes: list[Vote],
) -> Proposal:
    last = span[1] - 1
    begin, stop = words.starts[span[0]], words.starts[last] + len(words.texts[last])
    name = text[begin:stop]
    return Proposal(*span, begin, stop, name, key(name), types, roles, votes)


def _type(proposal: Proposal, types: Sequence[str]) -> str:
    """Choose the type: the recognizer's, or where it hardly sees a name that of the surest rule."""
    if proposal.votes and proposal.share < 2 * _FAINT:
        return max(proposal.votes, key=lambda v: (v.confidence, v.type)).type
    return types[max(range(len(types)), key=lambda place: (proposal.types[place], -place))]
