"""The page: its structure, its policy, and what strangers cannot do to it."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from conftest import entity, extraction, hand_made
from hypothesis import given
from hypothesis import strategies as st

from kg.exporters import html
from kg.exporters.html import FILES, page, to_pyvis, write
from kg.exporters.viewer import drawing
from kg.graph.assemble import assemble
from kg.graph.rendering import as_data
from kg.model import Record

if TYPE_CHECKING:
    from kg.graph.knowledge_graph import KnowledgeGraph
    from kg.model import Extraction

VIEWER = Path(html.__file__).parent / "viewer"


class Parsed(HTMLParser):
    """Tags with their attributes, and the text of scripts and styles."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.inside: list[tuple[str, dict[str, str | None], str]] = []
        self.comments: list[str] = []
        self.is_open = False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag in {"script", "style", "title"}:
            self.inside.append((tag, dict(attrs), ""))
            self.is_open = True

    def handle_data(self, data: str) -> None:
        if self.is_open:
            tag, attributes, text = self.inside[-1]
            self.inside[-1] = (tag, attributes, text + data)

    def handle_endtag(self, tag: str) -> None:
        self.is_open &= tag not in {"script", "style", "title"}

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)

    def blocks(self, tag: str, kind: str | None = None) -> list[str]:
        return [text for name, told, text in self.inside if (name, told.get("type")) == (tag, kind)]

    def data(self, name: str) -> Any:
        return next(json.loads(t) for _, told, t in self.inside if told.get("id") == name)


@pytest.fixture
def parsed(graph: KnowledgeGraph) -> Parsed:
    return Parsed(page(graph))


def policy(parsed: Parsed) -> dict[str, list[str]]:
    (content,) = (a["content"] or "" for t, a in parsed.tags if t == "meta" and "http-equiv" in a)
    return {rule.split()[0]: rule.split()[1:] for rule in content.split(";")}


def test_the_policy_allows_what_was_written_and_no_more(parsed: Parsed) -> None:
    found = policy(parsed)
    assert found.pop("default-src") == ["'none'"]
    assert found.pop("base-uri") == found.pop("form-action") == ["'none'"]
    assert found.pop("img-src") == ["data:"]
    for name, tag in (("script-src", "script"), ("style-src", "style")):
        digests = [
            base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
            for text in parsed.blocks(tag)
        ]
        assert digests
        assert found.pop(name) == [f"'sha256-{digest}'" for digest in digests]
    assert not found


def test_the_policy_comes_before_all_that_it_governs(parsed: Parsed) -> None:
    names = [tag for tag, _ in parsed.tags]
    at = next(i for i, (tag, told) in enumerate(parsed.tags) if "http-equiv" in told)
    assert at < min(names.index("style"), names.index("script"), names.index("link"))


def test_nothing_is_loaded_and_nothing_runs_from_an_attribute(parsed: Parsed) -> None:
    for tag, told in parsed.tags:
        assert tag not in {"iframe", "object", "embed", "base", "img", "form"}
        assert not {"src", "srcset", "style", "action", "formaction"} & set(told)
        assert not any(name.startswith("on") for name in told)
        assert (told.get("href") or "#").startswith(("#", "data:,"))
    css = (VIEWER / "page.css").read_text(encoding="utf-8")
    assert "@import" not in css
    assert "url(" not in css


def test_scripts_make_text_never_markup() -> None:
    for path in VIEWER.glob("*.js"):
        if not path.name.endswith(".min.js"):
            program = path.read_text(encoding="utf-8")
            assert not re.search(
                r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|"
                r"DOMParser|alert\(|confirm\(|prompt\(|fetch\(|XMLHttpRequest|import\(",
                program,
            ), path.name


