"""What every rule is worth, measured on annotated papers."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kg.evaluation.scoring import Counts
from kg.evaluation.scoring import total as summed
from kg.rules.catalogue import GUARD, MENTION
from kg.rules.facts import fact_uses
from kg.rules.mentions import mention_uses
from kg.rules.uses import Uses, total

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from kg.model import Document, Entity
    from kg.ontology import Ontology
    from kg.pipeline import Extractor
    from kg.rules.catalogue import Rule
    from kg.rules.mentions import Policy
    from kg.rules.papers import Paper

__all__ = ["Measurement", "Worth", "measure", "policy_of"]

_OFF = 0.1  # a stated share that is not farther from the measured one than this is near enough
_ROUNDED = 6


@dataclass(frozen=True, slots=True)
class Worth:
    """What a rule is worth.

    :param rule: The rule, or a line that stands for many.
    :param uses: Its uses.
    :param f1: Strict F1 of all entities with all rules; None for rules of no mentions.
    :param without: The same without this rule; None for rules of no mentions.
    """

    rule: Rule
    uses: Uses
    f1: float | None = None
    without: float | None = None

    @property
    def stated(self) -> float | None:
        """Share of right uses that the file lets expect; None if it states none."""
        if any(leaf.confidence is None for leaf in self.rule.leaves):
            return None
        return self.uses.stated / self.uses.fired if self.uses.fired else self.rule.confidence

    @property
    def adds(self) -> float | None:
        """How much F1 the rule adds; below 0 if it takes from it; None for rules of no mentions."""
        if self.f1 is None or self.without is None:
            return None
        return self.f1 - self.without

    @property
    def does_harm(self) -> bool:
        """Whether F1 is higher without the rule."""
        return (self.adds or 0.0) < 0

    @property
    def is_off(self) -> bool:
        """Whether the stated share is far from the measured one, and not by chance."""
        if self.stated is None or not self.uses.fired:
            return False
        low, high = self.uses.interval
        is_far = abs(self.stated - self.uses.precision) > _OFF
        return is_far and not low <= self.stated <= high

    def as_dict(self) -> dict[str, Any]:
        """Give the figures as JSON can hold them, rounded to six places."""

        def rounded(value: float | None) -> float | None:
            return None if value is None else round(value, _ROUNDED)

        uses = self.uses
        found = self.rule.as_dict() | {
            "fired": uses.fired,
            "right": uses.right,
            "half": uses.half,
            "wrong": uses.wrong,
            "precision": rounded(uses.precision),
            "interval": [rounded(bound) for bound in uses.interval],
            "stated": rounded(self.stated),
            "is_off": self.is_off,
        }
        if self.adds is not None:
            found |= {
                "f1_without": rounded(self.without),
                "adds": rounded(self.adds),
                "does_harm": self.does_harm,
            }
        return found


@dataclass(frozen=True, slots=True)
class Measurement:
    """What all rules are worth.

    :param papers: How many papers were looked at.
    :param strict: Strict counts of all entities, with all rules.
    :param worth: What each rule is worth, in the order of the rules.
    """

    papers: int
    strict: Counts
    worth: tuple[Worth, ...]

    @property
    def harmful(self) -> tuple[Worth, ...]:
        """List the rules that do harm."""
        return tuple(worth for worth in self.worth if worth.does_harm)

    def as_dict(self) -> dict[str, Any]:
        """Give the figures as JSON can hold them, rounded to six places."""
        return {
            "papers": self.papers,
            "f1": round(self.strict.f1, _ROUNDED),
            "rules": [worth.as_dict() for worth in self.worth],
        }


def measure(
    papers: Iterable[Paper],
    lines: Sequence[Rule],
    ontology: Ontology,
    policy: Policy,
    *,
    progress: Callable[[object], object] | None = None,
) -> Measurement:
    """Measure what rules are worth.

    :param papers: Annotated papers; read once.
    :param lines: The rules, as :func:`kg.rules.rules` lists them, or grouped; those that guard are
        passed over, since annotations do not tell what is not stated.
    :param ontology: What may be said.
    :param policy: Makes the entities of a document out of what the rules propose, with mentions as
        they are written in the record; it is asked again for each rule that fires in a paper, with
        what this rule proposes left out.
    :param progress: Called with each paper that was looked at.
    :returns: The figures.
    """
    finders = [line for line in lines if line.finds == MENTION]
    counted: list[Counts] = []
    uses: dict[str, list[Uses]] = defaultdict(list)
    for paper in papers:
        counts, found = mention_uses(paper, finders, ontology, policy)
        counted.append(counts)
        for name, one in (*found.items(), *fact_uses(paper, lines, ontology).items()):
            uses[name].append(one)
        if progress:
            progress(paper)
    strict = summed(counted)
    kept = (line for line in lines if line.finds != GUARD)
    worth = (_worth(line, total(uses[line.id]), strict) for line in kept)
    return Measurement(len(counted), strict, tuple(worth))


def _worth(line: Rule, uses: Uses, strict: Counts) -> Worth:
    if line.finds != MENTION:
        return Worth(line, uses)
    left = Counts(strict.matched + uses.matched, strict.gold, strict.predicted + uses.predicted)
    return Worth(line, uses, strict.f1, left.f1)


def policy_of(extractor: Extractor) -> Policy:
    """Let an extractor make the entities of documents that were parsed before.

    :param extractor: The extractor with whose pipeline they were parsed.
    """

    def policy(document: Document) -> Sequence[Entity]:
        return extractor.extract(document).entities

    return policy
