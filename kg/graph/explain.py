"""What the graph knows of one thing, with the sentences that say so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kg.errors import UnknownNameError
from kg.model import ASSERTED
from kg.normalize import key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.graph.knowledge_graph import KnowledgeGraph

__all__ = ["cards", "explain"]

_MANY = 8  # papers, neighbours or results that a card shows before it only counts

_FIND = """
SELECT iri, type, name, papers, mentions, confidence FROM entities
WHERE key = $1 OR iri = $2 OR lower(name) = lower($2)
   OR iri IN (SELECT entity FROM merges WHERE key = $1)
   OR iri IN (SELECT entity FROM aliases WHERE lower(text) = lower($2))
ORDER BY key <> $1 AND lower(name) <> lower($2), iri NOT IN (
  SELECT entity FROM merges WHERE key = $1), papers DESC, iri
"""
_NEAR = """
SELECT name FROM entities WHERE contains(key, $1)
   OR jaro_winkler_similarity(key, $1) > 0.85
ORDER BY jaro_winkler_similarity(key, $1) DESC, papers DESC, name LIMIT 5
"""
_PAPERS = """
SELECT p.id, p.title, r.role, r.rule AS role_rule, p.iri
FROM roles r JOIN papers p ON p.iri = r.paper
WHERE r.entity = $1 ORDER BY r.role, p.id
"""
_MENTIONS = """
SELECT m.text, m.start, m."end", m.rule, m.confidence, p.title, p.abstract, p.sentences
FROM mentions m JOIN papers p ON p.iri = m.paper
WHERE m.entity = $1 AND m.paper = $2 ORDER BY m.start
"""
_CLAIMS = """
SELECT c.relation, c.head = $1 AS is_head, o.name, o.type, c.status, c.rule, c.confidence, p.id,
       c.start, c."end", p.title, p.abstract
FROM claims c JOIN papers p ON p.iri = c.paper
JOIN entities o ON o.iri = CASE WHEN c.head = $1 THEN c.tail ELSE c.head END
WHERE c.head = $1 OR c.tail = $1
ORDER BY c.relation, is_head DESC, o.name, p.id, c.start
"""
_RESULTS = """
SELECT r.value, r.unit, r.kind, r.rule, p.id, r.start, r."end", p.title, p.abstract,
       (SELECT string_agg(l.slot || ' ' || e.name, ', ' ORDER BY l.slot)
        FROM result_entities l JOIN entities e ON e.iri = l.entity WHERE l.result = r.iri) AS told
FROM results r JOIN papers p ON p.iri = r.paper
WHERE r.iri IN (SELECT result FROM result_entities WHERE entity = $1)
ORDER BY p.id, r.start
"""
_MERGES = """
SELECT m.name, m.type, m.papers, m.rule, coalesce(p.id, m.source) AS source
FROM merges m JOIN entities e ON e.iri = m.entity LEFT JOIN papers p ON p.iri = m.source
WHERE m.entity = $1 AND m.name <> e.name ORDER BY m.papers DESC, m.name
"""
_ABOVE = """
SELECT e.name, e.iri, k.rule, list({'id': p.id, 'start': c.start, 'end': c."end"}
  ORDER BY p.id, c.start) FILTER (c.iri IS NOT NULL) AS papers
