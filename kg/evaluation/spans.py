"""Measure predicted spans against labelled ones, as benchmarks of mention detection do.

>>> from kg.evaluation.labels import Labels
>>> labels = Labels("x", {"TASK": ("Task",)}, ("Task",))
>>> gold = [Annotated("1", "we parse text", ((3, 13, "TASK"),))]
>>> predicted = [Annotated("1", "we parse text", ((3, 8, "Task"),))]
>>> found = evaluate_spans(gold, predicted, labels)
>>> found.strict["all"], found.relaxed["all"], found.mistakes[0].kind
(Counts(matched=0, gold=1, predicted=1), Counts(matched=1, gold=1, predicted=1), 'boundary')
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from kg.errors import KGError
from kg.evaluation.alignment import pair_up
from kg.evaluation.figures import ROUNDED, Figures, as_numbers, columns
from kg.evaluation.mistakes import BOUNDARY, MISSED, SPURIOUS, TYPE, Mistake, Side
from kg.evaluation.scoring import ALL, Counts, total
from kg.evaluation.texts import Annotated, LabelledSpan, Places, moved

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from kg.evaluation.figures import Row
    from kg.evaluation.labels import Classes, Labels

__all__ = ["SpanEvaluation", "evaluate_spans"]


@dataclass(frozen=True, slots=True)
class _Score:
    """What one text yields."""

    strict: Mapping[str, Counts]
    relaxed: Mapping[str, Counts]
    labels: Mapping[str, Counts]
    mistakes: Sequence[Mistake]
    excused: int
    left_out: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanEvaluation(Figures):
    """How well predicted spans agree with the labelled ones.

    :param strict: Spans by class and :data:`ALL`: both ends and the class agree.
    :param relaxed: The same where spans of one class overlap, one to one.
    :param labels: How many spans of each label of the gold that counts were found, and in which
        class they are.
    :param ignored: How many spans the gold has of each label that is ignored.
    :param mapping: Name of the mapping from labels to types.
    :param excused: Predictions that overlap ignored spans alone; they are not counted.
    :param left_out: Predictions of types that no label stands for; they are not counted.
    :param papers: Strict and relaxed counts of each text.
    :param mistakes: What became of each span that did not match.
    """

    strict: Mapping[str, Counts]
    relaxed: Mapping[str, Counts]
    labels: Mapping[str, tuple[Counts, str]]
    ignored: Mapping[str, int]
    mapping: str
    excused: int
    left_out: int
    papers: tuple[tuple[Counts, Counts], ...]
    mistakes: tuple[Mistake, ...]

    @property
    def size(self) -> int:
        """How many texts the gold has."""
        return len(self.papers)

    @property
    def groups(self) -> dict[str, Mapping[str, Counts]]:
        """Give the tables of counts by name, in their order."""
        return {"spans_strict": self.strict, "spans_relaxed": self.relaxed}

    @property
    def by_paper(self) -> dict[Row, tuple[Counts, ...]]:
        """Give the counts of each text, for every row that has an interval."""
        return {
            ("spans_strict", ALL): tuple(strict for strict, _ in self.papers),
            ("spans_relaxed", ALL): tuple(relaxed for _, relaxed in self.papers),
        }

    def as_dict(self) -> dict[str, Any]:
        """Give the figures as JSON can hold them, rounded to four places."""
        found = {
            label: {"as": name, "r": round(c.recall, ROUNDED), "tp": c.matched, "gold": c.gold}
            for label, (c, name) in self.labels.items()
        }
        return {
            "texts": self.size,
            "mapping": self.mapping,
            **{group: as_numbers(counts) for group, counts in self.groups.items()},
            "labels": found,
            "ignored_labels": dict(self.ignored),
            "predictions_excused": self.excused,
            "predictions_left_out": self.left_out,
        }

    def heading(self, bounds: Mapping[Row, tuple[float, float]]) -> list[str]:
        """Say in lines what was compared and how well all in all."""
        low, high = bounds["spans_strict", ALL]
        lines = [
            f"texts {self.size}   strict F1 of spans {self.strict[ALL].f1:.3f} ({low:.3f} to "
            f"{high:.3f} with 95% confidence)",
            f"labels {self.mapping}: "
            + ", ".join(f"{label} = {name}" for label, (_, name) in self.labels.items()),
        ]
        if self.ignored:
            told = ", ".join(f"{label} {count}" for label, count in self.ignored.items())
            lines.append(f"ignored labels: {told}")
        lines.append(
            f"predictions that do not count: {self.excused} on ignored spans alone, "
            f"{self.left_out} of types that no label stands for"
        )
        return lines

    def details(self) -> list[str]:
        """Say in lines how many spans of each label were found."""
        return [f"{'found of each label':<22}{'R':>7}{'matched':>23}{'gold':>7}"] + [
            f"  {label:<20}{c.recall:>7.3f}{c.matched:>23}{c.gold:>7}"
            for label, (c, _) in self.labels.items()
        ]


def evaluate_spans(
    gold: Iterable[Annotated], predicted: Iterable[Annotated], labels: Labels
) -> SpanEvaluation:
    """Measure predicted spans against labelled ones.

    :param gold: Texts with spans in labels of their own.
    :param predicted: The same texts with spans in entity types; blanks and escaped brackets may
        differ. Texts that are missing count as empty, of two of one id the last counts.
    :param labels: Which types each label stands for. Spans of other labels are ignored: they are
        not asked for, and a prediction that overlaps such spans alone counts neither way.
    :returns: The figures, over the types that labels of the gold stand for.
    :raises KGError: If a predicted text is not that of the gold.
    """
    wanted = list(gold)
    by_id = {text.id: text for text in predicted}
    counted = Counter(label for text in wanted for *_, label in text.spans)
    classes = labels.classes(counted.keys())
    scores = [_score(text, by_id.get(text.id), classes) for text in wanted]
    strict = columns((s.strict for s in scores), classes.names)
    relaxed = columns((s.relaxed for s in scores), classes.names)
    found = columns((s.labels for s in scores), classes.of_label)
    told = classes.of_label.keys() | classes.never
    mistakes = (mistake for s in scores for mistake in s.mistakes)
    return SpanEvaluation(
        strict=strict | {ALL: total(strict.values())},
        relaxed=relaxed | {ALL: total(relaxed.values())},
        labels={label: (c, classes.of_label[label]) for label, c in found.items()},
        ignored={k: n for k, n in sorted(counted.items()) if k not in told},
        mapping=labels.name,
        excused=sum(s.excused for s in scores),
        left_out=sum(s.left_out for s in scores),
        papers=tuple((total(s.strict.values()), total(s.relaxed.values())) for s in scores),
        mistakes=tuple(sorted(mistakes, key=lambda mistake: mistake.rank)),
    )


def _score(gold: Annotated, predicted: Annotated | None, classes: Classes) -> _Score:
    of_label = classes.of_label
    kept = {(s, e, of_label[label]) for s, e, label in gold.spans if label in of_label}
    told = of_label.keys() | classes.never
    ignored = {span for span in gold.spans if span[2] not in told}
    given = _placed(gold, predicted) if predicted else []
    answered = {(s, e, classes.of_type[t]) for s, e, t in given if t in classes.of_type}
    free, asked = _Index(ignored), _Index(kept)
    excused = {x for x in answered - kept if free.near(x) and not asked.near(x)}
    answered -= excused
    right = {(s, e, label) for s, e, label in gold.spans if (s, e, of_label.get(label)) in answered}
    return _Score(
        strict=_counts(classes.names, kept & answered, kept, answered),
        relaxed=_counts(classes.names, _overlapping(kept, answered), kept, answered),
        labels=_counts(of_label, right, {x for x in gold.spans if x[2] in of_label}, ()),
        mistakes=list(_mistakes(gold, kept - answered, answered - kept)),
        excused=len(excused),
        left_out=sum(t not in classes.of_type for *_, t in given),
    )


def _placed(gold: Annotated, predicted: Annotated) -> list[LabelledSpan]:
    """Move the predicted spans to where they are in the spelling of the gold."""
    if predicted.text == gold.text or not predicted.spans:
        return list(predicted.spans)
    here, there = Places(predicted.text), Places(gold.text)
    if here.signs != there.signs:
        reason = "the predictions are of another text than the gold"
        raise KGError(f"{gold.id}: {reason}; extract from the same texts, or leave PREDICTED out")
    pairs = ((moved((s, e), here, there), label) for s, e, label in predicted.spans)
    return [(*span, label) for span, label in pairs if span]


class _Index:
    """Spans, to look up those that overlap one."""

    def __init__(self, spans: Iterable[LabelledSpan]) -> None:
        self.spans = sorted(spans)
        self.longest = max((end - start for start, end, _ in self.spans), default=0)

    def near(self, span: LabelledSpan) -> list[int]:
        """List the places of the spans that overlap one."""
        first = bisect_left(self.spans, (span[0] - self.longest, 0, ""))
        last = bisect_left(self.spans, (span[1], 0, ""))
        return [i for i in range(first, last) if self.spans[i][1] > span[0]]


def _counts(
    names: Iterable[str],
    matched: Collection[LabelledSpan],
    gold: Collection[LabelledSpan],
    predicted: Collection[LabelledSpan],
) -> dict[str, Counts]:
    columns = [Counter(name for *_, name in spans) for spans in (matched, gold, predicted)]
    return {name: Counts(*(column[name] for column in columns)) for name in names}


def _overlapping(
    gold: Iterable[LabelledSpan], predicted: Iterable[LabelledSpan]
) -> list[LabelledSpan]:
    """List the gold spans that can be paired, one to one, with overlapping spans of their class."""
    ours = sorted(gold)
    return [ours[i] for i, _ in _pairs(ours, sorted(predicted))]


def _pairs(
    gold: Sequence[LabelledSpan], predicted: Sequence[LabelledSpan]
) -> list[tuple[int, int]]:
    """Pair spans of one class that overlap, the nearest first, as many as can be; both sorted."""
    index = _Index(predicted)

    def choices(ours: LabelledSpan) -> list[int]:
        found = ((j, predicted[j]) for j in index.near(ours))
        same = ((j, p) for j, p in found if p[2] == ours[2])
        apart = ((abs(ours[0] - p[0]) + abs(ours[1] - p[1]), j) for j, p in same)
        return [j for _, j in sorted(apart)]

    return sorted(pair_up([choices(ours) for ours in gold], range(len(gold))).items())


def _mistakes(
    gold: Annotated, missing: Iterable[LabelledSpan], surplus: Iterable[LabelledSpan]
) -> Iterator[Mistake]:
    def side(span: LabelledSpan | None) -> Side | None:
        if span is None:
            return None
        words = gold.text[span[0] : span[1]]
        return Side(span[2], words, forms=(words,), spans=(span[:2],))

    def mistake(kind: str, ours: LabelledSpan | None, theirs: LabelledSpan | None) -> Mistake:
        return Mistake(kind, gold.id, side(ours), side(theirs))

    left, over = set(missing), set(surplus)
    for _, group in groupby(sorted(left | over), key=lambda span: span[:2]):
        spans = list(group)
        ours, theirs = [s for s in spans if s in left], [s for s in spans if s in over]
        for one, other in zip(ours, theirs, strict=False):
            yield mistake(TYPE, one, other)
            left.remove(one)
            over.remove(other)
    lacking, extra = sorted(left), sorted(over)
    paired = dict(_pairs(lacking, extra))
    yield from (mistake(BOUNDARY, lacking[i], extra[j]) for i, j in paired.items())
    yield from (mistake(MISSED, x, None) for i, x in enumerate(lacking) if i not in paired)
    taken = set(paired.values())
    yield from (mistake(SPURIOUS, None, x) for j, x in enumerate(extra) if j not in taken)
