"""What a worker of Spark does: extract what the records of its partition yield.

Everything here is a pure function of one record, so that it is no matter who does it when, or
twice.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from kg import ontology as ontologies
from kg.extractions import dumps
from kg.graph.assemble import rows
from kg.iri import Minter
from kg.model import Listing, Record
from kg.pipeline import Extractor, without_text
from kg.watch import network_calls, watch_network

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Protocol

    import pandas as pd

    from kg.extractions import Evidence

    class Counter(Protocol):
        """What workers add to and the driver reads."""

        def add(self, term: int) -> None:
            """Add a number."""


__all__ = ["LINES", "Mapper", "Settings", "dump", "mapped"]

LINES = "lines"
"""Name that is told with the lines of extractions, as other rows tell their table."""

_TOGETHER = 256  # papers whose rows travel back at once


class Settings(NamedTuple):
    """All that an extraction depends on beside the record, as every worker can find it.

    :param ontology: Folder of the ontology; None for that of the package.
    :param model: See :func:`kg.documents.load`; a folder must be there on every worker.
    :param labels: Name of the file that says what the labels of the model mean.
    :param base: IRI that the IRIs of instances begin with.
    :param evidence: ``offsets`` leaves every sentence out.
    """

    ontology: str | None
    model: str
    labels: str | None
    base: str
    evidence: Evidence


def dump(place: int, record: Record) -> bytes:
    """Write a record as one line of JSON for the workers.

    :param place: Its place among all records, which stays with what it yields.
    :param record: The record.
    :returns: UTF-8 with a line feed at the end.
    """
    return orjson.dumps({"place": place, "record": record}) + b"\n"


def mapped(lines: Iterable[str], settings: Settings) -> Iterator[tuple[str, int, str]]:
    """Extract what records yield.

    :param lines: Records as :func:`dump` wrote them.
    :param settings: What else it depends on.
    :returns: Triples of table, place of the record and row in JSON: for each record the line of its
        extraction, and the rows that it adds to the staged tables.

    >>> line = dump(7, Record(id="p", title="A title", abstract="")).decode()
    >>> [(t, n) for t, n, _ in mapped([line], Settings(None, "rules", None, "https://x/", "text"))]
    [('lines', 7), ('s_papers', 7)]
    """
    extractor, mint = _extractor(settings), Minter(settings.base)
    for line in lines:
        told = orjson.loads(line)
        place = told["place"]
        extraction = extractor(_record(told["record"]))
        if settings.evidence != "text":
            extraction = without_text(extraction)
        text = dumps(extraction, extractor.ontology, evidence=settings.evidence)
        yield LINES, place, text.decode().rstrip("\n")
        for table, row in rows(extraction, mint, extractor.ontology):
            yield table, place, orjson.dumps(row).decode()


class Mapper:
    """The function for ``mapInPandas``; a worker loads the model with the first partition.

    :param settings: What extraction depends on.
    :param calls: Where calls to the network are counted.
    """

    def __init__(self, settings: Settings, calls: Counter) -> None:
        """Keep what the workers need to know."""
        self._settings, self._calls = settings, calls

    def __call__(self, frames: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
        """Turn frames with the column ``value`` into frames of table, place and row."""
        import pandas as pd

        watch_network()
        before = network_calls()
        for frame in frames:
            lines = list(frame["value"])
            for start in range(0, len(lines), _TOGETHER):
                found = mapped(lines[start : start + _TOGETHER], self._settings)
                yield pd.DataFrame(found, columns=["table", "place", "row"])
        self._calls.add(network_calls() - before)


@lru_cache(maxsize=1)
def _extractor(settings: Settings) -> Extractor:
    folder = Path(settings.ontology) if settings.ontology else None
    return Extractor(ontologies.load(folder), model=settings.model, labels=settings.labels)


def _record(told: dict[str, Any]) -> Record:
    listings = tuple(Listing(**listing) for listing in told.pop("listings"))
    return Record(**{**told, "authors": tuple(told["authors"])}, listings=listings)
