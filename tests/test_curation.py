"""Decisions of people: the tables that they write, what contradicts itself, what lines say."""

from __future__ import annotations

import pickle
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import ontology
from kg.errors import ReadError
from kg.exporters.tables import cell
from kg.formulas import kept
from kg.linking.curation import Curation, dump, parse_dump, read, settle
from kg.linking.decisions import (
    ACCEPT,
    FILES,
    KINDS,
    NOT_SAME,
    REJECT,
    RENAME,
    RETYPE,
    SAME,
    Decision,
    parse,
)
from kg.linking.link import Linker
from kg.linking.names import Name
from kg.linking.tables import rows
from kg.normalize import key

if TYPE_CHECKING:
    import random
    from pathlib import Path

ONTOLOGY = ontology.load()
HEADERS = {
    name: "\t".join(filter(None, ("type", "name", column))) for name, (_, column) in FILES.items()
}
HEADERS[ACCEPT] = "accept\taction\ttype\tname\tother"


def written(folder: Path, **tables: str) -> Path:
    """Write tables, given without header and with blanks for tabs, and give the folder."""
    for name, lines in tables.items():
        body = "".join(f"{line.strip().replace(' ', chr(9))}\n" for line in lines.split(";"))
        (folder / f"{name}.tsv").write_text(f"{HEADERS[f'{name}.tsv']}\n{body}", encoding="utf-8")
    return folder


def of(folder: Path, **tables: str) -> Curation:
    return read(written(folder, **tables), ONTOLOGY)


def fault(folder: Path, **tables: str) -> str:
    """Read tables that make no sense, and give the error without the folder."""
    with pytest.raises(ReadError) as caught:
        of(folder, **tables)
    text = str(caught.value)
    assert "\n" not in text
    assert text.startswith(str(folder))
    return text.removeprefix(f"{folder}/")


def one(table: str, file: str) -> Decision:
    (decision,) = parse(table, file, ONTOLOGY)
    return decision


def test_each_file(tmp_path: Path) -> None:
    found = of(
        tmp_path,
        aliases="Method GNN GraphNet",
        not_same="Method GNN GAN",
        retype="Method ImageNet Dataset",
        reject="Method approach",
        rename="Method GNN GraphNN",
    )
    assert [(d.where, d.says) for d in found.decisions] == [
        ("not_same.tsv:2", "Method 'GNN' is not 'GAN'"),
        ("reject.tsv:2", "Method 'approach' is left out"),
        ("rename.tsv:2", "Method 'GNN' is to be called 'GraphNN'"),
        ("retype.tsv:2", "Method 'ImageNet' is of type Dataset"),
        ("aliases.tsv:2", "Method 'GraphNet' is an alias of 'GNN'"),
    ]
    assert found.target("Method", "graphnet") == ("Method", "gnn")
    assert found.target("Method", "gnn") == ("Method", "gnn")
    assert found.target("Method", "imagenet") == ("Dataset", "imagenet")
    assert found.target("Method", "cnn") == ("Method", "cnn")
    assert found.target("Dataset", "graphnet") == ("Dataset", "graphnet")
    assert found.apart("Method", "gan", "graphnet")
    assert found.apart("Method", "graphnet", "gan")
    assert not found.apart("Method", "gnn", "graphnet")
    assert not found.apart("Dataset", "gan", "gnn")
    assert found.is_rejected("Method", "approach")
    assert not found.is_rejected("Method", "gnn")
    assert not found.is_rejected("Task", "approach")
    assert found.name_of("Method", "graphnet") == found.name_of("Method", "gnn") == "GraphNN"
    assert found.name_of("Method", "gan") == found.name_of("Task", "gnn") == ""
    assert [d.kind for d in found.told("Method", "graphnet")] == [NOT_SAME, RENAME, SAME]
    assert found.told("Task", "gnn") == ()
    assert found.places[:2] == (("Dataset", "imagenet"), ("Method", "approach"))
    assert pickle.loads(pickle.dumps(found)) == found  # noqa: S301


