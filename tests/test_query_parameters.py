"""Parameters of queries: what they find, where they go, and that no value can be anything else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from conftest import extraction, hand_made
from hypothesis import example, given, settings
from hypothesis import strategies as st
from test_rdf import kinds

from kg.errors import QueryError, UnknownNameError
from kg.exporters import turtle
from kg.graph import engine_disk, engines, store
from kg.graph.assemble import assemble
from kg.graph.parameters import bindings, declared_parameters
from kg.graph.patterns import restrictions
from kg.graph.query import query
from kg.model import Record

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Run


ENGINES = sorted(engines.ENGINES)
DATASETS = """# parameter: dataset -> ?d: only this dataset
# parameter: title = ?title: only papers of this title
# parameter: metric -> ?m: only with this metric
SELECT ?d ?title ?m { ?p kg:usesDataset ?d ; dcterms:title ?title
  OPTIONAL { ?p kg:reportsMetric ?m } } ORDER BY ?d ?title"""
BETA = "https://w3id.org/paperkg/dataset/beta"
METRIC = "https://w3id.org/paperkg/metric/accuracy"
FLICKER = "FlickerNet: spiking networks for EEG decoding"
NASTY = '<script>alert(1)</script> & "quotes" with $\\alpha$ and \u202ertl'


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("build")
    with assemble(hand_made()) as graph:
        turtle.write(graph, folder)
    return folder


def ask(folder: Path, engine: str = "oxigraph", **parameters: object) -> list[tuple[object, ...]]:
    return list(query(folder, DATASETS, timeout=None, engine=engine, parameters=parameters))  # type: ignore[arg-type]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("value", ["BETA", "beta", " Beta ", BETA, "dataset:beta"])
def test_entity_is_named_by_label_or_iri(build: Path, engine: str, value: str) -> None:
    assert ask(build, engine, dataset=value) == [(BETA, NASTY, None), (BETA, FLICKER, METRIC)]


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("papers")
    one = Record(id="key7", title="A net", abstract="We.", arxiv="2309.03965", doi="10.1000/Ab(1)")
    other = Record(id="arxiv:cs/0601001", title="Another net", abstract="We.")
    with assemble([extraction(record, ()) for record in (one, other)]) as graph:
        turtle.write(graph, folder)
    return folder


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("given_id", "found"),
    [
        *(("key7", "key7"), ("2309.03965", "key7"), ("arXiv:2309.03965v3", "key7")),
        *(("https://arxiv.org/pdf/2309.03965v1.pdf", "key7"), ("10.1000/ab(1)", "key7")),
        *(("https://doi.org/10.1000/AB(1)", "key7"), ("doi:10.1000/ab(1)", "key7")),
        *(("cs/0601001", "arxiv:cs/0601001"), ("arxiv:cs/0601001", "arxiv:cs/0601001")),
    ],
)
def test_papers_are_named_by_arxiv_identifier_and_doi(
    papers: Path, engine: str, given_id: str, found: str
) -> None:
    sparql = "# parameter: paper -> ?p: only this\nSELECT ?p { ?p a kg:Paper }"
    rows = query(papers, sparql, timeout=None, engine=engine, parameters={"paper": given_id})
    assert list(rows) == [(f"https://w3id.org/paperkg/paper/{found.replace('/', '%2F')}",)]


@pytest.mark.parametrize("engine", ENGINES)
def test_text_is_compared_whatever_its_case(build: Path, engine: str) -> None:
    assert ask(build, engine, title=FLICKER.upper()) == [(BETA, FLICKER, METRIC)]
    assert ask(build, engine, title=NASTY) == [(BETA, NASTY, None)]
    assert ask(build, engine, title="FlickerNet") == []
    assert ask(build, engine, title=["nothing", NASTY]) == [(BETA, NASTY, None)]


@pytest.mark.parametrize("engine", ENGINES)
def test_an_optional_part_that_is_set_must_be_there(build: Path, engine: str) -> None:
    assert ask(build, engine, metric="accuracy") == [(BETA, FLICKER, METRIC)]
    assert ask(build, engine, metric="accuracy", dataset="beta", title=FLICKER.lower()) == [
        (BETA, FLICKER, METRIC)
    ]


def test_of_several_values_any_will_do(build: Path) -> None:
    sparql = "# parameter: method -> ?m: m\nSELECT ?n { ?m a kg:Method ; skos:prefLabel ?n }"
    for names in (["eegnet", "FLICKERNET"], ["EEGNet", METRIC, "flickernet"]):
        rows = query(build, sparql, timeout=None, parameters={"method": names})
        assert [name for (name,) in rows] == ["EEGNet", "FlickerNet"]


@pytest.mark.parametrize("engine", [*ENGINES, "store"])
def test_aliases_are_names(tmp_path: Path, engine: str) -> None:
    with assemble([kinds()]) as graph:
        turtle.write(graph, tmp_path)
    if engine == "store":
        store.prepare(tmp_path)
        engine = "oxigraph"
    sparql = "# parameter: method -> ?m: m\nSELECT ?n { ?m a kg:Method ; skos:prefLabel ?n }"
    for name in ("cnn", "Convolutional Neural Network"):
        rows = query(tmp_path, sparql, timeout=None, engine=engine, parameters={"method": name})
        assert list(rows) == [("convolutional neural network",)]


def test_the_same_in_the_store_in_memory_and_in_a_process(build: Path) -> None:
    expected = ask(build, dataset="Beta", metric="accuracy")
    values = {"dataset": "Beta", "metric": "accuracy"}
    assert list(query(build, DATASETS, parameters=values)) == expected
    with assemble(hand_made()) as graph:
        assert list(query(graph, DATASETS, timeout=None, parameters=values)) == expected
    store.prepare(build)
    assert ask(build, dataset="Beta", metric="accuracy") == expected
    assert list(query(build, DATASETS, parameters=values)) == expected
    with pytest.raises(QueryError, match="nothing in this graph is named 'ImageNet'"):
        ask(build, dataset="ImageNet")


@pytest.mark.parametrize("engine", ENGINES)
def test_nothing_has_that_name(build: Path, engine: str) -> None:
    with pytest.raises(QueryError) as caught:
        ask(build, engine, dataset="Image\nNet")
    assert str(caught.value) == (
        "parameter dataset: nothing in this graph is named 'Image\\nNet'; "
        "give a label, an alias or an IRI"
    )


def test_no_such_parameter(build: Path) -> None:
    with pytest.raises(UnknownNameError) as caught:
        ask(build, datset="BETA")
    assert str(caught.value) == ("no parameter named 'datset'; available: dataset, metric, title")
    with pytest.raises(UnknownNameError, match=r"no parameter named 'a'$"):
        query(build, "ASK {}", parameters={"a": "b"})


@pytest.mark.parametrize("value", ["", "  ", [], ["a", ""], "\udc80"])
def test_values_that_are_none(build: Path, value: str | list[str]) -> None:
    with pytest.raises(QueryError, match="parameter dataset: give it a text that is not empty"):
        query(build, DATASETS, parameters={"dataset": value})


@pytest.mark.parametrize(
    ("head", "message"),
    [
        ("# parameter: a", "a parameter is declared by"),
        ("# parameter: a -> d: x", "a parameter is declared by"),
        ("# parameter: a -> ?d:", "a parameter is declared by"),
        ("# parameter: a -> ?d: x\n# parameter: a = ?d: y", "the parameter 'a' is declared twice"),
    ],
)
def test_declarations_that_are_none(head: str, message: str) -> None:
    with pytest.raises(QueryError, match=message):
        declared_parameters(f"{head}\nASK {{}}")


def test_only_the_head_declares() -> None:
    assert declared_parameters("ASK {}\n# parameter: a -> ?d: x") == ()
    assert declared_parameters("\n#\n# a\n# parameter: a -> $d: x\nASK {}")[0].variable == "d"
    with pytest.raises(QueryError, match="no pattern in braces"):
        bindings("# parameter: a -> ?d: x\nDESCRIBE <http://a/>", {"a": "b"})


### Injection

HOSTILE = [
    'x" } } SERVICE <http://127.0.0.1:9/> { ?a ?b ?c } #',
    '") || true || ("',
    '"), "") || (1=1) || ("" IN ("',
    "\\u0022) || true || (\\u0022",
    "\\",
    '\\"',
    "\\\\u0022",
    "> } UNION { ?d ?b ?c } #",
    "http://a/> <http://b",
    "http://a/> } INSERT DATA { <http://a/> <http://a/> <http://a/> } #",
    "dataset:beta> } #",
    "dataset:b\\u0065ta",
    "?d",
    "'; DROP TABLE names; --",
    "%' OR '1'='1",
    "%42ETA",
    "UNDEF",
    "\n}",
    "beta\x00",
    "\N{ROCKET}" * 3,
]


@pytest.mark.parametrize("engine", [*ENGINES, "store"])
@pytest.mark.parametrize("value", HOSTILE)
def test_no_value_is_read_as_sparql(build: Path, engine: str, value: str) -> None:
    if engine == "store":
        store.prepare(build)
        engine = "oxigraph"
    assert ask(build, engine, title=value) == []
    with pytest.raises(QueryError, match="nothing in this graph is named"):
        ask(build, engine, dataset=value)


@settings(deadline=None, max_examples=150)
@given(st.text(min_size=1, max_size=12).filter(str.strip))
@example('"')
@example("\\u0022")
@example("İ")
@example("ΑΣ")
def test_text_finds_itself_and_nothing_else(text: str) -> None:
    """Both engines find a text among others, whatever is in it."""
    from kg.graph.engine_oxigraph import Oxigraph
    from kg.graph.engine_rdflib import Rdflib

    try:
        text.encode()
    except UnicodeEncodeError:
        return
    sparql = '# parameter: t = ?t: t\nSELECT ?t { VALUES ?t { TEXT "other" \'a"b\' } }'
    spelled = json.dumps(text, ensure_ascii=False)
    if any(ord(character) < 0x20 or character == "\x7f" for character in text) or "\\" in spelled:
        return  # how such a text is written into the query itself is another matter
    sparql = sparql.replace("TEXT", spelled)
    schema = str(store.schema_of())
    for engine in (Oxigraph([], schema), Rdflib([], schema)):
        given = bindings(sparql, {"t": text})
        _, rows = engine.prepare(engines.bound(sparql, given, engine, {}), {})()
        found = [cell[0] for (cell,) in rows if cell]
        assert text in found or text.strip() != text
        assert {value.lower() for value in found} <= {text.lower()}


### Where it goes


@pytest.mark.parametrize(
    ("sparql", "variable", "marked"),
    [
        ("SELECT ?a { ?a ?b ?c }", "c", "SELECT ?a {^ ?a ?b ?c }"),
        ("SELECT ?a WHERE{?a ?b ?c}", "c", "SELECT ?a WHERE{^?a ?b ?c}"),
        (
            "CONSTRUCT { ?a ?b ?c } WHERE { ?a ?b ?c }",
            "c",
            "CONSTRUCT { ?a ?b ?c } WHERE {^ ?a ?b ?c }",
        ),
        ("CONSTRUCT { ?a ?b ?c } { ?a ?b ?c }", "c", "CONSTRUCT { ?a ?b ?c } {^ ?a ?b ?c }"),
        ("ASK { ?a ?b '{' FILTER(?c = 1) }", "c", "ASK {~ ?a ?b '{' FILTER(?c = 1) }"),
        ("ASK { { ?a ?b ?c } UNION { ?a ?b 1 } }", "c", "ASK {~ { ?a ?b ?c } UNION { ?a ?b 1 } }"),
        ("ASK { ?a ?b 1 OPTIONAL { ?a ?b ?c } }", "c", "ASK { ?a ?b 1  {^ ?a ?b ?c } }"),
        (
            "ASK { ?a ?b 1 OPTIONAL { ?a ?b ?c } OPTIONAL { ?c ?b 2 } }",
            "c",
            "ASK {~ ?a ?b 1 OPTIONAL { ?a ?b ?c } OPTIONAL { ?c ?b 2 } }",
        ),
        (
            "ASK { { SELECT ?c (MAX(?x) AS ?m) { ?c ?b ?x } GROUP BY ?c } }",
            "c",
            "ASK { { SELECT ?c (MAX(?x) AS ?m) {^ ?c ?b ?x } GROUP BY ?c } }",
        ),
        (
            "ASK { { SELECT ?c { ?c ?b ?x } LIMIT 3 } ?c ?d ?e }",
            "c",
            "ASK {^ { SELECT ?c { ?c ?b ?x } LIMIT 3 } ?c ?d ?e }",
        ),
        ("ASK { ?c ?d ?e MINUS { ?c ?d 1 } }", "c", "ASK {^ ?c ?d ?e MINUS {^ ?c ?d 1 } }"),
        ("ASK { ?a ?d ?e MINUS { ?c ?d 1 } }", "c", "ASK {~ ?a ?d ?e MINUS { ?c ?d 1 } }"),
        (
            "ASK { ?c ?d ?e MINUS { SELECT ?c { ?c ?b ?x } } }",
            "c",
            "ASK {^ ?c ?d ?e MINUS { SELECT ?c { ?c ?b ?x } } }",
        ),
        (
            "SELECT (EXISTS { ?c ?b ?a } AS ?x) { ?a ?b 1 } VALUES ?c { 1 }",
            "c",
            "SELECT (EXISTS { ?c ?b ?a } AS ?x) {~ ?a ?b 1 } VALUES ?c { 1 }",
        ),
    ],
)
def test_where_a_variable_is_restricted(sparql: str, variable: str, marked: str) -> None:
    found = restrictions(sparql, variable)
    assert found
    edits = [(place, place, "^") for place in found.values] or [(found.start, found.start, "~")]
    edits += [(*cut, "") for cut in found.cuts]
    for start, end, text in sorted(edits, reverse=True):
        sparql = sparql[:start] + text + sparql[end:]
    assert sparql == marked


def test_there_may_be_no_pattern() -> None:
    assert restrictions("DESCRIBE <http://a/>", "a") is None
    assert restrictions("}{ ?a } }", "a") is not None


### The command line


def test_set_on_the_command_line(kg: Run, build: Path, tmp_path: Path) -> None:
    path = tmp_path / "datasets.rq"
    path.write_text(DATASETS, encoding="utf-8")
    answer = kg(
        "query",
        build,
        path,
        "--set",
        "dataset=beta",
        "--set",
        f"title={FLICKER}",
        "--format",
        "json",
    )
    assert (answer.code, answer.err) == (0, "")
    assert json.loads(answer.out) == [{"d": BETA, "title": FLICKER, "m": METRIC}]
    both = kg(
        "query", build, path, "--set", "title=a=b", "--set", f"title={FLICKER}", "--format", "csv"
    )
    assert len(both.out.splitlines()) == 2
    named = kg("query", build, "methods-on-datasets", "--set", "dataset=Beta", "--engine", "rdflib")
    assert named.out.splitlines()[2].split() == ["EEGNet", "BETA", "1"]


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("dataset", "--set wants NAME=VALUE, not 'dataset'"),
        ("=a", "--set wants NAME=VALUE, not '=a'"),
        ("datset=a", "no parameter named 'datset'; available: dataset, method"),
        ("dataset=", "parameter dataset: give it a text that is not empty"),
        ("dataset=ImageNet", "nothing in this graph is named 'ImageNet'"),
    ],
)
def test_bad_settings_are_one_line(kg: Run, build: Path, setting: str, message: str) -> None:
    answer = kg("query", build, "methods-on-datasets", "--set", setting)
    assert (answer.code, answer.out) == (2, "")
    assert message in answer.err
    assert answer.err.count("\n") == 1


def test_listing(kg: Run) -> None:
    text = kg("query", "--list").out
    assert "\nmethods-on-datasets\n  Which methods do papers evaluate on which datasets" in text
    assert "\n  columns: method, dataset, papers\n  --set method=...: only this method\n" in text
    assert max(map(len, text.splitlines())) <= 120
    known = json.loads(kg("query", "--list", "--format", "json").out)
    (found,) = [entry for entry in known if entry["name"] == "methods-on-datasets"]
    assert found["columns"] == ["method", "dataset", "papers"]
    assert [parameter["name"] for parameter in found["parameters"]] == ["method", "dataset"]
    lines = kg("query", "--list", "--format", "csv").out.splitlines()
    assert lines[0] == "name,question,columns,parameters"
    assert len(lines) == len(known) + 1
    assert "available: csv, json, table" in kg("query", "--list", "--format", "xml").err


def test_store_of_a_large_build_is_told(
    kg: Run, build: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    copy.mkdir()
    for name in turtle.FILES:
        (copy / name).write_bytes((build / name).read_bytes())
    monkeypatch.setattr(store, "LARGE", 10)
    first = kg("query", copy, "methods-on-datasets")
    assert first.err == f"kg: loading {copy} into a store, once; this takes a while\n"
    assert (copy / ".store").is_dir()
    second = kg("query", copy, "methods-on-datasets")
    assert (second.err, second.out) == ("", first.out)
    monkeypatch.setattr(store, "_homes", lambda _: (copy / "graph.ttl",) * 2)
    assert kg("query", copy, "methods-on-datasets").out == first.out


def test_names_are_in_the_store(build: Path) -> None:
    place = str(store.prepare(build))
    assert engine_disk.named(place, "BETA") == {BETA}
    assert engine_disk.named(place, "B/2 <X>") == engine_disk.named(place, "b/2 <x>") != set()
    assert engine_disk.named(place, "nothing") == set()


@pytest.mark.parametrize(
    ("sparql", "told"),
    [
        ("SELECT ?x { ?x a kg:Mehtod }", "kg:Mehtod is not in the ontology; close to kg:Method"),
        (
            "PREFIX k: <https://w3id.org/paperkg/ontology#> SELECT ?x { ?x k:proposeMethod ?y }",
            "kg:proposeMethod is not in the ontology; close to kg:proposesMethod",
        ),
        (
            "SELECT ?x { ?x a <https://w3id.org/paperkg/ontology#Zyxwv> }",
            "kg:Zyxwv is not in the ontology\n",
        ),
        ("SELECT ?x { ?x a kg:Method ; skos:prefLabel 'kg:Mehtod <of#> none' }", ""),
    ],
)
def test_names_that_the_ontology_lacks_are_told(
    kg: Run, build: Path, sparql: str, told: str
) -> None:
    answer = kg("query", build, sparql)
    assert answer.code == 0
    assert answer.err.startswith(f"kg: {told}" if told else "kg: 0 rows")
    assert answer.err.endswith("kg: 0 rows\n")
    assert answer.out.splitlines()[0] == "x"


def test_texts_that_leave_nothing_are_told(kg: Run, build: Path, tmp_path: Path) -> None:
    path = tmp_path / "datasets.rq"
    path.write_text(DATASETS, encoding="utf-8")
    asked = ("query", build, path, "--set", "dataset=beta")
    answer = kg(*asked, "--set", "title=soon", "--format", "csv")
    assert answer.out == "d,title,m\n"
    assert answer.err == (
        "kg: 0 rows\nkg: no row has 'soon' as title (only papers of this title)\n"
    )
    # Each text has rows of its own, but not together with what else was set.
    both = kg(*asked, "--set", "metric=accuracy", "--set", f"title={NASTY}")
    assert both.err == "kg: 0 rows\n"


def test_a_question_that_is_none_is_told_with_those_that_are_close(kg: Run, build: Path) -> None:
    answer = kg("query", build, "methods-per-yaer")
    assert (answer.code, answer.out) == (2, "")
    assert "closest of " in answer.err
    assert "methods-per-year" in answer.err
    assert answer.err.endswith("; 'kg query --list' tells all\n")
    assert len(answer.err) < 200
