"""What a value amounts to: whether a commitment is met, achievement, planned progress, lag, trend (docs/rules.md, 达标, 序时进度).

Every share is an exact decimal on 0–100, with one decimal, rounded to nearest.
"""

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from itertools import pairwise, takewhile
from operator import eq, ge, gt, le, lt
from typing import NamedTuple

from tracker.ledger.model import Indicator, Item, Milestone, Value
from tracker.ledger.parameters import Parameters
from tracker.ledger.values import rounded_to

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


def demand_of(indicator: Indicator, tolerance: Decimal) -> Callable[[Decimal], bool]:
    """Return what says of a value whether it satisfies the target, whatever the date.

    `=` is satisfied when not below (of what should fall: not above); `~` from tolerance percent before the value onwards; `>`
    and `<` strictly. The value of a change is the change itself, in the wanted direction: it is compared upwards. Where nobody
    has said whether more or less is better, only the value itself (`~`: what is near it) satisfies.
    """
    target = indicator.value
    assert target is not None  # noqa: S101 - callers ask only where a number is promised
    comparator = (indicator.bound or "=") if indicator.is_change else indicator.comparator
    if comparator in _COMPARED:
        return partial(_COMPARED[comparator], target)
    is_either = indicator.direction is None and not indicator.is_change
    if comparator != "~":
        return partial(eq if is_either else ge if falls(indicator) else le, target)
    band = abs(target) * tolerance / HUNDRED
    if is_either:
        return lambda actual: abs(actual - target) <= band
    return partial(ge, target + band) if falls(indicator) else partial(le, target - band)


_COMPARED: Mapping[str, Callable[[Decimal, Decimal], bool]] = {">=": le, "<=": ge, ">": lt, "<": gt}
"""How the target is compared with a value."""


def satisfies(indicator: Indicator, actual: Decimal, tolerance: Decimal) -> bool:
    """Say whether a value satisfies the target, whatever the date."""
    return demand_of(indicator, tolerance)(actual)


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
    if indicator.direction != "hold":
        baseline = baseline_of(indicator)
        if baseline is None or _length(indicator, baseline) is not None:
            return False
    return indicator.takes_value and indicator.is_number


def span_of(indicator: Indicator) -> tuple[Decimal, Decimal] | None:
    """Return (baseline, target − baseline), or None without a baseline or where it lies at or beyond the target."""
    baseline = baseline_of(indicator)
    if baseline is None or indicator.direction == "hold":
        return None
    length = _length(indicator, baseline)
    return None if length is None else (baseline, length)


def _length(indicator: Indicator, baseline: Decimal) -> Decimal | None:
    """Return target − baseline, None where that is nothing or leads the wrong way."""
    if indicator.value is None:
        return None
    length = indicator.value - baseline
    is_ahead = length < 0 if falls(indicator) else length > 0
    return length if is_ahead else None


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
        return ZERO if stretch is None else self.share_on(stretch, day)

    def share_on(self, stretch: Stretch, day: date) -> Decimal:
        """Return what should be done by a day that lies on a piece of the way, in percent."""
        return bounded(stretch.share(day, self.baseline, self.length))

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
        shown = rounded_to(found, Decimal(1).scaleb(-places)).normalize()
        return rounded_to(shown, Decimal(1)) if _exponent(shown) > 0 else shown


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
        span, start = span_of(indicator), way_begins(indicator, start)
    if span is None or due is None or due <= start:
        return None
    inside = sorted([point for point in subject.milestones if start < point.date < due])
    ends = Milestone(start, span[0]), Milestone(due, span[0] + span[1])
    return Path(*span, (ends[0], *inside, ends[1]))


def way_begins(indicator: Indicator, start: date) -> date:
    """Return the day from which the way of a number runs: its row's start, or the end of its baseline's own year, where later."""
    if indicator.baseline_year is None or indicator.is_change or indicator.basis == "total":
        return start
    return max(start, date(indicator.baseline_year, 12, 31))


