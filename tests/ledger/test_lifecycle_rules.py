"""Who may decide what, and when (`ledger.decision_rules`), and measures that differ by a magnitude."""

from datetime import date
from decimal import Decimal

import pytest

from tests.ledger.making import END, indicator, item
from tracker.errors import Refused
from tracker.ledger.decision_rules import Past, check_day, check_order, extensions, parts_for, same_person
from tracker.ledger.judgement import judge
from tracker.ledger.model import Item
from tracker.ledger.parameters import Parameters
from tracker.ledger.values import converted, factor_between

DAY = date(2025, 6, 30)


def states(*found: str) -> Item:
    return item(*(indicator(state=each) for each in found))


@pytest.mark.parametrize(
    ("kind", "made", "parts"),
    [
        ("complete", states("not_started", "completed", "in_progress"), (1, 3)),
        ("close", states("completed", "closed"), (1,)),
        ("return", states("completed", "closed", "in_progress"), (1,)),
        ("reopen", states("completed", "closed", "in_progress"), (1, 2)),
        ("complete", item(), (None,)),
    ],
)
def test_a_decision_on_an_item_takes_the_parts_it_fits(kind: str, made: Item, parts: tuple[int | None, ...]) -> None:
    assert parts_for(kind, made, None) == parts


@pytest.mark.parametrize(
    ("kind", "made", "n", "words"),
    [
        ("complete", states("completed"), 1, "无需再次申报办结"),
        ("complete", states("closed", "completed"), None, "无需再次申报办结|没有可以申报办结的指标"),
        ("close", states("in_progress"), 1, "尚未办结，不能销号"),
        ("close", states("completed", "in_progress"), None, "尚有指标未申报办结（zj-target-1.2）"),
        ("close", states("closed"), 1, "无需再次销号"),
        ("return", states("closed"), 1, "请用 tracker reopen zj-target-1.1"),
        ("return", item(), None, "无需退回"),
        ("reopen", item(state="in_progress"), None, "无需重新打开"),
    ],
)
def test_a_decision_that_does_not_fit_is_refused(kind: str, made: Item, n: int | None, words: str) -> None:
    with pytest.raises(Refused, match=words):
        parts_for(kind, made, n)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("张三", "张三 ", True),
        ("ZhangSan", "ｚｈａｎｇｓａｎ", True),
        ("张三", "李四", False),
        ("张三", "张三丰", False),
    ],
)
def test_a_person_is_one_however_the_name_is_typed(one: str, other: str, same: bool) -> None:
    assert same_person(one, other) is same


@pytest.mark.parametrize("day", [date(2026, 1, 1), date(2020, 12, 31)])
def test_no_decision_in_the_future_or_before_the_plan(day: date) -> None:
    with pytest.raises(Refused):
        check_day(item(), day, END)


def test_a_decision_is_not_dated_before_one_that_would_override_it() -> None:
    past = [Past("return", 1, DAY), Past("extend", 1, END), Past("milestone", 1, END, "2024-12-31")]
    made = states("in_progress", "in_progress")
    check_order(made, 1, "complete", past, DAY)
    check_order(made, 2, "complete", past, date(2025, 1, 1))
    check_order(made, 1, "milestone", past, DAY, "2023-12-31")
    for kind, n, mark in (("complete", 1, None), ("complete", None, None), ("milestone", 1, "2024-12-31")):
        with pytest.raises(Refused, match="已有"):
            check_order(made, n, kind, past, date(2025, 6, 29), mark)


def extended(
    made: Item, to: date, n: int | None = None, day: date = DAY, *, late: bool = False
) -> list[tuple[int | None, date | None]]:
    return [tuple(each) for each in extensions(made, judge(made, day, Parameters()), n, to, day, late=late)]  # type: ignore[misc]


NEW = date(2027, 12, 31)


def test_an_item_moves_its_unmet_indicators_that_have_a_deadline() -> None:
    made = item(
        indicator(),
        indicator(actual="80", basis="total"),
        indicator(state="completed"),
        indicator(due=None),
        indicator(due=date(2099, 1, 1)),
    )
    assert extended(made, NEW) == [(1, END)]


def test_a_first_deadline_is_given_where_none_has_one() -> None:
    assert extended(item(indicator(due=None), indicator(due=None)), NEW) == [(1, None), (2, None)]
    assert extended(item(due=None), NEW) == [(None, None)]
    assert extended(item(indicator(), indicator(due=None)), NEW, 2) == [(2, None)]


@pytest.mark.parametrize(
    ("made", "to", "day", "words"),
    [
        (item(), END, DAY, "必须更晚"),
        (item(), NEW, date(2026, 1, 1), "请加 --late"),
        (item(state="completed"), NEW, DAY, "无需延期"),
        (item(indicator(actual="80", basis="total")), NEW, DAY, "都已达标或办结"),
        (item(indicator(due=date(2023, 12, 31)), indicator()), date(2023, 6, 30), date(2023, 1, 1), "请按指标分别办理"),
        (item(due=None), date(2020, 12, 31), DAY, "不晚于方案的实施起点"),
    ],
)
def test_an_extension_that_does_not_fit_is_refused(made: Item, to: date, day: date, words: str) -> None:
    with pytest.raises(Refused, match=words):
        extended(made, to, day=day)


def test_the_day_of_the_deadline_is_not_yet_late() -> None:
    assert extended(item(), NEW, day=END) == [(None, END)]
    assert extended(item(), NEW, day=date(2026, 1, 1), late=True) == [(None, END)]


@pytest.mark.parametrize(
    ("given", "wanted", "value", "result"),
    [
        ("千瓦", "万千瓦", "34500000", "3450"),
        ("亿立方米", "万立方米", "1.5", "15000"),
        ("百万千瓦", "万千瓦", "34.5", "3450"),
        ("万辆", "万辆", "4.0", "4.0"),
        ("个百分点", "百分点", "1.5", "1.5"),
    ],
)
def test_a_magnitude_is_converted_exactly(given: str, wanted: str, value: str, result: str) -> None:
    assert format(converted(Decimal(value), factor_between(given, wanted)), "f") == result


@pytest.mark.parametrize(("given", "wanted"), [("吨", "千瓦"), ("%", "百分点"), ("万辆", None), ("家", "个")])
def test_measures_of_different_things_are_refused(given: str, wanted: str | None) -> None:
    with pytest.raises(Refused, match="不能换算"):
        factor_between(given, wanted)
