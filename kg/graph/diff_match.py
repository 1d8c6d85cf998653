"""Papers of two graphs that are one paper, though another identifier was given to them.

A paper is known again as :func:`kg.duplicates.join` knows records of one paper, and by its arXiv
identifier: the same library exported by two programs has the same papers.

>>> from kg.graph.assemble import assemble
>>> with assemble([]) as old, assemble([]) as new:
...     matched(old, new) is new
True
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from kg.iri import title_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kg.graph.knowledge_graph import KnowledgeGraph

__all__ = ["matched"]

_PAPERS = "SELECT id, title, abstract, doi, arxiv FROM papers ORDER BY id"
_VERSION = re.compile(r"v\d+$")


def matched(old: KnowledgeGraph, new: KnowledgeGraph) -> KnowledgeGraph:
    """Give the papers of a graph the identifiers that another graph has for them.

    :param old: The graph before.
    :param new: The graph after.
    :returns: The new graph, in which a paper whose identifier the old one lacks has that of the one
        paper of the same DOI, arXiv identifier or title that it is; as it is if there is none.
    """
    known = [{row["id"] for row in graph.rows("SELECT id FROM papers")} for graph in (old, new)]
    if known[0] == known[1]:
        return new
    went, came = (
        [row for row in graph.rows(_PAPERS) if row["id"] not in others]
        for graph, others in ((old, known[1]), (new, known[0]))
    )
    names: dict[str, str] = {}
    for named in (_doi, _arxiv, _title):
        before, after = _single(went, named), _single(came, named)
        for key in before.keys() & after.keys():
            if named is not _title or not _contradict(before[key], after[key]):
                names[after[key]["id"]] = before[key]["id"]
        taken = set(names.values())
        went = [row for row in went if row["id"] not in taken]
        came = [row for row in came if row["id"] not in names]
    return new.renamed(names) if names else new


def _single(
    papers: Iterable[dict[str, Any]], named: Callable[[dict[str, Any]], str]
) -> dict[str, dict[str, Any]]:
    """Collect the papers that are the only one of their key."""
    found = defaultdict(list)
    for paper in papers:
        if key := named(paper):
            found[key].append(paper)
    return {key: alike[0] for key, alike in found.items() if len(alike) == 1}


def _doi(paper: dict[str, Any]) -> str:
    return str(paper["doi"]).lower()


def _arxiv(paper: dict[str, Any]) -> str:
    return _VERSION.sub("", str(paper["arxiv"]).lower())


def _title(paper: dict[str, Any]) -> str:
    return title_key(paper["title"], paper["abstract"])


def _contradict(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Say whether two papers have different DOIs."""
    return bool(one["doi"] and other["doi"]) and _doi(one) != _doi(other)