def test_no_decisions(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("how we curate", encoding="utf-8")
    (tmp_path / "._aliases.tsv").write_bytes(b"\0\xff")
    found = read(str(tmp_path), ONTOLOGY)
    assert found == Curation() == settle([])
    assert dump(found) == "kind\ttype\tname\tother\tfile\n"
    assert not found.places
    assert not found.idle
    assert found.unmatched(set()) == []
    assert found.target("Method", "a") == ("Method", "a")
    assert not found.apart("Method", "a", "b")
    assert not found.is_rejected("Method", "a")
    assert found.name_of("Method", "a") == ""
    (tmp_path / "aliases.tsv").write_text("type\tname\talias\n", encoding="utf-8")
    assert read(tmp_path, ONTOLOGY) == Curation()


@pytest.mark.parametrize(
    ("answer", "action", "kind"),
    [
        *((yes, SAME, SAME) for yes in ("yes", "Y", "x", "X", "TRUE", "1", " Yes ")),
        *((no, SAME, NOT_SAME) for no in ("no", "N", "False", "0")),
        *(("yes", kind, kind) for kind in KINDS),
        *(("no", kind, "") for kind in KINDS if kind != SAME),
        *(("", kind, "") for kind in KINDS),
    ],
)
def test_accept(answer: str, action: str, kind: str) -> None:
    other = {RETYPE: "Dataset", REJECT: ""}.get(action, "B")
    columns = "accept\tconfidence\taction\tpapers\ttype\tname\tother\treason\n"
    table = f"{columns}{answer}\t0.5\t{action}\t3\tMethod\tA\t{other}\tit, says\n"
    found = list(parse(table, ACCEPT, ONTOLOGY))
    assert found == ([Decision(kind, "Method", "A", other, ACCEPT)] if kind else [])
    assert [d.line for d in found] == ([2] if kind else [])


def test_undecided_lines_of_accept_need_no_values() -> None:
    table = f"{HEADERS[ACCEPT]}\n\tsame\tNoType\t\t\nno\treject\tNoType\t\n\trename\n"
    assert list(parse(table, ACCEPT, ONTOLOGY)) == []


def test_accept_means_what_the_files_mean(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    plain = of(
        tmp_path / "one",
        aliases="Method A B",
        not_same="Method A C;Method A D",
        retype="Method C Task",
        reject="Task X",
        rename="Method A Z",
    )
    accepted = of(
        tmp_path / "two",
        accept="yes same Method A B; yes not_same Method A C; no same Method A D;"
        "yes retype Method C Task; yes reject Task X; yes rename Method A Z; no reject Method B",
    )
    assert {(d.kind, d.type, d.name, d.other) for d in plain.decisions} == {
        (d.kind, d.type, d.name, d.other) for d in accepted.decisions
    }


SPREADSHEET = [
    "\ufefftype\tname\talias\nMethod\tA b\tC\n",
    "type\tname\talias\r\nMethod\tA b\tC\r\n",
    "\ufefftype\tname\talias\r\nMethod\tA b\tC",
    "type\tname\talias\rMethod\tA b\tC\r",
    '"type"\t"name"\t"alias"\n"Method"\t"A b"\t"C"\n',
    "Type\tNAME\tAlias\n Method \t A  b \tC \n",
    "alias\treason\ttype\tname\nC\t\tMethod\tA b\n",
    "type\tname\talias\treason\tpapers\nMethod\tA b\tC\n",
    "type\tname\talias\t\t\nMethod\tA b\tC\t\t\t\t\n",
    "\n\t\t\ntype\tname\talias\n\n\t\t\nMethod\tA b\tC\n\n",
    '# he said "\t"no\ntype\tname\talias\n#\t"\n"# a ""quoted"" one"\t\t\nMethod\tA b\tC\n#',
    'type\tname\talias\treason\nMethod\t"A\nb"\tC\t"one\n\ntwo"\n',
]


@pytest.mark.parametrize("table", SPREADSHEET)
def test_tables_as_spreadsheets_write_them(table: str, tmp_path: Path) -> None:
    expected = Decision(SAME, "Method", "A b", "C", "aliases.tsv")
    assert one(table, "aliases.tsv") == expected
    (tmp_path / "aliases.tsv").write_bytes(table.encode())
    assert read(tmp_path, ONTOLOGY).decisions == (expected,)


def test_lines_are_counted_through_quotes_and_comments() -> None:
    table = '# one\r\ntype\tname\talias\r\nMethod\t"A\r\nB"\tC\r\n\r\n# six\r\nMethod\tD\tE\r\n'
    assert [d.line for d in parse(table, "aliases.tsv", ONTOLOGY)] == [3, 7]


def test_quotes_inside_cells() -> None:
    table = 'type\tname\nMethod\t5" net\nMethod\t"the ""best"" net"\n'
    assert [d.name for d in parse(table, "reject.tsv", ONTOLOGY)] == ['5" net', 'the "best" net']


@pytest.mark.parametrize(
    "name", ["=cmd()", "+LSTM", "-x", "@home", "-0.5", "plain", "'t Hooft", "#"]
)
def test_guard_of_formulas(name: str) -> None:
    for spelled in (name, kept(name), cell(name)):
        assert one(f"type\tname\nMethod\t{spelled}\n", "reject.tsv").name == name
    assert not kept(name).startswith(("=", "+", "-", "@"))


@given(st.text(max_size=6, alphabet="'=+-@a# \"").map(lambda text: " ".join(text.split())))
def test_guard_is_inverted(name: str) -> None:
    (row,) = rows(f'x\ty\na\t"{kept(name).replace(chr(34), chr(34) * 2)}"\n', "t", ("x", "y"))
    assert row.cells["y"] == name


BAD = [
    ("aliases.tsv", "", 0, "has no header; begin with a line of type, name, alias"),
    ("aliases.tsv", "# only\n\n", 0, "has no header"),
    ("aliases.tsv", "type\tname\n", 1, "no column named alias; begin with"),
    ("aliases.tsv", "type,name,alias\nMethod,A,B\n", 1, "no column named type; begin with a line "),
    ("aliases.tsv", "Method\tA\tB\n", 1, "no column named type"),
    ("reject.tsv", "# x\ntype\tname\tname\n", 2, "two columns named name"),
    ("aliases.tsv", "type\tname\talias\nMethod\tA\n", 2, "nothing in column alias; fill it, or de"),
    ("aliases.tsv", "type\tname\talias\nMethod\t \tB\n", 2, "nothing in column name"),
    ("aliases.tsv", "type\tname\talias\n\tA\tB\n", 2, "nothing in column type"),
    ("reject.tsv", "type\tname\nMethod\tA\tB\n", 2, "3 values in a table of 2 columns; keep tabs"),
    ("reject.tsv", 'type\tname\nMethod\t"A\nMethod\tB\n', 2, "no row of a table: unexpected end"),
    ("reject.tsv", 'type\tname\nMethod\t"A" net\n', 2, "no row of a table: '\t' expected after"),
    ("rename.tsv", "type\tname\tnew_name\nMethod\tA\t\n", 2, "nothing in column new_name"),
    ("retype.tsv", "type\tname\tnew_type\nMethod\tA\t\n", 2, "nothing in column new_type"),
    (
        "retype.tsv",
        "type\tname\tnew_type\nMethod\tA\tMethod\n",
        2,
        "Method 'A' is of type Method, but it is that already; give another in column new_type",
    ),
    (
        "not_same.tsv",
        "type\tname\tother\nMethod\tCNNs\tcnn\n",
        2,
        "Method 'CNNs' is not 'cnn', but it differs in spelling habits only; give another in col",
    ),
    ("reject.tsv", "type\tname\nmethod\tA\n", 2, "no entity type named 'method'; available: Meth"),
    (
        "retype.tsv",
        "type\tname\tnew_type\nMethod\tA\tThing\n",
        2,
        f"no entity type named 'Thing'; available: {', '.join(ONTOLOGY.type_names)}",
    ),
    (ACCEPT, f"{HEADERS[ACCEPT]}\nmaybe\tsame\tMethod\tA\tB\n", 2, "'maybe' is no answer; write y"),
    (
        ACCEPT,
        f"{HEADERS[ACCEPT]}\n\tmerge\tMethod\tA\tB\n",
        2,
        "no action named 'merge'; available: same, not_same, retype, reject, rename",
    ),
    (ACCEPT, f"{HEADERS[ACCEPT]}\nyes\t\tMethod\tA\tB\n", 2, "nothing in column action"),
    (ACCEPT, f"{HEADERS[ACCEPT]}\nyes\tsame\tMethod\tA\t\n", 2, "nothing in column other"),
    (ACCEPT, f"{HEADERS[ACCEPT]}\nyes\tretype\tMethod\tA\tB\n", 2, "no entity type named 'B'"),
    (ACCEPT, f"{HEADERS[ACCEPT]}\nno\tsame\tMethod\tA\ta\n", 2, "Method 'A' is not 'a', but"),
    (ACCEPT, HEADERS["aliases.tsv"], 1, "no column named accept"),
    ("notes.tsv", "x\n", 0, "no table of decisions has this name; tables are accept.tsv, aliases"),
    ("Aliases.TSV", "x\n", 0, "no table of decisions has this name"),
]


@pytest.mark.parametrize(("file", "table", "line", "says"), BAD)
def test_bad_line(file: str, table: str, line: int, says: str, tmp_path: Path) -> None:
    (tmp_path / file).write_text(table, encoding="utf-8", newline="")
    with pytest.raises(ReadError) as caught:
        read(tmp_path, ONTOLOGY)
    error = caught.value
    assert (error.path, error.line) == (str(tmp_path / file), line)
    assert f"{error.reason}; {error.remedy}".startswith(says)
    assert error.remedy
    assert "\n" not in str(error)


ACCEPTED = ["yes,reject,Method,A net,", '"Yes",same,Method,"B","C, or D"', ",reject,Method,E,"]


@pytest.mark.parametrize("mark", [",", ";"])
def test_tables_may_be_csv(mark: str, tmp_path: Path) -> None:
    header = HEADERS[ACCEPT].replace("\t", mark)
    table = "\r\n".join(["\ufeff" + header, *ACCEPTED, ""])
    if mark == ";":
        table = table.replace(", or", " or").replace(",", ";")
    (tmp_path / "accept.csv").write_text(table, encoding="utf-8", newline="")
    written(tmp_path, reject="Task R")
    (tmp_path / "notes.csv").write_text("anything", encoding="utf-8")
    found = read(tmp_path, ONTOLOGY)
    assert [(d.name, d.where) for d in found.decisions] == [
        *(("A net", "accept.csv:2"), ("R", "reject.tsv:2"), ("B", "accept.csv:3")),
    ]


@pytest.mark.parametrize("file", ["accept.xlsx", "reject.ods", "aliases.XLS"])
def test_what_a_spreadsheet_keeps_for_itself_is_refused(file: str, tmp_path: Path) -> None:
    (tmp_path / "notes.xlsx").write_bytes(b"PK")
    assert read(tmp_path, ONTOLOGY).decisions == ()
    (tmp_path / file).write_bytes(b"PK")
    with pytest.raises(ReadError, match=rf"{file}: is a \w+ file, no table of text; save it as"):
        read(tmp_path, ONTOLOGY)


def test_bad_file(tmp_path: Path) -> None:
    (tmp_path / "aliases.tsv").write_bytes("type\tname\talias\nMethod\tA\tB\n".encode("utf-16"))
    for missing in (tmp_path / "no", tmp_path / "aliases.tsv"):
        with pytest.raises(ReadError, match=r"cannot be read as a folder: .*; name the folder"):
            read(missing, ONTOLOGY)
    with pytest.raises(ReadError, match=r"aliases.tsv:1: byte 0xff is no UTF-8; save the file as"):
        read(tmp_path, ONTOLOGY)
    (tmp_path / "aliases.tsv").write_bytes(b"type\tname\talias\nMethod\t\xe9\tB\n")
    with pytest.raises(ReadError, match=r"aliases.tsv:2: byte 0xe9"):
        read(tmp_path, ONTOLOGY)
    (tmp_path / "aliases.tsv").unlink()
    (tmp_path / "aliases.tsv").mkdir()
    with pytest.raises(ReadError, match=r"aliases.tsv: cannot be read: is a directory; check the"):
        read(tmp_path, ONTOLOGY)


CONTRADICTIONS: list[tuple[dict[str, str], str]] = [
    (
        {"aliases": "Method A B", "not_same": "Method A B"},
        "not_same.tsv:2: Method 'A' is not 'B', "
        "but aliases.tsv:2 says that Method 'B' is an alias of 'A'; delete one of the lines",
    ),
    (
        {"aliases": "Method A B; Method B C; Method C D", "not_same": "Method X Y; Method C A"},
        "not_same.tsv:3: Method 'C' is not 'A', but aliases.tsv:3 says that Method 'C' is an alias "
        "of 'B' and aliases.tsv:2 says that Method 'B' is an alias of 'A'; delete one of the lines",
    ),
    (
        {"accept": "yes same Method A B; yes same Method B C; no same Method A C"},
        "accept.tsv:4: Method 'A' is not 'C', but accept.tsv:2 says that Method 'B' is an alias "
        "of 'A' and accept.tsv:3 says that Method 'C' is an alias of 'B'; delete one of the lines",
    ),
    (
        {"retype": "Dataset X Method; Dataset Y Method", "aliases": "Dataset X Y"}
        | {"not_same": "Method X Y"},
        "not_same.tsv:2: Method 'X' is not 'Y', but retype.tsv:2 says that Dataset 'X' is of type "
        "Method and aliases.tsv:2 says that Dataset 'Y' is an alias of 'X' and retype.tsv:3 says "
        "that Dataset 'Y' is of type Method; delete one of the lines",
    ),
    (
        {"aliases": "Method A C; Method B C"},
        "aliases.tsv:2: Method 'C' is an alias of 'A', "
        "but aliases.tsv:3 says that Method 'C' is an alias of 'B'; delete one of the lines",
    ),
    (
        {"aliases": "Method A B; Method B A"},
        "aliases.tsv:3: Method 'A' is an alias of 'B', "
        "but aliases.tsv:2 says that Method 'B' is an alias of 'A'; delete one of the lines",
    ),
    (
        {"aliases": "Method A B; Method B C; Method C A; Method A X"},
        "aliases.tsv:4: Method 'A' is an alias of 'C', but aliases.tsv:3 says that Method 'C' is an"
        " alias of 'B' and aliases.tsv:2 says that Method 'B' is an alias of 'A'; delete",
    ),
    (
        {"aliases": "Method A B; Method B A; Method A X; Method S X"},
        "aliases.tsv:4: Method 'X' is an alias of 'A', "
        "but aliases.tsv:5 says that Method 'X' is an alias of 'S'; delete one of the lines",
    ),
    (
        {"retype": "Method A Task; Method A Dataset"},
        "retype.tsv:3: Method 'A' is of type Dataset, "
        "but retype.tsv:2 says that Method 'A' is of type Task; delete one of the lines",
    ),
    (
        {"retype": "Method A Task; Method B Dataset", "aliases": "Method A B"},
        "retype.tsv:2: Method 'A' is of type Task, "
        "but retype.tsv:3 says that Method 'B' is of type Dataset; delete one of the lines",
    ),
    (
        {"retype": "Method A Task; Task A Method"},
        "retype.tsv:2: Method 'A' is of type Task, "
        "but retype.tsv:3 says that Task 'A' is of type Method; delete one of the lines",
    ),
    (
        {"rename": "Method A X; Method A Y"},
        "rename.tsv:2: Method 'A' is to be called 'X', "
        "but rename.tsv:3 says that Method 'A' is to be called 'Y'; delete one of the lines",
    ),
    (
        {"rename": "Method A X; Method B x", "aliases": "Method A B"},
        "rename.tsv:2: Method 'A' is to be called 'X', "
        "but rename.tsv:3 says that Method 'B' is to be called 'x'; delete one of the lines",
    ),
    (
        {"reject": "Method A", "aliases": "Method A B"},
        "reject.tsv:2: Method 'A' is left out, "
        "but aliases.tsv:2 says that Method 'B' is an alias of 'A'; delete one of the lines",
    ),
    (
        {"reject": "Method C", "aliases": "Method A B; Method A C"},
        "reject.tsv:2: Method 'C' is left out, "
        "but aliases.tsv:3 says that Method 'C' is an alias of 'A'; delete one of the lines",
    ),
    (
        {"reject": "Method A", "retype": "Method A Task"},
        "reject.tsv:2: Method 'A' is left out, "
        "but retype.tsv:2 says that Method 'A' is of type Task; delete one of the lines",
    ),
    (
        {"reject": "Task A", "retype": "Method A Task"},
        "reject.tsv:2: Task 'A' is left out, "
        "but retype.tsv:2 says that Method 'A' is of type Task; delete one of the lines",
    ),
    (
        {"reject": "Method Nets", "rename": "Method net Z"},
        "reject.tsv:2: Method 'Nets' is left out, "
        "but rename.tsv:2 says that Method 'net' is to be called 'Z'; delete one of the lines",
    ),
]


@pytest.mark.parametrize(("tables", "says"), CONTRADICTIONS)
def test_contradiction(tables: dict[str, str], says: str, tmp_path: Path) -> None:
    assert fault(tmp_path, **tables).startswith(says)


def test_chains_and_circles_of_aliases(tmp_path: Path) -> None:
    chain = of(tmp_path, aliases="Method A B; Method B C; Method A C; Method C D")
    assert {chain.target("Method", name) for name in "abcd"} == {("Method", "a")}
    circle = of(tmp_path, aliases="Method A B; Method B A; Method S A")
    assert {circle.target("Method", name) for name in "abs"} == {("Method", "s")}
    diamond = of(tmp_path, aliases="Method A C; Method B C; Method S A; Method S B")
    assert {diamond.target("Method", name) for name in "abcs"} == {("Method", "s")}


def test_new_types_and_aliases_together(tmp_path: Path) -> None:
    chain = of(tmp_path, retype="Method A Dataset; Dataset A Task", aliases="Task B A")
    for type_name in ("Method", "Dataset", "Task"):
        assert chain.target(type_name, "a") == ("Task", "b")
    before = of(tmp_path, aliases="Method A B", retype="Method A Task")
    assert before.target("Method", "b") == ("Task", "a")
    assert before.target("Task", "b") == ("Task", "b")  # no line speaks of it
    after = of(tmp_path, aliases="Task A B", retype="Method B Task")
    assert after.target("Method", "b") == ("Task", "a")
    assert after.target("Method", "a") == ("Method", "a")


def test_what_lies_where_a_thing_comes_to_lie_is_the_same(tmp_path: Path) -> None:
    # The key comes from one line and the type from another: no line names Task A.
    found = of(tmp_path, aliases="Method A B", retype="Method B Task", rename="Task A Z")
    assert {found.target(t, n) for t, n in [("Method", "a"), ("Method", "b"), ("Task", "a")]} == {
        ("Task", "a")
    }
    assert found.name_of("Method", "b") == "Z"
    further = of(
        tmp_path, aliases="Method A B; Task C A", retype="Method B Task", rename="Task C Z"
    )
    assert further.target("Method", "a") == further.target("Method", "b") == ("Task", "c")
    assert fault(tmp_path, not_same="Task A B").startswith("not_same.tsv:2: Task 'A' is not 'B'")


def test_spelling_habits_do_not_matter(tmp_path: Path) -> None:
    found = of(tmp_path, aliases="Method Graph-Nets GNNs", rename="Method graph-net Graph-Net")
    assert found.target("Method", key("gnn")) == ("Method", "graph net")
    assert found.name_of("Method", "gnn") == "Graph-Net"


def test_alias_that_says_nothing(tmp_path: Path) -> None:
    found = of(tmp_path, aliases="Method CNN CNNs; Method CNN ConvNet")
    assert [d.where for d in found.idle] == ["aliases.tsv:2"]
    assert found.target("Method", "cnn") == ("Method", "cnn")
    assert found.unmatched({("Method", "cnn"), ("Method", "convnet")}) == []


def test_duplicates(tmp_path: Path) -> None:
    twice = of(tmp_path, aliases="Method A B; Method A B", rename="Method A X; Method B X")
    assert [d.where for d in twice.decisions] == ["rename.tsv:2", "rename.tsv:3", "aliases.tsv:2"]
    again = of(tmp_path, accept="yes same Method A B; no reject Method A")
    assert [d.where for d in again.decisions if d.kind == SAME] == ["accept.tsv:2"]
    spots = [("b.tsv", 2), ("a.tsv", 9), ("a.tsv", 3)]
    thrice = settle(Decision(REJECT, "Task", "A", "", file, line) for file, line in spots)
    assert [d.where for d in thrice.decisions] == ["a.tsv:3"]


def test_apart_through_aliases_and_new_types(tmp_path: Path) -> None:
    found = of(
        tmp_path,
        aliases="Method A B; Method X Y",
        not_same="Method B Y",
        retype="Method A Task; Method X Task",
    )
    assert found.apart("Method", "a", "x")
    assert found.apart("Task", "x", "a")
    assert not found.apart("Task", "b", "y")  # things of which no line speaks


UNMATCHED = [
    (set(), {"aliases", "not_same", "rename", "reject", "retype"}),
    ({("Method", "a")}, {"aliases", "not_same", "reject", "retype"}),
    ({("Method", "b")}, {"not_same", "reject", "retype"}),
    ({("Method", "b"), ("Method", "c")}, {"reject", "retype"}),
    ({("Method", "a"), ("Task", "r")}, {"aliases", "not_same", "retype"}),
    ({("Dataset", "b")}, {"aliases", "not_same", "rename", "reject", "retype"}),
    ({("Dataset", "d")}, {"aliases", "not_same", "rename", "reject"}),
]


@pytest.mark.parametrize(("known", "expected"), UNMATCHED)
def test_unmatched(known: set[tuple[str, str]], expected: set[str], tmp_path: Path) -> None:
    found = of(
        tmp_path,
        aliases="Method A B",
        not_same="Method B C",
        rename="Method A Z",
        reject="Task R",
        retype="Dataset D Task",
    )
    unmatched = found.unmatched(known)
    assert [d.file.removesuffix(".tsv") for d in unmatched] == sorted(expected)


def test_unmatched_follows_lines(tmp_path: Path) -> None:
    found = of(tmp_path, aliases="Method A B; Method B C; Task A X", retype="Method A Task")
    assert found.target("Method", "c") == ("Task", "a")
    assert [d.where for d in found.unmatched({("Method", "c")})] == ["aliases.tsv:4"]
    assert [d.where for d in found.unmatched({("Method", "a")})] == [
        *("aliases.tsv:2", "aliases.tsv:3", "aliases.tsv:4")
    ]


def test_a_decision_that_was_carried_out_has_an_occasion() -> None:
    # Papers write "tactile"; rules give it the name that the line has.
    decided = settle([Decision(REJECT, "Modality", "tactile data", "", "accept.tsv", 2)])
    linker = Linker([Name("Modality", "tactile", "tactile", 1)], [], ONTOLOGY, decided)
    assert [move.to_key for move in linker.moves()] == [""]
    assert decided.unmatched(linker.occasions) == []
    assert decided.unmatched(linker.names) != []


def test_dump_is_a_table_for_spreadsheets_too() -> None:
    names = ["=cmd()", "\uff1dcmd()", 'the "best"', "'=x", "#1", "caf\u00e9", "'t", "-0.5"]
    found = settle(Decision(REJECT, "Method", name, "", "reject.tsv", 4) for name in names)
    text = dump(found)
    assert "reject\tMethod\t'=cmd()\t\treject.tsv\n" in text
    assert parse_dump(text, ONTOLOGY) == found
    assert {d.line for d in parse_dump(text, ONTOLOGY).decisions} == {0}
    assert dump(parse_dump(text.replace("\n", "\r\n"), ONTOLOGY)) == text


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("join\tMethod\tA\tB\ta.tsv", "c.tsv:2: no kind of decision named 'join'; available: same"),
        ("same\tThing\tA\tB\ta.tsv", "c.tsv:2: no entity type named 'Thing'; available: Method"),
        ("same\tMethod\tA\t\ta.tsv", "c.tsv:2: nothing in column other"),
        (
            "same\tMethod\tA\tB\ta.tsv\nnot_same\tMethod\tA\tB\tn.tsv",
            "c.tsv: Method 'A' is not 'B', but a.tsv says that Method 'B' is an alias of 'A'; bui",
        ),
    ],
)
def test_bad_dump(line: str, says: str) -> None:
    with pytest.raises(ReadError) as caught:
        parse_dump(f"kind\ttype\tname\tother\tfile\n{line}\n", ONTOLOGY, path="c.tsv")
    assert str(caught.value).startswith(says)


