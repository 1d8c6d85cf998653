"""Relations between entities and reported results of one paper."""
