"""Training of the recognizer from annotated papers and other abstracts. Needs paperkg[train]."""
