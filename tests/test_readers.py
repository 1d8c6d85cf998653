"""Readers: the same records in every form, every fault with its place, nothing read too early."""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import json
import logging
import lzma
import re
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from kg import registry
from kg.errors import ReadError, UnknownNameError
from kg.model import Listing, Record
from kg.normalize import key
from kg.readers import streams
from kg.readers.guess import guess
from kg.readers.read import MAX_ABSTRACT, MAX_TITLE, read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FORMS = sorted((Path(__file__).parent / "data" / "records").iterdir())
SEEDS = Path(__file__).parents[2] / "shared" / "seeds"
EXPECTED = [
    (line["title"], line["abstract"])
    for form in FORMS
    if form.name == "records.jsonl"
    for line in map(json.loads, form.read_text(encoding="utf-8").splitlines())
]
GOOD = b'{"title": "A net", "abstract": "We test it."}\n'
PACKERS: dict[str, Callable[[bytes], bytes]] = {
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
    ".zst": zstandard.compress,
}
TEXT = st.text(max_size=40)


def items(content: bytes, form: str | None = None) -> Iterator[Record | ReadError]:
    """Read bytes as standard input."""
    return read("-", format=form, stdin=io.BytesIO(content))


def records(content: bytes, form: str | None = None) -> list[Record]:
    """Read bytes that hold nothing but good records."""
    found = list(items(content, form))
    assert [item for item in found if isinstance(item, ReadError)] == []
    return [item for item in found if isinstance(item, Record)]


def skipped(content: bytes, form: str | None = None) -> list[tuple[int, str]]:
    """Read bytes, and give line and reason of each record that was skipped."""
    found = [item for item in items(content, form) if isinstance(item, ReadError)]
    assert all(error.path == "-" and error.remedy and is_one_line(error) for error in found)
    return [(error.line, error.reason) for error in found]


def fault(content: bytes, form: str | None = None) -> tuple[int, ReadError]:
    """Read bytes that break off, and give the number of good records before, and the error."""
    found, error = until_fault(content, form)
    assert error is not None
    assert error.path == "-"
    assert error.remedy
    assert is_one_line(error)
    assert all(isinstance(item, Record) for item in found)
    return len(found), error


def until_fault(
    content: bytes, form: str | None
) -> tuple[list[Record | ReadError], ReadError | None]:
    """Read bytes as far as it goes."""
    found = []
    try:
        for item in items(content, form):
            found.append(item)  # noqa: PERF402  # what came before the fault counts
    except ReadError as err:
        return found, err
    return found, None


def is_one_line(error: ReadError) -> bool:
    return len(str(error).splitlines()) == 1


def pairs(found: list[Record]) -> list[tuple[str, str]]:
    return [(record.title, record.abstract) for record in found]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_the_same_records_in_every_form(form: Path) -> None:
    content = form.read_bytes()
    assert pairs(records(content)) == EXPECTED
    found = [item for item in read(form) if isinstance(item, Record)]
    assert pairs(found) == EXPECTED
    assert {record.source for record in found} == {form.name}
    assert [record.line for record in found] == sorted(record.line for record in found)
    assert all(record.line > 0 for record in found)
    if form.name != "excel.csv":
        assert pairs(records(b"\xef\xbb\xbf" + content)) == EXPECTED
    assert pairs(records(content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))) == EXPECTED
    assert pairs(records(content.replace(b"\r\n", b"\n").replace(b"\n", b"\r"))) == EXPECTED


def test_every_format_has_a_form_and_one_reader_claims_each() -> None:
    claimed = set()
    for form in FORMS:
        with streams.lines(str(form)) as lines:
            claims = [r.FORMAT for r in registry.modules("readers") if r.sniff(lines.head)]
            assert guess(lines, str(form)).FORMAT in claims
        special = [name for name in claims if name != "text"]
        assert len(special or claims) == 1, (form.name, claims)
        claimed.update(special or claims)
    assert claimed == set(registry.names("readers"))


@pytest.mark.parametrize("suffix", PACKERS)
def test_packed_files_are_read_as_they_are(suffix: str, tmp_path: Path) -> None:
    for form in FORMS:
        packed = tmp_path / f"{form.name}{suffix}"
        packed.write_bytes(PACKERS[suffix](form.read_bytes()))
        found = [item for item in read(packed) if isinstance(item, Record)]
        assert pairs(found) == EXPECTED
        assert found[0].source == packed.name
    assert len(records(PACKERS[suffix](GOOD) + PACKERS[suffix](GOOD))) == 2


