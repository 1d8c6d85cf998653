"""The values that entity linking works on: names as the corpus has them, and where they move.

>>> Name("Method", "snn", "SNN", 3).place
('Method', 'snn')
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from typing import TypeAlias

__all__ = ["ABBREVIATION", "CURATED", "ORDER", "SPELLING", "Definition", "Move", "Name", "Place"]

ABBREVIATION = "abbreviation"
"""The rule by which a short form denotes what papers explain it by."""

CURATED = "curation"
"""The rule by which a name denotes what people have decided."""

ORDER = "order"
"""The rule by which names are one that have the same words in another order."""

SPELLING = "spelling"
"""The rule by which names are one whose folds agree."""

Place: TypeAlias = "tuple[str, str]"
"""Type and comparison key: what tells things apart before their names are linked."""


class Name(NamedTuple):
    """A comparison key that papers use for things of one type.

    :param type: Entity type.
    :param key: Comparison key.
    :param text: How most papers write it.
    :param papers: How many papers use it.
    """

    type: str
    key: str
    text: str
    papers: int = 1

    @property
    def place(self) -> Place:
        """Type and key."""
        return (self.type, self.key)


class Definition(NamedTuple):
    """A short form that papers explain by a name of the same thing.

    :param type: Entity type.
    :param short: The short form as written.
    :param long: Its long form as written.
    :param papers: How many papers explain it so, other than those that contribute the thing: how
        these abbreviate what they have made is no custom yet.
    :param makers: How many papers contribute the thing.
    :param source: Identifier of the first of all.
    """

    type: str
    short: str
    long: str
    papers: int
    makers: int
    source: str


class Move(NamedTuple):
    """A name that is another thing than its own key says.

    :param type: Its type.
    :param key: Its comparison key.
    :param to_type: Type of the thing that it denotes.
    :param to_key: Key of the thing; empty if there is no such thing.
    :param rule: The rules that say so, in the order in which they apply, parted by a blank.
    :param source: Identifier of a paper that says so, or name of a file; empty if the rule needs
        none.
    """

    type: str
    key: str
    to_type: str
    to_key: str
    rule: str
    source: str = ""

    @property
    def is_spelling(self) -> bool:
        """Say whether the names have the same words, so that either may name the thing."""
        return self.rule in (SPELLING, ORDER)
