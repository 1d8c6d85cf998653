"""What changed between two graphs: every kind of change, what it comes from, how it is told."""

from __future__ import annotations

import json
import os
import random
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from conftest import Answer, Run, entity, extraction, hand_made, span
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.build import MANIFEST, build
from kg.extractions import read_lines
from kg.graph.assemble import assemble
from kg.graph.diff import KINDS, Cause, Change, Diff, diff, made
from kg.linking.curation import read
from kg.model import Entity, Listing, Record, Relation, Result
from kg.ontology import load
from kg.reports.changes import write
from kg.reports.phrases import because, phrase

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kg.graph.knowledge_graph import KnowledgeGraph
    from kg.model import Extraction

ROOT = Path(__file__).parent.parent
SAMPLE = Path(__file__).parent / "data" / "sample.jsonl"
SEEDS = ROOT / "exports" / "seeds" / "extractions.jsonl"
BASE = "https://w3id.org/paperkg/"
TEXT = "We use Zorblax and Quuxol on Vexnar. Zorblax is fast. It reaches 91% there and 80% here."
NET, RIVAL, DATA = ("Method", "Zorblax"), ("Method", "Quuxol"), ("Dataset", "Vexnar")


def paper(
    name: str,
    *named: tuple[str, str, str],
    relations: Sequence[Relation] = (),
    results: Sequence[Result] = (),
    roles: dict[str, str] | None = None,
    **fields: object,
) -> Extraction:
    """Make a paper: of each entity type and name, and the surface forms with bars between."""
    record = Record(id=name, title=f"Paper {name}", abstract=TEXT)
    record = replace(record, **fields)  # type: ignore[arg-type]
    entities: list[Entity] = []
    for kind, known, surfaces in named or PLAIN:
        role = (roles or {}).get(known, "used")
        role = {"Metric": "reported", "Task": "addressed"}.get(kind, role)
        entities.append(entity(record, kind, known, role, *surfaces.split("|")))
    return extraction(record, tuple(entities), tuple(relations), tuple(results))


PLAIN = tuple((*key, key[1]) for key in (NET, RIVAL, DATA))


def claim(
    head: tuple[str, str],
    relation: str,
    tail: tuple[str, str],
    status: str = "asserted",
    confidence: float = 0.8,
) -> Relation:
    return Relation(head, relation, tail, 9, 40, "hand", status, confidence)


def value(
    written: str = "91%",
    clause: str = "It reaches 91% there",
    confidence: float = 0.9,
    status: str = "asserted",
    **links: str,
) -> Result:
    start, end = span(Record(id="p1", title="Paper p1", abstract=TEXT), clause)
    told = tuple((links or {"method": "Zorblax", "dataset": "Vexnar"}).items())
    number = written.rstrip("%")
    place = (start, end, "hand", status, confidence)
    return Result(written, number, "%", "absolute", told, *place)


def changes(
    old: Iterable[Extraction],
    new: Iterable[Extraction],
    *,
    tolerance: float = 0.05,
    bases: tuple[str, str] = (BASE, BASE),
) -> list[Change]:
    with assemble(old, base=bases[0]) as before, assemble(new, base=bases[1]) as after:
        return list(diff(before, after, tolerance=tolerance).changes)


def told(found: Iterable[Change]) -> list[tuple[str, str, str]]:
    """Sum changes up: group, kind, sentence."""
    return [(change.group, change.kind, phrase(change)) for change in found]


def only(found: list[Change]) -> Change:
    assert len(found) == 1, told(found)
    return found[0]


### Papers


def test_no_difference() -> None:
    assert changes(hand_made(), hand_made()) == []
    assert changes(hand_made(), reversed(hand_made())) == []
    assert changes([], []) == []


def test_another_base_is_no_change() -> None:
    relations, results = [claim(NET, "comparedWith", RIVAL)], [value()]
    papers = [paper("p1", relations=relations, results=results), *hand_made()]
    assert changes(papers, papers, bases=(BASE, "https://example.org/a-longer-base/x#")) == []


