"""Every rule fires on its examples and not on its counterexamples, and the check can fail."""

from __future__ import annotations

import json
import shutil
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kg import documents, ontology
from kg.entities.roles import cues_of
from kg.errors import OntologyError
from kg.mentions.detect import candidates
from kg.model import Record
from kg.rules import Rule, check, grouped, listing, rules
from kg.rules.catalogue import FINDS, MENTION, RELATION, ROLE

if TYPE_CHECKING:
    from spacy.language import Language

ONTOLOGY = ontology.load()
TYPE_FILES = [name.lower() for name in ONTOLOGY.type_names]
SAMPLE = Path(__file__).parent / "data" / "sample.jsonl"


@lru_cache(maxsize=1)
def nlp() -> Language:
    return documents.load(ONTOLOGY)


def told(folder: Path) -> list[str]:
    return [str(fault) for fault in check(ontology.load(folder))]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a copy of the ontology that may be spoilt."""
    copy = tmp_path / "ontology"
    shutil.copytree(ONTOLOGY.folder, copy)
    return copy


def spoil(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / "rules" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_every_rule_holds() -> None:
    assert [str(fault) for fault in check(ONTOLOGY)] == []


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        (
            "method.toml",
            "called [Echo State Gate], which",
            "called [Echo State] Gate, which",
            "method.named: finds 'Echo State Gate' instead of what is marked in ",
        ),
        (
            "method.toml",
            '["a module called the encoder"',
            '["a module called Encoder"',
            "method.named: fires in 'a module called Encoder'",
        ),
        (
            "method.toml",
            "[CNN-based model]",
            "CNN-based model",
            "method.based: nothing is marked with brackets in 'a CNN-based model is slower'",
        ),
        (
            "metric.toml",
            "[Recall@10]",
            "[Recollection@10]",
            "metric.at: finds nothing instead of what is marked in ",
        ),
        (
            "names.toml",
            '["We compare it with [FlickerNet] here"]',
            '["We compare it with [Flickernet] here"]',
            "name.plain: finds nothing instead of what is marked in ",
        ),
        (
            "names.toml",
            "FlickerSet: a benchmark",
            "FlickerNet: a model",
            "name.title: fires in 'FlickerNet: a model for decoding'",
        ),
        (
            "roles.toml",
            "Their [spiking network] learns",
            "Our [spiking network] learns",
            "role.proposed.our: fires in 'A title\\nOur [spiking network] learns.'",
        ),
        (
            "roles.toml",
            "propose a new [spiking network]",
            "purchase a new [spiking network]",
            "role.proposed.we: does not fire in ",
        ),
        (
            "relations.toml",
            "Our FlickerNet is near EEGNet",
            "Our FlickerNet is nearer, and better, than EEGNet",
            "relation.outperforms.role: fires in ",
        ),
        (
            "relations.toml",
            "Our FlickerNet is better than EEGNet",
            "Our FlickerNet is not worse than EEGNet",
            "relation.outperforms.role: does not fire in ",
        ),
        (
            "relations.toml",
            "FlickerNet has a FlickerGate",
            "FlickerNet has a gate",
            "relation.uses.own: fewer than two of the entities that [named] lists are in ",
        ),
    ],
)
def test_an_example_that_fails_is_one_line(
    folder: Path, file: str, old: str, new: str, expected: str
) -> None:
    spoil(folder, file, old, new)
    (line,) = told(folder)
    assert line.startswith(f"rules/{file}: {expected}")


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        (
            "method.toml",
            "confidence = 0.9",
            "confidence = 9",
            "'confidence' is not between 0 and 1",
        ),
        ("method.toml", "opens = true", "open = true", "method.title: unknown key 'open'; known: "),
        ("method.toml", "opens = true", 'opens = "yes"', "'opens' is neither true nor false"),
        ("metric.toml", 'not = ["recall at ten"]', "not = []", "metric.at: 'not' holds no texts"),
        ("metric.toml", 'not = ["recall at ten"]', "", "metric.at: has no 'not'"),
        ("metric.toml", '"metric.topk"', '"metric.at"', "metric.at: stands twice"),
        ("metric.toml", 'id = "metric.at"', "", "pattern 3: has no 'id'"),
        ("metric.toml", '"^top-?', '"^(top-?', "metric.topk: 'tokens' is no regular expression"),
        ("metric.toml", "{NORM = ", "{NORMAL = ", "metric.number: no pattern of spaCy: "),
        ("names.toml", "weight = 10.0", 'weight = "10"', "name.title: 'weight' is no number"),
        ("names.toml", 'place = "shape"', 'place = "form"', "'place' is none of before, after"),
        ("names.toml", 'type = "Method"', 'type = "Tool"', "no entity type named 'Tool'"),
        ("names.toml", "[default]", "[fallback]", "rules/names.toml: default: is missing"),
        ("roles.toml", 'role = "output"', 'role = "proposed"', "no role of Modality named"),
        ("roles.toml", 'title = "^@', 'title = "(^@', "'title' is no regular expression: "),
        ("relations.toml", 'type = "extends"', 'type = "hates"', "no relation named 'hates'"),
        ("relations.toml", '= ["compared"]', '= ["introduced"]', "is no role of Method"),
        (
            "relations.toml",
            '"\\\\bet al',
            '"(\\\\bet al',
            "status.attributed: 'pattern' is no regular",
        ),
        ("relations.toml", '["Modality", "input"]', '["Modality"]', "named.EEG: is no pair of"),
        ("relations.toml", '["Modality", "input"]', '["Modality", "x"]', "named.EEG: no role of"),
        ("results.toml", "whole_paper =", "all_paper =", "result.quantity: has no 'whole_paper'"),
        ("results.toml", 'improvement = "', 'improvement = "(', "'kinds' 'improvement' is no"),
        ("task.toml", "# Token", "Token", "rules/task.toml: file: is no TOML: "),
        ("entity.toml", "confidence = 0.89", 'sure = "x"', "abbreviation.long: has no 'confid"),
    ],
)
def test_an_entry_of_wrong_form_is_told(
    folder: Path, file: str, old: str, new: str, expected: str
) -> None:
    spoil(folder, file, old, new)
    lines = told(folder)
    assert any(expected in line for line in lines), lines
    assert all(line.startswith(f"rules/{file}: ") for line in lines)


def test_a_file_that_is_missing_is_told(folder: Path) -> None:
    (folder / "rules" / "task.toml").unlink()
    assert told(folder) == ["rules/task.toml: file: cannot be read"]


def test_the_list_has_every_rule_once() -> None:
    found = rules(ONTOLOGY)
    names = [rule.id for rule in found]
    assert len(names) == len(set(names))
    assert [f for f in FINDS if f in {rule.finds for rule in found}] == list(FINDS)
    order = [FINDS.index(rule.finds) for rule in found]
    assert order == sorted(order)
    assert {r.type for r in found if r.finds == RELATION} <= {r.name for r in ONTOLOGY.relations}
    assert {c.rule for t in ONTOLOGY.type_names for c in cues_of(t, ONTOLOGY)[0]} <= {
        rule.id for rule in found if rule.finds == ROLE
    }
    for rule in found:
        assert (ONTOLOGY.folder / rule.file).is_file()


def test_whatever_proposes_a_mention_is_in_the_list() -> None:
    known = {rule.id: rule for rule in rules(ONTOLOGY) if rule.finds == MENTION}
    for line in SAMPLE.read_text(encoding="utf-8").splitlines():
        doc = documents.parse(Record(**json.loads(line)), nlp()).doc
        assert doc is not None
        for proposed in candidates(doc, ONTOLOGY).values():
            for candidate in proposed:
                assert known[candidate.rule].type in ("", candidate.type)


def test_heads_are_one_line_for_each_type() -> None:
    found = rules(ONTOLOGY)
    lines = grouped(found)
    heads = [line for line in lines if line.members]
    assert [line.type for line in heads] == list(ONTOLOGY.type_names)
    assert sum(line.size for line in heads) == len(found) - len(lines) + len(heads)
    assert [leaf for line in lines for leaf in line.leaves] == list(found)
    for line in heads:
        shares = [leaf.confidence or 0 for leaf in line.leaves]
        assert min(shares) <= (line.confidence or 0) <= max(shares)


def test_a_lexicon_without_stated_confidence_is_listed(folder: Path) -> None:
    spoil(folder, "entity.toml", 'id = "lexicon.task"\nconfidence = 0.69', 'id = "x.y"')
    found = {rule.id: rule for rule in rules(ontology.load(folder))}
    assert found["lexicon.task"].confidence is None
    assert found["lexicon.task"].type == "Task"
    assert found["lexicon.task"].size > 1
    assert found["x.y"].size == 1


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("method.toml", 'id = "method.based"', ""),
        ("roles.toml", "weight = 1.61", 'weight = "much"'),
        ("relations.toml", "[[rule]]", "[rule]"),
    ],
)
def test_what_is_no_rule_cannot_be_listed(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / "rules" / file
    text = path.read_text(encoding="utf-8")
    if new == "[rule]":
        text = text[: text.index("[[rule]]")] + "rule = [3]\n"
        text = text.replace("[anaphor]", "[x]", 1)
        text = text[text.index("rule = [3]") :]
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(OntologyError, match=file):
        rules(ontology.load(folder))


def test_listing_shows_no_control_characters() -> None:
    line = Rule(id="a\x1b[31mb", finds=MENTION, file="rules/x.toml", type="T", examples=2)
    assert listing([line]) == (
        "mention    type  examples  file\n  a [31mb  T          2/0  rules/x.toml\n"
    )
    assert listing([]) == ""


def test_every_type_has_a_rule_file() -> None:
    names = {p.stem for p in (ONTOLOGY.folder / "rules").glob("*.toml")}
    assert names == {*TYPE_FILES, "names", "roles", "relations", "results", "entity", "phrases"} | {
        "concepts",
        "kinds",
        "linking",
    }


@pytest.mark.parametrize("name", ["boundaries.txt", "heads.tsv"])
def test_word_lists_are_sorted_and_without_doubles(name: str) -> None:
    text = (ONTOLOGY.folder / "rules" / name).read_text(encoding="utf-8")
    lines = [x for x in text.splitlines() if not x.startswith(("#", "head\t"))]
    firsts = [tuple(x.split("\t")[:2]) for x in lines]
    assert firsts == sorted(set(firsts))
    assert text.endswith("\n")
