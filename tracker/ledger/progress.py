"""What a value amounts to: whether it satisfies, achievement, planned progress, lag and trend (docs/rules.md, 序时进度).

Every share is an exact decimal on 0–100, with one decimal, rounded to nearest.
"""

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import NamedTuple

from tracker.ledger.model import Indicator, Item, Milestone

ZERO = Decimal(0)
HUNDRED = Decimal(100)
TENTH = Decimal("0.1")
BELOW_DONE = Decimal("99.9")
MONTH = Decimal(365) / 12
"""Days of a month, where a pace is given by the month."""


def rounded(value: Decimal) -> Decimal:
    """Keep one decimal, to nearest."""
    return value.quantize(TENTH, rounding=ROUND_HALF_UP)


def bounded(share: Decimal) -> Decimal:
    """Keep a share within 0–100, then round it: a figure far outside would not fit the digits of a decimal."""
    return rounded(min(max(share, ZERO), HUNDRED))


def satisfies(indicator: Indicator, actual: Decimal, tolerance: Decimal) -> bool:
    """Compare a value with the target, whatever the date.

    `=` is satisfied when not below (of what should fall: not above); `~` from tolerance percent before the value onwards; `>`
    and `<` strictly. The value of a change is the change itself, in the wanted direction: it is compared upwards. Where nobody
    has said whether more or less is better, only the value itself (`~`: what is near it) satisfies.
    """
    target = indicator.value
    assert target is not None  # noqa: S101 - callers ask only where a number is promised
    comparator = (indicator.bound or "=") if indicator.is_change else indicator.comparator
    downward = falls(indicator)
    is_either = indicator.direction is None and not indicator.is_change
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
            if is_either:
                return abs(actual - target) <= band
            return actual <= target + band if downward else actual >= target - band
        case _:
            return actual == target if is_either else actual <= target if downward else actual >= target


def falls(indicator: Indicator) -> bool:
    """Say whether a lower value is a better one."""
    return not indicator.is_change and (indicator.direction == "down" or indicator.comparator in ("<=", "<"))


def reaches(indicator: Indicator, actual: Decimal, wanted: Decimal) -> bool:
    """Say whether a value is as good as one of a yearly target."""
    return actual <= wanted if falls(indicator) else actual >= wanted


def is_ban(indicator: Indicator) -> bool:
    """Say whether a commitment is a ban: at most 0, to be held."""
    return indicator.comparator == "<=" and indicator.value == 0 and indicator.direction == "hold"


def baseline_of(indicator: Indicator) -> Decimal | None:
    """Return where the way of a number begins: 0 for a total and for every change, else what the data or somebody gives."""
    if indicator.is_change or (indicator.basis == "total" and indicator.baseline_value is None):
        return ZERO
    return indicator.baseline_value


def is_held(indicator: Indicator) -> bool:
    """Say whether a number is judged as one to be held: it is one, or its baseline is at the target or beyond."""
    if not indicator.takes_value or not indicator.is_number:
        return False
    return indicator.direction == "hold" or (baseline_of(indicator) is not None and span_of(indicator) is None)


def span_of(indicator: Indicator) -> tuple[Decimal, Decimal] | None:
    """Return (baseline, target − baseline), or None without a baseline or where it lies at or beyond the target."""
    baseline = baseline_of(indicator)
    if baseline is None or indicator.value is None or indicator.direction == "hold":
        return None
    length = indicator.value - baseline
    wrong_way = length > 0 if falls(indicator) else length < 0
    return None if length == 0 or wrong_way else (baseline, length)


def achievement(indicator: Indicator, tolerance: Decimal, *, met: bool) -> Decimal | None:
    """Return (actual − baseline) / (target − baseline) in percent, or None where that cannot be known.

    100 only when the value satisfies; never for a number to be held. Without a number it is the share that was declared.
    """
    if indicator.direction == "hold":
        return None
    if not indicator.takes_value:
        return declared(indicator, met=met)
    span, actual = span_of(indicator), indicator.actual
    if span is None or actual is None:
        return None
    if satisfies(indicator, actual, tolerance):
        return HUNDRED
    baseline, length = span
    return min(bounded((actual - baseline) * HUNDRED / length), BELOW_DONE)


def declared(subject: Item | Indicator, *, met: bool) -> Decimal | None:
    """Return what a percent that was declared counts for: 100 only when met, 0 where a lead calls it 未启动 and gives none."""
    if met:
        return HUNDRED
    if subject.percent is not None and (subject.percent > 0 or subject.state != "not_started"):
        return min(rounded(subject.percent), BELOW_DONE)
    return ZERO if subject.state == "not_started" and subject.reported_on is not None else None