def test_what_came_comes_from_the_new_paper() -> None:
    one, two = paper("p1"), paper("p2", (*NET, "Zorblax"), ("Task", "flying", "fast"))
    found = changes([one], [one, two])
    assert told(found) == [
        ("papers", "added", "p2  Paper p2"),
        ("entities", "support", "Zorblax (Method): 1 -> 2 papers"),
        ("entities", "added", "flying (Task)"),
    ]
    assert {change.cause for change in found} == {Cause(came=("p2",))}
    assert all(change.cause.is_input for change in found)
    back = changes([one, two], [one])
    assert [change.kind for change in back] == ["removed", "support", "removed"]
    assert {change.cause for change in back} == {Cause(went=("p2",))}


def test_edited_text() -> None:
    old = paper("p1", results=[value(), value("80%", "80% here")])
    longer = f"{TEXT} Nothing else."
    new = paper("p1", abstract=longer, results=[value("90%"), value("80%", "80% here")])
    found = changes([old], [new])
    assert [(c.group, c.kind) for c in found] == [
        *(("papers", "edited"), ("results", "added"), ("results", "removed")),
    ]
    assert {change.cause for change in found} == {Cause(edited=("p1",))}
    assert set(found[0].now or {}) == {"digest"}


def test_alias_that_went_with_an_edit() -> None:
    old = paper("p1", (*NET, "Zorblax"))
    new = paper("p1", (*NET, "ZORBLAX"), abstract=TEXT.replace("Zorblax", "ZORBLAX"))
    _, change = changes([old], [new])
    assert (change.kind, change.cause) == ("names", Cause(edited=("p1",)))
    assert phrase(change) == 'Zorblax (Method), now "ZORBLAX"'


def test_metadata() -> None:
    listings = (Listing("page.txt", 1, "--07-28"),)
    new = paper("p1", date="2024", authors=("A. Author",), listings=listings, line=7)
    change = only(changes([paper("p1")], [new]))
    assert (change.kind, change.was) == ("metadata", {"date": "", "authors": [], "listings": []})
    assert phrase(change) == "p1  Paper p1 (date, authors, listings)"
    assert changes([paper("p1", line=1)], [paper("p1", line=9, source="other.txt")]) == []


def test_papers_are_known_again_under_another_identifier() -> None:
    relations, results = [claim(NET, "comparedWith", RIVAL)], [value()]
    old = paper("key1", title="The one and only", relations=relations, results=results)
    new = replace(old, record=replace(old.record, id="other"))
    change = only(changes([old], [new]))
    assert (change.kind, change.was) == ("metadata", {"iri": "paper/key1"})
    assert phrase(change) == "key1  The one and only (iri)"


def test_what_tells_papers_apart_and_what_does_not() -> None:
    def kinds(*sides: dict[str, str]) -> list[str]:
        titled = [{"title": "The one and only", "abstract": TEXT, **side} for side in sides]
        pair = [
            extraction(Record(id=name, **fields), ())  # type: ignore[arg-type]
            for name, fields in zip("ab", titled, strict=True)
        ]
        return sorted(c.kind for c in changes(pair[:1], pair[1:]) if c.group == "papers")

    apart = ["added", "removed"]
    assert kinds({}, {"title": "the one -- and only"}) == ["edited"]
    assert kinds({"doi": "10.1/A"}, {"doi": "10.1/a", "title": "Another one here"}) == ["edited"]
    assert kinds({"arxiv": "2309.1"}, {"arxiv": "2309.1v2", "title": "Quite new now"}) == ["edited"]
    assert kinds({"doi": "10.1/a"}, {"doi": "10.1/b"}) == apart
    assert kinds({"title": "Editorial"}, {"title": "Editorial", "abstract": "X"}) == apart
    twins = [paper(name, title="The one and only") for name in "abc"]
    found = [c.kind for c in changes(twins[:1], twins[1:]) if c.group == "papers"]
    assert sorted(found) == ["added", "added", "removed"]


### Entities

ONE = ("Method", "Zorblax", "Zorblax|Quuxol")
BOTH = (("Method", "Zorblax", "Zorblax"), ("Method", "Quuxol", "Quuxol"))


def test_merged() -> None:
    change, other = changes([paper("p1", *BOTH)], [paper("p1", ONE)])
    assert (change.kind, phrase(change)) == ("merged", "Quuxol (Method) -> Zorblax (Method)")
    assert change.now is None
    assert change.cause == Cause(stayed=("p1",))
    assert not change.cause.is_input
    into = {"iri": f"{BASE}method/zorblax", "type": "Method", "name": "Zorblax", "mentions": 1}
    assert change.details["into"] == [into]
    text = "Zorblax (Method): 2 -> 3 mentions, from Quuxol (Method)"
    assert (other.kind, phrase(other)) == ("support", text)


