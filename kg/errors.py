"""What can go wrong, each with the fields that a caller may want and a remedy.

Every error of this package is a :class:`KGError`. ``str(error)`` is one line: what, where, remedy.

>>> str(ReadError("papers.csv", 7, "no column named title", "name the columns title and abstract"))
'papers.csv:7: no column named title; name the columns title and abstract'
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "ExportError",
    "KGError",
    "OntologyError",
    "QueryError",
    "ReadError",
    "UnknownNameError",
]

_MANY = 20  # names that nobody reads to find the one that was meant
_CLOSE, _ALIKE = 4, 0.4  # names that are told instead, and how like they must be


class KGError(Exception):
    """Stand above all errors of this package.

    Subclasses keep their fields in ``args``, so that they survive pickling between processes.
    """


class ReadError(KGError):
    """Tell that an input, or one record of it, could not be read.

    :param path: Name of the input as the user gave it.
    :param line: Line where the fault lies, counted from 1; 0 if it is the file as a whole.
    :param reason: What is wrong.
    :param remedy: What the user can do; may be empty.
    """

    def __init__(self, path: str, line: int, reason: str, remedy: str = "") -> None:
        """Keep the fields."""
        super().__init__(path, line, reason, remedy)
        self.path, self.line, self.reason, self.remedy = path, line, reason, remedy

    def __str__(self) -> str:
        """Say what, where and the remedy in one line."""
        place = f"{self.path}:{self.line}" if self.line else self.path
        return f"{place}: {self.reason}" + (f"; {self.remedy}" if self.remedy else "")


class OntologyError(KGError):
    """Tell that a file of the ontology says something impossible.

    :param path: Name of the file inside the ontology folder.
    :param key: Term, rule or line that is at fault.
    :param reason: What is wrong with it.
    """

    def __init__(self, path: str, key: str, reason: str) -> None:
        """Keep the fields."""
        super().__init__(path, key, reason)
        self.path, self.key, self.reason = path, key, reason

    def __str__(self) -> str:
        """Say what and where in one line.

        >>> str(OntologyError("rules/metric.toml", "metric.head", "unknown key 'exampel'"))
        "ontology/rules/metric.toml: metric.head: unknown key 'exampel'"
        """
        return f"ontology/{self.path}: {self.key}: {self.reason}"


class UnknownNameError(KGError):
    """Tell that a name is not known, and which ones are.

    :param kind: What the name should have named, such as ``"reader"``.
    :param name: The name as given.
    :param available: The names that would have worked.
    """

    def __init__(self, kind: str, name: str, available: Sequence[str]) -> None:
        """Keep the fields."""
        super().__init__(kind, name, tuple(available))
        self.kind, self.name, self.available = kind, name, tuple(available)

    def __str__(self) -> str:
        """Say what and the remedy in one line.

        >>> str(UnknownNameError("format", "ris", ["csv", "jsonl"]))
        "no format named 'ris'; available: csv, jsonl"
        >>> str(UnknownNameError("number", "fvie", ["five", *map(str, range(40))]))
        "no number named 'fvie'; closest of 41: five"
        """
        listing = f"; available: {', '.join(self.available)}" if self.available else ""
        if (number := len(self.available)) > _MANY:
            from difflib import get_close_matches

            close = get_close_matches(self.name, self.available, _CLOSE, _ALIKE)
            listing = f"; closest of {number}: {', '.join(close)}"
            if not close:
                few = ", ".join(self.available[:_CLOSE])
                listing = f"; available: {few} and {number - _CLOSE} more"
        return f"no {self.kind} named {self.name!r}{listing}"


class QueryError(KGError):
    """Tell that a query could not be answered.

    :param reason: What is wrong with it, in one line.
    """

    def __init__(self, reason: str) -> None:
        """Keep the reason."""
        super().__init__(" ".join(reason.split()))


class ExportError(KGError):
    """Tell that a file or folder could not be written or is not what was expected.

    :param path: File or folder.
    :param reason: What is wrong, with the remedy.
    """

    def __init__(self, path: str, reason: str) -> None:
        """Keep the fields."""
        super().__init__(path, reason)
        self.path, self.reason = path, reason

    def __str__(self) -> str:
        """Say what and where in one line.

        >>> str(ExportError("out", "exists and is no build of kg; choose another folder"))
        'out: exists and is no build of kg; choose another folder'
        """
        return f"{self.path}: {self.reason}"
