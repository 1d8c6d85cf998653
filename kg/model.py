"""The values that pass from stage to stage: frozen, comparable, hashable, and nothing else.

Offsets are half-open and count Unicode code points. Inside the pipeline they are places in
:attr:`Document.text`: title, line feed, abstract, without markup. In an :class:`Extraction` they
are places in the same three as they were written.

>>> record = Record(id="p1", title="A net", abstract="We test a net.")
>>> document = Document(record, ((0, 5), (6, 20)))
>>> Mention("Method", 2, 5, "net", "lexicon").text == document.text[2:5]
True
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TypeAlias

    from spacy.tokens import Doc

    from kg.markup import Plain

__all__ = [
    "ASSERTED",
    "Document",
    "Entity",
    "EntityKey",
    "Extraction",
    "Finding",
    "Listing",
    "Mention",
    "Record",
    "Relation",
    "Result",
    "Span",
]

Span: TypeAlias = tuple[int, int]
"""A half-open interval of characters."""

EntityKey: TypeAlias = tuple[str, str]
"""Type and name: what tells the entities of one paper apart."""

ASSERTED = "asserted"
"""Status of what a text states as a fact of its own."""


@dataclass(frozen=True, slots=True, order=True)
class Listing:
    """One appearance of a record on a page that lists papers.

    :param page: Name of the page's file.
    :param position: Place on the page, counted from 1.
    :param day: ``--MM-DD`` as XML Schema writes a day without a year; empty if the page has none.
    """

    page: str
    position: int
    day: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Record:
    """Bibliographic input, as a reader found it.

    :param id: The identifier that the input gives, verbatim; else one made from the title.
    :param title: Title on one line.
    :param abstract: Abstract as written.
    :param source: Name of the file, without its folder.
    :param line: Line where the record begins, counted from 1.
    :param date: Publication date as ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``; empty if unknown.
    :param doi: DOI without resolver; empty if unknown.
    :param arxiv: arXiv identifier without version; empty if unknown.
    :param url: Address of the paper; empty if unknown.
    :param authors: Names of the authors in their order.
    :param listings: Where pages listed the paper, sorted.
    """

    id: str
    title: str
    abstract: str
    source: str = ""
    line: int = 0
    date: str = ""
    doi: str = ""
    arxiv: str = ""
    url: str = ""
    authors: tuple[str, ...] = ()
    listings: tuple[Listing, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A record as one text without markup, with sentence boundaries.

    The stages work on this text, so offsets into it are those of the stages. An extraction tells
    places in the text as written, which :attr:`plain` leads back to.

    :param record: The record that it was made from.
    :param sentences: Spans of the sentences in their order; the title is the first.
    :param doc: The same text as spaCy's pipeline left it; its tokens have the same offsets.
    :param plain: The text without markup, and where it comes from; None if the record has none.
    """

    record: Record
    sentences: tuple[Span, ...]
    doc: Doc | None = field(default=None, compare=False, repr=False)
    plain: Plain | None = field(default=None, compare=False, repr=False)

    @property
    def text(self) -> str:
        """Title, line feed, abstract, without markup."""
        return self.written if self.plain is None else self.plain.text

    @property
    def title(self) -> str:
        """The title without markup: the first line of the text."""
        return self.text.partition("\n")[0]

    @property
    def written(self) -> str:
        """Title, line feed, abstract as they were written."""
        return f"{self.record.title}\n{self.record.abstract}"

    def sentence_of(self, start: int) -> Span:
        """Find the sentence that a character stands in.

        :param start: Offset of the character.
        :returns: Span of the sentence; the nearest one before it if it stands between two.

        >>> record = Record(id="p1", title="A net", abstract="We test it. It works.")
        >>> Document(record, ((0, 5), (6, 17), (18, 27))).sentence_of(20)
        (18, 27)
        """
        found = self.sentences[0]
        for span in self.sentences:
            if span[0] > start:
                break
            found = span
        return found


