"""Entity linking: what is one thing across papers, and what it is called elsewhere."""
