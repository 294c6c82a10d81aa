"""Met, achievement, planned progress and lag of one indicator (docs/rules.md). Every figure is an exact decimal on 0–100."""

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_DOWN, Decimal
from itertools import pairwise
from typing import NamedTuple

from tracker.ledger.model import Indicator, Milestone

ZERO = Decimal(0)
HUNDRED = Decimal(100)
TENTH = Decimal("0.1")
BELOW_DONE = Decimal("99.9")


def rounded_down(value: Decimal) -> Decimal:
    """Keep one decimal, towards zero: a figure on a report is never better than the truth."""
    return value.quantize(TENTH, rounding=ROUND_DOWN)


def bounded(share: Decimal) -> Decimal:
    """Keep a share within 0–100, then round it down: a figure far outside would not fit the digits of a decimal."""
    return rounded_down(min(max(share, ZERO), HUNDRED))


def is_met(indicator: Indicator, as_of: date, tolerance: Decimal) -> bool:
    """Say whether the commitment is fulfilled by the latest value, or declared so where it has no number.

    A level to be held must, once its due date is past, be shown by a value dated in the due year or later.
    tolerance is the share in percent by which 左右 may fall short.
    """
    if not indicator.takes_value:
        return not indicator.is_open
    if indicator.actual is None or not satisfies(indicator, indicator.actual, tolerance):
        return False
    return not is_outdated_hold(indicator, as_of)


def is_outdated_hold(indicator: Indicator, as_of: date) -> bool:
    """Say whether a level to be held is past due and its latest value is older than the due year."""
    return (
        indicator.direction == "hold"
        and indicator.due is not None
        and as_of > indicator.due
        and (indicator.actual_date is None or indicator.actual_date.year < indicator.due.year)
    )


def satisfies(indicator: Indicator, actual: Decimal, tolerance: Decimal) -> bool:
    """Compare a value with the target, whatever the date.

    `=` (达到, 创建) is satisfied when reached or passed; `~` from tolerance percent before the value onwards, and on both
    sides only for a level to be held; `>` and `<` strictly.
    """
    assert indicator.value is not None  # noqa: S101 - callers ask only where a number is promised
    return (
        _compare(indicator.bound or "=", indicator, actual, tolerance)
        if indicator.is_change
        else _compare(indicator.comparator, indicator, actual, tolerance)
    )


def _compare(comparator: str, indicator: Indicator, actual: Decimal, tolerance: Decimal) -> bool:
    target = indicator.value
    assert target is not None  # noqa: S101 - see satisfies
    downward = indicator.direction == "down" and not indicator.is_change
    match comparator:
        case ">=":
            return actual >= target
        case "<=":
            return actual <= target
        case ">":
            return actual > target
        case "<":
            return actual < target
        case "~":
            band = abs(target) * tolerance / HUNDRED
            if indicator.direction == "hold":
                return abs(actual - target) <= band
            return actual <= target + band if downward else actual >= target - band
        case _:
            return actual <= target if downward else actual >= target


def is_broken_ban(indicator: Indicator) -> bool:
    """Say whether a ban (at most 0, to be held) has a value above zero."""
    return (
        indicator.comparator == "<="
        and indicator.value == 0
        and indicator.direction == "hold"
        and indicator.actual is not None
        and indicator.actual > 0
    )


def achievement(indicator: Indicator, *, met: bool) -> Decimal | None:
    """Return (actual − baseline) / (target − baseline) in percent, or None where that cannot be known.

    100 only when met; never for a level to be held; a change is measured from 0; an indicator without a number has the
    percent its unit declared.
    """
    if indicator.direction == "hold":
        return None
    if not indicator.takes_value:
        return declared(indicator.percent, met=met)
    span = span_of(indicator)
    if span is None or indicator.actual is None:
        return None
    if met:
        return HUNDRED
    baseline, length = span
    return min(bounded((indicator.actual - baseline) * HUNDRED / length), BELOW_DONE)


def declared(percent: Decimal | None, *, met: bool) -> Decimal | None:
    """Return what a declared percent counts for: 100 only when met, else one decimal, below 100."""
    if met:
        return HUNDRED
    return None if percent is None else min(rounded_down(percent), BELOW_DONE)


def span_of(indicator: Indicator) -> tuple[Decimal, Decimal] | None:
    """Return (baseline, target − baseline), or None without a baseline or where it lies at or beyond the target."""
    baseline = ZERO if indicator.is_change else indicator.baseline_value
    if baseline is None or indicator.value is None:
        return None
    length = indicator.value - baseline
    wrong_way = length < 0 if (indicator.is_change or indicator.direction != "down") else length > 0
    return None if length == 0 or wrong_way else (baseline, length)


class Stretch(NamedTuple):
    """A straight piece of the planned way: from a day with its value to a later day with its value."""

    start: date
    start_value: Decimal
    end: date
    end_value: Decimal

    def share(self, as_of: date, baseline: Decimal, length: Decimal) -> Decimal:
        """Return the share of the whole way that the line has reached at as_of, in percent, not rounded.

        One division at the end, so that a share that is exact stays exact.
        """
        days, total = (as_of - self.start).days, (self.end - self.start).days
        gone = (self.start_value - baseline) * total + (self.end_value - self.start_value) * days
        return gone * HUNDRED / (length * total)


def planned_progress(
    start: date, due: date | None, as_of: date, milestones: Sequence[Milestone] = (), indicator: Indicator | None = None
) -> Decimal | None:
    """Return the share of the way that should be gone at as_of, in percent (序时进度).

    By days from period start to due; along milestones where there are any and the indicator has a baseline. None without
    a due date or with a due date at or before the start.
    """
    if due is None or due <= start:
        return None
    if as_of >= due:
        return HUNDRED
    if as_of <= start:
        return ZERO
    stretch = stretch_of(start, due, as_of, milestones, indicator)
    if stretch is None:
        return rounded_down(Decimal((as_of - start).days) * HUNDRED / Decimal((due - start).days))
    span = span_of(indicator) if indicator is not None else None
    assert span is not None  # noqa: S101 - there is no stretch without one
    return bounded(stretch.share(as_of, *span))


def stretch_of(
    start: date, due: date, as_of: date, milestones: Sequence[Milestone], indicator: Indicator | None
) -> Stretch | None:
    """Return the piece of the way along milestones on which as_of lies, start < as_of < due.

    Points are joined by straight lines from the baseline at period start to the target at the due date. None where there
    are no milestones in between, or no baseline to start from.
    """
    span = span_of(indicator) if indicator is not None else None
    inside = sorted(point for point in milestones if start < point.date < due)
    if span is None or not inside:
        return None
    baseline, length = span
    points = [Milestone(start, baseline), *inside, Milestone(due, baseline + length)]
    for first, second in pairwise(points):
        if first.date < second.date and first.date <= as_of <= second.date:
            return Stretch(first.date, first.value, second.date, second.value)
    return None


def lag_of(planned: Decimal | None, reached: Decimal | None) -> Decimal | None:
    """Return planned − reached in percentage points; None unless both are known; negative when ahead."""
    return None if planned is None or reached is None else planned - reached
