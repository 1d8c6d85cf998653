"""Documents hold plain text; what is extracted from them points into the text as written."""
# ruff: noqa: RUF001  # signs that look like letters are what this is about

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.tokenizer import Tokenizer  # type: ignore[import-not-found]

from kg import documents, ontology
from kg.documents import as_written
from kg.extractions import dumps, loads
from kg.graph.assemble import assemble
from kg.model import Document, Entity, Extraction, Mention, Record, Relation, Result
from kg.pipeline import Extractor
from kg.recognizer.tokenizer import PieceTokenizer
from kg.recognizer.tokens import tokens

if TYPE_CHECKING:
    from spacy.language import Language

ONTOLOGY = ontology.load()
PIECES = [
    *("We propose {\\em FlickerNet}", "a \\textbf{spiking} neural network (\\textsc{Snn})", "."),
    *("$\\alpha$-divergence", "CO$_2$", "accuracy of $91.5\\pm0.2\\%$", "on CIFAR-10", "~", "--"),
    *("It outperforms EEGNet by 3.2\\%", "5 &lt; 6", "CO<sub>2</sub>", "image classi\ufb01cation"),
    *(
        "\\url{https://a.b/c\\_d}",
        "$",
        "{",
        "}",
        "\\cite{x}",
        "\n\n",
        "\n",
        "\u00ad",
        "&amp;",
        "a-\nb",
    ),
]
TEXTS = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=6)), max_size=20).map(" ".join)


# Pieces that rules, exceptions or none of them cut; no two of them make an emoticon.
WORDS = [
    *("net", "(nets)", "nets,", "nets.", "Aug.", "June-Aug.", "(Aug.", "e.g.", "etc.).", "does"),
    *(
        "doesn't",
        "cannot",
        "we-cannot",
        "GPS",
        "GPS.",
        "U.S.",
        "YOLOv8m",
        "10km,",
        "state-of-the-art",
    ),
    *(
        "and/or",
        "a\nb",
        "net\n\nIt",
        "(x)",
        "\u201cnet\u201d",
        "xD",
        "(:)",
        "net:)",
        "$5",
        "C++",
        "5%).",
    ),
]


@lru_cache(maxsize=1)
def extractor() -> Extractor:
    return Extractor(ONTOLOGY)


def nlp() -> Language:
    return extractor().nlp


def parsed(title: str, abstract: str) -> Document:
    return documents.parse(Record(id="x", title=title, abstract=abstract), nlp())


def extracted(title: str, abstract: str) -> Extraction:
    return extractor()(Record(id="x", title=title, abstract=abstract))


def sentences(document: Document) -> list[str]:
    return [document.text[slice(*span)] for span in document.sentences]


def test_document_without_markup() -> None:
    document = parsed("A net", "We test it. It works.")
    assert document.plain is None
    assert document.text == document.written == "A net\nWe test it. It works."
    assert document.title == "A net"
    assert sentences(document) == ["A net", "We test it.", "It works."]
    extraction = Extraction(document.record, "", document.sentences)
    assert as_written(extraction, document) is extraction


def test_document_with_markup() -> None:
    document = parsed(r"{\em Nets} of $L_2$", "We test\nthem at 5\\%. They work.\n\nSee below.")
    assert document.text == "Nets of L2\nWe test them at 5%. They work.\nSee below."
    assert document.doc is not None
    assert document.doc.text == document.text
    assert document.title == "Nets of L2"
    assert sentences(document) == [
        *("Nets of L2", "We test them at 5%.", "They work.", "See below.")
    ]
    assert document.written == f"{document.record.title}\n{document.record.abstract}"


def test_an_empty_line_ends_a_sentence() -> None:
    assert sentences(parsed("T", "Background\n\nnets run"))[1:] == ["Background", "nets run"]


@pytest.mark.parametrize(
    ("title", "abstract"),
    [(r"{\em}", "We test it. It works."), ("{}", "{}"), ("T", "$$$$ {}"), ("", ""), ("  ", "A b.")],
)
def test_markup_only(title: str, abstract: str) -> None:
    document = parsed(title, abstract)
    extraction = extracted(title, abstract)
    assert len(document.sentences) >= 1
    assert document.sentences[0][1] <= max(len(document.title), 1)
    for start, end in extraction.sentences:
        assert 0 <= start < end <= len(document.written)


def test_as_written() -> None:
    record = Record(
        id="x",
        title=r"{\em spiking} nets",
        abstract=r"On \textbf{B} the {\em spiking} nets reach 5.91\% or $91\%$ of $\alpha$.",
    )
    document = documents.parse(record, nlp())
    text = document.text

    def mention(kind: str, name: str, after: int = 0) -> Mention:
        start = text.index(name, after)
        return Mention(kind, start, start + len(name), name, "hand")

    first, second = mention("Method", "spiking nets"), mention("Method", "spiking nets", 13)
    clause = (text.index("On"), text.index(" of"))
    extraction = Extraction(
        record,
        "",
        document.sentences,
        (
            Entity("Method", "spiking net", (first, second), "used"),
            Entity("Metric", "α", (mention("Metric", "α"),), "mentioned"),
        ),
        (Relation(("Method", "spiking net"), "uses", ("Metric", "α"), *clause, "hand"),),
        (Result("91%", "91", "%", "absolute", (("method", "spiking net"),), *clause, "hand"),),
    )
    found = as_written(extraction, document)
    written = document.written
    for entity in found.entities:
        for place in entity.mentions:
            assert written[place.start : place.end] == place.text
    net, metric = found.entities
    assert net.surfaces == ("spiking} nets",)
    assert (net.name, metric.name) == ("spiking net", "α")
    assert metric.surfaces == (r"\alpha",)
    (relation,), (result,) = found.relations, found.results
    assert (relation.start, relation.end) == (result.start, result.end)
    said = written[relation.start : relation.end]
    assert said == r"On \textbf{B} the {\em spiking} nets reach 5.91\% or $91\%"
    assert result.value == r"91\%"
    assert result.links == (("method", "spiking net"),)
    assert [written[slice(*span)] for span in found.sentences] == [
        *(
            "spiking} nets",
            r"On \textbf{B} the {\em spiking} nets reach 5.91\% or $91\%$ of $\alpha$.",
        )
    ]


