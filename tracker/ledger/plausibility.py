"""Values that ask for a second look: a jump in magnitude, or a step against the direction (issue 3, `implausible`)."""

from decimal import Decimal

from tracker.ledger.model import Indicator


def is_implausible(indicator: Indicator, former: Decimal | None, factor: Decimal) -> bool:
    """Say whether an indicator's actual is doubtful beside the value before it, or, for a first value, beside its target.

    A value is doubtful that is more than factor times the former or less than a factor-th of it (a value in 千瓦 where
    万千瓦 was meant), or that falls where it should rise and the other way round. A first value is doubtful when it is
    more than factor times the target. Zeros have no magnitude.
    """
    actual = indicator.actual
    if actual is None:
        return False
    if former is None:
        return indicator.value is not None and _times(actual, indicator.value, factor)
    return _times(actual, former, factor) or _times(former, actual, factor) or _goes_back(indicator, former, actual)


def _times(value: Decimal, base: Decimal, factor: Decimal) -> bool:
    return base != 0 and abs(value) > abs(base) * factor


def _goes_back(indicator: Indicator, former: Decimal, actual: Decimal) -> bool:
    """A change against a base year is logged in the wanted direction: more is always better (docs/rules.md)."""
    if indicator.is_change or indicator.direction == "up":
        return actual < former
    return indicator.direction == "down" and actual > former
