"""Dates as people write them, and the calendar rules of DESIGN §5."""

import re
from datetime import date, datetime, time, timedelta

from tracker.errors import Unclear
from tracker.ledger.values import FULL_WIDTH, shorten

# Compiled when first asked for, by re itself: most commands are given no date.
_DAY = r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?"
_MONTH = r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*月?(底|末)?前?"
_YEAR = r"(\d{4})\s*年?\s*(年?底|年?末)?前?"
_FIVE_YEARS = r"[“”\"]?十([四五])五[“”\"]?(?:时期|期间)?(底|末|期末)?前?"
_FIVE_YEARS_END = {"四": 2025, "五": 2030}
_DIGITS = r"(19(?:49|[5-9]\d)|20\d\d|2100)(\d\d)(\d\d)"
"""20261121, of 1949 to 2100 only: other eight digits are rather a figure."""
_WEEK = r"(\d{4})-?[Ww](\d{1,2})"
EARLIEST, LATEST = 1900, 2999
"""Years of the dates that are taken: a slip of the pen is found out, and counting days from any of them stays a date."""
_RELATIVE = {"today": 0, "今天": 0, "yesterday": -1, "昨天": -1, "tomorrow": 1, "明天": 1}


def parse_date(text: str, today: date, *, what: str = "日期") -> date:
    """Return the day a person wrote: 2026-11-21, 2026/11/21, 20261121, 2026年11月21日, today, 昨天.

    A month stands for its last day, a year for its 31 December and 十四五 for that of 2025, as deadlines do in the plans (DESIGN §5).
    Raises Unclear when the text is no date, or one so far off that days could not be counted from it.
    """
    return _parse_span(text, today, what)[1]


def parse_reported_date(text: str, today: date, *, what: str = "日期") -> date:
    """Return the day of which a report speaks, written as for `parse_date`.

    A month or a year that is still running stands for today: nobody reports on its last day before it has come.
    Raises Unclear as `parse_date` does.
    """
    first, last = _parse_span(text, today, what)
    return today if first <= today <= last else last


def _parse_span(text: str, today: date, what: str) -> tuple[date, date]:
    """Return the first and the last of the days that a person named."""
    cleaned = text.strip().translate(FULL_WIDTH)
    if cleaned.lower() in _RELATIVE:
        day = today + timedelta(days=_RELATIVE[cleaned.lower()])
        return day, day
    try:
        span = _written_span(cleaned)
    except (ValueError, OverflowError):
        span = None
    if span is None:
        raise Unclear(f"{what}“{shorten(text)}”无法识别，请写成 2026-11-21 的形式")
    if not EARLIEST <= span[1].year <= LATEST:
        raise Unclear(f"{what}“{shorten(text)}”应在 {EARLIEST} 年到 {LATEST} 年之间")
    return span


def _written_span(text: str) -> tuple[date, date] | None:
    """Return the first and the last day of a written date; 11月底 and 年底 name the last one."""
    if match := re.fullmatch(_DAY, text) or re.fullmatch(_DIGITS, text):
        day = date(int(match[1]), int(match[2]), int(match[3]))
        return day, day
    if match := re.fullmatch(_MONTH, text):
        last = last_day_of_month(int(match[1]), int(match[2]))
        return last if match[3] else last.replace(day=1), last
    if match := re.fullmatch(_YEAR, text):
        last = last_day_of_year(int(match[1]))
        return last if match[2] else last.replace(month=1, day=1), last
    if match := re.fullmatch(_FIVE_YEARS, text):
        last = last_day_of_year(_FIVE_YEARS_END[match[1]])
        return last if match[2] else date(last.year - 4, 1, 1), last
    return None


def parse_instant(text: str, today: date, *, what: str = "时刻") -> str:
    """Return a moment as the UTC text in which moments are kept; a day stands for its last moment, local time.

    Raises Unclear when the text is no moment.
    """
    cleaned = text.strip().translate(FULL_WIDTH)
    try:
        moment = datetime.fromisoformat(cleaned) if "T" in cleaned or ":" in cleaned else None
    except ValueError:
        raise Unclear(f"{what}“{shorten(text)}”无法识别，请写成 2026-11-21 或 2026-11-21T18:00 的形式") from None
    if moment is None:
        moment = datetime.combine(parse_date(cleaned, today, what=what), time.max)
    elif not EARLIEST <= moment.year <= LATEST:
        raise Unclear(f"{what}“{shorten(text)}”应在 {EARLIEST} 年到 {LATEST} 年之间")
    return instant_text(moment)


def instant_text(moment: datetime) -> str:
    """Write a moment as UTC text that sorts as it runs: 2026-11-21T05:19:31.123456Z."""
    from datetime import UTC

    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def last_day_of_year(year: int) -> date:
    """Return the day on which a deadline that names only a year falls due (DESIGN §5)."""
    return date(year, 12, 31)


def last_day_of_month(year: int, month: int) -> date:
    """Return the last day of a month; raises ValueError for a month that does not exist."""
    first = date(year, month, 1)
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def parse_week(text: str) -> tuple[date, date]:
    """Return Monday and Sunday of an ISO week written 2026-W47, 2026W47 or 2026-w47; raises Unclear otherwise."""
    if match := re.fullmatch(_WEEK, text.strip().translate(FULL_WIDTH)):
        try:
            monday = date.fromisocalendar(int(match[1]), int(match[2]), 1)
        except ValueError:
            raise Unclear(f"没有“{shorten(text)}”这一周，请按 ISO 周写成 2026-W47 的形式") from None
        if EARLIEST <= monday.year <= LATEST:
            return monday, monday + timedelta(days=6)
    raise Unclear(f"周次“{shorten(text)}”无法识别，请写成 2026-W47 的形式")


def week_name(day: date) -> str:
    """Return the ISO week in which a day falls, written 2026-W47."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"