def test_every_script_of_the_folder_is_in_a_page(
    graph: KnowledgeGraph, parsed: Parsed, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = "".join(parsed.blocks("script"))
    monkeypatch.setattr(html, "_MANY", 3)
    many = "".join(Parsed(page(graph)).blocks("script"))
    assert "vis-network" not in many
    assert "Sigma" not in few
    for path in VIEWER.glob("*.js"):
        text = path.read_text(encoding="utf-8")
        assert text in few or text in many or path.name == "grid.js", path.name


def test_vis_network_is_whole_and_licensed(parsed: Parsed) -> None:
    library = (VIEWER / "vis-network.min.js").read_text(encoding="utf-8")
    assert "@version 10.1.5" in library
    assert "sourceMappingURL" not in library
    licence = (VIEWER / "vis-network.LICENSE.txt").read_text(encoding="utf-8")
    assert "Almende" in licence
    assert any(licence in comment for comment in parsed.comments)


def test_sigma_and_graphology_are_whole_and_licensed(
    graph: KnowledgeGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(html, "_MANY", 3)
    comments = Parsed(page(graph)).comments
    for name, holder in (("sigma", "Jacomy"), ("graphology", "Plique")):
        library = next(VIEWER.glob(f"{name}.*min.js")).read_text(encoding="utf-8")
        assert "sourceMappingURL" not in library
        assert "</script" not in library
        licence = (VIEWER / f"{name}.LICENSE.txt").read_text(encoding="utf-8")
        assert holder in licence
        assert any(licence in comment for comment in comments)


def test_large_data_are_packed(graph: KnowledgeGraph, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = Parsed(page(graph))
    monkeypatch.setattr(html, "_PLAIN", 10)
    packed = Parsed(page(graph))
    for name in ("detail-data", "text-data"):
        assert unpacked(packed, name) == plain.data(name)
    assert page(graph) == page(graph)


def unpacked(parsed: Parsed, name: str) -> Any:
    (text,) = (t for _, told, t in parsed.inside if told.get("id") == name)
    return json.loads(gzip.decompress(base64.b64decode(text)))


def test_what_the_first_picture_needs_stands_before_the_scripts_and_the_rest_after(
    graph: KnowledgeGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawing, "CORE", 2)
    plain = Parsed(page(graph)).data("graph-data")
    monkeypatch.setattr(html, "_PLAIN", 10)
    packed = Parsed(page(graph))
    order = [told.get("id", "") for tag, told, _ in packed.inside if tag == "script"]
    assert order == ["graph-data", "", "", "", "rest-data", "detail-data", "text-data"]
    opening, rest = packed.data("graph-data"), unpacked(packed, "rest-data")
    assert opening["carried"] == len(plain["entities"]["id"])
    assert opening["held"] == plain["held"]
    for table in ("entities", "edges"):
        for name, column in plain[table].items():
            both = opening[table][name] + rest[table][name]
            assert sorted(map(str, both)) == sorted(map(str, column))
    assert opening["entities"]["id"] + rest["entities"]["id"] == plain["entities"]["id"]
    assert sorted(opening["company"] + rest["company"]) == plain["company"]
    assert all(max(pair[:2]) < 2 for pair in opening["company"])
    assert sum(plain["held"]["types"]) == len(plain["entities"]["id"])
    assert sum(plain["held"]["relations"]) == len(plain["edges"]["from"])
    assert plain["held"]["most"] == max(plain["entities"]["value"])


def test_tables_are_columns_that_refer_to_one_another(
    graph: KnowledgeGraph, parsed: Parsed
) -> None:
    found = parsed.data("graph-data") | parsed.data("detail-data")
    sizes = {"entities": len(found["entities"]["id"]), "papers": len(found["papers"])}
    assert sizes == {"entities": len(graph.entities), "papers": len(graph.papers)}
    for name in ("entities", "edges", "roles", "mentions", "claims", "results"):
        assert len({len(column) for column in found[name].values()}) == 1, name
    assert len(found["claims"]["head"]) == len(graph.claims)
    assert len(found["mentions"]["start"]) == len(graph.mentions)
    for name, column, target in (
        *(("claims", "head", "entities"), ("claims", "tail", "entities")),
        *(("claims", "paper", "papers"), ("mentions", "entity", "entities")),
        *(("roles", "paper", "papers"), ("edges", "from", "entities")),
    ):
        assert all(0 <= place < sizes[target] for place in found[name][column])
    assert found["statuses"][0] == "asserted"
    assert len(found["core"]) == sizes["entities"]
    names = found["entities"]["label"]
    slots = [(found["slots"][slot], names[who]) for slot, who in found["results"]["links"][0]]
    assert slots == [("method", "FlickerNet"), ("metric", "accuracy"), ("dataset", "BETA")]


def test_texts_are_carried_or_not(graph: KnowledgeGraph, parsed: Parsed) -> None:
    texts = parsed.data("text-data")
    papers = list(graph.papers)
    assert [abstract for abstract, _ in texts] == [paper["abstract"] for paper in papers]
    assert texts[0][1] == [edge for span in papers[0]["sentences"] for edge in span]
    bare = [replace(found, record=replace(found.record, abstract="")) for found in hand_made()]
    with assemble(bare) as other:
        text = page(other)
    assert Parsed(text).data("text-data") == []
    assert "We propose" not in text


def test_readers_without_scripts_get_a_table(graph: KnowledgeGraph) -> None:
    text = page(graph)
    (without,) = re.findall(r"<noscript>(.*?)</noscript>", text, flags=re.DOTALL)
    assert without.count("<tr>") == 1 + len(graph.entities)
    assert "<bdi>EEGNet</bdi>" in without


HOSTILE = (
    "</script><script>alert(1)</script>",
    "<!--<script>",
    '"><img src=x onerror=alert(1)>',
    "'\"`{{7*7}}{% raw %}",
    "\u2028\u2029\u202e\u2066",
    "]]></style><svg onload=alert(1)>",
)


@pytest.mark.parametrize("name", HOSTILE)
def test_names_of_strangers_change_no_tag(graph: KnowledgeGraph, name: str) -> None:
    record = Record(id=name, title=name, abstract=f"{name} rules.", source=name, authors=(name,))
    made = extraction(record, (entity(record, "Method", name, "proposed"),))
    with assemble([*hand_made(), made]) as other:
        text = page(other)
    found, plain = Parsed(text), Parsed(page(graph))
    kinds = [tag for tag, _ in found.tags if tag not in {"tr", "td", "bdi"}]
    assert kinds == [tag for tag, _ in plain.tags if tag not in {"tr", "td", "bdi"}]
    assert name in found.data("graph-data")["entities"]["label"]
    assert policy(found) == policy(plain)


@given(st.text(), st.text())
def test_data_never_end_their_element(one: str, two: str) -> None:
    spelled = str(as_data({one: [two]}))
    assert not set(spelled) & set("<>&\u2028\u2029\n")
    assert json.loads(spelled) == {one: [two]}


def test_the_order_of_extractions_does_not_matter(extractions: list[Extraction]) -> None:
    with assemble(extractions) as graph:
        expected = page(graph)
    with assemble(extractions[::-1] + extractions) as graph:
        assert page(graph) == expected


@pytest.mark.parametrize("seed", ["0", "7"])
def test_the_hash_seed_does_not_matter(graph: KnowledgeGraph, tmp_path: Path, seed: str) -> None:
    program = (
        "import sys; sys.path.insert(0, 'tests')\n"
        "from pathlib import Path\n"
        "from conftest import hand_made\n"
        "from kg.exporters.html import write\n"
        "from kg.graph.assemble import assemble\n"
        "with assemble(hand_made()) as graph: write(graph, Path(sys.argv[1]))\n"
    )
    environment = os.environ | {"PYTHONHASHSEED": seed}
    folder = Path(__file__).parent.parent
    command = [sys.executable, "-c", program, str(tmp_path)]
    subprocess.run(command, cwd=folder, env=environment, check=True)
    assert (tmp_path / FILES[0]).read_text(encoding="utf-8") == page(graph)
    assert [path.name for path in tmp_path.iterdir()] == list(FILES)


def test_a_failure_leaves_the_old_file_alone(
    graph: KnowledgeGraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(graph, tmp_path)
    before = (tmp_path / FILES[0]).read_bytes()

    def broken(graph: KnowledgeGraph) -> str:
        raise RuntimeError(str(graph))

    monkeypatch.setattr(html, "page", broken)
    with pytest.raises(RuntimeError):
        write(graph, tmp_path)
    assert (tmp_path / FILES[0]).read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == list(FILES)


# ---- pyvis ----


def test_the_network_of_pyvis_is_directed_and_at_rest(graph: KnowledgeGraph) -> None:
    network = to_pyvis(graph)
    assert network.directed
    assert network.options.physics.enabled is False
    assert network.num_nodes() == len(graph.entities)
    assert network.num_edges() == len(graph.relations)
    colours = {kind.name: (kind.colour, kind.shape) for kind in graph.ontology.types}
    for node in network.nodes:
        assert (node["color"], node["shape"]) == colours[node["node_type"]]
    assert network.get_node("method/eegnet")["label"] == "EEGNet"
    assert network.neighbors("method/eegnet")
    (told,) = (e for e in network.edges if e["relation"] == "outperforms")
    assert (told["from"], told["to"]) == ("method/flickernet", "method/eegnet")
    assert (told["arrows"], told["value"]) == ("to", 1)


def test_a_page_is_bounded_and_says_what_it_leaves_out(
    graph: KnowledgeGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawing, "ENTITIES", 3)
    monkeypatch.setattr(drawing, "CORE", 2)
    monkeypatch.setattr(drawing, "PAPERS", 2)
    parsed = Parsed(page(graph))
    found = parsed.data("graph-data") | parsed.data("detail-data")
    assert found["entities"]["id"][0] == "method/eegnet"
    assert len(found["entities"]["id"]) == 3
    assert len(found["core"]) == 2
    assert len(found["papers"]) <= 2
    assert found["counts"]["entities"] == len(graph.entities)


def test_an_empty_graph_is_a_page(tmp_path: Path) -> None:
    with assemble([]) as graph:
        write(graph, tmp_path)
    assert (
        Parsed((tmp_path / FILES[0]).read_text(encoding="utf-8")).data("detail-data")["papers"]
        == []
    )


def test_addresses_of_papers(tmp_path: Path) -> None:
    records = (
        Record(id="a", title="T", abstract="EEGNet", arxiv="2401.00001"),
        Record(id="b", title="T", abstract="EEGNet", doi="10.1/x<y>"),
        Record(id="c", title="T", abstract="EEGNet", url="https://example.org/"),
    )
    made = [extraction(each, (entity(each, "Method", "EEGNet", "used"),)) for each in records]
    with assemble(made) as graph:
        write(graph, tmp_path)
    papers = Parsed((tmp_path / FILES[0]).read_text(encoding="utf-8")).data("detail-data")["papers"]
    assert [paper["url"] for paper in papers] == [
        "https://arxiv.org/abs/2401.00001",
        "https://doi.org/10.1/x%3Cy%3E",
        "https://example.org/",
    ]
