"""Every shape can fail: a fault is made for each, and both engines find the same in it."""

from __future__ import annotations

import hashlib
import random
import re
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph
import pyshacl
import pytest
import rdflib

from kg import ontology
from kg.exporters import turtle
from kg.extractions import read_lines
from kg.graph.assemble import assemble
from kg.graph.check import check
from kg.graph.shapes import SHAPES, read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.model import Finding

SAMPLE = Path(__file__).parent.parent / "exports" / "sample" / "extractions.jsonl"
FEW = 3
WARNINGS = {"NameOfTwoTypes", "ShortFormOfTwo"}
CORE, EVIDENCE = turtle.FILES
TEXT = '"abc"'

# What a right node says; a caret turns a property round. @one and @two are methods of @paper
# between which no claim stands, @odd is a method that it does not mention; the rest is of the types
# that it is called by.
GOOD = {
    "paper": {
        "a": "kg:Paper, fabio:ResearchPaper",
        "dcterms:title": '"X"',
        "rdfs:label": '"X"',
        "dcterms:identifier": '"x"',
        "dcterms:issued": '"2024-02-29"^^xsd:date',
        "dcterms:creator": '"A. Author"',
        "fabio:hasArXivId": '"cs.CL/0102030"',
        "schema:url": "<https://example.org/x>",
    },
    "listing": {
        "a": "kg:Listing",
        "kg:listingPage": '"x.txt"',
        "kg:listingPosition": "3",
        "kg:listingDay": '"--02-29"^^xsd:gMonthDay',
        "^kg:listedAs": "@paper",
    },
    "method": {
        "a": "kg:Method",
        "skos:prefLabel": '"X"',
        "skos:altLabel": '"x one"',
        "rdfs:label": '"X", "x one"',
        "skos:exactMatch": "<https://example.org/x>",
        "kg:papers": "1",
        "kg:confidence": "0.5",
        "^kg:mentionsEntity": "@paper",
    },
    "merge": {
        "a": "kg:Merge",
        "kg:mergedName": '"x one"',
        "kg:mergedInto": "method:x",
        "kg:rule": '"spelling"',
        "prov:wasDerivedFrom": "@paper",
    },
    "result": {
        "a": "kg:Result",
        "kg:resultPaper": "@paper",
        "kg:resultMethod": "@one",
        "kg:value": "-1.5",
        "kg:valueText": '"-1.5 %"',
        "kg:unit": '"%"',
        "qudt:hasUnit": "<http://qudt.org/vocab/unit/PERCENT>",
        "kg:resultKind": '"absolute"',
        "kg:evidenceStart": "0",
        "kg:evidenceEnd": "3",
        "kg:evidenceText": TEXT,
        "kg:rule": '"r"',
        "kg:confidence": "1.0",
        "^kg:reportsResult": "@paper",
    },
    "claim": {
        "a": "kg:Claim, rdf:Statement",
        "rdf:subject": "@one",
        "rdf:predicate": "kg:uses",
        "rdf:object": "@two",
        "kg:claimPaper": "@paper",
        "prov:wasDerivedFrom": "@paper",
        "kg:status": '"hedged"',
        "kg:claimSupport": "0",
        "kg:claimMention": "mention:x",
        "oa:hasTarget": "span:x",
        "kg:evidenceStart": "7000",
        "kg:evidenceEnd": "7003",
        "kg:evidenceText": TEXT,
        "kg:rule": '"r"',
        "kg:confidence": "0.5",
    },
    "mention": {
        "a": "kg:Mention",
        "kg:mentionPaper": "@paper",
        "kg:mentionEntity": "@one",
        "kg:mentionText": TEXT,
        "kg:evidenceStart": "7000",
        "kg:evidenceEnd": "7003",
        "kg:rule": '"r"',
        "kg:confidence": "0.5",
    },
    "span": {
        "a": "oa:SpecificResource",
        "oa:hasSource": "@paper",
        "oa:hasSelector": "position:x, quote:x",
    },
    "position": {"a": "oa:TextPositionSelector", "oa:start": "7000", "oa:end": "7003"},
    "quote": {
        "a": "oa:TextQuoteSelector",
        "oa:exact": TEXT,
        "oa:prefix": '"before "',
        "oa:suffix": '" behind"',
    },
}


