"""Questions to the graph: answers, competency questions, and what is refused."""

from __future__ import annotations

import io
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph
import pytest
import rdflib
from conftest import entity, extraction, span
from hypothesis import given, settings
from hypothesis import strategies as st
from test_rdf import kinds, rich

from kg import ontology
from kg.errors import QueryError, ReadError, UnknownNameError
from kg.exporters import turtle
from kg.graph import engines, store
from kg.graph import query as asking
from kg.graph.assemble import assemble
from kg.graph.engine_rdflib import rdflib_graph
from kg.graph.query import Rows, query
from kg.graph.rendering import render
from kg.graph.sparql import inspect
from kg.graph.terminal import cut
from kg.graph.terms import XSD, Term, integer, iri
from kg.model import Record, Relation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.graph.knowledge_graph import KnowledgeGraph
    from kg.model import Extraction

METHOD = "https://w3id.org/paperkg/method/"


def elsewhere() -> Iterator[Extraction]:
    """Make papers on a dataset that the others do not name; one of them contradicts itself."""
    for name in ("c", "d"):
        record = Record(
            id=name,
            title=f"Deep forests {name}",
            abstract="Deep Forest and GCForest are tested on SEED. Each outperforms the other.",
        )
        first, second, data = ("Method", "Deep Forest"), ("Method", "GCForest"), ("Dataset", "SEED")
        claim = span(record, "Each outperforms the other")
        yield extraction(
            record,
            (
                entity(record, *first, "used"),
                entity(record, *second, "used"),
                entity(record, *data, "used"),
            ),
            (
                Relation(first, "evaluatedOn", data, *span(record, "tested on SEED"), "hand"),
                Relation(first, "outperforms", second, *claim, "hand"),
                Relation(second, "outperforms", first, *claim, "hand"),
            )[: 3 if name == "c" else 1],
        )


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("build")
    with assemble([*rich(), *elsewhere(), kinds()]) as graph:
        turtle.write(graph, folder)
    return folder


def ask(folder: Path, sparql: str, engine: str = "oxigraph") -> Rows:
    return query(folder, sparql, timeout=None, engine=engine)


### Answers


def test_prefixes_need_not_be_declared(build: Path) -> None:
    rows = query(build, "SELECT ?m { ?p kg:proposesMethod ?m }")
    assert rows.columns == ("m",)
    assert list(rows) == [(METHOD + "eegnet",), (METHOD + "flickernet",)]
    assert len(rows) == 2
    assert rows.first == (METHOD + "eegnet",)
    assert rows.prefixes["method"] == METHOD


@pytest.mark.parametrize("engine", sorted(engines.ENGINES))
def test_values_are_typed(build: Path, engine: str) -> None:
    sparql = """SELECT ?value ?unit ?start ?missing (1e0 AS ?float) (true AS ?truth) {
      ?p kg:reportsResult ?r . ?r kg:value ?value ; kg:unit ?unit ; kg:evidenceStart ?start .
      FILTER(?value > 91) OPTIONAL { ?r kg:nothing ?missing } }"""
    (row,) = ask(build, sparql, engine)
    assert row == (Decimal("91.5"), "%", row[2], None, 1.0, True)
    assert [type(v) for v in row] == [Decimal, str, int, type(None), float, bool]


@pytest.mark.parametrize("engine", sorted(engines.ENGINES))
def test_forms(build: Path, engine: str) -> None:
    assert list(ask(build, "ASK { ?p kg:proposesMethod method:eegnet }", engine)) == [(True,)]
    rows = ask(build, "ASK { ?p kg:proposesMethod method:resnet }", engine)
    assert (rows.columns, list(rows)) == (("answer",), [(False,)])
    rows = ask(build, "CONSTRUCT { ?b kg:uses ?a } WHERE { ?a kg:extends ?b }", engine)
    assert rows.columns == ("subject", "predicate", "object")
    uses = "https://w3id.org/paperkg/ontology#uses"
    assert list(rows) == [(METHOD + "resnet", uses, METHOD + "flickernet")]
    found = ask(build, "DESCRIBE method:resnet", engine)
    assert (METHOD + "resnet", "http://www.w3.org/2004/02/skos/core#prefLabel", "ResNet") in found
    assert list(ask(build, "SELECT ?x { ?x kg:nothing ?y }", engine)) == []


