"""What a build is, in RDF: counts, files, inputs, and the program that made it of them.

The words are those of VoID, DCAT, PROV-O and SPDX. The IRI of a build is made of its content, so
the same build has the same description wherever and whenever it is made; no clock and no path
leaves a trace. Where the files can be fetched is not known here and not said.

>>> from kg.graph.assemble import assemble
>>> with assemble([]) as graph:
...     said = list(describe(graph, inputs=[], version="1", evidence="text", files={}))
>>> [term.value for _, predicate, term in said if predicate == VOID + "triples"]
['0', '0', '0']
"""

from __future__ import annotations

from collections import Counter, deque
from typing import TYPE_CHECKING, NamedTuple, Protocol
from urllib.parse import quote

from kg.graph.rdf import CORE, EVIDENCE, core
from kg.graph.rdf import evidence as evidence_of
from kg.graph.rdf_counts import known
from kg.graph.terms import FOREIGN, RDF_TYPE, XSD, Term, curie, integer, iri
from kg.iri import Minter, digest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from kg.graph.descriptions import Stream
    from kg.graph.knowledge_graph import KnowledgeGraph
    from kg.graph.rdf_counts import Counting
    from kg.graph.terms import Triple

__all__ = ["FILE", "Input", "describe", "prefixes"]

FILE = "void.ttl"
"""Name of the file that holds the description."""

DCAT = "http://www.w3.org/ns/dcat#"
SPDX = "http://spdx.org/rdf/terms#"
VOID = "http://rdfs.org/ns/void#"
DCTERMS, PROV, SCHEMA = FOREIGN["dcterms"], FOREIGN["prov"], FOREIGN["schema"]
LABEL = FOREIGN["rdfs"] + "label"
# In full, since the last word is one of the ontology's too, and means something else there.
SET = "http://rdfs.org/ns/void#Dataset"
CATALOGUED = "http://www.w3.org/ns/dcat#Dataset"

_TOOL = "paperkg"
_MEDIA = "https://www.iana.org/assignments/media-types/"
_MEDIA_TYPES = {
    "csv": "text/csv",
    "html": "text/html",
    "json": "application/json",
    "jsonld": "application/ld+json",
    "nq": "application/n-quads",
    "nt": "application/n-triples",
    "parquet": "application/vnd.apache.parquet",
    "trig": "application/trig",
    "tsv": "text/tab-separated-values",
    "ttl": "text/turtle",
}
_CARRIED = {
    "text": "Evidence carries the sentences that it rests on.",
    "offsets": "Evidence is given by offsets; no sentence of the inputs is carried.",
}
_RIGHTS = "What was read keeps the terms of the inputs; who publishes a build states a licence."


class Input(Protocol):
    """One input as it was read, see :class:`kg.inputs.Source`."""

    name: str
    sha256: str
    records: int


class _Part(NamedTuple):
    """What one part of the graph says, counted."""

    name: str
    title: str
    file: str
    counted: Counting


def describe(
    graph: KnowledgeGraph,
    *,
    inputs: Sequence[Input],
    version: str,
    evidence: str,
    files: Mapping[str, str],
    sizes: Mapping[str, int] | None = None,
    licence: str = "",
) -> Iterator[Triple]:
    """Describe a build: what is in it, in which files, and what it was made from.

    :param graph: The knowledge graph.
    :param inputs: What was read; an input that could not be opened has no hash and is left out.
    :param version: Version of the program.
    :param evidence: Whether evidence carries ``text`` or only ``offsets``.
    :param files: SHA-256 of each file of the build, by name; not that of the description itself.
    :param sizes: Number of bytes of each file, by name, as far as it is known.
    :param licence: IRI of the licence of the build, where it is known.
    :returns: Triples sorted by subject, predicate and object; no node is blank.
    """
    parts = [
        _Part(CORE, "What the graph states", "graph.ttl", _count(graph, CORE, core)),
        _Part(
            EVIDENCE, "Where it comes from", "evidence.ttl", _count(graph, EVIDENCE, evidence_of)
        ),
    ]
    read = sorted({(source.sha256, source.name, source.records) for source in inputs})
    read = [source for source in read if source[0]]
    mint, ontology = Minter(graph.base), graph.ontology
    content = (version, evidence, ontology.version, *read, *sorted(files.items()))
    build, run = (mint.content(kind, *content) for kind in ("build", "run"))
    tool = f"{graph.base}tool/{quote(f'{_TOOL}-{version}', safe='')}"
    vocabulary = f"{ontology.namespace.rstrip('#/')}/{ontology.version}"
    papers = graph.counts()["papers"]
    said = [
        (build, DCTERMS + "title", Term(f"Knowledge graph of {papers} papers")),
        (build, DCTERMS + "description", Term(_CARRIED[evidence])),
        (build, DCTERMS + "license", iri(licence))
        if licence
        else (build, DCTERMS + "rights", Term(_RIGHTS)),
        (build, DCTERMS + "conformsTo", iri(vocabulary)),
        (build, PROV + "wasGeneratedBy", iri(run)),
        (run, RDF_TYPE, iri(PROV + "Activity")),
        (run, LABEL, Term("Build of a knowledge graph")),
        (run, PROV + "wasAssociatedWith", iri(tool)),
        (run, PROV + "used", iri(vocabulary)),
        (tool, RDF_TYPE, iri(PROV + "SoftwareAgent")),
        (tool, LABEL, Term(f"{_TOOL} {version}")),
        (tool, SCHEMA + "softwareVersion", Term(version)),
        (vocabulary, RDF_TYPE, iri(PROV + "Entity")),
        (vocabulary, LABEL, Term(f"Ontology {ontology.version}")),
    ]
    said += _dataset(build, graph, parts)
    said += _distributions(build, files, sizes or {})
    for sha, name, records in read:
        source = f"{graph.base}input/{sha}"
        said += [
            (build, PROV + "wasDerivedFrom", iri(source)),
            (run, PROV + "used", iri(source)),
            (source, RDF_TYPE, iri(PROV + "Entity")),
            (source, LABEL, Term(name)),
            (source, SCHEMA + "numberOfItems", integer(records)),
            *_checksum(source, source + "/sha256", sha),
        ]
    yield from sorted(set(said))


