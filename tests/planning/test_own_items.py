"""Rows that no document holds, corrections, retirements, and organisations that change."""

import json
from pathlib import Path

import pytest

from tests.conftest import Cli


def test_an_own_task_continues_the_list_and_can_be_taken_back(cli: Cli) -> None:
    add = ("item", "add", "zj", "task", "--text", "专项核查", "--lead", "省生态环境厅,省公安厅", "--due", "2026-12-31",
           "--source", "省领导批示", "--parent", "zj-task-1")  # fmt: skip
    assert cli.ok(*add) == "已增加 zj-task-48：专项核查\n"
    row = json.loads(cli.ok("show", "zj-task-48", "--json"))
    assert (row["lead_units"], row["due"], row["responsibility"], row["source"]) == (
        ["省生态环境厅", "省公安厅"], "2026-12-31", "joint", "省领导批示",
    )  # fmt: skip
    cli.ok("undo", "--yes")
    assert cli("show", "zj-task-48").code == 1
    assert cli.ok(*add) == "已增加 zj-task-48：专项核查\n"


def test_an_addition_with_reports_on_it_is_not_taken_back(cli: Cli) -> None:
    cli.ok("item", "add", "zj", "task", "--text", "专项核查", "--lead", "省生态环境厅")
    cli.ok("log", "zj-task-48", "--percent", "10")
    assert "请先撤销第 3 号" in cli("undo", "2", "--yes").err


def test_an_own_target_reads_its_indicators(cli: Cli) -> None:
    cli.ok("item", "add", "zj", "target", "--text", "提升管网", "--lead", "省建设厅", "--due", "2027年底",
           "--indicator", "管网覆盖率 >= 98 %", "--indicator", "群众满意")  # fmt: skip
    found = json.loads(cli.ok("show", "zj-target-36", "--json"))["indicators"]
    assert [(each["name"], each["comparator"], each["value"], each["measure"], each["due"]) for each in found] == [
        ("管网覆盖率", ">=", 98, "%", "2027-12-31"),
        ("群众满意", "qualitative", None, None, "2027-12-31"),
    ]


def test_indicators_in_the_words_of_a_plan(cli: Cli) -> None:
    result = cli(
        "item", "add", "zj", "target", "--text", "节水和绿化", "--lead", "水利厅", "--due", "2027",
        "--indicator", "用水总量控制在186.8亿立方米以内", "--indicator", "煤炭消费较2020年下降10%左右", "--indicator", "新增造林 20 万亩",
        "--indicator", "到2026年底，森林覆盖率达到62%以上", "--indicator", "能耗 decrease_by 13.5 %", "--indicator", "完成国家下达目标",
    )  # fmt: skip
    assert (result.code, result.out) == (0, "已增加 zj-target-36：节水和绿化\n")
    assert "指标 zj-target-36.2  煤炭消费：下降10%左右\n" in result.err
    found = json.loads(cli.ok("show", "zj-target-36", "--json"))
    fields = ("name", "comparator", "value", "bound", "measure", "direction", "baseline_value", "due")
    assert [tuple(each[name] for name in fields) for each in found["indicators"]] == [
        ("用水总量", "<=", 186.8, None, "亿立方米", "hold", None, "2027-12-31"),
        ("煤炭消费", "decrease_by", 10, "~", "%", "down", None, "2027-12-31"),
        ("新增造林", "=", 20, None, "万亩", "up", 0, "2027-12-31"),
        ("森林覆盖率", ">=", 62, None, "%", "up", None, "2026-12-31"),
        ("能耗", "decrease_by", 13.5, "=", "%", "down", None, "2027-12-31"),
        ("完成国家下达目标", "complete", None, None, None, None, None, "2027-12-31"),
    ]
    assert found["lead_units"] == ["省水利厅"]


def test_every_quantity_of_an_own_target_is_an_indicator(cli: Cli) -> None:
    cli.ok("item", "add", "zj", "target", "--text", "森林覆盖率达到62%以上，新增造林20万亩。")
    found = json.loads(cli.ok("show", "zj-target-36", "--json"))["indicators"]
    assert [(each["name"], each["value"]) for each in found] == [("森林覆盖率", 62), ("新增造林", 20)]


