"""What decisions, reports and periods are called: no key of the JSON stands where a person reads."""

import json
import re

import pytest

from tests.conftest import NOON, Cli

KEY = re.compile(r"[a-z][a-z_]{2,}(?=：)")
"""A key that was printed as a label."""


@pytest.fixture
def told(cli: Cli) -> Cli:
    """A ledger in which each kind of decision was taken, with every field that it may have."""
    cli.ok("baseline", "zj-target-20.1", "--value", "60", "--year", "2020")
    cli.ok("milestone", "zj-target-20.1", "--date", "2024", "--value", "75")
    cli.ok("log", "zj-target-20.1", "--value", "70", "--note", "进展", "--problem", "问题", "--next", "下步")
    cli.ok("complete", "zj-target-20.1")
    cli.ok("return", "zj-target-20.1", "--reason", "数据有误", "--value")
    cli.ok("log", "zj-target-20.1", "--value", "71")
    cli.ok("complete", "zj-target-20.1")
    cli.ok("close", "zj-target-20.1", "--by", "李四", "--note", "属实", "--unmet", "口径调整")
    cli.ok("extend", "zj-task-6", "--to", "2027", "--reason", "r", "--approved-by", "a", "--late")
    cli.ok("forecast", "zj-task-6", "at_risk", "--reason", "资金未落实")
    cli.ok("assign", "zj-task-7", "--main", "省生态环境厅")
    cli.ok("item", "edit", "zj-task-8", "--title", "标题", "--start", "2022", "--note", "备注")
    cli.ok("unit", "add", "省数据局", "--region", "zj")
    cli.ok("plan", "end", "cn", "--reason", "期满")
    return cli


def test_history_and_show_print_no_key(told: Cli) -> None:
    for words in (("history", "--limit", "0"), ("show", "zj-target-20"), ("show", "zj-task-6"), ("show", "zj-task-8")):
        assert KEY.findall(told.ok(*words)) == [], words
    assert "未达目标的理由：（空） → 口径调整" in told.ok("history", "zj-target-20.1")
    assert "现值：（空） → 收回" in told.ok("history", "zj-target-20.1")
    closed = told("close", "zj-target-20.2", "--by", "李四", "--unmet", "无")
    assert KEY.findall(closed.err) == []


def test_a_decision_says_its_fields_in_words(told: Cli) -> None:
    told.ok("log", "zj-target-20.2", "--value", "90")
    told.ok("complete", "zj-target-20.2")
    said = told.ok("close", "zj-target-20.2", "--by", "李四", "--unmet", "口径调整")
    assert said == "核查销号 zj-target-20.2（2026-11-21）：状态 申报办结 → 已销号；未达目标的理由 口径调整\n"


def test_a_closing_that_met_nothing_is_told_in_every_count(told: Cli) -> None:
    for n in (2, 3, 4):
        told.ok("log", f"zj-target-20.{n}", "--value", "1")
        told.ok("complete", f"zj-target-20.{n}")
        told.ok("close", f"zj-target-20.{n}", "--by", "李四", "--unmet", "口径调整")
    for more in ((), ("--known-at", "2099-01-01")):
        row = json.loads(told.ok("status", "--plan", "zj", "--json", *more))["groups"][0]
        assert (row["by_state"]["closed"], row["closed_unmet"]) == (1, 1)
    assert "已销号中未达目标 1 项" in told.ok("status")
    told.ok("plan", "end", "zj", "--reason", "期满")
    assert "已销号 1（其中未达目标 1）" in told.ok("status")


def test_what_is_not_behind_says_so(cli: Cli) -> None:
    cli.ok("log", "zj-task-6", "--percent", "100", "--date", "2025-12-31")
    assert "  滞后：0.1 个百分点\n" in cli.ok("show", "zj-task-6")
    cli.ok("complete", "zj-task-6")
    assert "  滞后：无\n" in cli.ok("show", "zj-task-6")


def test_the_fields_of_the_last_report_are_shown_on_demand(told: Cli) -> None:
    told.ok("log", "zj-task-12", "--percent", "5", "--note", "已启动", "--problem", "缺人", "--next", "招人")
    asked = ("show", "zj-task-12", "--fields", "id,progress,problem,next")
    assert told.ok(*asked) == "id：zj-task-12\nprogress：已启动\nproblem：缺人\nnext：招人\n"
    assert json.loads(told.ok(*asked, "--json"))["problem"] == "缺人"


def test_a_report_says_for_which_period_it_counts_and_of_which_year_its_figure_is(cli: Cli) -> None:
    first = cli("log", "zj-target-20.1", "--value", "81", "--year", "2025")
    assert first.out == "已填报 zj-target-20.1（2026-11-21，省建设厅）：现值 81（2025年数据）\n"
    assert first.err.endswith("第 2 号改动，计入2026年11月期；填错可运行 tracker undo 撤销\n")
    cli.now = NOON.replace(year=2027, month=2, day=10)  # December's and January's are closed, their grace is over
    late = cli("log", "zj-target-20.2", "--value", "91")
    assert "计入2027年2月期，同时补报2027年1月期；" in late.err
    cli.now = NOON.replace(year=2027, month=3, day=1)  # within the grace of the period that is answered
    assert "计入2027年3月期；" in cli("log", "zj-target-20.2", "--value", "92").err


def test_a_todo_says_until_when(cli: Cli) -> None:
    closing = "本期：2026年11月期 2026-11-25 截止，宽限至 2026-12-02\n"
    assert cli("todo", "--unit", "zj:省建设厅").err.endswith(closing)
    cli.ok("config", "set", "report_closes", "28")
    cli.now = NOON.replace(month=12)
    assert "本期：2026年12月期 2026-12-28 截止，宽限至 2027-01-04\n" in cli("todo", "--unit", "zj:省建设厅").err


def test_a_trend_is_shown_beside_a_number_that_is_under_way(cli: Cli) -> None:
    for day, value in (("2026-09-30", "20"), ("2026-10-31", "20.4")):
        cli.ok("log", "zj-target-3.1", "--value", value, "--date", day)
    assert "    趋势：" not in cli.ok("show", "zj-target-3")  # past its deadline
    text = cli.ok("show", "zj-target-33")
    assert "    趋势：近两次每月提高0.4个百分点，到期前每月还需提高0.2个百分点\n" in text
    trend = json.loads(cli.ok("show", "zj-target-33", "--json"))["indicators"][0]["trend"]
    assert 0.38 < trend["pace"] < 0.4
    assert "近两次每月提高0.4个百分点" in cli.ok("explain", "zj-target-33")
