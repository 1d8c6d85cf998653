"""From records to the graph on Spark: map, reduce, and the tables back.

The records come from this process one after the other; so do the names linking works on, which are
those that differ, and the final tables. All that grows with the papers runs on the workers.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from kg import ontology as ontologies
from kg.graph.assemble import STAGED, opened, reduce
from kg.graph.knowledge_graph import KnowledgeGraph
from kg.iri import Minter
from kg.spark.mapping import LINES, Mapper, Settings, dump
from kg.spark.session import started
from kg.spark.shared import shared
from kg.spark.tables import SparkTables, ddl
from kg.watch import note_calls

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pyspark.sql import DataFrame, SparkSession

    from kg.linking.curation import Curation
    from kg.model import Record
    from kg.ontology import Ontology
    from kg.spark.shared import Shared

__all__ = ["assemble", "settings"]

_LEAST, _MOST = 1 << 20, 64 << 20  # bytes of records that one task reads: up to minutes
_TASKS = 20  # for each core, so that a lost or slow one is no great loss

_MAPPED = "place BIGINT, row STRING, table STRING"


def settings(
    ontology: Ontology,
    *,
    model: str | Path,
    labels: str | Path | None,
    base: str,
    evidence: str,
) -> Settings:
    """Tell what the workers need to know; the ontology of the package they find by themselves."""
    is_own = ontology.folder == ontologies.default_folder().resolve()
    folder = None if is_own else str(ontology.folder)
    told = str(Path(labels).absolute()) if labels else None
    return Settings(folder, str(model), told, base, "text" if evidence == "text" else "offsets")


def assemble(
    records: Iterable[Record],
    told: Settings,
    write: Callable[[bytes], object],
    *,
    ontology: Ontology,
    curation: Curation | None = None,
    master: str | None = None,
) -> KnowledgeGraph:
    """Extract what records yield and fold it into a knowledge graph, on Spark.

    :param records: The records, each paper once; read once, held in a file.
    :param told: What extraction depends on, see :func:`settings`.
    :param write: Called with the line of each extraction, in the order of the records.
    :param ontology: What may be said.
    :param curation: What people have decided.
    :param master: Where Spark shall run; by default what its settings say.
    :returns: The graph, as :func:`kg.graph.assemble.assemble` gives it.
    :raises KGError: If Spark is not installed, or fails.
    """
    folder = tempfile.TemporaryDirectory(prefix="kg-")
    try:
        with tempfile.TemporaryDirectory(prefix="kg-", ignore_cleanup_errors=True) as work:
            place = Path(work)
            connection = opened(Path(folder.name))
            with started(master, place) as session, shared(session, place) as common:
                tables = SparkTables(session, common, connection)
                found = _mapped(session, common, records, told)
                lines = found.where(f"table = '{LINES}'").select("place", "row")
                for _, line in tables.sorted(lines, "place"):
                    write(line.encode() + b"\n")
                for name, columns in STAGED.items():
                    rows = found.where(f"table = '{name}'")
                    tables.keep(
                        name,
                        rows.selectExpr(f"from_json(row, '{ddl(columns)}') AS r").select("r.*"),
                    )
                reduce(tables, Minter(told.base), ontology, curation)
                tables.fetch((*KnowledgeGraph.TABLES, "counts"))
    except BaseException:
        folder.cleanup()
        raise
    return KnowledgeGraph(connection, folder, base=told.base, ontology=ontology)


def _mapped(
    session: SparkSession, common: Shared, records: Iterable[Record], told: Settings
) -> DataFrame:
    """Let the workers extract what records yield; they write it down, so that it is done once."""
    path = common.here / "records.ndjson"
    with path.open("wb") as file:
        for number, record in enumerate(records):
            file.write(dump(number, record))
    context = session.sparkContext
    share = path.stat().st_size // (_TASKS * context.defaultParallelism)
    size = min(max(share, _LEAST), _MOST)
    session.conf.set("spark.sql.files.maxPartitionBytes", str(size))
    calls = context.accumulator(0)
    mapped = session.read.text(common.put(path), lineSep="\n").mapInPandas(
        Mapper(told, calls), "table STRING, place BIGINT, row STRING"
    )
    place = common.place("mapped")
    mapped.write.partitionBy("table").parquet(place)
    path.unlink()
    note_calls(calls.value)
    return session.read.schema(_MAPPED).parquet(place)
