"""Names that differ in capitals alone and are two things: Dream is a model, DREAM another.

Authors make short forms that read as ordinary words, so that a name in capitals and the same word
in plain letters are mostly two things, unless the thing is so well known that people write it as
they like. The comparison key cannot tell them apart, because most names have other capitals in
titles; what a corpus writes can.

>>> from kg.ontology import load
>>> names = [Written("Method", "dream", "DREAM", 1, 1), Written("Method", "dream", "Dream", 2, 0)]
>>> parted(names, load())
{('Method', 'dream', 'DREAM'): 'DREAM'}
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from kg.abbreviations import is_styled
from kg.linking.aliases import listed
from kg.linking.spellings import folder

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TypeAlias

    from kg.ontology import Ontology

    Spelled: TypeAlias = "tuple[str, str, str]"

__all__ = ["Written", "parted"]

_USERS = 5  # papers that use a thing without making it, from which on it is well known
_SHORTEST = 3
_FEW = 5


class Written(NamedTuple):
    """A name as some papers write it.

    :param type: Entity type.
    :param key: Comparison key.
    :param text: The name.
    :param papers: How many papers write it so.
    :param makers: How many of them contribute the thing.
    """

    type: str
    key: str
    text: str
    papers: int = 1
    makers: int = 0


def parted(names: Iterable[Written], ontology: Ontology) -> dict[Spelled, str]:
    """Give names in capitals a key of their own where the plain word is another thing.

    Names of several words, and names of terms in the lexicon, stay together. So do short words in
    small letters, which are mostly units, and what five papers or more speak of without making it,
    except by papers that make something of that name. A short form in the lexicon is none where it
    is written in small letters.

    :param names: Names as papers write them, in any order.
    :param ontology: Has lexicon and synonyms.
    :returns: By type, key and name the new key, which has capitals as no other key has: that of
        names in capitals, or that of the plain word where the lexicon knows the short form.
    """
    known, fold = listed(ontology), folder(ontology)
    by_key: dict[tuple[str, str], list[Written]] = defaultdict(list)
    for name in sorted(names):
        if name.key.isalpha() and len(name.key) >= _SHORTEST:
            by_key[name.type, name.key].append(name)
    found = {}
    for (kind, key), written in by_key.items():
        node = (kind, fold(key))
        capital = [name for name in written if _is_in_capitals(name.text)]
        plain = [name for name in written if _is_plain(name.text)]
        alias = known.aliases.get(node)
        if not capital or not plain or node in known.terms or (alias and not alias.is_short):
            continue
        if alias:
            small = [name for name in plain if name.text.islower() and len(key) > _SHORTEST]
            found.update({(kind, key, name.text): key.capitalize() for name in small})
        elif not _is_one(capital, plain):
            found.update({(kind, key, name.text): key.upper() for name in capital})
    return found


def _is_in_capitals(text: str) -> bool:
    """Say whether a name is written as a short form: mostly capitals, or some within a few letters.

    Capitals within a longer name mark where words begin, which authors do or leave.
    """
    if len(text) <= _FEW:
        return is_styled(text)
    return sum(c.isupper() for c in text) * 2 > len(text)


def _is_plain(text: str) -> bool:
    return text[1:].islower()


def _is_one(capital: list[Written], plain: list[Written]) -> bool:
    """Say whether names in capitals and in plain letters can be taken for the same thing."""
    if len(plain[0].key) == _SHORTEST and all(name.text.islower() for name in plain):
        return True
    proper = [name for name in plain if not name.text.islower()]
    for known, other in ((capital, plain), (proper, capital)):
        is_known = sum(name.papers - name.makers for name in known) >= _USERS
        if is_known and not any(name.makers for name in other):
            return True
    return False