def test_a_unit_that_nobody_knows_is_told_before_it_is_taken_in(cli: Cli) -> None:
    words = ("item", "add", "zj", "task", "--text", "归集数据", "--lead", "省数据局")
    refused = cli(*words)
    assert (refused.code, "名录中没有“省数据局”；确为新单位的请加 --yes" in refused.err) == (2, True)
    declined = cli(*words, answers="n\n")
    assert (declined.code, "将作为新单位列入" in declined.err, "未增加" in declined.err) == (0, True, True)
    assert cli("unit", "list", "--json").out.count("省数据局") == 0
    assert cli(*words, answers="y\n").code == 0
    assert cli("item", "add", "zj", "task", "--text", "再归集", "--lead", "省数据局").err == ""
    cli.ok("item", "add", "zj", "task", "--text", "归集", "--lead", "省新设局", "--yes")


def test_a_plan_begun_empty_takes_its_units_from_its_items(cli: Cli) -> None:
    cli.ok("plan", "new", "sd", "--title", "山东省试点方案", "--region", "山东省")
    new = cli("item", "add", "sd", "task", "--text", "开展试点", "--lead", "省工信厅")
    assert (new.code, new.err) == (
        0,
        "注意：名录中没有“省工信厅”，作为新单位列入；如系笔误，请用 tracker undo 撤销后重填\n",
    )


def test_roles_in_the_names_of_leads_are_those_of_a_cell(cli: Cli) -> None:
    cli.ok("plan", "new", "sd", "--title", "山东省试点方案", "--region", "山东省")
    new = cli("item", "add", "sd", "task", "--text", "开展试点", "--lead", "省工信厅（牵头）、省财政厅（配合）")
    assert "名录中没有“省工信厅”“省财政厅”，作为新单位列入" in new.err
    (found,) = json.loads(cli.ok("list", "--plan", "sd", "--json"))
    assert (found["lead_units"], found["participating_units"]) == (["省工信厅"], ["省财政厅"])


def test_a_correction_keeps_the_old_words_in_history(cli: Cli) -> None:
    cli.ok("item", "edit", "zj-task-1", "--note", "已更正")
    assert json.loads(cli.ok("show", "zj-task-1", "--json"))["note"] == "已更正"
    assert json.loads(cli.ok("show", "zj-task-1", "--as-of", "2026-11-20", "--json"))["note"] != "已更正"
    assert "备注" in cli.ok("show", "zj-task-1")
    assert cli("item", "edit", "zj-task-1", "--note", "已更正").code == 1
    assert cli("item", "edit", "zj-task-1").code == 1


def test_a_corrected_deadline_is_told_from_an_extension(cli: Cli) -> None:
    told = cli("item", "edit", "zj-task-1", "--due", "2026-06-30").err
    assert "zj-task-1 改的是原定时限（2025-12-31 → 2026-06-30）" in told
    assert "tracker extend" in told
    assert "原定时限" not in cli("item", "edit", "zj-task-1", "--due", "2026-06-30", "--note", "同前").err


def test_history_tells_additions_and_corrections_in_plain_words(cli: Cli) -> None:
    cli.ok("plan", "new", "sd", "--title", "山东省试点方案", "--region", "山东省")
    cli.ok("item", "add", "sd", "task", "--text", "开展试点", "--lead", "省工信厅")
    cli.ok("item", "edit", "sd-task-1", "--note", "已更正", "--due", "2027")
    cli.ok("unit", "alias", "sd:省工信厅", "工信口")
    cli.ok("unit", "rename", "sd:省工信厅", "省工业厅")
    cli.ok("item", "add", "sd", "task", "--text", "专项核查")
    cli.ok("undo", "--yes")
    told = [(row["change"], row["id"], row["field"], row["before"], row["after"])
            for row in json.loads(cli.ok("history", "--json"))[1:]]  # fmt: skip
    assert told == [
        (2, None, "plan", None, "山东省试点方案"),
        (3, "sd-task-1", "text", None, "开展试点"),
        (4, "sd-task-1", "note", None, "已更正"),
        (4, "sd-task-1", "original_due", None, "2027-12-31"),
        (5, None, "alias", "sd:省工信厅", "工信口"),
        (6, None, "unit", "sd:省工信厅", "sd:省工业厅"),
        (7, "sd-task-2", "text", None, "专项核查"),
        (8, "sd-task-2", "text", "专项核查", None),
    ]
    assert [row["change"] for row in json.loads(cli.ok("history", "sd-task-1", "--json"))] == [3, 4, 4]
    assert "备注：（空） → 已更正\n" in cli.ok("history", "sd-task-1")
    assert "修改：备注 已更正；原定时限 2027-12-31\n" in cli.ok("show", "sd-task-1")


