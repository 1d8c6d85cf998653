"""Print how well relations and results are read, as tables in Markdown.

usage: python tests/benchmarks/facts.py FOLDER [MODEL]

The folder holds gold/NAME.gold.jsonl and gold/NAME.input.jsonl for the sets dev and dev-other,
data/benchmarks/scierc/dev.jsonl and data/benchmarks/results/train.jsonl. What is not there is
skipped, which is told on standard error. MODEL is the name or folder of a recognizer.
"""

from __future__ import annotations

import hashlib
import json
import sys
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scierc import Relations

from kg.evaluation import evaluate
from kg.evaluation.annotations import Annotations
from kg.evaluation.completion import completed
from kg.evaluation.scoring import ALL, Counts, number
from kg.extractions import dumps
from kg.model import ASSERTED, Record
from kg.normalize import key
from kg.pipeline import Extractor
from kg.recognizer import DEFAULT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import TypeAlias

    from kg.evaluation import Evaluation

    Item: TypeAlias = dict[str, Any]

SETS = ("dev", "dev-other")
FOUND, GIVEN = "found", "given"
PARTS = 5  # of the predictions by confidence


def lines(path: Path) -> list[Item]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def row(*cells: object) -> None:
    print("| " + " | ".join(map(str, cells)) + " |")


def head(first: str, *others: str) -> None:
    row(first, *others)
    print("|---|" + "---:|" * len(others))


def told(c: Counts | None) -> str:
    return f"{c.precision:.3f} / {c.recall:.3f} / **{c.f1:.3f}**" if c else ""


# --- 1: this project's own annotation


