"""The vault: names that every system takes, links that lead somewhere, notes that run nothing."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import TYPE_CHECKING

import pytest
from conftest import entity, extraction, hand_made
from hostile import HOSTILE, hostile
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import ExportError
from kg.exporters import obsidian
from kg.exporters.markdown import escaped, file_name, front_matter, link, paths
from kg.graph.assemble import assemble
from kg.model import Record

if TYPE_CHECKING:
    from pathlib import Path

    from kg.graph.knowledge_graph import KnowledgeGraph

LINK = re.compile(r"\[\[([^\[\]|]+)\|([^\[\]|]+)\]\]")
DEVICES = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")
# What begins markup, a template, a query or a comment, in the raw text of a note.
LIVE = re.compile(
    r"<|(?<!\\)`|\{\{|%%|\$=|(?<!\\)!\[|::|(?<!\\)\]\(|(?<!\\)\$|obsidian:|javascript:"
)
STEPS = re.compile(r"^---\n(.*?)---\n", re.DOTALL)


def vault(graph: KnowledgeGraph, folder: Path) -> dict[str, str]:
    obsidian.write(graph, folder)
    place = folder / obsidian.FILES[0]
    return {
        path.relative_to(place).as_posix().removesuffix(".md"): path.read_text(encoding="utf-8")
        for path in sorted(place.rglob("*.md"))
    }


def properties(note: str) -> dict[str, object]:
    block = STEPS.match(note)
    assert block
    pairs = (line.split(": ", 1) for line in block[1].splitlines())
    return {name: json.loads(value) for name, value in pairs}


def test_a_note_for_each_entity_and_each_paper(graph: KnowledgeGraph, tmp_path: Path) -> None:
    notes = vault(graph, tmp_path)
    assert len(notes) == len(graph.entities) + len(graph.papers) + 1
    iris = {properties(text)["iri"] for name, text in notes.items() if name != "README"}
    assert iris == {row["iri"] for row in graph.entities} | {row["iri"] for row in graph.papers}
    assert "[[Method/EEGNet|EEGNet]]: 3" in notes["README"]


def test_a_note_tells_what_the_graph_knows(graph: KnowledgeGraph, tmp_path: Path) -> None:
    notes = vault(graph, tmp_path)
    note = notes["Method/FlickerNet"]
    assert properties(note)["papers"] == 2
    assert "- outperforms [[Method/EEGNet|EEGNet]] (1 paper, as [[Paper/FlickerNet- spiking" in note
    assert "  > It outperforms EEGNet on BETA\n" in note
    assert "91.5% (absolute)" in note.replace("\\", "")
    other = notes["Method/EEGNet"]
    assert properties(other)["aliases"] == ["EEGNets"]
    assert "- [[Method/FlickerNet|FlickerNet]] outperforms this" in other
    paper = notes["Paper/FlickerNet- spiking networks for EEG decoding"]
    assert "- proposes method: [[Method/FlickerNet|FlickerNet]]" in paper
    assert "extends [[Method/EEGNet|EEGNet]] (hedged)" in paper
    assert "reaches an accuracy" in paper


@pytest.mark.parametrize("papers", ["hand-made", "hostile"])
def test_every_link_leads_to_a_note(tmp_path: Path, papers: str) -> None:
    with assemble(hostile() if papers == "hostile" else hand_made()) as graph:
        notes = vault(graph, tmp_path)
    count = 0
    for text in notes.values():
        body = STEPS.sub("", text)
        for path, shown in LINK.findall(body):
            assert path in notes
            assert shown.strip()
            count += 1
        assert "[[" not in LINK.sub("", body)
    assert count > 20


def test_nothing_of_strangers_is_live(tmp_path: Path) -> None:
    with assemble(hostile()) as graph:
        notes = vault(graph, tmp_path)
    for text in notes.values():
        assert not LIVE.search(LINK.sub("", STEPS.sub("", text))), text
        assert not re.search(r"[<`{%$]|::", text.partition("\n---\n")[0])
        assert "\n---\n" not in STEPS.sub("", text)
        body = STEPS.sub("", text)
        assert all(ord(char) >= 32 or char == "\n" for char in body)
        assert not re.search("[\u202a-\u202e\u2028\u2029]", body)
    aliases = {str(alias) for name, text in notes.items() if "/" in name for alias in listed(text)}
    assert len(aliases) > 60
    assert not any(re.match(r"(?!https?:)[a-z]+:\S", alias) for alias in aliases)


def listed(note: str) -> list[object]:
    found = properties(note).get("aliases", [])
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize("text", HOSTILE)
def test_front_matter_reads_back(text: str) -> None:
    found = properties(front_matter({"text": text, "list": [text], "number": 1, "none": ""}))
    assert set(found) == {"text", "list", "number"}
    for each in (found["text"], *found["list"]):  # type: ignore[misc]
        assert str(each).replace(" :", ":") == text.replace("\x08", "").replace("\x0b", "").replace(
            " :", ":"
        )


def test_names_are_safe_on_every_system(tmp_path: Path) -> None:
    with assemble(hostile()) as graph:
        notes = vault(graph, tmp_path)
    folded = {unicodedata.normalize("NFKD", name).casefold() for name in notes}
    assert len(folded) == len(notes)
    for name in notes:
        for part in name.split("/"):
            check(part)


def check(name: str) -> None:
    assert name
    assert not re.search(r'[\\/:*?"<>|#^\[\]\x00-\x1f]', name)
    assert not name.startswith((".", " "))
    assert not name.endswith((".", " "))
    assert not DEVICES.fullmatch(name)
    assert len(f"{name} (123456).md".encode()) <= 255


@given(st.text())
def test_any_text_makes_a_safe_name(text: str) -> None:
    check(file_name(text))
    assert file_name(file_name(text)) == file_name(text)


@pytest.mark.parametrize("name", ["CON", "con", "aux.txt", "LPT1", "COM9.tar.gz", "nul ", "..", ""])
def test_devices_and_nothing_are_no_names(name: str) -> None:
    check(file_name(name))


@given(st.lists(st.text(alphabet="aAäÄbß \u0131.", max_size=3), max_size=12))
def test_no_two_notes_have_one_path(titles: list[str]) -> None:
    found = paths((str(number), "Method", title) for number, title in enumerate(titles))
    folded = {unicodedata.normalize("NFKD", path).casefold() for path in found.values()}
    assert len(folded) == len(titles) == len(found)


def test_a_path_does_not_depend_on_the_order() -> None:
    notes = [("1", "Method", "A"), ("2", "Method", "a"), ("3", "Task", "a")]
    assert paths(notes) == paths(notes[::-1])


@given(st.text())
def test_text_is_no_markup(text: str) -> None:
    assert not LIVE.search(escaped(text))
    assert "\n" not in escaped(text)
    shown = link("Method/a", text)
    assert LINK.fullmatch(shown)
    assert not re.search(r"[<>`{}%$]|::", shown)


def test_many_neighbours_are_cut(tmp_path: Path) -> None:
    found = []
    for number in range(150):
        record = Record(id=f"p{number}", title=f"Paper {number}", abstract="We use a net.")
        found.append(extraction(record, (entity(record, "Method", "net", "used"),)))
    with assemble(found) as graph:
        note = vault(graph, tmp_path)["Method/net"]
    assert "Method in 150 papers" in note
    assert note.count("[[Paper/") == 100


def test_settings_of_obsidian_are_carried_over_and_notes_of_others_kept(
    graph: KnowledgeGraph, tmp_path: Path
) -> None:
    obsidian.write(graph, tmp_path)
    place = tmp_path / obsidian.FILES[0]
    (place / ".obsidian").mkdir()
    (place / ".obsidian" / "app.json").write_text("{}", encoding="utf-8")
    obsidian.write(graph, tmp_path)
    assert (place / ".obsidian" / "app.json").read_text(encoding="utf-8") == "{}"
    obsidian.write(graph, tmp_path)
    (place / "Method" / "mine.md").write_text("mine", encoding="utf-8")
    with pytest.raises(ExportError, match="not written by kg"):
        obsidian.write(graph, tmp_path)
    assert (place / "Method" / "mine.md").read_text(encoding="utf-8") == "mine"


def test_the_same_graph_gives_the_same_notes(tmp_path: Path) -> None:
    written = []
    for name, found in (("a", hand_made()), ("b", hand_made()[::-1] + hand_made())):
        (tmp_path / name).mkdir()
        with assemble(found) as graph:
            written.append(vault(graph, tmp_path / name))
    assert written[0] == written[1]


def test_an_empty_graph_is_a_vault_of_one_note(tmp_path: Path) -> None:
    with assemble([]) as graph:
        assert set(vault(graph, tmp_path)) == {"README"}