def test_a_retired_item_leaves_every_list_from_that_day(cli: Cli) -> None:
    cli.ok("item", "retire", "zj-task-1", "--reason", "并入他项", "--yes")
    assert "zj-task-1\n" not in cli.ok("list", "--plan", "zj", "--fields", "id", "--csv")
    assert "zj-task-1\n" in cli.ok("list", "--plan", "zj", "--fields", "id", "--csv", "--as-of", "2026-11-20")
    assert "停用" in cli("log", "zj-task-1", "--percent", "5").err
    assert "  已停用：自 2026-11-21 起，不再列出和填报\n" in cli.ok("show", "zj-task-1")
    assert "已停用" not in cli.ok("show", "zj-task-1", "--as-of", "2026-11-20")
    assert cli("item", "retire", "zj-task-1", "--reason", "再停", "--yes").code == 1
    cli.ok("undo", "--yes")
    assert "zj-task-1\n" in cli.ok("list", "--plan", "zj", "--fields", "id", "--csv")


def test_the_size_of_a_list_is_that_of_the_day_and_of_the_knowledge_asked_about(cli: Cli) -> None:
    def tasks(*words: str) -> tuple[int, int]:
        """Return the number of tasks that the plan says it has, and of those that are listed."""
        plan, *_ = (row for row in json.loads(cli.ok("plan", "list", "--json", *words)) if row["code"] == "zj")
        listed = cli.ok("list", "--plan", "zj", "--kind", "task", "--fields", "id", "--csv", "--limit", "0", *words)
        return plan["tasks"], len(listed.splitlines()) - 1

    cli.ok("item", "retire", "zj-task-1", "--reason", "并入他项", "--yes")
    cli.ok("item", "retire", "zj-task-2", "--reason", "误停", "--yes")
    cli.ok("undo", "--yes")
    cli.ok("item", "add", "zj", "task", "--text", "专项核查", "--lead", "省生态环境厅")
    before = ("--as-of", "2026-11-20")
    assert tasks() == (47, 47)
    assert tasks(*before) == (48, 48)
    assert tasks("--known-at", "2026-11-20") == tasks(*before, "--known-at", "2026-11-20")
    assert tasks("--known-at", "2026-11-22") == (47, 47)


def test_retiring_asks_and_without_a_terminal_refuses(cli: Cli) -> None:
    assert cli("item", "retire", "zj-task-1", "--reason", "x").code == 2
    assert cli("item", "retire", "zj-task-1", "--reason", "x", answers="n\n").code == 0
    assert cli("show", "zj-task-1").code == 0
    assert cli("item", "retire", "zj-task-1", "--reason", "x", "--dry-run").out.startswith("【演示，未写入】")


def test_a_plan_of_ones_own(cli: Cli) -> None:
    cli.ok("plan", "new", "SD", "--title", "山东省试点方案", "--region", "山东省")
    assert (
        cli.ok("item", "add", "sd", "task", "--text", "开展试点", "--lead", "省生态环境厅")
        == "已增加 sd-task-1：开展试点\n"
    )
    assert "sd-task-1" in cli.ok("list", "--plan", "山东")
    assert "zj:省生态环境厅" in cli("unit", "rename", "省生态环境厅", "甲厅").err
    assert cli("plan", "new", "sd", "--title", "又一个", "--region", "山东省").code == 1
    assert cli("plan", "new", "1-x", "--title", "甲", "--region", "乙").code == 2


