"""The pages: which one a path means, for people as HTML, for machines as RDF."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote, unquote_to_bytes

import orjson

from kg import ontology as ontologies
from kg.graph.terms import RDF_TYPE
from kg.serve import render
from kg.serve.description import describe
from kg.serve.entity import EntityPage
from kg.serve.finder import ENOUGH, Finder, shown
from kg.serve.home import read_home
from kg.serve.http import Response, told
from kg.serve.negotiation import HTML, TRIPLES, Format, choose, names
from kg.serve.paper import PaperPage
from kg.serve.texts import Texts
from kg.serve.thing import read_terms, read_thing
from kg.serve.view import View
from kg.serve.wording import headed, link

if TYPE_CHECKING:
    import pyoxigraph

__all__ = ["Site"]

_SUFFIX = re.compile(r"(.+)\.(ttl|nt|jsonld|rdf|html)")
_FILES = {"/map": ("graph.html", "text/html"), "/.well-known/void": ("void.ttl", "text/turtle")}
_HTML = (HTML, HTML._replace(media_type="application/xhtml+xml"))
_JSON = Format("json", "application/json", "json")
_MAP = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_LARGEST = 256 * 1024 * 1024
_SUGGESTED, _FOUND = 8, 50
_AROUND = "CONSTRUCT { $x ?p ?o . ?s ?q $x } WHERE { { $x ?p ?o } UNION { ?s ?q $x } }"


@dataclass(frozen=True)
class Site:
    """The pages over one store.

    :param view: The store.
    :param build: Folder of the build.
    :param settings: What the server was started with.
    """

    view: View
    build: Path
    settings: dict[str, Any]

    @classmethod
    def opened(
        cls, store: pyoxigraph.Store, prefixes: dict[str, str], settings: dict[str, Any]
    ) -> Site:
        """Put the pages over a store."""
        ontology = ontologies.load(Path(settings["ontology"]))
        view = View(store, ontology, settings["base"], prefixes)
        return cls(view, Path(settings["build"]), settings)

    def warm(self) -> None:
        """Make ready what takes time, before the first visitor comes."""
        self._finder, self._texts, self._home  # noqa: B018

    @cached_property
    def _finder(self) -> Finder:
        return Finder.over(self.view, Path(self.settings["store"]))

    @cached_property
    def _texts(self) -> Texts:
        return Texts.indexed(self.build / "extractions.jsonl", self.view.base)

    @cached_property
    def _home(self) -> dict[str, Any]:
        return read_home(self.view, self.settings["counts"])

    @cached_property
    def _common(self) -> dict[str, Any]:
        """What every page shows."""
        return {"has_map": (self.build / "graph.html").is_file(), "query": "", "link": self._link}

    def _link(self, sparql: str) -> str:
        return link(sparql, self.view.prefixes)

    def answer(self, request: dict[str, Any]) -> Response:
        """Answer a request for a page.

        :param request: ``path`` and ``query`` as they were sent, ``accept`` the header.
        :returns: The page.
        """
        path, accept = request["path"], request["accept"]
        if path == "/sparql":
            return self._described(request)
        if path == "/":
            style = f"'self' {render.TABLE_STYLE}"
            return render.page("home", {**self._common, **self._home}, style=style)
        if path == "/search":
            return self._search(request)
        if path == "/-/kinds.css":
            return render.styles(self.view.kinds.values())
        if path in {"/ontology", "/ontology.ttl"}:
            return self._ontology(accept if path == "/ontology" else "text/turtle")
        if path in _FILES:
            return self._file(*_FILES[path])
        return self._thing(path, accept)

    def _described(self, request: dict[str, Any]) -> Response:
        chosen = choose((*TRIPLES, *_HTML), accept=request["accept"], named=request["named"])
        if chosen in _HTML:
            return Response(303, b"", (("Location", "/"), ("Vary", "Accept")))
        if chosen is None:
            return told(406, f"this endpoint describes itself as {names(TRIPLES)}")
        return describe(f"http://{request['host']}/sparql", chosen)

    def _search(self, request: dict[str, Any]) -> Response:
        try:
            said = parse_qs(request["query"], errors="strict", max_num_fields=10)
        except ValueError:
            return told(400, "the fields cannot be read")
        text = " ".join(said.get("q", [""])[-1].split())[:200]
        kind = said.get("type", [""])[-1]
        chosen = choose((*_HTML, _JSON), accept=request["accept"])
        if chosen is _JSON:
            hits, count = self._finder.find(text, many=_SUGGESTED)
            body = orjson.dumps({"count": count, "hits": shown(hits, self.view)})
            return Response(200, body, (("Content-Type", "application/json"),))
        hits, count = self._finder.find(text, many=_FOUND)
        if kind and (exact := self._only(hits, text, kind)):
            return Response(303, b"", (("Location", exact),))
        refs = [{"ref": self.view.ref(hit.iri), "hit": hit} for hit in hits]
        return render.page(
            "search",
            {**self._common, "query": text, "found": refs, "count": count, "enough": ENOUGH},
        )

    def _only(self, hits: list[Any], text: str, kind: str) -> str:
        """Tell where the only thing of a kind and a name is told of; empty if there is not one."""
        fitting = [h.iri for h in hits if h.name == text and self.view.kind(h.iri).name == kind]
        return self.view.href(fitting[0]) if len(fitting) == 1 else ""

    def _ontology(self, accept: str | None) -> Response:
        chosen = choose((*_HTML, *TRIPLES[:1]), accept=accept)
        if chosen in _HTML:
            return render.page("ontology", {**self._common, **read_terms(self.view)})
        if chosen is None:
            return told(406, f"there is {names((*_HTML, *TRIPLES[:1]))}")
        path = Path(self.settings["ontology"]) / ontologies.SCHEMA
        return Response(200, path.read_bytes(), (("Content-Type", "text/turtle; charset=utf-8"),))

    def _file(self, name: str, kind: str) -> Response:
        """Give a file of the build; the page of the map has a still stricter policy in itself."""
        path = self.build / name
        if not path.is_file() or path.stat().st_size > _LARGEST:
            return self._missing("")
        headers = (("Content-Type", f"{kind}; charset=utf-8"), ("Content-Security-Policy", _MAP))
        return Response(200, path.read_bytes(), (*headers, ("Cache-Control", "no-cache")))

    def _thing(self, path: str, accept: str | None) -> Response:
        """Give the page of a thing, or what is said of it in the format that a suffix names."""
        iri, named = self._iri(path), None
        if iri and not self.view.is_known(iri) and (match := _SUFFIX.fullmatch(path)):
            iri, named = self._iri(match[1]), match[2]
        if not iri or not self.view.is_known(iri):
            if choose((*_HTML, *TRIPLES), accept=accept) not in _HTML:
                return told(404, "nothing is known at this address; ask /search?q=NAME")
            return self._missing(path)
        chosen = choose((*_HTML, *TRIPLES), accept=accept, named=named)
        if chosen is None:
            return told(406, f"there is {names((HTML, *TRIPLES))}")
        if chosen in _HTML:
            return self._shown(iri)
        return self._data(iri, chosen)

    def _iri(self, path: str) -> str:
        """Make the IRI of a path, however it is escaped; empty if there can be none."""
        try:
            segments = [unquote_to_bytes(s).decode() for s in path.removeprefix("/").split("/")]
        except UnicodeDecodeError:
            return ""
        if not all(segments) or {".", ".."} & set(segments):
            return ""
        return self.view.base + "/".join(quote(segment, safe=":") for segment in segments)

    def _shown(self, iri: str) -> Response:
        view, terms = self.view, self.view.ontology.term
        kinds = set(view.texts(iri, RDF_TYPE))
        if kinds & {terms(name) for name in view.ontology.type_names}:
            name, values = "entity", EntityPage(view, self._texts).read(iri)
        elif terms("Paper") in kinds:
            name, values = "paper", PaperPage(view, self._texts).read(iri)
        else:
            name, values = "thing", read_thing(view, iri)
        here = {"iri": iri, "path": view.href(iri)}
        return render.page(name, {**self._common, **here, **values})

    def _data(self, iri: str, chosen: Format) -> Response:
        """Give what is said of a thing, and what is said with it as object."""
        import pyoxigraph as ox

        node = ox.NamedNode(iri)
        found: Any = self.view.store.query(_AROUND.replace("$x", str(node)))
        form = ox.RdfFormat.from_media_type(chosen.media_type)
        written = ox.serialize(found, format=form, prefixes=self.view.prefixes) or b""
        body = headed(written, chosen)
        kind = ("Content-Type", f"{chosen.media_type}; charset=utf-8")
        return Response(200, body, (kind, ("Cache-Control", "no-cache")))

    def _missing(self, path: str) -> Response:
        words = " ".join(re.findall(r"\w+", path.rpartition("/")[2].partition("_")[0]))
        hits, _ = self._finder.find(words, many=_SUGGESTED)
        near = [self.view.ref(hit.iri) for hit in hits]
        values = {**self._common, "query": words, "near": near, "path": path}
        return render.page("missing", values, status=404)
