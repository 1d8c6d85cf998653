"""kg lint: each kind of fault is found where it stands, and our own files have none."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import nullcontext
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import networkx as nx
import pytest
from conftest import hand_made
from hostile import hostile
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import cli, cli_lint
from kg.exporters import gexf, gexf_evidence, graphml, graphml_evidence
from kg.graph.assemble import assemble
from kg.lint import ids, stream
from kg.lint.columns import problem
from kg.lint.ids import Seen
from kg.lint.kinds import KINDS
from kg.lint.lint import lint
from kg.lint.times import instant

if TYPE_CHECKING:
    from conftest import Run

    from kg.lint.lint import Report

HEAD = '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">'
KEYS = (
    '<key id="n_year" for="node" attr.name="year" attr.type="int"/>'
    '<key id="n_color" for="node" attr.name="color" attr.type="string"/>'
    '<key id="n_x" for="node" attr.name="x" attr.type="double"/>'
    '<key id="n_f" for="node" attr.name="score" attr.type="double"/>'
    '<key id="n_b" for="node" attr.name="open" attr.type="boolean"/>'
    '<key id="n_t" for="node" attr.name="note" attr.type="string"/>'
    '<key id="n_c" for="node" attr.name="initial" attr.type="char"/>'
    '<key id="e_w" for="edge" attr.name="weight" attr.type="double"/>'
)
A, B = '<node id="a"/>', '<node id="b"/>'
EDGE = '<edge id="e0" source="a" target="b"/>'
GEXF = '<gexf xmlns="http://gexf.net/1.3" xmlns:viz="http://gexf.net/1.3/viz" version="1.3">'
TIMED = 'mode="dynamic" timeformat="date" timerepresentation="timestamp"'


def graphml_of(inside: str = A + B + EDGE, keys: str = KEYS) -> str:
    return f'{HEAD}\n{keys}\n<graph edgedefault="directed">\n{inside}\n</graph>\n</graphml>\n'


def data(key: str, value: str) -> str:
    return f'<node id="a"><data key="{key}">{value}</data></node>'


def weighted(value: str) -> str:
    edge = f'<edge id="e0" source="a" target="b"><data key="e_w">{value}</data></edge>'
    return graphml_of(A + B + edge)


def column(told: str) -> str:
    return graphml_of(keys=f"<key {told}/>")


def gexf_of(
    nodes: str = A + B,
    edges: str = EDGE,
    *,
    graph: str = 'defaultedgetype="directed"',
    columns: str = '<attribute id="year" title="year" type="integer"/>',
    domain: str = 'class="node"',
) -> str:
    listed = f"<attributes {domain}>{columns}</attributes>"
    body = f"{listed}\n<nodes>{nodes}</nodes>\n<edges>{edges}</edges>"
    return f"{GEXF}\n<graph {graph}>{body}</graph></gexf>\n"


def valued(told: str) -> str:
    return gexf_of(f'<node id="a"><attvalues><attvalue {told}/></attvalues></node>{B}')


def drawn(told: str) -> str:
    return gexf_of(f'<node id="a"><viz:{told}/></node>{B}')


def timed(told: str, graph: str = TIMED) -> str:
    return gexf_of(f'<node id="a" {told}/>{B}', graph=f'defaultedgetype="directed" {graph}')


ENTITY = '<!DOCTYPE graphml [<!ENTITY a "x">]>'
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
GRAPHML = {
    "not-xml": [graphml_of().replace("</graph>", "</grahp>"), "plain text", graphml_of() + "<x/>"],
    "bad-character": [graphml_of(data("n_t", "a\x08b")), graphml_of(data("n_t", "&#8;"))],
    "truncated": [graphml_of()[:-20], graphml_of()[:300], ""],
    "doctype": ['<!DOCTYPE graphml SYSTEM "http://evil.example/x.dtd">' + graphml_of()],
    "entity": [
        ENTITY + graphml_of(data("n_t", "&a;")),
        f'<!DOCTYPE g [<!ENTITY l0 "lol">{LAUGHS}]>{graphml_of(data("n_t", "&l9;"))}',
        '<!DOCTYPE g [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + graphml_of(data("n_t", "&x;")),
        '<!DOCTYPE g [<!ENTITY % x SYSTEM "http://evil.example/x">%x;]>' + graphml_of(),
        graphml_of(data("n_t", "&nbsp;")),
        '<!DOCTYPE g SYSTEM "http://evil.example/x">' + graphml_of(data("n_t", "&nbsp;")),
    ],
    "hostile": [HEAD + "<a>" * 100, HEAD + "".join(f"<a{n}/>" for n in range(11_000))],
    "not-a-graph": ["<html><body/></html>", "<svg/>"],
    "no-graph": [f"{HEAD}</graphml>"],
    "many-graphs": [
        graphml_of().replace("</graphml>", '<graph edgedefault="directed"/></graphml>')
    ],
    "wrong-namespace": [graphml_of().replace(HEAD, "<graphml>")],
    "graph-data": [
        graphml_of('<data key="n_t">x</data>'),
        column('id="g" for="graph" attr.name="title" attr.type="string"'),
    ],
    "no-direction": [graphml_of().replace(' edgedefault="directed"', "")],
    "column-without-id": [column('for="node" attr.name="year" attr.type="int"')],
    "twin-column-id": [graphml_of(keys=KEYS + KEYS[:62])],
    "twin-column": [
        graphml_of(keys=KEYS + '<key id="k" for="node" attr.name="Year" attr.type="int"/>')
    ],
    "two-types": [
        graphml_of(keys=KEYS + '<key id="k" for="node" attr.name="year" attr.type="double"/>')
    ],
    "unknown-type": [column('id="k" for="node" attr.name="year" attr.type="date"')],
    "no-type": [column('id="k" for="node" attr.name="year"')],
    "bad-class": [column('id="k" for="vertex" attr.name="year" attr.type="int"')],
    "reserved-name": [
        column('id="k" for="edge" attr.name="type" attr.type="string"'),
        column('id="k" for="node" attr.name="ID" attr.type="string"'),
        column('id="k" for="edge" attr.name="source" attr.type="string"'),
    ],
    "yed-key": [
        column('id="d3" for="node" attr.name="year" attr.type="int"'),
        column('id="d7" for="edge" attr.name="year" attr.type="int"'),
    ],
    "late-column": [
        graphml_of().replace(
            "</graphml>", '<key id="k" for="node" attr.name="z" attr.type="int"/></graphml>'
        )
    ],
    "bad-default": [
        graphml_of(
            keys='<key id="k" for="node" attr.name="z" attr.type="int"><default>x</default></key>'
        )
    ],
    "list-column": [column('id="k" for="node" attr.name="names" attr.type="liststring"')],
    "undeclared-column": [graphml_of(data("d99", "x"))],
    "wrong-class": [graphml_of(data("e_w", "1"))],
    "no-column": [graphml_of('<node id="a"><data>x</data></node>')],
    "bad-value": [
        graphml_of(data("n_year", "2.5")),
        graphml_of(data("n_year", "soon")),
        graphml_of(data("n_f", "1.2.3")),
        graphml_of(data("n_b", "yes")),
        graphml_of(data("n_c", "two")),
        graphml_of(data("n_f", "1" * 5000)),
    ],
    "not-finite": [graphml_of(data("n_f", value)) for value in ("nan", "inf", "-inf", "Infinity")],
    "too-big": [graphml_of(data("n_year", "3000000000")), graphml_of(data("n_year", "9" * 4000))],
    "twin-value": [
        graphml_of('<node id="a"><data key="n_t">x</data><data key="n_t">y</data></node>')
    ],
    "python-value": [
        graphml_of(data("n_t", value))
        for value in ("['a', 'b']", "{'a': 1}", "None", "[1, 2]", "datetime.date(2024, 1, 1)")
    ],
    "bad-color": [graphml_of(data("n_color", "rgb(1,2,3)"))],
    "bad-look": [graphml_of(data("n_x", "left")), graphml_of(data("n_x", "nan"))],
    "no-node-id": [graphml_of("<node/>"), graphml_of('<node id=""/>')],
    "twin-node": [graphml_of(A + A)],
    "no-end": [
        graphml_of(A + '<edge id="e" source="a"/>'),
        graphml_of('<edge id="e" target="a"/>'),
    ],
    "unknown-end": [graphml_of(A + EDGE), graphml_of(EDGE)],
    "twin-edge": [graphml_of(A + B + EDGE + EDGE.replace("source", "label='x' source"))],
    "parallel-edges": [graphml_of(A + B + EDGE + EDGE.replace("e0", "e1"))],
    "same-kind": [
        graphml_of(
            A + B + "".join(f'<edge id="{n}" source="a" target="b" label="uses"/>' for n in "12")
        )
    ],
    "zero-weight": [weighted("0"), weighted("0.0"), weighted("1e-60")],
    "negative-weight": [weighted("-2")],
    "bad-weight": [weighted("heavy"), weighted("nan"), weighted("1e99")],
    "bad-direction": [graphml_of(A + B + EDGE.replace("source", 'directed="maybe" source'))],
    "mixed-direction": [graphml_of(A + B + EDGE.replace("source", 'directed="false" source'))],
    "nested": [graphml_of('<node id="a"><graph edgedefault="directed"/></node>')],
    "hyperedge": [graphml_of(A + '<hyperedge><endpoint node="a"/></hyperedge>')],
}
GEXFS = {
    "old-version": [gexf_of().replace("1.3", "1.2"), gexf_of().replace(' version="1.3"', "")],
    "wrong-namespace": [gexf_of().replace("http://gexf.net/1.3", "http://evil.example")],
    "no-graph": [f"{GEXF}</gexf>"],
    "many-graphs": [gexf_of().replace("</gexf>", "<graph/></gexf>")],
    "no-direction": [gexf_of(graph='defaultedgetype="both"')],
    "bad-mode": [gexf_of(graph='mode="moving"'), gexf_of(graph='timeformat="years"')],
    "bad-class": [gexf_of(domain=""), gexf_of(domain='class="vertex"')],
    "column-without-id": [gexf_of(columns='<attribute title="year" type="integer"/>')],
    "twin-column-id": [gexf_of(columns='<attribute id="1" title="a" type="string"/>' * 2)],
    "twin-column": [
        gexf_of(
            columns='<attribute id="1" title="a" type="string"/>'
            '<attribute id="2" title="A" type="string"/>'
        )
    ],
    "two-types": [
        gexf_of(
            columns='<attribute id="1" title="a" type="string"/>'
            '<attribute id="2" title="a" type="double"/>'
        )
    ],
    "unknown-type": [gexf_of(columns='<attribute id="1" title="a" type="anyURI"/>')],
    "no-type": [gexf_of(columns='<attribute id="1" title="a"/>')],
    "reserved-name": [
        gexf_of(columns=f'<attribute id="1" title="{name}" type="string"/>')
        for name in ("label", "Size", "start", "id")
    ],
    "late-column": [
        gexf_of().replace(
            "</graph>",
            '<attributes class="node"><attribute id="k" title="k" type="string"/></attributes>'
            "</graph>",
        )
    ],
    "bad-default": [
        gexf_of(
            columns='<attribute id="1" title="a" type="integer"><default>x</default></attribute>'
        )
    ],
    "list-column": [gexf_of(columns='<attribute id="1" title="a" type="listint"/>')],
    "graph-data": [gexf_of().replace("<nodes>", '<attvalue for="year" value="1"/><nodes>')],
    "undeclared-column": [valued('for="month" value="1"')],
    "wrong-class": [
        gexf_of(
            domain='class="edge"', nodes='<node id="a"><attvalue for="year" value="1"/></node>' + B
        )
    ],
    "no-column": [valued('value="1"')],
    "bad-value": [valued('for="year" value="2.5"')],
    "not-finite": [valued('for="year" value="NaN"')],
    "too-big": [valued('for="year" value="3000000000"')],
    "twin-value": [valued('for="year" value="1"/><attvalue for="year" value="2"')],
    "bad-color": [drawn('color r="300" g="0" b="0"'), drawn('color hex="reddish!"')],
    "bad-look": [drawn('size value="big"'), drawn('position x="left" y="0"')],
    "no-node-id": [gexf_of(nodes=A + B + "<node label='x'/>")],
    "twin-node": [gexf_of(nodes=A + A + B)],
    "no-end": [gexf_of(edges='<edge id="e" source="a"/>')],
    "unknown-end": [gexf_of(nodes=A)],
    "twin-edge": [gexf_of(edges=EDGE + EDGE.replace("source", 'kind="x" source'))],
    "parallel-edges": [gexf_of(edges=EDGE + EDGE.replace("e0", "e1"))],
    "same-kind": [
        gexf_of(edges="".join(f'<edge id="{n}" source="a" target="b" kind="x"/>' for n in "12"))
    ],
    "zero-weight": [gexf_of(edges=EDGE.replace("source", 'weight="0" source'))],
    "negative-weight": [gexf_of(edges=EDGE.replace("source", 'weight="-1" source'))],
    "bad-weight": [gexf_of(edges=EDGE.replace("source", 'weight="heavy" source'))],
    "bad-direction": [gexf_of(edges=EDGE.replace("source", 'type="uses" source'))],
    "mixed-direction": [gexf_of(edges=EDGE.replace("source", 'type="undirected" source'))],
    "nested": [
        gexf_of(nodes=f'<node id="c"><nodes>{A}</nodes></node>{B}'),
        gexf_of(nodes=f'{A}<node id="b" pid="a"/>'),
        gexf_of(nodes=f'{A}<node id="b"><parents><parent for="a"/></parents></node>'),
    ],
    "time-representation": [
        timed('start="2024-01-01"'),
        timed('timestamp="2024-01-01"', 'mode="dynamic" timeformat="date"'),
        gexf_of(f'<node id="a"><spells><spell start="1"/></spells></node>{B}', graph=TIMED),
    ],
    "bad-time": [
        timed('timestamp="soon"'),
        timed('timestamps="&lt;[2024-01-01, 2024-02-30]&gt;"'),
        timed('start="2024"', 'mode="dynamic" timeformat="double"').replace("2024", "x"),
        timed('intervals="&lt;[2,1]&gt;"', 'mode="dynamic" timeformat="double"'),
    ],
    "bad-interval": [timed('start="2" end="1"', 'mode="dynamic" timeformat="double"')],
    "open-interval": [timed('startopen="1" end="2"', 'mode="dynamic" timeformat="double"')],
}
CASES = [
    pytest.param(kind, f"{name}.{suffix}", text, id=f"{suffix}-{kind}-{name}")
    for suffix, table in (("graphml", GRAPHML), ("gexf", GEXFS))
    for kind, texts in table.items()
    for name, text in enumerate(texts)
]


def checked(folder: Path, name: str, content: str | bytes) -> Report:
    path = folder / name
    path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return lint(str(path))


def test_every_kind_has_a_case() -> None:
    assert set(GRAPHML) | set(GEXFS) | {"bad-encoding"} == set(KINDS)
    assert len(KINDS) >= 20


@pytest.mark.parametrize(("kind", "name", "text"), CASES)
def test_kind(tmp_path: Path, kind: str, name: str, text: str) -> None:
    report = checked(tmp_path, name, text)
    assert kind in report.counts, list(report.lines())
    assert report.is_clean == (not any(KINDS[k].is_loss for k in report.counts))
    fault = next(f for f in report.faults if f.kind == kind)
    assert 1 <= fault.line <= text.count("\n") + 1
    (line,) = [
        told
        for told in report.lines()
        if told.startswith(f"{report.path}:{fault.line}:{fault.column}: {kind}: {fault.says}")
    ][:1]
    assert KINDS[kind].effect in line
    assert KINDS[kind].remedy in line


def test_what_is_right_is_clean(tmp_path: Path) -> None:
    for name, text in (
        ("a.graphml", graphml_of()),
        ("a.gexf", gexf_of()),
        ("b.gexf", timed('timestamp="2024-01-01"')),
    ):
        report = checked(tmp_path, name, text)
        assert not report.counts
        assert (report.nodes, report.edges) == (2, 1)


def test_places_are_those_of_the_faults(tmp_path: Path) -> None:
    text = graphml_of(f"{A}\n{B}\n{EDGE}\n  {EDGE}")
    report = checked(tmp_path, "a.graphml", text)
    (twin,) = [fault for fault in report.faults if fault.kind == "twin-edge"]
    assert (twin.line, twin.column) == (7, 3)
    assert "line 6, column 1" in twin.says


@pytest.mark.parametrize("name", ["a.graphml", "a.gexf"])
def test_wrong_encodings_are_told(tmp_path: Path, name: str) -> None:
    text = (
        graphml_of(data("n_t", "\u00e9")) if name.endswith("ml") else gexf_of('<node id="\u00e9"/>')
    )
    assert "bad-encoding" in checked(tmp_path, name, text.encode("latin-1")).counts
    told = '<?xml version="1.0" encoding="klingon"?>' + text
    assert "bad-encoding" in checked(tmp_path, name, told).counts
    declared = '<?xml version="1.0" encoding="ISO-8859-1"?>' + text
    assert "bad-encoding" not in checked(tmp_path, name, declared.encode("latin-1")).counts


def test_files_as_networkx_writes_them(tmp_path: Path) -> None:
    network: nx.MultiDiGraph[str] = nx.MultiDiGraph(title="of the graph")
    network.add_node("a", label="A", Label="x", year=1, score=float("nan"), note="n")
    network.add_node("b", year="old")
    network.add_edge("a", "b", type="uses", weight=0)
    network.add_edge("b", "a", type="extends", weight=2.5)
    nx.write_graphml(network, tmp_path / "a.graphml")
    found = lint(str(tmp_path / "a.graphml"))
    assert {"graph-data", "twin-column", "two-types", "not-finite", "twin-edge"} <= set(
        found.counts
    )
    assert {"zero-weight", "reserved-name"} <= set(found.counts)
    nx.write_gexf(network, tmp_path / "a.gexf")
    found = lint(str(tmp_path / "a.gexf"))
    assert {"old-version", "reserved-name", "bad-value", "bad-direction"} <= set(found.counts)
    network.nodes["a"]["note"] = "\x08"
    nx.write_gexf(network, tmp_path / "b.gexf")
    assert "bad-character" in lint(str(tmp_path / "b.gexf")).counts


@pytest.mark.parametrize("papers", ["none", "hand-made", "hostile"])
def test_our_own_files_are_clean(tmp_path: Path, papers: str) -> None:
    found = {"none": [], "hand-made": hand_made(), "hostile": list(hostile())}[papers]
    with assemble(found) as graph:
        for module in (graphml, graphml_evidence, gexf, gexf_evidence):
            module.write(graph, tmp_path)
            report = lint(str(tmp_path / module.FILES[0]))
            assert not set(report.counts) - {"same-kind"}, list(report.lines())
            assert report.is_clean


def test_committed_exports_are_clean() -> None:
    paths = sorted((Path(__file__).parent.parent / "exports").rglob("*.g[re][ax]*"))
    for path in paths:
        if path.suffix in {".graphml", ".gexf"}:
            assert lint(str(path)).is_clean, path


def test_of_many_faults_the_first_are_told_and_all_are_counted(tmp_path: Path) -> None:
    report = checked(tmp_path, "a.graphml", graphml_of((A + "\n") * 1000))
    assert report.counts == {"twin-node": 999}
    assert [fault.line for fault in report.faults] == list(range(5, 25))
    assert [*report.lines()][-1].endswith("twin-node: and 979 more")


@settings(deadline=None)
@given(st.lists(st.tuples(st.text(max_size=2), st.booleans()), max_size=60), st.integers(1, 8))
def test_what_was_seen_is_what_a_dictionary_sees(
    entries: list[tuple[str, bool]], kept: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ids, "_KEPT", kept)  # so that most lies on disk
        first: dict[str, int] = {}
        again = []
        with Seen() as seen, Seen() as others:
            for number, (key, is_known) in enumerate(entries):
                seen.add(key, number)
                if is_known:
                    others.add(key, number)
                if first.setdefault(key, number) != number:
                    again.append((number, first[key]))
            known = {key for key, is_known in entries if is_known}
            assert sorted(seen.again()) == again
            missing = [number for number, (key, _) in enumerate(entries) if key not in known]
            assert sorted(seen.missing(others)) == missing


@given(st.integers())
def test_whole_numbers_fit_or_not(value: int) -> None:
    for kind, bits in (("byte", 8), ("short", 16), ("int", 32), ("long", 64)):
        fits = -(2 ** (bits - 1)) <= value < 2 ** (bits - 1)
        assert problem(kind, str(value)) == ("" if fits else "too-big")


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_what_python_writes_of_a_number_is_read(value: float) -> None:
    assert problem("double", repr(value)) == ""


@given(st.dates())
def test_days_are_read(day: object) -> None:
    assert (instant(str(day), "date") is None) == (len(str(day)) != 10)


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_end_in_a_report(content: bytes) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kg.lint.lint.reading", lambda _: nullcontext(BytesIO(content)))
        assert not lint("x.graphml").is_clean


def test_a_tag_without_end_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "_LONGEST", 1 << 18)
    content = f'{HEAD}<key id="{"x" * (1 << 21)}"/>'
    assert checked(tmp_path, "a.graphml", content).counts == {"hostile": 1}


@pytest.mark.slow
def test_a_huge_file_takes_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "huge.graphml"
    with path.open("w") as file:
        file.write(f'{HEAD}\n{KEYS}\n<graph edgedefault="directed">\n')
        file.writelines(
            f'<node id="node/{n}"><data key="n_year">{n % 99}</data></node>\n'
            for n in range(200_000)
        )
        file.writelines(
            f'<edge id="e{n}" source="node/{n % 200_000}" target="node/{n % 199}" label="{n}"/>\n'
            for n in range(800_000)
        )
        file.write(f"{data('n_t', 'x' * 50_000_000)}</graph></graphml>")
    program = (
        "import resource, sys; from kg.lint.lint import lint\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        f"report = lint({str(path)!r})\n"
        "assert report.is_clean and report.edges == 800_000, report.counts\n"
        "print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)\n"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert int(told.stdout) < 120


def test_the_verb(kg: Run, tmp_path: Path) -> None:
    if "lint" not in cli.commands.commands:
        cli.commands.add_command(cli_lint.VERBS[0])
    good, bad = tmp_path / "good.graphml", tmp_path / "bad.gexf"
    good.write_text(graphml_of(), encoding="utf-8")
    bad.write_text(gexf_of(nodes=A), encoding="utf-8")
    answer = kg("lint", good)
    assert (answer.code, answer.out) == (0, "")
    assert "2 nodes, 1 edges; Gephi loses nothing" in answer.err
    answer = kg("lint", good, bad)
    assert answer.code == 1
    assert answer.out.startswith(f"{bad}:4:")
    answer = kg("lint", "--format", "json", good, bad)
    assert answer.code == 1
    told = json.loads(answer.out)
    assert [each["is_clean"] for each in told] == [True, False]
    assert told[1]["counts"] == {"unknown-end": 1}
    assert set(told[1]["faults"][0]) == {
        *("line", "column", "kind", "says", "effect", "remedy", "is_loss"),
    }
    assert kg("lint", tmp_path / "none.graphml").code == 2
