"""The Turtle of a build in an Oxigraph store on disk: made once, then opened in milliseconds.

The store holds one graph: core, evidence and the ontology together. It is a cache: what it was made
from is in its name, so that a store that is there is whole and right, and one that is no longer
right is not found. It stands in the folder ``.store`` of the build, or in the cache of the user
where the build cannot be written to.

>>> from kg import ontology
>>> prepare(Path("nowhere"), ontology=ontology.load())
Traceback (most recent call last):
...
kg.errors.ReadError: nowhere: holds no graph.ttl; make it with 'kg build'
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from kg import ontology as ontologies
from kg.errors import ExportError, OntologyError, ReadError
from kg.files import cache_folder, permissions, sha256

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kg.ontology import Ontology

__all__ = ["FILES", "FOLDER", "LARGE", "files_of", "fresh", "is_large", "prepare", "schema_of"]

FILES = ("graph.ttl", "evidence.ttl")
"""The Turtle files of a build: core, evidence."""

FOLDER = ".store"
"""Name of the folder of stores inside a build."""

LARGE = 2_000_000
"""Bytes of Turtle from which on a query makes the store of a build.

Loading them takes 0.15 s for each query, making the store once 0.4 s, opening it 0.01 s.
"""

_LAYOUT = "3"  # goes into the name of a store: what is loaded into it, and how
_STAMP, _LOCK, _HALF = "stamp.json", "lock", "half-"
_KEPT = 2  # stores of one build: this one, and the one that a server may still read


def files_of(folder: Path) -> tuple[Path, ...]:
    """Name the Turtle files of a build.

    :param folder: Folder that ``kg build`` wrote.
    :returns: The file of the core, then that of the evidence.
    :raises ReadError: If one is missing.
    """
    paths = tuple(folder / name for name in FILES)
    for path in paths:
        if not path.is_file():
            raise ReadError(str(folder), 0, f"holds no {path.name}", "make it with 'kg build'")
    return paths


def schema_of(ontology: Ontology | Path | None = None) -> Path:
    """Name the Turtle file of an ontology.

    :param ontology: The ontology, or its folder; by default that of this package.
    :returns: The file.
    :raises OntologyError: If it is not there.
    """
    given = ontology if isinstance(ontology, Path) else ontology and ontology.folder
    schema = (given or ontologies.default_folder()) / ontologies.SCHEMA
    if not schema.is_file():
        raise OntologyError(schema.name, str(schema.parent), "cannot be read")
    return schema


def is_large(folder: Path) -> bool:
    """Say whether loading the Turtle of a build each time takes longer than making its store once.

    :param folder: Folder that ``kg build`` wrote.
    :raises ReadError: If the folder is no build.
    """
    return sum(path.stat().st_size for path in files_of(folder)) > LARGE


def prepare(folder: Path, *, ontology: Ontology | Path | None = None) -> Path:
    """Make sure that the store of a build exists and is fresh.

    Two processes may do so at once: one makes the store, the other waits for it. A store that is
    being read keeps its files until a second newer one is made.

    :param folder: Folder that ``kg build`` wrote.
    :param ontology: What may be said, or the folder that says it; by default that of this package.
    :returns: The folder of the store, to be opened with ``pyoxigraph.Store.read_only``.
    :raises ReadError: If the folder is no build, or a file of it is no Turtle.
    :raises ExportError: If the store cannot be written anywhere.
    """
    if known := fresh(folder, ontology=ontology):
        return known
    sources = _sources(folder, ontology)
    for home in _homes(folder):
        try:
            if home.is_symlink():  # a build of somebody else may lead anywhere
                continue
            home.mkdir(parents=True, exist_ok=True)
            _replace(home / ".gitignore", b"*\n")
        except OSError:
            continue
        with _alone(home):
            return _known(home, sources) or _make(home, sources)
    raise ExportError(str(folder), "no store can be written there nor in the cache of the user")


def fresh(folder: Path, *, ontology: Ontology | Path | None = None) -> Path | None:
    """Look for the store of a build.

    :param folder: Folder that ``kg build`` wrote.
    :param ontology: What may be said, or the folder that says it; by default that of this package.
    :returns: The folder of the store; None if there is none, or none that is fresh.
    :raises ReadError: If the folder is no build.
    """
    sources = _sources(folder, ontology)
    homes = (home for home in _homes(folder) if home.is_dir() and not home.is_symlink())
    known = (_known(home, sources) for home in homes)
    return next(filter(None, known), None)


def _sources(folder: Path, ontology: Ontology | Path | None) -> tuple[Path, ...]:
    """Name the files that a store is made from, the ontology last."""
    return (*files_of(Path(folder)), schema_of(ontology))


def _homes(folder: Path) -> tuple[Path, Path]:
    """Name the folders that may hold stores of a build, the better one first."""
    name = hashlib.sha256(os.fsencode(Path(folder).resolve())).hexdigest()[:32]
    return Path(folder) / FOLDER, cache_folder() / "stores" / name


def _known(home: Path, sources: Sequence[Path]) -> Path | None:
    place = home / _key(home, sources)
    return place if place.is_dir() else None


def _key(home: Path, sources: Sequence[Path]) -> str:
    """Name what a store is made from.

    Files are hashed only where size or times are not those that the stamp says, since hashing takes
    longer than most queries.
    """
    import pyoxigraph

    stats = [[s.st_size, s.st_mtime_ns, s.st_ctime_ns, s.st_ino] for s in map(os.stat, sources)]
    made = [_LAYOUT, pyoxigraph.__version__, str(sources[-1].resolve()), stats]
    with suppress(OSError, ValueError, TypeError, LookupError):
        stamp = json.loads((home / _STAMP).read_bytes())
        if stamp["made"] == made:
            return str(stamp["key"])
    total = hashlib.sha256(f"{_LAYOUT} {pyoxigraph.__version__}".encode())
    for path in sources:
        total.update(bytes.fromhex(sha256(path)))
    key = total.hexdigest()[:32]
    if home.is_dir():
        with suppress(OSError):  # no stamp, no harm: the files are hashed again
            _replace(home / _STAMP, json.dumps({"key": key, "made": made}).encode())
    return key


def _make(home: Path, sources: Sequence[Path]) -> Path:
    """Load the files into a new store, which takes its name when it is whole."""
    from kg.graph.engine_oxigraph import fill

    place = home / _key(home, sources)
    try:
        half = Path(tempfile.mkdtemp(prefix=_HALF, dir=home))
    except OSError as err:
        raise ExportError(str(home), f"cannot be written: {err.strerror}") from err
    try:
        *files, schema = map(str, sources)
        fill(str(half), files, schema)
        half.chmod(permissions(place, most=0o777))
        if not place.is_dir():  # else made meanwhile, by a process that no lock holds back
            half.rename(place)
    except SyntaxError as err:
        told = f"holds bad Turtle: {err}"
        raise ReadError(str(sources[0].parent), 0, told, "build again") from err
    except OSError as err:
        if not place.is_dir():
            told = f"cannot be written: {err}" if home.is_dir() else "was replaced; try again"
            raise ExportError(str(home), told) from err
    finally:
        shutil.rmtree(half, ignore_errors=True)
    others = [path for path in home.iterdir() if path.is_dir() and _is_old(path, place)]
    for path in sorted(others, key=lambda p: p.stat().st_mtime_ns, reverse=True)[_KEPT - 1 :]:
        shutil.rmtree(path, ignore_errors=True)
    return place


def _is_old(path: Path, place: Path) -> bool:
    return path != place and not path.name.startswith(_HALF)


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """Wait until no other process makes a store here, where the system can tell."""
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
    with os.fdopen(os.open(home / _LOCK, flags, 0o644), "wb") as file:
        try:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)
        except (ImportError, OSError):
            yield
            return
        for path in home.glob(f"{_HALF}*"):  # nobody works on it: what was killed left it behind
            shutil.rmtree(path, ignore_errors=True)
        yield


def _replace(path: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}-")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    Path(name).chmod(permissions(path))
    Path(name).replace(path)
