"""The stretches of the calendar that papers are about: a week, a month, a quarter, half a year, a year, any two days."""

import re
from datetime import date, timedelta
from typing import NamedTuple

from tracker.errors import Unclear
from tracker.ledger.dates import EARLIEST, LATEST, last_day_of_month, parse_week, week_name
from tracker.ledger.values import FULL_WIDTH, shorten

WORDS = {"week": "周", "month": "月", "quarter": "季度", "half": "半年", "year": "年度", "span": "期"}
"""The kinds of spans, and how a paper speaks of the one it is about: 本周, 本月, 本期."""
_FORMS = {"week": "2026-W47", "month": "2026-11", "quarter": "2026-Q4", "half": "2026-H2", "year": "2026"}
_MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}
_SHAPES = {
    "month": r"(\d{4})\s*(?:[-/.]|年)\s*(\d{1,2})\s*月?",
    "quarter": r"(\d{4})\s*(?:-?[Qq]|年第?)\s*([1-4一二三四])\s*(?:季度)?",
    "half": r"(\d{4})\s*(?:-?[Hh]|年)\s*([12上下])\s*(?:半年)?",
    "year": r"(\d{4})\s*年?()",
}
_ORDINALS = {"一": 1, "二": 2, "三": 3, "四": 4, "上": 1, "下": 2, "": 1}


class Span(NamedTuple):
    """A stretch of days, both ends included. name is that of a file: 2026-W47, 2026-11, 2026-Q4, 2026-H2, 2026."""

    kind: str
    start: date
    end: date
    name: str

    @property
    def before(self) -> date:
        """The day before it begins: on that day the span before it ends."""
        return self.start - timedelta(days=1)

    @property
    def words(self) -> str:
        """What a paper calls it: 本周, 本月, 本季度, 本期."""
        return f"本{WORDS[self.kind]}"


def named_span(kind: str, text: str, today: date) -> Span:
    """Return the week, month, quarter, half or year a person wrote, also as 本周, 上月; raises Unclear for another text."""
    cleaned = text.strip().translate(FULL_WIDTH)
    if cleaned in (f"本{WORDS[kind]}", f"上{WORDS[kind]}", *(("今年", "去年") if kind == "year" else ())):
        span = span_around(kind, today)
        return span if cleaned[0] in "本今" else span_around(kind, span.before)
    if kind == "week":
        return span_around(kind, parse_week(cleaned)[0])
    match = re.fullmatch(_SHAPES[kind], cleaned)
    number = 0 if match is None else int(_ORDINALS.get(match[2]) or match[2])
    if match is None or not 1 <= number <= 12 // _MONTHS[kind] or not EARLIEST <= int(match[1]) <= LATEST:
        raise Unclear(f"--{kind} 的“{shorten(text)}”无法识别；请写成 {_FORMS[kind]} 的形式")
    return span_around(kind, date(int(match[1]), (number - 1) * _MONTHS[kind] + 1, 1))


def span_around(kind: str, day: date) -> Span:
    """Return the span of a kind in which a day falls."""
    if kind == "week":
        name = week_name(day)
        return Span(kind, *parse_week(name), name)
    length = _MONTHS[kind]
    number = (day.month - 1) // length
    start = date(day.year, number * length + 1, 1)
    name = {
        "month": f"{day:%Y-%m}", "quarter": f"{day.year}-Q{number + 1}", "half": f"{day.year}-H{number + 1}",
        "year": str(day.year),
    }[kind]  # fmt: skip
    return Span(kind, start, last_day_of_month(day.year, start.month + length - 1), name)


def days_between(start: date, end: date) -> Span:
    """Return the span of any two days; raises Unclear where the first is after the last."""
    if start > end:
        raise Unclear(f"起始日 {start} 在截止日 {end} 之后；请调换")
    return Span("span", start, end, f"{start}至{end}")
