"""What a build says of itself: how it was made, what from, and the hash of each of its files."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import orjson

from kg.errors import ExportError
from kg.files import sha256

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from kg.inputs import BuildReport
    from kg.ontology import Ontology

__all__ = ["MANIFEST", "STORE", "hashes", "is_build", "is_nothing_but_a_build", "read", "write"]

MANIFEST = "manifest.json"

STORE = ".store"
"""Folder of a build that queries make, to answer faster; it is no part of the build."""

_TOOL = "paperkg"


def read(folder: Path) -> dict[str, Any]:
    """Read the manifest of a build.

    :param folder: The folder.
    :returns: What the manifest says.
    :raises ExportError: If the folder is no build.
    """
    try:
        manifest = orjson.loads((folder / MANIFEST).read_bytes())
    except (OSError, orjson.JSONDecodeError):
        manifest = None
    if not isinstance(manifest, dict) or manifest.get("tool") != _TOOL:
        raise ExportError(str(folder), "is no build of kg; make one with 'kg build INPUT -o DIR'")
    return manifest


def is_build(folder: Path) -> bool:
    """Say whether a folder is a build."""
    try:
        read(folder)
    except ExportError:
        return False
    return True


def is_nothing_but_a_build(folder: Path) -> bool:
    """Say whether a folder may be replaced: a build, and no file in it that is of others."""
    return is_build(folder) and set(_names(folder)) <= {*read(folder).get("files", {})}


def hashes(folder: Path) -> dict[str, str]:
    """Hash the files of a build, those in folders of it too.

    :param folder: The folder.
    :returns: SHA-256 by name, sorted; without the manifest and the store.
    """
    return {name: sha256(folder / name) for name in sorted(_names(folder))}


def _names(folder: Path) -> Iterator[str]:
    for path in folder.rglob("*"):
        name = path.relative_to(folder)
        if not path.is_dir() and name.parts[0] != STORE and str(name) != MANIFEST:
            yield name.as_posix()


def write(
    folder: Path,
    report: BuildReport,
    ontology: Ontology,
    *,
    told: Mapping[str, str],
    files: Mapping[str, str],
) -> None:
    """Write the manifest of a build.

    :param folder: The folder.
    :param report: Has inputs and counts.
    :param ontology: What the build was made with.
    :param told: What else to say of how it was made.
    :param files: Hash of each file by name.
    """
    from importlib.metadata import version

    sources = sorted(report.sources, key=lambda s: (s.name, s.sha256))
    manifest: dict[str, Any] = {
        "tool": _TOOL,
        "version": version("paperkg"),
        "ontology": {"version": ontology.version, "sha256": _folder_sha256(ontology.folder)},
        **told,
        "inputs": [vars(source) for source in sources],
        "counts": report.counts,
        "files": files,
    }
    text = orjson.dumps(manifest, option=orjson.OPT_INDENT_2) + b"\n"
    (folder / MANIFEST).write_bytes(text)


def _folder_sha256(folder: Path) -> str:
    """Hash what the program reads of the ontology: schema, rules and lexicon."""
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix in {".ttl", ".toml", ".tsv", ".txt"}:
            total.update(f"{path.relative_to(folder).as_posix()}\0{sha256(path)}\n".encode())
    return total.hexdigest()
