"""Files that come in, by their content: workbooks of every kind and CSV, ours or anybody's, whoever saved them.

What no reader should open is refused here, in one line that says what to do; the file's name is added by the caller.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from tracker.errors import Refused, reason_of
from tracker.folders import check_plain
from tracker.sheets.reading.sheet import MAX_FILE, Sheet
from tracker.sheets.reading.values import ERROR_SIGNS, PICTURE, Fault, as_fault

_ZIP, _OLD, _PDF, _RICH_TEXT = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF-", b"{\\rtf"
_MARKUP = (
    (b"urn:schemas-microsoft-com:office:spreadsheet", "这是 XML 表格（2003）；请用 Excel 或 WPS 打开后另存为 .xlsx"),
    (b"<table", "这是网页格式（HTML）的表格；请用 Excel 或 WPS 打开后另存为 .xlsx"),
    (b"<html", "这是网页（HTML），不是工作簿；请用 Excel 或 WPS 打开后另存为 .xlsx"),
    (b"<?xml", "这是 XML 文件，不是工作簿；请用 Excel 或 WPS 打开后另存为 .xlsx"),
)
_NEITHER = "不是 Excel 工作簿，也不是 CSV；请用 Excel 或 WPS 打开后另存为 .xlsx"
_BINARY = (
    (b"\x89PNG", "这是图片，不是工作簿；请发回 .xlsx"), (b"\xff\xd8\xff", "这是图片，不是工作簿；请发回 .xlsx"),
    (b"Rar!", "这是压缩包，不是工作簿；请解压后导入"), (b"7z\xbc\xaf", "这是压缩包，不是工作簿；请解压后导入"),
    (b"\x1f\x8b", "这是压缩包，不是工作簿；请解压后导入"), (_PDF, "这是 PDF，不能导入；请发回 .xlsx"),
    (_RICH_TEXT, "这是 Word 文档，不能导入；请发回 .xlsx"),
    *((mark, "这是 Excel 5.0 以前的文件；请用 Excel 或 WPS 打开后另存为 .xlsx")
      for mark in (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00")),
)  # fmt: skip


class _Source(Protocol):
    """What reads one kind of workbook."""

    @property
    def names(self) -> list[tuple[str | None, bool]]: ...

    def sheet(self, name: str | None) -> Sheet: ...


@dataclass(slots=True, eq=False, repr=False)
class Book:
    """A file that was opened: its name, the hash of its bytes, and its sheets, each read when it is asked for.

    names are those of the sheets, each with whether it is hidden; subject is what a workbook of ours says of itself, description by
    what it can be made again, saved when a program last wrote it (ISO 8601); left_out are sheets that are no tables of cells, in words.
    """

    path: Path
    sha256: str
    names: list[tuple[str | None, bool]]
    _load: Callable[[str | None], Sheet]
    subject: str = ""
    left_out: tuple[str, ...] = ()
    description: str = ""
    saved: str = ""
    _last: tuple[str | None, Sheet] | None = None

    @property
    def name(self) -> str:
        """The file's name without its folder."""
        return self.path.name

    def anew(self) -> "Book":
        """Return it with nothing read yet: who looks for tables in a sheet fills its merged cells."""
        return replace(self, _last=None)

    def sheet(self, name: str | None) -> Sheet:
        """Read a sheet; raises Refused when its content has no bounds. The last one is kept: who finds no table looks again."""
        if self._last is not None and self._last[0] == name:
            return self._last[1]
        sheet = self._load(name)
        if isinstance(sheet.rows, list):
            self._last = name, sheet
            for row, cells in enumerate(sheet.rows):
                for place, cell in enumerate(cells):
                    value = as_fault(cell) if cell.__class__ is str and cell[:1] in ERROR_SIGNS else cell
                    if value.__class__ is str and value[:1] == "=" and PICTURE.match(value):
                        cells[place] = ""
                        sheet.pictures.add((row, place))
                    elif value.__class__ is Fault:
                        cells[place] = sheet.faults[row, place] = value
        return sheet


def open_book(path: Path, data: bytes | None = None) -> Book:
    """Open a file that came in (data: its bytes, where they are at hand); raises Refused in one line, without the file's name."""
    if path.name.startswith(("~$", ".~")):
        raise Refused("这是编辑软件的临时文件，不是工作簿；请关闭正在编辑的表格，导入原文件")
    data = file_bytes(path) if data is None else data
    if not data.strip(b"\0"):
        raise Refused("文件是空的")
    digest = hashlib.sha256(data).hexdigest()
    if data.startswith(_OLD):
        from tracker.sheets.reading.xls import OldWorkbook

        return _book(path, digest, OldWorkbook(data))
    if data.startswith(_ZIP):
        return _packed(path, digest, data)
    return _text(path, digest, data)


def file_bytes(path: Path) -> bytes:
    """Return the bytes of a file, at most as many as a file may have; raises Refused for what is none or cannot be read."""
    try:
        check_plain(path, "工作簿或 CSV 文件")
        size = path.stat().st_size
        if size > MAX_FILE:
            raise Refused(f"文件有 {size >> 20} MB，超过 {MAX_FILE >> 20} MB 的上限；请拆分后导入")
        with path.open("rb") as file:
            return file.read(MAX_FILE + 1)
    except PermissionError:
        raise Refused("文件正被其他程序占用，或没有读取权限；请关闭正在编辑的表格后重试") from None
    except OSError as error:
        raise Refused(f"读不了这个文件（{reason_of(error)}）；请检查后重试") from None


def _book(path: Path, digest: str, source: _Source, subject: str = "", left_out: tuple[str, ...] = ()) -> Book:
    if not source.names:
        raise Refused("工作簿里没有工作表")
    return Book(path, digest, source.names, source.sheet, subject, left_out)


def _packed(path: Path, digest: str, data: bytes) -> Book:
    from tracker.sheets.reading.ods import CONTENT, Document
    from tracker.sheets.reading.package import Package

    package = Package(data)
    if CONTENT in package and "xl/workbook.xml" not in package:
        return _book(path, digest, Document(package))
    if "[Content_Types].xml" not in package and "_rels/.rels" not in package and "xl/workbook.xml" not in package:
        raise Refused("这是压缩包，不是工作簿；请解压后导入")
    from tracker.sheets.reading.xlsx import Workbook

    workbook = Workbook(package)
    book = _book(path, digest, workbook, workbook.subject, tuple(workbook.left_out))
    book.description, book.saved = workbook.property_of("description"), workbook.property_of("modified")
    return book


def _text(path: Path, digest: str, data: bytes) -> Book:
    for mark, words in _BINARY:
        if data.startswith(mark):
            raise Refused(words)
    head = data[:8192].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith(b"<"):
        raise Refused(next((words for mark, words in _MARKUP if mark in head), _NEITHER))
    from tracker.sheets.reading.delimited import CsvRows
    from tracker.sheets.reading.headings import is_known

    try:
        rows = CsvRows(data, is_known)
    except Refused:
        if path.suffix.lower() in (".csv", ".tsv", ".txt"):
            raise
        raise Refused(_NEITHER) from None
    return Book(
        path, digest, [(None, False)], lambda _name: Sheet(None, rows, pictures=rows.pictures, faults=rows.faults)
    )
