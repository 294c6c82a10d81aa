"""`export annex`: the workbook read back, cell by cell."""

import csv
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.conftest import Cli
from tests.sheets.test_text import unescaped
from tests.sheets.workbooks import day, footer_of
from tracker.plans.shipped import data_folder

PLANS = ("cn", "nx", "cq", "zj", "js")
BODY = 6


def annex(cli: Cli, *options: object, plan: str = "zj") -> Workbook:
    """Export an annex and open it."""
    target = cli.folder / "annex.xlsx"
    cli.ok("export", "annex", "--plan", plan, "-o", target, "--force", *options)
    return load_workbook(target)


def values(sheet: Worksheet, row: int) -> list[Any]:
    """Return the values of a row."""
    return [cell.value for cell in sheet[row]]


def rows_by_number(sheet: Worksheet) -> dict[int, list[Any]]:
    """Return the item rows of a list, by 序号."""
    return {row[0]: list(row) for row in sheet.iter_rows(min_row=BODY, values_only=True) if isinstance(row[0], int)}


def shipped(name: str, plan: str) -> list[dict[str, str]]:
    """Return the shipped rows of a plan."""
    with (data_folder() / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["plan"] == plan]


def test_sheets_of_every_plan(cli: Cli) -> None:
    assert {plan: annex(cli, plan=plan).sheetnames for plan in PLANS} == {
        "cn": ["目标清单", "任务清单"],
        "nx": ["目标清单", "任务清单"],
        "cq": ["目标清单", "任务清单"],
        "zj": ["目标清单", "任务清单", "政策清单", "协同指数"],
        "js": ["目标清单", "任务清单"],
    }


def test_head_of_a_list(cli: Cli) -> None:
    sheet = annex(cli)["目标清单"]
    shown = {
        row: (sheet.cell(row, 1).value, sheet.cell(row, 1).font.name, sheet.cell(row, 1).font.size)
        for row in (1, 3, 4, 5)
    }
    assert shown == {
        1: ("附件1", "黑体", 16),
        3: ("浙江省减污降碳协同创新区建设目标清单、任务清单、政策清单\n（征求意见稿）", "方正小标宋简体", 22),
        4: ("一、目标清单", "黑体", 16),
        5: ("序号", "黑体", 12),
    }
    assert sheet["A3"].alignment.horizontal == "center"
    assert {"A3:D3", "A4:D4"} <= {str(merged) for merged in sheet.merged_cells.ranges}


def test_headers_are_those_of_the_annex(cli: Cli) -> None:
    book = annex(cli)
    assert {name: values(book[name], 5) for name in book.sheetnames[:3]} == {
        "目标清单": ["序号", "指标目标", "牵头单位", "参与单位"],
        "任务清单": ["序号", "工作任务", "牵头单位", "参与单位"],
        "政策清单": ["序号", "具体内容", "牵头单位"],
    }
    assert [book[name]["A4"].value for name in book.sheetnames[:3]] == ["一、目标清单", "二、任务清单", "三、政策清单"]


@pytest.mark.parametrize(
    ("sheet", "name", "last"), [("目标清单", "targets", 32), ("任务清单", "tasks", 47), ("政策清单", "policies", 9)]
)
def test_every_row_of_zj_is_as_printed(cli: Cli, sheet: str, name: str, last: int) -> None:
    width = 3 if name == "policies" else 4
    assert rows_by_number(annex(cli)[sheet]) == {
        int(row["number"]): [
            int(row["number"]),
            row["text"],
            row["lead_cell"] or None,
            row["participant_cell"] or None,
        ][:width]
        for row in shipped(name, "zj")
        if int(row["number"]) <= last
    }


