"""The comparison key of a name: what is left when spelling habits are taken away.

Two names denote the same thing for this program if and only if their keys are equal. The key folds
Unicode compatibility forms, case, hyphens and English plurals; it is idempotent. Articles stay: the
A of ImageNet-A is none, and mentions begin behind theirs.

>>> key("Spiking Neural Networks") == key("spiking neural-network")
True
>>> key("ResNet-50") == key("ResNet-101")
False
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

__all__ = ["key", "singular"]

_SEPARATORS = re.compile(r"[\u2010-\u2015\u2212\u00ad\-_/\s]+")
_TOKEN = re.compile(r"(?:[^\W_]|[+.%#*@&])+")
_PLURAL_OF_CAPITALS = re.compile(r"(?<![^\W_])([A-Z][A-Z0-9]+)s(?![^\W_])")
_SAME = {
    **{word: word for word in ("data", "series", "species")},
    "analyses": "analysis",
    "indices": "index",
    "matrices": "matrix",
    "movies": "movie",
}
_UNCHANGED_ENDINGS = ("ss", "us", "is", "ous", "ics")
_ES_ENDINGS = ("sses", "xes", "ches", "shes")


def singular(word: str) -> str:
    """Take the English plural ending off a lower-case word.

    Good enough to compare by: what is left need not be a word, but it is the same for singular and
    plural, and stays the same when it is taken again.

    :param word: One word in lower case.
    :returns: The word without its plural ending; the word itself if it has none.

    >>> [singular(w) for w in ("networks", "accuracies", "boxes", "analysis", "loss", "gas")]
    ['network', 'accuracy', 'box', 'analysis', 'loss', 'gas']
    """
    if word in _SAME:
        return _SAME[word]
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(_ES_ENDINGS):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(_UNCHANGED_ENDINGS):
        return word[:-1]
    return word


@lru_cache(maxsize=65536)
def key(name: str) -> str:
    """Make the comparison key of a name.

    :param name: A name or surface form as written.
    :returns: The key, in lower case with single blanks. A name without letters or digits is its own
        key, folded for case and blanks; the empty name has the empty key.

    >>> key("Graph-Neural Networks (GNNs)")
    'graph neural network gnn'
    >>> key("GPs") == key("GP"), key("GPs") == key("GPS")
    (True, False)
    >>> key("C++"), key("C"), key("±")
    ('c++', 'c', '±')
    >>> key("ImageNet-A") == key("ImageNet")
    False
    >>> key(key("U-Nets")) == key("U-Nets")
    True
    """
    # GPs are several of a GP, while GPS is none of these: told before capitals are gone.
    if name.isascii():  # plain letters have one form
        folded = _PLURAL_OF_CAPITALS.sub(r"\1", name).lower()
        if folded.isalpha():
            return _settled(folded)
    else:
        single = _PLURAL_OF_CAPITALS.sub(r"\1", unicodedata.normalize("NFKC", name))
        folded = unicodedata.normalize("NFKC", single.casefold())
    tokens = [t.strip(".") for t in _TOKEN.findall(_SEPARATORS.sub(" ", folded))]
    return " ".join(_settled(t) for t in tokens if t) or " ".join(folded.split())


@lru_cache(maxsize=65536)
def _settled(token: str) -> str:
    """Take plural endings until nothing changes, so that the key of a key is the key."""
    while (shorter := singular(token)) != token:
        token = shorter
    return token