def test_two_merged_into_a_new_one() -> None:
    found = changes([paper("p1", *BOTH)], [paper("p1", ("Method", "Wimble", "Zorblax|Quuxol"))])
    assert [change.kind for change in found] == ["merged", "added", "merged"]
    assert phrase(found[1]) == "Wimble (Method), from Quuxol (Method) and Zorblax (Method)"


def test_split() -> None:
    change, other = changes([paper("p1", ONE)], [paper("p1", *BOTH)])
    assert (other.kind, phrase(other)) == (
        "split",
        "Zorblax (Method) -> itself and Quuxol (Method)",
    )
    assert (change.kind, phrase(change)) == ("added", "Quuxol (Method), from Zorblax (Method)")
    gone = ("Method", "Wimble", "Zorblax|Quuxol")
    kinds = [c.kind for c in changes([paper("p1", gone)], [paper("p1", *BOTH)])]
    assert kinds == ["added", "split", "added"]


def test_retyped() -> None:
    old, new = paper("p1", (*NET, "Zorblax")), paper("p1", ("Dataset", "Zorblax", "Zorblax"))
    change = only(changes([old], [new]))
    assert (change.kind, phrase(change)) == ("retyped", "Zorblax: Method -> Dataset")
    iris = [(side or {})["iri"] for side in (change.was, change.now)]
    assert iris == [f"{BASE}method/zorblax", f"{BASE}dataset/zorblax"]
    other = paper("p2")
    partly = changes([old, other], [new, other])
    assert [c.kind for c in partly] == ["added", "retyped"]
    assert phrase(partly[1]) == "Zorblax (Method) -> itself and Zorblax (Dataset)"


def test_renamed() -> None:
    old, new = paper("p1", (*NET, "Zorblax")), paper("p1", ("Method", "ZORBLAX", "Zorblax"))
    change = only(changes([old], [new]))
    assert (change.kind, phrase(change)) == ("renamed", "Zorblax -> ZORBLAX (Method)")
    assert [(side or {})["iri"] for side in (change.was, change.now)] == [
        f"{BASE}method/zorblax"
    ] * 2
    assert change.details["names"] == {"gained": ["ZORBLAX"], "lost": []}


def test_renamed_by_iri() -> None:
    old, new = paper("p1", (*NET, "Zorblax")), paper("p1", ("Method", "Wimble", "Zorblax"))
    change = only(changes([old], [new]))
    assert (change.kind, phrase(change)) == ("renamed", "Zorblax -> Wimble (Method)")
    assert change.details["names"] == {"gained": ["Wimble"], "lost": []}


def test_moved() -> None:
    old = paper("p1", ("Method", "Zorblax", "Zorblax|We use"), BOTH[1])
    new = paper("p1", BOTH[0], ("Method", "Quuxol", "Quuxol|We use"))
    change, other = reversed(changes([old], [new]))
    assert (change.kind, phrase(change)) == (
        "moved",
        "Zorblax (Method) -> itself and Quuxol (Method)",
    )
    assert phrase(other) == "Quuxol (Method): 1 -> 2 mentions, from Zorblax (Method)"


def test_mostly_gone_is_removed() -> None:
    old = paper("p1", ("Method", "Wimble", "Zorblax|Quuxol"))
    new = paper("p1", BOTH[1])
    change, _ = reversed(changes([old], [new]))
    assert (change.kind, change.details["into"][0]["name"]) == ("removed", "Quuxol")


def test_roles() -> None:
    change = only(changes([paper("p1")], [paper("p1", roles={"Zorblax": "proposed"})]))
    assert (change.kind, phrase(change)) == ("roles", "Zorblax (Method): used -> proposed")
    assert change.details["roles"] == [{"paper": "p1", "was": "used", "now": "proposed"}]