def test_a_plain_list_with_the_headings_people_use(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(
        '2026年重点任务\n序号,重点任务,责任单位,配合单位,完成时间\n1,开展核查,"省生态环境厅、省公安厅",省建设厅,2026年12月\n'
        ",,,,\n2,编制报告,省生态环境厅,,2027-01-31\n注：各市参照执行,,,,\n",
        encoding="utf-8",
    )
    assert cli.ok("item", "import", "zj", "task", path, "--yes") == "已增加 2 项：zj-task-48 至 zj-task-49\n"
    row = json.loads(cli.ok("show", "zj-task-48", "--json"))
    assert (row["lead_units"], row["participating_units"], row["due"]) == (
        ["省生态环境厅", "省公安厅"],
        ["省建设厅"],
        "2026-12-31",
    )
    cli.ok("undo", "--yes")
    assert cli("show", "zj-task-48").code == 1


def test_a_renamed_unit_keeps_its_past_under_the_old_name(cli: Cli) -> None:
    cli.ok("log", "zj-target-20.1", "--value", "78", "--date", "2026-11-01")
    cli.ok("unit", "rename", "省建设厅", "省住房城乡建设厅", "--date", "2026-11-10")
    lead = ("show", "zj-target-20", "--fields", "lead_units", "--json")
    assert json.loads(cli.ok(*lead))["lead_units"] == ["省住房城乡建设厅"]
    assert json.loads(cli.ok(*lead, "--as-of", "2026-11-09"))["lead_units"] == ["省建设厅"]
    for name in ("省建设厅", "省住房城乡建设厅"):
        cli.ok("log", "zj-target-20.1", "--value", "79", "--unit", name)
        assert "zj-target-20\n" in cli.ok("list", "--unit", name, "--fields", "id", "--csv")
    reports = [row for row in json.loads(cli.ok("history", "zj-target-20.1", "--json")) if row["field"] == "value"]
    assert [row["unit"] for row in reports] == ["省建设厅", "省住房城乡建设厅", "省住房城乡建设厅"]
    assert cli("unit", "rename", "省住房城乡建设厅", "省水利厅").code == 1


def test_a_rename_reaches_the_rows_that_spell_the_unit_otherwise(cli: Cli) -> None:
    cli.ok("unit", "rename", "市住房城乡建设委", "市住房城乡建设局", "--date", "2026-11-10")

    def seen(day: str) -> tuple[str, list[str]]:
        leads = cli.ok("show", "cq-task-9", "--fields", "lead_units", "--json", "--as-of", day)
        groups = cli.ok("status", "--group", "unit", "--plan", "cq", "--csv", "--fields", "key,total", "--as-of", day)
        return json.loads(leads)["lead_units"][2], [line for line in groups.splitlines() if "住房" in line]

    assert seen("2026-11-10") == ("市住房城乡建设局", ["cq:市住房城乡建设局,25"])
    assert seen("2026-11-09") == ("市住房城乡建委", ["cq:市住房城乡建设委,25"])


def test_undoing_a_rename(cli: Cli) -> None:
    before = cli.ok("unit", "list", "--json"), cli.ok("list", "--json")
    cli.ok("unit", "rename", "省建设厅", "省住房城乡建设厅")
    cli.ok("undo", "--yes")
    assert (cli.ok("unit", "list", "--json"), cli.ok("list", "--json")) == before


def test_an_alias_finds_its_unit(cli: Cli) -> None:
    assert cli("list", "--unit", "建设口").code == 1
    cli.ok("unit", "alias", "zj:省建设厅", "建设口")
    assert "zj-target-20" in cli.ok("list", "--unit", "建设口")
    assert cli("unit", "alias", "zj:省水利厅", "建设口").code == 1
    cli.ok("undo", "--yes")
    assert cli("list", "--unit", "建设口").code == 1


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("item", "add", "zj", "task", "--text", "  "), 2),
        (("item", "add", "zz", "task", "--text", "甲"), 1),
        (("item", "add", "zj", "wish", "--text", "甲"), 2),
        (("item", "add", "zj", "task", "--text", "甲", "--lead", "厅"), 1),
        (("item", "edit", "zj-task-1", "--text", " "), 2),
        (("item", "add", "zj", "task", "--text", "甲", "--due", "someday"), 2),
        (("item", "add", "zj", "task", "--text", "甲", "--indicator", "乙 >= 3 个"), 1),
        (("item", "add", "zj", "task", "--text", "甲", "--parent", "zj-task-99"), 1),
        (("item", "retire", "zj-task-1", "--reason", " ", "--yes"), 2),
        (("unit", "rename", "没有这个厅", "甲"), 1),
        (("unit", "rename", "zj:省建设厅", "甲、乙"), 2),
        (("unit", "rename", "zj:省建设厅", "甲厅", "--date", "2030-01-01"), 1),
    ],
)
def test_wrong_input_changes_nothing(cli: Cli, words: tuple[str, ...], code: int) -> None:
    before = cli.db.read_bytes()
    result = cli(*words)
    assert (result.code, result.out) == (code, "")
    assert result.err.startswith("错误：")
    assert cli.db.read_bytes() == before
