"""How an item stands on every later day as long as nothing more is said about it (docs/rules.md).

Between two statements only time moves, and time moves a light on few days: when a due date comes near, comes and is past, when the
grace after a closing day or the wait for a year's figure is over, when the plan line leaves the actual behind. The store keeps these
days, so that a ledger of any size is counted without judging its items one by one. Which days may matter is worked out here; how
things stand on each of them is asked of `judgement.judge`, so that there is one set of rules.
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby, pairwise
from typing import Any, NamedTuple

from tracker.ledger.judgement import Judgement, judge, unmet_since
from tracker.ledger.model import Indicator, Item
from tracker.ledger.parameters import Parameters
from tracker.ledger.progress import Path, achievement, declared, path_of
from tracker.ledger.reporting_periods import first_owed, first_period_after


class Step(NamedTuple):
    """The colour of an item's light from a day on."""

    day: date
    color: str | None


class Span(NamedTuple):
    """A run of days: the first, and the first after it (None: it does not end)."""

    start: date
    end: date | None


class LightSchedule(NamedTuple):
    """How an item stands from its last entry on, under the figures in force.

    It is overdue from overdue.start on, counted from the deadline overdue_due. Near due it is on days up to one of soon_dues
    (ascending, each once) by no more than the days that count as near. silent: of each lead, from when it owes the report asked
    about, up to the end of unreported. is_whole: whether these days say everything of deadlines; otherwise the item must be judged.
    plain_until: the day from which they no longer say everything of the rest (None: they always do).
    """

    steps: tuple[Step, ...]
    overdue: Span | None
    overdue_due: date | None
    soon_dues: tuple[date, ...]
    unreported: Span | None
    silent: tuple[date | None, ...]
    awaiting: Span | None
    unassessable: Span | None
    before_ledger: bool
    percent: Decimal | None
    is_whole: bool
    plain_until: date | None


def light_schedule(item: Item, parameters: Parameters) -> LightSchedule:
    """Return the schedule of an item that is given as it stands."""
    own = parameters.of(item.plan)
    start = _said_on(item)
    days = sorted({start, *(day for day in _turns(item, own) if day > start)})
    course = [(day, judge(item, day, parameters)) for day in days]
    overdue, awaiting = _spans(course, lambda each: each.overdue), _spans(course, lambda each: each.awaiting)
    unreported = _spans(course, lambda each: each.unreported)
    unassessable = _spans(course, lambda each: not each.assessable and not each.settled and each.light is not None)
    owed = _spans(course, lambda each: bool(each.silent_units))
    dues = {day - timedelta(days=each.days_overdue) for day, each in course if each.days_overdue}
    before = {each.before_ledger for _, each in course if each.overdue}
    untold = [spans[1].start for spans in (awaiting, unreported, unassessable, owed) if len(spans) > 1]
    if owed and owed[0].end is not None and (not unreported or unreported[0].end != owed[0].end):
        untold.append(owed[0].end)  # leads are taken for silent as long as the item is unreported
    return LightSchedule(
        steps=tuple(Step(next(group)[0], color) for color, group in groupby(course, lambda each: _color(each[1]))),
        overdue=next(iter(overdue), None),
        overdue_due=min(dues, default=None),
        soon_dues=tuple(sorted(set(_soon(item, course)))),
        unreported=next(iter(unreported), None),
        silent=_silent(item, course),
        awaiting=next(iter(awaiting), None),
        unassessable=next(iter(unassessable), None),
        before_ledger=True in before,
        percent=course[0][1].percent,
        is_whole=len(before) <= 1 and len(overdue) <= 1 and len(dues) <= 1 and not any(span.end for span in overdue),
        plain_until=min(untold, default=None),
    )


Course = list[tuple[date, Judgement]]
"""Days, ascending, with the judgement that holds from each to the next."""


def _color(judged: Judgement) -> str | None:
    return None if judged.light is None else judged.light.color


def _spans(course: Course, holds: Callable[[Judgement], bool]) -> list[Span]:
    """Return the runs of days on which something holds."""
    found: list[Span] = []
    for day, each in course:
        is_running = bool(found) and found[-1].end is None
        if holds(each) and not is_running:
            found.append(Span(day, None))
        elif not holds(each) and is_running:
            found[-1] = found[-1]._replace(end=day)
    return found


def _soon(item: Item, course: Course) -> Iterator[date]:
    """Yield the deadlines up to whose day something is not settled."""
    then = dict(course)
    for place, due in enumerate([each.due for each in item.indicators] or [item.due]):
        judged = then.get(due) if due is not None else None
        if due is None or judged is None or judged.light is None:
            continue
        if not (judged.indicators[place].attained.settled if judged.indicators else judged.settled):
            yield due


def _silent(item: Item, course: Course) -> tuple[date | None, ...]:
    return tuple(next((day for day, each in course if role.name in each.silent_units), None) for role in item.leads)


def _said_on(item: Item) -> date:
    """Return the day of the last entry from which the item stands as it does."""
    days = [] if item.last_report is None else [item.last_report.entered]
    subjects: list[Item | Indicator] = [item, *item.indicators]
    for each in subjects:
        days += [day for day in (each.reported_entered, each.completed_on, each.closed_on, each.owing_since) if day]
    return max(days, default=date.min)


