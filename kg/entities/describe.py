"""Mentions and entities as features: what the classifiers of this stage look at.

Everything is told from values: the text, its sentences, and the mentions with what the recognizer
saw in them.
"""

from __future__ import annotations

from bisect import bisect_right
from math import prod
from typing import TYPE_CHECKING

from kg.normalize import key
from kg.recognizer.context import sentence_number
from kg.recognizer.features import log_odds, outline, softmax

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kg.model import Document, Entity, Mention

__all__ = ["entity_features", "fame", "keys_of", "role_shares"]


_FAME = (4, 20, 100)  # abstracts


def role_shares(mentions: Sequence[Mention]) -> list[float]:
    """Give the share of each role by the mean score over mentions; empty without a recognizer."""
    scores = [mention.roles for mention in mentions if mention.roles]
    return softmax([sum(column) / len(scores) for column in zip(*scores, strict=True)])


def entity_features(
    document: Document, entity: Entity, entities: Sequence[Entity]
) -> dict[str, float]:
    """Describe an entity, for how likely the paper speaks of such a thing.

    :param document: Where its mentions stand.
    :param entity: The entity.
    :param entities: All entities of the document.
    :returns: Features by name.
    """
    kind, mentions = entity.type, entity.mentions
    shares = [mention.confidence for mention in mentions]
    any_of = log_odds(1 - prod(1 - share for share in shares))
    best = log_odds(max(shares))
    name = key(entity.name)
    size = len(name.split())
    keys = keys_of(entity)
    found = {
        f"type {kind}": 1.0,
        "best": best,
        f"best {kind}": best / 2,
        "mean": log_odds(sum(shares) / len(shares)),
        "any": any_of,
        f"any {kind}": any_of / 2,
        f"mentions {min(4, len(mentions))}": 1.0,
        f"forms {min(3, len(keys))}": 1.0,
        f"last {kind} {name.rpartition(' ')[2]}": 0.7,
        f"name {kind} {name}": 0.5,
        f"shape {kind} {outline(entity.name)}": 1.0,
        f"words {min(5, size)}": 1.0,
        f"words {kind} {min(3, size)}": 1.0,
        "entities": len(entities) / 20,
        "entities of type": sum(other.type == kind for other in entities) / 6,
    }
    for place, share in enumerate(role_shares(mentions)):
        found[f"role {kind} {place}"] = share
    numbers = [sentence_number(document, mention.start) for mention in mentions]
    if numbers[0] == 0:
        found["title"] = found[f"title {kind}"] = 1.0
    part = int(6 * numbers[0] / max(1, len(document.sentences)))
    found[f"sentence {min(5, part)}"] = 1.0
    found["latest"] = mentions[-1].start / max(1, len(document.text))
    _add_others(found, keys, [other for other in entities if other is not entity])
    votes = {vote for mention in mentions for vote in mention.votes}
    for vote in votes:
        found[vote] = 1.0
    if not votes:
        found[f"no vote {kind}"] = 1.0
    return found


def _add_others(found: dict[str, float], keys: Sequence[str], others: Sequence[Entity]) -> None:
    """Compare the names of an entity with those of others."""
    for own, one in ((own, one) for other in others for one in keys_of(other) for own in keys):
        if one == own:
            found["name of another"] = 1.0
        elif f" {own} " in f" {one} ":
            found["in another"] = 1.0
        elif f" {one} " in f" {own} ":
            found["holds another"] = 1.0


def keys_of(entity: Entity) -> tuple[str, ...]:
    """List the different comparison keys of an entity's mentions, in their order."""
    return tuple(dict.fromkeys(key(mention.text) for mention in entity.mentions))


def fame(entity: Entity, frequency: Mapping[str, int]) -> str:
    """Tell how widely known a name is, by the best known of its forms of one word.

    :param frequency: How many abstracts write a word that looks like a name.
    :returns: ``none`` if it has no such form, else a number from 0, unknown, to 3.
    """
    counts = [
        frequency.get(name, 0)
        for mention in entity.mentions
        if " " not in (name := key(mention.text)) and not mention.text.islower()
    ]
    return str(bisect_right(_FAME, max(counts))) if counts else "none"
