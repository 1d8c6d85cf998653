"""The RDF formats beside Turtle: each says the same, to parsers that others wrote."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any

import pyoxigraph
import pytest
import rdflib
from conftest import entity, extraction, hand_made
from hypothesis import given, settings
from hypothesis import strategies as st
from pyld import jsonld as pyld
from test_rdf import NASTY, kinds, rich

from kg import registry
from kg.build import build
from kg.errors import UnknownNameError
from kg.exporters import jsonld, nquads, ntriples, rdf12, trig, turtle
from kg.exporters.jsonld import Context
from kg.graph.assemble import assemble
from kg.graph.descriptions import by_shape, described, to_iris, without_empty
from kg.graph.rdf import core_triples, evidence_triples, graph_names
from kg.graph.terms import FOREIGN, INTEGER, IRI, STRING, XSD, Term
from kg.model import Record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from conftest import Run

    from kg.graph.descriptions import Shape
    from kg.graph.knowledge_graph import KnowledgeGraph
    from kg.graph.terms import Triple

RDF = FOREIGN["rdf"]
FORMATS = (turtle, ntriples, nquads, trig, jsonld, rdf12)
BESIDE = FORMATS[1:]
RDFLIB_ITSELF = pytest.mark.filterwarnings(  # its parsers use what it deprecates
    "ignore:ConjunctiveGraph is deprecated:DeprecationWarning",
    "ignore:Dataset:DeprecationWarning",
)
Said = set[tuple[str, str, str, str]]


def hostile() -> list[object]:
    """Make papers whose every text tries to be something else."""
    found: list[object] = []
    for number, text in enumerate(NASTY):
        record = Record(
            id=text, title=text, abstract=f"A net {number}.", authors=(text,), doi=text, arxiv=text
        )
        found.append(extraction(record, (entity(record, "Method", f"net {number}", "used"),)))
    return found


MADE = {"hand-made": hand_made, "rich": rich, "kinds": lambda: [kinds()], "hostile": hostile}


@pytest.fixture(params=sorted(MADE))
def some_graph(request: pytest.FixtureRequest) -> Iterator[KnowledgeGraph]:
    with assemble(MADE[request.param]()) as graph:  # type: ignore[arg-type]
        yield graph


def said(triples: Iterable[Triple]) -> Said:
    return {(s, p, term.value, term.datatype) for s, p, term in triples}


def core_and_evidence(graph: KnowledgeGraph) -> tuple[Said, Said]:
    return said(core_triples(graph)), said(evidence_triples(graph))


def as_said(quad: pyoxigraph.Quad | pyoxigraph.Triple) -> tuple[str, str, str, str]:
    assert isinstance(quad.subject, pyoxigraph.NamedNode)
    if isinstance(quad.object, pyoxigraph.Literal):
        value, datatype = quad.object.value, quad.object.datatype.value
    else:
        assert isinstance(quad.object, pyoxigraph.NamedNode)
        value, datatype = quad.object.value, IRI
    return quad.subject.value, quad.predicate.value, value, datatype


def oxigraph(text: str | bytes, kind: pyoxigraph.RdfFormat) -> Said:
    return {as_said(quad) for quad in pyoxigraph.parse(text, format=kind)}


def graphs(text: bytes, kind: pyoxigraph.RdfFormat) -> dict[str, Said]:
    found: dict[str, Said] = {}
    for quad in pyoxigraph.parse(text, format=kind):
        assert isinstance(quad.graph_name, pyoxigraph.NamedNode)
        found.setdefault(quad.graph_name.value, set()).add(as_said(quad))
    return found


def of_rdflib(graph: rdflib.Graph) -> Said:
    return {
        (
            str(s),
            str(p),
            str(o),
            str(o.datatype or STRING) if isinstance(o, rdflib.Literal) else IRI,
        )
        for s, p, o in graph
    }


def without_statements(text: str) -> Said:
    """Read RDF 1.2 and say what a claim reifies in the words of RDF 1.1."""
    found = set()
    for quad in pyoxigraph.parse(text, format=pyoxigraph.RdfFormat.TURTLE):
        if isinstance(quad.object, pyoxigraph.Triple):
            assert isinstance(quad.subject, pyoxigraph.NamedNode)
            assert quad.predicate.value == RDF + "reifies"
            subject, predicate, value, kind = as_said(quad.object)
            assert kind == IRI
            claim = quad.subject.value
            ends = {"subject": subject, "predicate": predicate, "object": value}
            found |= {(claim, RDF + name, end, IRI) for name, end in ends.items()}
            found.add((claim, RDF + "type", RDF + "Statement", IRI))
        else:
            found.add(as_said(quad))
    return found


def test_lines_say_the_same(some_graph: KnowledgeGraph, tmp_path: Path) -> None:
    ntriples.write(some_graph, tmp_path)
    for name, expected in zip(ntriples.FILES, core_and_evidence(some_graph), strict=True):
        text = (tmp_path / name).read_bytes()
        assert oxigraph(text, pyoxigraph.RdfFormat.N_TRIPLES) == expected
        assert text.count(b"\n") == len(expected)
        assert {line[-2:] for line in text.splitlines()} <= {b" ."}
        view = rdflib.Graph().parse(data=text.decode(), format="nt")
        assert len(view) == len(expected)


@RDFLIB_ITSELF
def test_named_graphs_say_the_same(some_graph: KnowledgeGraph, tmp_path: Path) -> None:
    nquads.write(some_graph, tmp_path)
    trig.write(some_graph, tmp_path)
    parts = zip(graph_names(some_graph), core_and_evidence(some_graph), strict=True)
    expected = {name: triples for name, triples in parts if triples}
    lines = (tmp_path / nquads.FILES[0]).read_bytes()
    assert graphs(lines, pyoxigraph.RdfFormat.N_QUADS) == expected
    text = (tmp_path / trig.FILES[0]).read_bytes()
    assert graphs(text, pyoxigraph.RdfFormat.TRIG) == expected
    view = rdflib.Dataset().parse(data=text.decode(), format="trig")
    assert len(view) == sum(map(len, expected.values()))


@RDFLIB_ITSELF
def test_json_says_the_same(
    some_graph: KnowledgeGraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    jsonld.write(some_graph, tmp_path)
    for name, expected in zip(jsonld.FILES, core_and_evidence(some_graph), strict=True):
        text = (tmp_path / name).read_text(encoding="utf-8")
        document = json.loads(text)
        lines = pyld.to_rdf(document, {"format": "application/n-quads"})
        assert oxigraph(lines, pyoxigraph.RdfFormat.N_QUADS) == expected
        assert oxigraph(text, pyoxigraph.RdfFormat.JSON_LD) == expected
        view = rdflib.Graph().parse(data=text, format="json-ld")
        assert of_rdflib(view) == expected
        assert len(pyld.expand(document)) == len({s for s, *_ in expected})
        assert text.count("\n") == len({s for s, *_ in expected}) + 3


def test_json_is_for_people_too(tmp_path: Path) -> None:
    with assemble(rich()) as graph:
        jsonld.write(graph, tmp_path)
    nodes: dict[str, dict[str, Any]] = {}
    for name in jsonld.FILES:
        document = json.loads((tmp_path / name).read_text(encoding="utf-8"))
        assert "http" not in json.dumps(list(document["@context"]))
        nodes |= {node["id"]: node for node in document["@graph"]}
    paper = nodes["paper:arxiv:2403.00001"]
    assert list(paper)[:2] == ["id", "type"]
    assert paper["proposesMethod"] == "method:flickernet"
    assert nodes["method:flickernet"]["papers"] == 2
    assert {n["evidenceStart"] for n in nodes.values() if n.get("type") == "Mention"} >= {0}


def test_rdf12_says_the_same(some_graph: KnowledgeGraph, tmp_path: Path) -> None:
    rdf12.write(some_graph, tmp_path)
    text = (tmp_path / rdf12.FILES[0]).read_text(encoding="utf-8")
    core, evidence = core_and_evidence(some_graph)
    assert without_statements(text) == core | evidence


def test_rdf12_annotates_what_is_asserted_and_quotes_the_rest(tmp_path: Path) -> None:
    with assemble(rich()) as graph:
        rdf12.write(graph, tmp_path)
    quads = list(
        pyoxigraph.parse(path=tmp_path / rdf12.FILES[0], format=pyoxigraph.RdfFormat.TURTLE)
    )
    stated = {quad.triple for quad in quads}
    status = {q.subject: q.object.value for q in quads if q.predicate.value.endswith("#status")}
    reified = {q.subject: q.object for q in quads if isinstance(q.object, pyoxigraph.Triple)}
    assert {*status} == {*reified}
    assert {"asserted", "future"} == {*status.values()}
    for claim, triple in reified.items():
        assert (triple in stated) == (status[claim] == "asserted")


def test_order_of_input_leaves_no_trace(tmp_path: Path) -> None:
    seen = set()
    for seed in range(3):
        shuffled = hand_made() + rich()
        random.Random(seed).shuffle(shuffled)  # noqa: S311
        with assemble(shuffled) as graph:
            for exporter in BESIDE:
                exporter.write(graph, tmp_path)
        names = sorted(name for exporter in BESIDE for name in exporter.FILES)
        seen.add(tuple((tmp_path / name).read_bytes() for name in names))
    assert len(seen) == 1


def test_every_format_can_be_empty(tmp_path: Path) -> None:
    with assemble([]) as graph:
        for exporter in FORMATS:
            exporter.write(graph, tmp_path)
    kinds = {
        "nt": pyoxigraph.RdfFormat.N_TRIPLES,
        "nq": pyoxigraph.RdfFormat.N_QUADS,
        "trig": pyoxigraph.RdfFormat.TRIG,
        "ttl": pyoxigraph.RdfFormat.TURTLE,
        "jsonld": pyoxigraph.RdfFormat.JSON_LD,
    }
    for path in tmp_path.iterdir():
        kind = kinds[path.suffix.removeprefix(".")]
        assert not list(pyoxigraph.parse(path=path, format=kind)), path.name


@pytest.mark.parametrize("exporter", BESIDE, ids=lambda e: str(e.FORMAT))
def test_they_are_asked_for_by_name(exporter: object) -> None:
    assert registry.find("exporters", exporter.FORMAT) is exporter  # type: ignore[attr-defined]
    assert not exporter.DEFAULT
    assert not exporter.VIEW


@pytest.mark.parametrize("base", ["https://example.org/kg#", "http://localhost:8000/it's/"])
def test_other_bases(base: str, tmp_path: Path) -> None:
    with assemble(rich(), base=base) as graph:
        for exporter in FORMATS:
            exporter.write(graph, tmp_path)
        core, evidence = core_and_evidence(graph)
    text = (tmp_path / "graph.jsonld").read_text(encoding="utf-8")
    assert oxigraph(text, pyoxigraph.RdfFormat.JSON_LD) == core
    assert without_statements((tmp_path / rdf12.FILES[0]).read_text("utf-8")) == core | evidence
    lines = (tmp_path / "graph.nq").read_bytes()
    assert graphs(lines, pyoxigraph.RdfFormat.N_QUADS) == dict(
        zip((f"{base}graph/core", f"{base}graph/evidence"), (core, evidence), strict=True)
    )


LOCAL = st.text("abzAZ09_-.:~%!$&'()*+,;=@/?#", max_size=12).map(lambda t: t.replace("%", "%25"))
TERMS = st.one_of(
    st.text(max_size=20).map(Term),
    st.builds(lambda local: Term(f"http://e/x/{local}", IRI), LOCAL),
    st.builds(Term, st.integers().map(str), st.just(INTEGER)),
    st.builds(Term, st.sampled_from(["1.50", "007", "x", "-0.0", "1e5"]), st.just(XSD + "decimal")),
    st.builds(Term, st.sampled_from(["007", "+1", "-0", "x"]), st.just(INTEGER)),
)
CONTEXT = {
    "x": "http://e/x/",
    "id": "@id",
    "type": "@type",
    "link": {"@id": "x:link", "@type": "@id"},
    "number": {"@id": "x:number", "@type": INTEGER},
    "plain": "x:plain",
    "Kind": "x:Kind",
}
PREDICATES = st.sampled_from(
    [*(f"http://e/x/{name}" for name in ("link", "number", "plain", "other")), "http://o/p"]
)


@settings(deadline=None)
@given(
    st.lists(st.tuples(PREDICATES, TERMS), min_size=1, max_size=6),
    st.lists(st.sampled_from(["http://e/x/Kind", "http://e/x/a", "http://o/k"]), unique=True),
    LOCAL,
)
def test_anything_survives(pairs: list[tuple[str, Term]], types: list[str], local: str) -> None:
    subject = f"http://e/x/s{local}"
    every = sorted({*pairs, *((RDF + "type", Term(kind, IRI)) for kind in types)})
    found = described(subject, every)
    expected = {(subject, p, *term) for p, term in every}
    bound = {"x": "http://e/x/"}
    lines = "".join(ntriples.statements(iter([found]), turtle.Spelled({}, is_short=False)))
    assert oxigraph(lines, pyoxigraph.RdfFormat.N_TRIPLES) == expected
    text = "".join(turtle.declared(bound)) + turtle.block(turtle.Spelled(bound))(found)
    assert oxigraph(text, pyoxigraph.RdfFormat.TURTLE) == expected
    json_text = "".join(jsonld.lines(iter([found]), Context(CONTEXT, bound)))
    assert oxigraph(json_text, pyoxigraph.RdfFormat.JSON_LD) == expected
    read = pyld.to_rdf(json.loads(json_text), {"format": "application/n-quads"})
    assert oxigraph(read, pyoxigraph.RdfFormat.N_QUADS) == expected


def test_a_context_keeps_no_default_that_changes_meanings() -> None:
    with assemble(rich()) as graph:
        path = graph.ontology.folder / jsonld.CONTEXT
    assert "@version" in json.loads(path.read_text(encoding="utf-8"))["@context"]
    assert not {"@vocab", "@language", "@base"} & {*jsonld.read_terms(path)}
    assert jsonld.read_terms(path.parent / "none.jsonld") == {}


def test_shapes_are_worked_out_once() -> None:
    made: list[Shape] = []

    def measured(shape: Shape) -> int:
        made.append(shape)
        return len(shape)

    size = by_shape(measured)
    shape = to_iris("p", "q")
    assert [size(shape), size(shape), size(to_iris("p", "q")), size(to_iris("p"))] == [2, 2, 2, 1]
    assert made == [shape, to_iris("p")]
    for number in range(5000):
        assert size(to_iris(str(number))) == 1
    assert without_empty(("s", shape, ["a", ""])) == ("s", to_iris("p"), ["a"])


def test_claims_have_spans_support_and_mentions() -> None:
    with assemble(rich()) as graph:
        view = graph.to_rdf()
    rows = view.query("""
        PREFIX kg: <https://w3id.org/paperkg/ontology#>
        PREFIX oa: <http://www.w3.org/ns/oa#>
        SELECT ?claim ?start ?end ?text ?support (COUNT(?mention) AS ?mentions) WHERE {
          ?claim a kg:Claim ; kg:claimPaper ?paper ; kg:claimSupport ?support ;
            kg:evidenceStart ?start ; kg:evidenceEnd ?end ; kg:evidenceText ?text ;
            kg:status ?status ; oa:hasTarget ?span .
          ?span a oa:SpecificResource ; oa:hasSource ?paper ; oa:hasSelector ?position , ?quote .
          ?position a oa:TextPositionSelector ; oa:start ?start ; oa:end ?end .
          ?quote a oa:TextQuoteSelector ; oa:exact ?text .
          ?claim kg:claimMention ?mention .
          ?mention kg:mentionPaper ?paper .
          FILTER EXISTS { ?claim <http://www.w3.org/1999/02/22-rdf-syntax-ns#subject>|
            <http://www.w3.org/1999/02/22-rdf-syntax-ns#object> ?x . ?mention kg:mentionEntity ?x }
        } GROUP BY ?claim ?start ?end ?text ?support""")
    found = {str(row.text): (int(row.support), int(row.mentions)) for row in rows}  # type: ignore[union-attr]
    assert found == {
        "FlickerNet outperforms EEGNet on BETA": (1, 2),
        "FlickerNet, an extension of ResNet": (1, 2),
        "EEGNet outperforms FlickerNet": (1, 2),
        "will extend ResNet": (0, 1),
    }


def test_build_writes_what_is_asked_for(tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text('{"id": "a", "title": "A net", "abstract": "We propose FlickerNet."}\n')
    report = build([source], tmp_path / "out", to=["jsonld", "nquads"], model="rules")
    assert {"graph.jsonld", "evidence.jsonld", "graph.nq", "void.ttl"} <= {*report.files}
    (tmp_path / "out" / ".store" / "x").mkdir(parents=True)
    again = build([source], tmp_path / "out", model="rules")
    assert "graph.jsonld" not in again.files
    assert not (tmp_path / "out" / ".store").exists()
    with pytest.raises(UnknownNameError, match="jsonld"):
        build([source], tmp_path / "out", to=["jsonlp"])
    (tmp_path / "out" / "mine").mkdir()
    (tmp_path / "out" / "mine" / "notes.txt").write_text("mine")
    with pytest.raises(Exception, match="no build"):
        build([source], tmp_path / "out", model="rules")


def test_export_verb(kg: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text('{"id": "a", "title": "A net", "abstract": "We propose FlickerNet."}\n')
    out = tmp_path / "out"
    assert (
        kg("build", source, "-o", out, "--accuracy", "rules", "--rdf12", "--to", "trig").code == 0
    )
    assert {"graph-rdf12.ttl", "graph.trig"} <= {p.name for p in out.iterdir()}
    monkeypatch.chdir(tmp_path)
    answer = kg("export", out, "--to", "ntriples", "--rdf12")
    assert (answer.code, answer.out) == (0, "")
    assert (tmp_path / "graph.nt").read_bytes()
    assert (tmp_path / "graph-rdf12.ttl").read_bytes() == (out / "graph-rdf12.ttl").read_bytes()
    assert kg("export", out, "--to", "turtle", "-o", tmp_path / "new" / "one").code == 0
    assert (tmp_path / "new/one/graph.ttl").read_bytes() == (out / "graph.ttl").read_bytes()
    nothing = kg("export", out)
    assert nothing.code == 2
    assert "available: " in nothing.err
    assert kg("export", out, "--to", "excel").code == 2
    assert "is a build" in kg("export", out, "--to", "nquads", "-o", out).err
    assert kg("export", tmp_path / "nowhere", "--to", "nquads").code == 2
