"""Write the graph as one page that works from disk: no server, no network, nothing to install.

Everything is in the file: data, style, scripts. Its content security policy allows exactly the
scripts and the style that were written, by their hashes, and no request at all. What strangers
wrote (names, titles, abstracts) is data that the scripts show as text, never markup.
"""

from __future__ import annotations

import base64
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from kg.exporters.inlined import load_template, read, source
from kg.exporters.viewer.drawing import to_pyvis
from kg.exporters.viewer.opening import split
from kg.files import save
from kg.graph.rendering import as_data

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.exporters.viewer.payload import Payload
    from kg.exporters.viewer.scenes import Scene
    from kg.graph.knowledge_graph import KnowledgeGraph

__all__ = [
    "DEFAULT",
    "FILES",
    "FORMAT",
    "VIEW",
    "Block",
    "block",
    "document",
    "page",
    "to_pyvis",
    "write",
]

FORMAT = "html"
FILES = ("graph.html",)
DEFAULT = True
VIEW = True

_FOLDER = Path(__file__).parent / "viewer"
_MANY = 5000  # nodes above which WebGL draws
_FEW_DRAW = (("before.js",), ("vis-network.min.js",), "surface_vis.js", ("vis-network",))
_MANY_DRAW = (
    *((), ("graphology.umd.min.js", "sigma.min.js")),
    *("surface_sigma.js", ("graphology", "sigma")),
)
_PROGRAM = (
    *("model.js", "make.js", "search.js", "state.js", "figures.js", "labels.js"),
    *("{surface}", "map.js", "path.js", "evidence.js", "sparql.js", "facts.js", "panel.js"),
    *("table.js", "save.js", "finder.js", "filters.js", "theme.js", "page.js"),
)
_LISTED = 100  # entities in the table for readers without scripts
_PLAIN = 2_000_000  # bytes of a block above which it is packed
_JSON = "application/json"


class Block(NamedTuple):
    """Data in a page: JSON as it stands, or packed by gzip and base64 if it is large."""

    id: str
    type: str
    text: str


def write(graph: KnowledgeGraph, folder: Path) -> None:
    """Write the graph as one self-contained HTML page.

    :param graph: The knowledge graph.
    :param folder: Folder that exists; a file of this name in it is replaced.
    """
    save(folder / FILES[0], [page(graph)])


def page(graph: KnowledgeGraph, scene: Scene | None = None) -> str:
    """Make the page.

    :param graph: The knowledge graph.
    :param scene: What of it to show, see :mod:`kg.exporters.viewer.scenes`; by default what matters
        most, with everything else at hand.
    :returns: A whole HTML document.
    """
    from kg.exporters.viewer.payload import payload

    found = payload(graph, scene)
    before, libraries, surface, licences = (
        _MANY_DRAW if len(found.graph["entities"]["id"]) > _MANY else _FEW_DRAW
    )
    program = "".join(_read(name.format(surface=surface)) for name in _PROGRAM)
    blocks, late = _blocks(found)
    return document(
        "page.html",
        style=_read("page.css"),
        scripts=[*map(_read, before), *map(_read, libraries), program],
        licences=[_read(f"{name}.LICENSE.txt") for name in licences],
        blocks=blocks,
        late=late,
        title=found.graph["page"]["title"],
        counts=found.graph["counts"],
        rows=_top(found.graph),
    )


def _blocks(found: Payload) -> tuple[list[Block], list[Block]]:
    """Make the blocks of data before the scripts, and those after them.

    A browser runs a script as soon as it has read it. So what is much comes after the scripts, and
    the first picture does not wait for it.
    """
    told = [block("detail-data", found.details), block("text-data", found.texts)]
    whole = block("graph-data", found.graph)
    if all(each.type == _JSON for each in (whole, *told)):
        return [whole, *told], []
    opening, rest = split(found.graph)
    return [Block("graph-data", _JSON, as_data(opening))], [block("rest-data", rest), *told]


def document(template: str, *, style: str, scripts: Sequence[str], **values: object) -> str:
    """Fill a template, under a policy that allows its style, its scripts and nothing else.

    :param template: Name of a file in the folder of this exporter.
    :param style: The style of the page.
    :param scripts: Its scripts.
    :param values: What else the template names.
    :returns: A whole HTML document.
    """
    policy = (
        "default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:; "
        f"style-src {source(style)}; script-src {' '.join(map(source, scripts))}"
    )
    page = load_template(_FOLDER / template)
    filled: str = page.render(policy=policy, style=style, scripts=scripts, **values)
    return filled


def block(name: str, value: object) -> Block:
    """Make a block of data for a page.

    :param name: Id of its element.
    :param value: What orjson can write.
    """
    data = orjson.dumps(value)
    if len(data) <= _PLAIN:
        return Block(name, _JSON, as_data(value))
    packer = zlib.compressobj(6, wbits=31)  # a gzip header without name and time
    packed = packer.compress(data) + packer.flush()
    return Block(name, "application/gzip", base64.b64encode(packed).decode())


def _read(name: str) -> str:
    return read(_FOLDER / name)


def _top(found: dict[str, Any]) -> list[tuple[str, str, int, int]]:
    """List the best supported nodes for the table that needs no script."""
    entities = found["entities"]
    labels = [kind["label"] for kind in found["types"]]
    columns = zip(
        entities["label"],
        (labels[place] for place in entities["node_type"]),
        entities["value"],
        entities["mentions"],
        strict=True,
    )
    return list(columns)[:_LISTED]
