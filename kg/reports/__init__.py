"""What a graph answers in tables: laid out for a terminal, as CSV, JSON and Markdown."""
