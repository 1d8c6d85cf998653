"""One thing, one node: what linking makes of a whole graph, and what people correct in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import entity, extraction

from kg import ontology
from kg.build import build, load
from kg.errors import KGError
from kg.graph.assemble import assemble
from kg.graph.explain import cards, explain
from kg.graph.rdf import core_triples, evidence_triples
from kg.inputs import find_beside
from kg.linking.curation import settle
from kg.linking.decisions import REJECT, RENAME, RETYPE, SAME, Decision
from kg.model import Record, Relation

if TYPE_CHECKING:
    from kg.graph.knowledge_graph import KnowledgeGraph
    from kg.linking.curation import Curation
    from kg.model import Extraction

SAMPLE = Path(__file__).parent / "data" / "sample.jsonl"


def paper(number: int, text: str, *names: tuple[str, str], own: str = "") -> Extraction:
    """Make a paper that speaks of names; one says of the first that it uses the second."""
    record = Record(id=f"p{number}", title="A title", abstract=text)
    found = tuple(entity(record, kind, name, "proposed" if name == own else "used") if kind ==
                  "Method" else entity(record, kind, name, "mentioned")
                  for kind, name in names)  # fmt: skip
    said: tuple[Relation, ...] = ()
    if len(names) > 1 and names[0][0] == names[1][0] == "Method":
        said = (Relation(names[0], "uses", names[1], 8, 8 + len(text), "hand", confidence=0.6),)
    return extraction(record, found, said)


PAPERS = [
    paper(1, "We use CIFAR-10 and FlickerNet with SNN.",
          ("Method", "FlickerNet"), ("Method", "SNN"), ("Dataset", "CIFAR-10"), own="FlickerNet"),
    paper(2, "On CIFAR10 the spiking neural network wins.",
          ("Method", "spiking neural network"), ("Dataset", "CIFAR10")),
    paper(3, "A convolutional spiking neural network on images, MNIST and CIFAR-100.",
          ("Method", "convolutional spiking neural network"), ("Dataset", "MNIST"),
          ("Modality", "MNIST"), ("Dataset", "CIFAR-100")),
]  # fmt: skip


def names(graph: KnowledgeGraph, kind: str) -> dict[str, int]:
    rows = graph.rows("SELECT name, papers FROM entities WHERE type = ?", [kind])
    return {row["name"]: row["papers"] for row in rows}


def test_names_become_one_node_with_the_reason() -> None:
    with assemble(PAPERS) as graph:
        assert names(graph, "Dataset") == {"CIFAR-10": 2, "CIFAR-100": 1, "MNIST": 1}
        assert names(graph, "Method") == {
            "FlickerNet": 1,
            "convolutional spiking neural network": 1,
            "spiking neural network": 2,
        }
        merged = {(m["name"], m["rule"]) for m in graph.merges}
        assert merged == {("CIFAR10", "spelling"), ("SNN", "lexicon")}
        (claim,) = graph.claims
        assert claim["tail"].endswith("method/spiking-neural-network")
        found = explain(graph, "SNN")
        assert [e["name"] for e in found] == ["spiking neural network"]
        assert "  = SNN  in 1 paper [lexicon]" in list(cards(found))
        kinds = [
            (k["narrow"].rpartition("/")[2], k["broad"].rpartition("/")[2]) for k in graph.kinds
        ]
        assert kinds == [("convolutional-spiking-neural-network", "spiking-neural-network")]


def test_names_that_differ_in_capitals_are_two_things_where_one_is_a_word() -> None:
    papers = [
        paper(1, "We propose DREAM for SNN.", ("Method", "DREAM"), ("Method", "SNN"), own="DREAM"),
        paper(2, "Dream is used with SNN.", ("Method", "Dream"), ("Method", "SNN")),
        paper(3, "FlickerNET with SNN.", ("Method", "FlickerNET"), ("Method", "SNN")),
        paper(4, "Flickernet with SNN.", ("Method", "Flickernet"), ("Method", "SNN")),
        paper(5, "BERT and Bert.", ("Method", "BERT")),
        paper(6, "Bert and SNN.", ("Method", "Bert"), ("Method", "SNN")),
    ]
    with assemble(papers) as graph, assemble(papers[::-1]) as other:
        found = names(graph, "Method")
        assert found["DREAM"] == found["Dream"] == 1
        assert found["Flickernet"] == found["BERT"] == 2
        ends = {(c["paper"][-1], c["head"].rpartition("/")[2]) for c in graph.claims}
        assert {head for number, head in ends if number == "2"} == {"dream"}
        (capital,) = (head for number, head in ends if number == "1")
        assert capital.startswith("dream_")
        mentions = {m["entity"].rpartition("/")[2]: m["text"] for m in graph.mentions}
        assert (mentions["dream"], mentions[capital]) == ("Dream", "DREAM")
        assert list(core_triples(graph)) == list(core_triples(other))
        assert {e["name"] for e in explain(graph, "dream")} == {"Dream", "DREAM"}
    with assemble(papers, curation=settle([Decision(RENAME, "Method", "Dream", "Dream")])) as one:
        assert len({name.lower() for name in names(one, "Method")} & {"dream"}) == 1


def test_two_types_of_one_name_point_to_each_other() -> None:
    with assemble(PAPERS) as graph:
        seen = {(s, o.value) for s, p, o in core_triples(graph) if p.endswith("seeAlso")}
        both = {f"{graph.base}{kind}/mnist" for kind in ("dataset", "modality")}
        assert {one for one, _ in seen} == {other for _, other in seen} == both


def test_merges_are_evidence() -> None:
    with assemble(PAPERS) as graph:
        said = [(p.rpartition("#")[2], o.value) for _, p, o in evidence_triples(graph)]
        assert ("mergedName", "CIFAR10") in said
        assert ("mergedInto", f"{graph.base}dataset/cifar-10") in said


def test_confidence_grows_with_papers() -> None:
    with assemble(PAPERS) as graph:
        sure = {r["name"]: r["confidence"] for r in graph.rows("SELECT * FROM entities")}
    assert sure["MNIST"] == pytest.approx(0.9)
    assert sure["CIFAR-10"] == pytest.approx(0.99)


def test_narrowed() -> None:
    with assemble(PAPERS) as graph:
        assert graph.narrowed() is graph
        view = graph.narrowed(min_papers=2)
        assert set(names(view, "Method")) == {"spiking neural network"}
        assert len(view.relations) == 0
        assert len(view.kinds) == 0
        assert {row["entity"] for row in view.roles} == {row["iri"] for row in view.entities}
        assert len(graph.relations) == 1
        assert len(graph.narrowed(min_confidence=0.95).entities) == 2
        assert len(graph.narrowed(min_confidence=0.5).relations) == 1
        assert len(graph.narrowed(min_papers=2).entities) == len(view.entities)


def curated(*decisions: Decision) -> Curation:
    return settle(decisions)


def test_a_rejected_thing_takes_what_is_said_of_it_along() -> None:
    decided = curated(Decision(REJECT, "Method", "spiking neural networks", "", "reject.tsv", 2))
    with assemble(PAPERS, curation=decided) as graph:
        assert "spiking neural network" not in names(graph, "Method")
        ends = [row for row in graph.rows("SELECT * FROM mentions") if "spiking" in row["entity"]]
        assert {row["entity"].rpartition("/")[2] for row in ends} == {
            "convolutional-spiking-neural-network"
        }


def test_a_new_type_brings_a_role_of_that_type() -> None:
    decided = curated(
        Decision(RETYPE, "Method", "FlickerNet", "Dataset", "retype.tsv", 2),
        Decision(RENAME, "Dataset", "MNIST", "Modified NIST", "rename.tsv", 2),
        Decision(SAME, "Dataset", "CIFAR-100", "MNIST", "aliases.tsv", 2),
        Decision(SAME, "Dataset", "no such", "thing", "aliases.tsv", 3),
    )
    with assemble(PAPERS, curation=decided) as graph:
        assert names(graph, "Dataset")["FlickerNet"] == 1
        (role,) = graph.rows("SELECT * FROM roles WHERE entity LIKE '%flickernet'")
        assert role["role"] == ontology.load().open_role.name
        assert len(graph.claims) == 0
        assert graph.counts()["retyped_relations"] == 1
        assert names(graph, "Dataset")["Modified NIST"] == 1
        (idle,) = graph.unmatched
        assert idle["place"] == "aliases.tsv:3"


def test_a_correction_survives_a_rebuild(tmp_path: Path) -> None:
    lines = SAMPLE.read_text(encoding="utf-8").splitlines()[:12]
    rows = ["Method\tTransformer\tfine-tuning", "Task\tnothing\tof the kind"]
    reports = []
    for folder, order, workers in (("one", 1, 1), ("two", -1, 2)):
        place = tmp_path / folder
        (place / "curation").mkdir(parents=True)
        table = "\n".join(["type\tname\talias", *rows[::order]])
        (place / "curation" / "aliases.tsv").write_text(table, encoding="utf-8")
        for name, part in (("a.jsonl", lines[:5]), ("b.jsonl", lines[5:])):
            (place / name).write_text("\n".join(part) + "\n", encoding="utf-8")
        inputs = [place / "a.jsonl", place / "b.jsonl"][::order]
        reports.append(build(inputs, place / "graph", model="rules", workers=workers))
    one, two = (tmp_path / folder / "graph" for folder in ("one", "two"))
    assert [report.curation[1] for report in reports if report.curation] == [2, 2]
    assert [says for _, says in reports[0].unmatched] == [
        "Task 'of the kind' is an alias of 'nothing'"
    ]
    files = sorted(path.name for path in one.iterdir())
    assert "curation.tsv" in files
    for name in files:
        assert (one / name).read_bytes() == (two / name).read_bytes(), name
    with load(one) as graph:
        assert "fine-tuning" not in names(graph, "Method")


def test_which_folder_lies_beside(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name / "curation").mkdir(parents=True)
    inside = tmp_path / "a" / "x.jsonl"
    assert find_beside([inside, "-"], "curation") == tmp_path / "a" / "curation"
    assert find_beside([tmp_path / "x.jsonl"], "curation") is None
    with pytest.raises(KGError, match="say which with --curation"):
        find_beside([inside, tmp_path / "b" / "y"], "curation")


def test_views_are_narrowed_and_nothing_else(tmp_path: Path) -> None:
    whole, narrow = tmp_path / "whole", tmp_path / "narrow"
    build([SAMPLE], whole, model="rules")
    build([SAMPLE], narrow, model="rules", min_papers=3)
    for name in ("graph.ttl", "evidence.ttl", "entities.csv", "extractions.jsonl"):
        assert (whole / name).read_bytes() == (narrow / name).read_bytes()
    sizes = [(folder / "graph.graphml").stat().st_size for folder in (whole, narrow)]
    assert sizes[1] < sizes[0] / 2
    counts = [json.loads((f / "manifest.json").read_bytes())["counts"] for f in (whole, narrow)]
    assert counts[0] == counts[1]
