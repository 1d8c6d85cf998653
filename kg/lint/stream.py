"""Read XML of strangers as a stream, in bounded memory: nothing is expanded, nothing is fetched.

>>> from io import BytesIO
>>> class Names:
...     def start(self, name, space, attributes):
...         print(name, attributes)
...
...     def end(self, name): ...
...     def text(self, text): ...
...     def fault(self, kind, says, place=None): ...
>>> read(BytesIO(b"<a><b c='1'/></a>"), Names())
a {}
b {'c': '1'}
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, Protocol
from xml.parsers import expat

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import NoReturn, TypeAlias

    Place: TypeAlias = tuple[int, int]

__all__ = ["Handler", "Place", "Stop", "read"]

_CHUNK = 1 << 16
_LONGEST = 1 << 24  # bytes that one tag may take
_DEEPEST = 64
_NAMES = 10_000  # different names of elements and attributes
_SEPARATOR = " "
_SPACES = (0x9, 0xA, 0xD)
_CODES = expat.errors.codes
_KINDS = {
    _CODES[expat.errors.XML_ERROR_NO_ELEMENTS]: "truncated",
    _CODES[expat.errors.XML_ERROR_UNCLOSED_TOKEN]: "truncated",
    _CODES[expat.errors.XML_ERROR_PARTIAL_CHAR]: "truncated",
    _CODES[expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION]: "truncated",
    _CODES[expat.errors.XML_ERROR_BAD_CHAR_REF]: "bad-character",
    _CODES[expat.errors.XML_ERROR_UNKNOWN_ENCODING]: "bad-encoding",
    _CODES[expat.errors.XML_ERROR_INCORRECT_ENCODING]: "bad-encoding",
    _CODES[expat.errors.XML_ERROR_UNDEFINED_ENTITY]: "entity",
    _CODES[expat.errors.XML_ERROR_RECURSIVE_ENTITY_REF]: "entity",
    _CODES[expat.errors.XML_ERROR_ENTITY_DECLARED_IN_PE]: "entity",
}


class Stop(Exception):  # noqa: N818  # it is how reading ends, not what goes wrong
    """Stop reading: no more is to be learned of the file."""


class Handler(Protocol):
    """What is told of a document as it comes; ``where`` tells line and column, and is set first."""

    where: Callable[[], Place]

    def start(self, name: str, space: str, attributes: dict[str, str]) -> None:
        """Take the start of an element; names of attributes are without their namespaces."""

    def end(self, name: str) -> None:
        """Take the end of an element."""

    def text(self, text: str) -> None:
        """Take a part of a text."""

    def fault(self, kind: str, says: str, place: Place | None = None) -> None:
        """Take what is wrong; without a place, it is where the reading stands."""


def read(file: BinaryIO, handler: Handler) -> None:
    """Read a document to its end, or to where nothing more is to be learned of it.

    :param file: The document.
    :param handler: Is told of it, and of what is wrong with it as XML.
    """
    parser = _Reading(handler).parser

    def where() -> Place:
        return parser.CurrentLineNumber, parser.CurrentColumnNumber + 1

    handler.where = where
    fed, chunk = 0, b""
    try:
        while chunk := file.read(_CHUNK):
            parser.Parse(chunk, False)
            fed += len(chunk)
            if fed - parser.CurrentByteIndex > _LONGEST:
                handler.fault("hostile", f"has a tag of more than {_LONGEST:,} bytes")
                return
        parser.Parse(b"", True)
    except expat.ExpatError as err:
        kind = _KINDS.get(err.code) or _told_by(chunk, parser.ErrorByteIndex - fed)
        says = f"is no XML: {expat.ErrorString(err.code)}"
        handler.fault(kind, says, (err.lineno, err.offset + 1))
    except (LookupError, ValueError) as err:  # an encoding that Python does not know, or not so
        handler.fault("bad-encoding", f"is in an encoding that is not read: {err}")
    except Stop:
        return


def _told_by(chunk: bytes, place: int) -> str:
    """Tell a character that XML forbids from markup that it forbids."""
    found = chunk[place] if 0 <= place < len(chunk) else 0x20
    if found < 0x20 and found not in _SPACES:
        return "bad-character"
    return "bad-encoding" if found >= 0x80 else "not-xml"


class _Reading:
    """One document that is being read."""

    def __init__(self, handler: Handler) -> None:
        self.handler, self.depth = handler, 0
        self.names: set[str] = set()
        self.parser = parser = expat.ParserCreate(namespace_separator=_SEPARATOR)
        parser.buffer_text = True
        parser.ordered_attributes = True
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = handler.text
        parser.StartDoctypeDeclHandler = self.doctype
        parser.EntityDeclHandler = self.entity
        parser.SkippedEntityHandler = self.skipped
        parser.ExternalEntityRefHandler = self.external

    def start(self, name: str, attributes: list[str]) -> None:
        self.depth += 1
        self.names.add(name)
        self.names.update(attributes[::2])
        if self.depth > _DEEPEST:
            self.stop("hostile", f"elements are nested more than {_DEEPEST} deep")
        if len(self.names) > _NAMES:
            self.stop("hostile", f"has more than {_NAMES:,} different names of elements")
        space, _, local = name.rpartition(_SEPARATOR)
        pairs = zip(attributes[::2], attributes[1::2], strict=True)
        told = {key.rpartition(_SEPARATOR)[2]: value for key, value in pairs}
        self.handler.start(local, space, told)

    def end(self, name: str) -> None:
        self.depth -= 1
        self.handler.end(name.rpartition(_SEPARATOR)[2])

    def doctype(self, name: str, system: str | None, *_: object) -> None:
        place = f" from {system[:200]!r}" if system else ""
        self.handler.fault("doctype", f"declares a document type {name[:80]!r}{place}")

    def entity(self, name: str, *_: object) -> None:
        self.stop("entity", f"declares an entity {name[:80]!r}")

    def skipped(self, name: str, *_: object) -> None:
        self.stop("entity", f"refers to an entity {name[:80]!r}")

    def external(self, *_: object) -> int:
        self.stop("entity", "refers to an entity that is elsewhere")

    def stop(self, kind: str, says: str) -> NoReturn:
        self.handler.fault(kind, says)
        raise Stop
