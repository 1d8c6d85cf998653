"""What in a graph may be wrong, told by the graph alone: short forms, merges, types, sureness.

Every function reads the tables and gives candidates, the best first; :mod:`kg.graph.review` chooses
among them.
"""

from __future__ import annotations

from collections import defaultdict
from math import sqrt
from typing import TYPE_CHECKING, NamedTuple

from kg.abbreviations import is_short_form, long_form_start, stem
from kg.linking.aliases import is_cased
from kg.linking.decisions import NOT_SAME, REJECT, RETYPE, SAME
from kg.linking.names import ABBREVIATION, CURATED, ORDER
from kg.normalize import key

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from kg.graph.knowledge_graph import KnowledgeGraph
    from kg.graph.review_proposals import Things

__all__ = ["Candidate", "double_types", "doubtful_merges", "lone_short_forms", "unsure"]


_FEW = 5  # how many times as many papers make a type the right one
_LOW = 0.5  # below this confidence a thing may be none
_OWN, _SINGLE, _OTHERWISE, _TURNED = 0.6, 0.4, 0.5, 0.1  # see Candidate.confidence

_SHORT = """
SELECT e.type, x.text, e.iri, e.name, r.role, count(DISTINCT x.paper) AS papers
FROM mentions x JOIN entities e ON e.iri = x.entity JOIN roles r USING (paper, entity)
WHERE length(x.text) < 13 AND length(x.text) < length(e.name) AND regexp_matches(x.text, '\\p{Lu}')
GROUP BY ALL ORDER BY ALL
"""
_SHORT_NAMES = (
    "SELECT type, key, iri, name, papers FROM entities WHERE length(name) < 13 ORDER BY iri"
)
_MERGES = """
WITH merged AS (
  SELECT m.*, e.name AS thing, e.papers AS whole, lower(m.name) AS form
  FROM merges m JOIN entities e ON e.iri = m.entity AND e.type = m.type
), makes AS (
  SELECT unnest($1::VARCHAR[]) AS type, unnest($2::VARCHAR[]) AS role
), said AS (
  SELECT DISTINCT entity, paper, lower(text) AS text FROM mentions
  WHERE entity IN (SELECT entity FROM merged)
), used AS (
  SELECT m.entity, m.type, m.name, s.paper, bool_or(s.text IN (m.form, m.form || 's')) AS so,
         bool_or(length(s.text) > length(m.name) + 1) AS longer
  FROM merged m JOIN said s USING (entity) GROUP BY ALL
), counted AS (
  SELECT u.entity, u.name, count(*) FILTER (so) AS users,
         count(*) FILTER (so AND longer) AS explained,
         count(*) FILTER (so AND k.role IS NOT NULL) AS makers,
         count(*) FILTER (NOT so AND k.role IS NOT NULL) AS other_makers
  FROM used u JOIN roles r USING (entity, paper)
  LEFT JOIN makes k ON k.type = u.type AND k.role = r.role
  GROUP BY ALL
)
SELECT m.*, c.* EXCLUDE (entity, name) FROM merged m JOIN counted c USING (entity, name)
ORDER BY m.entity, m.name
"""
_UNSURE = """
SELECT iri, confidence FROM entities WHERE papers = 1 AND confidence < $1 ORDER BY confidence, iri
"""


class Candidate(NamedTuple):
    """What a proposal may be made of.

    :param action: Kind of the decision.
    :param thing: IRI of the thing that the decision names.
    :param other: IRI of the other thing, a name or a type, as the action needs it.
    :param papers: How many papers it concerns.
    :param confidence: How sure it is, from 0 to 1.
    :param reason: Why it may be so, in words.
    :param paper: IRI of a paper to look at; empty if any paper of the thing that changes will do.
    """

    action: str
    thing: str
    other: str
    papers: int
    confidence: float
    reason: str
    paper: str = ""


def lone_short_forms(graph: KnowledgeGraph) -> list[Candidate]:
    """Find short forms that are things of their own, though papers explain them by another thing.

    Papers that contribute the thing count only where others explain it too: how they abbreviate
    what they have made is no custom yet.
    """
    explained = _explained(graph)
    found = []
    for row in graph.rows(_SHORT_NAMES):
        longs = explained.get((row["type"], row["key"]))
        if not longs or not is_cased(row["name"]):
            continue
        iri, best = min(longs.items(), key=_most)
        total = sum(long.papers + long.makers for long in longs.values())
        if best.papers and best.papers * 2 >= total:
            reason = (
                f"{row['name']!r} stands for {best.name!r} in {best.papers} of {_papers(total)} "
                f"with an explanation; {_papers(row['papers'])} without"
            )
            sure = best.papers / total * best.papers / (best.papers + 1)
            found.append(Candidate(SAME, iri, row["iri"], row["papers"], sure, reason))
    return sorted(found, key=_rank)


