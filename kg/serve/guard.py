"""Who may ask: programs and pages of this machine, and no page of others by a trick.

A page of a stranger cannot read what another server answers, unless the name of its own host is
made to point at this machine (DNS rebinding): so the host that a request names is checked. It can
still send requests: those that a browser marks as coming from elsewhere are refused, other than a
link that a person follows.

>>> is_local("localhost:7878"), is_local("[::1]"), is_local("127.0.0.1.example.org")
(True, True, False)
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from kg.serve.http import RefusedError, Response

if TYPE_CHECKING:
    from kg.serve.http import Request

__all__ = ["admit", "is_local", "shared", "sheltered"]

_LOCAL = re.compile(
    r"(?:localhost|127(?:\.[0-9]{1,3}){3}|\[::1\])\.?(?::[0-9]{1,5})?", re.IGNORECASE
)

_SHELTER = (
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; sandbox"),
)


def is_local(host: str) -> bool:
    """Say whether the host of a request is this machine, by any port: ports can be forwarded."""
    return _LOCAL.fullmatch(host) is not None


def admit(request: Request, *, cors: bool) -> None:
    """Refuse what comes from elsewhere.

    :param request: The request.
    :param cors: Whether pages of others may ask.
    :raises RefusedError: If it names another host, or a page of others sends it and may not.
    """
    # Browsers always name the host; programs that speak HTTP/1.0 need not.
    if "host" in request.headers and not is_local(request.headers["host"]):
        raise RefusedError(421, "this server answers for localhost alone")
    if cors:
        return
    origin = request.headers.get("origin")
    site = request.headers.get("sec-fetch-site", "none")
    is_link = request.headers.get("sec-fetch-mode") == "navigate" and request.method == "GET"
    if (origin is not None and _host(origin) != request.headers.get("host", "").lower()) or (
        site not in {"none", "same-origin"} and not is_link
    ):
        raise RefusedError(403, "a page of another site asks; allow it with 'kg serve --cors'")


def _host(origin: str) -> str:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""


def shared(request: Request, response: Response) -> Response:
    """Let pages of others read a response; tell those that ask beforehand what they may send."""
    headers = [
        ("Access-Control-Allow-Origin", "*"),
        ("Cross-Origin-Resource-Policy", "cross-origin"),
    ]
    if request.method == "OPTIONS" and "access-control-request-method" in request.headers:
        headers += [
            ("Access-Control-Allow-Methods", response.header("Allow") or "GET, HEAD, POST"),
            ("Access-Control-Allow-Headers", "Accept, Content-Type"),
            ("Access-Control-Max-Age", "86400"),
        ]
        if "access-control-request-private-network" in request.headers:
            headers.append(("Access-Control-Allow-Private-Network", "true"))
    return response.adding(*headers)


def sheltered(response: Response) -> Response:
    """Tell browsers to make nothing of a response but what it says it is."""
    return response.adding(*_SHELTER, ("Cross-Origin-Resource-Policy", "same-origin"))
