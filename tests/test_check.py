"""The shapes can fail: every one of them finds a fault that is made for it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest
import rdflib
from rdflib import RDF, SH
from test_rdf import rich

from kg import ontology
from kg.errors import OntologyError, ReadError
from kg.exporters import turtle
from kg.graph.assemble import assemble
from kg.graph.check import SHAPES, check, grouped
from kg.model import Finding

if TYPE_CHECKING:
    from pathlib import Path

    from kg.graph.knowledge_graph import KnowledgeGraph

GOOD = {
    "result": {
        "a": "kg:Result",
        "kg:resultPaper": "paper:b",
        "kg:valueText": '"1"',
        "kg:resultKind": '"absolute"',
        "kg:evidenceStart": "0",
        "kg:evidenceEnd": "1",
        "kg:rule": '"r"',
        "kg:confidence": "1.0",
        "^kg:reportsResult": "paper:b",
    },
    "claim": {
        "a": "kg:Claim",
        "rdf:subject": "method:eegnet",
        "rdf:predicate": "kg:uses",
        "rdf:object": "method:resnet",
        "kg:claimPaper": "paper:b",
        "prov:wasDerivedFrom": "paper:b",
        "kg:status": '"hedged"',
        "kg:evidenceStart": "0",
        "kg:evidenceEnd": "3",
        "kg:evidenceText": '"abc"',
        "kg:rule": '"r"',
        "kg:confidence": "0.5",
    },
    "mention": {
        "a": "kg:Mention",
        "kg:mentionPaper": "paper:b",
        "kg:mentionEntity": "method:eegnet",
        "kg:mentionText": '"EEG"',
        "kg:evidenceStart": "0",
        "kg:evidenceEnd": "3",
        "kg:rule": '"r"',
        "kg:confidence": "0.5",
    },
    "listing": {
        "a": "kg:Listing",
        "kg:listingPage": '"x.txt"',
        "kg:listingPosition": "3",
        "^kg:listedAs": "paper:b",
    },
    "method": {
        "a": "kg:Method",
        "skos:prefLabel": '"X"',
        "kg:papers": "1",
        "kg:confidence": "0.5",
        "^kg:mentionsEntity": "paper:b",
    },
    "merge": {
        "a": "kg:Merge",
        "kg:mergedName": '"X"',
        "kg:mergedInto": "method:eegnet",
        "kg:rule": '"spelling"',
    },
}


def made(kind: str, **changes: str) -> str:
    """Describe a node that is right but for some changes; an empty one leaves the property out."""
    node = f"{kind}:x"
    said = GOOD[kind] | {
        next((p for p in GOOD[kind] if p.endswith(name)), f"kg:{name}"): value
        for name, value in changes.items()
    }
    return "\n".join(
        f"{value} {name[1:]} {node} ." if name.startswith("^") else f"{node} {name} {value} ."
        for name, value in said.items()
        if value
    )


FAULTS = {
    "PaperType": "claim:y kg:claimPaper paper:gone .",
    "PaperTitle": 'paper:b dcterms:title "Another" .',
    "PaperIdentifier": 'paper:c a kg:Paper ; dcterms:title "C" .',
    "PaperArXiv": 'paper:b fabio:hasArXivId "1", "2" .',
    "PaperProposes": "paper:b kg:proposesMethod dataset:beta .",
    "PaperUsesMethod": "paper:b kg:usesMethod metric:accuracy .",
    "PaperCompares": "paper:b kg:comparesWithMethod dataset:beta .",
    "PaperIntroduces": "paper:b kg:introducesDataset method:eegnet .",
    "PaperUsesDataset": "paper:b kg:usesDataset method:eegnet .",
    "PaperInput": "paper:b kg:hasInputModality method:eegnet .",
    "PaperOutput": "paper:b kg:hasOutputModality method:eegnet .",
    "PaperStudies": "paper:b kg:studiesModality method:eegnet .",
    "PaperMetric": "paper:b kg:reportsMetric method:eegnet .",
    "PaperTask": "paper:b kg:addressesTask method:eegnet .",
    "PaperMentions": "paper:b kg:mentionsEntity paper:b .",
    "PaperResult": "paper:b kg:reportsResult method:eegnet .",
    "PaperListing": "paper:b kg:listedAs method:eegnet .",
    "PaperOnly": "method:eegnet kg:usesMethod method:resnet .",
    "RoleIsMention": "paper:b kg:addressesTask task:ssvep-decoding .",
    "ListingPage": made("listing", listingPage=""),
    "ListingPosition": made("listing", listingPosition="0"),
    "ListingDay": made("listing", listingDay='"2024-01-01"^^xsd:date'),
    "ListingPaper": made("listing", listedAs=""),
    "EntityType": "method:resnet a kg:Dataset .",
    "EntityName": made("method", prefLabel=""),
    "EntityAlias": 'method:resnet skos:altLabel "" .',
    "EntityAliasIsNotName": 'method:resnet skos:altLabel "ResNet" .',
    "EntityMentioned": made("method", mentionsEntity=""),
    "EntityPapers": made("method", papers='"many"'),
    "EntityPapersCounted": made("method", papers="2"),
    "EntityConfidence": made("method", confidence='"much"'),
    "BroaderType": "method:eegnet skos:broader dataset:beta .",
    "BroaderCircle": "method:eegnet skos:broader method:resnet . "
    "method:resnet skos:broader method:eegnet .",
    "NameOfTwoTypes": "method:eegnet rdfs:seeAlso dataset:beta .",
    "ShortFormOfTwo": 'method:eegnet rdfs:label "AB1" . '
    'method:resnet rdfs:label "AB1" ; skos:altLabel "AB1" .',
    "MergeName": made("merge", mergedName=""),
    "MergeInto": made("merge", mergedInto="paper:b"),
    "Outperforms": "dataset:beta kg:outperforms method:eegnet .",
    "ComparedWith": "method:eegnet kg:comparedWith dataset:beta .",
    "Uses": "method:eegnet kg:uses dataset:beta .",
    "Extends": "metric:accuracy kg:extends method:eegnet .",
    "EvaluatedOnHead": "metric:accuracy kg:evaluatedOn dataset:beta .",
    "EvaluatedOnTail": "method:eegnet kg:evaluatedOn metric:accuracy .",
    "AppliedToHead": "dataset:beta kg:appliedTo task:ssvep-decoding .",
    "AppliedToTail": "method:eegnet kg:appliedTo dataset:beta .",
    "TakesModalityHead": "metric:accuracy kg:takesModality modality:eeg .",
    "TakesModalityTail": "method:eegnet kg:takesModality dataset:beta .",
    "SelfRelation": "method:eegnet kg:uses method:eegnet .",
    "RelationClaimed": "method:eegnet kg:uses method:resnet .",
    "ResultPaper": made("result", resultPaper="", reportsResult=""),
    "ResultValue": made("result", value='"many"^^xsd:decimal'),
    "ResultValueText": made("result", valueText=""),
    "ResultUnit": made("result", unit='"%", "points"'),
    "ResultKind": made("result", resultKind='"guess"'),
    "ResultStatus": made("result", resultStatus='"asserted"', reportsResult=""),
    "ResultMethod": made("result", resultMethod="method:eegnet, method:resnet"),
    "ResultMetric": made("result", resultMetric="method:eegnet"),
    "ResultDataset": made("result", resultDataset="method:eegnet"),
    "ResultTask": made("result", resultTask="method:eegnet"),
    "ResultReported": made("result", resultStatus='"hedged"'),
    "ClaimSubject": made("claim", subject=""),
    "ClaimPredicate": made("claim", predicate="kg:likes"),
    "ClaimObject": made("claim", object="method:gone"),
    "ClaimPaper": made("claim", claimPaper="", wasDerivedFrom=""),
    "ClaimSource": made("claim", wasDerivedFrom="paper:arxiv:2403.00001"),
    "ClaimStatus": made("claim", status='"believed"'),
    "ClaimStated": made("claim", status='"asserted"'),
    "MentionPaper": made("mention", mentionPaper=""),
    "MentionEntity": made("mention", mentionEntity="method:eegnet, method:resnet"),
    "MentionText": made("mention", mentionText=""),
    "EvidenceStart": made("mention", evidenceStart="-1"),
    "EvidenceEnd": made("claim", evidenceEnd=""),
    "EvidenceOrder": made("mention", evidenceStart="7"),
    "EvidenceRule": made("mention", rule=""),
    "EvidenceConfidence": made("mention", confidence="1.5"),
    "EvidenceText": made("claim", evidenceText='"abc", "def"'),
    "EvidenceLength": made("mention", evidenceEnd="4"),
    "EvidenceMentioned": made("mention", mentionEntity="task:ssvep-decoding"),
}


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    with assemble(rich()) as graph:
        return {name: "".join(_lines(graph, name)) for name in turtle.FILES}


def _lines(graph: KnowledgeGraph, name: str) -> list[str]:
    from kg.graph.rdf import core_triples, evidence_triples, prefixes

    triples = core_triples(graph) if name == turtle.FILES[0] else evidence_triples(graph)
    return list(turtle.lines(triples, prefixes(graph)))


def build(folder: Path, files: dict[str, str], more: str = "") -> Path:
    for name, content in files.items():
        (folder / name).write_text(content + more, encoding="utf-8")
    return folder


def test_good_graphs_conform(tmp_path: Path, files: dict[str, str], graph: KnowledgeGraph) -> None:
    turtle.write(graph, tmp_path)
    assert check(tmp_path) == []
    assert check(str(build(tmp_path, files))) == []
    with assemble([]) as empty:
        turtle.write(empty, tmp_path)
    assert check(tmp_path) == []


def test_added_nodes_conform(tmp_path: Path, files: dict[str, str]) -> None:
    assert check(build(tmp_path, files, "\n".join(made(kind) for kind in GOOD))) == []


def test_text_may_be_left_out(tmp_path: Path, files: dict[str, str]) -> None:
    more = made("claim", evidenceText="")
    assert check(build(tmp_path, files, more)) == []


@pytest.mark.parametrize(("shape", "fault"), FAULTS.items(), ids=FAULTS)
def test_fault_is_found(
    shape: str, fault: str, tmp_path: Path, files: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    findings = check(build(tmp_path, files, fault))
    assert shape in {f.shape for f in findings}
    is_doubt = shape in {"NameOfTwoTypes", "ShortFormOfTwo"}
    assert {f.severity for f in findings} == {"Warning" if is_doubt else "Violation"}
    assert all(f.message.endswith(".") and "; " in f.message for f in findings)
    found = next(f for f in findings if f.shape == shape)
    assert found.focus.startswith("https://w3id.org/paperkg/")
    assert "ontology#" not in found.focus
    assert not [r for r in caplog.records if r.levelno >= logging.WARNING]


def test_every_shape_has_its_fault() -> None:
    shapes = rdflib.Graph().parse(ontology.default_folder() / SHAPES)
    named = {
        str(s).rpartition("#")[2]
        for kind in (SH.NodeShape, SH.PropertyShape)
        for s in shapes.subjects(RDF.type, kind)
    }
    assert named == set(FAULTS)


def test_findings_are_sorted_and_grouped(tmp_path: Path, files: dict[str, str]) -> None:
    faults = "\n".join(
        f'paper:p{n} a kg:Paper ; dcterms:title "T" ; rdfs:label "l" .' for n in range(5)
    )
    faults += FAULTS["PaperProposes"]
    findings = check(build(tmp_path, files, faults))
    assert findings == check(tmp_path)
    assert [f.shape for f in findings] == ["PaperIdentifier"] * 5 + ["PaperProposes"]
    assert findings[-1].value == "https://w3id.org/paperkg/dataset/beta"
    lines = grouped(findings)
    assert lines == [
        "Violation PaperIdentifier, 5 times: A paper has an identifier; give the record an id.",
        "  https://w3id.org/paperkg/paper/p0",
        "  https://w3id.org/paperkg/paper/p1",
        "  https://w3id.org/paperkg/paper/p2",
        "  ... and 2 more",
        "Violation PaperProposes, 1 time: What a paper proposes is a method; correct the type of "
        "the entity.",
        "  https://w3id.org/paperkg/paper/b has 'https://w3id.org/paperkg/dataset/beta'",
        "6 findings: 6 violations",
    ]
    assert len(grouped(findings, examples=5)) == len(lines) + 1
    mixed = [*findings, Finding("Warning", "W", "It is odd; look.", "x", "a\nb")]
    assert grouped(mixed)[-2:] == ["  x has 'a b'", "7 findings: 6 violations, 1 warning"]
    assert grouped([]) == ["no findings: the graph conforms"]


def test_no_build(tmp_path: Path, files: dict[str, str]) -> None:
    with pytest.raises(ReadError, match=r"holds no graph\.ttl"):
        check(tmp_path)
    build(tmp_path, files)
    (tmp_path / "graph.ttl").write_text("paper:b a\n nonsense", encoding="utf-8")
    with pytest.raises(ReadError, match=r"graph\.ttl:\d: is no Turtle") as caught:
        check(tmp_path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, r"shapes\.ttl: file: cannot be read"),
        ("nonsense", r"shapes\.ttl: syntax: "),
        (
            "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
            "<#a> a sh:NodeShape ; sh:targetNode <#b> ; sh:sparql [ sh:select 'SELECT' ] .",
            r"shapes\.ttl: a: ",
        ),
        (
            "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
            "<#a> a sh:NodeShape ; sh:targetNode <#b> ; sh:sparql [ sh:select 'ASK {}' ] .",
            r"shapes\.ttl: a: its question is no SELECT",
        ),
        (
            "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
            "<#a> a sh:NodeShape ; sh:targetNode <#b> ; sh:minCount 1 .",
            r"shapes\.ttl: SHACL: ",
        ),
        (
            "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
            "<#a> a sh:NodeShape ; sh:targetSubjectsOf <https://w3id.org/paperkg/ontology#rule> ; "
            "sh:sparql [ sh:select 'SELECT $this { VALUES ?a { 1 } }' ] .",
            r"shapes\.ttl: SHACL: .*VALUES",
        ),
    ],
)
def test_faulty_shapes(
    content: str | None, reason: str, tmp_path: Path, files: dict[str, str]
) -> None:
    schema = (ontology.default_folder() / ontology.SCHEMA).read_bytes()
    (tmp_path / ontology.SCHEMA).write_bytes(schema)
    if content is not None:
        (tmp_path / SHAPES).write_text(content)
    with pytest.raises(OntologyError, match=reason):
        check(build(tmp_path, files), ontology=ontology.load(tmp_path))