NAMES = st.sampled_from(["Net", "net", "Nets", "B", "C", "D", "E e", "F", "=G", '"H"'])
TYPES = st.sampled_from(ONTOLOGY.type_names[:3])
DECISIONS = st.one_of(
    st.builds(Decision, st.sampled_from([SAME, NOT_SAME, RENAME]), TYPES, NAMES, NAMES),
    st.builds(Decision, st.just(RETYPE), TYPES, NAMES, TYPES),
    st.builds(Decision, st.just(REJECT), TYPES, NAMES),
).filter(lambda d: d.kind not in (RETYPE, NOT_SAME) or len(set(d.places)) == 2)


def agreeing(decisions: list[Decision]) -> Curation:
    """Settle as many of the decisions as do not contradict those before them."""
    kept: list[Decision] = []
    for decision in decisions:
        try:
            settle([*kept, decision])
        except ReadError:
            continue
        kept.append(decision)
    return settle(kept)


def table(file: str, decisions: list[Decision]) -> str:
    """Write decisions of one kind into their file, or any into the table of proposals."""
    lines = [HEADERS[file]]
    for d in decisions:
        cells = [d.type, kept(d.name), kept(d.other)]
        if file == ACCEPT:
            cells = ["yes", d.kind, *cells]
        lines.append(
            "\t".join('"' + c.replace('"', '""') + '"' for c in cells).removesuffix('\t""')
        )
    return "\n".join(lines)


