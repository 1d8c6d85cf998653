"""Readers and exporters, found by scanning their folders and by entry points of other packages.

A module in the folder is a plug-in if it has a ``FORMAT``; its name is nowhere else.
Other packages join through the entry point groups ``kg.readers`` and ``kg.exporters``.

>>> "graphml" in names("exporters")
True
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import lru_cache
from importlib.metadata import entry_points
from typing import TYPE_CHECKING

from kg.errors import UnknownNameError

if TYPE_CHECKING:
    from types import ModuleType

__all__ = ["find", "modules", "names"]

_KINDS = {"readers": "reader", "exporters": "exporter"}


@lru_cache(maxsize=8)
def modules(folder: str) -> tuple[ModuleType, ...]:
    """Import every plug-in of a folder.

    :param folder: ``"readers"`` or ``"exporters"``.
    :returns: The modules, sorted by format.
    """
    package = importlib.import_module(f"kg.{folder}")
    found = [
        importlib.import_module(f"{package.__name__}.{info.name}")
        for info in pkgutil.iter_modules(package.__path__)
        if not info.ispkg
    ]
    found += [point.load() for point in entry_points(group=f"kg.{folder}")]
    return tuple(sorted((m for m in found if hasattr(m, "FORMAT")), key=lambda m: str(m.FORMAT)))


def names(folder: str) -> tuple[str, ...]:
    """Name the formats of a folder, sorted."""
    return tuple(str(m.FORMAT) for m in modules(folder))


def find(folder: str, name: str) -> ModuleType:
    """Look up a plug-in by its format.

    :raises UnknownNameError: If there is none; it lists the formats that there are.
    """
    for module in modules(folder):
        if name == module.FORMAT:
            return module
    raise UnknownNameError(_KINDS[folder], name, names(folder))
