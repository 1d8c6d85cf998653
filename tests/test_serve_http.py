"""HTTP of the server, by raw sockets: what is odd, what is wrong, who is slow."""

from __future__ import annotations

import socket
import time
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest
from serving import (
    CHUNKED,
    LOCAL,
    MANY,
    Client,
    build,
    serving,
)

from kg.serve import connection

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("served") / "graph")


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[Client]:
    with serving(folder, timeout=20, workers=2) as found:
        yield found


# ---- raw sockets ----


def test_several_requests_over_one_connection(client: Client) -> None:
    one = b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: localhost\r\n\r\n"
    last = one.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    found = client.raw(one + b"\r\n" + one + last)
    assert found.count(b"HTTP/1.1 200 OK\r\n") == 3
    assert found.count(b'{"head":{},"boolean":true}') == 3
    assert found.count(b"Connection: close") == 1


def test_old_clients(client: Client) -> None:
    found = client.raw(b"GET /sparql?query=ASK%7B%7D HTTP/1.0\r\n\r\n")
    assert found.startswith(b"HTTP/1.1 200 OK")
    found = client.raw(b"GET http://localhost/sparql?query=ASK%7B%7D HTTP/1.0\nA: b\n\n")
    assert found.startswith(b"HTTP/1.1 200 OK")
    assert client.raw(b"GET http://example.org/ HTTP/1.0\r\n\r\n").startswith(b"HTTP/1.1 421 ")


def test_bodies_in_chunks_and_by_invitation(client: Client) -> None:
    head = b"POST /sparql HTTP/1.1\r\nContent-Type: application/sparql-query\r\n" + LOCAL
    head += b"Connection: close\r\n"
    chunked = (
        head + b"Transfer-Encoding: chunked\r\n\r\n3\r\nASK\r\n4;x=y\r\n { }\r\n0\r\nA: b\r\n\r\n"
    )
    assert b'"boolean":true' in client.raw(chunked)
    waiting = head + b"Content-Length: 6\r\nExpect: 100-continue\r\n\r\n"
    with socket.create_connection(("127.0.0.1", client.port), timeout=20) as found:
        found.sendall(waiting)
        assert found.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        found.sendall(b"ASK {}")
        assert b'"boolean":true' in b"".join(iter(lambda: found.recv(65536), b""))


@pytest.mark.parametrize(
    ("status", "data"),
    [
        (400, b"nonsense\r\n\r\n"),
        (400, b"GET / HTTP/1.1\r\n\r\n"),
        (400, b"GET  / HTTP/1.1\r\n" + LOCAL + b"\r\n"),
        (400, b"GET / HTTP/1.1\r\n" + LOCAL + LOCAL + b"\r\n"),
        (400, b"GET / HTTP/1.1\r\n" + LOCAL + b" folded: x\r\n\r\n"),
        (400, b"GET / HTTP/1.1\r\n" + LOCAL + b"a : x\r\n\r\n"),
        (400, b"GET / HTTP/1.1\r\n" + LOCAL + b"a: \x00\r\n\r\n"),
        (400, b"GET / HTTP/1.1\r\nHost: localhost"),
        (400, b"GET x HTTP/1.1\r\n" + LOCAL + b"\r\n"),
        (400, b"GET / HTTP/1.1\r\n" + LOCAL + b"Content-Length: -1\r\n\r\n"),
        (400, b"POST / HTTP/1.1\r\n" + LOCAL + b"Content-Length: 9\r\n\r\nx"),
        (400, b"POST / HTTP/1.1\r\n" + LOCAL + b"Content-Length: 1\r\n" + CHUNKED + b"\r\n"),
        (400, b"POST / HTTP/1.1\r\n" + LOCAL + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n"),
        (400, b"POST / HTTP/1.1\r\n" + LOCAL + b"Transfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n"),
        (413, b"POST / HTTP/1.1\r\n" + LOCAL + b"Content-Length: 99999999\r\n\r\n"),
        (413, b"POST / HTTP/1.1\r\nContent-Length: 9000000\r\n" + LOCAL + b"\r\n" + b"a" * 9**7),
        (413, b"POST / HTTP/1.1\r\n" + LOCAL + b"Transfer-Encoding: chunked\r\n\r\nfffffff\r\n"),
        (414, b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n" + LOCAL + b"\r\n"),
        (415, b"POST / HTTP/1.1\r\n" + LOCAL + b"Content-Length: 0\r\nContent-Encoding: x\r\n\r\n"),
        (431, b"GET / HTTP/1.1\r\n" + LOCAL + b"a: " + b"a" * 70_000 + b"\r\n\r\n"),
        (431, b"GET / HTTP/1.1\r\n" + LOCAL + b"a: b\r\n" * 200 + b"\r\n"),
        (501, b"POST / HTTP/1.1\r\n" + LOCAL + b"Transfer-Encoding: gzip\r\n\r\n"),
        (505, b"GET / HTTP/2.0\r\n" + LOCAL + b"\r\n"),
        (505, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    ],
)  # fmt: skip
def test_what_is_no_good_http_is_refused(client: Client, status: int, data: bytes) -> None:
    with socket.create_connection(("127.0.0.1", client.port), timeout=20) as found:
        found.sendall(data)
        found.shutdown(socket.SHUT_WR)
        reply = b"".join(iter(lambda: found.recv(65536), b""))
    assert reply.startswith(f"HTTP/1.1 {status} ".encode()), reply[:200]
    assert b"Connection: close" in reply


def test_slow_clients_are_not_waited_for(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_IDLE", "_HEAD", "_BODY"):
        monkeypatch.setattr(connection, name, 0.3)
    assert client.raw(b"") == b""
    assert client.raw(b"GET / HT") == b""
    assert client.raw(b"GET / HTTP/1.1\r\nHost: loc").startswith(b"HTTP/1.1 408 ")
    late = b"POST /sparql HTTP/1.1\r\n" + LOCAL + b"Content-Length: 5\r\n\r\nx"
    assert client.raw(late).startswith(b"HTTP/1.1 408 ")
    assert client.query("ASK {}").status == 200


def test_those_who_do_not_read_are_not_waited_for(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "_SEND", 0.2)
    monkeypatch.setattr(connection, "_SLOWEST", 1 << 40)
    with socket.socket() as found:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        found.connect(("127.0.0.1", client.port))
        found.settimeout(20)
        path = f"/sparql?{urlencode({'query': MANY + ' LIMIT 200000'})}"
        found.sendall(f"GET {path} HTTP/1.1\r\n".encode() + LOCAL + b"\r\n")
        time.sleep(4)
        size = 0
        with suppress(ConnectionError):
            while data := found.recv(1 << 20):
                size += len(data)
        assert size < 30_000_000
    assert client.query("ASK {}").status == 200