@given(st.lists(DECISIONS, max_size=12), st.randoms())
@settings(deadline=None)
def test_order_of_lines_does_not_matter(decisions: list[Decision], chance: random.Random) -> None:
    outcomes: list[object] = []
    for _ in range(3):
        chance.shuffle(decisions)
        lines = range(2, len(decisions) + 2)
        numbered = [replace(d, line=line) for d, line in zip(decisions, lines, strict=True)]
        try:
            found = settle(numbered)
        except ReadError:
            with pytest.raises(ReadError) as caught:
                settle(decisions)
            outcomes.append(str(caught.value))
        else:
            outcomes.append((dump(found), found._things, found._apart))
    assert outcomes[0] == outcomes[1] == outcomes[2]


@given(st.lists(DECISIONS, max_size=12), st.randoms())
@settings(deadline=None)
def test_tables_say_what_was_written(decisions: list[Decision], chance: random.Random) -> None:
    found = agreeing(decisions)
    again: list[Decision] = []
    for file, (kind, _) in [*FILES.items(), (ACCEPT, ("", ""))]:
        ours = [d for d in found.decisions if kind in ("", d.kind)]
        chance.shuffle(ours)
        again += parse(table(file, ours), file, ONTOLOGY)
    assert {(d.kind, d.type, d.name, d.other) for d in again} == {
        (d.kind, d.type, d.name, d.other) for d in found.decisions
    }
    settled = settle(again)
    assert [settled.target(*p) for p in found.places] == [found.target(*p) for p in found.places]