def made(kind: str, **changes: str) -> str:
    """Describe a node that is right but for some changes; an empty one leaves the property out."""
    names = {re.sub(r".*:", "", name): name for name in GOOD[kind]}
    said = GOOD[kind] | {names.get(n, f"kg:{n}"): value for n, value in changes.items()}
    node = f"{kind}:x"
    return "".join(
        f"{value} {name[1:]} {node} .\n" if name.startswith("^") else f"{node} {name} {value} .\n"
        for name, value in said.items()
        if value
    )


RIGHT = {kind: made(kind) for kind in GOOD}


def around(kind: str, **changes: str) -> str:
    """Describe a node with changes, and the right nodes that it points to."""
    needed = {"claim": ("mention", "span", "position", "quote"), "span": ("position", "quote")}
    return made(kind, **changes) + "".join(RIGHT[other] for other in needed.get(kind, ()))


# One or more faults by the name of the shape that finds them, and perhaps a letter behind it.
FAULTS = {
    "PaperAddress": "<https://w3id.org/paperkg/paper/a/b> a kg:Paper, fabio:ResearchPaper ; "
    'dcterms:title "X" ; rdfs:label "X" ; dcterms:identifier "x" .',
    "PaperAddress b": '[] a kg:Paper, fabio:ResearchPaper ; dcterms:title "X" ; rdfs:label "X" ; '
    'dcterms:identifier "x" .',
    "PaperKind": made("paper", a="kg:Paper"),
    "PaperTitle": '@paper dcterms:title "Another" ; rdfs:label "Another" .',
    "PaperTitle b": made("paper", title="", label=""),
    "PaperTitle c": made("paper", title='"Un titre"@fr', label='"Un titre"@fr'),
    "PaperLabel": '@paper rdfs:label "Another" .',
    "PaperIdentifier": made("paper", identifier=""),
    "PaperArXiv": made("paper", hasArXivId='"2401.00001", "2401.00002"'),
    "PaperDate": made("paper", issued='"2024-02-30"^^xsd:date'),
    "PaperDate b": made("paper", issued='"2024-13"^^xsd:gYearMonth'),
    "PaperDate c": made("paper", issued='"2024"'),
    "PaperDate d": made("paper", issued='"2024"^^xsd:gYear, "2025"^^xsd:gYear'),
    "PaperCreator": made("paper", creator="<https://example.org/me>"),
    "PaperWeb": made("paper", url='"https://example.org"'),
    "PaperWeb b": "@paper rdfs:seeAlso <ftp://example.org> .",
    "PaperProposes": "@paper kg:proposesMethod @dataset .",
    "PaperUsesMethod": "@paper kg:usesMethod @metric .",
    "PaperCompares": "@paper kg:comparesWithMethod @dataset .",
    "PaperIntroduces": "@paper kg:introducesDataset @one .",
    "PaperUsesDataset": "@paper kg:usesDataset @one .",
    "PaperInput": "@paper kg:hasInputModality @one .",
    "PaperOutput": "@paper kg:hasOutputModality @one .",
    "PaperStudies": "@paper kg:studiesModality @one .",
    "PaperMetric": "@paper kg:reportsMetric @one .",
    "PaperTask": "@paper kg:addressesTask @one .",
    "PaperMentions": "@paper kg:mentionsEntity @paper .",
    "PaperMentions b": "@paper kg:mentionsEntity method:gone .",
    "PaperResult": "@paper kg:reportsResult result:gone .",
    "PaperListing": "@paper kg:listedAs @one .",
    "PaperOnly": "@one kg:usesMethod @two .",
    "RoleIsMention": "@paper kg:usesMethod @odd .",
    "ListingAddress": "listing:y a kg:Listing .",
    "ListingOnly": made("listing", a=""),
    "ListingPage": made("listing", listingPage=""),
    "ListingPosition": made("listing", listingPosition="0"),
    "ListingPosition b": made("listing", listingPosition='"1"'),
    "ListingDay": made("listing", listingDay='"2024-01-01"^^xsd:date'),
    "ListingDay b": made("listing", listingDay='"--02-32"^^xsd:gMonthDay'),
    "ListingPaper": made("listing", listedAs=""),
    "EntityType": "@one a kg:Dataset .",
    "EntityType b": made("method", a=""),
    "EntityType c": made("method", a="kg:Thing"),
    "EntityAddress": RIGHT["method"].replace("method:x", "task:x"),
    "EntityAddress b": RIGHT["method"].replace("method:x", "<https://e.org/method/X%20Y>"),
    "EntityAddress c": RIGHT["method"].replace("method:x", "_:x"),
    "EntityName": made("method", prefLabel=""),
    "EntityName b": made("method", prefLabel='"X", "Y"', label='"X", "Y", "x one"'),
    "EntityAlias": made("method", altLabel='""', label='"X", ""'),
    "EntityAliasIsNotName": made("method", altLabel='"X"', label='"X"'),
    "EntityLabel": made("method", label='"X"'),
    "EntityLabel b": made("method", label='"X", "x one", "x two"'),
    "EntityMentioned": made("method", mentionsEntity=""),
    "EntityPapers": made("method", papers='"many"'),
    "EntityPapers b": made("method", papers="0"),
    "EntityPapersCounted": made("method", papers="2"),
    "EntityConfidence": made("method", confidence='"much"'),
    "EntityConfidence b": made("method", confidence="1.5"),
    "EntityConfidence c": made("method", confidence='"1e-1"^^xsd:decimal'),
    "EntityLink": made("method", exactMatch='"Q1"'),
    "EntityLinkOutside": "@one skos:exactMatch @two .",
    "EntityLinkOnce": made(
        "method", exactMatch="<https://e.org/x> ; skos:closeMatch <https://e.org/x>"
    ),
    "BroaderType": "@one skos:broader @dataset .",
    "BroaderType b": "@paper skos:broader @paper .",
    "BroaderCircle": "@one skos:broader @two . @two skos:broader @odd . @odd skos:broader @one .",
    "BroaderCircle b": "@one skos:broader @one .",
    "NameOfTwoTypes": "@one rdfs:seeAlso @dataset .",
    "ShortFormOfTwo": '@one rdfs:label "AB1" ; skos:altLabel "AB1" . '
    '@two rdfs:label "AB1" ; skos:altLabel "AB1" .',
    "MergeAddress": RIGHT["merge"].replace("merge:x", "merge:y") + RIGHT["method"],
    "MergeOnly": made("merge", a="") + RIGHT["method"],
    "MergeName": made("merge", mergedName="") + RIGHT["method"],
    "MergeInto": made("merge", mergedInto="@paper"),
    "MergeInto b": made("merge", mergedInto="") + RIGHT["method"],
    "MergeSource": made("merge", wasDerivedFrom="@one") + RIGHT["method"],
    "MergedNameIsName": made("merge", mergedName='"another"') + RIGHT["method"],
    "Outperforms": "@dataset kg:outperforms @one .",
    "ComparedWith": "@one kg:comparedWith @dataset .",
    "Uses": "@one kg:uses @dataset .",
    "Extends": "@metric kg:extends @one .",
    "EvaluatedOnHead": "@metric kg:evaluatedOn @dataset .",
    "EvaluatedOnTail": "@one kg:evaluatedOn @metric .",
    "AppliedToHead": "@dataset kg:appliedTo @task .",
    "AppliedToTail": "@one kg:appliedTo @dataset .",
    "TakesModalityHead": "@metric kg:takesModality @modality .",
    "TakesModalityTail": "@one kg:takesModality @dataset .",
    "SelfRelation": "@one kg:uses @one .",
    "SelfRelation b": "@one kg:outperforms @one .",
    "ComparedOnce": "@one kg:comparedWith @two . @two kg:comparedWith @one .",
    "RelationClaimed": "@one kg:uses @two .",
    "RelationClaimed b": around("claim") + "@one kg:uses @two .",
    "ResultAddress": RIGHT["result"].replace("result:x", "result:y"),
    "ResultOnly": made("result", a=""),
    "ResultPaper": made("result", resultPaper=""),
    "ResultPaper b": made("result", resultPaper="@one"),
    "ResultValue": made("result", value='"many"^^xsd:decimal'),
    "ResultValue b": made("result", value="1.5, 2.5"),
    "ResultValue c": made("result", value="1e3"),
    "ResultValueText": made("result", valueText='"-"'),
    "ResultUnit": made("result", unit='"%", "points"'),
    "ResultUnit b": made("result", unit='" %"'),
    "ResultUnitOfQudt": made("result", hasUnit="<https://example.org/PERCENT>"),
    "ResultUnitIsWritten": made("result", unit=""),
    "ResultKind": made("result", resultKind='"guess"'),
    "ResultKind b": made("result", resultKind='"absolute"@en'),
    "ResultStatus": made("result", resultStatus='"asserted"', reportsResult=""),
    "ResultMethod": made("result", resultMethod="@one, @two"),
    "ResultMetric": made("result", resultMetric="@one"),
    "ResultDataset": made("result", resultDataset="@one"),
    "ResultTask": made("result", resultTask="@one"),
    "ResultReported": made("result", resultStatus='"hedged"'),
    "ResultReported b": made("result", reportsResult=""),
    "ResultReporter": RIGHT["result"] + RIGHT["paper"] + "paper:x kg:reportsResult result:x .",
    "ClaimAddress": around("claim").replace("claim:x", "claim:y"),
    "ClaimOnly": around("claim", a="rdf:Statement"),
    "ClaimKind": around("claim", a="kg:Claim"),
    "ClaimSubject": around("claim", subject=""),
    "ClaimPredicate": around("claim", predicate="kg:likes"),
    "ClaimObject": around("claim", object="method:gone"),
    "ClaimOfTwo": around("claim", object="@one"),
    "ClaimTypes": around("claim", predicate="kg:evaluatedOn"),
    "ClaimTypes b": around(
        "claim", subject="@task", predicate="kg:takesModality", object="@modality"
    ),
    "ClaimPaper": around("claim", claimPaper="", wasDerivedFrom=""),
    "ClaimPaper b": around("claim", claimPaper="paper:gone", wasDerivedFrom="paper:gone"),
    "ClaimSource": RIGHT["paper"] + around("claim", wasDerivedFrom="paper:x"),
    "ClaimStatus": around("claim", status='"believed"'),
    "ClaimStatus b": around("claim", status='"hedged", "negated"'),
    "ClaimStated": around("claim", status='"asserted"', claimSupport="1"),
    "ClaimBothWays": around(
        "claim", predicate="kg:outperforms", status='"asserted"', claimSupport="1"
    )
    + made(
        "claim",
        subject="@two",
        predicate="kg:outperforms",
        object="@one",
        status='"asserted"',
        claimSupport="1",
    ).replace("claim:x", "claim:z")
    + "@one kg:outperforms @two . @two kg:outperforms @one .",
    "ClaimSupport": around("claim", claimSupport=""),
    "ClaimSupport b": around("claim", claimSupport="-1"),
    "ClaimSupportAsserted": around("claim", status='"asserted"') + "@one kg:uses @two .",
    "ClaimSupportCounted": around("claim", claimSupport="2"),
    "ClaimSupportCounted b": around("claim", status='"asserted"', claimSupport="3")
    + "@one kg:uses @two .",
    "ClaimMention": around("claim", claimMention="@one"),
    "ClaimMentionPaper": RIGHT["paper"]
    + around("claim")
    + "paper:x kg:mentionsEntity @one . mention:x kg:mentionPaper paper:x .",
    "ClaimMentionInside": around("claim", evidenceStart="7001", evidenceText='"bc"'),
    "ClaimMentionInside b": around("claim", subject="@dataset", object="@modality"),
    "MentionAddress": RIGHT["mention"].replace("mention:x", "mention:y"),
    "MentionOnly": made("mention", a=""),
    "MentionPaper": made("mention", mentionPaper=""),
    "MentionEntity": made("mention", mentionEntity="@one, @two"),
    "MentionEntity b": made("mention", mentionEntity='"one"'),
    "MentionText": made("mention", mentionText=""),
    "EvidenceStart": made("mention", evidenceStart="-1"),
    "EvidenceStart b": made("mention", evidenceStart="_:x"),
    "EvidenceStart c": made("mention", evidenceStart='"x"^^xsd:integer'),
    "EvidenceStart d": made("mention", evidenceStart="99999999999999999999"),
    "EvidenceEnd": around("claim", evidenceEnd=""),
    "EvidenceOrder": made("mention", evidenceStart="7003", mentionText='""'),
    "EvidenceRule": made("mention", rule=""),
    "EvidenceRule b": made("merge", rule='"a", "b"') + RIGHT["method"],
    "EvidenceConfidence": made("mention", confidence="1.5"),
    "EvidenceConfidence b": made("mention", confidence="1"),
    "EvidenceText": made("result", evidenceText='"abc", "def"'),
    "EvidenceLength": made("mention", evidenceEnd="7004"),
    "EvidenceMentioned": made("mention", mentionEntity="@odd"),
    "EvidenceMentioned b": made("result", resultMethod="@odd"),
    "EvidenceMentioned c": around("claim", object="@odd"),
    "PlaceTarget": around("claim", hasTarget=""),
    "PlaceSource": around("claim") + made("span", hasSource="@one"),
    "PlaceOfClaim": RIGHT["paper"]
    + around("claim").replace("hasSource @paper", "hasSource paper:x"),
    "PlacePosition": around("span", hasSelector="quote:x"),
    "PlaceQuote": around("span", hasSelector="position:x, quote:x, quote:y")
    + RIGHT["quote"].replace("quote:x", "quote:y"),
    "PlaceSelector": around("span", hasSelector="position:x, @one"),
    "PositionStart": made("position", start="-1"),
    "PositionEnd": made("position", end='"3"'),
    "PositionStartOfClaim": around("claim", evidenceStart="6999", evidenceText='"abcd"'),
    "PositionEndOfClaim": around("claim", evidenceEnd="7004", evidenceText='"abcd"'),
    "QuoteText": made("quote", exact=""),
    "QuoteAround": made("quote", prefix=f'"{"x" * 33}"'),
    "QuoteAround b": made("quote", suffix='""'),
    "QuoteOfClaim": around("claim", evidenceText='"abd"'),
    "QuoteOfClaim b": around("claim", evidenceText=""),
}


