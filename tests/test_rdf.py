"""The graph as RDF and as Turtle: what is said, in which terms, and that every parser agrees."""

from __future__ import annotations

import random
import re
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pyoxigraph
import pytest
import rdflib
from conftest import entity, extraction, hand_made, span
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rdflib import OWL, RDF, Namespace, URIRef

from kg import ontology
from kg.errors import ExportError
from kg.exporters import turtle
from kg.graph.assemble import assemble
from kg.graph.rdf import core_triples, evidence_triples, prefixes
from kg.graph.terms import (
    FOREIGN,
    IRI,
    STRING,
    XSD,
    Term,
    curie,
    date,
    day,
    decimal,
    integer,
    iri,
    python_value,
    web,
)
from kg.model import Listing, Record, Relation, Result

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kg.graph.knowledge_graph import KnowledgeGraph
    from kg.graph.terms import Triple
    from kg.model import Extraction

BASE = "https://w3id.org/paperkg/"
KG = Namespace("https://w3id.org/paperkg/ontology#")
ONE = URIRef(BASE + "paper/arxiv:2501.00001")


def kinds() -> Extraction:
    """Make a paper with names that are made one, linked to the outside, and kinds of each other."""
    record = Record(
        id="kinds",
        title="Kinds",
        abstract="A CNN such as a convolutional neural network, a spiking convolutional neural "
        "network and a Kalman filter. Methods such as the Kalman filter are methods.",
    )
    net = ("Method", "CNN")
    found = extraction(
        record,
        (
            entity(record, *net, "used"),
            entity(record, "Method", "spiking convolutional neural network", "used"),
            entity(record, "Method", "Kalman filter", "used"),
        ),
    )
    said = span(record, "A CNN such as a convolutional neural network")
    stated = Relation(("Method", "Kalman filter"), "broader", net, *said, "kind.such-as")
    return replace(found, kinds=(stated,))


def rich() -> list[Extraction]:
    """Make papers that between them fill every competency question and every kind of evidence."""
    first = Record(
        id="arxiv:2403.00001",
        title="FlickerNet \N{ROCKET}: from EEG to images",
        abstract="We propose FlickerNet, an extension of ResNet. Cafe\u0301: FlickerNet "
        "outperforms EEGNet on BETA. It reaches an accuracy of 91.5% for SSVEP decoding and "
        "draws images.",
        date="2024-03-01",
        doi="10.1000/a(b)<c>",
        arxiv="2403.00001",
        url="https://example.org/papers?id=1&x=\u00e9",
        authors=("A. Author", 'B. "Bee" Author'),
        listings=(Listing("a.txt", 1, "--03-01"), Listing("b.txt", 7)),
    )
    net, old, base, data = (
        ("Method", "FlickerNet"),
        ("Method", "EEGNet"),
        ("Method", "ResNet"),
        ("Dataset", "BETA"),
    )
    claim = span(first, "FlickerNet outperforms EEGNet on BETA")
    one = extraction(
        first,
        (
            entity(first, *net, "proposed"),
            entity(first, *base, "used"),
            entity(first, *old, "compared"),
            entity(first, *data, "used"),
            entity(first, "Modality", "EEG", "input"),
            entity(first, "Modality", "image", "output", "images"),
            entity(first, "Metric", "accuracy", "reported"),
            entity(first, "Task", "SSVEP decoding", "addressed"),
        ),
        (
            Relation(net, "outperforms", old, *claim, "hand"),
            Relation(net, "extends", base, *span(first, "FlickerNet, an extension of ResNet"), "h"),
            Relation(net, "evaluatedOn", data, *claim, "hand"),
        ),
        (
            Result(
                "91.5%",
                "91.50",
                "%",
                "absolute",
                (("method", net[1]), ("metric", "accuracy"), ("dataset", data[1])),
                *span(first, "an accuracy of 91.5%"),
                "hand",
            ),
        ),
    )
    one = replace(
        one,
        urls=(
            "https://github.com/a/b",
            "https://project.example.org/",
            "https://gitlab.inria.fr/x/y",
            "javascript:alert(1)",
            "https://exa mple.org/",
        ),
    )
    second = Record(
        id="b",
        title="EEGNet revisited",
        abstract="EEGNet outperforms FlickerNet, which has an accuracy of 90.25% on BETA. It might "
        "reach 99% and will extend ResNet.",
        date="2023",
    )
    claim = span(second, "EEGNet outperforms FlickerNet")
    links = (("method", net[1]), ("metric", "accuracy"), ("dataset", data[1]))
    two = extraction(
        second,
        (
            entity(second, *old, "proposed"),
            entity(second, *net, "compared"),
            entity(second, *base, "used"),
            entity(second, *data, "used"),
            entity(second, "Metric", "accuracy", "reported"),
        ),
        (
            Relation(old, "outperforms", net, *claim, "hand"),
            Relation(old, "extends", base, *span(second, "will extend ResNet"), "h", "future", 0.5),
        ),
        (
            Result("90.25%", "90.25", "%", "absolute", links, *span(second, "90.25%"), "hand"),
            Result("99%", "99", "%", "absolute", links, *span(second, "99%"), "hand", "hedged"),
        ),
    )
    return [one, two]


