"""What stands beside a store on disk, so that it is read fast, and behind closed doors.

``names.sqlite`` finds things by any of their names, whatever the case of its letters: SPARQL would
have to read every name for that. ``probes.nt`` holds triples that between them lie in every file of
the store: looking them up opens all files, since a process that may open no more files must have
them open already.

>>> name_key("  ImageNet ")
'imagenet'
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["NAMING", "name_key", "named", "names", "opened", "write_names", "write_probes"]

NAMING = (
    "http://www.w3.org/2004/02/skos/core#prefLabel",
    "http://www.w3.org/2004/02/skos/core#altLabel",
    "http://www.w3.org/2000/01/rdf-schema#label",
    "http://purl.org/dc/terms/identifier",
    "http://purl.org/spar/fabio/hasArXivId",
)
"""Properties whose texts name a thing."""

_NAMES, _PROBES = "names.sqlite", "probes.nt"
_ALWAYS_OPEN = 12  # RocksDB opens 16 files of data by itself; not counted on to the last
_SAMPLE = 200  # triples tried for each file of data before all are


def name_key(name: str) -> str:
    """Make of a name what is compared: blanks at its ends and upper case make no difference."""
    return name.strip().casefold()


def names(store: pyoxigraph.Store) -> Iterator[tuple[str, str]]:
    """Yield every name in a store as it is compared, with the IRI of what has it."""
    for naming in NAMING:
        for quad in store.quads_for_pattern(None, pyoxigraph.NamedNode(naming), None):
            node, text = quad.subject, quad.object
            if isinstance(node, pyoxigraph.NamedNode) and isinstance(text, pyoxigraph.Literal):
                yield name_key(text.value), node.value


def write_names(folder: str, store: pyoxigraph.Store) -> None:
    """Write the index of names.

    :param folder: Folder of the store.
    :param store: The store.
    """
    with closing(sqlite3.connect(Path(folder) / _NAMES)) as database:
        database.execute("PRAGMA journal_mode = OFF")
        columns = "name TEXT, iri TEXT, PRIMARY KEY (name, iri)"
        database.execute(f"CREATE TABLE names ({columns}) WITHOUT ROWID")
        database.executemany("INSERT OR IGNORE INTO names VALUES (?, ?)", sorted(names(store)))
        database.commit()


def named(folder: str, name: str) -> set[str]:
    """Find the IRIs of what has a name.

    :param folder: Folder of the store.
    :param name: The name, in any case of letters.
    :returns: The IRIs; none if nothing has it.
    """
    place = f"{(Path(folder).resolve() / _NAMES).as_uri()}?mode=ro&immutable=1"
    with closing(sqlite3.connect(place, uri=True)) as database:
        rows = database.execute("SELECT iri FROM names WHERE name = ?", (name_key(name),))
        return {iri for (iri,) in rows}


def opened(folder: str) -> pyoxigraph.Store:
    """Open a store to read, with all its files, so that no other need be opened later.

    :param folder: Folder of the store.
    """
    store = pyoxigraph.Store.read_only(folder)
    probes = Path(folder) / _PROBES
    if probes.exists():
        for triple in pyoxigraph.parse(path=str(probes), format=pyoxigraph.RdfFormat.N_TRIPLES):
            _look_up(store, triple)
    return store


def write_probes(folder: str) -> None:
    """Find triples that between them lie in every file of a store, if it has many files.

    :param folder: Folder of the store, which nobody else has open.
    """
    files = len(list(Path(folder).glob("*.sst")))
    if files <= _ALWAYS_OPEN:
        return
    store = pyoxigraph.Store.read_only(folder)
    step = max(1, len(store) // (files * _SAMPLE))
    probes = [*_probes(store, folder, files, step)]
    if _open_files(folder) is not None:
        probes += _probes(store, folder, files, 1)
    lines = (f"{q.subject} {q.predicate} {q.object} .\n" for q in probes)
    (Path(folder) / _PROBES).write_text("".join(lines), encoding="utf-8")


def _probes(
    store: pyoxigraph.Store, folder: str, files: int, step: int
) -> Iterator[pyoxigraph.Quad]:
    """Yield the triples that open files which were closed; every one where nobody can tell."""
    before = _open_files(folder)
    for quad in islice(store, 0, None, step):
        if before == files:
            return
        if pyoxigraph.BlankNode in (type(quad.subject), type(quad.object)):  # named anew when read
            continue
        _look_up(store, quad)
        now = _open_files(folder)
        if now is None or now != before:
            before = now
            yield quad


def _look_up(store: pyoxigraph.Store, triple: pyoxigraph.Quad | pyoxigraph.Triple) -> None:
    """Read a triple by each of the indexes that the store has."""
    patterns: Iterable[tuple[object, object, object]] = (
        (triple.subject, triple.predicate, triple.object),
        (triple.subject, None, None),
        (None, triple.predicate, triple.object),
        (None, None, triple.object),
    )
    for pattern in patterns:
        next(iter(store.quads_for_pattern(*pattern)), None)  # type: ignore[arg-type]


def _open_files(folder: str) -> int | None:
    """Count the files of data in a folder that this process has open; None if it cannot tell."""
    own = Path("/proc/self/fd")
    if not own.is_dir():
        return None
    found = 0
    place = str(Path(folder).resolve())
    for link in own.iterdir():
        try:
            target = os.readlink(link)  # noqa: PTH115
        except OSError:  # closed meanwhile, as the one that lists them
            continue
        found += target.startswith(place) and target.endswith(".sst")
    return found
