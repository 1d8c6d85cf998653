"""Text with LaTeX and HTML in it as people read it, and the way back to what was written."""

from kg.markup.origins import Plain, addresses, plain

__all__ = ["Plain", "addresses", "plain"]
