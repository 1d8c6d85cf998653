"""Training of the recognizer from annotated papers and unlabelled abstracts. Needs paperkg[train]."""
