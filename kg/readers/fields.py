"""What programs call the fields of a record, and the record made from them.

>>> record({"Title": "A net", "Abstract Note": "We test.", "Publication Year": "2024.0"}).date
'2024'
"""

from __future__ import annotations

import re
from datetime import date as calendar
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from kg.model import Record

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["date", "known", "people", "record"]

_NAMES = {
    "id": "id key paperid recordid uid ut eid citekey citationkey corpusid pmid",
    "title": "title documenttitle articletitle papertitle displayname ti",
    "abstract": "abstract abstractnote abstracttext paperabstract summary ab",
    "date": "publicationdate publishedat publishedonline published date coverdate issued "
    "publicationyear year py",
    "doi": "doi di",
    "arxiv": "arxivid arxiv eprint",
    "url": "url link landingpageurl",
    "authors": "authors author authorfullnames authorships authorshipsauthordisplayname af au",
}
_FIELDS = {name: field for field, names in _NAMES.items() for name in names.split()}
_PREFERRED = {field: tuple(names.split()) for field, names in _NAMES.items()}

_EITHER_CASE = re.IGNORECASE | re.ASCII
_ISO = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?(?!\d)", re.ASCII)
_YEAR = re.compile(r"(?<!\d)(?:1[5-9]|20)\d{2}(?!\d)", re.ASCII)
_DAY = re.compile(r"(?<!\d)\d{1,2}(?!\d)", re.ASCII)
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = re.compile(rf"(?<![a-z])({'|'.join(_MONTHS)})[a-z]*")
_DOI = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:\s*)?(10\.\d{4,9}/\S+)", _EITHER_CASE)
_ARXIV_ID = r"(\d{2}(?:0[1-9]|1[0-2])\.\d{4,5}|[a-z-]+(?:\.[a-z]{2})?/\d{7})(?:v\d+)?"
_ARXIV = re.compile(rf"(?:arxiv:\s*)?{_ARXIV_ID}", _EITHER_CASE)
_ARXIV_PLACE = re.compile(
    rf"(?:https?://(?:www\.|export\.)?arxiv\.org/(?:abs|pdf|html)/|.*10\.48550/arxiv\.)"
    rf"{_ARXIV_ID}(?:\.pdf)?",
    _EITHER_CASE,
)
_NATURAL = re.compile(r"\s*[^a-z,\s]\S* [^,]*,")
_WEB = re.compile(r"https?://\S+")
_DEEPEST = 4  # objects inside one another that tell of one person
_PERSON = ("name", "displayname", "literal", "fullname", "author")
_GIVEN, _FAMILY = ("given", "first", "firstname"), ("family", "last", "lastname")


@lru_cache(maxsize=4096)
def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).casefold()


def known(names: Iterable[str]) -> set[str]:
    """Tell which fields of a record some column names stand for.

    >>> sorted(known(["Document Title", "Abstract", "Volume"]))
    ['abstract', 'title']
    """
    return {_FIELDS[plain] for name in names if (plain := _plain(name)) in _FIELDS}


def record(values: Mapping[str, Any], *, source: str = "", line: int = 0) -> Record:
    """Make a record from named values.

    Of several names for a field the more usual one wins; empty values and values of a wrong type
    count as absent. The record has the identifier that the input gives, be it only an arXiv
    identifier or a DOI; the empty one if there is none.

    :param values: Values by the names that the input calls them, in any case and punctuation.
    :param source: Name of the file.
    :param line: Where the record begins.

    >>> record({"doi": "https://doi.org/10.5555/Ab.1", "title": "A net", "summary": "We."}).id
    'https://doi.org/10.5555/Ab.1'
    """
    named: dict[str, Any] = {}
    for name, value in values.items():
        named.setdefault(_plain(name), value)
    texts = {
        field: [t for name in names if name in named and (t := _text(named[name]))]
        for field, names in _PREFERRED.items()
        if field != "authors"
    }
    first = {field: found[0] if found else "" for field, found in texts.items()}
    doi = _DOI.fullmatch(first["doi"])
    url = _WEB.fullmatch(first["url"])
    people_in = [named[name] for name in _PREFERRED["authors"] if named.get(name)]
    return Record(
        id=first["id"] or first["arxiv"] or first["doi"],
        title=first["title"],
        abstract=first["abstract"],
        source=source,
        line=line,
        date=next(filter(None, map(date, texts["date"])), ""),
        doi=doi[1] if doi else "",
        arxiv=_arxiv(first),
        url=url[0] if url else "",
        authors=people(people_in[0]) if people_in else (),
    )


