"""The files of the ontology hold together: terms, shapes, context, queries, licence."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING

import pytest
import rdflib
from rdflib import OWL, RDF, RDFS, SH, SKOS, XSD, BNode, Literal, Namespace, URIRef

from kg import ontology
from kg.graph.check import SHAPES
from kg.graph.questions import questions
from kg.graph.terms import FOREIGN

if TYPE_CHECKING:
    from rdflib.term import Node

ONTOLOGY = ontology.load()
FOLDER = ONTOLOGY.folder
KG = Namespace(ONTOLOGY.namespace)
SCHEMA = rdflib.Graph().parse(FOLDER / ontology.SCHEMA, format="turtle")
SHACL = rdflib.Graph().parse(FOLDER / SHAPES, format="turtle")
CONTEXT = json.loads((FOLDER / "context.jsonld").read_text(encoding="utf-8"))["@context"]

KINDS = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
TERMS = {
    kind: sorted(t for t in SCHEMA.subjects(RDF.type, kind) if isinstance(t, URIRef) and t in KG)
    for kind in KINDS
}
ALL = sorted({t for terms in TERMS.values() for t in terms})
PROPERTIES = [*TERMS[OWL.ObjectProperty], *TERMS[OWL.DatatypeProperty]]


def members(graph: rdflib.Graph, node: Node | None) -> list[Node]:
    assert node is not None
    return list(graph.items(node))


def is_term(node: Node) -> bool:
    return isinstance(node, URIRef) and node in KG


def short(term: object) -> str:
    return str(term).removeprefix(str(KG))


@pytest.mark.parametrize("term", ALL, ids=short)
def test_term_is_described(term: URIRef) -> None:
    assert term in KG
    labels, definitions = (list(SCHEMA.objects(term, p)) for p in (RDFS.label, SKOS.definition))
    assert len(labels) == len(definitions) == 1
    assert all(isinstance(t, Literal) and t.language == "en" for t in [*labels, *definitions])
    assert str(definitions[0]).endswith(".")
    assert sum((term, RDF.type, kind) in SCHEMA for kind in KINDS) == 1
    words = re.findall(r"[A-Z]?[a-z]+", short(term))
    assert str(labels[0]).lower() == " ".join(words).lower()
    assert short(term)[0].isupper() == (term in TERMS[OWL.Class])


def test_labels_differ() -> None:
    labels = Counter(str(SCHEMA.value(t, RDFS.label)) for t in PROPERTIES)
    assert not [label for label, count in labels.items() if count > 1]


@pytest.mark.parametrize("term", PROPERTIES, ids=short)
def test_property_has_domain_and_range(term: URIRef) -> None:
    for end in (RDFS.domain, RDFS.range):
        (target,) = SCHEMA.objects(term, end)
        union = SCHEMA.value(target, OWL.unionOf)
        choices = members(SCHEMA, union) if union else [target]
        is_data_range = end == RDFS.range and term in TERMS[OWL.DatatypeProperty]
        for member in choices:
            if is_data_range:
                assert (
                    isinstance(member, BNode)
                    or member == RDFS.Literal
                    or str(member).startswith(str(XSD))
                )
            else:
                assert member in TERMS[OWL.Class]


def test_no_term_is_used_undeclared() -> None:
    used = {node for triple in SCHEMA for node in triple if is_term(node)}
    assert used <= set(ALL)
    used = {node for triple in SHACL for node in triple if is_term(node)}
    assert used <= set(ALL)


def test_no_foreign_term_is_redefined() -> None:
    header = next(SCHEMA.subjects(RDF.type, OWL.Ontology))
    foreign = {s for s in SCHEMA.subjects() if isinstance(s, URIRef)} - {*ALL, header}
    for term in foreign:
        ((predicate, kind),) = SCHEMA.predicate_objects(term)
        assert predicate == RDF.type
        assert kind in KINDS


def test_hierarchy_has_no_cycle() -> None:
    for relation in (RDFS.subClassOf, RDFS.subPropertyOf):
        for term in ALL:
            above = set(SCHEMA.transitive_objects(term, relation)) - {term}
            assert all(term not in SCHEMA.transitive_objects(t, relation) for t in above)


def test_roles_are_below_the_open_role() -> None:
    for role in ONTOLOGY.roles:
        parents = set(SCHEMA.transitive_objects(KG[role.property], RDFS.subPropertyOf))
        assert KG[ONTOLOGY.open_role.property] in parents


def test_classes_exclude_each_other() -> None:
    groups = [
        {short(member) for member in members(SCHEMA, SCHEMA.value(node, OWL.members))}
        for node in SCHEMA.subjects(RDF.type, OWL.AllDisjointClasses)
    ]
    assert set(ONTOLOGY.type_names) in groups
    assert set().union(*groups) == {short(t) for t in TERMS[OWL.Class]}


def test_header_and_licence() -> None:
    header = next(SCHEMA.subjects(RDF.type, OWL.Ontology))
    licence = SCHEMA.value(header, URIRef(FOREIGN["dcterms"] + "license"))
    assert str(licence) == "https://creativecommons.org/licenses/by/4.0/"
    assert str(licence) in (FOLDER / "LICENSE").read_text(encoding="utf-8")
    assert SCHEMA.value(header, OWL.versionIRI) == URIRef(
        f"https://w3id.org/paperkg/ontology/{ONTOLOGY.version}"
    )
    assert str(KG) == f"{header}#"


### Shapes


SHAPE_NODES = sorted(
    {
        node
        for kind in (SH.NodeShape, SH.PropertyShape)
        for node in SHACL.subjects(RDF.type, kind)
        if isinstance(node, URIRef)
    }
)


@pytest.mark.parametrize("shape", SHAPE_NODES, ids=lambda s: str(s).rpartition("#")[2])
def test_shape_says_what_and_the_remedy(shape: URIRef) -> None:
    (message,) = SHACL.objects(shape, SH.message)
    assert re.fullmatch(r"[A-Z][^;]+; [^;]+\.", str(message))
    (severity,) = SHACL.objects(shape, SH.severity)
    assert severity in {SH.Violation, SH.Warning, SH.Info}
    targets = (SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf)
    assert any((shape, target, None) in SHACL for target in targets)


def test_messages_differ() -> None:
    messages = Counter(str(m) for m in SHACL.objects(None, SH.message))
    assert not [m for m, count in messages.items() if count > 1]


def test_every_property_is_guarded() -> None:
    guarded = {
        *SHACL.objects(None, SH.path),
        *SHACL.objects(None, SH.targetSubjectsOf),
        *SHACL.objects(None, SH.targetObjectsOf),
    }
    assert set(PROPERTIES) <= guarded


def test_shapes_know_every_type_and_relation() -> None:
    space = "https://w3id.org/paperkg/shapes#"
    kinds = SHACL.value(URIRef(space + "EntityType"), SH.qualifiedValueShape)
    listed = members(SHACL, SHACL.value(kinds, SH["in"]))
    assert {short(t) for t in listed} == set(ONTOLOGY.type_names)
    relations = members(SHACL, SHACL.value(URIRef(space + "ClaimPredicate"), SH["in"]))
    assert {short(t) for t in relations} == {r.name for r in ONTOLOGY.relations} | {
        short(SKOS.broader)
    }
    for role in ONTOLOGY.roles:
        (shape,) = SHACL.subjects(SH.path, KG[role.property])
        assert SHACL.value(shape, SH["class"]) == KG[role.type or "Entity"]
        assert (URIRef(space + "PaperOnly"), SH.targetSubjectsOf, KG[role.property]) in SHACL
    for slot in ONTOLOGY.slots:
        (shape,) = SHACL.subjects(SH.path, KG[slot.property])
        assert SHACL.value(shape, SH["class"]) == KG[slot.type]


@pytest.mark.parametrize("name", ["status", "resultStatus", "resultKind"])
def test_shapes_list_the_words_that_the_ontology_lists(name: str) -> None:
    allowed = members(SCHEMA, SCHEMA.value(SCHEMA.value(KG[name], RDFS.range), OWL.oneOf))
    lists = [SHACL.value(shape, SH["in"]) for shape in SHACL.subjects(SH.path, KG[name])]
    (listed,) = (members(SHACL, node) for node in lists if node)
    assert set(listed) == set(allowed)


### Context


def test_context_names_every_term() -> None:
    for term in TERMS[OWL.Class]:
        assert CONTEXT[short(term)] == f"kg:{short(term)}"
    for term in TERMS[OWL.ObjectProperty]:
        assert CONTEXT[short(term)] == {"@id": f"kg:{short(term)}", "@type": "@id"}
    for term in TERMS[OWL.DatatypeProperty]:
        entry = CONTEXT[short(term)]
        assert (entry if isinstance(entry, str) else entry["@id"]) == f"kg:{short(term)}"
    named = {v if isinstance(v, str) else v["@id"] for v in CONTEXT.values() if v != 1.1}
    assert {KG[name[3:]] for name in named if name.startswith("kg:")} <= set(ALL)
    assert {k: CONTEXT[k] for k in FOREIGN} == FOREIGN
    assert CONTEXT["kg"] == str(KG)


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")
def test_context_gives_the_same_triples() -> None:
    document = {
        "@context": CONTEXT,
        "id": "https://example.org/r",
        "type": "Result",
        "resultMethod": "https://example.org/m",
        "value": "91.5",
        "evidenceStart": 3,
        "unit": "%",
        "prefLabel": "r",
    }
    graph = rdflib.Graph().parse(data=json.dumps(document), format="json-ld")
    node = URIRef("https://example.org/r")
    assert set(graph) == {
        (node, RDF.type, KG.Result),
        (node, KG.resultMethod, URIRef("https://example.org/m")),
        (node, KG.value, Literal("91.5", datatype=XSD.decimal)),
        (node, KG.evidenceStart, Literal(3)),
        (node, KG.unit, Literal("%")),
        (node, SKOS.prefLabel, Literal("r")),
    }


### Queries


@pytest.mark.parametrize("question", questions(ONTOLOGY), ids=lambda q: q.name)
def test_query_names_declared_terms_only(question: object) -> None:
    sparql = str(getattr(question, "sparql", ""))
    names = set(re.findall(r"\bkg:(\w+)", sparql))
    assert names
    assert {KG[name] for name in names} <= set(ALL)
    for prefix, namespace in re.findall(r"PREFIX (\w+): <(.*)>", sparql):
        assert namespace == {"kg": str(KG), **FOREIGN}[prefix]


def test_readme_names_every_file() -> None:
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    for path in FOLDER.iterdir():
        assert path.name == "README.md" or f"]({path.name})" in readme
    prefixes = dict(SCHEMA.namespaces())
    used = {
        prefix
        for prefix, namespace in prefixes.items()
        if any(str(node).startswith(str(namespace)) for triple in SCHEMA for node in triple)
    }
    assert {p for p in used - {"kg", "xsd", "vann", "xml"} if f"`{p}`" not in readme} <= {""}
