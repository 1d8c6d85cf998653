r"""Write the graph as one page that works from disk: no server, no network, nothing to install.

Everything is in the file: data, style, scripts. Its content security policy allows exactly the
scripts and the style that were written, by their hashes, and no request at all. What strangers
wrote (names, titles, abstracts) is data that the scripts show as text, never markup.

>>> print(as_data({"title": "</script>"}))
{"title":"\u003c/script\u003e"}
"""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from kg.exporters.viewer.drawing import to_pyvis
from kg.files import replacing

if TYPE_CHECKING:
    import jinja2

    from kg.graph.knowledge_graph import KnowledgeGraph

__all__ = ["DEFAULT", "FILES", "FORMAT", "VIEW", "as_data", "page", "to_pyvis", "write"]

FORMAT = "html"
FILES = ("graph.html",)
DEFAULT = True
VIEW = True

_FOLDER = Path(__file__).parent / "viewer"
_BEFORE, _LIBRARY = "before.js", "vis-network.min.js"
_PROGRAM = (
    *("model.js", "search.js", "state.js", "figures.js", "labels.js", "map.js"),
    *("evidence.js", "panel.js", "table.js", "finder.js", "page.js"),
)
_LISTED = 100  # entities in the table for readers without scripts
_MARKUP = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}


def write(graph: KnowledgeGraph, folder: Path) -> None:
    """Write the graph as one self-contained HTML page.

    :param graph: The knowledge graph.
    :param folder: Folder that exists; a file of this name in it is replaced.
    """
    with replacing(str(folder / FILES[0])) as file:
        file.write(page(graph).encode())


def page(graph: KnowledgeGraph) -> str:
    """Make the page.

    :param graph: The knowledge graph.
    :returns: A whole HTML document.
    """
    from kg.exporters.viewer.payload import payload

    found = payload(graph)
    texts = found.pop("texts")
    style = _read("page.css")
    scripts = (_read(_BEFORE), _read(_LIBRARY), "".join(map(_read, _PROGRAM)))
    policy = (
        "default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:; "
        f"style-src {_source(style)}; script-src {' '.join(map(_source, scripts))}"
    )
    return _template().render(
        policy=policy,
        style=style,
        scripts=scripts,
        licence=_read("vis-network.LICENSE.txt"),
        graph=as_data(found),
        texts=as_data(texts),
        counts=found["counts"],
        rows=_top(found),
    )


def as_data(value: object) -> str:
    """Spell a value as JSON that can stand in a script element.

    :param value: What orjson can write.
    :returns: JSON without the characters that could end the element or a line of a script.
    """
    return orjson.dumps(value).decode().translate(_MARKUP)


@lru_cache(maxsize=16)
def _read(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


def _source(text: str) -> str:
    """Name an inline script or style in a content security policy."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@lru_cache(maxsize=1)
def _template() -> jinja2.Template:
    import jinja2

    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(_read("page.html"))


def _top(found: dict[str, Any]) -> list[tuple[str, str, int, int]]:
    """List the best supported entities for the table that needs no script."""
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
