"""The committed sample: forty real papers, their abstracts described in our own words."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from pathlib import Path

import pytest

SAMPLE = Path(__file__).parent / "data" / "sample.jsonl"
SEEDS = Path(__file__).parents[2] / "shared" / "seeds"
RUN = 8
TITLE_LENGTH = 200

_URL = re.compile(r"(?:https?://|github\.com/)\S+")
_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+")
_SENTENCE_END = re.compile(r"(?<!\bvs)[.?!](?=\s+[A-Z]|$)")


@lru_cache(maxsize=1)
def sample() -> list[dict[str, str]]:
    """Read the sample."""
    return [json.loads(line) for line in SAMPLE.read_text(encoding="utf-8").splitlines()]


@lru_cache(maxsize=1)
def seed_lines() -> list[str]:
    """Read the lines of all seed pages."""
    pages = [path.read_text(encoding="utf-8") for path in sorted(SEEDS.glob("*.txt"))]
    return [line.strip() for page in pages for line in page.splitlines() if line.strip()]


def words(text: str) -> list[str]:
    """Split a text into words; addresses do not count, numbers and parts of compounds do."""
    return _WORD.findall(_URL.sub(" ", text).casefold())


def runs(text: str) -> set[tuple[str, ...]]:
    """List every run of eight words."""
    found = words(text)
    return {tuple(found[i : i + RUN]) for i in range(len(found) - RUN + 1)}


def sentences(text: str) -> list[str]:
    """Split an abstract where a full stop stands before a capital letter."""
    return [part.strip() for part in _SENTENCE_END.split(text) if part.strip()]


def test_sample_is_forty_records_sorted_by_id() -> None:
    records = sample()
    ids = [record["id"] for record in records]
    assert len(records) == 40
    assert ids == sorted(set(ids))
    assert len({record["title"] for record in records}) == 40
    assert all(list(record) == ["id", "title", "abstract"] for record in records)


def test_sample_is_utf8_with_real_characters() -> None:
    raw = SAMPLE.read_bytes()
    assert raw.endswith(b"}\n")
    assert b"\r" not in raw
    assert b"\\u" not in raw
    assert any(not record["abstract"].isascii() for record in sample())


@pytest.mark.parametrize("record", sample(), ids=lambda record: record["id"])
def test_abstract_has_three_to_six_sentences(record: dict[str, str]) -> None:
    assert 3 <= len(sentences(record["abstract"])) <= 6
    assert record["abstract"] == " ".join(record["abstract"].split())


@pytest.mark.parametrize(
    "shown",
    [
        r"\u00b1",
        r"\u00d7",
        r"\d\\%",
        r"\$_x\$",
        r"\bvs\.",
        r"\bdB\b",
        r"bits/min",
        r"\d Hz\b",
        r"\d mm\b",
        r"from \d+\.\d+%? to \d",
        r"\+\d",
        r"\d\u2013\d",
        r">\d",
        r"\b[a-z]+ \((?:SNNs?|EEG|fMRI|LLMs?)\)|\bNetworks \(SNNs\)",
        r"https://github\.com/",
        r"survey",
        r"We prove",
        r"outperforms",
        r"future work",
        r"does not",
    ],
)
def test_sample_shows(shown: str) -> None:
    assert any(re.search(shown, record["abstract"]) for record in sample())


@pytest.mark.corpus
@pytest.mark.skipif(not SEEDS.is_dir(), reason="the shared corpus is not beside the checkout")
def test_titles_are_those_of_real_papers() -> None:
    assert {record["title"] for record in sample()} <= set(seed_lines())


@pytest.mark.corpus
@pytest.mark.skipif(not SEEDS.is_dir(), reason="the shared corpus is not beside the checkout")
def test_no_wording_is_taken_from_the_abstracts() -> None:
    originals = [line for line in seed_lines() if len(line) > TITLE_LENGTH]
    taken = {run for original in originals for run in runs(original)}
    told = {tuple(words(sentence)) for text in originals for sentence in sentences(text)}
    for record in sample():
        shared = {" ".join(run) for run in runs(record["abstract"]) & taken}
        assert not shared, record["id"]
        ours = {tuple(words(s)) for s in sentences(record["abstract"])}
        assert not {" ".join(s) for s in ours & told if len(s) > 2}, record["id"]
