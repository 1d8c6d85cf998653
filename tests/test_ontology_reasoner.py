"""A reasoner finds the ontology consistent, with data too, and finds what is not."""

from __future__ import annotations

import os
import shutil
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import rdflib
from rdflib import OWL, RDF, URIRef

from kg import ontology
from kg.build import load
from kg.graph.rdf import to_rdf

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    Reason: TypeAlias = Callable[[rdflib.Graph], list[str] | None]

ONTOLOGY = ontology.load()
SAMPLE = Path(__file__).parent.parent / "exports" / "sample"
PREFIXES = f"PREFIX kg: <{ONTOLOGY.namespace}> PREFIX : <https://example.org/>"


@pytest.fixture(scope="module", autouse=True)
def java() -> None:
    """Need Java; without it tests are skipped, but nothing is ever skipped in CI."""
    if not shutil.which("java"):
        if os.environ.get("CI"):
            pytest.fail("java is missing")
        pytest.skip("java is missing")


@pytest.fixture
def reason(tmp_path: Path) -> Reason:
    """Give what names the classes that nothing can be of; None if all is inconsistent."""
    import owlready2

    def run(graph: rdflib.Graph) -> list[str] | None:
        file = tmp_path / "all.nt"
        graph.serialize(file, format="nt", encoding="utf-8")
        world = owlready2.World()
        loaded = world.get_ontology(file.as_uri()).load()
        try:
            with loaded:
                owlready2.sync_reasoner_hermit(world, debug=0)
        except owlready2.OwlReadyInconsistentOntologyError:
            return None
        return sorted(c.name for c in world.inconsistent_classes() if c is not owlready2.Nothing)

    return run


def schema() -> rdflib.Graph:
    return rdflib.Graph().parse(ONTOLOGY.folder / ontology.SCHEMA, format="turtle")


def sample() -> rdflib.Graph:
    """Give ontology and sample without RDF's words for statements, which OWL 2 DL reserves."""
    with load(SAMPLE) as graph:
        data = to_rdf(graph)
    whole = schema()
    for subject, predicate, term in data:
        is_reserved = str(predicate).startswith(str(RDF)) and predicate != RDF.type
        if not is_reserved and term != RDF.Statement:
            whole.add((subject, predicate, term))
    return whole


def test_every_class_can_have_members(reason: Reason) -> None:
    filled = schema()
    for cls in schema().subjects(RDF.type, OWL.Class):
        if isinstance(cls, URIRef):
            filled.add((URIRef(f"{cls}-some"), RDF.type, cls))
    assert reason(schema()) == []
    assert reason(filled) == []


def test_the_sample_is_consistent(reason: Reason) -> None:
    assert reason(sample()) == []


@pytest.mark.parametrize(
    "facts",
    [
        ":x a kg:Method , kg:Task",
        ":x a kg:Paper , kg:Claim",
        ":x kg:outperforms :x",
        ":x kg:comparedWith :x",
        ":r kg:resultMetric :x . :y kg:addressesTask :x",
        ":d a kg:Metric ; kg:takesModality :m",
        ":r kg:value 1.0 , 2.0",
        ':r kg:value "many"',
        ':r kg:resultKind "relative"',
        ":m kg:evidenceStart -1",
        ":c kg:claimPaper :p , :q . :p <http://www.w3.org/2002/07/owl#differentFrom> :q",
        ":p kg:reportsResult :r . :r kg:resultPaper :q ."
        " :p <http://www.w3.org/2002/07/owl#differentFrom> :q",
    ],
)
def test_a_contradiction_is_found(facts: str, reason: Reason) -> None:
    seeded = schema()
    seeded.update(f"{PREFIXES} INSERT DATA {{ {facts} }}")
    assert reason(seeded) is None


def test_a_contradiction_in_the_sample_is_found(reason: Reason) -> None:
    seeded = sample()
    kinds = chain.from_iterable(
        seeded.subjects(RDF.type, URIRef(ONTOLOGY.term(name))) for name in ONTOLOGY.type_names[:1]
    )
    seeded.add((next(kinds), RDF.type, URIRef(ONTOLOGY.term(ONTOLOGY.type_names[1]))))
    assert reason(seeded) is None


def test_a_class_without_possible_members_is_found(reason: Reason) -> None:
    seeded = schema()
    seeded.update(
        f"{PREFIXES} INSERT DATA {{ :Both a <{OWL.Class}> ;"
        " <http://www.w3.org/2000/01/rdf-schema#subClassOf> kg:Method , kg:Task }"
    )
    assert reason(seeded) == ["Both"]
