"""What teacher and student share: spans as tensors, the score of a span, the loss, batches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import torch
from torch import nn
from torch.nn import functional

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from random import Random

    from numpy.typing import NDArray

    from kg.recognizer.spans import Edges
    from kg.training.corpus import Paper

__all__ = [
    "Answers",
    "Example",
    "Labels",
    "Play",
    "SpanScorer",
    *("answer", "batches", "hard", "loss", "row_of", "softened"),
]

_NAMES = 20  # about as many names as an abstract has; makes the loss one per name
_NO_NAME = 4.0  # first bias for "no name", since nearly every span is none
_UNSURE = 0.98  # spans that are no name with this probability are not kept
_CLEAR = 0.3  # least probability of being a name with which a span teaches roles
_IGNORED = -100


Play: TypeAlias = "Callable[[torch.Tensor], torch.Tensor]"
"""Gives the scores of the roles of some spans of a batch, told by their places."""


@dataclass(frozen=True, slots=True)
class Labels:
    """The types, and the roles of each, in a fixed order."""

    types: tuple[str, ...]
    roles: tuple[tuple[str, str], ...]

    @property
    def mask(self) -> torch.Tensor:
        """Give for each type what to add to the scores of roles, so that others do not count."""
        rows = [[0.0 if t == kind else -1e4 for t, _ in self.roles] for kind in self.types]
        return torch.tensor(rows)


@dataclass(frozen=True, slots=True)
class Answers:
    """What a network says of the spans of one text that may be a name.

    :param spans: Half-open ranges of word numbers.
    :param types: Probability of no name and of each type.
    :param roles: Scores of all roles.
    """

    spans: NDArray[np.int16]
    types: NDArray[np.float16]
    roles: NDArray[np.float16]


@dataclass(slots=True)
class Example:
    """A text with its spans and what is to be learned of them.

    :param inputs: What the network reads; its own affair.
    :param size: Length by which examples are put into batches.
    :param words: Number of words.
    :param spans: Half-open ranges of word numbers.
    :param types: Class of each span, 0 for no name; empty if the answers are soft.
    :param roles: Role of each span, -1 where there is none.
    :param soft: Rows of ``spans`` with soft answers, and these.
    """

    inputs: dict[str, Any]
    size: int
    words: int
    spans: NDArray[np.int64]
    types: NDArray[np.int64]
    roles: NDArray[np.int64]
    soft: tuple[NDArray[np.int64], NDArray[np.float32], NDArray[np.float32]] | None = None


def row_of(spans: NDArray[Any]) -> dict[tuple[int, int], int]:
    """Index spans by their range."""
    return {(start, end): row for row, (start, end) in enumerate(spans.tolist())}


def hard(
    paper: Paper, edges: Edges, labels: Labels, longest: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """List the spans of an annotated paper with their classes and roles."""
    listed = edges.spans(paper.words, paper.sentences, longest=longest)
    spans = np.array(listed, dtype=np.int64).reshape(-1, 2)
    types, roles = np.zeros(len(spans), np.int64), np.full(len(spans), -1)
    rows = row_of(spans)
    for span in paper.hidden:
        if span in rows:
            types[rows[span]] = _IGNORED
    for named in paper.spans:
        row = rows.get((named.start, named.end))
        if row is not None:
            types[row] = labels.types.index(named.type) + 1
            roles[row] = labels.roles.index((named.type, named.role))
    return spans, types, roles


def softened(
    spans: NDArray[np.int64], answers: Sequence[Answers]
) -> tuple[NDArray[np.int64], NDArray[np.float32], NDArray[np.float32]]:
    """Average what several teachers say.

    :param spans: The spans of a text.
    :param answers: What each teacher says of some of them; of the others it says no name.
    :returns: Rows of ``spans`` of which a teacher says something, the mean of the probabilities,
        and the mean of the scores of roles.
    """
    rows = row_of(spans)
    classes, count = answers[0].types.shape[1], answers[0].roles.shape[1]
    types = np.zeros((len(spans), classes), np.float32)
    types[:, 0] = len(answers)
    roles, voices = np.zeros((len(spans), count), np.float32), np.zeros(len(spans), np.float32)
    for said in answers:
        told = [(rows[span], n) for span, n in row_of(said.spans).items() if span in rows]
        here, there = [row for row, _ in told], [n for _, n in told]  # each row once
        types[here] += said.types[there]
        types[here, 0] -= 1
        roles[here] += said.roles[there]
        voices[here] += 1
    kept = np.nonzero(voices)[0].astype(np.int64)
    mean: NDArray[np.float32] = types[kept] / np.float32(len(answers))
    return kept, mean, roles[kept] / voices[kept, None]


class SpanScorer(nn.Module):
    """Score spans by their first word, their last, the mean of their words and their length.

    :param rows: Width of the rows of words.
    :param hidden: Width inside.
    :param labels: Types and roles.
    :param longest: How many words a span may have.
    :param plays: Whether it scores roles too.
    """

    def __init__(
        self, rows: int, hidden: int, labels: Labels, longest: int, *, plays: bool = True
    ) -> None:
        """Make the layers."""
        super().__init__()
        self.parts = nn.Linear(rows, 3 * hidden)
        self.length = nn.Embedding(longest + 1, hidden)
        nn.init.normal_(self.length.weight, 0, 0.02)
        count = len(labels.roles) if plays else 0
        self.out = nn.Linear(hidden, 1 + len(labels.types) + count)
        self.out.bias.data[0] = _NO_NAME
        self.classes = 1 + len(labels.types)

    def forward(
        self, rows: torch.Tensor, spans: torch.Tensor, whole: torch.Tensor | None = None
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Give the scores of the classes and of the roles, if it has any, of each span."""
        first, last, mean = self.parts(rows).float().chunk(3, -1)
        sums = torch.cat([torch.zeros_like(mean[:1]), mean.cumsum(0)])
        starts, ends = spans[:, 0], spans[:, 1]
        counts = ends - starts
        hidden = (sums.index_select(0, ends) - sums.index_select(0, starts)) / counts[:, None]
        hidden = hidden + first.index_select(0, starts) + last.index_select(0, ends - 1)
        hidden = hidden + self.length(counts)
        if whole is not None:
            hidden = hidden + whole
        out = self.out(functional.relu(hidden))
        return out[:, : self.classes], out[:, self.classes :]


