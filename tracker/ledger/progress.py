"""Met, achievement, planned progress and lag of one indicator (DESIGN §5). Every figure is an exact decimal on 0–100."""

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_DOWN, Decimal

from tracker.ledger.model import Indicator, Milestone

ZERO = Decimal(0)
HUNDRED = Decimal(100)
TENTH = Decimal("0.1")
BELOW_DONE = Decimal("99.9")


def rounded_down(value: Decimal) -> Decimal:
    """Keep one decimal, towards zero: a figure on a report is never better than the truth."""
    return value.quantize(TENTH, rounding=ROUND_DOWN)


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
    if indicator.direction == "hold" and indicator.takes_value:
        return None
    if not indicator.takes_value:
        if met:
            return HUNDRED
        return None if indicator.percent is None else min(rounded_down(indicator.percent), BELOW_DONE)
    span = span_of(indicator)
    if span is None or indicator.actual is None:
        return None
    if met:
        return HUNDRED
    baseline, length = span
    return min(max(rounded_down((indicator.actual - baseline) / length * HUNDRED), ZERO), BELOW_DONE)


def span_of(indicator: Indicator) -> tuple[Decimal, Decimal] | None:
    """Return (baseline, target − baseline), or None without a baseline or where it lies at or beyond the target."""
    baseline = ZERO if indicator.is_change else indicator.baseline_value
    if baseline is None or indicator.value is None:
        return None
    length = indicator.value - baseline
    wrong_way = length < 0 if (indicator.is_change or indicator.direction != "down") else length > 0
    return None if length == 0 or wrong_way else (baseline, length)


def planned_progress(
    start: date, due: date | None, as_of: date, milestones: Sequence[Milestone] = (), indicator: Indicator | None = None
) -> Decimal | None:
    """Return the share of the way that should be gone at as_of, in percent (序时进度).

    By days from period start to due; along milestones where there are any and the indicator has a baseline: points
    joined by straight lines from the baseline at period start. None without a due date or with a due date at or before
    the start.
    """
    if due is None or due <= start:
        return None
    if as_of >= due:
        return HUNDRED
    if as_of <= start:
        return ZERO
    span = span_of(indicator) if indicator is not None else None
    inside = sorted(point for point in milestones if start < point.date < due)
    if span is None or not inside:
        return _by_days(start, due, as_of)
    baseline, length = span
    points = [(start, ZERO), *((p.date, (p.value - baseline) / length * HUNDRED) for p in inside), (due, HUNDRED)]
    for (day_a, share_a), (day_b, share_b) in zip(points, points[1:], strict=False):
        if day_a <= as_of <= day_b:
            if day_a == day_b:
                continue
            share = share_a + (share_b - share_a) * (as_of - day_a).days / (day_b - day_a).days
            return min(max(rounded_down(share), ZERO), HUNDRED)
    return _by_days(start, due, as_of)  # pragma: no cover - the points span start to due


def _by_days(start: date, due: date, as_of: date) -> Decimal:
    return rounded_down(Decimal((as_of - start).days) * HUNDRED / Decimal((due - start).days))


def lag_of(planned: Decimal | None, reached: Decimal | None) -> Decimal | None:
    """Return planned − reached in percentage points; None unless both are known; negative when ahead."""
    return None if planned is None or reached is None else planned - reached