def is_before_way(item: Item, path: Path, day: date) -> bool:
    """Say whether a baseline of a later year stands ahead of a day: there is no way before it, so nothing is planned yet."""
    return day < path.points[0].date != item.begins


def lag_of(planned: Decimal | None, reached: Decimal | None) -> Decimal | None:
    """Return planned − reached in percentage points; None unless both are known; negative when ahead."""
    return None if planned is None or reached is None else planned - reached


class Trend(NamedTuple):
    """How fast a number moves, and how fast it must from now on until it is due, in its measure a month."""

    pace: Decimal
    needed: Decimal


def trend_of(indicator: Indicator, as_of: date, *, settled: bool) -> Trend | None:
    """Return the pace between the last two values and the one still needed; None where that says nothing.

    That is so of what is settled, to be held, without a deadline ahead, or at its target already.
    """
    values = indicator.counted
    if settled or len(values) < 2 or not indicator.takes_value or is_held(indicator):  # noqa: PLR2004 - a pace has two ends
        return None
    if indicator.due is None or indicator.due <= as_of or indicator.value is None:
        return None
    first, last = values[-2:]
    if satisfies(indicator, last.value, ZERO):
        return None
    pace = _monthly(last.value - first.value, first.date, last.date)
    return Trend(pace, _monthly(indicator.value - last.value, as_of, indicator.due))


def _monthly(change: Decimal, start: date, end: date) -> Decimal:
    found = change * MONTH / (end - start).days
    places = Decimal("0.0001") if abs(found) < 1 else Decimal("0.01")
    return rounded_to(found, places).normalize() + 0


class Yardstick(NamedTuple):
    """What progress is measured by: a level to be held, a planned way, or the yearly targets of a number without a baseline."""

    held: bool
    path: Path | None = None
    targets: Sequence[Milestone] = ()


def yardstick_of(item: Item, indicator: Indicator) -> Yardstick:
    """Return what the progress of an indicator is measured by; targets in the order of their days."""
    if is_held(indicator):
        return Yardstick(held=True)
    path = path_of(item, indicator)
    if path is not None or not indicator.milestones or not indicator.takes_value or span_of(indicator) is not None:
        return Yardstick(False, path)
    due = indicator.due
    return Yardstick(False, None, [point for point in indicator.milestones if due is None or point.date < due])


@dataclass(slots=True, repr=False)
class Attainment:
    """How a commitment is answered at a day.

    met_late: met after its deadline. is_early: a value satisfies before the deadline, of which only the figure of that year
    decides. held: whether a number to be held is held now, None for others and without a figure. awaited_until: the last day on
    which the figure of the due year is still waited for, None where it is not. figure: what decided, or the value in force.
    failed: whether that figure is one that decides against it. breach: the value that breaks a ban. satisfied: whether the value in
    force satisfies, whatever decides.
    """

    met: bool
    met_on: date | None = None
    met_late: bool = False
    is_early: bool = False
    held: bool | None = None
    awaited_until: date | None = None
    awaited_before: date | None = None
    figure: Value | None = None
    failed: bool = False
    breach: Value | None = None
    satisfied: bool = False
    settled: bool = False


class Measured:
    """An indicator with what of it hangs on no day, worked out once.

    name: its id; satisfies: says of a value whether it satisfies; counted: the figures that count; current: the one in force.
    reached: its achievement unless it is met by word; is_dated: whether its lag is that of the day of its value, on which
    planned_then should have been done.
    """

    def __init__(self, item: Item, indicator: Indicator, tolerance: Decimal) -> None:
        """Take an indicator as it stands."""
        self.indicator, self.name = indicator, f"{item.id}.{indicator.n}"
        self.takes_value, self.is_number = indicator.takes_value, indicator.is_number
        self.yardstick = yardstick_of(item, indicator)
        self.satisfies = demand_of(indicator, tolerance) if self.takes_value else _is_no_number
        self.counted = indicator.counted
        self.current = current = self.counted[-1] if self.counted else None
        self.reached = achievement(indicator, tolerance, met=False)
        path = self.yardstick.path
        self.is_dated = path is not None and self.takes_value and indicator.basis not in ("total", None)
        self.planned_then = None
        if self.is_dated and path is not None and current is not None and current.date >= path.points[0].date:
            self.planned_then = path.share(current.date)  # there is no way before its start

    def achievement(self, *, met: bool) -> Decimal | None:
        """Return its achievement, met or not."""
        return HUNDRED if met and not self.takes_value and self.indicator.direction != "hold" else self.reached


