"""Write what is in the corpus as a report: a page without scripts, and the same as Markdown.

The page allows no request and no script; names and titles of strangers are text in it.
"""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from kg.exporters.inlined import load_template, read, source
from kg.files import save
from kg.graph.overview import Overview, overview
from kg.graph.questions import questions
from kg.markup import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kg.graph.boards import Board, Row
    from kg.graph.knowledge_graph import KnowledgeGraph
    from kg.graph.trends import Period
    from kg.ontology import Ontology

__all__ = ["DEFAULT", "FILES", "FORMAT", "VIEW", "write"]

FORMAT = "report"
FILES = ("report.html", "report.md")
DEFAULT = True
VIEW = True

_PAGES = Path(__file__).parent / "pages"
_ASKED = 2  # questions about the leading thing of a type
_ROWS = 5
_SECTIONS = {
    "leaders": "What they speak of",
    "trends": "What rises, what falls",
    "results": "What they report",
    "matrix": "What was tried with what",
    "gaps": "Where there is room",
    "surprises": "Links that nothing else suggests",
    "questions": "What to ask next",
}


class _Line(NamedTuple):
    """A value on a board: its rank, who reached it, and the number as written."""

    rank: int | None
    name: str
    value: str


class _Shown(NamedTuple):
    """A board as the report shows it: its first lines."""

    title: str
    note: str
    rows: list[_Line]


class Ask(NamedTuple):
    """A question worth asking of this graph: in English, as a command, in SPARQL."""

    text: str
    command: str
    sparql: str


def write(graph: KnowledgeGraph, folder: Path) -> None:
    """Write the report as a page and as Markdown.

    :param graph: The knowledge graph.
    :param folder: Folder that exists; files of these names in it are replaced.
    """
    told = _told(overview(graph), graph)
    for name, text in zip(FILES, (_page(told), _markdown(told)), strict=True):
        save(folder / name, [text])


def _told(found: Overview, graph: KnowledgeGraph) -> dict[str, Any]:
    """Say in words what both forms of the report need."""
    counts, ontology = found.counts, graph.ontology
    labels = {kind.name: kind.label for kind in ontology.types}
    asks = list(_asks(found, ontology))
    has = {
        "leaders": counts["entities"],
        "trends": found.trends,
        "results": found.boards.boards,
        "matrix": found.matrix and found.matrix.rows,
        "gaps": found.gaps and found.gaps.gaps,
        "surprises": found.surprises,
        "questions": asks,
    }
    cells = [n for line in found.matrix.cells for n in line if n] if found.matrix else []
    return {
        "found": found,
        "base": graph.base,
        "labels": labels,
        "numbers": [
            (found.papers, "papers"),
            *((counts[kind.type], _several(kind.label.lower())) for kind in found.leaders),
            (counts["relations"], "links"),
            (counts["results"], "reported values"),
        ],
        "sections": [(key, title) for key, title in _SECTIONS.items() if has[key]],
        "boards": [_shown(board, ontology) for board in found.boards.boards],
        "asks": asks,
        "most": max(cells, default=1),
        "plain": lambda text: plain(text).text,
    }


def _asks(found: Overview, ontology: Ontology) -> Iterator[Ask]:
    """Put the leading thing of each type into the questions that ask for one."""
    first = {kind.type.casefold(): kind.top[0].name for kind in found.leaders if kind.top}
    asked = dict.fromkeys(first, 0)
    for question in questions(ontology):
        names = [p.name for p in question.parameters if p.is_entity and p.name in first]
        name = min(names, key=lambda name: asked[name], default="")
        if name and asked[name] < _ASKED:
            asked[name] += 1
            setting = shlex.quote(f"{name}={first[name]}")
            command = f"kg query DIR {question.name} --set {setting}"
            text = f"{question.text} ({name}: {first[name]})"
            yield Ask(text, command, question.sparql)


def _shown(board: Board, ontology: Ontology) -> _Shown:
    """Name a board by what its values agree in, and its lines by what competes."""
    rival = next((s.name for s in ontology.slots if s.name not in board.slots), "")
    title = ", ".join(filler.name if filler else "not stated" for filler in board.slots.values())
    unit = f" in {board.unit}" if board.unit else ""
    better = {"higher": "higher is better", "lower": "lower is better"}.get(board.better, "")
    note = "; ".join(filter(None, (f"{board.kind}{unit}", better, _times(board.papers, "paper"))))
    rows = [
        _Line(row.rank, _rival(row, rival), plain(row.value).text) for row in board.rows[:_ROWS]
    ]
    return _Shown(title, note, rows)


