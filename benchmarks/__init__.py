"""Measurements: how fast, how large, how robust. Each prints its table; the figures stand in docs/."""
