"""The description of a build: what is in its files, exactly, and nothing of where it was made."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import pyoxigraph
import pytest
import rdflib
from conftest import hand_made
from rdflib import DCAT, DCTERMS, OWL, PROV, RDF, RDFS, SDO, VOID, BNode, Literal, Namespace, URIRef

from kg import ontology
from kg.exporters import turtle
from kg.graph.assemble import assemble
from kg.graph.rdf_build import FILE, describe, prefixes
from kg.inputs import Source

if TYPE_CHECKING:
    from pathlib import Path

    from kg.graph.knowledge_graph import KnowledgeGraph
    from kg.graph.terms import Triple

SPDX = Namespace("http://spdx.org/rdf/terms#")
SHA = hashlib.sha256(b"x").hexdigest()
INPUTS = [Source("b <x>.txt", "ab" * 32, 2, 1), Source("a.txt", SHA, 1), Source("gone.txt")]
ONTOLOGY = ontology.load()


def files_of(folder: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.iterdir())}


def described(graph: KnowledgeGraph, folder: Path) -> list[Triple]:
    turtle.write(graph, folder)
    sizes = {p.name: p.stat().st_size for p in folder.iterdir()}
    return list(
        describe(
            graph,
            inputs=INPUTS,
            version="1.2.3",
            evidence="text",
            files=files_of(folder),
            sizes=sizes,
        )
    )


def view(triples: list[Triple], graph: KnowledgeGraph) -> rdflib.Graph:
    written = "".join(turtle.lines(triples, prefixes(graph)))
    return rdflib.Graph().parse(data=written, format="turtle")


@pytest.fixture
def said(graph: KnowledgeGraph, tmp_path: Path) -> rdflib.Graph:
    return view(described(graph, tmp_path), graph)


def build_of(said: rdflib.Graph) -> URIRef:
    (build,) = said.subjects(RDF.type, DCAT.Dataset)
    assert isinstance(build, URIRef)
    return build


def number(said: rdflib.Graph, subject: object, predicate: URIRef) -> int:
    (value,) = said.objects(subject, predicate)  # type: ignore[arg-type]
    assert isinstance(value, Literal)
    return int(value)


def test_counts_are_those_of_the_files(said: rdflib.Graph, tmp_path: Path) -> None:
    build = build_of(said)
    properties: Counter[str] = Counter()
    classes: Counter[str] = Counter()
    subjects = set()
    for name, part in (("graph.ttl", "core"), ("evidence.ttl", "evidence")):
        quads = list(pyoxigraph.parse(path=tmp_path / name))
        subset = build + "/" + part
        assert number(said, subset, VOID.triples) == len(quads)
        assert number(said, subset, VOID.entities) == len({q.subject for q in quads})
        assert (subset, VOID.dataDump, build + "/file/" + name) in said
        properties.update(q.predicate.value for q in quads)
        classes.update(q.object.value for q in quads if q.predicate.value == str(RDF.type))
        subjects |= {q.subject for q in quads}
    assert number(said, build, VOID.triples) == properties.total()
    assert number(said, build, VOID.entities) == len(subjects)
    assert number(said, build, VOID.properties) == len(properties)
    assert number(said, build, VOID.classes) == len(classes)
    for partition, term, count, expected in (
        (VOID.propertyPartition, VOID.property, VOID.triples, properties),
        (VOID.classPartition, VOID["class"], VOID.entities, classes),
    ):
        parts = list(said.objects(build, partition))
        found = {str(said.value(part, term)): number(said, part, count) for part in parts}
        assert found == dict(expected)
        assert len(parts) == len(found)
    spaces = {re.sub(r"[^#/]*$", "", term) for term in (*properties, *classes)}
    assert {str(v) for v in said.objects(build, VOID.vocabulary)} == spaces


def test_files_are_named_with_size_and_hash(said: rdflib.Graph, tmp_path: Path) -> None:
    found = {}
    for file in said.objects(build_of(said), DCAT.distribution):
        checksum = said.value(file, SPDX.checksum)
        assert (checksum, SPDX.algorithm, SPDX.checksumAlgorithm_sha256) in said
        assert str(said.value(file, DCAT.mediaType)).endswith("/text/turtle")
        found[str(said.value(file, DCTERMS.title))] = (
            str(said.value(checksum, SPDX.checksumValue)).lower(),
            number(said, file, DCAT.byteSize),
        )
    sizes = {p.name: p.stat().st_size for p in tmp_path.iterdir()}
    assert found == {name: (sha, sizes[name]) for name, sha in files_of(tmp_path).items()}


def test_provenance(said: rdflib.Graph) -> None:
    build = build_of(said)
    run = said.value(build, PROV.wasGeneratedBy)
    assert (run, RDF.type, PROV.Activity) in said
    tool = said.value(run, PROV.wasAssociatedWith)
    assert (tool, RDF.type, PROV.SoftwareAgent) in said
    assert str(said.value(tool, SDO.softwareVersion)) == "1.2.3"
    read = {
        str(said.value(source, RDFS.label)): (
            str(said.value(said.value(source, SPDX.checksum), SPDX.checksumValue)).lower(),
            number(said, source, SDO.numberOfItems),
        )
        for source in said.objects(build, PROV.wasDerivedFrom)
    }
    assert read == {s.name: (s.sha256, s.records) for s in INPUTS if s.sha256}
    used = set(said.objects(run, PROV.used))
    assert used >= set(said.objects(build, PROV.wasDerivedFrom))
    schema = rdflib.Graph().parse(ONTOLOGY.folder / ontology.SCHEMA, format="turtle")
    assert used & set(schema.objects(None, OWL.versionIRI)) == set(
        said.objects(build, DCTERMS.conformsTo)
    )


def test_licence_where_it_is_known(graph: KnowledgeGraph) -> None:
    licence = "https://creativecommons.org/licenses/by/4.0/"
    told = {"inputs": [], "version": "1", "evidence": "offsets", "files": {}}
    without = view(list(describe(graph, **told)), graph)  # type: ignore[arg-type]
    assert list(without.objects(None, DCTERMS.rights))
    assert not list(without.objects(None, DCTERMS.license))
    with_it = view(list(describe(graph, **told, licence=licence)), graph)  # type: ignore[arg-type]
    assert list(with_it.objects(None, DCTERMS.license)) == [URIRef(licence)]
    assert not list(with_it.objects(None, DCTERMS.rights))


def test_same_build_same_description(graph: KnowledgeGraph, tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    triples = described(graph, tmp_path / "one")
    assert triples == sorted(set(triples))
    with assemble(reversed(hand_made())) as other:
        assert described(other, tmp_path / "two") == triples
    text = "".join(turtle.lines(triples, prefixes(graph)))
    assert str(tmp_path) not in text
    assert not re.search(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}", text)
    changed = describe(
        graph, inputs=INPUTS, version="1.2.4", evidence="text", files=files_of(tmp_path / "one")
    )
    (one,) = {s for s, _, o in triples if o.value == str(DCAT.Dataset)}
    (two,) = {s for s, _, o in changed if o.value == str(DCAT.Dataset)}
    assert one != two


def test_nothing_is_blank_or_unknown(said: rdflib.Graph) -> None:
    """Every node has an IRI, and every word is one of its vocabulary."""
    spaces: list[Any] = [DCAT, DCTERMS, PROV, VOID, SDO, RDF, RDFS]
    names = ("Checksum", "algorithm", "checksum", "checksumValue")
    words = {*said.predicates(), *said.objects(None, RDF.type)} - {SPDX[name] for name in names}
    assert not [word for word in words if not any(word in space for space in spaces)]
    assert not [n for triple in said for n in triple if isinstance(n, BNode)]
    assert FILE.endswith(".ttl")
