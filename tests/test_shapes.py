"""Shapes put into SPARQL find what pySHACL finds; what cannot be put into it is refused."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pyoxigraph
import pytest

from kg.errors import OntologyError
from kg.graph.check_shacl import validated
from kg.graph.check_sparql import BLANK, answered
from kg.graph.shapes import SHAPES, local_name, read

if TYPE_CHECKING:
    from pathlib import Path

    from kg.model import Finding

PREFIXES = """
@prefix : <http://e/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
DATA = """
:Cat rdfs:subClassOf :Animal . :Dog rdfs:subClassOf :Animal . :Puppy rdfs:subClassOf :Dog .
:a a :Cat ; :name "A" ; :age 3 ; :likes :b , :c ; :knows :b ; :lo 1 ; :hi 5 .
:b a :Dog ; :name "B" , "Bee" ; :age 007 , -1 ; :likes :b ; :knows :b , :a ; :lo 5 ; :hi 5 , 9 .
:c a :Puppy ; :age "old" ; :likes "fish" , :d ; :lo 2.5 ; :hi 1 ; :weight 1.50 , 0.25 .
:d a :Cat , :Dog ; :name "" , "D"@en , "two words\\n" ; :likes _:x ; :born "2024-02-30"^^xsd:date .
:e :name "E" ; :likes :a , :e ; :born "2024-02-29"^^xsd:date , "2024"^^xsd:gYear ; :fine true .
:f a :Animal ; :age "x"^^xsd:integer ; :weight "heavy"^^xsd:decimal ; :fine "perhaps"^^xsd:boolean .
_:x a :Dog ; :name "X" ; :likes :a . :g :name <http://e/g> ; :knows "g" ; :likes :f .
:b :next :c . :c :next :d . :d :next :b . :e :next :e . :f :next :a . :a :tag "a" , "A" .
"""
AIMS = [
    "sh:targetClass :Animal",
    "sh:targetClass :Dog , :Cat",
    "sh:targetSubjectsOf :likes ; sh:targetObjectsOf :likes",
    "sh:targetNode :a , :e , :nowhere , 'fish'",
]
CONSTRAINTS = [
    "sh:path :name ; sh:minCount 1",
    "sh:path :name ; sh:minCount 2",
    "sh:path :name ; sh:maxCount 0",
    "sh:path :name ; sh:maxCount 1",
    "sh:path :name ; sh:maxCount 2",
    "sh:path :name ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:string ; sh:minLength 1",
    "sh:path :name ; sh:datatype rdf:langString",
    "sh:path :age ; sh:datatype xsd:integer",
    "sh:path :weight ; sh:datatype xsd:decimal",
    "sh:path :born ; sh:datatype xsd:date",
    "sh:path :born ; sh:or ( [ sh:datatype xsd:date ] [ sh:datatype xsd:gYear ] )",
    "sh:path :fine ; sh:datatype xsd:boolean",
    "sh:path :age ; sh:datatype xsd:integer ; sh:minInclusive 0 ; sh:maxInclusive 5",
    "sh:path :weight ; sh:datatype xsd:decimal ; sh:minExclusive 0.25 ; sh:maxExclusive 1.5",
    "sh:path :name ; sh:minLength 2",
    "sh:path :name ; sh:maxLength 1",
    "sh:path :name ; sh:pattern '^[A-Z]$'",
    "sh:path :name ; sh:pattern 'words$'",
    "sh:path :name ; sh:pattern '^b' ; sh:flags 'i'",
    "sh:path :likes ; sh:pattern '/[a-c]$'",
    "sh:path :likes ; sh:class :Animal",
    "sh:path :likes ; sh:class :Dog , :Cat",
    "sh:path :likes ; sh:nodeKind sh:IRI",
    "sh:path :likes ; sh:nodeKind sh:BlankNodeOrIRI",
    "sh:path :likes ; sh:nodeKind sh:Literal",
    "sh:path :likes ; sh:nodeKind sh:BlankNode",
    "sh:path :likes ; sh:nodeKind sh:IRIOrLiteral",
    "sh:path :likes ; sh:nodeKind sh:BlankNodeOrLiteral",
    "sh:path :likes ; sh:in ( :a :b 'fish' )",
    "sh:path :likes ; sh:in ( )",
    "sh:path :age ; sh:in ( 3 7 'old' )",
    "sh:path :likes ; sh:hasValue :b",
    "sh:path :likes ; sh:hasValue :a , :c",
    "sh:path :likes ; sh:equals :knows",
    "sh:path :likes ; sh:disjoint :knows",
    "sh:path :lo ; sh:lessThan :hi",
    "sh:path :lo ; sh:lessThanOrEquals :hi",
    "sh:path [ sh:inversePath :likes ] ; sh:minCount 1",
    "sh:path [ sh:inversePath :likes ] ; sh:maxCount 1 ; sh:class :Cat",
    "sh:path ( :likes :likes ) ; sh:class :Dog ; sh:maxCount 3",
    "sh:path ( :likes [ sh:inversePath :likes ] ) ; sh:equals :knows",
    "sh:path [ sh:alternativePath ( :likes :knows ) ] ; sh:equals :likes",
    "sh:path [ sh:alternativePath ( ( :likes :name ) :name ) ] ; sh:datatype xsd:string",
    "sh:path [ sh:oneOrMorePath [ sh:inversePath :next ] ] ; sh:disjoint :next",
    "sh:path [ sh:zeroOrMorePath :next ] ; sh:class :Cat",
    "sh:path [ sh:zeroOrOnePath :next ] ; sh:class :Cat",
    "sh:path :likes ; sh:qualifiedValueShape [ sh:class :Cat ] ; sh:qualifiedMinCount 1",
    "sh:path :likes ; sh:qualifiedValueShape [ sh:class :Dog ] ; sh:qualifiedMaxCount 1",
    "sh:path rdf:type ; sh:qualifiedValueShape [ sh:in ( :Cat :Dog ) ] ; "
    "sh:qualifiedMinCount 1 ; sh:qualifiedMaxCount 1",
    "sh:path :likes ; sh:not [ sh:class :Dog ]",
    "sh:path :likes ; sh:not [ sh:path :name ; sh:maxCount 1 ]",
    "sh:path :likes ; sh:and ( [ sh:class :Cat ] [ sh:path :age ; sh:minCount 1 ] )",
    "sh:path :likes ; sh:xone ( [ sh:class :Cat ] [ sh:class :Dog ] )",
    "sh:path :likes ; sh:or ( [ sh:path :name ; sh:hasValue 'B' ] "
    "[ sh:path :likes ; sh:equals :knows ] )",
    "sh:path :likes ; sh:node [ sh:property [ sh:path :likes ; sh:class :Animal ] ]",
    "sh:path :likes ; sh:node [ sh:property [ sh:path :lo ; sh:lessThan :hi ] ]",
    "sh:path :likes ; sh:node [ sh:property [ sh:path :likes ; sh:disjoint :knows ] ]",
    "sh:path :likes ; sh:node [ sh:property [ sh:path ( :likes :likes ) ; sh:minCount 1 ] ]",
    "sh:path :likes ; sh:property :inner",
    "sh:property :inner",
    "sh:class :Dog",
    "sh:nodeKind sh:IRI ; sh:pattern '[ab]$'",
    "sh:in ( :a :b )",
    "sh:hasValue :a",
    "sh:disjoint :likes , :next",
    "sh:equals :next",
    "sh:not [ sh:class :Cat ]",
    "sh:or ( [ sh:class :Cat ] [ sh:property [ sh:path :age ; sh:datatype xsd:integer ] ] )",
    "sh:xone ( [ sh:property [ sh:path :age ; sh:minCount 1 ] ] [ sh:class :Dog ] )",
    "sh:node :named",
    "sh:sparql [ sh:select 'SELECT $this { $this <http://e/likes> $this }' ]",
    "sh:sparql [ sh:select 'SELECT $this ?value { $this <http://e/likes> ?value "
    "FILTER NOT EXISTS { ?value <http://e/likes> $this } }' ]",
    "sh:sparql [ sh:select 'SELECT $this (?x AS ?value) { ?x <http://e/likes> ?y "
    "FILTER(?y = $this && isIRI($this)) }' ]",
    "sh:path :likes ; sh:sparql [ sh:select 'SELECT $this ?value { $this $PATH ?value "
    "FILTER(isBlank(?value)) }' ]",
]
INNER = """
:inner a sh:PropertyShape ; sh:path :likes ; sh:class :Animal ; sh:message "i" ;
    sh:severity sh:Info .
:named a sh:NodeShape ; sh:property [ sh:path :name ; sh:minCount 1 ; sh:minLength 1 ] .
"""


