"""The student: the small network that the recognizer runs, taught by teachers and annotated papers.

It is :class:`kg.recognizer.network.Network` in torch, made to learn the teachers' soft answers on
unlabelled abstracts (distillation, Hinton et al. 2015). Its word vectors begin as the encoder's,
cut to fewer dimensions by principal components.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from kg.recognizer.network import Network
from kg.recognizer.words import REGIONS, SHAPES, Vocabulary, bucket, regions, shape
from kg.training.heads import Example, SpanScorer, batches, hard, loss, softened
from kg.training.roles import RoleReader, Texts
from kg.training.teacher import encoder_folder, vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from random import Random

    from kg.recognizer.spans import Edges
    from kg.training.corpus import Paper
    from kg.training.heads import Answers, Labels, Play

__all__ = ["Sizes", "Student"]

_UNKNOWN = "[UNK]"
_LEARNING = 4000  # words in a batch
_ROLES = 1.5  # weight of the roles in the loss
_WARM = 100  # steps until the full rate
_CUT = "attention"


@dataclass(frozen=True, slots=True)
class Sizes:
    """How large a student is.

    :param width: Numbers of a word.
    :param hidden: Numbers of a span.
    :param pieces: Numbers of a word piece.
    :param layers: Gap of each convolution, or ``attention``.
    :param heads: Of an attention layer.
    :param words: Buckets for whole words.
    :param endings: Buckets for endings.
    :param drop: Share of numbers that are dropped while learning.
    """

    width: int = 80
    hidden: int = 64
    pieces: int = 128
    layers: tuple[int | str, ...] = (1, 2, 4)
    heads: int = 4
    words: int = 32768
    endings: int = 2048
    drop: float = 0.05


class Student(nn.Module):
    """The small network.

    :param sizes: How large it is.
    :param labels: Types and roles.
    :param edges: Words that names do not have at their edges.
    :param longest: How many words a name may have.
    """

    def __init__(self, sizes: Sizes, labels: Labels, edges: Edges, longest: int) -> None:
        """Make the layers; word pieces begin as the encoder's."""
        super().__init__()
        self.sizes, self.labels, self.edges, self.longest = sizes, labels, edges, longest
        width = sizes.width
        self.piece_names, vectors = _pieces(sizes.pieces)
        self.vocabulary = Vocabulary(self.piece_names)
        self.piece = nn.EmbeddingBag.from_pretrained(vectors, freeze=False, mode="mean")
        self.inner = nn.Linear(sizes.pieces, width)
        self.shape, self.ending = nn.Embedding(SHAPES, width), nn.Embedding(sizes.endings, width)
        self.region, self.word = nn.Embedding(REGIONS, width), nn.Embedding(sizes.words, 32)
        for part in (self.shape, self.ending, self.region):
            nn.init.normal_(part.weight, 0, 0.05)
        nn.init.normal_(self.word.weight, 0, 0.1)
        self.word_in = nn.Linear(32, width, bias=False)
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in sizes.layers)
        self.norm = nn.LayerNorm(width)
        self.layers = nn.ModuleList(
            nn.Linear(width, 3 * width) if kind == _CUT else nn.Linear(3 * width, 2 * width)
            for kind in sizes.layers
        )
        self.outs = nn.ModuleList(
            nn.Linear(width, width, bias=False) if kind == _CUT else nn.Identity()
            for kind in sizes.layers
        )
        self.scorer = SpanScorer(width, sizes.hidden, labels, longest, plays=False)
        self.reader = RoleReader(width, sizes.heads, labels, sizes.drop)
        self.whole = nn.Linear(width, sizes.hidden, bias=False)
        self.drop = nn.Dropout(sizes.drop)
        self._known: dict[str, tuple[tuple[int, ...], int, int, int]] = {}

    def example(self, paper: Paper, answers: Sequence[Answers] = ()) -> Example:
        """Prepare a text, with what teachers said of it or what is annotated."""
        spans, types, roles = hard(paper, self.edges, self.labels, self.longest)
        inputs = {"words": paper.words, "regions": regions(paper.sentences)}
        soft = softened(spans, answers) if answers else None
        count = len(paper.words)
        return Example(inputs, count, count, spans, types, roles, soft)

    def _look(self, word: str) -> tuple[tuple[int, ...], int, int, int]:
        if word not in self._known:
            lower = word.lower()
            self._known[word] = (
                self.vocabulary.pieces(word),
                shape(word),
                bucket(lower, self.sizes.words),
                bucket(lower[-3:], self.sizes.endings),
            )
        return self._known[word]

    def forward(self, batch: Sequence[Example]) -> tuple[torch.Tensor, Play]:
        """Give the scores of the classes of all spans of a batch, and what gives those of roles."""
        size = max(example.words for example in batch)
        known = sorted({word for example in batch for word in example.inputs["words"]})
        number = {word: place for place, word in enumerate(known)}
        words = torch.zeros((len(batch), size), dtype=torch.long)
        parts, there = torch.zeros_like(words), torch.zeros(words.shape)
        places, spans, owner, before = [], [], [], 0
        for row, example in enumerate(batch):
            count = example.words
            words[row, :count] = torch.tensor([number[w] for w in example.inputs["words"]])
            parts[row, :count] = torch.tensor(example.inputs["regions"])
            there[row, :count] = 1
            places.append(np.arange(count) + row * size)
            spans.append(example.spans + before)
            owner.append(np.full(len(example.spans), row))
            before += count
        mask = there.unsqueeze(-1)
        x = self.drop(self._vectors(known)[words] + self.region(parts)) * mask
        with torch.autocast("cpu", torch.bfloat16):
            for kind, norm, layer, out in zip(
                self.sizes.layers, self.norms, self.layers, self.outs, strict=True
            ):
                y = norm(x) * mask
                if kind == _CUT:
                    y = out(self._attended(layer(y), there))
                else:
                    y = _convolved(y, layer, int(kind))
                x = (x + self.drop(y.float())) * mask
            x = self.norm(x) * mask
            whole = self.whole(x.sum(1) / mask.sum(1)).float()
            rows = x.reshape(-1, x.shape[-1])[torch.as_tensor(np.concatenate(places))]
            ranges, owners = (torch.as_tensor(np.concatenate(p)) for p in (spans, owner))
            types, _ = self.scorer(rows, ranges, whole.index_select(0, owners))
        starts = torch.tensor([0, *(example.words for example in batch[:-1])]).cumsum(0)
        texts = Texts(x.float(), there, ranges, owners, starts)
        return types.float(), partial(self.reader.forward, texts)

    def _vectors(self, known: Sequence[str]) -> torch.Tensor:
        looks = [self._look(word) for word in known]
        pieces = torch.tensor([p for look in looks for p in look[0]])
        starts = np.cumsum([0, *(len(look[0]) for look in looks[:-1])])
        vectors: torch.Tensor = self.inner(self.piece(pieces, torch.as_tensor(starts)))
        vectors = vectors + self.shape(torch.tensor([look[1] for look in looks]))
        vectors = vectors + self.word_in(self.word(torch.tensor([look[2] for look in looks])))
        return vectors + self.ending(torch.tensor([look[3] for look in looks]))

    def _attended(self, parts: torch.Tensor, there: torch.Tensor) -> torch.Tensor:
        texts, size, _ = parts.shape
        split = parts.reshape(texts, size, 3, self.sizes.heads, -1)
        query, key, value = split.permute(2, 0, 3, 1, 4)
        scores = (query @ key.transpose(-1, -2)).float() * query.shape[-1] ** -0.5
        shares = scores.masked_fill(there[:, None, None] == 0, -1e4).softmax(-1).to(value.dtype)
        return (shares @ value).transpose(1, 2).reshape(texts, size, -1)

    def learn(
        self,
        examples: Sequence[Example],
        *,
        epochs: int,
        rate: float,
        chance: Random,
        tell: Callable[[str], None],
    ) -> None:
        """Learn from texts, those with soft answers and those with hard ones in batches apart.

        :param examples: The texts.
        :param epochs: How often each is seen.
        :param rate: Highest learning rate.
        :param chance: Decides the order.
        :param tell: Is told how it goes.
        """
        kinds = [[e for e in examples if (e.soft is None) is kind] for kind in (True, False)]
        steps = sum(len(batches(kind, _LEARNING)) for kind in kinds) * epochs
        optimizer = torch.optim.AdamW(self.parameters(), lr=rate, weight_decay=0.01)
        mask, step = self.labels.mask, 0
        for epoch in range(epochs):
            self.train()
            several = [b for kind in kinds for b in batches(kind, _LEARNING, chance)]
            chance.shuffle(several)
            total = 0.0
            for batch in several:
                for group in optimizer.param_groups:
                    group["lr"] = rate * min(1, (step + 1) / _WARM) * max(0.01, 1 - step / steps)
                types, play = self(batch)
                cost = loss(types, play, batch, mask, weight=_ROLES)
                optimizer.zero_grad()
                cost.backward()
                nn.utils.clip_grad_norm_(self.parameters(), 1.0)
                optimizer.step()
                total, step = total + cost.item(), step + 1
            tell(f"student: epoch {epoch + 1} of {epochs}, loss {total / len(several):.3f}")

    def network(self) -> Network:
        """Give the network that the recognizer runs."""
        weights = dict(self._weights())
        settings: dict[str, Any] = asdict(self.sizes) | {
            "types": list(self.labels.types),
            "roles": [list(role) for role in self.labels.roles],
            "longest": self.longest,
            "layers": list(self.sizes.layers),
            "edges": {
                "first": sorted(self.edges.first),
                "last": sorted(self.edges.last),
                "inside": sorted(self.edges.inside),
            },
        }
        return Network(settings, weights, self.piece_names)

    def _weights(self) -> Iterator[tuple[str, Any]]:
        def table(part: torch.Tensor) -> Any:
            return part.detach().double().numpy()

        for name in ("piece", "shape", "word", "ending", "region"):
            yield name, table(getattr(self, name).weight)
        lines = {"in": self.inner, "span": self.scorer.parts, "out": self.scorer.out}
        lines |= {f"layer{n}": layer for n, layer in enumerate(self.layers)}
        for name, line in lines.items():
            yield f"{name}.weight", table(line.weight.T)
            yield f"{name}.bias", table(line.bias)
        for name, part in {"word.in": self.word_in, "whole.weight": self.whole}.items():
            yield name, table(part.weight.T)
        for number, (kind, norm, out) in enumerate(
            zip(self.sizes.layers, self.norms, self.outs, strict=True)
        ):
            yield f"layer{number}.norm.weight", table(norm.weight)
            yield f"layer{number}.norm.bias", table(norm.bias)
            if kind == _CUT:
                yield f"layer{number}.out", table(out.weight.T)
        yield "norm.weight", table(self.norm.weight)
        yield "norm.bias", table(self.norm.bias)
        yield "length", table(self.scorer.length.weight)
        for name, array in self.reader.weights():
            yield name, table(array)


def _convolved(y: torch.Tensor, layer: nn.Module, gap: int) -> torch.Tensor:
    wide = functional.pad(y, (0, 0, gap, gap))
    both = layer(torch.cat([wide[:, : -2 * gap], y, wide[:, 2 * gap :]], -1))
    value, gate = both.chunk(2, -1)
    return value * torch.sigmoid(gate)


def _pieces(width: int) -> tuple[list[str], torch.Tensor]:
    """Give the encoder's word pieces, the unknown first, with their vectors cut to a width."""
    from safetensors.torch import load_file

    folder = encoder_folder()
    names = vocabulary(folder)
    order = [names.index(_UNKNOWN)]
    order += [n for n, name in enumerate(names) if name != _UNKNOWN and "[unused" not in name]
    stored = load_file(folder / "model.safetensors")
    vectors = next(v for name, v in sorted(stored.items()) if "word_embeddings" in name)
    vectors = vectors.float()[order]
    vectors = vectors - vectors.mean(0)
    _, _, axes = torch.linalg.svd(vectors.T @ vectors)
    cut = vectors @ axes[:width].T
    return [names[number] for number in order], cut / cut.std()
