r"""JSON Lines: an object a line; also a JSON list of objects, or one object that holds such a list.

A list may stand on one line or many, and is read object by object. An object, pretty-printed or
not, may hold its records under a name such as ``papers``; it is read whole.

>>> import io
>>> page = io.StringIO('[{"title": "A net", "summary": "We test."},\n {"title": "B"}]')
>>> [(record.title, record.line) for record in read(page, source="p.json")]
[('A net', 1), ('B', 2)]
"""

from __future__ import annotations

import itertools
import json
import re
from typing import TYPE_CHECKING, Any, TextIO

import orjson

from kg.errors import ReadError
from kg.readers.fields import known, record
from kg.readers.streams import LIMIT, too_long

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kg.model import Record

__all__ = ["FORMAT", "SUFFIXES", "read", "sniff"]

FORMAT = "jsonl"
SUFFIXES = (".jsonl", ".ndjson", ".json")

_JSON = re.compile(r"\s*(?:\{\s*[\"}]|\[\s*[{\]])")
_SPREAD = re.compile(r"\s*(?:(?P<list>\[\s*(?:$|[{\]]))|\{\s*+(?:\"\w+\"\s*+:\s*+\[?+\s*+)?$)")
_TOKEN = re.compile(r"\"(?:[^\"\\]|\\.)*\"?|[\[\]{}]|[^\s,:\"\[\]{}]+")
_STEPS = {"[": 1, "{": 1, "]": -1, "}": -1}
_LISTS = ("papers", "records", "items", "results", "data")
_KINDS = {list: "list", str: "string", type(None): "null", bool: "true or false"}
_REMEDY = "give one object with title and abstract a line"


def sniff(head: str) -> bool:
    """Tell whether a text begins as a JSON object or as a list of objects."""
    return bool(_JSON.match(head))


def read(stream: TextIO, *, source: str) -> Iterator[Record | ReadError]:
    """Read records from lines of JSON.

    :param stream: The text.
    :param source: Name of the file.
    :returns: A record for each object, with empty fields where the object has none; an error for
        each line that is no object.
    """
    lines = ((number, line) for number, line in enumerate(stream, 1) if line.strip())
    first = next(lines, (0, ""))
    spread = _SPREAD.match(first[1])
    pieces: Iterable[tuple[int, str] | ReadError] = itertools.chain([first], lines)
    if spread:
        pieces = _objects(itertools.chain([first], lines), 1 if spread["list"] else 0, source)
    for piece in pieces:
        if isinstance(piece, ReadError):
            yield piece
        else:
            yield from _records(*piece, source=source)


def _records(number: int, text: str, *, source: str) -> Iterator[Record | ReadError]:
    value = _value(text)
    if isinstance(value, ValueError | RecursionError):
        told = str(value)
        if isinstance(value, json.JSONDecodeError):
            told = f"{value.msg.removesuffix(' at')} at column {value.colno}"
        yield ReadError(source, number, f"no JSON: {told}", "correct it")
        return
    inner = [value]
    if isinstance(value, dict) and "title" not in known(value):
        inner = next((value[n] for n in _LISTS if isinstance(value.get(n), list)), inner)
    for item in inner:
        if isinstance(item, dict):
            yield record(_flat(item), source=source, line=number)
        else:
            kind = _KINDS.get(type(item), "number")
            yield ReadError(source, number, f"a JSON {kind}, no object", _REMEDY)


def _value(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        # The standard library is slower, and lets pass what others write and what need not cost a
        # record: lone surrogates, raw control characters, NaN.
        try:
            return json.loads(text, strict=False)
        except (ValueError, RecursionError) as err:
            return err


def _flat(item: dict[str, Any]) -> dict[str, Any]:
    """Lift what some services nest: the paper itself, its identifiers, its abstract by position."""
    if isinstance(paper := item.get("paper"), dict) and "title" not in known(item):
        item = item | paper
    if isinstance(outside := item.get("externalIds"), dict):
        item = {"doi": outside.get("DOI"), "arxiv": outside.get("ArXiv")} | item
    index = item.get("abstract_inverted_index")
    if isinstance(index, dict) and all(isinstance(places, list) for places in index.values()):
        placed = [(p, word) for word, places in index.items() for p in places if type(p) is int]
        item = {"abstract": " ".join(word for _, word in sorted(placed))} | item
    return item


def _objects(
    lines: Iterable[tuple[int, str]], level: int, source: str
) -> Iterator[tuple[int, str] | ReadError]:
    """Cut out the objects that open inside so many brackets, however lines are broken."""
    depth = start = size = number = 0
    parts: list[str] = []
    for number, line in lines:
        begin, is_told = 0, False
        for token in _TOKEN.finditer(line):
            before, depth = depth, max(depth + _STEPS.get(token[0], 0), 0)
            if before == level < depth:
                start, begin = number, token.start()
            elif before > level == depth:
                yield start, "".join(parts) + line[begin : token.end()]
                parts, size = [], 0
            elif before == depth <= level and not is_told:
                is_told = True
                yield ReadError(source, number, "text between the objects", _REMEDY)
        if depth > level:
            parts.append(line[begin:])
            size += len(line)
            if size > LIMIT:
                raise too_long(source, start)
    if depth:
        where = start if depth > level else number
        yield ReadError(source, where, "the JSON has no end", "close every bracket")
