"""Records as documents: the one place that builds the spaCy pipeline.

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

from typing import TYPE_CHECKING, Any

import spacy
from spacy.language import Language
from spacy.util import compile_suffix_regex

from kg.errors import KGError
from kg.model import Document, Record
from kg.normalize import key

if TYPE_CHECKING:
    from pathlib import Path

    from spacy.tokens import Doc, Token

    from kg.ontology import Ontology

__all__ = ["COMPONENTS", "blank", "load", "make_sentences", "parse"]

COMPONENTS = ("kg_abbreviations", "kg_lexicon", "kg_patterns", "kg_phrases", "kg_names")
"""Names of the components that find mentions, in the order in which they run."""

_ENDINGS = frozenset(".!?")
_CLOSERS = frozenset(")]}\"'\u201d\u2019")
_NO_ENDING = frozenset({"al", "fig", "eq", "vs", "cf", "resp", "approx", "i.e", "e.g"})


def load(ontology: Ontology, *, model: str | Path | None = None) -> Language:
    """Build the pipeline.

    :param ontology: Gives the components their rules and lexicon.
    :param model: A trained spaCy pipeline, by path or package name, whose ``ner`` takes part; its
        labels are entity types of the ontology.
    :returns: The pipeline; it downloads nothing and is the same in every process.
    :raises KGError: If the model cannot be loaded or has no ``ner``.
    """
    nlp = blank()
    nlp.add_pipe("kg_sentences")
    for name in COMPONENTS:
        nlp.add_pipe(name, config={"ontology": str(ontology.folder)})
    if model is not None:
        try:
            source = spacy.load(model)
            nlp.add_pipe("ner", source=source)
        except (OSError, ValueError, KeyError) as err:
            reason = " ".join(str(err).split())[:120]
            raise KGError(f"{model}: no spaCy pipeline with an ner: {reason}") from err
    nlp.max_length = 10_000_000
    return nlp


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
    nlp.tokenizer.suffix_search = compile_suffix_regex(suffixes).search  # type: ignore[union-attr]
    return nlp


def parse(record: Record, nlp: Language) -> Document:
    """Run the pipeline over one record.

    :param record: The record; its text is taken as it is.
    :param nlp: What :func:`load` built.
    :returns: The document, with offsets into title, line feed, abstract.
    """
    doc = nlp(f"{record.title}\n{record.abstract}")
    spans = []
    for sent in doc.sents:
        words = [t for t in sent if not t.is_space]
        if words:
            spans.append((words[0].idx, words[-1].idx + len(words[-1])))
    return Document(record, tuple(spans) or ((0, len(record.title)),), doc)


@Language.component("kg_sentences")
def make_sentences(doc: Doc) -> Doc:
    """Mark where sentences begin: after the title, and after a full stop that ends one.

    A full stop ends no sentence behind an abbreviation such as "et al", nor where the next word
    begins in lower case.

    :param doc: A document whose first line is the title.
    :returns: The same document.
    """
    in_title, ended = True, False
    for token in doc:
        token.is_sent_start = token.i == 0
        if token.is_space:
            if in_title and "\n" in token.text:
                in_title, ended = False, True
            continue
        if ended and not (token.text in _CLOSERS and token.i and not doc[token.i - 1].is_space):
            if not token.text[0].islower() or (token.i and doc[token.i - 1].text == "\n"):
                token.is_sent_start = True
            ended = False
        if token.text[-1] in _ENDINGS and not in_title:
            ended = _ends(doc, token)
    return doc


def _ends(doc: Doc, token: Token) -> bool:
    if len(token) > 1 and token.text[-1] == "." and token.text[:-1].lower() in _NO_ENDING:
        return False
    if token.text == "." and token.i:
        before = doc[token.i - 1]
        return before.lower_ not in _NO_ENDING or before.whitespace_ != ""
    return len(token) == 1 or not token.text[0].isupper() or len(token) > 2
