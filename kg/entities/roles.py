"""The part that each entity plays in its paper.

With the trained recognizer a classifier for each type tells it (:mod:`kg.entities.role_features`),
or what the network saw in the mentions where there is no classifier. Without either cues around the
mentions vote. Cues stand in ``rules/roles.toml``. Each one that fits a mention votes for a role;
the role with most votes wins, the default of the type counts too. The stronger claim wins a tie.
Where no entity of a paper would be its contribution, the one with most votes for that is, if they
are enough.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from kg.entities.describe import role_shares
from kg.entities.role_features import role_features
from kg.recognizer.context import Context

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from kg.model import Document, Entity, Mention
    from kg.ontology import Ontology
    from kg.recognizer.recognizer import Recognizer

__all__ = ["PART", "RoleCue", "assign_roles", "cues_of", "fitting"]

PART = "role"
"""Name of the classifiers that tell roles; the type follows after a blank."""


_NEAR = 500  # characters of a sentence that a cue may look at to each side


@dataclass(frozen=True, slots=True)
class RoleCue:
    """What speaks for a role.

    ``before`` and ``after`` are regular expressions on the text of the sentence beside the mention,
    ``title`` one on the title with the mention replaced by ``@``, ``shape`` one on the mention.
    A cue fits where all that it states fits.
    """

    rule: str
    type: str
    role: str
    weight: float
    before: re.Pattern[str] | None
    after: re.Pattern[str] | None
    title: re.Pattern[str] | None
    shape: re.Pattern[str] | None


def assign_roles(
    document: Document,
    entities: Sequence[Entity],
    ontology: Ontology,
    recognizer: Recognizer | None = None,
) -> list[Entity]:
    """Tell the role of each entity.

    :param document: Where the mentions stand.
    :param entities: Entities of the document.
    :param ontology: Has the roles of each type and the cues.
    :param recognizer: Has a classifier for each type; without it, cues vote.
    :returns: The same entities with role and the rule or model that told it.
    :raises OntologyError: If the rules cannot be read.
    :raises UnknownNameError: If a cue names a role that its type has not.
    """
    if recognizer is not None:
        context = cache(lambda: Context(document, ontology))
        own = {r.type: r.name for r in ontology.roles if r.is_contribution}
        network, found = recognizer.network, []
        for entity in entities:
            classifier = recognizer.classifiers.get(f"{PART} {entity.type}")
            if classifier:
                shares = classifier.probabilities(role_features(entity, context()))
            else:
                names = [network.roles[at][1] for at in network.role_places.get(entity.type, ())]
                shares = dict(zip(names, role_shares(entity.mentions), strict=False))
            if shares:
                least = recognizer.thresholds[PART]
                found.append(_judged(entity, shares, own.get(entity.type, ""), least))
            else:  # of a type that it does not know
                found += assign_roles(document, [entity], ontology)
        return found
    cues, defaults, least = _rules(ontology)
    votes = [_votes(document, entity, cues, defaults, ontology) for entity in entities]
    told = [_with_role(e, v, ontology) for e, v in zip(entities, votes, strict=True)]
    contributions = {(r.type, r.name) for r in ontology.roles if r.is_contribution}
    if all((e.type, e.role) not in contributions for e in told):
        _add_contribution(told, votes, contributions, least)
    return told


def _judged(entity: Entity, shares: Mapping[str, float], own: str, least: float) -> Entity:
    """Take the likeliest role; what the paper contributes itself need not be the likeliest."""
    role = max(shares, key=lambda name: (shares[name], name))
    if shares.get(own, 0.0) >= least:
        role = own
    return replace(entity, role=role, role_rule="recognizer", shares=tuple(shares.items()))


def _add_contribution(
    told: list[Entity],
    votes: Sequence[Mapping[str, tuple[float, str]]],
    contributions: set[tuple[str, str]],
    least: float,
) -> None:
    """Let the likeliest entity be the contribution, since nearly every paper has one."""
    likely = [
        (-weight, index, role, rule)
        for index, entity in enumerate(told)
        for role, (weight, rule) in votes[index].items()
        if (entity.type, role) in contributions and weight >= least
    ]
    if likely:
        _, index, role, rule = min(likely)
        told[index] = replace(told[index], role=role, role_rule=f"{rule}.only")


def _votes(
    document: Document,
    entity: Entity,
    cues: tuple[RoleCue, ...],
    defaults: dict[str, tuple[str, float]],
    ontology: Ontology,
) -> dict[str, tuple[float, str]]:
    """Add up the votes for each role, and keep the rule with most weight."""
    votes: dict[str, float] = defaultdict(float)
    rules: dict[str, tuple[float, str]] = {}
    role, weight = defaults.get(entity.type, (ontology.open_role.name, 0.0))
    votes[role] += weight
    rules[role] = (0.0, f"role.default.{entity.type.lower()}")
    fired = {cue for m in entity.mentions for cue in fitting(document, m, entity.type, cues)}
    for cue in sorted(fired, key=lambda c: c.rule):
        votes[cue.role] += cue.weight
        rules[cue.role] = max(rules.get(cue.role, (0.0, "")), (cue.weight, cue.rule))
    return {name: (round(votes[name], 6), rules[name][1]) for name in votes}


def _with_role(
    entity: Entity, votes: Mapping[str, tuple[float, str]], ontology: Ontology
) -> Entity:
    ranks = {r.name: r.rank for r in ontology.roles_of(entity.type)}
    best = min(votes, key=lambda r: (-votes[r][0], ranks[r]))
    return replace(entity, role=best, role_rule=votes[best][1])


def cues_of(type_name: str, ontology: Ontology) -> tuple[tuple[RoleCue, ...], str]:
    """Give the cues for entities of a type, and its default role."""
    cues, defaults, _ = _rules(ontology)
    role = defaults.get(type_name, (ontology.open_role.name, 0.0))[0]
    return tuple(cue for cue in cues if cue.type == type_name), role


def fitting(
    document: Document, mention: Mention, type_name: str, cues: tuple[RoleCue, ...]
) -> Iterator[RoleCue]:
    """Find the cues that fit one mention.

    :param document: Where the mention stands.
    :param mention: The mention.
    :param type_name: Its entity type.
    :param cues: The cues to try.
    :returns: Those that fit, in their order; none if none does.
    """
    text = document.text
    start, end = document.sentence_of(mention.start)
    before = text[max(start, mention.start - _NEAR) : mention.start]
    after = text[mention.end : min(end, mention.end + _NEAR)]
    size = len(document.title)
    title = ""
    if mention.end <= size:
        title = f"{text[: mention.start]}@{text[mention.end : size]}"
    for cue in cues:
        if (
            cue.type == type_name
            and (cue.before is None or cue.before.search(before))
            and (cue.after is None or cue.after.search(after))
            and (cue.shape is None or cue.shape.search(mention.text))
            and (cue.title is None or (title and cue.title.search(title)))
        ):
            yield cue


@lru_cache(maxsize=8)
def _rules(
    ontology: Ontology,
) -> tuple[tuple[RoleCue, ...], dict[str, tuple[str, float]], float]:
    rules = ontology.rules("roles")

    def pattern(cue: dict[str, Any], field: str) -> re.Pattern[str] | None:
        return (
            re.compile(cue[field], re.IGNORECASE if field != "shape" else 0)
            if field in cue
            else None
        )

    cues = tuple(
        RoleCue(
            cue["id"],
            cue["type"],
            ontology.role(cue["type"], cue["role"]).name,
            float(cue["weight"]),
            *(pattern(cue, field) for field in ("before", "after", "title", "shape")),
        )
        for cue in rules["cue"]
    )
    defaults = {
        d["type"]: (ontology.role(d["type"], d["role"]).name, float(d["weight"]))
        for d in rules["default"]
    }
    return cues, defaults, float(rules["contribution"]["least"])