@pytest.mark.parametrize("engine", sorted(engines.ENGINES))
def test_the_ontology_can_be_asked(build: Path, engine: str) -> None:
    sparql = "SELECT ?l { ?p kg:proposesMethod ?m . kg:proposesMethod rdfs:label ?l } LIMIT 1"
    assert list(ask(build, sparql, engine)) == [("proposes method",)]
    by_parent = "SELECT DISTINCT ?e { ?p ?r ?e . ?r rdfs:subPropertyOf kg:mentionsEntity }"
    assert len(ask(build, by_parent, engine)) == 14
    blank = "SELECT ?c { kg:takesModality rdfs:domain ?c }"
    assert list(ask(build, blank, engine)) == list(ask(build, blank, engine))
    assert str(ask(build, blank, engine).first).startswith("('_:b")


def test_rows_are_sorted_unless_the_query_orders_them(build: Path) -> None:
    names = [str(n) for (n,) in ask(build, "SELECT ?n { ?e skos:prefLabel ?n }")]
    assert names == sorted(names)
    sparql = "SELECT ?n { ?e skos:prefLabel ?n } ORDER BY DESC(STR(?n))"
    assert [n for (n,) in ask(build, sparql)] == names[::-1]
    inner = "SELECT ?n { { SELECT ?n { ?e skos:prefLabel ?n } ORDER BY DESC(STR(?n)) } }"
    assert [n for (n,) in ask(build, inner)] == names


def test_a_graph_in_memory_can_be_asked(graph: KnowledgeGraph) -> None:
    sparql = "SELECT (COUNT(*) AS ?n) { ?p a kg:Paper }"
    assert list(query(graph, sparql)) == [(3,)]
    assert list(query(graph, sparql, timeout=None, engine="rdflib")) == [(3,)]


### What is refused


@pytest.mark.parametrize(
    "sparql",
    [
        "INSERT DATA { <http://a/> <http://b/> <http://c/> }",
        "prefix a: <http://a/> DELETE WHERE { ?a ?b ?c }",
        "LOAD <http://127.0.0.1/>",
        "CLEAR ALL",
        "WITH <http://a/> DELETE { ?a ?b ?c } WHERE { ?a ?b ?c }",
        "BASE <http://select/> # SELECT\n DROP ALL",
        "",
        "# SELECT ?a { ?a ?b ?c }",
    ],
)
def test_updates_are_refused(build: Path, sparql: str) -> None:
    before = (build / "graph.ttl").read_bytes()
    with pytest.raises(QueryError, match="only SELECT, ASK, CONSTRUCT, DESCRIBE are answered"):
        query(build, sparql)
    assert (build / "graph.ttl").read_bytes() == before


@pytest.mark.parametrize("engine", sorted(engines.ENGINES))
def test_update_behind_a_query_is_refused(build: Path, engine: str) -> None:
    with pytest.raises(QueryError):
        ask(build, "SELECT * { ?a ?b ?c } ; CLEAR ALL", engine)


@contextmanager
def listening() -> Iterator[tuple[int, list[object]]]:
    """Listen on a port of this machine and note who calls."""
    calls: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            while True:
                try:
                    connection, caller = server.accept()
                except OSError:
                    return
                calls.append(caller)
                connection.close()

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        yield server.getsockname()[1], calls
        server.shutdown(socket.SHUT_RDWR)
    thread.join(5)


REACHING_OUT = [
    "SELECT * { SERVICE <URL> { ?a ?b ?c } }",
    "SELECT * { service silent <URL> { ?a ?b ?c } }",
    "SELECT * { SERVICE\n#\n<URL>{ ?a ?b ?c } }",
    "SELECT * { { SELECT * { SERVICE <URL> { ?a ?b ?c } } } }",
    "ASK { FILTER EXISTS { SERVICE <URL> { ?a ?b ?c } } }",
    "SELECT * { BIND(<URL> AS ?u) SERVICE ?u { ?a ?b ?c } }",
    "PREFIX s: <URL> SELECT * { SERVICE s: { ?a ?b ?c } }",
    "PREFIX SERVICEs: <URL> SELECT * { SERVICEs: { ?a ?b ?c } }",
    "PREFIX s: <URL> SELECT * { ?a ?b trueSERVICE s: { ?a ?b ?c } }",
    "SELECT * { S\\u0045RVICE <URL> { ?a ?b ?c } }",
    "SELECT * { <http://a/\\u0041#b> ?b ?c . SERVICE <URL> { ?a ?b ?c } }",
    "SELECT * { ?a ?b '\\'#' . SERVICE <URL> { ?a ?b ?c } }",
    "SELECT * { ?a ?b '''a'#''' . SERVICE <URL> { ?a ?b ?c } }",
    "SELECT * { ?a ?b ?c FILTER(?a <?b&&?b> ?c) SERVICE <URL> { ?a ?b ?c } }",
    "PREFIX s: <http://s/> SELECT * { ?a s:\\# ?c . SERVICE <URL> { ?a ?b ?c } }",
    "SELECT * FROM <URL> { ?a ?b ?c }",
    "SELECT * FROM NAMED <URL> { GRAPH ?g { ?a ?b ?c } }",
    "CONSTRUCT FROM <URL> WHERE { ?a ?b ?c }",
]


