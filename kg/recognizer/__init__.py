"""The trained recognizer at run time: numbers of words, a small network, classifiers. No torch."""

__all__ = ["DEFAULT", "RULES"]

DEFAULT = "default"
"""Name of the recognizer that is used unless another is asked for."""

RULES = "rules"
"""Name that asks for rules and lexicon alone."""
