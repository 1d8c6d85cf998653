"""What rises and falls, by the dates of papers, however much of a date is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from conftest import entity, extraction

from kg.graph.assemble import assemble
from kg.graph.trends import trends
from kg.model import Record

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg.graph.trends import Trends
    from kg.model import Extraction


def papers(*dated: tuple[str, str, int]) -> Iterable[Extraction]:
    """Make papers: of each method its date and how many papers."""
    for method, date, number in dated:
        for n in range(number):
            name = f"{method} {date} {n}"
            record = Record(id=name, title=name, abstract=f"We use {method}.", date=date)
            yield extraction(record, (entity(record, "Method", method, "used"),))


def of(*dated: tuple[str, str, int]) -> Trends:
    with assemble(papers(*dated)) as graph:
        found = trends(graph, top=5)
    assert found is not None
    return found


def test_what_rises_and_what_falls() -> None:
    found = of(("Oldnet", "2019", 15), ("Newnet", "2021", 15), ("Oldnet", "2021", 1))
    assert (found.cut, found.early, found.late) == ("2021", 15, 16)
    assert [(t.name, t.early, t.late) for t in found.rising] == [("Newnet", 0, 15)]
    assert [(t.name, t.early, t.late) for t in found.falling] == [("Oldnet", 15, 1)]
    assert [(p.name, p.papers) for p in found.periods] == [("2019", 15), ("2021", 16)]


def test_most_papers_have_the_first_date() -> None:
    found = of(("Oldnet", "2019", 20), ("Newnet", "2021", 8))
    assert (found.cut, found.early, found.late) == ("2021", 20, 8)
    assert [t.name for t in found.rising] == ["Newnet"]


@pytest.mark.parametrize("plain", ["2021", "2021-06"])
def test_a_year_is_not_earlier_than_its_months(plain: str) -> None:
    """Papers of one year are of one time, whether their month is known or not."""
    found = of(("Oldnet", "2020", 12), ("Vaguenet", "2021", 8), ("Exactnet", plain, 8))
    assert (found.cut, found.early, found.late) == ("2021", 12, 16)
    assert [t.name for t in found.rising] == ["Exactnet", "Vaguenet"]


def test_the_few_without_a_month_are_left_out() -> None:
    found = of(("Oldnet", "2021-01", 15), ("Newnet", "2021-11", 15), ("Vaguenet", "2021", 2))
    assert (found.cut, found.early, found.late) == ("2021-11", 15, 15)
    assert [t.name for t in found.rising] == ["Newnet"]


def test_too_little_to_tell() -> None:
    for dated in ([("A", "2021", 25)], [("A", "2021", 9), ("B", "2022", 9)], [("A", "", 30)]):
        with assemble(papers(*dated)) as graph:
            assert trends(graph, top=5) is None
