"""A typed knowledge graph from a pile of paper abstracts."""
