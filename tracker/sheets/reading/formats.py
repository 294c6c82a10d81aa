"""How a number format shows a number: as a share, a day, a month, a time of day (ECMA-376 part 1, 18.8.30 and 18.8.31)."""

import re
from calendar import monthrange
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from tracker.sheets.reading.values import Percent, Span

PLAIN, PERCENT, DAY, MONTH, YEAR, TIME = range(6)
"""What a format makes of a number."""

_BUILT_IN = {
    **dict.fromkeys((9, 10), PERCENT), **dict.fromkeys((14, 15, 16, 22), DAY), 17: MONTH,
    **dict.fromkeys((18, 19, 20, 21, 45, 46, 47), TIME),
    # Of Chinese programs: yyyy"年"m"月" and its like are months, h"时"mm"分" a time of day.
    **dict.fromkeys((27, 36, 50, 52, 57), MONTH), **dict.fromkeys((28, 29, 30, 31, 51, 53, 54, 58), DAY),
    **dict.fromkeys((32, 33, 34, 35, 55, 56), TIME),
}  # fmt: skip
_WORDS = re.compile(r'"[^"]*"|\\.|[_*].|\[(?!h+\]|m+\]|s+\])[^\]]*\]|general', re.IGNORECASE)
_LAST_DAY = 2_958_466
"""The day after 9999-12-31, where spreadsheets stop counting."""


def built_in(number: int) -> int:
    """Return what a format does that programs know by its number."""
    return _BUILT_IN.get(number, PLAIN)


@lru_cache(maxsize=512)
def kind_of(code: str) -> int:
    """Return what a format does that is written out: 0.0%, yyyy"年"m"月", m/d/yyyy h:mm."""
    section = _WORDS.sub("", code.split(";", maxsplit=1)[0]).lower()
    if "%" in section:
        return PERCENT
    has_time = "h" in section or "s" in section
    if "d" in section:
        return DAY
    if "y" in section or "e" in section.replace("e+", "").replace("e-", ""):
        return DAY if has_time else (MONTH if "m" in section else YEAR)
    if has_time:
        return TIME
    return MONTH if "m" in section else PLAIN


def shown(number: float, kind: int, *, from_1904: bool = False) -> Any:
    """Return what a number is that a format shows: a share, a day (with its time), a month or a year, or itself."""
    if kind == PLAIN:
        return number
    if kind == PERCENT:
        return Percent(number)
    if not 0 <= number < _LAST_DAY:
        return number
    if kind == TIME and number < 1:
        return moment_of(1 + number).time()
    moment = moment_of(number, from_1904=from_1904)
    if kind in (MONTH, YEAR):
        return span_of(moment.date(), kind)
    return moment


def moment_of(number: float, *, from_1904: bool = False) -> datetime:
    """Return the moment that a count of days stands for, to the second."""
    start = datetime(1904, 1, 1) if from_1904 else datetime(1899, 12, 30)  # noqa: DTZ001 - a cell has no time zone
    if not from_1904 and number < 60:  # noqa: PLR2004 - the 29 February 1900 that never was
        start += timedelta(days=1)
    return start + timedelta(seconds=round(number * 86_400))


def span_of(day: date, kind: int) -> Span:
    """Return the month or the year in which a day lies."""
    if kind == YEAR:
        return Span(date(day.year, 1, 1), date(day.year, 12, 31))
    return Span(day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1]))
