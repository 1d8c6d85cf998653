"""Link the names of all papers while they are still staged rows."""

from __future__ import annotations

from collections import defaultdict
from itertools import chain
from typing import TYPE_CHECKING

from kg.graph.terms import FOREIGN
from kg.linking.broader import Kind, broader, without_circles
from kg.linking.concepts import Named, kinds, link, read_concepts
from kg.linking.link import Linker
from kg.linking.names import Definition, Name
from kg.model import ASSERTED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.graph.staging import Row, Tables
    from kg.iri import Minter
    from kg.linking.curation import Curation
    from kg.linking.names import Place
    from kg.ontology import Ontology

__all__ = ["LINKED", "linked_rows"]

LINKED = {
    "s_moves": "from_iri VARCHAR, from_type VARCHAR, from_key VARCHAR, iri VARCHAR, "
    "to_type VARCHAR, to_key VARCHAR, rule VARCHAR, source VARCHAR, is_spelling BOOLEAN",
    "s_kinds": "narrow VARCHAR, broad VARCHAR, rule VARCHAR",
    "s_links": "entity VARCHAR, predicate VARCHAR, target VARCHAR, rule VARCHAR",
    "s_labels": "iri VARCHAR, name VARCHAR",
    "s_parts": "type VARCHAR, role VARCHAR, property VARCHAR, rank BIGINT, is_open BOOLEAN",
    "s_unmatched": "place VARCHAR, says VARCHAR",
    "s_allowed": "head VARCHAR, relation VARCHAR, tail VARCHAR",
}
"""Tables that linking stages, with their columns."""

_NAMES = """
SELECT type, key, min_by(name, (-uses, name)) AS name, sum(uses)::BIGINT AS papers FROM (
  SELECT type, key, name, count(DISTINCT paper) AS uses FROM s_roles GROUP BY ALL)
GROUP BY type, key
"""
_DEFINITIONS = """
WITH written AS (
  SELECT DISTINCT paper, entity, text FROM s_mentions
  WHERE NOT is_marked AND length(text) < 13 AND regexp_matches(text, '\\p{Lu}')
)
SELECT r.type, w.text, r.name, count(DISTINCT r.paper) FILTER (WHERE NOT r.makes) AS papers,
       count(DISTINCT r.paper) FILTER (WHERE r.makes) AS makers, min(r.paper) AS source
FROM s_roles r JOIN written w USING (paper, entity)
WHERE length(w.text) < length(r.name)
GROUP BY r.type, w.text, r.name
"""


_STATED = """
SELECT DISTINCT type, narrow, broad, rule, confidence FROM s_stated WHERE status = ?
"""


def linked_rows(
    tables: Tables,
    mint: Minter,
    ontology: Ontology,
    curation: Curation | None = None,
) -> Iterator[Row]:
    """Tell what names denote, as rows for the tables of :data:`LINKED`.

    :param tables: Has the staged rows.
    :param mint: Makes the IRIs.
    :param ontology: Has rules and lexicon.
    :param curation: What people have decided.
    :returns: Pairs of table and row.
    """
    names = (Name(*row) for row in tables.execute(_NAMES).fetchall())
    definitions = (Definition(*row) for row in tables.execute(_DEFINITIONS).fetchall())
    linker = Linker(names, definitions, ontology, curation)
    things = set(linker.names)
    for move in linker.moves():
        things.discard((move.type, move.key))
        yield (
            "s_moves",
            {
                "from_iri": mint.entity(move.type, move.key),
                "from_type": move.type,
                "from_key": move.key,
                "iri": mint.entity(move.to_type, move.to_key) if move.to_key else "",
                "to_type": move.to_type,
                "to_key": move.to_key,
                "rule": move.rule,
                "source": move.source,
                "is_spelling": move.is_spelling,
            },
        )
        if move.to_key:
            things.add((move.to_type, move.to_key))
    for place in sorted(things):
        thing = mint.entity(*place)
        if label := linker.label(place):
            yield "s_labels", {"iri": thing, "name": label}
        if page := linker.page(place):
            told = {"predicate": FOREIGN["schema"] + "sameAs", "target": page}
            yield "s_links", {"entity": thing, **told, "rule": "lexicon"}
    named = list(_named(things, linker))
    concepts = read_concepts(ontology, chain.from_iterable(map(_keys, named)))
    for found in link(named, concepts):
        told = {"predicate": FOREIGN["skos"] + found.predicate, "target": found.target}
        yield "s_links", {"entity": mint.entity(found.type, found.key), **told, "rule": found.rule}
    stated = _stated(tables, linker, things)
    said = chain(broader(things, linker.thing, ontology), kinds(named, concepts), stated)
    for kind in without_circles(said):
        ends = {
            "narrow": mint.entity(kind.type, kind.key),
            "broad": mint.entity(kind.type, kind.broad),
        }
        yield "s_kinds", {**ends, "rule": kind.rule}
    for decision in linker.curation.unmatched(linker.occasions):
        yield "s_unmatched", {"place": decision.where, "says": decision.says}
    yield from _ontology_rows(ontology)


def _stated(tables: Tables, linker: Linker, things: set[Place]) -> Iterator[Kind]:
    """Tell what papers state to be a kind of what; of two that contradict the surer holds."""
    found: dict[tuple[Place, Place], tuple[float, str]] = {}
    for kind, narrow, broad, rule, confidence in tables.execute(_STATED, [ASSERTED]).fetchall():
        ends = (linker.thing((kind, narrow)), linker.thing((kind, broad)))
        if ends[0] != ends[1] and ends[0][0] == ends[1][0] and things.issuperset(ends):
            found[ends] = max(found.get(ends, (0.0, "")), (confidence, rule))
    for (narrow, broad), surest in found.items():
        if surest >= found.get((broad, narrow), surest):
            yield Kind(*narrow, broad[1], surest[1])


def _named(things: set[Place], linker: Linker) -> Iterator[Named]:
    """Tell of each thing how it is called, and which other names it has."""
    others: dict[Place, list[tuple[str, str]]] = defaultdict(list)
    for place, name in sorted(linker.names.items()):
        target = linker.thing(place)
        if target != place:
            others[target].append((name.key, name.text))
    for place in sorted(things):
        told = linker.names.get(place)
        label = linker.label(place) or (told.text if told else place[1])
        yield Named(*place, label, tuple(others[place]))


def _keys(thing: Named) -> Iterator[str]:
    yield thing.key
    for key, _ in thing.aliases:
        yield key


def _ontology_rows(ontology: Ontology) -> Iterator[Row]:
    open_role = ontology.open_role
    for name in ontology.type_names:
        for role in ontology.roles_of(name):
            told = {"role": role.name, "property": role.property, "rank": role.rank}
            yield "s_parts", {"type": name, **told, "is_open": role == open_role}
    for relation in ontology.relations:
        for head in relation.heads:
            for tail in relation.tails:
                yield "s_allowed", {"head": head, "relation": relation.name, "tail": tail}
