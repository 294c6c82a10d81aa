"""The review workbook: what is written is read back, what a reviewer spoils is reported by sheet and cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from tests.plans.reading.samples import CITY, read
from tests.plans.reading.test_annex_tables import FLATTENED
from tracker.errors import Refused
from tracker.plans.reading.model import PLAN, Draft, Finding
from tracker.sheets.plan_draft import read_draft, write_draft

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def wrong(path: Path) -> list[str]:
    """Return what is wrong in a reviewed draft, a line each: sheet, cell, message."""
    return [f"{each.place.removeprefix(path.name).strip()}：{each.message}" for each in read_draft(path)[1].problems]


@pytest.mark.parametrize("text", [CITY, FLATTENED])
def test_a_draft_comes_back_as_it_was(tmp_path: Path, text: str) -> None:
    draft = read(text, "zz")
    path = tmp_path / "草稿.xlsx"
    write_draft(draft, path)
    rows, file = read_draft(path)
    assert file.problems == []
    assert rows == draft.rows()


def test_the_same_draft_gives_the_same_bytes(tmp_path: Path) -> None:
    draft = read(CITY, "zz")
    write_draft(draft, tmp_path / "一.xlsx")
    write_draft(draft, tmp_path / "二.xlsx")
    assert (tmp_path / "一.xlsx").read_bytes() == (tmp_path / "二.xlsx").read_bytes()


def test_sheets_headings_and_marks(tmp_path: Path) -> None:
    write_draft(read(CITY, "zz"), tmp_path / "草稿.xlsx")
    book = load_workbook(tmp_path / "草稿.xlsx")
    assert book.sheetnames == ["概况", "方案", "目标", "指标", "任务", "政策", "总体目标", "单位", "说明"]
    heading = [cell.value for cell in book["任务"][1]]
    assert heading[:6] == ["存疑", "序号", "章", "节", "标题", "内容"]
    assert heading[-3:] == ["原文", "出处", "置信度"]
    chosen = {str(rule.sqref): rule.formula1 for rule in book["指标"].data_validations.dataValidation}
    assert '"不低于,不超过,超过,低于,达到,左右,提高,下降,全面完成,定性"' in chosen.values()
    yellow = [
        cell.coordinate
        for row in book["指标"].iter_rows(min_row=2)
        for cell in row
        if cell.fill.fgColor.rgb == "FFFFF2A8"
    ]
    assert yellow


def test_the_code_is_filled_in_once(tmp_path: Path) -> None:
    path = tmp_path / "草稿.xlsx"
    write_draft(read(CITY, ""), path)
    assert "方案 A2：方案代码不能空着" in wrong(path)
    book = load_workbook(path)
    book["方案"]["A2"] = "nz"
    book.save(path)
    rows, file = read_draft(path)
    assert file.problems == []
    assert {row["plan"] for row in rows["tasks"]} == {"nz"}
    assert {row["region"] for row in rows["units"]} == {"nz"}


def test_every_mistake_is_reported_with_its_cell(tmp_path: Path) -> None:
    path = tmp_path / "草稿.xlsx"
    write_draft(read(CITY, "zz"), path)
    book = load_workbook(path)
    heading = {cell.value: get_column_letter(cell.column or 1) for cell in book["指标"][1]}
    book["指标"][f"{heading['比较']}2"] = "大于"
    book["指标"][f"{heading['数值']}3"] = "三十二"
    book["指标"][f"{heading['目标序号']}4"] = "99"
    heading = {cell.value: get_column_letter(cell.column or 1) for cell in book["任务"][1]}
    book["任务"][f"{heading['完成时限']}3"] = "年底"
    book["任务"][f"{heading['序号']}4"] = 1
    book["任务"][f"{heading['责任方式']}5"] = "包干"
    for column in ("牵头单位", "备注"):
        book["任务"][f"{heading[column]}2"] = None
    book.save(path)
    told = wrong(path)
    assert any(text.startswith("指标 E2：“大于”不在可用的词内") for text in told)
    assert "指标 F3：“三十二”不是数字，单位请写在计量单位栏" in told
    assert any("对应的目标 99 不在目标表" in text for text in told)
    assert "任务 N3：“年底”不是日期，请写成 2025-12-31" in told
    assert "任务 B4：序号 1 重复" in told
    assert any(text.startswith("任务 H5：“包干”不在可用的词内") for text in told)
    assert any("2：责任方式为" in text and "牵头单位不能空着" in text for text in told)


def test_dates_and_numbers_typed_in_excel_are_understood(tmp_path: Path) -> None:
    from datetime import datetime

    path = tmp_path / "草稿.xlsx"
    write_draft(read(CITY, "zz"), path)
    book = load_workbook(path)
    heading = {cell.value: get_column_letter(cell.column or 1) for cell in book["指标"][1]}
    book["指标"][f"{heading['数值']}2"] = 14.5
    book["指标"][f"{heading['完成时限']}2"] = datetime(2025, 12, 31)
    book["指标"][f"{heading['目标序号']}2"] = 1.0
    book.save(path)
    rows, file = read_draft(path)
    assert file.problems == []
    assert (rows["indicators"][0]["value"], rows["indicators"][0]["due"], rows["indicators"][0]["target"]) == (
        "14.5",
        "2025-12-31",
        "1",
    )


def _renamed(book: Workbook) -> None:
    next(cell for cell in book["任务"][1] if cell.value == "完成时限").value = "期限"


def _two_roles(book: Workbook) -> None:
    heads = [cell.value for cell in book["任务"][1]]
    book["任务"].cell(2, heads.index("参与单位") + 1).value = book["任务"].cell(2, heads.index("牵头单位") + 1).value


def _no_unit(book: Workbook) -> None:
    book["任务"].cell(2, [cell.value for cell in book["任务"][1]].index("参与单位") + 1).value = "无"


def _struck(book: Workbook) -> None:
    book["任务"].cell(2, [cell.value for cell in book["任务"][1]].index("内容") + 1).font = Font(strike=True)


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (_renamed, "任务 A1：表头缺少：完成时限；请勿删改表头，没有内容的栏可以空着"),
        (lambda book: setattr(book["任务"], "title", "任务表"), "任务：缺少这张表；请改回原名，没有内容的留着空表"),
        (lambda book: book.remove(book["政策"]), "政策：缺少这张表；请改回原名，没有内容的留着空表"),
        (lambda book: book["任务"].delete_cols(2), "任务 A1：表头缺少：序号；请勿删改表头，没有内容的栏可以空着"),
        (lambda book: book["任务"].merge_cells("C2:C3"), "任务 C2：这里合并了几行的单元格；请取消合并，逐行填写"),
        (_two_roles, "”已是牵头单位，不能又是参与单位"),
        (_no_unit, "“无”不是单位；没有的请空着"),
        (_struck, "这一行有删除线：不载入的请删除整行，要载入的请去掉删除线"),
    ],
)
def test_an_edit_that_would_lose_something_is_refused_by_cell(
    tmp_path: Path, edit: Callable[[Workbook], object], said: str
) -> None:
    path = tmp_path / "草稿.xlsx"
    write_draft(read(CITY, "zz"), path)
    book = load_workbook(path)
    edit(book)
    book.save(path)
    assert any(each.endswith(said) for each in wrong(path)), wrong(path)


def test_what_a_reviewer_added_beside_the_draft_is_named(tmp_path: Path) -> None:
    path = tmp_path / "草稿.xlsx"
    write_draft(read(CITY, "zz"), path)
    book = load_workbook(path)
    sheet = book["任务"]
    sheet.cell(1, sheet.max_column + 1).value = "审核意见"
    sheet.cell(3, sheet.max_column).value = "同意"
    sheet["F3"].comment = Comment("请再核", "李")
    sheet.row_dimensions[2].hidden = True
    book.create_sheet("备忘")["A1"] = "周三会上再议"
    book.save(path)
    rows, file = read_draft(path)
    assert file.problems == []
    assert {each.message for each in file.ignored} == {
        "“审核意见”一列（1 格）未读取", "批注未读取：请再核", "草稿里没有这张表的位置，未读取；改过名的请改回原名",
    }  # fmt: skip
    assert file.remarks == ["任务：A2 所在的行被筛选或隐藏，照常载入；不要的行请删除"]
    assert rows["tasks"][0]["number"] == "1"


def test_columns_may_be_moved_and_words_that_look_like_formulas_stay_words(tmp_path: Path) -> None:
    draft = Draft("甲.txt")
    draft.findings[PLAN] = [Finding(PLAN, {"code": "aa", "title": "=1+1"}, "", '=HYPERLINK("x")')]
    path = tmp_path / "草稿.xlsx"
    write_draft(draft, path)
    book = load_workbook(path)
    assert book["方案"]["B2"].data_type == "s"
    book["方案"].move_range("A1:Q2", cols=3)
    book.save(path)
    rows, file = read_draft(path)
    assert file.problems == []
    assert rows["plans"][0]["title"] == "=1+1"


def test_what_is_no_draft_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="没有这个文件"):
        read_draft(tmp_path / "没有.xlsx")
    (tmp_path / "坏.xlsx").write_bytes(b"PK\x03\x04 broken")
    with pytest.raises(Refused, match="已损坏"):
        read_draft(tmp_path / "坏.xlsx")
    with pytest.raises(Refused, match=r"存为 \.xlsx"):
        write_draft(Draft("甲"), tmp_path / "草稿.csv")
    with pytest.raises(Refused, match="写不了"):
        write_draft(Draft("甲"), tmp_path / "没有" / "草稿.xlsx")
