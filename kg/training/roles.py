"""What tells the roles of spans: each span looks at all words of its text, near and far.

The same as :meth:`kg.recognizer.network.Network.play`, in torch. The attention is that of Vaswani
et al. (2017), with a bias for each kind of distance (Raffel et al. 2020, simplified).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import torch
from torch import nn
from torch.nn import functional

from kg.recognizer.distances import DISTANCES, distances

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.training.heads import Labels

__all__ = ["HIDDEN", "RoleReader", "Texts"]

HIDDEN = 64
"""Numbers of a span inside."""


class Texts(NamedTuple):
    """A batch of texts as a network has read them, and their spans.

    :param rows: Words of each text, padded to one length.
    :param there: 1 where a word is, 0 where there is none.
    :param spans: First word and the one after the last of each span, counted over the words of all
        texts.
    :param owner: Number of the text of each span.
    :param before: Number of words before each text.
    """

    rows: torch.Tensor
    there: torch.Tensor
    spans: torch.Tensor
    owner: torch.Tensor
    before: torch.Tensor


class RoleReader(nn.Module):
    """Score the roles of spans.

    :param width: Numbers of a word.
    :param heads: Of the attention.
    :param labels: Types and roles.
    :param drop: Share of numbers that are dropped while learning.
    """

    def __init__(self, width: int, heads: int, labels: Labels, drop: float) -> None:
        """Make the layers."""
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(3 * width, width)
        self.key, self.value = (nn.Linear(width, width, bias=False) for _ in range(2))
        self.distance = nn.Parameter(torch.zeros(heads, DISTANCES))
        self.span = nn.Linear(3 * width, HIDDEN)
        self.context, self.whole = (nn.Linear(width, HIDDEN, bias=False) for _ in range(2))
        self.out = nn.Linear(HIDDEN, len(labels.roles))
        self.drop = nn.Dropout(drop)

    def forward(self, texts: Texts, chosen: torch.Tensor) -> torch.Tensor:
        """Give the scores of the roles of some spans.

        :param texts: The texts.
        :param chosen: Places in ``texts.spans``.
        """
        count, size, width = texts.rows.shape
        owner = texts.owner[chosen]
        starts, ends = (texts.spans[chosen] - texts.before[owner][:, None]).unbind(1)
        sums = torch.cat([torch.zeros(count, 1, width), texts.rows.cumsum(1)], 1)
        mean = (sums[owner, ends] - sums[owner, starts]) / (ends - starts)[:, None]
        first, last = texts.rows[owner, starts], texts.rows[owner, ends - 1]
        spans = self.drop(torch.cat([first, last, mean], 1))
        query = self.query(spans).reshape(len(spans), self.heads, -1)
        key = self.key(texts.rows).reshape(count, size, self.heads, -1)[owner]
        value = self.value(texts.rows).reshape(count, size, self.heads, -1)[owner]
        scores = torch.einsum("shd,snhd->shn", query, key) * (width // self.heads) ** -0.5
        away = torch.as_tensor(distances(starts.numpy(), size))
        scores = scores + self.distance[:, away].permute(1, 0, 2)
        shares = scores.masked_fill(texts.there[owner][:, None] == 0, -1e4).softmax(-1)
        seen = torch.einsum("shn,snhd->shd", shares, value).reshape(-1, width)
        whole = texts.rows.sum(1) / texts.there.sum(1)[:, None]
        hidden = self.span(spans) + self.context(seen) + self.whole(whole)[owner]
        found: torch.Tensor = self.out(self.drop(functional.relu(hidden)))
        return found

    def weights(self) -> Iterator[tuple[str, torch.Tensor]]:
        """Give the arrays by the names that the recognizer knows them by."""
        for name in ("query", "key", "value", "span", "context", "whole", "out"):
            layer = getattr(self, name)
            yield f"role.{name}", layer.weight.T
            if layer.bias is not None:
                yield f"role.{name}.bias", layer.bias
        yield "role.distance", self.distance
