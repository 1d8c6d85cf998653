"""What a worker answers: queries, and the pages of things."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from kg.errors import QueryError
from kg.graph.engines import closed_doors, place
from kg.graph.sparql import inspect
from kg.serve.http import Response, told
from kg.serve.negotiation import HTML, ROWS, TRIPLES, choose, names
from kg.serve.wording import headed

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyoxigraph

    from kg.serve.negotiation import Format
    from kg.serve.site import Site

__all__ = ["Answerer"]

_MEBI = 1024 * 1024
_BETWEEN_ROWS = b"},{"
_STRING_OR_ROW = re.compile(rb'"(?:[^"\\]|\\.)*"|(\},\{)')


class _TooMuchError(Exception):
    """Tell that an answer is longer than answers may be."""


class _Bounded(io.BytesIO):
    """A buffer that refuses to grow beyond a limit."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self._limit = limit

    def write(self, data: Any, /) -> int:
        if self.tell() + len(data) > self._limit:
            raise _TooMuchError(_size(self._limit))
        return super().write(data)


@dataclass(frozen=True)
class Answerer:
    """Answers requests over one store.

    :param store: The store.
    :param prefixes: Prefixes that a query need not declare.
    :param settings: What the server was started with.
    """

    store: pyoxigraph.Store
    prefixes: dict[str, str]
    settings: dict[str, Any]

    @classmethod
    def opened(cls, settings: dict[str, Any]) -> Answerer:
        """Open the store that the settings name.

        :raises OSError: If it cannot be opened.
        """
        from kg.graph.engine_disk import opened
        from kg.graph.engine_oxigraph import prefixes_of
        from kg.graph.store import files_of

        prefixes = prefixes_of(str(files_of(Path(settings["build"]))[0]))
        store = opened(settings["store"])
        answerer = cls(store, prefixes, settings)
        if settings["pages"]:
            answerer.site.warm()
        return answerer

    @cached_property
    def site(self) -> Site:
        """The pages over the store."""
        from kg.serve.site import Site

        return Site.opened(self.store, self.prefixes, self.settings)

    def answer(self, request: dict[str, Any]) -> Response:
        """Answer a request.

        :param request: ``op`` says what is asked, the rest is its arguments.
        :returns: The response, complete.
        """
        if request["op"] == "page":
            return self.site.answer(request)
        return self._query(request)

    def _query(self, request: dict[str, Any]) -> Response:
        sparql, named = request["query"], request["named"]
        try:
            form = inspect(sparql)
        except QueryError as err:
            return told(400, str(err))
        offers: tuple[Format, ...] = ROWS if form.kind in {"SELECT", "ASK"} else TRIPLES
        # A person who follows a link to an answer sees it on the query page.
        offers += (HTML,) if request["is_link"] else ()
        chosen = choose(offers, accept=request["accept"], named=named)
        if chosen is None:
            wanted = named or request["accept"]
            told_ = names([offer for offer in offers if offer is not HTML])
            return told(406, f"{form.kind} is answered as {told_}, not as {wanted}")
        if chosen is HTML:
            where = f"/?query={quote(sparql, safe='')}"
            return Response(303, b"", (("Location", where), ("Vary", "Accept")))
        try:
            with closed_doors():
                body = self._evaluated(sparql, chosen)
        except SyntaxError as err:
            return told(400, self._explained(sparql, err))
        except _TooMuchError as err:
            return told(400, f"the answer has more than {err}; add LIMIT to the query")
        except (OSError, ValueError, RuntimeError) as err:
            return told(500, f"the query failed: {err}")
        suffix = f'inline; filename="answer.{chosen.suffix}"'
        kind = f"{chosen.media_type}; charset=utf-8"
        headers = (("Content-Type", kind), ("Content-Disposition", suffix))
        return Response(200, body, (*headers, ("Cache-Control", "no-cache")))

    def _evaluated(self, sparql: str, chosen: Format) -> bytes:
        import pyoxigraph

        rows, size = self.settings["rows"], self.settings["bytes"]
        found = self.store.query(sparql, prefixes=self.prefixes)
        buffer = _Bounded(size)
        if isinstance(found, pyoxigraph.QueryTriples):
            form = pyoxigraph.RdfFormat.from_media_type(chosen.media_type)
            known = self.prefixes
            pyoxigraph.serialize(_limited(found, rows), buffer, format=form, prefixes=known)
            return headed(buffer.getvalue(), chosen)
        kind = pyoxigraph.QueryResultsFormat.from_extension(chosen.name)
        found.serialize(buffer, format=kind)
        body = buffer.getvalue()
        if isinstance(found, pyoxigraph.QuerySolutions) and _has_more(body, chosen.name, rows):
            raise _TooMuchError(f"{rows:,} rows")
        return body

    def _explained(self, sparql: str, err: SyntaxError) -> str:
        from kg.graph import query as asking

        found = {"error": str(err), "prefixes": self.prefixes, "place": place(sparql)}
        return asking._explain(found, sparql)


def _limited(triples: Any, limit: int) -> Iterator[pyoxigraph.Triple]:
    yield from islice(triples, limit)
    if next(triples, None) is not None:
        raise _TooMuchError(f"{limit:,} triples")


def _size(number: int) -> str:
    return f"{number // _MEBI} MiB" if number >= _MEBI else f"{number:,} bytes"


def _has_more(body: bytes, name: str, limit: int) -> bool:
    """Say whether a serialized answer has more rows than a number."""
    if name == "xml":
        return body.count(b"<result>") > limit
    if name == "tsv":
        return body.count(b"\n") - 1 > limit
    if name == "csv":  # a line break within quotes is none between rows
        return (
            body.count(b"\n") - 1 > limit
            and sum(part.count(b"\n") for part in body.split(b'"')[::2]) - 1 > limit
        )
    if body.count(_BETWEEN_ROWS) < limit:
        return False
    return sum(1 for match in _STRING_OR_ROW.finditer(body) if match[1]) >= limit
