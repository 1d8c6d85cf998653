"""Every rule fires on its examples and not on its counterexamples."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pytest

from kg import documents, ontology
from kg.entities.roles import assign_roles, cues_of, fitting
from kg.mentions.candidates import read
from kg.model import Document, Entity, Mention, Record
from kg.relations.relate import relate

if TYPE_CHECKING:
    from spacy.language import Language

ONTOLOGY = ontology.load()
TYPE_FILES = [name.lower() for name in ONTOLOGY.type_names]
KEYS = {
    "pattern": {"id", "tokens", "keep", "opens", "confidence", "examples", "not"},
    "cue": {
        *("id", "type", "role", "weight", "place", "words", "pattern", "confidence"),
        *("before", "after", "title", "shape", "examples", "not"),
    },
    "rule": {
        *("id", "type", "head_roles", "tail_roles", "between", "sentence", "stands_in", "is_own"),
        *("reverse", "confidence", "examples", "not"),
    },
}


@lru_cache(maxsize=1)
def nlp() -> Language:
    return documents.load(ONTOLOGY)


def rules(file: str, kind: str) -> list[dict[str, Any]]:
    return list(ONTOLOGY.rules(file).get(kind, ()))


def parsed(marked: str) -> tuple[Document, tuple[int, int] | None]:
    """Parse an example, and say where its square brackets stood."""
    match = re.search(r"\[(.*?)\]", marked)
    plain = marked if match is None else marked[: match.start()] + match[1] + marked[match.end() :]
    title, _, abstract = plain.partition("\n")
    place = None if match is None else (match.start(), match.end() - 2)
    return documents.parse(Record(id="x", title=title, abstract=abstract), nlp()), place


def fired(marked: str, component: str, rule: str) -> set[tuple[int, int]]:
    document, _ = parsed(marked)
    assert document.doc is not None
    spans = [document.doc[c.start : c.end] for c in read(document.doc, component) if c.rule == rule]
    return {(s.start_char, s.end_char) for s in spans}


PATTERNS = [(r, "kg_patterns") for f in TYPE_FILES for r in rules(f, "pattern")]
NAMES = [(r, "kg_names") for r in [*rules("names", "cue"), ONTOLOGY.rules("names")["default"]]]


@pytest.mark.parametrize(("rule", "component"), PATTERNS + NAMES, ids=lambda x: str(x)[:40])
def test_mention_rule(rule: dict[str, Any], component: str) -> None:
    assert rule["examples"]
    assert rule["not"]
    for example in rule["examples"]:
        assert parsed(example)[1] in fired(example, component, rule["id"]), example
    for example in rule["not"]:
        assert not fired(example, component, rule["id"]), example


@pytest.mark.parametrize("rule", rules("roles", "cue"), ids=lambda r: str(r["id"]))
def test_role_cue(rule: dict[str, Any]) -> None:
    cues = tuple(c for c in cues_of(rule["type"], ONTOLOGY)[0] if c.rule == rule["id"])
    for example, fits in [(e, True) for e in rule["examples"]] + [(e, False) for e in rule["not"]]:
        document, place = parsed(example)
        assert place is not None, example
        mention = Mention(rule["type"], *place, document.text[slice(*place)], "hand")
        entity = Entity(rule["type"], mention.text, (mention,), "")
        assert any(True for _ in fitting(document, mention, rule["type"], cues)) is fits, example
        assert assign_roles(document, [entity], ONTOLOGY)[0].role


NAMED = {
    "FlickerNet": ("Method", "proposed"),
    "FlickerGate": ("Method", "proposed"),
    "EEGNet": ("Method", "compared"),
    "spiking encoder": ("Method", "used"),
    "Nets": ("Method", "used"),
    "BETA": ("Dataset", "used"),
    "SSVEP decoding": ("Task", "addressed"),
    "EEG": ("Modality", "input"),
}


@pytest.mark.parametrize("rule", rules("relations", "rule"), ids=lambda r: str(r["id"]))
def test_relation_rule(rule: dict[str, Any]) -> None:
    for example, fits in [(e, True) for e in rule["examples"]] + [(e, False) for e in rule["not"]]:
        document, _ = parsed(f"A title\n{example}")
        entities = [
            Entity(kind, name, (Mention(kind, m.start(), m.end(), name, "hand"),), role)
            for name, (kind, role) in NAMED.items()
            if (m := re.search(rf"\b{name}\b", document.text))
        ]
        if rule["id"].endswith((".verb", "extends.verb")):
            entities = [replace(e, role="used") if e.role == "compared" else e for e in entities]
        found = {r.rule for r in relate(document, entities, ONTOLOGY).relations}
        assert (rule["id"] in found) is fits, (example, found)


@pytest.mark.parametrize("file", [*TYPE_FILES, "names", "roles", "relations"])
def test_keys_and_ids(file: str) -> None:
    seen: set[str] = set()
    for kind, allowed in KEYS.items():
        for rule in rules(file, kind):
            assert set(rule) <= allowed, rule["id"]
            assert rule["id"] not in seen
            seen.add(rule["id"])
            assert 0 <= rule.get("confidence", 0.5) <= 1


def test_every_type_has_a_rule_file() -> None:
    names = {p.stem for p in (ONTOLOGY.folder / "rules").glob("*.toml")}
    assert names == {*TYPE_FILES, "names", "roles", "relations", "results", "entity", "phrases"}


@pytest.mark.parametrize("name", ["boundaries.txt", "heads.tsv"])
def test_word_lists_are_sorted_and_without_doubles(name: str) -> None:
    text = (ONTOLOGY.folder / "rules" / name).read_text(encoding="utf-8")
    lines = [x for x in text.splitlines() if not x.startswith(("#", "head\t"))]
    firsts = [tuple(x.split("\t")[:2]) for x in lines]
    assert firsts == sorted(set(firsts))
    assert text.endswith("\n")
