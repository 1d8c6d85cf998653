"""What is left of a comparison key when habits of spelling are taken away too.

A key keeps names apart that differ in more than case, hyphen and plural; a fold does not tell
British from American spelling, a Greek letter from its name, an accent from none, and a blank from
none, except between two digits.

>>> from kg.normalize import key
>>> from kg.ontology import load
>>> fold = folder(load())
>>> fold(key("CIFAR-10")) == fold(key("CIFAR10")), fold(key("tumour")) == fold(key("Tumor"))
(True, True)
>>> fold(key("Llama 3 8B")) == fold(key("Llama 38B"))
False
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.ontology import Ontology

__all__ = ["RULES", "folder", "speller"]

RULES = "linking"
"""Name of the rule file of this part."""

_GLUE = re.compile(r"(?<=[^\d ]) | (?=[^\d ])")
_POSSESSIVE = re.compile(r"(?<=\w) s(?= )")


@lru_cache(maxsize=8)
def folder(ontology: Ontology) -> Callable[[str], str]:
    """Make the function that folds keys.

    :param ontology: Has the spellings (``rules/linking.toml``).
    :returns: A function from a comparison key to its fold; the fold of the empty key is empty.
    """
    spell = speller(ontology)

    @lru_cache(maxsize=65536)  # a name is asked for a dozen times, most of them in a row
    def fold(key: str) -> str:
        return _GLUE.sub("", spell(key))

    return fold


@lru_cache(maxsize=8)
def speller(ontology: Ontology) -> Callable[[str], str]:
    """Make the function that spells the words of keys in one way, without gluing them.

    :param ontology: Has the spellings.
    :returns: A function from a comparison key to words in American spelling and plain letters.

    >>> from kg.ontology import load
    >>> speller(load())("\u03b2 vae localisation")
    'beta vae localization'
    """
    rules = ontology.rules(RULES)["spelling"]
    stems = dict(rules["stems"])
    endings = dict(rules["endings"])
    shortest: int = rules["shortest"]
    stem = re.compile("|".join(sorted(map(re.escape, stems), key=lambda s: (-len(s), s))))
    ending = re.compile(f"(?:{'|'.join(sorted(endings, key=lambda s: (-len(s), s)))})$")

    @lru_cache(maxsize=65536)
    def word(text: str) -> str:
        if not text.isascii():
            text = _latin(text)
        text = stem.sub(lambda found: stems[found[0]], text)
        if len(text) >= shortest:
            text = ending.sub(lambda found: endings[found[0]], text)
        return text

    return lambda key: " ".join(map(word, _POSSESSIVE.sub("", key).split(" ")))


def _latin(text: str) -> str:
    """Spell Greek letters and leave accents out."""
    spelled = []
    for sign in unicodedata.normalize("NFD", text):
        if unicodedata.combining(sign):
            continue
        name = unicodedata.name(sign, "")
        is_greek = name.startswith("GREEK SMALL LETTER ") and " " not in name[19:]
        spelled.append(name[19:].lower() if is_greek else sign)
    return unicodedata.normalize("NFC", "".join(spelled))
