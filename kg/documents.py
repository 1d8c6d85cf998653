"""Records as documents, and back: the one place that builds the spaCy pipeline.

The pipeline is a blank English tokenizer whose tokens carry the comparison key as norm, sentence
boundaries, and one component for each way to find mentions. Components are known to spaCy by name
(entry points of this package), so that this module imports none of the stages after it.

>>> from kg import ontology
>>> nlp = load(ontology.load())
>>> record = Record(id="p1", title="A net", abstract="We test nets, e.g. this one. It works.")
>>> parse(record, nlp).sentences
((0, 5), (6, 34), (35, 44))
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import spacy
from spacy.attrs import IS_PUNCT, IS_SPACE, IS_STOP, LOWER, NORM  # type: ignore[import-not-found]
from spacy.language import Language
from spacy.tokens import Span
from spacy.util import compile_suffix_regex

from kg.errors import KGError, ReadError
from kg.markup import plain
from kg.model import Document, Record
from kg.normalize import key
from kg.recognizer import RULES
from kg.recognizer.recognizer import ACCURACIES, is_recognizer
from kg.recognizer.recognizer import load as load_recognizer
from kg.recognizer.tokenizer import PieceTokenizer
from kg.recognizer.tokens import sentences, tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from spacy.tokens import Doc

    from kg.markup import Plain
    from kg.model import Entity, Extraction, Relation, Result
    from kg.ontology import Ontology
    from kg.recognizer.tokens import Tokens

__all__ = ["COMPONENTS", "as_written", "blank", "load", "make_labels", "make_sentences", "parse"]

COMPONENTS = ("kg_abbreviations", "kg_lexicon", "kg_patterns", "kg_phrases", "kg_names")
"""Names of the components that find mentions, in the order in which they run."""

_PLAIN = frozenset(("kg_sentences", "kg_abbreviations", "kg_recognizer"))  # and what they ask for
_ASKED = frozenset((IS_PUNCT, IS_SPACE, IS_STOP, LOWER, NORM))
_ENDINGS = frozenset(".!?")
_CLOSERS = frozenset(")]}\"'\u201d\u2019")
_CODE = re.compile(r"^\[E\d+\]\s*")  # that spaCy gives its errors
_NO_ENDING = frozenset({"al", "fig", "eq", "vs", "cf", "resp", "approx", "i.e", "e.g"})


def load(
    ontology: Ontology,
    *,
    model: str | Path = RULES,
    labels: str | Path | None = None,
    components: Sequence[str] | None = None,
) -> Language:
    """Build the pipeline.

    :param ontology: Gives the components their rules and lexicon.
    :param model: What finds names beside rules and lexicon: the name of a recognizer of this
        package, the folder of another, a spaCy pipeline with an ``ner`` by path or package name, or
        ``rules`` for nothing.
    :param labels: Name of a TOML file with the entity type of each label of a spaCy pipeline, empty
        for a label that is none; by default its labels are entity types.
    :param components: Names of the components with rules; by default those that serve the model.
    :returns: The pipeline; it downloads nothing and is the same in every process.
    :raises KGError: If the model cannot be loaded or has no ``ner``, or the labels cannot be read.
    """
    nlp = blank()
    nlp.add_pipe("kg_sentences")
    recognizer = load_recognizer(model) if is_recognizer(model) else None
    for name in components or (recognizer.components if recognizer else COMPONENTS):
        nlp.add_pipe(name, config={"ontology": str(ontology.folder)})
    if recognizer:
        nlp.add_pipe("kg_recognizer", config={"recognizer": str(model)})
        if _PLAIN.issuperset(nlp.pipe_names):
            _forget(nlp)
    elif model != RULES:
        try:
            source = spacy.load(model)
            nlp.add_pipe("ner", source=source)
        except (OSError, ValueError, KeyError) as err:
            known = f"{', '.join(ACCURACIES)} and {RULES} are built in"
            if isinstance(err, OSError) and not Path(model).exists():
                raise KGError(f"{model}: no such recognizer nor spaCy pipeline; {known}") from err
            reason = " ".join(_CODE.sub("", str(err)).split())[:120]
            raise KGError(f"{model}: no spaCy pipeline with an ner: {reason}; {known}") from err
        meant = {} if labels is None else _read_labels(labels, ontology)
        nlp.add_pipe("kg_labels", config={"labels": meant})
    nlp.max_length = 10_000_000
    return nlp


def _forget(nlp: Language) -> None:
    """Let the vocabulary find out no more of a new word than is asked for; it cuts texts faster."""
    getters: dict[int, Any] = nlp.vocab.lex_attr_getters  # type: ignore[attr-defined]
    for number in getters.keys() - _ASKED:
        del getters[number]


def _read_labels(path: str | Path, ontology: Ontology) -> dict[str, str]:
    """Read what the labels of a spaCy pipeline mean."""
    try:
        meant = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as err:
        raise ReadError(str(path), 0, f"no table of labels: {err}", 'write LABEL = "TYPE"') from err
    for label, kind in meant.items():
        if kind != "" and kind not in ontology.type_names:
            known = f"the types are {', '.join(ontology.type_names)}"
            raise ReadError(str(path), 0, f"{label}: {kind!r} is no entity type", known)
    return meant


@Language.factory("kg_labels", default_config={"labels": {}})
def make_labels(nlp: Language, name: str, labels: dict[str, str]) -> Callable[[Doc], Doc]:
    """Make the component that gives the entities of a spaCy pipeline our types."""
    del nlp, name

    def component(doc: Doc) -> Doc:
        if labels:
            doc.ents = tuple(
                Span(doc, span.start, span.end, label=labels[span.label_])
                for span in doc.ents
                if labels.get(span.label_)
            )
        return doc

    return component


def blank() -> Language:
    """Make a pipeline that only cuts a text into tokens, which carry their comparison key as norm.

    spaCy cuts units off numbers; in names (GSM8K, YOLOv8m) that would cut the name, so it is told
    not to.

    >>> [(token.text, token.norm_) for token in blank()("GSM8K Networks")]
    [('GSM8K', 'gsm8k'), ('Networks', 'network')]
    """
    nlp = spacy.blank("en")
    getters: dict[int, Any] = nlp.vocab.lex_attr_getters  # type: ignore[attr-defined]
    getters[nlp.vocab.strings["NORM"]] = key
    suffixes = [s for s in map(str, nlp.Defaults.suffixes or ()) if "km|km" not in s]
    cutter: Any = nlp.tokenizer
    cutter.suffix_search = compile_suffix_regex(suffixes).search
    nlp.tokenizer = PieceTokenizer.like(cutter)
    return nlp


def parse(record: Record, nlp: Language) -> Document:
    """Run the pipeline over one record.

    :param record: The record; markup in its text is taken out.
    :param nlp: What :func:`load` built.
    :returns: The document, with offsets into title, line feed, abstract without markup. A title
        without a word has the line feed as its sentence.
    """
    found = plain(record.title, record.abstract)
    doc = nlp(found.text)
    spans = [] if found.text.partition("\n")[0].strip() else [(0, 1)]
    known = tokens(doc)
    for start, stop in sentences(doc):
        while start < stop and known.blanks[start]:
            start += 1
        while start < stop and known.blanks[stop - 1]:
            stop -= 1
        if start < stop:
            end = known.starts[stop - 1] + len(known.texts[stop - 1])
            spans.append((known.starts[start], end))
    return Document(record, tuple(spans), doc, found if found.cuts else None)


def as_written(extraction: Extraction, document: Document) -> Extraction:
    r"""Turn places in the text of a document into places in title, line feed, abstract as written.

    Mentions and values become what was written there; names stay as they are.

    :param extraction: What the document yielded, with places in its text.
    :param document: The document.
    :returns: The same extraction; unchanged if the text is as it was written.

    >>> from kg import ontology
    >>> from kg.model import Extraction
    >>> record = Record(id="p", title=r"{\em Nets}", abstract="We test them.")
    >>> document = parse(record, load(ontology.load()))
    >>> extraction = Extraction(record, "", document.sentences)
    >>> extraction.sentences, as_written(extraction, document).sentences
    (((0, 4), (5, 18)), ((5, 9), (11, 24)))
    """
    found = document.plain
    if found is None:
        return extraction
    return replace(
        extraction,
        sentences=tuple(found.origin(*span) for span in extraction.sentences),
        entities=tuple(_entity_as_written(e, found, document.written) for e in extraction.entities),
        relations=_relations_as_written(extraction.relations, found),
        kinds=_relations_as_written(extraction.kinds, found),
        results=tuple(_result_as_written(r, found, document.written) for r in extraction.results),
    )


def _entity_as_written(entity: Entity, found: Plain, written: str) -> Entity:
    mentions = []
    for mention in entity.mentions:
        start, end = found.origin(mention.start, mention.end)
        mentions.append(replace(mention, start=start, end=end, text=written[start:end]))
    return replace(entity, mentions=tuple(mentions))


def _relations_as_written(relations: Iterable[Relation], found: Plain) -> tuple[Relation, ...]:
    origins = ((relation, *found.origin(relation.start, relation.end)) for relation in relations)
    return tuple(replace(relation, start=start, end=end) for relation, start, end in origins)


def _result_as_written(result: Result, found: Plain, written: str) -> Result:
    start, end = found.origin(result.start, result.end)
    number = re.escape(result.value)
    for pattern in (rf"(?<![\d.,]){number}", number):  # better a number than the end of another
        if value := re.compile(pattern).search(found.text, result.start, result.end):
            begin, stop = found.origin(*value.span())
            return replace(result, start=start, end=end, value=written[begin:stop])
    return replace(result, start=start, end=end)


@Language.component("kg_sentences")
def make_sentences(doc: Doc) -> Doc:
    """Mark where sentences begin: after a line feed, and after a full stop that ends one.

    A full stop ends no sentence behind an abbreviation such as "et al", nor where the next word
    begins in lower case.

    :param doc: A document whose first line is the title.
    :returns: The same document.
    """
    known = tokens(doc)
    texts = known.texts
    begins = np.full(len(texts), -1, dtype=np.int64)  # 1 begins a sentence, -1 does not
    begins[:1] = 1
    in_title, ended = True, False
    for place, text in enumerate(texts):
        if text.isspace():
            if "\n" in text:
                in_title, ended = False, True
            continue
        if ended:
            before = texts[place - 1] if place else "\n"
            if text not in _CLOSERS or before.isspace():
                if not text[0].islower() or before == "\n":
                    begins[place] = 1
                ended = False
        if text[-1] in _ENDINGS and not in_title:
            ended = _ends(known, place)
    column = begins.astype(np.uint64)[:, None]
    doc.from_array(["SENT_START"], column)  # type: ignore[arg-type]
    return doc


def _ends(known: Tokens, place: int) -> bool:
    text = known.texts[place]
    if len(text) > 1 and text[-1] == "." and text[:-1].lower() in _NO_ENDING:
        return False
    if text == "." and place:
        return known.lowers[place - 1] not in _NO_ENDING or known.spaces[place - 1] == 1
    return len(text) == 1 or not text[0].isupper() or len(text) > 2