def _is_no_number(_: Decimal) -> bool:
    return False


def attain(measured: Measured, as_of: date, parameters: Parameters) -> Attainment:
    """Return how an indicator is answered at a day."""
    indicator, held, current = measured.indicator, measured.yardstick.held, measured.current
    found = _attain(measured, as_of, parameters)
    # A number to be held has to be held on: before its deadline, and always without one.
    must_hold = held and (indicator.due is None or as_of <= indicator.due)
    found.settled = indicator.state == "closed" or (found.met and not must_hold and found.breach is None)
    if found.settled:
        found.awaited_until = None
    found.satisfied = measured.is_number and current is not None and measured.satisfies(current.value)
    return found


def attain_alone(item: Item) -> Attainment:
    """Return how a row without indicators is answered: it is done when it is declared done."""
    late = item.due is not None and item.completed_on is not None and item.completed_on > item.due
    done = not item.is_open
    return Attainment(done, item.completed_on if done else None, done and late, settled=done)


def _attain(measured: Measured, as_of: date, parameters: Parameters) -> Attainment:
    indicator = measured.indicator
    due = indicator.due
    if indicator.basis == "each":
        met = indicator.percent is not None and indicator.percent >= 100  # noqa: PLR2004 - a share of all
        on = indicator.percent_on if met else None
        return Attainment(met, on, on is not None and due is not None and on > due)
    if not measured.is_number:
        return _by_word(measured, as_of, parameters)
    if measured.yardstick.held:
        return _hold(measured, as_of, parameters)
    if due is None or indicator.basis in ("total", None):
        return _by_run(measured)
    return _by_figure(measured, due, as_of, parameters)


def _by_word(measured: Measured, as_of: date, parameters: Parameters) -> Attainment:
    indicator = measured.indicator
    due, done = indicator.due, not indicator.is_open
    if done:
        # The superior assesses in the next year: until then nothing is late.
        last = (
            due if due is None or indicator.basis != "assessed" else parameters.due_of_figure(measured.name, due.year)
        )
        late = last is not None and indicator.completed_on is not None and indicator.completed_on > last
        return Attainment(met=True, met_on=indicator.completed_on, met_late=late)
    if indicator.basis != "assessed" or due is None or as_of <= due:
        return Attainment(met=False)
    until = parameters.due_of_figure(measured.name, due.year)
    return Attainment(False, awaited_until=until) if as_of <= until else Attainment(False, awaited_before=until)


def _by_run(measured: Measured) -> Attainment:
    """A total, and any number without a deadline, is met while the value in force satisfies."""
    figure, due = measured.current, measured.indicator.due
    if figure is None or not measured.satisfies(figure.value):
        return Attainment(met=False, figure=figure, failed=figure is not None)
    *_, first = takewhile(lambda each: measured.satisfies(each.value), reversed(measured.counted))
    return Attainment(True, first.date, due is not None and first.date > due, figure=figure)


def _hold(measured: Measured, as_of: date, parameters: Parameters) -> Attainment:
    indicator = measured.indicator
    breach = next((each for each in reversed(indicator.values) if each.value > 0), None) if is_ban(indicator) else None
    figure = breach or _running_breach(measured) or measured.current
    held = None if figure is None else measured.satisfies(figure.value)
    due = indicator.due
    if breach is None and due is not None and as_of > due:
        found = _by_figure(measured, due, as_of, parameters)
        found.held = held
        return found
    on = figure.date if figure is not None and held else None
    return Attainment(bool(held), on, held=held, figure=figure, failed=held is False, breach=breach)


