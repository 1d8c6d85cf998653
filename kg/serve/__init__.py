"""A build as a web site on this machine: a SPARQL endpoint, a query page, a page for each thing."""