def doubtful_merges(graph: KnowledgeGraph) -> list[Candidate]:
    """Find names that were made one with a thing for reasons that may not hold."""
    explained = _explained(graph)
    kinds = graph.ontology.type_names
    makes = [(t, r.name) for t in kinds for r in graph.ontology.roles_of(t) if r.is_contribution]
    found = []
    for row in graph.rows(_MERGES, ([t for t, _ in makes], [role for _, role in makes])):
        if CURATED in row["rule"].split():
            continue
        longs = explained.get((row["type"], key(row["name"])), {})
        if doubts := sorted(_doubts(row, longs), reverse=True):
            reason = "; ".join(doubt for _, doubt in doubts)
            what = (row["entity"], row["name"], row["papers"], doubts[0][0], reason, row["source"])
            found.append(Candidate(NOT_SAME, *what))
    return sorted(found, key=_rank)


def _doubts(row: dict[str, Any], longs: Mapping[str, _Long]) -> Iterator[tuple[float, str]]:
    """Tell what speaks against a merge, and how much."""
    name, thing, rules = row["name"], row["thing"], row["rule"].split()
    makers = row["makers"] + row["other_makers"]
    if row["makers"] and row["other_makers"] and makers * 2 >= row["whole"]:
        yield _OWN, f"{_papers(makers)} contribute it, under different names"
    if rules[0] == ABBREVIATION and row["explained"] <= 1:
        users = _papers(max(row["users"], row["papers"]))
        yield _SINGLE, f"{name!r} stands in {users}, explained as {thing!r} in {row['explained']}"
    others = {iri: long for iri, long in longs.items() if iri != row["entity"]}
    if others and is_cased(name):
        _, best = min(others.items(), key=_most)
        if best.papers + best.makers > row["explained"]:
            users = _papers(best.papers + best.makers)
            yield _OTHERWISE, f"{name!r} stands for {best.name!r} in {users}"
    if ORDER in rules:
        yield _TURNED, "the names have the same words in another order"


def double_types(things: Things) -> list[Candidate]:
    """Find names that few papers give one type, and many another."""
    namesakes: dict[str, set[str]] = defaultdict(set)
    for known in things.names():
        namesakes[known.key].add(known.iri)
    best: dict[str, str] = {}
    for iris in namesakes.values():
        right = min(iris, key=lambda iri: (-things[iri].papers, iri))
        for iri in iris:
            before = best.setdefault(iri, right)
            best[iri] = min(before, right, key=lambda one: (-things[one].papers, one))
    found = []
    for iri, right in best.items():
        (kind, _, name, few), (right_kind, _, right_name, many) = things[iri], things[right]
        # What is written in capitals alone is another thing: MUSIC is no music.
        if kind != right_kind and many >= few * _FEW and name.isupper() == right_name.isupper():
            reason = f"{_papers(many)} speak of it as {right_kind}, {few} as {kind}"
            candidate = Candidate(RETYPE, iri, right_kind, few, many / (few + many), reason)
            found.append((-many, few, candidate))
    return [candidate for *_, candidate in sorted(found)]


def unsure(graph: KnowledgeGraph) -> Iterator[Candidate]:
    """Find things that one paper alone speaks of and that may be none, the least sure first."""
    for row in graph.rows(_UNSURE, (_LOW,)):
        reason = f"only one paper speaks of it, found with a confidence of {row['confidence']:.2f}"
        yield Candidate(REJECT, row["iri"], "", 1, 1 - row["confidence"], reason)


class _Long(NamedTuple):
    """A thing that papers explain a short form by, with the papers that contribute it apart."""

    name: str
    papers: int
    makers: int


def _explained(graph: KnowledgeGraph) -> dict[tuple[str, str], dict[str, _Long]]:
    """Tell what short forms stand for in papers: things by type and key of the short form."""
    found: dict[tuple[str, str], dict[str, _Long]] = defaultdict(dict)
    for row in graph.rows(_SHORT):
        text = stem(row["text"])
        short, words = key(text), key(row["name"]).split(" ")
        if not (is_short_form(text) and is_cased(text)) or " " in short:
            continue
        is_longer = any(word.startswith(short) for word in words)  # YOLO11 is more than YOLO
        is_longer |= not set(filter(str.isdigit, row["name"])) <= set(text)
        if not is_longer and long_form_start(text, row["name"]) == 0:
            longs = found[row["type"], short]
            name, papers, makers = longs.get(row["iri"], _Long(row["name"], 0, 0))
            is_own = graph.ontology.role(row["type"], row["role"]).is_contribution
            more = (0, row["papers"]) if is_own else (row["papers"], 0)
            longs[row["iri"]] = _Long(name, papers + more[0], makers + more[1])
    return found


def _most(item: tuple[str, _Long]) -> tuple[int, int, str]:
    iri, long = item
    return -long.papers, -long.makers, iri


def _papers(count: int) -> str:
    return f"{count} paper{'' if count == 1 else 's'}"


def _rank(candidate: Candidate) -> tuple[float, Candidate]:
    return -candidate.confidence * sqrt(candidate.papers), candidate