@pytest.mark.parametrize("suffix", PACKERS)
def test_truncated_packed_files_give_what_they_have_and_break(suffix: str) -> None:
    lines = [f'{{"title": "{n}", "abstract": "We {n * 7919 % 10007}."}}\n' for n in range(40000)]
    packed = PACKERS[suffix]("".join(lines).encode())
    good, error = fault(packed[: len(packed) * 4 // 5])
    assert 10000 < good < 40000
    assert error.line == good + 1
    assert "broken" in error.reason


def test_a_skippable_frame_of_zstandard_is_skipped() -> None:
    frame = b"\x50\x2a\x4d\x18\x04\0\0\0abcd"
    assert len(records(frame + zstandard.compress(GOOD))) == 1
    assert fault(zstandard.compress(GOOD) + b"rubbish")[0] == 1


def test_fields_of_a_library() -> None:
    (bib,) = (form for form in FORMS if form.suffix == ".bib")
    first, second, third, _ = records(bib.read_bytes())
    assert first == Record(
        id="lantern24",
        title=EXPECTED[0][0],
        abstract=EXPECTED[0][1],
        source="-",
        line=6,
        date="2024-03",
        doi="10.5555/lantern.2024",
        url="https://example.org/lantern",
        authors=("Ada Brook", "Bo van Dyke"),
    )
    assert (second.id, second.date, second.authors) == ("muller23", "2023-07", ("Müller, Ida",))
    assert third.arxiv == "2205.01234"
    for name in ("csl.json", "zotero.csv", "openalex.jsonl", "daily-papers.json"):
        (form,) = (form for form in FORMS if form.name == name)
        found = records(form.read_bytes())
        assert [record.date for record in found] == ["2024-03-09", "2023-07", "2022", "2025-11-02"]
        assert found[0].authors == ("Ada Brook", "Bo van Dyke")


def test_fields_of_tagged_lines() -> None:
    for name, ids in (("library.ris", "lantern24 muller23 clock22 depth25"), ("pubmed.nbib", "")):
        (form,) = (form for form in FORMS if form.name == name)
        found = records(form.read_bytes())
        numbers = [f"pmid:3100000{number}" for number in range(1, 5)]
        assert [record.id for record in found] == (ids.split() or numbers)
        assert [record.date for record in found] == ["2024-03-09", "2023-07", "2022", "2025-11-02"]
        assert [record.doi for record in found] == [
            *("10.5555/lantern.2024", "", "", "10.5555/depth-25"),
        ]
        assert found[2].authors == ("Clock, Ona", "Clock, Pia", "Clock, Quy")
        assert found[3].authors == (("Sora, Rei",) if ids else ("Sora R",))
        assert found[2].arxiv == ("2205.01234" if ids else "")
    assert found[0].url == "https://pubmed.ncbi.nlm.nih.gov/31000001/"


def test_tagged_lines_that_are_out_of_place() -> None:
    ris = (
        b"Database: Toys\n\nTI  - lost\nAB  - lost too\nTY  - JOUR\nTI  - A\n net\nAB  -\n  We.\n"
        b"ER  -\nDO  - 10.1/x\nER  - \nTY  - JOUR\nT1  - B net\nN2  - Open.\nTY  - JOUR\nTI  - C\n"
    )
    found = [item for item in items(ris, "ris") if isinstance(item, Record)]
    assert [(r.title, r.abstract, r.line) for r in found] == [
        ("A net", "We.", 5),
        ("B net", "Open.", 13),
    ]
    assert skipped(ris, "ris") == [
        (3, "TI outside of a record"),
        (11, "DO outside of a record"),
        (16, "record 'C' without abstract"),
    ]
    assert skipped(b"TI  - lost\n\nPMID- 7\nTI  - A\nAB  - We.\n", "medline") == [
        (1, "TI outside of a record")
    ]
    # Words of an abstract that look like a tag are none: MEDLINE indents, RIS needs two blanks.
    text = b"PMID- 7\nTI  - A\nAB  - We use\n      TI  - and\n      PMID- 8.\n"
    assert records(text)[0].abstract == "We use TI  - and PMID- 8."
    assert records(b"TY  - A\nTI  - B\nAB  - We\nAI - x.\n")[0].abstract == "We AI - x."


@given(st.text(max_size=80), st.sampled_from(["ris", "medline"]))
def test_any_lines_are_tagged_lines(text: str, form: str) -> None:
    begin = {"ris": "TY  - A\nTI  - t\n", "medline": "PMID- 7\nTI  - t\n"}[form]
    until_fault(f"{begin}{text}".encode("utf-8", "replace"), form)


def test_places_on_a_page() -> None:
    dense, spaced = (form for form in FORMS if form.name.startswith("listing"))
    found = [item for item in read(spaced) if isinstance(item, Record)]
    assert [record.listings for record in found] == [
        (Listing(spaced.name, position, "--02-29"),) for position in range(1, 5)
    ]
    found = [item for item in read(dense) if isinstance(item, Record)]
    assert [record.listings for record in found] == [
        (Listing(dense.name, position),) for position in range(1, 5)
    ]
    assert all(record.date == "" for record in found)


def test_a_page_with_gaps() -> None:
    page = (
        "Daily Papers\n\nFeb 30\n\nFeb 29\n\nLost title\n\nA net\n\nWe test it.\n\n"
        f"{'We lost its title. ' * 20}\n\nAnother lost title\n\nMar 1\n\nB net\n\nWe too.\n\nLast\n"
    )
    found = [item for item in items(page.encode()) if isinstance(item, Record)]
    assert [(r.title, r.listings[0].position, r.listings[0].day) for r in found] == [
        ("A net", 2, "--02-29"),
        ("B net", 4, "--03-01"),
    ]
    assert [line for line, _ in skipped(page.encode())] == [7, 13, 15, 23]
    without_day = b"Daily Papers\n\nby someone\n\nA net\n\n" + b"We test it. " * 8
    assert records(without_day)[0].listings == (Listing("-", 1),)


@pytest.mark.corpus
@pytest.mark.skipif(not SEEDS.exists(), reason="no shared corpus beside the checkout")
def test_the_pages_that_the_project_began_with() -> None:
    found = [item for page in sorted(SEEDS.iterdir()) for item in read(page)]
    titles = [item.title for item in found if isinstance(item, Record)]
    assert len(titles) == len(found) == 454
    assert len({key(title) for title in titles}) == 333
    assert not [t for t in titles if t.startswith(("Subscribe", "Daily Papers", "Get trending"))]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf \n\n", "is empty"),
        (gzip.compress(b""), "is empty"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "binary"),
        (gzip.compress(gzip.compress(GOOD)), "binary"),
        (b"%PDF-1.7\n", "a PDF"),
        (b"PK\x03\x04", "an archive"),
        ("A net\n".encode("utf-16"), "UTF-16"),
        (b"<!DOCTYPE html>\n<p>A net</p>", "HTML"),
        (b"<?xml version='1.0'?><PubmedArticleSet/>", "XML"),
        (b"import os\nimport sys\n\nprint(os)\n", "no format that is known"),
        (b"title,year\nA net,2024\n", "no format that is known"),
        (b"[]", "no record"),
        (gzip.compress(GOOD)[:14], "broken"),
        (gzip.compress(b"x" * 10_000_000), "no format that is known"),
    ],
)
def test_what_is_no_input_is_refused(content: bytes, reason: str) -> None:
    good, error = fault(content)
    assert good == 0
    assert reason in error.reason


