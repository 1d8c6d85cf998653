"""Mint every IRI: pure functions of content, injective, the same in every build.

>>> mint = Minter("https://example.org/")
>>> mint.entity("Method", "spiking neural network")
'https://example.org/method/spiking-neural-network'
>>> mint.paper("doi:10.1/a b")
'https://example.org/paper/doi:10.1%2Fa%20b'
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from kg.errors import KGError

__all__ = ["DEFAULT_BASE", "Minter", "digest", "slug"]

DEFAULT_BASE = "https://w3id.org/paperkg/"

_PLAIN = re.compile(r"[a-z0-9]+(?: [a-z0-9]+)*")
_FORBIDDEN = re.compile(r"[\x00-\x20<>\"{}|\\^`]")


def digest(*parts: object) -> str:
    """Hash fields into 16 hexadecimal digits.

    :param parts: Fields; their boundaries count, so that ("ab", "c") differs from ("a", "bc").
    :returns: The first 64 bits of the SHA-256 of the fields.

    >>> digest("ab", "c") == digest("a", "bc")
    False
    """
    netstrings = "".join(f"{len(text)}:{text}," for text in map(str, parts))
    return hashlib.sha256(netstrings.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def slug(key: str) -> str:
    """Turn a comparison key into a readable path segment, another one for every key.

    A key of plain letters and digits is its own slug with hyphens for blanks. From any other the
    foreign characters are left out, and an underscore and a hash tell it from its likes.

    :param key: A key as :func:`kg.normalize.key` makes it.
    :returns: A segment of letters, digits, hyphens and at most one underscore.

    >>> slug("u net"), slug("c")
    ('u-net', 'c')
    >>> slug("c++")
    'c_d184d7d2'
    """
    if len(key) <= 80 and _PLAIN.fullmatch(key):
        return key.replace(" ", "-")
    readable = re.sub(r"[^a-z0-9]+", "-", key)[:80].strip("-")
    return f"{readable}_{digest(key)[:8]}"


@dataclass(frozen=True, slots=True)
class Minter:
    """Make the IRIs of instances under one base.

    :param base: Absolute http(s) IRI that ends in ``/`` or ``#``.
    :raises KGError: If the base is none.
    """

    base: str = DEFAULT_BASE

    def __post_init__(self) -> None:
        """Refuse a base that would make invalid IRIs."""
        parts = urlsplit(self.base)
        if (
            parts.scheme not in {"http", "https"}
            or not parts.netloc
            or not self.base.endswith(("/", "#"))
            or _FORBIDDEN.search(self.base)
        ):
            raise KGError(f"base IRI {self.base!r}: give an http(s) IRI that ends in / or #")

    def paper(self, identifier: str) -> str:
        """Make the IRI of a paper from the identifier of its record."""
        return f"{self.base}paper/{quote(identifier, safe=':')}"

    def entity(self, type_name: str, key: str) -> str:
        """Make the IRI of an entity from its type and comparison key."""
        return f"{self.base}{type_name.lower()}/{slug(key)}"

    def content(self, kind: str, *parts: object) -> str:
        """Make the IRI of a thing that is known by its content alone.

        :param kind: First segment of the path, such as ``"result"``.
        :param parts: What the thing consists of.
        """
        return f"{self.base}{kind}/{digest(*parts)}"
