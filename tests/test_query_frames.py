"""Rows as data frames and in notebooks."""

from __future__ import annotations

import datetime
import sys
from html.parser import HTMLParser

import pandas
import pytest

from kg.errors import KGError
from kg.graph.frames import kinds
from kg.graph.rendering import html_table
from kg.graph.rows import Rows
from kg.graph.terms import XSD, Term, decimal, integer, iri

METHOD = "https://w3id.org/paperkg/method/"
ROWS = Rows(
    ("name", "n", "x", "mixed", "day", "is_new", "where", "none", "big"),
    (
        (
            Term("EEGNet"),
            integer(3),
            decimal("0.50"),
            integer(1),
            Term("2024-02-29", XSD + "date"),
            Term("true", XSD + "boolean"),
            iri(METHOD + "eegnet"),
            None,
            integer(2**80),
        ),
        (
            Term("<b>\N{ROCKET}"),
            None,
            integer(2),
            Term("one"),
            None,
            Term("false", XSD + "boolean"),
            iri("javascript:alert(1)"),
            None,
            integer(1),
        ),
    ),
    {"method": METHOD},
)
KINDS = ["text", "integer", "number", "text", "day", "truth", "text", "text", "number"]


def test_kinds() -> None:
    assert kinds(ROWS) == KINDS
    assert kinds(Rows(("a", "b"), ())) == ["text", "text"]
    bad = Rows(("a", "b"), ((Term("three", XSD + "integer"), Term("2024-13-01", XSD + "date")),))
    assert kinds(bad) == ["text", "text"]


def test_pandas() -> None:
    frame = ROWS.to_pandas()
    assert list(frame.columns) == list(ROWS.columns)
    assert [str(kind) for kind in frame.dtypes] == [
        *("string", "Int64", "Float64", "string", "datetime64[s]"),
        *("boolean", "string", "string", "Float64"),
    ]
    assert frame["n"].tolist() == [3, pandas.NA]
    assert frame["x"].tolist() == [0.5, 2.0]
    assert frame["mixed"].tolist() == ["1", "one"]
    assert frame["day"][0] == pandas.Timestamp(2024, 2, 29)
    assert frame["day"].isna().tolist() == [False, True]
    assert frame["is_new"].tolist() == [True, False]
    assert frame["where"][0] == METHOD + "eegnet"
    assert frame["none"].isna().all()
    assert frame["big"][0] == float(2**80)
    empty = Rows(("a", "b"), ()).to_pandas()
    assert (list(empty.columns), len(empty)) == (["a", "b"], 0)


def test_polars() -> None:
    frame = ROWS.to_polars()
    assert frame.columns == list(ROWS.columns)
    assert [str(kind) for kind in frame.dtypes] == [
        *("String", "Int64", "Float64", "String", "Date"),
        *("Boolean", "String", "String", "Float64"),
    ]
    assert frame["n"].to_list() == [3, None]
    assert frame["day"].to_list() == [datetime.date(2024, 2, 29), None]
    assert frame["mixed"].to_list() == ["1", "one"]
    assert frame["big"].to_list() == [float(2**80), 1.0]
    assert Rows(("a",), ()).to_polars().shape == (0, 1)


@pytest.mark.parametrize("name", ["pandas", "polars"])
def test_package_that_is_missing(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(KGError) as caught:
        getattr(ROWS, f"to_{name}")()
    assert str(caught.value) == f"needs the package {name}; install it: pip install {name}"


class Seen(HTMLParser):
    """Note tags, links and text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str | None] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        self.text += f"{data}|"


def test_notebook() -> None:
    html = ROWS._repr_html_()
    seen = Seen(html)
    assert set(seen.tags) == {"table", "thead", "tbody", "tr", "th", "td", "a", "p"}
    assert seen.tags.count("tr") == 3
    assert seen.links == [METHOD + "eegnet"]
    assert "<b>\N{ROCKET}" in seen.text
    assert "method:eegnet" in seen.text
    assert "javascript:alert(1)" in seen.text
    assert "2 rows" in seen.text


def test_notebook_shows_the_first_rows() -> None:
    many = Rows(("<n>",), tuple((integer(number),) for number in range(1234)))
    seen = Seen(html_table(many, shown=10))
    assert seen.tags.count("tr") == 11
    assert "1,234 rows, the first 10 shown" in seen.text
    assert "<n>" in seen.text
    assert Seen(html_table(Rows(("a",), ()))).tags.count("tr") == 1


def test_rows_are_printed_as_a_table() -> None:
    assert str(Rows(("a",), ((integer(3),),))) == "a\n-\n3\n"
