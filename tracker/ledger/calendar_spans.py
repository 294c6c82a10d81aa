"""The stretches of the calendar that papers are about: a week, a month, a quarter, half a year, a year, any two days."""

from datetime import date, timedelta
from typing import NamedTuple

from tracker.errors import Unclear
from tracker.ledger.dates import last_day_of_month, parse_span, week_name
from tracker.ledger.reporting_periods import calendar_name
from tracker.ledger.summary import chinese_days
from tracker.ledger.values import shorten

WORDS = {"week": "周", "month": "月", "quarter": "季度", "half": "半年", "year": "年度", "span": "期"}
"""The kinds of spans, and how a paper speaks of the one it is about: 本周, 本月, 本期."""
_FORMS = {"week": "2026-W47", "month": "2026-11", "quarter": "2026-Q4", "half": "2026-H2", "year": "2026"}
_MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}


class NamedSpan(NamedTuple):
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


def title_words(span: NamedSpan) -> str:
    """Return what a title calls a span: 2026年第48周, 2026年11月, 2026年第四季度, 2026年下半年, 2026年; any other by its days."""
    return chinese_days(span.start, span.end) if span.kind == "span" else calendar_name(span.kind, span.start)


_TITLES = {"week": "周报", "month": "月报", "quarter": "季报", "half": "半年报", "year": "年报", "span": "报告"}
"""What a report of a span is called, and its file."""


def report_name(kind: str) -> str:
    """Return what the report of a kind of span is called: 周报, 月报, 季报, 半年报, 年报; 报告 of any two days."""
    return _TITLES[kind]


def calendar_number(span: NamedSpan) -> int:
    """Return the number of a span within its year (第48期 of the weeks); 0 of any two days, which have none."""
    match span.kind:
        case "week":
            return span.start.isocalendar().week
        case "span":
            return 0
        case "year":
            return 1
        case _:
            return (span.start.month - 1) // _MONTHS[span.kind] + 1


def issue_year(span: NamedSpan) -> int:
    """Return the year to which a span is counted; of a week that of its Thursday."""
    return span.start.isocalendar().year if span.kind == "week" else span.end.year


def issue_words(span: NamedSpan, number: int) -> str:
    """Return how a title names an issue and its days: 2026年第48期，11月23日—11月29日; a week over two years has both."""
    days = f"{_day_words(span.start)}—{_day_words(span.end)}"
    if span.start.year != span.end.year:
        days = f"{span.start.year}年{_day_words(span.start)}—{span.end.year}年{_day_words(span.end)}"
    if span.start == span.end:
        days = _day_words(span.start)
    year = f"{issue_year(span)}年"
    if span.kind == "year":
        return f"{year}度"
    return f"{year}第{number}期，{days}" if number else f"{year}{days}" if span.start.year == span.end.year else days


def _day_words(day: date) -> str:
    return f"{day.month}月{day.day}日"


def named_span(kind: str, text: str, today: date) -> NamedSpan:
    """Return the week, month, quarter, half or year a person wrote (`dates.parse_span`); raises Unclear for another text."""
    start, end = parse_span(text, today, what=f"--{kind} 的时段", example=_FORMS[kind])
    span = span_around(kind, start)
    if (span.start, span.end) != (start, end):
        raise Unclear(f"--{kind} 的“{shorten(text)}”不是一整个时段；请写成 {_FORMS[kind]} 的形式")
    return span


def span_around(kind: str, day: date) -> NamedSpan:
    """Return the span of a kind in which a day falls."""
    if kind == "week":
        monday = day - timedelta(days=day.weekday())
        return NamedSpan(kind, monday, monday + timedelta(days=6), week_name(day))
    length = _MONTHS[kind]
    number = (day.month - 1) // length
    start = date(day.year, number * length + 1, 1)
    name = {
        "month": f"{day:%Y-%m}", "quarter": f"{day.year}-Q{number + 1}", "half": f"{day.year}-H{number + 1}",
        "year": str(day.year),
    }[kind]  # fmt: skip
    return NamedSpan(kind, start, last_day_of_month(day.year, start.month + length - 1), name)


def days_between(start: date, end: date) -> NamedSpan:
    """Return the span of any two days; raises Unclear where the first is after the last."""
    if start > end:
        raise Unclear(f"起始日 {start} 在截止日 {end} 之后；请调换")
    return NamedSpan("span", start, end, f"{start}至{end}")
