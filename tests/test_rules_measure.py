"""What rules are worth: counts and shares worked out by hand."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import documents, ontology
from kg.errors import ReadError
from kg.evaluation import evaluate
from kg.extractions import dumps
from kg.mentions.abbreviated import pairs
from kg.mentions.candidates import Candidate, keep
from kg.mentions.detect import candidates
from kg.model import Entity, Mention, Record
from kg.pipeline import Extractor
from kg.recognizer import RULES
from kg.rules import Rule, annotated, grouped, measure, papers, policy_of, rules, table
from kg.rules.catalogue import FINDS, GUARD, MENTION, RELATION
from kg.rules.measure import Measurement, Worth
from kg.rules.papers import Paper
from kg.rules.uses import Uses, total, wilson

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spacy.language import Language

    from kg.model import Document

ONTOLOGY = ontology.load()
LINES = grouped(rules(ONTOLOGY))
SAMPLE = Path(__file__).parent / "data" / "sample.jsonl"
TITLE = "FlickerNet: fast decoding"


@lru_cache(maxsize=1)
def nlp() -> Language:
    return documents.load(ONTOLOGY)


def entity(kind: str, name: str, role: str, *mentions: str, **more: Any) -> dict[str, Any]:
    forms = list(mentions or (name,))
    return {"type": kind, "name": name, "mentions": forms, "role": role, **more}


def paper(title: str, abstract: str, *entities: dict[str, Any], **more: Any) -> Paper:
    document = documents.parse(Record(id="p", title=title, abstract=abstract), nlp())
    return Paper.of(document, {"id": "p", "entities": list(entities), **more})


def each_proposal(document: Document) -> list[Entity]:
    """Make an entity of every text that a rule proposes, the simplest policy there is."""
    doc = document.doc
    assert doc is not None
    found = {}
    for proposed in candidates(doc, ONTOLOGY).values():
        for c in proposed:
            span = doc[c.start : c.end]
            place = (span.start_char, span.end_char, span.text)
            mention = Mention(c.type, *place, c.rule)
            found[c.type, span.text] = Entity(c.type, span.text, (mention,), "")
    return [found[key] for key in sorted(found)]


def worth(*examples: Paper, lines: Sequence[Rule] = LINES) -> dict[str, Worth]:
    found = measure(examples, lines, ONTOLOGY, each_proposal)
    assert found.papers == len(examples)
    return {one.rule.id: one for one in found.worth}


def test_right_half_right_and_wrong_proposals() -> None:
    text = "It compares FlickerNet with EEGNet."
    name = entity("Method", "FlickerNet", "proposed")
    found = worth(
        paper(TITLE, text, name),
        paper(TITLE, text, entity("Method", "with EEGNet", "compared")),
        paper(TITLE, text, entity("Dataset", "FlickerNet", "used")),
    )
    uses = found["name.title"].uses
    assert (uses.fired, uses.right, uses.half, uses.wrong) == (6, 2, 0, 4)
    assert found["name.title"].stated == pytest.approx(0.96)
    lexicon = found["lexicon.method"].uses
    assert (lexicon.fired, lexicon.right, lexicon.half, lexicon.wrong) == (3, 0, 1, 2)


def test_leaving_a_rule_out_is_counted() -> None:
    text = "It compares FlickerNet with EEGNet."
    gold = [entity("Method", "FlickerNet", "proposed"), entity("Task", "decoding", "addressed")]
    found = worth(paper(TITLE, text, *gold))
    title = found["name.title"]
    predicted = len(each_proposal(paper(TITLE, text).document))
    (matched,) = {round((one.f1 or 0) * (2 + predicted) / 2) for one in found.values() if one.f1}
    assert title.f1 == pytest.approx(2 * matched / (2 + predicted))
    assert title.without == pytest.approx(2 * (matched - 1) / (2 + predicted - 1))
    assert title.adds == pytest.approx((title.f1 or 0) - (title.without or 0))
    assert not title.does_harm
    harmful = worth(paper(TITLE, text, entity("Method", "EEGNet", "compared")))["name.title"]
    assert harmful.does_harm
    assert (harmful.adds or 0) < 0
    silent = found["metric.at"]
    assert (silent.uses, silent.adds, silent.does_harm) == (Uses(), 0, False)


def test_abbreviations_are_left_out_with_their_long_forms() -> None:
    text = "A spiking neural network (SNN) is fast. The SNN learns."
    gold = entity("Method", "spiking neural network", "used", "spiking neural network", "SNN")
    one = paper("On decoding", text, gold)
    found = worth(one)
    assert (found["abbreviation.long"].uses.fired, found["abbreviation.short"].uses.fired) == (1, 2)
    assert found["abbreviation.short"].uses.right == 2
    assert found["abbreviation.long"].without == found["abbreviation.short"].without
    assert one.document.doc is not None
    assert [(long.text, short.text) for long, short in pairs(one.document.doc)] == [
        ("spiking neural network", "SNN")
    ]


def test_heads_can_be_measured_one_by_one() -> None:
    one = paper("A dual spiking network", "It runs.", entity("Method", "x", "used"))
    group = worth(one)["head.method"]
    leaves = [w for w in worth(one, lines=group.rule.leaves).values() if w.uses.fired]
    assert sum(leaf.uses.fired for leaf in leaves) == group.uses.fired > 0
    assert group.stated == pytest.approx(
        sum((leaf.stated or 0) * leaf.uses.fired for leaf in leaves) / group.uses.fired
    )


def test_measuring_changes_no_document() -> None:
    for line in SAMPLE.read_text(encoding="utf-8").splitlines()[:10]:
        document = documents.parse(Record(**json.loads(line)), nlp())
        assert document.doc is not None
        before = candidates(document.doc, ONTOLOGY)
        worth(Paper.of(document, {"id": "p"}))
        assert candidates(document.doc, ONTOLOGY) == before


def test_figures_are_those_of_an_evaluation() -> None:
    records = [Record(**json.loads(x)) for x in SAMPLE.read_text(encoding="utf-8").splitlines()]
    marked = "We propose {\\em FlickerNet}, a \\textbf{spiking} neural {\\em network} on CIFAR-10."
    records.append(Record(id="marked", title="{\\bf FlickerNet}: fast", abstract=marked))
    extractor = Extractor(ONTOLOGY, model=RULES)
    predicted = [json.loads(dumps(extractor(record), ONTOLOGY)) for record in records]
    gold = [
        p | {"entities": [e | {"name": f"thing {e['name']}"} for e in p["entities"][::2]]}
        for p in predicted
    ]  # so that mentions as they are written must agree
    without = Extractor(ONTOLOGY, model=RULES)
    without.nlp.remove_pipe("kg_phrases")
    left = [json.loads(dumps(without(record), ONTOLOGY)) for record in records]
    heads = Rule(
        id="heads",
        finds=MENTION,
        file="f",
        members=tuple(leaf for line in LINES if line.members for leaf in line.members),
    )
    pairs = list(zip(records, gold, strict=True))
    found = measure(papers(pairs, extractor.nlp), [heads], ONTOLOGY, policy_of(extractor))
    assert found.strict == evaluate(gold, predicted, ONTOLOGY).strict["all"]
    assert found.worth[0].without == evaluate(gold, left, ONTOLOGY).strict["all"].f1
    assert found.worth[0].adds


def test_words_that_are_never_an_entity_do_not_count() -> None:
    one = paper("On nets", "An activity of FlickerNet.")
    assert one.document.doc is not None
    proposed = [Candidate(place, place + 1, "Method", "name.plain") for place in (4, 6)]
    keep(one.document.doc, "kg_names", proposed)
    assert [one.document.doc[c.start].text for c in proposed] == ["activity", "FlickerNet"]
    assert worth(one)["name.plain"].uses.fired == 1


def test_role_cues_answer_for_annotated_entities() -> None:
    found = worth(
        paper(
            "FlickerNet: fast decoding",
            "It is better than EEGNet.",
            entity("Method", "FlickerNet", "proposed"),
            entity("Method", "EEGNet", "mentioned", role_alternative="compared"),
            entity("Task", "decoding", "mentioned"),
            entity("Method", "Nonsense", "used"),
        ),
        paper("On nets", "It is better than EEGNet.", entity("Method", "EEGNet", "used")),
    )

    def told(name: str) -> tuple[int, int]:
        return found[name].uses.fired, found[name].uses.right

    assert told("role.proposed.title") == (1, 1)
    assert told("role.compared.than") == (2, 1)
    assert told("role.addressed.title") == (1, 0)
    assert told("role.default.method") == (0, 0)
    assert found["role.compared.than"].stated is None
    assert found["role.compared.than"].adds is None
    default = worth(paper("On it", "It has nets.", entity("Method", "nets", "used")))
    assert default["role.default.method"].uses == Uses(fired=1, right=1)


def test_relations_and_results_answer_for_annotated_entities() -> None:
    entities = [
        entity("Method", "FlickerNet", "proposed"),
        entity("Method", "EEGNet", "compared"),
        entity("Dataset", "BETA", "used"),
        entity("Metric", "accuracy", "reported"),
    ]
    text = "FlickerNet outperforms EEGNet with an accuracy of 91.5% on BETA."
    better = {"head": "FlickerNet", "type": "outperforms", "tail": "EEGNet"}
    value = {"value": "91.5", "metric": "accuracy", "method": None, "dataset": None, "task": None}
    found = worth(
        paper(TITLE, text, *entities, relations=[better], results=[value]),
        paper(TITLE, text, *entities, results=[value | {"value": "91.6"}]),
        paper(TITLE, text, *entities, relations=[better | {"optional": True}]),
        paper(TITLE, text.replace("outperforms", "does not outperform"), *entities),
    )
    assert found["relation.outperforms.role"].uses.fired == 2
    assert found["relation.outperforms.role"].uses.right == 1
    assert found["relation.outperforms.role"].stated == pytest.approx(0.74)
    assert found["result.quantity"].uses.fired == 3
    assert found["result.quantity"].uses.right == 1


def test_kinds_that_are_settled_answer_for_annotated_results() -> None:
    def told(kind: str) -> dict[str, object]:
        return {"value": "3%", "metric": None, "kind": kind}

    drop, part = "FlickerNet brings a 3% drop.", "It is trained with only 10% of the labels."
    found = worth(
        paper(TITLE, drop, results=[told("improvement")]),
        paper(TITLE, drop, results=[told("absolute")]),
        paper(TITLE, drop),  # no result, so it has no kind
        paper(TITLE, part),
        paper(TITLE, part, results=[told("absolute") | {"value": "10"}]),
    )
    assert found["settle.drop-behind"].uses == Uses(fired=2, right=1)
    assert found["settle.share-of-data"].uses == Uses(fired=2, right=1)
    assert found["settle.share-of-data"].stated is None
    assert {one.rule.finds for one in found.values()} == set(FINDS) - {GUARD}


def test_a_relation_without_direction_is_right_both_ways() -> None:
    entities = [
        entity("Method", "FlickerNet", "proposed"),
        entity("Method", "EEGNet", "compared"),
    ]
    told = {"head": "EEGNet", "type": "comparedWith", "tail": "FlickerNet"}
    text = "FlickerNet is on par with EEGNet."
    found = worth(paper(TITLE, text, *entities, relations=[told]))
    assert found["relation.compared.role"].uses.right == 1


def test_a_stated_share_is_off_only_beyond_chance() -> None:
    def is_off(stated: float | None, fired: int, right: int) -> bool:
        rule = Rule(id="x", finds=RELATION, file="f", confidence=stated)
        return Worth(rule, Uses(fired=fired, right=right, stated=(stated or 0) * fired)).is_off

    assert is_off(0.9, 100, 70)
    assert is_off(0.5, 100, 70)
    assert not is_off(0.75, 1000, 700)  # beyond chance, but near
    assert not is_off(0.9, 4, 3)  # far, but so few
    assert not is_off(None, 100, 70)
    assert not is_off(0.9, 0, 0)


def test_table() -> None:
    lines = [
        Rule(id="good", finds=MENTION, file="f", type="T", confidence=0.9),
        Rule(id="bad", finds=MENTION, file="f", type="T", confidence=0.9),
        Rule(id="tie", finds=RELATION, file="f", type="R"),
    ]
    uses = Uses(fired=100, right=40, half=10, stated=90.0)
    found = (
        Worth(lines[0], Uses(fired=1, right=1, stated=0.9), 0.5, 0.25),
        Worth(lines[1], uses, 0.5, 0.5001),
        Worth(lines[2], Uses()),
    )
    counts = measure([], [], ONTOLOGY, each_proposal).strict
    told = table(Measurement(1, counts, found)).splitlines()
    assert told[0] == "papers 1   strict F1 0.0000 with all rules"
    heads = "mention type stated fired right half wrong precision 95% F1 without adds note"
    assert " ".join(told[2].split()) == heads
    assert told[3].split()[:8] == ["good", "T", "0.900", "1", "1", "0", "0", "1.000"]
    assert told[3].split()[-2:] == ["0.25000", "+0.25000"]
    assert told[4].endswith("0.50010  -0.00010  harm, stated is off")
    assert told[7].split() == ["tie", "R", "0", "0", "0"]
    assert told[-1] == "F1 is higher without any one of: bad"


@given(st.integers(0, 500), st.integers(0, 500))
def test_bounds_hold_the_share(right: int, wrong: int) -> None:
    seen = right + wrong
    low, high = wilson(right, seen)
    assert 0 <= low <= high <= 1
    mirrored = wilson(wrong, seen)
    assert (low, high) == pytest.approx((1 - mirrored[1], 1 - mirrored[0]))
    if seen:
        assert low - 1e-12 <= right / seen <= high + 1e-12
        narrower = wilson(right * 4, seen * 4)
        assert narrower[1] - narrower[0] < high - low


def test_uses_add_up() -> None:
    assert total([]) == Uses()
    assert total([Uses(fired=2, right=1), Uses(fired=3, half=1, stated=0.5)]) == Uses(
        fired=5, right=1, half=1, stated=0.5
    )


def lines_of(*items: object) -> str:
    return "".join(json.dumps(item) + "\n" for item in items)


def test_annotated_papers_are_read(tmp_path: Path) -> None:
    gold, text = tmp_path / "gold.jsonl", tmp_path / "text.jsonl"
    one = {"id": "a", "entities": [entity("Method", "FlickerNet", "proposed")]}
    gold.write_text(lines_of(one, {"id": "b", "entities": []}), encoding="utf-8")
    text.write_text(
        lines_of({"id": "a", "title": TITLE, "abstract": "Is FlickerNet fast?"}, {"id": "c"}),
        encoding="utf-8",
    )
    found, notes = annotated(str(gold), str(text))
    assert [(record.id, record.title, item["id"]) for record, item in found] == [("a", TITLE, "a")]
    assert len(notes) == 2
    assert notes[0].startswith(f"1 papers skipped; first: {text}:2: ")
    assert notes[1] == "1 of 2 papers have no text, left out"
    (only,) = papers(found, nlp())
    assert [m.text for e in only.entities for m in e.mentions] == ["FlickerNet", "FlickerNet"]
    with pytest.raises(ReadError, match="none of its 2 papers has a text"):
        annotated(str(gold))
    gold.write_text(lines_of(one | {"title": TITLE, "abstract": "Fast."}), encoding="utf-8")
    found, notes = annotated(str(gold))
    assert [record.abstract for record, _ in found] == ["Fast."]
    assert notes == []
    gold.write_text("FlickerNet B-algorithm\nis O\n", encoding="utf-8")
    with pytest.raises(ReadError, match="labelled spans"):
        annotated(str(gold))


def test_annotations_with_markup_are_found() -> None:
    one = paper(
        r"Using {\em spiking} nets", "", entity("Method", "n", "used", r"{\em spiking} nets")
    )
    (only,) = one.entities
    assert [m.text for m in only.mentions] == ["spiking nets"]
    assert len(one.spans) == 1


def test_an_empty_mention_stands_nowhere() -> None:
    one = paper("Using nets", "", entity("Method", "n", "used", "", " "))
    assert (one.entities, one.spans) == ((), frozenset())
