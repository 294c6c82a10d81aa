"""Reporting periods (填报期): when one opens and closes, which one a report answers, which one is asked about.

A closing day that a month does not have is its last; it does not move for holidays. dateutil's MONTHLY rule skips such months,
so the days from 28 on are given together and the last of them is taken.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from tracker.ledger.model import Answer
from tracker.ledger.parameters import Calendar, Parameters

Calendars = tuple[Calendar, ...]
_FIRST, _LAST = date(1901, 1, 1), date(9990, 12, 31)
"""The days between which periods are worked out: outside, no plan runs."""


class Period(NamedTuple):
    """One reporting period, from its first day to its closing day."""

    start: date
    end: date
    every: str = "month"

    @property
    def name(self) -> str:
        """The period as people call it: 2026年11月期."""
        return f"{calendar_name(self.every, self.end)}期"


@lru_cache(maxsize=512)
def calendar_name(kind: str, day: date) -> str:
    """Return what people call the week, month, quarter, half or year of a day: 2026年第48周, 2026年11月, 2026年第四季度."""
    match kind:
        case "week":
            year, week, _ = day.isocalendar()
            return f"{year}年第{week}周"
        case "month":
            return f"{day.year}年{day.month}月"
        case "quarter":
            return f"{day.year}年第{'一二三四'[(day.month - 1) // 3]}季度"
        case "half":
            return f"{day.year}年{'上' if day.month <= 6 else '下'}半年"  # noqa: PLR2004 - the months of half a year
        case _:
            return f"{day.year}年"


class Filing(NamedTuple):
    """A report as the calendar sees it: the day of its entry and, of a form, the day that stands in it."""

    entered: date
    form_date: date | None = None


@lru_cache(maxsize=4096)
def period_of(calendars: Calendars, day: date) -> Period:
    """Return the period in which a day lies.

    A calendar that is set leaves the running period as it is. The next one opens after it and closes as the new calendar says:
    on its first closing day that makes the period at least a quarter as long as those after it.
    """
    day = min(max(day, _FIRST), _LAST)
    period = _natural(calendars[0], day)
    for calendar in calendars[1:]:
        running = period_of(calendars[: calendars.index(calendar)], calendar.set_on)
        if day <= running.end:
            break
        opens = running.end + timedelta(days=1)
        period = _natural(calendar, day)
        if period.start < opens or _first_of(calendar, opens).end >= day:
            period = _first_of(calendar, opens)
    return period


def _first_of(calendar: Calendar, opens: date) -> Period:
    """Return the first period of a calendar that takes over on a day."""
    found = _natural(calendar, opens)
    if ((found.end - opens).days + 1) * 4 < (found.end - found.start).days + 1:
        found = _natural(calendar, found.end + timedelta(days=1))
    return found._replace(start=opens)


def period_before(calendars: Calendars, period: Period) -> Period:
    """Return the period before one."""
    return period_of(calendars, period.start - timedelta(days=1))


def period_after(calendars: Calendars, period: Period) -> Period:
    """Return the period after one."""
    return period_of(calendars, period.end + timedelta(days=1))


_REACHES_BACK = {"week": 15, "month": 70, "quarter": 200, "year": 800}
"""A number of days in which a calendar has closed at least once."""


def _natural(calendar: Calendar, day: date) -> Period:
    from dateutil.rrule import MONTHLY, WEEKLY, rrule

    moment = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - rules know days, not zones
    begin = moment - timedelta(days=_REACHES_BACK[calendar.every])  # a rule is walked from its beginning
    if calendar.every == "week":
        closings = rrule(WEEKLY, dtstart=begin, byweekday=calendar.closes - 1, cache=False)
    else:
        months = {"month": None, "quarter": (3, 6, 9, 12), "year": (12,)}[calendar.every]
        last = tuple(range(min(calendar.closes, 28), calendar.closes + 1))
        closings = rrule(MONTHLY, dtstart=begin.replace(day=1), bymonth=months, bymonthday=last, bysetpos=-1)
    end = closings.after(moment, inc=True)
    before = closings.before(moment)
    assert end is not None and before is not None  # noqa: S101, PT018 - the rule has no end, and begins early enough
    return Period(before.date() + timedelta(days=1), end.date(), calendar.every)


def asked_about(parameters: Parameters, as_of: date) -> Period:
    """Return the last period whose grace is over at a day: the one whose reports must be in."""
    return _asked(parameters.calendars, parameters.report_grace, as_of)


@lru_cache(maxsize=4096)
def _asked(calendars: Calendars, grace: int, as_of: date) -> Period:
    as_of = max(as_of, date(_FIRST.year + 13, 1, 1))  # a grace lasts ten years at most
    period = period_of(calendars, as_of)
    while period.end + timedelta(days=grace) >= as_of:
        period = period_before(calendars, period)
    return period


def open_periods(parameters: Parameters, as_of: date) -> list[Period]:
    """Return the periods that a report of a day may answer on time: the closed one while its grace lasts, and the running one."""
    running = period_of(parameters.calendars, as_of)
    closed = period_before(parameters.calendars, running)
    return [closed, running] if as_of <= closed.end + timedelta(days=parameters.report_grace) else [running]


def first_period_after(parameters: Parameters, day: date) -> Period:
    """Return the first period that opens after a day."""
    return _first_after(parameters.calendars, day)


@lru_cache(maxsize=4096)
def _first_after(calendars: Calendars, day: date) -> Period:
    return period_after(calendars, period_of(calendars, day))


def first_owed(parameters: Parameters, used: date | None) -> Period | None:
    """Return the first period for which a plan owes reports, None before its first use (or before `report_from` is set)."""
    since = used if parameters.report_from is None else parameters.report_from - timedelta(days=1)
    return None if since is None else _first_after(parameters.calendars, since)


def answer(parameters: Parameters, answered: date | None, filing: Filing) -> Answer:
    """Return which periods a report answers; answered: the last day of the last period that the unit had answered before.

    Entered within the grace after a closing it answers the closed period, if that is not answered yet, and no other; later
    its own, and it clears the closed one's debt. A form answers the period of the day in it, where it came in within the grace.
    """
    return _answer(parameters.calendars, parameters.report_grace, answered, filing)


@lru_cache(maxsize=4096)
def _answer(calendars: Calendars, days: int, answered: date | None, filing: Filing) -> Answer:
    grace = timedelta(days=days)
    if filing.form_date is not None:
        meant = period_of(calendars, filing.form_date)
        if filing.entered <= meant.end + grace:
            return Answer(filing.entered, meant.end, meant.end)
    own = period_of(calendars, filing.entered)
    closed = period_before(calendars, own)
    is_answered = answered is not None and answered >= closed.end
    if filing.entered <= closed.end + grace and not is_answered:
        return Answer(filing.entered, closed.end, closed.end)
    return Answer(filing.entered, closed.end, own.end)


def answers(parameters: Parameters, filings: Iterable[Filing], before: date | None = None) -> tuple[Answer, ...]:
    """Return what the reports of a unit answer, in the order of their entry; before: the last period answered before them."""
    found: list[Answer] = []
    told: tuple[date | None, Filing] | None = None
    for filing in filings:
        # Of many reports of a day each after the second answers what that did.
        found.append(found[-1] if told == (before, filing) else answer(parameters, before, filing))
        told = before, filing
        before = max(found[-1].last, before or date.min)
    return tuple(found)


def answer_words(parameters: Parameters, answered: date | None, owed: Period | None, entered: date) -> str:
    """Say which period a report entered on a day counts for, and which debt of the closed one it clears (`cleared`)."""
    given = answer(parameters, answered, Filing(entered))
    debt = cleared(parameters, answered, owed, given)
    return f"计入{period_of(parameters.calendars, given.last).name}" + (f"，同时补报{debt.name}" if debt else "")


def cleared(parameters: Parameters, answered: date | None, owed: Period | None, given: Answer) -> Period | None:
    """Return the closed period whose debt a report clears after its grace (补报), None where it clears none.

    answered: the last day of the last period that the unit had answered before; owed: the first for which the plan owes reports.
    """
    closed = period_of(parameters.calendars, given.first)
    if given.first == given.last or owed is None or closed.start < owed.start:
        return None
    return closed if answered is None or answered < closed.end else None


def cleared_debts(
    parameters: Parameters, owed: Period | None, filings: Iterable[Filing]
) -> Iterator[tuple[Filing, Period]]:
    """Yield the reports of a unit, in the order of their entry, that clear the debt of a closed period, each with that period."""
    before: date | None = None
    for filing in filings:
        given = answer(parameters, before, filing)
        debt = cleared(parameters, before, owed, given)
        if debt is not None:
            yield filing, debt
        before = max(given.last, before or date.min)


def deadline_words(parameters: Parameters, day: date) -> str:
    """Say until when the period of a day is reported: its closing day, and the end of the grace."""
    period = period_of(parameters.calendars, day)
    grace = period.end + timedelta(days=parameters.report_grace)
    until = f"，宽限至 {grace}" if parameters.report_grace else ""
    return f"{period.name} {period.end} 截止{until}"


def has_answered(given: Iterable[Answer], period: Period, as_of: date) -> bool:
    """Say whether a period is answered at a day: itself, or by a report of by then that answered a later one."""
    end = period.end
    return True in [
        end in (each.first, each.last) or (each.entered <= as_of and each.last >= end) for each in given
    ]  # fmt: skip
