"""What a build says of itself: how it was made, what from, and the hash of each of its files."""

from __future__ import annotations

import hashlib
import shutil
from typing import TYPE_CHECKING, Any

import orjson

from kg.errors import ExportError
from kg.files import sha256

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

    from kg.inputs import BuildReport
    from kg.ontology import Ontology

__all__ = [
    *("MANIFEST", "SETTINGS", "STORE", "VIEWS"),
    *("carry", "foreign", "hashes", "is_build", "read", "write"),
]

MANIFEST = "manifest.json"

STORE = ".store"
"""Folder of a build that queries make, to answer faster; it is no part of the build."""

VIEWS = ".view"
"""Folder of a build that holds views of it which nobody gave a name; it is no part of the build."""

SETTINGS = ".obsidian"
"""Folder that a program makes inside a folder of notes; it belongs to the user."""

_TOOL = "paperkg"
_FORMS = {"files": dict, "counts": dict, "inputs": list}


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
    if (
        not isinstance(manifest, dict)
        or manifest.get("tool") != _TOOL
        or not all(isinstance(manifest.get(name, form()), form) for name, form in _FORMS.items())
    ):
        raise ExportError(str(folder), "is no build of kg; make one with 'kg build INPUT -o DIR'")
    return manifest


def is_build(folder: Path) -> bool:
    """Say whether a folder is a build."""
    try:
        read(folder)
    except ExportError:
        return False
    return True


def foreign(folder: Path) -> str:
    """Name what keeps a folder from being replaced by a build.

    :param folder: The folder.
    :returns: The first file in it that is of others; empty if it is a build and nothing but that.
    """
    known = read(folder).get("files", {}) if is_build(folder) else {}
    name = min((name for name in _names(folder) if name not in known), default="")
    return name if name or is_build(folder) else MANIFEST


def carry(old: Path, new: Path) -> None:
    """Carry what belongs to the user from a build to the one that takes its place.

    :param old: Folder of the build before; there may be none.
    :param new: Folder of the new build.
    """
    for place in sorted(old.glob(f"*/{SETTINGS}")):
        target = new / place.relative_to(old)
        if target.parent.is_dir() and not target.exists() and place.is_dir():
            shutil.copytree(place, target, symlinks=True)


def hashes(folder: Path, *, unstable: Collection[str] = ()) -> dict[str, str]:
    """Hash the files of a build, those in folders of it too.

    :param folder: The folder.
    :param unstable: Names of files whose bytes say nothing of what is in them.
    :returns: SHA-256 by name, sorted, empty for what is unstable; without what is no part of it.
    """
    names = sorted(_names(folder))
    return {name: "" if name in unstable else sha256(folder / name) for name in names}


def _names(folder: Path) -> Iterator[str]:
    for path in folder.rglob("*"):
        name = path.relative_to(folder)
        is_apart = name.parts[0] in (STORE, VIEWS) or SETTINGS in name.parts
        if not path.is_dir() and not is_apart and str(name) != MANIFEST:
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
