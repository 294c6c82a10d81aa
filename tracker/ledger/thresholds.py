"""The figures of the light rules. Apart from the rules, because the settings need them before any rule is asked."""

from decimal import Decimal
from typing import NamedTuple


class Thresholds(NamedTuple):
    """The figures of the rules; the configuration can change each of them."""

    red_lag: Decimal = Decimal(30)
    yellow_lag: Decimal = Decimal(10)
    report_days: int = 31
    time_left: Decimal = Decimal(30)
    due_days: int = 30
    tolerance: Decimal = Decimal(5)
