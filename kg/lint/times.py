"""Times as GEXF writes them: numbers, days, moments, and lists of them.

>>> instant("2024-02-01", "date") < instant("2024-03", "date")
True
>>> (
...     instant("soon", "date") is None,
...     instants("<[1.0, 2.5]>", "double"),
...     intervals("<[1,2];[3]>", "double"),
... )
(True, True, False)
"""

from __future__ import annotations

import datetime
import re
from math import inf

__all__ = ["instant", "instants", "intervals"]

_DAY = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_ZONE = re.compile(r"Z$")
_LIST = re.compile(r"\s*<?\s*(.*?)\s*>?\s*", re.DOTALL)
_MOMENTS = re.compile(r"\[([^\[\]]*)\]")
_INFINITE = {"inf": inf, "infinity": inf, "+inf": inf, "-inf": -inf, "-infinity": -inf}


def instant(value: str, style: str) -> float | None:
    """Read a time.

    :param value: The time as written.
    :param style: What ``timeformat`` of the graph says.
    :returns: A number that grows with time; None if it is no time.
    """
    text = value.strip()
    if text.lower() in _INFINITE:
        return _INFINITE[text.lower()]
    try:
        if style in {"date", "datetime", "timestamp"}:
            return _date(text)
        return float(text) if text.lower() != "nan" else None
    except ValueError:
        return None


def _date(text: str) -> float:
    if found := _DAY.fullmatch(text):
        year, month, day = (int(part or 1) for part in found.groups())
        return float(datetime.date(year, month, day).toordinal())
    moment = datetime.datetime.fromisoformat(_ZONE.sub("+00:00", text))
    return moment.toordinal() + (moment.hour * 60 + moment.minute) / 1440


def instants(value: str, style: str) -> bool:
    """Say whether text is a list of times, or empty."""
    if not value:
        return True
    found = _MOMENTS.fullmatch(_LIST.sub(r"\1", value))
    parts = found[1].split(",") if found else [""]
    return all(instant(part, style) is not None for part in parts)


def intervals(value: str, style: str) -> bool:
    """Say whether text is a list of pairs of times, or empty."""
    if not value:
        return True
    for part in _LIST.sub(r"\1", value).split(";"):
        found = _MOMENTS.fullmatch(part.strip())
        bounds = [instant(bound, style) for bound in found[1].split(",")] if found else []
        if len(bounds) != 2 or bounds[0] is None or bounds[1] is None or bounds[0] > bounds[1]:
            return False
    return True