@pytest.fixture
def rich_graph() -> Iterator[KnowledgeGraph]:
    with assemble(rich()) as assembled:
        yield assembled


def everything(graph: KnowledgeGraph) -> list[Triple]:
    return [*core_triples(graph), *evidence_triples(graph)]


def oxigraph_triples(path: Path) -> list[tuple[str, str, Term]]:
    found = []
    for quad in pyoxigraph.parse(path=str(path), format=pyoxigraph.RdfFormat.TURTLE):
        assert isinstance(quad.subject, pyoxigraph.NamedNode)
        if isinstance(quad.object, pyoxigraph.Literal):
            term = Term(quad.object.value, quad.object.datatype.value)
        else:
            assert isinstance(quad.object, pyoxigraph.NamedNode)
            term = iri(quad.object.value)
        found.append((quad.subject.value, quad.predicate.value, term))
    return found


def rdflib_terms(graph: rdflib.Graph) -> set[tuple[str, str, Term]]:
    return {
        (
            str(s),
            str(p),
            Term(str(o), str(o.datatype or STRING))
            if isinstance(o, rdflib.Literal)
            else iri(str(o)),
        )
        for s, p, o in graph
    }


def parsed(folder: Path) -> rdflib.Graph:
    graph = rdflib.Graph()
    for name in turtle.FILES:
        graph.parse(folder / name, format="turtle")
    return graph