def test_a_value_behind_a_comma() -> None:
    document = parsed("T", r"It reaches (F1,91\%).")
    result = Result("91%", "91", "%", "absolute", (), 2, 20, "hand")
    found = as_written(Extraction(document.record, "", (), results=(result,)), document)
    assert found.results[0].value == r"91\%"


def test_a_value_that_is_not_in_its_clause_stays() -> None:
    document = parsed("{T}", "It reaches 91.")
    result = Result("5", "5", "", "absolute", (), 2, 10, "hand")
    found = as_written(Extraction(document.record, "", (), results=(result,)), document)
    assert found.results[0].value == "5"
    assert (found.results[0].start, found.results[0].end) == (4, 12)


def test_names_are_plain_and_mentions_are_slices() -> None:
    title = r"{\em FlickerNet}: a \textbf{spiking} neural network for image classi" + "\ufb01cation"
    abstract = (
        r"We propose {\em FlickerNet}, a {\em spiking} neural network. On CIFAR-10, "
        r"\emph{FlickerNet} reaches an accuracy of 91.5\% and outperforms ResNet-18. Code: "
        r"\href{https://a.b/c\_d}{here}"
    )
    found = extracted(title, abstract)
    plain = extracted(
        "FlickerNet: a spiking neural network for image classification",
        "We propose FlickerNet, a spiking neural network. On CIFAR-10, FlickerNet reaches an "
        "accuracy of 91.5% and outperforms ResNet-18. Code: here",
    )
    assert [e.key for e in found.entities] == [e.key for e in plain.entities]
    assert [e.role for e in found.entities] == [e.role for e in plain.entities]
    assert {(r.head, r.type, r.tail) for r in found.relations} == {
        (r.head, r.type, r.tail) for r in plain.relations
    }
    assert [(r.number, r.unit, r.links) for r in found.results] == [
        (r.number, r.unit, r.links) for r in plain.results
    ]
    assert [r.value for r in found.results] == [r"91.5\%"]
    surfaces = {e.name: e.surfaces for e in found.entities}
    assert surfaces["FlickerNet"] == ("FlickerNet",)
    assert "spiking} neural network" in surfaces["spiking neural network"]
    assert found.urls == ("https://a.b/c_d",)
    assert found.digest == hashlib.sha256(f"{title}\n{abstract}".encode()).hexdigest()
    assert loads(dumps(found, ONTOLOGY)) == found
    assert extractor().extract(parsed(title, abstract)) == found


def test_a_surface_form_with_markup_is_evidence_and_no_alias() -> None:
    title = r"FlickerNet: a spiking {\em neural} network"
    found = extracted(title, r"We propose FlickerNet, a {\bf spiking} neural network.")
    with assemble([found]) as graph:
        aliases = {row["text"] for row in graph.aliases}
        written = {row["text"] for row in graph.mentions}
        columns = set(next(iter(graph.mentions)))
    assert any("{" in text or "}" in text for text in written)
    assert not any("{" in text or "}" in text for text in aliases)
    assert "text" in columns
    assert "is_marked" not in columns


@settings(max_examples=80)
@given(TEXTS, TEXTS)
def test_places_are_those_of_the_text_as_written(title: str, abstract: str) -> None:
    title = " ".join(title.split())
    found = extracted(title, abstract)
    text = f"{title}\n{abstract}"
    names = {e.key for e in found.entities}
    for entity in found.entities:
        assert "\n" not in entity.name
        for mention in entity.mentions:
            assert text[mention.start : mention.end] == mention.text != ""
    for relation in found.relations:
        assert relation.head in names
        assert 0 <= relation.start < relation.end <= len(text)
    for result in found.results:
        assert result.value in text[result.start : result.end]
    for start, end in found.sentences:
        assert 0 <= start < end <= len(text)
    assert loads(dumps(found, ONTOLOGY)) == found


@given(st.lists(st.sampled_from(WORDS) | st.text(st.characters(codec="ascii"), max_size=7)))
@settings(deadline=None)
def test_pieces_are_cut_as_in_the_text(words: list[str]) -> None:
    cutter = nlp().tokenizer
    assert isinstance(cutter, PieceTokenizer)
    emoticon = re.compile(r"[:;=8xX()<>@\[\]\-_|\\/*^.'oO03DPp{}!?v]{2,}")
    text = " ".join(w for w in words if w in WORDS or not emoticon.search(w))
    again, found, whole = cutter(text), cutter(text), Tokenizer.__call__(cutter, text)
    attributes: list[int | str] = ["ORTH", "LOWER", "NORM", "IDX", "SPACY", "IS_STOP", "IS_PUNCT"]
    assert found.text == again.text == text
    assert found.to_array(attributes).tolist() == whole.to_array(attributes).tolist()
    assert tokens(found) == tokens(again) == tokens(whole)