@pytest.mark.parametrize("sparql", REACHING_OUT)
def test_reaching_out_is_refused(build: Path, sparql: str) -> None:
    with listening() as (port, calls):
        for engine in sorted(engines.ENGINES):
            with pytest.raises(QueryError, match=r"SERVICE would fetch|FROM would choose"):
                ask(build, sparql.replace("URL", f"http://127.0.0.1:{port}/"), engine)
        assert not calls


@pytest.mark.parametrize("engine", [*sorted(engines.ENGINES), "store"])
def test_the_process_cannot_reach_out(build: Path, engine: str) -> None:
    """The words of a query are the first lock; this tries the second one, without the first."""
    with listening() as (port, calls):
        request = {
            "files": [str(build / name) for name in turtle.FILES],
            "schema": str(ontology.default_folder() / ontology.SCHEMA),
            "sparql": f"SELECT * {{ SERVICE <http://127.0.0.1:{port}/> {{ ?a ?b ?c }} }}",
            "engine": "oxigraph" if engine == "store" else engine,
            "store": str(store.prepare(build)) if engine == "store" else None,
            "limit": 10,
            "timeout": 20,
        }
        child = subprocess.run(
            [sys.executable, "-c", "from kg.graph.engines import main; main()"],
            input=json.dumps(request).encode(),
            capture_output=True,
            check=True,
        )
        found = json.loads(child.stdout)
        assert "error" in found
        assert "rows" not in found
        assert not calls


@pytest.mark.parametrize(
    "sparql",
    [
        "SELECT ?service { ?service ?from 'SERVICE' , \"FROM\" }",
        "SELECT * { ?a <http://service/SERVICE> ?c } # SERVICE <http://a/> {}",
        "SELECT * { task:customer-service ?from ?c }",
        "SELECT ?from WHERE { ?from a kg:Paper }",
    ],
)
def test_names_and_texts_are_free(build: Path, sparql: str) -> None:
    assert list(ask(build, sparql)) is not None


FRAGMENTS = st.sampled_from(
    [
        *("SELECT * {", "}", "{", " ", "\n", "#", "'", '"', "'''", '"""', "\\", "\\'", "<", ">"),
        *("SERVICE", "service", " <http://127.0.0.1:9/> ", "{?a ?b ?c}", "{}", "?x", "s:", "s:a"),
        *("s:\\#", "s:a.", ".", ";", "FILTER(", ")", "true", "1", "1.", "'a'@en", "^^", "_:b", "a"),
        *("?a ?b ", "?a ?b ?c .", "OPTIONAL", "UNION", "BIND(1 AS ?y)", "<http://a/#b>", "\\u0023"),
        *("SERVICE <http://127.0.0.1:9/> {?a ?b ?c}", "SERVICE s: {?a ?b ?c}", "VALUES ?x {s:}"),
    ]
)


@settings(deadline=None, max_examples=400)
@given(st.lists(FRAGMENTS, max_size=8).map("".join))
def test_no_query_that_reaches_out_is_let_through(middle: str) -> None:
    sparql = f"PREFIX s: <http://127.0.0.1:9/> SELECT * {{ {middle} }}"
    store = pyoxigraph.Store()
    node = pyoxigraph.NamedNode("http://127.0.0.1:9/")
    store.add(pyoxigraph.Quad(node, node, node))
    try:
        list(store.query(sparql))  # type: ignore[arg-type]
    except SyntaxError:
        return
    except (OSError, RuntimeError):  # it tried: that port is never called, or names no place
        with pytest.raises(QueryError):
            inspect(sparql)


@pytest.mark.parametrize("middle", ["SERVICE s: {?a ?b ?c}", "?a ?b trueSERVICE s: {?a ?b ?c}"])
def test_the_test_above_can_fail(middle: str) -> None:
    sparql = f"PREFIX s: <http://127.0.0.1:9/> SELECT * {{ {middle} }}"
    store = pyoxigraph.Store()
    node = pyoxigraph.NamedNode("http://127.0.0.1:9/")
    true = pyoxigraph.Literal(True)
    store.add(pyoxigraph.Quad(node, node, true))
    with pytest.raises(OSError, match="port 9"):
        list(store.query(sparql))  # type: ignore[arg-type]


