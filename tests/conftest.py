"""Fixtures that more than one test module needs; documents and extractions are built by hand."""

from __future__ import annotations

import hashlib
import io
import sys
from typing import TYPE_CHECKING, NamedTuple, Protocol

import pytest

from kg import cli, console
from kg.graph.assemble import assemble
from kg.model import Entity, Extraction, Listing, Mention, Record, Relation, Result

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.graph.knowledge_graph import KnowledgeGraph


def entity(record: Record, kind: str, name: str, role: str, *surfaces: str) -> Entity:
    """Find every occurrence of some surface forms in a record and call them one entity."""
    text = f"{record.title}\n{record.abstract}"
    mentions = []
    for surface in surfaces or (name,):
        start = text.find(surface)
        assert start >= 0, surface
        while start >= 0:
            mentions.append(Mention(kind, start, start + len(surface), surface, "hand", 0.9))
            start = text.find(surface, start + 1)
    return Entity(kind, name, tuple(sorted(mentions, key=lambda m: m.start)), role, "hand")


def span(record: Record, clause: str) -> tuple[int, int]:
    """Find a clause in a record."""
    start = f"{record.title}\n{record.abstract}".index(clause)
    return start, start + len(clause)


def extraction(
    record: Record,
    entities: tuple[Entity, ...],
    relations: tuple[Relation, ...] = (),
    results: tuple[Result, ...] = (),
) -> Extraction:
    """Wrap hand-made values of one record; sentences are the title and the whole abstract."""
    text = f"{record.title}\n{record.abstract}"
    cut = len(record.title)
    return Extraction(
        record,
        hashlib.sha256(text.encode()).hexdigest(),
        ((0, cut), (cut + 1, len(text))),
        entities,
        relations,
        results,
    )


def hand_made() -> list[Extraction]:
    """Make three papers that between them use every type and most roles."""
    one = Record(
        id="arxiv:2501.00001",
        title="FlickerNet: spiking networks for EEG decoding",
        abstract="We propose FlickerNet. It outperforms EEGNet on BETA and reaches an accuracy of "
        "91.5% for SSVEP decoding from EEG.",
        source="page.txt",
        line=3,
        listings=(Listing("page.txt", 1, "--07-28"),),
    )
    name, rival, data = ("Method", "FlickerNet"), ("Method", "EEGNet"), ("Dataset", "BETA")
    start, end = span(one, "It outperforms EEGNet on BETA")
    rstart, rend = span(one, "reaches an accuracy of 91.5%")
    first = extraction(
        one,
        (
            entity(one, *name, "proposed"),
            entity(one, *rival, "compared"),
            entity(one, *data, "used"),
            entity(one, "Modality", "EEG", "input"),
            entity(one, "Metric", "accuracy", "reported"),
            entity(one, "Task", "SSVEP decoding", "addressed"),
        ),
        (
            Relation(name, "outperforms", rival, start, end, "hand", confidence=0.8),
            Relation(name, "evaluatedOn", data, start, end, "hand"),
            Relation(name, "appliedTo", ("Task", "SSVEP decoding"), start, end, "hand"),
            Relation(name, "takesModality", ("Modality", "EEG"), start, end, "hand"),
            Relation(name, "extends", rival, start, end, "hand", "hedged", 0.4),
        ),
        (
            Result(
                "91.5%",
                "91.5",
                "%",
                "absolute",
                (("method", "FlickerNet"), ("metric", "accuracy"), ("dataset", "BETA")),
                rstart,
                rend,
                "hand",
            ),
        ),
    )
    two = Record(
        id="b/2 <x>",
        title='<script>alert(1)</script> & "quotes" with $\\alpha$ and \u202ertl',
        abstract="We introduce the =cmd() set. EEGNet is compared with FlickerNet on BETA.",
    )
    nasty = ("Dataset", "=cmd() set")
    start, end = span(two, "EEGNet is compared with FlickerNet")
    second = extraction(
        two,
        (
            entity(two, *nasty, "introduced"),
            entity(two, *rival, "used"),
            entity(two, *name, "compared"),
            entity(two, *data, "used"),
        ),
        (
            Relation(rival, "comparedWith", name, start, end, "hand"),
            Relation(rival, "evaluatedOn", data, start, end, "hand"),
        ),
    )
    three = Record(id="p3", title="A study of images", abstract="Images are produced. EEGNets too.")
    third = extraction(
        three,
        (
            entity(three, "Modality", "image", "output", "images", "Images"),
            entity(three, "Method", "EEGNet", "mentioned", "EEGNets"),
        ),
    )
    return [first, second, third]


@pytest.fixture
def extractions() -> list[Extraction]:
    """Give three hand-made extractions."""
    return hand_made()


@pytest.fixture
def graph() -> Iterator[KnowledgeGraph]:
    """Give the graph of three hand-made extractions."""
    with assemble(hand_made()) as assembled:
        yield assembled


class Answer(NamedTuple):
    """What the command line gave back."""

    code: int
    out: str
    err: str


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep tests away from the caches of whoever runs them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


class Run(Protocol):
    """Run the command line in this process."""

    def __call__(self, *arguments: object, stdin: bytes = b"") -> Answer: ...


@pytest.fixture
def kg(monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]) -> Run:
    """Run the command line in this process, whatever the width of the terminal."""
    monkeypatch.delenv("COLUMNS", raising=False)

    def run(*arguments: object, stdin: bytes = b"") -> Answer:
        monkeypatch.setattr(sys, "argv", ["kg", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        with pytest.raises(SystemExit) as stop:
            console.run(cli.commands)
        out, err = capsysbinary.readouterr()
        code = stop.value.code
        return Answer(code if isinstance(code, int) else 0, out.decode(), err.decode())

    return run
