r"""Write the graph as Turtle: sorted, one subject at a time, the same bytes every time.

Text of strangers is escaped so that no parser and no terminal can misread it.

>>> from kg.graph.terms import Term
>>> print(
...     "".join(lines([("http://e/a", "http://e/p", Term('say "hi"\u2028'))], {"e": "http://e/"}))
... )
@prefix e: <http://e/> .
<BLANKLINE>
e:a
    e:p "say \"hi\"\u2028" .
<BLANKLINE>
"""

from __future__ import annotations

import re
from functools import partial
from itertools import chain, groupby
from operator import itemgetter
from typing import TYPE_CHECKING, TypeAlias

from kg.files import save
from kg.graph.descriptions import by_shape, described
from kg.graph.rdf import core, evidence, prefixes
from kg.graph.terms import IRI, RDF_TYPE, STRING, XSD, curie, is_local

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from kg.graph.descriptions import Description, Shape, Stream
    from kg.graph.knowledge_graph import KnowledgeGraph
    from kg.graph.terms import Triple

__all__ = [
    *("DEFAULT", "FILES", "FORMAT", "VIEW"),
    *("Spelled", "block", "blocks", "declared", "lines", "quoted", "write"),
]

FORMAT = "turtle"
FILES = ("graph.ttl", "evidence.ttl")
DEFAULT = True
VIEW = False

# Controls, line ends that only some programs know, marks that turn the direction of writing, and
# code points that are no characters are spelled as escapes.
_SPECIAL = re.compile(
    '["\\\\\x00-\x1f\x7f-\xa0\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\ufffb'
    "\ufffe\uffff]"
)
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_FORBIDDEN = re.compile(r"[\x00-\x20<>\"{}|\\^`]")
_BARE = {
    XSD + "integer": re.compile(r"-?[0-9]+"),
    XSD + "decimal": re.compile(r"-?[0-9]+\.[0-9]+"),
}
_KNOWN = 131072  # spelled terms of one kind that are kept

Speller: TypeAlias = "Callable[[str], str]"
Order: TypeAlias = "Callable[[list[str]], list[str]]"


def write(graph: KnowledgeGraph, folder: Path) -> None:
    """Write the core and the evidence of a graph as Turtle.

    :param graph: The knowledge graph.
    :param folder: Where to write; files of these names in it are replaced.
    :raises ExportError: If they cannot be written.
    """
    bound = prefixes(graph)
    for name, stream in zip(FILES, (core(graph), evidence(graph)), strict=True):
        save(folder / name, chain(declared(bound), blocks(stream, Spelled(bound))))


def lines(triples: Iterable[Triple], bound: Mapping[str, str]) -> Iterator[str]:
    """Spell triples as Turtle.

    :param triples: Triples of which those of one subject and predicate stand together.
    :param bound: Namespace by prefix.
    :returns: Pieces of the document, each with its line ends; the prefixes first.
    """
    yield from declared(bound)
    subjects = groupby(triples, key=itemgetter(0))
    stream = (described(subject, [said[1:] for said in found]) for subject, found in subjects)
    yield from blocks(stream, Spelled(bound))


def declared(bound: Mapping[str, str]) -> Iterator[str]:
    """Spell the prefixes, sorted, a line each."""
    return (f"@prefix {prefix}: <{bound[prefix]}> .\n" for prefix in sorted(bound))


def blocks(stream: Stream, spell: Spelled) -> Iterator[str]:
    """Spell subjects as Turtle.

    :param stream: Subjects with what is said of them, what has one predicate side by side.
    :param spell: Spells terms.
    :returns: One piece for each subject, the blank line before it included.
    """
    return map(block(spell), stream)


def block(spell: Spelled) -> Callable[[Description], str]:
    """Make what spells one subject as Turtle, see :func:`blocks`."""
    layout = by_shape(partial(_layout, spell=spell))

    def spelled(found: Description) -> str:
        subject, shape, values = found
        form, spellers, order = layout(shape)
        if order:
            values = order(values)
        objects = tuple([spell_one(v) for spell_one, v in zip(spellers, values, strict=True)])
        return f"\n{spell.iri(subject)}{form % objects}"

    return spelled


def _layout(shape: Shape, *, spell: Spelled) -> tuple[str, list[Speller], Order | None]:
    """Make the form of subjects of a shape, what spells each object, and what puts types first."""
    order = sorted(range(len(shape)), key=lambda place: shape[place][0] != RDF_TYPE)
    form, last = "", ""
    for place in order:
        predicate = shape[place][0]
        form += ", %s" if predicate == last else spell.lead(predicate)
        last = predicate
    spellers = [spell.speller(shape[place][1]) for place in order]
    return f"{form[2:]} .\n", spellers, itemgetter(*order) if order != sorted(order) else None


class Spelled:
    """Terms as they are spelled.

    :param bound: Namespace by prefix.
    :param is_short: Whether numbers may stand bare, as in Turtle.
    """

    def __init__(self, bound: Mapping[str, str], *, is_short: bool = True) -> None:
        """Know nothing yet."""
        self._namespaces = {namespace: prefix for prefix, namespace in bound.items()}
        self._folders = {n[:-1]: p for n, p in self._namespaces.items() if n.endswith("/")}
        self._bare = _BARE if is_short else {}
        self._leads: dict[str, str] = {}
        self._spellers: dict[str, Speller] = {STRING: quoted, IRI: _Kept(self.iri).__getitem__}

    def iri(self, address: str) -> str:
        """Spell an IRI."""
        folder, _, name = address.rpartition("/")
        prefix = self._folders.get(folder)
        if prefix and is_local(name):  # so are nearly all
            return f"{prefix}:{name}"
        return curie(address, self._namespaces) or f"<{_FORBIDDEN.sub(_percent, address)}>"

    def lead(self, predicate: str) -> str:
        """Spell a predicate with what stands before it, and a place for its object."""
        if predicate not in self._leads:
            spelled = "a" if predicate == RDF_TYPE else self.iri(predicate).replace("%", "%%")
            self._leads[predicate] = f" ;\n    {spelled} %s"
        return self._leads[predicate]

    def speller(self, datatype: str) -> Speller:
        """Give what spells literals of a datatype, or IRIs."""
        if datatype not in self._spellers:
            tail, bare = f"^^{self.iri(datatype)}", self._bare.get(datatype)

            def typed(value: str) -> str:
                return value if bare and bare.fullmatch(value) else quoted(value) + tail

            self._spellers[datatype] = _Kept(typed).__getitem__
        return self._spellers[datatype]


class _Kept(dict[str, str]):
    """What a function gave, kept while there is room: most terms are asked for again and again."""

    def __init__(self, spell: Speller) -> None:
        super().__init__()
        self._spell = spell

    def __missing__(self, value: str) -> str:
        if len(self) > _KNOWN:
            self.clear()
        spelled = self[value] = self._spell(value)
        return spelled


def quoted(text: str) -> str:
    """Spell a plain string, with its quotation marks."""
    if text.isascii() and text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    return f'"{_SPECIAL.sub(_escape, text)}"'


def _percent(match: re.Match[str]) -> str:
    return f"%{ord(match[0]):02X}"


def _escape(match: re.Match[str]) -> str:
    return _ESCAPES.get(match[0]) or f"\\u{ord(match[0]):04X}"
