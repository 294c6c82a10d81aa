"""Plans: the shipped ones and any published document."""
