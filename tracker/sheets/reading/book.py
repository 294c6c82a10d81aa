"""Files that come back, as grids of values: workbooks (.xlsx) and CSV, ours or anybody's, whoever saved them.

A grid keeps the place of every cell, so that what is wrong can be named. What no reader should open is refused here, in one
line that says what to do; the file's name is added by the caller.
"""

import hashlib
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from tracker.errors import Refused
from tracker.sheets.reading.package import MAX_FILE, MAX_ROWS, OLE, Marks, Package, SheetPart, cell_name

Value = str | int | float | bool | date | datetime | time | timedelta
Rows = Sequence[list[Any]]

_OTHER_SUFFIXES = {
    ".et": "这是 WPS 表格旧格式（.et）；请用 WPS 另存为 .xlsx",
    ".ett": "这是 WPS 表格模板；请用 WPS 另存为 .xlsx",
    ".xls": "这是旧版 Excel 格式（.xls）；请用 Excel 或 WPS 另存为 .xlsx",
    ".xlt": "这是旧版 Excel 模板；请用 Excel 或 WPS 另存为 .xlsx",
    ".xlsm": "这是含宏的工作簿（.xlsm）；请另存为不含宏的 .xlsx",
    ".xltm": "这是含宏的模板；请另存为不含宏的 .xlsx",
    ".xlsb": "这是二进制工作簿（.xlsb）；请另存为 .xlsx",
    ".ods": "这是 ODF 表格（.ods）；请另存为 .xlsx",
    ".pdf": "这是 PDF，不能导入；请发回 .xlsx",
    ".doc": "这是 Word 文档，不能导入；请发回 .xlsx",
    ".docx": "这是 Word 文档，不能导入；请发回 .xlsx",
}


@dataclass(slots=True)
class Sheet:
    """A sheet as a grid: rows of values from its first row and column on, empty cells as empty text.

    merged are the merged areas (first row, first column, last row, last column), all from 0. name is None for CSV.
    """

    name: str | None
    rows: Rows
    merged: tuple[tuple[int, int, int, int], ...] = ()
    hidden: bool = False
    from_1904: bool = False
    marks: Marks | None = None
    _percents: dict[int, frozenset[int]] = field(default_factory=dict)

    @property
    def formulas(self) -> frozenset[tuple[int, int]]:
        """Row and column of the cells that compute their values."""
        return frozenset() if self.marks is None else self.marks.formulas

    @property
    def errors(self) -> frozenset[tuple[int, int]]:
        """Row and column of the cells that show an error (#DIV/0!); their value is empty."""
        return frozenset() if self.marks is None else self.marks.errors

    def is_percent(self, row: int, column: int) -> bool:
        """Say whether a cell is shown in percent: its 0.45 is 45 %."""
        if self.marks is None:
            return False
        if column not in self._percents:
            self._percents[column] = self.marks.percents(column)
        return row in self._percents[column]

    def place(self, row: int, column: int) -> str:
        """Name a cell as a spreadsheet does."""
        return cell_name(row, column)


@dataclass(slots=True)
class Book:
    """A file that was opened: its name, the hash of its bytes, and its sheets, each read when it is asked for.

    names are those of the sheets, each with whether it is hidden; subject is what a workbook of ours says of itself.
    """

    path: Path
    sha256: str
    names: list[tuple[str | None, bool]]
    _load: Callable[[str | None], Sheet]
    subject: str = ""

    @property
    def name(self) -> str:
        """The file's name without its folder."""
        return self.path.name

    def sheet(self, name: str | None) -> Sheet:
        """Read a sheet; raises Refused when its content has no bounds."""
        return self._load(name)


def open_book(path: Path) -> Book:
    """Open a file that came back; raises Refused in one line, without the file's name."""
    data = _bytes(path)
    digest = hashlib.sha256(data).hexdigest()
    suffix = path.suffix.lower()
    if path.name.startswith(("~$", ".~")):
        raise Refused("这是编辑软件的临时文件，不是工作簿；请关闭正在编辑的表格，导入原文件")
    if data.startswith(OLE):
        if b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e" in data:
            raise Refused("文件已加密；请先去掉打开密码，另存为 .xlsx")
        raise Refused(_OTHER_SUFFIXES.get(suffix, "这是旧版 Excel 或 WPS 格式；请用 Excel 或 WPS 另存为 .xlsx"))
    if suffix in _OTHER_SUFFIXES:
        raise Refused(_OTHER_SUFFIXES[suffix])
    if data.startswith(b"PK"):
        return _workbook(path, data, digest)
    if suffix in (".csv", ".tsv", ".txt"):
        from tracker.sheets.reading.delimited import CsvRows

        rows = CsvRows(data)
        return Book(path, digest, [(None, False)], lambda _name: Sheet(None, rows))
    raise Refused("不是 Excel 工作簿，也不是 CSV；请用 Excel 或 WPS 打开后另存为 .xlsx")


def _bytes(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise Refused("这是一个目录；请写明文件名")
        if not path.exists():
            raise Refused("没有这个文件；请检查路径")
        if not path.is_file():
            raise Refused("不是普通文件；请写明工作簿或 CSV 文件")
        size = path.stat().st_size
        if size > MAX_FILE:
            raise Refused(f"文件有 {size >> 20} MB，超过 {MAX_FILE >> 20} MB 的上限；请拆分后导入")
        with path.open("rb") as file:
            data = file.read(MAX_FILE + 1)
    except PermissionError:
        raise Refused("文件正被其他程序占用，或没有读取权限；请关闭正在编辑的表格后重试") from None
    except OSError as error:
        raise Refused(f"读不了这个文件（{error.strerror or error}）；请检查后重试") from None
    if not data.strip(b"\0"):
        raise Refused("文件是空的")
    return data


def _workbook(path: Path, data: bytes, digest: str) -> Book:
    package = Package(data)
    package.check_texts()
    parts = {sheet.name: sheet for sheet in package.sheets}
    if not parts:
        raise Refused("工作簿里没有工作表")
    reader = _Reader(data)

    def load(name: str | None) -> Sheet:
        part = parts[name or ""]
        return reader.sheet(package, part)

    return Book(path, digest, [(sheet.name, sheet.hidden) for sheet in package.sheets], load, package.subject)


class _Reader:
    """python-calamine on the bytes of one workbook, opened when the first sheet is asked for."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._book: Any = None

    def sheet(self, package: Package, part: SheetPart) -> Sheet:
        """Read one sheet, after a look at its bounds."""
        marks = package.marks(part)
        try:
            if self._book is None:
                from python_calamine import CalamineWorkbook

                self._book = CalamineWorkbook.from_filelike(io.BytesIO(self._data))
            found = self._book.get_sheet_by_name(part.name)
            rows = found.to_python(skip_empty_area=False)
            areas = found.merged_cell_ranges or ()
        except BaseException as error:
            # A panic of the reader is no Exception; an interrupt must stay one.
            if isinstance(error, (KeyboardInterrupt, SystemExit, MemoryError)):
                raise
            raise Refused("文件已损坏，打不开；请用 Excel 或 WPS 打开后重新另存为 .xlsx") from None
        if len(rows) > MAX_ROWS:
            raise Refused(f"有 {len(rows)} 行，超过 {MAX_ROWS} 行的上限；请拆分后导入")
        merged = tuple((top, left, bottom, right) for (top, left), (bottom, right) in areas)
        return Sheet(part.name, rows, merged, part.hidden, package.counts_from_1904, marks)