FROM kinds k JOIN entities e ON e.iri = k.broad
LEFT JOIN kind_claims c ON c.head = k.narrow AND c.tail = k.broad AND c.status = $2
LEFT JOIN papers p ON p.iri = c.paper
WHERE k.narrow = $1 GROUP BY ALL ORDER BY ALL
"""
_BELOW = """
SELECT e.name, e.iri, e.papers, k.rule FROM kinds k JOIN entities e ON e.iri = k.narrow
WHERE k.broad = $1 ORDER BY e.papers DESC, e.name, e.iri
"""
_LINKS = "SELECT predicate, target, rule FROM links WHERE entity = $1 ORDER BY ALL"
_NAMESAKES = """
SELECT b.type, b.iri, b.papers FROM entities a
JOIN entities b ON lower(b.key) = lower(a.key) AND b.iri <> a.iri
WHERE a.iri = $1 ORDER BY ALL
"""


def explain(graph: KnowledgeGraph, name: str) -> list[dict[str, Any]]:
    """Collect what the graph knows of the entities of a name.

    :param graph: The graph.
    :param name: A name, an alias, or an IRI; case, hyphens and plural are no matter.
    :returns: One dictionary for each entity, the best supported first: ``iri``, ``type``,
        ``name``, ``papers``, ``confidence``, ``aliases``, and lists: ``merges`` (names that were
        made one with it, and why), ``broader``, ``narrower``, ``links`` to the outside,
        ``namesakes`` of other types, ``appearances``, ``claims`` and ``results``.
    :raises UnknownNameError: If there is none; it lists names that are near.
    """
    found = list(graph.rows(_FIND, (key(name), name)))
    if not found:
        near = [row["name"] for row in graph.rows(_NEAR, (key(name),))]
        raise UnknownNameError("entity", name, near)
    return [_known(graph, entity) for entity in found]


def _known(graph: KnowledgeGraph, entity: dict[str, Any]) -> dict[str, Any]:
    iri = entity["iri"]
    aliases = graph.rows("SELECT text FROM aliases WHERE entity = $1 ORDER BY text", (iri,))
    appearances = []
    for paper in list(graph.rows(_PAPERS, (iri,))):
        mentions = [_mention(m) for m in graph.rows(_MENTIONS, (iri, paper.pop("iri")))]
        appearances.append(paper | {"mentions": mentions})
    return entity | {
        "aliases": [row["text"] for row in aliases],
        "merges": list(graph.rows(_MERGES, (iri,))),
        "broader": list(graph.rows(_ABOVE, (iri, ASSERTED))),
        "narrower": list(graph.rows(_BELOW, (iri,))),
        "links": list(graph.rows(_LINKS, (iri,))),
        "namesakes": list(graph.rows(_NAMESAKES, (iri,))),
        "appearances": appearances,
        "claims": [_quoted(row) for row in graph.rows(_CLAIMS, (iri,))],
        "results": [_quoted(row) for row in graph.rows(_RESULTS, (iri,))],
    }


def _mention(row: dict[str, Any]) -> dict[str, Any]:
    title, abstract, sentences = (row.pop(f) for f in ("title", "abstract", "sentences"))
    start = row["start"]
    around = [s for s in sentences if s[0] <= start < s[1]]
    if around and (abstract or start < len(title)):
        row["sentence"] = " ".join(f"{title}\n{abstract}"[around[0][0] : around[0][1]].split())
    return row


def _quoted(row: dict[str, Any]) -> dict[str, Any]:
    title, abstract = row.pop("title"), row.pop("abstract")
    if abstract or row["end"] <= len(title):
        row["text"] = " ".join(f"{title}\n{abstract}"[row["start"] : row["end"]].split())
    return row


def cards(known: list[dict[str, Any]]) -> Iterator[str]:
    """Write what is known of entities as lines for people.

    :param known: What :func:`explain` collected.
    :returns: Lines without line feeds; long lists are cut and counted.
    """
    for entity in known:
        yield f"{entity['name']}  ({entity['type']})"
        yield f"  {entity['iri']}"
        if entity["aliases"]:
            yield f"  also written: {', '.join(entity['aliases'])}"
        yield (
            f"  papers: {entity['papers']}, mentions: {entity['mentions']}, "
            f"confidence: {entity['confidence']:.2f}"
        )
        yield from _identity(entity)
        for paper in entity["appearances"][:_MANY]:
            yield f"  {paper['role']} in {paper['id']}: {paper['title']}  [{paper['role_rule']}]"
            for mention in paper["mentions"][:2]:
                place = f"{mention['start']}-{mention['end']}"
                quote = mention.get("sentence", mention["text"])
                yield f"      {place} [{mention['rule']}] {quote}"
        yield from _more(entity["appearances"], "papers")
        for claim in entity["claims"][:_MANY]:
            arrow = "->" if claim["is_head"] else "<-"
            status = "" if claim["status"] == ASSERTED else f" ({claim['status']})"
            yield (
                f"  {arrow} {claim['relation']} {claim['name']}{status}  in {claim['id']} "
                f"{claim['start']}-{claim['end']} [{claim['rule']}]"
            )
        yield from _more(entity["claims"], "claims")
        for result in entity["results"][:_MANY]:
            yield f"  {result['value']} ({result['kind']}): {result['told']}  in {result['id']}"
        yield from _more(entity["results"], "results")
        yield ""


def _identity(entity: dict[str, Any]) -> Iterator[str]:
    """Say what an entity is one with, a kind of, and called elsewhere."""
    for merge in entity["merges"][:_MANY]:
        by = f", {merge['source']}" if merge["source"] else ""
        yield f"  = {merge['name']}  in {_papers(merge['papers'])} [{merge['rule']}{by}]"
    yield from _more(entity["merges"], "names")
    for kind in entity["broader"]:
        places = [f", {p['id']} {p['start']}-{p['end']}" for p in kind["papers"] or ()]
        yield f"  a kind of {kind['name']} [{kind['rule']}{''.join(places[:2])}]"
    if entity["narrower"]:
        names = [kind["name"] for kind in entity["narrower"]]
        yield f"  kinds of it: {', '.join(names[:_MANY])}"
        yield from _more(names, "kinds")
    for link in entity["links"]:
        yield f"  {link['predicate'].rpartition('#')[2]} {link['target']} [{link['rule']}]"
    for other in entity["namesakes"]:
        yield f"  not to be confused with the {other['type']} of that name: {other['iri']}"


def _papers(count: int) -> str:
    return f"{count} paper{'' if count == 1 else 's'}"


def _more(items: list[Any], what: str) -> Iterator[str]:
    if len(items) > _MANY:
        yield f"  ... and {len(items) - _MANY} more {what}"
