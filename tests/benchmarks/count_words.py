"""Recount boundary words and heads on annotated papers, and write both lists of the ontology.

usage: python tests/benchmarks/count_words.py GOLD.jsonl INPUT.jsonl [ONTOLOGY_FOLDER]

GOLD holds the annotation, INPUT the titles and abstracts of the same papers.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from kg import documents, ontology
from kg.markup import plain
from kg.mentions.induce import count

BOUNDARIES = """\
# Words that begin no name: on annotated papers they stand more often before a name than inside one.
# Counted by kg.mentions.induce on this project's own annotation; one key a line. CC BY 4.0.
"""
HEADS = """\
# Heads of noun phrases and the type they give; right of seen uses on annotated papers.
# Counted by kg.mentions.induce on this project's own annotation. CC BY 4.0.
head\tuse\ttype\tright\tseen
"""


def main(gold: Path, texts: Path, folder: Path) -> None:
    annotated = {r["id"]: r for r in map(json.loads, gold.open(encoding="utf-8"))}
    records = [
        (plain(r["title"], r["abstract"]).text, annotated[r["id"]])
        for r in map(json.loads, texts.open(encoding="utf-8"))
    ]
    found = count(records, documents.blank(), ontology.load(folder))
    rules = folder / "rules"
    heads = "".join("\t".join(map(str, head)) + "\n" for head in found.heads)
    (rules / "heads.tsv").write_text(HEADS + heads, encoding="utf-8")
    words = "\n".join(found.boundaries) + "\n"
    (rules / "boundaries.txt").write_text(BOUNDARIES + words, encoding="utf-8")
    print(f"{len(found.boundaries)} boundary words, {len(found.heads)} heads")


if __name__ == "__main__":
    folder = Path(sys.argv[3]) if len(sys.argv) > 3 else ontology.default_folder()
    main(Path(sys.argv[1]), Path(sys.argv[2]), folder)
