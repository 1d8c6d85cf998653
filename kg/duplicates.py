"""Records that are one paper joined into one record, out of core and in any order of input.

Two records are one paper if the comparison keys of their titles agree, unless they have different
DOIs, or the title is so short ("Editorial") that the abstracts must begin alike too. The longest
abstract is kept, every listing, and of each other field what is known.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import orjson

from kg.files import literal
from kg.iri import digest, record_id, title_key
from kg.model import Listing, Record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = ["Joined", "join"]

_MEMORY = "300MB"  # of the database, however many records; what is more lies on disk
_FIELDS = ("id", "title", "abstract", "source", "line", "date", "doi", "arxiv", "url", "authors")
_COLUMNS = (
    "{id: 'VARCHAR', title: 'VARCHAR', abstract: 'VARCHAR', source: 'VARCHAR', line: 'BIGINT', "
    "date: 'VARCHAR', doi: 'VARCHAR', arxiv: 'VARCHAR', url: 'VARCHAR', authors: 'VARCHAR[]', "
    "listings: 'STRUCT(page VARCHAR, position BIGINT, day VARCHAR)[]', key: 'VARCHAR', "
    "is_derived: 'BOOLEAN'}"
)
# A field that the chosen record lacks comes from the least of the others: order is no matter.
_JOIN = """
CREATE TABLE records AS
SELECT * REPLACE (
  CASE WHEN count(DISTINCT nullif(lower(doi), '')) OVER (PARTITION BY key) > 1
       THEN key || ' | ' || lower(doi) ELSE key END AS key)
FROM staged;
CREATE TABLE joined AS
WITH listed AS (
  SELECT key, list(DISTINCT l ORDER BY l) AS listings
  FROM (SELECT key, unnest(listings) AS l FROM records) GROUP BY key
), known AS (
  SELECT key, count(*) AS records,
         min(nullif(date, '')) AS date, min(nullif(doi, '')) AS doi,
         min(nullif(arxiv, '')) AS arxiv, min(nullif(url, '')) AS url,
         min(CASE WHEN len(authors) > 0 THEN authors END) AS authors,
         arg_min(id, (is_derived, id)) AS id
  FROM records GROUP BY key
), chosen AS (
  SELECT * FROM records
  QUALIFY row_number() OVER (
    PARTITION BY key ORDER BY length(abstract) DESC, title, abstract, source, line, id) = 1
)
SELECT k.id, c.title, c.abstract, c.source, c.line,
       coalesce(nullif(c.date, ''), k.date, '') AS date,
       coalesce(nullif(c.doi, ''), k.doi, '') AS doi,
       coalesce(nullif(c.arxiv, ''), k.arxiv, '') AS arxiv,
       coalesce(nullif(c.url, ''), k.url, '') AS url,
       CASE WHEN len(c.authors) > 0 THEN c.authors ELSE coalesce(k.authors, []) END AS authors,
       coalesce(l.listings, []) AS listings, key, records,
       count(*) OVER (PARTITION BY k.id) AS namesakes
FROM chosen c JOIN known k USING (key) LEFT JOIN listed l USING (key)
"""


class Joined(NamedTuple):
    """One paper, the number of records that it was joined from, and whether its id was shared."""

    record: Record
    records: int
    shares_id: bool


def join(
    records: Iterable[Record], *, expect: Callable[[int], object] | None = None
) -> Iterator[Joined]:
    """Join the records that are one paper.

    An identifier that the input gives is kept; of several the least. Where papers with different
    titles share an identifier, each gets a mark made from its title behind it.

    :param records: Records in any order; read once, held on disk.
    :param expect: Called with the number of papers, before the first.
    :returns: Papers sorted by identifier.

    >>> twice = [
    ...     Record(id="b", title="A Small Net", abstract="Short."),
    ...     Record(id="a", title="a small net", abstract="Longer text."),
    ... ]
    >>> [(j.record.id, j.record.abstract, j.records) for j in join(twice)]
    [('a', 'Longer text.', 2)]
    """
    import duckdb

    with tempfile.TemporaryDirectory(prefix="kg-") as folder:
        staged = Path(folder) / "records.ndjson"
        with staged.open("wb") as file:
            for record in records:
                file.write(orjson.dumps(_row(record)) + b"\n")
        with duckdb.connect(str(Path(folder) / "records.duckdb")) as connection:
            # One thread, since each reads JSON through 128 MB.
            connection.execute(
                f"SET temp_directory = {literal(folder)}; "
                f"SET memory_limit = '{_MEMORY}'; SET threads = 1"
            )
            connection.execute(
                f"CREATE TABLE staged AS SELECT * FROM read_json({literal(staged)}, "  # noqa: S608
                f"format = 'newline_delimited', columns = {_COLUMNS}, "
                "maximum_object_size = 67108864)"
            )
            connection.execute(_JOIN)
            if expect and (counted := connection.execute("FROM joined SELECT count(*)").fetchone()):
                expect(int(counted[0]))
            cursor = connection.execute("SELECT * FROM joined ORDER BY id, key")
            while batch := cursor.fetchmany(1024):
                yield from map(_joined, batch)


def _row(record: Record) -> dict[str, object]:
    row: dict[str, object] = {f: getattr(record, f) for f in _FIELDS}
    row["listings"] = [
        {"page": item.page, "position": item.position, "day": item.day} for item in record.listings
    ]
    title = title_key(record.title, record.abstract)
    return row | {"key": title, "is_derived": record.id == record_id(record.title)}


def _joined(row: tuple[object, ...]) -> Joined:
    *values, authors, listings, title, records, namesakes = row
    fields = dict(zip(_FIELDS, values, strict=False))
    shares_id = int(str(namesakes)) > 1
    if shares_id:
        fields["id"] = f"{fields['id']}~{digest(title)[:6]}"
    assert isinstance(authors, list)  # noqa: S101
    assert isinstance(listings, list)  # noqa: S101
    record = Record(
        **fields,  # type: ignore[arg-type]
        authors=tuple(authors),
        listings=tuple(Listing(i["page"], i["position"], i["day"]) for i in listings),
    )
    return Joined(record, int(str(records)), shares_id)
