"""The lists of a plan in the layout of its own annex: one workbook a plan, a sheet a list, in the look of official documents.

Which fonts, margins and page numbers those have is told in docs/files.md.
"""

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Any, NamedTuple

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from tracker.ledger.judgement import Judged
from tracker.ledger.model import Item
from tracker.sheets import wording
from tracker.sheets.layout import (
    A4,
    HIGHEST,
    MILLIMETRES,
    NORMAL,
    NORMAL_SIZE,
    Block,
    Value,
    escaped,
    holdable,
    page_starts,
    row_height,
    set_text,
    set_value,
    text_height,
    value_text,
)
from tracker.sheets.stamp import Stamp, subject_text
from tracker.zipped import normalised

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell, MergedCell


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


Plan = Mapping[str, Any]

LABEL_ROW, CAPTION_ROW, TITLE_ROW, LIST_ROW, HEADER_ROW = 1, 2, 3, 4, 5

DEMO_CAPTION = "演示数据，进展为虚构"
"""What every sheet of a sample ledger says under its label."""

BODY_SIZE = 12.0
PROGRESS_SIZE = 10.5
"""Font sizes of the cells: 小四, and 五号 where the columns of progress share the page."""
NORMAL_HEIGHT = 15.0
"""What a row has whose height is not stated."""
EMPTY_CAPTION = 10.0
"""The row between label and title, where nothing is to be said there."""
LOWEST_HEADER = 28.0
"""A header row is a little higher than its words need."""


class Column(NamedTuple):
    """A column: its heading, its width in millimetres, what stands in it, and where in the cell."""

    heading: str
    width: float
    value: Callable[[Judged, Plan], Value]
    across: str = "left"
    number_format: str = "General"


@dataclass(frozen=True, slots=True, kw_only=True)
class Annex:
    """What goes into an annex workbook.

    plan is a row of `store.registry.load_plans`; found its items in their order, judged; caption what the sheets are narrowed
    to or dated by, empty for the bare lists; demo whether the ledger's reports are invented; stamp says what the ledger knew,
    request what was asked for.
    """

    plan: Plan
    found: Sequence[Judged]
    progress: bool = False
    caption: str = ""
    demo: bool = False
    stamp: Stamp | None = None
    request: str = ""


_NUMBER = Column("序号", 13, lambda judged, _: judged.item.number, "center")
_LEAD = Column("牵头单位", 52, lambda judged, plan: wording.lead_words(judged.item, plan))
_PARTICIPANT = Column("参与单位", 60, lambda judged, plan: wording.participant_words(judged.item, plan))


def _content(heading: str, width: float) -> Column:
    return Column(heading, width, lambda judged, _: wording.item_words(judged.item))


_COLUMNS = {
    "target": (_NUMBER, _content("指标目标", 117), _LEAD, _PARTICIPANT),
    "task": (_NUMBER, _content("工作任务", 126), _LEAD._replace(width=50), _PARTICIPANT._replace(width=53)),
    "policy": (_NUMBER, _content("具体内容", 148), _LEAD._replace(width=82)),
}
"""The columns of each list; their widths together fill the page (243 mm between the margins)."""

_WITHOUT_PARTICIPANTS = {"target": (13, 117, 86, 27), "task": (13, 126, 77, 27)}
"""Their widths where no row names a participating unit (narrative plans): the column stays, its room goes to the leads."""
_PROGRESS_WIDTHS = {
    "target": (11, 56, 31, 40, *(36, 43, 16, 18, 39, 25)),
    "task": (11, 98, 27, 24, *(36, 32, 16, 18, 30, 25)),
    "policy": (11, 90, 45, *(36, 40, 16, 18, 36, 25)),
}
_PROGRESS_WITHOUT_PARTICIPANTS = {
    "target": (11, 62, 50, 17, *(36, 40, 16, 18, 39, 25)),
    "task": (11, 88, 45, 17, *(36, 32, 16, 18, 30, 25)),
}
"""With the columns of progress; that of the deadline takes 2027-11-30（原定2025-12-31） in two lines."""
_PROGRESS = (
    Column("完成时限", 36, lambda judged, _: wording.due_words(judged.item), "center", DATE_FORMAT),
    Column("当前进展", 40, lambda judged, _: wording.current_words(judged.item)),
    Column("完成率", 16, lambda judged, _: judged.judgement.percent, "center", PERCENT_FORMAT),
    Column("序时进度", 18, lambda judged, _: judged.judgement.planned, "center", PERCENT_FORMAT),
    Column("亮灯", 38, lambda judged, _: wording.light_words(*judged)),
    Column("更新时间", 25, lambda judged, _: wording.updated_on(judged.item), "center", DATE_FORMAT),
)


