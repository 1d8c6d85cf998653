"""Mentions grouped into entities, and the role of each in its paper."""
