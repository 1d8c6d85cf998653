"""Extractions that are kept, so that nothing is extracted twice."""

from kg.cache.file import FILE, Kept, chosen, clear, kept
from kg.cache.keep import Cache, opened
from kg.cache.maker import maker_of

__all__ = [
    "FILE",
    "Cache",
    "Kept",
    "chosen",
    "clear",
    "kept",
    "maker_of",
    "opened",
]
