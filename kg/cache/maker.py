"""What an extraction depends on beside the text, as one hash."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from kg.files import sha256

if TYPE_CHECKING:
    from kg.ontology import Ontology

__all__ = ["maker_of"]

_CODE = Path(__file__).resolve().parent.parent


@lru_cache(maxsize=8)
def maker_of(ontology: Ontology, model: str | Path, labels: str | Path | None = None) -> str:
    """Hash all that an extraction depends on beside the text: ontology, model, code, libraries.

    :param ontology: Its folder is hashed whole.
    :param model: Name of a recognizer or folder of a model, see :func:`kg.documents.load`.
    :param labels: Name of the file that says what the labels of the model mean.
    :returns: Hexadecimal digits.
    """
    from kg.recognizer.recognizer import folder_of

    total = hashlib.sha256()
    for package in ("paperkg", "spacy", "numpy"):
        total.update(f"{package} {version(package)}\n".encode())
    place = folder_of(model)
    parts = [(_CODE, "**/*.py"), (ontology.folder, "**/*")]
    parts += [(place, "**/*")] if place.is_dir() else []
    for folder, pattern in parts:
        for path in sorted(folder.glob(pattern)):
            if path.is_file() and "__pycache__" not in path.parts:
                total.update(f"{path.relative_to(folder).as_posix()}\0{sha256(path)}\n".encode())
        total.update(b"\n")
    told = "" if place.is_dir() else f"{model} {_version(str(model))}"
    total.update(f"{told}\0".encode())
    total.update(sha256(Path(labels)).encode() if labels and Path(labels).is_file() else b"")
    return total.hexdigest()


def _version(package: str) -> str:
    """Tell the version of a package that holds a model; empty if it is none."""
    try:
        return version(package)
    except (PackageNotFoundError, ValueError):
        return ""
