"""The ontology folder as one immutable object.

The code of this package names no type, role, relation or slot: it asks an :class:`Ontology`.

>>> ontology = load()
>>> [t.name for t in ontology.types][:2]
['Method', 'Dataset']
>>> ontology.role("Method", "proposed").property
'proposesMethod'
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from kg.errors import KGError, OntologyError, UnknownNameError
from kg.schema import EntityType, RelationType, Role, Slot, read_schema

__all__ = ["EntityType", "Ontology", "RelationType", "Role", "Slot", "default_folder", "load"]

SCHEMA = "paperkg.ttl"


@dataclass(frozen=True)
class Ontology:
    """Everything that the ontology folder says, validated.

    :param folder: Where it was read from.
    :param namespace: IRI that term names are appended to.
    :param version: Version of the ontology.
    :param types: Entity types in their order.
    :param roles: Roles; of one type the strongest first, the role open to every type last.
    :param relations: Relation types in their order.
    :param slots: Fields of a result that name entities, in their order.
    """

    folder: Path
    namespace: str
    version: str
    types: tuple[EntityType, ...]
    roles: tuple[Role, ...]
    relations: tuple[RelationType, ...]
    slots: tuple[Slot, ...]

    @cached_property
    def _hash(self) -> int:
        return hash((self.folder, self.version))

    def __hash__(self) -> int:
        """Hash once: what is compiled from the rules is kept by ontology, and asked for often."""
        return self._hash

    @cached_property
    def type_names(self) -> tuple[str, ...]:
        """Name the entity types in their order."""
        return tuple(t.name for t in self.types)

    def type(self, name: str) -> EntityType:
        """Look up an entity type.

        :raises UnknownNameError: If there is none of that name.
        """
        for entity_type in self.types:
            if entity_type.name == name:
                return entity_type
        raise UnknownNameError("entity type", name, self.type_names)

    @cached_property
    def _roles(self) -> dict[tuple[str, str], Role]:
        table: dict[tuple[str, str], Role] = {}
        for role in self.roles:
            for type_name in [role.type] if role.type else self.type_names:
                table.setdefault((type_name, role.name), role)
        return table

    def role(self, type_name: str, name: str) -> Role:
        """Look up what an entity of a type can be in a paper.

        :raises UnknownNameError: If entities of that type have no such role.
        """
        try:
            return self._roles[type_name, name]
        except KeyError:
            known = sorted(n for t, n in self._roles if t == type_name)
            raise UnknownNameError(f"role of {type_name}", name, known) from None

    @cached_property
    def open_role(self) -> Role:
        """The role that entities of every type can play: the weakest claim."""
        return next(role for role in self.roles if not role.type)

    def roles_of(self, type_name: str) -> tuple[Role, ...]:
        """List the roles that entities of a type can play, the strongest claim first."""
        return tuple(r for r in self.roles if r.type in (type_name, ""))

    def relation(self, name: str) -> RelationType:
        """Look up a relation type.

        :raises UnknownNameError: If there is none of that name.
        """
        for relation in self.relations:
            if relation.name == name:
                return relation
        raise UnknownNameError("relation", name, [r.name for r in self.relations])

    def allows(self, head: str, relation: str, tail: str) -> bool:
        """Say whether entities of two types may stand in a relation.

        >>> load().allows("Method", "evaluatedOn", "Dataset")
        True
        >>> load().allows("Task", "evaluatedOn", "Dataset")
        False
        """
        kind = self.relation(relation)
        return head in kind.heads and tail in kind.tails

    def term(self, name: str) -> str:
        """Make the IRI of a term of this ontology."""
        return self.namespace + name

    def rules(self, name: str) -> dict[str, Any]:
        """Read one rule file.

        :param name: File name without suffix, below ``rules/``.
        :returns: Its content as TOML gives it.
        :raises OntologyError: If the file is missing or is no TOML.
        """
        path = self.folder / "rules" / f"{name}.toml"
        try:
            return tomllib.loads(path.read_text(encoding="utf-8"))
        except OSError as err:
            raise OntologyError(f"rules/{name}.toml", "file", "cannot be read") from err
        except tomllib.TOMLDecodeError as err:
            raise OntologyError(f"rules/{name}.toml", "file", f"is no TOML: {err}") from err


def default_folder() -> Path:
    """Find the ontology folder that belongs to this package.

    :returns: ``kg/_ontology`` in an installed wheel, ``ontology`` beside ``kg`` in a checkout.
    :raises OntologyError: If neither is there.
    """
    package = Path(__file__).parent
    for folder in (package / "_ontology", package.parent / "ontology"):
        if (folder / SCHEMA).is_file():
            return folder
    raise OntologyError(SCHEMA, "file", "not found; install paperkg again")


def load(folder: Path | None = None) -> Ontology:
    """Read an ontology folder.

    :param folder: The folder; by default the one that belongs to this package.
    :returns: The ontology. The same folder gives the same object within a process.
    :raises OntologyError: If the schema is missing, is no Turtle, or leaves something open.

    >>> load() is load()
    True
    """
    return _load((folder or default_folder()).resolve())


@lru_cache(maxsize=8)
def _load(folder: Path) -> Ontology:
    if not folder.is_dir():
        raise KGError(f"{folder}: is no folder; give one with {SCHEMA} in it")
    found = Ontology(folder, *read_schema(folder / SCHEMA))
    _validate(found)
    return found


def _validate(ontology: Ontology) -> None:
    """Refuse an ontology that leaves open what the program needs to know."""
    if not ontology.types:
        raise OntologyError(SCHEMA, "Entity", "no class is a subclass of it")
    names = set(ontology.type_names)
    for entity_type in ontology.types:
        if not entity_type.label or not entity_type.definition:
            raise OntologyError(SCHEMA, entity_type.name, "has no label or no definition")
    _validate_properties(ontology, names)


def _validate_properties(ontology: Ontology, names: set[str]) -> None:
    if all(role.type for role in ontology.roles):
        raise OntologyError(SCHEMA, "role", "no property states the role open to every type")
    for relation in ontology.relations:
        if not names.issuperset(relation.tails):
            raise OntologyError(SCHEMA, relation.name, "its range is no entity type")
    for slot in ontology.slots:
        if slot.type not in names:
            raise OntologyError(SCHEMA, slot.property, "its range is no entity type")
    if sum(slot.is_measure for slot in ontology.slots) != 1:
        raise OntologyError(SCHEMA, "measure", "exactly one slot must say what a value measures")
    if len({(r.type, r.name) for r in ontology.roles}) != len(ontology.roles):
        raise OntologyError(SCHEMA, "role", "two properties state the same role of the same type")