### Limits and errors


def children() -> set[str]:
    """Name the processes that this one has started, where the system lists them."""
    listing = Path(f"/proc/self/task/{os.getpid()}/children")
    return set(listing.read_text(encoding="ascii").split()) if listing.exists() else set()


@pytest.mark.parametrize("engine", sorted(engines.ENGINES))
def test_runaway_query_is_killed(build: Path, engine: str) -> None:
    before = children()
    started = time.monotonic()
    with pytest.raises(QueryError, match=r"stopped after 1\.5 s"):
        query(
            build,
            "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }",
            timeout=1.5,
            engine=engine,
        )
    assert time.monotonic() - started < 6
    assert children() <= before


def test_too_many_rows_are_told(build: Path) -> None:
    with pytest.raises(QueryError, match="more than 10 rows; add LIMIT"):
        query(build, "SELECT * { ?a ?b ?c }", limit=10)
    with pytest.raises(QueryError, match="more than 10 rows; add LIMIT"):
        query(build, "SELECT * { ?a ?b ?c }", limit=10, timeout=None)
    assert len(query(build, "SELECT * { ?a ?b ?c } LIMIT 10", limit=10)) == 10


@pytest.mark.parametrize(
    ("sparql", "message"),
    [
        ("SELECT ?m {\n ?p foo:x ?m }", "prefix 'foo' is not declared; known: claim, dataset"),
        ("SELECT ?m {\n ?p kg:x '\u00e9' , ) }", "line 2, column 14: cannot go on at ', ) }'"),
        ("SELECT ?m { ?a ?b ?m } ODER BY ?m", "line 1, column 24: cannot go on at 'ODER BY ?m'"),
        ("SELECT ?m\n", "line 2, column 1: cannot go on at the end"),
        ("SELECT ?m { ?a <relative> ?m }", "cannot be understood before line 1, column "),
        (
            "SELECT (COUNT(*) AS ?n) ?m { ?a ?b ?m }",
            "cannot be understood before line 1, column 40: The SELECT contains a variable",
        ),
    ],
)
def test_bad_syntax_is_told_with_its_place(build: Path, sparql: str, message: str) -> None:
    with pytest.raises(QueryError) as caught:
        query(build, sparql)
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("engine", sorted(engines.ENGINES))
def test_every_engine_tells_the_same_faults(build: Path, engine: str) -> None:
    with pytest.raises(QueryError, match="line 1, column 13: cannot go on at"):
        ask(build, "SELECT ?m { ?p", engine)
    with pytest.raises(QueryError, match="prefix 'foo' is not declared"):
        ask(build, "SELECT ?m { ?p foo:x ?m }", engine)


def test_fault_that_only_one_engine_sees(build: Path) -> None:
    sparql = "SELECT ?m { ?a <relative> ?m }"
    with pytest.raises(
        QueryError, match=r"cannot be understood before line 1, column \d+: IRI pars"
    ):
        ask(build, sparql)
    assert list(ask(build, sparql, "rdflib")) == []


def test_texts_without_end_take_no_long_time() -> None:
    start = time.process_time()
    for text in ("a." * 20_000, "a" * 40_000, "a-" * 20_000, "<" * 40_000, '"' * 40_000):
        with pytest.raises(QueryError):
            inspect(text)
    cut("a\N{COMBINING ACUTE ACCENT}" * 50_000, 60)
    assert time.process_time() - start < 8  # each took minutes when it grew with the square
    wide = "\N{CJK UNIFIED IDEOGRAPH-4E00}"
    assert cut(wide * 9, 6) == f"{wide * 2}\N{HORIZONTAL ELLIPSIS}"


@pytest.mark.parametrize("timeout", [None, 30.0])
def test_brackets_in_brackets_are_no_traceback(build: Path, timeout: float | None) -> None:
    sparql = f"SELECT ?a {{ ?a ?b ?c FILTER({'(' * 300}1{')' * 300} bad) }}"
    assert engines.place(sparql) is None or engines.place(sparql)[0] == 1  # type: ignore[index]
    with pytest.raises(QueryError):
        query(build, sparql, timeout=timeout)