def test_chapters_and_sections_stand_across(cli: Cli) -> None:
    sheet = annex(cli)["任务清单"]
    across = [
        (row[0].value, row[0].font.name, f"A{row[0].row}:D{row[0].row}" in sheet.merged_cells)
        for row in sheet.iter_rows(min_row=BODY)
        if isinstance(row[0].value, str) and row[0].font.name != "仿宋_GB2312"
    ]
    printed: list[tuple[str, str, bool]] = []
    for task in shipped("tasks", "zj"):
        for name, font in ((task["chapter"], "黑体"), (task["section"], "楷体_GB2312")):
            if (name, font, True) not in printed:
                printed.append((name, font, True))
    assert across == printed
    assert len(printed) == 7 + 24


def test_the_note_is_the_last_row_of_the_lists_with_deadlines(cli: Cli) -> None:
    book = annex(cli)
    last = {name: book[name].cell(book[name].max_row, 1).value for name in book.sheetnames[:3]}
    assert last == {
        "目标清单": "注：上表中未注明的，完成时限均为2025年。",
        "任务清单": "注：上表中未注明的，完成时限均为2025年。",
        "政策清单": 9,
    }


def test_a_plan_without_an_annex_gets_a_note_of_its_deadlines(cli: Cli) -> None:
    book = annex(cli, plan="nx")
    last = {name: book[name].cell(book[name].max_row, 1).value for name in book.sheetnames}
    assert last == {
        "目标清单": "注：完成时限，第1、3—19项为2025年；第21项为2022年；其余未载明。",
        "任务清单": 21,
    }


def test_cells_are_wrapped_framed_and_in_the_font_of_documents(cli: Cli) -> None:
    cell = annex(cli)["目标清单"].cell(BODY, 2)
    assert (cell.font.name, cell.font.size, cell.alignment.wrap_text) == ("仿宋_GB2312", 12, True)
    border = cell.border
    assert {side.style for side in (border.left, border.right, border.top, border.bottom)} == {"thin"}


@pytest.mark.parametrize("plan", PLANS)
def test_page_set_up(cli: Cli, plan: str) -> None:
    for sheet in annex(cli, plan=plan).worksheets:
        margins = sheet.page_margins
        page = (
            sheet.page_setup.paperSize,
            sheet.page_setup.orientation,
            sheet.page_setup.fitToWidth,
            sheet.page_setup.fitToHeight,
        )
        assert page == (9, "landscape", 1, 0)
        assert sheet.sheet_properties.pageSetUpPr is not None
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert [round(side * 25.4, 1) for side in (margins.top, margins.bottom, margins.left, margins.right)] == [
            37,
            35,
            28,
            26,
        ]
        assert sheet.print_title_rows == ("$4:$5" if sheet.title == "协同指数" else "$5:$5")
        assert "— &P —" in footer_of(sheet)


@pytest.mark.parametrize("plan", PLANS)
def test_no_page_ends_with_a_heading_or_begins_with_the_note(cli: Cli, plan: str) -> None:
    for sheet in annex(cli, plan=plan).worksheets[:3]:
        headings = {merged.min_row for merged in sheet.merged_cells.ranges if merged.min_row >= BODY}
        breaks = {each.id for each in sheet.row_breaks.brk}
        assert not breaks & headings
        assert plan != "zj" or sheet.max_row - 1 not in breaks
        assert bool(breaks) == (sheet.title != "政策清单")


def test_columns_fill_the_page(cli: Cli) -> None:
    for sheet in annex(cli).worksheets:
        pixels = sum(each.width * 8 for each in sheet.column_dimensions.values())
        assert pixels / 96 * 25.4 == pytest.approx(243, abs=1.5)