@dataclass(frozen=True, slots=True, order=True)
class Mention:
    """One occurrence of an entity: a typed span, and the rule or model that found it.

    :param type: Entity type.
    :param start: Where it begins.
    :param end: Where it ends.
    :param text: What stands there.
    :param rule: The rule or model that found it.
    :param confidence: Probability, from 0 to 1, that it is a mention of this type.
    :param votes: Names of the components that agree on span and type.
    :param roles: Log-odds of the roles of its type, as the recognizer sees them here; empty if it
        was not asked. Like votes, they serve the stages and are not kept in an extraction.
    """

    type: str
    start: int
    end: int
    text: str
    rule: str
    confidence: float = 1.0
    votes: tuple[str, ...] = field(default=(), compare=False, repr=False)
    roles: tuple[float, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Entity:
    """A thing that one paper speaks of.

    :param type: Entity type.
    :param name: Its fullest name in the text, singular, without article.
    :param mentions: Where it stands, sorted; never empty.
    :param role: The part that it plays in the paper.
    :param role_rule: The rule or model that told the role.
    :param confidence: Probability, from 0 to 1, that the paper speaks of such a thing.
    :param shares: Roles with their probabilities, where a model told them; else empty. They serve
        the stages and are not kept in an extraction.
    """

    type: str
    name: str
    mentions: tuple[Mention, ...]
    role: str
    role_rule: str = ""
    confidence: float = 1.0
    shares: tuple[tuple[str, float], ...] = field(default=(), compare=False, repr=False)

    @property
    def key(self) -> EntityKey:
        """Type and name."""
        return (self.type, self.name)

    @property
    def surfaces(self) -> tuple[str, ...]:
        """List the different surface forms in the order of their first mention."""
        return tuple(dict.fromkeys(m.text for m in self.mentions))


@dataclass(frozen=True, slots=True, order=True)
class Relation:
    """A typed fact between two entities of one paper, with its evidence.

    :param head: Type and name of the entity that the fact is about.
    :param type: Relation type.
    :param tail: Type and name of the other entity.
    :param start: Where the evidence begins.
    :param end: Where it ends.
    :param rule: The rule or model that read it.
    :param status: ``asserted``, or why the text does not state it as a fact.
    :param confidence: From 0 to 1.
    """

    head: EntityKey
    type: str
    tail: EntityKey
    start: int
    end: int
    rule: str
    status: str = ASSERTED
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Result:
    """A reported number with what it measures.

    :param value: The number as written.
    :param number: The number as a plain decimal; empty if it has none.
    :param unit: Unit as written; empty if there is none.
    :param kind: ``absolute``, ``improvement`` or ``comparison-baseline``.
    :param links: Slot name and name of the entity that fills it, for the slots that are filled.
    :param start: Where the evidence, the exact clause, begins.
    :param end: Where it ends.
    :param rule: The rule that read it.
    :param status: ``asserted``, or why the text does not state it as a fact.
    :param confidence: From 0 to 1.
    """

    value: str
    number: str
    unit: str
    kind: str
    links: tuple[tuple[str, str], ...]
    start: int
    end: int
    rule: str
    status: str = ASSERTED
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Extraction:
    """All that one record yields.

    ``kinds`` are statements that one entity is a kind of another, with the same evidence as any
    relation.

    The abstract of ``record`` is empty where the text may not be carried; ``digest`` still tells
    whether a text is the one that the offsets belong to.
    """

    record: Record
    digest: str
    sentences: tuple[Span, ...]
    entities: tuple[Entity, ...] = ()
    relations: tuple[Relation, ...] = ()
    results: tuple[Result, ...] = ()
    urls: tuple[str, ...] = ()
    rejected: int = 0
    kinds: tuple[Relation, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One violation that a check found.

    :param severity: ``Violation``, ``Warning`` or ``Info``, as SHACL names them.
    :param shape: What was violated.
    :param message: What is wrong, for people, with the remedy.
    :param focus: IRI of the node that is at fault.
    :param value: The value that is at fault; empty if there is none.
    """

    severity: str
    shape: str
    message: str
    focus: str
    value: str = field(default="")
