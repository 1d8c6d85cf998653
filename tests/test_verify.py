"""What verification finds: nothing in what is whole, and the very span in what is not."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kg import manifest
from kg.build import EXTRACTIONS, build
from kg.errors import ExportError, ReadError
from kg.extractions import places
from kg.verify import Checked, Mismatch, verify

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Run

SAMPLE = Path(__file__).parent / "data" / "sample.jsonl"


def records() -> list[dict[str, Any]]:
    return [json.loads(line) for line in SAMPLE.read_text(encoding="utf-8").splitlines()]


def written(path: Path, items: list[dict[str, Any]]) -> Path:
    path.write_text("".join(f"{json.dumps(item)}\n" for item in items), encoding="utf-8")
    return path


@pytest.fixture(scope="module", params=["text", "offsets"])
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("made") / "out"
    build([SAMPLE], out, evidence=request.param, model="rules")
    return out


@pytest.fixture
def built(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "built"))


def tampered(folder: Path, change: Callable[[dict[str, Any]], None], identifier: str) -> None:
    """Change one extraction, and the manifest so that it tells nothing."""
    path = folder / EXTRACTIONS
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    for line in lines:
        if line["id"] == identifier:
            change(line)
    written(path, lines)
    told = manifest.read(folder)
    told["files"] = manifest.hashes(folder)
    (folder / manifest.MANIFEST).write_text(json.dumps(told), encoding="utf-8")


def test_what_is_whole_is_verified(built: Path) -> None:
    (built / ".store" / "abc").mkdir(parents=True)
    (built / ".store" / "abc" / "data").write_text("of queries")
    checked = Checked()
    assert list(verify(built, [SAMPLE], checked)) == []
    assert (checked.inputs, checked.papers) == (1, 40)
    assert checked.files == len(manifest.read(built)["files"])
    lines = (built / EXTRACTIONS).read_text(encoding="utf-8").splitlines()
    assert checked.spans == sum(len(list(places(json.loads(line)))) for line in lines) > 300


def test_order_and_names_of_inputs_are_no_matter(tmp_path: Path) -> None:
    items = records()
    random.Random(1).shuffle(items)  # noqa: S311
    one = written(tmp_path / "one.jsonl", items[:25])
    two = written(tmp_path / "two.jsonl", items[15:])  # ten papers stand in both
    build([one, two], tmp_path / "out", model="rules")
    assert list(verify(tmp_path / "out", [two, one])) == []
    moved = two.rename(tmp_path / "moved.jsonl")
    assert list(verify(tmp_path / "out", [moved, one])) == []
    found = list(verify(tmp_path / "out", [one]))
    assert found[0] == Mismatch("input", "two.jsonl", "is not among the inputs")
    assert {m.kind for m in found[1:]} == {"paper"}
    assert len(found) == 1 + 15
    again = list(verify(tmp_path / "out", [one, moved, SAMPLE]))
    assert again == [Mismatch("input", "sample.jsonl", "was not there when the build was made")]


def test_a_changed_word_is_found_by_record_and_span(built: Path, tmp_path: Path) -> None:
    items = records()
    before = items[0]["abstract"]
    assert "EEG" in before
    items[0]["abstract"] = before.replace("EEG", "ECG")
    changed = written(tmp_path / "sample.jsonl", items)
    found = list(verify(built, [changed]))
    assert found[0] == Mismatch("input", "sample.jsonl", "has changed since the build")
    assert found[1].kind == "text"
    spans = [m for m in found if m.kind == "span"]
    assert {m.name for m in found[1:]} == {items[0]["id"]}
    mention = next(m for m in spans if m.fact.startswith("mention of"))
    assert mention.reason == "rests on 'EEG', but the text says 'ECG'"
    text = f"{items[0]['title']}\n{before}"
    assert text[mention.start : mention.end] == "EEG"
    assert all(m.fact and m.start is not None for m in spans)


def test_a_shorter_text_leaves_spans_outside(built: Path, tmp_path: Path) -> None:
    items = records()
    items[1]["abstract"] = items[1]["abstract"][:30]
    found = list(verify(built, [written(tmp_path / "sample.jsonl", items)]))
    assert any("lies outside the text" in m.reason for m in found)
    assert {m.name for m in found if m.kind == "span"} == {items[1]["id"]}


def test_papers_that_came_and_went_are_told(built: Path, tmp_path: Path) -> None:
    items = records()
    gone = items.pop()
    items.append({"id": "new:1", "title": "A new paper", "abstract": "It is new to all."})
    found = set(verify(built, [written(tmp_path / "sample.jsonl", items)]))
    assert Mismatch("paper", gone["id"], "is in the build, but not in the inputs") in found
    assert Mismatch("paper", "new:1", "is in the inputs, but not in the build") in found
    assert {m.kind for m in found} == {"input", "paper"}


def test_files_that_are_no_longer_what_they_were(built: Path) -> None:
    with (built / "graph.ttl").open("a") as file:
        file.write("# more\n")
    (built / "papers.csv").unlink()
    (built / "notes").mkdir()
    (built / "notes" / "mine.txt").write_text("mine")
    assert set(verify(built, [SAMPLE])) == {
        Mismatch("file", "graph.ttl", "has changed since the build"),
        Mismatch("file", "papers.csv", "is missing"),
        Mismatch("file", "notes/mine.txt", "is not in the manifest"),
    }


def move_mention(line: dict[str, Any]) -> None:
    line["entities"][0]["evidence"][0]["start"] += 1


def rename_mention(line: dict[str, Any]) -> None:
    line["entities"][0]["evidence"][0]["text"] = "Something else"


def change_digest(line: dict[str, Any]) -> None:
    line["digest"] = "0" * 64


def change_title(line: dict[str, Any]) -> None:
    line["title"] = "Another title"


def drop_digest(line: dict[str, Any]) -> None:
    del line["digest"]


def offset_of_words(line: dict[str, Any]) -> None:
    line["entities"][0]["evidence"][0]["start"] = "three"


def far_away(line: dict[str, Any]) -> None:
    line["entities"][0]["evidence"][0].update(start=10**6, end=10**6 + 3)


@pytest.mark.parametrize(
    ("change", "kind", "reason"),
    [
        (move_mention, "span", "rests on"),
        (rename_mention, "span", "rests on 'Something else'"),
        (change_digest, "text", "is not the text"),
        (change_title, "text", "is told otherwise"),
        (drop_digest, "paper", "no extraction of kg"),
        (offset_of_words, "paper", "no extraction of kg"),
        (far_away, "span", "lies outside"),
    ],
)
def test_a_build_that_was_tampered_with(
    built: Path, change: Callable[[dict[str, Any]], None], kind: str, reason: str
) -> None:
    identifier = records()[0]["id"]
    tampered(built, change, identifier)
    found = list(verify(built, [SAMPLE]))
    assert (found[0].kind, found[0].name) == (kind, identifier)
    assert found[0].reason.startswith(reason)
    assert {m.name for m in found} == {identifier}


def test_a_line_that_is_no_json(built: Path) -> None:
    with (built / EXTRACTIONS).open("a") as lines:
        lines.write("\nbroken\n")
    found = list(verify(built, [SAMPLE]))
    assert [m.kind for m in found] == ["file", "paper"]
    assert found[1].name == f"{EXTRACTIONS}:42"
    (built / EXTRACTIONS).unlink()
    found = list(verify(built, [SAMPLE]))
    assert found[0] == Mismatch("file", EXTRACTIONS, "is missing")
    assert len(found) == 41


def test_what_cannot_be_verified(tmp_path: Path, built: Path) -> None:
    with pytest.raises(ExportError, match="is no build"):
        list(verify(tmp_path, [SAMPLE]))
    with pytest.raises(ReadError, match="no such file"):
        list(verify(built, [tmp_path / "nothing.jsonl"]))


def test_no_terminal_misreads_a_mismatch() -> None:
    assert str(Mismatch("paper", "\x1b[31m\u202e", "is new")) == r"paper \x1b[31m\u202e: is new"
    long = Mismatch("span", "a", "r", "f", 1, 2)
    assert str(long) == "span a 1-2: f: r"


def test_the_verb(kg: Run, built: Path, tmp_path: Path) -> None:
    answer = kg("verify", built, SAMPLE)
    assert (answer.code, answer.out) == (0, "")
    assert "1 inputs, 40 papers" in answer.err
    assert "all agree" in answer.err
    items = records()
    for item in items:
        item["abstract"] = f"Now {item['abstract']}"
    changed = written(tmp_path / "sample.jsonl", items)
    answer = kg("verify", built, changed)
    assert answer.code == 1
    assert answer.out.count("\n") == 21
    assert "more; --top 0 shows all" in answer.out
    lines = kg("verify", built, changed, "--json").out.splitlines()
    assert len(lines) > 200
    assert json.loads(lines[1])["kind"] == "text"
    assert kg("verify", built, changed, "--top", 0).out.count("\n") == len(lines)
    assert kg("verify", tmp_path, SAMPLE).code == 2
