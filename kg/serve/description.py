"""What the endpoint says of itself, in the SPARQL 1.1 Service Description vocabulary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.graph.terms import RDF_TYPE
from kg.serve.http import Response
from kg.serve.negotiation import ROWS, TRIPLES
from kg.serve.wording import headed

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyoxigraph

    from kg.serve.negotiation import Format

__all__ = ["describe"]

_SD = "http://www.w3.org/ns/sparql-service-description#"
_DATASET = "http://www.w3.org/ns/sparql-service-description#Dataset"
_FORMATS = "http://www.w3.org/ns/formats/"
_PREFIXES = {"formats": _FORMATS, "sd": _SD}


def describe(endpoint: str, chosen: Format) -> Response:
    """Describe an endpoint.

    :param endpoint: Its address.
    :param chosen: The format to do so in.
    """
    import pyoxigraph as ox

    form = ox.RdfFormat.from_media_type(chosen.media_type)
    body = ox.serialize(_triples(endpoint), format=form, prefixes=_PREFIXES) or b""
    kind = ("Content-Type", f"{chosen.media_type}; charset=utf-8")
    return Response(200, headed(body, chosen), (kind,))


def _triples(endpoint: str) -> Iterator[pyoxigraph.Triple]:
    import pyoxigraph as ox

    service = ox.NamedNode(f"{endpoint}#service")
    dataset, graph = (ox.NamedNode(f"{endpoint}#{name}") for name in ("dataset", "graph"))
    a = ox.NamedNode(RDF_TYPE)

    def sd(name: str) -> ox.NamedNode:
        return ox.NamedNode(_SD + name)

    yield ox.Triple(service, a, sd("Service"))
    yield ox.Triple(service, sd("endpoint"), ox.NamedNode(endpoint))
    yield ox.Triple(service, sd("supportedLanguage"), sd("SPARQL11Query"))
    iris = {ox.QueryResultsFormat.from_extension(f.name) for f in ROWS}
    forms = {ox.RdfFormat.from_media_type(f.media_type) for f in TRIPLES}
    for iri in sorted(f.iri for f in {*iris, *forms} if f is not None):
        yield ox.Triple(service, sd("resultFormat"), ox.NamedNode(iri))
    yield ox.Triple(service, sd("defaultDataset"), dataset)
    yield ox.Triple(dataset, a, ox.NamedNode(_DATASET))
    yield ox.Triple(dataset, sd("defaultGraph"), graph)
    yield ox.Triple(graph, a, sd("Graph"))
