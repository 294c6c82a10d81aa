"""`verify`: an exported workbook held against the ledger."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from tests.conftest import Cli

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported.*")

EXPORTS = {
    "工作报告": ("export", "report", "--plan", "zj"),
    "附件清单": ("export", "annex", "--plan", "zj", "--unit", "省建设厅"),
    "附件清单（进展）": ("export", "annex", "--plan", "zj", "--progress"),
    "填报表": ("export", "form", "--unit", "zj:省建设厅"),
    "进度安排表": ("export", "schedule", "--plan", "zj", "--straight"),
    "指数数据填报表": ("index", "form", "--year", "2025"),
}


def log(cli: Cli, *words: object) -> None:
    """Report, a minute later than whatever was told before."""
    cli.now += timedelta(minutes=1)
    cli.ok("log", *words)


def exported(cli: Cli, *words: object, name: str = "w.xlsx") -> Path:
    """Export after a report, and report again afterwards."""
    log(cli, "zj-task-1", "--percent", "10", "--note", "甲", "--unit", "省生态环境厅")
    path = cli.folder / name
    cli.ok(*words, "-o", path)
    log(cli, "zj-task-1", "--percent", "20", "--note", "乙", "--unit", "省生态环境厅")
    return path


def verdict(cli: Cli, path: Path) -> tuple[int, dict[str, Any]]:
    result = cli("verify", path, "--json")
    return result.code, json.loads(result.out)


def edited(path: Path, edit: Callable[[Workbook], object]) -> Path:
    book = load_workbook(path)
    edit(book)
    book.save(path)
    return path


@pytest.mark.parametrize("kind", EXPORTS)
def test_every_workbook_that_leaves_says_from_which_change_it_is(cli: Cli, kind: str) -> None:
    path = exported(cli, *EXPORTS[kind])
    code, found = verdict(cli, path)
    assert (found["kind"], found["day"], found["change"]) == (kind.partition("（")[0], "2026-11-21", 2)
    assert (code, found["same"], found["moved"], found["filled"], found["cells"]) == (0, True, 1, 0, [])


@pytest.mark.parametrize("kind", EXPORTS)
def test_a_cell_that_was_changed_is_named(cli: Cli, kind: str) -> None:
    path = exported(cli, *EXPORTS[kind])
    title = load_workbook(path).worksheets[0]["A1"]
    edited(path, lambda book: book.worksheets[0].cell(title.row, title.column, "改过的标题"))
    code, found = verdict(cli, path)
    (cell,) = found["cells"]
    assert (code, cell["cell"], cell["exported"], cell["now"]) == (1, "A1", title.value, "改过的标题")


def test_of_a_form_the_locked_cells_are_held_and_what_was_filled_in_is_counted(cli: Cli) -> None:
    path = exported(cli, *EXPORTS["填报表"])
    names = [cell.value for cell in load_workbook(path).worksheets[0][5]]

    def fill(book: Workbook) -> None:
        sheet = book.worksheets[0]
        sheet.cell(6, names.index("本期进展") + 1, "填报的内容")
        sheet.cell(7, names.index("完成时限") + 1, "2030-12-31")

    result = cli("verify", edited(path, fill))
    assert result.code == 1
    assert "供填写的单元格填写或改动了 1 个，不在核对之列\n有 1 处与导出时不同：\n" in result.out
    assert "导出时“2025-12-31”，现为“2030-12-31”" in result.out


def test_a_sheet_that_was_sorted_is_told_from_one_that_was_altered(cli: Cli) -> None:
    path = exported(cli, *EXPORTS["工作报告"])

    def turn(book: Workbook) -> None:
        sheet = book["进展台账"]
        rows = [[(cell.value, cell.number_format) for cell in row] for row in sheet.iter_rows(min_row=4)]
        for row, cells in enumerate(reversed(rows), 4):
            for column, (value, form) in enumerate(cells, 1):
                sheet.cell(row, column).value = value
                sheet.cell(row, column).number_format = form

    code, found = verdict(cli, edited(path, turn))
    assert (code, found["sorted"], found["cells"]) == (0, ["进展台账"], [])


def test_rows_and_sheets_that_came_or_went_are_named_once(cli: Cli) -> None:
    path = exported(cli, *EXPORTS["工作报告"])

    def cut(book: Workbook) -> None:
        book["进展台账"].insert_rows(8)
        book["进展台账"]["B8"] = "新事项"
        book["进展台账"].delete_rows(12)
        book.remove(book["逾期"])

    code, found = verdict(cli, edited(path, cut))
    assert code == 1
    assert [(each["sheet"], each["cell"], each["now"]) for each in found["cells"]] == [
        ("进展台账", "A11", "（此行已删去）"), ("进展台账", "B8", "新事项"), ("逾期", "", "（已删去）"),
    ]  # fmt: skip


def test_a_column_that_was_put_in_or_taken_out_alters_no_other(cli: Cli) -> None:
    path = exported(cli, *EXPORTS["工作报告"])

    def move(book: Workbook) -> None:
        sheet = book["进展台账"]
        sheet.delete_cols(10)
        sheet.insert_cols(4)
        sheet["D3"], sheet["D5"], sheet["L6"] = "科室", "综合科", "改过"

    code, found = verdict(cli, edited(path, move))
    told = [(each["cell"], each["now"]) for each in found["cells"]]
    assert (code, told) == (1, [("J3", "（此列已删去）"), ("D3", "科室"), ("D5", "综合科"), ("L6", "改过")])


def test_an_export_of_the_past_is_held_against_what_was_known_then(cli: Cli) -> None:
    log(cli, "zj-task-1", "--percent", "10", "--unit", "省生态环境厅")
    then = cli.now + timedelta(seconds=1)
    log(cli, "zj-task-1", "--percent", "20", "--unit", "省生态环境厅")
    path = cli.folder / "a.xlsx"
    cli.ok("export", "annex", "--plan", "zj", "--progress", "--known-at", then.isoformat(), "-o", path)
    cli.ok("undo", "3", "--yes")
    assert verdict(cli, path)[1]["same"]


def test_units_that_were_renamed_and_merged_since_alter_no_form(cli: Cli) -> None:
    path = exported(cli, "export", "form", "--unit", "zj:省建设厅")
    cli.ok("unit", "rename", "zj:省建设厅", "省住房城乡建设厅")
    cli.ok("unit", "merge", "zj:省水利厅", "zj:省住房城乡建设厅", "--yes")
    assert verdict(cli, path)[1]["cells"] == []


def test_the_summary_of_forms_says_where_it_is_from(cli: Cli) -> None:
    cli.ok("export", "form", "--all", "--plan", "zj", "-o", f"{cli.folder / 'forms'}/")
    code, found = verdict(cli, cli.folder / "forms" / "汇总.xlsx")
    assert (code, found["kind"], found["same"], found["cells"]) == (1, "填报表汇总", None, None)


def test_an_issue_that_is_undone_is_issued_anew(cli: Cli) -> None:
    path = cli.folder / "w.xlsx"
    assert "已记为第47期" in cli("export", "report", "--plan", "nx", "-o", path).err
    cli.ok("undo", "--yes")
    assert cli("export", "report", "--plan", "nx", "--issue", "47", "-o", path, "--force").err == (
        "错误：没有发出过第47期；这一范围的报告还没有发出过\n"
    )
    assert verdict(cli, path)[1]["same"]
    assert "已记为第47期" in cli("export", "report", "--plan", "nx", "-o", path, "--force").err
    assert "修订" not in str(load_workbook(path)["概览"]["A2"].value)


def test_of_an_undone_revision_the_issue_before_it_is_in_force(cli: Cli) -> None:
    path = cli.folder / "w.xlsx"
    cli.ok("export", "report", "--plan", "nx", "-o", path)
    first = path.read_bytes()
    log(cli, "nx-task-1", "--percent", "10")
    assert "第47期已替换（修订）" in cli("export", "report", "--plan", "nx", "-o", path, "--force").err
    cli.ok("undo", "--yes")
    cli.ok("export", "report", "--plan", "nx", "--issue", "47", "-o", path, "--force")
    assert path.read_bytes() == first


def test_the_files_of_issues_are_examined_and_travel_with_the_ledger(cli: Cli) -> None:
    path = cli.folder / "w.xlsx"
    cli.ok("export", "report", "--plan", "nx", "-o", path)
    folder = cli.folder / "data"
    cli.ok("export", "data", "-o", f"{folder}/")
    assert [each.read_bytes() for each in (folder / "evidence-files").iterdir()] == [path.read_bytes()]
    kept = cli.db.with_name(cli.db.name + ".evidence")
    for each in kept.iterdir():
        each.unlink()
    findings = json.loads(cli("doctor", "--json").out)["findings"]
    assert [(each["area"], each["where"]) for each in findings] == [("evidence", "2026年第47期（周报）")]
    assert "的原件缺失" in findings[0]["what"]


@pytest.mark.parametrize(
    ("name", "content"), [("form.csv", "编号,完成率\nnx-task-1,10\n"), ("list.csv", "id,state\nnx-task-1,进行中\n")]
)
def test_what_is_none_of_ours_is_refused_in_one_line(cli: Cli, name: str, content: str) -> None:
    path = cli.folder / name
    path.write_text(content, encoding="utf-8")
    result = cli("verify", path)
    said = (
        f"错误：{name} 不是本程序导出的工作簿（报告、附件清单、填报表、进度安排表），或导出信息已被去掉；"
        "另存为 .xls、.ods、.csv 会去掉导出信息，请用原来的 .xlsx\n"
    )
    assert (result.code, result.err) == (1, said)
    assert cli("verify", cli.folder / "none.xlsx").err == "错误：none.xlsx：没有这个文件；请检查路径\n"


def test_the_workbook_of_another_ledger_and_altered_words_of_an_export_are_refused(cli: Cli) -> None:
    path = exported(cli, *EXPORTS["附件清单"])
    book = load_workbook(path)
    book.properties.description = '{"request":1,"filter":{"plans":["zj"],"nothing":1}}'
    book.save(path)
    assert cli("verify", path).err == "错误：文件中记录的导出条件已被改动，无法核对\n"
    other = cli.folder / "other.sqlite3"
    cli.ok("init", "--db", other, "--no-input")
    result = cli("verify", path, "--db", other)
    assert (result.code, "由另一份台账" in result.err) == (1, True)