@pytest.mark.parametrize("content", [b"hello\0", GOOD * 3 + b"\0"])
def test_bytes_of_nothing_are_binary_also_where_the_format_is_named(content: bytes) -> None:
    for name in registry.names("readers"):
        assert "binary" in fault(content, name)[1].reason


def test_unknown_formats_list_those_that_there_are(tmp_path: Path) -> None:
    assert "bibtex, csv, jsonl, listing, medline, ris, text" in fault(b"one word")[1].remedy
    with pytest.raises(UnknownNameError, match="available: bibtex, csv"):
        read("-", format="docx")
    plain = tmp_path / "note.TXT"
    plain.write_text("A net\nwe test it", encoding="utf-8")
    assert [item.abstract for item in read(plain) if isinstance(item, Record)] == ["we test it"]


def test_two_readers_that_claim_one_input(tmp_path: Path) -> None:
    both = b"title,abstract\nA net,We test it.\n@misc{k, title={B net}, abstract={We too.}}\n"
    assert "could be bibtex or csv" in fault(both)[1].reason
    for suffix, title in ((".csv", "A net"), (".bib", "B net")):
        (tmp_path / f"both{suffix}").write_bytes(both)
        first = next(item for item in read(tmp_path / f"both{suffix}") if isinstance(item, Record))
        assert first.title == title