def loss(
    types: torch.Tensor,
    play: Play,
    batch: Sequence[Example],
    mask: torch.Tensor,
    *,
    weight: float,
) -> torch.Tensor:
    """Sum up what the scores of a batch cost, per abstract.

    :param types: Scores of the classes of all spans of the batch.
    :param play: Gives the scores of the roles of some of them.
    :param batch: The examples, all with hard answers or all with soft ones.
    :param mask: :attr:`Labels.mask`.
    :param weight: How much the roles count.
    """
    scale = len(batch) * _NAMES
    if batch[0].soft is None:
        wanted = torch.as_tensor(np.concatenate([e.types for e in batch]))
        played = torch.as_tensor(np.concatenate([e.roles for e in batch]))
        cost = (
            functional.cross_entropy(types, wanted, ignore_index=_IGNORED, reduction="sum") / scale
        )
        named = (played >= 0).nonzero()[:, 0]
        if len(named):
            scores = play(named) + mask[wanted[named] - 1]
            cost = cost + weight * functional.cross_entropy(scores, played[named])
        return cost
    kept, shares, played = _soft(batch)
    logs = types.log_softmax(-1)
    plain = torch.ones(len(types))
    plain[kept] = 0
    cost = -((logs[:, 0] * plain).sum() + (shares * logs[kept]).sum()) / scale
    named = (1 - shares[:, 0] > _CLEAR).nonzero()[:, 0]
    if len(named):
        only = mask[shares[named][:, 1:].argmax(1)]
        goal = (played[named] + only).softmax(-1)
        cost = cost + weight * functional.cross_entropy(play(kept[named]) + only, goal)
    return cost


def _soft(batch: Sequence[Example]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    rows, shares, roles, offset = [], [], [], 0
    for example in batch:
        assert example.soft is not None  # noqa: S101
        kept, said, played = example.soft
        rows.append(kept + offset)
        shares.append(said)
        roles.append(played)
        offset += len(example.spans)
    return (
        torch.as_tensor(np.concatenate(rows)),
        torch.as_tensor(np.concatenate(shares)),
        torch.as_tensor(np.concatenate(roles)),
    )


def batches(
    examples: Iterable[Example], size: int, chance: Random | None = None
) -> list[list[Example]]:
    """Put examples of about one length together.

    :param examples: The examples.
    :param size: Largest product of their number and the longest length.
    :param chance: Shuffles; None keeps the order by length.
    """

    def length(example: Example) -> float:
        return example.size + (chance.random() * 40 if chance else 0.0)

    found: list[list[Example]] = []
    longest = 0
    for example in sorted(examples, key=length):
        longest = max(longest, example.size)
        if not found or (len(found[-1]) + 1) * longest > size:
            found.append([])
            longest = example.size
        found[-1].append(example)
    if chance:
        chance.shuffle(found)
    return found


def answer(
    network: Callable[[Sequence[Example]], tuple[torch.Tensor, Play]],
    examples: Sequence[Example],
    size: int,
) -> Iterator[tuple[int, Answers]]:
    """Let a network answer.

    :param network: Gives the scores of the classes of a batch, and what gives those of roles.
    :param examples: The texts.
    :param size: As for :func:`batches`.
    :returns: Numbers of the examples with the answers, in another order.
    """
    numbers = {id(example): number for number, example in enumerate(examples)}
    for batch in batches(examples, size):
        with torch.no_grad():
            types, play = network(batch)
            shares, offset = types.softmax(-1).numpy(), 0
            clear = torch.as_tensor(np.nonzero(shares[:, 0] < _UNSURE)[0])
            played = play(clear).numpy()
        scores = np.zeros((len(shares), played.shape[1]), np.float32)
        scores[clear.numpy()] = played
        for example in batch:
            count = len(example.spans)
            own = shares[offset : offset + count]
            kept = np.nonzero(own[:, 0] < _UNSURE)[0]
            said = Answers(
                example.spans[kept].astype(np.int16),
                own[kept].astype(np.float16),
                scores[offset : offset + count][kept].astype(np.float16),
            )
            yield numbers[id(example)], said
            offset += count
