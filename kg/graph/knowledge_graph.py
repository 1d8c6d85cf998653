"""The knowledge graph: a thin object over tables, with views on them.

>>> from kg.graph.assemble import assemble
>>> with assemble([]) as graph:
...     graph.counts()["papers"]
0
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from kg.errors import KGError, QueryError

if TYPE_CHECKING:
    import tempfile
    from collections.abc import Iterator, Mapping, Sequence
    from types import TracebackType

    import duckdb
    import networkx as nx
    import rdflib

    from kg.graph.rows import Rows
    from kg.ontology import Ontology

__all__ = ["KnowledgeGraph", "Table"]

_BATCH = 2048

_NARROW = """
CREATE SCHEMA {0};
CREATE VIEW {0}.entities AS SELECT * FROM main.entities
  WHERE papers >= {1} AND confidence >= {2};
CREATE VIEW {0}.relations AS SELECT r.* FROM main.relations r
  SEMI JOIN {0}.entities h ON h.iri = r.head SEMI JOIN {0}.entities t ON t.iri = r.tail
  WHERE r.confidence >= {2};
CREATE VIEW {0}.claims AS SELECT c.* FROM main.claims c
  SEMI JOIN {0}.entities h ON h.iri = c.head SEMI JOIN {0}.entities t ON t.iri = c.tail
  WHERE c.confidence >= {2};
CREATE VIEW {0}.kinds AS SELECT k.* FROM main.kinds k
  SEMI JOIN {0}.entities n ON n.iri = k.narrow SEMI JOIN {0}.entities b ON b.iri = k.broad;
"""
_NARROW_OF = """
CREATE VIEW {0}.{1} AS SELECT x.* FROM main.{1} x SEMI JOIN {0}.entities e ON e.iri = x.entity;
"""
_RENAME = """
CREATE SCHEMA {0};
CREATE TABLE {0}.renamed AS SELECT unnest($1::VARCHAR[]) AS was, unnest($2::VARCHAR[]) AS now;
"""
_RENAMED = """
CREATE VIEW {0}.papers AS SELECT p.* REPLACE (coalesce(r.now, p.id) AS id)
  FROM main.papers p LEFT JOIN {0}.renamed r ON r.was = p.id;
"""
_OF_ENTITIES = ("roles", "mentions", "aliases", "result_entities", "merges", "links")


class Table:
    """A table of the graph that is read when it is iterated over.

    :param graph: The graph.
    :param name: Name of the table.
    """

    def __init__(self, graph: KnowledgeGraph, name: str) -> None:
        """Keep what the table is."""
        self.graph, self.name = graph, name

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Yield the rows in their stored order, each a dictionary by column."""
        return self.graph.rows(f'SELECT * FROM "{self.name}"')  # noqa: S608

    def __len__(self) -> int:
        """Count the rows."""
        row = next(self.graph.rows(f'SELECT count(*) AS n FROM "{self.name}"'))  # noqa: S608
        return int(row["n"])

    def __repr__(self) -> str:
        """Say which table it is and how long."""
        return f"<Table {self.name}: {len(self)} rows>"