@pytest.mark.parametrize("made", [hand_made, rich])
def test_every_parser_reads_the_same(
    made: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # rdflib would rewrite 1.50 as 1.5 while it reads
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    with assemble(made()) as graph:  # type: ignore[operator]
        turtle.write(graph, tmp_path)
        expected = everything(graph)
        for name, triples in zip(
            turtle.FILES, (core_triples(graph), evidence_triples(graph)), strict=True
        ):
            assert oxigraph_triples(tmp_path / name) == sorted(
                triples, key=lambda t: (t[0], t[1] != str(RDF.type), t)
            )
        view = graph.to_rdf()
    assert len(expected) == len(set(expected)) > 100
    assert rdflib_terms(parsed(tmp_path)) == set(expected)
    assert rdflib_terms(view) == set(expected)
    assert dict(view.namespaces())["method"] == URIRef(BASE + "method/")


def test_triples_are_sorted(rich_graph: KnowledgeGraph) -> None:
    for stream in (core_triples(rich_graph), evidence_triples(rich_graph)):
        triples = list(stream)
        assert triples == sorted(set(triples))


def test_order_of_input_leaves_no_trace(tmp_path: Path) -> None:
    seen = set()
    for seed in range(4):
        shuffled = hand_made() + rich()
        random.Random(seed).shuffle(shuffled)  # noqa: S311
        with assemble(shuffled) as graph:
            turtle.write(graph, tmp_path)
        seen.add(tuple((tmp_path / name).read_bytes() for name in turtle.FILES))
    assert len(seen) == 1
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(turtle.FILES)


def test_text_is_utf8_with_line_feeds(rich_graph: KnowledgeGraph, tmp_path: Path) -> None:
    turtle.write(rich_graph, tmp_path)
    for name in turtle.FILES:
        content = (tmp_path / name).read_bytes()
        assert b"\r" not in content
        assert content.endswith(b" .\n")
        assert "\N{ROCKET}" in content.decode() or name == "evidence.ttl"


def test_writing_in_vain_is_told(rich_graph: KnowledgeGraph, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ExportError):
        turtle.write(rich_graph, tmp_path / "file")


def test_paper(rich_graph: KnowledgeGraph) -> None:
    paper = f"{BASE}paper/arxiv:2403.00001"
    said = {(p, o) for s, p, o in core_triples(rich_graph) if s == paper}
    dcterms, schema = FOREIGN["dcterms"], FOREIGN["schema"]
    title = Term("FlickerNet \N{ROCKET}: from EEG to images")
    assert {
        (str(RDF.type), iri(str(KG.Paper))),
        (str(RDF.type), iri(FOREIGN["fabio"] + "ResearchPaper")),
        (dcterms + "title", title),
        (FOREIGN["rdfs"] + "label", title),
        (dcterms + "identifier", Term("arxiv:2403.00001")),
        (dcterms + "identifier", Term("doi:10.1000/a(b)<c>")),
        (dcterms + "creator", Term('B. "Bee" Author')),
        (dcterms + "issued", Term("2024-03-01", XSD + "date")),
        (FOREIGN["fabio"] + "hasArXivId", Term("2403.00001")),
        (schema + "sameAs", iri("https://doi.org/10.1000/a%28b%29%3Cc%3E")),
        (schema + "url", iri("https://example.org/papers?id=1&x=%C3%A9")),
        (schema + "codeRepository", iri("https://github.com/a/b")),
        (schema + "codeRepository", iri("https://gitlab.inria.fr/x/y")),
        (FOREIGN["rdfs"] + "seeAlso", iri("https://project.example.org/")),
        (str(KG.proposesMethod), iri(BASE + "method/flickernet")),
        (str(KG.mentionsEntity), iri(BASE + "method/flickernet")),
    } <= said
    addresses = [o.value for p, o in said if p.endswith(("codeRepository", "seeAlso"))]
    assert len(addresses) == 3  # neither a script nor a broken address


def test_every_role_is_a_mention_too(rich_graph: KnowledgeGraph) -> None:
    triples = set(core_triples(rich_graph))
    roles = {str(KG[r.property]) for r in rich_graph.ontology.roles}
    stated = [(s, o) for s, p, o in triples if p in roles]
    assert stated
    assert all((s, str(KG.mentionsEntity), o) in triples for s, o in stated)


def test_listings_are_nodes_with_names(rich_graph: KnowledgeGraph) -> None:
    view = rich_graph.to_rdf()
    found = {
        (str(view.value(n, KG.listingPage)), view.value(n, KG.listingDay))
        for n in view.objects(None, KG.listedAs)
    }
    day_term = rdflib.Literal("--03-01", datatype=URIRef(XSD + "gMonthDay"), normalize=False)
    assert found == {("a.txt", day_term), ("b.txt", None)}


def test_names_and_aliases_are_labels(graph: KnowledgeGraph) -> None:
    triples = set(core_triples(graph))
    skos, label = FOREIGN["skos"], FOREIGN["rdfs"] + "label"
    image = BASE + "modality/image"
    assert (image, skos + "prefLabel", Term("image")) in triples
    for alias in ("images", "Images"):
        assert (image, skos + "altLabel", Term(alias)) in triples
        assert (image, label, Term(alias)) in triples
    assert (image, label, Term("image")) in triples
    assert (BASE + "method/eegnet", str(KG.papers), integer(3)) in triples


def test_only_asserted_results_are_reported(rich_graph: KnowledgeGraph) -> None:
    core, evidence = set(core_triples(rich_graph)), set(evidence_triples(rich_graph))
    value, status = str(KG.valueText), str(KG.resultStatus)
    assert {o.value for _, p, o in core if p == value} == {"91.5%", "90.25%"}
    assert {o.value for _, p, o in evidence if p == value} == {"99%"}
    assert {o.value for _, p, o in evidence if p == status} == {"hedged"}
    assert not any(p == status for _, p, _ in core)
    reported = {o.value for _, p, o in core | evidence if p == str(KG.reportsResult)}
    assert reported == {s for s, p, _ in core if p == value}
    assert {o for _, p, o in core if p == str(KG.value)} == {decimal("91.5"), decimal("90.25")}


def test_only_asserted_claims_are_plain_triples(rich_graph: KnowledgeGraph) -> None:
    view = rich_graph.to_rdf()
    plain, stated = set(), set()
    for claim in view.subjects(RDF.type, KG.Claim):
        triple = tuple(view.value(claim, p) for p in (RDF.subject, RDF.predicate, RDF.object))
        assert (claim, RDF.type, RDF.Statement) in view
        if str(view.value(claim, KG.status)) == "asserted":
            stated.add(triple)
        plain.add(triple)
    relations = {KG[r.name] for r in rich_graph.ontology.relations}
    assert {t for t in view if t[1] in relations} == stated
    assert len(plain - stated) == 1


def test_evidence_text_is_what_the_offsets_say(rich_graph: KnowledgeGraph) -> None:
    texts = {f"{BASE}paper/{e.record.id}": e for e in rich()}
    view = rich_graph.to_rdf()
    seen = 0
    for node, _, text in view.triples((None, KG.evidenceText, None)):
        paper = view.value(node, KG.claimPaper) or view.value(node, KG.resultPaper)
        record = texts[str(paper)].record
        start, end = (int(str(view.value(node, p))) for p in (KG.evidenceStart, KG.evidenceEnd))
        assert f"{record.title}\n{record.abstract}"[start:end] == str(text)
        seen += 1
    assert seen == 8


def test_without_text_offsets_remain() -> None:
    bare = [replace(e, record=replace(e.record, abstract="")) for e in rich()]
    with closing(assemble(bare)) as graph, closing(assemble(rich())) as full:
        left_out = set(everything(full)) - set(everything(graph))
        quote = f"{BASE}quote/"
        assert {p for s, p, _ in left_out if not s.startswith(quote)} == {
            str(KG.evidenceText),
            FOREIGN["oa"] + "hasSelector",
        }
        assert not [s for s, _, _ in everything(graph) if s.startswith(quote)]
        assert set(everything(graph)) < set(everything(full))


def test_every_term_is_declared(rich_graph: KnowledgeGraph, graph: KnowledgeGraph) -> None:
    schema = rdflib.Graph().parse(ontology.default_folder() / ontology.SCHEMA)
    declared = set(schema.subjects(RDF.type, None))
    for _, predicate, term in [*everything(rich_graph), *everything(graph)]:
        for address in [predicate, term.value] if term.datatype == IRI else [predicate]:
            if address.startswith(str(KG)):
                assert URIRef(address) in declared, address
        is_foreign = predicate.startswith(tuple(FOREIGN.values()))
        assert is_foreign or predicate.startswith(str(KG)), predicate
        kinds = set(schema.objects(URIRef(predicate), RDF.type))
        if OWL.ObjectProperty in kinds:
            assert term.datatype == IRI
        if OWL.DatatypeProperty in kinds:
            assert term.datatype != IRI


def test_no_blank_nodes(rich_graph: KnowledgeGraph) -> None:
    assert not any(isinstance(n, rdflib.BNode) for t in rich_graph.to_rdf() for n in t)


@pytest.mark.parametrize("base", ["https://example.org/kg#", "http://localhost:8000/a/"])
def test_other_bases(base: str, tmp_path: Path) -> None:
    with assemble(rich(), base=base) as graph:
        turtle.write(graph, tmp_path)
        assert prefixes(graph)["method"] == f"{base}method/"
        expected = len(everything(graph))
    assert sum(len(oxigraph_triples(tmp_path / name)) for name in turtle.FILES) == expected
    assert "method:flickernet\n" in (tmp_path / "graph.ttl").read_text(encoding="utf-8")


NASTY = [
    'quote " and \\ and \\u0041',
    "line\nfeed\rreturn\ttab",
    "\x00\x07\x1b[31m\x7f\x85\u2028\u2029\ufeff\ufffe",
    '""" . <http://evil.example/> a <http://evil.example/x> . """',
    "> <http://evil.example/> <",
    "\u202ertl\u2066 \N{ROCKET} e\u0301",
    "' OR 1=1 --",
]


@pytest.mark.parametrize("text", NASTY)
def test_injection_stays_text(text: str, tmp_path: Path) -> None:
    hostile = Record(id=text, title=text, abstract="A net.", authors=(text,), doi=text, arxiv=text)
    with assemble([extraction(hostile, (entity(hostile, "Method", "net", "used"),))]) as graph:
        turtle.write(graph, tmp_path)
        expected = set(everything(graph))
    found = oxigraph_triples(tmp_path / "graph.ttl")
    assert set(found) <= expected
    assert {o.value for _, p, o in found if p == FOREIGN["dcterms"] + "title"} == {text}
    assert rdflib_terms(parsed(tmp_path)) == expected
    assert not re.search(
        "[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u202e]", (tmp_path / "graph.ttl").read_text()
    )


@settings(deadline=None)
@given(st.lists(st.text(max_size=30), min_size=1, max_size=5))
def test_literals_survive(texts: list[str]) -> None:
    subject, predicate = "http://example.org/s", "http://example.org/p"
    written = "".join(turtle.lines([(subject, predicate, Term(t)) for t in texts], {}))
    read = pyoxigraph.parse(written.encode(), format=pyoxigraph.RdfFormat.TURTLE)
    assert [quad.object.value for quad in read] == texts
    view = rdflib.Graph().parse(data=written, format="turtle")
    assert {str(o) for o in view.objects()} == set(texts)


@settings(deadline=None)
@given(st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), max_size=12))
@example("a.")
@example("0-1:x")
@example("-a")
def test_short_forms_mean_the_same(local: str) -> None:
    space = "http://example.org/x/"
    address = space + re.sub(r"[^A-Za-z0-9._:~%-]", "_", local).replace("%", "%25")
    triple = (address, address, Term("1", address))
    written = "".join(turtle.lines([triple], {"x": space}))
    (quad,) = pyoxigraph.parse(written.encode(), format=pyoxigraph.RdfFormat.TURTLE)
    assert isinstance(quad.object, pyoxigraph.Literal)
    assert {quad.subject.value, quad.predicate.value, quad.object.datatype.value} == {address}
    ((s, p, _),) = rdflib.Graph().parse(data=written, format="turtle")
    assert {str(s), str(p)} == {address}


