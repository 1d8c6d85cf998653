"""Write the graph as an Obsidian vault: a note for each entity and each paper, with wiki links.

Names of files are safe on every system, and no two differ by case alone. What strangers wrote is
text in every note: see :mod:`kg.exporters.markdown`. A folder that holds notes of others is not
replaced; the settings of Obsidian itself, in ``.obsidian``, are carried over.

>>> FILES
('obsidian',)
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from kg.exporters.folders import filling
from kg.exporters.markdown import escaped, front_matter, link, paths
from kg.exporters.notes import MOST, of_entities, of_papers
from kg.graph.network import PAPER
from kg.graph.terms import web
from kg.markup import plain
from kg.model import ASSERTED

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kg.exporters.notes import Note
    from kg.graph.knowledge_graph import KnowledgeGraph

__all__ = ["DEFAULT", "FILES", "FORMAT", "VIEW", "write"]

FORMAT = "obsidian"
FILES = ("obsidian",)
DEFAULT = False
VIEW = True

_LISTED = 10  # entities of a type that the first note lists
_NAMED = """
SELECT iri, type AS folder, name FROM entities
UNION ALL SELECT iri, $1, title FROM papers ORDER BY iri
"""
_TOP = "SELECT iri, type, papers FROM entities ORDER BY papers DESC, mentions DESC, iri"


def write(graph: KnowledgeGraph, folder: Path) -> None:
    """Write the graph as a vault.

    :param graph: The knowledge graph.
    :param folder: Folder that exists; a vault of this name in it that was written here is replaced.
    :raises ExportError: If that vault holds files of others.
    """
    vault = _Vault(graph)
    with filling(folder / FILES[0], kept=".obsidian") as place:
        for name in (*graph.ontology.type_names, PAPER):
            (place / name).mkdir(exist_ok=True)
        for note in of_entities(graph):
            _write(place, vault.paths[note.row["iri"]], vault.entity(note))
        for note in of_papers(graph):
            _write(place, vault.paths[note.row["iri"]], vault.paper(note))
        _write(place, "README", vault.first())


def _write(place: Path, path: str, lines: Iterator[str]) -> None:
    text = "\n".join(lines)
    (place / f"{path}.md").write_text(text + "\n", encoding="utf-8", newline="\n")


class _Vault:
    """The notes of one graph, which know one another's names."""

    def __init__(self, graph: KnowledgeGraph) -> None:
        self.graph = graph
        self.titles: dict[str, str] = {}

        def named() -> Iterator[tuple[str, str, str]]:
            for row in graph.rows(_NAMED, [PAPER]):
                name = self.titles[row["iri"]] = plain(row["name"]).text
                yield row["iri"], row["folder"], name

        self.paths = paths(named())
        self.relations = {kind.name: kind.label for kind in graph.ontology.relations}
        self.roles = {role.property: role.label for role in graph.ontology.roles}

    def link(self, iri: str) -> str:
        """Link to a thing; give its last part where the vault does not show it."""
        if iri not in self.paths:
            return escaped(iri.rpartition("/")[2])
        return link(self.paths[iri], self.titles[iri])

    def entity(self, note: Note) -> Iterator[str]:
        """Write the note of an entity."""
        row, aliases = note.row, [each["text"] for each in note.more["aliases"]]
        told = {name: row[name] for name in ("iri", "type", "papers", "mentions", "confidence")}
        yield front_matter({"aliases": aliases, "tags": [row["type"]], **told})
        yield f"# {_read(row['name'])}\n"
        count = f"{row['papers']} paper{'s' * (row['papers'] != 1)}"
        also = f", also called {', '.join(map(_read, aliases[:MOST]))}" if aliases else ""
        yield f"{row['type']} in {count}{also}."
        yield from self._kinds(note.more["kinds"])
        for relation, rows in groupby(note.more["neighbours"], key=lambda each: each["relation"]):
            yield f"\n## {self.relations[relation]}\n"
            for each in rows:
                yield from self._neighbour(each)
        if note.more["papers"]:
            yield "\n## Papers\n"
        for kind, rows in groupby(note.more["papers"], key=lambda each: each["property"]):
            yield from (f"- {self.link(each['paper'])}: {self.roles[kind]}" for each in rows)
        yield from self._results(note.more["results"], is_of_paper=False)

    def paper(self, note: Note) -> Iterator[str]:
        """Write the note of a paper."""
        row = note.row
        told = {name: row[name] for name in ("iri", "date", "doi", "arxiv", "authors")}
        address = web(row["url"])
        told["url"] = address.value if address else ""
        yield front_matter({"aliases": [row["title"]], "tags": [PAPER], **told})
        yield f"# {_read(row['title'])}"
        if row["abstract"]:
            yield f"\n{_read(row['abstract'])}"
        if note.more["roles"]:
            yield "\n## Entities\n"
        for kind, rows in groupby(note.more["roles"], key=lambda each: each["property"]):
            links = ", ".join(self.link(each["entity"]) for each in rows)
            yield f"- {self.roles[kind]}: {links}"
        if note.more["claims"]:
            yield "\n## Claims\n"
        for each in note.more["claims"]:
            ends = self.link(each["head"]), self.link(each["tail"])
            mark = "" if each["status"] == ASSERTED else f" ({each['status']})"
            yield f"- {ends[0]} {self.relations[each['relation']]} {ends[1]}{mark}"
            yield from _quote(each["quote"])
        yield from self._results(note.more["results"], is_of_paper=True)

    def first(self) -> Iterator[str]:
        """Write the note that one opens first."""
        counts = self.graph.counts()
        yield "# Knowledge graph\n"
        yield f"{counts['papers']:,} papers, {counts['entities']:,} entities.\n"
        yield "Every export writes these notes anew: keep your own elsewhere, and link to these."
        top: dict[str, list[str]] = {name: [] for name in self.graph.ontology.type_names}
        for row in self.graph.rows(_TOP):
            if len(top[row["type"]]) < _LISTED:
                top[row["type"]].append(f"- {self.link(row['iri'])}: {row['papers']}")
        for name, lines in top.items():
            if lines:
                yield f"\n## {name}\n"
                yield from lines

    def _kinds(self, rows: list[dict[str, Any]]) -> Iterator[str]:
        for is_narrow, said in ((True, "A kind of"), (False, "Kinds of it:")):
            links = [self.link(each["other"]) for each in rows if each["is_narrow"] == is_narrow]
            if links:
                yield f"\n{said} {', '.join(links[:MOST])}."

    def _neighbour(self, row: dict[str, Any]) -> Iterator[str]:
        label, other = self.relations[row["relation"]], self.link(row["other"])
        fact = f"{label} {other}" if row["is_head"] else f"{other} {label} this"
        count = f"{row['papers']} paper{'s' * (row['papers'] != 1)}"
        yield f"- {fact} ({count}, as {self.link(row['paper'])})"
        yield from _quote(row["quote"])

    def _results(self, rows: list[dict[str, Any]], *, is_of_paper: bool) -> Iterator[str]:
        if rows:
            yield "\n## Results\n"
        for row in rows:
            slots = ", ".join(f"{slot} {self.link(entity)}" for slot, entity in row["links"])
            mark = "" if row["status"] == ASSERTED else f", {row['status']}"
            where = "" if is_of_paper else f", in {self.link(row['paper'])}"
            yield f"- {_read(row['value'])} ({row['kind']}{mark}): {slots}{where}"


def _quote(text: str) -> Iterator[str]:
    if text:
        yield f"  > {_read(text)}"


def _read(text: str) -> str:
    """Spell text as people read it, without LaTeX and tags."""
    return escaped(plain(text).text)