class Sample:
    """The Turtle of some papers of the sample, and names in it that faults are made with."""

    def __init__(self, number: int | None) -> None:
        with SAMPLE.open("rb") as lines, assemble(islice(read_lines(lines), number)) as graph:
            self.files = {name: "".join(_lines(graph, name)) for name in turtle.FILES}
        store = pyoxigraph.Store()
        for content in self.files.values():
            store.load(content.encode(), format=pyoxigraph.RdfFormat.TURTLE)
        self.names = dict(_names(store))

    def spell(self, fault: str, mark: str) -> str:
        """Put names into a fault; nodes that it describes are its own."""
        fault = re.sub(r"@(\w+)", lambda m: self.names.get(m[1], m[0]), fault)
        digits = hashlib.sha256(mark.encode()).hexdigest()[:16]
        for letter in "xz":
            own = digits if letter == "x" else digits[::-1]
            kinds = "listing|merge|result|claim|mention|span|position|quote"
            fault = re.sub(rf"\b({kinds}):{letter}\b", rf"\1:{own}", fault)
        return re.sub(r"\b(paper|method|task):x\b", rf"\1:x{digits}", fault)

    def write(self, folder: Path, more: str = "") -> Path:
        for name, content in self.files.items():
            (folder / name).write_text(content + (more if name == EVIDENCE else ""), "utf-8")
        return folder


