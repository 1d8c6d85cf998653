"""Every rule of an ontology folder, whichever file it stands in.

>>> from kg import ontology
>>> found = {rule.id: rule for rule in rules(ontology.load())}
>>> found["method.named"].finds, found["method.named"].type, found["method.named"].file
('mention', 'Method', 'rules/method.toml')
"""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Any

from kg.errors import OntologyError
from kg.lexicon import read_terms
from kg.mentions.phrases import heads

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kg.ontology import Ontology

__all__ = [
    *("FINDS", "GUARD", "KIND", "MENTION", "RELATION", "RESULT", "ROLE", "Rule"),
    *("grouped", "rules"),
]

MENTION, ROLE, RELATION, KIND, RESULT = "mention", "role", "relation", "kind", "result"
GUARD = "guard"
"""What takes back what others find, or forbids it."""

FINDS = (MENTION, ROLE, RELATION, KIND, RESULT, GUARD)
"""What a rule can find, in the order of the pipeline."""

_HEADS = "rules/heads.tsv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule, or a line that stands for many.

    :param id: What evidence names it by.
    :param finds: What it finds, one of :data:`FINDS`.
    :param type: Entity type, relation type, kind of result or status that it gives; empty if the
        text decides.
    :param role: The role that it speaks for; empty if it speaks for none.
    :param file: Where it stands, below the ontology folder.
    :param confidence: Share of right uses that the file states; None if it states none.
    :param weight: Weight of its vote; None if it has none.
    :param examples: How many examples it has.
    :param counterexamples: How many texts it has in which it must not fire.
    :param size: How many terms or heads it stands for; 1 for a rule.
    :param members: The rules that this line stands for; empty for a rule.
    """

    id: str
    finds: str
    file: str
    type: str = ""
    role: str = ""
    confidence: float | None = None
    weight: float | None = None
    examples: int = 0
    counterexamples: int = 0
    size: int = 1
    members: tuple[Rule, ...] = field(default=(), repr=False)

    @property
    def leaves(self) -> tuple[Rule, ...]:
        """Give the rules that evidence can name: the members, or the rule itself."""
        return self.members or (self,)

    def as_dict(self) -> dict[str, Any]:
        """Give what is known of the rule as JSON can hold it, without its members."""
        found = asdict(self)
        del found["members"]
        return found


def rules(ontology: Ontology) -> tuple[Rule, ...]:
    """List the rules of an ontology.

    :param ontology: Whose folder holds them.
    :returns: What finds mentions, roles, relations and results, and what guards against them, in
        this order; within it file by file, each in the order of its file.
    :raises OntologyError: If a file is missing, is no TOML, or has an entry that is no rule.
    """
    return (
        *_patterns(ontology),
        *_names(ontology),
        *_heads(ontology),
        *_found(ontology),
        *_roles(ontology),
        *_relations(ontology),
        *_kinds(ontology),
        *_results(ontology),
        *_guards(ontology),
    )


def grouped(found: Iterable[Rule]) -> tuple[Rule, ...]:
    """Let one line stand for all heads of a type.

    :param found: Rules as :func:`rules` lists them.
    :returns: The same rules, those of the list of heads replaced by one line for each type, whose
        confidence is the mean of theirs.
    """
    lines: list[Rule] = []
    for (file, kind), group in groupby(found, key=lambda r: (r.file, r.type)):
        kept = tuple(group)
        if file == _HEADS:
            stated = [rule.confidence or 0.0 for rule in kept]
            line = Rule(
                id=f"head.{kind.lower()}",
                finds=MENTION,
                file=file,
                type=kind,
                confidence=round(sum(stated) / len(stated), 3),
                size=len(kept),
                members=kept,
            )
            lines.append(line)
        else:
            lines += kept
    return tuple(lines)


def _patterns(ontology: Ontology) -> Iterator[Rule]:
    for name in ontology.type_names:
        file = name.lower()
        for entry in ontology.rules(file).get("pattern", ()):
            yield _rule(entry, MENTION, file, type=name)


def _names(ontology: Ontology) -> Iterator[Rule]:
    told = ontology.rules("names")
    for entry in (told.get("default", {}), *told.get("cue", ())):
        yield _rule(entry, MENTION, "names")


def _heads(ontology: Ontology) -> Iterator[Rule]:
    order = {name: place for place, name in enumerate(ontology.type_names)}
    known = [head for uses in heads(ontology).values() for head in uses.values()]
    for head in sorted(known, key=lambda h: (order[h.type], h.rule)):
        yield Rule(id=head.rule, finds=MENTION, file=_HEADS, type=head.type, confidence=head.share)


def _found(ontology: Ontology) -> Iterator[Rule]:
    """List what has no entry of its own elsewhere: the lexicon, abbreviations, lists of names."""
    terms = Counter(f"lexicon.{term.type.lower()}" for term in read_terms(ontology))
    types = {f"lexicon.{name.lower()}": name for name in ontology.type_names}
    entries = list(ontology.rules("entity").get("found", ()))
    told = {entry.get("id") for entry in entries if isinstance(entry, dict)}
    entries += [{"id": identifier} for identifier in sorted(terms.keys() - told)]
    for entry in entries:
        rule = _rule(entry, MENTION, "entity")
        if rule.id in types:
            file = f"lexicon/{types[rule.id].lower()}.tsv"
            yield Rule(
                id=rule.id,
                finds=MENTION,
                file=file,
                type=types[rule.id],
                confidence=rule.confidence,
                size=terms[rule.id],
            )
        else:
            yield rule


def _roles(ontology: Ontology) -> Iterator[Rule]:
    told = ontology.rules("roles")
    for entry in told.get("default", ()):
        if isinstance(entry, dict) and isinstance(entry.get("type"), str):
            entry = {"id": f"role.default.{entry['type'].lower()}"} | entry
        yield _rule(entry, ROLE, "roles")
    for entry in told.get("cue", ()):
        yield _rule(entry, ROLE, "roles")


def _relations(ontology: Ontology) -> Iterator[Rule]:
    for entry in ontology.rules("relations").get("rule", ()):
        yield _rule(entry, RELATION, "relations")


def _kinds(ontology: Ontology) -> Iterator[Rule]:
    for entry in ontology.rules("kinds").get("rule", ()):
        yield _rule(entry, KIND, "kinds")


def _results(ontology: Ontology) -> Iterator[Rule]:
    told = ontology.rules("results")
    yield _rule(told, RESULT, "results")
    for entry in told.get("settle", ()):
        yield _rule(entry, RESULT, "results", type=entry.get("kind", ""))


def _guards(ontology: Ontology) -> Iterator[Rule]:
    for entry in ontology.rules("relations").get("status", ()):
        yield _rule(entry, GUARD, "relations", type=entry.get("name", ""))
    for entry in ontology.rules("results").get("suited", ()):
        yield _rule(entry, GUARD, "results")


def _rule(entry: Any, finds: str, file: str, **more: Any) -> Rule:
    path = f"rules/{file}.toml"
    if not isinstance(entry, dict) or not isinstance(entry.get("id"), str):
        raise OntologyError(path, finds, "has an entry without id; give it one")
    try:
        numbers = {
            name: float(entry[name]) if name in entry else None for name in ("confidence", "weight")
        }
        return Rule(
            id=entry["id"],
            finds=finds,
            file=path,
            role=entry.get("role", ""),
            examples=len(entry.get("examples", ())),
            counterexamples=len(entry.get("not", ())),
            **{"type": entry.get("type", "")} | numbers | more,
        )
    except (TypeError, ValueError) as err:
        raise OntologyError(path, entry["id"], f"is no rule: {err}") from err
