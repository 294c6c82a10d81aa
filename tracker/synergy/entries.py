"""A figure of the index with its origin: who entered it, when, in which change."""

from decimal import Decimal
from typing import NamedTuple

Key = tuple[str, int, int]
"""City, year and indicator: what there is only one figure of at a time."""


class IndexEntry(NamedTuple):
    """One figure as it was entered: by whom, when (UTC text), in which change. indicator 0 is the growth of GDP."""

    city: str
    year: int
    indicator: int
    value: Decimal
    status: str
    measure: str
    source: str
    change: int
    at: str
    by: str

    @property
    def key(self) -> Key:
        """What the figure is about."""
        return self.city, self.year, self.indicator
