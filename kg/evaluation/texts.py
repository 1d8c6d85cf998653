"""Texts with labelled spans, and the same place in two spellings of one text.

Corpora come as tokens, and whoever joins them puts blanks elsewhere or writes brackets as the Penn
Treebank does. So places are compared by counting what is no blank.

>>> text = Annotated.of_tokens("1", ["A", "net", "-LRB-", "GNN", "-RRB-"], [(3, 4, "T")])
>>> text.text, text.spans
('A net ( GNN )', ((8, 11, 'T'),))
>>> moved((7, 10), Places("A net (GNN)"), Places(text.text))
(8, 11)
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kg.model import Span

__all__ = ["Annotated", "LabelledSpan", "Places", "moved", "offsets_of"]

LabelledSpan: TypeAlias = tuple[int, int, str]
"""Where a span begins and ends, in characters, and its label."""

_ESCAPED = {
    "-LRB-": "(",
    "-RRB-": ")",
    "-LSB-": "[",
    "-RSB-": "]",
    "-LCB-": "{",
    "-RCB-": "}",
}
_SIGN = re.compile(r"-[LR][RSC]B-|\S")


@dataclass(frozen=True, slots=True)
class Annotated:
    """A text with labelled spans.

    :param id: Identifier of the text.
    :param text: The text.
    :param spans: Its spans, sorted, each once.
    """

    id: str
    text: str
    spans: tuple[LabelledSpan, ...]

    @classmethod
    def of_tokens(
        cls, identifier: str, tokens: Sequence[str], spans: Iterable[LabelledSpan]
    ) -> Annotated:
        """Join tokens by blanks; escaped brackets become brackets again.

        :param identifier: Identifier of the text.
        :param tokens: The tokens.
        :param spans: First token, the token behind the last, and label of each span.
        """
        words = [_ESCAPED.get(token, token) for token in tokens]
        starts = list(accumulate((len(word) + 1 for word in words), initial=0))
        placed = {(starts[s], starts[e - 1] + len(words[e - 1]), label) for s, e, label in spans}
        return cls(identifier, " ".join(words), tuple(sorted(placed)))


@dataclass(frozen=True, slots=True)
class Places:
    """The signs of a text that are no blanks, and where they stand.

    :param text: The text.

    :ivar signs: All of them in their order; equal for two spellings of one text.
    :ivar starts: Where each begins.
    :ivar ends: Where each ends.
    """

    text: str
    signs: str = field(init=False)
    starts: tuple[int, ...] = field(init=False)
    ends: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        """Find the signs."""
        found = list(_SIGN.finditer(self.text))
        object.__setattr__(self, "signs", "".join(_ESCAPED.get(m[0], m[0]) for m in found))
        object.__setattr__(self, "starts", tuple(m.start() for m in found))
        object.__setattr__(self, "ends", tuple(m.end() for m in found))


def moved(span: Span, here: Places, there: Places) -> Span | None:
    """Find in one spelling of a text the place that a span has in another.

    :param span: The span in the text of ``here``.
    :param here: The places of that text.
    :param there: The places of the same text in another spelling.
    :returns: The span there; ``None`` if it holds nothing but blanks.
    """
    first, last = bisect_right(here.ends, span[0]), bisect_left(here.starts, span[1]) - 1
    return (there.starts[first], there.ends[last]) if first <= last else None


def offsets_of(entity: Mapping[str, Any]) -> tuple[Span, ...]:
    """List where an entity of a JSON record stands in its text.

    :param entity: The entity; where it stands is told by its ``evidence``.
    :returns: The spans, sorted; empty if it tells none, as in the gold.

    >>> offsets_of({"evidence": [{"start": 3, "end": 6}]}), offsets_of({})
    (((3, 6),), ())
    """
    told = entity.get("evidence")
    places = [e for e in told if isinstance(e, dict)] if isinstance(told, list) else []
    spans = ((e.get("start"), e.get("end")) for e in places)
    return tuple(sorted({(s, e) for s, e in spans if type(s) is type(e) is int and 0 <= s < e}))
