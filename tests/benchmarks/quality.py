"""Print the quality table of the README: strict F1 on annotated papers, with what each part adds.

usage: python tests/benchmarks/quality.py GOLD_FOLDER

The folder holds NAME.input.jsonl and NAME.gold.jsonl for the sets dev and dev-other.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from kg import ontology
from kg.evaluation import evaluate
from kg.extractions import dumps
from kg.model import Record
from kg.pipeline import Extractor

RULES = ("kg_patterns", "kg_phrases", "kg_names", "kg_abbreviations")
PARTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "lexicon": ("rules", RULES),
    "rules": ("rules", ("kg_lexicon",)),
    "lexicon and rules": ("rules", ()),
    "fast: a small network, nearly alone": ("fast", ()),
    "network without lexicon and rules": ("default", (*RULES, "kg_lexicon")),
    "**default: all together**": ("default", ()),
}


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def main(folder: Path) -> None:
    rules = ontology.load()
    print("| papers | what | " + " | ".join(rules.type_names) + " | all | relaxed | roles |")
    print("|---|---|" + "---:|" * (len(rules.type_names) + 3))
    told = []
    for name in ("dev", "dev-other"):
        gold = lines(folder / f"{name}.gold.jsonl")
        records = [Record(**r) for r in lines(folder / f"{name}.input.jsonl")]
        for what, (model, without) in PARTS.items():
            extractor = Extractor(rules, model=model)
            for component in without:
                if component in extractor.nlp.pipe_names:
                    extractor.nlp.remove_pipe(component)
            predicted = [json.loads(dumps(extractor(r), rules)) for r in records]
            found = evaluate(gold, predicted, rules)
            figures = [found.strict[t].f1 for t in (*rules.type_names, "all")]
            figures += [found.relaxed["all"].f1, found.role_accuracy]
            print(f"| {name} | {what} | " + " | ".join(f"{x:.3f}" for x in figures) + " |")
            if not without and model != "rules":
                low, high = found.interval()
                results = found.as_dict()["results"]
                told.append(
                    f"- {model} on {name} ({len(records)} papers): "
                    f"all strict within {low:.3f} to {high:.3f} (95 %); "
                    f"relations {found.relations['all'].f1:.3f}; "
                    + ", ".join(f"results {k} {v['f1']:.3f}" for k, v in results.items())
                    + f"; named contributions found as such {found.contribution_recall:.3f}"
                )
    print("\n" + "\n".join(told))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
