"""Fonts, borders, page set-up and bytes of official documents, for workbooks made with openpyxl (docs/files.md)."""

import io
from typing import TYPE_CHECKING, Any, NamedTuple

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.worksheet.properties import PageSetupProperties

from tracker.sheets.layout import A4, MILLIMETRES, NORMAL, NORMAL_SIZE
from tracker.zipped import normalised

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell, MergedCell
    from openpyxl.worksheet.worksheet import Worksheet

BODY = "仿宋_GB2312"
HEADING = "黑体"
SUBHEADING = "楷体_GB2312"
TITLE = "方正小标宋简体"

LABEL_SIZE = 16.0
TITLE_SIZE = 22.0

PERCENT_FORMAT = '0.0"%"'
"""Shares are kept on the scale 0–100, as everywhere in the ledger; the sign is only shown."""
DATE_FORMAT = "yyyy-mm-dd"

PAGE_WIDTH, PAGE_HEIGHT = 297 - 28 - 26, 210 - 37 - 35
"""What the margins of an annex page leave, in millimetres."""


_THIN = Side(style="thin")
GRID = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)


class CellStyle(NamedTuple):
    """How a cell looks."""

    font: Font
    alignment: Alignment
    border: Border | None = None
    number_format: str = "General"


def cell_style(
    name: str,
    size: float,
    *,
    across: str = "left",
    grid: bool = False,
    wrap: bool = True,
    number_format: str = "General",
) -> CellStyle:
    """Return a look: font name and size in points, horizontal place, whether it has thin borders and wraps."""
    alignment = Alignment(horizontal=across, vertical="center", wrap_text=wrap)
    return CellStyle(Font(name=name, size=size), alignment, GRID if grid else None, number_format)


def dress(cell: "Cell | MergedCell", wanted: CellStyle) -> None:
    """Give a cell a look."""
    cell.font = wanted.font
    cell.alignment = wanted.alignment
    if wanted.border is not None:
        cell.border = wanted.border
    if wanted.number_format != "General":
        cell.number_format = wanted.number_format


def column_width(millimetres: float) -> float:
    """Return the width of a column as workbooks state it: in digits of the normal font, 96 pixels to the inch."""
    return round(millimetres / MILLIMETRES, 2)


def new_workbook() -> Workbook:
    """Return a workbook without sheets, its columns measured by the font that `column_width` supposes."""
    workbook = Workbook()
    del workbook[workbook.sheetnames[0]]
    # openpyxl offers no other way to the style in which columns are measured.
    styles: Any = workbook._named_styles  # type: ignore[attr-defined]  # noqa: SLF001
    styles["Normal"].font = Font(name=NORMAL, size=NORMAL_SIZE)
    return workbook


def set_up_annex_page(sheet: "Worksheet", header: tuple[int, int]) -> None:
    """Set an annex sheet up for print: A4 landscape, margins 37/35/28/26 mm, one page wide, header rows on every page.

    The page number stands as official documents print it: — 1 —, on odd pages at the right, on even ones at the left.
    """
    sheet.page_setup.paperSize = A4
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    margins = sheet.page_margins
    margins.top, margins.bottom, margins.left, margins.right = (inches(mm) for mm in (37, 35, 28, 26))
    margins.header, margins.footer = inches(15), inches(22)
    sheet.print_title_rows = f"{header[0]}:{header[1]}"
    sheet.print_options.horizontalCentered = True
    sheet.HeaderFooter.differentOddEven = True
    odd: Any = sheet.oddFooter
    even: Any = sheet.evenFooter
    for place in (odd.right, even.left):
        place.text, place.size, place.font = "— &P —", 14, "宋体,Regular"


def inches(millimetres: float) -> float:
    """Convert a length for page set-up."""
    return millimetres / 25.4


def workbook_bytes(workbook: Workbook) -> bytes:
    """Return a workbook as a file without the time of its making: the same data gives the same bytes."""
    buffer = io.BytesIO()
    workbook.save(buffer)
    return normalised(buffer.getvalue())
