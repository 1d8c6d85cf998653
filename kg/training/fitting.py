"""How one classifier is fitted: logistic regression over the features of many examples."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, TypeAlias

from kg.recognizer.classifier import BIAS, Classifier

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["NO", "YES", "Row", "best_threshold", "fit", "learned"]

Row: TypeAlias = tuple[dict[str, float], str]
"""Features of an example, and the answer."""

NO, YES = "no", "yes"
"""The answers of a classifier that says whether something holds."""

_SMALL = 0.02  # weights below it are left out
_SEEN = 3  # examples in which a feature must be seen
_SURE = 9.0  # weight for the only answer
_GRID = tuple(x / 100 for x in range(10, 71, 2))


def fit(rows: Sequence[Row], *, strength: float = 0.1) -> Classifier:
    """Fit a logistic regression.

    :param rows: Features and label of each example.
    :param strength: Inverse of the regularisation (L2).
    :returns: The classifier; of two labels the later one in the alphabet is the yes.
    :raises ValueError: If there are fewer than two labels.
    """
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression

    seen = Counter(name for features, _ in rows for name in features)
    vectorizer = DictVectorizer()
    table = vectorizer.fit_transform(
        [{k: v for k, v in features.items() if seen[k] >= _SEEN} for features, _ in rows]
    )
    model = LogisticRegression(C=strength, max_iter=3000)
    model.fit(table, [answer for _, answer in rows])
    columns, biases = model.coef_.T, model.intercept_
    weights: dict[str, tuple[float, ...]] = {BIAS: _rounded(biases, len(model.classes_))}
    for name, column in zip(vectorizer.feature_names_, columns, strict=True):
        if abs(column).max() >= _SMALL:
            weights[name] = _rounded(column, len(model.classes_))
    return Classifier([str(c) for c in model.classes_], weights)


def learned(
    rows: Sequence[Row], strength: float, answers: tuple[str, ...] = (NO, YES)
) -> Classifier:
    """Fit the classifier of a stage; where there is nothing to learn, the usual answer is sure.

    :param rows: Features and label of each example.
    :param strength: Inverse of the regularisation (L2).
    :param answers: What it may answer; without an example it gives the first.
    """
    given = Counter(answer for _, answer in rows)
    seen = Counter(name for features, _ in rows for name in features)
    if len(given) > 1 and max(seen.values()) >= _SEEN:
        return fit(rows, strength=strength)
    only = max(answers, key=lambda label: given[label])
    return Classifier(answers, {BIAS: tuple(_SURE * (label == only) for label in answers)})


def _rounded(values: Iterable[float], labels: int) -> tuple[float, ...]:
    found = tuple(round(float(value), 4) for value in values)
    return found if len(found) == labels else (0.0, *found)


def best_threshold(scored: Sequence[tuple[float, bool]], wanted: int) -> tuple[float, float]:
    """Choose the least probability with which something is kept: half of the best F1.

    For calibrated probabilities that is where F1 is highest (Lipton et al. 2014), and it depends
    less on the sample than the place of the maximum itself.

    :param scored: Probability of each candidate, and whether it is right.
    :param wanted: How many there are to be found.
    :returns: The threshold and the best F1; 0 and 0 if nothing is right.

    >>> best_threshold([(0.9, True), (0.2, False)], 1)
    (0.5, 1.0)
    """
    best = 0.0
    for least in _GRID:
        kept = [right for share, right in scored if share >= least]
        best = max(best, 2 * sum(kept) / max(1, len(kept) + wanted))
    return round(best / 2, 2), best