def annex_columns(kind: str, *, progress: bool, participants: bool = True) -> tuple[Column, ...]:
    """Return the columns of a list, as the annex prints them, with those of progress after them where wanted.

    participants: whether any row names a participating unit.
    """
    columns = _COLUMNS[kind] + (_PROGRESS if progress else ())
    widths: Sequence[float] = [column.width for column in columns]
    if progress:
        widths = _PROGRESS_WIDTHS[kind]
    if not participants and kind in _WITHOUT_PARTICIPANTS:
        widths = (_PROGRESS_WITHOUT_PARTICIPANTS if progress else _WITHOUT_PARTICIPANTS)[kind]
    return tuple(column._replace(width=width) for column, width in zip(columns, widths, strict=True))


def stands_in_annex(item: Item, plan: Plan) -> bool:
    """Say whether an item has a row on the annex sheets.

    The share of a region has none, nor has an aim, nor, where the plan prints an annex, what stands elsewhere in the
    document (zj's 2030 targets, docs/contract.md).
    """
    if item.region is not None or item.kind not in _COLUMNS:
        return False
    return not wording.has_annex(plan) or not item.source or item.source.startswith("附件")


def annex_title(plan: Plan) -> str:
    """Return the title over the lists: as printed, or put together as zj's annex does; a draft is marked."""
    title = plan["annex_title"] or plan["title"] + "、".join(
        wording.LIST_NAMES[kind] for kind in wording.list_numbers(plan)
    )
    mark = wording.draft_mark(plan)
    return f"{title}\n{mark}" if mark else str(title)


def annex_workbook(annex: Annex, *, index: Callable[[Workbook], None] | None = None) -> bytes:
    """Return the workbook of a plan's lists; a list without rows has no sheet.

    index adds a sheet of its own to the workbook, after the lists (`sheets.synergy_index`).
    """
    workbook = new_workbook()
    for kind, name in wording.LIST_NAMES.items():
        rows = [judged for judged in annex.found if judged.item.kind == kind]
        if rows:
            _ListSheet(workbook.create_sheet(name), annex, rows).write()
    if index is not None:
        index(workbook)
    workbook.properties.title = escaped(holdable(annex_title(annex.plan).replace("\n", "")))
    workbook.properties.subject = subject_text("annex", annex.plan["code"], annex.stamp)
    workbook.properties.description = annex.request
    workbook.properties.creator = "tracker"
    return workbook_bytes(workbook)


