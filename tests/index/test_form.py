"""`tracker index form`: what a department gets, and how it comes back."""

import json
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from tests.conftest import Cli
from tests.index.samples import HEADER, write
from tests.sheets.office import convert
from tracker.synergy.model import CITIES

SOURCES = [
    "省生态环境厅", "省统计局", "省能源局", "省交通运输厅", "省公安厅", "省建设厅", "省经信厅", "省林业局", "省财政厅",
]  # fmt: skip
OFFICE = shutil.which("soffice") or ""
VALUE, STATUS, MEASURE, SOURCE = 6, 7, 8, 9


def exported(cli: Cli, *words: object) -> Path:
    """A form for 2025 in a fresh file."""
    path = cli.folder / "form.xlsx"
    cli.ok("index", "form", "--year", "2025", "-o", path, "--force", *words)
    return path


def rows_of(sheet: Worksheet) -> dict[tuple[object, object], int]:
    """The rows of a form by indicator and city."""
    return {(sheet.cell(row, 2).value, sheet.cell(row, 4).value): row for row in range(5, sheet.max_row + 1)}


def fill(path: Path, cells: dict[tuple[str, object, str], Any], column: int = VALUE) -> None:
    """Type values into a form, by sheet, indicator and city; a text with a percent sign as a spreadsheet takes it."""
    book = openpyxl.load_workbook(path)
    for (source, indicator, city), value in cells.items():
        cell = book[source].cell(rows_of(book[source])[indicator, city], column)
        cell.value = value
        if isinstance(value, float) and 0 < value < 1:
            cell.number_format = "0.0%"
    book.save(path)


def test_a_sheet_for_every_source_with_all_its_indicators_and_cities(cli: Cli) -> None:
    book = openpyxl.load_workbook(exported(cli))
    assert book.sheetnames == SOURCES
    asked = {sheet.title: list(dict.fromkeys(number for number, _ in rows_of(sheet))) for sheet in book.worksheets}
    numbers = {number for ones in asked.values() for number in ones}
    assert asked["省统计局"] == [5, 6, 10, 11, "GDP增速"]
    assert asked["省交通运输厅"] == [11]
    assert asked["省经信厅"] == [17]
    assert numbers == {*range(1, 25), "GDP增速"}
    assert all(len(rows_of(sheet)) == len(asked[sheet.title]) * len(CITIES) for sheet in book.worksheets)
    remark = book["省交通运输厅"].cell(5, 10).value
    assert remark == "越大越好；与省统计局共同提供，一家填报即可"


def test_identity_is_locked_and_entries_are_validated(cli: Cli) -> None:
    sheet = openpyxl.load_workbook(exported(cli))["省统计局"]
    assert sheet.protection.sheet
    unlocked = {cell.column for row in sheet.iter_rows(min_row=5) for cell in row if not cell.protection.locked}
    assert unlocked == {VALUE, STATUS, MEASURE, SOURCE}
    assert sheet.column_dimensions["K"].hidden
    checks = {str(check.sqref): check for check in sheet.data_validations.dataValidation}
    share, rate = rows_of(sheet)[10, "杭州市"], rows_of(sheet)[6, "杭州市"]
    assert (checks[f"F{share}"].type, checks[f"F{share}"].formula1, checks[f"F{share}"].formula2) == (
        "decimal",
        "0",
        "100",
    )
    assert checks[f"F{rate}"].formula1 == "-1000000000000000"
    assert checks[f"G{share}"].formula1 == '"实测,估算"'


def test_same_data_same_bytes(cli: Cli) -> None:
    first = exported(cli).read_bytes()
    cli.now += timedelta(hours=1)
    assert exported(cli).read_bytes() == first