def test_files_that_cannot_be_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reasons = {
        tmp_path / "absent": "no such file",
        tmp_path: "is a folder",
        tmp_path / "nul\0": "null",
        tmp_path / ("x" * 999): "too long",
    }
    for path, reason in reasons.items():
        with pytest.raises(ReadError, match=reason) as raised:
            next(read(path))
        assert raised.value.path == str(path)
        assert raised.value.remedy

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(ReadError, match="may not be read"):
        next(read(tmp_path / "locked"))


def test_invalid_utf8_is_told_with_its_line() -> None:
    good, error = fault(GOOD * 2 + b'{"title": "caf\xe9", "abstract": "x"}\n' + GOOD)
    assert (good, error.line, error.reason) == (2, 3, "byte 0xe9 is no UTF-8")
    assert fault(b"title,abstract\rA,B\rC,\xff\r")[1].line == 3


def test_lines_without_end_break_off_before_the_memory_is_full(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("bibtex", "csv", "jsonl", "plain", "streams", "tagged"):
        monkeypatch.setattr(f"kg.readers.{'delimited' if name == 'csv' else name}.LIMIT", 50_000)
    long = b"x" * 60_000
    assert fault(GOOD + long)[0] == 1
    assert fault(zstandard.compress(GOOD + b"x" * 10**8))[0] == 1
    many = b"x\n" * 30_000
    for content, form in (
        (b"@misc{k, title = {" + many, "bibtex"),
        (b'title,abstract\nA,"' + many.replace(b"x", b'","'), "csv"),
        (b'[\n{"title":\n' + many, "jsonl"),
        (b"A net\n" + many, "text"),
        (b"TY  - JOUR\nAB  - " + many, "ris"),
        (b"PMID- 7\nAB  - " + many.replace(b"x", b"TI  - x"), "medline"),
    ):
        assert "longer than" in fault(content, form)[1].reason


def test_lines_that_are_no_objects_are_skipped() -> None:
    content = GOOD + b'[1]\n3\nnull\n"x"\ntrue\n{bad\n\n' + b"[" * 99_999 + b"\n" + GOOD
    kinds = ["list", "number", "null", "string", "true or false"]
    told = skipped(content)
    expected = [(n, f"a JSON {kind}, no object") for n, kind in enumerate(kinds, 2)]
    assert told[:5] == expected
    assert [line for line, _ in told[5:]] == [7, 9]
    assert "no JSON" in told[5][1]
    assert sum(isinstance(item, Record) for item in items(content)) == 2


def test_json_over_many_lines() -> None:
    broken = (
        b'[{"title": "A", "abstract": "B {[\\""},\n {"title":\n"C", "abstract": "D"}, 1, "x",\n'
    )
    found = list(items(broken + b'[2], {"title": '))
    assert [(r.title, r.line) for r in found if isinstance(r, Record)] == [("A", 1), ("C", 2)]
    assert [line for line, _ in skipped(broken + b'[2], {"title": ')] == [3, 4, 4]
    one = json.dumps({"title": "A", "abstract": "B", "authors": [{"name": "C"}]}, indent=2)
    assert [record.line for record in records(f"{one}\n{one}\n".encode())] == [1, 10]
    assert len(skipped(b'[{"title": "A", "abstract": "B"}]\n{"title": "C", "abstract": "D"}')) == 1
    wrapped = json.dumps({"records": [{"title": "A", "abstract": "B"}, 3]}, indent=2).encode()
    assert skipped(wrapped) == [(1, "a JSON number, no object")]


def test_what_is_kept_and_what_is_replaced() -> None:
    title = '<script>alert(1)</script> "q" \u202eגב\u200f $\\alpha$\n  two\tthree\u2028four\x00\x85'
    abstract = "\r\n Keep\ttabs\nand lines; \x07, \x9f and \ud800 and \uffff go. <b> \n"
    line = json.dumps({"id": 7, "title": title, "abstract": abstract}).encode()
    (record,) = records(line)
    assert record.id == "7"
    assert record.title == ('<script>alert(1)</script> "q" \u202eגב\u200f $\\alpha$ two three four')
    assert record.abstract == "Keep\ttabs\nand lines;  ,   and \ufffd and \ufffd go. <b>"
    assert (
        records(b'{"title": "A\tnet \x01", "abstract": "raw \x02.", "n": NaN}')[0].title == "A net"
    )


@pytest.mark.parametrize(
    "text",
    [
        "Title: A net: part two\nAbstract: We test it.\nIt works.\n",
        "TITLE:\nA net:\npart two\nABSTRACT:\nWe test it.\nIt works.\n",
        "Title: A net: part two\n\nAbstract: We test it.\nIt works.\n",
        "# Title: A net: part two\n\n**Abstract:** We test it.\nIt works.\n",
        "Title: A net:\npart two\nAuthors: A. One,\nB. Two\nAbstract: We test it.\nIt works.\n",
    ],
)
def test_labels_in_plain_text_are_dropped(text: str) -> None:
    for copies in (1, 2):
        found = records("\n".join([text] * copies).encode(), "text")
        assert {r.title for r in found} == {"A net: part two"}
        assert [r.abstract for r in found] == ["We test it.\nIt works."] * copies


def test_words_that_are_no_labels_stay() -> None:
    text = "Titles: a study\nAbstracts are short: they say.\nAbstract: this word is text.\n"
    (found,) = records(text.encode(), "text")
    assert found.title == "Titles: a study"
    assert found.abstract == "Abstracts are short: they say.\nAbstract: this word is text."


def test_a_fault_of_json_is_told_in_one_piece() -> None:
    ((_, reason),) = skipped(b'{"title": "t", "abstract": "We', "jsonl")
    assert reason == "no JSON: Unterminated string starting at column 28"


def test_records_without_what_they_need() -> None:
    lines = b'{"id": "k"}\n{"title": "t", "abstract": " "}\n{"abstract": "a", "title": {}}\n{}\n'
    assert skipped(lines) == [
        (1, "record 'k' without title and abstract"),
        (2, "record 't' without abstract"),
        (3, "record without title"),
        (4, "record without title and abstract"),
    ]
    assert skipped(b"A net\nWe test it.\n\nB net\n\n") == [(4, "record 'B net' without abstract")]
    assert skipped(b"A net\n\nWe test it.\n\nB net") == [(5, "record 'B net' without abstract")]
    assert skipped(b"A net\n\nWe test it.\n\n" + b"We. " * 99) == [(5, "an abstract without title")]


def test_records_that_are_too_long_are_not_cut() -> None:
    for size in (MAX_ABSTRACT - 1, MAX_ABSTRACT + 1, 4_999_999):
        abstract = ("a" * 99 + " ") * (size // 100) + "a" * (size % 100)
        contents = {
            "jsonl": json.dumps({"title": "A", "abstract": abstract}) + "\n",
            "csv": f'title,abstract\nA,"{abstract}"\n',
            "bibtex": f"@misc{{k, title = {{A}}, abstract = {{{abstract}}}}}\n",
            "text": f"A\n{abstract}\n",
            "medline": f"PMID- 7\nTI  - A\nAB  - {abstract.replace(' ', chr(10) + ' ' * 6)}\n",
            "ris": f"TY  - JOUR\nTI  - A\nAB  - {abstract}\nER  - \n",
            "listing": f"Daily Papers\nJul 28\nA\n{abstract}\n",
        }
        assert set(contents) == set(registry.names("readers"))
        for form, content in contents.items():
            if size <= MAX_ABSTRACT:
                assert len(records(content.encode(), form)[0].abstract) == size
            else:
                ((_, reason),) = skipped(content.encode(), form)
                assert reason == f"abstract of {size:,} characters, more than {MAX_ABSTRACT:,}"
    ((_, reason),) = skipped(json.dumps({"title": "t" * 2001, "abstract": "a"}).encode())
    assert reason == f"title of 2,001 characters, more than {MAX_TITLE:,}"


def test_a_run_of_signs_is_no_text() -> None:
    ((_, reason),) = skipped(json.dumps({"title": "t", "abstract": "(" * 500}).encode())
    assert reason == "a run of 500 signs without a word"
    assert len(records(json.dumps({"title": "t", "abstract": "( " * 500 + "a"}).encode())) == 1
    for word in ("_", "'s"):
        ((_, reason),) = skipped(json.dumps({"title": "t", "abstract": word * 3000}).encode())
        assert reason == "3,000 characters without a blank"


def test_authors_inside_authors_inside_authors() -> None:
    deep = '{"author": ' * 900 + '"A. Author"' + "}" * 900
    line = f'{{"title": "t", "abstract": "a", "authors": [{deep}, {{"name": "B. Author"}}]}}'
    assert records(line.encode())[0].authors == ("B. Author",)


def test_identifiers() -> None:
    lines = [
        {"title": "Neural Nets", "abstract": "a"},
        {"title": "neural-net", "abstract": "b"},
        {"id": " x/1 ", "title": "t", "abstract": "a"},
        {"arxiv_id": "arXiv:2501.00001v2", "doi": "10.1/x", "title": "t", "abstract": "a"},
        {"DOI": "https://doi.org/10.5555/X", "url": "javascript:1", "title": "t", "abstract": "a"},
        {"id": True, "url": "http://arxiv.org/abs/cs/0101001v1", "title": "t", "abstract": "a"},
        {"externalIds": {"DOI": "10.5555/z", "ArXiv": "2501.00002"}, "title": "t", "abstract": "a"},
    ]
    found = records("\n".join(map(json.dumps, lines)).encode())
    assert [(r.id, r.arxiv, r.doi, r.url) for r in found[2:]] == [
        ("x/1", "", "", ""),
        ("arXiv:2501.00001v2", "2501.00001", "", ""),
        ("https://doi.org/10.5555/X", "", "10.5555/X", ""),
        (found[5].id, "cs/0101001", "", "http://arxiv.org/abs/cs/0101001v1"),
        ("2501.00002", "2501.00002", "10.5555/z", ""),
    ]
    assert found[0].id == found[1].id
    assert re.fullmatch("p[0-9a-f]{10}", found[0].id)


def test_rows_that_are_ragged_or_badly_quoted() -> None:
    table = b'title,abstract\nA,x\n"B" c,y\nC,z,\n\nD\nE,"y\nF,z\n"G\ng","z"\nH,"z\nI,j\n'
    assert [(r.title, r.line) for r in items(table) if isinstance(r, Record)] == [
        ("A", 2),
        ("C", 4),
        ("F", 8),
        ("G g", 9),
        ("I", 12),
    ]
    assert [line for line, _ in skipped(table)] == [3, 6, 7, 11]
    limit = csv.field_size_limit()
    unquoted = b'TI\tAB\n"Deep" nets\tWe.\n"Open\tWe "test".\nLast\tWe.\n'
    titles = ['"Deep" nets', '"Open', "Last"]
    assert [record.title for record in records(unquoted)] == titles
    assert csv.field_size_limit() == limit
    assert "no column for abstract" in fault(b"title,year\nA,2\n", "csv")[1].reason
    assert "no row" in fault(b'"title,abstract\nA,b\n', "csv")[1].reason


def test_broken_entries_are_skipped_in_silence(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    library = (
        b"@comment{x}\n@article{a, title={A}, abstract={B}}\n"
        b"@article{b, title={C, abstract={D}}\n\n"
        b"@article{c, title={E}, abstract={F}, Abstract={G}} @misc{d, title={H}, abstract={I}}\n"
        b"@misc{e title={x}}\n@misc{f, title={T}, abstract={no end}\n"
    )
    found = [item for item in items(library) if isinstance(item, Record)]
    assert [(r.id, r.abstract, r.line) for r in found] == [
        ("a", "B", 2),
        ("c", "F", 5),
        ("d", "I", 5),
    ]
    assert [line for line, _ in skipped(library)] == [3, 6, 7]
    assert "not closed" in skipped(library)[0][1]
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"plain 5% -- text", "plain 5% -- text"),
        (r"{BERT} at 50\% \& more\_x", "BERT at 50% & more_x"),
        (r"50% of {\'e}t{\'e} and {\ss}", "50% of été and ß"),
        (r"\emph{in vivo} with $\alpha_{1}$", r"in vivo with $\alpha_{1}$"),
        (r"see \url{http://a.b/c_d} or \href{http://a.b}{here}", "see http://a.b/c_d or here"),
        (r"\textless 3 \cite{k}in~Rome", "<3 in Rome"),
        (r"{a} broken \frac", "a broken"),
        (r"{a} broken \href x", "a broken x"),
    ],
)
def test_latex_becomes_text(latex: str, text: str) -> None:
    (record,) = records(f"@misc{{k, title = {{T}}, abstract = {{{latex}}}}}".encode(), "bibtex")
    assert record.abstract == text


