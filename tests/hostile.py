"""Strings that run, break out or break something where a writer is careless, and papers of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conftest import entity, extraction, span

from kg.model import Record, Relation, Result

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.model import Extraction

HOSTILE = (
    # Pages.
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "'-alert(1)-'",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<a href='javascript:alert(1)'>x</a>",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "<!--",
    "-->",
    "<style>*{display:none}</style>",
    "&lt;script&gt;",
    "&#60;script&#62;",
    # XML.
    "]]>",
    "<![CDATA[x]]>",
    "<!DOCTYPE x [<!ENTITY a 'b'>]>",
    "&a;",
    "<?xml version='1.0'?>",
    '" onload="x',
    "</data></node><node id='evil'/>",
    "</graph></graphml>",
    "a\x08b",
    "a\x0bb",
    "tab\there",
    "\x7f\x85\xa0",
    # Spreadsheets.
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://evil.example","x")',
    "+1+cmd",
    "-2+3+cmd",
    "@SUM(1+1)*cmd",
    " =1+1",
    "\uff1d1+1",
    "x,=1+1",
    'x","=1+1","y',
    # Cypher.
    "'}) DETACH DELETE n //",
    "\\'}) DETACH DELETE n //",
    "\\u0027}) DETACH DELETE n //",
    "\\\\u0027}) DETACH DELETE n //",
    "\\U00000027}) RETURN 1 //",
    "`) DETACH DELETE n //",
    "\\",
    "x\\",
    "$param",
    "/* x */ // y",
    "'; MATCH (n) DETACH DELETE n; '",
    # Notes.
    "<% tp.user.x() %>",
    "<%* await app.vault.delete() %>",
    "{{title}}",
    "`= this.file.name`",
    "`$= dv.current()`",
    "```dataviewjs\nx\n```",
    "[[../../etc/passwd|x]]",
    "]] [[evil",
    "![[secret]]",
    "a | b",
    "%% hidden %%",
    "key:: value",
    "[key:: value]",
    "obsidian://advanced-uri?eval=x",
    "#tag ^block",
    "[click](javascript:alert(1))",
    "---\naliases: [x]\n---",
    "$\\href{javascript:alert(1)}{x}$",
    "==mark== **bold** ~~x~~",
    # Names of files.
    "../../../evil",
    "..",
    "CON",
    "com1.txt",
    'a/b\\c:d*e?f"g<h>i|j',
    "name.",
    ".hidden",
    # Text.
    "\u202eltr",
    "\u2028line\u2029",
    "\ufeffbom",
    "\u0130stanbul",
    "\U0001d518net",
    "x" * 400,
)
"""Each is one string of strangers."""


def hostile() -> Iterator[Extraction]:
    """Make a paper of each string, which is its identifier, in its title, and what it speaks of."""
    for number, text in enumerate(HOSTILE):
        record = Record(
            id=f"{number} {text}",
            title=f"On {text}",
            abstract=f"We use {text} and a net{number}. It reaches {text} on it.",
            url=f"javascript:alert('{text}')",
            doi=text,
            authors=(text, "A. Author"),
            date="2024-02-30" if number % 3 == 0 else f"20{10 + number % 15}-0{1 + number % 9}",
        )
        ends = ("Method", text), ("Method", f"net{number}")
        start, end = span(record, "We use")
        fields = (("method", text), ("metric", "accuracy"))
        yield extraction(
            record,
            (
                entity(record, "Method", text, "used"),
                entity(record, "Method", f"net{number}", "used"),
                entity(record, "Dataset", text, "used"),
            ),
            (Relation(ends[0], "uses", ends[1], start, end + len(text) + 1, text),),
            (Result(text, "1.5", text, "absolute", fields[:1], start, end, text),),
        )
