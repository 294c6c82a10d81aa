"""Met, awaited, lights and who has not reported: docs/rules.md, each rule with both sides of its thresholds."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given

from tests.ledger.making import END, START, days, indicator, item, items
from tracker.ledger.judgement import Judgement, judge
from tracker.ledger.lights import RULES, rule_text
from tracker.ledger.model import Answer, Indicator, Item, LastReport, Milestone, Role, Value
from tracker.ledger.parameters import Parameters

FIGURES = Parameters()
MIDDLE = date(2023, 7, 3)  # half of the time is gone
USED = date(2021, 6, 1)


def judged(*found: Indicator, as_of: date = MIDDLE, **fields: Any) -> Judgement:
    return judge(item(*found, **fields), as_of, FIGURES)


def light(*found: Indicator, as_of: date = MIDDLE, **fields: Any) -> str:
    verdict = judged(*found, as_of=as_of, **fields).light
    assert verdict is not None
    return verdict.reason


def total(*values: tuple[date, str], **fields: Any) -> Indicator:
    return indicator("=", "4", basis="total", measure="万辆", values=list(values), **fields)


@pytest.mark.parametrize(
    ("values", "as_of", "words"),
    [
        ([("2023-07-03", "1.6")], "2023-07-03", "黄：低于序时 10.0 个百分点"),
        ([("2023-07-03", "1.604")], "2023-07-03", "绿：低于序时 9.9 个百分点，在允许范围内"),
        ([("2023-07-03", "0.8")], "2023-07-03", "黄：低于序时 30.0 个百分点"),  # red is more than 30
        ([("2023-07-03", "0.796")], "2023-07-03", "红：低于序时 30.1 个百分点"),
        ([("2023-07-03", "2.2")], "2023-07-03", "绿：达到序时进度"),
        ([("2023-07-03", "4")], "2023-07-03", "绿：已达标，待申报办结"),
        ([("2025-11-30", "3.9")], "2025-12-01", "蓝：还有 30 天到期"),
        ([("2025-11-30", "3.9")], "2025-11-30", "绿：低于序时 0.8 个百分点，在允许范围内"),
        ([("2025-12-30", "3.9")], "2025-12-31", "蓝：今天到期"),
        ([("2025-12-30", "3.9999")], "2026-01-01", "红：逾期 1 天 · 未达目标（现值3.9999万辆）"),
        ([("2025-12-30", "3.9"), ("2026-02-01", "4")], "2026-03-01", "绿：逾期达标（2026-02-01），待申报办结"),
        ([("2025-06-30", "4"), ("2025-09-30", "3.9")], "2026-01-01", "红：逾期 1 天 · 未达目标（现值3.9万辆）"),
        ([], "2026-01-01", "红：逾期 1 天 · 未报数"),
    ],
)
def test_a_total_is_met_while_the_value_in_force_satisfies(
    values: list[tuple[str, str]], as_of: str, words: str
) -> None:
    found = total(*((date.fromisoformat(day), value) for day, value in values))
    assert light(found, as_of=date.fromisoformat(as_of)) == words


def test_a_total_is_met_since_the_first_day_of_the_run_in_force() -> None:
    found = total((date(2024, 1, 1), "4"), (date(2024, 2, 1), "3"), (date(2024, 3, 1), "4"), (date(2024, 4, 1), "5"))
    attained = judged(found, as_of=date(2024, 5, 1)).indicators[0].attained
    assert (attained.met_on, attained.met_late, attained.settled) == (date(2024, 3, 1), False, True)


@pytest.mark.parametrize(
    ("values", "as_of", "words", "days_overdue"),
    [
        ([("2025-06-30", "85")], "2025-07-01", "绿：提前达到，以2025年数据为准", 0),
        ([("2025-06-30", "85")], "2025-12-31", "蓝：今天到期", 0),
        ([("2025-06-30", "85")], "2026-01-01", "蓝：期限已到，待2025年数据（2026-06-30前）", 0),
        ([("2025-06-30", "85")], "2026-06-30", "蓝：期限已到，待2025年数据（2026-06-30前）", 0),
        (
            [("2025-06-30", "85")],
            "2026-07-01",
            "绿：已达标，待申报办结",
            0,
        ),  # the latest value of that year decides now
        ([("2025-06-30", "79")], "2026-07-01", "红：逾期 182 天 · 未达目标（现值79%）", 182),
        ([("2024-12-31", "85")], "2026-07-01", "红：逾期 182 天 · 尚无2025年数据，现值85%", 182),
        ([("2025-12-31", "79")], "2026-01-01", "红：逾期 1 天 · 未达目标（现值79%）", 1),
        ([("2025-12-31", "80")], "2026-01-01", "绿：已达标，待申报办结", 0),
        ([("2025-12-31", "80"), ("2026-06-30", "70")], "2026-08-01", "绿：已达标，待申报办结", 0),  # never un-met
        ([("2025-12-31", "79"), ("2026-03-31", "81")], "2026-04-01", "绿：逾期达标（2026-03-31），待申报办结", 0),
        ([("2026-03-31", "81")], "2026-04-01", "蓝：期限已到，待2025年数据（2026-06-30前）", 0),
        ([("2026-03-31", "81")], "2026-07-01", "绿：逾期达标（2026-03-31），待申报办结", 0),
    ],
)
def test_a_level_is_decided_by_the_figure_of_its_due_year(
    values: list[tuple[str, str]], as_of: str, words: str, days_overdue: int
) -> None:
    found = judged(
        indicator(values=[(date.fromisoformat(day), value) for day, value in values]), as_of=date.fromisoformat(as_of)
    )
    assert found.light is not None
    assert (found.light.reason, found.days_overdue, found.awaiting) == (words, days_overdue, "待2025年数据" in words)


def test_of_a_yearly_amount_only_whole_years_count() -> None:
    values = [(date(2024, 12, 31), "70"), (date(2025, 6, 30), "90")]
    early = judged(indicator(basis="annual", values=values), as_of=date(2025, 7, 1))
    assert (early.indicators[0].attained.figure, early.indicators[0].met) == (
        Value(*values[0][:1], Decimal(70), values[0][0]),
        False,
    )
    late = judged(indicator(basis="annual", values=values), as_of=date(2026, 7, 1))
    assert late.light is not None
    assert late.light.reason == "红：逾期 182 天 · 尚无2025年数据，现值70%"
    assert light(indicator(basis="annual", values=values[1:]), as_of=date(2025, 7, 1)) == "灰：尚无全年数据"


def test_a_commitment_for_every_area_is_met_by_100_percent_and_not_by_a_word() -> None:
    asked = indicator(
        "complete",
        None,
        basis="each",
        percent="99",
        percent_on=MIDDLE,
        reported_on=MIDDLE,
        state="completed",
        completed_on=MIDDLE,
    )
    assert light(asked) == "黄：申报办结，未达目标（现值99%）"
    done = replace(asked, percent=Decimal(100), state="in_progress", completed_on=None)
    assert light(done) == "绿：已达标，待申报办结"
    assert light(replace(asked, state="in_progress"), as_of=date(2026, 1, 1)) == "红：逾期 1 天 · 未达目标（现值99%）"


def test_what_the_superior_assesses_is_awaited_until_the_middle_of_the_next_year() -> None:
    asked = indicator("complete", None, basis="assessed", reported_on=MIDDLE, state="in_progress")
    assert light(asked) == "绿：正常推进，未报完成率"
    assert light(asked, as_of=date(2026, 6, 30)) == "蓝：期限已到，待2025年数据（2026-06-30前）"
    assert light(asked, as_of=date(2026, 7, 1)) == "红：逾期 182 天 · 未办结"


@pytest.mark.parametrize(
    ("fields", "as_of", "words", "settled"),
    [
        ({"actual": "186"}, "2023-07-03", "绿：已达标，到期前须继续保持", False),
        ({"actual": "187"}, "2023-07-03", "黄：未保持在要求水平（现值187亿立方米，要求不超过186.8亿立方米）", False),
        ({"actual": "186"}, "2025-12-15", "绿：已达标，到期前须继续保持", False),  # met: nothing to hurry for
        (
            {"actual": "186", "actual_date": date(2024, 12, 31)},
            "2026-01-01",
            "蓝：期限已到，待2025年数据（2026-06-30前）",
            False,
        ),
        ({"actual": "186", "actual_date": END}, "2026-03-01", "绿：已达标，待申报办结", True),
        ({"actual": "187", "actual_date": END}, "2026-01-01", "红：逾期 1 天 · 未保持（现值187亿立方米）", False),
        ({"actual": "186", "due": None}, "2040-01-01", "绿：已达标，须继续保持", False),
    ],
)
def test_a_number_to_be_held(fields: dict[str, Any], as_of: str, words: str, settled: bool) -> None:
    asked = indicator("<=", "186.8", direction="hold", measure="亿立方米", **fields)
    found = judged(asked, as_of=date.fromisoformat(as_of))
    assert found.light is not None
    assert (found.light.reason, found.settled, found.lag) == (words, settled, None)


def test_a_running_amount_that_breaks_its_ceiling_already_is_not_held() -> None:
    asked = indicator(
        "<=",
        "186.8",
        basis="annual",
        direction="hold",
        measure="",
        values=[(date(2024, 12, 31), "180"), (date(2025, 10, 31), "187")],
    )
    assert light(asked, as_of=date(2025, 11, 1)) == "黄：未保持在要求水平（现值187，要求不超过186.8）"
    asked.values = (asked.values[0], Value(date(2025, 10, 31), Decimal(120), date(2025, 10, 31)))
    assert light(asked, as_of=date(2025, 11, 1)) == "绿：已达标，到期前须继续保持"


def test_a_broken_ban_stays_red_until_the_value_is_taken_back_or_it_is_closed() -> None:
    ban = indicator(
        "<=",
        "0",
        basis="total",
        direction="hold",
        due=None,
        measure="个",
        values=[(date(2023, 1, 1), "1"), (date(2023, 6, 1), "0")],
    )
    assert light(ban) == "红：突破禁止性要求（现值1个，2023-01-01）"
    assert light(replace(ban, values=ban.values[1:])) == "绿：已达标，须继续保持"
    closed = replace(ban, state="closed", completed_on=MIDDLE, closed_on=MIDDLE, unmet="已整改")
    assert light(closed) == "已销号：未达目标（已整改），2023-07-03 销号"


def yearly(*values: tuple[int, str], **fields: Any) -> Indicator:
    points = tuple(
        Milestone(date(year, 12, 31), Decimal(value)) for year, value in ((2022, "65"), (2023, "70"), (2024, "75"))
    )
    return indicator(values=[(date(year, 12, 31), value) for year, value in values], milestones=points, **fields)


@pytest.mark.parametrize(
    ("values", "as_of", "words"),
    [
        ([(2024, "75")], "2025-02-01", "绿：达到2024年目标"),
        ([(2024, "74.9")], "2025-02-01", "黄：未达2024年目标，现值74.9%，应75%"),
        (
            [(2023, "69"), (2024, "69.5")],
            "2025-02-01",
            "红：连续两个年度未达目标：未达2024年目标，现值69.5%，应75%；未达2023年目标，现值69%，应70%",
        ),
        ([(2023, "69"), (2024, "74")], "2025-02-01", "黄：未达2024年目标，现值74%，应75%"),  # 74 ended the miss of 2023
        ([(2023, "71")], "2025-02-01", "绿：达到2023年目标"),  # the figure of 2024 is awaited
        ([(2023, "71")], "2025-07-01", "黄：尚无2024年数据，应75%"),
        ([], "2025-02-01", "灰：尚无填报"),
    ],
)
def test_without_a_baseline_the_last_yearly_target_is_judged(
    values: list[tuple[int, str]], as_of: str, words: str
) -> None:
    assert light(yearly(*values), as_of=date.fromisoformat(as_of)) == words


def test_without_baseline_and_yearly_targets_nothing_can_be_said_before_the_deadline() -> None:
    asked = indicator(actual="70")
    found = judged(asked)
    assert (found.light and found.light.reason, found.assessable, found.lag) == (
        "灰：缺少基数和年度目标，待评估",
        False,
        None,
    )
    assert judged(asked, as_of=date(2026, 1, 1)).assessable
    assert judged(yearly((2024, "75"))).assessable
    assert judged(indicator(baseline_value="60")).assessable
    assert light(indicator(baseline_value="60", reported_on=MIDDLE)) == "灰：尚无数据"


def test_the_lag_of_a_level_is_taken_at_the_day_of_its_value() -> None:
    asked = indicator(baseline_value="60", actual="70", actual_date=MIDDLE)
    assert [judged(asked, as_of=day).lag for day in (MIDDLE, date(2025, 6, 1))] == [Decimal("0.0")] * 2
    assert judged(asked, as_of=date(2025, 6, 1)).planned == Decimal("88.3")


def test_a_word_settles_no_number() -> None:
    asked = indicator(
        value="90",
        values=[(date(2025, 11, 20), "30")],
        state="completed",
        completed_on=date(2025, 11, 20),
        completed_unit="省建设厅",
    )
    assert light(asked, as_of=date(2025, 11, 20)) == "黄：申报办结，未达目标（现值30%）"
    late = judged(asked, as_of=date(2026, 7, 1))
    assert (late.overdue, late.met, late.settled) == (True, False, False)


def test_what_is_declared_waits_to_be_verified() -> None:
    task: dict[str, Any] = {"state": "completed", "completed_on": date(2025, 12, 20), "completed_unit": "省建设厅"}
    assert light(as_of=date(2026, 1, 19), **task) == "待核查，申报于2025-12-20，省建设厅"
    assert light(as_of=date(2026, 1, 20), **task) == "待核查，申报于2025-12-20，省建设厅，待核查已 31 天"
    task["completed_on"] = date(2026, 1, 5)
    assert light(as_of=date(2026, 1, 6), **task) == "待核查，申报于2026-01-05，省建设厅，逾期 5 天申报"
    assert light(as_of=date(2026, 1, 6), state="closed", completed_on=END) == "已销号：按期办结（2025-12-31）"


def test_returned_work_says_so_until_a_lead_reports_again() -> None:
    task: dict[str, Any] = {"state": "in_progress", "returned": "材料不全", "reported_on": MIDDLE}
    assert light(**task) == "黄：退回：材料不全"
    assert light(as_of=date(2026, 1, 1), **task) == "红：逾期 1 天 · 退回（材料不全）"
    met = total((MIDDLE, "4"), returned="材料不全")
    assert light(met) == "黄：退回：材料不全"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"state": "not_started", "reported_on": MIDDLE}, "红：低于序时 50.0 个百分点"),  # 未启动 is 0 %
        ({"state": "in_progress", "reported_on": MIDDLE}, "绿：正常推进，未报完成率"),
        ({"state": "in_progress", "reported_on": MIDDLE, "percent": Decimal(40)}, "黄：低于序时 10.0 个百分点"),
        (
            {"state": "in_progress", "reported_on": MIDDLE, "percent": Decimal("40.1")},
            "绿：低于序时 9.9 个百分点，在允许范围内",
        ),
        ({"state": "not_started"}, "灰：尚无填报"),
        ({"state": "not_started", "reported_on": MIDDLE, "due": None}, "灰：未启动"),
        (
            {"state": "in_progress", "reported_on": MIDDLE, "percent": Decimal(40), "due": None},
            "绿：正常推进，完成率 40%",
        ),
    ],
)
def test_a_task(fields: dict[str, Any], words: str) -> None:
    assert light(**fields) == words


def test_what_fell_due_before_the_ledger_says_so_until_somebody_reports() -> None:
    asked = {"in_ledger": date(2026, 5, 1)}
    found = judged(total(), as_of=date(2026, 5, 2), **asked)
    assert (found.light and found.light.reason, found.before_ledger) == (
        "红：逾期 122 天 · 台账无填报（建账前到期）",
        True,
    )
    said = LastReport(MIDDLE, MIDDLE, "省建设厅", "张三", "已开工", None, None)
    assert light(total(), as_of=date(2026, 5, 2), last_report=said, **asked) == "红：逾期 122 天 · 未报数"
    assert not judged(total(), as_of=date(2026, 1, 1), in_ledger=date(2025, 5, 1)).before_ledger


def never(as_of: date, **fields: Any) -> str:
    return light(total(), as_of=as_of, plan_used=USED, leads=[], **fields)


def test_never_reported_counts_when_30_percent_of_the_time_are_left_in_a_plan_that_owes() -> None:
    due = START + timedelta(days=1000)
    last = [light(total(due=due), as_of=due - timedelta(days=left), plan_used=USED, leads=[]) for left in (301, 300)]
    assert last == ["灰：尚无填报", "黄：从未填报，时间只剩 30.0%"]
    assert light(total(due=due), as_of=due - timedelta(days=100)) == "灰：尚无填报"


def with_answer(*until: date | None, **fields: Any) -> dict[str, Any]:
    leads = [
        Role(unit, f"单位{unit}", answers=() if day is None else (Answer(date.min, day, day),))
        for unit, day in enumerate(until, start=1)
    ]
    return {"leads": leads, "plan_used": USED, "state": "in_progress", "reported_on": MIDDLE, **fields}


def test_a_period_is_asked_about_when_its_grace_is_over() -> None:
    june = date(2023, 6, 25)
    fields = with_answer(june)
    assert light(as_of=date(2023, 8, 1), **fields) == "绿：正常推进，未报完成率"  # July's grace ends on 1 August
    found = judged(as_of=date(2023, 8, 2), **fields)
    assert found.light is not None
    assert (found.light.reason, found.unreported, found.silent_units) == ("黄：2023年7月期未填报", True, ("单位1",))


def test_without_a_main_lead_one_answer_is_enough_for_the_light_and_the_others_still_owe() -> None:
    fields = with_answer(date(2023, 7, 25), None)
    found = judged(as_of=date(2023, 8, 5), **fields)
    assert (found.unreported, found.silent_units, found.answered_units) == (False, ("单位2",), ("单位1",))
    assert judged(as_of=date(2023, 8, 5), **{**fields, "main_lead": 2}).unreported


def test_nothing_is_owed_before_the_first_use_of_a_plan_nor_right_after_it() -> None:
    fields = with_answer(None)
    for used, owes in ((None, False), (date(2023, 6, 26), False), (date(2023, 6, 25), True)):
        assert judged(as_of=date(2023, 8, 2), **{**fields, "plan_used": used}).unreported is owes
    assert judge(
        item(**{**fields, "plan_used": None}), date(2023, 8, 2), Parameters(report_from=date(2023, 6, 26))
    ).unreported


@pytest.mark.parametrize("since", ["came_in", "owing_since"])
def test_a_row_that_comes_in_or_back_owes_from_the_next_period_that_opens(since: str) -> None:
    fields = with_answer(None)
    for day, owes in ((date(2023, 6, 26), False), (date(2023, 6, 25), True)):
        assert judged(as_of=date(2023, 8, 2), **fields, **{since: day}).unreported is owes


def test_what_is_met_awaited_declared_or_led_by_nobody_owes_nothing() -> None:
    day = date(2023, 8, 2)
    owing = {"leads": [Role(1, "省建设厅")], "plan_used": USED}
    assert judged(total((MIDDLE, "2")), as_of=day, **owing).unreported
    assert not judged(total((MIDDLE, "4")), as_of=day, **owing).unreported
    assert not judged(total((MIDDLE, "2"), state="completed", completed_on=MIDDLE), as_of=day, **owing).unreported
    assert not judged(total((MIDDLE, "2")), as_of=day, plan_used=USED, leads=[]).unreported
    level = indicator(actual="70", actual_date=date(2024, 12, 31))
    assert not judged(level, as_of=date(2026, 6, 30), **owing).unreported  # awaited
    assert not judged(level, as_of=date(2026, 8, 1), **owing).unreported  # owes from the period that opens on 26 July…
    assert not judged(level, as_of=date(2026, 9, 1), **owing).unreported
    assert judged(level, as_of=date(2026, 9, 2), **owing).unreported


def test_a_closed_book_has_no_lights() -> None:
    found = judged(total(), as_of=date(2026, 5, 2), plan_ended=date(2026, 5, 1))
    assert (found.light, found.overdue, found.is_ended) == (None, False, True)


def test_several_indicators() -> None:
    behind, met, due = total((MIDDLE, "0.4")), total((MIDDLE, "4")), total(due=date(2023, 7, 1), reported_on=MIDDLE)
    found = judged(behind, met, due)
    assert found.light is not None
    assert found.light.reason == "红：逾期 2 天 · 未报数（zj-target-1.3 指标）"
    assert (found.lag, found.percent, found.days_overdue, found.overdue) == (Decimal("40.0"), None, 2, True)
    assert judged(behind, met).percent == Decimal("55.0")


def test_an_aim_has_no_light() -> None:
    aim = Item("zj-aim-1", "zj", "aim", 1, "…", START)
    assert (judge(aim, END, FIGURES).light, judge(aim, END, FIGURES).overdue) == (None, False)


@given(subject=items(), as_of=days)
def test_a_later_word_alone_turns_no_light_of_a_number_better_than_its_figures_allow(
    subject: Item, as_of: date
) -> None:
    """Nothing that was red or yellow by its figures is anything else because somebody declares it done."""
    for each in subject.indicators:
        if not each.is_number or not each.is_open:
            continue
        if each.basis == "each" and each.state == "not_started" and not each.percent:
            continue  # its 0 % is the word 未启动 itself, which the later word replaces: no figure was ever given
        before = judge(replace(subject, indicators=[each]), as_of, FIGURES)
        word = replace(each, state="completed", completed_on=as_of, returned=None)
        after = judge(replace(subject, indicators=[word]), as_of, FIGURES)
        assert after.met == before.met
        assert after.overdue == before.overdue
        assert after.lag == before.lag or before.lag is None
        if before.light is not None and before.light.color == "red":
            assert after.light is not None
            assert after.light.color == "red"


def test_the_rules_are_written_out_with_the_figures_in_force() -> None:
    text = "\n".join(rule_text(Parameters(red_lag=Decimal(25))))
    assert "低于序时超过 25 个百分点" in text
    assert all(rule.condition(FIGURES) in "\n".join(rule_text(FIGURES)) for rule in RULES)
