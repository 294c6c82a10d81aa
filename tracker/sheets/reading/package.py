"""A workbook as a package of parts, looked through before any reader opens it: what is hostile, locked or endless is refused.

python-calamine reads fast but returns what a formula once computed, forgets that a cell was shown in percent, and makes a
grid as large as the farthest cell. So the parts are looked at first: as bytes, within bounds, and without a parser of XML
where a part may be long (docs/forms.md).
"""

import io
import re
import zipfile
from functools import cached_property
from typing import NamedTuple
from xml.etree import ElementTree as ET

from tracker.errors import Refused
from tracker.zipped import BROKEN, declares, is_bomb, is_locked, is_oddly_encoded

MAX_FILE = 64 * 1024 * 1024
"""Bytes of a file. 100,000 rows of progress take 5 million."""

MAX_PART = 320 * 1024 * 1024
"""Bytes of one unpacked part. 100,000 rows of progress take 72 million."""

MAX_UNPACKED = 480 * 1024 * 1024
"""Bytes of all unpacked parts together."""

MAX_PARTS = 4000
MAX_SMALL_PART = 24 * 1024 * 1024
"""Bytes of a part that is parsed as XML: the list of sheets, the styles."""

MAX_ROWS = 250_000
MAX_CELLS = 12_000_000
"""Cells of the grid from the first to the farthest cell with content."""

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PERCENT_BUILT_IN = {"9", "10"}
_FORBIDDEN = (
    ("vbaproject.bin", "文件含宏；请另存为不含宏的 .xlsx"),
    ("xl/macrosheets/", "文件含宏表；请另存为不含宏的 .xlsx"),
    ("xl/externallinks/", "文件含有指向其他文件的外部链接；请在“数据—编辑链接”中断开后另存"),
)
_OTHER_ZIPS = (
    ("xl/workbook.bin", "这是二进制工作簿（.xlsb）；请另存为 .xlsx"),
    ("content.xml", "这是 ODF 表格（.ods）；请另存为 .xlsx"),
    ("word/document.xml", "这是 Word 文档，不是工作簿"),
)


class SheetPart(NamedTuple):
    """A sheet of a workbook: its name, the part that holds it, whether it is hidden."""

    name: str
    part: str
    hidden: bool


