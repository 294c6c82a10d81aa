"""How an item stands on every later day as long as nothing more is said about it (docs/rules.md).

Between two statements only time moves, and time moves a light on few days: when a due date comes near, comes and is past, when the
grace after a closing day or the wait for a year's figure is over, when the plan line leaves the actual behind. The store keeps these
days, so that a ledger of any size is counted without judging its items one by one. Which days may matter is worked out here; how
things stand on each of them is asked of `judgement.Judging`, so that there is one set of rules.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from itertools import groupby, pairwise
from operator import le, lt
from typing import Any, NamedTuple

from tracker.ledger.judgement import Judgement, Judging, unmet_since
from tracker.ledger.model import Indicator, Item
from tracker.ledger.parameters import Parameters
from tracker.ledger.progress import Path, Stretch, declared
from tracker.ledger.reporting_periods import first_period_after


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
    judging = Judging(item, parameters)
    start = _said_on(item)
    days = sorted({start, *[day for day in _turns(judging) if day > start]})
    course = {day: judging.at(day) for day in days}
    judged = course.values()
    overdue = _spans(course, [each.overdue for each in judged])
    awaiting = _spans(course, [each.awaiting for each in judged])
    unreported = _spans(course, [each.unreported for each in judged])
    unassessable = _spans(
        course, [not each.assessable and not each.settled and each.light is not None for each in judged]
    )
    owed = _spans(course, [bool(each.silent_units) for each in judged])
    dues = {day - timedelta(days=each.days_overdue) for day, each in course.items() if each.days_overdue}
    before = {each.before_ledger for each in judged if each.overdue}
    colors = groupby(course.items(), lambda each: each[1].light and each[1].light.color)
    untold = [spans[1].start for spans in (awaiting, unreported, unassessable, owed) if len(spans) > 1]
    if owed and owed[0].end is not None and (not unreported or unreported[0].end != owed[0].end):
        untold.append(owed[0].end)  # leads are taken for silent as long as the item is unreported
    return LightSchedule(
        steps=tuple([Step(next(group)[0], color) for color, group in colors]),
        overdue=next(iter(overdue), None),
        overdue_due=min(dues, default=None),
        soon_dues=tuple(sorted(set(_soon(item, course)))),
        unreported=next(iter(unreported), None),
        silent=tuple(
            [next((day for day, each in course.items() if lead.name in each.silent_units), None) for lead in item.leads]
        ),
        awaiting=next(iter(awaiting), None),
        unassessable=next(iter(unassessable), None),
        before_ledger=True in before,
        percent=course[start].percent,
        is_whole=len(before) <= 1 and len(overdue) <= 1 and len(dues) <= 1 and not any(span.end for span in overdue),
        plain_until=min(untold, default=None),
    )


Course = Mapping[date, Judgement]
"""Days, ascending, with the judgement that holds from each to the next."""


def _spans(course: Course, holds: Sequence[bool]) -> list[Span]:
    """Return the runs of days on which something holds; holds: whether it does so from each day to the next."""
    found: list[Span] = []
    since: date | None = None
    for day, here in zip(course, holds, strict=True):
        if here and since is None:
            since = day
        elif since is not None and not here:
            found.append(Span(since, day))
            since = None
    return found if since is None else [*found, Span(since, None)]


def _soon(item: Item, course: Course) -> Iterator[date]:
    """Yield the deadlines up to whose day something is not settled."""
    for place, due in enumerate([each.due for each in item.indicators] or [item.due]):
        judged = course.get(due) if due is not None else None
        if due is None or judged is None or judged.light is None:
            continue
        if not (judged.indicators[place].attained.settled if judged.indicators else judged.settled):
            yield due


def _said_on(item: Item) -> date:
    """Return the day of the last entry from which the item stands as it does."""
    days = [] if item.last_report is None else [item.last_report.entered]
    # A report of an earlier day changes nothing but who has reported, and that from the day on which it was entered.
    days += [lead.answers[-1].entered for lead in item.leads if lead.answers]
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


def _turns(judging: Judging) -> Iterator[date]:
    """Yield every day on which something may change: more than enough, never too few."""
    item, parameters = judging.item, judging.parameters
    if item.kind == "aim":
        return
    if item.plan_ended is not None:
        yield item.plan_ended
    waits = []
    for part in judging.parts:
        indicator, path = part.indicator, part.yardstick.path
        yield from _turns_of_time(item, indicator.due, parameters)
        for day in (indicator.due, *[point.date for point in indicator.milestones]):
            if day is not None:
                until = parameters.due_of_figure(part.name, day.year)
                waits.append(until)
                yield from (day, _after(until, 1))
        if path is not None and part.reached is not None and not part.is_dated:
            yield from _crossings(path, part.reached, parameters)
    if not judging.parts:
        yield from _turns_of_time(item, item.due, parameters)
        path, reached = judging.path, declared(item, met=False)
        if path is not None and reached is not None:
            yield from _crossings(path, reached, parameters)
    yield from _turns_of_silence(judging, waits)


def _turns_of_time(item: Item, due: date | None, parameters: Parameters) -> Iterator[date]:
    """Yield the days on which nearness, being overdue, and the absence of reports begin to count."""
    if due is None:
        return
    yield from (_after(due, -parameters.due_days), due, _after(due, 1))
    if due > item.begins:
        yield _after(due, -int((due - item.begins).days * parameters.time_left / 100))


def _turns_of_silence(judging: Judging, waits: list[date]) -> Iterator[date]:
    """Yield the days after the grace of those periods that may be the first one owed."""
    item, first, parameters = judging.item, judging.first, judging.parameters
    if first is None:
        return
    yield first.start
    since = [_after(first.start, -1), *waits, item.came_in, item.owing_since]
    for lead in item.leads:
        since += [lead.named_on, max([each.last for each in lead.answers], default=None)]
    for part in judging.parts:
        figure = part.current
        since += [part.indicator.owing_since, unmet_since(part.indicator), figure and figure.entered]
    for day in {day for day in since if day}:
        yield _after(first_period_after(parameters, day).end, parameters.report_grace + 1)


def _crossings(path: Path, reached: Decimal, parameters: Parameters) -> Iterator[date]:
    """Yield the days on which the plan line leaves what was reached behind by the figures for yellow and red, or comes back."""
    shares = [reached + parameters.yellow_lag, reached + parameters.red_lag]
    for first, last in pairwise(path.points):
        if last is not path.points[-1]:
            yield _after(last.date, 1)  # the piece after it may begin with a step
        stretch = Stretch(first.date, first.value, last.date, last.value)
        low, high = path.share(first.date), path.share(last.date)
        for share in shares:
            for is_past in (partial(le, share), partial(lt, share)):
                if is_past(low) != is_past(high):
                    about = int((stretch.end - stretch.start).days * (share - low) / (high - low))
                    yield _crossing(path, stretch, is_past, about)


def _crossing(path: Path, stretch: Stretch, is_past: Callable[[Decimal], bool], about: int) -> date:
    """Return where a straight piece of the line passes a share, upwards or downwards, about so many days after its start."""
    low, high = 0, (stretch.end - stretch.start).days
    before = is_past(path.share(stretch.start))
    tried = [about + 4, about - 4]  # a share has one decimal: it is passed some days beside
    while high - low > 1:
        middle = tried.pop() if tried else (low + high) // 2
        if not low < middle < high:
            continue
        if is_past(path.share_on(stretch, stretch.start + timedelta(days=middle))) == before:
            low = middle
        else:
            high = middle
    return stretch.start + timedelta(days=high)


def _after(day: date, days: int) -> date:
    """Return a later (or earlier) day, within the calendar."""
    if days >= 0:
        return day + timedelta(days=min(days, (date.max - day).days))
    return day - timedelta(days=min(-days, (day - date.min).days))