def _lines(graph: object, name: str) -> Iterator[str]:
    from kg.graph.rdf import core_triples, evidence_triples, prefixes

    triples = core_triples(graph) if name == CORE else evidence_triples(graph)  # type: ignore[arg-type]
    bound = {"fabio": "http://purl.org/spar/fabio/"} | prefixes(graph)  # type: ignore[arg-type]
    return turtle.lines(triples, bound)


def _names(store: pyoxigraph.Store) -> Iterator[tuple[str, str]]:
    def ask(sparql: str) -> list[str]:
        found = store.query(
            sparql,
            prefixes={
                "kg": ontology.load().namespace,
                "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
            },
        )
        assert isinstance(found, pyoxigraph.QuerySolutions)
        return [str(node) for node in next(iter(found))]

    free = "NOT EXISTS { ?c rdf:subject|rdf:object ?a ; rdf:subject|rdf:object ?b }"
    paper, one, two = ask(
        "SELECT ?p ?a ?b { ?p kg:mentionsEntity ?a , ?b , ?d , ?m . ?a a kg:Method . "
        "?b a kg:Method . ?d a kg:Dataset . ?m a kg:Modality . "
        f"FILTER(?a != ?b && {free}) }} ORDER BY ?p ?a ?b LIMIT 1"
    )
    yield from (("paper", paper), ("one", one), ("two", two))
    for kind in ("Dataset", "Metric", "Task", "Modality"):
        there = f"{paper} kg:mentionsEntity ?e ." if kind in {"Dataset", "Modality"} else ""
        yield kind.lower(), ask(f"SELECT ?e {{ {there} ?e a kg:{kind} }} ORDER BY ?e LIMIT 1")[0]
    odd = f"?e a kg:Method FILTER NOT EXISTS {{ {paper} kg:mentionsEntity ?e }}"
    yield "odd", ask(f"SELECT ?e {{ {odd} }} ORDER BY ?e LIMIT 1")[0]