@pytest.fixture(scope="module")
def store() -> pyoxigraph.Store:
    return stored(DATA)


def stored(data: str) -> pyoxigraph.Store:
    found = pyoxigraph.Store()
    found.load((PREFIXES + data).encode(), format=pyoxigraph.RdfFormat.TURTLE)
    return found


def written(folder: Path, shapes: str) -> Path:
    path = folder / SHAPES
    path.write_text(PREFIXES + shapes, encoding="utf-8")
    return path


def by_both(store: pyoxigraph.Store, path: Path) -> set[Finding]:
    """Ask both engines, which must agree."""
    shapes = read(path)
    found = set(answered(store, shapes))
    assert found == set(validated(store, path, shapes))
    return found


@pytest.mark.parametrize("constraint", CONSTRAINTS)
def test_engines_agree(constraint: str, store: pyoxigraph.Store, tmp_path: Path) -> None:
    # no way leads from a node that is not in the graph, in Oxigraph not even to itself
    aims = [a for a in AIMS if not (":nowhere" in a and "sh:zero" in constraint)]
    shapes = "\n".join(
        f":S{n} {aim} ; {constraint} ; sh:message 'm' ; sh:severity sh:Warning ."
        for n, aim in enumerate(aims)
    )
    found = by_both(store, written(tmp_path, shapes + INNER))
    assert found
    assert {(f.severity, f.message) for f in found} <= {("Warning", "m"), ("Info", "i")}


