"""A plan's book closed (结转) or taken out, printed leads corrected, a main lead, units added and merged, nodes and starts."""

import json
from datetime import timedelta

import pytest

from tests.conftest import Cli

pytestmark = pytest.mark.anywhere


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


COLUMNS = "id,state,light,overdue,days_overdue,due_soon,percent"


@pytest.fixture
def told(cli: Cli) -> Cli:
    """A plan with something of everything: met, returned, completed, closed, behind, broken down; then its book is closed."""
    cli.ok("log", "zj-target-12.1", "--value", "4")
    cli.ok("log", "zj-target-20.1", "--value", "60")
    cli.ok("log", "zj-target-22.1", "--value", "100")
    cli.ok("complete", "zj-task-7")
    cli.ok("return", "zj-task-7", "--reason", "材料不全")
    cli.ok("complete", "zj-task-8")
    cli.ok("complete", "zj-task-9")
    cli.ok("close", "zj-task-9", "--by", "李四")
    cli.ok("breakdown", "zj-task-10", "--to", "cities")
    cli.ok("plan", "end", "zj", "--reason", "规划期已满")
    return cli


@pytest.mark.parametrize("group", ["plan", "unit", "chapter", "region"])
def test_a_closed_plan_is_counted_alike_by_the_database_and_by_judging(told: Cli, group: str) -> None:
    asked = ("status", "--plan", "zj", "--group", group, "--json")
    by_database, judged = (json.loads(told.ok(*asked, *more)) for more in ((), ("--known-at", "2099-01-01")))
    assert by_database["groups"] == judged["groups"]
    assert {sum(row["by_light"].values()) + row["overdue"] + row["unreported"] for row in judged["groups"]} == {0}


def test_a_closed_plan_is_listed_alike_by_the_database_and_by_judging(told: Cli) -> None:
    asked = ("list", "--plan", "zj", "--csv", "--limit", "0", "--fields", COLUMNS)
    assert told.ok(*asked) == told.ok(*asked, "--known-at", "2099-01-01")
    assert "zj-target-12,in_progress,,false,0,false,100.0\n" in told.ok(*asked)
    for words in (("--overdue",), ("--light", "red"), ("--unreported",)):
        assert told.ok("list", "--plan", "zj", "--csv", *words, "--fields", "id") == "id\n"
    indicators = json.loads(told.ok("list", "--plan", "zj", "--indicators", "--json", "--limit", "0"))
    assert not any(row["overdue"] for row in indicators)
    assert told.ok("overdue", "--plan", "zj", "--csv", "--fields", "id") == "id\n"
    assert json.loads(told.ok("check", "all", "--plan", "zj", "--json"))["status"] == "OK"


def test_nothing_is_asked_of_a_closed_plan_and_what_it_reached_is_kept(told: Cli) -> None:
    said = {name: json.loads(told.ok("show", name, "--json")) for name in ("zj-target-12", "zj-task-9")}
    assert [(row["met"], row["percent"], row["light"]) for row in said.values()] == [(True, 100, None)] * 2
    assert "结转 91 项（达标 2，未达标 88，已销号 1）" in told.ok("status")
    assert (
        "没有需要填报的事项"
        in told("export", "form", "--unit", "省生态环境厅", "--plan", "zj", "-o", told.folder / "f.xlsx").err
    )
    assert told.ok("export", "reminders", "--plan", "zj", "-o", told.folder / "letters") == "没有需要催办的事项\n"
    assert told("export", "schedule", "--plan", "zj", "-o", told.folder / "s.xlsx").code == 1
    assert told.ok("todo", "--unit", "zj:省生态环境厅", "--csv", "--fields", "id") == "id\n"


@pytest.mark.parametrize(
    "words",
    [
        ("log", "zj-task-6", "--percent", "50"),
        ("complete", "zj-task-6"),
        ("reopen", "zj-task-9", "--reason", "r"),
        ("extend", "zj-task-6", "--to", "2027", "--reason", "r", "--approved-by", "a", "--late"),
        ("assign", "zj-task-6", "--lead", "省水利厅"),
        ("milestone", "zj-task-6", "--date", "2024", "--percent", "50"),
        ("item", "add", "zj", "task", "--text", "新任务"),
        ("item", "add", "cn", "task", "--text", "新任务", "--parent", "zj-task-6"),
        ("item", "edit", "zj-task-6", "--title", "新标题"),
        ("item", "retire", "zj-task-6", "--reason", "r", "--yes"),
        ("breakdown", "zj-task-6", "--to", "cities"),
        ("plan", "end", "zj", "--reason", "又一次"),
    ],
)
def test_a_closed_plan_is_not_touched(told: Cli, words: tuple[str, ...]) -> None:
    changes = len(json.loads(told.ok("history", "--json")))
    result = told(*words)
    assert (result.code, result.out, result.err.count("\n")) == (1, "", 1)
    assert "已于 2026-11-21 结转" in result.err
    assert len(json.loads(told.ok("history", "--json"))) == changes