class KnowledgeGraph:
    """Papers, entities, relations and results with their evidence.

    Made by :func:`kg.assemble` or :func:`kg.load`. Tables: ``papers``, ``listings``, ``urls``,
    ``entities``, ``aliases``, ``roles``, ``mentions``, ``claims``, ``relations``, ``results``,
    ``result_entities``, ``merges``, ``kinds``, ``kind_claims``, ``links``, ``unmatched``; each is
    an attribute of that name.

    :param connection: Database that holds the tables.
    :param folder: Temporary folder of the database, removed on closing.
    :param base: IRI that the IRIs of instances begin with.
    :param ontology: What may be said.
    """

    TABLES = (
        "papers",
        "listings",
        "urls",
        "entities",
        "aliases",
        "roles",
        "mentions",
        "claims",
        "relations",
        "results",
        "result_entities",
        "merges",
        "kinds",
        "kind_claims",
        "links",
        "unmatched",
    )

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        folder: tempfile.TemporaryDirectory[str],
        *,
        base: str,
        ontology: Ontology,
        schema: str = "",
    ) -> None:
        """Take over the database and its folder."""
        self._connection, self._folder, self._schema = connection, folder, schema
        self.base, self.ontology = base, ontology

    def __enter__(self) -> KnowledgeGraph:
        """Use the graph in a ``with`` block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the graph."""
        self.close()

    def close(self) -> None:
        """Give back the database and its temporary files; the graph is of no use afterwards."""
        self._connection.close()
        self._folder.cleanup()

    def __getattr__(self, name: str) -> Table:
        """Give a table by its name."""
        if name in self.TABLES:
            return Table(self, name)
        raise AttributeError(f"a knowledge graph has no {name!r}; tables: {', '.join(self.TABLES)}")

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> Iterator[dict[str, Any]]:
        """Run SQL over the tables and stream what it returns.

        :param sql: One SELECT statement, in the words of DuckDB.
        :param parameters: Values for its question marks.
        :returns: Rows as dictionaries by column, in the order that the statement gives.
        :raises QueryError: If the statement is none, or names what is not there.

        >>> from kg.graph.assemble import assemble
        >>> with assemble([]) as graph:
        ...     list(graph.rows("SELECT 1 AS one"))
        [{'one': 1}]
        """
        import duckdb

        cursor = self._connection.cursor()
        try:
            if self._schema:
                cursor.execute(f"SET search_path = '{self._schema},main'")
            try:
                cursor.execute(sql, list(parameters))
            except (duckdb.ProgrammingError, duckdb.InvalidInputException) as err:
                raise QueryError(str(err).partition("\n")[0]) from err
            names = [column[0] for column in cursor.description or ()]
            while batch := cursor.fetchmany(_BATCH):
                for row in batch:
                    yield dict(zip(names, row, strict=True))
        finally:
            cursor.close()

    def query(self, sparql: str, **options: Any) -> Rows:
        """Answer a SPARQL query over the graph; see :func:`kg.graph.query.query`.

        >>> from kg.graph.assemble import assemble
        >>> with assemble([]) as graph:
        ...     list(graph.query("ASK { ?paper a kg:Paper }"))
        [(False,)]
        """
        from kg.graph.query import query

        return query(self, sparql, **options)

    def counts(self) -> dict[str, int]:
        """Count what is in the graph.

        :returns: Rows of each table, then entities of each type in the order of the ontology, then
            what was left out on the way: merged relations to itself, rejected candidates.
        """
        found = {name: len(Table(self, name)) for name in self.TABLES}
        by_type = {
            r["type"]: r["n"]
            for r in self.rows("SELECT type, count(*) AS n FROM entities GROUP BY type")
        }
        found |= {name: by_type.get(name, 0) for name in self.ontology.type_names}
        return found | {r["name"]: r["count"] for r in self.rows("SELECT * FROM counts")}

    def narrowed(self, *, min_papers: int = 1, min_confidence: float = 0.0) -> KnowledgeGraph:
        """Look at the part of the graph that is well supported.

        :param min_papers: How many papers must speak of an entity.
        :param min_confidence: How sure entities, claims and relations must be.
        :returns: A graph on the same database, of use until this one is closed, without the other
            entities and what is said of them; this graph itself if nothing is left out.
        :raises KGError: If a bound is no number.
        """
        if not math.isfinite(min_confidence):
            raise KGError(f"min_confidence {min_confidence}: give a number from 0 to 1")
        if min_papers <= 1 and min_confidence <= 0:
            return self
        schema = f"narrow_{min_papers:d}_{round(min_confidence * 1e6):d}"
        if schema not in self._schemas():
            narrow = _NARROW.format(schema, int(min_papers), float(min_confidence))
            views = (_NARROW_OF.format(schema, name) for name in _OF_ENTITIES)
            self._connection.execute(narrow + "".join(views))
        return KnowledgeGraph(
            self._connection, self._folder, base=self.base, ontology=self.ontology, schema=schema
        )

    def renamed(self, papers: Mapping[str, str]) -> KnowledgeGraph:
        """Look at the graph with other identifiers of papers.

        :param papers: New identifiers by those of papers that are to have another.
        :returns: A graph on the same database, of use until this one is closed. IRIs stay.
        """
        from kg.iri import digest

        schema = f"renamed_{digest(*sorted(papers.items()))}"
        if schema not in self._schemas():
            self._connection.execute(_RENAME.format(schema), [[*papers], [*papers.values()]])
            self._connection.execute(_RENAMED.format(schema))
        path = ",".join(filter(None, [schema, self._schema]))
        return KnowledgeGraph(
            self._connection, self._folder, base=self.base, ontology=self.ontology, schema=path
        )

    def _schemas(self) -> set[str]:
        """Name the schemas of the database."""
        rows = self.rows("SELECT schema_name AS name FROM duckdb_schemas()")
        return {row["name"] for row in rows}

    def _repr_html_(self) -> str:
        """Show the graph in a notebook; see :mod:`kg.graph.notebook`."""
        from kg.graph.notebook import as_html

        return as_html(self)

    def to_networkx(self) -> nx.MultiDiGraph[str]:
        """View the graph as a typed multigraph; see :mod:`kg.graph.network`."""
        from kg.graph.network import to_networkx

        return to_networkx(self)

    def to_rdf(self) -> rdflib.Graph:
        """View the graph as RDF; see :mod:`kg.graph.rdf`."""
        from kg.graph.rdf import to_rdf

        return to_rdf(self)
