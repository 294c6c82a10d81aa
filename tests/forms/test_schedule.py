"""The schedule: out, filled in, and back as baselines, yearly targets, starts and nodes."""

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.conftest import Cli

pytestmark = pytest.mark.anywhere

COLUMNS = ("编号", "事项", "指标", "计量单位", "基期", "基数", "目标值", *map(str, range(2021, 2031)), "起点", "节点")


def fill(path: Path, cells: dict[tuple[str, str], Any]) -> None:
    book = openpyxl.load_workbook(path)
    sheet = book["进度安排"]
    rows = {row[0].value: row for row in sheet.iter_rows(min_row=4)}
    for (code, heading), value in cells.items():
        rows[code][COLUMNS.index(heading)].value = value
    book.save(path)


def exported(cli: Cli, *words: str) -> Path:
    path = cli.folder / "进度安排.xlsx"
    cli.ok("export", "schedule", "--plan", "zj", "-o", path, "--force", *words)
    return path


def test_a_schedule_that_nobody_touched_says_nothing(cli: Cli) -> None:
    path = exported(cli)
    sheet = openpyxl.load_workbook(path)["进度安排"]
    assert tuple(cell.value for cell in sheet[3]) == COLUMNS
    result = cli("import", path, "--yes")
    assert (result.code, "更新 0 行" in result.out) == (0, True), result.err
    assert len(json.loads(cli.ok("history", "--json"))) == 1


def test_what_was_filled_in_comes_back_and_is_undone_at_once(cli: Cli) -> None:
    path = exported(cli)
    fill(path, {
        ("zj-target-20.1", "基期"): 2020, ("zj-target-20.1", "基数"): 60, ("zj-target-20.1", "2023"): 70,
        ("zj-target-20.1", "2024"): 76, ("zj-task-6", "起点"): "2022-01-01", ("zj-task-6", "2024"): 60,
        ("zj-task-6", "节点"): "2023-06-30 30%",
    })  # fmt: skip
    result = cli("import", path, "--yes")
    assert (result.code, "更新 2 行" in result.out) == (0, True), result.err
    number = json.loads(cli.ok("show", "zj-target-20", "--json"))["indicators"][0]
    assert (number["baseline_year"], number["baseline_value"]) == (2020, 60)
    assert number["milestones"] == [{"date": "2023-12-31", "value": 70}, {"date": "2024-12-31", "value": 76}]
    assert json.loads(cli.ok("show", "zj-task-6", "--json"))["start"] == "2022-01-01"
    assert "更新 0 行" in cli.ok("import", exported(cli), "--yes")
    cli.ok("undo", "--yes")
    number = json.loads(cli.ok("show", "zj-target-20", "--json"))["indicators"][0]
    assert (number["baseline_value"], number["milestones"]) == (None, [])


def test_every_wrong_cell_is_named_and_nothing_is_taken(cli: Cli) -> None:
    path = exported(cli)
    fill(path, {("zj-target-20.1", "2023"): 90, ("zj-target-20.2", "2023"): "很多", ("zj-task-6", "2024"): 50})
    result = cli("import", path, "--yes")
    assert result.code == 1
    assert "进度安排 J32：zj-target-20.1：2023-12-31 的阶段目标 90 超过了目标值 80" in result.err
    assert "不是数字" in result.err
    assert len(json.loads(cli.ok("history", "--json"))) == 1