def test_no_build(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=r"holds no graph\.ttl; make it with 'kg build'"):
        query(tmp_path, "ASK { ?a ?b ?c }")
    (tmp_path / "graph.ttl").write_text("")
    with pytest.raises(ReadError, match=r"holds no evidence\.ttl"):
        query(str(tmp_path), "ASK { ?a ?b ?c }")


def test_no_such_engine(build: Path) -> None:
    with pytest.raises(UnknownNameError, match="no engine named 'jena'; available: oxigraph, rdf"):
        query(build, "ASK { ?a ?b ?c }", engine="jena")


@pytest.mark.parametrize(
    ("program", "message"),
    [
        ("raise SystemExit(3)", "the engine ended with code 3"),
        ("raise MemoryError('too much')", "the engine ended with code 1: MemoryError: too much"),
    ],
)
def test_engine_that_dies(
    build: Path, monkeypatch: pytest.MonkeyPatch, program: str, message: str
) -> None:
    monkeypatch.setattr(asking, "_PROGRAM", program)
    with pytest.raises(QueryError) as caught:
        query(build, "ASK { ?a ?b ?c }")
    assert str(caught.value) == message


def test_program(build: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    locked: list[int] = []
    monkeypatch.setattr(signal, "alarm", locked.append)
    request = {
        "files": [str(build / name) for name in turtle.FILES],
        "schema": str(ontology.default_folder() / ontology.SCHEMA),
        "sparql": "ASK { ?a ?b ?c }",
        "engine": "oxigraph",
        "limit": 10,
        "timeout": 7.5,
    }
    monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps(request)))
    written = io.StringIO()
    monkeypatch.setattr(sys, "stdout", written)
    engines.main()
    answer = json.loads(written.getvalue())
    assert answer["rows"] == [[["true", XSD + "boolean"]]]
    assert locked == [12]
    (tmp_path / "open").write_text("doors are open again")


def test_systems_without_limits(monkeypatch: pytest.MonkeyPatch, build: Path) -> None:
    monkeypatch.setitem(sys.modules, "resource", None)
    monkeypatch.delattr(signal, "alarm")
    with engines.closed_doors():
        assert (build / "graph.ttl").read_bytes()
    monkeypatch.setattr(sys, "stdin", io.StringIO('{"timeout": 1}'))
    with pytest.raises(TypeError):
        engines.main()


### Rendering


ROWS = Rows(
    ("name", "where", "n"),
    (
        (Term("a\x1b[31mb\u202ec\nd"), iri(METHOD + "eegnet"), integer(3)),
        (Term("=cmd()"), iri("http://elsewhere.example/"), Term("0.5", XSD + "decimal")),
        (Term("-0.5"), None, Term("NaN", XSD + "double")),
        (Term("\N{CJK UNIFIED IDEOGRAPH-56FE}e\u0301"), None, Term("true", XSD + "boolean")),
        (Term("long " * 30), None, None),
    ),
    {"method": METHOD},
)


def test_table() -> None:
    lines = render(ROWS).splitlines()
    assert lines[0].split() == ["name", "where", "n"]
    assert lines[2].split() == ["a\\u001B[31mb\\u202Ec", "d", "method:eegnet", "3"]
    assert lines[3].split() == ["=cmd()", "http://elsewhere.example/", "0.5"]
    assert "\N{HORIZONTAL ELLIPSIS}" in lines[6]
    assert max(map(len, lines)) < 110
    assert render(ROWS, widest=10).splitlines()[1].split()[0] == "-" * 10
    assert render(Rows(("a",), ())) == "a\n-\n"


def test_csv() -> None:
    lines = render(ROWS, "csv").split("\n")
    assert lines[0] == "name,where,n"
    assert lines[3] == "'=cmd(),http://elsewhere.example/,0.5"
    assert lines[4] == "-0.5,,nan"
    assert lines[5].endswith(",,true")


def test_json() -> None:
    found = json.loads(render(ROWS, "json"))
    assert found[0] == {"name": "a\x1b[31mb\u202ec\nd", "where": METHOD + "eegnet", "n": 3}
    assert [row["n"] for row in found[1:]] == [0.5, "nan", True, None]
    assert render(Rows(("a",), ()), "json") == "[]\n"


def test_no_such_format() -> None:
    with pytest.raises(UnknownNameError, match="available: csv, json, table"):
        render(ROWS, "xml")


def test_rdflib_reads_what_oxigraph_reads(build: Path) -> None:
    files = [str(build / name) for name in turtle.FILES]
    parsed = rdflib.Graph()
    for path in files:
        parsed.parse(path, format="turtle")
    assert set(rdflib_graph(files)) == set(parsed)
