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
from kg.normalize import key

__all__ = ["DEFAULT_BASE", "Minter", "digest", "record_id", "slug", "title_key"]

DEFAULT_BASE = "https://w3id.org/paperkg/"

_LONGEST = 80
_SHORT = 3  # words; titles with fewer are shared by different papers
_ALIKE = 60  # characters of the key of the abstract that must then agree
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


def record_id(title: str) -> str:
    """Make the identifier of a record whose input gives none.

    :param title: Title of the paper.
    :returns: The letter p and ten hexadecimal digits; the same for titles with the same comparison
        key, so that the same paper has the same identifier wherever it is listed.

    >>> record_id("A Neural Net") == record_id("a neural net")
    True
    """
    return f"p{hashlib.sha256(key(title).encode('utf-8', 'replace')).hexdigest()[:10]}"


def title_key(title: str, abstract: str) -> str:
    """Make what papers of one title have in common.

    :param title: Title of the paper.
    :param abstract: Its abstract, which counts where the title is so short ("Editorial") that
        different papers have it.
    :returns: The same key for what is one paper, unless there are different DOIs.

    >>> title_key("A Small Net", "Short."), title_key("Editorial", "In this issue, ...")
    ('a small net', 'editorial | in this issue')
    """
    found = key(title)
    return found if found.count(" ") >= _SHORT - 1 else f"{found} | {key(abstract)[:_ALIKE]}"


def slug(name: str) -> str:
    """Turn a comparison key into a readable path segment, another one for every key.

    A key of plain letters and digits is its own slug with hyphens for blanks. From any other the
    foreign characters are left out, and an underscore and a hash tell it from its likes.

    :param name: A key as :func:`kg.normalize.key` makes it.
    :returns: A segment of letters, digits, hyphens and at most one underscore.

    >>> slug("u net"), slug("c")
    ('u-net', 'c')
    >>> slug("c++")
    'c_d184d7d2'
    """
    if len(name) <= _LONGEST and _PLAIN.fullmatch(name):
        return name.replace(" ", "-")
    readable = re.sub(r"[^a-z0-9]+", "-", name.lower())[:_LONGEST].strip("-")
    return f"{readable}_{digest(name)[:8]}"


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

    def entity(self, type_name: str, name: str) -> str:
        """Make the IRI of an entity from its type and the comparison key of its name."""
        return f"{self.base}{type_name.lower()}/{slug(name)}"

    def content(self, kind: str, *parts: object) -> str:
        """Make the IRI of a thing that is known by its content alone.

        :param kind: First segment of the path, such as ``"result"``.
        :param parts: What the thing consists of.
        """
        return f"{self.base}{kind}/{digest(*parts)}"
