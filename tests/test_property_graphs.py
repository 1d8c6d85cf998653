"""Neo4j, Cypher and Cytoscape: what they would read is what the graph holds, and nothing runs."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from conftest import hand_made
from hostile import HOSTILE, hostile
from hypothesis import example, given
from hypothesis import strategies as st

from kg.errors import ExportError
from kg.exporters import cyjs, cypher, neo4j
from kg.exporters.cypher import named, quoted
from kg.exporters.figures import summary
from kg.exporters.records import link_sorts, node_sorts
from kg.exporters.xml import clean
from kg.graph.assemble import assemble

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kg.graph.knowledge_graph import KnowledgeGraph

READ = {"int": int, "double": float, "string": str}


@pytest.fixture(params=["hand-made", "hostile"])
def drawn(request: pytest.FixtureRequest) -> Iterator[KnowledgeGraph]:
    with assemble(hostile() if request.param == "hostile" else hand_made()) as graph:
        yield graph


def imported(folder: Path, name: str) -> list[dict[str, Any]]:
    """Read a file as the importer of Neo4j does: types from the header, empty cells are nothing."""
    header = (folder / f"{name}-header.csv").read_text(encoding="utf-8")
    with gzip.open(folder / f"{name}.csv.gz", "rb") as packed:
        stream = io.StringIO(packed.read().decode("utf-8"), newline="")
    columns = header.rstrip("\n").split(",")
    rows = list(csv.reader(stream, strict=True))
    assert all(len(row) == len(columns) for row in rows)
    return [
        {
            column.partition(":")[0] or column: typed(column, cell)
            for column, cell in zip(columns, row, strict=True)
            if cell
        }
        for row in rows
    ]


def typed(column: str, cell: str) -> Any:
    kind = column.partition(":")[2]
    if kind.endswith("[]") or column == ":LABEL":
        return cell.split(neo4j.SEPARATOR)
    return READ.get(kind, str)(cell)


def told(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in ("", [], None)}


def test_neo4j_reads_every_node_link_and_value(drawn: KnowledgeGraph, tmp_path: Path) -> None:
    neo4j.write(drawn, tmp_path)
    folder = tmp_path / neo4j.FILES[0]
    known: dict[str, set[str]] = {}
    for nodes in node_sorts(drawn):
        rows = imported(folder, nodes.name)
        expected = [
            told(values) | {":LABEL": [nodes.label, *labels]} for labels, values in nodes.rows()
        ]
        assert rows == expected
        known[nodes.label] = {row["iri"] for row in rows}
        assert len(known[nodes.label]) == len(rows)
    for links in link_sorts(drawn):
        rows = imported(folder, links.name)
        expected = [
            {":START_ID": start, ":TYPE": kind, ":END_ID": end} | told(values)
            for start, kind, end, values in links.rows()
        ]
        assert rows == expected
        assert {row[":START_ID"] for row in rows} <= known[links.label]
        assert {row[":END_ID"] for row in rows} <= known[links.other]


def test_everything_of_the_graph_is_there(graph: KnowledgeGraph) -> None:
    nodes = {sort.name: list(sort.rows()) for sort in node_sorts(graph)}
    links = {sort.name: list(sort.rows()) for sort in link_sorts(graph)}
    for name in ("papers", "entities", "results", "claims"):
        assert len(nodes[name]) == len(getattr(graph, name))
    assert len(links["roles"]) == len(graph.roles)
    assert len(links["relations"]) == len(graph.relations)
    assert len(links["slots"]) == len(graph.result_entities)
    for name in ("claim-heads", "claim-tails", "claim-papers"):
        assert len(links[name]) == len(graph.claims)
    (result,) = nodes["results"]
    assert (result[1]["value"], result[1]["number"]) == ("91.5%", 91.5)
    assert result[1]["text"] == "reaches an accuracy of 91.5%"
    eegnet = next(values for _, values in nodes["entities"] if values["name"] == "EEGNet")
    assert (eegnet["aliases"], eegnet["papers"]) == (["EEGNets"], 3)


def test_neo4j_has_its_command_beside_it(graph: KnowledgeGraph, tmp_path: Path) -> None:
    neo4j.write(graph, tmp_path)
    folder = tmp_path / neo4j.FILES[0]
    text = (folder / "README.md").read_text(encoding="utf-8")
    assert "neo4j-admin database import full" in text
    named_files = set(re.findall(r"[\w-]+\.csv(?:\.gz)?", text))
    assert named_files == {path.name for path in folder.glob("*.csv*")}


def test_what_a_spreadsheet_opens_holds_nothing_of_strangers(tmp_path: Path) -> None:
    with assemble(hostile()) as graph:
        neo4j.write(graph, tmp_path)
    for path in (tmp_path / neo4j.FILES[0]).glob("*.csv"):
        for cell in next(csv.reader([path.read_text(encoding="utf-8")])):
            assert re.fullmatch(r"\w*:?[\w\[\]]*", cell)


def test_the_same_graph_gives_the_same_bytes(tmp_path: Path) -> None:
    for name, found in (("a", hand_made()), ("b", hand_made()[::-1] + hand_made())):
        (tmp_path / name).mkdir()
        with assemble(found) as graph:
            for module in (neo4j, cypher, cyjs):
                module.write(graph, tmp_path / name)
    files = {p.relative_to(tmp_path / "a") for p in (tmp_path / "a").rglob("*") if p.is_file()}
    assert len(files) > 20
    for path in files:
        assert (tmp_path / "a" / path).read_bytes() == (tmp_path / "b" / path).read_bytes()


def test_a_folder_of_ours_is_replaced_and_one_of_others_is_not(
    graph: KnowledgeGraph, tmp_path: Path
) -> None:
    neo4j.write(graph, tmp_path)
    neo4j.write(graph, tmp_path)
    own = tmp_path / neo4j.FILES[0] / "notes.txt"
    own.write_text("mine", encoding="utf-8")
    with pytest.raises(ExportError, match="not written by kg"):
        neo4j.write(graph, tmp_path)
    assert own.read_text(encoding="utf-8") == "mine"


# What Neo4j makes of a backslash and a u: some versions read it as a character before anything
# else, whatever stands before it; others read it where strings are read.
EARLY = re.compile(r"\\u+([0-9a-fA-F]{4})")
TOKEN = re.compile(
    r"'(?:[^'\\]|\\(?:[\\'\"nrtbf`]|u[0-9a-fA-F]{4}))*'|`(?:[^`\\]|``)*`|//[^\n]*\n"
    r"|-?[0-9]+(?:\.[0-9]+)?(?:e-?[0-9]+)?|[A-Za-z_][A-Za-z_0-9.]*|\+=|->|[\s{}()\[\]:,;=-]"
)
ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)


def early(script: str) -> str:
    return EARLY.sub(lambda found: chr(int(found[1], 16)), script)


def tokens(script: str) -> list[str]:
    """Split a script as a reader of Cypher does; fail where it would not understand."""
    found, place = [], 0
    while place < len(script):
        match = TOKEN.match(script, place)
        assert match, script[place : place + 80]
        found.append(match[0])
        place = match.end()
    return [token for token in found if token.strip()]


def unquoted(token: str) -> str:
    plain = {"n": "\n", "r": "\r", "t": "\t"}
    return ESCAPE.sub(lambda m: chr(int(m[1], 16)) if m[1] else plain.get(m[2], m[2]), token[1:-1])


@given(st.text())
@example("\\u0027")
@example("\\\\u0027")
@example("\\'")
@example("\\")
def test_a_string_of_cypher_is_one_string_to_every_reader(text: str) -> None:
    for script in (quoted(text), early(quoted(text))):
        (token,) = tokens(script)
        assert unquoted(token) == clean(text)
        assert token.startswith("'")


@given(st.text(min_size=1))
def test_a_name_of_cypher_is_one_name(text: str) -> None:
    for script in (named(text), early(named(text))):
        (token,) = tokens(script)
        assert token.startswith("`")


KEYWORDS = {
    *("CREATE", "CONSTRAINT", "IF", "NOT", "EXISTS", "FOR", "REQUIRE", "IS", "UNIQUE", "UNWIND"),
    *("AS", "MERGE", "MATCH", "SET", "n", "a", "b", "r", "row", "iri", "n.iri", "row.iri"),
    *("row.a", "row.b", "row.r"),
}


def test_a_script_says_nothing_but_what_we_say(drawn: KnowledgeGraph) -> None:
    script = "".join(cypher.lines(drawn))
    for read in (script, early(script)):
        found = tokens(read)
        words = {token for token in found if re.fullmatch(r"[A-Za-z_][\w.]*", token)}
        assert words <= KEYWORDS
        assert all(token.startswith("// I") for token in found if token.startswith("//"))
        strings = {unquoted(token) for token in found if token.startswith("'")}
        for row in drawn.papers:
            assert {clean(row["id"]), clean(row["title"])} <= strings
    lines = script.split("\n")
    assert not any(line.startswith((":", "'")) for line in lines)
    assert sum(line.endswith(";") for line in lines) > 10


def test_scripts_come_in_batches(monkeypatch: pytest.MonkeyPatch, graph: KnowledgeGraph) -> None:
    monkeypatch.setattr(cypher, "_BATCH", 2)
    script = "".join(cypher.lines(graph))
    batches = re.findall(r"UNWIND \[\n(.*?)\n\] AS row\n", script, re.DOTALL)
    assert all(batch.count("\n") < 2 for batch in batches)
    assert script.count("iri`: ") == sum(len(list(sort.rows())) for sort in node_sorts(graph))


def test_cytoscape_reads_every_node_edge_and_value(drawn: KnowledgeGraph, tmp_path: Path) -> None:
    cyjs.write(drawn, tmp_path)
    text = (tmp_path / cyjs.FILES[0]).read_text(encoding="utf-8")
    assert not re.search("[<>&\u2028\u2029]", text)
    found = json.loads(text)
    figure = summary(drawn)
    nodes = {each["data"]["id"]: each for each in found["elements"]["nodes"]}
    expected = list(figure.nodes())
    assert len(nodes) == len(found["elements"]["nodes"]) == len(expected)
    for node in expected:
        each = nodes[clean(node.id)]
        assert each["position"] == {"x": node.values["x"], "y": node.values["y"]}
        for name, value in node.values.items():
            if name not in {"x", "y"}:
                assert each["data"][name] == (clean(value) if isinstance(value, str) else value)
                assert type(each["data"][name]) is type(value)
    edges = found["elements"]["edges"]
    for number, (edge, each) in enumerate(zip(figure.edges(), edges, strict=True)):
        data = each["data"]
        assert (data["id"], data["source"], data["target"]) == (f"e{number}", edge.head, edge.tail)
        assert data["interaction"] == edge.values["relation"]
        assert {data["source"], data["target"]} <= set(nodes)


def test_there_are_enough_hostile_strings() -> None:
    assert len(set(HOSTILE)) >= 60