@pytest.fixture(scope="module")
def few() -> Sample:
    return Sample(FEW)


def by_both(folder: Path) -> list[Finding]:
    """Check by both engines, which must agree."""
    found = check(folder, engine="sparql")
    assert set(found) ^ set(check(folder, engine="shacl")) == set()
    return found


@pytest.mark.parametrize("kind", ["", *GOOD])
def test_right_nodes_conform(kind: str, few: Sample, tmp_path: Path) -> None:
    more = around(kind) + RIGHT["method"] if kind else ""
    assert by_both(few.write(tmp_path, few.spell(more, kind))) == []


@pytest.mark.filterwarnings("ignore:Dataset:DeprecationWarning")  # pySHACL reads SHACL's shapes so
def test_other_validators_may_be_used(few: Sample, tmp_path: Path) -> None:
    """The shapes are right by SHACL's own shapes, and hold for the files as they are written."""
    few.write(tmp_path)
    data = rdflib.Graph()
    schema = ontology.default_folder()
    for path in (*(tmp_path / name for name in turtle.FILES), schema / ontology.SCHEMA):
        data.parse(path)
    conforms, _, told = pyshacl.validate(
        data, shacl_graph=str(schema / SHAPES), meta_shacl=True, inplace=True
    )
    assert conforms, told


