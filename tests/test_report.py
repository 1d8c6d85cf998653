"""The report: what it counts is true, what strangers wrote stays text, same input same bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from conftest import entity, extraction, hand_made

from kg.exporters import report
from kg.graph.assemble import assemble
from kg.graph.overview import overview
from kg.model import Record, Relation

if TYPE_CHECKING:
    from pathlib import Path

    from kg.model import Extraction

HOSTILE = "<img src=x onerror=alert(1)> [x](javascript:alert(1)) | {{7*7}} `$(id)`"


def written(papers: list[Extraction], folder: Path) -> tuple[str, str]:
    folder.mkdir()
    with assemble(papers) as graph:
        report.write(graph, folder)
    html, markdown = ((folder / name).read_text(encoding="utf-8") for name in report.FILES)
    return html, markdown


def dated(number: int, date: str, name: str) -> Extraction:
    record = Record(id=f"d{number}", title=f"Title {number}", abstract=f"We use {name}.", date=date)
    return extraction(record, (entity(record, "Method", name, "used"),))


def test_numbers_are_those_of_the_graph(tmp_path: Path) -> None:
    html, markdown = written(hand_made(), tmp_path / "one")
    assert "What is in these 3 papers" in html
    assert markdown.startswith("# What is in these 3 papers\n")
    assert "<b>2</b><span>methods</span>" in html
    assert "<span>modalities</span>" in html
    assert "| EEGNet | 3 | 0 |" in markdown
    assert "| FlickerNet | 2 | 1 |" in markdown
    assert 'href="graph.html#node=method/eegnet"' in html
    assert "91.5%" in html


def test_order_of_the_papers_is_no_matter(tmp_path: Path) -> None:
    assert written(hand_made(), tmp_path / "one") == written(hand_made()[::-1], tmp_path / "two")


def test_nothing_to_say_is_no_error(tmp_path: Path) -> None:
    html, markdown = written([], tmp_path / "empty")
    assert "What is in these 0 papers" in html
    assert markdown.count("\n## ") == 0


def test_strangers_write_text(tmp_path: Path) -> None:
    record = Record(id=HOSTILE, title=HOSTILE, abstract=f"{HOSTILE} is used with SNN.")
    names = (entity(record, "Method", HOSTILE, "proposed"), entity(record, "Method", "SNN", "used"))
    used = (Relation(names[0].key, "uses", names[1].key, 0, 10, "hand"),)
    html, markdown = written([extraction(record, names, used)], tmp_path / "hostile")
    assert "<img" not in html
    assert 'href="javascript' not in html
    said = "".join(line for line in markdown.splitlines() if not line.startswith(" " * 6))  # code
    assert "<img" not in said
    assert "[x](javascript" not in said
    assert "{{7*7}}" in html
    assert "<script" not in html
    assert "default-src &#39;none&#39;" in html


def test_what_rises_and_falls() -> None:
    papers = [dated(n, "2019", "LSTM" if n % 2 else "SVM") for n in range(12)]
    papers += [dated(n, "2021-03", "Transformer" if n % 2 else "SVM") for n in range(12, 24)]
    with assemble(papers) as graph:
        found = overview(graph).trends
    assert found is not None
    assert (found.cut, found.early, found.late) == ("2021", 12, 12)  # years, as half have no month
    assert [(p.name, p.papers) for p in found.periods] == [("2019", 12), ("2021", 12)]
    assert [t.early for t in found.rising] == [0]
    assert [t.late for t in found.falling] == [0]
    assert len(found.rising) == len(found.falling) == 1  # what is said as often does neither


@pytest.mark.parametrize("dates", [["2020"] * 30, ["", "2020", "2021"]])
def test_no_trend_without_dates(dates: list[str]) -> None:
    papers = [dated(n, date, "LSTM") for n, date in enumerate(dates)]
    with assemble(papers) as graph:
        assert overview(graph).trends is None


def test_a_link_surprises_only_if_nothing_else_suggests_it() -> None:
    papers = []
    for number, pair in enumerate([("A1X", "B1X"), ("C1X", "D1X"), ("C1X", "E1X"), ("E1X", "D1X")]):
        for copy in range(3):
            text = f"{pair[0]} uses {pair[1]}."
            record = Record(id=f"p{number}-{copy}", title=f"Title {number} {copy}", abstract=text)
            names = tuple(entity(record, "Method", name, "used") for name in pair)
            place = (len(record.title) + 1, len(record.title) + 1 + len(text))
            said = (Relation(names[0].key, "uses", names[1].key, *place, "hand"),)
            papers.append(extraction(record, names, said))
    with assemble(papers) as graph:
        found = overview(graph).surprises
    assert [(each.head, each.tail, each.paper) for each in found] == [("A1X", "B1X", "p0-2")]
