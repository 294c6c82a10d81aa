"""How an item stands on every later day as long as nothing more is said about it (docs/rules.md).

Between two statements only time moves, and time moves a light on few days: when a due date comes near, comes and is past,
when a report grows too old, when the plan line leaves the actual behind. The store keeps these days, so that a ledger of any
size is counted without judging its items one by one. Which days may matter is worked out here; what the light is on each of
them is asked of `judgement.judge`, so that there is one set of rules.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any, NamedTuple

from tracker.ledger.judgement import judge
from tracker.ledger.model import Indicator, Item, Milestone
from tracker.ledger.progress import (
    achievement,
    declared,
    is_broken_ban,
    is_met,
    is_outdated_hold,
    planned_progress,
    span_of,
)
from tracker.ledger.thresholds import Thresholds

USUAL = Thresholds()
"""The figures under which a light schedule holds; under others an item must be judged."""


class Step(NamedTuple):
    """The colour of an item's light from a day on."""

    day: date
    color: str


class LightSchedule(NamedTuple):
    """How an item stands from `since` on, under the usual figures. `since`: the day of its last entry, None without any.

    It is overdue on every day after overdue_from. Near due it is on days up to one of soon_dues (ascending, each once) by no
    more than the days that count as near. heard: of its lead units, the day of entry of the one that reported longest ago,
    "" where one never did, None where none has to. percent: its completion. by_tolerance: the tolerance of 左右 decides.
    """

    since: date | None
    overdue_from: date | None
    soon_dues: tuple[date, ...]
    heard: str | None
    percent: Decimal | None
    steps: tuple[Step, ...]
    by_tolerance: bool


def light_schedule(item: Item) -> LightSchedule:
    """Return the light schedule of an item that is given as it stands."""
    since = max(_entries(item), default=None)
    start = since or date.min
    days = sorted({start, *(day for day in _turns(item, start) if day > start)})
    judged = [judge(item, day, USUAL) for day in days]
    steps: list[Step] = []
    for day, each in zip(days, judged, strict=True):
        color = each.light.color if each.light is not None else None
        if color is not None and (not steps or steps[-1].color != color):
            steps.append(Step(day, color))
    late, soon = _unmet(item)
    return LightSchedule(
        since, min(late, default=None), tuple(sorted(soon)), _heard(item), judged[0].percent, tuple(steps),
        any(_by_tolerance(each) for each in item.indicators),
    )  # fmt: skip


def likeness(item: Item) -> tuple[Any, ...]:
    """Return all that a light schedule depends on: items that are alike have the same one, and one is worked out for all of them.

    Of an indicator it is not the figures, but what they amount to: in a large ledger few values are the same, and many are
    met, or as far from it as others.
    """
    report = item.last_report
    return (
        item.kind, item.period_start, item.due, item.state, str(item.percent), item.completed_on,
        None if report is None else (report.date, report.entered),
        *[(lead.reported_on, lead.reported_entered) for lead in item.leads], None,
        *map(_amounts, item.indicators),
    )  # fmt: skip


def _amounts(indicator: Indicator) -> tuple[Any, ...]:
    """Return what an indicator comes to on any day: its figures themselves only where a line along milestones is drawn."""
    is_satisfied = is_met(indicator, date.min, USUAL.tolerance)
    amounts = (
        indicator.due, indicator.state, indicator.completed_on, indicator.reported_on, indicator.reported_entered,
        indicator.takes_value, indicator.direction == "hold", indicator.actual is None, is_satisfied,
        is_outdated_hold(indicator, date.max), achievement(indicator, met=is_satisfied), is_broken_ban(indicator),
        _by_tolerance(indicator),
    )  # fmt: skip
    if not indicator.milestones:
        return amounts
    line = (indicator.milestones, indicator.comparator, indicator.direction, indicator.value, indicator.baseline_value)
    return (*amounts, *line, indicator.actual)


def _entries(item: Item) -> Iterator[date]:
    """Yield the days of entry from which ages are counted."""
    if item.last_report is not None:
        yield item.last_report.entered
    days = [each.reported_entered for each in item.indicators] + [each.reported_entered for each in item.leads]
    yield from (day for day in days if day is not None)


