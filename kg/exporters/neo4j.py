r"""Write the graph as CSV that ``neo4j-admin database import`` takes, in a folder of its own.

Values are exact, for a program reads them, so they cannot have the apostrophe that keeps a
spreadsheet from running a cell. Instead the files are compressed: the importer reads them as they
are, and no spreadsheet opens them by a click. Headers stand in files of their own. Items of a list
are parted by the unit separator U+001F, which no text has. ``README.md`` has the command.

>>> header({"iri": "string", "papers": "int"}, ["iri:ID"], [":LABEL"])
'iri:ID,papers:int,:LABEL\n'
"""

from __future__ import annotations

import csv
import gzip
import io
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from kg.exporters.folders import filling
from kg.exporters.records import link_sorts, node_sorts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from kg.exporters.records import Value
    from kg.graph.knowledge_graph import KnowledgeGraph

__all__ = ["DEFAULT", "FILES", "FORMAT", "SEPARATOR", "VIEW", "header", "write"]

FORMAT = "neo4j"
FILES = ("neo4j",)
DEFAULT = False
VIEW = False

SEPARATOR = "\x1f"
"""What stands between the items of a list."""

_README = """# This graph for Neo4j

In this folder, with the database stopped:

```sh
neo4j-admin database import full neo4j --overwrite-destination=true \\
  --array-delimiter=U+001F --multiline-fields=true --legacy-style-quoting=false \\
{files}
```

Papers, entities, results and claims are nodes; each has the IRI that it has in the RDF.
The files are compressed, and the importer reads them so. Do not open them in a spreadsheet: their
text is exact, and a spreadsheet may run a cell that begins with an equals sign.
"""


def write(graph: KnowledgeGraph, folder: Path) -> None:
    """Write the graph as CSV for Neo4j.

    :param graph: The knowledge graph.
    :param folder: Folder that exists; a folder of this name in it is replaced.
    :raises ExportError: If that folder holds files of others.
    """
    with filling(folder / FILES[0]) as place:
        options = []
        for nodes in node_sorts(graph):
            names = [f"{next(iter(nodes.columns))}:ID"]
            _write_header(place, nodes.name, header(nodes.columns, names, [":LABEL"]))
            with _rows(place, nodes.name) as rows:
                for labels, values in nodes.rows():
                    rows.writerow([*map(_cell, values.values()), _cell([nodes.label, *labels])])
            options.append(_option("nodes", nodes.name))
        for links in link_sorts(graph):
            ends = [":START_ID", ":TYPE", ":END_ID"]
            _write_header(place, links.name, header(links.columns, ends, []))
            with _rows(place, links.name) as rows:
                for start, kind, end, values in links.rows():
                    rows.writerow([start, kind, end, *map(_cell, values.values())])
            options.append(_option("relationships", links.name))
        text = _README.format(files=" \\\n".join(options))
        (place / "README.md").write_text(text, encoding="utf-8", newline="\n")


def header(columns: dict[str, str], first: Sequence[str], last: Sequence[str]) -> str:
    """Make the header of a file.

    :param columns: Types of the columns by name.
    :param first: What stands in place of the columns of the same names, or before all.
    :param last: What stands behind all.
    """
    taken = {name.partition(":")[0] for name in first}
    typed = [
        f"{name}:{kind}" if kind != "string" else name
        for name, kind in columns.items()
        if name not in taken
    ]
    return ",".join([*first, *typed, *last]) + "\n"


def _write_header(folder: Path, name: str, text: str) -> None:
    (folder / f"{name}-header.csv").write_text(text, encoding="utf-8", newline="\n")


@contextmanager
def _rows(folder: Path, name: str) -> Iterator[Any]:
    """Open a compressed file of rows, without its name and time: the same rows, the same bytes."""
    with (
        (folder / f"{name}.csv.gz").open("wb") as file,
        gzip.GzipFile("", "wb", 6, file, mtime=0) as packed,
        io.TextIOWrapper(packed, encoding="utf-8", newline="") as stream,
    ):
        yield csv.writer(stream, lineterminator="\n")


def _cell(value: Value) -> object:
    return SEPARATOR.join(value) if isinstance(value, list) else value


def _option(kind: str, name: str) -> str:
    return f"  --{kind}={name}-header.csv,{name}.csv.gz"