def _running_breach(measured: Measured) -> Value | None:
    """Return the newest figure of a running year that already breaks what its whole year must hold."""
    indicator = measured.indicator
    if indicator.basis != "annual" or not indicator.values or indicator.values[-1].is_of_year:
        return None
    newest = indicator.values[-1]
    return None if measured.satisfies(newest.value) else newest


def _by_figure(measured: Measured, due: date, as_of: date, parameters: Parameters) -> Attainment:
    """A level or a yearly amount is decided by the figure of its due year, or reached late by a later one."""
    until = parameters.due_of_figure(measured.name, due.year)
    figure = figure_of(measured.indicator, due, is_over=as_of > until)
    if figure is not None and measured.satisfies(figure.value):
        return Attainment(True, figure.date, figure=figure)
    waits, current = figure is None and as_of <= until, measured.current
    if not waits and current is not None and current.date > due:
        for each in measured.counted[bisect_left(measured.counted, (due,)) :]:
            if each.date > due and each is not figure and measured.satisfies(each.value):
                return Attainment(True, each.date, met_late=True, figure=each)
    return Attainment(
        met=False,
        is_early=as_of <= due and current is not None and measured.satisfies(current.value),
        awaited_until=until if waits and as_of > due else None,
        awaited_before=None if waits or as_of <= due else _waited(figure, due, until),
        figure=figure or current,
        failed=figure is not None,
    )


def figure_of(indicator: Indicator, due: date, *, is_over: bool) -> Value | None:
    """Return the figure of a due day's year: dated on that day, or given as the year's.

    is_over: whether such figures are no longer awaited; then the latest value dated in that year decides a level.
    """
    counted, last = indicator.counted, date(due.year, 12, 31)
    for day in (last, due):
        place = bisect_left(counted, (day,))
        if place < len(counted) and counted[place].date == day:
            return counted[place]
    before = bisect_left(counted, (last,))
    if not is_over or indicator.basis == "annual" or not before or counted[before - 1].date.year != due.year:
        return None
    return counted[before - 1]


def _waited(figure: Value | None, due: date, until: date) -> date | None:
    """Return until when the figure of a due year was waited for: it came, or the day by which such figures come was over."""
    if figure is None:
        return until
    return min(figure.entered, until) if figure.entered > due else None


class Missed(NamedTuple):
    """A yearly target that its year's figure did not reach; figure is None where that year has none."""

    target: Milestone
    figure: Value | None


class Yearly(NamedTuple):
    """The yearly targets that can be judged by now, as far as they decide: the last one, and whether it and the one before failed."""

    last: Milestone | None = None
    missed: tuple[Missed, ...] = ()


NO_TARGETS = Yearly()


def judge_yearly(measured: Measured, as_of: date, parameters: Parameters) -> Yearly:
    """Judge the yearly targets of a number without a baseline, each by the value of its own year (docs/rules.md, 年度目标).

    Only those whose figure is in or no longer awaited; a later value that reaches one ends its miss. missed holds the run of
    failures up to the last one.
    """
    judged: list[tuple[Milestone, Missed | None]] = []
    indicator = measured.indicator
    for target in measured.yardstick.targets:
        if target.date > as_of or not measured.counted:
            continue
        is_over = as_of > parameters.due_of_figure(measured.name, target.date.year)
        figure = figure_of(indicator, target.date, is_over=is_over)
        if figure is not None or is_over:
            judged.append((target, _missed(indicator, target, figure)))
    if not judged:
        return NO_TARGETS
    run = [miss for _, miss in takewhile(lambda each: each[1] is not None, reversed(judged)) if miss is not None]
    return Yearly(judged[-1][0], tuple(run))


def _missed(indicator: Indicator, target: Milestone, figure: Value | None) -> Missed | None:
    later = [each for each in indicator.counted if each.date > target.date]
    reached = [each for each in (figure, *later) if each is not None and reaches(indicator, each.value, target.value)]
    return None if reached else Missed(target, figure)
