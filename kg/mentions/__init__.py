"""One file per way to find mentions; ``detect`` is the entrance."""
