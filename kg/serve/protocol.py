"""What a request of the SPARQL 1.1 Protocol asks for; the answer is another's.

>>> from kg.serve.http import Request
>>> read(Request("GET", "/sparql", "query=ASK%7B%7D&format=csv"))
Asked(query='ASK{}', named='csv')
>>> read(Request("GET", "/sparql")).query is None
True
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qs

from kg.serve.http import RefusedError

if TYPE_CHECKING:
    from kg.serve.http import Request

__all__ = ["METHODS", "Asked", "fields", "read"]

METHODS = ("GET", "HEAD", "POST", "OPTIONS")

_FORM, _QUERY = "application/x-www-form-urlencoded", "application/sparql-query"
_UPDATE = "application/sparql-update"
_GRAPHS = ("default-graph-uri", "named-graph-uri", "using-graph-uri", "using-named-graph-uri")
_READ_ONLY = "the graph is read only; ask with 'query'"
_MOST_FIELDS = 50


class Asked(NamedTuple):
    """A query, and the names of formats that the address gives, parted by commas.

    ``query`` is None if the client asks what this endpoint is.
    """

    query: str | None
    named: str | None


def read(request: Request) -> Asked:
    """Find the query in a request.

    :param request: A request of one of :data:`METHODS`.
    :returns: The query and the format.
    :raises RefusedError: If there is not exactly one query, or it is to change something.
    """
    said = fields(request.query)
    if request.method == "POST":
        kind = request.media_type
        if kind == _FORM:
            form = fields(_text(request))
            said = {k: said.get(k, []) + form.get(k, []) for k in {*said, *form}}
        elif kind == _QUERY:
            said = {**said, "query": [*said.get("query", []), _text(request)]}
        elif kind == _UPDATE:
            raise RefusedError(403, _READ_ONLY)
        else:
            takes = ("Accept-Post", f"{_FORM}, {_QUERY}")
            raise RefusedError(415, f"post a form, or the query as {_QUERY}", takes)
    return _asked(request, said)


def _asked(request: Request, said: dict[str, list[str]]) -> Asked:
    queries = said.get("query", [])
    named = next((",".join(said[k]) for k in ("format", "output") if said.get(k)), None)
    if "update" in said:
        raise RefusedError(403, _READ_ONLY)
    if len(queries) > 1:
        raise RefusedError(400, "there is more than one query")
    if graphs := [name for name in _GRAPHS if any(said.get(name, []))]:
        raise RefusedError(400, f"there is one graph only; leave {graphs[0]} out")
    if not queries and (request.method == "POST" or (named is None and said)):
        raise RefusedError(400, "there is no query; say query=...")
    return Asked(queries[0] if queries else None, named)


def fields(text: str) -> dict[str, list[str]]:
    """Read the fields of an address or a form.

    :param text: Fields as they are sent, percent-encoded.
    :returns: Values by name, in their order.
    :raises RefusedError: If they are no UTF-8, or too many.
    """
    try:
        return parse_qs(text, keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
    except UnicodeDecodeError:
        raise RefusedError(400, "the fields are no UTF-8") from None
    except ValueError:
        raise RefusedError(400, "there are too many fields") from None


def _text(request: Request) -> str:
    charset = request.headers.get("content-type", "").lower().partition("charset=")[2]
    if charset.strip('" ;') not in {"", "utf-8", "utf8", "us-ascii"}:
        raise RefusedError(415, "send UTF-8")
    try:
        return request.body.decode()
    except UnicodeDecodeError:
        raise RefusedError(400, "the body is no UTF-8") from None
