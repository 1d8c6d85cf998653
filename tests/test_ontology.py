"""An ontology folder that says something impossible is refused in one line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kg import documents, ontology
from kg.errors import KGError, OntologyError, UnknownNameError
from kg.lexicon import read_terms
from kg.mentions.induce import count

DEFAULT = ontology.default_folder()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DEFAULT, tmp_path / "ontology"))


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("@prefix", "@prefixx", "syntax"),
        ("vann:preferredNamespaceUri", "vann:example", "preferredNamespaceUri"),
        ('kg:role "mentioned"', 'kg:order "7"', "open to every type"),
        ("kg:measure true", "kg:measure false", "exactly one slot"),
        ("rdfs:subClassOf kg:Entity", "rdfs:subClassOf skos:Collection", "no class"),
        ('kg:role "introduced"', 'kg:role "used"', "same role"),
    ],
)
def test_a_schema_with_gaps(folder: Path, old: str, new: str, reason: str) -> None:
    change(folder / "paperkg.ttl", old, new)
    with pytest.raises(OntologyError, match=reason) as error:
        ontology.load(folder)
    assert "\n" not in str(error.value)


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(OntologyError, match="cannot be read"):
        ontology.load(tmp_path)


def test_rule_files(folder: Path) -> None:
    (folder / "rules" / "metric.toml").write_text("[[pattern]", encoding="utf-8")
    with pytest.raises(OntologyError, match="is no TOML"):
        documents.load(ontology.load(folder))
    (folder / "rules" / "metric.toml").unlink()
    with pytest.raises(OntologyError, match="cannot be read"):
        documents.load(ontology.load(folder))
    text = '[[pattern]]\nid = "x"\ntokens = [{NONSENSE = "x"}]\n'
    (folder / "rules" / "metric.toml").write_text(text, encoding="utf-8")
    with pytest.raises(OntologyError, match="no pattern of spaCy"):
        documents.load(ontology.load(folder))


PATTERN = '[[pattern]]\nid = "x"\ntokens = [{LOWER = "at"}]\n'
CUES = """
[default]
id = "d"
type = "Method"
pattern = "a"
[[cue]]
id = "c"
type = "Method"
place = "shape"
pattern = "b"
weight = 1
"""


@pytest.mark.parametrize(
    ("file", "text", "told"),
    [
        ("metric", PATTERN.replace('"at"', '{REGEX = "("}'), "x: .*REGEX is no regular .*; mend"),
        (
            "metric",
            PATTERN.replace('"at"', '{REGEX = {IN = ["a", "[b"]}}'),
            "x: no pattern of spaCy: REGEX is no regular expression: unterminated .*; mend it",
        ),
        ("metric", PATTERN.replace('{LOWER = "at"}', "3"), "x: no pattern of spaCy: .*; mend it"),
        ("metric", PATTERN + "keep = []\n", "x: no pattern of spaCy: .*; mend it"),
        ("metric", PATTERN + 'keep = ["1"]\n', "x: no pattern of spaCy: .*; mend it"),
        ("metric", PATTERN.replace("tokens", "token"), "x: has no 'tokens'; add it"),
        ("metric", PATTERN.replace("id", "name"), "pattern: has no 'id'; add it"),
        ("metric", "pattern = [3]\n", "pattern: no pattern of spaCy: .*; mend it"),
        ("names", CUES.replace('"a"', '"a("'), "d: 'pattern' is no regular .*; mend it"),
        ("names", CUES.replace('"b"', '"b("'), "c: 'pattern' is no regular .*; mend it"),
    ],
)
def test_a_rule_that_cannot_run(folder: Path, file: str, text: str, told: str) -> None:
    (folder / "rules" / f"{file}.toml").write_text(text, encoding="utf-8")
    with pytest.raises(OntologyError, match=f"^ontology/rules/{file}.toml: {told}") as error:
        documents.load(ontology.load(folder))
    assert "\n" not in str(error.value)


def test_heads_file(folder: Path) -> None:
    change(folder / "rules" / "heads.tsv", "head\tuse\ttype\tright\tseen", "a\tb")
    with pytest.raises(OntologyError, match="five columns"):
        documents.load(ontology.load(folder))


@pytest.mark.parametrize(
    ("line", "reason"), [("name\talias", "header"), ("only one column", "columns")]
)
def test_lexicon_file(folder: Path, line: str, reason: str) -> None:
    header = "" if reason == "header" else "name\taliases\tflags\tsame_as\tsource\n"
    (folder / "lexicon" / "task.tsv").write_text(f"{header}{line}\n", encoding="utf-8")
    with pytest.raises(OntologyError, match=reason):
        list(read_terms(ontology.load(folder)))


def test_lookups_list_what_there_is() -> None:
    found = ontology.load()
    with pytest.raises(UnknownNameError, match="Method, Dataset"):
        found.type("Nonsense")
    with pytest.raises(UnknownNameError, match="introduced"):
        found.role("Dataset", "proposed")
    with pytest.raises(UnknownNameError, match="outperforms"):
        found.relation("nonsense")
    assert found.type("Method").colour.startswith("#")


def test_a_model_without_ner(tmp_path: Path) -> None:
    import spacy

    spacy.blank("en").to_disk(tmp_path / "model")
    with pytest.raises(KGError, match="no spaCy pipeline with an ner"):
        documents.load(ontology.load(), model=tmp_path / "model")


def test_a_trained_ner_takes_part(tmp_path: Path) -> None:
    """A model that was taught one name finds it, and its label is the type."""
    import spacy
    from spacy.training import Example

    from kg.model import Record
    from kg.pipeline import Extractor

    nlp = spacy.blank("en")
    nlp.add_pipe("ner").add_label("Method")  # type: ignore[attr-defined]
    text = "we saw blorf again today"
    example = Example.from_dict(nlp.make_doc(text), {"entities": [(7, 12, "Method")]})
    optimizer = nlp.initialize(lambda: [example])
    for _ in range(60):
        nlp.update([example], sgd=optimizer)
    nlp.to_disk(tmp_path / "model")
    record = Record(id="x", title="A title", abstract="we saw blorf again today")
    plain = Extractor(ontology.load())(record)
    assert not [e for e in plain.entities if e.name == "blorf"]
    (found,) = [
        e
        for e in Extractor(ontology.load(), model=tmp_path / "model")(record).entities
        if e.name == "blorf"
    ]
    assert found.mentions[0].rule == "ner"


def test_counting_words() -> None:
    texts = ("the small spiking net", "a tiny spiking net", "we use the spiking net")
    gold = {"entities": [{"type": "Method", "mentions": ["spiking net"]}]}
    found = count([(t, gold) for t in texts], documents.blank(), ontology.load())
    assert set(found.boundaries) == {"the", "small", "tiny"}
    assert found.heads == [("net", "modified", "Method", 3, 3)]
