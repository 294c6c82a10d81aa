"""A plan's book closed (结转) or taken out, printed leads corrected, a main lead, units added and merged, nodes and starts."""

import json

import pytest

from tests.conftest import Cli


def ids(cli: Cli, *words: str) -> set[str]:
    return {row["plan"] for row in json.loads(cli.ok("list", "--json", "--limit", "0", *words))}


def test_a_closed_plan_leaves_every_list_unless_it_is_named_until_undone(cli: Cli) -> None:
    assert cli.ok("plan", "end", "zj", "--reason", "规划期已满") == (
        "方案 zj 自 2026-11-21 起结转：各项保持现状，不再填报和亮灯\n"
    )
    assert "zj" not in ids(cli)
    assert "zj" in ids(cli, "--as-of", "2026-11-20")
    row = json.loads(cli.ok("list", "--plan", "zj", "--json", "--limit", "1"))[0]
    assert (row["light"], row["light_reason"], row["overdue"]) == (None, "方案已结束", False)
    assert json.loads(cli.ok("plan", "show", "zj", "--json"))["status"] == "ended"
    assert "结转 91 项（达标 0，未达标 91，已销号 0）：《浙江省" in cli.ok("status")
    assert cli("log", "zj-task-6", "--percent", "50").code == 1
    assert "已于 2026-11-21 结转" in cli("complete", "zj-task-6").err
    assert "将撤回：结转方案 zj（规划期已满）" in cli("undo", "--yes").err
    assert "zj" in ids(cli)
    assert cli("doctor").code == 0


def test_a_book_is_not_closed_before_its_last_report(cli: Cli) -> None:
    cli.ok("log", "zj-task-6", "--percent", "50", "--date", "2026-11-10")
    refused = cli("plan", "end", "zj", "--reason", "规划期已满", "--date", "2026-11-09")
    assert (refused.code, refused.err) == (
        1,
        "错误：方案 zj 在 2026-11-10 还有填报，结转日期 2026-11-09 不能更早；请改 --date\n",
    )
    assert cli("plan", "end", "zj", "--reason", "规划期已满", "--date", "2026-12-01").code == 1
    assert cli("plan", "remove", "zj", "--yes").code == 1


def test_a_plan_that_nobody_reported_on_is_taken_out_and_comes_back(cli: Cli) -> None:
    assert cli("plan", "remove", "cn").code == 2
    assert cli.ok("plan", "remove", "cn", "--yes").startswith("已删除方案 cn（")
    assert "cn" not in ids(cli)
    assert cli("show", "cn-task-4").code == 1
    assert cli("doctor").code == 0
    cli.ok("undo", "--yes")
    assert "cn" in ids(cli)
    assert cli("doctor").code == 0


def test_a_printed_lead_is_corrected_and_a_main_lead_must_lead(cli: Cli) -> None:
    assert cli.ok("unit", "add", "省数据局", "--region", "zj") == "已增加单位 zj:省数据局\n"
    assert cli("unit", "add", "省数据局", "--region", "zj").code == 1
    done = cli("assign", "zj-task-6", "--lead", "省数据局")
    assert done.out == "明确单位 zj-task-6（2026-11-21）：牵头单位 省生态环境厅 → 省数据局\n"
    assert "方案原列为 省生态环境厅" in done.err
    assert "方案原列：省生态环境厅" in cli.ok("show", "zj-task-6")
    refused = cli("assign", "zj-task-6", "--main", "省水利厅")
    assert (refused.code, refused.out) == (1, "")
    cli.ok("assign", "zj-task-6", "--main", "省数据局")
    assert json.loads(cli.ok("show", "zj-task-6", "--json"))["main_lead"] == "省数据局"
    assert cli("undo", "2", "--yes").code == 1  # a row names it
    for _ in range(2):
        cli.ok("undo", "--yes")
    found = json.loads(cli.ok("show", "zj-task-6", "--json"))
    assert (found["main_lead"], found["lead_units"]) == (None, ["省生态环境厅"])


def test_merged_units_are_one_address_and_rows_keep_their_names(cli: Cli) -> None:
    one, other = "zj:省发展改革委（省能源局）", "zj:省发展改革委"
    assert f"{one} 已并入 {other}" in cli.ok("unit", "merge", one, other)
    assert cli("unit", "merge", other, one).code == 1
    assert cli("unit", "merge", other, "js:省水利厅").code == 1
    keys = [row["key"] for row in json.loads(cli.ok("status", "--group", "unit", "--plan", "zj", "--json"))["groups"]]
    assert other in keys
    assert one not in keys
    assert "省发展改革委（省能源局）" in cli.ok("log", "zj-target-3.1", "--value", "20", "--unit", other)
    assert json.loads(cli.ok("show", "zj-target-3", "--json"))["lead_units"] == ["省发展改革委（省能源局）"]
    assert cli("doctor").code == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("zj-target-20.1", "--date", "2024", "--value", "90"), "超过了目标值 80"),
        (("zj-target-20.1", "--date", "2024", "--value", "60"), "与之前 2023-12-31 的 70 方向相反"),
        (("zj-target-20.1", "--date", "2026", "--value", "75"), "应早于完成时限 2025-12-31"),
        (("zj-target-20.1", "--date", "2020", "--value", "75"), "应在起点之后"),
        (("zj-target-20.1", "--date", "2024", "--percent", "75"), "年度目标请用 --value"),
        (("zj-task-6", "--date", "2024", "--value", "75"), "节点请用 --percent"),
    ],
)
def test_a_milestone_that_leads_nowhere_is_refused_in_one_line(cli: Cli, words: tuple[str, ...], said: str) -> None:
    cli.ok("milestone", "zj-target-20.1", "--date", "2023", "--value", "70")
    result = cli("milestone", *words)
    assert (result.code, result.out, result.err.count("\n")) == (1, "", 1)
    assert said in result.err


def test_the_nodes_and_the_start_of_a_task_are_its_way(cli: Cli) -> None:
    assert cli.ok("milestone", "zj-task-6", "--date", "2024", "--percent", "50", "--from", "2021-01-01") == (
        "阶段目标 zj-task-6（2021-01-01）：阶段目标 2024-12-31 为 50%\n"
    )
    planned = ("show", "zj-task-6", "--json", "--fields", "start,planned_progress", "--as-of", "2024-12-31")
    assert json.loads(cli.ok(*planned)) == {"start": "2021-01-01", "planned_progress": 50}
    assert cli("item", "edit", "zj-task-6", "--start", "2026").code == 1
    assert cli("item", "edit", "zj-task-6", "--start", "2025").code == 1  # a node stands before it
    cli.ok("item", "edit", "zj-task-6", "--start", "2024")
    assert json.loads(cli.ok("show", "zj-task-6", "--json"))["start"] == "2024-01-01"