def test_values_are_told(store: pyoxigraph.Store, tmp_path: Path) -> None:
    shape = ":S sh:targetNode :d ; sh:path :likes ; sh:nodeKind sh:IRI ; sh:message 'm' ."
    [finding] = by_both(store, written(tmp_path, shape))
    assert (finding.severity, finding.focus, finding.value) == ("Violation", "http://e/d", BLANK)
    shape = ":S sh:targetNode :b ; sh:path :age ; sh:maxInclusive 5 ; sh:message 'm' ."
    [finding] = by_both(store, written(tmp_path, shape))
    assert finding.value == "7"
    shape = ":S sh:targetNode :b ; sh:class :Cat ; sh:message 'm' ."
    [finding] = by_both(store, written(tmp_path, shape))
    assert finding.value == ""


def test_a_shape_may_ask_once(store: pyoxigraph.Store, tmp_path: Path) -> None:
    shape = """:S sh:targetNode :likes ; sh:message 'm' ; sh:sparql [
        sh:prefixes :o ; sh:select 'SELECT $this ?value { ?value e:likes ?value }' ] .
        :o sh:declare [ sh:prefix 'e' ; sh:namespace 'http://e/'^^xsd:anyURI ] ."""
    found = by_both(store, written(tmp_path, shape))
    assert {(f.focus, f.value) for f in found} == {("http://e/b", ""), ("http://e/e", "")}


def test_deactivated(store: pyoxigraph.Store, tmp_path: Path) -> None:
    shape = """:S sh:targetNode :a ; sh:message 'm' ; sh:class :Dog ; sh:deactivated true .
        :T sh:targetNode :a ; sh:message 'm' ; sh:property :U .
        :U sh:path :likes ; sh:class :Cat ; sh:message 'm' ; sh:deactivated true ."""
    assert by_both(store, written(tmp_path, shape)) == set()


@pytest.mark.parametrize("seed", range(12))
def test_engines_agree_on_random_graphs(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)  # noqa: S311  no secret
    nodes = [f":{name}" for name in "abcdefg"]
    values = [*nodes, "1", "2.5", "-3", '""', '"x"', '"x"@en', "_:x", '"2024-01-31"^^xsd:date']
    data = ":Cat rdfs:subClassOf :Animal . :Dog rdfs:subClassOf :Animal .\n" + "\n".join(
        f"{chance.choice(nodes)} :{property_} {chance.choice(values)} ."
        for property_ in ("likes", "knows", "next", "name", "lo", "hi")
        for _ in range(14)
    )
    data += "\n".join(f"{n} a :{chance.choice(['Cat', 'Dog', 'Stone'])} ." for n in nodes[1:])
    graph = stored(data)
    chosen = [c for c in CONSTRAINTS if not any(w in c for w in ("lessThan", "sh:sparql"))]
    shapes = "\n".join(
        f":S{n} {chance.choice(AIMS[:3])} ; {constraint} ; sh:message 'm' ."
        for n, constraint in enumerate(chosen)
    )
    assert by_both(graph, written(tmp_path, shapes + INNER))