def test_what_is_known_is_there_and_an_untouched_form_says_nothing(cli: Cli) -> None:
    known = f"{HEADER},measure,source\n杭州市,2025,5,0.61,估算,吨/万元,年鉴\n杭州市,2024,5,0.65,实测,吨/万元,年鉴\n"
    cli.ok("index", "import", write(cli, "known.csv", known), "--yes")
    path = exported(cli)
    sheet = openpyxl.load_workbook(path)["省统计局"]
    row = rows_of(sheet)[5, "杭州市"]
    assert [sheet.cell(row, column).value for column in range(5, 10)] == [0.65, 0.61, "估算", "吨/万元", "年鉴"]
    cli.ok("index", "import", write(cli, "newer.csv", f"{HEADER}\n杭州市,2025,5,0.6,实测\n"), "--yes")
    assert cli.ok("index", "import", path) == "指数数据：新增 0 条，变更 0 条，相同 1 条\n"
    assert '"value": 0.6,' in cli.ok("index", "list", "--json", "--year", "2025")


def test_a_cleared_value_is_pointed_out_and_kept(cli: Cli) -> None:
    cli.ok("index", "import", write(cli, "known.csv", f"{HEADER}\n杭州市,2025,5,0.61,实测\n"), "--yes")
    path = exported(cli)
    fill(path, {("省统计局", 5, "杭州市"): None})
    result = cli("index", "import", path)
    assert result.code == 0
    assert result.err.startswith("注意：form.xlsx 省统计局 F5：原有数值被清空")


def test_two_sources_of_one_indicator(cli: Cli) -> None:
    path = exported(cli)
    fill(path, {("省统计局", 11, "杭州市"): 31, ("省交通运输厅", 11, "宁波市"): 62})
    cli.ok("index", "import", path, "--yes")
    rows = json.loads(cli.ok("index", "list", "--json"))
    assert [(row["city"], row["value"], row["source"]) for row in rows] == [
        ("杭州市", 31, "省统计局"), ("宁波市", 62, "省交通运输厅"),
    ]  # fmt: skip
    fill(path, {("省交通运输厅", 11, "杭州市"): 31})
    assert cli.ok("index", "import", path) == "指数数据：新增 0 条，变更 0 条，相同 3 条\n"
    fill(path, {("省交通运输厅", 11, "杭州市"): 32})
    result = cli("index", "import", path)
    assert result.code == 1
    assert result.err.startswith("form.xlsx 省交通运输厅 F5：与 form.xlsx 省统计局 F38 的同一指标不同")


def test_errors_of_a_form_name_sheet_and_cell(cli: Cli) -> None:
    path = exported(cli, "--source", "生态环境厅,统计局")
    fill(
        path,
        {
            ("省生态环境厅", 14, "杭州市"): 0.35,
            ("省统计局", 5, "宁波市"): "约三十来",
            ("省生态环境厅", 8, "宁波市"): "脱钩",
        },
    )
    book = openpyxl.load_workbook(path)
    book["省生态环境厅"].cell(rows_of(book["省生态环境厅"])[14, "杭州市"], VALUE).number_format = "General"
    book.save(path)
    found = json.loads(cli("index", "import", path, "--json").out)["errors"]
    assert [(error["sheet"], error["cell"], error["message"].partition("：")[0]) for error in found] == [
        ("省生态环境厅", "F61", "不是数值"), ("省生态环境厅", "F82", "百分数看起来填成了小数"), ("省统计局", "F6", "不是数值"),
    ]  # fmt: skip


def test_where_forms_go(cli: Cli) -> None:
    folder = cli.folder / "forms"
    assert cli("index", "form").err == "错误：请用 -o 写明输出文件，或写明目录由程序命名\n"
    assert cli("index", "form", "-o", cli.folder / "a.csv").code == 2
    assert cli("index", "form", "-o", cli.folder / "a.xlsx", "--source", "省外办").err == (
        "错误：数据来源单位“省外办”没有；现有：" + "、".join(SOURCES) + "\n"
    )
    folder.mkdir()
    said = cli.ok("index", "form", "--source", "省统计局、省建设厅", "--year", "2024,2025", "-o", folder)
    names = ["协同指数填报表_2024、2025_省统计局.xlsx", "协同指数填报表_2024、2025_省建设厅.xlsx"]
    assert said == "".join(f"已写入 {folder / name}\n" for name in names)
    sheet = openpyxl.load_workbook(folder / names[1]).worksheets[0]
    assert [sheet.cell(row, 1).value for row in (5, sheet.max_row)] == [2024, 2025]
    assert cli.ok("index", "import", folder / names[0]) == "指数数据：新增 0 条，变更 0 条，相同 0 条\n"


