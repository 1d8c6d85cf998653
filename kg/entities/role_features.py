"""What speaks for the part that an entity plays: features that a classifier of its type weighs."""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING

from kg.entities.describe import fame, keys_of, role_shares
from kg.normalize import key
from kg.recognizer.context import sentence_number
from kg.recognizer.features import outline, softmax

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.model import Entity, Mention
    from kg.recognizer.context import Context

__all__ = ["role_features"]

_MENTIONS = 4  # of the abstract whose surroundings are looked at
_BEFORE, _AFTER = 5, 4  # words beside a mention
_LEAST = 0.007


def role_features(entity: Entity, context: Context) -> dict[str, float]:
    """Describe an entity.

    :param entity: The entity; its mentions are in the order of the text.
    :param context: The document that they stand in.
    :returns: Features by name.
    """
    mentions, name = entity.mentions, key(entity.name)
    found = {
        f"mentions {min(4, len(mentions))}": 1.0,
        f"words {min(4, len(entity.name.split()))}": 1.0,
        f"shape {outline(entity.name)}": 1.0,
        f"last {name.rpartition(' ')[2]}": 0.6,
        f"name {name}": 0.5,
    }
    if len(keys_of(entity)) > 1:
        found["forms"] = 1.0
    found[f"fame {outline(entity.name)} {fame(entity, context.frequency)}"] = 1.0
    for vote in {vote for mention in mentions for vote in mention.votes}:
        found[vote] = found[f"{vote} {outline(entity.name)}"] = 1.0
    _add_seen(found, mentions)
    numbers = [sentence_number(context.document, mention.start) for mention in mentions]
    if numbers[0] == 0:
        _add_title(found, mentions, numbers, context)
    body = [(m, n) for m, n in zip(mentions, numbers, strict=True) if n]
    if body:
        last = len(context.sentences) - 1
        found[f"begins {5 * (body[0][1] - 1) // max(1, last)}"] = 1.0
        found[f"ends {5 * (body[-1][1] - 1) // max(1, last)}"] = 1.0
        if body[-1][1] == last:
            found["last sentence"] = 1.0
    for rank, (mention, number) in enumerate(body[:_MENTIONS]):
        _add_surroundings(found, context, mention, number, 0.6 if rank else 1.0)
    return found


def _add_seen(found: dict[str, float], mentions: Sequence[Mention]) -> None:
    """Add what the recognizer saw: on average, at the first and at the clearest mention."""
    each = [softmax(mention.roles) for mention in mentions if mention.roles]
    if not each:
        return
    for place, share in enumerate(role_shares(mentions)):
        found[f"role {place}"] = share
        found[f"role {place} odds"] = log(max(share, _LEAST)) / 2
        found[f"role {place} clearest"] = max(shares[place] for shares in each)
        found[f"role {place} first"] = each[0][place]


def _add_title(
    found: dict[str, float],
    mentions: Sequence[Mention],
    numbers: Sequence[int],
    context: Context,
) -> None:
    start, end = context.place(mentions[0])
    stop = context.sentences[0][1]
    found["title"] = 1.0
    if start == 0:
        found["title begins"] = 1.0
    if end < len(context.words) and context.words[end] == ":":
        found["title colon"] = 1.0
    if not any(numbers):
        found["title only"] = 1.0
    inside = [m for m, n in zip(mentions, numbers, strict=True) if n == 0]
    if any(context.place(m)[1] == stop for m in inside):
        found["title ends"] = 1.0
    found[f"title before {context.words[start - 1] if start else ''}"] = 1.0


def _add_surroundings(
    found: dict[str, float], context: Context, mention: Mention, number: int, weight: float
) -> None:
    """Add the words beside a mention, and the hints of its sentence before and behind it."""
    start, end = context.place(mention)
    first, stop = context.sentences[number]
    words = context.words
    left, right = words[max(first, start - _BEFORE) : start], words[end : min(stop, end + _AFTER)]
    for word in left:
        found[f"before {word}"] = max(found.get(f"before {word}", 0.0), weight * 0.7)
    for word in right:
        found[f"after {word}"] = max(found.get(f"after {word}", 0.0), weight * 0.7)
    if left:
        found[f"just before {left[-1]}"] = found[f"two before {' '.join(left[-2:])}"] = weight
    else:
        found["opens sentence"] = weight
    if right:
        found[f"just after {right[0]}"] = weight
    for place, hints in (
        ("before", context.hints_between(first, start)),
        ("after", context.hints_between(end, stop)),
    ):
        for hint in hints:
            found[f"hint {place} {hint}"] = min(2.0, found.get(f"hint {place} {hint}", 0) + weight)
    found[f"sentence {' '.join(words[first : first + 2])}"] = 0.6
    found[f"sentence {words[first]}"] = 0.6
