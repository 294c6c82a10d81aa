"""Dates as people write them, seen from Saturday, 21 November 2026: the last day where something is due, the first where a
range begins, today for a running span of which a report speaks.
"""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.errors import Unclear
from tracker.ledger.calendar_spans import named_span
from tracker.ledger.dates import parse_date, parse_reported_date, parse_span, parse_start
from tracker.ledger.deadlines import parse_due

TODAY = date(2026, 11, 21)
SPANS = """
2026-11-20 2026-11-20 2026-11-20
2026/11/20 2026-11-20 2026-11-20
20261120 2026-11-20 2026-11-20
2026年11月20日 2026-11-20 2026-11-20
2026年11月20号 2026-11-20 2026-11-20
26年11月20日 2026-11-20 2026-11-20
二〇二六年十一月二十日 2026-11-20 2026-11-20
11月20日 2026-11-20 2026-11-20
去年12月28日 2025-12-28 2025-12-28
11-20 2026-11-20 2026-11-20
20日 2026-11-20 2026-11-20
上月15日 2026-10-15 2026-10-15
2026-11 2026-11-01 2026-11-30
2026年11月 2026-11-01 2026-11-30
11月 2026-11-01 2026-11-30
十二月份 2026-12-01 2026-12-31
2026年2月底 2026-02-28 2026-02-28
12月底前 2026-12-31 2026-12-31
11月上旬 2026-11-01 2026-11-10
2月下旬 2026-02-21 2026-02-28
2026Q4 2026-10-01 2026-12-31
2026-Q4 2026-10-01 2026-12-31
2026年第四季度 2026-10-01 2026-12-31
第三季度 2026-07-01 2026-09-30
三季度末 2026-09-30 2026-09-30
Q1 2026-01-01 2026-03-31
上半年 2026-01-01 2026-06-30
2025年下半年 2025-07-01 2025-12-31
2026H2 2026-07-01 2026-12-31
2026 2026-01-01 2026-12-31
2026年 2026-01-01 2026-12-31
2026年度 2026-01-01 2026-12-31
2026年底 2026-12-31 2026-12-31
2026年年底前 2026-12-31 2026-12-31
今年 2026-01-01 2026-12-31
去年底 2025-12-31 2025-12-31
年初 2026-01-01 2026-01-01
年底 2026-12-31 2026-12-31
月底 2026-11-30 2026-11-30
本季度末 2026-12-31 2026-12-31
上月 2026-10-01 2026-10-31
上个月底 2026-10-31 2026-10-31
下月 2026-12-01 2026-12-31
上季度 2026-07-01 2026-09-30
十四五 2021-01-01 2025-12-31
“十五五”末 2030-12-31 2030-12-31
2026-W47 2026-11-16 2026-11-22
2026W47 2026-11-16 2026-11-22
2026年第47周 2026-11-16 2026-11-22
第四十七周 2026-11-16 2026-11-22
本周 2026-11-16 2026-11-22
上周 2026-11-09 2026-11-15
上周五 2026-11-13 2026-11-13
周五 2026-11-20 2026-11-20
下星期一 2026-11-23 2026-11-23
周末 2026-11-22 2026-11-22
今天 2026-11-21 2026-11-21
前天 2026-11-19 2026-11-19
3天前 2026-11-18 2026-11-18
三天前 2026-11-18 2026-11-18
两周前 2026-11-07 2026-11-07
1个月前 2026-10-21 2026-10-21
半年前 2026-05-21 2026-05-21
10天后 2026-12-01 2026-12-01
次年3月 2027-03-01 2027-03-31
第二年三月底 2027-03-31 2027-03-31
11月至次年3月 2026-11-01 2027-03-31
2027年11月—翌年3月 2027-11-01 2028-03-31
11月—3月 2026-11-01 2027-03-31
2025年10月-3月 2025-10-01 2026-03-31
12月25日至1月5日 2026-12-25 2027-01-05
下一年6月 2027-06-01 2027-06-30
前三季度 2026-01-01 2026-09-30
2025年前10个月 2025-01-01 2025-10-31
2026年12月25日-31日 2026-12-25 2026-12-31
12月10日至20日 2026-12-10 2026-12-20
12月25-31日 2026-12-25 2026-12-31
1-10月 2026-01-01 2026-10-31
一至三季度 2026-01-01 2026-09-30
2026.10.25-31 2026-10-25 2026-10-31
2027年元月15日 2027-01-15 2027-01-15
元月 2026-01-01 2026-01-31
10.31 2026-10-31 2026-10-31
"""