@dataclass(frozen=True)
class Own:
    """The annotated papers, and what is predicted of them."""

    folder: Path
    extractor: Extractor

    def gold(self, name: str) -> list[Item]:
        return lines(self.folder / f"{name}.gold.jsonl")

    @cached_property
    def predicted(self) -> dict[tuple[str, str], list[Item]]:
        """What is predicted by set and by whether entities are found or given."""
        made = {}
        ontology = self.extractor.ontology
        for name in SETS:
            records = [Record(**r) for r in lines(self.folder / f"{name}.input.jsonl")]
            gold = Annotations(name, tuple(self.gold(name)))
            for way, extractions in (
                (FOUND, map(self.extractor, records)),
                (GIVEN, completed(records, gold, self.extractor)),
            ):
                made[name, way] = [json.loads(dumps(e, ontology)) for e in extractions]
        return made

    def figures(self) -> None:
        ontology = self.extractor.ontology
        found: dict[tuple[str, str], Evaluation] = {
            (name, way): evaluate(self.gold(name), predicted, ontology)
            for (name, way), predicted in self.predicted.items()
        }
        columns = [f"{name}, entities {way}" for name, way in found]
        head("P / R / **F1**", *columns, *(f"gold {name}" for name in SETS))
        for group in ("relations", "results"):
            kinds = sorted({k for f in found.values() for k in f.groups[group] if k != ALL})
            for kind in [*kinds, ALL] if group == "relations" else found["dev", FOUND].results:
                counts = [f.groups[group].get(kind) for f in found.values()]
                sizes = [found[name, GIVEN].groups[group].get(kind, Counts()) for name in SETS]
                row(f"{group} {kind}", *map(told, counts), *(c.gold for c in sizes))
        print("\nF1 of all relations, 95 % intervals over papers:", end=" ")
        bounds = {column: f.intervals() for column, f in zip(columns, found.values(), strict=True)}
        spans = ((column, b["relations", ALL]) for column, b in bounds.items())
        print("; ".join(f"{column} {low:.3f} to {high:.3f}" for column, (low, high) in spans))

    def reliability(self) -> None:
        """Compare how sure predictions are with how many are right, in fifths."""
        columns, cells = [], []
        for group in ("relations", "results"):
            for way in (FOUND, GIVEN):
                judged = sorted(self.judged(group, way))
                cuts = [len(judged) * n // PARTS for n in range(PARTS + 1)]
                columns.append(f"{group}, entities {way}")
                parts = [judged[a:b] for a, b in pairwise(cuts)]
                cells.append([*map(calibrated, parts), f"gap {gap(parts):.3f}"])
        head("fifth: confidence → right", *columns)
        for place, told_of in enumerate(zip(*cells, strict=True), 1):
            row(place if place <= PARTS else "mean", *told_of)

    def judged(self, group: str, way: str) -> Iterator[tuple[float, bool]]:
        """Say of each prediction how sure it is and whether it is right.

        Each is scored as if it were alone. What the gold calls optional does not count.
        """
        ontology = self.extractor.ontology
        for name in SETS:
            for gold, theirs in zip(self.gold(name), self.predicted[name, way], strict=True):
                for item in theirs[group]:
                    if item["status"] != ASSERTED:
                        continue
                    alone = {"id": theirs["id"], "entities": theirs["entities"], group: [item]}
                    found = evaluate([gold], [alone], ontology)
                    figures = found.relations[ALL], next(iter(found.results.values()))
                    counts = figures[group == "results"]
                    if counts.predicted:
                        yield item["confidence"], counts.matched > 0


def calibrated(part: Sequence[tuple[float, bool]]) -> str:
    sure, right = means(part)
    return f"{part[0][0]:.2f} to {part[-1][0]:.2f}, mean {sure:.2f} → {right:.2f} of {len(part)}"


def means(part: Sequence[tuple[float, bool]]) -> tuple[float, float]:
    return sum(c for c, _ in part) / len(part), sum(r for _, r in part) / len(part)


def gap(parts: Sequence[Sequence[tuple[float, bool]]]) -> float:
    """Give the mean distance between confidence and share of right ones."""
    apart = ((abs(sure - right), len(part)) for part in parts for sure, right in [means(part)])
    return sum(d * size for d, size in apart) / sum(map(len, parts))


# --- 2: another corpus


def print_relations(found: Relations) -> None:
    head("relation", "P / R / **F1**", "gold", "predicted")
    for name, counts in found.counts.items():
        row(name, told(counts), counts.gold, counts.predicted)
    print("\nFound of each label:", end=" ")
    print(", ".join(f"{n} {c.matched} of {c.gold}" for n, c in found.labels.items()))
    print("\nNot counted:", end=" ")
    print("; ".join(f"{count} {what}" for what, count in found.left_out.items()))


# --- 3: leaderboards


def half(paper: str) -> str:
    """Part papers by chance, always alike; the half that is held has not been read by anyone."""
    return ("read", "held")[hashlib.sha256(paper.encode()).digest()[0] % 2]


def alike(one: str, other: str) -> bool:
    """Say whether two names of a metric are equal, or one has all words of the other.

    >>> alike("Top_1 Accuracy", "top-1 accuracy"), alike("AP", "box AP"), alike("AP", "mAP")
    (True, True, False)
    """
    ours, theirs = (set(key(name.replace("_", " ")).split()) for name in (one, other))
    return bool(ours and theirs) and (ours <= theirs or theirs <= ours)


def asked(paper: Item) -> dict[tuple[float | str, str], tuple[bool, bool]]:
    """List score and metric of each tuple whose score stands in the abstract.

    Each comes with whether the score is written with a decimal point, so that it is hardly there
    by chance, and whether its metric stands there too.
    """
    return {
        (number(told["score"]), told["metric"]): (
            "." in told["score"],
            told["metric_in_abstract"],
        )
        for told in paper["results"]
        if told["score_in_abstract"]
    }


def leaderboards(path: Path, extractor: Extractor) -> None:
    sums: dict[tuple[str, str], list[tuple[bool, bool]]] = {}
    rows = ("all", "score has a decimal point", "metric stands in the abstract too")
    papers = {"read": 0, "held": 0}
    for paper in lines(path):
        wanted = asked(paper)
        if not wanted:
            continue
        papers[half(paper["id"])] += 1
        record = Record(id=paper["id"], title=paper["title"], abstract=paper["abstract"])
        reported = list(results_of(json.loads(dumps(extractor(record), extractor.ontology))))
        for (score, metric), (is_decimal, is_named) in wanted.items():
            same = [names for value, names in reported if value == score]
            answer = bool(same), any(alike(metric, name) for names in same for name in names)
            for name, fits in zip(rows, (True, is_decimal, is_named), strict=True):
                if fits:
                    sums.setdefault((half(paper["id"]), name), []).append(answer)
    head("tuples", "half", "papers", "tuples", "score found", "score with its metric found")
    for name in rows:
        for part, size in papers.items():
            answers = sums.get((part, name), [])
            scores, whole = (sum(column) for column in zip((0, 0), *answers, strict=True))
            most = max(1, len(answers))
            shares = (f"{scores / most:.3f}", f"{whole / most:.3f}")
            row(name, part, size, len(answers), *shares)


def results_of(line: Item) -> Iterator[tuple[float | str, set[str]]]:
    """Give the asserted results of a paper: the number, and all names of what it measures."""
    forms = {e["name"]: {e["name"], *e["mentions"]} for e in line["entities"]}
    for result in line["results"]:
        if result["status"] == ASSERTED:
            yield number(result["value"]), forms.get(result["metric"], set())


def main(folder: Path, model: str = DEFAULT) -> None:
    extractor = Extractor(model=model)
    own = Own(folder / "gold", extractor)
    scierc = folder / "data" / "benchmarks" / "scierc" / "dev.jsonl"
    boards = folder / "data" / "benchmarks" / "results" / "train.jsonl"
    annotated = [own.folder / f"{s}.{part}.jsonl" for s in SETS for part in ("gold", "input")]
    parts: dict[str, tuple[list[Path], Callable[[], None]]] = {
        "Relations and results": (annotated, own.figures),
        "SciERC dev, entities given": (
            [scierc],
            lambda: print_relations(Relations.of(scierc, extractor)),
        ),
        "Leaderboard tuples in abstracts": ([boards], lambda: leaderboards(boards, extractor)),
        "Reliability": (annotated, own.reliability),
    }
    for title, (needed, show) in parts.items():
        lacking = [path for path in needed if not path.is_file()]
        if lacking:
            print(f"skipped: {title}: there is no {lacking[0]}", file=sys.stderr)
            continue
        print(f"\n### {title}\n")
        show()


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:3])
