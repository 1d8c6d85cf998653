"""Who says it, and how: whether a clause states a fact, and who is meant by "we" and "it".

The patterns stand in ``rules/relations.toml`` under ``[[status]]``, ``[reach]`` and
``[anaphor]``.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from kg.model import ASSERTED
from kg.relations.caseless import caseless

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kg.model import Entity
    from kg.ontology import Ontology

__all__ = ["own_system", "speaks_of_own", "status_of"]


@lru_cache(maxsize=1024)  # one clause may state several things
def status_of(clause: str, ontology: Ontology) -> str:
    """Say whether a clause asserts what it says.

    :param clause: The words around and between what it speaks of.
    :param ontology: Has what speaks against, by status; the first that fits wins.
    :returns: ``asserted`` if nothing speaks against.

    >>> from kg.ontology import load
    >>> [status_of(f"It {verb} beat ResNet", load()) for verb in ("has", "may", "does not")]
    ['asserted', 'hedged', 'negated']
    """
    return next((s for s, p in _patterns(ontology)[0] if p(clause)), ASSERTED)


def speaks_of_own(sentence: str, ontology: Ontology) -> bool:
    """Say whether a sentence speaks of the paper's own system without its name.

    >>> from kg.ontology import load
    >>> [speaks_of_own(s, load()) for s in ("We beat it.", "ResNet is deep.")]
    [True, False]
    """
    return _patterns(ontology)[1](sentence)


def own_system(entities: Sequence[Entity], ontology: Ontology) -> Entity | None:
    """Find the system that "our model" or "it" means: the first that the paper contributes.

    :returns: The entity with the strongest role of the type that relations start from and that
        most of its mentions support; None if the paper contributes none.
    """
    head_type = ontology.relations[0].heads[0]
    strongest = ontology.roles_of(head_type)[0].name
    own = [e for e in entities if e.type == head_type and e.role == strongest]
    return min(own, key=lambda e: (-len(e.mentions), e.mentions[0].start), default=None)


@lru_cache(maxsize=8)
def _patterns(
    ontology: Ontology,
) -> tuple[tuple[tuple[str, Callable[[str], bool]], ...], Callable[[str], bool]]:
    rules = ontology.rules("relations")
    reach = rules["reach"]["pattern"]
    statuses = tuple(
        (told["name"], caseless(told["pattern"] + (reach if told.get("reaches") else "")))
        for told in rules["status"]
    )
    return statuses, caseless(rules["anaphor"]["pattern"])
