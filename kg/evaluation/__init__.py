"""Evaluation: what was predicted against what people annotated, as figures, tables and errors."""

from kg.evaluation.annotations import read_lines
from kg.evaluation.compare import Comparison, compare
from kg.evaluation.records import Evaluation, evaluate
from kg.evaluation.scoring import ALL
from kg.evaluation.spans import SpanEvaluation, evaluate_spans

__all__ = [
    "ALL",
    "Comparison",
    "Evaluation",
    "SpanEvaluation",
    "compare",
    "evaluate",
    "evaluate_spans",
    "read_lines",
]
