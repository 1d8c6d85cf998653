"""A server for tests: in a thread of this process, asked over loopback."""

from __future__ import annotations

import asyncio
import http.client
import socket
import threading
from concurrent.futures import Future
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode

import orjson
from conftest import hand_made

from kg import ontology
from kg.exporters import html, turtle
from kg.extractions import dumps
from kg.graph.assemble import assemble
from kg.serve.server import Server

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from kg.model import Extraction

KG = "https://w3id.org/paperkg/ontology#"
NAMES = (
    f"PREFIX kg: <{KG}> SELECT ?name {{ ?e kg:papers ?n ; skos:prefLabel ?name }} ORDER BY ?name"
)
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }"
MANY = "SELECT * { ?a ?b ?c . ?d ?e ?f }"
HUNGRY = """SELECT (COUNT(*) AS ?n) {
  SELECT DISTINCT ?a ?c ?d ?f ?i { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }
}"""
LOCAL = b"Host: localhost\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"
SD = "http://www.w3.org/ns/sparql-service-description#"


def build(folder: Path, papers: Iterable[Extraction] | None = None) -> Path:
    """Write what the server reads of a build, by default one of papers made by hand."""
    folder.mkdir(exist_ok=True)
    found = hand_made() if papers is None else list(papers)
    with assemble(found) as graph:
        turtle.write(graph, folder)
        html.write(graph, folder)
        manifest = {"tool": "paperkg", "base": graph.base, "counts": graph.counts()}
    (folder / "manifest.json").write_bytes(orjson.dumps(manifest))
    lines = b"".join(dumps(extraction, ontology.load()) for extraction in found)
    (folder / "extractions.jsonl").write_bytes(lines)
    return folder


class Reply(NamedTuple):
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


class Client:
    """Asks one server."""

    def __init__(self, server: Server) -> None:
        self.port, self.url = server.port, server.url

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Reply:
        found = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            given = {name.replace("_", "-"): value for name, value in headers.items()}
            found.request(method, path, body, given)
            response = found.getresponse()
            names = {k.lower(): v for k, v in response.getheaders()}
            return Reply(response.status, names, response.read())
        finally:
            found.close()

    def get(self, path: str, **headers: str) -> Reply:
        return self.ask("GET", path, None, **headers)

    def query(self, sparql: str, **headers: str) -> Reply:
        return self.get(f"/sparql?{urlencode({'query': sparql})}", **headers)

    def raw(self, data: bytes, *, timeout: float = 20) -> bytes:
        """Send bytes, and read until the server closes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=timeout) as found:
            found.sendall(data)
            return b"".join(iter(lambda: found.recv(65536), b""))


@contextmanager
def serving(folder: Path, **options: Any) -> Iterator[Client]:
    """Run a server in a thread of this process."""
    server, ready, enough = Server(folder, **options), Future[None](), threading.Event()

    async def serve() -> None:
        try:
            await server.start()
        except BaseException as err:
            ready.set_exception(err)
            return
        ready.set_result(None)
        await asyncio.to_thread(enough.wait)
        await server.stop()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    try:
        ready.result(60)
        yield Client(server)
    finally:
        enough.set()
        thread.join(60)
    assert not thread.is_alive()
