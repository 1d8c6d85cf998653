"""Scripts and styles of the pages: few, read once, and nothing else from that folder."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from kg.serve.http import Response

if TYPE_CHECKING:
    from kg.serve.http import Request

__all__ = ["FOLDER", "PREFIX", "Assets", "address"]

FOLDER = Path(__file__).parent / "pages"
PREFIX = "/-/"
"""Where the addresses of assets begin; no name of a type begins so."""

_KINDS = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}
_FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class Assets:
    """The files by address, each plain and compressed."""

    files: dict[str, tuple[Response, Response]]

    @classmethod
    def read(cls) -> Assets:
        """Read the files of the package."""
        found = {}
        for path in sorted(FOLDER.iterdir()):
            if path.suffix in _KINDS:
                body = path.read_bytes()
                headers = (
                    ("Content-Type", _KINDS[path.suffix]),
                    ("Cache-Control", "no-cache"),
                    ("ETag", f'"{_digest(body)}"'),
                    ("Vary", "Accept-Encoding"),
                )
                small = gzip.compress(body, compresslevel=6, mtime=0)
                found[PREFIX + path.name] = (
                    Response(200, body, headers),
                    Response(200, small, (*headers, ("Content-Encoding", "gzip"))),
                )
        return cls(found)

    def find(self, request: Request) -> Response | None:
        """Answer a request for a file.

        :param request: The request.
        :returns: The file, compressed if the client takes that; None if there is no such file.
        """
        if request.path not in self.files:
            return None
        plain, small = self.files[request.path]
        tag = plain.header("ETag")
        if tag in request.headers.get("if-none-match", ""):
            return Response(304, b"", (("ETag", tag), ("Vary", "Accept-Encoding")))
        found = small if "gzip" in request.headers.get("accept-encoding", "") else plain
        if request.query == tag.strip('"'):
            kept = tuple((k, v) for k, v in found.headers if k != "Cache-Control")
            return Response(200, found.body, (*kept, ("Cache-Control", _FOREVER)))
        return found


@lru_cache(maxsize=32)
def address(name: str) -> str:
    """Make the address of a file, which changes when the file does.

    :param name: Name of a file of the package.
    """
    return f"{PREFIX}{name}?{_digest((FOLDER / name).read_bytes())}"


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:16]
