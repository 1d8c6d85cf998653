"""Extractions as lines of JSON, and back.

One object a line, in the schema of the annotation guidelines (``id, entities, results, relations,
urls``) with title, evidence and origin added. Where the text may not be carried
(``evidence="offsets"``) a line holds names, numbers and offsets, and neither abstract nor clause.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias, TypeVar

import orjson

from kg.errors import ReadError
from kg.model import Entity, Extraction, Listing, Mention, Record, Relation, Result

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kg.ontology import Ontology

__all__ = ["Evidence", "Place", "dumps", "loads", "places", "read_lines"]

Evidence: TypeAlias = Literal["text", "offsets"]
"""Whether an extraction carries the text that its offsets point into."""

_T = TypeVar("_T")


class Place(NamedTuple):
    """Where one fact of an extraction stands.

    :param fact: What it says, for people.
    :param start: Where its evidence begins.
    :param end: Where it ends.
    :param text: What stood there; None if that was not carried.
    """

    fact: str
    start: int
    end: int
    text: str | None


_RECORD_FIELDS = ("source", "line", "date", "doi", "arxiv", "url")
_TEXTS = ("id", "title", "abstract", "digest", "source", "date", "doi", "arxiv", "url")


def dumps(extraction: Extraction, ontology: Ontology, *, evidence: Evidence = "text") -> bytes:
    r"""Write an extraction as one line of JSON.

    :param extraction: What one record yielded.
    :param ontology: Gives the names of the slots of a result.
    :param evidence: ``offsets`` leaves out the abstract and every clause of it.
    :returns: UTF-8 with a line feed at the end.

    >>> from kg import ontology
    >>> record = Record(id="p1", title="T", abstract="A.")
    >>> dumps(Extraction(record, "00", ((0, 1),)), ontology.load())[:31]
    b'{"id":"p1","title":"T","entitie'
    """
    record = extraction.record
    carries_text = evidence == "text" and bool(record.abstract)
    text = f"{record.title}\n{record.abstract}" if carries_text else ""
    line: dict[str, Any] = {
        "id": record.id,
        "title": record.title,
        "entities": [_entity(e) for e in extraction.entities],
        "results": [_result(r, ontology, text) for r in extraction.results],
        "relations": [_relation(r, text) for r in extraction.relations],
        "kinds": [_relation(r, text) for r in extraction.kinds],
        "urls": list(extraction.urls),
        **{f: v for f in _RECORD_FIELDS if (v := getattr(record, f))},
    }
    if record.authors:
        line["authors"] = list(record.authors)
    if record.listings:
        line["listings"] = [_listing(item) for item in record.listings]
    if text:
        line["abstract"] = record.abstract
    line["digest"] = extraction.digest
    line["sentences"] = [list(span) for span in extraction.sentences]
    if extraction.rejected:
        line["rejected"] = extraction.rejected
    return orjson.dumps(line) + b"\n"


def loads(line: bytes | str, *, path: str = "-", number: int = 0) -> Extraction:
    """Read an extraction from one line of JSON.

    :param line: What :func:`dumps` wrote.
    :param path: Name of the file, for the error.
    :param number: Number of the line, for the error.
    :returns: The extraction; its abstract is empty if the line carries none.
    :raises ReadError: If the line is no JSON, or no extraction.
    """
    try:
        return _extraction(orjson.loads(line))
    except orjson.JSONDecodeError as err:
        raise ReadError(path, number, f"no JSON: {err}") from err
    except (KeyError, TypeError, ValueError, IndexError) as err:
        reason = f"no extraction of kg: {type(err).__name__} {err}"
        raise ReadError(path, number, reason, "make it with 'kg extract'") from err


def read_lines(lines: Iterable[bytes], *, path: str = "-") -> Iterator[Extraction]:
    """Read extractions from lines, skipping empty ones.

    :raises ReadError: At the first line that is no extraction.
    """
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield loads(line, path=path, number=number)


def places(line: dict[str, Any]) -> Iterator[Place]:
    """List what each fact of an extraction rests on.

    :param line: An object that :func:`dumps` wrote, read as JSON.
    :returns: Mentions, then results, then relations and kinds, each in its order.
    :raises KeyError: If it is none.
    """
    for entity in line["entities"]:
        for mention in entity["evidence"]:
            fact = f"mention of {entity['type']} {entity['name']!r}"
            yield Place(fact, mention["start"], mention["end"], mention["text"])
    for result in line["results"]:
        named = ", ".join(repr(result[slot]) for slot in result["slots"])
        fact = f"result {result['value']!r}" + (f" of {named}" if named else "")
        yield Place(fact, result["start"], result["end"], result.get("text"))
    for relation in (*line["relations"], *line.get("kinds", ())):
        fact = f"{relation['head']!r} {relation['type']} {relation['tail']!r}"
        yield Place(fact, relation["start"], relation["end"], relation.get("text"))


def _evidence(item: Mention | Relation | Result) -> dict[str, Any]:
    return {"start": item.start, "end": item.end, "rule": item.rule, "confidence": item.confidence}


def _entity(entity: Entity) -> dict[str, Any]:
    return {
        "type": entity.type,
        "name": entity.name,
        "mentions": list(entity.surfaces),
        "role": entity.role,
        "role_rule": entity.role_rule,
        "confidence": entity.confidence,
        "evidence": [{"text": m.text, **_evidence(m)} for m in entity.mentions],
    }


def _relation(relation: Relation, text: str) -> dict[str, Any]:
    line = {
        "head": relation.head[1],
        "type": relation.type,
        "tail": relation.tail[1],
        "head_type": relation.head[0],
        "tail_type": relation.tail[0],
        "status": relation.status,
        **_evidence(relation),
    }
    if text:
        line["text"] = text[relation.start : relation.end]
    return line


def _result(result: Result, ontology: Ontology, text: str) -> dict[str, Any]:
    links = dict(result.links)
    line: dict[str, Any] = {slot.name: links.get(slot.name) for slot in ontology.slots}
    line |= {
        "value": result.value,
        "number": result.number,
        "unit": result.unit or None,
        "kind": result.kind,
        "status": result.status,
        "slots": [slot for slot, _ in result.links],
        **_evidence(result),
    }
    if text:
        line["text"] = text[result.start : result.end]
    return line


def _listing(listing: Listing) -> dict[str, Any]:
    line: dict[str, Any] = {"page": listing.page, "position": listing.position}
    return line | ({"day": listing.day} if listing.day else {})


def _extraction(line: dict[str, Any]) -> Extraction:
    for name in _TEXTS:
        _typed(name, line.get(name, ""), str)
    _typed("line", line.get("line", 0), int)
    listings = tuple(
        Listing(
            _typed("page", item["page"], str),
            _typed("position", item["position"], int),
            _typed("day", item.get("day", ""), str),
        )
        for item in line.get("listings", ())
    )
    record = Record(
        id=line["id"],
        title=line["title"],
        abstract=line.get("abstract", ""),
        authors=tuple(line.get("authors", ())),
        listings=listings,
        **{f: line[f] for f in _RECORD_FIELDS if f in line},
    )
    return Extraction(
        record,
        line["digest"],
        tuple(
            (_typed("start", start, int), _typed("end", end, int))
            for start, end in line["sentences"]
        ),
        tuple(_read_entity(e) for e in line["entities"]),
        tuple(_read_relation(r) for r in line["relations"]),
        tuple(_read_result(r) for r in line["results"]),
        tuple(line["urls"]),
        line.get("rejected", 0),
        tuple(_read_relation(r) for r in line.get("kinds", ())),
    )


def _typed(name: str, value: Any, kind: type[_T]) -> _T:
    """Give a value, if it is of its kind.

    :raises TypeError: If it is not.
    """
    if type(value) is not kind:
        raise TypeError(f"{name} is {value!r}"[:80])
    return value


def _place(line: dict[str, Any]) -> tuple[int, int]:
    return _typed("start", line["start"], int), _typed("end", line["end"], int)


def _read_entity(line: dict[str, Any]) -> Entity:
    mentions = tuple(
        Mention(line["type"], *_place(m), m["text"], m["rule"], m["confidence"])
        for m in line["evidence"]
    )
    told = (line["role"], line["role_rule"], line["confidence"])
    return Entity(line["type"], line["name"], mentions, *told)


def _read_relation(line: dict[str, Any]) -> Relation:
    return Relation(
        (line["head_type"], line["head"]),
        line["type"],
        (line["tail_type"], line["tail"]),
        *_place(line),
        *(line[f] for f in ("rule", "status", "confidence")),
    )


def _read_result(line: dict[str, Any]) -> Result:
    return Result(
        line["value"],
        line["number"],
        line["unit"] or "",
        line["kind"],
        tuple((slot, line[slot]) for slot in line["slots"]),
        *_place(line),
        *(line[f] for f in ("rule", "status", "confidence")),
    )