class Package:
    """A workbook that passed the guards. Raises Refused, in one line without the file's name, for one that does not."""

    def __init__(self, data: bytes) -> None:
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
            entries = self._archive.infolist()
        except BROKEN:
            raise Refused("文件已损坏，打不开；请用 Excel 或 WPS 打开后重新另存为 .xlsx") from None
        self._names = {entry.filename.lower(): entry.filename for entry in entries}
        _guard(entries, set(self._names))

    @cached_property
    def sheets(self) -> list[SheetPart]:
        """The sheets of cells, in their order; chart sheets are left out."""
        folder = "xl/"
        targets = {
            each.get("Id"): each.get("Target", "")
            for each in self._parsed("xl/_rels/workbook.xml.rels")
            if each.get("Type", "").endswith("/worksheet")
        }
        found = []
        for sheet in self._workbook.iter():
            if _tag(sheet) != "sheet":
                continue
            link = next((value for name, value in sheet.attrib.items() if name.endswith("}id")), None)
            target = targets.get(link)
            if target:
                part = target.lstrip("/") if target.startswith("/") else folder + target
                found.append(SheetPart(sheet.get("name", ""), part, sheet.get("state", "visible") != "visible"))
        return found

    @cached_property
    def counts_from_1904(self) -> bool:
        """Whether plain numbers that stand for dates count from 1904 on, as workbooks of old Macs do."""
        return any(
            _tag(each) == "workbookPr" and each.get("date1904") in ("1", "true") for each in self._workbook.iter()
        )

    @property
    def subject(self) -> str:
        """What the workbook says it is about, in its properties: our own say which export they are (tracker:annex:zj)."""
        if "docprops/core.xml" not in self._names:
            return ""
        return next(
            (each.text or "" for each in self._parsed("docProps/core.xml").iter() if _tag(each) == "subject"), ""
        )

    @cached_property
    def _workbook(self) -> ET.Element:
        return self._parsed("xl/workbook.xml")

    @cached_property
    def percent_styles(self) -> frozenset[bytes]:
        """The numbers of the cell styles that show a percentage."""
        if "xl/styles.xml" not in self._names:
            return frozenset()
        root = self._parsed("xl/styles.xml")
        shown = set(_PERCENT_BUILT_IN)
        for each in root.iter():
            if _tag(each) == "numFmt" and "%" in re.sub(r'"[^"]*"|\\.|[_*].', "", each.get("formatCode", "")):
                shown.add(each.get("numFmtId", "0"))
        cells = next((each for each in root if _tag(each) == "cellXfs"), ())
        return frozenset(str(place).encode() for place, each in enumerate(cells) if each.get("numFmtId", "0") in shown)

    def marks(self, sheet: SheetPart) -> "Marks":
        """Look through a sheet; raises Refused when what it holds has no bounds."""
        return Marks(self.part(sheet.part, MAX_PART), self.percent_styles)

    def check_texts(self) -> None:
        """Unpack the shared texts once, so that what the directory says of their size is known to be true."""
        if "xl/sharedstrings.xml" in self._names:
            self.part("xl/sharedStrings.xml", MAX_PART)

    def part(self, name: str, limit: int) -> bytes:
        """Return the bytes of a part. Unpacking ends at the size that the directory states; the checksum tells a lie."""
        actual = self._names.get(name.lower())
        if actual is None:
            raise Refused("不是完整的 Excel 工作簿：缺少部件；请用 Excel 或 WPS 打开后重新另存为 .xlsx")
        try:
            if self._archive.getinfo(actual).file_size > limit:
                raise Refused("解压后过大，已拒绝；如有大片带格式的空行，请选中后删除整行，再另存")
            content = self._archive.read(actual)
        except BROKEN:
            raise Refused("文件已损坏，打不开；请用 Excel 或 WPS 打开后重新另存为 .xlsx") from None
        if declares(content, 4096) or is_oddly_encoded(content):
            raise Refused("内部 XML 带有实体声明或异常编码，已拒绝；请用 Excel 或 WPS 打开后重新另存为 .xlsx")
        return content

    def _parsed(self, name: str) -> ET.Element:
        content = self.part(name, MAX_SMALL_PART)
        if declares(content):
            raise Refused("内部 XML 带有实体声明，已拒绝")
        try:
            return ET.fromstring(content)  # noqa: S314 - nothing is declared in it, so there is nothing to expand
        except (ET.ParseError, *BROKEN):
            raise Refused("文件已损坏，打不开；请用 Excel 或 WPS 打开后重新另存为 .xlsx") from None


def _guard(entries: list[zipfile.ZipInfo], names: set[str]) -> None:
    """Refuse by the directory alone: nothing is unpacked yet."""
    for mark, words in (*_FORBIDDEN, *_OTHER_ZIPS):
        if any(name.endswith(mark) if mark.endswith(".bin") else name.startswith(mark) for name in names):
            raise Refused(words)
    if "xl/workbook.xml" not in names or "[content_types].xml" not in names:
        raise Refused("不是 Excel 工作簿；请用 Excel 或 WPS 打开后另存为 .xlsx")
    unpacked = sum(entry.file_size for entry in entries)
    largest = max(entry.file_size for entry in entries)
    if len(entries) > MAX_PARTS or unpacked > MAX_UNPACKED or largest > MAX_PART:
        raise Refused(
            f"解压后过大（{unpacked >> 20} MB、{len(entries)} 个部件），已拒绝；"
            "如有大片带格式的空行，请选中后删除整行，再另存"
        )
    for entry in entries:
        if is_locked(entry):
            raise Refused("文件已加密；请先去掉密码，另存为 .xlsx")
        if is_bomb(entry):
            raise Refused("压缩比异常，疑为压缩炸弹，已拒绝")
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Refused("压缩方式异常，已拒绝；请用 Excel 或 WPS 打开后重新另存为 .xlsx")
    if len(names) != len(entries):
        raise Refused("文件内有重名部件，已拒绝；请用 Excel 或 WPS 打开后重新另存为 .xlsx")