@pytest.mark.skipif(not OFFICE, reason="LibreOffice is not installed")
def test_a_form_that_went_through_libreoffice(cli: Cli) -> None:
    cli.ok("index", "import", write(cli, "known.csv", f"{HEADER}\n温州市,2025,5,0.61,估算\n"), "--yes")
    path = exported(cli, "--source", "省统计局,省生态环境厅")
    fill(path, {
        ("省统计局", 5, "杭州市"): 0.1 + 0.2 + 1, ("省统计局", 10, "宁波市"): 0.353, ("省统计局", "GDP增速", "杭州市"): 5.2,
        ("省生态环境厅", 8, "杭州市"): "强脱钩", ("省生态环境厅", 2, "杭州市"): -1.5,
    })  # fmt: skip
    fill(path, {("省统计局", 5, "杭州市"): "估算"}, STATUS)
    saved = convert([path], "xlsx", cli.folder / "saved")[0]
    assert cli.ok("index", "import", saved, "--yes") == "指数数据：新增 5 条，变更 0 条，相同 1 条\n"
    assert cli.ok("index", "import", path) == "指数数据：新增 0 条，变更 0 条，相同 6 条\n"
    rows = json.loads(cli.ok("index", "list", "--json", "--city", "杭州市,宁波市"))
    assert [(row["indicator"], row["value"], row["status"], row["measure"], row["source"]) for row in rows] == [
        (2, -1.5, "实测", "%", "省生态环境厅"), (5, 1.3, "估算", None, "省统计局"), (8, 100, "实测", None, "省生态环境厅"),
        (10, 35.3, "实测", "%", "省统计局"), ("GDP增速", 5.2, "实测", "%", "省统计局"),
    ]  # fmt: skip


def test_locked_cells_that_were_changed_are_named_and_not_read(cli: Cli) -> None:
    cli.ok("index", "import", write(cli, "a.csv", f"{HEADER}\n杭州市,2024,1,30,实测\n宁波市,2025,1,26,实测\n"), "--yes")
    path = exported(cli)
    cli.now += timedelta(days=1)
    cli.ok("index", "import", write(cli, "b.csv", f"{HEADER}\n杭州市,2024,1,29,实测\n"), "--yes")
    assert json.loads(cli.ok("index", "import", path, "--json"))["ignored"] == []
    book = openpyxl.load_workbook(path)
    sheet = book["省生态环境厅"]
    changed: dict[str, Any] = {
        "A1": "改过的标题",
        "C6": "细颗粒物",
        "E7": 15,
        "J8": "快报数",
        "D9": "上海市",
        "D10": "宁波市",
        "F5": 28,
        "F11": "—",
        "B320": "注：快报",
    }
    for cell, value in changed.items():
        sheet[cell] = value
    book.save(path)
    found = json.loads(cli.ok("index", "import", path, "--yes", "--json"))
    assert (found["new"], found["changed"], found["same"]) == (1, 0, 1)
    assert {each["cell"]: each["message"] for each in found["ignored"]} == {
        "B320": "表格下方的文字未读取：注：快报",
        "A1": "被改动（现为 改过的标题，导出时 减污降碳协同指数数据填报表），未读取",
        "C6": "锁定的“三级指标”被改动（现为 细颗粒物，导出时 PM2.5浓度），未读取",
        "E7": "锁定的“上年值”被改动（现为 15，导出时 空），未读取",
        "J8": "锁定的“说明”被改动（现为 快报数，导出时 越小越好），未读取",
        "D9": "锁定的年份、编号或城市被改动（无法识别），未读取",
        "D10": "锁定的年份、编号或城市被改动（与第 6 行是同一项），未读取",
    }
