"""How the server starts and ends: no worker without it, and one line if it cannot."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
from conftest import hand_made
from serving import (
    LOCAL,
    RUNAWAY,
    Client,
    build,
    serving,
)

from kg.errors import KGError

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("served") / "graph")


# ---- starting and stopping ----


def workers_of(process: int) -> set[int]:
    """List the children of a process."""
    found = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii")
    return {int(number) for number in found.split()}


def lives(process: int) -> bool:
    try:
        return " Z " not in Path(f"/proc/{process}/stat").read_text(encoding="ascii")
    except FileNotFoundError:
        return False


@contextmanager
def running(folder: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run the command, and tell its address."""
    command = [sys.executable, "-m", "kg", "serve", str(folder), "--port", "0", *options]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr is not None
        line = next(line for line in process.stderr if "serving" in line)
        yield process, line.partition(" at ")[2].partition(" ")[0]
    finally:
        process.kill()
        process.communicate()


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs /proc to look at processes")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_no_worker_outlives_the_server(folder: Path, number: signal.Signals) -> None:
    with running(folder, "--workers", "2") as (process, url):
        port = int(url.rstrip("/").rpartition(":")[2])
        children = workers_of(process.pid)
        assert len(children) == 3
        with socket.create_connection(("127.0.0.1", port)) as busy:
            path = f"/sparql?{urlencode({'query': RUNAWAY})}"
            busy.sendall(f"GET {path} HTTP/1.1\r\n".encode() + LOCAL + b"\r\n")
            time.sleep(0.3)
            process.send_signal(number)
            code = process.wait(10)
        assert code == (-signal.SIGKILL if number == signal.SIGKILL else 0)
        deadline = time.monotonic() + 5
        while any(map(lives, children)) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not any(map(lives, children))


def test_a_worker_that_is_killed_is_replaced(folder: Path) -> None:
    with running(folder, "--workers", "1") as (process, url):
        client = Client.__new__(Client)
        client.port = int(url.rstrip("/").rpartition(":")[2])
        for child in workers_of(process.pid):
            os.kill(child, signal.SIGKILL)
        replies = {client.query("ASK {}").status for _ in range(20)}
        assert replies <= {200, 500}
        assert client.query("ASK {}").status == 200
        assert client.get("/method/flickernet").status == 200


def test_a_new_build_in_the_place_of_the_one_that_is_served(tmp_path: Path) -> None:
    """The server goes on telling of the build that it has opened."""
    folder = build(tmp_path / "graph")
    with serving(folder, workers=1) as client:
        assert client.get("/").status == 200
        folder.rename(tmp_path / "old")
        first, *others = hand_made()
        longer = replace(first.record, authors=("A. Author",) * 99)
        build(folder, [replace(first, record=longer), *others][::-1])
        shutil.rmtree(tmp_path / "old")
        for path in ("/method/eegnet", "/paper/arxiv:2501.00001", "/method/flickernet"):
            page = client.get(path, accept="text/html")
            assert page.status == 200
            assert "A. Author" not in page.text
        assert "It outperforms EEGNet on BETA" in page.text.replace("<mark>", "").replace(
            "</mark>", ""
        )


def test_it_says_why_it_does_not_start(folder: Path, tmp_path: Path, kg: Any) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        answer = kg("serve", folder, "--port", port)
        told = f"kg: port {port}: address already in use; choose another with --port\n"
        assert (answer.code, answer.err) == (2, told)
    answer = kg("serve", tmp_path)
    assert (answer.code, answer.err.count("\n")) == (2, 1)
    assert "holds no graph.ttl" in answer.err


def test_a_store_that_cannot_be_opened(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.graph.store.prepare", lambda *_, **__: folder)
    with pytest.raises(KGError), serving(folder):
        pass
