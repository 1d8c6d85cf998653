"""What a worker answers and how it talks, in this process: no server, no socket."""

from __future__ import annotations

import io
import json
import os
import queue
from typing import TYPE_CHECKING, Any

import pytest
import rdflib
from conftest import hand_made
from serving import MANY, NAMES, build
from test_serve_pages import answerer

from kg.graph.assemble import assemble
from kg.serve import frames, worker
from kg.serve.assets import Assets, address
from kg.serve.http import Request, Response

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kg.serve.answers import Answerer


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Answerer:
    folder = build(tmp_path_factory.mktemp("answers") / "graph")
    return answerer(folder, pages=False, rows=50, bytes=30_000)


@pytest.fixture(scope="module")
def ask(found: Answerer) -> Callable[..., Response]:
    def ask(sparql: str, *, accept: str | None = None, named: str | None = None) -> Response:
        request = {"op": "query", "query": sparql, "accept": accept, "named": named}
        return found.answer({**request, "is_link": True})

    return ask


def test_answers(ask: Callable[..., Response]) -> None:
    rows = json.loads(ask(NAMES).body)["results"]["bindings"]
    with assemble(hand_made()) as graph:
        assert [row["name"]["value"] for row in rows] == sorted(e["name"] for e in graph.entities)
    for name in ("json", "xml", "csv", "tsv"):
        assert ask(NAMES, named=name).body.count(b"FlickerNet") == 1
        assert b"true" in ask("ASK { ?p a kg:Paper }", named=name).body
    turtle = ask("CONSTRUCT WHERE { ?s a kg:Paper }").body
    assert len(rdflib.Graph().parse(data=turtle, format="turtle")) == 3
    assert turtle.count(b"@prefix") < 5


@pytest.mark.parametrize(
    ("sparql", "status", "told"),
    [
        ("SELECT * { ?a", 400, "line 1, column "),
        ("ASK { ?a no:b ?c }", 400, "prefix 'no' is not declared"),
        ("DROP ALL", 400, "DROP is no query"),
        ("ASK { SERVICE <http://x/> {} }", 400, "SERVICE would fetch"),
        ("SELECT ?s { ?s ?p ?o } LIMIT 60", 400, "the answer has more than 50 rows; add LIMIT"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", 400, "the answer has more than 50 triples; add LIMIT"),
        (MANY, 400, "the answer has more than 30,000 bytes; add LIMIT"),
    ],
)
def test_refusals(ask: Callable[..., Response], sparql: str, status: int, told: str) -> None:
    response = ask(sparql)
    assert response.status == status
    assert told in response.body.decode()
    assert response.body.count(b"\n") == 1


@pytest.mark.parametrize("name", ["json", "xml", "csv", "tsv"])
def test_rows_are_counted_exactly(ask: Callable[..., Response], name: str) -> None:
    tricky = '"},{" "a\\nb" "<result>" ' + " ".join(map(str, range(47)))
    assert ask(f"SELECT * {{ VALUES ?x {{ {tricky} }} }}", named=name).status == 200
    assert ask(f"SELECT * {{ VALUES ?x {{ {tricky} 99 }} }}", named=name).status == 400


def test_formats_that_there_are_not(ask: Callable[..., Response]) -> None:
    assert ask("ASK {}", named="png").status == 406
    assert ask("ASK {}", accept="text/html").header("Location") == "/?query=ASK%20%7B%7D"


def test_the_endpoint_tells_its_address(found: Answerer) -> None:
    request = {"op": "page", "path": "/sparql", "query": "", "host": "localhost:9"}
    described = found.answer({**request, "accept": "application/n-triples", "named": None}).body
    assert b"<http://localhost:9/sparql>" in described
    assert found.answer({**request, "accept": "text/html", "named": None}).status == 303
    assert found.answer({**request, "accept": "image/png", "named": None}).status == 406


# ---- how a worker talks ----


def test_frames_come_whole_or_not_at_all() -> None:
    frame = frames.pack({"op": "a"}, b"body")
    assert frames.read(io.BytesIO(frame)) == ({"op": "a"}, b"body")
    assert frames.read(io.BytesIO(frame[:5])) is None


def test_a_worker_says_why_it_is_not_ready(tmp_path: Path) -> None:
    target = io.BytesIO()
    settings = {"build": str(tmp_path), "store": "", "pages": False, "memory": 1}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(worker, "_leave_the_network", lambda: None)
        with pytest.raises(SystemExit):
            worker._ready(settings, target)
    frame = frames.read(io.BytesIO(target.getvalue()))
    assert frame is not None
    assert "holds no graph.ttl" in frame[0]["failed"]


def test_a_worker_is_ready_with_limits(found: Answerer) -> None:
    target = io.BytesIO()
    limits: list[int] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(worker, "_leave_the_network", lambda: None)
        patch.setattr(worker, "_limit", limits.append)
        answer = worker._ready(found.settings, target)
    assert frames.read(io.BytesIO(target.getvalue())) == ({"ready": True}, b"")
    assert limits == [found.settings["memory"]]
    request: dict[str, Any] = {"op": "query", "query": "ASK {}", "accept": None, "named": None}
    assert answer({**request, "is_link": False}).status == 200


def test_a_worker_ends_with_its_input(monkeypatch: pytest.MonkeyPatch) -> None:
    ends: list[int] = []
    monkeypatch.setattr(os, "_exit", ends.append)
    inbox: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
    worker._listen(io.BytesIO(frames.pack({"op": "a"})), inbox)
    assert inbox.get() == {"op": "a"}
    assert ends == [0]


# ---- files ----


def test_files_are_sent_once() -> None:
    files = Assets.read()
    path, _, tag = address("site.css").partition("?")
    plain = files.find(Request("GET", path))
    assert plain is not None
    assert plain.header("Cache-Control") == "no-cache"
    again = files.find(Request("GET", path, headers={"if-none-match": plain.header("ETag")}))
    assert again is not None
    assert again.status == 304
    kept = files.find(Request("GET", path, tag, headers={"accept-encoding": "gzip"}))
    assert kept is not None
    assert "immutable" in kept.header("Cache-Control")
    assert kept.header("Content-Encoding") == "gzip"
    assert files.find(Request("GET", "/-/base.html")) is None