def test_iris_that_are_none_are_percent_encoded() -> None:
    written = "".join(turtle.lines([("http://e/a b>", "http://e/p", iri("http://e/\n\"'"))], {}))
    assert written == "\n<http://e/a%20b%3E>\n    <http://e/p> <http://e/%0A%22'> .\n"


def test_curie_needs_a_plain_local_part() -> None:
    spaces = {"http://e/": "e", "http://e/x#": "x"}
    assert curie("http://e/x#a", spaces) == "x:a"
    assert curie("http://e/a:b.c", spaces) == "e:a:b.c"
    for address in ("http://e/", "http://e/a.", "http://e/a:", "http://e/(a)", "http://other/a"):
        assert not curie(address, spaces)


@given(st.decimals(allow_nan=True, allow_infinity=True))
def test_decimals_keep_their_value(number: Decimal) -> None:
    term = decimal(str(number))
    if not number.is_finite() or abs(number.adjusted()) > 60:
        assert term is None
        return
    assert term is not None
    assert Decimal(term.value) == number
    assert re.fullmatch(r"-?(0|[1-9]\d*)\.(0|\d*[1-9])", term.value)
    assert decimal(term.value) == term
    assert python_value(term) == number


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("2024", "gYear"),
        ("2024-02", "gYearMonth"),
        ("2024-02-29", "date"),
        ("2023-02-29", ""),
        ("2024-13", ""),
        ("0000", ""),
        ("24-02", ""),
        ("20240229", ""),
        ("\u0662\u0660\u0662\u0664", ""),
        ("", ""),
    ],
)
def test_dates(text: str, kind: str) -> None:
    assert date(text) == (Term(text, XSD + kind) if kind else None)


