"""The trained recognizer at run time: numbers of words, a small network, its weights. No torch."""