UNKNOWN = {
    "sh:closed cannot be put into SPARQL": "sh:closed true",
    "sh:languageIn cannot": "sh:path :p ; sh:languageIn ( 'en' )",
    "sh:uniqueLang cannot": "sh:path :p ; sh:uniqueLang true",
    "sh:minCuont cannot": "sh:path :p ; sh:minCuont 1",
    "sh:target cannot": "sh:target [ sh:select 'SELECT ?this {}' ]",
    "sh:qualifiedValueShapesDisjoint": "sh:path :p ; sh:qualifiedValueShapesDisjoint true",
    "sh:js cannot": "sh:js [ ]",
    "a class is no shape": "a sh:NodeShape , rdfs:Class",
    "no datatype known here; available: ": "sh:path :p ; sh:datatype xsd:duration",
    "no kind of node; available: ": "sh:nodeKind sh:Thing",
    "no severity named 'Error'; available: Violation, Warning, Info": "sh:severity sh:Error",
    "the flags 'x' mean another thing": "sh:path :p ; sh:pattern 'a b' ; sh:flags 'x'",
    "its sh:minCount is no number": "sh:path :p ; sh:minCount -1",
    "has more than one sh:message": "sh:message 'n'",
    "its question is no SELECT": "sh:sparql [ sh:select 'ASK {}' ]",
    "sh:path: leads through a node that is no path": "sh:path [ ] ; sh:minCount 1",
    "sh:path: leads through": "sh:path [ sh:inversePath :p ; sh:zeroOrOnePath :q ]",
    "is of one property; turn each step": "sh:path [ sh:inversePath ( :p :q ) ] ; sh:minCount 1",
    "refers to itself": "sh:not :S",
    "has no name; give it an IRI": "sh:property [ sh:path :p ; sh:minCount 1 ]",
    "names a blank node": "sh:path :p ; sh:hasValue [ ]",
    "no components of one's own": "sh:nodeKind sh:IRI . :C a sh:ConstraintComponent",
    "a constraint in SPARQL inside another": "sh:not [ sh:sparql [ sh:select 'SELECT $this {}' ] ]",
}


@pytest.mark.parametrize(("reason", "body"), UNKNOWN.items(), ids=UNKNOWN)
def test_refused(reason: str, body: str, store: pyoxigraph.Store, tmp_path: Path) -> None:
    path = written(tmp_path, f":S sh:targetNode :a ; sh:message 'm' ; {body} .")
    with pytest.raises(OntologyError) as caught:
        list(answered(store, read(path)))
    assert reason in str(caught.value)
    assert str(caught.value).startswith(f"ontology/{SHAPES}: ")


@pytest.mark.parametrize("message", ["", "sh:message 'It is {?value}.'"])
def test_a_shape_has_one_message(message: str, tmp_path: Path) -> None:
    with pytest.raises(OntologyError, match="message"):
        read(written(tmp_path, f":S sh:targetNode :a ; sh:nodeKind sh:IRI ; {message} ."))


def test_names_are_told_apart(tmp_path: Path) -> None:
    shape = "sh:targetNode :a ; sh:nodeKind sh:IRI ; sh:message 'm' ."
    with pytest.raises(OntologyError, match="two shapes have this name"):
        read(written(tmp_path, f":S {shape} <http://f/S> {shape}"))


def test_bad_prefix(store: pyoxigraph.Store, tmp_path: Path) -> None:
    query = "[ sh:select 'SELECT $this { $this x:y 1 }' ]"
    path = written(tmp_path, f":S sh:targetNode :a ; sh:message 'm' ; sh:sparql {query} .")
    with pytest.raises(OntologyError, match=r"shapes\.ttl: S: "):
        list(answered(store, read(path)))
    with pytest.raises(OntologyError, match=r"shapes\.ttl: SHACL: "):
        list(validated(store, path, read(path)))


def test_local_name() -> None:
    assert [local_name(iri) for iri in ("http://e/a#b", "http://e/a/b", "urn:b")] == [
        "b",
        "b",
        "urn:b",
    ]
