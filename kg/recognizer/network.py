"""The network at run time: word vectors, gated convolutions and self-attention, scores of spans.

Gated convolutions read the words beside a word (Dauphin et al. 2017, with the widening gaps of Yu
and Koltun 2016); self-attention lets occurrences of one name in a text see one another (Vaswani et
al. 2017). A span is scored by its first word, its last word, the mean of its words and its length,
so that each of several overlapping spans has a probability of its own.

One text at a time, so that what comes out does not depend on other texts; and double precision, so
that the order in which a processor adds up is lost when scores are rounded.
"""

from __future__ import annotations

import json
import zlib
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from kg.errors import KGError
from kg.recognizer.distances import around
from kg.recognizer.words import Vocabulary, bucket, regions, shape

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["Network", "load", "save"]

_AT_ONCE = 1024  # spans, far more than an abstract has
_KEPT = 40_000  # word vectors kept for words that come again
_SCALE = ".scale"
_BROKEN = (BadZipFile, EOFError, zlib.error)


class Network:
    """A trained network.

    :param settings: Sizes, layers and labels, as :func:`save` wrote them.
    :param weights: Arrays by name.
    :param pieces: The vocabulary.
    """

    def __init__(
        self, settings: Mapping[str, Any], weights: Mapping[str, Floats], pieces: Sequence[str]
    ) -> None:
        """Prepare the arrays."""
        self.settings, self.weights = settings, weights
        self.types: tuple[str, ...] = tuple(settings["types"])
        self.roles: tuple[tuple[str, str], ...] = tuple((t, r) for t, r in settings["roles"])
        self.role_places: dict[str, list[int]] = {}  # by type, where its roles stand among all
        for place, (kind, _) in enumerate(self.roles):
            self.role_places.setdefault(kind, []).append(place)
        self.longest: int = settings["longest"]
        self.pieces = pieces
        self._vocabulary = Vocabulary(pieces)
        self._vectors: dict[str, int] = {}  # rows of the table
        self._table: Floats = np.empty((0, 0))

    def encode(self, words: Sequence[str], sentences: Sequence[tuple[int, int]]) -> Floats:
        """Read a text.

        :param words: Its words, white space left out.
        :param sentences: Half-open ranges of word numbers, without gaps; the first is the title.
        :returns: A row for each word.
        """
        w = self.weights
        x = self._words(words)
        x += w["region"][regions(sentences)]
        for number, layer in enumerate(self.settings["layers"]):
            name = f"layer{number}"
            y = _normalized(x, w[f"{name}.norm.weight"], w[f"{name}.norm.bias"])
            attends = layer == "attention"
            x += self._attended(y, name) if attends else self._convolved(y, name, layer)
        return _normalized(x, w["norm.weight"], w["norm.bias"])

    def score(self, rows: Floats, starts: Ints, ends: Ints) -> Floats:
        """Score spans.

        :param rows: What :meth:`encode` gave.
        :param starts: First word of each span.
        :param ends: The word after the last of each span, at most ``longest`` behind its start.
        :returns: Logits of "no entity" and each type.
        """
        w, size = self.weights, self.settings["hidden"]
        parts = rows @ w["span.weight"] + w["span.bias"]
        first, last, mean = parts[:, :size], parts[:, size : 2 * size], parts[:, 2 * size :]
        first += _mean(rows) @ w["whole.weight"]
        sums = _sums(mean)
        counts = ends - starts
        hidden = sums.take(ends, axis=0)
        hidden -= sums.take(starts, axis=0)
        hidden /= counts[:, None]
        hidden += first.take(starts, axis=0)
        hidden += last.take(ends - 1, axis=0)
        hidden += w["length"].take(counts, axis=0)
        np.maximum(hidden, 0, out=hidden)
        found: Floats = hidden @ w["out.weight"] + w["out.bias"]
        return found

    def play(self, rows: Floats, starts: Ints, ends: Ints) -> Floats:
        """Score the roles of spans: each looks at all words of the text, near and far.

        :param rows: What :meth:`encode` gave.
        :param starts: First word of each span.
        :param ends: The word after the last of each span.
        :returns: Logits of each role.
        """
        if len(starts) > _AT_ONCE:  # memory grows with spans times words
            cuts = range(_AT_ONCE, len(starts), _AT_ONCE)
            parts = zip(np.split(starts, cuts), np.split(ends, cuts), strict=True)
            return np.concatenate([self.play(rows, *part) for part in parts])
        w = self.weights
        heads, width = w["role.distance"].shape[0], rows.shape[1]
        each = width // heads
        sums = _sums(rows)
        mean = (sums[ends] - sums[starts]) / (ends - starts)[:, None]
        spans = np.concatenate([rows[starts], rows[ends - 1], mean], axis=1)
        query = (spans @ w["role.query"] + w["role.query.bias"]).reshape(len(spans), heads, each)
        key = (rows @ w["role.key"]).reshape(len(rows), heads, each)
        value = (rows @ w["role.value"]).reshape(len(rows), heads, each)
        scores = query.transpose(1, 0, 2) @ key.transpose(1, 2, 0)
        scores *= each**-0.5
        # Kinds of distance depend on the difference alone: they are looked up once for each.
        reach = len(rows) - 1
        kinds = around(reach)
        told = sliding_window_view(w["role.distance"][:, kinds], len(rows), axis=1)
        scores += told[:, reach - starts]
        scores -= scores.max(-1, keepdims=True)
        np.exp(scores, out=scores)
        mixed = scores @ value.transpose(1, 0, 2)
        mixed /= scores.sum(-1, keepdims=True)
        seen = mixed.transpose(1, 0, 2).reshape(len(spans), width)
        hidden = spans @ w["role.span"] + w["role.span.bias"]
        hidden += seen @ w["role.context"]
        hidden += _mean(rows) @ w["role.whole"]
        np.maximum(hidden, 0, out=hidden)
        found: Floats = hidden @ w["role.out"] + w["role.out.bias"]
        return found

    def _words(self, words: Sequence[str]) -> Floats:
        """Give the vectors of words, computed together for those that were not met before."""
        known = self._vectors
        fresh = [word for word in dict.fromkeys(words) if word not in known]
        if fresh:
            if len(known) + len(fresh) > _KEPT:
                known.clear()
                fresh = list(dict.fromkeys(words))
            vectors = self._computed(fresh)
            stop = len(known) + len(fresh)
            if stop > len(self._table):  # by doubling, so that few words take little memory
                table = np.empty((max(2 * len(self._table), stop), vectors.shape[1]))
                if known:
                    table[: len(known)] = self._table[: len(known)]
                self._table = table
            self._table[len(known) : stop] = vectors
            known.update(zip(fresh, range(len(known), stop), strict=True))
        return self._table.take([known[word] for word in words], axis=0)

    def _computed(self, words: Sequence[str]) -> Floats:
        w = self.weights
        pieces = [self._vocabulary.pieces(word) for word in words]
        counts = np.array([len(cut) for cut in pieces])
        flat = w["piece"][np.fromiter(chain.from_iterable(pieces), np.int64, counts.sum())]
        starts = np.concatenate([[0], counts.cumsum()[:-1]])
        means: Floats = np.add.reduceat(flat, starts, axis=0)
        means /= counts[:, None]
        lower = [word.lower() for word in words]
        found = _each(means, w["in.weight"])
        found += w["in.bias"]
        found += w["shape"][[shape(word) for word in words]]
        whole = w["word"][[bucket(word, len(w["word"])) for word in lower]]
        found += _each(whole, w["word.in"])
        found += w["ending"][[bucket(word[-3:], len(w["ending"])) for word in lower]]
        return found

    def _convolved(self, x: Floats, name: str, gap: int) -> Floats:
        w, size = self.weights, x.shape[1]
        around = np.zeros((len(x), 3 * size))
        around[gap:, :size] = x[:-gap]
        around[:, size : 2 * size] = x
        around[:-gap, 2 * size :] = x[gap:]
        both = around @ w[f"{name}.weight"] + w[f"{name}.bias"]
        value, gate = both[:, :size], both[:, size:]
        np.negative(gate, out=gate)
        np.exp(np.minimum(gate, 60, out=gate), out=gate)
        gate += 1
        value /= gate
        return value

    def _attended(self, x: Floats, name: str) -> Floats:
        w, heads = self.weights, self.settings["heads"]
        size = x.shape[1]
        parts = (x @ w[f"{name}.weight"] + w[f"{name}.bias"]).reshape(len(x), 3, heads, -1)
        query, key, value = parts.transpose(1, 2, 0, 3)
        scores = query @ key.transpose(0, 2, 1)
        scores *= (size // heads) ** -0.5
        scores -= scores.max(-1, keepdims=True)
        np.exp(scores, out=scores)
        scores /= scores.sum(-1, keepdims=True)
        mixed = (scores @ value).transpose(1, 0, 2).reshape(len(x), size)
        found: Floats = mixed @ w[f"{name}.out"]
        return found


def _each(rows: Floats, matrix: Floats) -> Floats:
    """Multiply row by row: in one product the bits of a row depend on how many rows it has."""
    found: Floats = (rows[:, None] @ matrix)[:, 0]
    return found


def _mean(rows: Floats) -> Floats:
    found: Floats = np.add.reduce(rows, 0) / len(rows)
    return found


def _sums(rows: Floats) -> Floats:
    """Add up the rows before each row, and all of them."""
    found = np.empty((len(rows) + 1, rows.shape[1]))
    found[0] = 0
    np.add.accumulate(rows, 0, out=found[1:])
    return found


def _normalized(x: Floats, weight: Floats, bias: Floats) -> Floats:
    """Normalise each row (layer normalisation, Ba et al. 2016)."""
    x = x - np.add.reduce(x, -1, keepdims=True) / x.shape[1]
    variance = np.einsum("ij,ij->i", x, x)[:, None] / x.shape[1]
    x /= np.sqrt(variance + 1e-5)
    x *= weight
    x += bias
    return x


def save(network: Network, path: str | Path) -> None:
    """Write a network: matrices as bytes with a scale for each row, the rest as they are.

    :param network: The network.
    :param path: File to write, in NumPy's ``npz`` form without pickled objects.
    """
    from kg.files import replacing

    arrays: dict[str, NDArray[Any]] = {
        "settings": np.frombuffer(json.dumps(network.settings, sort_keys=True).encode(), np.uint8),
        "pieces": np.frombuffer("\n".join(network.pieces).encode(), np.uint8),
    }
    for name, array in sorted(network.weights.items()):
        if array.ndim == 2 and array.size > 4096:  # small ones do not weigh
            scale = np.abs(array).max(1, keepdims=True) / 127 + np.float32(1e-12)
            arrays[name] = np.round(array / scale).astype(np.int8)
            arrays[name + _SCALE] = scale.astype(np.float32)
        else:
            arrays[name] = array.astype(np.float32)
    with replacing(str(path)) as file:
        np.savez_compressed(file, allow_pickle=False, **arrays)


def load(path: str | Path) -> Network:
    """Read what :func:`save` wrote.

    :raises KGError: If the file is none.
    """
    try:
        with Path(path).open("rb") as stream, np.load(stream, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        settings = json.loads(arrays.pop("settings").tobytes())
        pieces = arrays.pop("pieces").tobytes().decode().split("\n")
        weights = {
            name: array.astype(np.float64) * arrays.get(name + _SCALE, 1.0)
            for name, array in arrays.items()
            if not name.endswith(_SCALE)
        }
        return Network(settings, weights, pieces)
    except (*_BROKEN, OSError, ValueError, KeyError, TypeError, AttributeError) as err:
        reason = " ".join(str(err).split())[:120]
        raise KGError(f"{path}: no recognizer: {reason}; install or train it again") from err
