"""Dates as people write them, and the calendar rules of DESIGN §5."""

import re
from datetime import date, datetime, time, timedelta

from tracker.errors import Unclear
from tracker.ledger.values import FULL_WIDTH, shorten

# Compiled when first asked for, by re itself: most commands are given no date.
_DAY = r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?"
_MONTH = r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*月?(底|末)?前?"
_YEAR = r"(\d{4})\s*年?\s*(年?底|年?末)?前?"
_FIVE_YEARS = r"[“”\"]?十([四五])五[“”\"]?(?:时期|期间)?(?:底|末|期末)?前?"
_FIVE_YEARS_END = {"四": 2025, "五": 2030}
_WEEK = r"(\d{4})-?[Ww](\d{1,2})"
EARLIEST, LATEST = 1900, 2999
"""Years of the dates that are taken: a slip of the pen is found out, and counting days from any of them stays a date."""
_RELATIVE = {"today": 0, "今天": 0, "yesterday": -1, "昨天": -1, "tomorrow": 1, "明天": 1}


def parse_date(text: str, today: date, *, what: str = "日期") -> date:
    """Return the day a person wrote: 2026-11-21, 2026/11/21, 2026年11月21日, today, 昨天.

    A month stands for its last day, a year for its 31 December and 十四五 for that of 2025, as deadlines do in the plans (DESIGN §5).
    Raises Unclear when the text is no date, or one so far off that days could not be counted from it.
    """
    cleaned = text.strip().translate(FULL_WIDTH)
    if cleaned.lower() in _RELATIVE:
        return today + timedelta(days=_RELATIVE[cleaned.lower()])
    try:
        day = _written_day(cleaned)
    except (ValueError, OverflowError):
        day = None
    if day is None:
        raise Unclear(f"{what}“{shorten(text)}”无法识别，请写成 2026-11-21 的形式")
    if not EARLIEST <= day.year <= LATEST:
        raise Unclear(f"{what}“{shorten(text)}”应在 {EARLIEST} 年到 {LATEST} 年之间")
    return day


def _written_day(text: str) -> date | None:
    if match := re.fullmatch(_DAY, text):
        return date(int(match[1]), int(match[2]), int(match[3]))
    if match := re.fullmatch(_MONTH, text):
        return last_day_of_month(int(match[1]), int(match[2]))
    if match := re.fullmatch(_YEAR, text):
        return last_day_of_year(int(match[1]))
    if match := re.fullmatch(_FIVE_YEARS, text):
        return last_day_of_year(_FIVE_YEARS_END[match[1]])
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
    """Return Monday and Sunday of an ISO week written 2026-W47; raises Unclear otherwise."""
    if match := re.fullmatch(_WEEK, text.strip()):
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
