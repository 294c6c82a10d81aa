"""Further habits of offices, each a list that somebody invented: what was meant comes out."""

import json
from datetime import datetime
from typing import Any

import pytest

from tests.conftest import Cli
from tests.tables.making import Shown, add_plan, workbook


def taken(cli: Cli, rows: list[list[Any]], kind: str = "task", **more: Any) -> tuple[list[dict[str, Any]], str]:
    """Take a list in; return the items that it brought, and what was said."""
    result = cli("item", "import", "tt", kind, workbook(cli.folder / "清单.xlsx", rows, **more), "--yes", "--json")
    assert result.code == 0, result.err
    return [json.loads(cli.ok("show", id_, "--json")) for id_ in json.loads(result.out)["ids"]], result.err


def test_headings_over_three_rows_and_a_second_table_with_its_chapter(cli: Cli) -> None:
    add_plan(cli)
    found, _ = taken(
        cli,
        [
            ["一、重点任务"], ["序号", "任务", None, "责任", None, "时间"], [None, "类别", "内容", "市级", None, None],
            [None, None, "主要任务", "牵头单位", "配合单位", "完成时限"], [1, "河道", "清淤二十公里", "市水务局", "市财政局", "2026年6月底"],
            [2, None, "整治岸坡", "市水务局", None, "2026年9月底"], [None], ["二、重点项目"],
            ["序号", "责任单位及联系人", "项目名称", "计划完工时间"], [1, "市交通局张三13800000000", "建设甲桥", "2027年底"],
        ],
        merged=("A2:A4", "B2:C2", "D2:E2", "B3:B4", "D3:E3", "F2:F3", "B5:B6"),
    )  # fmt: skip
    assert [(each["text"], each["chapter"], each["lead_units"], each["due"]) for each in found] == [
        ("清淤二十公里", "河道", ["市水务局"], "2026-06-30"), ("整治岸坡", "河道", ["市水务局"], "2026-09-30"),
        ("建设甲桥", "二、重点项目", ["市交通局"], "2027-12-31"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "due", "note"),
    [
        ("26年底", "2026-12-31", None), ("2026年中", "2026-06-30", None), ("年内", "2026-12-31", None), ("2026年内", "2026-12-31", None),
        ("收到文件后15个工作日内", None, "完成时限：收到文件后15个工作日内"), ("完成3轮整改后", None, "完成时限：完成3轮整改后"),
        (Shown(datetime(2026, 10, 1), "mmm-yy"), "2026-10-31", None), ("2026年3月至2027年6月", "2027-06-30", None),
    ],
)  # fmt: skip
def test_deadlines(cli: Cli, cell: Any, due: str | None, note: str | None) -> None:
    add_plan(cli)
    (item,), _ = taken(cli, [["工作任务", "责任单位", "完成时限"], ["清淤", "市水务局", cell]])
    assert (item["due"], item["note"]) == (due, note)


@pytest.mark.parametrize("cell", ["2026年13月", "2026-02-30", "2026.13"])
def test_a_day_that_is_none_is_an_error(cli: Cli, cell: str) -> None:
    add_plan(cli)
    path = workbook(cli.folder / "t.xlsx", [["工作任务", "责任单位", "完成时限"], ["清淤", "市水务局", cell]])
    result = cli("item", "import", "tt", "task", path, "--yes")
    assert (result.code, "C2" in result.err) == (1, True)


def test_target_values_of_several_years(cli: Cli) -> None:
    add_plan(cli)
    found, said = taken(cli, [
        ["序号", "指标名称", "单位", "2025年目标值", "2030年目标", "责任单位"], [1, "PM2.5浓度", "微克/立方米", "≤30", 25, "市生态环境局"],
        [2, "优良天数比率", "%", 0.855, Shown(0.9, "0%"), "市生态环境局"],
    ], "target")  # fmt: skip
    assert [[(one["comparator"], one["value"], one["due"]) for one in each["indicators"]] for each in found] == [
        [("<=", 30, "2025-12-31"), ("<=", 25, "2030-12-31")], [(">=", 0.855, "2025-12-31"), (">=", 90, "2030-12-31")],
    ]  # fmt: skip
    assert "B3：目标值填的是 0.855，按 0.855% 读取；如果是 85.5%，请改填 85.5 后重新导入" in said


@pytest.mark.parametrize(
    ("cell", "leads", "participants"),
    [
        ("（市交通局、市教育局按职责分工负责）", ["市交通局", "市教育局"], []), ("市水务局张三13800000000", ["市水务局"], []),
        ("市水务局牵头，市财政局、市发改委配合", ["市水务局"], ["市财政局", "市发改委"]), ("责任单位：市水务局；配合单位：各县区", ["市水务局"], []),
        ("市水务局\n市财政局", ["市水务局", "市财政局"], []),
    ],
)  # fmt: skip
def test_cells_of_units(cli: Cli, cell: str, leads: list[str], participants: list[str]) -> None:
    add_plan(cli)
    (item,), _ = taken(cli, [["工作任务", "责任分工"], ["清淤", cell]])
    assert (item["lead_units"], item["participating_units"]) == (leads, participants)


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_the_text_of_an_error_value_is_an_error_with_its_cell(cli: Cli, kind: str) -> None:
    add_plan(cli)
    path = cli.folder / f"t.{kind}"
    if kind == "csv":
        path.write_text("工作任务,责任单位,完成时限\n清淤,#REF!,2026年\n整治,市水务局,#N/A\n", "utf-8")
    else:
        workbook(
            path, [["工作任务", "责任单位", "完成时限"], ["清淤", "#REF!", "2026年"], ["整治", "市水务局", "#N/A"]]
        )
    result = cli("item", "import", "tt", "task", path, "--yes", "--json")
    assert [each["cell"] for each in json.loads(result.out)["errors"]] == ["B2", "C3"]


def test_a_hidden_column_is_told_and_a_list_of_persons_is_no_list(cli: Cli) -> None:
    add_plan(cli)
    path = workbook(cli.folder / "t.xlsx", [["工作任务", "责任单位"], ["清淤", "市水务局"]], hidden_columns="B")
    assert "B 列是隐藏的列，照常读取；请核对" in cli("item", "import", "tt", "task", path, "--dry-run").err
    persons = workbook(cli.folder / "p.xlsx", [["序号", "名称", "单位", "电话"], [1, "张三", "市水务局", "138"]])
    assert cli("item", "import", "tt", "task", persons, "--yes").code == 1


def test_units_are_read_alike_at_every_door_and_none_is_made_of_a_placeholder(cli: Cli) -> None:
    added = json.loads(cli.ok("item", "add", "zj", "task", "--text", "测试", "--lead", "交通厅、省水利厅（盖章）", "--participant",
                              "/,各区县人民政府,文旅厅", "--json"))  # fmt: skip
    item = json.loads(cli.ok("show", added["id"], "--json"))
    assert (added["new_units"], item["lead_units"], item["participating_units"]) == (
        [], ["省交通运输厅", "省水利厅"], ["省文化和旅游厅"],
    )  # fmt: skip
    assert item["note"] == "原文另列：各区县人民政府"
    cli.ok("assign", "zj-task-6", "--lead", "住建厅,省发改委（牵头）")
    assert json.loads(cli.ok("show", "zj-task-6", "--json"))["lead_units"] == ["省建设厅", "省发展改革委"]
    for name in ("相关部门", "省某某新局", "/"):
        assert cli("assign", "zj-task-6", "--lead", name).code == 1
