"""Workbooks in the binary format of Excel 97 to 2003, which WPS calls .et; xlrd tells formats, merged, hidden and struck cells."""

import io
from typing import Any

from tracker.errors import Refused
from tracker.sheets.reading import formats
from tracker.sheets.reading.sheet import MAX_ROWS, Grid, Sheet, too_far
from tracker.sheets.reading.values import Fault

_EMPTY, _TEXT, _NUMBER, _DATE, _BOOLEAN, _ERROR = range(6)
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_BEYOND = "这份旧格式（.xls、.et）文件有读不了的内容，或已损坏；请用 Excel 或 WPS 打开后另存为 .xlsx"
_BLIND = "旧格式（.xls、.et）看不出哪些单元格是公式，一律按存下的值读取，也看不到图片、文本框和链接的地址；请核对"


def _refuse_endless(data: bytes) -> None:
    """Refuse a file in which a small stream leads back to itself: xlrd would follow it for ever."""
    from xlrd.compdoc import SIGNATURE, CompDoc

    if not data.startswith(SIGNATURE):
        return
    whole: Any = CompDoc(data, logfile=io.StringIO())
    for entry in whole.dirlist:
        sector, steps = entry.first_SID, 0
        while entry.tot_size < whole.min_size_std_stream and 0 <= sector < len(whole.SSAT):
            sector, steps = whole.SSAT[sector], steps + 1
            if steps > len(whole.SSAT):
                raise Refused(_BEYOND)


class OldWorkbook:
    """An .xls or .et: its sheets, each read when it is asked for."""

    def __init__(self, data: bytes) -> None:
        if _ENCRYPTED in data:
            raise Refused("文件已加密；请先去掉打开密码，另存为 .xlsx")
        import xlrd

        try:
            _refuse_endless(data)
            self._book = xlrd.open_workbook(
                file_contents=data, formatting_info=True, on_demand=True, ragged_rows=True, logfile=io.StringIO()
            )
        except Exception as error:  # noqa: BLE001 - xlrd raises whatever a broken file leads it to
            if "encrypted" in str(error).lower():
                raise Refused("文件已加密；请先去掉打开密码，另存为 .xlsx") from None
            raise Refused(_unreadable(data)) from None
        self._numbers = {name: number for number, name in enumerate(self._book.sheet_names())}
        self._hidden: list[int] = getattr(self._book, "_sheet_visibility", [])  # told without reading the sheets

    @property
    def names(self) -> list[tuple[str | None, bool]]:
        """The names of the sheets, each with whether it is hidden."""
        return [(name, self._hidden[number] != 0) for name, number in self._numbers.items()]

    def sheet(self, name: str | None) -> Sheet:
        """Read a sheet; raises Refused when it is broken or its content has no bounds."""
        number = self._numbers[name or ""]
        try:
            return self._sheet(self._book.sheet_by_index(number))
        except Refused:
            raise
        except Exception:  # noqa: BLE001 - as above
            raise Refused(_BEYOND) from None
        finally:
            self._book.unload_sheet(number)

    def _sheet(self, found: Any) -> Sheet:
        if found.nrows > MAX_ROWS:
            raise too_far(found.nrows - 1, 0)
        grid = Grid()
        from_1904 = bool(self._book.datemode)
        sheet = Sheet(found.name, grid.rows, hidden=found.visibility != 0, from_1904=from_1904, blind=_BLIND)
        shown = [self._shown(style) for style in self._book.xf_list]
        for row in range(found.nrows):
            for column, cell in enumerate(found.row(row)):
                kind, struck = shown[cell.xf_index] if cell.xf_index is not None else (formats.PLAIN, False)
                value = _value(cell, kind, from_1904=from_1904)
                if value == "":
                    continue
                grid.put(row, column, value)
                if struck:
                    sheet.struck.add((row, column))
        sheet.merged = tuple((top, left, bottom - 1, right - 1) for top, bottom, left, right in found.merged_cells)
        sheet.hidden_rows = {row for row, about in found.rowinfo_map.items() if about.hidden}
        sheet.hidden_columns = {column for column, about in found.colinfo_map.items() if about.hidden}
        for place, runs in found.rich_text_runlist_map.items():
            # What stands before the first run is as the cell is.
            looks = {place in sheet.struck} if not runs or runs[0][0] else set()
            looks |= {bool(self._book.font_list[font].struck_out) for _, font in runs}
            if len(looks) > 1:
                sheet.struck.discard(place)
                sheet.partly_struck.add(place)
            elif looks == {True}:
                sheet.struck.add(place)
        sheet.comments = {place: note.text.strip() for place, note in found.cell_note_map.items() if note.text.strip()}
        return sheet

    def _shown(self, style: Any) -> tuple[formats.Kind, bool]:
        form = self._book.format_map.get(style.format_key)
        kind = formats.PLAIN if form is None else formats.built_in(style.format_key) or formats.kind_of(form.format_str)
        return kind, bool(self._book.font_list[style.font_index].struck_out)


def _value(cell: Any, kind: formats.Kind, *, from_1904: bool) -> Any:
    if cell.ctype == _TEXT:
        return cell.value
    if cell.ctype in (_NUMBER, _DATE):
        return formats.shown(cell.value, kind, from_1904=from_1904)
    if cell.ctype == _BOOLEAN:
        return bool(cell.value)
    if cell.ctype == _ERROR:
        import xlrd

        return Fault(xlrd.error_text_from_code.get(cell.value, "#N/A"))
    return ""


def _unreadable(data: bytes) -> str:
    """Say what a compound file is that holds no workbook that can be read."""
    if "WordDocument".encode("utf-16-le") in data:
        return "这是 Word 文档，不是工作簿；请发回 .xlsx"
    if "PowerPoint Document".encode("utf-16-le") in data:
        return "这是演示文稿，不是工作簿；请发回 .xlsx"
    if not any(name.encode("utf-16-le") in data for name in ("Workbook", "Book")):
        return "不是 Excel 或 WPS 工作簿；请用 Excel 或 WPS 打开后另存为 .xlsx"
    return _BEYOND
