"""Other people's annotations: their forms, what their labels mean, strict spans, bad input."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import ontology as ontologies
from kg.errors import KGError, OntologyError, ReadError, UnknownNameError
from kg.evaluation import ALL, Evaluation, SpanEvaluation, compare, evaluate_spans
from kg.evaluation.annotations import read
from kg.evaluation.conll import spans_of
from kg.evaluation.labels import Labels, find, known
from kg.evaluation.scoring import Counts
from kg.evaluation.texts import Annotated, Places, moved

ONTOLOGY = ontologies.load()
TYPES = ONTOLOGY.type_names
EITHER = [("comparedWith", False), ("outperforms", False), ("outperforms", True)]
BENCHMARKS = Path(__file__).parents[2] / "shared" / "data" / "benchmarks"
SCIERC = {"Task", "Method", "Material", "Metric", "OtherScientificTerm", "Generic"}
TOKENS = ["FlickerNet", ",", "a", "spiking", "neural", "network", "-LRB-", "SNN", "-RRB-", "."]
ENTS = [[0, 1, "Method"], [3, 6, "Method"], [7, 8, "Method"]]
COLUMNS = """\
FlickerNet B-Method
, O
a O
spiking B-Method
neural I-Method
network I-Method
( O
SNN B-Method
) O
. O
"""


def write(path: Path, content: str | bytes | list[Any]) -> str:
    if isinstance(content, list):
        content = "".join(json.dumps(item) + "\n" for item in content)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(path)


def tokens(name: str = "1", **change: Any) -> dict[str, Any]:
    return {"id": name, "tokens": TOKENS, "ents": ENTS, **change}


# --- forms


@pytest.mark.parametrize(
    "content",
    [
        pytest.param([tokens()], id="tokens"),
        pytest.param([tokens(1)], id="number-as-id"),  # type: ignore[arg-type]
        pytest.param(COLUMNS, id="blanks"),
        pytest.param(COLUMNS.replace(" ", "\t"), id="tabs"),
        pytest.param(COLUMNS.replace(" ", "  _ _ "), id="columns-between"),
        pytest.param("\n\n" + COLUMNS + "\n\n", id="blank-lines"),
        pytest.param("-DOCSTART- -X- O\n\n" + COLUMNS.replace("a O", "a O\n"), id="docstart"),
        pytest.param("\ufeff# id = 1\n" + COLUMNS.replace("\n", "\r\n"), id="bom-and-crlf"),
        pytest.param(gzip.compress(COLUMNS.encode()), id="packed"),
        pytest.param(COLUMNS.replace("\n", "  \n"), id="blanks-at-ends"),
        pytest.param(
            COLUMNS.replace("FlickerNet B", "FlickerNet S")
            .replace("network I", "network E")
            .replace("SNN B", "SNN S"),
            id="bioes",
        ),
        pytest.param(
            COLUMNS.replace("FlickerNet B", "FlickerNet U").replace("network I", "network L"),
            id="bilou",
        ),
        pytest.param(COLUMNS.replace("B-", "I-"), id="io"),
    ],
)
def test_forms_are_told_by_content(content: Any, tmp_path: Path) -> None:
    (text,) = read(write(tmp_path / "gold.data", content)).texts
    assert text.id == "1"
    assert text.text == "FlickerNet , a spiking neural network ( SNN ) ."
    words = [text.text[start:end] for start, end, _ in text.spans]
    assert words == ["FlickerNet", "spiking neural network", "SNN"]


def test_records_are_a_form_too(tmp_path: Path) -> None:
    record = {"id": "p1", "entities": [{"type": "Method", "name": "net"}]}
    found = read(write(tmp_path / "gold.conll", [record]))
    assert found.records == (record,)
    assert found.texts == ()
    assert found.ids == ("p1",)


def test_blocks_are_texts_and_documents_join_sentences(tmp_path: Path) -> None:
    blocks = "a B-X\n\nb B-X\n\n\n# sent_id = s-3\nc O\n\n# a comment\n# O\n"
    texts = read(write(tmp_path / "a", blocks)).texts
    assert [(t.id, t.text) for t in texts] == [("1", "a"), ("2", "b"), ("s-3", "c"), ("4", "#")]
    documents = "-DOCSTART- O\n\na B-X\n\nb I-X\n\n-DOCSTART- O\n# id doc-2\nc O\n"
    texts = read(write(tmp_path / "b", documents)).texts
    assert [(t.id, t.text) for t in texts] == [("1", "a b"), ("doc-2", "c")]
    assert texts[0].spans == ((0, 1, "X"), (2, 3, "X")), "no span goes across sentences"


@st.composite
def tagged(draw: st.DrawFn) -> tuple[int, list[tuple[int, int, str]]]:
    """Draw a number of tokens and spans that do not overlap."""
    size, at, spans = draw(st.integers(1, 12)), 0, []
    while at < size:
        start = draw(st.integers(at, size - 1))
        end = draw(st.integers(start + 1, size))
        spans.append((start, end, draw(st.sampled_from(["A", "B", "C-1"]))))
        at = end + draw(st.integers(0, 2))
    return size, spans


@given(tagged(), st.sampled_from(["BIIB", "BIES", "BILU", "BMES"]))
def test_tags_round_trip(drawn: tuple[int, list[tuple[int, int, str]]], letters: str) -> None:
    size, spans = drawn
    first, inside, last, single = tuple(letters)
    tags = ["O"] * size
    for start, end, label in spans:
        for i in range(start, end):
            letter = single if end - start == 1 else last if i == end - 1 else inside
            tags[i] = f"{first if i == start < end - 1 else letter}-{label}"
    assert spans_of(tags) == spans


# --- one text in two spellings

SIGNS = st.lists(st.sampled_from(["a", "bc", "-LRB-", "(", "-RRB-", "."]), min_size=1, max_size=8)


@given(SIGNS, st.data())
def test_places_survive_another_spelling(words: list[str], data: st.DataObject) -> None:
    blanks = st.lists(st.sampled_from(["", " ", "\n "]), min_size=len(words), max_size=len(words))
    gold = Annotated.of_tokens("1", words, [(i, i + 1, str(i)) for i in range(len(words))])
    text, spans = "", []
    for word, blank in zip(words, data.draw(blanks), strict=True):
        text += blank
        spans.append((len(text), len(text) + len(word)))
        text += word
    here, there = Places(text), Places(gold.text)
    assert here.signs == there.signs
    assert [moved(span, here, there) for span in spans] == [
        (start, end) for start, end, _ in sorted(gold.spans, key=lambda span: int(span[2]))
    ]


def test_blanks_have_no_place_elsewhere() -> None:
    assert moved((1, 2), Places("a b"), Places("ab")) is None
    assert moved((1, 3), Places("a b"), Places("ab")) == (1, 2)


# --- labels


@pytest.mark.parametrize(
    ("seen", "name"),
    [
        (SCIERC, "scierc"),
        ({"Task", "Method", "Material", "Metric"}, "scirex"),
        ({"TASK", "DATASET", "METRIC"}, "tdmsci"),
        ({"algorithm", "person", "misc"}, "crossner-ai"),
        ({"method", "Dataset", "PER"}, "of the same name"),
    ],
)
def test_known_corpora_are_told_by_their_labels(seen: set[str], name: str) -> None:
    assert find(None, seen, ONTOLOGY).name == name


def test_labels_of_the_same_name_need_no_mapping() -> None:
    types = find(None, {"METHOD", "Dataset", "PER"}, ONTOLOGY).types
    assert types == {"METHOD": ("Method",), "Dataset": ("Dataset",), "PER": ()}


def test_a_label_may_stand_for_several_types() -> None:
    classes = find("scierc", SCIERC, ONTOLOGY).classes(SCIERC)
    assert classes.of_label["Material"] == classes.of_type["Dataset"] == "Dataset+Modality"
    assert classes.of_type["Modality"] == "Dataset+Modality"
    assert "Generic" not in classes.of_label
    assert classes.names == ("Method", "Dataset+Modality", "Metric", "Task")
    assert "Dataset+Modality" not in find("scierc", SCIERC, ONTOLOGY).classes({"Task"}).names


@given(st.dictionaries(st.sampled_from("abcdef"), st.lists(st.sampled_from(TYPES), max_size=3)))
def test_classes_part_the_types(table: dict[str, list[str]]) -> None:
    labels = Labels("x", {label: tuple(types) for label, types in table.items()}, TYPES)
    classes = labels.classes(set(table))
    assert set(classes.of_type) == {name for types in table.values() for name in types}
    assert set(classes.of_type.values()) == set(classes.names) == set(classes.of_label.values())
    for label, types in table.items():
        assert {classes.of_type[name] for name in types} <= {classes.of_label.get(label)}
    assert sorted(t for name in classes.names for t in name.split("+")) == sorted(classes.of_type)


@pytest.mark.parametrize(
    ("content", "line", "reason"),
    [
        ('A = "Method"\nB = "Metod"', 2, "no entity type named 'Metod'; available: Method"),
        ('A = "Method"\nB = 3', 2, "stands for what is no name of a type"),
        ('\n\nA = ["Method", ""]', 3, "no entity type named ''"),
        ('A = "Method"\nB = \n', 2, "is no TOML"),
        ("A.B = 'Method'", 1, "stands for what is no name of a type"),
    ],
)
def test_a_bad_mapping_is_refused_with_its_place(
    content: str, line: int, reason: str, tmp_path: Path
) -> None:
    path = write(tmp_path / "labels.toml", content)
    with pytest.raises(ReadError, match=r"; write LABEL = ") as caught:
        find(path, {"A"}, ONTOLOGY)
    assert caught.value.line == line
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_mapping_of_another_encoding_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "labels.toml", 'Gerät = "Method"'.encode("latin-1"))
    with pytest.raises(ReadError, match=r"labels\.toml: is no UTF-8; save the file as UTF-8"):
        find(path, {"A"}, ONTOLOGY)


def test_an_unknown_mapping_lists_the_known() -> None:
    with pytest.raises(UnknownNameError, match="crossner-ai, scierc, scirex, tdmsci"):
        find("scier", {"A"}, ONTOLOGY)


@pytest.mark.parametrize(
    "content",
    [
        *("[a", '[a.labels]\nX = "Gadget"', "a = 3", "[a]", "[a]\nlabels = 3"),
        *("[a]\nrelations = 3\n[a.labels]", '[a.relations]\nR = "likes"\n[a.labels]'),
        "[a.relations]\nR = 3\n[a.labels]",
    ],
)
def test_a_bad_list_of_mappings_is_a_fault_of_the_ontology(content: str, tmp_path: Path) -> None:
    (tmp_path / "paperkg.ttl").write_bytes((ONTOLOGY.folder / "paperkg.ttl").read_bytes())
    other = ontologies.load(tmp_path)
    assert known(other) == ()
    write(tmp_path / "benchmarks.toml", content)
    with pytest.raises(OntologyError, match=r"ontology/benchmarks\.toml"):
        known(other)


@pytest.mark.parametrize(
    ("label", "first", "second", "expected"),
    [
        ("USED-FOR", "Method", "Task", [("appliedTo", False)]),
        ("USED-FOR", "Method", "Method", [("uses", True)]),
        ("USED-FOR", "Method", "Modality", [("takesModality", False)]),
        ("USED-FOR", "Modality", "Method", [("takesModality", True)]),
        ("USED-FOR", "Task", "Task", []),
        ("COMPARE", "Method", "Method", EITHER),
        ("HYPONYM-OF", "Method", "Method", [("extends", False)]),
        ("EVALUATE-FOR", "Dataset", "Method", [("evaluatedOn", True)]),
        ("EVALUATE-FOR", "Metric", "Method", []),
        ("CONJUNCTION", "Method", "Method", []),
        ("NO-SUCH-LABEL", "Method", "Method", []),
    ],
)
def test_a_labelled_relation_states_what_the_types_of_its_ends_allow(
    label: str, first: str, second: str, expected: list[tuple[str, bool]]
) -> None:
    labels = find("scierc", (), ONTOLOGY)
    assert labels.readings(label, first, second, ONTOLOGY) == expected


def test_every_known_mapping_is_told_of() -> None:
    import tomllib

    tables = tomllib.loads((ONTOLOGY.folder / "benchmarks.toml").read_text(encoding="utf-8"))
    assert [labels.name for labels in known(ONTOLOGY)] == sorted(tables)
    for table in tables.values():
        assert set(table) - {"relations"} == {"title", "url", "note", "labels"}
        assert table["url"].startswith("http")


# --- figures

LABELS = Labels("x", {"T": ("Task",), "D": ("Dataset", "Modality"), "N": ()}, TYPES, frozenset("N"))


def measure(gold: list[Any], predicted: list[Any], text: str = "abcdefghijkl") -> SpanEvaluation:
    ours = Annotated("1", text, tuple(map(tuple, gold)))
    theirs = Annotated("1", text, tuple(map(tuple, predicted)))
    return evaluate_spans([ours], [theirs], LABELS)


@pytest.mark.parametrize(
    ("predicted", "strict", "relaxed", "kind"),
    [
        ([0, 3, "Task"], Counts(1, 1, 1), Counts(1, 1, 1), []),
        ([0, 2, "Task"], Counts(0, 1, 1), Counts(1, 1, 1), ["boundary"]),
        ([0, 3, "Dataset"], Counts(0, 1, 1), Counts(0, 1, 1), ["type"]),
        ([1, 4, "Dataset"], Counts(0, 1, 1), Counts(0, 1, 1), ["missed", "spurious"]),
        ([3, 5, "Task"], Counts(0, 1, 1), Counts(0, 1, 1), ["missed", "spurious"]),
        ([0, 3, "Metric"], Counts(0, 1, 0), Counts(0, 1, 0), ["missed"]),
        ([0, 3, "Gadget"], Counts(0, 1, 0), Counts(0, 1, 0), ["missed"]),
    ],
)
def test_strict_wants_both_ends_and_the_type(
    predicted: list[Any], strict: Counts, relaxed: Counts, kind: list[str]
) -> None:
    gold = Annotated("1", "abcdefghijkl", ((0, 3, "T"),))
    other = Annotated("2", "abc", ((0, 3, "D"),))
    theirs = [Annotated("1", gold.text, (tuple(predicted),)), Annotated("2", "abc", other.spans)]
    found = evaluate_spans([gold, other], theirs, LABELS)
    assert found.strict[ALL] == Counts(strict.matched, strict.gold + 1, strict.predicted)
    assert found.relaxed[ALL] == Counts(relaxed.matched, relaxed.gold + 1, relaxed.predicted)
    assert [m.kind for m in found.mistakes if m.paper == "1"] == kind
    assert found.left_out == 1 + (predicted[2] in ("Metric", "Gadget"))


def test_types_that_share_a_label_are_not_told_apart() -> None:
    for name in ("Dataset", "Modality"):
        assert measure([[0, 3, "D"]], [[0, 3, name]]).strict[ALL].f1 == 1.0


def test_what_lies_on_ignored_spans_alone_counts_neither_way() -> None:
    gold = [[0, 3, "T"], [2, 6, "X"], [7, 9, "N"]]
    found = measure(gold, [[4, 6, "Task"]])
    assert (found.strict[ALL], found.excused) == (Counts(0, 1, 0), 1)
    assert found.ignored == {"X": 1}
    found = measure(gold, [[2, 6, "Task"]])
    assert (found.strict[ALL], found.excused) == (Counts(0, 1, 1), 0), "it touches a kept span too"
    found = measure(gold, [[7, 9, "Task"]])
    assert (found.strict[ALL], found.excused) == (Counts(0, 1, 1), 0), "N is never an entity"
    found = measure([*gold, [0, 3, "X"]], [[0, 3, "Task"]])
    assert found.strict[ALL] == Counts(1, 1, 1), "a right one is right"


def test_labels_tell_how_many_were_found() -> None:
    labels = Labels("x", {"A": ("Method",), "B": ("Method",)}, TYPES)
    gold = Annotated("1", "abcdef", ((0, 1, "A"), (2, 3, "A"), (4, 5, "B")))
    theirs = Annotated("1", "abcdef", ((0, 1, "Method"), (4, 5, "Method")))
    found = evaluate_spans([gold], [theirs], labels)
    assert found.labels == {"A": (Counts(1, 2, 0), "Method"), "B": (Counts(1, 1, 0), "Method")}
    figures = found.report(errors=3, texts={"1": gold.text})
    assert figures["labels"]["A"] == {"as": "Method", "r": 0.5, "tp": 1, "gold": 2}
    assert figures["listed"][0]["context"] == "ab[c]def"
    assert json.loads(json.dumps(figures))["spans_strict"][ALL]["f1"] == 0.8
    table = found.table(errors=1, texts={"1": gold.text})
    assert "labels x: A = Method, B = Method" in table
    assert '1: gold Method "c"\n      ab[c]def' in table


SPANS = st.lists(
    st.tuples(st.integers(0, 11), st.integers(1, 4), st.sampled_from("TDXN")).map(
        lambda x: [x[0], min(x[0] + x[1], 12), x[2]]
    ),
    max_size=6,
)
ANSWERS = st.lists(
    st.tuples(st.integers(0, 11), st.integers(1, 4), st.sampled_from(TYPES)).map(
        lambda x: [x[0], min(x[0] + x[1], 12), x[2]]
    ),
    max_size=6,
    unique_by=tuple,
)


@given(SPANS, ANSWERS)
def test_every_span_is_accounted_for(gold: list[Any], predicted: list[Any]) -> None:
    found = measure(gold, predicted)
    rows, spurious = found.confusion()
    for name in set(found.strict) - {ALL}:
        counts, loose = found.strict[name], found.relaxed[name]
        assert 0 <= counts.matched <= loose.matched <= min(counts.gold, counts.predicted)
        lost = [m for m in found.mistakes if m.gold and m.gold.type == name]
        extra = [m for m in found.mistakes if m.predicted and m.predicted.type == name]
        assert len(lost) == counts.gold - counts.matched
        assert len(extra) == counts.predicted - counts.matched
        assert sum(rows[name].values()) == counts.gold
        assert spurious[name] + sum(row[name] for row in rows.values()) == counts.predicted
    plain = {(s, e, "T") for s, e, label in gold if label == "T"}
    if plain:
        same = {(s, e, "T") for s, e, name in predicted if name == "Task"}
        assert found.strict["Task"].matched == len(plain & same)


@given(SPANS)
def test_a_perfect_prediction_of_spans_scores_one(gold: list[Any]) -> None:
    meant = {"T": "Task", "D": "Modality"}
    found = measure(gold, [[s, e, meant[label]] for s, e, label in gold if label in meant])
    assert found.mistakes == ()
    assert found.strict[ALL].matched == found.strict[ALL].gold == found.strict[ALL].predicted
    assert found.interval(samples=5) == ((1.0, 1.0) if found.strict[ALL].gold else (0.0, 0.0))


# --- files that belong together


def extracted(name: str, title: str, abstract: str, *mentions: tuple[str, str]) -> dict[str, Any]:
    """Make what ``kg extract`` writes, as far as it counts."""
    text = f"{title}\n{abstract}"
    places = [{"start": text.index(m), "end": text.index(m) + len(m)} for _, m in mentions]
    entities = [
        {"type": kind, "name": word, "mentions": [word], "evidence": [place]}
        for (kind, word), place in zip(mentions, places, strict=True)
    ]
    return {"id": name, "title": title, "abstract": abstract, "entities": entities}


PREDICTED = extracted(
    *("1", "FlickerNet,", "a spiking neural network (SNN)."),
    *(("Method", "FlickerNet"), ("Method", "neural network"), ("Method", "SNN")),
)


@pytest.mark.parametrize("content", [[tokens()], COLUMNS])
def test_extractions_of_another_spelling_are_scored(content: Any, tmp_path: Path) -> None:
    gold = write(tmp_path / "gold", content)
    found = compare(gold, write(tmp_path / "predicted", [PREDICTED]), ontology=ONTOLOGY)
    assert found.evaluation.strict[ALL] == Counts(2, 3, 3)
    assert found.notes == ()
    shown = found.evaluation.table(errors=3, texts=found.texts)
    assert "a [spiking {neural network}] ( SNN )" in shown


def test_predictions_may_be_columns_in_foreign_labels(tmp_path: Path) -> None:
    gold = write(tmp_path / "gold", COLUMNS.replace("Method", "algorithm"))
    other = write(tmp_path / "other", COLUMNS.replace("SNN B-Method", "SNN B-misc").replace(
        "-Method", "-algorithm"
    ))  # fmt: skip
    found = compare(gold, other, ontology=ONTOLOGY)
    assert found.evaluation.strict[ALL] == Counts(2, 3, 2)


def test_without_predictions_the_texts_of_the_gold_are_extracted(tmp_path: Path) -> None:
    seen: list[object] = []
    gold = write(tmp_path / "gold", [tokens(), tokens("2", tokens=[], ents=[])])
    found = compare(gold, ontology=ONTOLOGY, progress=seen.append)
    assert found.evaluation.strict["Method"].matched >= 2
    assert len(seen) == 1
    assert found.notes == (
        "1 of 2 papers of the gold are not among the predictions and count as empty; first: '2'",
    )


def test_records_are_extracted_from_their_own_text_or_from_another_file(tmp_path: Path) -> None:
    entity = {"type": "Method", "name": "FlickerNet", "role": "proposed"}
    text = {"title": "FlickerNet: a net", "abstract": "We propose FlickerNet."}
    bare = write(tmp_path / "bare", [{"id": "a", "entities": [entity]}])
    full = write(tmp_path / "full", [{"id": "a", "entities": [entity], **text}])
    papers = write(tmp_path / "papers.jsonl", [{"id": "b", **text}, {"id": "a", **text}, {}])
    own = compare(full, ontology=ONTOLOGY)
    other = compare(bare, ontology=ONTOLOGY, text=papers)
    assert isinstance(own.evaluation, Evaluation)
    assert own.evaluation == other.evaluation
    assert own.evaluation.strict["Method"].matched == 1
    assert own.texts["a"] == other.texts["a"] == "FlickerNet: a net\nWe propose FlickerNet."
    assert own.notes == ()
    (note,) = other.notes
    assert note.startswith("1 of 3 papers skipped; first: ")
    with pytest.raises(ReadError, match=r"bare: holds no text to predict from; give PREDICTED"):
        compare(bare, ontology=ONTOLOGY)


def test_papers_give_the_text_of_extractions_that_carry_none(tmp_path: Path) -> None:
    gold = write(tmp_path / "gold", [tokens()])
    without = {k: v for k, v in PREDICTED.items() if k != "abstract"}
    predicted = write(tmp_path / "predicted", [without])
    with pytest.raises(ReadError, match="'1' carries no text; give the papers with --text"):
        compare(gold, predicted, ontology=ONTOLOGY)
    papers = write(tmp_path / "papers.jsonl", [PREDICTED])
    found = compare(gold, predicted, ontology=ONTOLOGY, text=papers)
    assert found.evaluation.strict[ALL] == Counts(2, 3, 3)


def test_missing_papers_are_told_and_strangers_are_no_error(tmp_path: Path) -> None:
    record = {"id": "a", "entities": []}
    gold = write(tmp_path / "gold", [record, record | {"id": "b"}, record | {"id": "c"}])
    predicted = write(tmp_path / "predicted", [record | {"id": "b"}, record | {"id": "z"}])
    (note,) = compare(gold, predicted, ontology=ONTOLOGY).notes
    told = "2 of 3 papers of the gold are not among the predictions and count as empty; first: 'a'"
    assert note == told
    stranger = write(tmp_path / "stranger", [record | {"id": "z"}])
    with pytest.raises(ReadError, match=r"none of its 3 papers is among the predictions; .*'z'"):
        compare(gold, stranger, ontology=ONTOLOGY)
    papers = write(
        tmp_path / "papers.jsonl", [{"id": "z", "title": "A net", "abstract": "It nets."}]
    )
    with pytest.raises(ReadError, match="none of its 3 papers"):
        compare(gold, ontology=ONTOLOGY, text=papers)


ANNOTATED = {"id": "1", "entities": [{"type": "Task", "name": "x"}]}


@pytest.mark.parametrize(
    ("gold", "predicted", "reason"),
    [
        ([ANNOTATED], [tokens()], "predicted: holds spans, but .*gold records; give"),
        ([tokens()], [PREDICTED | {"abstract": "another text"}], "1: the predictions are of anot"),
        (
            [tokens()],
            [{"id": "1", "abstract": "x", "entities": [{"type": "Task", "name": "x"}]}],
            "predicted: '1' does not tell where 'x' stands; give",
        ),
        ([tokens(ents=[[0, 1, "PER"]])], [PREDICTED], "gold: no label .* its labels: PER; say"),
        ([tokens(ents=[])], [PREDICTED], "its labels: none; say what they mean with --labels FILE"),
    ],
)
def test_files_that_do_not_belong_together(
    gold: list[Any], predicted: list[Any], reason: str, tmp_path: Path
) -> None:
    files = write(tmp_path / "gold", gold), write(tmp_path / "predicted", predicted)
    with pytest.raises(KGError, match=reason) as caught:
        compare(*files, ontology=ONTOLOGY)
    assert "\n" not in str(caught.value)


def test_records_need_no_labels(tmp_path: Path) -> None:
    gold = write(tmp_path / "gold", [ANNOTATED])
    with pytest.raises(KGError, match="leave --labels out"):
        compare(gold, gold, ontology=ONTOLOGY, labels="scierc")


@pytest.mark.parametrize(
    ("content", "line", "reason"),
    [
        ("", 0, "holds nothing to evaluate; write one record a line"),
        ("\n \n", 0, "holds nothing to evaluate"),
        ("{", 1, "no JSON"),
        ("[1]", 1, "no record that can be evaluated"),
        ('\n{"id":"1"}\n{"id":2}', 3, "no record that can be evaluated"),
        ("a B-X\nb\n", 2, "no token with a tag: 'b'; put a token first"),
        ("a B-X\n\n\nb X\n", 4, "no token with a tag: 'b X'"),
        ("a\tB-X\n\tO\n", 2, "no token with a tag"),
        ("a B-X\nb B-\n", 2, "no token with a tag"),
        ([tokens(), {"id": "2"}], 2, "tokens are no list of words; write id, tokens, and ents"),
        ([tokens(), tokens(tokens=["a", ""])], 2, "tokens are no list of words"),
        ([tokens(), tokens(ents={})], 2, "ents are no list"),
        ([tokens(), tokens(ents=[[0, 1]])], 2, "ents[0] is no list of two numbers and a label"),
        ([tokens(), tokens(ents=[[0, 1, "X"], [2, 2, "X"]])], 2, "ents[1] is not within the 10"),
        ([tokens(), tokens(ents=[[0, 11, "X"]])], 2, "ents[0] is not within the 10 tokens"),
        ([tokens(), tokens(None)], 2, "no text with an id"),  # type: ignore[arg-type]
        ([tokens(), ["x"]], 2, "no text with an id"),
        ([{"id": "1"}, tokens()], 2, "no record that can be evaluated"),
        (b"a B-X\n\xff O\n", 2, "is no UTF-8"),
    ],
)
def test_bad_input_is_refused_with_its_place(
    content: Any, line: int, reason: str, tmp_path: Path
) -> None:
    path = write(tmp_path / "gold", content)
    with pytest.raises(ReadError) as caught:
        read(path)
    assert reason in str(caught.value)
    assert caught.value.line == line
    assert caught.value.remedy
    assert "\n" not in str(caught.value)


# --- the benchmarks themselves


@pytest.mark.corpus
@pytest.mark.skipif(not BENCHMARKS.is_dir(), reason="no shared corpus beside the checkout")
@pytest.mark.parametrize(
    ("file", "name", "size"),
    [
        ("scierc/dev", "scierc", 50),
        ("scirex/dev", "scirex", 50),
        ("tdmsci/train", "tdmsci", 1523),
        ("crossner_ai/dev", "crossner-ai", 350),
    ],
)
def test_benchmarks_are_recognised(file: str, name: str, size: int, tmp_path: Path) -> None:
    path = BENCHMARKS / f"{file}.jsonl"
    gold = read(str(path))
    assert len(gold.texts) == size
    mapping = find(None, {label for text in gold.texts for *_, label in text.spans}, ONTOLOGY)
    assert mapping.name == name
    with path.open(encoding="utf-8") as lines:
        raw = [json.loads(line) for line in lines]
    for text, item in zip(gold.texts, raw, strict=True):
        said = {(" ".join(item["tokens"][s:e]), label) for s, e, label in item["ents"]}
        plain = {(w.replace("-LRB-", "(").replace("-RRB-", ")"), label) for w, label in said}
        assert {(text.text[s:e], label) for s, e, label in text.spans} == plain
    predicted = write(tmp_path / "same.jsonl", raw[::-1])
    found = compare(str(path), predicted, ontology=ONTOLOGY)
    assert found.evaluation.strict[ALL].f1 == 1.0