def test_linked_otherwise_by_a_new_paper() -> None:
    """A new paper with another spelling moves the IRI, and what it says of the old one follows."""
    one = paper("p1", ("Method", "Regularised Zorblax", "Zorblax"))
    two = paper("p2", ("Method", "Regularized Zorblax", "Zorblax"))
    found = changes([one], [one, two])
    assert [c.group for c in found] == ["papers", "entities"]
    assert found[1].kind == "renamed"
    assert found[1].cause == Cause(came=("p2",), linked=("p1",))
    assert found[1].cause.is_input
    assert "spelling" in phrase(found[1])
    assert changes([one, two], [one])[1].cause == Cause(went=("p2",), linked=("p1",))


def test_decisions_of_people_are_not_the_papers(tmp_path: Path) -> None:
    table = tmp_path / "aliases.tsv"
    table.write_text("type\tname\talias\nMethod\tZorblax\tQuuxol\n", encoding="utf-8")
    decided = read(tmp_path, load())
    papers = [paper("p1", *BOTH), paper("p2", (*NET, "Zorblax"))]
    with assemble(papers[:1]) as old, assemble(papers, curation=decided) as new:
        found = list(diff(old, new).changes)
    assert [(change.group, change.kind) for change in found] == [
        *(("papers", "added"), ("entities", "merged"), ("entities", "support")),
    ]
    assert "[curation" in phrase(found[1])
    assert found[1].cause == Cause(stayed=("p1",))
    assert found[2].cause == Cause(came=("p2",), stayed=("p1",))
    assert [change.cause.is_input for change in found] == [True, False, False]


def test_new_kind_comes_from_the_new_paper() -> None:
    one = paper("p1", ("Method", "spiking neural network", "Zorblax"))
    two = paper("p2", ("Method", "neural network", "Quuxol"))
    links = [c for c in changes([one], [one, two]) if c.kind == "links"]
    assert phrase(only(links)) == "spiking neural network (Method), now a kind of neural network"
    assert links[0].cause == Cause(came=("p2",))


def test_removed_and_links_to_elsewhere() -> None:
    change = only(changes([paper("p1")], [paper("p1", *PLAIN[1:])]))
    assert (change.kind, phrase(change)) == ("removed", "Zorblax (Method)")
    tie = {"predicate": "exactMatch", "target": "https://example.org/1\x1b"}
    details = {"links": {"gained": [], "lost": [tie]}}
    other = replace(change, kind="links", now=change.was, details=details)
    text = "Zorblax (Method), no longer exactMatch https://example.org/1\\u001B"
    assert phrase(other) == text


### Relations


def related(*relations: Relation, name: str = "p1") -> Extraction:
    return paper(name, relations=relations)


USES = claim(NET, "evaluatedOn", DATA)


@pytest.mark.parametrize(
    ("old", "new", "kind", "text"),
    [
        ([], [USES], "added", "Zorblax evaluatedOn Vexnar"),
        ([USES], [], "removed", "Zorblax evaluatedOn Vexnar"),
        (
            [],
            [replace(USES, status="hedged")],
            *("added", "Zorblax evaluatedOn Vexnar (hedged)"),
        ),
        (
            [USES],
            [replace(USES, status="hedged")],
            *("status", "Zorblax evaluatedOn Vexnar: asserted -> hedged"),
        ),
        (
            [USES],
            [replace(USES, confidence=0.9)],
            *("confidence", "Zorblax evaluatedOn Vexnar: 0.80 -> 0.90"),
        ),
    ],
)
def test_relations(old: list[Relation], new: list[Relation], kind: str, text: str) -> None:
    change = only(changes([related(*old)], [related(*new)]))
    assert (change.group, change.kind, phrase(change)) == ("relations", kind, text)
    assert change.cause == Cause(stayed=("p1",))


def test_tolerance_is_exact() -> None:
    old, new = related(replace(USES, confidence=0.9)), related(replace(USES, confidence=0.85))
    assert changes([old], [new]) == []
    assert only(changes([old], [new], tolerance=0.04)).kind == "confidence"


def test_support_of_relations() -> None:
    other = related(name="p2")
    change = only(changes([related(USES), other], [related(USES), related(USES, name="p2")]))
    text = "Zorblax evaluatedOn Vexnar: 1 -> 2 papers"
    assert (change.kind, phrase(change), change.cause) == ("support", text, Cause(stayed=("p2",)))
    added = {"paper": "p2", "was": None, "now": {"asserted": 0.8}}
    assert change.details["claims"] == [added]


