"""Forms and other workbooks as departments handle them: opened, filled in, saved by another program."""

import io
import shutil
import warnings
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from tests.conftest import Cli
from tests.sheets.office import convert
from tracker.sheets.layout import escaped

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

HEADER = 5
HEADINGS = (
    "编号", "事项", "牵头单位", "参与单位", "完成时限", "目标值", "上期值", "状态", "完成率", "现值", "数据时点", "本期进展", "存在问题",
    "下步安排", "佐证材料", "无变化",
)  # fmt: skip


class Form:
    """A form in the hands of a clerk."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.book = openpyxl.load_workbook(path, rich_text=False)
        sheet = self.book.worksheets[0]
        self.sheet: Worksheet = sheet
        self.rows = {
            str(sheet.cell(row, 1).value): row
            for row in range(HEADER + 1, sheet.max_row + 1)
            if sheet.cell(row, 1).value
        }
        self.columns = {str(cell.value): column for column, cell in enumerate(sheet[HEADER], 1)}

    def cell(self, id_: str, heading: str) -> Any:
        return self.sheet.cell(self.rows[id_], self.columns[heading])

    def value(self, id_: str, heading: str) -> Any:
        return self.cell(id_, heading).value

    def fill(self, id_: str, **values: Any) -> "Form":
        """Type into a row; a text stays the text that was typed, whatever it begins with."""
        for heading, value in values.items():
            cell = self.cell(id_, heading)
            cell.value = escaped(value) if isinstance(value, str) else value
            if isinstance(value, str):
                cell.data_type = "s"
        return self

    def formula(self, id_: str, heading: str, text: str) -> "Form":
        self.cell(id_, heading).value = text
        return self

    def sign(
        self,
        name: str | None = None,
        day: date | str | None = None,
        reviewer: str | None = None,
        phone: str | None = None,
    ) -> "Form":
        """Fill in 填报人, 填报日期, 审核人 and 联系电话."""
        if name is not None:
            self.sheet["F4"] = name
        if day is not None:
            self.sheet["D4"] = day
        for cell, said in (("H4", reviewer), ("L4", phone)):
            if said is not None:
                self.sheet[cell] = said
        return self

    def save(self, name: str = "填好.xlsx") -> Path:
        path = self.path.with_name(name)
        self.book.save(path)
        return path


def midnight(year: int, month: int, day: int) -> datetime:
    """Return a day as a cell has it: a moment without a time zone."""
    return datetime(year, month, day)


def export_form(cli: Cli, unit: str = "省建设厅", name: str = "form.xlsx", *more: str) -> Form:
    cli.ok("export", "form", "--unit", unit, "-o", cli.folder / name, "--force", *more)
    return Form(cli.folder / name)


def opened(path: Path) -> openpyxl.Workbook:
    """Open a workbook of ours to edit it; openpyxl warns of the data bars that it will lose."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return openpyxl.load_workbook(io.BytesIO(path.read_bytes()))


def sheet_of(path: Path, rows: list[list[Any]], name: str = "Sheet1") -> Path:
    """Save rows as a workbook of somebody's own; texts stay texts."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = name
    for row, values in enumerate(rows, start=1):
        for column, value in enumerate(values, start=1):
            if value is not None:
                cell = sheet.cell(row, column, value)
                if isinstance(value, str):
                    cell.data_type = "s"
    book.save(path)
    return path


def through_libreoffice(path: Path) -> Path:
    """Open and save a file with LibreOffice, as a department without Excel does; skip where it is missing."""
    if shutil.which("soffice") is None:
        pytest.skip("LibreOffice (soffice) is not installed")
    return convert([path], "xlsx", path.parent / "libreoffice")[0]