def test_a_closed_plan_is_not_moved_to_a_new_version(told: Cli) -> None:
    new = told.folder / "new.json"
    new.write_text(told.ok("plan", "show", "zj", "--json"), encoding="utf-8")
    assert "已于 2026-11-21 结转" in told("plan", "revise", "zj", new, "--yes").err


def test_a_retired_row_is_not_broken_down(cli: Cli) -> None:
    cli.ok("item", "retire", "zj-task-6", "--reason", "不再推进", "--yes")
    assert "zj-task-6 已于 2026-11-21 停用" in cli("breakdown", "zj-task-6", "--to", "cities").err


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


KNOWN = (
    "list --json --limit 0", "list --json --plan js", "list --unreported --json", "status", "status --group region", "plan list",
    "show cn-task-4", "explain cn-task-4", "check all", "changes --since 2026-11-22",
)  # fmt: skip


@pytest.mark.parametrize("ends", [False, True], ids=["open", "closed"])
@pytest.mark.parametrize("at_once", [1500, 50], ids=["read at once", "read some plans at a time"])
def test_what_was_known_of_a_plan_does_not_change_when_it_is_taken_out(
    cli: Cli, at_once: int, ends: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.actions.selection.AT_ONCE", at_once)
    cli.ok("assign", "cn-task-4", "--lead", "生态环境部")
    if ends:
        cli.ok("plan", "end", "cn", "--reason", "规划期已满")
    then, cli.now = cli.now, cli.now + timedelta(days=60)
    asked = [(*words.split(), "--known-at", then.isoformat()) for words in KNOWN]
    before = [cli(*words) for words in asked]
    cli.ok("plan", "remove", "cn", "--yes")
    cli.now += timedelta(hours=1)
    assert "cn" not in ids(cli)
    assert [(each.out, each.err) for each in (cli(*words) for words in asked)] == [
        (each.out, each.err) for each in before
    ]


def test_the_shares_of_a_later_breakdown_were_not_known_before(cli: Cli) -> None:
    before, cli.now = cli.now, cli.now + timedelta(hours=1)
    cli.ok("breakdown", "zj-task-9", "--to", "cities", "--yes")
    now, then = (
        json.loads(cli.ok("show", "zj-task-9", "--json", *when))["children"]
        for when in ((), ("--known-at", before.isoformat()))
    )
    assert (len(now), then) == (11, [])


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


JOINT = ("zj:省生态环境厅", "zj:省科技厅")
"""The leads of zj-target-32, in the order of the plan."""


@pytest.fixture
def disputed(cli: Cli) -> Cli:
    """Two leads say different figures for one period, the second of them later."""
    cli.ok(
        "item",
        "add",
        "zj",
        "target",
        "--text",
        "示范",
        "--lead",
        "省生态环境厅,省科技厅",
        "--indicator",
        "示范率 >= 80 %",
    )
    cli.ok("log", "zj-target-36", "--value", "78.5", "--unit", JOINT[0], "--by", "张三")
    cli.ok("log", "zj-target-36", "--value", "70", "--unit", JOINT[1], "--by", "李四")
    return cli


SAID = (
    "zj-target-36.1 2026年11月期：省生态环境厅 78.5%（2026-11-21，张三），省科技厅 70%（2026-11-21，李四）；"
    "以省科技厅的为准"
)


def test_figures_of_joint_leads_that_differ_are_both_named_with_who_and_when(disputed: Cli) -> None:
    (rule,) = json.loads(disputed("check", "conflict", "--json").out)["rules"]
    assert (rule["ids"], rule["details"]) == (["zj-target-36.1"], [SAID])
    assert f"    数据不一致：{SAID.partition(' ')[2]}\n" in disputed.ok("show", "zj-target-36")
    disputed.ok("log", "zj-target-36", "--value", "70", "--unit", JOINT[0])
    assert disputed("check", "conflict").code == 0
    assert "数据不一致" not in disputed.ok("show", "zj-target-36")


def test_a_declaration_is_the_main_leads_and_names_it(disputed: Cli) -> None:
    disputed.ok("assign", "zj-target-36", "--main", JOINT[0])
    for words in (("complete", "zj-target-36"), ("log", "zj-target-36.1", "--state", "completed")):
        refused = disputed(*words, "--unit", JOINT[1])
        assert (refused.code, refused.err) == (
            1,
            "错误：zj-target-36 的主牵头是 省生态环境厅，申报办结由主牵头办理；省科技厅 可以填报进展\n",
        )
    disputed.ok("log", "zj-target-36", "--value", "81", "--unit", JOINT[1])  # a figure is every lead's
    disputed.ok("complete", "zj-target-36")
    shown = json.loads(disputed.ok("show", "zj-target-36", "--json"))
    assert shown["light_reason"].startswith("待核查，申报于2026-11-21，省生态环境厅")


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