def test_other_claims_of_other_papers() -> None:
    hedged = replace(USES, status="hedged")
    old = [related(USES), related(hedged, name="p2")]
    change = only(changes(old, [related(hedged), related(USES, name="p2")]))
    text = "Zorblax evaluatedOn Vexnar: some papers claim it otherwise"
    assert (change.kind, phrase(change), change.cause) == (
        *("status", text),
        Cause(stayed=("p1", "p2")),
    )
    old = [related(USES), related(name="p2")]
    change = only(changes(old, [related(USES), related(hedged, name="p2")]))
    assert (change.kind, phrase(change)) == ("support", "Zorblax evaluatedOn Vexnar")


def test_facts_follow_their_entities() -> None:
    old_claims = [USES, claim(RIVAL, "comparedWith", NET), claim(RIVAL, "evaluatedOn", DATA)]
    old = paper("p1", relations=old_claims, results=[value(method="Quuxol")])
    other = ("Method", "Abacus")
    new = paper(
        "p1",
        *((*NET, "Zorblax"), (*other, "Quuxol"), (*DATA, "Vexnar")),
        relations=[
            *(USES, claim(NET, "comparedWith", other), claim(other, "evaluatedOn", DATA)),
        ],
        results=[value(method="Abacus")],
    )
    assert told(changes([old], [new])) == [("entities", "renamed", "Quuxol -> Abacus (Method)")]
    merged = paper(
        "p1",
        *(ONE, (*DATA, "Vexnar")),
        relations=[USES],
        results=[value(method="Zorblax")],
    )
    found = changes([old], [merged])
    assert [(c.group, c.kind) for c in found] == [
        *(("entities", "merged"), ("entities", "support"), ("relations", "removed")),
    ]
    assert phrase(found[-1]).startswith("Quuxol comparedWith Zorblax")


def test_facts_follow_a_split_paper_by_paper() -> None:
    """What p2 says of the old entity is about the new one, what p1 says is not."""
    one = paper("p1", *PLAIN, relations=[USES])
    old = paper("p2", *PLAIN, relations=[USES])
    other = ("Method", "Wimble")
    new = paper(
        "p2",
        *((*other, "Zorblax"), *PLAIN[1:]),
        relations=[claim(other, "evaluatedOn", DATA)],
    )
    assert told(changes([one, old], [one, new])) == [
        ("entities", "added", "Wimble (Method), from Zorblax (Method)"),
        ("entities", "split", "Zorblax (Method) -> itself and Wimble (Method)"),
    ]


### Results


def reported(*results: Result) -> Extraction:
    return paper("p1", *PLAIN, ("Task", "flying", "fast"), results=results)


@pytest.mark.parametrize(
    ("old", "new", "kind", "text"),
    [
        ([], [value()], "added", "91% (absolute): dataset Vexnar, method Zorblax"),
        ([value()], [], "removed", "91% (absolute): dataset Vexnar, method Zorblax"),
        (
            [value()],
            [value("19%")],
            *("value", "91% (absolute) -> 19% (absolute): dataset Vexnar, method Zorblax"),
        ),
        (
            [value()],
            [value(method="Quuxol", dataset="Vexnar")],
            *("slots", "91% (absolute): method Zorblax -> Quuxol"),
        ),
        (
            [value()],
            [value(status="negated")],
            *(
                "status",
                "91% (absolute, negated): dataset Vexnar, method Zorblax: asserted -> negated",
            ),
        ),
        (
            [value()],
            [value(confidence=0.5)],
            *("confidence", "91% (absolute): dataset Vexnar, method Zorblax: 0.90 -> 0.50"),
        ),
    ],
)
def test_results(old: list[Result], new: list[Result], kind: str, text: str) -> None:
    change = only(changes([reported(*old)], [reported(*new)]))
    assert (change.group, change.kind, phrase(change)) == ("results", kind, text)
    assert change.details == {"paper": "p1"}


def test_results_of_one_clause_find_their_own() -> None:
    clause = "It reaches 91% there and 80% here"
    old = [value("91%", clause), value("80%", clause, method="Quuxol")]
    new = [value("80%", clause, method="Quuxol"), value("92%", clause)]
    change = only(changes([reported(*old)], [reported(*new)]))
    assert phrase(change).startswith("91% (absolute) -> 92% (absolute)")


