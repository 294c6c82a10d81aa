"""`item import` of plain lists in the habits of offices: what it understood, what it refuses, what it takes along."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Cli
from tests.tables.making import Shown, add_plan, as_csv, workbook
from tracker.sheets.item_lists import read_items
from tracker.sheets.reading.rows import is_aside, is_note

MONTH = 'yyyy"年"m"月"'


def listed(cli: Cli, rows: list[list[Any]], kind: str = "task", plan: str = "tt", **more: Any) -> list[dict[str, Any]]:
    """Take a list in and return the items that it brought."""
    path = workbook(cli.folder / "清单.xlsx", rows, **more)
    answer = json.loads(cli.ok("item", "import", plan, kind, path, "--yes", "--json"))
    return [json.loads(cli.ok("show", id_, "--json")) for id_ in answer["ids"]]


def units(item: dict[str, Any]) -> tuple[list[str], list[str]]:
    return item["lead_units"], item["participating_units"]


@pytest.mark.parametrize(
    ("text", "lead", "due"),
    [
        ("任务名称", "责任单位", "截止日期"), ("重点工作（任务）", "牵头单位（盖章）", "完成时限（年月日）"),
        ("主要工作任务", "行业主管部门", "计划完成时间"), ("项目名称", "责任部门\n（处室）", "完工时间\n20XX.0X"),
        ("工作 内容", "牵头单位：", "截止时间*"), ("工作任务", "部门", "完成时限"),
    ],
)  # fmt: skip
def test_headings_in_other_words(cli: Cli, text: str, lead: str, due: str) -> None:
    add_plan(cli)
    (item,) = listed(
        cli, [["序号", text, lead, due], [1, "清淤十公里", "市水务局", Shown(datetime(2026, 12, 31), "yyyy-mm-dd")]]
    )
    assert (item["text"], units(item), item["due"]) == ("清淤十公里", (["市水务局"], []), "2026-12-31")


def test_merged_cells_fill_what_they_span_and_headings_take_two_rows(cli: Cli) -> None:
    add_plan(cli)
    found = listed(
        cli,
        [
            ["2026年重点任务分解表"], ["序号", "类别", "工作任务", "责任分工", None, "完成时限"],
            [None, None, None, "牵头单位", "配合单位", None],
            [1, "交通", "建成充电桩五百个", "市交通局", "市财政局", "12月底前"], [2, None, "更新公交车三百辆"], [3, "能源", "建设加氢站", "市能源局"],
        ],
        merged=("A1:F1", "A2:A3", "B2:B3", "C2:C3", "D2:E2", "F2:F3", "B4:B5", "D4:D5", "E4:E5", "F4:F6"),
    )  # fmt: skip
    assert [(item["chapter"], *units(item), item["due"]) for item in found] == [
        ("交通", ["市交通局"], ["市财政局"], "2026-12-31"), ("交通", ["市交通局"], ["市财政局"], "2026-12-31"),
        ("能源", ["市能源局"], [], "2026-12-31"),
    ]  # fmt: skip


def test_chapters_sums_notes_and_signatures_are_no_items(cli: Cli) -> None:
    add_plan(cli)
    found = listed(
        cli,
        [
            ["序号", "工作任务", "牵头单位", "总投资（万元）"], ["合计", None, None, 46000], ["一", "水利", None, 46000],
            ["（一）", "供水", None, 46000], [1, "改造管网", "市水务局", 46000], [None, "小计", None, 1], [None, "二、水环境治理"],
            ["2"], ["3", "修复岸线", "市水务局", 1], [None, "备注：每月报送"], [None, "填表人：张某  联系电话：0000-0000000"],
        ],
    )  # fmt: skip
    assert [(item["text"], item["chapter"], item["section"]) for item in found] == [
        ("改造管网", "一、水利", "（一）供水"), ("修复岸线", "二、水环境治理", None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("lead", "participant", "leads", "participants"),
    [
        ("市水务局 市财政局", "市住建局/市城管局", ["市水务局", "市财政局"], ["市住建局", "市城管局"]),
        ("市水务局\n市财政局", "各区县人民政府", ["市水务局", "市财政局"], []),
        ("市水务局（牵头）、市财政局、市住建局按职责分工负责", None, ["市水务局"], ["市财政局", "市住建局"]),
        ("牵头单位：市水务局；配合单位：市财政局", None, ["市水务局"], ["市财政局"]),
        ("市水务局 张三 13800000000", None, ["市水务局"], []),
        ("市水务局和市财政局", "——", ["市水务局", "市财政局"], []),
        ("相关部门", "/", [], []), ("市水务局（盖章）", "市住建局． 市城管局", ["市水务局"], ["市住建局", "市城管局"]),
        ("待定", None, [], []),
    ],
)  # fmt: skip
def test_cells_of_units(cli: Cli, lead: str, participant: str, leads: list[str], participants: list[str]) -> None:
    add_plan(cli)
    (item,) = listed(cli, [["工作任务", "牵头单位", "配合单位"], ["清淤十公里", lead, participant]])
    assert units(item) == (leads, participants)


def test_names_that_people_use_are_no_new_units(cli: Cli) -> None:
    rows: list[list[Any]] = [["工作任务", "牵头单位", "配合单位"], ["清淤", "生态环境厅", "发改委（省能源局）、省住建厅"],
                             ["巡河", " 省 生态环境厅 ", "交通厅，环保厅"], ["补绿", "能源局", "省经信厅（牵头）"]]  # fmt: skip
    path = workbook(cli.folder / "a.xlsx", rows)
    answer = json.loads(cli.ok("item", "import", "zj", "task", path, "--yes", "--json"))
    assert answer["new_units"] == []
    found = [units(json.loads(cli.ok("show", id_, "--json"))) for id_ in answer["ids"]]
    assert found == [
        (["省生态环境厅"], ["省发展改革委（省能源局）", "省建设厅"]), (["省生态环境厅"], ["省交通运输厅"]), (["省能源局", "省经信厅"], []),
    ]  # fmt: skip


def test_a_new_unit_is_announced_before_a_yes(cli: Cli) -> None:
    path = workbook(cli.folder / "a.xlsx", [["工作任务", "牵头单位"], ["清淤", "省气候中心办公室"]])
    result = cli("item", "import", "zj", "task", path, answers="n\n")
    assert "注意：名录中没有“省气候中心办公室”，将作为新单位列入\n" in result.err
    assert "增加 1 项？ [y/N] 未导入，未作任何改动" in result.err.replace("\n", " ")
    assert cli("show", "zj-task-48").code == 1
    assert "需要确认" in cli("item", "import", "zj", "task", path, "--no-input").err


@pytest.mark.parametrize(
    ("cell", "due", "note"),
    [
        (Shown(datetime(2026, 12, 1), MONTH), "2026-12-31", None), ("2026年12月", "2026-12-31", None), ("第三季度", "2026-09-30", None),
        (Shown(datetime(2026, 12, 1), "mmm-yy"), "2026-12-31", None), ("长期坚持", None, "完成时限：长期坚持"), (46387, "2026-12-31", None),
        ("每月5日前", None, "完成时限：每月5日前"), ("另行通知", None, "完成时限：另行通知"), ("上半年", "2026-06-30", None), ("——", None, None),
        ("2026年3月—10月", "2026-10-31", None), (2026, "2026-12-31", None),
    ],
)  # fmt: skip
def test_deadlines_as_written(cli: Cli, cell: Any, due: str | None, note: str | None) -> None:
    add_plan(cli)
    (item,) = listed(cli, [["工作任务", "完成时限"], ["清淤十公里", cell]])
    assert (item["due"], item["note"]) == (due, note)


def test_a_number_that_may_be_october_or_january_is_refused(cli: Cli) -> None:
    add_plan(cli)
    path = workbook(cli.folder / "a.xlsx", [["工作任务", "完成时限"], ["清淤", 2026.1]])
    result = cli("item", "import", "tt", "task", path, "--yes", "--json")
    assert (result.code, [(each["cell"], each["message"][:12]) for each in json.loads(result.out)["errors"]]) == (
        1, [("B2", "日期“2026.1”是数")],
    )  # fmt: skip


def test_targets_become_indicators(cli: Cli) -> None:
    add_plan(cli)
    found = listed(
        cli,
        [["序号", "指标名称", "计量单位", "目标值", "责任单位"], [1, "污水处理率", "%", 98, "市水务局"],
         [2, "PM2.5浓度", "微克/立方米", "≤30", "市生态环境局"], [3, "绿地", "公顷", "50以上", "市园林局"], [4, "覆盖率", None, Shown(0.785, "0.0%"), None]],
        kind="target",
    )  # fmt: skip
    read = [item["indicators"][0] for item in found]
    assert [(each["name"], each["comparator"], each["value"], each["measure"]) for each in read] == [
        ("污水处理率", ">=", 98, "%"), ("PM2.5浓度", "<=", 30, "微克/立方米"), ("绿地", ">=", 50, "公顷"), ("覆盖率", ">=", 78.5, "%"),
    ]  # fmt: skip


def test_progress_comes_along_as_first_reports(cli: Cli) -> None:
    add_plan(cli)
    (item,) = listed(
        cli,
        [
            ["工作任务", "牵头单位", "一季度进展", "1-10月进展情况", "完成率", "状态"],
            ["清淤", "市水务局", "招标", "开工", 60, "进行中"],
        ],
    )
    assert (item["percent"], item["state"]) == (60, "in_progress")
    notes = [row for row in json.loads(cli.ok("history", item["id"], "--json")) if row["field"] == "note"]
    assert {row["after"] for row in notes} == {"招标", "开工"}


def test_line_breaks_stay_and_rows_of_the_same_text_are_named(cli: Cli) -> None:
    add_plan(cli)
    path = workbook(
        cli.folder / "a.xlsx",
        [["工作任务", "牵头单位"], ["一是清淤。\n二是建闸。", "市水务局"], ["一是清淤。二是建闸。", "市水务局"]],
    )
    result = cli("item", "import", "tt", "task", path, "--yes")
    assert "A3：“一是清淤。二是建闸。”与本表 A2 的文字相同" in result.err
    assert json.loads(cli.ok("show", "tt-task-1", "--json"))["text"] == "一是清淤。\n二是建闸。"
    again = cli("item", "import", "tt", "task", path, "--yes")
    assert (again.code, "a.xlsx 已在第 3 号改动中导入过，没有再次导入" in again.err) == (1, True)
    cli.ok("undo", "3", "--yes")
    assert cli("item", "import", "tt", "task", path, "--yes").code == 0


@pytest.mark.parametrize(
    "rows",
    [
        [["项目", "目标", "单位"], ["纸张", 12.5, "万元"], ["打印", True, "万元"]],
        [["Name", "No", "City"], ["Alice", 1, "Rome"], ["Bob", 2, "Oslo"]],
        [["姓名", "电话"], ["张三", 1]],
        [["事项", "牵头单位"], [None, None]],
    ],
)
def test_what_is_no_list_is_refused(cli: Cli, rows: list[list[Any]]) -> None:
    add_plan(cli)
    result = cli("item", "import", "tt", "task", workbook(cli.folder / "a.xlsx", rows), "--yes", "--json")
    assert (result.code, json.loads(result.out)["ids"]) == (1, [])


def test_each_of_two_doors_names_the_other(cli: Cli) -> None:
    report = workbook(cli.folder / "a.xlsx", [["编号", "本期进展"], ["zj-task-6", "开工"]])
    items = workbook(cli.folder / "b.xlsx", [["工作任务", "牵头单位"], ["清淤", "省水利厅"]])
    assert "这是进展表，请用 tracker import" in cli("item", "import", "zj", "task", report, "--yes").err
    assert "请用 tracker item import" in cli("import", items, "--yes").err


def test_what_a_list_says_beside_its_table_is_named(cli: Cli) -> None:
    add_plan(cli)
    path = workbook(
        cli.folder / "a.xlsx",
        [["工作任务", "牵头单位", "投资"], [Shown("清淤", comment="尽快"), "市水务局", 5, "请加快"], ["作废", "市水务局"], [Shown("删去", struck=True)]],
        hidden=(3,), more={"说明": [["随意写的"]]},
    )  # fmt: skip
    answer = json.loads(cli.ok("item", "import", "tt", "task", path, "--yes", "--json"))
    assert [(each["sheet"], each["cell"], each["message"]) for each in answer["ignored"]] == [
        ("Sheet1", "C1", "“投资”一列（1 格）未读取"),
        ("Sheet1", "D2", "表格以外的内容未读取：请加快"),
        ("Sheet1", "A4", "这一行加了删除线，未读取"),
        ("Sheet1", "A3", "有 1 行被隐藏（第 3 行），未读取；需要导入请先取消隐藏"),
        ("Sheet1", "A2", "批注未读取：尽快"),
        ("说明", None, "没有找到表头，这张工作表未读取"),
    ]
    assert len(answer["ids"]) == 1


def test_one_item_and_a_list_answer_alike(cli: Cli) -> None:
    one = json.loads(cli.ok("item", "add", "zj", "task", "--text", "核查", "--lead", "环保厅", "--json"))
    path = workbook(cli.folder / "a.xlsx", [["工作任务", "牵头单位"], ["清淤", "省水利厅"]])
    several = json.loads(cli.ok("item", "import", "zj", "task", path, "--yes", "--json"))
    assert one.keys() == several.keys()
    assert (one["id"], one["ids"], several["id"]) == ("zj-task-48", ["zj-task-48"], "zj-task-49")
    assert json.loads(cli.ok("show", "zj-task-48", "--json"))["lead_units"] == ["省生态环境厅"]


def test_a_list_in_any_kind_of_file(cli: Cli, tmp_path: Path) -> None:
    add_plan(cli)
    for name, text, codec in (
        ("a.tsv", "工作任务\t牵头单位\n清淤,疏浚,护岸,补绿\t市水务局\n", "utf-16"),
        ("b.csv", "工作任务;牵头单位\n清淤,疏浚,护岸;市水务局\n", "gb18030"),
        ("c.xls", "工作任务,牵头单位\n清淤河道,市水务局\n", "utf-8"),
    ):
        (tmp_path / name).write_bytes(text.encode(codec))
        cli.ok("item", "import", "tt", "task", tmp_path / name, "--yes")
    found = json.loads(cli.ok("list", "--plan", "tt", "--json"))
    assert [item["text"] for item in found] == ["清淤,疏浚,护岸,补绿", "清淤,疏浚,护岸", "清淤河道"]
    assert {name for item in found for name in item["lead_units"]} == {"市水务局"}


def test_a_long_list_goes_in_by_portions_and_is_one_change(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracker.actions.plans._PORTION", 3)
    monkeypatch.setattr("tracker.actions.imports.item_import._AT_ONCE", 2)
    add_plan(cli)
    rows = [[n, f"第{n}号工程", "市水务局", "2026年底", f"{n}%", f"到第{n}步"] for n in range(1, 9)]
    found = listed(cli, [["序号", "工作任务", "牵头单位", "完成时限", "完成率", "截至10月底进展"], *rows])
    assert [(each["number"], each["text"], each["percent"]) for each in found] == [
        (n, f"第{n}号工程", n) for n in range(1, 9)
    ]
    assert {each["change"] for each in json.loads(cli.ok("history", "--command", "item import", "--json"))} == {3}
    cli.ok("doctor")


def test_a_wrong_target_value_is_named_with_its_cell_before_anything_is_added(cli: Cli) -> None:
    add_plan(cli)
    path = workbook(cli.folder / "清单.xlsx", [["序号", "指标名称", "目标值"], [1, "水质达标率 >= 九成", None]])
    refused = cli("item", "import", "tt", "target", path, "--yes")
    assert (refused.code, "错误：清单.xlsx Sheet1 B2：" in refused.err) == (1, True)


@pytest.mark.parametrize(
    ("heading", "due"),
    [
        ("全年目标", None), ("规划目标", None), ("省下达目标", None), ("期末目标", None), ("年度计划", None), ("计划数", None), ("考核值", None),
        ("近期目标", None), ("最终目标", None), ("总目标", None), ("下达任务", None), ("年度下达计划", None), ("控制值", None), ("限值", None),
        ("目标值（2030年）", "2030-12-31"), ("目标（2026年度）", "2026-12-31"), ("目标值(到2030年，%)", "2030-12-31"), ("年度目标（2026）", "2026-12-31"),
        ("目标值\n2030年", "2030-12-31"), ("目标值（“十五五”末）", "2030-12-31"), ("目标值（较2020年）", None), ("目标值（2026—2030年）", "2030-12-31"),
        ("十五五目标", "2030-12-31"), ("2030年规划", "2030-12-31"), ("2030年预期", "2030-12-31"),
    ],
)  # fmt: skip
def test_a_column_of_targets_by_its_words(cli: Cli, heading: str, due: str | None) -> None:
    add_plan(cli)
    rows: list[list[Any]] = [
        ["序号", "指标名称", "计量单位", heading, "责任单位"],
        [1, "污水收集率", "%", 85, "市水务局"],
    ]
    said = cli("item", "import", "tt", "target", workbook(cli.folder / "t.xlsx", rows), "--yes").err
    assert (f"时限 {due} 至 {due}" if due else "没有时限") in said
    item = json.loads(cli.ok("show", "tt-target-1", "--json"))
    assert (item["indicators"][0]["value"], item["due"]) == (85, due)


def test_a_row_of_text_that_is_longer_than_its_header_is_named(cli: Cli) -> None:
    add_plan(cli)
    path = cli.folder / "l.csv"
    path.write_text("工作任务,责任单位,备注\n建成甲厂,市水务局,重点,追加说明\n", encoding="utf-8")
    said = cli("item", "import", "tt", "task", path, "--yes").err
    assert "l.csv D2：这一行比表头长（文字中有没加引号的分隔符？），多出的内容未读取：追加说明" in said


@pytest.mark.parametrize(
    ("cell", "due", "said"),
    [
        (Shown(2026, 'yyyy"年"'), None, "像是只填了年份或月份"), (Shown(datetime(2026, 12, 1), 'm"月"'), "2026-12-31", ""),
        (2026.12, "2026-12-31", ""), (2026.1, None, "2026.1 与 2026.10 在表格中无法区分"), ("12月前", "2026-12-31", ""), ("半年前", None, ""), ("年底（确保）", "2026-12-31", ""), ("上半年完成招标，年底完工", "2026-12-31", ""),
        ("10月完成设计，明年6月建成", "2027-06-30", ""), ("25日前", "2026-11-25", ""), ("一周内", None, "完成时限“一周内”不是日期"), ("印发后一周内", None, ""), ("张三", None, "完成时限“张三”不是日期，这一项没有时限"), ("另行通知", None, ""), ("丙午年底", None, "完成时限“丙午年底”不是日期"),
        ("2026年11月-次年3月", "2027-03-31", ""),
    ],
)  # fmt: skip
def test_cells_of_deadlines_that_are_none(cli: Cli, cell: Any, due: str | None, said: str) -> None:
    add_plan(cli)
    path = workbook(cli.folder / "t.xlsx", [["序号", "工作任务", "完成时限"], [1, "清淤十公里", cell]])
    result = cli("item", "import", "tt", "task", path, "--yes")
    assert said in result.err
    assert ("注意" in result.err) == said.startswith("完成")
    if result.code == 0:
        assert json.loads(cli.ok("show", "tt-task-1", "--json"))["due"] == due


def test_a_vertical_table_is_told(cli: Cli) -> None:
    add_plan(cli)
    upright: list[list[Any]] = [
        ["项目名称", "污水处理厂", "锅炉改造"],
        ["责任单位", "市水务局", "市住建局"],
        ["完成时限", "2026年底", "2027年"],
    ]
    path = workbook(cli.folder / "v.xlsx", upright)
    assert "表格是竖排的（A 列是栏目名称" in cli("item", "import", "tt", "task", path, "--yes").err


@pytest.mark.anywhere
@pytest.mark.parametrize(
    ("headings", "cells", "actual", "day", "said"),
    [
        (["现值", "完成率", "状态", "存在问题"], [82, "96%", "进行中", "缺钱"], 82, "2026-11-21", "E2：完成率由指标现值算出，表中 96%，未采用\n"),
        (["完成率", "存在问题"], ["96%", "缺钱"], None, None, "D2：完成率由指标现值算出，表中 96%，未采用；请填现值"),
        (["2025年完成值"], [82], 82, "2025-12-31", ""), (["2026年1-10月完成"], [82], 82, "2026-10-31", ""),
        (["2024年完成值", "截至10月底完成值"], [80, 83], 83, "2026-10-31", ""), (["现值", "数据时点"], ["82%", "2025年末"], 82, "2025-12-31", ""),
        (["现值（2025年底）"], ["八成二"], 82, "2025-12-31", ""), (["现值"], ["待统计"], None, None, "现值“待统计”不是数字"),
    ],
)  # fmt: skip
def test_values_beside_targets_are_first_reports_of_their_day(
    cli: Cli, headings: list[str], cells: list[Any], actual: float | None, day: str | None, said: str
) -> None:
    add_plan(cli)
    rows = [["序号", "指标名称", "计量单位", *headings, "目标值"], [1, "污水收集率", "%", *cells, "≥85"]]
    result = cli("item", "import", "tt", "target", workbook(cli.folder / "t.xlsx", rows), "--yes")
    assert said in result.err
    assert "--value" not in result.err
    assert "未读取" not in result.err
    item = json.loads(cli.ok("show", "tt-target-1", "--json"))
    (indicator,) = item["indicators"]
    assert (indicator["actual"], indicator["actual_date"]) == (actual, day)
    assert item["last_report"]["problem"] == ("缺钱" if "缺钱" in cells else None)


def test_a_value_of_a_measure_with_targets_by_year_is_one_of_each_year(cli: Cli) -> None:
    add_plan(cli)
    found = listed(
        cli,
        [["指标名称", "单位", "2025年目标值", "2030年目标值", "1-10月累计完成"], ["新建站点", "个", 300, 500, "180个"]],
        "target",
    )
    assert [(one["value"], one["actual"], one["actual_date"]) for one in found[0]["indicators"]] == [
        (300, 180, "2026-10-31"), (500, 180, "2026-10-31"),
    ]  # fmt: skip
    again = workbook(cli.folder / "b.xlsx", [["指标名称", "累计完成", "填报日期"], ["新建站点", 190, "2026-11-20"]])
    cli.ok("import", again, "--plan", "tt", "--yes")
    item = json.loads(cli.ok("show", found[0]["id"], "--json"))
    assert [one["actual"] for one in item["indicators"]] == [190, 190]


def test_one_task_merged_over_several_units_is_one_item_and_units_below_a_heading_are_all_read(cli: Cli) -> None:
    add_plan(cli)
    rows: list[list[Any]] = [
        ["序号", "任务", "责任单位", "配合单位", None, "完成时限"], [None, None, None, "市级", "县级", None],
        [1, "建设污水处理厂", "市水务局", "市财政局", "甲县人民政府", "2026年底"], [None, None, "市发改委", None, None, None], ["续表"],
        [2, "建设管网", "市水务局", None, None, None],
    ]  # fmt: skip
    path = workbook(cli.folder / "t.xlsx", rows, merged=("D1:E1", "A3:A4", "B3:B4", "F3:F4"))
    answer = json.loads(cli.ok("item", "import", "tt", "task", path, "--yes", "--json"))
    assert answer["ignored"] == []
    found = [json.loads(cli.ok("show", id_, "--json")) for id_ in answer["ids"]]
    assert [(*units(each), each["due"], each["chapter"]) for each in found] == [
        (["市水务局", "市发改委"], ["市财政局", "甲县人民政府"], "2026-12-31", None), (["市水务局"], [], None, None),
    ]  # fmt: skip


def test_first_reports_take_the_day_of_their_table_and_a_state_that_a_share_overrules_is_told(cli: Cli) -> None:
    add_plan(cli)
    rows: list[list[Any]] = [
        ["填报日期：2026年10月31日   填报人：王五"], ["序号", "工作任务", "状态", "完成率", "进展情况"],
        [1, "建设污水处理厂", "未启动", "10%", "已开工"], [2, "建设管网", "已完成", "80%", None],
    ]  # fmt: skip
    said = cli("item", "import", "tt", "task", workbook(cli.folder / "t.xlsx", rows), "--yes").err
    assert "t.xlsx Sheet1 A1：填报人不读取" in said
    assert "C3：状态填的是未启动，但有完成率或现值，按进行中写入" in said
    assert "C4：状态填的是申报办结，完成率却是 80%，状态未采用" in said
    first, second = (json.loads(cli.ok("show", f"tt-task-{n}", "--json")) for n in (1, 2))
    assert (first["last_report"]["date"], first["state"], first["percent"]) == ("2026-10-31", "in_progress", 10)
    assert (second["state"], second["percent"]) == ("in_progress", 80)


def test_chapters_above_a_header_and_the_year_in_a_heading_hold_below(cli: Cli) -> None:
    add_plan(cli)
    rows: list[list[Any]] = [
        ["一、重点任务"], ["（一）水环境"], ["序号", "任务", "完成时限（2027年）"], [1, "甲工程", "3月"], ["（二）大气环境"], [2, "乙工程", "全年"], ["二、保障措施"],
        [3, "甲工程", "年底"],
    ]  # fmt: skip
    found = listed(cli, rows, more={"市水务局": [["序号", "任务"], [1, "甲工程"]]})
    assert [(each["chapter"], each["section"], each["due"]) for each in found] == [
        ("一、重点任务", "（一）水环境", "2027-03-31"), ("一、重点任务", "（二）大气环境", "2027-12-31"), ("二、保障措施", None, "2027-12-31"),
        (None, None, None),
    ]  # fmt: skip
    path = workbook(
        cli.folder / "b.xlsx", [["序号", "任务"], [1, "丁工程"]], more={"别表": [["序号", "任务"], [1, "丁工程"]]}
    )
    assert "别表 B2：“丁工程”与“Sheet1”表 B2 的文字相同" in cli("item", "import", "tt", "task", path, "--dry-run").err


def test_a_list_comes_in_on_stdin(cli: Cli) -> None:
    add_plan(cli)
    result = cli("item", "import", "tt", "task", "-", "--yes", "--json", piped="序号,任务\n1,清淤十公里\n")
    (id_,) = json.loads(result.out)["ids"]
    assert json.loads(cli.ok("show", id_, "--json"))["source"] == "标准输入"


@pytest.mark.anywhere
@pytest.mark.parametrize(
    ("first", "second", "chapter"),
    [
        ("一、", "二、", "一、民生类"), ("Ⅰ", "Ⅱ", "Ⅰ、民生类"), ("壹", "贰", "壹、民生类"), ("第一部分", "第二部分", "第一部分　民生类"),
        ("▲", "▲", "▲民生类"), ("A", "B", "A、民生类"), ("①", "②", "① 民生类"),
    ],
)  # fmt: skip
def test_rows_that_head_others_whatever_their_number(cli: Cli, first: str, second: str, chapter: str) -> None:
    add_plan(cli)
    rows: list[list[Any]] = [
        ["序号", "任务", "责任单位", "完成时限"], ["甲", "乙", "丙", "丁"], [first, "民生类"], [1, "甲工程", "市水务局", "年底"],
        [second, "生态类"], [2, "乙工程", "市水务局", "年底"],
    ]  # fmt: skip
    cli.ok("item", "import", "tt", "task", workbook(cli.folder / "a.xlsx", rows), "--yes")
    found = [(each["text"], each["chapter"]) for each in json.loads(cli.ok("list", "--plan", "tt", "--json"))]
    assert found == [("甲工程", chapter), ("乙工程", chapter.replace(first, second).replace("民生", "生态"))]


@pytest.mark.anywhere
def test_sums_and_what_ends_a_page_are_no_items_no_chapters_and_no_reports() -> None:
    """Whatever the words in which it is said, and not what merely begins or ends with them."""
    for text in (
        "全市合计 本页小计 水务局小计 甲类合计 以上合计 汇总 累计 计 共3项 一、小计 （二）合计 Total Sub-total 全市累计 各县区合计： 总计（3项） 全省平均 "
        "（以下无正文） 以下空白 …… 第1页 （本页完）"
    ).split():
        assert is_aside(text), text
    assert is_aside("第 1 页，共 2 页")
    assert is_aside("合 计")
    assert all(map(is_note, ("此表一式三份", "本表一式两份，一份报送")))
    for text in (
        "开展数据汇总",
        "完成投资累计",
        "推进能耗统计",
        "共建3项工程",
        "第1页印制",
        "/",
        "—",
        "、",
        "1",
        "完成",
        "全市污水处理",
    ):
        assert not is_aside(text), text


def test_rows_of_sums_and_ends_of_pages(cli: Cli) -> None:
    head = ["序号", "工作任务", "责任单位", "完成时限"]
    rows: list[list[Any]] = [
        head, [1, "清淤", "市水务局", "2026年底"], ["水务局小计"], [2, "植树", "市林业局", "2026年底"], [None, "全市合计"], ["共2项"], ["（以下无正文）"],
        ["第1页 共1页"], ["此表一式三份"],
    ]  # fmt: skip
    add_plan(cli)
    result = cli("item", "import", "tt", "task", workbook(cli.folder / "a.xlsx", rows), "--yes", "--json")
    assert (len(json.loads(result.out)["ids"]), "这一行只有文字" in result.err) == (2, False)
    assert [each["message"] for each in json.loads(result.out)["ignored"]] == ["表格下方的文字未读取：此表一式三份"]
    rows = [["任务", "进展"], ["清淤", "开工"], ["全市合计", "2项"], ["（以下无正文）"]]
    assert json.loads(cli.ok("import", workbook(cli.folder / "b.xlsx", rows), "--yes", "--json"))["new"] == 1


@pytest.mark.anywhere
@pytest.mark.parametrize(
    ("lead", "leads", "note"),
    [
        ("市住建局：王五", ["市住建局"], "原文附注：王五"), ("市财政局 李四（预算科）", ["市财政局"], "原文附注：预算科、李四"),
        ("市城管局，赵六局长", ["市城管局"], "原文附注：赵六局长"), ("市水务局/张三、市财政局/李四", ["市水务局", "市财政局"], "原文附注：张三、李四"),
        ("市水务局王五局长", ["市水务局"], "原文附注：王五局长"), ("市经信局、石化集团", ["市经信局", "石化集团"], None),
    ],
)  # fmt: skip
def test_who_answers_for_a_unit_is_no_unit(cli: Cli, lead: str, leads: list[str], note: str | None) -> None:
    add_plan(cli)
    (item,) = listed(cli, [["任务", "责任单位及责任人"], ["清淤", lead]])
    assert (item["lead_units"], item["participating_units"], item["note"]) == (leads, [], note)


HEAD = ["序号", "工作任务", "牵头单位", "完成时限"]
FIRST = [1, "甲工程", "市水务局", "年底"]
RIGHT = [None, "序号", "工作任务", "完成时限", "牵头单位"]


@pytest.mark.anywhere
@pytest.mark.parametrize(
    ("rows", "merged", "items", "left"),
    [
        ([["序号", "工作任务", None, "责任单位"], [1, "甲", None, "局"], [2, "乙", None, "局"]], ("B1:C1", "B2:C2", "B3:C3"), ["甲", "乙"], []),
        ([["序号", "工作任务", None, "责任单位"], [1, "甲", None, "局"], [2, "乙", "细项", "局"]], ("B1:C1",), ["甲", "细项"], []),
        ([HEAD, ["示例", "完成某某工程", "某某局", "6月"], ["—", "—", "—", "—"], [1, "（示例）做", "××局", "6月"], FIRST], (), ["甲工程"], ["A2", "B4"]),
        ([HEAD, FIRST, [], [None, "（盖章）"], [None, None, "2026年11月25日"]], (), ["甲工程"], []),
        ([HEAD, FIRST, ["2"], ["3", "乙工程"]], (), ["甲工程", "乙工程"], []),
        ([HEAD, FIRST, ["注：", "1.带★的为重点"], [None, "2.时限以文件为准"]], (), ["甲工程"], ["A3", "B4"]),
        ([HEAD, FIRST, ["局长意见："], ["请按时完成"], [None, "张三"]], (), ["甲工程"], ["A3", "A4", "B5"]),
        ([["通知"], ["一、填报要求"], ["1. 一事一行；"], HEAD, FIRST], (), ["甲工程"], ["A3"]),
        ([HEAD, FIRST, [], ["表2 联系人"], ["单位", "姓名", "电话"], ["市水务局", "张三", "123"]], (), ["甲工程"], ["A5", "A4"]),
        ([[*HEAD, *RIGHT], [*FIRST, None, 2, "乙工程", "7月", "市财政局"]], (), ["甲工程", "乙工程"], []),
        ([["序号", "工作任务", "责任单位", None], [None, None, "牵头", "配合"], [1, "甲工程", "局", "厅"]], (), ["甲工程"], []),
        ([HEAD, FIRST, ["合", "计", "2项"]], (), ["甲工程"], []),
    ],
)  # fmt: skip
def test_what_is_no_row_of_a_list(
    tmp_path: Path, rows: list[list[Any]], merged: tuple[str, ...], items: list[str], left: list[str]
) -> None:
    found = read_items(workbook(tmp_path / "a.xlsx", rows, merged=merged), date(2026, 11, 21))
    assert [(item.text, item.chapter) for item in found.items()] == [(text, None) for text in items]
    below = [each for table in found.tables for each in table.below]
    assert [*(each.cell for each in found.file.ignored), *(each.cell for each in below)] == left
    assert found.file.problems == []


@pytest.mark.anywhere
@pytest.mark.parametrize(
    ("line", "lead", "left"),
    [
        ("责任单位：市水务局", "市水务局", False), ("牵头单位：市水务局", None, True), ("填报单位：市水务局（盖章）", None, True),
        ("完成时限：2026年底", None, True), ("2026年任务清单", None, False),
    ],
)  # fmt: skip
def test_what_a_line_above_says_of_all_rows_is_used_or_named(
    tmp_path: Path, line: str, lead: str | None, left: bool
) -> None:
    found = read_items(
        workbook(tmp_path / "a.xlsx", [[line], ["序号", "工作任务", "完成时限"], [1, "甲", "年底"]]), date(2026, 11, 21)
    )
    assert [item.lead for item in found.items()] == [lead]
    assert ([each.cell for each in found.file.ignored], bool(found.file.remarks)) == (["A1"] * left, lead is not None)


@pytest.mark.parametrize(
    ("heading", "below"),
    [
        ("责任单位（排第一的为牵头单位）", ""),
        ("责任单位（列首位的为牵头单位）", ""),
        ("责任单位", "注：责任单位中第一个为牵头单位。"),
    ],
)
def test_the_first_of_the_units_leads_where_the_table_says_so(cli: Cli, heading: str, below: str) -> None:
    add_plan(cli)
    rows: list[list[Any]] = [
        ["序号", "工作任务", heading, "时限"],
        [1, "甲工程", "市水务局、市财政局", "年底"],
        [None, below or None],
    ]
    answer = cli("item", "import", "tt", "task", workbook(cli.folder / "清单.xlsx", rows), "--yes")
    assert "表中写明排第一的单位牵头，其余作为参与单位" in answer.err
    (found,) = json.loads(cli.ok("list", "--plan", "tt", "--json"))
    assert (found["lead_units"], found["participating_units"]) == (["市水务局"], ["市财政局"])


def test_groups_whose_rows_are_numbered_anew(cli: Cli) -> None:
    add_plan(cli)
    rows: list[list[Any]] = [
        ["序号", "工作任务", "责任单位", "时限"], [1, "水务类", None, None], [1, "甲工程", "市水务局", "年底"], [2, "乙工程", "市水务局", "年底"],
        [2, "财政类", None, None], [1, "丙工程", "市财政局", "年底"],
    ]  # fmt: skip
    found = listed(cli, rows)
    assert [(each["text"], each["chapter"]) for each in found] == [
        ("甲工程", "1 水务类"),
        ("乙工程", "1 水务类"),
        ("丙工程", "2 财政类"),
    ]


def test_what_a_merged_item_says_in_several_rows_is_one_item_and_one_report(cli: Cli) -> None:
    add_plan(cli)
    rows: list[list[Any]] = [
        ["序号", "工作任务", "责任单位", "时限", "进展情况", "存在问题"], [1, "甲工程", "市水务局", "年底", "一是立项", "缺钱"],
        [None, None, None, None, "二是开工", None], [2, "乙工程", "市水务局张三", "年底", "立项", None],
    ]  # fmt: skip
    file = workbook(cli.folder / "清单.xlsx", rows, merged=tuple(f"{letter}2:{letter}3" for letter in "ABCD"))
    assert "清单.xlsx Sheet1 C4：“市水务局张三”不像单位名称" in cli("item", "import", "tt", "task", file, "--yes").err
    found = json.loads(cli.ok("list", "--plan", "tt", "--json"))
    assert [(each["text"], each["last_report"]["note"], each["last_report"]["problem"]) for each in found] == [
        ("甲工程", "一是立项\n二是开工", "缺钱"), ("乙工程", "立项", None),
    ]  # fmt: skip


def test_cells_of_a_csv_that_a_spreadsheet_would_show_otherwise(cli: Cli) -> None:
    add_plan(cli)
    head = "序号,工作任务,牵头单位,完成时限\n"
    file = cli.folder / "清单.csv"
    file.write_text(head + "1,=A1+B2,市水务局,年底\n2,乙工程,市水务局,=MAX(D1)\n", encoding="utf-8")
    said = cli("item", "import", "tt", "task", file, "--yes").err
    assert [cell for cell in ("B2", "D3") if f"{cell}：单元格是公式，没有存下的值" in said] == ["B2", "D3"]
    file.write_text(
        head + '="1","=""甲工程""",市水务局,"=""2026-12-31"""\n2,乙\u200b工程,,年底\n3,=开工率,,\n', encoding="utf-8"
    )
    assert "单位 1 个：市水务局（2 项没有牵头单位）" in cli("item", "import", "tt", "task", file, "--yes").err
    found = json.loads(cli.ok("list", "--plan", "tt", "--json"))
    assert [(each["text"], each["due"]) for each in found] == [
        ("甲工程", "2026-12-31"),
        ("乙工程", "2026-12-31"),
        ("=开工率", None),
    ]


