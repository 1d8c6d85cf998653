"""Read gold and predicted annotations in any form, told by content.

Three forms: records (a JSON object a line in the schema of :mod:`kg.extractions`), tokens (a JSON
object a line with ``id``, ``tokens`` and ``ents`` by token offsets) and columns
(:mod:`kg.evaluation.conll`).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any, BinaryIO

import orjson

from kg.errors import ReadError
from kg.evaluation import conll
from kg.evaluation.texts import Annotated
from kg.readers.streams import lines as open_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kg.evaluation.scoring import Item

__all__ = ["Annotations", "read", "read_gold", "read_lines"]

_NAMED = {"entities": ("type", "name"), "relations": ("head", "type", "tail"), "results": ()}
_TOKENS = "tokens"
_FORMS = (
    "write one record a line (id, entities, relations, results), one text a line "
    "(id, tokens, ents), or a token and its tag a line"
)


@dataclass(frozen=True, slots=True)
class Annotations:
    """The annotations of a file: records, or texts with labelled spans.

    :param path: Name of the file.
    :param records: Records; empty if the file holds texts.
    :param texts: Texts; empty if the file holds records.
    """

    path: str
    records: tuple[Item, ...] = ()
    texts: tuple[Annotated, ...] = ()

    @property
    def ids(self) -> tuple[str, ...]:
        """List the identifiers in the order of the file."""
        return tuple(record["id"] for record in self.records) or tuple(t.id for t in self.texts)


def read(path: str, *, stdin: BinaryIO | None = None) -> Annotations:
    """Read annotations.

    :param path: A file, packed or not, or ``-`` for standard input.
    :param stdin: What to read for ``-``.
    :returns: The annotations; at least one record or text.
    :raises ReadError: If the file cannot be read or holds nothing, or at the first bad line.
    """
    with open_lines(path, stdin=stdin) as stream:
        numbered = enumerate(stream, 1)
        number, first = next(((n, line) for n, line in numbered if line.strip()), (0, ""))
        if not first:
            raise ReadError(path, 0, "holds nothing to evaluate", _FORMS)
        content = chain(["\n"] * (number - 1), [first], (line for _, line in numbered))
        if conll.is_conll(first):
            return Annotations(path, texts=tuple(conll.read(content, path=path)))
        if _is_object_with(_TOKENS, first):
            return Annotations(path, texts=tuple(_read_tokens(content, path)))
        return Annotations(path, records=tuple(read_lines(content, path=path)))


def read_gold(path: str, *, stdin: BinaryIO | None = None) -> Annotations:
    """Read annotations to compare with.

    :param path: A file, packed or not, or ``-`` for standard input.
    :param stdin: What to read for ``-``.
    :returns: The annotations.
    :raises ReadError: As :func:`read` does, and if nothing is annotated in any record: a file of
        papers is no gold.
    """
    found = read(path, stdin=stdin)
    if found.records and not any(name in r for r in found.records for name in _NAMED):
        reason = f"no annotations in its {len(found.records)} records"
        raise ReadError(path, 0, reason, "give records with entities, relations or results")
    return found


def read_lines(lines: Iterable[bytes | str], *, path: str = "-") -> Iterator[dict[str, Any]]:
    r"""Read gold or predicted records from lines of JSON, skipping empty ones.

    :param lines: The lines of a file.
    :param path: Name of the file, for the error.
    :returns: The records in their order.
    :raises ReadError: At the first line that is no record.

    >>> list(read_lines([b'{"id": "p1"}\n', b"\n"]))
    [{'id': 'p1'}]
    """
    for number, record in _objects(lines, path):
        if not _is_record(record):
            raise ReadError(path, number, "no record that can be evaluated", _FORMS)
        yield record


def _read_tokens(lines: Iterable[str], path: str) -> Iterator[Annotated]:
    for number, item in _objects(lines, path):
        if reason := _fault(item):
            remedy = (
                "write id, tokens, and ents: [[first token, token behind the last, label], ...]"
            )
            raise ReadError(path, number, reason, remedy)
        yield Annotated.of_tokens(str(item["id"]), item[_TOKENS], map(tuple, item["ents"]))


def _objects(lines: Iterable[bytes | str], path: str) -> Iterator[tuple[int, Any]]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            yield number, orjson.loads(line)
        except orjson.JSONDecodeError as err:
            raise ReadError(path, number, f"no JSON: {err}", _FORMS) from err


def _is_object_with(name: str, line: str) -> bool:
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError:
        return False
    return isinstance(value, dict) and name in value


def _is_record(record: Any) -> bool:
    if not isinstance(record, dict) or not isinstance(record.get("id"), str) or _TOKENS in record:
        return False
    if not all(isinstance(record.get(name) or "", str) for name in ("title", "abstract")):
        return False
    for part, fields in _NAMED.items():
        items = record.get(part, [])
        if not isinstance(items, list) or not all(_is_item(item, fields) for item in items):
            return False
    return True


def _is_item(item: Any, fields: tuple[str, ...]) -> bool:
    if not isinstance(item, dict) or not all(isinstance(item.get(f), str) for f in fields):
        return False
    mentions = item.get("mentions", [])
    return isinstance(mentions, list) and all(isinstance(m, str) for m in mentions)


def _fault(item: Any) -> str:
    """Say what is wrong with a text of tokens; empty if nothing is."""
    if not isinstance(item, dict) or not isinstance(item.get("id"), str | int):
        return "no text with an id"
    tokens, spans = item.get(_TOKENS), item.get("ents")
    if not isinstance(tokens, list) or not all(isinstance(t, str) and t.strip() for t in tokens):
        return "tokens are no list of words"
    if not isinstance(spans, list):
        return "ents are no list"
    for n, span in enumerate(spans):
        if not isinstance(span, list) or list(map(type, span)) != [int, int, str]:
            return f"ents[{n}] is no list of two numbers and a label"
        if not 0 <= span[0] < span[1] <= len(tokens):
            return f"ents[{n}] is not within the {len(tokens)} tokens"
    return ""