@pytest.mark.parametrize("fault", FAULTS)
def test_fault_is_found(fault: str, few: Sample, tmp_path: Path) -> None:
    shape = fault.split()[0]
    found = by_both(few.write(tmp_path, few.spell(FAULTS[fault], fault)))
    assert shape in {f.shape for f in found}
    assert {f.severity for f in found} == {"Warning" if shape in WARNINGS else "Violation"}
    for finding in found:
        assert re.fullmatch(r"[A-Z][^;]*; [^;]*\.", finding.message)
        assert finding.focus
        assert "ontology#" not in finding.focus


def test_every_shape_has_its_fault() -> None:
    shapes = read(ontology.default_folder() / SHAPES)
    assert {shape.name for shape in shapes} == {fault.split()[0] for fault in FAULTS}
    assert {s.name for s in shapes if s.severity != "Violation"} == WARNINGS


def test_all_faults_at_once(tmp_path: Path) -> None:
    sample = Sample(None)
    assert {f.shape for f in by_both(sample.write(tmp_path))} <= WARNINGS
    more = "".join(sample.spell(FAULTS[fault], fault) + "\n" for fault in FAULTS)
    found = by_both(sample.write(tmp_path, more))
    # where all is wrong some faults undo others
    assert len({f.shape for f in found}) > 0.9 * len({fault.split()[0] for fault in FAULTS})


@pytest.mark.parametrize("seed", range(16))
def test_engines_agree_on_what_is_left(seed: int, few: Sample, tmp_path: Path) -> None:
    """Take triples out of the graph, and put others in whose ends come from anywhere in it."""
    chance = random.Random(seed)  # noqa: S311  no secret
    form = pyoxigraph.RdfFormat.TURTLE
    for name, content in few.files.items():
        triples = sorted((q.triple for q in pyoxigraph.parse(content, format=form)), key=str)
        kept = [triple for triple in triples if chance.random() > 0.01]
        added = [
            pyoxigraph.Triple(
                chance.choice(triples).subject if chance.random() < 0.5 else triple.subject,
                triple.predicate,
                chance.choice(triples).object if chance.random() < 0.5 else triple.object,
            )
            for triple in chance.sample(triples, 12)
        ]
        with (tmp_path / name).open("wb") as file:
            pyoxigraph.serialize(kept + added, file, format=form)
    assert by_both(tmp_path)
