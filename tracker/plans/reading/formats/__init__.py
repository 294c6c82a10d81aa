"""Readers of file formats: each takes a path and yields lines and tables; `child` runs one of them in its own process."""
