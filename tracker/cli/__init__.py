"""The command line: one small module per command, shared options, one place that prints, one that turns errors to exits."""
