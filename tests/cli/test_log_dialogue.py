"""The weekly round: `log` without an id walks through what a unit owes; one summary, one yes, one change."""

import pytest

from tests.cli.ledgers import asked, unchanged
from tests.conftest import Cli, Result

UNIT = "省水利厅"
KEEP = "\n"
"""Enter: as before."""


@pytest.fixture
def water(cli: Cli) -> Cli:
    """A unit that owes two targets with several numbers and two tasks."""
    cli.environ["TRACKER_PLAN"] = "zj"
    ids = [item["id"] for item in asked(cli, "todo", "--unit", UNIT)]
    assert ids == ["zj-target-21", "zj-target-28", "zj-task-19", "zj-task-29"]
    return cli


def walked(cli: Cli, answers: str) -> Result:
    return cli("log", "--unit", UNIT, answers=answers)


def reported(cli: Cli) -> dict[str, object]:
    return {item["id"]: item["last_report"] for item in asked(cli, "list", "--unit", UNIT) if item["last_report"]}


def test_a_round_is_one_change(water: Cli) -> None:
    numbers = len(asked(water, "show", "zj-target-21")["indicators"])
    second = len(asked(water, "show", "zj-target-28")["indicators"])
    answers = (
        "186"
        + KEEP * numbers
        + "节水\n\n\n"
        + KEEP * (second + 1)
        + "2\n40\n开工\n缺资金\n争取专项\n"
        + KEEP * 2
        + KEEP
    )
    result = walked(water, answers)
    assert result.code == 0, result.err
    assert "[1/4] zj-target-21" in result.err
    assert "用水总量（2025年数，亿立方米，目标 不超过186.8亿立方米，上期 无）：" in result.err
    assert "城市再生水利用率（缺水城市，2025年数，%，目标 不低于25%，上期 无）：" in result.err
    assert "以上 4 项，写入？" in result.err
    assert len(result.out.splitlines()) == 4
    assert {row["change"] for row in asked(water, "history")} == {1, 2}
    item = asked(water, "show", "zj-task-19")
    assert (item["state"], item["percent"], item["last_report"]["problem"]) == ("in_progress", 40, "缺资金")
    assert asked(water, "show", "zj-target-21")["indicators"][0]["actual"] == 186
    assert asked(water, "show", "zj-task-29")["last_report"]["note"] == "无变化"


def test_what_is_wrong_is_said_beside_the_question(water: Cli) -> None:
    result = walked(water, "-\n-\n7\n2\n140\n40\n\n-\n\n")
    assert "状态（现 未启动；1 未启动  2 进行中  3 申报办结）：  请输入 1、2、3 之一\n" in result.err
    assert "完成率“140”超出范围" in result.err
    assert set(reported(water)) == {"zj-task-19"}


def test_what_the_ledger_would_refuse_is_refused_beside_the_questions_and_the_rest_is_kept(water: Cli) -> None:
    water.ok("log", "zj-task-19", "--percent", "90", "--unit", UNIT)
    # 未启动 beside 90 % is refused, with 40 % doubted; the person goes back, declares it done, and the next item is kept too.
    result = walked(water, "-\n-\n" + "1\n\n\n" + "2\n40\n\n" + "<\n" + "3\n\n" + "2\n30\n\n" + "\n")
    assert (
        "zj-task-19：状态“未启动”与现有完成率 90% 矛盾；已开展的请填进行中，确未启动的完成率填 0；请改正" in result.err
    )
    assert "注意：zj-task-19：完成率 40% 低于上次 90%，请核对\n  数值存疑，仍填报？" in result.err
    assert result.code == 0, result.err
    states = {id_: asked(water, "show", id_)["state"] for id_ in ("zj-task-19", "zj-task-29")}
    assert states == {"zj-task-19": "completed", "zj-task-29": "in_progress"}


def test_back_keeps_the_answers_and_goes_into_the_item_before(water: Cli) -> None:
    result = walked(water, "-\n-\n2\n40\n开工\n\n\n<\n\n<\n\n60\n\n\n\n-\n\n")
    assert "本期进展（本次已填 开工）" in result.err
    assert result.code == 0, result.err
    item = asked(water, "show", "zj-task-19")
    assert (item["state"], item["percent"], item["last_report"]["note"]) == ("in_progress", 60, "开工")


def test_q_keeps_what_is_done_and_nothing_is_stored_without_the_yes(water: Cli) -> None:
    with unchanged(water):
        assert walked(water, "186\nq\nn\n").err.endswith("未写入\n")
        assert walked(water, "q\n").err.endswith("没有填写任何内容，未写入\n")
    assert walked(water, "186\nq\n\n").out == "已填报 zj-target-21.1（2026-11-21，省水利厅）：现值 186（2025年数据）\n"


@pytest.mark.parametrize("answers", ["", "186\n", "186\nq\n", "-\n-\n2\n40\n开工\n"])
def test_an_end_of_input_anywhere_stores_nothing(water: Cli, answers: str) -> None:
    with unchanged(water):
        result = walked(water, answers)
    assert (result.code, result.out) == (130, "")
    assert result.err.endswith("已中断，未作任何改动\n")


def test_without_a_terminal_an_id_is_wanted(water: Cli) -> None:
    assert water("log", "--unit", UNIT).err.startswith("错误：缺少 ID…")
    assert water("log", "--unit", UNIT, "--no-input", answers="").code == 2
    assert water("log", "--note", "开工", answers="").code == 2


def test_the_unit_is_asked_for_where_none_is_set(water: Cli) -> None:
    result = water("log", answers=f"{UNIT}\n-\n-\n-\n3\n\n\n")
    assert result.err.startswith("哪个单位填报")
    assert "已填报 zj-task-29" in result.out
    assert asked(water, "show", "zj-task-29")["state"] == "completed"


def test_a_unit_that_owes_nothing_is_told(water: Cli) -> None:
    for item in ("zj-target-21", "zj-target-28", "zj-task-19", "zj-task-29"):
        water.ok("complete", item)
    with unchanged(water):
        assert walked(water, "").err.endswith("本期没有待填报的事项\n")
