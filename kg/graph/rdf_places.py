"""Where in which text evidence stands, in the words of the Web Annotation Vocabulary.

A span is a part of the text of one paper that claims rest on. Its selectors tell which part: a
position by its offsets, the same node for every paper, and a quote by the characters themselves
with what stands around them. IRIs of the three are made of identifier and offsets, so that people
can read them. Mentions have their offsets on them: a span for each would double the evidence.

>>> span("https://example.org/")("https://example.org/paper/p1", 3, 9)
'https://example.org/span/p1:3-9'
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.graph.descriptions import to_iris, without_empty
from kg.graph.terms import FOREIGN, INTEGER, IRI, RDF_TYPE, STRING
from kg.model import ASSERTED

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.graph.descriptions import Stream
    from kg.graph.knowledge_graph import KnowledgeGraph

__all__ = ["KINDS", "STATED_KINDS", "positions", "quotes", "span", "spans"]

KINDS = ("position", "quote", "span")
"""First segments of the paths of IRIs that are made here."""

STATED_KINDS = (
    "kind_claims x SEMI JOIN (FROM kind_claims c WHERE c.status <> $1 OR EXISTS "
    "(FROM kinds k WHERE k.narrow = c.head AND k.broad = c.tail)) s ON s.iri = x.iri"
)
"""The statements of kinds that the graph keeps, for ``FROM``; ``$1`` is the status of what is
asserted."""

_OA = FOREIGN["oa"]
_AROUND = 32  # characters before and behind a quote, as annotation tools keep
_PLACES = (
    'SELECT paper, start, "end" AS stop FROM claims '  # noqa: S608
    f'UNION SELECT x.paper, x.start, x."end" FROM {STATED_KINDS}'
)
_SPANS = (
    "SELECT substr(x.paper, $2) || ':' || start || '-' || stop AS name, x.paper, start, stop, "  # noqa: S608
    "p.abstract <> '' AS is_quoted, p.title || chr(10) || p.abstract AS text "
    f"FROM ({_PLACES}) x JOIN papers p ON p.iri = x.paper"
)
_QUOTES = (
    "SELECT name, substr(text, start + 1, stop - start) AS exact, "  # noqa: S608
    "substr(text, greatest(start - $3, 0) + 1, least(start, $3)) AS prefix, "
    "substr(text, stop + 1, $3) AS suffix "
    f"FROM ({_SPANS}) WHERE is_quoted ORDER BY name"
)


def span(base: str) -> Callable[[str, object, object], str]:
    """Make what makes the IRI of a span from the IRI of its paper and its two offsets.

    :param base: IRI that the IRIs of instances begin with.
    :returns: A function; two spans have one IRI only if they are one.
    """
    cut = len(f"{base}paper/")
    return lambda paper, start, stop: f"{base}span/{paper[cut:]}:{start}-{stop}"


def _cut(graph: KnowledgeGraph) -> int:
    """Count to where in the IRI of a paper its identifier begins, as SQL counts."""
    return len(f"{graph.base}paper/") + 1


def spans(graph: KnowledgeGraph) -> Stream:
    """Describe the parts of texts that claims stand in."""
    base, kind = graph.base, _OA + "SpecificResource"
    selector, source = _OA + "hasSelector", _OA + "hasSource"
    bare = to_iris(RDF_TYPE, selector, source)
    quoted = to_iris(RDF_TYPE, selector, selector, source)
    sql = f"SELECT name, paper, start, stop, is_quoted FROM ({_SPANS}) ORDER BY name"  # noqa: S608
    for row in graph.rows(sql, [ASSERTED, _cut(graph)]):
        name, paper = row["name"], row["paper"]
        position = f"{base}position/{row['start']}-{row['stop']}"
        if row["is_quoted"]:
            yield f"{base}span/{name}", quoted, [kind, position, f"{base}quote/{name}", paper]
        else:
            yield f"{base}span/{name}", bare, [kind, position, paper]


def positions(graph: KnowledgeGraph) -> Stream:
    """Describe positions in texts, whatever texts they are."""
    kind = _OA + "TextPositionSelector"
    shape = ((RDF_TYPE, IRI), (_OA + "end", INTEGER), (_OA + "start", INTEGER))
    sql = (
        "SELECT start || '-' || stop AS name, start::VARCHAR AS start, stop::VARCHAR AS stop "  # noqa: S608
        f"FROM (SELECT DISTINCT start, stop FROM ({_PLACES})) ORDER BY name"
    )
    for row in graph.rows(sql, [ASSERTED]):
        yield f"{graph.base}position/{row['name']}", shape, [kind, row["stop"], row["start"]]


def quotes(graph: KnowledgeGraph) -> Stream:
    """Describe what claims rest on by its characters, where texts may be carried."""
    kind = _OA + "TextQuoteSelector"
    predicates = [_OA + name for name in ("exact", "prefix", "suffix")]
    shape = ((RDF_TYPE, IRI), *((predicate, STRING) for predicate in predicates))
    for row in graph.rows(_QUOTES, [ASSERTED, _cut(graph), _AROUND]):
        name, *texts = row.values()
        yield without_empty((f"{graph.base}quote/{name}", shape, [kind, *texts]))
