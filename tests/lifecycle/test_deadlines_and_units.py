"""`extend`, `forecast`, `assign`: more time, a judgement, and units for what the plan leaves open."""

import json
from typing import Any

import pytest

from tests.conftest import NOON, Cli

WHY = ("--reason", "审批延后", "--approved-by", "省政府办公厅")


def view(cli: Cli, name: str, *words: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(cli.ok("show", name, "--json", *words))
    return found


@pytest.fixture
def before_due(cli: Cli) -> Cli:
    """The same ledger; today is half a year before the deadline."""
    cli.now = NOON.replace(year=2025, month=6, day=30)
    return cli


def test_extended_before_the_deadline_with_the_original_kept(before_due: Cli) -> None:
    cli = before_due
    said = cli.ok("extend", "zj-task-6", "--to", "2027年6月", *WHY)
    assert said == "延期 zj-task-6（2025-06-30）：时限 2025-12-31 → 2027-06-30；理由 审批延后；批准人 省政府办公厅\n"
    found = view(cli, "zj-task-6")
    assert (found["due"], found["original_due"]) == ("2027-06-30", "2025-12-31")
    assert "完成时限：2027-06-30（原定 2025-12-31）" in cli.ok("show", "zj-task-6")
    assert "2025-06-30  张三  延期：时限 2027-06-30；理由 审批延后；批准人 省政府办公厅" in cli.ok("show", "zj-task-6")
    again = cli("extend", "zj-task-6", "--to", "2027-06-30", *WHY)
    assert (again.code, "zj-task-6 现行时限为 2027-06-30，新时限 2027-06-30 必须更晚" in again.err) == (1, True)


def test_after_the_deadline_only_when_said_to_be_late(cli: Cli) -> None:
    refused = cli("extend", "zj-task-6", "--to", "2027", *WHY)
    assert refused.err == "错误：zj-task-6 已于 2025-12-31 到期，应在到期前办理延期；确需补办的请加 --late\n"
    cli.ok("extend", "zj-task-6", "--to", "2027", *WHY, "--late")
    assert view(cli, "zj-task-6")["overdue"] is False
    assert view(cli, "zj-task-6", "--as-of", "2026-11-20")["days_overdue"] == 324


def test_more_time_past_the_planned_period_or_late_once_more_is_worth_a_second_thought(cli: Cli) -> None:
    late = (*WHY, "--late")
    beyond = "注意：zj-task-6 的新时限 2026-11-30 超出规划期（原定 2025-12-31，规划期至 2025-12-31）\n"
    assert beyond in cli("extend", "zj-task-6", "--to", "2026-11-30", *late).err
    cli.now = NOON.replace(month=12, day=10)
    again = ("extend", "zj-task-6", "--to", "2026-12-20", *late)
    asked = cli(*again, answers="n\n")
    assert "zj-task-6 已延期 1 次，现行时限 2026-11-30 又已过，这次仍是到期后补办\n" in asked.err
    assert asked.err.endswith("未办理，未作任何改动\n")
    assert view(cli, "zj-task-6")["due"] == "2026-11-30"
    cli.ok(*again, answers="y\n")
    assert (view(cli, "zj-task-6")["due"], view(cli, "zj-task-6")["extensions"]) == ("2026-12-20", 2)
    within = cli("extend", "zj-target-33", "--to", "2030-12-31", *WHY)
    assert "规划期" not in within.err


def test_an_extension_decided_in_time_may_be_entered_afterwards(cli: Cli) -> None:
    cli.ok("extend", "zj-task-6", "--to", "2027", *WHY, "--date", "2025-12-31")
    assert view(cli, "zj-task-6", "--as-of", "2026-01-31")["overdue"] is False


def test_an_item_moves_its_unmet_indicators_and_a_mixed_row_is_extended_apart(before_due: Cli) -> None:
    cli = before_due
    cli.ok("log", "zj-target-6.2", "--value", "50")
    cli.ok("extend", "zj-target-6", "--to", "2026", *WHY)
    assert [row["due"] for row in view(cli, "zj-target-6")["indicators"]] == ["2026-12-31", "2025-12-31", "2026-12-31"]
    cli.ok("log", "zj-target-20.2", "--value", "98")  # 提前达到: the year decides, so it is not met
    cli.ok("extend", "zj-target-20", "--to", "2026", *WHY)
    assert {row["due"] for row in view(cli, "zj-target-20")["indicators"]} == {"2026-12-31"}
    assert "zj-target-31.1 已于 2023-12-31 到期" in cli("extend", "zj-target-31", "--to", "2026", *WHY).err
    cli.ok("extend", "zj-target-31.1", "--to", "2026", *WHY, "--late")
    cli.ok("extend", "zj-target-31", "--to", "2027", *WHY)
    assert {row["due"] for row in view(cli, "zj-target-31")["indicators"]} == {"2027-12-31"}


@pytest.mark.parametrize("name", ["zj-policy-2", "js-task-4", "cq-target-18"])
def test_a_first_deadline(cli: Cli, name: str) -> None:
    assert view(cli, name)["due"] is None
    cli.ok("extend", name, "--to", "2027", *WHY)
    found = view(cli, name)
    assert (found["due"], found["original_due"]) == ("2027-12-31", None)


def test_who_allowed_it_and_why_must_be_said(cli: Cli) -> None:
    for words in (("--reason", "r"), ("--approved-by", "a"), ("--reason", " ", "--approved-by", "a")):
        assert cli("extend", "zj-policy-2", "--to", "2027", *words).code == 2
    assert cli("extend", "zj-policy-2", "--to", "有空时", *WHY).code == 2


def test_a_completed_row_is_not_extended(cli: Cli) -> None:
    cli.ok("complete", "zj-task-6")
    assert "无需延期" in cli("extend", "zj-task-6", "--to", "2027", *WHY, "--late").err


def test_an_extension_is_one_field_in_the_history(cli: Cli) -> None:
    cli.ok("extend", "zj-task-6", "--to", "2027", *WHY, "--late")
    rows = json.loads(cli.ok("history", "zj-task-6", "--json"))
    assert [(row["field"], row["before"], row["after"]) for row in rows] == [
        ("due", "2025-12-31", "2027-12-31"), ("reason", None, "审批延后"), ("approved_by", None, "省政府办公厅"),
    ]  # fmt: skip
    cli.ok("undo", "--yes")
    assert view(cli, "zj-task-6")["due"] == "2025-12-31"


@pytest.mark.parametrize(("word", "code"), [("有风险", "at_risk"), ("on_track", "on_track"), ("难以按期", "off_track")])
def test_a_forecast_stands_beside_the_light(cli: Cli, word: str, code: str) -> None:
    light = view(cli, "zj-task-6")["light_reason"]
    cli.ok("forecast", "zj-task-6", word, "--reason", "资金未到位")
    found = view(cli, "zj-task-6")
    assert (found["forecast"], found["light_reason"]) == (code, light)


def test_the_worst_forecast_of_several_indicators_stands_for_the_item(cli: Cli) -> None:
    cli.ok("forecast", "zj-target-20.1", "难以按期")
    cli.ok("forecast", "zj-target-20.2", "按期")
    assert view(cli, "zj-target-20")["forecast"] == "off_track"
    cli.ok("forecast", "zj-target-20", "按期")
    assert view(cli, "zj-target-20")["forecast"] == "on_track"


def test_a_wrong_forecast_lists_the_right_ones(cli: Cli) -> None:
    result = cli("forecast", "zj-task-6", "也许")
    assert (result.code, "可用：on_track（按期）、at_risk（有风险）、off_track（难以按期）" in result.err) == (2, True)


def test_units_for_what_the_plan_leaves_open(cli: Cli) -> None:
    assert cli.ok("assign", "zj-policy-2", "--lead", "省统计局", "--participant", "省发展改革委,省生态环境厅") == (
        "明确单位 zj-policy-2（2026-11-21）：牵头单位 省统计局；参与单位 省发展改革委、省生态环境厅\n"
    )
    found = view(cli, "zj-policy-2")
    assert (found["lead_units"], found["participating_units"]) == (["省统计局"], ["省发展改革委", "省生态环境厅"])
    assert "牵头单位：省统计局（方案为待明确，后经指定）" in cli.ok("show", "zj-policy-2")
    assert cli("log", "zj-policy-2", "--percent", "5", "--unit", "省生态环境厅").code == 1
    cli.ok("log", "zj-policy-2", "--percent", "5", "--unit", "省统计局")
    assert '"zj:省统计局"' in cli.ok("status", "--group", "unit", "--json")
    cli.ok("assign", "zj-policy-2", "--lead", "省生态环境厅,省统计局", "--participant", "省发展改革委")
    assert view(cli, "zj-policy-2")["lead_units"] == ["省生态环境厅", "省统计局"]
    assert view(cli, "zj-policy-2", "--as-of", "2026-11-20")["lead_units"] == []
    rows = json.loads(cli.ok("history", "zj-policy-2", "--json"))
    assert ("lead_units", [], ["省统计局"]) in [(row["field"], row["before"], row["after"]) for row in rows]


def test_who_is_named_owes_from_the_next_period_and_a_report_before_is_kept(cli: Cli) -> None:
    def debts() -> list[list[str]]:
        found = [cli.ok("todo", "--unit", unit, "--json") for unit in ("省统计局", "省生态环境厅")]
        return [next((row["owes"] for row in json.loads(each) if row["id"] == "zj-policy-2"), []) for each in found]

    cli.ok("log", "zj-policy-2", "--percent", "5", "--unit", "省统计局")
    cli.ok("assign", "zj-policy-2", "--lead", "省统计局,省生态环境厅")
    assert debts() == [[], []]
    cli.now = NOON.replace(year=2027, month=1, day=1)  # the last day on which December may still be answered
    assert debts() == [["report_due"], ["report_due"]]
    cli.now = NOON.replace(year=2027, month=1, day=2)
    assert debts() == [["unreported"], ["unreported"]]
    assert "zj-policy-2" in cli.ok("list", "--plan", "zj", "--stale", "--fields", "id", "--csv").split()
    cli.ok("log", "zj-policy-2", "--note", "补报", "--unit", "省统计局")
    assert debts() == [[], ["unreported"]]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("zj-target-20", "--participant", "省统计局"), "zj-target-20 的参与单位已由方案写明（省生态环境厅）"),
        (("zj-policy-2", "--lead", "国家统计局"), "zj 没有单位“国家统计局”"),
        (("zj-policy-2", "--lead", "省"), "不明确"),
        (
            ("zj-policy-2", "--lead", "省统计局", "--participant", "省统计局"),
            "省统计局 不能同时是 zj-policy-2 的牵头和参与单位",
        ),
        (("zj-target-2.1", "--lead", "省统计局"), "单位对整个事项指定"),
        (("zj-aim-1", "--lead", "省统计局"), "总体目标"),
    ],
)
def test_what_the_plan_says_is_not_assigned_anew(cli: Cli, words: tuple[str, ...], said: str) -> None:
    result = cli("assign", *words)
    assert (result.code, said in result.err) == (1, True), result.err


def test_units_must_be_named(cli: Cli) -> None:
    assert cli("assign", "zj-policy-2").code == 2


def test_participants_are_added_where_the_plan_says_and_others(cli: Cli) -> None:
    before = view(cli, "zj-target-4")
    assert before["open_ended"]
    cli.ok("assign", "zj-target-4", "--participant", "省统计局")
    assert view(cli, "zj-target-4")["participating_units"] == [*before["participating_units"], "省统计局"]


def test_assigned_leads_keep_their_order_today_and_in_history(cli: Cli) -> None:
    cli.ok("assign", "zj-target-5", "--lead", "省交通运输厅,省生态环境厅")
    for known in ((), ("--known-at", "2098-12-31")):
        assert json.loads(cli.ok("show", "zj-target-5", "--json", *known))["lead_units"] == [
            "省交通运输厅",
            "省生态环境厅",
        ]
    assert cli("doctor").code == 0