def _tag(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


class Marks:
    """What the XML of a sheet says that a reader of values does not: formulas, errors, percent cells, where it ends."""

    def __init__(self, xml: bytes, percent_styles: frozenset[bytes]) -> None:
        self._xml = xml
        self._percent_styles = percent_styles
        root = re.search(rb"<([A-Za-z_][\w.-]*:)?worksheet[\s>]", xml[:8192])
        self._prefix = (root[1] or b"") if root else b""
        self._check_area()

    @cached_property
    def formulas(self) -> frozenset[tuple[int, int]]:
        """Row and column, from 0, of every cell that holds a formula."""
        if not re.search(self._pattern(rb"<f[\s>/]"), self._xml):
            return frozenset()
        cells = re.finditer(self._pattern(rb"<c(\s[^>]*)?>\s*<f[\s>/]"), self._xml)
        return frozenset(place for cell in cells if (place := _place(cell[1] or b"")) is not None)

    @cached_property
    def errors(self) -> frozenset[tuple[int, int]]:
        """Row and column, from 0, of every cell that shows an error such as #DIV/0!, which a reader of values leaves empty."""
        if not re.search(rb"\st=[\"']e[\"']", self._xml):
            return frozenset()
        cells = re.finditer(self._pattern(rb"<c(\s[^>]*\bt=[\"']e[\"'][^>]*)>"), self._xml)
        return frozenset(place for cell in cells if (place := _place(cell[1])) is not None)

    def percents(self, column: int) -> frozenset[int]:
        """Return the rows, from 0, of the cells of a column that are shown in percent."""
        styles = [style for style in self._percent_styles if self._has_style(style)]
        if not styles:
            return frozenset()
        wanted = b"|".join(styles)
        cells = re.finditer(self._pattern(rb"<c(\s[^>]*\bs=[\"'](?:" + wanted + rb")[\"'][^>]*)>"), self._xml)
        places = (_place(cell[1]) for cell in cells)
        return frozenset(place[0] for place in places if place is not None and place[1] == column)

    def _has_style(self, style: bytes) -> bool:
        return any(b" s=" + quote + style + quote in self._xml for quote in (b'"', b"'"))

    def _pattern(self, text: bytes) -> bytes:
        return text.replace(b"<", b"<" + re.escape(self._prefix))

    def _check_area(self) -> None:
        """Refuse a sheet whose farthest cells would make a grid without bounds; empty formatted cells do not count."""
        if not self._may_be_far():
            return
        last_row = last_column = 0
        for cell in re.finditer(self._pattern(rb"<c(\s[^>]*)?(?<!/)>\s*<(?:v|is|f)[\s>/]"), self._xml):
            place = _place(cell[1] or b"")
            if place is not None:
                last_row, last_column = max(last_row, place[0] + 1), max(last_column, place[1] + 1)
        if last_row > MAX_ROWS or last_row * last_column > MAX_CELLS:
            raise Refused(f"内容一直到第 {last_row} 行、第 {last_column} 列，范围过大；请删去表格以外的内容再另存")

    def _may_be_far(self) -> bool:
        """Say, at the cost of one glance at every cell, whether one is written in no plain way, beyond Z or row 199,999."""
        return re.search(self._pattern(rb'<c (?!r="[A-Z](?:\d{1,5}|1\d{5})")'), self._xml) is not None


_REFERENCE = re.compile(rb"\br=[\"']([A-Za-z]{1,3})(\d{1,7})[\"']")


def _place(attributes: bytes) -> tuple[int, int] | None:
    match = _REFERENCE.search(attributes)
    if match is None:
        return None
    column = 0
    for letter in match[1].upper():
        column = column * 26 + letter - 64
    return int(match[2]) - 1, column - 1


def cell_name(row: int, column: int) -> str:
    """Return the name of a cell, row and column from 0, as a spreadsheet writes it: (4, 9) is J5."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"
