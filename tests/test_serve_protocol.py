"""The endpoint over loopback: real clients, every refusal, every limit."""

from __future__ import annotations

import csv
import gzip
import io
import json
import socket
import sys
import threading
import time
import xml.etree.ElementTree as ElementTree
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
import rdflib
import SPARQLWrapper
from serving import (
    HUNGRY,
    MANY,
    NAMES,
    RUNAWAY,
    SD,
    Client,
    Reply,
    build,
    serving,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


OLD_NAME = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # rdflib itself


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("served") / "graph")


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[Client]:
    with serving(folder, timeout=20, workers=2) as found:
        yield found


# ---- asking ----


def names_of(reply: Reply) -> list[str]:
    assert reply.status == 200, reply.text
    return [row["name"]["value"] for row in json.loads(reply.body)["results"]["bindings"]]


def test_the_three_ways_to_ask(client: Client) -> None:
    form = urlencode({"query": NAMES}).encode()
    expected = names_of(client.query(NAMES))
    assert "FlickerNet" in expected
    assert expected == sorted(expected)
    kind = "application/x-www-form-urlencoded; charset=UTF-8"
    assert names_of(client.ask("POST", "/sparql", form, Content_Type=kind)) == expected
    kind = "application/sparql-query"
    assert names_of(client.ask("POST", "/sparql", NAMES.encode(), Content_Type=kind)) == expected


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("application/sparql-results+json", "application/sparql-results+json"),
        ("application/json", "application/json"),
        ("*/*", "application/sparql-results+json"),
        ("", "application/sparql-results+json"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/csv, */*;q=0.1", "text/csv"),
        ("text/*", "text/xml"),
        ("text/tab-separated-values;q=0.9, text/csv;q=0.3", "text/tab-separated-values"),
        ("application/sparql-results+json;q=0, */*;q=0.5", "application/json"),
        ("image/png, text/csv;q=0.001", "text/csv"),
    ],
)
def test_rows_come_as_the_client_likes(client: Client, accept: str, kind: str) -> None:
    reply = client.query("SELECT (1 AS ?x) {}", Accept=accept)
    assert (reply.status, reply.headers["content-type"]) == (200, f"{kind}; charset=utf-8")
    assert "accept" in reply.headers["vary"].lower()


@pytest.mark.parametrize("name", ["json", "xml", "csv", "tsv"])
def test_the_address_can_name_the_format(client: Client, name: str) -> None:
    query = urlencode({"query": NAMES, "format": name})
    reply = client.get(f"/sparql?{query}", Accept="image/png")
    assert reply.status == 200
    assert name in reply.headers["content-type"] or name == "tsv"
    assert b"FlickerNet" in reply.body


def test_rows_are_the_same_in_every_format(client: Client) -> None:
    expected = names_of(client.query(NAMES))
    found = client.query(NAMES, Accept="text/csv").text
    assert [row["name"] for row in csv.DictReader(io.StringIO(found))] == expected
    tree = ElementTree.fromstring(client.query(NAMES, Accept="application/xml").body)  # noqa: S314
    space = "{http://www.w3.org/2005/sparql-results#}"
    assert [node.text for node in tree.iter(f"{space}literal")] == expected
    lines = client.query(NAMES, Accept="text/tab-separated-values").text.splitlines()
    assert lines[0] == "?name"
    assert [line.strip('"') for line in lines[1:]] == expected


@OLD_NAME
@pytest.mark.parametrize(
    ("form", "accept"),
    [
        ("turtle", "text/turtle"),
        ("nt", "application/n-triples"),
        ("json-ld", "application/ld+json"),
        ("xml", "application/rdf+xml"),
    ],
)
def test_triples_come_as_the_client_likes(client: Client, form: str, accept: str) -> None:
    sparql = "CONSTRUCT { ?e skos:prefLabel ?n } WHERE { ?e skos:prefLabel ?n }"
    reply = client.query(sparql, Accept=accept)
    assert reply.headers["content-type"] == f"{accept}; charset=utf-8"
    found = rdflib.Graph().parse(data=reply.body, format=form)
    assert {str(o) for o in found.objects()} == set(names_of(client.query(NAMES)))


