"""Parts of pages that hold everything themselves: files, templates, and what a policy calls them.

>>> source("")
"'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
"""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    import jinja2

__all__ = ["load_template", "read", "source"]


@lru_cache(maxsize=64)
def read(path: Path) -> str:
    """Read a file of the package that goes into pages."""
    return path.read_text(encoding="utf-8")


def source(text: str) -> str:
    """Name an inline script or style in a content security policy.

    :param text: The whole text between the tags.
    :returns: Its SHA-256 as Content Security Policy Level 3 spells it, with quotation marks.
    """
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@lru_cache(maxsize=16)
def load_template(path: Path) -> jinja2.Template:
    """Load a template that escapes what is put into it, and refuses what is not defined."""
    import jinja2

    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(read(path))
