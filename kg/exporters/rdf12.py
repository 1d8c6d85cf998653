"""Write the graph as Turtle of RDF 1.2: claims stand as annotations behind the facts they make.

One file says what ``graph.ttl`` and ``evidence.ttl`` say together. A claim reifies its statement
(``rdf:reifies``) instead of naming it by ``rdf:subject``, ``rdf:predicate`` and ``rdf:object``, and
is of no type ``rdf:Statement``. What papers assert is annotated where it is stated, what they do
not assert stands behind what it is said of, quoted and not stated::

    method:a kg:uses method:b ~ claim:1 {| a kg:Claim ; kg:confidence 0.9 |} .
    << method:a kg:uses method:c ~ claim:2 >> a kg:Claim ; kg:status "hedged" .
"""

from __future__ import annotations

from heapq import merge
from itertools import chain, groupby
from operator import itemgetter
from typing import TYPE_CHECKING, TypeAlias

from kg.exporters.turtle import Spelled, block, declared
from kg.files import save
from kg.graph import rdf_evidence
from kg.graph.rdf import beside_claims, core, prefixes
from kg.graph.terms import FOREIGN, RDF_TYPE
from kg.model import ASSERTED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from kg.graph.descriptions import Description
    from kg.graph.knowledge_graph import KnowledgeGraph

__all__ = ["DEFAULT", "FILES", "FORMAT", "VIEW", "lines", "write"]

FORMAT = "rdf12"
FILES = ("graph-rdf12.ttl",)
DEFAULT = False
VIEW = False

_RDF = FOREIGN["rdf"]
_ENDS = tuple(_RDF + name for name in ("subject", "predicate", "object"))

Claim: TypeAlias = "tuple[tuple[str, ...], Description, bool]"
"""Subject, predicate and object of a claim, what else is said of it, whether it is asserted."""


def write(graph: KnowledgeGraph, folder: Path) -> None:
    """Write a graph as Turtle of RDF 1.2.

    :param graph: The knowledge graph.
    :param folder: Where to write; a file of this name in it is replaced.
    :raises ExportError: If it cannot be written.
    """
    save(folder / FILES[0], lines(graph))


def lines(graph: KnowledgeGraph) -> Iterator[str]:
    """Spell a graph as Turtle of RDF 1.2.

    :param graph: The knowledge graph.
    :returns: Pieces of the document, each with its line ends.
    """
    bound = prefixes(graph)
    spell = Spelled(bound)
    spell_block = block(spell)
    yield 'VERSION "1.2"\n'
    yield from declared(bound)
    claims = chain(groupby(_claims(graph), key=lambda claim: claim[0][0]), [("\U0010ffff", ())])
    head, found = next(claims)
    for subject in merge(core(graph), beside_claims(graph), key=itemgetter(0)):
        if subject[0] != head:
            yield spell_block(subject)
            continue
        annotated, quoted = _told(found, spell)
        yield _annotated(subject, annotated, spell)
        yield from quoted
        head, found = next(claims)


def _claims(graph: KnowledgeGraph) -> Iterator[Claim]:
    """Give the claims sorted by what they are said of."""
    order = "x.head, x.iri"
    streams = rdf_evidence.claims, rdf_evidence.kind_claims
    parted = (map(_parted(graph), claims(graph, order=order)) for claims in streams)
    return merge(*parted, key=lambda claim: (claim[0][0], claim[1][0]))


def _parted(graph: KnowledgeGraph) -> Callable[[Description], Claim]:
    """Make what takes the statement of a claim apart from what else is said of it."""
    statement, status = _RDF + "Statement", graph.ontology.term("status")

    def parted(found: Description) -> Claim:
        subject, shape, values = found
        said = [(place[0], value, place) for place, value in zip(shape, values, strict=True)]
        known = {predicate: value for predicate, value, _ in said}
        rest = [(at, v) for p, v, at in said if p not in _ENDS and v != statement]
        about = subject, tuple([at for at, _ in rest]), [value for _, value in rest]
        return tuple(known[p] for p in _ENDS), about, known[status] == ASSERTED

    return parted


def _told(claims: Iterable[Claim], spell: Spelled) -> tuple[dict[tuple[str, ...], str], list[str]]:
    """Spell claims: those that are asserted by predicate and object, the others as blocks."""
    annotated: dict[tuple[str, ...], str] = {}
    quoted = []
    for ends, (address, shape, values), is_asserted in claims:
        said = _annotated((address, shape, values), {}, spell).removeprefix(
            f"\n{spell.iri(address)}"
        )
        if is_asserted:
            body = said.removesuffix(" .\n").replace("\n    ", "\n        ")
            note = f" ~ {spell.iri(address)} {{|{body}\n    |}}"
            annotated[ends[1:]] = annotated.get(ends[1:], "") + note
        else:
            triple = " ".join(map(spell.iri, ends))
            quoted.append(f"\n<< {triple} ~ {spell.iri(address)} >>{said}")
    return annotated, quoted


def _annotated(found: Description, notes: dict[tuple[str, ...], str], spell: Spelled) -> str:
    """Spell a subject as Turtle, with notes behind what is said of it by predicate and object."""
    subject, shape, values = found
    places = sorted(zip(shape, values, strict=True), key=lambda place: place[0][0] != RDF_TYPE)
    said = ""
    for predicate, same in groupby(places, key=lambda place: place[0][0]):
        objects = [
            spell.speller(datatype)(value) + notes.get((predicate, value), "")
            for (_, datatype), value in same
        ]
        said += spell.lead(predicate) % ", ".join(objects)
    return f"\n{spell.iri(subject)}{said[2:]} .\n"