class Endless(io.RawIOBase):
    """Records without end, counted."""

    given = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        self.given += size
        return (GOOD * (size // len(GOOD) + 1))[:size] if size > len(GOOD) else GOOD[:size]


def test_nothing_is_read_before_it_is_asked_for(tmp_path: Path) -> None:
    endless = Endless()
    reading = read("-", stdin=endless)  # type: ignore[arg-type]
    assert endless.given == 0
    next(reading)
    assert endless.given < 200_000
    packed = zstandard.compress(GOOD * 2_000_000)
    assert isinstance(next(items(packed)), Record)
    assert isinstance(next(items(b"[" + (GOOD + b",") * 100_000)), Record)
    never = read(tmp_path / "absent")
    assert never is not None


def clean(text: str) -> str:
    """Say again, character by character, what becomes of a text without line breaks."""
    swapped = {"Cc": " ", "Cs": "\ufffd"}
    kept = (
        c
        if c in "\t\n"
        else "\ufffd"
        if c in "\ufffe\uffff"
        else swapped.get(unicodedata.category(c), c)
        for c in text
    )
    return "".join(kept).strip()


@given(st.lists(st.tuples(TEXT, TEXT, TEXT), min_size=1, max_size=5))
def test_what_is_written_as_json_is_read_back(rows: list[tuple[str, str, str]]) -> None:
    lines = [json.dumps({"id": i, "title": t, "abstract": a}) + "\n" for i, t, a in rows]
    found = list(items("".join(lines).encode(), "jsonl"))
    assert len(found) == len(rows)
    for item, (identifier, title, abstract) in zip(found, rows, strict=True):
        if isinstance(item, ReadError):
            assert not clean(title) or not clean(abstract)
            continue
        assert item.abstract == clean(abstract)
        assert item.title.split() == clean(title).split()
        assert len(item.title.splitlines()) == 1
        assert not clean(identifier) or item.id.split() == clean(identifier).split()


WRITABLE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)


@given(
    st.lists(st.tuples(WRITABLE, WRITABLE), min_size=1, max_size=5),
    st.sampled_from(",;\t|"),
    st.booleans(),
)
def test_what_is_written_as_csv_is_read_back(
    rows: list[tuple[str, str]], mark: str, quotes_all: bool
) -> None:
    table = io.StringIO(newline="")
    writer = csv.writer(
        table, delimiter=mark, quoting=csv.QUOTE_ALL if quotes_all else csv.QUOTE_MINIMAL
    )
    writer.writerow(["title", "abstract"])
    writer.writerows(rows)
    found = list(items(table.getvalue().encode(), "csv"))
    assert len(found) == len(rows)
    for item, (title, abstract) in zip(found, rows, strict=True):
        if isinstance(item, Record):
            unbroken = abstract.replace("\r\n", "\n").replace("\r", "\n")
            assert item.abstract == clean(unbroken)
            assert item.title.split() == clean(title).split()
        else:
            assert "without" in item.reason


@given(
    st.sampled_from([*registry.names("readers"), None]),
    st.sampled_from([b"", b"title,abstract\n", b"@a{k,title={x},abstract=", b"[", b"Jul 28\nA\n"]),
    st.one_of(
        st.binary(max_size=300),
        st.text("{}[]()\"'@#=,;\t\n\r\\$%~`ab1 :", max_size=300).map(str.encode),
        st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")),
    ),
)
def test_no_bytes_crash_a_reader(form: str | None, start: bytes, rest: bytes) -> None:
    found, error = until_fault(start + rest, form)
    assert error is None or is_one_line(error)
    for item in found:
        if isinstance(item, ReadError):
            assert is_one_line(item)
            assert item.remedy
        else:
            assert item.id
            assert item.title == item.title.strip()
            assert len(item.title.splitlines()) == 1
            assert f"{item.id}{item.title}{item.abstract}".encode()


def test_a_stream_can_be_read_in_pieces() -> None:
    with streams.lines("-", stdin=io.BytesIO(b"one\r\ntwo\rthree")) as lines:
        assert (lines.readable(), lines.readline(2), lines.readline()) == (True, "on", "e\n")
        assert (lines.read(3), lines.read(), lines.read(1)) == ("two", "\nthree", "")