def test_another_clause_is_the_same_result() -> None:
    assert changes([reported(value())], [reported(value("91%", "91%"))]) == []
    change = only(changes([reported(value())], [reported(value("91%", "91%", task="flying"))]))
    assert change.kind == "slots"


### All of it at once


POOL = [
    paper("p1", relations=[USES], results=[value()]),
    paper("p2", ONE, relations=[], roles={"Zorblax": "proposed"}),
    paper("p3", (*NET, "Zorblax"), ("Task", "flying", "fast")),
    paper("p4", ("Method", "Regularised Zorblax", "Zorblax"), (*DATA, "Vexnar")),
    paper("p5", ("Method", "Regularized Zorblax", "Zorblax"), results=[]),
    paper("p6", (*RIVAL, "Quuxol"), ("Method", "neural network", "fast")),
    paper("p7", ("Method", "spiking neural network", "Zorblax"), (*DATA, "Vexnar")),
]
READ_OTHERWISE = [
    paper("p1", *PLAIN[1:], relations=[], results=[value("90%")]),
    paper("p2", ("Dataset", "Zorblax", "Zorblax"), (*RIVAL, "Quuxol")),
    paper("p3", ("Method", "Wimble", "Zorblax"), abstract=f"{TEXT} More."),
]
CHOSEN = st.sets(st.sampled_from(range(len(POOL))))


def iris(graph: KnowledgeGraph) -> set[str]:
    return {row["iri"] for row in graph.entities}


@settings(max_examples=20, deadline=None)
@given(CHOSEN, CHOSEN, st.sets(st.sampled_from(range(len(READ_OTHERWISE)))))
def test_changes_lead_from_old_to_new(ones: set[int], others: set[int], read: set[int]) -> None:
    read &= others
    old = [POOL[i] for i in sorted(ones)]
    new = [READ_OTHERWISE[i] if i in read else POOL[i] for i in sorted(others)]
    with assemble(old) as before, assemble(new) as after:
        found = list(diff(before, after).changes)
        entities = [change for change in found if change.group == "entities"]
        lost = {change.was["iri"] for change in entities if change.was}
        won = {change.now["iri"] for change in entities if change.now}
        assert (iris(before) - lost) | won == iris(after)
        assert len(lost) == sum(change.was is not None for change in entities)
        assert len(won) == sum(change.now is not None for change in entities)
        results = [change for change in found if change.group == "results"]
        grown = sum(c.was is None for c in results) - sum(c.now is None for c in results)
        assert grown == len(after.results) - len(before.results)
    assert all(change.kind in KINDS[change.group] for change in found)
    assert bool(found) == (ones != others or bool(read))
    came, went = ({POOL[i].record.id for i in some} for some in (others - ones, ones - others))
    for change in found:
        assert came.issuperset(change.cause.came)
        assert went.issuperset(change.cause.went)
        # Papers change only what they support.
        assert change.cause.is_input or read
        assert change.cause.came or change.cause.went or read


def test_the_committed_corpus_shrunk_and_grown() -> None:
    """Of the papers of the committed build some go: all that changes follows from them."""
    with SEEDS.open("rb") as lines:
        papers = list(read_lines(lines))
    rest = random.Random(5).sample(papers, len(papers) - 60)  # noqa: S311
    found = changes(papers, rest)
    assert sum(change.kind == "removed" for change in found) > 60
    assert [change for change in found if not change.cause.is_input] == []
    ids = {paper.record.id for paper in papers} - {paper.record.id for paper in rest}
    assert all(set(change.cause.went) <= ids and change.cause.went for change in found)


### How it is told


class Told(NamedTuple):
    differs: bool
    text: str


def tell(found: Iterable[Change], *, top: int | None = 10, style: str = "text") -> Told:
    pieces: list[str] = []
    differs = write(Diff({}, {}, iter(list(found))), {}, pieces.append, style=style, top=top)
    return Told(differs, "".join(pieces))


