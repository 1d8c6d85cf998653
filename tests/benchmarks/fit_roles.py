"""Fit the weights of the role cues on annotated papers, and print them.

usage: python tests/benchmarks/fit_roles.py GOLD.jsonl INPUT.jsonl

A multinomial logistic regression for each entity type, in which every cue speaks for its own role
only and the default role has a weight of its own. GOLD holds the annotation, INPUT the titles and
abstracts of the same papers.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from kg import documents, ontology
from kg.entities.roles import cues_of, fitting
from kg.markup import plain
from kg.model import Mention, Record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.model import Document

RULES = ontology.load()
STEPS, RATE, PENALTY = 3000, 3.0, 1e-4


def annotated(gold: Path, texts: Path) -> Iterator[tuple[Document, str, list[Mention], str]]:
    nlp = documents.load(RULES)
    records = {r["id"]: r for r in map(json.loads, gold.open(encoding="utf-8"))}
    for line in texts.open(encoding="utf-8"):
        found = json.loads(line)
        document = documents.parse(Record(**found), nlp)
        for entity in records[found["id"]]["entities"]:
            mentions = [
                Mention(entity["type"], m.start(), m.end(), m[0], "gold")
                for surface in entity["mentions"]
                for m in re.finditer(re.escape(plain(surface).text), document.text)
            ]
            yield document, entity["type"], mentions, entity["role"]


def main(gold: Path, texts: Path) -> None:
    papers = list(annotated(gold, texts))
    for kind in RULES.type_names:
        cues, default = cues_of(kind, RULES)
        names = [role.name for role in RULES.roles_of(kind)]
        column = {cue.rule: i for i, cue in enumerate(cues)}
        mine = [p for p in papers if p[1] == kind]
        fits = np.zeros((len(mine), len(cues)))
        for row, (document, _, mentions, _) in enumerate(mine):
            for mention in mentions:
                for cue in fitting(document, mention, kind, cues):
                    fits[row, column[cue.rule]] = 1
        truth = np.array([names.index(role) for *_, role in mine])
        speaks = np.zeros((len(cues), len(names)))
        for i, cue in enumerate(cues):
            speaks[i, names.index(cue.role)] = 1
        weights, own, place = np.ones(len(cues)), 1.0, names.index(default)
        for _ in range(STEPS):
            scores = fits @ (weights[:, None] * speaks)
            scores[:, place] += own
            odds = np.exp(scores - scores.max(axis=1, keepdims=True))
            slope = odds / odds.sum(axis=1, keepdims=True)
            slope[np.arange(len(truth)), truth] -= 1
            slope /= len(truth)
            weights -= RATE * ((fits.T @ slope * speaks).sum(axis=1) + PENALTY * weights)
            own -= RATE * slope[:, place].sum()
        print(f"{kind}: right {(scores.argmax(axis=1) == truth).mean():.3f}")
        print(f"  default {default} {own:.2f}")
        for cue, weight in zip(cues, weights, strict=True):
            print(f"  {cue.rule} {weight:.2f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
