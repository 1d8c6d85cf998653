"""What makes an ontology hard to use: the rules of ROBOT's report and pitfalls of OOPS!, as checks.

Every check names what it finds; it finds nothing in the ontology, and what it is for in a copy of
the ontology with that fault in it.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import pytest
import rdflib
from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, VANN, XSD, BNode, Literal, URIRef

from kg import ontology

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from rdflib.term import Node

ONTOLOGY = ontology.load()
SPACE = ONTOLOGY.namespace
SCHEMA = rdflib.Graph().parse(ONTOLOGY.folder / ontology.SCHEMA, format="turtle")
HEADER = URIRef(SPACE.rstrip("#"))
PROPERTY_KINDS = (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
KINDS = (OWL.Class, *PROPERTY_KINDS)
AXIOMS = (RDFS.subClassOf, RDFS.subPropertyOf, RDFS.domain, RDFS.range)
TEXTS = (RDFS.label, SKOS.definition, SKOS.scopeNote, SKOS.example)
RESERVED = tuple(str(space) for space in (RDF, RDFS, OWL, XSD))
OWL_DATATYPES = {
    *(RDFS.Literal, RDF.langString, XSD.decimal, XSD.integer, XSD.double, XSD.float, XSD.string),
    *(XSD.nonNegativeInteger, XSD.positiveInteger, XSD.boolean, XSD.dateTime, XSD.anyURI),
}


def own(graph: rdflib.Graph, *kinds: Node) -> list[URIRef]:
    """List the terms that the ontology itself names."""
    found = {s for kind in kinds for s in graph.subjects(RDF.type, kind)}
    return sorted(s for s in found if isinstance(s, URIRef) and s.startswith(SPACE))


def declared(graph: rdflib.Graph, *kinds: Node) -> set[Node]:
    return {s for kind in kinds for s in graph.subjects(RDF.type, kind)}


def texts(graph: rdflib.Graph, term: Node, predicate: Node) -> list[str]:
    return [str(o) for o in graph.objects(term, predicate)]


def members(graph: rdflib.Graph, node: Node) -> list[Node]:
    """List the classes that a class or a union of classes is made of."""
    union = graph.value(node, OWL.unionOf)
    return list(graph.items(union)) if union else [node]


def repeated(graph: rdflib.Graph, predicate: Node, *kinds: Node) -> Iterator[object]:
    """Find texts that two terms of one sort share."""
    said = [text for term in own(graph, *kinds) for text in texts(graph, term, predicate)]
    yield from (text for text, count in Counter(said).items() if count > 1)


def missing(graph: rdflib.Graph, predicate: Node, *kinds: Node) -> Iterator[Node]:
    yield from (t for t in own(graph, *kinds) if (t, predicate, None) not in graph)


def several(graph: rdflib.Graph, predicate: Node, *kinds: Node) -> Iterator[Node]:
    yield from (t for t in own(graph, *kinds) if len(list(graph.objects(t, predicate))) > 1)


def untidy(graph: rdflib.Graph) -> Iterator[object]:
    """Find texts with blanks at their ends, two in a row, or line ends."""
    for term in (HEADER, *own(graph, *KINDS)):
        for predicate, text in graph.predicate_objects(term):
            if isinstance(text, Literal) and re.search(r"^\s|\s$|\s\s|\n", text):
                yield term, predicate


def lower_case(graph: rdflib.Graph) -> Iterator[Node]:
    for term in own(graph, *KINDS):
        if any(not re.match(r"[A-Z]", text) for text in texts(graph, term, SKOS.definition)):
            yield term


def no_sentence(graph: rdflib.Graph) -> Iterator[Node]:
    for term in own(graph, *KINDS):
        for predicate in (SKOS.definition, SKOS.scopeNote):
            if any(not text.endswith(".") for text in texts(graph, term, predicate)):
                yield term


def untagged(graph: rdflib.Graph) -> Iterator[Node]:
    """Find texts for people that do not say their language."""
    for term in own(graph, *KINDS):
        for predicate in (RDFS.label, SKOS.definition, SKOS.scopeNote):
            for text in graph.objects(term, predicate):
                if not isinstance(text, Literal) or text.language != "en":
                    yield term


def deprecated(graph: rdflib.Graph) -> Iterator[Node]:
    """Find terms in use that are deprecated."""
    gone = set(graph.subjects(OWL.deprecated, None))
    yield from (o for p in AXIOMS for o in graph.objects(None, p) if o in gone)


def undeclared(graph: rdflib.Graph) -> Iterator[Node]:
    """Find what is used as a class or a property, of whatever vocabulary, and is not declared."""
    known = declared(graph, *KINDS) | OWL_DATATYPES
    for subject, predicate, term in graph:
        if predicate not in known and not str(predicate).startswith(RESERVED):
            yield predicate
        ends = [t for end in (subject, term) for t in members(graph, end)]
        if predicate in AXIOMS:
            yield from (t for t in ends if isinstance(t, URIRef) and t not in known)
        if predicate in {OWL.onProperty, OWL.someValuesFrom} and term not in known:
            yield term
    mentioned = {n for triple in graph for n in triple if str(n).startswith(SPACE)}
    yield from mentioned - known - {Literal(SPACE)}


def reserved(graph: rdflib.Graph) -> Iterator[Node]:
    """Find reserved words of RDF and OWL in axioms, where OWL 2 DL forbids them."""
    for predicate in AXIOMS:
        for subject, term in graph.subject_objects(predicate):
            for node in (*members(graph, subject), *members(graph, term)):
                if str(node).startswith(RESERVED) and node not in OWL_DATATYPES:
                    yield node


def foreign_datatype(graph: rdflib.Graph) -> Iterator[Node]:
    """Find ranges that reasoners do not know."""
    for term in own(graph, OWL.DatatypeProperty):
        for datatype in graph.objects(term, RDFS.range):
            if isinstance(datatype, URIRef) and datatype not in OWL_DATATYPES:
                yield datatype


def punned(graph: rdflib.Graph) -> Iterator[Node]:
    """Find IRIs that are declared to be two things."""
    count = Counter(s for kind in KINDS for s in graph.subjects(RDF.type, kind))
    yield from (term for term, times in count.items() if times > 1)
    for term in declared(graph, *KINDS):
        if (term, RDF.type, OWL.NamedIndividual) in graph:
            yield term


def mixed(graph: rdflib.Graph) -> Iterator[Node]:
    """Find properties below a property of another kind, and annotations in axioms."""
    for lower, upper in graph.subject_objects(RDFS.subPropertyOf):
        inverse = graph.value(lower, OWL.inverseOf)
        kinds = [
            [(t, RDF.type, k) in graph for k in PROPERTY_KINDS] for t in (inverse or lower, upper)
        ]
        if kinds[0] != kinds[1]:
            yield lower
    for term in declared(graph, OWL.AnnotationProperty):
        if any((term, predicate, None) in graph for predicate in (RDFS.domain, RDFS.range)):
            yield term


def matched_by_axiom(graph: rdflib.Graph) -> Iterator[Node]:
    """Find matches that make individuals of classes: they have to be annotations."""
    for name in ("exactMatch", "closeMatch", "narrowMatch", "broadMatch", "relatedMatch"):
        if (SKOS[name], RDF.type, OWL.AnnotationProperty) not in graph:
            yield SKOS[name]


def circular(graph: rdflib.Graph) -> Iterator[Node]:
    for predicate in (RDFS.subClassOf, RDFS.subPropertyOf):
        for term in own(graph, *KINDS):
            for above in graph.objects(term, predicate):
                if term in set(graph.transitive_objects(above, predicate)):
                    yield term


def unconnected(graph: rdflib.Graph) -> Iterator[Node]:
    """Find classes that no property begins or ends at, and none below or above does."""
    ends = {
        m
        for p in (RDFS.domain, RDFS.range)
        for o in graph.objects(None, p)
        for m in members(graph, o)
    }
    for term in own(graph, OWL.Class):
        near = {*graph.transitive_objects(term, RDFS.subClassOf)}
        near |= {*graph.transitive_subjects(RDFS.subClassOf, term)}
        if not near & ends:
            yield term


def wrong_inverse(graph: rdflib.Graph) -> Iterator[Node]:
    """Find named inverses: they would have to be stated, and their ends to be exchanged."""
    for one, other in graph.subject_objects(OWL.inverseOf):
        if isinstance(one, URIRef):
            yield one
        yield from (other for end in (RDFS.domain, RDFS.range) if graph.value(other, end) is None)


def no_inverse(graph: rdflib.Graph) -> Iterator[Node]:
    """Find an ontology without inverses that does not tell how to walk backwards."""
    if not any("^" in text for text in texts(graph, HEADER, SKOS.scopeNote)):
        yield HEADER


def not_disjoint(graph: rdflib.Graph) -> Iterator[tuple[Node, Node]]:
    """Find classes beside each other that one thing could be both of."""
    groups = [
        set(graph.items(graph.value(s, OWL.members) or RDF.nil))
        for s in graph.subjects(RDF.type, OWL.AllDisjointClasses)
    ]
    classes = own(graph, OWL.Class)
    for one in classes:
        for other in classes:
            above = [set(graph.transitive_objects(c, RDFS.subClassOf)) for c in (one, other)]
            is_beside = one < other and one not in above[1] and other not in above[0]
            if is_beside and not any(len(g & (above[0] | above[1])) > 1 for g in groups):
                yield one, other


def ends_missing(graph: rdflib.Graph) -> Iterator[Node]:
    kinds = (OWL.ObjectProperty, OWL.DatatypeProperty)
    for end in (RDFS.domain, RDFS.range):
        yield from missing(graph, end, *kinds)
        yield from several(graph, end, *kinds)


def badly_named(graph: rdflib.Graph) -> Iterator[Node]:
    """Find names against the convention, and names that say nothing or two things."""
    for term in own(graph, *KINDS):
        name = term.removeprefix(SPACE)
        is_class = (term, RDF.type, OWL.Class) in graph
        if not re.fullmatch("[A-Z][A-Za-z]*" if is_class else "[a-z][A-Za-z]*", name):
            yield term
        words = {w.lower() for w in re.findall("[A-Z]?[a-z]+", name)}
        if words & {"and", "or", "other", "misc", "miscellaneous", "is"}:
            yield term
        if texts(graph, term, RDFS.label) and name.lower() != re.sub(
            r"\s", "", texts(graph, term, RDFS.label)[0].lower()
        ):
            yield term


def misused_texts(graph: rdflib.Graph) -> Iterator[Node]:
    """Find labels that explain and definitions that only repeat the label."""
    for term in own(graph, *KINDS):
        label, definition = (" ".join(texts(graph, term, p)) for p in (RDFS.label, SKOS.definition))
        if len(label) >= len(definition) or label.lower() == definition.lower().rstrip("."):
            yield term


def symmetric_ends(graph: rdflib.Graph) -> Iterator[Node]:
    for term in graph.subjects(RDF.type, OWL.SymmetricProperty):
        if set(graph.objects(term, RDFS.domain)) != set(graph.objects(term, RDFS.range)):
            yield term


def complex_roles(graph: rdflib.Graph) -> Iterator[Node]:
    """Find transitive properties and chains: nothing functional or irreflexive may rest on them."""
    yield from graph.subjects(RDF.type, OWL.TransitiveProperty)
    yield from graph.subjects(OWL.propertyChainAxiom, None)


def hijacked(graph: rdflib.Graph) -> Iterator[Node]:
    """Find foreign terms of which more is said than what kind of thing they are."""
    for term, predicate, kind in graph:
        is_ours = isinstance(term, BNode) or term == HEADER or str(term).startswith(SPACE)
        if not is_ours and (predicate != RDF.type or kind not in KINDS):
            yield term


def undefined_home(graph: rdflib.Graph) -> Iterator[Node]:
    for term in own(graph, *KINDS):
        if list(graph.objects(term, RDFS.isDefinedBy)) != [HEADER]:
            yield term


def odd_address(graph: rdflib.Graph) -> Iterator[Node]:
    """Find namespaces with the suffix of a file, and two namespaces."""
    headers = list(graph.subjects(RDF.type, OWL.Ontology))
    spaces = texts(graph, HEADER, VANN.preferredNamespaceUri)
    if headers != [HEADER] or spaces != [SPACE]:
        yield HEADER
    yield from (h for h in headers if re.search(r"\.(owl|ttl|rdf|xml|n3)\b", str(h)))


def header_gaps(graph: rdflib.Graph) -> Iterator[Node]:
    """Find what the header of a published ontology has and this one lacks."""
    needed = (
        *(DCTERMS.title, DCTERMS.description, DCTERMS.license, DCTERMS.creator, DCTERMS.created),
        *(DCTERMS.modified, DCTERMS.bibliographicCitation, OWL.versionIRI, OWL.versionInfo),
        *(VANN.preferredNamespacePrefix, VANN.preferredNamespaceUri),
    )
    yield from (p for p in needed if len(list(graph.objects(HEADER, p))) != 1)
    licence = graph.value(HEADER, DCTERMS.license)
    if not isinstance(licence, URIRef):
        yield DCTERMS.license
    version = texts(graph, HEADER, OWL.versionInfo)
    if texts(graph, HEADER, OWL.versionIRI) != [f"{HEADER}/{v}" for v in version]:
        yield OWL.versionIRI


class Check(NamedTuple):
    """A rule, what finds faults against it, and a change that makes one."""

    find: Callable[[rdflib.Graph], Iterable[object]]
    fault: str


PROPERTIES = (OWL.ObjectProperty, OWL.DatatypeProperty)
CHECKS = {
    # ROBOT report
    "missing label": Check(
        lambda g: missing(g, RDFS.label, *KINDS), "DELETE WHERE {kg:Task rdfs:label ?x}"
    ),
    "missing definition": Check(
        lambda g: missing(g, SKOS.definition, *KINDS), "DELETE WHERE {kg:rule skos:definition ?x}"
    ),
    "missing example": Check(
        lambda g: missing(g, SKOS.example, *KINDS), "DELETE WHERE {kg:unit skos:example ?x}"
    ),
    "two labels": Check(
        lambda g: several(g, RDFS.label, *KINDS), 'INSERT DATA {kg:Task rdfs:label "Job"@en}'
    ),
    "two definitions": Check(
        lambda g: several(g, SKOS.definition, *KINDS),
        'INSERT DATA {kg:Task skos:definition "A job."@en}',
    ),
    "duplicate label of classes": Check(
        lambda g: repeated(g, RDFS.label, OWL.Class), 'INSERT DATA {kg:Task rdfs:label "Metric"@en}'
    ),
    "duplicate label of properties": Check(
        lambda g: repeated(g, RDFS.label, *PROPERTIES), 'INSERT DATA {kg:unit rdfs:label "uses"@en}'
    ),
    "duplicate definition": Check(
        lambda g: repeated(g, SKOS.definition, *KINDS),
        "INSERT {kg:Task skos:definition ?x} WHERE {kg:Metric skos:definition ?x}",
    ),
    "whitespace": Check(untidy, 'INSERT DATA {kg:Task skos:scopeNote "Two  blanks."@en}'),
    "lower-case definition": Check(lower_case, 'INSERT DATA {kg:Task skos:definition "a job."@en}'),
    "no sentence": Check(no_sentence, 'INSERT DATA {kg:Task skos:scopeNote "No stop"@en}'),
    "no language": Check(untagged, 'INSERT DATA {kg:Task skos:scopeNote "Which language?"}'),
    "deprecated term in use": Check(deprecated, "INSERT DATA {kg:Task owl:deprecated true}"),
    "undeclared class": Check(undeclared, "DELETE DATA {schema:Dataset a owl:Class}"),
    "undeclared superproperty": Check(undeclared, "DELETE DATA {oa:hasBody a owl:ObjectProperty}"),
    "undeclared annotation": Check(undeclared, "DELETE WHERE {skos:example a ?x}"),
    "undeclared term": Check(undeclared, "INSERT DATA {kg:Task skos:closeMatch kg:Job}"),
    "header": Check(header_gaps, "DELETE WHERE {?x dcterms:modified ?y}"),
    "version": Check(
        header_gaps,
        'DELETE {?x owl:versionInfo ?y} INSERT {?x owl:versionInfo "9"} '
        "WHERE {?x owl:versionInfo ?y}",
    ),
    "P41 no licence": Check(header_gaps, "DELETE WHERE {?x dcterms:license ?y}"),
    # OOPS!
    "P04 unconnected": Check(unconnected, "INSERT DATA {kg:Lonely a owl:Class}"),
    "P05 wrong inverse": Check(wrong_inverse, "INSERT DATA {kg:uses owl:inverseOf kg:resultTask}"),
    "P06 cycle of classes": Check(circular, "INSERT DATA {kg:Entity rdfs:subClassOf kg:Task}"),
    "P06 cycle of properties": Check(
        circular, "INSERT DATA {kg:mentionsEntity rdfs:subPropertyOf kg:usesMethod}"
    ),
    "P10 disjointness": Check(not_disjoint, "DELETE WHERE {?x a owl:AllDisjointClasses}"),
    "P10 of a new type": Check(
        not_disjoint, "INSERT DATA {kg:Tool a owl:Class ; rdfs:subClassOf kg:Entity}"
    ),
    "P11 domain": Check(ends_missing, "DELETE WHERE {kg:uses rdfs:domain ?x}"),
    "P11 range": Check(ends_missing, "DELETE WHERE {kg:unit rdfs:range ?x}"),
    "P13 inverses": Check(no_inverse, "DELETE WHERE {?x a owl:Ontology ; skos:scopeNote ?y}"),
    "P19 two domains": Check(ends_missing, "INSERT DATA {kg:uses rdfs:domain kg:Task}"),
    "P20 misused annotations": Check(
        misused_texts,
        'DELETE {kg:Task skos:definition ?x} INSERT {kg:Task skos:definition "Task."@en} '
        "WHERE {kg:Task skos:definition ?x}",
    ),
    "P22 naming of classes": Check(badly_named, "INSERT DATA {kg:old_task a owl:Class}"),
    "P22 naming of properties": Check(badly_named, "INSERT DATA {kg:Uses a owl:ObjectProperty}"),
    "P07 two concepts in one": Check(badly_named, "INSERT DATA {kg:TaskOrMetric a owl:Class}"),
    "P21 miscellaneous class": Check(badly_named, "INSERT DATA {kg:OtherEntity a owl:Class}"),
    "P28 symmetric with two ends": Check(
        symmetric_ends, "INSERT DATA {kg:evaluatedOn a owl:SymmetricProperty}"
    ),
    "P36 suffix of a file": Check(
        odd_address, "INSERT DATA {<https://example.org/kg.owl> a owl:Ontology}"
    ),
    "P38 no ontology": Check(odd_address, "DELETE WHERE {?x a owl:Ontology}"),
    "P39 namespace": Check(odd_address, "DELETE WHERE {?x vann:preferredNamespaceUri ?y}"),
    "P40 hijacked": Check(hijacked, "INSERT DATA {schema:Dataset rdfs:subClassOf kg:Entity}"),
    "defined elsewhere": Check(undefined_home, "DELETE WHERE {kg:Task rdfs:isDefinedBy ?x}"),
    # OWL 2 DL
    "reserved superclass": Check(reserved, "INSERT DATA {kg:Claim rdfs:subClassOf rdf:Statement}"),
    "datatype": Check(foreign_datatype, "INSERT DATA {kg:listingDay rdfs:range xsd:gMonthDay}"),
    "punning": Check(punned, "INSERT DATA {kg:Task a owl:DatatypeProperty}"),
    "individual": Check(punned, "INSERT DATA {kg:Task a owl:NamedIndividual}"),
    "kinds of properties": Check(mixed, "INSERT DATA {kg:unit rdfs:subPropertyOf oa:hasBody}"),
    "annotation with a domain": Check(mixed, "INSERT DATA {kg:role rdfs:domain kg:Task}"),
    "match as axiom": Check(
        matched_by_axiom, "DELETE DATA {skos:closeMatch a owl:AnnotationProperty}"
    ),
    "no simple property": Check(complex_roles, "INSERT DATA {kg:uses a owl:TransitiveProperty}"),
}


@pytest.mark.parametrize("name", CHECKS)
def test_ontology_has_no_fault(name: str) -> None:
    assert list(CHECKS[name].find(SCHEMA)) == []


@pytest.mark.parametrize("name", CHECKS)
def test_the_check_finds_its_fault(name: str) -> None:
    check = CHECKS[name]
    faulty = rdflib.Graph() + SCHEMA
    faulty.update(check.fault, initNs=dict(SCHEMA.namespaces()))
    assert list(check.find(faulty))