class Stretch(NamedTuple):
    """A straight piece of the planned way: from a day with its value to a later day with its value."""

    start: date
    start_value: Decimal
    end: date
    end_value: Decimal

    def share(self, day: date, baseline: Decimal, length: Decimal) -> Decimal:
        """Return the share of the whole way that the line has reached on a day, in percent, not rounded.

        One division at the end, so that a share that is exact stays exact.
        """
        days, total = (day - self.start).days, (self.end - self.start).days
        gone = (self.start_value - baseline) * total + (self.end_value - self.start_value) * days
        return gone * HUNDRED / (length * total)


class Path(NamedTuple):
    """The planned way of a number or a share: from a baseline over a length, through points in the order of their days."""

    baseline: Decimal
    length: Decimal
    points: tuple[Milestone, ...]

    def stretch(self, day: date) -> Stretch | None:
        """Return the piece on which a day lies; None before the first point and after the last."""
        for first, second in pairwise(self.points):
            if first.date <= day <= second.date:
                return Stretch(first.date, first.value, second.date, second.value)
        return None

    def share(self, day: date) -> Decimal:
        """Return what should be done by a day, in percent (序时进度)."""
        if day >= self.points[-1].date:
            return HUNDRED
        stretch = self.stretch(day)
        return ZERO if stretch is None else bounded(stretch.share(day, self.baseline, self.length))

    def value(self, day: date) -> Decimal:
        """Return the value that a day should see, with one digit more than the figures of the way have."""
        places = max(0, *(-_exponent(point.value) for point in self.points)) + 1
        stretch = self.stretch(min(max(day, self.points[0].date), self.points[-1].date))
        assert stretch is not None  # noqa: S101 - the day was brought between the ends
        found = (
            self.baseline
            + self.length
            * stretch.share(min(max(day, stretch.start), stretch.end), self.baseline, self.length)
            / HUNDRED
        )
        if found.adjusted() + places > 26:  # noqa: PLR2004 - more digits than a decimal can spare for rounding
            return found
        shown = found.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP).normalize()
        return shown.quantize(Decimal(1)) if _exponent(shown) > 0 else shown


def _exponent(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def path_of(item: Item, indicator: Indicator | None = None) -> Path | None:
    """Return the planned way of an indicator, or of a row without indicators.

    From the start (that of the row, or the end of the baseline's own year, whichever is later) at the baseline through the
    milestones to the target at the deadline. None without a deadline after that start, and without a baseline.
    """
    subject = item if indicator is None else indicator
    start, due = item.begins, subject.due
    if indicator is not None and indicator.basis == "assessed":
        return None
    if indicator is None or not indicator.takes_value:
        span: tuple[Decimal, Decimal] | None = (ZERO, HUNDRED)
    else:
        span = span_of(indicator)
        if indicator.baseline_year is not None and not indicator.is_change and indicator.basis != "total":
            start = max(start, date(indicator.baseline_year, 12, 31))
    if span is None or due is None or due <= start:
        return None
    inside = sorted(point for point in subject.milestones if start < point.date < due)
    ends = Milestone(start, span[0]), Milestone(due, span[0] + span[1])
    return Path(*span, (ends[0], *inside, ends[1]))


def lag_of(planned: Decimal | None, reached: Decimal | None) -> Decimal | None:
    """Return planned − reached in percentage points; None unless both are known; negative when ahead."""
    return None if planned is None or reached is None else planned - reached


class Trend(NamedTuple):
    """How fast a number moves, and how fast it must from now on until it is due, in its measure a month."""

    pace: Decimal
    needed: Decimal


def trend_of(indicator: Indicator, as_of: date, *, settled: bool) -> Trend | None:
    """Return the pace between the last two values and the one still needed; None where that says nothing."""
    values = indicator.counted
    if settled or is_held(indicator) or not indicator.takes_value or len(values) < 2:  # noqa: PLR2004 - a pace has two ends
        return None
    if indicator.due is None or indicator.due <= as_of or indicator.value is None:
        return None
    first, last = values[-2:]
    pace = _monthly(last.value - first.value, first.date, last.date)
    return Trend(pace, _monthly(indicator.value - last.value, as_of, indicator.due))


def _monthly(change: Decimal, start: date, end: date) -> Decimal:
    found = change * MONTH / (end - start).days
    places = Decimal("0.0001") if abs(found) < 1 else Decimal("0.01")
    return found if found.adjusted() > 20 else found.quantize(places, rounding=ROUND_HALF_UP).normalize() + 0  # noqa: PLR2004


def yearly_targets(indicator: Indicator) -> Sequence[Milestone]:
    """Return the yearly targets of a number that has no way to be measured along, in the order of their days."""
    if not indicator.takes_value or is_held(indicator) or span_of(indicator) is not None:
        return ()
    return [point for point in indicator.milestones if indicator.due is None or point.date < indicator.due]