@OLD_NAME
def test_a_real_client(client: Client) -> None:
    found = SPARQLWrapper.SPARQLWrapper(f"{client.url}sparql")
    found.setQuery(NAMES)
    for method in (SPARQLWrapper.GET, SPARQLWrapper.POST):
        for style in (SPARQLWrapper.URLENCODED, SPARQLWrapper.POSTDIRECTLY):
            if (method, style) != (SPARQLWrapper.GET, SPARQLWrapper.POSTDIRECTLY):
                found.setMethod(method)
                found.setRequestMethod(style)
                found.setReturnFormat(SPARQLWrapper.JSON)
                converted: Any = found.queryAndConvert()
                rows = converted["results"]["bindings"]
                assert any(row["name"]["value"] == "FlickerNet" for row in rows)
    for style in (SPARQLWrapper.XML, SPARQLWrapper.CSV, SPARQLWrapper.TSV):
        found.setReturnFormat(style)
        converted = found.queryAndConvert()
        text = converted.toxml() if style == SPARQLWrapper.XML else converted.decode()
        assert "FlickerNet" in text
    found.setQuery("DESCRIBE <https://w3id.org/paperkg/method/flickernet>")
    for style in (SPARQLWrapper.TURTLE, SPARQLWrapper.RDFXML, SPARQLWrapper.JSONLD):
        found.setReturnFormat(style)
        converted = found.queryAndConvert()
        graph = (
            converted
            if isinstance(converted, rdflib.Graph)
            else rdflib.Graph().parse(data=converted)
        )
        assert rdflib.Literal("FlickerNet") in set(graph.objects())
    found.setQuery("ASK { ?p a kg:Paper }")
    found.setReturnFormat(SPARQLWrapper.JSON)
    converted = found.queryAndConvert()
    assert converted["boolean"] is True
    found.setQuery("SELECT * { ?p a")
    with pytest.raises(SPARQLWrapper.SPARQLExceptions.QueryBadFormed, match="line 1, column 12"):
        found.queryAndConvert()


def test_the_endpoint_describes_itself(client: Client) -> None:
    graph = rdflib.Graph().parse(data=client.get("/sparql").body, format="turtle")
    service = graph.value(None, rdflib.RDF.type, rdflib.URIRef(SD + "Service"))
    assert graph.value(service, rdflib.URIRef(SD + "endpoint")) == rdflib.URIRef(
        f"{client.url}sparql"
    )
    languages = set(graph.objects(service, rdflib.URIRef(SD + "supportedLanguage")))
    assert languages == {rdflib.URIRef(SD + "SPARQL11Query")}
    assert len(set(graph.objects(service, rdflib.URIRef(SD + "resultFormat")))) == 8
    assert client.get("/sparql").body == client.get("/sparql").body
    assert client.get("/sparql", Accept="text/html").status == 303


def test_a_person_who_follows_a_link_sees_the_query_page(client: Client) -> None:
    accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    reply = client.query("ASK {}", Accept=accept)
    assert (reply.status, reply.headers["location"]) == (303, "/?query=ASK%20%7B%7D")


def test_answers_are_compressed_when_asked_for(client: Client) -> None:
    sparql = "SELECT * { ?s ?p ?o } LIMIT 500"
    plain, small = client.query(sparql), client.query(sparql, Accept_Encoding="br, gzip;q=0.5")
    assert small.headers["content-encoding"] == "gzip"
    assert gzip.decompress(small.body) == plain.body
    assert len(small.body) < len(plain.body)
    assert "content-encoding" not in client.query("ASK {}", Accept_Encoding="gzip").headers
    refused = client.query(sparql, Accept_Encoding="gzip;q=0")
    assert "content-encoding" not in refused.headers


def test_head_and_options(client: Client) -> None:
    path = f"/sparql?{urlencode({'query': NAMES})}"
    head, full = client.ask("HEAD", path), client.get(path)
    assert (head.status, head.body) == (200, b"")
    assert head.headers["content-length"] == str(len(full.body))
    assert client.ask("OPTIONS", "/sparql").headers["allow"] == "GET, HEAD, POST, OPTIONS"
    assert client.ask("OPTIONS", "/method/flickernet").headers["allow"] == "GET, HEAD, OPTIONS"
    assert client.raw(b"OPTIONS * HTTP/1.0\r\n\r\n").startswith(b"HTTP/1.1 204 ")


# ---- refusals: one line of plain text ----

FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("status", "told", "method", "path", "body", "kind"),
    [
        (400, "line 1, column 7: cannot go on at '?a ?b'", "GET", "query=ASK { ?a ?b", "", ""),
        (400, "prefix 'no' is not declared", "GET", "query=ASK { ?a no:x ?b }", "", ""),
        (400, "SERVICE would fetch", "GET", "query=ASK { SERVICE <http://x/> {} }", "", ""),
        (400, "SERVICE would fetch", "GET", "query=ASK { ?a ?b trueSERVICE<http://x/>{} }", "", ""),
        (400, "LOAD is no query", "GET", "query=LOAD <http://x/>", "", ""),
        (400, "INSERT is no query", "GET", "query=INSERT DATA { <a:a> <a:b> 1 }", "", ""),
        (400, "there is one", "GET", "query=SELECT * FROM <http://x/> { ?a ?b ?c }", "", ""),
        (400, "leave default-graph-uri out", "GET", "query=ASK {}&default-graph-uri=a:b", "", ""),
        (400, "leave named-graph-uri out", "GET", "query=ASK {}&named-graph-uri=http://x/", "", ""),
        (400, "more than one query", "GET", "query=ASK {}&query=ASK {}", "", ""),
        (400, "there is no query", "GET", "quer=ASK {}", "", ""),
        (400, "it is empty", "GET", "query=", "", ""),
        (400, "no UTF-8", "GET", "query=%FF", "", ""),
        (400, "too many fields", "GET", "&".join(f"a{n}=1" for n in range(99)), "", ""),
        (400, "there is no query", "POST", "", "a=b", FORM),
        (400, "no UTF-8", "POST", "", b"ASK {} # \xff", "application/sparql-query"),
        (400, "more than one query", "POST", "query=ASK {}", "ASK {}", "application/sparql-query"),
        (403, "read only", "POST", "", "update=CLEAR ALL", FORM),
        (403, "read only", "GET", "update=CLEAR ALL", "", ""),
        (403, "read only", "POST", "", "CLEAR ALL", "application/sparql-update"),
        (415, "post a form", "POST", "", "ASK {}", "text/plain"),
        (415, "post a form", "POST", "", "ASK {}", ""),
        (415, "UTF-8", "POST", "", "ASK {}", "application/sparql-query; charset=utf-16"),
        (406, "not as png", "GET", "query=ASK {}&format=png", "", ""),
        (406, "answered as turtle", "GET", "query=DESCRIBE <a:b>&format=csv", "", ""),
        (405, "PUT is not possible", "PUT", "", "x", "text/turtle"),
        (405, "DELETE is not possible", "DELETE", "", "", ""),
        (501, "BREW is no method", "BREW", "", "", ""),
    ],
)  # fmt: skip
def test_refusals(
    client: Client, status: int, told: str, method: str, path: str, body: str | bytes, kind: str
) -> None:
    given = body.encode() if isinstance(body, str) else body
    address = "/sparql?" + path.replace(" ", "%20") if path else "/sparql"
    headers = {"Content_Type": kind} if kind else {}
    reply = client.ask(method, address, given or None, **headers)
    assert reply.status == status
    assert told in reply.text
    assert reply.text.count("\n") == 1
    assert reply.headers["content-type"] == "text/plain; charset=utf-8"
    if status == 405:
        assert reply.headers["allow"] == "GET, HEAD, POST, OPTIONS"


