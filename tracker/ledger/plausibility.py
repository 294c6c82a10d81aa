"""Values that ask for a second look: a share outside 0–100, a jump, a step against the direction (docs/rules.md, `implausible`)."""

from datetime import date
from decimal import Decimal

from tracker.ledger.model import Indicator, Item
from tracker.ledger.values import plain

FAR = Decimal(20)
"""Percentage points between two values of a share from which on the later one is doubtful."""


def is_implausible(indicator: Indicator, former: Decimal | None, factor: Decimal) -> bool:
    """Say whether an indicator's actual is doubtful (`doubt`) beside the value reported before it.

    The same value reported again confirms it.
    """
    actual = indicator.actual
    return actual is not None and actual != former and doubt(indicator, actual, former, factor) is not None


def falls_back(subject: Item | Indicator, former: tuple[Decimal, date] | None) -> bool:
    """Say whether a declared percent is below the one reported before it (former: with its day of entry).

    The same percent reported again confirms it; what was returned or reopened since begins anew.
    """
    if former is None or subject.percent is None or not (subject.is_open or isinstance(subject, Indicator)):
        return False
    percent, entered = former
    is_anew = subject.owing_since is not None and entered <= subject.owing_since
    return subject.percent < percent and not is_anew


def doubt(indicator: Indicator, value: Decimal, former: Decimal | None, factor: Decimal) -> str | None:
    """Say what is doubtful about a value beside the one before it, or, for a first value, beside its target; None for nothing.

    A share (%) outside 0–100; one far from the last; a value more than factor times the former or less than a factor-th of it (a
    value in 千瓦 where 万千瓦 was meant); one that falls where it should rise and the other way round. A first value is doubtful when
    it is more than factor times the target. Zeros have no magnitude.
    """
    shown, measure = plain(value), indicator.measure or ""
    is_share = measure == "%" and not indicator.is_change
    if is_share and not 0 <= value <= 100:  # noqa: PLR2004 - a share
        return f"{shown}% 不在 0 到 100 之间"
    if former is None:
        is_far = indicator.value is not None and _times(value, indicator.value, factor)
        return f"{shown}{measure} 超过目标值的 {plain(factor)} 倍" if is_far else None
    before = f"上次 {plain(former)}{measure}"
    if _times(value, former, factor) or _times(former, value, factor):
        return f"{shown}{measure} 与{before}相差 {plain(factor)} 倍以上"
    if _goes_back(indicator, former, value):
        return f"{shown}{measure} 与{before}相比，与应有方向相反"
    return f"{shown}% 与{before}相差 {plain(FAR)} 个百分点以上" if is_share and abs(value - former) > FAR else None


def _times(value: Decimal, base: Decimal, factor: Decimal) -> bool:
    return base != 0 and abs(value) > abs(base) * factor


def _goes_back(indicator: Indicator, former: Decimal, actual: Decimal) -> bool:
    """A change against a base year is logged in the wanted direction: more is always better (docs/rules.md)."""
    if indicator.is_change or indicator.direction == "up":
        return actual < former
    return indicator.direction == "down" and actual > former