def test_narrative_plan_has_the_same_layout(cli: Cli) -> None:
    book = annex(cli, plan="js")
    assert book["任务清单"]["A1"].value == "附件"
    assert book["任务清单"]["A3"].value == "江苏省减污降碳协同增效实施方案目标清单、任务清单"
    row = rows_by_number(book["任务清单"])[18]
    task = next(each for each in shipped("tasks", "js") if each["number"] == "18")
    assert row == [
        18,
        f"{task['title']}\n{task['text']}",
        "省生态环境厅、省发展改革委、省工业和信息化厅、省财政厅等按职责分工负责",
        None,
    ]
    leads = [each[2] for each in rows_by_number(book["任务清单"]).values()]
    assert leads[22:24] == ["各相关部门、地方按职责分工负责", "省生态环境厅牵头负责"]
    assert rows_by_number(book["目标清单"])[1][2] is None


def test_sole_responsibility_and_rider_stand_in_the_cell(cli: Cli) -> None:
    assert rows_by_number(annex(cli, plan="cn")["任务清单"])[20][2] == "生态环境部负责"
    first, second = (rows_by_number(annex(cli, plan="nx")["任务清单"])[number][2] for number in (1, 2))
    rider = "以下均需各市、县（区）人民政府及宁东管委会相关部门落实，不再列出"
    assert first.endswith(f"自治区水利厅按职责分工负责。{rider}")
    assert rider not in second


def test_draft_is_marked(cli: Cli) -> None:
    titles = {plan: "（征求意见稿）" in annex(cli, plan=plan)["目标清单"]["A3"].value for plan in PLANS}
    assert titles == {"cn": False, "nx": False, "cq": True, "zj": True, "js": False}


def test_assigned_units_take_the_place_of_the_printed_words(cli: Cli) -> None:
    cli.ok("assign", "zj-target-2", "--lead", "省统计局")
    row = rows_by_number(annex(cli)["目标清单"])[2]
    assert row[2] == "省统计局"
    assert row[3].startswith("省发展改革委、省经信厅")
    before = rows_by_number(annex(cli, "--as-of", "2026-11-20")["目标清单"])[2]
    assert before[2] == "待国家分工明确后确定"


def test_progress_columns(cli: Cli) -> None:
    cli.ok("log", "zj-target-20.1", "--value", "78.5", "--note", "新建管网", "--date", "2026-11-20")
    cli.ok("log", "zj-task-1", "--percent", "60", "--date", "2026-11-19")
    book = annex(cli, "--progress")
    sheet = book["目标清单"]
    assert values(sheet, 5) == [
        "序号", "指标目标", "牵头单位", "参与单位", "完成时限", "当前进展", "完成率", "序时进度", "亮灯", "更新时间",
    ]  # fmt: skip
    assert sheet["A2"].value == "截至 2026-11-21"
    row = rows_by_number(sheet)[20]
    assert row[4:6] == [day("2025-12-31"), "新建管网\n现值：城市生活污水集中收集率 78.5%"]
    assert row[6:] == [
        None,
        100,
        "红：逾期 325 天 · 尚无2025年数据，现值78.5%（城市生活污水集中收集率）",
        day("2026-11-20"),
    ]
    assert rows_by_number(book["任务清单"])[1][4:] == [
        day("2025-12-31"),
        None,
        60,
        100,
        "红：逾期 325 天 · 未办结",
        day("2026-11-19"),
    ]
    assert rows_by_number(sheet)[1][7] is None, "what the state assesses has no planned progress"
    (cell,) = (sheet.cell(place, 8) for place in range(BODY, sheet.max_row + 1) if sheet.cell(place, 1).value == 20)
    assert (cell.value, cell.number_format, cell.font.size) == (100, '0.0"%"', 10.5)


def test_filters_narrow_the_lists(cli: Cli) -> None:
    book = annex(cli, "--unit", "省林业局")
    assert book.sheetnames == ["目标清单", "任务清单"]
    assert list(rows_by_number(book["目标清单"])) == [5, 6, 29]
    assert book["目标清单"]["A2"].value == "单位：省林业局"
    assert annex(cli, "--kind", "policy").sheetnames == ["政策清单"]
    assert annex(cli, "--kind", "policy")["政策清单"]["A4"].value == "三、政策清单"


