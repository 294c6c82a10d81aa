"""`import` of tables that are no forms: a department's own, the annex with progress, the weekly report, CSV."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.conftest import NOON, Cli
from tests.forms.workbooks import export_form, midnight, opened, sheet_of
from tracker.ledger.column_names import ALIASES, heading


def show(cli: Cli, id_: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(cli.ok("show", id_, "--json"))
    return found


def counts(text: str) -> tuple[int, int, int]:
    found = json.loads(text)
    assert found["errors"] == []
    return found["new"], found["changed"], found["same"]


def test_a_departments_own_table(cli: Cli) -> None:
    """Titles above, other names for the columns in another order, merged cells, blank rows, sums and notes below."""
    path = sheet_of(cli.folder / "own.xlsx", [
        ["省建设厅重点任务进展情况表", None, None, None, None, None],
        ["填报单位：省建设厅", None, "填报日期：2026年11月20日", None, None, None],
        [],
        ["进展情况", "责任单位", "完成进度（%）", "编号", "完成时间", "下一步工作"],
        ["已建成３处", "省建设厅", "４５％", "zj-task-12", "2025年12月", "继续推进"],
        [],
        ["推进中", "省建设厅", 30, "浙江-任务-17", midnight(2025, 12, 31), None],
        ["合计", None, None, None, None, None],
        ["注：以上数据截至11月20日。", None, None, None, None, None],
    ])  # fmt: skip
    book = openpyxl.load_workbook(path)
    book.worksheets[0].merge_cells("A1:F1")
    book.worksheets[0].merge_cells("F5:F7")
    book.save(path)
    assert counts(cli.ok("import", path, "--yes", "--json")) == (2, 0, 0)
    assert show(cli, "zj-task-12")["last_report"] == {
        "date": "2026-11-20", "unit": "省建设厅", "by": "张三", "note": "已建成３处", "problem": None, "next": "继续推进",
    }  # fmt: skip
    assert show(cli, "zj-task-17")["last_report"]["next"] == "继续推进"
    assert [show(cli, f"zj-task-{n}")["percent"] for n in (12, 17)] == [45, 30]
    cli.now = NOON + timedelta(days=9)
    assert counts(cli.ok("import", path, "--yes", "--json")) == (0, 0, 2)


def test_other_words_of_the_field_for_number_unit_person_and_day(cli: Cli) -> None:
    path = sheet_of(cli.folder / "own.xlsx", [
        ["项目编号", "项目名称", "工作进展", "完成比例", "填表单位", "填表人", "填表日期"],
        ["zj-task-12", "推广天然气发电", "推进中", "45％", "省建设厅", "李四", "2026年11月20日"],
    ])  # fmt: skip
    assert counts(cli.ok("import", path, "--yes", "--json")) == (1, 0, 0)
    assert show(cli, "zj-task-12")["last_report"] == {
        "date": "2026-11-20", "unit": "省建设厅", "by": "李四", "note": "推进中", "problem": None, "next": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("label", "id_", "cell", "words"),
    [(name, "zj-target-3.1", 21.5, "现值 21.5") for name in ("目前值", "现状值", "完成数")]
    + [(name, "zj-task-12", 45, "完成率 45%") for name in ("完成度", "进度%", "进度（%）", "完成率％")]
    + [(name, "zj-task-12", "推进中", "推进中") for name in ("办理情况", "工作开展情况")],
)
def test_other_words_of_the_field_for_what_is_reported(
    cli: Cli, label: str, id_: str, cell: object, words: str
) -> None:
    path = sheet_of(cli.folder / "own.xlsx", [["编号", label], [id_, cell]])
    assert cli.ok("import", path, "--dry-run").split("\n")[1].split(maxsplit=3)[3] == words


def test_no_name_stands_for_two_columns() -> None:
    names = [name for column in ALIASES.values() for name in column]
    assert len(names) == len(set(names))
    assert [heading(name) for name in names] == names


def test_values_in_another_magnitude_only_where_the_cell_says_so(cli: Cli) -> None:
    path = sheet_of(cli.folder / "values.xlsx", [
        ["指标编号", "当前值", "备注"],
        ["zj-target-12.1", "42000辆", None], ["zj-target-6.1", "1,234", None],
        ["zj-target-20.1", "７８．５％", None], ["zj-target-20.2", 0.965, None], ["zj-target-20.3", 96, None],
    ])  # fmt: skip
    book = openpyxl.load_workbook(path)
    book.worksheets[0]["B5"].number_format = "0.0%"
    book.save(path)
    cli.ok("import", path, "--yes")

    def actual(item: str, place: int) -> Any:
        return show(cli, item)["indicators"][place]["actual"]

    assert [actual("zj-target-12", 0), actual("zj-target-6", 0)] == [4.2, 1234]
    assert [actual("zj-target-20", n) for n in range(3)] == [78.5, 96.5, 96]


def test_a_unit_that_does_not_fit_is_an_error(cli: Cli) -> None:
    path = sheet_of(
        cli.folder / "values.xlsx", [["编号", "现值"], ["zj-target-20.1", "3万"], ["zj-target-12.1", "3吨"]]
    )
    assert [error["message"] for error in json.loads(cli("import", path, "--yes", "--json").out)["errors"]] == [
        "现值“3万”的单位与指标单位（%）不符，请按指标单位填写数字",
        "现值“3吨”的单位与指标单位（万辆）不符，请按指标单位填写数字",
    ]


@pytest.mark.parametrize(("encoding", "mark"), [("utf-8", b""), ("utf-8-sig", b""), ("gb18030", b""), ("utf-16", b"")])
def test_csv_in_the_encodings_of_the_field(cli: Cli, encoding: str, mark: bytes) -> None:
    text = "编号,状态,完成率,本期进展,填报日期\nzj-task-12,进行中,45%,'=说明,2026/11/20\nzj-task-17,已办结,,完工,2026年11月19日\n"
    path = cli.folder / "rows.csv"
    path.write_bytes(mark + text.encode(encoding))
    assert counts(cli.ok("import", path, "--yes", "--json")) == (2, 0, 0)
    report = show(cli, "zj-task-12")["last_report"]
    assert (report["date"], report["note"]) == ("2026-11-20", "=说明")
    assert show(cli, "zj-task-17")["completed_on"] == "2026-11-19"
    assert counts(cli.ok("import", path, "--yes", "--json")) == (0, 0, 2)


def test_csv_for_scripts(cli: Cli) -> None:
    path = cli.folder / "rows.csv"
    path.write_text(
        "id\tvalue\tnote\tdate\tunit\tby\nzj-target-20.1\t78.5\t新\t2026-11-01\t省建设厅\t李四\n"
        "zj-target-20.1\t79\t又新\t2026-11-15\t省建设厅\t王五\n"
    )  # fmt: skip
    result = cli("import", path, "--yes")
    assert result.out.endswith("新增 2 行，更新 0 行，相同 0 行\n")
    assert result.err == "第 2、3 号改动；有误可运行 tracker undo 2..3 撤销\n"
    item = show(cli, "zj-target-20")
    assert (item["indicators"][0]["actual"], item["last_report"]["by"]) == (79, "王五")


@pytest.mark.parametrize(("options", "rows"), [([], 273), (["--indicators"], 161)])
def test_what_list_writes_comes_back_unchanged(cli: Cli, options: list[str], rows: int) -> None:
    """Of an indicator `value` is the target and `achievement` a share that was computed: neither is a report."""
    some_progress(cli)
    cli.ok("log", "zj-target-33.1", "--value", "21.5")
    cli.ok("log", "zj-target-1.1", "--percent", "30")
    cli.ok("complete", "zj-task-18")
    cli.ok("close", "zj-task-18", "--by", "李四", "--unit", "省发展改革委")
    cli.ok("list", *options, "--csv", "-o", cli.folder / "list.csv")
    result = cli("import", cli.folder / "list.csv", "--yes", "--json")
    assert (counts(result.out), result.err) == ((0, 0, rows), "")


def test_the_current_value_of_an_edited_listing_is_its_actual(cli: Cli) -> None:
    path = cli.folder / "list.csv"
    cli.ok("list", "--plan", "zj", "--indicators", "--csv", "--fields", "id,value,measure,actual", "-o", path)
    path.write_text(path.read_text("utf-8").replace("zj-target-3.1,24,%,\n", "zj-target-3.1,24,%,21.5\n"), "utf-8")
    assert counts(cli.ok("import", path, "--yes", "--json"))[:2] == (1, 0)
    indicator = show(cli, "zj-target-3")["indicators"][0]
    assert (indicator["value"], indicator["actual"]) == (24, 21.5)


def test_targets_are_never_taken_for_current_values(cli: Cli) -> None:
    path = cli.folder / "list.csv"
    cli.ok("list", "--plan", "zj", "--indicators", "--csv", "--fields", "id,name,value,measure", "-o", path)
    assert cli("import", path, "--yes").err.startswith(
        "错误：list.csv：表头的 value（C1）与指标清单的其他列同在，是目标值，不是现值；"
        "现值请另用 actual 或“现值”一列，不报现值请删去这一列\n"
    )


def test_remarks_of_the_plan_are_never_taken_for_reports(cli: Cli) -> None:
    path = cli.folder / "list.csv"
    cli.ok("list", "--plan", "zj", "--csv", "--fields", "id,text,note", "-o", path)
    assert cli("import", path, "--yes").err.startswith(
        "错误：list.csv：表头的 note（C1）与事项清单的其他列同在，是方案的备注，不是进展；"
        "进展请另用“本期进展”一列，不报进展请删去这一列\n"
    )
    path.write_text("id,text,note,本期进展\nzj-task-12,推广,备注,开工\n", encoding="utf-8")
    cli.ok("import", path, "--yes")
    assert show(cli, "zj-task-12")["last_report"]["note"] == "开工"


def test_rows_by_their_number_or_their_words(cli: Cli) -> None:
    rows: list[list[Any]] = [
        ["序号", "工作任务", "本期进展"], [12, "积极推广使用沼气发电等规模化资源化综合利用技术。", "甲"],
        ["17", None, "乙"],
    ]  # fmt: skip
    path = sheet_of(cli.folder / "numbers.xlsx", rows, "任务清单")
    assert "请补上编号，如 zj-task-6" in cli("import", path, "--yes").err
    assert counts(cli.ok("import", path, "--yes", "--json", "--plan", "浙江")) == (2, 0, 0)
    assert [show(cli, f"zj-task-{n}")["last_report"]["note"] for n in (12, 17)] == ["甲", "乙"]
    rows[1][0] = 13
    wrong = cli("import", sheet_of(path, rows, "任务清单"), "--yes", "--plan", "zj")
    assert "任务清单 A2：序号 13 与事项文字不符：这段文字是 zj-task-12；请核对" in wrong.err
    words = [
        ["重点任务", "进展"],
        [" 积极推广使用沼气发电等规模化、资源化综合利用技术 ", "丙"],
        ["没有这样的任务", "丁"],
    ]
    by_words = cli("import", sheet_of(path, words), "--yes", "--skip-errors")
    assert "A3：没有事项“没有这样的任务”；请补上编号（见 tracker list），或用 --plan 写明方案" in by_words.err
    assert show(cli, "zj-task-12")["last_report"]["note"] == "丙"


def annex(cli: Cli, name: str = "annex.xlsx") -> Path:
    path = cli.folder / name
    cli.ok("export", "annex", "--plan", "zj", "--progress", "-o", path, "--force")
    return path


def weekly(cli: Cli, name: str = "weekly.xlsx") -> Path:
    path = cli.folder / name
    cli.ok("export", "weekly", "-o", path, "--force")
    return path


def some_progress(cli: Cli) -> None:
    cli.ok("log", "zj-target-20.1", "--value", "70.5", "--note", "第一行\n第二行", "--date", "2026-10-31")
    cli.ok("log", "zj-target-20.2", "--value", "96", "--problem", "缺资金", "--next", "申请")
    cli.ok("log", "zj-task-12", "--percent", "45", "--note", "=进展", "--evidence", "https://example.org/a")
    cli.ok("log", "zj-target-12", "--value", "2.5", "--note", "淘汰", "--date", "2026-11-18")
    cli.ok("complete", "zj-task-17")


def test_annex_and_weekly_come_back_unchanged(cli: Cli) -> None:
    some_progress(cli)
    path = weekly(cli)
    before = cli.ok("history", "--json")
    assert counts(cli.ok("import", annex(cli), "--yes", "--json")) == (0, 0, 88)
    assert counts(cli.ok("import", path, "--yes", "--json"))[:2] == (0, 0)
    cli.now = NOON + timedelta(days=2)
    assert counts(cli.ok("import", cli.folder / "annex.xlsx", "--yes", "--json")) == (0, 0, 88)
    assert counts(cli.ok("import", cli.folder / "weekly.xlsx", "--yes", "--json"))[:2] == (0, 0)
    assert cli.ok("history", "--json") == before


def rows_of(sheet: Any, heading_row: int) -> tuple[dict[str, int], int]:
    return {cell.value: cell.column for cell in sheet[heading_row] if cell.value}, heading_row


def test_an_edited_annex(cli: Cli) -> None:
    some_progress(cli)
    path = annex(cli)
    book = openpyxl.load_workbook(path)
    targets, tasks = book["目标清单"], book["任务清单"]
    columns, header = rows_of(targets, 5)
    row = next(row for row in range(header + 1, 60) if targets.cell(row, 1).value == 12)
    assert targets.cell(row, columns["当前进展"]).value == "淘汰\n现值：2.5万辆"
    targets.cell(row, columns["当前进展"]).value = "又淘汰一批\n现值：3.1万辆"
    columns, _ = rows_of(tasks, 5)
    row = next(row for row in range(header + 1, 90) if tasks.cell(row, 1).value == 12)
    tasks.cell(row, columns["完成率"]).value = 60
    book.save(path)
    assert counts(cli.ok("import", path, "--yes", "--json")) == (0, 2, 86)
    target = show(cli, "zj-target-12")
    assert (target["indicators"][0]["actual"], target["last_report"]["note"]) == (3.1, "又淘汰一批")
    assert target["last_report"]["date"] == "2026-11-21"
    assert show(cli, "zj-task-12")["percent"] == 60
    assert counts(cli.ok("import", path, "--yes", "--json")) == (0, 0, 88)
    assert counts(cli.ok("import", annex(cli, "again.xlsx"), "--yes", "--json")) == (0, 0, 88)


def test_an_edited_weekly(cli: Cli) -> None:
    some_progress(cli)
    path = weekly(cli)
    book = opened(path)
    sheet = book["进展台账"]
    columns, header = rows_of(sheet, 3)
    row = {sheet.cell(row, columns["编号"]).value: row for row in range(header + 1, sheet.max_row + 1)}
    task, target = row["zj-task-12"], row["zj-target-20"]
    sheet.cell(task, columns["本期进展"]).value = f"{sheet.cell(task, columns['本期进展']).value}\n现场已验收"
    sheet.cell(task, columns["完成率"]).value = 80
    sheet.cell(target, columns["存在问题"]).value = "缺资金、缺人手"
    other = row["zj-task-18"]
    sheet.cell(other, columns["本期进展"]).value = "开始设计"
    sheet.cell(other, columns["佐证材料"]).value = "https://example.org/b"
    book.save(path)
    assert counts(cli.ok("import", path, "--yes", "--json"))[:2] == (1, 2)
    assert show(cli, "zj-task-12")["last_report"]["note"] == "现场已验收"
    assert show(cli, "zj-task-12")["percent"] == 80
    assert [show(cli, "zj-target-20")["last_report"][name] for name in ("problem", "next")] == [
        "缺资金、缺人手",
        "申请",
    ]
    assert "https://example.org/b" in cli.ok("show", "zj-task-18")
    assert counts(cli.ok("import", path, "--yes", "--json"))[:2] == (0, 0)
    sheet.cell(task, columns["本期进展"]).value = "2026-11-21 省建设厅：改写"
    book.save(path)
    assert "已有的填报不在表中改动" in cli("import", path, "--yes").err


def test_a_weekly_that_the_ledger_has_left_behind(cli: Cli) -> None:
    cli.ok("log", "zj-task-12", "--percent", "45", "--note", "甲", "--date", "2026-11-16")
    path = weekly(cli)
    cli.ok("log", "zj-task-12", "--percent", "60", "--note", "乙", "--date", "2026-11-20")
    result = cli("import", path, "--yes")
    assert (result.code, result.err, "新增 0 行，更新 0 行" in result.out) == (0, "", True)
    book = opened(path)
    sheet = book["进展台账"]
    columns, header = rows_of(sheet, 3)
    row = next(row for row in range(header + 1, 400) if sheet.cell(row, columns["编号"]).value == "zj-task-12")
    sheet.cell(row, columns["完成率"]).value = 50
    book.save(path)
    result = cli("import", path, "--yes")
    assert "zj-task-12 的完成率在导出表格后台账已有变动：导出时 45，台账现为 60，表中填 50\n" in result.err
    assert show(cli, "zj-task-12")["percent"] == 50


def test_a_computed_percent_is_never_taken(cli: Cli) -> None:
    cli.ok("log", "zj-target-12", "--value", "2")
    path = sheet_of(cli.folder / "p.xlsx", [["编号", "完成率"], ["zj-target-12", 80]])
    result = cli("import", path, "--yes")
    assert "zj-target-12（B2）：完成率由指标现值算出，表中 80%，台账 50.0%，未采用；请填现值\n" in result.err
    assert result.out.endswith("相同 1 行\n")


def test_several_indicators_need_their_own_rows(cli: Cli) -> None:
    path = sheet_of(cli.folder / "v.xlsx", [["编号", "现值"], ["zj-target-20", 80]])
    assert (
        "B2：有 4 个指标，请按指标分行填写编号：zj-target-20.1 城市生活污水集中收集率"
        in cli("import", path, "--yes").err
    )


def test_formulas_that_were_never_calculated_are_named_by_their_cells(cli: Cli) -> None:
    path = sheet_of(cli.folder / "f.xlsx", [["编号", "完成率", "本期进展", "合计"], ["zj-task-12", 1, "x", 1]])
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    sheet["B2"], sheet["C2"], sheet["D2"] = "=40+5", '="a"&"b"', "=B2"
    book.save(path)
    errors = json.loads(cli("import", path, "--yes", "--json").out)["errors"]
    assert [(error["cell"], error["message"]) for error in errors] == [
        (cell, "单元格是公式，没有存下的值；请用 Excel 或 WPS 打开并保存后再导入，或复制后“选择性粘贴—数值”") for cell in ("B2", "C2")
    ]  # fmt: skip


def test_dates_as_people_write_them(cli: Cli) -> None:
    rows: list[list[Any]] = [["编号", "进展", "更新时间"]]
    written = [
        midnight(2026, 11, 1),
        46328,
        "2026年11月3日",
        "2026/11/4",
        "2026.11.5",
        "２０２６－１１－０６",
        "2026年10月",
    ]
    rows += [[f"zj-task-{n}", "进展", day] for n, day in enumerate(written, start=1)]
    cli.ok("import", sheet_of(cli.folder / "d.xlsx", rows), "--yes")
    days = [show(cli, f"zj-task-{n}")["last_report"]["date"] for n in range(1, 8)]
    assert days == ["2026-11-01", "2026-11-02", "2026-11-03", "2026-11-04", "2026-11-05", "2026-11-06", "2026-10-31"]
    late = sheet_of(
        cli.folder / "d.xlsx",
        [["编号", "进展", "日期"], ["zj-task-9", "x", date(2027, 1, 1)], ["zj-task-8", "x", "改天"]],
    )
    errors = json.loads(cli("import", late, "--yes", "--json").out)["errors"]
    assert [(error["cell"], error["message"]) for error in errors] == [
        ("C2", "日期 2027-01-01 在今天（2026-11-21）之后；请改正"), ("C3", "日期“改天”无法识别，请写成 2026-11-21 的形式"),
    ]  # fmt: skip


def test_a_report_of_the_month_that_is_running_is_of_today(cli: Cli) -> None:
    rows: list[list[Any]] = [["编号", "进展", "更新时间"], ["zj-task-12", "甲", "2026年11月"]]
    path = sheet_of(cli.folder / "m.xlsx", rows)
    assert counts(cli.ok("import", path, "--yes", "--json")) == (1, 0, 0)
    assert show(cli, "zj-task-12")["last_report"]["date"] == "2026-11-21"
    for days in (4, 14):
        cli.now = NOON + timedelta(days=days)
        assert counts(cli.ok("import", path, "--yes", "--json")) == (0, 0, 1)
        copied = sheet_of(cli.folder / f"{days}.xlsx", [*rows, ["zj-task-17", f"第{days}天", "2026年11月"]])
        assert counts(cli.ok("import", copied, "--yes", "--json"))[2] == 1
    assert show(cli, "zj-task-17")["last_report"]["date"] == "2026-11-30"


def test_a_form_of_the_month_that_is_running_is_of_today(cli: Cli) -> None:
    path = export_form(cli).fill("zj-task-12", 本期进展="甲").sign(day="2026年11月").save()
    cli.ok("import", path, "--yes")
    assert show(cli, "zj-task-12")["last_report"]["date"] == "2026-11-21"


def test_a_header_of_two_rows(cli: Cli) -> None:
    path = sheet_of(cli.folder / "two.xlsx", [
        ["编号", "责任分工", None, "工作情况", None], [None, "牵头单位", "配合单位", "本期进展", "存在问题"],
        ["zj-task-12", "省建设厅", None, "进展", "问题"],
    ])  # fmt: skip
    book = openpyxl.load_workbook(path)
    for area in ("A1:A2", "B1:C1", "D1:E1"):
        book.worksheets[0].merge_cells(area)
    book.save(path)
    assert counts(cli.ok("import", path, "--yes", "--json")) == (1, 0, 0)


def test_two_columns_of_one_name(cli: Cli) -> None:
    twice = sheet_of(cli.folder / "t.xlsx", [["编号", "进展情况", "完成情况"], ["zj-task-12", "a", "b"]])
    assert "表头有两列“本期进展”（B1 和 C1）；请只留一列" in cli("import", twice, "--yes").err
    ours = sheet_of(cli.folder / "t.xlsx", [["编号", "进展情况", "本期进展"], ["zj-task-12", "a", "b"]])
    cli.ok("import", ours, "--yes")
    assert show(cli, "zj-task-12")["last_report"]["note"] == "b"


def test_the_day_of_a_table_without_one(cli: Cli) -> None:
    path = sheet_of(cli.folder / "n.xlsx", [["编号", "进展"], ["zj-task-12", "甲"]])
    cli.ok("import", path, "--yes", "--date", "2026-11-10")
    assert show(cli, "zj-task-12")["last_report"]["date"] == "2026-11-10"
    cli.ok("log", "zj-task-12", "--note", "乙", "--date", "2026-11-20")
    assert counts(cli.ok("import", path, "--yes", "--json")) == (0, 0, 1)
    assert show(cli, "zj-task-12")["last_report"]["note"] == "乙"


def test_no_unit_and_a_wrong_unit(cli: Cli) -> None:
    path = sheet_of(cli.folder / "u.xlsx", [["编号", "状态"], ["zj-target-4", "进行中"]])
    wrong = cli("import", path, "--yes", "--unit", "省科技厅")
    assert "B2：省科技厅 不是 zj-target-4 的牵头或参与单位，不能填报；牵头单位：省生态环境厅" in wrong.err
    unknown = sheet_of(cli.folder / "v.xlsx", [["填报单位：没有厅"], ["编号", "状态"], ["zj-target-4", "进行中"]])
    assert "A1：没有单位“没有厅”；单位名录见 tracker unit list" in cli("import", unknown, "--yes").err
    assert cli("import", path, "--yes").code == 0


def test_a_table_that_a_unit_returns_every_period_is_a_report_though_nothing_moved(cli: Cli) -> None:
    for month, day in ((11, 21), (12, 24), (12, 25)):
        cli.now = NOON.replace(month=month, day=day)
        rows: list[list[Any]] = [["编号", "填报单位", "现值", "完成率", "本期进展"], ["zj-target-24", "省建设厅", 85, None, f"{month}月"],
                ["zj-target-22.1", "省建设厅", 90, None, None], ["zj-task-12", "省建设厅", None, 40, None],
                ["zj-task-17", "省建设厅", None, None, "推进"]]  # fmt: skip
        taken = counts(cli.ok("import", sheet_of(cli.folder / f"{day}.xlsx", rows), "--yes", "--json"))
        assert taken == {21: (4, 0, 0), 24: (0, 4, 0), 25: (0, 0, 4)}[day]
    assert show(cli, "zj-target-22")["indicators"][0]["actual"] == 90
    cli.now = NOON.replace(year=2027, month=1, day=3)
    silent = {row["id"] for row in json.loads(cli.ok("list", "--unreported", "--json", "--limit", "0"))}
    assert silent
    assert not silent & {"zj-target-24", "zj-target-22", "zj-task-12", "zj-task-17"}
    assert show(cli, "zj-task-12")["reported_units"] == ["省建设厅"]


def test_the_very_same_file_is_no_report_of_a_later_period_and_says_so(cli: Cli) -> None:
    path = sheet_of(cli.folder / "t.xlsx", [["编号", "填报单位", "完成率"], ["zj-task-12", "省建设厅", 40]])
    told = "t.xlsx：与 2026-11-21 导入的是同一个文件，未计为本期填报"
    cli.ok("import", path, "--yes")
    assert told not in cli("import", path, "--yes").err
    cli.now = NOON.replace(month=12, day=20)
    assert told in cli("import", path, "--yes").err
    assert show(cli, "zj-task-12")["last_report"]["date"] == "2026-11-21"
