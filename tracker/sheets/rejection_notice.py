"""退回说明: what is wrong with a table that came back, by cell, with what stands there and what is wanted; it is sent back with it."""

import io
import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from tracker.errors import TrackerError
from tracker.sheets.cell_text import holdable
from tracker.sheets.layout import HIGHEST, row_height, text_height, xlsxwriter_normal
from tracker.sheets.reading.book import open_book
from tracker.sheets.reading.cells import read_text
from tracker.sheets.reading.files import Problem
from tracker.sheets.reading.sheet import Sheet
from tracker.sheets.reading.values import Fault
from tracker.sheets.reading.xlsx import area_of

NOTICE = "退回说明"
_HEADINGS = ("序号", "工作表", "单元格", "现在填的内容", "问题", "请改为")
_WIDTHS = (6, 16, 9, 26, 44, 40)
_SIZE = 11
_MILLIMETRES = 1.9
"""Width of a character of a column."""
_LONGEST = 200


class WantedCell(NamedTuple):
    """One error: where it is, what stands there, what is wrong, what is wanted."""

    sheet: str
    cell: str
    content: str
    problem: str
    wanted: str


def wanted_cells(path: Path, problems: Sequence[Problem]) -> list[WantedCell]:
    """Return the errors of a file with what stands in their cells."""
    sheets: dict[str | None, Sheet | None] = {}
    found = []
    for each in problems:
        if each.sheet not in sheets:
            sheets[each.sheet] = _sheet(path, each.sheet)
        what, wanted = _split(each.message)
        content = _content(sheets[each.sheet], each.cell)
        found.append(WantedCell(each.sheet or "", each.cell or "整个文件", content, what, wanted))
    return found


def _sheet(path: Path, name: str | None) -> Sheet | None:
    try:
        book = open_book(path)
        return book.sheet(name) if any(name == known for known, _ in book.names) else None
    except TrackerError:
        return None


def _content(sheet: Sheet | None, cell: str | None) -> str:
    area = area_of(cell) if cell else None
    if sheet is None or area is None or area[0] >= len(sheet.rows):
        return ""
    value = sheet.text(area[0], area[1])
    text = str(value) if isinstance(value, Fault) else read_text(value) or "（空）"
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


def _split(message: str) -> tuple[str, str]:
    """Split a message into what is wrong and what to do, which begins with 请 behind a comma or a semicolon."""
    match = re.search("[；，](?=请|如|没有数据请)", message)
    if match is None:
        return message, "请按填报说明改正"
    return message[: match.start()], message[match.end() :]


def notice_workbook(file: str, unit: str, cells: Sequence[WantedCell]) -> bytes:
    """Return the notice as a workbook; the same errors give the same bytes."""
    import xlsxwriter

    target = io.BytesIO()
    workbook = xlsxwriter.Workbook(
        target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, **xlsxwriter_normal()}
    )
    workbook.set_properties({
        "title": NOTICE, "subject": "tracker:notice", "author": "tracker",
        "created": datetime(1980, 1, 1),  # noqa: DTZ001 - a workbook knows no time zone
    })  # fmt: skip
    sheet = workbook.add_worksheet(NOTICE)

    def looks(**more: Any) -> Any:
        return workbook.add_format(
            {"font_name": "宋体", "font_size": _SIZE, "valign": "vcenter", "text_wrap": True, **more}
        )

    last = len(_HEADINGS) - 1
    title, words = looks(font_name="黑体", font_size=18, align="center"), looks(valign="top")
    head, plain, centred = (
        looks(font_name="黑体", align="center", border=1),
        looks(border=1),
        looks(border=1, align="center"),
    )
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    sheet.merge_range(0, 0, 0, last, NOTICE, title)
    sheet.set_row(0, 32)
    asked = (
        f"{unit + '：' if unit else ''}你单位报来的《{file}》有 {len(cells)} 处需要改正，未导入台账。请在原表中按下表逐处改正，"
        "保存后重新报送原表；其余内容不用重填。"
    )
    sheet.merge_range(1, 0, 1, last, holdable(asked), words)
    sheet.set_row(1, text_height(asked, sum(_WIDTHS) * _MILLIMETRES, _SIZE))
    for column, heading in enumerate(_HEADINGS):
        sheet.write_string(2, column, heading, head)
    sheet.set_row(2, 24)
    for row, each in enumerate(cells, 3):
        sheet.write_number(row, 0, row - 2, centred)
        for column, text in enumerate(each, 1):
            sheet.write_string(row, column, holdable(text), centred if column == 2 else plain)  # noqa: PLR2004 - the name of the cell
        widths = [width * _MILLIMETRES for width in _WIDTHS[1:]]
        sheet.set_row(row, min(row_height(zip(each, widths, strict=True), _SIZE), HIGHEST))
    sheet.freeze_panes(3, 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(2)
    workbook.close()
    return target.getvalue()