def test_defaults_do_not_apply(cli: Cli) -> None:
    cli.environ |= {"TRACKER_PLAN": "zj", "TRACKER_UNIT": "省林业局"}
    assert cli("export", "annex", "-o", "x.xlsx").code == 2
    assert len(rows_by_number(annex(cli)["目标清单"])) == 32


def test_index_is_merged_as_printed(cli: Cli) -> None:
    sheet = annex(cli)["协同指数"]
    assert [sheet["A1"].value, sheet["A3"].value] == ["附件2", "浙江省减污降碳协同指数\n（征求意见稿）"]
    assert values(sheet, 4) == ["评价内容", "一级指标", None, "二级指标", None, "三级指标", None, "数据来源"]
    assert values(sheet, 5) == [None, "名称", "权重", "名称", "权重", "名称", "权重", None]
    assert values(sheet, 6) == [
        "（一）协同效果",
        "1.环境质量",
        0.15,
        "（1）大气环境",
        1,
        "①PM2.5浓度",
        0.2,
        "省生态环境厅",
    ]
    assert values(sheet, 29)[5:] == ["㉔协同政策创新与能力建设", 1, "省生态环境厅"]
    merged = sorted(str(each) for each in sheet.merged_cells.ranges if each.min_row >= 4)
    assert merged == sorted((
        "A4:A5 B4:C4 D4:E4 F4:G4 H4:H5 A6:A13 A14:A25 A26:A29"
        " B6:B9 C6:C9 B10:B11 C10:C11 B12:B13 C12:C13 B14:B17 C14:C17 B18:B25 C18:C25 B26:B29 C26:C29"
        " D6:D9 E6:E9 D10:D11 E10:E11 D16:D17 E16:E17 D18:D19 E18:E19 D20:D21 E20:E21 D22:D23 E22:E23"
    ).split())  # fmt: skip


@pytest.mark.usefixtures("uncleaned")
def test_text_stays_text(cli: Cli) -> None:
    notes = {
        "zj-task-1": "=HYPERLINK(1)",
        "zj-task-2": "+1",
        "zj-task-3": "-1",
        "zj-task-4": "@x",
        "zj-task-5": "一\x01二_x0041_\r三",
    }
    for item, note in notes.items():
        cli.ok("log", item, f"--note={note}")
    sheet = annex(cli, "--progress")["任务清单"]
    cells: dict[object, Any] = {
        row[0].value: row[5] for row in sheet.iter_rows(min_row=BODY) if isinstance(row[0].value, int)
    }
    for number, note in enumerate(notes.values(), start=1):
        assert unescaped(str(cells[number].value)) == note
        assert cells[number].data_type == "s"
        assert cells[number].quotePrefix == (number <= 4)


def test_a_row_too_high_is_spread_over_several(cli: Cli) -> None:
    note = "进展情况说明。" * 300
    cli.ok("log", "zj-task-1", "--note", note)
    sheet = annex(cli, "--progress")["任务清单"]
    first = next(row[0].row for row in sheet.iter_rows(min_row=BODY) if row[0].value == 1)
    merged = next(each for each in sheet.merged_cells.ranges if each.min_row == first and each.min_col == 6)
    heights = [sheet.row_dimensions[row].height or 0 for row in range(merged.min_row, merged.max_row + 1)]
    assert len(heights) >= 4
    assert max(heights) <= 360
    assert sheet.cell(first, 6).value == note
    assert sheet.cell(merged.max_row + 1, 1).value == "（二）加强生态环境准入管理"


def test_same_data_same_bytes(cli: Cli) -> None:
    first, second = cli.folder / "1.xlsx", cli.folder / "2.xlsx"
    cli.ok("export", "annex", "--plan", "zj", "-o", first)
    cli.now = cli.now.replace(year=2027, hour=3)
    cli.ok("export", "annex", "--plan", "zj", "-o", second)
    assert first.read_bytes() == second.read_bytes()
    assert load_workbook(first).properties.modified == day("1980-01-01")


