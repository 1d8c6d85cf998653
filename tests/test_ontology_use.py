"""The ontology and what uses it hold together: data, examples, context, alignments, units."""

from __future__ import annotations

import csv
import json
import re
import tomllib
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import pyoxigraph
import pytest
import rdflib
from conftest import extraction, hand_made
from rdflib import OWL, RDF, RDFS, SKOS, Literal, URIRef

from kg import ontology
from kg.build import load
from kg.exporters import turtle
from kg.graph.assemble import assemble
from kg.graph.rdf import core_triples, evidence_triples, prefixes
from kg.graph.terms import FOREIGN, IRI, XSD
from kg.model import Record

ONTOLOGY = ontology.load()
FOLDER, SPACE = ONTOLOGY.folder, ONTOLOGY.namespace
SCHEMA = rdflib.Graph().parse(FOLDER / ontology.SCHEMA, format="turtle")
NAMESPACES = {prefix: str(namespace) for prefix, namespace in SCHEMA.namespaces()}
EXPORTS = Path(__file__).parent.parent / "exports"
PROPERTIES = (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
RESERVED = (FOREIGN["rdf"], FOREIGN["rdfs"], FOREIGN["owl"])
MATCHES = {
    *(RDFS.subClassOf, RDFS.subPropertyOf, SKOS.exactMatch, SKOS.closeMatch),
    *(SKOS.narrowMatch, SKOS.broadMatch, SKOS.relatedMatch),
}


KNOWN = Record(
    id="known",
    title="All that a record can tell",
    abstract="Code is at https://github.com/example/known.",
    authors=("A. Author",),
    date="2024-02-29",
    doi="10.1000/182",
    arxiv="2402.00001",
    url="https://example.org/known",
)


class Use(NamedTuple):
    """How graphs use terms: predicates with the datatypes of their objects, and classes."""

    properties: dict[str, set[str]]
    classes: set[str]
    store: pyoxigraph.Store


@lru_cache(maxsize=1)
def used() -> Use:
    """Look at the committed builds and the hand-made graph, as this program states them."""
    use = Use({}, set(), pyoxigraph.Store())
    graphs = [load(EXPORTS / "sample"), load(EXPORTS / "seeds")]
    graphs.append(assemble([*hand_made(), extraction(KNOWN, ())]))
    for graph in graphs:
        with graph:
            triples = list(chain(core_triples(graph), evidence_triples(graph)))
            written = "".join(turtle.lines(triples, prefixes(graph)))
        use.store.bulk_load(written.encode(), format=pyoxigraph.RdfFormat.TURTLE)
        for _, predicate, term in triples:
            use.properties.setdefault(predicate, set()).add(term.datatype)
            if predicate == FOREIGN["rdf"] + "type":
                use.classes.add(term.value)
    use.store.bulk_load(path=FOLDER / ontology.SCHEMA, format=pyoxigraph.RdfFormat.TURTLE)
    return use


def declared(*kinds: URIRef) -> set[str]:
    return {
        str(s) for kind in kinds for s in SCHEMA.subjects(RDF.type, kind) if isinstance(s, URIRef)
    }


def test_what_graphs_use_is_declared() -> None:
    use = used()
    assert {t for t in use.properties if not t.startswith(RESERVED)} <= declared(*PROPERTIES)
    assert {t for t in use.classes if not t.startswith(RESERVED)} <= declared(OWL.Class)


def test_graphs_use_properties_as_declared() -> None:
    for term, datatypes in used().properties.items():
        if term in declared(OWL.ObjectProperty):
            assert datatypes == {IRI}, term
        elif term in declared(OWL.DatatypeProperty):
            assert IRI not in datatypes, term
            for datatype in SCHEMA.objects(URIRef(term), RDFS.range):
                numbers = {f"{XSD}integer"} if "Integer" in str(datatype) else set()
                if str(datatype).startswith(XSD):
                    assert datatypes <= {str(datatype)} | numbers, term


def test_what_is_declared_is_used() -> None:
    """Unused may be only what says so itself, and what speaks of the ontology."""
    use = used()
    stated = {*use.properties, *use.classes}
    stated |= {str(node) for s, p, o in SCHEMA for node in (p, o) if p != RDF.type}
    spoken = {str(p) for p in SCHEMA.predicates()}
    graph_terms = declared(OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty)
    unstated = {t for t in graph_terms if t not in {*use.properties, *use.classes}}
    for term in unstated:
        if term.startswith(SPACE):
            notes = " ".join(str(n) for n in SCHEMA.objects(URIRef(term), SKOS.scopeNote))
            assert "not of this class" in notes, f"no graph states {term}"
        else:
            assert term in stated, f"{term} is declared for nothing"
    assert declared(OWL.AnnotationProperty) <= spoken | set(use.properties)


TERMS = sorted(t for t in declared(OWL.Class, *PROPERTIES) if t.startswith(SPACE))


@pytest.mark.parametrize("term", TERMS, ids=lambda t: t.removeprefix(SPACE))
def test_examples_have_answers(term: str) -> None:
    """Every example is a pattern of SPARQL that names the term and matches something."""
    for example in SCHEMA.objects(URIRef(term), SKOS.example):
        name = f"kg:{term.removeprefix(SPACE)}"
        assert re.search(rf"{name}\b", str(example)) or "kg:Entity" in name
        spaces = "".join(f"PREFIX {p}: <{n}>\n" for p, n in NAMESPACES.items())
        query = f"{spaces}SELECT * WHERE {{ {example} }} LIMIT 1"
        assert list(used().store.query(query)), example  # type: ignore[arg-type]


def test_context_names_what_graphs_use() -> None:
    """Every property and class has a short name whose coercion fits what graphs say."""
    context = json.loads((FOLDER / "context.jsonld").read_text(encoding="utf-8"))["@context"]
    known: dict[str, str] = {}
    for entry in context.values():
        if isinstance(entry, str) and ":" in entry and not entry.endswith(("#", "/")):
            known[entry] = ""
        elif isinstance(entry, dict):
            known[entry["@id"]] = entry.get("@type", "")
    spaces = {p: n for p, n in context.items() if isinstance(n, str) and n.endswith(("#", "/"))}
    full = {spaces[c.partition(":")[0]] + c.partition(":")[2]: kind for c, kind in known.items()}
    use = used()
    assert use.classes <= set(full)
    for term, datatypes in use.properties.items():
        if term != FOREIGN["rdf"] + "type":
            coerced = full[term].replace("xsd:", XSD).replace("@id", IRI)
            assert coerced in datatypes or not coerced, term
            assert coerced or datatypes != {IRI}, f"{term}: is never a text"


### Alignments


def alignments() -> tuple[dict[str, str], list[dict[str, str]]]:
    """Read the header, as far as it is needed, and the rows of the mappings."""
    text = (FOLDER / "mappings.sssom.tsv").read_text(encoding="utf-8")
    lines = text.splitlines()
    told = [line[1:] for line in lines if line.startswith("#")]
    header = dict(re.findall(r"^([a-z_]+): *(.*)$", "\n".join(told), flags=re.MULTILINE))
    curies = dict(re.findall(r"^  (\w+): (\S+)$", "\n".join(told), flags=re.MULTILINE))
    assert header.pop("curie_map") == ""
    body = lines[len(told) :]
    return header | {f"{p}:": n for p, n in curies.items()}, list(
        csv.DictReader(body, delimiter="\t", quoting=csv.QUOTE_NONE)
    )


def test_mappings_are_what_the_ontology_says() -> None:
    header, rows = alignments()

    def expand(curie: str) -> str:
        prefix, _, name = curie.partition(":")
        return header[f"{prefix}:"] + name

    listed = [tuple(expand(r[f"{c}_id"]) for c in ("subject", "predicate", "object")) for r in rows]
    stated = {
        (str(s), str(p), str(o))
        for p in MATCHES
        for s, o in SCHEMA.subject_objects(p)
        if isinstance(s, URIRef) and isinstance(o, URIRef) and not str(o).startswith(SPACE)
    }
    assert set(listed) == stated
    assert len(listed) == len(stated)


def test_mappings_are_valid_sssom() -> None:
    header, rows = alignments()
    assert header["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert header["mapping_set_id"].startswith("https://")
    assert header["mapping_set_version"] == f'"{ONTOLOGY.version}"'
    assert header["sssom_version"] == '"1.1"'
    prefixes_used = {
        row[column].partition(":")[0]
        for row in rows
        for column in ("subject_id", "predicate_id", "object_id", "mapping_justification")
    }
    assert prefixes_used == {p[:-1] for p in header if p.endswith(":")}
    for prefix in prefixes_used - {"semapv"}:
        assert header[f"{prefix}:"] == NAMESPACES[prefix]
    kinds = {
        "owl class": OWL.Class,
        "owl object property": OWL.ObjectProperty,
        "owl data property": OWL.DatatypeProperty,
    }
    keys = [(r["subject_id"], r["predicate_id"], r["object_id"]) for r in rows]
    assert keys == sorted(set(keys))
    for row in rows:
        subject = URIRef(header["kg:"] + row["subject_id"].removeprefix("kg:"))
        assert None not in row.values()
        assert (subject, RDF.type, kinds[row["subject_type"]]) in SCHEMA
        assert (subject, RDFS.label, Literal(row["subject_label"], lang="en")) in SCHEMA
        assert row["mapping_justification"] == "semapv:ManualMappingCuration"


### Units


def test_units_are_those_of_results() -> None:
    lines = (FOLDER / "units.tsv").read_text(encoding="utf-8").splitlines()
    rows = list(csv.DictReader((x for x in lines if not x.startswith("#")), delimiter="\t"))
    units = [row["unit"] for row in rows]
    assert units == sorted(set(units))
    rules = tomllib.loads((FOLDER / "rules" / "results.toml").read_text(encoding="utf-8"))
    known = {entry.partition(" = ")[0].strip() for entry in rules["units"]} | {"%"}
    assert set(units) <= known
    for row in rows:
        assert re.fullmatch(r"http://qudt\.org/vocab/unit/[A-Za-z0-9_-]+", row["iri"])
        assert row["note"]
    assert len({row["iri"] for row in rows}) == len(rows)