@pytest.mark.parametrize("line", SPANS.strip().splitlines())
def test_a_date_as_people_write_it(line: str) -> None:
    text, first, last = line.split()
    assert parse_start(text, TODAY).isoformat() == first
    assert parse_date(text, TODAY).isoformat() == last
    assert parse_date(" ".join(text) if "-" not in text else f" {text} ", TODAY).isoformat() == last


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-11", TODAY), ("本月", TODAY), ("2026", TODAY), ("第四季度", TODAY), ("下半年", TODAY), ("本周", TODAY),
        ("2026-W47", TODAY), ("10月", date(2026, 10, 31)), ("第三季度", date(2026, 9, 30)), ("月底", date(2026, 11, 30)),
        ("周日", date(2026, 11, 15)), ("25日", date(2026, 10, 25)),
    ],
)  # fmt: skip
def test_a_report_on_a_span_that_is_running_is_of_today(text: str, day: date) -> None:
    assert parse_reported_date(text, TODAY) == day


def test_a_day_without_its_year_lies_behind_where_it_must() -> None:
    january = date(2027, 1, 5)
    assert parse_reported_date("12月28日", january) == date(2026, 12, 28)
    assert parse_start("12月1日", january, past=True) == date(2026, 12, 1)
    assert parse_reported_date("第四季度", january) == date(2026, 12, 31)
    assert parse_date("12月28日", january) == date(2027, 12, 28)
    # A slip of the pen is not moved a year back: that it lies ahead is told.
    assert parse_reported_date("12月20日", TODAY) == date(2026, 12, 20)


@pytest.mark.parametrize(
    "text",
    ["", "2026-13", "2026-02-30", "第五季度", "13月", "2月30日", "2026-W54", "周八", "abc", "0-0-0", "12345678", "年前", "底",
     "0000-01-01", "3001-01-01", "9999天前", "前", "2026.11.31", "Q5", "q", "2026H3"],
)  # fmt: skip
def test_what_is_no_date_is_refused(text: str) -> None:
    if text == "9999天前":
        assert parse_date(text, TODAY) == TODAY - timedelta(days=9999)
        return
    with pytest.raises(Unclear, match="日期"):
        parse_date(text, TODAY)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("半年前", None), ("3个月前", None), ("两年前", None), ("长期", None), ("10日前", "2026-11-10"), ("国庆前", "2026-09-30"),
        ("2026年启动，次年6月投运", "2027-06-30"), ("五年内完成", None), ("每年11月至次年3月", None), ("丙午年底", None),
        ("2026—2028年，每年", "2028-12-31"), ("年度内", "2026-12-31"), ("2026年前三季度完成", "2026-09-30"),
        ("11月30日18:00前", "2026-11-30"),
    ],
)  # fmt: skip
def test_a_deadline_is_never_in_a_time_that_is_past_or_not_said(text: str, day: str | None) -> None:
    if day is not None:
        assert parse_due(text, TODAY).isoformat() == day
        return
    with pytest.raises(Unclear, match="日期"):
        parse_due(text, TODAY)


@pytest.mark.parametrize("text", ["上周", "2026年第46周", "第46周", "2026-W46", "w46"])
def test_a_week_is_asked_for_in_the_same_words(text: str) -> None:
    assert named_span("week", text, TODAY)[1:3] == (date(2026, 11, 9), date(2026, 11, 15))


@pytest.mark.parametrize("text", ["上周五", "2026-11", "周末", "本月"])
def test_what_is_no_week_is_refused_as_one(text: str) -> None:
    with pytest.raises(Unclear, match="--week"):
        named_span("week", text, TODAY)


@given(st.dates(date(1900, 1, 1), date(2999, 12, 31)), st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_every_day_is_read_whatever_its_spelling(day: date, today: date) -> None:
    for text in (
        day.isoformat(), f"{day:%Y/%m/%d}", f"{day.year}年{day.month}月{day.day}日", f"{day.year}.{day.month}.{day.day}",
    ):  # fmt: skip
        assert parse_span(text, today) == (day, day)