def test_text_groups_and_caps() -> None:
    many = [paper(f"q{i:03}", ("Task", f"flying {i:03}", "fast")) for i in range(30)]
    old = [paper("p1", *BOTH)]
    differs, text = tell(changes(old, [paper("p1", ONE), *many]), top=3)
    assert differs
    lines = text.splitlines()
    assert "30 papers came" in lines
    assert "  + q000 Paper q000" in lines
    assert "  ... and 27 more; --format json lists all" in lines
    first = lines.index("2 changes in papers whose text is the same (read or linked otherwise):")
    assert lines[first + 1 : first + 5] == [
        "  1 entity merged into others",
        "    ~ Quuxol (Method) -> Zorblax (Method), in p1",
        "  1 entity with other papers or mentions",
        "    ~ Zorblax (Method): 2 -> 3 mentions, from Quuxol (Method), in p1",
    ]
    second = lines.index("30 changes from papers that came, went or were edited:")
    assert second > first
    assert lines[second + 1 : second + 3] == [
        "  30 entities added",
        "    + flying 000 (Task), by new paper q000",
    ]
    assert lines[-1] == "    ... and 27 more; --format json lists all"
    everything = tell(changes(old, [paper("p1", ONE), *many]), top=None).text
    assert "more;" not in everything
    assert everything.count("    + flying") == 30
    assert max(map(len, everything.splitlines())) <= 100


def test_the_heaviest_come_first_however_many_there_are() -> None:
    def change(number: int) -> Change:
        side = {"iri": f"e:{number}", "type": "T", "name": f"n{number}", "papers": number}
        cause = Cause(came=("p",))
        return Change(
            group="entities", kind="added", was=None, now=side, cause=cause, weight=number
        )

    order = random.Random(1).sample(range(2000), 2000)  # noqa: S311
    lines = tell(map(change, order), top=2).text.splitlines()
    assert [line.split()[1] for line in lines if "    + " in line] == ["n1999", "n1998"]
    assert "  2,000 entities added" in lines
    assert lines[-1] == "    ... and 1,998 more; --format json lists all"


def test_only_papers_that_stayed_are_told_of() -> None:
    text = tell(changes([paper("p1")], [paper("p1"), paper("p2")])).text
    assert "In papers whose text is the same nothing changed." in text
    text = tell(changes([paper("p1", *BOTH)], [paper("p1", ONE)])).text
    assert "came, went" not in text


def test_strangers_cannot_steer_the_terminal() -> None:
    nasty = "\x1b[31m=cmd() \u202e|x\r\n<b>"
    old = [paper("p1"), paper("p2")]
    new = [paper("p1"), paper(f"p3{nasty}", title=nasty, abstract=TEXT + nasty)]
    found = changes(old, new)
    record = Record(id="p1", title="Paper p1", abstract=f"We use Zor\x1b[31mblax\u202e. {TEXT}")
    named = [extraction(record, (entity(record, "Method", "Zor\x1b[31mblax\u202e", "used"),))]
    text = tell([*found, *changes([], named)], top=None).text
    assert "\\u001B[31m" in text
    for character in ("\x1b", "\u202e", "\r", "<b>\n\n"):
        assert character not in text
    assert "\\u001B" in because(Cause(came=("\x1b",)))


def test_json_is_complete_and_stable() -> None:
    many = [paper(f"q{i:04}", ("Task", f"flying {i:04}", "fast")) for i in range(600)]
    old, new = [paper("p1", *BOTH)], [paper("p1", ONE), *many]
    found = changes(old, new)
    differs, text = tell(found, style="json", top=1)
    assert differs
    loaded = json.loads(text)
    assert list(loaded) == [
        *("before", "after", "made", "changes", "totals", "in_papers_that_stayed", "different"),
    ]
    assert len(loaded["changes"]) == len(found) == 600 + 2 + 600
    counted = Counter((c["group"], c["change"]) for c in loaded["changes"])
    for group, kinds in loaded["totals"].items():
        assert list(kinds) == list(KINDS[group])
        assert all(counted[group, kind] == number for kind, number in kinds.items())
    assert (loaded["in_papers_that_stayed"], loaded["different"]) == (2, True)
    assert loaded["changes"][0]["because_of_papers"] == {"came": ["q0000"]}
    shuffled = random.Random(2).sample(new, len(new))  # noqa: S311
    assert tell(changes(old, shuffled), style="json").text == text
    empty = json.loads(tell([], style="json").text)
    assert (empty["changes"], empty["different"]) == ([], False)


def test_made() -> None:
    old = {"version": "1", "base": BASE, "inputs": [{"name": "a"}, {"name": "b"}], "counts": {}}
    new = {"version": "1", "base": "x", "inputs": [{"name": "b"}, {"name": "c"}], "extra": 1}
    assert made(old, new) == {
        "base": {"was": BASE, "now": "x"},
        "extra": {"was": None, "now": 1},
        "inputs": {"was": [{"name": "a"}], "now": [{"name": "c"}]},
    }