def test_days() -> None:
    assert day("--12-31") == Term("--12-31", XSD + "gMonthDay")
    assert [day(t) for t in ("", "12-31", "--12-32", "---31", "--12-31Z")] == [None] * 5


@pytest.mark.parametrize(
    "address",
    [
        "",
        "example.org",
        "ftp://example.org/",
        "https:///path",
        "https://[::1]/",
        "https://[::1",
        "https://a_b.example/",
        "https://example.org/%zz",
        "https://example.org/a#b#c",
        "https://example.org/[x]",
        "https://user:pass@example.org/",
        "https://example.org/a\nb",
        "https://example.org/\ud800",
        "data:text/html,x",
        "https:example.org",
    ],
)
def test_addresses_that_are_none(address: str) -> None:
    assert web(address) is None


@given(st.text(max_size=20))
def test_addresses_are_valid_iris(tail: str) -> None:
    term = web(f"https://example.org/{tail}")
    if term is not None:
        written = "".join(turtle.lines([(term.value, term.value, term)], {}))
        (quad,) = pyoxigraph.parse(written.encode(), format=pyoxigraph.RdfFormat.TURTLE)
        assert quad.object.value == term.value
        assert web(term.value) == term


def test_python_values() -> None:
    assert python_value(Term("2.5", XSD + "double")) == 2.5
    assert python_value(Term("false", XSD + "boolean")) is False
    assert python_value(Term("many", XSD + "integer")) == "many"
    assert python_value(iri("http://example.org/")) == "http://example.org/"
