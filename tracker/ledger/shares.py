"""What a region gets of an item that is broken down (分解)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(slots=True)
class Share:
    """What one region gets of an item that is broken down: values by indicator number, and what else the file says."""

    values: dict[int, Decimal]
    unit: str | None = None
    due: date | None = None
    weight: Decimal | None = None
    baselines: dict[int, Decimal] | None = None
