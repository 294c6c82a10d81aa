"""What people call a reporting period, and the span that a paper is about: one name for both."""

from datetime import date

import pytest

from tracker.ledger.calendar_spans import span_around, title_words
from tracker.ledger.reporting_periods import Period


@pytest.mark.parametrize(
    ("kind", "day", "words"),
    [("week", date(2027, 1, 3), "2026年第53周"), ("month", date(2026, 11, 25), "2026年11月"),
     ("quarter", date(2026, 3, 25), "2026年第一季度"), ("quarter", date(2026, 12, 25), "2026年第四季度"),
     ("year", date(2026, 12, 25), "2026年")],
)  # fmt: skip
def test_a_period_is_called_as_its_report_is(kind: str, day: date, words: str) -> None:
    assert title_words(span_around(kind, day)) == words
    assert Period(day, day, kind).name == f"{words}期"


@pytest.mark.parametrize(("day", "words"), [(date(2026, 6, 30), "2026年上半年"), (date(2026, 7, 1), "2026年下半年")])
def test_a_half_year(day: date, words: str) -> None:
    assert title_words(span_around("half", day)) == words