def prefixes(graph: KnowledgeGraph) -> dict[str, str]:
    """Name the namespaces that IRIs of a description stand in.

    :param graph: The knowledge graph.
    :returns: Namespace by prefix, sorted.
    """
    own = {kind: f"{graph.base}{kind}/" for kind in ("build", "input", "run", "tool")}
    foreign = {"dcat": DCAT, "spdx": SPDX, "void": VOID}
    kept = {key: FOREIGN[key] for key in ("dcterms", "prov", "rdfs", "schema", "xsd")}
    return dict(sorted((own | kept | foreign).items()))


def _count(
    graph: KnowledgeGraph, name: str, stream: Callable[[KnowledgeGraph], Stream]
) -> Counting:
    """Count what a part of the graph says, if writing it has not done so already."""
    if known(graph, name) is None:
        deque(stream(graph), maxlen=0)
    found = known(graph, name)
    assert found is not None  # noqa: S101
    return found


def _dataset(build: str, graph: KnowledgeGraph, parts: Sequence[_Part]) -> Iterable[Triple]:
    """Say how much there is of what, in all and in each part."""
    properties = sum((part.counted.properties for part in parts), Counter[str]())
    classes = sum((part.counted.classes for part in parts), Counter[str]())
    for kind in (SET, CATALOGUED, PROV + "Entity"):
        yield build, RDF_TYPE, iri(kind)
    yield build, VOID + "triples", integer(properties.total())
    yield build, VOID + "entities", integer(sum(part.counted.subjects for part in parts))
    yield build, VOID + "classes", integer(len(classes))
    yield build, VOID + "properties", integer(len(properties))
    yield build, VOID + "uriSpace", Term(graph.base)
    for namespace in {_namespace(term) for term in (*properties, *classes)}:
        yield build, VOID + "vocabulary", iri(namespace)
    for term, count in classes.items():
        part = f"{build}/class/{_name(graph, term)}"
        yield build, VOID + "classPartition", iri(part)
        yield part, RDF_TYPE, iri(SET)
        yield part, VOID + "class", iri(term)
        yield part, VOID + "entities", integer(count)
    for term, count in properties.items():
        part = f"{build}/property/{_name(graph, term)}"
        yield build, VOID + "propertyPartition", iri(part)
        yield part, RDF_TYPE, iri(SET)
        yield part, VOID + "property", iri(term)
        yield part, VOID + "triples", integer(count)
    for subset in parts:
        part = f"{build}/{subset.name}"
        yield build, VOID + "subset", iri(part)
        yield part, RDF_TYPE, iri(SET)
        yield part, DCTERMS + "title", Term(subset.title)
        yield part, VOID + "triples", integer(subset.counted.triples)
        yield part, VOID + "entities", integer(subset.counted.subjects)
        yield part, VOID + "dataDump", iri(f"{build}/file/{quote(subset.file, safe='')}")


def _distributions(
    build: str, files: Mapping[str, str], sizes: Mapping[str, int]
) -> Iterable[Triple]:
    """Say which files there are, how long they are and how to know them."""
    for name, sha in files.items():
        file = f"{build}/file/{quote(name, safe='')}"
        media = _MEDIA_TYPES.get(name.rpartition(".")[2])
        yield build, DCAT + "distribution", iri(file)
        yield file, RDF_TYPE, iri(DCAT + "Distribution")
        yield file, DCTERMS + "title", Term(name)
        yield from _checksum(file, file + "/sha256", sha)
        if media:
            yield file, DCAT + "mediaType", iri(_MEDIA + media)
        if name in sizes:
            size = Term(str(sizes[name]), XSD + "nonNegativeInteger")
            yield file, DCAT + "byteSize", size


def _checksum(subject: str, node: str, sha: str) -> Iterable[Triple]:
    yield subject, SPDX + "checksum", iri(node)
    yield node, RDF_TYPE, iri(SPDX + "Checksum")
    yield node, SPDX + "algorithm", iri(SPDX + "checksumAlgorithm_sha256")
    yield node, SPDX + "checksumValue", Term(sha, XSD + "hexBinary")


def _namespace(term: str) -> str:
    return term[: max(term.rfind("#"), term.rfind("/")) + 1]


def _name(graph: KnowledgeGraph, term: str) -> str:
    """Name a term so that it can be part of an IRI, another name for every term."""
    known = {namespace: prefix for prefix, namespace in FOREIGN.items()}
    known[graph.ontology.namespace] = "kg"
    return curie(term, known).replace(":", "-", 1) or digest(term)