@pytest.mark.anywhere
def test_a_heading_over_unmerged_columns_of_a_csv_and_two_columns_of_leads(tmp_path: Path) -> None:
    path = as_csv(
        tmp_path / "a.csv",
        [
            ["序号", "工作任务", "责任分工", "", "完成时限"],
            ["", "", "牵头单位", "配合单位", ""],
            [1, "甲", "局", "厅", "年底"],
        ],
        "utf-8",
        ",",
    )
    (item,) = read_items(path, date(2026, 11, 21)).items()
    assert (item.lead, item.participants) == ("局", "厅")
    rows: list[list[Any]] = [["序号", "工作任务", "牵头单位1", "牵头单位2"], [1, "甲", "局", "厅"]]
    (item,) = read_items(workbook(tmp_path / "b.xlsx", rows), date(2026, 11, 21)).items()
    assert (item.lead, item.participants) == ("局；厅", None)


@pytest.mark.anywhere
def test_first_reports_take_the_day_of_their_row_and_are_undone_with_their_items(cli: Cli) -> None:
    add_plan(cli)
    rows: list[list[Any]] = [
        ["任务", "进展情况", "填报时间"],
        ["清淤", "开工", "2026年10月31日"],
        ["护岸", "勘察", None],
    ]
    path = workbook(cli.folder / "a.xlsx", rows)
    result = cli("item", "import", "tt", "task", path, "--yes")
    days = [json.loads(cli.ok("show", f"tt-task-{n}", "--json"))["last_report"]["date"] for n in (1, 2)]
    assert days == ["2026-10-31", "2026-11-21"]
    assert "tracker undo 3..4 撤销" in result.err
    assert "需要重来请先运行 tracker undo 3..4" in cli("item", "import", "tt", "task", path, "--yes").err
    cli.ok("undo", "3..4", "--yes")
    cli.ok("item", "import", "tt", "task", path, "--yes")