def date(text: str) -> str:
    """Read a date as far as it is certain.

    :param text: A date in ISO order, or with the month as an English word; else only the year.
    :returns: ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``; empty if there is no year.

    >>> [
    ...     date(t)
    ...     for t in ("2024-03-09T10:00:00Z", "9 March 2024", "2024 Mar", "09/03/2024", "Mar 9")
    ... ]
    ['2024-03-09', '2024-03-09', '2024-03', '2024', '']
    """
    found, months = _ISO.match(text), _MONTH.findall(text.casefold())
    if found and (found[2] or not months):
        return _calendar(found[1], int(found[2] or 0), int(found[3] or 0))
    years, rest = _YEAR.findall(text), _YEAR.sub(" ", text)
    days = _DAY.findall(rest)
    if len(years) != 1:
        return _calendar(found[1], 0, 0) if found else ""  # the first of a range
    month = _MONTHS.index(months[0]) + 1 if len(months) == 1 else 0
    return _calendar(years[0], month, int(days[0]) if len(days) == 1 else 0)


def people(value: Any) -> tuple[str, ...]:
    """Read the names of authors from a list of names, of objects, or from one text.

    >>> people("A. One, B. Two and C. Three"), people("van Dyke, Bo; Li, Al")
    (('A. One', 'B. Two', 'C. Three'), ('van Dyke, Bo', 'Li, Al'))
    >>> people([{"given": "Al", "family": "Li"}, {"author": {"display_name": "Bo"}}, None])
    ('Al Li', 'Bo')
    """
    if isinstance(value, str):
        names: Iterable[str] = _split(value)
    else:
        names = map(_person, value if isinstance(value, list) else [value])
    return tuple(filter(None, (" ".join(name.split()) for name in names)))


def _split(text: str) -> list[str]:
    for mark in ";|":
        if mark in text:
            return text.split(mark)
    parts = re.split(r"(?<=\s)and(?=\s)", text)
    if all(p.count(",") <= 1 and not _NATURAL.match(p) for p in parts):
        return parts
    return [name for part in parts for name in part.split(",")]


def _person(value: Any, depth: int = 0) -> str:
    if not isinstance(value, dict) or depth > _DEEPEST:
        return value if isinstance(value, str) else ""
    parts = {_plain(str(name)): part for name, part in value.items()}
    for name in _PERSON:
        if whole := parts.get(name):
            return _person(whole, depth + 1)
    both = [next((_text(parts[n]) for n in names if n in parts), "") for names in (_GIVEN, _FAMILY)]
    return " ".join(both)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool) or value != value:  # NaN is no text
        return ""
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return "\n".join(value)
    if isinstance(value, dict) and "date-parts" in value:
        return re.sub(r"[^\d]+", "-", str(value["date-parts"])).strip("-")
    return ""


def _calendar(year: str, month: int, day: int) -> str:
    if not 1 <= month <= 12 or not 1500 <= int(year) < 2100:
        return year if 1500 <= int(year) < 2100 else ""
    try:
        return calendar(int(year), month, day).isoformat()
    except ValueError:
        return f"{year}-{month:02}"


def _arxiv(first: Mapping[str, str]) -> str:
    for field in ("arxiv", "id"):
        if found := _ARXIV.fullmatch(first[field]):
            return found[1]
    for field in ("url", "id", "doi"):
        if found := _ARXIV_PLACE.fullmatch(first[field]):
            return found[1]
    return ""