def test_nothing_acceptable(client: Client) -> None:
    reply = client.query("ASK {}", Accept="image/png")
    assert (reply.status, reply.text) == (
        406,
        "ASK is answered as json, xml, csv, tsv, not as image/png\n",
    )
    assert client.get("/sparql", Accept="image/png").status == 406
    assert client.get("/method/flickernet", Accept="image/png").status == 406


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "example.org"}, 421),
        ({"Host": "127.0.0.1.example.org"}, 421),
        ({"Host": "localhost.example.org:80"}, 421),
        ({"Host": "example.org:7878@localhost"}, 421),
        ({"Host": ""}, 421),
        ({"Host": "localhost:9999"}, 200),
        ({"Host": "[::1]:1"}, 200),
        ({"Origin": "http://example.org"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://127.0.0.1:1"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}, 403),
        ({"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "cors"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}, 200),
        ({"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors"}, 200),
    ],
)
def test_pages_of_others_are_kept_out(client: Client, headers: dict[str, str], status: int) -> None:
    assert client.ask("GET", "/sparql?query=ASK%7B%7D", None, **headers).status == status


def test_pages_of_others_may_ask_where_that_is_wanted(folder: Path) -> None:
    with serving(folder, cors=True, workers=1) as client:
        reply = client.query("ASK {}", Origin="https://example.org")
        assert (reply.status, reply.headers["access-control-allow-origin"]) == (200, "*")
        asked = {"Origin": "null", "Access-Control-Request-Method": "POST"}
        before = client.ask("OPTIONS", "/sparql", None, **asked)
        assert before.status == 204
        assert "POST" in before.headers["access-control-allow-methods"]
        assert client.query("ASK {}", Host="example.org").status == 421
        assert client.query("nonsense", Origin="null").headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(
    "path",
    [
        "/../../../../etc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/..%2f..%2fetc%2fpasswd",
        "/-/../server.py",
        "/-/..%2fserver.py",
        "/-/base.html",
        "/method/../../x",
        "/method/%00",
        "/method/%ff",
        "//etc/passwd",
        "/method\\flickernet",
        "/.store/stamp.json",
        "/manifest.json",
        "/" + "a/" * 2000,
    ],
)
def test_tricks_with_paths_find_nothing(client: Client, path: str) -> None:
    reply = client.get(path)
    assert reply.status == 404
    assert b"root:" not in reply.body
    assert b"Traceback" not in reply.body


# ---- limits ----


def test_a_runaway_query_is_stopped_and_the_rest_goes_on(folder: Path) -> None:
    with serving(folder, timeout=1.5, workers=2) as client:
        found: list[Reply] = []
        runaway = threading.Thread(target=lambda: found.append(client.query(RUNAWAY)))
        runaway.start()
        started = time.monotonic()
        while runaway.is_alive():
            assert client.query("ASK { ?p a kg:Paper }").status == 200
            assert client.get("/method/flickernet").status == 200
        runaway.join()
        assert 1.4 < time.monotonic() - started < 6
        (reply,) = found
        told = "stopped after 1.5 s; ask for less or allow more time\n"
        assert (reply.status, reply.text) == (504, told)
        for _ in range(2):  # with every worker killed in turn it still answers
            assert client.query(RUNAWAY).status == 504
        assert client.query("ASK {}").status == 200


def test_who_hangs_up_stops_the_work(folder: Path) -> None:
    with serving(folder, timeout=60, workers=1) as client:
        for _ in range(3):
            with socket.create_connection(("127.0.0.1", client.port)) as found:
                path = f"/sparql?{urlencode({'query': RUNAWAY})}"
                found.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
                time.sleep(0.2)
        started = time.monotonic()
        assert client.query("ASK {}").status == 200
        assert time.monotonic() - started < 8


def test_those_that_find_no_worker_are_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.serve.pool._PATIENCE", 0.1)
    with serving(folder, timeout=3, workers=1) as client:
        runaway = threading.Thread(target=client.query, args=(RUNAWAY,))
        runaway.start()
        time.sleep(0.5)
        reply = client.query("ASK {}")
        assert (reply.status, reply.text) == (503, "all workers are busy; try again soon\n")
        assert reply.headers["retry-after"] == "2"
        monkeypatch.setattr("kg.serve.pool._WAITING", 0)
        assert client.query("ASK {}").status == 503
        monkeypatch.undo()
        runaway.join()
        assert client.query("ASK {}").status == 200


def test_answers_have_limits(folder: Path) -> None:
    limits = {"rows": 3, "bytes": 20_000}
    with serving(folder, workers=1, limits=limits) as client:
        values = "SELECT * { VALUES ?x { %s } }"
        tricky = '"a},{" "\\n" "<result>" "},{\\"}"'
        for kind in ("json", "xml", "csv", "tsv"):
            for row, status in (("1 2 3", 200), ("1 2 3 4", 400), (tricky, 400)):
                asked = urlencode({"query": values % row, "format": kind})
                assert client.get(f"/sparql?{asked}").status == status, (kind, row)
            asked = urlencode({"query": values % '"a},{" "\\n" "<result>"', "format": kind})
            assert client.get(f"/sparql?{asked}").status == 200
        reply = client.query(values % "1 2 3 4")
        assert reply.text == "the answer has more than 3 rows; add LIMIT to the query\n"
        reply = client.query("CONSTRUCT WHERE { ?s ?p ?o } LIMIT 4")
        assert reply.text == "the answer has more than 3 triples; add LIMIT to the query\n"
        reply = client.query(MANY)
        assert reply.text == "the answer has more than 20,000 bytes; add LIMIT to the query\n"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits what a process may take")
def test_memory_has_a_limit(folder: Path) -> None:
    with serving(folder, workers=1, timeout=50, limits={"memory": 40}) as client:
        reply = client.query(HUNGRY)
        assert reply.status == 500
        assert "needs more memory" in reply.text
        assert client.query("ASK { ?p a kg:Paper }").status == 200
