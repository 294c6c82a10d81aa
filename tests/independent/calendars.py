"""Reporting periods (填报期) told a second time from docs/rules.md, by counting days; nothing of `tracker.ledger` is used."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

OPENS, ENDS = date(2015, 1, 1), date(2035, 12, 31)
"""The days between which periods are told."""


class Setting(NamedTuple):
    """A calendar that was set on a day: how long a period is, and the day on which it closes (of a week the weekday)."""

    every: str = "month"
    closes: int = 25
    set_on: date = date.min


class Span(NamedTuple):
    """One period with its first day and its closing day."""

    start: date
    end: date


def is_closing(setting: Setting, day: date) -> bool:
    """Say whether a calendar closes a period on a day: in a short month on its last."""
    if setting.every == "week":
        return day.isoweekday() == setting.closes
    months = {"month": range(1, 13), "quarter": (3, 6, 9, 12), "year": (12,)}[setting.every]
    return day.month in months and day.day == min(setting.closes, monthrange(day.year, day.month)[1])


def next_closing(setting: Setting, day: date) -> date:
    """Return the first closing day from a day on."""
    while not is_closing(setting, day):
        day += timedelta(days=1)
    return day


def last_closing(setting: Setting, day: date) -> date:
    """Return the last closing day before a day."""
    day -= timedelta(days=1)
    while not is_closing(setting, day):
        day -= timedelta(days=1)
    return day


@lru_cache(maxsize=64)
def periods(settings: tuple[Setting, ...]) -> tuple[Span, ...]:
    """Return all periods: one that runs when another calendar is set stays, the next follows the new one.

    Where the calendars meet, a period of less than a quarter of the usual length is joined to the one after it.
    """
    found = []
    running, opens = settings[0], next_closing(settings[0], OPENS) + timedelta(days=1)
    while opens < ENDS:
        newest = [each for each in settings if each.set_on < opens][-1]
        end = next_closing(newest, opens)
        if newest[:2] != running[:2]:
            usual = (end - last_closing(newest, opens)).days
            if ((end - opens).days + 1) * 4 < usual:
                end = next_closing(newest, end + timedelta(days=1))
        found.append(Span(opens, end))
        running, opens = newest, end + timedelta(days=1)
    return tuple(found)


def period_around(settings: Sequence[Setting], day: date) -> Span:
    """Return the period in which a day lies."""
    return next(each for each in periods(tuple(settings)) if each.start <= day <= each.end)


def period_before(settings: Sequence[Setting], period: Span) -> Span:
    """Return the period before one."""
    return period_around(settings, period.start - timedelta(days=1))


def settings_told(events: Sequence[tuple[dict[str, Any], date, int]], plan: str) -> tuple[Setting, ...]:
    """Return the calendars of a plan one after another, from what was set (oldest first), on which day, by which change."""
    found = [Setting()]
    whole: dict[str, str] = {}
    own: dict[str, str] = {}
    relevant = [each for each in events if each[0]["figure"] in ("report_every", "report_closes")]
    relevant = [each for each in relevant if (each[0].get("plan") or "") in ("", plan)]
    for place, (data, entered, change) in enumerate(relevant):
        (own if data.get("plan") else whole)[data["figure"]] = data["value"]
        if place + 1 < len(relevant) and relevant[place + 1][2] == change:
            continue
        values = {"report_every": "month", "report_closes": "25", **whole, **own}
        setting = Setting(values["report_every"], int(values["report_closes"]), entered)
        if setting[:2] != found[-1][:2]:
            found.append(setting)
    return tuple(found)