class _ListSheet:
    """One list being written, row by row from the top."""

    def __init__(self, sheet: Worksheet, annex: Annex, rows: Sequence[Judged]) -> None:
        self.sheet = sheet
        self.annex = annex
        self.rows = rows
        self.kind = rows[0].item.kind
        shared = any(wording.participant_words(judged.item, annex.plan) for judged in rows)
        self.columns = annex_columns(self.kind, progress=annex.progress, participants=shared)
        self.size = PROGRESS_SIZE if annex.progress else BODY_SIZE
        self.looks = [
            cell_style(BODY, self.size, across=column.across, grid=True, number_format=column.number_format)
            for column in self.columns
        ]
        self.row = HEADER_ROW
        self.blocks: list[Block] = []
        self.heading_at: int | None = None

    def write(self) -> None:
        plan = self.annex.plan
        write_head(
            self.sheet, plan["annex_label"] or "附件", annex_title(plan), [column.width for column in self.columns]
        )
        self._line(LIST_ROW, wording.list_heading(plan, self.kind), HEADING, LABEL_SIZE)
        if caption := caption_words(self.annex):
            self._line(CAPTION_ROW, caption, SUBHEADING, BODY_SIZE)
        self._header()
        self._body()
        note = wording.note_words([judged.item for judged in self.rows], plan)
        if note:
            self._line(self.row, note, BODY, self.size)
            first, height = self.blocks.pop()
            self.blocks.append(Block(first, height + height_of(self.sheet, self.row, self.row)))
        set_up_annex_page(self.sheet, (HEADER_ROW, HEADER_ROW))
        width = sum(column.width for column in self.columns)
        break_pages(self.sheet, self.blocks, (HEADER_ROW, HEADER_ROW), width)

    def _header(self) -> None:
        wanted = cell_style(HEADING, self.size, across="center", grid=True)
        for number, column in enumerate(self.columns, start=1):
            dress(self.sheet.cell(self.row, number, column.heading), wanted)
        headings = ((column.heading, column.width) for column in self.columns)
        self.sheet.row_dimensions[self.row].height = max(LOWEST_HEADER, row_height(headings, self.size))
        self.row += 1

    def _body(self) -> None:
        """Write the rows; in 任务清单 a row across stands over each new chapter and section."""
        chapter = section = None
        for judged in self.rows:
            item = judged.item
            if item.kind == "task":
                if item.chapter and item.chapter != chapter:
                    self._across(item.chapter, HEADING)
                    section = None
                if item.section and item.section != section:
                    self._across(item.section, SUBHEADING)
                chapter, section = item.chapter, item.section
            self._item(judged)

    def _line(self, row: int, text: str, font: str, size: float) -> None:
        """Write a line without borders over the whole width."""
        set_text(self.sheet, row, 1, text)
        dress(self.sheet.cell(row, 1), cell_style(font, size))
        self.sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=len(self.columns))
        self.sheet.row_dimensions[row].height = text_height(text, sum(c.width for c in self.columns), size)

    def _across(self, text: str, font: str) -> None:
        self._line(self.row, text, font, self.size)
        for number in range(1, len(self.columns) + 1):
            dress(self.sheet.cell(self.row, number), cell_style(font, self.size, grid=True))
        self.heading_at = self.heading_at or self.row
        self.row += 1

    def _item(self, judged: Judged) -> None:
        values = [column.value(judged, self.annex.plan) for column in self.columns]
        texts = ((value_text(value), column.width) for value, column in zip(values, self.columns, strict=True))
        last = self._rows_high(row_height(texts, self.size))
        for number, (value, wanted) in enumerate(zip(values, self.looks, strict=True), start=1):
            set_value(self.sheet, self.row, number, value)
            for row in range(self.row, last + 1):
                dress(self.sheet.cell(row, number), wanted)
            if last > self.row:
                self.sheet.merge_cells(start_row=self.row, end_row=last, start_column=number, end_column=number)
        first = self.heading_at or self.row
        self.blocks.append(Block(first, height_of(self.sheet, first, last)))
        self.heading_at = None
        self.row = last + 1

    def _rows_high(self, height: float) -> int:
        """Set the height of the current row and return the last sheet row that it takes.

        What is higher than a row can be is spread over several, merged: a row that is cut off shows nothing of its end.
        """
        parts = ceil(height / HIGHEST)
        for row in range(self.row, self.row + parts):
            self.sheet.row_dimensions[row].height = round(height / parts, 2)
        return self.row + parts - 1


def caption_words(annex: Annex) -> str:
    """Return what stands under the label: what the sheet is narrowed to, its day, and whether its reports are invented."""
    return "；".join(part for part in (DEMO_CAPTION if annex.demo else "", annex.caption) if part)


def write_head(sheet: Worksheet, label: str, title: str, widths: Sequence[float]) -> None:
    """Set the columns' widths; write the label (row 1) and the title, merged and centred (row 3)."""
    for number, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = column_width(width)
    set_text(sheet, LABEL_ROW, 1, label)
    dress(sheet.cell(LABEL_ROW, 1), cell_style(HEADING, LABEL_SIZE, wrap=False))
    sheet.row_dimensions[CAPTION_ROW].height = EMPTY_CAPTION
    sheet.row_dimensions[LABEL_ROW].height = text_height("附件", sum(widths), LABEL_SIZE)
    set_text(sheet, TITLE_ROW, 1, title)
    dress(sheet.cell(TITLE_ROW, 1), cell_style(TITLE, TITLE_SIZE, across="center"))
    sheet.merge_cells(start_row=TITLE_ROW, end_row=TITLE_ROW, start_column=1, end_column=len(widths))
    sheet.row_dimensions[TITLE_ROW].height = text_height(title, sum(widths), TITLE_SIZE)


def height_of(sheet: Worksheet, first: int, last: int) -> float:
    """Return the height of rows together, in points."""
    return sum(sheet.row_dimensions[row].height or NORMAL_HEIGHT for row in range(first, last + 1))


def break_pages(sheet: Worksheet, blocks: Sequence[Block], header: tuple[int, int], width: float) -> None:
    """Begin new pages between blocks of rows only. width: of all columns, in millimetres; header: the rows of the header."""
    scale = max(1.0, width / PAGE_WIDTH)
    page = PAGE_HEIGHT / 25.4 * 72 * scale
    for row in page_starts(blocks, height_of(sheet, 1, header[1]), height_of(sheet, *header), page):
        sheet.row_breaks.append(Break(id=row - 1))


def rows_of(found: Iterable[Judged], plan: Plan) -> list[Judged]:
    """Return the items that have a row on the annex sheets, in their order."""
    return [judged for judged in found if stands_in_annex(judged.item, plan)]
