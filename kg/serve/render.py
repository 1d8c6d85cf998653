"""Pages from templates: what strangers wrote is escaped, scripts and styles come from here."""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from kg.graph.rendering import as_data
from kg.serve.assets import FOLDER, address
from kg.serve.http import Response

if TYPE_CHECKING:
    from collections.abc import Iterable

    import jinja2

    from kg.serve.view import Kind

__all__ = ["POLICY", "TABLE_STYLE", "outline", "page", "styles"]

POLICY = (
    "default-src 'none'; script-src 'self'; style-src {style}; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""What a page may do: nothing that needs another site, nothing that stands within the page."""

TABLE_STYLE = "'sha256-zCK2EVMoPc04mRF/g5CotUvxbJPWS+8V0b+s9ptqQIk='"
"""The one style that the table of YASGUI puts into the query page by itself."""

_CORNERS = {  # number of corners, turn in degrees, share of the radius of every second corner
    "square": (4, 45, 1.0),
    "diamond": (4, 0, 1.0),
    "triangle": (3, 0, 1.0),
    "triangleDown": (3, 180, 1.0),
    "star": (10, 0, 0.45),
    "hexagon": (6, 0, 1.0),
}


def page(
    name: str, values: dict[str, Any], *, status: int = 200, style: str = "'self'"
) -> Response:
    """Fill a template.

    :param name: Name of its file, without suffix.
    :param values: What it shows.
    :param status: Status code of the response.
    :param style: Sources of styles that the page may use.
    """
    body = _environment().get_template(f"{name}.html").render(values)
    headers = (
        ("Content-Type", "text/html; charset=utf-8"),
        ("Content-Security-Policy", POLICY.format(style=style)),
        ("Cache-Control", "no-cache"),
    )
    return Response(status, body.encode(errors="replace"), headers)


def outline(shape: str) -> str:
    """Draw a shape as the path of an SVG of 16 by 16; an unknown one is a circle.

    >>> outline("diamond")
    'M8.0 1.0L15.0 8.0L8.0 15.0L1.0 8.0Z'
    """
    if shape not in _CORNERS:
        return "M8 2a6 6 0 1 0 0 12a6 6 0 1 0 0-12Z"
    corners, turn, inner = _CORNERS[shape]
    points = []
    for number in range(corners):
        angle = math.radians(360 * number / corners + turn)
        radius = 7 * (inner if number % 2 else 1)
        points.append(f"{8 + radius * math.sin(angle):.1f} {8 - radius * math.cos(angle):.1f}")
    return f"M{'L'.join(points)}Z"


def styles(kinds: Iterable[Kind]) -> Response:
    """Make the style sheet of the colours of types."""
    rules = {
        f".kind-{kind.name} {{ --own: {kind.colour}; }}"
        for kind in kinds
        if re.fullmatch("[a-z0-9-]+", kind.name)
    }
    headers = (("Content-Type", "text/css; charset=utf-8"), ("Cache-Control", "no-cache"))
    return Response(200, "\n".join([*sorted(rules), ""]).encode(), headers)


@lru_cache(maxsize=1)
def _environment() -> jinja2.Environment:
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"data": as_data, "outline": outline, "number": "{:,}".format}
    environment.globals["asset"] = address
    return environment
