"""One file per input format; found by scanning this folder."""
