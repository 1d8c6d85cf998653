"""One file per output format; found by scanning this folder."""
