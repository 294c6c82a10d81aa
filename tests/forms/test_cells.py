"""What a cell means, as people write it."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.forms.workbooks import midnight
from tracker.errors import Unclear
from tracker.ledger.values import plain
from tracker.sheets.reading.cells import is_rough, read_date, read_flag, read_percent, read_state, read_text, read_value
from tracker.sheets.reading.values import Displayed, Percent, exact

TODAY = date(2026, 11, 21)


def test_words_beside_a_figure_are_told_unless_they_are_its_unit() -> None:
    found = [(text, read_value(text, "万千瓦"), is_rough(text)) for text in (
        "430(万千瓦)", "4 300 千瓦", "430余", "430多万千瓦", "430（预计）",
    )]  # fmt: skip
    assert found == [
        ("430(万千瓦)", 430, False), ("4 300 千瓦", Decimal("0.43"), False), ("430余", 430, True), ("430多万千瓦", 430, True),
        ("430（预计）", 430, True),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "number", "measure", "value", "is_told"),
    [
        ("4300千瓦", 4300, "万千瓦", "0.43", False), ("4300 千 瓦", 4300, "万千瓦", "0.43", False), ("2万", 2, "辆", "20000", False),
        ("共81", 81, "个", "81", True), ("81达标", 81, "%", "81", True), ("完成45%", Percent(0.45), "%", "45", True), ("约45%", Percent(0.45), "%", "45", True),
    ],
)  # fmt: skip
def test_words_of_a_format_that_are_no_unit_leave_the_number(
    text: str, number: float, measure: str, value: str, is_told: bool
) -> None:
    cell = Displayed(text, number)
    assert (read_value(cell, measure), is_rough(cell)) == (Decimal(value), is_told)


@pytest.mark.parametrize(
    ("cell", "measure", "value"),
    [
        ("4.2万", "辆", "42000"), ("4.2万", "万辆", "4.2"), ("４．２万辆", "万辆", "4.2"), ("42000辆", "万辆", "4.2"),
        ("3.5亿", "万立方米", "35000"), ("2千万", "元", "20000000"), ("500 千瓦", "万千瓦", "0.05"), ("1,234.5", None, "1234.5"),
        ("１，２３４", "个", "1234"), ("45％", "%", "45"), ("12条", "条（个）", "12"), ("－3", "百分点", "-3"), ("20个百分点", "百分点", "20"),
        ("20 百分点", "个百分点", "20"), (78.5, "%", "78.5"),
        (45.0, "个", "45"), (0.1, "%", "0.1"), ("1.50", "%", "1.50"), ("1e3", "个", "1000"), ("", "个", None), ("—", "个", None),
        ("暂无", "个", None),
    ],
)  # fmt: skip
def test_values(cell: Any, measure: str | None, value: str | None) -> None:
    found = read_value(cell, measure)
    assert (None if found is None else plain(found)) == value


@pytest.mark.parametrize(
    ("cell", "measure"),
    [("近5", "个"), ("2,5", "个"), ("1.2.3", "个"), ("45%", "个"), ("3万", "%"), ("5吨", "辆"), (True, "个"), (date(2026, 1, 1), "个"),
     ("若干", "个"), ("NaN", "个"), ("1e999", "个")],
)  # fmt: skip
def test_no_values(cell: Any, measure: str) -> None:
    with pytest.raises(Unclear, match="现值"):
        read_value(cell, measure)


def test_percents() -> None:
    assert [read_percent(cell) for cell in (45, "45", "45%", "４５．５％", 0, "100", "", None)] == [
        45, 45, 45, Decimal("45.5"), 0, 100, None, None,
    ]  # fmt: skip
    assert read_percent(Percent(0.455)) == Decimal("45.5")
    for cell in (101, -1, "45个", "近四成"):
        with pytest.raises(Unclear):
            read_percent(cell)
    with pytest.raises(Unclear, match="完成率 4500% 超出范围"):
        read_percent(Percent(45.0))


def test_dates() -> None:
    cells = (
        midnight(2026, 11, 1),
        date(2026, 11, 1),
        46327,
        46327.5,
        "2026年11月1日",
        "2026-11-01 08:30",
        "２０２６／１１／０１",
    )
    assert {read_date(cell, TODAY) for cell in cells} == {date(2026, 11, 1)}
    assert read_date(44865, TODAY, from_1904=True) == date(2026, 11, 1)
    assert [read_date(cell, TODAY) for cell in ("", "  ")] == [None, None]
    for cell in ("改天", 5, True, "2026-13-01"):
        with pytest.raises(Unclear, match="日期"):
            read_date(cell, TODAY)


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2026年10月", "2026-10-31"), ("2025年", "2025-12-31"), ("2026年11月", "2026-11-21"), ("2026-11", "2026-11-21"),
        ("2026年", "2026-11-21"), ("2026年12月", "2026-12-31"), ("2026年11月底", "2026-11-30"), ("2026年底", "2026-12-31"),
        ("2026年11月30日", "2026-11-30"),
    ],
)  # fmt: skip
def test_a_month_or_a_year_that_is_running_is_today_for_a_report(cell: str, day: str) -> None:
    """One that is over is its last day; one that is to come, and a last day that is named, stay in the future."""
    assert str(read_date(cell, TODAY)) == day


@pytest.mark.parametrize("cell", ["20261120", "２０２６１１２０", "20261120 08:30", 20261120, 20261120.0])
def test_a_date_in_eight_digits(cell: Any) -> None:
    assert read_date(cell, TODAY) == date(2026, 11, 20)


@pytest.mark.parametrize(
    "cell", ["20261340", "19481231", "21010101", "2026112", 20261340, 20261120.5, 2026.111, 2026, 1e300, float("nan")]
)
def test_other_digits_are_no_date(cell: Any) -> None:
    with pytest.raises(Unclear, match="日期"):
        read_date(cell, TODAY)


def test_states_flags_and_texts() -> None:
    assert [read_state(cell) for cell in ("未启动", " 已完成 ", "推进中", "in_progress", "已销号", "")] == [
        "not_started", "completed", "in_progress", "in_progress", "closed", None,
    ]  # fmt: skip
    assert [read_flag(cell) for cell in (1, 1.0, "√", "是", "无变化", "１")] == [True] * 6
    assert [read_flag(cell) for cell in ("", 0, "否", None)] == [False] * 4
    assert [read_text(cell) for cell in (" a\r\nb ", 12.0, 0.5, True, date(2026, 1, 2), midnight(2026, 1, 2), "", None)] == [
        "a\nb", "12", "0.5", "是", "2026-01-02", "2026-01-02", None, None,
    ]  # fmt: skip


@given(st.decimals(min_value=-(10**9), max_value=10**9, allow_nan=False, places=5))
def test_what_a_sheet_keeps_of_a_figure_is_the_figure(number: Decimal) -> None:
    assert exact(float(number)) == number


@given(st.decimals(min_value=0, max_value=10**6, allow_nan=False, places=3), st.sampled_from(["辆", "万辆", "亿元"]))
def test_the_same_quantity_in_any_magnitude(number: Decimal, measure: str) -> None:
    base = measure.removeprefix("万").removeprefix("亿")
    size = {"万": 10**4, "亿": 10**8}.get(measure[0], 1)
    assert read_value(f"{number}{measure}", measure) == number
    assert read_value(f"{number * size:f}{base}", measure) == number
    assert read_value(f"{number * size / 10**4:f}万", measure) == number