### The verb


@pytest.fixture(scope="module")
def builds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Build the sample, without its last five papers, without text, and under another base."""
    folder = tmp_path_factory.mktemp("builds")
    lines = SAMPLE.read_text(encoding="utf-8").splitlines(keepends=True)
    few = folder / "few.jsonl"
    few.write_text("".join(lines[:-5]), encoding="utf-8")
    build([SAMPLE], folder / "all", model="rules")
    build([SAMPLE], folder / "offsets", model="rules", evidence="offsets")
    build([SAMPLE], folder / "based", model="rules", base="https://example.org/")
    build([few], folder / "few", model="rules")
    return {path.name: path for path in folder.iterdir() if path.is_dir()}


def test_same_build(kg: Run, builds: dict[str, Path]) -> None:
    assert kg("diff", builds["all"], builds["all"]) == Answer(0, "no difference\n", "")
    answer = kg("diff", builds["all"], builds["all"], "--format", "json")
    assert answer.code == 0
    assert json.loads(answer.out)["changes"] == []


def test_text_or_offsets_is_no_difference(kg: Run, builds: dict[str, Path]) -> None:
    answer = kg("diff", builds["all"], builds["offsets"])
    assert answer == Answer(0, "no difference\nevidence: text -> offsets\n", "")


def test_another_base_is_a_difference(kg: Run, builds: dict[str, Path]) -> None:
    code, out, err = kg("diff", builds["all"], builds["based"])
    assert (code, err) == (1, "")
    assert f"base: {BASE} -> https://example.org/\n" in out
    assert "changes" not in out


def test_fewer_papers(kg: Run, builds: dict[str, Path]) -> None:
    code, out, err = kg("diff", builds["few"], builds["all"], "--top", 2)
    assert (code, err) == (1, "")
    assert out.startswith("35 -> 40 papers, ")
    assert "inputs: few.jsonl (" in out
    assert "5 papers came\n  + paperkg:s36 " in out
    assert "In papers whose text is the same nothing changed.\n" in out
    listed = json.loads(kg("diff", builds["few"], builds["all"], "--format", "json").out)
    new = {f"paperkg:s{number}" for number in range(36, 41)}
    for change in listed["changes"]:
        assert new.issuperset(change["because_of_papers"]["came"])
        assert list(change["because_of_papers"]) == ["came"]
    counts = {name: listed[name]["papers"] for name in ("before", "after")}
    assert counts == {"before": 35, "after": 40}
    everything = kg("diff", builds["few"], builds["all"], "--top", 0).out
    assert "more; --format json" not in everything


def test_a_build_that_is_not_what_it_was(kg: Run, builds: dict[str, Path], tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    for path in builds["few"].iterdir():
        os.link(path, other / path.name)
    manifest = json.loads((other / MANIFEST).read_text(encoding="utf-8"))
    manifest["counts"]["entities"] += 7
    (other / MANIFEST).unlink()
    (other / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    code, out, err = kg("diff", other, builds["few"])
    assert (code, out) == (0, "no difference\n")
    assert "other was put together otherwise: it had " in err


def test_ontologies_of_either(kg: Run, builds: dict[str, Path]) -> None:
    folder = ROOT / "ontology"
    answer = kg("diff", builds["few"], builds["few"], "--old-ontology", folder)
    assert answer == Answer(0, "no difference\n", "")
    assert kg("diff", builds["few"], builds["few"], "--old-ontology", SAMPLE).code == 2


def test_errors(kg: Run, builds: dict[str, Path], tmp_path: Path) -> None:
    code, out, err = kg("diff", tmp_path, builds["all"])
    assert (code, out) == (2, "")
    assert "is no build of kg" in err
    assert kg("diff", builds["all"], "nowhere").code == 2
    assert kg("diff", builds["all"]).code == 2
    assert kg("diff", builds["all"], builds["all"], "--format", "csv").code == 2


def test_help_tells_the_exit_codes(kg: Run) -> None:
    text = " ".join(kg("diff", "--help").out.split())
    assert "Exit code 0: no difference; 1: there is one; 2: a folder cannot be read." in text
