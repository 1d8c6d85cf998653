"""How likely a proposed span is a mention: the features that a classifier weighs.

The weights are learned by cross-fitting: on annotated papers that the network which looked at them
had not been trained on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.recognizer.features import log_odds, outline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.mentions.proposals import Proposal
    from kg.recognizer.tokens import Tokens

__all__ = ["features"]


def features(
    proposal: Proposal,
    around: Sequence[Proposal],
    words: Tokens,
    types: Sequence[str],
    title: int,
) -> dict[str, float]:
    """Describe a proposal.

    :param proposal: The proposal.
    :param around: The proposals that overlap it.
    :param words: The tokens of the document that are words or signs.
    :param types: The recognizer's types.
    :param title: How many words the title has.
    :returns: Features by name.
    """
    kind, share = proposal.type, proposal.share
    own = proposal.types[types.index(kind)] if kind in types else 0.0
    odds, name_odds = log_odds(own), log_odds(share)
    size = proposal.end - proposal.start
    shape = outline(proposal.text)
    found = {
        f"type {kind}": 1.0,
        "odds": odds,
        f"odds {kind}": odds / 2,
        "name": name_odds,
        "name squared": name_odds * name_odds / 4,
        "share": own * 2,
        f"words {min(6, size)}": 1.0,
        f"words {kind} {min(4, size)}": 1.0,
        f"shape {kind} {shape}": 1.0,
        f"last {kind} {words.norms[proposal.end - 1]}": 0.7,
    }
    _add_rivals(found, proposal, around, share)
    if proposal.others:
        shares = [other.share for other in proposal.others]
        best = max(shares)
        found["same best"] = best
        found["same mean"] = sum(shares) / len(shares)
        found["same better"] = max(0.0, best - share)
        found["same"] = min(4, len(shares)) / 4
    else:
        found["alone"] = found[f"alone {kind}"] = 1.0
    if proposal.start < title:
        found["title"] = found[f"title {kind}"] = 1.0
    _add_votes(found, proposal)
    if size > 1:
        found[f"first {words.norms[proposal.start]}"] = 0.7
    following = words.lowers[proposal.end] if proposal.end < len(words.texts) else ""
    before = words.lowers[proposal.start - 1] if proposal.start else ""
    found[f"next {following}"] = found[f"before {before}"] = 0.5
    return found


def _add_rivals(
    found: dict[str, float], proposal: Proposal, around: Sequence[Proposal], share: float
) -> None:
    """Compare with overlapping proposals: those around it, within it and across its edges."""
    best = {"around": 0.0, "within": 0.0, "across": 0.0}
    for other in around:
        if other.start <= proposal.start and other.end >= proposal.end:
            place = "around"
        elif proposal.start <= other.start and proposal.end >= other.end:
            place = "within"
        else:
            place = "across"
        best[place] = max(best[place], other.share)
    for place, value in best.items():
        if value:
            found[place] = value
            found[f"{place} better"] = max(0.0, value - share)


def _add_votes(found: dict[str, float], proposal: Proposal) -> None:
    if not proposal.votes:
        found["no vote"] = found[f"no vote {proposal.type}"] = 1.0
    for vote in proposal.votes:
        name = f"{vote.component} {'yes' if vote.type == proposal.type else 'no'}"
        found[name] = 1.0
        sure = f"{name} sure"
        found[sure] = max(found.get(sure, 0.0), vote.confidence * 2)
