"""The pages of a build, and their data: read in this process, without a socket."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest
import rdflib
from conftest import entity, extraction, hand_made, span
from serving import build

from kg import ontology
from kg.exporters import turtle
from kg.extractions import dumps
from kg.graph.assemble import assemble
from kg.graph.store import prepare
from kg.model import Record, Relation, Result
from kg.serve import render, worker
from kg.serve.answers import Answerer
from kg.serve.http import Response, told
from kg.serve.wording import readable

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kg.model import Extraction
    from kg.serve.view import View

BASE = "https://w3id.org/paperkg/"


def answerer(folder: Path, **settings: Any) -> Answerer:
    usual = {
        "build": str(folder),
        "store": str(prepare(folder)),
        "ontology": str(ontology.load().folder),
        "base": BASE,
        "counts": json.loads((folder / "manifest.json").read_bytes())["counts"],
        "pages": True,
        "rows": 1000,
        "bytes": 1 << 20,
        "memory": 1024,
    }
    return Answerer.opened(usual | settings)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Answerer:
    return answerer(build(tmp_path_factory.mktemp("pages") / "graph"))


@pytest.fixture(scope="module")
def get(found: Answerer) -> Callable[..., Response]:
    def ask(path: str, *, accept: str | None = "text/html", query: str = "") -> Response:
        request = {"op": "page", "path": path, "query": query, "accept": accept}
        return found.answer({**request, "host": "localhost", "named": None})

    return ask


def words(response: Response) -> str:
    """Take the text out of a page, its blanks made one."""
    text = re.sub(r"<[^>]+>", " ", response.body.decode())
    return " ".join(text.split())


# ---- what pages show ----


def test_an_entity_shows_all_that_is_known(get: Callable[..., Response]) -> None:
    page = get("/method/flickernet")
    assert page.status == 200
    text = words(page)
    assert "Method FlickerNet 2 papers" in text
    assert "outperforms → EEGNet 1 paper It outperforms EEGNet on BETA" in text
    assert "extends → EEGNet hedged" in text
    assert "evaluated on → BETA" in text
    assert "proposed in 1 paper FlickerNet: spiking networks for EEG decoding" in text
    assert "We propose FlickerNet ." in text  # the sentence, the name marked
    assert "<mark>FlickerNet</mark>" in page.body.decode()
    assert "compared in 1 paper" in text
    assert "91.5%" in text
    other = words(get("/method/eegnet"))
    assert "← outperforms it FlickerNet" in other
    assert "compared with FlickerNet" in other  # symmetric: no arrow
    assert "Also written EEGNets" in other
    assert "used in 1 paper" in other


def test_a_role_that_all_can_play_lists_those_that_play_no_other(
    get: Callable[..., Response],
) -> None:
    assert "mentioned in 1 paper A study of images" in words(get("/method/eegnet"))
    assert "mentioned in" not in words(get("/method/flickernet"))


def test_a_paper_shows_what_it_says(get: Callable[..., Response]) -> None:
    page = get("/paper/arxiv:2501.00001")
    text = words(page)
    assert "proposes method FlickerNet" in text
    assert "reports metric accuracy" in text
    assert "FlickerNet outperforms EEGNet" in text
    assert "Listed on page.txt no. 1 07-28" in text
    assert "mentions entity" not in text
    assert "We propose FlickerNet . It outperforms EEGNet on BETA" in text
    assert 'href="/method/eegnet" title="Method: EEGNet">EEGNet</a> on' in page.body.decode()
    assert words(get("/paper/arxiv%3A2501.00001")) == text  # escaped otherwise, and the same
    assert get("/paper/b%2F2%20%3Cx%3E").status == 200


MEASURED = "We test Zorblax on Vexnar: accuracy 9\\%, 91.5\\%, 80\\%; error 4, 2; and 7."


def measured() -> list[Extraction]:
    """Make a paper that reports values of two metrics, one of which is better if it is lower."""
    record = Record(id="p", title="What $\\alpha$ does", abstract=MEASURED)
    entities = (
        entity(record, "Method", "Zorblax", "proposed"),
        entity(record, "Dataset", "Vexnar", "used"),
        entity(record, "Metric", "accuracy", "reported"),
        entity(record, "Metric", "error", "reported"),
    )
    told = [
        *(("9\\%", "9", "%", "accuracy"), ("91.5\\%", "91.5", "%", "accuracy")),
        *(("80\\%", "80", "%", "accuracy"), ("4", "4", "", "error"), ("2", "2", "", "error")),
        ("7", "7", "", ""),
    ]
    results = []
    for written, number, unit, metric in told:
        links = (("method", "Zorblax"), ("dataset", "Vexnar"), ("metric", metric))
        start, end = span(record, f" {written}")
        linked = links if metric else links[:2]
        results.append(Result(written, number, unit, "absolute", linked, start, end, "hand"))
    return [extraction(record, entities, (), tuple(results))]


def test_results_of_an_entity_are_in_order(tmp_path: Path) -> None:
    found = answerer(build(tmp_path / "graph", measured()))

    def page(path: str) -> str:
        request = {"op": "page", "path": path, "query": "", "accept": "text/html"}
        return found.answer({**request, "host": "localhost", "named": None}).body.decode()

    text = page("/dataset/vexnar")
    body = text[text.index('<table class="results"') : text.index("</table>")]
    heads = re.findall(r'role="columnheader"[^>]*>(\w+)', body)
    assert heads == ["Value", "Metric", "Method", "Paper"]  # the dataset is the same in all
    values = re.findall(r'class="figure"><a [^>]*>([^<]*)', body)
    assert values == ["91.5%", "80%", "9%", "2", "4", "7"]
    assert "What \N{GREEK SMALL LETTER ALPHA} does" in body
    assert 'data-slot="Metric"' in body
    assert "Dataset" in page("/metric/accuracy")


def test_other_things_have_pages_too(found: Answerer, get: Callable[..., Response]) -> None:
    kinds = ("Result", "Claim", "Mention", "Listing")
    for kind in kinds:
        query = f"SELECT ?x {{ ?x a <{ontology.load().term(kind)}> }} ORDER BY ?x LIMIT 1"
        (row,) = found.site.view.rows(query)
        page = get(row["x"].removeprefix(BASE[:-1]))
        assert page.status == 200
        assert kind in words(page)
        assert row["x"] in words(page)


def test_the_ontology_has_a_page(get: Callable[..., Response]) -> None:
    text = get("/ontology").body.decode()
    for name in (*ontology.load().type_names, "reportsResult", "confidence"):
        assert f'id="{name}"' in text
    assert get("/ontology", accept="text/turtle").body.startswith(b"# The ontology")
    assert get("/ontology.ttl").body == get("/ontology", accept="text/turtle").body
    assert get("/ontology", accept="image/png").status == 406


def test_the_query_page(get: Callable[..., Response]) -> None:
    page = get("/")
    text = words(page)
    assert "3 papers" in text
    assert "Which methods do papers propose or use for each modality" in text
    match = re.search(r'id="settings">(.*?)</script>', page.body.decode())
    assert match
    settings = json.loads(match[1])
    question = settings["questions"]["datasets-per-modality"]
    assert question["sparql"].startswith("PREFIX")
    for parameter in question["parameters"]:
        assert question["sparql"][: parameter["start"]].endswith("{")
    uses = {"iri": f"{settings['namespace']}uses", "label": "uses"}
    assert uses in settings["terms"]["properties"]
    assert "'sha256-" in page.header("Content-Security-Policy")


def test_files_of_the_build(get: Callable[..., Response], found: Answerer) -> None:
    assert get("/map").body == (found.site.build / "graph.html").read_bytes()
    assert get("/.well-known/void").status == 404


def test_an_unknown_path_says_what_to_do(get: Callable[..., Response]) -> None:
    page = get("/dataset/eegnet")
    assert page.status == 404
    assert "Perhaps one of these" in words(page)
    assert 'href="/method/eegnet"' in page.body.decode()
    assert get("/dataset/eegnet", accept="text/turtle").body.count(b"\n") == 1
    for path in (
        "/method/",
        "/nothing",
        "/method/flickernet/",
        "/method//flickernet",
        "/paper/%ff",
    ):
        assert get(path).status == 404


# ---- data ----


@pytest.mark.parametrize(
    ("accept", "suffix", "form"),
    [
        ("text/turtle", "ttl", "turtle"),
        ("application/n-triples", "nt", "nt"),
        ("application/rdf+xml", "rdf", "xml"),
    ],
)
def test_machines_get_triples(
    get: Callable[..., Response], accept: str, suffix: str, form: str
) -> None:
    page = get("/method/flickernet", accept=f"{accept}, text/html;q=0.9")
    assert page.header("Content-Type") == f"{accept}; charset=utf-8"
    assert get(f"/method/flickernet.{suffix}").body == page.body
    graph = rdflib.Graph().parse(data=page.body, format=form)
    node = rdflib.URIRef(f"{BASE}method/flickernet")
    kg = rdflib.Namespace(ontology.load().namespace)
    paper = rdflib.URIRef(f"{BASE}paper/arxiv:2501.00001")
    assert (node, kg.outperforms, rdflib.URIRef(f"{BASE}method/eegnet")) in graph
    assert (paper, kg.proposesMethod, node) in graph  # also what points to it
    assert all(node in triple for triple in graph)


def test_json_ld_is_valid_elsewhere(get: Callable[..., Response]) -> None:
    from pyld import jsonld

    body = get("/method/flickernet", accept="application/ld+json").body
    (expanded,) = [n for n in jsonld.expand(json.loads(body)) if n["@id"].endswith("flickernet")]
    assert "http://www.w3.org/2004/02/skos/core#prefLabel" in expanded


def test_an_identifier_may_end_like_a_suffix(tmp_path: Path) -> None:
    record = Record(id="a.ttl", title="On EEGNet", abstract="EEGNet.")
    found = [extraction(record, (entity(record, "Method", "EEGNet", "used"),))]
    site = answerer(written(found, tmp_path)).site
    request = {"op": "page", "query": "", "accept": "text/html"}
    assert b"<html" in site.answer({**request, "path": "/paper/a.ttl"}).body
    assert site.answer({**request, "path": "/paper/a.ttl.ttl"}).body.startswith(b"@prefix")


def test_the_same_page_has_the_same_bytes(found: Answerer, get: Callable[..., Response]) -> None:
    again = Answerer.opened(found.settings)
    for path, accept in (("/", "text/html"), ("/method/eegnet", "text/turtle")):
        request = {"op": "page", "path": path, "query": "", "accept": accept}
        assert again.answer(request).body == get(path, accept=accept).body


# ---- search ----


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("flickernet", "FlickerNet"),
        ("Flick", "FlickerNet"),
        ("eegnets", "EEGNet"),
        ("images", "image"),
        ("set", "=cmd() set"),
        ("decod", "SSVEP decoding"),
        ("spiking networks", "FlickerNet: spiking networks for EEG decoding"),
        ("network spik", "FlickerNet: spiking networks for EEG decoding"),
        ("2501.00001", "FlickerNet: spiking networks for EEG decoding"),
    ],
)
def test_search_finds(found: Answerer, text: str, first: str) -> None:
    hits, count = found.site._finder.find(text)
    assert hits[0].name == first
    assert count >= 1


@pytest.mark.parametrize("text", ["", "   ", '"', "*", "NEAR(", "a AND", "OR", "zzzz", "'; DROP"])
def test_search_takes_anything(found: Answerer, text: str) -> None:
    hits, count = found.site._finder.find(text)
    assert len(hits) <= count


def test_the_search_page(get: Callable[..., Response]) -> None:
    assert "FlickerNet" in words(get("/search", query="q=flick"))
    assert "Nothing goes by this name" in words(get("/search", query="q=zzzz"))
    assert "Type a name" in words(get("/search"))
    assert get("/search", query="q=%ff").status == 400
    data = json.loads(get("/search", query="q=flick", accept="application/json").body)
    assert data["hits"][0]["href"] == "/method/flickernet"
    one = get("/search", query="q=EEGNet&type=method")
    assert (one.status, one.header("Location")) == (303, "/method/eegnet")
    assert get("/search", query="q=EEGNet&type=task").status == 200


# ---- text of strangers ----

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "{{ 7*7 }}{% raw %}",
    "javascript:alert(1)",
    "</script><script>alert(1)</script>",
    "\u202egnp.exe",
    "a\\u0022> <b> $x ?y # '",
]


def written(extractions: list[Extraction], folder: Path) -> Path:
    with assemble(extractions) as graph:
        turtle.write(graph, folder)
        (folder / "manifest.json").write_text(json.dumps({"counts": graph.counts()}))
    lines = b"".join(dumps(e, ontology.load()) for e in extractions)
    (folder / "extractions.jsonl").write_bytes(lines)
    return folder


def test_what_strangers_write_is_text(tmp_path: Path) -> None:
    made = []
    for number, text in enumerate(HOSTILE):
        record = Record(
            id=f"{number}{text}",
            title=text,
            abstract=f"{text} beats EEGNet.",
            authors=(text,),
            url="https://example.org/" + text,
        )
        start, end = span(record, f"{text} beats EEGNet")
        claim = Relation(("Method", text), "outperforms", ("Method", "EEGNet"), start, end, text)
        entities = (
            entity(record, "Method", text, "proposed"),
            entity(record, "Method", "EEGNet", "compared"),
        )
        made.append(extraction(record, entities, (claim,)))
    site = answerer(written(made, tmp_path)).site
    view = site.view
    things = {row["s"] for row in view.rows("SELECT DISTINCT ?s { ?s ?p ?o }")}
    paths = [iri.removeprefix(BASE[:-1]) for iri in sorted(things) if iri.startswith(BASE)]
    seen = ""
    for path in [*paths, "/", "/search?q=a"]:
        if path.startswith("/ontology"):
            continue
        path, _, query = path.partition("?")
        page = site.answer({"op": "page", "path": path, "query": query, "accept": "text/html"})
        assert page.status == 200, path
        text = page.body.decode()
        seen += text
        assert "<script>" not in text
        assert "<img" not in text
        assert not re.search(r"<[^>]*\son\w+\s*=", re.sub('"[^"]*"', '""', text))
        assert 'href="javascript:' not in text
        for link in re.findall(r'href="([^"]*)"', text):
            assert link.startswith(("/", "https://", "http://", "#")), link
    assert "49{%" not in seen
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in seen


def test_links_carry_their_query_whole(get: Callable[..., Response], found: Answerer) -> None:
    text = get("/method/flickernet").body.decode()
    for link in re.findall(r'href="/\?query=([^"]*)"', text):
        sparql = unquote(link)
        request = {"op": "query", "query": sparql, "named": None, "accept": None, "is_link": False}
        assert found.answer(request).status == 200, sparql
        assert "<https://w3id.org/paperkg/method/flickernet>" not in sparql


def test_without_texts_pages_say_where(tmp_path: Path) -> None:
    bare = [replace(e, record=replace(e.record, abstract="")) for e in hand_made()]
    site = answerer(written(bare, tmp_path)).site
    request = {"op": "page", "query": "", "accept": "text/html"}
    text = words(site.answer({**request, "path": "/method/eegnet"}))
    assert "written EEGNet" in text
    assert "Abstract" not in words(site.answer({**request, "path": "/paper/arxiv:2501.00001"}))


def test_a_base_with_a_hash(tmp_path: Path) -> None:
    base = "https://example.org/kg#"
    with assemble(hand_made(), base=base) as graph:
        turtle.write(graph, tmp_path)
        (tmp_path / "manifest.json").write_text(json.dumps({"counts": graph.counts()}))
    site = answerer(tmp_path, base=base).site
    request = {"op": "page", "query": "", "accept": "text/html"}
    page = site.answer({**request, "path": "/method/flickernet"})
    assert page.status == 200
    assert b'href="/method/eegnet"' in page.body


# ---- small parts ----


def test_outlines_of_all_shapes_of_the_ontology(found: Answerer) -> None:
    shapes = {kind.shape for kind in found.site.view.kinds.values() if kind.colour}
    drawn = {render.outline(shape) for shape in shapes}
    assert len(drawn) == len(shapes)


def test_colours_come_from_the_ontology(get: Callable[..., Response]) -> None:
    sheet = get("/-/kinds.css").body.decode()
    for kind in ontology.load().types:
        assert f".kind-{kind.name.lower()} {{ --own: {kind.colour}; }}" in sheet


def test_places_of_things(found: Answerer) -> None:
    view: View = found.site.view
    assert view.href(f"{BASE}method/x") == "/method/x"
    assert view.href(ontology.load().term("uses")) == "/ontology#uses"
    assert view.href("https://example.org/a") == "https://example.org/a"
    assert view.href("javascript:alert(1)") == ""
    assert view.ref("mailto:a@example.org").href == ""


def test_only_what_is_worth_it_is_compressed() -> None:
    short, long = told(200, "x"), told(200, "x" * 9000)
    assert not worker.packed(short, "gzip").header("Content-Encoding")
    assert worker.packed(long, "gzip").header("Content-Encoding") == "gzip"
    assert worker.packed(long, "*").header("Content-Encoding") == "gzip"
    assert worker.packed(long, "br").body == long.body


def test_readable_leaves_foreign_addresses_alone() -> None:
    text = 'ASK { <http://a/b> <http://a/"> "<http://a/c>" }'
    assert readable(text, {"a": "http://a/"}).endswith('{ a:b <http://a/"> "a:c" }')
