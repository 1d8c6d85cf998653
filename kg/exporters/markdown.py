r"""Text of strangers in notes: Markdown, front matter, wiki links, names of files.

A vault is a place where plugins run what they find in notes, so nothing of what strangers wrote
may read as markup, as a template, as a query or as an address: neither for Markdown nor for those
who look for their marks in the raw text.

>>> escaped("<% eval %> `= 1` [[x]] {{title}} a:: b")
'&lt;\\% eval \\%&gt; \\`\\= 1\\` \\[\\[x\\]\\] \\{\\{title\\}\\} a\\:\\: b'
>>> front_matter({"title": "<% x %>", "papers": 2, "aliases": []})
'---\ntitle: "\\u003c\\u0025 x \\u0025\\u003e"\npapers: 2\n---\n'
>>> file_name('a/b: "c"?'), file_name("CON"), file_name("..")
('a-b- -c--', 'CON_', 'untitled')
>>> print(ascii(link("Paper/a", "a | b")))
'[[Paper/a|a \uff5c b]]'
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING, Any

from kg.exporters.xml import clean
from kg.iri import digest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["escaped", "file_name", "front_matter", "link", "paths"]

_MARKS = re.compile(r"[\\`*_{}\[\]#|~$%^=]|:(?!\s)|(?<=:):")
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
# What templates, queries and pages begin with, spelled so that YAML alone reads it.
_YAML = {ord(char): f"\\u{ord(char):04x}" for char in "<>&{}`%$\x7f\x85\xa0\u2028\u2029\ufeff"}
_SCHEME = re.compile(r"\A\s*(?!https?:)[a-zA-Z][a-zA-Z0-9+.-]*:(?=\S)")
# What would end a link, or begin something else, is shown by its like of full width.
_SHOWN = {ord(char): chr(ord(char) + 0xFEE0) for char in "[]{}|\\<>`$%#^="}
_FORBIDDEN = re.compile(r'[\\/:*?"<>|#^\[\]{}`$%=]')
_DEVICE = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])", re.IGNORECASE)
_LONGEST, _MOST_BYTES = 100, 180  # of the name of a file, before its suffix


def escaped(text: str) -> str:
    """Make text fit for one line of Markdown, whatever it holds.

    :param text: Any text.
    :returns: The text on one line, in which nothing is markup to Markdown, to Obsidian, or to
        plugins that look for their marks in the raw text.
    """
    return _MARKS.sub(r"\\\g<0>", _seen(text)).translate(_ENTITIES)


def front_matter(values: Mapping[str, Any]) -> str:
    """Spell the properties of a note as YAML.

    :param values: Numbers, texts, and lists of texts by name; what is empty is left out. An address
        that is none of the web gets a blank, so that no click opens it.
    :returns: The block with its two rules.
    """
    told = (
        f"{name}: {_spelled(_harmless(value))}\n"
        for name, value in values.items()
        if value not in ("", [], None)
    )
    return f"---\n{''.join(told)}---\n"


def link(path: str, text: str) -> str:
    """Make a wiki link.

    :param path: Name of the note in the vault, as :func:`paths` gives it.
    :param text: What to show.
    """
    shown = _seen(text).translate(_SHOWN)
    while "::" in shown:
        shown = shown.replace("::", ": :")
    return f"[[{path}|{shown or path}]]"


def file_name(text: str) -> str:
    """Make the name of a file that Windows, macOS and Linux take, and wiki links can hold.

    :param text: Any text.
    :returns: The text without what is forbidden; never empty, hidden, or the name of a device.
    """
    name = _FORBIDDEN.sub("-", unicodedata.normalize("NFC", _seen(text)))[:_LONGEST]
    name = name.encode()[:_MOST_BYTES].decode("utf-8", "ignore").strip(" .")
    if _DEVICE.fullmatch(name.partition(".")[0].strip()):
        name = name.replace(".", "-") + "_"
    return name or "untitled"


def paths(notes: Iterable[tuple[str, str, str]]) -> dict[str, str]:
    """Give each note a path of its own, also where case and accents are not told apart.

    :param notes: Key, folder and title of each.
    :returns: Paths without suffix by key. Where several would be called the same, each has a hash
        of its key behind its name.

    >>> paths([("1", "Method", "A"), ("2", "Method", "a"), ("3", "Method", "b")])
    {'1': 'Method/A (6f34c2)', '2': 'Method/a (ec44a9)', '3': 'Method/b'}
    """
    named = [(key, f"{file_name(folder)}/{file_name(title)}") for key, folder, title in notes]
    uses = Counter(_folded(path) for _, path in named)
    found = {key: path for key, path in named if uses[_folded(path)] == 1}
    taken = {_folded(path) for path in found.values()}
    for key, path in named:
        length = 6
        while key not in found:
            longer = f"{path} ({digest(key)[:length]})"
            if _folded(longer) not in taken:
                found[key] = longer
                taken.add(_folded(longer))
            length += 1
    return {key: found[key] for key, _ in named}


def _folded(path: str) -> str:
    return unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", path).casefold())


def _seen(text: str) -> str:
    """Put text on one line, without characters that are not seen or turn its direction."""
    line = " ".join(clean(text).split())
    if line.isprintable():
        return line
    return "".join(char for char in line if unicodedata.category(char) not in _UNSEEN)


def _spelled(value: Any) -> str:
    """Spell a value as JSON, which YAML reads, without what plugins look for."""
    text = json.dumps(value, ensure_ascii=False).translate(_YAML)
    return re.sub(":(?=:)", r"\\u003a", text)


def _harmless(value: Any) -> Any:
    if isinstance(value, list):
        return [_harmless(item) for item in value]
    return _SCHEME.sub(_parted, clean(value)) if isinstance(value, str) else value


def _parted(match: re.Match[str]) -> str:
    return f"{match[0][:-1]} :"