def _rival(row: Row, slot: str) -> str:
    filler = row.slots.get(slot)
    return filler.name if filler else f"not stated, in {row.paper}"


def _several(word: str) -> str:
    """Give the English plural of a word.

    >>> _several("modality"), _several("survey"), _several("class")
    ('modalities', 'surveys', 'classes')
    """
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return f"{word[:-1]}ies"
    return f"{word}es" if word.endswith(("s", "x", "ch", "sh")) else f"{word}s"


def _times(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _page(told: Mapping[str, Any]) -> str:
    from markupsafe import Markup

    style = read(_PAGES / "report.css")
    policy = f"default-src 'none'; base-uri 'none'; form-action 'none'; style-src {source(style)}"
    trends = told["found"].trends
    chart = Markup(_chart(trends.periods)) if trends else ""  # noqa: S704
    return load_template(_PAGES / "report.html").render(
        **told, style=style, policy=policy, chart=chart
    )


def _chart(periods: tuple[Period, ...]) -> str:
    """Draw papers by year or month as bars; only numbers and dates go into it."""
    most = max(period.papers for period in periods)
    step = 1000 / len(periods)
    every = max(1, round(len(periods) / 12))
    bars = []
    for place, period in enumerate(periods):
        high = round(90 * period.papers / most, 2)
        left = round(place * step, 2)
        bars.append(
            f'<rect x="{left}" y="{94 - high:.2f}" width="{step * 0.86:.2f}" height="{high}" '
            f'fill="#7a8894"><title>{period.name}: {period.papers:,}</title></rect>'
        )
        if place % every == 0:
            bars.append(f'<text x="{left}" y="112">{period.name}</text>')
    label = f"papers from {periods[0].name} to {periods[-1].name}"
    return f'<svg viewBox="0 0 1000 120" role="img" aria-label="{label}">{"".join(bars)}</svg>'


def _markdown(told: Mapping[str, Any]) -> str:
    """Say the same in Markdown, where links lead nowhere and charts are numbers."""
    from kg.reports.cells import as_markdown, escaped

    found: Overview = told["found"]
    labels = told["labels"]
    counted = ", ".join(f"{number:,} {what}" for number, what in told["numbers"])
    parts = [f"# What is in these {found.papers:,} papers\n\n{counted}.\n"]

    def section(key: str, *lines: str) -> None:
        if key in dict(told["sections"]):
            parts.append(f"\n## {_SECTIONS[key]}\n\n" + "".join(lines))

    leaders = [
        f"### {kind.label}\n\n"
        + as_markdown(
            ("name", "papers", "contribute it"),
            [(each.name, f"{each.papers:,}", f"{each.makers:,}") for each in kind.top],
            (1, 2),
        )
        + "\n"
        for kind in found.leaders
        if kind.top
    ]
    section("leaders", *leaders)
    if trends := found.trends:
        rows = [
            (
                way,
                each.name,
                labels[each.type],
                f"{100 * each.early / trends.early:.1f} %",
                f"{100 * each.late / trends.late:.1f} %",
            )
            for way, group in (("rises", trends.rising), ("falls", trends.falling))
            for each in group
        ]
        before = f"{trends.early:,} papers before {trends.cut}, {trends.late:,} since then.\n\n"
        section(
            "trends", before, as_markdown(("way", "thing", "type", "before", "since"), rows, (3, 4))
        )
    boards = [
        f"### {escaped(board.title)}\n\n{escaped(board.note)}\n\n"
        + as_markdown(
            ("rank", "name", "value"),
            [(str(row.rank or ""), row.name, row.value) for row in board.rows],
            (0, 2),
        )
        + "\n"
        for board in told["boards"]
    ]
    section("results", *boards)
    if found.matrix:
        heads = ("", *(column.name for column in found.matrix.columns))
        cells = [
            (row.name, *(str(number or "") for number in numbers))
            for row, numbers in zip(found.matrix.rows, found.matrix.cells, strict=True)
        ]
        section("matrix", as_markdown(heads, cells, range(1, len(heads))))
    if found.gaps:
        gaps = [
            (g.row, f"{g.row_papers:,}", g.column, f"{g.column_papers:,}") for g in found.gaps.gaps
        ]
        section("gaps", as_markdown(("one", "papers", "other", "papers"), gaps, (1, 3)))
    links = [
        (each.head, each.relation, each.tail, told["plain"](each.title), each.paper)
        for each in found.surprises
    ]
    section("surprises", as_markdown(("one", "link", "other", "title", "paper"), links, ()))
    asks = [
        f"- {escaped(ask.text)}\n\n      {' '.join(ask.command.split())}\n" for ask in told["asks"]
    ]
    section("questions", *asks)
    return "".join(parts)
