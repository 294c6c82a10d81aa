"""Lights and the judgement of items (docs/rules.md): precedence, edges, several indicators."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given

from tests.ledger.making import END, START, days, indicator, item, items
from tracker.ledger.judgement import Judgement, judge
from tracker.ledger.lights import RULES, rule_text
from tracker.ledger.model import Indicator, Item, LastReport, Role
from tracker.ledger.thresholds import Thresholds

LIMITS = Thresholds()
MIDDLE = date(2023, 7, 3)  # half of the time is gone


def reported(day: date, **fields: Any) -> Indicator:
    return indicator(**{"actual": "70", "baseline_value": "60", **fields, "reported_on": day, "reported_entered": day})


def light(*found: Indicator, as_of: date = MIDDLE, **fields: Any) -> str:
    verdict = judge(item(*found, **fields), as_of, LIMITS).light
    assert verdict is not None
    return verdict.reason


@pytest.mark.parametrize(
    ("fields", "as_of", "words"),
    [
        ({}, date(2026, 11, 21), "红：逾期 325 天"),
        ({}, date(2026, 1, 1), "红：逾期 1 天"),  # overdue from the day after
        ({}, END, "红：低于序时 50.0 个百分点"),
        ({"actual": "64"}, MIDDLE, "黄：低于序时 30.0 个百分点"),  # red is more than 30
        ({"actual": "63.98"}, MIDDLE, "红：低于序时 30.1 个百分点"),
        ({"actual": "68"}, MIDDLE, "黄：低于序时 10.0 个百分点"),
        ({"actual": "68.02"}, MIDDLE, "绿：低于序时 9.9 个百分点，在允许范围内"),
        ({"actual": "75"}, MIDDLE, "绿：达到序时进度"),
        ({"actual": "80"}, MIDDLE, "绿：已达标待办结"),
        ({"actual": "80"}, date(2026, 11, 21), "绿：已达标待办结"),  # met: neither overdue nor stale
        ({"baseline_value": None}, MIDDLE, "绿：按期填报，进度无法评估"),
        ({"actual": "79", "actual_date": END, "due": date(2023, 8, 2)}, MIDDLE, "蓝：还有 30 天到期"),
        ({"actual": "79", "due": date(2023, 8, 3)}, MIDDLE, "绿：低于序时 1.7 个百分点，在允许范围内"),
        ({"actual": "79", "due": MIDDLE}, MIDDLE, "蓝：今天到期"),
        ({"state": "completed", "completed_on": END}, date(2026, 11, 21), "已办结：按期办结（2025-12-31）"),
        ({"state": "closed", "completed_on": date(2026, 1, 5)}, MIDDLE, "已办结：逾期办结（2026-01-05），已销号"),
        ({"state": "completed", "completed_on": END, "due": None}, MIDDLE, "已办结：2025-12-31 办结"),
    ],
)
def test_a_number(fields: dict[str, Any], as_of: date, words: str) -> None:
    assert light(reported(as_of, **fields), as_of=as_of) == words


@pytest.mark.parametrize(("age", "words"), [(31, "绿：按期填报，进度无法评估"), (32, "黄：已 32 天未填报")])
def test_the_age_of_the_last_report(age: int, words: str) -> None:
    assert light(reported(MIDDLE - timedelta(days=age), baseline_value=None)) == words


def test_a_report_counts_from_its_entry_unless_that_lies_after_the_day_asked_about() -> None:
    late = indicator(actual="70", reported_on=date(2023, 4, 1), reported_entered=date(2023, 7, 1))
    assert light(late) == "绿：按期填报，进度无法评估"
    assert light(late, as_of=date(2023, 6, 1)) == "黄：已 61 天未填报"


@pytest.mark.parametrize(
    ("as_of", "words"),
    [
        (date(2024, 6, 30), "灰：从未填报"),  # 549 of 1825 days left: 30.08 %
        (date(2024, 7, 1), "灰：从未填报"),
        (date(2024, 7, 2), "黄：从未填报，时间只剩 29.9%"),
    ],
)
def test_never_reported(as_of: date, words: str) -> None:
    assert light(indicator(), as_of=as_of) == words


def test_the_share_of_the_time_left_is_compared_exactly() -> None:
    due = START + timedelta(days=1000)
    words = [light(indicator(due=due), as_of=due - timedelta(days=left)) for left in (301, 300)]
    assert words == ["灰：从未填报", "黄：从未填报，时间只剩 30.0%"]


def test_without_a_due_date_nothing_is_late_or_near() -> None:
    judged = judge(item(reported(MIDDLE, due=None), due=None), date(2040, 1, 1), LIMITS)
    assert (judged.overdue, judged.due_soon, judged.lag, judged.planned) == (False, False, None, None)


@pytest.mark.parametrize(
    ("fields", "as_of", "words"),
    [
        ({"actual": "186"}, MIDDLE, "绿：已达标待办结，到期前须继续保持"),
        ({"actual": "187"}, MIDDLE, "黄：未保持在要求水平（现值 187%，要求不超过186.8%）"),
        ({"actual": "186"}, date(2025, 12, 15), "蓝：还有 16 天到期"),  # blue still applies to a level before its due
        ({"actual": "186", "actual_date": date(2024, 12, 31)}, date(2026, 1, 1), "红：逾期 1 天"),
        ({"actual": "186", "actual_date": date(2025, 12, 31)}, date(2026, 3, 1), "绿：已达标待办结"),
        ({"actual": "187", "actual_date": date(2025, 12, 31)}, date(2026, 1, 1), "红：逾期 1 天"),
    ],
)
def test_a_level_to_be_held(fields: dict[str, Any], as_of: date, words: str) -> None:
    held = reported(as_of, comparator="<=", value="186.8", direction="hold", **fields)
    assert light(held, as_of=as_of) == words


def test_a_level_in_words_has_no_percent_and_no_lag_either() -> None:
    for state in ("in_progress", "completed"):
        held = reported(
            MIDDLE, comparator="qualitative", value=None, direction="hold", actual=None, percent="10", state=state
        )
        judged = judge(item(held), MIDDLE, LIMITS)
        assert (judged.percent, judged.lag, judged.met) == (None, None, state == "completed")


def test_a_held_level_is_watched_for_reports_until_its_due_date() -> None:
    held = reported(date(2023, 1, 1), comparator="<=", value="186.8", direction="hold", actual="180")
    assert light(held) == "黄：已 183 天未填报"


def test_a_broken_ban_is_red_and_comes_after_lag() -> None:
    ban = reported(MIDDLE, comparator="<=", value="0", direction="hold", due=None, actual="1", measure="个")
    assert light(ban) == "红：突破禁止性要求（现值 1个）"


def test_the_worst_indicator_gives_the_light_and_is_named() -> None:
    fine, silent, behind = reported(MIDDLE, actual="75"), indicator(), reported(MIDDLE, actual="65")
    assert light(fine, silent, behind) == "黄：低于序时 25.0 个百分点（zj-target-1.3 指标）"
    assert (
        light(reported(MIDDLE, actual="75"), indicator()) == "灰：从未填报（zj-target-1.2 指标）"
    )  # grey before green


def test_an_item_takes_the_largest_lag_and_the_mean_of_all_achievements() -> None:
    judged = judge(item(reported(MIDDLE, actual="75"), reported(MIDDLE, actual="65")), MIDDLE, LIMITS)
    assert (judged.lag, judged.percent, judged.planned) == (Decimal("25.0"), Decimal("50.0"), Decimal("50.0"))
    unknown = judge(item(reported(MIDDLE), reported(MIDDLE, baseline_value=None)), MIDDLE, LIMITS)
    assert (unknown.percent, unknown.lag) == (None, Decimal("0.0"))


def test_days_overdue_count_from_the_earliest_unmet_indicator() -> None:
    early, late = indicator(due=date(2023, 12, 31)), indicator()
    judged = judge(item(early, late), date(2026, 1, 10), LIMITS)
    assert (judged.overdue, judged.days_overdue) == (True, 741)
    met = replace(early, actual=Decimal(80), actual_date=END, reported_on=END, reported_entered=END)
    assert judge(item(met, late), date(2026, 1, 10), LIMITS).days_overdue == 10


def test_what_was_completed_late_is_named_before_what_was_completed_in_time() -> None:
    on_time = indicator(state="completed", completed_on=END)
    late = indicator(state="completed", completed_on=date(2026, 2, 1))
    assert light(on_time, late, as_of=date(2026, 3, 1)) == "已办结：逾期办结（2026-02-01）（zj-target-1.2 指标）"


def test_a_task_is_judged_by_what_was_declared() -> None:
    report = LastReport(MIDDLE, MIDDLE, "省建设厅", "张三", None, None, None)
    judged = judge(item(percent=Decimal("33.333"), last_report=report), MIDDLE, LIMITS)
    assert (judged.percent, judged.lag) == (Decimal("33.333"), Decimal("16.7"))
    assert judged.light == ("yellow", "黄：低于序时 16.7 个百分点")
    done = judge(item(percent=Decimal("33.333"), state="completed", completed_on=MIDDLE), MIDDLE, LIMITS)
    assert (done.met, done.percent) == (True, Decimal(100))


def test_due_soon_is_0_to_30_days_ahead_and_neither_met_nor_completed() -> None:
    def soon(day: date, **fields: Any) -> bool:
        return judge(item(**fields), day, LIMITS).due_soon

    assert [soon(END - timedelta(days=ahead)) for ahead in (31, 30, 0)] == [False, True, True]
    assert not soon(date(2026, 1, 1))
    assert not soon(END, state="completed")
    assert not judge(item(reported(END, actual="80")), END, LIMITS).due_soon


def test_an_aim_has_no_light() -> None:
    aim = item()
    aim.kind = "aim"
    judged = judge(aim, date(2026, 11, 21), LIMITS)
    assert (judged.light, judged.overdue, judged.unreported) == (None, False, ())


def test_unreported_are_the_leads_without_a_report_of_their_own_in_the_period() -> None:
    leads = [
        Role(1, "甲", MIDDLE - timedelta(days=31), MIDDLE - timedelta(days=31)),
        Role(2, "乙", MIDDLE - timedelta(days=32), MIDDLE - timedelta(days=32)),
        Role(3, "丙"),
    ]
    assert judge(item(leads=leads), MIDDLE, LIMITS).unreported == ("乙", "丙")
    assert judge(item(leads=leads, state="completed"), MIDDLE, LIMITS).unreported == ()


def test_thresholds_move_the_lights() -> None:
    strict = LIMITS._replace(red_lag=Decimal(5), yellow_lag=Decimal(1))
    judged = judge(item(reported(MIDDLE, actual="68.02")), MIDDLE, strict)
    assert judged.light == ("red", "红：低于序时 9.9 个百分点")
    assert "红：逾期；或低于序时超过 5 个百分点；或突破禁止性要求。" in rule_text(strict)


@given(items(), days)
def test_every_item_has_one_light_that_agrees_with_its_facts(made: Item, as_of: date) -> None:
    judged = judge(made, as_of, LIMITS)
    assert judged.light is not None
    assert judged.light.color in {rule.color for rule in RULES}
    assert judged.overdue == (judged.days_overdue > 0)
    if judged.overdue:
        assert judged.light.color == "red"
    if judged.light.color == "done":
        assert not made.is_open if not made.indicators else all(not each.is_open for each in made.indicators)
    assert judged.percent is None or 0 <= judged.percent <= 100


@given(items(), days)
def test_a_day_later_an_open_overdue_item_is_one_day_more_overdue(made: Item, as_of: date) -> None:
    today, tomorrow = judge(made, as_of, LIMITS), judge(made, as_of + timedelta(days=1), LIMITS)
    if today.overdue:
        assert tomorrow.days_overdue == today.days_overdue + 1


def test_the_start_of_the_period_is_no_special_day() -> None:
    judged: Judgement = judge(item(reported(START, actual="60")), START, LIMITS)
    assert (judged.planned, judged.lag) == (Decimal(0), Decimal("0.0"))
    assert judged.light == ("green", "绿：达到序时进度")