@given(st.lists(DECISIONS, max_size=12))
@settings(deadline=None)
def test_dump_is_inverted(decisions: list[Decision]) -> None:
    found = agreeing(decisions)
    text = dump(found)
    again = parse_dump(text, ONTOLOGY)
    assert again == found
    assert dump(again) == text
    assert again.places == found.places
    for place in found.places:
        assert again.target(*place) == found.target(*place)
        assert again.told(*place) == found.told(*place)


@given(st.lists(DECISIONS, max_size=12))
@settings(deadline=None)
def test_every_decision_is_obeyed(decisions: list[Decision]) -> None:
    found = agreeing(decisions)
    for decision in found.decisions:
        first, *second = decision.places
        assert all(decision in found.told(*place) for place in decision.places)
        if decision.kind in (SAME, RETYPE):
            assert found.target(*first) == found.target(*second[0])
        if decision.kind == SAME and len(set(decision.places)) == 2:
            assert found.target(*first)[1] != first[1]
        if decision.kind == RETYPE:
            assert found.target(*first)[0] != first[0]
        if decision.kind == NOT_SAME:
            assert found.target(*first) != found.target(*second[0])
            assert found.apart(first[0], first[1], second[0][1])
            assert found.apart(first[0], second[0][1], first[1])
        if decision.kind == REJECT:
            assert found.is_rejected(*first)
        if decision.kind == RENAME:
            assert found.name_of(*first) == decision.other
    for place in found.places:
        target = found.target(*place)
        assert found.target(*target) == target
        assert not found.apart(place[0], place[1], place[1])
    assert found.unmatched(found.places) == []
    assert sorted(found.unmatched(())) == list(found.decisions)


def test_many_lines_are_settled_in_time() -> None:
    star = [Decision(SAME, "Method", "hub", f"name {n} x") for n in range(3000)]
    chain = [Decision(SAME, "Task", f"t {n} x", f"t {n + 1} x") for n in range(3000)]
    apart = [Decision(NOT_SAME, "Task", "t 0 x", f"other {n} x") for n in range(3000)]
    found = settle([*star, *chain, *apart])
    assert found.target("Method", "name 2999 x") == ("Method", "hub")
    assert found.target("Task", "t 3000 x") == ("Task", "t 0 x")
    assert found.apart("Task", "t 3000 x", "other 7 x")