def test_a_folder_names_the_file(cli: Cli) -> None:
    result = cli("export", "annex", "--plan", "zj", "--progress", "--unit", "zj:省林业局", "-o", cli.folder)
    assert result.err == f"已写入 {cli.folder}/zj-清单-zj_省林业局-进展-2026-11-21.xlsx\n"
    cli.ok("export", "annex", "--plan", "zj", "--kind", "policy", "-o", cli.folder)
    assert (cli.folder / "zj-清单-政策.xlsx").exists()
    assert cli("export", "annex", "--all", "-o", f"{cli.folder}/", "--json").code == 0
    assert sorted(path.name for path in cli.folder.glob("??-清单.xlsx")) == [
        f"{plan}-清单.xlsx" for plan in sorted(PLANS)
    ]


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        (["-o", "x.xlsx"], 2, "错误：请用 --plan 写明导出哪个方案：cn 国家、nx 宁夏回族自治区、cq 重庆市、zj 浙江省、js 江苏省\n"),
        (["--plan", "zj"], 2, "错误：请用 -o 写明输出文件，或写明目录由程序命名\n"),
        (["--plan", "zj", "-o", "x.pdf"], 2, "错误：输出文件“x.pdf”的扩展名应为 .xlsx\n"),
        (["--plan", "zj,js", "-o", "x.xlsx"], 2, "错误：一个方案一个文件：导出多个方案时，-o 请写目录\n"),
        (["--plan", "zj", "--kind", "aim", "-o", "x.xlsx"], 1,
         "错误：方案 zj 没有符合条件的清单内容，未生成文件；请检查 --unit、--kind\n"),
        (["--plan", "zj", "-o", "nowhere/x.xlsx"], 1, "错误：目录 nowhere 不存在；请先建立该目录\n"),
        (["--plan", "zj", "-o", "nowhere/here/"], 1, "错误：目录 nowhere 不存在；请先建立该目录\n"),
    ],
)  # fmt: skip
def test_refusals(cli: Cli, monkeypatch: pytest.MonkeyPatch, options: list[str], code: int, message: str) -> None:
    monkeypatch.chdir(cli.folder)
    result = cli("export", "annex", *options)
    assert (result.code, result.out, result.err) == (code, "", message)
    assert not list(Path().glob("**/*.xlsx"))


def test_a_folder_that_is_named_is_made(cli: Cli) -> None:
    cli.ok("export", "annex", "--plan", "zj", "-o", f"{cli.folder}/一份/")
    assert [path.name for path in (cli.folder / "一份").iterdir()] == ["zj-清单.xlsx"]
    cli.ok("export", "annex", "--all", "-o", cli.folder / "全部")
    assert len(list((cli.folder / "全部").iterdir())) == len(PLANS)


def test_every_sheet_of_a_sample_ledger_says_so(cli: Cli) -> None:
    cli.ok("demo", "--db", cli.folder / "sample.sqlite3")
    for options in ((), ("--progress",)):
        book = annex(cli, *options, "--db", str(cli.folder / "sample.sqlite3"))
        assert [sheet["A2"].value.startswith("演示数据") for sheet in book.worksheets] == [True] * 4


def test_an_existing_file_is_kept_unless_forced(cli: Cli) -> None:
    target = cli.folder / "x.xlsx"
    target.write_text("mine", encoding="utf-8")
    result = cli("export", "annex", "--plan", "zj", "-o", target)
    assert (result.code, result.err) == (1, f"错误：文件 {target} 已存在；加 --force 覆盖，或换一个文件名\n")
    assert target.read_text(encoding="utf-8") == "mine"
    assert cli.ok("export", "annex", "--plan", "zj", "-o", target, "--force") == ""
    assert load_workbook(target)["目标清单"]["A1"].value == "附件1"
