r"""What a SPARQL text asks for, told from its words, before any engine sees it.

Only queries are let through: no update, nothing that would fetch from elsewhere. The words are
found by cutting the text into the tokens of the SPARQL grammar, so that a keyword inside a string,
an IRI, a comment or a name is none.

>>> inspect("SELECT ?a { ?a ?b ?c } ORDER BY ?a")
Form(kind='SELECT', is_ordered=True)
>>> inspect("# SERVICE\nASK { ?service ?b 'SERVICE' }")
Form(kind='ASK', is_ordered=False)
>>> inspect("SELECT * { SERVICE <http://example.org/> { ?a ?b ?c } }")
Traceback (most recent call last):
...
kg.errors.QueryError: SERVICE would fetch from elsewhere; ask the graph alone
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from kg.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Form", "declared", "inspect", "tokens", "used"]

KINDS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
_SERVICE = "SERVICE would fetch from elsewhere; ask the graph alone"
_FROM = "FROM would choose a graph, and there is one only; leave FROM out"
_PROLOGUE = {"BASE", "PREFIX", "VERSION"}

# An IRI may hold escapes, so a backslash does not end it. Whatever is no token of its own is
# skipped one character at a time; an escaped character never begins a comment or a string. A prefix
# has a longest length, or looking for its colon would take the square of the time.
_TOKEN = re.compile(
    r"""
      (?P<iri>    <[^<>"{}|^`\x00-\x20]*> )
    | (?P<string> \"{3}(?:[^"\\]|\\.|"(?!""))*\"{3} | '{3}(?:[^'\\]|\\.|'(?!''))*'{3}
                | "(?:[^"\\\n\r]|\\.)*" | '(?:[^'\\\n\r]|\\.)*' )
    | (?P<comment> \#[^\n\r]* )
    | (?P<name>   (?:[^\W\d_][\w.-]{0,255})?:(?:[\w.:%-]|\\.)* )
    | (?P<variable> [?$]\w+ )
    | (?P<blank>  _:[\w.-]+ )
    | (?P<tag>    @[A-Za-z-]+ )
    | (?P<word>   [A-Za-z_]+ )
    | (?P<brace>  [{}] )
    | (?P<other>  \\. | . )
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPED = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


@dataclass(frozen=True, slots=True)
class Form:
    """What kind of query a text is, and whether it orders its rows itself."""

    kind: str
    is_ordered: bool


def inspect(sparql: str) -> Form:
    """Tell the form of a query and refuse what is no query over the graph.

    :param sparql: A SPARQL text.
    :returns: Its form.
    :raises QueryError: If it is an update, or names a place outside of the graph.
    """
    # Some engines resolve \\u escapes before they parse, others after: both readings must be safe.
    for reading in (sparql, _ESCAPED.sub(_character, sparql)):
        for kind, word in _tokens(reading):
            _refuse_fetching(kind, word.upper())
    first, is_ordered, depth = "", False, 0
    for kind, word in _tokens(sparql):
        if kind == "brace":
            depth += 1 if word == "{" else -1
        elif kind == "word" and word.upper() in _PROLOGUE and not first:
            continue
        elif kind == "word" and not depth:
            first = first or word.upper()
            is_ordered = is_ordered or word.upper().startswith("ORDER")
    if first not in KINDS:
        told = f"{first} is no query" if first else "it is empty"
        raise QueryError(f"only {', '.join(KINDS)} are answered, and {told}")
    return Form(first, is_ordered)


def _refuse_fetching(kind: str, word: str) -> None:
    # Engines read keywords without a blank behind them, as in "trueSERVICE<...>" or "SERVICEa:b {":
    # all that could be cut so is refused; only behind the colon of a name the letters are free.
    if kind == "name":
        prefix, _, local = word.partition(":")
        word = prefix + (local if ".SERVICE" in local else "")
    if kind in {"word", "name", "tag"} and "SERVICE" in word:
        raise QueryError(_SERVICE)
    if kind == "word" and word == "FROM":
        raise QueryError(_FROM)


def declared(sparql: str) -> set[str]:
    """Name the prefixes that a query declares itself.

    >>> declared("PREFIX a: <http://example.org/> ASK { a:x b:y ?c }")
    {'a'}
    """
    return {
        name[:-1]
        for (kind, word), (_, name) in pairwise(_tokens(sparql))
        if kind == "word" and word.upper() == "PREFIX"
    }


def used(sparql: str) -> set[str]:
    """Name the prefixes that a query uses or declares.

    >>> sorted(used("PREFIX a: <http://example.org/> ASK { a:x b:y ?c }"))
    ['a', 'b']
    """
    return {word.partition(":")[0] for kind, word in _tokens(sparql) if kind == "name"}


def tokens(sparql: str) -> Iterator[tuple[str, str, int]]:
    """Cut a text into tokens, without comments and blanks.

    :param sparql: A SPARQL text.
    :returns: Kind, text and place of each token.

    >>> [text for _, text, _ in tokens("ASK { ?a a 'b#' } # c")]
    ['ASK', '{', '?a', 'a', "'b#'", '}']
    """
    for match in _TOKEN.finditer(sparql):
        kind = str(match.lastgroup)
        if kind != "comment" and not match[0].isspace():
            yield kind, match[0], match.start()


def _tokens(sparql: str) -> Iterator[tuple[str, str]]:
    return ((kind, text) for kind, text, _ in tokens(sparql) if kind != "other")


def _character(match: re.Match[str]) -> str:
    number = int(match[1] or match[2], 16)
    return chr(number) if number <= 0x10FFFF else " "
