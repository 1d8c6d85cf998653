"""A trained recognizer: the network and the classifiers that weigh what it and the rules see.

It is a folder: ``network.npz`` with the weights, ``classifiers.json`` with the weights of the
classifiers and their thresholds, and a model card. Where a stage finds no classifier the network
has the only word, or the rules, where it has none.
"""

from __future__ import annotations

from functools import lru_cache, reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import orjson
from threadpoolctl import ThreadpoolController

from kg.errors import KGError
from kg.recognizer import DEFAULT
from kg.recognizer.classifier import Classifier
from kg.recognizer.network import Network
from kg.recognizer.network import load as load_network
from kg.recognizer.network import save as save_network
from kg.recognizer.spans import Edges

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = ["ACCURACIES", "FOLDER", "SEEN", "Recognizer", "Seen", "is_recognizer", "load", "save"]

FOLDER = Path(__file__).resolve().parent.parent / "models"
"""Where the recognizers of this package are."""

ACCURACIES = ("fast", DEFAULT)
"""Names of the recognizers of this package, the fastest first."""

SEEN = "seen"
"""Name of the least probability of being a name with which a span is told."""

_FAINT = 0.02  # that, where none is given
_PLACES = 4
_CLASSIFIERS, _NETWORK = "classifiers.json", "network.npz"


class Seen(NamedTuple):
    """What the network sees in a span of words.

    :param start: Its first word.
    :param end: The word after its last.
    :param types: Probability of each entity type, in the order of the network; what is left to 1
        says that it is no name.
    :param roles: Score of each role of each type, in the order of the network.
    """

    start: int
    end: int
    types: tuple[float, ...]
    roles: tuple[float, ...]


class Recognizer:
    """A network with its classifiers.

    :param network: The network.
    :param classifiers: Classifiers by name.
    :param thresholds: Least probabilities by the name of the classifier.
    :param components: Names of the pipeline's components whose votes the classifiers know.
    """

    def __init__(
        self,
        network: Network,
        classifiers: Mapping[str, Classifier],
        thresholds: Mapping[str, float],
        components: Sequence[str] = (),
    ) -> None:
        """Keep the parts."""
        self.components = tuple(components)
        self.network, self.classifiers, self.thresholds = network, classifiers, thresholds
        self._least = self.thresholds.get(SEEN, _FAINT)
        self._edges = Edges(**network.settings["edges"])
        self._pools = ThreadpoolController()

    def see(self, words: Sequence[str], sentences: Sequence[tuple[int, int]]) -> list[Seen]:
        """Look at a text.

        :param words: Its words, white space left out.
        :param sentences: Half-open ranges of word numbers, without gaps; the first is the title.
        :returns: The spans that may be a name, in the order of the text; empty if there is none.
        """
        places = self._edges.places(words, sentences, longest=self.network.longest)
        if not len(places):
            return []
        with self._pools.limit(limits=1, user_api="blas"):  # more threads cost more than they save
            rows = self.network.encode(words, sentences)
            types = self.network.score(rows, places[:, 0], places[:, 1])
            # By columns, of which there are few: along the short rows it takes thrice the time.
            types -= reduce(np.maximum, types.T)[:, None]
            np.exp(types, out=types)
            types /= reduce(np.add, types.T)[:, None]
            kept = np.nonzero(types[:, 0] <= 1 - self._least)[0]
            roles = self.network.play(rows, places[kept, 0], places[kept, 1])
        shares = types[kept, 1:].round(_PLACES).tolist()
        scores = roles.round(_PLACES).tolist()
        return [
            Seen(start, end, tuple(share), tuple(score))
            for (start, end), share, score in zip(
                places[kept].tolist(), shares, scores, strict=True
            )
        ]


def is_recognizer(name: str | Path) -> bool:
    """Say whether a name or folder is that of a recognizer."""
    return name in ACCURACIES or (folder_of(name) / _CLASSIFIERS).is_file()


def folder_of(name: str | Path) -> Path:
    """Name the folder of a recognizer, whether or not there is one."""
    return FOLDER / name if name in ACCURACIES else Path(name)


@lru_cache(maxsize=4)
def load(name: str | Path = DEFAULT) -> Recognizer:
    """Load a recognizer.

    :param name: Name of one of this package, or the folder of another.
    :returns: The recognizer; the same object each time.
    :raises KGError: If there is none, or it cannot be read.
    """
    folder = folder_of(name)
    path = folder / _CLASSIFIERS
    try:
        stored = orjson.loads(path.read_bytes())
        classifiers = dict(_classifiers(stored["classifiers"]))
        thresholds = {name: float(value) for name, value in stored["thresholds"].items()}
        components = tuple(stored["components"])
        return Recognizer(load_network(folder / _NETWORK), classifiers, thresholds, components)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as err:
        reason = " ".join(str(err).split())[:120]
        remedy = f"name one of {', '.join(ACCURACIES)} or a folder that kg train wrote"
        raise KGError(f"{folder}: no recognizer: {reason}; {remedy}") from err


def _classifiers(stored: Mapping[str, Any]) -> Iterable[tuple[str, Classifier]]:
    for name, parts in stored.items():
        yield name, Classifier(parts["labels"], parts["weights"])


def save(recognizer: Recognizer, folder: Path) -> None:
    """Write a recognizer into a folder, which is made if it is not there.

    :param recognizer: The recognizer.
    :param folder: What :func:`load` then reads.
    """
    from kg.files import replacing

    folder.mkdir(parents=True, exist_ok=True)
    save_network(recognizer.network, folder / _NETWORK)
    stored = {
        "classifiers": {
            name: {"labels": c.labels, "weights": dict(sorted(c.weights.items()))}
            for name, c in sorted(recognizer.classifiers.items())
        },
        "components": list(recognizer.components),
        "thresholds": dict(sorted(recognizer.thresholds.items())),
    }
    with replacing(str(folder / _CLASSIFIERS)) as file:
        # a feature a line, so that changes can be read; a quote inside a name is escaped
        file.write(orjson.dumps(stored).replace(b'],"', b'],\n"') + b"\n")