def schedule_key(item: Item, parameters: Parameters) -> tuple[Any, ...]:
    """Return all that a schedule depends on: items that are alike have the same one, and one is worked out for all of them."""
    leads = [lead.unit for lead in item.leads]
    main = leads.index(item.main_lead) if item.main_lead in leads else None
    own = [parameters.apart.indicators.get(f"{item.id}.{each.n}") for each in item.indicators]
    return (
        item.plan if item.plan in parameters.apart.plans else None, item.kind, item.begins, item.in_ledger, item.came_in,
        item.plan_used, item.plan_ended, main, None if item.last_report is None else item.last_report.entered,
        tuple((lead.named_on, lead.answers[-1:]) for lead in item.leads), tuple(own),
        _amounts(item), tuple(map(_own_amounts, item.indicators)),
    )  # fmt: skip


def _amounts(subject: Item | Indicator) -> tuple[Any, ...]:
    return (
        subject.due, subject.state, str(subject.percent), subject.completed_on, subject.reported_entered, subject.returned is None,
        subject.owing_since, subject.milestones,
    )  # fmt: skip


def _own_amounts(each: Indicator) -> tuple[Any, ...]:
    return (
        _amounts(each), each.basis, each.comparator, each.bound, each.direction, each.value, each.baseline_value,
        each.baseline_year, each.values, each.waits_for_whole,
    )  # fmt: skip


def _turns(item: Item, parameters: Parameters) -> Iterator[date]:
    """Yield every day on which something may change: more than enough, never too few."""
    if item.kind == "aim":
        return
    if item.plan_ended is not None:
        yield item.plan_ended
    waits = []
    subjects: list[Item | Indicator] = [*item.indicators] or [item]
    for subject in subjects:
        indicator = subject if isinstance(subject, Indicator) else None
        name = item.id if indicator is None else f"{item.id}.{indicator.n}"
        yield from _turns_of_time(item, subject.due, parameters)
        dated = [subject.due, *(point.date for point in subject.milestones)] if indicator is not None else []
        for day in dated:
            if day is not None:
                until = parameters.due_of_figure(name, day.year)
                waits.append(until)
                yield from (day, _after(until, 1))
        path = path_of(item, indicator)
        reached = achievement(indicator, parameters.tolerance, met=False) if indicator else declared(item, met=False)
        if (
            path is not None
            and reached is not None
            and (indicator is None or not indicator.takes_value or indicator.basis in ("total", None))
        ):
            yield from _crossings(path, reached, parameters)
    yield from _turns_of_silence(item, waits, parameters)


def _turns_of_time(item: Item, due: date | None, parameters: Parameters) -> Iterator[date]:
    """Yield the days on which nearness, being overdue, and the absence of reports begin to count."""
    if due is None:
        return
    yield from (_after(due, -parameters.due_days), due, _after(due, 1))
    if due > item.begins:
        yield _after(due, -int((due - item.begins).days * parameters.time_left / 100))


def _turns_of_silence(item: Item, waits: list[date], parameters: Parameters) -> Iterator[date]:
    """Yield the days after the grace of those periods that may be the first one owed."""
    first = first_owed(parameters, item.plan_used)
    if first is None:
        return
    yield first.start
    since = [_after(first.start, -1), *waits, *(day for day in (item.came_in, item.owing_since) if day)]
    for lead in item.leads:
        since += [day for day in (lead.named_on, max((each.last for each in lead.answers), default=None)) if day]
    for each in item.indicators:
        figure = each.current
        since += [day for day in (each.owing_since, unmet_since(each), figure and figure.entered) if day]
    for day in set(since):
        yield _after(first_period_after(parameters, day).end, parameters.report_grace + 1)


def _crossings(path: Path, reached: Decimal, parameters: Parameters) -> Iterator[date]:
    """Yield the days on which the plan line leaves what was reached behind by the figures for yellow and red, or comes back."""
    for first, last in pairwise(point.date for point in path.points):
        for lag in (parameters.yellow_lag, parameters.red_lag):
            for strictly in (False, True):
                yield from _crossing(path, (first, last), reached + lag, strictly=strictly)


def _crossing(path: Path, span: tuple[date, date], share: Decimal, *, strictly: bool) -> Iterator[date]:
    """Yield where a straight piece of the line passes a share, upwards or downwards, by halving."""

    def holds(day: date) -> bool:
        return path.share(day) > share if strictly else path.share(day) >= share

    low, high = span
    if high < path.points[-1].date:
        yield _after(high, 1)  # the piece after it may begin with a step
    before = holds(low)
    if before == holds(high):
        return
    while (high - low).days > 1:
        middle = low + timedelta(days=(high - low).days // 2)
        low, high = (middle, high) if holds(middle) == before else (low, middle)
    yield high


def _after(day: date, days: int) -> date:
    """Return a later (or earlier) day, within the calendar."""
    if days >= 0:
        return day + timedelta(days=min(days, (date.max - day).days))
    return day - timedelta(days=min(-days, (day - date.min).days))