@pytest.mark.anywhere
@pytest.mark.parametrize(
    ("id_", "nodes", "lines"),
    [
        ("zj-task-6", "2023年6月底30%、2023年9月底前完成60%", ["2023-06-30 为 30", "2023-09-30 为 60"]),
        ("zj-task-6", "2023-06-30：五成，2024年底前80%", ["2023-06-30 为 50", "2024-12-31 为 80"]),
        ("zj-target-12.1", "2023年6月 3.1万辆；2024年6月 35000辆", ["2023-06-30 为 3.1", "2024-06-30 为 3.5"]),
        ("zj-target-12.1", "2023年6月 50%", ["节点“50%”的单位与指标单位（万辆）不符"]),
        ("zj-task-6", "2023年3月底前完成招标", ["节点“2023年3月底前完成招标”应写成 2024-06-30 50% 的形式"]),
    ],
)  # fmt: skip
def test_nodes_are_read_in_the_measure_of_their_row(cli: Cli, id_: str, nodes: str, lines: list[str]) -> None:
    path = exported(cli)
    fill(path, {(id_, "节点"): nodes})
    result = cli("import", path, "--yes")
    assert [line for line in lines if line not in result.out + result.err] == []
    if result.code == 0:
        again = openpyxl.load_workbook(exported(cli))["进度安排"]
        cell = next(row[-1].value for row in again.iter_rows(min_row=4) if row[0].value == id_)
        assert str(cell).endswith("万辆" if id_ == "zj-target-12.1" else "%")
        assert "更新 0 行" in cli.ok("import", cli.folder / "进度安排.xlsx", "--yes")


def test_a_straight_line_is_a_proposal_that_may_be_taken(cli: Cli) -> None:
    cli.ok("baseline", "zj-target-20.1", "--value", "60", "--year", "2020", "--date", "2021-01-01")
    path = exported(cli, "--straight")
    sheet = openpyxl.load_workbook(path)["进度安排"]
    row = next(row for row in sheet.iter_rows(min_row=4) if row[0].value == "zj-target-20.1")
    assert [row[COLUMNS.index(year)].value for year in ("2021", "2022", "2025")] == [64, 68, None]
    result = cli("import", path, "--yes")
    assert result.code == 0, result.err


def test_months_are_meant_as_an_end_and_a_beginning_and_what_is_locked_is_told(cli: Cli) -> None:
    path = exported(cli)
    fill(path, {
        ("zj-task-6", "节点"): "2023年 30%；2024年6月底完成60%", ("zj-task-9", "起点"): "2022年3月", ("zj-target-20.1", "基期"): "2020年",
        ("zj-target-20.1", "基数"): "约60%", ("zj-target-20.1", "目标值"): "≥75%",
    })  # fmt: skip
    book = openpyxl.load_workbook(path)
    book["进度安排"]["Q3"] = "开始"
    book.save(path)
    result = cli("import", path, "--yes")
    assert result.code == 0, result.err
    assert "G32：锁定的“目标值”被改动（现为 ≥75%），未读取" in result.err
    assert "Q3：被改动（现为 开始，导出时 2030），未读取" in result.err
    assert "“约60%”是约数" in result.err
    assert "zj-task-6 2023-12-31 为 30\nzj-task-6 2024-06-30 为 60\n" in result.out
    assert json.loads(cli.ok("show", "zj-task-9", "--json"))["start"] == "2022-03-01"
    number = json.loads(cli.ok("show", "zj-target-20", "--json"))["indicators"][0]
    assert (number["baseline_year"], number["baseline_value"]) == (2020, 60)


def test_a_schedule_that_was_copied_is_known_by_its_headings(cli: Cli) -> None:
    rows = list(openpyxl.load_workbook(exported(cli))["进度安排"].iter_rows(values_only=True))
    book = openpyxl.Workbook()
    for row in rows[1:]:
        more = {COLUMNS.index("基期"): 2020, COLUMNS.index("基数"): 60, COLUMNS.index("2024"): "70%以上"}
        filled = [more.get(at, value) for at, value in enumerate(row)] if row[0] == "zj-target-20.1" else row
        book.worksheets[0].append(list(filled))
    book.worksheets[0].append(["说明：暂定"])
    book.save(cli.folder / "copy.xlsx")
    result = cli("import", cli.folder / "copy.xlsx", "--yes")
    assert (result.code, "更新 1 行" in result.out, "表格下方的文字未读取：说明：暂定" in result.err) == (
        0,
        True,
        True,
    ), result.err