def _unmet(item: Item) -> tuple[set[date], set[date]]:
    """Return the due dates that are missed once past, and those that are unmet up to their day.

    They differ for a level to be held: one that is met may have to be shown again after its due date.
    """
    if item.kind == "aim":
        return set(), set()
    if not item.indicators:
        dues = {item.due} if item.due is not None and item.is_open else set()
        return dues, dues
    late, soon = set(), set()
    for each in item.indicators:
        if each.due is None or not each.is_open:
            continue
        if not is_met(each, _after(each.due, 1), USUAL.tolerance):
            late.add(each.due)
        if not is_met(each, each.due, USUAL.tolerance):
            soon.add(each.due)
    return late, soon


def _heard(item: Item) -> str | None:
    if not item.is_open or item.kind == "aim" or not item.leads:
        return None
    return min(
        lead.reported_entered.isoformat() if lead.reported_on and lead.reported_entered else "" for lead in item.leads
    )


def _by_tolerance(indicator: Indicator) -> bool:
    asked = indicator.bound if indicator.is_change else indicator.comparator
    return asked == "~" and indicator.actual is not None


def _turns(item: Item, start: date) -> Iterator[date]:
    """Yield every day on which the light may change: more than enough, never too few."""
    if item.kind == "aim":
        return
    for each in item.indicators:
        if each.is_open:
            reached = achievement(each, met=is_met(each, start, USUAL.tolerance))
            yield from _turns_of(item, each.due, each.reported_entered)
            yield from _turns_of_lag(item, each.due, reached, each)
    if not item.indicators and item.is_open:
        report = item.last_report
        yield from _turns_of(item, item.due, report.entered if report else None)
        yield from _turns_of_lag(item, item.due, declared(item.percent, met=False), None)


def _turns_of(item: Item, due: date | None, entered: date | None) -> Iterator[date]:
    """Yield the days on which nearness, being overdue, and age or absence of reports begin to count."""
    if entered is not None:
        yield _after(entered, USUAL.report_days + 1)
    if due is None:
        return
    yield from (_after(due, -USUAL.due_days), due, _after(due, 1))
    if entered is None and due > item.period_start:
        left = int((due - item.period_start).days * USUAL.time_left / 100)
        yield _after(due, -left)


def _turns_of_lag(item: Item, due: date | None, reached: Decimal | None, indicator: Indicator | None) -> Iterator[date]:
    """Yield the days on which the plan line leaves what was reached behind by the figures for yellow and red."""
    start = item.period_start
    if due is None or due <= start or reached is None:
        return
    milestones = indicator.milestones if indicator is not None else ()
    inside = sorted({point.date for point in milestones if start < point.date < due})
    span = span_of(indicator) if indicator is not None else None
    for lag in (USUAL.yellow_lag, USUAL.red_lag):
        if span is None or not inside:
            yield from _straight_crossing(start, due, reached + lag)
            continue
        for first, last in pairwise((start, *inside, due)):
            yield from (last, _after(last, 1))
            yield from _crossing(start, due, (first, last), reached + lag, milestones, indicator)


def _straight_crossing(start: date, due: date, share: Decimal) -> Iterator[date]:
    """Yield the first day on which the straight line, cut to tenths, is at a share of the way, and past it."""
    total = (due - start).days
    tenths = int(share * 10)
    for each in (tenths, tenths + 1):
        days = -(-each * total // 1000)
        if 0 <= days <= total:
            yield start + timedelta(days=days)


def _crossing(
    start: date, due: date, span: tuple[date, date], share: Decimal, milestones: tuple[Milestone, ...],
    indicator: Indicator | None,
) -> Iterator[date]:  # fmt: skip
    """Yield where a straight piece of the line between milestones passes a share, upwards or downwards, by halving."""
    for strictly in (False, True):

        def holds(day: date, strictly: bool = strictly) -> bool:
            planned = planned_progress(start, due, day, milestones, indicator)
            assert planned is not None  # noqa: S101 - there is a due date after the start
            return planned > share if strictly else planned >= share

        # The day of a milestone belongs to the piece before it.
        low, high = _after(span[0], 1), span[1]
        if low >= high or holds(low) == holds(high):
            continue
        before = holds(low)
        while (high - low).days > 1:
            middle = low + timedelta(days=(high - low).days // 2)
            low, high = (middle, high) if holds(middle) == before else (low, middle)
        yield high


def _after(day: date, days: int) -> date:
    """Return a later (or earlier) day, within the calendar."""
    if days >= 0:
        return day + timedelta(days=min(days, (date.max - day).days))
    return day - timedelta(days=min(-days, (day - date.min).days))
