"""Check files that are meant for Gephi: what it would lose of them, where, and what to do."""
