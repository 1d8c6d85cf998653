"""Extractions folded into one knowledge graph, its views, queries and checks."""
